"""Plans, limits and criteria in plain words: codes and values become sentences, with a gettext handed in.

Reading age 11; left and right are always spelled out; no sentence names a diagnosis or says that anything is safe.
"""

from rehab_tracker.domain.criterion import Met
from rehab_tracker.domain.plan import Change
from rehab_tracker.domain.plan_task import Task
from rehab_tracker.domain.proposal import Blocker
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.domain.translation import N_, Gettext
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit

PHASES = {
    Phase.PROTECT: N_("Protect"),
    Phase.PARTIAL_WEIGHT_BEARING: N_("Partial weight"),
    Phase.GAIT_TRAINING: N_("Walking practice"),
    Phase.STRENGTHENING: N_("Strengthening"),
    Phase.RETURN_AND_SURVEILLANCE: N_("Return and follow-up"),
}
LIMBS = {
    Limb.LEFT_LEG: N_("Left leg"),
    Limb.RIGHT_LEG: N_("Right leg"),
    Limb.LEFT_ARM: N_("Left arm"),
    Limb.RIGHT_ARM: N_("Right arm"),
}
LIGHTS = {Light.GREEN: N_("green"), Light.AMBER: N_("amber"), Light.RED: N_("red"), Light.GREY: N_("no log")}
AIDS = {
    Aids.ONE_CRUTCH: N_("use one crutch"),
    Aids.TWO_CRUTCHES: N_("use two crutches"),
    Aids.FRAME: N_("use a walking frame"),
    Aids.WHEELCHAIR: N_("use a wheelchair"),
}
NO_WEIGHT = N_("do not put any weight on it")
TOUCH_FLOOR = N_("only touch the floor with your toes, to keep your balance")
TOUCH_HAND = N_("only rest your hand lightly")
SHARES = {
    25: N_("up to a quarter of your weight"),
    33: N_("up to about a third of your weight"),
    50: N_("up to half your weight"),
    75: N_("up to three quarters of your weight"),
}
PERCENT_OF_WEIGHT = N_("up to %(percent)d %% of your weight")
AS_TOLERATED = N_("as much weight as you can bear")
FULL_WEIGHT = N_("no weight limit")
LIMIT = N_("%(limb)s: %(load)s")
LIMIT_WITH_AIDS = N_("%(limb)s: %(load)s, %(aids)s")

ITEMS = {
    "released": N_("Released from protection by a clinician"),
    "no-limp": N_("Walks without a limp"),
    "walks-30-minutes": N_("Walks for 30 minutes"),
    "stands-on-one-leg-10-s": N_("Stands on one leg for 10 seconds"),
    "single-leg-mini-squats-10": N_("Does 10 small squats on one leg"),
    "stairs": N_("Climbs stairs"),
    "imaging-considered": N_("Thought of imaging"),
}
CRITERIA = {
    "days-at-most": N_("Pain %(score)d or less on %(days)d of the last %(window)d logged days: %(value)d so far."),
    "rest-days-at-most": N_(
        "Pain at rest %(score)d or less on %(days)d of the last %(window)d logged days: %(value)d so far."
    ),
    "none-from": N_(
        "No pain of %(score)d or more in the last %(window)d logged days: %(value)d with such pain, %(logged)d logged."
    ),
    "no-morning-rise": N_(
        "No morning above %(usual)d in the last %(window)d logged days, at least %(known)d mornings known: "
        "%(rises)d above, %(value)d known."
    ),
    "days-since-phase": N_("At least %(days)d days in this phase: %(value)d so far."),
    "days-since-step": N_("At least %(days)d days since the last step: %(value)d so far."),
    "logged": N_("Logged on %(days)d of the last %(window)d days: %(value)d so far."),
    "adherence": N_("At least %(percent)d %% of the exercises of the last %(weeks)d weeks done: %(value)d %% so far."),
    "adherence-unknown": N_("At least %(percent)d %% of the exercises of the last %(weeks)d weeks done: none due."),
    "checked": N_("%(item)s: checked on %(on)s."),
    "not-checked": N_("%(item)s: not checked in this phase."),
    "questionnaire": N_("%(code)s score of %(least)d or more: %(value)d."),
    "questionnaire-unknown": N_("%(code)s score of %(least)d or more: not answered in this phase."),
}
BLOCKERS = {
    "ended": N_("This plan has ended."),
    "not-in-care": N_("This patient is not in your care now. Nothing is proposed."),
    "on-hold": N_("The plan is on hold since %(since)s, until a day without too much pain."),
    "held-by-clinician": N_("A clinician has put the plan on hold since %(since)s."),
    "unknown-days": N_("Not known: %(unknown)d of the last %(asked)d days on which we asked; at most %(most)d may be."),
    "drug-started": N_("A medicine was started on %(on)s; nothing is proposed within %(days)d days."),
    "open-question": N_("A question about this phase, asked on %(on)s, has no answer yet."),
    "limb-paused": N_("Strengthening of this limb rests until %(until)s, because of a new place."),
    "limb-held": N_("This limb rests now."),
    "both-legs": N_("Both legs are restricted. Please say how the patient shall move about."),
}
TASKS = {
    "max-days": N_("This phase has lasted as long as it should, since %(since)s. Please look at the plan."),
    "red-days": N_("Pain has been far too high on 7 or more logged days running. Please think of imaging."),
    "not-improved": N_("Pain is hardly less than at the start of the plan. Please think of imaging."),
}
CHANGES = {
    "start": N_("The plan began."),
    "move": N_("A clinician moved the plan."),
    "clinician-hold": N_("A clinician put the plan on hold."),
    "resume": N_("A clinician ended the hold."),
    "end": N_("The plan ended."),
    "lift": N_("The hold ended: a day without too much pain."),
    "hold-amber": N_("The plan went on hold: too much pain, or more in the morning after."),
    "hold-red": N_("The plan went on hold: far too much pain, or much more in the morning after."),
    "hold-flag": N_("The plan went on hold: the patient ticked a red flag."),
    "regress-red": N_("The plan went one step back: far too much pain, or much more in the morning after."),
    "regress-flag": N_("The plan went one step back: the patient ticked a red flag."),
    "regress-holds": N_("The plan went one step back: too much pain on several days of a week."),
}
REVIEWS = {
    "red": N_("One step back would restrict the second leg: far too much pain, or much more in the morning after."),
    "flag": N_("One step back would restrict the second leg: the patient ticked a red flag."),
    "holds": N_("One step back would restrict the second leg: too much pain on several days of a week."),
}


def load_words(limb: Limb, limit: WeightLimit, gettext: Gettext) -> str:
    """Return how much a limb may carry, in words to the patient."""
    if limit.grade is Grade.PWB and limit.percent is not None:
        return gettext(SHARES.get(limit.percent, PERCENT_OF_WEIGHT)) % {"percent": limit.percent}
    touch = TOUCH_FLOOR if limb in LEGS else TOUCH_HAND
    words = {Grade.NWB: NO_WEIGHT, Grade.TTWB: touch, Grade.WBAT: AS_TOLERATED}
    return gettext(words.get(limit.grade, FULL_WEIGHT))


def limit_sentence(limb: Limb, limit: WeightLimit, gettext: Gettext) -> str:
    """Return a limb's limit as the patient reads it: "Left leg: up to half your weight, use two crutches"."""
    said = {"limb": gettext(LIMBS[limb]), "load": load_words(limb, limit, gettext)}
    if limit.aids not in AIDS:
        return gettext(LIMIT) % said
    return gettext(LIMIT_WITH_AIDS) % {**said, "aids": gettext(AIDS[limit.aids])}


def met_sentence(met: Met, gettext: Gettext) -> str:
    """Return a criterion with its present value in one sentence; a clinic's own item stands by its code."""
    said = dict(met.values)
    if "item" in said:
        item = str(said["item"])
        said["item"] = gettext(ITEMS[item]) if item in ITEMS else item
    if "code" in said:
        said["code"] = str(said["code"]).upper()
    return gettext(CRITERIA[met.key]) % said


def blocker_sentence(blocker: Blocker, gettext: Gettext) -> str:
    """Return why nothing is proposed."""
    return gettext(BLOCKERS[blocker.code]) % dict(blocker.values)


def task_sentence(task: Task, gettext: Gettext) -> str:
    """Return what a clinician is asked to look at."""
    return gettext(TASKS[task.why]) % {"since": task.since.isoformat()}


def change_sentence(change: Change, gettext: Gettext) -> str:
    """Return what happened to a plan."""
    return gettext(CHANGES[change.key])
