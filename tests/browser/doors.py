"""The marketplace's doors and one more: the gallery of shared components."""

from django.urls import path

from marketplace.urls import handler400, handler403, handler404, handler500
from marketplace.urls import urlpatterns as doors
from tests.browser.gallery import gallery

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("gallery/", gallery, name="gallery"), *doors]
