"""What is compared with what: the questions, who answers them, and what each answer leaves on chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Figures = Mapping[str, Mapping[str, Mapping[str, int]]]
"""question -> who -> call -> gas"""

OURS = "Selvage"
QUESTIONS = {
    "offer": "A design is made ready to be licensed",
    "free": "Licence, free",
    "paid": "Licence, paid in ether",
    "exclusive": "Exclusive licence",
    "report": "Units reported",
    "check": "Licence checked",
    "settle": "Payment for three",
}
LEAVES = {
    ("offer", OURS): "one entry for the whole collection: its creator, root and terms hash",
    ("offer", "Unlock"): "a contract of its own: price, period, number of keys",
    ("offer", "Manifold"): "a token id with the address of its metadata, and the first copy",
    ("offer", "thirdweb"): "a token id, price, start, limits by wallet and in all",
    ("offer", "Story"): "a token, an account for it, a policy: terms in words, territories among them",
    ("free", OURS): (
        "licensee, dates, and the hash of terms, territories, products and run, which refuses what "
        "contradicts it"
    ),
    ("free", "Unlock"): "a key: owner and expiry; no terms, territories or units",
    ("free", "EAS"): (
        "the same terms as ours, in storage, and a year's expiry; compared with no other attestation"
    ),
    ("free", "Manifold"): "one more copy in a balance",
    ("free", "thirdweb"): "one more copy in a balance, and how many this wallet claimed",
    ("free", "Story"): (
        "a licence token that names design and policy; no dates, no run, and the territories of the "
        "policy are not looked at"
    ),
    ("paid", OURS): (
        "the creator's signature and the price checked, an invoice settled, the money credited to "
        "three, the licence as above"
    ),
    ("paid", "Unlock"): "a key, its price at that time; the money stays in the lock, for one owner",
    ("paid", "thirdweb"): "one more copy; the money goes to one seller and, as a fee, to one platform",
    ("exclusive", OURS): (
        "a licence with which every grant to others that overlaps in territory, product and dates reverts"
    ),
    ("exclusive", "Unlock"): "a lock that sells one key; another lock for the same design is not refused",
    ("report", OURS): "what is left of the run: a report past it reverts, one sent twice counts once",
    ("report", "EAS"): "one more attestation, which names the licence's; nothing is added up or refused",
    ("report", "Unlock"): "the nearest it has: the key paid for once more and prolonged; nothing is counted",
    ("check", OURS): "dates, suspension and revocation, of this licence and of all above it",
    ("check", "Unlock"): "whether an address holds a key that has not run out",
    ("check", "EAS"): "the attestation; whoever asks compares expiry and revocation",
    ("check", "Manifold"): "how many copies an address holds",
    ("check", "thirdweb"): "how many copies an address holds",
    ("check", "Story"): "whether an address holds the token; a dispute about the design is another question",
    ("settle", OURS): "an invoice, paid once and in full, shared to the last unit; each payee withdraws",
    ("settle", "OpenZeppelin"): "shares of whatever comes in; no invoice; each payee is paid by a call",
    ("settle", "thirdweb"): (
        "shares of whatever comes in; no invoice; one call pays all, and one payee who refuses the "
        "money stops it"
    ),
}


class ComparisonError(ValueError):
    """Figures and what is said of them do not belong together."""


@dataclass(frozen=True)
class Row:
    """One answer to one question."""

    question: str
    who: str
    gas: str
    leaves: str


def together(answers: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, dict[str, int]]]:
    """Who -> question -> call -> gas, turned to question -> who, in the order of QUESTIONS, ours first."""
    found = {
        question: {who: dict(said[question]) for who, said in answers.items() if question in said}
        for question in QUESTIONS
    }
    strangers = {question for said in answers.values() for question in said} - set(QUESTIONS)
    if strangers:
        raise ComparisonError(f"nobody asked {', '.join(sorted(strangers))}")
    _require_said(found)
    return found


def rows(figures: Figures) -> Iterator[Row]:
    """In the order of QUESTIONS, ours first, then from the least gas of a first call to the most."""
    _require_said(figures)
    for question, heading in QUESTIONS.items():
        answers = sorted(figures[question].items(), key=_place)
        for who, calls in answers:
            gas = "<br>".join(f"{call}: {used:,}" for call, used in calls.items())
            yield Row(heading, who, gas, LEAVES[question, who])


def table(figures: Figures) -> str:
    """Markdown. A question is named in its first row."""
    lines, before = ["| | Whose | Gas | What it leaves on chain, or answers |", "|---|---|---|---|"], ""
    for row in rows(figures):
        lines.append(
            f"| {'' if row.question == before else row.question} | {row.who} | {row.gas} | {row.leaves} |"
        )
        before = row.question
    return "\n".join(lines) + "\n"


def _place(answer: tuple[str, Mapping[str, int]]) -> tuple[bool, int]:
    who, calls = answer
    return who != OURS, next(iter(calls.values()))


def _require_said(figures: Figures) -> None:
    measured = {(question, who) for question, answers in figures.items() for who in answers}
    if measured != set(LEAVES):
        differ = ", ".join(sorted(f"{question} of {who}" for question, who in measured ^ set(LEAVES)))
        raise ComparisonError(f"either not measured or without a word of what it leaves: {differ}")
