"""Headers that every answer bears: nothing of others is loaded, nothing is framed, nothing with data is kept."""

from flask import Flask, Response

from rehab_tracker.web.language import language

EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The empty style element that plotly.js makes before it writes its rules through the object model."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {EMPTY_STYLE}",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
VARY = ("Cookie", "Authorization", "Accept-Language")
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


def set_up(app: Flask, https: bool) -> None:
    """Put the headers on every answer of the app."""

    def put(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
            response.headers["Content-Language"] = language()
            response.vary.update(VARY)
        if https:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        return response

    app.after_request(put)
