"""A tour of what an application does, with the official Python client as it is."""
import time

import aerospike
import pytest
from aerospike import exception, predicates
from aerospike_helpers.batch import records as batch
from aerospike_helpers.operations import operations as op


def load(client, set_name, count):
    """Records with keys 0..count-1 and bins n = key, g = key % 10."""
    for n in range(count):
        client.put(("test", set_name, n), {"n": n, "g": n % 10})


def values(records, bin_name="n"):
    return sorted(bins[bin_name] for _, _, bins in records)


def partition_of(key):
    """The partition of a record that came back: the low 12 bits of its digest."""
    return int.from_bytes(key[3][:2], "little") % 4096


def test_put_and_get_every_type(client, set_name):
    bins = {"i": -7, "big": 2**63 - 1, "f": 0.5, "s": "ä€", "b": b"\x00\xff", "t": True,
            "l": [1, "two", [3.0, None]], "m": {"k": {"deep": b"x"}, 2: [1]}}
    key = ("test", set_name, "key")
    client.put(key, bins)
    found, meta, read = client.get(key)
    assert read == {**bins, "b": b"\x00\xff"}
    assert meta["gen"] == 1
    assert found[0:2] == ("test", set_name)


def test_absent_and_removed(client, set_name):
    key = ("test", set_name, 1)
    with pytest.raises(exception.RecordNotFound):
        client.get(key)
    client.put(key, {"a": 1})
    client.remove(key)
    assert client.exists(key)[1] is None
    with pytest.raises(exception.RecordNotFound):
        client.remove(key)


def test_select_and_remove_a_bin(client, set_name):
    key = ("test", set_name, 1)
    client.put(key, {"a": 1, "b": 2, "c": 3})
    assert client.select(key, ["a", "c"])[2] == {"a": 1, "c": 3}
    client.remove_bin(key, ["a"])
    assert client.get(key)[2] == {"b": 2, "c": 3}


def test_generation_and_exists_policies(client, set_name):
    key = ("test", set_name, 1)
    client.put(key, {"a": 1})
    client.put(key, {"a": 2}, {"gen": 1}, {"gen": aerospike.POLICY_GEN_EQ})
    with pytest.raises(exception.RecordGenerationError):
        client.put(key, {"a": 3}, {"gen": 1}, {"gen": aerospike.POLICY_GEN_EQ})
    with pytest.raises(exception.RecordExistsError):
        client.put(key, {"a": 3}, policy={"exists": aerospike.POLICY_EXISTS_CREATE})
    assert client.get(key)[2] == {"a": 2}


def test_time_to_live(client, set_name):
    key = ("test", set_name, 1)
    client.put(key, {"a": 1}, {"ttl": 1})
    assert client.get(key)[2] == {"a": 1}
    deadline = time.monotonic() + 5
    while client.exists(key)[1] is not None:
        assert time.monotonic() < deadline, "the record does not expire"
        time.sleep(0.1)


def test_sent_key_comes_back(client, set_name):
    key = ("test", set_name, "my key")
    client.put(key, {"a": 1}, policy={"key": aerospike.POLICY_KEY_SEND})
    (found, _, _), = client.query("test", set_name).results()
    assert found[2] == "my key"


def test_operate(client, set_name):
    key = ("test", set_name, 1)
    client.put(key, {"n": 5, "s": "b"})
    _, meta, bins = client.operate(key, [op.increment("n", 3), op.append("s", "c"),
                                         op.prepend("s", "a"), op.read("n"), op.read("s")])
    assert bins == {"n": 8, "s": "abc"}
    assert meta["gen"] == 2


def test_batch_read(client, set_name):
    load(client, set_name, 300)
    rows = client.batch_read([("test", set_name, n) for n in range(305)]).batch_records
    assert [row.result for row in rows] == [0] * 300 + [2] * 5
    assert [row.record[2]["n"] for row in rows[:300]] == list(range(300))


def test_batch_of_mixed_rows(client, set_name):
    load(client, set_name, 3)
    rows = batch.BatchRecords([
        batch.Write(("test", set_name, 0), [op.increment("n", 10)]),
        batch.Read(("test", set_name, 1), [op.read("g")]),
        batch.Remove(("test", set_name, 2)),
        batch.Read(("test", set_name, 9), None),
    ])
    client.batch_write(rows)
    assert [row.result for row in rows.batch_records] == [0, 0, 0, 2]
    assert rows.batch_records[1].record[2] == {"g": 1}
    assert client.get(("test", set_name, 0))[2]["n"] == 10
    assert client.exists(("test", set_name, 2))[1] is None


def test_query_of_partitions(client, set_name):
    """Two halves of the partitions make up the set, and a half has no record of the other."""
    load(client, set_name, 1000)
    filters = [{"begin": begin, "count": 2048} for begin in (0, 2048)]
    halves = [client.query("test", set_name).results({"partition_filter": part})
              for part in filters]
    assert values(halves[0] + halves[1]) == list(range(1000))
    assert 300 < len(halves[0]) < 700
    for number, half in enumerate(halves):
        assert {partition_of(key) // 2048 for key, _, _ in half} == {number}


def test_query_without_bins_and_of_some_bins(client, set_name):
    load(client, set_name, 50)
    query = client.query("test", set_name)
    query.select("g")
    assert all(list(bins) == ["g"] for _, _, bins in query.results())
    bare = client.query("test", set_name).results(options={"nobins": True})
    assert len(bare) == 50 and not any(bins for _, _, bins in bare)


def test_pages(client, set_name):
    load(client, set_name, 500)
    query = client.query("test", set_name)
    query.max_records, pages = 70, []
    query.paginate()
    while not query.is_done():
        pages.append(query.results())
        assert len(pages) < 20
    assert all(len(page) <= 70 for page in pages)
    assert values(sum(pages, [])) == list(range(500))


def test_index_and_range_query(client, set_name):
    load(client, set_name, 500)
    client.index_single_value_create("test", set_name, "n", aerospike.INDEX_NUMERIC,
                                     f"{set_name}_n")
    query = client.query("test", set_name)
    query.where(predicates.between("n", 100, 149))
    assert values(query.results()) == list(range(100, 150))

    client.put(("test", set_name, 120), {"n": 9000})
    client.remove(("test", set_name, 121))
    again = client.query("test", set_name)
    again.where(predicates.between("n", 100, 149))
    assert values(again.results()) == [n for n in range(100, 150) if n not in (120, 121)]

    client.index_remove("test", f"{set_name}_n")
    gone = client.query("test", set_name)
    gone.where(predicates.equals("n", 1))
    with pytest.raises(exception.IndexNotFound):
        gone.results()


def test_string_index(client, set_name):
    for n in range(100):
        client.put(("test", set_name, n), {"n": n, "city": f"city{n % 7}"})
    client.index_single_value_create("test", set_name, "city", aerospike.INDEX_STRING,
                                     f"{set_name}_c")
    query = client.query("test", set_name)
    query.where(predicates.equals("city", "city3"))
    assert values(query.results()) == [n for n in range(100) if n % 7 == 3]


def test_what_is_not_served_is_refused_and_not_ignored(client, set_name):
    """A filter that nobody evaluates must not let a delete through."""
    from aerospike_helpers import expressions as exp
    key = ("test", set_name, 1)
    client.put(key, {"a": 1})
    never = exp.Eq(exp.IntBin("a"), 2).compile()
    with pytest.raises(exception.AerospikeError):
        client.remove(key, policy={"expressions": never})
    assert client.get(key)[2] == {"a": 1}


def test_truncate(client, set_name):
    load(client, set_name, 100)
    client.truncate("test", set_name, 0)
    deadline = time.monotonic() + 5
    while client.query("test", set_name).results():
        assert time.monotonic() < deadline, "truncated records stay"
        time.sleep(0.05)
    load(client, set_name, 3)
    assert values(client.query("test", set_name).results()) == [0, 1, 2]
