"""Pictures that are handed in train a style by a stated right, never past the terms of a tile they show."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import own_pictures
import pytest
from own_pictures import drawn, png
from PIL import Image

from forensics import decode_image
from generator.errors import StyleTilesError
from ledger import banks, choosing, create, searching, style_pictures, styling
from ledger.domain.choices import Choice
from ledger.domain.errors import FieldError
from ledger.domain.styles import Style, style_id
from ledger.errors import ConflictError, NotPermittedError
from ledger.making import drawn_pixels
from ledger.store import assets, styles
from ledger.style_pictures import Given, Taking
from ledger.workflows.style_kinds import train_style

ADAPTER = {"fee": "600.00 TUSD", "per_generation": "0.05 TUSD", "generations": 2}
INKS = list(own_pictures.INKS)
FEW = 3
RIGHT = {"right": "drawn in this studio", "by": "Mara"}


class Straight:
    """Steps that are done, those that were done before left out; `last` is the one it dies before."""

    def __init__(self, ledger: Any, last: str = "", kept: dict[str, Any] | None = None) -> None:
        self.ledger, self.last = ledger, last
        self.kept: dict[str, Any] = dict(kept or {})
        self.worked: list[str] = []

    def step(self, message: str, work: Any, done: int, total: int) -> Any:
        assert 0 < done <= total
        if message == self.last:
            raise KeyboardInterrupt
        if message not in self.kept:
            self.worked.append(message)
            self.kept[message] = work()
        return self.kept[message]

    def drawn(self, tiles: Any) -> Any:
        return {}


@dataclass(frozen=True)
class Studio:
    """`given`: the name of a tile, the colours that it shows; `foreign`: pictures of nobody's here."""

    ledger: Any
    shown: dict[str, tuple[Any, Any]]
    foreign: list[Given]


def _examined_once() -> Callable[..., Any]:
    """One picture is handed in by several tests: to examine it takes seconds each time."""
    examine, kept = searching.examine, dict[tuple[bytes, int], tuple[Any, Any]]()

    def examined(ledger: Any, data: bytes, searched: Any, *rest: Any) -> Any:
        key = data, id(searched)
        if key not in kept:
            kept[key] = examine(ledger, data, searched, *rest), searched  # held, so that its id is no other's
        return kept[key][0]

    return examined


def handed(ledger: Any, title: str, pixels: Any) -> Given:
    return Given(title, ledger.blobs.put(png(pixels)), **RIGHT)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Studio]:
    with helpers.open(tmp_path_factory.mktemp("pictures")) as ledger, pytest.MonkeyPatch.context() as patched:
        patched.setattr("generator.style.score.DRAWN", 1)
        patched.setattr("generator.style.tiles.FEWEST", FEW)
        patched.setattr(searching, "examine", _examined_once())
        helpers.people(ledger, "mill")
        shown = {}
        given = helpers.terms(adapter=ADAPTER, derivatives="included", reporting="quarter")
        for name, terms, words in (
            ("open", given, ["paisley"]),
            ("closed", helpers.terms(), ["large daisy", "gothic trellis"]),
            ("both", given, ["large daisy"]),
        ):
            brief = helpers.brief(count=len(words), palettes=[INKS], prompts=words)
            planned = create.plan(ledger, brief, terms, name)
            with ledger.store.reading() as tx:
                drafts = assets.drafts(tx, planned.id)
            for number, draft in enumerate(drafts):
                tile = create.make(ledger, draft.id)
                shown[f"{name} {number}"] = (tile, drawn_pixels(ledger, tile).copy())
        yield Studio(ledger, shown, [handed(ledger, f"own-{n}.png", drawn(n)) for n in range(FEW - 1)])


@pytest.fixture(scope="module")
def torn(studio: Studio) -> tuple[Given, Any]:
    """A picture that does not meet itself, and what it is taken for once it is mirrored."""
    picture = handed(studio.ledger, "torn.png", np.ascontiguousarray(drawn(2)[20:220, 30:230]))
    return picture, taken(studio, picture, repair=True)


def asked(studio: Studio, pictures: list[Given], name: str = "drawn-hand") -> dict[str, Any]:
    return style_pictures.asked(studio.ledger, name, (), pictures, 1, 0)


def taken(studio: Studio, picture: Given, *, repair: bool = False) -> Any:
    return Taking(studio.ledger, None, repair=repair).source(picture)


def test_a_style_is_trained_on_pictures_and_goes_on_where_it_was_killed(studio: Studio) -> None:
    ledger, (tile, pixels) = studio.ledger, studio.shown["open 0"]
    pictures = [*studio.foreign, handed(ledger, "ours.png", pixels)]
    arguments = asked(studio, pictures)
    killed = Straight(ledger, "took apart picture 2 of 3")
    with pytest.raises(KeyboardInterrupt):
        train_style(killed, arguments)
    run = Straight(ledger, kept=killed.kept)
    result = train_style(run, arguments)
    assert run.worked == [
        *(f"took apart picture {n} of {FEW}" for n in (2, 3)),
        *("gathered the tiles", "trained 1 of 1 steps", "measured the style"),
    ]
    with ledger.store.reading() as tx:
        made = styles.get(tx, "drawn-hand")
    assert result["adapter"] == made.adapter
    assert [each.title for each in made.sources] == [each.title for each in pictures]
    assert {(each.right, each.owner, each.asset) for each in made.sources[:-1]} == {
        ("drawn in this studio, stated by Mara", "Mara", None)
    }
    ours = made.sources[-1]
    assert (ours.asset, ours.right, ours.owner) == (
        tile.id,
        "own, under the terms Test terms",
        ledger.studio,
    )
    assert train_style(Straight(ledger, kept=run.kept), arguments) == result
    with pytest.raises(ConflictError, match="made of other tiles"):
        style_pictures.together(ledger, asked(studio, pictures[::-1]), made.sources[::-1])
    assert styling.key(arguments) == styling.key(asked(studio, pictures))
    other = [replace(pictures[0], right="licensed from Jo"), *pictures[1:]]
    assert styling.key(arguments) != styling.key(asked(studio, other))


def test_a_stated_right_does_not_override_the_terms_of_a_tile(studio: Studio) -> None:
    ledger, (tile, pixels) = studio.ledger, studio.shown["closed 0"]
    signed = Given("signed.png", tile.signed.sha256, **RIGHT)
    turned = np.ascontiguousarray(np.rot90(pixels))
    small = np.asarray(Image.fromarray(pixels).resize((200, 200)))
    for picture in (
        signed,
        handed(ledger, "drawn.png", pixels),
        handed(ledger, "inks.png", 255 - pixels),
        handed(ledger, "turned.png", turned),
        handed(ledger, "small.png", small),
    ):
        with pytest.raises(NotPermittedError, match=f"{picture.title}, which shows .*adapter"):
            taken(studio, picture, repair=True)


def test_of_one_drawing_under_several_terms_all_have_to_permit_it(studio: Studio) -> None:
    (closed, _), (given, pixels) = studio.shown["closed 0"], studio.shown["both 0"]
    with pytest.raises(NotPermittedError, match="adapter"):
        taken(studio, handed(studio.ledger, "daisy.png", pixels))
    with pytest.MonkeyPatch.context() as patched:  # their marks decide which of them is the nearer
        patched.setattr(style_pictures, "_near", lambda index, prints: [given.id])
        with pytest.raises(NotPermittedError, match="adapter"):
            taken(studio, handed(studio.ledger, "daisy.png", pixels))
    signed = Given("signed.png", given.signed.sha256, **RIGHT)
    its_file = taken(studio, signed)
    assert its_file.asset == given.id != closed.id
    assert replace(its_file, title="") == replace(styling.tiles(studio.ledger, [given.id])[0], title="")
    again = handed(studio.ledger, "again.png", decode_image(studio.ledger.blobs.get(given.signed.sha256)))
    assert taken(studio, again, repair=True).asset == given.id  # by its mark


def test_what_is_wrong_names_the_picture(studio: Studio) -> None:
    ledger = studio.ledger
    text = Given("letter.png", ledger.blobs.put(b"Dear Mara"), **RIGHT)
    with pytest.raises(StyleTilesError, match=r"letter.png: it cannot be read"):
        taken(studio, text)
    wide = handed(ledger, "wide.png", drawn(1)[:200])
    with pytest.raises(StyleTilesError, match=r"wide.png: .* a tile is square.* [(]over HTTP: repair"):
        taken(studio, wide)
    mended = taken(studio, wide, repair=True)
    assert (mended.right, mended.units) == ("drawn in this studio, stated by Mara", 1)


def test_a_mirrored_picture_is_learnt_at_its_own_scale(studio: Studio, torn: tuple[Given, Any]) -> None:
    picture, mended = torn
    with pytest.raises(StyleTilesError, match="does not meet itself"):
        taken(studio, picture)
    inks = decode_image(studio.ledger.blobs.get(mended.sha256))
    assert (mended.units, inks.shape[1]) == (2, 2 * 200)


def test_a_style_of_a_picture_that_an_older_edition_read_otherwise_is_the_same(
    studio: Studio, torn: tuple[Given, Any]
) -> None:
    _, mended = torn
    tile = replace(mended, asset=studio.shown["open 0"][0].id, sha256="f" * 64)
    sources = (*(replace(mended, sha256=f"{place:064x}") for place in range(9)), tile)
    then = (*(replace(each, units=1, prompt="floral daisy large") for each in sources[:9]), tile)
    base = style_pictures.embedded(studio.ledger).weights
    measured = {"vector": "00" * 512, "own": "0.9000", "before": "0.1000", "after": "0.2000"}
    older = Style(
        **{"id": style_id(studio.ledger.id, "older-hand"), "name": "older-hand", "made_for": None},
        **{"adapter": "a" * 64, "base": base, "rank": 8, "steps": 1, "seed": 0, "sources": then},
        **{**measured, "sheet": "b" * 64, "made_at": studio.ledger.now()},
    )
    assert styling.keep(studio.ledger, older, "style-trained") == older
    assert styling.asked(studio.ledger, "older-hand", sources, 1, 0)["name"] == "older-hand"
    assert styling.keep(studio.ledger, replace(older, sources=sources), "style-trained") == older
    for other in (
        (*sources[:9], replace(tile, units=1)),
        (*sources[:8], replace(sources[8], right="bought of Jo"), tile),
    ):
        with pytest.raises(ConflictError, match="made of other tiles"):
            styling.asked(studio.ledger, "older-hand", other, 1, 0)


def test_what_the_pictures_need_not_be_opened_for_is_refused_at_once(studio: Studio) -> None:
    few = studio.foreign
    with pytest.raises(StyleTilesError, match="2 are too few"):
        asked(studio, few)
    with pytest.raises(FieldError, match="same picture"):
        asked(studio, [*few, replace(few[0], title="again.png")])
    unstated = Given("x.png", hashlib.sha256(b"").hexdigest(), " ", "Mara")
    with pytest.raises(FieldError, match="by which right"):
        asked(studio, [*few, unstated])
    with pytest.raises(FieldError, match="no name of a style"):
        asked(studio, [*few, replace(few[0], sha256="0" * 64)], "No Name!")


def test_nor_does_it_that_of_one_that_scans_leave_out(studio: Studio) -> None:
    """The last: with tiles that scans leave out each picture is examined twice."""
    ledger = studio.ledger
    (excluded, _), (rejected, _) = studio.shown["open 0"], studio.shown["closed 1"]
    choosing.choose(ledger, [rejected.id], Choice.REJECTED, "Jon")
    with pytest.raises(NotPermittedError, match=r"rejected.png, which shows .* was rejected.*leave"):
        taken(studio, handed(ledger, "rejected.png", studio.shown["closed 1"][1]))
    banks.exclude(ledger, excluded.id, "sold to somebody else")
    assert taken(studio, handed(ledger, "out.png", studio.shown["open 0"][1])).asset == excluded.id
