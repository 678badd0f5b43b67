"""A training starts from weights that are there: what fits is taken over, what is new begins as told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from generator import WeightsError
from generator.bundle import EARLIER, SHIPPED, Bundle
from generator.captions import CaptionTokenizer
from generator.flow_shape import FlowShape
from generator.models import build_autoencoder, build_text_encoder, build_unet, predict_flow
from generator.training.warm import fill_flow, warm_autoencoder, warm_flow


def _first() -> Path:
    """The folder of the first edition's weights, wherever they are by now."""
    homes = [SHIPPED, *(SHIPPED / EARLIER).glob("*/")]
    return next(home for home in homes if Bundle.open(home).settings().knows.edition == 1)


def test_new_screens_begin_as_the_old_ones_by_turns() -> None:
    stored = load_file(_first() / "autoencoder.safetensors")
    model = build_autoencoder()
    warm_autoencoder(model, _first())
    grown = model.state_dict()
    first, last = "encoder.conv_in.conv.weight", "decoder.conv_out.conv.weight"
    for screen, source in enumerate((0, 1, 2, 0, 1)):
        assert torch.equal(grown[first][:, screen], stored[first][:, source].float())
        rows, sources = slice(4 * screen, 4 * screen + 4), slice(4 * source, 4 * source + 4)
        assert torch.equal(grown[last][rows], stored[last][sources].float())


def test_layers_at_the_latents_begin_untrained_where_there_are_more_of_them() -> None:
    model = build_autoencoder()
    untrained = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    warm_autoencoder(model, _first())
    kept = [name for name, tensor in model.state_dict().items() if torch.equal(tensor, untrained[name])]
    assert {"encoder.conv_out.weight", "decoder.conv_in.weight"} <= set(kept)
    assert "encoder.down_blocks.1.0.conv1.weight" not in kept


def test_known_words_keep_their_meaning_and_new_ones_begin_as_the_mean() -> None:
    words = CaptionTokenizer.house().words
    unet, text = build_unet(), build_text_encoder(len(words))
    warm_flow(unet, text, _first())
    name = next(key for key in text.state_dict() if key.endswith("token_embedding.weight"))
    rows, old = text.state_dict()[name], Bundle.open(_first()).words()
    stored = load_file(_first() / "text.safetensors")
    table = next(tensor for key, tensor in stored.items() if key.endswith("token_embedding.weight")).float()
    assert torch.equal(rows[words.index("floral")], table[old.index("floral")])
    assert torch.equal(rows[words.index("damask")], table.mean(dim=0))


def test_networks_of_another_shape_are_refused() -> None:
    with pytest.raises(WeightsError, match="start without --warm"):
        warm_autoencoder(build_autoencoder(2), _first())


def test_blocks_and_attentions_that_are_new_change_nothing() -> None:
    torch.manual_seed(0)
    given = torch.randn(2, 16, 8, 8), torch.rand(2), torch.randn(2, 12, 128), torch.randn(2, 128)
    old = build_unet(shape=FlowShape())
    grown = build_unet(shape=FlowShape(layers=2, attention=(True, True, True)))
    fill_flow(grown, old.state_dict(), had=1, layers=2)
    assert sum(p.numel() for p in grown.parameters()) > sum(p.numel() for p in old.parameters())
    with torch.no_grad():
        assert torch.equal(predict_flow(old, *given), predict_flow(grown, *given))


def test_a_flow_network_is_not_filled_from_one_that_lacks_what_is_no_block() -> None:
    model = build_unet(shape=FlowShape())
    stored = {name: tensor for name, tensor in model.state_dict().items() if name != "conv_in.weight"}
    with pytest.raises(WeightsError, match="conv_in"):
        fill_flow(model, stored, had=1, layers=1)


@pytest.mark.parametrize(
    "named", [{"widths": [64, 96], "layers": 1, "attention": [True]}, {"layers": 1}, {"widths": 3}, []]
)
def test_what_is_no_shape_of_a_flow_network_is_refused(named: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        FlowShape.read(named)


def test_a_shape_is_read_as_it_is_written() -> None:
    shape = FlowShape((64, 128), 3, (False, True))
    assert FlowShape.read(json.loads(json.dumps(shape.as_dict()))) == shape
