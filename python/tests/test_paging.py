"""Pages, partition filters, and going on where a query ended."""
import copy
import json
import pickle

import pytest

import winnow
from doors import door  # noqa: F401
from proxy import Proxy
from served import Server, winnowd
from winnow import exception as ex
from winnow import predicates as p
from winnow.partitions import PartitionStatus

NS, SET, COUNT = "test", "paging", 300


@pytest.fixture(scope="module")
def client(door):  # noqa: F811
    for n in range(COUNT):
        door.put((NS, SET, n), {"n": n})
    door.index_integer_create(NS, SET, "n", "paging_n")
    return door


@pytest.fixture(params=["primary", "index"])
def query(client, request):
    """All records, by either kind of index."""
    made = client.query(NS, SET)
    return made if request.param == "primary" else made.where(p.between("n", 0, COUNT))


def numbers(records):
    return [bins["n"] for _, _, bins in records]


def partition(n):
    return int.from_bytes(winnow.calc_digest(NS, SET, n)[:2], "little") & 4095


def stop_after(count, seen):
    """A call-back that refuses the record after `count`."""
    def callback(*arguments):
        if len(seen) == count:
            return False
        seen.append(arguments[-1])
    return callback


def some_status(query, count=10):
    """The status of a query that has ended after `count` records, and those records."""
    seen = []
    query.paginate()
    query.foreach(stop_after(count, seen))
    return query.get_partitions_status(), seen


# ---- pages

def test_pages(query):
    assert query.paginate() is True
    query.max_records = 100
    pages = []
    while not query.is_done():
        pages.append(numbers(query.results()))
    # The third page is full, so that only a fourth tells that nothing is left.
    assert [len(page) for page in pages] == [100, 100, 100, 0]
    assert sorted(sum(pages, [])) == list(range(COUNT))
    assert query.results() == []


def test_the_last_page_tells_that_it_is_one(query):
    query.paginate()
    query.max_records = COUNT + 1
    assert len(query.results()) == COUNT
    assert query.is_done()


def test_four_records_in_pages_of_two(client):
    for n in range(4):
        client.put((NS, "four", n), {"n": n})
    query = client.query(NS, "four")
    query.max_records = 2
    query.paginate()
    pages = []
    for _ in range(3):
        pages.append((len(query.results()), query.is_done()))
    assert pages == [(2, False), (2, False), (0, True)]


def test_without_a_limit_it_is_done_after_one_run(query):
    query.paginate()
    assert not query.is_done()
    assert len(query.results()) == COUNT
    assert query.is_done()
    assert query.results() == []
    seen = []
    query.foreach(seen.append)
    assert seen == []


def test_a_query_that_keeps_no_track(query):
    assert (query.get_partitions_status(), query.is_done()) == ({}, False)
    query.max_records = 10
    assert len(query.results()) == 10
    assert (query.get_partitions_status(), query.is_done()) == ({}, False)
    assert len(query.results()) == 10
    query.paginate()
    assert (query.get_partitions_status(), query.is_done()) == ({}, False)


# ---- the status

def test_a_status_tells_where_it_is(client):
    query = client.query(NS, SET)
    query.paginate()
    query.max_records = 100
    records = query.results()
    status = query.get_partitions_status()
    assert set(status) == {"done", "retry", *range(4096)}
    assert (status["done"], status["retry"]) == (False, False)
    last = {partition(n): n for n in numbers(records)}
    for number, n in last.items():
        entry = status[number]
        assert entry == (number, True, True, winnow.calc_digest(NS, SET, n), 0)
        assert (entry.id, entry.init, entry.retry, entry.done) == (number, True, True, False)
        assert type(entry.digest) is bytearray
    fresh = status[next(number for number in range(4096) if number not in last)]
    assert fresh[1:] == (False, True, bytearray(20), 0)
    assert isinstance(fresh, tuple) and isinstance(fresh, PartitionStatus)

    query.max_records = 0
    query.results()
    status = query.get_partitions_status()
    assert (status["done"], status["retry"]) == (True, False)
    assert all(status[number].done and not status[number].retry for number in range(4096))


def test_a_status_by_index_has_the_indexed_value(client):
    status, seen = some_status(client.query(NS, SET).where(p.between("n", 0, COUNT)))
    last = {partition(n): n for n in numbers(seen)}
    assert {number: status[number].bval for number in last} == last


def test_stopped_by_the_call_back(query):
    status, seen = some_status(query, 10)
    assert len(seen) == 10
    assert (status["done"], status["retry"], query.is_done()) == (False, True, False)


def test_the_record_that_was_refused_comes_again(query):
    seen, refused = [], []
    query.paginate()

    def callback(record):
        if len(seen) == 10:
            refused.append(record)
            return False
        seen.append(record)

    query.foreach(callback)
    query.foreach(lambda record: seen.append(record))
    assert refused[0] in seen[10:]
    assert sorted(numbers(seen)) == list(range(COUNT))
    assert query.is_done()


def test_the_record_of_an_exception_comes_again(query):
    seen = []
    query.paginate()

    def callback(record):
        if len(seen) == 10:
            raise KeyError("mine")
        seen.append(record)

    with pytest.raises(KeyError):
        query.foreach(callback)
    status = query.get_partitions_status()
    assert (status["done"], status["retry"], query.is_done()) == (False, True, False)
    assert sorted(numbers(seen + query.results())) == list(range(COUNT))


def test_refusing_every_record_once_loses_none(client):
    query = client.query(NS, SET)
    query.paginate()
    seen, told = [], set()

    def callback(record):
        n = record[2]["n"]
        if n not in told:
            told.add(n)
            return False
        seen.append(n)

    while not query.is_done():
        query.foreach(callback)
    assert sorted(seen) == list(range(COUNT))


# ---- going on

def on_same(client, query, status):
    return query


def on_new(client, query, status):
    return client.query(NS, SET)


@pytest.mark.parametrize("go_on", [on_same, on_new])
@pytest.mark.parametrize("form", [
    lambda status: status, copy.deepcopy, lambda status: pickle.loads(pickle.dumps(status)),
    lambda status: {key: tuple(value) if isinstance(key, int) else value
                    for key, value in status.items()},
    lambda status: {key: list(value) if isinstance(key, int) else int(value)
                    for key, value in status.items()},
    lambda status: json.loads(json.dumps(status, default=list)),
    lambda status: json.loads(json.dumps(status, default=lambda digest: digest.hex())),
    # As release 7 documents it: done instead of retry, no bval.
    lambda status: {key: (value.id, value.init, value.done, value.digest)
                    if isinstance(key, int) else value for key, value in status.items()},
])
def test_going_on_from_a_status(client, go_on, form):
    query = client.query(NS, SET)
    status, seen = some_status(query, 100)
    rest = []
    go_on(client, query, status).foreach(
        lambda part, record: rest.append((part, record)),
        {"partition_filter": {"partition_status": form(status)}})
    assert sorted(numbers(seen + [record for _, record in rest])) == list(range(COUNT))
    assert all(part == partition(record[2]["n"]) for part, record in rest)


def test_going_on_by_index(client):
    def by_index():
        return client.query(NS, SET).where(p.between("n", 0, COUNT))

    status, seen = some_status(by_index(), 100)
    policy = {"partition_filter": {"partition_status": pickle.loads(pickle.dumps(status))}}
    assert sorted(numbers(seen + by_index().results(policy))) == list(range(COUNT))
    short = {key: value[:2] + (value.done, value.digest) if isinstance(key, int) else value
             for key, value in status.items()}
    with pytest.raises(ex.ParamError, match="invalid bval for part_id"):
        by_index().results({"partition_filter": {"partition_status": short}})


def test_a_finished_status_gives_nothing(client):
    query = client.query(NS, SET)
    query.paginate()
    query.results()
    policy = {"partition_filter": {"partition_status": query.get_partitions_status()}}
    for again in (query, client.query(NS, SET)):
        assert again.results(policy) == []
        assert again.is_done()


def test_a_status_as_the_official_client_leaves_it_after_false(client):
    """No partition says `retry`, but the whole does."""
    status, seen = some_status(client.query(NS, SET), 100)
    theirs = {key: value._replace(retry=False) if isinstance(key, int) else value
              for key, value in status.items()}
    policy = {"partition_filter": {"partition_status": theirs}}
    assert sorted(numbers(seen + client.query(NS, SET).results(policy))) == list(range(COUNT))


def test_partitions_that_a_status_leaves_out_are_not_read(client):
    part = partition(0)
    query = client.query(NS, SET)
    inside = query.results({"partition_filter": {"begin": part, "count": 1}})
    status = query.get_partitions_status()
    assert set(status) == {"done", "retry", part}
    fresh = {"done": False, "retry": True, part: (part, False, True, bytearray(20), 0)}
    again = client.query(NS, SET).results({"partition_filter": {"partition_status": fresh}})
    assert numbers(again) == numbers(inside)
    # With a range its partitions are read, and no others.
    more = client.query(NS, SET).results(
        {"partition_filter": {"begin": 0, "count": 4096, "partition_status": fresh}})
    assert sorted(numbers(more)) == list(range(COUNT))
    empty = {"done": False, "retry": True}
    assert len(client.query(NS, SET).results({"partition_filter": {"partition_status": empty}})) \
        == COUNT


@pytest.mark.parametrize("status, text", [
    (1, "partition_status must be a dict"), ({}, "missing key 'done'"),
    ({"done": False}, "missing key 'retry'"),
    ({"done": "no", "retry": True}, "'done' must be an int"),
    ({"done": False, "retry": None}, "'retry' must be an int")])
def test_what_is_no_status(client, status, text):
    with pytest.raises(ex.ParamError, match=text):
        client.query(NS, SET).results({"partition_filter": {"partition_status": status}})


@pytest.mark.parametrize("entry, text", [
    (1, "value"), ((), "value"), ((5, True, True), "value"), ((6, False, True, None, 0), "id"),
    ((5, "x", True, bytearray(20), 0), "init"), ((5, 2, True, bytearray(20), 0), "init"),
    ((5, True, "a", bytearray(20), 0), "retry"), ((5, False, None, bytearray(20)), "done"),
    ((5, True, True, "a", 0), "digest value"), ((5, True, True, bytearray(19), 0), "digest value"),
    ((5, True, True, None, 0), "digest value"), ((5, True, True, [300] * 20, 0), "digest value"),
    ((5, True, True, bytearray(20), 0), "digest value"),     # of partition 0
    ((5, False, True, bytearray(20), "a"), "bval"), ((5, False, True, None, 2**63), "bval"),
    ((5, False, True, None, None), "bval")])
def test_what_is_no_entry_of_a_status(client, entry, text):
    status = {"done": False, "retry": True, 5: entry}
    with pytest.raises(ex.ParamError, match=f"invalid {text} for part_id: 5"):
        client.query(NS, SET).results({"partition_filter": {"partition_status": status}})


@pytest.mark.parametrize("key", [4096, -1, "x", "4096", None, 1.5, (1,)])
def test_what_is_no_partition_of_a_status(client, key):
    status = {"done": False, "retry": True, key: (5, False, True, bytearray(20), 0)}
    with pytest.raises(ex.ParamError, match="between 0 and 4095"):
        client.query(NS, SET).results({"partition_filter": {"partition_status": status}})


# ---- ranges and digests

def test_a_range_of_partitions(query):
    wanted = sorted(n for n in range(COUNT) if 1000 <= partition(n) < 2000)
    policy = {"partition_filter": {"begin": 1000, "count": 1000}}
    assert wanted and sorted(numbers(query.results(policy))) == wanted
    assert query.is_done()
    assert set(query.get_partitions_status()) == {"done", "retry", *range(1000, 2000)}
    # The same again goes on, and nothing is left.
    assert query.results(policy) == []


def test_with_a_filter_the_call_back_gets_the_partition(client):
    seen = []
    client.query(NS, SET).foreach(lambda *arguments: seen.append(arguments),
                                  {"partition_filter": {"begin": 0, "count": 2000}})
    assert seen and all(part == partition(record[2]["n"]) for part, record in seen)
    seen.clear()
    client.query(NS, SET).foreach(lambda *arguments: seen.append(len(arguments)),
                                  {"partition_filter": {}})
    assert seen == [2] * COUNT


def test_another_range_needs_another_query(query):
    query.results({"partition_filter": {"begin": 0, "count": 2000}})
    for policy in ({}, {"partition_filter": {"begin": 0, "count": 2001}},
                   {"partition_filter": {}}):
        with pytest.raises(ex.ParamError, match="can not change"):
            query.results(policy)


@pytest.mark.parametrize("wrong, text", [
    (1, "must be a dict|is a dict"), ([], "must be a dict|is a dict"),
    ({"begin": -1}, "between 0 and 4095"), ({"begin": 4096}, "between 0 and 4095"),
    ({"begin": "a"}, "between 0 and 4095"), ({"begin": 2**70}, "between 0 and 4095"),
    ({"count": 0}, "between 1 and 4096"), ({"count": 4097}, "between 1 and 4096"),
    ({"count": None}, "between 1 and 4096"), ({"count": 1.0}, "between 1 and 4096"),
    ({"begin": 4000, "count": 97}, r"begin \+ count <= 4096"),
    ({"begin": 1}, r"begin \+ count <= 4096"), ({"beginn": 1}, "beginn"),
    ({"digest": 1}, "digest must be a dict"), ({"digest": {}}, "value"),
    ({"digest": {"init": True, "value": bytearray(19)}}, "20 bytes"),
    ({"digest": {"init": True, "value": "x" * 20}}, "bytearray"),
    ({"digest": {"init": "x", "value": bytearray(20)}}, "'init' must be a bool"),
    ({"digest": {"init": True, "valeu": 1}}, "valeu"),
    ({"digest": {"value": bytearray(20)}, "begin": 7, "count": 1}, "of partition 0"),
    ({"digest": {"value": bytearray(20)}, "partition_status": {"done": False, "retry": True}},
     "digest or partition_status")])
def test_what_is_no_filter(client, wrong, text):
    query = client.query(NS, SET)
    with pytest.raises(ex.ParamError, match=text):
        query.results({"partition_filter": wrong})
    with pytest.raises(ex.ParamError, match=text):
        query.foreach(print, {"partition_filter": wrong})
    assert query.get_partitions_status() == {}
    assert len(query.results()) == COUNT


def crowded():
    """A partition with several records, and those in the order in which a query gives them."""
    found = {}
    for n in range(COUNT):
        found.setdefault(partition(n), []).append(n)
    number, members = max(found.items(), key=lambda item: len(item[1]))
    return number, sorted(members, key=lambda n: bytes(winnow.calc_digest(NS, SET, n)),
                          reverse=True)


@pytest.mark.parametrize("convert", [bytearray, bytes])
def test_behind_a_digest(client, convert):
    number, members = crowded()
    assert len(members) > 1
    digest = {"init": True, "value": convert(winnow.calc_digest(NS, SET, members[0]))}
    found = client.query(NS, SET).results({"partition_filter": {"digest": digest}})
    assert numbers(found) == members[1:]
    found = client.query(NS, SET).results(
        {"partition_filter": {"digest": digest, "begin": number, "count": 4096 - number}})
    later = [n for n in range(COUNT) if partition(n) > number]
    assert sorted(numbers(found)) == sorted(members[1:] + later)
    digest["init"] = False
    assert len(client.query(NS, SET).results({"partition_filter": {"digest": digest}})) == COUNT


def test_a_digest_is_of_no_use_by_index(client):
    digest = {"init": True, "value": winnow.calc_digest(NS, SET, 1)}
    with pytest.raises(ex.ParamError, match="partition_status"):
        client.query(NS, SET).where(p.between("n", 0, 9)).results(
            {"partition_filter": {"digest": digest}})


# ---- failures

@pytest.fixture(scope="module")
def server():
    with Server(winnowd()) as running:
        with winnow.client({"hosts": [(running.host, running.port)]}) as client:
            for n in range(3000):
                client.put((NS, SET, n), {"n": n, "text": "x" * 100})
            client.index_integer_create(NS, SET, "n", "paging_n")
        yield running


@pytest.mark.parametrize("by_index", [False, True])
def test_after_a_failure_foreach_goes_on(server, by_index):
    with Proxy(server.port) as proxy, winnow.client({"hosts": [("127.0.0.1", proxy.port)]}) as c:
        query = c.query(NS, SET)
        if by_index:
            query.where(p.between("n", 0, 5000))
        query.paginate()
        seen = []
        proxy.cut_after(400_000)
        with pytest.raises(ex.ConnectionError):
            query.foreach(seen.append)
        assert 0 < len(seen) < 3000
        status = query.get_partitions_status()
        assert (status["done"], status["retry"], query.is_done()) == (False, True, False)
        other = c.query(NS, SET)
        if by_index:
            other.where(p.between("n", 0, 5000))
        rest = other.results({"partition_filter": {"partition_status": status}})
        assert sorted(numbers(seen + rest)) == list(range(3000))
        query.foreach(seen.append)
        assert sorted(numbers(seen)) == list(range(3000))
        assert query.is_done()


def test_after_a_failure_results_begins_where_it_began(server):
    """The records it had are gone with the exception."""
    with Proxy(server.port) as proxy, winnow.client({"hosts": [("127.0.0.1", proxy.port)]}) as c:
        query = c.query(NS, SET)
        query.paginate()
        query.max_records = 1000
        first = query.results()
        query.max_records = 0
        proxy.cut_after(250_000)
        with pytest.raises(ex.ConnectionError):
            query.results()
        assert query.get_partitions_status()["retry"] is True
        assert sorted(numbers(first + query.results())) == list(range(3000))


def test_a_query_that_failed_at_once_can_be_done_later(client):
    query = client.query(NS, SET).where(p.equals("later", 1))
    query.paginate()
    with pytest.raises(ex.IndexNotFound):
        query.results()
    status = query.get_partitions_status()
    assert (status["done"], status["retry"], len(status)) == (False, True, 4098)
    client.put((NS, SET, 0), {"later": 1})
    client.index_integer_create(NS, SET, "later", "paging_later")
    try:
        assert numbers(query.results()) == [0]
        assert query.is_done()
    finally:
        client.index_remove(NS, "paging_later")
        client.put((NS, SET, 0), {"later": None})


def test_pages_are_those_of_the_official_client(server):
    official = pytest.importorskip("aerospike")
    theirs = official.client({"hosts": [(server.host, server.port)]}).connect()
    with winnow.client({"hosts": [(server.host, server.port)]}) as ours:
        pages = {}
        for client in (ours, theirs):
            query = client.query(NS, SET)
            query.max_records = 700
            query.paginate()
            found = []
            while not query.is_done():
                found.append((len(query.results()), query.is_done()))
            pages[client is ours] = found
        assert pages[True] == pages[False]
        # One goes on from the other's status.
        for first, second in ((ours, theirs), (theirs, ours)):
            query = first.query(NS, SET)
            query.max_records = 700
            query.paginate()
            begun = query.results()
            policy = {"partition_filter": {"partition_status": query.get_partitions_status()}}
            rest = second.query(NS, SET).results(policy)
            assert sorted(numbers(begun + rest)) == list(range(3000))
    theirs.close()
