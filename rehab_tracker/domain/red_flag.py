"""Red flags: answers that go round all statistics, each with how soon somebody must act.

The concerns behind them: infection of a joint, fracture of softened bone, a clot, cauda equina, osteonecrosis of the
hip, complex regional pain syndrome, a tumour. How soon is a house rule for the clinic to confirm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from rehab_tracker.domain.errors import InvalidValue


class RedFlag(StrEnum):
    """One tick-box of the red-flag questions."""

    FEVER = "fever"
    HOT_SWOLLEN_JOINT = "hot-swollen-joint"
    CANNOT_BEAR_WEIGHT = "cannot-bear-weight"
    FALL_OR_INJURY = "fall-or-injury"
    CALF_SWELLING = "calf-swelling"
    CHEST_PAIN_OR_BREATHLESS = "chest-pain-or-breathless"
    NUMBNESS_OR_WEAKNESS = "numbness-or-weakness"
    BLADDER_OR_BOWEL = "bladder-or-bowel"
    HIP_PAIN_ON_STANDING = "hip-pain-on-standing"
    COLOUR_OR_TEMPERATURE_CHANGE = "colour-or-temperature-change"
    NIGHT_PAIN_MOST_NIGHTS = "night-pain-most-nights"
    WEIGHT_LOSS = "weight-loss"
    PREGNANT_OR_POST_PARTUM = "pregnant-or-post-partum"


class Path(IntEnum):
    """What the patient is told to do, mildest first; the clinic sets the words."""

    WITHIN_THREE_DAYS = 1
    SAME_DAY = 2
    NOW = 3
    EMERGENCY = 4


# Where there was a choice the more urgent path is taken: bladder, bowel and new weakness may be cauda equina, and a
# calf or a chest may be a clot; hours count in both.
PATHS: dict[RedFlag, Path] = {
    RedFlag.FEVER: Path.NOW,
    RedFlag.HOT_SWOLLEN_JOINT: Path.NOW,
    RedFlag.CANNOT_BEAR_WEIGHT: Path.NOW,
    RedFlag.FALL_OR_INJURY: Path.SAME_DAY,
    RedFlag.CALF_SWELLING: Path.NOW,
    RedFlag.CHEST_PAIN_OR_BREATHLESS: Path.EMERGENCY,
    RedFlag.NUMBNESS_OR_WEAKNESS: Path.NOW,
    RedFlag.BLADDER_OR_BOWEL: Path.EMERGENCY,
    RedFlag.HIP_PAIN_ON_STANDING: Path.SAME_DAY,
    RedFlag.COLOUR_OR_TEMPERATURE_CHANGE: Path.WITHIN_THREE_DAYS,
    RedFlag.NIGHT_PAIN_MOST_NIGHTS: Path.WITHIN_THREE_DAYS,
    RedFlag.WEIGHT_LOSS: Path.WITHIN_THREE_DAYS,
    RedFlag.PREGNANT_OR_POST_PARTUM: Path.SAME_DAY,
}


@dataclass(frozen=True, slots=True)
class RedFlagReport:
    """The red flags that one entry ticks, each once; raises InvalidValue when there is none."""

    flags: tuple[RedFlag, ...]

    def __post_init__(self) -> None:
        if not self.flags:
            raise InvalidValue("Tick at least one answer.", code="flag-needed", pointer="/flags")
        if len(set(self.flags)) != len(self.flags):
            raise InvalidValue("The same answer is ticked twice.", code="duplicate", pointer="/flags")


def most_urgent(flags: Iterable[RedFlag]) -> Path:
    """Return the most urgent path among the ticked flags, of which there must be one."""
    return max(PATHS[flag] for flag in flags)
