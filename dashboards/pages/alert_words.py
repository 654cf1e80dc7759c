"""What alerts turn out to be, in words for staff."""

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
