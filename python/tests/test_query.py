"""winnow.Query: what can be asked for, what comes back, and what is refused."""
import gc
import threading
import weakref

import pytest

import winnow
from doors import door  # noqa: F401
from proxy import Proxy
from served import Server, winnowd
from winnow import exception as ex
from winnow import predicates as p
from winnow.helpers import cdt_ctx
from winnow.helpers.operations import list_operations, operations

NS, SET, COUNT = "test", "query", 200


@pytest.fixture(scope="module")
def client(door):  # noqa: F811
    """With COUNT records in SET, half of them with their key, and indexes on "n" and "text"."""
    for n in range(COUNT):
        policy = {"key": winnow.POLICY_KEY_SEND} if n % 2 else {}
        door.put((NS, SET, n), {"n": n, "text": f"t{n % 10}", "list": [n, {"a": 1.5}]},
                 policy=policy)
    door.index_integer_create(NS, SET, "n", "query_n")
    door.index_string_create(NS, SET, "text", "query_text")
    return door


@pytest.fixture
def query(client):
    return client.query(NS, SET)


def numbers(records):
    return sorted(bins["n"] for _, _, bins in records)


# ---- how one is made

@pytest.mark.parametrize("arguments", [(), (None,), (1,), (NS, 1), (NS, ["x"])])
def test_a_query_needs_a_namespace_and_may_have_a_set(client, arguments):
    with pytest.raises(ex.ParamError):
        client.query(*arguments)


def test_it_is_made_by_a_client_alone():
    with pytest.raises(TypeError):
        winnow.Query()
    with pytest.raises(TypeError):
        winnow.Client.query(5, NS)


def test_arguments_by_name(client):
    assert numbers(client.query(namespace=NS, set=SET).results(policy={}, options={})) \
        == list(range(COUNT))


def test_an_unknown_namespace_shows_when_it_runs(client):
    query = client.query("nowhere", SET)
    with pytest.raises(ex.NamespaceNotFound, match="nowhere"):
        query.results()


def test_an_unknown_set_is_an_empty_one(client):
    assert client.query(NS, "nothing_here").results() == []


def test_without_a_set_it_reads_the_namespace(client):
    client.put((NS, None, "free"), {"n": -1})
    try:
        records = client.query(NS).results()
        assert numbers(records) == list(range(-1, COUNT))
        assert {key[1] for key, _, _ in records} == {None, SET}
    finally:
        client.remove((NS, None, "free"))


def test_its_text_tells_what_it_is(client):
    query = client.query(NS, SET).select("n", "text").where(p.between("n", 3, 5))
    query.max_records = 7
    query.paginate()
    for part in ("winnow.Query", "test.query", "n, text", "n between 3 and 5", "7", "paginated"):
        assert part in repr(query)
    assert "None" not in repr(client.query(NS))


# ---- fields

@pytest.mark.parametrize("field, most", [("max_records", 2**64 - 1), ("ttl", 2**32 - 1),
                                         ("records_per_second", 2**32 - 1)])
def test_fields_hold_what_fits(query, field, most):
    assert getattr(query, field) == 0
    for value in (5, most, 0):
        setattr(query, field, value)
        assert getattr(query, field) == value
    for value in (most + 1, 2**70, -5, "1", 1.5, None):
        with pytest.raises(ex.ParamError, match=field):
            setattr(query, field, value)
    assert getattr(query, field) == 0


def test_special_times_to_live(query):
    query.ttl = -1
    assert query.ttl == winnow.TTL_NEVER_EXPIRE
    query.ttl = winnow.TTL_DONT_UPDATE
    assert query.ttl == 0xfffffffe


def test_max_records_is_exact(query):
    for count in (1, 7, COUNT, COUNT + 1):
        query.max_records = count
        assert len(query.results()) == min(count, COUNT)


def test_records_per_second_slows_down_only(query):
    query.records_per_second = 100_000
    assert len(query.results()) == COUNT


# ---- what comes back

def test_a_record_is_key_meta_and_bins(client, query):
    found = {bins["n"]: (key, meta, bins) for key, meta, bins in query.results()}
    for n in (4, 5):
        key, meta, bins = found[n]
        digest = winnow.calc_digest(NS, SET, n)
        assert key == (NS, SET, n if n % 2 else None, digest)
        assert type(key[3]) is bytearray
        assert meta == {"ttl": client.get((NS, SET, n))[1]["ttl"], "gen": 1}
        assert bins == {"n": n, "text": f"t{n}", "list": [n, {"a": 1.5}]}


def test_select(client):
    for names in (("n",), ("n", "text"), ("n", "missing"), (bytearray(b"n"),), ("n", "n")):
        wanted = {bytes(name).decode() if isinstance(name, bytearray) else name for name in names}
        for _, _, bins in client.query(NS, SET).select(*names).results():
            assert set(bins) == wanted - {"missing"}


def test_select_answers_the_query_and_nothing_selects_nothing(query):
    assert query.select() is query
    assert query.select("n") is query
    assert all(set(bins) == {"n"} for _, _, bins in query.results())


def test_a_second_select_is_refused(query):
    query.select("n")
    with pytest.raises(ex.ClientError, match="more than once"):
        query.select("text")
    assert all(set(bins) == {"n"} for _, _, bins in query.results())


@pytest.mark.parametrize("name", [1, None, ["n"], 1.5])
def test_bin_names_are_text(query, name):
    with pytest.raises(ex.ParamError, match="Bin name should be of type string"):
        query.select("n", name)
    assert len(query.results()[0][2]) == 3       # nothing was selected


@pytest.mark.parametrize("name", ["x" * 16, "ä" * 8])
def test_long_bin_names_are_refused(query, name):
    with pytest.raises(ex.BinNameError):
        query.select(name)
    with pytest.raises(ex.BinNameError):
        query.where(p.equals(name, 1))
    query.select("x" * 15)


def test_nobins(query):
    records = query.results({}, {"nobins": True})
    assert len(records) == COUNT and all(bins == {} for _, _, bins in records)
    seen = []
    query.foreach(seen.append, options={"nobins": True})
    assert [bins for _, _, bins in seen] == [{}] * COUNT


@pytest.mark.parametrize("options, text", [(1, "query options must be a dictionary"),
                                           ({"nobins": 1}, "nobins value must be a bool"),
                                           ({"nobin": True}, "nobins")])
def test_wrong_options(query, options, text):
    with pytest.raises(ex.ParamError, match=text):
        query.results({}, options)
    with pytest.raises(ex.ParamError, match=text):
        query.foreach(print, {}, options)


def test_raw_collections_can_be_put_back(client, query):
    raw = query.select("list", "n").results({"deserialize": False})
    for _, _, bins in raw:
        assert isinstance(bins["list"], winnow.RawBytes)
    key = (NS, "raw_copy", 1)
    client.put(key, {"list": raw[0][2]["list"]})
    assert client.get(key)[2]["list"] == [raw[0][2]["n"], {"a": 1.5}]
    client.remove(key)


# ---- where

def test_where(client):
    for predicate, wanted in [(p.equals("n", 7), [7]), (p.between("n", 10, 20), range(10, 21)),
                              (p.equals("text", "t3"), range(3, COUNT, 10)),
                              (p.equals("text", "no"), []), (p.between("n", -9, -1), []),
                              ((0, 1, "n", 7), [7])]:       # as release 7 made them
        assert numbers(client.query(NS, SET).where(predicate).results()) == list(wanted)


def test_where_answers_the_query(query):
    assert query.where(p.equals("n", 1)) is query


def test_a_second_where_is_refused(query):
    query.where(p.equals("n", 1))
    with pytest.raises(ex.ClientError, match="n = 1"):
        query.where(p.equals("text", "x"))
    assert numbers(query.results()) == [1]


@pytest.mark.parametrize("predicate", [
    None, 1, "n", (), (0,), (0, 4), ("a", "b"), (0, 4, "n"), (0, 4, "n", "x"), (0, 99, "n", 1),
    (9, 4, "n", 1), [0, 4, "n", 1], (1, 4, "n", 1), (1, 4, "n", 1, "x"), (1, 0, "n", "a", "b"),
    (0, 4, None, 1), (0, 4, 5, 1), (0, 4, "n", 2**63), (0, 4, "n", 1, None, 9),
    (0, 4, "n", 1, None, 0, 0)])
def test_what_is_no_predicate(query, predicate):
    with pytest.raises(ex.ParamError):
        query.where(predicate)
    assert len(query.results()) == COUNT


def test_where_without_arguments(query):
    with pytest.raises(TypeError):
        query.where()


def test_a_missing_index_is_named(client):
    with pytest.raises(ex.IndexNotFound, match="other = 1"):
        client.query(NS, SET).where(p.equals("other", 1)).results()
    with pytest.raises(ex.IndexNotFound):
        client.query(NS, SET).where(p.contains("n", winnow.INDEX_TYPE_LIST, 1)).results()
    with pytest.raises(ex.IndexNotFound):
        client.query(NS, SET).where(p.equals("n", "seven")).results()


@pytest.mark.parametrize("predicate", [
    p.equals("place", b"x"), p.contains("list", winnow.INDEX_TYPE_LIST, "a"),
    p.range("map", winnow.INDEX_TYPE_MAPKEYS, 1, 3), p.geo_within_radius("place", 1.0, 2.0, 3.0),
    p.geo_contains_point("place", 1.0, 2.0, winnow.INDEX_TYPE_LIST)])
def test_predicates_of_every_kind_reach_the_server(client, predicate):
    """Which has no such index."""
    with pytest.raises(ex.IndexNotFound):
        client.query(NS, SET).where(predicate).results()


def test_a_range_from_above_to_below_is_refused(client):
    with pytest.raises(ex.InvalidRequest):
        client.query(NS, SET).where(p.between("n", 5, 1)).results()


def test_contexts(client):
    predicate = p.equals("n", 1)
    for empty in (None, []):
        assert numbers(client.query(NS, SET).where(predicate, empty).results()) == [1]
    for wrong in (1, {}, [1], ["x"]):
        with pytest.raises(ex.ParamError, match="ctx"):
            client.query(NS, SET).where(predicate, wrong)
    nested = client.query(NS, SET).where(predicate, [cdt_ctx.cdt_ctx_list_index(0)])
    with pytest.raises(ex.UnsupportedFeature, match="ctx"):
        nested.results()


def test_where_by_expression_or_name_is_not_served_yet(client):
    compiled = [(81, 2, {"bin": "n"}, 1)]
    for query in (client.query(NS, SET).where_with_expr(compiled, p.equals(None, 1)),
                  client.query(NS, SET).where_with_index_name("query_n", p.equals(None, 1))):
        for run in (query.results, lambda: query.foreach(print)):
            with pytest.raises(ex.UnsupportedFeature, match="not served yet"):
                run()
        with pytest.raises(ex.ClientError, match="already"):
            query.where(p.equals("n", 1))


def test_where_by_expression_or_name_checks_its_arguments(query):
    for wrong in (None, 1, [], {}):
        with pytest.raises(ex.ParamError):
            query.where_with_expr(wrong, p.equals(None, 1))
    for wrong in (None, 1, ""):
        with pytest.raises(ex.ParamError):
            query.where_with_index_name(wrong, p.equals(None, 1))
    with pytest.raises(ex.ParamError):
        query.where_with_index_name("query_n", None)


# ---- policies

@pytest.mark.parametrize("policy", [
    {"max_retries": 2}, {"sleep_between_retries": 10}, {"socket_timeout": 1000},
    {"total_timeout": 20_000}, {"compress": True}, {"deserialize": True},
    {"fail_on_cluster_change": True}, {"short_query": True},
    {"expected_duration": winnow.QUERY_DURATION_SHORT},
    {"expected_duration": winnow.QUERY_DURATION_LONG_RELAX_AP}, {"expressions": None},
    {"partition_filter": {}}, {}])
def test_policies(query, policy):
    assert len(query.results(policy)) == COUNT
    seen = []
    query = query if "partition_filter" not in policy else query.select("n")
    if "partition_filter" not in policy:
        query.foreach(seen.append, policy)
        assert len(seen) == COUNT


@pytest.mark.parametrize("policy, text", [
    ({"no_such_policy": 1}, "no_such_policy"), ({"max_retries": "2"}, "max_retries"),
    ({"max_retries": -1}, "max_retries"), ({"total_timeout": 1.5}, "total_timeout"),
    ({"compress": "yes"}, "compress"), ({"expected_duration": 9}, "expected_duration"),
    ({"expressions": 1}, "expressions"), ({"partition_filter": 1}, "partition_filter"),
    (1, "policy"), ("x", "policy")])
def test_wrong_policies(query, policy, text):
    with pytest.raises(ex.ParamError, match=text):
        query.results(policy)
    with pytest.raises(ex.ParamError, match=text):
        query.foreach(print, policy)


@pytest.mark.parametrize("policy", [{"short_query": True}, {"expected_duration": 1}])
def test_a_short_query_is_not_slowed_down(query, policy):
    query.records_per_second = 5
    with pytest.raises(ex.ParamError, match="records_per_second"):
        query.results(policy)


# ---- foreach

def test_foreach_gets_each_record(query):
    seen = []
    assert query.foreach(seen.append) is None
    assert numbers(seen) == list(range(COUNT))


@pytest.mark.parametrize("answer", [0, None, "", [], 0.0, True])
def test_only_false_ends_it(query, answer):
    seen = []

    def callback(record):
        seen.append(record)
        return answer

    query.foreach(callback)
    assert len(seen) == COUNT


def test_false_ends_it(query):
    seen = []
    query.foreach(lambda record: seen.append(record) or len(seen) < 3)
    assert len(seen) == 3


def test_exceptions_come_through(query):
    mine = KeyError("mine")

    def callback(record):
        raise mine

    with pytest.raises(KeyError) as caught:
        query.foreach(callback)
    assert caught.value is mine
    assert any(entry.name == "callback" for entry in caught.traceback)


@pytest.mark.parametrize("callback", [lambda: None, lambda a, b: None])
def test_a_call_back_of_wrong_arity(query, callback):
    with pytest.raises(TypeError):
        query.foreach(callback)


@pytest.mark.parametrize("callback", [None, 3, "print"])
def test_what_cannot_be_called(query, callback):
    with pytest.raises(ex.ParamError, match="foreach"):
        query.foreach(callback)


def test_foreach_without_a_call_back(query):
    with pytest.raises(TypeError):
        query.foreach()


def test_a_call_back_may_use_the_client(client, query):
    def callback(record):
        key, _, bins = record
        client.put((NS, "copies", bins["n"]), {"n": bins["n"]})
        client.put(key, {"copied": True})

    query.foreach(callback)
    assert numbers(client.query(NS, "copies").results()) == list(range(COUNT))
    assert all(bins["copied"] for _, _, bins in client.query(NS, SET).results())
    query.foreach(lambda record: client.put(record[0], {"copied": None}))
    client.truncate(NS, "copies", 0)


def test_a_call_back_may_run_another_query(client, query):
    counts = []

    def callback(record):
        counts.append(len(client.query(NS, SET).where(p.equals("n", record[2]["n"])).results()))
        return len(counts) < 20

    query.foreach(callback)
    assert counts == [1] * 20


def test_a_query_that_runs_does_not_run_again(query):
    errors = []

    def callback(record):
        for again in (query.results, lambda: query.foreach(print)):
            try:
                again()
            except ex.ClientError as error:
                errors.append(str(error))
        return False

    query.foreach(callback)
    assert len(errors) == 2 and all("running" in text for text in errors)
    assert len(query.results()) == COUNT


def test_a_query_runs_in_one_thread_at_a_time(query):
    errors = []

    def other():
        try:
            query.results()
        except ex.ClientError as error:
            errors.append(str(error))

    def callback(record):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return False

    query.foreach(callback)
    assert len(errors) == 1 and "running" in errors[0]


def test_queries_run_in_many_threads(client):
    counts = []

    def work():
        for _ in range(5):
            counts.append(len(client.query(NS, SET).results()))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [COUNT] * 30


def test_setting_up_a_query_that_runs_is_for_the_next_run(client, query):
    def callback(record):
        query.max_records = 3

    seen = []
    query.foreach(lambda record: (callback(record), seen.append(record))[0])
    assert len(seen) == COUNT
    assert len(query.results()) == 3


# ---- functions and operations

@pytest.mark.parametrize("arguments", [None, (1,), "x", {}])
def test_arguments_of_functions_are_a_list(query, arguments):
    with pytest.raises(ex.ClientError, match="enclosed in a list"):
        query.apply("module", "function", arguments)


@pytest.mark.parametrize("argument", [set(), (1,), object(), [set()], {"a": (1,)}, 2**70])
def test_arguments_of_functions_are_values(query, argument):
    with pytest.raises(ex.ClientError, match="argument 2"):
        query.apply("module", "function", [1, argument])


def test_functions_have_names(query):
    with pytest.raises(ex.ClientError, match="module"):
        query.apply(1, "function", [])
    with pytest.raises(ex.ClientError, match="function"):
        query.apply("module", None, [])
    with pytest.raises(TypeError):
        query.apply("module")


def test_functions_are_not_served_yet(client, query):
    values = [None, True, 1, 1.5, "x", b"x", bytearray(b"x"), [1], {"a": 1},
              winnow.GeoJSON({"type": "Point", "coordinates": [1, 2]})]
    assert query.apply("module", "function", values) is query
    for run in (query.results, lambda: query.foreach(print), query.execute_background):
        with pytest.raises(ex.UnsupportedFeature, match="not served yet"):
            run()
    with pytest.raises(ex.ParamError, match="cannot query by partition"):
        query.results({"partition_filter": {"begin": 0, "count": 1}})
    assert client.query(NS, SET).apply("module", "function") is not None


@pytest.mark.parametrize("ops", [None, 1, (operations.increment("n", 1),), {}])
def test_operations_are_a_list(query, ops):
    with pytest.raises(ex.ClientError, match="Ops must be list"):
        query.add_ops(ops)


@pytest.mark.parametrize("ops", [[1], [{}], [{"op": "x"}], [operations.increment("n", 1), None]])
def test_operations_are_dicts(query, ops):
    with pytest.raises(ex.ParamError, match="Failed to convert ops"):
        query.add_ops(ops)


def test_operations_write_in_the_background_alone(query):
    assert query.add_ops([operations.increment("n", 1)]) is query
    with pytest.raises(ex.ParamError, match="execute_background"):
        query.results()
    with pytest.raises(ex.ParamError, match="cannot query by partition"):
        query.results({"partition_filter": {}})
    with pytest.raises(ex.UnsupportedFeature, match="not served yet"):
        query.execute_background()
    with pytest.raises(ex.ParamError, match="no_such_policy"):
        query.execute_background({"no_such_policy": 1})
    with pytest.raises(ex.ParamError):
        query.execute_background(1)


def test_operations_that_read_select(client):
    query = client.query(NS, SET).add_ops([operations.read("n")])
    assert all(set(bins) == {"n"} for _, _, bins in query.results())
    with pytest.raises(ex.ParamError, match="write-only"):
        query.execute_background()
    parts = client.query(NS, SET).add_ops([list_operations.list_size("list")])
    with pytest.raises(ex.UnsupportedFeature, match="not served yet"):
        parts.results()


def test_background_needs_something_to_do(query):
    with pytest.raises(ex.ParamError, match="Background function or ops is required"):
        query.execute_background()
    query.add_ops([operations.increment("n", 1)]).apply("module", "function", [])
    with pytest.raises(ex.ParamError, match="Cannot combine"):
        query.execute_background()


# ---- life

def test_a_closed_client_has_no_queries_that_run():
    client = winnow.client({"embedded": ":memory:"})
    query = client.query(NS, SET)
    client.close()
    with pytest.raises(ex.ClusterError):
        query.results()


def test_queries_and_what_they_hold_are_freed():
    class Holder(winnow.Client):
        pass

    holder = Holder({"embedded": ":memory:"})
    holder.put((NS, SET, 1), {"a": 1})
    holder.query_of_mine = holder.query(NS, SET)
    holder.query_of_mine.results()
    gone = weakref.ref(holder)
    holder.close()
    del holder
    gc.collect()
    assert gone() is None


def test_records_and_call_backs_are_freed(client):
    class Token:
        pass

    token = Token()
    gone = weakref.ref(token)

    def callback(record, token=token):
        raise ValueError(token)

    with pytest.raises(ValueError):
        client.query(NS, SET).foreach(callback)
    del token, callback
    gc.collect()
    assert gone() is None


# ---- faults, and the official client

@pytest.fixture(scope="module")
def server():
    with Server(winnowd()) as running:
        with winnow.client({"hosts": [(running.host, running.port)]}) as client:
            for n in range(3000):
                client.put((NS, SET, n), {"n": n, "text": "x" * 100})
            client.index_integer_create(NS, SET, "n", "query_n")
        yield running


def test_cut_in_the_middle_results_fails_and_the_next_run_is_whole(server):
    with Proxy(server.port) as proxy, winnow.client({"hosts": [("127.0.0.1", proxy.port)]}) as c:
        query = c.query(NS, SET)
        proxy.cut_after(400_000)
        with pytest.raises(ex.ConnectionError):
            query.results()
        assert len(query.results()) == 3000


def test_with_retries_a_cut_does_not_show(server):
    with Proxy(server.port) as proxy, winnow.client({"hosts": [("127.0.0.1", proxy.port)]}) as c:
        proxy.cut_after(400_000)
        assert numbers(c.query(NS, SET).results({"max_retries": 2})) == list(range(3000))
        proxy.cut_after(400_000)
        query = c.query(NS, SET).where(p.between("n", 0, 10_000))
        assert numbers(query.results({"max_retries": 2})) == list(range(3000))


def test_a_server_that_is_slow_is_given_up(server):
    with Proxy(server.port) as proxy, winnow.client({"hosts": [("127.0.0.1", proxy.port)]}) as c:
        proxy.stall()
        for policy in ({"socket_timeout": 100}, {"total_timeout": 100}):
            with pytest.raises(ex.TimeoutError):
                c.query(NS, SET).results(policy)
        proxy.go_on()


def test_the_official_client_finds_the_same(server):
    official = pytest.importorskip("aerospike")
    theirs = official.client({"hosts": [(server.host, server.port)]}).connect()
    ours = winnow.client({"hosts": [(server.host, server.port)]})
    ours.put((NS, SET, "all"), {"b": b"x", "f": 1.5, "t": True, "l": [1, "a", None, [2.5]],
                                "m": {"k": b"v", 1: {}}, "n": -1},
             policy={"key": winnow.POLICY_KEY_SEND})
    ours.put((NS, SET, b"bytes"), {"n": -2}, {"ttl": winnow.TTL_NEVER_EXPIRE},
             policy={"key": winnow.POLICY_KEY_SEND})
    try:
        for setup in (lambda q: q, lambda q: q.select("n", "m"),
                      lambda q: q.where(p.between("n", -5, 100)),
                      lambda q: q.where(p.equals("n", -2))):
            for policy in ({}, {"partition_filter": {"begin": 100, "count": 1000}}):
                def found(client):
                    return sorted(setup(client.query(NS, SET)).results(policy),
                                  key=lambda record: bytes(record[0][3]))
                assert found(ours) == found(theirs)
    finally:
        ours.remove((NS, SET, "all"))
        ours.remove((NS, SET, b"bytes"))
        theirs.close()
        ours.close()
