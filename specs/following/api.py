"""The REST face of following."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from specs.following import actions
from specs.following.models import Subscription
from specs.following.views import visible
from specs.serializers import ProblemsSerializer

NOT_ALLOWED = {
    400: ProblemsSerializer,
    401: ProblemsSerializer,
    403: ProblemsSerializer,
    404: ProblemsSerializer,
}
SLUG = OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH)


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """A specification that the person follows."""

    specification = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        """What a person may know of their own subscription."""

        model = Subscription
        fields = ("specification", "by_mail", "created_at")


class FollowSerializer(serializers.Serializer[Any]):
    """How one wishes to be told."""

    by_mail = serializers.BooleanField(default=True)


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class SubscriptionList(generics.ListAPIView[Subscription]):
    """What one follows."""

    queryset = Subscription.objects.none()
    serializer_class = SubscriptionSerializer

    def get_queryset(self) -> Any:
        """Give the person's own."""
        own = Subscription.objects.filter(user=_person(self.request))
        return own.select_related("specification")

    @extend_schema(
        operation_id="subscriptions_list",
        responses={200: SubscriptionSerializer(many=True), **NOT_ALLOWED},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them by identifier."""
        return self.list(request, *args, **kwargs)


class Follow(APIView):
    """One's following of a specification."""

    @extend_schema(
        operation_id="specifications_follow",
        parameters=[SLUG],
        request=FollowSerializer,
        responses={200: SubscriptionSerializer, **NOT_ALLOWED},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Follow it, or change whether mail is sent."""
        user = _person(request)
        found = visible(slug, user)
        given = FollowSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        held = actions.follow_specification(
            found, by=user, at=timezone.now(), by_mail=given.validated_data["by_mail"]
        )
        return Response(SubscriptionSerializer(held).data)

    @extend_schema(
        operation_id="specifications_unfollow",
        parameters=[SLUG],
        request=None,
        responses={204: None, **NOT_ALLOWED},
    )
    def delete(self, request: Request, slug: str) -> Response:
        """Stop following it; twice changes nothing."""
        user = _person(request)
        actions.unfollow_specification(visible(slug, user), by=user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


urlpatterns = [
    path("subscriptions/", SubscriptionList.as_view()),
    path("specifications/<slug:slug>/follow/", Follow.as_view()),
]
