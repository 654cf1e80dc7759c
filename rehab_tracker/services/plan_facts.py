"""What proposals and pages must know beside the plans: exercises due and done, asked days, drugs, questionnaires."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.adherence import adherence_of_weeks
from rehab_tracker.domain.criterion import Adherence, Questionnaire
from rehab_tracker.domain.entry import Entry, Kind, standing
from rehab_tracker.domain.history import History
from rehab_tracker.domain.hold import Hold, plan_holds
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.limb import limit_spans
from rehab_tracker.domain.logging_rhythm import (
    ASKED_DAYS,
    DAILY_AGAIN_DAYS,
    RhythmSpan,
    asked_days,
    quiet_pain_days,
    rhythm_spans,
    unknown_of_last,
)
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.occurrence_state import Result, results
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.person import Activity, PatientState, ZoneSince, zones
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.plan_exercises import plan_exercises
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.proposal import Facts, Proposal, proposal
from rehab_tracker.domain.questionnaire import Questionnaire as Answered
from rehab_tracker.domain.questionnaire import Score, score
from rehab_tracker.domain.record_item import RecordItem, drug_starts, standing_items
from rehab_tracker.domain.schedule import occurrences
from rehab_tracker.domain.site import Limb
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.protocol import Standing
from rehab_tracker.storage.history import entries_since
from rehab_tracker.storage.involvements import declared_pains_of, involvements_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.person import zone_changes_of
from rehab_tracker.storage.record_items import item_of, item_rows_of
from rehab_tracker.storage.schedule import hold_rows_of, holds, prescription_rows_of, prescriptions

AHEAD = timedelta(days=7)
"""Days after today for which exercises are told."""
ASKED_BACK = timedelta(days=90)
"""Days back over which the asked days are worked out: the last 7 of a weekly rhythm lie within 7 weeks."""
MOSTLY_ENOUGH = timedelta(days=21)
"""Days back within which the last 7 asked days lie, unless the rhythm is weekly or slower."""
PROPOSALS_LOOK_BACK = ASKED_BACK + timedelta(days=DAILY_AGAIN_DAYS)
"""Days back beyond which no entry says anything of a proposal: pain at a quiet site makes later days asked days, and
adherence looks back over 12 weeks at most."""


@dataclass(frozen=True)
class Known:
    """What is known of a patient besides the plans, up to one instant, from the first day on which anything was due."""

    now: datetime
    first: date
    today: date
    state: PatientState
    entries: tuple[Entry, ...]
    items: tuple[RecordItem, ...]
    holds: tuple[Hold, ...]
    plans: Standing
    own: tuple[Prescription, ...]
    zones: tuple[ZoneSince, ...]
    asked: tuple[date, ...]
    logged: frozenset[date]

    @cached_property
    def prescriptions(self) -> tuple[Prescription, ...]:
        """Return what plans and clinicians have ordered."""
        limits = limit_spans(self.plans.courses, self.plans.orders, self.first, self.today)
        return tuple(plan_exercises(self.plans.courses, limits, self.own, self.today))

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Return what was due and what became of it, until a week from today."""
        due = occurrences(self.prescriptions, self.holds, self.zones, self.first, self.today + AHEAD)
        return tuple(results(due, self.entries, self.now))


def known_of(
    session: Session, patient: Patient, standing_plans: Standing, now: datetime, since: date = date.min, *kinds: Kind
) -> Known:
    """Return what is known of a patient besides the plans, for the caller's transaction.

    Of entries and of what was due only from ``since`` on, and of entries only these kinds, where they are given.
    """
    of_patient, today = (session, patient.clinic_id, patient.id), standing_plans.today
    entries = entries_since(*of_patient, since, *kinds)
    own = prescriptions(prescription_rows_of(*of_patient))
    first = _first_day(standing_plans.courses, own, today)
    rests = (*holds(hold_rows_of(*of_patient)), *(h for c in standing_plans.courses for h in plan_holds(c)))
    lived = tuple(zones(patient.time_zone, zone_changes_of(*of_patient)))
    pain = [e for e in standing(entries) if isinstance(e.content, PainReading)]
    return Known(
        now=now,
        first=max(first, since),
        today=today,
        state=patient.state,
        entries=tuple(entries),
        items=tuple(item_of(row) for row in item_rows_of(*of_patient)),
        holds=rests,
        plans=standing_plans,
        own=tuple(own),
        zones=lived,
        asked=tuple(_asked(session, patient, standing_plans, pain, since)),
        logged=frozenset(entry.for_date for entry in pain),
    )


def _first_day(courses: Sequence[PlanCourse], own: Sequence[Prescription], today: date) -> date:
    return min([*(c.plan.started_on for c in courses), *(p.from_on for p in own), today])


def _asked(session: Session, patient: Patient, plans: Standing, pain: Sequence[Entry], since: date) -> list[date]:
    """Return the days of the last weeks, today included, on which the patient was asked to log.

    ``since`` is the first day of which pain was read, and pain makes later days asked ones.
    """
    of_patient = (session, patient.clinic_id, patient.id)
    first = max(plans.today - ASKED_BACK, since + timedelta(days=DAILY_AGAIN_DAYS))
    known = KnownSites(involvements_of(*of_patient))
    history = History(pain, time_zone(patient.time_zone), known, declared_pains_of(*of_patient))
    rules = in_force(session, patient.clinic_id).rules
    spans = rhythm_spans(plans.courses, plans.orders, first, plans.today)
    if patient.state.stops(Activity.ASKING):
        spans = [RhythmSpan(first, None)]
    return asked_days(spans, patient.enrolled_on, first, plans.today, quiet_pain_days(history, rules))


def proposal_of(course: PlanCourse, plans: Standing, known: Known) -> Proposal:
    """Return what could come next in a plan, by all that is known."""
    return proposal(course, plans.courses, plans.today, facts_of(course, plans, known), plans.orders)


def ready_plans(session: Session, patient: Patient, plans: Standing, now: datetime) -> frozenset[UUID]:
    """Return the plans whose next rung is proposed, for the caller's transaction.

    What is known of the patient besides is read only where the plans alone leave a proposal possible, and no farther
    back than the proposal looks: it costs more than the plans do, and each entry asks.
    """
    asked = [(course, _by_plans_alone(course, plans, patient.state)) for course in plans.running]
    possible = [(course, found) for course, found in asked if _may_be_ready(found)]
    if not possible:
        return frozenset()
    does_exercises = any(isinstance(met.criterion, Adherence) for _, found in possible for met in found.criteria)
    known = _known_lately(session, patient, plans, now, does_exercises)
    return frozenset(course.plan.id for course, _ in possible if proposal_of(course, plans, known).is_ready)


def _known_lately(session: Session, patient: Patient, plans: Standing, now: datetime, does_exercises: bool) -> Known:
    """Return as much as a proposal looks at: weeks of exercises where it asks for them, else the last asked days."""
    if not does_exercises:
        since = plans.today - MOSTLY_ENOUGH - timedelta(days=DAILY_AGAIN_DAYS)
        known = known_of(session, patient, plans, now, since, Kind.PAIN)
        # Today may still be logged, and is then not among those that are over.
        if len(known.asked) > ASKED_DAYS:
            return known
    kinds = () if does_exercises else (Kind.PAIN,)
    return known_of(session, patient, plans, now, plans.today - PROPOSALS_LOOK_BACK, *kinds)


def _by_plans_alone(course: PlanCourse, plans: Standing, state: PatientState) -> Proposal:
    """Return what could come next in a plan by acts and pain entries alone."""
    facts = Facts(both_legs_answered=plans.getting_about is not None, is_proposing=not state.stops(Activity.PROPOSING))
    return proposal(course, plans.courses, plans.today, facts, plans.orders)


def _may_be_ready(asked: Proposal) -> bool:
    """Return whether neither acts nor pain entries speak against the next rung of a plan."""
    judged = [met for met in asked.criteria if not isinstance(met.criterion, Adherence | Questionnaire)]
    return asked.target is not None and not asked.blockers and all(met.is_met for met in judged)


def facts_of(course: PlanCourse, plans: Standing, known: Known) -> Facts:
    """Return what a proposal for this plan must know beside acts and entries."""
    place = course.plan.site
    return Facts(
        drug_starts=drug_starts(known.items, known.today),
        unknown_of_last_asked=unknown_of_last(known.asked, {day.day for day in course.logged}, known.today),
        adherence=lambda weeks: adherence_of_weeks(known.results, known.today, weeks, place).ratio,
        scores=_scores(known.items),
        limb_pauses=frozenset(_resting(known.holds, known.today)),
        both_legs_answered=plans.getting_about is not None,
        is_proposing=not known.state.stops(Activity.PROPOSING),
    )


def _resting(rests: Sequence[Hold], today: date) -> Iterator[Limb]:
    """Yield the limbs that rest on a day; a hold of the whole patient rests all of them."""
    for hold in rests:
        if hold.is_on(today) and (hold.scope is None or isinstance(hold.scope, Limb)):
            yield from Limb if hold.scope is None else (hold.scope,)


def _scores(items: Sequence[RecordItem]) -> dict[str, list[tuple[date, int]]]:
    """Return the dated scores of each questionnaire, rounded to whole points, oldest first."""
    found: dict[str, list[tuple[date, int]]] = {}
    for item in standing_items(items):
        if isinstance(item.content, Answered) and item.on:
            reached = score(item.content)
            if isinstance(reached, Score):
                found.setdefault(item.content.instrument, []).append((item.on.day, int(reached.value)))
    return found
