"""Pages of cases, one file a part of the walk."""

from procurement.cases.views.case import case_detail, case_list, case_open
from procurement.cases.views.decision import (
    candidate_decide,
    candidate_list,
    case_method_decide,
)
from procurement.cases.views.paper import (
    case_paper_issue,
    case_paper_preview,
    case_particulars_state,
)
from procurement.cases.views.search import case_search, case_search_lock

__all__ = [
    "candidate_decide",
    "candidate_list",
    "case_detail",
    "case_list",
    "case_method_decide",
    "case_open",
    "case_paper_issue",
    "case_paper_preview",
    "case_particulars_state",
    "case_search",
    "case_search_lock",
]
