"""Markup, SQL and terminal codes in fields that take words are kept as words or refused, never obeyed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from forensics import PictureError, decode_image
from ledger import banks, create, parties, scan
from ledger.domain.errors import FieldError
from ledger.proving import check, gather, roots
from ledger.proving.bundle import Kind, read
from ledger.store import assets, collections, entries
from ledger.store import parties as kept

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>'; DROP TABLE entries; --"
REFUSED = {
    "long": "x" * 10_000,
    "erases": "a\x1b[2Kb",
    "lines": "a\nb",
    "nul": "a\x00b",
    "turns": "\u202eabc\x85",
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_words_that_are_no_line_of_text_are_refused_in_every_field(helpers: Any, words: str) -> None:
    for take in (
        lambda: helpers.brief(name=words),
        lambda: helpers.brief(prompts=[words]),
        lambda: helpers.brief(**{words: 1}),
        lambda: helpers.terms(name=words),
        lambda: helpers.terms(**{words: 1}),
        lambda: helpers.use(product=words),
        lambda: helpers.use(channel=words),
    ):
        with pytest.raises(FieldError) as refused:
            take()
        assert len(str(refused.value)) < 1000
        assert str(refused.value).isprintable()


def test_markup_and_sql_are_kept_as_the_words_they_are(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    parties.add(ledger, "evil", EVIL)
    planned = create.plan(ledger, helpers.brief(name=EVIL, count=1), helpers.terms(name=EVIL), EVIL)
    with ledger.store.reading() as tx:
        assert collections.get(tx, planned.id).brief.name == EVIL
        assert kept.get(tx, "evil").name == EVIL
        (draft,) = assets.drafts(tx, planned.id)
    tile = create.make(ledger, draft.id)
    seen = scan.open_scan(ledger, EVIL, label=EVIL)
    scan.add_picture(ledger, seen.id, "a.png", ledger.blobs.get(tile.signed.sha256), None)
    assert banks.exclude(ledger, tile.id, EVIL).ruling.why == EVIL
    with ledger.store.reading() as tx:
        assert entries.head(tx)[0] == len(tuple(entries.walk(tx))) > 5  # the table is still there
    links = check.check(
        read(gather.export(ledger, Kind.ASSET, tile.id, with_chain=False)), roots.of_ledger(ledger)
    )
    assert check.holds(links), links


def test_a_picture_of_impossible_size_is_not_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")  # a few KB that would be 900 million pixels
    with pytest.raises(PictureError):
        decode_image(out.getvalue())
