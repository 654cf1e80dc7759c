"""Weight-bearing as a phone sends it."""

from typing import Any

from rehab_tracker.api.entry import EntrySchema, kind_field
from rehab_tracker.api.strict import code
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport


class WeightBearingSchema(EntrySchema):
    """What the patient moved with that day, and whether a limb bore more than it may."""

    kind = kind_field(Kind.WEIGHT_BEARING)
    limb = code(Limb, required=True)
    aids = code(Aids, required=True)
    over_limit = code(OverLimit, required=True)


def weight_bearing_report(said: dict[str, Any]) -> WeightBearingReport:
    """Return what was said as a report."""
    return WeightBearingReport(**said)
