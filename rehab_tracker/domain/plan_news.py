"""Plan news: what a plan did by itself, told to the patient in plain words; nothing it does by itself is silent.

Reading age 11. The reason is what was seen, never a diagnosis, and nothing that staff wrote stands in it.
"""

from datetime import date

from rehab_tracker.domain.hold import HoldReason
from rehab_tracker.domain.plan import Change, PlanCourse, Turn
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.translation import N_, Gettext

MORNING = "next_morning"
FAR_TOO_MUCH = ("hold-red", "regress-red")
"""The changes that the higher of the two scores of a template made."""

NEWS = {
    "hold-pain": N_(
        "Your plan for the %(place)s stays where it is since %(on)s, because your pain was %(score)d or more. "
        "Its exercises rest until a day with less pain."
    ),
    "hold-morning": N_(
        "Your plan for the %(place)s stays where it is since %(on)s, because it hurt more the morning after. "
        "Its exercises rest until a day with less pain."
    ),
    "hold-flag": N_(
        "Your plan for the %(place)s stays where it is since %(on)s, because you told us of a warning sign. "
        "Its exercises rest until a day with less pain."
    ),
    "regress-pain": N_(
        "Your plan for the %(place)s went one step back on %(on)s, because your pain was %(score)d or more."
    ),
    "regress-morning": N_(
        "Your plan for the %(place)s went one step back on %(on)s, because it hurt more the morning after."
    ),
    "regress-flag": N_(
        "Your plan for the %(place)s went one step back on %(on)s, because you told us of a warning sign."
    ),
    "regress-holds": N_(
        "Your plan for the %(place)s went one step back on %(on)s, because it hurt too much on several days."
    ),
    "lift": N_("Your plan for the %(place)s went on again on %(on)s, after a day with less pain."),
}
HOLDS = {
    HoldReason.PAIN: N_("Too much pain."),
    HoldReason.NEW_SITE: N_("A new place needs care first."),
    HoldReason.ILLNESS: N_("You are ill."),
    HoldReason.SURGERY: N_("You have an operation."),
    HoldReason.TRAVEL: N_("You are travelling."),
    HoldReason.CLINICIAN: N_("Your team asked for it."),
    HoldReason.OTHER: N_("Your team asked for it."),
}


def recent_changes(course: PlanCourse, since: date) -> tuple[Change, ...]:
    """Return what a plan did by itself from a local day on, newest first: holds, their ends, and steps back."""
    return tuple(change for change in reversed(course.changes) if change.turn.is_automatic and change.on >= since)


def news_sentence(change: Change, template: Template, place: str, on: str, gettext: Gettext) -> str:
    """Return what a plan did by itself, to the patient; ``place`` and ``on`` are the place and the day in words."""
    score = template.regress_from if change.key in FAR_TOO_MUCH else template.hold_from
    return gettext(NEWS[_key(change, score)]) % {"place": place, "on": on, "score": score}


def _key(change: Change, score: int) -> str:
    """Return which sentence it is; pain below the score was not what did it, the morning after was."""
    if change.key in NEWS:
        return change.key
    hurt = any(_reached(piece.field, piece.value, score) for piece in change.evidence)
    return f"{'regress' if change.turn is Turn.REGRESS else 'hold'}-{'pain' if hurt else 'morning'}"


def _reached(field: str, value: int | bool | str, score: int) -> bool:
    return field != MORNING and type(value) is int and value >= score
