"""Train a house style: gather tiles that may be used, train in parts that can be resumed, measure, keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ledger import seeing
from ledger.context import Ledger
from ledger.domain.assets import Asset
from ledger.domain.canonical import digest
from ledger.domain.choices import check_who
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, LicenceId, PartyId
from ledger.domain.origins import asked_for
from ledger.domain.styles import (
    MAX_RIGHT,
    MAX_STEPS,
    MAX_STYLE_SEED,
    MadeFor,
    Source,
    Style,
    parse_name,
    style_id,
)
from ledger.domain.use import Action
from ledger.errors import ConflictError, NotPermittedError
from ledger.making import decode_grey, drawn_pixels, encode_png, separations
from ledger.permission import licence_for, right_of
from ledger.store import assets, styles
from ledger.store.styles import source_of
from ledger.styles import embedded, title_of, units_of

if TYPE_CHECKING:
    from generator import EmbeddedGenerator
    from generator.style import Adapter, Scored, StyleTile, Training

PART = 25  # steps between two states that are kept


def tiles(ledger: Ledger, names: Sequence[AssetId], made_for: MadeFor | None = None) -> tuple[Source, ...]:
    """Tiles of this ledger to train on, each with its right.

    Raises UnknownError, OrderError for one that is not made or not printed from separations, and
    NotPermittedError that names each whose terms do not give `adapter` to the one who asks.
    """
    found, refused = [], []
    with ledger.store.reading() as tx:
        for name in names:
            licence, why = licence_for(ledger, tx, name, Action.ADAPT, made_for)
            title = title_of(tx, name)
            if why:
                refused.append((title, why))
            found.append((assets.get(tx, name), title, right_of(tx, name, licence), licence))
    if refused:
        raise NotPermittedError("training a style", refused)
    return tuple(source(ledger, *each) for each in found)


def source(ledger: Ledger, tile: Asset, title: str, right: str, licence: LicenceId | None) -> Source:
    """A tile with the words it was drawn by; one that a person drew gets the critic's, as a picture does.

    Raises OrderError for one that is not printed from separations.
    """
    recipe = tile.signed.marked.draft.recipe
    screens = ledger.blobs.put(encode_png(separations(ledger, tile)))
    prompt, seed = asked_for(recipe) or (seeing.words(ledger, drawn_pixels(ledger, tile)), 0)
    return Source(
        title=title,
        sha256=screens,
        prompt=prompt,
        seed=seed,
        inks=len(recipe["palette"]),
        units=units_of(recipe),
        right=right,
        owner=ledger.studio,
        asset=tile.id,
        licence=licence,
    )


def right_stated(right: str, by: str) -> str:
    """A right with who states it, as it is kept. Raises FieldError."""
    check_who(by, "")
    if not right.strip() or len(right) > MAX_RIGHT or not right.isprintable():
        raise FieldError("right", f"say by which right they are used, in 1 to {MAX_RIGHT} characters")
    return f"{right}, stated by {by}"[:MAX_RIGHT]


def asked(
    ledger: Ledger,
    name: str,
    sources: Sequence[Source],
    steps: int,
    seed: int,
    made_for: MadeFor | None = None,
) -> dict[str, Any]:
    """The arguments of the job that trains the style. Asked again, they are the same.

    Raises FieldError, StyleTilesError for too few or too many tiles, and ConflictError where a style of this
    name is there that was made of other tiles, for somebody else or otherwise.
    """
    check(name, steps, seed, len(sources))
    if len({each.sha256 for each in sources}) < len(sources):
        raise FieldError("tiles", "two are the same picture; give each once")
    weights = embedded(ledger).weights
    with ledger.store.reading() as tx:
        known = styles.find(tx, name)
    party = made_for.party if made_for else None
    if known is not None:
        _require_same(known, (_handed(sources), steps, seed, weights, party))
    asked_for = {"name": name, "steps": steps, "seed": seed, "tiles": plain(sources), "made_for": party}
    return {**asked_for, "weights": weights}


def check(name: str, steps: int, seed: int, tiles: int) -> None:
    """Raise FieldError for a name, steps or a seed that no style has, StyleTilesError for too few or many."""
    from generator.style.tiles import check_count

    parse_name("name", name)
    if not 1 <= steps <= MAX_STEPS:
        raise FieldError("steps", f"{steps} is out of range; give 1 to {MAX_STEPS}")
    if not 0 <= seed <= MAX_STYLE_SEED:
        raise FieldError("seed", f"{seed} is out of range; give 0 to {MAX_STYLE_SEED}")
    check_count(tiles)


def plain(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Sources as JSON, what they have none of left out."""
    return [{k: v for k, v in asdict(each).items() if v is not None} for each in sources]


def key(arguments: Mapping[str, Any]) -> str:
    """Names the training: the same tiles on the same weights are trained once."""
    return digest(arguments)


def advance(ledger: Ledger, arguments: Mapping[str, Any], state: str | None, to: int) -> str:
    """Train from the state that the blob `state` holds up to step `to`; names the blob of the new state."""
    training = _training(ledger, arguments, state)
    training.run(to, int(arguments["steps"]))
    return ledger.blobs.put(training.save())


def finish(ledger: Ledger, arguments: Mapping[str, Any], state: str) -> Style:
    """Measure what was trained and keep it as a style; the same that is there already is returned.

    Raises ConflictError where another got the name meanwhile, AdapterError, StyleTilesError, WeightsError and
    StorageError.
    """
    from generator.style import read_adapter, score_style

    data = _training(ledger, arguments, state).adapter()
    adapter, name = read_adapter(data), str(arguments["name"])
    sources = tuple(source_of(each) for each in arguments["tiles"])
    with ledger.store.reading() as tx:
        known = styles.find(tx, name)
    if known is not None:
        made = (_handed(sources), adapter.steps, adapter.seed, adapter.base, arguments["made_for"])
        return _require_same(known, made)
    generator, found = _weights(ledger, arguments), _tiles(ledger, arguments)
    scored = score_style(generator, ledger.engines.critic, adapter, found)
    ledger.blobs.put(data)
    style = described(ledger, name, adapter, scored, sources, arguments["made_for"])
    return keep(ledger, style, "style-trained")


def described(
    ledger: Ledger,
    name: str,
    adapter: Adapter,
    scored: Scored,
    sources: tuple[Source, ...],
    made_for: PartyId | None = None,
) -> Style:
    """A style as it is kept, its sheet among the blobs."""
    return Style(
        id=style_id(ledger.id, name),
        name=name,
        made_for=made_for,
        adapter=adapter.sha256,
        base=adapter.base,
        rank=adapter.rank,
        steps=adapter.steps,
        seed=adapter.seed,
        sources=sources,
        vector=scored.vector.astype("<f4").tobytes().hex(),
        own=f"{scored.own:.4f}",
        before=f"{scored.before:.4f}",
        after=f"{scored.after:.4f}",
        sheet=ledger.blobs.put(encode_png(scored.sheet)),
        made_at=ledger.now(),
    )


def keep(ledger: Ledger, style: Style, kind: str) -> Style:
    """Write a style into the book as an entry of `kind`; the same that is there already is returned.

    Raises ConflictError where another has its name, StorageError.
    """
    with ledger.store.transaction() as tx:
        known = styles.find(tx, style.name)
        if known is not None:
            return _require_same(known, _made(style))
        entry = tx.append(kind, style.id, _body(style), style.made_at)
        styles.add(tx, style, entry.sequence)
    return style


def _made(style: Style) -> tuple[object, ...]:
    """What makes a style the one that it is."""
    return _handed(style.sources), style.steps, style.seed, style.base, style.made_for


def _handed(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Sources without what a program reads out of a picture itself: another edition reads it otherwise."""
    return tuple(each if each.asset else replace(each, prompt="", units=0) for each in sources)


def _require_same(known: Style, made: tuple[object, ...]) -> Style:
    if _made(known) != made:
        problem = "was made of other tiles, for somebody else or on other weights; give this one another name"
        raise ConflictError("name", f"the style {known.name} {problem}")
    return known


def _training(ledger: Ledger, arguments: Mapping[str, Any], state: str | None) -> Training:
    from generator.style import Training

    training = Training(_weights(ledger, arguments), _tiles(ledger, arguments), int(arguments["seed"]))
    if state is not None:
        training.resume(ledger.blobs.get(state))
    return training


def _weights(ledger: Ledger, arguments: Mapping[str, Any]) -> EmbeddedGenerator:
    """The weights of the day it was asked for, also where others replaced them since."""
    return embedded(ledger).of_base(str(arguments["weights"]))


def _tiles(ledger: Ledger, arguments: Mapping[str, Any]) -> list[StyleTile]:
    return of_sources(ledger, [source_of(each) for each in arguments["tiles"]])


def of_sources(ledger: Ledger, sources: Sequence[Source]) -> list[StyleTile]:
    """The tiles of a style. Raises BlobError."""
    from generator.style import StyleTile

    found = []
    for source in sources:
        inks = decode_grey(ledger.blobs.get(source.sha256))
        found.append(StyleTile(source.title, inks, source.prompt, source.seed, source.inks, source.units))
    return found


def _body(style: Style) -> dict[str, Any]:
    named = {
        name: getattr(style, name) for name in ("name", "adapter", "base", "rank", "steps", "seed", "sheet")
    }
    sources = [
        {"title": each.title, "sha256": each.sha256, "right": each.right, "asset": each.asset}
        for each in style.sources
    ]
    scores = {name: getattr(style, name) for name in ("own", "before", "after")}
    return {**named, "made_for": style.made_for, "tiles": sources, "scores": scores}
