"""The command line: `selvage`. Commands load on first use, so that `selvage --help` answers at once."""


def main() -> None:
    """Entry point of the `selvage` command; ends the process with an exit code of `api.cli.exits`."""
    from api.cli.app import run

    run()
