"""A contract sheet as it arrives and leaves, by page or REST."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from marketplace.accounts.models import LocalGovernment
from procurement.contracts import sheets
from procurement.contracts.models import Contract
from schemas.problems import Problem, Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_upload(upload: UploadedFile[Any]) -> sheets.Register:
    """Return what the sheet was understood to say, with its problems by cell.

    Raises Refused where it is too large, or cannot be read as a table at all.
    """
    name = upload.name or ""
    if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        most = settings.UPLOAD_LIMIT_BYTES // 1024 // 1024
        raise Refused([Problem("/file", "upload_too_large", {"file": name, "most": most})])
    return sheets.read(upload.read(), name)


def sheet_response(body: LocalGovernment, contracts: Iterable[Contract]) -> HttpResponse:
    """Give contracts of the body as XLSX, to be saved."""
    response = HttpResponse(
        sheets.written(sheets.facts_of(contracts)),
        content_type=XLSX,
    )
    response["Content-Disposition"] = f'attachment; filename="contracts-{body.code}.xlsx"'
    return response
