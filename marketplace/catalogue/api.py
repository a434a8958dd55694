"""The square over REST: the same query, order and facts as the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from marketplace.catalogue import cards, comparison, facts, search
from marketplace.catalogue.serializers import (
    CardSerializer,
    ComparisonSerializer,
    FacetSerializer,
    OfferPageSerializer,
)
from marketplace.catalogue.views import buyer
from marketplace.rest import NoSuchPage
from schemas import codelist
from schemas.problems import Problem, Refused
from specs.serializers import ProblemsSerializer
from vendors.models import Offer


def _parameter(
    name: str, said: str, *, enum: Iterable[str] | None = None, many: bool = False
) -> OpenApiParameter:
    """Document a parameter; all are texts, since what cannot be read is answered with a problem."""
    return OpenApiParameter(
        name,
        OpenApiTypes.STR,
        OpenApiParameter.QUERY,
        description=said,
        enum=list(enum) if enum else None,
        many=many,
    )


BODY = [
    _parameter("version", "Version of a specification that offers are held against: slug/number."),
    _parameter("population", "Population for which prices are reckoned; empty for none."),
    _parameter(
        "body_category",
        "Category of the body for which a claim is judged.",
        enum=codelist.labels("body_categories"),
    ),
    _parameter("tax", "Tax basis of amounts.", enum=search.TAX_BASES),
]
QUERY = [
    _parameter("q", "Words that must all occur; width, kana and old kanji do not matter."),
    _parameter("domain", "Business domain: slug."),
    *BODY,
    _parameter("outcome", "Verdict, any of these.", enum=search.OUTCOMES, many=True),
    _parameter(
        "hosting", "Hosting, any of these.", enum=codelist.labels("hosting_types"), many=True
    ),
    _parameter(
        "certification",
        "Certificates valid today, all of these.",
        enum=codelist.labels("certification_schemes"),
        many=True,
    ),
    _parameter(
        "network", "Network model, any of these.", enum=codelist.labels("network_models"), many=True
    ),
    _parameter("price_most", "Highest five-year total in yen."),
    _parameter("sort", "Neutral order by words, or by price.", enum=search.SORTS),
    _parameter("page", f"Page of {search.PAGE_SIZE} offers, from 1."),
]
FACTS = OpenApiResponse(
    OpenApiTypes.OBJECT, "A candidate of urn:dmp:locked-search, with problems beside it."
)
NOT_FOUND = OpenApiResponse(ProblemsSerializer, "Not there, or not to be seen.")


def _asked(request: Request) -> search.Query:
    beneath = request._request  # noqa: SLF001 -- DRF's own way to the request beneath
    return search.query_of(request.query_params, on=timezone.localdate(), defaults=buyer(beneath))


def _said(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [problem.as_dict(get_language() or "ja") for problem in problems]


class OfferList(APIView):
    """Find published offers."""

    @extend_schema(
        operation_id="catalogue_offers_list",
        parameters=QUERY,
        responses={200: OfferPageSerializer, 404: NOT_FOUND},
    )
    def get(self, request: Request) -> Response:
        """Answer a page of offers in a neutral order, and every facet with its counts.

        A condition that cannot be read or used is left out and said in ``problems``.
        """
        query = _asked(request)
        found = search.found(query)
        if query.page > found.pages:
            raise NoSuchPage
        here = request.build_absolute_uri()
        after = replace_query_param(here, "page", query.page + 1)
        before = (
            remove_query_param(here, "page")
            if query.page == 2
            else replace_query_param(here, "page", query.page - 1)
        )
        return Response(
            {
                "count": found.total,
                "next": after if query.page < found.pages else None,
                "previous": before if query.page > 1 else None,
                "query": query.querystring(),
                "problems": _said(query.problems),
                "facets": FacetSerializer(found.facets, many=True).data,
                "results": [CardSerializer(card).data for card in cards.cards(found)],
            }
        )


class OfferDetail(APIView):
    """Every fact of one offer."""

    @extend_schema(
        operation_id="catalogue_offers_retrieve",
        parameters=[OpenApiParameter("pk", OpenApiTypes.INT, OpenApiParameter.PATH), *BODY],
        responses={200: FACTS, 404: NOT_FOUND},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Answer the facts against the version asked for, else the newest one claimed."""
        offer = get_object_or_404(
            Offer.objects.visible_to(request.user).select_related("product__developer", "seller"),
            pk=pk,
        )
        query = _asked(request)
        stated = facts.offer_facts(
            [offer],
            version=query.version or facts.newest_claimed(offer.product_id),
            population=query.population,
            on=query.on,
            body_category=query.body_category,
            tax_basis=query.tax_basis,
        )
        return Response({**stated[0], "problems": _said(query.problems)})


class Compare(APIView):
    """Compare two to five offers, requirement by requirement."""

    @extend_schema(
        operation_id="catalogue_compare_retrieve",
        parameters=[
            _parameter("offer", "Number of an offer; two to five of them.", many=True),
            _parameter("differences", "1 keeps only the requirements answered differently."),
            *BODY,
        ],
        responses={
            200: ComparisonSerializer,
            422: OpenApiResponse(ProblemsSerializer, "Fewer than two offers, or more than five."),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer the facts of each offer and every requirement's answers, by chapter."""
        built = comparison.comparison(request.query_params, _asked(request))
        if not built.facts:
            raise Refused(list(built.problems))
        said = ComparisonSerializer(built).data
        return Response({**said, "problems": _said(built.problems)})


urlpatterns = [
    path("catalogue/offers/", OfferList.as_view(), name="catalogue-offer-list"),
    path("catalogue/offers/<int:pk>/", OfferDetail.as_view(), name="catalogue-offer-detail"),
    path("catalogue/compare/", Compare.as_view(), name="catalogue-compare"),
]
