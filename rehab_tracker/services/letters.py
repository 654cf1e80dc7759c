"""Letters: written with what they are about, within its transaction, and put into words when they leave.

Several that wait for one recipient become one mail: the later ones join the first, and each keeps its row.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.mail.language import Reader
from rehab_tracker.mail.letters import LetterKind, in_words
from rehab_tracker.mail.message import Envelope, message
from rehab_tracker.services.deadlines import opened_at
from rehab_tracker.services.ladder import rungs
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.duty import MailPreference
from rehab_tracker.storage.letter_reading import (
    first_of_thread,
    is_written,
    joined_to,
    not_left,
    waiting_like,
    who_heard,
)
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import Patient, Staff

UNDO = timedelta(minutes=2)
"""How long a letter waits, so that a mistaken entry can be taken back before anything leaves; red flags don't wait."""

GATHERED = timedelta(minutes=1)
"""How long what the clock writes waits for more of it: after a holiday or an outage much is overdue at once."""

AT_ONCE, URGENT, PLANNED, FOR_INFORMATION = range(4)
"""How urgent letters are: red flags and escalations; urgent alerts; digests and trouble; what only informs."""


def write(
    session: Session, alert: Alert, now: datetime, heard: Set[UUID] = frozenset(), *, gathers: bool = False
) -> None:  # fmt: skip
    """Write the letters of an urgent alert within the caller's transaction, one for each who must know at once.

    Any other alert waits for the next digest. Red flags leave at once, all else when the time to undo is over. Who has
    ``heard`` of it is left out. What ``gathers`` is one letter together with all else that waits for its recipient.
    """
    if alert.level is not Level.URGENT:
        return
    due_at, urgency = (now, AT_ONCE) if alert.rule is Rule.RED_FLAG else (now + UNDO, URGENT)
    ladder = _ladder(session, alert, now)
    told = _about(session, alert, ladder[0], _after(ladder[1:], ladder[0]))
    for staff in (each for each in ladder[0] if each.id not in heard):
        letter = to_staff(staff, LetterKind.ALERT, f"{alert.id}:{alert.version}", urgency, due_at, now)
        _add_about(session, letter, alert, told, gathers)


def write_escalation(
    session: Session, alert: Alert, to: Sequence[Staff], now: datetime, *, gathers: bool = False
) -> None:  # fmt: skip
    """Write to those who are told next because nobody took an alert in time, or a letter about it did not arrive.

    Belongs to the caller's transaction, and leaves at any hour. The same once more, on the same rung, changes nothing.
    What ``gathers`` waits a minute, and is one letter together with all else that waits for its recipient.
    """
    ladder = _ladder(session, alert, now)
    before = [staff for rung in ladder[: alert.rung] for staff in rung if staff not in to]
    told = _about(session, alert, before, _after(ladder[alert.rung + 1 :], [*before, *to]))
    for staff in to:
        key = f"{alert.id}:{alert.rung}:{alert.version}"
        _add_about(session, to_staff(staff, LetterKind.ESCALATION, key, AT_ONCE, now, now), alert, told, gathers)


def _after(rungs_above: Iterable[Sequence[Staff]], told: Sequence[Staff]) -> list[Staff]:
    """Return who is told next: those on the next rung with anybody whom nobody has told yet."""
    new = ([staff for staff in rung if staff not in told] for rung in rungs_above)
    return next((found for found in new if found), [])


def _ladder(session: Session, alert: Alert, now: datetime) -> Sequence[Sequence[Staff]]:
    zone = time_zone(_clinic(session, alert).time_zone)
    return rungs(session, alert.clinic_id, alert.patient_id, local_day(now, zone))


def _clinic(session: Session, of: Alert | Letter | Staff) -> Clinic:
    return session.get_one(Clinic, of.clinic_id)


def _about(session: Session, alert: Alert, told: Sequence[Staff], after: Sequence[Staff]) -> dict[str, Any]:
    """Return what a letter says about an alert: nothing of the patient, and nothing of the health."""
    home = f"/c/{_clinic(session, alert).slug}/alerts"
    return {
        "level": str(alert.level),
        "raised": alert.raised_at.isoformat(),
        "deadline": (alert.deadline_at or alert.raised_at).isoformat(),
        "told": list(dict.fromkeys(staff.name for staff in told)),
        "next": [staff.name for staff in after],
        "path": f"{home}/{alert.id}",
        "list": home,
    }


def _add_about(session: Session, letter: Letter, alert: Alert, told: dict[str, Any], gathers: bool) -> None:
    letter.alert_id, letter.reference, letter.values = alert.id, alert.reference, told
    letter.in_reply_to = first_of_thread(session, alert.id, letter)
    if gathers:
        letter.due_at = max(letter.due_at, letter.created_at + GATHERED)
    add(session, letter, None if gathers else alert)


def to_staff(staff: Staff, kind: LetterKind, key: str, urgency: int, due_at: datetime, now: datetime) -> Letter:
    """Return a letter to a member of staff, not written yet; ``key`` is what makes a second writing the same letter."""
    letter = _to(staff, kind, key, urgency, due_at, now)
    letter.staff_id = staff.id
    return letter


def to_patient(patient: Patient, kind: LetterKind, key: str, now: datetime, expires_at: datetime | None) -> Letter:
    """Return a letter to a patient, not written yet; of no use after ``expires_at``."""
    letter = _to(patient, kind, key, FOR_INFORMATION, now, now)
    letter.patient_id, letter.expires_at = patient.id, expires_at
    return letter


def _to(reader: Staff | Patient, kind: LetterKind, key: str, urgency: int, due_at: datetime, now: datetime) -> Letter:
    return Letter(
        clinic_id=reader.clinic_id,
        id=uuid4(),
        kind=kind,
        dedup_key=key,
        address=reader.email,
        language=reader.language,
        values={},
        message_id=uuid4().hex,
        state=LetterState.QUEUED,
        urgency=urgency,
        due_at=due_at,
        created_at=now,
    )


def add(session: Session, letter: Letter, alert: Alert | None = None, *, joins: bool = True) -> bool:
    """Add a letter within the caller's transaction; False for one that is written already.

    It joins the letter of its kind that waits for the same recipient, about the same patient where it is about an
    alert, unless told not to.
    """
    if is_written(session, letter):
        return False
    host = waiting_like(session, letter, alert.patient_id if alert else None) if joins else None
    if host is not None:
        letter.state, letter.joined_to = LetterState.JOINED, host.id
    session.add(letter)
    session.flush()
    return True


def cancel(session: Session, alert: Alert) -> None:
    """Cancel what has not left yet of an alert, within the caller's transaction."""
    call_off(session, not_left(session, alert.clinic_id, alert.id))


def call_off(session: Session, letters: Iterable[Letter]) -> None:
    """Cancel letters within the caller's transaction; what joined one of them goes on without it."""
    for letter in letters:
        letter.state = LetterState.CANCELLED
        heirs = joined_to(session, letter.clinic_id, letter.id, locked=True)
        for heir in heirs[:1]:
            heir.state, heir.joined_to = LetterState.QUEUED, None
        for other in heirs[1:]:
            other.joined_to = heirs[0].id
        session.flush()


def write_again(session: Session, alert: Alert, now: datetime) -> None:
    """Let what has not left yet of an alert say what the alert is now, on the rung that it has reached.

    Who has a letter of this opening already needs no second.
    """
    cancel(session, alert)
    heard = who_heard(session, alert.clinic_id, alert.id, opened_at(session, alert))
    write(session, alert, now, heard)
    if alert.rung:
        rung = _ladder(session, alert, now)[alert.rung]
        write_escalation(session, alert, [staff for staff in rung if staff.id not in heard], now)


def rendered(letter: Letter, session: Session, sender: str, base_url: str, now: datetime) -> EmailMessage:
    """Return the whole message of a letter; any exception means that this one can't be put into words."""
    host, values = sender.rpartition("@")[2].rstrip(">"), _with_joined(session, letter)
    leave, path = values.get("leave"), values.get("path")
    envelope = Envelope(
        sender=sender,
        recipient=letter.address,
        message_id=f"<{letter.message_id}@{host}>",
        language=letter.language,
        in_reply_to=letter.in_reply_to and f"<{letter.in_reply_to}@{host}>",
        leave_link=leave and base_url + leave,
    )
    reader = Reader(letter.language, time_zone(_zone_of(session, letter)), now, base_url)
    return message(envelope, in_words(LetterKind(letter.kind), values, reader, path and base_url + path), now)


def _with_joined(session: Session, letter: Letter) -> dict[str, Any]:
    """Return what a letter says together with those that joined it: how many, their worst level and earliest times."""
    letters = [letter, *joined_to(session, letter.clinic_id, letter.id)]
    every = [_values(session, each) for each in letters]
    values = {**every[0], "count": len(every), "references": sorted({each.reference or "" for each in letters})}
    for key in {"raised", "deadline"} & values.keys():
        values[key] = min((each[key] for each in every), key=datetime.fromisoformat)
    for key in {"told", "next"} & values.keys():
        values[key] = list(dict.fromkeys(name for each in every for name in each[key]))
    if "level" in values:
        values["level"] = max((each["level"] for each in every), key=lambda level: Level(level).rank)
    if len(values["references"]) > 1:
        values["path"] = values["list"]
    return values


def _values(session: Session, letter: Letter) -> dict[str, Any]:
    """Return what was kept with a letter; one about an alert that waits since an earlier revision says it anew."""
    if letter.alert_id is None or "hours" not in letter.values:
        return letter.values
    alert = session.get_one(Alert, (letter.clinic_id, letter.alert_id))
    ladder = _ladder(session, alert, letter.created_at)
    return _about(session, alert, ladder[0], _after(ladder[1:], ladder[0]))


def _zone_of(session: Session, letter: Letter) -> str:
    """Return the time zone by which the recipient reads the clock."""
    if letter.patient_id:
        return session.get_one(Patient, (letter.clinic_id, letter.patient_id)).time_zone
    wish = session.get(MailPreference, (letter.clinic_id, letter.staff_id))
    return (wish and wish.time_zone) or _clinic(session, letter).time_zone
