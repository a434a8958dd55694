"""The doors of notices."""

from django.urls import path

from marketplace.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="notice-list"),
    path("read/", views.notice_read_all, name="notice-read-all"),
    path("<int:pk>/read/", views.notice_read, name="notice-read"),
]
