"""What is inside an exhibit: ``comity evidence examine`` and ``comity evidence inside``.

Promises: a digest of the acquisition's own that was not found again is told first, and never left out.

Leaves to others: the deeds (``app.examine``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, as_person, command, option
from comity.cli.session import Session, table

if TYPE_CHECKING:
    from comity.app.examine import Looked
    from comity.evidence.inside import Inside


@command("evidence examine")
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--case", metavar="CASE")
@click.pass_obj
def evidence_examine(session: Session, /, *, exhibit: str, who: str, case: str | None) -> None:
    """``comity evidence examine``."""
    from comity.app.examine import examine
    from comity.cli.exhibits import case_of_exhibit

    with session.node() as node:
        looked = examine(node, case_of_exhibit(node, exhibit, case), exhibit, node.person(who))
    session.show(summary(looked), lambda: told(session, looked))


@command("evidence inside")
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--case", metavar="CASE")
@option("--path", "pattern", metavar="PATTERN")
@click.pass_obj
def evidence_inside(
    session: Session, /, *, exhibit: str, who: str, case: str | None, pattern: str | None
) -> None:
    """``comity evidence inside``."""
    from comity.app.examine import look_inside
    from comity.cli.exhibits import case_of_exhibit
    from comity.wire import dump

    with session.node() as node:
        looked = look_inside(node, case_of_exhibit(node, exhibit, case), exhibit, node.person(who))
    rows = list(_rows(looked.inside, pattern))
    value = summary(looked) | {"examination": dump(looked.said), "files": dump(looked.inside)["files"]}

    def words() -> Iterator[str]:
        yield from told(session, looked)
        yield from table(rows, session.text("cli.head.inside").split("|"))

    session.show(value, words)


def summary(looked: Looked) -> dict[str, Any]:
    """What an examination came to, for a program: without any name."""
    said = looked.said
    return {
        "exhibit": said.exhibit,
        "case": said.case,
        "types": said.types,
        "inside": said.inside,
        "unread": said.unread,
        "agrees": said.agrees,
        "differs": said.differs,
        "acquisitions": [
            {
                "path": file.path,
                "algorithm": one.algorithm,
                "stored": one.stored,
                "found": one.found,
                "same": one.same,
            }
            for file in looked.inside.files
            if file.acquired is not None
            for one in file.acquired.hashes
        ],
        "members": _members(looked.inside),
    }


def _members(inside: Inside) -> dict[str, Any]:
    """The digests that an acquisition stored for single files: how many were found again, which were not."""
    stored = [
        (" > ".join((file.path, *inner.path)), one)
        for file in inside.files
        for inner in file.inside
        for one in inner.hashes
    ]
    return {
        "same": sum(one.same is True for _, one in stored),
        "unread": sum(one.same is None for _, one in stored),
        "differs": [
            {"path": path, "algorithm": one.algorithm, "stored": one.stored, "found": one.found}
            for path, one in stored
            if one.same is False
        ],
    }


def told(session: Session, looked: Looked) -> Iterator[str]:
    """The same in words."""
    value = summary(looked)
    members = value["members"]
    for one in members["differs"]:
        yield session.text("cli.evidence.member.differs", **{**one, "algorithm": one["algorithm"].upper()})
    for word in ("unread", "same"):
        if members[word]:
            yield session.text(f"cli.evidence.member.{word}", count=members[word])
    for one in sorted(value["acquisitions"], key=lambda one: one["same"] is True):
        word = {True: "same", False: "differs", None: "unread"}[one["same"]]
        name = one["algorithm"].upper()
        known = {"path": one["path"], "algorithm": name, "stored": one["stored"]}
        if word == "differs":
            known["found"] = one["found"]
        yield session.text(f"cli.evidence.acquired.{word}", **known)
    said = looked.said
    yield session.text("cli.evidence.examined", types=said.types, inside=said.inside, unread=said.unread)
    reasons = Counter(file.unread for file in looked.inside.files)
    reasons.update(one.unread for file in looked.inside.files for one in file.inside)
    for reason, count in sorted((reason, count) for reason, count in reasons.items() if reason is not None):
        yield session.text(f"cli.evidence.unread.{reason}", count=count)


def _rows(inside: Inside, pattern: str | None) -> Iterator[tuple[str, ...]]:
    for file in inside.files:
        here = (file.path, "-", "-", file.type or "-", file.unread or "-")
        for path, size, at, type, unread in (
            here,
            *(
                (
                    " > ".join((file.path, *one.path)),
                    "-" if one.size is None else str(one.size),
                    (one.times.modified if one.times else None) or "-",
                    one.type or "-",
                    one.unread or "-",
                )
                for one in file.inside
            ),
        ):
            if pattern is None or fnmatchcase(path, pattern):
                yield path, size, at, type, unread
