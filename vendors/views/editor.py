"""The claim editor: chapter by chapter, and the way through a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from schemas.assessment import Verdict, assess
from schemas.problems import Problem, Refused
from schemas.specifications import ROOT_CATEGORY, requirements_of
from vendors import actions, sheets
from vendors.actions.claim import subject_of
from vendors.forms import AnswerForm, UploadForm, said
from vendors.models import ConformanceClaim
from vendors.reports import Chapter, Row, chapters_of, left_in
from vendors.statements import answers_of
from vendors.views.claim import own_claim
from vendors.views.vendor import posted, signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class EditorRow:
    """One requirement on the page: what is known of it, and its form."""

    row: Row
    form: AnswerForm


def _chapters(claim: ConformanceClaim) -> tuple[list[Chapter], Verdict]:
    document, answers = claim.version.document, answers_of(claim)
    given = {**answers, **claim.extra_answers}
    verdict = assess(document, given, on=timezone.localdate(), body_category=ROOT_CATEGORY)
    return chapters_of(requirements_of(document), answers, verdict), verdict


@login_required
@require_safe
def claim_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the first chapter with an answer missing, or to the review where none is."""
    claim = own_claim(request, pk)
    if claim.state != ConformanceClaim.State.DRAFT:
        return redirect("vendors:claim-review", pk=claim.pk)
    chapters, _verdict = _chapters(claim)
    unfinished = next((chapter for chapter in chapters if chapter.left), None)
    if unfinished is None:
        return redirect("vendors:claim-review", pk=claim.pk)
    return redirect("vendors:chapter-edit", pk=claim.pk, chapter=unfinished.number)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def chapter_edit(request: HttpRequest, pk: int, chapter: int) -> HttpResponse:
    """Answer the requirements of one chapter; nothing is stored while one is ill-formed."""
    claim = own_claim(request, pk)
    if claim.state != ConformanceClaim.State.DRAFT:
        return redirect("vendors:claim-review", pk=claim.pk)
    chapters, verdict = _chapters(claim)
    current = next((each for each in chapters if each.number == chapter), None)
    if current is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    rows = [
        EditorRow(row, AnswerForm(data, requirement=row.requirement, answer=row.answer or {}))
        for row in current.rows
    ]
    problems: list[Problem] = []
    readable = [each.form.is_valid() for each in rows] if data is not None else [False]
    if all(readable):
        try:
            actions.save_answers(
                claim,
                answers={each.row.requirement.key: each.form.given() for each in rows},
                edition=_edition(request.POST.get("edition")),
                by=signed_in(request),
                at=timezone.now(),
            )
        except Refused as refused:
            problems = _show(rows, refused.problems)
        else:
            return _saved(request, claim, chapters, current)
    spoiled = [each for each in rows if each.form.errors]
    context = {
        "claim": claim,
        "chapters": chapters,
        "current": current,
        "previous": chapters[current.number - 2] if current.number > 1 else None,
        "rows": rows,
        "spoiled": spoiled,
        "problems": problems,
        "edition": request.POST.get("edition", claim.edition),
        "left": left_in(chapters),
        "total": sum(each.total for each in chapters),
        "verdict": verdict,
        "last": current.number == len(chapters),
    }
    status = 422 if spoiled or problems else 200
    return render(request, "vendors/claim_edit.html", context, status=status)


def _edition(text: str | None) -> int:
    """Read the edition that the page carried; anything else is none that ever was."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _show(rows: Sequence[EditorRow], problems: Sequence[Problem]) -> list[Problem]:
    """Put the problems at their rows' fields; return those that belong to no row."""
    forms = {each.row.requirement.key: each.form for each in rows}
    rest = []
    for problem in problems:
        parts = problem.pointer.split("/")
        key = parts[2].replace("~1", "/").replace("~0", "~") if len(parts) > 2 else ""
        if parts[1:2] == ["answers"] and key in forms:
            name = parts[3] if len(parts) > 3 else "answer"
            form = forms[key]
            field = name if name in form.fields else "answer"
            form.add_error(field, said(problem))
        else:
            rest.append(problem)
    return rest


def _saved(
    request: HttpRequest, claim: ConformanceClaim, chapters: Sequence[Chapter], current: Chapter
) -> HttpResponse:
    """Go where the person asked to: on, to the review, or back to the same chapter."""
    messages.success(request, _("「%(name)s」を保存しました。") % {"name": current.name})
    if "next" in request.POST:
        if current.number == len(chapters):
            return redirect("vendors:claim-review", pk=claim.pk)
        return redirect("vendors:chapter-edit", pk=claim.pk, chapter=current.number + 1)
    return redirect("vendors:chapter-edit", pk=claim.pk, chapter=current.number)


@login_required
@require_safe
def claim_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the answer sheet with the answers given so far."""
    claim = own_claim(request, pk)
    requirements = requirements_of(claim.version.document)
    body = sheets.written(subject_of(claim), requirements, answers_of(claim))
    response = HttpResponse(body, content_type=XLSX)
    plain = f"answers-{claim.version.specification.slug}-{claim.version.number}-{claim.pk}.xlsx"
    fair = quote(f"回答票_{claim.version}_{claim.release}.xlsx".replace(" ", "_"))
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{fair}"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a filled-in answer sheet; every problem at once, with cell and requirement."""
    claim = own_claim(request, pk)
    if claim.state != ConformanceClaim.State.DRAFT:
        return redirect("vendors:claim-review", pk=claim.pk)
    form = UploadForm(posted(request), request.FILES or None, initial={"edition": claim.edition})
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            upload = actions.upload_answer_sheet(
                claim,
                data=sent.read(settings.UPLOAD_LIMIT_BYTES + 1),
                name=sent.name or "",
                edition=form.cleaned_data["edition"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except Refused as refused:
            problems = refused.problems
        else:
            messages.success(
                request,
                _("回答票を読み込みました。変わった回答%(changed)d件、未回答%(left)d件です。")
                % {"changed": upload.changed, "left": upload.left},
            )
            return redirect(reverse("vendors:claim-edit", args=[claim.pk]))
    context = {
        "claim": claim,
        "form": form,
        "problems": problems[:MOST_SHOWN_PROBLEMS],
        "more": max(0, len(problems) - MOST_SHOWN_PROBLEMS),
        "count": len(problems),
        "file_name": getattr(request.FILES.get("file"), "name", ""),
    }
    status = 422 if problems or form.errors else 200
    return render(request, "vendors/claim_upload.html", context, status=status)
