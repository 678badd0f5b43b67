"""How the ledger's things look from outside: one model each, the same for `--json` and for HTTP.

Money is `{minor, currency, text}` with `minor` a decimal string, so that no reader rounds it.
Ids, hashes and amounts are strings; times are ISO 8601 in UTC; days are ISO 8601 dates.
"""
