#!/usr/bin/env python3
"""Checks a running server against the recorded cases, and the lists of those that may fail.

usage: check.py [--host H] [--port P] [--area a,b] [--max-show N] [-v] [--folder DIR]
       check.py ... --write-unfinished

A case is one of three: required, deliberately different (differences.txt), or not yet served
(unfinished.txt). Besides a required case that fails, these are failures too:

  - a case listed by id that passes: it has to leave its list
  - a list that names an unknown case, or one case twice
  - a difference whose reason does not end with a page of docs/decisions
  - an area with fewer passes than floors.json says

--write-unfinished writes unfinished.txt anew from what fails now and raises the floors to what
passes; a floor is never lowered. The last line of a check is exactly "<n> passed, <m> failed"; the
exit status is 0 only if nothing failed, and 2 if no server answered at all.
"""
import argparse
import collections
import json
import pathlib
import re
import socket
import sys

import pieces
import replay

PATIENCE = 8                # seconds that a required case waits for an answer
PATIENCE_UNFINISHED = 1     # a case that is expected to fail may fail by silence
# Not marked as such in their files, but a case behind them reads the records that they write.
PREPARE = {"predexp-03090"}


class Lists:
    """differences.txt, unfinished.txt and floors.json of a folder, and what is wrong with them."""

    def __init__(self, folder, cases):
        self.differences_file = folder / "differences.txt"
        self.unfinished_file = folder / "unfinished.txt"
        self.floors_file = folder / "floors.json"
        self.decisions = folder / "../../docs/decisions"
        self.differences = replay.Exceptions([self.differences_file])
        self.unfinished = listed_ids(self.unfinished_file)
        self.floors = json.loads(self.floors_file.read_text())
        self.known = {case["id"] for case in cases}

    def kind(self, case):
        if self.differences.reason(case) is not None:
            return "difference"
        return "unfinished" if case["id"] in self.unfinished else "required"

    def errors(self):
        counts = collections.Counter(self.unfinished)
        twice = [name for name, count in counts.items() if count > 1]
        yield from (f"unfinished.txt names {name} twice" for name in twice)
        yield from (f"unfinished.txt names {name}, which is no case"
                    for name in self.unfinished if name not in self.known)
        different = self.differences.ids
        yield from (f"differences.txt names {name}, which is no case"
                    for name in different if name not in self.known)
        yield from (f"{name} is in both lists" for name in different if name in self.unfinished)
        rules = {f"{kind}={value}": reason for _, kind, value, reason in self.differences.rules}
        for name, reason in {**different, **rules}.items():
            page = reason.split()[-1] if reason else ""
            if not (page.endswith(".md") and (self.decisions / page).is_file()):
                yield f"differences.txt: {name} does not end with a page of docs/decisions"


def listed_ids(file):
    if not file.exists():
        return []
    lines = (line.split("#")[0].strip() for line in file.read_text().splitlines())
    return [line for line in lines if line]


def prepares_others(case):
    """A case that prepares others or clears up behind them runs even if it is not judged."""
    return bool(case.get("setup") or case.get("teardown") or case["id"] in PREPARE)


class Run:
    """Cases run one after the other over one connection; who passed, and failures to show."""

    def __init__(self, address, max_show, verbose):
        self.connection = replay.Connection(*address)
        self.max_show, self.verbose = max_show, verbose
        self.passed, self.failed = [], []

    def judge(self, cases, unjudged=(), show=False):
        """Runs cases in order; those in `unjudged` prepare others and count neither way."""
        silent = 0
        for case in cases:
            if silent >= replay.GIVE_UP:
                self.failed.append(case)
                continue
            result = replay.run_case(self.connection, case)
            if result:              # what is still to come of a wrong answer is not the next one's
                self.connection.close()
            if case["id"] in unjudged:
                continue
            # Cases that are expected to fail may fail by silence in any number.
            silent = silent + 1 if show and result and isinstance(result[2], Exception) else 0
            (self.failed if result else self.passed).append(case)
            if result and show and len(self.failed) <= self.max_show:
                replay.show(case, *result, self.verbose)
        self.connection.close()
        return self


def check(args, cases, lists):
    """The check proper. Returns (passed, failed)."""
    kinds = {case["id"]: lists.kind(case) for case in cases}
    by_kind = collections.defaultdict(list)
    for case in cases:
        by_kind[kinds[case["id"]]].append(case)
    prepares = {case["id"] for case in cases
                if kinds[case["id"]] != "required" and prepares_others(case)}

    replay.TIMEOUT = PATIENCE
    first = [case for case in cases if kinds[case["id"]] == "required" or case["id"] in prepares]
    required = Run(args.address, args.max_show, args.verbose).judge(first, prepares, show=True)

    replay.TIMEOUT = PATIENCE_UNFINISHED
    differ_by_id = [case for case in by_kind["difference"] if case["id"] in lists.differences.ids]
    others = Run(args.address, 0, False).judge(by_kind["unfinished"] + differ_by_id)

    errors = list(lists.errors())
    for case in others.passed:
        listed = "a difference" if kinds[case["id"]] == "difference" else "unfinished"
        errors.append(f"{case['id']} is listed as {listed} but passes: remove it from the list")
    passes = collections.Counter(case["area"] for case in required.passed)
    errors += (f"{area}: {passes[area]} pass, fewer than the floor of {floor}"
               for area, floor in lists.floors.items()
               if passes[area] < floor and (not args.area or area in args.area))

    print_areas(cases, kinds, passes, required.failed)
    print("\n".join(errors[:200]) or "lists and floors agree")
    if len(errors) > 200:
        print(f"... and {len(errors) - 200} more")
    return len(required.passed), len(required.failed) + len(errors)


def print_areas(cases, kinds, passes, failed):
    fails = collections.Counter(case["area"] for case in failed)
    listed = collections.Counter((case["area"], kinds[case["id"]]) for case in cases)
    print(f"{'area':12} {'passed':>7} {'failed':>7} {'unfinished':>11} {'different':>10}")
    for area in sorted({case["area"] for case in cases}):
        print(f"{area:12} {passes[area]:7} {fails[area]:7} {listed[area, 'unfinished']:11} "
              f"{listed[area, 'difference']:10}")
    print(f"{'all':12} {sum(passes.values()):7} {sum(fails.values()):7} "
          f"{sum(kind == 'unfinished' for kind in kinds.values()):11} "
          f"{sum(kind == 'difference' for kind in kinds.values()):10}")


def write_unfinished(args, cases, lists):
    """Lists what fails now, among all cases or among the rest alone: a check runs the rest."""
    replay.TIMEOUT = PATIENCE_UNFINISHED
    cases = [case for case in cases if lists.kind(case) != "difference"]
    everything = Run(args.address, 0, False).judge(cases)
    failed = {case["id"] for case in everything.failed}
    prepares = {case["id"] for case in cases if case["id"] in failed and prepares_others(case)}
    rest = Run(args.address, 0, False).judge(
        [case for case in cases if case["id"] not in failed or case["id"] in prepares], prepares)
    waiting = collections.defaultdict(list)
    for case in everything.failed + rest.failed:
        waiting[pieces.heading(case)].append(case["id"])

    text = "# Cases that wait for a later piece of Winnow, under its name. Ids only.\n"
    text += "# May only shrink: floors.json. Written by check.py --write-unfinished.\n"
    for heading, names in sorted(waiting.items()):
        text += f"\n# {heading}: {len(names)}\n" + "\n".join(sorted(names)) + "\n"
    lists.unfinished_file.write_text(text)

    passes = collections.Counter(case["area"] for case in rest.passed)
    for area, count in passes.items():
        lists.floors[area] = max(count, lists.floors.get(area, 0))
    lists.floors_file.write_text(json.dumps(lists.floors, indent=2, sort_keys=True) + "\n")
    for heading in sorted(waiting):
        print(f"{len(waiting[heading]):6}  {heading}")
    print(f"{sum(map(len, waiting.values())):6}  unfinished; {len(rest.passed)} pass")
    print("\n".join(f"{area}: {passes[area]} pass, fewer than the floor of {floor}"
                    for area, floor in lists.floors.items() if passes[area] < floor))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--area", type=lambda text: text.split(","),
                        help="only these, comma separated")
    parser.add_argument("--max-show", type=int, default=10, metavar="N",
                        help="failures to print in full")
    parser.add_argument("-v", dest="verbose", action="store_true",
                        help="print the frames of failing cases")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path(__file__).parent,
                        help="where cases and lists lie")
    parser.add_argument("--write-unfinished", action="store_true",
                        help="write unfinished.txt anew")
    args = parser.parse_args()
    args.address = (args.host, args.port)
    try:
        socket.create_connection(args.address, 2).close()
    except OSError as trouble:
        print(f"check.py: no server answers at {args.host}:{args.port} ({trouble}). "
              "Start winnowd first.", file=sys.stderr)
        sys.exit(2)

    files = sorted(str(path) for path in args.folder.iterdir()
                   if re.search(r"\.jsonl(\.xz)?$", path.name))
    cases = replay.in_order(replay.load(files))
    lists = Lists(args.folder, cases)
    if args.write_unfinished:
        if args.area:
            parser.error("--write-unfinished looks at all areas")
        write_unfinished(args, cases, lists)
        return
    if args.area:
        cases = [case for case in cases if case["area"] in args.area]
    passed, failed = check(args, cases, lists)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
