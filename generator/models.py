"""The three small networks, built from their configuration, and the coordinates they share.

autoencoder  AutoencoderDC, 8 x 8 pixels of separations to one latent of 16 channels (Chen et al. 2024)
unet         UNet2DConditionModel, predicts the flow from data to noise (Lipman et al. 2023)
text         CLIPTextModel over the caption words
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from generator.flow_shape import TRAINED, FlowShape
from generator.torus import close_torus
from generator.units import UNIT_LATENTS

LATENT_CHANNELS = 16
SCREENS = 5
CAPTION_TOKENS = 12
PAD, END, START = 0, 1, 2
_PLACE_CHANNELS = 8


def build_autoencoder(screens: int = SCREENS, latents: int = LATENT_CHANNELS) -> Any:
    """An untrained autoencoder: screens (B, n, H, W) in -1..1 to latents (B, c, H / 8, W / 8) and back."""
    from diffusers import AutoencoderDC

    widths = (32, 64, 128, 128)
    depths = (0, 1, 1, 1)
    model: Any = AutoencoderDC(  # type: ignore[no-untyped-call]  # diffusers is untyped
        in_channels=screens,
        latent_channels=latents,
        encoder_block_types="ResBlock",
        decoder_block_types="ResBlock",
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        encoder_layers_per_block=depths,
        decoder_layers_per_block=depths,
        encoder_qkv_multiscales=((),) * 4,
        decoder_qkv_multiscales=((),) * 4,
        upsample_block_type="pixel_shuffle",
        downsample_block_type="pixel_unshuffle",
        decoder_norm_types="rms_norm",
        decoder_act_fns="silu",
        scaling_factor=1.0,
    )
    close_torus(model)
    return model


def build_unet(latents: int = LATENT_CHANNELS, shape: FlowShape = TRAINED, text_width: int = 128) -> Any:
    """An untrained flow network over latents and place channels, conditioned on the caption."""
    from diffusers import UNet2DConditionModel

    down = tuple("CrossAttnDownBlock2D" if looks else "DownBlock2D" for looks in shape.attention)
    up = tuple("CrossAttnUpBlock2D" if looks else "UpBlock2D" for looks in reversed(shape.attention))
    model: Any = UNet2DConditionModel(  # type: ignore[no-untyped-call]  # diffusers is untyped
        in_channels=latents + _PLACE_CHANNELS,
        out_channels=latents,
        block_out_channels=shape.widths,
        layers_per_block=shape.layers,
        down_block_types=down,
        up_block_types=up,
        cross_attention_dim=text_width,
        attention_head_dim=4,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=text_width,
        resnet_time_scale_shift="scale_shift",
        norm_num_groups=32,
    )
    close_torus(model)
    return model


def build_text_encoder(words: int, width: int = 128) -> Any:
    """An untrained text encoder for a vocabulary of `words` tokens."""
    from transformers import CLIPTextConfig, CLIPTextModel

    settings = CLIPTextConfig(
        vocab_size=words,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=1,
        num_attention_heads=4,
        max_position_embeddings=CAPTION_TOKENS,
        projection_dim=width,
        pad_token_id=PAD,
        eos_token_id=END,
        bos_token_id=START,
    )
    return CLIPTextModel(settings)


def place_channels(rows: int, columns: int) -> Tensor:
    """Where each latent lies in its training unit: (1, 8, rows, columns), periodic in 16 latents.

    Sines and cosines of one and two turns; without them a network on the torus cannot know the phase of
    a lattice and must agree on one while denoising.
    """
    waves = []
    for turns in (1, 2):
        for axis, length in ((0, rows), (1, columns)):
            angle = (torch.arange(length, dtype=torch.float64) + 0.5) * (2.0 * math.pi * turns / UNIT_LATENTS)
            shape = (length, 1) if axis == 0 else (1, length)
            waves += [wave.reshape(shape).expand(rows, columns) for wave in (angle.sin(), angle.cos())]
    return torch.stack(waves).unsqueeze(0).float()


def encode_caption(text: nn.Module, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Token states (B, 12, width) and the state at the end token (B, width) of `tokens` (B, 12)."""
    states: Tensor = text(input_ids=tokens).last_hidden_state
    ends = (tokens == END).int().argmax(dim=1)
    return states, states[torch.arange(len(tokens), device=tokens.device), ends]


def predict_flow(unet: nn.Module, latents: Tensor, time: Tensor, states: Tensor, pooled: Tensor) -> Tensor:
    """The flow (noise minus data) at `time` (B,) in 0..1 for latents (B, c, H, W)."""
    places = place_channels(latents.shape[2], latents.shape[3]).to(latents.device)
    field = torch.cat([latents, places.expand(len(latents), -1, -1, -1)], dim=1)
    flow: Tensor = unet(field, time * 1000.0, encoder_hidden_states=states, class_labels=pooled).sample
    return flow
