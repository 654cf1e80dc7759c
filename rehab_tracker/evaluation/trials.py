"""The trial of rules on a cohort with a truth: every entrant on every patient, one patient at a time."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rehab_tracker.domain.arrival import Raised
from rehab_tracker.domain.diary import Diary
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.entry import Kind as EntryKind
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.evaluation.contenders import K_OF_N, Entrant, Trying
from rehab_tracker.evaluation.events import PatientEvents
from rehab_tracker.evaluation.matching import Trial, alarms, held_against
from rehab_tracker.evaluation.measure import reached
from rehab_tracker.evaluation.measured import Contender, Population
from rehab_tracker.evaluation.truth import PatientTruth
from rehab_tracker.evaluation.volume import Kind, Volume, kinds, volumes

SENSITIVE = 14
"""Days within which the best k of n is asked to find migrations as the shipped rules do."""
BEST = "best of them: "


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of a trial: how many patients, the contenders, and how much the first one raises of each kind."""

    patients: int
    contenders: Sequence[Contender]
    volumes: Sequence[Volume]


def evaluated(
    patients: Iterable[PatientEvents], truths: Iterable[PatientTruth], entrants: Sequence[Entrant]
) -> Evaluation:
    """Return what each entrant reaches on these patients, and all that the first one raises by rule and level.

    Raises InvalidValue (``no-truth``) for a patient of whom there is no truth, and for a truth without its patient.
    """
    known = {truth.patient: truth for truth in truths}
    held: list[list[Trial]] = [[] for _ in entrants]
    raised: list[tuple[Counter[Kind], int]] = []
    for patient in patients:
        truth = known.pop(patient.patient, None)
        if truth is None:
            raise _unknown(patient.patient)
        logged, tried = days_logged(patient), dict[Trying, list[Raised]]()
        for trials, entrant in zip(held, entrants, strict=True):
            if entrant.raises not in tried:
                tried[entrant.raises] = entrant.raises(patient)
            counted = alarms(tried[entrant.raises], entrant.rules, entrant.least)
            trials.append(held_against(truth, counted, logged))
        raised.append(kinds(tried[entrants[0].raises], truth))
    if known:
        raise _unknown(min(known))
    found = [Contender(e.name, e.family, reached(trials)) for e, trials in zip(entrants, held, strict=True)]
    return Evaluation(len(raised), with_best(found), volumes(raised))


def _unknown(patient: str) -> InvalidValue:
    return InvalidValue("Events and truth must tell of the same patients.", code="no-truth", patient=patient)


def days_logged(patient: PatientEvents) -> Collection[date]:
    """Return the local days about which the patient logged pain, or that nothing hurts."""
    entries = (event for event in patient.events if isinstance(event, Entry) and event.kind is EntryKind.PAIN)
    return frozenset(Diary(entries).standing[EntryKind.PAIN].days)


def with_best(found: Sequence[Contender]) -> list[Contender]:
    """Return them with the best "k of n days" named: the fewest false alarms of those as quick as the first one.

    As quick: by median, and no fewer found within 14 days. Where none is, the quickest.
    """
    simple = [each for each in found if each.family == K_OF_N]
    if not simple:
        return list(found)
    first, *_ = found
    equal = [each for each in simple if _is_as_good(each, first)] or [min(simple, key=_delay)]
    best = min(equal, key=_false)
    return [Contender(BEST + each.name, each.family, each.reached) if each is best else each for each in found]


def _is_as_good(one: Contender, other: Contender) -> bool:
    return _delay(one) <= _delay(other) and _sensitivity(one) >= _sensitivity(other)


def _sensitivity(each: Contender) -> float:
    return each.reached[Population.HEADLINE].sensitivity[SENSITIVE].value or 0.0


def _delay(each: Contender) -> float:
    value = each.reached[Population.HEADLINE].delay_median.value
    return float("inf") if value is None else value


def _false(each: Contender) -> float:
    return each.reached[Population.HEADLINE].false_per_patient_month.value or 0.0
