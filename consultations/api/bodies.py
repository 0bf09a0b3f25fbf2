"""What may be sent about consultations: the screens' own forms, as JSON."""

from django.conf import settings

from chiba_ward.api.bodies import Body, Choice, Code, Text, body_of
from chiba_ward.api.paging import PageQuery
from chiba_ward.casework.enums import Channel, Urgency
from consultations.enums import Flag, State
from consultations.filters import DUE, SHOW, WHOSE
from consultations.forms.entry import ReadBackForm, StartForm
from consultations.forms.intake import ContactForm, PlaceForm, StoryForm, TopicForm
from consultations.forms.keys import KeyForm

LANGUAGES = list(settings.LANGUAGES)

EntryStart = body_of(StartForm, "EntryStart")
TopicBody = body_of(TopicForm, "Topic", codes=["topic"])
Story = body_of(StoryForm, "Story", leave_out=["files"])
Place = body_of(PlaceForm, "Place", leave_out=["found"], codes=["ward"])
Contact = body_of(ContactForm, "Contact")
ReadBack = body_of(ReadBackForm, "ReadBack", offices=["consent_office"])
KeyBody = body_of(KeyForm, "Key")


class Answers(Body):
    """相談受付票: the four screens of the intake."""

    topic = Code(min_length=1, help_text="困っていること（GET /master/topics/ の code）")
    story = Story()
    place = Place()
    contact = Contact()


class EntryBody(Answers):
    """窓口・電話・郵便で受けた相談を、職員の代わりに入力する（代理入力）。"""

    entry = EntryStart(help_text="どう届き、だれが話し、何を見たか")
    read_back = ReadBack(help_text="読み上げて確かめたこと、つなぎの同意")


class IntakeBody(Answers):
    """市民が別の窓口サイトで自分で入力した相談を、そのまま受け渡す。"""

    language = Choice(choices=LANGUAGES, required=False, help_text="相談者の言語")


class StatusBody(Body):
    number = Text(min_length=1, max_length=40, help_text="受付番号")
    phrase = Text(min_length=1, max_length=40, help_text="合言葉（数字16けた）")
    language = Choice(choices=LANGUAGES, required=False, help_text="答えのことば")


class QueueQuery(PageQuery):
    """画面の「相談の一覧」と同じ条件。書かないものは、しぼりません（show だけは open）。"""

    q = Text(required=False, min_length=1, max_length=100, help_text="受付番号・氏名・フリガナ・電話・ことば")
    show = Choice(choices=SHOW, required=False)
    whose = Choice(choices=WHOSE, required=False)
    due = Choice(choices=DUE, required=False)
    state = Choice(choices=State.choices, required=False)
    urgency = Choice(choices=Urgency.choices, required=False)
    field = Code(required=False, min_length=1, help_text="分野（GET /master/fields/ の code）")
    flag = Choice(choices=Flag.choices, required=False)
    ward = Code(
        required=False, min_length=1, help_text="区（GET /master/wards/ の slug）。unknown は区が不明"
    )
    channel = Choice(choices=Channel.choices, required=False)
