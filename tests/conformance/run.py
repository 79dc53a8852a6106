#!/usr/bin/env python3
"""Conformance files through doors: what Winnow does, whoever asks.

usage: run.py [--door NAME]... [--build DIR] [--python-build DIR] [--port N] [--rewrite] [--list]
              [FILE or PATTERN]...

Starts a winnowd of its own unless --port names one. Without --door all doors run whose clients are
there; without FILE all files. Prints what differs, and closes with "N passed, N failed", and
", N skipped" for doors that are missing: a file on a door is one test, the coverage of the surface
(coverage.py) another. Files that do not apply to a door are no tests of it; a line counts them.
README.md describes files and doors.
"""
import argparse
import contextlib
import fnmatch
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]
sys.dont_write_bytecode = True
import coverage  # noqa: E402
import door_process  # noqa: E402
import expect  # noqa: E402
import steps  # noqa: E402
import values  # noqa: E402
from door_process import DoorFailed  # noqa: E402
from server import Server  # noqa: E402
from test_file import BadFile, TestFile  # noqa: E402

SUFFIX = ".test"
AWAIT_SECONDS, AWAIT_PAUSE_SECONDS = 20, 0.05


class Differs(Exception):
    """A step did not answer what was expected: (line, text)."""


# ---- one file on one door ------------------------------------------------------------------------

def run_file(file, door, rewritten=None):
    """Raises what went wrong; returns the reason if the door skips all of the file. `rewritten`
    gets (expectation, lines) instead of differences."""
    clear(door)
    session, ran = steps.Session(), 0
    for block in file.blocks:
        reason = block.skips.get(door.name)
        if reason and not block.steps:
            return None if ran else reason
        if not reason:
            run_block(block, door, session, rewritten)
            ran += 1
    return None if ran else reason


def run_block(block, door, session, rewritten):
    for step in block.steps[:-1]:
        check(step, None, door, session)
    if not block.steps:
        return
    expectation = block.expectation(door.name)
    if rewritten is None or expectation is None:
        check(block.steps[-1], expectation, door, session)
    else:
        answer = ask(block.steps[-1], door, session)
        if expect.judge(expectation, answer, session) is not None:
            rewritten.append((expectation, expect.shown(expectation.lines, answer, session)))


def check(step, expectation, door, session):
    deadline = time.monotonic() + AWAIT_SECONDS
    while True:
        got = expect.judge(expectation, ask(step, door, session), session)
        if got is None:
            return
        if not step.repeats or time.monotonic() > deadline:
            break
        time.sleep(AWAIT_PAUSE_SECONDS)
    wanted = expectation.lines if expectation else ["(no error)"]
    raise Differs(step.line, "\n".join(
        [f"{step.verb} {step.text}", "  expected", *(f"    {line}" for line in wanted),
         "  got", *(f"    {line}" for line in got or ["(nothing)"])]))


def ask(step, door, session):
    answer = {}
    for request in session.requests(step):
        answer = door.ask(request)
        if "error" in answer:
            break
    return answer


def clear(door):
    """Files are independent: records, indexes and the queries of the door go. Records are removed
    one by one, as a truncate also takes what is written in the same millisecond."""
    door.ask({"step": "reset"})
    for ns in ("test", "bar"):
        indexes = door.ask({"step": "info", "command": f"sindex-list:ns={ns}"}).get("text", "")
        for one in filter(None, indexes.split(";")):
            fields = dict(pair.split("=", 1) for pair in one.split(":") if "=" in pair)
            if "indexname" in fields:
                door.ask({"step": "index_drop", "ns": ns, "name": fields["indexname"]})
        door.ask({"step": "query", "q": "all", "ns": ns, "set": None, "scan": False})
        left = door.ask({"step": "results", "q": "all", "nobins": True, "policy": {}})
        for row in left.get("rows", []):
            door.ask({"step": "delete", "policy": {},
                      "key": {"ns": ns, "set": row.get("set"), "digest": row["digest"]}})
    door.ask({"step": "reset"})


def write_back(file, rewritten):
    lines = file.lines[:]
    for expectation, got in sorted(rewritten, key=lambda one: -one[0].first_line):
        first = expectation.first_line - 1
        lines[first:first + len(expectation.lines)] = [
            line.partition(" (")[0] if line.startswith("error ") else line for line in got]
    file.path.write_text("\n".join(lines) + "\n", encoding="utf-8")


# ---- all of it -----------------------------------------------------------------------------------

class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = self.inapplicable = 0

    def fail(self, where, text):
        self.failed += 1
        print(f"FAILED: {where}: {text}", flush=True)

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + f", {self.skipped} skipped" * (self.skipped > 0)


def run_door(door, files, tally, options):
    for file in files:
        name, rewritten = file.path.relative_to(HERE), [] if options.rewrite else None
        try:
            reason = run_file(file, door, rewritten)
            if rewritten:
                write_back(file, rewritten)
                print(f"rewritten: {name}")
        except Differs as found:
            line, text = found.args
            tally.fail(f"{name}:{line}: {door.name}", text)
        except (BadFile, DoorFailed, values.BadValue) as trouble:
            tally.fail(f"{name}: {door.name}", trouble)
        else:
            tally.passed += reason is None
            tally.inapplicable += reason is not None
            if options.verbose:
                print(f"{door.name}: {name}" + (f": skipped, {reason}" if reason else ""))
    if (status := door.stop()) != 0:
        tally.fail(door.name, f"ended with status {status}\n{door.last_words()}")


def read_files(patterns, folder, tally):
    """(all files, those that are asked for)."""
    every, chosen = [], []
    for path in sorted(folder.rglob("*" + SUFFIX)):
        try:
            file = TestFile(path)
        except BadFile as trouble:
            tally.fail(path.relative_to(folder), trouble)
            continue
        every.append(file)
        name = str(path.relative_to(folder))
        if file.header.get("name") != name:
            tally.fail(name, f"its header has to say `# name: {name}`")
        if not patterns or any(pattern in (name, str(path)) or fnmatch.fnmatch(name, pattern)
                               or path.samefile(pattern) if pathlib.Path(pattern).exists()
                               else fnmatch.fnmatch(name, pattern) for pattern in patterns):
            chosen.append(file)
    return every, chosen


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--door", action="append", metavar="NAME", help="may be repeated [all]")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/asan",
                        help="where bin/conformance_door and bin/winnowd are [build/asan]")
    parser.add_argument("--python-build", type=pathlib.Path,
                        help="a build with our Python package, such as build/package")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="of a server that runs already")
    parser.add_argument("--rewrite", action="store_true",
                        help="write what the first door answers into the files")
    parser.add_argument("--list", action="store_true", help="only name files and doors")
    parser.add_argument("-v", "--verbose", action="store_true", help="name what passes")
    parser.add_argument("files", nargs="*", metavar="FILE")
    return parser.parse_args()


def main():
    options, tally = parse(), Tally()
    options.build = options.build.resolve()
    if options.python_build or options.door:
        options.python_build = (options.python_build or ROOT / "build/package").resolve()
    every, chosen = read_files(options.files, HERE, tally)
    if options.files and not chosen:
        tally.fail(" ".join(options.files), "no such file")
    names = list(door_process.commands(options.build, options.python_build, ""))
    for name in options.door or []:
        if name not in names:
            sys.exit(f"no door {name}; there are {' '.join(names)}")
    if options.list:
        print(*(file.path.relative_to(HERE) for file in chosen), sep="\n")
        print("doors:", *names)
        return tally.failed > 0
    for text in coverage.errors(every):
        tally.fail("coverage", text)
    tally.passed += tally.failed == 0
    with contextlib.ExitStack() as stack:
        host, port = options.host, options.port
        wanted = options.door or names
        if port is None:
            server = stack.enter_context(Server(options.build / "bin/winnowd"))
            host, port = server.host, server.port
        commands = door_process.commands(options.build, options.python_build, f"{host}:{port}")
        for name in wanted[:1] if options.rewrite else wanted:
            if reason := door_process.missing(name, commands[name], options.python_build):
                if options.door or name in door_process.OURS:
                    tally.fail(name, reason)
                else:
                    tally.skipped += 1
                    print(f"skipped: door {name}: {reason}")
                continue
            with door_process.Door(name, commands[name]) as door:
                run_door(door, chosen, tally, options)
    if tally.inapplicable:
        print(f"{tally.inapplicable} times a file does not apply to a door: its `skip` says why")
    print(tally)
    return tally.failed > 0


if __name__ == "__main__":
    sys.exit(main())
