"""What may not be drawn: blocked terms, and pictures that must not be imitated.

Both are files that people put into one folder: `blocked.txt`, and pictures under `protected`. They are
looked at when a brief is planned, when a tile is judged and when a collection is registered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.context import Ledger
from ledger.domain.assets import CollectionBrief
from ledger.domain.errors import BriefError, FieldError
from ledger.domain.guardrails import blocked_in, parse_blocked

if TYPE_CHECKING:
    from forensics import Index
    from ledger.domain.assets import Asset

BLOCKED, PROTECTED = "blocked.txt", "protected"
SAME_SHAPE = 0.05  # the distance of shape maps below which two tiles are one drawing
Seen = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Imitated:
    """A protected picture, by its file's name and SHA-256, and how near a tile is to it."""

    name: str
    sha256: str
    near: str


def check(ledger: Ledger, brief: CollectionBrief) -> None:
    """Raise BriefError for a name or prompt that holds a blocked term, with the reason."""
    blocked = _blocked(ledger)
    for field, text in [
        ("name", brief.name),
        *((f"prompts[{i}]", each) for i, each in enumerate(brief.prompts)),
    ]:
        term = blocked_in(text, blocked)
        if term is not None:
            raise BriefError(field, f"holds the blocked term {term!r}: {blocked[term]}; word it otherwise")


def version(ledger: Ledger) -> str:
    """What names the protected pictures as they are now."""
    return hashlib.sha256(repr(_seen(ledger)).encode()).hexdigest()


def imitated(ledger: Ledger, tile: Asset) -> tuple[Imitated, ...]:
    """The protected pictures that a tile is, or is drawn like, the nearest first. Raises FieldError."""
    from forensics import Fingerprint

    seen = _seen(ledger)
    if not seen or ledger.guardrails is None:
        return ()
    bank, digests = _bank(ledger.guardrails / PROTECTED, seen)
    prints = Fingerprint.from_dict(tile.fingerprint)
    found = {near.reference.asset_id: f"{near.bits} bits from" for near in bank.copies(prints)}
    for reference, far in bank.nearest(prints, len(seen)):
        if far < SAME_SHAPE:
            found.setdefault(reference.asset_id, f"shape {far:.3f} from")
    return tuple(Imitated(name, digests[name], near) for name, near in found.items())


def _blocked(ledger: Ledger) -> dict[str, str]:
    if ledger.guardrails is None or not (ledger.guardrails / BLOCKED).is_file():
        return {}
    try:
        return parse_blocked((ledger.guardrails / BLOCKED).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FieldError(BLOCKED, f"cannot be read ({error}); write it as UTF-8 text") from error


def _seen(ledger: Ledger) -> Seen:
    folder = None if ledger.guardrails is None else ledger.guardrails / PROTECTED
    if folder is None or not folder.is_dir():
        return ()
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return tuple((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=2)
def _bank(folder: Path, seen: Seen) -> tuple[Index, Mapping[str, str]]:
    """The protected pictures as an index to search, and the SHA-256 of each by its name.

    Read again when one of them is another file.
    """
    from forensics import BruteForceIndex, PictureError, Reference, decode_image, fingerprint

    found: list[Reference] = []
    digests: dict[str, str] = {}
    for name, _, _ in seen:
        data = (folder / name).read_bytes()
        digests[name] = hashlib.sha256(data).hexdigest()
        try:
            pixels = decode_image(data)
        except PictureError as error:
            raise FieldError(f"{PROTECTED}/{name}", f"is no picture ({error}); remove it") from error
        found.append(Reference(name, len(found), fingerprint(pixels), lambda kept=pixels: kept))  # type: ignore[misc]
    return BruteForceIndex(found), digests
