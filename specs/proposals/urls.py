"""The doors of proposals."""

from django.urls import path

from specs.proposals import views

app_name = "proposals"
urlpatterns = [
    path("", views.proposal_list, name="proposal-list"),
    path("new/", views.proposal_submit, name="proposal-submit"),
    path("<int:pk>/", views.proposal_detail, name="proposal-detail"),
    path("<int:pk>/change/", views.proposal_change, name="proposal-change"),
    path("<int:pk>/withdraw/", views.proposal_withdraw, name="proposal-withdraw"),
    path("<int:pk>/endorse/", views.proposal_endorse, name="proposal-endorse"),
    path("<int:pk>/endorse/withdraw/", views.endorsement_withdraw, name="endorsement-withdraw"),
    path("<int:pk>/answer/", views.proposal_answer, name="proposal-answer"),
    path("<int:pk>/take-up/", views.proposal_take_up, name="proposal-take-up"),
]
