#!/usr/bin/env python3
"""What a call costs the process that makes it: our Python client beside the official one.

usage: bench/client_cpu.py [--quick] [--rounds N] [--build DIR] [--python-build DIR]

bench/run calls it, too.

One winnowd, and one process for each client, which takes its orders over a pipe: the official client and
ours over the same server, ours once more with the database inside its process. Rounds are interleaved:
each measures every client, one right after the other; a figure is the median over the rounds, a ratio
the median of the rounds' ratios. What counts is the CPU time of the client's process with all its
threads (embedded: with the database's share, as there is no other process).

What comes back is compared with what was written, before and after the measuring. Exit status 1 if it
differs or something does not run; a missed aim is no failure.
"""
import argparse
import importlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv/bin/python"
RECORDS, BATCH = 100_000, 100
SET = "clients"
# (workload, calls a round, rows a call, our CPU is to be at most the official one's divided by)
WORKLOADS = [("get", 20_000, 1, 1.5), ("put", 20_000, 1, 1.5), ("batch", 300, BATCH, 3.0),
             ("query", 2, RECORDS, 3.0)]
EMBEDDED = ["get", "put"]
ANSWER_SECONDS = 600


class ClientsFailed(Exception):
    """What went wrong, in one line or with the output of a program."""


# ---- the process that is measured ----------------------------------------------------------------

class Worker:
    """Serves orders of the bench with one client. Records: bins a = key, g = key modulo 10, s."""

    def __init__(self, module, config):
        self.module = importlib.import_module(module)
        if "hosts" in config:
            config["hosts"] = [tuple(host) for host in config["hosts"]]
        self.client = self.module.client(config).connect()
        self.keys = [("test", SET, n) for n in range(RECORDS)]
        self.step = 0

    @staticmethod
    def bins(number):
        return {"a": number, "g": number % 10, "s": "0123456789abcdef"}

    def load(self, _):
        for n in range(RECORDS):
            self.client.put(self.keys[n], self.bins(n))

    def check(self, _):
        """Raises if anything is not as written."""
        assert self.client.get(self.keys[7])[2] == self.bins(7)
        rows = self.client.batch_read(self.keys[:BATCH]).batch_records
        assert [row.record[2] for row in rows] == [self.bins(n) for n in range(BATCH)]
        found = self.client.query("test", SET).results()
        assert sorted(bins["a"] for _, _, bins in found) == list(range(RECORDS))

    def measure(self, order):
        """CPU seconds of so many calls."""
        call = getattr(self, "run_" + order["workload"])
        # Keys far apart, not the same ones in each round.
        self.step += 1
        numbers = [(n * 7919 + self.step * 101) % RECORDS for n in range(order["calls"])]
        call(numbers[:max(1, len(numbers) // 50)])      # warm up
        before = time.process_time()
        call(numbers)
        return time.process_time() - before

    def run_get(self, numbers):
        get, keys = self.client.get, self.keys
        for n in numbers:
            get(keys[n])

    def run_put(self, numbers):
        put, keys, bins = self.client.put, self.keys, self.bins
        for n in numbers:
            put(keys[n], bins(n))

    def run_batch(self, numbers):
        read, keys = self.client.batch_read, self.keys
        for n in numbers:
            first = n % (RECORDS - BATCH)
            rows = read(keys[first:first + BATCH]).batch_records
            assert len(rows) == BATCH and rows[-1].record[2]["a"] == first + BATCH - 1

    def run_query(self, numbers):
        for _ in numbers:
            assert len(self.client.query("test", SET).results()) == RECORDS

    def serve(self):
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps(getattr(self, order["do"])(order)), flush=True)
        self.client.close()


# ---- the bench -----------------------------------------------------------------------------------

class Client:
    """A worker's process, seen from the bench."""

    def __init__(self, name, module, config, package):
        pin = ["taskset", "-c", "0"] if len(os.sched_getaffinity(0)) > 1 and \
            shutil.which("taskset") else []
        self.name = name
        self.process = subprocess.Popen(
            [*pin, PYTHON, "-B", __file__, "--worker", module, json.dumps(config)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(package), "PYTHONWARNINGS": "ignore"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.process.stdin.close()
        except OSError:
            pass        # it has ended already
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def ask(self, do, **order):
        try:
            self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            raise ClientsFailed(f"{self.name} ended at {do} {order}") from None


def measure(host, port, package, rounds, scale=1.0, tell=print):
    """Rows for report(), from a server in which set `clients` is empty."""
    served = {"hosts": [(host, port)]}
    with Client("official", "aerospike", served, package) as official, \
            Client("winnow", "winnow", served, package) as ours, \
            Client("embedded", "winnow", {"embedded": ":memory:"}, package) as embedded:
        tell("python: load")
        for client in (ours, embedded):
            client.ask("load")
        for client in (official, ours, embedded):
            client.ask("check")
        rows = []
        for workload, calls, items, aim in WORKLOADS:
            tell(f"python: {workload}")
            clients = [official, ours] + [embedded] * (workload in EMBEDDED)
            calls = max(1, int(calls * scale))
            runs = {client.name: [] for client in clients}
            for _ in range(rounds):
                for client in clients:
                    seconds = client.ask("measure", workload=workload, calls=calls)
                    runs[client.name].append(seconds / calls)
            rows.append({"workload": workload, "items": items, "aim": aim, "runs": runs,
                         "cpu_us": {name: statistics.median(of) * 1e6 for name, of in runs.items()},
                         "ratio": statistics.median(
                             theirs / mine for theirs, mine
                             in zip(runs["official"], runs["winnow"]))})
        for client in (official, ours, embedded):
            client.ask("check")
        return rows


def lines_of(rows):
    """Head and lines of the table."""
    head = ["call", "rows", "official us", "winnow us", "official/winnow", "embedded us"]
    return head, [[row["workload"], f"{row['items']:,}",
                   *(f"{row['cpu_us'][name]:,.1f}" for name in ("official", "winnow")),
                   f"{row['ratio']:.2f}",
                   f"{row['cpu_us']['embedded']:,.2f}" if "embedded" in row["cpu_us"] else "-"]
                  for row in rows]


def aims_of(rows):
    """(what, aim, measured, met) for every aim."""
    for row in rows:
        yield (f"python {row['workload']}: official/winnow", f">= {row['aim']:.2f}",
               f"{row['ratio']:.2f}", row["ratio"] >= row["aim"])


def missing(package):
    """Why there is nothing to measure here; None if there is."""
    if not PYTHON.exists():
        return "no .venv: tools/setup python"
    if not (package / "winnow").exists():
        return f"no package winnow in {package}"
    done = subprocess.run([PYTHON, "-c", "import aerospike, winnow"], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(package)})
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def main():
    if sys.argv[1:2] == ["--worker"]:
        Worker(sys.argv[2], json.loads(sys.argv[3])).serve()
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two rounds, a tenth of the calls")
    parser.add_argument("--rounds", type=int, help="[5]")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--python-build", type=pathlib.Path, default=ROOT / "build/package",
                        help="a build with our Python package [build/package]")
    options = parser.parse_args()
    rounds = options.rounds or (2 if options.quick else 5)
    package = options.python_build.resolve() / "python"
    if reason := missing(package):
        print(f"bench: {reason}", file=sys.stderr)
        return 1
    sys.path.insert(0, str(ROOT / "tests"))
    from server import Server, ServerFailed
    try:
        with Server(options.build.resolve() / "bin/winnowd") as server:
            rows = measure(server.host, server.port, package, rounds, 0.1 if options.quick else 1,
                           lambda text: print(f"  {text}", file=sys.stderr, flush=True))
    except (ClientsFailed, ServerFailed) as trouble:
        print(f"bench: {trouble}", file=sys.stderr)
        return 1
    head, lines = lines_of(rows)
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    for line in [head, *lines]:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths)))
    for what, aim, measured, met in aims_of(rows):
        print(f"{what} {aim}: {measured}, {'met' if met else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
