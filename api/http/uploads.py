"""Files in requests: pictures and what holds them, sightings, proofs. Each refusal names the part."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fastapi import UploadFile

from api.errors import InputError, TooLargeError
from ledger.domain.brief_text import parse_sighting
from ledger.domain.errors import FieldError
from ledger.domain.finding import Sighting
from ledger.styling import right_stated

MAX_UPLOADS = 2000
MAX_NAME = 255
MAX_PROOF_BYTES = 4 * 1024 * 1024
_WITHIN = re.compile(r"!/|#")  # a member of an archive, a page, a frame: shop.zip!/a.pdf#page=3


@dataclass(frozen=True)
class Upload:
    """One file of a request: a picture, or something that holds pictures."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read_uploads(files: Sequence[UploadFile]) -> list[Upload]:
    """The files of the request, not unpacked: that is the job's work. Raises InputError, TooLargeError."""
    if len(files) > MAX_UPLOADS:
        raise TooLargeError(f"pictures: more than {MAX_UPLOADS}; send them as a ZIP, or in several scans")
    found = [Upload(_name(file.filename or ""), file.file.read()) for file in files]
    if not found:
        raise InputError("pictures: there is none; send at least one", field="pictures")
    names = [upload.name for upload in found]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise InputError(f"pictures: two are named {double!r}; give each its own name", field="pictures")
    return found


def read_sightings(text: str, names: set[str]) -> dict[str, Sighting]:
    """Who was seen with which picture; `names` are those of the uploads, which may hold several pictures.

    Raises InputError that names the picture and the field.
    """
    given = _json(text, "sightings")
    if not isinstance(given, dict):
        raise InputError("sightings: give a JSON object of picture name to sighting", field="sightings")
    found: dict[str, Sighting] = {}
    for name, value in given.items():
        if _WITHIN.split(name)[0] not in names:
            raise InputError(f"sightings.{name}: no picture has this name", field=f"sightings.{name}")
        try:
            found[name] = parse_sighting(value)
        except FieldError as error:
            field = f"sightings.{name}.{error.field}"
            raise InputError(f"{field}: {error.problem}", field=field) from error
    return found


def read_rights(text: str, names: Sequence[str], right: str, by: str) -> dict[str, tuple[str, str]]:
    """(right, who states it) of each picture: what `text` says of it, else `right` and `by`.

    Raises InputError that names the picture and the field.
    """
    given = _json(text, "rights")
    if not isinstance(given, dict):
        raise InputError("rights: give a JSON object of picture name to {right, by}", field="rights")
    if unknown := sorted(set(given) - set(names)):
        field = f"rights.{unknown[0]}"
        raise InputError(f"{field}: no picture has this name", field=field)
    return {name: _right(name, given.get(name, {"right": right, "by": by})) for name in names}


def _right(name: str, given: Any) -> tuple[str, str]:
    field = f"rights.{name}"
    if not isinstance(given, dict) or not all(isinstance(given.get(each), str) for each in ("right", "by")):
        raise InputError(f"{field}: say its right and who states it, by; both as text", field=field)
    try:
        right_stated(given["right"], given["by"])
    except FieldError as error:
        told = f"{field}.{error.field}"
        raise InputError(f"{told}: {error.problem}", field=told) from error
    return given["right"], given["by"]


def read_proof(file: UploadFile | None) -> dict[str, Any] | None:
    """The JSON object of a proof file. Raises InputError."""
    if file is None:
        return None
    proof = _json(file.file.read(MAX_PROOF_BYTES + 1)[:MAX_PROOF_BYTES], "proof")
    if not isinstance(proof, dict):
        raise InputError("proof: not a JSON object; send the file that selvage export wrote", field="proof")
    return proof


def _json(text: str | bytes, part: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{part}: not JSON", field=part) from error


def _name(given: str) -> str:
    name = "/".join(
        part for part in PurePosixPath(given.replace("\\", "/")).parts if part not in ("/", "..", ".")
    )
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise InputError("pictures: each needs a printable file name", field="pictures")
    return name
