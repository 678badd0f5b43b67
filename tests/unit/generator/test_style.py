"""Adapters: trained in parts to the same bytes, refused when they are not what they should be; uploads."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from replaced import replaced

from generator import ArchiveGenerator, BriefError, EmbeddedGenerator, Recipe
from generator.draft import paint
from generator.errors import AdapterError, AdapterModelError, StyleTilesError
from generator.style import StyleTile, Training, layout_kept, read_adapter, upload
from generator.style.adapter import write_adapter
from generator.style.tiles import to_screens

PALETTE = ("#f6ecd6", "#17274f", "#c8553d")


def checks(edge: int = 128, cell: int = 16) -> Any:
    """Squares of three inks; they meet on every side."""
    rows, columns = np.mgrid[0:edge, 0:edge] // cell
    return ((rows + columns) % 4 % 3).astype(np.uint8)


def tiles(count: int = 10) -> list[StyleTile]:
    rolled = [np.roll(checks(), (3 * k, 5 * k), (0, 1)) for k in range(count)]
    prompts = ["ringed dots, tossed", "vertical stripe", "", "no motif at all"]
    return [StyleTile(f"t{k}", inks, prompts[k % 4], k, 3) for k, inks in enumerate(rolled)]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {}


@pytest.fixture(scope="module")
def generator(files: dict[str, bytes]) -> EmbeddedGenerator:
    return EmbeddedGenerator.load(None, files.get)


@pytest.fixture(scope="module")
def adapter(generator: EmbeddedGenerator, files: dict[str, bytes]) -> Any:
    training = Training(generator, tiles(), seed=5)
    training.run(2, 2)
    found = read_adapter(training.adapter())
    files[found.sha256] = training.adapter()
    return found


def styled(generator: EmbeddedGenerator, sha256: str, weight: str = "1") -> Recipe:
    plan = generator.plan("ringed dots, tossed", PALETTE, 3, 128)
    named = {"kind": "adapter", "title": "hand", "sha256": sha256, "weight": weight}
    return replace(plan, influences=(named,), steps=2)


def test_a_training_that_was_cut_off_ends_in_the_same_bytes(
    generator: EmbeddedGenerator, adapter: Any, files: dict[str, bytes]
) -> None:
    first = Training(generator, tiles(), seed=5)
    first.run(1, 2)
    second = Training(generator, tiles(), seed=5)
    second.resume(first.save())
    assert second.step == 1
    second.run(2, 2)
    assert second.adapter() == files[adapter.sha256]
    assert (adapter.base, adapter.rank, adapter.steps, adapter.seed) == (generator.weights, 8, 2, 5)
    assert adapter.tiles == tuple(tile.sha256 for tile in tiles())
    with pytest.raises(StyleTilesError, match="damaged"):
        second.resume(first.save()[:-9])


def test_it_changes_the_drawing_by_its_weight_and_repeats(generator: EmbeddedGenerator, adapter: Any) -> None:
    recipe = styled(generator, adapter.sha256)
    whole = generator.generate(recipe).separations_sha256
    half = generator.generate(styled(generator, adapter.sha256, "0.5")).separations_sha256
    none = generator.generate(replace(recipe, influences=())).separations_sha256
    assert len({whole, half, none}) == 3
    files = {adapter.sha256: generator._materials(adapter.sha256)}
    again = EmbeddedGenerator.load(None, files.get).generate(Recipe.from_dict(recipe.to_dict()))
    assert again.separations_sha256 == whole


def test_a_style_is_drawn_by_the_weights_it_was_trained_on(
    generator: EmbeddedGenerator, files: dict[str, bytes]
) -> None:
    trained_on = replaced(2).digest
    training = Training(generator.of(trained_on), tiles(), seed=5)
    training.run(1, 1)
    found = read_adapter(training.adapter())
    files[found.sha256] = training.adapter()
    old = generator.that_draws(found.sha256)
    assert (found.base, old.weights) == (trained_on, trained_on)
    with pytest.raises(AdapterModelError):
        generator.adapter(found.sha256)
    recipe = styled(old, found.sha256)
    assert recipe.weights == trained_on
    assert generator.generate(recipe).recipe == recipe
    files["cd" * 32] = write_adapter(found.tensors, "ab" * 32, 8, 1, 5, ())
    with pytest.raises(AdapterModelError, match="trained on weights abab"):
        generator.that_draws("cd" * 32)


def wrong_ones(adapter: Any) -> Iterator[dict[str, Any]]:
    """Its tensors with one that would be stretched to fit, one too many, and one under another name."""
    whole = dict(adapter.tensors)
    name = next(each for each in sorted(whole) if each.endswith("up.weight"))
    yield {**whole, name: whole[name][:1]}
    yield {**whole, "more.up.weight": whole[name].clone()}
    yield {each.replace("down", "dawn"): tensor for each, tensor in whole.items()}


def test_what_is_no_adapter_of_these_weights_is_refused(
    generator: EmbeddedGenerator, adapter: Any, files: dict[str, bytes]
) -> None:
    from safetensors.torch import save

    from generator.style.lora import shapes

    data = files[adapter.sha256]
    with pytest.raises(AdapterError, match="is a pickle"):
        read_adapter(pickle.dumps({"a": 1}))
    with pytest.raises(AdapterError, match="is a pickle"):
        read_adapter(b"PK\x03\x04 as torch.save writes it")
    for broken in (data[:-5], data[:100], b"", b"\xff" * 200):
        with pytest.raises(AdapterError):
            read_adapter(broken)
    with pytest.raises(AdapterError, match="does not say"):
        read_adapter(save(dict(adapter.tensors)))
    with pytest.raises(AdapterModelError, match="trained on weights"):
        read_adapter(write_adapter(adapter.tensors, "ab" * 32, 8, 2, 5, ())).check_base(generator.weights)
    few = dict(list(adapter.tensors.items())[:4])
    files["12" * 32] = write_adapter(few, generator.weights, 8, 2, 5, ())
    with pytest.raises(AdapterError, match="do not fit"):
        generator.generate(styled(generator, "12" * 32))
    for wrong in wrong_ones(adapter):
        files["56" * 32] = write_adapter(wrong, generator.weights, 8, 2, 5, ())
        with pytest.raises(AdapterError, match="do not fit"):
            generator.adapter("56" * 32).check_shapes(shapes(generator.networks.unet, 8))
    with pytest.raises(AdapterError, match="are not float32"):
        read_adapter(data.replace(b'"F32"', b'"I32"'))
    for changed in ({"rank": 0}, {"seed": 2**70}, {"steps": "2"}):
        said = {"rank": 8, "steps": 2, "seed": 5, **changed}
        with pytest.raises(AdapterError, match=f"its {next(iter(changed))} is no whole number"):
            read_adapter(write_adapter(adapter.tensors, generator.weights, **said, tiles=()))  # type: ignore[arg-type]
    with pytest.raises(AdapterError, match="is not here"):
        generator.generate(styled(generator, "34" * 32))


def test_too_few_too_many_or_too_many_inks(generator: EmbeddedGenerator) -> None:
    with pytest.raises(StyleTilesError, match="9 are too few"):
        Training(generator, tiles(9))
    with pytest.raises(StyleTilesError, match="101 are too many"):
        Training(generator, tiles(101))
    most = generator.screens + 1
    with pytest.raises(StyleTilesError, match=f"t0: it has {most + 1} inks, and these weights print {most}"):
        Training(generator, [replace(each, count=most + 1) for each in tiles()])


def test_a_base_is_drawn_over_and_its_layout_is_left(
    generator: EmbeddedGenerator, files: dict[str, bytes]
) -> None:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(checks()).save(file, "PNG")
    files["56" * 32] = file.getvalue()
    plan = generator.plan("ringed dots", PALETTE, 3, 128)
    values = plan.to_dict()

    def over(strength: str, base: str = "56" * 32) -> Any:
        named = {"separations": base, "strength": strength, "units": 1}
        return generator.generate(Recipe.from_dict({**values, "steps": 6, "base": named})).separations

    little, much = (layout_kept(checks(), over(strength)) for strength in ("0.2", "1"))
    assert little > 0.6 > much
    assert layout_kept(checks(), np.zeros((64, 64), np.uint8)) == 0.0
    with pytest.raises(BriefError, match="not here"):
        over("0.2", "78" * 32)
    files["9a" * 32] = b"no picture"
    with pytest.raises(BriefError, match="cannot be read"):
        over("0.2", "9a" * 32)
    named = {"separations": "56" * 32, "strength": "0.2", "units": 1}
    two = Recipe.from_dict({**values, "palette": list(PALETTE[:2]), "base": named})
    with pytest.raises(BriefError, match="as many"):
        generator.generate(two)


def test_an_upload_is_taken_apart_into_its_inks() -> None:
    inks, palette, units = upload("a.png", paint(checks(256, 32), PALETTE))
    assert units == 1
    assert sorted(palette) == sorted(PALETTE)
    assert inks.shape == (128, 128)
    assert to_screens(inks, 3, 64).shape == (3, 64, 64)


def test_uploads_that_cannot_be_used_say_why_and_are_repaired() -> None:
    tile = paint(checks(512, 32), PALETTE)
    with pytest.raises(StyleTilesError, match=r"a\.png: it is 256 x 200 px, and a tile is square.*--repair"):
        upload("a.png", tile[:200])
    archive = ArchiveGenerator()
    torn = archive.generate(archive.plan("rose floral, large", PALETTE, 4, 512)).pixels()[60:316, 50:306]
    with pytest.raises(StyleTilesError, match=r"does not meet itself.*mirroring"):
        upload("b.png", torn)
    inks, _, units = upload("b.png", torn, repair=True)
    assert (inks.shape, units) == ((512, 512), 2)
    many = tile.copy()
    for k in range(8):
        many[32 * k : 32 * k + 32, :64] = (30 * k, 255 - 30 * k, 90 * (k % 3))
    with pytest.raises(StyleTilesError, match="inks, more than print; bring it to 6"):
        upload("c.png", many)
    assert len(upload("c.png", many, repair=True)[1]) == 6
    with pytest.raises(StyleTilesError, match="of one colour"):
        upload("d.png", np.zeros((128, 128, 3), np.uint8))
    with pytest.raises(StyleTilesError, match="128 px or more"):
        upload("e.png", tile[:96, :96])


def test_a_training_leaves_the_networks_that_others_draw_with_alone(
    generator: EmbeddedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training(generator, tiles(), seed=5)
    step, beside_layers = training._step, []

    def looked_at(of: int) -> float:
        beside_layers.extend(len(each._forward_hooks) for each in generator.networks.unet.modules())
        return step(of)

    monkeypatch.setattr(training, "_step", looked_at)
    training.run(1, 1)
    assert sum(beside_layers) == 0 < len(beside_layers)
