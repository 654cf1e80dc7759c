"""Arrival order does not matter: what stands in the alert table is what the rules say of the whole history at once."""

from dataclasses import dataclass, replace

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.access import system
from rehab_tracker.domain.alert import standings
from rehab_tracker.domain.entry import Sent, arrived
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus, KnownSites
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.review import review
from rehab_tracker.domain.site import Area, site
from rehab_tracker.services.involvements import record_involvement
from rehab_tracker.services.protocol import decided_of
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, sent, ticks, withdrawal
from tests.domain.diary import FIRST_VISIT, LISBON, day

PLACES = ("left-knee", "right-knee", "left-hip", "right-foot", "lumbar-spine")
LAST_DAY = 120


@dataclass(frozen=True)
class Act:
    """Something staff recorded on a day."""

    place: str
    status: str
    on: int

    @property
    def involvement(self):
        return Involvement(site(self.place), InvolvementStatus(self.status), day(self.on))


# Stories


@st.composite
def scores(draw):
    place = draw(st.sampled_from(PLACES))
    area = draw(st.sampled_from((None, None, "inner", "outer"))) if "knee" in place else None
    worst = draw(st.sampled_from((0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 9)))
    return PainScore(site(place), Area(area) if area else None, on_loading=worst, woke_at_night=draw(st.booleans()))


@st.composite
def versions(draw, number):
    """One day's entry, with edits, conflicts and withdrawals of it."""
    if draw(st.integers(0, 9)) == 0:
        first = ticks(*draw(st.sets(st.sampled_from(sorted(RedFlag)), min_size=1, max_size=2)), day=number)
    else:
        first = sent(draw(readings), number, about=number - draw(st.sampled_from((0, 0, 0, 1, 5))))
    found = [first]
    for change in draw(st.lists(st.sampled_from(("edit", "move", "conflict", "withdraw")), max_size=2)):
        found.append(changed(draw, change, found[-1], number))
    return found


def changed(draw, change, of, number):
    other = of.content if not isinstance(of.content, PainReading) else draw(readings)
    if change == "withdraw" or other is None:
        return withdrawal(of, number)
    if change == "conflict":
        return replace(of, content=other)
    moved = day(number - draw(st.integers(0, 9))) if change == "move" else of.for_date
    return replace(of, rev=of.rev + 1, content=other, for_date=moved)


readings = st.builds(PainReading, st.lists(scores(), max_size=3).map(tuple), st.booleans())


@st.composite
def stories(draw):
    days = draw(st.lists(st.integers(1, 30), min_size=1, max_size=16))
    entries = [item for number in days for item in draw(versions(number))]
    acts = draw(st.lists(ACTS, max_size=3, unique_by=lambda act: (act.place, act.on)))
    return entries, acts


ACTS = st.builds(
    Act,
    st.sampled_from(("right-knee", "right-knee.medial-femoral-condyle", "left-hip", "left-knee")),
    st.sampled_from(("suspected", "confirmed", "resolved", "entered-in-error")),
    st.integers(0, 25),
)


@st.composite
def long_stories(draw):
    """More than 60 logged days that raise nothing, in which a joint is seldom named, then a few days that may."""
    zeros = draw(st.sampled_from((0, 0, 9, 40)))
    rare = draw(st.dictionaries(st.integers(1, 90), st.integers(5, 6), min_size=1, max_size=4))
    calm = [_day_of(draw, n, zeros, {"left-hip": rare[n]} if n in rare else {}) for n in range(1, 91)]
    late = draw(st.dictionaries(st.integers(91, 100), st.sampled_from((0, 4, 5, 6)), min_size=1, max_size=4))
    entries = [_day_of(draw, n, zeros, {draw(st.sampled_from(("left-hip", "right-knee"))): late[n]}) for n in late]
    since = draw(st.sampled_from((0, 0, 5)))
    acts = [Act("right-knee", "confirmed", since)]
    if draw(st.booleans()):
        acts.append(Act("right-knee", "resolved", draw(st.integers(85, 95))))
    return calm, entries, acts


def _day_of(draw, number, zeros, more):
    pain = {"right-knee": draw(st.sampled_from((1, 2, 5))) if number < 4 else 1, **more}
    said = tuple(PainScore(site(place), on_loading=worst) for place, worst in pain.items())
    return sent(PainReading(said, no_other_pain=bool(zeros) and number % zeros == 0), number)


# How they come in


def take_in(cast, patient, pieces):
    """Let the pieces come in: lists of items as batches, acts as a clinician's."""
    for piece in pieces:
        if isinstance(piece, Act):
            with cast.session() as session:
                viewer = system(cast.porto.id)
                record_involvement(session, viewer, patient.id, piece.involvement, at(piece.on))
        else:
            cast.sends(patient, *piece, now=at(LAST_DAY))


def split(draw, items):
    """Return the items in some order, cut into some batches, some of them sent twice."""
    pieces, rest = [], draw(st.permutations(items))
    while rest:
        size = draw(st.sampled_from((1, 1, 2, 5, len(rest))))
        pieces.append([item for item in rest[:size] if isinstance(item, Sent)])
        pieces += [item for item in rest[:size] if isinstance(item, Act)]
        rest = rest[size:]
    return [piece for piece in pieces if piece]


def whole_history(cast, patient, entries, acts):
    """What the rules say of everything at once, folded to one alert per rule and subject."""
    with cast.session() as session:
        plans = decided_of(session, session.get_one(Patient, (cast.porto.id, patient.id))).plans
    came = [arrived(item, at(LAST_DAY), patient.enrolled_on) for item in entries]
    known = KnownSites(act.involvement for act in sorted(acts, key=lambda act: act.on))
    history = History(came, LISBON, known, enrolled_on=patient.enrolled_on)
    folded = {}
    for standing in standings(review(history, plans=plans)):
        level, first = folded.get((standing.rule, standing.subject), (standing.worst.level, standing.first_day))
        worse = max(level, standing.worst.level, key=lambda each: each.rank)
        folded[standing.rule, standing.subject] = (worse, min(first, standing.first_day))
    return {(r, level, s, (first - FIRST_VISIT).days) for (r, s), (level, first) in folded.items()}


SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@SLOW
@given(story=stories(), data=st.data())
def test_any_order_and_any_batches_end_in_the_same_alerts(sqlite_cast, story, data):
    entries, acts = story
    patient = another_patient(sqlite_cast, sqlite_cast.porto, "Ana")
    take_in(sqlite_cast, patient, split(data.draw, [*entries, *acts]))
    wanted = whole_history(sqlite_cast, patient, entries, acts)
    event(f"{len(wanted)} alerts")
    assert sqlite_cast.standing(patient) == wanted


@settings(SLOW, max_examples=40)
@given(story=long_stories(), data=st.data())
def test_the_rules_see_far_enough_back_however_long_the_story(sqlite_cast, story, data):
    calm, entries, acts = story
    patient = another_patient(sqlite_cast, sqlite_cast.porto, "Ana")
    take_in(sqlite_cast, patient, [acts[0], calm, *split(data.draw, [*entries, *acts[1:]])])
    wanted = whole_history(sqlite_cast, patient, [*calm, *entries], acts)
    event(f"{len(wanted)} alerts")
    assert sqlite_cast.standing(patient) == wanted


# What the look-back must not miss, one by one


def ends_as_the_whole_history_says(cast, calm, last, acts):
    patient = another_patient(cast, cast.porto, "Ana")
    take_in(cast, patient, [acts[0], calm, *acts[1:], *([item] for item in last)])
    wanted = whole_history(cast, patient, [*calm, *last], acts)
    assert cast.standing(patient) == wanted
    return wanted


KNEE = Act("right-knee", "confirmed", 0)


def dull(numbers, **more):
    return [says(n, {"right-knee": 1}, **more) for n in numbers]


def says(number, pain, zeros=False):
    return sent(PainReading(tuple(PainScore(site(p), on_loading=x) for p, x in pain.items()), zeros), number)


def test_a_joint_named_three_times_in_a_hundred_days_is_seen(sqlite_cast):
    calm = [*dull(range(1, 100)), says(2, {"left-hip": 5}), says(3, {"left-hip": 6})]
    found = ends_as_the_whole_history_says(sqlite_cast, calm, [says(100, {"left-hip": 5})], [KNEE])
    assert found == {("new-site-pain", "urgent", "left-hip", 100)}


def test_a_joint_that_was_quiet_long_before_its_involvement_is_seen_when_it_has_settled(sqlite_cast):
    calm = [says(n, {"left-hip": 5}) for n in (1, 2)] + [
        says(n, {"left-hip": 2, "right-knee": 1}) for n in range(3, 90)
    ]
    acts = [KNEE, Act("left-hip", "confirmed", 3), Act("left-hip", "resolved", 91)]
    sore = [says(n, {"left-hip": 5}) for n in (92, 93)]
    found = ends_as_the_whole_history_says(sqlite_cast, calm, sore, acts)
    assert found == {("recurrence", "soon", "left-hip", 93)}


def test_a_joint_that_has_settled_is_judged_by_what_is_said_of_it_since(sqlite_cast):
    calm = [says(n, {"left-hip": 5}) for n in (1, 2)] + [says(n, {"left-hip": 2}) for n in range(3, 90)]
    acts = [KNEE, Act("left-hip", "confirmed", 3), Act("left-hip", "resolved", 91)]
    sore = [says(n, {"left-hip": 5}) for n in (92, 93, 94)]
    found = ends_as_the_whole_history_says(sqlite_cast, calm, sore, acts)
    assert found == {("recurrence", "soon", "left-hip", 93), ("new-site-pain", "urgent", "left-hip", 94)}


def test_many_versions_of_one_old_entry_hide_no_older_one(sqlite_cast):
    edited = says(3, {"left-hip": 6})
    edits = [replace(edited, rev=rev) for rev in range(2, 60)]
    calm = [says(2, {"left-hip": 5}), edited, *edits, *dull(range(4, 100))]
    found = ends_as_the_whole_history_says(sqlite_cast, calm, [says(100, {"left-hip": 5})], [KNEE])
    assert found == {("new-site-pain", "urgent", "left-hip", 100)}


def test_two_seldom_named_joints_do_not_crowd_each_other_out(sqlite_cast):
    calm = [*dull(range(1, 119)), *(says(n, {"left-hip": 5}) for n in (1, 2))]
    calm += [says(n, {"left-knee": 1}) for n in (*range(3, 50), *range(100, 105))]
    last = [says(119, {"left-hip": 5, "left-knee": 4})]
    found = ends_as_the_whole_history_says(sqlite_cast, calm, last, [KNEE])
    assert found == {("new-site-pain", "urgent", "left-hip", 119)}


def test_days_that_hold_only_withdrawn_entries_are_not_counted_as_seen(sqlite_cast):
    real = [says(n, {"left-hip": 5}) for n in (1, 2)]
    taken_back = [says(n, {"left-hip": 1}) for n in range(3, 80)]
    calm = [*real, *taken_back, *(withdrawal(item, 80) for item in taken_back)]
    found = ends_as_the_whole_history_says(sqlite_cast, calm, [says(81, {"left-hip": 5})], [KNEE])
    assert found == {("new-site-pain", "urgent", "left-hip", 81)}


def test_old_explicit_zeros_of_a_seldom_named_joint_are_seen_too(sqlite_cast):
    calm = [*dull(range(1, 100)), *(says(n, {"left-hip": 5}) for n in (1, 2)), *(says(n, {}, True) for n in (10, 11))]
    assert ends_as_the_whole_history_says(sqlite_cast, calm, [says(100, {"left-hip": 5})], [KNEE]) == set()


def test_an_entry_that_was_moved_out_of_sight_is_gone_from_where_it_was(sqlite_cast):
    moved = says(100, {"left-hip": 5})
    to = replace(says(20, {"right-knee": 1}), id=moved.id, rev=2)
    calm = [*dull(range(1, 99)), says(99, {"left-hip": 5}), moved]
    assert ends_as_the_whole_history_says(sqlite_cast, calm, [to, says(101, {"left-hip": 5})], [KNEE]) == set()


def test_a_part_of_a_known_joint_that_is_seldom_named_is_seen(sqlite_cast):
    knee = Act("right-knee.medial-femoral-condyle", "confirmed", 0)

    def outer(number):
        score = PainScore(site("right-knee"), Area.OUTER, on_loading=5)
        return sent(PainReading((score,)), number)

    calm = [outer(1), outer(2), *(inner_dull(n) for n in range(3, 120))]
    found = ends_as_the_whole_history_says(sqlite_cast, calm, [outer(119)], [knee])
    assert found == {("new-compartment-pain", "urgent", "right-knee", 119)}


def inner_dull(number):
    return sent(PainReading((PainScore(site("right-knee"), Area.INNER, on_loading=1),)), number)


def test_what_comes_late_counts_for_its_day(sqlite_cast):
    take_in(
        sqlite_cast,
        sqlite_cast.ana,
        [KNEE, [says(n, {"left-knee": 4}) for n in (4, 2, 3)], [says(n, {"left-knee": n + 1}) for n in (1, 0)]],
    )
    assert sqlite_cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}
    assert [alert.late_days for alert in sqlite_cast.rows(Alert)] == [LAST_DAY - 4]
