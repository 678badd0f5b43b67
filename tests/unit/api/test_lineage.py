"""The graph of what a tile came from, drawn and told: nothing a stranger wrote is believed or unescaped."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from api.cli.lineage import tree
from api.lineage_drawing import drawing
from provenance.lineage import DEEPEST, Source, _Walk

EVIL = '<script>alert(1)</script>"&\x00\ud800\x1b[31m'


def manifest(title: str, *inputs: str, **more: Any) -> dict[str, Any]:
    ingredients = [
        {"title": each, "relationship": "inputTo", "active_manifest": each, "description": "no digest"}
        for each in inputs
    ]
    return {"title": title, "ingredients": ingredients, "assertions": [], "signature_info": None, **more}


def test_a_drawing_escapes_every_word() -> None:
    inner = Source("style-source", EVIL, "a" * 64, "0.35", EVIL, EVIL, trusted=False, signer=EVIL)
    text = drawing(Source("file", EVIL, sources=(inner, Source("model", "m" * 500))))
    root = ET.fromstring(text)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert "<script" not in text
    assert "weight 0.35" in text
    assert "NOT trusted" in text
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) == 2


def test_a_tree_prints_no_control_characters() -> None:
    lines = list(tree(Source("file", EVIL, sources=(Source("model", "a\nb"),))))
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


def test_a_sound_signature_of_other_bytes_is_told_as_that() -> None:
    copied = Source("parent", "Tile", manifest="m", signer="Mill", trusted=True, bound=False)
    text = "\n".join(tree(Source("file", "Copy", sources=(copied,))))
    assert "signed by Mill, for other bytes than these" in text
    assert "of other bytes" in drawing(Source("file", "Copy", sources=(copied,)))


def test_manifests_that_lead_around_are_cut() -> None:
    found = _Walk({"a": manifest("A", "b"), "b": manifest("B", "a")}).file("a")
    assert [each.cut for each in found.walk()] == ["", "", "leads back to itself"]


def test_a_long_chain_is_cut() -> None:
    chain = {str(n): manifest(str(n), str(n + 1)) for n in range(DEEPEST + 5)}
    found = list(_Walk(chain).file("0").walk())
    assert len(found) == DEEPEST + 1
    assert found[-1].cut == "too deep to follow"


def test_a_store_that_fans_out_without_end_is_cut() -> None:
    wide = {str(n): manifest(str(n), *[str(n + 1)] * 40) for n in range(6)}
    found = list(_Walk(wide).file("0").walk())
    assert len(found) < 100_000
    assert any(each.cut for each in found)


def test_what_is_not_shaped_like_ours_is_told_plainly() -> None:
    odd = manifest("x", "missing", assertions=[{"label": "org.selvage.influences", "created": True}])
    odd["ingredients"] += ["no object", {"relationship": "parentOf", "title": 7}]
    found = _Walk({"x": odd}).file("x")
    assert [(each.kind, each.title) for each in found.sources] == [
        ("parent", "untitled"),
        ("input", "missing"),
    ]
