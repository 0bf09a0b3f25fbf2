import pytest, os
from django.urls import reverse
from django.test import Client
from tests.consultations import referral_support as support
from consultations.services import referrals
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
@pytest.mark.django_db(transaction=True)
def test_look(live_server, sign_in, settings, tmp_path):
    from playwright.sync_api import sync_playwright
    settings.MEDIA_ROOT = tmp_path
    world = support.make_world()
    draft = support.drafted(world)
    sent = support.sent(world, urgent=True)
    referrals.acknowledge(sent.pk, by=world.partner)
    n=world.case.receipt_no
    staff=[(x, reverse("staff:"+x, args=[n, draft.sequence])) for x in ("referral_addressee","referral_ground","referral_items","referral_preview")]
    staff+=[("detail", reverse("staff:referral_detail", args=[n, sent.sequence])),("placed", reverse("staff:referrals_placed"))]
    partner=[("p_inbox", reverse("partner:inbox")),("p_ref", reverse("partner:referral", args=[sent.pk]))]
    from chiba_ward.documents import services as d
    from chiba_ward.documents.models import Document
    doc=d.request("referral_sheet", title="x", matter=world.case.matter, by=world.sender, params={"referral":sent.pk,"cover":"fax"})
    d.make(doc.pk)
    doc=Document.objects.get(pk=doc.pk)
    with doc.blob.open() as f: open("/tmp/reflook/sheet.pdf","wb").write(f.read())
    jars=[(staff, sign_in(world.clerk.person)),(partner, sign_in(world.worker.person))]
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for urls, client in jars:
            ctx=b.new_context(viewport={"width":1000,"height":900})
            for k,m in client.cookies.items(): ctx.add_cookies([{"name":k,"value":m.value,"url":live_server.url}])
            page=ctx.new_page()
            for name,url in urls:
                page.goto(live_server.url+url); page.screenshot(path=f"/tmp/reflook/{name}.png", full_page=True)
        b.close()
