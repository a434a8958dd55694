"""The doors of cases."""

from django.urls import path

from procurement.cases import views

app_name = "cases"

urlpatterns = [
    path("", views.case_list, name="case-list"),
    path("new/", views.case_open, name="case-open"),
    path("<int:pk>/", views.case_detail, name="case-detail"),
    path("<int:pk>/search/", views.case_search, name="case-search"),
    path("<int:pk>/search/lock/", views.case_search_lock, name="case-search-lock"),
    path("<int:pk>/candidates/", views.candidate_list, name="candidate-list"),
    path(
        "<int:pk>/candidates/<int:candidate_pk>/decide/",
        views.candidate_decide,
        name="candidate-decide",
    ),
    path(
        "<int:pk>/particulars/<slug:section>/",
        views.case_particulars_state,
        name="case-particulars-state",
    ),
    path("<int:pk>/method/", views.case_method_decide, name="case-method-decide"),
    path("<int:pk>/papers/<slug:kind>/", views.case_paper_preview, name="case-paper-preview"),
    path("<int:pk>/papers/<slug:kind>/issue/", views.case_paper_issue, name="case-paper-issue"),
]
