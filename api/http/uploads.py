"""Files in requests: pictures, ZIP files of pictures, sightings, proofs. Each refusal names the part."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fastapi import UploadFile

from api.errors import InputError, TooLargeError
from ledger.domain.brief_text import parse_sighting
from ledger.domain.errors import FieldError
from ledger.domain.finding import Sighting

MAX_PICTURES = 2000
MAX_NAME = 255
# A ZIP may unpack to this many times the size that a request may have.
MAX_EXPANSION = 4
MAX_PROOF_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Picture:
    """Bytes of one picture, not decoded yet."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read_pictures(files: Sequence[UploadFile], limit_bytes: int) -> list[Picture]:
    """Every picture of the request, ZIP files unpacked. Raises InputError, TooLargeError."""
    found: list[Picture] = []
    room = limit_bytes * MAX_EXPANSION
    for picture in (each for file in files for each in _unpacked(file, room)):
        found.append(picture)
        room -= len(picture.data)
        if room < 0:
            raise TooLargeError("pictures: they unpack to too many bytes; send them in several scans")
        if len(found) > MAX_PICTURES:
            raise TooLargeError(f"pictures: more than {MAX_PICTURES}; send them in several scans")
    if not found:
        raise InputError("pictures: there is none; send at least one", field="pictures")
    names = [picture.name for picture in found]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise InputError(f"pictures: two are named {double!r}; give each its own name", field="pictures")
    return found


def read_sightings(text: str, names: set[str]) -> dict[str, Sighting]:
    """Who was seen with which picture. Raises InputError that names the picture and the field."""
    given = _json(text, "sightings")
    if not isinstance(given, dict):
        raise InputError("sightings: give a JSON object of picture name to sighting", field="sightings")
    found: dict[str, Sighting] = {}
    for name, value in given.items():
        if name not in names:
            raise InputError(f"sightings.{name}: no picture has this name", field=f"sightings.{name}")
        try:
            found[name] = parse_sighting(value)
        except FieldError as error:
            field = f"sightings.{name}.{error.field}"
            raise InputError(f"{field}: {error.problem}", field=field) from error
    return found


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


def _unpacked(file: UploadFile, room: int) -> Iterator[Picture]:
    name = _name(file.filename or "")
    if name.lower().endswith(".zip"):
        yield from _members(file, name, room)
    else:
        yield Picture(name, file.file.read())


def _members(file: UploadFile, name: str, room: int) -> Iterator[Picture]:
    try:
        with zipfile.ZipFile(file.file) as archive:
            members = [info for info in archive.infolist() if _is_picture(info)]
            if sum(info.file_size for info in members) > room or len(members) > MAX_PICTURES:
                raise TooLargeError(f"pictures: {name} unpacks to too much; send it in several scans")
            for info in members:
                yield Picture(_name(info.filename), archive.read(info))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        message = f"pictures: {name} cannot be unpacked ({error}); send a plain ZIP without a password"
        raise InputError(message, field="pictures") from error


def _is_picture(info: zipfile.ZipInfo) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(info.filename).parts)
    return not info.is_dir() and not hidden


def _name(given: str) -> str:
    name = "/".join(
        part for part in PurePosixPath(given.replace("\\", "/")).parts if part not in ("/", "..", ".")
    )
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise InputError("pictures: each needs a printable file name", field="pictures")
    return name
