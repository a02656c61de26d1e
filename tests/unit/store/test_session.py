"""A session of another release of DuckDB than ours."""

from unittest.mock import patch

from logstats.store import Session
from logstats.store import session as store


def test_what_duckdb_does_not_know_it_need_not_leave() -> None:
    with patch.object(store, "NOT_OPTIMISED", ("of_a_later_release", "join_order")), Session() as session:
        session.side_by_side(1)
        assert session.execute("SELECT current_setting('disabled_optimizers')").value() == "join_order"


def test_all_that_is_to_be_left_is_left() -> None:
    with Session() as session:
        session.side_by_side(1)
        left = session.execute("SELECT current_setting('disabled_optimizers')").value()
        assert sorted(left.split(",")) == sorted(store.NOT_OPTIMISED)


def test_after_an_ingest_the_session_has_its_defaults_again() -> None:
    with Session() as session:
        before = settings(session)
        with session.for_ingest(2) as sessions:
            assert len(sessions) == 2
            assert settings(session) != before
        assert settings(session) == before


def settings(session: Session) -> object:
    return session.execute(
        f"SELECT {', '.join(map('current_setting({!r})'.format, store.INGEST_SETTINGS))}"
    ).rows
