"""People of a clinic: its staff and their sessions, its patients, who cares for whom, and who looked from outside.

A patient who was entered twice has two records. The duplicate then points to the record that is kept (``merged_into``);
what is read of a person is what both hold, and each keeps its own rows, so that a mistaken merge can be undone.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, undefer_group

from rehab_tracker.domain.access import Role
from rehab_tracker.domain.person import PatientState, Sex
from rehab_tracker.storage.columns import ChangeNumber, ClockTime, Code, Digest, Line, Version
from rehab_tracker.storage.database import Base, OfClinic, belongs_to_clinic, columns_of, points_to

SECRETS = "secrets"
"""What is read for signing in alone; the clock's role may not read it."""


class Staff(OfClinic, Base):
    """A member of staff, in one role of one clinic; ``email`` is kept casefolded and signs in.

    Until the invitation is answered there is no password. Someone who left is disabled, never deleted. Since
    ``address_failed_at`` the mail server says that there is no such mailbox.
    """

    __tablename__ = "staff"
    __table_args__ = (
        belongs_to_clinic(),
        UniqueConstraint("clinic_id", "email"),
        CheckConstraint("email = lower(email)", name="email_casefolded"),
        CheckConstraint("role NOT IN ('patient', 'system')", name="role_of_staff"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[Line]
    name: Mapped[Line]
    role: Mapped[Role]
    language: Mapped[Code]
    password_hash: Mapped[str | None] = mapped_column(deferred=True, deferred_group=SECRETS)
    invitation_sha256: Mapped[Digest | None] = mapped_column(deferred=True, deferred_group=SECRETS)
    invitation_expires_at: Mapped[datetime | None] = mapped_column(deferred=True, deferred_group=SECRETS)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    address_failed_at: Mapped[datetime | None]


class StaffSession(OfClinic, Base):
    """One sign-in of one member of staff; only its token's digest is kept."""

    __tablename__ = "staff_session"
    __table_args__ = (points_to("staff", "staff_id"), UniqueConstraint("clinic_id", "token_sha256"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID]
    token_sha256: Mapped[Digest]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Patient(OfClinic, Base):
    """A patient; ``change_number`` is the number of the last change to what the patient sent.

    ``version`` counts the changes of the details. ``merged_into`` is the record that is kept of this same person; that
    one points to none. Letters go to ``email`` only while the patient wants ``mails``; a reminder at this local time.
    """

    __tablename__ = "patient"
    __table_args__ = (
        belongs_to_clinic(),
        points_to("patient", "merged_into"),
        UniqueConstraint("clinic_id", "record_number"),
        Index(None, "clinic_id", "merged_into"),
        CheckConstraint("merged_into <> id", name="not_into_itself"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    record_number: Mapped[Code]
    name: Mapped[Line]
    born: Mapped[date | None]
    phone: Mapped[Code | None]
    language: Mapped[Code]
    time_zone: Mapped[Code]
    enrolled_on: Mapped[date]
    state: Mapped[PatientState] = mapped_column(default=PatientState.ACTIVE)
    change_number: Mapped[ChangeNumber] = mapped_column(default=0)
    created_at: Mapped[datetime]
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_RECORDED)
    version: Mapped[Version] = mapped_column(default=1)
    merged_into: Mapped[UUID | None]
    email: Mapped[Line | None]
    mails: Mapped[bool] = mapped_column(default=False)
    reminder_at: Mapped[ClockTime | None]


class CareTeam(OfClinic, Base):
    """One member of staff who cares for one patient and gets the patient's letters."""

    __tablename__ = "care_team"
    __table_args__ = (points_to("patient", "patient_id"), points_to("staff", "staff_id"))

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class RecordOpening(OfClinic, Base):
    """One time that a clinician outside the care team opened a record, and the reason, which the patient sees."""

    __tablename__ = "record_opening"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "staff_id"),
        Index(None, "clinic_id", "patient_id", "staff_id", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]


def staff_of_email(session: Session, clinic_id: int, email: str) -> Staff | None:
    """Return the member of staff with this address, however it is written."""
    wanted = select(Staff).where(Staff.clinic_id == clinic_id, Staff.email == email.casefold())
    return session.scalar(wanted.options(undefer_group(SECRETS)))


def session_of_token(session: Session, clinic_id: int, token_sha256: str) -> tuple[StaffSession, Staff] | None:
    """Return the sign-in with this token's digest and who signed in; also one that has ended."""
    found = session.execute(
        select(StaffSession, Staff)
        .join(Staff, (Staff.clinic_id == StaffSession.clinic_id) & (Staff.id == StaffSession.staff_id))
        .where(StaffSession.clinic_id == clinic_id, StaffSession.token_sha256 == token_sha256)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def patient_of(session: Session, clinic_id: int, patient_id: UUID) -> Patient | None:
    """Return a patient of this clinic."""
    return session.get(Patient, (clinic_id, patient_id))


PERSON = columns_of(Patient).alias("person")


def of_person(column: Any, clinic_id: int, patient_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a column names this patient or a duplicate that was merged into this one."""
    row = PERSON.c
    of_both = or_(row.id == patient_id, row.merged_into == patient_id)
    held: ColumnElement[bool] = column.in_(select(row.id).where(row.clinic_id == clinic_id, of_both))
    return held


def locked_patient(session: Session, clinic_id: int, patient_id: UUID) -> Patient | None:
    """Return a patient as it is now, with its row locked until the transaction ends."""
    wanted = select(Patient).where(Patient.clinic_id == clinic_id, Patient.id == patient_id)
    return session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def new_change_numbers(session: Session, clinic_id: int, patient_id: UUID, count: int) -> range:
    """Return the next ``count`` change numbers of a patient, taken under the row's lock, so that none commits late."""
    last = session.execute(
        update(Patient)
        .where(Patient.clinic_id == clinic_id, Patient.id == patient_id)
        .values(change_number=Patient.change_number + count)
        .returning(Patient.change_number)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return range(last - count + 1, last + 1)


def care_team_of(session: Session, clinic_id: int, patient_id: UUID) -> frozenset[UUID]:
    """Return the staff of a patient's care team."""
    row = CareTeam
    wanted = select(row.staff_id).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return frozenset(session.scalars(wanted))


def opened_for(session: Session, clinic_id: int, staff_id: UUID, patient_id: UUID, now: datetime) -> bool:
    """Return whether this member of staff has given a reason for this record that still holds."""
    row = RecordOpening
    of_both = (row.clinic_id == clinic_id, row.patient_id == patient_id, row.staff_id == staff_id)
    return session.scalar(select(row.id).where(*of_both, row.expires_at > now).limit(1)) is not None


def all_opened_for(session: Session, clinic_id: int, patient_id: UUID, now: datetime) -> frozenset[UUID]:
    """Return the staff who have given a reason for this record that still holds."""
    row = RecordOpening
    of_record = (row.clinic_id == clinic_id, row.patient_id == patient_id)
    return frozenset(session.scalars(select(row.staff_id).where(*of_record, row.expires_at > now)))


def staff_of_invitation(session: Session, clinic_id: int, invitation_sha256: str) -> Staff | None:
    """Return the member of staff with this invitation's digest, locked, so that it is answered once."""
    wanted = select(Staff).where(Staff.clinic_id == clinic_id, Staff.invitation_sha256 == invitation_sha256)
    return session.scalar(wanted.with_for_update().options(undefer_group(SECRETS)))


def patient_of_record_number(session: Session, clinic_id: int, record_number: str) -> Patient | None:
    """Return the patient with this record number."""
    return session.scalar(select(Patient).where(Patient.clinic_id == clinic_id, Patient.record_number == record_number))


def staff_of_clinic(session: Session, clinic_id: int) -> list[Staff]:
    """Return the staff of a clinic who have not left, by name."""
    wanted = select(Staff).where(Staff.clinic_id == clinic_id, Staff.disabled_at.is_(None))
    return list(session.scalars(wanted.order_by(Staff.name, Staff.id)))


def fail_address(session: Session, clinic_id: int, staff_id: UUID, address: str, now: datetime) -> None:
    """Note that there is no such mailbox, unless that is known or the address has been changed since."""
    row = Staff
    session.execute(
        update(row)
        .where(row.clinic_id == clinic_id, row.id == staff_id, row.email == address, row.address_failed_at.is_(None))
        .values(address_failed_at=now)
        .execution_options(synchronize_session=False)
    )


def lock_staff(session: Session, clinic_id: int) -> None:
    """Lock the rows of a clinic's staff until the transaction ends, in one order for everybody.

    Whoever writes letters to them neither waits for this nor is waited for.
    """
    wanted = select(Staff.id).where(Staff.clinic_id == clinic_id).order_by(Staff.id)
    session.execute(wanted.with_for_update(key_share=True)).all()
