"""Phase review: pain asks for a step back that would restrict the second leg too; a clinician must decide."""

from collections.abc import Iterable, Iterator

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.plan import PhaseReview, PlanCourse

VERSION = 1


def phase_reviews(courses: Iterable[PlanCourse]) -> Iterator[Verdict]:
    """Yield a verdict, level soon, for each regress that a plan only held; its subject is the plan's site."""
    for course in courses:
        yield from map(asked, course.reviews)


def asked(review: PhaseReview) -> Verdict:
    """Return the verdict that a question of a plan is."""
    return Verdict(
        rule=Rule.PHASE_REVIEW,
        version=VERSION,
        level=Level.SOON,
        subject=str(review.site),
        for_date=review.on,
        key=str(Rule.PHASE_REVIEW),
        values={"site": str(review.site)},
        evidence=review.evidence,
        site=review.site.joint,
    )
