"""The page's part on two ids of one key: how alike their code words are, and what stands before a verdict."""

from __future__ import annotations

import math

from bench.repeat_forensics import alike_chance
from bench.repeat_forensics.null_alike import DRAWS, MOST_ALIKE, Alike
from bench.repeat_forensics.tables import markdown

LEVELS = (3, 4, 5, 6, 7)


def section(found: Alike | None) -> str:
    """Why ids of the key a picture is marked with fare worse, and how far that goes."""
    if found is None:
        return "The ids of one key were not compared yet: `--alike 1000000`.\n"
    asked = [(str(z), *map(str, counts)) for z, counts in _by_loudness(found.asked)]
    header = ("z of the marked id", "asked", "p <= 1e-9 before", "accepted")
    return "\n".join((_head(found), _tail(found), _stands(found), markdown(header, asked), _chances(found)))


def _head(found: Alike) -> str:
    return f"""### Two ids of one key

A picture that carries one id of a key is asked for others of that key: for those of the licensed copies of
its tile, and of the few other tiles it is compared with. The code words of two ids agree bit by bit like fair
coins, but not in many bits at once, so a loud mark speaks for a few strangers. The bound on that error
(`forensics/asking/listening.py`) leaves this out, and **a p of luminance by itself is no bound while another
id of its key is loud in the picture**. Of {found.ids} ids compared with one, so many would be lent this z by
a mark without noise:
"""


def _tail(found: Alike) -> str:
    tail = {int(z): count for z, count in found.tail.items()}
    counts = [(z, sum(count for k, count in tail.items() if k >= z)) for z in LEVELS]
    rows = [(f"{z}", f"{n}", f"{n / found.ids:.1g}", f"{math.exp(-z * z / 2):.1g}") for z, n in counts]
    return markdown(("z or more", "ids", "share", "the bound says"), rows)


def _stands(found: Alike) -> str:
    share, largest = found.near / found.ids, f"{found.largest:.2f}"
    return f"""The largest is {largest}. As much as an id asked alone at the first look needs for p 1e-9 is
lent to {found.near}: to {1e4 * share:.2g} in a register of 10,000 ids and {1e6 * share:.2g} in one of a
million, if each were asked of so loud a mark and nothing stood before the verdict. Two things stand there. Of
ids asked together the loudest is answered first, and its code word is taken out before the next. And an id
with p <= 1e-6 is compared with what the coded bits decode to: a mark loud enough to speak for a stranger
decodes, is heard better, and is answered instead. The {MOST_ALIKE} most alike ids, each asked alone {DRAWS}
times, of bits that carry the marked id from faint to loud, noise added:
"""


def _chances(found: Alike) -> str:
    """What both come to: an estimate where nothing was seen."""
    fails = ", ".join(f"{failed} of {draws} at z {z}" for z, (draws, failed) in _by_loudness(found.failed))
    chances = [(count, *alike_chance.chance(found, count)) for count in (1, 100, 10_000, 1_000_000)]
    rows = [(f"{count}", f"{rate:.2g}", f"{loudness:.0f}") for count, rate, loudness in chances]
    header = ("other ids asked", "chance of one false proof", "at z of the marked id")
    return f"""What is loud enough to lend decodes, and what does not decode lends too little. Not decoded to
the marked id: {fails}.
How likely both are at once is estimated (`bench/repeat_forensics/alike_chance.py`): failures beyond those
seen by a straight line on the normal scale, noise normal and independent, the loudness of the mark the worst
there is, every z above taken a step too high:

{markdown(header, rows)}"""


def _by_loudness(counts: dict[str, list[int]]) -> list[tuple[int, list[int]]]:
    return sorted((int(z), count) for z, count in counts.items())
