"""Switchover plans over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from marketplace.accounts.models import User
from procurement.contracts.models import Contract
from procurement.switchover import actions
from procurement.switchover.models import PlanStep, SwitchoverPlan

if TYPE_CHECKING:
    BaseViewSet = viewsets.ReadOnlyModelViewSet[SwitchoverPlan]
else:
    BaseViewSet = viewsets.ReadOnlyModelViewSet


class PlanStepSerializer(serializers.ModelSerializer[PlanStep]):
    """One step with its latest dates and what was assumed."""

    class Meta:
        """Everything the page shows."""

        model = PlanStep
        fields = ("code", "starts_by", "ends_by", "assumptions", "done_on")


class PlanSerializer(serializers.ModelSerializer[SwitchoverPlan]):
    """One plan with its steps."""

    steps = PlanStepSerializer(many=True, read_only=True)

    class Meta:
        """Everything the page shows."""

        model = SwitchoverPlan
        fields = ("id", "contract", "renewal_on", "template", "made_at", "edition", "steps")
        read_only_fields = ("id", "made_at", "edition")


class MakePlanSerializer(serializers.Serializer[Any]):
    """What a plan is made from."""

    contract = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    renewal_on = serializers.DateField()
    template = serializers.CharField(max_length=30)


class ChangePlanSerializer(serializers.Serializer[Any]):
    """What a plan is changed to; ``edition`` is the one that was read."""

    renewal_on = serializers.DateField()
    template = serializers.CharField(max_length=30)
    edition = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class MarkStepSerializer(serializers.Serializer[Any]):
    """Which step was finished on which day; null takes the mark back."""

    code = serializers.CharField(max_length=40)
    done_on = serializers.DateField(allow_null=True)


class PlanViewSet(BaseViewSet):
    """Plans of the officer's own bodies."""

    permission_classes = (IsAuthenticated,)
    lookup_value_regex = "[0-9]{1,9}"
    serializer_class = PlanSerializer
    queryset = SwitchoverPlan.objects.none()

    def get_queryset(self) -> QuerySet[SwitchoverPlan]:
        """Give an officer the plans of their bodies."""
        user = self.request.user
        if not isinstance(user, User):
            return self.queryset
        return SwitchoverPlan.objects.visible_to(user).prefetch_related("steps")

    @extend_schema(request=MakePlanSerializer, responses={201: PlanSerializer})
    def create(self, request: Request) -> Response:
        """Make the plan of one contract."""
        serializer = MakePlanSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        stated = serializer.validated_data
        user = _user(request)
        contract = Contract.objects.visible_to(user).filter(pk=stated["contract"]).first()
        if contract is None:
            raise NotFound
        plan = actions.make_plan(
            contract,
            renewal_on=stated["renewal_on"],
            template=stated["template"],
            by=user,
            at=timezone.now(),
        )
        return Response(PlanSerializer(plan).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangePlanSerializer, responses={200: PlanSerializer})
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Move the renewal date, or take another template."""
        plan = self.get_object()
        serializer = ChangePlanSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        plan = actions.change_plan(
            plan, by=_user(request), at=timezone.now(), **serializer.validated_data
        )
        return Response(PlanSerializer(plan).data)

    @extend_schema(request=MarkStepSerializer, responses={200: PlanStepSerializer})
    @action(detail=True, methods=["post"], url_path="mark-step")
    def mark_step(self, request: Request, pk: str) -> Response:
        """Say on which day a step was finished."""
        plan = self.get_object()
        serializer = MarkStepSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        step = actions.mark_step(
            plan, by=_user(request), at=timezone.now(), **serializer.validated_data
        )
        return Response(PlanStepSerializer(step).data)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- IsAuthenticated
    return request.user


router = SimpleRouter()
router.register("plans", PlanViewSet, basename="plan")
urlpatterns = router.urls
