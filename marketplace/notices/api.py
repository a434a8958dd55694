"""The REST face of notices."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.notices import actions
from marketplace.notices.models import Notice

NOT_ALLOWED = {
    401: OpenApiResponse(OpenApiTypes.OBJECT, "problems"),
    403: OpenApiResponse(OpenApiTypes.OBJECT, "problems"),
    404: OpenApiResponse(OpenApiTypes.OBJECT, "problems"),
}


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """A notice, in the language of the request."""

    subject = serializers.CharField(source="wording.subject", read_only=True)
    body = serializers.CharField(source="wording.body", read_only=True)

    class Meta:
        """What a person may know of their own notice."""

        model = Notice
        fields = ("id", "kind", "subject", "body", "url", "created_at", "read_at")


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class NoticeList(generics.ListAPIView[Notice]):
    """One's own notices."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer

    def get_queryset(self) -> Any:
        """Give the person's own, the unread first."""
        return Notice.objects.filter(recipient=_person(self.request)).unread_first()

    @extend_schema(
        operation_id="notices_list", responses={200: NoticeSerializer(many=True), **NOT_ALLOWED}
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, the unread first."""
        return self.list(request, *args, **kwargs)


class NoticeRead(APIView):
    """The mark of having read a notice."""

    @extend_schema(
        operation_id="notices_read",
        parameters=[OpenApiParameter("pk", OpenApiTypes.INT, OpenApiParameter.PATH)],
        request=None,
        responses={200: NoticeSerializer, **NOT_ALLOWED},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Mark one's own notice as read; twice changes nothing."""
        user = _person(request)
        notice = get_object_or_404(Notice, pk=pk, recipient=user)
        return Response(
            NoticeSerializer(actions.mark_read(notice, by=user, at=timezone.now())).data
        )


urlpatterns = [
    path("notices/", NoticeList.as_view()),
    path("notices/<int:pk>/read/", NoticeRead.as_view()),
]
