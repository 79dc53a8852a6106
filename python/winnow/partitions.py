"""Where a query is, partition by partition."""
from __future__ import annotations

from typing import NamedTuple

__all__ = ["PartitionStatus"]


class PartitionStatus(NamedTuple):
    """Where a query is in one partition: a value of Query.get_partitions_status().

    id: the partition, 0 to 4095.
    init: whether a record of it has come; then digest and bval are those of the last one.
    retry: whether it is still to be read to its end.
    digest: 20 bytes, zeros before the first record.
    bval: the indexed value of that record if the query has a where(), else 0.
    """

    id: int
    init: bool
    retry: bool
    digest: bytearray
    bval: int

    @property
    def done(self) -> bool:
        """Whether it is read to its end."""
        return not self.retry
