"""Brand guidelines, their passages, and what they make of a brief."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from api.views.base import View
from ledger.brand import Found
from ledger.domain.brand_rules import Effect
from ledger.domain.guidelines import Guideline, Passage
from ledger.domain.suggesting import Weight
from ledger.guiding import Guidance, Past, Subject


class GuidelineView(View):
    sha256: str = Field(description="Of the file.")
    name: str
    kind: str = Field(description="markdown, plain or pdf.")
    passages: int = Field(description="How many passages it has.")
    added_at: str
    removed_at: str | None

    @classmethod
    def of(cls, guideline: Guideline) -> GuidelineView:
        return cls(**vars(guideline))


class AddedGuidelineView(View):
    guideline: GuidelineView = Field(description="What was added.")
    replaces: str | None = Field(
        description="The digest of the file of this name that it takes the place of."
    )

    @classmethod
    def of(cls, added: Guideline, before: Guideline | None) -> AddedGuidelineView:
        return cls(guideline=GuidelineView.of(added), replaces=before.sha256 if before else None)


class QuoteView(View):
    """A passage with where it stands, also of a file that was removed."""

    digest: str
    file: str = Field(description="The name of its file.")
    sha256: str = Field(description="Of its file.")
    removed_at: str | None
    where: str = Field(description="The place in words: headings, page, lines.")
    text: str

    @classmethod
    def of(cls, passage: Passage, file: Guideline) -> QuoteView:
        named = {"digest": passage.digest, "file": file.name, "sha256": file.sha256}
        return cls(**named, removed_at=file.removed_at, where=passage.where, text=passage.text)


class PassageView(View):
    """A passage with where it stands."""

    digest: str
    file: str = Field(description="The name of its file.")
    sha256: str = Field(description="Of its file.")
    heading: str = Field(description="The heading above it; empty where there is none.")
    page: int | None = Field(description="Of a PDF: its page, from 1.")
    first: int = Field(description="Its first line, from 1; of a PDF, in the text of the page.")
    last: int = Field(description="Its last line.")
    where: str = Field(description="The place in words: headings, page, lines.")
    text: str
    score: str = Field(description="BM25, in decimal text; comparable within one answer only.")

    @classmethod
    def of(cls, found: Found) -> PassageView:
        passage = found.passage
        place = {
            "heading": passage.heading,
            "page": passage.page,
            "first": passage.first,
            "last": passage.last,
        }
        return cls(
            digest=passage.digest,
            file=found.name,
            sha256=passage.file,
            where=passage.where,
            text=passage.text,
            score=f"{found.score:.2f}",
            **place,
        )


class SubjectView(View):
    kind: str = Field(description="theme, motif, prompt, inks or query.")
    value: str = Field(description="The words of the brief.")
    passages: list[PassageView] = Field(description="What bears on it, the best first.")

    @classmethod
    def of(cls, subject: Subject) -> SubjectView:
        return cls(
            kind=subject.kind,
            value=subject.value,
            passages=[PassageView.of(each) for each in subject.passages],
        )


class EffectView(View):
    effect: str = Field(
        description="left out of the brief; told, for people to judge; or a colourway to take."
    )
    field: str = Field(description="The member of the brief.")
    value: str = Field(description="What it is set to, or loses.")
    why: str = Field(description="The sentence that says so.")
    passage: str = Field(description="The digest of its passage.")
    file: str = Field(description="The name of the file that says so.")
    where: str = Field(description="The place in words.")

    @classmethod
    def of(cls, effect: Effect, names: dict[str, str]) -> EffectView:
        passage = effect.passage
        return cls(
            effect=effect.kind,
            field=effect.field,
            value=effect.value,
            why=effect.why,
            passage=passage.digest,
            file=names.get(passage.file, passage.file),
            where=passage.where,
        )


class PastView(View):
    kind: str = Field(description="theme, motif or colourway.")
    value: str = Field(description="The words of the brief.")
    weighs: str = Field(description="What is weighed: its family, style, palette or theme.")
    rate: str = Field(description="Points for each tile, in decimal text.")
    why: str

    @classmethod
    def of(cls, kind: str, value: str, weight: Weight) -> PastView:
        rate = f"{float(weight.rate):.4f}"
        return cls(kind=kind, value=value, weighs=f"{weight.kind} {weight.word}", rate=rate, why=weight.why)


class GuidanceView(View):
    subjects: list[SubjectView] = Field(description="What was looked up.")
    effects: list[EffectView] = Field(description="What the guidelines change.")
    past: list[PastView] = Field(description="What became of tiles that show the same, as suggest weighs it.")
    not_looked_up: int = Field(description="Subjects beyond those that are looked up.")

    @classmethod
    def of(cls, guidance: Guidance, past: Sequence[Past]) -> GuidanceView:
        names = dict(guidance.names)
        return cls(
            subjects=[SubjectView.of(each) for each in guidance.subjects],
            effects=[EffectView.of(each, names) for each in guidance.effects],
            past=[PastView.of(*each) for each in past],
            not_looked_up=guidance.silent,
        )
