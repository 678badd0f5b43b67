"""Where witnesses of a log answer, as a setting names them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ledger.domain.errors import LogError
from ledger.domain.log.note import COSIGNATURE, Key, parse_key

MAX_WITNESSES = 32


@dataclass(frozen=True)
class WitnessAt:
    """A witness and where it answers; `url` is what `/add-checkpoint` is put behind."""

    key: Key
    url: str


def parse_witnesses(text: str) -> tuple[WitnessAt, ...]:
    """`KEY URL, KEY URL`. LogError."""
    found = tuple(_witness(each.split()) for each in text.split(",") if each.strip())
    if len(found) > MAX_WITNESSES or len({each.key for each in found}) != len(found):
        raise LogError("witnesses", f"name each once, and at most {MAX_WITNESSES}")
    return found


def _witness(words: list[str]) -> WitnessAt:
    if len(words) != 2:
        raise LogError("witnesses", "write KEY URL for each, and commas between them")
    key = parse_key(words[0])
    if key.kind != COSIGNATURE or not _is_url(words[1]):
        raise LogError("witnesses", f"{words[1][:80]!r} is no URL, or {key.name} is no witness")
    return WitnessAt(key, words[1].rstrip("/"))


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
