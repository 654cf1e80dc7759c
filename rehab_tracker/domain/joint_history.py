"""What is known of one joint: on which days it was quiet, on which involved, and what was said of it then."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice

from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.involvement import KnownSites, covers
from rehab_tracker.domain.known_days import FARTHEST_BACK, QUIET, KnownDays, State
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import Said, SiteDay, pain_free


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
        self._quiet = KnownDays(zeros, self.state, active=False)
        self._known, self._other = (KnownDays(zeros, self.state, active=True) for _ in range(2))
        self._states = [QUIET]
        for on in known.changes(joint):
            self._states.append(State(on, known.active(joint, on), known.turns(joint, on), known.resolved(joint, on)))
        self._peaks: list[int] = []
        self._seen_until = date.min
        for day in said.days:
            self.tell_apart(day)

    def tell_apart(self, day: date) -> None:
        """Take in what is said now of a day: as that of a quiet joint, or of its involved and its other parts."""
        said, state = self.said.of.get(day, ()), self.state(day)
        self.forget(day)
        if self._peaks:
            del self._peaks[bisect_left(self.said.days, day) :]
        if not state.active:
            self._quiet.put(day, said, state.turn)
            return
        inside: list[Said] = []
        outside: list[Said] = []
        for each in said:
            (inside if covers(state.active, each.score.site, each.score.area) else outside).append(each)
        self._known.put(day, tuple(inside), state.turn)
        self._other.put(day, tuple(outside), state.turn)

    def forget(self, day: date) -> None:
        """Look anew at the days from this one on: something else is said of it, or an explicit zero came or went."""
        if day <= self._seen_until:
            for way in (self._quiet, self._known, self._other):
                way.forget(day)

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
        return [*self._quiet.before()][::-1]

    def known_days(self) -> list[SiteDay]:
        """Return what is known of its involved part on the days when it was actively involved, oldest first."""
        return [*self._known.before()][::-1]

    def other_area_days(self) -> list[SiteDay]:
        """Return what is known of its uninvolved parts on those days, oldest first."""
        return [*self._other.before()][::-1]

    def quiet_until(self, day: date, least: int = 1) -> list[SiteDay] | None:
        """Return the quiet days up to this one that belong together with it.

        None unless something hurt that day, at least so much, or woke the patient.
        """
        return self._tail(self._quiet, day, least)

    def known_until(self, day: date, least: int = 1) -> list[SiteDay] | None:
        """Return the same of the involved part."""
        return self._tail(self._known, day, least)

    def other_until(self, day: date, least: int = 1) -> list[SiteDay] | None:
        """Return the same of the uninvolved parts of an involved joint."""
        return self._tail(self._other, day, least)

    def named_within(self, first: date, days: int) -> list[SiteDay]:
        """Return what was said of the joint in so many calendar days from the first on, whatever it was called then."""
        return [self._whole(day) for day in self.said.within(first, days)]

    def known_within(self, first: date, days: int) -> list[SiteDay]:
        """Return what is known of its involved part in so many calendar days from the first on."""
        named = self._known.named
        within = sorted({*named.within(first, days), *self._zeros.within(first, days)})
        found = (named.of.get(day) or pain_free(day, self.state(day).turn) for day in within)
        return [each for each in found if self.state(each.day).active]

    def parts_within(self, first: date, last: date) -> list[SiteDay]:
        """Return what was said from the first day to the last: of the involved part, or of a joint that is quiet."""
        days = self.said.days[bisect_left(self.said.days, first) : bisect_right(self.said.days, last)]
        if self.state(last).active:
            return [self._known.named.of[day] for day in days if day in self._known.named.of]
        return [self._whole(day) for day in days]

    def _whole(self, day: date) -> SiteDay:
        """Return all that was said of the joint on a day on which it was named."""
        return self._quiet.named.of.get(day) or SiteDay(day, self.said.of[day])

    def peak(self, day: date) -> int:
        """Return the highest score said of the joint up to a day, 0 where there is none."""
        for each in self.said.days[len(self._peaks) :]:
            worst = max(said.score.worst for said in self.said.of[each])
            self._peaks.append(max(worst, self._peaks[-1]) if self._peaks else worst)
        upto = self.said.upto(day)
        return max(self._worst_before().get(self.joint, 0), self._peaks[upto - 1] if upto else 0)

    def looks_before(self, first: date, since: date) -> bool:
        """Return whether a rule that judges the days from ``since`` on may look at days before the first one."""
        ways = (self._quiet, self._known, self._other)
        return any(self._looks_before(way, day, first) for way in ways for day in self._hurts(way.named, since))

    def _hurts(self, named: ByDay[SiteDay], since: date) -> Iterable[date]:
        """Return the first day from one on, in each state, on which something hurt; later ones see more days."""
        found: dict[date, date] = {}
        for day in named.since(since):
            if named.of[day].x or named.of[day].woke:
                found.setdefault(self.state(day).since, day)
        return found.values()

    def _looks_before(self, way: KnownDays, day: date, first: date) -> bool:
        turn = self.state(day).turn
        if not any(s.since < first and s.turn == turn and bool(s.active) is way.active for s in self._states):
            return False
        seen = islice(way.before(day), FARTHEST_BACK - 1)
        return sum(each.day >= first for each in seen) < FARTHEST_BACK - 1

    def quiet_before(self, day: date, number: int) -> Iterator[SiteDay]:
        """Yield the last quiet days before this one, newest first, whether they belong together with it or not."""
        return islice(self._quiet.before(day), number)

    def seen_from(self, day: date) -> list[date]:
        """Return the days after this one on which the joint was named and from which a rule can see it."""
        if not self.said.days or self.said.days[-1] <= day:
            return []
        ways = (self._quiet, self._known, self._other)
        return sorted({after for way in ways for after in way.named.after(day, FARTHEST_BACK)})

    def _tail(self, way: KnownDays, day: date, least: int) -> list[SiteDay] | None:
        last = way.named.of.get(day)
        if last is None or (last.x < least and not last.woke):
            return None
        self._seen_until = max(self._seen_until, day)
        days = way.upto(last)
        return days if days[0].turn == last.turn else [each for each in days if each.turn == last.turn]
