"""The doors of the demand."""

from django.urls import path

import specs.converters  # noqa: F401 -- registers the parts of addresses used below
from specs import authority_views, diff_views, impact_views, register_views, sheet_views, views

app_name = "specs"
urlpatterns = [
    path("", views.specification_list, name="specification-list"),
    path("import/", sheet_views.version_import, name="version-import"),
    path("register/", register_views.register, name="register"),
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
    path("<slug:slug>/diff/", diff_views.diff_choose, name="diff-choose"),
    path(
        "<slug:slug>/diff/<version_number:older>/<version_number:newer>/",
        diff_views.diff_detail,
        name="diff-detail",
    ),
    path(
        "<slug:slug>/diff/<version_number:older>/<version_number:newer>/changes.json",
        diff_views.diff_json,
        name="diff-json",
    ),
    path(
        "<slug:slug>/diff/<version_number:older>/<version_number:newer>/table.xlsx",
        diff_views.diff_workbook,
        name="diff-workbook",
    ),
    path(
        "<slug:slug>/diff/<version_number:older>/<version_number:newer>/table.pdf",
        diff_views.diff_pdf,
        name="diff-pdf",
    ),
    path(
        "<slug:slug>/<version_number:number>/successors/",
        diff_views.successor_list,
        name="successor-list",
    ),
    path("<slug:slug>/<version_number:number>/", views.version_detail, name="version-detail"),
    path(
        "<slug:slug>/<version_number:number>/schema.json",
        views.version_schema,
        name="version-schema",
    ),
    path("<slug:slug>/latest/", views.latest, name="latest"),
    path(
        "<slug:slug>/latest/schema.json",
        views.latest,
        {"rest": "schema.json"},
        name="latest-schema",
    ),
    path(
        "<slug:slug>/<version_number:number>/oscal.json",
        views.version_oscal,
        name="version-oscal",
    ),
    path(
        "<slug:slug>/<version_number:number>/withdraw/",
        views.version_withdraw,
        name="version-withdraw",
    ),
    path(
        "<slug:slug>/<version_number:number>/impact/",
        impact_views.version_impact,
        name="version-impact",
    ),
    path(
        "<slug:slug>/<version_number:number>/sheet.xlsx",
        sheet_views.version_sheet,
        name="version-sheet",
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
