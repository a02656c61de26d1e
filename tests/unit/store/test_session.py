"""A session of another release of DuckDB than ours."""

from unittest.mock import patch

from logstats.store import Session
from logstats.store import session as store


def test_what_duckdb_does_not_know_it_need_not_leave() -> None:
    with patch.object(store, "NOT_OPTIMISED", ("of_a_later_release", "join_order")), Session() as session:
        session.side_by_side(1)
        assert session.execute("SELECT current_setting('disabled_optimizers')").value() == "join_order"
