"""What the URL of an object must not have: credentials, which messages and the store would show."""

import re

REFUSAL = "has a credential in it, so it is not used; give credentials by environment variables"

_SECRET = re.compile(
    r"(?i)[a-z0-9]+://[^/]*@|[?&](?:sig|signature|awsaccesskeyid|x-amz-[a-z-]+|x-goog-[a-z-]+)="
)


def has_secret(url: str) -> bool:
    """Whether a URL has a user, a password or a signature in it."""
    return _SECRET.search(url) is not None
