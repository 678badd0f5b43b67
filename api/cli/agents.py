"""A door for agents."""

from __future__ import annotations

import click

from api.cli.context import overrides
from api.cli.exits import Exit
from api.cli.frame import Output, json_option


@click.command("mcp")
@click.option("--party", required=True, help="Whom the agent acts for.")
@click.option("--cap", help="The most for one purchase, such as '250.00 TUSD'; default SELVAGE_AGENT_CAP.")
@click.option("--day-cap", help="The most for one day (UTC); default SELVAGE_AGENT_DAY_CAP.")
@json_option
def mcp(output: Output, party: str, cap: str | None, day_cap: str | None) -> int:
    """Let an agent find, read, decide, buy within a cap and report, over MCP.

    It speaks the Model Context Protocol on stdin and stdout, until stdin ends. Purchases are
    paid with the party's key on this machine, within the caps; without caps nothing is bought.
    """
    from api.cli import names
    from api.compose import open_ledger
    from api.mcp.desk import open_desk
    from api.mcp.server import serve
    from api.settings import load_settings
    from ledger.domain.money_text import format_money

    given = {"agent_cap": cap, "agent_day_cap": day_cap}
    chosen = load_settings(**overrides(), **{name: text for name, text in given.items() if text is not None})
    opened = open_ledger(chosen)
    desk = open_desk(chosen, opened, names.party(opened, party))
    caps = desk.spending.caps
    per_day = format_money(caps.day)
    output.note(f"for {desk.party}: at most {format_money(caps.purchase)} a purchase, {per_day} a day")
    serve(desk)
    return Exit.YES
