"""What happens next in a つなぎ, in the words of whoever reads it; and what to look at twice before it leaves."""

from collections.abc import Iterator

from django.utils import timezone

from chiba_ward.directory.enums import OfficeKind
from chiba_ward.directory.models import Office, OfficeVersion
from consultations.enums import ReferralRoute, ReferralState
from consultations.models import Referral
from consultations.policy_referral import is_in_the_house

S = ReferralState
FOR_SENDER = {
    S.DRAFT: "まだ何も送っていません。続きを作って、確かめてから送ります。",
    S.SENT: "先方が内容を開くのを待っています。期限までに返事がないと、先方に催促し、課長に知らせます。",
    S.ACKNOWLEDGED: "先方は内容を開きました。受理するか、受理できないかの返事を待っています。",
    S.ASKED_BACK: "先方の質問に答えてください。答えるまで、先方の返事の期限は止まっています。",
    S.ACCEPTED: "先方が本人に連絡するのを待っています。",
    S.CONTACT_MADE: "本人に連絡がつきました。先方から結果の報告が届くのを待っています。",
    S.OUTCOME_REPORTED: "結果の報告が届きました。相談を続けるか、完了にするかを決めてください。",
    S.DECLINED: "次の先を決めてください。主担当は、こちらの課のままです。",
    S.RETURNED: "期限までに返事がなかったので戻りました。次の先を決めてください。",
    S.RECALLED: "取り消しました。先方は内容を見られません。",
    S.REVOKED: "本人が同意を取りやめたので終わりました。先方は内容を見られません。",
}
BY_PAPER = "先方はポータルを使っていません。つなぎ票を印刷し、電話とFAXか郵便でお願いして、返事を下に入力してください。"
THROW_AWAY = "先方に電話して、渡した紙を細かく切って捨てるように頼んでください。"
ON_PAPER = {
    S.SENT: BY_PAPER,
    S.ACKNOWLEDGED: BY_PAPER,
    S.RECALLED: f"取り消しました。{THROW_AWAY}",
    S.REVOKED: f"本人が同意を取りやめたので終わりました。{THROW_AWAY}",
}
FOR_RECEIVER = {
    S.SENT: "内容を開いて、受理するか、受理できないかを期限までに返事してください。",
    S.ACKNOWLEDGED: "受理するか、受理できないかを、期限までに返事してください。分からないことは質問できます。",
    S.ASKED_BACK: "送った課の答えを待っています。そのあいだ、返事の期限は止まっています。答えを待たずに返事もできます。",
    S.ACCEPTED: "約束した日までに本人へ連絡し、連絡がついたら下で知らせてください。",
    S.CONTACT_MADE: "支援したことと結果を報告してください。報告すると、この画面は閉じます。",
}
# What the sender's side of the house calls 先方 is the reader here.
STATE_FOR_RECEIVER = {
    S.SENT: "届いています",
    S.ACKNOWLEDGED: "内容を開きました",
    S.ASKED_BACK: "質問の答えを待っています",
}
DEADLINES = {
    S.SENT: "返事の期限",
    S.ACKNOWLEDGED: "返事の期限",
    S.ASKED_BACK: "返事の期限",
    S.ACCEPTED: "本人に連絡する期限",
    S.CONTACT_MADE: "結果を報告する期限",
    S.DECLINED: "次の先を決める期限",
    S.RETURNED: "次の先を決める期限",
}


def next_for_sender(referral: Referral) -> str:
    if referral.route == ReferralRoute.PAPER and referral.sent_at:
        return ON_PAPER.get(S(referral.state)) or FOR_SENDER.get(S(referral.state), "")
    return FOR_SENDER.get(S(referral.state), "")


def state_for_receiver(state: str) -> str:
    return STATE_FOR_RECEIVER.get(S(state)) or str(S(state).label)


def next_for_receiver(referral: Referral) -> str:
    return FOR_RECEIVER.get(S(referral.state), "")


def deadline_title(referral: Referral) -> str:
    return DEADLINES.get(S(referral.state), "期限")


def reach(office: Office) -> tuple[str, str]:
    """The telephone to call about a つなぎ and whose it is: the section's own, else its ward office's."""
    own = _today(office)
    if own and own.telephone:
        return own.telephone, ""
    if office.ward_id is None or not is_in_the_house(office):
        return "", ""
    main = Office.objects.filter(ward=office.ward, kind=OfficeKind.WARD_OFFICE).order_by("id").first()
    facts = _today(main) if main else None
    return (facts.telephone, f"{facts.name}の代表") if facts and facts.telephone else ("", "")


def look_twice(referral: Referral) -> list[str]:
    """What makes a wrong addressee likely: shown beside the name, before 送付する (threat 14)."""
    return list(_doubts(referral))


def _doubts(referral: Referral) -> Iterator[str]:
    case, to = referral.consultation, referral.to_office
    facts = _today(to)
    if case.ward_id and to.ward_id and case.ward_id != to.ward_id:
        yield f"相談した人の区（{case.ward}）と、宛先の区（{to.ward}）が違います。"
    if case.referrals.filter(to_office=to, state=S.DECLINED).exists():
        yield "この相談では、同じ宛先が「受理できない」と返事をしています。"
    if facts and facts.needs_verification:
        yield "宛先の電話や受け方は確認が済んでいません（要確認）。送る前に電話で確かめてください。"
    if not referral.rests_on_consent:
        yield "本人の同意によらない提供です。根拠を課長と確かめてください。"


def _today(office: Office) -> OfficeVersion | None:
    found: OfficeVersion | None = office.version_on(timezone.localdate())
    return found
