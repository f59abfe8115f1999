"""Holding an exhibit package against its seal: what fails is named, file by file.

Promises: the signed statement is proven first, with a key that the caller trusts; then every other
file of the core is compared with what it must be, the payload with the sealed digests, each proof
with the digest in its name and time-stamps with a trusted root. A file that is changed, missing,
added, exchanged for a link, renamed, or not given by its disk is found and named, and the others are still
held against the seal. Nothing is fetched and nothing written.

Leaves to others: whose the trusted keys and roots are; proofs of custody and log (their data is held
against its digest here, and proven by ``custody`` and ``tlog``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from comity import dsse
from comity.dsse import Envelope
from comity.errors import BadInput, ComityError, NotFound, ProofFailed
from comity.evidence.bag import (
    CERTIFICATE,
    HANDOVER,
    HANDOVER_CHAIN,
    HANDOVER_FILES,
    HANDOVER_PLACE,
    HANDOVER_STAMP,
    INDEX,
    MANIFEST,
    PART,
    PROOF_NAME,
    PROOFS,
    RENEWAL,
    STAMP_FILES,
    STAMP_PLACE,
    STATEMENT,
    TAG_MANIFEST,
    TIMESTAMP,
    TSA_CHAIN,
    Pieces,
    core_files,
)
from comity.evidence.certificate import CERTIFICATE_LIMIT, verify_certificate
from comity.evidence.findings import Findings, HandedOver, Report, Stamped
from comity.evidence.handover import verify_handover
from comity.evidence.index import INDEX_LIMIT, PAYLOAD, Entry, Index, digest_of, read_index
from comity.evidence.payload import Stream, differing
from comity.evidence.renewal import check_in_time, holds_until, record_of
from comity.evidence.seal import SealStatement, prove_index, verify_statement
from comity.evidence.selection import PART_LIMIT, read_part, verify_part
from comity.evidence.timestamp import Token, judge_token
from comity.wire import digest

_TAG_LIMIT: Final = dsse.MAX_ENVELOPE
_PROOF_LIMIT: Final = PART_LIMIT
_PIECE: Final = 1024 * 1024
"""Bytes of a file of the core that are read at once."""


def verify_package(
    folder: Path,
    trusted: Sequence[bytes],
    *,
    roots: Sequence[x509.Certificate] = (),
) -> Report:
    """Hold a package against its seal.

    ``trusted`` are raw Ed25519 keys of nodes that may have sealed it; ``roots`` are certificates of
    time-stamp authorities. Without roots, tokens are reported as unproven.

    Raises:
        NotFound: there is no such folder. (What is wrong inside is in the report.)
    """
    if not folder.is_dir() or folder.is_symlink():
        raise NotFound("evidence.no_package", path=folder.name)
    findings = Findings()
    here = set(_walk(folder, findings, ""))
    proven = _statement(folder, here, trusted, findings)
    _proofs(folder, here, roots if proven else (), findings)  # a stamp over what? Over what was proven
    if proven is None:
        _links(folder, findings)
        return findings.report(None, None)
    envelope, statement, signer = proven
    _certificates(folder, here, envelope, trusted, findings)
    if roots:
        _handovers(folder, here, statement, (trusted, roots), findings)
    index = _index(folder, here, statement, findings)
    if index is not None:
        _core(folder, here, core_files(envelope, index, signer), findings)
        _payload(folder, statement, index, findings)
        _parts(folder, here, envelope, index, trusted, findings=findings)
    else:
        _links(folder, findings)
        # Without the index, the core cannot be written anew; the manifest has its own digest.
        _manifest(folder, here, statement, findings)
        if TAG_MANIFEST not in here:
            findings.lacks(TAG_MANIFEST)
    return findings.report(statement, signer)


def _walk(folder: Path, findings: Findings, start: str) -> Iterator[str]:
    """Paths of all regular files below ``start``, in the order of their bytes; other things fail.

    From the top, those of the payload are left out: they may be very many.
    """
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path and not path.endswith("/"):
            yield path
            continue
        found: list[str] = []
        try:
            with os.scandir(folder / path) as scan:
                for entry in scan:
                    inner = path + entry.name
                    if entry.is_symlink():
                        findings.fail(inner, "link")
                    elif entry.is_dir(follow_symlinks=False):
                        if inner + "/" != PAYLOAD:
                            found.append(inner + "/")
                    elif entry.is_file(follow_symlinks=False):
                        found.append(inner)
                    else:
                        findings.fail(inner, "special")
        except OSError:
            findings.fail(path or "./", "unreadable")
            findings.closed += (path,)
        found.sort(key=os.fsencode, reverse=True)  # a folder as its files: by its name with the slash
        waiting += found


def _payload_files(folder: Path, findings: Findings) -> Iterator[str]:
    place = folder / PAYLOAD[:-1]
    return _walk(folder, findings, PAYLOAD) if place.is_dir() and not place.is_symlink() else iter(())


def _links(folder: Path, findings: Findings) -> None:
    """Find what is no file in a payload that cannot be compared with anything."""
    for _ in _payload_files(folder, findings):
        pass


def _statement(
    folder: Path, here: set[str], trusted: Sequence[bytes], findings: Findings
) -> tuple[Envelope, SealStatement, bytes] | None:
    data = _read(folder, here, STATEMENT, _TAG_LIMIT, findings)
    if data is None:
        findings.lacks(STATEMENT)
        return None
    try:
        envelope = dsse.read(data)
    except BadInput:
        findings.fail(STATEMENT, "unreadable")
        return None
    signer = dsse.named_signer(envelope, trusted)
    if signer is None:
        findings.fail(STATEMENT, "untrusted")
        return None
    try:
        return envelope, verify_statement(envelope, signer), signer
    except (BadInput, ProofFailed):
        findings.fail(STATEMENT, "signature")
        return None


def _index(folder: Path, here: set[str], statement: SealStatement, findings: Findings) -> Index | None:
    if INDEX not in here:
        findings.lacks(INDEX)
        return None
    try:
        if digest_of(_pieces(folder / INDEX)) != statement.index_sha256:
            findings.fail(INDEX, "changed")
            return None
        with (folder / INDEX).open("rb", buffering=0) as file:
            index = read_index(file)
        prove_index(statement, index)
    except (BadInput, OSError):  # sealed by a trusted key, and yet no index of the profile; or a bad disk
        findings.fail(INDEX, "unreadable")
        return None
    except ProofFailed:  # the index is the sealed one, and the statement speaks of another
        findings.fail(STATEMENT, "contradicts")
        return None
    return index


def _manifest(folder: Path, here: set[str], statement: SealStatement, findings: Findings) -> None:
    if MANIFEST not in here:
        findings.lacks(MANIFEST)
        return
    try:
        if digest_of(_pieces(folder / MANIFEST)) != statement.manifest_sha256:
            findings.fail(MANIFEST, "changed")
    except OSError:
        findings.fail(MANIFEST, "unreadable")


def _core(folder: Path, here: set[str], core: dict[str, Pieces], findings: Findings) -> None:
    for path, wanted in core.items():
        try:
            if path not in here:
                findings.lacks(path)
            elif not _is(folder / path, wanted()):
                findings.fail(path, "changed")
        except OSError:
            findings.fail(path, "unreadable")
    for path in here:
        if path not in core and not path.startswith(PROOFS):
            findings.fail(path, "unlisted")


def _is(path: Path, wanted: Iterable[bytes]) -> bool:
    with path.open("rb") as file:
        return all(file.read(len(piece)) == piece for piece in wanted) and not file.read(1)


def _pieces(path: Path) -> Iterator[bytes]:
    """A file of the core, as far as any may go; it is compared with a digest."""
    with path.open("rb", buffering=0) as file:
        left = INDEX_LIMIT + 1
        while left and (piece := file.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece


def _payload(folder: Path, statement: SealStatement, index: Index, findings: Findings) -> None:
    stream = Stream(index)
    there = _Together(index, _payload_files(folder, findings), findings)
    changed = differing(folder / PAYLOAD, there, stream)
    for path, what in changed.items():
        findings.fail(PAYLOAD + path, what)
    if not changed and not there.missing and not stream.proves(statement):
        findings.fail(STATEMENT, "contradicts")


class _Together:
    """The files that were sealed and are there; what is not both fails.

    Both are in one order, the files of the folder and those that were sealed: they are gone through together.
    """

    def __init__(self, index: Index, there: Iterator[str], findings: Findings) -> None:
        self._index = index
        self._there = there
        self._findings = findings
        self.missing = False

    def __iter__(self) -> Iterator[Entry]:
        found = next(self._there, None)
        for entry in self._index.files:
            path = PAYLOAD + entry.path
            here = path.encode("utf-8")
            while found is not None and os.fsencode(found) < here:
                self._findings.fail(found, "unlisted")
                found = next(self._there, None)
            if found == path:
                yield entry
                found = next(self._there, None)
            else:
                self.missing = True
                self._findings.lacks(path)
        while found is not None:
            self._findings.fail(found, "unlisted")
            found = next(self._there, None)


def _proofs(folder: Path, here: set[str], roots: Sequence[x509.Certificate], findings: Findings) -> None:
    tokens: dict[str, str] = {}
    chains: dict[str, str] = {}
    places: dict[str, str] = {}
    stamps: dict[str, list[str]] = {}
    for path in sorted(path for path in here if path.startswith(PROOFS)):
        match = PROOF_NAME.fullmatch(path)
        if match is None:
            findings.fail(path, "unlisted")
            continue
        number, kind, value, _ = match.groups()
        if kind in STAMP_FILES:
            stamps.setdefault(number, []).append(path)
        if digest(_read(folder, here, path, _PROOF_LIMIT, findings) or b"") != value:
            findings.fail(path, "changed")
        elif kind in {TIMESTAMP, RENEWAL}:
            tokens[number] = path
        elif kind == TSA_CHAIN:
            chains[number] = path
        elif kind == STAMP_PLACE:
            places[number] = path
        else:
            findings.unproven.append(path)
    findings.unproven.extend(path for number, path in places.items() if number not in tokens)
    data = _read(folder, here, STATEMENT, _TAG_LIMIT, findings) or b""
    whole: list[tuple[str, Token, datetime]] = []
    strange: set[str] = set()
    for number, path in sorted(tokens.items()):
        renews = f"-{RENEWAL}-" in path
        covered = [one for other, files in stamps.items() if other < number for one in files]
        own = [*stamps[number], *(covered if renews else ())]
        if not roots or number not in chains or not findings.failures.keys().isdisjoint(own):
            findings.unproven.append(path)
            continue
        reply = _read(folder, here, path, _PROOF_LIMIT, findings)
        chain = _read(folder, here, chains[number], _PROOF_LIMIT, findings)
        place = _read(folder, here, places[number], _PROOF_LIMIT, findings) if number in places else b""
        token = Token(reply or b"", chain or b"", place or b"", renews)
        try:
            at, believed = judge_token(token, record_of(data, covered) if renews else data, roots)
            if renews:
                check_in_time([one for _, one, _ in whole], at)
        except ComityError:
            findings.fail(path, "stamp")
        else:
            whole.append((path, token, at))
            if not believed:
                strange.add(path)
    _stamped(whole, strange, findings)


def _stamped(whole: Sequence[tuple[str, Token, datetime]], strange: set[str], findings: Findings) -> None:
    """Tell the time-stamps that were proven, but for those that have lapsed, or whose root nobody gave.

    Of several authorities one suffices. Where none is of those whose roots were given, each token fails:
    others may have been put in the place of the true ones.
    """
    if len(strange) == len(whole):
        for path in strange:
            findings.fail(path, "stamp")
        return
    ends = holds_until([one for _, one, _ in whole], [at for _, _, at in whole])
    for (path, _, at), end in zip(whole, ends, strict=True):
        if end is None or path in strange:  # lapsed: nothing renewed it while it could be
            findings.unproven.append(path)
        else:
            findings.stamps.append(Stamped(path, at))


def _parts(
    folder: Path,
    here: set[str],
    seal: Envelope,
    index: Index,
    trusted: Sequence[bytes],
    *,
    findings: Findings,
) -> None:
    """Proofs that the exhibit is part of another, whose key may be an earlier one of the same node."""
    for path in sorted(here):
        match = PROOF_NAME.fullmatch(path)
        if match is None or match.group(2) != PART or path in findings.failures:
            continue
        try:
            part = read_part(_read(folder, here, path, PART_LIMIT, findings) or b"")
            verify_part(part, seal, index, trusted)
        except ComityError as error:
            findings.fail(path, "untrusted" if error.id == "evidence.part_stranger" else "part")
        else:
            findings.unproven.remove(path)


def _certificates(
    folder: Path, here: set[str], seal: Envelope, trusted: Sequence[bytes], findings: Findings
) -> None:
    """What persons certified. One that a node signed which is not trusted here stays unproven."""
    for path in sorted(here):
        match = PROOF_NAME.fullmatch(path)
        if match is None or match.group(2) != CERTIFICATE or path in findings.failures:
            continue
        try:
            envelope = dsse.read(_read(folder, here, path, CERTIFICATE_LIMIT, findings) or b"")
            if dsse.named_signer(envelope, trusted) is None:
                continue
            findings.certificates.append(verify_certificate(envelope, seal, trusted))
        except ComityError:
            findings.fail(path, "certificate")
        else:
            findings.unproven.remove(path)


def _handovers(
    folder: Path,
    here: set[str],
    statement: SealStatement,
    trust: tuple[Sequence[bytes], Sequence[x509.Certificate]],
    findings: Findings,
) -> None:
    """Hand-overs that were time-stamped. By a node or an authority that is not trusted here: unproven."""
    groups: dict[str, dict[str, str]] = {}
    twice = set()
    for path in sorted(here):
        match = PROOF_NAME.fullmatch(path)
        if match is not None and match.group(2) in HANDOVER_FILES:
            number, kind, _, _ = match.groups()
            if groups.setdefault(number, {}).setdefault(kind, path) != path:
                findings.fail(path, "stamp")  # the shell would take both for one
                twice.add(number)
    for group in (group for number, group in groups.items() if number not in twice):
        token = group.get(HANDOVER_STAMP)
        if token is None or not findings.failures.keys().isdisjoint(group.values()):
            continue
        event, reply, chain, place = (
            (_read(folder, here, group[kind], _PROOF_LIMIT, findings) if kind in group else None) or b""
            for kind in (HANDOVER, HANDOVER_STAMP, HANDOVER_CHAIN, HANDOVER_PLACE)
        )
        try:
            of = statement.case, statement.exhibit
            told, at, believed = verify_handover(event, Token(reply, chain, place), of, *trust)
        except ComityError as error:
            if error.id != "evidence.custody_stranger":
                findings.fail(token, "stamp")
            continue
        if not believed:
            continue
        for one in group.values():
            findings.unproven.remove(one)
        findings.handovers.append(HandedOver(token, told, at))


def _read(folder: Path, here: set[str], path: str, limit: int, findings: Findings) -> bytes | None:
    """A file's bytes; ``None`` if they are not to be had. One byte beyond ``limit`` is read, and differs."""
    if path not in here:
        return None
    try:
        with (folder / path).open("rb") as file:
            return file.read(limit + 1)
    except OSError:
        findings.fail(path, "unreadable")
        return None
