"""The peer of an exchange: a user message by the package ``as4``, its receipt verified by the sender.

Runs in an environment of its own (``peers`` makes it), so it imports nothing of ours. One message: built,
signed (RSA-SHA256), compressed and encrypted (AES-128-GCM under RSA-OAEP) for the receiver, kept with
``fdatasync``; POSTed; there verified against the pinned certificate, decrypted, kept with ``fdatasync``
beside its signed receipt; the receipt verified, compared with what was signed, and kept with ``fdatasync``.
``make FOLDER``, ``serve FOLDER PORT``, ``send FOLDER URL`` (then lines of JSON, each answered by one).
"""

import base64
import json
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from as4 import pinned_certificates
from as4.peppol import (
    build_peppol_message,
    create_peppol_external_party,
    create_peppol_internal_party,
    parse_peppol_message,
    parse_peppol_receipt,
)
from as4.profiles.peppol.profile import SecurityPolicy
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

NAMES = ("PTE000001", "PTE000002")
LONG = 20_000
"""Characters of one element: the package's XML parser refuses a text of ten million."""


def make(folder: Path) -> None:
    """Self-made test certificates, RSA of 2048 bits, one a side."""
    for name in NAMES:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .sign(key, hashes.SHA256())
        )
        (folder / f"{name}.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


class Keeper:
    """A file to which what must not be lost is appended, and synced."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def keep(self, *parts: bytes) -> None:
        with self._lock:
            for part in parts:
                os.write(self._file, part)
        os.fdatasync(self._file)


def parties(folder: Path, own: str, other: str):
    mine = x509.load_pem_x509_certificate((folder / f"{own}.crt").read_bytes())
    theirs = x509.load_pem_x509_certificate((folder / f"{other}.crt").read_bytes())
    key = serialization.load_pem_private_key((folder / f"{own}.key").read_bytes(), None)
    from as4 import AS4LocalPrivateKey

    local = create_peppol_internal_party(own, mine, AS4LocalPrivateKey(key))
    return local, create_peppol_external_party(other, theirs), theirs


def serve(folder: Path, port: int) -> None:
    import anyio.to_thread
    import uvicorn

    local, _, theirs = parties(folder, NAMES[1], NAMES[0])
    policy = SecurityPolicy(signer_resolver=pinned_certificates(theirs))
    keeper = Keeper(folder / "received")

    def take(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        exchange = parse_peppol_message(headers, body, local, security_policy=policy)
        said, signal = exchange.build_signal()
        if not exchange.successful:
            raise RuntimeError(f"not taken in: {exchange.message.parse_error}")
        (payload,) = exchange.message.decrypted_data.values()
        keeper.keep(payload, body, signal)
        return said, signal

    async def app(scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        parts = []
        while True:
            event = await receive()
            parts.append(event.get("body", b""))
            if not event.get("more_body"):
                break
        status, said, signal = 200, {}, b"ready"
        if scope["method"] == "POST":
            headers = {name.decode().title(): value.decode() for name, value in scope["headers"]}
            try:
                said, signal = await anyio.to_thread.run_sync(take, headers, b"".join(parts))
            except Exception as error:  # noqa: BLE001 - the sender is told of it
                status, signal = 500, repr(error).encode()
        given = [(b"content-length", str(len(signal)).encode())]
        given += [(name.lower().encode(), value.encode()) for name, value in said.items()]
        await send({"type": "http.response.start", "status": status, "headers": given})
        await send({"type": "http.response.body", "body": signal})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="off")


def send(folder: Path, url: str) -> None:
    import urllib3

    local, remote, theirs = parties(folder, NAMES[0], NAMES[1])
    keeper = Keeper(folder / "sent")
    pool = urllib3.PoolManager(maxsize=64, retries=False)

    def payload(size: int) -> bytes:
        text = base64.b64encode(os.urandom(size * 3 // 4 + 3))[:size]
        cut = (text[at : at + LONG] for at in range(0, size, LONG))
        return b'<d xmlns="urn:bench">' + b"".join(b"<t>" + one + b"</t>" for one in cut) + b"</d>"

    def trip(data: bytes) -> int:
        message = build_peppol_message(
            payload=data,
            local_party=local,
            remote_party=remote,
            sender="9932:9999999999",
            recipient="9932:1111111111",
            sender_country_id="GB",
            document_type_identifier_scheme="busdox-docid-qns",
            document_type_identifier_value="urn:bench:d::d##urn:bench::1",
            process_identifier="urn:bench:process",
        )
        body, boundary = message.get_request_data()
        headers = message.get_http_headers(boundary)
        keeper.keep(body)
        answer = pool.request("POST", url, body=body, headers=headers)
        if answer.status != 200:
            raise RuntimeError(answer.data.decode(errors="replace")[:500])
        receipt = parse_peppol_receipt(answer.data, theirs)
        receipt.verify_non_repudiation(message.signed_references)
        if receipt.original_message_id != message.message_id:
            raise RuntimeError("a receipt for another message")
        keeper.keep(answer.data)
        return len(body)

    for line in sys.stdin:
        asked = json.loads(line)
        data = payload(asked["size"])  # made outside of the time: our texts are too
        told: dict[str, object] = {}
        failed: list[str] = []
        sizes: list[int] = []

        def repeat(count: int, data: bytes = data, failed=failed, sizes=sizes) -> None:
            for _ in range(count):
                try:
                    sizes.append(trip(data))
                except Exception as error:  # noqa: BLE001 - the bench is told of it
                    failed.append(repr(error)[:300])
                    return

        share = asked["count"] // asked["callers"]
        threads = [threading.Thread(target=repeat, args=(share,)) for _ in range(asked["callers"])]
        worked, start = time.process_time(), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told["seconds"] = time.perf_counter() - start
        told["processor"] = time.process_time() - worked
        told["bytes"] = max(sizes, default=0)
        told["failed"] = failed[:1]
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    where = Path(sys.argv[2])
    if sys.argv[1] == "make":
        make(where)
    elif sys.argv[1] == "serve":
        serve(where, int(sys.argv[3]))
    else:
        send(where, sys.argv[3])
