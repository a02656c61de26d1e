"""Object storage on loopback: moto's server of S3. It counts requests, and a test may answer first."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import pytest

KEY_ID, SECRET = "AKIAKEYOFTESTS", "secret-of-the-tests"
SIGNED = f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20261101/us-east-1/s3/aws4_request, Signature=0"
WITHOUT_MOTO = "moto's server is not installed: pip install moto flask flask-cors"

Environ = dict[str, Any]
Answer = Callable[["Call"], "Reply | None"]


class Call(NamedTuple):
    """A request: LIST, GET, HEAD or PUT, its key or prefix, its range, and its If-Match."""

    kind: str
    key: str
    range: str = ""
    if_match: str = ""


class Reply(NamedTuple):
    """An answer in place of moto's: its status, such as `403 Forbidden`, and the code in its text."""

    status: str
    code: str = ""

    @property
    def text(self) -> bytes:
        return f"<Error><Code>{self.code}</Code><Message>{SECRET}</Message></Error>".encode()


class ObjectStore:
    """A bucket on loopback. `requests` are those of the program, `answer` may answer one first."""

    def __init__(self, client: Any, server: "Server", bucket: str) -> None:
        self._client = client
        self._server = server
        self.bucket = bucket
        client.create_bucket(Bucket=bucket)
        server.requests.clear()

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}"

    @property
    def env(self) -> dict[str, str]:
        """The variables with which the program finds the bucket."""
        return {
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self._server.url,
            "AWS_ALLOW_HTTP": "true",
        }

    @property
    def google_env(self) -> dict[str, str]:
        """The variables with which the program finds the bucket by `gs://`, without credentials."""
        return {
            "GOOGLE_BASE_URL": self._server.url,
            "GOOGLE_SKIP_SIGNATURE": "true",
            "GOOGLE_ALLOW_HTTP": "true",
        }

    def put(self, key: str, data: bytes) -> None:
        """Upload an object, in place of one of that name."""
        with self._server.unseen():
            self._client.put_object(Bucket=self.bucket, Key=key, Body=data)

    def get(self, key: str) -> bytes:
        """Return an object."""
        with self._server.unseen():
            data: bytes = self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            return data

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with a prefix, a thousand at most."""
        with self._server.unseen():
            found = self._client.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for each in found.get("Contents", ())]

    def delete(self, key: str) -> None:
        """Delete an object."""
        with self._server.unseen():
            self._client.delete_object(Bucket=self.bucket, Key=key)

    def requests(self) -> list[Call]:
        """Return the requests since the last call."""
        seen = [*self._server.requests]
        self._server.requests.clear()
        return seen

    def kinds(self) -> list[str]:
        """Return the kinds of the requests since the last call."""
        return [each.kind for each in self.requests()]

    @contextmanager
    def answering(self, answer: Answer) -> Iterator[None]:
        """Call a function for each request; its reply is sent if it returns one."""
        self._server.answer = answer
        try:
            yield
        finally:
            self._server.answer = _nothing


class Server:
    """Moto's server in a thread."""

    def __init__(self) -> None:
        server = pytest.importorskip("moto.moto_server.werkzeug_app", reason=WITHOUT_MOTO)
        serving = pytest.importorskip("werkzeug.serving", reason=WITHOUT_MOTO)
        pytest.importorskip("flask_cors", reason=WITHOUT_MOTO)
        pytest.importorskip("obstore", reason="obstore is not installed: pip install 'logstats[s3]'")
        self.requests: list[Call] = []
        self.answer: Answer = _nothing
        self.knows_conditions = True
        self._is_unseen = False
        self._moto = server.DomainDispatcherApplication(server.create_backend_app)
        quiet = type("Quiet", (serving.WSGIRequestHandler,), {"log": lambda *_: None})
        self._server = serving.make_server("127.0.0.1", 0, self._app, threaded=True, request_handler=quiet)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.port}"
        boto3 = pytest.importorskip("boto3", reason=WITHOUT_MOTO)
        self._client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
        )

    def bucket(self) -> ObjectStore:
        """Return a new bucket; the servers of a process share theirs, so each has a name of its own."""
        self.answer = _nothing
        with self.unseen():
            return ObjectStore(self._client, self, f"bucket{os.urandom(8).hex()}")

    def close(self) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Neither count nor answer the requests of the test itself."""
        self._is_unseen = True
        try:
            yield
        finally:
            self._is_unseen = False

    def _app(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._is_unseen:
            request = _request_of(environ)
            self.requests.append(request)
            if reply := self.answer(request):
                start_response(reply.status, [("Content-Type", "application/xml")])
                return [reply.text]
            if not self.knows_conditions:
                environ = {**environ, "HTTP_IF_MATCH": ""}
            environ = {"HTTP_AUTHORIZATION": SIGNED, **environ}  # moto denies what is not signed
        answered: Iterable[bytes] = self._moto(environ, start_response)
        return answered


def _nothing(_: Call) -> None:
    return None


def _request_of(environ: Environ) -> Call:
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    key = environ["PATH_INFO"].encode("latin-1").decode().removeprefix("/").partition("/")[2]
    if "list-type" in query:
        return Call("LIST", query.get("prefix", [""])[0])
    return Call(
        environ["REQUEST_METHOD"], key, environ.get("HTTP_RANGE", ""), environ.get("HTTP_IF_MATCH", "")
    )
