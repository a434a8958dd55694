"""Following a specification: feed and subscription."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    """Following a specification: feed and subscription."""

    name = "specs.following"
    label = "following"
    verbose_name = _("仕様書の更新通知")
