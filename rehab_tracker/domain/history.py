"""A patient's history as the rules ask for it: day by day at one joint, with unknown days left out, never filled in."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.diary import Changed, Diary
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.joint_history import JointHistory
from rehab_tracker.domain.known_days import FARTHEST_BACK
from rehab_tracker.domain.loads import Loads
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import Said, SiteDay, evidence_of

__all__ = ["FARTHEST_BACK", "DeclaredPain", "Earlier", "History", "Said", "SiteDay", "evidence_of"]


def day_of_flags(entry: Entry, zone: ZoneInfo) -> date:
    """Return the day that red flags count for; where the clock is impossible the local day on which they came."""
    return local_day(entry.received_at, zone) if entry.fault else entry.for_date


class DeclaredPain(NamedTuple):
    """Long-standing pain of a joint at its usual level (0 to 10), in force from the local day of its declaration."""

    joint: Site
    usual_pain: int
    declared_on: date


class Earlier(NamedTuple):
    """The most that the days before those in a history say, for whoever holds only as much of it as rules look at.

    Each is asked only where a rule needs it: the worst score of each joint, and the greatest load of each exercise.
    """

    worst: Callable[[], Mapping[Site, int]] = dict
    most: Callable[[], Mapping[str, int]] = dict


NOTHING = Earlier()
"""There are no such days."""


class History:
    """Everything the rules may ask about one patient.

    ``entries`` may come in any order and hold every version; ``zone`` and ``enrolled_on`` are the patient's. Days are
    local days. It can be added to: what was asked before stays known, and only what has changed is worked out again.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        zone: ZoneInfo,
        known: KnownSites | None = None,
        declared: Iterable[DeclaredPain] = (),
        enrolled_on: date | None = None,
        earlier: Earlier = NOTHING,
    ) -> None:
        self.entries = list(entries)
        self.zone = zone
        self.known = known or KnownSites()
        self.enrolled_on = enrolled_on
        self._earlier = earlier
        self._declared = sorted(declared, key=lambda d: d.declared_on)
        self._joints: dict[Site, JointHistory] = {}

    @cached_property
    def diary(self) -> Diary:
        """Return what stands of the entries, by day."""
        return Diary(self.entries)

    @cached_property
    def loads(self) -> Loads:
        """Return on which days more was done of an exercise than ever."""
        return Loads(self.diary.standing[Kind.EXERCISE], self._earlier.most)

    @cached_property
    def _flag_days(self) -> dict[RedFlag, set[date]]:
        days: dict[RedFlag, set[date]] = {}
        for entry, report in self.flagged:
            for flag in report.flags:
                days.setdefault(flag, set()).add(day_of_flags(entry, self.zone))
        return days

    def flag_days(self, flag: RedFlag) -> set[date]:
        """Return the days of a red flag, of every version ever received."""
        return self._flag_days.get(flag, set())

    def take(self, entry: Entry) -> list[Changed]:
        """Add a version of an entry and return what it changed."""
        changes = self.diary.take(entry)
        self.entries.append(entry)
        if entry.kind is Kind.RED_FLAGS:
            self.__dict__.pop("_flag_days", None)
        for change in changes:
            if change.kind is Kind.EXERCISE:
                self.loads.changed(change.day)
            for joint in change.joints:
                if (known := self._joints.get(joint)) is not None:
                    known.tell_apart(change.day)
            if change.zero:
                for known in self._joints.values():
                    known.forget(change.day)
        return changes

    def record(self, known: KnownSites, joint: Site) -> None:
        """Let ``known`` be what staff have recorded; it is news of this joint only."""
        self.known = known
        self._joints.pop(joint, None)

    def declare(self, pain: DeclaredPain) -> None:
        """Add a declaration of long-standing pain."""
        self._declared = sorted([*self._declared, pain], key=lambda d: d.declared_on)

    @property
    def joints(self) -> frozenset[Site]:
        """Return the joints that any standing entry has scored; all others are unknown or zero, never painful."""
        return frozenset(joint for joint, said in self.diary.scored.items() if said.days)

    @property
    def newest_day(self) -> date:
        """Return the newest day with a pain entry; the beginning of the calendar where there is none."""
        days = self.diary.standing[Kind.PAIN].days
        return days[-1] if days else date.min

    @property
    def flagged(self) -> list[tuple[Entry, RedFlagReport]]:
        """Return every version of every red-flag entry ever received, withdrawn and quarantined ones too."""
        return [(e, e.content) for e in self.entries if isinstance(e.content, RedFlagReport)]

    def usual_pain(self, joint: Site, day: date) -> int | None:
        """Return the declared usual pain of a joint in force on a day, or None."""
        if not self._declared:
            return None
        levels = [d.usual_pain for d in self._declared if d.joint == joint and d.declared_on <= day]
        return levels[-1] if levels else None

    def painful_days(self) -> list[SiteDay]:
        """Return the days on which any place hurts at all (a score of 1 or more), oldest first."""
        return [found for day in self.diary.standing[Kind.PAIN].days if (found := self.painful(day))]

    def painful(self, day: date) -> SiteDay | None:
        """Return all that hurts on a day, None where nothing does."""
        said: list[Said] = []
        for entry in self.diary.standing[Kind.PAIN].of.get(day, ()):
            if isinstance(entry.content, PainReading):
                said += [Said(entry, score) for score in entry.content.scores if score.worst > 0]
        return SiteDay(day, tuple(said)) if said else None

    def of(self, joint: Site) -> JointHistory:
        """Return the days of one joint."""
        found = self._joints.get(joint)
        if found is None:
            diary = self.diary
            said = diary.scored.setdefault(joint, ByDay())
            found = self._joints[joint] = JointHistory(joint, said, diary.zeros, self.known, self._earlier.worst)
        return found

    def quiet_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of a joint on the days when it was quiet, oldest first."""
        return self.of(joint).quiet_days()

    def known_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of a joint's involved part on the days when it was actively involved, oldest first."""
        return self.of(joint).known_days()

    def other_area_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of the uninvolved parts of an involved joint, oldest first."""
        return self.of(joint).other_area_days()
