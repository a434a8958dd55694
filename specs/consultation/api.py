"""Consultations over REST: the same filters, permissions, deeds and problems as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import specs.converters  # noqa: F401 -- registers the parts of addresses used below
from marketplace.accounts.models import User
from schemas.problems import Problem, Refused
from specs import words
from specs.consultation import actions, permissions, rules
from specs.consultation.filters import CommentFilter
from specs.consultation.forms import asked_named
from specs.consultation.models import Comment, Consultation, GoodPractice
from specs.consultation.practice_views import key_named
from specs.consultation.serializers import (
    CloseEntrySerializer,
    CommentAnswerEntrySerializer,
    CommentChangeSerializer,
    CommentEntrySerializer,
    CommentSerializer,
    ConsultationSerializer,
    ExtendEntrySerializer,
    GoodPracticeEntrySerializer,
    GoodPracticeSerializer,
    OpenedSerializer,
    OpenEntrySerializer,
    OrganisationEntrySerializer,
    ResultSerializer,
)
from specs.consultation.shown import Shown, answers_are_seen, shown
from specs.consultation.views import XLSX, comment_of, result_rows, sheet_response
from specs.models import Specification, SpecificationVersion
from specs.organisations import Organisation, organisations_of
from specs.serializers import ProblemsSerializer

MISSING = {404: ProblemsSerializer}
UNREADABLE = {400: ProblemsSerializer}
REFUSALS = {
    400: ProblemsSerializer,
    401: ProblemsSerializer,
    403: ProblemsSerializer,
    404: ProblemsSerializer,
    422: ProblemsSerializer,
}
PK = OpenApiParameter("pk", OpenApiTypes.INT, OpenApiParameter.PATH)
SLUG = OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH)
NUMBER = OpenApiParameter("number", OpenApiTypes.STR, OpenApiParameter.PATH)


def _person(request: Request) -> User:
    """Return who is signed in; raises ``NotAuthenticated`` where nobody is."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def _consultation(pk: int) -> Consultation:
    found: Consultation = get_object_or_404(Consultation.objects.listed().with_counts(), pk=pk)
    return found


def _run(request: Request, pk: int) -> tuple[User, Consultation]:
    """Return the editor and the consultation that they run."""
    person = _person(request)
    consultation = _consultation(pk)
    if not permissions.may_run_consultation(person, consultation):
        raise PermissionDenied
    return person, consultation


def _speaking(request: Request) -> tuple[User, list[Organisation]]:
    """Return the person and the organisations for which they speak."""
    person = _person(request)
    if not (found := organisations_of(person)):
        raise PermissionDenied
    return person, found


def _speaker(organisations: list[Organisation], code: str) -> Organisation:
    """Return the organisation that was named, or the only one."""
    if not code and len(organisations) == 1:
        return organisations[0]
    for each in organisations:
        if each.code == code:
            return each
    raise Refused([Problem("/organisation", "comment_organisation_missing")])


def _given(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    found: dict[str, Any] = serializer.validated_data
    return found


def _key(consultation: Consultation, named: str) -> str:
    asked = asked_named(consultation, named) if named else None
    return asked.key if asked else named


def _comment_response(request: Request, comment: Comment, code: int = 200) -> Response:
    found = comment_of(comment.pk)
    answers = answers_are_seen(request.user, found.consultation)
    (row,) = shown([found], [], answers=answers)
    return Response(CommentSerializer(row).data, status=code)


class ConsultationList(generics.ListAPIView[Consultation]):
    """The consultations (意見照会), the latest first."""

    queryset = Consultation.objects.none()
    serializer_class = ConsultationSerializer

    def get_queryset(self) -> QuerySet[Consultation]:
        """Give all of them: what is asked is asked of everybody."""
        return Consultation.objects.listed().with_counts().order_by("-closes_on", "-id")

    @extend_schema(
        operation_id="consultations_list",
        responses={200: ConsultationSerializer(many=True), **MISSING},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them."""
        return self.list(request, *args, **kwargs)


class ConsultationDetail(APIView):
    """One consultation."""

    @extend_schema(
        operation_id="consultations_retrieve",
        parameters=[PK],
        responses={200: ConsultationSerializer, **MISSING},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Give it by its number."""
        return Response(ConsultationSerializer(_consultation(pk)).data)


class ConsultationOpen(APIView):
    """Laying a draft before bodies and vendors."""

    @extend_schema(
        operation_id="consultations_open",
        parameters=[SLUG, NUMBER],
        request=OpenEntrySerializer,
        responses={201: OpenedSerializer, **REFUSALS},
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Open a consultation; a short period is warned about, not refused."""
        person = _person(request)
        visible = SpecificationVersion.objects.visible_to(person).light()
        version = get_object_or_404(
            visible.select_related("specification__authority"),
            specification__slug=slug,
            number=number,
        )
        if not permissions.may_open_consultation(person, version):
            raise PermissionDenied
        given = _given(OpenEntrySerializer(data=request.data))
        made = actions.open_consultation(version, **given, by=person, at=timezone.now())
        language = words.language()
        warnings = [
            {"code": each.code, "message": each.sentence(language)}
            for each in rules.period_is_long_enough(given["opens_on"], given["closes_on"])
        ]
        found = {"consultation": _consultation(made.pk), "warnings": warnings}
        return Response(OpenedSerializer(found).data, status=status.HTTP_201_CREATED)


class ConsultationExtend(APIView):
    """Moving the last day back."""

    @extend_schema(
        operation_id="consultations_extend",
        parameters=[PK],
        request=ExtendEntrySerializer,
        responses={200: ConsultationSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Extend a consultation to a later day."""
        person, consultation = _run(request, pk)
        given = _given(ExtendEntrySerializer(data=request.data))
        actions.extend_consultation(consultation, **given, by=person, at=timezone.now())
        return Response(ConsultationSerializer(_consultation(pk)).data)


class ConsultationClose(APIView):
    """Closing a consultation."""

    @extend_schema(
        operation_id="consultations_close",
        parameters=[PK],
        request=CloseEntrySerializer,
        responses={200: ConsultationSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Close it; the version is a draft again."""
        person, consultation = _run(request, pk)
        given = _given(CloseEntrySerializer(data=request.data))
        actions.close_consultation(consultation, **given, by=person, at=timezone.now())
        return Response(ConsultationSerializer(_consultation(pk)).data)


class ResultsPublish(APIView):
    """Publishing the results."""

    @extend_schema(
        operation_id="consultations_publish_results",
        parameters=[PK],
        request=None,
        responses={200: ConsultationSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Publish every comment with its answer; from then on answers change no more."""
        person, consultation = _run(request, pk)
        actions.publish_results(consultation, by=person, at=timezone.now())
        return Response(ConsultationSerializer(_consultation(pk)).data)


class Results(APIView):
    """The result table (意見照会結果)."""

    @extend_schema(
        operation_id="consultations_results",
        parameters=[PK],
        responses={200: ResultSerializer, **MISSING},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Give the whole table; 404 before it is published, except to the editors."""
        consultation = _consultation(pk)
        rows = result_rows(request, consultation)
        return Response(ResultSerializer({"consultation": consultation, "comments": rows}).data)


class ResultsSheet(APIView):
    """The result table as XLSX."""

    @extend_schema(
        operation_id="consultations_results_sheet",
        parameters=[PK],
        responses={(200, XLSX): OpenApiTypes.BINARY, **MISSING},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Give the same workbook as the page's download."""
        consultation = _consultation(pk)
        return sheet_response(consultation, result_rows(request, consultation))


class CommentList(generics.ListAPIView[Comment]):
    """The comments of a consultation."""

    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    filterset_class = CommentFilter

    def get_queryset(self) -> QuerySet[Comment]:
        """Give those that stand, by number."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        consultation = _consultation(self.kwargs["pk"])
        return consultation.comments.standing().listed().order_by("number")

    @extend_schema(
        operation_id="consultation_comments_list",
        parameters=[PK],
        responses={200: CommentSerializer(many=True), **MISSING, **UNREADABLE},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, narrowed as on the page."""
        answers = answers_are_seen(request.user, _consultation(kwargs["pk"]))
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows: list[Shown] = shown(page, [], answers=answers)
        return self.get_paginated_response(CommentSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="consultation_comments_create",
        parameters=[PK],
        request=CommentEntrySerializer,
        responses={201: CommentSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Comment in an organisation's name; it is public at once."""
        person, organisations = _speaking(request)
        consultation = _consultation(pk)
        entry = CommentEntrySerializer(data=request.data)
        given = _given(entry)
        comment = actions.submit_comment(
            consultation,
            organisation=_speaker(organisations, given["organisation"]),
            opinion=entry.opinion(_key(consultation, given["requirement"])),
            by=person,
            at=timezone.now(),
        )
        return _comment_response(request, comment, status.HTTP_201_CREATED)


class CommentDetail(APIView):
    """One comment."""

    @extend_schema(
        operation_id="consultation_comments_retrieve",
        parameters=[PK],
        responses={200: CommentSerializer, **MISSING},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Give it by its number in the marketplace."""
        return _comment_response(request, comment_of(pk))


class CommentChange(APIView):
    """Another wording of a comment."""

    @extend_schema(
        operation_id="consultation_comments_change",
        parameters=[PK],
        request=CommentChangeSerializer,
        responses={200: CommentSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Change one's own organisation's comment; what is sent replaces what stands."""
        person = _person(request)
        comment = comment_of(pk)
        if not permissions.may_change_comment(person, comment):
            raise PermissionDenied
        entry = CommentChangeSerializer(data=request.data)
        given = _given(entry)
        actions.change_comment(
            comment,
            opinion=entry.opinion(_key(comment.consultation, given["requirement"])),
            edition=given["edition"],
            by=person,
            at=timezone.now(),
        )
        return _comment_response(request, comment)


class CommentWithdraw(APIView):
    """The end of a comment."""

    @extend_schema(
        operation_id="consultation_comments_withdraw",
        parameters=[PK],
        request=None,
        responses={204: OpenApiResponse(description="The comment is shown no more."), **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take one's own organisation's comment back."""
        person = _person(request)
        actions.withdraw_comment(comment_of(pk), by=person, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class CommentEndorse(APIView):
    """Sharing another organisation's comment."""

    @extend_schema(
        operation_id="consultation_comments_endorse",
        parameters=[PK],
        request=OrganisationEntrySerializer,
        responses={200: CommentSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Endorse a comment; twice changes nothing."""
        person, organisations = _speaking(request)
        comment = comment_of(pk)
        given = _given(OrganisationEntrySerializer(data=request.data))
        speaker = _speaker(organisations, given["organisation"])
        actions.endorse_comment(comment, organisation=speaker, by=person, at=timezone.now())
        return _comment_response(request, comment)


class EndorsementWithdraw(APIView):
    """The end of an endorsement."""

    @extend_schema(
        operation_id="consultation_comments_withdraw_endorsement",
        parameters=[PK],
        request=OrganisationEntrySerializer,
        responses={200: CommentSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Endorse a comment no more; where none stood nothing changes."""
        person, organisations = _speaking(request)
        comment = comment_of(pk)
        given = _given(OrganisationEntrySerializer(data=request.data))
        speaker = _speaker(organisations, given["organisation"])
        actions.withdraw_endorsement(comment, organisation=speaker, by=person, at=timezone.now())
        return _comment_response(request, comment)


class CommentAnswer(APIView):
    """The editors' answer."""

    @extend_schema(
        operation_id="consultation_comments_answer",
        parameters=[PK],
        request=CommentAnswerEntrySerializer,
        responses={200: CommentSerializer, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Answer a comment; a later answer takes its place until the results are published."""
        person = _person(request)
        comment = comment_of(pk)
        consultation = comment.consultation
        if not permissions.may_run_consultation(person, consultation):
            raise PermissionDenied
        given = _given(CommentAnswerEntrySerializer(data=request.data))
        version = None
        if number := given.pop("version"):
            visible = SpecificationVersion.objects.visible_to(person).light()
            version = visible.filter(
                specification=consultation.version.specification_id, number=number
            ).first()
            if version is None:
                raise Refused([Problem("/version", "answer_names_unknown_version")])
        actions.answer_comment(comment, **given, version=version, by=person, at=timezone.now())
        return _comment_response(request, comment)


def _specification(request: Request, slug: str) -> Specification:
    visible = SpecificationVersion.objects.visible_to(request.user)
    found: Specification = get_object_or_404(
        Specification.objects.select_related("authority").filter(versions__in=visible).distinct(),
        slug=slug,
    )
    return found


class GoodPracticeList(generics.ListAPIView[GoodPractice]):
    """The good practices (好事例) of a specification."""

    queryset = GoodPractice.objects.none()
    serializer_class = GoodPracticeSerializer

    def get_queryset(self) -> QuerySet[GoodPractice]:
        """Give those that were not withdrawn, the newest first."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        specification = _specification(self.request, self.kwargs["slug"])
        return specification.good_practices.published().select_related("specification")

    @extend_schema(
        operation_id="good_practices_list",
        parameters=[SLUG],
        responses={200: GoodPracticeSerializer(many=True), **MISSING},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="good_practices_create",
        parameters=[SLUG],
        request=GoodPracticeEntrySerializer,
        responses={201: GoodPracticeSerializer, **REFUSALS},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Tell how one's body does it; it is public at once."""
        person, organisations = _speaking(request)
        specification = _specification(request, slug)
        bodies = [each for each in organisations if each.kind == "body"]
        if not bodies:
            raise PermissionDenied
        entry = GoodPracticeEntrySerializer(data=request.data)
        given = _given(entry)
        consultation = None
        if number := given["consultation"]:
            consultation = Consultation.objects.listed().filter(pk=number).first()
            if consultation is None:
                raise Refused([Problem("/consultation", "good_practice_of_other_consultation")])
        made = actions.attach_good_practice(
            specification,
            organisation=_speaker(bodies, given["organisation"]),
            practice=entry.practice(key_named(specification, given["requirement"])),
            consultation=consultation,
            by=person,
            at=timezone.now(),
        )
        return Response(GoodPracticeSerializer(made).data, status=status.HTTP_201_CREATED)


class GoodPracticeWithdraw(APIView):
    """The end of a good practice."""

    @extend_schema(
        operation_id="good_practices_withdraw",
        parameters=[PK],
        request=None,
        responses={204: OpenApiResponse(description="It is shown no more."), **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take it back: the body that told it, or the authority's editors."""
        person = _person(request)
        practice = get_object_or_404(GoodPractice.objects.published(), pk=pk)
        actions.withdraw_good_practice(practice, by=person, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


COMMENT = "consultation-comments/<int:pk>/"
urlpatterns = [
    path("consultations/", ConsultationList.as_view()),
    path("consultations/<int:pk>/", ConsultationDetail.as_view()),
    path("consultations/<int:pk>/extend/", ConsultationExtend.as_view()),
    path("consultations/<int:pk>/close/", ConsultationClose.as_view()),
    path("consultations/<int:pk>/publish-results/", ResultsPublish.as_view()),
    path("consultations/<int:pk>/results/", Results.as_view()),
    path("consultations/<int:pk>/results/sheet/", ResultsSheet.as_view()),
    path("consultations/<int:pk>/comments/", CommentList.as_view()),
    path(COMMENT, CommentDetail.as_view()),
    path(f"{COMMENT}change/", CommentChange.as_view()),
    path(f"{COMMENT}withdraw/", CommentWithdraw.as_view()),
    path(f"{COMMENT}endorse/", CommentEndorse.as_view()),
    path(f"{COMMENT}withdraw-endorsement/", EndorsementWithdraw.as_view()),
    path(f"{COMMENT}answer/", CommentAnswer.as_view()),
    path("good-practices/<int:pk>/withdraw/", GoodPracticeWithdraw.as_view()),
    path("specifications/<slug:slug>/good-practices/", GoodPracticeList.as_view()),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/open-consultation/",
        ConsultationOpen.as_view(),
    ),
]
