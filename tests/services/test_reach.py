"""Who reaches a record: the care team; other clinicians of the clinic for an hour after a reason; nobody else."""

from uuid import uuid4

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, ReasonNeeded
from rehab_tracker.services import reach
from rehab_tracker.storage.people import RecordOpening
from tests.cast import another_patient, at

REASON = "on call tonight"


def reaches(cast, person, now, patient=None):
    with cast.session(cast.clinic_of(person)) as session:
        wanted = patient or cast.ana
        return reach.must_reach_patient(session, cast.viewer_of(person), wanted.id, now).id == wanted.id


def gives(cast, person, reason=REASON, now=None, patient_id=None):
    with cast.session(cast.clinic_of(person)) as session:
        reach.give_reason(session, cast.viewer_of(person), patient_id or cast.ana.id, reason, now or at(1))


def test_the_care_team_and_the_system_need_no_reason(cast):
    assert reaches(cast, cast.nuno, at(1)) and reaches(cast, cast.boris, at(1))
    with cast.session() as session:
        assert reach.must_reach_patient(session, system(cast.porto.id), cast.ana.id, at(1))


def test_a_reason_opens_the_record_for_an_hour(cast):
    with pytest.raises(ReasonNeeded):
        reaches(cast, cast.dora, at(1))
    gives(cast, cast.dora)
    assert reaches(cast, cast.dora, at(1, 59))
    with pytest.raises(ReasonNeeded):
        reaches(cast, cast.dora, at(1, 60))


def test_a_reason_opens_one_record_to_one_person(cast):
    other = another_patient(cast, cast.porto, "Bia")
    gives(cast, cast.dora)
    for person, patient in ((cast.dora, other), (cast.alda, cast.ana)):
        with pytest.raises(ReasonNeeded):
            reaches(cast, person, at(1, 1), patient)


def test_a_reason_is_kept_for_the_patient_to_see_and_stays_out_of_the_audit(cast):
    gives(cast, cast.dora, f"  {REASON} ")
    [row] = cast.rows(RecordOpening)
    assert (row.staff_id, row.patient_id, row.reason) == (cast.dora.id, cast.ana.id, REASON)
    assert cast.audit() == ["record-opened-with-reason"]


@pytest.mark.parametrize(("reason", "code"), [("    x   ", "too-short"), ("", "too-short"), ("x" * 281, "too-long")])
def test_a_reason_has_5_to_280_characters(sqlite_cast, reason, code):
    with pytest.raises(InvalidValue) as refusal:
        gives(sqlite_cast, sqlite_cast.dora, reason)
    assert refusal.value.code == code
    gives(sqlite_cast, sqlite_cast.dora, "x" * 280)
    gives(sqlite_cast, sqlite_cast.dora, "x" * 5)


def test_another_clinics_patient_is_as_unknown_as_none(cast):
    refusals = []
    for verb in (
        lambda: reaches(cast, cast.carla, at(1)),
        lambda: gives(cast, cast.carla),
        lambda: gives(cast, cast.carla, patient_id=uuid4()),
    ):
        with pytest.raises(NotFound) as refusal:
            verb()
        refusals.append((str(refusal.value), refusal.value.values))
    assert refusals == [refusals[0]] * 3
    assert cast.rows(RecordOpening, cast.braga) == []


def test_neither_admins_nor_patients_give_reasons(cast):
    for person in (cast.alda, cast.ana):
        with pytest.raises(NotAllowed):
            gives(cast, person)
