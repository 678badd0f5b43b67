"""Pixels: colour, depth, orientation, size, further frames; always upright sRGB, in bounded memory."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from forensics import PictureError, decode_image
from forensics.sources import Limits, iterate, png_bands


def _gradient(width: int = 48, height: int = 40) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 5, y * 6, (x + y) * 2], axis=2).astype(np.uint8)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_orientation(made: Any, orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = made.encoded(made.picture(), kind, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert np.array_equal(decode_image(data), np.asarray(expected))


def _display_p3() -> bytes:
    """A matrix profile (ICC.1:2022, 8.3.3) with the wide primaries of Display P3 and a gamma of 2.2."""

    def s15(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(s15(each) for each in values)

    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Wide\0" + bytes(4 + 4 + 2 + 1 + 67),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.24118, -0.00106),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04188),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78406),
        **{
            tag: b"curv\0\0\0\0" + struct.pack(">IH", 1, 563) + b"\0\0" for tag in (b"rTRC", b"gTRC", b"bTRC")
        },
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        table += struct.pack(">4sII", tag, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += (
        struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + s15(0.9642) + s15(1.0) + s15(0.8249)
    )
    return head.ljust(128, b"\0") + table + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_a_wide_profile_is_brought_back_to_srgb(made: Any, kind: str) -> None:
    profile = _display_p3()
    seen = _gradient() // 2 + 60
    wide = ImageCms.profileToProfile(
        Image.fromarray(seen),
        ImageCms.createProfile("sRGB"),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert wide is not None
    options = (
        {"lossless": True} if kind == "WEBP" else {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    )
    kept = made.encoded(wide, kind, icc_profile=profile, **options)
    ignored = made.encoded(wide, kind, icc_profile=None, **options)
    errors = [np.abs(decode_image(data).astype(int) - seen).mean() for data in (kept, ignored)]
    assert errors[0] * 3 < errors[1]


def test_profiles_that_do_not_fit_are_passed_over(made: Any) -> None:
    pixels = Image.fromarray(_gradient())
    for profile in (b"garbage" * 40, _display_p3()[:200], bytes(128)):
        assert np.array_equal(decode_image(made.encoded(pixels, icc_profile=profile)), np.asarray(pixels))
    grey = pixels.convert("L")
    with_rgb = decode_image(made.encoded(grey, icc_profile=_display_p3()))
    assert np.array_equal(with_rgb[..., 0], np.asarray(grey))


def test_lab_and_cmyk_and_srgb(made: Any) -> None:
    pixels = Image.fromarray(_gradient() // 2 + 60)
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    as_lab = ImageCms.profileToProfile(pixels, srgb, lab, outputMode="LAB")
    assert as_lab is not None
    decoded = decode_image(made.encoded(as_lab, "TIFF"))
    assert np.abs(decoded.astype(int) - np.asarray(pixels)).mean() < 3
    cmyk = made.encoded(Image.new("CMYK", (40, 40), (255, 0, 0, 0)), "TIFF")
    assert decode_image(cmyk)[0, 0].tolist() == [0, 255, 255]
    named = made.encoded(pixels, icc_profile=ImageCms.ImageCmsProfile(srgb).tobytes())
    assert np.array_equal(decode_image(named), np.asarray(pixels))


def test_deep_and_transparent(made: Any) -> None:
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (64, 1))
    assert np.ptp(decode_image(made.encoded(Image.fromarray(ramp), "TIFF"))) == 255
    assert np.ptp(decode_image(made.encoded(Image.fromarray(ramp.astype(np.int32)), "TIFF"))) == 255
    assert np.ptp(decode_image(made.encoded(Image.fromarray(ramp.astype(np.float32)), "TIFF"))) == 255
    for mode in ("LA", "RGBA", "P"):
        clear = Image.fromarray(_gradient()).convert(mode)
        if mode == "P":
            data = made.encoded(clear, transparency=bytes(256))
        else:
            clear.putalpha(0)
            data = made.encoded(clear)
        assert decode_image(data).min() == 255, mode


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands of a few rows from small pictures on."""
    monkeypatch.setattr(png_bands, "_WHOLE_BYTES", 1 << 16)
    monkeypatch.setattr(png_bands, "_BAND_BYTES", 1 << 16)


@pytest.mark.parametrize("colour", [0, 2, 6])
@pytest.mark.usefixtures("narrow")
def test_large_pngs_in_bands(made: Any, colour: int) -> None:
    data = made.large_png(640, colour)
    reduced = decode_image(data, max_side=100)
    whole = decode_image(data)
    expected = np.asarray(Image.fromarray(whole).reduce(6).resize((100, 100), Image.Resampling.LANCZOS))
    assert reduced.shape == (100, 100, 3)
    assert np.abs(reduced.astype(int) - expected).mean() < 0.6
    with pytest.raises(PictureError) as caught:
        decode_image(data[: len(data) // 2], max_side=100)
    assert caught.value.code == "picture-truncated"


@pytest.mark.parametrize(("mode", "kind"), [("L", 0), ("P", 0), ("1", 0), ("I;16", 0), ("LA", 0), ("RGB", 6)])
@pytest.mark.usefixtures("narrow")
def test_every_layout_of_large_pngs(made: Any, mode: str, kind: int) -> None:
    small = Image.fromarray(_gradient(80, 64)).resize((600, 560), Image.Resampling.BICUBIC)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(small.convert("L")).astype(np.uint16) * 257)
    elif mode == "P":
        image = small.quantize(12)
    else:
        image = small.convert(mode)
    exif = Image.Exif()
    exif[0x0112] = kind or 1
    data = made.encoded(image, compress_level=1, exif=exif)
    reduced = decode_image(data, max_side=100)
    assert reduced.shape == ((94, 100, 3) if kind == 0 else (100, 94, 3))
    expected = Image.fromarray(decode_image(data)).resize(reduced.shape[1::-1], Image.Resampling.BOX)
    assert np.abs(reduced.astype(int) - np.asarray(expected)).mean() < (6 if mode == "1" else 3)


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_large_jpegs_are_scaled_by_their_decoder(made: Any, options: dict[str, Any]) -> None:
    image = made.picture(3, 5000, 3000)
    decoded = decode_image(made.encoded(image, "JPEG", quality=90, **options), max_side=1000)
    assert decoded.shape == (600, 1000, 3)
    assert np.abs(decoded.astype(int) - np.asarray(image.resize((1000, 600)))).mean() < 3


def test_what_would_not_fit_in_memory_is_refused_by_its_header(made: Any) -> None:
    def header(width: int, height: int, colour: int = 2, interlace: int = 0) -> bytes:
        small = bytearray(made.large_png(32, colour))
        small[16:29] = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlace)
        small[29:33] = struct.pack(">I", zlib.crc32(bytes(small[12:29])))
        return bytes(small)

    progressive = bytearray(made.encoded(made.picture(), "JPEG", progressive=True, subsampling=0))
    at = progressive.index(b"\xff\xc2")
    progressive[at + 5 : at + 9] = struct.pack(">HH", 14_000, 14_000)
    cases = {
        "bomb": header(100_000, 100_000),
        "long": header(70_000, 100),
        "many": header(20_000, 20_000),
        "interlaced": header(15_000, 15_000, interlace=1),
        "progressive": bytes(progressive),
    }
    for name, data in cases.items():
        with pytest.raises(PictureError) as caught:
            decode_image(data, max_side=4096)
        assert caught.value.code == "picture-too-large", name
        (suspect,) = iterate(data)
        assert suspect.problem is not None
        assert suspect.problem.code == "picture-too-large", name


def _frames(made: Any, kind: str, frames: list[Image.Image], **options: object) -> bytes:
    return bytes(made.encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_scenes_of_an_animation(made: Any, kind: str) -> None:
    scenes = [made.picture(seed) for seed in (1, 2, 3)]
    faded = Image.blend(scenes[0], scenes[1], 0.03)
    frames = [scenes[0], faded, scenes[1], scenes[1].copy(), scenes[2], scenes[0].copy()]
    for frame in frames[3:4]:
        frame.putpixel((0, 0), (1, 2, 3))
    data = _frames(made, kind, frames, duration=100)
    found = list(iterate(data, name="anim"))
    assert [each.name for each in found] == ["anim", "anim#frame=3", "anim#frame=5"]
    assert found[0].data == data
    for each, scene in zip(found, scenes, strict=True):
        assert each.data is not None
        assert np.abs(decode_image(each.data).astype(int) - np.asarray(scene)).mean() < 12


def test_frames_are_capped(made: Any) -> None:
    data = _frames(made, "GIF", [made.picture(seed) for seed in range(20)])
    assert len(list(iterate(data))) == 8
    last = list(iterate(data, Limits(frames_looked_at=5)))[-1]
    assert last.problem is not None
    assert (last.name, last.problem.code) == ("upload#rest", "frames-left-out")
    last = list(iterate(data, Limits(frame_pixels=96 * 64 * 3)))[-1]
    assert last.problem is not None
    assert last.problem.code == "frames-left-out"


def test_pages_of_a_tiff(made: Any) -> None:
    pages = [made.picture(seed) for seed in range(4)]
    data = _frames(made, "TIFF", pages, compression="tiff_lzw", dpi=(300, 300))
    found = list(iterate(data, name="s.tif"))
    assert [each.name for each in found] == ["s.tif", "s.tif#page=2", "s.tif#page=3", "s.tif#page=4"]
    assert {each.dpi for each in found} == {300.0}
    for each, page in zip(found, pages, strict=True):
        assert each.data is not None
        assert np.array_equal(decode_image(each.data), np.asarray(page))
    last = list(iterate(data, Limits(pages=2), name="s.tif"))[-1]
    assert last.problem is not None
    assert (last.name, last.problem.code) == ("s.tif#rest", "pages-left-out")


def test_reduced_copies_in_a_tiff_are_passed_over(made: Any) -> None:
    small = made.picture(0).resize((48, 32))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    data = _frames(made, "TIFF", [made.picture(0), small])
    assert [each.name for each in iterate(data, name="s.tif")] == ["s.tif"]


def test_stated_resolution(made: Any) -> None:
    for kind in ("PNG", "JPEG", "TIFF"):
        stated = [next(iterate(made.encoded(made.picture(), kind, dpi=(d, d)))).dpi for d in (150, 72, 96, 1)]
        assert stated == [150.0, None, None, None], kind
    (uneven,) = iterate(made.encoded(made.picture(), "JPEG", dpi=(100, 200)))
    assert uneven.dpi is None
