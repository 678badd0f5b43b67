"""The pages about settings, commands and routes say what the code has, neither less nor more."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml
from commanding import every_command
from fastapi.routing import APIRoute

from api.http.app import PREFIX, SUBJECTS
from api.http.c2pa import about
from api.http.c2pa.app import SUBJECTS as RESOLUTION
from api.http.routes import crawlers, reference
from api.safety import stand_ins
from api.settings import Settings, load_settings, variable
from ledger import briefing

DOCS = Path(__file__).parents[3] / "docs"


def test_every_setting_is_in_the_table_and_nothing_else_is() -> None:
    table = re.findall(r"^\| `(SELVAGE_\w+)` \|", (DOCS / "settings.md").read_text(), re.MULTILINE)
    assert table == [variable(field) for field in Settings.model_fields]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_default_is_the_one_in_the_table(field: str) -> None:
    row = re.search(rf"^\| `{variable(field)}` \| (.*?) \|", (DOCS / "settings.md").read_text(), re.MULTILINE)
    default = Settings.model_fields[field].default
    plain = default.get_secret_value() if hasattr(default, "get_secret_value") else default
    assert row is not None
    if plain is not None:
        assert row[1] == f"`{plain}`"


def test_every_stand_in_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    page = (DOCS / "settings.md").read_text()
    found = stand_ins(load_settings(workers=2, chain_signer="exec:signer", opaque_manifests=True))
    assert len(found) == page.split("## Stand-ins")[1].count("\n| ") - 1
    for each in found:
        assert f"| {each.name} | {each.why} | `{variable(each.field)}` |" in page


def test_every_command_and_option_is_explained_and_no_other() -> None:
    page = (DOCS / "cli.md").read_text()
    known = dict(every_command())
    for name, command in known.items():
        section = re.search(rf"`selvage {name}\b.*?(?=\n- |\n## |\Z)", page, re.DOTALL)
        assert section, f"docs/cli.md does not explain selvage {name}"
        flags = {flag for each in command.params if isinstance(each, click.Option) for flag in each.opts}
        for flag in flags - {"--json"}:
            assert flag in section[0], f"docs/cli.md does not explain selvage {name} {flag}"
    for told in re.findall(r"`selvage ([a-z][a-z-]*(?: [a-z-]+)?)", page):
        assert told in known or told.split()[0] in known, told


def test_every_route_is_in_the_table_and_nothing_else_is() -> None:
    table = re.findall(r"^\| `([A-Z]+ /\S+)` \|", (DOCS / "api.md").read_text(), re.MULTILINE)
    routes = [
        f"{method} {prefix}{route.path}"
        for prefix, router in (
            ("", crawlers.router),
            ("", about.discovery),
            ("", reference.router),
            *((PREFIX, each.router) for each in SUBJECTS),
            *((about.PREFIX, each.router) for each in RESOLUTION),
        )
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    ]
    assert sorted(table) == sorted(routes)


def test_the_pages_link_to_pages_that_are_there() -> None:
    for page in ("api.md", "cli.md", "settings.md"):
        for link in re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / page).read_text()):
            assert (DOCS / link).exists(), f"{page} -> {link}"


def test_the_examples_of_production_follow_the_tour() -> None:
    """Four inks, as harbour/1 has, and a party that the README made."""
    examples = re.findall(r"^    (selvage .*)$", (DOCS / "production.md").read_text(), re.MULTILINE)
    tour = (DOCS.parent / "README.md").read_text()
    assert len(examples) > 8
    for example in examples:
        for inks in re.findall(r"--palette (\S+)", example):
            assert inks.count(",") == 3, example
        for party in re.findall(r"--party (\S+)", example):
            assert f"party add {party} " in tour, example
        if " decide " in example:
            assert all(f"--{option} " in example for option in ("product", "territory", "units")), example


def test_the_briefs_of_their_page_can_be_read() -> None:
    page = (DOCS / "briefs.md").read_text()
    drawn = yaml.safe_load(_under(page, "In prompts and palettes"))
    worded = yaml.safe_load(_under(page, "In trade words"))
    every = {"name": "Harbour", "size": 512, "seed": 1}
    for part in ("In a style, over a tile, for a party", "By the guidelines of the brand"):
        for brief in (drawn, worded):
            assert briefing.read({**every, **brief, **yaml.safe_load(_under(page, part))})
    (names,) = re.findall(r"the names of\s+the house \(([^;]*);", page)
    inks = re.findall("`([^`]+)`", names)
    read = briefing.read({**every, **drawn, "palettes": [inks]})
    assert [len(palette) for palette in read.palettes] == [len(inks)]


def _under(page: str, heading: str) -> str:
    """The first example below a heading."""
    return next(iter(re.findall(rf"^## {heading}\n\n((?:    .*\n)+)", page, re.MULTILINE)))


def test_every_page_is_two_clicks_from_the_readme() -> None:
    def linked(page: Path) -> set[Path]:
        links = re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", page.read_text())
        return {(page.parent / link).resolve() for link in links}

    near = linked(DOCS.parent / "README.md")
    reached = near.union(*map(linked, near))
    assert set(DOCS.glob("*.md")) - reached == set()
    assert {page for page in reached if not page.exists()} == set()
