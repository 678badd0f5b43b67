"""What the rules refuse.

DomainError
├── FieldError            one named field of an input cannot be used
│   ├── MoneyError        amounts and currencies
│   ├── SplitError        shares that do not add up
│   ├── TermsError        contradictory or unknown terms
│   │   └── ContradictionError  two clauses that cannot both be meant, with an example use
│   ├── UseError          a use that cannot be judged
│   ├── BriefError        a collection that cannot be planned
│   ├── ProofError        a proof file that cannot be read
│   ├── ProjectionError   what terms cannot be written to, or not read from
│   └── LogError          a checkpoint, proof or tile of a log that cannot be read
│       └── UnprovenError  one that can be read, and is not to be believed
│           ├── UnwatchedError  of a log that this witness does not know
│           ├── StaleError      of another place than where this witness stands
│           └── ForkedError     of a log that does not continue what it signed
├── OrderError            a step out of order (billing what is not proven, settling what is not issued)
└── BrokenChainError      the entries do not link
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.domain.use import Use


class DomainError(Exception):
    """A rule of the ledger says no. `code` is stable, the message says what to do next."""

    code = "domain"


class FieldError(DomainError):
    """One field is unusable: `field` is its dotted path, `problem` what is wrong and what to do."""

    code = "bad-field"

    def __init__(self, field: str, problem: str) -> None:
        # A name that came in must not draw on the terminal it is told on.
        self.field = field if field.isprintable() else ascii(field)[1:-1]
        super().__init__(f"{self.field}: {problem}")
        self.problem = problem


class MoneyError(FieldError):
    code = "bad-money"


class SplitError(FieldError):
    code = "bad-split"


class TermsError(FieldError):
    code = "bad-terms"


class ContradictionError(TermsError):
    """`field` and `other` name the two clauses; one lets `example` through and the other does not."""

    def __init__(self, field: str, other: str, problem: str, example: Use) -> None:
        super().__init__(field, problem)
        self.other = other
        self.example = example


class UseError(FieldError):
    code = "bad-use"


class BriefError(FieldError):
    code = "bad-brief"


class ProofError(FieldError):
    code = "bad-proof"


class LogError(FieldError):
    code = "bad-log"


class UnprovenError(LogError):
    code = "unproven"


class UnwatchedError(UnprovenError):
    """The witness does not watch this log."""


class StaleError(UnprovenError):
    """The witness stands at `size` entries, and the submission does not begin there."""

    def __init__(self, size: int, problem: str) -> None:
        super().__init__("old", problem)
        self.size = size


class ForkedError(UnprovenError):
    """Two checkpoints of one log, both signed, and none continues the other."""


class ProjectionError(FieldError):
    code = "bad-projection"


class OrderError(DomainError):
    code = "out-of-order"


class BrokenChainError(DomainError):
    """`position` is the sequence number of the first entry that does not fit."""

    code = "broken-chain"

    def __init__(self, position: int, problem: str) -> None:
        super().__init__(f"entry {position}: {problem}")
        self.position = position
