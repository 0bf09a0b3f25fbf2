"""What only staff answer when they type for a person."""

from django import forms
from django.conf import settings

from chiba_ward.casework.enums import Channel
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import RadioCards


class StartForm(PortalForm):
    channel = forms.ChoiceField(
        label="受付経路",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB],
        widget=RadioCards(columns=True),
        initial=Channel.COUNTER,
    )
    language = forms.ChoiceField(label="相談者の言語", choices=settings.LANGUAGES, initial="ja")


class ReadBackForm(PortalForm):
    read_back = forms.BooleanField(label="読み上げて、相談者に「これでよい」と確かめました")
