"""Every door of the marketplace, by wing."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from marketplace import api_document, views

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("licence/", views.licence, name="licence"),
    path("language/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("notices/", include("marketplace.notices.urls")),
    path("specifications/proposals/", include("specs.proposals.urls")),
    path("specifications/", include("specs.following.urls")),
    path("specifications/", include("specs.consultation.urls")),
    path("specifications/", include("specs.urls")),
    path("vendors/", include("vendors.urls")),
    path("catalogue/", include("marketplace.catalogue.urls")),
    path("procurement/", include("procurement.urls")),
    path("procurement/contracts/", include("procurement.contracts.urls")),
    path("procurement/plans/", include("procurement.switchover.urls")),
    path("procurement/cases/", include("procurement.cases.urls")),
    path("procurement/papers/", include("procurement.documents.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", api_document.document_page, name="api-docs"),
    path("api/v1/", include("marketplace.notices.api")),
    path("api/v1/", include("specs.consultation.api")),
    path("api/v1/", include("specs.proposals.api")),
    path("api/v1/", include("specs.following.api")),
    path("api/v1/", include("specs.api")),
    path("api/v1/", include("vendors.api")),
    path("api/v1/", include("marketplace.catalogue.api")),
    path("api/v1/", include("procurement.api")),
]

handler400 = "marketplace.views.bad_request"
handler403 = "marketplace.views.permission_denied"
handler404 = "marketplace.views.page_not_found"
handler500 = "marketplace.views.server_error"
