"""The columns of the municipal standard formats (自治体標準オープンデータセット), and how older files spell them.

Old spellings: 推奨データセット (政府CIO, 2019). A column of it that has no new one is kept under its own name, at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from community.open_data.enums import DataKind

CODE, ID, NAME = "全国地方公共団体コード", "ID", "名称"
ADDRESS_CODE, ADDRESS = "所在地_全国地方公共団体コード", "所在地_連結表記"
MUNICIPALITY, TOWN, NUMBER = "所在地_市区町村", "所在地_町字", "所在地_番地以下"
LATITUDE, LONGITUDE = "緯度", "経度"
HOURS = ("利用可能曜日", "開始時間", "終了時間")
OF_ADDRESS = (
    ADDRESS_CODE, "町字ID", ADDRESS, "所在地_都道府県", MUNICIPALITY, TOWN, NUMBER, "建物名等(方書)",
    LATITUDE, LONGITUDE, "高度の種別", "高度の値",
)  # fmt: skip
FOR_CONTACT = ("連絡先メールアドレス", "連絡先FormURL", "連絡先備考（その他、SNSなど）", "郵便番号")
FOR_CHILDREN = ("授乳室", "おむつ替えコーナー", "飲食可否", "ベビーカー貸出", "ベビーカー利用")
AT_THE_END = ("URL", "画像", "画像_ライセンス", "備考")
CODE_OF_OLD, NO = "都道府県コード又は市区町村コード", "NO"
# What an older file calls the same column.
OLD = {
    CODE: (CODE_OF_OLD, "市区町村コード", "団体コード"),
    ID: (NO, "No."),
    "名称_英字": ("名称_英語",),
    ADDRESS: ("住所",),
    "建物名等(方書)": ("方書",),
    "団体名": ("法人の名称",),
}


@dataclass(frozen=True)
class Format:
    """`columns` in the order of the standard. `needed` must stand in the first line."""

    title: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    old: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def spellings(self) -> dict[str, str]:
        """Every heading that is understood, to the column of the standard."""
        found = {column: column for column in self.columns}
        for column, others in {**OLD, **self.old}.items():
            if column in self.columns:
                found |= dict.fromkeys(others, column)
        return found


# The older formats name the body in two columns, the newer one in one; both are kept.
BODY = ("地方公共団体名",)
OLD_BODY = ("都道府県名", "市区町村名")

FORMATS = {
    DataKind.FACILITIES: Format(
        "公共施設一覧",
        (
            CODE, ID, *BODY, NAME, "名称_カナ", "名称_英字", "名称_通称", "POIコード", "外部識別子", "外部識別子の値",
            *OF_ADDRESS, "電話番号", "内線番号", *FOR_CONTACT, "法人番号", "団体名",
            *HOURS, "利用可能時間特記事項", "説明",
            "車椅子可", "車椅子貸出", "ツエ貸出", "バリアフリートイレ", "スロープ、エレベータ、エスカレータ",
            "点字ブロック等の移動支援", "点字や読上による支援", "盲導犬・介助犬、聴導犬同伴", "字幕", "筆談対応",
            "優先駐車場", "オストメイト対応トイレ", *FOR_CHILDREN, *AT_THE_END, "バリアフリー情報", *OLD_BODY,
        ),
        (CODE, ID, NAME),
        {"利用可能時間特記事項": ("利用可能日時特記事項",)},
    ),
    DataKind.CHILDCARE: Format(
        "子育て施設一覧",
        (
            CODE, ID, *BODY, NAME, "名称_カナ", "名称_英字", "種別",
            *OF_ADDRESS, "アクセス方法", "駐車場情報", "電話番号", "内線番号", "FAX番号", *FOR_CONTACT,
            "法人番号", "団体名", "認可等年月日", "収容定員", "受入年齢", *HOURS, "利用可能日時特記事項",
            "一時預かりの有無", "子供預かり料金種別", "子供預かり料金", "子供預かり料金備考",
            "子供預かり開所時間", "子供預かり閉所時間", "病児保育の有無", *FOR_CHILDREN, *AT_THE_END, *OLD_BODY,
        ),
        (CODE, ID, NAME),
        {"利用可能日時特記事項": ("利用可能時間特記事項",)},
    ),
    DataKind.EVENTS: Format(
        "イベント一覧",
        (
            CODE, ID, *BODY, "イベント名", "イベント名_カナ", "イベント名_英字",
            "開始日", "終了日", "開始時間", "終了時間", "開始日時特記事項", "説明", "料金(基本)", "料金(詳細)",
            "連絡先名称", "連絡先電話番号", "連絡先内線番号", *FOR_CONTACT, "主催者", "場所名称", *OF_ADDRESS,
            "アクセス方法", "駐車場情報", "定員", "参加申込終了日", "参加申込終了時間", "参加申込方法",
            *AT_THE_END, *OLD_BODY,
        ),
        (CODE, ID, "イベント名", "開始日"),
        {"イベント名": ("名称",), "イベント名_カナ": ("名称_カナ",), "イベント名_英字": ("イベント名_英語", "名称_英字")},
    ),
}  # fmt: skip
