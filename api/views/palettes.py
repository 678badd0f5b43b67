"""Palettes and what is to be said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pydantic import Field

from api.views.base import View


class InkView(View):
    ink: str = Field(description="#rrggbb", examples=["#27306b"])
    name: str = Field(
        description="As asked for from a colour book, else the nearest of our names, maybe another shade."
    )


class PairView(View):
    """Two inks that touch, by their places in the palette."""

    inks: tuple[int, int] = Field(description="Their places in the palette, from 0.")
    contrast: float = Field(description="WCAG 2.2 contrast ratio, 1 to 21.")
    delta_e: float = Field(description="CIEDE2000.")
    seen: dict[str, float] = Field(description="CIEDE2000 as people without one type of cones see them.")


class PaletteWarningView(View):
    code: str = Field(description="inks-alike, inks-alike-to-colour-blind or low-contrast.")
    text: str
    inks: tuple[int, ...] = Field(description="Their places in the palette, from 0.")


class PaletteView(View):
    inks: tuple[InkView, ...] = Field(description="As they are printed.")
    pairs: tuple[PairView, ...] = Field(description="All of two inks.")
    warnings: tuple[PaletteWarningView, ...] = Field(description="What people would not tell apart.")

    @classmethod
    def of(
        cls,
        palette: Sequence[str],
        touching: Collection[tuple[int, int]] | None = None,
        names: Sequence[str] | None = None,
    ) -> PaletteView:
        """What `generator.palettes.check` says, by `names` or ours. Raises BriefError for no palette."""
        from generator import palettes

        named = names or palettes.told_apart(palette)
        report = palettes.check(palette, touching, named)
        return cls(
            inks=tuple(InkView(ink=ink, name=name) for ink, name in zip(palette, named, strict=True)),
            pairs=tuple(
                PairView(
                    inks=(pair.first, pair.second),
                    contrast=round(pair.contrast, 2),
                    delta_e=round(pair.difference, 2),
                    seen={name: round(value, 2) for name, value in pair.seen.items()},
                )
                for pair in report.pairs
            ),
            warnings=tuple(PaletteWarningView.model_validate(vars(each)) for each in report.warnings),
        )
