"""A door over a Python client: answers steps, one JSON line each, as ../README.md lists them.

usage: door.py MODULE [--path FOLDER] (--tcp HOST:PORT | --embedded)

MODULE is `aerospike`, the official client, or `winnow`, ours: the same calls in both, so that the same
code shows where they differ. FOLDER is where to import ours from.
"""
import argparse
import importlib
import json
import sys
import time
import traceback
import warnings

INDEX_BUILD_SECONDS = 30
META = {"ttl": "ttl", "generation": "gen"}      # options that stand beside the policy


class Door:
    def __init__(self, name, config):
        self.module = importlib.import_module(name)
        helpers = "winnow.helpers" if name == "winnow" else "aerospike_helpers"
        self.records = importlib.import_module(helpers + ".batch.records")
        self.op = importlib.import_module(helpers + ".operations.operations")
        self.predicates = importlib.import_module(name + ".predicates") if name == "winnow" \
            else self.module.predicates
        self.error = self.module.exception.AerospikeError
        self.client = self.module.client(config).connect()
        self.words = self.policy_words()
        self.queries, self.statuses = {}, {}

    def policy_words(self):
        of = self.module
        return {
            "exists": {"ignore": of.POLICY_EXISTS_IGNORE, "update": of.POLICY_EXISTS_UPDATE,
                       "create": of.POLICY_EXISTS_CREATE, "replace": of.POLICY_EXISTS_REPLACE,
                       "create_or_replace": of.POLICY_EXISTS_CREATE_OR_REPLACE},
            "gen": {"ignore": of.POLICY_GEN_IGNORE, "eq": of.POLICY_GEN_EQ,
                    "gt": of.POLICY_GEN_GT},
            "key": {"digest": of.POLICY_KEY_DIGEST, "send": of.POLICY_KEY_SEND},
            "commit_level": {"all": of.POLICY_COMMIT_LEVEL_ALL,
                             "master": of.POLICY_COMMIT_LEVEL_MASTER},
            "replica": {"master": of.POLICY_REPLICA_MASTER, "any": of.POLICY_REPLICA_ANY,
                        "sequence": of.POLICY_REPLICA_SEQUENCE},
            "ttl": {"default": of.TTL_NAMESPACE_DEFAULT, "never": of.TTL_NEVER_EXPIRE,
                    "unchanged": of.TTL_DONT_UPDATE},
        }

    def answer(self, request):
        try:
            return getattr(self, "step_" + request["step"])(request) or {}
        except self.error as error:
            return {"error": [error.code, str(error.msg)], "in_doubt": bool(error.in_doubt)}
        except Exception:       # pylint: disable=broad-except
            return {"broken": traceback.format_exc()}

    def step_reset(self, _):
        self.queries, self.statuses = {}, {}

    # ---- values and policies ---------------------------------------------------------------------

    def value(self, tagged):
        if isinstance(tagged, list):
            return [self.value(one) for one in tagged]
        if not isinstance(tagged, dict):
            return tagged
        if "map" in tagged:
            pairs = {self.value(key): self.value(one) for key, one in tagged["map"]}
            return self.module.KeyOrderedDict(pairs) if tagged.get("ordered") else pairs
        (tag, content), = tagged.items()
        return {"int": int, "double": float, "bytes": bytes.fromhex,
                "geo": self.module.GeoJSON}[tag](content)

    def tagged(self, value):
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, int):
            return value if abs(value) < 2**53 else {"int": str(value)}
        if isinstance(value, float):
            return {"double": repr(value)}
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": value.hex()}
        if isinstance(value, list):
            return [self.tagged(one) for one in value]
        if isinstance(value, dict):
            pairs = [[self.tagged(key), self.tagged(one)] for key, one in value.items()]
            ordered = isinstance(value, self.module.KeyOrderedDict)
            return {"map": pairs, "ordered": True} if ordered else {"map": pairs}
        return {"geo": value.dumps()}

    def policy(self, request, name="policy"):
        """(policy, meta), with the module's constants for words."""
        policy, meta = {}, {}
        for option, value in request.get(name, {}).items():
            if option == "partition_filter":
                continue        # query_arguments() sees to it
            value = self.words.get(option, {}).get(value, value) if isinstance(value, str) \
                else self.value(value)
            if option in META:
                meta[META[option]] = value
            else:
                policy[option] = value
        return policy, meta

    def key(self, key):
        if "digest" in key:
            return (key["ns"], key["set"], None, bytearray.fromhex(key["digest"]))
        user_key = self.value(key["key"])
        return (key["ns"], key["set"],
                bytearray(user_key) if isinstance(user_key, bytes) else user_key)

    def operations(self, ops):
        """What the helpers make of [{"op", "bin", "value"}, ...]."""
        made = []
        for op in ops:
            make = getattr(self.op, {"add": "increment"}.get(op["op"], op["op"]))
            made.append(make(*([op["bin"]] if "bin" in op else []),
                             *([self.value(op["value"])] if "value" in op else [])))
        return made

    def row(self, record, found=False):
        """`found`: by a query, so that a key in it is one that the server keeps."""
        key, meta, *bins = record
        row = {"digest": bytes(key[3]).hex() if len(key) > 3 and key[3] else None}
        if meta is None:
            return {**row, "missing": True, "error": 2}
        never = meta["ttl"] in (-1, 0xffffffff)
        row.update(gen=meta["gen"], ttl=-1 if never else meta["ttl"])
        if found:
            row.update(set=key[1], sent=self.tagged(key[2]),
                       partition=int.from_bytes(key[3][:2], "little") % 4096)
        if bins and bins[0] is not None:
            # None: of an operation in a batch that has no result.
            row["bins"] = self.tagged({name: value for name, value in bins[0].items()
                                       if value is not None})
        return row

    # ---- one record ------------------------------------------------------------------------------

    def step_put(self, request):
        policy, meta = self.policy(request)
        self.client.put(self.key(request["key"]), self.value(request["bins"]), meta, policy)

    def step_get(self, request):
        policy, _ = self.policy(request)
        return {"rows": [self.row(self.client.get(self.key(request["key"]), policy))]}

    def step_select(self, request):
        policy, _ = self.policy(request)
        found = self.client.select(self.key(request["key"]), self.value(request["bins"]), policy)
        return {"rows": [self.row(found)]}

    def step_exists(self, request):
        policy, _ = self.policy(request)
        return {"rows": [self.row(self.client.exists(self.key(request["key"]), policy))]}

    def step_delete(self, request):
        policy, meta = self.policy(request)
        self.client.remove(self.key(request["key"]), meta, policy)

    def step_touch(self, request):
        policy, meta = self.policy(request)
        self.client.touch(self.key(request["key"]), meta.pop("ttl", 0), meta, policy)

    def step_append(self, request):
        policy, meta = self.policy(request)
        name = {"add": "increment"}.get(request["step"], request["step"])
        getattr(self.client, name)(self.key(request["key"]), request["bin"],
                                   self.value(request["value"]), meta, policy)

    step_prepend = step_add = step_append

    def step_remove_bin(self, request):
        policy, meta = self.policy(request)
        self.client.remove_bin(self.key(request["key"]), request["bins"], meta, policy)

    def step_operate(self, request):
        policy, meta = self.policy(request)
        return {"rows": [self.row(self.client.operate(
            self.key(request["key"]), self.operations(request["ops"]), meta, policy))]}

    def step_operate_ordered(self, request):
        policy, meta = self.policy(request)
        _, _, found = self.client.operate_ordered(
            self.key(request["key"]), self.operations(request["ops"]), meta, policy)
        return {"rows": [{"bin": name, "value": self.tagged(value)} for name, value in found]}

    def step_digest(self, request):
        key = self.key(request["key"])
        partition = self.client.get_key_partition_id(*key)
        return {"text": f"{bytes(self.module.calc_digest(*key)).hex()} partition {partition}"}

    # ---- many ------------------------------------------------------------------------------------

    def batch_row(self, one):
        if one.result != 0 or one.record is None:
            digest = one.key[3] if len(one.key) > 3 else self.module.calc_digest(*one.key)
            row = {"digest": bytes(digest).hex(), "error": one.result}
            return {**row, "missing": True} if one.result == 2 else row
        return self.row(one.record)

    def batch_answer(self, answered):
        return {"rows": [self.batch_row(one) for one in answered.batch_records]}

    def step_batch(self, request):
        rows = []
        for row in request["rows"]:
            key, (policy, meta) = self.key(row["key"]), self.policy(row)
            ops = self.operations(row["ops"] or [])
            if row["kind"] == "remove":
                rows.append(self.records.Remove(key, {**policy, **(
                    {"generation": meta["gen"]} if "gen" in meta else {})}))
            elif row["kind"] == "write":
                rows.append(self.records.Write(key, ops, meta, policy))
            else:
                ops = ops or [self.op.read(name) for name in row["bins"] or []]
                # The official client refuses an empty policy in this place.
                rows.append(self.records.Read(key, ops or None, row["bins"] is None and not ops,
                                              meta or None, policy or None))
        policy, _ = self.policy(request)
        return self.batch_answer(
            self.client.batch_write(self.records.BatchRecords(rows), policy))

    def keys(self, request):
        return [self.key(key) for key in request["keys"]]

    def step_batch_read(self, request):
        policy, _ = self.policy(request)
        return self.batch_answer(
            self.client.batch_read(self.keys(request), request.get("bins"), policy))

    def step_batch_operate(self, request):
        policy, _ = self.policy(request)
        return self.batch_answer(self.client.batch_operate(
            self.keys(request), self.operations(request["ops"]), policy))

    def step_batch_remove(self, request):
        policy, _ = self.policy(request)
        return self.batch_answer(self.client.batch_remove(self.keys(request), policy))

    def step_get_many(self, request):
        policy, _ = self.policy(request)
        bins = [request["bins"]] if request["step"] == "select_many" else []
        found = getattr(self.client, request["step"])(self.keys(request), *bins, policy)
        return {"rows": [self.row(record) for record in found]}

    step_exists_many = step_select_many = step_get_many

    # ---- queries ---------------------------------------------------------------------------------

    def step_query(self, request):
        make = self.client.scan if request["scan"] else self.client.query
        self.queries[request["q"]] = make(request["ns"], request["set"])

    def step_set(self, request):
        setattr(self.queries[request["q"]], request["field"], self.value(request["value"]))

    def step_select_bins(self, request):
        self.queries[request["q"]].select(*map(self.value, request["bins"]))

    def step_where(self, request):
        make = getattr(self.predicates, request["predicate"])
        self.queries[request["q"]].where(make(request["bin"], *map(self.value, request["values"])))

    def step_paginate(self, request):
        self.queries[request["q"]].paginate()

    def step_is_done(self, request):
        return {"text": str(self.queries[request["q"]].is_done()).lower()}

    def step_status(self, request):
        status = self.queries[request["q"]].get_partitions_status()
        self.statuses[request["save"]] = status
        return {"rows": [{"partition": one[0], "digest": bytes(one[3]).hex()}
                         for one in status.values() if isinstance(one, tuple) and one[1]]}

    def query_arguments(self, request):
        policy, _ = self.policy(request)
        if parts := request["policy"].get("partition_filter"):
            filtered = {name: parts[name] for name in ("begin", "count") if name in parts}
            if "status" in parts:
                filtered["partition_status"] = self.statuses[parts["status"]]
            if "digest" in parts:
                filtered["digest"] = {"init": True, "value": bytearray.fromhex(parts["digest"])}
            policy["partition_filter"] = filtered
        return policy, {"nobins": request["nobins"]}

    def step_results(self, request):
        query, (policy, options) = self.queries[request["q"]], self.query_arguments(request)
        scan = isinstance(query, self.module.Scan)
        found = query.results(policy) if scan and not options["nobins"] \
            else query.results(policy, options)
        return {"rows": [self.row(record, True) for record in found], "done": query.is_done()}

    def step_foreach(self, request):
        query, (policy, options) = self.queries[request["q"]], self.query_arguments(request)
        rows, stop = [], request["stop"]
        each = self.operations(request.get("each", []))

        def take(*arguments):
            if len(rows) == stop:
                return False
            row = self.row(arguments[-1], True)
            if len(arguments) == 2 and arguments[0] != row["partition"]:
                raise ValueError(f"called with partition {arguments[0]} for {row}")
            rows.append(row)
            if each:
                self.client.operate(arguments[-1][0], each)
            return None
        query.foreach(take, policy, options)
        return {"rows": rows, "done": query.is_done()}

    # ---- administration --------------------------------------------------------------------------

    def step_index_create(self, request):
        name = {"numeric": "integer", "geo": "geo2dsphere"}.get(request["type"], request["type"])
        getattr(self.client, f"index_{name}_create")(request["ns"], request["set"], request["bin"],
                                                    request["name"])
        # The official client does not wait until the index can be queried.
        command = f"sindex-stat:ns={request['ns']};indexname={request['name']}"
        deadline = time.monotonic() + INDEX_BUILD_SECONDS
        while "load_pct=100" not in self.client.info_random_node(command):
            if time.monotonic() > deadline:
                return {"broken": "the index is not built in time"}
            time.sleep(0.01)
        return {}

    def step_index_drop(self, request):
        self.client.index_remove(request["ns"], request["name"])

    def step_truncate(self, request):
        self.client.truncate(request["ns"], request["set"], self.value(request["before"]))

    def step_info(self, request):
        answer = self.client.info_random_node(request["command"])
        return {"text": answer.partition("\t")[2].rstrip("\n")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", choices=["aerospike", "winnow"])
    parser.add_argument("--path")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp")
    where.add_argument("--embedded", action="store_true")
    options = parser.parse_args()
    if options.path:
        sys.path.insert(0, options.path)
    warnings.simplefilter("ignore", DeprecationWarning)
    config = {"embedded": ":memory:"}
    if options.tcp:
        host, _, port = options.tcp.rpartition(":")
        config = {"hosts": [(host, int(port))]}
    door = Door(options.module, config)
    for line in sys.stdin:
        print(json.dumps(door.answer(json.loads(line))), flush=True)
    door.client.close()


if __name__ == "__main__":
    main()
