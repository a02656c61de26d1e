"""Azure Blob Storage and Google Cloud Storage on loopback: as much of them as a folder of figures needs.

Each kind has its own conditions for a PUT: e_tags, or the generations of an object.
"""

import json
import re
import threading
from collections.abc import Mapping
from email.message import Message
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

AT = formatdate(1_760_000_000, usegmt=True)
KINDS = ("az", "gs")


class Stored(NamedTuple):
    """An object, and the number of its version."""

    data: bytes
    version: int


class Cloud:
    """A container, or a bucket, `kept`, with its objects by key."""

    def __init__(self, kind: str) -> None:
        self.objects: dict[str, Stored] = {}
        self.refused = 0
        self._is_azure = kind == "az"
        self._versions = 0
        self._lock = threading.Lock()
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                cloud.get(self)

            def do_PUT(self) -> None:
                cloud.put(self)

            def do_DELETE(self) -> None:
                cloud.objects.pop(cloud.key(self.path), None)
                cloud.answer(self, 204)

            def do_POST(self) -> None:
                cloud.batch(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def env(self) -> dict[str, str]:
        """The variables with which the program finds it."""
        url = f"http://127.0.0.1:{self._server.server_port}"
        account = {"gcs_base_url": url, "disable_oauth": True, "client_email": "", "private_key": ""}
        return {
            "AZURE_STORAGE_ACCOUNT_NAME": "account",
            "AZURE_STORAGE_ENDPOINT": url,
            "AZURE_SKIP_SIGNATURE": "true",
            "AZURE_ALLOW_HTTP": "true",
            "GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps({**account, "private_key_id": ""}),
            "GOOGLE_ALLOW_HTTP": "true",
        }

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def key(self, path: str) -> str:
        return unquote(urlsplit(path).path).removeprefix("/kept/")

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        if "list-type" in query or "comp" in query:
            self.answer(handler, 200, self._listing(query["prefix"][0]))
        elif found := self.objects.get(self.key(handler.path)):
            self.answer(handler, 200, found.data, self._version(found))
        else:
            code = "BlobNotFound" if self._is_azure else "NoSuchKey"
            self.answer(handler, 404, f"<Error><Code>{code}</Code></Error>".encode())

    def put(self, handler: BaseHTTPRequestHandler) -> None:
        data = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self._lock:
            key = self.key(handler.path)
            if not self._allows(handler.headers, self.objects.get(key)):
                self.refused += 1
                is_new = self._is_azure and handler.headers["If-None-Match"]
                code = "BlobAlreadyExists" if is_new else "ConditionNotMet"
                self.answer(handler, 409 if is_new else 412, f"<Error><Code>{code}</Code></Error>".encode())
                return
            self._versions += 1
            self.objects[key] = Stored(data, self._versions)
            self.answer(handler, 201 if self._is_azure else 200, b"", self._version(self.objects[key]))

    def batch(self, handler: BaseHTTPRequestHandler) -> None:
        """Delete the blobs of a batch; those that are missing are reported as that."""
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        parts = []
        for number, path in enumerate(re.findall(r"^DELETE (\S+)", body, re.MULTILINE)):
            found = self.objects.pop(self.key(path), None)
            status = "202 Accepted" if found else "404 The specified blob does not exist."
            head = f"--batch\r\nContent-Type: application/http\r\nContent-ID: {number}\r\n\r\n"
            parts.append(f"{head}HTTP/1.1 {status}\r\nx-ms-version: 2023-11-03\r\n\r\n")
        data = "".join([*parts, "--batch--"]).encode()
        self.answer(handler, 202, data, {"Content-Type": "multipart/mixed; boundary=batch"})

    def answer(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        data: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def _allows(self, headers: Message, found: Stored | None) -> bool:
        number = found.version if found else 0
        if self._is_azure:
            is_new = "If-None-Match" not in headers or found is None
            return is_new and headers.get("If-Match", f'"{number}"') == f'"{number}"'
        return int(headers.get("x-goog-if-generation-match", number)) == number

    def _version(self, found: Stored) -> dict[str, str]:
        generation = {} if self._is_azure else {"x-goog-generation": str(found.version)}
        return {"ETag": f'"{found.version}"', "Last-Modified": AT, **generation}

    def _listing(self, prefix: str) -> bytes:
        listed = {key: found for key, found in self.objects.items() if key.startswith(prefix)}
        blobs = "".join(
            f"<Blob><Name>{key}</Name><Properties><Last-Modified>{AT}</Last-Modified><Etag>{found.version}"
            f"</Etag><Content-Length>{len(found.data)}</Content-Length><Content-Type>a/b</Content-Type>"
            "</Properties></Blob>"
            for key, found in listed.items()
        )
        contents = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2025-10-09T08:53:20.000Z</LastModified>"
            f"<ETag>{found.version}</ETag><Size>{len(found.data)}</Size></Contents>"
            for key, found in listed.items()
        )
        of_azure = f"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker /></EnumerationResults>"
        of_google = f"<ListBucketResult>{contents}</ListBucketResult>"
        return (of_azure if self._is_azure else of_google).encode()
