"""What happens to made-up people before anybody writes it down, and that the truth says just that."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from statistics import fmean, pstdev

import pytest

from rehab_tracker.evaluation.cohort import truth_of
from rehab_tracker.evaluation.engagement import logged_days
from rehab_tracker.evaluation.feeling import felt, tracks
from rehab_tracker.evaluation.latent_pain import Kind
from rehab_tracker.evaluation.life import Life
from rehab_tracker.evaluation.nuisance import nuisance
from rehab_tracker.evaluation.place import JOINTS
from rehab_tracker.evaluation.world import USUAL, WORLDS, Engagement

DAYS = 180


@cache
def lives(world="clinic", number=500, days=DAYS):
    return [Life(WORLDS[world], 5, at, days) for at in range(number)]


def one(number=0, **changed):
    return Life(replace(USUAL, **changed), 5, number, DAYS)


def migrations(**where):
    return [each for life in lives(**where) for each in life.migrations]


def share(of, among):
    return fmean(bool(of(each)) for each in among)


def rate(migration):
    return migration.levels[1]


# Migrations


def test_enough_migrate_for_rules_to_be_compared():
    assert 0.4 < share(lambda life: life.migrations, lives()) < 0.5
    assert len(migrations()) > 150
    assert not any(life.migrations for life in (one(at, migrating=0.0) for at in range(50)))


def test_sometimes_two_begin_within_one_week():
    several = [life for life in lives() if len(life.migrations) > 1]
    apart = [life.migrations[1].first - life.migrations[0].first for life in several]
    assert sum(0 <= days <= 6 for days in apart) > 20
    assert max(apart) > 30


def test_onsets_lie_where_case_reports_put_them():
    since = [each.first + life.since_onset for life in lives() for each in life.migrations[:1]]
    assert min(since) >= 45 - 14 and share(lambda days: 45 <= days <= 130, since) > 0.9


def test_ramps_are_fast_or_slow_and_end_on_a_plateau():
    assert all(0.05 <= rate(each) <= 0.5 and 4 <= max(each.levels) <= 8 for each in migrations())
    assert 0.22 < share(lambda each: rate(each) < 0.2, migrations()) < 0.38
    assert all(rate(each) < 0.2 for each in migrations(world="slow"))


def test_the_disease_goes_everywhere_and_mostly_to_the_other_side_or_along_the_leg():
    goes = [(life.known[0].place.joint, each.place.joint) for life in lives() for each in life.migrations]
    assert 0.2 < share(lambda pair: pair[1] == pair[0].mirrored, goes) < 0.4
    assert 0.25 < share(lambda pair: pair[1].limb == pair[0].limb and pair[1] != pair[0], goes) < 0.6
    assert share(lambda pair: pair[1].limb is None or "arm" in pair[1].limb, goes) > 0.02
    assert {life.known[0].place.joint.side for life in lives()} == {"left", "right"}


def test_another_part_of_the_first_joint_is_one_that_patients_can_tell_apart():
    moved = [(life.known[0].place, m.place) for life in lives() for m in life.migrations]
    within = [(index, place) for index, place in moved if index.joint == place.joint]
    assert len(within) >= 8
    assert all(place.part is not index.part and place.area is not index.area for index, place in within)


def test_no_place_is_reached_twice():
    for life in lives():
        places = [each.place.site for each in (*life.known, *life.migrations)]
        assert len(set(places)) == len(places)


# The truth


def test_the_truth_tells_when_latent_pain_passes_2_and_3():
    passed = 0
    for life in lives():
        truth = truth_of(life)
        assert (truth.from_on, (truth.to_on - truth.from_on).days) == (life.enrolled_on, DAYS - 1)
        for told, bout in zip(truth.migrations, life.migrations, strict=True):
            assert told.site.joint == bout.place.joint and (told.onset - truth.from_on).days == bout.first
            for level, on in ((2, told.passes_2), (3, told.passes_3)):
                above = [day for day in range(DAYS) if bout.level(day) >= level]
                assert on == (truth.from_on + timedelta(days=above[0]) if above else None)
                passed += on is not None
    assert passed > 250


def test_what_the_truth_tells_is_what_is_felt():
    still = {"sd": (0.0, 0.0, 0.0), "ache_every": 1e9, "knock_every": 1e9, "flare_every": 1e9}
    for number in range(20):
        life = one(number, migrating=1.0, sore_share=0.0, overload_share=0.0, usual_share=0.0, **still)
        scores = [{each.bout: each.pain for each in day} for day in felt(life)]
        for bout in life.migrations:
            latent = [round(bout.level(day)) for day in range(DAYS)]
            assert [day.get(bout, 0) for day in scores] == latent


def test_what_is_long_standing_comes_on_top():
    both = [(life, m) for life in lives() for m in life.migrations if life.usual and is_there(m, life.usual)]
    assert both
    for life, migration in both:
        track = next(track for track in tracks(life) if migration in track.bouts)
        for day in range(DAYS):
            assert track.levels[day] >= life.usual.level(day) + migration.level(day)


def is_there(bout, other):
    return bout.place.joint == other.place.joint


def test_a_compartment_stands_in_the_truth_only_for_a_joint_that_was_known():
    for life in lives():
        known = {each.place.joint for each in life.known}
        assert all((m.site.compartment is not None) == (m.site.joint in known) for m in truth_of(life).migrations)


def test_who_stops_logging_is_followed_to_the_planned_end():
    stopped = [life for life in lives(number=60) if not any(logged_days(life, felt(life))[-40:])]
    assert stopped
    assert all((truth_of(life).to_on - life.enrolled_on).days == DAYS - 1 for life in stopped)


# The clinic


def test_half_of_them_are_confirmed_weeks_after_passing_3():
    assert 0.3 < sum(len(life.confirmed) for life in lives()) / len(migrations()) < 0.55
    for day, bout in (pair for life in lives() for pair in life.confirmed):
        assert 28 <= day - next(d for d in range(DAYS) if bout.level(d) >= 3) <= 63


def test_long_standing_pain_is_declared_at_once_or_later_or_never():
    days = [life.declared for life in lives() if life.usual]
    assert 0.12 < len(days) / len(lives()) < 0.25
    assert 0.55 < share(lambda day: day == 0, days) < 0.85
    assert None in days and any(day for day in days)


# Noise


def test_all_that_is_no_migration_happens_and_everywhere():
    bouts = [each for life in lives(number=150) for each in nuisance(life)]
    assert {each.kind for each in bouts} == set(Kind) - {Kind.KNOWN, Kind.MIGRATION, Kind.USUAL}
    assert {each.place.joint for each in bouts} == set(JOINTS)


def test_soreness_is_felt_in_muscle_in_the_days_after_a_block_and_often_on_both_sides():
    both = []
    for life in lives():
        sore = [each for each in nuisance(life) if each.kind is Kind.SORENESS]
        assert all(each.first in life.blocks and len(each.levels) == 7 for each in sore)
        assert all(max(each.levels) == each.levels[2] <= 4 for each in sore)
        both += [sum(other.first == each.first for other in sore) == 2 for each in sore]
    assert 0.6 < fmean(both) < 0.9


def test_a_cause_is_stated_for_most_knocks_some_soreness_and_hardly_any_migration():
    bouts = [each for life in lives() for each in (*life.migrations, *nuisance(life))]
    stated = {kind: [each.cause for each in bouts if each.kind is kind] for kind in {each.kind for each in bouts}}
    assert 0.5 < share(lambda cause: cause == "injury", stated[Kind.KNOCK]) < 0.7
    assert 0.4 < share(lambda cause: cause == "exercise", stated[Kind.SORENESS]) < 0.6
    assert share(bool, stated[Kind.MIGRATION]) < 0.2


def test_one_in_eight_has_overload():
    assert 0.09 < share(lambda life: any(b.kind is Kind.OVERLOAD for b in nuisance(life)), lives()) < 0.17


def deviations(**changed):
    """How the first place differs from its latent pain, day by day, where it can do so in both directions."""
    found = []
    for number in range(25):
        life = one(number, **{"sd": (1.0, 1.0, 1.0), "flare_every": 1e9, **changed})
        levels = tracks(life)[0].levels
        pain = [day[0].pain for day in felt(life)]
        found.append([pain[day] - level for day, level in enumerate(levels) if 4 <= level <= 6])
    return [series for series in found if len(series) > 20]


def test_days_deviate_by_one_point_and_carry_some_of_it_over():
    found = deviations()
    assert 0.9 < fmean(pstdev(series) for series in found) < 1.15
    pairs = [(a, b) for series in found for a, b in zip(series, series[1:], strict=False)]
    assert 0.15 < fmean(a * b for a, b in pairs) / fmean(a * a for a, _ in pairs) < 0.4


def test_in_a_noisy_world_they_deviate_more():
    assert fmean(pstdev(series) for series in deviations(sd=WORLDS["noisy"].sd)) > 1.35


@pytest.mark.parametrize(("world", "least", "most"), [("clinic", 0, 0), ("restless", 100, 1000)])
def test_places_without_pain_deviate_little(world, least, most):
    severe = 0
    for life in lives(world, 15):
        for day in felt(life):
            severe += sum(each.pain >= 3 and each.bout is None for each in day)
    assert least <= severe <= most


# Engagement


def logged(life):
    days = logged_days(life, felt(life))
    return fmean(days), max((at for at, logs in enumerate(days) if logs), default=0)


def test_motivated_people_miss_one_day_in_ten_and_later_two():
    found = [logged(one(at, engagement=(Engagement(1, 0.1, 0.2, 0.0),)))[0] for at in range(25)]
    assert 0.72 < fmean(found) < 0.88


def test_of_those_who_may_stop_that_share_has_stopped_after_half_a_year():
    last = [logged(one(at, engagement=(Engagement(1, 0.0, 0.0, 0.5),)))[1] for at in range(60)]
    assert 0.3 < share(lambda day: day < 170, last) < 0.7


def test_worlds_differ_in_engagement():
    means = {name: fmean(logged(life)[0] for life in lives(name, 40)) for name in ("clinic", "sparse", "real-app")}
    assert means["clinic"] > means["sparse"] > means["real-app"]
    assert 0.4 < means["sparse"] < 0.6
