"""How settings are tried on the past, for the promises about every verb."""

from typing import Any

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.alert import Rule
from rehab_tracker.services.backtest import Trial, backtest
from tests.cast import at
from tests.domain.diary import day


def tries_settings(world: Any, session: Session, viewer: Viewer) -> object:
    trial = Trial(Rule.SUDDEN_SEVERE_PAIN, day(0), day(60), {"sudden_score": 8})
    return backtest(session, viewer, trial, at(60))
