"""The measuring of rules held against a truth: shares of migrations, delays, false alarms, and how sure they are.

Intervals are Wilson's for shares of migrations; all others come from drawing patients anew with replacement, because
the alarms of one patient are not independent of each other. NumPy and SciPy are imported where they are needed: no web
or jobs process, which knows the same commands, should wait for them.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

from rehab_tracker.evaluation.matching import Found, Trial
from rehab_tracker.evaluation.measured import HORIZONS, Estimate, Measured, Population

MONTH, WEEK = 30.4375, 7
"""Days of a mean month, and of a week."""
NURSES_PATIENTS = 50
"""Patients whom one nurse looks after, for the alarms of her week."""
DRAWS = 1000
"""How often the patients are drawn anew for an interval."""
SEED = 20260422
"""Of the drawing, so that the same cohort gives the same interval."""
MIDDLE = (0.025, 0.975)


def measured(trials: Sequence[Trial], population: Population) -> Measured:
    """Return what the alarms of these patients were worth in a population."""
    counted = [trial for trial in trials if population.counts(trial)]
    owned = [[f for f in trial.found if population.holds(f)] for trial in trials]
    found = [f for each in owned for f in each]
    hits = {days: _hits(found, days) for days in HORIZONS}
    false = [trial.false for trial in counted]
    true = [sum(f.delay is not None for f in trial.found) for trial in counted]
    alarms = [one + other for one, other in zip(true, false, strict=True)]
    days = [trial.days for trial in counted]
    return Measured(
        migrations=len(found),
        found=sum(f.delay is not None for f in found),
        patient_months=sum(days) / MONTH,
        hits=hits,
        sensitivity={days: wilson(*hits[days]) for days in HORIZONS},
        delay_median=delay_reached(owned, 0.5),
        delay_p90=delay_reached(owned, 0.9),
        false_per_patient_month=ratio(false, days, MONTH),
        precision=ratio(true, alarms),
        alarms_per_nurse_week=ratio(alarms, days, WEEK * NURSES_PATIENTS),
        alerted_by=_alerted_by(found),
    )


def _hits(found: Sequence[Found], days: int) -> tuple[int, int]:
    """Return how many migrations had an alarm within so many days, of how many that were followed so long."""
    followed = [f for f in found if f.followed >= days]
    return sum(f.delay is not None and f.delay <= days for f in followed), len(followed)


def wilson(hits: int, of: int) -> Estimate:
    """Return a share with Wilson's interval."""
    from scipy.stats import binomtest  # noqa: PLC0415

    if not of:
        return Estimate(None)
    interval = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    return Estimate(hits / of, float(interval.low), float(interval.high))


def ratio(above: Sequence[int], below: Sequence[int], unit: float = 1) -> Estimate:
    """Return the sum over patients of one count for each ``unit`` of another, with its interval by patient."""
    from numpy import array, quantile  # noqa: PLC0415

    if not sum(below):
        return Estimate(None)
    draws = _draws(len(below))
    drawn = draws @ array(below)
    some = drawn > 0
    low, high = quantile((draws @ array(above))[some] / drawn[some], MIDDLE) * unit
    return Estimate(sum(above) / sum(below) * unit, float(low), float(high))


def delay_reached(owned: Sequence[Sequence[Found]], share: float) -> Estimate:
    """Return the delay in days within which this share of the found migrations of all patients had their alarm."""
    from numpy import array, cumsum, quantile  # noqa: PLC0415

    known = sorted((f.delay, at) for at, each in enumerate(owned) for f in each if f.delay is not None)
    if not known:
        return Estimate(None)
    delays = array([delay for delay, _ in known])
    counted = cumsum(_draws(len(owned))[:, [at for _, at in known]], axis=1)
    counted = counted[counted[:, -1] > 0]
    reached = (counted >= share * counted[:, -1:]).argmax(axis=1)
    low, high = quantile(delays[reached], MIDDLE)
    return Estimate(float(delays[ceil(share * len(delays)) - 1]), float(low), float(high))


def _draws(patients: int) -> Any:
    """Return how often each patient is drawn: a row for each draw."""
    from numpy import full, random  # noqa: PLC0415

    return random.default_rng(SEED).multinomial(patients, full(patients, 1 / patients), size=DRAWS)


def _alerted_by(found: Sequence[Found]) -> tuple[tuple[int, float], ...]:
    """Return the share of migrations alarmed by each day; an alarm before latent pain passed 2 counts for that day."""
    from scipy.stats import CensoredData, ecdf  # noqa: PLC0415

    followed = [f for f in found if f.followed >= 0]
    if all(f.delay is None for f in followed):
        return ()
    days = [max(0, f.followed if f.delay is None else f.delay) for f in followed]
    curve = ecdf(CensoredData.right_censored(days, [f.delay is None for f in followed])).cdf
    return tuple((int(day), float(p)) for day, p in zip(curve.quantiles, curve.probabilities, strict=True))


def reached(trials: Sequence[Trial]) -> dict[Population, Measured]:
    """Return what the alarms of these patients were worth in each population."""
    return {population: measured(trials, population) for population in Population}
