"""The countries of a report's clients, from a database in MaxMind's format that logstats.toml names."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from logstats.config import Settings
from logstats.errors import UsageError
from logstats.store import Session, statements


class CountriesError(UsageError):
    """The database of countries that logstats.toml names can't be used."""


class PseudonymsError(UsageError):
    """The clients of a site are stored as pseudonyms, which have no country."""


LOCAL, UNKNOWN = "local", "unknown"
LOCAL_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
CLIENTS, COUNTRIES = "store/visiting_client", "store/client_country"


def look_up(session: Session, settings: Settings | None, params: Mapping[str, Any]) -> None:
    """Create the table of the countries of the clients of a report's visits.

    Raise UsageError without a database, PseudonymsError for a site that stores pseudonyms.
    """
    path = settings.geo.database if settings else None
    if path is None:
        raise UsageError(
            "countries need a database of countries; name one in logstats.toml below [geo], as database = …"
        )
    rows = session.run(CLIENTS, statements.load(CLIENTS).bound(params)).rows
    hashed = min((site for _, site in rows if site is not None), default=None)
    if hashed is not None:
        raise PseudonymsError(
            f"site '{hashed}' stores pseudonyms instead of IP addresses (privacy = \"hash\"), "
            "and these have no country; choose another one with --site"
        )
    clients = [client for client, _ in rows]
    session.run(COUNTRIES, {"clients": clients, "countries": countries_of(clients, path)})


def countries_of(clients: list[str], path: Path) -> list[str]:
    """Return the country of each client: a code of two letters, `local` or `unknown`."""
    try:
        import maxminddb  # noqa: PLC0415 - an extra that this report alone needs
    except ImportError as error:
        raise CountriesError("countries need the package maxminddb: pip install 'logstats[geo]'") from error
    if path.exists() and not path.is_file():
        raise CountriesError("the database of countries is not a regular file", path=path)
    try:
        with maxminddb.open_database(path) as database:
            is_ipv4_only = database.metadata().ip_version == 4  # noqa: PLR2004 - the version of IP
            return [_country(client, database, is_ipv4_only=is_ipv4_only) for client in clients]
    except OSError as error:
        raise CountriesError(
            f"the database of countries can't be read: {error.strerror or error}", path=path
        ) from error
    except (maxminddb.InvalidDatabaseError, ValueError, TypeError, LookupError) as error:
        raise CountriesError(
            "the database of countries is damaged, or of another format; download it again", path=path
        ) from error


def _country(client: str, database: Any, *, is_ipv4_only: bool) -> str:
    try:
        client_ip = ipaddress.ip_address(client)
    except ValueError:
        return UNKNOWN  # a host's name
    if any(client_ip.version == network.version and client_ip in network for network in LOCAL_NETWORKS):
        return LOCAL
    entry = None if is_ipv4_only and ":" in client else database.get(client)
    country = entry.get("country") if isinstance(entry, dict) else None
    code = country.get("iso_code") if isinstance(country, dict) else None
    return code if isinstance(code, str) else UNKNOWN
