"""Who is on duty, who is away and who stands in, and what mail each member of staff wants."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.domain.duty import Duty
from rehab_tracker.storage.columns import ClockTime, Code, JsonList
from rehab_tracker.storage.database import Base, OfClinic, points_to


class DutyShift(OfClinic, Base):
    """One person's duty on these ``weekdays`` (1 for Monday to 7) from ``first_day`` to ``last_day``, or without end.

    From ``ended_at`` on it was never so: a mistake was taken back.
    """

    __tablename__ = "duty_shift"
    __table_args__ = (points_to("staff", "staff_id"), points_to("staff", "created_by"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID]
    duty: Mapped[Duty]
    weekdays: Mapped[JsonList]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class Absence(OfClinic, Base):
    """Days on which somebody is away, and the deputy to whom their alerts go once the deputy has accepted."""

    __tablename__ = "absence"
    __table_args__ = (
        points_to("staff", "staff_id"),
        points_to("staff", "deputy_id"),
        points_to("staff", "created_by"),
        CheckConstraint("last_day >= first_day", name="whole_days"),
        CheckConstraint("deputy_id <> staff_id", name="not_by_oneself"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID]
    deputy_id: Mapped[UUID | None]
    first_day: Mapped[date]
    last_day: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class MailPreference(OfClinic, Base):
    """What somebody chose of their mail: the local times of their digests (none: not wanted) and their own time zone.

    ``unwanted`` are the kinds of letters that they do not want, of those that may be left.
    """

    __tablename__ = "mail_preference"
    __table_args__ = (points_to("staff", "staff_id"),)

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    morning_at: Mapped[ClockTime | None]
    evening_at: Mapped[ClockTime | None]
    time_zone: Mapped[Code | None]
    unwanted: Mapped[JsonList] = mapped_column(default=list)
    changed_at: Mapped[datetime]


def shifts_between(session: Session, clinic_id: int, first: date, last: date) -> list[DutyShift]:
    """Return the shifts of a clinic that hold on any of these days, first to last, but those that were taken back."""
    row = DutyShift
    wanted = select(row).where(row.clinic_id == clinic_id, row.ended_at.is_(None), row.first_day <= last)
    still = or_(row.last_day.is_(None), row.last_day >= first)
    return list(session.scalars(wanted.where(still).order_by(row.first_day, row.created_at, row.id)))


def absences_between(session: Session, clinic_id: int, first: date, last: date | None = None) -> list[Absence]:
    """Return the absences of a clinic on any of these days, first to last, but those that were taken back.

    Without ``last`` those are all later days too.
    """
    row = Absence
    wanted = select(row).where(row.clinic_id == clinic_id, row.ended_at.is_(None), row.last_day >= first)
    if last is not None:
        wanted = wanted.where(row.first_day <= last)
    return list(session.scalars(wanted.order_by(row.first_day, row.created_at, row.id)))
