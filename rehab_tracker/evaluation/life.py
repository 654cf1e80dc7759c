"""What happens to one made-up patient during follow-up, before anybody writes it down: bouts of pain and visits.

Days count from enrolment, which is day 0. Each concern has a stream of chance of its own, seeded by cohort, patient
and concern, so that patient k is the same in a cohort of any size.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from rehab_tracker.domain.site import Site
from rehab_tracker.evaluation.latent_pain import (
    FAST_COURSE,
    HEALING_DAYS,
    PLATEAU_DAYS,
    SLOW_COURSE,
    Bout,
    Kind,
    bout,
    course,
    first_from,
    ramp,
)
from rehab_tracker.evaluation.place import (
    JOINTS,
    LONG_STANDING,
    WATCHED,
    first_place,
    next_place,
    place_at,
)
from rehab_tracker.evaluation.world import World

FIRST_ENROLMENT, ENROLMENT_DAYS = date(2023, 1, 2), 365
"""Patients enrol over a year, so that every weekday and both changes of the clock occur."""
ZONES, ZONE_SHARES = ("Europe/Lisbon", "Atlantic/Azores", "Europe/Paris"), (0.85, 0.1, 0.05)

SINCE_ONSET = (14, 40)
"""Days from the first pain to enrolment. Assumption: three weeks in the published case."""
SLOW_COURSE_SHARE = 0.4
"""Both courses are reported, their shares are not. Assumption."""
SEVERITY = (0.7, 1.15)
"""How much more or less than in the course the known place hurts. Assumption."""
SECOND_KNOWN = 0.1
"""Share of patients enrolled with two places. Assumption; 2 to 7 joints are reported over the whole disease."""
APART_DAYS = 6
"""At most so many days between two migrations of one week."""
EARLIEST_MIGRATION = 5
"""Days after enrolment before which no migration begins: sooner it would have been found at enrolment."""
FOUND_AFTER = (28, 63)
"""Days from the day on which a migration passes 3 until imaging confirms it, where it does. Assumption."""
RESOLVED_SHARE, RESOLVED_BELOW, RESOLVED_AFTER = 0.3, 0.5, 21
"""Share of known places that the clinic calls resolved, so many days after latent pain fell below. Assumption."""

BLOCK_EVERY = (14, 35)
"""Days from one new or progressed block of exercises to the next (clinical notes 6.5)."""
USUAL_PAIN = (1, 3)
"""Level of long-standing pain. Assumption."""
DECLARED_LATER = (7, 45)
"""Days after enrolment on which staff declare long-standing pain that they had not asked for. Assumption."""


@dataclass(frozen=True)
class Life:
    """One patient: ``number`` counts from 0, ``days`` is the planned follow-up."""

    world: World
    seed: int
    number: int
    days: int

    def chance(self, of: str) -> Random:
        """Return this patient's stream of chance for one concern, from its beginning."""
        return Random(f"{self.seed} {self.number} {of}")

    @property
    def name(self) -> str:
        """Return the name in the event file."""
        return f"sim-{self.number + 1:05d}"

    @cached_property
    def enrolled_on(self) -> date:
        """Return the first day of follow-up."""
        return FIRST_ENROLMENT + timedelta(days=self.chance("enrolment").randrange(ENROLMENT_DAYS))

    @cached_property
    def zone(self) -> str:
        """Return the patient's time zone."""
        return self.chance("zone").choices(ZONES, ZONE_SHARES)[0]

    @cached_property
    def since_onset(self) -> int:
        """Return the days from the first pain to enrolment."""
        return self.chance("onset").randint(*SINCE_ONSET)

    @cached_property
    def known(self) -> list[Bout]:
        """Return the places that are known at enrolment, the first with the course of most others."""
        chance = self.chance("known")
        places = [first_place(chance)]
        if chance.random() < SECOND_KNOWN:
            places.append(next_place(chance, places[0]._replace(part=None), frozenset((places[0].joint,))))
        points = SLOW_COURSE if chance.random() < SLOW_COURSE_SHARE else FAST_COURSE
        return [
            bout(chance, Kind.KNOWN, place, 0, course(points, chance.uniform(*SEVERITY), self.days)) for place in places
        ]

    @cached_property
    def migrations(self) -> list[Bout]:
        """Return the migrations that begin during follow-up, in order; each is in a place of its own."""
        chance, world = self.chance("migration"), self.world
        index, taken = self.known[0].place, frozenset(each.place.joint for each in self.known)
        found: list[Bout] = []
        again = world.migrating
        begins = self._onset(chance) - self.since_onset
        while chance.random() < again:
            for first in [begins, begins + chance.randint(0, APART_DAYS)][: 1 + (chance.random() < world.two_at_once)]:
                place = next_place(chance, index, taken)
                taken |= {place.joint}
                index = index._replace(part=None) if place.joint == index.joint else index
                found.append(bout(chance, Kind.MIGRATION, place, max(first, EARLIEST_MIGRATION), self._ramp(chance)))
            again, begins = world.once_more, begins + self._onset(chance)
        return [each for each in found if each.first < self.days]

    def _onset(self, chance: Random) -> int:
        """Return the days from one onset to the next."""
        earliest, latest = self.world.after_onset
        late = chance.random() < self.world.late_share
        return int(latest + chance.expovariate(1 / self.world.late_mean) if late else chance.uniform(earliest, latest))

    def _ramp(self, chance: Random) -> tuple[float, ...]:
        span = self.world.slow_ramp if chance.random() < self.world.slow_share else self.world.fast_ramp
        rate, plateau = chance.uniform(*span), chance.uniform(*self.world.plateau)
        return ramp(rate, plateau, chance.randint(*PLATEAU_DAYS), chance.randint(*HEALING_DAYS))

    @cached_property
    def confirmed(self) -> list[tuple[int, Bout]]:
        """Return the migrations that the clinic confirms, each with the day on which it does."""
        chance, found = self.chance("confirmed"), []
        for each in self.migrations:
            passes_3, wait = first_from(3, each.levels), chance.randint(*FOUND_AFTER)
            if chance.random() < self.world.confirmed_share and passes_3 is not None:
                found.append((each.first + passes_3 + wait, each))
        return [(day, each) for day, each in found if day < self.days]

    @cached_property
    def resolved(self) -> int | None:
        """Return the day on which the first place is recorded as resolved, None if it is not."""
        chance = self.chance("resolved")
        calm = next((day for day, level in enumerate(self.known[0].levels) if level < RESOLVED_BELOW), self.days)
        day = calm + RESOLVED_AFTER
        return day if chance.random() < RESOLVED_SHARE and day < self.days else None

    @cached_property
    def usual(self) -> Bout | None:
        """Return long-standing pain in a place that the disease has not reached at enrolment, None if there is none."""
        chance = self.chance("usual")
        joint, level = chance.choice(LONG_STANDING), chance.randint(*USUAL_PAIN)
        if chance.random() >= self.world.usual_share or joint in {each.place.joint for each in self.known}:
            return None
        return bout(chance, Kind.USUAL, place_at(chance, joint), 0, (float(level),) * self.days)

    @cached_property
    def declared(self) -> int | None:
        """Return the day on which staff declare the long-standing pain, None if they never do."""
        chance, share = self.chance("declared"), self.world.declared_share
        draw, later = chance.random(), chance.randint(*DECLARED_LATER)
        if self.usual is None or draw >= share + (1 - share) / 2:
            return None
        return 0 if draw < share else later if later < self.days else None

    @cached_property
    def blocks(self) -> list[int]:
        """Return the days on which a new or progressed block of exercises begins."""
        chance, found, day = self.chance("blocks"), [], 0
        while (day := day + chance.randint(*BLOCK_EVERY)) < self.days:
            found.append(day)
        return found

    @cached_property
    def watched(self) -> list[Site]:
        """Return the joints that this person feels now and then though nothing is wrong."""
        return self.chance("watched").sample(JOINTS, WATCHED)
