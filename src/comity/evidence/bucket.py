"""A bucket of an S3 store: the few operations that a vault needs, and what goes wrong, in our errors.

Promises: the SHA-256 of whatever is put goes with it, so that a store which checks takes nothing else; what
is cut off is asked for again a bounded number of times; what was done while its answer was lost is found as
done. Where the store is and who asks is told by what is handed in, by no file of the surroundings. No error
and no ``repr`` holds a key or content.

Leaves to others: what lies under which key (``s3vault``), whether the store keeps its word (``probe``).

Source: Amazon S3 API Reference, version 2006-03-01. ``botocore`` speaks it, which is an extra (ADR 39).
"""

from __future__ import annotations

import importlib.util
import os
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from threading import Lock as Mutex
from time import sleep
from typing import Any, Final

from comity.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted, Unavailable

ATTEMPTS: Final = 4
"""How often a thing is asked for before the store is taken for gone."""

SECONDS: Final = 30
"""How long it is waited for, to be connected and for each answer."""

HASTY: Final = 3
"""The same, for what must not hold up a deed, and is asked for once."""

PAUSE: Final = 0.1
"""Seconds before a thing is asked for again that another was just doing; twice that the next time."""

_ABSENT: Final = frozenset(
    {
        "404",
        "NoSuchBucket",
        "NoSuchKey",
        "NoSuchObjectLockConfiguration",
        "NoSuchUpload",
        "NoSuchVersion",
        "NotFound",
        "ObjectLockConfigurationNotFoundError",
    }
)
_BEYOND: Final = "InvalidRange"
_TAKEN: Final = frozenset({"412", "PreconditionFailed"})
_AT_THE_SAME_TIME: Final = frozenset({"ConditionalRequestConflict", "OperationAborted"})
_BUSY: Final = frozenset({429, 502, 503, 504})
_OTHERS: Final = frozenset({"BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch"})
_UNVERSIONED: Final = "null"
_REFUSED: Final = frozenset({"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket is. ``endpoint``: a URL without path; ``prefix``: what all keys begin with, or empty."""

    endpoint: str
    bucket: str
    prefix: str = ""
    region: str = "us-east-1"

    def __str__(self) -> str:
        return "/".join(part for part in (self.endpoint, self.bucket, self.prefix) if part)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks; shown nowhere."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Retention:
    """What keeps a version from being deleted. ``mode``: ``GOVERNANCE`` or ``COMPLIANCE``."""

    mode: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object. ``marker``: that it was deleted, and nothing else."""

    key: str
    id: str
    at: datetime
    marker: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload in parts that was begun and not ended."""

    key: str
    id: str
    at: datetime


class Bucket:
    """Speaks to one bucket. The client is made when it is first asked for something."""

    def __init__(
        self,
        place: Place,
        credentials: Credentials,
        *,
        attempts: int = ATTEMPTS,
        seconds: int = SECONDS,
        wait: Callable[[float], object] = sleep,
    ) -> None:
        self.place = place
        self._credentials = credentials
        self._attempts = attempts
        self._seconds = seconds
        self._wait = wait
        self._mutex = Mutex()
        self._client: Any = None

    def close(self) -> None:
        """Let go of the connections; whatever is asked next makes new ones."""
        with self._mutex:
            if self._client is not None:
                self._client.close()
            self._client = None

    def hasty(self) -> Bucket:
        """The same, asked once and not waited for long; to be closed by itself."""
        return Bucket(self.place, self._credentials, attempts=1, seconds=HASTY, wait=self._wait)

    def put(
        self,
        key: str,
        data: bytes | bytearray,
        *,
        new: bool = False,
        retention: Retention | None = None,
        told: bytes | None = None,
    ) -> str | None:
        """Put an object whole; give its version. ``new``: only where none is.

        ``told``: what the store is told to be its SHA-256, where that is not so.

        Raises:
            Conflict: one is there. BadInput: the store found another digest than it was told.
            NotPermitted, Unavailable: it refuses, or does not answer.
        """
        summed = _sum(data) if told is None else b64encode(told).decode("ascii")
        more = {"IfNoneMatch": "*"} if new else {}
        return _version_of(
            self._ask("put_object", key, Body=data, ChecksumSHA256=summed, **more, **_locked(retention))
        )

    def begin(self, key: str) -> str:
        """Begin an upload in parts; give its id."""
        said = self._ask("create_multipart_upload", key, ChecksumAlgorithm="SHA256")
        return str(_of(said, "UploadId"))

    def part(
        self, key: str, upload: str, number: int, data: bytearray, digest: bytes | None = None
    ) -> dict[str, Any]:
        """Upload a part, numbered from 1; give what ``complete`` is to be told of it.

        ``digest``: its SHA-256, where that is known already.
        """
        summed = _sum(data) if digest is None else b64encode(digest).decode("ascii")
        said = self._ask(
            "upload_part", key, UploadId=upload, PartNumber=number, Body=data, ChecksumSHA256=summed
        )
        return {"PartNumber": number, "ETag": _of(said, "ETag"), "ChecksumSHA256": summed}

    def complete(self, key: str, upload: str, parts: list[dict[str, Any]], size: int) -> str | None:
        """Make an object of all its parts, of so many bytes, where none was; give its version.

        Raises:
            NotFound, Unavailable: as ``_ask``, and it was not made.
        """
        more = {"MultipartUpload": {"Parts": parts}}
        try:
            return _version_of(self._ask("complete_multipart_upload", key, UploadId=upload, **more))
        except (NotFound, Unavailable):
            # It may have been made, and the answer lost: then the upload is gone, and the object is there.
            made = self.made(key)
            if made is None or made[1] != size:
                raise
            return made[0]

    def made(self, key: str) -> tuple[str | None, int] | None:
        """The version that an object was made as first, and its size; nothing where none is there."""
        found = [one.id for one in self.versions(key) if one.key == key and not one.marker]
        if not found:
            return None
        return None if found[-1] == _UNVERSIONED else found[-1], self.head(key, found[-1])[0]

    def parts(self, key: str, upload: str) -> dict[int, tuple[str, int]]:
        """What an upload has: of each part by its number, the tag that ``complete`` is told, and its size.

        Raises:
            NotFound: there is no such upload, or no longer.
        """
        found: dict[int, tuple[str, int]] = {}
        at: dict[str, Any] = {}
        while True:
            said = self._ask("list_parts", key, UploadId=upload, **at)
            for one in said.get("Parts", []):
                found[int(_of(one, "PartNumber"))] = str(_of(one, "ETag")), int(_of(one, "Size"))
            if not said.get("IsTruncated"):
                return found
            at = _further(at, {"PartNumberMarker": said.get("NextPartNumberMarker")})

    def abort(self, key: str, upload: str) -> None:
        """Drop an upload and its parts, if it is still there."""
        try:
            self._ask("abort_multipart_upload", key, UploadId=upload)
        except NotFound:
            return

    def head(self, key: str, version: str | None = None) -> tuple[int, Retention | None]:
        """The size of an object, and what keeps it.

        Raises:
            NotFound: it is not there.
        """
        said = self._ask("head_object", key, **_at(version))
        mode, until = said.get("ObjectLockMode"), said.get("ObjectLockRetainUntilDate")
        size = int(_of(said, "ContentLength"))
        return size, None if mode is None or until is None else Retention(mode, until)

    def get(self, key: str, version: str | None, begin: int, size: int) -> bytes:
        """``size`` bytes, at least one, from ``begin`` on; fewer where the object is shorter.

        Raises:
            NotFound: it is not there. Unavailable: it broke off, again and again.
        """
        try:
            return self._read(key, version, Range=f"bytes={begin}-{begin + size - 1}")
        except Unavailable as error:
            if error.arguments.get("what") == _BEYOND:
                return b""
            raise

    def read(self, key: str, version: str | None) -> bytes:
        """A small object, whole; as ``get``."""
        return self._read(key, version)

    def delete(self, key: str, version: str | None = None, *, bypass: bool = False) -> None:
        """Delete a version; without one, what is seen. ``bypass``: in spite of a lock of governance.

        Raises:
            NotPermitted: a lock keeps it, or we may not.
        """
        more = {"BypassGovernanceRetention": True} if bypass else {}
        self._ask("delete_object", key, **_at(version), **more)

    def keys(self, start: str) -> Iterator[tuple[str, datetime]]:
        """The keys that begin so, and since when each is there."""
        at: dict[str, str] = {}
        while True:
            said = self._list("list_objects_v2", start, **at)
            for one in said.get("Contents", []):
                yield self._bare(_of(one, "Key")), _of(one, "LastModified")
            if not said.get("IsTruncated"):
                return
            at = _further(at, {"ContinuationToken": said.get("NextContinuationToken")})

    def versions(self, start: str) -> list[Version]:
        """All versions of the objects whose keys begin so, of each the newest first."""
        found: list[Version] = []
        at: dict[str, str] = {}
        while True:
            said = self._list("list_object_versions", start, **at)
            for name in ("Versions", "DeleteMarkers"):
                found += (
                    Version(
                        self._bare(_of(one, "Key")),
                        _of(one, "VersionId"),
                        _of(one, "LastModified"),
                        name != "Versions",
                    )
                    for one in said.get(name, [])
                )
            if not said.get("IsTruncated"):
                return found
            at = _further(
                at,
                {"KeyMarker": said.get("NextKeyMarker"), "VersionIdMarker": said.get("NextVersionIdMarker")},
            )

    def uploads(self, start: str) -> list[Upload]:
        """Uploads in parts to keys that begin so, which were not ended."""
        found: list[Upload] = []
        at: dict[str, str] = {}
        while True:
            said = self._list("list_multipart_uploads", start, **at)
            found += (
                Upload(self._bare(_of(one, "Key")), _of(one, "UploadId"), _of(one, "Initiated"))
                for one in said.get("Uploads", [])
            )
            if not said.get("IsTruncated"):
                return found
            at = _further(
                at, {"KeyMarker": said.get("NextKeyMarker"), "UploadIdMarker": said.get("NextUploadIdMarker")}
            )

    def retain(self, key: str, version: str | None, retention: Retention, *, bypass: bool = False) -> None:
        """Lock a version, or change its lock.

        Raises:
            NotPermitted: a stronger lock is there.
        """
        wanted = {"Mode": retention.mode, "RetainUntilDate": retention.until.astimezone(UTC)}
        more = {"BypassGovernanceRetention": True} if bypass else {}
        self._ask("put_object_retention", key, Retention=wanted, **_at(version), **more)

    def says_it_locks(self) -> bool:
        """Whether the bucket says of itself that it can lock objects."""
        try:
            said = self._ask("get_object_lock_configuration")
        except NotFound:
            return False
        return bool(said.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")

    def _read(self, key: str, version: str | None, **more: str) -> bytes:
        for _ in range(self._attempts):
            said = self._ask("get_object", key, **more, **_at(version))
            try:
                with _of(said, "Body") as body:
                    data: bytes = body.read()
            except _troubles():
                continue  # broken off in the middle, where the client itself does not ask again
            if len(data) == _of(said, "ContentLength"):
                return data
        raise Unavailable("evidence.s3_silent", what="IncompleteRead")

    def _list(self, operation: str, start: str, **more: Any) -> dict[str, Any]:
        return self._ask(operation, Prefix=self._full(start), **more)

    def _full(self, key: str) -> str:
        return f"{self.place.prefix}/{key}" if self.place.prefix else key

    def _bare(self, key: str) -> str:
        return key.removeprefix(f"{self.place.prefix}/") if self.place.prefix else key

    def _ask(self, operation: str, key: str | None = None, **more: Any) -> dict[str, Any]:
        """Ask the store.

        Raises:
            NotFound, Conflict, NotPermitted, Unavailable: by what it answers.
        """
        if key is not None:
            more["Key"] = self._full(key)
        client = self._made()
        attempt = 0
        while True:
            try:
                said: dict[str, Any] = getattr(client, operation)(Bucket=self.place.bucket, **more)
            except _troubles() as error:
                attempt += 1
                if _code(error) not in _AT_THE_SAME_TIME or attempt >= self._attempts:
                    raise _told(error, operation) from error
            else:
                return said
            self._wait(PAUSE * (1 << attempt - 1))

    def _made(self) -> Any:
        with self._mutex:
            if self._client is None:
                self._client = self._make()
            return self._client

    def _make(self) -> Any:
        if importlib.util.find_spec("botocore") is None:
            raise Unavailable("evidence.s3_not_installed")
        import botocore.config

        config = botocore.config.Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"mode": "standard", "total_max_attempts": self._attempts},
            connect_timeout=self._seconds,
            read_timeout=self._seconds,
            proxies={},
            ignore_configured_endpoint_urls=True,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        with _making:
            return _session().create_client(
                "s3",
                endpoint_url=self.place.endpoint,
                region_name=self.place.region,
                aws_access_key_id=self._credentials.access_key,
                aws_secret_access_key=self._credentials.secret_key,
                verify=ssl.get_default_verify_paths().cafile or True,
                config=config,
            )


_making: Final = Mutex()


@lru_cache(maxsize=1)
def _session() -> Any:
    """What clients are made by; it has read what S3 is, which takes long."""
    import botocore.session

    session = botocore.session.Session()
    # Settings of another program for this user must not lead evidence elsewhere.
    for name in ("config_file", "credentials_file"):
        session.set_config_variable(name, os.devnull)
    return session


def _troubles() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError, OSError


def _answer(error: Exception) -> dict[str, Any]:
    return getattr(error, "response", None) or {}


def _code(error: Exception) -> str:
    return str(_answer(error).get("Error", {}).get("Code", ""))


def _of(said: dict[str, Any], name: str) -> Any:
    """A field of what the store answered.

    Raises:
        Unavailable: it is not there.
    """
    if name not in said:
        raise Unavailable("evidence.s3_answer", what=name)
    return said[name]


def _told(error: Exception, operation: str) -> ComityError:
    code = _code(error)
    if not code:
        return Unavailable("evidence.s3_silent", what=type(error).__name__)
    if code in _ABSENT:
        return NotFound("evidence.s3_absent", what=code, operation=operation)
    if code in _TAKEN:
        return Conflict("evidence.s3_taken", what=code)
    if code in _OTHERS:
        return BadInput("evidence.s3_other_bytes", what=code)
    if code in _REFUSED:
        return NotPermitted("evidence.s3_refused", what=code, operation=operation)
    busy = _answer(error).get("ResponseMetadata", {}).get("HTTPStatusCode") in _BUSY
    return Unavailable(
        "evidence.s3_busy" if busy else "evidence.s3_fails", what=code[:80], operation=operation
    )


def _further(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Where a listing goes on.

    Raises:
        Unavailable: where it was already, so that it would never end.
    """
    told = {name: value for name, value in after.items() if value}
    if not told or told == before:
        raise Unavailable("evidence.s3_silent", what="listing")
    return told


def _sum(data: bytes | bytearray) -> str:
    return b64encode(sha256(data).digest()).decode("ascii")


def _at(version: str | None) -> dict[str, str]:
    return {} if version is None else {"VersionId": version}


def _version_of(said: dict[str, Any]) -> str | None:
    version = said.get("VersionId")
    return None if version is None else str(version)


def _locked(retention: Retention | None) -> dict[str, Any]:
    if retention is None:
        return {}
    until = retention.until.astimezone(UTC)
    return {"ObjectLockMode": retention.mode, "ObjectLockRetainUntilDate": until}
