"""Values of bins, as test files write them and as doors pass them.

A file writes values as src/record/value/text.h prints them: JSON and beyond, with bytes"0a0b" for a
blob, geo{...} for GeoJSON, keys of maps of any type, and ordered[...] and ordered{...}; "ab"*3 is
"ababab". A door gets and gives plain JSON (README.md): {"int": "..."} for integers that a double cannot hold, {"double":
"1.5"}, {"bytes": "0a0b"}, {"geo": "..."}, {"map": [[key, value], ...]}.

In between they are None, bool, int, float, str, bytes, list, and the two classes below. Two values are
the same if their texts are: text() sorts maps, since most clients have maps without an order.
"""
import json
import math
import re

NUMBER = re.compile(r"-?(\d+(\.\d+)?([eE][-+]?\d+)?|inf|nan)(?![\w.])")
INTEGER = re.compile(r"-?\d+")
STRING = re.compile(r'("(?:[^"\\]|\\.)*")(?:\*(\d+))?')
SAFE_INTEGER = 2**53 - 1
WORDS = {"null": None, "true": True, "false": False}


class Geo(str):
    """GeoJSON, as text."""


class Map:
    """A map: its pairs in the order in which they stand."""

    def __init__(self, pairs, ordered=False):
        self.pairs, self.ordered = pairs, ordered


class Ordered(list):
    """A list that is kept sorted."""


class BadValue(ValueError):
    """No value where one has to be."""


def read(source, at=0):
    """The value at a place of a text, and the place behind it."""
    if source.startswith("ordered", at) and source[at + 7:at + 8] in ("[", "{"):
        value, at = read(source, at + 7)
        return (Ordered(value) if isinstance(value, list) else Map(value.pairs, True)), at
    if source.startswith('bytes"', at):
        end = source.index('"', at + 6)
        return bytes.fromhex(source[at + 6:end]), end + 1
    if source.startswith("geo{", at):
        _, end = json.JSONDecoder().raw_decode(source, at + 3)
        return Geo(source[at + 3:end]), end
    if source[at:at + 1] == "[":
        return read_sequence(source, at + 1, "]", read)
    if source[at:at + 1] == "{":
        pairs, at = read_sequence(source, at + 1, "}", read_pair)
        return Map(pairs), at
    if found := STRING.match(source, at):
        return json.loads(found[1]) * int(found[2] or 1), found.end()
    if found := NUMBER.match(source, at):
        return (int if INTEGER.fullmatch(found[0]) else float)(found[0]), found.end()
    for word, value in WORDS.items():
        if re.compile(word + r"\b").match(source, at):
            return value, at + len(word)
    raise BadValue(f"no value at {source[at:at + 20]!r}")


def read_pair(source, at):
    key, at = read(source, at)
    at = skip_space(source, at)
    if source[at:at + 1] != ":":
        raise BadValue(f"no : after a key at {source[at:at + 20]!r}")
    value, at = read(source, skip_space(source, at + 1))
    return (key, value), at


def read_sequence(source, at, closing, read_one):
    """What stands between two brackets; `at` is behind the first."""
    found, at = [], skip_space(source, at)
    while source[at:at + 1] != closing:
        if found:
            if source[at:at + 1] != ",":
                raise BadValue(f"no , or {closing} at {source[at:at + 20]!r}")
            at = skip_space(source, at + 1)
        one, at = read_one(source, at)
        found.append(one)
        at = skip_space(source, at)
    return found, at + 1


def skip_space(source, at):
    while source[at:at + 1].isspace():
        at += 1
    return at


def text(value):
    """How a file writes it, with the pairs of maps sorted."""
    if isinstance(value, Map):
        pairs = sorted(f"{text(key)}: {text(one)}" for key, one in value.pairs)
        return "ordered" * value.ordered + "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "ordered" * isinstance(value, Ordered) + "[" + ", ".join(map(text, value)) + "]"
    if isinstance(value, bytes):
        return f'bytes"{value.hex()}"'
    if isinstance(value, Geo):
        try:
            return "geo" + json.dumps(json.loads(value), sort_keys=True)
        except ValueError:
            raise BadValue(f"no GeoJSON: {str(value)!r}") from None
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def to_door(value):
    if isinstance(value, Map):
        pairs = [[to_door(key), to_door(one)] for key, one in value.pairs]
        return {"map": pairs, "ordered": True} if value.ordered else {"map": pairs}
    if isinstance(value, Ordered):
        return {"list": [to_door(one) for one in value], "ordered": True}
    if isinstance(value, list):
        return [to_door(one) for one in value]
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Geo):
        return {"geo": str(value)}
    if isinstance(value, float):
        return {"double": repr(value)}
    if isinstance(value, int) and abs(value) > SAFE_INTEGER:
        return {"int": str(value)}
    return value


def from_door(tagged):
    if isinstance(tagged, list):
        return [from_door(one) for one in tagged]
    if isinstance(tagged, float):
        raise BadValue(f"a door has to tag doubles: {tagged}")
    if not isinstance(tagged, dict):
        return tagged
    for tag, value in tagged.items():
        if tag == "map":
            return Map([(from_door(key), from_door(one)) for key, one in value],
                       tagged.get("ordered", False))
        if tag == "list":
            return Ordered(from_door(value))
        if tag in FROM_TAG:
            return FROM_TAG[tag](value)
    raise BadValue(f"a door sent {tagged}")


FROM_TAG = {"int": int, "bytes": bytes.fromhex, "geo": Geo,
            "double": lambda digits: math.nan if "nan" in digits.lower() else float(digits)}
