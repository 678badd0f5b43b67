"""The repeat of a suspect picture, recovered from the picture alone.

`recover(pixels, limit=6) -> list[Lattice]` ranks repeat hypotheses, best first (empty for a picture without
repeat); `refine(pixels, lattice) -> Lattice | None` adds perspective; `fold(pixels, lattice, size=512) ->
(tile, weight)` averages all visible periods into one tile; `regions(pixels) -> list[Region]` says where a
picture repeats, one region per pattern.
"""

from watermark.lattice.folding import fold, whole
from watermark.lattice.perspective import refine
from watermark.lattice.recovery import recover
from watermark.lattice.regions import Region, regions

__all__ = ["Region", "fold", "recover", "refine", "regions", "whole"]
