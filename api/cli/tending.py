"""Looking after an installation."""

from __future__ import annotations

import click

from api.cli.context import overrides, settings
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

SIGNS = {True: "ok  ", False: "FAIL", None: "-   "}


@click.command()
@json_option
def doctor(output: Output) -> int:
    """Check every setting and everything this depends on. Exit code 1 when something is wrong."""
    from api import doctor as medicine

    chosen = settings()
    report = medicine.settings_report(chosen, frozenset(overrides()))
    checks = medicine.run_checks(chosen)
    lines = ["settings"]
    for each in report:
        lines.append(f"  {each.name} = {each.value}  [{each.source}]")
        if each.unfit:
            lines.append(f"      not fit for production: {each.unfit}")
    lines += ["checks", *(f"  {SIGNS[check.ok]} {check.name}: {check.detail}" for check in checks)]
    ok = all(check.ok is not False for check in checks)
    value = {
        "ok": ok,
        "settings": [each.to_dict() for each in report],
        "checks": [vars(check) for check in checks],
    }
    output.result(value, "\n".join(lines))
    return Exit.YES if ok else Exit.NO


@click.command()
@json_option
def migrate(output: Output) -> int:
    """Bring the database to this version of the program; safe to run at any time."""
    from api.compose import make_data_folder
    from ledger.store.engine import make_engine
    from ledger.store.store import Store

    chosen = settings()
    make_data_folder(chosen)
    store = Store(make_engine(chosen.database))
    before = store.version
    store.migrate()
    value = {"before": before, "now": store.version, "database": store.engine}
    output.result(value, f"{store.engine}: schema {before or 'none'} -> {store.version}")
    return Exit.YES
