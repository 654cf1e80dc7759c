"""The stored story of a patient: what the record holds as the pieces in which it came, for rules that ask anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.arrival import Piece, Raised, arising
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.person import Activity, PatientState
from rehab_tracker.domain.plan import Act, Plan, PlanAct
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove, Recorded
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.template_json import template_of
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.involvements import involvement_of, involvement_rows_of
from rehab_tracker.storage.merging import duplicates_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.person import changes_of
from rehab_tracker.storage.plans import limb_orders_of, newest_templates, ordered, plan_rows_of, plans_of
from rehab_tracker.storage.stored_story import usual_pain_rows_of

JUDGED = (Kind.PAIN, Kind.WEIGHT_BEARING, Kind.EXERCISE)
"""The kinds of entry that rules read, besides red flags."""

ONE_ACT = timedelta(milliseconds=1)
"""What is recorded within one act lies at most so far apart."""


@dataclass(frozen=True, slots=True)
class StoredStory:
    """A person's story: the pieces in the order of receipt, and the person's zone, enrolment and protocol.

    It holds what staff recorded of places, usual pain, limits and phases. That a clinician checked, held or ended a
    plan is not in it, as it is not in event files. ``stopped_on`` is the day on which the person was discharged, moved
    or died, None for whom is still asked.
    """

    zone: ZoneInfo
    enrolled_on: date
    template: Template
    pieces: tuple[tuple[datetime, Piece], ...]
    stopped_on: date | None = None

    def raised(self, settings: RuleSettings, until: date | None = None) -> list[Raised]:
        """Return the alerts that this story raises by these settings, with nobody taking any of them.

        Time runs to the last piece; with ``until``, to that day and no further. Silence is not told of whom nobody asks
        any more.
        """
        if until is None:
            return self._heard(arising(self.pieces, self.zone, settings, self.template, self.enrolled_on))
        pieces = (piece for piece in self.pieces if local_day(piece[0], self.zone) <= until)
        return self._heard(arising(pieces, self.zone, settings, self.template, self.enrolled_on, until))

    def _heard(self, raised: list[Raised]) -> list[Raised]:
        last = self.stopped_on or date.max
        return [each for each in raised if each.verdict.rule is not Rule.NOT_LOGGING or each.raised_on <= last]


def stored_story(session: Session, patient: Patient) -> StoredStory:
    """Return the story of the person whose kept record this is, together with what was merged into it.

    Within the caller's transaction. What staff recorded at an instant comes before the entries received at that one.
    """
    of_patient = (session, patient.clinic_id, patient.id)
    rows = involvement_rows_of(*of_patient)
    involved = [_Told(row.recorded_at, involvement_of(row)) for row in rows]
    recorded = [
        Recorded(row.source_id or row.id, row.recorded_at, told.what, row.recorded_on)
        for row, told in zip(rows, involved, strict=True)
    ]
    recorded += [
        Recorded(row.source_id or row.id, row.declared_at, UsualPain(row.site, row.usual_pain), row.declared_on)
        for row in usual_pain_rows_of(*of_patient)
    ]
    orders = limb_orders_of(*of_patient)
    recorded += [
        Recorded(row.id, row.at, LimitOrder(row.limb, limit, row.reason), on)
        for row, (_, limit, on) in zip(orders, ordered(orders), strict=True)
    ]
    plans = plans_of(session, patient.clinic_id, plan_rows_of(*of_patient))
    template = _template(session, patient, plans)
    recorded += [move for plan in plans for move in _moves(plan, involved, template)]
    pieces: list[tuple[datetime, Piece]] = [(each.at, each) for each in recorded]
    pieces += [(entry.received_at, entry) for entry in red_flag_entries(*of_patient, *JUDGED)]
    pieces.sort(key=lambda piece: piece[0])
    zone = time_zone(patient.time_zone)
    return StoredStory(zone, _enrolled_on(session, patient), template, tuple(pieces), _stopped_on(session, patient))


def _stopped_on(session: Session, patient: Patient) -> date | None:
    """Return the day since which silence is nothing to tell of, by where the patient stands now."""
    found = None
    for change in reversed(changes_of(session, patient.clinic_id, patient.id)):
        if change.field == "state":
            if not PatientState(str(change.after)).stops(Activity.TELLING_OF_SILENCE):
                break
            found = local_day(change.changed_at, time_zone(patient.time_zone))
    return found


def _enrolled_on(session: Session, patient: Patient) -> date:
    """Return the day since which the person is a patient, under whichever record."""
    records = [patient, *duplicates_of(session, patient.clinic_id, patient.id)]
    return min(record.enrolled_on for record in records)


def _template(session: Session, patient: Patient, plans: Sequence[Plan]) -> Template:
    """Return the newest protocol that the person's plans run by; that of new plans where there is none."""
    if plans:
        return max((plan.template for plan in plans), key=lambda template: template.version)
    kept = newest_templates(session, patient.clinic_id).get(DEFAULT_TEMPLATE.code)
    return template_of(kept.content) if kept else DEFAULT_TEMPLATE


class _Told(NamedTuple):
    """What was recorded of a place, and when."""

    at: datetime
    what: Involvement


def _moves(plan: Plan, involved: Sequence[_Told], template: Template) -> Iterator[Recorded]:
    """Yield what a clinician decided about where a plan stands; what follows from its place's status is not told.

    Of an older version's steps those are left out that ``template``, by which the whole story is read, has not.
    """
    start, *later = plan.acts
    begun = _begun_by(plan, start, involved)
    place, since = (begun.what.site, begun.at) if begun else (plan.site, start.at)
    first = plan.template.first_rung(place)
    if start.rung in template.rungs and (not begun or start.limit or start.rung != first):
        yield _move(start, place, since)
    for act in later:
        if act.act is Act.MOVE and act.rung in template.rungs:
            handed_on = _handed_on(place, plan.site, involved)
            stood = plan.site if handed_on is None or act.at >= handed_on else place
            yield _move(act, stood, max(act.at, since))


def _move(act: PlanAct, place: Site, at: datetime) -> Recorded:
    assert act.id and act.rung
    return Recorded(act.id, at, PhaseMove(place, act.rung, act.limit, act.reason), act.on)


def _begun_by(plan: Plan, start: PlanAct, involved: Sequence[_Told]) -> _Told | None:
    """Return the record that began a plan: of its place, or of one that was merged into it later; None: a phase did."""
    places = {plan.site, *(told.what.site for told in involved if told.what.merged_into == plan.site)}
    began = [told for told in involved if told.what.status.starts_plan and abs(told.at - start.at) < ONE_ACT]
    return min((t for t in began if t.what.site in places), key=lambda t: t.what.site != plan.site, default=None)


def _handed_on(place: Site, into: Site, involved: Sequence[_Told]) -> datetime | None:
    """Return when a place became part of another one, None where it is that one."""
    return max((t.at for t in involved if t.what.site == place and t.what.merged_into == into), default=None)
