"""A container of Azure Blob Storage on loopback: as much of its protocol as a program that reads needs."""

import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

LISTED = "Wed, 09 Sep 2026 09:20:02 GMT"  # of all blobs


class Blob(NamedTuple):
    """A blob, and its e_tag, which a listing has without quotes."""

    data: bytes
    e_tag: str


class Container:
    """A container. `requests` are the kinds of requests, `conditions` the If-Match of those for ranges."""

    def __init__(self) -> None:
        self.blobs: dict[str, Blob] = {}
        self.requests: list[str] = []
        self.conditions: set[str] = set()
        container = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                container.reply(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def env(self) -> dict[str, str]:
        """The variables with which the program finds the container."""
        return {
            "AZURE_STORAGE_ACCOUNT_NAME": "account",
            "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}",
            "AZURE_SKIP_SIGNATURE": "true",
            "AZURE_ALLOW_HTTP": "true",
        }

    def put(self, name: str, data: bytes) -> None:
        """Upload a blob."""
        self.blobs[name] = Blob(data, f"0x{len(self.requests):X}{len(data):X}")

    def close(self) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request for a listing or a range."""
        url = urlsplit(handler.path)
        if "comp=list" in url.query:
            self.requests.append("LIST")
            self._send(handler, 200, self._listing(parse_qs(url.query)["prefix"][0]))
            return
        self.requests.append("GET")
        blob = self.blobs[url.path.removeprefix("/container/")]
        condition = handler.headers["If-Match"]
        self.conditions.add(condition)
        if condition != f'"{blob.e_tag}"':
            self._send(handler, 412, b"<Error><Code>ConditionNotMet</Code></Error>")
            return
        start, _, end = handler.headers["Range"].removeprefix("bytes=").partition("-")
        part = blob.data[int(start) : int(end) + 1]
        last = int(start) + len(part) - 1
        self._send(
            handler,
            206,
            part,
            {
                "ETag": condition,
                "Last-Modified": formatdate(usegmt=True),
                "Content-Range": f"bytes {start}-{last}/{len(blob.data)}",
            },
        )

    def _listing(self, prefix: str) -> bytes:
        blobs = "".join(
            f"<Blob><Name>{name}</Name><Properties><Last-Modified>{LISTED}</Last-Modified>"
            f"<Etag>{blob.e_tag}</Etag><Content-Length>{len(blob.data)}</Content-Length>"
            "<Content-Type>text/plain</Content-Type></Properties></Blob>"
            for name, blob in self.blobs.items()
            if name.startswith(prefix)
        )
        found = f"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker /></EnumerationResults>"
        return f'<?xml version="1.0" encoding="utf-8"?>{found}'.encode()

    @staticmethod
    def _send(
        handler: BaseHTTPRequestHandler, status: int, data: bytes, headers: dict[str, str] | None = None
    ) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)
