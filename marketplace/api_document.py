"""The API's document: one OpenAPI document, and the page that shows it to people.

The page is made on the server from the same document that programs read, so it works without
JavaScript and inside a closed network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")
WITH_BODY = ("post", "put", "patch")
ERRORS = {
    "400": _("読めない要求"),
    "401": _("サインインが必要"),
    "403": _("権限がない"),
    "404": _("見つからない"),
    "405": _("受け付けないメソッド"),
    "406": _("返せない形式"),
    "413": _("大きすぎる本文"),
    "415": _("受け付けない形式の本文"),
    "422": _("規則に合わない内容"),
}
ONLY_WITH_BODY = ("413", "415", "422")
PROBLEMS: dict[str, Any] = {
    "type": "object",
    "title": "Problems",
    "properties": {
        "problems": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901"},
                    "code": {"type": "string"},
                    "place": {"type": "string"},
                    "message": {"type": "string"},
                    "params": {"type": "object"},
                },
                "required": ["pointer", "code", "place", "message", "params"],
            },
        }
    },
    "required": ["problems"],
}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # no types
    """The session cookie, as OpenAPI names it."""

    target_class = "marketplace.rest.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Say which cookie carries the session."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def name_errors(
    result: dict[str, Any], generator: Any, request: Any, public: Any
) -> dict[str, Any]:
    """Write into the document which errors an operation may answer, all of one shape."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problems"] = PROBLEMS
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problems"}}}
    for path in result.get("paths", {}).values():
        for method in METHODS:
            if method not in path:
                continue
            responses = path[method].setdefault("responses", {})
            for code, meaning in ERRORS.items():
                if code in ONLY_WITH_BODY and method not in WITH_BODY:
                    continue
                responses.setdefault(code, {"description": str(meaning), "content": content})
    return result


@require_safe
def document_page(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, its body and its answers."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library has no types
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in operations(document):
        groups.setdefault(operation["group"], []).append(operation)
    return render(
        request, "api_document.html", {"groups": sorted(groups.items()), "errors": ERRORS}
    )


def operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each operation of an OpenAPI document as the page shows it."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(document, path, method, item[method])


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> dict[str, Any]:
    words = (operation.get("description") or "").strip()
    body = _schema(operation.get("requestBody", {}))
    answers = {
        code: answer for code, answer in operation["responses"].items() if code not in ERRORS
    }
    return {
        "id": operation["operationId"],
        "group": path.removeprefix("/api/v1/").split("/")[0],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary") or words.split("\n", maxsplit=1)[0],
        "description": words,
        "parameters": [
            {
                "name": parameter["name"],
                "place": parameter["in"],
                "required": parameter.get("required", False),
                "shape": _shape(parameter.get("schema", {})),
                "description": parameter.get("description", ""),
            }
            for parameter in operation.get("parameters", [])
        ],
        "body": _pretty(document, body) if body else "",
        "answers": [
            {
                "code": code,
                "description": answer.get("description", ""),
                "schema": _pretty(document, _schema(answer)) if _schema(answer) else "",
            }
            for code, answer in answers.items()
        ],
    }


def _schema(part: Mapping[str, Any]) -> Any:
    """Return the schema of a body or an answer in JSON, if it has one."""
    return part.get("content", {}).get("application/json", {}).get("schema")


def _shape(schema: Mapping[str, Any]) -> str:
    """Say a parameter's shape in a few words."""
    if choices := schema.get("enum"):
        return " | ".join(str(choice) for choice in choices)
    if schema.get("type") == "array":
        return f"{_shape(schema.get('items', {}))}[]"
    kind = schema.get("type", "")
    words = "/".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({schema['format']})" if "format" in schema else words


def _pretty(document: Mapping[str, Any], schema: Any) -> str:
    """Write a schema with the components it names directly resolved once."""
    return json.dumps(_resolved(document, schema, ()), ensure_ascii=False, indent=2)


def _resolved(document: Mapping[str, Any], schema: Any, inside: tuple[str, ...]) -> Any:
    if isinstance(schema, list):
        return [_resolved(document, each, inside) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    name = str(schema.get("$ref", "")).removeprefix("#/components/schemas/")
    if name and name not in inside and name in document["components"]["schemas"]:
        return _resolved(document, document["components"]["schemas"][name], (*inside, name))
    return {key: _resolved(document, value, inside) for key, value in schema.items()}
