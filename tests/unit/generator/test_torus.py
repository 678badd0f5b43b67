"""The networks live on the torus: no edge, and an exact gradient."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import nn

from generator.models import LATENT_CHANNELS, build_autoencoder, place_channels
from generator.torus import TorusConv2d, close_torus


def _closed(**options: int) -> nn.Conv2d:
    torch.manual_seed(0)
    convolution = nn.Conv2d(2, 3, 3, padding=1, dtype=torch.float64, **options)
    assert close_torus(convolution) == 1
    assert isinstance(convolution, TorusConv2d)
    return convolution


def test_it_equals_pytorchs_circular_convolution_and_its_gradient() -> None:
    closed = _closed()
    plain = nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular", dtype=torch.float64)
    plain.load_state_dict(closed.state_dict())
    field = torch.randn(2, 2, 6, 5, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(2, 3, 6, 5, dtype=torch.float64)
    gradients = [torch.autograd.grad((net(field) * weights).sum(), field)[0] for net in (closed, plain)]
    torch.testing.assert_close(closed(field), plain(field))
    torch.testing.assert_close(*gradients)


def test_a_pointwise_convolution_is_left_alone() -> None:
    assert close_torus(nn.Conv2d(2, 2, 1)) == 0


def test_decoding_moves_with_its_latents() -> None:
    torch.manual_seed(0)
    autoencoder = build_autoencoder().eval()
    latents = torch.randn(1, LATENT_CHANNELS, 4, 4)
    with torch.no_grad():
        image = autoencoder.decode(latents).sample
        moved = autoencoder.decode(latents.roll((1, 2), (2, 3))).sample
    torch.testing.assert_close(moved, image.roll((8, 16), (2, 3)), atol=1e-5, rtol=1e-4)


def test_place_channels_repeat_with_the_training_unit() -> None:
    places = place_channels(32, 32)
    torch.testing.assert_close(places[..., :16, :16], places[..., 16:, 16:])
    assert functional.mse_loss(places[..., :8], places[..., 8:16]) > 0.1
