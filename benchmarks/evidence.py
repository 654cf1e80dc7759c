"""The evidence of README: the rules as they ship, and what they are compared with, on made-up cohorts.

``python -m benchmarks.evidence`` prints its tables. The numbers of the rules were chosen on cohorts of other seeds
(``CHOSEN_ON``, in the worlds clinic and restless); those of the seeds here were looked at only to report.
"""

import sys
from collections.abc import Iterator, Sequence

from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.contenders import WHOLE, entrants
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.measured import Contender, Population
from rehab_tracker.evaluation.report import HEAD, cells, told
from rehab_tracker.evaluation.trials import BEST, Evaluation, evaluated
from rehab_tracker.evaluation.world import WORLDS

CHOSEN_ON = (1, 2, 101, 102)
REPORTED: dict[str, tuple[int, int, tuple[Population, ...]]] = {
    "clinic": (9001, 1000, tuple(Population)),
    "restless": (9002, 400, (Population.HEADLINE,)),
    "sparse": (9003, 400, (Population.EVERYBODY,)),
    "slow": (9004, 400, (Population.SLOW,)),
    "bare": (9005, 400, (Population.HEADLINE,)),
}
"""The worlds that README reports, each with its seed, its number of patients, and which of them are told of."""
DAYS = 180
BESIDE = (
    "sum of 11",
    "3 of 5 days at 3",
    "4 of 7 days at 3",
    "5 of 7 days at 3",
    "one score of 4",
    "M3: jump",
    "M4: slope",
)
"""What stands beside the shipped rules and the best of "k of n days"."""


def evidence(world: str) -> Evaluation:
    """Return what the rules and what they are compared with reach on a world's cohort for reporting."""
    seed, number, _ = REPORTED[world]
    made = list(cohort(number, seed, DAYS, WORLDS[world]))
    lines = (line.encode() for each in made for line in each.lines)
    return evaluated(patients(lines), [each.truth for each in made], entrants())


def _rows(told_of: Sequence[Contender], population: Population) -> Iterator[str]:
    for each in told_of:
        if each.name == WHOLE or each.name.startswith(BEST) or each.name in BESIDE:
            yield f"| {' | '.join((each.name, *cells(each.reached[population])))} |"


def main() -> None:
    """Print each world's tables as README has them."""
    for world, (seed, number, populations) in REPORTED.items():
        print(f"{world}, seed {seed}, {number} patients", file=sys.stderr)
        found = evidence(world)
        for population in populations:
            print(f"\n{world}, {population}\n\n| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
            print(*_rows(found.contenders, population), sep="\n")
        if world == "clinic":
            for each in found.volumes:
                print(f"| {each.rule} | {each.level} | {told(each.per_nurse_week, 2)} |")


if __name__ == "__main__":
    main()
