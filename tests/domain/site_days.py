"""Known days of one place as the rules see them, without a whole history around them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.new_site_pain import new_site_pain
from rehab_tracker.domain.pain import Cause, Feel, PainScore
from rehab_tracker.domain.site import Area, site
from rehab_tracker.domain.site_day import Said, SiteDay
from tests.domain.diary import day, pain

SPARSE = st.dictionaries(st.integers(1, 40), st.integers(0, 10), min_size=1, max_size=30)
"""Values by day number; a day that is not there is unknown."""


def hurting(
    place: str,
    worst: int,
    *,
    area: str | None = None,
    woke: bool | None = None,
    morning: int | None = None,
    cause: str | None = None,
    feel: str | None = None,
    swollen: bool | None = None,
) -> PainScore:
    return PainScore(
        site(place),
        Area(area) if area else None,
        on_loading=worst,
        woke_at_night=woke,
        next_morning=morning,
        cause=Cause(cause) if cause else None,
        feel=Feel(feel) if feel else None,
        swollen=swollen,
    )


def scored(number: int, *scores: PainScore) -> SiteDay:
    """Return a day with these scores; none of them is an explicit zero."""
    return SiteDay(day(number), tuple(Said(pain(number, score), score) for score in scores))


def days_of(place: str, *values: int | None, first: int = 1, **said) -> list[SiteDay]:
    """Return one known day per value; None is a day of which nothing is known."""
    return dated(place, {n: value for n, value in enumerate(values, start=first) if value is not None}, **said)


def dated(place: str, values: dict[int, int], **said) -> list[SiteDay]:
    """Return the known days with these numbers; 0 is an explicit zero."""
    scores = {n: (hurting(place, value, **said),) if value else () for n, value in values.items()}
    return [scored(n, *scores[n]) for n in sorted(values)]


def asks_for_a_look(days, joint, usual, settings, new_part=False):
    """Return the verdict of new-site pain on the last day, at least soon: many rules only look at such."""
    found = new_site_pain(days, joint, usual, settings, new_part)
    return found if found is None or found.is_mailed else replace(found, level=Level.SOON)


def judged(days: list[SiteDay], rule) -> dict[date, int]:
    """Return the rank of the verdict that a rule gives on each of these days."""
    found = {days[at].day: rule(days[: at + 1]) for at in range(len(days))}
    return {on: verdict.level.rank for on, verdict in found.items() if verdict}


def never_raised(before: dict[date, int], after: dict[date, int]) -> bool:
    """Return whether no verdict is new or of a higher level."""
    return all(before.get(on, -1) >= rank for on, rank in after.items())


def told(days: Iterable[SiteDay]) -> list[tuple[int, int]]:
    return [((d.day - day(0)).days, d.x) for d in days]
