"""The files of examples/ print what they say: embedded, served, and with the official client, which
is the witness. Order is not promised, so lines are compared sorted where it is open."""
import ast
import pathlib
import subprocess
import sys

import pytest

import winnow
from served import Server, winnowd

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
THIRTY_DAYS = 2592000
DOORS = ["embedded", "served", "official"]
PLAYERS = [{"score": 100, "elo": 1400}, {"score": 20, "elo": 1500}, {"score": 10, "elo": 1100},
           {"score": 200, "elo": 900}]
PARTITIONS = [3690, 1096, 1126, 4022]       # of player0 to player3
DIGESTS = [
    b"j>@\xfe\xe0\x94\xd5?\n\xd7\xc3\xf2\xd7\x045\xbc*\x07 \x1a",
    b"HD\xd1\xfa$L\xa0\xf5\xa2~\xd6\x1dv\x91\x9f\xd6\xfa\xad\x18\x00",
    b'f\xa4\t"\xa9uc\xf5\xce\x97\xf0\x16\x9eI\xab\x89Q\xb8\xef\x0b',
    b"\xb6\x9f\xf5\x7f\xfarb.IeaVc\x17n\xf4\x9b\xad\xa7T",
]
# Keys of set "demo" in partitions 1000 to 1003.
KEYS_1000_TO_1003 = [3848, 560, 4025, 4579]


@pytest.fixture(scope="module")
def port():
    """A server whose records live for 30 days unless they are told otherwise."""
    with Server(winnowd()) as server:
        with winnow.client({"hosts": [(server.host, server.port)]}) as client:
            client.info_all(f"set-config:context=namespace;id=test;default-ttl={THIRTY_DAYS}")
        yield server.port


EMBEDDED = f"""
import runpy, sys, winnow
winnow.install_as_aerospike(embedded=winnow.Database(default_ttl={THIRTY_DAYS}))
sys.path.insert(0, {{folder!r}})
runpy.run_path({{file!r}}, run_name="__main__")
"""


@pytest.fixture(params=DOORS)
def run(request, tmp_path):
    """run(file, changes) -> lines printed; changes: {text that stands there once: text instead}."""
    door = request.param
    if door != "embedded":
        server_port = request.getfixturevalue("port")

    def run_example(name, changes={}):
        copy(EXAMPLES / "players.py", tmp_path, door)
        copy(EXAMPLES / name, tmp_path, door, changes)
        if door == "embedded":
            command = ["-c", EMBEDDED.format(folder=str(tmp_path), file=str(tmp_path / name))]
        else:
            players = tmp_path / "players.py"
            text = players.read_text()
            assert text.count("3000") == 1
            players.write_text(text.replace("3000", str(server_port)))
            command = [tmp_path / name]
        # The newest official client warns of names that are still served here.
        ended = subprocess.run([sys.executable, "-W", "ignore::DeprecationWarning", *command],
                               capture_output=True, text=True, timeout=60)
        assert ended.stderr == "" and ended.returncode == 0, ended.stderr
        return ended.stdout.splitlines()
    return run_example


def copy(source, folder, door, changes={}):
    text = source.read_text()
    if door == "official":
        text = text.replace("import winnow as aerospike", "import aerospike")
        text = text.replace("from winnow import", "from aerospike import")
        assert "winnow" not in text
        text = text.replace("client.get_many(keyTuples)",
                            "[r.record for r in client.batch_read(keyTuples).batch_records]")
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / source.name).write_text(text)


def record(line):
    """A printed record, read back."""
    return eval(line, {"bytearray": bytearray})


def player_of(printed):
    """Which of the four it is: everything in the record has to fit."""
    (ns, name, user_key, digest), meta, bins = printed
    assert (ns, name, user_key) == ("test", "demo", None)
    assert THIRTY_DAYS - 60 <= meta["ttl"] <= THIRTY_DAYS and meta["gen"] == 1
    number = DIGESTS.index(bytes(digest))
    assert bins == PLAYERS[number]
    return number


def test_a_equality(run):
    lines = run("a_equality.py")
    assert len(lines) == 1
    ((key, meta, bins),) = record(lines[0])
    assert player_of((key, meta, {**bins, "elo": 1400})) == 0
    assert bins == {"score": 100}


def test_b_partitions(run):
    assert run("b_partitions.py") == ["[]"]


PUT_FOUR = (f'for number in {KEYS_1000_TO_1003}: client.put(("test", "demo", number), '
            '{"score": 1})\n')


def test_b_partitions_with_a_record_in_each(run):
    lines = run("b_partitions.py", {"# This is an example": PUT_FOUR + "# This is an example"})
    partitions = sorted(int.from_bytes(key[3][:2], "little") & 4095
                        for key, meta, bins in record(lines[0]))
    assert partitions == [1000, 1001, 1002, 1003]


def test_c_update(run):
    lines = run("c_update.py")
    assert [ast.literal_eval(line) for line in lines] == [
        {"score": 100, "elo": 1500}, {"score": 20, "elo": 1520},
        {"score": 10, "elo": 1110}, {"score": 200, "elo": 1100}]


def test_d_stop_early(run):
    assert run("d_stop_early.py") == ["2"]


def test_e_partitions_foreach(run):
    assert run("e_partitions_foreach.py") == ["0", "[]"]


def test_e_partitions_foreach_with_a_record_in_each(run):
    lines = run("e_partitions_foreach.py",
                {"# This is an example": PUT_FOUR + "# This is an example"})
    assert sorted(lines[:4]) == ["1000", "1001", "1002", "1003"]
    assert lines[4] == "4" and sorted(record(lines[5])) == [1000, 1001, 1002, 1003]


def test_h_pages(run):
    lines = run("h_pages.py")
    assert lines[0] == "got page: 0" and lines[3] == "got page: 1"
    # Whether the second page can know that it was the last is the client's business; the third,
    # empty one is what old clients need.
    assert lines[6:] in (["all done"], ["got page: 2", "all done"])
    assert sorted(player_of(record(line)) for line in lines[1:3] + lines[4:6]) == [0, 1, 2, 3]


@pytest.mark.parametrize("query", ["the same", "a new one"])
def test_i_resume(run, query):
    last = "query.foreach(resume_callback, policy)"
    changes = {last: 'query = client.query("test", "demo")\n' + last} if query != "the same" else {}
    lines = run("i_resume.py", changes)
    assert len(lines) == 4
    first = [player_of(record(line)) for line in lines[:2]]
    second = []
    for line in lines[2:]:
        partition, _, printed = line.partition(" -> ")
        second.append(player_of(record(printed)))
        assert int(partition) == PARTITIONS[second[-1]]
    assert sorted(first + second) == [0, 1, 2, 3]


def test_the_examples_run_as_they_are():
    """As README.md of the folder says it, by the unchanged files."""
    for name in ["a_equality.py", "c_update.py", "i_resume.py"]:
        ended = subprocess.run([sys.executable, "-m", "winnow.as_aerospike", "--embedded",
                                ":memory:", EXAMPLES / name],
                               capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stderr) == (0, ""), name
        assert ended.stdout
