"""The doors of the contract register."""

from django.urls import path

from procurement.contracts import views

app_name = "contracts"

urlpatterns = [
    path("", views.contract_list, name="contract-list"),
    path("sheet.xlsx", views.contract_sheet, name="contract-sheet"),
    path("timeline/", views.contract_timeline, name="contract-timeline"),
    path("new/", views.contract_register, name="contract-register"),
    path("import/", views.contract_import, name="contract-import"),
    path("import/confirm/", views.contract_import_confirm, name="contract-import-confirm"),
    path("<int:pk>/", views.contract_detail, name="contract-detail"),
    path("<int:pk>/change/", views.contract_change, name="contract-change"),
]
