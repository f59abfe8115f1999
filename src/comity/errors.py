"""One tree of errors. Each has an id, arguments, a problem type, and something that a person can do.

Promises: an error carries no text of its own. Its id names two messages in the catalogues of
``comity.messages`` (``ID`` says what is wrong and where, ``ID.do`` says what to do), its arguments
fill them, and its class says what kind of trouble it is. A test holds every id that the code
raises against the catalogue, both ways.

Leaves to others: rendering (``messages``), exit codes (``cli``), HTTP bodies (``api``, RFC 9457).
"""

from __future__ import annotations

from typing import ClassVar

Argument = str | int


class ComityError(Exception):
    """The root. ``id`` is a stable dotted name; ``arguments`` fill its message.

    Arguments are shown to people and may be logged: ids, digests, names of files and fields;
    never the content of a field, never a person's name.
    """

    status: ClassVar[int] = 500
    """HTTP status that a face gives it (RFC 9457, ``status``)."""

    exit_code: ClassVar[int] = 1
    """Process exit status of the command line."""

    def __init__(self, id: str, /, **arguments: Argument) -> None:
        super().__init__(id)
        self.id = id
        self.arguments: dict[str, Argument] = arguments

    @property
    def problem_type(self) -> str:
        """The problem type of RFC 9457: a URN, stable for ever."""
        return f"urn:comity:problem:{self.id}"

    def __str__(self) -> str:
        inner = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.id} ({inner})" if inner else self.id


class BadInput(ComityError):
    """What was given cannot be read as what it should be: a file, a field, bytes of a peer."""

    status = 400
    exit_code = 2


class NotFound(ComityError):
    """It was named correctly, and is not here."""

    status = 404
    exit_code = 3


class NotPermitted(ComityError):
    """The table of lawful next acts, a role, or a rule of the law data does not allow it now."""

    status = 409
    exit_code = 4


class ProofFailed(ComityError):
    """A signature, a digest, a proof or a time-stamp does not hold."""

    status = 422
    exit_code = 5


class Conflict(ComityError):
    """Two records that must agree do not, or the ground moved while a deed was prepared."""

    status = 409
    exit_code = 6


class Unavailable(ComityError):
    """A disk, a peer, a tool or a time-stamp authority did not answer; nothing was lost."""

    status = 503
    exit_code = 7
