"""The pages of two versions side by side (新旧対照): chosen, shown, handed out, successors."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_safe

from marketplace.accounts.models import User
from schemas.problems import Refused
from schemas.specifications import requirements_of
from specs import actions, diff, diff_table, permissions, successors, words
from specs.diff_table import Row, rows_of
from specs.models import SpecificationVersion

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def two_versions(
    request: HttpRequest, slug: str, older: str, newer: str
) -> tuple[SpecificationVersion, SpecificationVersion]:
    """Give both versions with their documents if the reader may see them; else ``Http404``."""
    visible = SpecificationVersion.objects.visible_to(request.user)
    found = {
        version.number: version
        for version in visible.filter(
            specification__slug=slug, number__in={older, newer}
        ).select_related("specification__authority")
    }
    if older not in found or newer not in found:
        raise Http404
    return found[older], found[newer]


@require_safe
def diff_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead from the two versions chosen in a form to the lasting address of their difference."""
    visible = SpecificationVersion.objects.visible_to(request.user).light()
    older, newer = (
        get_object_or_404(visible, specification__slug=slug, number=request.GET.get(name, "")[:20])
        for name in ("from", "to")
    )
    return redirect("specs:diff-detail", slug, older.number, newer.number)


@require_safe
def diff_detail(request: HttpRequest, slug: str, older: str, newer: str) -> HttpResponse:
    """Show what changed between two versions, by kind of change and chapter."""
    was, now = two_versions(request, slug, older, newer)
    difference = diff.compare_documents(was.document, now.document)
    counts = difference.counts()
    wanted = request.GET.get("change", "")
    wanted = wanted if wanted in diff.KINDS else ""
    groups: dict[str, dict[str, list[Row]]] = {}
    shown = [each for each in difference.changes if not wanted or wanted in each.kinds]
    for row in rows_of(shown, successors.pairs_between(was, now)):
        chapters = groups.setdefault(wanted or row.change.kinds[0], {})
        chapters.setdefault(row.change.requirement.chapter, []).append(row)
    specification = now.specification
    visible = SpecificationVersion.objects.visible_to(request.user)
    context = {
        "specification": specification,
        "title": words.title(specification),
        "older": was,
        "newer": now,
        "counts": [(kind, counts[kind]) for kind in diff.KINDS if kind in counts],
        "total": counts["requirements"],
        "wanted": wanted,
        "groups": [
            (kind, words.CHANGE_MEANINGS[kind], list(groups[kind].items()))
            for kind in diff.KINDS
            if kind in groups
        ],
        "may_confirm": counts.get("withdrawn")
        and now.previous_id == was.pk
        and permissions.may_edit_for(request.user, specification.authority),
        "versions": visible.filter(specification=specification).light().newest_first(),
        "crumbs": _crumbs(now, (_("新旧対照"), "")),
    }
    return render(request, "specs/diff_detail.html", context)


def _crumbs(version: SpecificationVersion, *further: tuple[str, str]) -> list[tuple[str, str]]:
    slug = version.specification.slug
    return [
        (_("標準仕様"), reverse("specs:specification-list")),
        (
            words.title(version.specification),
            reverse("specs:specification-detail", args=[slug]),
        ),
        *further,
    ]


# -- handed out --------------------------------------------------------------------------------


def _etag(request: HttpRequest, slug: str, older: str, newer: str) -> str:
    """Name what is handed out: both documents, the successors, the reader's language."""
    was, now = two_versions(request, slug, older, newer)
    said = [
        f"{was.digest}{was.state}",
        f"{now.digest}{now.state}",
        words.language(),
        *map(str, successors.pairs_between(was, now)),
    ]
    return quote_etag(hashlib.sha256("\n".join(said).encode()).hexdigest())


def _handed_out(
    content: bytes, kind: str, was: SpecificationVersion, now: SpecificationVersion, ending: str
) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    name = f"{now.specification.slug}-{was.number}-{now.number}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    public = was.is_public and now.is_public
    response["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    return response


@require_safe
@condition(etag_func=_etag)
def diff_json(request: HttpRequest, slug: str, older: str, newer: str) -> HttpResponse:
    """Serve the difference as data, as the command and REST give it."""
    was, now = two_versions(request, slug, older, newer)
    text = json.dumps(successors.difference(was, now), ensure_ascii=False, indent=1)
    return _handed_out(f"{text}\n".encode(), "application/json", was, now, "json")


@require_safe
@condition(etag_func=_etag)
def diff_workbook(request: HttpRequest, slug: str, older: str, newer: str) -> HttpResponse:
    """Serve the table as a workbook."""
    was, now = two_versions(request, slug, older, newer)
    changes = diff.compare_documents(was.document, now.document).changes
    rows = rows_of(changes, successors.pairs_between(was, now))
    return _handed_out(diff_table.workbook(was, now, rows), XLSX, was, now, "xlsx")


@require_safe
@condition(etag_func=_etag)
def diff_pdf(request: HttpRequest, slug: str, older: str, newer: str) -> HttpResponse:
    """Serve the table as a PDF."""
    was, now = two_versions(request, slug, older, newer)
    kept, name = caches["handouts"], _etag(request, slug, older, newer).strip('"')
    content: bytes | None = kept.get(name)
    try:
        if content is None:
            changes = diff.compare_documents(was.document, now.document).changes
            rows = rows_of(changes, successors.pairs_between(was, now))
            content = diff_table.pdf(was, now, rows)
            kept.set(name, content)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence(words.language()))
        return redirect("specs:diff-detail", slug, older, newer)
    return _handed_out(content, "application/pdf", was, now, "pdf")


# -- successors --------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def successor_list(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Let an editor confirm where each requirement that a version withdrew went."""
    version = get_object_or_404(
        SpecificationVersion.objects.visible_to(request.user).select_related(
            "specification__authority", "previous"
        ),
        specification__slug=slug,
        number=number,
    )
    if not permissions.may_edit_for(request.user, version.specification.authority):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    status = 200
    if request.method == "POST":
        pair = {
            "withdrawn": request.POST.get("withdrawn", "")[:40],
            "successor": request.POST.get("successor", "")[:40],
        }
        remove = bool(request.POST.get("remove"))
        deed = actions.remove_successor if remove else actions.confirm_successor
        try:
            deed(version, **pair, by=request.user, at=timezone.now())
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, problem.sentence(words.language()))
            status = 422
        else:
            said = _("後継を取り消しました。") if remove else _("後継を記録しました。")
            messages.success(request, said)
            return redirect(f"{request.path}#{pair['withdrawn']}")
    context = {
        "version": version,
        "specification": version.specification,
        "title": words.title(version.specification),
        "rows": _succession(version),
        "choices": requirements_of(version.document),
        "crumbs": _crumbs(
            version,
            (
                _("第%(number)s版") % {"number": number},
                reverse("specs:version-detail", args=[slug, number]),
            ),
            (_("後継"), ""),
        ),
    }
    return render(request, "specs/successor_list.html", context, status=status)


def _succession(version: SpecificationVersion) -> list[dict[str, Any]]:
    """List what a version withdrew, with the confirmed successors and the likely ones."""
    if version.previous is None:
        return []
    changes = diff.compare_documents(version.previous.document, version.document).changes
    now = {each.key: each for each in requirements_of(version.document)}
    confirmed: dict[str, list[str]] = {}
    for row in version.successors.all():
        confirmed.setdefault(row.withdrawn_key, []).append(row.successor_key)
    return [
        {
            "withdrawn": withdrawn,
            "confirmed": [now[key] for key in confirmed.get(withdrawn.key, []) if key in now],
            "likely": [
                (each, diff.mark(withdrawn.text, each.requirement.text))
                for each in likely
                if each.requirement.key not in confirmed.get(withdrawn.key, [])
            ],
        }
        for withdrawn, likely in successors.proposals(changes)
    ]
