"""Backtest: rules tried on a clinic's past with other settings, before anybody switches them on; nothing is written.

It is a command of the operator's machine and answers with counts by record id: nobody of the staff reads a record, so
the audit has nothing to note, and the database itself refuses to write. A rule that runs silently is counted here and
nowhere else, as what it would have raised if it alone spoke again.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_day
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.stored_story import StoredStory, stored_story
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.people import patient_of
from rehab_tracker.storage.stored_story import people_of_clinic

DAYS_OF_A_WEEK = 7
EVERY_RULE = tuple(Rule)

Alerts = Counter[Level]
"""How many alerts at each level; a rise of level counts once more, as it does in a replay."""


class Told(NamedTuple):
    """What alerts are counted by: their rule, the first day of the month in which they were raised, and their level."""

    rule: Rule
    month: date
    level: Level


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule (None: every rule), the first and last day looked at, and what differs from the settings in force.

    ``changes`` are numbers by name; ``shadow`` are all rules that would run silently, None where that stays as it is.
    Days are the patients' local ones, both included. Raises InvalidValue (``days-turned``) where they are turned round.
    """

    rule: Rule | None
    first: date
    last: date
    changes: Mapping[str, int] = field(default_factory=dict)
    shadow: frozenset[Rule] | None = None

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidValue("Choose a first day that is not after the last one.", code="days-turned")

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules that are counted."""
        return (self.rule,) if self.rule else EVERY_RULE

    @property
    def is_change(self) -> bool:
        """Return whether anything differs from the settings in force."""
        return bool(self.changes) or self.shadow is not None

    def changed(self, present: RuleSettings) -> RuleSettings:
        """Return the settings that are tried; raise InvalidValue for a number that is none or out of bounds."""
        shadow = present.shadow if self.shadow is None else self.shadow
        return RuleSettings.of({**present.numbers, **self.changes}, shadow)


@dataclass(frozen=True, slots=True)
class PatientTried:
    """One person: the id of the record that is kept, the days as a patient by month, and alerts before and after."""

    patient_id: UUID
    days: Counter[date]
    before: Counter[Told]
    after: Counter[Told]


@dataclass(frozen=True, slots=True)
class Count:
    """Alerts by level, about how many people of how many, and for how many days these were patients, added up."""

    alerts: Alerts
    concerned: int
    patients: int
    days: int

    @property
    def patient_weeks(self) -> float:
        """Return for how many weeks these people were patients, added up."""
        return self.days / DAYS_OF_A_WEEK

    @property
    def per_100_weeks(self) -> float | None:
        """Return the alerts per 100 patient-weeks; None where nobody was a patient."""
        return 100 * self.alerts.total() / self.patient_weeks if self.days else None


@dataclass(frozen=True, slots=True)
class Tried:
    """What rules raised by the settings in force (``before``) and would raise by the changed ones (``after``)."""

    trial: Trial
    settings_version: int | None
    before_rules: RuleSettings
    after_rules: RuleSettings
    patients: tuple[PatientTried, ...]

    @property
    def months(self) -> list[date]:
        """Return the first days of the months in which anybody was a patient or had an alert, oldest first."""
        return sorted({month for each in self.patients for month in each.days} | {told.month for told in self._told()})

    def _told(self) -> Iterator[Told]:
        for each in self.patients:
            yield from (*each.before, *each.after)

    def heard(self, after: bool) -> list[Rule]:
        """Return the counted rules that do not run silently by the settings in force, or by the changed ones."""
        shadow = (self.after_rules if after else self.before_rules).shadow
        return [rule for rule in self.trial.rules if rule not in shadow]

    def count(self, after: bool, rules: Collection[Rule] = EVERY_RULE, month: date | None = None) -> Count:
        """Return what these rules raised by the settings in force, or the changed ones, in one month or in all."""
        alerts, concerned, patients, days = Alerts(), 0, 0, 0
        for each in self.patients:
            told = each.after if after else each.before
            own = {k: n for k, n in told.items() if k.rule in rules and month in (None, k.month)}
            for key, number in own.items():
                alerts[key.level] += number
            mine = each.days.total() if month is None else each.days[month]
            concerned, patients, days = concerned + bool(own), patients + bool(mine or own), days + mine
        return Count(alerts, concerned, patients, days)


def backtest(
    session: Session, viewer: Viewer, trial: Trial, now: datetime, shown: Callable[[int, int], None] | None = None
) -> Tried:
    """Return what rules raised and would raise of what is stored by now, patient by patient.

    Counted are patients who were enrolled by the last day. ``shown`` is told how many of how many are done. Raises
    InvalidValue for a number that no rule has or that is outside its bounds.
    """
    must_be_allowed(viewer, Action.TRY_SETTINGS)
    with transaction(session):
        read_only(session)
        present = in_force(session, viewer.clinic_id)
        people = people_of_clinic(session, viewer.clinic_id)
    changed = trial.changed(present.rules)
    found: list[PatientTried] = []
    for number, patient_id in enumerate(people, start=1):
        if story := _read(session, viewer, patient_id):
            found += _tried(patient_id, story, trial, (present.rules, changed), now)
        if shown:
            shown(number, len(people))
    return Tried(trial, present.version, present.rules, changed, tuple(found))


def _read(session: Session, viewer: Viewer, patient_id: UUID) -> StoredStory | None:
    """Return one person's story, read in a transaction of its own; None for whom another record has taken over."""
    with transaction(session):
        read_only(session)
        patient = patient_of(session, viewer.clinic_id, patient_id)
        story = stored_story(session, patient) if patient and patient.merged_into is None else None
    session.expunge_all()
    return story


def _tried(
    patient_id: UUID, story: StoredStory, trial: Trial, rules: tuple[RuleSettings, RuleSettings], now: datetime
) -> list[PatientTried]:
    if story.enrolled_on > trial.last:
        return []
    until = min(trial.last, local_day(now, story.zone))
    days = _by_month(max(trial.first, story.enrolled_on), min(until, story.stopped_on or until))
    before, after = rules
    raised = _counted(story, before, trial, until)
    risen = raised if after == before else _counted(story, after, trial, until)
    return [PatientTried(patient_id, days, raised, risen)]


def _by_month(first: date, last: date) -> Counter[date]:
    """Return how many days of each month lie between two days, both included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return Counter(day.replace(day=1) for day in days)


def _counted(story: StoredStory, settings: RuleSettings, trial: Trial, until: date) -> Counter[Told]:
    """Return the alerts of the rules that are heard, and of each silent one as if it alone were heard again."""
    silent = [rule for rule in trial.rules if rule in settings.shadow]
    tried = [(replace(settings, shadow=settings.shadow - {rule}), [rule]) for rule in silent]
    if heard := [rule for rule in trial.rules if rule not in silent]:
        tried.append((settings, heard))
    return Counter(told for each, rules in tried for told in _raised(story, each, rules, trial.first, until))


def _raised(
    story: StoredStory, settings: RuleSettings, rules: Collection[Rule], first: date, until: date
) -> Iterator[Told]:
    for each in story.raised(settings, until):
        if each.verdict.rule in rules and first <= each.raised_on <= until:
            yield Told(each.verdict.rule, each.raised_on.replace(day=1), each.verdict.level)
