"""Licence tokens that crawlers were given."""

from __future__ import annotations

import click

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.views.base import View

MOST = 1000


@click.group()
def rsl() -> None:
    """List the licence tokens that crawlers were given, and take them back."""


@rsl.command("tokens")
@click.option("--party", help="Those of this party only.")
@json_option
def tokens(output: Output, party: str | None) -> int:
    """List licence tokens, newest first, also those that are over."""
    from api.cli import names
    from api.views.tokens import TokenView
    from ledger.store import tokens as kept

    opened = ledger()
    owner = names.party(opened, party) if party is not None else None
    with opened.store.reading() as tx:
        found = [TokenView.of(each, opened.now()) for each in kept.page(tx, owner, MOST)]
    output.result([each.to_json() for each in found], "\n".join(_line(each) for each in found))
    return Exit.YES


@rsl.command("revoke")
@click.argument("token", metavar="TOKEN")
@click.option("--why", required=True, help="The reason, for the book.")
@json_option
def revoke(output: Output, token: str, why: str) -> int:
    """Take the licence token whose id starts with TOKEN back, at once and for good."""
    from api.cli import names
    from api.views.tokens import TokenView
    from ledger import tokens as licence_tokens

    opened = ledger()
    view = TokenView.of(licence_tokens.revoke(opened, names.token(opened, token), why), opened.now())
    output.result(view.to_json(), _line(view))
    return Exit.YES


def _line(view: View) -> str:
    facts = view.to_json()
    state = "revoked" if facts["revoked_at"] else "over" if facts["over"] else f"until {facts['expires_at']}"
    return f"{facts['id'][:12]}  {facts['party']}  {state}  {facts['scope']}  {facts['resource']}"
