"""The protocol we ship: phases, days, criteria and doses, each a design choice that a clinic may change in its copy.

From one case (partial weight for 3 weeks, then rehabilitation), a series of 8 patients and expert opinion. Doses: a
knee programme of quadriceps sets 4 x 25, straight-leg raises 3 x 10, wall squats 15 x 10 s; conditioning 2 to 3 days a
week. Criteria: nothing may hurt during, after or the day after loading (bone stress injury); the checks are those of a
return-to-run screen. None of it has been tried as a whole: the numbers are for the clinic to confirm.
"""

from rehab_tracker.domain.criterion import (
    Adherence,
    Checked,
    Criterion,
    DaysAtMost,
    DaysSince,
    Logged,
    NoMorningRise,
    NoneFrom,
    Questionnaire,
    Since,
)
from rehab_tracker.domain.prescription import EVERY_DAY, Days, Dose, days_a_week
from rehab_tracker.domain.protocol import Asked, ExerciseOrder, Phase, PhaseTemplate, Template
from rehab_tracker.domain.seen import Pain
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit

THREE_A_WEEK = days_a_week(3)
TWO_A_WEEK = days_a_week(2)

QUAD_SETS = ExerciseOrder("quad-sets", Dose(sets=4, reps=25), EVERY_DAY)
LEG_RAISE = ExerciseOrder("straight-leg-raise", Dose(sets=3, reps=10), EVERY_DAY)


def _strength(exercise: str, days: Days, **dose: int) -> ExerciseOrder:
    return ExerciseOrder(exercise, Dose(**dose), days, needs=Grade.WBAT, strengthens=True)


PROTECT = PhaseTemplate(
    Phase.PROTECT,
    steps=(WeightLimit(Grade.NWB, aids=Aids.TWO_CRUTCHES),),
    min_days=0,
    max_days=21,
    exit=(DaysAtMost(2, 5, 7, Pain.AT_REST), Checked("released")),
    exercises=(
        ExerciseOrder("ankle-pumps", Dose(sets=3, reps=20), EVERY_DAY),
        QUAD_SETS,
        ExerciseOrder("glute-sets", Dose(sets=4, reps=25), EVERY_DAY),
        ExerciseOrder("upper-body", Dose(minutes=10), THREE_A_WEEK),
    ),
)

PARTIAL = PhaseTemplate(
    Phase.PARTIAL_WEIGHT_BEARING,
    steps=(WeightLimit(Grade.PWB, 30, Aids.TWO_CRUTCHES),),
    min_days=21,
    max_days=42,
    exit=(DaysAtMost(2, 5, 7), NoneFrom(4, 7), NoMorningRise(), Logged(4)),
    exercises=(
        QUAD_SETS,
        LEG_RAISE,
        ExerciseOrder("heel-slides", Dose(sets=3, reps=10), EVERY_DAY),
        ExerciseOrder("pool-or-bike", Dose(minutes=10), THREE_A_WEEK, needs=Grade.PWB),
    ),
)

STEP_UP: tuple[Criterion, ...] = (DaysSince(3, Since.STEP), DaysAtMost(2, 3, 3), NoMorningRise())
"""For 25 percent more: 3 days after the last step, and 3 good logged days (house rule)."""

GAIT = PhaseTemplate(
    Phase.GAIT_TRAINING,
    steps=(
        WeightLimit(Grade.PWB, 50, Aids.TWO_CRUTCHES),
        WeightLimit(Grade.PWB, 75, Aids.ONE_CRUTCH),
        WeightLimit(Grade.WBAT),
    ),
    min_days=14,
    max_days=42,
    exit=(Checked("no-limp"), Checked("walks-30-minutes"), DaysAtMost(2, 5, 5), NoMorningRise()),
    step_up=STEP_UP,
    exercises=(
        ExerciseOrder("gait-drills", Dose(minutes=10, times_a_day=2), EVERY_DAY, needs=Grade.PWB),
        ExerciseOrder("weight-shifts", Dose(sets=3, reps=10), EVERY_DAY, needs=Grade.PWB),
        ExerciseOrder("mini-squat", Dose(sets=2, reps=10), EVERY_DAY, needs=Grade.WBAT),
        ExerciseOrder("calf-raise", Dose(sets=2, reps=10), EVERY_DAY, needs=Grade.WBAT),
        ExerciseOrder("balance", Dose(sets=3, seconds=30), EVERY_DAY, needs=Grade.WBAT),
    ),
)

STRENGTHENING = PhaseTemplate(
    Phase.STRENGTHENING,
    steps=(WeightLimit(Grade.WBAT),),
    min_days=28,
    max_days=84,
    # Within 9 points of a goal would do as well, but goals are not recorded: there a clinician moves with a reason.
    exit=(
        Questionnaire("lefs", 70),
        Checked("stands-on-one-leg-10-s"),
        Checked("single-leg-mini-squats-10"),
        Checked("stairs"),
        DaysAtMost(2, 5, 7),
        Adherence(70, 2),
    ),
    exercises=(
        _strength("wall-squat", THREE_A_WEEK, reps=15, seconds=10),
        _strength("mini-squat", THREE_A_WEEK, sets=3, reps=10),
        _strength("step-down", THREE_A_WEEK, sets=3, reps=10),
        ExerciseOrder("straight-leg-raise", Dose(sets=3, reps=10), THREE_A_WEEK, strengthens=True),
        ExerciseOrder("bridges", Dose(sets=3, reps=10), THREE_A_WEEK, needs=Grade.PWB, strengthens=True),
        _strength("calf-raise", THREE_A_WEEK, sets=3, reps=12),
    ),
    rhythm=(Asked(0, 2),),
)

RETURN = PhaseTemplate(
    Phase.RETURN_AND_SURVEILLANCE,
    steps=(WeightLimit(Grade.FWB),),
    min_days=90,
    max_days=365,
    exercises=(
        ExerciseOrder("walking", Dose(minutes=30), THREE_A_WEEK, needs=Grade.WBAT),
        _strength("mini-squat", TWO_A_WEEK, sets=3, reps=10),
        _strength("calf-raise", TWO_A_WEEK, sets=3, reps=12),
    ),
    rhythm=(Asked(0, 2), Asked(90, 7), Asked(365, 30)),
)

DEFAULT_TEMPLATE = Template("tmo", 1, (PROTECT, PARTIAL, GAIT, STRENGTHENING, RETURN))
