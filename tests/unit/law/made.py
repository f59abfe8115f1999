"""Reservations and objections made for tests, as TOML to be put into a State's file."""

from datetime import date

TODAY = date(2026, 11, 21)
ALLOWED = "budapest.preservation.reservation"
OTHER = "uncc.preservation.min_period"


def reservation(provision, *, state="PT", **more):
    fields = {"since": "2025-01-01", "summary": "An example.", "mark": "A", **more}
    lines = "".join(
        f"{k} = {str(v).lower() if isinstance(v, bool) else chr(34) + v + chr(34)}\n"
        for k, v in fields.items()
    )
    return f'\n[[reservation]]\nstate = "{state}"\nprovision = "{provision}"\n{lines}sources = ["S-UNTC"]\n'


def objection(provision, *, by="GH", precludes="false", since="2025-02-01"):
    return (
        f'\n[[objection]]\nstate = "{by}"\nauthor = "PT"\nprovision = "{provision}"\nsince = "{since}"\n'
        f'precludes = {precludes}\nmark = "A"\nsources = ["S-UNTC"]\n'
    )
