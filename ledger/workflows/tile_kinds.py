"""The jobs that make tiles and register them. See `kind.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from ledger import anchor, briefing, colourways, confirming, copies, create, critique, register, taste
from ledger.context import Ledger
from ledger.domain.ids import AssetId, CollectionId, LicenceId
from ledger.store import assets, collections
from ledger.workflows.attempts import StepError
from ledger.workflows.drawing import AHEAD
from ledger.workflows.kind import Run, id_of

MOST_FAILED = 10  # tiles that failed for what would fail the others too: key, clock, disk or database
MOST_NAMED = 10  # tiles that failed, in what is said of the job
COMMON = frozenset(
    {
        *("key-material", "key-holder", "signer-expired", "signer-withdrawn", "time-stamp-unavailable"),
        *("blob", "storage", "storage-full", "database-unavailable", "out-of-order"),
    }
)


def generate(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make every planned tile of `collection`."""
    name = CollectionId(id_of(arguments, "collection"))
    waiting, made = run.step("reading the plan", partial(_planned, run.ledger, name), 0, 0)
    total = made + len(waiting)
    for index in range(len(waiting)):
        at = made + index + 1
        work = partial(_make, run, waiting[index : index + AHEAD])
        run.step(f"made tile {at} of {total}", work, at, total)
    return {"collection": name, "size": total, **_unknown(run.ledger, name)}


def register_collection(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Register `collection` on chain."""
    name = CollectionId(id_of(arguments, "collection"))
    return run.step("registered the root on chain", partial(_register, run.ledger, name), 1, 1)


def confirm_collection(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Look whether the chain has the registration of `collection`, and say so in the files of its tiles.

    A tile that cannot be told does not keep the others from it; the job fails at the end.
    """
    name, depth = CollectionId(id_of(arguments, "collection")), int(arguments["confirmations"])
    said = run.step("asked the chain", partial(_confirm, run.ledger, name, depth), 0, 0)
    tiles = run.step("reading the collection", partial(_made, run.ledger, name), 0, 0) if said else []
    _tell_each(run, tiles)
    return {"collection": name, "confirmation": said, "tiles": len(tiles)}


def curate_collection(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Judge every made tile of `collection` by `limits`; where `taste` is asked for, learn it first."""
    name, limits = CollectionId(id_of(arguments, "collection")), dict(arguments["limits"])
    learnt = {"taste": _learnt(run)} if arguments.get("taste") else {}
    tiles = run.step("reading the collection", partial(_made, run.ledger, name), 0, 0)
    for number, asset in enumerate(tiles, start=1):
        work = partial(_judge, run.ledger, asset, limits)
        run.step(f"judged tile {number} of {len(tiles)}", work, number, len(tiles))
    _look_again(run, name, len(tiles))
    return {"collection": name, "size": len(tiles), **learnt}


def anchor_book(run: Run, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Say on chain where the book stands."""
    return {"anchor": run.step("said where the book stands", partial(_anchor, run.ledger), 1, 1)}


def make_copy(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make the copy of a tile that goes with `licence`."""
    licence = LicenceId(id_of(arguments, "licence"))
    return run.step("made the copy", partial(_copy, run.ledger, licence), 1, 1)


def make_colourway(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make the colourway `word` of `asset` in the inks `palette`, called `names` where these are given."""
    asset, word = AssetId(id_of(arguments, "asset")), str(arguments.get("word"))
    palette, names = ([str(each) for each in arguments.get(part, [])] for part in ("palette", "names"))
    return run.step(f"made {word}", partial(_colourway, run.ledger, asset, word, palette, names), 1, 1)


def _planned(ledger: Ledger, collection: CollectionId) -> tuple[list[str], int]:
    with ledger.store.reading() as tx:
        collections.get(tx, collection)
        waiting = assets.drafts(tx, collection, made=False)
        return [draft.id for draft in waiting], assets.count(tx, collection)[0]


def _unknown(ledger: Ledger, collection: CollectionId) -> dict[str, Any]:
    """The words of its prompts that mean nothing here, with the nearest that do, where there are any."""
    with ledger.store.reading() as tx:
        brief = collections.get(tx, collection).brief
    found = briefing.unknown(ledger, brief)
    return {"unknown": {word: list(near) for word, near in found.items()}} if found else {}


def _make(run: Run, tiles: Sequence[str]) -> str:
    return create.make(run.ledger, AssetId(tiles[0]), run.drawn(tiles)).signed.sha256


def _made(ledger: Ledger, collection: CollectionId) -> list[str]:
    with ledger.store.reading() as tx:
        collections.get(tx, collection)
        return [tile.id for tile in assets.of_collection(tx, collection)]


def _judge(ledger: Ledger, asset: str, limits: dict[str, Any]) -> str:
    return critique.criticise(ledger, AssetId(asset), limits).version


def _look_again(run: Run, collection: CollectionId, judged: int) -> None:
    """Have the critic of today look at the house's tiles that another judged, in parts."""
    work = partial(critique.of_another_critic, run.ledger, collection)
    tiles = run.step("reading the house", work, judged, judged)
    for start in range(0, len(tiles), taste.PART):
        part = tiles[start : start + taste.PART]
        done, look = start + len(part), partial(critique.look_again, run.ledger, part)
        run.step(f"looked again at {done} of {len(tiles)} tiles of the house", look, done, len(tiles))


def _learnt(run: Run) -> str:
    """Look at the tiles that people decided about, in parts, and learn from what they decided."""
    made = run.step("reading what people decided", partial(taste.decisions, run.ledger), 0, 0)
    names, seen = [str(each["asset"]) for each in made], list[str]()
    for start in range(0, len(names), taste.PART):
        part = names[start : start + taste.PART]
        done, work = start + len(part), partial(taste.look, run.ledger, part)
        said = f"looked at {done} of {len(names)} tiles that people decided about"
        seen.append(run.step(said, work, done, len(names)))
    return run.step("learnt the taste", partial(_learn, run.ledger, made, seen), len(names), len(names))


def _learn(ledger: Ledger, made: Sequence[Mapping[str, Any]], seen: Sequence[str]) -> str:
    return taste.learn(ledger, made, seen).sha256


def _register(ledger: Ledger, collection: CollectionId) -> dict[str, Any]:
    registration = register.register(ledger, collection).registration
    found = collections.registration_to_dict(registration) if registration else {}
    return {"collection": collection, **{name: found[name] for name in ("root", "token", "tx", "gas")}}


def _confirm(ledger: Ledger, collection: CollectionId, confirmations: int) -> dict[str, Any] | None:
    said = confirming.confirm(ledger, collection, confirmations)
    return said.to_dict() if said else None


def _tell_each(run: Run, tiles: Sequence[str]) -> None:
    failed, total = dict[str, StepError](), len(tiles)
    for number, asset in enumerate(tiles, start=1):
        try:
            run.step(f"tile {number} of {total}", partial(_tell, run.ledger, asset), number, total)
        except StepError as error:
            failed[asset] = error
        if sum(each.error["code"] in COMMON for each in failed.values()) == MOST_FAILED:
            break
    if failed:
        raise _untold(failed, total)


def _untold(failed: Mapping[str, StepError], total: int) -> StepError:
    """Which tiles failed and why, with the code of the first."""
    named = [f"{asset}: {error}" for asset, error in [*failed.items()][:MOST_NAMED]]
    more = [f"{len(failed) - len(named)} more"] if len(failed) > len(named) else []
    why = f"{len(failed)} of {total} tiles were not told; selvage confirm tries again: "
    first = next(iter(failed.values()))
    return StepError({**first.error, "message": why + "; ".join([*named, *more])})


def _tell(ledger: Ledger, asset: str) -> str:
    return confirming.tell(ledger, AssetId(asset)).file


def _colourway(
    ledger: Ledger, asset: AssetId, word: str, palette: list[str], names: list[str]
) -> dict[str, Any]:
    made = colourways.make(ledger, asset, word, palette, names)
    return {"asset": asset, "colourway": word, "mark": f"{made.mark:012x}", "sha256": made.sha256}


def _copy(ledger: Ledger, licence: LicenceId) -> dict[str, Any]:
    made = copies.copy(ledger, licence)
    return {"licence": licence, "asset": made.asset, "mark": f"{made.mark:012x}", "sha256": made.sha256}


def _anchor(ledger: Ledger) -> dict[str, Any] | None:
    found = anchor.anchor(ledger)
    return asdict(found) if found else None
