"""The errors of requests to object storage, in words. Their own texts are not shown: they may have secrets.

Of such a text only what is known to be harmless is used: the status and the code of the answer.
"""

import re
from typing import NamedTuple

from logstats.errors import LogChangedError, LogError
from logstats.sources.files import changed_error


class Variables(NamedTuple):
    """The usual variables of a service: for its credentials, its endpoint, and one without TLS."""

    credentials: str
    endpoint: str
    http: str


VARIABLES = {
    "s3": Variables(
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL and AWS_REGION", "AWS_ALLOW_HTTP"
    ),
    "gs": Variables("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_BASE_URL", "GOOGLE_ALLOW_HTTP"),
    "az": Variables(
        "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_ENDPOINT",
        "AZURE_ALLOW_HTTP",
    ),
}
MISSING_PACKAGE = "object storage needs the package obstore"
INSTALL = "pip install 'logstats[s3]'"

READS = "list the bucket and to read its objects"
WRITES = "list the bucket, and to read, write and delete its objects"

_MISSING_BUCKET = r"<Code>(?:NoSuchBucket|ContainerNotFound)|bucket does not exist"
_CONFLICTS = ("AlreadyExistsError", "PreconditionError")
_CODE = re.compile(r"<Code>([A-Z][A-Za-z]{1,60})</Code>")
_STATUS = re.compile(r"status code: (\d{3})\b")


class _Fault(NamedTuple):
    """A kind of error: what its text matches, what it is, and what to do.

    `{needs}` is what the request needs to be allowed, other `{…}` are the variables to set.
    """

    pattern: str
    reason: str
    advice: str


_FAULTS = (
    _Fault(
        pattern=r"//169\.254\.|//metadata\.google\.internal|MissingAccount",  # of a machine in a cloud
        reason="there are no credentials for it",
        advice="set {credentials} in the environment of logstats, also in that of cron",
    ),
    _Fault(
        pattern=r"<Code>(?:InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|"
        r"AuthenticationFailed|RequestTimeTooSkewed)|status code: 401\b|token request:",
        reason="the credentials are not accepted",
        advice="check {credentials}, and whether they have expired",
    ),
    _Fault(
        pattern=_MISSING_BUCKET,
        reason="there is no such bucket",
        advice="check its name, and {endpoint}",
    ),
    _Fault(
        pattern=r"status code: 403\b",
        reason="access is denied",
        advice="these credentials must be allowed to {needs}",
    ),
    _Fault(
        pattern=r"status code: 501\b|<Code>NotImplemented",
        reason="the server can't write an object on a condition (If-Match), so two runs could lose figures",
        advice="use another object storage, or a folder of a file system",
    ),
    _Fault(
        pattern=r"without LOCATION|status code: 30\d\b|<Code>AuthorizationHeaderMalformed",
        reason="the bucket is in another region",
        advice="check {endpoint}",
    ),
    _Fault(
        pattern=r"source: BadScheme",
        reason="its endpoint has http, not https",
        advice="set {http}=true where the network to it is to be trusted",
    ),
    _Fault(
        pattern=r"kind: Timeout|source: TimedOut",
        reason="the server does not answer in time",
        advice="run again, or check the network and {endpoint}",
    ),
    _Fault(
        pattern=r"HTTP error|HttpError",
        reason="the server can't be reached",
        advice="run again, or check the network and {endpoint}",
    ),
    _Fault(
        pattern=r"Encountered object with invalid path|source: BadSegment",
        reason="a name below it has an empty part, or one that is . or ..",
        advice="rename that object, or name a prefix without it",
    ),
)


def is_missing(error: Exception) -> bool:
    """Whether there is no object of that name; a bucket that is missing is another error."""
    return isinstance(error, FileNotFoundError) and not re.search(_MISSING_BUCKET, str(error))


def is_conflict(error: Exception) -> bool:
    """Whether an object was not written because it is not the version that it is to replace."""
    return type(error).__name__ in _CONFLICTS


def of_request(error: Exception, url: str, needs: str = READS) -> LogError:
    """Return the error of a log for an exception of a request to the bucket of a URL."""
    if is_missing(error):
        return LogChangedError("is gone: it was listed, but can't be read any more", path=url)
    text = str(error)
    if type(error).__name__ == "PreconditionError" or "status code: 412" in text:
        return changed_error(url)
    reason, advice = _in_words(error, text)
    variables = VARIABLES[url.partition("://")[0]]
    return LogError(reason, path=url, advice=advice.format(needs=needs, **variables._asdict()))


def _in_words(error: Exception, text: str) -> tuple[str, str]:
    """Return what the error is, and what to do."""
    status, code = _STATUS.search(text), _CODE.search(text)
    answer = " ".join(found[1] for found in (status, code) if found)
    known = next((fault for fault in _FAULTS if re.search(fault.pattern, text)), None)
    if known is None:
        answered = f"the server answers {answer}" if answer else f"can't be read ({type(error).__name__})"
        return answered, "run again"
    shown = f" ({code[1]})" if code else ""
    return f"{known.reason}{shown}", known.advice
