"""The studio's taste, learnt from what its people decided about tiles: selected or arranged, and rejected.

What is kept is a document of the tiles, the decisions and what was learnt, under its SHA-256, and an entry of
the book that names it. It holds nobody's name: who decided stays with the decision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.context import Ledger
from ledger.domain.assets import Asset
from ledger.domain.canonical import canonical, digest
from ledger.domain.choices import Choice, standing
from ledger.domain.critiques import PASS, UNKNOWN, WARN, Point
from ledger.domain.entries import Entry
from ledger.domain.ids import AssetId
from ledger.errors import BlobCorruptError, UnknownError
from ledger.making import drawn_pixels
from ledger.store import Tx, assets, entries
from ledger.styles import units_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.critic.taste import Taste

    Numbers = NDArray[np.float64]
    Vectors = NDArray[np.float32]

FORMAT, KIND = "selvage taste 1", "taste-learnt"
PART = 32  # tiles looked at between two states that are kept
_MEASURES = ("agreement", "base", "pairs", "chance")


@dataclass(frozen=True)
class Learnt:
    """What was learnt, and the digest of the document that says of what."""

    sha256: str
    taste: Taste

    @property
    def told(self) -> str:
        """How far it can be trusted, in one line."""
        found = self.taste
        held = f"foretold {found.agreement:.0%} of {found.decisions} decisions that it had not seen"
        plain = f"saying always the same is right in {found.base:.0%}"
        return f"{held} ({plain}), ranked {found.pairs:.0%} of pairs right (chance: 50%)"


def decisions(ledger: Ledger) -> list[dict[str, Any]]:
    """Every decision that counts: asset, entry, whether it is kept, and what it shows whatever its inks.

    Of a tile the last one counts, unless the tile was retouched since and is another picture.
    """
    with ledger.store.reading() as tx:
        tiles = assets.decided(tx)
        told = _told(tx, [tile.id for tile in tiles])
    found = []
    for tile in tiles:
        made = standing(told[tile.id])
        if made is not None:
            kept = made.choice is not Choice.REJECTED
            found.append({"asset": tile.id, "entry": made.entry, "kept": kept, "drawing": _drawing(tile)})
    return found


def require_enough(made: Sequence[Mapping[str, Any]]) -> None:
    """Raise TasteError, which says how many more are needed, where decisions are too few."""
    from generator.critic import taste

    taste.require_enough([bool(each["kept"]) for each in made], [str(each["drawing"]) for each in made])


def key(ledger: Ledger) -> str:
    """Names the learning: other decisions or another critic are another. Raises TasteError for too few."""
    made = decisions(ledger)
    require_enough(made)
    return digest({"decisions": made, "critic": ledger.engines.critic.digest})


def look(ledger: Ledger, tiles: Sequence[str]) -> str:
    """Names the blob of the critic's embeddings of some tiles, 128 little-endian 32-bit floats each."""
    found = b""
    for name in tiles:
        with ledger.store.reading() as tx:
            tile = assets.get(tx, AssetId(name))
        found += embedding(ledger, tile)
    return ledger.blobs.put(found)


def embedding(ledger: Ledger, tile: Asset) -> bytes:
    """What the critic sees in a tile: 128 little-endian 32-bit floats. Raises StorageError."""
    units = units_of(tile.signed.marked.draft.recipe)
    return ledger.engines.critic.embed([drawn_pixels(ledger, tile)], units).astype("<f4").tobytes()


def learn(ledger: Ledger, made: Sequence[Mapping[str, Any]], seen: Sequence[str]) -> Learnt:
    """Learn from decisions about tiles whose embeddings are in the blobs `seen`, and keep what was learnt.

    Raises TasteError where they are too few or what is learnt is no better than chance.
    """
    import numpy as np

    from generator.critic.taste import learn as fitted

    require_enough(made)
    vectors = np.frombuffer(b"".join(map(ledger.blobs.get, seen)), "<f4").reshape(len(made), -1)
    found = fitted(vectors, [bool(each["kept"]) for each in made], [str(each["drawing"]) for each in made])
    measures = {name: f"{getattr(found, name):.6f}" for name in _MEASURES}
    about = {"format": FORMAT, "critic": ledger.engines.critic.digest, "decisions": list(made), **measures}
    data = canonical({**about, "weights": [f"{each:.6f}" for each in found.weights]})
    learnt = Learnt(ledger.blobs.put(data), found)
    with ledger.store.transaction() as tx:
        last = _last(tx)
        if last is None or last.subject != learnt.sha256:
            counted = {"decisions": found.decisions, "kept": found.kept, **measures}
            tx.append(KIND, learnt.sha256, {**counted, "critic": about["critic"]}, ledger.now())
    return learnt


def latest(ledger: Ledger) -> Learnt:
    """What was learnt last. Raises UnknownError before that, TasteError where it was by another critic."""
    from generator.critic.taste import Taste
    from generator.errors import TasteError

    with ledger.store.reading() as tx:
        last = _last(tx)
    if last is None:
        raise UnknownError(
            "taste", "of the studio", "none was learnt yet: judge a collection with taste first"
        )
    try:
        about = json.loads(ledger.blobs.get(last.subject))
        made, critic = about["decisions"], about["critic"]
        measures = {name: float(about[name]) for name in _MEASURES}
        weights = tuple(map(float, about["weights"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BlobCorruptError(f"{last.subject}: is no taste; learn it again") from error
    if critic != ledger.engines.critic.digest:
        raise TasteError("it was learnt with another critic", "judge the collection with taste again")
    kept = sum(bool(each["kept"]) for each in made)
    return Learnt(last.subject, Taste(weights, len(made), kept, **measures))


def ranked(
    learnt: Learnt, vectors: Vectors, scores: Sequence[float], releasable: Sequence[bool]
) -> tuple[Numbers, tuple[Point, ...]]:
    """What each tile is worth with taste in it, 0 to 1, and how far that moved it. Failed ones stay last."""
    import numpy as np

    from generator.critic.taste import WEIGHT
    from generator.critic.taste import ranked as mixed

    plain, likes = np.asarray(scores, np.float64), learnt.taste.likes(vectors)
    failed = ~np.asarray(releasable, np.bool_)
    worth = mixed(plain, likes, failed)
    before, after = (_places(np.where(failed, -1.0, each)) for each in (plain, worth))
    fit = len(plain) - int(failed.sum())
    limit = f"{WEIGHT:.0%} of its place is taste"
    points = tuple(
        _moved(float(like), int(was), int(now), fit, limit)
        if fits
        else Point("taste", UNKNOWN, f"{like:.2f} of 1, which does not count: a point failed", limit)
        for like, was, now, fits in zip(likes, before, after, releasable, strict=True)
    )
    return worth, points


def _moved(like: float, was: int, now: int, fit: int, limit: str) -> Point:
    if now == was:
        moved = f"left where it was, at place {now} of {fit}"
    else:
        moved = f"{'up' if now < was else 'down'} from place {was} to {now} of {fit}"
    state, reason = (PASS, "") if like >= 0.5 else (WARN, "like tiles that were rejected")
    return Point("taste", state, f"{like:.2f} of 1: {moved}", limit, reason)


def _places(worth: Numbers) -> NDArray[np.int64]:
    """The place of each, from 1; ties go to the lower number."""
    import numpy as np

    order = np.argsort(-worth, kind="stable")
    places = np.empty(len(worth), np.int64)
    places[order] = np.arange(1, len(worth) + 1)
    return places


def _drawing(tile: Asset) -> str:
    recipe = tile.signed.marked.draft.recipe
    return digest({name: value for name, value in recipe.items() if name != "palette"})


def _told(tx: Tx, tiles: Sequence[AssetId]) -> dict[str, list[Entry]]:
    told: dict[str, list[Entry]] = {tile: [] for tile in tiles}
    for start in range(0, len(tiles), assets.CHUNK):
        for entry in entries.about(tx, tiles[start : start + assets.CHUNK]):
            told[entry.subject].append(entry)
    return told


def _last(tx: Tx) -> Entry | None:
    found = entries.of_kind(tx, KIND)
    return found[-1] if found else None
