"""The first phrases against twelve everyday consultations: they raise, and seldom by mistake."""

import pytest

from chiba_ward.directory import initial as directory_initial
from consultations import initial, urgency
from consultations.models import Field, Topic, UrgencyWord
from tests.kept import begin_with

pytestmark = pytest.mark.django_db

SAMPLES = [
    ("通販の督促状が何通も出てきて、介護の申請もしていません。", "U2", set()),
    (
        "小さい子の泣き声と、男の人の怒鳴り声。昨日は子どもがベランダに出されていました。",
        "U1",
        {"abuse_child"},
    ),
    ("息子が20年近く部屋から出てきません。将来どうしたらいいか聞くと怒鳴られます。", "U2", set()),
    ("やちんを はらえません。らいしゅう、へやを でてください と いわれました。", "U1", set()),
    ("耳が聞こえません。電話には出られません。筆談か手話でお願いします。", "", set()),
    ("夫が怒ると殴ります。先週は首を絞められました。家には絶対に電話しないでください。", "U1", {"dv"}),
    ("名簿をもらっても誰が運ぶのか決まっていません。", "", set()),
    ("台風のとき停電したら、家の呼吸器のバッテリーは4時間しかもちません。", "U2", {"medical_power"}),
    ("上の階の子どもの足音が夜11時ごろまで響いて眠れません。", "", set()),
    ("弟のごはんとおばあちゃんの世話を私がしています。母には言わないでほしいです。", "U1", {"minor"}),
    ("朝は車が抜け道にして飛ばしていて、先週も子どもがひかれそうになりました。", "U2", set()),
    ("サラ金が3社あります。正直もう死んでしまいたいと思うことがあります。", "U1", {"suicide_risk"}),
]
CALM = [
    "引っ越しにたいして補助はありますか。",
    "母の介護保険の申請のしかたを教えてください。",
    "呼吸器内科の病院を知りたいです。",
    "子どもの保育園の申し込みはいつまでですか。",
    "燃えるごみを出してください、と町内会で言われました。",
    "障害者手帳の更新の書類を郵送できますか。",
]


@pytest.fixture(autouse=True)
def rows() -> None:
    begin_with(initial.load)


@pytest.mark.parametrize(("text", "expected", "flags"), SAMPLES)
def test_each_sample_is_raised_as_far_as_a_clerk_would(text: str, expected: str, flags: set[str]) -> None:
    hits = urgency.hits_in(text)
    assert min((hit.urgency for hit in hits), default="") == expected
    assert {hit.flag for hit in hits if hit.flag} == flags


@pytest.mark.parametrize("text", CALM)
def test_an_everyday_question_raises_no_alarm(text: str) -> None:
    assert urgency.hits_in(text) == []


def test_topics_speak_three_languages_and_one_of_them_is_not_knowing() -> None:
    assert Topic.objects.filter(code="unknown").exists()
    assert Topic.objects.count() == 11
    for topic in Topic.objects.order_by("order"):
        texts = [topic.name, topic.name_easy, topic.name_en, topic.hint, topic.hint_easy, topic.hint_en]
        assert all(texts), topic.code
        assert topic.name_en.isascii()
        assert topic.hint_en.isascii()
        assert topic.fields.exists() == (topic.code != "unknown")


def test_every_topic_points_to_a_routing_code_that_exists() -> None:
    directory_initial.load()
    from chiba_ward.directory.models import Office

    routes = set(Office.objects.values_list("routing_code", flat=True))
    assert set(Topic.objects.values_list("suggested_routing", flat=True)) <= routes


def test_hardship_is_marked_where_the_intention_to_apply_is_asked() -> None:
    assert list(Field.objects.filter(is_hardship=True).values_list("code", flat=True)) == ["poverty"]


def test_loading_again_leaves_what_people_changed() -> None:
    UrgencyWord.objects.filter(phrase="殴").update(is_active=False, urgency="U2")
    topic = Topic.objects.get(code="elder")
    topic.fields.clear()
    Topic.objects.filter(code="elder").update(name="親の介護")
    assert not any(initial.load().values())
    assert UrgencyWord.objects.get(phrase="殴").is_active is False
    assert Topic.objects.get(code="elder").name == "親の介護"
    assert not topic.fields.exists()
