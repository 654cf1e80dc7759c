"""Not logging (M9): a patient was asked and did not answer; a silent patient is not a patient without pain.

It counts days on which the patient was asked, by default 3, after which it is info; with a restricted limb or an open
alert it is soon, and so it is for anybody after 7. It is also soon where the last log told of pain in a quiet place:
that made the rhythm daily. The rule is judged at local midnights, of the days that are over.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from rehab_tracker.domain.alert import WHOLE_BODY, Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.site_day import Said, evidence_of

VERSION = 1

MOST_ASKED_DAYS = 14
"""Asked days since the last log after which nothing more changes: ``silent_soon_days`` at most."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The time since the last logged day, or since enrolment where nothing was ever logged.

    ``since`` is that day. ``asked`` are the asked days after it (from it on, if never logged) that are over, oldest
    first. ``quiet_pain`` is the score of 3 or more at a quiet place that the last logged day told of, where the patient
    was not asked daily then.
    """

    since: date
    asked: tuple[date, ...]
    has_logged: bool = True
    quiet_pain: Said | None = None


def not_logging(silence: Silence, today: date, watched: bool, settings: RuleSettings) -> Verdict | None:
    """Return the verdict at the midnight at which this day begins, or None.

    ``watched`` says whether on that day a limb is restricted, or an alert of another rule, soon or urgent, is open.
    """
    count = bisect_left(silence.asked, today)
    if count < settings.silent_days:
        return None
    is_soon = watched or silence.quiet_pain is not None or count >= settings.silent_soon_days
    return Verdict(
        rule=Rule.NOT_LOGGING,
        version=VERSION,
        level=Level.SOON if is_soon else Level.INFO,
        subject=WHOLE_BODY,
        for_date=today,
        key=f"{Rule.NOT_LOGGING}.{_key(silence)}",
        values={"days": count},
        evidence=(evidence_of(silence.quiet_pain),) if silence.quiet_pain else (),
        unknown_days=(today - silence.since).days - silence.has_logged,
    )


def _key(silence: Silence) -> str:
    if silence.quiet_pain:
        return "after-pain"
    return "silent" if silence.has_logged else "never"


def turning_days(asked: Iterable[date], settings: RuleSettings) -> tuple[date, ...]:
    """Return the midnights at which a silence begins to hold and becomes soon for anybody: one, two or none.

    ``asked`` are the asked days since the last log, oldest first, also days to come; only as many are taken as needed.
    Before the first of these days nobody need be asked, and between them and after the second only ``watched`` can
    change the answer.
    """
    first = list(islice(asked, settings.silent_soon_days))
    counts = (settings.silent_days, settings.silent_soon_days)
    return tuple(first[count - 1] + timedelta(days=1) for count in counts if len(first) >= count)
