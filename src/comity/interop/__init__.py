"""Other people's formats, one file each: what we hold, as others read it; and what they wrote, checked.

Promises: nothing is said in another's format that ours does not say.

Leaves to others: what is handed out and to whom (``app``), proving our own formats (``evidence``).
"""

from __future__ import annotations

from comity.interop.in_toto import compare, is_bundle, read_bundle, verify_bundle, write_bundle

__all__ = ["compare", "is_bundle", "read_bundle", "verify_bundle", "write_bundle"]
