from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chiba_ward.directory.admin.base import DirectoryAdmin, two_steps
from chiba_ward.directory.models import Post, Posting
from chiba_ward.directory.services import move_person
from chiba_ward.ui.fields import WrittenDateField
from chiba_ward.ui.forms import PortalForm


class InForce(admin.SimpleListFilter):
    title = "発令の状態"
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "今日有効"), ("coming", "これから"), ("past", "終わった")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Posting]) -> QuerySet[Posting]:
        today = timezone.localdate()
        wanted = {
            "now": Q(starts_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gt=today)),
            "coming": Q(starts_on__gt=today),
            "past": Q(ends_on__lte=today),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class MoveForm(PortalForm):
    """Where each person goes on that day; an empty choice ends the posting."""

    on = WrittenDateField(
        label="異動日", help_text="この日から新しい職の権限になり、前の職の権限はなくなります。例：R9.4.1"
    )

    def __init__(self, data: Any, postings: QuerySet[Posting]) -> None:
        super().__init__(data)
        posts = Post.objects.select_related("office")
        for posting in postings:
            self.fields[f"to_{posting.pk}"] = forms.ModelChoiceField(
                posts,
                label=f"{posting.person}(今: {posting.post})の新しい職",
                required=False,
                empty_label="なし(発令を終える)",
            )


@admin.register(Posting)
class PostingAdmin(DirectoryAdmin):
    """What a person might do in March must still be known in May: a posting ends, it is not deleted."""

    read_log_kind = "posting"
    list_display = ["person", "post", "role", "kind", "starts_on", "ends_on"]
    list_filter = [InForce, "post__office__ward", "post__role", "kind"]
    search_fields = [
        "person__name",
        "person__kana",
        "person__email",
        "post__name",
        "post__office__versions__name",
    ]
    autocomplete_fields = ["person", "post"]
    date_hierarchy = "starts_on"
    actions: ClassVar[Any] = ("move",)  # type: ignore[misc]  # as in the base

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        return super().get_queryset(request).select_related("person", "post__office")

    @admin.display(description="権限", ordering="post__role")
    def role(self, posting: Posting) -> str:
        return posting.post.get_role_display()

    @admin.action(description="異動(前の発令を終え、新しい発令を始める)", permissions=["change"])
    def move(self, request: HttpRequest, postings: QuerySet[Posting]) -> HttpResponse | None:
        data = request.POST if "confirmed" in request.POST else None
        page = {
            "title": "異動",
            "lead": "前の職の仕事は、課と職に残ります。人だけが動きます。",
            "action": "move",
            "button": "異動を入れる",
            "done": f"{postings.count()}件の異動を入れました。",
        }
        return two_steps(self, request, postings, form=MoveForm(data, postings), page=page, act=_move)


def _move(posting: Posting, form: MoveForm) -> None:
    move_person(posting, form.cleaned_data["on"], form.cleaned_data[f"to_{posting.pk}"])


@admin.register(Post)
class PostAdmin(DirectoryAdmin):
    read_log_kind = "post"
    list_display = ["office", "name", "role", "is_head", "holders"]
    list_display_links = ["name"]
    list_filter = ["office__ward", "role", "is_head"]
    search_fields = ["name", "office__code", "office__versions__name"]
    autocomplete_fields = ["office"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).prefetch_related("postings__person")

    @admin.display(description="今日の職員")
    def holders(self, post: Post) -> str:
        today = timezone.localdate()
        return (
            "、".join(
                str(posting.person)
                for posting in post.postings.all()
                if posting.starts_on <= today and (posting.ends_on is None or today < posting.ends_on)
            )
            or "空席"
        )
