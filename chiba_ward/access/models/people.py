"""People who sign in."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from pghistory import track

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


@track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """An account. It carries no rights of its own: those come from dated postings (発令)."""

    # Unique twice over: the plain index is what Django's checks look for, `Lower` is the rule.
    email = models.EmailField("メールアドレス", unique=True)
    name = models.CharField("氏名", max_length=80, blank=True)
    kana = models.CharField("フリガナ", max_length=120, blank=True)
    is_active = models.BooleanField("有効", default=True)
    is_demo = models.BooleanField("デモ用", default=False)
    date_joined = models.DateTimeField("登録日時", default=timezone.now)
    objects = UserManager()
    duties: "tuple[dt.date, tuple[Posting, ...]] | None" = None  # what `access.duties` read with the account

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = verbose_name_plural = "利用者"
        ordering = ["kana", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="このメールアドレスはすでに登録されています。",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """What the header of the admin shows."""
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this; the portal's admin site asks the posting instead."""
        return False


def display_name(user: User) -> str:
    return str(user)
