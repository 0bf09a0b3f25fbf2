"""Accounts. A password's hash is never on a page, and nobody gives themselves a right here: postings do."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from chiba_ward.access.model_admin import PortalModelAdmin
from chiba_ward.access.models import RetentionRule, User
from chiba_ward.directory.models import Posting

if TYPE_CHECKING:
    AccountModelForm = forms.ModelForm[User]
else:  # the class of Django takes no parameter at run time
    AccountModelForm = forms.ModelForm


class AccountForm(AccountModelForm):
    """Name, reading and address. A new account has no password: its owner sets one through the mailbox."""

    class Meta:
        model = User
        fields = ("email", "name", "kana", "is_active")
        labels: ClassVar[dict[str, str]] = {"is_active": "有効（外すと次の操作から入れなくなります）"}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError("氏名を入力してください。")
        return name

    def save(self, commit: bool = True) -> User:
        if self.instance._state.adding:
            self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(RetentionRule)
class RetentionRuleAdmin(PortalModelAdmin):
    list_display = ("label", "years", "basis", "needs_verification", "verified_on")
    list_filter = ("needs_verification",)
    fields = ("code", "label", "years", "basis", ("source", "verified_on", "needs_verification"))


@admin.register(User)
class UserAdmin(PortalModelAdmin):
    """Staff and partners only: residents' accounts are nobody's master data (ASSURANCE §5, last rows)."""

    read_log_kind = "person"
    form = AccountForm
    list_display = ("name", "kana", "email", "duties", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "kana", "email")
    ordering = ("kana", "id")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        """People with a posting, past or present, and accounts entered here that nobody has signed in to."""
        rows: models.QuerySet[User] = super().get_queryset(request)
        entered = models.Q(postings__isnull=False) | models.Q(emailaddress__isnull=True)
        duties = Posting.objects.active_on().select_related("post__office")
        return (
            rows.filter(entered)
            .distinct()
            .prefetch_related(models.Prefetch("postings", duties.order_by("id"), to_attr="duties_today"))
        )

    @admin.display(description="現在の発令")
    def duties(self, user: User) -> str:
        return "、".join(str(posting.post) for posting in user.duties_today)  # type: ignore[attr-defined]  # to_attr above

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody changes their own account's standing (separation of duty)."""
        return ("is_active",) if obj is not None and obj.pk == request.user.pk else ()
