"""A brief held against the guidelines of the brand: which passages bear on it, and what they change.

What a machine can read without guessing is left out of the brief, each with its passage; all else is told.
The brief keeps the digests of the passages, so that it is planned again as it was, whatever came in since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ledger.brand import Found, Shelf, standing
from ledger.context import Ledger
from ledger.domain.assets import CollectionBrief
from ledger.domain.brand_rules import COLOURWAY, LEFT_OUT, Effect, applied, palettes_of, rules_of
from ledger.domain.errors import BriefError
from ledger.domain.guidelines import AUTO, MAX_RECORDED, GuidelinesUse, Passage
from ledger.domain.ids import CollectionId
from ledger.domain.suggesting import Weight
from ledger.store import collections, guidelines

PER_SUBJECT = 3  # passages told of each theme, motif or query
MOST_SUBJECTS = 40
Past = tuple[str, str, Weight]  # theme, motif or colourway; what it says; the weight of that
INKS = "palette colourway inks colours"


@dataclass(frozen=True)
class Subject:
    """A part of a brief, or a query that it asks, with the passages that bear on it, the best first."""

    kind: str
    value: str
    passages: tuple[Found, ...]


@dataclass(frozen=True)
class Guidance:
    """`brief` as it is planned: without what passages forbid, and with the digests of all it was told.

    `names` are those of the files by digest; `silent` counts the subjects beyond those that are looked up.
    """

    brief: CollectionBrief
    subjects: tuple[Subject, ...] = ()
    effects: tuple[Effect, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    silent: int = 0


def guided(ledger: Ledger, brief: CollectionBrief, recorded: Sequence[str] = ()) -> Guidance:
    """Hold a brief against the guidelines that it asks for; a brief that asks for none stays as it is.

    `recorded`, or else the digests in the brief itself, are the passages of an earlier planning, and take the
    place of all that hold now. Raises UnknownError for a digest that nobody kept, and BriefError where the
    guidelines leave nothing to draw.
    """
    use = brief.guidelines
    if use is None:
        return Guidance(brief)
    named = tuple(recorded) or use.passages
    shelf = _shelf(ledger, named)
    asked = [*_subjects(brief, use)]
    subjects = tuple(
        Subject(kind, value, shelf.search(query, PER_SUBJECT)) for kind, value, query in asked[:MOST_SUBJECTS]
    )
    told = _in_order(found.passage for each in subjects for found in each.passages)
    # Who asks for all is bound by all; who asks one question, by its answers.
    binding = _in_order(shelf.passages) if named or AUTO in use.asked else told
    kinds = {each.sha256: each.kind for each in shelf.files.values()}
    rules = [rule for passage in binding for rule in rules_of(passage)]
    kept, effects = applied(brief, rules, kinds, _families(brief))
    effects = (*effects, *_colourways(told))
    guidance = Guidance(kept, subjects, effects, silent=max(0, len(asked) - MOST_SUBJECTS))
    names = tuple((each.sha256, each.name) for each in shelf.files.values())
    used = shelf.passages if named else _in_order([*told, *(each.passage for each in effects)])
    return replace(guidance, brief=_recorded(kept, use, used, effects), names=names)


def as_planned(ledger: Ledger, brief: CollectionBrief, collection: CollectionId) -> CollectionBrief:
    """A brief as `create.plan` keeps it; by the passages of before where it was planned already."""
    if brief.guidelines is None:
        return brief
    with ledger.store.reading() as tx:
        known = collections.find(tx, collection)
    before = known.brief.guidelines if known else None
    if before is None or before.asked != brief.guidelines.asked:
        return guided(ledger, brief).brief
    if not before.passages:  # nothing was kept then that said anything
        return replace(brief, guidelines=before)
    return guided(ledger, brief, before.passages).brief


def past(ledger: Ledger, brief: CollectionBrief) -> tuple[Past, ...]:
    """What became of the tiles so far that show what the parts of a brief ask for."""
    from ledger.suggesting import weights

    found = {(kind, each.word): each for kind, rows in weights(ledger).items() for each in rows}
    asked = [*_past_of(brief)]
    return tuple((field, value, found[key]) for field, value, key in asked if key in found)


def _past_of(brief: CollectionBrief) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """(part, what it says, key of its weight); a motif that names a style has that weight too."""
    named = brief.words
    for theme in named.themes if named else ():
        yield "theme", theme, ("theme", theme)
    families = _families(brief)
    for motif in named.motifs if named else brief.prompts:
        family = families.get(motif, "")
        yield "motif", motif, ("family", family)
        yield from (("motif", motif, ("style", f"{family} {style}")) for style in _styles(motif, family))
    for number, inks in enumerate(brief.palettes):
        name = named.colourways[number] if named else " ".join(inks)
        yield "colourway", name, ("palette", " ".join(inks))


def _shelf(ledger: Ledger, named: Sequence[str]) -> Shelf:
    """The passages of a record, or all that hold."""
    if not named:
        return standing(ledger)
    with ledger.store.reading() as tx:
        passages = guidelines.by_digest(tx, named)
        files = [guidelines.find(tx, file) for file in dict.fromkeys(each.file for each in passages)]
    return Shelf({each.sha256: each for each in files if each is not None}, passages)


def _subjects(brief: CollectionBrief, use: GuidelinesUse) -> Iterator[tuple[str, str, str]]:
    """(kind, value, query) of what is looked up."""
    for query in use.asked:
        if query != AUTO:
            yield "query", query, query
    if AUTO not in use.asked:
        return
    yield "inks", "all", INKS
    if brief.words is None:
        yield from (("prompt", prompt, prompt) for prompt in dict.fromkeys(brief.prompts))
        return
    yield from (("theme", theme, theme) for theme in brief.words.themes)
    yield from (("motif", motif, motif) for motif in brief.words.motifs)


def _families(brief: CollectionBrief) -> dict[str, str]:
    """The motif family that each motif or prompt names, where it names one."""
    from generator.lexicon.reading import family_named

    motifs = brief.words.motifs if brief.words else brief.prompts
    found = {motif: family_named(motif) for motif in motifs}
    return {motif: family for motif, family in found.items() if family}


def _styles(motif: str, family: str) -> tuple[str, ...]:
    """The styles of a family that a motif names."""
    from generator.lexicon.tables import FAMILIES
    from ledger.domain.trade_words import stem, words

    if family not in FAMILIES:
        return ()
    said = {form for word in words(motif) for form in (word, stem(word))}
    return tuple(style for style, more in FAMILIES[family].styles.items() if said & {style, *more})[:1]


def _colourways(told: Sequence[Passage]) -> Iterator[Effect]:
    """Colourways that passages spell out, for people to take."""
    from generator.palettes import NAMES

    names = {name.replace("-", " "): ink for name, ink in NAMES.items()}
    for passage in told:
        for name, inks, sentence in palettes_of(passage, names):
            yield Effect(COLOURWAY, "colourways", f"{name}: [{', '.join(inks)}]", sentence, passage)


def _recorded(
    kept: CollectionBrief, use: GuidelinesUse, passages: Sequence[Passage], effects: Sequence[Effect]
) -> CollectionBrief:
    """The brief with what it was held against, and what of it was left out, before and now."""
    if len(passages) > MAX_RECORDED:
        raise BriefError(
            "guidelines", f"{len(passages)} passages bear on it; at most {MAX_RECORDED}, so split it"
        )
    now = ((f"{each.field}: {each.value}", each.passage.digest) for each in effects if each.kind == LEFT_OUT)
    left_out = tuple(dict.fromkeys([*use.left_out, *now]))
    if len(left_out) > MAX_RECORDED:
        raise BriefError(
            "guidelines", f"{len(left_out)} things are left out of it; at most {MAX_RECORDED}, so split it"
        )
    return replace(
        kept, guidelines=GuidelinesUse(use.asked, tuple(each.digest for each in passages), left_out)
    )


def _in_order(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Each once, in an order that does not hang on how they were found: a replay is to be the same."""
    return tuple(sorted({*passages}, key=lambda each: (each.file, each.number)))
