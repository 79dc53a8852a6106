"""Names, values and shapes are those of the official module, which is the witness here."""
import importlib
import inspect
import pickle
import pkgutil

import aerospike
import aerospike_helpers
import pytest

import winnow
from winnow import exception, helpers, predicates

# What the official module has and this one has not: docs/from-the-official-client.md says why.
MISSING = {"ConfigProvider", "Transaction"}
# Modules of aerospike_helpers that follow with the part of the server that serves them.
MISSING_MODULES = ("expressions", "metrics", "operations.string_operations", "string_helpers")


def test_every_name_of_the_module():
    names = {name for name in dir(aerospike) if not name.startswith("_")}
    assert names - set(dir(winnow)) == MISSING


def test_every_constant():
    constants = {name: value for name, value in vars(aerospike).items()
                 if isinstance(value, (int, str)) and not name.startswith("_")}
    assert len(constants) > 300
    assert {name: getattr(winnow, name) for name in constants} == constants


@pytest.mark.parametrize("name", ["Client", "Query", "Scan"])
def test_every_method(name):
    theirs = {member for member in dir(getattr(aerospike, name)) if not member.startswith("_")}
    ours = set(dir(getattr(winnow, name)))
    assert theirs - ours == set()


def classes(module):
    return {name: member for name, member in vars(module).items()
            if inspect.isclass(member) and issubclass(member, Exception)}


def test_every_exception():
    theirs, ours = classes(aerospike.exception), classes(exception)
    assert len(theirs) > 70
    for name, official in theirs.items():
        assert ours[name].code == official.code, name
        assert [c.__name__ for c in ours[name].__mro__] == [c.__name__ for c in official.__mro__]
        assert {a for a in vars(official) if a[0] != "_"} <= set(dir(ours[name])), name
        assert ours[name].__doc__, name


@pytest.mark.parametrize("code, name", [
    (2, "RecordNotFound"), (9, "TimeoutError"), (-1, "ClientError"), (-2, "ParamError"),
    (201, "IndexNotFound"), (1302, "LuaFileNotFound"), (62, "InvalidPassword"),
    (999, "ServerError"), (-999, "ClientError")])
def test_the_class_of_a_code(code, name):
    assert exception.by_code(code).__name__ == name


def test_every_code_leads_to_its_class():
    for name, member in classes(exception).items():
        if member.code is not None:
            assert exception.by_code(member.code) is member, name


def test_an_exception_tells_what_it_is():
    error = exception.RecordNotFound(2, "no such record", "get.cc", 7, False)
    assert (error.code, error.msg, error.file, error.line, error.in_doubt) \
        == (2, "no such record", "get.cc", 7, False) == error.args
    assert str(error) == "no such record [2]"
    assert repr(error) == "RecordNotFound(2, 'no such record')"
    doubtful = exception.TimeoutError(9, "no answer in 100 ms", "put.cc", 7, True)
    assert str(doubtful) == "no answer in 100 ms [9]; the write may have been done"
    assert repr(doubtful) == "TimeoutError(9, 'no answer in 100 ms', in_doubt=True)"
    # As tests raise them, by hand.
    assert str(exception.RecordNotFound()) == "RecordNotFound [2]"
    assert str(exception.ParamError("bad")) == "bad [-2]"


def test_every_exception_can_be_pickled():
    for name, member in classes(exception).items():
        error = member(member.code or 1, "text", "file.cc", 1, True)
        error.key = ("test", "demo", 1)
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is member and copy.args == error.args and vars(copy) == vars(error), name


# ---- the helpers ---------------------------------------------------------------------------------

def helper_functions():
    for name in ["operations.operations", "operations.list_operations", "operations.map_operations",
                 "operations.bitwise_operations", "operations.hll_operations",
                 "operations.expression_operations", "cdt_ctx"]:
        module = importlib.import_module(f"aerospike_helpers.{name}")
        for member, official in inspect.getmembers(module, inspect.isfunction):
            if official.__module__ == module.__name__ and not member.startswith("_"):
                yield pytest.param(name, member, official, id=f"{name}.{member}")


def plain(value):
    """What a helper built, without what means nothing: None, no context, not inverted."""
    if hasattr(value, "extra_args"):                    # a step of a context
        return value.id, value.value, value.extra_args or None
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()
                if part is not None and not (name in ("inverted", "invert_size") and not part)}
    return value


def arguments_for(function, full):
    """Arguments by name; each of them another value, so that no two can be mixed up."""
    arguments = {}
    for number, parameter in enumerate(inspect.signature(function).parameters.values()):
        if parameter.default is not inspect.Parameter.empty and not full:
            continue
        name = parameter.name
        arguments[name] = (
            "bin" if name == "bin_name" else
            [helpers.cdt_ctx.cdt_ctx_list_index(3)] if name == "ctx" else
            {"write_flags": 1} if "policy" in name else
            {"a": 1, "b": 2} if name == "item_dict" else
            True if name in ("inverted", "pad", "persist_index", "sign", "invert_size") else
            0 if name == "ttl" else
            100 + number)
    return arguments


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("module, name, official", list(helper_functions()))
def test_every_helper(module, name, official):
    ours = getattr(importlib.import_module(f"winnow.helpers.{module}"), name)
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(official).parameters)
    assert ours.__doc__
    for full in (False, True):
        arguments = arguments_for(official, full)
        assert plain(ours(**arguments)) == plain(official(**arguments))


def test_every_module_of_the_helpers():
    theirs = {found.name.removeprefix("aerospike_helpers.") for found in
              pkgutil.walk_packages(aerospike_helpers.__path__, "aerospike_helpers.")}
    ours = {found.name.removeprefix("winnow.helpers.") for found in
            pkgutil.walk_packages(helpers.__path__, "winnow.helpers.")}
    missing = {name for name in theirs if name.startswith(MISSING_MODULES)}
    assert theirs - ours == missing


@pytest.mark.parametrize("name", ["BatchRecord", "Read", "Write", "Apply", "Remove",
                                  "BatchRecords"])
def test_every_class_of_batches(name):
    from aerospike_helpers.batch import records as official
    from winnow.helpers.batch import records
    theirs, ours = getattr(official, name), getattr(records, name)
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
    values = {"key": ("test", "demo", 1), "ops": [{"op": 0, "bin": "a"}], "module": "m",
              "function": "f", "args": [1]}
    needed = {parameter.name: values[parameter.name]
              for parameter in inspect.signature(theirs).parameters.values()
              if parameter.default is inspect.Parameter.empty}
    made = ours(**needed)
    for member, value in vars(theirs(**needed)).items():
        assert getattr(made, member) == value, member


# ---- predicates ----------------------------------------------------------------------------------

@pytest.mark.parametrize("name, arguments", [
    ("equals", ("a", 1)), ("equals", ("a", "x")), ("equals", ("a", b"x")), ("equals", (None, 1)),
    ("equals", ("a", True)), ("between", ("a", -5, 2)), ("between", ("a", -2**63, 2**63 - 1)),
    ("contains", ("a", aerospike.INDEX_TYPE_LIST, 1)),
    ("contains", ("a", aerospike.INDEX_TYPE_MAPKEYS, "x")),
    ("contains", ("a", aerospike.INDEX_TYPE_MAPVALUES, b"x")),
    ("range", ("a", aerospike.INDEX_TYPE_LIST, 1, 2)),
    ("geo_within_geojson_region", ("a", "{}")),
    ("geo_within_geojson_region", ("a", "{}", aerospike.INDEX_TYPE_LIST)),
    ("geo_within_radius", ("a", 1.5, 2, 3)), ("geo_contains_geojson_point", ("a", "{}")),
    ("geo_contains_point", ("a", 1, 2.5))])
def test_predicates(name, arguments):
    assert getattr(predicates, name)(*arguments) == getattr(aerospike.predicates, name)(*arguments)


@pytest.mark.parametrize("name, arguments, text", [
    ("equals", ("a", 1.5),
     "equals: val is an int, a str or bytes, as indexes hold them, not float"),
    ("equals", ("a", 2**63), "equals: val is 9223372036854775808, which does not fit in 64 bits"),
    ("equals", (1, 1), "predicate: the bin name is a str, not int"),
    ("between", ("a", 1.0, 2), "between: min is an int, not float"),
    ("contains", ("a", 9, 1), "contains: index_type is 9; it is one of INDEX_TYPE_LIST, "
                              "INDEX_TYPE_MAPKEYS, INDEX_TYPE_MAPVALUES"),
    ("range", ("a", 1, 0, "x"), "range: max is an int, not str"),
    ("geo_within_radius", ("a", "x", 2, 3),
     "geo_within_radius: long is an int or a float, not str"),
    ("geo_contains_geojson_point", ("a", 5),
     "geo_contains_geojson_point: point is a GeoJSON or its text, not int")])
def test_predicates_refuse_what_no_index_holds(name, arguments, text):
    with pytest.raises(exception.ParamError) as caught:
        getattr(predicates, name)(*arguments)
    assert caught.value.msg == text


def test_predicates_take_a_geojson():
    shape = winnow.GeoJSON({"type": "Point", "coordinates": [1, 2]})
    assert predicates.geo_contains_geojson_point("a", shape)[3] == shape.dumps()


# ---- values --------------------------------------------------------------------------------------

def test_geojson():
    shape = {"type": "Point", "coordinates": [1, 2]}
    ours, theirs = winnow.GeoJSON(shape), aerospike.GeoJSON(shape)
    assert (repr(ours), str(ours), ours.dumps(), ours.unwrap(), ours.geo_data) \
        == (repr(theirs), str(theirs), theirs.dumps(), theirs.unwrap(), theirs.geo_data)
    assert ours == winnow.geojson(ours.dumps()) == winnow.geodata(shape)
    assert pickle.loads(pickle.dumps(ours)) == ours
    ours.loads('{"type": "Point", "coordinates": [3, 4]}')
    assert ours.unwrap()["coordinates"] == [3, 4]


@pytest.mark.parametrize("wrong, kind, text", [
    (lambda m: m.GeoJSON(1), "ParamError", "Geospatial data should be a dictionary or raw GeoJSON"),
    (lambda m: m.GeoJSON("x"), "ClientError", "String is not GeoJSON serializable"),
    (lambda m: m.geodata("{}"), "ParamError", "The geospatial data should be a dictionary"),
    (lambda m: m.geojson({}), "ParamError", "The geospatial data should be a GeoJSON string")])
def test_geojson_errors(wrong, kind, text):
    for module in (aerospike, winnow):
        with pytest.raises(getattr(module.exception, kind)) as caught:
            wrong(module)
        assert type(caught.value).__name__ == kind and caught.value.msg.startswith(text)


def test_marks_are_equal_and_can_be_pickled():
    for kind in (winnow.null, winnow.CDTWildcard, winnow.CDTInfinite):
        assert kind() == kind() == pickle.loads(pickle.dumps(kind()))
        assert repr(kind()) == f"{kind.__name__}()"
    assert winnow.null() != winnow.CDTInfinite()


def test_names_that_are_missing_say_so():
    for name in MISSING:
        with pytest.raises(AttributeError, match="winnow has no"):
            getattr(winnow, name)
