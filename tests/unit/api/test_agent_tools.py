"""What an agent is told of its tools, and the record of what it spent."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from api.errors import InputError, SettingError, SpendingError
from api.mcp.desk import Desk, open_desk
from api.mcp.spending import Caps, Spending
from api.mcp.tools import TOOLS
from api.settings import load_settings
from ledger.domain.ids import OfferId, PartyId
from ledger.domain.money import Money

PAGE = (Path(__file__).parents[3] / "docs" / "agents.md").read_text()
TODAY, TOMORROW = date(2026, 11, 21), date(2026, 11, 22)


def tusd(major: int) -> Money:
    return Money(major * 10**6, "TUSD")


@pytest.fixture
def spending(tmp_path: Path) -> Spending:
    return Spending(tmp_path / "spent.sqlite", PartyId("mill"), Caps(tusd(100), tusd(250)))


def test_every_tool_is_on_the_page_with_its_arguments_and_no_other() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE))
    assert list(told) == list(TOOLS)
    for name, arguments in told.items():
        assert re.findall(r"`(\w+)`", arguments) == list(TOOLS[name].takes.model_fields)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_schemas_are_strict_and_explain_every_argument(tool: Any) -> None:
    schema = tool.schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["type"] == "object"
        assert part["additionalProperties"] is False
        for name, asked in part["properties"].items():
            assert "description" in asked or "$ref" in asked or name in ("use", "licence"), name


def test_what_is_no_id_is_told_in_words() -> None:
    with pytest.raises(InputError, match="32 lower-case hex digits") as refused:
        TOOLS["read_terms"].run(cast(Desk, None), {"asset": "harbour/1"})
    assert (refused.value.field, "pattern" in str(refused.value)) == ("asset", False)


def test_an_offer_counts_once_and_a_day_ends(spending: Spending) -> None:
    for _ in range(3):
        spending.count(OfferId("a"), tusd(100), TODAY)
    assert spending.left(TODAY) == tusd(150)
    spending.count(OfferId("b"), tusd(100), TODAY)
    with pytest.raises(SpendingError, match=r"50\.00 TUSD"):
        spending.count(OfferId("c"), tusd(51), TODAY)
    spending.count(OfferId("c"), tusd(50), TODAY)
    spending.count(OfferId("d"), tusd(100), TOMORROW)
    assert (spending.left(TODAY), spending.left(TOMORROW)) == (tusd(0), tusd(150))


def test_above_the_cap_for_one_purchase_nothing_is_counted(spending: Spending) -> None:
    with pytest.raises(SpendingError, match="SELVAGE_AGENT_CAP"):
        spending.check(OfferId("a"), tusd(101), TODAY)
    with pytest.raises(SpendingError, match="SELVAGE_AGENT_CAP"):
        spending.count(OfferId("a"), tusd(101), TODAY)
    with pytest.raises(SpendingError, match="currency"):
        spending.count(OfferId("a"), Money(1, "EUR"), TODAY)
    assert spending.left(TODAY) == tusd(250)


def test_a_new_process_remembers_and_parties_do_not_share(spending: Spending) -> None:
    spending.count(OfferId("a"), tusd(100), TODAY)
    assert Spending(spending.file, spending.party, spending.caps).left(TODAY) == tusd(150)
    assert Spending(spending.file, PartyId("other"), spending.caps).left(TODAY) == tusd(250)


def test_however_many_count_at_once_the_cap_holds(spending: Spending) -> None:
    def one(number: int) -> bool:
        try:
            spending.count(OfferId(str(number)), tusd(100), TODAY)
        except SpendingError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(16))) == 2


@pytest.mark.parametrize("caps", [{"agent_cap": "much"}, {"agent_cap": "-1"}, {"agent_cap": "1.00 EUR"}])
def test_caps_that_are_no_amounts_are_refused(caps: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="SELVAGE_AGENT_"):
        open_desk(load_settings(data=tmp_path, **caps), None, PartyId("mill"))  # type: ignore[arg-type]
