"""The pages of the demand: specifications, versions, requirements, differences, import."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

import schemas.specifications as documents
from marketplace.accounts.models import User
from schemas import codelist, registry
from schemas.problems import Problem, Refused
from schemas.specifications import SpecificationMeta
from specs import actions, diff, notes, permissions, words
from specs.contents import contents
from specs.filters import RequirementFilter, SpecificationFilter
from specs.forms import SheetForm, read_upload, source_of
from specs.models import Requirement, Specification, SpecificationVersion

PAGE = 50


def _versions(request: HttpRequest) -> Any:
    """Give the versions that the reader may see, without their documents."""
    found = SpecificationVersion.objects.visible_to(request.user).light()
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
        (drafts if version.is_draft else newest)[version.specification_id] = version
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
    """Show a version: contents left, requirements right, each with what is known of it."""
    version = _version(request, slug, number)
    outline = list(
        version.requirements.order_by("position").values_list("chapter", "obligation", "kind")
    )
    narrowed = RequirementFilter(
        request.GET, queryset=version.requirements.defer("search_text", "source")
    )
    requirements = list(narrowed.qs)
    siblings = _versions(request).filter(specification=version.specification_id).newest_first()
    return render(
        request,
        "specs/version_detail.html",
        version_context(request, version, requirements, outline)
        | {"filter": narrowed, "siblings": list(siblings)}
        | _draft_context(request, version),
    )


def version_context(
    request: HttpRequest,
    version: SpecificationVersion,
    requirements: list[Requirement],
    outline: list[tuple[str, str, str]],
) -> dict[str, Any]:
    """Build what the version page shows; ``outline``: chapter, class, kind of each requirement."""
    totals = Counter(obligation for _chapter, obligation, _kind in outline)
    provided = notes.provided_counts(version.pk)
    for each in requirements:
        each.provided = provided.get(each.key)  # type: ignore[attr-defined]
    return {
        "version": version,
        "specification": version.specification,
        "title": words.title(version.specification),
        "chapters": contents(requirements),
        "chapter_titles": list(dict.fromkeys(chapter for chapter, _obligation, _kind in outline)),
        "several_kinds": len({kind for _chapter, _obligation, kind in outline}) > 1,
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


def _draft_context(request: HttpRequest, version: SpecificationVersion) -> dict[str, Any]:
    if not version.is_draft:
        return {}
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


def _etag(request: HttpRequest, slug: str, number: str) -> str:
    return quote_etag(schema_etag(_version(request, slug, number)))


@require_safe
@condition(etag_func=_etag)
def version_schema(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Serve the JSON Schema of a version: one file that needs no other."""
    version = _version(request, slug, number)
    response = HttpResponse(schema_bytes(version), content_type="application/schema+json")
    response["X-Document-SHA256"] = version.digest
    response["Content-Disposition"] = f'inline; filename="{slug}-{number}.schema.json"'
    response["Cache-Control"] = "private, no-cache" if version.is_draft else "public, no-cache"
    return response


# -- differences -------------------------------------------------------------------------------


@require_safe
def diff_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead from the two versions chosen in a form to the lasting address of their difference."""
    older, newer = (
        _version(request, slug, request.GET.get(name, "")[:20]) for name in ("from", "to")
    )
    return redirect("specs:diff-detail", slug, older.number, newer.number)


@dataclass(frozen=True)
class FieldChange:
    """One field of a changed requirement: its label and both sides, marked where it is text."""

    label: Any
    old: str
    new: str
    parts: tuple[diff.Part, ...] | None


def field_changes(change: diff.Change) -> list[FieldChange]:
    """Write what differs in a requirement; of an added or withdrawn one everything that it says."""
    names: Iterable[str] = change.fields
    if change.before is None or change.after is None:
        stated = change.requirement
        names = [
            name
            for name in (
                "obligation",
                "obligations",
                "due_on",
                "text",
                "bound",
                "interface",
                "rationale",
                "remarks",
            )
            if getattr(stated, name)
        ]
    marks: Mapping[str, tuple[diff.Part, ...]] = change.marks or {}
    order = list(words.FIELDS)
    return [
        FieldChange(
            words.FIELDS[name],
            words.field_value(change.before, name),
            words.field_value(change.after, name),
            marks.get(name),
        )
        for name in sorted(names, key=order.index)
    ]


@require_safe
def diff_detail(request: HttpRequest, slug: str, older: str, newer: str) -> HttpResponse:
    """Show what changed between two versions, by kind of change and chapter (新旧対照表)."""
    visible = SpecificationVersion.objects.visible_to(request.user)
    found = {
        version.number: version
        for version in visible.filter(
            specification__slug=slug, number__in={older, newer}
        ).select_related("specification__authority")
    }
    if older not in found or newer not in found:
        raise Http404
    was, now = found[older], found[newer]
    difference = diff.compare_documents(was.document, now.document)
    counts = difference.counts()
    wanted = request.GET.get("change", "")
    wanted = wanted if wanted in diff.KINDS else ""
    groups: dict[str, dict[str, list[tuple[diff.Change, list[FieldChange]]]]] = {}
    for change in difference.changes:
        if not wanted or wanted in change.kinds:
            chapters = groups.setdefault(wanted or change.kinds[0], {})
            chapters.setdefault(change.requirement.chapter, []).append(
                (change, field_changes(change))
            )
    specification = now.specification
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
        "versions": visible.filter(specification=specification).light().newest_first(),
        "crumbs": [
            (_("標準仕様"), _url("specification-list")),
            (words.title(specification), _url("specification-detail", slug)),
            (_("新旧対照"), ""),
        ],
    }
    return render(request, "specs/diff_detail.html", context)


# -- the editor's deeds ------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def version_import(request: HttpRequest) -> HttpResponse:
    """Take a sheet, show what was understood of it or every problem, and keep a draft."""
    if not permissions.may_import_specification(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SheetForm(*posted, user=request.user)
    context: dict[str, Any] = {
        "form": form,
        "crumbs": [(_("標準仕様"), _url("specification-list")), (_("表を取り込む"), "")],
    }
    if request.method != "POST":
        return render(request, "specs/version_import.html", context)
    if form.is_valid():
        try:
            reading, document = read_upload(
                form.cleaned_data["file"], _meta(form), form.cleaned_data["mapping"]
            )
            context["reading"] = reading
            context["problems"] = reading.problems
            if document is not None:
                version = actions.draft_version(
                    document, by=request.user, at=timezone.now(), source=source_of(reading)
                )
                return redirect("specs:version-detail", version.specification.slug, version.number)
        except Refused as refused:
            context["problems"] = refused.problems
    if reading_shown := context.get("reading"):
        context["sheets"] = [
            (
                sheet,
                [
                    (words.SHEET_COLUMNS[name], letter, sheet.headings[name])
                    for name, letter in sheet.columns.items()
                ],
            )
            for sheet in reading_shown.sheets
        ]
    return render(request, "specs/version_import.html", context, status=422)


def _meta(form: SheetForm) -> SpecificationMeta:
    cleaned = form.cleaned_data
    held = Specification.objects.filter(slug=cleaned["slug"]).first()
    return SpecificationMeta(
        slug=cleaned["slug"],
        version=cleaned["number"],
        title=cleaned["title"],
        title_en=held.title_en if held else "",
        authority=cleaned["authority"].name,
        domain=cleaned["domain"],
        published_on=cleaned["published_on"].isoformat(),
        extension_policy=cleaned["extension_policy"],
        sample=held.is_sample if held else False,
    )


@login_required
@require_POST
def version_publish(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Publish the draft that the editor has looked at."""
    version = _version(request, slug, number)
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    try:
        actions.publish_version(
            version, by=request.user, at=timezone.now(), digest=request.POST.get("digest", "")
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


def _say(request: HttpRequest, problems: Iterable[Problem]) -> None:
    for problem in problems:
        messages.error(request, problem.sentence(words.language()))
