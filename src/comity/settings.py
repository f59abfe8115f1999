"""What one node is told before it starts: one frozen value, from a file and the environment.

Promises: every setting is valid and present, or there is no ``Settings``. The file is
``settings.toml`` in the data folder; a variable ``COMITY_NAME`` of the environment overrides ``name``.
A name that is not known, in the file or the environment, is an error: a misspelt setting is never
passed over. An error names the place, the setting, and what to do.

Leaves to others: keys and passphrases (``keys``), how a database is opened (``store``), whether a
recovery recipient can be sealed to (``age``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from comity.durable import sync_folder, write_new
from comity.errors import BadInput, Conflict, NotFound, Unavailable
from comity.toml import read_toml
from comity.wire import Model

FILE: Final = "settings.toml"
DEMO_MARKER: Final = "demo"
"""A file of this name in the data folder says that nothing in it is real."""

PREFIX: Final = "COMITY_"
DATA_VARIABLE: Final = "COMITY_DATA"
"""Where the data folder is, for the command line; not a setting of the folder itself."""

PASSPHRASE_VARIABLE: Final = "COMITY_PASSPHRASE_FILE"  # noqa: S105 - a name, no passphrase
"""Read by ``keys``."""

STORE_VARIABLE: Final = "COMITY_S3_CREDENTIALS_FILE"
"""Names the file that holds the credentials of the vault's store; read by ``evidence``."""

PIN_VARIABLE: Final = "COMITY_TOKEN_PIN_FILE"
"""Names the file that holds a token's PIN; read by ``keys``."""

READER_VARIABLE: Final = "COMITY_AS"
"""Who reads, for the command line, where no command says it."""

_NOT_SETTINGS: Final = frozenset(
    {DATA_VARIABLE, PASSPHRASE_VARIABLE, PIN_VARIABLE, READER_VARIABLE, STORE_VARIABLE}
)
_TEST_PREFIX: Final = "COMITY_TEST_"
_NUMBERS: Final = frozenset(
    {
        "port",
        "epoch_seconds",
        "clock_tolerance_seconds",
        "look_hours",
        "open_hours",
        "stamp_seconds",
        "vault_lock_days",
    }
)
_CHOICES: Final = frozenset({"need_to_know"})
_LISTS: Final = frozenset({"recovery"})

_PLACE: Final = (
    r"^(files|s3:(https://[0-9A-Za-z.:\[\]-]+|http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]+)?)"
    r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[0-9A-Za-z._-]+)*)$"
)
"""Where a vault is."""

_Line = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Settings(Model):
    """The settings of one node. Paths are absolute.

    ``url``: where peers reach the node, without a slash at its end; null where only carried files do.
    ``log_origin``: the name of the public log (C2SP tlog-checkpoint, origin line). ``epoch_seconds``: the log
    is published each so many seconds. ``clock_tolerance_seconds``: how far a peer's clock may be ahead of
    ours, and ours behind what we signed last. ``recovery``: age recipients whose identities are kept cold,
    beside the vault's own. ``timestamp``: ``none``, or ``openssl:FOLDER`` for a local time-stamp authority,
    which is asked where none over the network is kept in ``timestamp/``. ``need_to_know``: whoever reads says
    who it is, and why, where a case is not their own; ``create`` switches it on. ``look_hours``: for so long
    one stated reason opens such a case. ``open_hours``: the longest that two of a unit may let what it alone
    opens be opened for, and for how long they do where they name no end; never longer than the law data has
    for it (``create`` writes it down). ``stamp_seconds``: seals wait so long for others, then one time-stamp
    is asked for all, and again until it comes; sealing never waits for it. 0: a person asks for each.
    ``stamp_handover``: whether an exhibit ``waits`` for its time-stamps before it is handed over, or
    ``goes_on`` without. ``vault_store``: ``files``, in the data folder, or ``s3:URL``, a bucket of an S3
    store (``s3:https://host/bucket`` or ``…/bucket/prefix``); plain http only to this machine.
    ``vault_lock``: what keeps an exhibit there from being deleted for ``vault_lock_days`` (S3 Object Lock):
    one of ``governance`` may be lifted by who has that right, one of ``compliance`` by nobody.
    ``vault_before``: where the vault was, while it is moved from there to ``vault_store``: in the same words,
    with the same credentials and region. ``token_module`` and ``token_label``: the PKCS#11 library and the
    token that the vault's key may be put in.
    """

    data: Path
    state: str = Field(pattern=r"^[A-Z]{2}$")
    node: _Line
    host: str = Field(default="127.0.0.1", pattern=r"^[0-9A-Za-z.:-]{1,253}$")
    port: int = Field(default=8440, ge=0, le=65535)
    url: str | None = Field(
        default=None, pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*[^\s?#/])?$", max_length=300
    )
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    database_url: str = Field(min_length=1, max_length=500, repr=False)  # may hold a password
    log_origin: str = Field(pattern=r"^[^\s+\x00-\x1f\x7f]{1,200}$")
    epoch_seconds: int = Field(default=300, ge=1, le=86_400)
    clock_tolerance_seconds: int = Field(default=600, ge=0, le=86_400)
    recovery: tuple[Annotated[str, Field(pattern=r"^age1[0-9a-z]{20,4000}$")], ...] = Field(
        default=(), max_length=4
    )
    timestamp: str = Field(default="none", pattern=r"^(none|openssl:.+)$", max_length=500)
    need_to_know: bool = False
    look_hours: int = Field(default=12, ge=1, le=720)
    open_hours: int = Field(default=24, ge=1, le=720)
    stamp_seconds: int = Field(default=0, ge=0, le=86_400)
    stamp_handover: Literal["goes_on", "waits"] = "goes_on"
    vault_store: str = Field(default="files", pattern=_PLACE, max_length=300)
    vault_before: str | None = Field(default=None, pattern=_PLACE, max_length=300)
    vault_region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]{1,40}$")
    vault_lock: Literal["none", "governance", "compliance"] = "none"
    vault_lock_days: int = Field(default=365, ge=1, le=36_500)
    token_module: str | None = Field(default=None, pattern=r"^/[^\x00-\x1f]+$", max_length=300)
    token_label: str = Field(default="comity", pattern=r"^[^\x00-\x1f\x7f]{1,32}$")
    demo: bool = False

    @property
    def clock_tolerance(self) -> timedelta:
        """How far two clocks may differ before something is done about it."""
        return timedelta(seconds=self.clock_tolerance_seconds)

    @property
    def keys(self) -> Path:
        """The node's six keys."""
        return self.data / "keys"

    @property
    def people(self) -> Path:
        """Key files of persons who sign on the command line."""
        return self.data / "people"

    @property
    def vault(self) -> Path:
        """Sealed exhibits; where they are in a store, what this machine must know of it."""
        return self.data / "vault"

    @property
    def log(self) -> Path:
        """The public log's tiles."""
        return self.data / "log"

    @property
    def guard(self) -> Path:
        """The last signed checkpoint; never in a backup."""
        return self.data / "guard"

    @property
    def database(self) -> Path:
        """The default database's file."""
        return self.data / "comity.db"

    @property
    def timestamp_folder(self) -> Path | None:
        """The folder of the local time-stamp authority, or none."""
        kind, _, folder = self.timestamp.partition(":")
        return None if kind == "none" else self.data / folder


_NAMES: Final = frozenset(Settings.model_fields) - {"data", "demo"}


def load(data: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings of a data folder; the environment goes before the file.

    Raises:
        NotFound: the folder has no ``settings.toml``.
        BadInput: the file is no TOML; a setting is missing, unknown or not valid.
        Unavailable: the file cannot be read.
    """
    file = data.absolute() / FILE
    try:
        told = read_toml(file.read_bytes())
    except FileNotFoundError as error:
        raise NotFound("settings.no_file", file=str(file)) from error
    except OSError as error:
        raise Unavailable("settings.unreadable", file=str(file), what=error.strerror or "?") from error
    except ValueError as error:
        raise BadInput("settings.not_toml", file=str(file), what=str(error)[:200]) from error
    for name in told:
        if name not in _NAMES:
            raise BadInput("settings.unknown_name", file=str(file), name=name[:60])
    if "recovery" in told and isinstance(told["recovery"], list):
        told["recovery"] = tuple(told["recovery"])
    from_environment = _environment(environment)
    return _settings(data, told | from_environment, str(file), frozenset(from_environment))


def create(
    data: Path,
    *,
    state: str,
    node: str,
    demo: bool = False,
    **more: str | int | tuple[str, ...] | None,
) -> Settings:
    """Make a data folder (mode 0700) with a fresh ``settings.toml``; give its settings.

    ``more``: any other setting by its name. Without a ``log_origin`` one is made of ``url``, or of
    the State's code under ``.invalid``, which no one can own.

    Raises:
        BadInput: a setting is unknown or not valid; nothing is written then.
        Conflict: the folder has settings already.
        Unavailable: the folder or a file cannot be written.
    """
    folder = data.absolute()
    told: dict[str, Any] = {"state": state, "node": node}
    told |= {name: value for name, value in more.items() if value is not None}
    for name in told:
        if name not in _NAMES:
            raise BadInput("settings.unknown_name", file=str(folder / FILE), name=name[:60])
    told.setdefault("log_origin", _origin(state, more.get("url")))
    if not demo:
        # A node of before goes on as its people know it; a new one begins as a State expects.
        told.setdefault("need_to_know", True)
    told.setdefault("open_hours", Settings.model_fields["open_hours"].default)
    made = _settings(folder, told, str(folder / FILE), frozenset())
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The settings go first: a folder that is someone's already is not marked a demonstration.
        # Both for the owner alone: a database's address may hold a password.
        write_new(folder / FILE, _toml(told).encode())
        if demo:
            write_new(folder / DEMO_MARKER, b"Nothing in this folder is real: its keys are unprotected.\n")
        sync_folder(folder)
    except FileExistsError as error:
        raise Conflict("settings.exist", file=str(folder / FILE)) from error
    except OSError as error:
        raise Unavailable("settings.unwritable", file=str(folder), what=error.strerror or "?") from error
    return made.model_copy(update={"demo": demo})


def told_by(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment gives, which go before those of the file.

    Raises:
        BadInput: a variable that is no setting's, or is not valid.
    """
    return _environment(environment)


def _settings(data: Path, told: dict[str, Any], file: str, outside: frozenset[str]) -> Settings:
    folder = data.absolute()
    values = {
        "database_url": f"sqlite:///{folder / 'comity.db'}",
        **told,
        "data": folder,
        "demo": (folder / DEMO_MARKER).is_file(),
    }
    try:
        return Settings.model_validate(values, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0])
        if first["type"] == "missing":
            raise BadInput("settings.missing", file=file, name=name) from error
        place = PREFIX + name.upper() if name in outside else file
        raise BadInput("settings.not_valid", place=place, name=name, what=first["type"]) from error


def _environment(environment: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS or variable.startswith(_TEST_PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in _NAMES or variable != PREFIX + name.upper():
            raise BadInput("settings.unknown_variable", name=variable[:60])
        if name in _NUMBERS:
            if not re.fullmatch(r"[0-9]{1,9}", text):
                raise BadInput("settings.not_valid", place=variable, name=name, what="int_parsing")
            told[name] = int(text)
        elif name in _CHOICES:
            if text not in {"true", "false"}:
                raise BadInput("settings.not_valid", place=variable, name=name, what="bool_parsing")
            told[name] = text == "true"
        elif name in _LISTS:
            told[name] = tuple(part.strip() for part in text.split(",") if part.strip())
        else:
            told[name] = text
    return told


def _origin(state: str, url: object) -> str:
    if isinstance(url, str):
        return url.partition("://")[2] + "/log"
    return f"{state.lower()}.comity.invalid/log"


def _toml(told: Mapping[str, Any]) -> str:
    lines = ["# The settings of this node. COMITY_NAME in the environment goes before a name here."]
    lines += [f"{name} = {_value(told[name])}" for name in Settings.model_fields if name in told]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    # A TOML basic string (v1.0.0, "String"); the models let no control character through.
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
