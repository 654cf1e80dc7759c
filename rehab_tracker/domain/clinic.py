"""What a clinic sets for its rules: their numbers, each with a default and bounds, and which of them run silently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.shadow import must_be_silenceable, shadow_of


class Bounds(NamedTuple):
    """The range in which a clinic may set a number; outside it the rule would be blind or never silent."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The numbers of the rules, each a design choice that a clinic may change within ``RULE_BOUNDS``, and ``shadow``.

    A rule in shadow gives no verdict and counts for no other rule: all is as if there were no such rule.

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
    sum_from: int = 11
    sum_days: int = 5
    sum_calendar_days: int = 14
    sum_relief: int = 3
    recurrence_score: int = 3
    recurrence_days: int = 2
    recurrence_window: int = 3
    over_limit_days: int = 3
    over_limit_window: int = 5
    not_improving_weeks: int = 6
    not_improving_percent: int = 15
    exercise_pain_days: int = 2
    exercise_pain_calendar_days: int = 14
    flare_score: int = 4
    flare_rise: int = 2
    flare_days: int = 3
    flare_window: int = 5
    flare_median_calendar_days: int = 7
    silent_days: int = 3
    silent_soon_days: int = 7
    unseen_score: int = 2
    unseen_days: int = 5
    unseen_calendar_days: int = 14
    unseen_gap: int = 3
    together_calendar_days: int = 7
    topology_from_days: int = 30
    topology_until_days: int = 270
    topology_settled_percent: int = 50
    soreness_most: int = 4
    soreness_days: int = 7
    soreness_after_days: int = 3
    overload_most: int = 4
    shadow: frozenset[Rule] = frozenset()

    def __post_init__(self) -> None:
        must_be_silenceable(self.shadow)
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
    def of(cls, values: Mapping[str, int], shadow: Iterable[str] = ()) -> "RuleSettings":
        """Return settings with these numbers over the defaults, and the rules of these codes in shadow.

        Raises InvalidValue for a name that is no number of the rules, and for a rule that there is not or that must
        always be heard.
        """
        unknown = sorted(set(values) - set(RULE_BOUNDS))
        if unknown:
            raise InvalidValue("There is no setting named %(name)s.", code="unknown-key", name=unknown[0])
        return cls(**values, shadow=shadow_of(shadow))

    @property
    def numbers(self) -> dict[str, int]:
        """Return the numbers by name."""
        return {name: getattr(self, name) for name in RULE_BOUNDS}


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
    "sum_from": Bounds(9, 30),
    "sum_days": Bounds(1, 14),
    "sum_calendar_days": Bounds(7, 28),
    "sum_relief": Bounds(1, 6),
    "recurrence_score": Bounds(1, 5),
    "recurrence_days": Bounds(1, 3),
    "recurrence_window": Bounds(2, 7),
    "over_limit_days": Bounds(2, 5),
    "over_limit_window": Bounds(3, 10),
    "not_improving_weeks": Bounds(3, 12),
    "not_improving_percent": Bounds(5, 50),
    "exercise_pain_days": Bounds(1, 4),
    "exercise_pain_calendar_days": Bounds(7, 28),
    "flare_score": Bounds(3, 6),
    "flare_rise": Bounds(1, 4),
    "flare_days": Bounds(2, 4),
    "flare_window": Bounds(3, 7),
    "flare_median_calendar_days": Bounds(5, 14),
    "silent_days": Bounds(2, 5),
    "silent_soon_days": Bounds(4, 14),
    "unseen_score": Bounds(1, 3),
    "unseen_days": Bounds(3, 7),
    "unseen_calendar_days": Bounds(7, 28),
    "unseen_gap": Bounds(1, 9),
    "together_calendar_days": Bounds(3, 21),
    "topology_from_days": Bounds(0, 90),
    "topology_until_days": Bounds(180, 730),
    "topology_settled_percent": Bounds(25, 100),
    "soreness_most": Bounds(2, 4),
    "soreness_days": Bounds(1, 7),
    "soreness_after_days": Bounds(1, 3),
    "overload_most": Bounds(2, 6),
}

# A count of days that is greater than the window it looks at would blind the rule.
REACHABLE = (
    ("persistent_days", "persistent_window"),
    ("persistent_days", "persistent_within_calendar_days"),
    ("persistent_urgent_days", "persistent_window"),
    ("persistent_urgent_days", "persistent_within_calendar_days"),
    ("severe_days", "severe_window"),
    ("recurrence_days", "recurrence_window"),
    ("over_limit_days", "over_limit_window"),
    ("flare_days", "flare_window"),
    ("silent_days", "silent_soon_days"),
)

DEFAULT_RULES = RuleSettings()
