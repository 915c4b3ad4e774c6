"""Reference classes: what they learn, keep, and refuse."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import essor
import numpy as np
import pytest
from essor import ReferenceClass

GROWTH = {"fast": 0.25, "slow": 0.02}


def panel(series: int = 30, length: int = 12, *, label: bool = False, seed: int = 5) -> dict[str, list[Any]]:
    """Random walks of the logarithm; where labelled, half of them grow fast."""
    rng = np.random.default_rng(seed)
    frame: dict[str, list[Any]] = {"unique_id": [], "ds": [], "y": []}
    labels: list[str] = []
    for i in range(series):
        kind = "fast" if i % 2 else "slow"
        growth = GROWTH[kind] + 0.05 * rng.standard_normal(length)
        frame["unique_id"] += [f"s{i}"] * length
        frame["ds"] += list(range(2001, 2001 + length))
        frame["y"] += list(np.exp(rng.uniform(2, 5) + np.cumsum(growth)))
        labels += [kind] * length
    return frame | {"label": labels} if label else frame


@cache
def fitted() -> ReferenceClass:
    return ReferenceClass.fit(panel(), 3, name="walks", source="a test")


@cache
def labelled() -> ReferenceClass:
    return ReferenceClass.fit(panel(label=True), 2)


def test_a_class_says_what_it_learnt_from() -> None:
    own = fitted()
    (model,) = own.models
    assert (own.name, own.source, own.labels) == ("walks", "a test", [])
    assert len(own.notes) == 1
    assert "start from " in own.notes[0] or "starts from " in own.notes[0]
    assert (model["season"], model["steps"], model["months"], model["series"]) == (1, 3, 0, 30)
    assert model["origins"] > 30 * 7
    assert abs(model["held_back"]["coverage80"] - 0.8) < 0.05
    assert all(0 <= share <= 1 for share in model["pool_weight"])
    assert "30 series, 3 steps" in repr(own)
    assert "walks: a test" in own._repr_html_()
    assert f"<p>{own.notes[0]}</p>" in own._repr_html_()


def test_years_are_told_by_their_names() -> None:
    frame = panel(6, 8)
    frame["ds"] = [str(year) for year in frame["ds"]]
    assert ReferenceClass.fit(frame, 1).models[0]["months"] == 12


def test_json_keeps_every_bit(tmp_path: Path) -> None:
    own = fitted()
    path = tmp_path / "walks.json"
    text = own.to_json(path)
    for again in (ReferenceClass.from_json(text), ReferenceClass.from_json(path), ReferenceClass.from_json(str(path))):
        assert again.to_json() == text
        for history in ([100.0], [10, 12, 11], panel(1)["y"]):
            before = essor.forecast(history, 4, reference=own, draws=50).draws
            np.testing.assert_array_equal(before, essor.forecast(history, 4, reference=again, draws=50).draws)


def test_the_same_panel_gives_the_same_class() -> None:
    assert ReferenceClass.fit(panel(8, 8), 2).to_json() == ReferenceClass.fit(panel(8, 8), 2).to_json()


def broken(**changes: Any) -> str:
    return json.dumps(json.loads(fitted().to_json()) | changes)


def with_number(place: int, value: float) -> str:
    content = json.loads(fitted().to_json())
    content["models"][0]["numbers"][place] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{nonsense", "must be JSON"),
        ("{}", 'must be "essor/reference_class"'),
        (lambda: broken(format="essor/portfolio"), 'must be "essor/reference_class"'),
        (lambda: broken(version=2), "must be 3"),
        (lambda: broken(models=[]), "needs at least one"),
        (lambda: broken(models=[{"numbers": [1.0, 3.0]}]), "must be 8 or more|or more"),
        (lambda: broken(models=[{"numbers": "many"}]), "must be what to_json wrote"),
        (lambda: broken(models=[{}]), "must be what to_json wrote"),
        (lambda: broken(labels=None), "must be what to_json wrote"),
        (lambda: with_number(30, float("nan")), "must be finite"),
        (lambda: with_number(10, 7.0), r"must be in \[0, 1\]"),
        (lambda: with_number(15, -1.0), "must be > 0"),
        (lambda: with_number(21, 9.0), "must be a correlation matrix"),
        (lambda: with_number(0, 1.5), "whole number"),
    ],
)
def test_what_is_no_class_is_refused(text: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        ReferenceClass.from_json(text if isinstance(text, str) else text())


def test_wrong_panels_are_refused() -> None:
    good = panel(5, 6)
    with pytest.raises(essor.ArgumentError, match="must be a frame"):
        ReferenceClass.fit([1.0, 2.0, 3.0], 2)
    with pytest.raises(essor.ArgumentError, match="horizon: 0"):
        ReferenceClass.fit(good, 0)
    with pytest.raises(essor.ArgumentError, match="season: 0"):
        ReferenceClass.fit(good, 1, season=0)
    with pytest.raises(essor.ArgumentError, match="2 series with two values or more: needs at least 3"):
        ReferenceClass.fit(panel(2, 6), 1)
    with pytest.raises(essor.RecordError, match="y"):
        ReferenceClass.fit(good | {"y": [-1.0, *good["y"][1:]]}, 1)
    with pytest.raises(essor.ArgumentError, match="general, digital_adoption or public_service_volume"):
        ReferenceClass.shipped("particular")
    with pytest.raises(essor.ArgumentError, match="general, digital_adoption or public_service_volume"):
        essor.forecast([1, 2, 3], 1, reference="particular")


def test_a_label_has_its_own_growth() -> None:
    own = labelled()
    assert own.labels == ["slow", "fast"]
    history = {"unique_id": ["a"] * 2, "ds": [1, 2], "y": [50.0, 56.0]}
    medians = {}
    for label in ("slow", "fast", "neither"):
        result = essor.forecast(history | {"label": [label] * 2}, 2, reference=own, draws=10)
        medians[label] = result.quantiles(0.5)["value"][1]
        assert ("knows no label neither" in " ".join(result.notes)) == (label == "neither")
    unlabelled = essor.forecast(history, 2, reference=own, draws=10)
    assert medians["slow"] < medians["neither"] < medians["fast"]
    assert unlabelled.quantiles(0.5)["value"][1] == medians["neither"]
    assert unlabelled.notes == []
    assert "whatever their label" in unlabelled.models["reason"][0]


def test_a_level_of_another_unit_is_said() -> None:
    near = essor.forecast([30.0, 31.0], 1, reference=fitted(), draws=10)
    far = essor.forecast([3e9, 3.1e9], 1, reference=fitted(), draws=10)
    assert near.notes == []
    assert "as if of another unit" in far.notes[0]
    any_unit = ReferenceClass.fit(panel(8, 8), 1, any_unit=True)
    one, other = (essor.forecast([30.0 * unit, 31.0 * unit], 1, reference=any_unit, draws=10) for unit in (1, 1e8))
    assert other.notes == []
    np.testing.assert_allclose(other.draws, 1e8 * one.draws, rtol=1e-9)


def test_values_narrow_the_forecast() -> None:
    """On the mean of ten histories: a single one may just have shown itself to be restless."""
    walks = [np.array(panel(1, 20, seed=seed)["y"]) for seed in range(10)]
    widths = []
    for known in (1, 2, 3, 5, 12):
        ends = [
            essor.forecast(w[:known], 1, reference=fitted(), draws=10).quantiles([0.1, 0.9])["value"] for w in walks
        ]
        widths.append(np.mean([np.log(high / low) for low, high in ends]))
    assert widths[0] > 2 * widths[-1]
    assert all(later < 1.2 * before for before, later in pairwise(widths))


def test_borrowed_series_teach_the_pool_alone() -> None:
    short = panel(6, 6)
    alone = ReferenceClass.fit(short, 2, prior=None)
    helped = ReferenceClass.fit(short, 2, borrow=panel(20, 14, seed=1), prior=None)
    assert helped.models[0]["series"] == alone.models[0]["series"] == 6
    assert helped.models[0]["origins"] == alone.models[0]["origins"]
    assert helped.notes == ["20 borrowed series taught the pool of models alone"]
    one_value = [essor.forecast([40.0], 1, reference=own, draws=10).draws for own in (alone, helped)]
    np.testing.assert_allclose(*one_value, rtol=1e-12)


def test_a_panel_of_short_series_teaches_growth_only() -> None:
    own = ReferenceClass.fit(panel(6, 3), 2, prior=None)
    assert "the pool of models was not fitted" in own.notes[0]
    models = essor.forecast(panel(1)["y"], 2, reference=own).models
    assert models["weight"][0] == 1.0
    assert models["reason"][1] == "the panel of the class was too short for it"
    from_prior = ReferenceClass.fit(panel(6, 3), 2, prior="general")
    assert "the pool of models was not fitted but taken from general" in from_prior.notes[0]
    assert essor.forecast(panel(1)["y"], 2, reference=from_prior).models["weight"][0] < 1.0


def test_few_series_start_from_a_prior() -> None:
    """Four series of a kind of which forty are known: the forecasts are about as good as those of the forty."""
    prior = ReferenceClass.fit(panel(40, 14, seed=1), 3, prior=None, name="forty")
    from_prior = ReferenceClass.fit(panel(4, 8), 3, prior=prior)
    from_nothing = ReferenceClass.fit(panel(4, 8), 3, prior=None)
    assert from_prior.notes == ["starts from forty, unjudged: fewer than 8 series could be held back"]
    assert from_nothing.notes == []
    errors = {}
    for start, own in {"forty": prior, "prior": from_prior, "nothing": from_nothing}.items():
        summary = essor.backtest(panel(30, 8, seed=9), 3, reference=own, draws=10, progress=False).summary()
        assert summary["method"][0] == "essor"
        errors[start] = summary["crps"][0]
    assert errors["prior"] < 0.95 * errors["nothing"]
    assert errors["prior"] < 1.05 * errors["forty"]


def test_a_prior_that_does_not_help_is_left() -> None:
    frame = panel(40, 10)
    frame["y"] = (1e4 / np.array(frame["y"])).tolist()  # what grew falls
    own = ReferenceClass.fit(frame, 2, prior="digital_adoption")
    assert own.notes[0].startswith("does not start from digital_adoption: with it the CRPS of series held back is ")
    assert own.notes[0].endswith(" % higher")
    assert own.to_json() != (nothing := ReferenceClass.fit(frame, 2, prior=None)).to_json()
    assert own.models == nothing.models
    assert ReferenceClass.fit(frame, 2, season=7).notes[-2:] == [
        "no prior knows the season 7: starts from nothing",
        "histories that hardly leave a steady change are forecast without a season, as by general",
    ]


def test_a_prior_lends_what_it_knows_of_the_same_labels() -> None:
    prior = ReferenceClass.fit(panel(40, 14, label=True, seed=1), 3, prior=None, name="forty")
    few = panel(4, 8, label=True)
    own = ReferenceClass.fit(few | {"label": ["fast"] * 32}, 3, prior=prior)
    assert own.labels == prior.labels == ["slow", "fast"]
    history = {"unique_id": ["a"] * 2, "ds": [1, 2], "y": [50.0, 56.0]}
    slow, fast = (
        essor.forecast(history | {"label": [kind] * 2}, 2, reference=own, draws=10).quantiles(0.5)["value"][1]
        for kind in ("slow", "fast")
    )
    assert slow < fast
    assert ReferenceClass.fit(few | {"label": ["slow"] * 16 + ["other"] * 16}, 3, prior=prior).labels == [
        "slow",
        "other",
    ]


def test_a_prior_of_the_same_labels_but_another_unit_lends_no_levels() -> None:
    """Values far larger than any that the prior has seen: its labels are then as good as any others."""
    large = panel(6, 10) | {"label": [["bb", "cell"][i // 10 % 2] for i in range(60)]}
    large["y"] = (1e20 * np.array(large["y"])).tolist()
    renamed = large | {"label": ["x" + label for label in large["label"]]}
    known, others = (ReferenceClass.fit(frame, 3, prior="digital_adoption") for frame in (large, renamed))
    assert known.notes[0].startswith("starts from digital_adoption")
    assert known.labels == ["bb", "cell"]
    assert known.models == others.models
    history = {"unique_id": ["a"] * 3, "ds": [1, 2, 3], "y": [5e21, 6e21, 8e21]}
    one, other = (
        essor.forecast(history | {"label": [label] * 3}, 3, reference=own, draws=10).draws
        for own, label in ((known, "bb"), (others, "xbb"))
    )
    np.testing.assert_array_equal(one, other)


def test_any_unit_holds_with_a_prior() -> None:
    labels = ["bb", "cell"] * 3
    frame = panel(6, 10) | {"label": [labels[i // 10] for i in range(60)]}
    frame["y"] = (0.1 * np.array(frame["y"])).tolist()
    own = ReferenceClass.fit(frame, 2, any_unit=True, prior="digital_adoption")
    history = {"unique_id": ["a"] * 2, "ds": [1, 2], "label": ["bb"] * 2}
    one, other = (
        essor.forecast(history | {"y": [unit * 3.0, unit * 4.0]}, 1, reference=own, draws=10) for unit in (1, 50)
    )
    np.testing.assert_allclose(other.draws, 50 * one.draws, rtol=1e-9)


def test_series_too_short_to_judge_do_not_outvote_the_prior() -> None:
    """Widths count the series that a forecast could be tried on, not those of two values."""
    few, short = panel(5, 14, seed=6), panel(300, 2, seed=2)
    both = {name: few[name] + (short[name] if name != "unique_id" else [f"x{i}" for i in short[name]]) for name in few}
    alone, beside = (ReferenceClass.fit(frame, 3, prior="general").models[0]["width"] for frame in (few, both))
    np.testing.assert_allclose(beside, alone, atol=0.03)


def test_a_prior_without_a_pool_says_nothing_of_it() -> None:
    short = ReferenceClass.fit(panel(6, 3), 2, prior=None)
    own, alone = (ReferenceClass.fit(panel(7, 14), 2, prior=start) for start in (short, None))
    assert own.notes[-1].startswith("starts from own")
    assert own.models[0]["pool_weight"][-1] > 0.5 * alone.models[0]["pool_weight"][-1]


def test_a_prior_is_a_class_or_the_name_of_one() -> None:
    with pytest.raises(essor.ArgumentError, match="nowhere"):
        ReferenceClass.fit(panel(6, 8), 2, prior="nowhere")


def test_series_of_a_group_are_held_back_together() -> None:
    frame = panel(12, 8)
    alone = ReferenceClass.fit(frame, 1)
    grouped = ReferenceClass.fit(frame | {"group": [name[-1] for name in frame["unique_id"]]}, 1)
    assert alone.models[0]["held_back"] != grouped.models[0]["held_back"]


@pytest.mark.parametrize("name", ["general", "digital_adoption", "public_service_volume"])
def test_shipped_classes_know_where_they_come_from(name: str) -> None:
    own = ReferenceClass.shipped(name)
    assert own.name == name
    assert len(own.source) > 20
    for model in own.models:
        held = model["held_back"]
        for key, share in (("coverage50", 0.5), ("coverage80", 0.8), ("coverage95", 0.95)):
            assert abs(held[key] - share) < 0.035, (name, model["season"], key)
    by_name = essor.forecast([5, 8, 9, 12], 3, reference=name, draws=20)
    np.testing.assert_array_equal(by_name.draws, essor.forecast([5, 8, 9, 12], 3, reference=own, draws=20).draws)


def test_half_years_quarters_and_months_have_their_own_models() -> None:
    assert [model["season"] for model in ReferenceClass.shipped("general").models] == [1, 2, 4, 12]
    assert [model["months"] for model in ReferenceClass.shipped("general").models] == [12, 6, 3, 1]
    notes = essor.forecast([5, 8, 9, 12, 11, 14, 13, 15, 16, 17, 19, 18], 1, season=3).notes
    assert "knows no season of 3 periods" in notes[0]


def test_a_prior_that_is_none_is_named() -> None:
    with pytest.raises(essor.ArgumentError, match=r"ReferenceClass.fit: prior: nonsense: must be shipped, general, "):
        ReferenceClass.fit(panel(4, 5), 1, prior="nonsense")


def test_where_nothing_could_be_held_back_there_is_no_score() -> None:
    frame = {"unique_id": ["a", "a", "b", "b", "c", "c"], "ds": [1, 2] * 3, "y": [1, 2] * 3}
    made = ReferenceClass.fit(frame, 1, prior=None)
    assert made.models[0]["held_back"] is None
    assert "<td" in made._repr_html_()
