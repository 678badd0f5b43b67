"""An exclusivity narrower than its licence is on chain too: what overlaps it reverts there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger import decide, license, on_chain, standing, witness
from ledger.audit import audit
from ledger.chain import ContractRevertError, LicenceState, keccak
from ledger.domain.errors import OrderError
from ledger.domain.licence import GrantState
from ledger.follow import follow
from ledger.store import parties as people


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    """A ledger with two registered tiles, exclusive for Great Britain in licences for two countries."""
    with helpers.open(tmp_path_factory.mktemp("narrow")) as ledger:
        helpers.people(ledger, "mill", "rival", funded=["mill", "rival"])
        terms = helpers.terms(exclusive={"territory": ["GB"], "products": "cushion"}, price="1 TUSD")
        yield ledger, helpers.published(ledger, "narrow", 2, terms)[1]


def _rivals(ledger: Any, held: Any, territories: tuple[str, ...], **changes: Any) -> tuple[Any, Any]:
    """A licence that another program would grant past the ledger, and the way to the root."""
    from ledger.domain.book import territory_bits

    with ledger.store.reading() as tx:
        rival = people.get(tx, "rival").address
        _, proof = on_chain.leaf_and_proof(tx, held.asset)
    name = keccak(f"{held.id} {territories}".encode())
    asked = {"reference": name, "licensee": rival}
    bits = territory_bits(territories)
    made = replace(on_chain.record(ledger, held).licence, **asked, territories=bits, invoice_id=bytes(32))
    return replace(made, **changes), proof


def test_what_overlaps_it_reverts_until_it_is_revoked(estate: Any, helpers: Any) -> None:
    ledger, (tile, _) = estate
    held = license.grant(ledger, helpers.paid(ledger, tile, "mill", helpers.use()).id)
    chain, manager = witness.ready(ledger), witness.manager(ledger)
    licence = on_chain.record(ledger, held).licence
    guard = on_chain.guard_of(chain, licence)
    assert (licence.exclusive, guard.licence.exclusive, guard.left) == (False, True, 1)
    british, proof = _rivals(ledger, held, ("GB",))
    with pytest.raises(ContractRevertError, match="ExclusivityConflict"):
        chain.grant(manager, british, proof)
    chain.grant(manager, *_rivals(ledger, held, ("FR",)))  # where it is not exclusive
    follow(ledger.store, ledger.chain(), 0)
    assert {each.code for each in audit(ledger.store, manager.address)} == {"licence-unknown"}
    assert standing.revoke(ledger, held.id, "breach").state is GrantState.REVOKED
    assert on_chain.guard_of(chain, licence).state is LicenceState.REVOKED
    chain.grant(manager, british, proof)


def test_nothing_is_granted_where_somebody_is_in_its_way(estate: Any, helpers: Any, monkeypatch: Any) -> None:
    ledger, (_, tile) = estate
    chain, manager = witness.ready(ledger), witness.manager(ledger)
    offer = helpers.paid(ledger, tile, "mill", helpers.use())
    monkeypatch.setattr("ledger.chain.Chain.licence_state", _crash_after_first(chain.licence_state))
    with pytest.raises(KeyboardInterrupt):
        license.grant(ledger, offer.id)  # its guard was granted, and it was not
    monkeypatch.undo()
    held = license.grant(ledger, offer.id)
    assert on_chain.guard_of(chain, on_chain.record(ledger, held).licence).state is LicenceState.GRANTED
    standing.revoke(ledger, held.id, "breach")
    # Past the ledger, which learns of it from the chain.
    chain.grant(manager, *_rivals(ledger, held, ("GB",)))
    wanted = decide.decide(ledger, tile, "mill", helpers.use())[1]
    with pytest.raises(OrderError, match="the chain keeps its scope"):
        license.invoice(ledger, wanted.id)


def _crash_after_first(asked: Any) -> Any:
    seen: set[bytes] = set()

    def state(_self: Any, licence_id: bytes) -> Any:
        seen.add(licence_id)
        if len(seen) > 1:
            raise KeyboardInterrupt
        return asked(licence_id)

    return state
