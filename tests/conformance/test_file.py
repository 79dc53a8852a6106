"""Reads *.test files: what README.md describes, as a list of blocks.

A block is a paragraph: steps, and after a line of dashes what the last one has to answer. Steps become
lists of tokens; a token is a Word (or one of the signs ; and : that divide operations), a value (values.py), a
Digest or an Option.
"""
import collections
import dataclasses
import re

import values

HEADER = re.compile(r"# (name|covers|source):\s*(.*)")
LOOP = re.compile(r"loop (\w+) (-?\d+) (-?\d+)$")
SKIP = re.compile(r"skip ([\w\- ]+): (\S.*)$")
WORD = re.compile(r"[A-Za-z_][\w.\-/]*")
DIGEST = re.compile(r'digest"([0-9a-f]{40})"')
OPTION = re.compile(r"([a-z_]+)=")
EXPECTED = re.compile(r"----( rowsort)?((?: [a-z][\w\-]*)*)$")
TYPED_VALUE = re.compile(r'bytes"|geo\{|ordered[\[{]|(true|false|null|inf|nan)\b')
ARITHMETIC = re.compile(r"\$\((\w+) *([-+*%/]) *(\d+)\)|\$(\w+)")


class BadFile(Exception):
    """The file is not what README.md describes; the text says where."""


class Word(str):
    """A bare word."""


class Digest(str):
    """digest"0a0b...": a key known by its digest alone, in hexadecimal."""


Option = collections.namedtuple("Option", "name value")


@dataclasses.dataclass
class Step:
    line: int
    verb: str
    text: str           # behind the verb
    rows: list          # the indented lines below it
    repeats: bool = False

    @property
    def tokens(self):
        return tokens_of(self.text, self.line)


@dataclasses.dataclass
class Expectation:
    doors: tuple        # empty: all that no other one names
    rowsort: bool
    lines: list
    first_line: int     # of `lines` in the file, from 1


@dataclasses.dataclass
class Block:
    steps: list = dataclasses.field(default_factory=list)
    expectations: list = dataclasses.field(default_factory=list)
    skips: dict = dataclasses.field(default_factory=dict)       # door: reason

    def expectation(self, door):
        for one in self.expectations:
            if door in one.doors:
                return one
        return next((one for one in self.expectations if not one.doors), None)


class TestFile:
    def __init__(self, path):
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.header, self.blocks = {}, []
        self.covers = []
        for first, lines in paragraphs(self.lines):
            block = Reader(first, lines).block()
            if block.steps or block.skips:
                self.blocks.append(block)
        for line in self.lines:
            if found := HEADER.match(line):
                self.header[found[1]] = found[2]
                if found[1] == "covers":
                    self.covers += found[2].split()
        if not self.blocks:
            raise BadFile("no steps")


def paragraphs(lines):
    """(number of the first line, lines) of each run of lines that are neither empty nor comments.
    Inside an expected part an empty line ends it, so rows never are empty."""
    found, first = [], 0
    for number, line in enumerate([*lines, ""], 1):
        if line.strip() and not (line.startswith("#") and not found):
            if not found:
                first = number
            found.append(line)
        elif found:
            yield first, found
            found = []


class Reader:
    """One paragraph."""

    def __init__(self, first, lines):
        self.lines = list(enumerate(lines, first))

    def block(self):
        block, steps = Block(), []
        while self.lines and not self.lines[0][1].startswith("----"):
            number, line = self.lines.pop(0)
            if found := SKIP.match(line):
                block.skips.update((door, found[2]) for door in found[1].split())
            elif line.startswith("skip"):
                raise BadFile(f"line {number}: it is `skip DOOR...: reason`")
            elif not line.startswith("#"):
                steps.append((number, line))
        block.steps = list(expand(steps))
        while self.lines:
            block.expectations.append(self.expectation())
        if block.expectations and not block.steps:
            raise BadFile(f"line {block.expectations[0].first_line}: no step before ----")
        return block

    def expectation(self):
        number, line = self.lines.pop(0)
        found = EXPECTED.match(line)
        if not found:
            raise BadFile(f"line {number}: it is `---- [rowsort] [DOOR...]`")
        lines = []
        while self.lines and not self.lines[0][1].startswith("----"):
            lines.append(self.lines.pop(0)[1])
        return Expectation(tuple(found[2].split()), bool(found[1]), lines, number + 1)


def expand(lines, variables=None):
    """Steps, with loops written out."""
    lines, variables = list(lines), variables or {}
    while lines:
        number, line = lines.pop(0)
        if found := LOOP.match(line.strip()):
            body = take_body(lines, number)
            for value in range(int(found[2]), int(found[3]) + 1):
                yield from expand(body, {**variables, found[1]: value})
            continue
        rows = []
        while lines and lines[0][1].startswith(" "):
            rows.append(substitute(lines.pop(0)[1].strip(), variables))
        verb, _, text = substitute(line.strip(), variables).partition(" ")
        repeats = verb == "await"
        if repeats:
            verb, _, text = text.partition(" ")
        yield Step(number, verb, text.strip(), rows, repeats)


def take_body(lines, number):
    depth, body = 1, []
    while lines:
        one = lines.pop(0)
        depth += bool(LOOP.match(one[1].strip())) - (one[1].strip() == "end")
        if depth == 0:
            return body
        body.append(one)
    raise BadFile(f"line {number}: a loop without end")


def substitute(line, variables):
    def value(found):
        name = found[1] or found[4]
        if name not in variables:
            raise BadFile(f"no loop counts {name}: {line}")
        if found[4]:
            return str(variables[name])
        left, right = variables[name], int(found[3])
        return str({"+": left + right, "-": left - right, "*": left * right,
                    "%": left % right, "/": left // right}[found[2]])
    return ARITHMETIC.sub(value, line) if "$" in line else line


def tokens_of(text, line):
    found, at = [], values.skip_space(text, 0)
    try:
        while at < len(text):
            token, at = token_at(text, at)
            found.append(token)
            if at < len(text) and text[at] not in " ;:":
                raise values.BadValue(f"a space is missing before {text[at:at + 20]!r}")
            at = values.skip_space(text, at)
    except (ValueError, IndexError) as trouble:
        raise BadFile(f"line {line}: {trouble}") from None
    return found


def token_at(text, at):
    if text[at] in ";:":
        return Word(text[at]), at + 1
    if found := OPTION.match(text, at):
        value, at = token_at(text, found.end())
        return Option(found[1], value), at
    if found := DIGEST.match(text, at):
        return Digest(found[1]), found.end()
    word = WORD.match(text, at)
    if word and not TYPED_VALUE.match(text, at):
        return Word(word[0]), word.end()
    return values.read(text, at)
