"""Shapes of values that more than one way in takes: ids, forms of terms and files, the days of a use."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from ledger.domain.errors import UseError
from ledger.domain.fields import Field
from ledger.domain.use_text import read_days, write_days

ID_PATTERN = r"^[0-9a-f]{32}$"
TermsForm = Literal["odrl", "rsl", "cawg", "tdmrep", "tdm-policy", "schema", "plus", "summary"]
FileFormat = Literal["png", "jpeg", "webp", "tiff"]
_DAY = {"type": "string", "format": "date"}
_PERIOD = {
    "type": "object",
    "properties": {"from": _DAY, "to": _DAY},
    "required": ["from", "to"],
    "additionalProperties": False,
}


def _days(value: Any) -> Any:
    try:
        return write_days(*read_days(Field(value, "on", UseError)))
    except UseError as error:
        raise ValueError(str(error)) from error


Days = Annotated[Any, BeforeValidator(_days), WithJsonSchema({"anyOf": [_DAY, _PERIOD]})]
