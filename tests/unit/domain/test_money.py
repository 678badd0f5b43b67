"""Money: whole minor units, dealt without a cent made or lost, written and read without floats."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.errors import MoneyError, SplitError
from ledger.domain.fields import Field
from ledger.domain.money import MAX_MINOR, Money
from ledger.domain.money_text import DECIMALS, format_money, read_money
from ledger.domain.split import MAX_PAYEES, Share, Split

VECTORS = Path(__file__).parents[2] / "vectors" / "split.json"


def amount(written: Any, currency: str = "TUSD") -> Money:
    return read_money(Field(written, "price", MoneyError), currency)


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text()))
def test_deals_as_the_shared_vectors_say(vector: dict[str, Any]) -> None:
    dealt = Money(int(vector["amount"]), "USD").allocate(vector["bps"])
    assert [str(part.minor) for part in dealt] == vector["shares"]


@given(st.integers(0, MAX_MINOR), st.lists(st.integers(0, 10_000), min_size=1, max_size=60).filter(any))
def test_shares_add_up_exactly_and_each_is_within_one_unit_of_its_due(
    amount: int, weights: list[int]
) -> None:
    shares = [part.minor for part in Money(amount, "USD").allocate(weights)]
    total = sum(weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * total - amount * weight) < total


@given(data=st.data(), amount=st.integers(0, MAX_MINOR))
def test_a_split_deals_everything_to_its_payees_in_order(
    strategies: SimpleNamespace, data: st.DataObject, amount: int
) -> None:
    split = data.draw(strategies.splits)
    dealt = split.deal(Money(amount, "USD"))
    assert [payee for payee, _ in dealt] == [share.payee for share in split.shares]
    assert sum(part.minor for _, part in dealt) == amount


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
def test_useless_weights(weights: list[int]) -> None:
    with pytest.raises(MoneyError):
        Money(1, "USD").allocate(weights)


@pytest.mark.parametrize(
    ("minor", "currency", "field"),
    [
        (-1, "USD", "minor"),
        (1.5, "USD", "minor"),
        (True, "USD", "minor"),
        (MAX_MINOR + 1, "USD", "minor"),
        (1, "usd", "currency"),
        (1, "", "currency"),
        (1, "U$", "currency"),
        (1, "ÜSD", "currency"),
    ],
)
def test_what_is_no_amount(minor: Any, currency: str, field: str) -> None:
    with pytest.raises(MoneyError) as caught:
        Money(minor, currency)
    assert caught.value.field == field


def test_sums_and_products() -> None:
    assert Money(1, "USD") + Money(2, "USD") == Money(3, "USD")
    assert Money(7, "USD").times(3) == Money(21, "USD")
    assert str(Money(7, "USD")) == "7 USD minor units"
    with pytest.raises(MoneyError, match="bill them apart"):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(MoneyError, match="out of range"):
        Money(MAX_MINOR, "USD").times(2)


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((), "0 payees"),
        (tuple(Share(f"p{i}", 1) for i in range(MAX_PAYEES + 1)), "51 payees"),
        ((Share("a", 5000), Share("a", 5000)), "named twice"),
        ((Share("a", 0), Share("b", 10_000)), "not 1 to 10000"),
        ((Share("a", 10_001),), "not 1 to 10000"),
        ((Share("a", 99.5),), "not 1 to 10000"),
        ((Share("a", 9_999),), "change them by +0.01 %"),
    ],
)
def test_shares_that_make_no_split(shares: tuple[Share, ...], words: str) -> None:
    with pytest.raises(SplitError) as caught:
        Split(shares)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("250.00", "TUSD", 250_000_000),
        ("250", "USD", 25_000),
        (250, "USD", 25_000),
        (" 250.5  GBP ", "USD", 25_050),
        ("0.000000000000000001", "ETH", 1),
        ("0.050000", "USD", 5),
        (0, "USD", 0),
    ],
)
def test_reads_amounts(text: Any, currency: str, minor: int) -> None:
    assert amount(text, currency).minor == minor


@pytest.mark.parametrize(
    "text", ["", ".", "1.", ".5", "+1", "1e3", "0x10", "٣", "1 2", "USD 1", "1 US$", "--1", "nan"]
)
def test_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(MoneyError) as caught:
        amount(text)
    assert caught.value.field == "price"


@pytest.mark.parametrize("value", [1.0, float("nan"), None, True, [1], {"a": 1}])
def test_refuses_what_is_no_text(value: Any) -> None:
    with pytest.raises(MoneyError):
        amount(value)


@given(st.integers(0, 10**38), st.sampled_from(sorted(DECIMALS)))
def test_amounts_round_trip_through_text(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    text = format_money(money)
    assert amount(text, "USD") == money
    assert len(text.split()[0].split(".")[1]) >= 2


def test_an_unknown_currency_cannot_be_written() -> None:
    with pytest.raises(MoneyError, match="did you mean TUSD"):
        format_money(Money(1, "TUS"))
