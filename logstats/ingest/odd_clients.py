"""The clients of a table of parsed lines, in one spelling; lines whose client is none become rejects.

Most clients are IPv4 addresses, which are what they are. Only the others are looked at, each distinct text
once, with what a proxy forwards for it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from logstats import clients
from logstats.rules import client_ips
from logstats.rules.client_ips import IsProxy
from logstats.store import Params, Session


class OddClients(NamedTuple):
    """The number of hits that became rejects, and the IPv6 clients of the others."""

    rejects: int
    ipv6_clients: frozenset[str]


class LineTable(NamedTuple):
    """A table of parsed lines: its name, and the query of their texts with its parameters.

    `is_forwarded`: a line of it may name the client for which a proxy asks.
    """

    name: str
    is_forwarded: bool
    text_line: str
    params: Params


class _Found(NamedTuple):
    """A client as it is written, with what is forwarded for it, and the client; None where it is none."""

    written: str
    forwarded: str | None
    client: str | None


def replace(session: Session, table: LineTable, is_proxy: IsProxy | None) -> OddClients:
    """Replace the clients in a table of lines."""
    columns = ("client, forwarded", "forwarded") if table.is_forwarded else ("client", "NULL")
    slots = {"table": table.name, "columns": columns[0], "forwarded": columns[1]}
    found = [
        _Found(written, forwarded, client_ips.client_of(written, forwarded or "", is_proxy))
        for written, forwarded in session.run("ingest/parse/odd_client", slots=slots).rows
    ]
    if changed := [each for each in found if each.client not in (each.written, None)]:
        params = {**_written(changed), "clients": [each.client for each in changed]}
        session.run("ingest/parse/client_update", params, {"table": table.name})
    rejected = [each for each in found if each.client is None]
    return OddClients(
        rejects=_reject(session, table, rejected) if rejected else 0,
        ipv6_clients=frozenset(each.client for each in found if each.client and ":" in each.client),
    )


def _reject(session: Session, table: LineTable, rejected: Sequence[_Found]) -> int:
    reasons = [clients.reason(each.written) for each in rejected]
    params = {**_written(rejected), "reasons": reasons, **table.params}
    slots = {"table": table.name, "text_line": table.text_line}
    return int(session.run("ingest/parse/client_reject", params, slots).value())


def _written(found: Sequence[_Found]) -> Params:
    return {
        "written": [each.written for each in found],
        "forwarded": [each.forwarded for each in found],
    }
