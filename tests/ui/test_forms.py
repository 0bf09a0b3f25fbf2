import datetime as dt
import re
from typing import Any, ClassVar

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from chiba_ward.ui.fields import (
    CodeField,
    EraDateField,
    FilesField,
    KanaField,
    LineField,
    MailField,
    NameField,
    ParagraphField,
    PhoneField,
    PostalCodeField,
    WrittenDateField,
)
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from consultations.forms.entry import StartForm
from consultations.forms.intake import ContactForm
from consultations.forms.referral import ConsentForm, GroundForm


class Everything(PortalForm):
    ward = forms.ChoiceField(label="お住まいの区《く》", choices=[("", "選んでください"), ("chuo", "中央区")])
    reply = forms.ChoiceField(
        label="返事の受け取り方", choices=[("mail", "メール"), ("tel", "電話")], widget=RadioCards
    )
    ways = forms.MultipleChoiceField(label="連絡してよい方法", choices=[("a", "A")], widget=CheckboxList)
    story = ParagraphField(label="困っていること", max_length=10)
    born = EraDateField(label="生まれた日")
    papers = FilesField(label="書類")
    agreed = forms.BooleanField(label="読むことに同意します")
    number = forms.IntegerField(label="人数", required=False)


def errors_of(data: dict[str, Any], form: type[PortalForm] = Everything) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in form(data, {}).errors.items()}


def test_an_empty_form_says_what_to_do_in_the_words_of_each_control() -> None:
    assert errors_of({}) == {
        "ward": ["お住まいの区を選んでください。"],
        "reply": ["返事の受け取り方を選んでください。"],
        "ways": ["連絡してよい方法を選んでください。"],
        "story": ["困っていることを入力してください。"],
        "born": ["生まれた日を入力してください。"],
        "papers": ["書類のファイルを選んでください。"],
        "agreed": ["先へ進むには、「読むことに同意します」に印を付けてください。"],
    }


def test_wrong_values_say_what_to_do() -> None:
    born = {"born_era": "令和", "born_year": "8", "born_month": "2", "born_day": "30"}
    found = errors_of({"ward": "osaka", "story": "あ" * 11, "number": "三", **born})
    assert found["ward"] == ["お住まいの区を一覧の中から選んでください。"]
    assert found["story"] == ["困っていることは10文字以内で入力してください（いまは11文字です）。"]
    assert found["number"] == ["人数は数字で入力してください。"]
    assert found["born"] == ["この日付はありません。年・月・日を確かめてください。"]


def test_messages_written_for_a_field_stay() -> None:
    class Own(PortalForm):
        ward = forms.CharField(label="区", error_messages={"required": "区を教えてください。"})

    assert errors_of({}, Own) == {"ward": ["区を教えてください。"]}


def test_messages_follow_the_language_and_labels_may_hold_a_percent_sign() -> None:
    class Percent(PortalForm):
        share = LineField(label="割合（%）", max_length=2)

    assert errors_of({"share": "123"}, Percent)["share"] == [
        "割合（%）は2文字以内で入力してください（いまは3文字です）。"
    ]
    with translation.override("en"):
        assert errors_of({})["story"] == ["Enter: 困っていること."]


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        (PostalCodeField(), "２６０ー００２６", "260-0026"),
        (PostalCodeField(), "〒260 0026", "260-0026"),
        (PhoneField(), "０４３（２４５）２１１１", "043-245-2111"),
        (PhoneField(), "090−0000‐0000", "090-0000-0000"),
        (MailField(), "ｎａｍｅ＠ｅｘａｍｐｌｅ．ｊｐ", "name@example.jp"),
        (KanaField(), "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ"),
        (KanaField(), "やまだ　はなこ", "ヤマダ　ハナコ"),
        (CodeField(), " 若－７ｋ４ｍ－９２ ", "若-7K4M-92"),
        (NameField(), "葛\U000e0100飾 𠮷田\x00 髙﨑", "葛\U000e0100飾 𠮷田 髙﨑"),
        (NameField(), "神\u202e社", "神社"),
        (ParagraphField(), "一\r\n二\t三\x07👨‍👩‍👧", "一\n二 三👨‍👩‍👧"),
        (LineField(), "一\n二", "一 二"),
        (WrittenDateField(), "S32.4.1", dt.date(1957, 4, 1)),
    ],
)
def test_typed_text_is_made_uniform_and_names_stay_themselves(
    field: forms.Field, typed: str, stored: object
) -> None:
    assert field.clean(typed) == stored


def test_a_name_with_a_compatibility_ideograph_is_not_replaced() -> None:
    assert NameField().clean("\ufa19谷") == "\ufa19谷"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (PostalCodeField(), "260"),
        (PhoneField(), "12"),
        (MailField(), "a@"),
        (KanaField(), "山田"),
        (WrittenDateField(), "8.1"),
    ],
)
def test_what_cannot_be_right_is_refused_with_an_example(field: forms.Field, typed: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    assert "ください" in refused.value.messages[0]


def test_a_very_long_text_is_refused_and_comes_back_whole() -> None:
    form = Everything({"story": "長" * 350_000}, {})
    assert "10文字以内" in form.errors["story"][0]
    assert "長" * 350_000 in str(form["story"])


def test_an_era_date_is_read_and_shown_again() -> None:
    typed = {"born_era": "昭和", "born_year": "３２", "born_month": "4", "born_day": "1"}
    form = Everything(typed, {})
    assert form["born"].errors == []
    assert form.cleaned_data["born"] == dt.date(1957, 4, 1)
    assert 'value="３２"' in str(form["born"])
    assert 'value="31"' in str(Everything(initial={"born": dt.date(2019, 4, 30)})["born"])


def test_several_files_arrive_as_a_list() -> None:
    class Papers(PortalForm):
        papers = FilesField(label="書類", required=False)

    files = [SimpleUploadedFile(f"{name}.pdf", b"%PDF-") for name in "ab"]
    form = Papers({}, MultiValueDict({"papers": files}))
    assert form.is_valid()
    assert [one.name for one in form.cleaned_data["papers"]] == ["a.pdf", "b.pdf"]
    assert Papers({}, {}).is_valid()


def test_every_error_links_to_a_control_that_exists_and_every_control_has_a_label() -> None:
    page = Everything({}, {}).render()
    targets = re.findall(r'<li><a href="#([^"]+)"', page)
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert len(targets) == 7
    assert set(targets) <= ids
    controls = re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', page)
    assert set(controls) == set(re.findall(r'<label[^>]*\bfor="([^"]+)"', page))
    described = " ".join(re.findall(r'aria-describedby="([^"]+)"', page)).split()
    assert described
    assert set(described) <= ids


def test_the_order_is_label_word_help_error_control() -> None:
    class One(PortalForm):
        name = LineField(label="お名前", help_text="例：千葉花子")

    page = One({}).render()
    places = [page.index(part) for part in ("お名前<span", "必須", "例：千葉花子", "_error", "<input")]
    assert places == sorted(places)


def test_a_field_that_another_answer_makes_required_says_so() -> None:
    class One(PortalForm):
        needed_when: ClassVar = {"phone": "電話のときは必須"}
        phone = LineField(label="電話番号", required=False)
        note = LineField(label="メモ", required=False)

    page = One().render()
    assert '電話番号<span class="cw-optional">電話のときは必須' in page
    assert 'メモ<span class="cw-optional">任意' in page


def test_what_is_needed_when_names_fields_of_its_form() -> None:
    """A field that was renamed would say 「任意」 again without anybody noticing."""
    for form in (StartForm, GroundForm, ConsentForm, ContactForm):
        assert form.needed_when
        assert set(form.needed_when) <= set(form.base_fields), form
    assert set(ContactForm.needed_when) == {name for name, _ in ContactForm.NEEDS.values()}


def test_an_allauth_like_form_is_dressed() -> None:
    class Foreign(forms.Form):
        login = forms.EmailField(
            label="メールアドレス", widget=forms.EmailInput(attrs={"placeholder": "メール"})
        )
        remember = forms.BooleanField(label="ログインしたままにする", required=False)

    form = Foreign({})
    assert form.errors
    page = Template("{% plain_form form %}").render(Context({"form": form}))
    assert "メールアドレスを入力してください。" in page
    assert "placeholder" not in page
    assert 'class="cw-option"' in page
