"""The demo, small: four tiles of the archive and three wild pictures instead of twelve and thirty-two."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api import demo
from api.demo import scene, stages, wild

WANTED = {stages.LICENSED_PICTURE, stages.UNLICENSED_PICTURE, "stranger: gingham"}
SUMMARY_KEYS = {
    "collection": {"id", "size", "root", "tx", "gas"},
    "licence": {"id", "tx", "gas"},
    "invoice": {"id", "total_minor", "currency", "lines", "tx"},
}
ROW_KEYS = {
    "assets": {"id", "mark_id", "file", "sha256", "recipe", "c2pa"},
    "decisions": {"use", "outcome", "reason"},
    "wild": {"file", "truth", "found"},
    "payouts": {"payee", "amount_minor", "tx"},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """The folder, and the summaries of a first and a second run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene, "read_yaml", _smaller(scene.read_yaml))
        patch.setattr(wild, "_USES", [use for use in wild._USES if use.transform in WANTED])
        patch.setattr(wild, "STRANGERS", [drawn for drawn in wild.STRANGERS if drawn[0] in WANTED])
        patch.chdir(tmp_path_factory.mktemp("demo"))
        out = Path("out")
        first, _ = demo.run(out, lambda *_: None)
        second, _ = demo.run(out, lambda *_: None)
        yield out.absolute(), first, second


def _smaller(read: Any) -> Any:
    def read_yaml(name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = read(name)
        return {**loaded, "generator": "archive", "count": 4} if name == "brief.yaml" else loaded

    return read_yaml


def test_the_summary_has_the_names_others_read(told: Any) -> None:
    out, summary, _ = told
    assert json.loads((out / "summary.json").read_text())["collection"] == summary["collection"]
    for name, keys in SUMMARY_KEYS.items():
        assert keys <= summary[name].keys()
    for name, keys in ROW_KEYS.items():
        assert all(keys <= row.keys() for row in summary[name])
    assert summary["seconds"].keys() == {*_stages(), "report"}


def test_the_story_comes_out_as_it_should(told: Any) -> None:
    _, summary, _ = told
    assert [each["outcome"] for each in summary["decisions"]] == ["pay", "permit", "deny"]
    for picture in summary["wild"]:
        assert picture["found"]["asset"] == picture["truth"]["asset"]
    kinds = [line["kind"] for line in summary["invoice"]["lines"]]
    assert kinds == ["royalty", "unlicensed-use"]
    assert [each["total_minor"] for each in summary["invoices"]] == [
        180_000_000,
        summary["invoice"]["total_minor"],
    ]
    assert summary["invoices"][1] == summary["invoice"]
    paid = sum(each["amount_minor"] for each in summary["payouts"])
    assert paid == sum(each["total_minor"] for each in summary["invoices"])
    assert {asset["c2pa"] for asset in summary["assets"]} == {"Trusted"}


def test_running_it_again_repeats_nothing_and_loses_nothing(told: Any) -> None:
    _, first, second = told
    assert second == first


def test_every_picture_of_the_page_is_there(told: Any) -> None:
    out, summary, _ = told
    page = (out / "report.html").read_text()
    pictures = re.findall(r'<img src="([^"]+)"', page)
    assert len(pictures) == 4 * len(summary["assets"]) + len(summary["wild"]) + 2
    assert all((out / picture).is_file() for picture in pictures)
    assert page.count("0x") >= 10


def _stages() -> set[str]:
    from api.demo.story import STAGES

    return set(STAGES)


def test_the_roots_of_the_downloaded_tile_are_complete(told: Any) -> None:
    out, _, _ = told
    roots = json.loads((out / "download" / "trust.json").read_text())
    assert {*roots} == {"root_pem", "tsa_root_pem", "crl_pem", "outside_pem"}
    assert roots["crl_pem"] == roots["outside_pem"] == ""


def test_the_report_tells_the_transaction_that_the_downloaded_tile_names(told: Any) -> None:
    out, summary, _ = told
    page = (out / "report.html").read_text()
    assert f"its update names transaction {summary['collection']['tx']}" in page
    assert "with an update manifest over them" in page
