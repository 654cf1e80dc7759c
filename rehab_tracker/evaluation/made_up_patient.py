"""Who the made-up patients are: where each hurts, how fast it heals, and what happens besides.

Where a number has a source it is named; all others are assumptions.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from rehab_tracker.evaluation.made_up_protocol import Pace

LATEST_ENROLMENT = 80
"""Days after the cohort's first on which the last patient comes. Assumption."""

FAST = ((0, 6.0), (28, 2.0), (45, 1.0), (90, 0.5), (120, 0.0))
"""Days and pain at the known site: near zero at three months, as in the case report; the rest is assumption."""
SLOW = ((0, 7.5), (90, 5.9), (240, 0.6))
"""The slow course: 7.5, then 5.9 at three and 0.6 at eight months (clinical notes 6.5)."""
QUICK = ((0, 5.0), (21, 1.0), (60, 0.0))
"""The course of two who are through with most of it when the demo begins. Assumption."""
COURSES = {Pace.QUICK: QUICK, Pace.FAST: FAST, Pace.CAUTIOUS: FAST, Pace.SLOW: SLOW}
SLOW_SHARE = 0.15
"""Assumption: both courses are reported, their shares are not."""

LEAST_SD, MOST_SD = 0.7, 1.2
"""A person's day-to-day deviation. Assumption: it differs between persons, but no figure was found."""

PLACES = (
    ("right-hip.femoral-head", "groin"),
    ("left-knee.medial-femoral-condyle", "inner"),
    ("right-knee.lateral-femoral-condyle", "outer"),
    ("left-hip.femoral-head", "groin"),
    ("right-ankle.talus", "front"),
    ("left-foot.midfoot", "middle"),
    ("right-knee.medial-femoral-condyle", "inner"),
    ("left-ankle.talus", "not-sure"),
)
NEW_PLACES = {0: ("left-hip", "groin"), 1: ("left-ankle", "inner")}
"""Where the first two patients of the cohort begin to hurt: the other side, and further down the same leg."""
SECOND_PLACE, SECOND_AREA = "left-ankle.talus", "front"
"""Where the other leg of one patient hurts too, from its confirmation on partly unloaded."""


class Story(StrEnum):
    """What happens besides the course of the known site."""

    QUIET = "quiet"
    NEW_SITE = "new-site"
    RED_FLAG = "red-flag"
    SILENT = "silent"
    GAPS = "gaps"
    SECOND_LEG = "second-leg"
    ILL = "ill"


STORIES = (
    Story.NEW_SITE, Story.NEW_SITE, Story.RED_FLAG, Story.SILENT, *(Story.GAPS,) * 6, Story.SECOND_LEG, Story.ILL,
)  # fmt: skip
"""The stories of the first patients; all others are quiet."""
PACES = {3: Pace.FAST, 10: Pace.CAUTIOUS, 12: Pace.QUICK, 13: Pace.QUICK}
"""Whose pace is no chance: of who falls silent, of the second leg's patient, and of two who are near the end."""
EARLY = (*NEW_PLACES, 10, 12, 13)
"""Who comes on the cohort's first day: those whose story needs a long course before it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up patient; ``enrolled`` counts days from the cohort's first."""

    seed: str
    number: int
    enrolled: int
    pace: Pace
    sd: float
    hour: int

    @property
    def name(self) -> str:
        """Return the name in the event file."""
        return f"sim-{self.number + 1:03d}"

    @property
    def story(self) -> Story:
        """Return what happens to this patient."""
        return STORIES[self.number] if self.number < len(STORIES) else Story.QUIET

    @property
    def place(self) -> tuple[str, str]:
        """Return the known site, and the area that the patient says."""
        return PLACES[self.number % len(PLACES)]

    @property
    def limb(self) -> str:
        """Return the leg of the known site."""
        return f"{self.place[0].split('-')[0]}-leg"

    def chance(self, of: object) -> Random:
        """Return this patient's stream of chance for one thing, the same whenever it is asked for."""
        return Random(f"{self.seed} {self.number} {of}")


def person_of(seed: str, number: int) -> Person:
    """Return the patient of this number, the same whenever it is asked for."""
    chance = Random(f"{seed} {number} traits")
    enrolled = chance.randint(0, LATEST_ENROLMENT)
    slow, sd, hour = chance.random() < SLOW_SHARE, chance.uniform(LEAST_SD, MOST_SD), chance.randint(18, 21)
    pace = PACES.get(number, Pace.SLOW if slow else Pace.FAST)
    return Person(seed, number, 0 if number in EARLY else enrolled, pace, sd, hour)
