"""The team on a page: Alda sees to whom mail fails, corrects an address, adds and lets go; others may read at most."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from rehab_tracker.app import database
from rehab_tracker.services import breaker
from rehab_tracker.services.clock import beat
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Staff
from tests.cast import PASSWORD, PASSWORD_HASH, at, signed_in
from tests.dashboards.conftest import House

HERE = "/c/porto/team"


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    return sqlite_house


@pytest.fixture
def alda(house: House) -> FlaskClient:
    return house.browser(house.cast.alda)


def changed(house: House, person: Staff, **columns: object) -> None:
    with house.cast.session() as session:
        row = session.get_one(Staff, (house.cast.porto.id, person.id))
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()


def of(house: House, person: Staff) -> Staff:
    [row] = [row for row in house.cast.rows(Staff) if row.id == person.id]
    assert isinstance(row, Staff)
    return row


def line(client: FlaskClient, person: Staff) -> str:
    """What the page says of one person."""
    lines = re.findall(r"<li>.*?</li>", client.get(HERE).text, re.DOTALL)
    [found] = [each for each in lines if person.name in each]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", found)))


def test_alda_sees_who_is_there_and_since_when_mail_fails(house: House, alda: FlaskClient) -> None:
    changed(house, house.cast.nuno, address_failed_at=at(0), password_hash=PASSWORD_HASH)
    told = line(alda, house.cast.nuno)
    for words in ("nurse", house.cast.nuno.email, "works here", "mail does not arrive", "Since today 20:10."):
        assert words in told, words
    assert "mail does not arrive" not in line(alda, house.cast.boris)
    assert "needs a new invitation" in line(alda, house.cast.boris)


def test_boris_reads_it_and_is_offered_nothing_and_nuno_does_not_see_it(house: House) -> None:
    boris, nuno = house.browser(house.cast.boris), house.browser(house.cast.nuno)
    text = boris.get(HERE).text
    assert house.cast.nuno.name in text and f"{HERE}/" not in text
    assert f'href="{HERE}"' in boris.get("/c/porto/duty").text
    assert nuno.get(HERE).status_code == 403 and f'href="{HERE}"' not in nuno.get("/c/porto/duty").text
    for end in ("/add", f"/{house.cast.nuno.id}"):
        assert boris.get(f"{HERE}{end}").status_code == 403


def test_a_corrected_address_is_kept_and_mail_is_tried_again(house: House, alda: FlaskClient) -> None:
    nuno = house.cast.nuno
    changed(house, nuno, address_failed_at=at(0))
    assert "save it as it is" in alda.get(f"{HERE}/{nuno.id}").text
    answer = alda.post(f"{HERE}/{nuno.id}/address", data={"email": "nuno.costa@clinic.example"}, follow_redirects=True)
    assert "The address is saved." in answer.text and "mail does not arrive" not in line(alda, nuno)
    assert of(house, nuno).email == "nuno.costa@clinic.example"


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(house: House, alda: FlaskClient) -> None:
    answer = alda.post(f"{HERE}/{house.cast.nuno.id}/address", data={"email": "nuno at clinic"})
    assert answer.status_code == 422 and '<a href="#email">' in answer.text and "nuno at clinic" in answer.text
    answer = alda.post(f"{HERE}/{house.cast.nuno.id}/role", data={"role": "patient"})
    assert answer.status_code == 422 and '<a href="#role">' in answer.text


def test_the_last_administrator_reads_why_not(house: House, alda: FlaskClient) -> None:
    answer = alda.post(f"{HERE}/{house.cast.alda.id}/disable")
    assert answer.status_code == 409 and "Nobody else can administer this clinic." in answer.text


def test_somebody_leaves_and_comes_again(house: House, alda: FlaskClient) -> None:
    nuno = house.browser(house.cast.nuno)
    changed(house, house.cast.boris, password_hash=PASSWORD_HASH)
    assert alda.post(f"{HERE}/{house.cast.nuno.id}/disable").status_code == 303
    assert "left today 20:10" in line(alda, house.cast.nuno)
    assert "/sign-in" in nuno.get("/c/porto/").headers["Location"]
    assert "Save the address" not in alda.get(f"{HERE}/{house.cast.nuno.id}").text
    assert alda.post(f"{HERE}/{house.cast.nuno.id}/enable").status_code == 303
    assert "left today" not in line(alda, house.cast.nuno)


def test_a_new_colleague_chooses_a_password_by_the_link_on_the_page(house: House, alda: FlaskClient) -> None:
    said = {"name": "Eva", "email": "eva@clinic.example", "role": "nurse", "language": "pt-PT"}
    shown = alda.post(f"{HERE}/add", data=said)
    link = re.search(r"http://localhost:8000(/c/porto/invitation/\S+?)<", shown.text)
    assert shown.status_code == 200 and link
    eva = house.browser()
    chosen = eva.post(link[1], data={"password": "four words that differ", "again": "four words that differ"})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/c/porto/sign-in")
    signs_in = eva.post("/c/porto/sign-in", data={"email": said["email"], "password": "four words that differ"})
    assert signs_in.headers["Location"] == "/c/porto/"
    assert alda.post(f"{HERE}/add", data=said).status_code == 422


def test_who_never_chose_a_password_gets_a_new_link(house: House, alda: FlaskClient) -> None:
    shown = alda.post(f"{HERE}/{house.cast.nuno.id}/invite")
    assert shown.status_code == 200 and "/c/porto/invitation/" in shown.text
    assert "has a password already" not in shown.text


def test_alda_never_sees_the_link_to_the_account_of_a_colleague(house: House, alda: FlaskClient) -> None:
    changed(house, house.cast.boris, password_hash=PASSWORD_HASH)
    assert "you do not see it" in alda.get(f"{HERE}/{house.cast.boris.id}").text
    answer = alda.post(f"{HERE}/{house.cast.boris.id}/invite", follow_redirects=True)
    assert answer.status_code == 200 and f"The link was mailed to {house.cast.boris.email}." in answer.text
    assert "/invitation/" not in answer.text
    [letter] = [row for row in house.cast.rows(Letter) if row.staff_id == house.cast.boris.id]
    assert letter.address == house.cast.boris.email and letter.values["path"].startswith("/c/porto/invitation/")


def test_where_no_mail_arrives_the_page_says_that_the_owner_could_not_be_told(house: House, alda: FlaskClient) -> None:
    changed(house, house.cast.boris, password_hash=PASSWORD_HASH, address_failed_at=at(0))
    assert "nobody can tell this person" in alda.get(f"{HERE}/{house.cast.boris.id}").text
    shown = alda.post(f"{HERE}/{house.cast.boris.id}/invite")
    assert shown.status_code == 200 and "/c/porto/invitation/" in shown.text
    assert "we could not tell them of this link" in shown.text


@pytest.mark.parametrize("missing", ["name", "email", "role"])
def test_what_is_missing_of_a_new_colleague_is_told_at_its_field(house: House, alda: FlaskClient, missing: str) -> None:
    said = {"name": "Eva", "email": "eva@clinic.example", "role": "nurse", "language": "pt-PT", missing: " "}
    answer = alda.post(f"{HERE}/add", data=said)
    assert answer.status_code == 422 and f'<a href="#{missing}">' in answer.text


def test_whoever_gives_up_the_own_role_goes_on_to_the_worklist(house: House, alda: FlaskClient) -> None:
    changed(house, house.cast.boris, role="clinic-admin", password_hash=PASSWORD_HASH)
    answer = alda.post(f"{HERE}/{house.cast.alda.id}/role", data={"role": "nurse"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/porto/")
    shown = alda.get("/c/porto/")
    assert shown.status_code == 200 and "The role is saved." in shown.text


@pytest.mark.parametrize(
    ("what", "said", "told"),
    [("address", {"email": "alda.new@clinic.example"}, "The address is saved."),
     ("role", {"role": "clinic-admin"}, "The role is saved.")],
)  # fmt: skip
def test_an_administrator_who_changes_herself_reads_that_it_is_saved(
    house: House, alda: FlaskClient, what: str, said: dict[str, str], told: str
) -> None:
    answer = alda.post(f"{HERE}/{house.cast.alda.id}/{what}", data=said)
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)
    shown = alda.get(answer.headers["Location"])
    assert shown.status_code == 200 and told in shown.text


def test_before_somebody_goes_the_page_says_what_becomes_of_their_alerts(house: House, alda: FlaskClient) -> None:
    house.cast.ana_ticks("fever", day=1)
    house.now = at(1, 5)
    alert, nuno = house.cast.alert("red-flag", "fever"), house.cast.nuno
    assert house.browser(nuno).post(f"/c/porto/alerts/{alert.id}/acknowledge").status_code == 303
    changed(house, house.cast.boris, password_hash=PASSWORD_HASH)
    alda = house.browser(house.cast.alda)
    assert "it is open for everybody again at once" in alda.get(f"{HERE}/{nuno.id}").text
    assert alda.post(f"{HERE}/{nuno.id}/disable").status_code == 303
    shown = house.browser(house.cast.boris).get(f"/c/porto/alerts/{alert.id}")
    assert shown.status_code == 200 and "Whoever had it has left or changed roles" in shown.text


def test_an_administrator_arrives_at_the_team(house: House) -> None:
    signed_in(house.cast, house.cast.alda)
    said = {"email": house.cast.alda.email, "password": PASSWORD}
    answer = house.browser().post("/c/porto/sign-in", data=said)
    assert answer.headers["Location"] == HERE


# In the frame of every page


def foot(client: FlaskClient, page: str = "/c/porto/") -> str:
    text = client.get(page).text
    return text[text.index("<footer") :]


@pytest.mark.parametrize("page", ["/c/porto/", "/c/porto/alerts"])
def test_everybody_reads_that_mail_to_a_colleague_does_not_arrive(house: House, page: str) -> None:
    boris, nuno, named = house.browser(house.cast.boris), house.browser(house.cast.nuno), f'href="{HERE}"'
    assert named not in foot(boris, page)
    changed(house, house.cast.dora, address_failed_at=at(0))
    assert "Mail to 1 colleague does not arrive." in foot(boris, page) and named in foot(boris, page)
    assert "<svg" in foot(nuno, page) and named not in foot(nuno, page)
    changed(house, house.cast.dora, disabled_at=at(0))
    assert named not in foot(boris, page) and "<svg" not in foot(nuno, page)


def test_everybody_reads_that_the_mail_server_takes_nothing(house: House) -> None:
    boris = house.browser(house.cast.boris)
    house.now = at(0, 20)
    jobs = sessions(house.cast.store.engine("jobs"))
    beat(jobs, "due", house.now, went_well=True)
    assert 'class="pulse late"' not in foot(boris)
    with jobs() as session:
        breaker.cut(session, "refused", False, at(0))
    assert "The mail server has taken no letters since today 20:10; they wait." in foot(boris)
    assert 'class="pulse late"' in foot(boris)
    with jobs() as session:
        breaker.restore(session, at(0, 21))
    assert "has taken no letters" not in foot(boris)


def test_the_frame_asks_for_both_in_the_statement_about_the_clock(house: House) -> None:
    nuno, heard = house.browser(house.cast.nuno), []

    def hear(connection: object, cursor: object, statement: str, *rest: object) -> None:
        heard.append(statement)

    with house.app.app_context():
        engine = database.engine
    event.listen(engine, "before_cursor_execute", hear)
    assert nuno.get("/c/porto/mail").status_code == 200
    event.remove(engine, "before_cursor_execute", hear)
    [asked] = [each for each in heard if "breaker" in each or "address_failed_at IS NOT NULL" in each]
    assert "FROM beat" in asked
