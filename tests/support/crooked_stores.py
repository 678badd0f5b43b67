"""Manifest stores whose ingredients lead around, or on and on: labels of signed ones put in place of others.

Every box keeps its length, so such a store is well formed; only the hashes in it do not fit any more.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Sequence
from typing import Any

import c2pa

from provenance import runtime
from provenance.embedding import store_of
from provenance.jumbf import parse_store
from provenance.labels import SOFT_BINDING
from provenance.trust import Trust

PNG = "image/png"
CREATED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
MARK: Any = {"alg": "org.selvage.torus.1", "blocks": [{"scope": {}, "value": "AAAAAAAAAAA="}]}
STORE_HEAD = 38  # the head of the store's box, and its description


class CrookedStores:
    """Makes them from three files of `picture`: one, one made of it, and one made of both.

    `signer` is a `c2pa.Signer`, anybody's. Each name ends in what its stores are.
    """

    def __init__(self, picture: bytes, signer: Any, trust: Trust) -> None:
        self._picture, self._signer, self._trust = picture, signer, trust
        first = self._sign([])
        second = self._sign([first])
        self._store = store_of(self._sign([second, first]), PNG)
        self._parts = [(each.label.encode(), each.box) for each in parse_store(self._store).manifests]

    def around(self, length: int) -> bytes:
        """`length` manifests, each made of the one before it, the first of the last."""
        names = _names(length)
        return self._of([self._one(names[at], names[at - 1]) for at in range(length)])

    def itself_twice(self) -> bytes:
        """A manifest that is made of itself, and is there twice."""
        (name,) = _names(1)
        return self._of([self._one(name, name)] * 2)

    def deep(self, length: int) -> bytes:
        """`length` manifests, each made of the one before it."""
        names = _names(length)
        pairs = zip(names[1:], names, strict=False)
        return self._of([self._first(names[0]), *(self._one(*pair) for pair in pairs)])

    def wide(self, length: int) -> bytes:
        """The same, each made of the one before it twice: with each there are twice as many ways back."""
        names = _names(length)
        pairs = zip(names[1:], names, strict=False)
        return self._of([self._first(names[0]), *(self._both(*pair) for pair in pairs)])

    def _sign(self, made_of: Sequence[bytes]) -> bytes:
        action = {"action": "c2pa.created", "digitalSourceType": CREATED}
        actions = {"label": "c2pa.actions.v2", "created": True, "data": {"actions": [action]}}
        info = [{"name": "anybody", "version": "1"}]
        said = {"claim_generator_info": info, "format": PNG, "title": "T"}
        manifest = {**said, "assertions": [actions, {"label": SOFT_BINDING, "created": True, "data": MARK}]}
        builder, signed = c2pa.Builder(manifest, runtime.context(self._trust)), io.BytesIO()
        for each in made_of:
            said = json.dumps({"title": "T", "relationship": "componentOf"})
            builder.add_ingredient(said, PNG, io.BytesIO(each))
        builder.sign(self._signer, PNG, io.BytesIO(self._picture), signed)
        return signed.getvalue()

    def _first(self, name: bytes) -> bytes:
        label, box = self._parts[0]
        return box.replace(label, name)

    def _one(self, name: bytes, before: bytes) -> bytes:
        label, box = self._parts[1]
        return box.replace(label, name).replace(self._parts[0][0], before)

    def _both(self, name: bytes, before: bytes) -> bytes:
        label, box = self._parts[2]
        (first, _), (second, _) = self._parts[:2]
        return box.replace(label, name).replace(first, before).replace(second, before)

    def _of(self, boxes: Sequence[bytes]) -> bytes:
        inner = self._store[8:STORE_HEAD] + b"".join(boxes)
        return (len(inner) + 8).to_bytes(4, "big") + self._store[4:8] + inner


def _names(length: int) -> list[bytes]:
    return [f"urn:c2pa:{uuid.UUID(int=number)}".encode() for number in range(1, length + 1)]
