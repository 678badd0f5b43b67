"""Text-to-image pipelines of the sizes of a test, untrained, saved as folders that diffusers loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

_WIDTH = 32
_T5 = T5Config(
    vocab_size=128, d_model=_WIDTH, d_kv=8, d_ff=64, num_layers=1, num_heads=4, feed_forward_proj="gated-gelu"
)


def save_sdxl(folder: Path) -> Path:
    """A U-Net over latents, as in Stable Diffusion XL."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=16,
        in_channels=4,
        out_channels=4,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 1),
        projection_class_embeddings_input_dim=6 * 8 + _WIDTH,
        cross_attention_dim=2 * _WIDTH,
    )
    StableDiffusionXLPipeline(
        vae=_vae(4),
        **_words(folder),
        unet=unet,
        scheduler=DDIMScheduler(),
        add_watermarker=False,
    ).save_pretrained(folder)
    return folder


def save_flux(folder: Path) -> Path:
    """A transformer over packed latents, as in Flux; it has no convolution that could be closed."""
    torch.manual_seed(0)
    words = _words(folder)
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=_WIDTH,
        pooled_projection_dim=_WIDTH,
        axes_dims_rope=(4, 4, 8),
    )
    letters = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -1.0), *((chr(n), -2.0) for n in range(33, 127))]
    FluxPipeline(
        transformer=transformer,
        vae=_vae(4, shift=0.0),
        text_encoder=CLIPTextModel(words["text_encoder"].config).eval(),
        tokenizer=words["tokenizer"],
        text_encoder_2=T5EncoderModel(_T5).eval(),
        tokenizer_2=T5Tokenizer(vocab=letters, extra_ids=0, model_max_length=77),
        scheduler=FlowMatchEulerDiscreteScheduler(),
    ).save_pretrained(folder)
    return folder


def _vae(channels: int, shift: float | None = None) -> Any:
    torch.manual_seed(0)
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        latent_channels=channels,
        block_out_channels=(32, 64),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        sample_size=32,
        shift_factor=shift,
    )


def _words(folder: Path) -> dict[str, Any]:
    """Two text encoders and their tokenizers, over single bytes."""
    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    letters = [chr(number) for number in range(33, 127)]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
    config = CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=_WIDTH,
        projection_dim=_WIDTH,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        bos_token_id=len(words) - 2,
        eos_token_id=len(words) - 1,
    )
    return {
        "text_encoder": CLIPTextModelWithProjection(config).eval(),
        "text_encoder_2": CLIPTextModelWithProjection(config).eval(),
        "tokenizer": tokenizer,
        "tokenizer_2": tokenizer,
    }
