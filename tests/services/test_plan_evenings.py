"""Plans that go on from a kept evening stand where plans walked from their start stand, whatever comes in between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.plan import Act, PlanAct
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.services import involvements, plan_evenings, plans, standings
from rehab_tracker.services.plan_evenings import KEY, evening_before, standing_lately
from rehab_tracker.services.protocol import standing_now
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.history import entries_since
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plan_evenings import SEEN_BY_PLANS
from rehab_tracker.storage.plans import PlanRow, act_row
from tests.cast import at, sent, ticks, withdrawal
from tests.domain.diary import day
from tests.services.test_plans import act
from tests.services.test_standings import mornings

KNEE, OTHER = "right-knee", "left-knee"
TOLERATED, STRENGTH = Rung(Phase.GAIT_TRAINING, 2), Rung(Phase.STRENGTHENING)
RUNGS = (Rung(Phase.PARTIAL_WEIGHT_BEARING), Rung(Phase.GAIT_TRAINING), TOLERATED, STRENGTH)


class Story:
    """One patient's months, told by steps that may be told of another patient too."""

    def __init__(self, cast, *, forgets=False):
        self.cast, self.forgets = cast, forgets
        self.patient, self.again = cast.twice(cast.nuno, cast.boris), cast.twice(cast.nuno, cast.boris)
        self.items, self.today = [], 0
        self.confirms(KNEE)

    def rows(self):
        own = {self.patient.id, self.again.id}
        return [row for row in self.cast.rows(PlanRow) if row.patient_id in own]

    def forget(self):
        """Throw every kept evening away."""
        with self.cast.session() as session:
            for row in self.rows():
                held = session.get_one(PlanRow, (self.cast.porto.id, row.id))
                held.standing = {key: value for key, value in held.standing.items() if key != KEY}
            session.commit()

    def step(self, told):
        """Let something happen, a fresh start before it where this story forgets."""
        if self.forgets:
            self.forget()
        what, *rest = told
        getattr(self, what)(*rest)

    # What happens

    def confirms(self, place):
        self.records(place, InvolvementStatus.CONFIRMED)

    def settles(self, place):
        self.records(place, InvolvementStatus.RESOLVED)

    def records(self, place, status):
        with self.cast.session() as session:
            viewer, said = self.cast.viewer_of(self.cast.boris), Involvement(site(place), status, day(self.today))
            involvements.record_involvement(session, viewer, self.patient.id, said, at(self.today), Aids.WHEELCHAIR)

    def logs(self, items, after):
        """Let some days be logged and sent at once, at the end of the last of them or some days later."""
        self.today += after
        self.items += items
        self.cast.sends(self.patient, *items, now=at(self.today))

    def sends(self, items, by_other_phone):
        self.items += items
        sender = self.again if by_other_phone else self.patient
        self.cast.sends(sender, *items, now=at(self.today, 1))

    def moves(self, rung):
        self.acts(lambda session, viewer, row: plans.move_plan(
            session, viewer, self.patient.id, row.id, plans.Move(rung, reason="as the story goes",
            getting_about=Aids.WHEELCHAIR), row.version, at(self.today, 2)))  # fmt: skip

    def tends(self, kind):
        said = act(kind, reason="as the story goes") if kind is not Act.CHECK else act(kind, item="imaging-considered")
        self.acts(lambda session, viewer, row: plans.tend_plan(
            session, viewer, self.patient.id, row.id, said, row.version, at(self.today, 3)))  # fmt: skip

    def acts(self, tell):
        row = next((row for row in self.rows() if row.ended_on is None and row.patient_id == self.patient.id), None)
        if row:
            with self.cast.session() as session:
                tell(session, self.cast.viewer_of(self.cast.boris), row)

    def orders(self, limb, grade):
        with self.cast.session() as session:
            viewer = self.cast.viewer_of(self.cast.boris)
            limit = WeightLimit(grade)
            plans.order_limit(
                session, viewer, self.patient.id, limb, limit, "for the story", Aids.WHEELCHAIR, at(self.today, 4)
            )

    def merges(self):
        with self.cast.session() as session:
            merged = session.get_one(Patient, (self.cast.porto.id, self.again.id)).merged_into
        if merged:
            self.cast.separates(self.again, on=self.today)
        else:
            self.cast.merges(self.again, self.patient, on=self.today)

    # What can be seen of it

    def told(self):
        """Return where plans stand and what they asked of a clinician."""
        stands = [
            (str(row.site), str(row.ended_on), {k: v for k, v in row.standing.items() if k != KEY})
            for row in self.rows()
        ]
        own = {self.patient.id, self.again.id}
        alerts = [
            (a.subject, str(a.state), a.first_for_date, a.last_for_date, a.evidence)
            for a in self.cast.rows(Alert)
            if a.patient_id in own and a.rule == "phase-review"
        ]
        return sorted(map(repr, stands)), sorted(map(repr, alerts))

    def anew(self):
        """Return the same by walking from the start and by going on, of the courses alone."""
        found = []
        with self.cast.session() as session:
            patient = session.get_one(Patient, (self.cast.porto.id, self.patient.id))
            for how in (standing_now, standing_lately):
                of_plans = how(session, patient, at(self.today, 5))
                stands = [standings.plain_standing(course, of_plans.today, None) for course in of_plans.courses]
                found.append((stands, list(phase_reviews(of_plans.courses)), of_plans.limits))
            session.rollback()
        return found


# Stories of any kind

PAIN = st.sampled_from((0, 1, 1, 1, 1, 2, 3, 4, 5, 7))
MORNING = st.sampled_from((None, 0, 0, 1, 2, 4))


@st.composite
def readings(draw):
    places = draw(st.sampled_from(((KNEE,), (KNEE, OTHER), (KNEE, OTHER), (OTHER,))))
    scores = tuple(PainScore(site(p), on_loading=draw(PAIN), next_morning=draw(MORNING)) for p in places)
    return PainReading(scores, draw(st.booleans()))


def days(draw, story):
    """Some days of logs, most of them every day."""
    number, skips = draw(st.integers(6, 25)), draw(st.sampled_from((1, 1, 1, 2, 5)))
    kind = draw(st.sampled_from(("calm", "calm", "wild")))
    first, good = story.today + 1, PainReading((PainScore(site(KNEE), on_loading=1, next_morning=0),), True)
    items = [sent(draw(readings()) if kind == "wild" else good, n) for n in range(first, first + number, skips)]
    return "logs", items, number


def changes(draw, story):
    """Versions that come late: edits, moves to another day, withdrawals, conflicts, new ones, red flags, odd clocks."""
    if not story.items:
        return days(draw, story)
    found = []
    for how in draw(st.lists(st.sampled_from(HOW), min_size=1, max_size=3)):
        of = draw(st.sampled_from(story.items))
        recorded = (of.recorded_at.date() - day(0)).days
        about = draw(st.integers(max(0, recorded - 14), recorded))
        if how == "withdraw":
            found.append(withdrawal(of, recorded))
        elif how == "flag":
            found.append(ticks("fever", day=recorded, about=about))
        elif how == "new":
            found.append(sent(draw(readings()), recorded, about=about))
        elif how == "odd":
            found.append(sent(draw(readings()), story.today + 40, about=story.today + 30))
        elif isinstance(of.content, PainReading):
            other = replace(of, content=draw(readings()), rev=of.rev + (how != "conflict"))
            found.append(replace(other, for_date=day(about)) if how == "move" else other)
    return "sends", found, draw(st.sampled_from((False, False, False, True)))


HOW = ("edit", "edit", "move", "move", "withdraw", "conflict", "new", "new", "flag", "odd")
STAFF = (
    *(("moves", rung) for rung in RUNGS),
    *(("tends", kind) for kind in (Act.HOLD, Act.RESUME, Act.CHECK)),
    ("orders", Limb.LEFT_LEG, Grade.NWB),
    ("orders", Limb.LEFT_LEG, Grade.FWB),
    ("confirms", OTHER),
    ("settles", OTHER),
    ("merges",),
)


def next_step(draw, story):
    kind = draw(st.sampled_from(("days", "days", "days", "changes", "changes", "staff")))
    if kind == "staff":
        return draw(st.sampled_from(STAFF))
    return (days if kind == "days" else changes)(draw, story)


def calm(first, last):
    return [mornings({KNEE: 1, OTHER: 1}, n) for n in range(first, last + 1)]


OPENINGS = (
    [("moves", STRENGTH)],
    [("moves", TOLERATED), ("confirms", OTHER)],
    [("moves", STRENGTH), ("merges",)],
)
"""Plans that may fall, so that what was bad long ago is felt until somebody moves them; the last step comes first."""

SLOW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@SLOW
@given(data=st.data())
def test_with_the_evening_and_without_it_plans_stand_alike(sqlite_cast, data):
    story, forgetful = Story(sqlite_cast), Story(sqlite_cast, forgets=True)
    steps = [("logs", calm(1, 59), 60), *data.draw(st.sampled_from(OPENINGS))]
    steps = [*data.draw(st.sampled_from(([], [("merges",)]))), *steps]
    while steps or data.draw(st.integers(0, 7)):
        told = steps.pop() if steps else next_step(data.draw, story)
        for each in (story, forgetful):
            each.step(told)
        assert story.told() == forgetful.told()
        whole, going_on = story.anew()
        assert whole == going_on
    story.forget()
    assert story.anew()[0] == story.anew()[1]


# One by one


@pytest.fixture
def strong(sqlite_cast):
    """Ana, who does well in strengthening since day 0 and has logged 59 calm days."""
    story = Story(sqlite_cast)
    story.step(("moves", STRENGTH))
    story.step(("logs", calm(1, 59), 60))
    assert rung(story) == "strengthening" and all(row.standing[KEY] for row in story.rows())
    return story


def reads(story):
    """Return how many entries one look at the plans reads now."""
    found = []
    with pytest.MonkeyPatch.context() as patch, story.cast.session() as session:
        patch.setattr(
            plan_evenings, "History", lambda entries, zone: found.append(len(entries)) or History(entries, zone)
        )
        standing_lately(session, session.get_one(Patient, (story.cast.porto.id, story.patient.id)), at(story.today, 5))
        session.rollback()
    [number] = found
    return number


def rung(story):
    [phase] = {row.standing["phase"] for row in story.rows() if row.ended_on is None and row.standing}
    return phase


def bad(of, about=None):
    """What the patient says of a day instead: it was a red one."""
    content = PainReading((PainScore(site(KNEE), on_loading=6),), True)
    return replace(of, rev=of.rev + 1, content=content, for_date=of.for_date if about is None else day(about))


def test_an_edit_of_a_day_long_ago_takes_the_plan_back(strong):
    strong.step(("sends", [bad(strong.items[4])], False))
    assert rung(strong) == "gait-training" and strong.anew()[0] == strong.anew()[1]


def test_without_the_proof_that_edit_would_not_be_seen(strong, monkeypatch):
    monkeypatch.setattr(plan_evenings, "entries_after", whatever_came_later)
    strong.step(("sends", [bad(strong.items[4])], False))
    assert rung(strong) == "strengthening" and strong.anew()[0] != strong.anew()[1]


def whatever_came_later(session, clinic_id, patient_id, evening, read_to):
    return entries_since(session, clinic_id, patient_id, evening + timedelta(days=1), *SEEN_BY_PLANS)


def test_a_day_that_was_taken_back_or_moved_away_is_gone_and_one_that_is_moved_there_is_seen(strong):
    first = bad(strong.items[4])
    for told, then in (
        (first, "gait-training"),
        (withdrawal(first, 5), "strengthening"),
        (bad(strong.items[30], about=20), "gait-training"),
        (replace(bad(bad(strong.items[30])), content=strong.items[4].content), "strengthening"),
    ):
        strong.step(("sends", [told], False))
        assert rung(strong) == then and strong.anew()[0] == strong.anew()[1]


def test_a_red_flag_of_a_day_long_ago_is_seen_even_where_its_clock_is_impossible(strong):
    strong.step(("sends", [ticks("fever", day=10)], False))
    assert rung(strong) == "gait-training" and strong.anew()[0] == strong.anew()[1]


def test_what_another_record_of_the_person_tells_of_long_ago_is_seen_when_they_are_joined_and_gone_after(strong):
    strong.cast.sends(strong.again, bad(strong.items[4]), now=at(60, 2))
    strong.step(("merges",))
    assert rung(strong) == "gait-training" and strong.anew()[0] == strong.anew()[1]
    strong.step(("merges",))
    assert rung(strong) == "strengthening"
    strong.cast.sends(strong.again, bad(bad(strong.items[5])), now=at(60, 9))
    strong.step(("merges",))
    assert rung(strong) == "gait-training" and strong.anew()[0] == strong.anew()[1]


def test_acts_and_orders_that_are_dated_back_are_seen(strong):
    [row] = strong.rows()
    with strong.cast.session() as session:
        later = PlanAct(Act.MOVE, day(3), at(3), TOLERATED.phase, TOLERATED.step)
        session.add(act_row(row.id, row.clinic_id, later))
        session.commit()
    assert strong.anew()[0] == strong.anew()[1] and strong.anew()[1][0][0]["phase"] == "gait-training"


def test_another_zone_and_another_walk_use_no_evening_of_before(strong, monkeypatch):
    lately = (day(59) - evening_before(day(60))).days
    assert reads(strong) == lately
    with strong.cast.session() as session:
        session.get_one(Patient, (strong.cast.porto.id, strong.patient.id)).time_zone = "Atlantic/Azores"
        session.commit()
    assert reads(strong) == 59
    strong.step(("logs", calm(60, 60), 1))
    assert reads(strong) == lately + 1
    monkeypatch.setattr(plan_evenings, "VERSION", 0)
    assert reads(strong) == 60


def test_as_many_entries_are_read_after_700_days_as_after_126(sqlite_cast):
    found = {}
    for number in (126, 700):
        story = Story(sqlite_cast)
        story.step(("confirms", OTHER))
        for first in range(1, number, 100):
            last = min(first + 99, number)
            story.step(("logs", calm(first, last), last - story.today))
        found[number] = reads(story)
    assert found[126] == found[700] < 42


def test_the_evening_is_written_anew_once_a_fortnight(strong):
    kept = set()
    for number in range(60, 102):
        strong.step(("logs", calm(number, number), number - strong.today))
        kept |= {row.standing[KEY]["on"] for row in strong.rows()}
    assert len(kept) in (3, 4)


def test_pain_with_an_impossible_clock_spoils_no_evening_whatever_day_it_names(strong):
    before = reads(strong)
    strong.cast.sends(strong.patient, bad(sent(strong.items[4].content, 5)), now=at(60, 1), sent_at=at(5))
    assert rung(strong) == "strengthening" and reads(strong) == before + 1
