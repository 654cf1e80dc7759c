"""The replay of an event file: every rule asked after every event, as if it had just arrived; no database, no staff.

The lines that come out are a contract for scripts outside.
"""

import json
from collections.abc import Iterable, Iterator

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.arrival import Raised, arising
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.translation import as_written
from rehab_tracker.domain.wording import reason
from rehab_tracker.evaluation.events import PatientEvents, received

NEEDS: dict[Rule, frozenset[Kind]] = {
    Rule.RED_FLAG: frozenset((Kind.RED_FLAGS,)),
    Rule.SUDDEN_SEVERE_PAIN: frozenset((Kind.PAIN,)),
    Rule.NEW_SITE_PAIN: frozenset((Kind.PAIN,)),
    Rule.NEW_COMPARTMENT_PAIN: frozenset((Kind.PAIN,)),
    Rule.NO_SITE_RECORDED: frozenset((Kind.PAIN,)),
    Rule.PHASE_REVIEW: frozenset((Kind.PAIN, Kind.RED_FLAGS)),
    Rule.RECURRENCE: frozenset((Kind.PAIN,)),
    Rule.OVER_LIMIT: frozenset((Kind.WEIGHT_BEARING,)),
    Rule.NOT_IMPROVING: frozenset((Kind.PAIN,)),
    Rule.EXERCISE_PAIN: frozenset((Kind.EXERCISE,)),
    Rule.KNOWN_SITE_FLARE: frozenset((Kind.PAIN,)),
    Rule.NOT_LOGGING: frozenset((Kind.PAIN,)),
}
"""What each rule is fed with; a rule whose food never occurs is skipped and named."""


def replay(patient: PatientEvents, settings: RuleSettings = DEFAULT_RULES) -> list[Raised]:
    """Return the alerts that one patient's events raise, in the order in which they arise."""
    pieces = ((received(event), event) for event in patient.events)
    return arising(pieces, patient.zone, settings, enrolled_on=patient.enrolled_on)


def skipped_rules(kinds: Iterable[Kind]) -> list[Rule]:
    """Return the rules whose input is not among the kinds of entry that occurred."""
    occurred = frozenset(kinds)
    return [rule for rule, needed in NEEDS.items() if not needed & occurred]


def alert_lines(patient: PatientEvents, settings: RuleSettings = DEFAULT_RULES) -> Iterator[str]:
    """Yield one patient's alerts as the lines that scripts outside read."""
    return (alert_line(patient.patient, raised) for raised in replay(patient, settings))


def alert_line(patient: str, raised: Raised) -> str:
    """Return an alert as the line that scripts outside read."""
    verdict = raised.verdict
    line = {
        "patient": patient,
        "rule": verdict.rule,
        "rule_version": verdict.version,
        "level": verdict.level,
        "site": str(verdict.site) if verdict.site else None,
        "area": verdict.area,
        "date": raised.raised_on.isoformat(),
        "late_days": raised.late_days,
        "reason": reason(verdict.key, verdict.values, as_written),
        "evidence": [e.plain() for e in verdict.evidence],
    }
    return json.dumps(line, ensure_ascii=False)
