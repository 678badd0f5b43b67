"""What all views share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from api.views.members import MEMBERS
from ledger.domain.money import Money
from ledger.domain.money_text import format_money


class View(BaseModel):
    """A frozen value with a JSON form. A member that tells nothing of itself means what MEMBERS says."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The shape, when somebody asks for it: with the members described that many views have."""
        shape = handler(core)
        for name, told in handler.resolve_ref_schema(shape).get("properties", {}).items():
            if name in MEMBERS:
                told.setdefault("description", MEMBERS[name])
        return shape

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`."""
        return self.model_dump(mode="json")


class MoneyView(View):
    minor: str = Field(pattern=r"^[0-9]+$", description="Whole minor units, as a decimal string.")
    currency: str = Field(description="Currency code.", examples=["TUSD"])
    text: str = Field(description="For people.", examples=["250.00 TUSD"])

    @classmethod
    def of(cls, money: Money) -> MoneyView:
        return cls(minor=str(money.minor), currency=money.currency, text=format_money(money))
