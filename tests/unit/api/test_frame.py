"""What people read where a program would read JSON."""

from __future__ import annotations

from functools import partial

import pytest

from api.cli.app import selvage
from api.cli.frame import Output, guarded, readable


def test_what_is_nested_is_indented_and_nothing_is_a_dash() -> None:
    facts = {
        "id": "lic-1",
        "terms": {"actions": ["print", "display"], "territory": None, "price": {"flat": "12.00 EUR"}},
        "earlier": [],
        "exclusive": False,
        "shares": [{"payee": "Studio", "basis_points": 9000}, {"payee": "Mill", "basis_points": 1000}],
    }
    assert list(readable(facts)) == [
        "id: lic-1",
        "terms:",
        "  actions: print, display",
        "  territory: -",
        "  price:",
        "    flat: 12.00 EUR",
        "earlier: -",
        "exclusive: no",
        "shares 1:",
        "  payee: Studio",
        "  basis_points: 9000",
        "shares 2:",
        "  payee: Mill",
        "  basis_points: 1000",
    ]


def test_a_group_without_a_command_shows_its_help_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(partial(selvage.main, [], prog_name="selvage", standalone_mode=False), as_json=False) == 2
    told = capsys.readouterr().err
    assert told.startswith("Usage: selvage")
    assert told.rstrip().endswith("at any time.")


def test_an_empty_list_says_so_to_people_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).listed([], "", "no keys yet")
    assert capsys.readouterr() == ("", "no keys yet\n")
    Output(as_json=True).listed([], "", "no keys yet")
    assert capsys.readouterr() == ("[]\n", "")
