"""Pain as a phone sends it."""

from typing import Any

from marshmallow import fields

from rehab_tracker.api.entry import EntrySchema, kind_field
from rehab_tracker.api.strict import Read, Strict, code, many, read_text, whole, yes_no
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.pain import MOST_SCORES, WORST_PAIN, Cause, Feel, PainReading, PainScore
from rehab_tracker.domain.site import SITES, Area, site


def score_field(description: str) -> Read:
    """Return a field for a pain score."""
    return whole(minimum=0, maximum=WORST_PAIN, description=description)


class PainScoreSchema(Strict):
    """One site's pain on one day; at least one of ``on_loading`` and ``at_rest`` is there."""

    site = read_text(site, enum=list(SITES), description="Region and side; a part of a joint only after imaging.")
    area = code(Area, description="What the patient said about where; each region has its own.")
    on_loading = score_field("The day's worst pain on loading, 0 to 10.")
    at_rest = score_field("The day's worst pain at rest, 0 to 10.")
    woke_at_night = yes_no()
    next_morning = score_field("Pain on waking after that day.")
    cause = code(Cause)
    feel = code(Feel)
    swollen = yes_no()


class PainSchema(EntrySchema):
    """Pain of a day. Without ``no_other_pain`` a site that is not listed is unknown, never free of pain."""

    kind = kind_field(Kind.PAIN)
    scores = many(
        fields.Nested(PainScoreSchema(), error_messages={"null": "wrong-type"}),
        maxItems=MOST_SCORES,
        description="One score for each place that hurts.",
    )
    no_other_pain = yes_no(required=True, description="True says that no other place hurts.")


def pain_reading(said: dict[str, Any]) -> PainReading:
    """Return what was said as a reading; raise InvalidValue where it is out of the domain's bounds."""
    scores = tuple(_score(score, at) for at, score in enumerate(said["scores"]))
    return PainReading(scores, said["no_other_pain"])


def _score(said: dict[str, Any], at: int) -> PainScore:
    try:
        return PainScore(**said)
    except InvalidValue as fault:
        raise fault.at(f"/scores/{at}") from None
