"""The doors of switchover plans."""

from django.urls import path

from procurement.switchover import views

app_name = "switchover"

urlpatterns = [
    path("", views.plan_list, name="plan-list"),
    path("new/<int:contract_pk>/", views.plan_make, name="plan-make"),
    path("<int:pk>/", views.plan_detail, name="plan-detail"),
    path("<int:pk>/change/", views.plan_change, name="plan-change"),
    path("<int:pk>/steps/mark/", views.plan_step_mark, name="plan-step-mark"),
]
