"""The pages of sheets: import of a ministry's, looked at before it is kept, and export."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_safe

import schemas.specifications as documents
from marketplace.accounts.models import User
from schemas.problems import Problem, Refused
from schemas.specifications import SpecificationMeta
from specs import actions, mappings, permissions, words
from specs.forms import (
    SheetForm,
    document_of,
    held,
    read_mapping,
    read_upload,
    source_of,
    upload_of,
)
from specs.models import Authority, Requirement, Specification, SpecificationVersion
from specs.sheets import Reading, workbook_of

MOST_SHOWN = 200  # problems on one page; the rest is counted
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# -- import ------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def version_import(request: HttpRequest) -> HttpResponse:
    """Take a sheet, show what was understood of it or every problem, and keep a draft.

    With ``preview`` nothing is kept: the page shows the mapping, to be corrected.
    """
    if not permissions.may_import_specification(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    if request.method != "POST":
        form = SheetForm(user=request.user)
        return render(request, "specs/version_import.html", {"form": form, "crumbs": _crumbs()})
    upload = upload_of(request.FILES, request.POST)
    mapping, problems = _mapping(request.POST)
    reading = read_upload(upload, mapping) if upload is not None else None
    given = _filled(request.POST, reading.meta if reading else None, request.user)
    form = SheetForm(given, request.FILES, user=request.user, upload=upload)
    if reading is not None:
        problems += reading.problems
    if form.is_valid() and reading is not None and not problems:
        try:
            document = document_of(reading, _meta(form, reading.meta))
            if not request.POST.get("preview"):
                version = actions.draft_version(
                    document, by=request.user, at=timezone.now(), source=source_of(reading)
                )
                return redirect("specs:version-detail", version.specification.slug, version.number)
        except Refused as refused:
            problems += refused.problems
    context = {
        "form": form,
        "crumbs": _crumbs(),
        "problems": problems[:MOST_SHOWN],
        "more_problems": max(len(problems) - MOST_SHOWN, 0),
        "problem_count": len(problems),
        **_understood(reading, mapping, upload),
    }
    failed = bool(problems) or not form.is_valid()
    return render(request, "specs/version_import.html", context, status=422 if failed else 200)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("標準仕様"), reverse("specs:specification-list")), (_("表を取り込む"), "")]


def _mapping(posted: QueryDict) -> tuple[dict[str, Any], list[Problem]]:
    """Read the mapping from its fields or, on the first page, from JSON."""
    try:
        if mappings.is_sent(posted):
            return mappings.posted_mapping(posted), []
        text = posted.get("mapping", "").strip()
        return (read_mapping(text) if text else {}), []
    except Refused as refused:
        return {}, list(refused.problems) if mappings.is_sent(posted) else []


def _filled(posted: QueryDict, meta: SpecificationMeta | None, user: User) -> QueryDict:
    """Let our own export say of which version it is, where the person left it empty."""
    if meta is None:
        return posted
    given = posted.copy()
    own = Authority.objects.filter(editors__user=user, name=meta.authority).first()
    said = {
        "title": meta.title,
        "slug": meta.slug,
        "domain": meta.domain,
        "number": meta.version,
        "extension_policy": meta.extension_policy,
        "authority": str(own.pk) if own else "",
    }
    for name, value in said.items():
        if not given.get(name):
            given[name] = value
    parts = [f"published_on_{part}" for part in ("year", "month", "day")]
    if not any(given.get(part) for part in parts):
        for part, value in zip(parts, meta.published_on.split("-"), strict=False):
            given[part] = value
    return given


def _meta(form: SheetForm, said: SpecificationMeta | None) -> SpecificationMeta:
    """Say of which version the sheet is: as typed, and beyond that as the workbook itself says."""
    cleaned = form.cleaned_data
    known = Specification.objects.filter(slug=cleaned["slug"]).first()
    stated = {
        "slug": cleaned["slug"],
        "version": cleaned["number"],
        "title": cleaned["title"],
        "authority": cleaned["authority"].name,
        "domain": cleaned["domain"],
        "published_on": cleaned["published_on"].isoformat(),
        "extension_policy": cleaned["extension_policy"],
    }
    meta = replace(said, **stated) if said else SpecificationMeta(**stated)
    return replace(meta, title_en=known.title_en, sample=known.is_sample) if known else meta


def _understood(reading: Reading | None, mapping: dict[str, Any], upload: Any) -> dict[str, Any]:
    """Give what the page shows of a file that was read."""
    if reading is None:
        return {}
    found: dict[str, Any] = {"reading": reading}
    if reading.worksheets:
        upload.seek(0)
        found |= {
            "held": held(upload.read()),
            "sheet_fields": mappings.sheet_fields(reading, mapping),
            "word_fields": mappings.word_fields(reading),
            "labels": words.SHEET_COLUMNS,
            "meanings": [(code, words.MEANINGS[code]) for code in mappings.MEANINGS],
            "kinds": Requirement.Kind.choices,
            "counts": _class_counts(reading),
        }
    return found


def _class_counts(reading: Reading) -> list[tuple[str, int]]:
    return [
        (code, sum(sheet.counts.get(code, 0) for sheet in reading.sheets))
        for code in documents.OBLIGATIONS
    ]


# -- export ------------------------------------------------------------------------------------


def visible_version(request: HttpRequest, slug: str, number: str) -> SpecificationVersion:
    """Give a version with its document if the reader may see it; raise ``Http404`` otherwise."""
    found: SpecificationVersion = get_object_or_404(
        SpecificationVersion.objects.visible_to(request.user).select_related("specification"),
        specification__slug=slug,
        number=number,
    )
    return found


def sheet_response(version: SpecificationVersion) -> HttpResponse:
    """Write a version as a workbook for download."""
    document = version.document
    content = workbook_of(documents.meta_of(document), documents.requirements_of(document))
    response = HttpResponse(content, content_type=XLSX)
    name = f"{version.specification.slug}-{version.number}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Document-SHA256"] = version.digest
    return response


def _etag(request: HttpRequest, slug: str, number: str) -> str:
    return quote_etag(visible_version(request, slug, number).digest)


@require_safe
@condition(etag_func=_etag)
def version_sheet(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Serve a version as a workbook that reads back as the same requirements."""
    return sheet_response(visible_version(request, slug, number))
