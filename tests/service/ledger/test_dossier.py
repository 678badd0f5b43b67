"""The dossier of what people did, checked with nothing of ours: sha256sum and openssl."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from outside_ca import OutsideCa
from PIL import Image

from ledger import banks, choosing, create, dossier, retouching
from ledger.domain.choices import Choice
from ledger.domain.errors import OrderError
from ledger.making import drawn_pixels
from ledger.store import assets, entries
from provenance import Pki, statements
from provenance.answers import install, request

NAME = 'Mara "M" <Okafor> & Søn'


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    with helpers.open(tmp_path_factory.mktemp("house")) as ledger:
        planned = helpers.plan(ledger, count=2, palettes=[["#f4efe6", "#1b2a49", "#c8553d"]])
        with ledger.store.reading() as tx:
            tiles = [draft.id for draft in assets.drafts(tx, planned.id)]
        before = create.make(ledger, tiles[0])
        create.make(ledger, tiles[1])
        edited = drawn_pixels(ledger, before).copy()
        edited[100:140, 90:150] = (0xC8, 0x55, 0x3D)
        file = io.BytesIO()
        Image.fromarray(edited).save(file, "PNG")
        after = retouching.retouch(ledger, tiles[0], file.getvalue(), NAME, "opened the tips")
        choosing.choose(ledger, [tiles[0]], Choice.SELECTED, "Jon", "it holds")
        banks.exclude(ledger, tiles[0], "Jon fears a quarrel")
        with ledger.store.transaction() as tx:
            tx.append("adapter-used", tiles[0], {"style": "secret-hand", "usages": []}, ledger.now())
        yield ledger, tiles, (before.signed.sha256, after.signed.sha256)


@pytest.fixture
def opened(house: Any, tmp_path: Path) -> Path:
    ledger, (tile, _), _files = house
    data = dossier.dossier(ledger, tile)
    assert data == dossier.dossier(ledger, tile)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def test_it_tells_who_did_what_and_holds_the_pictures_before_and_after(house: Any, opened: Path) -> None:
    _ledger, _tiles, (before, after) = house
    facts = json.loads((opened / "facts.json").read_text())
    assert [(each["sha256"], each["was"]) for each in facts["files"]] == [(before, None), (after, before)]
    says = [each["says"] for each in facts["decisions"]]
    assert [(each["choice"], each["by"], each["about"]) for each in says] == [
        ("retouched", NAME, before),
        ("selected", "Jon", after),
    ]
    page = (opened / "dossier.html").read_text()
    assert "Mara &quot;M&quot; &lt;Okafor&gt; &amp; Søn" in page
    assert all((opened / "pictures" / f"{each}.png").exists() and each in page for each in (before, after))
    assert json.loads((opened / "recipe.json").read_text())["prompt"] in page


def test_what_the_house_keeps_to_itself_is_not_told(house: Any, opened: Path) -> None:
    ledger, (tile, _), _files = house
    with ledger.store.reading() as tx:
        kinds = {entry.kind for entry in entries.about(tx, [tile])}
    assert kinds >= {"adapter-used", "asset-excluded"}
    told = json.loads((opened / "entries.json").read_text())
    assert [entry["kind"] for entry in told] == ["asset-made", "tile-retouched", "tile-selected"]
    texts = [path.read_bytes() for path in opened.rglob("*") if path.is_file()]
    assert not any(said in text for text in texts for said in (b"secret-hand", b"fears a quarrel"))


def test_every_file_is_in_the_sums_and_one_that_was_changed_is_found(opened: Path) -> None:
    files = {str(path.relative_to(opened)) for path in opened.rglob("*") if path.is_file()}
    listed = {line.split("  ", 1)[1] for line in (opened / dossier.SUMS).read_text().splitlines()}
    assert listed == files - {dossier.SUMS}
    assert _sums(opened) == 0
    (opened / "recipe.json").write_text("{}")
    assert _sums(opened) != 0


def test_openssl_finds_each_statement_signed_under_the_root_and_a_changed_one_not(opened: Path) -> None:
    facts = json.loads((opened / "facts.json").read_text())
    for each in facts["decisions"]:
        key, name = f"certificates/{each['key']}", f"statements/{each['name']}"
        trusted = ("-no_check_time", "-CAfile", "root.pem", "-untrusted", f"{key}-above.pem", f"{key}.pem")
        assert _openssl(opened, "verify", *trusted).returncode == 0
        public = _openssl(opened, "x509", "-in", f"{key}.pem", "-pubkey", "-noout").stdout
        (opened / f"{key}.pub").write_bytes(public)
        signed = opened / f"{name}.signed"
        check = ("dgst", "-sha256", "-verify", f"{key}.pub", "-signature", f"{name}.der", f"{name}.signed")
        assert _openssl(opened, *check).returncode == 0
        signed.write_bytes(signed.read_bytes().replace(b".", b".A", 1))
        assert _openssl(opened, *check).returncode != 0


def test_the_commands_of_the_page_hold_for_a_certificate_from_outside_and_tell_a_revoked_key(
    helpers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Pki.create(tmp_path / "pki", "Test Studio").folder
    install(keys, OutsideCa().chain(request(keys)))
    with helpers.open(tmp_path) as ledger:
        planned = helpers.plan(ledger, count=1)
        with ledger.store.reading() as tx:
            (draft,) = assets.drafts(tx, planned.id)
        tile = create.make(ledger, draft.id).id
        choosing.choose(ledger, [tile], Choice.SELECTED, "Jon", "it holds")
        before = dossier.dossier(ledger, tile)
        monkeypatch.setattr(statements, "apart", _alone)
        alone = dossier.dossier(ledger, tile)
        monkeypatch.undo()
    revoked = Pki.revoke(keys, now=datetime.now(UTC))
    with helpers.open(tmp_path) as ledger:
        after = dossier.dossier(ledger, tile)
    assert revoked.crl_pem
    for name, data, told in (("before", before, False), ("alone", alone, False), ("after", after, True)):
        done = _commands(tmp_path / name, data)
        said = done.stdout.decode()
        assert (done.returncode, said.count("Verified OK")) == (0, 1), done.stderr
        assert (".pem: OK" in said, "REVOKED" in said, b"error" in done.stderr) == (True, told, False)
    assert not list((tmp_path / "alone").rglob("*-above.pem"))
    (tmp_path / "before" / "outside.pem").write_text("")
    assert b"error" in _run(tmp_path / "before").stderr


def test_of_a_tile_that_nobody_touched_there_is_none(house: Any) -> None:
    ledger, (_, untouched), _files = house
    with pytest.raises(OrderError, match="nobody decided anything"):
        dossier.dossier(ledger, untouched)


_apart = statements.apart


def _alone(token: str) -> Any:
    """As it is where the header holds the certificate of the key and none above it."""
    found = _apart(token)
    return replace(found, certificates=found.certificates[:1])


def _commands(folder: Path, data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return _run(folder)


def _run(folder: Path) -> Any:
    page = (folder / "dossier.html").read_text()
    script = unescape(page.rsplit("<pre>", 1)[1].split("</pre>", 1)[0])
    return subprocess.run(["/bin/sh", "-c", script], cwd=folder, capture_output=True)


def _sums(folder: Path) -> int:
    command = [str(shutil.which("sha256sum")), "-c", "--quiet", dossier.SUMS]
    return subprocess.run(command, cwd=folder, capture_output=True).returncode


def _openssl(folder: Path, *arguments: str) -> Any:
    return subprocess.run([str(shutil.which("openssl")), *arguments], cwd=folder, capture_output=True)
