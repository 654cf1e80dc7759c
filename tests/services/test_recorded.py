"""Importing what staff did: plans, limits, exercises and holds go in once, beside what is done in the browser."""

from dataclasses import replace
from uuid import uuid4

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.prescription import EVERY_DAY, Dose, Prescription
from rehab_tracker.domain.recorded import LimitOrder, Recorded
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.template_json import plain_template
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.services import involvements
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import Story, import_story
from rehab_tracker.services.protocol import standing_now
from rehab_tracker.services.templates import change_template
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import LimbOrder, PlanActRow, PlanRow, ProtocolTemplate, plan_rows_of, plans_of
from rehab_tracker.storage.schedule import HoldRow, PrescriptionRow, holds, prescriptions
from tests.cast import at
from tests.domain.diary import FIRST_VISIT, day
from tests.domain.plans import HALF, LEFT, PARTIAL, RIGHT, STRENGTH, TOLERATED, logs
from tests.domain.staff import moved, recorded, status

P1 = PatientDetails("Imported", "P1", "en-GB", "Europe/Lisbon", enrolled_on=FIRST_VISIT)
KNEE = status(0, RIGHT, "confirmed")
TOES = f"{LEFT.replace('knee', 'foot')}.forefoot"


def order(number, exercise="walking", version=1, own=None, **more):
    own = own or uuid4()
    what = Prescription(own, version, exercise, (site(RIGHT),), Dose(minutes=30), EVERY_DAY, day(number), **more)
    return replace(recorded(number, what), id=own, version=version)


def hold(number, version=1, own=None, **more):
    own = own or uuid4()
    what = Hold(own, None, day(number), None, HoldReason.ILLNESS, **more)
    return replace(recorded(number, what), id=own, version=version)


LIMIT = recorded(2, LimitOrder(Limb.LEFT_LEG, WeightLimit(Grade.TTWB, 10, Aids.FRAME), "Until the MRI."))
STORY = [KNEE, LIMIT, moved(21, RIGHT, HALF, reason="Three weeks are over."), order(22), hold(23)]


def imports(cast, *told: Recorded, entries=(), details=P1, on=60):
    with cast.session() as session:
        return import_story(session, system(cast.porto.id), Story(details, list(entries), list(told)), at(on))


def plans(cast, patient_id):
    with cast.session() as session:
        found = plans_of(session, cast.porto.id, plan_rows_of(session, cast.porto.id, patient_id))
    return {str(plan.site): [(act.act, (act.on - day(0)).days, act.rung) for act in plan.acts] for plan in found}


def test_a_story_brings_its_plans_orders_and_holds(cast):
    told = imports(cast, *STORY)
    assert told.recorded == 5
    assert plans(cast, told.patient_id) == {RIGHT: [(Act.START, 0, PARTIAL), (Act.MOVE, 21, HALF)]}
    [_, move] = sorted(cast.rows(PlanActRow), key=lambda row: row.at)
    assert (move.reason, move.written_by, move.is_override) == ("Three weeks are over.", None, False)
    [limit] = cast.rows(LimbOrder)
    assert (limit.limb, limit.grade, limit.percent, limit.aids, limit.on_day) == (
        "left-leg", "TTWB", 10, "frame", day(2),
    )  # fmt: skip
    assert prescriptions(cast.rows(PrescriptionRow)) == [STORY[3].what]
    assert holds(cast.rows(HoldRow)) == [STORY[4].what]


def test_a_second_import_changes_nothing(cast):
    imports(cast, *STORY, entries=logs(RIGHT, 1, 1))
    before, versions = cast.counts(), [row.version for row in cast.rows(PlanRow)]
    again = imports(cast, *STORY, entries=logs(RIGHT, 1, 1), on=61)
    assert (again.recorded, again.entries, again.alerts) == (0, 0, 0)
    after = cast.counts()
    assert {name for name in after if after[name] != before[name]} <= {"audit_event"}
    assert [row.version for row in cast.rows(PlanRow)] == versions


def test_a_story_imported_in_two_parts_ends_in_the_same_plans(cast):
    more = [status(30, LEFT, "confirmed"), moved(35, RIGHT, TOLERATED), status(50, RIGHT, "resolved")]
    first = imports(cast, *STORY)
    later = imports(cast, *STORY, *more)
    assert (later.patient_id, later.recorded) == (first.patient_id, 3)
    whole = imports(cast, *STORY[:3], *more, details=replace(P1, record_number="P2"))
    assert plans(cast, first.patient_id) == plans(cast, whole.patient_id)
    assert plans(cast, first.patient_id)[RIGHT][-1] == (Act.END, 50, None)


def test_import_and_replay_give_the_same_plans(cast):
    told = imports(cast, *STORY)
    story = PlanStory()
    for each in STORY:
        story.take(each)
    [plan] = story.plans
    assert plans(cast, told.patient_id) == {
        str(plan.site): [(act.act, (act.on - day(0)).days, act.rung) for act in plan.acts]
    }


def test_an_ended_plan_says_so_in_its_row_and_another_may_start(cast):
    imports(cast, KNEE, status(20, RIGHT, "resolved"), status(40, RIGHT, "recurrent"))
    assert sorted((row.ended_on for row in cast.rows(PlanRow)), key=str) == [day(20), None]


def test_a_merged_place_hands_its_plan_on(cast):
    inner, outer = f"{RIGHT}.medial-femoral-condyle", f"{RIGHT}.lateral-femoral-condyle"
    first = imports(cast, status(0, inner, "confirmed"))
    [before] = cast.rows(PlanRow)
    imports(cast, status(0, inner, "confirmed"), status(9, inner, "entered-in-error", merged_into=site(outer)))
    [after] = cast.rows(PlanRow)
    assert (after.id, str(after.site), after.version) == (before.id, outer, before.version + 1)
    assert list(plans(cast, first.patient_id)) == [outer]


def test_a_file_goes_on_where_a_clinician_has_acted_meanwhile(cast):
    details = replace(P1, record_number=cast.ana.record_number)
    cast.records(RIGHT, on=1)
    told = imports(cast, status(2, RIGHT, "confirmed"), moved(21, RIGHT, HALF), details=details)
    assert plans(cast, told.patient_id) == {RIGHT: [(Act.START, 1, PARTIAL), (Act.MOVE, 21, HALF)]}


def test_a_phase_before_the_plan_began_is_refused_whole(cast):
    cast.records(RIGHT, on=10)
    before = cast.counts()
    with pytest.raises(InvalidValue) as refused:
        imports(cast, LIMIT, moved(5, RIGHT, STRENGTH), details=replace(P1, record_number=cast.ana.record_number))
    assert refused.value.code == "starts-later"
    assert cast.counts() == before


def test_new_plans_follow_the_clinics_newest_protocol(cast):
    imports(cast, KNEE)
    assert [(row.code, row.version) for row in cast.rows(ProtocolTemplate)] == [("tmo", 1)]
    longer = plain_template(replace(DEFAULT_TEMPLATE, hold_window=10))
    with cast.session() as session:
        viewer = cast.viewer_of(cast.alda)
        edited = change_template(session, viewer, DEFAULT_TEMPLATE.code, longer, 1, "We wait longer.", at(61))
    imports(cast, KNEE, status(40, LEFT, "confirmed"))
    assert {str(row.site): row.template_version for row in cast.rows(PlanRow)} == {RIGHT: 1, LEFT: edited.version}


def test_a_question_about_a_phase_bears_the_day_on_which_it_arose(cast):
    story = [KNEE, moved(10, RIGHT, TOLERATED), status(11, LEFT, "confirmed")]
    imports(cast, *story, entries=logs(RIGHT, 6, first=12))
    [alert] = [alert for alert in cast.rows(Alert) if alert.rule == "phase-review"]
    assert (alert.subject, alert.raised_on, alert.raised_at) == (RIGHT, day(12), at(12))


def test_the_next_version_of_an_order_or_hold_joins_the_first(cast):
    own, rest = uuid4(), uuid4()
    imports(cast, order(3, own=own), hold(3, own=rest))
    later = imports(cast, order(3, own=own), order(9, own=own, version=2), hold(3, own=rest), hold(5, 2, rest))
    assert later.recorded == 2
    assert sorted(row.version for row in cast.rows(PrescriptionRow)) == [1, 2]
    assert [found.from_on for found in holds(cast.rows(HoldRow))] == [day(5)]


@pytest.mark.parametrize("kind", [order, hold])
def test_an_id_that_is_another_patients_is_refused(cast, kind):
    taken = kind(3)
    imports(cast, taken)
    with pytest.raises(InvalidValue) as refused:
        imports(cast, taken, details=replace(P1, record_number="P2"))
    assert refused.value.code == "taken"


def test_the_same_lines_of_two_patients_are_two_stories(cast):
    ours = imports(cast, KNEE, LIMIT, moved(21, RIGHT, HALF))
    theirs = imports(cast, KNEE, LIMIT, moved(21, RIGHT, HALF), details=replace(P1, record_number="P2"))
    assert plans(cast, ours.patient_id) == plans(cast, theirs.patient_id)
    assert len(cast.rows(PlanRow)) == len(cast.rows(LimbOrder)) == 2


def test_an_imported_record_keeps_what_was_said_of_a_place(cast):
    imports(cast, status(0, TOES, "confirmed", words="under the toes", reason="MRI"))
    [row] = cast.rows(involvements.InvolvementRow)
    assert (str(row.site), row.words, row.reason, row.status) == (
        TOES, "under the toes", "MRI", InvolvementStatus.CONFIRMED,
    )  # fmt: skip


def test_an_act_dated_in_the_future_waits_for_its_day(cast):
    typo = moved(400, RIGHT, HALF, reason="A slip of the year.")
    patient_id = imports(cast, KNEE, typo).patient_id
    with cast.session() as session:
        standing = standing_now(session, session.get(Patient, (cast.porto.id, patient_id)), at(60))
    assert standing.today == day(60) and standing.courses[0].rung == PARTIAL
