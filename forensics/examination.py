"""Examine one suspect picture against a register.

The lanes, in this order; a later one starts only where the earlier left something open:
1. the manifest in the file, when the caller can read one: whom to compare with, and whether the bytes are an
   issued file;
2. a near-identical copy, by eight PDQ hashes: never evidence, but a reason to look when it really shows;
3. the mark, read blind;
4. candidates by shape and by local features, laid in the suspect and asked for their known marks;
5. what is left of the picture when the patterns found are taken out, region by region.

Work is limited by counts, so that the same picture gives the same report anywhere; ``budget_seconds`` of
CPU time is a safety valve only, and a report it cut short says so; what the index builds once for all
pictures (``Index.prepare``) is not charged to the one that comes first. The p of what is found in the m-th
place looked at is multiplied by 1/0.9 for the whole picture and by 10 m (m - 1) beyond: the shares of the
error spent sum to one however many places there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.description import Scene
from forensics.index import Index
from forensics.indexes.negatives import NegativeBank
from forensics.lanes import Reader, Run
from forensics.report import ManifestHint, Report

DEFAULT_BUDGET_SECONDS = 60.0
MAX_WORKING_SIDE_PX = 4096

Pixels = NDArray[np.uint8]
ReadManifest = Callable[[bytes], ManifestHint | None]


def examine_bytes(
    data: bytes,
    index: Index,
    watermarker: Reader,
    read_manifest: ReadManifest | None = None,
    *,
    budget_seconds: float = DEFAULT_BUDGET_SECONDS,
    first_lane_only: bool = False,
    negatives: NegativeBank | None = None,
    dpi: float | None = None,
) -> Report:
    """What a picture file shows; see ``examine``. PictureError when it is not a picture.

    ``read_manifest`` reads the content credentials of the bytes, None when there are none of this ledger.
    ``dpi``: resolution of the picture, else what the file states. The report is in px of the file's picture.
    """
    from forensics.pictures import decode_image
    from forensics.sources.decoding import open_header, stated_dpi

    started = time.monotonic()
    header = open_header(data)
    longest, stated = max(header.size), stated_dpi(header)
    pixels = decode_image(data, max_side=MAX_WORKING_SIDE_PX)
    hint = read_manifest(data) if read_manifest is not None else None
    scale = max(pixels.shape[:2]) / longest
    if not first_lane_only:
        index.prepare()
    run = Run(index, watermarker, time.thread_time() + budget_seconds, negatives)
    report = run.examine(Scene(pixels, scale, dpi or stated), hint, first_lane_only)
    return replace(report, seconds=time.monotonic() - started)


def examine(
    pixels: Pixels,
    index: Index,
    watermarker: Reader,
    budget_seconds: float = DEFAULT_BUDGET_SECONDS,
    *,
    manifest: ManifestHint | None = None,
    first_lane_only: bool = False,
    negatives: NegativeBank | None = None,
    dpi: float | None = None,
) -> Report:
    """What the suspect (H, W, 3) uint8 shows, and how sure we are.

    ``first_lane_only``: manifest, copies and the cheap part of the blind reading, to sort many pictures.
    ``negatives``: pictures known to be nobody's, which outbid a tile's shape where they fit better.
    A picture of one flat tone shows nothing. Pictures over 4096 px a side are reduced first; the report is in
    pixels of the picture given.
    """
    started = time.monotonic()
    work, scale = _reduced(pixels)
    if not first_lane_only:
        index.prepare()
    run = Run(index, watermarker, time.thread_time() + budget_seconds, negatives)
    report = run.examine(Scene(work, scale, dpi), manifest, first_lane_only)
    return replace(report, seconds=time.monotonic() - started)


def _reduced(pixels: Pixels) -> tuple[Pixels, float]:
    longest = max(pixels.shape[:2])
    if longest <= MAX_WORKING_SIDE_PX:
        return np.ascontiguousarray(pixels), 1.0
    scale = MAX_WORKING_SIDE_PX / longest
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale
