"""Operations that read or write what a compiled expression evaluates to."""
from __future__ import annotations

from typing import Any

from winnow import constants as c
from winnow.helpers.operations import Operation, _operation


def expression_read(bin_name: str, expression: Any,
                    expression_read_flags: int = c.EXP_READ_DEFAULT) -> Operation:
    """Reads the result of `expression`; it comes under the name `bin_name`, which need not exist.

    expression_read_flags: EXP_READ_*.
    """
    return _operation(c.OP_EXPR_READ, bin_name,
                      {"expr": expression, "expr_flags": expression_read_flags})


def expression_write(bin_name: str, expression: Any,
                     expression_write_flags: int = c.EXP_WRITE_DEFAULT) -> Operation:
    """Writes the result of `expression` into the bin.

    expression_write_flags: EXP_WRITE_*, added up.
    """
    return _operation(c.OP_EXPR_WRITE, bin_name,
                      {"expr": expression, "expr_flags": expression_write_flags})
