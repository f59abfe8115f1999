"""Two nodes whose units have keys of their own and people, for stories of material that only a unit opens.

Nothing here is such material: what is taken in are lines of text about a landscape, and random bytes.
"""

import secrets
import shutil

import handing as h
import loopback as l

from comity import age, store
from comity.acts import Person, Proceeding
from comity.app import deeds, exhibit, peers, people, selection, unit_key, unseal
from comity.errors import NotFound
from comity.evidence import Criteria

LANDSCAPE = b"Hills, a river, and clouds over it.\n" * 40_000
NAME = "a-name-that-no-list-tells.txt"
CASE_2026 = Proceeding(number="2026/1", authority="Fictional Court", stage="trial")
ALL = selection.Asked(Criteria(paths=(), data=(), accounts=(), since=None, until=None))


def made_units(tmp_path_factory):
    """GH asked PT, who granted the mailbox. PT's unit has two persons and a key of its own; so has GH's."""
    folder = tmp_path_factory.mktemp("units")
    recovery = age.generate_x25519()
    named = ("child-unit=child_protection_unit", "image-unit=intimate_images_unit")
    pair = l.make_pair(folder, offices=named, timestamp="openssl:tsa", recovery=(str(recovery.recipient),))
    keys = {}
    for side in (pair.gh, pair.pt):
        unit = f"{side.node.state.lower()}:child-unit"
        for name in ("one", "two"):
            who = Person(name=f"Officer {name}", function="unit", instrument="Appointment 2")
            by = (side["officer"], side["approver"])
            people.add_person(
                side.node, name, office=unit, deeds=deeds.deeds_of(("unit",)), person=who, by=by
            )
        key, cold = age.generate_x25519(), age.generate_x25519()
        keys[side.node.state] = (key, cold)
        listed = (str(key.recipient), str(cold.recipient))
        act = unit_key.enrol_unit_key(side.node, unit, listed, side["officer"], side["approver"])
        unit_key.confirm_unit_key(side.node, act.id, side.node.person("one"))
    request = l.ask(pair, "mailbox", "logs")
    l.grant(pair, request, "mailbox")
    pair.close()
    return folder, request, keys, recovery


def opened_copy(units, folder):
    """For a fixture: both nodes, of a copy that the test may change; its lists are checked at the end."""
    shutil.copytree(units[0], folder)
    told = Told(folder, units)
    yield told
    told.pair.check_lists()
    told.pair.close()


def seized(folder):
    """A folder as it is seized: a landscape under a telling name, and noise."""
    folder.mkdir()
    (folder / NAME).write_bytes(LANDSCAPE)
    (folder / "noise.bin").write_bytes(secrets.token_bytes(300_000))
    return folder


class Told:
    """Both nodes of a copy, with their units' persons and keys."""

    def __init__(self, folder, units):
        self.pair, self.request, self.recovery = l.open_pair(folder), units[1], units[3]
        self.gh, self.pt, self.case = self.pair.gh, self.pair.pt, units[1].header.case
        for side in (self.gh, self.pt):
            side.people |= {name: side.node.person(name) for name in ("one", "two")}
        self.keys = {state: unit_key.UnitKey((key,)) for state, (key, _) in units[2].items()}
        self.cold = {state: unit_key.UnitKey((cold,)) for state, (_, cold) in units[2].items()}

    def introduce(self):
        """GH's entry has named its unit since; PT fetches it, and the other way round."""
        for side, other in ((self.gh, self.pt), (self.pt, self.gh)):
            peers.refresh_peer(side.node, other.node.state)

    def take_in(self, source, *, who=None, **more):
        more.setdefault("material", "child_material")
        return exhibit.add(
            self.pt.node,
            self.request.id,
            ("mailbox",),
            source,
            "from the provider",
            who or self.pt["examiner"],
            **more,
        )

    def two(self, side, purpose="to look for the victim"):
        return unseal.Two(side["one"], side["two"], purpose)

    def change_key(self, side):
        """The unit lists a new key of its own instead of its earlier ones; what opens with these is given."""
        state, fresh = side.node.state, age.generate_x25519()
        unit = f"{state.lower()}:child-unit"
        two = (side["officer"], side["approver"])
        act = unit_key.enrol_unit_key(side.node, unit, (str(fresh.recipient),), *two)
        unit_key.confirm_unit_key(side.node, act.id, side["one"])
        earlier, self.keys[state] = self.keys[state], unit_key.UnitKey((fresh,))
        return earlier

    def until(self, **span):
        self.pair.later(**span)
        at = self.pair.clock.at
        self.pair.later(**{name: -count for name, count in span.items()})
        return at

    def permit(self, side, id, **more):
        until = self.until(hours=2)
        return unseal.permit(side.node, self.case, id, self.two(side, **more), CASE_2026, until)

    def row(self, side, id):
        with side.node.db.read() as conn:
            return store.indexed_exhibit(conn, self.case, id), store.exhibit_key(conn, self.case, id)


def no_key_of_the_node_opens(told, side, id):
    """Try each key that the node has, and its recovery key, on all that is kept of an exhibit."""
    row, key = told.row(side, id)
    own = [*side.node.keys.age.identities, *side.node.keys.vault.identities, told.recovery]
    sealed = [key.wrapped_key, row.index]
    sealed += [] if key.wrapped_salt is None else [key.wrapped_salt]
    sealed += [side.node.vault.path(address).read_bytes() for address in h.vault_objects(side)]
    for data in sealed:
        assert data.startswith(b"age-encryption.org/")
        for one in own:
            with h.fails(NotFound, "age.no_match"):
                age.open_sealed(data, [one], 2**30)
    side.node.db.checkpoint()
    for file in side.node.settings.data.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert LANDSCAPE[:36] not in data, file
            assert NAME.encode() not in data, file
