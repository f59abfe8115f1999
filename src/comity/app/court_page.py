"""The page for a court of an exhibit that this node holds, or held: what is known, proven, and handed out.

Promises: seal, custody and time-stamps are proven before a word of them is shown; each event has the entry of
the public log that first committed to it. Two persons hand it out, by an act that names the digest of the
page; of an exhibit that was destroyed there is a page too.

Leaves to others: the page itself (``letters``), a package's (``evidence.chronicle``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cryptography.x509 import Certificate

from comity import dsse, merkle, store, tlog
from comity.acts import Act
from comity.app.content import read_stamp
from comity.app.entry import log_vkey
from comity.app.hand_out import Leave, hand_out_page
from comity.app.look import find_case
from comity.app.node import Node
from comity.app.opening import sealer_of
from comity.app.time_authority import roots as stamp_roots
from comity.app.touch import check_signers, committed_root, custody_keys
from comity.clock import write_instant
from comity.dsse import Envelope
from comity.evidence import (
    CertificateTold,
    Chronicle,
    LogTold,
    StampTold,
    authority_of,
    event_leaf,
    holds_until,
    judge_stamp,
    token_time,
    verify_certificate,
    verify_events,
    verify_handover,
    verify_statement,
)
from comity.exchange import Directory, Status
from comity.store import Connection


def hand_out_chronicle(
    node: Node, case: str, exhibit: str, leave: Leave, make: Callable[[Chronicle], bytes]
) -> tuple[Act, bytes]:
    """The page that ``make`` makes of an exhibit's chronicle, and the act by which two hand it out.

    Raises:
        As ``chronicle``, and as ``make``. NotPermitted: these two may not, or are one.
    """
    page = make(chronicle(node, case, exhibit))
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
    return hand_out_page(node, reference, exhibit, page, leave), page


def chronicle(node: Node, case: str, exhibit: str) -> Chronicle:
    """What was sealed, who held it when, and how that is borne out; nothing of the content is read.

    Raises:
        NotFound: no such case or exhibit. ProofFailed: what does not hold is named.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        row = store.get_exhibit(conn, case, exhibit)
        envelope = dsse.read(row.statement)
        signer = sealer_of(node, conn, row, envelope)
        statement = verify_statement(envelope, signer)
        directory = node.directory(conn)
        keys = custody_keys(directory, node.state)
        envelopes = [dsse.read(one.envelope) for one in store.custody_of(conn, case)]
        tree = merkle.Tree(event_leaf(one) for one in envelopes)
        root = bytes.fromhex(committed_root(conn, case))
        events = verify_events(envelopes, root, case, keys)
        check_signers(directory, node.state, envelopes, events)
        own = [(at, event) for at, event in enumerate(events) if event.exhibit == exhibit]
        tokens = [read_stamp(data) for data in store.timestamps_of(conn, case, exhibit)]
        handed = store.handover_stamps(conn, case, exhibit)
        log = _log(node, conn, case, tree, [at for at, _ in own])
        states = dict.fromkeys((node.state, *store.get_case_line(conn, case).states))
        certificates = tuple(
            _certificate(directory, tuple(states), dsse.read(data), envelope, write_instant(kept))
            for data, kept in store.certificates_kept(conn, case, exhibit)
        )
    roots = stamp_roots(node)
    stamps = []
    ends = holds_until(tokens, [token_time(token.reply) for token in tokens])
    for number, token in enumerate(tokens):
        at, trusted = judge_stamp(token, row.statement, tokens[:number], roots)
        holds = trusted and ends[number] is not None
        stamps.append(StampTold(at, authority_of(token.chain), holds, token.renews))
    stamps.extend(_handed(handed, (case, exhibit), keys, roots))
    return Chronicle(
        statement=statement,
        seal=envelope.id,
        signer=dsse.key_id("ed25519", signer),
        events=tuple(event for _, event in own),
        root=root.hex(),
        tree_size=len(tree),
        stamps=tuple(stamps),
        certificates=certificates,
        log=log,
    )


def _certificate(
    directory: Directory, states: tuple[str, ...], one: Envelope, seal: Envelope, kept: str
) -> CertificateTold:
    """A certificate, proven; whose node signed it, whatever office it claims, and what became of that key.

    Raises:
        ProofFailed: as ``verify_certificate``.
    """
    keys = [key for state in states for key in custody_keys(directory, state)]
    certificate = verify_certificate(one, seal, keys)
    signer = directory.key(one.signatures[0].keyid)
    if signer is None:  # proven by a key of the directory
        raise AssertionError
    state = str(directory.state_of_key(signer.key))
    return CertificateTold(
        certificate,
        signer.key,
        state,
        unlisted=directory.entry(state).office(certificate.office) is None,
        revoked=signer.until if signer.status is Status.REVOKED else None,
        kept=kept,
    )


def _handed(
    handed: Sequence[tuple[store.Handover, bytes]],
    of: tuple[str, str],
    keys: Sequence[bytes],
    roots: Sequence[Certificate],
) -> Iterator[StampTold]:
    for one, data in handed:
        token = read_stamp(data)
        _, at, trusted = verify_handover(one.event, token, of, keys, roots)
        yield StampTold(at, authority_of(token.chain), trusted, renews=False, handover=one.counter)


def _log(node: Node, conn: Connection, case: str, tree: merkle.Tree, own: list[int]) -> LogTold | None:
    """Where the log first committed to each event: by the first published root that covers it."""
    last = store.last_checkpoint(conn)
    if last is None:
        return None
    signed = tlog.checkpoint.open(last.note, log_vkey(node))
    published = {
        one.subject: one.position
        for one in store.openings(conn, case)
        if one.kind == "custody_root" and one.position is not None and one.position < last.size
    }
    by_size = {size: published.get(tree.root(size).hex()) for size in range(1, len(tree) + 1)}
    covers: list[int | None] = [None] * len(tree)
    found: int | None = None
    for size in range(len(tree), 0, -1):
        place = by_size[size]
        found = found if place is None else place
        covers[size - 1] = found
    return LogTold(signed.checkpoint.origin, last.size, tuple(covers[at] for at in own))
