"""What people read where a program would read JSON."""

from __future__ import annotations

from api.cli.frame import readable


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
