"""The whole story on the command line; running a command again repeats nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

USE = ("--product", "wallpaper", "--territory", "GB", "--on", "2026-06-01")


def test_a_licence_is_asked_for_bought_once_and_used(selvage: Any, collection: dict[str, Any]) -> None:
    tile = collection["assets"][0]["id"]
    asked = selvage("decide", tile, "--party", "north-mill", *USE, "--units", 500, "--json")
    assert (asked.code, asked.json["outcome"]) == (1, "pay")
    offer = asked.json["offer"]["id"]
    poor = selvage("license", offer, "--json")
    assert (poor.code, poor.json["code"]) == (3, "insufficient-funds")
    assert selvage("party", "fund", "north-mill", "5000").code == 0
    bought = selvage("license", offer, "--json")
    assert bought.code == 0, bought
    assert selvage("license", offer, "--json").json == bought.json
    again = selvage("decide", tile, "--party", "north-mill", *USE, "--units", 500, "--json")
    assert (again.code, again.json["licence"]) == (0, bought.json["id"])
    more = selvage("decide", tile, "--party", "north-mill", *USE, "--units", 6000)
    assert (more.code, more.out.split(":")[0]) == (1, "deny")
    assert "run" in more.out
    for _ in range(2):
        assert selvage("report", bought.json["id"], *USE, "--units", 300).code == 0
    refused = selvage("report", bought.json["id"], *USE, "--units", 5000, "--json")
    assert (refused.code, refused.json["code"]) == (2, "out-of-order")
    assert [each["id"] for each in selvage("show", "licence", "--json").json] == [bought.json["id"]]


def test_several_uses_are_decided_at_once(selvage: Any, collection: dict[str, Any], tmp_path: Path) -> None:
    tile = collection["assets"][0]["id"]
    one = {"action": "reproduce", "product": "wallpaper", "territory": "GB", "units": 7, "on": "2026-06-01"}
    file = tmp_path / "uses.jsonl"
    file.write_text("\n".join(json.dumps({**one, "units": units}) for units in (7, 9, 10**6)) + "\n\n")
    asked = ("decide", tile, "--party", "north-mill", "--uses", file)
    several = selvage(*asked, "-o", tmp_path / "all.jws", "--json")
    outcomes = [each["outcome"] for each in several.json["decisions"]]
    assert (several.code, outcomes[0], outcomes[2]) == (1, outcomes[1], "deny")
    assert (tmp_path / "all.jws").read_text().split() == [
        each["signed"] for each in several.json["decisions"]
    ]
    days = ("--from", "2026-06-01", "--to", "2026-06-30")
    lasting = selvage("decide", tile, "--party", "north-mill", *USE[:4], *days, "--units", 7, "--json").json
    assert lasting["use"]["on"] == {"from": "2026-06-01", "to": "2026-06-30"}
    assert lasting["outcome"] == outcomes[0]
    alone = selvage("decide", tile, "--party", "north-mill", *USE, "--units", 9, "--json").json
    assert {**alone, "signed": None} == {**several.json["decisions"][1], "signed": None}
    assert selvage(*asked).out.count("run: ") >= 3
    for text, field in (
        ('{"action": "reproduce"', "uses"),
        ("[]", "uses"),
        ("", "uses"),
        (json.dumps({**one, "territory": "XX"}), "uses[0].territory"),
        (f"{json.dumps(one)}\n{json.dumps({**one, 'units': None})}", "uses[1].units"),
        ("\n".join([json.dumps(one)] * 201), "uses"),
        (" " * (2**20 + 1), "uses"),
    ):
        file.write_text(text)
        refused = selvage(*asked, "--json")
        assert (refused.code, refused.json["field"]) == (2, field), refused
    mixed = selvage(*asked, "--units", 5, "--json")
    assert (mixed.code, mixed.json["field"]) == (2, "uses")


def test_a_leaked_copy_names_its_licensee(selvage: Any, collection: dict[str, Any], tmp_path: Path) -> None:
    (licence,) = selvage("show", "licence", "--json").json
    copied = selvage("copy", licence["id"], "-o", tmp_path / "copy.png", "--json")
    assert (copied.code, copied.json["licensee"]) == (0, "north-mill"), copied
    tile = collection["assets"][0]
    assert copied.json["mark_id"] != tile["mark_id"]
    again = selvage("copy", licence["id"], "-o", tmp_path / "again.png", "--json")
    assert again.json == copied.json
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "copy.png").read_bytes()
    scanned = selvage("scan", tmp_path / "copy.png", "--json")
    (finding,) = scanned.lines[0]["findings"]
    assert (finding["asset"], finding["copy_licence"]) == (tile["id"], licence["id"])
    verified = selvage("verify", tmp_path / "copy.png", "--json")
    assert verified.code == 0, verified.out


def test_people_leave_tiles_out_and_remember_what_is_not_ours(
    selvage: Any, brief: Path, tmp_path: Path
) -> None:
    here, picture = tmp_path / "data", tmp_path / "tile.png"
    for party in ("mara", "studio"):
        assert selvage("party", "add", party, at=here).code == 0
    assert selvage("generate", brief, at=here).code == 0
    assert selvage("export", "low-tide/1", "-o", picture, at=here).code == 0
    assert selvage("review", "held", "--json", at=here).json == []
    assert selvage("review", "list", at=here).code == 1
    assert selvage("review", "exclude", "low-tide/1", "--why", "a test tile", at=here).code == 0
    silent = selvage("scan", picture, "--json", at=here)
    assert (silent.code, silent.lines[0]["findings"]) == (1, [])
    assert selvage("review", "include", "low-tide/1", "--why", "on sale", at=here).code == 0
    found = selvage("scan", picture, "--json", at=here)  # the same file, but not the same register
    assert (found.code, found.lines[0]["verdict"]) == (0, "proven")
    (known,) = selvage("review", "negative", picture, "--why", "sold elsewhere", "--json", at=here).json
    assert (known["why"], known["ended_at"]) == ("sold elsewhere", None)
    listed = selvage("review", "list", "--json", at=here).json
    assert listed == {"exclusions": [], "negatives": [known]}
    (forgotten,) = selvage("review", "forget", known["sha256"][:8], "--why", "ours", "--json", at=here).json
    assert forgotten["ended_why"] == "ours"
    past = selvage("review", "list", "--all", "--json", at=here).json
    assert (past["exclusions"][0]["ended_why"], past["negatives"]) == ("on sale", [forgotten])
    assert "taken back" in selvage("review", "list", "--all", at=here).out
    assert selvage("review", "forget", "nothing", "--why", "?", "--json", at=here).json["code"] == (
        "unknown-negative"
    )
    both = selvage("review", "release", "--why", "no reason", "--json", at=here)
    assert (both.code, both.json["field"]) == (2, "finding")


def test_what_is_found_and_reported_is_billed_paid_and_shared(
    selvage: Any, collection: dict[str, Any], tmp_path: Path
) -> None:
    wild, sightings = _wild(selvage, collection, tmp_path)
    first = selvage("scan", wild, "--sightings", sightings, "--json")
    assert first.code == 0, first.err  # a text file beside the pictures is told, and is no fault
    rows = {row["file"]: row for row in first.lines}
    assert rows["shop.jpg"]["asset"] == collection["assets"][0]["id"]
    assert rows["shop.jpg"]["findings"][0]["standing"] == "unlicensed"
    assert rows["notes.txt"]["problem"]["code"] == "picture-not-an-image"
    reported = tmp_path / "reported"
    again = selvage("scan", wild, "--sightings", sightings, "--report", reported, "--json")
    assert again.lines == first.lines
    page = (reported / "report.html").read_text()
    finding = rows["shop.jpg"]["findings"][0]["id"]
    assert f"pictures/{finding}.jpg" in page
    assert "overflow-x: auto" in page.partition("</style>")[0]
    assert (reported / "pictures" / f"{finding}.jpg").read_bytes().startswith(b"\xff\xd8")
    replayed = selvage("replay", rows["shop.jpg"]["scan"], "--json")
    assert (replayed.code, replayed.json["same"]) == (0, True), replayed
    bill = selvage("bill", collection["id"], "--payer", "corner-shop", "--json")
    assert bill.json["total"]["text"] == "450.00 TUSD"
    assert selvage("bill", collection["id"], "--payer", "corner-shop", "--json").json["id"] == bill.json["id"]
    request = selvage("settle", bill.json["id"], "--request", "--json").json
    assert request["amount"]["minor"] == "450000000"
    selvage("party", "fund", "corner-shop", "1000 TUSD")
    for _ in range(2):
        paid = selvage("settle", bill.json["id"], "--json")
        assert (paid.code, paid.json["state"]) == (0, "settled"), paid
    assert selvage("bill", collection["id"], "--payer", "corner-shop").code == 1
    payout = selvage("payout", "mara", "--json")
    assert payout.code == 0
    assert payout.json["amount"]["currency"] == "TUSD"
    assert selvage("payout", "mara").code == 1
    assert selvage("show", "invoice").out.count("settled") >= 1
    book = selvage("show", "book", "--json")
    assert book.code == 0
    assert {"use-found", "invoice-settled", "paid-out"} <= {entry["kind"] for entry in book.json}


def test_a_tile_verifies_offline_with_the_roots_alone(
    selvage: Any, collection: dict[str, Any], tmp_path: Path
) -> None:
    tile, proof, trust = (tmp_path / name for name in ("tile.png", "proof.json", "trust.json"))
    asset = collection["assets"][0]["id"]
    written = selvage("export", asset, "-o", tile, "--proof", proof, "--trust", trust, "--json")
    assert written.json["bytes"] == tile.stat().st_size
    here = selvage("verify", tile, "--proof", proof, "--json")
    assert (here.code, {link["holds"] for link in here.json["links"]}) == (0, {True})
    assert selvage("verify", tile).code == 0
    nowhere = tmp_path / "nowhere"
    elsewhere = selvage("verify", tile, "--proof", proof, "--trust", trust, "--offline", "--json", at=nowhere)
    assert elsewhere.code == 0, elsewhere
    assert not nowhere.exists()
    without = selvage("verify", tile, "--proof", proof, at=nowhere)
    assert (without.code, "--trust" in without.err) == (2, True)
    pixels = np.array(Image.open(tile))
    pixels[3, 3] ^= 1
    Image.fromarray(pixels).save(tmp_path / "changed.png")
    changed = selvage("verify", tmp_path / "changed.png", "--proof", proof)
    assert (changed.code, "NOT verified" in changed.out) == (1, True)
    forged = json.loads(proof.read_text())
    forged["terms"]["price"] = "1.00 TUSD"
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    bad = selvage("verify", tile, "--proof", tmp_path / "forged.json", "--json")
    assert (bad.code, [each["name"] for each in bad.json["links"] if each["holds"] is False]) == (
        1,
        ["terms"],
    )


def test_generating_again_makes_nothing_new(selvage: Any, collection: dict[str, Any], brief: Path) -> None:
    before = selvage("show", "book", "--json").json
    assert selvage("generate", brief, "--json").json["id"] == collection["id"]
    assert selvage("register", collection["id"]).code == 0
    assert selvage("show", "book", "--json").json == before


def test_operations_are_listed_and_shown(selvage: Any, collection: dict[str, Any]) -> None:
    listed = selvage("operations", "--json").json
    done = next(each for each in listed if each["kind"] == "generate")
    assert selvage("operations", done["id"], "--wait", "--json").json == done
    assert selvage("operations", "0" * 32).code == 2


def _wild(selvage: Any, collection: dict[str, Any], folder: Path) -> tuple[Path, Path]:
    """A folder with one picture of the tile and one file that is no picture, and who was seen with it."""
    tile = folder / "tile.png"
    selvage("export", collection["assets"][0]["id"], "-o", tile)
    pixels = np.tile(np.asarray(Image.open(io.BytesIO(tile.read_bytes())).convert("RGB")), (3, 3, 1))
    wild = folder / "wild"
    wild.mkdir()
    Image.fromarray(pixels[30:700, 50:720]).save(wild / "shop.jpg", quality=80)
    (wild / "notes.txt").write_text("not a picture")
    use = {"action": "reproduce", "product": "cushion", "territory": "FR", "units": 40, "on": "2026-06-01"}
    sightings = folder / "sightings.json"
    sightings.write_text(json.dumps({"shop.jpg": {"seller": "corner-shop", "use": use}}))
    return wild, sightings


def test_reports_are_counted_on_chain_once(selvage: Any, collection: dict[str, Any]) -> None:
    (licence,) = selvage("show", "licence", "--json").json
    done = selvage("tally", collection["id"], "--json")
    assert (done.code, [each["units"] for each in done.json["counted"]]) == (0, [300]), done
    assert done.json["counted"][0]["licence"] == licence["id"]
    again = selvage("tally", collection["id"])
    assert (again.code, again.out.strip()) == (0, "everything reported is counted on chain already")


def test_a_licence_is_suspended_and_resumed(selvage: Any, collection: dict[str, Any]) -> None:
    (licence,) = selvage("show", "licence", "--json").json
    tile, why = collection["assets"][0]["id"], ("--why", "unpaid")
    for _ in range(2):
        done = selvage("suspend", licence["id"], *why, "--json")
        assert (done.code, done.json["state"]) == (0, "suspended"), done
    asked = selvage("decide", tile, "--party", "north-mill", *USE, "--units", 10, "--json")
    assert (asked.code, asked.json["licence"]) == (1, None)
    assert selvage("resume", licence["id"], *why).code == 0
    asked = selvage("decide", tile, "--party", "north-mill", *USE, "--units", 10, "--json")
    assert (asked.code, asked.json["licence"]) == (0, licence["id"])


def test_tills_are_empty_and_nothing_is_owed(selvage: Any, collection: dict[str, Any]) -> None:
    swept = selvage("tills", "sweep", "--json")
    assert (swept.code, swept.json) == (0, [])
    assert "nothing in any till" in selvage("tills", "sweep").out
    refunded = selvage("refund", "all", "--json")
    assert (refunded.code, refunded.json) == (1, [])
    assert "nothing is owed back" in selvage("refund", "all").out
