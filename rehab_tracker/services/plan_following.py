"""Plans follow what is recorded of their places: a confirmed one starts a plan, and one that has settled ends it."""

from datetime import datetime
from uuid import uuid4

from rehab_tracker.domain.access import POLICY, Action, Role, Viewer
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.domain.involvement import Involvement, last_of_each
from rehab_tracker.domain.plan import Act, PlanAct, PlanCourse
from rehab_tracker.domain.plan_story import what_follows
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.weight_bearing import Aids
from rehab_tracker.services import audit
from rehab_tracker.services.alerts import Occasion
from rehab_tracker.services.both_legs import asks_beside
from rehab_tracker.services.plans import keep_act, keep_answer, recorded_after
from rehab_tracker.services.protocol import Standing, standing_now
from rehab_tracker.services.templates import template_in_force
from rehab_tracker.storage.involvements import involvement_rows_of, involvements_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import PlanRow


def follow(on: Occasion, involvement: Involvement, getting_about: Aids | None = None) -> None:
    """Let the plan of a site follow its newest status, kept in the caller's transaction: start it, end it, or leave it.

    Raises BothLegs where a new plan would restrict both legs and nobody has said how the patient would get about; the
    system, which imports what has happened already, is not asked. Raises NotAllowed (``ends-plan``) where the viewer
    may not end the plan: with it goes its limit.
    """
    plans = standing_now(on.session, on.patient, on.now)
    # Two of one place run where two records of a person were joined.
    courses = [course for course in plans.running if course.plan.site == involvement.site]
    recorded = involvements_of(on.session, on.viewer.clinic_id, on.patient.id)
    said = [each.status for each in recorded if each.site == involvement.site]
    # One that waits for its day is not walked yet, as after a clock was set back; a second could not stand beside it.
    is_there = bool(courses) or any(r.site == involvement.site and r.ended_on is None for r in plans.rows.values())
    follows = what_follows(said[-2] if len(said) > 1 else None, involvement.status, is_there)
    if follows is Act.END:
        for course in courses:
            _end_or_hand_on(on, plans, course, involvement)
    elif follows is Act.START:
        _start(on, plans, involvement.site, getting_about)


def _end_or_hand_on(on: Occasion, plans: Standing, course: PlanCourse, involvement: Involvement) -> None:
    """End a plan, or let it go on at the place that its own was merged into, where none runs yet."""
    row, into = plans.rows[course.plan.id], involvement.merged_into
    if into and not any(other.site == into and other.ended_on is None for other in plans.rows.values()):
        row.site = into
        row.version += 1
        audit.note(on.session, on.viewer, "plan-handed-on", on.now, patient_id=on.patient.id, subject=row.id)
        return
    _must_be_allowed_to_end(on.viewer)
    reason = f"{involvement.site}: {involvement.status}"
    at = recorded_after(course.plan, on.now)
    keep_act(on, row, PlanAct(Act.END, plans.today, at, reason=reason, by=on.viewer.person, id=uuid4()))


def _must_be_allowed_to_end(viewer: Viewer) -> None:
    if viewer.role not in POLICY[Action.MOVE_PLAN] | {Role.SYSTEM}:
        raise NotAllowed("This would end the plan of this place and its limit. Ask a doctor.", code="ends-plan")


def _start(on: Occasion, plans: Standing, place: Site, getting_about: Aids | None) -> None:
    template = template_in_force(on.session, on.viewer, on.now)
    rung = template.first_rung(place)
    asked = on.viewer.role is not Role.SYSTEM
    restricts_both = asked and asks_beside(plans, place, template.limit_at(rung), getting_about)
    start = PlanAct(Act.START, plans.today, on.now, rung.phase, rung.step, by=on.viewer.person, id=uuid4())
    row = _new_row(on, place, template)
    keep_act(on, row, start)
    if restricts_both and getting_about:
        keep_answer(on, row, plans.today, start, getting_about)


def _new_row(on: Occasion, place: Site, template: Template) -> PlanRow:
    row = PlanRow(
        clinic_id=on.viewer.clinic_id, id=uuid4(), patient_id=on.patient.id, site=place, template_code=template.code,
        template_version=template.version, standing={}, version=1,
    )  # fmt: skip
    on.session.add(row)
    on.session.flush()
    return row


def go_on(on: Occasion, kept: Patient, since: datetime, reason: str) -> None:
    """Let plans go on where they stood, each by a new one, that ended by what was recorded in another record since.

    The two records were joined by mistake: a place that settled in the one ended the plan of the other, and its limit.
    """
    plans = standing_now(on.session, on.patient, on.now)
    recorded = involvement_rows_of(on.session, on.viewer.clinic_id, kept.id)
    settled = {row.site for row in recorded if row.recorded_at >= since and not row.status.is_active}
    own = last_of_each(involvements_of(on.session, on.viewer.clinic_id, on.patient.id))
    there = {course.plan.site for course in plans.running}
    places = {place for place in settled - there if place in own and own[place].status.is_active}
    for course in plans.courses:
        if course.plan.site in places and any(act.act is Act.END and act.at >= since for act in course.plan.acts):
            _start_where_it_stood(on, plans, course, reason)


def _start_where_it_stood(on: Occasion, plans: Standing, ended: PlanCourse, reason: str) -> None:
    plan, rung = ended.plan, ended.rung
    start = PlanAct(
        Act.START, plans.today, on.now, rung.phase, rung.step, ended.limit, reason=reason, by=on.viewer.person,
        id=uuid4(),
    )  # fmt: skip
    keep_act(on, _new_row(on, plan.site, plan.template), start)
