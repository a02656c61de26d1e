"""Bars and sparklines."""

import pytest

from logstats.render import chart


@pytest.mark.parametrize(
    ("value", "utf8", "plain"),
    [
        (0, "", ""),
        (-3, "", ""),
        (0.001, "▏", "#"),
        (1, "▋", "#"),
        (4, "██▍", "##"),
        (5, "███", "###"),
        (10, "██████", "######"),
        (11, "██████", "######"),
    ],
)
def test_a_bar_is_as_long_as_its_value_and_never_longer_than_the_largest(
    value: float, utf8: str, plain: str
) -> None:
    assert chart.bar(value, 10, 6, is_utf8=True) == utf8
    assert chart.bar(value, 10, 6, is_utf8=False) == plain


def test_bars_of_values_that_are_all_zero_are_empty() -> None:
    assert chart.bar(0, 0, 6, is_utf8=True) == ""


@pytest.mark.parametrize(
    ("values", "utf8", "plain"),
    [
        ([], "", ""),
        ([0, 0], "▁▁", "__"),
        ([0, 1, 50, 100], "▁▂▅█", "_.=#"),
        ([7, 7], "██", "##"),
    ],
)
def test_a_sparkline_has_a_sign_for_each_day_and_its_lowest_for_none(
    values: list[int], utf8: str, plain: str
) -> None:
    assert chart.sparkline(values, max(values, default=0), is_utf8=True) == utf8
    assert chart.sparkline(values, max(values, default=0), is_utf8=False) == plain


@pytest.mark.parametrize(
    ("columns", "condensed"),
    [
        (7, [1, 2, 3, 4, 5, 6, 7]),
        (9, [1, 2, 3, 4, 5, 6, 7]),
        (4, [1, 2.5, 4.5, 6.5]),
        (2, [2, 5.5]),
        (1, [4]),
    ],
)
def test_a_narrow_sparkline_has_the_mean_of_a_few_days_and_ends_with_the_last(
    columns: int, condensed: list[float]
) -> None:
    assert list(chart.condensed([1, 2, 3, 4, 5, 6, 7], columns)) == condensed
