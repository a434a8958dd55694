"""The building: shared page parts, formats and faces."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """Hold templates, static files and template tags that every wing uses."""

    name = "marketplace"
    label = "marketplace"
