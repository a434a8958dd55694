"""Issued papers as files: always an attachment, never guessed at by a browser."""

from __future__ import annotations

import json

from django.http import HttpResponse

from procurement.documents.models import Paper


def pdf_response(paper: Paper) -> HttpResponse:
    """Give the stored bytes."""
    return _attachment(bytes(paper.content), "application/pdf", f"{paper.file_name}.pdf")


def data_response(paper: Paper) -> HttpResponse:
    """Give the stored context."""
    text = json.dumps(paper.context, ensure_ascii=False, indent=1, sort_keys=True)
    return _attachment(text.encode(), "application/json", f"{paper.file_name}.json")


def _attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
