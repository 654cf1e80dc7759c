"""What a clinic sets for itself: the numbers of its rules, each with a default and bounds."""

from dataclasses import dataclass, fields
from typing import NamedTuple

from rehab_tracker.domain.errors import InvalidValue


class Bounds(NamedTuple):
    """The range in which a clinic may set a number; outside it the rule would be blind or never silent."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The numbers of the rules, each a design choice that a clinic may change within ``RULE_BOUNDS``.

    Scores are points on the 0 to 10 scale; days are days on which the site is known (logged), unless said otherwise.
    2 points are the smallest change of pain that patients call meaningful (Farrar 2001, Pain 94:149,
    doi:10.1016/S0304-3959(01)00349-9); the rest was compared on simulated diaries only.
    """

    pain_counts_from: int = 3
    above_usual_by: int = 2
    persistent_days: int = 4
    persistent_urgent_days: int = 5
    persistent_window: int = 7
    persistent_within_calendar_days: int = 9
    severe_score: int = 5
    severe_days: int = 3
    severe_window: int = 4
    night_days: int = 3
    night_window: int = 7
    sudden_score: int = 7
    sudden_rise: int = 4
    sudden_median_calendar_days: int = 7

    def __post_init__(self) -> None:
        for name, (least, most) in RULE_BOUNDS.items():
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise InvalidValue(
                    "Set %(name)s to a whole number from %(least)d to %(most)d.",
                    code="out-of-range", pointer=f"/{name}", name=name, least=least, most=most,
                )  # fmt: skip
        for days, window in REACHABLE:
            if getattr(self, days) > getattr(self, window):
                raise InvalidValue(
                    "Set %(days)s to at most %(window)s; otherwise the rule can never be fulfilled.",
                    code="out-of-reach", pointer=f"/{days}", days=days, window=window,
                )  # fmt: skip

    @classmethod
    def of(cls, values: dict[str, int]) -> "RuleSettings":
        """Return settings with these values over the defaults; raise InvalidValue for a name that is no setting."""
        unknown = sorted(set(values) - {f.name for f in fields(cls)})
        if unknown:
            raise InvalidValue("There is no setting named %(name)s.", code="unknown-key", name=unknown[0])
        return cls(**values)


RULE_BOUNDS: dict[str, Bounds] = {
    "pain_counts_from": Bounds(1, 5),
    "above_usual_by": Bounds(1, 3),
    "persistent_days": Bounds(2, 6),
    "persistent_urgent_days": Bounds(3, 7),
    "persistent_window": Bounds(4, 14),
    "persistent_within_calendar_days": Bounds(5, 28),
    "severe_score": Bounds(4, 7),
    "severe_days": Bounds(2, 4),
    "severe_window": Bounds(3, 7),
    "night_days": Bounds(2, 5),
    "night_window": Bounds(5, 14),
    "sudden_score": Bounds(5, 8),
    "sudden_rise": Bounds(2, 6),
    "sudden_median_calendar_days": Bounds(3, 14),
}

# A count of days that is greater than the window it looks at would blind the rule.
REACHABLE = (
    ("persistent_days", "persistent_window"),
    ("persistent_days", "persistent_within_calendar_days"),
    ("persistent_urgent_days", "persistent_window"),
    ("persistent_urgent_days", "persistent_within_calendar_days"),
    ("severe_days", "severe_window"),
)

DEFAULT_RULES = RuleSettings()
