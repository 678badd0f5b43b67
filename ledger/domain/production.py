"""Files for production: at which size, of what, and what was made. Lengths are whole micrometres."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, LicenceId, MarkId, derive

MIN_EDGE, MAX_EDGE = 256, 8192  # pixels: what can be marked
MIN_DPI, MAX_DPI = 36, 1200
UM_PER_INCH = 25_400
_WIDTH = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?) ?(mm|cm|m|in)")
_UNITS = {"mm": 1_000, "cm": 10_000, "m": 1_000_000, "in": UM_PER_INCH}


@dataclass(frozen=True)
class PrintSize:
    """How wide one tile is printed, and how finely. FieldError for what cannot be made."""

    width_um: int
    dpi: int

    def __post_init__(self) -> None:
        if not MIN_DPI <= self.dpi <= MAX_DPI:
            raise FieldError("dpi", f"{self.dpi} is no resolution we make; give {MIN_DPI} to {MAX_DPI}")
        if not MIN_EDGE <= self.edge <= MAX_EDGE:
            least, most = (edge * UM_PER_INCH / self.dpi / 1_000 for edge in (MIN_EDGE, MAX_EDGE))
            raise FieldError(
                "width",
                f"{self.width_mm} mm at {self.dpi} dpi is {self.edge} px a side; give {MIN_EDGE} to "
                f"{MAX_EDGE} px: {least:.0f} to {most:.0f} mm at {self.dpi} dpi",
            )

    @property
    def edge(self) -> int:
        """Pixels a side, rounded half up."""
        return (2 * self.width_um * self.dpi + UM_PER_INCH) // (2 * UM_PER_INCH)

    @property
    def width_mm(self) -> str:
        """Decimal text without trailing zeros."""
        return f"{Decimal(self.width_um) / 1_000:.3f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class MadeFile:
    """One file. `algorithm` is that of the watermark in it, None where there is none; `ink` of a screen."""

    name: str
    sha256: str
    bytes: int
    mime: str
    width: int
    height: int
    algorithm: str | None
    signed: bool
    ink: str | None = None


@dataclass(frozen=True)
class Production:
    """The files of a tile at one size: in its own inks or a `colourway`, for the house or for a `licence`."""

    id: str
    asset: AssetId
    colourway: str | None
    licence: LicenceId | None
    size: PrintSize
    mark: MarkId
    files: tuple[MadeFile, ...]
    made_at: str


def production_id(
    asset: AssetId, colourway: str | None, licence: str | None, size: PrintSize, picture: str | None = None
) -> str:
    """`picture` names what is drawn: another drawing under the same id is another production.

    Ids of older ledgers are without it.
    """
    told = [picture] if picture else []
    return derive("production", asset, colourway or "", licence or "", size.width_um, size.dpi, *told)


def parse_width(text: str) -> int:
    """Micrometres of `640mm`, `64 cm`, `0.64 m` or `25.2in`. Raises FieldError (field `width`)."""
    found = _WIDTH.fullmatch(text.strip().lower())
    if found is None:
        raise FieldError("width", f"{text[:40]!r} is no width; write it as 640mm, 64cm or 25.2in")
    return int(Decimal(found[1]) * _UNITS[found[2]])
