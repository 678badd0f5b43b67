"""The officially assigned two-letter country codes of ISO 3166-1 (249 as of 2026)."""

from __future__ import annotations

_TABLE = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
CODES = frozenset(_TABLE.split())
# What people write for what they mean; none of these is an assigned code.
MEANT = {"UK": "GB", "EN": "GB", "EL": "GR", "EU": "each country by its own code", "WW": "worldwide"}
_NAMES = """
    AUSTRALIA=AU AUSTRIA=AT BELGIUM=BE BRAZIL=BR CANADA=CA CHINA=CN DENMARK=DK ENGLAND=GB FINLAND=FI FRANCE=FR
    GERMANY=DE GREECE=GR INDIA=IN IRELAND=IE ITALY=IT JAPAN=JP MEXICO=MX NETHERLANDS=NL NORWAY=NO POLAND=PL
    PORTUGAL=PT SCOTLAND=GB SPAIN=ES SWEDEN=SE SWITZERLAND=CH TURKEY=TR USA=US WALES=GB
"""
MEANT.update((name, code) for name, _, code in (pair.partition("=") for pair in _NAMES.split()))


def country_problem(code: str) -> str:
    """What is wrong with `code` and what to write in its place; empty when it is an assigned code."""
    if code in CODES:
        return ""
    meant = code.upper() if code.upper() in CODES else MEANT.get(code.upper(), "such as GB")
    return f"{code[:40]!r} is not an ISO 3166-1 alpha-2 country code; write {meant}"
