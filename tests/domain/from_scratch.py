"""The rules asked of everything that has come in so far, from scratch at every piece: slow, and plain to see.

What a patient's history says piece by piece (``domain/arrival.py``) must be what this says.
"""

from datetime import date, timedelta

from rehab_tracker.domain.alert import QUIET_DAYS, WHOLE_BODY, Level, Rule, Verdict, standings
from rehab_tracker.domain.circumstances import Circumstances, under
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.exercise_pain import Did, ExerciseDay, exercise_pain
from rehab_tracker.domain.history import DeclaredPain, Said, SiteDay, evidence_of
from rehab_tracker.domain.involvement import Involvement, KnownSites, covers
from rehab_tracker.domain.known_site_flare import known_site_flare
from rehab_tracker.domain.limb import in_force
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.new_site_pain import new_site_pain
from rehab_tracker.domain.not_improving import not_improving
from rehab_tracker.domain.over_limit import LimbDay, Reported, over_limit
from rehab_tracker.domain.pain import PainReading, UsualPain
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove, Recorded
from rehab_tracker.domain.recurrence import recurrence
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.review import first_changed, red_flag_verdict
from rehab_tracker.domain.soreness import load_of
from rehab_tracker.domain.sudden_severe_pain import at_known_site, at_quiet_site
from rehab_tracker.domain.topology import NEW_SITE, PlaceBefore
from rehab_tracker.domain.unseen_pain import unseen_pain
from rehab_tracker.domain.weight_bearing import WeightBearingReport
from tests.domain.timed_from_scratch import timed_verdicts


class Everything:
    """All that has come in of a patient so far."""

    def __init__(self, zone, enrolled_on, pieces):
        self.zone = zone
        self.enrolled_on = enrolled_on
        self.entries = [p for p in pieces if isinstance(p, Entry)]
        staff = [p for p in pieces if isinstance(p, Recorded)]
        self.known = KnownSites([p.what for p in staff if isinstance(p.what, Involvement)])
        usual = [(p.what, p.on) for p in staff if isinstance(p.what, UsualPain)]
        declared = [DeclaredPain(what.site.joint, what.usual_pain, on) for what, on in usual]
        self.declared = sorted(declared, key=lambda d: d.declared_on)
        self.orders = [(p.what.limb, p.what.limit, p.on) for p in staff if isinstance(p.what, LimitOrder)]
        story = PlanStory(DEFAULT_TEMPLATE)
        for piece in staff:
            if isinstance(piece.what, Involvement | PhaseMove):
                story.take(piece)
        self.plans = story.plans
        self.readings = [(e, e.content) for e in standing(self.entries) if isinstance(e.content, PainReading)]
        self.flagged = [(e, e.content) for e in self.entries if isinstance(e.content, RedFlagReport)]

    def usual_pain(self, joint, day):
        levels = [d.usual_pain for d in self.declared if d.joint == joint and d.declared_on <= day]
        return levels[-1] if levels else None

    def ways(self, joint):
        """Return the known days of a joint: while quiet, while involved, and of the uninvolved parts meanwhile."""
        zeros, said = {}, {}
        for entry, reading in self.readings:
            zeros[entry.for_date] = zeros.get(entry.for_date, False) or reading.no_other_pain
            for score in reading.scores:
                if score.site.joint == joint:
                    said.setdefault(entry.for_date, []).append(Said(entry, score))
        quiet, known, other = [], [], []
        for day, zero in sorted(zeros.items()):
            active, turn = self.known.active(joint, day), self.known.turns(joint, day)
            inside = [s for s in said.get(day, ()) if covers(active, s.score.site, s.score.area)]
            outside = [s for s in said.get(day, ()) if s not in inside]
            if active and (inside or zero):
                known.append(SiteDay(day, tuple(inside), turn))
            if outside or zero:
                (other if active else quiet).append(SiteDay(day, tuple(outside), turn))
        return quiet, known, other


def verdicts(told, today, settings=DEFAULT_RULES):
    """Return every verdict by now, the oldest day first."""
    found = []
    for entry, report in told.flagged:
        day = local_day(entry.received_at, told.zone) if entry.fault else entry.for_date
        found += [red_flag_verdict(flag, entry, day) for flag in report.flags]
    joints = {score.site.joint for _, reading in told.readings for score in reading.scores}
    own = [(joint, each) for joint in sorted(joints, key=str) for each in _of_joint(told, joint, settings)]
    own = [(joint, each) for joint, each in own if each.rule not in settings.shadow]
    new_sites = [each for _, each in own if each.rule in NEW_SITE]
    found += [_around(told, joint, each, new_sites, settings) for joint, each in own]
    if told.known.recorded_since is None:
        found += _no_site(told)
    found += [each for each in _reported(told, settings) if each.rule not in settings.shadow]
    found.sort(key=lambda v: (v.for_date, v.rule, v.subject))
    return found + list(phase_reviews(run(told.plans, told, today, told.orders)))


def _around(told, joint, verdict, new_sites, settings):
    if verdict.rule not in NEW_SITE:
        return verdict
    day = verdict.for_date
    quiet, _, other = ([d for d in days if d.day <= day] for days in told.ways(joint))
    way = other if told.known.active(joint, day) else quiet
    mirrored = told.ways(joint.mirrored) if joint.mirrored else ()
    flagged = [(e, r) for e, r in told.flagged if RedFlag.CANNOT_BEAR_WEIGHT in r.flags]
    around = Circumstances(
        days=[d for d in way if d.turn == way[-1].turn],
        mirrored=[d for days in mirrored for d in days if d.day <= day and d.x],
        others=[v for v in new_sites if v.subject != str(joint) and 0 <= (day - v.for_date).days <= 7],
        before=[_before(told, place, began_on, day) for place, began_on in told.known.began(day).items()],
        loaded=_loaded(told),
        restricted=_restricted(told, day),
        no_weight_on={local_day(e.received_at, told.zone) if e.fault else e.for_date for e, _ in flagged},
    )
    return under(verdict, around, settings)


def _before(told, place, began_on, day):
    quiet, known, other = told.ways(place.joint)
    every = [d for days in (quiet, known, other) for d in days if d.day <= day]
    recent = known if told.known.active(place.joint, day) else every
    recent = [d for d in recent if d.day <= day and d.said]
    return PlaceBefore(place, began_on, max((d.x for d in every), default=0), recent)


def _loaded(told):
    most, found = {}, set()
    for entry in standing(told.entries):
        if isinstance(entry.content, ExerciseReport) and load_of(entry.content) > most.get(entry.content.exercise, 0):
            most[entry.content.exercise] = load_of(entry.content)
            found.add(entry.for_date)
    return found


def _restricted(told, day):
    limbs = {limb for limb, limit in in_force(told.orders, day).items() if limit.is_restricted}
    for plan in told.plans:
        acts = [act for act in plan.acts if act.rung and act.on <= day]
        if acts and plan.is_active(day):
            last = max(enumerate(acts), key=lambda a: (a[1].on, a[0]))[1]
            if (last.limit or plan.template.limit_at(last.rung)).is_restricted:
                limbs.add(plan.site.limb)
    return limbs


def _reported(told, settings):
    limbs, sessions = {}, {}
    for entry in standing(told.entries):
        if isinstance(entry.content, WeightBearingReport):
            days = limbs.setdefault(entry.content.limb, {})
            days.setdefault(entry.for_date, []).append(Reported(entry, entry.content))
        if isinstance(entry.content, ExerciseReport):
            sessions.setdefault(entry.for_date, []).append(Did(entry, entry.content))
    for limb, days in limbs.items():
        known = [LimbDay(day, tuple(said)) for day, said in sorted(days.items())]
        for at in range(len(known)):
            yield from filter(None, [over_limit(known[: at + 1], limb, settings)])
    known = [ExerciseDay(day, tuple(said)) for day, said in sorted(sessions.items())]
    for at, today in enumerate(known):
        limits = [plan.template.hold_from for plan in told.plans if plan.is_active(today.day)]
        limit = min(limits, default=DEFAULT_TEMPLATE.hold_from)
        yield from filter(None, [exercise_pain(known[: at + 1], limit, settings)])


def _no_site(told):
    days = {}
    for entry, reading in told.readings:
        days.setdefault(entry.for_date, []).extend(Said(entry, s) for s in reading.scores if s.worst)
    for day, said in sorted(days.items()):
        if said:
            worst = max(said, key=lambda s: s.score.worst)
            rule = Rule.NO_SITE_RECORDED
            yield Verdict(rule, 1, Level.SOON, WHOLE_BODY, day, str(rule), evidence=(evidence_of(worst),))


def _first_week(told, joint):
    """Return what is said of a joint on the days of the first week, all its parts together."""
    said = {}
    for entry, reading in told.readings:
        if entry.for_date < told.enrolled_on + timedelta(days=7):
            said.setdefault(entry.for_date, []).extend(Said(entry, s) for s in reading.scores if s.site.joint == joint)
    return [SiteDay(day, tuple(said[day])) for day in sorted(said)]


def _of_joint(told, joint, settings):
    first_days = _first_week(told, joint)

    def usual(days):
        return told.usual_pain(joint, days[-1].day)

    def new_pain(days, new_part=False):
        found = new_site_pain(days, joint, usual(days), settings, new_part)
        if found and found.is_mailed:
            return found
        unseen = unseen_pain(days, first_days, told.enrolled_on, joint, usual(days), settings, new_part)
        return unseen if unseen and (found is None or unseen.level.rank > found.level.rank) else found

    def back(days):
        return recurrence(days, told.known.resolved(joint, days[-1].day), joint, usual(days), settings)

    def improving(days, known, plan):
        first, on = plan.started_on, days[-1].day
        week = [d for d in known if timedelta(0) <= d.day - first < timedelta(days=7)]
        return not_improving(days, week, first, joint, settings) if plan.is_active(on) else None

    quiet, known, other = told.ways(joint)
    recorded_since = told.known.recorded_since
    if recorded_since is not None:
        before = first_changed(recorded_since, settings)
        judged_from = recorded_since if told.known.active(joint, recorded_since) else before
        yield from _each(quiet, new_pain, judged_from)
    yield from _each(quiet, lambda d: at_quiet_site(d, joint, usual(d), settings))
    yield from _each(quiet, back)
    yield from _each(known, lambda d: at_known_site(d, quiet, joint, settings))
    yield from _each(known, lambda d: known_site_flare(d, joint, settings))
    for plan in (plan for plan in told.plans if plan.site.joint == joint):
        yield from _each(known, lambda d, plan=plan: improving(d, known, plan))
    yield from _each(other, lambda d: new_pain(d, new_part=True))
    yield from _each(other, lambda d: at_quiet_site(d, joint, usual(d), settings))
    yield from _each(other, back)


def _each(days, judge, since=date.min):
    for at, day in enumerate(days):
        if day.day >= since and (day.x > 0 or day.woke):
            yield from filter(None, [judge([d for d in days[: at + 1] if d.turn == day.turn])])


class FromScratch:
    """Takes in pieces as ``Arrivals`` does, and reads everything again for each."""

    def __init__(self, zone, enrolled_on, settings=DEFAULT_RULES):
        self.settings = settings
        self.zone, self.enrolled_on, self.pieces, self.last_day, self.told = zone, enrolled_on, [], date.min, {}
        self.verdicts, self.by_time, self.now = [], [], enrolled_on

    def everything(self):
        return Everything(self.zone, self.enrolled_on, self.pieces)

    def passed(self, today):
        before, self.now = self.now, max(self.now, today)
        self.by_time = timed_verdicts(self.everything(), self.verdicts, self.now, _restricted, self.settings)
        found = sorted(self.by_time, key=lambda v: (v.for_date, v.rule, v.subject))
        return [(v, v.for_date) for v in found if before < v.for_date and self.is_news(v)]

    def take(self, piece, received_at):
        on = local_day(received_at, self.zone)
        midnights = self.passed(on)
        self.pieces.append(piece)
        self.last_day = max(self.last_day, on)
        if isinstance(piece, Entry) and piece.fault is None:
            self.last_day = max(self.last_day, piece.for_date)
        self.verdicts = verdicts(self.everything(), self.last_day, self.settings)
        self.by_time = timed_verdicts(self.everything(), self.verdicts, self.now, _restricted, self.settings)
        if isinstance(piece, Entry) and piece.rev > 1:
            self.forget()
        return midnights + [(verdict, on) for verdict in self.verdicts if self.is_news(verdict)]

    def forget(self):
        told = {}
        for found in standings([*self.verdicts, *self.by_time]):
            key = (found.rule, found.subject)
            for alert in self.told.get(key, ()):
                first, last = max(alert[0], found.first_day), min(alert[1], found.last_day)
                if first <= last:
                    told.setdefault(key, []).append((first, last, min(alert[2], found.worst.level.rank)))
        self.told = told

    def is_news(self, verdict):
        near, day, rank = timedelta(days=QUIET_DAYS), verdict.for_date, verdict.level.rank
        alerts = self.told.setdefault((verdict.rule, verdict.subject), [])
        joined = [a for a in alerts if max(a[0] - day, day - a[1]) <= near]
        ranks = [a[2] for a in joined]
        for each in joined:
            alerts.remove(each)
        first, last = min([day, *(a[0] for a in joined)]), max([day, *(a[1] for a in joined)])
        alerts.append((first, last, max([rank, *ranks])))
        return rank > max(ranks, default=-1)
