"""Configurations of web servers: which logs they write, of which site, in which format."""

from pathlib import Path

import pytest

from logstats.errors import UsageError
from logstats.formats import conf_parser, nginx
from logstats.formats.server_configs import LoggedFormat, logged_formats

COMMON = '%h %l %u %t "%r" %>s %b'
COMBINED = f'{COMMON} "%{{Referer}}i" "%{{User-Agent}}i"'
VHOST = f"%v:%p {COMBINED}"
NGINX_COMBINED = (
    'log_format combined \'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent"\';'
)


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write the files and return the first; `{here}` in them is the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{here}", str(folder)))
    return folder / next(iter(files))


def rows(folder: Path, files: dict[str, str]) -> list[tuple[str, str, str, str, str]]:
    """Return each row's log, site, format and definition, and its `file:line` in the folder."""
    found = logged_formats(write(folder, files))
    assert found.unread == ()
    return [
        (row.log, row.site, row.format_name, row.definition, row.where.removeprefix(f"{folder}/"))
        for row in found.formats
    ]


NGINX = {
    "nginx.conf": r"""# a portal
user www-data;
http {
    include mime.types;
    log_format main '$remote_addr [$time_local] "$request" ' # the short one
                    '$status';
    log_format js escape=json '{"ip":"$remote_addr",'
                              '"it":"it\'s"}';
    log_format unused "$remote_addr $status";
    access_log /var/log/nginx/access.log;

    include sites-enabled/*;
    map $status $loggable { ~^[23]  0; default 1; }
}
stream {
    log_format main '$protocol $status';
    access_log /var/log/nginx/stream.log main;
}
""",
    "mime.types": "types { text/html html htm; }\n",
    "sites-enabled/a.conf": r"""server {
    access_log /var/log/nginx/a.log main buffer=32k flush=5m if=$loggable;
    server_name _ a.example.vn www.a.example.vn;
    location / {
        content_by_lua_block {
            -- don't mind the "quotes
            if x then y = { 1 } end
        }
    }
    location = /favicon.ico { access_log off; log_not_found off; }
    location /api/ { access_log /var/log/nginx/api.log js; }
}
server{server_name b.example.vn;access_log off;}server{access_log syslog:server=192.0.2.1,tag=b js;}
""",
    "sites-enabled/b.conf": "server { server_name _; access_log /dev/stdout gone; include snippets/log; }\n",
    "snippets/log": "access_log logs/$host.log js;\n",
}
MAIN = "log_format main '$remote_addr [$time_local] \"$request\" $status';"
JS = r"""log_format js escape=json '{"ip":"$remote_addr","it":"it\'s"}';"""
OF_NGINX = [
    ("/var/log/nginx/access.log", "", "combined", NGINX_COMBINED, "nginx.conf:10"),
    ("/var/log/nginx/a.log", "a.example.vn", "main", MAIN, "sites-enabled/a.conf:2"),
    ("/var/log/nginx/api.log", "a.example.vn", "js", JS, "sites-enabled/a.conf:11"),
    ("off", "b.example.vn", "", "", "sites-enabled/a.conf:13"),
    ("syslog:server=192.0.2.1,tag=b", "", "js", JS, "sites-enabled/a.conf:13"),
    ("/dev/stdout", "_", "gone", "", "sites-enabled/b.conf:1"),
    ("logs/$host.log", "_", "js", JS, "snippets/log:1"),
    ("", "", "unused", "log_format unused '$remote_addr $status';", "nginx.conf:9"),
]

APACHE = {
    "apache2.conf": r"""# Debian's
ServerRoot "/etc/not-here"
ServerName portal.example.vn
Define LOGS ${APACHE_LOG_DIR}/portal
IncludeOptional mods-enabled/*.load
IncludeOptional not-there.conf
LogFormat "%v:%p %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined
LogFormat "%h %l %u %t \"%r\" %>s %b \
\"%{Referer}i\" \"%{User-Agent}i\"" combined
LogFormat '%U' unused
GlobalLog /var/log/all.log vhost_combined
CustomLog logs/access_log CLF
Include sites-enabled
""",
    "envvars": 'export APACHE_LOG_DIR=/var/log/apache2$SUFFIX\nexport LANG=C\nexport X="$(y)"\n',
    "mods-enabled/log.load": "LoadModule log_config_module modules/mod_log_config.so\n",
    "sites-enabled/000.conf": r"""<VirtualHost *:80>
    CustomLog ${LOGS}/a.log combined env=!dontlog
    <IfModule log_config_module>
        ServerName https://a.example.vn:443
        CustomLog "|/usr/bin/rotatelogs -l /var/log/a.%Y 86400" "%h %t \"%r\" %>s"
    </IfModule>
    customlog ${UNKNOWN}/b.log gone
</VirtualHost>
<VirtualHost *:80>
    ServerName b.example.vn
    LogFormat "%h own" combined
    LogFormat "%a default"
    CustomLog /var/log/b.log combined
    TransferLog /var/log/b2.log
    Include {here}/snippets/more.conf
</VirtualHost>
TransferLog /var/log/c.log
""",
    "snippets/more.conf": "CustomLog /var/log/b3.log vhost_combined",
}
OF_APACHE = [
    ("/var/log/all.log", "", "vhost_combined", VHOST, "apache2.conf:11"),
    ("logs/access_log", "", "CLF", COMMON, "apache2.conf:12"),
    ("/var/log/apache2/portal/a.log", "a.example.vn", "combined", COMBINED, "sites-enabled/000.conf:2"),
    (
        "|/usr/bin/rotatelogs -l /var/log/a.%Y 86400",
        "a.example.vn",
        "",
        '%h %t "%r" %>s',
        "sites-enabled/000.conf:5",
    ),
    ("${UNKNOWN}/b.log", "a.example.vn", "gone", "", "sites-enabled/000.conf:7"),
    ("/var/log/b.log", "b.example.vn", "combined", "%h own", "sites-enabled/000.conf:13"),
    ("/var/log/b2.log", "b.example.vn", "", "%a default", "sites-enabled/000.conf:14"),
    ("/var/log/b3.log", "b.example.vn", "vhost_combined", VHOST, "snippets/more.conf:1"),
    ("/var/log/c.log", "", "", COMMON, "sites-enabled/000.conf:17"),
    ("", "", "unused", "%U", "apache2.conf:10"),
]


@pytest.mark.parametrize(
    ("files", "expected"), [(NGINX, OF_NGINX), (APACHE, OF_APACHE)], ids=["nginx", "apache"]
)
@pytest.mark.parametrize("end_of_line", ["\n", "\r\n"])
def test_what_a_configuration_logs(
    tmp_path: Path, files: dict[str, str], expected: list[tuple[str, ...]], end_of_line: str
) -> None:
    assert rows(tmp_path, {name: text.replace("\n", end_of_line) for name, text in files.items()}) == expected


def test_an_include_may_be_beside_the_file_that_has_it(tmp_path: Path) -> None:
    files = {"n.conf": "include d/a.conf;", "d/a.conf": "include b.conf;", "d/b.conf": "access_log b.log;"}
    assert [row[0] for row in rows(tmp_path, files)] == ["b.log"]


def test_a_definition_is_one_that_can_be_translated(tmp_path: Path) -> None:
    definitions = [row[3] for row in rows(tmp_path, NGINX) if row[3]]
    assert [nginx.translate(definition).definition for definition in definitions] == definitions


@pytest.mark.parametrize(
    ("text", "row"),
    [
        # the smallest part that says what it is of
        ("access_log a.log;", ("a.log", "", "combined", NGINX_COMBINED, "conf:1")),
        ("server { access_log a.log; }", ("a.log", "", "combined", NGINX_COMBINED, "conf:1")),
        ("\n\nlog_format x\n'$a';", ("", "", "x", "log_format x '$a';", "conf:3")),
        ("log_format x '$a' # one\n  'b'; ", ("", "", "x", "log_format x '${a}b';", "conf:1")),
        ("log_format x '$a' '\n';", ("", "", "x", r"log_format x '$a\n';", "conf:1")),
        ("  CustomLog a.log %h", ("a.log", "", "", "%h", "conf:1")),
        ("LogFormat %h\\t%t x", ("", "", "x", "%h\\t%t", "conf:1")),
        ("# log_format x;\nTransferLog a.log", ("a.log", "", "", COMMON, "conf:2")),
        (
            "<VirtualHost *:80>\nCustomLog a.log x\n</VirtualHost>\nLogFormat %h x",
            ("a.log", "", "x", "%h", "conf:2"),
        ),
    ],
)
def test_parts_of_configurations(tmp_path: Path, text: str, row: tuple[str, ...]) -> None:
    assert rows(tmp_path, {"conf": text}) == [row]


@pytest.mark.parametrize(
    ("log", "note"),
    [
        ("|/usr/bin/rotatelogs x 86400", "piped to a program, which writes the files"),
        ("syslog:server=192.0.2.1", "sent to syslog"),
        ("/dev/stdout", "written to the terminal or the container's output"),
        ("off", "no log is kept"),
        ("/var/log/off", ""),
        ("official.log", ""),
        ("", ""),
    ],
)
def test_a_log_that_is_not_a_file_has_a_note(log: str, note: str) -> None:
    assert LoggedFormat(log=log, site="", format_name="", definition="", where="").note == note


@pytest.mark.parametrize(
    ("files", "unread"),
    [
        ({"n.conf": "http { include gone.conf; }"}, ["{here}/n.conf:1: no such file: gone.conf"]),
        ({"n.conf": "http { include gone/*.conf; }"}, ["{here}/n.conf:1: no such file: gone/*.conf"]),
        ({"n.conf": "http { include b/*.conf; }", "b/a.txt": ""}, []),
        ({"n.conf": "http { include b; }", "b/a.txt": ""}, ["{here}/n.conf:1: no such file: b"]),  # a folder
        ({"a.conf": "ServerRoot /\nInclude {here}/b", "b/c.conf": "ServerName c"}, []),  # Apache reads it
        (
            {"n.conf": "http {\n  include n.conf; }"},
            ["{here}/n.conf:2: {here}/n.conf includes itself"],
        ),
        (
            {"n.conf": "include a.conf;", "a.conf": "x;\nserver {\n  y 'z;\n}"},
            ["{here}/a.conf:3: this quote is not closed\n    y 'z;\n      ^"],
        ),
        ({"a.conf": "ServerRoot /\nInclude b.conf"}, ["{here}/a.conf:2: no such file: b.conf"]),
        ({"a.conf": "Include {here}/b.conf"}, ["{here}/a.conf:1: no such file: {here}/b.conf"]),
        ({"a.conf": "ServerRoot /\nIncludeOptional b.conf"}, []),
        ({"a.conf": "ServerRoot /\nIncludeOptional b/*.conf"}, ["{here}/a.conf:2: no such file: b/*.conf"]),
    ],
)
def test_what_is_included_and_cannot_be_read_is_reported(
    tmp_path: Path, files: dict[str, str], unread: list[str]
) -> None:
    found = logged_formats(write(tmp_path, files))
    assert [*found.unread] == [text.replace("{here}", str(tmp_path)) for text in unread]


def test_files_are_followed_up_to_a_number_and_a_depth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve files of which each includes the next one twice, which would be 4,095 of them."""
    files = {
        f"{number}.conf": f"include {number + 1}.conf;\ninclude {number + 1}.conf;\n" for number in range(12)
    }
    first = write(tmp_path, {**files, "12.conf": "access_log a.log;"})
    monkeypatch.setattr(conf_parser, "MAX_FILES", 100)
    found = logged_formats(first)
    assert 0 < len(found.formats) < 100
    assert "too many files" in found.unread[0]
    monkeypatch.setattr(conf_parser, "MAX_DEPTH", 5)
    assert logged_formats(first).formats == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http {\n  server {\n", "this { is not closed\n    server {\n    ^"),
        ("server { a b; } }", "this } closes nothing\n  server { a b; } }\n                  ^"),
        ("server { a b }", "this } closes nothing"),
        ("user x;\naccess_log a.log", "access_log has no ; at its end\n  access_log a.log\n  ^"),
        ("access_log 'a.log;", "this quote is not closed"),
        ("Just a letter.\nHello", "neither nginx's configuration nor Apache's"),
        ('192.0.2.1 - - [21/Nov/2026:10:00:00 +0700] "GET / HTTP/1.1" 200 5', "neither nginx's"),
        ("", "neither nginx's configuration nor Apache's"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        logged_formats(write(tmp_path, {"conf": text}))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path}/conf:")


@pytest.mark.parametrize("name", ["gone.conf", "."])
def test_what_is_not_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"No such file|Is a directory"):
        logged_formats(tmp_path / name)


def test_of_too_many_files_the_first_one_that_is_not_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"more/{number}.conf": "access_log a.log;" for number in range(9)}
    first = write(tmp_path, {"nginx.conf": "http {\n    include more/*;\n}\n", **files})
    monkeypatch.setattr(conf_parser, "MAX_FILES", 5)
    found = logged_formats(first)
    (message,) = found.unread
    assert message.startswith(
        f"{first}:2: {tmp_path}/more/4.conf and what follows is not read: too many files"
    )


def test_an_include_of_what_says_that_it_is_empty_is_read_up_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(tmp_path, {"nginx.conf": "http {\n    include /proc/self/statu*;\n}\n"})
    monkeypatch.setattr(conf_parser, "LONGEST_FILE", 100)
    assert Path("/proc/self/status").stat().st_size == 0
    assert "is not a configuration" in logged_formats(first).unread[0]


def test_an_include_of_what_is_too_large_for_a_configuration_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"#" * (conf_parser.LONGEST_FILE + 1))
    config = tmp_path / "nginx.conf"
    config.write_text("http {\n    include oth*;\n    log_format main '$remote_addr $status';\n}\n")
    assert any("is not a configuration" in each for each in conf_parser.read(config).unread)
