"""Both legs: where neither may bear its full weight, a clinician must say first how the patient gets about."""

from collections.abc import Mapping

from rehab_tracker.domain.errors import BothLegs, InvalidValue
from rehab_tracker.domain.limb import combined
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.site import LEGS, Limb, Site
from rehab_tracker.domain.weight_bearing import SUPPORT, Aids, LimbLimit, WeightLimit, both_legs_restricted
from rehab_tracker.services.protocol import Standing

POINTER = "/getting_about"


def asks(limits: Mapping[Limb, LimbLimit], answer: Aids | None, *, is_settled: bool) -> bool:
    """Return whether these limits would restrict both legs.

    Raises BothLegs where they would and it is neither answered nor settled, InvalidValue for an answer that is no aid.
    """
    if answer is not None and answer not in SUPPORT:
        raise InvalidValue("Choose an aid to walk with.", code="aids-not-allowed", pointer=POINTER)
    if not both_legs_restricted(limits):
        return False
    if answer is None and not is_settled:
        raise BothLegs(pointer=POINTER, state="both legs restricted")
    return True


def asks_beside(
    plans: Standing, place: Site, limit: WeightLimit, answer: Aids | None, replaces: PlanCourse | None = None
) -> bool:
    """Return the same of a place's new limit beside all others; ``replaces`` is its plan, None where one starts.

    Once answered it is not asked again while both legs stay restricted and no further plan of a leg starts.
    """
    others = [(course.plan.site, course.limit) for course in plans.running if course is not replaces]
    limits = combined([*others, (place, limit)], plans.orders, plans.today) if place.limb in LEGS else {}
    answered = replaces is not None and both_legs_restricted(plans.limits) and plans.getting_about is not None
    return asks(limits, answer, is_settled=answered)
