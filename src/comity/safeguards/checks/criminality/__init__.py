"""Criminality: is the conduct an offence in both States, by elements, never by names.

Promises: what the modules of this folder say each. Leaves to others: running the checks (``assess``).
"""

from comity.safeguards.checks.criminality.register import CHECKS

__all__ = ["CHECKS"]
