"""The doors of the square."""

from django.urls import path

from marketplace.catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("", views.offer_list, name="offer-list"),
    path("offers/<int:pk>/", views.offer_detail, name="offer-detail"),
    path("compare/", views.compare, name="compare"),
]
