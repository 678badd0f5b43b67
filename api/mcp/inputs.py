"""What the tools take. Their JSON Schemas are what an agent is shown; anything else is refused.

Shapes are checked here, meaning by the parsers of `ledger.domain`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.shapes import ID_PATTERN, Days, TermsForm

MOST_PATTERNS = 50
MAX_PICTURE_TEXT = 24 * 1024 * 1024  # characters of base64: 18 MiB of picture

Id = Annotated[str, Field(pattern=ID_PATTERN)]
Reading = Literal["lenient", "strict"]


class Input(BaseModel):
    """Strict: no number from text, no member that is not named here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class UseInput(Input):
    """One use in one country."""

    action: Literal[
        "reproduce",
        "display",
        "sublicense",
        "train",
        "train-generative",
        "train-other",
        "mine",
        "infer",
        "derive",
        "imitate",
        "redraw",
        "adapt",
    ] = Field(description="What is done with the pattern.")
    territory: str = Field(pattern="^[A-Z]{2}$", description="Country, ISO 3166-1 alpha-2, such as GB.")
    product: str = Field(
        "any", max_length=60, description="Product category, such as wallpaper; needed to reproduce, display."
    )
    units: int = Field(0, ge=0, le=10**12, description="Pieces made; needed to reproduce, 0 for all else.")
    on: Days | None = Field(
        None, description="Day of the use, YYYY-MM-DD, or the days {from, to} of a period; null is today."
    )
    channel: str = Field("any", max_length=60, description="Where it is sold or shown, such as online.")
    industry: str = Field("any", max_length=60, description="Such as hospitality.")
    colourway: str = Field("original", max_length=60, description="Such as indigo.")
    modifications: list[Annotated[str, Field(max_length=60)]] = Field(
        [], max_length=50, description="Such as crop, recolour."
    )
    generations: int = Field(0, ge=0, le=10**12, description="Pictures generated; needed to redraw, adapt.")
    depth: int = Field(0, ge=0, le=64, description="Levels of sublicences; needed to sublicense.")
    revenue: str | None = Field(None, max_length=60, description="Net sales, such as '1200.00 TUSD'.")
    attribution: str | None = Field(None, max_length=500, description="The text that stands with the use.")

    def plain(self, today: date) -> dict[str, Any]:
        """As `parse_use` reads it."""
        given = {name: value for name, value in self.model_dump(mode="json").items() if value is not None}
        return {"on": today.isoformat(), **given}


class FindInput(Input):
    words: str | None = Field(
        None, max_length=200, description="All of them must stand in the collection's name or the prompt."
    )
    collection: Id | None = Field(None, description="Only patterns of this collection.")
    colour: str | None = Field(
        None, pattern="^#[0-9a-f]{6}$", description="Patterns with an ink near this colour, nearest first."
    )
    picture_file: str | None = Field(
        None, max_length=4096, description="A picture on this machine: which patterns does it show?"
    )
    picture_base64: str | None = Field(
        None, max_length=MAX_PICTURE_TEXT, description="The same, the bytes of the picture in base64."
    )
    limit: int = Field(10, ge=1, le=MOST_PATTERNS, description="Most patterns in one answer.")
    offset: int = Field(0, ge=0, le=2**31, description="Patterns to skip: `next` of the answer before.")

    @model_validator(mode="after")
    def _one_way(self) -> FindInput:
        pictures = [each for each in (self.picture_file, self.picture_base64) if each is not None]
        said = [each for each in (self.words, self.collection, self.colour) if each is not None]
        if len(pictures) > 1 or (pictures and said):
            raise ValueError("give one picture and nothing else, or words, collection and colour")
        return self


class TermsInput(Input):
    asset: Id = Field(description="Id of a pattern, from find_patterns.")
    form: TermsForm = Field(
        "summary", description="The language: `summary` is for people, `odrl` is complete."
    )
    at: str | None = Field(
        None, max_length=2000, description="Web address of the picture, which rsl and tdmrep need."
    )


class DecideInput(Input):
    asset: Id = Field(description="Id of a pattern, from find_patterns.")
    use: UseInput
    reading: Reading = Field(
        "lenient", description="How a duty counts of which nobody has said whether it is done."
    )


class BuyInput(Input):
    """An offer as it is, or the licence that a use needs."""

    offer: Id | None = Field(
        None, description="Id of an offer, from decide. Bought once, however often sent."
    )
    asset: Id | None = Field(None, description="Id of a pattern; with `use`.")
    use: UseInput | None = Field(None, description="With `asset`: decides again and buys what is offered.")

    @model_validator(mode="after")
    def _one_thing(self) -> BuyInput:
        if (self.offer is None) != (self.asset is not None and self.use is not None) or (
            self.offer is not None and (self.asset is not None or self.use is not None)
        ):
            raise ValueError("give `offer` alone, or `asset` and `use`")
        return self


class ReportInput(Input):
    licence: Id = Field(description="Id of a licence, from my_licences.")
    use: UseInput
    key: str = Field(
        min_length=1,
        max_length=200,
        pattern="^[!-~]+$",
        description="Names this report: the same key counts once, sent again.",
    )


class LicencesInput(Input):
    limit: int = Field(20, ge=1, le=100, description="Most licences in one answer.")
    offset: int = Field(0, ge=0, le=2**31, description="Licences to skip.")
