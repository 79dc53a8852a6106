#!/usr/bin/env python3
"""Tests of check.py against a server of a few lines that answers what a test told it to."""
import io
import json
import pathlib
import socket
import socketserver
import struct
import tempfile
import threading
import unittest
from contextlib import redirect_stdout

import check
import pieces
import replay


def frame(kind, body):
    return struct.pack(">Q", 2 << 56 | kind << 48 | len(body)) + body


def request(name):
    """A message frame without fields whose 20 spare bytes hold a name."""
    return frame(3, name.encode().ljust(22, b"\0"))


def case(name, code, area="kv", **more):
    """A case that passes if the server answers `code` to the request called like the case."""
    return {"id": name, "area": area, "about": name, **more,
            "steps": [{"send": request(name).hex(), "reply": [{"rc": code, "ops": []}]}]}


class Answer(socketserver.BaseRequestHandler):
    """Answers each request with the code that the server's table holds for its name."""

    def handle(self):
        while head := self.request.recv(8, socket.MSG_WAITALL):
            size = struct.unpack(">Q", head)[0] & (1 << 48) - 1
            name = self.request.recv(size, socket.MSG_WAITALL).rstrip(b"\0").decode()
            self.server.asked.append(name)
            code = self.server.codes.get(name)
            if code is None:
                return                                              # hangs up
            self.request.sendall(frame(3, struct.pack(">6B3I2H", 22, 0, 0, 0, 0, code, *[0] * 5)))


class CheckTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder = self.root / "tests/golden"
        self.folder.mkdir(parents=True)
        (self.root / "docs/decisions").mkdir(parents=True)
        (self.root / "docs/decisions/0001-reason.md").write_text("why\n")
        self.write(cases=[case("a", 0), case("b", 2), case("c", 0)])
        self.server = self.enterContext(
            socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer, bind_and_activate=True))
        self.server.daemon_threads = True
        self.server.codes, self.server.asked = {"a": 0, "b": 2, "c": 0}, []
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.shutdown)

    def write(self, cases=None, differences="", unfinished="", floors=None):
        if cases is not None:
            (self.folder / "all.jsonl").write_text("\n".join(map(json.dumps, cases)))
        (self.folder / "differences.txt").write_text(differences)
        (self.folder / "unfinished.txt").write_text(unfinished)
        (self.folder / "floors.json").write_text(json.dumps(floors or {}))

    def run_check(self, write_unfinished=False):
        """(passed, failed, output) of a check, or the output of --write-unfinished."""
        class args:
            address, area, max_show, verbose = self.server.server_address, None, 10, False
        cases = replay.in_order(replay.load([str(self.folder / "all.jsonl")]))
        lists = check.Lists(self.folder, cases)
        with redirect_stdout(io.StringIO()) as output:
            action = check.write_unfinished if write_unfinished else check.check
            result = action(args, cases, lists)
        return output.getvalue() if write_unfinished else (*result, output.getvalue())

    def test_all_pass(self):
        self.assertEqual(self.run_check()[:2], (3, 0))

    def test_a_required_case_that_fails(self):
        self.server.codes["b"] = 0
        passed, failed, output = self.run_check()
        self.assertEqual((passed, failed), (2, 1))
        self.assertIn("FAIL b", output)

    def test_a_server_that_hangs_up_fails_the_case_and_not_the_run(self):
        del self.server.codes["b"]
        self.assertEqual(self.run_check()[:2], (2, 1))

    def test_unfinished_and_different_cases_may_fail(self):
        self.server.codes.update(b=0, c=16)
        self.write(unfinished="# later\nb\n", differences="c  on purpose: 0001-reason.md\n")
        self.assertEqual(self.run_check()[:2], (1, 0))

    def test_an_unfinished_case_that_passes(self):
        self.write(unfinished="b\n")
        passed, failed, output = self.run_check()
        self.assertEqual((passed, failed), (2, 1))
        self.assertIn("b is listed as unfinished but passes", output)

    def test_a_difference_that_passes(self):
        self.write(differences="c  on purpose: 0001-reason.md\n")
        self.assertIn("c is listed as a difference but passes", self.run_check()[2])

    def test_a_difference_without_a_page(self):
        self.server.codes.update(c=16)
        self.write(differences="c  because\n")
        self.assertIn("c does not end with a page of docs/decisions", self.run_check()[2])

    def test_lists_that_name_nothing_or_one_case_twice(self):
        self.server.codes.update(b=0)
        self.write(unfinished="b\nb\nzz\n")
        output = self.run_check()[2]
        self.assertIn("names b twice", output)
        self.assertIn("names zz, which is no case", output)

    def test_a_floor_that_is_missed(self):
        self.server.codes["b"] = 0
        self.write(unfinished="b\n", floors={"kv": 3})
        passed, failed, output = self.run_check()
        self.assertEqual((passed, failed), (2, 1))
        self.assertIn("kv: 2 pass, fewer than the floor of 3", output)

    def test_setup_runs_even_if_it_is_not_judged(self):
        self.server.codes["a"] = 16
        self.write(cases=[case("b", 2), case("a", 0, setup=True)], unfinished="a\n")
        self.assertEqual(self.run_check()[:2], (1, 0))
        self.assertEqual(self.server.asked[:2], ["a", "b"])

    def test_a_silent_server_is_given_up(self):
        self.server.codes.clear()
        self.write(cases=[case(f"k{n}", 0) for n in range(200)])
        self.assertEqual(self.run_check()[:2], (0, 200))
        self.assertLessEqual(len(self.server.asked), replay.GIVE_UP)

    def test_writing_the_list(self):
        self.server.codes["b"] = 0
        self.write(floors={"kv": 1, "query": 7})
        output = self.run_check(write_unfinished=True)
        self.assertIn("query: 0 pass, fewer than the floor of 7", output)
        self.assertEqual(check.listed_ids(self.folder / "unfinished.txt"), ["b"])
        floors = json.loads((self.folder / "floors.json").read_text())
        self.assertEqual(floors, {"kv": 2, "query": 7})


class PiecesTest(unittest.TestCase):
    def heading(self, body, area="kv"):
        return pieces.heading({"area": area, "steps": [{"send": frame(3, body).hex()}]})

    @staticmethod
    def message(info2=0, fields=(), ops=()):
        body = struct.pack(">6B3I2H", 22, 0, info2, 0, 0, 0, 0, 0, 0, len(fields), len(ops))
        for field, data in fields:
            body += struct.pack(">IB", 1 + len(data), field) + data
        for op, particle in ops:
            body += struct.pack(">I4B", 5, op, particle, 0, 1) + b"b"
        return body

    def test_headings(self):
        digest = (4, b"d" * 20)
        cases = {
            "other: kv": self.message(1, [digest], [(2, 1)]),
            "list and map operations": self.message(0, [digest], [(1, 0), (3, 4)]),
            "bit operations": self.message(1, [digest], [(13, 4)]),
            "filter expressions and expression operations":
                self.message(0, [digest, (43, b"\x93")]),
            "predicate expressions": self.message(0, [digest, (43, b"\0\1")]),
            "background queries": self.message(1, [(7, b"t" * 8)], [(2, 1)]),
            "GeoJSON and geo indexes": self.message(0, [(22, b"\1\1b\x17" + b"\0" * 8)]),
            "Lua functions (UDF)": self.message(
                0, [(41, b"\0\0\0\1\0" + b"\0" * 4 + b"d" * 20 + b"\x0a" + b"\0" * 7 + b"\0\1\0\0" +
                     b"\0\0\0\2\x1em")]),
        }
        for heading, body in cases.items():
            self.assertEqual(self.heading(body), heading)

    def test_a_malformed_frame_has_no_traits(self):
        self.assertEqual(self.heading(b"\x16\0"), "other: kv")


if __name__ == "__main__":
    unittest.main()
