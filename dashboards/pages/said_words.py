"""What a patient said in one entry, in one line, for staff."""

from flask_babel import gettext

from dashboards.pages.words import words
from rehab_tracker.domain.call_request import CallRequest
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlagReport
from rehab_tracker.domain.weight_bearing import WeightBearingReport
from rehab_tracker.domain.wording import capitalised, place_name


def said(entry: Entry) -> str:
    """Return what an entry says."""
    say, content = words(), entry.content
    match content:
        case PainReading():
            told = [_score(score) for score in content.scores]
            return "; ".join([*told, *([str(gettext("no pain elsewhere"))] if content.no_other_pain else [])]) or "–"
        case RedFlagReport():
            return str(gettext("Red flags: %(flags)s", flags=", ".join(say.code(flag) for flag in content.flags)))
        case WeightBearingReport():
            names = {
                "limb": say.code(content.limb),
                "aids": say.code(content.aids),
                "over": say.code(content.over_limit),
            }
            return str(gettext("%(limb)s: %(aids)s; more weight than allowed: %(over)s", **names))
        case ExerciseReport():
            return _exercise(content)
        case CallRequest():
            return str(gettext("Asks for a call about %(what)s", what=say.code(content.about)))
    return "–"


def _score(score: PainScore) -> str:
    named = {
        gettext("on loading"): score.on_loading,
        gettext("at rest"): score.at_rest,
        gettext("next morning"): score.next_morning,
    }
    told = [f"{name} {value}" for name, value in named.items() if value is not None]
    woken = [str(gettext("woken by pain"))] if score.woke_at_night else []
    place = capitalised(place_name(score.site, score.area, words().gettext))
    return f"{place}: {', '.join([*told, *woken])}"


def _exercise(report: ExerciseReport) -> str:
    say = words()
    amounts = {
        gettext("sets"): report.done_sets,
        gettext("repetitions"): report.done_reps,
        gettext("minutes"): report.done_minutes,
    }
    told = [f"{value} {name}" for name, value in amounts.items() if value is not None]
    not_done = [f"{gettext('not done')}, {say.code(report.not_done)}"] if report.not_done else []
    pain = [str(gettext("pain during it %(pain)d", pain=report.pain_during))] if report.pain_during is not None else []
    return f"{say.exercise(report.exercise)}: {', '.join([*told, *not_done, *pain]) or gettext('done')}"
