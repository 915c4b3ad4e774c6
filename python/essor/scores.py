r"""Scores of forecasts against what came: how good, how sharp, how honest.

The observation comes first. Functions of a distribution (``crps_normal``, ...) and of a quantile or an interval take
numbers or arrays that broadcast, as NumPy functions do; functions of draws and of quantiles take one row of them for
each observation. Lower is better, but for `scrps`; `coverage` and `pit` say whether the forecast is honest.

The continuous ranked probability score (CRPS) is in the unit of the value:

.. math::

    \mathrm{CRPS}(F, y) = \int (F(x) - 1\{x \ge y\})^2 \, dx = E|X - y| - \tfrac12 E|X - X'|

It and the log score are proper: no forecast scores better on average than the truth.

Every function raises `ArgumentError` where a number is not finite or a parameter out of its range, and names it.

References
----------
T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, Journal of the American
Statistical Association 102(477), 359-378, doi:10.1198/016214506000001437. A. Jordan, F. Krueger and S. Lerch (2019),
Evaluating probabilistic forecasts with scoringRules, Journal of Statistical Software 90(12), doi:10.18637/jss.v090.i12.

Examples
--------
>>> from essor import scores
>>> round(scores.crps_normal(120, mean=100, sd=15), 2)
12.81
>>> round(scores.mase([239, 262, 290], [250, 280, 300], history=[12, 19, 35, 51, 78, 119, 158, 207]), 3)
0.467
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from essor import _core
from essor.errors import ArgumentError

__all__ = [
    "coverage",
    "crps",
    "crps_beta",
    "crps_binomial",
    "crps_exponential",
    "crps_gamma",
    "crps_laplace",
    "crps_logistic",
    "crps_lognormal",
    "crps_negative_binomial",
    "crps_normal",
    "crps_poisson",
    "crps_quantiles",
    "crps_student_t",
    "interval_score",
    "log_score",
    "log_score_lognormal",
    "log_score_normal",
    "log_score_student_t",
    "mase",
    "mase_scale",
    "msis",
    "pinball",
    "pit",
    "scrps",
    "smape",
    "weighted_quantile_loss",
]

Doubles: TypeAlias = npt.NDArray[np.float64]


# Of draws -------------------------------------------------------------------------------------------------------------


def crps(y: npt.ArrayLike, draws: npt.ArrayLike, *, fair: bool = False, weights: npt.ArrayLike | None = None) -> Any:
    r"""Return the CRPS of draws.

    .. math::

        \frac1m \sum_i |x_i - y| - \frac{1}{2 m^2} \sum_{i,j} |x_i - x_j|

    Parameters
    ----------
    y : array_like, shape (...)
        What came.
    draws : array_like, shape (..., m)
        The draws of each forecast.
    fair : bool, default False
        Divide the second sum by ``2 m (m - 1)``: no bias from the finite number of draws.
    weights : array_like, shape (m,), optional
        Weights of the draws, >= 0; they need not sum to 1. Not together with `fair`.

    Returns
    -------
    float or ndarray
        One score for each `y`, in its unit.

    References
    ----------
    C. A. T. Ferro (2014), Fair scores for ensemble forecasts, Quarterly Journal of the Royal Meteorological Society
    140(683), 1917-1923, doi:10.1002/qj.2270.

    Examples
    --------
    >>> crps(3.0, [2.0, 4.0])
    0.5
    """
    values, rows, shape = _rows("crps", y, "draws", draws)
    if weights is None:
        return _shaped(_core.crps_draws(values, rows, bool(fair)), shape)
    if fair:
        raise ArgumentError("crps: fair", "True", "must be False with weights")
    return _shaped(_core.crps_weighted_draws(values, rows, _list("crps", "weights", weights)), shape)


def scrps(y: npt.ArrayLike, draws: npt.ArrayLike) -> Any:
    r"""Return the scaled CRPS of draws: higher is better.

    .. math::

        -\frac{E|X - y|}{E|X - X'|} - \tfrac12 \ln E|X - X'|

    A series in large units does not outweigh the others. The expectations are means over draws and over pairs of
    different draws.

    Parameters
    ----------
    y : array_like, shape (...)
        What came.
    draws : array_like, shape (..., m)
        The draws of each forecast, not all equal.

    Returns
    -------
    float or ndarray

    References
    ----------
    D. Bolin and J. Wallin (2023), Local scale invariance and robustness of proper scoring rules, Statistical Science
    38(1), 140-159, doi:10.1214/22-STS864. Signed as in the R package loo.
    """
    values, rows, shape = _rows("scrps", y, "draws", draws)
    return _shaped(_core.scrps_draws(values, rows), shape)


def log_score(y: npt.ArrayLike, draws: npt.ArrayLike) -> Any:
    r"""Return the log score, -ln f(y), of the normal kernel density of draws, in nats.

    The width of the kernel is Silverman's :math:`1.06 \min(\mathrm{sd}, \mathrm{IQR} / 1.34) m^{-1/5}`. In the tails
    the score depends on the kernel: prefer a closed form (``log_score_normal``, ...) where there is one, or `crps`.

    Parameters
    ----------
    y : array_like, shape (...)
        What came.
    draws : array_like, shape (..., m)
        The draws of each forecast.

    Returns
    -------
    float or ndarray

    References
    ----------
    B. W. Silverman (1986), Density Estimation for Statistics and Data Analysis, Chapman and Hall, equation 3.28.
    """
    values, rows, shape = _rows("log_score", y, "draws", draws)
    return _shaped(_core.log_score_draws(values, rows), shape)


def pit(y: npt.ArrayLike, draws: npt.ArrayLike, *, seed: int = 0) -> Any:
    r"""Return the probability integral transform of draws: uniform on [0, 1] if forecasts are calibrated.

    .. math::

        u = F(y^-) + v \, [F(y) - F(y^-)], \qquad v \sim U(0, 1)

    Parameters
    ----------
    y : array_like, shape (...)
        What came.
    draws : array_like, shape (..., m)
        The draws of each forecast.
    seed : int, default 0
        Of v, which matters only where draws equal `y`, as with counts.

    Returns
    -------
    float or ndarray

    References
    ----------
    C. Czado, T. Gneiting and L. Held (2009), Predictive model assessment for count data, Biometrics 65(4), 1254-1261,
    doi:10.1111/j.1541-0420.2009.01191.x.
    """
    values, rows, shape = _rows("pit", y, "draws", draws)
    return _shaped(_core.pit_draws(values, rows, np.random.default_rng(seed).random(len(values))), shape)


# Of quantiles and intervals -------------------------------------------------------------------------------------------


def crps_quantiles(y: npt.ArrayLike, quantiles: npt.ArrayLike, probabilities: npt.ArrayLike) -> Any:
    r"""Return twice the mean pinball loss, which is the CRPS seen through as many quantiles as are given.

    .. math::

        \mathrm{CRPS} = 2 \int_0^1 \mathrm{pinball}_p(y, F^{-1}(p)) \, dp

    Parameters
    ----------
    y : array_like, shape (...)
        What came.
    quantiles : array_like, shape (..., k)
        The quantiles of each forecast.
    probabilities : array_like, shape (k,)
        Their probabilities.

    Returns
    -------
    float or ndarray
    """
    values, rows, shape = _rows("crps_quantiles", y, "quantiles", quantiles)
    p = _list("crps_quantiles", "probabilities", probabilities)
    return _shaped(_core.crps_quantiles(values, rows, p), shape)


def pinball(y: npt.ArrayLike, quantile: npt.ArrayLike, p: npt.ArrayLike) -> Any:
    """Return the pinball loss of the `p`-quantile: ``max(p (y - q), (p - 1) (y - q))``."""
    return _core.pinball(_numbers("pinball", "y", y), _numbers("pinball", "quantile", quantile), p)


def interval_score(y: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, alpha: npt.ArrayLike) -> Any:
    """Return the interval score of a central interval of probability ``1 - alpha``.

    Its width, and 2 / alpha times how far `y` is outside.
    """
    function = "interval_score"
    return _core.interval_score(
        _numbers(function, "y", y), _numbers(function, "low", low), _numbers(function, "high", high), alpha
    )


def coverage(y: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> float:
    """Return the share of observations inside their intervals, ends included.

    Parameters
    ----------
    y, low, high : array_like, one shape
        What came, and the ends of each interval.
    """
    same = (_numbers("coverage", "y", y), _numbers("coverage", "low", low), _numbers("coverage", "high", high))
    return _core.coverage(*(numbers.ravel() for numbers in same))


def weighted_quantile_loss(y: npt.ArrayLike, quantiles: npt.ArrayLike, probabilities: npt.ArrayLike) -> float:
    """Return the weighted quantile loss: ``crps_quantiles`` summed over observations, over the sum of |y|.

    Parameters
    ----------
    y : array_like, shape (n,)
        What came, not all 0.
    quantiles : array_like, shape (n, k)
        The quantiles of each forecast.
    probabilities : array_like, shape (k,)
        Their probabilities.
    """
    function = "weighted_quantile_loss"
    values, rows, _ = _rows(function, y, "quantiles", quantiles)
    return _core.weighted_quantile_loss(values, rows, _list(function, "probabilities", probabilities))


# Of points, on the scale of the series --------------------------------------------------------------------------------


def mase_scale(history: npt.ArrayLike, season: int = 1) -> float:
    """Return the scale of a history: the mean of |y_t - y_(t-season)|, in its unit."""
    return _core.mase_scale(_list("mase_scale", "history", history), season)


def mase(y: npt.ArrayLike, forecast: npt.ArrayLike, history: npt.ArrayLike, season: int = 1) -> float:
    """Return the mean absolute scaled error: the mean of |y - forecast| over ``mase_scale(history, season)``.

    Parameters
    ----------
    y, forecast : array_like, shape (n,)
        What came, and the point forecasts (the median is the best one).
    history : array_like
        The values known when the forecast was made, oldest first; not constant.
    season : int, default 1
        Steps of a season; 1 is none.

    References
    ----------
    R. J. Hyndman and A. B. Koehler (2006), Another look at measures of forecast accuracy, International Journal of
    Forecasting 22(4), 679-688, doi:10.1016/j.ijforecast.2006.03.001.
    """
    return _core.mase(
        _list("mase", "y", y), _list("mase", "forecast", forecast), _list("mase", "history", history), season
    )


def msis(
    y: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    history: npt.ArrayLike,
    *,
    alpha: float = 0.05,
    season: int = 1,
) -> float:
    """Return the mean interval score over ``mase_scale(history, season)``.

    Parameters
    ----------
    y, low, high : array_like, shape (n,)
        What came, and the ends of the central intervals of probability ``1 - alpha``.
    history : array_like
        The values known when the forecast was made, oldest first; not constant.
    alpha : float, default 0.05
        What the intervals leave out, in (0, 1).
    season : int, default 1
        Steps of a season; 1 is none.
    """
    came, bottom, top = _list("msis", "y", y), _list("msis", "low", low), _list("msis", "high", high)
    return _core.msis(came, bottom, top, _list("msis", "history", history), alpha, season)


def smape(y: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """Return the symmetric mean absolute percentage error, in [0, 200].

    The mean of ``200 |y - f| / (|y| + |f|)``, 0 where both are 0.
    """
    return _core.smape(_list("smape", "y", y), _list("smape", "forecast", forecast))


# Of a distribution ----------------------------------------------------------------------------------------------------


def crps_normal(y: npt.ArrayLike, mean: npt.ArrayLike, sd: npt.ArrayLike) -> Any:
    r"""Return the CRPS of a normal, :math:`\sigma [z (2 \Phi(z) - 1) + 2 \phi(z) - 1 / \sqrt\pi]`."""
    return _core.crps_normal(_numbers("crps_normal", "y", y), mean, sd)


def crps_student_t(y: npt.ArrayLike, degrees: npt.ArrayLike, location: npt.ArrayLike, scale: npt.ArrayLike) -> Any:
    """Return the CRPS of Student's t with ``degrees > 1`` of freedom."""
    return _core.crps_student_t(_numbers("crps_student_t", "y", y), degrees, location, scale)


def crps_logistic(y: npt.ArrayLike, location: npt.ArrayLike, scale: npt.ArrayLike) -> Any:
    r"""Return the CRPS of a logistic, :math:`s [z - 2 \ln F(z) - 1]`."""
    return _core.crps_logistic(_numbers("crps_logistic", "y", y), location, scale)


def crps_laplace(y: npt.ArrayLike, location: npt.ArrayLike, scale: npt.ArrayLike) -> Any:
    r"""Return the CRPS of a Laplace, :math:`b [|z| + e^{-|z|} - 3/4]`."""
    return _core.crps_laplace(_numbers("crps_laplace", "y", y), location, scale)


def crps_lognormal(y: npt.ArrayLike, log_mean: npt.ArrayLike, log_sd: npt.ArrayLike) -> Any:
    """Return the CRPS of a log-normal, by the mean and standard deviation of its logarithm."""
    return _core.crps_lognormal(_numbers("crps_lognormal", "y", y), log_mean, log_sd)


def crps_gamma(y: npt.ArrayLike, shape: npt.ArrayLike, rate: npt.ArrayLike) -> Any:
    """Return the CRPS of a gamma of mean ``shape / rate``."""
    return _core.crps_gamma(_numbers("crps_gamma", "y", y), shape, rate)


def crps_exponential(y: npt.ArrayLike, rate: npt.ArrayLike) -> Any:
    """Return the CRPS of an exponential of mean ``1 / rate``."""
    return _core.crps_exponential(_numbers("crps_exponential", "y", y), rate)


def crps_beta(y: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Any:
    """Return the CRPS of a beta of mean ``a / (a + b)``."""
    return _core.crps_beta(_numbers("crps_beta", "y", y), a, b)


def crps_poisson(y: npt.ArrayLike, mean: npt.ArrayLike) -> Any:
    """Return the CRPS of a Poisson; `y` need not be whole."""
    return _core.crps_poisson(_numbers("crps_poisson", "y", y), mean)


def crps_negative_binomial(y: npt.ArrayLike, size: npt.ArrayLike, probability: npt.ArrayLike) -> Any:
    """Return the CRPS of a negative binomial of mean ``size (1 - probability) / probability``."""
    return _core.crps_negative_binomial(_numbers("crps_negative_binomial", "y", y), size, probability)


def crps_binomial(y: npt.ArrayLike, trials: npt.ArrayLike, probability: npt.ArrayLike) -> Any:
    """Return the CRPS of a binomial of mean ``trials probability``; `trials` is whole."""
    whole = _numbers("crps_binomial", "trials", trials)
    if not ((whole == np.floor(whole)) & (np.abs(whole) < 2**31)).all():
        raise ArgumentError("crps_binomial: trials", str(trials), "must be whole numbers below 2**31")
    return _core.crps_binomial(_numbers("crps_binomial", "y", y), whole.astype(np.int64), probability)


def log_score_normal(y: npt.ArrayLike, mean: npt.ArrayLike, sd: npt.ArrayLike) -> Any:
    """Return the log score of a normal, -ln f(y), in nats."""
    return _core.log_score_normal(_numbers("log_score_normal", "y", y), mean, sd)


def log_score_student_t(y: npt.ArrayLike, degrees: npt.ArrayLike, location: npt.ArrayLike, scale: npt.ArrayLike) -> Any:
    """Return the log score of Student's t, -ln f(y), in nats."""
    return _core.log_score_student_t(_numbers("log_score_student_t", "y", y), degrees, location, scale)


def log_score_lognormal(y: npt.ArrayLike, log_mean: npt.ArrayLike, log_sd: npt.ArrayLike) -> Any:
    """Return the log score of a log-normal, -ln f(y), in nats; infinite where ``y <= 0``."""
    return _core.log_score_lognormal(_numbers("log_score_lognormal", "y", y), log_mean, log_sd)


# Reading --------------------------------------------------------------------------------------------------------------


def _numbers(function: str, name: str, values: npt.ArrayLike) -> Doubles:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{function}: {name}", type(values).__name__, "must be numbers") from error


def _list(function: str, name: str, values: npt.ArrayLike) -> Doubles:
    numbers = _numbers(function, name, values)
    if numbers.ndim != 1:
        raise ArgumentError(f"{function}: {name}", f"array of shape {numbers.shape}", "must have one dimension")
    return numbers


def _rows(function: str, y: npt.ArrayLike, name: str, rows: npt.ArrayLike) -> tuple[Doubles, Doubles, tuple[int, ...]]:
    """Return the observations in one dimension, their rows in two, and the shape of the observations."""
    values, each = _numbers(function, "y", y), _numbers(function, name, rows)
    if each.shape[:-1] != values.shape or each.ndim == 0:
        rule = f"must have one more dimension than y, whose shape is {values.shape}"
        raise ArgumentError(f"{function}: {name}", f"array of shape {each.shape}", rule)
    return values.ravel(), each.reshape(values.size, each.shape[-1]), values.shape


def _shaped(scores: Doubles, shape: tuple[int, ...]) -> Any:
    return scores.reshape(shape) if shape else float(scores[0])
