import pytest

from rehab_tracker.domain import plan_wording as words
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.plan import Act, Turn
from rehab_tracker.domain.plan_task import Task
from rehab_tracker.domain.proposal import Blocker, Facts, proposal
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.translation import as_written
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from tests.domain.diary import day, flags
from tests.domain.plans import HALF, RIGHT, STRENGTH, TOLERATED, act, check, course, courses, logs, move, plan, start

NEVER = ("diagnos", "migration", "safe", "fracture", "osteonecrosis", "tumour", "harmless", "normal")
TABLES = (
    words.PHASES, words.LIMBS, words.LIGHTS, words.AIDS, words.SHARES, words.ITEMS, words.CRITERIA, words.BLOCKERS,
    words.TASKS, words.CHANGES, words.REVIEWS,
)  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (WeightLimit(Grade.NWB, aids=Aids.WHEELCHAIR), "Left leg: do not put any weight on it, use a wheelchair"),
        (WeightLimit(Grade.TTWB), "Left leg: only touch the floor with your toes, to keep your balance"),
        (WeightLimit(Grade.PWB, 25), "Left leg: up to a quarter of your weight"),
        (
            WeightLimit(Grade.PWB, 30, Aids.TWO_CRUTCHES),
            "Left leg: up to 30 % of your weight, use two crutches",
        ),
        (WeightLimit(Grade.PWB, 50, Aids.TWO_CRUTCHES), "Left leg: up to half your weight, use two crutches"),
        (
            WeightLimit(Grade.PWB, 75, Aids.ONE_CRUTCH),
            "Left leg: up to three quarters of your weight, use one crutch",
        ),
        (WeightLimit(Grade.PWB, 40, Aids.FRAME), "Left leg: up to 40 % of your weight, use a walking frame"),
        (WeightLimit(Grade.WBAT), "Left leg: as much weight as you can bear"),
        (WeightLimit(Grade.FWB, aids=Aids.NONE), "Left leg: no weight limit"),
    ],
)
def test_what_the_patient_reads_of_a_limit(limit, sentence):
    assert words.limit_sentence(Limb.LEFT_LEG, limit, as_written) == sentence


def test_an_arm_has_a_hand_and_no_toes():
    assert "hand" in words.limit_sentence(Limb.RIGHT_ARM, WeightLimit(Grade.TTWB), as_written)


def test_every_phase_limb_and_aid_has_its_words():
    assert set(words.PHASES) == set(Phase) and set(words.LIMBS) == set(Limb)
    assert set(words.AIDS) | {Aids.NONE, Aids.STAYED_IN_BED} == set(Aids)


def test_no_sentence_promises_or_names_a_diagnosis():
    for text in (text for table in TABLES for text in table.values()):
        assert not [word for word in NEVER if word in text.lower()], text


def criteria(acts, entries, today, facts):
    found = courses([plan(RIGHT, *acts)], entries, today)
    return proposal(found[0], found, day(today), facts).criteria


def test_every_criterion_of_the_default_protocol_has_its_sentence_met_or_not():
    full = Facts(adherence={2: 0.5}.get, scores={"lefs": [(day(30), 61)]})
    said = logs(RIGHT, *[(1, 1)] * 40)
    told = set()
    for rung in DEFAULT_TEMPLATE.rungs[:-1]:
        for facts, extra in ((Facts(), []), (full, check(20, "stairs", "no-limp", "released"))):
            for met in criteria([start(), move(10, rung), *extra], said, 40, facts):
                sentence = words.met_sentence(met, as_written)
                assert sentence[0].isupper() and sentence.endswith(".") and "%(" not in sentence
                told.add(met.key)
    assert told == set(words.CRITERIA)


def test_a_criterion_says_what_is_there_and_what_is_needed():
    [first, second, *_] = criteria([start()], logs(RIGHT, 1, 1, 3, 1, 1, 3, 1), 9, Facts())
    assert words.met_sentence(first, as_written) == "At least 21 days in this phase: 9 so far."
    assert words.met_sentence(second, as_written) == "Pain 2 or less on 5 of the last 7 logged days: 5 so far."


def test_a_clinics_own_item_stands_by_its_code():
    [met] = [m for m in criteria([start(), move(9, TOLERATED)], [], 40, Facts()) if m.values.get("item") == "no-limp"]
    own = type(met)(met.criterion, False, 0, 1, "not-checked", {"item": "own-check"})
    assert words.met_sentence(own, as_written) == "own-check: not checked in this phase."


BLOCKERS = {
    "ended": {},
    "not-in-care": {},
    "on-hold": {"since": "2026-01-05"},
    "held-by-clinician": {"since": "2026-01-05"},
    "unknown-days": {"unknown": 4, "asked": 7, "most": 3},
    "drug-started": {"on": "2026-01-05", "days": 14},
    "open-question": {"on": "2026-01-05"},
    "limb-paused": {"until": "2026-01-05"},
    "limb-held": {},
    "both-legs": {},
}


@pytest.mark.parametrize("code", sorted(words.BLOCKERS))
def test_every_blocker_has_its_sentence(code):
    assert set(BLOCKERS) == set(words.BLOCKERS)
    assert words.blocker_sentence(Blocker(code, BLOCKERS[code]), as_written).endswith(".")


@pytest.mark.parametrize("why", sorted(words.TASKS))
def test_every_task_has_its_sentence(why):
    assert words.task_sentence(Task("phase-overdue", day(0), why), as_written).endswith(".")


def test_every_change_has_its_sentence():
    low = [start(), act(Act.HOLD, 1), act(Act.RESUME, 2), move(10, STRENGTH), act(Act.END, 50)]
    said = logs(RIGHT, 5, 1, first=12) + logs(RIGHT, 3, 1, 3, first=15)
    changes = [*course(plan(RIGHT, *low), [*said, flags(30, "fever")]).changes]
    for entries in (logs(RIGHT, 6), [flags(3, "fever")]):
        changes += course(plan(RIGHT, start()), entries).changes
    assert {change.turn for change in changes} == set(Turn)
    assert {change.key for change in changes} == set(words.CHANGES)
    assert all(words.change_sentence(change, as_written).endswith(".") for change in changes)
    assert HALF in {change.rung for change in changes}
