"""House styles: an adapter with the tiles it was made of and their rights, and what a brief says of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.domain.errors import BriefError, FieldError
from ledger.domain.fields import Field, required
from ledger.domain.ids import AssetId, LicenceId, PartyId, derive, parse_id, parse_party

MAX_STEPS, USUAL_STEPS = 5_000, 300
# A step draws its numbers from a million times the seed, in 64 bits; the specimen's brief takes 48.
MAX_STYLE_SEED = 2**44 - 1
MAX_RIGHT = 200  # characters
KEPT = ("ground", "motif")
_SHARE = re.compile(r"(?:0?\.[0-9]{1,2}|1(?:\.0{1,2})?)")


@dataclass(frozen=True)
class Source:
    """One tile that a style was made of, with the right to do so.

    `sha256` names its separations in the blob store, a grey PNG. A tile of this ledger is `asset`, and
    `licence` what its maker holds of it; an upload has neither, and `right` is what a person stated.
    """

    title: str
    sha256: str
    prompt: str
    seed: int
    inks: int
    units: int
    right: str
    owner: str
    asset: AssetId | None = None
    licence: LicenceId | None = None


@dataclass(frozen=True)
class Style:
    """A trained style. `adapter` and `sheet` name blobs, `base` the weights that it is for.

    `made_for` is the party whose it is, None for the house. `own`, `before` and `after` are mean cosines to
    the tiles' centroid in decimal text; `vector` is that centroid, 128 little-endian 32-bit floats in hex.
    `specimen` is the registered tile that a licence of it is taken of, once there is one. An adapter that
    was trained elsewhere and brought has one source, its own file with the right that somebody stated.
    """

    id: str
    name: str
    made_for: PartyId | None
    adapter: str
    base: str
    rank: int
    steps: int
    seed: int
    sources: tuple[Source, ...]
    vector: str
    own: str
    before: str
    after: str
    sheet: str
    made_at: str
    specimen: AssetId | None = None

    @property
    def brought(self) -> Source | None:
        """The file and the right to it, where the adapter was trained elsewhere."""
        only = self.sources[0] if len(self.sources) == 1 else None
        return only if only is not None and only.sha256 == self.adapter else None

    def known_to(self, party: PartyId | None) -> bool:
        """Whether `party` may know of it, None for the house: its own, and the house's once it is offered."""
        if party is None or self.made_for == party:
            return True
        return self.known_to_all

    @property
    def known_to_all(self) -> bool:
        """Whether anybody may know what it is called and made of: claims, which are public, say it then."""
        return self.made_for is None and self.specimen is not None


@dataclass(frozen=True)
class StyleUse:
    """The style that a brief is drawn in, and how strongly, above 0 to 1 in decimal text."""

    name: str
    weight: str = "1"

    def __str__(self) -> str:
        return self.name if self.weight == "1" else f"{self.name}:{self.weight}"


@dataclass(frozen=True)
class BaseUse:
    """The tile that a brief is drawn over, and how much of it is drawn anew, above 0 to 1 in decimal text.

    `keep` is the part of it that stays as it is, of KEPT, None where all is drawn anew.
    """

    asset: AssetId
    strength: str
    keep: str | None = None


@dataclass(frozen=True)
class MadeFor:
    """The party that draws, and the country it does so in: its licences are asked, and counted."""

    party: PartyId
    territory: str


def style_id(ledger: str, name: str) -> str:
    return derive("style", ledger, name)


def parse_name(field: str, text: str) -> str:
    """`text` if a style can be called so, else FieldError: a slug, as parties are."""
    try:
        return str(parse_party(field, text))
    except FieldError as error:
        problem = f"{text[:80]!r} is no name of a style; use a-z, 0-9 and -, such as harbour-hand"
        raise FieldError(field, problem) from error


def parse_share(field: str, text: str) -> str:
    """Decimal text above 0 and up to 1 in its shortest form, `0.80` as `0.8`. Raises FieldError."""
    if not _SHARE.fullmatch(text) or not float(text):
        raise FieldError(field, f"{text[:40]!r} is out of range; give above 0 and up to 1, such as 0.4")
    return f"{float(text):.2f}".rstrip("0").rstrip(".")


def parse_style(field: str, text: str) -> StyleUse:
    """`harbour-hand` or `harbour-hand:0.8`. Raises FieldError."""
    name, colon, weight = text.partition(":")
    return StyleUse(parse_name(field, name), parse_share(field, weight) if colon else "1")


def read_style(field: Field) -> StyleUse:
    """What a brief says under `style`. Raises BriefError."""
    return field.build(lambda: parse_style(field.path, field.text()))


def read_base(field: Field) -> BaseUse:
    """What a brief says under `base`. Raises BriefError."""
    parts = field.mapping({"asset", "strength", "keep"}, "{asset: ID, strength: '0.4'}")
    asset = required(parts, "asset", field, "give the id of a tile")
    strength = required(parts, "strength", field, "give how much is drawn anew, such as '0.4'")
    text = strength.value if isinstance(strength.value, str) else str(strength.value)
    return BaseUse(
        AssetId(asset.build(lambda: parse_id(asset.path, asset.text()))),
        strength.build(lambda: parse_share(strength.path, text)),
        parts["keep"].one_of(KEPT) if "keep" in parts else None,
    )


def read_recipe(field: Field) -> AssetId:
    """The tile that a brief names under `recipe`. Raises BriefError."""
    return AssetId(field.build(lambda: parse_id(field.path, field.text())))


def read_made_for(field: Field) -> MadeFor:
    """What a brief says under `made_for`. Raises BriefError."""
    parts = field.mapping({"party", "territory"}, "{party: north-mill, territory: GB}")
    party = required(parts, "party", field, "name the party that draws, such as north-mill")
    territory = required(parts, "territory", field, "give its country, such as GB")
    return MadeFor(
        PartyId(party.build(lambda: parse_party(party.path, party.text()))),
        territory.build(lambda: territory.text(2).upper()),
    )


def check_recipe(generator: str, style: StyleUse | None, base: BaseUse | None) -> None:
    """Raise BriefError where a brief asks for what its generator does not do."""
    if generator != "embedded" and (style or base):
        asked = "style" if style else "base"
        raise BriefError(asked, f"the generator {generator} draws in no style and over no base; use embedded")


def style_to_text(style: StyleUse | None) -> dict[str, str]:
    """The entry of a canonical brief; nothing without a style."""
    return {"style": str(style)} if style else {}


def base_to_dict(base: BaseUse | None) -> dict[str, dict[str, str]]:
    """The entry of a canonical brief; nothing without a base."""
    if base is None:
        return {}
    kept = {"keep": base.keep} if base.keep else {}
    return {"base": {"asset": base.asset, "strength": base.strength, **kept}}


def recipe_to_text(recipe: AssetId | None) -> dict[str, str]:
    """The entry of a canonical brief; nothing where it is drawn from no tile's recipe."""
    return {"recipe": recipe} if recipe else {}


def made_for_to_dict(made_for: MadeFor | None) -> dict[str, dict[str, str]]:
    """The entry of a canonical brief; nothing where the house draws for itself."""
    return {"made_for": {"party": made_for.party, "territory": made_for.territory}} if made_for else {}
