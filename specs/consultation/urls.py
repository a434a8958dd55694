"""The doors of consultation."""

from django.urls import path

import specs.converters  # noqa: F401 -- registers the parts of addresses used below
from specs.consultation import comment_views, editor_views, practice_views, views

app_name = "consultation"
urlpatterns = [
    path("consultations/", views.consultation_list, name="consultation-list"),
    path("consultations/<int:pk>/", views.consultation_detail, name="consultation-detail"),
    path(
        "consultations/<int:pk>/extend/",
        editor_views.consultation_extend,
        name="consultation-extend",
    ),
    path(
        "consultations/<int:pk>/close/", editor_views.consultation_close, name="consultation-close"
    ),
    path("consultations/<int:pk>/answers/", editor_views.answer_list, name="answer-list"),
    path("consultations/<int:pk>/results/", views.result_table, name="result-table"),
    path("consultations/<int:pk>/results.xlsx", views.result_sheet, name="result-sheet"),
    path(
        "consultations/<int:pk>/results/publish/",
        editor_views.results_publish,
        name="results-publish",
    ),
    path("consultations/<int:pk>/new/", comment_views.comment_submit, name="comment-submit"),
    path("consultations/<int:pk>/own/", comment_views.own_comments, name="own-comments"),
    path("consultations/comments/<int:pk>/", views.comment_detail, name="comment-detail"),
    path(
        "consultations/comments/<int:pk>/change/",
        comment_views.comment_change,
        name="comment-change",
    ),
    path(
        "consultations/comments/<int:pk>/withdraw/",
        comment_views.comment_withdraw,
        name="comment-withdraw",
    ),
    path(
        "consultations/comments/<int:pk>/endorse/",
        comment_views.comment_endorse,
        name="comment-endorse",
    ),
    path(
        "consultations/comments/<int:pk>/withdraw-endorsement/",
        comment_views.endorsement_withdraw,
        name="endorsement-withdraw",
    ),
    path(
        "consultations/comments/<int:pk>/answer/",
        editor_views.comment_answer,
        name="comment-answer",
    ),
    path(
        "consultations/good-practices/<int:pk>/withdraw/",
        practice_views.practice_withdraw,
        name="practice-withdraw",
    ),
    path("<slug:slug>/good-practices/", practice_views.practice_list, name="practice-list"),
    path("<slug:slug>/good-practices/new/", practice_views.practice_attach, name="practice-attach"),
    path(
        "<slug:slug>/<version_number:number>/consultation/",
        editor_views.consultation_open,
        name="consultation-open",
    ),
]
