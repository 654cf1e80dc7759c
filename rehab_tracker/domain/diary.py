"""A patient's diary: what stands of it, by day, kept up as versions of entries come in.

Of each entry the highest revision stands, unless withdrawn. Two versions with one revision are a conflict: both stand,
so that rules use the worse value. A version with an impossible clock does not stand, and takes the place of none: until
a person has looked, the one before it counts. An entry that comes in order costs what it says, whatever came before.
"""

from bisect import insort
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.over_limit import LimbDay, Reported
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.site_day import Said
from rehab_tracker.domain.weight_bearing import WeightBearingReport

ByJoint = dict[Site, tuple[Said, ...]]


class Changed(NamedTuple):
    """What a version changed on a day: entries of this kind; the joints scored otherwise; the explicit zero or not."""

    day: date
    kind: Kind
    joints: tuple[Site, ...] = ()
    zero: bool = False


def _in_order(entry: Entry) -> tuple[datetime, UUID]:
    return entry.recorded_at, entry.id


class Diary:
    """What stands, by day.

    ``standing`` holds the entries of each kind, those of a day in the order of recording. ``scored`` holds what was
    said of each joint on the days on which it was named, and ``zeros`` the days with an explicit zero: it counts for
    every joint not named that day, and is written into none. ``limbs`` holds what was reported of each limb.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._versions: dict[UUID, tuple[Entry, ...]] = {}
        self.standing: dict[Kind, ByDay[list[Entry]]] = {kind: ByDay() for kind in Kind}
        self.scored: dict[Site, ByDay[tuple[Said, ...]]] = {}
        self.zeros: ByDay[bool] = ByDay()
        self.limbs: dict[Limb, ByDay[LimbDay]] = {limb: ByDay() for limb in Limb}
        for entry in entries:
            self.take(entry)

    def take(self, entry: Entry) -> list[Changed]:
        """Put a version in at its place and return what it changed: nothing, one day, or two where an edit moved it."""
        if entry.fault is not None:
            return []
        before = self._versions.get(entry.id, ())
        if not before:
            self._versions[entry.id] = (entry,)
            return [] if entry.withdrawn else [self._changed(entry.kind, entry.for_date, (), entry)]
        if entry.rev < before[0].rev or entry in before:
            return []
        replaced = () if entry.rev == before[0].rev else before
        self._versions[entry.id] = (entry,) if replaced else (*before, entry)
        gone = [old for old in replaced if not old.withdrawn]
        places = {(old.kind, old.for_date) for old in gone}
        if not entry.withdrawn:
            places.add((entry.kind, entry.for_date))
        return [self._changed(*place, gone, None if entry.withdrawn else entry) for place in sorted(places)]

    def _changed(self, kind: Kind, day: date, lost: Iterable[Entry], new: Entry | None) -> Changed:
        """Take these entries off a day and the new one in, where it is about that day."""
        days = self.standing[kind]
        before = days.of.get(day)
        if before is None and new is not None:
            after = [new]
        else:
            after = [entry for entry in before or () if entry not in lost]
            if new is not None and (new.kind, new.for_date) == (kind, day):
                insort(after, new, key=_in_order)
        if after:
            days.put(day, after)
        else:
            days.drop(day)
        if kind is Kind.WEIGHT_BEARING:
            self._report(day, before or (), after)
        if kind is not Kind.PAIN:
            return Changed(day, kind)
        told, is_zero = _told(after)
        gone = _told(before)[0].keys() - told.keys() if before else ()
        return Changed(day, kind, self._score(day, told, gone), self._zero(day, is_zero))

    def _score(self, day: date, told: ByJoint, gone: Iterable[Site]) -> tuple[Site, ...]:
        """Write down what is said of each joint on a day, and return the joints of which it is something else now."""
        changed = []
        for joint, said in told.items():
            days = self.scored.get(joint)
            if days is None:
                days = self.scored[joint] = ByDay()
            if days.of.get(day) != said:
                days.put(day, said)
                changed.append(joint)
        for joint in gone:
            self.scored[joint].drop(day)
            changed.append(joint)
        return tuple(changed)

    def _report(self, day: date, before: Iterable[Entry], after: Iterable[Entry]) -> None:
        """Write down what is reported of each limb on a day."""
        told: dict[Limb, tuple[Reported, ...]] = {}
        for entry in after:
            if isinstance(entry.content, WeightBearingReport):
                limb = entry.content.limb
                told[limb] = (*told.get(limb, ()), Reported(entry, entry.content))
        for entry in before:
            if isinstance(entry.content, WeightBearingReport) and entry.content.limb not in told:
                self.limbs[entry.content.limb].drop(day)
        for limb, said in told.items():
            self.limbs[limb].put(day, LimbDay(day, said))

    def _zero(self, day: date, is_zero: bool) -> bool:
        """Write down whether a day has an explicit zero, and return whether that is new."""
        if is_zero is (day in self.zeros.of):
            return False
        if is_zero:
            self.zeros.put(day, True)
        else:
            self.zeros.drop(day)
        return True


def _told(entries: Iterable[Entry]) -> tuple[ByJoint, bool]:
    """Return what these entries say of each joint that they name, and whether one has the explicit zero."""
    told: ByJoint = {}
    is_zero = False
    for entry in entries:
        if isinstance(entry.content, PainReading):
            is_zero = is_zero or entry.content.no_other_pain
            for score in entry.content.scores:
                joint = score.site.joint
                told[joint] = (*told.get(joint, ()), Said(entry, score))
    return told, is_zero
