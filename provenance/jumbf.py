"""A C2PA manifest store as boxes (ISO 19566-5): which manifests it holds, and one of them alone.

Only the two outer levels are read, so nothing here can be nested too deep. What the manifests say is read by
the C2PA library: `provenance.stores`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provenance.errors import ManifestStoreError

STORE = bytes.fromhex("6332706100110010800000aa00389b71")  # "c2pa", C2PA 2.4 section 11.1.4
UPDATE = b"c2um"
MANIFEST_KINDS = (b"c2ma", UPDATE, b"c2cm")  # a manifest, an update of one, a compressed one
MOST_MANIFESTS = 10_000
_HEAD = struct.Struct(">I4s")
_UUID_BYTES = 16


@dataclass(frozen=True)
class Manifest:
    """One manifest of a store: its label, such as ``urn:c2pa:...``, its whole box and its kind."""

    label: str
    box: bytes
    kind: bytes = MANIFEST_KINDS[0]


@dataclass(frozen=True)
class ManifestStore:
    """The manifests of a store in their order; the last one is the active one (C2PA 2.4, section 15.5)."""

    manifests: tuple[Manifest, ...]

    @property
    def active(self) -> str:
        return self.manifests[-1].label

    def alone(self) -> bytes:
        """A store that holds the active manifest only."""
        return _store(self.manifests[-1:])

    def before_update(self) -> bytes | None:
        """The store as it was before its active manifest, an update; None where that is none."""
        last = self.manifests[-1]
        if last.kind != UPDATE or len(self.manifests) < 2:
            return None
        return _store(self.manifests[:-1])


def parse_store(data: bytes) -> ManifestStore:
    """The manifests in the bytes of a store. Raises ManifestStoreError."""
    outer = list(_boxes(data))
    if len(outer) != 1 or outer[0][0] != b"jumb":
        raise ManifestStoreError("manifest store: is not one JUMBF box; send what a C2PA tool wrote")
    kind, _, content = _described(outer[0][1])
    if kind != STORE:
        raise ManifestStoreError("manifest store: the box is of another kind than c2pa")
    found = []
    for type_, inner, whole in _boxes(content, whole=True):
        kind, label, _ = _described(inner) if type_ == b"jumb" else (b"", "", b"")
        if kind[:4] not in MANIFEST_KINDS or not label:
            raise ManifestStoreError("manifest store: holds something that is no manifest")
        found.append(Manifest(label, whole, kind[:4]))
        if len(found) > MOST_MANIFESTS:
            raise ManifestStoreError(f"manifest store: holds more than {MOST_MANIFESTS} manifests")
    if not found:
        raise ManifestStoreError("manifest store: holds no manifest")
    return ManifestStore(tuple(found))


def _described(superbox: bytes) -> tuple[bytes, str, bytes]:
    """Kind (a UUID), label and other boxes of a superbox, by the description box it begins with."""
    first = next(_boxes(superbox, only=1), None)
    if first is None or first[0] != b"jumd" or len(first[1]) <= _UUID_BYTES:
        raise ManifestStoreError("manifest store: a box does not say what it is")
    told, rest = first[1], superbox[len(first[2]) :]
    kind, toggles, named = told[:_UUID_BYTES], told[_UUID_BYTES], told[_UUID_BYTES + 1 :]
    if not toggles & 2:
        return kind, "", rest
    label, end, _ = named.partition(b"\0")
    try:
        return kind, label.decode() if end else "", rest
    except UnicodeDecodeError as error:
        raise ManifestStoreError("manifest store: a label is not UTF-8") from error


def _boxes(data: bytes, *, only: int = 0, whole: bool = True) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(type, content, whole box) of the boxes in `data`, or of the first `only`."""
    at = count = 0
    while at < len(data) and (not only or count < only):
        if len(data) - at < _HEAD.size:
            raise ManifestStoreError("manifest store: ends within a box")
        length, kind = _HEAD.unpack_from(data, at)
        head = _HEAD.size
        if length == 1 and len(data) - at >= 16:  # the length follows in 8 bytes
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        length = len(data) - at if length == 0 else length
        if length < head or at + length > len(data):
            raise ManifestStoreError("manifest store: a box is longer than what holds it")
        yield kind, data[at + head : at + length], data[at : at + length] if whole else b""
        at, count = at + length, count + 1


def _store(manifests: Iterable[Manifest]) -> bytes:
    inner = _description() + b"".join(each.box for each in manifests)
    return _HEAD.pack(_HEAD.size + len(inner), b"jumb") + inner


def _description() -> bytes:
    told = STORE + b"\x03" + b"c2pa\0"
    return _HEAD.pack(_HEAD.size + len(told), b"jumd") + told
