"""The page of a scan: everything on it, nothing from outside, the same every time."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from forensics.page import report_page
from forensics.page.words import likelihood, repeat_words, scale_words, verdict_words

EVIDENCE: dict[str, Any] = {
    "signals": [
        {
            "signal": "mark",
            "mark": "00000000002a",
            "key": "0badcafe",
            "p_value": "3e-12",
            "detail": "read blind",
        },
        {"signal": "geometry", "mark": None, "key": None, "p_value": "1e-06", "detail": "40 of 90 agree"},
    ],
    "repeat": {
        "type": "half-drop",
        "sure": "0.8",
        "alike": [],
        "width_px": "317.4",
        "height_px": "317.4",
        "angle_deg": "-0.0",
        "count": "6.2",
        "scale": "0.62",
        "size_mm": ["80.6", "80.6"],
        "enlarged": "1.25",
    },
    "colourway": {
        "change": "hue-turned",
        "hue_deg": "120",
        "channels": None,
        "inks": [{"registered": "#20304a", "seen": "#4a2030", "share": "0.88"}],
    },
    "generic": "0.9",
    "certain": True,
}
ROWS: list[dict[str, Any]] = [
    {
        "name": "shop/<b>one</b>.jpg",
        "problem": None,
        "cut_short": True,
        "steps": [{"lane": "mark", "tried": 1, "outcome": "whole picture: mark read blind"}],
        "findings": [
            {
                "id": "f1",
                "asset": "asset-1",
                "mark": "00000000002a",
                "verdict": "proven",
                "p_value": "3e-12",
                "standing": "unlicensed",
                "copy": "licence-7",
                "evidence": EVIDENCE,
            },
            {
                "id": "f2",
                "asset": "asset-2",
                "mark": None,
                "verdict": "likely",
                "p_value": "1",
                "evidence": {},
            },
        ],
    },
    {"name": "quiet.png", "problem": None, "findings": [], "steps": [], "not_comparable": ["asset-lost"]},
    {"name": "broken.gif", "problem": {"code": "picture-truncated", "message": "get a complete copy"}},
]
PICTURES = {"f1": "pictures/f1.jpg", "quiet.png": "pictures/quiet.jpg"}


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page() -> str:
    return report_page("spring scan", ROWS, PICTURES, {"register entry": "41"})


def test_says_what_was_found_and_how_sure(page: str) -> None:
    for words in ("asset-1", "at most one in 10¹¹", "half-drop (80% sure)", "hue turned by 120 degrees"):
        assert words in page
    for words in (
        "00000000002a",
        "0badcafe",
        "81 × 81 mm (1.25 of the registered size)",
        "licence-7",
        "cut short",
        "Not comparable",
        "asset-lost",
    ):
        assert words in page
    assert "only the mark can prove it" in page
    assert "bit for bit" in page
    assert "No probability" in page
    assert 'style="background: #4a2030"' in page


def test_counts_pictures_once_each(page: str) -> None:
    counted = dict(re.findall(r"<dt>([a-z ]+)</dt><dd>(\d+)</dd>", page))
    assert counted == {"pictures": "3", "proven": "1", "likely": "0", "nothing found": "1", "unreadable": "1"}


def test_unreadable_files_have_their_reason_and_the_scan_can_be_repeated(page: str) -> None:
    assert "picture-truncated" in page
    assert "get a complete copy" in page
    assert "register entry" in page


def test_names_are_escaped_and_colours_are_only_colours() -> None:
    ink = {"registered": "red;} body{display:none", "seen": "#zzzzzz", "share": None}
    evidence = {**EVIDENCE, "colourway": {"change": "same", "inks": [ink]}}
    row = {**ROWS[0], "findings": [{**ROWS[0]["findings"][0], "evidence": evidence}]}
    page = report_page("<script>", [row], {})
    assert "<script" not in page
    assert "<b>" not in page
    assert "display:none" not in page.split("</style>")[1]


def test_nothing_comes_from_outside(page: str) -> None:
    reader = _Read()
    reader.feed(page)
    links = [
        value
        for _, attributes in reader.tags
        for name, value in attributes.items()
        if name in ("src", "href")
    ]
    assert set(links) == {"#findings", "pictures/f1.jpg", "pictures/quiet.jpg"}
    assert not any(tag in ("script", "link", "iframe") for tag, _ in reader.tags)
    assert all("alt" in attributes for tag, attributes in reader.tags if tag == "img")
    assert "url(" not in page


def test_the_same_every_time(page: str) -> None:
    assert report_page("spring scan", ROWS, PICTURES, {"register entry": "41"}) == page


def test_nothing_at_all_is_said_too() -> None:
    assert "None of the pictures shows a registered tile." in report_page("empty", [], {})


def test_words_of_figures() -> None:
    assert likelihood("1e-300") == "Chance of an accident: less than one in 10³⁰⁰."
    assert likelihood("0.02") == "Chance of an accident: 0.02."
    assert repeat_words({"type": "block", "sure": "0", "alike": ["brick"]}) == (
        "block; brick would look the same with this tile"
    )
    assert scale_words({}) == ""
    assert verdict_words("likely", [{"signal": "copy"}], certain=False).startswith(
        "Likely by a near-identical"
    )
