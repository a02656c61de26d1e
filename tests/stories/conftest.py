"""Each store that a test here has ingested into must be right when the test ends."""

from support.verified import verify_stores

__all__ = ["verify_stores"]
