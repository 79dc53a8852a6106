"""Names for the shapes of arguments and results, for annotations in programs."""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Sequence, Union

from winnow.values import Value

UserKey = Union[str, int, bytes, bytearray]
# (namespace, set, key), or (namespace, set, None, digest); what a call answers with fits too.
Key = Union["tuple[str, Optional[str], UserKey]",
            "tuple[str, Optional[str], Optional[UserKey], Optional[bytearray]]"]
# (namespace, set, key if it is known, digest of 20 bytes)
ResultKey = tuple[str, Optional[str], Any, bytearray]
# {"ttl": seconds, "gen": generation}
Meta = dict[str, int]
Bins = dict[str, Any]
Record = tuple[ResultKey, Meta, Bins]

Policy = Optional[Mapping[str, Any]]
Config = Mapping[str, Any]
WriteMeta = Optional[Mapping[str, int]]
Operations = Sequence[Mapping[str, Any]]

# Gets a record, or, with a partition_filter, the partition and the record; False ends the query.
RecordCallback = Union[Callable[[Any], object], Callable[[int, Any], object]]

__all__ = ["Bins", "Config", "Key", "Meta", "Operations", "Policy", "Record", "RecordCallback",
           "ResultKey", "UserKey", "Value", "WriteMeta"]
