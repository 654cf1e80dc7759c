"""How much is raised: every alert of the rules as they ship, by rule and level, right or wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.arrival import Raised
from rehab_tracker.evaluation.measure import MONTH, NURSES_PATIENTS, WEEK, ratio
from rehab_tracker.evaluation.measured import Estimate
from rehab_tracker.evaluation.truth import PatientTruth

Kind = tuple[Rule, Level]


@dataclass(frozen=True, slots=True)
class Volume:
    """How often alerts of a rule reach a level, in all patients: as often as a nurse would hear of it.

    One that starts lower and rises is counted at each level that it reaches. ``per_nurse_week`` is for 50 patients.
    """

    rule: Rule
    level: Level
    alerts: int
    per_patient_month: Estimate
    per_nurse_week: Estimate


def kinds(raised: Iterable[Raised], truth: PatientTruth) -> tuple[Counter[Kind], int]:
    """Return how often what was raised of a patient during follow-up was of each kind, and over how many days."""
    within = (each.verdict for each in raised if truth.from_on <= each.raised_on <= truth.to_on)
    return Counter((verdict.rule, verdict.level) for verdict in within), (truth.to_on - truth.from_on).days + 1


def volumes(counted: Sequence[tuple[Counter[Kind], int]]) -> list[Volume]:
    """Return the volume of each kind that was ever raised, by rule, the highest level first."""
    days = [number for _, number in counted]
    found = []
    for rule, level in sorted({kind for each, _ in counted for kind in each}, key=lambda k: (k[0], -k[1].rank)):
        numbers = [each[rule, level] for each, _ in counted]
        rates = (ratio(numbers, days, unit) for unit in (MONTH, WEEK * NURSES_PATIENTS))
        found.append(Volume(rule, level, sum(numbers), *rates))
    return found
