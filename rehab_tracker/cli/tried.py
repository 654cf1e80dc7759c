"""What a backtest found, in words and tables for a terminal, and as JSON values."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.rule_numbers import NUMBERS
from rehab_tracker.services.backtest import Alerts, Count, Told, Tried

LEVELS = tuple(reversed(Level))
WIDTH = 38
"""Of the first column: a record's id, and a little more."""
IN_FORCE, CHANGED = "with the settings in force", "with the change"


def as_text(told: Tried) -> Iterator[str]:
    """Yield the answer line by line: one sentence, what was changed, then tables by month and by record."""
    trial, before, after = told.trial, _spoken(told, after=False), _spoken(told, after=True)
    now = f", now {after}" if trial.is_change else f" {IN_FORCE}"
    yield f"{trial.rule or 'all rules'}, {trial.first} to {trial.last}: would have raised {before}{now}."
    yield from _what_differs(told)
    yield from _what_is_silent(told)
    for is_after in (False, True) if trial.is_change else (False,):
        side = CHANGED if is_after else IN_FORCE
        if trial.rule is None:
            yield from ("", _head(side), *_by_rule(told, is_after))
        yield from ("", _head(side if trial.rule else f"{side}, by month"))
        rules = _totalled(told, is_after)
        for month in told.months:
            yield _counts(f"{month:%Y-%m}", told.count(is_after, rules, month))
        yield _counts("all", told.count(is_after, rules))
    weeks = f"{told.count(False).patient_weeks:.1f}".removesuffix(".0")
    yield ""
    yield f"patients: {len(told.patients)}, patient-weeks (pw): {weeks}"
    yield from _by_record(told) if trial.rule else ()


def _spoken(told: Tried, after: bool) -> int:
    return told.count(after, _totalled(told, after)).alerts.total()


def _by_rule(told: Tried, after: bool) -> Iterator[str]:
    heard = told.heard(after)
    for rule in told.trial.rules:
        yield _counts(str(rule) if rule in heard else f"({rule})", told.count(after, [rule]))
    if len(heard) < len(told.trial.rules):
        yield "(in brackets: runs silently, and is not counted by month)"


def _by_record(told: Tried) -> Iterator[str]:
    rows = [each for each in told.patients if each.before or each.after]
    if rows:
        yield ""
        yield _row("record", "in force", "changed")
    for each in rows:
        yield _row(each.patient_id, each.before.total(), each.after.total())


def _head(name: str) -> str:
    return _row(name, *LEVELS, "all", "per 100 pw", "patients", "of")


def _counts(name: str, count: Count) -> str:
    rate = "-" if count.per_100_weeks is None else f"{count.per_100_weeks:.2f}"
    by_level = (count.alerts[level] for level in LEVELS)
    return _row(name, *by_level, count.alerts.total(), rate, count.concerned, count.patients)


def _row(first: object, *numbers: object) -> str:
    return f"{first!s:<{WIDTH}}" + "".join(f"{number!s:>11}" for number in numbers)


def _what_differs(told: Tried) -> Iterator[str]:
    """Yield what was changed, and which change can't touch the rule."""
    trial = told.trial
    version = f"settings version {told.settings_version}" if told.settings_version else "the shipped settings"
    for name, value in trial.changes.items():
        yield f"{name}: {getattr(told.before_rules, name)} in {version}, {value} tried"
    if trial.shadow is not None:
        yield f"silent: {_names(told.before_rules)} in {version}, {_names(told.after_rules)} tried"
    if trial.rule and not NUMBERS[trial.rule]:
        yield f"No setting touches {trial.rule}: it raises the same whatever is set."
    elif trial.rule and (blind := [name for name in trial.changes if name not in NUMBERS[trial.rule]]):
        yield f"{trial.rule} does not read {', '.join(blind)}."


def _what_is_silent(told: Tried) -> Iterator[str]:
    silent = told.before_rules.shadow
    if told.trial.rule in silent:
        yield f"{told.trial.rule} runs silently in this clinic: what is counted here reached nobody."
    elif silent and told.trial.rule is None:
        yield f"These run silently in this clinic, and reached nobody: {_names(told.before_rules)}."


def _names(rules: RuleSettings) -> str:
    return ", ".join(sorted(rules.shadow)) or "none"


def as_json(told: Tried) -> dict[str, Any]:
    """Return the same as JSON values."""
    trial = told.trial
    read = frozenset[str]().union(*(NUMBERS[rule] for rule in trial.rules))
    return {
        "rule": trial.rule,
        "from": trial.first.isoformat(),
        "to": trial.last.isoformat(),
        "settings_version": told.settings_version,
        "changes": dict(trial.changes),
        "touched_by": sorted(read),
        "in_force": _side(told, after=False),
        "changed": _side(told, after=True),
        "patient_weeks": told.count(False).patient_weeks,
        "patients": [
            {
                "record": str(each.patient_id),
                "days": each.days.total(),
                "in_force": _by_level(_alerts(each.before, _totalled(told, after=False))),
                "changed": _by_level(_alerts(each.after, _totalled(told, after=True))),
            }
            for each in told.patients
        ],
    }


def _totalled(told: Tried, after: bool) -> Collection[Rule]:
    """Return the rules whose alerts are added up: the one that was asked for, also where it is silent, or all heard."""
    return told.trial.rules if told.trial.rule else told.heard(after)


def _side(told: Tried, after: bool) -> dict[str, Any]:
    settings = told.after_rules if after else told.before_rules
    rules = [
        {"rule": rule, "silent": rule in settings.shadow, **_values(told, after, [rule])} for rule in told.trial.rules
    ]
    totals = _values(told, after, _totalled(told, after))
    return totals | {"settings": settings.numbers, "shadow": sorted(settings.shadow), "rules": rules}


def _values(told: Tried, after: bool, rules: Collection[Rule]) -> dict[str, Any]:
    months = [{"month": f"{month:%Y-%m}", **_count(told.count(after, rules, month))} for month in told.months]
    return _count(told.count(after, rules)) | {"months": months}


def _count(count: Count) -> dict[str, Any]:
    return {
        "alerts": _by_level(count.alerts),
        "all": count.alerts.total(),
        "per_100_patient_weeks": count.per_100_weeks,
        "patient_weeks": count.patient_weeks,
        "patients_concerned": count.concerned,
        "patients": count.patients,
    }


def _alerts(told: Counter[Told], rules: Collection[Rule]) -> Alerts:
    found = Alerts()
    for key, number in told.items():
        found[key.level] += number if key.rule in rules else 0
    return found


def _by_level(alerts: Alerts) -> dict[str, int]:
    return {str(level): alerts[level] for level in LEVELS}
