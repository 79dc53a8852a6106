"""Many records in one call: batch_read, batch_write, batch_operate, batch_remove, and the old
get_many, exists_many, select_many."""
import aerospike
import aerospike_helpers.batch.records as official_records
import pytest

import winnow
from doors import door  # noqa: F401
from proxy import Proxy
from served import Server, winnowd
from winnow import exception as ex
from winnow.helpers.batch.records import Apply, BatchRecord, BatchRecords, Read, Remove, Write
from winnow.helpers.operations import list_operations, operations as op

NS, SET = "test", "batch"
NEVER = winnow.TTL_NEVER_EXPIRE
OK, NOT_FOUND, FAILED = 0, 2, -16


def key(i):
    return (NS, SET, i)


def full(i):
    return (NS, SET, i, winnow.calc_digest(NS, SET, i))


KEYS = [key(i) for i in range(5)]  # of which the first three have a record


@pytest.fixture
def client(door):  # noqa: F811
    door.truncate(NS, SET, 0)
    for i in range(3):
        door.put(key(i), {"n": i, "s": f"s{i}", "l": [i]})
    return door


def results(batch):
    return [row.result for row in batch.batch_records]


def test_batch_read(client):
    batch = client.batch_read(KEYS)
    assert isinstance(batch, BatchRecords) and batch.result == OK
    assert all(type(row) is BatchRecord for row in batch.batch_records)
    assert results(batch) == [OK, OK, OK, NOT_FOUND, NOT_FOUND]
    for i, row in enumerate(batch.batch_records):
        assert row.key == full(i) and row.in_doubt is False
        assert row.subcode == 0 and row.message is None
        assert row.record == (None if i > 2 else (full(i), {"ttl": NEVER, "gen": 1},
                                                  {"n": i, "s": f"s{i}", "l": [i]}))
    assert "BatchRecord" in repr(batch)


def test_batch_read_of_some_bins(client):
    batch = client.batch_read(KEYS, ["n", "none"])
    assert [row.record and row.record[2] for row in batch.batch_records] \
        == [{"n": 0}, {"n": 1}, {"n": 2}, None, None]
    batch = client.batch_read(KEYS, [])
    assert [row.record for row in batch.batch_records] \
        == [(full(i), {"ttl": NEVER, "gen": 1}) for i in range(3)] + [None, None]
    assert client.batch_read([]).batch_records == []


def test_the_same_key_twice(client):
    batch = client.batch_read([key(1), key(1), key(2), key(1)])
    assert [row.record[2]["n"] for row in batch.batch_records] == [1, 1, 2, 1]


def test_many_rows(client):
    keys = [key(f"many{i}") for i in range(4000)]
    batch = client.batch_operate(keys, [op.write("a", 1), op.write("s", "x" * 100)])
    assert batch.result == OK and set(results(batch)) == {OK}
    batch = client.batch_read(keys)
    assert all(row.record[2] == {"a": 1, "s": "x" * 100} for row in batch.batch_records)


def test_sets_and_namespaces_may_differ(client):
    client.put(("bar", None, 1), {"n": 10})
    client.put((NS, "batch2", 1), {"n": 20})
    batch = client.batch_read([("bar", None, 1), key(1), (NS, "batch2", 1), ("nope", SET, 1)])
    assert [row.record and row.record[2]["n"] for row in batch.batch_records] == [10, 1, 20, None]
    assert results(batch) == [OK, OK, OK, 20] and batch.result == FAILED


def test_raw_bytes(client):
    row = client.batch_read([key(1)], policy={"deserialize": False}).batch_records[0]
    assert isinstance(row.record[2]["l"], winnow.RawBytes)


@pytest.mark.parametrize("keys", [None, 5, key(1), (key(1),), [5], [("test",)], [key(1), None]],
                         ids=repr)
def test_wrong_keys(client, keys):
    for call in (client.batch_read, client.get_many, client.exists_many, client.batch_remove,
                 lambda k: client.select_many(k, ["n"]),
                 lambda k: client.batch_operate(k, [op.read("n")])):
        with pytest.raises(ex.ParamError):
            call(keys)


def test_wrong_bins_and_policies(client):
    for bins in (5, "n", [5], [None]):
        with pytest.raises(ex.ParamError):
            client.batch_read(KEYS, bins)
    with pytest.raises(ex.BinNameError):
        client.batch_read(KEYS, ["x" * 16])
    for policy in (5, {"total_timeuot": 1}, {"key": 1}):
        with pytest.raises(ex.ParamError):
            client.batch_read(KEYS, None, policy)
        with pytest.raises(ex.ParamError):
            client.batch_remove(KEYS, policy)
    for policy in (5, {"total_timeout": 1}, {"exists": 9}):
        with pytest.raises(ex.ParamError):
            client.batch_operate(KEYS, [op.read("n")], None, policy)
        with pytest.raises(ex.ParamError):
            client.batch_write(BatchRecords([Write(key(1), [op.write("n", 1)], policy=policy)]))


# ---- batch_operate, batch_remove

def test_batch_operate(client):
    batch = client.batch_operate(KEYS, [op.increment("n", 10), op.read("n")])
    assert results(batch) == [OK] * 5 and batch.result == OK
    assert [row.record[2]["n"] for row in batch.batch_records] == [10, 11, 12, 10, 10]
    batch = client.batch_operate(KEYS, [op.write("n", 0)], ttl=100)
    assert all(99 <= row.record[1]["ttl"] <= 100 for row in batch.batch_records)
    batch = client.batch_operate(KEYS, [op.write("n", 1)], policy_batch={"total_timeout": 5000},
                                 policy_batch_write={"exists": winnow.POLICY_EXISTS_CREATE})
    assert set(results(batch)) == {5} and batch.result == FAILED
    assert client.get(key(0))[2]["n"] == 0


def test_batch_remove(client):
    batch = client.batch_remove(KEYS)
    assert results(batch) == [OK, OK, OK, NOT_FOUND, NOT_FOUND] and batch.result == OK
    assert set(results(client.batch_read(KEYS))) == {NOT_FOUND}


def test_batch_remove_of_a_generation(client):
    client.put(key(1), {"n": 5})
    batch = client.batch_remove(KEYS[:2], policy_batch_remove={"gen": winnow.POLICY_GEN_EQ,
                                                               "generation": 2})
    assert results(batch) == [3, OK]


# ---- batch_write

def test_batch_write(client):
    rows = [Read(key(0), None, read_all_bins=True), Read(key(1), [op.read("n")]),
            Read(key(2), None), Read(key(3), None, True),
            Write(key(4), [op.write("a", 1), op.read("a")], {"ttl": 100},
                  {"key": winnow.POLICY_KEY_SEND}),
            Write(key(0), [op.append("n", "x")]), Remove(key(1)), Remove(key(77))]
    batch = BatchRecords(rows)
    assert client.batch_write(batch) is batch and batch.batch_records is rows
    assert results(batch) == [OK, OK, OK, NOT_FOUND, OK, 12, OK, NOT_FOUND]
    assert batch.result == FAILED
    bins = [row.record and row.record[2] for row in rows]
    assert bins[:5] == [{"n": 0, "s": "s0", "l": [0]}, {"n": 1}, {}, None, {"a": 1}]
    assert rows[0].record[0] == full(0) and rows[0].key == key(0)
    assert 99 <= rows[4].record[1]["ttl"] <= 100 and rows[5].record is None
    assert client.exists(key(1))[1] is None
    assert [k[2] for k, _, b in client.query(NS, SET).results() if "a" in b] == [4]
    # The same object again: everything is filled anew.
    client.batch_write(batch)
    assert results(batch) == [OK, NOT_FOUND, OK, NOT_FOUND, OK, 12, NOT_FOUND, NOT_FOUND]
    assert rows[1].record is None


def test_generations_of_rows(client):
    equal = {"gen": winnow.POLICY_GEN_EQ}
    batch = BatchRecords([Write(key(0), [op.write("n", 5)], {"gen": 7}, equal),
                          Write(key(1), [op.write("n", 5)], {"gen": 1}, equal)])
    client.batch_write(batch)
    assert results(batch) == [3, OK]


def test_an_empty_batch(client):
    batch = client.batch_write(BatchRecords())
    assert batch.batch_records == [] and batch.result == OK


@pytest.mark.parametrize("batch, names", [
    (None, "BatchRecords"), ([Read(key(1), None)], "BatchRecords"), (BatchRecords([5]), "int"),
    (BatchRecords([Read(5, None)]), "tuple"),
    (BatchRecords([Read(key(1), [op.write("n", 1)])]), "Write"),
    (BatchRecords([Read(key(1), [5])]), "dict"), (BatchRecords([Write(key(1), [])]), "operations"),
    (BatchRecords([Write(key(1), [op.write("n", 1)], {"x": 1})]), "meta"),
    (BatchRecords([Write(key(1), [op.write("n", {1})])]), "set"),
    (BatchRecords([BatchRecord(key(1))]), "Read"),
], ids=repr)
def test_wrong_batches_are_not_sent(client, batch, names):
    before = client.get(key(1))
    with pytest.raises(ex.ParamError) as caught:
        client.batch_write(batch)
    assert names in caught.value.msg, caught.value.msg
    assert client.get(key(1)) == before


def test_what_is_not_served_is_not_sent(client):
    rows = [Write(key(0), [op.write("n", 5)])]
    for more in (Apply(key(1), "m", "f", []), Write(key(1), [list_operations.list_append("l", 1)])):
        with pytest.raises(ex.UnsupportedFeature):
            client.batch_write(BatchRecords(rows + [more]))
    assert client.get(key(0))[2]["n"] == 0


# ---- release 7.1.1

def test_get_many(client):
    got = client.get_many(KEYS)
    assert got == [(full(i), {"ttl": NEVER, "gen": 1}, {"n": i, "s": f"s{i}", "l": [i]})
                   for i in range(3)] + [(full(3), None, None), (full(4), None, None)]
    assert client.get_many(keys=[], policy={"total_timeout": 1000}) == []


def test_exists_many(client):
    assert client.exists_many(KEYS) == [(full(i), {"ttl": NEVER, "gen": 1}) for i in range(3)] \
        + [(full(3), None), (full(4), None)]


def test_select_many(client):
    got = client.select_many(KEYS, ["n"])
    assert got == [(full(i), {"ttl": NEVER, "gen": 1}, {"n": i}) for i in range(3)] \
        + [(full(3), None, None), (full(4), None, None)]


def test_rows_that_fail_are_raised_by_the_old_calls(client):
    with pytest.raises(ex.NamespaceNotFound) as caught:
        client.get_many([key(1), ("nope", SET, 1)])
    assert caught.value.code == 20


# ---- faults

def test_a_batch_whose_server_hangs_up():
    with Server(winnowd()) as server, Proxy(server.port) as proxy:
        config = {"hosts": [("127.0.0.1", proxy.port)]}
        with winnow.client(config) as client:
            client.put(key(1), {"n": 1})
            proxy.cut_after(0)
            rows = [Read(key(1), None, True), Write(key(2), [op.write("n", 1)])]
            batch = BatchRecords(rows)
            with pytest.raises(ex.ConnectionError) as caught:
                client.batch_write(batch)
            assert caught.value.in_doubt
            assert [row.in_doubt for row in rows] == [False, True]
            assert batch.result == FAILED and OK not in results(batch)


# ---- the official client as a witness

@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_both_clients_answer_alike():
    def rows(module):
        return module.BatchRecords([
            module.Read(key(0), None, True), module.Read(key(1), [op.read("n")]),
            module.Read(key(2), None), module.Read(key(3), None, True),
            module.Write(key(4), [op.write("a", 1)], {"ttl": 100}),
            module.Write(key(0), [op.append("n", "x")]), module.Remove(key(1))])

    def answers_of(record):
        # The official client has an answer None for each operation that only writes; and a second
        # may pass between the two.
        if record is None or len(record) < 3:
            return record
        bins = {name: value for name, value in record[2].items() if value is not None}
        return record[0], record[1]["gen"], record[1]["ttl"] in (99, 100, NEVER), bins

    def told(batch):
        # `message` is the official client's own text.
        return batch.result, [(row.key, answers_of(row.record), row.result, row.in_doubt,
                               row.subcode) for row in batch.batch_records]

    with Server(winnowd()) as server:
        hosts = {"hosts": [(server.host, server.port)]}
        answers = []
        with winnow.client(hosts) as ours:
            theirs = aerospike.client(hosts)
            for client, module in ((ours, winnow.helpers.batch.records),
                                   (theirs, official_records)):
                for i in range(5):
                    ours.put(key(i), {"n": i}, policy={"ttl": 1000})
                    ours.remove(key(i))
                for i in range(3):
                    ours.put(key(i), {"n": i})
                answers.append([
                    told(client.batch_read(KEYS)), told(client.batch_read(KEYS, ["n"])),
                    told(client.batch_read(KEYS, [])),
                    told(client.batch_operate(KEYS[:3], [op.increment("n", 1), op.read("n")])),
                    told(client.batch_write(rows(module))), told(client.batch_remove(KEYS))])
            theirs.close()
    for our_answer, their_answer in zip(*answers):
        assert our_answer == their_answer
