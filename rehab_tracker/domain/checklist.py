"""The exclusion checklist of one place: what else it could be, how far staff have come, and what speaks to each line.

Every place starts empty: nothing is taken over from another one. Results of the whole body (blood, bone density, risk
factors) stand beside the lines they bear on, with their date; imaging and examination only those of the same joint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rehab_tracker.domain.exclusion import ALWAYS_ASKED, Condition, Exclusion, ExclusionStatus
from rehab_tracker.domain.record_item import BODY_WIDE, ItemKind, RecordItem, standing_items
from rehab_tracker.domain.site import Site

BEARS_ON: dict[Condition, frozenset[ItemKind]] = {
    Condition.OSTEONECROSIS: frozenset((ItemKind.MRI, ItemKind.RADIOGRAPH, ItemKind.BACKGROUND)),
    Condition.ISOLATED_INSUFFICIENCY_FRACTURE: frozenset(
        (ItemKind.MRI, ItemKind.RADIOGRAPH, ItemKind.DXA, ItemKind.LABORATORY)
    ),
    Condition.BONE_OR_JOINT_INFECTION: frozenset((ItemKind.LABORATORY, ItemKind.MRI, ItemKind.EXAMINATION)),
    Condition.INFLAMMATORY_ARTHRITIS: frozenset((ItemKind.LABORATORY, ItemKind.MRI, ItemKind.EXAMINATION)),
    Condition.GOUT: frozenset((ItemKind.LABORATORY, ItemKind.EXAMINATION)),
    Condition.COMPLEX_REGIONAL_PAIN_SYNDROME: frozenset((ItemKind.EXAMINATION,)),
}

# Of two judgements of one day the one that leaves more to do stands.
CAUTION = (
    ExclusionStatus.EXCLUDED,
    ExclusionStatus.NOT_CONSIDERED,
    ExclusionStatus.BEING_WORKED_UP,
    ExclusionStatus.PRESENT,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One condition at one place: the judgement that stands, None where there is none yet, and what bears on it.

    ``name`` is that of an ``other`` condition. ``evidence`` is oldest first.
    """

    condition: Condition
    name: str | None
    judged: RecordItem | None
    evidence: tuple[RecordItem, ...] = ()

    @property
    def status(self) -> ExclusionStatus:
        """Return how far staff have come; without a judgement it is not considered."""
        content = self.judged.content if self.judged else None
        return content.status if isinstance(content, Exclusion) else ExclusionStatus.NOT_CONSIDERED


@dataclass(frozen=True, slots=True)
class Checklist:
    """The lines of one place; ``last_reviewed`` is the last day on which one was judged.

    ``sites_added_since`` are the patient's places recorded after that day: another place changes what is likely.
    """

    place: Site
    lines: tuple[Line, ...]
    last_reviewed: date | None
    sites_added_since: tuple[Site, ...]

    @property
    def excluded(self) -> int:
        """Return how many of the lines are excluded."""
        return sum(line.status is ExclusionStatus.EXCLUDED for line in self.lines)


def checklist(place: Site, recorded_on: Mapping[Site, date], items: Iterable[RecordItem]) -> Checklist:
    """Return the checklist of one place out of all items of its patient, in whatever order and version they come.

    ``recorded_on`` holds the day on which each of the patient's places was recorded, or was opened again.
    """
    standing = standing_items(items)
    judgements = [item for item in standing if item.kind is ItemKind.EXCLUSION and item.site == place]
    latest: dict[tuple[Condition, str | None], RecordItem] = {}
    for item in sorted(judgements, key=_when_and_caution):
        if isinstance(item.content, Exclusion):
            latest[item.content.condition, item.content.name] = item
    others = sorted((key for key in latest if key[0] is Condition.OTHER), key=str)
    asked = [*((condition, None) for condition in ALWAYS_ASKED), *others]
    lines = (Line(*key, latest.get(key), _evidence(key[0], place, standing)) for key in asked)
    reviewed = max((item.on.day for item in judgements if item.on), default=None)
    since = sorted((s for s, day in recorded_on.items() if reviewed and day > reviewed), key=str)
    return Checklist(place, tuple(lines), reviewed, tuple(since))


def _when_and_caution(item: RecordItem) -> tuple[date, int, str]:
    caution = CAUTION.index(item.content.status) if isinstance(item.content, Exclusion) else 0
    return item.on.day if item.on else date.min, caution, str(item.id)


def _evidence(condition: Condition, place: Site, items: Iterable[RecordItem]) -> tuple[RecordItem, ...]:
    kinds = BEARS_ON.get(condition, frozenset())
    return tuple(i for i in items if i.kind in kinds and (i.kind in BODY_WIDE or _is_same_joint(i.site, place)))


def _is_same_joint(place: Site | None, other: Site) -> bool:
    return place is not None and place.joint == other.joint
