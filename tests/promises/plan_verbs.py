"""How the verbs of plans, exercises and protocols are called about porto's Ana, whose right knee has a plan."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.plan import Act, PlanAct
from rehab_tracker.domain.prescription import EVERY_DAY, Dose, Prescription
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.template_json import plain_template
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.services import exercises, plan_reading, plans, templates
from rehab_tracker.services.exercises import Written
from rehab_tracker.storage.plans import PlanRow, ProtocolTemplate
from rehab_tracker.storage.schedule import HoldRow
from tests.cast import Cast, at
from tests.domain.diary import day

Call = Callable[[Any, Session, Viewer], object]
NOW = at(2)
NOBODYS: set[str] = {
    "plan_evenings.standing_lately",
    "plan_facts.known_of", "plan_facts.ready_plans", "plan_following.follow", "plan_following.go_on",
    "plan_reading.told_of", "plans.keep_act", "plans.keep_answer", "protocol.decided_of", "protocol.standing_now",
    "protocol.standing_of",
    "recorded.keep_recorded", "standings.plans_reviewed", "standings.standings", "templates.template_in_force",
}  # fmt: skip
"""What reads or writes within its caller's transaction."""


def rests(cast: Cast, words: str) -> None:
    """Let Nuno put Ana's exercises on hold, with these words."""
    with cast.session() as session:
        hold = Hold(uuid4(), None, day(1), None, HoldReason.ILLNESS)
        exercises.hold_exercises(session, cast.viewer_of(cast.nuno), cast.ana.id, hold, Written(0, words), at(1))


def _plan(w: Any) -> PlanRow:
    found: PlanRow = next(row for row in w.cast.rows(PlanRow) if row.patient_id == w.cast.ana.id)
    return found


def _moves(w: Any, s: Session, v: Viewer) -> object:
    plan, to = _plan(w), plans.Move(Rung(Phase.GAIT_TRAINING), reason=f"{w.word}-moved", getting_about=Aids.FRAME)
    return plans.move_plan(s, v, w.cast.ana.id, plan.id, to, plan.version, NOW)


def _tends(w: Any, s: Session, v: Viewer) -> object:
    plan, act = _plan(w), PlanAct(Act.HOLD, day(2), NOW, reason=f"{w.word}-held")
    return plans.tend_plan(s, v, w.cast.ana.id, plan.id, act, plan.version, NOW)


def _orders(w: Any, s: Session, v: Viewer) -> object:
    limit = WeightLimit(Grade.NWB)
    return plans.order_limit(s, v, w.cast.ana.id, Limb.LEFT_LEG, limit, f"{w.word}-ordered", Aids.WHEELCHAIR, NOW)


def _prescribes(w: Any, s: Session, v: Viewer) -> object:
    order = Prescription(uuid4(), 1, "bridges", (site("right-knee"),), Dose(reps=10), EVERY_DAY, day(2))
    return exercises.prescribe(s, v, w.cast.ana.id, order, Written(0, f"{w.word}-ordered"), NOW)


def _holds(w: Any, s: Session, v: Viewer) -> object:
    hold = Hold(uuid4(), None, day(1), None, HoldReason.ILLNESS)
    return exercises.hold_exercises(s, v, w.cast.ana.id, hold, Written(0, f"{w.word}-held"), NOW)


def _lifts(w: Any, s: Session, v: Viewer) -> object:
    hold = min(w.cast.rows(HoldRow), key=lambda row: row.at)
    return exercises.lift_hold(s, v, w.cast.ana.id, hold.id, Written(hold.version, f"{w.word}-well"), NOW)


def _edits(w: Any, s: Session, v: Viewer) -> object:
    seen = max((row.version for row in w.cast.rows(ProtocolTemplate, w.clinic(v))), default=1)
    return templates.change_template(s, v, "tmo", plain_template(DEFAULT_TEMPLATE), seen, "agreed on Monday", NOW)


OF_CLINICIANS: dict[str, Call] = {
    "exercises.hold_exercises": _holds,
    "exercises.lift_hold": _lifts,
    "exercises.ordered_exercises": lambda w, s, v: exercises.ordered_exercises(s, v, w.cast.ana.id, NOW),
    "exercises.prescribe": _prescribes,
    "plan_reading.read_plans": lambda w, s, v: plan_reading.read_plans(s, v, w.cast.ana.id, NOW),
    "plans.tend_plan": _tends,
}
"""Verbs that nurses may ask too."""

OF_PHYSIATRISTS: dict[str, Call] = {"plans.move_plan": _moves, "plans.order_limit": _orders}


def own_plan(w: Any, s: Session, v: Viewer) -> object:
    """Let somebody read their own plan."""
    return plan_reading.own_plan(s, v, NOW)


def reads_templates(w: Any, s: Session, v: Viewer) -> object:
    """Let somebody read their clinic's protocols."""
    return templates.templates(s, v)


edits_template = _edits
