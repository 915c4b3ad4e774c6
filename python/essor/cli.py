"""The command line: ``essor check|indicators|forecast|dossier FILE``."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from essor import _core, files
from essor.errors import ArgumentError, PlacedError, RecordError
from essor.portfolio import Portfolio

__all__ = ["main"]

_EXAMPLES = """examples:
  essor check spend.csv                              notes on every default taken, or the cell to mend
  essor indicators portfolio.json --as-of 2023-12-31
  essor forecast portfolio.json --product files --metric files --horizon 2
  essor dossier portfolio.json --product files --lang en --out dossier.html

FILE is a portfolio's JSON document, or a CSV with the columns product, period, cost, value and, optionally, metric.
Tables are for reading; --json prints every column, with the evidence.
The exit status is 0, or 2 with the error (place: value: rule) on standard error."""


#: The indicators that a table shows; JSON has the evidence, the bounds and the errors besides.
_SHOWN = (
    "product",
    "metric",
    "start",
    "end",
    "cost",
    "impact",
    "unit_cost",
    "g_cost",
    "g_impact",
    "cost_elasticity",
    "p_observed",
    "p_trend",
    "trajectory",
    "p_trajectory",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, or 2 with the error on standard error."""
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], None] = options.run
        if options.out and run is not _dossier:  # a dossier is written in the format of its suffix
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                run(options)
            files.write(options.out, said.getvalue())
            print(options.out)
        else:
            run(options)
        sys.stdout.flush()
    except PlacedError as error:
        print(f"essor: {error}", file=sys.stderr)
        return 2
    except ImportError as error:
        print(f"essor: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="essor",
        description="Steer public digital services by impact.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"essor {_core.version}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], None], text: str, out: str = "write there instead of printing"
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=text, description=text, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        made.add_argument("file", metavar="FILE", help="a portfolio's JSON document, or a CSV of five columns")
        made.add_argument("--metric", help="name of the metric: of a CSV without that column, else the only one shown")
        made.add_argument("--json", action="store_true", help="print JSON instead of a table")
        made.add_argument("--out", metavar="PATH", help=out)
        made.set_defaults(run=run)
        return made

    command("check", _check, "Check a record, and list each default that was taken.")
    indicators = command("indicators", _indicators, "Print unit costs, growths, returns and trajectories.")
    indicators.add_argument("--product", help="only that product")
    indicators.add_argument("--as-of", metavar="DAY", help="only what was known on that day (YYYY-MM-DD)")
    indicators.add_argument("--months", type=int, default=12, help="length of a window (default: %(default)s)")
    indicators.add_argument("--history", action="store_true", help="every window, not only the latest")
    forecast = command("forecast", _forecast, "Print quantiles of the next windows of a metric.")
    forecast.add_argument("--product", help="only that product")
    forecast.add_argument("--as-of", metavar="DAY", help="only what was known on that day (YYYY-MM-DD)")
    forecast.add_argument("--months", type=int, default=12, help="length of a window, 1, 3, 6 or 12 (default: 12)")
    forecast.add_argument("--season", type=int, help="windows of a season (default: those of a year; 1: none)")
    forecast.add_argument(
        "--reference",
        metavar="CLASS",
        help="shipped class, or a file of one's own (default: public_service_volume for half-years, else general)",
    )
    forecast.add_argument("--horizon", type=int, default=1, help="number of windows ahead (default: %(default)s)")
    forecast.add_argument("--seed", type=int, default=0, help="seed of the draws (default: %(default)s)")
    dossier = command(
        "dossier",
        _dossier,
        "Write the dossier of a product for an investment committee.",
        "write there (.html, .md or .json) instead of printing Markdown",
    )
    dossier.add_argument("--product", help="identifier of the product; may be left out where there is one")
    dossier.add_argument("--as-of", metavar="DAY", help="day of the committee (YYYY-MM-DD)")
    dossier.add_argument("--funder", help="for whom it is drawn up")
    dossier.add_argument("--lang", choices=("fr", "en"), default="fr", help="language (default: %(default)s)")
    dossier.add_argument("--seed", type=int, default=0, help="seed of the draws (default: %(default)s)")
    return parser


def _read(options: argparse.Namespace) -> Portfolio:
    """Read the file named on the command line: a document when it begins with a brace, else a CSV of five columns."""
    content, source = files.read(options.file), files.spelt(options.file)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Portfolio(_core.Portfolio.from_tables(_core.tables_from_json(content, source)), "dict")
    table = _core.table_from_csv(content, source, "table")
    return Portfolio(_core.Portfolio.five_columns(table, options.metric or "impact", "", "flow", "EUR"), "dict")


def _check(options: argparse.Namespace) -> None:
    portfolio = _read(options)
    if options.json:
        _print_json({"file": options.file, "products": portfolio.products, "notes": portfolio.notes})
        return
    print(f"{options.file}: {portfolio!r}")
    for note in portfolio.notes:
        print(f"- {note}")


def _indicators(options: argparse.Namespace) -> None:
    portfolio = _read(options)
    columns = portfolio.indicators(as_of=options.as_of, months=options.months, history=options.history)
    chosen = _chosen(columns, options, portfolio, "indicators")
    _print(chosen if options.json else {name: chosen[name] for name in _SHOWN}, options.json)


def _forecast(options: argparse.Namespace) -> None:
    from essor.forecasting import forecast
    from essor.reference import ReferenceClass

    if options.months not in (1, 3, 6, 12):
        raise ArgumentError("essor forecast: --months", str(options.months), "must be 1, 3, 6 or 12")
    season = 12 // options.months if options.season is None else options.season
    reference = options.reference or ("public_service_volume" if options.months == 6 else "general")
    portfolio = _read(options)
    pairs = [(product, metric) for product in portfolio.products for metric in portfolio.metrics(product)]
    named = {"product": [product for product, _ in pairs], "metric": [metric for _, metric in pairs]}
    chosen = _chosen(named, options, portfolio, "forecast")
    series: dict[str, list[Any]] = {"unique_id": [], "ds": [], "y": []}
    for product, metric in zip(chosen["product"], chosen["metric"], strict=True):
        history = portfolio.series(product, metric, as_of=options.as_of, months=options.months)
        for day, value in zip(history["ds"], history["y"], strict=True):
            if math.isnan(value):
                print(f"essor: {product}: {metric} from {day} is known by its bounds only: left out", file=sys.stderr)
                continue
            series["unique_id"].append(f"{product}: {metric}")
            series["ds"].append(day)
            series["y"].append(value)
    if not series["y"]:
        windows = f"no period of {options.months} months with a figure"
        raise RecordError(files.spelt(options.file), windows, "a forecast needs at least one: see --months and --as-of")
    known = ReferenceClass.from_json(reference) if reference.endswith(".json") else reference
    predicted = forecast(series, options.horizon, season=season, reference=known, seed=options.seed)
    for note in predicted.notes:
        print(f"essor: {note}", file=sys.stderr)
    _print(predicted.quantiles([0.05, 0.25, 0.5, 0.75, 0.95]), options.json)


def _dossier(options: argparse.Namespace) -> None:
    portfolio = _read(options)
    product = options.product
    if product is None:
        if len(portfolio.products) != 1:
            there = ", ".join(portfolio.products[:8])
            raise ArgumentError("essor dossier: --product", "not given", f"name one of the products: {there}")
        product = portfolio.products[0]
    made = portfolio.dossier(product, date=options.as_of, funder=options.funder, lang=options.lang, seed=options.seed)
    if options.out:
        made.save(options.out)
        print(options.out)
    elif options.json:
        sys.stdout.write(made.to_json())
    else:
        sys.stdout.write(made.to_markdown())


def _chosen(
    columns: Mapping[str, list[Any]], options: argparse.Namespace, portfolio: Portfolio, command: str
) -> dict[str, list[Any]]:
    """Keep the rows of the product and the metric that were asked for; a name that is not there is an error."""
    keep = [True] * len(columns["product"])
    for name in ("product", "metric"):
        wanted = getattr(options, name)
        if wanted is None:
            continue
        there = (
            set(portfolio.products)
            if name == "product"
            else {metric for product in portfolio.products for metric in portfolio.metrics(product)}
        )
        if wanted not in there:
            known = ", ".join(sorted(there)[:8])
            raise ArgumentError(f"essor {command}: --{name}", f"'{wanted}'", f"is not in the record, which has {known}")
        keep = [kept and value == wanted for kept, value in zip(keep, columns[name], strict=True)]
    return {name: [value for value, kept in zip(cells, keep, strict=True) if kept] for name, cells in columns.items()}


def _print_json(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False))


def _print(columns: Mapping[str, Sequence[Any]], as_json: bool) -> None:
    """Print columns as a plain table, or as a list of records where a figure that cannot be had is null."""
    if as_json:
        rows = zip(*columns.values(), strict=True)
        _print_json([{name: _plain(value) for name, value in zip(columns, row, strict=True)} for row in rows])
        return
    texts = [[name, *map(_cell, cells)] for name, cells in columns.items()]
    widths = [max(map(len, column)) for column in texts]
    right = [all(isinstance(value, float | int) for value in cells) for cells in columns.values()]
    for row in zip(*texts, strict=True):
        padded = (
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(row, widths, right, strict=True)
        )
        print("  ".join(padded).rstrip())


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cell(value: Any) -> str:
    """Spell a cell for reading: four significant digits, groups of three from a thousand on, a dash for nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if not isinstance(value, float):
        return str(value)
    if 1000 <= abs(value) < 1e15:
        return f"{value:,.{0 if value == round(value) else 2}f}".replace(",", " ")
    return f"{value:.4g}"


if __name__ == "__main__":
    sys.exit(main())
