"""What can go wrong, as one tree of classes.

    AerospikeError
      TimeoutError                       9: no answer in time
      ClientError                        -1: found on this side
      ServerError                        1: the server refused
        RecordError, IndexError, QueryError, ClusterError, UDFError, AdminError, ...

Each class stands for one code of the wire (or of the client, if it is negative); `code` of an
instance is the code that came, which for a class with many codes is the exact one. An exception
tells where it was noticed (`file`, `line`: of this client's source) and whether a write may have
been done all the same (`in_doubt`). All of them can be pickled.

TimeoutError, ConnectionError and IndexError have the names of Python's own exceptions and are not
related to them: `from winnow import exception as ex` and `ex.TimeoutError` say which is meant.
"""
from __future__ import annotations

from typing import Any


class AerospikeError(Exception):
    """The root: everything that this package raises about the database.

    Attributes, all None where they say nothing:
        code (int): the number of the error.
        msg (str): what is wrong and, where there is one, the remedy.
        file (str), line (int): where in the client's source it was noticed.
        in_doubt (bool): a write was sent and may have been done, though no answer came.
        subcode (int): a finer reason, where the server gives one.
    """

    code: int | None = None
    msg: str | None = None
    file: str | None = None
    line: int | None = None
    in_doubt: bool | None = None
    subcode: int | None = None

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # Tests raise these by hand too, with a text or with nothing: then the code is the class's.
        if args and isinstance(args[0], int):
            names = ("code", "msg", "file", "line", "in_doubt")
            for name, value in zip(names, args):
                setattr(self, name, value)
        elif args and isinstance(args[0], str):
            self.msg = args[0]

    def __str__(self) -> str:
        if self.msg is None and self.code is None:
            return super().__str__()
        text = self.msg or type(self).__name__
        if self.code is not None:
            text += f" [{self.code}]"
        return text + ("; the write may have been done" if self.in_doubt else "")

    def __repr__(self) -> str:
        parts = [] if self.code is None else [str(self.code)]
        if self.msg is not None:
            parts.append(repr(self.msg))
        if self.in_doubt:
            parts.append("in_doubt=True")
        return f"{type(self).__name__}({', '.join(parts)})"


class TimeoutError(AerospikeError):
    """No answer within socket_timeout or total_timeout, or the server gave up in that time."""
    code = 9


# ---- found by the client -------------------------------------------------------------------------

class ClientError(AerospikeError):
    """Found by the client, and no class below says it better."""
    code = -1


class ParamError(ClientError):
    """An argument, a policy or the configuration is wrong; the text names it. Nothing was sent."""
    code = -2


class InvalidHostError(ClientError):
    """A host has no valid name or address."""
    code = -4


class ClientAbortError(ClientError):
    """The caller ended the command."""
    code = -5


class AsyncConnectionError(ClientError):
    """A connection of an asynchronous command failed."""
    code = -6


class NoMoreConnectionsError(ClientError):
    """All connections that a node may have are in use."""
    code = -7


class InvalidNodeError(ClientError):
    """No such node, or none that is active."""
    code = -8


class TLSError(ClientError):
    """The encrypted connection could not be set up."""
    code = -9


class ConnectionError(ClientError):
    """No connection, or it broke. For a write `in_doubt` says whether it may have been done."""
    code = -10


class MaxRetriesExceeded(ClientError):
    """All attempts that the policy allows have failed; the text tells how the last one did."""
    code = -12


class MaxErrorRateExceeded(ClientError):
    """The node fails too often and is left alone for a while."""
    code = -14


class NoResponse(ClientError):
    """A batch ended without an answer for this record."""
    code = -15


class BatchFailed(ClientError):
    """At least one record of the batch failed: `result` of each tells which and how."""
    code = -16


class TransactionFailed(ClientError):
    """The transaction was not carried out."""
    code = -17


class TransactionAlreadyCommitted(ClientError):
    """The transaction has been committed."""
    code = -18


class TransactionAlreadyAborted(ClientError):
    """The transaction has been given up."""
    code = -19


# ---- refused by the server -----------------------------------------------------------------------

class ServerError(AerospikeError):
    """The server refused, and no class below says it better."""
    code: int | None = 1


class InvalidRequest(ServerError):
    """The server finds the request wrong: a parameter, an operation or their combination."""
    code = 4


class ServerFull(ServerError):
    """The namespace is out of space; reads and deletes go on."""
    code = 8


class AlwaysForbidden(ServerError):
    """This configuration never allows it."""
    code = 10


class ScanAbortedError(ServerError):
    """Somebody ended the scan."""
    code = 15


class UnsupportedFeature(ServerError):
    """The server does not serve this (yet). Nothing has been changed."""
    code = 16


class DeviceOverload(ServerError):
    """The disk cannot keep up; try again later."""
    code = 18


class NamespaceNotFound(ServerError):
    """The server has no such namespace."""
    code = 20


class ForbiddenError(ServerError):
    """Not allowed at the moment."""
    code = 22


class ElementNotFoundError(ServerError):
    """The list or map has no such element, and the write flags ask for one."""
    code = 23


class ElementExistsError(ServerError):
    """The list or map has such an element, and the write flags do not allow it."""
    code = 24


class OpNotApplicable(ServerError):
    """The operation cannot be applied to the value that is there."""
    code = 26


class FilteredOut(ServerError):
    """The record does not pass the filter expression of the policy."""
    code = 27


class LostConflict(ServerError):
    """A write from another data centre won."""
    code = 28


class BatchDisabledError(ServerError):
    """The server does not serve batches."""
    code = 150


class BatchMaxRequestError(ServerError):
    """More records in one batch than the server allows (batch_max_requests)."""
    code = 151


class BatchQueueFullError(ServerError):
    """The server has too many batches to do."""
    code = 152


class InvalidGeoJSON(ServerError):
    """The text is no GeoJSON, or not of a shape that the server knows."""
    code = 160


# ---- one record ----------------------------------------------------------------------------------

class RecordError(ServerError):
    """About one record: `key` is its key tuple as it was given, `bin` the bin that is meant."""
    code: int | None = None
    key: tuple[Any, ...] | None = None
    bin: str | None = None


class RecordNotFound(RecordError):
    """There is no record of that key (any more)."""
    code = 2


class RecordGenerationError(RecordError):
    """The record's generation is not what the policy asks for: somebody wrote meanwhile."""
    code = 3


class RecordExistsError(RecordError):
    """There is a record, and the policy wants to create one."""
    code = 5


class BinExistsError(RecordError):
    """There is such a bin, and the operation wants to create one."""
    code = 6


class BinIncompatibleType(RecordError):
    """The bin's value has another type than the operation needs."""
    code = 12


class RecordTooBig(RecordError):
    """The record would be larger than the namespace allows (record_size_max)."""
    code = 13


class RecordBusy(RecordError):
    """Too many commands on this one record at the same time; try again."""
    code = 14


class BinNotFound(RecordError):
    """There is no such bin, and the operation needs one."""
    code = 17


class RecordKeyMismatch(RecordError):
    """The stored key is another one than was sent."""
    code = 19


class BinNameError(RecordError):
    """A bin name is empty, longer than 15 bytes, or there are too many bins."""
    code = 21


# ---- secondary indexes and queries ---------------------------------------------------------------

class IndexError(ServerError):
    """About a secondary index; `name` is the index's."""
    code = 204
    name: str | None = None


class IndexFoundError(IndexError):
    """There is an index of that name, or one on that bin."""
    code = 200


class IndexNotFound(IndexError):
    """There is no such index, or none on the bin that the query names: create it first."""
    code = 201


class IndexOOM(IndexError):
    """No memory is left for the index."""
    code = 202


class IndexNotReadable(IndexError):
    """The index is still being built; try again later."""
    code = 203


class IndexNameMaxLen(IndexError):
    """The name of the index is too long."""
    code = 205


class IndexNameMaxCount(IndexError):
    """The namespace has as many indexes as it may have."""
    code = 206


class QueryError(ServerError):
    """A query failed."""
    code = 213


class QueryAbortedError(ServerError):
    """Somebody ended the query (info command query-abort)."""
    code = 210


class QueryQueueFull(QueryError):
    """Too many queries are at work; try again later."""
    code = 211


class QueryTimeout(QueryError):
    """The query took longer than it may."""
    code = 212


# ---- the cluster ---------------------------------------------------------------------------------

class ClusterError(ServerError):
    """No node is known for this: not connected, closed, or the cluster does not serve it now."""
    code = 11


class ClusterChangeError(ClusterError):
    """The cluster changed while the query ran."""
    code = 7


# ---- functions in Lua ----------------------------------------------------------------------------

class UDFError(ServerError):
    """A function failed; `module` and `func` name it, `msg` has what it said."""
    code = 100
    module: str | None = None
    func: str | None = None


class UDFNotFound(UDFError):
    """There is no such function."""
    code = 1301


class LuaFileNotFound(UDFError):
    """There is no such module."""
    code = 1302


# ---- users and rights ----------------------------------------------------------------------------

class AdminError(ServerError):
    """About users, roles and what they may do."""
    code: int | None = None


class SecurityNotSupported(AdminError):
    """The server knows no users."""
    code = 51


class SecurityNotEnabled(AdminError):
    """Users are not switched on."""
    code = 52


class SecuritySchemeNotSupported(AdminError):
    """The server does not know this way to log in."""
    code = 53


class InvalidCommand(AdminError):
    """No such command."""
    code = 54


class InvalidField(AdminError):
    """A field of the command is wrong."""
    code = 55


class IllegalState(AdminError):
    """Not at this point of the log-in."""
    code = 56


class InvalidUser(AdminError):
    """No such user, or no valid name."""
    code = 60


class UserExistsError(AdminError):
    """There is such a user."""
    code = 61


class InvalidPassword(AdminError):
    """Not a valid password."""
    code = 62


class ExpiredPassword(AdminError):
    """The password has expired."""
    code = 63


class ForbiddenPassword(AdminError):
    """The password may not be used (again)."""
    code = 64


class InvalidCredential(AdminError):
    """User and password do not fit."""
    code = 65


class InvalidRole(AdminError):
    """No such role, or no valid name."""
    code = 70


class RoleExistsError(AdminError):
    """There is such a role."""
    code = 71


class InvalidPrivilege(AdminError):
    """No such privilege."""
    code = 72


class InvalidWhitelist(AdminError):
    """The list of addresses is wrong."""
    code = 73


class QuotasNotEnabled(AdminError):
    """Quotas are not switched on."""
    code = 74


class InvalidQuota(AdminError):
    """Not a valid quota."""
    code = 75


class NotAuthenticated(AdminError):
    """Log in first."""
    code = 80


class RoleViolation(AdminError):
    """The user's roles do not allow it."""
    code = 81


class NotWhitelisted(AdminError):
    """Not from this address."""
    code = 82


class QuotaExceeded(AdminError):
    """More commands each second than the user may send."""
    code = 83


# Names of release 7.1.1.
ElementExists = ElementExistsError
ElementNotFound = ElementNotFoundError
QueryAborted = QueryAbortedError


def _codes(parent: type[AerospikeError]) -> dict[int, type[AerospikeError]]:
    found = {} if parent.code is None else {parent.code: parent}
    for child in parent.__subclasses__():
        found.update(_codes(child))
    return found


_BY_CODE = _codes(AerospikeError)


def by_code(code: int) -> type[AerospikeError]:
    """The class for a code; ServerError or ClientError for an unknown one."""
    return _BY_CODE.get(code) or (ServerError if code > 0 else ClientError)
