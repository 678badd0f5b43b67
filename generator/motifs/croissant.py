"""A folder of tiles described as a data set: Croissant 1.0 (MLCommons), JSON-LD over schema.org."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RECORDS_FILE = "tiles.json"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "includes": "cr:includes",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "repeated": "cr:repeated",
    "sc": "https://schema.org/",
    "source": "cr:source",
    "transform": "cr:transform",
}
_NAMES: dict[type, str] = {str: "string", int: "integer", bool: "boolean"}
_KINDS = {"string": "sc:Text", "integer": "sc:Integer", "boolean": "sc:Boolean"}


def _leaves(level: dict[str, Any], path: str = "$[*]") -> Iterator[tuple[str, dict[str, Any]]]:
    """JSON path and schema of every value of a record, whatever its level, but for lists of objects.

    Croissant's reader has no columns for those: each object would become a row.
    """
    if "properties" in level:
        for name, inner in level["properties"].items():
            yield from _leaves(inner, f"{path}.{name}")
    elif level.get("items", {}).get("type") != "object":
        yield path, level


def describe(folder: Path, count: int, licence: str, version: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON-LD of a finished folder: RECORDS_FILE and `tiles/*.png`, whose pixels are ink numbers.

    Every value that `schema`, the JSON Schema of a record, has at any level is a field, called by its levels:
    `composition_scale`.
    """
    records = (folder / RECORDS_FILE).read_bytes()
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "selvage-archive",
        "description": f"{count} seamless surface patterns as colour separations, drawn by rule.",
        "license": licence,
        "version": version,
        "isLiveDataset": False,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": "records",
                "name": RECORDS_FILE,
                "contentUrl": RECORDS_FILE,
                "encodingFormat": "application/json",
                "sha256": hashlib.sha256(records).hexdigest(),
            },
            {
                "@type": "cr:FileSet",
                "@id": "files",
                "description": "Indexed PNG: the value of a pixel is the number of its ink, 0 the ground.",
                "encodingFormat": "image/png",
                "includes": "tiles/*.png",
            },
        ],
        "recordSet": [_tiles(schema), _pictures()],
    }


def _tiles(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "tiles",
        "name": "tiles",
        "key": {"@id": "tiles/id"},
        "field": [_field(*leaf) for leaf in _leaves(schema)],
    }


def _pictures() -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "pictures",
        "name": "pictures",
        "description": "One picture a tile.",
        "key": {"@id": "pictures/path"},
        "field": [
            _of_file("path", "sc:Text", "Path of the picture, as a tile names it.", "fullpath"),
            _of_file("inks", "sc:ImageObject", "The separations, an indexed PNG.", "content"),
        ],
    }


def _field(path: str, leaf: dict[str, Any]) -> dict[str, Any]:
    name = path.removeprefix("$[*].").replace(".", "_")
    value = leaf.get("items", leaf)
    field = {
        "@type": "cr:Field",
        "@id": f"tiles/{name}",
        "name": name,
        "description": leaf.get("description") or f"Always {leaf['const']}.",
        "dataType": _KINDS[value.get("type") or _NAMES[type(value["const"])]],
        "source": {"fileObject": {"@id": "records"}, "extract": {"jsonPath": path}},
    }
    return field | {"repeated": True} if "items" in leaf else field


def _of_file(name: str, kind: str, description: str, what: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"pictures/{name}",
        "name": name,
        "description": description,
        "dataType": kind,
        "source": {"fileSet": {"@id": "files"}, "extract": {"fileProperty": what}},
    }
