"""Further tiles of a recipe on the command line: refused, licensed, drawn, counted, billed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from service_client import BRIEF, PARTIES, TERMS

RECIPE = {"fee": "40.00 TUSD", "per_generation": "0.25 TUSD", "generations": 2}
LICENCE = ("--party", "north-mill", "--product", "any", "--territory", "GB", "--action", "redraw")


def test_a_recipe_is_licensed_and_each_picture_is_billed(selvage: Any, tmp_path: Path) -> None:
    def call(*arguments: object) -> Any:
        return selvage(*arguments, at=tmp_path / "data")

    brief = tmp_path / "brief.yaml"
    brief.write_text(yaml.safe_dump({**BRIEF, "terms": {**TERMS, "recipe": RECIPE, "reporting": "quarter"}}))
    for party in PARTIES:
        call("party", "add", party)
    for command in (("generate", brief), ("register", "low-tide"), ("party", "fund", "north-mill", "5000")):
        assert call(*command).code == 0
    theirs = ("redraw", "low-tide/1", "--for", "north-mill")
    refused = call(*theirs, "--json")
    assert (refused.code, refused.json["code"]) == (1, "not-permitted")
    assert "selvage decide" in refused.out, refused
    own = call("redraw", "low-tide/1", "--count", "2")
    assert own.code == 0, own
    assert own.out.split()[1:] == ["made", "2/2", "tiles", "Low", "Tide", "01", "redrawn"]
    licence = call("license", "low-tide/1", *LICENCE, "--generations", "1", "--json")
    assert licence.code == 0, licence
    assert call(*theirs, "--count", "3").code == 1
    made = call(*theirs, "--count", "2", "--json")
    assert (made.code, made.json["made"], made.json["brief"]["made_for"]["party"]) == (0, 2, "north-mill"), (
        made
    )
    assert made.json["terms"]["name"] == "standard"
    assert call(*theirs, "--count", "2", "--json").json["id"] == made.json["id"]
    named = call("lineage", f"{made.json['id']}/1", "--json").json["lineage"]["sources"]
    assert [each["title"] for each in named if each["kind"] == "recipe-source"] == ["Low Tide 01"]
    more = call(*theirs, "--seed", "1")
    assert (more.code, "another licence is needed" in more.err) == (1, True), more
    bill = call("bill", "low-tide", "--party", "north-mill", "--json")
    assert (bill.code, bill.json["total"]["text"]) == (0, "0.50 TUSD"), bill
