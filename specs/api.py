"""The demand over REST: the same filters, permissions, deeds and problems as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import schemas.specifications as documents
from marketplace.accounts.models import User
from marketplace.people import registered_person
from marketplace.text import text_problems
from schemas import codelist
from schemas.problems import Problem, Refused
from specs import actions, diff_views, permissions, sheet_views, views
from specs.editors import editor_named, editors_of
from specs.filters import RequirementFilter, SpecificationFilter
from specs.forms import document_of, read_mapping, read_upload, source_of
from specs.impact import impact_of
from specs.models import Authority, Requirement, Specification, SpecificationVersion
from specs.register import businesses
from specs.serializers import (
    AuthorityEntrySerializer,
    AuthoritySerializer,
    BusinessesSerializer,
    EditorEntrySerializer,
    EditorSerializer,
    EditorsSerializer,
    ImpactSerializer,
    ImportResultSerializer,
    ImportSerializer,
    ProblemsSerializer,
    PublishSerializer,
    RequirementSerializer,
    SpecificationSerializer,
    SuccessorSerializer,
    VersionSummarySerializer,
    WithdrawVersionSerializer,
)
from specs.successors import difference

MISSING = {404: ProblemsSerializer}
REFUSED = {422: ProblemsSerializer}
UNREADABLE = {400: ProblemsSerializer}
NOT_ALLOWED = {401: ProblemsSerializer, 403: ProblemsSerializer}
SLUG = OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH)
NUMBER = OpenApiParameter("number", OpenApiTypes.STR, OpenApiParameter.PATH)


def _person(request: Request) -> User:
    """Return who is signed in; raises ``NotAuthenticated`` where nobody is."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def _allow(may: bool) -> None:  # noqa: FBT001 -- one answer, asked before the body is read
    if not may:
        raise PermissionDenied


def _visible(request: Request) -> Any:
    """Give the versions that the caller may see, without their documents."""
    versions = SpecificationVersion.objects.visible_to(request.user).light()
    versions = versions.standing_on(timezone.localdate()).select_related("withdrawal")
    return versions.select_related("specification", "previous").defer("previous__document")


def _version(request: Request, slug: str, number: str) -> SpecificationVersion:
    found: SpecificationVersion = get_object_or_404(
        _visible(request), specification__slug=slug, number=number
    )
    return found


def _specifications(request: Request) -> QuerySet[Specification]:
    versions = _visible(request).newest_first()
    return (
        Specification.objects.filter(versions__in=_visible(request))
        .distinct()
        .select_related("authority")
        .prefetch_related(Prefetch("versions", queryset=versions, to_attr="seen_versions"))
        .order_by("title")
    )


class SpecificationList(generics.ListAPIView[Specification]):
    """The specifications (標準仕様書) with their versions."""

    queryset = Specification.objects.none()
    serializer_class = SpecificationSerializer
    filterset_class = SpecificationFilter

    def get_queryset(self) -> QuerySet[Specification]:
        """Give those of which the caller may see a version."""
        return _specifications(self.request)

    @extend_schema(
        operation_id="specifications_list",
        responses={200: SpecificationSerializer(many=True), **MISSING, **UNREADABLE},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them by title."""
        return self.list(request, *args, **kwargs)


class SpecificationDetail(generics.RetrieveAPIView[Specification]):
    """One specification."""

    queryset = Specification.objects.none()
    serializer_class = SpecificationSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Specification]:
        """Give those of which the caller may see a version."""
        return _specifications(self.request)

    @extend_schema(
        operation_id="specifications_retrieve",
        parameters=[SLUG],
        responses={200: SpecificationSerializer, **MISSING},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give it by its slug."""
        return self.retrieve(request, *args, **kwargs)


class VersionDetail(APIView):
    """One version without its requirements."""

    @extend_schema(
        operation_id="versions_retrieve",
        parameters=[SLUG, NUMBER],
        responses={200: VersionSummarySerializer, **MISSING},
    )
    def get(self, request: Request, slug: str, number: str) -> Response:
        """Give it by slug and number."""
        return Response(VersionSummarySerializer(_version(request, slug, number)).data)


class VersionImpact(APIView):
    """What a version means for claims on earlier ones and for contracts."""

    @extend_schema(
        operation_id="versions_impact",
        parameters=[
            SLUG,
            NUMBER,
            OpenApiParameter(
                "body_category",
                OpenApiTypes.STR,
                description="schemas/codelists/body_categories.csv: code; city where left out",
            ),
        ],
        responses={200: ImpactSerializer, **MISSING, **REFUSED},
    )
    def get(self, request: Request, slug: str, number: str) -> Response:
        """Count them; names are given to those entitled."""
        version = _version(request, slug, number)
        category = request.query_params.get("body_category") or documents.ROOT_CATEGORY
        if category not in {each.code for each in codelist.body_categories()}:
            raise Refused(
                [
                    Problem(
                        "/body_category", "request_field_unknown_choice", {"field": "body_category"}
                    )
                ]
            )
        impact = impact_of(
            version, user=request.user, today=timezone.localdate(), category=category
        )
        return Response(ImpactSerializer(impact).data)


class RequirementList(generics.ListAPIView[Requirement]):
    """The requirements of a version, in the document's order."""

    queryset = Requirement.objects.none()
    serializer_class = RequirementSerializer
    filterset_class = RequirementFilter

    def get_queryset(self) -> QuerySet[Requirement]:
        """Give those of a version that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        version = _version(self.request, self.kwargs["slug"], self.kwargs["number"])
        return version.requirements.defer("search_text").order_by("position")

    @extend_schema(
        operation_id="requirements_list",
        parameters=[SLUG, NUMBER],
        responses={200: RequirementSerializer(many=True), **MISSING, **UNREADABLE},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, narrowed as on the page."""
        return self.list(request, *args, **kwargs)


class VersionDocument(APIView):
    """The JSON Schema document of a version, whole."""

    @extend_schema(
        operation_id="versions_document",
        parameters=[SLUG, NUMBER],
        responses={
            200: OpenApiResponse(OpenApiTypes.OBJECT, "urn:dmp:specification"),
            304: OpenApiResponse(description="unchanged (ETag)"),
            **MISSING,
        },
    )
    def get(self, request: Request, slug: str, number: str) -> HttpResponse:
        """Give the same bytes as the page's download, with ETag and digest."""
        version = _version(request, slug, number)
        etag = f'"{views.schema_etag(version)}"'
        if etag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers={"ETag": etag})
        return HttpResponse(
            views.schema_bytes(version),
            content_type="application/json",
            headers={"ETag": etag, "X-Document-SHA256": version.digest},
        )


class VersionSheet(APIView):
    """A version as a workbook (XLSX)."""

    @extend_schema(
        operation_id="versions_sheet",
        parameters=[SLUG, NUMBER],
        responses={
            (200, sheet_views.XLSX): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="unchanged (ETag)"),
            **MISSING,
        },
    )
    def get(self, request: Request, slug: str, number: str) -> HttpResponse:
        """Give the same bytes as the page's download; imported, they are the same version."""
        version = sheet_views.visible_version(request, slug, number)
        etag = f'"{version.digest}"'
        if etag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers={"ETag": etag})
        response = sheet_views.sheet_response(version)
        response["ETag"] = etag
        return response


class VersionDiff(APIView):
    """What changed between two versions."""

    @extend_schema(
        operation_id="versions_diff",
        parameters=[
            SLUG,
            OpenApiParameter("older", OpenApiTypes.STR, OpenApiParameter.PATH),
            OpenApiParameter("newer", OpenApiTypes.STR, OpenApiParameter.PATH),
        ],
        responses={
            200: OpenApiResponse(OpenApiTypes.OBJECT, "urn:dmp:specification-diff"),
            **MISSING,
        },
    )
    def get(self, request: Request, slug: str, older: str, newer: str) -> Response:
        """Compare them by requirement id."""
        return Response(difference(*diff_views.two_versions(request, slug, older, newer)))


class Successors(APIView):
    """Where the demand of withdrawn requirements went (後継)."""

    @extend_schema(
        operation_id="successors_confirm",
        parameters=[SLUG, NUMBER],
        request=SuccessorSerializer,
        responses={201: SuccessorSerializer, **UNREADABLE, **NOT_ALLOWED, **MISSING, **REFUSED},
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Confirm one: a key that the version withdrew, and the key that took its place."""
        person, version, pair = _pair(request, slug, number)
        actions.confirm_successor(version, **pair, by=person, at=timezone.now())
        return Response(pair, status=status.HTTP_201_CREATED)


class RemoveSuccessor(APIView):
    """The end of a successor that was confirmed in error."""

    @extend_schema(
        operation_id="successors_remove",
        parameters=[SLUG, NUMBER],
        request=SuccessorSerializer,
        responses={204: None, **UNREADABLE, **NOT_ALLOWED, **MISSING, **REFUSED},
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Take it back; where there is none, nothing changes."""
        person, version, pair = _pair(request, slug, number)
        actions.remove_successor(version, **pair, by=person, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _pair(
    request: Request, slug: str, number: str
) -> tuple[User, SpecificationVersion, dict[str, str]]:
    """Return who asks, the version, and the two keys, once the person may confirm there."""
    person = _person(request)
    version = _version(request, slug, number)
    _allow(permissions.may_edit_for(person, version.specification.authority))
    given = SuccessorSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    return person, version, dict(given.validated_data)


class VersionPublish(APIView):
    """Publication of a draft."""

    @extend_schema(
        operation_id="versions_publish",
        parameters=[SLUG, NUMBER],
        request=PublishSerializer,
        responses={
            200: VersionSummarySerializer,
            **UNREADABLE,
            **NOT_ALLOWED,
            **MISSING,
            **REFUSED,
        },
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Publish a draft; from then on it never changes."""
        person = _person(request)
        version = _version(request, slug, number)
        _allow(permissions.may_publish_version(person, version))
        given = PublishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.publish_version(version, by=person, at=timezone.now(), **given.validated_data)
        return Response(VersionSummarySerializer(_version(request, slug, number)).data)


class VersionDiscard(APIView):
    """The end of a draft."""

    @extend_schema(
        operation_id="versions_discard",
        parameters=[SLUG, NUMBER],
        request=None,
        responses={
            204: OpenApiResponse(description="The draft is gone."),
            **UNREADABLE,
            **NOT_ALLOWED,
            **MISSING,
            **REFUSED,
        },
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Delete a draft; a specification that never had another version goes with it."""
        person = _person(request)
        actions.discard_draft(_version(request, slug, number), by=person, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class VersionWithdraw(APIView):
    """The end of a published version."""

    @extend_schema(
        operation_id="versions_withdraw",
        parameters=[SLUG, NUMBER],
        request=WithdrawVersionSerializer,
        responses={
            200: VersionSummarySerializer,
            **UNREADABLE,
            **NOT_ALLOWED,
            **MISSING,
            **REFUSED,
        },
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """End it (廃止), with the reason in public; it stays readable."""
        person = _person(request)
        version = _version(request, slug, number)
        _allow(permissions.may_withdraw_version(person, version))
        given = WithdrawVersionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.withdraw_version(version, **given.validated_data, by=person, at=timezone.now())
        return Response(VersionSummarySerializer(_version(request, slug, number)).data)


class BusinessList(APIView):
    """The register of businesses (業務) and their specifications."""

    @extend_schema(
        operation_id="businesses_list",
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, description="words of any name")],
        responses={200: BusinessesSerializer, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """List them in the official order; one page, for they are few."""
        query = request.query_params.get("q", "")
        if problems := list(text_problems(query, "/q", longest=200)):
            raise Refused(problems)
        found = businesses(request.user, timezone.localdate(), query=query)
        rows = [row for group in found.values() for row in group]
        common = codelist.cross_cutting_specifications()
        return Response(BusinessesSerializer({"businesses": rows, "cross_cutting": common}).data)


class AuthorityList(generics.ListAPIView[Authority]):
    """The authorities (所管府省) that own specifications."""

    queryset = Authority.objects.order_by("name")
    serializer_class = AuthoritySerializer

    @extend_schema(
        operation_id="authorities_list",
        responses={200: AuthoritySerializer(many=True), **MISSING, **UNREADABLE},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them by name."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="authorities_create",
        request=AuthorityEntrySerializer,
        responses={201: AuthoritySerializer, **UNREADABLE, **NOT_ALLOWED, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Register one, operators only; the same name twice changes nothing."""
        person = _person(request)
        _allow(permissions.may_register_authority(person))
        given = AuthorityEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.register_authority(**given.validated_data, by=person, at=timezone.now())
        return Response(AuthoritySerializer(made).data, status=status.HTTP_201_CREATED)


class AuthorityEditors(APIView):
    """Who edits for an authority (編集者)."""

    @extend_schema(
        operation_id="editors_list",
        parameters=[SLUG],
        responses={200: EditorsSerializer, **NOT_ALLOWED, **MISSING},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Say who edits for the authority, to those who appoint them."""
        _by, authority = _entered(request, slug)
        return Response(EditorsSerializer({"editors": editors_of(authority)}).data)

    @extend_schema(
        operation_id="editors_create",
        parameters=[SLUG],
        request=EditorEntrySerializer,
        responses={201: EditorSerializer, **UNREADABLE, **NOT_ALLOWED, **MISSING, **REFUSED},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Let a registered person edit for the authority; twice changes nothing."""
        person, authority = _entered(request, slug)
        given = EditorEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = registered_person(given.validated_data["email"])
        editor = actions.appoint_editor(authority, user=user, by=person, at=timezone.now())
        return Response(EditorSerializer(editor).data, status=status.HTTP_201_CREATED)


class DismissEditor(APIView):
    """The end of somebody's editing for an authority."""

    @extend_schema(
        operation_id="editors_dismiss",
        parameters=[SLUG],
        request=EditorEntrySerializer,
        responses={204: None, **UNREADABLE, **NOT_ALLOWED, **MISSING, **REFUSED},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Let a person no longer edit for the authority; what they published stays."""
        person, authority = _entered(request, slug)
        given = EditorEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = editor_named(authority, given.validated_data["email"])
        actions.dismiss_editor(authority, user=user, by=person, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _entered(request: Request, slug: str) -> tuple[User, Authority]:
    """Return the person and the authority for which they say who edits."""
    person = _person(request)
    authority = get_object_or_404(Authority, slug=slug)
    _allow(permissions.may_appoint_editor(person, authority))
    return person, authority


class SpecificationImport(APIView):
    """A ministry's sheet becomes a draft."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="specification_imports_create",
        request={"multipart/form-data": ImportSerializer},
        responses={
            200: ImportResultSerializer,
            201: ImportResultSerializer,
            401: ProblemsSerializer,
            403: ProblemsSerializer,
            413: ProblemsSerializer,
            415: ProblemsSerializer,
            **UNREADABLE,
            **REFUSED,
        },
    )
    def post(self, request: Request) -> Response:
        """Read a sheet and keep it as a draft (201); ``dry_run`` only says what it holds (200)."""
        person = _person(request)
        _allow(permissions.may_import_specification(person))
        given = ImportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        text = given.validated_data["mapping"]
        mapping = read_mapping(text) if text else {}
        reading = read_upload(given.validated_data["file"], mapping)
        document = document_of(reading, given.meta(reading.meta))
        result = {
            "urn": "",
            "state": "",
            "digest": documents.digest(document),
            "counts": reading.counts(),
            "mapping": reading.mapping(),
            "sheets": reading.sheets,
            "unread": reading.unread,
            "encoding": reading.encoding,
        }
        if given.validated_data["dry_run"]:
            return Response(ImportResultSerializer(result).data)
        version = actions.draft_version(
            document, by=person, at=timezone.now(), source=source_of(reading)
        )
        result |= {"urn": version.urn, "state": version.state}
        return Response(ImportResultSerializer(result).data, status=status.HTTP_201_CREATED)


urlpatterns = [
    path("authorities/", AuthorityList.as_view()),
    path("authorities/<slug:slug>/editors/", AuthorityEditors.as_view()),
    path("authorities/<slug:slug>/dismiss-editor/", DismissEditor.as_view()),
    path("businesses/", BusinessList.as_view()),
    path("specifications/", SpecificationList.as_view()),
    path("specification-imports/", SpecificationImport.as_view()),
    path("specifications/<slug:slug>/", SpecificationDetail.as_view()),
    path(
        "specifications/<slug:slug>/diff/<version_number:older>/<version_number:newer>/",
        VersionDiff.as_view(),
    ),
    path("specifications/<slug:slug>/versions/<version_number:number>/", VersionDetail.as_view()),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/successors/",
        Successors.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/successors/remove/",
        RemoveSuccessor.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/impact/",
        VersionImpact.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/requirements/",
        RequirementList.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/document/",
        VersionDocument.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/sheet/",
        VersionSheet.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/publish/",
        VersionPublish.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/discard/",
        VersionDiscard.as_view(),
    ),
    path(
        "specifications/<slug:slug>/versions/<version_number:number>/withdraw/",
        VersionWithdraw.as_view(),
    ),
]
