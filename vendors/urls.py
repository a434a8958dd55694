"""The doors of the vendor wing."""

from django.urls import path

from vendors.views import claim, editor, offer, vendor

app_name = "vendors"

urlpatterns = [
    path("", vendor.vendor_home, name="vendor-home"),
    path("register/", vendor.vendor_register, name="vendor-register"),
    path("<int:pk>/", vendor.vendor_detail, name="vendor-detail"),
    path(
        "<int:pk>/representatives/",
        vendor.vendor_representatives,
        name="vendor-representatives",
    ),
    path(
        "<int:pk>/representatives/dismiss/",
        vendor.vendor_representative_dismiss,
        name="vendor-representative-dismiss",
    ),
    path("<int:pk>/products/new/", vendor.product_register, name="product-register"),
    path("<int:pk>/offers/new/", offer.offer_register, name="offer-register"),
    path("products/<int:pk>/", vendor.product_manage, name="product-manage"),
    path("products/<int:pk>/releases/new/", vendor.release_add, name="release-add"),
    path(
        "products/<int:pk>/certifications/new/",
        vendor.certification_add,
        name="certification-add",
    ),
    path("offers/<int:pk>/", offer.offer_manage, name="offer-manage"),
    path("offers/<int:pk>/prices/", offer.price_list_edit, name="price-list-edit"),
    path("offers/<int:pk>/publish/", offer.offer_publish, name="offer-publish"),
    path("offers/<int:pk>/withdraw/", offer.offer_withdraw, name="offer-withdraw"),
    path("claims/", claim.claim_list, name="claim-list"),
    path("claims/new/", claim.claim_start, name="claim-start"),
    path("claims/<int:pk>/", claim.claim_detail, name="claim-detail"),
    path("claims/<int:pk>/document/", claim.claim_document, name="claim-document"),
    path("claims/<int:pk>/edit/", editor.claim_edit, name="claim-edit"),
    path("claims/<int:pk>/edit/<int:chapter>/", editor.chapter_edit, name="chapter-edit"),
    path("claims/<int:pk>/sheet/", editor.claim_sheet, name="claim-sheet"),
    path("claims/<int:pk>/upload/", editor.claim_upload, name="claim-upload"),
    path("claims/<int:pk>/review/", claim.claim_review, name="claim-review"),
    path("claims/<int:pk>/submit/", claim.claim_submit, name="claim-submit"),
    path("claims/<int:pk>/publish/", claim.claim_publish, name="claim-publish"),
    path("claims/<int:pk>/withdraw/", claim.claim_withdraw, name="claim-withdraw"),
    path("claims/<int:pk>/revise/", claim.claim_revise, name="claim-revise"),
]
