"""What a set of rules reaches on a cohort with a truth: its figures, each with a 95 % interval."""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.evaluation.matching import Found, Trial

HORIZONS = (14, 21, 30)
"""Days from passing 2 within which an alarm counts as sensitive."""


class Population(StrEnum):
    """Of whom figures are: engaged patients with a fast onset; engaged ones with a slow one; everybody."""

    HEADLINE = "headline"
    SLOW = "slow"
    EVERYBODY = "everybody"

    def holds(self, found: Found) -> bool:
        """Return whether a migration belongs to this population."""
        if self is Population.EVERYBODY:
            return True
        return found.is_engaged and found.is_fast is (self is Population.HEADLINE)

    def counts(self, trial: Trial) -> bool:
        """Return whether a patient's days and false alarms belong to this population."""
        return self is Population.EVERYBODY or trial.is_engaged


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; None where there is nothing to say it of."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What one set of rules reaches in one population.

    ``sensitivity`` and ``hits`` (found, followed so long) are by days since latent pain passed 2. Delays are days from
    then to the first alarm, among the migrations that were found; ``alerted_by`` is the share alarmed by each day, with
    the others censored (Kaplan-Meier). False alarms, precision and ``alarms_per_nurse_week`` (for 50 patients) are of
    all that was raised in these patients, however fast the onset.
    """

    migrations: int
    found: int
    patient_months: float
    hits: dict[int, tuple[int, int]]
    sensitivity: dict[int, Estimate]
    delay_median: Estimate
    delay_p90: Estimate
    false_per_patient_month: Estimate
    precision: Estimate
    alarms_per_nurse_week: Estimate
    alerted_by: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Contender:
    """A rule, a detector, a baseline or the whole set, under its name, with what it reaches in each population.

    Contenders of one ``family`` differ in one number only and make a curve together.
    """

    name: str
    family: str
    reached: dict[Population, Measured]
