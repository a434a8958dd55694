"""The deeds of a consultation: one that is done, one for each refusal, and what the trail keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from procurement.models import Officer
from schemas.problems import Refused
from specs import actions as spec_actions
from specs.consultation import actions
from specs.consultation.actions import Opinion, Practice
from specs.consultation.models import Comment, Consultation, GoodPractice
from specs.models import SpecificationVersion
from specs.organisations import Organisation, organisations_of
from tests import make
from tests.consultation.asked import (
    AIZU,
    MIHON,
    TEXT,
    YOKOHAMA,
    document,
    make_comment,
    make_consultation,
    make_draft,
)

pytestmark = pytest.mark.django_db
OPENS, CLOSES = date(2026, 11, 23), date(2026, 12, 20)
QUESTION = Opinion("question", "", "", "いつから適用されますか。")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def trail() -> list[tuple[str, str, dict[str, object]]]:
    rows = AuditEvent.objects.filter(action__startswith="consultation.").order_by("id")
    return [(event.action, event.actor, event.data) for event in rows]


def open_it(version: SpecificationVersion, at: datetime, **changes: object) -> Consultation:
    fields = {"opens_on": OPENS, "closes_on": CLOSES, "call": "聞かせてください。", "by": None}
    return actions.open_consultation(version, at=at, **{**fields, **changes})  # type: ignore[arg-type]


# -- who speaks for whom -----------------------------------------------------------------------


def test_people_speak_for_their_bodies_and_vendors(
    officer: User, representative: User, editor: User, visitor: User
) -> None:
    assert organisations_of(officer) == [AIZU]
    assert organisations_of(representative) == [MIHON]
    assert organisations_of(editor) == []
    assert organisations_of(visitor) == []


def test_an_officer_who_only_views_does_not_speak_for_the_body(officer: User) -> None:
    Officer.objects.filter(user=officer).update(level="view")

    assert organisations_of(officer) == []


# -- open, extend, close -----------------------------------------------------------------------


def test_a_draft_is_laid_before_others_as_it_is(editor: User, now: datetime) -> None:
    version = make_draft(now)

    made = open_it(version, now, by=editor)

    version.refresh_from_db()
    assert version.state == "in_consultation"
    assert made.digest == version.digest
    assert made.asked.count() == 6
    assert made.asked.get(key="F0010001").text == TEXT
    assert made.standing(OPENS) == "open"
    assert trail() == [
        (
            "consultation.consultation_opened",
            editor.email,
            {
                "urn": "urn:dmp:spec:sample:1.1",
                "digest": version.digest,
                "opens_on": "2026-11-23",
                "closes_on": "2026-12-20",
            },
        )
    ]


def test_others_do_not_open_a_consultation(
    other_editor: User, officer: User, now: datetime
) -> None:
    version = make_draft(now)

    for by in (other_editor, officer):
        with pytest.raises(PermissionDenied):
            open_it(version, now, by=by)


def test_days_out_of_order_and_a_silent_call_are_refused_at_once(now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        open_it(make_draft(now), now, opens_on=date(2026, 11, 22), closes_on=OPENS, call=" ")

    assert codes(refused) == ["consultation_opens_in_the_past", "consultation_call_missing"]
    assert not Consultation.objects.exists()


def test_what_is_no_draft_is_not_consulted_on(now: datetime) -> None:
    consultation = make_consultation(now)

    for version, code in (
        (consultation.version, "version_is_in_consultation"),
        (make.make_version("other", "1.0"), "version_is_published"),
    ):
        with pytest.raises(Refused) as refused:
            open_it(version, now)
        assert codes(refused) == [code]


def test_a_version_in_consultation_is_neither_published_nor_changed(now: datetime) -> None:
    consultation = make_consultation(now)

    for deed in (
        lambda: spec_actions.publish_version(consultation.version, by=None, at=now),
        lambda: spec_actions.draft_version(document(title_en="New"), by=None, at=now),
        lambda: spec_actions.discard_draft(consultation.version, by=None, at=now),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert codes(refused) == ["version_is_in_consultation"]


def test_a_consultation_is_extended(editor: User, now: datetime) -> None:
    consultation = make_consultation(now)

    later = actions.extend_consultation(
        consultation, closes_on=date(2026, 12, 25), by=editor, at=now
    )

    assert later.closes_on == date(2026, 12, 25)
    assert trail()[-1] == (
        "consultation.consultation_extended",
        editor.email,
        {"from": "2026-12-20", "to": "2026-12-25"},
    )
    with pytest.raises(Refused) as refused:
        actions.extend_consultation(consultation, closes_on=CLOSES, by=editor, at=now)
    assert codes(refused) == ["consultation_extends_later"]


def test_a_close_makes_the_version_a_draft_again(editor: User, now: datetime) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)
    after = now + timedelta(days=40)

    closed = actions.close_consultation(consultation, by=editor, at=after)

    assert closed.version.state == "in_consultation"  # as it was fetched
    assert SpecificationVersion.objects.get().state == "draft"
    assert closed.standing(OPENS) == "closed"
    assert trail()[-1] == (
        "consultation.consultation_closed",
        editor.email,
        {"urn": "urn:dmp:spec:sample:1.1", "comments": 1, "reason": ""},
    )
    with pytest.raises(Refused) as refused:
        actions.close_consultation(consultation, by=editor, at=after)
    assert codes(refused) == ["consultation_is_closed"]


def test_an_early_close_needs_a_reason(editor: User, now: datetime) -> None:
    consultation = make_consultation(now)

    with pytest.raises(Refused) as refused:
        actions.close_consultation(consultation, by=editor, at=now)
    assert codes(refused) == ["consultation_closes_early"]

    closed = actions.close_consultation(consultation, reason="誤りのため", by=editor, at=now)
    assert closed.early_reason == "誤りのため"


def test_what_was_asked_stays_when_the_draft_changes(now: datetime) -> None:
    consultation = make_consultation(now)
    comment = make_comment(consultation, now)
    after = now + timedelta(days=40)
    actions.close_consultation(consultation, by=None, at=after)

    changed = [
        each if each.key != "F0010001" else type(each)(**{**vars(each), "text": "別の文。"})
        for each in make.make_requirements()
    ]
    version = spec_actions.draft_version(document(changed), by=None, at=after)

    assert version.requirements.get(key="F0010001").text == "別の文。"
    comment.refresh_from_db()
    assert comment.asked is not None
    assert comment.asked.text == TEXT
    assert comment.consultation.digest != version.digest


def test_a_version_is_consulted_on_again_after_the_close(now: datetime) -> None:
    first = make_consultation(now)
    actions.close_consultation(first, reason="出し直すため", by=None, at=now)

    second = open_it(first.version, now)

    assert second.pk != first.pk
    assert second.asked.count() == 6


def test_a_draft_with_a_consultation_is_not_discarded(now: datetime) -> None:
    consultation = make_consultation(now)
    actions.close_consultation(consultation, reason="出し直すため", by=None, at=now)

    with pytest.raises(Refused) as refused:
        spec_actions.discard_draft(consultation.version, by=None, at=now)

    assert codes(refused) == ["draft_is_referred_to"]


# -- comments ----------------------------------------------------------------------------------


def test_an_officer_comments_for_the_body(officer: User, now: datetime) -> None:
    consultation = make_consultation(now)
    opinion = Opinion("correction", "F0010001", "新しい文。", "窓口のため。")

    comment = actions.submit_comment(
        consultation, organisation=AIZU, opinion=opinion, by=officer, at=now
    )

    assert (comment.number, comment.organisation_name, comment.key) == (1, "会津若松市", "F0010001")
    assert trail()[-1] == (
        "consultation.comment_submitted",
        officer.email,
        {
            "comment": 1,
            "organisation": "072028",
            "requirement": "F0010001",
            "kind": "correction",
            "edition": 1,
        },
    )
    again = actions.submit_comment(
        consultation, organisation=AIZU, opinion=opinion, by=officer, at=now
    )
    assert again == comment
    assert len(trail()) == 2


def test_nobody_comments_for_others(officer: User, visitor: User, now: datetime) -> None:
    consultation = make_consultation(now)
    named = Organisation("body", "072028", "会津若松市")

    for by, organisation in ((officer, YOKOHAMA), (visitor, named)):
        with pytest.raises(PermissionDenied):
            actions.submit_comment(
                consultation, organisation=organisation, opinion=QUESTION, by=by, at=now
            )


def test_comments_are_taken_between_the_days_only(now: datetime) -> None:
    consultation = make_consultation(now, opens_on=date(2026, 11, 24))

    for days, code in ((0, "consultation_not_open_yet"), (28, "consultation_is_over")):
        with pytest.raises(Refused) as refused:
            make_comment(consultation, now + timedelta(days=days))
        assert codes(refused) == [code]
    assert make_comment(consultation, now + timedelta(days=27)).number == 1


def test_a_comment_on_what_was_not_asked_is_refused(now: datetime) -> None:
    consultation = make_consultation(now)

    with pytest.raises(Refused) as refused:
        make_comment(consultation, now, key="F9999999", reason="")

    assert codes(refused) == ["comment_requirement_not_asked", "comment_reason_missing"]
    assert not Comment.objects.exists()


def test_a_colleague_changes_a_comment(officer: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)

    changed = actions.change_comment(comment, opinion=QUESTION, edition=1, by=officer, at=now)

    assert (changed.kind, changed.key, changed.proposed, changed.edition) == ("question", "", "", 2)
    assert trail()[-1][0] == "consultation.comment_changed"
    with pytest.raises(Refused) as refused:
        actions.change_comment(comment, opinion=QUESTION, edition=1, by=officer, at=now)
    assert codes(refused) == ["comment_changed_meanwhile"]


def test_others_neither_change_nor_withdraw_it(other_officer: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)

    with pytest.raises(PermissionDenied):
        actions.change_comment(comment, opinion=QUESTION, edition=1, by=other_officer, at=now)
    with pytest.raises(PermissionDenied):
        actions.withdraw_comment(comment, by=other_officer, at=now)


def test_an_endorsed_comment_is_only_withdrawn(now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)
    actions.endorse_comment(comment, organisation=YOKOHAMA, by=None, at=now)

    with pytest.raises(Refused) as refused:
        actions.change_comment(comment, opinion=QUESTION, edition=1, by=None, at=now)
    assert codes(refused) == ["comment_is_endorsed"]

    withdrawn = actions.withdraw_comment(comment, by=None, at=now)
    assert withdrawn.withdrawn_at == now
    assert list(Comment.objects.standing()) == []
    with pytest.raises(Refused) as refused:
        actions.withdraw_comment(comment, by=None, at=now)
    assert codes(refused) == ["comment_is_withdrawn"]


def test_numbers_are_not_used_again(now: datetime) -> None:
    consultation = make_consultation(now)
    first = make_comment(consultation, now)
    actions.withdraw_comment(first, by=None, at=now)

    assert make_comment(consultation, now).number == 2


# -- endorsements ------------------------------------------------------------------------------


def test_another_body_endorses_once(other_officer: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)

    for _time in range(2):
        actions.endorse_comment(comment, organisation=YOKOHAMA, by=other_officer, at=now)

    assert [each.organisation_name for each in comment.endorsements.all()] == ["横浜市"]
    assert [event[0] for event in trail()].count("consultation.comment_endorsed") == 1
    for _time in range(2):
        actions.withdraw_endorsement(comment, organisation=YOKOHAMA, by=other_officer, at=now)
    assert not comment.endorsements.exists()
    assert [event[0] for event in trail()].count("consultation.endorsement_withdrawn") == 1


def test_own_comments_and_late_ones_are_not_endorsed(
    officer: User, other_officer: User, now: datetime
) -> None:
    comment = make_comment(make_consultation(now), now)

    with pytest.raises(Refused) as refused:
        actions.endorse_comment(comment, organisation=AIZU, by=officer, at=now)
    assert codes(refused) == ["endorsement_of_own_comment"]
    with pytest.raises(PermissionDenied):
        actions.endorse_comment(comment, organisation=YOKOHAMA, by=officer, at=now)
    with pytest.raises(PermissionDenied):
        actions.withdraw_endorsement(comment, organisation=YOKOHAMA, by=officer, at=now)
    late = now + timedelta(days=40)
    for deed in (actions.endorse_comment, actions.withdraw_endorsement):
        with pytest.raises(Refused) as refused:
            deed(comment, organisation=YOKOHAMA, by=other_officer, at=late)
        assert codes(refused) == ["consultation_is_over"]


# -- answers and results -----------------------------------------------------------------------


def test_an_answer_names_what_changed(editor: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)

    answer = actions.answer_comment(
        comment,
        outcome="adopted",
        reason="反映しました。",
        changed=["0010001", "NA.1", "F0010001"],
        by=editor,
        at=now,
    )

    assert answer.changed_keys == ["F0010001", "NA.1"]
    assert answer.version == comment.consultation.version
    assert trail()[-1] == (
        "consultation.comment_answered",
        editor.email,
        {"comment": 1, "outcome": "adopted", "changed": ["F0010001", "NA.1"]},
    )
    later = actions.answer_comment(comment, outcome="later", reason="検討する。", by=editor, at=now)
    assert (later.pk, later.changed, later.version) == (answer.pk, "", None)


def test_an_answer_of_others_or_about_nothing_is_refused(
    other_editor: User, officer: User, now: datetime
) -> None:
    comment = make_comment(make_consultation(now), now)

    for by in (other_editor, officer):
        with pytest.raises(PermissionDenied):
            actions.answer_comment(comment, outcome="not", reason="理由", by=by, at=now)
    with pytest.raises(Refused) as refused:
        actions.answer_comment(
            comment, outcome="adopted", reason="", changed=["9999999"], by=None, at=now
        )
    assert codes(refused) == ["answer_reason_missing", "answer_names_unknown_requirement"]
    with pytest.raises(Refused) as refused:
        actions.answer_comment(
            comment,
            outcome="adopted",
            reason="理由",
            version=make.make_version("other", "1.0"),
            by=None,
            at=now,
        )
    assert codes(refused) == ["answer_names_unknown_version"]


def test_an_answered_comment_is_changed_no_more(officer: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)
    actions.answer_comment(comment, outcome="not", reason="理由", by=None, at=now)

    with pytest.raises(Refused) as refused:
        actions.change_comment(comment, opinion=QUESTION, edition=1, by=officer, at=now)
    assert codes(refused) == ["comment_is_answered"]
    with pytest.raises(Refused) as refused:
        actions.withdraw_comment(comment, by=officer, at=now)
    assert codes(refused) == ["comment_is_answered"]


def test_results_are_published_when_all_is_answered(editor: User, now: datetime) -> None:
    consultation = make_consultation(now)
    comment = make_comment(consultation, now)
    after = now + timedelta(days=40)

    with pytest.raises(Refused) as refused:
        actions.publish_results(consultation, by=editor, at=after)
    assert codes(refused) == ["consultation_is_not_closed"]
    actions.close_consultation(consultation, by=editor, at=after)
    with pytest.raises(Refused) as refused:
        actions.publish_results(consultation, by=editor, at=after)
    assert codes(refused) == ["consultation_has_unanswered"]
    actions.answer_comment(comment, outcome="not", reason="理由", by=editor, at=after)

    published = actions.publish_results(consultation, by=editor, at=after)

    assert published.results_at == after
    assert trail()[-1] == (
        "consultation.results_published",
        editor.email,
        {"urn": "urn:dmp:spec:sample:1.1", "comments": 1},
    )
    with pytest.raises(Refused) as refused:
        actions.publish_results(consultation, by=editor, at=after)
    assert codes(refused) == ["consultation_results_are_published"]
    with pytest.raises(Refused) as refused:
        actions.answer_comment(comment, outcome="later", reason="理由", by=editor, at=after)
    assert codes(refused) == ["consultation_results_are_published"]


def test_others_neither_extend_close_nor_publish(other_editor: User, now: datetime) -> None:
    consultation = make_consultation(now)

    with pytest.raises(PermissionDenied):
        actions.extend_consultation(
            consultation, closes_on=date(2026, 12, 25), by=other_editor, at=now
        )
    with pytest.raises(PermissionDenied):
        actions.close_consultation(consultation, reason="理由", by=other_editor, at=now)
    with pytest.raises(PermissionDenied):
        actions.publish_results(consultation, by=other_editor, at=now)


def test_a_version_with_unanswered_comments_is_published_with_a_reason_only(
    editor: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)
    withdrawn = make_comment(consultation, now, reason="別の理由")
    actions.withdraw_comment(withdrawn, by=None, at=now)
    actions.close_consultation(consultation, reason="誤りのため", by=None, at=now)

    with pytest.raises(Refused) as refused:
        spec_actions.publish_version(consultation.version, by=editor, at=now)
    assert [problem.params for problem in refused.value.problems] == [
        {"version": "1.1", "count": 1}
    ]

    version = spec_actions.publish_version(
        consultation.version, reason="法令の施行日のため", by=editor, at=now
    )
    assert version.state == "published"
    event = AuditEvent.objects.get(action="specs.version_published")
    assert event.data["reason"] == "法令の施行日のため"


# -- good practices ----------------------------------------------------------------------------


def test_a_body_tells_how_it_does_it(officer: User, now: datetime) -> None:
    consultation = make_consultation(now)
    specification = consultation.version.specification
    practice = Practice("入口に端末を置いた。", "待ち時間が半分になった。", "よやくん", "F0010001")

    for _time in range(2):
        made = actions.attach_good_practice(
            specification,
            organisation=AIZU,
            practice=practice,
            consultation=consultation,
            by=officer,
            at=now,
        )

    assert list(GoodPractice.objects.published()) == [made]
    assert trail()[-1] == (
        "consultation.good_practice_attached",
        officer.email,
        {"organisation": "072028", "requirement": "F0010001"},
    )
    for _time in range(2):
        actions.withdraw_good_practice(made, by=officer, at=now)
    assert not GoodPractice.objects.published().exists()
    assert [event[0] for event in trail()].count("consultation.good_practice_withdrawn") == 1


def test_a_good_practice_is_refused_where_it_does_not_belong(
    officer: User, representative: User, other_officer: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    specification = consultation.version.specification
    other = make.make_version("other", "1.0").specification
    practice = Practice("取組", "効果")

    for by, organisation in ((representative, MIHON), (officer, YOKOHAMA)):
        with pytest.raises(PermissionDenied):
            actions.attach_good_practice(
                specification, organisation=organisation, practice=practice, by=by, at=now
            )
    with pytest.raises(Refused) as refused:
        actions.attach_good_practice(
            other,
            organisation=AIZU,
            practice=Practice("", "", "", "F9999999"),
            consultation=consultation,
            by=officer,
            at=now + timedelta(days=40),
        )
    assert codes(refused) == [
        "good_practice_done_missing",
        "good_practice_effect_missing",
        "good_practice_requirement_not_known",
        "good_practice_of_other_consultation",
        "consultation_is_over",
    ]
    made = actions.attach_good_practice(
        specification, organisation=AIZU, practice=practice, by=officer, at=now
    )
    with pytest.raises(PermissionDenied):
        actions.withdraw_good_practice(made, by=other_officer, at=now)


def test_the_editors_take_a_good_practice_off(editor: User, officer: User, now: datetime) -> None:
    specification = make_consultation(now).version.specification
    made = actions.attach_good_practice(
        specification, organisation=AIZU, practice=Practice("取組", "効果"), by=officer, at=now
    )

    assert actions.withdraw_good_practice(made, by=editor, at=now).withdrawn_at == now


def test_the_database_knows_one_unclosed_consultation_a_version(now: datetime) -> None:
    names = {c.name for c in Consultation._meta.constraints}
    with connection.cursor() as cursor:
        kept = connection.introspection.get_constraints(cursor, Consultation._meta.db_table)

    assert names <= set(kept)
