"""A local HTTP server that serves one file and misbehaves as it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class ModelServer:
    """What it serves and how; each request is kept as its path, its range and its headers.

    `cuts` ends the connection after so many bytes of a body, once for each entry; where `stalls` is
    set, the connection stays open then, and nothing comes any more. `failures` are answered before
    anything else, as (status, headers).
    """

    content: bytes
    tag: str = '"v1"'
    knows_ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    stalls: bool = False
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    claims: int | None = None
    seconds_per_chunk: float = 0.0
    redirect: str = ""
    address: str = ""
    ranges: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    sent: int = 0


@contextmanager
def serving(server: ModelServer) -> Iterator[ModelServer]:
    """Serve on a port of this machine until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            _answer(self, server)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.address = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def _answer(request: BaseHTTPRequestHandler, server: ModelServer) -> None:
    asked = request.headers.get("Range", "")
    server.ranges.append(asked)
    server.tokens.append(request.headers.get("Authorization", ""))
    request.close_connection = True
    if server.failures:
        status, headers = server.failures.pop(0)
        _head(request, status, {**headers, "Content-Length": "0"})
        return
    if server.redirect:
        _head(request, 302, {"Location": server.redirect, "Content-Length": "0"})
        return
    start, size = 0, len(server.content)
    condition = request.headers.get("If-Range", server.tag)
    headers = {"ETag": server.tag} if server.tag else {}
    if asked and server.knows_ranges and condition == server.tag:
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= size:
            _head(request, 416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            return
        headers["Content-Range"] = f"bytes {start}-{size - 1}/{server.claims or size}"
    length = size - start if start else server.claims or size
    _head(request, 206 if start else 200, {**headers, "Content-Length": str(length)})
    end = start + server.cuts.pop(0) if server.cuts else size
    with suppress(OSError):
        _send(request, server, server.content[start:end])
        if end < size and server.stalls:
            request.rfile.read(1)  # until the other side hangs up


def _head(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()


def _send(request: BaseHTTPRequestHandler, server: ModelServer, body: bytes) -> None:
    for at in range(0, len(body), 65536):
        chunk = body[at : at + 65536]
        request.wfile.write(chunk)
        server.sent += len(chunk)
        time.sleep(server.seconds_per_chunk)
