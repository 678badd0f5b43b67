"""A folder of tiles described as a data set: Croissant 1.0 (MLCommons), JSON-LD over schema.org."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

RECORDS_FILE = "tiles.jsonl"
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
    "sc": "https://schema.org/",
    "source": "cr:source",
    "transform": "cr:transform",
}
# Fields of a record: name, JSON path, type, description.
_FIELDS = (
    ("id", "$.id", "sc:Text", "Archive, edition, family and seed."),
    ("caption", "$.caption", "sc:Text", "The words a text encoder is trained on."),
    ("family", "$.motif.family", "sc:Text", "The motif family."),
    ("style", "$.motif.style", "sc:Text", "The family's style."),
    ("era", "$.motif.era", "sc:Text", "The era whose hand and palette it has."),
    ("scale", "$.composition.scale", "sc:Text", "How large the motif is."),
    ("density", "$.composition.density", "sc:Text", "How much ground shows."),
    ("layout", "$.composition.layout", "sc:Text", "Where the motifs stand."),
    ("symmetry", "$.composition.symmetry", "sc:Text", "Which way the motifs look."),
    ("stroke", "$.stroke.kind", "sc:Text", "How shapes are painted."),
    ("thinnest_um", "$.stroke.thinnest_um", "sc:Integer", "The thinnest part, in micrometres."),
    ("contrast", "$.palette.contrast", "sc:Text", "Contrast of the palette."),
    ("seed", "$.lineage.seed", "sc:Integer", "The seed of its dice."),
    ("separations_sha256", "$.lineage.separations_sha256", "sc:Text", "Digest of the separations."),
)


def describe(folder: Path, count: int, licence: str, version: str) -> dict[str, Any]:
    """The JSON-LD of a finished folder: RECORDS_FILE and `tiles/*.png`, whose pixels are ink numbers."""
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
                "encodingFormat": "application/jsonlines",
                "sha256": hashlib.sha256(records).hexdigest(),
            },
            {
                "@type": "cr:FileSet",
                "@id": "pictures",
                "description": "Indexed PNG: the value of a pixel is the number of its ink, 0 the ground.",
                "encodingFormat": "image/png",
                "includes": "tiles/*.png",
            },
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "tiles",
                "name": "tiles",
                "key": {"@id": "tiles/id"},
                "field": [_field(*row) for row in _FIELDS],
            }
        ],
    }


def _field(name: str, path: str, kind: str, description: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"tiles/{name}",
        "name": name,
        "description": description,
        "dataType": kind,
        "source": {"fileObject": {"@id": "records"}, "extract": {"jsonPath": path}},
    }
