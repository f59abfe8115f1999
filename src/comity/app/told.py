"""What a request tells of the conduct, for reading: its parts, and its elements with what shows each.

Promises: nothing is said that the act does not say; of a statement that is withheld or destroyed, nothing.

Leaves to others: layout (``cli``), the letter's own words (``letter``), what follows (``safeguards``).
"""

from __future__ import annotations

from comity.acts import Act, Conduct
from comity.wire import Json


def told_of(act: Act) -> Json:
    """The statement of conduct in a request or a preview; none where it is running text, or not open here."""
    told = act.fields.get("conduct")
    if not isinstance(told, Conduct):
        return None
    return {
        "began": told.began,
        "ended": told.ended,
        "places": list(told.places),
        "parts": list(told.stated),
        "elements": [
            {"element": e.element, "present": e.present, "documents": [d.reference for d in told.sources(e)]}
            for e in told.elements
        ],
    }
