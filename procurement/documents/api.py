"""Issued papers over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from marketplace.accounts.models import User
from procurement.documents.files import pdf_response
from procurement.documents.filters import PaperFilter
from procurement.documents.models import Paper
from procurement.documents.serializers import PaperDetailSerializer, PaperSerializer

if TYPE_CHECKING:
    BaseViewSet = viewsets.ReadOnlyModelViewSet[Paper]
else:
    BaseViewSet = viewsets.ReadOnlyModelViewSet


class PaperViewSet(BaseViewSet):
    """Papers of the officer's own bodies."""

    permission_classes = (IsAuthenticated,)
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = PaperFilter
    queryset = Paper.objects.none()

    def get_queryset(self) -> QuerySet[Paper]:
        """Give an officer the papers of their bodies."""
        user = self.request.user
        if not isinstance(user, User):
            return self.queryset
        papers = Paper.objects.visible_to(user).select_related("issued_by")
        return papers.without_content() if self.action == "list" else papers.defer("content")

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Paper]]:
        """Show the context of a single paper only."""
        return PaperSerializer if self.action == "list" else PaperDetailSerializer

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "PDF/A-3a")}
    )
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: str | None = None) -> HttpResponse:
        """Give the file as it was issued."""
        return pdf_response(self.get_object())


router = SimpleRouter()
router.register("papers", PaperViewSet, basename="paper")
urlpatterns = router.urls
