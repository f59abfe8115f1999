"""Steps, reservations and objections made for tests, as TOML to be put into a file of law data."""

from datetime import date

TODAY = date(2026, 11, 21)
ALLOWED = "budapest.preservation.reservation"
OTHER = "uncc.preservation.min_period"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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


def deposits(number, on="2028-01-10", organisation="false"):
    """Deposits of that many States that do not exist, on one day."""
    return "".join(
        f'\n[[status]]\nstate = "X{ALPHABET[i]}"\ninstrument = "uncc"\nevent = "consent"\non = "{on}"\n'
        f'organisation = {organisation}\nmark = "A"\nsources = ["S-UNTC"]\n'
        if i < 26
        else f'\n[[status]]\nstate = "Y{ALPHABET[i - 26]}"\ninstrument = "uncc"\nevent = "consent"\n'
        f'on = "{on}"\norganisation = {organisation}\nmark = "A"\nsources = ["S-UNTC"]\n'
        for i in range(number)
    )


def consent(state, on, instrument="uncc", event="consent"):
    return (
        f'\n[[status]]\nstate = "{state}"\ninstrument = "{instrument}"\nevent = "{event}"\non = "{on}"\n'
        'mark = "A"\nsources = ["S-UNTC"]\n'
    )
