"""The REST face answers every error in one shape and in the reader's language."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import translation
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from marketplace import rest, views
from schemas.problems import Problem, Refused


class Echo(APIView):
    """Give back what was sent, or raise what was asked for."""

    authentication_classes = ()
    raising: Exception | None = None

    def post(self, request: Request) -> Response:
        """Raise, or echo."""
        if self.raising is not None:
            raise self.raising
        return Response(request.data)


class Shape(serializers.Serializer[Any]):
    """Two fields, one nested."""

    amount = serializers.IntegerField(min_value=0)
    names = serializers.ListField(child=serializers.CharField(max_length=3))


def answer(
    body: bytes = b"{}",
    *,
    raising: Exception | None = None,
    media: str = "application/json",
    language: str = "ja",
) -> tuple[int, Any]:
    """Post a body and return status and content."""
    view = Echo.as_view(raising=raising)
    with translation.override(language):
        response = view(APIRequestFactory().post("/", body, content_type=media))
        response.render()
    return response.status_code, json.loads(response.content)


def codes(content: Any) -> list[tuple[str, str]]:
    """Return pointer and code of each problem."""
    return [(each["pointer"], each["code"]) for each in content["problems"]]


@pytest.mark.parametrize(
    ("body", "code", "problem"),
    [
        (b"{", 400, "json_not_json"),
        (b'"\\ud800"', 400, "json_lone_surrogate"),
        (b'"\\u0000"', 400, "json_nul"),
        (b"[" * 5000 + b"]" * 5000, 400, "json_too_deep"),
        (b'{"a": 1, "a": 2}', 400, "json_duplicate_key"),
        (b"NaN", 400, "json_number_not_finite"),
        (b"\xff", 400, "json_not_utf8"),
    ],
)
def test_body_that_cannot_be_read(body: bytes, code: int, problem: str) -> None:
    status_code, content = answer(body)

    assert (status_code, codes(content)) == (code, [("", problem)])


@override_settings(UPLOAD_LIMIT_BYTES=10)
def test_body_that_is_too_large() -> None:
    status_code, content = answer(b'"' + b"a" * 20 + b'"')

    assert (status_code, codes(content)) == (413, [("", "json_too_large")])


def test_body_of_another_type() -> None:
    status_code, content = answer(b"a=1", media="application/x-www-form-urlencoded")

    assert (status_code, codes(content)) == (415, [("", "request_media_type")])


@pytest.mark.parametrize(
    ("error", "code", "problem"),
    [
        (exceptions.NotAuthenticated(), 401, "request_not_signed_in"),
        (exceptions.AuthenticationFailed(), 401, "request_not_signed_in"),
        (exceptions.PermissionDenied(), 403, "request_not_allowed"),
        (PermissionDenied(), 403, "request_not_allowed"),
        (rest.TokenMissing(), 403, "request_lacks_csrf_token"),
        (Http404(), 404, "request_not_found"),
        (rest.NoSuchPage(), 404, "page_not_known"),
        (exceptions.MethodNotAllowed("PUT"), 405, "request_method_not_allowed"),
        (exceptions.NotAcceptable(), 406, "request_not_acceptable"),
        (exceptions.Throttled(), 429, "request_too_many"),
    ],
)
def test_expected_errors(error: Exception, code: int, problem: str) -> None:
    status_code, content = answer(raising=error)

    assert (status_code, codes(content)) == (code, [("", problem)])


def test_refusal_tells_every_problem_in_the_readers_language() -> None:
    problems = [
        Problem("/a", "text_too_long", {"most": 1, "length": 2}),
        Problem("/b", "yen_not_whole"),
    ]

    status_code, content = answer(raising=Refused(problems), language="en")

    assert status_code == status.HTTP_422_UNPROCESSABLE_ENTITY
    assert content == {"problems": [problem.as_dict("en") for problem in problems]}


def test_serializer_errors_point_at_their_fields() -> None:
    shape = Shape(data={"amount": -1, "names": ["abc", "abcd", ""]})
    assert not shape.is_valid()

    status_code, content = answer(raising=exceptions.ValidationError(shape.errors))

    assert status_code == status.HTTP_422_UNPROCESSABLE_ENTITY
    assert codes(content) == [
        ("/amount", "request_field_too_small"),
        ("/names/1", "request_field_too_long"),
        ("/names/2", "request_field_empty"),
    ]


def test_every_code_of_the_building_has_its_sentences() -> None:
    for code in {*rest.FIELD_CODES.values(), *(code for _kind, _number, code in rest.STATUS_CODES)}:
        assert Problem("", code, {"field": "x"}).sentence("ja") != ""
        assert Problem("", code, {"field": "x"}).sentence("en") != ""


def test_unexpected_error_is_left_to_the_server() -> None:
    assert rest.answer_error(ValueError("ours"), {}) is None


def broken(request: Any) -> Any:
    """Break."""
    raise ValueError


urlpatterns = [
    path("api/v1/broken/", broken),
    path("", include("marketplace.urls")),
]
handler404 = views.page_not_found
handler500 = views.server_error


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_unknown_and_broken_addresses_answer_problems() -> None:
    client = Client(raise_request_exception=False)

    missing = client.get("/api/v1/nowhere/")
    fault = client.get("/api/v1/broken/", headers={"Accept-Language": "en"})

    assert (missing.status_code, codes(missing.json())) == (404, [("", "request_not_found")])
    assert (fault.status_code, fault.json()["problems"][0]["message"]) == (
        500,
        "A fault of ours stopped this request. Nothing was stored.",
    )


@pytest.mark.django_db
def test_document_names_every_error_and_the_page_every_operation(client: Client) -> None:
    document = client.get(
        "/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}
    ).json()
    page = client.get("/api/docs/").content.decode()

    for name, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                assert {"400", "401", "403", "404", "405", "406"} <= operation[
                    "responses"
                ].keys(), name
                assert f'id="{operation["operationId"]}"' in page
