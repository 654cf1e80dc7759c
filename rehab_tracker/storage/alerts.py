"""Alerts and the steps of their lives. At most one alert of a patient, rule and subject is open: a key sees to it."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ColumnElement, Index, bindparam, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from rehab_tracker.domain.access import Role
from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.closing import AlertOutcome, ClosedAlert
from rehab_tracker.domain.site import Area, Site
from rehab_tracker.storage.columns import Code, Count, Json, JsonList, Rung, Score, Version
from rehab_tracker.storage.database import Base, OfClinic, points_to
from rehab_tracker.storage.people import of_person

ENDED = (AlertState.SUPERSEDED, AlertState.CLOSED)
STANDING_INDEX = text("state NOT IN ('superseded', 'closed')")


class Alert(OfClinic, Base):
    """A stored verdict that somebody must look at.

    ``settings_version`` is the clinic's settings it was judged by, None for the shipped defaults. ``version`` counts
    writes: of two people who change one alert at once the second gets StaleDataError. What a closed one turned out to
    be stands in ``outcome``; ``closed_on`` is the last day that the closing answers.

    ``acknowledged_by`` looks after it; ``assigned_to`` was asked to and has not accepted yet. ``snoozed_until`` is the
    day on which it wakes, ``snoozed_at_score`` the worst score of its newest day when it was put to rest. At
    ``deadline_at`` the clock asks for somebody again, from the next ``rung`` of the ladder (0 to 3). Until
    ``quiet_until`` it is not told in letters. ``silent_since`` is the first asked day of a silence that joined it,
    ``reopens`` the closed alert that it goes on from.
    """

    __tablename__ = "alert"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "acknowledged_by"),
        points_to("clinic_settings", "settings_version", keys=("version",)),
        points_to("staff", "closed_by"),
        points_to("staff", "assigned_to"),
        points_to("alert", "reopens"),
        CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL) AND (outcome IS NULL) = (closed_on IS NULL)"
            " AND (outcome IS NULL) = (closed_at IS NULL)",
            name="closed_whole",
        ),
        CheckConstraint(
            "(usual_pain IS NOT NULL) = (coalesce(outcome, '') = 'long-standing')", name="usual_pain_said"
        ),
        CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed_whole"),
        Index("uq_alert_standing", "clinic_id", "patient_id", "rule", "subject", unique=True,
              sqlite_where=STANDING_INDEX, postgresql_where=STANDING_INDEX),
        Index("ix_alert_patient_id", "clinic_id", "patient_id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    rule: Mapped[Rule]
    rule_version: Mapped[Version]
    subject: Mapped[Code]
    level: Mapped[Level]
    state: Mapped[AlertState] = mapped_column(default=AlertState.OPEN)
    site: Mapped[Site | None]
    area: Mapped[Area | None]
    first_for_date: Mapped[date]
    last_for_date: Mapped[date]
    raised_at: Mapped[datetime]
    raised_on: Mapped[date]
    late_days: Mapped[Count] = mapped_column(default=0)
    reason_key: Mapped[Code]
    reason_values: Mapped[Json] = mapped_column(default=dict)
    evidence: Mapped[JsonList] = mapped_column(default=list)
    unknown_days: Mapped[Count] = mapped_column(default=0)
    settings_version: Mapped[int | None]
    reference: Mapped[str] = mapped_column(String(5))
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None]
    outcome: Mapped[AlertOutcome | None]
    usual_pain: Mapped[Score | None]
    closed_on: Mapped[date | None]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    assigned_to: Mapped[UUID | None]
    snoozed_until: Mapped[date | None]
    snoozed_at_score: Mapped[Score | None]
    deadline_at: Mapped[datetime | None]
    rung: Mapped[Rung] = mapped_column(default=0)
    quiet_until: Mapped[datetime | None]
    silent_since: Mapped[date | None]
    reopens: Mapped[UUID | None]
    version: Mapped[Version] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def enter(self, state: AlertState) -> None:
        """Enter a state; what does not rest has no day on which it wakes."""
        self.state = state
        if state is not AlertState.SNOOZED:
            self.snoozed_until, self.snoozed_at_score = None, None

    def is_quiet(self, now: datetime) -> bool:
        """Return whether it is not told now: beside a louder one, or as it comes and goes; an urgent one always is."""
        return self.level is not Level.URGENT and self.quiet_until is not None and self.quiet_until > now

    def told_from(self, now: datetime) -> datetime:
        """Return from when on it is told: from now on, or once it is quiet no more."""
        return self.quiet_until if self.quiet_until and self.is_quiet(now) else now

    @property
    def closing(self) -> ClosedAlert:
        """Return what the closing of this alert answers; only a closed one has that."""
        assert self.closed_on is not None and self.closed_at is not None
        return ClosedAlert(self.rule, self.subject, self.level, self.closed_on, self.closed_at, self.evidence)


class AlertStep(OfClinic, Base):
    """One step in an alert's life: who did what, when, at which level, with which note; a closing has its outcome.

    ``before`` is what it changed, as it was, so that it can be undone; an undoing names the step that it ``undoes``.
    """

    __tablename__ = "alert_step"
    __table_args__ = (
        points_to("alert", "alert_id"),
        points_to("alert_step", "undoes"),
        Index(None, "clinic_id", "alert_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    alert_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_role: Mapped[Role]
    actor_id: Mapped[UUID | None]
    step: Mapped[Code]
    level: Mapped[Level]
    note: Mapped[str] = mapped_column(default="")
    outcome: Mapped[AlertOutcome | None]
    before: Mapped[Json] = mapped_column(default=dict)
    undoes: Mapped[UUID | None]


def stands() -> ColumnElement[bool]:
    """Return the condition of an alert that somebody still has to look at, in the words of its index."""
    return Alert.state.not_in(bindparam("over", ENDED, expanding=True, literal_execute=True))


def alert_of(session: Session, clinic_id: int, alert_id: UUID) -> Alert | None:
    """Return an alert of this clinic."""
    return session.get(Alert, (clinic_id, alert_id))


def alerts_of_patient(session: Session, clinic_id: int, patient_id: UUID, standing: bool = False) -> list[Alert]:
    """Return a patient's alerts, newest day first; with ``standing`` only those that still have to be looked at."""
    wanted = select(Alert).where(Alert.clinic_id == clinic_id, of_person(Alert.patient_id, clinic_id, patient_id))
    if standing:
        wanted = wanted.where(stands())
    return list(session.scalars(wanted.order_by(Alert.last_for_date.desc(), Alert.raised_at.desc(), Alert.id)))


def closed_alerts(session: Session, clinic_id: int, patient_id: UUID, since: date) -> list[Alert]:
    """Return a patient's alerts that somebody closed on a day or later, oldest first."""
    wanted = select(Alert).where(
        Alert.clinic_id == clinic_id,
        of_person(Alert.patient_id, clinic_id, patient_id),
        Alert.state == AlertState.CLOSED,
        Alert.closed_on >= since,
    )
    return list(session.scalars(wanted.order_by(Alert.closed_at, Alert.id)))


def closed_before(session: Session, alert: Alert) -> list[Alert]:
    """Return the person's closed alerts of the same rule and subject that were raised before this one, newest first."""
    wanted = select(Alert).where(
        Alert.clinic_id == alert.clinic_id,
        of_person(Alert.patient_id, alert.clinic_id, alert.patient_id),
        Alert.state == AlertState.CLOSED,
        Alert.rule == alert.rule,
        Alert.subject == alert.subject,
        Alert.raised_at < alert.raised_at,
    )
    return list(session.scalars(wanted.order_by(Alert.raised_at.desc(), Alert.id)))


def reopening(session: Session, alert: Alert) -> Alert | None:
    """Return the alert that goes on from this closed one."""
    wanted = select(Alert).where(Alert.clinic_id == alert.clinic_id, Alert.reopens == alert.id)
    return session.scalar(wanted.order_by(Alert.raised_at.desc(), Alert.id).limit(1))


def ended_before(session: Session, alert: Alert, since: datetime) -> list[datetime]:
    """Return when the person's ended alerts of the same rule and subject were raised, since then and before this one.

    The newest comes first.
    """
    wanted = select(Alert.raised_at).where(
        Alert.clinic_id == alert.clinic_id,
        of_person(Alert.patient_id, alert.clinic_id, alert.patient_id),
        Alert.rule == alert.rule,
        Alert.subject == alert.subject,
        Alert.state.in_(ENDED),
        Alert.raised_at.between(since, alert.raised_at),
        Alert.id != alert.id,
    )
    return list(session.scalars(wanted.order_by(Alert.raised_at.desc())))


def alerts_in_hand(session: Session, clinic_id: int, staff_id: UUID) -> list[Alert]:
    """Return the standing alerts that somebody looks after, patient by patient."""
    wanted = select(Alert).where(Alert.clinic_id == clinic_id, Alert.acknowledged_by == staff_id, stands())
    return list(session.scalars(wanted.order_by(Alert.patient_id, Alert.id)))


def alerts_closed_since(session: Session, clinic_id: int, since: datetime) -> list[Alert]:
    """Return the alerts of a clinic that were closed since then, newest first."""
    wanted = select(Alert).where(Alert.clinic_id == clinic_id, Alert.state == AlertState.CLOSED)
    return list(session.scalars(wanted.where(Alert.closed_at >= since).order_by(Alert.closed_at.desc(), Alert.id)))


def came_back_since(session: Session, clinic_id: int, since: datetime) -> dict[tuple[UUID, Rule, str], int]:
    """Return how many alerts alike in patient, rule and subject were raised since then and have ended."""
    alike = (Alert.patient_id, Alert.rule, Alert.subject)
    wanted = select(*alike, func.count()).where(Alert.clinic_id == clinic_id, Alert.raised_at >= since)
    ended = session.execute(wanted.where(Alert.state.in_(ENDED)).group_by(*alike))
    return {(patient, rule, subject): number for patient, rule, subject, number in ended}


def standing_alerts(session: Session, clinic_id: int) -> list[Alert]:
    """Return every alert of a clinic that still has to be looked at, oldest first."""
    wanted = select(Alert).where(Alert.clinic_id == clinic_id, stands())
    return list(session.scalars(wanted.order_by(Alert.raised_at, Alert.id)))


def alerts_counted(
    session: Session, clinic_id: int, first: date, last: date
) -> list[tuple[Rule, Level, AlertState, AlertOutcome | None, int]]:
    """Return how many of a clinic's alerts raised on these days are alike in rule, level, state and outcome."""
    alike = (Alert.rule, Alert.level, Alert.state, Alert.outcome)
    wanted = select(*alike, func.count()).where(Alert.clinic_id == clinic_id, Alert.raised_on.between(first, last))
    counted = session.execute(wanted.group_by(*alike).order_by(*alike))
    return [(rule, level, state, outcome, number) for rule, level, state, outcome, number in counted]


def steps_of(session: Session, clinic_id: int, alert_id: UUID) -> list[AlertStep]:
    """Return the steps of an alert's life, first to last."""
    wanted = select(AlertStep).where(AlertStep.clinic_id == clinic_id, AlertStep.alert_id == alert_id)
    return list(session.scalars(wanted.order_by(AlertStep.at, AlertStep.id)))
