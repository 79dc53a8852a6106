"""Operations for Client.operate(), operate_ordered(), batches and Query.add_ops().

Each function builds one operation, a dict; what it does happens when the dict reaches a server.
"""
from __future__ import annotations

from typing import Any

Operation = dict[str, Any]


def _operation(op: int, bin_name: str, fields: Operation | None = None,
               **optional: Any) -> Operation:
    """An operation with `fields`, and with those of `optional` that say something."""
    built: Operation = {"op": op, "bin": bin_name, **(fields or {})}
    for name, value in optional.items():
        if value is not None and value != [] and value != {}:
            built[name] = value
    return built
