"""Untrusted bytes: every bad one has a clear error, every good one comes out as upright RGB."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from forensics import PictureError, decode_image


def _encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _gradient(width: int = 48, height: int = 40) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 5, y * 6, (x + y) * 2], axis=2).astype(np.uint8)


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels: a bomb costs nothing to make."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def _code(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        decode_image(data)
    assert str(caught.value).split(":")[0] in ("file", "size")
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture-empty"),
        (b"once upon a time", "picture-not-an-image"),
        (b"%PDF-1.7\n", "picture-not-an-image"),
        (b"\x89PNG\r\n\x1a\n", "picture-not-an-image"),
        (_png_header(1, 1), "picture-too-small"),
        (_png_header(4000, 8), "picture-too-small"),
        (_png_header(20_000, 64), "picture-too-large"),
        (_png_header(20_000, 20_000), "picture-too-large"),
        (_png_header(11_000, 11_000), "picture-too-large"),
        (_png_header(600, 600), "picture-truncated"),
    ],
)
def test_bad_bytes(data: bytes, code: str) -> None:
    assert _code(data) == code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
@pytest.mark.parametrize("kept", [0.3, 0.8])
def test_cut_short(kind: str, kept: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (90, 90, 3), np.uint8)
    data = _encoded(Image.fromarray(noise), kind)
    assert _code(data[: int(len(data) * kept)]) in ("picture-truncated", "picture-not-an-image")


def test_damaged_anywhere_is_a_picture_error_or_a_picture() -> None:
    rng = np.random.default_rng(2)
    for kind in ("PNG", "JPEG", "GIF", "TIFF", "WEBP"):
        data = _encoded(Image.fromarray(_gradient()), kind)
        for _ in range(40):
            broken = bytearray(data)
            broken[int(rng.integers(len(data)))] ^= int(rng.integers(1, 256))
            with contextlib.suppress(PictureError):  # anything else that is raised fails the test
                assert decode_image(bytes(broken)).ndim == 3


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_lossless_pictures_come_out_exactly(kind: str) -> None:
    pixels = _gradient()
    decoded = decode_image(_encoded(Image.fromarray(pixels), kind))
    assert decoded.dtype == np.uint8
    assert decoded.flags.writeable
    assert np.array_equal(decoded, pixels)


def test_transparency_is_laid_over_white() -> None:
    rgba = np.dstack([_gradient(), np.zeros((40, 48), np.uint8)])
    rgba[:, 24:, 3] = 255
    decoded = decode_image(_encoded(Image.fromarray(rgba)))
    assert (decoded[:, :24] == 255).all()
    assert np.array_equal(decoded[:, 24:], rgba[:, 24:, :3])


def test_palette_with_transparent_ink() -> None:
    image = Image.fromarray(_gradient()).quantize(8)
    assert decode_image(_encoded(image, transparency=0)).shape == (40, 48, 3)


def test_exif_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = decode_image(_encoded(Image.fromarray(_gradient()), exif=exif))
    assert np.array_equal(decoded, np.rot90(_gradient(), -1))


def test_cmyk_and_grey() -> None:
    white = Image.new("CMYK", (40, 40), (0, 0, 0, 0))
    assert decode_image(_encoded(white, "JPEG")).min() > 250
    assert decode_image(_encoded(Image.new("L", (40, 40), 77))).ravel().tolist() == [77] * 4800
    assert decode_image(_encoded(Image.new("1", (40, 40), 1))).min() == 255


def test_sixteen_bit_grey_keeps_its_tones() -> None:
    ramp = np.linspace(0, 65535, 64).astype(np.uint16)
    decoded = decode_image(_encoded(Image.fromarray(np.tile(ramp, (64, 1)))))
    assert decoded[0, 0, 0] == 0
    assert decoded[0, -1, 0] == 255
    assert abs(int(decoded[0, 32, 0]) - 130) <= 1


def test_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (40, 40), c) for c in ("red", "blue")]
    data = _encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode_image(data)[20, 20].tolist() == [255, 0, 0]
