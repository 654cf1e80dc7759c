"""The review of a patient's history: every rule asked of every day from a given one on.

A rule looks only backwards from the day it judges, so an entry for a day can change verdicts of that day and later
ones, never of earlier ones.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from rehab_tracker.domain.alert import WHOLE_BODY, Evidence, Level, Rule, Verdict
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.history import History, SiteDay, evidence_of
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.new_site_pain import new_site_pain
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.sudden_severe_pain import at_known_site, at_quiet_site

RED_FLAG_VERSION = 1
NO_SITE_VERSION = 1

FARTHEST_BACK = 15
"""Known days that a rule sees at most, the judged one included: every window's upper bound is 14 (``RULE_BOUNDS``)."""


def review(history: History, settings: RuleSettings = DEFAULT_RULES, since: date = date.min) -> list[Verdict]:
    """Return every verdict on the days from ``since`` on, oldest day first."""
    found = [*red_flags(history), *no_site_recorded(history)]
    for joint in sorted(history.joints, key=str):
        found += _of_joint(history, joint, settings, since)
    return sorted((v for v in found if v.for_date >= since), key=lambda v: (v.for_date, v.rule, v.subject))


def _of_joint(history: History, joint: Site, settings: RuleSettings, since: date) -> Iterator[Verdict]:
    def usual(day: date) -> int | None:
        return history.usual_pain(joint, day)

    quiet, known, other = history.quiet_days(joint), history.known_days(joint), history.other_area_days(joint)
    recorded_since = history.known.recorded_since
    if recorded_since is not None:
        still_quiet = not history.known.active(joint, recorded_since)
        judged_from = max(since, first_changed(recorded_since, settings) if still_quiet else recorded_since)
        yield from _each(quiet, judged_from, lambda d: new_site_pain(d, joint, usual(d[-1].day), settings))
    yield from _each(quiet, since, lambda d: at_quiet_site(d, joint, usual(d[-1].day), settings))
    yield from _each(known, since, lambda d: at_known_site(d, quiet, joint, settings))
    yield from _each(other, since, lambda d: new_site_pain(d, joint, usual(d[-1].day), settings, new_part=True))
    yield from _each(other, since, lambda d: at_quiet_site(d, joint, usual(d[-1].day), settings))


def first_changed(recorded_on: date, settings: RuleSettings) -> date:
    """Return the first day whose verdicts a record of that day can change.

    With the very first record the rules look back over one window: pain that was already there elsewhere is not lost.
    """
    back = min(settings.persistent_within_calendar_days - 1, (recorded_on - date.min).days)
    return recorded_on - timedelta(days=back)


def _each(
    days: Sequence[SiteDay], since: date, judge: Callable[[Sequence[SiteDay]], Verdict | None]
) -> Iterator[Verdict]:
    for at, day in enumerate(days):
        if day.day < since or not (day.x > 0 or day.woke):
            continue
        recent = [d for d in days[max(0, at + 1 - FARTHEST_BACK) : at + 1] if d.turn == day.turn]
        if verdict := judge(recent):
            yield verdict


def red_flags(history: History) -> Iterator[Verdict]:
    """Yield one urgent verdict per ticked flag (M0), also of withdrawn, superseded and quarantined entries.

    An entry whose clock is impossible counts for the local day on which it was received.
    """
    for entry, report in history.flagged:
        day = local_day(entry.received_at, history.zone) if entry.fault else entry.for_date
        for flag in report.flags:
            yield red_flag_verdict(flag, entry, day)


def red_flag_verdict(flag: RedFlag, entry: Entry, day: date) -> Verdict:
    """Return the verdict that a ticked red flag is, whatever else is known."""
    return Verdict(
        rule=Rule.RED_FLAG,
        version=RED_FLAG_VERSION,
        level=Level.URGENT,
        subject=str(flag),
        for_date=day,
        key=str(Rule.RED_FLAG),
        values={"flag": str(flag)},
        evidence=(Evidence(day, entry.recorded_at, None, "flag", str(flag)),),
    )


def no_site_recorded(history: History) -> Iterator[Verdict]:
    """Yield a verdict for each painful day while staff have recorded no involvement: the new-site rules are blind then.

    With the first involvement there is nothing left to say.
    """
    if history.known.recorded_since is not None:
        return
    for day in history.painful_days():
        if day.worst:
            yield Verdict(
                rule=Rule.NO_SITE_RECORDED,
                version=NO_SITE_VERSION,
                level=Level.SOON,
                subject=WHOLE_BODY,
                for_date=day.day,
                key=str(Rule.NO_SITE_RECORDED),
                evidence=(evidence_of(day.worst),),
            )
