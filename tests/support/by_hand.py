"""A tile as a hand would draw it."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

INKS = ("#f4efe6", "#7a2e1f", "#1b2a49")


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def drawing(seed: int = 1, size: int = 256) -> bytes:
    """Three inks in blots that wrap around, as a hand would leave them."""
    noise = np.random.default_rng(seed).normal(size=(size, size))
    wave = np.fft.fftfreq(size)
    smooth = np.fft.ifft2(np.fft.fft2(noise) * np.exp(-((wave[:, None] ** 2 + wave**2) * 3000))).real
    place = np.digitize(smooth, np.quantile(smooth, (0.5, 0.8)))
    return png(np.array([[int(ink[n : n + 2], 16) for n in (1, 3, 5)] for ink in INKS], np.uint8)[place])
