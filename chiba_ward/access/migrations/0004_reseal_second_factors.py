"""Second factors move from a key made of the pepper to the ring of keys. Whoever has enrolled keeps their factor."""

import base64

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import migrations

OLD_PREFIX, NONCE_BYTES = "k1:", 12


def reseal(apps, schema_editor):
    from chiba_ward.access.secrets_at_rest import changed_secrets, seal

    def fresh(text, owner):
        return seal(_opened(text, owner), owner) if text.startswith(OLD_PREFIX) else text

    for row in apps.get_model("mfa", "Authenticator").objects.order_by("pk").iterator():
        data = changed_secrets(row.data, lambda text, owner=row.user_id: fresh(text, owner))
        if data != row.data:
            row.data = data
            row.save(update_fields=["data"])


def _opened(text, owner):
    """As this app sealed before: AES-256-GCM under HKDF(pepper), bound to the owner. Raises when it does not open."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"chiba_ward second factor k1")
    key = derivation.derive(bytes.fromhex(settings.PORTAL_PEPPER))
    raw = base64.b64decode(text.removeprefix(OLD_PREFIX), validate=True)
    place = f"mfa_authenticator:data:{owner}".encode()
    return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place).decode()


class Migration(migrations.Migration):
    dependencies = [("access", "0003_read_log_chain"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(reseal, migrations.RunPython.noop, elidable=True)]
