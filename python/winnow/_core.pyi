"""The compiled part of the package: Client, Query, Scan, and functions of the module.

Common to all calls:

* They block their thread, and only that: others run meanwhile. Ctrl-C ends them.
* policy: a dict of settings for this call, over those of the client's config; see Policy in
  docs/python.md. Times are milliseconds, times to live seconds. A key that does not exist is a
  ParamError.
* Errors: ParamError for wrong arguments; TimeoutError and ConnectionError when the server does not
  answer, with in_doubt for writes; ClusterError on a closed client; what the server refuses as the
  class for its code; all are of winnow.exception.
"""
from types import TracebackType
from typing import Any, Callable, Mapping, NoReturn, Optional, Sequence, Union

from winnow.helpers.batch.records import BatchRecords
from winnow.helpers.cdt_ctx import Context
from winnow.predicates import Predicate
from winnow.types import (Bins, Config, Key, Meta, Operations, Policy, Record, RecordCallback,
                          ResultKey, UserKey, WriteMeta)

class Database:
    """A database in this process, for clients of it: config["embedded"]. It lives as long as this
    object or one of those clients."""

    def __init__(self, path: str = ..., namespaces: Union[Sequence[str],
                 Mapping[str, Mapping[str, int]], None] = ...,
                 default_ttl: Optional[int] = ...) -> None:
        """path: ":memory:". namespaces: names, or {name: {"default_ttl": seconds}}; "test" and
        "bar" if there is none. default_ttl: seconds, of namespaces that do not say; 0: for ever."""

class Client:
    """A connected client, for any number of threads: see winnow.client()."""

    def __init__(self, config: Config) -> None: ...
    def connect(self, username: Optional[str] = ..., password: Optional[str] = ...) -> Client:
        """Answers the client itself; connects again after close(). ConnectionError: no host
        answers."""
    def close(self) -> None:
        """Closes all connections. Calls that are under way end, later ones raise ClusterError."""
    def is_connected(self) -> bool:
        """Whether it is connected, and not closed."""
    def __enter__(self) -> Client: ...
    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> Optional[bool]:
        """Closes."""

    # ---- one record

    def put(self, key: Key, bins: Mapping[str, Any], meta: WriteMeta = ..., policy: Policy = ...,
            serializer: Optional[int] = ...) -> int:
        """Writes bins; others stay, and None removes one.

        meta: {"ttl": seconds, "gen": the generation that policy "gen" compares with}.
        BinNameError: a name is empty or longer than 15 bytes. RecordTooBig, RecordExistsError,
        RecordNotFound, RecordGenerationError: as the policy wants it. Answers 0.
        """
    def get(self, key: Key, policy: Policy = ...) -> Record:
        """(key, meta, bins). RecordNotFound: there is none."""
    def select(self, key: Key, bins: Sequence[str], policy: Policy = ...) -> Record:
        """(key, meta, some bins); those that are not there are left out. RecordNotFound: there is
        no record."""
    def exists(self, key: Key, policy: Policy = ...) -> tuple[ResultKey, Optional[Meta]]:
        """(key, meta); meta is None if there is no record."""
    def remove(self, key: Key, meta: WriteMeta = ..., policy: Policy = ...) -> int:
        """Removes the record. RecordNotFound: there is none. RecordGenerationError: see put().
        Answers 0."""
    def remove_bin(self, key: Key, list: Sequence[str], meta: WriteMeta = ...,
                   policy: Policy = ...) -> int:
        """Removes bins of those names. Answers 0."""
    def touch(self, key: Key, val: int = ..., meta: WriteMeta = ..., policy: Policy = ...) -> int:
        """Starts the record's time to live anew, `val` seconds, and raises its generation.
        RecordNotFound: there is none. Answers 0."""
    def append(self, key: Key, bin: str, val: Union[str, bytes, bytearray], meta: WriteMeta = ...,
               policy: Policy = ...) -> int:
        """Appends to a str or to bytes; the bin is created if need be. BinIncompatibleType: it
        holds something else. Answers 0."""
    def prepend(self, key: Key, bin: str, val: Union[str, bytes, bytearray], meta: WriteMeta = ...,
                policy: Policy = ...) -> int:
        """Puts in front of a str or bytes; the bin is created if need be. BinIncompatibleType: it
        holds something else. Answers 0."""
    def increment(self, key: Key, bin: str, offset: Union[int, float], meta: WriteMeta = ...,
                  policy: Policy = ...) -> int:
        """Adds to a number; the bin is created if need be. BinIncompatibleType: it holds something
        else. Answers 0."""
    def operate(self, key: Key, list: Operations, meta: WriteMeta = ...,
                policy: Policy = ...) -> Record:
        """Does operations (winnow.helpers.operations) as one, in order. (key, meta, what they
        answer by bin)."""
    def operate_ordered(self, key: Key, list: Operations, meta: WriteMeta = ...,
                        policy: Policy = ...) -> tuple[ResultKey, Meta, list[tuple[str, Any]]]:
        """The same; what they answer comes as (bin, value) in the order of the operations."""
    def apply(self, key: Key, module: str, function: str, args: Sequence[Any],
              policy: Policy = ...) -> Any:
        """Calls a function in Lua on the record and answers what it returns. UDFError: it
        failed."""

    # ---- many records

    def batch_read(self, keys: Sequence[Key], bins: Optional[Sequence[str]] = ...,
                   policy: Policy = ...) -> BatchRecords:
        """Reads all bins, or some, or ([]) none but generation and ttl. Look at `result` of each
        row: 2 is not found."""
    def batch_write(self, batch_records: BatchRecords,
                    policy_batch: Policy = ...) -> BatchRecords:
        """Does what each row says, fills the rows and answers the same object."""
    def batch_operate(self, keys: Sequence[Key], ops: Operations, policy_batch: Policy = ...,
                      policy_batch_write: Policy = ..., ttl: Optional[int] = ...) -> BatchRecords:
        """The same operations on each record, at least one of which writes. ttl: seconds."""
    def batch_remove(self, keys: Sequence[Key], policy_batch: Policy = ...,
                     policy_batch_remove: Policy = ...) -> BatchRecords:
        """Removes each record."""
    def batch_apply(self, keys: Sequence[Key], module: str, function: str, args: Sequence[Any],
                    policy_batch: Policy = ..., policy_batch_apply: Policy = ...) -> BatchRecords:
        """Calls a function in Lua on each record."""
    def get_many(self, keys: Sequence[Key], policy: Policy = ...
                 ) -> list[tuple[ResultKey, Optional[Meta], Optional[Bins]]]:
        """[(key, meta, bins), ...] in the order of `keys`; meta and bins are None where there is no
        record. batch_read() is newer and tells more."""
    def exists_many(self, keys: Sequence[Key],
                    policy: Policy = ...) -> list[tuple[ResultKey, Optional[Meta]]]:
        """[(key, meta), ...] in the order of `keys`; meta is None where there is no record."""
    def select_many(self, keys: Sequence[Key], bins: Sequence[str], policy: Policy = ...
                    ) -> list[tuple[ResultKey, Optional[Meta], Optional[Bins]]]:
        """get_many() of some bins."""

    # ---- queries

    def query(self, namespace: str, set: Optional[str] = ...) -> Query:
        """A query of a set; None: of the whole namespace. Nothing is sent before it runs."""
    def scan(self, namespace: str, set: Optional[str] = ...) -> Scan:
        """A scan of a set; None: of the whole namespace. Query does the same and more."""
    def query_apply(self, ns: str, set: Optional[str], predicate: Optional[Predicate], module: str,
                    function: str, args: Sequence[Any] = ..., policy: Policy = ...) -> int:
        """Calls a function in Lua on each record of a query, in the background. Answers the number
        of the job, see job_info()."""
    def scan_apply(self, ns: str, set: Optional[str], module: str, function: str,
                   args: Sequence[Any] = ..., policy: Policy = ...,
                   options: Optional[Mapping[str, Any]] = ...) -> int:
        """query_apply() without a predicate."""
    def job_info(self, job_id: int, module: str, policy: Policy = ...) -> dict[str, int]:
        """{"status": JOB_STATUS_*, "progress_pct": 0 to 100, "records_read": n} of a background
        job. module: JOB_QUERY or JOB_SCAN. A job that is unknown or forgotten is completed."""

    # ---- secondary indexes. All wait until queries can use the index, unless `wait` is False, and
    # answer 0. IndexFoundError: there is one. set None: of the whole namespace.

    def index_integer_create(self, ns: str, set: Optional[str], bin: str, name: str,
                             policy: Policy = ..., wait: bool = ...) -> int:
        """On the ints in a bin."""
    def index_string_create(self, ns: str, set: Optional[str], bin: str, name: str,
                            policy: Policy = ..., wait: bool = ...) -> int:
        """On the strs in a bin."""
    def index_blob_create(self, ns: str, set: Optional[str], bin: str, name: str,
                          policy: Policy = ..., wait: bool = ...) -> int:
        """On the bytes in a bin."""
    def index_geo2dsphere_create(self, ns: str, set: Optional[str], bin: str, name: str,
                                 policy: Policy = ..., wait: bool = ...) -> int:
        """On the GeoJSON in a bin."""
    def index_single_value_create(self, ns: str, set: Optional[str], bin: str, index_datatype: int,
                                  name: str, policy: Policy = ...,
                                  ctx: Optional[Context] = ..., wait: bool = ...) -> int:
        """On the value in a bin, or deeper in it. index_datatype: INDEX_NUMERIC, ..."""
    def index_list_create(self, ns: str, set: Optional[str], bin: str, index_datatype: int,
                          name: str, policy: Policy = ..., ctx: Optional[Context] = ...,
                          wait: bool = ...) -> int:
        """On the elements of a list. index_datatype: INDEX_NUMERIC, ..."""
    def index_map_keys_create(self, ns: str, set: Optional[str], bin: str, index_datatype: int,
                              name: str, policy: Policy = ...,
                              ctx: Optional[Context] = ..., wait: bool = ...) -> int:
        """On the keys of a map. index_datatype: INDEX_NUMERIC, ..."""
    def index_map_values_create(self, ns: str, set: Optional[str], bin: str, index_datatype: int,
                                name: str, policy: Policy = ...,
                                ctx: Optional[Context] = ..., wait: bool = ...) -> int:
        """On the values of a map. index_datatype: INDEX_NUMERIC, ..."""
    def index_cdt_create(self, ns: str, set: Optional[str], bin: str, index_type: int,
                         index_datatype: int, name: str, ctx: Context,
                         policy: Policy = ...) -> int:
        """On what a context leads to. index_type: INDEX_TYPE_*; index_datatype: INDEX_NUMERIC,
        ..."""
    def index_expr_create(self, ns: str, set: Optional[str], index_type: int, index_datatype: int,
                          expressions: Any, name: str, policy: Policy = ...) -> int:
        """On what a compiled expression evaluates to."""
    def index_set_create(self, ns: str, set: str, name: str, policy: Policy = ...) -> int:
        """On being in a set."""
    def index_remove(self, ns: str, name: str, policy: Policy = ...) -> int:
        """Removes an index. IndexNotFound: there is none of that name. Answers 0."""

    # ---- administration

    def truncate(self, namespace: str, set: Optional[str], nanos: int, policy: Policy = ...) -> int:
        """Removes the records of a set (None: of the namespace) that were last written before
        `nanos`, nanoseconds since 1970; 0: now. Answers 0."""
    def info_all(self, command: str,
                 policy: Policy = ...) -> dict[str, tuple[Optional[str], str]]:
        """An info command to every node: {node: (None, answer)}. ServerError: one refused."""
    def info_random_node(self, command: str, policy: Policy = ...) -> str:
        """An info command to any node. The answer, with the command in front."""
    def info_single_node(self, command: str, host: str, policy: Policy = ...) -> str:
        """An info command to the node of that name. The answer, with the command in front."""
    def shm_key(self) -> Optional[int]:
        """None: there is no shared memory."""
    def get_nodes(self) -> list[tuple[str, int]]:
        """[(address, port), ...] of the nodes that are known."""
    def get_node_names(self) -> list[dict[str, Any]]:
        """[{"address": ..., "port": ..., "node_name": ...}, ...] of the nodes that are known."""
    def get_key_partition_id(self, ns: str, set: Optional[str], key: UserKey) -> int:
        """The partition, 0 to 4095, of a key."""
    def get_cdtctx_base64(self, ctx: Context) -> str:
        """A context as info commands want it."""
    def get_expression_base64(self, expression: Any) -> str:
        """A compiled expression as info commands want it."""
    def get_policies(self) -> dict[str, Any]:
        """The policies of the config, and their defaults."""
    def udf_put(self, filename: str, udf_type: int = ..., policy: Policy = ...) -> int:
        """Sends a module in Lua to the servers. LuaFileNotFound: there is no such file."""
    def udf_remove(self, module: str, policy: Policy = ...) -> int:
        """Removes a module in Lua."""
    def udf_list(self, policy: Policy = ...) -> list[dict[str, Any]]:
        """[{"name": ..., "hash": ..., "type": 0, ...}, ...] of the modules in Lua."""
    def udf_get(self, module: str, language: int = ..., policy: Policy = ...) -> str:
        """The text of a module in Lua."""

    # ---- what is not served: users, transactions, metrics, replication between data centres

    def set_xdr_filter(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def commit(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def abort(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def enable_metrics(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def disable_metrics(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def get_stats(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_change_password(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_create_pki_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_create_role(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_create_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_drop_role(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_drop_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_get_role(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_get_roles(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_grant_privileges(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_grant_roles(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_query_role(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_query_roles(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_query_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_query_user_info(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_query_users(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_query_users_info(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_revoke_privileges(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_revoke_roles(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_set_password(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_set_quotas(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""
    def admin_set_whitelist(self, *args: Any, **kwargs: Any) -> NoReturn:
        """UnsupportedFeature."""


class Query:
    """Reads the records of a set or a namespace; made by Client.query().

    Without where() it reads all of them. It runs, as often as is wanted, by foreach(), results() or
    execute_background(). One thread at a time.

    Attributes:
        max_records (int): at most so many records in a run; 0: all.
        records_per_second (int): for each node; 0: as fast as it can.
        ttl (int): seconds, of what execute_background() writes; 0: as the namespace is set.
    """

    max_records: int
    records_per_second: int
    ttl: int

    def select(self, *bins: str) -> Query:
        """Only these bins come; names that a record has not are left out.

        BinNameError: longer than 15 bytes. ClientError: called before.
        """
    def where(self, predicate: Predicate, ctx: Optional[Context] = ...) -> Query:
        """Only records that fit, found by a secondary index: see winnow.predicates.

        ctx: the index is on what lies deeper in a list or map. ParamError: no predicate.
        ClientError: there is one already.
        """
    def where_with_expr(self, expr: Any, predicate: Predicate) -> Query:
        """where() by an index on a compiled expression."""
    def where_with_index_name(self, index_name: str, predicate: Predicate) -> Query:
        """where() by the index of that name."""
    def results(self, policy: Policy = ..., options: Optional[Mapping[str, Any]] = ...
                ) -> list[Any]:
        """[(key, meta, bins), ...] in no order; of an aggregation, its values.

        policy: a query policy, with "partition_filter". options: {"nobins": True}: bins are {}.
        IndexNotFound: there is no index for the predicate. IndexNotReadable: not yet.
        """
    def foreach(self, callback: RecordCallback, policy: Policy = ...,
                options: Optional[Mapping[str, Any]] = ...) -> None:
        """Calls callback((key, meta, bins)) for each record as it comes; with a partition_filter
        callback(partition, (key, meta, bins)).

        The call-back may use the client. If it returns False (not just something false) the query
        ends; what it raises ends the query and comes out of foreach().
        """
    def apply(self, module: str, function: str, arguments: Optional[Sequence[Any]] = ...) -> Query:
        """A function in Lua: of a stream, for results() and foreach(); of a record, for
        execute_background()."""
    def add_ops(self, ops: Operations) -> Query:
        """Operations that execute_background() does on each record."""
    def execute_background(self, policy: Policy = ...) -> int:
        """Does what add_ops() or apply() say, on the servers, and does not wait for it. Answers the
        number of the job, see Client.job_info()."""
    def paginate(self) -> bool:
        """From now on a run goes on where the one before it ended. Answers True."""
    def is_done(self) -> bool:
        """Whether the runs of a paginated query, or the last with a partition_filter, have come to
        the end."""
    def get_partitions_status(self) -> dict[Any, Any]:
        """Where the query is, for policy["partition_filter"]["partition_status"] of this or another
        query: {partition: (id, init, retry, digest, bval), "done": bool, "retry": bool}, the tuples
        with these names and `done`. {}: it does not keep track."""


class Scan:
    """Reads all records of a set or a namespace; made by Client.scan(). Query does the same and
    more."""

    ttl: int

    def select(self, *bins: str) -> Scan:
        """Only these bins come."""
    def results(self, policy: Policy = ..., nodename: Optional[str] = ...) -> list[Record]:
        """[(key, meta, bins), ...] in no order. nodename: of one node."""
    def foreach(self, callback: RecordCallback, policy: Policy = ...,
                options: Optional[Mapping[str, Any]] = ..., nodename: Optional[str] = ...) -> None:
        """Query.foreach()."""
    def apply(self, module: str, function: str, arguments: Optional[Sequence[Any]] = ...) -> Scan:
        """Query.apply(), for execute_background()."""
    def add_ops(self, ops: Operations) -> Scan:
        """Query.add_ops()."""
    def execute_background(self, policy: Policy = ...) -> int:
        """Query.execute_background()."""
    def paginate(self) -> bool:
        """Query.paginate()."""
    def is_done(self) -> bool:
        """Query.is_done()."""
    def get_partitions_status(self) -> dict[Any, Any]:
        """Query.get_partitions_status()."""


def calc_digest(ns: str, set: Optional[str], key: UserKey) -> bytearray:
    """The digest, 20 bytes, that a record is addressed by. ParamError: no such key."""

def get_partition_id(digest: Union[bytes, bytearray]) -> int:
    """The partition, 0 to 4095, of a digest."""

def set_serializer(callback: Callable[[Any], Any]) -> int:
    """UnsupportedFeature: values of other types are not serialized."""

def set_deserializer(callback: Callable[[Any], Any]) -> int:
    """UnsupportedFeature: nothing that was read is turned into other types."""

def unset_serializers() -> int:
    """Answers 0: there are none."""

def _forward_log(callback: Optional[Callable[[int, bytes], None]]) -> None: ...
