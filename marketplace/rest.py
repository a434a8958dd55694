"""The REST face: a parser that trusts nothing, errors in our own words, pages that keep filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import get_language
from rest_framework import authentication, exceptions, pagination, parsers, status
from rest_framework.request import Request
from rest_framework.response import Response

from schemas import jsontext
from schemas.problems import Problem, Refused, pointer

if TYPE_CHECKING:
    from rest_framework.views import APIView

SESSION_SCHEME = 'Session realm="dmp"'


class TokenMissing(exceptions.PermissionDenied):
    """A browser's session was sent without its CSRF token."""


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages; a request that changes something needs its CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        """Tell a missing token apart from a missing permission."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise TokenMissing from None

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that 401 says how to come in (RFC 9110, 11.6.1)."""
        return SESSION_SCHEME


class JSONParser(parsers.BaseParser):
    """Read a JSON body through ``schemas.jsontext``: bounded, without NUL and lone surrogates."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body; what cannot be read is refused with its problems."""
        most = settings.UPLOAD_LIMIT_BYTES
        return jsontext.parse(stream.read(most + 1), max_bytes=most)


class NoSuchPage(exceptions.NotFound):
    """The list has no page of that number."""


class Pagination(pagination.PageNumberPagination):
    """Pages by number; the links keep every filter."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any] | None:
        """Return the asked page; one that does not exist answers 404."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except exceptions.NotFound:
            raise NoSuchPage from None


STATUS_CODES: tuple[tuple[type[Exception], int, str], ...] = (
    (TokenMissing, 403, "request_lacks_csrf_token"),
    (NoSuchPage, 404, "page_not_known"),
    (exceptions.NotAuthenticated, 401, "request_not_signed_in"),
    (exceptions.AuthenticationFailed, 401, "request_not_signed_in"),
    (exceptions.PermissionDenied, 403, "request_not_allowed"),
    (PermissionDenied, 403, "request_not_allowed"),
    (exceptions.NotFound, 404, "request_not_found"),
    (Http404, 404, "request_not_found"),
    (exceptions.NotAcceptable, 406, "request_not_acceptable"),
    (exceptions.Throttled, 429, "request_too_many"),
    (exceptions.ParseError, 400, "request_not_json"),
)
FIELD_CODES = {
    "required": "request_field_missing",
    "null": "request_field_empty",
    "blank": "request_field_empty",
    "empty": "request_field_empty",
    "max_length": "request_field_too_long",
    "max_value": "request_field_too_large",
    "min_value": "request_field_too_small",
    "invalid_choice": "request_field_unknown_choice",
    "does_not_exist": "request_field_not_found",
    "incorrect_type": "request_field_not_found",
    "unique": "request_field_taken",
    "not_a_list": "request_field_not_list",
    "null_characters_not_allowed": "text_has_nul",
    "surrogate_characters_not_allowed": "text_has_lone_surrogate",
}
UNREADABLE = "json_"
TOO_LARGE = "json_too_large"


def answer_error(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer every expected error as ``{"problems": […]}`` in the reader's language.

    A refused deed and refused input answer 422, bad filters and a body that cannot be read 400, a
    body that is too large 413. What is not expected is left to the server's own 500.
    """
    from rest_framework.views import set_rollback  # noqa: PLC0415 -- it names this module's classes

    found = list(_problems(error))
    if not found:
        return None
    code, problems = found[0][0], [problem for _code, problem in found]
    set_rollback()
    request, view = context.get("request"), context.get("view")
    headers = {}
    if code == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = SESSION_SCHEME
    if isinstance(error, exceptions.MethodNotAllowed) and view is not None:
        headers["Allow"] = ", ".join(view.allowed_methods)
    filters = isinstance(error, exceptions.ValidationError) and getattr(request, "method", "") in (
        "GET",
        "HEAD",
    )
    language = get_language() or "ja"
    return Response(
        {"problems": [problem.as_dict(language) for problem in problems]},
        status=status.HTTP_400_BAD_REQUEST if filters else code,
        headers=headers,
    )


def _problems(error: Exception) -> Iterator[tuple[int, Problem]]:
    if isinstance(error, Refused):
        code = _refusal_code(error.problems)
        yield from ((code, problem) for problem in error.problems)
    elif isinstance(error, exceptions.ValidationError):
        yield from ((422, problem) for problem in _field_problems(error.detail, ()))
    elif isinstance(error, exceptions.MethodNotAllowed):
        yield 405, Problem("", "request_method_not_allowed")
    elif isinstance(error, exceptions.UnsupportedMediaType):
        yield 415, Problem("", "request_media_type")
    else:
        for kind, number, name in STATUS_CODES:
            if isinstance(error, kind):
                yield number, Problem("", name)
                return


def _refusal_code(problems: list[Problem]) -> int:
    codes = {problem.code for problem in problems}
    if TOO_LARGE in codes:
        return 413
    return 400 if codes and all(code.startswith(UNREADABLE) for code in codes) else 422


def _field_problems(detail: Any, at: tuple[str | int, ...]) -> Iterator[Problem]:
    """Turn a serializer's or a filter's errors into problems that point at the field."""
    if isinstance(detail, Mapping):
        for name, below in detail.items():
            yield from _field_problems(below, (*at, str(name)))
    elif isinstance(detail, list) and any(isinstance(each, Mapping | list) for each in detail):
        for number, below in enumerate(detail):
            yield from _field_problems(below, (*at, number))
    else:
        first = detail[0] if isinstance(detail, list) and detail else detail
        name = FIELD_CODES.get(getattr(first, "code", ""), "request_not_valid")
        where = tuple(part for part in at if part not in ("non_field_errors", "__all__"))
        field = str(where[-1]) if where else ""
        yield Problem(pointer(*where), name, {"field": field} if "field" in name or field else {})
