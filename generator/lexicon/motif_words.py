"""The 21 motif families with their synonyms, and the styles of each."""

from __future__ import annotations

FAMILY_WORDS: dict[str, tuple[str, ...]] = {
    "floral": (
        *("flower", "flowers", "flowery", "florals", "blossom", "blossoms", "bloom", "blooms", "bouquet"),
        "botanical",
    ),
    "leaf": ("leaves", "leafy", "foliage", "sprig", "sprigs", "frond", "fronds", "vine", "greenery"),
    "damask": ("damasks", "brocade", "jacquard", "baroque"),
    "paisley": ("paisleys", "boteh", "botehs", "buta", "bandana", "teardrop", "teardrops"),
    "plaid": ("plaids", "tartan", "tartans", "checked", "flannel"),
    "stripe": ("stripes", "striped", "stripy", "ticking", "bands", "lines"),
    "trellis": ("trellises", "treillage", "diamonds", "harlequin", "argyle"),
    "scallop": ("scallops", "scalloped", "fishscale", "fishscales", "seigaiha", "scales", "mermaid"),
    "wave": ("waves", "wavy", "ripples", "sea", "ocean", "surf", "undulating"),
    "geometric": ("geometrics", "geometry", "geo", "triangles", "hexagons", "polygons", "tessellation"),
    "chevron": ("chevrons", "zigzag", "zigzags", "zig", "flame", "bargello"),
    "lattice": ("lattices", "fretwork", "moroccan", "moorish", "mosaic", "quatrefoils", "zellige"),
    "arches": ("arch", "arched", "archway", "archways", "rainbow", "rainbows", "doorway"),
    "dots": ("dot", "dotted", "spot", "spots", "spotted", "polka", "polkadot", "circles", "circle"),
    "gingham": ("ginghams", "vichy", "checks", "check", "picnic"),
    "atomic": ("atom", "atoms", "starburst", "starbursts", "sputnik", "boomerangs", "space-age"),
    "memphis": ("sottsass", "squiggles", "shapes", "confetti"),
    "terrazzo": ("terrazzos", "chips", "speckle", "speckled", "speckles", "pebbles"),
    "animal": ("animals", "safari", "skin", "fur", "wild"),
    "marble": ("marbled", "marbling", "marbles", "suminagashi", "ebru", "stone"),
    "herringbone": ("herringbones", "parquetry", "fishbone"),
}
STYLES: dict[str, dict[str, tuple[str, ...]]] = {
    "floral": {
        "daisy": ("daisies", "sunflower", "marguerite", "gerbera"),
        "rose": ("roses", "peony", "peonies", "ranunculus", "camellia"),
        "tulip": ("tulips", "folk", "scandinavian", "lily"),
        "poppy": ("poppies", "anemone", "anemones", "cherry", "sakura"),
    },
    "leaf": {
        "branch": ("branches", "laurel", "olive", "twig"),
        "single": ("monstera", "simple", "beech"),
        "palm": ("tropical", "jungle", "palms"),
        "fern": ("ferns", "bracken"),
    },
    "damask": {
        "medallion": ("medallions", "rosette"),
        "ogee": ("ogees", "ottoman"),
        "acanthus": ("scrolls", "scroll", "scrolling"),
    },
    "paisley": {
        "boteh": ("plain", "single"),
        "jewelled": ("jewelry", "beaded", "persian"),
        "feathered": ("peacock", "feather", "feathers"),
    },
    "plaid": {"tartan": ("tartans", "clan", "scottish"), "windowpane": ("window",), "madras": ("preppy",)},
    "stripe": {
        "vertical": ("upright", "pinstripe", "regency"),
        "horizontal": ("breton", "nautical"),
        "diagonal": ("slanted", "oblique", "candy"),
    },
    "trellis": {
        "diamond": ("diamonds", "harlequin", "argyle"),
        "curved": ("arabesque", "wrought"),
        "vine": ("vines", "ivy", "garden"),
    },
    "scallop": {
        "ringed": ("seigaiha", "concentric"),
        "fan": ("fans", "shell", "shells"),
        "solid": ("plain", "fishscale"),
    },
    "wave": {
        "rolling": ("roll", "sine", "swell"),
        "crest": ("crests", "curl", "curls", "breaking"),
        "ripple": ("ripples", "water", "calm"),
    },
    "geometric": {
        "triangle": ("triangles", "triangular", "pyramid"),
        "hexagon": ("hexagons", "honeycomb", "cube", "cubes"),
        "quarter": ("quarters", "circles", "semicircle", "semicircles", "bauhaus"),
    },
    "chevron": {
        "zigzag": ("zigzags", "wide"),
        "stacked": ("layered", "flame", "bargello"),
        "arrow": ("arrows", "broken", "ikat"),
    },
    "lattice": {
        "star": ("stars", "zellige"),
        "quatrefoil": ("quatrefoils", "clover"),
        "fret": ("key", "meander", "greek"),
    },
    "arches": {
        "rainbow": ("rainbows",),
        "nested": ("concentric", "doorway"),
        "sunrise": ("sun", "sunburst"),
    },
    "dots": {
        "plain": ("solid", "polka", "simple"),
        "ringed": ("ring", "rings", "bullseye", "target"),
        "petalled": ("pearls", "beaded", "medallion"),
    },
    "gingham": {
        "classic": ("vichy", "picnic"),
        "buffalo": ("lumberjack", "checkerboard"),
        "houndstooth": ("dogtooth", "pied-de-poule"),
    },
    "atomic": {
        "burst": ("starburst", "starbursts", "sputnik", "stars"),
        "boomerang": ("boomerangs", "palette"),
        "orbit": ("orbits", "molecule", "electrons"),
    },
    "memphis": {
        "squiggle": ("squiggles", "doodle", "bacterio"),
        "blocks": ("block", "shapes"),
        "confetti": ("sprinkles", "party"),
    },
    "terrazzo": {
        "chipped": ("angular", "shards"),
        "pebble": ("pebbles", "rounded", "organic"),
        "mixed": ("venetian",),
    },
    "animal": {
        "leopard": ("cheetah", "jaguar", "ocelot"),
        "zebra": ("tiger",),
        "giraffe": ("crocodile", "tortoise"),
    },
    "marble": {
        "veined": ("carrara", "veins"),
        "swirled": ("swirl", "swirls", "ebru", "liquid"),
        "agate": ("geode", "banded", "contour"),
    },
    "herringbone": {
        "parquet": ("wood", "floor", "brick"),
        "tweed": ("wool", "woven", "twill"),
        "double": ("wide",),
    },
}
