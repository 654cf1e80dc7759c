"""Which of a clinic's numbers each rule reads: what a change of settings can touch, and what it can't."""

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.clinic import RULE_BOUNDS


def _named(*beginnings: str) -> frozenset[str]:
    return frozenset(name for name in RULE_BOUNDS if name.startswith(beginnings))


NEW_PAIN = _named(
    "pain_counts_from", "above_usual_by", "persistent_", "severe_", "night_", "sum_", "unseen_", "together_",
    "topology_", "soreness_", "overload_",
)  # fmt: skip

NUMBERS: dict[Rule, frozenset[str]] = {
    Rule.RED_FLAG: frozenset(),
    Rule.SUDDEN_SEVERE_PAIN: _named("sudden_", "above_usual_by"),
    Rule.NEW_SITE_PAIN: NEW_PAIN,
    Rule.NEW_COMPARTMENT_PAIN: NEW_PAIN,
    Rule.NO_SITE_RECORDED: frozenset(),
    Rule.PHASE_REVIEW: frozenset(),
    Rule.RECURRENCE: _named("recurrence_", "above_usual_by"),
    Rule.OVER_LIMIT: _named("over_limit_"),
    Rule.NOT_IMPROVING: _named("not_improving_", "pain_counts_from"),
    Rule.EXERCISE_PAIN: _named("exercise_pain_"),
    Rule.KNOWN_SITE_FLARE: _named("flare_"),
    # Silence beside an alert of another rule is told at a higher level, so every number can touch it.
    Rule.NOT_LOGGING: _named(""),
}
"""The names of the numbers that can change what a rule raises; none where the rule asks for no number."""
