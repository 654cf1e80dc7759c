"""What is known of one joint: on which days it was quiet, on which involved, and what was said of it then."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import NamedTuple

from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.involvement import KnownSites, covers
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import Said, SiteDay, Tail, pain_free

FARTHEST_BACK = 61
"""Known days that a rule sees at most, the judged one included: unseen pain looks farthest back (``RULE_BOUNDS``)."""


class State(NamedTuple):
    """What staff had recorded of a joint from a day on: its active and its resolved sites.

    ``turn`` counts how often it had turned between quiet and involved by then.
    """

    since: date
    active: frozenset[Site]
    turn: int
    resolved: frozenset[Site] = frozenset()


QUIET = State(date.min, frozenset(), 0)


class JointHistory:
    """The days of one joint.

    ``said`` holds the scores of the days on which it was named, ``zeros`` the patient's days with an explicit zero;
    both may grow. Unless it was named on such a day, a zero makes the joint known, with no pain. ``worst_before`` gives
    the highest score of each joint on the days before those.
    """

    def __init__(
        self,
        joint: Site,
        said: ByDay[tuple[Said, ...]],
        zeros: ByDay[bool],
        known: KnownSites,
        worst_before: Callable[[], Mapping[Site, int]] = dict,
    ) -> None:
        self.joint = joint
        self.said = said
        self._zeros = zeros
        self._worst_before = worst_before
        self._quiet, self._known, self._other = ByDay[SiteDay](), ByDay[SiteDay](), ByDay[SiteDay]()
        self._states = [QUIET]
        for on in known.changes(joint):
            self._states.append(State(on, known.active(joint, on), known.turns(joint, on), known.resolved(joint, on)))
        self._peaks: list[int] = []
        for day in said.days:
            self.tell_apart(day)

    def tell_apart(self, day: date) -> None:
        """Take in what is said now of a day: as that of a quiet joint, or of its involved and its other parts."""
        said, state = self.said.of.get(day, ()), self.state(day)
        if self._peaks:
            del self._peaks[bisect_left(self.said.days, day) :]
        if not state.active:
            _put(self._quiet, day, said, state.turn)
            return
        inside: list[Said] = []
        outside: list[Said] = []
        for each in said:
            (inside if covers(state.active, each.score.site, each.score.area) else outside).append(each)
        _put(self._known, day, tuple(inside), state.turn)
        _put(self._other, day, tuple(outside), state.turn)

    def state(self, day: date) -> State:
        """Return what staff had recorded of the joint by a day."""
        newest = self._states[-1]
        if day >= newest.since:
            return newest
        return self._states[bisect_right(self._states, day, key=lambda s: s.since) - 1]

    def zero_after(self, day: date) -> date | None:
        """Return the next day with an explicit zero, None where there is none."""
        return next(iter(self._zeros.after(day, 1)), None)

    def quiet_days(self) -> list[SiteDay]:
        """Return what is known of the joint on the days when it was quiet, oldest first."""
        return [*self._before(self._quiet, None, active=False)][::-1]

    def known_days(self) -> list[SiteDay]:
        """Return what is known of its involved part on the days when it was actively involved, oldest first."""
        return [*self._before(self._known, None, active=True)][::-1]

    def other_area_days(self) -> list[SiteDay]:
        """Return what is known of its uninvolved parts on those days, oldest first."""
        return [*self._before(self._other, None, active=True)][::-1]

    def quiet_until(self, day: date, least: int = 1) -> Tail | None:
        """Return the quiet days up to this one that belong together with it.

        None unless something hurt that day, at least so much, or woke the patient.
        """
        return self._tail(self._quiet, day, least, active=False)

    def known_until(self, day: date, least: int = 1) -> Tail | None:
        """Return the same of the involved part."""
        return self._tail(self._known, day, least, active=True)

    def other_until(self, day: date, least: int = 1) -> Tail | None:
        """Return the same of the uninvolved parts of an involved joint."""
        return self._tail(self._other, day, least, active=True)

    def named_within(self, first: date, days: int) -> list[SiteDay]:
        """Return what was said of the joint in so many calendar days from the first on, whatever it was called then."""
        start = bisect_left(self.said.days, first)
        within = (day for day in self.said.days[start : start + days] if (day - first).days < days)
        return [self._whole(day) for day in within]

    def known_within(self, first: date, days: int) -> list[SiteDay]:
        """Return what is known of its involved part in so many calendar days from the first on."""
        start = bisect_left(self._known.days, first)
        named = self._known.days[start : start + days]
        zeros = self._zeros.days[bisect_left(self._zeros.days, first) :][:days]
        within = sorted({day for day in (*named, *zeros) if (day - first).days < days})
        found = (self._known.of.get(day) or pain_free(day, self.state(day).turn) for day in within)
        return [each for each in found if self.state(each.day).active]

    def parts_within(self, first: date, last: date) -> list[SiteDay]:
        """Return what was said from the first day to the last: of the involved part, or of a joint that is quiet."""
        days = self.said.days[bisect_left(self.said.days, first) : bisect_right(self.said.days, last)]
        if self.state(last).active:
            return [self._known.of[day] for day in days if day in self._known.of]
        return [self._whole(day) for day in days]

    def _whole(self, day: date) -> SiteDay:
        """Return all that was said of the joint on a day on which it was named."""
        return self._quiet.of.get(day) or SiteDay(day, self.said.of[day])

    def peak(self, day: date) -> int:
        """Return the highest score said of the joint up to a day, 0 where there is none."""
        for each in self.said.days[len(self._peaks) :]:
            worst = max(said.score.worst for said in self.said.of[each])
            self._peaks.append(max(worst, self._peaks[-1]) if self._peaks else worst)
        upto = self.said.upto(day)
        return max(self._worst_before().get(self.joint, 0), self._peaks[upto - 1] if upto else 0)

    def looks_before(self, first: date, since: date) -> bool:
        """Return whether a rule that judges the days from ``since`` on may look at days before the first one."""
        ways = ((self._quiet, False), (self._known, True), (self._other, True))
        return any(
            self._looks_before(way, active, day, first) for way, active in ways for day in self._hurts(way, since)
        )

    def _hurts(self, way: ByDay[SiteDay], since: date) -> Iterable[date]:
        """Return the first day from one on, in each state, on which something hurt; later ones see more days."""
        found: dict[date, date] = {}
        for day in way.since(since):
            if way.of[day].x or way.of[day].woke:
                found.setdefault(self.state(day).since, day)
        return found.values()

    def _looks_before(self, way: ByDay[SiteDay], active: bool, day: date, first: date) -> bool:
        turn = self.state(day).turn
        if not any(s.since < first and s.turn == turn and bool(s.active) is active for s in self._states):
            return False
        seen = islice(self._before(way, day, active), FARTHEST_BACK - 1)
        return sum(each.day >= first for each in seen) < FARTHEST_BACK - 1

    def quiet_before(self, day: date) -> Iterator[SiteDay]:
        """Yield the last quiet days before this one, newest first, whether they belong together with it or not."""
        return islice(self._before(self._quiet, day, active=False), FARTHEST_BACK)

    def seen_from(self, day: date) -> list[date]:
        """Return the days after this one on which the joint was named and from which a rule can see it."""
        if not self.said.days or self.said.days[-1] <= day:
            return []
        ways = (self._quiet, self._known, self._other)
        return sorted({after for way in ways for after in way.after(day, FARTHEST_BACK)})

    def _tail(self, way: ByDay[SiteDay], day: date, least: int, active: bool) -> Tail | None:
        last = way.of.get(day)
        if last is None or (last.x < least and not last.woke):
            return None
        return Tail(last, lambda: self._together(way, last, active))

    def _together(self, way: ByDay[SiteDay], last: SiteDay, active: bool) -> Iterator[SiteDay]:
        before = islice(self._before(way, last.day, active), FARTHEST_BACK - 1)
        return (day for day in before if day.turn == last.turn)

    def _before(self, way: ByDay[SiteDay], day: date | None, active: bool) -> Iterator[SiteDay]:
        """Yield the known days (before this one), newest first: those on which it was named, else those of a zero."""
        named, zeros = way.days, self._zeros
        at = (bisect_left(named, day) if day else len(named)) - 1
        zero = (bisect_left(zeros.days, day) if day else len(zeros.days)) - 1
        while at >= 0 or zero >= 0:
            if zero < 0 or (at >= 0 and named[at] >= zeros.days[zero]):
                if zero >= 0 and named[at] == zeros.days[zero]:
                    zero -= 1
                yield way.of[named[at]]
                at -= 1
                continue
            then = zeros.days[zero]
            state = self.state(then)
            if bool(state.active) is active:
                zero -= 1
                yield pain_free(then, state.turn)
            else:
                zero = bisect_left(zeros.days, state.since) - 1


def _put(way: ByDay[SiteDay], day: date, said: tuple[Said, ...], turn: int) -> None:
    if said:
        way.put(day, SiteDay(day, said, turn))
    elif way.days:
        way.drop(day)
