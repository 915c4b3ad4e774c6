"""Worked cases: real records of public digital products, each figure with its source.

Every case is a file in the portfolio format, next to this module, that any tool can read::

    >>> from essor import datasets
    >>> datasets.names()  # doctest: +NORMALIZE_WHITESPACE
    ['associations', 'benefit', 'demarches_simplifiees', 'la_bonne_alternance', 'louvois',
     'mes_aides_reno', 'onp', 'scribe', 'sirhen']

Each function below loads one case as a :class:`essor.Portfolio`. What a source does not give is left out. What was
derived, assumed or invented says so in its ``source``, row by row. A day that was not published is the latest one the
source allows, which ``source`` says too. Columns that the format does not name (``source`` of products, metrics,
targets and decisions, ``population``, ``printed_line_total``, ...) are labels: they are kept and come back, and
no indicator is computed from them. The dossier reads some: a metric's ``name_fr`` and ``unit_fr`` (or ``name_en`` and
``unit_en``) are what it is called in that language.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from essor.errors import ArgumentError

if TYPE_CHECKING:
    from essor.portfolio import Portfolio

__all__ = [
    "all_cases",
    "associations",
    "benefit",
    "demarches_simplifiees",
    "la_bonne_alternance",
    "load",
    "louvois",
    "mes_aides_reno",
    "minimum_vieillesse",
    "minimum_vieillesse_with_intervals",
    "names",
    "onp",
    "path",
    "scribe",
    "sirhen",
]

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Names of the cases, in alphabetical order."""
    return sorted(file.stem for file in _FOLDER.glob("*.json"))


def path(name: str) -> Path:
    """Path of the file of a case.

    Parameters
    ----------
    name
        One of :func:`names`.

    Raises
    ------
    ArgumentError
        When there is no such case.
    """
    if name not in names():
        raise ArgumentError("datasets.path: name", name, f"must be one of {', '.join(names())}")
    return _FOLDER / f"{name}.json"


def load(name: str) -> Portfolio:
    """Load a case by its name.

    Parameters
    ----------
    name
        One of :func:`names`.

    Raises
    ------
    ArgumentError
        When there is no such case.
    """
    from essor.portfolio import Portfolio

    return Portfolio.from_json(path(name))


def all_cases() -> Mapping[str, Portfolio]:
    """Every case, by name."""
    return {name: load(name) for name in names()}


def demarches_simplifiees() -> Portfolio:
    """demarches-simplifiees.fr, 2019-2024: cost grew more slowly than impact, until it did not.

    Files submitted grew by 120 % a year at a constant cost in 2020 and 2021, then flattened. The published figures
    contradict each other: 0.40 EUR a file in 2021 and +120 % files at constant cost make 0.88 EUR in 2020, where
    "more than 1 EUR" was published. The costs and files of 2019 and 2020 are derived from the published growths, and
    "more than 4 million" files in 2024 stays a bound.

    Notes
    -----
    Sources: Bilans 2021 to 2024 of beta.gouv.fr (DINUM); its guide de financement, chapter 4; France Stratégie,
    quoted there, for the cost of a paper file. Costs are without civil servants' pay.
    """
    return load("demarches_simplifiees")


def benefit() -> Portfolio:
    """Minimum vieillesse of single persons: a product against the non-recourse to a benefit, a worked example.

    The need is measured: half of the eligible single persons did not receive the benefit in 2016. The product and its
    cost are assumptions. Its effect is computed by :func:`essor.avoided_non_recourse` from
    :func:`minimum_vieillesse`.

    Notes
    -----
    Source: DREES, Les dossiers de la DREES no 97 (2022).
    """
    return load("benefit")


def mes_aides_reno() -> Portfolio:
    """Mes Aides Réno, 2025: one budget of 35 000 EUR a month seen at three unit costs.

    0.44 EUR per visitor, 0.87 EUR per simulation and 3.5 EUR per lead are the same money, at the levels used and
    useful; impact was too early to say. These are the figures of one month, so indicators need ``months=1``. Its
    budget by item covers 2024 and 2025 as a whole, and its decisions and the target set in June 2025 are those that
    the product published.

    Notes
    -----
    Sources: committee template of beta.gouv.fr (example of Mes Aides Réno); sheet of the product on beta.gouv.fr.
    """
    return load("mes_aides_reno")


def la_bonne_alternance() -> Portfolio:
    """La bonne alternance, 2024-2025: 15.0 EUR per candidate, then 14.0 expected, 10 to 12 aimed at.

    The budget of 2025 comes three times, never to be added: granted as a whole (committed), consumed from January to
    March (paid) and planned from April to December, both by activity. The totals printed beside it, kept as the
    labels ``printed_line_total`` and ``printed_column_total``, differ from the sums by up to a thousand euros, by
    rounding; the grand total printed is 2 203 000 EUR where the lines make 2 200 000.

    Notes
    -----
    Source: committee template of beta.gouv.fr (example of La bonne alternance); sheet of the product on beta.gouv.fr.
    """
    return load("la_bonne_alternance")


def associations() -> Portfolio:
    """Associations find volunteers: impact that is people, not money, so no cost-benefit ratio is sensible. An example.

    The counts are those published for JeVeuxAider.gouv.fr, whose cost was not found: costs, targets and decisions are
    invented for illustration, and say so.

    Notes
    -----
    Source of the counts: Bilan 2024 of beta.gouv.fr (DINUM).
    """
    return load("associations")


def scribe() -> Portfolio:
    """Scribe, 2015-2021: 13.28 million EUR, nothing delivered.

    Notes
    -----
    Source: Cour des comptes, audit flash, July 2022.
    """
    return load("scribe")


def sirhen() -> Portfolio:
    """SIRHEN, 2007-2018: planned at 60 million EUR, stopped after about 400, for 18 000 of 1.2 million staff.

    Each estimate of the total cost is a vintage of the same planned cost, with the day on which it was known: seen as
    of each year, the record shows the estimate of that year.

    Notes
    -----
    Sources: Sénat, rapport général no 140 (2016-2017), annexe 14; Cour des comptes, référé S2016-3915 and annual
    report 2020; press for the days around the stop and for the first staff managed.
    """
    return load("sirhen")


def onp() -> Portfolio:
    """ONP, 2007-2014: 346 million EUR for a common payroll of the State that was never used.

    It promised savings of 3 800 posts.

    Notes
    -----
    Source: Cour des comptes, annual report 2015.
    """
    return load("onp")


def louvois() -> Portfolio:
    """Louvois, from 2011: a harm is a metric too, with a good direction that is down.

    573 million EUR of pay were wrongly paid by July 2018, of which 405 were recovered; corrections cost 47 million
    EUR in 2014 and 26.7 in 2015.

    Notes
    -----
    Sources: hearing of the secretary general for administration (La Tribune, 30 October 2018); answer to written
    question 8891 of the National Assembly; Cour des comptes, annual report 2016.
    """
    return load("louvois")


def minimum_vieillesse() -> dict[str, Any]:
    r"""Arguments of :func:`essor.avoided_non_recourse` for the worked example of the *minimum vieillesse*.

    321 200 single persons were eligible and did not receive it in 2016 (DREES, Les dossiers de la DREES no 97); 205
    EUR a month is what they missed on average. Everything else is an assumption of the example: per half-year, 96 %
    stay eligible, 3 % would take up by themselves, the product reaches 2 % of non-recipients, of whom 20 % end up
    paid, and it costs 300 000 EUR; as many become eligible without receiving as it takes to keep their number
    constant without the product, :math:`e = N (1 - s (1 - h_0))`.

    After four half-years and without discounting: 4 958.49 newly avoided, 4 289.72 persons receiving, 55 901.39
    person-months, 242.01 EUR per avoided non-recourse, 21.47 EUR per person-month.

    Examples
    --------
    >>> from essor import datasets
    >>> round(datasets.minimum_vieillesse()["newly_eligible"], 1)
    22098.6
    """
    eligible, persistence, take_up_without = 321_200, 0.96, 0.03
    return {
        "eligible_non_recipients": eligible,
        "reach": 0.02,
        "conversion": 0.2,
        "take_up_without": take_up_without,
        "persistence": persistence,
        "newly_eligible": eligible * (1 - persistence * (1 - take_up_without)),
        "months": 6,
        "periods": 4,
        "cost": 300_000,
        "discount_rate": 0,
    }


def minimum_vieillesse_with_intervals() -> dict[str, Any]:
    """Arguments of :func:`minimum_vieillesse` where what is least known is an interval.

    The 90 % intervals are assumptions of the example: reach from 1 % to 4 % of non-recipients, conversion from 10 %
    to 35 %, take-up without the product from 2 % to 5 %, each per half-year. The number of newly eligible persons
    stays as it was.
    """
    from essor import interval90

    return minimum_vieillesse() | {
        "reach": interval90(0.01, 0.04),
        "conversion": interval90(0.10, 0.35),
        "take_up_without": interval90(0.02, 0.05),
    }
