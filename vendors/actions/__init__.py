"""The deeds of the wing, its only writers: each is one transaction with its audit event.

``by`` is the person, or None for an operator's command; ``at`` the moment. A deed that may not be
done raises ``PermissionDenied``; one that is refused raises ``Refused`` with every problem and
stores nothing.
"""

from vendors.actions.claim import (
    Submission,
    Upload,
    publish_claim,
    revise_claim,
    save_answers,
    start_claim,
    submit_claim,
    submit_claim_document,
    upload_answer_sheet,
    withdraw_claim,
)
from vendors.actions.offer import (
    lines_of,
    publish_offer,
    register_offer,
    search_text,
    set_prices,
    withdraw_offer,
)
from vendors.actions.vendor import (
    add_certification,
    add_release,
    add_representative,
    dismiss_representative,
    register_product,
    register_vendor,
)

__all__ = [
    "Submission",
    "Upload",
    "add_certification",
    "add_release",
    "add_representative",
    "dismiss_representative",
    "lines_of",
    "publish_claim",
    "publish_offer",
    "register_offer",
    "register_product",
    "register_vendor",
    "revise_claim",
    "save_answers",
    "search_text",
    "set_prices",
    "start_claim",
    "submit_claim",
    "submit_claim_document",
    "upload_answer_sheet",
    "withdraw_claim",
    "withdraw_offer",
]
