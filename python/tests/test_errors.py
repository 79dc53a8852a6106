"""What exceptions tell, and that calls hold on to nothing."""
import copy
import gc
import pickle
import random
import sys
import tracemalloc

import pytest

import winnow
from doors import door  # noqa: F401
from winnow import exception as ex
from winnow.helpers.batch.records import BatchRecords, Read, Write
from winnow.helpers.operations import operations as op

NS, SET = "test", "errors"
KEY = (NS, SET, "k")


def fail(call):
    with pytest.raises(ex.AerospikeError) as caught:
        call()
    return caught.value


def test_attributes(door):  # noqa: F811
    door.truncate(NS, SET, 0)
    error = fail(lambda: door.get(KEY))
    assert type(error) is ex.RecordNotFound and isinstance(error, ex.RecordError)
    assert error.code == 2 and error.key == KEY and error.bin is None
    assert error.in_doubt is False and "record not found" in error.msg
    assert error.file.endswith(".cc") and error.line > 0
    assert door.get_node_names()[0]["node_name"] in error.msg
    door.put(KEY, {"s": "x"})
    error = fail(lambda: door.increment(KEY, "s", 1))
    assert type(error) is ex.BinIncompatibleType and error.bin == "s" and error.key == KEY


def test_they_can_be_pickled_and_copied(door):  # noqa: F811
    door.truncate(NS, SET, 0)
    for call in (lambda: door.get(KEY), lambda: door.get(5), lambda: door.put(KEY, {"x" * 16: 1}),
                 lambda: door.info_all("no-such-command")):
        error = fail(call)
        for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
            assert type(again) is type(error) and str(again) == str(error)
            assert again.code == error.code and again.in_doubt == error.in_doubt


def test_text_of_errors(door):  # noqa: F811
    error = fail(lambda: door.get(KEY, {"max_retires": 1}))
    assert str(error) == "policy has no 'max_retires'; did you mean max_retries? [-2]"


# ---- whatever is passed: an exception of ours or a TypeError, never another, never a crash

class Junk:
    """Arguments of all kinds, from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def plain(self):
        return self.random.choice([
            None, True, 0, -1, 2**63 - 1, 2**70, 1.5, "", "a", "x" * 20, "\ud800", "n\0u", b"", b"x",
            bytearray(20), object(), len, KEY, (NS, SET, None, bytearray(20)), (NS, SET), [KEY],
            [KEY, ("nope", SET, 1)], {"a": 1}, {"ttl": 5}, {"total_timeout": 1000},
            {"expressions": b"\x93"}, [op.read("a")], [op.increment("a", 1), op.read("a")],
            [{"op": 1, "bin": "l", "val": [1]}], [{"op": 2**70, "bin": "l"}], winnow.GeoJSON({}),
            winnow.KeyOrderedDict(b=1, a=2), winnow.RawBytes(b"\xff\xff", 19), winnow.null(),
            winnow.HyperLogLog(b"abc"), winnow.CDTInfinite(), BatchRecords([Read(KEY, None)]),
            BatchRecords([5]), winnow.Client, NS, SET, 4, "query"])

    def __call__(self, depth=0):
        kind = self.random.random() if depth < 4 else 1
        some = range(self.random.randrange(4))
        if kind < 0.1:
            return [self(depth + 1) for _ in some]
        if kind < 0.2:
            return {self.random.choice(["a", "", 5, None, b"b", "x" * 20]): self(depth + 1)
                    for _ in some}
        if kind < 0.25:
            return tuple(self(depth + 1) for _ in some)
        return self.plain()


@pytest.mark.parametrize("seed", range(5))
def test_junk(seed):
    junk = Junk(seed)
    with winnow.client({"embedded": ":memory:"}) as client:
        methods = [name for name in dir(client)
                   if not name.startswith("_") and name not in ("close", "connect")]
        good = 0
        for _ in range(3000):
            name = junk.random.choice(methods)
            arguments = [junk() for _ in range(junk.random.randrange(6))]
            if arguments and junk.random.random() < 0.5:
                arguments[0] = KEY
            try:
                getattr(client, name)(*arguments)
                good += 1
            except (ex.AerospikeError, TypeError):
                pass
        assert good > 10
    for _ in range(500):
        names = ["hosts", "policies", "lua", "tls", "namespaces", "default_ttl", "nope"]
        config = {"embedded": ":memory:", junk.random.choice(names): junk()}
        try:
            winnow.client(config).close()
        except ex.AerospikeError:
            pass


# ---- references and memory

def cycle(client):
    """Every kind of call, good and bad."""
    client.put(KEY, {"a": 1, "l": [1, {"x": b"y"}], "g": winnow.GeoJSON({"type": "Point",
                                                                         "coordinates": [1, 2]}),
                     "o": winnow.KeyOrderedDict(b=1, a=[2])}, {"ttl": 100}, {"key": 1})
    client.get(KEY)
    client.get(KEY, {"deserialize": False, "expressions": None})
    client.select(KEY, ["a"])
    client.exists(KEY)
    client.append(KEY, "s", "x")
    client.operate_ordered(KEY, [op.read("a"), op.increment("a", 1), op.read("l")])
    client.batch_read([KEY, (NS, SET, "none")])
    client.batch_operate([KEY], [op.increment("a", 1), op.read("a")])
    client.batch_write(BatchRecords([Read(KEY, None, True), Write(KEY, [op.write("a", 1)])]))
    client.get_many([KEY, (NS, SET, "none")])
    client.info_all("build")
    client.get_node_names()
    client.get_policies()
    client.remove_bin(KEY, ["s"])
    for bad in (lambda: client.get(5), lambda: client.get((NS, SET, "none")),
                lambda: client.put(KEY, {"a": [1, {"x": object()}]}),
                lambda: client.put(KEY, {"a": winnow.KeyOrderedDict({1.5: 2})}),
                lambda: client.put(KEY, {"a": 1}, {"x": 1}), lambda: client.get(KEY, {"x": 1}),
                lambda: client.operate(KEY, [op.read("a"), {}]),
                lambda: client.batch_read([KEY, 5]), lambda: client.info_all("no-such-command"),
                lambda: client.batch_write(BatchRecords([Read(KEY, None), 5]))):
        try:
            bad()
        except ex.AerospikeError:
            pass


def test_no_references_are_left_or_lost(door):  # noqa: F811
    cycle(door)  # what is made once
    constants = [winnow.GeoJSON, winnow.KeyOrderedDict, KEY, ex.ParamError, BatchRecords, None,
                 True]
    gc.collect()
    counts, objects = [sys.getrefcount(c) for c in constants], len(gc.get_objects())
    for _ in range(100):
        cycle(door)
    gc.collect()
    assert abs(len(gc.get_objects()) - objects) < 50
    for constant, before in zip(constants, counts):
        assert abs(sys.getrefcount(constant) - before) < 50, constant


def test_no_memory_is_left(door):  # noqa: F811
    def traced():
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    big = {"v": ["x" * 1000] * 100}
    tracemalloc.start()
    try:
        for _ in range(20):
            door.put(KEY, big)
            door.get(KEY)
        before = traced()
        for _ in range(200):
            door.put(KEY, big)
            door.get(KEY)
            door.batch_read([KEY])
        assert traced() - before < 20_000
    finally:
        tracemalloc.stop()
