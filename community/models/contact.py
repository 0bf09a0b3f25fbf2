"""連絡先: each a row of its own, so that each is shown to exactly those it is meant for."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from community.enums import AT_HOME, ContactKind, Visibility
from community.models.org import CommunityOrg
from community.querysets import ContactQuerySet

HOME = tuple(sorted(str(kind) for kind in AT_HOME))


class OrgContact(models.Model):
    """One way to reach an organisation. Without a word of anybody it is private, also for the database itself."""

    id = SealedRowKey(primary_key=True)
    org = models.ForeignKey(CommunityOrg, models.CASCADE, verbose_name="団体", related_name="contacts")
    kind = models.CharField("種類", max_length=16, choices=ContactKind)
    value = SealedTextField("内容", max_length=200)
    visibility = models.CharField(
        "見せる相手",
        max_length=8,
        choices=Visibility,
        default=Visibility.PRIVATE,
        db_default=Visibility.PRIVATE,
    )
    consented_on = models.DateField("公開に同意した日", null=True, blank=True)
    updated_at = models.DateTimeField("直した日時", default=timezone.now)
    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "団体の連絡先"
        ordering = ["org", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "kind"],
                name="contact_one_of_a_kind",
                violation_error_message="この種類の連絡先は、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(value__filled=True),
                name="contact_is_not_empty",
                violation_error_message="連絡先を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=HOME, visibility="public") | Q(consented_on__isnull=False),
                name="contact_home_not_public",
                violation_error_message="代表者の自宅の電話・住所は、同意した日がないと公開できません。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.org_id} {self.get_kind_display()}"
