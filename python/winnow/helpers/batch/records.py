"""What Client.batch_write() is given, and what every batch answers.

    records = BatchRecords([Write(key1, [operations.increment("n", 1)]), Read(key2, None, True),
                            Remove(key3)])
    client.batch_write(records)
    for row in records.batch_records:
        row.result, row.record

The call fills `result`, `record` and `in_doubt` of every row, and `result` of the whole.
"""
from __future__ import annotations

from typing import Any, Sequence, cast

from winnow.helpers.operations import Operation

Key = tuple[Any, ...]
Policy = dict[str, Any]
Meta = dict[str, Any]


class _Types:
    READ, WRITE, APPLY, REMOVE = 0, 1, 2, 3


class BatchRecord:
    """One row.

    Attributes:
        key (tuple): what it is about.
        record (tuple | None): (key, meta, bins) that came back; None if nothing did.
        result (int): the code of this row; 0 is good, others are those of winnow.exception.
        in_doubt (bool): a write may have been done although `result` says that it failed.
        subcode (int), message (str | None): more about `result`, where the server tells it.
    """

    _type = _Types.READ
    _has_write = False

    key: Key
    record: tuple[Any, ...] | None = None
    result: int = 0
    in_doubt: bool = False
    subcode: int = 0
    message: str | None = None

    def __init__(self, key: Key) -> None:
        self.key = key

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(key={self.key!r}, result={self.result}, "
                f"record={self.record!r})")


class Write(BatchRecord):
    """Applies operations (winnow.helpers.operations), at least one of which writes.

    meta: {"gen": the generation that policy `gen` compares with, "ttl": seconds}; policy: a batch
    write policy.
    """

    _type = _Types.WRITE
    _has_write = True

    def __init__(self, key: Key, ops: list[Operation], meta: Meta | None = None,
                 policy: Policy | None = None) -> None:
        super().__init__(key)
        self.ops = ops
        self.meta = meta
        self.policy = policy


class Read(BatchRecord):
    """Reads: what `ops` read; all bins if read_all_bins; neither: generation and ttl alone.

    policy: a batch read policy.
    """

    def __init__(self, key: Key, ops: list[Operation] | None, read_all_bins: bool = False,
                 meta: Meta | None = None, policy: Policy | None = None) -> None:
        super().__init__(key)
        self.ops = ops
        self.read_all_bins = read_all_bins
        self.meta = meta
        self.policy = policy


class Apply(BatchRecord):
    """Calls a function in Lua on the record; its result is bin SUCCESS or FAILURE of `record`.

    args: values that a record can hold. policy: a batch apply policy.
    """

    _type = _Types.APPLY
    _has_write = True

    def __init__(self, key: Key, module: str, function: str, args: list[Any],
                 policy: Policy | None = None) -> None:
        super().__init__(key)
        self.module = module
        self.function = function
        self.args = args
        self.policy = policy


class Remove(BatchRecord):
    """Removes the record. policy: a batch remove policy."""

    _type = _Types.REMOVE
    _has_write = True

    def __init__(self, key: Key, policy: Policy | None = None) -> None:
        super().__init__(key)
        self.policy = policy


class BatchRecords:
    """The rows of a batch.

    Attributes:
        batch_records (list): the rows, in the order given.
        result (int): 0 if each row is good, not found or filtered out; else what went wrong, most
            often -16 (BatchFailed): look at the rows.
    """

    def __init__(self, batch_records: Sequence[BatchRecord] | None = None) -> None:
        rows = [] if batch_records is None else batch_records
        self.batch_records = cast("list[BatchRecord]", rows)
        self.result = 0

    def __repr__(self) -> str:
        return f"BatchRecords(result={self.result}, batch_records={self.batch_records!r})"
