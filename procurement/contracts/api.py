"""The contract register over REST."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from marketplace.accounts.models import User
from procurement.bodies import body_of
from procurement.contracts import actions, permissions
from procurement.contracts.filters import ContractFilter
from procurement.contracts.models import Contract
from procurement.contracts.serializers import (
    ChangeContractSerializer,
    ContractImportResultSerializer,
    ContractSerializer,
    ImportContractsSerializer,
)
from procurement.contracts.uploads import XLSX, read_upload, sheet_response
from schemas.problems import Refused
from specs.serializers import ProblemsSerializer

if TYPE_CHECKING:
    BaseViewSet = viewsets.ReadOnlyModelViewSet[Contract]
else:
    BaseViewSet = viewsets.ReadOnlyModelViewSet

REFUSALS = {403: ProblemsSerializer, 404: ProblemsSerializer, 422: ProblemsSerializer}


class TakeAny(BaseContentNegotiation):
    """Give the file whatever was asked for, and an error as JSON."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Take the first renderer, which writes JSON."""
        first = next(iter(renderers))
        return first, str(first.media_type)


class ContractViewSet(BaseViewSet):
    """Contracts of the officer's own body."""

    permission_classes = (IsAuthenticated,)
    lookup_value_regex = "[0-9]{1,9}"
    serializer_class = ContractSerializer
    filterset_class = ContractFilter
    queryset = Contract.objects.none()

    def get_queryset(self) -> QuerySet[Contract]:
        """Give an officer the contracts of their bodies."""
        user = self.request.user
        return Contract.objects.visible_to(user) if isinstance(user, User) else self.queryset

    @extend_schema(request=ContractSerializer, responses={**REFUSALS, 201: ContractSerializer})
    def create(self, request: Request) -> Response:
        """Register one contract."""
        serializer = ContractSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        contract = actions.register_contract(
            body_of(request), facts=serializer.facts(), by=_user(request), at=timezone.now()
        )
        return Response(ContractSerializer(contract).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=ChangeContractSerializer, responses={**REFUSALS, 200: ContractSerializer}
    )
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Correct one contract; what is sent replaces what stands."""
        contract = self.get_object()
        if not permissions.may_change_contract(request.user, contract):
            raise PermissionDenied
        serializer = ChangeContractSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        contract = actions.change_contract(
            contract,
            facts=serializer.facts(),
            edition=serializer.validated_data["edition"],
            by=_user(request),
            at=timezone.now(),
        )
        return Response(ContractSerializer(contract).data)

    @extend_schema(
        operation_id="contracts_import_create",
        request={"multipart/form-data": ImportContractsSerializer},
        responses={
            **REFUSALS,
            200: ContractImportResultSerializer,
            201: ContractImportResultSerializer,
        },
    )
    @action(detail=False, methods=["post"], url_path="import", parser_classes=[MultiPartParser])
    def import_contracts(self, request: Request) -> Response:
        """Write a whole sheet in the register, or nothing (201); a dry run only looks (200)."""
        body = body_of(request)
        if not permissions.may_import_contracts(request.user, body):
            raise PermissionDenied
        given = ImportContractsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        register = read_upload(given.validated_data["file"])
        if register.problems:
            raise Refused(register.problems)
        dry_run = given.validated_data["dry_run"]
        new, changed = actions.import_contracts(
            body,
            rows=[row.facts for row in register.rows],
            dry_run=dry_run,
            by=_user(request),
            at=timezone.now(),
        )
        result = {"new": new, "changed": changed, "rows": register.rows}
        return Response(
            ContractImportResultSerializer(result).data,
            status=status.HTTP_200_OK if dry_run else status.HTTP_201_CREATED,
        )

    @extend_schema(
        operation_id="contracts_sheet_retrieve",
        parameters=[OpenApiParameter("empty", bool, description="true: the empty form to fill in")],
        responses={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, "XLSX")},
        filters=False,
    )
    @action(
        detail=False,
        methods=["get"],
        pagination_class=None,
        content_negotiation_class=TakeAny,
    )
    def sheet(self, request: Request) -> HttpResponse:
        """Give the register as a sheet, as it is imported again."""
        body = body_of(request)
        empty = request.query_params.get("empty", "") in {"1", "true"}
        contracts = self.get_queryset().none() if empty else self.get_queryset().filter(body=body)
        return sheet_response(body, contracts)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- IsAuthenticated
    return request.user


router = SimpleRouter()
router.register("contracts", ContractViewSet, basename="contract")
urlpatterns = router.urls
