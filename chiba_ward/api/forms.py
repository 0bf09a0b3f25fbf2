"""What is filled in to permit a token or to register a notification."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils import timezone

from chiba_ward.api import events
from chiba_ward.api.enums import Scope
from chiba_ward.api.services.tokens import longest
from chiba_ward.directory.models import Posting
from chiba_ward.ui.fields import EraDateField, LineField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards

SCOPE_HINTS = {
    Scope.FILE: "file：代理入力と同じです。",
    Scope.RELAY: "relay：ほかの受付サイトで本人が入力したものを渡します。",
    Scope.STATUS: "status：電話応答やキオスク。番号と合言葉のどちらが違うかは答えません。",
    Scope.READ: "read：この発令で見られるものだけです。",
    Scope.ACT: "act：この発令で押せるボタンと同じです。",
    Scope.REFER: "refer：送る側・受ける側の操作です。",
    Scope.WEBHOOK: "webhook：この発令あての通知先だけです。",
}


class PostingField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.post}　{obj.person}"


class ForPosting(PortalForm):
    """The postings to choose from are those that the search has found."""

    posting = PostingField(
        label="どの発令として使うか", queryset=Posting.objects.none(), widget=RadioCards, empty_label=None
    )

    def __init__(self, *args: Any, postings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["posting"]).queryset = postings


class PermitForm(ForPosting):
    name = LineField(
        label="使うシステム・用途",
        max_length=80,
        help_text="例：電話応答システム（状況の案内）。人の名前は入れません。",
    )
    scopes = forms.MultipleChoiceField(
        label="してよいこと",
        choices=Scope.choices,
        widget=CheckboxList(hints={scope.value: hint for scope, hint in SCOPE_HINTS.items()}),
        help_text="いるものだけ選びます。この発令でできないことは、選んでもできません。",
    )
    expires_on = EraDateField(label="期限（この日から使えない）", help_text="1年以内の日にします。")
    per_minute = forms.IntegerField(
        label="1分あたりの上限（回）", min_value=10, max_value=3000, initial=120, help_text="10から3000まで。"
    )

    def clean_expires_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if not today < day <= longest(today):
            raise forms.ValidationError(
                f"期限は、あすから{longest(today):%Y年%-m月%-d日}までの日にしてください。"
            )
        return day


class EndpointForm(ForPosting):
    name = LineField(label="知らせる先のシステム", max_length=80)
    url = LineField(
        label="URL",
        max_length=300,
        help_text="https:// で始まり、? # @ のないURL。ホストは「通知してよいホスト」に登録したものだけです。",
    )
    kinds = forms.MultipleChoiceField(label="知らせる出来事", widget=CheckboxList(columns=True))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["kinds"]).choices = list(events.labels().items())
