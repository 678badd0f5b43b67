"""What may not be drawn: refused in a brief, failed in a tile, with the reason."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ledger import briefing, choosing, create, critique, guardrails, register
from ledger.critique import read_limits
from ledger.domain.choices import Choice
from ledger.domain.errors import BriefError, FieldError, OrderError
from ledger.making import drawn_pixels, encode_png
from ledger.store import assets


@pytest.fixture
def guarded(ledger: Any, tmp_path: Path) -> Any:
    (tmp_path / "guardrails" / "protected").mkdir(parents=True)
    return replace(ledger, guardrails=tmp_path / "guardrails")


def test_a_blocked_term_is_refused_with_its_reason(guarded: Any, helpers: Any) -> None:
    helpers.people(guarded)
    brief = helpers.brief(prompts=["dots", "large Mickey floral"])
    assert briefing.preview(guarded, brief)
    (guarded.guardrails / "blocked.txt").write_text("mickey: a character of somebody else\n")
    for refused in (briefing.preview, lambda *a: create.plan(*a, helpers.terms(), "x")):
        with pytest.raises(BriefError, match=r"prompts\[1\].*a character of somebody else"):
            refused(guarded, brief)
    (guarded.guardrails / "blocked.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(FieldError, match="UTF-8"):
        briefing.preview(guarded, brief)


def test_a_tile_that_imitates_a_protected_picture_fails(guarded: Any, helpers: Any) -> None:
    planned = helpers.plan(guarded, count=2, prompts=["large tulip", "ringed dots"])
    with guarded.store.reading() as tx:
        first, second = (draft.id for draft in assets.drafts(tx, planned.id))
    tiles = [create.make(guarded, each) for each in (first, second)]
    limits = read_limits({})
    assert _protected(critique.criticise(guarded, first, limits)).state == "pass"
    mirrored = np.ascontiguousarray(drawn_pixels(guarded, tiles[0])[:, ::-1])
    (guarded.guardrails / "protected" / "tulip.png").write_bytes(encode_png(mirrored))
    point = _protected(critique.criticise(guarded, first, limits))
    assert (point.state, "tulip.png" in point.measure) == ("fail", True)
    assert _protected(critique.criticise(guarded, second, limits)).state == "pass"
    (guarded.guardrails / "protected" / "note.txt").write_text("no picture")
    with pytest.raises(FieldError, match=r"note\.txt"):
        critique.criticise(guarded, first, limits)
    assert guardrails.imitated(replace(guarded, guardrails=None), tiles[0]) == ()


def test_an_imitation_is_not_registered_unless_a_person_says_why(guarded: Any, helpers: Any) -> None:
    planned = helpers.plan(guarded, count=2, prompts=["large tulip", "ringed dots"])
    with guarded.store.reading() as tx:
        first, second = (draft.id for draft in assets.drafts(tx, planned.id))
    tiles = [create.make(guarded, each) for each in (first, second)]
    register.require_allowed(guarded, planned.id)
    tulip = guarded.guardrails / "protected" / "tulip.png"
    tulip.write_bytes(encode_png(drawn_pixels(guarded, tiles[0])))
    refused = partial(pytest.raises, OrderError, match=f"{first}.*tulip.png, which is protected; reject it")
    with refused():
        register.register(guarded, planned.id)
    choosing.choose(guarded, [first, second], Choice.SELECTED, "Mara")
    with refused():
        register.register(guarded, planned.id)
    choosing.choose(guarded, [first], Choice.SELECTED, "Mara", "drawn by us in 1998, see folio 12")
    choosing.arrange(guarded, [second, first], "Jon")
    register.require_allowed(guarded, planned.id)
    choosing.choose(guarded, [first], Choice.REJECTED, "Jon")
    register.require_allowed(guarded, planned.id)  # which leaves it out
    choosing.choose(guarded, [first], Choice.SELECTED, "Jon")
    with refused():
        register.register(guarded, planned.id)
    (guarded.guardrails / "protected" / "dots.png").write_bytes(encode_png(drawn_pixels(guarded, tiles[1])))
    with pytest.raises(OrderError, match="1 more tiles imitate"):
        register.register(guarded, planned.id)
    choosing.choose(guarded, [first, second], Choice.SELECTED, "Jon", "both are our own")
    assert register.register(guarded, planned.id).registration is not None
    register.require_allowed(guarded, planned.id)


def test_a_reason_that_is_older_than_the_protected_picture_does_not_stand_for_it(
    guarded: Any, helpers: Any
) -> None:
    planned = helpers.plan(guarded, count=1, prompts=["large tulip"])
    with guarded.store.reading() as tx:
        (tile,) = (create.make(guarded, draft.id) for draft in assets.drafts(tx, planned.id))
    said = partial(choosing.choose, guarded, [tile.id], Choice.SELECTED, "Mara", "our own hand")
    pixels, folder = drawn_pixels(guarded, tile), guarded.guardrails / "protected"
    said()
    for name, turned in (("tulip.png", pixels), ("mirrored.png", np.ascontiguousarray(pixels[:, ::-1]))):
        data = encode_png(turned)
        (folder / name).write_bytes(data)
        os.utime(folder / name, (0, 0))  # by its own time it was there long before
        with pytest.raises(OrderError, match=f"{name}, which is protected.*does not stand for it"):
            register.require_allowed(guarded, planned.id)
        said()
        register.require_allowed(guarded, planned.id)
    with guarded.store.reading() as tx:
        (*_, last) = choosing.decisions(tx, tile.id)
        assert len(choosing.decisions(tx, tile.id)) == 3
    files = [(folder / name).read_bytes() for name in ("tulip.png", "mirrored.png")]
    assert list(last.protected) == sorted(hashlib.sha256(each).hexdigest() for each in files)
    said()  # which says nothing new
    with guarded.store.reading() as tx:
        assert len(choosing.decisions(tx, tile.id)) == 3
    assert register.register(guarded, planned.id).registration is not None


def _protected(found: Any) -> Any:
    return next(point for point in found.points if point.name == "protected")
