"""What lies around new-site pain of one patient, gathered where a verdict asks for it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from rehab_tracker.domain.alert import Level, Verdict
from rehab_tracker.domain.circumstances import Circumstances, under
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered, in_force
from rehab_tracker.domain.overload import REGIONS
from rehab_tracker.domain.pain import Feel
from rehab_tracker.domain.phase_watch import decided
from rehab_tracker.domain.plan import Plan
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.soreness import APART_DAYS, KNOWN_DAYS
from rehab_tracker.domain.topology import NEW_SITE, SETTLING_DAYS, PlaceBefore

MIRRORED_DAYS = APART_DAYS + KNOWN_DAYS
"""Calendar days of the other side that are looked at, the judged one included."""

LOADED_DAYS = APART_DAYS + 4
"""Calendar days up to the judged one in which the exercise lies that may have begun the pain."""

OwnVerdicts = dict[date, dict[Site, list[Verdict]]]
"""The verdicts on each day and joint as the rules gave them, whatever lies around."""


def told(
    history: History,
    own: OwnVerdicts,
    joint: Site,
    day: date,
    settings: RuleSettings,
    plans: Sequence[Plan] = (),
    ordered: Sequence[Ordered] = (),
) -> list[Verdict]:
    """Return the verdicts on a joint and a day as they are told; ``own`` are all of the patient as rules gave them."""
    verdicts = own[day][joint]
    if not any(verdict.rule in NEW_SITE for verdict in verdicts):
        return verdicts
    there = history.of(joint)
    days = there.other_until(day) if there.state(day).active else there.quiet_until(day)
    is_soon = any(verdict.level is Level.SOON for verdict in verdicts)
    may_be_overload = joint.region in REGIONS and days is not None and days[-1].x <= settings.overload_most
    is_muscle = days is not None and any(said.score.feel is Feel.MUSCLE for said in days[-1].said)
    may_be_sore = is_muscle and any(verdict.level is not Level.URGENT for verdict in verdicts)
    around = Circumstances(
        days=days[-KNOWN_DAYS:] if days else (),
        mirrored=_mirrored(history, joint, day) if may_be_sore else (),
        others=_others(own, joint, day, settings) if is_soon or may_be_sore else (),
        before=list(_places_before(history, day)) if is_soon else (),
        loaded=history.loads.within(day, LOADED_DAYS) if may_be_sore else (),
        restricted=restricted(plans, ordered, day) if may_be_overload else (),
        no_weight_on=history.flag_days(RedFlag.CANNOT_BEAR_WEIGHT),
    )
    return [under(verdict, around, settings) for verdict in verdicts]


def _mirrored(history: History, joint: Site, day: date) -> list[SiteDay]:
    other = joint.mirrored
    if other is None or other not in history.joints:
        return []
    return history.of(other).named_within(_back(day, MIRRORED_DAYS - 1), MIRRORED_DAYS)


def _others(own: OwnVerdicts, joint: Site, day: date, settings: RuleSettings) -> list[Verdict]:
    days = [day - timedelta(days=n) for n in range(min(settings.together_calendar_days, (day - date.min).days) + 1)]
    found = [(other, verdicts) for each in days for other, verdicts in own.get(each, {}).items()]
    return [v for other, verdicts in found if other != joint for v in verdicts if v.rule in NEW_SITE]


def _places_before(history: History, day: date) -> Iterator[PlaceBefore]:
    for place, began_on in history.known.began(day).items():
        there = history.of(place.joint)
        recent = there.parts_within(_back(day, SETTLING_DAYS - 1), day)
        yield PlaceBefore(place, began_on, there.peak(day), recent)


def _back(day: date, number: int) -> date:
    return day - timedelta(days=min(number, (day - date.min).days))


def restricted(plans: Iterable[Plan], ordered: Sequence[Ordered], day: date) -> set[Limb]:
    """Return the limbs that may not carry full weight by what clinicians decided; steps back only tighten that."""
    limbs = {limb for limb, limit in in_force(ordered, day).items() if limit.is_restricted}
    running = (plan for plan in plans if plan.site.limb and plan.is_active(day))
    return limbs | {plan.site.limb for plan in running if plan.site.limb and decided(plan, day).is_restricted}
