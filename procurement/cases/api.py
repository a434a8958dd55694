"""Cases over REST: the same deeds as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from marketplace.accounts.models import User
from procurement.bodies import body_of
from procurement.cases import actions, papers
from procurement.cases import serializers as shapes
from procurement.cases.models import Candidate, Case
from procurement.documents.kinds import kind_of
from procurement.documents.serializers import PaperSerializer
from procurement.switchover.models import SwitchoverPlan
from schemas.problems import Problem, Refused
from specs.models import SpecificationVersion

if TYPE_CHECKING:
    BaseViewSet = viewsets.ReadOnlyModelViewSet[Case]
else:
    BaseViewSet = viewsets.ReadOnlyModelViewSet

REFUSALS = {
    403: shapes.ProblemListSerializer,
    404: shapes.ProblemListSerializer,
    422: shapes.ProblemListSerializer,
}
SAID = {**REFUSALS, 200: shapes.CaseDetailSerializer}


class CaseViewSet(BaseViewSet):
    """Cases of the officer's own bodies."""

    permission_classes = (IsAuthenticated,)
    lookup_value_regex = "[0-9]{1,9}"
    queryset = Case.objects.none()

    def get_queryset(self) -> QuerySet[Case]:
        """Give an officer the cases of their bodies."""
        user = self.request.user
        if not isinstance(user, User):
            return self.queryset
        return Case.objects.visible_to(user).select_related(
            "body", "version__specification__authority", "plan__contract"
        )

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Case]]:
        """Show the whole of a single case only."""
        return shapes.CaseSerializer if self.action == "list" else shapes.CaseDetailSerializer

    @extend_schema(
        request=shapes.OpenCaseSerializer,
        responses={**REFUSALS, 201: shapes.CaseDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        """Open a case against a published version, from a plan or freely."""
        stated = _stated(shapes.OpenCaseSerializer, request)
        user = _user(request)
        plan = None
        if stated["plan"] is not None:
            plans = SwitchoverPlan.objects.visible_to(user).select_related("contract__body")
            plan = plans.filter(pk=stated["plan"]).first()
            if plan is None:
                raise Refused([Problem("/plan", "case_plan_unknown")])
        case = actions.open_case(
            plan.contract.body if plan else body_of(request),
            title=stated["title"],
            version=_version(stated["version"]),
            plan=plan,
            by=user,
            at=timezone.now(),
        )
        return self._case(case, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.LockSearchSerializer, responses=SAID)
    @action(detail=True, methods=["post"], url_path="lock-search")
    def lock_search(self, request: Request, pk: str) -> Response:
        """Freeze a search of the catalogue, for good; its offers become the candidates."""
        case = self.get_object()
        actions.lock_search(case, **_who(request), **_stated(shapes.LockSearchSerializer, request))
        return self._case(case)

    @extend_schema(request=shapes.DecideCandidateSerializer, responses=SAID)
    @action(detail=True, methods=["post"], url_path="drop-candidate")
    def drop_candidate(self, request: Request, pk: str) -> Response:
        """Drop a candidate for a reason."""
        case = self.get_object()
        stated = _stated(shapes.DecideCandidateSerializer, request)
        candidate = _candidate(case, stated.pop("candidate"))
        actions.drop_candidate(candidate, **_who(request), **stated)
        return self._case(case)

    @extend_schema(request=shapes.DecideCandidateSerializer, responses=SAID)
    @action(detail=True, methods=["post"], url_path="choose-candidate")
    def choose_candidate(self, request: Request, pk: str) -> Response:
        """Choose one candidate for a reason."""
        case = self.get_object()
        stated = _stated(shapes.DecideCandidateSerializer, request)
        candidate = _candidate(case, stated.pop("candidate"))
        actions.choose_candidate(candidate, **_who(request), **stated)
        return self._case(case)

    @extend_schema(request=shapes.ReopenCandidateSerializer, responses=SAID)
    @action(detail=True, methods=["post"], url_path="reopen-candidate")
    def reopen_candidate(self, request: Request, pk: str) -> Response:
        """Weigh a candidate again."""
        case = self.get_object()
        stated = _stated(shapes.ReopenCandidateSerializer, request)
        candidate = _candidate(case, stated.pop("candidate"))
        actions.reopen_candidate(candidate, **_who(request), **stated)
        return self._case(case)

    @extend_schema(request=shapes.StateParticularsSerializer, responses=SAID)
    @action(detail=True, methods=["post"])
    def particulars(self, request: Request, pk: str) -> Response:
        """State what the papers need; what is not named stays as it was."""
        case = self.get_object()
        stated = _stated(shapes.StateParticularsSerializer, request)
        try:
            actions.state_particulars(
                case,
                changes=stated["particulars"],
                edition=stated["edition"],
                **_who(request),
            )
        except Refused as refused:
            raise Refused(map(_within_particulars, refused.problems)) from None
        return self._case(case)

    @extend_schema(request=shapes.DecideMethodSerializer, responses=SAID)
    @action(detail=True, methods=["post"], url_path="decide-method")
    def decide_method(self, request: Request, pk: str) -> Response:
        """Decide how to contract, within the law of the day."""
        case = self.get_object()
        stated = _stated(shapes.DecideMethodSerializer, request)
        actions.decide_method(case, **_who(request), **stated)
        return self._case(case)

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, required=True)],
        responses={**REFUSALS, 200: shapes.ProblemListSerializer},
    )
    @action(detail=True, methods=["get"], url_path="paper-problems")
    def paper_problems(self, request: Request, pk: str) -> Response:
        """Say what a kind of paper still lacks; an empty list: it can be issued."""
        case, kind = self.get_object(), request.query_params.get("kind", "")
        kind_of(kind)
        found = papers.problems(case, kind, at=timezone.now())
        language = get_language() or "ja"
        return Response({"problems": [problem.as_dict(language) for problem in found]})

    @extend_schema(
        request=shapes.IssuePaperSerializer, responses={**REFUSALS, 201: PaperSerializer}
    )
    @action(detail=True, methods=["post"], url_path="issue-paper")
    def issue_paper(self, request: Request, pk: str) -> Response:
        """Issue a paper for good, or say everything that is missing."""
        case = self.get_object()
        stated = _stated(shapes.IssuePaperSerializer, request)
        paper = actions.issue_case_paper(case, **_who(request), **stated)
        return Response(PaperSerializer(paper).data, status=status.HTTP_201_CREATED)

    def _case(self, case: Case, code: int = status.HTTP_200_OK) -> Response:
        context = {"language": get_language() or "ja"}
        case = self.get_queryset().get(pk=case.pk)
        return Response(shapes.CaseDetailSerializer(case, context=context).data, status=code)

    def get_serializer_context(self) -> dict[str, Any]:
        """Say sentences in the reader's language."""
        return {**super().get_serializer_context(), "language": get_language() or "ja"}


def _stated(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _who(request: Request) -> dict[str, Any]:
    return {"by": _user(request), "at": timezone.now()}


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- IsAuthenticated
    return request.user


def _candidate(case: Case, number: int) -> Candidate:
    candidate = Candidate.objects.filter(search__case=case, pk=number).first()
    if candidate is None:
        raise NotFound
    return candidate


def _version(urn: str) -> SpecificationVersion:
    """Find a published version by its name; raises ``Refused`` where there is none."""
    slug, _colon, number = urn.removeprefix("urn:dmp:spec:").rpartition(":")
    version = (
        SpecificationVersion.objects.published()
        .select_related("specification")
        .filter(specification__slug=slug, number=number)
        .first()
    )
    if version is None:
        raise Refused([Problem("/version", "case_version_unknown")])
    return version


def _within_particulars(problem: Problem) -> Problem:
    if problem.code == "changed_meanwhile":
        return problem
    return Problem(f"/particulars{problem.pointer}", problem.code, problem.params, problem.place)


router = SimpleRouter()
router.register("cases", CaseViewSet, basename="case")
urlpatterns = router.urls
