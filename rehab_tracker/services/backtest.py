"""Backtest: a rule tried on a clinic's past with other numbers, before anybody switches them on; nothing is written.

It is a command of the operator's machine and answers with counts by record id: nobody of the staff reads a record, so
the audit has nothing to note, and the database itself refuses to write.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.arrival import Raised
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

Alerts = Counter[Level]
"""How many alerts at each level; a rise of level counts once more, as it does in a replay."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule, the first and last day looked at, and the numbers that differ from the settings in force.

    Days are the patients' local ones, both included. Raises InvalidValue (``days-turned``) where they are turned round.
    """

    rule: Rule
    first: date
    last: date
    changes: Mapping[str, int]

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidValue("Choose a first day that is not after the last one.", code="days-turned")


@dataclass(frozen=True, slots=True)
class PatientTried:
    """One person: the id of the record that is kept, the days as a patient, and alerts before and with the change."""

    patient_id: UUID
    days: int
    before: Alerts
    after: Alerts


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule raised by the settings in force (``before``) and would raise by the changed ones (``after``)."""

    trial: Trial
    settings_version: int | None
    before_rules: RuleSettings
    after_rules: RuleSettings
    patients: tuple[PatientTried, ...]

    @property
    def before(self) -> Alerts:
        """Return the alerts of everybody by the settings in force."""
        return sum((each.before for each in self.patients), Counter())

    @property
    def after(self) -> Alerts:
        """Return the alerts of everybody by the changed settings."""
        return sum((each.after for each in self.patients), Counter())

    @property
    def patient_weeks(self) -> float:
        """Return for how many weeks these people were patients between the two days, added up."""
        return sum(each.days for each in self.patients) / DAYS_OF_A_WEEK

    def per_100_weeks(self, alerts: int) -> float | None:
        """Return this many alerts per 100 patient-weeks; None where nobody was a patient."""
        return 100 * alerts / self.patient_weeks if self.patient_weeks else None


def backtest(
    session: Session, viewer: Viewer, trial: Trial, now: datetime, shown: Callable[[int, int], None] | None = None
) -> Tried:
    """Return what a rule raised and would raise of what is stored by now, patient by patient.

    Counted are patients who were enrolled by the last day. ``shown`` is told how many of how many are done. Raises
    InvalidValue for a number that no rule has or that is outside its bounds.
    """
    must_be_allowed(viewer, Action.TRY_SETTINGS)
    with transaction(session):
        read_only(session)
        present = in_force(session, viewer.clinic_id)
        people = people_of_clinic(session, viewer.clinic_id)
    changed = RuleSettings.of({**asdict(present.rules), **trial.changes})
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
    last = min(trial.last, local_day(now, story.zone))
    days = max(0, (last - max(trial.first, story.enrolled_on)).days + 1)
    before, after = rules
    raised = _counted(story.raised(before), trial)
    risen = raised if after == before else _counted(story.raised(after), trial)
    return [PatientTried(patient_id, days, raised, risen)]


def _counted(raised: Iterable[Raised], trial: Trial) -> Alerts:
    of_rule = (each for each in raised if each.verdict.rule is trial.rule)
    return Counter(each.verdict.level for each in of_rule if trial.first <= each.raised_on <= trial.last)
