"""A part of an exhibit leaves for the other State, and proves itself there; of the rest nothing does."""

import handing as h
import loopback as l
import pytest

from comity import dossier, dsse, store
from comity.app import custody, exhibit, selection
from comity.app import opening as opening_of_files
from comity.app.export import export_case, gather
from comity.app.publish import publish
from comity.app.selection import Asked
from comity.errors import BadInput, NotFound, NotPermitted, ProofFailed
from comity.evidence import (
    Criteria,
    Why,
    prove_rest,
    read_index,
    read_part,
    read_statement,
    verify_package,
    verify_part,
)

ALL = Criteria(paths=(), data=(), accounts=(), since=None, until=None)
MAIL = Asked(ALL.model_copy(update={"paths": ("mail/*",)}), ("mail/empty",))
MARKS = b"""
[[file]]
path = "mail/**"
data = "content"
account = "one"

[[file]]
path = "mail/inbox"
since = 2026-01-01T00:00:00Z
until = "2026-02-01T00:00:00Z"
"""


def select(pair, request, whole, asked=MAIL, who="examiner"):
    side = pair.pt
    return selection.select(
        side.node, request.header.case, whole, asked, "The order names the mail.", side[who]
    )


def test_a_part_leaves_and_proves_itself_while_its_whole_is_held(pair, request_, files, tmp_path):
    case, pt, gh = request_.header.case, pair.pt, pair.gh
    whole = h.take_in(pair, request_, files)
    h.release(pair, request_, whole, verdict=False)
    made = select(pair, request_, whole)
    assert (made.exhibit, made.files, made.size) == ("PT-2", 1, len(l.MAILBOX))
    assert {one.why: one.files for one in made.left} == {Why.PATH: 1, Why.EXCLUDED: 1}
    with h.fails(NotPermitted, "evidence_app.own_review"):
        exhibit.review(pt.node, case, made.exhibit, True, "Mine.", pt["examiner"])
    h.release(pair, request_, made.exhibit)
    with h.fails(NotPermitted, "deliver.not_released"):
        h.hand_over(pair, request_, whole)
    act = h.hand_over(pair, request_, made.exhibit)
    pair.settle()
    custody.take_custody(gh.node, act.id, gh["examiner"])
    bags = {}
    for side in (pt, gh):
        assert exhibit.verify_exhibit(side.node, case, made.exhibit).files == 1
        bag = tmp_path / side.node.state
        bags[side.node.state] = exhibit.open_exhibit(
            side.node, case, made.exhibit, bag, side["examiner"], "for counsel"
        )
        report = verify_package(bag, [pt.node.keys.acts.public])
        assert report.holds, report.failures
        assert [f.name[4:8] for f in (bag / "proofs").iterdir() if "-part-" in f.name] == ["part"]
    assert (bags["GH"] / "data" / "mail" / "inbox").read_bytes() == l.MAILBOX
    # Custody says it on both: what was selected from, and what was made.
    assert h.actions(pt, request_, whole) == ["taken_in", "sealed", "reviewed", "opened", "selected"]
    assert h.actions(pt, request_, made.exhibit)[:4] == ["selected", "sealed", "reviewed", "sent"]
    with pt.node.db.read() as conn:
        root = dsse.read(store.get_record_of(conn, case, whole, "root"))
        seal = read_statement(dsse.read(store.get_exhibit(conn, case, whole).statement))
        part = read_part(store.get_record_of(conn, case, made.exhibit, "part"))
        row = store.indexed_exhibit(conn, case, made.exhibit)
    assert part.root == root
    said = verify_part(part, dsse.read(row.statement), read_index(row.index), [pt.node.keys.acts.public])
    prove_rest(said, selection.left_out(pt.node, case, made.exhibit))
    with h.fails(NotFound, "store.no_exhibit_record"):
        selection.left_out(gh.node, case, made.exhibit)
    # Nothing of what stayed is at the receiver: no name, no digest of it or of the whole.
    secret = [seal.sha256, seal.chunk_root, seal.manifest_sha256, "disk.dd"]
    database = b"".join(f.read_bytes() for f in gh.node.settings.data.glob("comity.db*"))
    assert b"mail/inbox" in database
    assert not [one for one in secret if one.encode() in database]
    # Nor in the case file that a peer is given; it verifies, as the court's does, which has all.
    publish(pt.node)
    # The defence is told that there is a whole, and of the rest no more than the peer.
    everything = gather(pt.node, case, letters=False)
    for profile in (dossier.Profile.PEER, dossier.Profile.DEFENCE, dossier.Profile.COURT):
        court = profile is dossier.Profile.COURT
        parts = dossier.for_profile(everything, profile)
        assert ({one.exhibit for one in parts.custody} == {made.exhibit}) is not court
        roots = (
            [one for one in parts.log.events if one.opening.event.kind == "custody_root"] if parts.log else []
        )
        assert len(roots) <= 1 or court
        assert (f"Exhibit {whole}" in (parts.note or "")) is (profile is dossier.Profile.DEFENCE)
        file = export_case(pt.node, case, profile)
        assert (b"disk.dd" in file) is court
        lines = [line for step in dossier.verify(file).steps for line in step.lines]
        assert lines
        assert not [line for line in lines if line.verdict is dossier.Verdict.FAILED]


def test_a_part_is_of_what_fits_the_marks_alone(pair, request_, files):
    whole = h.take_in(pair, request_, files)
    marks = selection.read_marks(MARKS)
    window = ALL.model_copy(update={"accounts": ("one",), "until": "2026-02-01T00:00:00Z"})
    made = select(pair, request_, whole, Asked(window, (), marks))
    assert {one.why: one.files for one in made.left} == {Why.UNMARKED: 2}
    again = select(pair, request_, whole, Asked(ALL, ("mail/*",)))
    assert (again.exhibit, again.files) == ("PT-3", 1)
    # A part can be selected from again, and is then proven against the part.
    h.release(pair, request_, again.exhibit)
    third = select(pair, request_, made.exhibit, Asked(ALL))
    assert exhibit.verify_exhibit(pair.pt.node, request_.header.case, third.exhibit).files == 1


def test_what_cannot_be_selected_leaves_nothing(pair, request_, files):
    whole = h.take_in(pair, request_, files)
    case, before = request_.header.case, h.count(pair.pt, request_)
    objects = h.vault_objects(pair.pt)
    with h.fails(BadInput, "select.matches_nothing"):
        select(pair, request_, whole, Asked(ALL.model_copy(update={"paths": ("nowhere",)})))
    with h.fails(NotPermitted, "app.not_competent"):
        select(pair, request_, whole, who="approver")
    with h.fails(NotFound, "store.no_such_exhibit"):
        select(pair, request_, "PT-9")
    with h.fails(BadInput, "evidence_app.not_a_line"):
        selection.select(pair.pt.node, case, whole, MAIL, "", pair.pt["examiner"])
    for wrong in (
        b"[[file]]\npath = 1",
        b"[[other]]\npath = 'x'",
        b"[[file",
        b"[[file]]\npath='a'\nsince=2026-01-01",
    ):
        with pytest.raises(BadInput):
            selection.read_marks(wrong)
    assert (h.count(pair.pt, request_), h.vault_objects(pair.pt)) == (before, objects)
    with pair.pt.node.db.read() as conn:
        address = store.get_exhibit(conn, case, whole).address
    h.damage(pair.pt, address)
    with pytest.raises(ProofFailed):
        select(pair, request_, whole, Asked(ALL))
    assert h.count(pair.pt, request_) == (*before[:3], before[3] + 1)
    assert h.actions(pair.pt, request_, whole)[-1] == "opened"  # the attempt is on record; no part is


def test_one_file_is_checked_without_reading_the_rest(pair, request_, files, monkeypatch):
    whole = h.take_in(pair, request_, files)
    case, node = request_.header.case, pair.pt.node
    with node.db.read() as conn:
        address = store.get_exhibit(conn, case, whole).address
    size = node.vault.path(address).stat().st_size
    read, opening = [], node.vault.open

    def watched(address):
        file = opening(address)
        into = file.readinto

        class Watched:
            seek = file.seek
            __enter__ = lambda self: self  # noqa: E731
            __exit__ = lambda self, *_: file.close()  # noqa: E731

            def readinto(self, view):
                count = into(view)
                read.append(count)
                return count

        return Watched()

    monkeypatch.setattr(node.vault, "open", watched)
    found = opening_of_files.check_file(node, case, whole, "mail/inbox")
    assert (found.entry.path, found.statement.exhibit) == ("mail/inbox", whole)
    assert sum(read) < 300_000 < size  # the header, and a chunk or two of 64 KiB
    with h.fails(NotFound, "evidence.no_such_file"):
        opening_of_files.check_file(node, case, whole, "mail/none")
    monkeypatch.undo()
    # The first file is disk.dd: a bit flipped in it is not looked at; one in the last chunk is.
    path = node.vault.path(address)
    data = bytearray(path.read_bytes())
    data[1_000_000] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    opening_of_files.check_file(node, case, whole, "mail/inbox")
    with pytest.raises(ProofFailed):
        opening_of_files.check_file(node, case, whole, "disk.dd")
    h.damage(pair.pt, address)
    with pytest.raises(ProofFailed):
        opening_of_files.check_file(node, case, whole, "mail/inbox")
