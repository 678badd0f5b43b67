"""Money as people write it: `250.00 TUSD`. Decimal places are those of the currency, never floats."""

from __future__ import annotations

import re

from ledger.domain.errors import MoneyError
from ledger.domain.fields import Field, shown, suggest
from ledger.domain.money import Money

DECIMALS = {"TUSD": 6, "USD": 2, "EUR": 2, "GBP": 2, "ETH": 18}
EXAMPLE = "EUR"
# A trillion: far above any licence, far below what a uint128 on chain holds.
MAX_MAJOR = 10**12
_AMOUNT = re.compile(r"([0-9]{1,40})(?:\.([0-9]{1,18}))?(?:\s+([A-Za-z]{3,6}))?", re.ASCII)


def read_money(field: Field, currency: str | None = None) -> Money:
    """`250`, `"250.00"` or `"250.00 TUSD"` in major units; without a code it is in `currency`.

    Raises the field's own error for floats, signs, thousands separators, unknown currencies, amounts finer
    than the currency or beyond what a uint128 holds, and, where `currency` is None, for those without a code.
    """
    text = _written(field, currency or EXAMPLE)
    match = _AMOUNT.fullmatch(text)
    if not match:
        field.refuse(f"{text[:60]!r} is not an amount; write it such as '250.00 {currency or EXAMPLE}'")
    whole, fraction, code = match[1], match[2] or "", match[3] or currency
    if code is None:
        field.refuse(f"{text!r} has no currency; write it behind, one of {', '.join(DECIMALS)}")
    if code not in DECIMALS:
        field.refuse(f"{code!r} is not a known currency; {suggest(code.upper(), DECIMALS)}")
    places = DECIMALS[code]
    if len(fraction.rstrip("0")) > places:
        field.refuse(f"{text!r} is finer than {code} counts; give at most {places} decimal places")
    minor = int(whole + fraction[:places].ljust(places, "0"))
    return field.build(lambda: Money(minor, code), field.path)


def format_money(money: Money) -> str:
    """`250.00 TUSD`: at least two decimals, no more than the amount needs; `read_money` reads it back."""
    if money.currency not in DECIMALS:
        raise MoneyError("currency", f"{money.currency!r} is not known; {suggest(money.currency, DECIMALS)}")
    places = DECIMALS[money.currency]
    whole, fraction = divmod(money.minor, 10**places)
    decimals = f"{fraction:0{places}d}".rstrip("0").ljust(2, "0")
    return f"{whole}.{decimals} {money.currency}"


def _written(field: Field, currency: str) -> str:
    value = field.value
    if isinstance(value, float):
        field.refuse(f"{value!r} may have lost digits; write it with its currency: {value!r} {currency}")
    if isinstance(value, bool) or not isinstance(value, int | str):
        field.refuse(f"{shown(value)} is not an amount; write it such as '250.00 {currency}'")
    if isinstance(value, int):
        if value < 0:
            field.refuse(f"{shown(value)} is negative; give an amount of 0 or more")
        return str(field.whole(0, 10**40 - 1))
    text = value.strip()
    if text.startswith("-"):
        field.refuse(f"{text[:60]!r} is negative; give an amount of 0 or more")
    return text
