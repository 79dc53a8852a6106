"""Operations on HyperLogLogs: estimates of how many different values were added.

index_bit_count (4 to 16) sets the precision, mh_bit_count (4 to 51, or 0) that of similarities;
both together at most 64. None: as the HyperLogLog in the bin has it. policy: {"flags":
HLL_WRITE_*}.
"""
from __future__ import annotations

from typing import Any

from winnow import constants as c
from winnow.helpers.operations import Operation, _operation
from winnow.values import HyperLogLog

Policy = dict[str, Any]


def hll_init(bin_name: str, index_bit_count: int | None = None, mh_bit_count: int | None = None,
             policy: Policy | None = None) -> Operation:
    """Creates an empty HyperLogLog, or empties the one in the bin."""
    return _operation(c.OP_HLL_INIT, bin_name, _bits(index_bit_count, mh_bit_count),
                      hll_policy=policy)


def hll_add(bin_name: str, values: list[Any], index_bit_count: int | None = None,
            mh_bit_count: int | None = None, policy: Policy | None = None) -> Operation:
    """Adds `values`. Answers how many of them changed the HyperLogLog."""
    fields = {"value_list": values, **_bits(index_bit_count, mh_bit_count)}
    return _operation(c.OP_HLL_ADD, bin_name, fields, hll_policy=policy)


def hll_set_union(bin_name: str, hll_list: list[HyperLogLog],
                  policy: Policy | None = None) -> Operation:
    """Adds to the bin what the HyperLogLogs of the list have seen."""
    return _operation(c.OP_HLL_SET_UNION, bin_name, {"value_list": hll_list}, hll_policy=policy)


def hll_refresh_count(bin_name: str) -> Operation:
    """Updates the count that is kept. Answers it."""
    return _operation(c.OP_HLL_REFRESH_COUNT, bin_name)


def hll_fold(bin_name: str, index_bit_count: int) -> Operation:
    """Lowers the precision to `index_bit_count`."""
    return _operation(c.OP_HLL_FOLD, bin_name, {"index_bit_count": index_bit_count})


def hll_get_count(bin_name: str) -> Operation:
    """The estimated number of different values."""
    return _operation(c.OP_HLL_GET_COUNT, bin_name)


def hll_get_union(bin_name: str, hll_list: list[HyperLogLog]) -> Operation:
    """The union of the bin and the list, as a HyperLogLog."""
    return _operation(c.OP_HLL_GET_UNION, bin_name, {"value_list": hll_list})


def hll_get_union_count(bin_name: str, hll_list: list[HyperLogLog]) -> Operation:
    """The estimated number of values that the bin or one of the list has seen."""
    return _operation(c.OP_HLL_GET_UNION_COUNT, bin_name, {"value_list": hll_list})


def hll_get_intersect_count(bin_name: str, hll_list: list[HyperLogLog]) -> Operation:
    """The estimated number of values that the bin and all of the list have seen."""
    return _operation(c.OP_HLL_GET_INTERSECT_COUNT, bin_name, {"value_list": hll_list})


def hll_get_similarity(bin_name: str, hll_list: list[HyperLogLog]) -> Operation:
    """How similar the bin and the list are: 0.0 to 1.0."""
    return _operation(c.OP_HLL_GET_SIMILARITY, bin_name, {"value_list": hll_list})


def hll_describe(bin_name: str) -> Operation:
    """[index_bit_count, mh_bit_count] of the bin."""
    return _operation(c.OP_HLL_DESCRIBE, bin_name)


def _bits(index_bit_count: int | None, mh_bit_count: int | None) -> Operation:
    return {"index_bit_count": -1 if index_bit_count is None else index_bit_count,
            "mh_bit_count": -1 if mh_bit_count is None else mh_bit_count}
