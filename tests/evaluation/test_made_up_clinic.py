from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from rehab_tracker.demo import PATIENTS
from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.evaluation.case import PATIENT
from rehab_tracker.evaluation.made_up_clinic import LISBOA, PORTO, everybody, fill
from rehab_tracker.evaluation.made_up_phone import phone
from rehab_tracker.services import staff
from rehab_tracker.services.clinics import named
from rehab_tracker.services.need import Need
from rehab_tracker.services.worklist import worklist
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.enrolment import Device
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.people import CareTeam, Patient, Staff
from rehab_tracker.storage.plans import PlanActRow, PlanRow

BEGAN = date(2026, 5, 4)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def made(sqlite_store):
    """Fills a clinic up to a moment, and gives what is told meanwhile."""
    there = sessions(sqlite_store.engine("owner"))
    return lambda now, clinic=PORTO: list(fill(there, clinic, people(now, 4, clinic), now))


def people(now, number, clinic=PORTO):
    return everybody(clinic, number, BEGAN, now.date() + timedelta(days=1))


def rows(store, table, clinic_id=1):
    with store.session(clinic_id, "owner") as session:
        return session.scalar(select(func.count()).select_from(table).where(table.clinic_id == clinic_id))


def newest(store):
    with store.session(1, "owner") as session:
        return session.scalar(select(func.max(EntryRow.received_at)).where(EntryRow.clinic_id == 1))


def test_it_is_filled_up_to_now_and_not_further(sqlite_store, made):
    assert [(step.done, step.of) for step in made(NOON)] == [(at, 5) for at in range(1, 6)]
    assert NOON - timedelta(days=1) < newest(sqlite_store) <= NOON
    with sqlite_store.session(1, "owner") as session:
        assert set(session.scalars(select(Patient.record_number))) == {PATIENT, *(f"sim-{n:03}" for n in range(1, 5))}
        teams = {}
        for patient in session.scalars(select(Patient)):
            team = select(Staff.name).join(CareTeam, CareTeam.staff_id == Staff.id)
            teams[patient.record_number] = set(session.scalars(team.where(CareTeam.patient_id == patient.id)))
    assert teams[PATIENT] == {"Rita Nogueiral", "Tomás Salgueiral"}
    assert {number for number, team in teams.items() if "Inês Madeiral" in team} == {"sim-001", "sim-004"}


def test_done_again_it_changes_nothing_and_later_it_adds_the_days(sqlite_store, made):
    def all_rows():
        tables = (Staff, Patient, CareTeam, EntryRow, Alert, PlanRow, PlanActRow)
        return [rows(sqlite_store, table) for table in tables]

    made(NOON)
    there = all_rows()
    made(NOON)
    assert all_rows() == there
    made(NOON + timedelta(days=3))
    later = all_rows()
    assert later[:3] == there[:3]
    assert 5 <= later[3] - there[3] <= 5 * 3 * 4


def test_the_cases_two_new_places_are_days_old(sqlite_store, made):
    made(NOON)
    with sqlite_store.session(1, "owner") as session:
        of_case = select(Alert).join(Patient, Patient.id == Alert.patient_id).where(Patient.record_number == PATIENT)
        ages = {alert.subject: (BEGAN - alert.raised_on).days for alert in session.scalars(of_case)}
    assert set(ages) == {"left-knee", "left-foot"}
    assert all(2 <= age <= 14 for age in ages.values())


def test_each_has_a_plan_and_the_cases_right_knee_is_in_strengthening(sqlite_store, made):
    made(NOON)
    with sqlite_store.session(1, "owner") as session:
        found = {plan.patient_id: plan for plan in session.scalars(select(PlanRow))}
        case = session.scalar(select(Patient.id).where(Patient.record_number == PATIENT))
    assert len(found) == 5
    assert (str(found[case].site), found[case].standing["phase"]) == (
        "right-knee.medial-femoral-condyle",
        "strengthening",
    )


def test_the_cases_left_side_follows_when_it_is_confirmed(sqlite_store, made):
    made(NOON)
    made(NOON + timedelta(days=30))
    with sqlite_store.session(1, "owner") as session:
        of_case = (
            select(PlanRow).join(Patient, Patient.id == PlanRow.patient_id).where(Patient.record_number == PATIENT)
        )
        phases = {str(plan.site): plan.standing["phase"] for plan in session.scalars(of_case)}
    assert phases == {
        "right-knee.medial-femoral-condyle": "return-and-surveillance",
        "left-knee.medial-femoral-condyle": "gait-training",
        "left-foot.forefoot": "gait-training",
    }


def test_most_plans_are_on_their_way_and_a_few_wait_for_a_clinician(sqlite_store):
    list(fill(sessions(sqlite_store.engine("owner")), PORTO, people(NOON, PATIENTS), NOON))
    with sqlite_store.session(1) as session:
        doctor = session.scalar(select(Staff).where(Staff.clinic_id == 1, Staff.role == Role.PHYSIATRIST))
        rows = worklist(session, Viewer(1, Role.PHYSIATRIST, doctor.id), NOON).own
    assert 2 <= sum(row.ready is not None for row in rows) <= 6
    assert 2 <= sum(row.stands.overdue(row.today) is not None for row in rows) <= 4
    assert 2 <= sum(row.need is Need.PLAN_READY for row in rows) <= 6
    assert {row.need for row in rows} > {Need.PLAN_OVERDUE, Need.NOT_LOGGING, Need.PLAN_HELD, Need.NOTHING}


@pytest.mark.parametrize("made_up", [PORTO, LISBOA])
def test_everybody_can_sign_in_with_the_printed_password(sqlite_store, made, made_up):
    made(NOON, made_up)
    with sqlite_store.session() as session:
        clinic = named(session, made_up.slug)
        assert clinic.is_demo
        for member in made_up.staff:
            assert staff.sign_in(session, clinic, member.email, member.password, NOON)


def test_a_phone_is_signed_in_once_and_each_start_has_a_new_code(sqlite_store, made):
    made(NOON)
    there = sessions(sqlite_store.engine("owner"))
    first, second = phone(there, PORTO, False, NOON), phone(there, PORTO, True, NOON)
    assert first.device and second.device is None
    assert first.code != second.code
    assert rows(sqlite_store, Device) == 1
