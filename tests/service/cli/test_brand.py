"""Guidelines on the command line, as somebody uses them for the first time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from service_client import PARTIES, TERMS

BOOK = "# Book\n\n## Motifs\n\nNever use animals.\n\n## Seaside\n\nShells with air between them.\n"
BRIEF = {
    "name": "Sea Side",
    "themes": ["coastal"],
    "motifs": ["ringed scallop", "leopard animal"],
    "colourways": {"night": ["indigo", "#f0c9c0"]},
    "size": 256,
    "seed": 11,
    "generator": "archive",
    "guidelines": "auto",
    "terms": TERMS,
}


def test_guidelines_are_kept_searched_and_shown_in_a_brief(selvage: Any, tmp_path: Path) -> None:
    def house(*arguments: object) -> Any:
        return selvage(*arguments, at=tmp_path / "data")

    book, brief = tmp_path / "book.md", tmp_path / "brief.yaml"
    book.write_text(BOOK)
    brief.write_text(yaml.safe_dump(BRIEF))
    assert "brand add" in house("brand", "list").out
    assert (house("brand", "search", "shells").code, house("brand", "add", book).code) == (1, 0)
    (found,) = house("brand", "search", "shells", "--most", "1", "--json").json
    assert (found["file"], found["where"]) == ("book.md", "'Book > Seaside', line 9")
    assert house("brand", "search", "shells").out.splitlines()[1] == "    Shells with air between them."
    told = house("brief", "show", brief)
    assert told.code == 0, told
    assert (
        "left out: motifs, leopard animal\n        'Never use animals.'  book.md, 'Book > Motifs', line 5"
        in told.out
    )
    assert "  theme coastal\n    book.md, 'Book > Seaside', line 9" in told.out
    assert house("brief", "show", brief, "--json").json["guidance"]["effects"][0]["passage"] in str(
        house("brief", "show", brief, "--json").json["brief"]["guidelines"]
    )
    for party in PARTIES:
        house("party", "add", party)
    made = house("generate", brief)
    assert made.out.splitlines()[1].startswith(
        "  left out by guidelines: motifs: leopard animal  (passage "
    ), made
    book.write_text(BOOK.replace("animals", "anchors"))
    assert "in place of" in house("brand", "add", book).out
    assert "nothing in them that changes" in house("brief", "show", brief).out
    quoted = house("brand", "show", found["digest"][:12])
    assert "book.md, 'Book > Seaside', line 9, removed 20" in quoted.out, quoted
    assert quoted.out.endswith("    Shells with air between them.\n")
    assert house("brand", "show", "0" * 8, "--json").json["code"] == "unknown-passage"
    assert house("brand", "show", "sea", "--json").json["code"] == "bad-field"
    gone = house("brand", "remove", "book.md")
    assert (gone.code, gone.out) == (0, "book.md is asked no more\n")
    assert house("brand", "remove", "book.md").code == 2
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    refused = house("brand", "add", tmp_path / "scan.pdf", "--json")
    assert (refused.code, refused.json["code"]) == (2, "bad-field")
