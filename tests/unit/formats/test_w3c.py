"""W3C logs: the host, other protocols, changing headers, and rows of IIS without their header."""

import pytest
from support.lines import IN_UTC, Hit, read_bytes

from logstats.config import Settings, Site
from logstats.errors import FormatError, UsageError
from logstats.formats import iis_columns

FIELDS = "date time c-ip cs-method cs-uri-stem sc-status"
ROW = "2026-11-23 01:00:00 192.0.2.1 GET /a 200"
TWO = Settings(sites=(Site("portal.example", "UTC"), Site("museum.example", "UTC")))


def log(fields: str, *rows: str) -> bytes:
    """Return a log of rows under a header."""
    return "".join(f"{line}\n" for line in (f"#Fields: {fields}", *rows)).encode()


def sites(data: bytes, settings: Settings = IN_UTC) -> list[str]:
    """Return the sites of the hits of a log."""
    return [hit.site for hit in read_bytes(data, "auto", settings).hits]


def reasons(data: bytes, log_format: str = "auto") -> list[tuple[int, str]]:
    """Return the line numbers and the reasons of the rejects of a log that are not header lines."""
    rejects = read_bytes(data, log_format).rejects
    return [(number, reason) for number, reason, _ in rejects if reason != "a header line"]


# --- The host ---------------------------------------------------------------------------------------------

HOSTS = {
    # more fields, and their values: the site
    ("cs-host", "portal.example"): "portal.example",
    ("cs-host", "Portal.Example:443"): "portal.example",
    ("cs(Host)", "portal.example."): "portal.example",
    ("CS-HOST", "[2001:DB8::1]:443"): "2001:db8::1",
    ("x-host-header cs(Host)", "portal.example d111111abcdef8.cloudfront.net"): "portal.example",
    ("cs(Host) x-host-header", "d111111abcdef8.cloudfront.net portal.example"): "portal.example",
    ("cs(Host) x-host-header", "d111111abcdef8.cloudfront.net -"): "d111111abcdef8.cloudfront.net",
    ("cs-host", "-"): "default",
    ("cs-host", "_"): "default",
    ("cs-host", "default:80"): "default",
    ("s-computername s-sitename", "WEB01 W3SVC1"): "default",
    ("s-ip", "203.0.113.80"): "default",
}


@pytest.mark.parametrize(("fields", "values"), HOSTS)
def test_the_site_is_the_host_of_the_row(fields: str, values: str) -> None:
    rows = (f"{ROW} {values}", f"{ROW} {values}")
    assert sites(log(f"{FIELDS} {fields}", *rows)) == [HOSTS[fields, values]] * 2
    tabbed = (row.replace(" ", "\t") for row in rows)
    assert sites(log(f"{FIELDS} {fields}".replace(" ", "\t"), *tabbed)) == [HOSTS[fields, values]] * 2


def test_the_site_is_the_host_of_a_whole_url() -> None:
    fields = FIELDS.replace("cs-uri-stem", "cs-uri")
    urls = ["http://Portal.Example:80/a?b=1", "HTTPS://lan@museum.example/a", "/a", "*"]
    hits = read_bytes(log(fields, *(ROW.replace("/a", url) for url in urls)), "auto").hits
    assert [(hit.site, hit.target) for hit in hits] == [
        ("portal.example", "/a?b=1"),
        ("museum.example", "/a"),
        ("default", "/a"),
        ("default", "*"),
    ]


def test_a_log_without_hosts_needs_a_site_where_several_are_listed() -> None:
    one = Settings(sites=TWO.sites[:1])
    assert sites(log(FIELDS, ROW), one) == ["portal.example"]
    with pytest.raises(UsageError, match="name no site"):
        sites(log(FIELDS, ROW), TWO)
    with_host = log(f"{FIELDS} cs-host", f"{ROW} museum.example", f"{ROW} -")
    assert sites(with_host, TWO) == ["museum.example", "default"]
    assert sites(with_host, one) == ["museum.example", "portal.example"]


def test_a_header_that_adds_the_host_halfway() -> None:
    data = log(FIELDS, ROW) + log(f"cs-host {FIELDS}", f"museum.example {ROW}")
    assert sites(data) == ["default", "museum.example"]


# --- Other protocols --------------------------------------------------------------------------------------

METHODS = [
    "PROPFIND",
    "REPORT",
    "PURGE",
    "SEARCH",
    "HEAD",
    "LIST",
    "VERSION-CONTROL",
    "RPC_IN_DATA",
    "get",
    "POST",
]
FTP = [
    "USER",
    "PASS",
    "QUIT",
    "STOR",
    "[1]USER",
    "[12]sent",
    "ControlChannelOpened",
    "HELO",
    "MAIL",
    "ARTICLE",
]


@pytest.mark.parametrize("log_format", ["auto", "w3c"])
@pytest.mark.parametrize("command", FTP)
def test_a_log_of_another_protocol_is_refused(command: str, log_format: str) -> None:
    with pytest.raises(FormatError, match="not a web server's log"):
        read_bytes(log(FIELDS, *[ROW.replace("GET", command)] * 3, ROW), log_format)


def test_a_single_command_of_another_protocol_is_a_reject_and_methods_are_hits() -> None:
    rows = [ROW.replace("GET", method) for method in (*METHODS, *FTP[:8])]
    data = log(FIELDS, *rows)
    assert [hit.method for hit in read_bytes(data, "auto").hits] == METHODS
    assert reasons(data) == [(12 + index, "a command of FTP, SMTP or NNTP") for index in range(8)]


# --- Headers ----------------------------------------------------------------------------------------------


def test_headers_change_and_their_names_are_in_any_case_and_order() -> None:
    data = (
        log(FIELDS, ROW, f"{ROW} 5", ROW.removesuffix(" 200"))
        + b"#Software: IIS\n#Version: 1.0\n#Date: 2026-11-23 02:00:00\n"
        + log("SC-Status  C-IP TIME cs-uri-stem cs-method", "404 192.0.2.2 02:00:00 /b HEAD")
        + b"#Date: 2026-11-24 00:00:00\n"
        + b'404\t192.0.2.2\t02:00:00\t/b\tHEAD\n404 "192.0.2.2" 02:00:00 /b "HEAD"\n'
    )
    hits = [(hit.client, f"{hit.at:%d %H}", hit.target, hit.status) for hit in read_bytes(data, "auto").hits]
    assert hits == [
        ("192.0.2.1", "23 01", "/a", 200),
        ("192.0.2.2", "23 02", "/b", 404),
        *[("192.0.2.2", "24 02", "/b", 404)] * 2,
    ]
    assert [number for number, _ in reasons(data)] == [3, 4]


def test_a_byte_order_mark_before_the_header() -> None:
    assert sites(b"\xef\xbb\xbf" + log(f"{FIELDS} cs-host", f"{ROW} portal.example"), TWO) == [
        "portal.example"
    ]


# --- Rows of IIS without a header -------------------------------------------------------------------------

AGENT = "Mozilla/5.0+(X11;+Linux+x86_64;+rv:140.0)+Gecko/20100101+Firefox/140.0"
VALUES = {
    "date": "2026-11-23",
    "time": "01:00:00",
    "s-sitename": "W3SVC1",
    "s-computername": "WEB01",
    "s-ip": "203.0.113.80",
    "cs-method": "GET",
    "cs-uri-stem": "/tin.aspx",
    "cs-uri-query": "id=5",
    "s-port": "443",
    "cs-username": "-",
    "c-ip": "192.0.2.10",
    "cs-version": "HTTP/1.1",
    "cs(User-Agent)": AGENT,
    "cs(Cookie)": "sid=1;+lang=vi",
    "cs(Referer)": "https://www.example.com/5",
    "cs-host": "portal.example",
    "sc-status": "200",
    "sc-substatus": "0",
    "sc-win32-status": "64",
    "sc-bytes": "5120",
    "cs-bytes": "257",
    "time-taken": "31",
}
ENDS = "sc-status sc-substatus sc-win32-status"
REQUEST = "cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
SETS = {
    # what the fields are: the fields
    "all": " ".join(VALUES),
    "IIS 8 and 10": f"date time s-ip {REQUEST} cs(User-Agent) cs(Referer) {ENDS} time-taken",
    "IIS 7": f"date time s-ip {REQUEST} cs(User-Agent) {ENDS} time-taken",
    "IIS 6": f"date time s-sitename s-ip {REQUEST} cs(User-Agent) {ENDS}",
    "Azure": (
        f"date time s-sitename {REQUEST} cs(User-Agent) cs(Cookie) cs(Referer) cs-host {ENDS} "
        "sc-bytes cs-bytes time-taken"
    ),
    "with the version and without the cookie": (
        f"date time s-computername s-ip {REQUEST} cs-version cs(User-Agent) cs(Referer) cs-host "
        f"{ENDS} time-taken"
    ),
    "without a query": f"date time s-ip cs-method cs-uri-stem s-port c-ip cs(User-Agent) {ENDS}",
    "few": "date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status",
}


def row(fields: str, **values: str) -> str:
    of_field = VALUES | {name.replace("_", "-"): value for name, value in values.items()}
    return " ".join(of_field[field] for field in fields.split())


@pytest.mark.parametrize("name", SETS)
def test_rows_of_iis_without_a_header(name: str) -> None:
    fields = SETS[name].split()
    data = f"{row(SETS[name])}\n{row(SETS[name], c_ip='2001:db8::7')}\n".encode()
    (hit, _) = read_bytes(data, "auto").hits
    assert hit == Hit(
        site="portal.example" if "cs-host" in fields else "default",
        client="192.0.2.10",
        at=hit.at,
        method="GET",
        target="/tin.aspx?id=5" if "cs-uri-query" in fields else "/tin.aspx",
        status=200,
        size=5120 if "sc-bytes" in fields else 0,
        referrer="https://www.example.com/5" if "cs(Referer)" in fields else "",
        agent=AGENT.replace("+", " "),
    )


DOUBTFUL = {
    # fields in an order that IIS does not have now, or too few of them: what is not certain
    # IIS 5
    "date time c-ip cs-username s-sitename s-ip s-port cs-method cs-uri-stem sc-status": "the client",
    "date time s-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status": "the client",
    "date time c-ip cs-method cs-uri-stem cs(User-Agent) sc-status": "the client",
    "date time cs-method cs-uri-stem c-ip s-port cs(User-Agent) sc-status": "the user agent",
    "date time cs-method cs-uri-stem c-ip cs(User-Agent)": "the status",
    "date time cs-method cs-uri-stem c-ip sc-status": "the user agent",
    f"{SETS['IIS 7']} c-ip": "the status",  # a header of a proxy after the other fields
}


@pytest.mark.parametrize("fields", DOUBTFUL)
def test_rows_whose_columns_are_not_certain_are_refused(fields: str) -> None:
    with pytest.raises(FormatError, match=f"which column is {DOUBTFUL[fields]} is not certain") as error:
        read_bytes(f"{row(fields)}\n".encode() * 3, "auto")
    assert "#Fields" in str(error.value)


def test_rows_of_nothing_but_hyphens_have_the_default_fields_or_none() -> None:
    empty = {"cs(User-Agent)": "-", "cs(Referer)": "-", "cs(Cookie)": "-", "cs-host": "-"}
    for name in ("IIS 7", "IIS 8 and 10"):
        rows = iis_columns.of_lines([row(SETS[name], **empty)])
        assert rows is not None
        assert rows.fields.split()[:-1] == SETS[name].split()[:-1]
    rows = iis_columns.of_lines([row(SETS["Azure"], **{"cs(Cookie)": "-", "cs-host": "-"})])
    assert rows is not None
    assert "cs(Referer)" in rows.fields
