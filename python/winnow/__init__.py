"""Winnow: a real-time record database, as a client of its servers and inside the process.

    import winnow

    with winnow.client({"hosts": [("127.0.0.1", 3000)]}) as client:  # or {"embedded": ":memory:"}
        client.put(("test", "players", "ada"), {"score": 80})
        key, meta, bins = client.get(("test", "players", "ada"))

The names are those of the module `aerospike` with its `exception` and `predicates`; what is there
called `aerospike_helpers` is `winnow.helpers`. `import winnow as aerospike` runs programs written
for it; install_as_aerospike() and `python -m winnow.as_aerospike` run them unmodified.
"""
from typing import Any as _Any

from winnow import exception, helpers, predicates
from winnow._core import Client, Database, Query, Scan, calc_digest, get_partition_id
from winnow._core import set_deserializer, set_serializer, unset_serializers
from winnow.constants import *
from winnow.log import set_log_handler, set_log_level
from winnow.types import Config as _Config
from winnow.values import (CDTInfinite, CDTWildcard, GeoJSON, HyperLogLog, KeyOrderedDict, RawBytes,
                           geodata, geojson, null)

# The database that every client gets whatever its hosts are; None: they get their hosts.
_instead: "Database | None" = None


def client(config: _Config) -> Client:
    """Connects to a cluster, or opens a database in this process, and answers the client.

    config: a dict with

        hosts (list): [(address, port), ...] of some nodes; the others are found from these. Or
        embedded (str | Database): ":memory:" for a database of its own, no server needed; or one
            that is open.
        namespaces: of an embedded database: a list of names, or {name: {"default_ttl": seconds}};
            "test" and "bar" if there is none. default_ttl (int): seconds, of all of them.
        policies (dict): defaults for the calls: {"read": {...}, "write": {...}, ...}.
        cluster_name (str): nodes of another cluster are refused.
        connect_timeout, tend_interval (int): milliseconds.
        lua (dict): {"user_path": folder of modules in Lua}.
        send_bool_as (int): AS_BOOL or INTEGER.

    ParamError: config is wrong; the text names the key. ConnectionError: no host answers.
    """
    if _instead is not None and isinstance(config, dict) and "hosts" in config:
        config = {name: value for name, value in config.items() if name != "hosts"}
        config["embedded"] = _instead
    return Client(config)


def install_as_aerospike(embedded: "str | Database | None" = None) -> None:
    """From now on `import aerospike` and `import aerospike_helpers` mean this package.

    Call it before anything imports them, for example at the top of a conftest.py:

        import winnow
        winnow.install_as_aerospike(embedded=":memory:")

    embedded: ":memory:", or a Database. With it no server is needed: every client whose config has
    `hosts` opens that one database instead, which lives as long as the process.

    ImportError: one of the two is imported already, and is not this package.
    """
    from winnow.install_as import install
    global _instead
    install()
    if embedded is not None:
        _instead = Database(embedded) if isinstance(embedded, str) else embedded


_MISSING = {
    "Transaction": "transactions over several records are not served",
    "ConfigProvider": "the configuration is that of client()",
}


def __getattr__(name: str) -> _Any:
    if name in _MISSING:
        raise AttributeError(f"winnow has no {name}: {_MISSING[name]} "
                             "(docs/from-the-official-client.md)")
    raise AttributeError(f"module 'winnow' has no attribute '{name}'")
