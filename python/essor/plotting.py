"""Two plots of a portfolio's indicators, with matplotlib (``pip install essor[plot]``).

`trajectory_plane` shows where products go: growth of impact against growth of cost. `unit_cost_and_impact` shows one
product over time. Both take a portfolio, or the frame of ``portfolio.indicators(history=True)`` in any kind, draw into
the axes given or into new ones, and return the axes.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from essor.errors import ArgumentError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = ["trajectory_plane", "unit_cost_and_impact"]

_INK = "#1c2230"
_QUIET = "#555d6e"
_BLUE = "#1d4280"
_PALE = "#c9d6ea"

#: Limits of the classes, as logarithms: 10 % a year, and a doubling.
_DELTA = math.log(1.1)
_DOUBLE = math.log(2.0)
#: Beyond these yearly growths a product is drawn at the edge of the plane, as a triangle, and counted below it.
_EDGE_LOW, _EDGE_HIGH = math.log(0.1), math.log(20.0)

_Points: TypeAlias = "list[tuple[float, float]]"


def trajectory_plane(portfolio: Any, ax: Axes | None = None) -> Axes:
    r"""Draw growth of impact against growth of cost: a point for each product and metric, in the classes' regions.

    Growths are those of the latest window that has both, per year whatever its length: :math:`g \cdot 12 /
    \mathrm{months}`. Up to three products also show the way they came. Names that have no room are left out; those
    farthest from the middle come first, and of more than 40 points only the 30 farthest are named.

    Parameters
    ----------
    portfolio : Portfolio or frame
        A portfolio, or the frame of ``portfolio.indicators(history=True)`` (pandas, polars, pyarrow, a dict of lists, a
        list of records).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure where not given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ArgumentError
        When a column is missing from the frame, or nothing in it can be drawn.
    ImportError
        When matplotlib is not installed.
    """
    where = "trajectory_plane: portfolio"
    columns = _columns(portfolio, where, ("product", "metric", "start", "end", "g_cost", "g_impact"))
    series = _growths(columns)
    if not series:
        raise ArgumentError(where, "", "must have a window with both growths: two adjacent windows of one product")
    ax = _axes(ax, (8.0, 6.2))
    latest = [points[-1] for points in series.values()]
    shown = [point for points in series.values() for point in points] if len(series) <= 3 else latest
    (low_x, high_x), (low_y, high_y) = _range(0, shown, -0.5, 1.15), _range(1, shown, -0.6, 0.85)
    ax.set_xlim(low_x, high_x)
    ax.set_ylim(low_y, high_y)
    _draw_regions(ax)
    _label_growth_axes(ax)
    beyond = _draw_points(ax, series, latest)
    _draw_names(ax, _names(series), latest)
    if beyond:
        things = "1 point lies" if beyond == 1 else f"{beyond} points lie"
        ax.text(
            0, -0.13, f"{things} beyond the edge (triangles)", transform=ax.transAxes, color=_QUIET, fontsize="small"
        )
    return ax


def unit_cost_and_impact(portfolio: Any, product: str, metric: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the unit cost (line, left) and the impact (bars, right) of one product over time, both from zero.

    Parameters
    ----------
    portfolio : Portfolio or frame
        A portfolio, or the frame of ``portfolio.indicators(history=True)``.
    product : str
        The product.
    metric : str, optional
        The metric; may be left out where the product has a single one.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure where not given.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the unit cost; those of the impact are its twin.

    Raises
    ------
    ArgumentError
        When the frame lacks a column, the product or the metric, or the product has several metrics and none was given.
    ImportError
        When matplotlib is not installed.
    """
    name = "unit_cost_and_impact"
    wanted = ("product", "metric", "start", "end", "impact", "unit_cost")
    columns = _columns(portfolio, f"{name}: portfolio", wanted)
    chosen = _chosen_metric(columns, name, product, metric)
    windows = sorted(
        _Window(_day(start), _day(end), _number(impact), _number(unit_cost))
        for row_product, row_metric, start, end, impact, unit_cost in zip(*(columns[c] for c in wanted), strict=True)
        if row_product == product and row_metric == chosen
    )
    ax = _axes(ax, (7.2, 4.2))
    bars = ax.twinx()
    ax.set_zorder(bars.get_zorder() + 1)
    ax.patch.set_visible(False)

    middles = [_position(window) for window in windows]
    # A window that is not known leaves a gap: nothing is drawn across it.
    bars.bar(
        middles,
        [0.0 if math.isnan(window.impact) else window.impact for window in windows],
        width=[0.82 * (window.end - window.start).days / 365.25 for window in windows],
        color=_PALE,
    )
    ax.plot(middles, [window.unit_cost for window in windows], color=_BLUE, marker="o", markersize=5, linewidth=1.8)
    _decorate_time(ax, bars, windows, middles)
    ax.set_title(f"{product}: {chosen}", loc="left", fontsize="medium", color=_INK)
    if all(math.isnan(window.unit_cost) for window in windows):
        ax.text(0.5, 0.5, "No window has a unit cost", transform=ax.transAxes, ha="center", color=_QUIET)
        ax.set_yticks([])
    elif len(windows) <= 10:
        _write_unit_costs(ax, windows, middles)
    return ax


# --- what is read --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class _Window:
    start: datetime.date
    end: datetime.date
    impact: float
    unit_cost: float


def _columns(portfolio: Any, where: str, names: Sequence[str]) -> dict[str, list[Any]]:
    """Return the columns of a portfolio's history, or of a frame of any kind, as lists."""
    frame = portfolio.indicators(history=True) if hasattr(portfolio, "indicators") else portfolio
    columns: dict[str, list[Any]]
    if isinstance(frame, Mapping):
        columns = {str(name): list(values) for name, values in frame.items()}
    elif isinstance(frame, Sequence) and all(isinstance(row, Mapping) for row in frame):
        present = {str(name) for row in frame for name in row}
        columns = {name: [row.get(name) for row in frame] for name in present} or {name: [] for name in names}
    else:
        import narwhals as nw

        try:
            table: Any = nw.from_native(frame, eager_only=True)
        except TypeError as error:
            raise ArgumentError(where, type(portfolio).__name__, "must be a Portfolio or a data frame") from error
        columns = {name: table[name].to_list() for name in table.columns}
    for name in names:
        if name not in columns:
            raise ArgumentError(
                where, name, "is a column that the frame must have: pass portfolio.indicators(history=True)"
            )
    return columns


def _number(value: Any) -> float:
    """Return a cell as a float, NaN where absent or not finite."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return math.nan
    return number if math.isfinite(number) else math.nan


def _day(value: Any) -> datetime.date:
    """Return a cell as a day: ISO text, a date, a datetime of any library."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return datetime.date.fromisoformat(str(value)[:10])


def _growths(columns: Mapping[str, Sequence[Any]]) -> dict[tuple[str, str], _Points]:
    """Return the yearly growths (impact, cost) of each product and metric, oldest first."""
    rows: dict[tuple[str, str], list[tuple[datetime.date, float, float]]] = {}
    names = ("product", "metric", "start", "end", "g_impact", "g_cost")
    for product, metric, start, end, g_impact, g_cost in zip(*(columns[name] for name in names), strict=True):
        impact, cost = _number(g_impact), _number(g_cost)
        if math.isnan(impact) or math.isnan(cost):
            continue
        first, last = _day(start), _day(end)
        years = (12 * (last.year - first.year) + last.month - first.month) / 12
        if years > 0:
            rows.setdefault((str(product), str(metric)), []).append((first, impact / years, cost / years))
    return {key: [(impact, cost) for _, impact, cost in sorted(values)] for key, values in rows.items()}


def _chosen_metric(columns: Mapping[str, Sequence[Any]], name: str, product: str, metric: str | None) -> Any:
    """Return the metric to draw, or say which ones there are."""
    pairs = list(zip(columns["product"], columns["metric"], strict=True))
    metrics = list(dict.fromkeys(m for p, m in pairs if p == product))
    if not metrics:
        known = ", ".join(map(str, dict.fromkeys(p for p, _ in pairs))) or "none"
        raise ArgumentError(f"{name}: product", str(product), f"must be a product with a window; there are: {known}")
    if metric is None and len(metrics) > 1:
        raise ArgumentError(f"{name}: metric", "", f"must say which metric: {', '.join(map(str, metrics))}")
    if metric is not None and metric not in metrics:
        raise ArgumentError(
            f"{name}: metric", metric, f"must be a metric of the product: {', '.join(map(str, metrics))}"
        )
    return metrics[0] if metric is None else metric


def _names(series: Mapping[tuple[str, str], _Points]) -> list[str]:
    """Return a name for each product and metric: the product alone where it has one metric."""
    products = [product for product, _ in series]
    return [_short(product if products.count(product) == 1 else f"{product}: {metric}") for product, metric in series]


def _short(name: str, longest: int = 34) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


# --- what is drawn -------------------------------------------------------------------------------


def _axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return the axes given, or those of a new figure, without a frame on two sides."""
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("plots need matplotlib: install it with 'pip install essor[plot]'") from error
    if ax is None:
        _, ax = pyplot.subplots(figsize=size, layout="constrained")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.tick_params(colors=_QUIET, labelsize="small")
    return ax


def _range(axis: int, points: Iterable[tuple[float, float]], low: float, high: float) -> tuple[float, float]:
    """Return the edges of one axis of the plane: a usual stretch, widened for the points in it."""
    values = [min(max(point[axis], _EDGE_LOW), _EDGE_HIGH) for point in points]
    return min([low, *(value - 0.12 for value in values)]), max([high, *(value + 0.12 for value in values)])


def _regions(left: float, right: float, bottom: float, top: float) -> list[tuple[str, str, _Points, _Points]]:
    """Return name, colour, outline and places for the name of each class, in the order in which classes are tried."""
    d, twice = _DELTA, _DOUBLE
    corner = max(right, top) + 1
    side = min(right, top)
    good, best, even, bad, dull = "#e3f1e8", "#cfe7d8", "#f1f2f5", "#f9e9e4", "#f6ece0"

    def box(x0: float, x1: float, y0: float, y1: float) -> _Points:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]

    high, low = top - 0.05 * (top - bottom), bottom + 0.05 * (top - bottom)
    return [
        ("unicorn", best, box(twice, right, bottom, d), [((twice + right) / 2, y) for y in (low, bottom / 2)]),
        ("declining", bad, box(left, -d, bottom, top), [((left - d) / 2, y) for y in (high, low)]),
        ("falling cost", good, box(-d, twice, bottom, -d), [((twice - d) / 2, y) for y in (low, bottom / 2)]),
        ("stagnating", dull, box(-d, d, -d, top), [(0, y) for y in (high, 0.8 * top)]),
        ("flat cost", best, box(d, twice, -d, d), [((d + twice) / 2, y) for y in (0, -0.05, 0.05)]),
        (
            "increasing returns",
            good,
            [(2 * d, d), (corner, d), (corner, corner - d)],
            [(0.82 * right, d + 0.07), (0.8 * right, d + 0.2 * right)],
        ),
        (
            "constant returns",
            even,
            [(d, d), (2 * d, d), (corner, corner - d), (corner, corner + d), (d, 2 * d)],
            [(share * side, share * side) for share in (0.86, 0.6, 0.45)],
        ),
        (
            "decreasing returns",
            bad,
            [(d, 2 * d), (corner, corner + d), (corner, corner + 2), (d, corner + 2)],
            [(d + 0.36 * (side - d), y) for y in (high, 0.85 * top)],
        ),
    ]


def _draw_regions(ax: Axes) -> None:
    from matplotlib.patches import Polygon

    for _, colour, outline, _ in _regions(*ax.get_xlim(), *ax.get_ylim()):
        ax.add_patch(Polygon(outline, facecolor=colour, edgecolor="white", linewidth=1.2, zorder=0))
    ax.axhline(0, color=_QUIET, linewidth=0.7, linestyle=":", zorder=1)
    ax.axvline(0, color=_QUIET, linewidth=0.7, linestyle=":", zorder=1)


def _percent(growth: float) -> str:
    """Return a growth of logarithms as the change that it is: "+120%"."""
    change = 100 * math.expm1(growth)
    return "0%" if abs(change) < 0.5 else f"{change:+,.0f}%".replace("-", "\u2212")


def _label_growth_axes(ax: Axes) -> None:
    """Put ticks at yearly changes that people know, no nearer than a share of the axis."""
    for axis, (low, high), room in ((ax.xaxis, ax.get_xlim(), 0.085), (ax.yaxis, ax.get_ylim(), 0.055)):
        ticks: list[float] = []
        for ratio in (1, 2, 0.5, 1.5, 0.75, 3, 5, 0.25, 10, 0.1, 20, 0.05, 1.25):
            tick = math.log(ratio)
            if low <= tick <= high and all(abs(tick - other) >= room * (high - low) for other in ticks):
                ticks.append(tick)
        axis.set_ticks(ticks, [_percent(tick) for tick in ticks])
    ax.set_xlabel("Growth of impact, a year", color=_INK)
    ax.set_ylabel("Growth of cost, a year", color=_INK)


def _draw_points(ax: Axes, series: Mapping[tuple[str, str], _Points], latest: _Points) -> int:
    """Draw the points, and the way to them where they are few; return how many lie beyond the edge."""
    inside: _Points = []
    beyond: _Points = []
    for x, y in latest:
        if _EDGE_LOW <= x <= _EDGE_HIGH and _EDGE_LOW <= y <= _EDGE_HIGH:
            inside.append((x, y))
        else:
            beyond.append(_at_edge((x, y)))
    if len(series) <= 3:
        for points in series.values():
            way = [_at_edge(point) for point in points]
            ax.plot(
                *zip(*way, strict=True), color="#7f8fae", linewidth=1, marker="o", markersize=4, markerfacecolor="w"
            )
    size = 52 if len(latest) <= 12 else 26
    for points, marker in ((inside, "o"), (beyond, "^")):
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        ax.scatter(xs, ys, s=size, marker=marker, color=_BLUE, edgecolors="w", linewidths=0.7, zorder=4)
    return len(beyond)


def _at_edge(point: tuple[float, float]) -> tuple[float, float]:
    x, y = (min(max(value, _EDGE_LOW), _EDGE_HIGH) for value in point)
    return x, y


def _draw_names(ax: Axes, names: Sequence[str], latest: _Points) -> None:
    """Write the classes' names, then as many of the products' as have room beside their points."""
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import Bbox

    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # so that the layout has settled before places are measured
    frame = ax.get_window_extent()
    pixel = figure.dpi / 72
    edge = [_at_edge(point) for point in latest]
    places = [ax.transData.transform(point) for point in edge]
    taken = [Bbox.from_bounds(x - 4 * pixel, y - 4 * pixel, 8 * pixel, 8 * pixel) for x, y in places]

    def takes_room(text: Text) -> bool:
        box = text.get_window_extent()
        inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
        if not inside or any(box.overlaps(other) for other in taken):
            return False
        taken.append(box)
        return True

    for name, _, _, spots in _regions(*ax.get_xlim(), *ax.get_ylim()):
        text = ax.text(*spots[0], name, ha="center", va="center", color="#4a5160", fontsize="small", style="italic")
        for spot in spots:
            text.set_position(spot)
            if takes_room(text):
                break
        else:  # crowded: the name still says what the region is, under the points
            text.set_position(spots[0])

    middle = ax.transData.transform((0.0, 0.0))
    farthest = sorted(range(len(latest)), key=lambda i: -math.hypot(*(places[i] - middle)))
    for i in farthest if len(farthest) <= 40 else farthest[:30]:
        text = ax.annotate(
            names[i],
            edge[i],
            xytext=(0, 0),
            textcoords="offset points",
            fontsize="small",
            color=_INK,
            zorder=5,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
        box = text.get_window_extent()
        width, height, gap = box.width / pixel, box.height / pixel, 6.0
        beside = ((gap, -height / 2), (-gap - width, -height / 2), (-width / 2, gap), (-width / 2, -gap - height))
        for offset in beside:
            text.set_position(offset)
            if takes_room(text):
                break
        else:
            text.remove()


def _position(window: _Window) -> float:
    """Return the middle of a window, in years."""
    return (_years(window.start) + _years(window.end)) / 2


def _years(day: datetime.date) -> float:
    return day.year + (day.month - 1) / 12


def _period(window: _Window) -> str:
    """Return a window as periods are written: 2021, 2021-H1, 2021-Q3, 2021-04, else its first and last month."""
    months = 12 * (window.end.year - window.start.year) + window.end.month - window.start.month
    first = window.start.month - 1
    if months == 12 and first == 0:
        return f"{window.start.year}"
    if months == 6 and first % 6 == 0:
        return f"{window.start.year}-H{first // 6 + 1}"
    if months == 3 and first % 3 == 0:
        return f"{window.start.year}-Q{first // 3 + 1}"
    if months == 1:
        return f"{window.start:%Y-%m}"
    last = window.end - datetime.timedelta(days=1)
    return f"{window.start:%Y-%m} to\n{last:%Y-%m}"


def _decorate_time(ax: Axes, bars: Axes, windows: Sequence[_Window], middles: Sequence[float]) -> None:
    """Label the axes of a plot over time; ticks are periods, as many as have room."""
    from matplotlib.ticker import EngFormatter, FuncFormatter

    step = -(-len(windows) // 9)
    ax.set_xticks(list(middles[::step]), [_period(window) for window in windows[::step]])
    ax.set_ylim(bottom=0)
    highest = max((window.unit_cost for window in windows if not math.isnan(window.unit_cost)), default=1.0)
    ax.set_ylim(0, 1.18 * highest if highest > 0 else 1.0)
    most = max((window.impact for window in windows if not math.isnan(window.impact)), default=1.0)
    bars.set_ylim(0, 1.3 * most if most > 0 else 1.0)
    bars.yaxis.set_major_formatter(EngFormatter(sep=""))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"))
    ax.set_ylabel("Unit cost (line)", color=_BLUE)
    bars.set_ylabel("Impact (bars)", color=_QUIET)
    for side in ("top", "left"):
        bars.spines[side].set_visible(False)
    bars.tick_params(colors=_QUIET, labelsize="small")


def _write_unit_costs(ax: Axes, windows: Sequence[_Window], middles: Sequence[float]) -> None:
    from matplotlib.patheffects import withStroke

    for middle, window in zip(middles, windows, strict=True):
        if not math.isnan(window.unit_cost):
            ax.annotate(
                f"{window.unit_cost:,.2f}" if window.unit_cost < 100 else f"{window.unit_cost:,.0f}",
                (middle, window.unit_cost),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                fontsize="small",
                color=_INK,
                path_effects=[withStroke(linewidth=2.5, foreground="white")],
            )
