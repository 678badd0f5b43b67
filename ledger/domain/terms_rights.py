"""The clauses of terms about rights beside making and showing, duties, and exclusivity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.errors import TermsError
from ledger.domain.fields import suggest
from ledger.domain.ids import PartyId
from ledger.domain.money import Money
from ledger.domain.terms_scope import ColourwayScope, ProductScope, Territory, Window
from ledger.domain.use import MAX_DEPTH, MAX_UNITS, AiUse
from ledger.domain.words import MODIFICATIONS

MAX_ATTRIBUTION = 200  # characters
MAX_DAYS_TO_REPORT = 366


@dataclass(frozen=True)
class Prohibited:
    """No AI use (CAWG `notAllowed`)."""


@dataclass(frozen=True)
class Free:
    """AI use at no charge and without a licence (CAWG `allowed`)."""


@dataclass(frozen=True)
class Paid:
    """AI use for a fee per licence (CAWG `constrained`)."""

    fee: Money

    def __post_init__(self) -> None:
        if not self.fee.minor:
            raise TermsError("training.fee", "a fee of nothing contradicts paid training; say training: free")


AiTerms = Prohibited | Free | Paid


@dataclass(frozen=True)
class PerEntry:
    """AI terms for each of the four uses of the CAWG training and data mining assertion 1.1 by itself."""

    ai_training: AiTerms
    ai_generative_training: AiTerms
    data_mining: AiTerms
    ai_inference: AiTerms

    def __post_init__(self) -> None:
        if len({self.of(use) for use in AiUse}) == 1:
            raise TermsError("training", "says the same four times; write it once: training: prohibited")

    def of(self, use: AiUse) -> AiTerms:
        found: AiTerms = getattr(self, use.value)
        return found


Training = AiTerms | PerEntry


def ai_terms(training: Training, use: AiUse) -> AiTerms:
    """What `training` says of one CAWG entry."""
    return training.of(use) if isinstance(training, PerEntry) else training


@dataclass(frozen=True)
class Withheld:
    """Not given."""


@dataclass(frozen=True)
class Included:
    """Given with every licence to reproduce."""


@dataclass(frozen=True)
class Priced:
    """Sold as a licence of its own: `fee` once, and `per_generation` for each picture generated.

    `generations` is the most pictures under one licence, None for no limit.
    """

    fee: Money
    per_generation: Money | None = None
    generations: int | None = None

    def __post_init__(self) -> None:
        if self.per_generation is not None and not self.per_generation.minor:
            raise TermsError("per_generation", "a rate of nothing; leave it out")
        if not self.fee.minor and self.per_generation is None:
            raise TermsError("fee", "a fee of nothing contradicts a licence of its own; say included")
        most = self.generations
        if most is not None and (type(most) is not int or not 1 <= most <= MAX_UNITS):
            raise TermsError("generations", f"{most!r} is not 1 to {MAX_UNITS} pictures; or leave it out")


MakingRight = Withheld | Included | Priced


@dataclass(frozen=True)
class NoModification:
    """As it is: placed and scaled with its repeat, nothing else."""


@dataclass(frozen=True)
class AnyModification:
    """Whatever a maker needs."""


@dataclass(frozen=True)
class Modifications:
    """Only these, from `words.MODIFICATIONS`, at least one."""

    names: frozenset[str]

    def __post_init__(self) -> None:
        if not self.names:
            raise TermsError("modification", "nothing is named; name at least one, or say none")
        for name in sorted(self.names):
            if name not in MODIFICATIONS:
                raise TermsError("modification", f"{name[:40]!r}: {suggest(name, MODIFICATIONS)}")


Modification = NoModification | AnyModification | Modifications


@dataclass(frozen=True)
class NoSublicensing:
    """The licensee alone."""


@dataclass(frozen=True)
class Sublicensing:
    """Within these terms, `depth` levels down: 1 lets the licensee's makers in, but not theirs."""

    depth: int

    def __post_init__(self) -> None:
        if type(self.depth) is not int or not 1 <= self.depth <= MAX_DEPTH:
            raise TermsError(
                "sublicensing.depth", f"{self.depth!r} is not 1 to {MAX_DEPTH} levels; or say none"
            )


SublicenceTerms = NoSublicensing | Sublicensing


@dataclass(frozen=True)
class NotTransferable:
    """The licence stays with its licensee."""


@dataclass(frozen=True)
class Transferable:
    """The licensee may hand the whole licence on; with `consent`, only where the owner agrees each time."""

    consent: bool = False


TransferTerms = NotTransferable | Transferable


@dataclass(frozen=True)
class NoAttribution:
    """Nobody has to be named."""


@dataclass(frozen=True)
class Attribution:
    """This text has to stand with every use."""

    text: str

    def __post_init__(self) -> None:
        if (
            not 1 <= len(self.text.strip()) <= len(self.text) <= MAX_ATTRIBUTION
            or not self.text.isprintable()
        ):
            raise TermsError("attribution.text", f"give 1 to {MAX_ATTRIBUTION} printable characters")


AttributionTerms = NoAttribution | Attribution


class Every(StrEnum):
    """How often licensees report."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[self.value]


@dataclass(frozen=True)
class NoReporting:
    """Reports when the licensee likes."""


@dataclass(frozen=True)
class Reporting:
    """A report for each period from the day of the grant on, at most `within_days` after its end."""

    every: Every
    within_days: int = 30

    def __post_init__(self) -> None:
        if type(self.within_days) is not int or not 0 <= self.within_days <= MAX_DAYS_TO_REPORT:
            raise TermsError(
                "reporting.within_days", f"{self.within_days!r} is not 0 to {MAX_DAYS_TO_REPORT} days"
            )


ReportingTerms = NoReporting | Reporting


@dataclass(frozen=True)
class NonExclusive:
    """Others may hold licences beside this one."""


@dataclass(frozen=True)
class Exclusive:
    """Shuts out every other licensee in these scopes.

    None is as wide as the licence itself, and for colourways every one of them.
    """

    territory: Territory | None = None
    products: ProductScope | None = None
    window: Window | None = None
    colourways: ColourwayScope | None = None


Exclusivity = NonExclusive | Exclusive


@dataclass(frozen=True)
class Uncertified:
    """Nothing is said about who made the choices."""


@dataclass(frozen=True)
class HumanCertified:
    """`by` certifies that a person made the creative choices."""

    by: PartyId


Certification = Uncertified | HumanCertified
