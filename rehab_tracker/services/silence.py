"""Silence: what the midnights say at which a patient was asked and had not answered, and whom it is told.

While an alert that is mailed stands, a silence joins it instead of being an alert of its own.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import WHOLE_BODY, AlertState, Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.history import History
from rehab_tracker.domain.local_time import instant_of
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.silences import Silences
from rehab_tracker.domain.site_day import evidence_of
from rehab_tracker.services.history import history_since
from rehab_tracker.services.protocol import Decided, standing_of
from rehab_tracker.storage.alerts import ENDED, Alert, alerts_of_patient
from rehab_tracker.storage.people import Patient

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Silent:
    """What the midnights from one day to another say of a patient: verdicts, the history they rest on, all alerts."""

    patient: Patient
    rules: RuleSettings
    verdicts: tuple[Verdict, ...]
    history: History
    alerts: tuple[Alert, ...]

    def own(self) -> list[Verdict]:
        """Return the verdicts that are an alert of their own: those of midnights at which no mailed alert stood.

        Whoever closes such an alert has looked at the silence; it is told again only after as many days as at first.
        """
        closed = [a.closed_on for a in self.alerts if a.rule is Rule.NOT_LOGGING and a.closed_on]
        again = timedelta(days=self.rules.silent_days)
        return [
            verdict
            for verdict in self.verdicts
            if not any(self._stood(alert, verdict.for_date) for alert in self.alerts)
            and not any(timedelta() < verdict.for_date - day <= again for day in closed)
        ]

    def joining(self) -> tuple[Alert, Verdict] | None:
        """Return the alert that the last silence joins, with the newest midnight that told of it; None without one."""
        open_ones = [alert for alert in self.alerts if alert.state not in ENDED]
        for alert in sorted(open_ones, key=lambda a: (-a.level.rank, a.raised_at, a.id)):
            if found := [verdict for verdict in self.verdicts if self._stood(alert, verdict.for_date)]:
                return alert, found[-1]
        return None

    def _stood(self, alert: Alert, midnight: date) -> bool:
        """Return whether a mailed alert of another rule stood at a midnight; what was superseded never did."""
        if alert.rule is Rule.NOT_LOGGING or alert.level is Level.INFO or alert.state is AlertState.SUPERSEDED:
            return False
        at = instant_of(midnight, time.min, time_zone(self.patient.time_zone))
        at = at or datetime.combine(midnight, time.min, UTC)
        return alert.raised_at < at and (alert.closed_at is None or alert.closed_at >= at)

    def last_words(self, verdict: Verdict) -> list[dict[str, object]]:
        """Return the worst score of the last day that was logged before a silence, as evidence; nothing where none."""
        said = self.history.painful(silent_since(verdict) - ONE_DAY)
        return [evidence_of(said.worst).plain()] if said and said.worst else []


def silent_since(verdict: Verdict) -> date:
    """Return the first day of which nothing is known of the silence that a verdict tells of."""
    return verdict.for_date - timedelta(days=verdict.unknown_days)


def silent(
    session: Session, patient: Patient, rules: RuleSettings, decided: Decided, first: date, last: date
) -> Silent:  # fmt: skip
    """Return what the midnights from one day to another say of a patient, both included."""
    # The last log before the first midnight says since when it is silent.
    history = history_since(session, patient, first, rules, decided)
    found = Silences(
        history,
        rules,
        decided.plans,
        decided.orders,
        first,
        last,
        is_alerted=lambda _: False,  # it joins that alert
        courses=lambda day: standing_of(session, patient, day).courses,
    )
    alerts = alerts_of_patient(session, patient.clinic_id, patient.id)
    return Silent(patient, rules, tuple(found.verdicts()), history, tuple(alerts))


def judged_silence(
    session: Session,
    patient: Patient,
    rules: RuleSettings,
    decided: Decided,
    standing: Collection[Alert],
    midnights: tuple[date, date] | None,
) -> Callable[[date], Sequence[Verdict]]:
    """Return what gives the verdicts of the midnights from a day on that are an alert of their own.

    ``midnights`` are the first and the last that are judged now, None at any other time: then only an alert that
    stands is told anew, over its own days.
    """
    told = [a for a in standing if (a.rule, a.subject) == (Rule.NOT_LOGGING, WHOLE_BODY)]
    spans = [(a.first_for_date, a.last_for_date) for a in told] + ([midnights] if midnights else [])

    def from_day(day: date) -> Sequence[Verdict]:
        if not spans or max(last for _, last in spans) < day:
            return ()
        first, last = max(day, min(first for first, _ in spans)), max(last for _, last in spans)
        return silent(session, patient, rules, decided, first, last).own()

    return from_day
