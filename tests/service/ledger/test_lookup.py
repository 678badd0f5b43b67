"""Federated look-up: a contract that says where the manifests of our soft bindings are found."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from ledger import lookup, witness
from ledger.audit import audit
from ledger.domain.errors import FieldError
from ledger.follow import follow
from ledger.store import entries

FIRST, SECOND = "https://studio.example/c2pa/v1", "https://studio.example:8443/c2pa/v1"


def test_a_stranger_is_led_from_the_contract_to_the_api(ledger: Any) -> None:
    assert lookup.directory(ledger) is None
    found = lookup.publish(ledger, FIRST)
    chain = witness.ready(ledger)
    assert found == lookup.publish(ledger, FIRST) == lookup.directory(ledger)
    (method,) = found.describe
    asked = method["querySmartContract"]
    assert method["resolutionMethod"] == "smartContract"
    assert found.name == f"eip155:{chain.chain_id}:{asked['smartContractAddress']}"

    # As a client does that knows nothing but the description.
    from eth_abi import decode, encode
    from eth_utils.abi import function_signature_to_4byte_selector as selector

    jsonschema.validate({"softBindingValue": "AAAA"}, asked["byBindingInputSchema"])
    name = f"{asked['byBindingFunctionName']}(string)"
    data = "0x" + (selector(name) + encode(["string"], ['{"softBindingValue":"AAAA"}'])).hex()
    request = {"to": asked["smartContractAddress"], "data": data}
    (text,) = decode(["string"], bytes.fromhex(chain._node.rpc("eth_call", request, "latest")[2:]))
    answer = json.loads(text)
    jsonschema.validate(answer, asked["byBindingOutputSchema"])
    assert answer == {"endpoints": [FIRST]}

    moved = lookup.publish(ledger, SECOND)
    assert (moved.name, moved.endpoint) == (found.name, SECOND)
    assert lookup.publish(ledger, FIRST).endpoint == FIRST
    with ledger.store.reading() as tx:
        told = [each.body["endpoint"] for each in entries.of_kind(tx, "lookup-published")]
    assert told == [FIRST, SECOND, FIRST]
    follow(ledger.store, chain, 0)
    assert audit(ledger.store, witness.manager(ledger).address) == ()


WRONG = (
    *("", "http://a.example", "https://", "https://a b", 'https://a"', "https://a?x=1", "https://ä.example"),
    *("https://a.example:port", "https://u:p@a.example", "https://a.example/" + "x" * 2048),
)


@pytest.mark.parametrize("endpoint", WRONG)
def test_what_is_no_address_is_not_published(ledger: Any, endpoint: str) -> None:
    with pytest.raises(FieldError, match="endpoint"):
        lookup.publish(ledger, endpoint)
