"""A session's settings of DuckDB: what another release does not know, and the threads of an ingest."""

from contextlib import suppress
from unittest.mock import patch

import pytest

from logstats.store import Session
from logstats.store import session as store


def test_what_duckdb_does_not_know_it_need_not_leave() -> None:
    with patch.object(store, "NOT_OPTIMISED", ("of_a_later_release", "join_order")), Session() as session:
        session.side_by_side(1)
        assert session.execute("SELECT current_setting('disabled_optimizers')").value() == "join_order"


@pytest.mark.parametrize("fails", [False, True])
def test_an_ingest_has_a_second_thread_only_while_it_is_helped(fails: bool) -> None:
    def threads() -> int:
        return int(session.execute("SELECT current_setting('threads')").value())

    with Session() as session:
        before = threads()
        with session.for_ingest(1):
            with session.helped(is_long=False):
                assert threads() == 1
            with suppress(ZeroDivisionError), session.helped(is_long=True):
                with session.helped(is_long=True):
                    assert threads() == 2
                assert threads() == 2
                assert not fails or 1 // 0
            assert threads() == 1
        assert threads() == before
