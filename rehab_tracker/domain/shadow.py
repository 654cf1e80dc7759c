"""Shadow: rules that a clinic lets run silently. They raise nothing and change nothing; only a backtest counts them."""

from collections.abc import Collection, Iterable

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.translation import N_

ALWAYS_HEARD: dict[Rule, str] = {
    Rule.RED_FLAG: N_("red-flag can't run silently: it tells of what may be an emergency."),
    Rule.SUDDEN_SEVERE_PAIN: N_("sudden-severe-pain can't run silently: the bone may be broken."),
    Rule.NEW_SITE_PAIN: N_("new-site-pain can't run silently: pain in a quiet place must reach somebody."),
    Rule.NEW_COMPARTMENT_PAIN: N_("new-compartment-pain can't run silently: the disease may move within a joint."),
    Rule.NO_SITE_RECORDED: N_(
        "no-site-recorded can't run silently: it stands in for new-site-pain until a place is recorded."
    ),
    Rule.PHASE_REVIEW: N_("phase-review can't run silently: it asks a question that a plan waits for."),
}
"""The rules that no clinic may silence, each with the sentence that says why.

The first four are those that a missed fracture, infection or migration hides behind; the fifth speaks in their place
while they are blind, and without the last nobody would learn that a step back was held.
"""


def rule_of(code: str) -> Rule:
    """Return the rule of this code; raise InvalidValue (``unknown-rule``) where there is none."""
    if code not in tuple(Rule):
        raise InvalidValue(
            "There is no rule named %(name)s. Choose one of: %(codes)s", code="unknown-rule", name=code,
            codes=", ".join(Rule),
        )  # fmt: skip
    return Rule(code)


def shadow_of(codes: Iterable[str]) -> frozenset[Rule]:
    """Return the rules of these codes as they may run silently; raise InvalidValue for one that may not, or is none."""
    found = frozenset(rule_of(code) for code in codes)
    must_be_silenceable(found)
    return found


def must_be_silenceable(rules: Collection[Rule]) -> None:
    """Raise InvalidValue (``never-silent``) where one of these rules must always be heard; its message says why."""
    for rule, why in ALWAYS_HEARD.items():
        if rule in rules:
            raise InvalidValue(why, code="never-silent", pointer="/shadow")
