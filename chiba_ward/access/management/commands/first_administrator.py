from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Post, Posting


class Command(BaseCommand):
    help = "最初のシステム管理者の登録と発令をします。パスワードは本人が自分のメールで決めます。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="本人のメールアドレス")
        parser.add_argument("name", help="氏名")
        parser.add_argument("--kana", default="", help="フリガナ")

    def handle(self, *args: Any, **options: Any) -> None:
        post = Post.objects.filter(role=Role.SYSTEM_ADMIN).order_by("id").first()
        if post is None:
            raise CommandError(
                "システム管理の職がありません。先に load_initial_directory を実行してください。"
            )
        if Posting.objects.active_on().filter(post__role=Role.SYSTEM_ADMIN).exists():
            raise CommandError("システム管理者はすでにいます。追加は、管理画面の「発令」で行ってください。")
        self.appoint(post, **{name: options[name] for name in ("email", "name", "kana")})
        page = settings.PORTAL_BASE_URL.rstrip("/") + reverse("account_reset_password")
        self.stdout.write(
            f"登録しました。本人が次の画面でパスワードを決め、ログインして二つ目の確認方法を登録します。\n{page}"
        )

    @transaction.atomic
    def appoint(self, post: Post, *, email: str, name: str, kana: str) -> None:
        if User.objects.filter(email__iexact=email).exists():
            raise CommandError("このメールアドレスはすでに登録されています。")
        user = User(email=User.objects.normalize_email(email), name=name, kana=kana)
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        Posting.objects.create(person=user, post=post, starts_on=timezone.localdate())
