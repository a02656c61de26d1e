"""Counter files: what goes into a page or a template, what was there before, and readers in between."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.surface import AT, SITE, Ran, assert_in_words, month_store, process_env, run

from logstats import atomic
from logstats.config import CounterFile
from logstats.errors import LogstatsError, UsageError
from logstats.model import Counters
from logstats.render import box, html_markers
from logstats.update import counter_files

ZONE = timezone(timedelta(hours=7))


def counters(site: str = "portal", all_time: int = 1605233, online: int = 23) -> Counters:
    at = datetime(2026, 11, 21, 10, tzinfo=ZONE)
    return Counters(site, at, online, 600, 274, 3716, 10911, all_time, at, stale=False)


def never() -> Sequence[Counters]:
    raise AssertionError("the figures were computed again")


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month_store(tmp_path_factory.getbasetemp())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of the test's own, to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(store: Path, *options: str | Path) -> Ran:
    ran = run("--db", store, "counters", "--at", AT, *options)
    assert_in_words(ran.err)
    return ran


# --- A page ----------------------------------------------------------------------------------------

PAGES = [
    # a page, and what is in it afterwards
    ('<b data-logstats="today">0</b>', '<b data-logstats="today">274</b>'),
    ("<b data-logstats=today>0</b>", "<b data-logstats=today>274</b>"),
    ("<B CLASS='x' DATA-LOGSTATS='today'\n>0</B >", "<B CLASS='x' DATA-LOGSTATS='today'\n>274</B >"),
    ('<b data-logstats="all_time"></b>', '<b data-logstats="all_time">1,605,233</b>'),
    ('<b data-logstats="all-time">\n  …\n</b>', '<b data-logstats="all-time">\n  1,605,233\n</b>'),
    ('<i class="a logstats-online">1&nbsp;</i>', '<i class="a logstats-online">23&nbsp;</i>'),
    ('<p>a & b<br><i data-logstats="at"></i>', '<p>a & b<br><i data-logstats="at">2026-11-21 10:00</i>'),
    ('<div data-site="portal"><b data-logstats=week>', None),  # no end tag
    ('<b data-logstats="today"><i>1</i></b>', None),
    ('<b data-logstats="today">1<!-- one --></b>', None),
    ('<b data-logstats="today">1</i></b>', None),
    ('<input data-logstats="today">', None),
    ('<b data-logstats="yesterday">1</b>', None),
    ("<b>1</b>", None),
    ("", None),
    ('<!-- <b data-logstats="today">1</b> -->', None),
    ("<script>\"<b data-logstats='today'>1</b>\"</script>", None),
    ('<b data-logstats="today" data-site="other">1</b>', None),
]


WORDS = [
    # the text of an element that is marked month, and the text afterwards (None: refused)
    ("5 views", "10,911 views"),
    ("views: 5", "views: 10,911"),
    ("(5)", "(10,911)"),
    ("Tháng này: 5 lượt.", "Tháng này: 10,911 lượt."),
    ("10.911 lượt", "10,911 lượt"),
    ("1.234.567 lượt", "10,911 lượt"),
    ("1,234", "10,911"),
    ("1'234 vues", "10,911 vues"),
    ("1\u00a0234 vues", "10,911 vues"),
    ("1\u202f234\u202f567\u00a0vues", "10,911\u00a0vues"),
    ("1&nbsp;234&nbsp;vues", "10,911&nbsp;vues"),
    ("5&#160;views", "10,911&#160;views"),
    ("&lt;5&gt;", "&lt;10,911&gt;"),
    ("views&#58; 5", "views&#58; 10,911"),
    ("\r\n\t 5 views\r\n", "\r\n\t 10,911 views\r\n"),
    ("007", "10,911"),
    ("&hellip;", "10,911"),
    ("&nbsp;", "10,911"),
    ("—", "10,911"),
    (" ", " 10,911"),
    ("5%", "10,911%"),
    ("views", None),
    ("five views", None),
    ("٥ views", None),
    ("5 of 10 views", None),
    ("5/10", None),
    ("5, 6", None),
    ("1 234 vues", None),  # one number, or two
    ("1.5 views", None),
    ("1.23", None),
    ("12.34.567", None),
    ("1.234,567", None),
    ("1,2345", None),
    ("-5", None),
    ("−5", None),
    ("1.2k views", None),
    ("5k", None),
    ("top10 views", None),
    ("web2: 5", None),
    ("2026-11-21", None),
    ("10:00", None),
    ("<?= 5 ?>", None),
    ("<?php echo 5; ?> views", None),
    ("<% 5 %>", None),
    ("<![CDATA[5]]>", None),
    ("<!DOCTYPE 5>", None),
    ("{{ views }}", None),
    ("5 <b>views</b>", None),
    ("5 <br>", None),
    ("5<!-- views -->", None),
]


@pytest.mark.parametrize(("old", "new"), WORDS)
@pytest.mark.parametrize("tag", ["b", "td", "TITLE"])
def test_only_the_number_is_replaced_or_the_page_is_refused(old: str, new: str | None, tag: str) -> None:
    page = f"\ufeff<p>\r\n<{tag} id=x data-logstats='month'>{{}}</{tag}>\r\n<td>5 views"
    if new is not None:
        replaced = html_markers.replaced(page.format(old).encode(), [counters()])
        assert replaced.decode() == page.format(new)
        assert html_markers.replaced(replaced, [counters()]) == replaced, (
            "the next run finds the figure again"
        )
    elif tag != "TITLE" or "<" not in old:  # tags have no meaning in a title
        with pytest.raises(UsageError) as refused:
            html_markers.replaced(page.format(old).encode(), [counters()])
        assert refused.value.line == 2
        assert "marked month" in str(refused.value)


TEXTS = [
    # the mark of an element that is no number, its text, and the text afterwards (None: refused)
    ("at", "as of 2026-01-02 03:04 (local)", "as of 2026-11-21 10:00 (local)"),
    ("at", "as of", None),
    ("at", "2026-01-02 03:04 to 2026-01-02 03:05", None),
    ("stale", "stale: true", "stale: false"),
    ("stale", "untrue", None),
    ("site", "", "portal"),
    ("site", "portal", "portal"),
    ("site", "Our portal", None),
]


@pytest.mark.parametrize(("name", "old", "new"), TEXTS)
def test_a_text_is_replaced_where_it_is_certain(name: str, old: str, new: str | None) -> None:
    page = f'<b data-logstats="{name}">{{}}</b>'
    if new is not None:
        assert html_markers.replaced(page.format(old).encode(), [counters()]).decode() == page.format(new)
    else:
        with pytest.raises(UsageError, match=f"marked {name} holds"):
            html_markers.replaced(page.format(old).encode(), [counters()])


@pytest.mark.parametrize("text", ["1,605,240", "1.605.240 lượt", "Tất cả: 1&nbsp;605&nbsp;240"])
def test_the_all_time_count_is_found_among_words(text: str) -> None:
    page = f'<b data-logstats="all_time">{text}</b>'
    assert html_markers.all_time_counts(page.encode()) == {"": 1605240}


@given(
    before=st.text(st.sampled_from("5 .,k-&;#<>é\u00a0\n")),
    after=st.text(st.sampled_from("5 .,k-&;#<>é\u00a0\n")),
)
def test_no_word_of_a_marked_element_is_ever_lost(before: str, after: str) -> None:
    page = f'<b data-logstats="month">{before}7{after}</b>'
    try:
        replaced = html_markers.replaced(page.encode(), [counters()]).decode()
    except UsageError:
        return
    words = re.compile(r"[^0-9.,\u00a0]+")
    assert "".join(words.findall(replaced)) == "".join(words.findall(page))


@pytest.mark.parametrize(("old", "new"), PAGES, ids=[old for old, _ in PAGES])
def test_a_page_keeps_all_but_the_figures(old: str, new: str | None) -> None:
    around = b"<?php echo 1 > 0 ?>\r\n<title>\xff</title>\x00", b"<p>\r\n</p>\xfe</html>"
    if new is None:
        with pytest.raises(UsageError):
            html_markers.replaced(old.encode(), [counters()])
    else:
        replaced = html_markers.replaced(around[0] + old.encode() + around[1], [counters()])
        assert replaced == around[0] + new.encode() + around[1]


def test_the_box_that_was_pasted_into_a_page_is_one() -> None:
    old = box.html_box([counters(online=1, all_time=7)], "vi")
    assert html_markers.replaced(old.encode(), [counters()]).decode() == box.html_box([counters()], "vi")


def test_each_site_has_the_elements_that_name_it_or_stand_inside_one_that_does() -> None:
    text = (
        '<p data-site="a"><br><i data-logstats="online">0</i>'
        '<u data-site="bản" data-logstats="online">0</u></p>'
        '<b data-logstats="online" data-site="b&#7843;n">0</b><s data-logstats="online">0</s>'
    )
    both = [counters("a", online=1), counters("bản", online=2)]
    replaced = html_markers.replaced(text.encode(), both).decode()
    assert re.findall(r"<(\w)[^>]*>(\d)<", replaced) == [("i", "1"), ("u", "2"), ("b", "2"), ("s", "0")]
    replaced = html_markers.replaced(text.encode(), both[1:]).decode()
    assert re.findall(r"<(\w)[^>]*>(\d)<", replaced) == [("i", "0"), ("u", "2"), ("b", "2"), ("s", "2")]
    with pytest.raises(UsageError, match='name the site in each marked element, data-site="a"'):
        html_markers.replaced(b"<b data-logstats=today>1</b>", both)


@given(text=st.text(st.sampled_from("<>/!-'\"= abdlogstay\n&;")))
def test_whatever_a_page_holds_only_the_marked_text_changes(text: str) -> None:
    mark = '<b data-logstats="today">0</b>'
    try:
        replaced = html_markers.replaced((text + mark).encode(), [counters()]).decode()
    except UsageError:
        return
    assert replaced == text + mark.replace("0", "274")


def test_counters_into_replaces_the_figures_of_a_page(month: Path, tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_bytes(b'<p data-logstats="today">\xff 0</p>\r\n')
    assert ask(month, "--into", path) == Ran(0, b"", "")
    assert path.read_bytes() == b'<p data-logstats="today">\xff 274</p>\r\n'
    assert list(tmp_path.iterdir()) == [path]


REFUSED = [
    # options, the exit code, what is said; the page has no mark, the template an unknown placeholder
    (["--into", "page.html"], 2, f"page.html: no element is marked for {SITE}; write <span data-logstats="),
    (["--into", "nowhere.html"], 1, "nowhere.html: can't be read: No such file or directory"),
    (["--into", "."], 1, ".: is not a regular file"),
    (["--into", "page.html", "--output", "x"], 2, "--output and --into can't be combined; use "),
    (["--into", "page.html", "--template", "x"], 2, "--template and --into can't be combined; use "),
    (["--into", "page.html", "--format", "html"], 2, "--into and --format can't be combined; use "),
    (["--template", "template", "--format", "html"], 2, "can't be combined; use --output and --format"),
    (
        ["--template", "template"],
        2,
        "template: no placeholder is called {yesterday}; there are: {online}, {to",
    ),
    (["--template", "page.html"], 2, "page.html: it has no placeholder; there are: {online}, {today}"),
    (["--template", "binary"], 2, "binary: is not UTF-8"),
    (["--template", "nowhere"], 1, "nowhere: can't be read: No such file or directory"),
    (["--template", "template", "--output", "page.html"], 2, "{all_time}"),
]


@pytest.mark.parametrize(("options", "code", "message"), REFUSED, ids=[" ".join(row[0]) for row in REFUSED])
def test_what_is_refused_leaves_the_page(
    options: list[str], code: int, message: str, month: Path, folder: Path
) -> None:
    Path("page.html").write_text("<p>Hello</p>")
    Path("template").write_text("{today} {yesterday}")
    Path("binary").write_bytes(b"{today}\xff")
    before = sorted(folder.iterdir())
    ran = ask(month, *options)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert ran.err.startswith("logstats: ")
    assert Path("page.html").read_text() == "<p>Hello</p>"
    assert sorted(folder.iterdir()) == before


# --- A template ------------------------------------------------------------------------------------

TEMPLATES = [
    # a template, and what comes of it
    ("{today}", "274"),
    ("{all_time} {all_time:d}\n", "1,605,233 1605233\n"),
    ('{"week": {week:d}}', '{"week": 3716}'),
    ("a{color:red} {{today}} { today } {}", "a{color:red} {274} { today } {}"),
    ("{site} {at} {logged_until}", "&lt;b&gt;&quot;Bát Xát&quot; 2026-11-21 10:00 2026-11-21 10:00"),
    ("{online}/{month}/{online_window_s}/{stale}", "23/10,911/600/false"),
]


@pytest.mark.parametrize(("template", "text"), TEMPLATES)
def test_a_template_is_filled(template: str, text: str) -> None:
    assert box.filled(template, [counters('<b>"Bát Xát"')]) == text


def test_a_template_is_filled_for_each_site() -> None:
    assert box.filled("{site}: {online}\n", [counters("a"), counters("b", online=2)]) == "a: 23\nb: 2\n"


def test_a_template_is_printed_or_written(month: Path, tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.write_text("Hôm nay {today}, tất cả {all_time}\n", encoding="utf-8")
    text = "Hôm nay 274, tất cả 1,605,233\n"
    assert ask(month, "--template", template) == Ran(0, text.encode(), "")
    assert ask(month, "--template", template, "-o", tmp_path / "box.inc") == Ran(0, b"", "")
    assert (tmp_path / "box.inc").read_text(encoding="utf-8") == text


# --- All time never goes down ----------------------------------------------------------------------


def in_format(name: str) -> Callable[[Path, Sequence[str]], CounterFile]:
    return lambda path, _: CounterFile(path, format=name)


MARKED = '<b data-logstats="all_time" data-site="{site}">0</b>'
FORMS: dict[str, Callable[[Path, Sequence[str]], CounterFile]] = {
    **{name: in_format(name) for name in box.FILE_FORMATS},
    "text, English": lambda path, _: CounterFile(path, lang="en"),
    "html, English": lambda path, _: CounterFile(path, format="html", lang="en"),
    "template": lambda path, _: CounterFile(
        path, template=written(path, "tmpl", "{site} {week}/{all_time}\n")
    ),
    "template, digits": lambda path, _: CounterFile(
        path, template=written(path, "tmpl", "{at} {all_time:d} {stale} {site}\n")
    ),
    "page": lambda path, sites: CounterFile(
        written(path, "html", "".join(MARKED.format(site=site) for site in sites)), has_markers=True
    ),
}


def written(path: Path, ending: str, text: str) -> Path:
    made = path.with_suffix(f".{ending}")
    made.write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize("sites", [["portal"], ["portal 7", "cổng b"]], ids=["one site", "two sites"])
@pytest.mark.parametrize("form", FORMS)
def test_all_time_never_goes_down_in_any_form_of_a_counter_file(
    form: str, sites: list[str], tmp_path: Path
) -> None:
    file = FORMS[form](tmp_path / "box", sites)
    higher, lower = ([counters(site, all_time) for site in sites] for all_time in (1605233, 1605232))
    assert counter_files.publish(file, lower, never)
    assert counter_files.publish(file, higher, never)
    assert not counter_files.publish(file, higher, never)
    old = file.path.read_bytes()
    message = r"the all-time count would drop from 1,605,233 to 1,605,232.*--allow-decrease"
    with pytest.raises(LogstatsError, match=message) as refused:
        counter_files.publish(file, lower, lambda: lower)
    assert all(f"({site})" in str(refused.value) for site in sites if len(sites) > 1)
    assert file.path.read_bytes() == old
    assert counter_files.publish(file, lower, never, allow_decrease=True)
    assert file.path.read_bytes() != old


def test_two_sites_that_share_a_page_are_compared_each_with_its_own(tmp_path: Path) -> None:
    """Here b shows no all time, so that there is nothing of its own to compare."""
    marks = MARKED.format(site="a") + '<b data-logstats="online" data-site="b">0</b>'
    file = CounterFile(written(tmp_path / "box", "html", marks), has_markers=True)
    assert counter_files.publish(file, [counters("a", 100)], never)
    assert counter_files.publish(file, [counters("b", 9)], never)
    assert re.findall(r">([\d,]+)<", file.path.read_text()) == ["100", "23"]
    lower = [counters("a", 99)]
    with pytest.raises(LogstatsError, match="from 100 to 99"):
        counter_files.publish(file, lower, lambda: lower)


def test_a_form_that_is_new_is_compared_with_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "box"
    for name in box.FILE_FORMATS:
        before = [counters(all_time=9)]
        assert counter_files.publish(CounterFile(path, format=name), before, never, allow_decrease=True)
        for other in set(box.FILE_FORMATS) - {name}:
            with pytest.raises(LogstatsError, match="from 9 to 8"):
                counter_files.publish(
                    CounterFile(path, format=other), [counters(all_time=8)], lambda: [counters(all_time=8)]
                )


@pytest.mark.parametrize(
    "old",
    ["", "Hello", "{", "[", "[1]", '[{"all_time": null}]', "all_time\nmany", "• Tất cả: nhiều", "\0\xff"],
)
def test_a_file_without_a_figure_is_replaced(old: str, tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_text(old, encoding="latin-1" if "\xff" in old else "utf-8")
    assert counter_files.publish(CounterFile(path), [counters()], never)


def test_figures_older_than_the_file_are_computed_again(tmp_path: Path) -> None:
    file = CounterFile(tmp_path / "box")
    assert counter_files.publish(file, [counters(all_time=12)], never)
    assert counter_files.publish(file, [counters(all_time=11)], lambda: [counters(all_time=13)])
    assert "13" in file.path.read_text(encoding="utf-8")


def test_all_time_never_goes_down_with_counters_output(month: Path, tmp_path: Path) -> None:
    path = tmp_path / "box.html"
    assert ask(month, "-o", path).code == 0
    path.write_text(path.read_text(encoding="utf-8").replace("1,605,233", "1,605,234"), encoding="utf-8")
    old = path.read_bytes()
    ran = ask(month, "-o", path)
    assert (ran.code, path.read_bytes()) == (1, old)
    assert ran.err == (
        f"logstats: {path}: the all-time count would drop from 1,605,234 to 1,605,233, so the file was "
        "not changed. If 1,605,233 is right, run once with --allow-decrease.\n"
    )
    assert ask(month, "-o", path, "--allow-decrease") == Ran(0, b"", "")
    assert path.read_bytes() != old


# --- Readers, kills, files of killed runs ----------------------------------------------------------


def publish_for_ever(path: str, name: str) -> None:
    all_time = 10**6
    while True:
        all_time += 1
        rows = [counters(f"{name} {number}", all_time) for number in range(40)]
        counter_files.publish(CounterFile(Path(path), format="html"), rows, never, allow_decrease=True)


def is_whole(data: bytes) -> bool:
    """Whether all 40 boxes are there, of one writing."""
    figures = re.findall(rb'logstats-all-time">([\d,]+)</span>', data)
    return len(figures) == 40 and len(set(figures)) == 1 and data.endswith(b"</div>\n")


def test_a_reader_never_sees_an_incomplete_file_and_a_killed_writer_leaves_none(tmp_path: Path) -> None:
    """Two processes write at once, so that each also finds the temporary file of the other."""
    path = tmp_path / "box.html"
    context = multiprocessing.get_context("fork")
    reads = 0
    for _ in range(6):
        writers = [
            context.Process(target=publish_for_ever, args=(str(path), name)) for name in ("site", "b" * 99)
        ]
        for writer in writers:
            writer.start()
        try:
            until = time.monotonic() + 0.5
            while time.monotonic() < until or not path.exists():
                if path.exists():
                    reads += 1
                    assert is_whole(path.read_bytes())
        finally:
            codes = [writer.exitcode for writer in writers]
            for writer in writers:
                writer.kill()
                writer.join()
        assert codes == [None, None], "both were writing to the end"
        assert is_whole(path.read_bytes())
        assert len(list(tmp_path.iterdir())) <= 2
    assert reads > 100
    rows = [counters(all_time=10**9)]
    assert counter_files.publish(CounterFile(path, format="html"), rows, never)
    assert list(tmp_path.iterdir()) == [path]


def test_the_temporary_file_of_a_killed_run_is_removed(tmp_path: Path) -> None:
    with atomic.fresh_file(tmp_path / "box") as fresh:
        left = Path(fresh.name)
    left.write_text("the beginning of a box\n" * 1000)
    assert counter_files.publish(CounterFile(tmp_path / "box"), [counters()], never)
    assert (tmp_path / "box").read_text(encoding="utf-8") == box.text_box([counters()], "vi")
    assert list(tmp_path.iterdir()) == [tmp_path / "box"]


def test_a_folder_that_is_full_leaves_the_old_file(month: Path, tmp_path: Path) -> None:
    """As on a full disk: no file may grow at all."""
    path = tmp_path / "box.txt"
    assert ask(month, "-o", path).code == 0
    old = path.read_bytes()
    limited = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10)); "
        "sys.argv[0] = 'logstats'; runpy.run_module('logstats', run_name='__main__', alter_sys=True)"
    )
    arguments = ["--db", str(month), "counters", "--at", "2026-11-21T10:00:01", "-o", str(path)]
    ran = subprocess.run(
        [sys.executable, "-c", limited, *arguments], capture_output=True, env=process_env(), check=False
    )
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert b"box.txt: can't be written: File too large; the file was not changed" in ran.stderr
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_the_access_list_stays(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_text("")
    try:
        os.setxattr(path, "user.logstats", b"kept")
    except OSError:
        pytest.skip("this file system keeps no attributes")
    assert counter_files.publish(CounterFile(path), [counters()], never)
    assert os.getxattr(path, "user.logstats") == b"kept"


def test_a_signal_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = CounterFile(tmp_path / "box")
    assert counter_files.publish(file, [counters(all_time=1)], never)
    old = file.path.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        counter_files.publish(file, [counters(all_time=2)], never)
    assert file.path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [file.path]
