"""Codecs, noise and blur."""

from __future__ import annotations

import io

import cv2
import numpy as np

from bench.repeat_forensics.attacks.attack import Step
from bench.repeat_forensics.pencil import Pixels


def jpeg(quality: int) -> Step:
    """JPEG, chroma halved as usual."""
    return Step(f"JPEG {quality}", lambda picture, _rng: as_jpeg(picture, quality))


def as_jpeg(picture: Pixels, quality: int) -> Pixels:
    """The picture after JPEG."""
    return _coded(picture, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def webp(quality: int) -> Step:
    """Lossy WebP."""
    return Step(
        f"WebP {quality}",
        lambda picture, _rng: _coded(picture, ".webp", [cv2.IMWRITE_WEBP_QUALITY, quality]),
    )


def _coded(picture: Pixels, suffix: str, options: list[int]) -> Pixels:
    done, data = cv2.imencode(suffix, np.ascontiguousarray(picture[..., ::-1]), options)
    if not done:
        raise RuntimeError(f"OpenCV's {suffix} encoder refused the picture")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]


def gif(colours: int) -> Step:
    """GIF: an adaptive palette with error diffusion."""

    def change(picture: Pixels, _rng: np.random.Generator) -> Pixels:
        from PIL import Image

        file = io.BytesIO()
        Image.fromarray(picture).quantize(colours, dither=Image.Dither.FLOYDSTEINBERG).save(file, "GIF")
        with Image.open(file) as back:
            return np.asarray(back.convert("RGB"), np.uint8)

    return Step(f"GIF of {colours} colours", change)


def noisy(deviation: float) -> Step:
    """Independent Gaussian noise in every channel."""

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        return clipped(picture + rng.normal(0, deviation, picture.shape))

    return Step(f"noise {deviation:g}", change)


def blurred(sigma: float) -> Step:
    """Gaussian blur, sigma in px."""
    return Step(
        f"blur {sigma:g} px", lambda p, _rng: np.asarray(cv2.GaussianBlur(p, (0, 0), sigma), np.uint8)
    )


def median(side: int) -> Step:
    """Median filter."""
    return Step(f"median of {side} px", lambda p, _rng: np.asarray(cv2.medianBlur(p, side), np.uint8))


def denoised() -> Step:
    """A bilateral filter, as in a camera or a beauty app."""
    return Step(
        "bilateral filter 9 px, 20 levels",
        lambda p, _rng: np.asarray(cv2.bilateralFilter(p, 9, 20, 5), np.uint8),
    )


def sharpened() -> Step:
    """Unsharp mask."""

    def change(picture: Pixels, _rng: np.random.Generator) -> Pixels:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.5).astype(np.float32)
        return clipped(picture + 1.0 * (picture - soft))

    return Step("unsharp mask 1.5 px, 100 %", change)


def clipped(picture: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Pixels:
    """Rounded to uint8."""
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)
