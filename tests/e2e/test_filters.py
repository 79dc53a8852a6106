"""Filter expressions of the official client, on every kind of command."""
import aerospike
import pytest
from aerospike import exception
from aerospike_helpers import expressions as exp
from aerospike_helpers.batch import records as batch
from aerospike_helpers.operations import expression_operations
from aerospike_helpers.operations import operations as op


@pytest.fixture
def rows(client, set_name):
    """Ten records: n 0 to 9, kind even or odd, tags [n, n + 1], size only if n is even."""
    for n in range(10):
        bins = {"n": n, "kind": "odd" if n % 2 else "even", "tags": [n, n + 1]}
        if n % 2 == 0:
            bins["size"] = n * 1.5
        client.put(("test", set_name, n), bins)
    return set_name


FILTERS = {
    "comparison": (exp.GE(exp.IntBin("n"), 7), {7, 8, 9}),
    "text": (exp.Eq(exp.StrBin("kind"), "odd"), {1, 3, 5, 7, 9}),
    "both": (exp.And(exp.GT(exp.IntBin("n"), 2), exp.Not(exp.Eq(exp.IntBin("n"), 5)),
                     exp.LT(exp.IntBin("n"), 7)), {3, 4, 6}),
    "missing bins are unknown": (exp.Not(exp.GT(exp.FloatBin("size"), 5.0)), {0, 2}),
    "arithmetic": (exp.Eq(exp.Add(exp.IntBin("n"), exp.IntBin("n"), 1), 7), {3}),
    "regex": (exp.CmpRegex(aerospike.REGEX_ICASE, "^EV.*N$", exp.StrBin("kind")),
              {0, 2, 4, 6, 8}),
    "list": (exp.Eq(exp.ListGetByIndex(None, aerospike.LIST_RETURN_VALUE, exp.ResultType.INTEGER,
                                       1, exp.ListBin("tags")), 4), {3}),
    "let": (exp.Let(exp.Def("double", exp.Mul(exp.IntBin("n"), 2)),
                    exp.GT(exp.Var("double"), 15)), {8, 9}),
    "metadata": (exp.Eq(exp.SetName(), "elsewhere"), set()),
}


@pytest.mark.parametrize("name", FILTERS)
def test_query_and_get_agree(client, rows, name):
    expression, expected = FILTERS[name]
    policy = {"expressions": expression.compile()}
    found = {bins["n"] for _, _, bins in client.query("test", rows).results(policy)}
    assert found == expected
    for n in range(10):
        if n in expected:
            client.get(("test", rows, n), policy)
        else:
            with pytest.raises(exception.FilteredOut):
                client.get(("test", rows, n), policy)


def test_filtered_writes_change_nothing(client, rows):
    policy = {"expressions": exp.Eq(exp.StrBin("kind"), "odd").compile()}
    for n in range(10):
        key = ("test", rows, n)
        for change in (lambda: client.put(key, {"seen": 1}, policy=policy),
                       lambda: client.operate(key, [op.increment("n", 100)], policy=policy)):
            if n % 2:
                change()
            else:
                with pytest.raises(exception.FilteredOut):
                    change()
        _, _, bins = client.get(key)
        assert bins["n"] == (n + 100 if n % 2 else n)
        assert ("seen" in bins) == (n % 2 == 1)


def test_batches_take_one_filter_or_one_a_row(client, rows):
    low = exp.LT(exp.IntBin("n"), 3).compile()
    high = exp.GT(exp.IntBin("n"), 7).compile()
    keys = [("test", rows, n) for n in range(10)]
    reply = client.batch_read(keys, policy={"expressions": low})
    assert [record.result for record in reply.batch_records] == [0] * 3 + [27] * 7
    mixed = batch.BatchRecords([batch.Read(key, [op.read("n")], policy={"expressions": high})
                                for key in keys])
    reply = client.batch_write(mixed)
    assert [record.result for record in reply.batch_records] == [27] * 8 + [0] * 2


def test_expression_operations(client, rows):
    key = ("test", rows, 4)
    double = exp.Mul(exp.IntBin("n"), 2).compile()
    _, _, bins = client.operate(key, [
        expression_operations.expression_write("twice", double),
        expression_operations.expression_read("result", exp.Add(exp.IntBin("twice"), 1).compile()),
        op.read("twice")])
    assert bins["result"] == 9 and bins["twice"] == 8
    with pytest.raises(exception.OpNotApplicable):
        client.operate(key, [expression_operations.expression_read(
            "result", exp.IntBin("nothing").compile())])


def test_what_is_not_served_is_refused_and_never_ignored(client, rows):
    area = exp.GeoBin("place")
    geo = exp.CmpGeo(area, aerospike.GeoJSON({"type": "Point", "coordinates": [1.0, 2.0]}))
    with pytest.raises(exception.UnsupportedFeature):
        client.remove(("test", rows, 1), policy={"expressions": geo.compile()})
    client.get(("test", rows, 1))
