"""Operations on whole bins, and on the record."""
from __future__ import annotations

import warnings
from typing import Any

from winnow import constants as c
from winnow.helpers.cdt_ctx import Context
from winnow.helpers.operations import Operation, _operation

# Operations of path expressions, and their fields.
_CDT_READ, _CDT_MODIFY = 2, 3


def read(bin_name: str) -> Operation:
    """Reads the bin."""
    return _operation(c.OPERATOR_READ, bin_name)


def write(bin_name: str, write_item: Any) -> Operation:
    """Writes the bin; None removes it."""
    return _operation(c.OPERATOR_WRITE, bin_name, {"val": write_item})


def delete() -> Operation:
    """Removes the record."""
    return {"op": c.OPERATOR_DELETE}


def append(bin_name: str, append_item: str | bytes | bytearray) -> Operation:
    """Appends to the str or bytes in the bin, which is created if need be."""
    return _operation(c.OPERATOR_APPEND, bin_name, {"val": append_item})


def prepend(bin_name: str, prepend_item: str | bytes | bytearray) -> Operation:
    """Puts in front of the str or bytes in the bin, which is created if need be."""
    return _operation(c.OPERATOR_PREPEND, bin_name, {"val": prepend_item})


def increment(bin_name: str, amount: int | float) -> Operation:
    """Adds `amount` to the number in the bin, which is created if need be."""
    return _operation(c.OPERATOR_INCR, bin_name, {"val": amount})


def touch(ttl: int | None = None) -> Operation:
    """Starts the record's time to live anew and raises its generation.

    ttl (seconds) is out of date: the policy of the command has it.
    """
    built: Operation = {"op": c.OPERATOR_TOUCH}
    if ttl:
        warnings.warn("touch(ttl): give the ttl in the policy of the command instead",
                      DeprecationWarning, stacklevel=2)
        built["val"] = ttl
    return built


def select_by_path(bin_name: str, ctx: Context, flags: int) -> Operation:
    """Reads what a path selects. flags: EXP_PATH_SELECT_*."""
    return _operation(_CDT_READ, bin_name, {"ctx": ctx, "cdt_flags": flags})


def modify_by_path(bin_name: str, ctx: Context, expr: Any, flags: int) -> Operation:
    """Replaces what a path selects by the result of a compiled expression. flags:
    EXP_PATH_MODIFY_*."""
    return _operation(_CDT_MODIFY, bin_name, {"ctx": ctx, "mod_exp": expr, "cdt_flags": flags})
