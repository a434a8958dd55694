"""The doors of the deal."""

from django.urls import path

from procurement import views

app_name = "procurement"

urlpatterns = [
    path("", views.body_home, name="body-home"),
    path("body/", views.body_settings, name="body-settings"),
    path("body/officers/", views.body_officers, name="body-officers"),
    path("body/officers/dismiss/", views.body_officer_dismiss, name="body-officer-dismiss"),
    path("body/choose/", views.body_choose, name="body-choose"),
]
