"""winnow.Client: config, policies, and commands on one record."""
import signal
import subprocess
import sys
import threading
import time

import aerospike
import pytest

import winnow
from doors import door  # noqa: F401
from proxy import Proxy
from served import Server, winnowd
from winnow import exception as ex
from winnow.helpers.operations import list_operations, operations as op

NS, SET = "test", "client"
NEVER = winnow.TTL_NEVER_EXPIRE


@pytest.fixture
def client(door):  # noqa: F811
    door.truncate(NS, SET, 0)
    return door


def key(name="k"):
    return (NS, SET, name)


def digest(name="k"):
    return winnow.calc_digest(NS, SET, name)


# ---- config

def embedded(**config):
    return winnow.client({"embedded": ":memory:", **config})


@pytest.mark.parametrize("config, names", [
    ({}, "hosts"), (5, "dict"), ({"hosts": []}, "empty"), ({"hosts": 5}, "hosts"),
    ({"hosts": ["127.0.0.1"]}, "(address, port)"), ({"hosts": [("127.0.0.1",)]}, "1 elements"),
    ({"hosts": [("127.0.0.1", "3000")]}, "port"), ({"hosts": [("127.0.0.1", 70000)]}, "70000"),
    ({"hosts": [(b"x", 3000)]}, "address"), ({"host": [("127.0.0.1", 3000)]}, "mean hosts"),
    ({"embedded": 5}, "embedded"), ({"embedded": ":memory:", "hosts": [("a", 1)]}, "not both"),
    ({"embedded": ":memory:", "hots": 1}, "did you mean hosts"),
    ({"embedded": ":memory:", "zzzzzz": 1}, "known are"), ({5: 1}, "name"),
    ({"embedded": ":memory:", "policies": 5}, "policies"),
    ({"embedded": ":memory:", "policies": {"reads": {}}}, "did you mean read"),
    ({"embedded": ":memory:", "policies": {"read": {"total_timeuot": 5}}}, "total_timeout"),
    ({"embedded": ":memory:", "policies": {"read": {"total_timeout": "5"}}}, "total_timeout"),
    ({"embedded": ":memory:", "policies": {"write": {"exists": 5}}}, "exists"),
    ({"embedded": ":memory:", "policies": {"total_timeout": -1}}, "total_timeout"),
    ({"embedded": ":memory:", "lua": {"user": "x"}}, "user_path"),
    ({"embedded": ":memory:", "lua": 5}, "lua"),
    ({"embedded": ":memory:", "send_bool_as": 2}, "send_bool_as"),
    ({"embedded": ":memory:", "namespaces": 5}, "namespaces"),
    ({"embedded": ":memory:", "namespaces": {"a": {"default_tll": 1}}}, "default_ttl"),
    ({"hosts": [("127.0.0.1", 3000)], "namespaces": ["a"]}, "embedded"),
    ({"embedded": ""}, "empty"),
], ids=repr)
def test_a_wrong_config_is_named(config, names):
    with pytest.raises(ex.ParamError) as caught:
        winnow.client(config)
    assert names in caught.value.msg, caught.value.msg


def test_a_path_is_refused_as_yet():
    with pytest.raises(ex.UnsupportedFeature):
        winnow.client({"embedded": "/tmp/some/where"})


def test_tls_is_refused_unless_it_is_off():
    embedded(tls={"enable": False}).close()
    with pytest.raises(ex.UnsupportedFeature, match="tls"):
        embedded(tls={"enable": True})


def test_settings_of_the_official_client_are_taken():
    embedded(user="u", password="p", shm={"shm_max_nodes": 1}, max_conns_per_node=10,
             thread_pool_size=4, rack_aware=False, rack_id=0, use_services_alternate=False,
             connect_timeout=500, tend_interval=1000, max_socket_idle=0, min_conns_per_node=0,
             max_error_rate=0, error_rate_window=1, serialization=(None, None), strict_types=True,
             validate_keys=True, compression_threshold=0, use_shared_connection=False, app_id="a",
             cluster_name=None, lua={"user_path": ".", "system_path": "."},
             policies={"login_timeout_ms": 5000, "auth_mode": winnow.AUTH_INTERNAL,
                       "key": winnow.POLICY_KEY_DIGEST, "replica": winnow.POLICY_REPLICA_SEQUENCE,
                       "admin": {"timeout": 1}, "txn_verify": {}, "max_threads": 1}).close()


def test_no_server_answers():
    with pytest.raises(ex.ConnectionError) as caught:
        winnow.client({"hosts": [("127.0.0.1", 1)]})
    assert "127.0.0.1:1" in str(caught.value)


def test_close_connect_and_with():
    client = embedded()
    assert client.is_connected() and "connected" in repr(client)
    assert client.connect() is client and client.connect("user", "password") is client
    client.put(key(), {"a": 1})
    client.close()
    assert not client.is_connected() and "closed" in repr(client)
    for call in (lambda: client.get(key()), lambda: client.put(key(), {"a": 1}),
                 lambda: client.batch_read([key()]), lambda: client.info_all("build"),
                 lambda: client.get_nodes()):
        with pytest.raises(ex.ClusterError, match="closed"):
            call()
    client.close()
    assert client.connect() is client and client.is_connected()
    assert client.get(key())[2] == {"a": 1}  # it is the same database
    with client as same:
        assert same is client
    assert not client.is_connected()


def test_databases_are_separate_unless_one_is_given():
    shared = winnow.Database()
    with embedded() as alone, winnow.client({"embedded": shared}) as one, \
            winnow.client({"embedded": shared}) as two:
        one.put(key(), {"a": 1})
        assert two.get(key())[2] == {"a": 1}
        with pytest.raises(ex.RecordNotFound):
            alone.get(key())


def test_namespaces_of_an_embedded_database():
    with embedded(namespaces={"a": {"default_ttl": 100}, "b": None}, default_ttl=200) as client:
        for name, ttl in (("a", 100), ("b", 200)):
            client.put((name, None, 1), {"x": 1})
            assert ttl - 1 <= client.get((name, None, 1))[1]["ttl"] <= ttl
        with pytest.raises(ex.NamespaceNotFound):
            client.put(("test", None, 1), {"x": 1})
    with embedded(default_ttl=300) as client:
        client.put(key(), {"x": 1})
        assert 299 <= client.get(key())[1]["ttl"] <= 300


# ---- get, put, exists, select, remove

def test_put_and_get(client):
    assert client.put(key(), {"a": 1, "b": "x"}) == 0
    assert client.get(key()) == ((NS, SET, None, digest()), {"ttl": NEVER, "gen": 1},
                                 {"a": 1, "b": "x"})
    client.put(key(), {"c": 1.5})
    assert client.get(key())[1:] == ({"ttl": NEVER, "gen": 2}, {"a": 1, "b": "x", "c": 1.5})


def test_arguments_by_name(client):
    client.put(key=key(), bins={"a": 1}, meta={"ttl": 100}, policy={"total_timeout": 1000},
               serializer=winnow.SERIALIZER_NONE)
    assert client.get(key=key(), policy={"total_timeout": 1000})[2] == {"a": 1}
    assert client.exists(key=key(), policy=None)[1]["gen"] == 1
    assert client.select(key=key(), bins=["a"], policy=None)[2] == {"a": 1}
    client.touch(key=key(), val=10, meta=None, policy=None)
    client.append(key=key(), bin="s", val="x", meta=None, policy=None)
    client.prepend(key=key(), bin="s", val="y", meta=None, policy=None)
    client.increment(key=key(), bin="a", offset=1, meta=None, policy=None)
    client.remove_bin(key=key(), list=["s"], meta=None, policy=None)
    client.operate(key=key(), list=[op.read("a")], meta=None, policy=None)
    client.operate_ordered(key=key(), list=[op.read("a")], meta=None, policy=None)
    client.remove(key=key(), meta=None, policy=None)
    client.truncate(namespace=NS, set=SET, nanos=0, policy=None)


def test_exists(client):
    assert client.exists(key()) == ((NS, SET, "k", digest()), None)
    client.put(key(), {"a": 1})
    assert client.exists(key()) == ((NS, SET, "k", digest()), {"ttl": NEVER, "gen": 1})


def test_select(client):
    client.put(key(), {"a": 1, "b": 2, "c": 3})
    assert client.select(key(), ["a", "c", "none"])[2] == {"a": 1, "c": 3}
    assert client.select(key(), ("b",))[2] == {"b": 2}
    assert client.select(key(), []) == ((NS, SET, "k", digest()), {"ttl": NEVER, "gen": 1}, {})


def test_remove(client):
    client.put(key(), {"a": 1})
    assert client.remove(key()) == 0
    for call in (client.remove, client.get, client.touch, lambda k: client.select(k, ["a"])):
        with pytest.raises(ex.RecordNotFound) as caught:
            call(key())
        assert caught.value.key == key() and caught.value.code == 2


def test_remove_bin(client):
    client.put(key(), {"a": 1, "b": 2, "c": 3})
    assert client.remove_bin(key(), ["a", "b"]) == 0
    assert client.get(key())[2] == {"c": 3}


def test_digests_as_keys(client):
    client.put(key(), {"a": 1})
    for by_digest in ((NS, SET, None, digest()), (NS, SET, None, bytes(digest()))):
        assert client.get(by_digest)[0] == (NS, SET, None, digest())
        assert client.exists(by_digest)[0] == (NS, SET, None, digest())
    got = client.get(key())
    client.put(got[0], {"a": 2})  # what a call answers with is a key
    assert client.get(key())[2] == {"a": 2}


def test_records_of_no_set(client):
    client.put((NS, None, 7), {"a": 1})
    assert client.get((NS, "", 7))[0] == (NS, "", None, winnow.calc_digest(NS, None, 7))
    client.remove((NS, None, 7))


@pytest.mark.parametrize("wrong, names", [
    ("k", "tuple"), (None, "tuple"), ([NS, SET, 1], "tuple"), ((), "0 elements"),
    ((NS, SET), "2 elements"), ((NS, SET, 1, None, None), "5 elements"),
    ((1, SET, 1), "namespace"), ((NS, 1, 1), "set"), ((NS, SET, 1.5), "float"),
    ((NS, SET, None), "digest"), ((NS, SET, None, None), "digest"),
    ((NS, SET, None, b"short"), "20 bytes"), ((NS, SET, None, "x" * 20), "str"),
    ((NS, SET, 2**63), "64 bits"), ((NS, SET, "\ud800"), "surrogates"), ((NS, SET, ("a",)), "tuple"),
], ids=repr)
def test_a_wrong_key_is_named(client, wrong, names):
    calls = [client.get, client.exists, client.remove, client.touch,
             lambda k: client.put(k, {"a": 1}), lambda k: client.select(k, ["a"]),
             lambda k: client.append(k, "a", "x"), lambda k: client.operate(k, [op.read("a")]),
             lambda k: client.batch_read([k]), lambda k: client.get_many([k])]
    for call in calls:
        with pytest.raises(ex.ParamError) as caught:
            call(wrong)
        assert names in caught.value.msg, caught.value.msg


@pytest.mark.parametrize("bins", [None, 5, [("a", 1)], "a", {1: 1}, {None: 1}, {"": 1}, {}],
                         ids=repr)
def test_wrong_bins(client, bins):
    with pytest.raises(ex.ParamError):
        client.put(key(), bins)


def test_long_names_of_bins(client):
    client.put(key(), {"x" * 15: 1})
    for call in (lambda: client.put(key(), {"x" * 16: 1}), lambda: client.select(key(), ["x" * 16]),
                 lambda: client.increment(key(), "x" * 16, 1),
                 lambda: client.remove_bin(key(), ["x" * 16]),
                 lambda: client.operate(key(), [op.read("x" * 16)]),
                 lambda: client.put(key(), {"\u00e4" * 8: 1})):
        with pytest.raises(ex.BinNameError) as caught:
            call()
        assert "16 bytes" in caught.value.msg and caught.value.bin is not None


# ---- times to live, generations, policies

def test_times_to_live(client):
    client.put(key(), {"a": 1}, {"ttl": 100})
    assert 99 <= client.get(key())[1]["ttl"] <= 100
    client.put(key(), {"a": 1}, {"ttl": winnow.TTL_DONT_UPDATE})
    assert 99 <= client.get(key())[1]["ttl"] <= 100
    client.put(key(), {"a": 1}, {"ttl": -2}, {"ttl": 5})
    assert 99 <= client.get(key())[1]["ttl"] <= 100
    client.put(key(), {"a": 1}, policy={"ttl": 50})
    assert 49 <= client.get(key())[1]["ttl"] <= 50
    for never in (-1, winnow.TTL_NEVER_EXPIRE):
        client.put(key(), {"a": 1}, {"ttl": never})
        assert client.get(key())[1]["ttl"] == NEVER
    client.touch(key(), 70)
    assert 69 <= client.get(key())[1]["ttl"] <= 70
    client.touch(key(), meta={"ttl": 80})
    assert 79 <= client.get(key())[1]["ttl"] <= 80
    client.put(key(), {"a": 1}, {"ttl": None, "gen": None})


def test_the_time_to_live_of_the_client():
    with embedded(policies={"write": {"ttl": 500}}) as client:
        client.put(key(), {"a": 1})
        assert 499 <= client.get(key())[1]["ttl"] <= 500
        client.put(key(), {"a": 1}, {"ttl": winnow.TTL_CLIENT_DEFAULT})
        assert 499 <= client.get(key())[1]["ttl"] <= 500
        client.put(key(), {"a": 1}, {"ttl": winnow.TTL_NAMESPACE_DEFAULT})
        assert client.get(key())[1]["ttl"] == NEVER


@pytest.mark.parametrize("meta", [5, {"ttl": "x"}, {"gen": 1.5}, {"tll": 5}, {"ttl": -4},
                                  {"gen": -1}, {"gen": 65536}, {5: 5}], ids=repr)
def test_wrong_meta(client, meta):
    for call in (lambda: client.put(key(), {"a": 1}, meta), lambda: client.touch(key(), 5, meta),
                 lambda: client.operate(key(), [op.write("a", 1)], meta)):
        with pytest.raises(ex.ParamError):
            call()


def test_generations(client):
    client.put(key(), {"a": 1})
    equal = {"gen": winnow.POLICY_GEN_EQ}
    with pytest.raises(ex.RecordGenerationError) as caught:
        client.put(key(), {"a": 2}, {"gen": 7}, equal)
    assert caught.value.key == key() and not caught.value.in_doubt
    client.put(key(), {"a": 2}, {"gen": 1}, equal)
    with pytest.raises(ex.RecordGenerationError):
        client.remove(key(), {"gen": 1}, equal)
    client.remove(key(), {"gen": 2}, equal)
    client.put(key(), {"a": 1}, {"gen": 9}, {"gen": winnow.POLICY_GEN_IGNORE})


def test_exists_policies(client):
    def put(exists, bins={"a": 1}):
        client.put(key(), bins, policy={"exists": exists})

    for needs_one in (winnow.POLICY_EXISTS_UPDATE, winnow.POLICY_EXISTS_REPLACE):
        with pytest.raises(ex.RecordNotFound):
            put(needs_one)
    put(winnow.POLICY_EXISTS_CREATE)
    with pytest.raises(ex.RecordExistsError):
        put(winnow.POLICY_EXISTS_CREATE)
    put(winnow.POLICY_EXISTS_UPDATE, {"b": 1})
    assert client.get(key())[2] == {"a": 1, "b": 1}
    put(winnow.POLICY_EXISTS_REPLACE, {"c": 1})
    assert client.get(key())[2] == {"c": 1}
    put(winnow.POLICY_EXISTS_CREATE_OR_REPLACE, {"d": 1})
    assert client.get(key())[2] == {"d": 1}
    put(winnow.POLICY_EXISTS_IGNORE, {"e": 1})
    assert client.get(key())[2] == {"d": 1, "e": 1}


ALL = {"total_timeout": 1000, "socket_timeout": 1000, "max_retries": 1,
       "sleep_between_retries": 1, "compress": True, "expressions": None, "connect_timeout": 1,
       "timeout_delay": 1, "error_detail_verbosity": 0, "txn": None}
READ_MODE = {"read_mode_ap": 0, "read_mode_sc": 0, "read_touch_ttl_percent": 0}
WRITE = {"key": 0, "commit_level": 0, "durable_delete": False, "on_locking_only": False,
         "replica": 0}


def test_every_policy_of_the_official_client_is_known(client):
    client.put(key(), {"a": 1},
               policy={**ALL, **WRITE, "gen": 0, "exists": 0, "ttl": 0, "compression_threshold": 0})
    client.get(key(), {**ALL, **READ_MODE, "replica": 1, "deserialize": True, "key": 0})
    client.operate(key(), [op.read("a")],
                   policy={**ALL, **WRITE, **READ_MODE, "gen": 0, "exists": 0, "ttl": 0,
                           "deserialize": True})
    client.batch_read([key()], policy={**ALL, **READ_MODE, "replica": 0, "deserialize": True,
                                       "allow_inline": True, "allow_inline_ssd": False,
                                       "respond_all_keys": True, "concurrent": False,
                                       "send_set_name": True})
    client.info_all("build", {"timeout": 1000, "send_as_is": True, "check_bounds": True})
    client.remove(key(), policy={**ALL, **WRITE, "gen": 0})


@pytest.mark.parametrize("policy, names", [
    (5, "dict"), ({"total_timeuot": 1}, "did you mean total_timeout"), ({1: 1}, "str"),
    ({"qqqqqqqqq": 1}, "known are"), ({"total_timeout": "1"}, "total_timeout"),
    ({"total_timeout": -1}, "total_timeout"), ({"max_retries": 2**40}, "max_retries"),
    ({"compress": "yes"}, "compress"), ({"expressions": 5}, "expressions"),
    ({"replica": 9}, "replica"),
], ids=repr)
def test_a_wrong_policy_is_named(client, policy, names):
    for call in (lambda: client.get(key(), policy), lambda: client.exists(key(), policy),
                 lambda: client.put(key(), {"a": 1}, {}, policy),
                 lambda: client.remove(key(), {}, policy),
                 lambda: client.operate(key(), [op.read("a")], {}, policy)):
        with pytest.raises(ex.ParamError) as caught:
            call()
        assert names in caught.value.msg, caught.value.msg


def test_default_policies_of_the_config():
    policies = {"key": winnow.POLICY_KEY_SEND, "exists": winnow.POLICY_EXISTS_CREATE,
                "write": {"exists": winnow.POLICY_EXISTS_IGNORE},
                "read": {"deserialize": False}, "batch_write": {"ttl": 77}}
    with embedded(policies=policies) as client:
        client.put(key(), {"a": [1]})
        client.put(key(), {"a": [1]})  # the group has the last word
        assert isinstance(client.get(key())[2]["a"], winnow.RawBytes)
        assert client.get(key(), {"deserialize": True})[2] == {"a": [1]}
        assert client.query(NS, SET).results()[0][0][2] == "k"
        with pytest.raises(ex.RecordExistsError):
            client.operate(key(), [op.write("a", 1)])
        client.batch_operate([key("b")], [op.write("a", 1)],
                             policy_batch_write={"exists": winnow.POLICY_EXISTS_CREATE})
        assert 76 <= client.get(key("b"))[1]["ttl"] <= 77


def test_filters_go_out(client):
    """A filter is never left out: what the server does not understand it refuses."""
    client.put(key(), {"a": 1})
    with pytest.raises(ex.ServerError) as caught:
        client.get(key(), {"expressions": b"\xc1"})
    assert caught.value.code in (4, 16)


def test_compressed_requests(client):
    big = {"v": "ab" * 50_000, "l": list(range(1000))}
    client.put(key(), big, policy={"compress": True})
    assert client.get(key(), {"compress": True})[2] == big


def test_the_key_is_kept_if_it_is_sent(client):
    client.put(key("a"), {"n": 1}, policy={"key": winnow.POLICY_KEY_SEND})
    client.put(key("b"), {"n": 2})
    assert sorted(str(k[2]) for k, _, _ in client.query(NS, SET).results()) == ["None", "a"]


# ---- touch, append, prepend, increment

def test_append_and_prepend(client):
    assert client.append(key(), "s", "b") == 0
    assert client.prepend(key(), "s", "a") == 0
    client.append(key(), "b", b"\x01")
    client.prepend(key(), "b", bytearray(b"\x00"))
    assert client.get(key())[2] == {"s": "ab", "b": b"\x00\x01"}
    with pytest.raises(ex.BinIncompatibleType) as caught:
        client.append(key(), "s", b"x")
    assert caught.value.bin == "s"
    for value in (5, None, [1], 1.5):
        with pytest.raises(ex.ParamError, match="val"):
            client.append(key(), "s", value)


def test_increment(client):
    assert client.increment(key(), "n", 5) == 0
    client.increment(key(), "n", -7)
    client.increment(key(), "f", 1.5)
    client.increment(key(), "f", 1.0)
    assert client.get(key())[2] == {"n": -2, "f": 2.5}
    with pytest.raises(ex.BinIncompatibleType):
        client.increment(key(), "n", 1.5)
    for offset in ("1", None, [1]):
        with pytest.raises(ex.ParamError, match="offset"):
            client.increment(key(), "n", offset)


# ---- operate

def test_operate(client):
    client.put(key(), {"a": 1, "s": "x"})
    ops = [op.read("a"), op.increment("a", 5), op.read("a"), op.append("s", "y"),
           op.prepend("s", "w"), op.write("new", [1]), op.read("s")]
    got = client.operate(key(), ops)
    # Of two reads of a bin the last counts, as in the official client; operate_ordered() has both.
    assert got == ((NS, SET, "k", digest()), {"ttl": NEVER, "gen": 2}, {"a": 6, "s": "wxy"})
    got = client.operate_ordered(key(), ops)
    assert got[1:] == ({"ttl": NEVER, "gen": 3}, [("a", 6), ("a", 11), ("s", "wwxyy")])
    assert client.get(key())[2] == {"a": 11, "s": "wwxyy", "new": [1]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_operate_touches_and_deletes(client):
    client.put(key(), {"a": 1})
    client.operate(key(), [op.touch(100), op.read("a")])
    assert 99 <= client.get(key())[1]["ttl"] <= 100
    client.operate(key(), [op.touch()], {"ttl": 50})
    assert 49 <= client.get(key())[1]["ttl"] <= 50
    client.operate(key(), [op.read("a"), op.delete()])
    assert client.exists(key())[1] is None


def test_operate_as_dicts(client):
    client.operate(key(), [{"op": winnow.OPERATOR_WRITE, "bin": "a", "val": 1},
                           {"op": winnow.OPERATOR_INCR, "bin": "a", "val": 2}])
    assert client.get(key())[2] == {"a": 3}


@pytest.mark.parametrize("ops, names", [
    (5, "list"), ([], "no operations"), ([5], "dict"), ([{}], "'op'"), ([{"op": "x"}], "'op'"),
    ([{"op": 77, "bin": "a"}], "77"), ([{"op": 2**70, "bin": "a"}], "no operation"),
    ([{"op": winnow.OPERATOR_READ}], "bin"), ([{"op": winnow.OPERATOR_INCR, "bin": "a"}], "val"),
    ([{"op": winnow.OPERATOR_READ, "bin": "a", "foo": 1}], "'foo'"),
    ([{"op": winnow.OPERATOR_WRITE, "bin": "a", "val": {1, 2}}], "set"),
    ([{"op": winnow.OPERATOR_WRITE, "bin": 5, "val": 1}], "bin name"),
], ids=repr)
def test_wrong_operations_are_named(client, ops, names):
    for call in (client.operate, client.operate_ordered):
        with pytest.raises(ex.ParamError) as caught:
            call(key(), ops)
        assert names in caught.value.msg, caught.value.msg
    with pytest.raises(ex.ParamError):
        client.batch_operate([key()], ops)


def test_operations_inside_lists_are_not_served_yet(client):
    with pytest.raises(ex.UnsupportedFeature, match="not served"):
        client.operate(key(), [list_operations.list_append("l", 1)])


# ---- indexes, truncate, info

def test_indexes(client):
    client.put(key(), {"i": 1, "s": "x"})
    try:
        for kind in ("integer", "string"):
            create = getattr(client, f"index_{kind}_create")
            assert create(NS, SET, kind[0], f"client_{kind}") == 0
            assert create(NS, SET, kind[0], f"client_{kind}") == 0  # the same again is no error
        client.index_single_value_create(NS, SET, "m", winnow.INDEX_NUMERIC, "client_m", wait=False)
        client.index_integer_create(NS, None, "o", "client_o", {"timeout": 5000, "wait": False})
        assert "client_m" in client.info_random_node("sindex-list")
    finally:
        for name in ("integer", "string", "m", "o"):
            client.index_remove(NS, f"client_{name}")
    assert client.index_remove(NS, "client_m") == 0  # nor is this, says the server


def test_wrong_arguments_of_indexes(client):
    for call in (lambda: client.index_integer_create(1, SET, "a", "i"),
                 lambda: client.index_integer_create(NS, 1, "a", "i"),
                 lambda: client.index_integer_create(NS, SET, 1, "i"),
                 lambda: client.index_integer_create(NS, SET, "a", 1),
                 lambda: client.index_integer_create(NS, SET, "a;b", "i"),
                 lambda: client.index_list_create(NS, SET, "a", 77, "i"),
                 lambda: client.index_integer_create(NS, SET, "a", "i", {"weit": False}),
                 lambda: client.index_remove(NS, None)):
        with pytest.raises(ex.ParamError):
            call()
    with pytest.raises(ex.NamespaceNotFound):
        client.index_integer_create("nope", SET, "a", "i")
    with pytest.raises(ex.UnsupportedFeature):
        client.index_list_create(NS, SET, "a", winnow.INDEX_NUMERIC, "i")
    with pytest.raises(ex.UnsupportedFeature, match="ctx"):
        client.index_list_create(NS, SET, "a", winnow.INDEX_NUMERIC, "i", ctx=[1])


def test_truncate(client):
    for i in range(10):
        client.put(key(i), {"a": 1})
    assert client.truncate(NS, SET, 0) == 0
    assert client.query(NS, SET).results() == []
    client.put(key(), {"a": 1})
    client.truncate(NS, SET, 1_300_000_000 * 10**9)  # 2011: nothing is that old
    assert client.get(key())[2] == {"a": 1}
    for nanos in (-1, "0", 1.5, 2**64, None):
        with pytest.raises(ex.ParamError, match="nanos"):
            client.truncate(NS, SET, nanos)


def test_info(client):
    nodes = client.get_node_names()
    assert len(nodes) == 1 and set(nodes[0]) == {"address", "port", "node_name"}
    assert client.get_nodes() == [(nodes[0]["address"], nodes[0]["port"])]
    node = nodes[0]["node_name"]
    answer = client.info_all("build")
    assert list(answer) == [node] and answer[node][0] is None and answer[node][1].endswith("\n")
    line = client.info_random_node("build")
    assert line == client.info_single_node("build", node) == f"build\t{answer[node][1]}"
    for command in ("no-such-command", "", "a\nb"):
        for call in (client.info_all, client.info_random_node):
            with pytest.raises(ex.AerospikeError) as caught:
                call(command)
            assert caught.value.code in (4, -2)
    with pytest.raises(ex.ParamError, match="nope"):
        client.info_single_node("build", "nope")
    with pytest.raises(ex.ParamError, match="str"):
        client.info_all(5)


def test_jobs_that_nobody_knows_are_completed(client):
    for module in (winnow.JOB_QUERY, winnow.JOB_SCAN):
        assert client.job_info(4711, module) == {"progress_pct": 0, "records_read": 0,
                                                 "status": winnow.JOB_STATUS_COMPLETED}
    with pytest.raises(ex.ParamError, match="JOB_QUERY"):
        client.job_info(1, "x")


def test_modules_in_lua(client, tmp_path):
    assert client.udf_list() == []
    module = tmp_path / "m.lua"
    module.write_text("function f(rec) return 1 end\n")
    with pytest.raises(ex.UnsupportedFeature):
        client.udf_put(str(module))
    with pytest.raises(ex.LuaFileNotFound, match="none.lua"):
        client.udf_put(str(tmp_path / "none.lua"))
    with pytest.raises(ex.LuaFileNotFound):
        client.udf_put(str(tmp_path))
    with pytest.raises(ex.ParamError):
        client.udf_put(5)


def test_what_is_not_served_says_so(client):
    for call in (lambda: client.apply(key(), "m", "f", []), lambda: client.admin_query_users(),
                 lambda: client.batch_apply([key()], "m", "f", []), lambda: client.get_stats(),
                 lambda: client.commit(None)):
        with pytest.raises(ex.UnsupportedFeature):
            call()


def test_policies_as_dicts(client):
    policies = client.get_policies()
    assert policies["read"]["socket_timeout"] == 30000 and policies["read"]["max_retries"] == 0
    assert policies["write"]["total_timeout"] == 0
    with embedded(policies={"read": {"max_retries": 7}}) as other:
        assert other.get_policies()["read"]["max_retries"] == 7
        assert other.get_policies()["write"]["max_retries"] == 0
        # They are policies again.
        for group, call in (("read", lambda policy: other.exists(key(), policy)),
                            ("write", lambda policy: other.put(key(), {"a": 1}, {}, policy)),
                            ("operate", lambda p: other.operate(key(), [op.read("a")], {}, p)),
                            ("batch", lambda policy: other.batch_read([key()], None, policy)),
                            ("query", lambda policy: other.query(NS, SET).results(policy)),
                            ("info", lambda policy: other.info_all("build", policy)),
                            ("remove", lambda policy: other.remove(key(), {}, policy))):
            call(other.get_policies()[group])
        with embedded(policies=other.get_policies()) as third:
            assert third.get_policies() == other.get_policies()


# ---- threads

def test_threads_share_a_client(client):
    wrong = []

    def work(number):
        try:
            for i in range(200):
                client.put(key(f"{number}-{i}"), {"n": i})
                if client.get(key(f"{number}-{i}"))[2] != {"n": i}:
                    wrong.append((number, i))
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_closing_while_others_call():
    client = embedded()
    client.put(key(), {"a": 1})
    started, errors = threading.Barrier(4), []

    def work():
        started.wait()
        try:
            while True:
                client.get(key())
        except ex.ClusterError:
            pass
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait()
    client.close()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize("call", ["exists(key)", "query('test', 'x').foreach(lambda r: None)",
                                  "batch_read([key])", "put(key, {'a': 1})"])
def test_a_daemon_thread_does_not_disturb_the_exit(call):
    """Python ends without waiting for it, and takes its lock away from it."""
    code = f"""if True:
        import threading, winnow
        client, key = winnow.client({{"embedded": ":memory:"}}), ("test", "x", 1)
        client.put(key, {{"a": 1}})
        started = threading.Event()
        def work():
            while True:
                client.{call}
                started.set()
        threading.Thread(target=work, daemon=True).start()
        started.wait()
        print("done")
        """
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                               timeout=60)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")


@pytest.mark.parametrize("call", [
    "get(key, forever)", "put(key, {'a': 1}, {}, forever)", "remove(key, {}, forever)",
    "operate(key, [op.increment('a', 1)], {}, forever)", "batch_read([key], None, forever)"])
def test_ctrl_c_ends_a_call_that_waits(call):
    """The server never answers, and no timeout would end it."""
    code = f"""if True:
        import sys, winnow
        from winnow.helpers.operations import operations as op
        client = winnow.client({{"hosts": [("127.0.0.1", int(sys.argv[1]))]}})
        key, forever = ("{NS}", "{SET}", "k"), {{"socket_timeout": 0, "total_timeout": 0}}
        try:
            client.{call}
        except KeyboardInterrupt:
            print("interrupted")
        """
    with Server(winnowd()) as server, Proxy(server.port) as proxy:
        proxy.stall()
        process = subprocess.Popen([sys.executable, "-c", code, str(proxy.port)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            assert proxy.requests.wait(60)
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=60) == ("interrupted\n", "")
        finally:
            process.kill()


# ---- the official client as a witness

@pytest.fixture(scope="module")
def both():
    with Server(winnowd()) as server:
        hosts = {"hosts": [(server.host, server.port)]}
        official = aerospike.client(hosts)
        with winnow.client(hosts) as ours:
            yield ours, official
        official.close()


SAME_ANSWERS = {
    "put": lambda c: c.put(key(), {"a": 1}),
    "get": lambda c: c.get(key()),
    "exists": lambda c: c.exists(key()),
    "exists-not": lambda c: c.exists(key("none")),
    "select": lambda c: c.select(key(), ["a"]),
    "touch": lambda c: c.touch(key()),
    "append": lambda c: c.append(key(), "s", "x"),
    "prepend": lambda c: c.prepend(key(), "s", "x"),
    "increment": lambda c: c.increment(key(), "a", 1),
    "operate": lambda c: c.operate(key(), [op.read("a"), op.increment("a", 1), op.read("a")]),
    "operate_ordered": lambda c: c.operate_ordered(
        key(), [op.read("a"), op.increment("a", 1), op.read("a")]),
    "operate-by-digest": lambda c: c.operate((NS, SET, None, digest()), [op.read("a")]),
    "remove_bin": lambda c: c.remove_bin(key(), ["s"]),
    "get_nodes": lambda c: c.get_nodes(),
    "get_node_names": lambda c: c.get_node_names(),
    "info_all": lambda c: c.info_all("build"),
    "info_random_node": lambda c: c.info_random_node("build"),
    "index": lambda c: c.index_integer_create(NS, SET, "a", "witness"),
    "index_remove": lambda c: c.index_remove(NS, "witness"),
    "truncate": lambda c: c.truncate(NS, "other", 0),
    "udf_list": lambda c: c.udf_list(),
    "job_info": lambda c: c.job_info(1, "query"),
    "remove": lambda c: c.remove(key()),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_both_clients_answer_alike(both):
    answers = []
    for client in both:
        client.truncate(NS, SET, 0)
        answers.append({name: call(client) for name, call in SAME_ANSWERS.items()})
        deadline = time.monotonic() + 10
        while client.exists(key())[1] is not None and time.monotonic() < deadline:
            pass
    for name in SAME_ANSWERS:
        assert answers[0][name] == answers[1][name], name


SAME_ERRORS = {
    "get": lambda c: c.get(key("none")),
    "remove": lambda c: c.remove(key("none")),
    "touch": lambda c: c.touch(key("none")),
    "namespace": lambda c: c.get(("none", SET, 1)),
    "name": lambda c: c.put(key(), {"x" * 16: 1}),
    "value": lambda c: c.put(key(), {"a": 2**63}),
    "type": lambda c: c.put(key(), {"a": object()}),
    "key": lambda c: c.put((NS, SET), {"a": 1}),
    "key-type": lambda c: c.put((NS, SET, 1.5), {"a": 1}),
    "policy": lambda c: c.get(key(), 5),
    "policy-value": lambda c: c.get(key(), {"total_timeout": "x"}),
    "meta": lambda c: c.put(key(), {"a": 1}, 5),
    "operations": lambda c: c.operate(key(), []),
    "info": lambda c: c.info_all("no-such-command"),
    "module": lambda c: c.job_info(1, "x"),
    "index": lambda c: c.index_list_create(NS, SET, "a", 4, "i"),
    "nanos": lambda c: c.truncate(NS, SET, -1),
    "arguments": lambda c: c.get(),
}


@pytest.mark.parametrize("name", SAME_ERRORS)
def test_both_clients_fail_alike(both, name):
    kinds = []
    for client in both:
        with pytest.raises(Exception) as caught:
            SAME_ERRORS[name](client)
        kinds.append((type(caught.value).__name__, getattr(caught.value, "code", None)))
    assert kinds[0] == kinds[1]
