"""Operations on lists.

Indexes and ranks count from 0 (rank 0 is the smallest), negative ones from the end. return_type
(LIST_RETURN_*) says what is answered of the elements that are found. inverted: all elements except
those. count None: up to the end. A range of values includes its begin and excludes its end; None is
open. policy: {"list_order": LIST_*, "write_flags": LIST_WRITE_*, added up}. ctx: the list lies
inside the one in the bin, see winnow.helpers.cdt_ctx. Writes create the bin if need be.
"""
from __future__ import annotations

from typing import Any

from winnow import constants as c
from winnow.helpers.cdt_ctx import Context
from winnow.helpers.operations import Operation, _operation

Policy = dict[str, Any]
_JOIN = 1042


# ---- the list as a whole -------------------------------------------------------------------------

def list_create(bin_name: str, list_order: int, pad: bool, persist_index: bool,
                ctx: Context | None = None) -> Operation:
    """Creates a list.

    list_order: LIST_*. pad: a context may point beyond the end; the gap is filled with nil.
    persist_index: an ordered list keeps an index beside it (not inside other lists).
    """
    fields = {"list_order": list_order, "pad": pad, "persist_index": persist_index}
    return _operation(c.OP_LIST_CREATE, bin_name, fields, ctx=ctx)


def list_set_order(bin_name: str, list_order: int, ctx: Context | None = None) -> Operation:
    """Makes the list ordered (and sorts it) or unordered. list_order: LIST_*."""
    return _operation(c.OP_LIST_SET_ORDER, bin_name, {"list_order": list_order}, ctx=ctx)


def list_sort(bin_name: str, sort_flags: int = c.LIST_SORT_DEFAULT,
              ctx: Context | None = None) -> Operation:
    """Sorts the list once. sort_flags: LIST_SORT_*."""
    return _operation(c.OP_LIST_SORT, bin_name, {"sort_flags": sort_flags}, ctx=ctx)


def list_clear(bin_name: str, ctx: Context | None = None) -> Operation:
    """Removes all elements."""
    return _operation(c.OP_LIST_CLEAR, bin_name, ctx=ctx)


def list_size(bin_name: str, ctx: Context | None = None) -> Operation:
    """The number of elements."""
    return _operation(c.OP_LIST_SIZE, bin_name, ctx=ctx)


def list_join(bin_name: str, separator: str | None = None,
              ctx: Context | None = None) -> Operation:
    """The strings of the list as one, with `separator` between them."""
    return _operation(_JOIN, bin_name, {"separator": separator}, ctx=ctx)


# ---- writing elements ----------------------------------------------------------------------------

def list_append(bin_name: str, value: Any, policy: Policy | None = None,
                ctx: Context | None = None) -> Operation:
    """Appends `value`, or puts it where the order wants it. Answers the new size."""
    return _operation(c.OP_LIST_APPEND, bin_name, {"val": value}, list_policy=policy, ctx=ctx)


def list_append_items(bin_name: str, values: list[Any], policy: Policy | None = None,
                      ctx: Context | None = None) -> Operation:
    """Appends each of `values`. Answers the new size."""
    return _operation(c.OP_LIST_APPEND_ITEMS, bin_name, {"val": values}, list_policy=policy,
                      ctx=ctx)


def list_insert(bin_name: str, index: int, value: Any, policy: Policy | None = None,
                ctx: Context | None = None) -> Operation:
    """Inserts `value` before `index` of an unordered list. Answers the new size."""
    return _operation(c.OP_LIST_INSERT, bin_name, {"index": index, "val": value},
                      list_policy=policy, ctx=ctx)


def list_insert_items(bin_name: str, index: int, values: list[Any], policy: Policy | None = None,
                      ctx: Context | None = None) -> Operation:
    """Inserts `values` before `index` of an unordered list. Answers the new size."""
    return _operation(c.OP_LIST_INSERT_ITEMS, bin_name, {"index": index, "val": values},
                      list_policy=policy, ctx=ctx)


def list_set(bin_name: str, index: int, value: Any, policy: Policy | None = None,
             ctx: Context | None = None) -> Operation:
    """Replaces the element at `index` of an unordered list."""
    return _operation(c.OP_LIST_SET, bin_name, {"index": index, "val": value},
                      list_policy=policy, ctx=ctx)


def list_increment(bin_name: str, index: int, value: int | float, policy: Policy | None = None,
                   ctx: Context | None = None) -> Operation:
    """Adds `value` to the number at `index`. Answers the sum."""
    return _operation(c.OP_LIST_INCREMENT, bin_name, {"index": index, "val": value},
                      list_policy=policy, ctx=ctx)


# ---- reading and removing by index, the old way --------------------------------------------------

def list_get(bin_name: str, index: int, ctx: Context | None = None) -> Operation:
    """The element at `index`."""
    return _operation(c.OP_LIST_GET, bin_name, {"index": index}, ctx=ctx)


def list_get_range(bin_name: str, index: int, count: int, ctx: Context | None = None) -> Operation:
    """`count` elements from `index` on."""
    return _operation(c.OP_LIST_GET_RANGE, bin_name, {"index": index, "val": count}, ctx=ctx)


def list_pop(bin_name: str, index: int, ctx: Context | None = None) -> Operation:
    """Removes the element at `index` and answers it."""
    return _operation(c.OP_LIST_POP, bin_name, {"index": index}, ctx=ctx)


def list_pop_range(bin_name: str, index: int, count: int, ctx: Context | None = None) -> Operation:
    """Removes `count` elements from `index` on and answers them."""
    return _operation(c.OP_LIST_POP_RANGE, bin_name, {"index": index, "val": count}, ctx=ctx)


def list_remove(bin_name: str, index: int, ctx: Context | None = None) -> Operation:
    """Removes the element at `index`. Answers how many were removed."""
    return _operation(c.OP_LIST_REMOVE, bin_name, {"index": index}, ctx=ctx)


def list_remove_range(bin_name: str, index: int, count: int,
                      ctx: Context | None = None) -> Operation:
    """Removes `count` elements from `index` on. Answers how many were removed."""
    return _operation(c.OP_LIST_REMOVE_RANGE, bin_name, {"index": index, "val": count}, ctx=ctx)


def list_trim(bin_name: str, index: int, count: int, ctx: Context | None = None) -> Operation:
    """Removes all but `count` elements from `index` on. Answers how many were removed."""
    return _operation(c.OP_LIST_TRIM, bin_name, {"index": index, "val": count}, ctx=ctx)


# ---- by index ------------------------------------------------------------------------------------

def list_get_by_index(bin_name: str, index: int, return_type: int,
                      ctx: Context | None = None) -> Operation:
    """The element at `index`."""
    return _one(c.OP_LIST_GET_BY_INDEX, bin_name, {"index": index}, return_type, ctx)


def list_get_by_index_range(bin_name: str, index: int, return_type: int, count: int | None = None,
                            inverted: bool = False, ctx: Context | None = None) -> Operation:
    """`count` elements from `index` on."""
    return _many(c.OP_LIST_GET_BY_INDEX_RANGE, bin_name, {"index": index}, return_type, inverted,
                 ctx, count=count)


def list_remove_by_index(bin_name: str, index: int, return_type: int,
                         ctx: Context | None = None) -> Operation:
    """Removes the element at `index`."""
    return _one(c.OP_LIST_REMOVE_BY_INDEX, bin_name, {"index": index}, return_type, ctx)


def list_remove_by_index_range(bin_name: str, index: int, return_type: int,
                               count: int | None = None, inverted: bool = False,
                               ctx: Context | None = None) -> Operation:
    """Removes `count` elements from `index` on."""
    return _many(c.OP_LIST_REMOVE_BY_INDEX_RANGE, bin_name, {"index": index}, return_type, inverted,
                 ctx, count=count)


# ---- by rank -------------------------------------------------------------------------------------

def list_get_by_rank(bin_name: str, rank: int, return_type: int,
                     ctx: Context | None = None) -> Operation:
    """The element with `rank`."""
    return _one(c.OP_LIST_GET_BY_RANK, bin_name, {"rank": rank}, return_type, ctx)


def list_get_by_rank_range(bin_name: str, rank: int, return_type: int, count: int | None = None,
                           inverted: bool = False, ctx: Context | None = None) -> Operation:
    """`count` elements from `rank` on."""
    return _many(c.OP_LIST_GET_BY_RANK_RANGE, bin_name, {"rank": rank}, return_type, inverted, ctx,
                 count=count)


def list_remove_by_rank(bin_name: str, rank: int, return_type: int,
                        ctx: Context | None = None) -> Operation:
    """Removes the element with `rank`."""
    return _one(c.OP_LIST_REMOVE_BY_RANK, bin_name, {"rank": rank}, return_type, ctx)


def list_remove_by_rank_range(bin_name: str, rank: int, return_type: int,
                              count: int | None = None, inverted: bool = False,
                              ctx: Context | None = None) -> Operation:
    """Removes `count` elements from `rank` on."""
    return _many(c.OP_LIST_REMOVE_BY_RANK_RANGE, bin_name, {"rank": rank}, return_type, inverted,
                 ctx, count=count)


# ---- by value ------------------------------------------------------------------------------------

def list_get_by_value(bin_name: str, value: Any, return_type: int, inverted: bool = False,
                      ctx: Context | None = None) -> Operation:
    """All elements that equal `value`."""
    return _many(c.OP_LIST_GET_BY_VALUE, bin_name, {"val": value}, return_type, inverted, ctx)


def list_get_by_value_list(bin_name: str, value_list: list[Any], return_type: int,
                           inverted: bool = False, ctx: Context | None = None) -> Operation:
    """All elements that equal one of `value_list`."""
    return _many(c.OP_LIST_GET_BY_VALUE_LIST, bin_name, {"value_list": value_list}, return_type,
                 inverted, ctx)


def list_get_by_value_range(bin_name: str, return_type: int, value_begin: Any, value_end: Any,
                            inverted: bool = False, ctx: Context | None = None) -> Operation:
    """All elements from `value_begin` to below `value_end`."""
    return _many(c.OP_LIST_GET_BY_VALUE_RANGE, bin_name, {}, return_type, inverted, ctx,
                 value_begin=value_begin, value_end=value_end)


def list_remove_by_value(bin_name: str, value: Any, return_type: int, inverted: bool = False,
                         ctx: Context | None = None) -> Operation:
    """Removes all elements that equal `value`."""
    return _many(c.OP_LIST_REMOVE_BY_VALUE, bin_name, {"val": value}, return_type, inverted, ctx)


def list_remove_by_value_list(bin_name: str, value_list: list[Any], return_type: int,
                              inverted: bool = False, ctx: Context | None = None) -> Operation:
    """Removes all elements that equal one of `value_list`."""
    return _many(c.OP_LIST_REMOVE_BY_VALUE_LIST, bin_name, {"value_list": value_list}, return_type,
                 inverted, ctx)


def list_remove_by_value_range(bin_name: str, return_type: int, value_begin: Any = None,
                               value_end: Any = None, inverted: bool = False,
                               ctx: Context | None = None) -> Operation:
    """Removes all elements from `value_begin` to below `value_end`."""
    return _many(c.OP_LIST_REMOVE_BY_VALUE_RANGE, bin_name, {}, return_type, inverted, ctx,
                 value_begin=value_begin, value_end=value_end)


def list_get_by_value_rank_range_relative(bin_name: str, value: Any, offset: int, return_type: int,
                                          count: int | None = None, inverted: bool = False,
                                          ctx: Context | None = None) -> Operation:
    """`count` elements by rank, from `offset` ranks after the place of `value` on."""
    return _many(c.OP_LIST_GET_BY_VALUE_RANK_RANGE_REL, bin_name, {"val": value, "rank": offset},
                 return_type, inverted, ctx, count=count)


def list_remove_by_value_rank_range_relative(bin_name: str, value: Any, offset: int,
                                             return_type: int, count: int | None = None,
                                             inverted: bool = False,
                                             ctx: Context | None = None) -> Operation:
    """Removes `count` elements by rank, from `offset` ranks after the place of `value` on."""
    return _many(c.OP_LIST_REMOVE_BY_VALUE_RANK_RANGE_REL, bin_name, {"val": value, "rank": offset},
                 return_type, inverted, ctx, count=count)


def _one(op: int, bin_name: str, fields: Operation, return_type: int,
         ctx: Context | None) -> Operation:
    return _operation(op, bin_name, {**fields, "return_type": return_type}, ctx=ctx)


def _many(op: int, bin_name: str, fields: Operation, return_type: int, inverted: bool,
          ctx: Context | None, **optional: Any) -> Operation:
    return _operation(op, bin_name,
                      {**fields, "return_type": return_type, "inverted": inverted,
                       **{name: value for name, value in optional.items() if value is not None}},
                      ctx=ctx)
