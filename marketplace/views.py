"""Pages of the building itself: home, errors, accessibility, licence."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone, translation
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from marketplace import roles
from schemas.problems import Problem


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show each role its own work; a visitor what this is and how to start."""
    today = timezone.localdate()
    return render(
        request, "home.html", {"panels": roles.home_panels(request, today), "today": today}
    )


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say to which standard the pages are made, and how they were checked."""
    return render(request, "accessibility.html")


@require_safe
def licence(request: HttpRequest) -> HttpResponse:
    """Name the licence of the product and of what it ships."""
    text = (settings.BASE_DIR / "LICENSE").read_text(encoding="utf-8")
    return render(request, "licence.html", {"text": text})


def _problems(status: int, code: str) -> JsonResponse:
    """Answer one problem as the REST interface does."""
    language = translation.get_language() or "ja"
    return JsonResponse({"problems": [Problem("", code).as_dict(language)]}, status=status)


def _error(request: HttpRequest, status: int, code: str) -> HttpResponse:
    """Answer an error in the form that was asked for: a page, or problems for the API."""
    if request.path.startswith("/api/v1/"):
        return _problems(status, code)
    context = {"limit_megabytes": settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)}
    return render(request, f"{status}.html", context, status=status)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _error(request, 400, "request_not_valid_at_all")


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who may not do this."""
    return _error(request, 403, "request_not_allowed")


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere, or to something the person may not see."""
    return _error(request, 404, "request_not_found")


@requires_csrf_token
def too_large(request: HttpRequest) -> HttpResponse:
    """Answer a body or a file beyond the limit."""
    return _error(request, 413, "request_too_large")


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token, usually from a page left open too long."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours without touching what may be broken: no database, no session."""
    if request.path.startswith("/api/v1/"):
        return _problems(500, "request_broke")
    try:
        styles = [static(f"marketplace/{name}.css") for name in ("tokens", "marketplace")]
    except ValueError:  # the collected files are missing or damaged
        styles = []
    context = {"LANGUAGE_CODE": translation.get_language() or "ja", "styles": styles}
    return HttpResponse(render_to_string("500.html", context), status=500)
