"""The jobs that train a style and offer it to others. See `kind.py`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ledger import restyling, style_pictures, styling
from ledger.context import Ledger
from ledger.domain.ids import CollectionId
from ledger.store import collections
from ledger.store.styles import source_of
from ledger.workflows.kind import Run
from ledger.workflows.tile_kinds import generate


def train_style(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Train a style of `tiles` in parts, each of which leaves a state to go on from, and measure it.

    Where there are `pictures`, each is taken apart first, in a step of its own.
    """
    if arguments.get("pictures"):
        arguments = _with_pictures(run, arguments)
    total = int(arguments["steps"])
    state: str | None = None
    for start in range(0, total, styling.PART):
        to = min(start + styling.PART, total)
        work = partial(styling.advance, run.ledger, arguments, state, to)
        state = run.step(f"trained {to} of {total} steps", work, to, total)
    return run.step("measured the style", partial(_finish, run.ledger, arguments, str(state)), total, total)


def _with_pictures(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the training once the pictures are tiles."""
    pictures, tiles = arguments["pictures"], list(arguments["tiles"])
    whom = style_pictures.made_for(arguments)
    taking = style_pictures.Taking(run.ledger, whom, repair=bool(arguments["repair"]))
    for number, picture in enumerate(pictures, start=1):
        work = partial(_apart, taking, picture)
        tiles.append(run.step(f"took apart picture {number} of {len(pictures)}", work, number, len(pictures)))
    work = partial(style_pictures.together, run.ledger, arguments, list(map(source_of, tiles)))
    return run.step("gathered the tiles", work, len(pictures), len(pictures))


def offer_style(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the specimen in `collection`, by which `style` is offered."""
    drawn = generate(run, arguments)
    name, collection = str(arguments["style"]), CollectionId(drawn["collection"])
    offer = partial(_offer, run.ledger, name, collection)
    specimen = run.step("offered the style", offer, drawn["size"], drawn["size"])
    return {"style": name, "collection": collection, "specimen": specimen}


def _offer(ledger: Ledger, name: str, collection: CollectionId) -> str:
    with ledger.store.reading() as tx:
        planned = collections.get(tx, collection)
    return restyling.offered(ledger, name, planned)


def _apart(taking: style_pictures.Taking, picture: Mapping[str, str]) -> dict[str, Any]:
    (found,) = styling.plain([taking.source(style_pictures.Given(**picture))])
    return found


def _finish(ledger: Ledger, arguments: Mapping[str, Any], state: str) -> dict[str, Any]:
    made = styling.finish(ledger, arguments, state)
    return {"style": made.name, "adapter": made.adapter, "before": made.before, "after": made.after}
