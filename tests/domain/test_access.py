from uuid import UUID

import pytest

from rehab_tracker.domain.access import CLINICIANS, POLICY, Action, Role, Viewer, must_be_allowed, must_reach, system
from rehab_tracker.domain.errors import NotAllowed, ReasonNeeded

ANA, NURSE, DOCTOR = UUID(int=1), UUID(int=2), UUID(int=3)

MAY = {
    Role.PATIENT: {"log-own", "read-own", "choose-own"},
    Role.NURSE: {
        "see-pulse", "see-worklist", "read-record",
        "give-reason", "acknowledge-alert", "close-alert", "tend-alert", "record-involvement", "enrol-patient",
        "write-record",
        "change-details", "set-state", "change-care-team", "merge-records", "log-heard", "answer-call",
        "tend-plan", "order-exercises", "read-templates", "see-duty", "announce-absence", "choose-mail",
    },
    Role.CLINIC_ADMIN: {
        "see-pulse", "see-team", "enrol-patient", "manage-staff", "change-settings", "read-templates",
        "change-template", "see-duty", "set-duty", "announce-absence",
    },
    Role.SYSTEM: {
        "record-involvement", "enrol-patient", "import-events", "manage-staff", "change-settings", "send-letters",
        "try-settings", "count-outcomes", "rebuild-ledgers", "escalate", "keep-time",
    },
}  # fmt: skip
MAY[Role.PHYSIATRIST] = MAY[Role.NURSE] | {"move-plan", "change-template", "set-duty", "see-team"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_what_is_not_in_the_table_is_refused(role, action):
    viewer = Viewer(1, role, ANA)
    if action in MAY[role]:
        must_be_allowed(viewer, action)
    else:
        with pytest.raises(NotAllowed):
            must_be_allowed(viewer, action)


def test_every_action_has_a_line():
    assert set(POLICY) == set(Action)


def test_an_action_without_a_line_is_refused_to_everybody(monkeypatch):
    monkeypatch.delitem(POLICY, Action.READ_RECORD)
    for role in Role:
        with pytest.raises(NotAllowed):
            must_be_allowed(Viewer(1, role), Action.READ_RECORD)


def test_only_clinicians_read_records():
    assert POLICY[Action.READ_RECORD] == CLINICIANS == {Role.NURSE, Role.PHYSIATRIST}


def test_the_care_team_reaches_its_patient():
    must_reach(Viewer(1, Role.NURSE, NURSE), frozenset((NURSE,)), reason_given=False)


def test_another_clinician_must_say_why_first():
    doctor = Viewer(1, Role.PHYSIATRIST, DOCTOR)
    with pytest.raises(ReasonNeeded, match="Say why"):
        must_reach(doctor, frozenset((NURSE,)), reason_given=False)
    must_reach(doctor, frozenset((NURSE,)), reason_given=True)


def test_nobody_is_in_an_empty_care_team_but_the_clock_works():
    with pytest.raises(ReasonNeeded):
        must_reach(Viewer(1, Role.NURSE), frozenset(), reason_given=False)
    must_reach(system(1), frozenset(), reason_given=False)
    assert (system(7).clinic_id, system(7).role, system(7).person) == (7, Role.SYSTEM, None)
