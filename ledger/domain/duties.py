"""What a licensee owes under a licence: to pay, to attribute, to report. Judged against the book."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from ledger.domain.decision import Duty, DutyState
from ledger.domain.licence import Bill, Book, Grant
from ledger.domain.money_text import format_money
from ledger.domain.right_clauses import making_right, price_of
from ledger.domain.terms import (
    Attribution,
    NoRoyalty,
    PercentOfNet,
    PerUnit,
    Priced,
    Reporting,
    Royalty,
    Terms,
)
from ledger.domain.use import ON_PRODUCTS, Action, Use


def duties_of(grant: Grant, book: Book, use: Use, at: date) -> tuple[Duty, ...]:
    """The duties that a use under `grant` brings or rests on, each with its state on the day `at`."""
    return (
        *(
            _bill_duty(bill.invoice, bill.due_on, format_money(bill.amount), at)
            for bill in _unpaid(book, grant)
        ),
        *_royalty_duties(grant.terms, use),
        *attribution_duties(grant.terms, use),
        *_report_duties(grant, book, at),
    )


def duties_to_come(terms: Terms, use: Use) -> tuple[Duty, ...]:
    """The duties that a licence bought under `terms` for `use` would bring."""
    price = f"the licence costs {format_money(price_of(terms, use))}"
    report = terms.reporting
    reports = f"report every {report.every.value}" if isinstance(report, Reporting) else ""
    return (
        Duty("pay", DutyState.PENDING, price, "take the offer and pay it"),
        *_royalty_duties(terms, use),
        *attribution_duties(terms, use),
        *((Duty("report", DutyState.PENDING, reports),) if reports else ()),
    )


def attribution_duties(terms: Terms, use: Use) -> tuple[Duty, ...]:
    """Whether the required text stands with the use; unknown when nobody said what does."""
    required = terms.attribution
    if not isinstance(required, Attribution) or use.action not in ON_PRODUCTS:
        return ()
    text = required.text
    if use.attribution is None:
        why = f"nobody said whether {text!r} stands with it"
        return (Duty("attribute", DutyState.UNKNOWN, why, f"show {text!r} and say so"),)
    if text in use.attribution:
        return (Duty("attribute", DutyState.FULFILLED, f"{text!r} stands with it"),)
    return (Duty("attribute", DutyState.VIOLATED, f"{text!r} does not stand with it", f"show {text!r}"),)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """So many days later, or the last day there is."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def overdue_period(begun: date, reporting: Reporting, on: date) -> date | None:
    """The first day of the last period whose report was due before `on`; None when none was yet.

    Periods run from the day `begun`, and a report is due `within_days` after the end of its own.
    """
    step, grace = reporting.every.months, timedelta(days=reporting.within_days)
    number = max(0, ((on.year - begun.year) * 12 + on.month - begun.month) // step + 1)
    while number and add_months(begun, number * step) >= on - grace:
        number -= 1
    return add_months(begun, (number - 1) * step) if number else None


def _unpaid(book: Book, grant: Grant) -> tuple[Bill, ...]:
    return tuple(bill for bill in book.bills_of(grant.id) if not bill.settled)


def _bill_duty(invoice: str, due_on: date, amount: str, at: date) -> Duty:
    late = due_on < at
    why = f"{amount} on invoice {invoice} {'was' if late else 'is'} due on {due_on}"
    return Duty("pay", DutyState.VIOLATED if late else DutyState.PENDING, why, f"pay invoice {invoice}")


def _royalty_duties(terms: Terms, use: Use) -> tuple[Duty, ...]:
    right = making_right(terms, use.action)
    if isinstance(right, Priced) and right.per_generation:
        each = f"a royalty of {format_money(right.per_generation)} for each picture reported"
        return (Duty("pay", DutyState.PENDING, each, "report what was generated"),)
    if use.action is not Action.REPRODUCE or isinstance(terms.royalty, NoRoyalty):
        return ()
    return (Duty("pay", DutyState.PENDING, _royalty(terms.royalty), "report what was made"),)


def _royalty(royalty: Royalty) -> str:
    if isinstance(royalty, PerUnit):
        return f"a royalty of {format_money(royalty.rate)} for each piece reported"
    if isinstance(royalty, PercentOfNet):
        return f"a royalty of {royalty.bps / 100:g} % of the net sales reported"
    return "a royalty by its tiers on the pieces reported"


def _report_duties(grant: Grant, book: Book, at: date) -> tuple[Duty, ...]:
    reporting, start, end = grant.terms.reporting, grant.terms.window.start, grant.terms.window.end
    if not isinstance(reporting, Reporting):
        return ()
    granted = date.fromisoformat(grant.granted_at[:10])
    begun = max(granted, start) if start else granted  # nobody can use it, or report, before the first day
    # Nothing has to be told of the time after the last day.
    on = min(at, add_days(end, reporting.within_days + 1)) if end else at
    missing = overdue_period(begun, reporting, on)
    last = book.last_report(grant.id)
    every = f"a report every {reporting.every.value}"
    if missing is None or (last is not None and last >= missing):
        told = f", the last one on {last}" if last else ""
        return (Duty("report", DutyState.FULFILLED if last else DutyState.PENDING, f"{every}{told}"),)
    why = f"{every}; none since {missing}"
    return (Duty("report", DutyState.VIOLATED, why, "report what was made since then"),)
