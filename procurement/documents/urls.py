"""The doors of issued papers."""

from django.urls import path

from procurement.documents import views

app_name = "documents"

urlpatterns = [
    path("", views.paper_list, name="paper-list"),
    path("<int:pk>/", views.paper_detail, name="paper-detail"),
    path("<int:pk>/paper.pdf", views.paper_download, name="paper-download"),
    path("<int:pk>/paper.json", views.paper_data, name="paper-data"),
]
