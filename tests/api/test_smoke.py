from tests.api.support import entry


def test_all(house, clerk):
    r = clerk.get("/me/")
    print(r.data)
    assert r.status_code == 200
    r = clerk.post("/consultations/", entry())
    print(r.status_code, r.data)
    n = r.data["receipt_no"]
    r = clerk.get("/consultations/")
    print(r.data)
    r = clerk.get(f"/consultations/{n}/")
    print(r.data, r.headers["ETag"])
    r = clerk.get(f"/consultations/{n}/transitions/")
    print(r.data)
    v = r.data["version"]
    r = clerk.post(f"/consultations/{n}/transitions/", {"act": "take"}, match=v)
    print(r.status_code, r.data)
    r = clerk.post(f"/consultations/{n}/transitions/", {"act": "note", "text": "x"}, match=v)
    print(r.status_code, r.data)
    for p in ("timeline", "messages", "consents"):
        r = clerk.get(f"/consultations/{n}/{p}/")
        print(r.status_code, r.data)
    for p in ("wards", "offices", "fields", "topics", "choices"):
        r = clerk.get(f"/master/{p}/")
        print(r.status_code, str(r.data)[:200])
    r = clerk.get("/webhooks/")
    print(r.status_code)
    r = clerk.get("/nowhere/")
    print(r.status_code, r.data)
    r = clerk.get("/openapi.json")
    print(r.status_code)
