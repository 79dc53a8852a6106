"""The shell: docs/shell.md does what it says, and what no page shows. WINNOW names the program."""
import gzip
import json
import os
import pathlib
import pty
import re
import select
import subprocess
import termios

import aerospike
import pytest

from conftest import ROOT
from server import Server, free_port

PROGRAM = os.environ.get("WINNOW", str(ROOT / "build/release/bin/winnow"))
PAGE = (ROOT / "docs/shell.md").read_text()
SECONDS_MAX = 60


class Shell:
    """Runs the program against one server, in a folder and with a home of its own."""

    def __init__(self, port, folder):
        self.port, self.folder = port, folder
        self.environment = {**os.environ, "HOME": str(folder), "TERM": "xterm"}
        self.environment.pop("XDG_STATE_HOME", None)

    def run(self, *words, stdin="", status=0):
        """What a command prints; its exit status has to be as expected."""
        run = subprocess.run([PROGRAM, "--port", str(self.port), *words], input=stdin, text=True,
                             capture_output=True, timeout=SECONDS_MAX, cwd=self.folder,
                             env=self.environment)
        assert run.returncode == status, run.stdout + run.stderr
        assert (run.stderr == "") == (status == 0), run.stderr
        return run.stdout if status == 0 else run.stderr

    def rows(self, *words):
        return [json.loads(line) for line in self.run(*words, "--json").splitlines()]

    def count(self, set_name):
        return self.rows("scan", "--set", set_name, "--count")[0]["count"]

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name


@pytest.fixture
def shell(server, tmp_path):
    return Shell(server.port, tmp_path)


# ---- the page ------------------------------------------------------------------------------------

def plain(output):
    """Without what differs from run to run: times, rates, sizes, the node; and without the width
    that they have. A ttl of a day may have lost seconds."""
    for pattern, name in [(r"\d[\d.]* (ms|s|min|h|d)\b( \d+ (s|min|h)\b)?", "TIME"),
                          (r"\d[\d,]*/s", "RATE"), (r"\d[\d.]* ([KMGT]iB|B)\b", "SIZE"),
                          (r"\b[0-9A-F]{15}\b", "NODE"), (r"127\.0\.0\.1:\d+", "ADDRESS"),
                          (r'"seconds": [\d.]+', "SECONDS"), (r"\b86(400|3\d\d)\b", "DAY"),
                          (r"[ \t]+", " ")]:
        output = re.sub(pattern, name, output)
    return output.strip()


def examples():
    """(kind, name, text) of the page's blocks that are files, commands or sessions."""
    return re.findall(r"```(csv|console|session) ?(\S*)\n(.*?)```", PAGE, re.DOTALL)


def commands_of(block):
    """[(command, its output)]"""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    assert parts[0] == ""
    return list(zip(parts[1::2], parts[2::2]))


def run_command(shell, command):
    """As somebody would type it, with `winnow` meaning the program and its server."""
    where = "" if "--embedded" in command else f"--port {shell.port}"
    run = subprocess.run(["bash", "-c", f'winnow() {{ "{PROGRAM}" {where} "$@"; }}\n{command}'],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX,
                         cwd=shell.folder, env=shell.environment)
    return run.stdout


def test_the_page(tmp_path):
    assert len(examples()) > 10
    with Server(os.environ.get("WINNOWD", ROOT / "build/release/bin/winnowd")) as server:
        shell = Shell(server.port, tmp_path)
        for kind, name, text in examples():
            if kind == "csv":
                shell.write(name, text)
            elif kind == "console":
                for command, expected in commands_of(text):
                    output = run_command(shell, command)
                    assert plain(output) == plain(expected), command
            else:
                (command, session), = commands_of(text)
                lines = re.findall(r"^[\w.]+> (.*)\n", session, flags=re.MULTILINE)
                expected = re.sub(r"^[\w.]+> .*\n", "", session, flags=re.MULTILINE)
                output = subprocess.run([PROGRAM, *command.split()[1:]], input="\n".join(lines),
                                        text=True, capture_output=True, timeout=SECONDS_MAX)
                assert plain(output.stdout + output.stderr) == plain(expected)


def test_the_page_names_every_command_and_option(shell):
    overview = shell.run("help")
    assert overview in PAGE
    names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +[A-Z]", overview, re.MULTILINE)
    assert len(names) > 12
    for name in names:
        text = shell.run("help", *name.split())
        assert text == shell.run(*name.split(), "--help")
        assert "\nexample: winnow " + name in text
        for option in re.findall(r"^  (--[\w-]+)", text, re.MULTILINE):
            assert option in PAGE, f"{name} {option}"


# ---- load ----------------------------------------------------------------------------------------

def bins_of(client, set_name, key):
    return client.get(("test", set_name, key))[2]


def test_load_of_every_type(shell, client, set_name):
    name = shell.write("all.csv", "\ufeffid,i,f,b,s,j,g,code\r\n"
                                  '1,-5,1.5,true,"a ""b"", c\nd",[1],"{""type"": ""Point"", '
                                  '""coordinates"": [1.0, 2.0]}",007\r\n'
                                  "2,,2,False,ä€,,,\r\n\r\n"
                                  '3,9223372036854775807,-.5,true,"","{""k"": 1}",,08')
    shell.run("load", name, "--set", set_name, "--key", "id", "--types", "j=json,g=geo")
    first = bins_of(client, set_name, 1)
    point = first.pop("g")
    assert json.loads(str(point)) == {"type": "Point", "coordinates": [1.0, 2.0]}
    assert first == {"id": 1, "i": -5, "f": 1.5, "b": True, "s": 'a "b", c\nd', "j": [1],
                     "code": "007"}
    assert bins_of(client, set_name, 2) == {"id": 2, "f": 2.0, "b": False, "s": "ä€"}
    assert bins_of(client, set_name, 3) == {"id": 3, "i": 2**63 - 1, "f": -0.5, "b": True, "s": "",
                                            "j": {"k": 1}, "code": "08"}


def test_load_of_compressed_and_piped_files(shell, client, set_name):
    text = "key,n\n" + "".join(f"k{n},{n}\n" for n in range(3000))
    shell.write("a.csv.gz", gzip.compress(text.encode()))
    shell.run("load", "a.csv.gz", "--set", set_name, "--key", "key")
    shell.run("load", "-", "--set", set_name + "p", "--key", "key", stdin=text)
    for name in (set_name, set_name + "p"):
        assert shell.count(name) == 3000
        assert bins_of(client, name, "k2999") == {"key": "k2999", "n": 2999}


def test_load_options(shell, client, set_name):
    name = shell.write("a.tsv", "x\tNA\t5\nx\ty\t6\n")
    shell.run("load", name, "--set", set_name, "--columns", "a,a_very_long_name_of_a_column,c",
              "--rename", "a_very_long_name_of_a_column=b", "--null", "NA", "--delimiter", "tab",
              "--key", "#", "--send-key", "--ttl", "1000", "--threads", "1")
    assert bins_of(client, set_name, 1) == {"a": "x", "c": 5}
    assert bins_of(client, set_name, 2) == {"a": "x", "b": "y", "c": 6}
    (key, meta, _), *_ = client.query("test", set_name).results()
    assert key[2] in (1, 2) and 990 < meta["ttl"] <= 1000


def test_loading_again_rejects_or_replaces(shell, client, set_name):
    def load(text, *options, status=0):
        return shell.run("load", shell.write("a.csv", text), "--set", set_name, "--key", "k",
                         *options, status=status)
    load("k,a,b\n1,1,1\n2,2,2\n")
    trouble = load("k,a,b\n2,9,9\n3,3,3\n", "--create-only", status=1)
    assert "line 2: record exists" in trouble
    assert (shell.folder / "a.csv.rejected").read_text() == "k,a,b\n2,9,9\n"
    load("k,a\n1,5\n")
    assert bins_of(client, set_name, 1) == {"k": 1, "a": 5, "b": 1}
    load("k,a\n1,6\n", "--replace")
    assert bins_of(client, set_name, 1) == {"k": 1, "a": 6}


def test_many_rejected_rows(shell, set_name):
    rows = "".join(f"{n},{'x' if n % 2 else n}\n" for n in range(2000))
    name = shell.write("a.csv", "k,n\n" + rows)
    trouble = shell.run("load", name, "--set", set_name, "--key", "k", "--types", "n=int",
                        status=1)
    assert [int(line) for line in re.findall(r"line (\d+): column n: 'x' is no int", trouble)] \
        == [2 * n + 3 for n in range(10)]
    assert "and 990 more" in trouble
    rejected = (shell.folder / "a.csv.rejected").read_text().splitlines()
    assert len(rejected) == 1001 and len(set(rejected)) == 1001
    assert shell.count(set_name) == 1000


@pytest.mark.parametrize("content, options, expected", [
    (None, "--key a", "a.csv: No such file or directory"),
    ("", "--key a", "a.csv is empty"),
    (b"\xff\xfea\x00", "--key a", "UTF-16"),
    (b"PK\x03\x04", "--key a", "unzip it first"),
    (gzip.compress(b"a,b\n" * 5000)[:-30], "--key a", "damaged"),
    ("a,b\n1,2\n", "", "--key is missing"),
    ("a,b\n1,2\n", "--key c", "no column 'c', only a, b"),
    ("a,b\n1,2\n", "--key a --types c=int", "no column 'c'"),
    ("a,b\n1,2\n", "--key a --types b=number", "int, float, bool, str, json or geo"),
    ("a,b\n1,2\n", "--key a --delimiter ab", "one character"),
    ("a,a\n1,2\n", "--key a", "two columns have the name 'a'"),
    ("a,\n1,2\n", "--key a", "--rename =NAME"),
    ("a,sixteen_bytes_ab\n1,2\n", "--key a", "--rename sixteen_bytes_ab=NAME"),
    ("a,b\n1,2\n", "--key a --rename b=a", "two columns become the bin 'a'"),
    ("a,b\n1,\"2\n3,4\n", "--key a", "line 2: a quote is not closed"),
    ("a,b\n1,2\n", "--key a --namespace nowhere", "no such namespace"),
    ("a,b\n1,2\n", "--key a --set " + "s" * 64, "at most 63 bytes"),
    ("a,b\n1,2\n", "--key a --threads 0", "a number from 1 to 64"),
])
def test_what_cannot_be_loaded(shell, set_name, content, options, expected):
    if content is not None:
        shell.write("a.csv", content)
    words = options.split() if "--set" in options else [*options.split(), "--set", set_name]
    command = [PROGRAM, "--port", str(shell.port), "load", "a.csv", *words]
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX,
                         cwd=shell.folder)
    assert run.returncode in (1, 2)
    assert expected in run.stderr


def test_a_file_of_rejected_rows_that_cannot_be_written(shell, set_name):
    name = shell.write("a.csv", "k,n\n1,x\n2,2\n")
    (shell.folder / "a.csv.rejected").mkdir()
    assert "a.csv.rejected: Is a directory" in shell.run(
        "load", name, "--set", set_name, "--key", "k", "--types", "n=int", status=1)


def test_a_server_that_ends_during_a_load(tmp_path):
    with Server(os.environ.get("WINNOWD", ROOT / "build/release/bin/winnowd")) as server:
        load = subprocess.Popen([PROGRAM, "--port", str(server.port), "load", "-", "--set", "s",
                                 "--key", "k", "--types", "k=int"], cwd=tmp_path, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)
        load.stdin.write("k\n")
        with pytest.raises(BrokenPipeError):        # when it has given up
            for start in range(0, 10**9, 10**5):
                load.stdin.write("".join(f"{n}\n" for n in range(start, start + 10**5)))
                if start == 10**6:
                    server.process.terminate()
                    server.process.wait()
        output, trouble = load.stdout.read(), load.stderr.read()
        assert load.wait(SECONDS_MAX) == 1
        assert "is the server still running?" in trouble and " records loaded into" in output


# ---- records and queries -------------------------------------------------------------------------

def test_json_of_every_type(shell, client, set_name):
    client.put(("test", set_name, 1), {
        "i": -7, "f": 2.0, "s": 'ä"\n', "b": b"\x00\xff", "t": True, "l": [1, "two", [3.5, None]],
        "m": {"k": {"deep": b"x"}}, "n": {1: "a"}, "g": aerospike.GeoJSON({"type": "Point",
                                                                           "coordinates": [1, 2]})})
    row, = shell.rows("get", "1", "--set", set_name)
    geo = row["bins"].pop("g")
    assert json.loads(geo["$geo"]) == {"type": "Point", "coordinates": [1, 2]}
    assert row["bins"] == {
        "i": -7, "f": 2.0, "s": 'ä"\n', "b": {"$bytes": "00ff"}, "t": True,
        "l": [1, "two", [3.5, None]], "m": {"k": {"deep": {"$bytes": "78"}}},
        "n": {"$map": [[1, "a"]]}}
    assert isinstance(row["bins"]["f"], float)
    assert (row["set"], row["key"], row["generation"], row["ttl"]) == (set_name, 1, 1, None)
    again, = shell.rows("get", row["digest"], "--digest", "--set", set_name)
    assert again["bins"]["i"] == -7 and again["key"] is None


def test_what_is_shown_can_be_typed_again(shell, client, set_name):
    values = [-7, 2.5, "a \"b\" 'c'", "42", b"\x00\xff", True, [1, "two", {"k": [None]}], {1: "a"}]
    client.put(("test", set_name, 1), {f"b{n}": value for n, value in enumerate(values)})
    header, row = shell.run("get", "1", "--set", set_name).splitlines()
    starts = [header.index(f"b{n}") for n in range(len(values))]
    starts[0], starts[1] = header.index(")") + 1, header.index("b0") + 2   # numbers: to the right
    texts = [row[begin:end].strip() for begin, end in zip(starts, [*starts[1:], None])]
    shell.run("put", "2", *[f"b{n}={text}" for n, text in enumerate(texts)], "--set", set_name)
    assert client.get(("test", set_name, 2))[2] == client.get(("test", set_name, 1))[2]


def test_write_options(shell, client, set_name):
    put = ["put", "k", "--set", set_name]
    shell.run(*put, "a=1", "--update-only", status=1)
    shell.run(*put, "a=1", "b=2", "--create-only", "--ttl", "100")
    assert "there is a record" in shell.run(*put, "a=1", "--create-only", status=1)
    shell.run(*put, "c=3", "--replace", "--ttl", "keep", "--generation", "1")
    meta, bins = client.get(("test", set_name, "k"))[1:]
    assert bins == {"c": 3} and 90 < meta["ttl"] <= 100
    shell.run(*put, "c=3", "--ttl", "never")
    assert client.get(("test", set_name, "k"))[1]["ttl"] == 0xffffffff
    assert "changed since" in shell.run("delete", "k", "--set", set_name, "--generation", "1",
                                        status=1)
    shell.run("delete", "k", "--set", set_name, "--durable")
    for wrong in (["--ttl", "0"], ["--ttl", "long"], ["--create-only", "--replace"],
                  ["--generation", "0"]):
        shell.run(*put, "a=1", *wrong, status=2)


def test_pages_hold_each_record_once(shell, set_name):
    text = "n\n" + "".join(f"{n}\n" for n in range(500))
    shell.run("load", "-", "--set", set_name, "--key", "n", stdin=text)
    shell.run("index", "create", "n", "--set", set_name)
    for number, where in enumerate(([], ["--where", "n between 100 and 399"])):
        command = ["query", "--set", set_name, *where, "--limit", "70", "--resume", f"at{number}"]
        found, more = [], True
        while more:
            *page, end = shell.rows(*command)
            assert len(page) <= 70
            found += [row["bins"]["n"] for row in page]
            more = end["more"]
        assert sorted(found) == (list(range(100, 400)) if where else list(range(500)))
        assert shell.rows(*command) == [{"more": False}]
    assert "another namespace" in shell.run("scan", "--set", set_name, "--resume", "at1", status=1)
    shell.write("at1", "something else\n")
    assert "name another" in shell.run(*command, status=1)
    assert (shell.folder / "at1").read_text() == "something else\n"


def test_wrong_usage_has_status_2_and_failure_1(shell, set_name):
    for words in (["frob"], ["get"], ["get", "a", "--frob"], ["query", "--where", "a ? b"],
                  ["scan", "--partitions", "5-4096"], ["scan", "--limit", "0"],
                  ["--embedded", "scan"], ["put", "k", "a=[1"], ["truncate"]):
        shell.run(*words, "--set", set_name, status=2)
    for words in (["get", "a"], ["index", "drop", "nothing"], ["info", "frob"],
                  ["query", "--where", "a = 5"], ["--namespace", "nowhere", "sets"]):
        shell.run(*words, "--set", set_name, status=1)


def test_no_server(tmp_path):
    trouble = Shell(free_port(), tmp_path).run("status", status=1)
    assert "no server answers at 127.0.0.1:" in trouble and "`make run`" in trouble


def test_output_that_cannot_be_written(shell, client, set_name):
    client.put(("test", set_name, 1), {"a": 1})
    with open("/dev/full", "w") as full:
        run = subprocess.run([PROGRAM, "--port", str(shell.port), "get", "1", "--set", set_name],
                             stdout=full, stderr=subprocess.PIPE, text=True, timeout=SECONDS_MAX)
    assert run.returncode == 1 and "could not be written" in run.stderr


def test_a_script_ends_at_its_first_failure(shell, set_name):
    script = f"# a comment\n\nuse test.{set_name}\nput a n=1\nget a\nget b\nput c n=1\n"
    run = subprocess.run([PROGRAM, "--port", str(shell.port)], input=script, capture_output=True,
                         text=True, timeout=SECONDS_MAX)
    assert run.returncode == 1
    assert run.stdout.split() == ["(key)", "n", '"a"', "1"]
    assert run.stderr.startswith("winnow: line 6: no record has the key b")
    assert shell.count(set_name) == 1
    assert shell.run(stdin="quit\nfrob\n") == ""


# ---- the terminal --------------------------------------------------------------------------------

class Terminal:
    """The program on a terminal of its own, 100 columns wide."""

    def __init__(self, shell, *words):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            termios.tcsetwinsize(0, (24, 100))
            os.chdir(shell.folder)
            os.execve(PROGRAM, [PROGRAM, "--port", str(shell.port), *words], shell.environment)
        self.unread = ""

    def type(self, text):
        os.write(self.terminal, text.encode())

    def read(self, wanted):
        """More output; empty at its end."""
        ready, _, _ = select.select([self.terminal], [], [], SECONDS_MAX)
        assert ready, f"{wanted} does not come, only {self.unread!r}"
        try:
            return os.read(self.terminal, 65536).decode(errors="replace")
        except OSError:                 # how Linux tells that the other side has gone
            return ""

    def expect(self, text):
        """Reads on until `text` has come; returns what came before it."""
        while text not in self.unread:
            more = self.read(repr(text))
            assert more, f"{text!r} did not come, only {self.unread!r}"
            self.unread += more
        before, self.unread = self.unread.split(text, 1)
        return before

    def end(self):
        """The exit status, after all output."""
        while self.read("the end"):
            pass
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def test_completion_history_and_leaving(shell, client, set_name):
    client.put(("test", set_name, "k"), {"unmistakable": 1})
    terminal = Terminal(shell)
    terminal.expect("test> ")
    terminal.type(f"use test.{set_name}\n")
    terminal.expect(f"test.{set_name}> ")
    terminal.type("ind\tcr\tunm\t\n")
    terminal.expect(f"index {set_name}_unmistakable is ready")
    terminal.type("scan --n\t\t")
    terminal.expect("--namespace  --no-bins")
    terminal.type("\x03")               # Ctrl-C drops the line
    terminal.expect(f"test.{set_name}> scan --n")
    terminal.expect(f"test.{set_name}> ")
    terminal.type("get nothing\n")
    terminal.expect("no record has the key nothing")
    terminal.type("get k\n")
    terminal.expect("unmistakable")
    terminal.type("scan --n\t\t")       # when that is completed, keys reach the editor
    terminal.expect("--namespace  --no-bins")
    terminal.type("\x15\x04")           # Ctrl-D leaves, when the line is empty
    assert terminal.end() == 0

    again = Terminal(shell)
    again.expect("test> ")
    again.type("\x1b[A")                # the line before
    again.expect("get k")
    again.type("\x15\x04")
    assert again.end() == 0
    assert "get k" in (shell.folder / ".winnow_history").read_text().replace("\\040", " ")


def test_ctrl_c_ends_a_query_and_not_the_shell(shell, set_name):
    text = "n\n" + "".join(f"{n}\n" for n in range(20000))
    shell.run("load", "-", "--set", set_name, "--key", "n", stdin=text)
    terminal = Terminal(shell, "--set", set_name)
    terminal.expect(f"test.{set_name}> ")
    terminal.type("scan --rate 100 --json\n")      # minutes, if nobody ends it
    terminal.expect('"bins": {"n":')
    terminal.type("\x03")
    terminal.expect("winnow: ended by Ctrl-C")
    terminal.expect(f"test.{set_name}> ")
    terminal.type("sets\n")
    terminal.expect("20,000")
    terminal.type("quit\n")
    assert terminal.end() == 0


def test_truncate_asks(shell, client, set_name):
    client.put(("test", set_name, 1), {"a": 1})
    for answer, end in (("\n", "nothing was removed"), ("\x03", "nothing was removed"),
                        ("y\n", f"removed all 1 records of test.{set_name}")):
        terminal = Terminal(shell, "truncate", "--set", set_name)
        terminal.expect(f"remove all 1 records of test.{set_name}? [y/N] ")
        terminal.type(answer)
        terminal.expect(end)
        assert terminal.end() == (0 if answer == "y\n" else 1)


def test_wide_records_stand_upright(shell, client, set_name):
    client.put(("test", set_name, 1), {f"bin{n}": "x" * 20 for n in range(10)})
    terminal = Terminal(shell, "get", "1", "--set", set_name)
    assert terminal.expect("bin9").count("\n") == 10
    assert terminal.end() == 0
