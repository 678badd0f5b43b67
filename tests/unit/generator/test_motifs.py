"""The second edition draws 21 families, without a seam, and the same tile every time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

from generator import families
from generator.lexicon.attributes import Attributes, choices
from generator.lexicon.tables import ERAS
from generator.motifs.__main__ import main
from generator.motifs.draw import draw_tile
from generator.motifs.measures import longest_float, thinnest_line
from generator.motifs.palettes import contrast_of, house_palette
from generator.motifs.record import schema, tile_record
from generator.motifs.sampling import any_attributes, any_tile

EDGE = 160


def _settings(family: str) -> list[Attributes]:
    """Tiles that show every value of every attribute at least once, in two to six inks."""
    values = choices(family)
    most = max(map(len, values.values()))
    rows = [{name: known[k % len(known)] for name, known in values.items()} for k in range(2 * most)]
    return [Attributes(family, inks=2 + k % 5, **row) for k, row in enumerate(rows)]


@pytest.mark.parametrize("family", families())
def test_every_value_draws_in_the_inks_it_is_given(family: str) -> None:
    for number, words in enumerate(_settings(family)):
        tile = draw_tile(words, number, EDGE)
        assert tile.shape == (EDGE, EDGE)
        assert tile.dtype == np.uint8
        assert tile.max() < words.inks, words
        shares = np.bincount(tile.ravel(), minlength=words.inks) / tile.size
        assert shares.max() < 0.995, words


@pytest.mark.parametrize("family", families())
def test_no_change_is_greater_across_the_seam_than_inside(family: str) -> None:
    """Columns and rows differ much, so the seam is held against the worst of them."""
    worse = 0
    for number in range(12):
        _, tile = any_tile(number * 31 + 7, EDGE, family)
        for lines in (tile, tile.T):
            change = (lines != np.roll(lines, -1, axis=1)).mean(axis=0)
            worse += int(change[-1] > change[:-1].max())
    assert worse <= 2


def test_the_seam_test_sees_a_cut() -> None:
    worse = 0
    for number in range(12):
        _, tile = any_tile(number * 31 + 7, EDGE, "marble")
        cut = tile[:, : EDGE - 13]
        change = (cut != np.roll(cut, -1, axis=1)).mean(axis=0)
        worse += int(change[-1] > change[:-1].max())
    assert worse > 8


@pytest.mark.parametrize("attribute", ["style", "era", "scale", "density", "stroke", "layout", "symmetry"])
def test_every_attribute_changes_the_tile(attribute: str) -> None:
    words = replace(any_attributes(0, "paisley"), scale="medium", inks=4)
    values = choices("paisley")[attribute]
    tiles = {draw_tile(replace(words, **{attribute: value}), 5, EDGE).tobytes() for value in values}
    assert len(tiles) == len(values)


def test_another_process_draws_the_same() -> None:
    script = (
        "import hashlib; from generator.motifs.sampling import any_tile\n"
        "print(hashlib.sha256(b''.join(any_tile(n, 96)[1].tobytes() for n in range(21))).hexdigest())"
    )
    runs = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout != ""


SHARES = json.loads((Path(__file__).parent / "vectors" / "edition-2-shares.json").read_text())


@pytest.mark.parametrize("family", families())
def test_edition_2_draws_what_it_always_drew(family: str) -> None:
    """Thousandths of each ink: they change with any drawing rule, and not with a processor's rounding."""
    words, tile = any_tile(1, 256, family)
    shares = np.bincount(tile.ravel(), minlength=words.inks) * 1000 / tile.size
    assert words.caption() == SHARES[family]["caption"]
    assert np.abs(shares - SHARES[family]["shares"]).max() < 2.0


@pytest.mark.parametrize("era", list(ERAS))
def test_a_house_palette_has_distinct_inks_and_its_contrast(era: str) -> None:
    order = ("low", "medium", "high")
    for seed in range(4):
        words = replace(any_attributes(3, "leaf"), era=era, inks=6)
        palettes = [house_palette(replace(words, contrast=contrast), seed) for contrast in order]
        assert all(len(set(palette)) == 6 for palette in palettes)
        ranks = [order.index(contrast_of(palette)) for palette in palettes]
        assert ranks == sorted(ranks)


def test_a_line_is_measured_as_wide_as_it_was_drawn() -> None:
    tile = np.zeros((400, 400), dtype=np.uint8)
    tile[:, 100:108] = 1
    assert 6 / 400 <= thinnest_line(tile) <= 10 / 400
    assert longest_float(tile) == 1.0
    tile[::10] = 0
    assert longest_float(tile) == 9 / 400


def test_a_record_follows_the_schema() -> None:
    for number in range(21):
        words, tile = any_tile(number, 128)
        record = tile_record(words, number, house_palette(words, number), tile)
        jsonschema.validate(record, schema())
        assert abs(sum(ink["share_ppm"] for ink in record["palette"]["inks"]) - 1_000_000) < 6
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record | {"mood": "sunny"}, schema())


def test_an_export_is_a_data_set_that_can_be_read_back(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--count", "3", "--size", "128"]) == 0
    first = (tmp_path / "tiles.json").read_bytes()
    records = json.loads(first)
    assert len(records) == 3
    for record in records:
        jsonschema.validate(record, schema())
        picture = Image.open(tmp_path / record["picture"])
        assert picture.mode == "P"
        assert len(np.unique(np.array(picture))) == record["print"]["spot_inks"]
    described = json.loads((tmp_path / "croissant.json").read_text())
    assert described["conformsTo"].endswith("croissant/1.0")
    assert main(["--out", str(tmp_path), "--count", "3", "--size", "128"]) == 0
    assert (tmp_path / "tiles.json").read_bytes() == first


def test_every_value_of_a_record_is_a_field_of_the_data_set(tmp_path: Path) -> None:
    main(["--out", str(tmp_path), "--count", "1", "--size", "128"])
    tiles, pictures = json.loads((tmp_path / "croissant.json").read_text())["recordSet"]
    record = json.loads((tmp_path / "tiles.json").read_text())[0]
    values: set[str] = set()
    for name, level in record.items():
        values |= {f"{name}_{inner}" for inner in level} if isinstance(level, dict) else {name}
    assert {field["name"] for field in tiles["field"]} == values - {"palette_inks"}
    assert all(field["description"] for field in (*tiles["field"], *pictures["field"]))


def test_croissants_own_reader_reads_the_data_set(tmp_path: Path) -> None:
    reader = pytest.importorskip("mlcroissant", reason="pip install mlcroissant==1.1.1")
    main(["--out", str(tmp_path), "--count", "3", "--size", "128"])
    dataset = reader.Dataset(jsonld=tmp_path / "croissant.json")
    tiles = list(dataset.records("tiles"))
    told = json.loads((tmp_path / "tiles.json").read_text())
    assert [each["tiles/id"] for each in tiles] == [each["id"].encode() for each in told]
    assert [each["tiles/weave_colours"] for each in tiles] == [each["weave"]["colours"] for each in told]
    assert len(list(dataset.records("pictures"))) == 3


@pytest.mark.parametrize(
    "more", [["--count", "0"], ["--size", "100"], ["--family", "knots"], ["--first", "-1"]]
)
def test_a_wrong_argument_writes_nothing(tmp_path: Path, more: list[str], capsys: object) -> None:
    assert main(["--out", str(tmp_path / "new"), *more]) == 2
    assert not (tmp_path / "new").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    assert main(["--out", str(tmp_path), "--count", "1"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
