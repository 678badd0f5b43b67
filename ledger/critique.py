"""Judge the tiles of a collection: the release checklist, the critic's view, and which to look at first.

Judging changes nothing that counts: people decide. A critique is kept until the tile, the critic or the
limits are others, so a job that was interrupted goes on where it was; whether the register holds the like of
a tile is looked at each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ledger import guardrails, in_style, likeness, merit, searching, taste
from ledger.context import Ledger
from ledger.domain.assets import Asset, Collection
from ledger.domain.canonical import digest
from ledger.domain.critiques import FAIL, PASS, UNKNOWN, WARN, Critique, Point, kept_of
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, CollectionId
from ledger.errors import BlobError
from ledger.influences import adapter_of
from ledger.making import drawn_pixels
from ledger.store import Tx, assets, collections, critiques, operations

if TYPE_CHECKING:
    from generator.critic import Critic, Limits
    from generator.critic.selection import Vectors

HOUSE_TILES = 12  # fewer tell nothing of a style
_NUMBERS = ("spread", "spread_of_best", "away", "away_of_best")
ALIKE = 0.02  # the distance of embeddings below which two tiles look the same


@dataclass(frozen=True)
class Curation:
    """A collection judged: `picked` in the order to look at them; spreads and distances are 0 to 1.

    `tastes` says of each tile how much taste moved it; it is empty where taste was left out.
    `spread` is how far the picked tiles lie from their nearest other, `spread_of_best` what it would be of
    the best scores alone; `away` and `away_of_best` the same for the distance from the house's tiles.
    """

    collection: Collection
    tiles: tuple[Asset, ...]
    critiques: tuple[Critique, ...]
    picked: tuple[AssetId, ...]
    points: tuple[Point, ...]
    spread: float
    spread_of_best: float
    away: float
    away_of_best: float
    tastes: tuple[Point, ...] = ()

    def checklist(self) -> tuple[tuple[Asset, Critique, tuple[Point, ...]], ...]:
        """Each tile with its critique and every point of its checklist, taste the last."""
        tastes: list[tuple[Point, ...]] = [(each,) for each in self.tastes] or [()] * len(self.tiles)
        rows = zip(self.tiles, self.critiques, tastes, strict=True)
        return tuple((tile, critique, (*critique.points, *more)) for tile, critique, more in rows)


def read_limits(given: Mapping[str, str]) -> dict[str, str]:
    """Limits in decimal text as they are kept; raises BriefError naming the one that cannot be used."""
    from generator.critic import Limits
    from generator.errors import BriefError

    numbers = {}
    for name, text in given.items():
        try:
            numbers[name] = float(text)
        except ValueError:
            raise BriefError(name, f"{text[:20]!r} is no number", "write it such as 0.3") from None
    return {name: f"{value:g}" for name, value in vars(Limits(**numbers)).items()}


def key(
    ledger: Ledger, collection: CollectionId, limits: Mapping[str, str], *, with_taste: bool = False
) -> str:
    """What names the judging of a collection as it now is: another tile, critic or limit is another one, and
    so is another register.

    With taste other decisions are one too. Raises TasteError where they are too few, and OrderError while its
    tiles are being drawn.
    """
    learnt = {"taste": taste.key(ledger)} if with_taste else {}
    with ledger.store.reading() as tx:
        collections.get(tx, collection)
        _require_drawn(tx, collection)
        tiles = [tile.signed.sha256 for tile in assets.of_collection(tx, collection)]
    judge = {**_judge_of(ledger, limits), "register": searching.version(ledger)}
    return digest({"collection": collection, "tiles": tiles, **judge, **learnt})


def _require_drawn(tx: Tx, collection: CollectionId) -> None:
    for each in operations.unfinished(tx):
        if each.kind == "generate" and each.arguments.get("collection") == collection:
            remedy = f"judge them when operation {each.id} has ended (selvage operations {each.id} --wait)"
            raise OrderError(f"the tiles of {collection} are still being drawn; {remedy}")


def criticise(ledger: Ledger, asset: AssetId, limits: Mapping[str, str]) -> Critique:
    """Judge one tile by limits in decimal text, unless this very picture was judged so before.

    Raises UnknownError, OrderError while it is not made, BriefError for limits, and StorageError.
    """
    from generator.critic import Limits

    critic, asked = ledger.engines.critic, Limits(**{name: float(value) for name, value in limits.items()})
    with ledger.store.reading() as tx:
        tile, known = assets.get(tx, asset), critiques.find(tx, asset)
    adapter = adapter_of(tile.signed.marked.draft.recipe)
    hand = {"adapter": adapter["sha256"]} if adapter else {}
    version = digest({"tile": tile.signed.sha256, **_judge_of(ledger, limits), **hand})
    made = known if known is not None and known.version == version and _settled(known) else None
    made = _again(ledger, tile, made) if made else _judged(ledger, tile, critic, asked, version)
    if made == known:
        return made
    with ledger.store.transaction() as tx:
        critiques.keep(tx, made, ledger.now())
    return made


def curate(
    ledger: Ledger, collection: CollectionId, keep_top: str, divergence: float, *, with_taste: bool = False
) -> Curation:
    """The critiques of a collection, and which tiles to look at first: `keep_top`, such as `5%` or `12`.

    A tile that only an earlier critic judged is left out until it is judged again. With taste the one learnt
    last has its say in their order. Raises UnknownError, FieldError, BriefError for a divergence outside 0 to
    1, and TasteError.
    """
    import numpy as np

    from generator.critic.selection import away, pick, spread

    critic = ledger.engines.critic.digest
    with ledger.store.reading() as tx:
        found, judged = collections.get(tx, collection), critiques.of_collection(tx, collection, critic)
        tiles = tuple(tile for tile in assets.of_collection(tx, collection) if tile.id in judged)
        house = _vectors(critiques.of_house(tx, collection, critic))
    each = tuple(judged[tile.id] for tile in tiles)
    vectors = _vectors([one.embedding for one in each])
    keep = kept_of(keep_top, len(tiles))
    fit = [number for number, one in enumerate(each) if one.releasable]
    learnt = taste.latest(ledger) if with_taste else None
    worth, tastes = _worth(learnt, vectors, each)
    scores = [worth[number] for number in fit]
    chosen, best = (
        [fit[n] for n in pick(vectors[fit], scores, keep, weight, house)] for weight in (divergence, 0.0)
    )
    numbers = (
        spread(vectors[chosen]),
        spread(vectors[best]),
        away(vectors[chosen], house),
        away(vectors[best], house),
    )
    points: tuple[Point, ...] = (_homogeneous(vectors), _in_style(vectors[chosen], house))
    if learnt is not None:
        points = (*points, Point("taste", PASS, learnt.told, f"learnt as {learnt.sha256[:12]}"))
    picked = tuple(tiles[number].id for number in chosen)
    spreads = dict(zip(_NUMBERS, map(float, np.round(numbers, 4)), strict=True))
    return Curation(found, tiles, each, picked, points, **spreads, tastes=tastes)


def of_another_critic(ledger: Ledger, collection: CollectionId) -> list[AssetId]:
    """The house's tiles outside `collection` that the critic of today has not looked at, another has."""
    with ledger.store.reading() as tx:
        return critiques.of_another_critic(tx, collection, ledger.engines.critic.digest)


def look_again(ledger: Ledger, tiles: Sequence[str]) -> int:
    """Embed tiles that another critic judged, so that the house is compared in one space; returns how many.

    What was judged of them stays until they are judged again; a tile whose file is lost or damaged is left
    out of the house. Raises UnknownError.
    """
    critic, looked = ledger.engines.critic.digest, 0
    for name in map(AssetId, tiles):
        with ledger.store.reading() as tx:
            tile = assets.get(tx, name)
        try:
            found = taste.embedding(ledger, tile)
        except BlobError:
            continue
        with ledger.store.transaction() as tx:
            critiques.look_again(tx, name, critic, found)
        looked += 1
    return looked


def _worth(
    learnt: taste.Learnt | None, vectors: Any, each: Sequence[Critique]
) -> tuple[list[float], tuple[Point, ...]]:
    """What each tile is worth, and how far taste moved it where there is one."""
    scores = [one.score for one in each]
    if learnt is None:
        return scores, ()
    worth, tastes = taste.ranked(learnt, vectors, scores, [one.releasable for one in each])
    return worth.tolist(), tastes


def _judge_of(ledger: Ledger, limits: Mapping[str, str]) -> dict[str, Any]:
    """What a tile is judged by: critic, edition of the checks, limits, protected pictures."""
    from generator.critic.checklist import EDITION

    critic, protected = ledger.engines.critic.digest, guardrails.version(ledger)
    return {"critic": critic, "checks": EDITION, "limits": dict(limits), "protected": protected}


def _settled(known: Critique) -> bool:
    """Whether nothing was missing when it was judged that may have come back since."""
    return all(point.measure != in_style.UNREADABLE for point in known.points)


def _again(ledger: Ledger, tile: Asset, known: Critique) -> Critique:
    """What is known of a tile, held against the register as it is now."""
    own = likeness.own(ledger, tile)
    return replace(known, points=tuple(own if point.name == own.name else point for point in known.points))


def _judged(ledger: Ledger, tile: Asset, critic: Critic, limits: Limits, version: str) -> Critique:
    of_itself = merit.of(critic, tile.signed.marked.draft.recipe, drawn_pixels(ledger, tile), limits)
    points = (
        *of_itself.points,
        *in_style.points(ledger, tile, of_itself.embedding),
        likeness.own(ledger, tile),
        _allowed(ledger, tile),
    )
    return Critique(
        tile.id,
        version,
        points,
        of_itself.seen,
        f"{of_itself.agreement:.4f}",
        of_itself.embedding.astype("<f4").tobytes(),
        critic.digest,
        f"{of_itself.finish:.4f}" if of_itself.finish is not None else "",
    )


def _allowed(ledger: Ledger, tile: Asset) -> Point:
    """Whether the tile imitates a protected picture."""
    found = guardrails.imitated(ledger, tile)
    limit = "no protected picture"
    if not found:
        return Point("protected", PASS, "like none of the protected pictures", limit)
    name, measure = found[0].name, f"{found[0].near} {found[0].name}"
    return Point("protected", FAIL, measure, limit, f"it imitates {name}, which is protected: reject it")


def _homogeneous(vectors: Vectors) -> Point:
    """How many tiles of the collection have a twin in it."""
    import numpy as np

    from generator.critic.selection import distances

    apart = distances(vectors, vectors)
    np.fill_diagonal(apart, 1.0)
    twins = float((apart.min(1) < ALIKE).mean()) if len(vectors) > 1 else 0.0
    state = PASS if twins <= 0.5 else WARN
    reason = (
        "" if state == PASS else "the collection repeats itself: raise the divergence or brief more motifs"
    )
    return Point("variety", state, f"{twins:.0%} of the tiles have a twin that looks the same", "50%", reason)


def _in_style(vectors: Vectors, house: Vectors) -> Point:
    """How near the picked tiles are to the middle of what the house registered, beside its own tiles."""
    import numpy as np

    if len(house) < HOUSE_TILES:
        return Point(
            "house style",
            UNKNOWN,
            f"{len(house)} registered tiles were judged",
            f"{HOUSE_TILES} to compare with",
        )
    centre = house.mean(0) / np.linalg.norm(house.mean(0))
    own, found = float(np.mean(house @ centre)), float(np.mean(vectors @ centre)) if len(vectors) else 1.0
    state = PASS if found >= own - 2 * float(np.std(house @ centre)) else WARN
    reason = "" if state == PASS else "these are another hand's than the house's: meant so?"
    return Point(
        "house style", state, f"{found:.2f} to the house's middle", f"its own tiles have {own:.2f}", reason
    )


def _vectors(embeddings: Sequence[bytes]) -> Vectors:
    import numpy as np

    return np.frombuffer(b"".join(embeddings), "<f4").reshape(len(embeddings), -1 if embeddings else 128)
