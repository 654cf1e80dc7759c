"""Phase review: pain asks for a step back that would restrict the second leg too; a clinician must decide."""

from collections.abc import Iterable, Iterator

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.plan import PlanCourse

VERSION = 1


def phase_reviews(courses: Iterable[PlanCourse]) -> Iterator[Verdict]:
    """Yield a verdict, level soon, for each regress that a plan only held; its subject is the plan's site."""
    for course in courses:
        for review in course.reviews:
            yield Verdict(
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
