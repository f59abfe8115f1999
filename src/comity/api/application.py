"""The application: five routes over the deeds of ``app``.

Promises: see the room. Leaves to others: serving it (``cli serve``).
"""

from __future__ import annotations

import json
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from comity import tlog
from comity.app import pieces
from comity.app.node import Node
from comity.app.peers import own_entry
from comity.app.publish import CHECKPOINT
from comity.app.receive import receive
from comity.errors import BadInput, ComityError, NotFound
from comity.evidence import CIPHERTEXT_LIMIT
from comity.exchange import MAX_SEALED, constant_answer
from comity.exchange.courier import ACT_PATH, DIRECTORY_PATH, MEDIA_TYPE, PIECE_PATH
from comity.messages import explain

LOG_PATH: Final = "/log"
PROBLEM: Final = "application/problem+json"

_log = structlog.get_logger("api")


def application(node: Node) -> FastAPI:
    """The node's face to other nodes."""
    app = FastAPI(title="Comity node", openapi_url=None, docs_url=None, redoc_url=None)

    # Two routes without FastAPI's own work between request and function, of which they need nothing.
    async def act(request: Request) -> Response:
        """A sealed message."""
        data = await _body(request, MAX_SEALED)
        if data is None:
            return _bytes(constant_answer(node.entropy))
        return _bytes(await run_in_threadpool(receive, node, data))

    async def piece(request: Request) -> Response:
        """A sealed piece of an exhibit."""
        data = await _body(request, CIPHERTEXT_LIMIT)
        if data is None:
            return _bytes(constant_answer(node.entropy))
        return _bytes(await run_in_threadpool(pieces.receive_piece, node, data))

    app.add_route(ACT_PATH, act, methods=["POST"])
    app.add_route(PIECE_PATH, piece, methods=["POST"])

    @app.get(DIRECTORY_PATH)
    def directory() -> Response:
        """The node's signed entry."""
        return Response(own_entry(node), media_type="application/json")

    @app.get(LOG_PATH + "/{path:path}")
    def public_log(path: str) -> Response:
        """The public log: the checkpoint, tiles and entry bundles (C2SP tlog-tiles)."""
        return _bytes(_log_file(node, path))

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """That the process answers; nothing of what it holds."""
        return {"status": "ok"}

    @app.exception_handler(ComityError)
    async def problem(_: Request, error: ComityError) -> Response:
        return _problem(error)

    return app


def _log_file(node: Node, path: str) -> bytes:
    if path != CHECKPOINT:
        try:
            tlog.tiles.parse_path(path)
        except BadInput as error:
            raise NotFound("app.no_such_tile", path=path[:100]) from error
    try:
        return (node.settings.log / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotFound("app.no_such_tile", path=path[:100]) from error


async def _body(request: Request, limit: int) -> bytes | None:
    """The body; none where it is longer than anything a peer sends, or does not come to its end."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                return None
            parts.append(part)
    except ClientDisconnect:  # cut on the way; nobody is left to answer
        return None
    return b"".join(parts)


def _bytes(data: bytes) -> Response:
    return Response(data, media_type=MEDIA_TYPE)


def _problem(error: ComityError) -> Response:
    """A problem document (RFC 9457). Arguments stay out of what a stranger sees."""
    title, _ = explain(type(error)("api.problem"))
    _log.info("problem", error=error.id, status=error.status)
    body = {"type": error.problem_type, "title": title, "status": error.status}
    return Response(json.dumps(body), status_code=error.status, media_type=PROBLEM)
