"""Targets: files that a person or a machine brings to a node. Settings, drafts, rulings, law, keys, backups.

Promises: as ``target``. Leaves to others: what travels (``peers``), what proves (``proofs``).
"""

from __future__ import annotations

import io
import tarfile
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from fuzz import world
from fuzz.target import cut, target

from comity import age, keys, law, settings, wire
from comity.acts.currency import DIGITS, read_amount, write_amount
from comity.acts.terms import Basis
from comity.app.backup import restore
from comity.app.draft import read_additions, read_content, read_draft
from comity.app.form import new_file
from comity.app.importing import COLUMNS, read_list
from comity.app.unit_key import read_unit_key
from comity.cli.rulings import read_rulings
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.keys.protection import find_protection
from comity.keys.sealing import read_sealing_key
from comity.keys.signing import generate_private, read_private
from comity.law import packaged_bundle
from comity.law.compile import compile_bundle
from comity.letters.setting import _refuse_controls
from comity.safeguards import read_scenario

SETTINGS = b"""state = "GH"
node = "Node of GH"
port = 8440
url = "https://gh.example"
log_origin = "gh.example/log"
recovery = []
"""

RULINGS = b"""
[[items]]
id = "mailbox"
outcome = "grant_on_conditions"
grounds = []
outward = "Granted."
inward = "Lawful."
review_on = "2026-12-31"
[[items.conditions]]
id = "condition-1"
kind = "use.limited_to_purpose"
text = "Only this."
"""

ADDITIONS = b"""
[[items]]
id = "logs"
data = "traffic"
description = "Logs of the account."
account = "someone"
since = 2026-01-01T00:00:00Z
until = ""
[[facts]]
key = "conduct.intentional"
value = true
provenance = "asserted"
note = "Text"
"""


@target("comity.settings.load", raises=(BadInput,), seeds=lambda: {"settings": SETTINGS})
def settings_file(data):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / settings.FILE).write_bytes(data)
        settings.load(Path(folder), {})


@target(
    "comity.app.draft.read_draft",
    "comity.app.draft.read_additions",
    "comity.app.draft.read_content",
    seeds=lambda: {"additions": ADDITIONS, "draft": draft_seed()},
    raises=(),
)
def draft(data):
    for read in (read_draft, read_additions, read_content):
        try:
            read(data, "given.toml")
        except BadInput:
            continue


def draft_seed() -> bytes:
    """A request file that is filled in."""
    fresh = new_file(
        "request",
        own="gh:central-authority",
        to="pt:central-authority",
        measure=packaged_bundle().measure("access_stored"),
        bases=(Basis(instrument="budapest", provision="budapest.stored.request"),),
    )
    for blank in ("subject", "purpose", "title", "law", "number", "authority", "description", "did"):
        fresh = fresh.replace(f'{blank} = ""', f'{blank} = "Text"')
    return fresh.encode()


@target("comity.cli.rulings.read_rulings", seeds=lambda: {"rulings": RULINGS})
def rulings(data):
    read_rulings(data, "given.toml")


CASES = f"""{",".join(COLUMNS)}
2019/17,incoming,ES,access_stored,2019-02-01,2019-08-01,grant,A mailbox,{"ab" * 32},
2020/3,outgoing,FR,preserve,2020-01-31,,,,,"Two lines,
and a comma"
2020/4,incoming,XX,,2020-13-01,2019-08-01,maybe,,no digest,
too,few
""".encode()


@target("comity.app.importing.read_list", raises=(BadInput,), seeds=lambda: {"cases": CASES})
def case_list(data):
    """Each line is told once: it holds, or what is wrong with it."""
    told = read_list(data, packaged_bundle(), "PT", date(2026, 11, 22))
    assert told.digest == wire.digest(data)
    assert not {case.line for case in told.cases} & {fault.line for fault in told.faults}
    assert len({case.reference for case in told.cases}) == len(told.cases)


@target(
    "comity.acts.currency.read_amount",
    raises=(BadInput,),
    seeds=lambda: {"euros": b"EUR1200.50", "yen": b"JPY1200", "dinars": b"KWD0.005"},
)
def amount(data):
    """What is read is written and read again as the same."""
    currency, text = (part.decode(errors="replace") for part in cut(data, 3))
    units = read_amount(text, currency)
    assert 0 < units < 10**15
    assert currency in DIGITS
    assert read_amount(write_amount(units, currency).removesuffix(f" {currency}"), currency) == units


@cache
def law_files() -> dict[str, bytes]:
    return dict(law.packaged_files())


@target(
    "comity.law.compile.compile_bundle",
    raises=(BadInput,),
    slow=True,
    seeds=lambda: {
        f"file-{at}": bytes([at]) + law_files()[sorted(law_files())[at]][:4000] for at in (0, 3, 9)
    },
)
def law_file(data):
    """One file of the law's source is another."""
    chosen, rest = cut(data, 1)
    names = sorted(law_files())
    name = names[int.from_bytes(chosen, "big") % len(names)]
    compile_bundle({name: rest})


def scenario_files() -> dict[str, bytes]:
    folder = Path(law.__file__).parent / "scenarios" / "limits"
    return {name: (folder / f"{name}.yaml").read_bytes() for name in ("onward", "use-not-limited")}


def _no_other(name: str) -> bytes:
    raise NotFound("scenario.none_shipped", name=name[:80])


@target("comity.safeguards.scenario.read_scenario", raises=(BadInput, NotFound), seeds=scenario_files)
def scenario(data):
    read_scenario("given.yaml", data, _no_other)


@target(
    "comity.law.bundle.Bundle.load",
    "comity.law.bundle.Bundle.load_signed",
    seeds=lambda: {"bundle": bundle_seed()},
)
def law_bundle(data):
    bundle = law.Bundle.load(data)
    # One text of bytes; a bundle of before has fewer members than one that is compiled today.
    assert wire.encode(wire.decode(data, limit=len(data))) == data
    assert bundle.as_of
    key = world.two().XA.keys["acts"]
    again = law.Bundle.load_signed(bundle.sign(key.id, key.sign), key.public)
    assert again.digest == bundle.digest


def bundle_seed() -> bytes:
    """The packaged bundle with a record of each list, and a State and its zone of the calendar."""
    full = wire.decode(law.packaged_bundle().data, limit=law.MAX_SIZE)
    few = {name: value[:1] if isinstance(value, list) else value for name, value in full.items()}
    few["tables"] = []
    calendar = few["calendars"][0]
    state, days = next(iter(calendar["states"].items()))
    zone = days.partition(";")[0]
    kept = {"states": {state: days}, "zones": {zone: calendar["zones"][zone]}}
    few["calendars"] = [calendar | kept]
    return wire.encode(few)


# -- keys -----------------------------------------------------------------------------------------


def private_seed() -> bytes:
    return generate_private(world.two().stream("key file"))


def sealing_seed() -> bytes:
    return world.two().XA.age.text()


@target("comity.keys.signing.read_private", seeds=lambda: {"pem": private_seed()})
def key_pem(data):
    read_private(data, "given.key").sign(b"message")


@target("comity.keys.sealing.read_sealing_key", seeds=lambda: {"identity": sealing_seed()})
def key_identity(data):
    assert read_sealing_key(data, "given.key").text() == data


@target(
    "comity.keys.file.open_by_passphrase",
    "comity.keys.file.read_key_file",
    "comity.keys.file.read_raw",
    "comity.keys.person.load_person_key",
    "comity.keys.protection.find_protection",
    raises=(BadInput, NotPermitted, ProofFailed, Unavailable),
    seeds=lambda: {"bare": private_seed(), "protected": protected_seed()},
)
def key_file(data):
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / settings.DEMO_MARKER).touch()
        people = folder / "people"
        people.mkdir()
        (people / "ama.key").touch(0o600)
        (people / "ama.key").write_bytes(data)
        (folder / "passphrase").touch(0o600)
        (folder / "passphrase").write_bytes(data[:100])
        for protection in (keys.BARE, keys.Passphrase("fuzz", 2)):
            try:
                keys.load_person_key(people, "ama", protection)
            except (BadInput, NotPermitted, ProofFailed):
                continue
        find_protection({settings.PASSPHRASE_VARIABLE: str(folder / "passphrase")}, demo=False)


@target(
    "comity.app.unit_key.read_unit_key",
    "comity.keys.sealing.read_unit_file",
    raises=(BadInput, NotPermitted, ProofFailed),
    seeds=lambda: {
        "plain": b"# public key: age1\n" + sealing_seed().strip() + b"\n",
        "sealed": age.seal(
            sealing_seed(), [age.PassphraseRecipient("fuzz", 2)], entropy=world.two().stream("unit")
        ),
    },
)
def unit_key_file(data):
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / "unit.key"
        file.touch(0o600)
        file.write_bytes(data)
        read_unit_key(file, "fuzz")


def protected_seed() -> bytes:
    from comity.keys.file import protect

    return protect(private_seed(), keys.Passphrase("fuzz", 2), world.two().stream("protected"))


# -- backups --------------------------------------------------------------------------------------


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o600
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def backup_seed() -> bytes:
    told = {"name": "settings.toml", "size": len(SETTINGS), "sha256": wire.digest(SETTINGS), "mode": 0o600}
    listed = {"v": 1, "made_at": "2026-11-21T12:00:00Z", "state": "GH", "members": [told]}
    return archive({"settings.toml": SETTINGS, "backup.json": wire.encode(listed)})


@target(
    "comity.app.backup.restore",
    raises=(BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable),
    seeds=lambda: {"copy": backup_seed()},
)
def backup(data):
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "copy.tar").write_bytes(data)
        try:
            restore(folder / "copy.tar", folder / "new", {})
        except Unavailable as error:
            if error.id != "settings.unreadable":  # a disk that works is not to blame
                raise AssertionError(error) from error
        except BaseException:
            left = {one.name for one in folder.iterdir()}
            assert left == {"copy.tar"}, left
            raise


@target("comity.letters.letter.render", seeds=lambda: {"text": "A line\nof the act’s: é, λ, Ж".encode()})
def letter_text(data):
    """Every text of an act goes through this before it is set."""
    text = data.decode("utf-8", errors="surrogateescape")
    _refuse_controls(text)
    assert not any(ord(one) < 32 and one != "\n" for one in text)
