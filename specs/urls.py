"""The doors of the demand."""

from django.urls import path, register_converter

from specs import authority_views, views


class VersionNumber:
    """A version number in an address: up to four numbers with points between."""

    regex = r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}"

    def to_python(self, value: str) -> str:
        """Keep the text."""
        return value

    def to_url(self, value: str) -> str:
        """Keep the text."""
        return value


class RequirementKey(VersionNumber):
    """A requirement's key in an address."""

    regex = r"[FPNI][0-9A-Za-z][0-9A-Za-z._-]{0,38}"


register_converter(VersionNumber, "version_number")
register_converter(RequirementKey, "requirement_key")

app_name = "specs"
urlpatterns = [
    path("", views.specification_list, name="specification-list"),
    path("import/", views.version_import, name="version-import"),
    path("authorities/", authority_views.authority_list, name="authority-list"),
    path(
        "authorities/<slug:slug>/editors/dismiss/",
        authority_views.authority_editor_dismiss,
        name="authority-editor-dismiss",
    ),
    path(
        "authorities/<slug:slug>/editors/",
        authority_views.authority_editors,
        name="authority-editors",
    ),
    path("<slug:slug>/", views.specification_detail, name="specification-detail"),
    path("<slug:slug>/diff/", views.diff_choose, name="diff-choose"),
    path(
        "<slug:slug>/diff/<version_number:older>/<version_number:newer>/",
        views.diff_detail,
        name="diff-detail",
    ),
    path("<slug:slug>/<version_number:number>/", views.version_detail, name="version-detail"),
    path(
        "<slug:slug>/<version_number:number>/schema.json",
        views.version_schema,
        name="version-schema",
    ),
    path(
        "<slug:slug>/<version_number:number>/publish/",
        views.version_publish,
        name="version-publish",
    ),
    path(
        "<slug:slug>/<version_number:number>/discard/",
        views.version_discard,
        name="version-discard",
    ),
    path(
        "<slug:slug>/<version_number:number>/<requirement_key:key>/",
        views.requirement_detail,
        name="requirement-detail",
    ),
]
