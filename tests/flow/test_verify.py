"""What does not belong together does not verify, and the broken link is named: by command, exit code 1."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
EVERY = {"file", "manifest", "watermark", "membership", "entries", "terms", "chain"}


@pytest.fixture(scope="session")
def tiles(house: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """(file, proof) of each tile by its name."""
    folder = tmp_path_factory.mktemp("tiles")
    found = {}
    for name in ("harbour/1", "harbour/2", "quay/1"):
        file = folder / f"{name.replace('/', '-')}.png"
        found[name] = (file, file.with_suffix(".json"))
        house.did("export", name, "-o", file, "--proof", found[name][1])
    return found


def _links(house: Any, file: Path, proof: Path | None = None) -> dict[str, bool | None]:
    """What `selvage verify` says of each link, in JSON and in words alike."""
    given = ("--proof", proof) if proof else ()
    done, told = house("verify", file, *given, "--json"), house("verify", file, *given)
    links = {link["name"]: link["holds"] for link in done.json["links"]}
    broken = [name for name, holds in links.items() if holds is False]
    assert done.code == told.code == (1 if broken else 0)
    assert done.json["ok"] is not bool(broken)
    last = told.out.splitlines()[-1]
    assert last == (f"NOT verified: {', '.join(broken)}" if broken else "verified")
    return links


def _broken(house: Any, file: Path, proof: Path | None = None) -> set[str]:
    return {name for name, holds in _links(house, file, proof).items() if holds is False}


def test_a_tile_and_its_proof_hold_at_every_link(house: Any, tiles: dict[str, Any]) -> None:
    assert _links(house, *tiles["harbour/1"]) == dict.fromkeys(EVERY, True)
    assert _links(house, tiles["harbour/1"][0]) == dict.fromkeys(EVERY, True)


def test_one_pixel_changed(house: Any, tiles: dict[str, Any], tmp_path: Path) -> None:
    signed, proof = tiles["harbour/1"]
    pixels = np.array(Image.open(signed).convert("RGB"))
    pixels[100, 60, 1] ^= 1
    plain = io.BytesIO()
    Image.fromarray(pixels).save(plain, "PNG")
    changed = tmp_path / "changed.png"
    changed.write_bytes(_with_manifest_of(signed.read_bytes(), plain.getvalue()))
    assert _broken(house, changed, proof) == {"file", "manifest"}
    # Without the proof the mark in the pixels still says whose tile it was.
    assert _broken(house, changed) == {"file", "manifest"}


def test_a_manifest_moved_to_another_tile(house: Any, tiles: dict[str, Any], tmp_path: Path) -> None:
    signed, proof = tiles["harbour/1"]
    moved = tmp_path / "moved.png"
    moved.write_bytes(_with_manifest_of(signed.read_bytes(), tiles["harbour/2"][0].read_bytes()))
    assert _broken(house, moved, proof) == {"file", "manifest", "watermark"}
    assert _broken(house, moved) == {"file", "manifest"}  # asked by its mark, it is a changed harbour/2


def test_a_proof_for_another_tile_or_collection(house: Any, tiles: dict[str, Any], tmp_path: Path) -> None:
    signed, own = tiles["harbour/1"]
    for other in ("harbour/2", "quay/1"):
        assert _broken(house, signed, tiles[other][1]) == {"file", "manifest", "watermark"}
    mixed = json.loads(own.read_text())
    foreign = json.loads(tiles["quay/1"][1].read_text())
    mixed |= {name: foreign[name] for name in ("siblings", "root", "registration")}
    proof = tmp_path / "mixed.json"
    proof.write_text(json.dumps(mixed))
    assert "membership" in _broken(house, signed, proof)
    claimed = json.loads(own.read_text()) | {"registration": foreign["registration"]}
    proof.write_text(json.dumps(claimed))
    assert {"membership", "chain"} <= _broken(house, signed, proof)


@pytest.mark.parametrize("column", ["body", "at", "subject", "kind"])
def test_an_entry_edited_in_the_database(house: Any, copied: Any, tiles: dict[str, Any], column: str) -> None:
    signed, proof = tiles["harbour/1"]
    edited = {"body": '{"name":"Nobody"}', "at": "2020-01-01T00:00:00Z", "subject": "nobody", "kind": "x"}
    with sqlite3.connect(copied.data / "selvage.sqlite") as database:
        database.execute(f"UPDATE entries SET {column} = ? WHERE sequence = 2", (edited[column],))
    database.close()
    done = copied("verify", signed, "--proof", proof, "--json")
    assert done.code == 1
    why = {link["name"]: link["why"] for link in done.json["links"] if link["holds"] is False}
    assert set(why) == {"entries"}
    assert "entry 2" in why["entries"]
    book = copied("show", "book", "--json")
    assert (book.code, book.json["code"]) == (1, "broken-chain")
    assert "entry 2" in book.json["detail"]
    assert house("show", "book").code == 0


def _with_manifest_of(signed: bytes, other: bytes) -> bytes:
    """The PNG `other` that carries the C2PA chunk of `signed` where a writer would put it."""
    manifest = [chunk for kind, chunk in _chunks(signed) if kind == b"caBX"]
    assert len(manifest) == 1
    head, *rest = [chunk for kind, chunk in _chunks(other) if kind != b"caBX"]
    return b"".join([SIGNATURE, head, *manifest, *rest])


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """(type, whole chunk) in order."""
    found, at = [], len(SIGNATURE)
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        found.append((png[at + 4 : at + 8], png[at:end]))
        at = end
    return found
