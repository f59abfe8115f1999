"""The families of measures, by their keys in the law data: which checks go with which.

Promises: a measure without checks is an error that says so; it is never "no findings".

Leaves to others: what a measure is, who may ask for it, on which basis (``law``).
"""

from __future__ import annotations

from typing import Final

PRESERVE: Final = frozenset({"preserve"})
"""Keep data as it is."""
TRAFFIC: Final = frozenset({"disclose_traffic"})
"""Disclose, while preserving, which way a communication went."""
ACCESS: Final = frozenset({"access_stored"})
"""Search, secure, disclose stored data."""
INTERCEPT: Final = frozenset({"intercept_content"})
"""Content as it passes."""
REAL_TIME: Final = INTERCEPT | {"collect_traffic"}
"""Data as it passes."""
SEARCH: Final = frozenset({"search_seize"})
"""Search a place, seize things."""
HEARING: Final = frozenset({"take_statement", "video_hearing"})
"""Hear a person."""
DETAINED: Final = frozenset({"transfer_detained"})
"""Bring over a person who is in custody, to help."""
GENERAL: Final = SEARCH | HEARING | DETAINED | {
    "serve_document", "examine_site", "provide_document", "trace_asset",
}  # fmt: skip
"""Assistance of the older kinds."""
DESK: Final = frozenset({"desk_assistance", "emergency_data"})
"""What the contact point does, at any hour."""
PERSON: Final = frozenset({"provisional_arrest", "extradite"})
"""Arrest and hand over a person."""
TRANSIT: Final = frozenset({"transit"})
"""Let a person be brought through."""
TRANSFER: Final = frozenset({"transfer_sentenced", "transfer_proceedings"})
"""Hand over a sentence, or a proceeding."""
JOINT: Final = frozenset({"police_cooperation", "joint_investigation"})
"""Work together."""
FREEZE: Final = frozenset({"freeze"})
"""Keep property where it is, for a time."""
CONFISCATE: Final = frozenset({"confiscate"})
"""Take it away for good."""
ASSET: Final = FREEZE | CONFISCATE | {"return_asset"}
"""Proceeds and means of an offence."""
INFORM: Final = frozenset({"inform"})
"""Information unasked: the receiver stands where the asking State stands elsewhere."""

DATA: Final = TRAFFIC | ACCESS | REAL_TIME
"""Electronic data of an account or a system."""
INTRUSIVE: Final = DATA | SEARCH
"""Data or things are looked through."""
EVIDENCE: Final = DATA | GENERAL
"""Evidence: mutual legal assistance, and what is near it."""
ASSISTANCE: Final = EVIDENCE - TRAFFIC | ASSET
"""What the article on mutual legal assistance governs, by itself or by reference."""
ALL: Final = PRESERVE | EVIDENCE | DESK | PERSON | TRANSIT | TRANSFER | JOINT | ASSET | INFORM
"""Every measure that can be assessed."""
