"""The search of the public page, the upload, and the filter of the list of files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chiba_ward.casework import file_limits
from chiba_ward.casework.files.upload_handler import BoundedUpload
from chiba_ward.ui.fields import LineField
from chiba_ward.ui.forms import PortalForm
from community.open_data.enums import DataKind, FileState

# The row of `FileLimit` that holds for these files.
LIMIT = "open_data"


class SearchForm(PortalForm):
    """What stands in the address of the list of wards."""

    q = LineField(
        label=_("町の名前か郵便番号"),
        help_text=_("例：本町、260-0012"),
        max_length=80,
        required=False,
    )


class UploadForm(PortalForm):
    """A file to try out. The name of the file and what was typed stay; a browser forgets the file itself."""

    kind = forms.ChoiceField(label="種類", choices=[("", "選んでください"), *DataKind.choices])
    source = LineField(
        label="出典",
        max_length=200,
        help_text="ページに出ます。例：千葉市オープンデータ 公共施設一覧（CC BY 4.0）",
    )
    file = forms.FileField(label="ファイル")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = file_limits.limit_for(LIMIT).max_mb
        self.fields["file"].help_text = f"CSV・エクセル（.xlsx）・GeoJSON。{most}MBまで"

    def clean_file(self) -> BoundedUpload:
        upload: BoundedUpload = self.cleaned_data["file"]
        most = file_limits.limit_for(LIMIT).max_mb
        if getattr(upload, "problem", None) or (upload.size or 0) > most * 1024**2:
            raise forms.ValidationError(
                f"ファイルが大きすぎます（{most}MBまで）。ファイルを分けるか、システム管理の人に取込みを頼んでください。"
            )
        return upload


class FileFilter(PortalForm):
    """What stands in the address of the list of files."""

    q = LineField(label="ファイル名・出典", required=False, max_length=80)
    kind = forms.ChoiceField(label="種類", required=False, choices=[("", "すべて"), *DataKind.choices])
    state = forms.ChoiceField(label="状態", required=False, choices=[("", "すべて"), *FileState.choices])
