"""Recurrence: a place whose involvement was resolved hurts again.

By default 3 or more on 2 of the last 3 known days, whatever time lies between them: a patient in surveillance logs
weekly or monthly. It may be the disease coming back, also after years, or something else; this rule says neither.
"""

from collections.abc import Collection, Sequence

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.involvement import covers
from rehab_tracker.domain.new_site_pain import counts_from
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.window import evidence_on, place_of, scores_of, unknown_in

VERSION = 1

KNOWN_DAYS = 15
"""Known days that the rule looks at, the judged one included; the window (7 at most) is taken from them, without those
days on which only another part of the joint was named."""


def recurrence(
    days: Sequence[SiteDay], resolved: Collection[Site], joint: Site, usual: int | None, settings: RuleSettings
) -> Verdict | None:
    """Return the verdict on the last of these days, level soon, or None.

    ``days`` are the known days of one quiet joint, or of the uninvolved parts of an involved one, oldest first, up to
    and including the one judged and since it turned. ``resolved`` are the sites of this joint whose last record by then
    says resolved: only pain that can be theirs counts. ``usual`` is the declared long-standing pain (0 to 10).
    """
    threshold = counts_from(settings.recurrence_score, usual, settings)
    if not resolved or days[-1].x < threshold:
        return None
    window = _of_these(days[-KNOWN_DAYS:], resolved)[-settings.recurrence_window :]
    hits = [day for day in window if day.x >= threshold]
    if len(hits) < settings.recurrence_days or hits[-1].day != days[-1].day:
        return None
    said = [worst for day in hits if (worst := day.worst)]
    return Verdict(
        rule=Rule.RECURRENCE,
        version=VERSION,
        level=Level.SOON,
        subject=str(joint),
        for_date=days[-1].day,
        key=str(Rule.RECURRENCE),
        values={
            **place_of(joint, said[-1]),
            "threshold": threshold,
            "hits": len(hits),
            "logged": len(window),
            "scores": scores_of(hits),
        },
        evidence=evidence_on(hits),
        site=joint,
        area=said[-1].score.area,
        unknown_days=unknown_in(window),
    )


def _of_these(days: Sequence[SiteDay], places: Collection[Site]) -> list[SiteDay]:
    """Return what is known of these parts of the joint; a day on which only others were named is unknown for them."""
    found: list[SiteDay] = []
    for day in days:
        said = tuple(s for s in day.said if covers(places, s.score.site, s.score.area))
        if said or not day.said:
            found.append(SiteDay(day.day, said, day.turn))
    return found
