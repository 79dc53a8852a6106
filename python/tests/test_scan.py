"""winnow.Scan, which is what queries without a predicate were once."""
import pytest

import winnow
from doors import door  # noqa: F401
from served import Server, winnowd
from winnow import exception as ex
from winnow.helpers.operations import operations

NS, SET, COUNT = "test", "scan", 100


@pytest.fixture(scope="module")
def client(door):  # noqa: F811
    for n in range(COUNT):
        door.put((NS, SET, n), {"n": n, "text": str(n)})
    return door


@pytest.fixture
def scan(client):
    return client.scan(NS, SET)


@pytest.fixture
def node(client):
    return client.get_node_names()[0]["node_name"]


def numbers(records):
    return sorted(bins["n"] for _, _, bins in records)


@pytest.mark.parametrize("arguments", [(), (1,), (NS, 1)])
def test_a_scan_needs_a_namespace_and_may_have_a_set(client, arguments):
    with pytest.raises(ex.ParamError):
        client.scan(*arguments)
    with pytest.raises(TypeError):
        winnow.Scan()


def test_results(client, scan):
    assert numbers(scan.results()) == list(range(COUNT))
    assert sorted(scan.results(), key=str) == sorted(client.query(NS, SET).results(), key=str)
    assert {key[1] for key, _, _ in client.scan(NS).results()} == {SET}


def test_select(scan):
    assert scan.select("n") is scan
    assert all(set(bins) == {"n"} for _, _, bins in scan.results())
    with pytest.raises(ex.ClientError, match="more than once"):
        scan.select("text")


def test_of_one_node(scan, node):
    assert numbers(scan.results(nodename=node)) == list(range(COUNT))
    seen = []
    scan.foreach(seen.append, {}, {}, node)
    assert len(seen) == COUNT
    with pytest.raises(ex.ParamError, match="Invalid node name: nowhere"):
        scan.results({}, "nowhere")
    with pytest.raises(ex.ParamError, match="nodename"):
        scan.results({}, 1)


def test_foreach(scan):
    seen = []
    scan.foreach(lambda record: seen.append(record) or len(seen) < 3)
    assert len(seen) == 3
    with pytest.raises(ZeroDivisionError):
        scan.foreach(lambda record: 1 / 0)


def test_options(scan):
    seen = []
    scan.foreach(seen.append, options={"nobins": True, "concurrent": True})
    assert [bins for _, _, bins in seen] == [{}] * COUNT
    for wrong in (1, {"nobins": 1}, {"concurrent": "x"}, {"percent": 10}, {"priority": 1}):
        with pytest.raises(ex.ParamError):
            scan.foreach(print, {}, wrong)


@pytest.mark.parametrize("policy, count", [
    ({"max_records": 5}, 5), ({"max_records": 0}, COUNT), ({"records_per_second": 100_000}, COUNT),
    ({"durable_delete": True}, COUNT), ({"socket_timeout": 1000, "total_timeout": 0}, COUNT)])
def test_policies(scan, policy, count):
    assert len(scan.results(policy)) == count


@pytest.mark.parametrize("policy", [{"max_records": "a"}, {"no_such_policy": 1}, 1,
                                    {"socket_timeout": -1}])
def test_wrong_policies(scan, policy):
    with pytest.raises(ex.ParamError):
        scan.results(policy)


def test_partition_filter(client):
    scan = client.scan(NS, SET)
    seen = []
    scan.foreach(lambda part, record: seen.append(part), {"partition_filter": {"begin": 0,
                                                                               "count": 2048}})
    assert 0 < len(seen) < COUNT and all(part < 2048 for part in seen)
    assert scan.is_done() and len(scan.get_partitions_status()) == 2050


def test_pages(scan):
    scan.paginate()
    sizes = []
    while not scan.is_done():
        sizes.append(len(scan.results({"max_records": 40})))
    assert sizes == [40, 40, 20]
    assert scan.get_partitions_status()["done"] is True
    assert scan.results() == []


def test_in_the_background(scan):
    assert scan.ttl == 0
    scan.ttl = 100
    assert scan.ttl == 100
    with pytest.raises(ex.ParamError, match="required"):
        scan.execute_background()
    assert scan.add_ops([operations.increment("n", 1)]) is scan
    with pytest.raises(ex.UnsupportedFeature, match="not served yet"):
        scan.execute_background()
    with pytest.raises(ex.ParamError, match="scan operations must be read-only"):
        scan.results()


def test_functions(scan):
    with pytest.raises(ex.ClientError, match="enclosed in a list"):
        scan.apply("module", "function", None)
    assert scan.apply("module", "function", [1]) is scan
    with pytest.raises(ex.UnsupportedFeature):
        scan.results()


def test_its_text_tells_what_it_is(scan):
    assert "winnow.Scan" in repr(scan) and "test.scan" in repr(scan)


def test_the_official_client_finds_the_same():
    official = pytest.importorskip("aerospike")
    with Server(winnowd()) as server:
        theirs = official.client({"hosts": [(server.host, server.port)]}).connect()
        with winnow.client({"hosts": [(server.host, server.port)]}) as ours:
            for n in range(COUNT):
                ours.put((NS, SET, n), {"n": n})
            for policy in ({}, {"partition_filter": {"begin": 7, "count": 2000}}):
                found = [sorted(client.scan(NS, SET).results(policy), key=str)
                         for client in (ours, theirs)]
                assert found[0] == found[1]
        theirs.close()
