"""The main job: from the records of the worked cases to what an investment committee reads.

Prints a table of all cases, then four of them in detail, and writes the dossier of each in French and English, as HTML
and Markdown. With ESSOR_EVALUATION_DATA set it also runs the UK public services as one portfolio.

    python 01_committee.py [--datasets DIR] [--out DIR]

The example of the same name in C++ prints the same text, to the last digit.
"""

import argparse
import csv
import math
import os
import sys
from pathlib import Path

import essor
import numpy as np
from essor import datasets

#: What the product's funder would pay for one avoided non-recourse, euros: four months of the benefit. An assumption.
VALUE = 4 * 205.0
#: Candidate amounts as multiples of today's, and what each multiplies the reach by: its square root. An assumption.
STEPS = ((0.0, 0.0), (0.25, 0.5), (1.0, 1.0), (2.25, 1.5), (4.0, 2.0), (6.25, 2.5), (9.0, 3.0))


def number(x: float | None) -> str:
    """Write the shortest text that reads back as the same number, as C++'s essor::number_text; a dash for none."""
    if x is None or not math.isfinite(x):
        return "-"
    if x == 0 or 1e-5 <= abs(x) < 1e15:
        return np.format_float_positional(x, trim="-")
    return np.format_float_scientific(x, trim="-", exp_digits=2)


def rounded(x: float | None) -> str:
    """Write a number for reading: three significant digits, whole from a thousand on; a dash for none."""
    if x is None or not math.isfinite(x):
        return "-"
    return f"{x:.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def title(text: str) -> None:
    """Print a title."""
    print(f"\n{text}\n{'-' * len(text)}")


def table(rows: list[list[str]]) -> None:
    """Print rows of cells; every column but the last is as wide as its widest cell, numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell if column == len(row) - 1 else cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells))


def summary(dossier: dict) -> list:
    """Return the figures of a case: unit cost now and before, growths, probabilities, trajectory."""
    windows = dossier["windows"]
    now = windows[0] if windows else None
    before = windows[1] if len(windows) > 1 and now["g_cost"] is not None else None
    return [
        now["unit_cost"]["value"] if now else None,
        before["unit_cost"]["value"] if before else None,
        *(now[name] if now else None for name in ("g_cost", "g_impact", "p_observed", "p_trend")),
        now["trajectory"] if now else "too early",
    ]


def all_cases(dossiers: list[dict]) -> None:
    """Print one line for each case, for reading, then the same figures with all their digits."""
    names = ["metric", "unit cost", "before", "growth of cost", "of impact", "p_observed", "p_trend", "trajectory"]
    read, digits = [["product", *names, "question to ask"]], [["product", *names[1:-1]]]
    for dossier in dossiers:
        *figures, trajectory = summary(dossier)
        metric = dossier["main_metric"] or "-"
        read.append([dossier["product"], metric, *map(rounded, figures), trajectory, dossier["question"]])
        digits.append([dossier["product"], *map(number, figures)])
    title("Where each case is now, by its main metric (growths are differences of logarithms)")
    table(read)
    title("The same figures, all digits")
    table(digits)


def files(dossier: dict) -> None:
    """Print the windows of demarches-simplifiees.fr, and what its published figures say against each other."""
    title("demarches-simplifiees.fr, year by year")
    rows = [["year", "cost", "files", "unit cost", "growth of cost", "of impact", "p_observed", "trajectory"]]
    for window in dossier["windows"]:
        names = ("g_cost", "g_impact", "p_observed")
        figures = [window[name]["value"] for name in ("cost", "impact", "unit_cost")] + [window[n] for n in names]
        rows.append([window["window"]["start"][:4], *map(number, figures), window["trajectory"]])
    table(rows)
    for contradiction in dossier["contradictions"]:
        print(f"\n{contradiction['statement']}")
        for reading in contradiction["readings"]:
            print(f"- {reading}")


def estimates(dossier: dict) -> None:
    """Print how the announced total of SIRHEN moved, as each year's committee could have known it."""
    title("SIRHEN, the total as it was known")
    figures = [
        [line["known_on"], *(number(line[name]) for name in ("total", "overrun", "per_unit"))]
        for line in dossier["estimates"]
    ]
    table([["known on", "total", "overrun", "per person managed"], *figures])
    print("\nSteered as a project or as a product?")
    table([[d["difference"], number(d["figure"]), d["verdict"]] for d in dossier["differences"]])


def benefit() -> None:
    """Print avoided non-recourse: first every factor a number, then what is least known as 90 % intervals."""
    title("Minimum vieillesse, avoided non-recourse: every factor a number")
    for name, estimate in avoided_rows(essor.avoided_non_recourse(**datasets.minimum_vieillesse())):
        print(f"{name}: {number(estimate.value)}")

    title("The same, reach, conversion and take-up without the product as 90 % intervals")
    result = essor.avoided_non_recourse(**datasets.minimum_vieillesse_with_intervals())
    rows = [["", "value", "standard error", "5 %", "50 %", "95 %"]]
    for name, estimate in avoided_rows(result):
        figures = [estimate.value, estimate.se, *(estimate.quantile(p) for p in (0.05, 0.5, 0.95))]
        rows.append([name, *map(number, figures)])
    table(rows)
    print("\nProbability that an avoided non-recourse costs no more than it is worth:")
    worth = [50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 400.0, 600.0]
    acceptability = result.acceptability(worth)
    table([[number(v), number(p)] for v, p in zip(acceptability["value"], acceptability["probability"], strict=True)])
    amounts()


def avoided_rows(result: "essor.appraisal.AvoidedNonRecourse") -> list:
    """Return the figures of avoided non-recourse by their names."""
    return [
        ("newly avoided", result.newly_avoided),
        ("receiving at the end", result.receiving),
        ("person-months", result.person_months),
        ("EUR per avoided non-recourse", result.cost_per_avoided),
        ("EUR per person-month", result.cost_per_person_month),
    ]


def amounts() -> None:
    """Print the return of candidate amounts over two years, and the highest that are worth it."""
    options = datasets.minimum_vieillesse_with_intervals()
    today = options["cost"] * options["periods"]
    avoided = []
    for _, factor in STEPS:
        reach = essor.interval90(0.01 * factor, 0.04 * factor) if factor > 0 else 0.0
        avoided.append(essor.avoided_non_recourse(**{**options, "reach": reach, "cost": None}).newly_avoided)
    response = {"amounts": [step * today for step, _ in STEPS], "avoided": avoided}
    roi = essor.RoiPerAvoidedNonRecourse(VALUE, "funder", response)
    print(f"\nAmounts over two years, if one avoided non-recourse is worth {number(VALUE)} EUR to the funder:")
    rows = [["amount", "avoided", "return", "standard error"]]
    for amount, persons, back in zip(roi.amounts, avoided, roi.roi, strict=True):
        rows.append([number(amount), number(persons.value), number(back.value), number(back.se)])
    table(rows)
    for name, highest in (("break-even against today's", roi.break_even(today)), ("best", roi.optimum())):
        note = ", an end of the amounts given" if highest.at_boundary else ""
        print(f"{name}: {number(highest.value)} EUR (standard error {number(highest.se)}{note})")


def uk_services(folder: Path) -> None:
    """Print what the fiscal years of UK public services say of returns, read as a stranger's spreadsheet is."""
    with open(folder / "public_services" / "uk_cost_panel.csv", newline="", encoding="utf-8") as file:
        kept = [row for row in csv.DictReader(file) if row["nonoverlapping_fy"] == "1"]
    source = {"product": "service", "start": "period_start", "end": "period_end"}
    columns = {name: [row[column] for row in kept] for name, column in source.items()}
    columns["cost"] = [float(row["total_cost_gbp"]) for row in kept]
    columns["value"] = [float(row["transactions"]) for row in kept]
    portfolio = essor.Portfolio.from_table(columns, metric="transactions", unit="transaction", currency="GBP")
    windows = portfolio.indicators(history=True)

    title("UK public services, fiscal years")
    pair = [not math.isnan(g) for g in windows["g_impact"]]
    known = sum(not math.isnan(impact) for impact in windows["impact"])
    print(f"services {len(portfolio.products)}, windows {known}, pairs of adjacent windows {sum(pair)}")
    classes = {}
    for trajectory, follows in zip(windows["trajectory"], pair, strict=True):
        if follows:
            classes[trajectory] = classes.get(trajectory, 0) + 1
    print("classes: " + ", ".join(f"{name} {count}" for name, count in sorted(classes.items())))

    returns = portfolio.returns()
    rows = [["", "value", "standard error"]]
    for name in ("cost_on_impact", "impact_on_cost", "scale", "learning"):
        coefficient = getattr(returns, name)
        rows.append([name, number(coefficient.value), number(coefficient.standard_error)])
    rows.append(["impact_on_cost reversed", number(returns.impact_on_cost_reversed), "-"])
    table(rows)
    print("\nSlope of cost on impact if only so much of the variance of the growth of volume were real:")
    sensitivity = zip(returns.reliability, returns.scale_if_tied, returns.scale_if_independent, strict=True)
    names = ["reliability", "cost computed from volume", "cost measured by itself"]
    table([names, *([number(x) for x in row] for row in sensitivity)])
    # Windows of a service come latest first: the pair that follows row i is that of row i - 1.
    sure = held = 0
    for i in range(1, len(pair)):
        same = windows["product"][i] == windows["product"][i - 1]
        if same and pair[i] and pair[i - 1] and windows["p_observed"][i] >= 0.9:
            sure += 1
            held += windows["g_impact"][i - 1] > windows["g_cost"][i - 1]
    share = number(held / sure) if sure else "-"
    print(f"\nUnit cost that fell with p_observed >= 0.9 fell again in the next window: {held} of {sure}, {share}")


def main() -> None:
    """Run the whole example."""
    parser = argparse.ArgumentParser(description="Prints the worked cases and writes their dossiers.")
    packaged = Path(datasets.path("benefit")).parent
    parser.add_argument("--datasets", type=Path, default=packaged, help="folder of portfolios (default: those shipped)")
    parser.add_argument("--out", type=Path, default=Path("dossiers"), help="folder to write to (default: %(default)s)")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    options.out.mkdir(parents=True, exist_ok=True)

    english = []
    for path in sorted(options.datasets.glob("*.json"), key=lambda path: path.name):
        portfolio = essor.Portfolio.from_json(path)
        for product in portfolio.products:
            for lang in ("fr", "en"):
                dossier = portfolio.dossier(product, lang=lang)
                dossier.save(options.out / f"{product}.{lang}.html")
                dossier.save(options.out / f"{product}.{lang}.md")
                if lang == "en":
                    english.append(dossier.to_dict())

    all_cases(english)
    for dossier in english:
        if dossier["product"] == "demarches-simplifiees.fr":
            files(dossier)
        if dossier["product"] == "sirhen":
            estimates(dossier)
    benefit()
    if os.environ.get("ESSOR_EVALUATION_DATA"):
        uk_services(Path(os.environ["ESSOR_EVALUATION_DATA"]))
    else:
        print("\nUK public services: skipped, ESSOR_EVALUATION_DATA is not set.")
    print(f"\n{len(english)} products, {4 * len(english)} dossiers written.")
    print(f"dossiers: {options.out.resolve()}", file=sys.stderr)


if __name__ == "__main__":
    main()
