"""What alerts turn out to be, and what came of calls about them, in words for staff."""

from dashboards.pages.code_words import Words
from rehab_tracker.domain.alert_call import CallResult
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.translation import N_

OUTCOMES = {
    AlertOutcome.NEW_SITE: N_("a new place of the disease, certain or suspected"),
    AlertOutcome.OTHER_DISEASE: N_("another disease"),
    AlertOutcome.OVERLOAD: N_("too much activity"),
    AlertOutcome.INJURY: N_("an injury, like a fall or a knock"),
    AlertOutcome.LONG_STANDING: N_("old pain that has been there for a long time"),
    AlertOutcome.WRONG_ENTRY: N_("a wrong entry"),
    AlertOutcome.UNCLEAR: N_("still unclear"),
}
CALLS = {
    CallResult.SPOKEN: N_("spoken with the patient"),
    CallResult.NO_ANSWER: N_("nobody answered"),
    CallResult.VISIT_BOOKED: N_("a visit is booked"),
    CallResult.IMAGING_REQUESTED: N_("imaging is requested"),
}
OF_ALERTS: Words = {AlertOutcome: OUTCOMES, CallResult: CALLS}
