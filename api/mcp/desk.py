"""What the tools work with: one ledger, one party, and how much it may spend."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.errors import SettingError
from api.mcp.spending import Caps, Spending
from ledger.domain.errors import FieldError
from ledger.domain.fields import Field
from ledger.domain.money import Money
from ledger.domain.money_text import read_money

if TYPE_CHECKING:
    from api.settings import Settings
    from ledger.context import Ledger
    from ledger.domain.ids import PartyId

SPENDING_FILE = "agent-spending.sqlite"
CURRENCY = "TUSD"


@dataclass(frozen=True)
class Desk:
    """`buying` lets one purchase at a time through: long work is opened once in a process."""

    ledger: Ledger
    settings: Settings
    party: PartyId
    spending: Spending
    buying: threading.Lock = field(default_factory=threading.Lock)


def open_desk(settings: Settings, ledger: Ledger, party: PartyId) -> Desk:
    """Raises SettingError for caps that are no amounts, or in two currencies."""
    purchase, day = _cap("agent_cap", settings.agent_cap), _cap("agent_day_cap", settings.agent_day_cap)
    if purchase.currency != day.currency:
        raise SettingError(
            f"SELVAGE_AGENT_DAY_CAP: is in {day.currency}, the cap for one purchase in {purchase.currency}; "
            "use one currency",
            field="SELVAGE_AGENT_DAY_CAP",
        )
    return Desk(ledger, settings, party, Spending(settings.data / SPENDING_FILE, party, Caps(purchase, day)))


def _cap(name: str, text: str) -> Money:
    variable = f"SELVAGE_{name.upper()}"
    try:
        return read_money(Field(text, variable, FieldError), CURRENCY)
    except FieldError as error:
        raise SettingError(f"{error}", field=variable) from error
