"""What stories of evidence do again and again: take in, release, hand over; and look at what is left."""

import pytest

from comity import store
from comity.acts import Capacity
from comity.app import custody, deliver, exhibit


def take_in(pair, request, source, items=("mailbox",)):
    return exhibit.add(pair.pt.node, request.id, items, source, "from the provider", pair.pt["examiner"])


def release(pair, request, id, *, verdict=True):
    exhibit.review(pair.pt.node, request.header.case, id, verdict, "Within the order.", pair.pt["approver"])


def hand_over(pair, request, *ids):
    who = pair.pt["officer"]
    return deliver.deliver(pair.pt.node, request.id, ids, Capacity.EVIDENCE, "As granted.", who).act


def sealed_and_released(pair, request, source):
    id = take_in(pair, request, source)
    release(pair, request, id)
    return id


def actions(side, request, id):
    return [event.action.value for event in custody.custody_list(side.node, request.header.case, id)]


def vault_objects(side):
    vault = side.node.settings.vault
    return {f.parent.name + f.name for f in vault.rglob("*") if f.is_file() and len(f.parent.name) == 2}


def count(side, request):
    """What a deed would leave: exhibits, outgoing pieces, acts, custody events."""
    case = request.header.case
    with side.node.db.read() as conn:
        return (
            len(store.exhibits_of(conn, case)),
            len(store.outgoing_undelivered(conn)),
            len(store.acts_of_case(conn, case, "all")),
            len(store.custody_of(conn, case)),
        )


def fails(kind, id):
    return pytest.raises(kind, match=f"^{id}")


def damage(side, address):
    path = side.node.vault.path(address)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


def core(folder):
    return {
        str(f.relative_to(folder)): f.read_bytes()
        for f in folder.rglob("*")
        if f.is_file() and "proofs" not in f.parts
    }
