"""The deal over REST: the body as a whole, and every room's router under one roof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import include, path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from marketplace.accounts.models import LocalGovernment, User
from marketplace.people import registered_person
from procurement import actions, permissions
from procurement import serializers as shapes
from procurement.models import Officer
from procurement.officers import officer_named, officers_of
from specs.serializers import ProblemsSerializer

if TYPE_CHECKING:
    BaseViewSet = viewsets.ReadOnlyModelViewSet[LocalGovernment]
else:
    BaseViewSet = viewsets.ReadOnlyModelViewSet

REFUSALS = {403: ProblemsSerializer, 404: ProblemsSerializer, 422: ProblemsSerializer}


class BodyViewSet(BaseViewSet):
    """Bodies that the officer works for."""

    permission_classes = (IsAuthenticated,)
    lookup_url_kwarg = "code"
    lookup_value_regex = "[0-9]{6}"
    serializer_class = shapes.BodySerializer
    queryset = LocalGovernment.objects.none()

    def get_queryset(self) -> QuerySet[LocalGovernment]:
        """Give an officer their bodies, each with how far they may go there."""
        user = self.request.user
        if not isinstance(user, User):
            return self.queryset
        offices = Officer.objects.filter(user=user)
        level = offices.filter(body=OuterRef("pk")).values("level")[:1]
        return (
            LocalGovernment.objects.filter(pk__in=offices.values("body"))
            .annotate(level=Subquery(level))
            .prefetch_related("thresholds")
        )

    @extend_schema(
        request=shapes.RecordPopulationSerializer,
        responses={**REFUSALS, 200: shapes.BodySerializer},
    )
    @action(detail=True, methods=["post"], url_path="record-population")
    def record_population(self, request: Request, code: str) -> Response:
        """Record how many people live in the body's area."""
        body = self.get_object()
        _allow(permissions.may_plan(request.user, body))
        stated = _stated(shapes.RecordPopulationSerializer, request)
        actions.record_population(
            body,
            population=stated["population"],
            as_of=stated["population_as_of"],
            by=_user(request),
            at=timezone.now(),
        )
        return Response(shapes.BodySerializer(self.get_object()).data)

    @extend_schema(
        request=shapes.SetThresholdSerializer,
        responses={**REFUSALS, 200: shapes.ThresholdSerializer},
    )
    @action(detail=True, methods=["post"], url_path="set-threshold")
    def set_threshold(self, request: Request, code: str) -> Response:
        """Record the amount that the body's own rule sets for small negotiated contracts."""
        body = self.get_object()
        _allow(permissions.may_approve(request.user, body))
        stated = _stated(shapes.SetThresholdSerializer, request)
        threshold = actions.set_threshold(body, by=_user(request), at=timezone.now(), **stated)
        return Response(shapes.ThresholdSerializer(threshold).data)

    @extend_schema(responses=shapes.OfficersSerializer)
    @action(detail=True, methods=["get"])
    def officers(self, request: Request, code: str) -> Response:
        """Say who works for the body, to those who appoint them."""
        body = self.get_object()
        _allow(permissions.may_appoint_officer(request.user, body))
        return Response(shapes.OfficersSerializer({"officers": officers_of(body)}).data)

    @extend_schema(
        request=shapes.AppointOfficerSerializer,
        responses={**REFUSALS, 200: shapes.OfficerSerializer},
    )
    @action(detail=True, methods=["post"], url_path="appoint-officer")
    def appoint_officer(self, request: Request, code: str) -> Response:
        """Let a registered person work for the body, or change how far they may go."""
        body = self.get_object()
        _allow(permissions.may_appoint_officer(request.user, body))
        stated = _stated(shapes.AppointOfficerSerializer, request)
        officer = actions.appoint_officer(
            body,
            user=registered_person(stated["email"]),
            level=Officer.Level(stated["level"]),
            department=stated.get("department"),
            by=_user(request),
            at=timezone.now(),
        )
        return Response(shapes.OfficerSerializer(officer).data)

    @extend_schema(request=shapes.DismissOfficerSerializer, responses={**REFUSALS, 204: None})
    @action(detail=True, methods=["post"], url_path="dismiss-officer")
    def dismiss_officer(self, request: Request, code: str) -> Response:
        """End an officer's work for the body; what they did stays recorded."""
        body = self.get_object()
        _allow(permissions.may_appoint_officer(request.user, body))
        user = officer_named(body, _stated(shapes.DismissOfficerSerializer, request)["email"])
        actions.dismiss_officer(body, user=user, by=_user(request), at=timezone.now())
        return Response(status=204)


def _allow(may: bool) -> None:  # noqa: FBT001 -- one answer, asked before the body is read
    if not may:
        raise PermissionDenied


def _stated(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- IsAuthenticated
    return request.user


router = SimpleRouter()
router.register("bodies", BodyViewSet, basename="body")
urlpatterns = [
    *router.urls,
    path("", include("procurement.contracts.api")),
    path("", include("procurement.switchover.api")),
    path("", include("procurement.cases.api")),
    path("", include("procurement.documents.api")),
]
