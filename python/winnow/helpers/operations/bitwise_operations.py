"""Operations on the bits of a blob.

Offsets count from 0, negative ones from the end; bit 0 is the highest of byte 0. Reads answer the
value; all else answers None. policy: {"bit_write_flags": BIT_WRITE_*, added up}.
"""
from __future__ import annotations

from typing import Any

from winnow import constants as c
from winnow.helpers.cdt_ctx import Context
from winnow.helpers.operations import Operation, _operation

Policy = dict[str, Any]
Bytes = bytes | bytearray
_B64_ENCODE = 2018


def bit_resize(bin_name: str, byte_size: int, policy: Policy | None = None,
               resize_flags: int = c.BIT_RESIZE_DEFAULT) -> Operation:
    """Makes the blob `byte_size` bytes long. resize_flags: BIT_RESIZE_*, added up."""
    return _operation(c.OP_BIT_RESIZE, bin_name,
                      {"byte_size": byte_size, "resize_flags": resize_flags}, policy=policy)


def bit_insert(bin_name: str, byte_offset: int, value_byte_size: int, value: Bytes,
               policy: Policy | None = None) -> Operation:
    """Inserts the first `value_byte_size` bytes of `value` at `byte_offset`."""
    fields = {"byte_offset": byte_offset, "value_byte_size": value_byte_size, "value": value}
    return _operation(c.OP_BIT_INSERT, bin_name, fields, policy=policy)


def bit_remove(bin_name: str, byte_offset: int, byte_size: int,
               policy: Policy | None = None) -> Operation:
    """Removes `byte_size` bytes at `byte_offset`."""
    return _operation(c.OP_BIT_REMOVE, bin_name,
                      {"byte_offset": byte_offset, "byte_size": byte_size}, policy=policy)


def bit_set(bin_name: str, bit_offset: int, bit_size: int, value_byte_size: int, value: Bytes,
            policy: Policy | None = None) -> Operation:
    """Overwrites `bit_size` bits with those of `value`, `value_byte_size` bytes long."""
    return _with_value(c.OP_BIT_SET, bin_name, bit_offset, bit_size, value_byte_size, value, policy)


def bit_set_int(bin_name: str, bit_offset: int, bit_size: int, value: int,
                policy: Policy | None = None) -> Operation:
    """Overwrites `bit_size` bits (up to 64) with the int `value`."""
    return _operation(c.OP_BIT_SET_INT, bin_name, {**_range(bit_offset, bit_size), "value": value},
                      policy=policy)


def bit_or(bin_name: str, bit_offset: int, bit_size: int, value_byte_size: int, value: Bytes,
           policy: Policy | None = None) -> Operation:
    """Bitwise or with `value`, `value_byte_size` bytes long."""
    return _with_value(c.OP_BIT_OR, bin_name, bit_offset, bit_size, value_byte_size, value, policy)


def bit_xor(bin_name: str, bit_offset: int, bit_size: int, value_byte_size: int, value: Bytes,
            policy: Policy | None = None) -> Operation:
    """Bitwise exclusive or with `value`, `value_byte_size` bytes long."""
    return _with_value(c.OP_BIT_XOR, bin_name, bit_offset, bit_size, value_byte_size, value, policy)


def bit_and(bin_name: str, bit_offset: int, bit_size: int, value_byte_size: int, value: Bytes,
            policy: Policy | None = None) -> Operation:
    """Bitwise and with `value`, `value_byte_size` bytes long."""
    return _with_value(c.OP_BIT_AND, bin_name, bit_offset, bit_size, value_byte_size, value, policy)


def bit_not(bin_name: str, bit_offset: int, bit_size: int,
            policy: Policy | None = None) -> Operation:
    """Inverts `bit_size` bits."""
    return _operation(c.OP_BIT_NOT, bin_name, _range(bit_offset, bit_size), policy=policy)


def bit_lshift(bin_name: str, bit_offset: int, bit_size: int, shift: int,
               policy: Policy | None = None) -> Operation:
    """Shifts `bit_size` bits to the left by `shift`; zeros follow."""
    return _operation(c.OP_BIT_LSHIFT, bin_name, {**_range(bit_offset, bit_size), "value": shift},
                      policy=policy)


def bit_rshift(bin_name: str, bit_offset: int, bit_size: int, shift: int,
               policy: Policy | None = None) -> Operation:
    """Shifts `bit_size` bits to the right by `shift`; zeros follow."""
    return _operation(c.OP_BIT_RSHIFT, bin_name, {**_range(bit_offset, bit_size), "value": shift},
                      policy=policy)


def bit_add(bin_name: str, bit_offset: int, bit_size: int, value: int, sign: bool, action: int,
            policy: Policy | None = None) -> Operation:
    """Adds the int `value` to the number in `bit_size` bits (up to 64).

    sign: the bits are a signed number. action: what an overflow does, BIT_OVERFLOW_*.
    """
    return _arithmetic(c.OP_BIT_ADD, bin_name, bit_offset, bit_size, value, sign, action, policy)


def bit_subtract(bin_name: str, bit_offset: int, bit_size: int, value: int, sign: bool, action: int,
                 policy: Policy | None = None) -> Operation:
    """Subtracts the int `value` from the number in `bit_size` bits (up to 64).

    sign: the bits are a signed number. action: what an overflow does, BIT_OVERFLOW_*.
    """
    return _arithmetic(c.OP_BIT_SUBTRACT, bin_name, bit_offset, bit_size, value, sign, action,
                       policy)


def bit_get(bin_name: str, bit_offset: int, bit_size: int) -> Operation:
    """`bit_size` bits as bytes, the last one filled with zeros."""
    return _operation(c.OP_BIT_GET, bin_name, _range(bit_offset, bit_size))


def bit_get_int(bin_name: str, bit_offset: int, bit_size: int, sign: bool) -> Operation:
    """`bit_size` bits (up to 64) as an int. sign: the bits are a signed number."""
    return _operation(c.OP_BIT_GET_INT, bin_name, {**_range(bit_offset, bit_size), "sign": sign})


def bit_count(bin_name: str, bit_offset: int, bit_size: int) -> Operation:
    """How many of `bit_size` bits are set."""
    return _operation(c.OP_BIT_COUNT, bin_name, _range(bit_offset, bit_size))


def bit_lscan(bin_name: str, bit_offset: int, bit_size: int, value: bool) -> Operation:
    """The place, within the range, of the first bit that is `value`; -1: none."""
    return _operation(c.OP_BIT_LSCAN, bin_name, {**_range(bit_offset, bit_size), "value": value})


def bit_rscan(bin_name: str, bit_offset: int, bit_size: int, value: bool) -> Operation:
    """The place, within the range, of the last bit that is `value`; -1: none."""
    return _operation(c.OP_BIT_RSCAN, bin_name, {**_range(bit_offset, bit_size), "value": value})


def bit_b64_encode(bin_name: str, byte_offset: int = 0, byte_size: int | None = None,
                   invert_size: bool = False, ctx: Context | None = None) -> Operation:
    """The bytes as base64 text; byte_size None: up to the end."""
    return _operation(_B64_ENCODE, bin_name, {"byte_offset": byte_offset}, byte_size=byte_size,
                      invert_size=invert_size, ctx=ctx)


def _range(bit_offset: int, bit_size: int) -> Operation:
    return {"bit_offset": bit_offset, "bit_size": bit_size}


def _with_value(op: int, bin_name: str, bit_offset: int, bit_size: int, value_byte_size: int,
                value: Bytes, policy: Policy | None) -> Operation:
    fields = {**_range(bit_offset, bit_size), "value_byte_size": value_byte_size, "value": value}
    return _operation(op, bin_name, fields, policy=policy)


def _arithmetic(op: int, bin_name: str, bit_offset: int, bit_size: int, value: int, sign: bool,
                action: int, policy: Policy | None) -> Operation:
    fields = {**_range(bit_offset, bit_size), "value": value, "sign": sign, "action": action}
    return _operation(op, bin_name, fields, policy=policy)
