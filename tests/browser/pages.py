"""Every page that people use, by who looks at it; ``{…}`` is filled from the told story."""

from __future__ import annotations

from specs.consultation.models import Comment
from specs.proposals.models import Proposal
from tests import world

VERSION = "public-facility-reservation/1.1"
VISITOR = {
    "home-visitor": "/",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "specification-list": "/specifications/",
    "specification": "/specifications/public-facility-reservation/",
    "specification-version": f"/specifications/{VERSION}/",
    "specification-requirement": f"/specifications/{VERSION}/F9010010/",
    "specification-diff": "/specifications/public-facility-reservation/diff/1.0/1.1/",
    "catalogue": f"/catalogue/?version={VERSION}&population=112000",
    "catalogue-empty": "/catalogue/?q=存在しない言葉",
    "product": "/catalogue/offers/{offer}/?population=112000",
    "comparison": "/catalogue/compare/?{offers}&population=112000&differences=1",
    "comparison-all": "/catalogue/compare/?{offers}&population=112000",
    "vendors": "/vendors/",
    "vendor": "/vendors/{vendor}/",
    "api": "/api/docs/",
    "accessibility": "/accessibility/",
    "not-found": "/nowhere/",
    "consultations": "/specifications/consultations/",
    "good-practices": "/specifications/public-facility-reservation/good-practices/",
}
OFFICER = {
    "home-officer": "/",
    "body": "/procurement/",
    "body-settings": "/procurement/body/",
    "body-officers": "/procurement/body/officers/",
    "contract-register": "/procurement/contracts/",
    "portfolio-timeline": "/procurement/contracts/timeline/",
    "contract": "/procurement/contracts/{contract}/",
    "contract-form": "/procurement/contracts/new/",
    "contract-import": "/procurement/contracts/import/",
    "plans": "/procurement/plans/",
    "plan": "/procurement/plans/{plan}/",
    "plan-form": "/procurement/plans/{plan}/change/",
    "cases": "/procurement/cases/",
    "case-open": "/procurement/cases/new/?plan={plan}",
    "case": "/procurement/cases/{case}/",
    "case-search": "/procurement/cases/{case}/search/",
    "case-candidates": "/procurement/cases/{case}/candidates/",
    "case-method": "/procurement/cases/{case}/method/",
    "case-particulars": "/procurement/cases/{case}/particulars/outline/",
    "paper-preview": "/procurement/cases/{case}/papers/procurement_specification/",
    "papers": "/procurement/papers/",
    "paper": "/procurement/papers/{paper}/",
    "forbidden": "/specifications/import/",
}
REPRESENTATIVE = {
    "home-representative": "/",
    "vendor-home": "/vendors/",
    "vendor-register": "/vendors/register/",
    "vendor-representatives": "/vendors/{vendor}/representatives/",
    "product-register": "/vendors/{vendor}/products/new/",
    "offer-register": "/vendors/{vendor}/offers/new/",
    "release-add": "/vendors/products/{product}/releases/new/",
    "certification-add": "/vendors/products/{product}/certifications/new/",
    "claim-start": "/vendors/claims/new/",
    "product-manage": "/vendors/products/{product}/",
    "offer-manage": "/vendors/offers/{offer}/",
    "price-list": "/vendors/offers/{offer}/prices/",
    "claims": "/vendors/claims/",
    "claim-editor": "/vendors/claims/{draft}/edit/",
    "claim-chapter": "/vendors/claims/{draft}/edit/1/",
    "claim-upload": "/vendors/claims/{draft}/upload/",
    "claim-review": "/vendors/claims/{draft}/review/",
    "claim": "/vendors/claims/{claim}/",
}
EDITOR = {
    "home-editor": "/",
    "specification-import": "/specifications/import/",
    "authorities": "/specifications/authorities/",
    "authority-editors": "/specifications/authorities/{authority}/editors/",
}

# Where what stands in the register was told (``doors.make_draft``), by the same people in turn.
REGISTER: tuple[dict[str, str], ...] = (
    {
        "consultation": "/specifications/consultations/{consultation}/",
        "register": "/specifications/register/",
        "version-in-consultation": "/specifications/public-facility-reservation/1.3/",
        "impact": "/specifications/public-facility-reservation/1.3/impact/",
        "proposals": "/specifications/proposals/",
        "proposal": "/specifications/proposals/{proposal}/",
    },
    {
        "comment-form": "/specifications/consultations/{consultation}/new/?requirement=F9010020",
        "comment": "/specifications/consultations/comments/{comment}/",
        "own-comments": "/specifications/consultations/{consultation}/own/",
        "proposal-form": "/specifications/proposals/new/?domain=roads-parks",
        "proposal-officer": "/specifications/proposals/{proposal}/",
        "notices": "/notices/",
        "following": "/specifications/following/",
        "good-practice-form": "/specifications/public-facility-reservation/good-practices/new/",
    },
    {"comment-form-vendor": "/specifications/consultations/{consultation}/new/"},
    {
        "version-draft": "/specifications/public-facility-reservation/1.2/",
        "consultation-open": "/specifications/public-facility-reservation/1.2/consultation/",
        "version-withdraw": f"/specifications/{VERSION}/withdraw/",
        "successors": f"/specifications/{VERSION}/successors/",
        "impact-editor": "/specifications/public-facility-reservation/1.3/impact/",
        "proposal-take-up": "/specifications/proposals/{proposal}/take-up/",
        "proposal-answer": "/specifications/proposals/{proposal}/answer/",
        "consultation-answers": "/specifications/consultations/{consultation}/answers/",
        "consultation-answer": "/specifications/consultations/comments/{comment}/answer/",
        "consultation-close": "/specifications/consultations/{consultation}/close/",
        "consultation-results": "/specifications/consultations/{consultation}/results/",
    },
)


def by_person(told: world.World) -> list[tuple[str, dict[str, str]]]:
    """Return, for each person (an empty address is a visitor), page names and addresses."""
    developer = told.draft.release.product.developer
    offer = developer.offers.order_by("pk").first()
    assert offer is not None
    offers = list(type(offer).objects.published().order_by("pk").values_list("pk", flat=True)[:3])
    filled = {
        "authority": told.authority,
        "offer": offer.pk,
        "offers": "&".join(f"offer={pk}" for pk in offers),
        "vendor": developer.pk,
        "product": offer.product_id,
        "contract": told.plan.contract_id,
        "plan": told.plan.pk,
        "case": told.case.pk,
        "paper": told.papers[0].pk if told.papers else 0,
        "draft": told.draft.pk,
        "claim": told.draft.release.claims.order_by("pk").values_list("pk", flat=True)[0],
    }
    comment = Comment.objects.order_by("pk").first()
    more: tuple[dict[str, str], ...] = ({}, {}, {}, {})
    if comment is not None:
        filled |= {"consultation": comment.consultation_id, "comment": comment.pk}
        filled["proposal"] = Proposal.objects.values_list("pk", flat=True)[0]
        more = REGISTER
    return [
        (email, {name: address.format(**filled) for name, address in (pages | added).items()})
        for email, pages, added in zip(
            ("", world.OFFICER, world.REPRESENTATIVE, told.editor),
            (VISITOR, OFFICER, REPRESENTATIVE, EDITOR),
            more,
            strict=True,
        )
    ]
