"""Which later piece of Winnow a recorded case waits for, read from the frames that it sends.

check.py uses it to sort the cases of unfinished.txt under headings. A guess is good enough there,
since a case leaves the list when it passes, whatever its heading says.
"""
import struct

# Field ids and operation codes of the wire, as far as they tell pieces apart.
DIGEST, RATE, RANGE, CONTEXT, COLLECTION, FILTER = 4, 10, 22, 23, 26, 43
BATCH = (41, 42)
UDF_FIELDS = {30, 31, 32, 33}
OPERATIONS = {3: "list or map", 4: "list or map", 7: "expression", 8: "expression",
              12: "bit", 13: "bit", 15: "HLL", 16: "HLL"}
PARTICLES = {18: "HLL", 23: "geo"}
INFO2_WRITE = 1

# A case goes under the first heading whose trait it has.
HEADINGS = [
    ("UDF", "Lua functions (UDF)"),
    ("background", "background queries"),
    ("predexp", "predicate expressions"),
    ("expression", "filter expressions and expression operations"),
    ("list or map", "list and map operations"),
    ("bit", "bit operations"),
    ("HLL", "HyperLogLog operations"),
    ("geo", "GeoJSON and geo indexes"),
    ("collection index", "indexes on lists and maps"),
    ("blob index", "indexes on blobs"),
    ("rate", "the rate limit of queries"),
]
AREAS = {"list": "list or map", "map": "list or map", "order": "list or map", "bits": "bit",
         "hll": "HLL", "geo": "geo", "udf": "UDF", "background": "background", "predexp": "predexp",
         "expr-value": "expression", "expr-filter": "expression", "expr-write": "expression"}


def heading(case):
    """The heading in unfinished.txt under which this case belongs."""
    found = traits(case)
    for trait, text in HEADINGS:
        if trait in found:
            return text
    return "other: " + case["area"]


def traits(case):
    found = {AREAS[case["area"]]} if case["area"] in AREAS else set()
    for step in case["steps"]:
        if "info" in step:
            found |= info_traits(step["info"].lower())
        for frame in step.get("reset", []) + [step[key] for key in ("send",) if key in step]:
            try:
                found |= frame_traits(bytes.fromhex(frame))
            except (struct.error, IndexError):
                pass                                # malformed on purpose: no trait
    return found


def info_traits(command):
    found = set()
    if command.startswith("udf-"):
        found.add("UDF")
    if command.startswith("sindex-create"):
        if any(word in command for word in ("indextype=list", "indextype=map", "context=")):
            found.add("collection index")
        if "blob" in command:
            found.add("blob index")
        if "geo2dsphere" in command:
            found.add("geo")
    if command.startswith(("query-show", "query-abort", "scan-show", "scan-abort")):
        found.add("background")
    return found


def frame_traits(frame):
    """The traits of one whole frame; only messages (type 3) have any."""
    if frame[1] != 3:
        return set()
    info2, counts = frame[10], struct.unpack_from(">2H", frame, 26)
    found, ids, _ = section_traits(frame, 30, *counts)
    if info2 & INFO2_WRITE and DIGEST not in ids and not ids & set(BATCH):
        found.add("background")
    return found


def section_traits(data, at, field_count, op_count):
    """Traits of the fields and operations from `at` on: (traits, field ids, offset behind them)."""
    found, ids = set(), set()
    for _ in range(field_count):
        size, field = struct.unpack_from(">IB", data, at)
        ids.add(field)
        found |= field_traits(field, data[at + 5:at + 4 + size])
        at += 4 + size
    for _ in range(op_count):
        size, op, particle = struct.unpack_from(">I2B", data, at)
        found |= {OPERATIONS.get(op), PARTICLES.get(particle) if op == 2 else None} - {None}
        at += 4 + size
    return found, ids, at


def field_traits(field, value):
    if field in UDF_FIELDS:
        return {"UDF"}
    if field == FILTER:
        return {"predexp" if value[:1] == b"\0" else "expression"}
    if field == CONTEXT or field == COLLECTION and value != b"\0":
        return {"collection index"}
    if field == RATE and any(value):
        return {"rate"}
    if field == RANGE:
        particle = value[2 + value[1]]
        return {4: {"blob index"}, 23: {"geo"}}.get(particle, set())
    if field in BATCH:
        return batch_traits(value)
    return set()


def batch_traits(rows):
    """Traits of the rows of a batch: index, digest, type, then what the type's bits announce."""
    found, at = set(), 5
    while at < len(rows):
        kind, at = rows[at + 24], at + 25
        if kind & 1:                                # a repeat of the row before
            continue
        if kind == 0:                               # the old form: info1 alone
            at += 1
        for bit, size in ((2, 3), (16, 1), (4, 2), (8, 4)):
            at += size * (kind & bit != 0)
        traits_here, _, at = section_traits(rows, at + 4, *struct.unpack_from(">2H", rows, at))
        found |= traits_here
    return found
