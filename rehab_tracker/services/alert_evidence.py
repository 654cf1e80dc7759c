"""What an alert says: from when to when, how bad at the worst, in which sentence, and on which evidence."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rehab_tracker.domain.alert import Rule, Verdict
from rehab_tracker.storage.alerts import Alert

Values = dict[str, Any]

MOST_EVIDENCE = 60
"""Pieces of evidence that an alert holds, besides those its sentence rests on."""


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the first verdict of the highest level; they are sorted by day."""
    return max(verdicts, key=lambda v: v.level.rank)


def tell(alert: Alert, verdicts: Sequence[Verdict], settings_version: int | None) -> None:
    """Write into the alert what its verdicts, sorted by day, say by a version of the clinic's settings."""
    highest, latest = worst(verdicts), verdicts[-1]
    told = latest if latest.level is highest.level else highest
    # Of a refused item its evidence is all that is left, so a red flag's evidence stays.
    evidence = gathered(alert.evidence if alert.rule is Rule.RED_FLAG else [], verdicts, told)
    alert.rule_version, alert.settings_version = told.version, settings_version
    alert.level, alert.site, alert.area = told.level, told.site, told.area
    alert.first_for_date, alert.last_for_date = verdicts[0].for_date, latest.for_date
    if alert.rule is Rule.RED_FLAG:
        alert.first_for_date = min(alert.first_for_date, date.fromisoformat(evidence[0]["for_date"]))
        alert.last_for_date = max(alert.last_for_date, date.fromisoformat(evidence[-1]["for_date"]))
    alert.reason_key, alert.reason_values = told.key, dict(told.values)
    alert.evidence = evidence
    alert.unknown_days = told.unknown_days


def gathered(before: Sequence[Values], verdicts: Sequence[Verdict], told: Verdict) -> list[Values]:
    """Return every piece of evidence once, oldest first: the newest of a long story, and all that ``told`` rests on."""
    every = [*before, *(e.plain() for verdict in verdicts for e in verdict.evidence)]
    unique = {(e["for_date"], e["recorded_at"], str(e["site"]), e["field"]): e for e in every}
    needed = [e.plain() for e in told.evidence]
    ordered = [unique[key] for key in sorted(unique)]
    return [e for e in ordered if e in ordered[-MOST_EVIDENCE:] or e in needed]
