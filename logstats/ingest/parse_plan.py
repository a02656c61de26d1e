"""How the lines of a log are parsed: with which format, and for which site."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from logstats import formats
from logstats.config import Settings
from logstats.errors import NoSiteError
from logstats.formats import LogFormat
from logstats.ingest.request import AUTO
from logstats.sources import LogReader

SAMPLE_BYTES = 64 << 10  # of a log's beginning, from which its format is detected
HOSTLESS = "its lines name no site"


class ParsePlan(NamedTuple):
    """How the lines of a log are parsed.

    `site` is the site of all lines, None where a line may name its virtual host; `default_host` is the host
    of a line that names none. `source_site` is the site that the log counts for, None where its lines name
    hosts. `zone` is the zone of times without an offset. `may_change`: the format was
    detected, and single lines may be in another one. `proxies` are networks whose X-Forwarded-For is trusted.
    `start` is the position at which this run began; at that position the run knows no texts yet.
    """

    path: str
    log_format: LogFormat
    site: str | None
    default_host: str
    source_site: str | None
    zone: str
    may_change: bool = False
    proxies: tuple[str, ...] = ()
    start: int = 0


def of_log(
    log: LogReader,
    settings: Settings,
    site: str | None,
    log_format: str,
    stored_sites: Sequence[str] = (),
) -> ParsePlan:
    """Return the plan for a log; raise FormatError where its format is unknown."""
    parsed_as = _log_format(log, log_format)
    may_name_hosts = log_format == AUTO or parsed_as.has_header
    own_site = _site(settings, site, log, stored_sites, names_hosts=_names_hosts(log, parsed_as))
    host = own_site or settings.only_site() or settings.unlisted.name
    return ParsePlan(
        path=log.name,
        log_format=parsed_as,
        site=site if may_name_hosts else own_site,
        default_host=host,
        source_site=own_site,
        zone=settings.site(host).timezone,
        may_change=log_format == AUTO,
        proxies=settings.proxies(host),
        start=log.identity.position if log.identity else 0,
    )


def notes(plan: ParsePlan) -> tuple[tuple[str, str], ...]:
    """Return (log, note) for what is said of a log when it is first read."""
    return tuple((plan.path, note) for note in formats.described(plan.log_format))


def fits(plan: ParsePlan) -> Callable[[bytes, str], bool]:
    """Return a function that tests whether a line (UTF-8), below header lines, is a whole one.

    As for lines with a newline, it may be in another format than its log, unless that format was given.
    """

    def is_whole(line: bytes, header: str) -> bool:
        text = line.decode()
        own = plan.log_format
        if formats.fits(own, text, header or own.header):
            return True
        if not plan.may_change:
            return False
        bare, *others = formats.others(own)
        return any(formats.fits(other, text) for other in (*((bare,) if own.prefixes else ()), *others))

    return is_whole


def _log_format(log: LogReader, log_format: str) -> LogFormat:
    known = log.identity or (log.origin.alike if log.origin.is_doubtful else None)
    known_format = known.log_format if known else None
    if known_format and log_format == AUTO:
        return formats.format_of(known_format)
    if log_format == AUTO:
        return formats.detect(log.sample(SAMPLE_BYTES), log.path)
    given_format = formats.format_of(log_format)
    if not known_format:
        formats.require_fit(given_format, log.sample(SAMPLE_BYTES), log.path)
    return given_format


def _names_hosts(log: LogReader, log_format: LogFormat) -> bool:
    """Whether lines of the log name hosts; a W3C log's header says that, which may change in the log."""
    if not log_format.has_header:
        return log_format.has("vhost")
    header = log.identity.header if log.identity else log.sample(SAMPLE_BYTES).decode("utf-8-sig", "replace")
    return formats.names_host(log_format, header)


def _site(
    settings: Settings, site: str | None, log: LogReader, stored_sites: Sequence[str], *, names_hosts: bool
) -> str | None:
    """Return the site of all lines of a log, None where each line names its host.

    A log stays one of the site for which it was read before.
    """
    known_site = log.identity.site if log.identity else None
    if site is None and known_site is not None:
        if len(settings.sites) > 1 and known_site not in {each.name for each in settings.sites}:
            reason = f"was counted for {known_site}, which logstats.toml does not list"
            advice = f"`logstats rename {known_site} NEW` gives that site another name"
            raise NoSiteError(f"{log.path}: {reason}; {advice}", reason=reason, advice=advice)
        return known_site
    if site or names_hosts:
        return site
    if len(settings.sites) > 1:
        names = ", ".join(site.name for site in settings.sites)
        raise NoSiteError(
            f"these logs name no site; give --site, one of {names}",
            reason=HOSTLESS,
            advice=f"list it under its [[site]]: {names}",
        )
    expected = settings.sites[0].name if settings.sites else settings.unlisted.name
    is_sure = expected in stored_sites if settings.sites else {expected} == set(stored_sites)
    if stored_sites and not is_sure:
        new = f"{expected}, which is new" if settings.sites else "the name of a new one"
        names = ", ".join(stored_sites)
        raise NoSiteError(
            f"{log.path}: which site is it of? Give --site: {names}, or {new}",
            reason=HOSTLESS,
            advice=f"list it under its [[site]]: {names}, or {new}",
        )
    return expected
