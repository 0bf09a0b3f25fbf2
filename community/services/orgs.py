"""団体台帳: entered, corrected, confirmed with a day, ended with a reason. What is entered stays in the history."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory import services as directory
from chiba_ward.directory.models import Area, OfficeVersion, Posting, Town, Ward
from community.enums import AT_HOME, ContactKind, Ending, Line, ResourceKind, Visibility
from community.models import (
    ActivityField,
    CommunityOrg,
    CommunityResource,
    EnrolmentFigure,
    OrgContact,
    OrgPlace,
)
from community.services.locking import in_words, locked_org, tell

PLAIN = ("kind", "kana", "activity", "files_return", "began_on")
NOT_LATER = "今日までの日にしてください。"


def create(
    *, by: Actor, name: str, ward: Ward | None, fields: Iterable[ActivityField] = (), **plain: Any
) -> CommunityOrg:
    """A new entry; `plain` are `PLAIN`. Raises `Refused` for a ward that is not the actor's own."""
    org = CommunityOrg(own_name=name, ward=ward, confirmed_on=timezone.localdate(), **plain)
    if not allows(by, "community_org.write", org):
        raise Refused("自分の区の団体か、全市の団体だけを登録できます。", "ward")
    with in_words(), transaction.atomic():
        org.save()
        org.fields.set(fields)
        tell(org, Line.CREATED, by)
    return org


def change(
    pk: int, *, by: Actor, name: str, ward: Ward | None, fields: Iterable[ActivityField], **plain: Any
) -> CommunityOrg:
    """Corrects the entry and counts as a confirmation of today."""
    with locked_org(pk, by=by) as org:
        org.ward = ward
        if not allows(by, "community_org.write", org):
            raise Refused(
                "自分の区か全市だけを選べます。ほかの区に移すときは、その区の課に頼んでください。", "ward"
            )
        for key, value in plain.items():
            setattr(org, key, value)
        org.fields.set(fields)
        rename(org, name, by=by)
        org.confirmed_on = timezone.localdate()
        tell(org, Line.CHANGED, by)
    return org


def rename(org: CommunityOrg, name: str, *, by: Actor) -> None:
    """From today on; of an organisation with an office the old name stays on what was printed. Under the lock."""
    if name == str(org):
        return
    if org.office is None:
        org.own_name = name
    else:
        try:
            directory.rename_office(org.office, name, timezone.localdate(), source=f"団体台帳 {org.number}")
        except ValidationError as error:
            raise Refused(
                "今日は名称をもう変えられません。システム管理の人に「課・機関の名称」を直してもらってください。",
                "name",
            ) from error
    tell(org, Line.RENAMED, by, name)


def confirm(pk: int, *, by: Actor, on: dt.date) -> CommunityOrg:
    """内容を確かめた: nothing had to be changed."""
    with locked_org(pk, by=by) as org:
        if on > timezone.localdate():
            raise Refused(f"確かめた日は、{NOT_LATER}", "on")
        org.confirmed_on = max(on, org.confirmed_on or on)
        tell(org, Line.CONFIRMED, by, f"{on:%Y/%m/%d}")
    return org


def put_contact(
    pk: int, *, by: Actor, kind: str, value: str, visibility: str, consented_on: dt.date | None = None
) -> None:
    """Enters, corrects, or with an empty value removes the contact of this kind."""
    with locked_org(pk, by=by) as org:
        if consented_on and consented_on > timezone.localdate():
            raise Refused(f"同意した日は、{NOT_LATER}", "consented_on")
        write_contact(org, by=by, kind=kind, value=value, visibility=visibility, consented_on=consented_on)


def write_contact(
    org: CommunityOrg,
    *,
    by: Actor,
    kind: str,
    value: str,
    visibility: str,
    consented_on: dt.date | None = None,
) -> None:
    """The same under a lock that is held. A consent of before counts for the number it was given for, no other."""
    label = str(ContactKind(kind).label)
    known = org.contacts.filter(kind=kind).first()
    if not value:
        if known is not None:
            known.delete()
            tell(org, Line.CONTACT_REMOVED, by, label)
        return
    is_same = known is not None and known.value == value
    if known is not None and is_same and consented_on is None:
        consented_on = known.consented_on
    if known is not None and is_same and (known.visibility, known.consented_on) == (visibility, consented_on):
        return
    if kind in AT_HOME and visibility == Visibility.PUBLIC and consented_on is None:
        raise Refused(
            "代表者の自宅の電話・住所を公開するには、本人が同意した日を入れてください。", "consented_on"
        )
    row = known or OrgContact(org=org, kind=kind)
    row.value, row.visibility, row.consented_on = value, visibility, consented_on
    row.updated_at = timezone.now()
    row.save()
    tell(org, Line.CONTACT, by, f"{label}（{Visibility(visibility).label}）")


def add_place(pk: int, *, by: Actor, area: Area | None, town: Town | None, since: dt.date) -> OrgPlace:
    """活動区域を足す, in any ward. Raises `Refused` unless it is one of the two."""
    if (area is None) == (town is None):
        raise Refused("地区か町丁の、どちらか一つを選んでください。", "area")
    with locked_org(pk, by=by) as org:
        place = OrgPlace.objects.create(org=org, area=area, town=town, valid_from=since)
        tell(org, Line.PLACE, by, str(place))
    return place


def end_place(pk: int, *, by: Actor, place: OrgPlace, on: dt.date) -> None:
    with locked_org(pk, by=by) as org:
        if on <= place.valid_from:
            raise Refused("終わる日は、始まりの日より後にしてください。", "on")
        place.valid_to = on
        place.save(update_fields=["valid_to"])
        tell(org, Line.PLACE_ENDED, by, str(place))


def add_resource(pk: int, *, by: Actor, kind: str, text: str) -> CommunityResource:
    with locked_org(pk, by=by) as org:
        made = CommunityResource.objects.create(org=org, kind=kind, text=text)
        tell(org, Line.RESOURCE, by, str(ResourceKind(kind).label))
    return made


def end_resource(pk: int, *, by: Actor, resource: CommunityResource) -> None:
    with locked_org(pk, by=by) as org:
        resource.ended_on = timezone.localdate()
        resource.save(update_fields=["ended_on"])
        tell(org, Line.RESOURCE_ENDED, by, str(resource.get_kind_display()))


def record_figure(
    pk: int, *, by: Actor, as_of: dt.date, members: int, households: int | None, source: str
) -> EnrolmentFigure:
    """加入世帯数 of a day. Raises `Refused` when there is one of that day."""
    with locked_org(pk, by=by) as org:
        if as_of > timezone.localdate():
            raise Refused(f"数えた日は、{NOT_LATER}", "as_of")
        refuse_more_members(members, households)
        made: EnrolmentFigure = EnrolmentFigure.objects.create(
            org=org,
            as_of=as_of,
            members=members,
            households=households,
            source=source,
            recorded_by=by.posting,
        )
        tell(org, Line.FIGURE, by, f"{as_of:%Y/%m/%d}")
    return made


def refuse_more_members(members: int, households: int | None) -> None:
    if households is not None and members > households:
        raise Refused("加入世帯数が、区域の世帯数より多くなっています。どちらかを直してください。", "members")


def end(
    pk: int, *, by: Actor, on: dt.date, ending: str, merged_into: CommunityOrg | None = None
) -> CommunityOrg:
    """解散・合併: it stays readable, and whoever signed in for it has no access from that day on."""
    with locked_org(pk, by=by) as org:
        if org.ended_on is not None:
            raise Refused("この団体は、すでに終わったことが記録されています。")
        if (ending == Ending.MERGED) != (merged_into is not None):
            raise Refused("合併のときだけ、合併先の団体を選んでください。", "merged_into")
        if merged_into is not None and merged_into.pk == org.pk:
            raise Refused("合併先には、ほかの団体を選んでください。", "merged_into")
        if org.began_on is not None and on <= org.began_on:
            raise Refused("終わった日は、設立した日より後にしてください。", "on")
        _close_door(org, on)
        org.ended_on, org.ending, org.merged_into = on, ending, merged_into
        tell(org, Line.ENDED, by, f"{Ending(ending).label} {on:%Y/%m/%d}")
    return org


def _close_door(org: CommunityOrg, on: dt.date) -> None:
    if org.office is None:
        return
    postings = Posting.objects.filter(post__office=org.office)
    if postings.filter(starts_on__gte=on).exists():
        raise Refused(
            "その日より後に始まる役員の任期が登録されています。先に、システム管理の人に直してもらってください。",
            "on",
        )
    for posting in postings.active_on(on).order_by("pk"):
        directory.move_person(posting, on)
    for version in OfficeVersion.objects.filter(office=org.office).valid_on(on):
        version.valid_to = on
        version.save()
