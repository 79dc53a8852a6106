"""From the steps of a file to requests that a door understands (README.md lists both).

A Session is one file on one door: it knows the namespace and set in use and the keys that the file
has named, so that records that come back with a digest alone are shown by name.
"""
import hashlib
import time

import values
from test_file import BadFile, Digest, Option, Word

QUERY_FIELDS = ("max_records", "records_per_second", "ttl")
PARTITION_FIELDS = ("begin", "count", "digest", "status")


class Session:
    def __init__(self):
        self.ns, self.set = "test", "demo"
        self.queries, self.names = set(), {}

    def requests(self, step):
        """The requests of a step, in order; the answer of the last one counts."""
        verb = getattr(self, "step_" + step.verb, None)
        if verb is None:
            raise BadFile(f"line {step.line}: unknown verb {step.verb}")
        try:
            made = verb(Tokens(step.tokens) if step.verb != "info" else step.text, step)
        except (LookupError, TypeError, ValueError) as trouble:
            raise BadFile(f"line {step.line}: {step.verb} {step.text}: {trouble}") from None
        return made if isinstance(made, list) else [made]

    # ---- keys ------------------------------------------------------------------------------------

    def key(self, token):
        if isinstance(token, Option):
            raise TypeError(f"a key has to stand before {token.name}=")
        if isinstance(token, Digest):
            return {"ns": self.ns, "set": self.set, "digest": str(token)}
        key = str(token) if isinstance(token, Word) else token
        if isinstance(key, (str, int, bytes)) and not isinstance(key, bool):
            self.names.setdefault(digest_of(self.set, key), token_text(token))
        return {"ns": self.ns, "set": self.set, "key": values.to_door(key)}

    def name_of(self, digest):
        return self.names.get(digest, f'digest"{digest}"')

    def digest_named(self, token):
        return str(token) if isinstance(token, Digest) else digest_of(self.set, plain(token))

    # ---- one record ------------------------------------------------------------------------------

    def step_use(self, tokens, _):
        self.ns = str(tokens.one())
        self.set = str(tokens.one()) if tokens.left else None
        tokens.end()
        return []

    def step_put(self, tokens, _):
        return {"step": "put", "key": self.key(tokens.one()), "bins": values.to_door(tokens.one()),
                "policy": self.policy(tokens)}

    def step_get(self, tokens, step):
        """With bins=[...] it is a select."""
        key, policy = self.key(tokens.one()), self.policy(tokens)
        if "bins" in policy:
            return {"step": "select", "key": key, "bins": policy.pop("bins"), "policy": policy}
        return {"step": step.verb, "key": key, "policy": policy}

    step_exists = step_delete = step_touch = step_get

    def step_append(self, tokens, step):
        return {"step": step.verb, "key": self.key(tokens.one()), "bin": plain(tokens.one()),
                "value": values.to_door(tokens.one()), "policy": self.policy(tokens)}

    step_prepend = step_add = step_append

    def step_remove_bin(self, tokens, _):
        return {"step": "remove_bin", "key": self.key(tokens.one()), "bins": tokens.one(),
                "policy": self.policy(tokens)}

    def step_operate(self, tokens, step):
        key = self.key(tokens.one())
        policy = self.policy(tokens.until(":"))
        return {"step": step.verb, "key": key, "ops": operations(tokens), "policy": policy}

    step_operate_ordered = step_operate

    def step_digest(self, tokens, _):
        return {"step": "digest", "key": self.key(tokens.one())}

    # ---- many ------------------------------------------------------------------------------------

    def step_batch(self, tokens, step):
        rows = []
        for row in step.rows:
            inner = Tokens(step.__class__(step.line, "", row, []).tokens)
            kind, key = str(inner.one()), self.key(inner.one())
            policy = self.policy(inner.until(":"))
            rows.append({"kind": kind, "key": key, "bins": policy.pop("bins", None),
                         "ops": operations(inner) if inner.left else None, "policy": policy})
        return {"step": "batch", "rows": rows, "policy": self.policy(tokens)}

    def step_batch_read(self, tokens, step):
        """Of many keys at once: the keys, policies, and for batch_operate the operations."""
        before = tokens.until(":")
        keys = [self.key(token) for token in before.positional()]
        policy = self.policy(before)
        request = {"step": step.verb, "keys": keys, "policy": policy}
        if "bins" in policy:
            request["bins"] = policy.pop("bins")
        if tokens.left:
            request["ops"] = operations(tokens)
        return request

    step_batch_operate = step_batch_remove = step_batch_read
    step_get_many = step_exists_many = step_select_many = step_batch_read

    # ---- queries ---------------------------------------------------------------------------------

    def step_query(self, tokens, step):
        name, options = plain(tokens.one()), self.policy(tokens)
        self.queries.add(name)
        made = [{"step": "query", "q": name, "ns": self.ns, "set": self.set,
                 "scan": step.verb == "scan"}]
        made += [{"step": "set", "q": name, "field": field, "value": options.pop(field)}
                 for field in QUERY_FIELDS if field in options]
        if options.pop("paginate", False):
            made.append({"step": "paginate", "q": name})
        if "select" in options:
            made.append({"step": "select_bins", "q": name, "bins": options.pop("select")})
        if options:
            raise ValueError(f"a {step.verb} has no {list(options)[0]}")
        return made

    step_scan = step_query

    def step_set(self, tokens, _):
        name = self.query(tokens)
        return [{"step": "set", "q": name, "field": field, "value": value}
                for field, value in self.policy(tokens).items()]

    def step_select(self, tokens, _):
        return {"step": "select_bins", "q": self.query(tokens),
                "bins": [plain(bin_name) for bin_name in tokens.positional()]}

    def step_where(self, tokens, _):
        name, predicate = self.query(tokens), plain(tokens.one())
        return {"step": "where", "q": name, "predicate": predicate, "bin": plain(tokens.one()),
                "values": [values.to_door(value) for value in tokens.positional()]}

    def step_paginate(self, tokens, step):
        return {"step": step.verb, "q": self.query(tokens)}

    step_is_done = step_paginate

    def step_status(self, tokens, _):
        name = self.query(tokens)
        return {"step": "status", "q": name, "save": self.policy(tokens).get("save")}

    def step_results(self, tokens, step):
        name = self.query(tokens)
        before = tokens.until(":")
        policy = self.policy(before)
        parts = {field: policy.pop(field) for field in PARTITION_FIELDS if field in policy}
        if "digest" in parts:
            parts["digest"] = self.digest_named(parts["digest"])
        if parts:
            policy["partition_filter"] = parts
        request = {"step": step.verb, "q": name, "nobins": policy.pop("nobins", False),
                   "stop": policy.pop("stop", None), "policy": policy}
        if tokens.left:
            request["each"] = operations(tokens)
        return request

    step_foreach = step_results

    def query(self, tokens):
        name = plain(tokens.one())
        if name not in self.queries:
            raise ValueError(f"no query {name}")
        return name

    # ---- administration --------------------------------------------------------------------------

    def step_index_create(self, tokens, _):
        name, bin_name, kind = (plain(tokens.one()) for _ in range(3))
        return {"step": "index_create", "ns": self.ns, "set": self.set, "name": name,
                "bin": bin_name, "type": kind, **self.policy(tokens)}

    def step_index_drop(self, tokens, _):
        return {"step": "index_drop", "ns": self.ns, "name": plain(tokens.one())}

    def step_truncate(self, tokens, _):
        return {"step": "truncate", "ns": self.ns, "set": self.set,
                "before": self.policy(tokens).get("before", 0)}

    def step_sleep(self, tokens, _):
        time.sleep(tokens.one() / 1000)
        return []

    def step_info(self, command, _):
        return {"step": "info", "command": command}

    def policy(self, tokens):
        """Options, and words that stand for NAME=true."""
        found = {}
        for token in tokens.rest():
            if isinstance(token, Option):
                found[token.name] = token.value if isinstance(token.value, Digest) \
                    else values.to_door(token.value)
            elif isinstance(token, Word):
                found[str(token)] = True
            else:
                raise TypeError(f"{values.text(token)} is no policy")
        return found


class Tokens:
    """Those of one step, taken from the front."""

    def __init__(self, tokens):
        self.left = list(tokens)

    def one(self):
        if not self.left:
            raise LookupError("something is missing at the end")
        return self.left.pop(0)

    def until(self, sign):
        """What stands before a sign, which is taken too; all if it is not there."""
        at = self.left.index(sign) if sign in self.left else len(self.left)
        before, self.left = self.left[:at], self.left[at + 1:]
        return Tokens(before)

    def positional(self):
        found = []
        while self.left and not isinstance(self.left[0], Option):
            found.append(self.left.pop(0))
        return found

    def rest(self):
        found, self.left = self.left, []
        return found

    def end(self):
        if self.left:
            raise TypeError(f"too much: {self.left[0]}")


def operations(tokens):
    """`add n 1; read n`: {"op", "bin", "value"} each, the last two only where they stand."""
    found = []
    while tokens.left:
        one = tokens.until(";")
        op = {"op": plain(one.one())}
        if one.left:
            op["bin"] = plain(one.one())
        if one.left:
            op["value"] = values.to_door(one.one())
        one.end()
        found.append(op)
    return found


def plain(token):
    return str(token) if isinstance(token, Word) else token


def token_text(token):
    return str(token) if isinstance(token, Word) else values.text(token)


def digest_of(set_name, key):
    """RIPEMD-160 of set, type and key: what every client computes for itself."""
    if isinstance(key, int):
        typed = b"\x01" + (key % 2**64).to_bytes(8, "big")
    else:
        typed = b"\x03" + key.encode() if isinstance(key, str) else b"\x04" + key
    return hashlib.new("ripemd160", (set_name or "").encode() + typed).hexdigest()


def partition_of(digest):
    return int.from_bytes(bytes.fromhex(digest)[:2], "little") % 4096
