"""Windows of known days: what a verdict tells of the days that it rests on."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rehab_tracker.domain.alert import Evidence, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import Said, SiteDay

TENTHS = 10


def unknown_in(window: Sequence[SiteDay]) -> int:
    """Return how many days from the first to the last of these are not known."""
    return (window[-1].day - window[0].day).days + 1 - len(window) if window else 0


def scores_of(days: Sequence[SiteDay]) -> str:
    """Return the values of these days as a sentence lists them, like "3, 4, 3"."""
    return ", ".join([str(day.x) for day in days])


def evidence_on(days: Iterable[SiteDay]) -> tuple[Evidence, ...]:
    """Return the worst scores of these days as evidence; a day without pain is none."""
    return tuple([found for day in days if (found := day.evidence)])


def place_of(joint: Site, said: Said | None) -> dict[str, int | str]:
    """Return the values that name a place: the joint, and the area if the patient said one."""
    area = said.score.area if said else None
    return {"site": str(joint), **({"area": str(area)} if area else {})}


def rounded(value: Fraction) -> str:
    """Return a mean as a sentence tells it: to one decimal, halves up, none where it is whole."""
    tenths = (2 * TENTHS * value.numerator + value.denominator) // (2 * value.denominator)
    return f"{tenths / TENTHS:g}"


def threshold_of(verdict: Verdict, settings: RuleSettings) -> int:
    """Return the score from which a day counted for a verdict; where it names none, that of the clinic."""
    return int(verdict.values.get("threshold", settings.pain_counts_from))


def hits_of(verdict: Verdict, days: Sequence[SiteDay], most: int) -> list[SiteDay]:
    """Return those of the last ``most`` days on which a verdict rests."""
    told = {evidence.for_date for evidence in verdict.evidence}
    return [day for day in days[-most:] if day.day in told]
