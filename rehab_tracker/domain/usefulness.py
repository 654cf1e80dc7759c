"""Usefulness: what the alerts of each rule and level turned out to be, by the outcomes with which staff closed them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.alert_life import STANDS
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.share import Share, share


class Alike(NamedTuple):
    """So many alerts of one rule and level are in one state, and turned out to be one thing where they are closed."""

    rule: Rule
    level: Level
    state: AlertState
    outcome: AlertOutcome | None
    number: int


@dataclass(frozen=True, slots=True)
class Usefulness:
    """One rule at one level: how many alerts were closed as what, stand still, or were taken back by later data."""

    rule: Rule
    level: Level
    outcomes: Counter[AlertOutcome] = field(default_factory=Counter)
    states: Counter[AlertState] = field(default_factory=Counter)

    @property
    def closed(self) -> int:
        """Return how many were closed."""
        return self.states[AlertState.CLOSED]

    @property
    def standing(self) -> int:
        """Return how many nobody has closed yet."""
        return sum(self.states[state] for state in STANDS)

    @property
    def superseded(self) -> int:
        """Return how many later data or a record took back."""
        return self.states[AlertState.SUPERSEDED]

    @property
    def useful(self) -> int:
        """Return how many it was good to look at."""
        return sum(number for outcome, number in self.outcomes.items() if outcome.is_useful)

    @property
    def unclear(self) -> int:
        """Return how many were closed without knowing; they are in no share."""
        return self.outcomes[AlertOutcome.UNCLEAR]

    @property
    def share_useful(self) -> Share | None:
        """Return the share of useful ones among those of which it is known, None where it is known of none."""
        return share(self.useful, self.closed - self.unclear)


def usefulness(alerts: Iterable[Alike]) -> list[Usefulness]:
    """Return what became of alerts, rule by rule in the order of the rules, the most pressing level first."""
    found: dict[tuple[Rule, Level], Usefulness] = {}
    for rule, level, state, outcome, number in alerts:
        row = found.setdefault((rule, level), Usefulness(rule, level))
        row.states[state] += number
        if outcome:
            row.outcomes[outcome] += number
    return sorted(found.values(), key=lambda row: (tuple(Rule).index(row.rule), -row.level.rank))
