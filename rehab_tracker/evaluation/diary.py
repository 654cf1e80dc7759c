"""The diary that a made-up patient keeps: entries with slips, edits and withdrawals, missed days filled in later.

All shares are assumptions where no source is named.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any
from uuid import UUID

from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.evaluation.answer import answer, habits, on_the_wrong_side
from rehab_tracker.evaluation.effort import efforts, sessions
from rehab_tracker.evaluation.engagement import logged_days
from rehab_tracker.evaluation.feeling import Felt, felt
from rehab_tracker.evaluation.latent_pain import Kind
from rehab_tracker.evaluation.life import Life
from rehab_tracker.evaluation.place import JOINTS
from rehab_tracker.evaluation.stamp import Stamp, Watch

Line = dict[str, Any]

TWICE_A_DAY = 0.06
FILLED_BACK, FILLED_DAYS, COPIED_BACK = 0.12, 3, 0.6
"""How often missed days are filled in at the next entry, how many at most, and the share that is then copied."""
COPIED_FORWARD = 0.03
"""Share of entries that repeat the one before (paper diaries are filled in without looking: BMJ 2002;324:1193)."""
EDITED, WITHDRAWN, SLIP_CORRECTED = 0.02, 0.004, 0.3
"""Share of entries that are edited, that are preceded by one sent by mistake, and of wrong sides put right."""
CHANGES = (-2, -1, 1, 2)
"""Points by which an edit changes a score."""
WORST_MISTAKE = 8
"""Highest score of an entry sent by mistake."""
RED_FLAG, FLAG_AFTER_KNOCK, CANNOT_BEAR = 1 / 700, 0.3, 0.15
"""Share of days with a red flag by chance; of injuries that are ticked; of those that also stop all weight."""
FLAGS = ("fever", "calf-swelling", "colour-or-temperature-change", "night-pain-most-nights")
PAIN_FREE = {"no_other_pain": True, "scores": list[Line]()}


class Diary:
    """One patient's diary, kept day by day; its lines carry everything but the patient's name."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._chance: Random = life.chance("diary")
        self._own = habits(life.chance("habits"), life.world.asks_details)
        self._felt: Sequence[Sequence[Felt]] = felt(life)
        self._logs = logged_days(life, self._felt)
        self._sessions = sessions(life)
        self._watch = Watch(life)
        self._last: Line = PAIN_FREE

    def lines(self) -> Iterator[Line]:
        """Yield all entries of the follow-up, in the order in which they were written."""
        missed: list[int] = []
        for day, logs in enumerate(self._logs):
            if logs:
                yield from self._day(day, missed[-FILLED_DAYS:])
                missed = []
            else:
                missed.append(day)

    def _day(self, day: int, missed: Sequence[int]) -> Iterator[Line]:
        """Yield what is written of a day, and perhaps of missed days before it."""
        chance, felt = self._chance, self._felt[day]
        if chance.random() < TWICE_A_DAY:
            yield self._watch.noon(day).on({"event": "pain", **self._said(felt[:1])})
        stamp = self._watch.evening(day)
        said = self._last if day and chance.random() < COPIED_FORWARD else self._said(felt)
        yield from self._pain(stamp, said)
        if missed and chance.random() < FILLED_BACK:
            for before in missed:
                copied = said if chance.random() < COPIED_BACK else self._said(self._felt[before])
                yield stamp.about(self._watch.date(before)).on({"event": "pain", **copied})
        yield from (stamp.on(line) for line in self._flags(day))
        place = self._life.known[0].place
        yield from (stamp.on(line) for line in efforts(chance, place, day, felt[0].pain, self._sessions))
        self._last = said

    def _said(self, felt: Sequence[Felt]) -> Line:
        return answer(self._chance, self._own, felt)

    def _pain(self, stamp: Stamp, said: Line) -> Iterator[Line]:
        """Yield one entry about pain with the slips that happen to it."""
        chance = self._chance
        if chance.random() < WITHDRAWN:
            yield from self._mistake(stamp)
        is_wrong = chance.random() < self._life.world.wrong_side
        written = (on_the_wrong_side(chance, said) if is_wrong else None) or said
        if chance.random() >= (EDITED if written is said else SLIP_CORRECTED):
            yield stamp.on({"event": "pain", **written})
            return
        own = self._id()
        yield stamp.on({"event": "pain", "id": own, **written})
        right = said if written is not said else self._changed(said)
        yield stamp.later(chance).on({"event": "pain", "id": own, "rev": 2, **right})

    def _mistake(self, stamp: Stamp) -> Iterator[Line]:
        """Yield an entry sent by mistake, and that it is taken back."""
        own, place = self._id(), str(self._chance.choice(JOINTS))
        scores = [{"site": place, "on_loading": self._chance.randint(1, WORST_MISTAKE)}]
        yield stamp.on({"event": "pain", "id": own, "no_other_pain": False, "scores": scores})
        yield stamp.later(self._chance).on({"event": "pain", "id": own, "rev": 2, "withdrawn": True})

    def _changed(self, said: Line) -> Line:
        """Return what was said with one score a little higher or lower."""
        scores = [dict(score) for score in said["scores"]]
        for score in scores[-1:]:
            field = "on_loading" if "on_loading" in score else "at_rest"
            score[field] = max(0, min(WORST_PAIN, score[field] + self._chance.choice(CHANGES)))
        return {**said, "scores": scores}

    def _flags(self, day: int) -> Iterator[Line]:
        """Yield red flags: after an injury some, else very rarely one by chance."""
        chance = self._chance
        bouts = (each.bout for each in self._felt[day] if each.bout)
        is_hurt = any(b.kind is Kind.KNOCK and b.cause == "injury" and b.first == day for b in bouts)
        if is_hurt and chance.random() < FLAG_AFTER_KNOCK:
            stops = chance.random() < CANNOT_BEAR
            yield {"event": "red-flags", "flags": ["fall-or-injury", *(["cannot-bear-weight"] if stops else [])]}
        elif chance.random() < RED_FLAG:
            yield {"event": "red-flags", "flags": [chance.choice(FLAGS)]}

    def _id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))
