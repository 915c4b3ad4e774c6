"""The two plots: what they draw, from which kinds of input, and what they refuse."""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from essor.errors import ArgumentError
from essor.plotting import trajectory_plane, unit_cost_and_impact

pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    pyplot.close("all")


def history(products: int = 1, years: int = 4, metrics: int = 1) -> dict[str, list[Any]]:
    """Make a history whose growths spread over the plane without chance."""
    names = ("product", "metric", "start", "end", "cost", "impact", "unit_cost", "g_cost", "g_impact", "trajectory")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for product in range(products):
        for metric in range(metrics):
            cost, impact = 1e6, 1e5
            for year in range(2020, 2020 + years):
                g_cost = 0.45 * math.sin(1.7 * product + year) if year > 2020 else math.nan
                g_impact = 0.3 + 0.55 * math.cos(2.9 * product + year + metric) if year > 2020 else math.nan
                cost *= 1.0 if math.isnan(g_cost) else math.exp(g_cost)
                impact *= 1.0 if math.isnan(g_impact) else math.exp(g_impact)
                row = (
                    f"service {product + 1}",
                    f"metric {metric + 1}",
                    f"{year}-01-01",
                    f"{year + 1}-01-01",
                    cost,
                    impact,
                    cost / impact,
                    g_cost,
                    g_impact,
                    "flat cost",
                )
                for name, value in zip(names, row, strict=True):
                    columns[name].append(value)
    return columns


class FakePortfolio:
    """Anything with indicators(history=True), as a portfolio has."""

    def indicators(self, *, history: bool) -> dict[str, list[Any]]:
        assert history
        return globals()["history"](2)


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def product_boxes(ax: Any) -> list[Any]:
    ax.figure.canvas.draw()
    return [text.get_window_extent() for text in ax.texts if text.get_text().startswith("service")]


@pytest.mark.parametrize("kind", ["dict", "records", "pandas", "polars", "pyarrow", "portfolio"])
def test_any_kind_of_input(kind: str) -> None:
    columns = history(2)
    frame: Any = columns
    if kind == "records":
        frame = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    elif kind == "pandas":
        frame = pytest.importorskip("pandas").DataFrame(columns)
    elif kind == "polars":
        frame = pytest.importorskip("polars").DataFrame(columns)
    elif kind == "pyarrow":
        frame = pytest.importorskip("pyarrow").table(columns)
    elif kind == "portfolio":
        frame = FakePortfolio()
    assert trajectory_plane(frame).lines
    assert unit_cost_and_impact(frame, "service 1").lines


def test_days_may_be_dates_or_datetimes() -> None:
    columns = history()
    for kind in (datetime.date, datetime.datetime):
        dated = dict(columns)
        for name in ("start", "end"):
            dated[name] = [kind.fromisoformat(day) for day in columns[name]]
        unit_cost_and_impact(dated, "service 1")
        trajectory_plane(dated)


def test_the_plane_names_its_classes_and_its_products() -> None:
    ax = trajectory_plane(history(9))
    words = texts(ax)
    for name in ("unicorn", "declining", "falling cost", "stagnating", "flat cost", "increasing returns"):
        assert name in words
    assert sum(word.startswith("service") for word in words) >= 7
    assert "a year" in ax.get_xlabel()


@pytest.mark.parametrize("products", [1, 9, 150])
def test_names_of_products_do_not_overlap(products: int) -> None:
    boxes = product_boxes(trajectory_plane(history(products)))
    assert boxes
    for i, box in enumerate(boxes):
        for other in boxes[:i]:
            assert not box.overlaps(other)


def test_half_years_count_as_growth_per_year() -> None:
    half = {
        "product": ["a"],
        "metric": ["m"],
        "start": ["2021-01-01"],
        "end": ["2021-07-01"],
        "g_cost": [0.1],
        "g_impact": [0.2],
    }
    points = trajectory_plane(half).collections[0].get_offsets()
    assert points[0].tolist() == pytest.approx([0.4, 0.2])


def test_points_beyond_the_edge_are_said() -> None:
    columns = history(5)
    columns["g_impact"][3] = 9.0
    assert any("1 point lies beyond the edge" in word for word in texts(trajectory_plane(columns)))


def test_draws_into_given_axes() -> None:
    _, ax = pyplot.subplots()
    assert trajectory_plane(history(), ax) is ax
    _, ax = pyplot.subplots()
    assert unit_cost_and_impact(history(), "service 1", ax=ax) is ax


def test_two_metrics_have_both_names() -> None:
    words = texts(trajectory_plane(history(1, metrics=2)))
    assert "service 1: metric 2" in words


def test_unit_cost_is_drawn_from_zero_with_its_figures() -> None:
    columns = history()
    ax = unit_cost_and_impact(columns, "service 1", "metric 1")
    assert ax.lines[0].get_ydata() == pytest.approx(columns["unit_cost"])
    assert ax.get_ylim()[0] == 0
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2020", "2021", "2022", "2023"]
    assert len(ax.texts) == 4


def test_a_product_without_unit_cost_says_so() -> None:
    columns = history()
    columns["unit_cost"] = [None] * 4
    assert "No window has a unit cost" in texts(unit_cost_and_impact(columns, "service 1"))


def test_wrong_arguments() -> None:
    with pytest.raises(ArgumentError, match="g_cost"):
        trajectory_plane({name: values for name, values in history().items() if name != "g_cost"})
    with pytest.raises(ArgumentError, match="both growths"):
        trajectory_plane(history(years=1))
    with pytest.raises(ArgumentError, match="Portfolio or a data frame"):
        trajectory_plane(3)
    with pytest.raises(ArgumentError, match="service 1"):
        unit_cost_and_impact(history(), "nothing")
    with pytest.raises(ArgumentError, match="metric 1, metric 2"):
        unit_cost_and_impact(history(metrics=2), "service 1")
    with pytest.raises(ArgumentError, match="metric 1"):
        unit_cost_and_impact(history(), "service 1", "another")


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    with pytest.raises(ImportError, match=r"essor\[plot\]"):
        trajectory_plane(history())
