"""What happens on a 1 April: sections are renamed, people are moved (DOMAIN §1 finding 12, C12)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory import succession
from chiba_ward.directory.enums import PostingKind
from chiba_ward.directory.models import Office, OfficeVersion, Post, Posting


def rename_office(
    office: Office, name: str, on: dt.date, *, source: str, short_name: str = ""
) -> OfficeVersion:
    """The office bears another name from that day; what was recorded before keeps the old one.

    Telephone, address and the rest are carried over, with their 要確認 mark. Raises ValidationError when
    the office has no name on that day, when the name begins that very day, or when a later change is
    already entered.
    """
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)
        current = _version_to_close(office, on)
        successor = OfficeVersion.objects.get(pk=current.pk)
        current.valid_to = on
        current.save(update_fields=["valid_to"])
        successor.pk = None
        successor._state.adding = True
        successor.name, successor.short_name = name, short_name or name
        successor.valid_from, successor.source = on, source
        successor.full_clean()
        successor.save()
    return successor


def abolish_office(office: Office, successor: Office, on: dt.date) -> None:
    """廃止・統合: the office ends at the beginning of that day, and the successor has all its work and its people.

    Seats that the successor lacks are made, so that every 発令 goes on there without a day between. Work moves at
    once where the day has come, otherwise on that day. Raises ValidationError where the successor does not exist on
    that day or would lead back, and as `rename_office` does.
    """
    with transaction.atomic():
        Office.objects.select_for_update().filter(pk__in=(office.pk, successor.pk)).order_by("pk").first()
        if not successor.exists_on(on):
            raise ValidationError(f"引き継ぐ課「{successor}」は、その日にはありません。")
        if office in succession.chain_of(successor):
            raise ValidationError("引き継ぎが輪になります。ほかの課を選んでください。")
        current = _version_to_close(office, on)
        current.valid_to = on
        current.full_clean()
        current.save(update_fields=["valid_to"])
        office.successor = successor
        office.full_clean()
        office.save(update_fields=["successor"])
        _move_people(office, successor, on)
        if on <= timezone.localdate():
            succession.take_over(Office.objects.get(pk=office.pk))


def _move_people(office: Office, successor: Office, on: dt.date) -> None:
    coming = Posting.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), post__office=office)
    for posting in coming.select_related("post").order_by("id"):
        seat = _seat_like(posting.post, successor)
        if posting.starts_on < on:
            move_person(posting, on, seat)
        else:  # not begun yet: it begins over there
            posting.post = seat
            posting.full_clean()
            posting.save(update_fields=["post"])


def _seat_like(post: Post, office: Office) -> Post:
    """The seat of that name and role in the other office, made where there is none. Heads do not become two."""
    found = Post.objects.filter(office=office, name=post.name).first()
    if found is not None and found.role == post.role:
        return found
    name = post.name if found is None else f"{post.name}（旧{post.office}）"[:60]
    made, _ = Post.objects.get_or_create(office=office, name=name, defaults={"role": post.role})
    return made


def _version_to_close(office: Office, on: dt.date) -> OfficeVersion:
    versions = OfficeVersion.objects.filter(office=office)
    if versions.filter(valid_from__gte=on).exists():
        raise ValidationError("この日以後に始まる名称がすでに入っています。先にその名称を直してください。")
    current = versions.valid_on(on).first()
    if current is None:
        raise ValidationError("この日に有効な名称がありません。課・機関の名称を確かめてください。")
    return current


def move_person(
    posting: Posting, on: dt.date, to: Post | None = None, *, kind: PostingKind | None = None
) -> Posting | None:
    """異動: the old rights end at the beginning of that day and the new ones start with it.

    Without `to` the posting only ends (退職・休職). Raises ValidationError when the posting has already
    ended, begins later, or the person already holds the new post.
    """
    with transaction.atomic():
        posting = Posting.objects.select_for_update().get(pk=posting.pk)
        if posting.ends_on and posting.ends_on <= on:
            raise ValidationError("この発令は、その日より前に終わっています。")
        posting.ends_on = on
        posting.full_clean()
        posting.save(update_fields=["ends_on"])
        if to is None:
            return None
        successor = Posting(person=posting.person, post=to, kind=kind or posting.kind, starts_on=on)
        successor.full_clean()
        successor.save()
    return successor
