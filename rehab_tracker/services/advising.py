"""Advising: what of a log can't wait for a person, answered at once in the clinic's words."""

from collections.abc import Iterable, Iterator, Sequence

from rehab_tracker.domain.advice import OF_PATH, Advice, AdviceKind, advice
from rehab_tracker.domain.alert import Rule, Verdict
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.injury import asks_red_flags
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.red_flag import RedFlag, most_urgent
from rehab_tracker.domain.unseen_pain import is_since_enrolment
from rehab_tracker.mail.language import gettext_in
from rehab_tracker.services.alerts import Occasion
from rehab_tracker.services.clinics import InForce
from rehab_tracker.storage.clinics import texts_of

ASKED_EVERY = 7
"""Days between two times at which a patient is asked since when a place hurts, until staff declare it (house rule)."""


def advised(
    on: Occasion, asking: Iterable[tuple[Sequence[RedFlag], Entry | None]], verdicts: Sequence[Verdict]
) -> Iterator[Advice | None]:
    """Yield the advice for each item, a repeated one too: its red flags and entry, and what was judged of them all."""
    language, texts, settings = on.viewer.language, None, on.settings
    numbers = {"phone": settings.phone, "hours": settings.hours, "emergency_number": settings.emergency_number}
    for flags, entry in asking:
        kind = OF_PATH[most_urgent(flags)] if flags else _kind(on, entry, verdicts)
        if kind and texts is None:
            texts = texts_of(on.session, on.viewer.clinic_id, language)
        yield advice(kind, texts or {}, numbers, gettext_in(language)) if kind else None


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
