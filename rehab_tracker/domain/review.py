"""The review of a patient's history: every rule asked of every day from a given one on.

A rule looks only backwards from the day it judges, so an entry for a day can change verdicts of that day and later
ones, never of earlier ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rehab_tracker.domain.alert import WHOLE_BODY, Evidence, Level, Rule, Verdict
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import FARTHEST_BACK, History, day_of_flags, evidence_of
from rehab_tracker.domain.joint_history import JointHistory
from rehab_tracker.domain.known_site_flare import known_site_flare
from rehab_tracker.domain.limb import Ordered
from rehab_tracker.domain.new_site_pain import new_site_pain
from rehab_tracker.domain.not_improving import FIRST_DAYS as PLAN_FIRST_DAYS
from rehab_tracker.domain.not_improving import not_improving
from rehab_tracker.domain.plan import Plan
from rehab_tracker.domain.recurrence import recurrence
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.reported import of_exercises, of_limbs
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.sudden_severe_pain import at_known_site, at_quiet_site
from rehab_tracker.domain.surroundings import OwnVerdicts, told
from rehab_tracker.domain.unseen_pain import FIRST_DAYS, unseen_pain

__all__ = ["FARTHEST_BACK", "first_changed", "in_order", "of_joint", "red_flags", "review"]

RED_FLAG_VERSION = 1
NO_SITE_VERSION = 1


def review(
    history: History,
    settings: RuleSettings = DEFAULT_RULES,
    since: date = date.min,
    plans: Sequence[Plan] = (),
    ordered: Sequence[Ordered] = (),
) -> list[Verdict]:
    """Return every verdict on the days from ``since`` on, oldest day first.

    ``plans`` are the patient's, and ``ordered`` what clinicians ordered for whole limbs.
    """
    found, diary = [*red_flags(history)], history.diary
    for day in diary.standing[Kind.PAIN].since(since):
        found += no_site_recorded(history, day)
    for day in diary.standing[Kind.WEIGHT_BEARING].since(since):
        found += of_limbs(diary, day, settings)
    for day in diary.standing[Kind.EXERCISE].since(since):
        found += of_exercises(diary, day, plans, settings)
    own = _own(history, settings, since, plans)
    for day in (day for day in own if day >= since):
        for joint in own[day]:
            found += told(history, own, joint, day, settings, plans, ordered)
    return in_order(v for v in found if v.for_date >= since)


def _own(history: History, settings: RuleSettings, since: date, plans: Sequence[Plan]) -> OwnVerdicts:
    """Return the verdicts on joints, and those of some days before that say what hurt at the same time."""
    own: OwnVerdicts = {}
    for joint in sorted(history.joints, key=str):
        there = history.of(joint)
        for day in there.said.since(_days_before(since, settings.together_calendar_days)):
            if verdicts := of_joint(history, there, day, settings, plans):
                own.setdefault(day, {})[joint] = verdicts
    return own


def _days_before(day: date, number: int) -> date:
    return day - timedelta(days=min(number, (day - date.min).days))


def in_order(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return verdicts in the order in which they are told: oldest day first."""
    return sorted(verdicts, key=lambda v: (v.for_date, v.rule, v.subject))


def of_joint(
    history: History, there: JointHistory, day: date, settings: RuleSettings, plans: Sequence[Plan] = ()
) -> list[Verdict]:
    """Return the verdicts on one joint and one day; only a day on which something hurts has any, no rule in shadow."""
    found = _of_joint(history, there, day, settings, plans)
    return [verdict for verdict in found if verdict.rule not in settings.shadow] if settings.shadow else found


def _of_joint(
    history: History, there: JointHistory, day: date, settings: RuleSettings, plans: Sequence[Plan]
) -> list[Verdict]:
    state = there.state(day)
    if state.active:
        return _of_involved(history, there, day, settings, plans)
    quiet = there.quiet_until(day, _least(settings))
    if quiet is None:
        return []
    joint, usual, is_new = there.joint, history.usual_pain(there.joint, day), None
    if _sees_new_sites(history, joint, day, settings):
        is_new = _new_pain(history, there, quiet, usual, settings)
    is_sudden = at_quiet_site(quiet, joint, usual, settings)
    is_back = recurrence(quiet, state.resolved, joint, usual, settings) if state.resolved else None
    return [verdict for verdict in (is_new, is_sudden, is_back) if verdict]


def _least(settings: RuleSettings) -> int:
    """Return the lowest score with which any rule of a quiet place finds something."""
    lowest = min(settings.pain_counts_from, settings.severe_score, settings.unseen_score)
    return min(lowest, settings.sudden_score, settings.recurrence_score)


def _of_involved(
    history: History, there: JointHistory, day: date, settings: RuleSettings, plans: Sequence[Plan]
) -> list[Verdict]:
    found: list[Verdict | None] = []
    least = min(settings.sudden_score, settings.flare_score, settings.pain_counts_from)
    if known := there.known_until(day, least):
        quiet = there.quiet_before(day, settings.sudden_median_calendar_days)
        found.append(at_known_site(known, quiet, there.joint, settings))
        found.append(known_site_flare(known, there.joint, settings))
        for plan in plans:
            if plan.site.joint == there.joint and plan.is_active(day):
                found.append(_not_improving(there, known, plan.started_on, settings))
    if other := there.other_until(day, _least(settings)):
        joint, usual, resolved = there.joint, history.usual_pain(there.joint, day), there.state(day).resolved
        found.append(_new_pain(history, there, other, usual, settings, new_part=True))
        found.append(at_quiet_site(other, joint, usual, settings))
        found.append(recurrence(other, resolved, joint, usual, settings))
    return [verdict for verdict in found if verdict] if found else []


def _not_improving(
    there: JointHistory, days: Sequence[SiteDay], started_on: date, settings: RuleSettings
) -> Verdict | None:
    today = days[-1]
    if today.x < settings.pain_counts_from or (today.day - started_on).days < 7 * settings.not_improving_weeks:
        return None
    return not_improving(days, there.known_within(started_on, PLAN_FIRST_DAYS), started_on, there.joint, settings)


def _new_pain(
    history: History,
    there: JointHistory,
    days: Sequence[SiteDay],
    usual: int | None,
    settings: RuleSettings,
    new_part: bool = False,
) -> Verdict | None:
    """Return the verdict on pain in a quiet place: what counts by itself, else what would stay unseen."""
    found = new_site_pain(days, there.joint, usual, settings, new_part)
    if days[-1].x < settings.unseen_score or (found and found.is_mailed):
        return found
    enrolled_on = history.enrolled_on or date.min
    first_days = there.named_within(enrolled_on, FIRST_DAYS) if history.enrolled_on else []
    unseen = unseen_pain(days, first_days, enrolled_on, there.joint, usual, settings, new_part)
    return unseen if unseen and (found is None or unseen.level.rank > found.level.rank) else found


def _sees_new_sites(history: History, joint: Site, day: date, settings: RuleSettings) -> bool:
    """Return whether new-site pain of a joint is judged on a day: once anything is recorded, and a window before."""
    recorded_since = history.known.recorded_since
    if recorded_since is None or day >= recorded_since:
        return recorded_since is not None
    return day >= first_changed(recorded_since, settings) and not history.known.active(joint, recorded_since)


def first_changed(recorded_on: date, settings: RuleSettings) -> date:
    """Return the first day whose verdicts a record of that day can change.

    With the very first record the rules look back over one window: pain that was already there elsewhere is not lost.
    """
    return _days_before(recorded_on, settings.persistent_within_calendar_days - 1)


def red_flags(history: History) -> Iterator[Verdict]:
    """Yield one urgent verdict per ticked flag (M0), also of withdrawn, superseded and quarantined entries.

    An entry whose clock is impossible counts for the local day on which it was received.
    """
    for entry, _ in history.flagged:
        yield from flags_of(entry, history.zone)


def flags_of(entry: Entry, zone: ZoneInfo) -> Iterator[Verdict]:
    """Yield the verdicts that the red flags of one version are."""
    if isinstance(entry.content, RedFlagReport):
        day = day_of_flags(entry, zone)
        for flag in entry.content.flags:
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


def no_site_recorded(history: History, day: date) -> list[Verdict]:
    """Return the verdict on a painful day while staff have recorded no involvement: the new-site rules are blind then.

    With the first involvement there is nothing left to say.
    """
    painful = history.painful(day) if history.known.recorded_since is None else None
    if painful is None or painful.worst is None:
        return []
    return [
        Verdict(
            rule=Rule.NO_SITE_RECORDED,
            version=NO_SITE_VERSION,
            level=Level.SOON,
            subject=WHOLE_BODY,
            for_date=day,
            key=str(Rule.NO_SITE_RECORDED),
            evidence=(evidence_of(painful.worst),),
        )
    ]
