"""Contexts: where inside nested lists and maps an operation, or an index, applies.

A context is a list of steps from the outside in:

    ctx = [cdt_ctx.cdt_ctx_list_index(1), cdt_ctx.cdt_ctx_map_key("ratings")]
    map_operations.map_put("users", "stars", 5, ctx=ctx)

is about bin "users", a list; in it element 1, a map; in it the map at key "ratings". Indexes and
ranks count from 0, negative ones from the end.
"""
from __future__ import annotations

from typing import Any

from winnow import constants as c

CDT_CTX_ORDER_KEY = "order_key"
CDT_CTX_PAD_KEY = "pad_key"

# Steps of path expressions, as they go over the wire.
_ALL_CHILDREN, _MAP_KEYS_IN, _AND = 0x04, 0x2a, 0x200
_FILTER_KEY = "filter_expr"


class _cdt_ctx:
    """One step: what kind (`id`), what is looked for (`value`), and what else belongs to it."""

    __slots__ = ("id", "value", "extra_args")

    def __init__(self, *, id: int, value: Any = None,
                 extra_args: dict[str, Any] | None = None) -> None:
        self.id = id
        self.value = value
        self.extra_args = extra_args

    def __repr__(self) -> str:
        extra = f", extra_args={self.extra_args!r}" if self.extra_args else ""
        return f"_cdt_ctx(id={self.id:#x}, value={self.value!r}{extra})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _cdt_ctx) and (
            (self.id, self.value, self.extra_args) == (other.id, other.value, other.extra_args))

    __hash__ = None  # type: ignore[assignment]  # its value may be a list or a map


Context = list[_cdt_ctx]


def cdt_ctx_list_index(index: int) -> _cdt_ctx:
    """The element of a list at `index`."""
    return _cdt_ctx(id=c.CDT_CTX_LIST_INDEX, value=index)


def cdt_ctx_list_rank(rank: int) -> _cdt_ctx:
    """The element of a list with `rank`: 0 is the smallest."""
    return _cdt_ctx(id=c.CDT_CTX_LIST_RANK, value=rank)


def cdt_ctx_list_value(value: Any) -> _cdt_ctx:
    """The element of a list that equals `value`."""
    return _cdt_ctx(id=c.CDT_CTX_LIST_VALUE, value=value)


def cdt_ctx_list_index_create(index: int, order: int = c.LIST_UNORDERED,
                              pad: bool = False) -> _cdt_ctx:
    """The list at `index` of a list; if there is nothing, it is created.

    order: LIST_UNORDERED or LIST_ORDERED. pad: an index beyond the end is allowed, and the gap is
    filled with nil (unordered lists only).
    """
    return _cdt_ctx(id=c.CDT_CTX_LIST_INDEX_CREATE, value=index,
                    extra_args={CDT_CTX_ORDER_KEY: order, CDT_CTX_PAD_KEY: pad})


def cdt_ctx_map_index(index: int) -> _cdt_ctx:
    """The value of a map at `index` in the order of its keys."""
    return _cdt_ctx(id=c.CDT_CTX_MAP_INDEX, value=index)


def cdt_ctx_map_rank(rank: int) -> _cdt_ctx:
    """The value of a map with `rank`: 0 is the smallest."""
    return _cdt_ctx(id=c.CDT_CTX_MAP_RANK, value=rank)


def cdt_ctx_map_key(key: Any) -> _cdt_ctx:
    """The value of a map at `key`."""
    return _cdt_ctx(id=c.CDT_CTX_MAP_KEY, value=key)


def cdt_ctx_map_value(value: Any) -> _cdt_ctx:
    """The value of a map that equals `value`."""
    return _cdt_ctx(id=c.CDT_CTX_MAP_VALUE, value=value)


def cdt_ctx_map_key_create(key: Any, order: int = c.MAP_UNORDERED) -> _cdt_ctx:
    """The map at `key` of a map; if there is nothing, it is created.

    order: MAP_UNORDERED, MAP_KEY_ORDERED or MAP_KEY_VALUE_ORDERED.
    """
    return _cdt_ctx(id=c.CDT_CTX_MAP_KEY_CREATE, value=key, extra_args={CDT_CTX_ORDER_KEY: order})


# ---- path expressions ----------------------------------------------------------------------------

def cdt_ctx_all_children() -> _cdt_ctx:
    """All elements of a list, all values of a map."""
    return _cdt_ctx(id=_ALL_CHILDREN)


def cdt_ctx_all_children_with_filter(expression: Any) -> _cdt_ctx:
    """Those elements of a list, or values of a map, for which a compiled expression is true."""
    return _cdt_ctx(id=_ALL_CHILDREN, extra_args={_FILTER_KEY: expression})


def cdt_ctx_map_keys_in(keys: list[Any]) -> _cdt_ctx:
    """The values of a map at those of `keys` that it has."""
    return _cdt_ctx(id=_MAP_KEYS_IN, value=keys)


def cdt_ctx_and_filter(expression: Any) -> _cdt_ctx:
    """Of what the step before, a cdt_ctx_map_keys_in, selects: that for which a compiled expression
    is true."""
    return _cdt_ctx(id=_AND | _ALL_CHILDREN, extra_args={_FILTER_KEY: expression})


# ---- for info commands ---------------------------------------------------------------------------

_INDEX_TYPES = {c.INDEX_TYPE_DEFAULT: "default", c.INDEX_TYPE_LIST: "list",
                c.INDEX_TYPE_MAPKEYS: "mapkeys", c.INDEX_TYPE_MAPVALUES: "mapvalues"}
_INDEX_DATATYPES = {c.INDEX_NUMERIC: "numeric", c.INDEX_INTEGER: "numeric",
                    c.INDEX_STRING: "string", c.INDEX_GEO2DSPHERE: "geo2dsphere",
                    c.INDEX_BLOB: "blob"}


def index_type_string(index_type: int) -> str:
    """What sindex-create calls an INDEX_TYPE_*; "invalid" if it is none."""
    return _INDEX_TYPES.get(index_type, "invalid")


def index_datatype_string(index_datatype: int) -> str:
    """What sindex-create calls the type of indexed values (INDEX_*); "invalid" if it is none."""
    return _INDEX_DATATYPES.get(index_datatype, "invalid")
