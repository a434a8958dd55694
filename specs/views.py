"""The pages of the demand: specifications, versions, requirements, differences."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import schemas.specifications as documents
from marketplace.accounts.models import User
from marketplace.htmx import is_htmx
from schemas import codelist, registry
from schemas.problems import Problem, Refused
from specs import actions, diff, lifecycle, notes, oscal, permissions, successors, words
from specs.contents import MOST_AT_ONCE, Chapter, contents, one_opened, opened
from specs.filters import RequirementFilter, SpecificationFilter
from specs.forms import WithdrawForm, show
from specs.models import Requirement, Specification, SpecificationVersion

PAGE = 50


def _versions(request: HttpRequest) -> Any:
    """Give the versions that the reader may see, without their documents."""
    found = SpecificationVersion.objects.visible_to(request.user).light()
    found = found.standing_on(timezone.localdate())
    return found.select_related("specification__authority", "previous").defer("previous__document")


def _version(request: HttpRequest, slug: str, number: str) -> SpecificationVersion:
    found: SpecificationVersion = get_object_or_404(
        _versions(request), specification__slug=slug, number=number
    )
    return found


@require_safe
def specification_list(request: HttpRequest) -> HttpResponse:
    """List the specifications with their newest version and its counts by class."""
    shown = Specification.objects.filter(versions__in=_versions(request)).distinct()
    narrowed = SpecificationFilter(request.GET, queryset=shown.select_related("authority"))
    page = Paginator(narrowed.qs.order_by("title"), PAGE).get_page(request.GET.get("page"))
    versions = _versions(request).filter(specification__in=[each.pk for each in page])
    newest: dict[int, SpecificationVersion] = {}
    drafts: dict[int, SpecificationVersion] = {}
    for version in versions.order_by("published_on", "id"):
        (newest if version.is_public else drafts)[version.specification_id] = version
    counts = _class_counts([*newest.values()])
    domains = codelist.labels("business_domains", words.language())
    rows = [
        {
            "specification": each,
            "title": words.title(each),
            "domain": domains.get(each.domain, each.domain),
            "version": newest.get(each.pk),
            "draft": drafts.get(each.pk),
            "counts": counts.get(newest[each.pk].pk) if each.pk in newest else None,
        }
        for each in page
    ]
    context = {
        "filter": narrowed,
        "rows": rows,
        "page_obj": page,
        "may_import": permissions.may_import_specification(request.user),
        "may_register": permissions.may_register_authority(request.user),
    }
    return render(request, "specs/specification_list.html", context)


def _class_counts(versions: Iterable[SpecificationVersion]) -> dict[int, dict[str, int]]:
    """Count each version's requirements by class (実装区分), with their sum."""
    found: dict[int, dict[str, int]] = {}
    rows = Requirement.objects.filter(version__in=[version.pk for version in versions])
    for version, obligation, number in (
        rows.order_by().values_list("version", "obligation").annotate(Count("id"))
    ):
        found.setdefault(version, {"all": 0})[obligation] = number
        found[version]["all"] += number
    return found


@require_safe
def specification_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one specification through all its versions."""
    versions = list(_versions(request).filter(specification__slug=slug).newest_first())
    if not versions:
        raise Http404
    counts = _class_counts(versions)
    specification = versions[0].specification
    context = {
        "specification": specification,
        "title": words.title(specification),
        "domain": codelist.labels("business_domains", words.language()).get(specification.domain),
        "rows": [(version, counts.get(version.pk, {})) for version in versions],
        "all_versions": versions,
        "crumbs": [(_("標準仕様"), _url("specification-list")), (words.title(specification), "")],
    }
    return render(request, "specs/specification_detail.html", context)


def _url(name: str, *args: str) -> str:
    return reverse(f"specs:{name}", args=args)


# -- a version ---------------------------------------------------------------------------------


@require_safe
def version_detail(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Show a version: contents left, requirements right, each with what is known of it.

    A large version opens with one chapter, the first or that of ``at`` (a chapter's anchor or a
    requirement's key); htmx asks for the others as they are reached. ``whole`` shows all at once.
    """
    version = _version(request, slug, number)
    outline = list(
        version.requirements.only(
            "version", "key", "chapter", "section", "kind", *lifecycle.DUE_COLUMNS
        )
    )
    narrowed = RequirementFilter(
        request.GET, queryset=version.requirements.defer("search_text", "source")
    )
    if (
        len(outline) <= MOST_AT_ONCE
        or request.GET.get("whole")
        or any(request.GET.get(name) for name in RequirementFilter.base_filters)
    ):
        requirements = list(narrowed.qs)
        chapters = contents(requirements)
    else:
        chapters = contents(outline)
        chapter = opened(chapters, request.GET.get("at", ""))
        requirements = list(narrowed.qs[chapter.start : chapter.start + chapter.count])
        chapters = one_opened(chapters, chapter, requirements)
        if is_htmx(request):
            chapters = [each for each in chapters if not each.waits]
    siblings = _versions(request).filter(specification=version.specification_id).newest_first()
    response = render(
        request,
        "specs/_chapters.html" if is_htmx(request) else "specs/version_detail.html",
        version_context(request, version, requirements, outline, chapters)
        | {"filter": narrowed, "siblings": list(siblings)}
        | {"due": lifecycle.due_dates(outline)}
        | lifecycle.life(version, request.user, timezone.localdate())
        | _editor_context(request, version),
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def version_context(
    request: HttpRequest,
    version: SpecificationVersion,
    requirements: list[Requirement],
    outline: list[Requirement],
    chapters: list[Chapter],
) -> dict[str, Any]:
    """Build what the version page shows of these requirements; ``outline`` is all of them."""
    totals = Counter(each.obligation for each in outline)
    provided = notes.provided_counts(version.pk)
    for each in requirements:
        each.provided = provided.get(each.key)  # type: ignore[attr-defined]
    return {
        "version": version,
        "specification": version.specification,
        "title": words.title(version.specification),
        "chapters": chapters,
        "waiting": any(each.waits for each in chapters),
        "chapter_titles": list(dict.fromkeys(each.chapter for each in outline)),
        "several_kinds": len({each.kind for each in outline}) > 1,
        "totals": [(code, totals[code]) for code in documents.OBLIGATIONS],
        "total": len(outline),
        "shown": len(requirements),
        "narrowed": any(request.GET.get(n) for n in RequirementFilter.base_filters),
        "today": timezone.localdate(),
        "changes": [
            (kind, version.change_counts[kind])
            for kind in diff.KINDS
            if version.change_counts.get(kind)
        ],
        "crumbs": [
            (_("標準仕様"), _url("specification-list")),
            (
                words.title(version.specification),
                _url("specification-detail", version.specification.slug),
            ),
            (_("第%(number)s版") % {"number": version.number}, ""),
        ],
    }


def _editor_context(request: HttpRequest, version: SpecificationVersion) -> dict[str, Any]:
    if not version.is_draft:
        published = version.state == SpecificationVersion.State.PUBLISHED
        return {
            "may_withdraw": published and permissions.may_withdraw_version(request.user, version)
        }
    return {
        "may_publish": permissions.may_publish_version(request.user, version),
        "sheets": [
            {
                **sheet,
                "columns": [
                    (words.SHEET_COLUMNS.get(name, name), at.get("column"), at.get("heading"))
                    for name, at in sheet.get("columns", {}).items()
                ],
            }
            for sheet in version.mapping.get("sheets", [])
        ],
    }


@require_safe
def requirement_detail(request: HttpRequest, slug: str, number: str, key: str) -> HttpResponse:
    """Show one requirement under its lasting address, with its history through the versions."""
    version = _version(request, slug, number)
    requirement = get_object_or_404(version.requirements, key=key)
    stated = requirement.stated()
    history = (
        Requirement.objects.filter(
            key=key, version__in=_versions(request).filter(specification=version.specification_id)
        )
        .select_related("version")
        .defer("version__document", "text", "search_text", "rationale")
        .order_by("-version__published_on", "-version__id")
    )
    around = version.requirements.filter(
        position__in=(requirement.position - 1, requirement.position + 1)
    ).only("key", "official_id", "title", "position", "version")
    neighbours = {each.position - requirement.position: each for each in around}
    title = requirement.title or requirement.official_id
    context = {
        "version": version,
        "specification": version.specification,
        "title": words.title(version.specification),
        "requirement": requirement,
        "answer": words.accepted_answer(stated),
        "group_answers": [
            (words.category(code), words.accepted_answer(stated, code))
            for code in dict.fromkeys([*stated.obligations, *_outside(stated)])
        ],
        "provided": notes.provided_counts(version.pk).get(key),
        "history": history,
        "before": neighbours.get(-1),
        "after": neighbours.get(1),
        "today": timezone.localdate(),
        **lifecycle.life(version, request.user, timezone.localdate()),
        "kin": successors.kin(version, key, request.user),
        "permalink": request.build_absolute_uri(request.path),
        "property": json.dumps(
            {key: {**documents.shape_for(stated, documents.ROOT_CATEGORY)}},
            ensure_ascii=False,
            indent=2,
        ),
        "crumbs": [
            (_("標準仕様"), _url("specification-list")),
            (words.title(version.specification), _url("specification-detail", slug)),
            (_("第%(number)s版") % {"number": number}, _url("version-detail", slug, number)),
            (title, ""),
        ],
    }
    return render(request, "specs/requirement_detail.html", context)


def _outside(stated: documents.Requirement) -> list[str]:
    """List the body categories that the requirement does not concern."""
    if not stated.categories:
        return []
    return [c.code for c in codelist.body_categories() if c.code not in stated.categories]


# -- the JSON Schema ---------------------------------------------------------------------------


def schema_etag(version: SpecificationVersion) -> str:
    """Name the bytes that are served for a version: its document and our answer shapes."""
    shapes = json.dumps(registry.load("answers"), sort_keys=True)
    return hashlib.sha256(f"{version.digest}\n{shapes}".encode()).hexdigest()


def schema_bytes(version: SpecificationVersion) -> bytes:
    """Write a version's document as it is downloaded: bundled, its requirements in order."""
    document = version.document
    ordered = documents.build_document(
        documents.meta_of(document), documents.requirements_of(document)
    )
    text = json.dumps(documents.bundled(ordered), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _served(
    request: HttpRequest, version: SpecificationVersion, write: Callable[[], bytes], kind: str
) -> HttpResponse:
    """Serve what is written from a version's document, unless the asker holds it already.

    What was published may be kept by anybody, and asked for anew each time; what was not may not be
    kept. ``X-Document-SHA256`` is the digest of the document; ``ETag`` also names our shapes.
    """
    etag = quote_etag(schema_etag(version))
    held = get_conditional_response(request, etag=etag)
    response = held or HttpResponse(write(), content_type=kind)
    response["ETag"] = etag
    response["X-Document-SHA256"] = version.digest
    response["Cache-Control"] = "public, no-cache" if version.is_public else "private, no-store"
    if version.is_public and version.published_on:
        day = datetime.combine(version.published_on, time(), timezone.get_current_timezone())
        response["Last-Modified"] = http_date(min(day, timezone.now()).timestamp())
    return response


@require_safe
def version_schema(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Serve the JSON Schema of a version: one file that needs no other, to scripts of any host."""
    version = _version(request, slug, number)
    kind = "application/schema+json"
    response = _served(request, version, lambda: schema_bytes(version), kind)
    response["Content-Disposition"] = f'inline; filename="{slug}-{number}.schema.json"'
    if version.is_public:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, X-Document-SHA256"
    return response


@require_safe
def version_oscal(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Serve a version as an OSCAL catalog."""
    version = _version(request, slug, number)

    def write() -> bytes:
        catalog = oscal.catalog_of(version.document, version.digest)
        return f"{json.dumps(catalog, ensure_ascii=False)}\n".encode()

    response = _served(request, version, write, "application/json")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{number}.oscal.json"'
    return response


@require_safe
def latest(request: HttpRequest, slug: str, rest: str = "") -> HttpResponse:
    """Lead from the address of the latest version to that of the one in force, or the newest."""
    versions = list(_versions(request).published().filter(specification__slug=slug).newest_first())
    in_force = [
        each for each in versions if each.standing == SpecificationVersion.Standing.IN_FORCE
    ]
    if not versions:
        raise Http404
    stands = [each for each in versions if each.standing != SpecificationVersion.Standing.WITHDRAWN]
    number = (in_force or stands or versions)[0].number
    return redirect(_url("version-detail", slug, number) + rest)


# -- the editor's deeds ------------------------------------------------------------------------


@login_required
@require_POST
def version_publish(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Publish the draft that the editor has looked at."""
    version = _version(request, slug, number)
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    try:
        actions.publish_version(
            version,
            by=request.user,
            at=timezone.now(),
            digest=request.POST.get("digest", ""),
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        _say(request, refused.problems)
    else:
        messages.success(request, _("第%(number)s版を公表しました。") % {"number": number})
    return redirect("specs:version-detail", slug, number)


@login_required
@require_POST
def version_discard(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Discard a draft."""
    version = _version(request, slug, number)
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    try:
        actions.discard_draft(version, by=request.user, at=timezone.now())
    except Refused as refused:
        _say(request, refused.problems)
        return redirect("specs:version-detail", slug, number)
    messages.success(request, _("第%(number)s版の案を破棄しました。") % {"number": number})
    return redirect("specs:specification-list")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def version_withdraw(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """End a published version, with the reason and what its readers should do now."""
    version = _version(request, slug, number)
    if not permissions.may_withdraw_version(request.user, version):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    posted = request.method == "POST"
    form = WithdrawForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            actions.withdraw_version(
                version, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("第%(number)s版を廃止しました。") % {"number": number})
            return redirect("specs:version-detail", slug, number)
    context = {
        "version": version,
        "specification": version.specification,
        "title": words.title(version.specification),
        "form": form,
        "crumbs": [
            (_("標準仕様"), _url("specification-list")),
            (words.title(version.specification), _url("specification-detail", slug)),
            (_("第%(number)s版") % {"number": number}, _url("version-detail", slug, number)),
            (_("廃止"), ""),
        ],
    }
    return render(request, "specs/version_withdraw.html", context, status=422 if posted else 200)


def _say(request: HttpRequest, problems: Iterable[Problem]) -> None:
    for problem in problems:
        messages.error(request, problem.sentence(words.language()))
