"""Advising: what of a log can't wait for a person, answered at once in the clinic's words."""

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date, datetime
from functools import cached_property

from rehab_tracker.domain.advice import OF_PATH, Advice, AdviceKind, advice
from rehab_tracker.domain.alert import AlertState, Rule, Verdict
from rehab_tracker.domain.deadline import promise
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.injury import asks_red_flags
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.red_flag import RedFlag, most_urgent
from rehab_tracker.domain.unseen_pain import is_since_enrolment
from rehab_tracker.mail.language import Reader, gettext_in
from rehab_tracker.services.alerts import Occasion, Subject
from rehab_tracker.services.clinics import InForce
from rehab_tracker.storage.alerts import alerts_of_patient
from rehab_tracker.storage.clinics import Clinic, texts_of

ASKED_EVERY = 7
"""Days between two times at which a patient is asked since when a place hurts, until staff declare it (house rule)."""

Said = tuple[date, datetime, str | None]
"""On which day something was said, when it was recorded, and of which place."""


def advised(
    on: Occasion, asking: Iterable[tuple[Sequence[RedFlag], Entry | None]], verdicts: Sequence[Verdict]
) -> Iterator[Advice | None]:
    """Yield the advice for each item, a repeated one too: its red flags and entry, and what was judged of them all."""
    language, texts, settings = on.viewer.language, None, on.settings
    numbers = {"phone": settings.phone, "hours": settings.hours, "emergency_number": settings.emergency_number}
    promises, about = _Promises(on), _by_entry(verdicts)
    for flags, entry in asking:
        subjects = {subject for place in _places(entry) for subject in about.get(place, ())}
        told = promises.of(subjects | {(Rule.RED_FLAG, flag) for flag in flags})
        kind = OF_PATH[most_urgent(flags)] if flags else _kind(on, entry, verdicts)
        if kind is None and told:
            kind = AdviceKind.CLINIC_LOOKS
        if kind and texts is None:
            texts = texts_of(on.session, on.viewer.clinic_id, language)
        yield advice(kind, texts or {}, numbers, gettext_in(language), told) if kind else None


def _by_entry(verdicts: Iterable[Verdict]) -> dict[Said, set[Subject]]:
    """Return what the verdicts are about, by what was said that they rest on."""
    found: dict[Said, set[Subject]] = {}
    for verdict in verdicts:
        for each in verdict.evidence:
            found.setdefault((each.for_date, each.recorded_at, each.site), set()).add((verdict.rule, verdict.subject))
    return found


def _places(entry: Entry | None) -> list[Said]:
    """Return what an entry says, as evidence names it."""
    if entry is None:
        return []
    places: list[str | None] = [None]
    if isinstance(entry.content, PainReading):
        places += [str(score.site) for score in entry.content.scores]
    return [(entry.for_date, entry.recorded_at, place) for place in places]


class _Promises:
    """By when the clinic looks, in words; asks the database once, and only where anything might be promised."""

    def __init__(self, on: Occasion) -> None:
        self.on = on

    def of(self, subjects: Set[Subject]) -> str:
        """Return the sentence about the first of these at which the clinic will look, empty where nobody waits."""
        deadlines = [self._deadlines[each] for each in subjects if each in self._deadlines] if subjects else []
        return self._said(min(deadlines)) if deadlines else ""

    @cached_property
    def _deadlines(self) -> dict[Subject, datetime]:
        """Return by when the clinic looks at each open alert; what has had to climb is promised no more."""
        on, found = self.on, {}
        for alert in alerts_of_patient(on.session, on.viewer.clinic_id, on.patient.id, standing=True):
            if alert.state is AlertState.OPEN and not alert.rung and alert.deadline_at and alert.deadline_at > on.now:
                found[alert.rule, alert.subject] = alert.deadline_at
        return found

    @cached_property
    def _reader(self) -> Reader:
        on = self.on
        zone = time_zone(on.session.get_one(Clinic, on.viewer.clinic_id).time_zone)
        return Reader(on.viewer.language, zone, on.now)

    def _said(self, by: datetime) -> str:
        reader = self._reader
        return promise(by, reader.now, reader.zone, gettext_in(reader.language), reader.day)


def is_severe(entry: Entry, settings: InForce) -> bool:
    """Return whether an entry tells of pain so bad that it may ask the red-flag questions."""
    reading = entry.content
    return isinstance(reading, PainReading) and any(s.worst >= settings.rules.sudden_score for s in reading.scores)


def _kind(on: Occasion, entry: Entry | None, verdicts: Sequence[Verdict]) -> AdviceKind | None:
    if entry is None or not isinstance(entry.content, PainReading):
        return None
    of_day = [verdict for verdict in verdicts if verdict.for_date == entry.for_date]
    is_sudden = any(verdict.rule is Rule.SUDDEN_SEVERE_PAIN for verdict in of_day)
    if (is_sudden and is_severe(entry, on.settings)) or asks_red_flags(entry.content):
        return AdviceKind.ANSWER_RED_FLAGS
    if (entry.for_date - on.patient.enrolled_on).days % ASKED_EVERY:
        return None
    hurting = {str(score.site.joint) for score in entry.content.scores if score.worst}
    is_old = any(is_since_enrolment(verdict) and verdict.subject in hurting for verdict in of_day)
    return AdviceKind.SINCE_WHEN if is_old else None
