"""The doors of following."""

from django.urls import path
from django.views.decorators.http import conditional_page, require_safe

from specs.following import feeds, views

app_name = "following"
urlpatterns = [
    path("following/", views.subscription_list, name="subscription-list"),
    path("following/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("feed.atom", require_safe(conditional_page(feeds.RegisterFeed())), name="register-feed"),
    path(
        "<slug:slug>/feed.atom",
        require_safe(conditional_page(feeds.SpecificationFeed())),
        name="feed",
    ),
    path("<slug:slug>/follow/", views.follow, name="follow"),
    path("<slug:slug>/unfollow/", views.unfollow, name="unfollow"),
]
