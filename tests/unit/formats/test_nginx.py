"""nginx's log_format as people paste it: each definition with its exact translation."""

import re

import pytest
from apache_log_parser import Parser
from hypothesis import assume, given
from hypothesis import strategies as st

from logstats.errors import UsageError
from logstats.formats.nginx import (
    ESCAPES,
    VARIABLES,
    Variable,
    directive,
    join,
    split,
    translate,
)

COMBINED = '%h - %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'

TEXTS = {
    # what was pasted: name, escape, the LogFormat
    """log_format combined '$remote_addr - $remote_user [$time_local] '
                    '"$request" $status $body_bytes_sent '
                    '"$http_referer" "$http_user_agent"';""": ("combined", "default", COMBINED),
    """
    # the format of nginx's own package
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '  # who and what
                      # and then
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';
    """: ("main", "default", f'{COMBINED} "%{{X-Forwarded-For}}i"'),
    """log_format upstreaminfo
    '$remote_addr - $remote_user [$time_local] "$request" '
    '$status $body_bytes_sent "$http_referer" "$http_user_agent" '
    '$request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr '
    '$upstream_response_length $upstream_response_time $upstream_status $req_id';""": (
        "upstreaminfo",
        "default",
        (
            f"{COMBINED} %I %T [%{{proxy_upstream_name}}e] [%{{proxy_alternative_upstream_name}}e] "
            "%{upstream_addr}e %{upstream_response_length}e %{upstream_response_time}e %{upstream_status}e "
            "%{req_id}e"
        ),
    ),
    # Nginx Proxy Manager
    "log_format proxy '[$time_local] $upstream_cache_status $upstream_status $status - $request_method "
    '$scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] '
    '[Sent-to $server] "$http_user_agent" "$http_referer"\';': (
        "proxy",
        "default",
        (
            '%t %{upstream_cache_status}e %{upstream_status}e %>s - %m %{scheme}e %v "%U%q" [Client %h] '
            '[Length %b] [Gzip %{gzip_ratio}e] [Sent-to %{server}e] "%{User-Agent}i" "%{Referer}i"'
        ),
    ),
    # from nginx's guide to compression, and with a time of each kind
    """log_format compression '$remote_addr - $remote_user [$time_local] '
                       '"$request" $status $bytes_sent '
                       '"$http_referer" "$http_user_agent" "$gzip_ratio"';""": (
        "compression",
        "default",
        COMBINED.replace("%b", "%O") + ' "%{gzip_ratio}e"',
    ),
    '$time_iso8601 $msec $time_local $remote_addr "$request" $status': (
        "",
        "default",
        '%{%Y-%m-%dT%H:%M:%S%z}t %{sec}t.%{msec_frac}t %{%d/%b/%Y:%H:%M:%S %z}t %h "%r" %>s',
    ),
    # without the one part of it or the other
    "main '$remote_addr [$time_local] \"$request\" $status'": ("main", "default", '%h %t "%r" %>s'),
    "escape=none '$remote_addr [$time_local]' ' $status';": ("", "none", "%h %t %>s"),
    "'$remote_addr ' '$status'": ("", "default", "%h %>s"),
    '"$remote_addr $status"': ("", "default", "%h %>s"),
    '"$remote_addr" "$status"': ("", "default", '"%h" "%>s"'),
    'log_format m "$remote_addr \\"$request\\" \\\\ $status";': ("m", "default", '%h "%r" \\\\ %>s'),
    "log_format one ${remote_addr}|$status;": ("one", "default", "%h|%>s"),
    'log_format bare $remote_addr [$time_local] "$request" $status;': ("bare", "default", '%h %t "%r" %>s'),
    '$remote_addr [$time_local] "$request" $status;': ("", "default", '%h %t "%r" %>s'),
    "$remote_addr;$status;": ("", "default", "%h;%>s;"),
    '$remote_addr\r\n   "$request"\n   $status\n': ("", "default", '%h "%r" %>s'),
    # escape=json of what is no JSON
    "log_format g escape=json '[$time_local] [Client $remote_addr] \"$request_uri\"';": (
        "g",
        "json",
        '%t [Client %h] "%U%q"',
    ),
    # logfmt, from an ingress's settings
    """log-format-upstream: >
      remoteIp=$remote_addr requestUrl=$host$request_uri
      userAgent="$http_user_agent"
    """: ("", "default", 'remoteIp=%h requestUrl=%v%U%q userAgent="%{User-Agent}i"'),
    # a name in braces, or that ends where its part does; % is Apache's sign
    "log_format x '${status}s $remote' '_addr 100% $cookie_SID' ' $sent_http_content_type $http_cf_ray';": (
        "x",
        "default",
        "%>ss %{remote}e_addr 100%% %{SID}C %{Content-Type}o %{Cf-Ray}i",
    ),
    # a request in pieces
    '$remote_addr "$request_method $uri$is_args$args $server_protocol" $uri$is_args$query_string': (
        "",
        "default",
        '%h "%r" %U%q',
    ),
    "$uri?$args $uri $is_args$args $uri$is_args$args_given": (
        "",
        "default",
        "%U?%q %U %q %U%{is_args}e%{args_given}e",
    ),
}
JSON = {
    # what was pasted: name, escape, the variable of each key
    """log_format json_combined escape=json
      '{'
        '"time_local":"$time_local",'
        '"remote_addr":"$remote_addr",'
        '"request":"$request",'
        '"status": "$status",'
        '"body_bytes_sent":$body_bytes_sent, '
        '"request_time":$request_time'   # a number
      '}';""": (
        "json_combined",
        "json",
        {
            "time_local": "time_local",
            "remote_addr": "remote_addr",
            "request": "request",
            "status": "status",
            "body_bytes_sent": "body_bytes_sent",
            "request_time": "request_time",
        },
    ),
    # an ingress's documentation
    """log-format-upstream: '{"time": "$time_iso8601", "remote_addr": "$proxy_protocol_addr",
      "x_forwarded_for": "$proxy_add_x_forwarded_for", "bytes_sent": $bytes_sent, "vhost": "$host",
      "path": "$uri", "request_query": "$args"}'""": (
        "",
        "default",
        {
            "time": "time_iso8601",
            "remote_addr": "proxy_protocol_addr",
            "x_forwarded_for": "proxy_add_x_forwarded_for",
            "bytes_sent": "bytes_sent",
            "vhost": "host",
            "path": "uri",
            "request_query": "args",
        },
    ),
    # inner objects and lists, keys with a dot, what holds no variable or more than one
    '{"v": 1, "source": {"ip": "$remote_addr"}, "url.path": "${uri}", "l": ["x", $status],\n'
    '  "req": "$request_method $request_uri $server_protocol",\n'
    '  "where": "$scheme://$host$request_uri", "a": $args}': (
        "",
        "default",
        {
            "source.ip": "remote_addr",
            '"url.path"': "uri",
            "l.1": "status",
            "req": "request",
            "where": "$scheme://$host$request_uri",
            "a": "args",
        },
    ),
}


@pytest.mark.parametrize("pasted", TEXTS)
def test_a_text_format_is_a_log_format_of_apaches(pasted: str) -> None:
    name, escape, log_format = TEXTS[pasted]
    found = translate(pasted)
    assert (found.name, found.escape, found.log_format, found.keys) == (name, escape, log_format, None)


@pytest.mark.parametrize("pasted", JSON)
def test_a_json_format_is_its_keys(pasted: str) -> None:
    name, escape, keys = JSON[pasted]
    found = translate(pasted)
    assert (found.name, found.escape, found.log_format, found.keys) == (name, escape, None, keys)


@pytest.mark.parametrize("pasted", [*TEXTS, *JSON])
def test_a_definition_says_again_what_was_pasted(pasted: str) -> None:
    found = translate(pasted)
    again = translate(found.definition)
    assert "\n" not in found.definition
    assert again == found._replace(name=found.name or "unnamed")


@pytest.mark.parametrize(
    ("pasted", "message", "under"),
    [
        # what is under the caret: the rest of its line
        ("log_format x '$a $b", "this quote is not closed", "'$a $b"),
        ("log_format x\n  '$a' '$b'c;", "after a closing quote", "c;"),
        ("log_format x escape=jsn '$a';", "escape= must be one of default, json, none", "escape=jsn '$a';"),
        ("log_format x '$a '\n '$ b';", "this $ has no variable's name", "$ b';"),
        ("log_format x '\\t\\t${a';", "this $ has no variable's name", "${a';"),
        ("$a costs $", "this $ has no variable's name", "$"),
        ("log_format x '$a';\nlog_format y '$b';", "give one log_format at a time", "log_format y '$b';"),
        ('log_format x {"a": "$b"};', "this brace is outside of quotes", '{"a": "$b"};'),
        ('log_format x \'{\n"a": "$b"\n}\';', "each record would be several lines", "'{"),
        ("log_format x '$a\\n';", "each record would be several lines", "'$a\\n';"),
        ('{"a":' * 5000 + "$b" + "}" * 5000, "begins like JSON, but is nested too deeply", None),
        ('{"a": $b, "c": $d "e"}', "begins like JSON, but is not valid", '"e"}'),
        ('{"a": "$b", "c:"$d"}', "begins like JSON, but is not valid", '$d"}'),
        ("log_format x 'no more';", "has no variable", None),
        ("log_format", "has no variable", None),
        ("log_format x;", "has no variable", None),
        ("main ''", "has no variable", None),
        ("", "has no variable", None),
    ],
)
def test_what_is_wrong_is_shown_where_it_is(pasted: str, message: str, under: str | None) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        translate(pasted)
    if under is not None:
        *_, line, caret = str(caught.value).split("\n")
        assert line[caret.index("^") :] == under


def test_of_a_long_line_the_part_about_the_caret_is_shown() -> None:
    with pytest.raises(UsageError) as caught:
        translate("$a " * 200 + "$ " + "$b " * 200)
    *_, line, caret = str(caught.value).split("\n")
    assert line[caret.index("^") :].startswith("$ $b")
    assert len(line) < 130


STRFTIME = {"time_local", "time_iso8601"}  # Parser makes a group's name of the pattern, and fails


@pytest.mark.parametrize(
    "variable", [*sorted(set(VARIABLES) - STRFTIME), "http_x", "cookie_X", "sent_http_x", "other"]
)
def test_apache_log_parser_knows_each_directive(variable: str) -> None:
    if variable == "realip_remote_addr":  # %{c}a, which is newer than the parser
        return
    log_format = translate(f"${variable}").log_format or ""
    directives = re.findall(r"%>?(?:\{[^}]*\})?[A-Za-z]", log_format)
    assert "".join(directives) == log_format.replace(".", "")
    assert len(Parser(log_format).names) == len(directives) > 0


names = st.from_regex(r"\A[A-Za-z_0-9]+\Z", fullmatch=True) | st.sampled_from([*VARIABLES, "http_x"])
variables = st.builds(Variable, names)
literals = st.text(st.characters(exclude_characters="$", codec="utf-8")) | st.text("a_1\"'\\;{}% ")


@st.composite
def pieces(draw: st.DrawFn) -> list[str | Variable]:
    """Make the pieces of a template with one variable at least; no two literals follow each other."""
    some: list[str | Variable] = [draw(literals)]
    for variable in draw(st.lists(variables, min_size=1)):
        some += [variable, draw(literals)]
    return [piece for piece in some if piece]


@given(pieces())
def test_a_template_is_its_pieces(some: list[str | Variable]) -> None:
    assert list(split(join(some))) == some


@given(pieces(), st.sampled_from(ESCAPES))
def test_a_directive_of_any_template_is_read_as_that_template(
    some: list[str | Variable], escape: str
) -> None:
    template = join(some)
    assume("\n" not in template and not template.lstrip().startswith("{"))
    found = translate(directive("x", escape, [template]))
    assert (found.name, found.escape, found.template) == ("x", escape, template)


@given(pieces())
def test_what_is_no_variable_stays(some: list[str | Variable]) -> None:
    """Each variable has a name that has no directive of its own."""
    template = join([piece if isinstance(piece, str) else Variable(f"x{piece.name}") for piece in some])
    assume("\n" not in template and not template.lstrip().startswith("{"))
    log_format = translate(directive("x", "default", [template])).log_format or ""
    again = re.sub(r"%\{(\w+)\}e|%%|\\\\", lambda m: f"${{{m[1]}}}" if m[1] else m[0][0], log_format)
    assert split(again) == split(template)


@given(st.text() | st.text("$a{}\"'\\;#\n :,") | st.text("$a\"' ").map("log_format escape=json ".__add__))
def test_any_text_is_translated_or_refused(text: str) -> None:
    try:
        found = translate(text)
    except UsageError:
        return
    assert (found.log_format is None) != (found.keys is None)
