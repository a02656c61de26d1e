"""The clients of a table of parsed lines, in one spelling; lines whose client is none become rejects.

Most clients are IPv4 addresses, which are what they are. Only the others are looked at, each distinct text
once, with what a proxy forwards for it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from logstats import clients
from logstats.rules import client_ips
from logstats.rules.client_ips import IsProxy
from logstats.store import Session


class OddClients(NamedTuple):
    """The number of hits that became rejects, and the IPv6 clients of the others."""

    rejects: int
    ipv6_clients: frozenset[str]


class _Change(NamedTuple):
    """A client as it is written, with what is forwarded, and the client or the reason why it is none."""

    written: str
    forwarded: str
    client: str | None
    reason: str | None


def replace(session: Session, table: str, is_proxy: IsProxy | None) -> OddClients:
    """Replace the clients in a table of lines."""
    rows = session.run("ingest/parse/odd_client", slots={"table": table}).rows
    found = [(written, forwarded, client_ips.client_of(written, forwarded, is_proxy)) for written, forwarded, _ in rows]
    changes = [
        _Change(written, forwarded, client, clients.reason(written) if client is None else None)
        for written, forwarded, client in found
        if client != written
    ]
    if changes:
        _update(session, table, changes)
    return OddClients(
        rejects=sum(hits for (*_, hits), (*_, client) in zip(rows, found, strict=True) if client is None),
        ipv6_clients=frozenset(client for *_, client in found if client and ":" in client),
    )


def _update(session: Session, table: str, changes: Iterable[_Change]) -> None:
    written, forwarded, found, reasons = map(list, zip(*changes, strict=True))
    params = {"written": written, "forwarded": forwarded, "clients": found, "reasons": reasons}
    session.run("ingest/parse/client_update", params, {"table": table})
