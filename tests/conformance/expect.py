"""Holds an answer of a door against the expected part of a block.

Only what an expectation mentions is compared: `player0 {"score": 100}` says nothing of generation
and time to live. An expected part is one of

    ROW...                [KEY] [BINS] [gen=N] [ttl=N] [sent=KEY] [set=S] [partition=N] [missing]
                          [error=NAME], or BIN VALUE for an ordered operate
    N records[, done|not done]
    error NAME CODE [/REGEX/]
    TEXT..., or /REGEX/   where the answer is a text

A rest of life may be up to 10 s shorter than expected.
"""
import pathlib
import re

import values
from test_file import Option, tokens_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
TTL_SLACK = 10
COUNT = re.compile(r"\d+ records(, (?:not )?done)?$")
ERROR = re.compile(r"error \S+ -?\d+( /.*/)?$")
FIELDS = ("gen", "ttl", "sent", "set", "partition", "missing", "error")
# Codes of the clients' own, as the Python module numbers them.
CLIENT_CODES = {-1: "client", -2: "param", -8: "invalid_node", -9: "tls", -10: "connection",
                -12: "max_retries", -15: "no_response", -16: "batch_failed"}


def result_codes():
    """{code: name}, from the table that the program is built from."""
    table = (ROOT / "src/base/result_code.h").read_text()
    return {int(code): name for name, code in re.findall(r"X\((\w+), (\d+),", table)}


CODES = {**result_codes(), **CLIENT_CODES}


def judge(expectation, answer, session):
    """Lines of the answer if it is not what was expected, else None."""
    wanted = expectation.lines if expectation else None
    got = shown(wanted, answer, session)
    if wanted is None:
        return got if "error" in answer else None
    if ERROR.match("\n".join(wanted)):
        return None if "error" in answer and same_error(wanted[0], got[0], answer) else got
    if "text" in answer and len(wanted) == 1 and re.fullmatch("/.*/", wanted[0]):
        return None if re.search(wanted[0][1:-1], answer["text"]) else got
    if "text" not in answer and not COUNT.match("\n".join(wanted)):
        wanted = [canonical(line) for line in wanted]
    if expectation.rowsort:
        wanted = sorted(wanted)
        got = sorted(got)
    return None if wanted == got else got


def same_error(wanted, got, answer):
    plain, _, regex = wanted.partition(" /")
    if got.partition(" (")[0] != plain:
        return False
    return not regex or re.search(regex[:-1], answer["error"][1]) is not None


def shown(wanted, answer, session):
    """The answer, in the form in which something was expected."""
    if "error" in answer:
        code, text = answer["error"]
        return [f"error {CODES.get(code, 'unknown')} {code} ({text})"]
    if "text" in answer:
        return answer["text"].splitlines()
    rows = answer.get("rows", [])
    counted = COUNT.match(wanted[0]) if wanted and len(wanted) == 1 else None
    if counted:
        done = ("", ", done", ", not done")[0 if not counted[1] else 1 if answer["done"] else 2]
        return [f"{len(rows)} records{done}"]
    mentioned, ttls = mentioned_in([] if wanted and ERROR.match(wanted[0]) else wanted or [])
    return [row_text(row, mentioned, ttls, session) for row in rows]


def mentioned_in(lines):
    """Which fields the rows that are expected have, and which numbers stand as ttl."""
    mentioned, ttls = set(), set()
    for line in lines:
        for token in tokens_of(line, 0):
            if isinstance(token, Option):
                mentioned.add(token.name)
                if token.name == "ttl" and isinstance(token.value, int):
                    ttls.add(token.value)
            elif token != "missing":
                mentioned.add("bins" if isinstance(token, values.Map) else "key")
    return (mentioned if lines else {"key", "bins", "error"}), ttls


def row_text(row, mentioned, ttls, session):
    if "bin" in row:
        return f"{row['bin']} {values.text(values.from_door(row['value']))}"
    parts = []
    if "key" in mentioned and row.get("digest"):
        parts.append(session.name_of(row["digest"]))
    if row.get("missing"):
        return " ".join([*parts, "missing"])
    if row.get("error"):
        return " ".join([*parts, f"error={CODES.get(row['error'], row['error'])}"])
    if "bins" in mentioned and row.get("bins") is not None:
        parts.append(values.text(values.from_door(row["bins"])))
    parts += [f"{field}={field_text(field, row[field], ttls)}"
              for field in FIELDS if field in mentioned and row.get(field) is not None]
    return " ".join(parts)


def field_text(field, value, ttls):
    if field == "ttl":
        if value < 0:
            return "never"
        return next((ttl for ttl in ttls if ttl - TTL_SLACK <= value <= ttl), value)
    return values.text(values.from_door(value)) if field == "sent" else value


def canonical(line):
    """An expected row as row_text() would print it."""
    parts = []
    for token in tokens_of(line, 0):
        if isinstance(token, Option):
            text = token.value if isinstance(token.value, str) and token.name != "sent" \
                else values.text(token.value)
            parts.append(f"{token.name}={text}")
        elif isinstance(token, str) and token.__class__ is not str:
            parts.append(f'digest"{token}"' if token.__class__.__name__ == "Digest" else token)
        else:
            parts.append(values.text(token))
    return " ".join(parts)
