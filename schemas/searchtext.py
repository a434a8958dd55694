"""One pure function that makes Japanese text searchable: the same for what is kept and for asking.

A search is a substring match of every word of the normalised query in the normalised text. That
finds words of one or two characters, which other indexes lose, and needs neither a dictionary
nor a database extension.
"""

from __future__ import annotations

import re
import unicodedata

#: Old and variant forms of kanji (旧字体・異体字) and the form they are searched by.
VARIANT_KANJI = dict(
    zip(
        "髙﨑邊邉齋齊斎濵濱澤廣國學壽德惠眞圓榮鄕廳藏稅黑會縣區邨嶋嶌舊與豐來螢桒栁𠮷冨峯埜舘曾瀧藝體發條龍穗靜",
        "高崎辺辺斉斉斉浜浜沢広国学寿徳恵真円栄郷庁蔵税黒会県区村島島旧与豊来蛍桑柳吉富峰野館曽滝芸体発条竜穂静",
        strict=True,
    )
)
#: Every stroke that people type for a dash; ー is a letter and is treated apart.
DASHES = "‐‑‒–—―−﹣－⁃˗"

_FOLDED = {
    **VARIANT_KANJI,
    **dict.fromkeys(DASHES, "-"),
    # Katakana to hiragana: the blocks run parallel, 0x60 apart.
    **{chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)},
    "ヽ": "ゝ",
    "ヾ": "ゞ",
}
# str.translate takes ten times as long, for it looks up every character that is not ASCII.
_FOLDABLE = re.compile(f"[{re.escape(''.join(_FOLDED))}]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
#: ー at the end of a katakana word: サーバー and サーバ are one word.
_WORD_FINAL_STROKE = re.compile(r"(?<=[ぁ-ゖ])ー(?![ぁ-ゖー])")


def normalise(text: str) -> str:
    """Fold a text for search; folding twice changes nothing.

    Width (NFKC), case, variation selectors, katakana and hiragana, old and variant kanji, dashes,
    the final ー of a word and spaces stop mattering.

    >>> normalise("ｸﾗｳﾄﾞ サーバー"), normalise("髙橋　㈱")
    ('くらうど さーば', '高橋 (株)')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = unicodedata.normalize("NFKC", _SELECTORS.sub("", folded))
    folded = _FOLDABLE.sub(lambda found: _FOLDED[found[0]], folded)
    if "ー" in folded:
        folded = _WORD_FINAL_STROKE.sub("", folded)
    return " ".join(folded.split())


def words(query: str) -> list[str]:
    """Split what somebody typed into the folded words that a text must all contain."""
    return normalise(query).split()
