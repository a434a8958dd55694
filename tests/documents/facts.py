"""A believable case of 会津若松市, for the tests of the papers. Made up; marked as sample."""

# ruff: noqa: E501 -- a sentence of a paper stands on one line
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from procurement.documents import engine, papers
from procurement.documents.facts import (
    Amount,
    Basis,
    Body,
    CandidateFacts,
    CaseFacts,
    Claim,
    ClauseFacts,
    ComparisonPaper,
    ContractFacts,
    Counterparty,
    CurrentSystem,
    Drafting,
    JustificationPaper,
    Labelled,
    Law,
    Line,
    Met,
    NegotiatedTerms,
    Outline,
    Price,
    Quotation,
    Reasons,
    Related,
    RequirementFacts,
    Search,
    ServiceLevel,
    SpecificationFacts,
    SpecificationPaper,
    Step,
    ThresholdFacts,
    Violated,
)

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
JUSTIFIED_AT = datetime(2027, 6, 18, 1, 0, tzinfo=UTC)
NUMBER = "会津若松市 DMP令和8年度第12号"

BODY = Body(
    code="072028",
    name="会津若松市",
    department="総務部 情報戦略課",
    contact_name="情報政策グループ 髙﨑",
    contact_phone="0242-00-0000",
    contact_email="joho@example.jp",
)
CASE = CaseFacts(title="公共施設予約システム更改業務", sample=True)
SPECIFICATION = SpecificationFacts(
    slug="facility-reservation",
    version="1.1",
    title="公共施設予約システム標準仕様書",
    authority="DMP編集部",
    published_on=date(2026, 10, 1),
    sha256="3f786850e387550fdab836ed7e6dc881de23001b5b1c3a7f4d4e1f0a9c2b7d61",
    sample=True,
)
LONG_TERM = Law("長期継続契約", "地方自治法第234条の3")
PROPOSAL = Law("公募型プロポーザル", "地方自治法施行令第167条の2第1項第2号")

CHAPTERS = {
    "1 利用者管理": (
        (
            "利用者登録",
            "個人及び団体の別に利用者を登録でき、登録の時に利用規約への同意を記録できること。",
        ),
        (
            "本人確認",
            "窓口での本人確認の結果（確認日、確認した書類の種類、確認者）を登録でき、書類の写しを保存しないで運用できること。",
        ),
        (
            "利用者番号",
            "利用者番号を自動で付番でき、重複する登録の候補（氏名、電話番号又はメールアドレスが一致するもの）を登録の前に示せること。",
        ),
        (
            "資格区分",
            "市内在住、市内在勤・在学、市外、減免団体その他の区分を登録でき、区分ごとに予約の開始日及び料金を変えられること。",
        ),
        ("有効期限", "登録の有効期限を設定でき、期限の到来前に電子メールで更新を案内できること。"),
        (
            "利用停止",
            "無断の不使用等による利用の停止を期間を定めて登録でき、停止の理由及び解除の日を利用者の画面に示せること。",
        ),
    ),
    "2 施設管理": (
        (
            "施設登録",
            "施設、室場及び設備を階層で登録でき、写真、定員、設備の有無及び利用の条件を示せること。",
        ),
        (
            "開館日程",
            "開館日、休館日、臨時の開館及び保守のための休止を、年度単位で一括して登録でき、既に予約がある日を変更しようとするときは該当する予約の一覧を示すこと。",
        ),
        (
            "分割利用",
            "体育館の半面利用のように、一の室場を分割し、又は複数の室場を結合した単位で予約でき、重なる単位の予約を自動で排他できること。",
        ),
        (
            "利用区分",
            "午前、午後、夜間の区分による貸出しと、時間単位の貸出しの両方を室場ごとに設定できること。",
        ),
        ("附属設備", "附属設備の在庫数を管理し、在庫を超える予約を受け付けないこと。"),
    ),
    "3 予約・抽選": (
        (
            "空き状況の照会",
            "ログインをしないで、施設、目的、日付及び時間帯から空き状況を検索できること。",
        ),
        ("抽選申込", "抽選の申込みを受け付け、申込みの上限件数を資格区分ごとに設定できること。"),
        (
            "抽選の実施",
            "抽選を決められた日時に自動で行い、抽選に用いた乱数の種及び申込みの順を記録し、後から同じ結果を再現できること。",
        ),
        (
            "随時予約",
            "抽選の後の空きを、先着順で予約できること。同時に申込みがあったときに二重に予約を成立させないこと。",
        ),
        (
            "取消し",
            "利用者が予約を取り消すことができ、取消しの期限及び取消料を室場ごとに設定できること。",
        ),
        (
            "代理予約",
            "職員が窓口又は電話で受けた予約を代理で登録でき、代理であることを記録できること。",
        ),
        (
            "キャンセル待ち",
            "満室の区分にキャンセル待ちを登録でき、空きが生じたときに登録の順に通知できること。",
        ),
    ),
    "4 料金・収納": (
        (
            "料金計算",
            "基本料金、時間外の加算、冷暖房料、附属設備の使用料及び減免を組み合わせて料金を計算し、計算の内訳を示せること。",
        ),
        (
            "減免",
            "減免の申請、審査及び承認を登録でき、減免の根拠となる条例又は規則の条項を記録できること。",
        ),
        (
            "電子納付",
            "クレジットカード及びコード決済による納付を受け付け、納付の結果を予約に自動で反映できること。",
        ),
        ("還付", "取消し又は過納による還付を登録でき、還付の通知書を出力できること。"),
        (
            "日計・月計",
            "施設別、科目別の収納の日計表及び月計表を出力でき、財務会計システムへの取込み用のファイルを作成できること。",
        ),
    ),
    "5 通知・統計": (
        (
            "通知",
            "予約の成立、抽選の結果、利用の前日の案内を電子メールで通知でき、文面を職員が変更できること。",
        ),
        (
            "利用統計",
            "施設別、目的別、時間帯別の稼働率を集計し、CSV形式で出力できること。個人を特定できる項目を含まないこと。",
        ),
        ("公開データ", "空き状況及び施設の一覧を、推奨データセットに沿った形式で公開できること。"),
    ),
    "6 権限・記録": (
        ("権限", "職員の権限を、施設の範囲と操作の種類の組合せで設定できること。"),
        (
            "操作記録",
            "利用者の情報の照会、変更及び出力の操作を、操作者、日時及び対象とともに記録し、5年間保存できること。",
        ),
        ("全件出力", "登録したすべてのデータを、項目定義とともに職員が画面から出力できること。"),
    ),
}
FORMS = (
    ("利用許可書", "予約の内容、料金及び利用の条件を記載した利用許可書を、A4縦で出力できること。"),
    ("利用許可取消通知書", "取消しの理由及び教示文を記載した通知書を出力できること。"),
    (
        "領収書",
        "登録番号を記載した適格請求書の要件を満たす領収書を出力でき、再発行の別を示せること。",
    ),
    ("減免決定通知書", "減免の額、根拠となる条項及び教示文を記載した通知書を出力できること。"),
)
LEVELS = (
    ("稼働率", "計画停止を除く月間の稼働率", "稼働率 99.5％以上"),
    ("画面の応答時間", "空き状況の検索結果の表示。95パーセンタイル値", "応答時間 3秒以内"),
    ("目標復旧時間", "障害の発生から業務を再開するまでの時間", "復旧時間 4時間以内"),
    ("目標復旧時点", "失われるデータの範囲", "復旧時点 1時間以内"),
    ("同時接続数", "抽選の申込みの開始時に処理できる同時接続数", "同時接続 2,000以上"),
)
INTERFACES = (
    (
        "電子納付連携",
        "納付の結果を1日1回以上受信すること。",
        "地方税以外の公金収納 連携仕様 第2.1版以降",
    ),
    (
        "共通認証連携",
        "住民向けの共通の認証基盤により本人を認証できること。",
        "認証連携仕様 第1.0版以降",
    ),
)


def requirements(total: int = 90) -> list[RequirementFacts]:
    """Make ``total`` requirements: the written ones, functions repeated until there are enough."""
    rest = [
        *(
            RequirementFacts(
                f"009{n:02d}01", "form", "mandatory", "帳票", title, text, due_on=date(2028, 4, 1)
            )
            for n, (title, text) in enumerate(FORMS, 1)
        ),
        *(
            RequirementFacts(
                f"N{n:03d}", "non_functional", "mandatory", "信頼性・性能", title, text, bound=bound
            )
            for n, (title, text, bound) in enumerate(LEVELS, 1)
        ),
        *(
            RequirementFacts(
                f"I{n:03d}", "interface", "mandatory", "外部連携", title, text, interface=interface
            )
            for n, (title, text, interface) in enumerate(INTERFACES, 1)
        ),
    ]
    written = [(chapter, title, text) for chapter, rows in CHAPTERS.items() for title, text in rows]
    functions = []
    for number in range(total - len(rest)):
        chapter, title, text = written[number % len(written)]
        again = number // len(written)
        functions.append(
            RequirementFacts(
                id=f"{number + 1:05d}01",
                kind="function",
                obligation=("mandatory", "mandatory", "mandatory", "standard_option", "prohibited")[
                    number % 5
                ],
                chapter=chapter,
                section=f"{chapter.split()[0]}.{again + 1} {('利用者の画面', '職員の画面', '一括処理', '管理者の画面')[again % 4]}",
                title=title,
                text=text,
                due_on=date(2027, 4, 1) if number % 3 else None,
            )
        )
    functions.sort(key=lambda row: (row.chapter, row.section or "", row.id))
    return [*functions, *rest]


def specification_facts(total: int = 90, **changes: Any) -> SpecificationPaper:
    """Return the facts of a 調達仕様書."""
    facts = SpecificationPaper(
        body=BODY,
        case=CASE,
        specification=SPECIFICATION,
        outline=Outline(
            background="本市の公共施設予約システムは、平成30年度に導入し、市内42施設の予約及び使用料の収納に用いている。導入から8年が経過し、スマートフォンからの操作、電子納付及び減免の電子申請に対応できず、窓口での手続が全体の約6割を占めている。\n\n現行の契約は令和10年3月31日に満了する。現行システムの後継製品は提供されないことが、受託者から示されている。",
            purpose="標準仕様に適合したサービスに切り替え、住民が来庁せずに予約から納付までを終えられるようにするとともに、施設の職員の事務を減らし、次の更改の時に事業者を選び直せる状態を保つ。",
            expected_effects="電子申請の割合を、令和8年度の38％から令和11年度に70％以上に高める。施設の窓口の事務を、年間約4,200時間減らす。",
            overview="利用者の登録、施設の空き状況の照会、抽選及び随時の予約、使用料の計算及び収納、利用許可書の発行並びに統計の作成を行う情報システムである。住民はインターネットから、職員はLGWAN接続系の端末から利用する。",
            scope="(1) サービスの提供（5年間）\n(2) 設定、データ移行、連携、テスト及び研修\n(3) 運用及び保守\n(4) 契約終了時のデータの返却及び次期の事業者への引継ぎ",
            scale=[
                Labelled("人口", "112,345人（令和8年1月1日現在）"),
                Labelled("対象施設", "42施設（室場 186、附属設備 540件）"),
                Labelled("登録利用者", "個人 18,420人、団体 2,310団体"),
                Labelled("年間の予約", "約96,000件（うち抽選の申込み 約41,000件）"),
                Labelled("職員の利用者", "120人（同時 40人）"),
            ],
            current_system=CurrentSystem(
                "公共施設案内予約システム", "株式会社サンプル情報", date(2028, 3, 31)
            ),
        ),
        contract=ContractFacts(
            starts_on=date(2027, 7, 1),
            ends_on=date(2033, 3, 31),
            service_starts_on=date(2028, 4, 1),
            place="会津若松市役所、対象施設及び受託者の事業所",
            method=PROPOSAL,
            category="前各号以外のもの（役務の提供等）",
            multi_year_basis=LONG_TERM,
        ),
        schedule=[
            Step("公告", date(2027, 4, 12)),
            Step("提案書の提出期限", date(2027, 5, 21), date(2027, 4, 12)),
            Step("審査及び優先交渉権者の決定", date(2027, 6, 11), date(2027, 5, 24)),
            Step("契約締結", date(2027, 7, 1)),
            Step("設計及び設定", date(2027, 10, 29), date(2027, 7, 1)),
            Step("データ移行の予行（第1回）", date(2027, 11, 30), date(2027, 11, 1)),
            Step("受入れテスト", date(2028, 1, 31), date(2027, 12, 1)),
            Step("職員研修及び住民周知", date(2028, 3, 15), date(2028, 2, 1)),
            Step("サービス開始", date(2028, 4, 1)),
        ],
        service_levels=[
            ServiceLevel(title, bound, f"{text}（要件ID N{n:03d}）")
            for n, (title, text, bound) in enumerate(LEVELS, 1)
        ],
        exit=papers.STANDARD_EXIT,
        deliverables=papers.STANDARD_DELIVERABLES,
        qualifications=papers.STANDARD_QUALIFICATIONS,
        requirements=requirements(total),
        related=[Related("窓口キャッシュレス決済端末の賃貸借", "指名競争入札", "令和9年8月")],
    )
    return replace(facts, **changes)


def candidate(position: int, product: str, **changes: Any) -> CandidateFacts:
    """Return one candidate whose cost lines add up."""
    step = (position * 5 + 4) % 7
    initial, monthly = 1_800_000 + 250_000 * step, 118_000 + 9_500 * step
    facts = CandidateFacts(
        position=position,
        product=product,
        offer="スタンダードプラン（人口10万人以上20万人未満）",
        vendor=f"株式会社サンプル{'ABCDEFGH'[position - 1]}",
        corporate_number="1234567890128"[:12] + str(position),
        hosting="国内リージョンのクラウド",
        outcome="dropped",
        claim=Claim(
            2,
            date(2026, 11, 2),
            "conforms",
            Met(61, 61),
            Met(12, 15),
            Violated(0, 14),
            Met(5, 5),
            Met(2, 2),
        ),
        price=Price(
            initial,
            monthly,
            initial + monthly * 60 + 600_000,
            "INCLUDED",
            [
                Line("初期費用", initial),
                Line("月額利用料（60か月）", monthly * 60),
                Line("契約終了時のデータの抽出", 600_000),
            ],
        ),
        network_models=("αモデル", "α'モデル"),
        certifications=("ISO/IEC 27001（IS 000000、2028年3月まで）", "プライバシーマーク"),
        population_band="10万人以上20万人未満",
        adopters=12 + position,
        migration="現行システムのCSVからの移行を初期費用に含む（予行2回まで）。",
        exit_terms="全件のCSVを無償で3回まで返却する。",
        reason="5年間の総費用が候補2を上回る。",
        decided_on=date(2026, 11, 20),
        decided_by="情報戦略課 渡部",
    )
    return replace(facts, **changes)


def comparison_facts(**changes: Any) -> ComparisonPaper:
    """Return the facts of a 候補比較表 with seven candidates."""
    candidates = [
        candidate(1, "まちの予約帳"),
        candidate(
            2,
            "ヨヤクラ自治体版",
            outcome="chosen",
            reason="実装必須の要件にすべて適合し、総費用が最も低い。契約終了時のデータの返却が無償の範囲に含まれる。",
        ),
        candidate(
            3,
            "施設なび",
            claim=Claim(
                1,
                date(2026, 10, 20),
                "conforms_with_transitional",
                Met(59, 61),
                Met(8, 15),
                Violated(0, 14),
                Met(5, 5),
                Met(2, 2),
            ),
            reason="実装必須の要件2件（キャンセル待ち、公開データ）の対応が令和9年3月の予定であり、受入れテストまでに確認できない。",
        ),
        candidate(
            4,
            "Reserve City",
            claim=Claim(
                1,
                date(2026, 9, 30),
                "does_not_conform",
                Met(52, 61),
                Met(10, 15),
                Violated(1, 14),
                Met(4, 5),
                Met(1, 2),
            ),
            hosting="国外リージョンを含むクラウド",
            reason="実装必須の要件9件を提供せず、実装不可の機能1件を備える。データを国外に保存する。",
        ),
        candidate(
            5,
            "コミュニティ予約",
            price=None,
            population_band=None,
            reason="本市の人口に対する価格を表明しておらず、比較ができない。",
        ),
        candidate(
            6,
            "かんたん施設予約",
            claim=None,
            adopters=None,
            certifications=(),
            migration=None,
            exit_terms=None,
            reason="第1.1版への適合を表明していない。",
        ),
        candidate(
            7,
            "スポーツ施設マネージャー",
            network_models=(),
            reason="抽選の結果を再現できない代替の運用であり、本市の抽選の公開の方針に合わない。",
        ),
    ]
    facts = ComparisonPaper(
        body=BODY,
        case=CASE,
        specification=SPECIFICATION,
        search=Search(
            conditions=[
                Labelled("標準仕様", "公共施設予約システム標準仕様書 第1.1版"),
                Labelled("団体の人口", "112,345人"),
                Labelled("業務", "公共施設予約"),
            ],
            locked_at=datetime(2026, 11, 16, 1, 30, tzinfo=UTC),
            locked_by="情報戦略課 渡部",
            sha256="89e6c98d92887913cadf06b2adb97f26cde4849b1f2a6f2a7d5d1c0c7f1c3f0e",
            found=7,
        ),
        basis=Basis(date(2026, 11, 16), 112_345, 60, "INCLUDED"),
        candidates=candidates,
        conclusion="実装必須の要件にすべて適合し、本市の人口に対する価格を表明している候補のうち、5年間の総費用が最も低い候補2を選定する。",
    )
    return replace(facts, **changes)


def justification_facts(**changes: Any) -> JustificationPaper:
    """Return the facts of a 随意契約理由書 under item 2."""
    facts = JustificationPaper(
        body=BODY,
        case=CASE,
        specification=SPECIFICATION,
        counterparty=Counterparty(
            "株式会社サンプルB",
            "1234567890122",
            "福島県会津若松市東栄町0番0号",
            "ヨヤクラ自治体版 スタンダードプラン",
        ),
        amount=Amount(
            9_480_000,
            "INCLUDED",
            [
                Line("初期費用", 1_800_000),
                Line("月額利用料 118,000円×60か月", 7_080_000),
                Line("契約終了時のデータの抽出", 600_000),
            ],
        ),
        contract=NegotiatedTerms(
            date(2027, 7, 1),
            date(2033, 3, 31),
            PROPOSAL,
            "前各号以外のもの（役務の提供等）",
            LONG_TERM,
        ),
        clause=ClauseFacts(
            "2",
            "地方自治法施行令",
            "第167条の2第1項第2号",
            "契約の性質又は目的が競争入札に適しないとき",
            "地方自治法施行令",
        ),
        threshold=ThresholdFacts(
            1_000_000,
            "地方自治法施行令の一部を改正する政令（令和7年政令第94号、令和7年3月28日公布、令和7年4月1日施行）",
            date(2025, 4, 1),
            "市区町村（指定都市を除く）",
            own_rule=False,
        ),
        reasons=Reasons(
            product="標準仕様第1.1版の実装必須の要件61件のすべてに適合し、抽選の結果を再現できる。市内42施設の分割利用に設定だけで対応でき、カスタマイズを要しない。",
            vendor="公募型プロポーザルの審査において、5者の提案のうち最高点（1,000点満点中842点）を得て、優先交渉権者に決定された。",
            unsuitability="本業務は、提案の内容（移行の方法、職員の研修、住民への周知の支援及び契約終了時の協力）により成果が大きく異なり、価格のみの競争では目的を達することができない。",
            no_alternative="公募を4週間行い、5者から提案を受けた。審査委員会（委員7人）が評価の基準により採点し、次点との差は63点であった。",
            price="5者の提案額の平均は11,240,000円であり、相手方の額はこれを下回る。同規模の3市の契約額（9,120,000円から12,600,000円）の範囲にある。",
        ),
        drafting=Drafting("総務部 情報戦略課", "渡部 花子", date(2027, 6, 18)),
        approvals=["市長", "副市長", "部長", "課長", "係長"],
        evidence=[
            "審査結果報告書（令和9年6月11日）",
            "候補比較表（会津若松市 DMP令和8年度第11号）",
        ],
        quotations=[Quotation("株式会社サンプルB", 9_480_000, "INCLUDED", date(2027, 6, 15))],
    )
    return replace(facts, **changes)


def context(kind: str, **changes: Any) -> dict[str, Any]:
    """Return the whole context of a kind, as if issued; ``changes`` are facts."""
    make, build, number, at = {
        "procurement_specification": (
            specification_facts,
            papers.procurement_specification,
            NUMBER,
            AT,
        ),
        "comparison_table": (comparison_facts, papers.comparison_table, NUMBER, AT),
        "negotiated_contract_justification": (
            justification_facts,
            papers.negotiated_contract_justification,
            "会津若松市 DMP令和9年度第3号",
            JUSTIFIED_AT,
        ),
    }[kind]
    return {**build(make(**changes)), "issue": engine.issue_facts(number, at)}  # type: ignore[operator]
