"""Every verb of the services: how it is called about porto, who may, and what it answers to whom it does not concern.

A verb is a public function of ``rehab_tracker.services`` that works in a transaction of its own. One without a row here
fails the promises, and so does a helper that is not named among the helpers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Role, Viewer, system
from rehab_tracker.domain.call_request import CallOutcome
from rehab_tracker.domain.entry import Sent
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, NotSignedIn, ReasonNeeded
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.own_choices import Choice
from rehab_tracker.domain.person import Detail, PatientState
from rehab_tracker.domain.record_item import RecordItem
from rehab_tracker.domain.site import site
from rehab_tracker.domain.weight_bearing import Aids
from rehab_tracker.mail.answers import Trouble, Undelivered
from rehab_tracker.mail.delivery_report import Report
from rehab_tracker.services import (
    alerts,
    bounces,
    calls,
    clinics,
    enrolment,
    entries,
    importing,
    involvements,
    leasing,
    merging,
    own,
    own_choices,
    people,
    pulse,
    reach,
    record,
    staff,
    texts,
    worklist,
)
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.entries import Unreadable
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Patient
from tests.cast import PASSWORD, Cast, asks_for_a_call, at, canary, logs, sent, signed_in, ticks
from tests.conftest import Role as DatabaseRole
from tests.domain.diary import day, flags
from tests.promises import alert_verbs, clock_verbs, duty_verbs, mail_verbs, plan_verbs, setting_verbs, team_verbs
from tests.promises.record_verbs import OF_LEDGERS, OF_PLACES, OF_THE_RECORD, rebuilds_ledgers, written

NOW = at(2)
REFUSED = Undelivered("451 later", Trouble.PASSING)
CAME_BACK = Report((), "failed", "5.1.1")
ANAS = "zqporto-ana"
"""With this every word begins that is about Ana; colleagues outside her care team must not see one either."""


@dataclass
class World:
    """The cast, with something of every kind in porto."""

    cast: Cast
    code: str
    invitation: str
    token: str
    letter: Letter
    left: Letter
    item: Any
    call: Sent
    double: Patient
    merged: Patient
    written: RecordItem
    word: str = ANAS

    def viewer(self, name: str) -> Viewer:
        """Return a viewer by name: somebody of the cast, the system, or a forger who took a name of porto to braga."""
        cast = self.cast
        forged = {
            "forged-nurse": Viewer(cast.braga.id, Role.NURSE, cast.nuno.id),
            "forged-admin": Viewer(cast.braga.id, Role.CLINIC_ADMIN, cast.alda.id),
            "forged-patient": Viewer(cast.braga.id, Role.PATIENT, cast.ana.id),
            "braga's-clock": system(cast.braga.id),
            "system": system(cast.porto.id),
        }
        return forged[name] if name in forged else cast.viewer_of(getattr(cast, name))

    def clinic(self, viewer: Viewer) -> Clinic:
        """Return the viewer's clinic."""
        return self.cast.porto if viewer.clinic_id == self.cast.porto.id else self.cast.braga


def inhabited(cast: Cast) -> World:
    """Fill porto with something of every kind, each text with a word of its own."""
    viewer = cast.viewer_of(cast.nuno)
    cast.records("right-knee")
    item = logs({"left-hip": 9}, 1)
    exercise = sent(ExerciseReport(f"{ANAS}-exercise"), 1)
    bad = Unreadable(f'{{"note": "{ANAS}-raw"}}', InvalidValue("?", code="unknown-key"))
    call = asks_for_a_call(1, note=f"{ANAS}-note")
    cast.sends(cast.ana, item, exercise, ticks("fever", day=1), call, bad)
    double, merged = cast.twice(cast.nuno, cast.boris), cast.twice(cast.nuno, cast.boris)
    cast.merges(merged, on=1)
    with cast.session() as session:
        reach.give_reason(session, viewer, cast.ana.id, f"{ANAS}-reason", at(1))
        code = enrolment.new_enrolment_code(session, viewer, cast.porto, cast.ana.id, at(1))
        word = canary(cast.porto.slug, "invited")
        mail = f"{word}@clinic.example"
        admin = cast.viewer_of(cast.alda)
        invited = staff.add_staff(session, admin, cast.porto, mail, f"{word}-name", Role.NURSE, "en-GB", NOW)
        letter, left = (leasing.lease(session, system(cast.porto.id), at(1, minutes)) for minutes in (0, 2))
        assert letter is not None and left is not None
        leasing.mark_sent(session, system(cast.porto.id), left, "250", at(1, 2))
    mail_verbs.has_a_digest(cast)
    mri = written(cast, f"{ANAS}-mri")
    plan_verbs.rests(cast, f"{ANAS}-rest")
    duty_verbs.is_staffed(cast)
    team_verbs.somebody_left(cast)
    return World(
        cast, code, invited.token, signed_in(cast, cast.nuno, NOW), letter, left, item, call, double, merged, mri
    )


Call = Callable[[World, Session, Viewer], object]


@dataclass(frozen=True)
class Verb:
    """How a verb is called about porto or its Ana, by whom rightfully, and how others are refused.

    Who is not named in ``refused`` gets an answer, in which no word of what is not theirs may stand. ``unaudited`` says
    why a verb that writes leaves no row in the audit.
    """

    call: Call
    by: str
    refused: "Refusals" = field(default_factory=dict)
    database: DatabaseRole = "app"
    unaudited: str = ""


BRAGA = ("carla", "celia", "bento", "forged-nurse", "forged-admin", "forged-patient", "braga's-clock")
STRANGERS = (*BRAGA, "dora", "alda", "ana")


Refusals = dict[str, type[Exception]]


def all_but(allowed: str = "", **refusals: type[Exception]) -> Refusals:
    """Return each stranger's refusal: NotAllowed, unless named otherwise; ``allowed`` are those who get an answer."""
    named = {name.replace("_", "-"): refusal for name, refusal in refusals.items()}
    return {name: named.get(name, NotAllowed) for name in STRANGERS if name not in allowed.split()}


NOT_MINE: Refusals = {
    "carla": NotFound,
    "celia": NotFound,
    "forged_nurse": NotFound,
    "dora": ReasonNeeded,
}
RECORDS = all_but(**NOT_MINE)
CLOCKS_TOO: Refusals = {"braga's-clock": NotFound}
CREDENTIALS: Refusals = dict.fromkeys(BRAGA, NotSignedIn)


def _details(word: str) -> PatientDetails:
    return PatientDetails(word, word, "en-GB", "Europe/Lisbon")


def _chooses(w: World, s: Session, v: Viewer) -> object:
    word = ANAS if w.clinic(v) is w.cast.porto else "bento"
    return own_choices.choose_own(s, v, {Choice.EMAIL: f"{word}@mail.example"}, NOW)


def _knee() -> Involvement:
    return Involvement(site("left-knee"), InvolvementStatus.CONFIRMED, day(2))


def _staff(w: World, s: Session, v: Viewer) -> object:
    mail = f"{uuid4().hex}@clinic.example"
    return staff.add_staff(s, v, w.clinic(v), mail, "New", Role.NURSE, "en-GB", NOW)


def _comes_back(w: World, s: Session, v: Viewer) -> object:
    return bounces.take_report(s, v, w.left.id, CAME_BACK, NOW)


def _mark(mark: Callable[..., object], what: object) -> Call:
    return lambda w, s, v: mark(s, v, w.letter, what, NOW)


def _story(w: World, s: Session, v: Viewer) -> object:
    details = PatientDetails("Imported", "imported", "en-GB", "Europe/Lisbon", enrolled_on=day(0))
    return importing.import_story(s, v, importing.Story(details, [flags(1, "weight-loss")]), NOW)


DAYS = (NOW + timedelta(days=n) for n in count())
"""Each try on a day of its own, so that none has to wait for the one before."""


VERBS: dict[str, Verb] = {
    "alerts.acknowledge": Verb(lambda w, s, v: alerts.acknowledge(s, v, alert_verbs.fever(w), NOW), "nuno", RECORDS),
    "closing.close": Verb(alert_verbs.closes, "nuno", RECORDS),
    "usefulness.count_usefulness": Verb(alert_verbs.counts_usefulness, "system", all_but("braga's-clock")),
    "backtest.backtest": Verb(setting_verbs.tries_settings, "system", all_but("braga's-clock")),
    "calls.answer_call": Verb(
        lambda w, s, v: calls.answer_call(s, v, w.cast.ana.id, w.call.id, CallOutcome.CALLED, f"{ANAS}-call", NOW),
        "nuno",
        RECORDS,
    ),
    "clinics.change_settings": Verb(
        lambda w, s, v: clinics.change_settings(s, v, {"phone": "+351 7"}, "moved", NOW),
        "alda",
        all_but("alda forged-admin braga's-clock"),
    ),
    "enrolment.device_viewer": Verb(
        lambda w, s, v: enrolment.device_viewer(s, v.clinic_id, w.cast.tokens[w.cast.ana.id], NOW),
        "ana",
        CREDENTIALS,
        unaudited="notes when a device was last seen; what it does then is audited",
    ),
    "enrolment.enrol": Verb(
        lambda w, s, v: enrolment.enrol(s, v, w.clinic(v), _details(uuid4().hex), NOW),
        "nuno",
        all_but("carla celia forged-admin braga's-clock dora alda"),
    ),
    "enrolment.new_enrolment_code": Verb(
        lambda w, s, v: enrolment.new_enrolment_code(s, v, w.clinic(v), w.cast.ana.id, NOW),
        "nuno",
        all_but(**NOT_MINE, forged_admin=NotFound, **{"braga's-clock": NotFound}, alda=ReasonNeeded),
    ),
    "enrolment.revoke": Verb(
        lambda w, s, v: enrolment.revoke(s, v, w.cast.tokens[w.cast.ana.id], NOW),
        "ana",
        all_but("ana bento forged-patient"),
    ),
    "enrolment.use_code": Verb(
        lambda w, s, v: enrolment.use_code(s, w.clinic(v), w.code, "phone", str(v.person), NOW), "ana", CREDENTIALS
    ),
    "entries.log_heard": Verb(
        lambda w, s, v: entries.log_heard(s, v, w.cast.ana.id, [ticks("calf-swelling", day=1)], NOW), "nuno", RECORDS
    ),
    "entries.own_entries": Verb(
        lambda w, s, v: entries.own_entries(s, v, 0, 500), "ana", all_but("ana bento forged-patient")
    ),
    "entries.push": Verb(
        lambda w, s, v: entries.push(s, v, [w.item, ticks("calf-swelling", day=1)], None, NOW),
        "ana",
        all_but("ana bento", forged_patient=NotFound),
    ),
    "importing.import_story": Verb(_story, "system", all_but("braga's-clock")),
    "involvements.record_involvement": Verb(
        lambda w, s, v: involvements.record_involvement(s, v, w.cast.ana.id, _knee(), NOW, Aids.WHEELCHAIR),
        "boris",
        all_but(**NOT_MINE, **{"braga's-clock": NotFound}),
    ),
    "ledger_rebuild.rebuild_ledgers": Verb(rebuilds_ledgers, "system", all_but("braga's-clock")),
    "bounces.take_report": Verb(_comes_back, "system", all_but(**CLOCKS_TOO), database="jobs"),
    "leasing.lease": Verb(
        lambda w, s, v: leasing.lease(s, v, at(1, 11)),
        "system",
        all_but("braga's-clock"),
        database="jobs",
        unaudited="only says who sends it; what became of it is audited",
    ),
    "leasing.mark_failed": Verb(
        _mark(leasing.mark_failed, REFUSED), "system", all_but("braga's-clock"), database="jobs"
    ),
    "leasing.mark_sent": Verb(_mark(leasing.mark_sent, "250"), "system", all_but("braga's-clock"), database="jobs"),
    "merging.merge": Verb(
        lambda w, s, v: merging.merge(s, v, w.double.id, w.cast.ana.id, "entered twice", NOW), "nuno", RECORDS
    ),
    "merging.undo_merge": Verb(
        lambda w, s, v: merging.undo_merge(s, v, w.merged.id, "two people", NOW), "nuno", RECORDS
    ),
    "own_choices.choose_own": Verb(
        _chooses,
        "ana",
        all_but("ana bento", forged_patient=NotFound),
    ),
    "own.own": Verb(lambda w, s, v: own.own(s, v), "ana", all_but("ana bento", forged_patient=NotFound)),
    "people.change_details": Verb(
        lambda w, s, v: people.change_details(s, v, w.cast.ana.id, {Detail.NAME: f"{ANAS}-new-name"}, 3, NOW),
        "nuno",
        RECORDS,
    ),
    "people.join_care_team": Verb(
        lambda w, s, v: people.join_care_team(s, v, w.cast.ana.id, w.cast.dora.id, NOW), "nuno", RECORDS
    ),
    "people.leave_care_team": Verb(
        lambda w, s, v: people.leave_care_team(s, v, w.cast.ana.id, w.cast.boris.id, NOW), "nuno", RECORDS
    ),
    "people.set_state": Verb(
        lambda w, s, v: people.set_state(s, v, w.cast.ana.id, PatientState.MOVED, f"{ANAS}-why", NOW), "nuno", RECORDS
    ),
    "clock_log.clock_log": Verb(
        clock_verbs.reads_what_ran, "nuno", all_but("carla celia forged-nurse forged-admin dora alda")
    ),
    "pulse.pulse": Verb(
        lambda w, s, v: pulse.pulse(s, v, NOW), "nuno", all_but("carla celia forged-nurse forged-admin dora alda")
    ),
    "reach.give_reason": Verb(
        lambda w, s, v: reach.give_reason(s, v, w.cast.ana.id, "on call tonight", NOW),
        "dora",
        all_but("dora", carla=NotFound, celia=NotFound, forged_nurse=NotFound),
    ),
    "record.open_alert": Verb(lambda w, s, v: record.open_alert(s, v, alert_verbs.fever(w), NOW), "nuno", RECORDS),
    "record.open_record": Verb(lambda w, s, v: record.open_record(s, v, w.cast.ana.id, NOW), "nuno", RECORDS),
    "staff.accept_invitation": Verb(
        lambda w, s, v: staff.accept_invitation(s, w.clinic(v), w.invitation, PASSWORD, NOW), "nuno", CREDENTIALS
    ),
    "staff.add_staff": Verb(_staff, "alda", all_but("alda forged-admin braga's-clock")),
    "staff.sign_in": Verb(
        lambda w, s, v: staff.sign_in(s, w.clinic(v), w.cast.nuno.email, PASSWORD, next(DAYS)), "nuno", CREDENTIALS
    ),
    "staff.sign_out": Verb(lambda w, s, v: staff.sign_out(s, v.clinic_id, w.token, NOW), "nuno"),
    "staff.signed_in": Verb(
        lambda w, s, v: staff.signed_in(s, v.clinic_id, w.token, NOW + timedelta(minutes=2)),
        "nuno",
        CREDENTIALS,
        unaudited="notes when a session was last used; what is done in it is audited",
    ),
    "texts.change_text": Verb(
        lambda w, s, v: texts.change_text(s, v, "now", "pt-PT", "Ligue: %(phone)s", "moved", NOW),
        "alda",
        all_but("alda forged-admin braga's-clock"),
    ),
    "worklist.worklist": Verb(
        lambda w, s, v: worklist.worklist(s, v, NOW), "nuno", all_but("carla celia forged-nurse dora")
    ),
}

VERBS |= {name: Verb(call, "boris", RECORDS) for name, call in OF_THE_RECORD.items()}
VERBS |= {name: Verb(call, "boris", all_but(**NOT_MINE, **CLOCKS_TOO)) for name, call in OF_PLACES.items()}

VERBS |= {name: Verb(call, "nuno", RECORDS) for name, call in alert_verbs.OF_ALERTS.items()}
VERBS |= {
    "alert_life.hand_over": Verb(
        alert_verbs.hands_over,
        "nuno",
        all_but("dora", carla=InvalidValue, celia=InvalidValue, forged_nurse=InvalidValue),
    ),
    "inbox.inbox": Verb(alert_verbs.reads_inbox, "nuno", all_but("carla celia forged-nurse dora")),
}

VERBS |= {name: Verb(call, "nuno", RECORDS) for name, call in plan_verbs.OF_CLINICIANS.items()}
OF_DOCTORS = all_but(carla=NotFound, dora=ReasonNeeded)
VERBS |= {name: Verb(call, "boris", OF_DOCTORS) for name, call in plan_verbs.OF_PHYSIATRISTS.items()}
VERBS |= {
    "plan_reading.own_plan": Verb(plan_verbs.own_plan, "ana", all_but("ana bento", forged_patient=NotFound)),
    "templates.change_template": Verb(plan_verbs.edits_template, "boris", all_but("carla dora alda forged-admin")),
    "templates.templates": Verb(
        plan_verbs.reads_templates, "nuno", all_but("carla celia forged-nurse forged-admin dora alda")
    ),
}

VERBS |= {
    name: Verb(call, by, all_but(may_too, **refused))
    for name, (call, by, may_too, refused) in duty_verbs.OF_DUTY.items()
}
VERBS["escalating.climb_undelivered"] = Verb(duty_verbs.climbs, "system", all_but("braga's-clock"), database="jobs")

VERBS |= {name: Verb(call, "nuno", all_but(may, **no)) for name, (call, may, no) in mail_verbs.OF_MAIL.items()}
VERBS |= {name: Verb(call, "nuno", dict.fromkeys(BRAGA, NotFound)) for name, call in mail_verbs.BY_LINK.items()}

VERBS |= {
    name: Verb(call, "alda", all_but("alda", forged_admin=NotFound, **CLOCKS_TOO))
    for name, call in team_verbs.OF_ADMINS.items()
}
VERBS["team.team"] = Verb(team_verbs.reads_team, "alda", all_but("carla dora alda forged-admin"))

NOT_FOR_VIEWERS = clock_verbs.NOT_FOR_VIEWERS | {
    "clinics.add_clinic": "the owner's alone: the role that serves may not add clinics",
    "breaker.cut": "of the one mail server; of no clinic",
    "breaker.is_open": "of the one mail server; of no clinic",
    "breaker.may_send": "of the one mail server; of no clinic",
    "breaker.restore": "of the one mail server; of no clinic",
    "delivering.deliver": "lists the clinics with letters due, then works under one at a time through lease and mark",
    "leasing.due_clinics": "the clock's: answers with clinics' numbers only",
}
OF_OTHER_FILES = mail_verbs.NOBODYS | plan_verbs.NOBODYS | clock_verbs.NOBODYS | duty_verbs.NOBODYS
OF_OTHER_FILES |= alert_verbs.NOBODYS | OF_LEDGERS
PART_OF_A_VERB = OF_OTHER_FILES | {
    "advising.advised", "alerts.mark_flags_withdrawn", "alerts.raise_flags", "alerts.review_patient",
    "alerts.supersede", "audit.note", "clinics.author_of", "clinics.in_force", "clinics.named", "enrolment.added",
    "enrolment.join", "history.judged", "keeping.keep", "keeping.keep_refused", "keeping.withdrawn_flags",
    "people.change", "people.zone_history", "reach.lock_records", "reach.must_reach_patient", "throttle.failed",
    "throttle.must_wait_no_more", "throttle.succeeded", "transaction.transaction",
    "clinical.clinical", "involvements.involvement_history", "record_items.every_version", "stored_story.stored_story",
}  # fmt: skip
"""What reads or writes within its caller's transaction; the verbs that use it are the ones with a row."""
