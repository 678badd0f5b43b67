"""House palettes: six inks for every era, ground first, and what contrast makes of them."""

from __future__ import annotations

from generator.lexicon.attributes import Attributes

# Ground, principal, then the supporting inks; each list is drawn for its era by the house.
PALETTES: dict[str, tuple[str, ...]] = {
    "victorian": (
        *("f3e7cd 6d1a2d 1f4a36 b98427 c8705a 2b2420", "1f2d26 d9b679 8f2f3c 6f8a63 f0dfc0 b5643c"),
        *("efe3d0 24345c 9c3b3b c29a4b 5f7a5a 3b2a20", "3a1420 e3c9a0 a4504f 6b7d4f d9a441 f4e8d8"),
    ),
    "art-nouveau": (
        *("ece5cc 4d5f3a b98427 1f6b6b c9836b 33302a", "20463f e8d9a8 c98f3c 8fb09a d7735a f2ecd8"),
        *("f5ead6 6a3a4f 7c8b52 c79a3e a9c0a6 2e2a33", "39472f f0e3bf d0a24a a4b07f b9583f dfe8d4"),
    ),
    "art-deco": (
        *("14181f c8a248 f3ead3 1c7c80 8a2f3b 7d8591", "f4eee0 16181d c8a248 2a6a6e d98c82 5a6270"),
        *("17274f d8b45a f2e8d2 7fa6a8 b9544a 9aa3b5", "f0c9c0 1b1b1f c8a248 2f5d50 f7f1e6 8e5a68"),
    ),
    "fifties": (
        *("fbf3df 2fa7a5 ee7360 33363b f0c24b 9ccbb8", "b9e2cc e4573d 1f2a30 fdfaf0 f3b73f 3f7f93"),
        *("fdfaf0 c8262e 3f86b8 1d1d22 f3cf4e 8cc7b5", "f7d774 2b3a42 e4573d fdfaf0 2fa7a5 a8c95a"),
    ),
    "sixties": (
        *("fdfbf4 d81e7a f28a1c f6cf1f 2aa7a0 7a2c8f", "ffd21f e3256b 2a8f4a fdfbf4 f2711c 1d4fa0"),
        *("f6f6f2 141414 e2231a 9b9b98 2d5fb8 f4c20d", "f28a1c fdf0d8 c2257a 68378a f6cf1f 1c7c80"),
    ),
    "seventies": (
        *("f4e4c4 b5502a d6a01f 5a3820 7c7d35 e08a3c", "5a3820 ee8420 d6a01f f4e4c4 a4482a 8b8a3d"),
        *("d6a01f 6b3a1f e06c1f f6ecd6 75762f 9c2f24", "efe0bd 75762f c8641f 3b2418 d6a01f a9b17a"),
    ),
    "eighties": (
        *("fdfdfb 17171a f0508f 22b8b4 f6d13b 6a5acd", "bfe6da 1b1b20 f2447f fdfdfb 2f6fd0 f7c92f"),
        *("1a1a1f f23d8a 2fd0c8 f8d93a fdfdfb 8f6ff0", "f7c9bb 2456b5 17a398 fdfdfb f2447f f5c73a"),
    ),
    "contemporary": (
        *("f7f2e8 30394a c9694f 8fa38b e6b8a2 d9a441", "24324a f0c9c0 ee7360 f6ecd6 8fb8c4 d6a01f"),
        *("f3ede2 1f4a36 a3b596 b5502a e2c9a6 3a3d42", "e9d8cf 6d1a2d ee7360 f8f2ea 3f5d6b c9a27c"),
        *("fbfaf6 2f4f86 e07a5f 8ab6a0 f2cc8f 3d405b", "3a3d42 c9d3c0 f0c9c0 d98f5f f7f2e8 6f8f9a"),
    ),
}


def house_palette(words: Attributes, seed: int) -> tuple[str, ...]:
    """`words.inks` inks of the tile's era, ground first, as far apart as its contrast asks."""
    sets = PALETTES[words.era]
    inks = sets[seed % len(sets)].split()[: words.inks]
    ground = _rgb(inks[0])
    spread = {"low": 0.42, "medium": 0.78, "high": 1.0}[words.contrast]
    mixed = [
        tuple(round(g + spread * (c - g)) for g, c in zip(ground, _rgb(ink), strict=True)) for ink in inks
    ]
    return tuple("#{:02x}{:02x}{:02x}".format(*ink) for ink in mixed)


def contrast_of(palette: tuple[str, ...]) -> str:
    """Low, medium or high: the greatest distance of an ink's luma (Rec. 709) from the ground's."""
    luma = [
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), _rgb(ink.lstrip("#")), strict=True))
        for ink in palette
    ]
    reach = max(abs(value - luma[0]) for value in luma[1:]) / 255.0
    return "low" if reach < 0.3 else "medium" if reach < 0.55 else "high"


def _rgb(ink: str) -> tuple[int, int, int]:
    return int(ink[0:2], 16), int(ink[2:4], 16), int(ink[4:6], 16)
