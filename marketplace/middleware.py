"""Requests that no view should meet: an address with NUL, a body beyond the limit."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from marketplace import views

DRAINED_AT_MOST = 100 * 1024 * 1024
CHUNK = 64 * 1024


class RefuseUnreadable:
    """Answer 400 to an address that databases choke on, and 413 to a body that is too large.

    The body is refused by its stated length, before any of it is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next link of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse, or pass on."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return views.bad_request(request)
        if stated_length(request) > settings.UPLOAD_LIMIT_BYTES:
            drain(request)
            return views.too_large(request)
        return self.get_response(request)


def stated_length(request: HttpRequest) -> int:
    """Return the length of the body in bytes as the request states it, 0 where it does not."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def drain(request: HttpRequest) -> None:
    """Read the body and forget it: a browser shows no answer before it has sent everything."""
    for _number in range(DRAINED_AT_MOST // CHUNK):
        if not request.read(CHUNK):
            return
