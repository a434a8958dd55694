"""The deeds: one happy way, one test per refusal, and the trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from schemas.problems import Refused
from tests import make
from vendors import actions
from vendors.models import ClaimAnswer, ConformanceClaim, Offer, PriceList, Vendor
from vendors.pricing import PriceLine
from vendors.statements import answers_of


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    """Return pointer and code of each problem."""
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


def trail() -> list[str]:
    """Return the actions recorded so far."""
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


# -- vendors and products ----------------------------------------------------------------------


def test_register_vendor_makes_the_person_its_representative(visitor: User, now: datetime) -> None:
    vendor = actions.register_vendor(
        corporate_number="7123456789012", name="株式会社みほん", by=visitor, at=now
    )

    assert [row.user for row in vendor.representatives.all()] == [visitor]
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.data) == (
        "vendors.vendor_registered",
        "visitor@example.jp",
        {"corporate_number": "7123456789012", "name": "株式会社みほん"},
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("7123456789013", "corporate_number_check_digit_differs"),
        ("712345678901", "corporate_number_is_not_thirteen_digits"),
        ("７１２３４５６７８９０１２", "corporate_number_is_not_thirteen_digits"),
        ("", "corporate_number_is_not_thirteen_digits"),
    ],
    ids=["wrong check digit", "too short", "full width", "empty"],
)
def test_register_vendor_refuses_a_wrong_corporate_number(
    visitor: User, now: datetime, number: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.register_vendor(corporate_number=number, name="みほん", by=visitor, at=now)

    assert codes(refused) == [("/corporate_number", code)]
    assert (Vendor.objects.count(), trail()) == (0, [])


def test_register_vendor_refuses_a_second_registration(
    vendor: Vendor, visitor: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        actions.register_vendor(
            corporate_number=vendor.corporate_number, name="べつ", by=visitor, at=now
        )

    assert codes(refused) == [("/corporate_number", "vendor_is_registered_already")]


@pytest.mark.parametrize("name", ["み\x00ほん", "み\ud800ほん", "   ", "長" * 121])
def test_register_vendor_refuses_text_that_cannot_be_kept(
    visitor: User, now: datetime, name: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.register_vendor(corporate_number="7123456789012", name=name, by=visitor, at=now)

    assert [pointer for pointer, _code in codes(refused)] == ["/name"]


def test_register_product_release_and_certificate(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    product = actions.register_product(
        vendor,
        name="よやくん",
        summary="公共施設の予約",
        domain="facility-reservation",
        by=representative,
        at=now,
    )
    actions.add_release(
        product, number="5.2", released_on=date(2026, 6, 1), by=representative, at=now
    )
    actions.add_certification(
        product,
        scheme="iso27001",
        number="IS 1",
        scope="サービス全体",
        valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31),
        by=representative,
        at=now,
    )

    assert trail() == [
        "vendors.product_registered",
        "vendors.release_added",
        "vendors.certification_added",
    ]


def test_register_product_refuses_everything_at_once(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    make.make_product(vendor)

    with pytest.raises(Refused) as refused:
        actions.register_product(
            vendor, name="よやくん", summary="", domain="moon", by=representative, at=now
        )

    assert codes(refused) == [
        ("/summary", "text_is_required"),
        ("/domain", "domain_is_unknown"),
        ("/name", "product_name_stands_already"),
    ]


# -- offers and prices -------------------------------------------------------------------------


def lines(*amounts: int) -> list[PriceLine]:
    """Return one open monthly line for each amount."""
    return [PriceLine("monthly", amount, "EXCLUDED") for amount in amounts]


def test_offer_is_registered_priced_published_and_withdrawn(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    product = make.make_product(vendor)
    offer = actions.register_offer(
        product,
        seller=vendor,
        name="よやくん クラウド",
        hosting="domestic_cloud",
        network_models=["alpha"],
        by=representative,
        at=now,
    )
    actions.set_prices(
        offer,
        tax_basis="EXCLUDED",
        valid_from=date(2026, 4, 1),
        lines=lines(30_000),
        by=representative,
        at=now,
    )
    actions.publish_offer(offer, by=representative, at=now)

    assert list(Offer.objects.published()) == [offer]
    actions.withdraw_offer(offer, by=representative, at=now)
    assert list(Offer.objects.published()) == []
    assert trail() == [
        "vendors.offer_registered",
        "vendors.prices_set",
        "vendors.offer_published",
        "vendors.offer_withdrawn",
    ]


def test_set_prices_refuses_overlap_gap_and_wrong_dates_together(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    offer = make.make_offer(make.make_product(vendor), state="draft")
    bands = [
        PriceLine("monthly", 1, "EXCLUDED", population_to=100),
        PriceLine("monthly", 2, "EXCLUDED", population_from=90, population_to=200),
        PriceLine("monthly", 3, "EXCLUDED", population_from=300),
    ]

    with pytest.raises(Refused) as refused:
        actions.set_prices(
            offer,
            tax_basis="NET",
            valid_from=date(2026, 12, 1),
            valid_to=date(2026, 11, 1),
            lines=bands,
            by=representative,
            at=now,
        )

    assert codes(refused) == [
        ("/tax_basis", "tax_basis_is_unknown"),
        ("/valid_to", "price_list_ends_before_it_starts"),
        ("/prices/1/population_from", "price_bands_overlap"),
        ("/prices/2/population_from", "price_bands_leave_a_gap"),
    ]
    assert PriceList.objects.count() == 1


def test_set_prices_keeps_what_buyers_could_see(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    offer = make.make_offer(make.make_product(vendor))

    with pytest.raises(Refused) as refused:
        actions.set_prices(
            offer,
            tax_basis="EXCLUDED",
            valid_from=date(2026, 4, 1),
            lines=lines(1),
            by=representative,
            at=now,
        )

    assert codes(refused) == [("/valid_from", "price_list_starts_on_the_same_day")]


def test_publish_offer_needs_a_monthly_price(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    offer = make.make_offer(make.make_product(vendor), state="draft")
    offer.price_lists.all().delete()

    with pytest.raises(Refused) as refused:
        actions.publish_offer(offer, by=representative, at=now)

    assert codes(refused) == [("/prices", "price_list_is_missing")]


# -- claims ------------------------------------------------------------------------------------


@pytest.fixture
def draft(vendor: Vendor) -> ConformanceClaim:
    """Return an empty draft of a claim."""
    release = make.make_release(make.make_product(vendor))
    return make.make_claim(release, make.make_version(), answers={}, state="draft")


def test_claim_goes_from_draft_to_published(
    draft: ConformanceClaim, representative: User, now: datetime
) -> None:
    given = make.make_answers()

    claim = actions.save_answers(
        draft, answers=given, edition=draft.edition, by=representative, at=now
    )
    claim = actions.submit_claim(claim, by=representative, at=now)
    claim = actions.publish_claim(claim, by=representative, at=now)

    assert answers_of(claim) == given
    assert claim.document is not None
    assert claim.document["answers"] == given
    assert claim.totals["outcome"] == "conforms"
    assert claim.totals["on"] == "2026-11-23"
    assert claim.totals["body_categories"]["designated_city"]["outcome"] == "does_not_conform"
    assert list(ConformanceClaim.objects.published()) == [claim]
    assert trail()[-3:] == [
        "vendors.claim_answers_saved",
        "vendors.claim_submitted",
        "vendors.claim_published",
    ]


def test_save_answers_refuses_a_stale_edition(
    draft: ConformanceClaim, representative: User, now: datetime
) -> None:
    mine, theirs = make.make_answers(), {"F0010001": {"answer": "not_provided"}}
    actions.save_answers(draft, answers=theirs, edition=draft.edition, by=None, at=now)

    with pytest.raises(Refused) as refused:
        actions.save_answers(draft, answers=mine, edition=draft.edition, by=representative, at=now)

    assert codes(refused) == [("/edition", "claim_was_saved_by_somebody_else")]
    assert answers_of(draft) == theirs


@pytest.mark.parametrize(
    ("key", "answer", "pointer"),
    [
        ("F9", {"answer": "provided"}, "/answers/F9"),
        ("F0010001", {"answer": "perhaps"}, "/answers/F0010001/answer"),
        ("F0010001", {"answer": "alternative"}, "/answers/F0010001/note"),
        ("F0010001", {"answer": "planned"}, "/answers/F0010001/planned_on"),
        ("F0010001", {"answer": "planned", "planned_on": "2027-02-29"},
         "/answers/F0010001/planned_on"),
        ("F0010001", {"answer": "paid_option"}, "/answers/F0010001/price_yen"),
        ("F0010001", {"answer": "paid_option", "price_yen": 1.5}, "/answers/F0010001/price_yen"),
        ("F0010001", {"answer": "paid_option", "price_yen": -1}, "/answers/F0010001/price_yen"),
        ("F0010001", {"answer": "provided", "note": "a\x00"}, "/answers/F0010001/note"),
        ("F0010001", {"answer": "provided", "note": "a\ud800"}, "/answers/F0010001/note"),
        ("NA.1", {"answer": "provided"}, "/answers/NA.1/value"),
        ("NA.1", {"answer": "provided", "value": 99.99999}, "/answers/NA.1/value"),
        ("NA.1", {"answer": "provided", "value": 1e30}, "/answers/NA.1/value"),
        ("I001", {"answer": "provided"}, "/answers/I001/version"),
        ("I001", {"answer": "provided", "version": "new"}, "/answers/I001/version"),
    ],
)  # fmt: skip
def test_save_answers_refuses_at_the_field_and_stores_nothing(
    draft: ConformanceClaim,
    now: datetime,
    key: str,
    answer: dict[str, object],
    pointer: str,
) -> None:
    answers = {**make.make_answers(), key: answer}

    with pytest.raises(Refused) as refused:
        actions.save_answers(draft, answers=answers, edition=draft.edition, by=None, at=now)

    assert [where for where, _code in codes(refused)] == [pointer]
    assert all(problem.sentence("en") for problem in refused.value.problems)
    assert answers_of(draft) == {}


def test_submit_claim_names_every_missing_answer(
    draft: ConformanceClaim, representative: User, now: datetime
) -> None:
    some = make.make_answers(F0010001=None, I001=None)
    claim = actions.save_answers(draft, answers=some, edition=1, by=representative, at=now)

    with pytest.raises(Refused) as refused:
        actions.submit_claim(claim, by=representative, at=now)

    assert codes(refused) == [
        ("/answers/F0010001", "claim_misses_answer"),
        ("/answers/I001", "claim_misses_answer"),
    ]


def test_submit_claim_takes_an_honest_no(
    draft: ConformanceClaim, representative: User, now: datetime
) -> None:
    honest = make.make_answers(F0010001={"answer": "not_provided"})
    claim = actions.save_answers(draft, answers=honest, edition=1, by=representative, at=now)

    claim = actions.submit_claim(claim, by=representative, at=now)

    assert (claim.state, claim.totals["outcome"]) == ("submitted", "does_not_conform")


def test_a_revision_supersedes_and_the_old_claim_stays(
    draft: ConformanceClaim, vendor: Vendor, representative: User, now: datetime
) -> None:
    first = make.make_claim(make.make_release(draft.release.product, number="6"), draft.version)
    document = first.document

    second = actions.revise_claim(first, by=representative, at=now)
    change = {"F0010003": {"answer": "provided"}}
    second = actions.save_answers(second, answers=change, edition=1, by=representative, at=now)
    second = actions.submit_claim(second, by=representative, at=now)
    second = actions.publish_claim(second, by=representative, at=now)

    first.refresh_from_db()
    assert (first.state, first.revision, first.document) == ("superseded", 1, document)
    assert (second.state, second.revision) == ("published", 2)
    assert answers_of(second) == make.make_answers(**change)


def test_the_database_refuses_to_change_a_submitted_claim(
    draft: ConformanceClaim, now: datetime
) -> None:
    claim = make.make_claim(make.make_release(draft.release.product, number="6"), draft.version)
    row = claim.answers.all()[0]
    attempts: list[Callable[[], object]] = [
        lambda: ClaimAnswer.objects.filter(claim=claim).update(answer="provided"),
        lambda: ClaimAnswer.objects.filter(claim=claim).delete(),
        lambda: ConformanceClaim.objects.filter(pk=claim.pk).update(document={}),
        lambda: ConformanceClaim.objects.filter(pk=claim.pk).delete(),
        lambda: ClaimAnswer.objects.create(
            claim=claim, requirement=row.requirement, answer="provided"
        ),
    ]

    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert answers_of(claim) == make.make_answers()


@pytest.mark.parametrize("state", ["submitted", "published", "superseded", "withdrawn"])
def test_only_a_draft_takes_answers(
    draft: ConformanceClaim, representative: User, now: datetime, state: str
) -> None:
    ConformanceClaim.objects.filter(pk=draft.pk).update(state=state)

    with pytest.raises(Refused) as refused:
        actions.save_answers(draft, answers={}, edition=1, by=representative, at=now)

    assert codes(refused) == [("/state", "claim_state_forbids")]


def test_withdraw_claim_keeps_it_readable(
    draft: ConformanceClaim, representative: User, now: datetime
) -> None:
    claim = make.make_claim(make.make_release(draft.release.product, number="6"), draft.version)

    actions.withdraw_claim(claim, reason="提供終了", by=representative, at=now)

    assert list(ConformanceClaim.objects.published()) == []
    assert list(ConformanceClaim.objects.public()) == [claim]


def test_start_claim_refuses_a_second_open_claim(
    draft: ConformanceClaim, representative: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        actions.start_claim(draft.release, draft.version, by=representative, at=now)

    assert codes(refused) == [("/version", "claim_is_open_already")]


def test_nobody_acts_for_another_vendor(
    draft: ConformanceClaim, vendor: Vendor, other_representative: User, now: datetime
) -> None:
    by, at = other_representative, now
    product, release = draft.release.product, draft.release
    offer = make.make_offer(product)
    document = make.make_document(draft)
    deeds: list[Callable[[], object]] = [
        lambda: actions.add_representative(vendor, by, by=by, at=at),
        lambda: actions.register_product(
            vendor, name="x", summary="x", domain="facility-reservation", by=by, at=at
        ),
        lambda: actions.add_release(product, number="9", released_on=at.date(), by=by, at=at),
        lambda: actions.add_certification(
            product, scheme="ismap", number="1", scope="", valid_from=at.date(),
            valid_to=at.date(), by=by, at=at
        ),
        lambda: actions.register_offer(
            product, seller=vendor, name="x", hosting="domestic_cloud", by=by, at=at
        ),
        lambda: actions.set_prices(
            offer, tax_basis="EXCLUDED", valid_from=at.date(), lines=lines(1), by=by, at=at
        ),
        lambda: actions.publish_offer(offer, by=by, at=at),
        lambda: actions.withdraw_offer(offer, by=by, at=at),
        lambda: actions.start_claim(release, draft.version, by=by, at=at),
        lambda: actions.save_answers(draft, answers={}, edition=1, by=by, at=at),
        lambda: actions.upload_answer_sheet(
            draft, data=b"", name="x", edition=1, by=by, at=at
        ),
        lambda: actions.submit_claim(draft, by=by, at=at),
        lambda: actions.submit_claim_document(document, by=by, at=at),
        lambda: actions.publish_claim(draft, by=by, at=at),
        lambda: actions.withdraw_claim(draft, by=by, at=at),
        lambda: actions.revise_claim(draft, by=by, at=at),
    ]  # fmt: skip
    before = trail()

    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()
    assert trail() == before


# -- claims as documents -----------------------------------------------------------------------


def test_submit_claim_document_is_idempotent(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    release = make.make_release(make.make_product(vendor))
    document = make.make_document(release=release, version=make.make_version())

    dry = actions.submit_claim_document(document, by=representative, at=now, dry_run=True)
    first = actions.submit_claim_document(document, by=representative, at=now)
    again = actions.submit_claim_document(
        json.loads(json.dumps(document)), by=representative, at=now
    )

    assert (dry.claim, dry.created, dry.verdict.outcome) == (None, False, "conforms")
    assert (first.created, again.created, again.claim) == (True, False, first.claim)
    assert first.claim is not None
    assert first.claim.document == document
    assert answers_of(first.claim) == document["answers"]
    assert ConformanceClaim.objects.count() == 1
    assert trail() == ["vendors.claim_started", "vendors.claim_submitted"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"specification": "urn:dmp:spec:sample:9.9"},
         [("/specification", "claim_names_no_known_version")]),
        ({"product": {"name": "べつ", "release": "1"}},
         [("/product", "claim_names_no_known_release")]),
        ({"vendor": {"corporate_number": "5010001006767", "name": "x"}},
         [("/vendor/corporate_number", "claim_names_no_known_vendor")]),
        ({"stated_on": "2026-02-29"}, [("/stated_on", "date_not_iso")]),
        ({"answers": []}, [("/answers", "value_is_not_object")]),
    ],
)  # fmt: skip
def test_submit_claim_document_refuses_at_the_pointer(
    vendor: Vendor,
    representative: User,
    now: datetime,
    change: dict[str, object],
    expected: list[tuple[str, str]],
) -> None:
    release = make.make_release(make.make_product(vendor))
    document = make.make_document(release=release, version=make.make_version())

    with pytest.raises(Refused) as refused:
        actions.submit_claim_document({**document, **change}, by=representative, at=now)

    assert codes(refused) == expected
    assert ConformanceClaim.objects.count() == 0
