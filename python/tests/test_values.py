"""What can be stored, in which form it comes back, and what is refused by what name."""
import enum
import math

import aerospike
import pytest

import winnow
from doors import door  # noqa: F401
from served import Server, winnowd
from winnow import exception as ex

KEY = ("test", "values", "k")
POINT = {"type": "Point", "coordinates": [-80.5, 28.5]}


def put_get(client, value, policy=None):
    client.put(KEY, {"v": value}, policy={"exists": winnow.POLICY_EXISTS_CREATE_OR_REPLACE})
    return client.get(KEY, policy)[2]["v"]


SAME = [
    0, 1, -1, 127, 128, 255, 256, 65535, 65536, 2**31, -2**31 - 1, 2**32, 2**63 - 1, -2**63,
    True, False,
    0.0, -0.0, 1.5, math.pi, 1e308, -1e-308, math.inf, -math.inf,
    "", "text", "gr\u00fc\u00dfe \u20ac \U0001f600", "nul\0inside", "x" * 100_000,
    "bytes\udcff\udc80",
    b"", b"\x00\xff", b"y" * 70_000,
    [], [1, 2, 3], [[], [[]]], [None, True, 1.5, "s", b"b", {"k": [1]}],
    list(range(100_000)), [2**63 - 1, -2**63, 0xff, 0xffff, -33, -32, -129, -32769, -2**31 - 1],
    {}, {"a": 1}, {1: "one", "one": 1, b"b": 2.5}, {"d": {"e": {"f": [{}]}}}, {"k": None},
]


@pytest.mark.parametrize("value", SAME, ids=lambda value: repr(value)[:30])
def test_comes_back_as_it_was(door, value):  # noqa: F811
    got = put_get(door, value)
    assert got == value and type(got) is type(value)
    # ... and inside a collection.
    assert put_get(door, [value, {"v": value}]) == [value, {"v": value}]


def test_nan(door):  # noqa: F811
    assert math.isnan(put_get(door, math.nan))


def test_bytearrays_come_back_as_bytes(door):  # noqa: F811
    assert put_get(door, bytearray(b"abc")) == b"abc"
    assert type(put_get(door, bytearray(b"abc"))) is bytes
    assert put_get(door, [bytearray(b"abc")]) == [b"abc"]


def test_subclasses_of_plain_types(door):  # noqa: F811
    class Text(str):
        pass

    class Number(enum.IntEnum):
        SEVEN = 7

    class Mapping(dict):
        pass

    assert put_get(door, Text("t")) == "t"
    assert put_get(door, Number.SEVEN) == 7
    assert put_get(door, [Number.SEVEN, Text("t"), Mapping(a=1)]) == [7, "t", {"a": 1}]
    assert put_get(door, Mapping(a=1)) == {"a": 1}


def test_numbers_that_say_which_int_they_are(door):  # noqa: F811
    class Index:
        def __index__(self):
            return 41

    assert put_get(door, Index()) == 41
    assert put_get(door, [Index()]) == [41]


def test_none_removes_a_bin(door):  # noqa: F811
    door.put(KEY, {"v": 1, "w": 2})
    door.put(KEY, {"v": None})
    assert "v" not in door.get(KEY)[2]
    door.put(KEY, {"v": winnow.null()})
    assert "v" not in door.get(KEY)[2]


def test_null_in_a_collection_is_none(door):  # noqa: F811
    assert put_get(door, [winnow.null(), None]) == [None, None]


def test_geojson(door):  # noqa: F811
    got = put_get(door, winnow.GeoJSON(POINT))
    assert isinstance(got, winnow.GeoJSON) and got.unwrap() == POINT
    assert put_get(door, got).unwrap() == POINT
    inside = put_get(door, [winnow.GeoJSON(POINT), {"g": winnow.GeoJSON(POINT)}])
    assert [inside[0].unwrap(), inside[1]["g"].unwrap()] == [POINT, POINT]


def test_key_ordered_dicts(door):  # noqa: F811
    got = put_get(door, winnow.KeyOrderedDict({"b": 1, "a": 2, 3: 0}))
    assert type(got) is winnow.KeyOrderedDict and list(got) == [3, "a", "b"]
    assert type(put_get(door, {"b": 1, "a": 2})) is dict
    assert type(put_get(door, [winnow.KeyOrderedDict(z=1)])[0]) is winnow.KeyOrderedDict


def test_hyper_log_logs_are_bytes_of_their_own_type(door):  # noqa: F811
    with pytest.raises(ex.AerospikeError) as caught:
        door.put(KEY, {"v": winnow.HyperLogLog(b"no sketch")})
    assert caught.value.code == 4


def test_bools_as_integers():
    with winnow.client({"embedded": ":memory:", "send_bool_as": winnow.INTEGER}) as client:
        for value, expected in [(True, 1), ([False, True], [0, 1]), ({"k": True}, {"k": 1})]:
            got = put_get(client, value)
            assert got == expected
            assert repr(got) == repr(expected)


@pytest.mark.parametrize("value", [[1, [2, b"x"]], {"b": 1, "a": [None]},
                                   winnow.KeyOrderedDict(b=1, a=2)], ids=repr)
def test_raw_bytes_of_collections_can_be_put_back(door, value):  # noqa: F811
    raw = put_get(door, value, {"deserialize": False})
    assert isinstance(raw, bytearray) and isinstance(raw, winnow.RawBytes)
    assert raw.particle == (winnow.AS_BYTES_LIST if isinstance(value, list)
                            else winnow.AS_BYTES_MAP)
    again = put_get(door, raw)
    assert again == value and type(again) is type(value)
    assert put_get(door, [raw]) == [value]
    assert put_get(door, raw, {"deserialize": False}) == raw


def test_other_values_do_not_mind_deserialize(door):  # noqa: F811
    for value in (1, 1.5, "s", b"b", True):
        assert put_get(door, value, {"deserialize": False}) == value


@pytest.mark.parametrize("value, names", [
    (2**63, "9223372036854775808"), (-2**63 - 1, "64 bits"), (10**30, "64 bits"),
    ((1, 2), "tuple"), ({1, 2}, "set"), (object(), "object"), (1j, "complex"), (len, "builtin"),
    ("\ud800", "surrogates"),
], ids=repr)
def test_what_cannot_be_stored_is_named_with_its_bin(door, value, names):  # noqa: F811
    for wrapped in (value, [value], {"k": [value]}, winnow.KeyOrderedDict(k=value)):
        with pytest.raises(ex.ParamError) as caught:
            door.put(KEY, {"good": 1, "bad": wrapped})
        assert names in caught.value.msg and "'bad'" in caught.value.msg, caught.value.msg


def test_collections_that_hold_themselves(door):  # noqa: F811
    endless = []
    endless.append({"x": endless})
    with pytest.raises(ex.ParamError, match="nested"):
        door.put(KEY, {"v": endless})


def test_the_deepest_nesting(door):  # noqa: F811
    value = []
    for _ in range(200):
        value = [value]
    assert put_get(door, value) == value
    for _ in range(100):
        value = [value]
    with pytest.raises(ex.ParamError, match="nested"):
        door.put(KEY, {"v": value})


def test_a_collection_that_changes_while_it_is_written(door):  # noqa: F811
    values = list(range(10))

    class Sly:
        def __index__(self):
            values.clear()
            return 1

    values[3] = Sly()
    with pytest.raises(ex.ParamError, match="changed its size"):
        door.put(KEY, {"v": values})
    bins = {"a": 1, "v": None, "z": 2}

    class SlyBin:
        def __index__(self):
            bins.clear()
            return 1

    bins["v"] = SlyBin()
    with pytest.raises(ex.ParamError, match="changed"):
        door.put(KEY, bins)


def test_an_error_of_a_value_of_ours_comes_through(door):  # noqa: F811
    class Broken:
        def __index__(self):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        door.put(KEY, {"v": Broken()})


@pytest.mark.parametrize("wrong", [1.5, True, None, (1, 2)], ids=repr)
def test_keys_of_dicts(door, wrong):  # noqa: F811
    for value in ({wrong: 1}, [{wrong: 1}], winnow.KeyOrderedDict({wrong: 1})):
        with pytest.raises(ex.ParamError, match="a key of a dict is") as caught:
            door.put(KEY, {"v": value})
        assert type(wrong).__name__ in caught.value.msg


# ---- the official client as a witness: what one writes the other reads

@pytest.fixture(scope="module")
def both():
    with Server(winnowd()) as server:
        hosts = {"hosts": [(server.host, server.port)]}
        official = aerospike.client(hosts)
        with winnow.client(hosts) as ours:
            yield ours, official
        official.close()


# The official client cuts a str at a NUL, and has no way to write a str that is not UTF-8.
PLAIN = [value for value in SAME
         if not (isinstance(value, str) and ("\0" in value or "\udcff" in value))]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: repr(value)[:30])
def test_the_official_client_reads_what_we_write(both, value):
    ours, official = both
    ours.put(KEY, {"v": value})
    got = official.get(KEY)[2]["v"]
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: repr(value)[:30])
def test_we_read_what_the_official_client_writes(both, value):
    ours, official = both
    official.put(KEY, {"v": value})
    got = ours.get(KEY)[2]["v"]
    assert got == value and type(got) is type(value)


def test_types_of_the_modules(both):
    ours, official = both
    official.put(KEY, {"g": aerospike.GeoJSON(POINT), "o": aerospike.KeyOrderedDict(b=1, a=2)})
    bins = ours.get(KEY)[2]
    assert bins["g"].unwrap() == POINT and type(bins["o"]) is winnow.KeyOrderedDict
    ours.put(KEY, bins)
    again = official.get(KEY)[2]
    assert again["g"].unwrap() == POINT and type(again["o"]) is aerospike.KeyOrderedDict
    assert list(again["o"]) == ["a", "b"]


@pytest.mark.parametrize("key", [1, 0, -1, 2**63 - 1, "k", "gr\u00fc\u00dfe", "",
                                 bytearray(b"c")], ids=repr)
def test_digests(both, key):
    ours, official = both
    for set_name in ("values", "", None):
        digest = winnow.calc_digest("test", set_name, key)
        assert digest == aerospike.calc_digest("test", set_name or "", key)
        assert ours.get_key_partition_id("test", set_name, key) == winnow.get_partition_id(digest) \
            == official.get_key_partition_id("test", set_name or "", key)


def test_digests_of_the_documentation():
    for player, partition in enumerate([3690, 1096, 1126, 4022]):
        digest = winnow.calc_digest("test", "demo", f"player{player}")
        assert winnow.get_partition_id(digest) == partition
    assert winnow.calc_digest("test", "demo", 1).hex() == "b7f4b83889e2da67de683e1df6919a1eacc446c8"
    assert winnow.calc_digest("test", None, 1).hex() == "a443f05d05d962202b59abb402afae1737dbf66a"
    assert winnow.calc_digest("test", "demo", b"x") == winnow.calc_digest("", "demo", bytearray(b"x"))


def test_wrong_keys_of_digests():
    for arguments in ((1, "s", "k"), ("n", 1, "k"), ("n", "s", None), ("n", "s", 1.5)):
        with pytest.raises(ex.ParamError):
            winnow.calc_digest(*arguments)
    for digest in (b"short", "x" * 20, None, 5):
        with pytest.raises(ex.ParamError):
            winnow.get_partition_id(digest)
