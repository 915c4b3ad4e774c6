"""Growth and diffusion curves: fits with diagnostics, posteriors with evidence, and when a ceiling is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from essor import _core
from essor.errors import ArgumentError

__all__ = [
    "CurveFit",
    "CurvePosterior",
    "CurvePrediction",
    "Saturation",
    "curve_posterior",
    "curve_weights",
    "fit_curve",
]

Floats = npt.NDArray[np.float64]
Prior = float | tuple[float, float]


@dataclass(frozen=True)
class CurvePrediction:
    """A curve at times to come.

    Attributes
    ----------
    time : array (steps,)
        In the unit of the times given; 1 is the first value where none were.
    value : array (steps,)
        Level, flow of the period or running total, as the history was; median of what will be observed for lognormal
        noise, mean for the others.
    standard_error : array (steps,)
        Of the value, from the uncertainty of the parameters alone. What will be observed scatters about it:
        :meth:`CurvePosterior.predict` has both.
    """

    time: Floats
    value: Floats
    standard_error: Floats


@dataclass(frozen=True)
class Saturation:
    """When a share of the ceiling is reached.

    Attributes
    ----------
    share : float
        Share of the ceiling, in (0, 1).
    time : float
        When the curve reaches it, in the unit of the times; of a posterior, the median.
    standard_error : float
        Of the time; of a posterior, its standard deviation over the draws.
    interval : (float, float)
        90 % interval: normal about the fit, quantiles of the posterior.
    """

    share: float
    time: float
    standard_error: float
    interval: tuple[float, float]


class CurveFit:
    """A fitted curve; made by :func:`fit_curve`.

    Attributes
    ----------
    curve, kind, noise : str
        What was fitted.
    parameters, standard_errors : dict of str to float
        By name; the spread of the noise (``sigma`` or ``dispersion``) is among the parameters.
    diagnostics : dict
        ``rss`` and ``r2`` on the scale of the noise (logarithms for lognormal), ``log_likelihood``, ``aicc`` (NaN where
        there are too few values), ``durbin_watson`` and ``autocorrelation`` (lag 1) of the standardised residuals,
        ``iterations``, ``starts``, ``reason``.
    """

    def __init__(self, core: _core.CurveFit, values: Floats, curve: str, kind: str, noise: str) -> None:
        self._core = core
        self._values = values
        self.curve = curve
        self.kind = kind
        self.noise = noise
        self.parameters: dict[str, float] = dict(zip(core.names, core.parameters, strict=True))
        self.standard_errors: dict[str, float] = dict(zip(core.names, core.standard_errors, strict=True))
        self.diagnostics: dict[str, Any] = core.diagnostics
        if noise != "poisson":
            self.parameters["dispersion" if noise == "negative_binomial" else "sigma"] = core.spread

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle as what to fit: the same values give the same fit, to the bit."""
        again = partial(fit_curve, kind=self.kind, noise=self.noise, times=self._core.times)
        return again, (self._values, self.curve)

    def __repr__(self) -> str:
        """Parameters with their standard errors."""
        parts = [
            f"{name}={value:.6g}" + (f" ± {self.standard_errors[name]:.2g}" if name in self.standard_errors else "")
            for name, value in self.parameters.items()
        ]
        return f"CurveFit({self.curve}, {self.kind}, {self.noise}: {', '.join(parts)})"

    @property
    def covariance(self) -> Floats:
        """Covariance of the parameters of the curve, in their order: inverse Fisher information."""
        size = len(self.standard_errors)
        return np.array(self._core.covariance).reshape(size, size)

    @property
    def fitted(self) -> Floats:
        """Means of the independent observations: of the values, or of their increments if they are cumulative."""
        return np.array(self._core.means)

    @property
    def times(self) -> Floats:
        """Times of the values."""
        return np.array(self._core.times)

    def predict(self, steps: int) -> CurvePrediction:
        """Continue the curve.

        Parameters
        ----------
        steps : int
            How many values to come, at least 1, as far apart as those of the history on average.

        Returns
        -------
        CurvePrediction
            Times, values and the standard errors of the values.

        Raises
        ------
        ArgumentError
            When steps is below 1.
        """
        return CurvePrediction(*self._core.predict(steps))

    def saturation(self, share: float = 0.9) -> Saturation:
        r"""Return when the curve reaches a share of its ceiling.

        .. math:: f(t^*) = s K

        The standard error follows from that of the parameters to first order.

        Parameters
        ----------
        share : float, default 0.9
            In (0, 1).

        Returns
        -------
        Saturation
            Time with a 90 % interval.

        Raises
        ------
        ArgumentError
            When the curve has no ceiling, or the share is not in (0, 1).
        """
        time, error = self._core.saturation(share)
        half = 1.6448536269514722 * error
        return Saturation(share, time, error, (time - half, time + half))

    def posterior(
        self, priors: Mapping[str, Prior] | None = None, *, draws: int = 4000, seed: int = 0, steps: int = 0
    ) -> CurvePosterior:
        """Return the posterior of the same model on the same values: see :func:`curve_posterior`."""
        return curve_posterior(
            self._values,
            self.curve,
            kind=self.kind,
            noise=self.noise,
            times=self.times,
            priors=priors,
            draws=draws,
            seed=seed,
            steps=steps,
        )


class CurvePosterior:
    r"""The posterior of a curve; made by :func:`curve_posterior`.

    Every quantity is there by name twice: on the scale of the prior (``log_K``) and as itself (``K``).

    Attributes
    ----------
    mean, sd : dict of str to float
        Sums over the points of the quadrature, without Monte Carlo error.
    log_evidence : float
        :math:`\ln \int p(\theta) p(y | \theta) d\theta`.
    log_evidence_error : float
        An upper estimate of its numerical error.
    draws : dict of str to array (draws,)
        Independent draws.
    priors : dict of str to (float, float)
        Mean and standard deviation of each coordinate; 0 where it was given as known.
    expected : array (steps,)
        Mean of the curve at the steps asked for, without Monte Carlo error.
    nodes : int
        Points of the quadrature.
    """

    def __init__(self, core: _core.CurvePosterior, asked: partial[CurvePosterior]) -> None:
        self._core = core
        self._asked = asked
        self._seed: int = asked.keywords["seed"]
        self.curve: str = asked.args[1]
        self.kind: str = asked.keywords["kind"]
        self.noise: str = asked.keywords["noise"]
        self.log_evidence: float = core.log_evidence
        self.log_evidence_error: float = core.log_evidence_error
        self.nodes: int = core.nodes
        self.expected: Floats = np.array(core.expected)
        self.priors: dict[str, tuple[float, float]] = dict(zip(core.coordinates, core.priors, strict=True))
        # A coordinate that is the parameter itself (t0, b) has one name.
        self.mean: dict[str, float] = self._named(core.quantity_mean, core.mean)
        self.sd: dict[str, float] = self._named(core.quantity_sd, core.sd)
        self.draws: dict[str, Floats] = self._named(core.quantity_draws.T, core.draws.T)
        for drawn in self.draws.values():
            drawn.setflags(write=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle as what was asked: the same question has the same answer, to the bit."""
        return self._asked, ()

    def _named(self, quantities: Any, coordinates: Any) -> dict[str, Any]:
        named = dict(zip(self._core.quantities, quantities, strict=True))
        return named | dict(zip(self._core.coordinates, coordinates, strict=True))

    def __repr__(self) -> str:
        """Means with their standard deviations."""
        parts = [f"{name}={self.mean[name]:.6g} ± {self.sd[name]:.2g}" for name in self._core.quantities]
        where = f"{self.curve}, {self.kind}, {self.noise}"
        return f"CurvePosterior({where}: {', '.join(parts)}; log evidence {self.log_evidence:.4f})"

    def quantile(self, name: str, p: npt.ArrayLike) -> Any:
        """Quantiles of a quantity over the draws.

        Parameters
        ----------
        name : str
            A key of :attr:`draws`.
        p : float or array
            Probabilities in [0, 1].

        Returns
        -------
        float or array
            Linear between order statistics, in the shape of `p`.

        Raises
        ------
        ArgumentError
            When there is no such quantity, or a probability is not in [0, 1].
        """
        if name not in self.draws:
            raise ArgumentError("CurvePosterior.quantile: name", name, f"must be one of {', '.join(self.draws)}")
        wanted = np.asarray(p, dtype=np.float64)
        if not bool(np.all((wanted >= 0) & (wanted <= 1))):
            raise ArgumentError("CurvePosterior.quantile: p", str(p), "must be in [0, 1]")
        found = np.quantile(self.draws[name], wanted)
        return float(found) if wanted.ndim == 0 else found

    def predict(self, steps: int, *, noise: bool = True, seed: int | None = None) -> Floats:
        """Draw values to come.

        Parameters
        ----------
        steps : int
            How many, at least 1, as far apart as those of the history on average.
        noise : bool, default True
            Whether each draw scatters about its curve; a cumulative history goes on from its last value, its
            increments scattering.
        seed : int, optional
            Of the noise; that of the posterior by default.

        Returns
        -------
        array (draws, steps)
            One row for each draw.

        Raises
        ------
        ArgumentError
            When steps is below 1.
        """
        return self._core.predict(steps, self._seed if seed is None else seed, noise)

    def saturation(self, share: float = 0.9) -> Saturation:
        """Return when a share of the ceiling is reached, over the draws; see :meth:`CurveFit.saturation`."""
        times = self._core.saturation(share)
        low, middle, high = (float(q) for q in np.quantile(times, [0.05, 0.5, 0.95]))
        return Saturation(share, middle, float(times.std()), (low, high))


def fit_curve(
    y: npt.ArrayLike,
    curve: str,
    *,
    kind: str = "level",
    noise: str = "lognormal",
    times: npt.ArrayLike | None = None,
) -> CurveFit:
    r"""Fit a growth or diffusion curve by maximum likelihood.

    .. math::

        \text{linear: } a + b t \qquad \text{exponential: } a e^{b t} \qquad
        \text{logistic: } \frac{K}{1 + e^{-r (t - t_0)}} \qquad \text{Gompertz: } K e^{-e^{-r (t - t_0)}} \\
        \text{Richards: } K \left(1 + \nu e^{-r (t - t_0)}\right)^{-1/\nu} \qquad
        \text{Bass: } m \frac{1 - e^{-(p + q) t}}{1 + \frac{q}{p} e^{-(p + q) t}}

    With noise ``normal`` this is ordinary least squares, with ``lognormal`` least squares of logarithms.

    Parameters
    ----------
    y : array (n,)
        The history, oldest value first, all finite and below 1e150 in magnitude (the largest above 1e-150). Values must
        be > 0 for lognormal noise, whole and >= 0 for the noises of counts; increments too, if they are cumulative.
    curve : {"linear", "exponential", "logistic", "gompertz", "richards", "bass"}
        Richards has nu > -1 (1 is logistic, 0 Gompertz); Bass counts time from the launch.
    kind : {"level", "flow", "cumulative"}
        What y is of the curve: its level; its increment over the unit of time that ends then; or a running total,
        whose increments are the independent observations.
    noise : {"lognormal", "normal", "student_t", "poisson", "negative_binomial"}
        How y scatters about the curve. Student's t has 4 degrees of freedom; the variance of a negative-binomial count
        is mu + dispersion mu^2.
    times : array (n,), optional
        Ascending; 1, 2, ... by default. Rates are per unit of these.

    Returns
    -------
    CurveFit
        Parameters, standard errors, diagnostics, predictions, saturation, and the posterior.

    Raises
    ------
    ArgumentError
        When an argument is wrong (a bad value is named by its index), and when the fit fails, with the reason: too few
        points (one more than parameters is the least, two more for student_t), no growth, no ceiling identified (it
        runs away, or the standard error of its logarithm exceeds 1), flows of a line, or no convergence.

    Notes
    -----
    Where a history is too short to identify a ceiling, :func:`curve_posterior` says what it and a prior allow.

    References
    ----------
    F. M. Bass (1969), Management Science 15(5), 215-227, doi:10.1287/mnsc.15.5.215. V. Srinivasan and C. H. Mason
    (1986), Marketing Science 5(2), 169-178, doi:10.1287/mksc.5.2.169. F. J. Richards (1959), Journal of Experimental
    Botany 10(2), 290-301, doi:10.1093/jxb/10.2.290. M. K. Transtrum and J. P. Sethna (2012), arXiv:1201.5885, for the
    solver.

    Examples
    --------
    >>> y = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]  # air conditioners, 1949-1961
    >>> fit = fit_curve(y, "bass", kind="flow", noise="normal")
    >>> {name: float(f"{value:.4g}") for name, value in fit.parameters.items()}
    {'m': 18710.0, 'p': 0.009442, 'q': 0.3748, 'sigma': 184.8}
    >>> round(fit.saturation(0.9).time, 1)
    15.4
    """
    values = _array("fit_curve", "y", y)
    at = _times("fit_curve", times)
    return CurveFit(_core.fit_curve(values, at, str(curve), str(kind), str(noise)), values, curve, kind, noise)


def curve_posterior(
    y: npt.ArrayLike,
    curve: str,
    *,
    kind: str = "level",
    noise: str = "lognormal",
    times: npt.ArrayLike | None = None,
    priors: Mapping[str, Prior] | None = None,
    draws: int = 4000,
    seed: int = 0,
    steps: int = 0,
) -> CurvePosterior:
    r"""Return the posterior of a curve, with its evidence.

    .. math:: p(\theta | y) = p(\theta) \prod_i p(y_i | \mu_i(\theta)) / Z, \qquad
        Z = \int p(\theta) \prod_i p(y_i | \mu_i(\theta)) \, d\theta

    by quadrature over a lattice that is fitted to the posterior; no Markov chain has to converge. Works from one value.

    Parameters
    ----------
    y, curve, kind, noise, times
        As for :func:`fit_curve`.
    priors : mapping, optional
        By name of coordinate (``log_K``, ``log_r``, ``t0``, ``log1p_nu``; ``log_m``, ``log_p``, ``log_q``; ``log_a``,
        ``b``; ``a``, ``b``; ``log_sigma`` or ``log_dispersion``): (mean, standard deviation) of a normal, or one number
        where the coordinate is known. ``sigma`` or ``dispersion`` with a number > 0 says that the spread is known.
        The others keep the default, which is wide and looks at y for its scale only; ``priors`` of the result has all.
    draws : int, default 4000
        How many draws.
    seed : int, default 0
        Same seed, same draws.
    steps : int, default 0
        For how many steps to come ``expected`` is computed.

    Returns
    -------
    CurvePosterior
        Moments, draws and log evidence.

    Raises
    ------
    ArgumentError
        When an argument is wrong, or no parameters that the priors allow give y any probability.

    Notes
    -----
    Evidence compares models of the same y under their priors: see :func:`curve_weights`. Default priors look at y, so
    compare evidence across models that share the data, as here, and not with that of other libraries.

    References
    ----------
    D. J. C. MacKay (1992), Bayesian interpolation, Neural Computation 4(3), 415-447, doi:10.1162/neco.1992.4.3.415, for
    evidence. L. N. Trefethen and J. A. C. Weideman (2014), The exponentially convergent trapezoidal rule, SIAM Review
    56(3), 385-458, doi:10.1137/130932132, for the quadrature.

    Examples
    --------
    >>> y = [5, 9, 12, 22, 31, 47]
    >>> posteriors = [curve_posterior(y, curve, noise="poisson") for curve in ("exponential", "logistic", "bass")]
    >>> [round(weight, 2) for weight in curve_weights(posteriors)]
    [0.16, 0.19, 0.66]
    """
    values = _array("curve_posterior", "y", y)
    at = _times("curve_posterior", times)
    core = _core.curve_posterior(
        values, at, curve, kind, noise, _priors(values, at, curve, kind, noise, priors), draws, seed, steps
    )
    asked = partial(
        curve_posterior,
        values.copy(),
        curve,
        kind=kind,
        noise=noise,
        times=at if at.size > 0 else None,
        priors=None if priors is None else dict(priors),
        draws=draws,
        seed=seed,
        steps=steps,
    )
    return CurvePosterior(core, asked)


def curve_weights(posteriors: Sequence[CurvePosterior], prior: npt.ArrayLike | None = None) -> list[float]:
    r"""Return the posterior probabilities of models of the same values.

    .. math:: w_k = \pi_k Z_k / \sum_j \pi_j Z_j

    Parameters
    ----------
    posteriors : sequence of CurvePosterior
        Of the same values.
    prior : array, optional
        Prior weight of each model, >= 0; equal by default.

    Returns
    -------
    list of float
        Sums to 1.

    Raises
    ------
    ArgumentError
        When there is no model, the values or times of two differ, or a weight is negative or not finite, or all are 0.

    References
    ----------
    R. E. Kass and A. E. Raftery (1995), Bayes factors, Journal of the American Statistical Association 90(430),
    773-795, doi:10.1080/01621459.1995.10476572.
    """
    for i, posterior in enumerate(posteriors):
        if not _same_data(posterior._asked, posteriors[0]._asked):
            rule = "is of other values or times than the first: evidence compares models of the same"
            raise ArgumentError(f"curve_weights: posteriors[{i}]", posterior.curve, rule)
    evidences = np.array([posterior.log_evidence for posterior in posteriors], dtype=np.float64)
    weights = np.empty(0) if prior is None else _array("curve_weights", "prior", prior)
    return _core.model_weights(evidences, weights)


def _same_data(one: partial[CurvePosterior], other: partial[CurvePosterior]) -> bool:
    def times(asked: partial[CurvePosterior]) -> Floats:
        given = asked.keywords["times"]
        return np.arange(1.0, len(asked.args[0]) + 1) if given is None else given

    return np.array_equal(one.args[0], other.args[0]) and np.array_equal(times(one), times(other))


def _array(function: str, name: str, values: npt.ArrayLike) -> Floats:
    try:
        result = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{function}: {name}", "", "must be a list of numbers") from error
    if result.ndim != 1:
        raise ArgumentError(f"{function}: {name}", f"{result.ndim} dimensions", "must have one dimension")
    return np.ascontiguousarray(result)


def _times(function: str, times: npt.ArrayLike | None) -> Floats:
    if times is None:
        return np.empty(0)
    result = _array(function, "times", times)
    if result.size == 0:
        raise ArgumentError(f"{function}: times", "0 values", "must be as many as y")
    return result


def _priors(
    values: Floats, times: Floats, curve: str, kind: str, noise: str, priors: Mapping[str, Prior] | None
) -> list[tuple[float, float]]:
    defaults = _core.default_curve_priors(values, times, curve, kind, noise)
    names = _core.curve_coordinates(curve, noise)
    result = dict(zip(names, defaults, strict=True))
    for name, prior in (priors or {}).items():
        place = f"curve_posterior: priors[{name!r}]"
        known_spread = f"log_{name}" in result and name in ("sigma", "dispersion")
        if name not in result and not known_spread:
            raise ArgumentError(place, "", f"this model has {', '.join(names)}")
        if isinstance(prior, tuple | list):
            if known_spread or len(prior) != 2 or not prior[1] > 0:
                raise ArgumentError(place, str(prior), "must be (mean, standard deviation > 0) of a coordinate")
            result[name] = (float(prior[0]), float(prior[1]))
        elif known_spread:
            if not prior > 0:
                raise ArgumentError(place, str(prior), "must be > 0")
            result[f"log_{name}"] = (float(np.log(prior)), 0.0)
        else:
            result[name] = (float(prior), 0.0)
    return list(result.values())
