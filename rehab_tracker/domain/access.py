"""Who may do what: one table, and everything that is not in it is refused."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from rehab_tracker.domain.errors import NotAllowed, ReasonNeeded


class Role(StrEnum):
    """What a person is to the clinic; ``system`` is our own clock and command line."""

    PATIENT = "patient"
    NURSE = "nurse"
    PHYSIATRIST = "physiatrist"
    CLINIC_ADMIN = "clinic-admin"
    SYSTEM = "system"


CLINICIANS = frozenset((Role.NURSE, Role.PHYSIATRIST))
STAFF = CLINICIANS | {Role.CLINIC_ADMIN}


class Action(StrEnum):
    """Everything a viewer can ask of the services; each has one line in the policy table."""

    LOG_OWN = "log-own"
    READ_OWN = "read-own"
    CHOOSE_OWN = "choose-own"
    SEE_PULSE = "see-pulse"
    SEE_WORKLIST = "see-worklist"
    READ_RECORD = "read-record"
    GIVE_REASON = "give-reason"
    ACKNOWLEDGE_ALERT = "acknowledge-alert"
    CLOSE_ALERT = "close-alert"
    TEND_ALERT = "tend-alert"
    RECORD_INVOLVEMENT = "record-involvement"
    WRITE_RECORD = "write-record"
    ENROL_PATIENT = "enrol-patient"
    CHANGE_DETAILS = "change-details"
    SET_STATE = "set-state"
    CHANGE_CARE_TEAM = "change-care-team"
    MERGE_RECORDS = "merge-records"
    LOG_HEARD = "log-heard"
    MOVE_PLAN = "move-plan"
    TEND_PLAN = "tend-plan"
    ORDER_EXERCISES = "order-exercises"
    READ_TEMPLATES = "read-templates"
    CHANGE_TEMPLATE = "change-template"
    ANSWER_CALL = "answer-call"
    IMPORT_EVENTS = "import-events"
    SEE_TEAM = "see-team"
    MANAGE_STAFF = "manage-staff"
    CHANGE_SETTINGS = "change-settings"
    TRY_SETTINGS = "try-settings"
    REBUILD_LEDGERS = "rebuild-ledgers"
    COUNT_OUTCOMES = "count-outcomes"
    SEND_LETTERS = "send-letters"
    CHOOSE_MAIL = "choose-mail"
    KEEP_TIME = "keep-time"
    ESCALATE = "escalate"
    SEE_DUTY = "see-duty"
    SET_DUTY = "set-duty"
    ANNOUNCE_ABSENCE = "announce-absence"


POLICY: dict[Action, frozenset[Role]] = {
    Action.LOG_OWN: frozenset((Role.PATIENT,)),
    Action.READ_OWN: frozenset((Role.PATIENT,)),
    Action.CHOOSE_OWN: frozenset((Role.PATIENT,)),
    Action.SEE_PULSE: STAFF,
    Action.SEE_WORKLIST: CLINICIANS,
    Action.READ_RECORD: CLINICIANS,
    Action.GIVE_REASON: CLINICIANS,
    Action.ACKNOWLEDGE_ALERT: CLINICIANS,
    Action.CLOSE_ALERT: CLINICIANS,
    Action.TEND_ALERT: CLINICIANS,
    Action.RECORD_INVOLVEMENT: CLINICIANS | {Role.SYSTEM},
    Action.WRITE_RECORD: CLINICIANS,
    Action.ENROL_PATIENT: STAFF | {Role.SYSTEM},
    Action.CHANGE_DETAILS: CLINICIANS,
    Action.SET_STATE: CLINICIANS,
    Action.CHANGE_CARE_TEAM: CLINICIANS,
    Action.MERGE_RECORDS: CLINICIANS,
    Action.LOG_HEARD: CLINICIANS,
    Action.MOVE_PLAN: frozenset((Role.PHYSIATRIST,)),
    Action.TEND_PLAN: CLINICIANS,
    Action.ORDER_EXERCISES: CLINICIANS,
    Action.READ_TEMPLATES: STAFF,
    Action.CHANGE_TEMPLATE: frozenset((Role.PHYSIATRIST, Role.CLINIC_ADMIN)),
    Action.ANSWER_CALL: CLINICIANS,
    Action.IMPORT_EVENTS: frozenset((Role.SYSTEM,)),
    Action.SEE_TEAM: frozenset((Role.PHYSIATRIST, Role.CLINIC_ADMIN)),
    Action.MANAGE_STAFF: frozenset((Role.CLINIC_ADMIN, Role.SYSTEM)),
    Action.CHANGE_SETTINGS: frozenset((Role.CLINIC_ADMIN, Role.SYSTEM)),
    Action.TRY_SETTINGS: frozenset((Role.SYSTEM,)),
    Action.REBUILD_LEDGERS: frozenset((Role.SYSTEM,)),
    Action.COUNT_OUTCOMES: frozenset((Role.SYSTEM,)),
    Action.SEND_LETTERS: frozenset((Role.SYSTEM,)),
    Action.CHOOSE_MAIL: CLINICIANS,
    Action.KEEP_TIME: frozenset((Role.SYSTEM,)),
    Action.ESCALATE: frozenset((Role.SYSTEM,)),
    Action.SEE_DUTY: STAFF,
    Action.SET_DUTY: frozenset((Role.PHYSIATRIST, Role.CLINIC_ADMIN)),
    Action.ANNOUNCE_ABSENCE: STAFF,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: one person in one role of exactly one clinic.

    ``person`` is a staff member's id or a patient's; None for the system. ``via`` is the session or device that spoke.
    """

    clinic_id: int
    role: Role
    person: UUID | None = None
    via: UUID | None = None
    language: str = "en-GB"
    request_id: str = ""


def system(clinic_id: int) -> Viewer:
    """Return the viewer as whom our own clock and command line work under one clinic."""
    return Viewer(clinic_id, Role.SYSTEM)


def must_be_allowed(viewer: Viewer, action: Action) -> None:
    """Raise NotAllowed unless the policy table lists the viewer's role for this action."""
    if viewer.role not in POLICY.get(action, frozenset()):
        raise NotAllowed()


def must_reach(viewer: Viewer, care_team: frozenset[UUID], reason_given: bool) -> None:
    """Raise ReasonNeeded unless the viewer is in the patient's care team, has given a reason, or is the system."""
    if viewer.role is Role.SYSTEM or viewer.person in care_team or reason_given:
        return
    raise ReasonNeeded()
