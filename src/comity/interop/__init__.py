"""Other people's formats, one file each: what we hold, as others read it; and what they wrote, checked.

Promises: nothing is said in another's format that ours does not say.

Leaves to others: what is handed out and to whom (``app``), proving our own formats (``evidence``).
"""

from __future__ import annotations

from comity.interop.case_check import Checked, Fault, check_graph
from comity.interop.case_uco import Held, held, write_graph
from comity.interop.in_toto import compare, is_bundle, read_bundle, verify_bundle, write_bundle

__all__ = [
    "Checked",
    "Fault",
    "Held",
    "check_graph",
    "compare",
    "held",
    "is_bundle",
    "read_bundle",
    "verify_bundle",
    "write_bundle",
    "write_graph",
]
