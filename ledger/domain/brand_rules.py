"""Rules that can be read out of guidelines without guessing, and what they do to a brief.

A rule is a whole sentence of a fixed form: `Never use X, Y or Z.` and `At most N inks.` A sentence with a
condition in it is none, and is left to people. A rule acts only where its headings say nothing narrower than
what a tile is: a rule about packaging is told, and changes no brief.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.domain.assets import MAX_INKS, MIN_INKS, CollectionBrief
from ledger.domain.errors import BriefError
from ledger.domain.guidelines import MARKDOWN, Passage
from ledger.domain.trade_brief import THEMES
from ledger.domain.trade_words import stem, words

LEFT_OUT, TOLD, COLOURWAY = "left out", "told", "colourway"
MOST_ITEMS, MOST_WORDS = 30, 3  # of a ban
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_ENDS = re.compile(r"(?<=[.!;])\s+")
_NEVER = re.compile(
    r"(?:(?:we )?(?:never|do not|don't|must not|may not) (?:use|show|draw|print|depict|include)"
    r"|no|avoid|forbidden:|banned:|not allowed:) (.+)"
)
_MOST = re.compile(
    r"(?:(?:use |print (?:with |in )?)?"
    r"(?:at most|no more than|not more than|never more than|max(?:imum)?(?: of)?|up to)"
    r"|(?:never|do not|don't) (?:use|print) more than) "
    r"(\w+) (?:inks|colou?rs|separations|screens)"
    r"(?: (?:in (?:a|any|each|every|one)|per|a) (?:design|tile|colou?rway|palette|pattern|print|repeat))?"
)
_PALETTE = re.compile(
    r"(?:([\w ,'-]{1,40}?) )?(?:palette|colou?rway|inks|colou?rs)(?: ([\w '-]{1,40}))?: (.+)"
)
_HEX = re.compile(r"#[0-9a-f]{6}\b")
_SPLIT = re.compile(r",| or | and | nor |/")
_NUMBERS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    **{str(n): n for n in range(MIN_INKS, MAX_INKS + 1)},
}
# A sentence that goes on with one of these says when it holds, and that is not for a machine to judge.
_CONDITIONS = frozenset(
    words(
        """on in unless except without more less than with for at below above if when only other another text
        under over from before after until by of near next to that which outside inside alone
        together too very so same"""
    )
)
_BANS = frozenset({"never", "no", "not", "don't", "avoid", "forbidden", "banned", "without", "old", "former"})
_ARTICLES = frozenset({"a", "an", "any", "the", "our", "their"})
_KINDS = frozenset({"motif", "motifs", "pattern", "patterns", "print", "prints", "design", "designs"})
# Headings of these words alone speak of tiles, whatever they are for.
_GENERAL = frozenset(
    stem(word)
    for word in words(
        """a an and or the of we our us in for to what never not no do don't use used avoid forbidden banned
        always must rule rules motif motifs pattern patterns print prints printing printed design
        designs tile tiles subject subjects imagery ink inks colour colours color colors palette
        palettes colourway colourways separation separations screen screens limit limits general
        guideline guidelines house brand style"""
    )
)


@dataclass(frozen=True)
class Rule:
    """A sentence of a passage: the words it bans, or the most inks it allows (0: it speaks of none)."""

    passage: Passage
    sentence: str
    banned: tuple[str, ...] = ()
    most: int = 0


@dataclass(frozen=True)
class Effect:
    """What a passage does to a brief: something is left out of a `field`, or only told, or offered for it."""

    kind: str
    field: str
    value: str
    why: str
    passage: Passage


def sentences(text: str) -> Iterator[str]:
    """The sentences of a passage, each on one line; a paragraph and an item of a list begin one."""
    whole = [""]
    for line in text.split("\n"):
        item = _ITEM.match(line)
        if item or not line:
            whole.append(line[item.end() :] if item else "")
        else:
            whole[-1] += f" {line}"
    for each in whole:
        yield from (" ".join(part.split()) for part in _ENDS.split(each.strip()) if part.strip())


def rules_of(passage: Passage) -> Iterator[Rule]:
    """The rules in a passage."""
    for sentence in sentences(passage.text):
        plain = sentence.replace("*", "").replace("`", "").replace("’", "'").casefold().rstrip(".!; ")
        most = _MOST.fullmatch(plain)
        never = None if most else _NEVER.fullmatch(plain)
        if most and most[1] in _NUMBERS:
            yield Rule(passage, sentence, most=_NUMBERS[most[1]])
        elif never and (banned := _banned(never[1])):
            yield Rule(passage, sentence, banned)


def palettes_of(passage: Passage, names: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(name, inks, sentence) of colourways written in a passage, `names` being the inks that have one.

    Read are lines such as `Harbour palette: chalk, navy, #c8553d`, where every part is an ink.
    """
    for sentence in sentences(passage.text):
        found = _PALETTE.fullmatch(sentence.replace("*", "").replace("`", "").casefold().rstrip(".; "))
        parts = [each.strip() for each in _SPLIT.split(found[3])] if found else []
        inks = [names.get(" ".join(each.replace("-", " ").split()), each) for each in parts if each]
        if not found or _BANS & {*words(found[1] or "")} or not all(map(_HEX.fullmatch, inks)):
            continue
        if MIN_INKS <= len(inks) == len(set(inks)) <= MAX_INKS:
            yield (found[1] or found[2] or "guideline").strip(), tuple(inks), sentence


def applied(
    brief: CollectionBrief, rules: Iterable[Rule], kinds: Mapping[str, str], families: Mapping[str, str]
) -> tuple[CollectionBrief, tuple[Effect, ...]]:
    """The brief without what the rules forbid, and each effect with its passage.

    `kinds` are those of the files by digest, `families` the motif families that prompts name. Raises
    BriefError, naming the passage, where nothing would be left.
    """
    effects: list[Effect] = []
    for rule in rules:
        acts = _acts(rule.passage, kinds, brief)
        if acts is None:
            continue
        for field, value in _met(brief, rule, families):
            effect = Effect(LEFT_OUT if acts else TOLD, field, value, rule.sentence, rule.passage)
            seen = ((each.kind, each.field, each.value) for each in effects)
            if (effect.kind, field, value) not in seen:
                effects.append(effect)
    out = [each for each in effects if each.kind == LEFT_OUT]
    return (_without(brief, out) if out else brief), tuple(effects)


def _banned(listed: str) -> tuple[str, ...]:
    """The items of a ban; none where one of them is more than a name."""
    items = [[word for word in words(each) if word not in _ARTICLES] for each in _SPLIT.split(listed)]
    items = [[word for word in each if word not in _KINDS] for each in items if each]
    plain = all(0 < len(each) <= MOST_WORDS and not _CONDITIONS & {*each} for each in items)
    return tuple(" ".join(each) for each in items) if plain and len(items) <= MOST_ITEMS else ()


def _acts(passage: Passage, kinds: Mapping[str, str], brief: CollectionBrief) -> bool | None:
    """Whether a rule acts on this brief; False where it is only told, None where it is about another theme.

    Of plain text and PDF nobody knows what a rule stands under.
    """
    themes = {*brief.words.themes} if brief.words else set()
    said = [stem(word) for word in words(passage.under)]
    others = {stem(theme) for theme in THEMES if theme not in themes}
    if others & {*said}:
        return None
    own = {stem(word) for theme in themes for word in words(theme)} if len(themes) == 1 else set()
    return kinds.get(passage.file) == MARKDOWN and all(word in _GENERAL | own for word in said)


def _met(brief: CollectionBrief, rule: Rule, families: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(field, value) of what a rule forbids in a brief."""
    named = brief.words
    for number, palette in enumerate(brief.palettes):
        if (rule.most and len(palette) > rule.most) or {*palette} & _inks(rule):
            yield ("colourways", named.colourways[number]) if named else ("palettes", " ".join(palette))
    fields = {"themes": named.themes, "motifs": named.motifs} if named else {"prompts": brief.prompts}
    for field, values in fields.items():
        for value in values:
            if any(_names(each, value, families.get(value)) for each in rule.banned):
                yield field, value


def _inks(rule: Rule) -> set[str]:
    """Inks are banned by their digits alone: most names of inks are those of other things too."""
    return {*_HEX.findall(rule.sentence.casefold())} if rule.banned else set()


def _names(banned: str, text: str, family: str | None) -> bool:
    """Whether a text holds the banned words in a row, in whatever number, or is of the family they name."""
    sought = [stem(each) for each in banned.split()]
    here = [stem(each) for each in words(text)]
    within = any(here[at : at + len(sought)] == sought for at in range(len(here) - len(sought) + 1))
    return within or (family is not None and sought == [stem(family)])


def _without(brief: CollectionBrief, effects: Sequence[Effect]) -> CollectionBrief:
    gone = {(each.field, each.value): each for each in effects}
    named = brief.words
    if named is None:
        prompts = [each for each in brief.prompts if ("prompts", each) not in gone]
        palettes = [each for each in brief.palettes if ("palettes", " ".join(each)) not in gone]
        _some(effects, prompts=prompts, palettes=palettes)
        return replace(brief, prompts=tuple(prompts), palettes=tuple(palettes))
    themes = [each for each in named.themes if ("themes", each) not in gone]
    motifs = [each for each in named.motifs if ("motifs", each) not in gone]
    printed = [
        pair
        for pair in zip(named.colourways, brief.palettes, strict=True)
        if ("colourways", pair[0]) not in gone
    ]
    _some(effects, themes=themes if named.themes else [""], motifs=motifs, colourways=printed)
    rows = iter(brief.prompts)
    prompts = [
        prompt
        for theme in named.themes or ("",)
        for motif, prompt in zip(named.motifs, rows, strict=False)
        if theme in (themes or [""]) and motif in motifs
    ]
    colourways = tuple(name for name, _ in printed)
    return replace(
        brief,
        prompts=tuple(prompts),
        palettes=tuple(inks for _, inks in printed),
        count=len(prompts) * len(printed) * named.per,
        words=replace(named, themes=tuple(themes), motifs=tuple(motifs), colourways=colourways),
    )


def _some(effects: Sequence[Effect], **left: Sequence[object]) -> None:
    for field, values in left.items():
        if not values:
            last = next(each for each in effects if each.field == field)
            told = f"{last.why[:120]!r} ({last.passage.where})"
            raise BriefError(field, f"none is left by the guidelines: {told}; ask for others")
