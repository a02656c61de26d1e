"""A request to ingest logs into a store."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from logstats.config import Settings
from logstats.sources import LogNames

AUTO = "auto"  # the log format: detected from the lines

Advance = Callable[[int], None]  # called with the number of bytes that were read since the last call


class IngestRequest(NamedTuple):
    """Logs of one site, or of the hosts that their lines name (`site` None), and the store for them.

    `machine` is the machine that wrote the logs, where there are several; `stream` is the name of the log on
    standard input. `named_explicitly` are the logs that the user named one by one. `names` are those in
    logstats.toml. `wait` is in seconds. `stored_sites` are the sites of the store. `until` is as in Known.
    """

    store: Path
    logs: tuple[str, ...]
    settings: Settings
    site: str | None = None
    log_format: str = AUTO
    wait: float = 10.0
    machine: str = ""
    stream: str | None = None
    named_explicitly: frozenset[str] = frozenset()
    names: LogNames | None = None
    stored_sites: tuple[str, ...] = ()
    until: int | None = None

    @property
    def expected_site(self) -> str | None:
        """The site of logs whose lines name no host, None where only the logs tell."""
        only = self.settings.sites[0].name if len(self.settings.sites) == 1 else None
        return self.site or only

    def is_other_site(self, site: str | None) -> bool:
        """Whether a log that was read for `site`, None for the hosts of its lines, is of another one here."""
        if site is None:
            return self.site is not None
        return self.expected_site not in (None, site)
