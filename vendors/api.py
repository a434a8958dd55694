"""The wing over REST: the same permissions, deeds and problems as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, mixins, parsers, renderers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from marketplace.accounts.models import User
from marketplace.people import registered_person
from marketplace.rest import JSONParser
from schemas.problems import Problem, Refused
from schemas.specifications import requirements_of
from specs.models import SpecificationVersion
from specs.serializers import ProblemsSerializer
from vendors import actions, permissions, sheets
from vendors.actions.claim import subject_of
from vendors.forms import language
from vendors.models import ConformanceClaim, Offer, Product, ProductRelease, Vendor
from vendors.pricing import PriceLine
from vendors.representatives import representative_named, representatives_of
from vendors.serializers import (
    AnswersSerializer,
    CertificationEntrySerializer,
    CertificationSerializer,
    ClaimDetailSerializer,
    ClaimSerializer,
    ClaimStartSerializer,
    OfferEntrySerializer,
    OfferSerializer,
    PriceListEntrySerializer,
    PriceListSerializer,
    ProductEntrySerializer,
    ProductSerializer,
    ReleaseEntrySerializer,
    ReleaseSerializer,
    RepresentativeEntrySerializer,
    RepresentativeSerializer,
    RepresentativesSerializer,
    SubmissionSerializer,
    UploadResultSerializer,
    VendorEntrySerializer,
    VendorSerializer,
    WithdrawSerializer,
)
from vendors.statements import answers_of, document_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ERRORS = {
    400: OpenApiResponse(ProblemsSerializer, "The body cannot be read."),
    401: OpenApiResponse(ProblemsSerializer, "Nobody is signed in."),
    403: OpenApiResponse(ProblemsSerializer, "The person may not do this."),
    404: OpenApiResponse(ProblemsSerializer, "Not there, or not to be seen."),
    422: OpenApiResponse(ProblemsSerializer, "Refused; every problem with its pointer."),
}
NOT_FOUND = {404: ERRORS[404]}


def person(request: Request) -> User:
    """Return who is signed in; raises ``NotAuthenticated`` where nobody is."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user


def who(request: Request) -> dict[str, Any]:
    """Return the person and the moment, as every deed takes them."""
    return {"by": person(request), "at": timezone.now()}


def entered(serializer: Any) -> dict[str, Any]:
    """Return what was sent, read field by field; what cannot be read is refused."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """List and retrieve what the person may see."""

    lookup_value_regex = "[0-9]{1,9}"


class VendorViewSet(ReadViewSet):
    """Registered vendors (登録事業者)."""

    serializer_class = VendorSerializer
    queryset = Vendor.objects.all()
    filterset_fields = ("corporate_number",)

    @extend_schema(request=VendorEntrySerializer, responses={201: VendorSerializer, **ERRORS})
    def create(self, request: Request) -> Response:
        """Register a vendor; the person becomes its representative."""
        acting = who(request)
        fields = entered(VendorEntrySerializer(data=request.data))
        vendor = actions.register_vendor(**fields, **acting)
        return Response(VendorSerializer(vendor).data, status=201)

    @extend_schema(
        methods=["GET"],
        responses={
            200: RepresentativesSerializer,
            **{code: ERRORS[code] for code in (401, 403, 404)},
        },
    )
    @extend_schema(
        methods=["POST"],
        request=RepresentativeEntrySerializer,
        responses={201: RepresentativeSerializer, **ERRORS},
    )
    @action(detail=True, methods=["get", "post"])
    def representatives(self, request: Request, pk: str) -> Response:
        """Say who acts for an own vendor, or let a registered person act for it too."""
        acting, vendor = who(request), self.get_object()
        if not permissions.may_act_for(request.user, vendor):
            raise PermissionDenied
        if request.method != "POST":
            people = representatives_of(vendor)
            return Response(RepresentativesSerializer({"representatives": people}).data)
        fields = entered(RepresentativeEntrySerializer(data=request.data))
        user = registered_person(fields["email"])
        representative = actions.add_representative(vendor, user, **acting)
        return Response(RepresentativeSerializer(representative).data, status=201)

    @extend_schema(
        request=RepresentativeEntrySerializer,
        responses={204: None, **{code: ERRORS[code] for code in ERRORS}},
    )
    @action(detail=True, methods=["post"], url_path="dismiss-representative")
    def dismiss_representative(self, request: Request, pk: str) -> Response:
        """End a person's acting for an own vendor; what they published stays."""
        acting, vendor = who(request), self.get_object()
        if not permissions.may_act_for(request.user, vendor):
            raise PermissionDenied
        fields = entered(RepresentativeEntrySerializer(data=request.data))
        user = representative_named(vendor, fields["email"])
        actions.dismiss_representative(vendor, user, **acting)
        return Response(status=204)


class ProductViewSet(ReadViewSet):
    """Products (製品) with their releases and certificates."""

    serializer_class = ProductSerializer
    queryset = Product.objects.none()
    filterset_fields = ("developer", "domain")

    def get_queryset(self) -> QuerySet[Product]:
        """Keep what the person may see."""
        return Product.objects.visible_to(self.request.user).prefetch_related(
            "releases", "certifications"
        )

    @extend_schema(request=ProductEntrySerializer, responses={201: ProductSerializer, **ERRORS})
    def create(self, request: Request) -> Response:
        """Register a product of an own vendor."""
        acting = who(request)
        fields = entered(ProductEntrySerializer(data=request.data))
        product = actions.register_product(fields.pop("developer"), **fields, **acting)
        return Response(ProductSerializer(product).data, status=201)

    @extend_schema(request=ReleaseEntrySerializer, responses={201: ReleaseSerializer, **ERRORS})
    @action(detail=True, methods=["post"])
    def releases(self, request: Request, pk: str) -> Response:
        """Add a release."""
        acting, product = who(request), self.get_object()
        fields = entered(ReleaseEntrySerializer(data=request.data))
        release = actions.add_release(product, **fields, **acting)
        return Response(ReleaseSerializer(release).data, status=201)

    @extend_schema(
        request=CertificationEntrySerializer,
        responses={201: CertificationSerializer, **ERRORS},
    )
    @action(detail=True, methods=["post"])
    def certifications(self, request: Request, pk: str) -> Response:
        """Add a certificate."""
        acting, product = who(request), self.get_object()
        fields = entered(CertificationEntrySerializer(data=request.data))
        certification = actions.add_certification(product, **fields, **acting)
        return Response(CertificationSerializer(certification).data, status=201)


class OfferViewSet(ReadViewSet):
    """Offers (サービス): what a seller sells of a product, with prices."""

    serializer_class = OfferSerializer
    queryset = Offer.objects.none()
    filterset_fields = ("product", "seller", "state", "hosting")

    def get_queryset(self) -> QuerySet[Offer]:
        """Keep what the person may see."""
        return Offer.objects.visible_to(self.request.user).prefetch_related("price_lists__prices")

    @extend_schema(request=OfferEntrySerializer, responses={201: OfferSerializer, **ERRORS})
    def create(self, request: Request) -> Response:
        """Register an offer of an own vendor, as a draft."""
        acting = who(request)
        products = Product.objects.visible_to(request.user)
        fields = entered(OfferEntrySerializer(data=request.data, products=products))
        offer = actions.register_offer(fields.pop("product"), **fields, **acting)
        return Response(OfferSerializer(offer).data, status=201)

    @extend_schema(request=PriceListEntrySerializer, responses={201: PriceListSerializer, **ERRORS})
    @action(detail=True, methods=["post"], url_path="price-lists")
    def price_lists(self, request: Request, pk: str) -> Response:
        """Set the prices from a day on; bands are checked as a whole."""
        acting, offer = who(request), self.get_object()
        fields = entered(PriceListEntrySerializer(data=request.data))
        lines = [PriceLine(tax_basis=fields["tax_basis"], **line) for line in fields.pop("prices")]
        price_list = actions.set_prices(offer, lines=lines, **fields, **acting)
        return Response(PriceListSerializer(price_list).data, status=201)

    @extend_schema(request=None, responses={200: OfferSerializer, **ERRORS})
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Show the offer in the catalogue."""
        acting = who(request)
        return Response(OfferSerializer(actions.publish_offer(self.get_object(), **acting)).data)

    @extend_schema(request=None, responses={200: OfferSerializer, **ERRORS})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take the offer out of the catalogue."""
        acting = who(request)
        return Response(OfferSerializer(actions.withdraw_offer(self.get_object(), **acting)).data)


class SheetParser(parsers.BaseParser):
    """Take an answer sheet as the body itself."""

    media_type = XLSX

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the bytes, one more than allowed at most."""
        return stream.read(settings.UPLOAD_LIMIT_BYTES + 1)


class SheetRenderer(renderers.BaseRenderer):
    """Give a workbook; an error is given as JSON all the same."""

    media_type = XLSX
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the bytes."""
        return data if isinstance(data, bytes) else json.dumps(data).encode()


class ClaimFilter(filters.FilterSet):
    """Filters of claims: by product, release, state and version."""

    product = filters.NumberFilter(field_name="release__product_id")
    specification = filters.CharFilter(method="of_version", label="urn:dmp:spec:<slug>:<version>")

    class Meta:
        """Columns filtered by equality."""

        model = ConformanceClaim
        fields = ("release", "state")

    def of_version(
        self, claims: QuerySet[ConformanceClaim], name: str, value: str
    ) -> QuerySet[ConformanceClaim]:
        """Keep the claims on the version of the URN."""
        slug, _, number = value.removeprefix("urn:dmp:spec:").rpartition(":")
        return claims.filter(version__specification__slug=slug, version__number=number)


class ClaimViewSet(ReadViewSet):
    """Conformance claims (適合表明)."""

    serializer_class = ClaimSerializer
    queryset = ConformanceClaim.objects.none()
    filterset_class = ClaimFilter

    def get_queryset(self) -> QuerySet[ConformanceClaim]:
        """Keep what the person may see."""
        claims = ConformanceClaim.objects.visible_to(self.request.user)
        if self.action == "list":
            return claims.listed()
        return claims.select_related("release__product", "version__specification")

    def get_serializer_class(self) -> type[ClaimSerializer]:
        """Give the answers with a single claim only."""
        return ClaimDetailSerializer if self.action == "retrieve" else ClaimSerializer

    @extend_schema(
        request={"application/json": OpenApiTypes.OBJECT},
        responses={200: SubmissionSerializer, 201: SubmissionSerializer, **ERRORS},
        parameters=[
            OpenApiParameter(
                "dry_run", bool, description="true: only say what would be found, store nothing"
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Submit a claim document (``urn:dmp:claim``); the same document twice changes nothing."""
        acting = who(request)
        submission = actions.submit_claim_document(
            request.data, dry_run=_flag(request, "dry_run"), **acting
        )
        body = {
            "claim": ClaimSerializer(submission.claim).data if submission.claim else None,
            "created": submission.created,
            "digest": submission.digest,
            "verdict": submission.verdict.as_dict(language()),
        }
        return Response(body, status=201 if submission.created else 200)

    @extend_schema(request=ClaimStartSerializer, responses={201: ClaimSerializer, **ERRORS})
    @action(detail=False, methods=["post"])
    def drafts(self, request: Request) -> Response:
        """Begin a draft of a claim of a release on a version."""
        acting = who(request)
        fields = entered(ClaimStartSerializer(data=request.data))
        slug, _, number = fields["specification"].removeprefix("urn:dmp:spec:").rpartition(":")
        version = (
            SpecificationVersion.objects.published()
            .filter(specification__slug=slug, number=number)
            .first()
        )
        visible = Product.objects.visible_to(request.user)
        release = ProductRelease.objects.filter(product__in=visible, pk=fields["release"]).first()
        problems = []
        if version is None:
            facts = {"value": fields["specification"]}
            problems.append(Problem("/specification", "claim_names_no_known_version", facts))
        if release is None:
            problems.append(Problem("/release", "release_is_unknown"))
        if version is None or release is None:
            raise Refused(problems)
        claim = actions.start_claim(release, version, **acting)
        return Response(ClaimSerializer(claim).data, status=201)

    @extend_schema(responses={200: OpenApiTypes.OBJECT, **NOT_FOUND})
    @action(detail=True, methods=["get"])
    def document(self, request: Request, pk: str) -> Response:
        """Give the claim document (``urn:dmp:claim``) as submitted; a draft's as of today."""
        claim = self.get_object()
        return Response(claim.document or document_of(claim, timezone.localdate()))

    @extend_schema(methods=["GET"], responses={200: OpenApiTypes.OBJECT, **NOT_FOUND})
    @extend_schema(
        methods=["PATCH"],
        request=AnswersSerializer,
        responses={200: ClaimDetailSerializer, **ERRORS},
    )
    @action(detail=True, methods=["get", "patch"])
    def answers(self, request: Request, pk: str) -> Response:
        """Give the answers by requirement key, or save some of a draft (by edition)."""
        if request.method != "PATCH":
            return Response(answers_of(self.get_object()))
        acting, claim = who(request), self.get_object()
        fields = entered(AnswersSerializer(data=request.data))
        claim = actions.save_answers(claim, **fields, **acting)
        return Response(ClaimDetailSerializer(claim).data)

    @extend_schema(methods=["GET"], responses={(200, XLSX): OpenApiTypes.BINARY, **ERRORS})
    @extend_schema(
        methods=["PUT"],
        request={XLSX: OpenApiTypes.BINARY},
        responses={200: UploadResultSerializer, **ERRORS},
        parameters=[
            OpenApiParameter(
                "edition", int, required=True, description="the claim's edition as last seen"
            )
        ],
    )
    @action(
        detail=True,
        methods=["get", "put"],
        url_path="answer-sheet",
        parser_classes=[SheetParser, JSONParser],
        renderer_classes=[renderers.JSONRenderer, SheetRenderer],
    )
    def answer_sheet(self, request: Request, pk: str) -> Response | HttpResponse:
        """Give the answer sheet as XLSX, or take a filled-in one."""
        acting, claim = who(request), self.get_object()
        if request.method != "PUT":
            if not permissions.may_change_claim(request.user, claim):
                raise PermissionDenied
            requirements = requirements_of(claim.version.document)
            body = sheets.written(subject_of(claim), requirements, answers_of(claim))
            response = HttpResponse(body, content_type=XLSX)
            response["Content-Disposition"] = f'attachment; filename="answers-{claim.pk}.xlsx"'
            return response
        data: object = request.data
        if not data and str(request.content_type) == XLSX:
            data = b""  # an empty body is not parsed
        if not isinstance(data, bytes):
            raise exceptions.UnsupportedMediaType(str(request.content_type))
        upload = actions.upload_answer_sheet(
            claim,
            data=data,
            name="answer-sheet.xlsx",
            edition=_number(request, "edition"),
            **acting,
        )
        result = {
            "claim": ClaimSerializer(upload.claim).data,
            "changed": upload.changed,
            "answered": upload.answered,
            "left": upload.left,
        }
        return Response(result)

    @extend_schema(request=None, responses={200: ClaimSerializer, **ERRORS})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Submit a draft."""
        return self._done(request, actions.submit_claim)

    @extend_schema(request=None, responses={200: ClaimSerializer, **ERRORS})
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish a submitted claim; the earlier revision is superseded."""
        return self._done(request, actions.publish_claim)

    @extend_schema(request=None, responses={201: ClaimSerializer, **ERRORS})
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, pk: str) -> Response:
        """Begin a new revision with the answers copied."""
        return self._done(request, actions.revise_claim, status=201)

    @extend_schema(request=WithdrawSerializer, responses={200: ClaimSerializer, **ERRORS})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw a claim."""
        person(request)
        reason = entered(WithdrawSerializer(data=request.data))["reason"]
        return self._done(request, actions.withdraw_claim, reason=reason)

    def _done(
        self,
        request: Request,
        deed: Callable[..., ConformanceClaim],
        status: int = 200,
        **facts: Any,
    ) -> Response:
        acting = who(request)
        claim = deed(self.get_object(), **facts, **acting)
        return Response(ClaimSerializer(claim).data, status=status)


def _flag(request: Request, name: str) -> bool:
    """Read a true or false of the query; anything else is refused."""
    text = request.query_params.get(name, "false").lower()
    if text not in {"true", "false", "1", "0"}:
        raise Refused([Problem(f"/{name}", "request_not_valid", {"field": name})])
    return text in {"true", "1"}


def _number(request: Request, name: str) -> int:
    """Read a number of the query; a missing one is refused."""
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        code = "request_not_valid" if text else "request_field_missing"
        raise Refused([Problem(f"/{name}", code, {"field": name})])
    return int(text)


router = SimpleRouter()
router.register("vendors", VendorViewSet, basename="vendor")
router.register("products", ProductViewSet, basename="product")
router.register("offers", OfferViewSet, basename="offer")
router.register("claims", ClaimViewSet, basename="claim")

urlpatterns = router.urls
