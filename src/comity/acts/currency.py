"""Amounts of money: whole minor units of a currency of ISO 4217, never a fraction.

Promises: a code that is in use, and how many digits stand after the point in its amounts; amounts are read
and written without floats.

Leaves to others: who bears what (``cases.costs``). Source: ISO 4217, list one (currencies in use), without
its funds and metals.
"""

from __future__ import annotations

import re
from typing import Final

from comity.errors import BadInput

_TWO: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW
"""
_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"

DIGITS: Final = (
    dict.fromkeys(_TWO.split(), 2) | dict.fromkeys(_NONE.split(), 0) | dict.fromkeys(_THREE.split(), 3)
)
"""Digits after the point, by currency."""

_AMOUNT: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,3}))?")


def read_amount(text: str, currency: str) -> int:
    """An amount as a person writes it (``1200`` or ``1200.50``), in minor units.

    Raises:
        BadInput: no such currency, no such amount, more digits than the currency has, or nothing at all.
    """
    digits = DIGITS.get(currency)
    if digits is None:
        raise BadInput("acts.no_such_currency", currency=currency[:10])
    match = _AMOUNT.fullmatch(text)
    if match is None or len(match[2] or "") > digits:
        raise BadInput("acts.no_amount", text=text[:40], currency=currency, digits=digits)
    units = int(match[1] + (match[2] or "").ljust(digits, "0"))
    if units == 0:
        raise BadInput("acts.no_amount", text=text[:40], currency=currency, digits=digits)
    return units


def write_amount(units: int, currency: str) -> str:
    """Minor units as people read them; in minor units as they are, where the currency is not known here."""
    digits = DIGITS.get(currency, 0)
    if digits == 0:
        return f"{units} {currency}"
    return f"{units // 10**digits}.{units % 10**digits:0{digits}} {currency}"
