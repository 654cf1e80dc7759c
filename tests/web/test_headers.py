"""Headers: the same strict set on everything; only assets may be kept."""

import pytest

from tests.cast import Cast, at
from tests.served import Clock, House, serving

POLICY = (
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
PATHS = ("/healthz", "/nowhere", "/api/v1/me", "/api/v1/meta", "/api/v1/nowhere", "/c/porto/sign-in")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_bears_them(sqlite_house: House, path: str) -> None:
    headers = sqlite_house.client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert "Strict-Transport-Security" not in headers
    assert "Server" not in headers


def test_https_is_kept_to(sqlite_cast: Cast) -> None:
    with serving(sqlite_cast.store, Clock(at(0)), base_url="https://clinic.example") as app:
        answer = app.test_client().get("/healthz", base_url="https://clinic.example")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_answers_name_their_language(sqlite_house: House) -> None:
    answer = sqlite_house.client.get("/nowhere", headers={"Accept-Language": "pt"})
    assert answer.headers["Content-Language"] == "pt-PT"
    assert 'lang="pt-PT"' in answer.text
