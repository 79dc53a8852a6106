"""Operations on maps.

Indexes (in the order of the keys) and ranks (in the order of the values, 0 is the smallest) count
from 0, negative ones from the end. return_type (MAP_RETURN_*) says what is answered of the entries
that are found. inverted: all entries except those. A range includes its begin and excludes its end;
None is open. map_policy: {"map_order": MAP_*, "map_write_flags": MAP_WRITE_FLAGS_*, added up,
"persist_index": bool}. ctx: the map lies inside the list or map in the bin, see
winnow.helpers.cdt_ctx. Writes create the bin if need be.
"""
from __future__ import annotations

from typing import Any

from winnow import constants as c
from winnow.helpers.cdt_ctx import Context
from winnow.helpers.operations import Operation, _operation

Policy = dict[str, Any]
Number = int | float


# ---- the map as a whole --------------------------------------------------------------------------

def map_create(bin_name: str, map_order: int, persist_index: bool,
               ctx: Context | None = None) -> Operation:
    """Creates a map.

    map_order: MAP_*. persist_index: it keeps an index beside it (not inside other maps).
    """
    return _operation(c.OP_MAP_CREATE, bin_name,
                      {"map_order": map_order, "persist_index": persist_index}, ctx=ctx)


def map_set_policy(bin_name: str, policy: Policy, ctx: Context | None = None) -> Operation:
    """Gives the map another order: policy["map_order"]."""
    return _operation(c.OP_MAP_SET_POLICY, bin_name, {"map_policy": policy}, ctx=ctx)


def map_clear(bin_name: str, ctx: Context | None = None) -> Operation:
    """Removes all entries."""
    return _operation(c.OP_MAP_CLEAR, bin_name, ctx=ctx)


def map_size(bin_name: str, ctx: Context | None = None) -> Operation:
    """The number of entries."""
    return _operation(c.OP_MAP_SIZE, bin_name, ctx=ctx)


# ---- writing entries -----------------------------------------------------------------------------

def map_put(bin_name: str, key: Any, value: Any, map_policy: Policy | None = None,
            ctx: Context | None = None) -> Operation:
    """Writes one entry. Answers the new size."""
    return _operation(c.OP_MAP_PUT, bin_name, {"key": key, "val": value}, map_policy=map_policy,
                      ctx=ctx)


def map_put_items(bin_name: str, item_dict: dict[Any, Any], map_policy: Policy | None = None,
                  ctx: Context | None = None) -> Operation:
    """Writes all entries of `item_dict`. Answers the new size."""
    return _operation(c.OP_MAP_PUT_ITEMS, bin_name, {"val": item_dict}, map_policy=map_policy,
                      ctx=ctx)


def map_increment(bin_name: str, key: Any, amount: Number, map_policy: Policy | None = None,
                  ctx: Context | None = None) -> Operation:
    """Adds `amount` to the number at `key`. Answers the sum."""
    return _operation(c.OP_MAP_INCREMENT, bin_name, {"key": key, "val": amount},
                      map_policy=map_policy, ctx=ctx)


def map_decrement(bin_name: str, key: Any, amount: Number, map_policy: Policy | None = None,
                  ctx: Context | None = None) -> Operation:
    """Subtracts `amount` from the number at `key`. Answers the difference."""
    return _operation(c.OP_MAP_DECREMENT, bin_name, {"key": key, "val": amount},
                      map_policy=map_policy, ctx=ctx)


# ---- by key --------------------------------------------------------------------------------------

def map_get_by_key(bin_name: str, key: Any, return_type: int,
                   ctx: Context | None = None) -> Operation:
    """The entry at `key`."""
    return _one(c.OP_MAP_GET_BY_KEY, bin_name, {"key": key}, return_type, ctx)


def map_get_by_key_list(bin_name: str, key_list: list[Any], return_type: int,
                        inverted: bool = False, ctx: Context | None = None) -> Operation:
    """The entries whose key is one of `key_list`."""
    return _many(c.OP_MAP_GET_BY_KEY_LIST, bin_name, {"val": key_list}, return_type, inverted, ctx)


def map_get_by_key_range(bin_name: str, key_range_start: Any, key_range_end: Any, return_type: int,
                         inverted: bool = False, ctx: Context | None = None) -> Operation:
    """The entries whose key is from `key_range_start` to below `key_range_end`."""
    return _many(c.OP_MAP_GET_BY_KEY_RANGE, bin_name,
                 {"key": key_range_start, "range": key_range_end}, return_type, inverted, ctx)


def map_get_by_key_index_range_relative(bin_name: str, value: Any, offset: int, return_type: int,
                                        count: int | None = None, inverted: bool = False,
                                        ctx: Context | None = None) -> Operation:
    """`count` entries by index, from `offset` after the place of the key `value` on."""
    return _relative(c.OP_MAP_GET_BY_KEY_INDEX_RANGE_REL, bin_name,
                     {"key": value, "index": offset}, return_type, count, inverted, ctx)


def map_remove_by_key(bin_name: str, key: Any, return_type: int,
                      ctx: Context | None = None) -> Operation:
    """Removes the entry at `key`."""
    return _one(c.OP_MAP_REMOVE_BY_KEY, bin_name, {"key": key}, return_type, ctx)


def map_remove_by_key_list(bin_name: str, key_list: list[Any], return_type: int,
                           inverted: bool = False, ctx: Context | None = None) -> Operation:
    """Removes the entries whose key is one of `key_list`."""
    return _many(c.OP_MAP_REMOVE_BY_KEY_LIST, bin_name, {"val": key_list}, return_type, inverted,
                 ctx)


def map_remove_by_key_range(bin_name: str, key_range_start: Any, key_range_end: Any,
                            return_type: int, inverted: bool = False,
                            ctx: Context | None = None) -> Operation:
    """Removes the entries whose key is from `key_range_start` to below `key_range_end`."""
    return _many(c.OP_MAP_REMOVE_BY_KEY_RANGE, bin_name,
                 {"key": key_range_start, "val": key_range_end}, return_type, inverted, ctx)


def map_remove_by_key_index_range_relative(bin_name: str, key: Any, offset: int, return_type: int,
                                           count: int | None = None, inverted: bool = False,
                                           ctx: Context | None = None) -> Operation:
    """Removes `count` entries by index, from `offset` after the place of `key` on."""
    return _relative(c.OP_MAP_REMOVE_BY_KEY_INDEX_RANGE_REL, bin_name,
                     {"key": key, "index": offset}, return_type, count, inverted, ctx)


# ---- by value ------------------------------------------------------------------------------------

def map_get_by_value(bin_name: str, value: Any, return_type: int, inverted: bool = False,
                     ctx: Context | None = None) -> Operation:
    """The entries whose value equals `value`."""
    return _many(c.OP_MAP_GET_BY_VALUE, bin_name, {"val": value}, return_type, inverted, ctx)


def map_get_by_value_list(bin_name: str, key_list: list[Any], return_type: int,
                          inverted: bool = False, ctx: Context | None = None) -> Operation:
    """The entries whose value is one of `key_list`."""
    return _many(c.OP_MAP_GET_BY_VALUE_LIST, bin_name, {"val": key_list}, return_type, inverted,
                 ctx)


def map_get_by_value_range(bin_name: str, value_start: Any, value_end: Any, return_type: int,
                           inverted: bool = False, ctx: Context | None = None) -> Operation:
    """The entries whose value is from `value_start` to below `value_end`."""
    return _many(c.OP_MAP_GET_BY_VALUE_RANGE, bin_name, {"val": value_start, "range": value_end},
                 return_type, inverted, ctx)


def map_get_by_value_rank_range_relative(bin_name: str, value: Any, offset: int, return_type: int,
                                         count: int | None = None, inverted: bool = False,
                                         ctx: Context | None = None) -> Operation:
    """`count` entries by rank, from `offset` ranks after the place of `value` on."""
    return _relative(c.OP_MAP_GET_BY_VALUE_RANK_RANGE_REL, bin_name,
                     {"val": value, "rank": offset}, return_type, count, inverted, ctx)


def map_remove_by_value(bin_name: str, value: Any, return_type: int, inverted: bool = False,
                        ctx: Context | None = None) -> Operation:
    """Removes the entries whose value equals `value`."""
    return _many(c.OP_MAP_REMOVE_BY_VALUE, bin_name, {"val": value}, return_type, inverted, ctx)


def map_remove_by_value_list(bin_name: str, value_list: list[Any], return_type: int,
                             inverted: bool = False, ctx: Context | None = None) -> Operation:
    """Removes the entries whose value is one of `value_list`."""
    return _many(c.OP_MAP_REMOVE_BY_VALUE_LIST, bin_name, {"val": value_list}, return_type,
                 inverted, ctx)


def map_remove_by_value_range(bin_name: str, value_start: Any, value_end: Any, return_type: int,
                              inverted: bool = False, ctx: Context | None = None) -> Operation:
    """Removes the entries whose value is from `value_start` to below `value_end`."""
    return _many(c.OP_MAP_REMOVE_BY_VALUE_RANGE, bin_name, {"val": value_start, "range": value_end},
                 return_type, inverted, ctx)


def map_remove_by_value_rank_range_relative(bin_name: str, value: Any, offset: int,
                                            return_type: int, count: int | None = None,
                                            inverted: bool = False,
                                            ctx: Context | None = None) -> Operation:
    """Removes `count` entries by rank, from `offset` ranks after the place of `value` on."""
    return _relative(c.OP_MAP_REMOVE_BY_VALUE_RANK_RANGE_REL, bin_name,
                     {"val": value, "rank": offset}, return_type, count, inverted, ctx)


# ---- by index ------------------------------------------------------------------------------------

def map_get_by_index(bin_name: str, index: int, return_type: int,
                     ctx: Context | None = None) -> Operation:
    """The entry at `index`."""
    return _one(c.OP_MAP_GET_BY_INDEX, bin_name, {"index": index}, return_type, ctx)


def map_get_by_index_range(bin_name: str, index_start: int, get_amt: int, return_type: int,
                           inverted: bool = False, ctx: Context | None = None) -> Operation:
    """`get_amt` entries from `index_start` on."""
    return _many(c.OP_MAP_GET_BY_INDEX_RANGE, bin_name, {"index": index_start, "val": get_amt},
                 return_type, inverted, ctx)


def map_remove_by_index(bin_name: str, index: int, return_type: int,
                        ctx: Context | None = None) -> Operation:
    """Removes the entry at `index`."""
    return _one(c.OP_MAP_REMOVE_BY_INDEX, bin_name, {"index": index}, return_type, ctx)


def map_remove_by_index_range(bin_name: str, index_start: int, remove_amt: int, return_type: int,
                              inverted: bool = False, ctx: Context | None = None) -> Operation:
    """Removes `remove_amt` entries from `index_start` on."""
    return _many(c.OP_MAP_REMOVE_BY_INDEX_RANGE, bin_name,
                 {"index": index_start, "val": remove_amt}, return_type, inverted, ctx)


# ---- by rank -------------------------------------------------------------------------------------

def map_get_by_rank(bin_name: str, rank: int, return_type: int,
                    ctx: Context | None = None) -> Operation:
    """The entry with `rank`."""
    return _one(c.OP_MAP_GET_BY_RANK, bin_name, {"index": rank}, return_type, ctx)


def map_get_by_rank_range(bin_name: str, rank_start: int, get_amt: int, return_type: int,
                          inverted: bool = False, ctx: Context | None = None) -> Operation:
    """`get_amt` entries from `rank_start` on."""
    return _many(c.OP_MAP_GET_BY_RANK_RANGE, bin_name, {"index": rank_start, "val": get_amt},
                 return_type, inverted, ctx)


def map_remove_by_rank(bin_name: str, rank: int, return_type: int,
                       ctx: Context | None = None) -> Operation:
    """Removes the entry with `rank`."""
    return _one(c.OP_MAP_REMOVE_BY_RANK, bin_name, {"index": rank}, return_type, ctx)


def map_remove_by_rank_range(bin_name: str, rank_start: int, remove_amt: int, return_type: int,
                             inverted: bool = False, ctx: Context | None = None) -> Operation:
    """Removes `remove_amt` entries from `rank_start` on."""
    return _many(c.OP_MAP_REMOVE_BY_RANK_RANGE, bin_name, {"index": rank_start, "val": remove_amt},
                 return_type, inverted, ctx)


def _one(op: int, bin_name: str, fields: Operation, return_type: int,
         ctx: Context | None) -> Operation:
    return _operation(op, bin_name, {**fields, "return_type": return_type}, ctx=ctx)


def _many(op: int, bin_name: str, fields: Operation, return_type: int, inverted: bool,
          ctx: Context | None) -> Operation:
    return _operation(op, bin_name, {**fields, "return_type": return_type, "inverted": inverted},
                      ctx=ctx)


def _relative(op: int, bin_name: str, fields: Operation, return_type: int, count: int | None,
              inverted: bool, ctx: Context | None) -> Operation:
    return _operation(op, bin_name, {**fields, "return_type": return_type}, count=count,
                      inverted=inverted or None, ctx=ctx)
