"""`selvage recover`: a found file gets its manifest back, or the command says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from provenance.embedding import without_store


def test_a_found_file_gets_its_manifest_back(
    selvage: Any, collection: dict[str, Any], tmp_path: Path
) -> None:
    signed, found = tmp_path / "signed.png", tmp_path / "found.png"
    assert selvage("export", f"{collection['id']}/1", "-o", signed).code == 0
    found.write_bytes(without_store(signed.read_bytes(), "image/png"))
    done = selvage("recover", found)
    assert (done.code, "byte for byte" in done.out) == (0, True), done
    assert (tmp_path / "found.recovered.png").read_bytes() == signed.read_bytes()

    with Image.open(signed) as picture:
        laid = Image.new("RGB", (picture.width * 2, picture.height * 2))
        for x in (0, picture.width):
            for y in (0, picture.height):
                laid.paste(picture, (x, y))
    laid.crop((20, 30, laid.width - 9, laid.height - 5)).save(tmp_path / "shop.jpg", quality=70)
    told = selvage("recover", tmp_path / "shop.jpg", "-o", tmp_path / "out.jpg", "--json").json
    assert (told["whole"], told["verdict"], told["mime"]) == (False, "proven", "image/jpeg")
    assert "hard binding" in told["unbound"][0]
    walked = selvage("verify", tmp_path / "out.jpg")
    assert (walked.code, "recovered" in walked.out or "found copy" in walked.out) == (1, True), walked


def test_what_cannot_be_recovered_is_said(selvage: Any, collection: dict[str, Any], tmp_path: Path) -> None:
    Image.radial_gradient("L").convert("RGB").save(tmp_path / "grey.png")
    refused = selvage("recover", tmp_path / "grey.png")
    assert (refused.code, "shows no tile of this ledger surely" in refused.err) == (1, True), refused
    (tmp_path / "words.png").write_text("no picture")
    assert selvage("recover", tmp_path / "words.png").code == 2
    assert selvage("recover", tmp_path / "absent.png").code == 2
    assert not list(tmp_path.glob("*.recovered.*"))
