"""What requests carry. Shapes are checked here, meaning by the parsers of `ledger.domain`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from api.shapes import ID_PATTERN, Days, FileFormat, TermsForm
from ledger.domain.decision import Reading
from ledger.domain.use_text import MAX_USES

DIGEST_PATTERN = r"^[0-9a-f]{64}$"
SLUG_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"
ROLE_PATTERN = "^(manager|licensee|auditor)$"
# What each pattern means, for people who missed it.
SHAPES = {
    ID_PATTERN: "an id; ids are 32 lower-case hex digits",
    DIGEST_PATTERN: "a SHA-256; write it as 64 lower-case hex digits",
    SLUG_PATTERN: "a party id; use a-z, 0-9 and -, such as north-mill",
    ROLE_PATTERN: "a role; use manager, licensee or auditor",
}

Id = Annotated[str, Path(pattern=ID_PATTERN, description="32 lower-case hex digits.")]
Digest = Annotated[str, Path(pattern=DIGEST_PATTERN, description="SHA-256 in lower-case hex digits.")]
Slug = Annotated[str, Path(pattern=SLUG_PATTERN, description="Party id.")]
Why = Annotated[str, Query(min_length=1, max_length=500, description="The reason, for the book.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most items in one answer.")]
FormName = Annotated[
    TermsForm,
    Query(alias="as", description="The language."),
]
CollectionFormName = Annotated[
    Literal["odrl", "rsl", "tdmrep", "tdm-policy", "summary"],
    Query(alias="as", description="The language."),
]
FileForm = Annotated[FileFormat, Query(alias="format", description="Format of the file.")]
LicencePage = Annotated[
    str | None, Query(max_length=2000, description="Address of the page where people get a licence.")
]
Offset = Annotated[int, Query(ge=0, le=2**31, description="Items to skip.")]
IdText = Annotated[str, Field(pattern=ID_PATTERN)]
PartyText = Annotated[str, Field(pattern=SLUG_PATTERN, examples=["north-mill"])]


class Body(BaseModel):
    """A JSON request body. Unknown members are refused, and so is text that no database can hold."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        _check_text(value, "body")
        return value


def _check_text(value: Any, path: str) -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError(f"{path} holds a NUL or half a surrogate pair; remove it")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key, path)
            _check_text(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_text(item, f"{path}[{index}]")


class DrawnBody(Body):
    """What is drawn; with what, and for whom, the others say."""

    name: str = Field(description="Of the collection, for people.", examples=["Low Tide"])
    prompts: list[str] | None = Field(
        None,
        description="What is drawn; tiles take them in turn.",
        examples=[["large floral, scattered", "small dots"]],
    )
    palettes: list[list[str]] | None = Field(
        None,
        description="Inks as #rrggbb, the ground first; tiles take them in turn.",
        examples=[[["#f4ead8", "#16324f", "#d1603d"]]],
    )
    count: int | None = Field(None, description="Tiles in all; with themes, see `per`.", examples=[12])
    themes: list[str] | None = Field(None, description="In trade words: put on every motif.")
    motifs: list[str] | None = Field(None, description="In place of prompts.")
    colourways: dict[str, list[str]] | None = Field(None, description="In place of palettes: each by a name.")
    per: int | None = Field(None, description="Tiles of every theme, motif and colourway; 1 unless said.")
    size: int = Field(description="Pixels on each side of a tile.", examples=[512])
    seed: int = Field(description="The same brief and seed draw the same tiles.", examples=[2026])


class BriefBody(DrawnBody):
    takes: int | None = Field(None, description="Each tile is the best of so many drawings; 1 unless said.")
    generator: str = Field("embedded", description="embedded, archive or diffusers.")
    style: str | None = Field(None, description="A house style, or NAME:0.8 for less of it.")
    base: dict[str, Any] | None = Field(
        None, description="Drawn over this tile: asset, strength as text, and keep: ground or motif."
    )
    recipe: str | None = Field(None, description="From the recipe of this tile, with other seeds.")
    made_for: dict[str, str] | None = Field(None, description="By the licences of: party, and territory.")
    guidelines: str | list[str] | dict[str, Any] | None = Field(
        None, description="Held against the guidelines of the brand: auto, or queries.", examples=["auto"]
    )

    def plain(self) -> dict[str, Any]:
        """As `parse_brief` reads it."""
        return self.model_dump(mode="json", exclude_none=True)


class PreviewBody(Body):
    brief: BriefBody


class CollectionBody(Body):
    brief: BriefBody
    terms: dict[str, Any] = Field(
        description="Licence terms as docs/terms.md explains them.",
        examples=[
            {
                "preset": "standard",
                "price": "180.00",
                "split": {"mara-okafor": "80 %", "selvage-studio": "20 %"},
            }
        ],
    )


class TermsBody(Body):
    terms: dict[str, Any] = Field(
        description="Licence terms as docs/terms.md explains them.",
        examples=[{"preset": "exclusive", "split": {"mara-okafor": "80 %", "selvage-studio": "20 %"}}],
    )


class UseBody(Body):
    action: str = Field(
        description="reproduce, display, sublicense, train, train-generative, train-other, mine, infer, "
        "derive, imitate, redraw or adapt.",
        examples=["reproduce"],
    )
    product: str = Field("any", description="Needed to reproduce and to display.", examples=["wallpaper"])
    territory: str = Field(description="ISO 3166-1 alpha-2.", examples=["GB"])
    units: int = Field(0, description="Pieces made.", examples=[500])
    on: Days = Field(description="A day, or the first and the last of a period: {from, to}.")
    channel: str = Field("any", description="Where it is sold or shown.", examples=["online"])
    industry: str = Field("any", description="Whose goods it is put on.", examples=["hospitality"])
    colourway: str = Field("original", description="The name of one; `original` are the inks of the tile.")
    modifications: list[str] = Field([], description="Such as crop, recolour.", max_length=50)
    generations: int = Field(0, description="Pictures generated, for redraw and adapt.")
    depth: int = Field(0, description="Levels of sublicences, for sublicense.")
    revenue: str | None = Field(None, description="Net sales.", examples=["1200.00 TUSD"])
    attribution: str | None = Field(None, description="The text that stands with the use.")

    def plain(self) -> dict[str, Any]:
        """As `parse_use` reads it."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value is not None}


class DecisionBody(Body):
    asset: IdText = Field(description="The tile.")
    party: PartyText = Field(description="Who wants to use it; a licensee asks for itself.")
    use: UseBody | None = Field(None, description="What is asked about.")
    uses: list[UseBody] | None = Field(
        None, min_length=1, max_length=MAX_USES, description="Several at once, in place of `use`."
    )
    reading: Reading = Field(
        Reading.LENIENT, description="How a duty counts of which nobody has said whether it is done."
    )

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if (self.use is None) == (self.uses is None):
            raise ValueError("use: give one use, or several as `uses`")
        return self


class SublicenceBody(Body):
    licensee: PartyText = Field(description="Who gets a part of the licence.")
    gives: dict[str, Any] = Field(
        description="territory, products, industries, channels, colourways, modification, dates, run and "
        "sublicensing, as docs/terms.md explains them; what is left out is as above, the run where there is "
        "one has to be said.",
        examples=[{"territory": ["GB"], "products": ["cushion"], "run": 300}],
    )
    key: str = Field("", max_length=200, description="Tells two sublicences of the same content apart.")


class TransferBody(Body):
    to: PartyText = Field(description="Who has the licence from then on.")
    consent: bool = Field(
        False, description="The owner agrees, where the terms ask for that. A manager alone can say so."
    )


class OrderBody(Body):
    use: UseBody
    licensee: PartyText | None = Field(None, description="Who may complete it; null for anybody.")
    price: str | None = Field(None, description="What the terms say when left out.", examples=["200.00 TUSD"])
    days: int = Field(30, description="How long it can be completed.")
    count: int = Field(1, description="Licences that can be bought with it.")


class CompletionBody(Body):
    party: PartyText
    order: dict[str, Any] = Field(description="The file that signing the order gave.")


class WhyBody(Body):
    why: str = Field(min_length=1, max_length=500, description="The reason, for the book.")


class InvoiceBody(Body):
    payer: PartyText = Field(description="Who is billed.")
    collection: IdText = Field(description="For what it owes in this collection.")


class PaymentBody(Body):
    """The payer's signature over the payment request of the invoice (EIP-3009)."""

    authorization: dict[str, Any] = Field(
        description="payer, value, valid_after, valid_before, nonce, signature: the message that the payment "
        "request gave, its times (Unix seconds) chosen by the payer, and the signature over it.",
    )


class PayoutBody(Body):
    payee: PartyText = Field(description="Who is sent what the vault holds for it; a licensee: itself.")


class PartyBody(Body):
    id: PartyText = Field(description="A name of your own for it, for good: terms and licences name it.")
    name: str = Field(min_length=1, max_length=120, description="For people.")
    address: str | None = Field(None, description="Account on chain; without it one is made on this machine.")


class KeyBody(Body):
    name: str = Field(min_length=1, max_length=120, description="Whose key this is.")
    role: str = Field(pattern=ROLE_PATTERN, description="manager, licensee or auditor.")
    party: PartyText | None = Field(None, description="Whom a licensee's key acts for.")
    days: int | None = Field(365, ge=1, le=3650, description="Days it is good for; null for ever.")


class X402Body(Body):
    """What a facilitator is asked (x402 version 2). Members that the protocol adds later are passed over."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)

    x402_version: int = Field(alias="x402Version", examples=[2])
    payment_payload: dict[str, Any] = Field(description="PaymentPayload: accepted, payload.")
    payment_requirements: dict[str, Any] = Field(description="PaymentRequirements, as our 402 gave them.")
