"""Proposals over REST: the same filters, permissions, deeds and problems as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from schemas.problems import Problem, Refused
from specs.models import Authority
from specs.organisations import Organisation, organisations_of
from specs.proposals import actions, permissions
from specs.proposals.filters import ProposalFilter
from specs.proposals.models import Proposal
from specs.proposals.serializers import (
    AnswerEntrySerializer,
    EndorseSerializer,
    ProposalDetailSerializer,
    ProposalSerializer,
    TakeUpSerializer,
    WishSerializer,
    WithdrawEndorsementSerializer,
)
from specs.serializers import ProblemsSerializer

MISSING = {404: ProblemsSerializer}
REFUSED = {422: ProblemsSerializer}
UNREADABLE = {400: ProblemsSerializer}
NOT_ALLOWED = {401: ProblemsSerializer, 403: ProblemsSerializer}
ALL = {**UNREADABLE, **NOT_ALLOWED, **MISSING, **REFUSED}
PK = OpenApiParameter("pk", OpenApiTypes.INT, OpenApiParameter.PATH)


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def _speaking(request: Request) -> list[Organisation]:
    found = organisations_of(_person(request))
    if not found:
        raise PermissionDenied
    return found


def _organisation(speaking: list[Organisation], code: str) -> Organisation:
    """Return whose name is meant; who speaks for several says which."""
    if not code and len(speaking) == 1:
        return speaking[0]
    for each in speaking:
        if each.code == code:
            return each
    raise Refused([Problem("/organisation", "proposal_organisation_not_yours")])


def _found(pk: int) -> Proposal:
    found: Proposal = get_object_or_404(
        Proposal.objects.with_support().prefetch_related("endorsements", "answers__authority"),
        pk=pk,
    )
    return found


def _answer(pk: int, code: int = status.HTTP_200_OK) -> Response:
    return Response(ProposalDetailSerializer(_found(pk)).data, status=code)


class ProposalList(generics.ListAPIView[Proposal]):
    """Proposals of specifications (仕様の提案)."""

    queryset = Proposal.objects.none()
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter

    def get_queryset(self) -> Any:
        """Give all, the most wanted first."""
        return Proposal.objects.most_wanted_first()

    @extend_schema(
        operation_id="proposals_list",
        responses={200: ProposalSerializer(many=True), **MISSING, **UNREADABLE},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, the most wanted first."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="proposals_create",
        request=WishSerializer,
        responses={201: ProposalDetailSerializer, **UNREADABLE, **NOT_ALLOWED, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Propose one in the name of a body or a vendor."""
        speaking = _speaking(request)
        given = WishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.submit_proposal(
            given.wish(),
            organisation=_organisation(speaking, given.validated_data["organisation"]),
            by=_person(request),
            at=timezone.now(),
        )
        return _answer(made.pk, status.HTTP_201_CREATED)


class ProposalDetail(APIView):
    """One proposal."""

    @extend_schema(
        operation_id="proposals_retrieve",
        parameters=[PK],
        responses={200: ProposalDetailSerializer, **MISSING},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Give it with who stands behind it."""
        return _answer(pk)

    @extend_schema(
        operation_id="proposals_change",
        parameters=[PK],
        request=WishSerializer,
        responses={200: ProposalDetailSerializer, **ALL},
    )
    def put(self, request: Request, pk: int) -> Response:
        """Say it better, while it is open."""
        proposal = _changeable(request, pk)
        given = WishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.change_proposal(proposal, given.wish(), by=_person(request), at=timezone.now())
        return _answer(pk)


def _changeable(request: Request, pk: int) -> Proposal:
    person = _person(request)
    proposal = _found(pk)
    if not permissions.may_change_proposal(person, proposal):
        raise PermissionDenied
    return proposal


class ProposalWithdraw(APIView):
    """The end of a proposal."""

    @extend_schema(
        operation_id="proposals_withdraw",
        parameters=[PK],
        request=None,
        responses={200: ProposalDetailSerializer, **NOT_ALLOWED, **MISSING, **REFUSED},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take it back; it stays readable."""
        proposal = _changeable(request, pk)
        actions.withdraw_proposal(proposal, by=_person(request), at=timezone.now())
        return _answer(pk)


class ProposalEndorse(APIView):
    """An organisation stands behind a proposal."""

    @extend_schema(
        operation_id="proposals_endorse",
        parameters=[PK],
        request=EndorseSerializer,
        responses={200: ProposalDetailSerializer, **ALL},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Endorse it; twice renews the note."""
        speaking, proposal = _speaking(request), _found(pk)
        given = EndorseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.endorse_proposal(
            proposal,
            organisation=_organisation(speaking, given.validated_data["organisation"]),
            note=given.validated_data["note"],
            by=_person(request),
            at=timezone.now(),
        )
        return _answer(pk)


class EndorsementWithdraw(APIView):
    """An organisation no longer stands behind a proposal."""

    @extend_schema(
        operation_id="proposals_withdraw_endorsement",
        parameters=[PK],
        request=WithdrawEndorsementSerializer,
        responses={200: ProposalDetailSerializer, **ALL},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take the endorsement back."""
        speaking, proposal = _speaking(request), _found(pk)
        given = WithdrawEndorsementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.withdraw_endorsement(
            proposal,
            organisation=_organisation(speaking, given.validated_data["organisation"]),
            by=_person(request),
            at=timezone.now(),
        )
        return _answer(pk)


def _answerable(request: Request, pk: int) -> tuple[User, Proposal]:
    person = _person(request)
    if not permissions.may_answer(person):
        raise PermissionDenied
    return person, _found(pk)


class ProposalAnswers(APIView):
    """What authorities say to a proposal."""

    @extend_schema(
        operation_id="proposals_answer",
        parameters=[PK],
        request=AnswerEntrySerializer,
        responses={200: ProposalDetailSerializer, **ALL},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Answer for an authority, in public."""
        person, proposal = _answerable(request, pk)
        given = AnswerEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        authority = get_object_or_404(Authority, slug=said.pop("authority"))
        actions.answer_proposal(proposal, authority=authority, **said, by=person, at=timezone.now())
        return _answer(pk)


class ProposalTakeUp(APIView):
    """A draft from a proposal."""

    @extend_schema(
        operation_id="proposals_take_up",
        parameters=[PK],
        request=TakeUpSerializer,
        responses={200: ProposalDetailSerializer, **ALL},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Draw up the draft of a specification from its functions."""
        person, proposal = _answerable(request, pk)
        given = TakeUpSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        authority = get_object_or_404(Authority, slug=said.pop("authority"))
        reason = said.pop("reason")
        actions.take_up_proposal(
            proposal,
            authority=authority,
            start=actions.Start(**said),
            reason=reason,
            by=person,
            at=timezone.now(),
        )
        return _answer(pk)


urlpatterns = [
    path("proposals/", ProposalList.as_view()),
    path("proposals/<int:pk>/", ProposalDetail.as_view()),
    path("proposals/<int:pk>/withdraw/", ProposalWithdraw.as_view()),
    path("proposals/<int:pk>/endorse/", ProposalEndorse.as_view()),
    path("proposals/<int:pk>/endorse/withdraw/", EndorsementWithdraw.as_view()),
    path("proposals/<int:pk>/answer/", ProposalAnswers.as_view()),
    path("proposals/<int:pk>/take-up/", ProposalTakeUp.as_view()),
]
