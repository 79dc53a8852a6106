"""What Query.where() looks for: conditions on one bin that a secondary index answers.

    query.where(predicates.between("score", 60, 100))

Each function returns a tuple of plain values, made for Query.where() and of no meaning otherwise.
A value of a type that no index holds is a ParamError here and now; the official client returns None
instead, which where() then refuses without saying why. Numbers are 64 bits, signed.

`bin` may be None where Query.where_with_index_name() names the index, or it is on an expression.
`index_type` says what the index is made of: INDEX_TYPE_DEFAULT the bin's own value,
INDEX_TYPE_LIST the elements of a list, INDEX_TYPE_MAPKEYS and INDEX_TYPE_MAPVALUES those of a map.
"""
from __future__ import annotations

import json
from typing import Any

from winnow.constants import (INDEX_BLOB, INDEX_GEO2DSPHERE, INDEX_NUMERIC, INDEX_STRING,
                              INDEX_TYPE_DEFAULT, INDEX_TYPE_LIST, INDEX_TYPE_MAPKEYS,
                              INDEX_TYPE_MAPVALUES)
from winnow.exception import ParamError
from winnow.values import GeoJSON

__all__ = ["between", "contains", "equals", "geo_contains_geojson_point", "geo_contains_point",
           "geo_within_geojson_region", "geo_within_radius", "range"]

Predicate = tuple[Any, ...]

_EQUALS, _RANGE = 0, 1      # how a predicate compares
_INT64_MIN, _INT64_MAX = -2**63, 2**63 - 1
_COLLECTIONS = {INDEX_TYPE_LIST: "INDEX_TYPE_LIST", INDEX_TYPE_MAPKEYS: "INDEX_TYPE_MAPKEYS",
                INDEX_TYPE_MAPVALUES: "INDEX_TYPE_MAPVALUES"}


def equals(bin: str | None, val: int | str | bytes | bytearray) -> Predicate:
    """The bin's value is `val`: an int, a str or bytes.

    Needs an index of that type (index_integer_create, index_string_create, index_blob_create).
    ParamError: another type, or an int of more than 64 bits.
    """
    return (_EQUALS, _index_of("equals", val), _bin(bin), val)


def between(bin: str | None, min: int, max: int) -> Predicate:
    """The bin's value is an int from `min` to `max`, both included.

    Needs an index on integers. ParamError: no ints. min above max is refused by the server
    (InvalidRequest).
    """
    return (_RANGE, INDEX_NUMERIC, _bin(bin), _integer("between", "min", min),
            _integer("between", "max", max))


def contains(bin: str | None, index_type: int,
             val: int | str | bytes | bytearray) -> Predicate:
    """The list or map in the bin contains `val`: an int, a str or bytes.

    Needs an index on the elements of lists or maps. ParamError: another type of `val`, or an
    index_type that is none.
    """
    return (_EQUALS, _index_of("contains", val), _bin(bin), val, None,
            _collection("contains", index_type))


def range(bin: str | None, index_type: int, min: int, max: int) -> Predicate:
    """The list or map in the bin contains an int from `min` to `max`, both included.

    Needs an index on the elements of lists or maps. A record comes once however many of its
    elements match. ParamError: no ints, or an index_type that is none.
    """
    return (_RANGE, INDEX_NUMERIC, _bin(bin), _integer("range", "min", min),
            _integer("range", "max", max), _collection("range", index_type))


def geo_within_geojson_region(bin: str | None, shape: str | GeoJSON,
                              index_type: int = INDEX_TYPE_DEFAULT) -> Predicate:
    """The point in the bin lies in `shape`: GeoJSON, or its text, of a polygon or an
    AeroCircle.

    Needs an index on GeoJSON (index_geo2dsphere_create). ParamError: shape is neither.
    """
    return _geo(bin, _text("geo_within_geojson_region", "shape", shape), index_type)


def geo_within_radius(bin: str | None, long: float, lat: float, radius_meters: float,
                      index_type: int = INDEX_TYPE_DEFAULT) -> Predicate:
    """The point in the bin lies within `radius_meters` of (`long`, `lat`) in degrees.

    Needs an index on GeoJSON (index_geo2dsphere_create). ParamError: no numbers.
    """
    name = "geo_within_radius"
    centre = [_number(name, "long", long), _number(name, "lat", lat)]
    circle = {"type": "AeroCircle",
              "coordinates": [centre, _number(name, "radius_meters", radius_meters)]}
    return _geo(bin, json.dumps(circle), index_type)


def geo_contains_geojson_point(bin: str | None, point: str | GeoJSON,
                               index_type: int = INDEX_TYPE_DEFAULT) -> Predicate:
    """The region in the bin contains `point`: GeoJSON of a point, or its text.

    Needs an index on GeoJSON (index_geo2dsphere_create). ParamError: point is neither.
    """
    return _geo(bin, _text("geo_contains_geojson_point", "point", point), index_type)


def geo_contains_point(bin: str | None, long: float, lat: float,
                       index_type: int = INDEX_TYPE_DEFAULT) -> Predicate:
    """The region in the bin contains the point (`long`, `lat`) in degrees.

    Needs an index on GeoJSON (index_geo2dsphere_create). ParamError: no numbers.
    """
    name = "geo_contains_point"
    point = {"type": "Point",
             "coordinates": [_number(name, "long", long), _number(name, "lat", lat)]}
    return _geo(bin, json.dumps(point), index_type)


def _geo(bin: str | None, shape: str | GeoJSON, index_type: int) -> Predicate:
    if index_type != INDEX_TYPE_DEFAULT:
        _collection("a geo predicate", index_type)
    return (_RANGE, INDEX_GEO2DSPHERE, _bin(bin), shape, None, index_type)


# ---- checks --------------------------------------------------------------------------------------

def _bad(text: str, value: object) -> ParamError:
    return ParamError(-2, f"{text}, not {type(value).__name__}")


def _bin(bin: str | None) -> str | None:
    if bin is not None and not isinstance(bin, str):
        raise _bad("predicate: the bin name is a str", bin)
    return bin


def _index_of(name: str, val: object) -> int:
    if isinstance(val, int):
        _integer(name, "val", val)
        return INDEX_NUMERIC
    if isinstance(val, str):
        return INDEX_STRING
    if isinstance(val, (bytes, bytearray)):
        return INDEX_BLOB
    raise _bad(f"{name}: val is an int, a str or bytes, as indexes hold them", val)


def _integer(name: str, argument: str, value: int) -> int:
    if not isinstance(value, int):
        raise _bad(f"{name}: {argument} is an int", value)
    if not _INT64_MIN <= value <= _INT64_MAX:
        raise ParamError(-2, f"{name}: {argument} is {value}, which does not fit in 64 bits")
    return value


def _number(name: str, argument: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _bad(f"{name}: {argument} is an int or a float", value)
    return value


def _text(name: str, argument: str, value: str | GeoJSON) -> str:
    if isinstance(value, GeoJSON):
        return value.dumps()
    if not isinstance(value, str):
        raise _bad(f"{name}: {argument} is a GeoJSON or its text", value)
    return value


def _collection(name: str, index_type: int) -> int:
    if index_type not in _COLLECTIONS:
        raise ParamError(-2, f"{name}: index_type is {index_type!r}; it is one of "
                         + ", ".join(_COLLECTIONS.values()))
    return index_type
