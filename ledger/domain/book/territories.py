"""Territories as bits: bit i of a map stands for the i-th country of a list that only grows at its end."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.domain.book.pages import EVERYTHING
from ledger.domain.countries import country_problem
from ledger.domain.errors import FieldError

WORLDWIDE = EVERYTHING

# Frozen: licences on chain refer to these positions. A country that is assigned later goes to the end; one
# that is withdrawn stays. There is room for 256.
_FROZEN = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
ORDER = tuple(_FROZEN.split())
_BITS = {code: 1 << position for position, code in enumerate(ORDER)}


def territory_bits(codes: Iterable[str]) -> int:
    """The map of these ISO 3166-1 alpha-2 codes. FieldError for one that is not assigned."""
    bits = 0
    for code in codes:
        if code not in _BITS:
            raise FieldError("territory", country_problem(code))
        bits |= _BITS[code]
    return bits


def territory_codes(bits: int) -> tuple[str, ...]:
    """The codes of a map in the order of their bits; every code for WORLDWIDE."""
    return tuple(code for code, bit in _BITS.items() if bits & bit)
