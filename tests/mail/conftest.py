from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.conftest import Store
from tests.mail.office import Office
from tests.smtp import MailServer

# Each example talks to a real server and a real database; to look for the smallest that fails would take minutes.
settings.register_profile(
    "mail",
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if phase is not Phase.shrink],
    print_blob=True,
)
settings.load_profile("mail")


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that is well until it gets an order."""
    with MailServer() as running:
        yield running


@pytest.fixture
def office(store: Store, server: MailServer) -> Office:
    """A clinic whose nurse's letters go to the server, on each engine in turn."""
    return Office(store, server)
