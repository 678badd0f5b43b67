"""Bytes by their digest, in memory and in a folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ledger.blobs import Blobs
from ledger.errors import BlobCorruptError, BlobMissingError, StorageError


@pytest.fixture(params=["file", "path", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    urls = {
        "file": f"file://{tmp_path}/blobs",
        "path": str(tmp_path / "blobs"),
        "memory": f"memory://{tmp_path}",
    }
    return Blobs.open(urls[request.param])


class TestBlobs:
    def test_what_is_put_is_got_by_its_digest(self, blobs: Blobs) -> None:
        name = blobs.put(b"a tile")
        assert name == hashlib.sha256(b"a tile").hexdigest()
        assert blobs.get(name) == b"a tile"
        assert name in blobs

    def test_putting_again_changes_nothing(self, blobs: Blobs) -> None:
        assert blobs.put(b"a tile") == blobs.put(b"a tile")

    def test_nothing_is_something_too(self, blobs: Blobs) -> None:
        assert blobs.get(blobs.put(b"")) == b""

    def test_what_is_not_there_is_missing(self, blobs: Blobs) -> None:
        with pytest.raises(BlobMissingError, match="restore"):
            blobs.get("0" * 64)
        assert "0" * 64 not in blobs

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
    def test_a_name_is_a_digest_or_nothing(self, blobs: Blobs, name: str) -> None:
        with pytest.raises(BlobMissingError, match="names no blob"):
            blobs.get(name)


def test_half_a_file_left_by_a_crash_is_replaced(tmp_path: Path) -> None:
    blobs = Blobs.open(str(tmp_path))
    name = blobs.put(b"a whole tile")
    file = tmp_path / name[:2] / name
    file.write_bytes(b"a wh")
    with pytest.raises(BlobCorruptError):
        blobs.get(name)
    blobs.put(b"a whole tile")
    assert blobs.get(name) == b"a whole tile"
    assert [each.name for each in file.parent.iterdir()] == [name]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="SELVAGE_BLOBS_URL"):
        Blobs.open(str(tmp_path / "file" / "blobs"))


@pytest.mark.parametrize("url", ["nonsense://bucket", "s4://bucket"])
def test_an_unknown_kind_of_url(url: str) -> None:
    with pytest.raises(StorageError, match="blobs_url"):
        Blobs.open(url)


def test_names_are_durable_before_they_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("fsync"), fsync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda self, to: (order.append("rename"), replace(self, to))[1])
    Blobs.open(str(tmp_path)).put(b"a tile")
    assert order == ["fsync", "rename", "fsync"]
