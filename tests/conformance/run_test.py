#!/usr/bin/env python3
"""Tests of run.py, with doors of a few lines: what has to fail does fail."""
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import types
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import coverage  # noqa: E402
import door_process  # noqa: E402
import run  # noqa: E402
import steps  # noqa: E402
import values  # noqa: E402
from test_file import BadFile, TestFile, Word, tokens_of  # noqa: E402

# Answers every get with one record, every query with two.
DOOR = r"""
import json, sys
row = {"digest": "6a3e40fee094d53f0ad7c3f2d70435bc2a07201a", "gen": 3, "ttl": 95,
       "bins": {"map": [["a", 1], ["d", {"double": "1.5"}]]}}
cleared = False
for line in sys.stdin:
    request = json.loads(line)
    answer = {}
    if request["step"] == "get":
        answer = {"rows": [row]}
    if request["step"] == "results" and request["q"] != "all":
        answer = {"rows": [{**row, "gen": 4}, row], "done": False}
    if request["step"] == "put":
        answer = {"error": [5, "record exists"]}
    if request["step"] == "touch":
        sys.exit("the door has had enough")
    if request["step"] == "delete":
        import time; time.sleep(60)
    print(json.dumps(answer), flush=True)
"""


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, text, name="one.test"):
        path = self.folder / name
        path.write_text(f"# name: {name}\n\n{text}\n")
        return TestFile(path)

    def run_file(self, text, rewrite=False, seconds=10):
        """(failures, what was printed)."""
        run.HERE, saved = self.folder, run.HERE
        tally, options = run.Tally(), types.SimpleNamespace(rewrite=rewrite, verbose=False)
        output = io.StringIO()
        try:
            command = [sys.executable, "-c", DOOR]
            with contextlib.redirect_stdout(output), \
                    door_process.Door("small", command, seconds) as door:
                run.run_door(door, [self.file(text)], tally, options)
        finally:
            run.HERE = saved
        self.assertEqual(tally.passed + tally.failed + tally.inapplicable, 1)
        return tally.failed, output.getvalue()


class Expectations(Case):
    def passes(self, text):
        failed, output = self.run_file(text)
        self.assertFalse(failed, output)

    def fails(self, text, *words):
        failed, output = self.run_file(text)
        self.assertTrue(failed, output)
        for word in words:
            self.assertIn(word, output)

    def test_only_what_is_mentioned_is_compared(self):
        self.passes('get player0\n----\n{"a": 1, "d": 1.5}')
        self.passes('get player0\n----\nplayer0 {"d": 1.5, "a": 1} gen=3')
        self.passes('get player0\n----\nplayer0 gen=3')
        self.passes('get player0\n----\ngen=3 ttl=100')

    def test_wrong_rows_fail(self):
        self.fails('get player0\n----\n{"a": 2, "d": 1.5}', "one.test:3", "small",
                   '{"a": 2, "d": 1.5}', '{"a": 1, "d": 1.5}')
        self.fails('get player0\n----\n{"a": 1.0, "d": 1.5}')
        self.fails('get player0\n----\n{"a": true, "d": 1.5}')
        self.fails('get player0\n----\nplayer1 {"a": 1, "d": 1.5}')
        self.fails('get player0\n----\nplayer0 gen=4')
        self.fails('get player0\n----\nttl=120')
        self.fails('get player0\n----\nttl=never')
        self.fails('get player0\n----\ngen=3\ngen=3')
        self.fails('get player0\n----\nmissing')

    def test_order_counts_unless_rowsort(self):
        self.passes('query q\nresults q\n---- rowsort\ngen=3\ngen=4')
        self.passes('query q\nresults q\n----\ngen=4\ngen=3')
        self.fails('query q\nresults q\n----\ngen=3\ngen=4')
        self.fails('query q\nresults q\n---- rowsort\ngen=3\ngen=3')

    def test_counts(self):
        self.passes('query q\nresults q\n----\n2 records')
        self.passes('query q\nresults q\n----\n2 records, not done')
        self.fails('query q\nresults q\n----\n3 records', "2 records")
        self.fails('query q\nresults q\n----\n2 records, done')

    def test_errors(self):
        self.passes('put a {"b": 1}\n----\nerror record_exists 5')
        self.passes('put a {"b": 1}\n----\nerror record_exists 5 /exi/')
        self.fails('put a {"b": 1}\n----\nerror record_exists 5 /absent/')
        self.fails('put a {"b": 1}\n----\nerror not_found 2', "error record_exists 5")
        self.fails('get player0\n----\nerror not_found 2')
        self.fails('put a {"b": 1}', "record exists")
        self.fails('put a {"b": 1}\nget player0\n----\ngen=3', "record exists")

    def test_doors_may_differ(self):
        self.passes('get player0\n----\ngen=9\n---- small\ngen=3')
        self.fails('get player0\n----\ngen=3\n---- small\ngen=9')
        self.passes('get player0\n----\ngen=3\n---- other\ngen=9')

    def test_skips(self):
        self.passes('skip small: cannot\nget player0\n----\ngen=9\n\nget player0\n----\ngen=3')
        _, output = self.run_file('skip small: cannot\n\nget player0\n----\ngen=9')
        self.assertEqual(output, "")

    def test_a_door_that_dies(self):
        self.fails("touch k", "the door has had enough", "status 1")

    def test_a_door_that_hangs(self):
        failed, output = self.run_file("delete k", seconds=0.5)
        self.assertTrue(failed)
        self.assertIn("killed", output)

    def test_a_missing_program(self):
        with door_process.Door("none", [str(self.folder / "none")]) as door:
            with self.assertRaises(door_process.DoorFailed):
                door.ask({})

    def test_rewrite(self):
        text = 'get player0\n----\nplayer0 {"a": 7} gen=1\n\nput a {"b": 1}\n----\nerror not_found 2'
        failed, _ = self.run_file(text, rewrite=True)
        self.assertFalse(failed)
        self.assertEqual((self.folder / "one.test").read_text().splitlines()[2:],
                         ["get player0", "----", 'player0 {"a": 1, "d": 1.5} gen=3', "",
                          'put a {"b": 1}', "----", "error record_exists 5"])


class Files(Case):
    def test_bad_files(self):
        for text, word in [("", "no steps"), ("----\n1 records", "no step before"),
                           ("get k\n---- Sorted\nx", "rowsort"), ("loop i 0 1\nget $i", "end"),
                           ("get $j", "no loop counts j"), ("skip tcp\nget k", "reason")]:
            with self.assertRaisesRegex(BadFile, word):
                self.file(text)

    def test_bad_steps(self):
        for text in ["fetch k", "put k", "put k {", 'put k {"a": 1} 5', "get bins=[1]",
                     "results q", "query q colour=5", 'put k {"a" 1}', "digest"]:
            session = steps.Session()
            with self.assertRaises(BadFile, msg=text):
                session.requests(self.file(text).blocks[0].steps[0])

    def test_loops(self):
        block, = self.file("loop i 1 2\nloop j 0 1\nput $i {\"n\": $(j+5)}\nend\nend").blocks
        self.assertEqual([step.text for step in block.steps],
                         ['1 {"n": 5}', '1 {"n": 6}', '2 {"n": 5}', '2 {"n": 6}'])

    def test_batch_rows(self):
        step = self.file("batch\n  read k\n  write 1 gen=eq : add n 1; read n").blocks[0].steps[0]
        request, = steps.Session().requests(step)
        self.assertEqual([row["kind"] for row in request["rows"]], ["read", "write"])
        self.assertEqual(request["rows"][1]["policy"], {"gen": "eq"})
        self.assertEqual(request["rows"][1]["ops"],
                         [{"op": "add", "bin": "n", "value": 1}, {"op": "read", "bin": "n"}])

    def test_tokens(self):
        self.assertIsInstance(tokens_of("k", 1)[0], Word)
        self.assertEqual(tokens_of('"k" 5 -1.5 x=y', 1)[:3], ["k", 5, -1.5])
        self.assertNotIsInstance(tokens_of('"k"', 1)[0], Word)


class Values(Case):
    def test_texts_and_tags(self):
        for text in ["null", "true", "5", "-1", "1.5", "1.0", "9223372036854775807", '"ä\\n"',
                     'bytes"00ff"', "[1, [2.0, []], {}]", '{"a": {1: bytes"00"}}', "nan", "-inf",
                     'geo{"coordinates": [1.5, 2.0], "type": "Point"}', 'ordered{"a": ordered[1, 2]}']:
            value, end = values.read(text)
            self.assertEqual(end, len(text))
            self.assertEqual(values.text(value), text)
            tagged = json.loads(json.dumps(values.to_door(value)))
            self.assertEqual(values.text(values.from_door(tagged)), text)

    def test_maps_have_no_order(self):
        self.assertEqual(values.text(values.read('{"b": 1, "a": 2}')[0]), '{"a": 2, "b": 1}')

    def test_bad_values(self):
        for text in ["", "{", "[1", '{"a": }', '{"a"}', "[1 2]", "word", '"open']:
            with self.assertRaises((ValueError, IndexError), msg=text):
                values.read(text)
        for tagged in [1.5, {"no": 1}, {}]:
            with self.assertRaises(values.BadValue):
                values.from_door(tagged)

    def test_digests(self):
        self.assertEqual(steps.digest_of("demo", "player0"),
                         "6a3e40fee094d53f0ad7c3f2d70435bc2a07201a")
        self.assertEqual(steps.partition_of(steps.digest_of("", 1)), 932)


class Coverage(Case):
    def errors(self, surface, waiting, covers):
        (self.folder / "surface.txt").write_text(surface)
        (self.folder / "waiting.txt").write_text(waiting)
        file = self.file("get k")
        file.covers = covers
        return coverage.errors([file], self.folder)

    def test_nothing_is_wrong(self):
        self.assertEqual(self.errors("A.b\nA.c # why\n", "A.c later\n", ["A.b"]), [])

    def test_what_is_wrong(self):
        for surface, waiting, covers, word in [
                ("A.b\nA.c\n", "", ["A.b"], "A.c is covered by no file"),
                ("A.b\n", "A.b later\n", ["A.b"], "A.b waits, but"),
                ("A.b\n", "", ["A.b", "A.x"], "A.x, covered by one.test"),
                ("A.b\n", "A.y later\n", ["A.b"], "A.y waits, but is not"),
                ("A.b\n", "A.b\n", [], "does not say for what")]:
            found = self.errors(surface, waiting, covers)
            self.assertEqual(len(found), 1, found)
            self.assertIn(word, found[0])


if __name__ == "__main__":
    unittest.main()
