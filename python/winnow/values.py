"""Values that Python has no type of its own for: GeoJSON, key-ordered maps, HyperLogLogs, raw lists
and maps, and the marks used in the bounds of ranges.

Everything else is plain Python: int (64 bits, signed), bool, float, str, bytes and bytearray, list,
dict, and None, which removes a bin when it is written.
"""
from __future__ import annotations

import json
from typing import Any, SupportsIndex, Union, final

from winnow.exception import ClientError, ParamError

# What can lie in a bin and in lists and maps.
Value = Union[None, bool, int, float, str, bytes, bytearray, "list[Any]", "dict[Any, Any]",
              "GeoJSON", "null"]


class GeoJSON:
    """A point, polygon or circle as GeoJSON (RFC 7946, and ``AeroCircle``).

    geo_data: a dict, or JSON text. Text is checked at once: ClientError if it is no JSON object;
    ParamError if geo_data is neither. What the shape means is checked by the server when it is
    written (InvalidGeoJSON).

        GeoJSON({"type": "Point", "coordinates": [-80.604333, 28.608389]})
    """

    __slots__ = ("_data", "_text")

    _data: Any          # the parsed form, or None as long as nobody asked for it
    _text: str | None   # the text as it came, or None once the parsed form may have changed

    def __init__(self, geo_data: str | dict[str, Any]) -> None:
        self._take(geo_data)

    def _take(self, geo_data: str | dict[str, Any]) -> None:
        if isinstance(geo_data, str):
            self._data, self._text = _parse(geo_data), None
        elif isinstance(geo_data, dict):
            self._data, self._text = geo_data, None
        else:
            raise ParamError(-2, "Geospatial data should be a dictionary or raw GeoJSON string, "
                             f"not {type(geo_data).__name__}")

    @classmethod
    def _from_server(cls, text: str) -> GeoJSON:
        """Text that is known to be good; it is parsed when somebody looks."""
        made = cls.__new__(cls)
        made._data, made._text = None, text
        return made

    @property
    def geo_data(self) -> Any:
        """The shape as a dict. Changing it changes this object."""
        if self._text is not None:
            self._data, self._text = _parse(self._text), None
        return self._data

    @geo_data.setter
    def geo_data(self, geo_data: str | dict[str, Any]) -> None:
        self._take(geo_data)

    def wrap(self, geo_data: dict[str, Any]) -> None:
        """Takes another shape, as a dict (or JSON text)."""
        self._take(geo_data)

    def unwrap(self) -> Any:
        """The shape as a dict."""
        return self.geo_data

    def loads(self, raw_geo: str) -> None:
        """Takes another shape, as JSON text."""
        if not isinstance(raw_geo, str):
            raise ParamError(-2, "Geospatial data should be a GeoJSON string, not "
                             + type(raw_geo).__name__)
        self._take(raw_geo)

    def dumps(self) -> str:
        """The shape as JSON text."""
        return json.dumps(self.geo_data)

    def __str__(self) -> str:
        return self.dumps()

    def __repr__(self) -> str:
        return repr(self.dumps())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GeoJSON) and bool(self.geo_data == other.geo_data)

    def __hash__(self) -> int:
        return hash(json.dumps(self.geo_data, sort_keys=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.geo_data,)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as trouble:
        raise ClientError(-1, f"String is not GeoJSON serializable: {trouble}") from None


def geodata(geo_data: dict[str, Any]) -> GeoJSON:
    """A GeoJSON of a dict; ParamError for anything else."""
    if not isinstance(geo_data, dict):
        raise ParamError(-2, "The geospatial data should be a dictionary, not "
                         + type(geo_data).__name__)
    return GeoJSON(geo_data)


def geojson(geojson_str: str) -> GeoJSON:
    """A GeoJSON of JSON text; ParamError for anything else, ClientError if it is no JSON."""
    if not isinstance(geojson_str, str):
        raise ParamError(-2, "The geospatial data should be a GeoJSON string, not "
                         + type(geojson_str).__name__)
    return GeoJSON(geojson_str)


class KeyOrderedDict(dict):  # type: ignore[type-arg]
    """A dict that is stored as a key-ordered map, and what a key-ordered map is read as."""

    __slots__ = ()


class HyperLogLog(bytes):
    """The bytes of a HyperLogLog bin, as they are read; written back they are one again."""

    __slots__ = ()

    def __new__(cls, o: bytes | bytearray) -> HyperLogLog:
        return super().__new__(cls, o)

    def __repr__(self) -> str:
        return f"HyperLogLog({super().__repr__()})"

    __str__ = __repr__


class RawBytes(bytearray):
    """A list or map that was read with ``deserialize=False``: its bytes as they are stored.

    Written back, unchanged, it is the same list or map again. `particle` is its type:
    AS_BYTES_LIST or AS_BYTES_MAP.
    """

    particle: int

    def __init__(self, data: bytes | bytearray, particle: int) -> None:
        super().__init__(data)
        self.particle = particle

    def __repr__(self) -> str:
        return f"RawBytes({bytes(self)!r}, particle={self.particle})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return RawBytes, (bytes(self), self.particle)


class _Mark:
    """A value without a content of its own: all of one class are equal."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


@final
class null(_Mark):
    """The value nil as an element of a list or map, or as an argument."""


@final
class CDTWildcard(_Mark):
    """Matches every value, in values that list and map operations compare with."""


@final
class CDTInfinite(_Mark):
    """Above every value: the open end of a range."""
