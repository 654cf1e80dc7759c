"""Clinics, and the versioned settings and texts each of them keeps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from rehab_tracker.storage.columns import Code, Json, Line, Version
from rehab_tracker.storage.database import Base, OfClinic, belongs_to_clinic, points_to


class Clinic(Base):
    """A clinic; ``public_id`` begins its tokens and codes, ``slug`` its staff's address.

    The one table that is not hidden by clinic: it must be found before the clinic is known. It holds nothing of people.
    """

    __tablename__ = "clinic"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(8), unique=True)
    slug: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Line]
    time_zone: Mapped[Code]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class ClinicSettings(OfClinic, Base):
    """A version of a clinic's settings, by the names that ``clinics.change_settings`` takes; the highest holds."""

    __tablename__ = "clinic_settings"
    __table_args__ = (belongs_to_clinic(), points_to("staff", "author"))

    version: Mapped[Version] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[Json]
    author: Mapped[UUID | None]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class ClinicText(OfClinic, Base):
    """One version of one text of a clinic in one language; the highest holds."""

    __tablename__ = "clinic_text"
    __table_args__ = (belongs_to_clinic(), points_to("staff", "author"))

    key: Mapped[Code] = mapped_column(primary_key=True)
    language: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[Version] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    author: Mapped[UUID | None]
    reason: Mapped[str]
    created_at: Mapped[datetime]


def clinic_of_slug(session: Session, slug: str) -> Clinic | None:
    """Return the clinic whose staff sign in at this slug."""
    return session.scalar(select(Clinic).where(Clinic.slug == slug))


def clinic_of_public_id(session: Session, public_id: str) -> Clinic | None:
    """Return the clinic whose tokens and codes begin with this."""
    return session.scalar(select(Clinic).where(Clinic.public_id == public_id))


def every_clinic(session: Session) -> list[Clinic]:
    """Return all clinics, oldest first."""
    return list(session.scalars(select(Clinic).order_by(Clinic.id)))


def settings_of(session: Session, clinic_id: int, version: int | None = None) -> ClinicSettings | None:
    """Return one version of a clinic's settings, the newest where none is named."""
    wanted = select(ClinicSettings).where(ClinicSettings.clinic_id == clinic_id)
    if version is not None:
        wanted = wanted.where(ClinicSettings.version == version)
    return session.scalar(wanted.order_by(ClinicSettings.version.desc()).limit(1))


def texts_of(session: Session, clinic_id: int, language: str) -> dict[str, str]:
    """Return a clinic's own texts in a language, by key, each in its newest version."""
    row = ClinicText.__table__.c
    wanted = (
        select(row["key"], row["text"])
        .where(row.clinic_id == clinic_id, row.language == language)
        .order_by(row.version)
    )
    found: dict[str, Any] = {key: words for key, words in session.execute(wanted)}
    return found


def newest_text_version(session: Session, clinic_id: int, key: str, language: str) -> int:
    """Return the number of a text's newest version, 0 where the clinic never set it."""
    row = ClinicText
    wanted = select(func.max(row.version)).where(row.clinic_id == clinic_id, row.key == key, row.language == language)
    return session.scalar(wanted) or 0
