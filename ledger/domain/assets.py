"""From a brief to an asset. Each stage holds the one before it, so no step can be skipped:

Draft -> Marked -> Signed -> Asset
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.domain.errors import BriefError
from ledger.domain.fields import Field
from ledger.domain.guidelines import GuidelinesUse
from ledger.domain.ids import AssetId, CollectionId, MarkId
from ledger.domain.origins import HAND
from ledger.domain.styles import BaseUse, MadeFor, StyleUse, check_recipe

MAX_ASSETS = 10_000
MAX_NAME, MAX_PROMPT = 120, 300  # characters
MAX_LISTED = 500  # prompts, palettes
MIN_INKS, MAX_INKS = 2, 6
MIN_SIZE, MAX_SIZE, SIZE_STEP = 128, 2048, 64  # pixels: what the generators draw
MAX_SEED = 2**48 - 1  # room for one seed per tile below the largest exact JSON number
MAX_TAKES = 16
GENERATORS = ("embedded", "archive", "diffusers")
MAKERS = (*GENERATORS, HAND)
_INK = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class BriefWords:
    """The trade words of a brief: every theme on every motif in every colourway, `per` tiles each.

    No theme is one plain one. They are kept for people; what is drawn are the prompts and palettes.
    """

    themes: tuple[str, ...]
    motifs: tuple[str, ...]
    colourways: tuple[str, ...]
    per: int

    @property
    def prompts(self) -> int:
        """How many prompts they stand for."""
        return max(1, len(self.themes)) * len(self.motifs)


@dataclass(frozen=True)
class CollectionBrief:
    """What a manager asks for: `count` tiles of `size` px, dealt over `prompts` and `palettes` in turn.

    A palette is 2 to 6 `#rrggbb` inks, the ground first. `generator` is `embedded` or `archive`, or
    `hand` in the brief that `ledger/importing.py` writes for what a person drew. `words` are those of a brief
    in trade words (ledger/domain/trade_brief.py). `style` and `base` are what it is drawn in and over,
    `recipe` the tile from whose recipe it is drawn with other seeds, `made_for` the party that draws with its
    own licences, `guidelines` what it is held against. Each tile is the best of so many `takes`.
    """

    name: str
    prompts: tuple[str, ...]
    palettes: tuple[tuple[str, ...], ...]
    count: int
    size: int
    seed: int
    generator: str = "embedded"
    words: BriefWords | None = None
    style: StyleUse | None = None
    base: BaseUse | None = None
    made_for: MadeFor | None = None
    guidelines: GuidelinesUse | None = None
    recipe: AssetId | None = None
    takes: int = 1

    def __post_init__(self) -> None:
        at = {name: Field(value, name, BriefError) for name, value in vars(self).items()}
        at["name"].text(MAX_NAME)
        for prompt in at["prompts"].items(MAX_LISTED):
            prompt.text(MAX_PROMPT)
        for palette in at["palettes"].items(MAX_LISTED):
            _check_palette(palette)
        at["count"].whole(1, MAX_ASSETS)
        if at["size"].whole(MIN_SIZE, MAX_SIZE) % SIZE_STEP:
            at["size"].refuse(f"{self.size} px; give a multiple of {SIZE_STEP}")
        at["seed"].whole(0, MAX_SEED)
        at["generator"].one_of(MAKERS)
        if self.words is not None:
            _check_words(self, self.words, at["words"])
        check_recipe(self.generator, self.style, self.base)
        if at["takes"].whole(1, MAX_TAKES) > 1:
            _check_taken(self, at["takes"])


def _check_words(brief: CollectionBrief, words: BriefWords, at: Field) -> None:
    found = (len(brief.prompts), len(brief.palettes), brief.count)
    meant = (words.prompts, len(words.colourways), words.prompts * len(words.colourways) * words.per)
    if found != meant:
        at.refuse(f"stand for {meant} prompts, palettes and tiles, and here are {found}; leave the words out")


def _check_taken(brief: CollectionBrief, takes: Field) -> None:
    """Raise BriefError where there is nothing to choose by, or every drawing is counted."""
    if brief.generator != GENERATORS[0]:
        takes.refuse(f"are drawn by embedded, not by {brief.generator}; leave them out")
    for name in ("base", "recipe", "made_for"):
        if getattr(brief, name) is not None:
            takes.refuse(f"go not with {name}; leave the one or the other out")


def _check_palette(palette: Field) -> None:
    inks = palette.items(MAX_INKS)
    for ink in inks:
        if not _INK.fullmatch(ink.text()):
            ink.refuse(f"{ink.value[:40]!r} is not an ink such as '#1b2a49'")
    if not MIN_INKS <= len({ink.value for ink in inks}) == len(inks):
        palette.refuse(f"give {MIN_INKS} to {MAX_INKS} different inks such as '#1b2a49'")


@dataclass(frozen=True)
class Collection:
    """A planned or registered collection. `registration` is None until its root is on chain."""

    id: CollectionId
    brief: CollectionBrief
    created_at: str
    registration: Registration | None = None

    def title_of(self, draft: Draft) -> str:
        """What people call a tile of it: the name of the collection and the number of the tile."""
        return f"{self.brief.name} {draft.index + 1:02d}"


@dataclass(frozen=True)
class Registration:
    """Where the chain witnesses a collection: `chain_id` and registry name the contract (CAIP-2, CAIP-10)."""

    chain_id: int
    registry: str
    token: str  # the collection's id on chain, decimal uint256
    root: str  # 0x-prefixed 32 bytes
    terms_hash: str  # 0x-prefixed 32 bytes
    tx: str
    gas: int


@dataclass(frozen=True)
class Draft:
    """A planned or drawn tile: its number, the mark it will carry and the recipe that draws it."""

    id: AssetId
    collection: CollectionId
    index: int
    mark: MarkId
    recipe: Mapping[str, Any]


@dataclass(frozen=True)
class Marked:
    """A draft whose pixels carry its mark id, read back. `quality` holds decimal strings: psnr_db, ssim.

    `drawn` names the pixels before they were marked, a PNG in the blob store that is never published: a
    suspect is compared with them, and a licensed copy is made of them. `separations` names the index map that
    they were printed from, a grey PNG that is never published either. None for tiles of older ledgers.
    """

    draft: Draft
    algorithm: str
    quality: Mapping[str, str] = field(default_factory=dict)
    drawn: str | None = None
    separations: str | None = None


@dataclass(frozen=True)
class Signed:
    """A marked tile with its C2PA manifest. `sha256` names the bytes in the blob store."""

    marked: Marked
    sha256: str
    manifest: str
    mime: str = "image/png"


@dataclass(frozen=True)
class Asset:
    """A signed tile with the fingerprint of its marked pixels: what the register holds.

    `generic` is a decimal string, 0 to 1: how far its motif is one that anybody draws, such as a gingham.
    `details` names what candidates are found by, in the blob store; None for tiles of older ledgers.
    `choice` is selected or rejected and `place` where the tile was arranged, once people said so; `decided`
    is the entry of what they decided last, `told` the last such entry that the manifest tells.
    """

    signed: Signed
    fingerprint: Mapping[str, str]
    created_at: str
    generic: str = "0"
    details: str | None = None
    choice: str | None = None
    place: int | None = None
    decided: int | None = None
    told: int | None = None

    @property
    def id(self) -> AssetId:
        return self.signed.marked.draft.id

    @property
    def collection(self) -> CollectionId:
        return self.signed.marked.draft.collection

    @property
    def mark(self) -> MarkId:
        return self.signed.marked.draft.mark

    @property
    def picture(self) -> str | None:
        """What names its drawing, whatever its mark, manifest and inks; None for tiles of older ledgers."""
        return self.signed.marked.separations

    @property
    def content(self) -> bytes:
        """SHA-256 of the signed file: the content hash in the Merkle leaf, 32 bytes."""
        return bytes.fromhex(self.signed.sha256)
