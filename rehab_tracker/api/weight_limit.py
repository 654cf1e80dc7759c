"""Weight limits as staff send them and everybody is told them: never the abbreviation alone."""

from typing import Any

from flask_babel import gettext
from marshmallow import Schema, fields

from rehab_tracker.api.strict import Read
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.plan_wording import limit_sentence
from rehab_tracker.domain.reader import read
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import SUPPORT, Aids, Grade, WeightLimit

GRADES = [str(grade) for grade in Grade]
AIDS = [str(aid) for aid in SUPPORT]
LIMIT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "grade": {"type": "string", "enum": GRADES},
        "percent": {"type": "integer", "minimum": 0, "maximum": 99},
        "aids": {"type": "string", "enum": AIDS},
    },
    "additionalProperties": False,
}


class WeightLimitSchema(Schema):
    """How much a limb may carry: never the abbreviation alone."""

    grade = fields.String(required=True, metadata={"enum": GRADES})
    percent = fields.Integer(metadata={"description": "Of body weight; PWB has one, TTWB may have one."})
    aids = fields.String(metadata={"enum": AIDS})


def limit_field(description: str) -> Read:
    """Return a field for a limit that may be left out."""
    return Read(lambda value: read(WeightLimit, value), required=False, description=description, **LIMIT)


def aids_field(description: str) -> Read:
    """Return a field for an aid to walk with, which may be left out."""
    return Read(_aid, required=False, type="string", enum=AIDS, description=description)


def _aid(value: Any) -> Aids:
    if value not in AIDS:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code")
    return Aids(value)


def getting_about_field() -> Read:
    """Return a field for how a patient with two restricted legs moves."""
    return aids_field("How the patient gets about; needed where both legs would be restricted.")


def sentence_of(limb: Limb | None, limit: WeightLimit) -> str | None:
    """Return a limit as the patient would read it; a place of no limb has none."""
    return limit_sentence(limb, limit, gettext) if limb else None
