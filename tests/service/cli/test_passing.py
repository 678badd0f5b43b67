"""Licences handed on from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from service_client import BRIEF, TERMS

USE = ("--product", "wallpaper", "--territory", "GB", "--on", "2026-06-01")


@pytest.fixture
def here(selvage: Any, tmp_path: Path) -> Path:
    """A data folder with a registered tile whose licences can be handed on."""
    folder, brief = tmp_path / "data", tmp_path / "brief.yaml"
    brief.write_text(
        yaml.safe_dump({**BRIEF, "terms": {**TERMS, "sublicensing": {"depth": 1}, "transfer": "free"}})
    )
    for party in ("mara", "studio", "north-mill", "press"):
        assert selvage("party", "add", party, at=folder).code == 0
    for command in (("generate", brief), ("register", "low-tide"), ("party", "fund", "north-mill", "5000")):
        done = selvage(*command, at=folder)
        assert done.code == 0, done
    return folder


def test_a_sublicence_is_given_once_and_used(selvage: Any, here: Path) -> None:
    bought = selvage("license", "low-tide/1", "--party", "north-mill", *USE, "--units", 10, "--json", at=here)
    assert bought.code == 0, bought
    give = ("sublicense", bought.json["id"], "--party", "press", "--territory", "GB", "--run", 40)
    given = selvage(*give, "--until", "2099-01-01", "--json", at=here)
    assert given.code == 0, given
    assert given.json["terms"]["dates"] == {"end": "2099-01-01"}
    assert selvage(*give, "--until", "2099-01-01", "--json", at=here).json == given.json
    reported = selvage("report", given.json["id"], *USE, "--units", 40, "--json", at=here)
    assert reported.code == 0, reported
    assert selvage("report", given.json["id"], *USE, "--units", 1, at=here).code == 2
    beyond = selvage("sublicense", bought.json["id"], "--party", "press", "--run", 10**6, "--json", at=here)
    assert (beyond.code, beyond.json["code"]) == (2, "out-of-order")

    hand_on = ("transfer", bought.json["id"], "--to", "studio", "--json")
    handed = selvage(*hand_on, at=here)
    assert handed.code == 0, handed
    assert (handed.json["licensee"], handed.json["earlier"]) == ("studio", ["north-mill"])
    assert selvage(*hand_on, at=here).json == handed.json
    told = [
        each
        for each in selvage("show", "book", "--json", at=here).json
        if each["subject"] == bought.json["id"]
    ]
    sent = handed.json["handed_on"]
    assert (told[-1]["kind"], told[-1]["body"]["tx"]) == ("licence-transferred", sent["tx"])
    assert sent["tx"] != handed.json["tx"] == bought.json["tx"]
    assert f"tx {sent['tx']} ({sent['gas']} gas)" in selvage(*hand_on[:-1], at=here).out
    below = selvage("transfer", given.json["id"], "--to", "studio", "--json", at=here)
    assert (below.code, below.json["code"]) == (2, "out-of-order")


def test_an_order_is_signed_to_a_file_and_completed_once(selvage: Any, here: Path, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    sign = ("order", "sign", "low-tide/1", "--party", "north-mill", *USE, "--units", 9, "-o", file)
    early = selvage(*sign, "--json", at=here)
    assert (early.code, early.json["code"]) == (2, "out-of-order")
    assert selvage("order", "open", "low-tide", at=here).code == 0
    signed = selvage(*sign, "--price", "20.00 TUSD", "--json", at=here)
    assert signed.code == 0, signed
    bought = selvage("order", "complete", file, "--party", "north-mill", "--json", at=here)
    assert bought.code == 0, bought
    again = selvage("order", "complete", file, "--party", "north-mill", "--json", at=here)
    assert again.json == bought.json
    asked = selvage("decide", "low-tide/1", "--party", "north-mill", *USE, "--units", 9, "--json", at=here)
    assert (asked.code, asked.json["licence"]) == (0, bought.json["id"])
    other = selvage("order", "complete", file, "--party", "press", "--json", at=here)
    assert (other.code, other.json["code"]) == (2, "out-of-order")
