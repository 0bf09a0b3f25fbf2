"""One value: it opens at its own place with its own key, and is refused everywhere else. Nothing is told on the way."""

import copy
import json
import pickle
import traceback

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from chiba_ward.sealed import envelope, keyring
from chiba_ward.sealed.envelope import BrokenSealError, Sealed, StillSealedError, UnknownKeyError
from chiba_ward.sealed.keyring import KeyRingError

WORDS = "夜中に出ていく"
HERE = envelope.place("consultations_party", "name", 12)


@given(st.text(min_size=1, max_size=300))
def test_it_opens_where_it_was_sealed(text: str) -> None:
    storable = text.encode("utf-8", "ignore").decode()
    assert envelope.open_envelope(envelope.seal(storable, HERE), HERE) == storable


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("consultations_party", "name", 13),
        ("consultations_party", "kana", 12),
        ("correspondence_contactcard", "name", 12),
    ],
    ids=["another row", "another column", "another table"],
)
def test_a_copy_does_not_open_elsewhere(elsewhere: tuple[str, str, int]) -> None:
    with pytest.raises(BrokenSealError):
        envelope.open_envelope(envelope.seal(WORDS, HERE), envelope.place(*elsewhere))


def test_every_altered_byte_is_noticed() -> None:
    sealed = envelope.seal(WORDS, HERE)
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises((BrokenSealError, UnknownKeyError)):
            envelope.open_envelope(bytes(altered), HERE)


def test_every_shorter_or_longer_one_is_noticed() -> None:
    sealed = envelope.seal(WORDS, HERE)
    for cut in range(len(sealed)):
        with pytest.raises((BrokenSealError, UnknownKeyError)):
            envelope.open_envelope(sealed[:cut], HERE)
    with pytest.raises(BrokenSealError):
        envelope.open_envelope(sealed + b"\0", HERE)


@pytest.mark.parametrize("plain", [WORDS.encode(), b"", b"\x01", b"\x01\x05suite", b"\x02" + b"x" * 60])
def test_what_was_never_sealed_is_refused(plain: bytes) -> None:
    with pytest.raises(BrokenSealError):
        envelope.open_envelope(plain, HERE)


def test_two_seals_of_the_same_words_differ() -> None:
    assert envelope.seal(WORDS, HERE) != envelope.seal(WORDS, HERE)


def test_an_old_key_opens_as_long_as_it_is_in_the_ring(settings) -> None:
    old, new = f"k1:{'0a' * 32}", f"k2:{'0b' * 32}"
    settings.PORTAL_SEAL_KEYS = old
    sealed = envelope.seal(WORDS, HERE)
    settings.PORTAL_SEAL_KEYS = f"{new},{old}"
    assert envelope.open_envelope(sealed, HERE) == WORDS
    assert envelope.key_id_of(envelope.seal(WORDS, HERE)) == "k2"
    settings.PORTAL_SEAL_KEYS = new
    with pytest.raises(UnknownKeyError):
        envelope.open_envelope(sealed, HERE)
    settings.PORTAL_SEAL_KEYS = f"{new},k1:{'0c' * 32}"  # another key under the old name
    with pytest.raises(BrokenSealError):
        envelope.open_envelope(sealed, HERE)


def test_no_refusal_tells_what_was_sealed() -> None:
    sealed = envelope.seal(WORDS, HERE)
    for bad, at in ((sealed, envelope.place("t", "c", 1)), (WORDS.encode(), HERE), (sealed[:-1], HERE)):
        with pytest.raises(BrokenSealError) as refused:
            envelope.open_envelope(bad, at)
        told = "".join(traceback.format_exception(refused.value))
        assert WORDS not in told
        assert str(bad) not in told


# --- the opaque object


def uses() -> dict[str, object]:
    return {
        "print": str,
        "repr": repr,
        "format": lambda sealed: f"{sealed}",
        "percent": lambda sealed: "%s" % sealed,  # noqa: UP031  (what somebody may write)
        "join": lambda sealed: "、".join([*"ab", sealed]),
        "add": lambda sealed: "a" + sealed,
        "compare": lambda sealed: sealed == WORDS,
        "compare with itself": lambda sealed: sealed == sealed,
        "search in it": lambda sealed: "夜" in sealed,
        "iterate": list,
        "length": len,
        "slice": lambda sealed: sealed[:3],
        "bytes": bytes,
        "hash": hash,
        "json": json.dumps,
        "json of Django": lambda sealed: json.dumps(sealed, cls=DjangoJSONEncoder),
        "json of many": lambda sealed: json.dumps({"name": [sealed]}, default=str),
        "pickle": pickle.dumps,
        "template": lambda sealed: Template("{{ row.name }}").render(Context({"row": {"name": sealed}})),
        "filter": lambda sealed: Template("{{ name|truncatechars:3 }}").render(Context({"name": sealed})),
    }


@pytest.mark.parametrize("use", uses())
def test_a_sealed_value_is_not_used_by_mistake(use: str) -> None:
    sealed = Sealed(envelope.seal(WORDS, HERE))
    with pytest.raises((StillSealedError, TypeError)) as refused:
        uses()[use](sealed)
    assert WORDS not in str(refused.value)
    assert sealed.envelope.hex()[:40] not in str(refused.value)


def test_it_may_be_asked_whether_it_is_there_copied_and_opened() -> None:
    sealed = Sealed(envelope.seal(WORDS, HERE))
    assert bool(sealed)
    assert copy.deepcopy(sealed) is copy.copy(sealed) is sealed
    assert sealed.open("consultations_party", "name", 12) == WORDS
    with pytest.raises(BrokenSealError):
        sealed.open("consultations_party", "name", 13)


# --- the ring


@pytest.mark.parametrize(
    "text",
    ["", " , ", "k1", "k1:", "k1:zz", "k1:" + "0a" * 31, "K1:" + "0a" * 32, "k1:" + "0a" * 32 + ",k1:" + "0b" * 32,
     "k1:" + "0a" * 32 + ",k2:" + "0a" * 32, "a" * 17 + ":" + "0a" * 32],
)  # fmt: skip
def test_a_ring_that_cannot_be_read_is_refused_without_quoting_a_key(text: str) -> None:
    with pytest.raises(KeyRingError) as refused:
        keyring.parse(text)
    assert "0a0a" not in str(refused.value)


def test_a_key_does_not_print_itself() -> None:
    key = keyring.parse("k1:" + "0a" * 32).current
    assert repr(key) == str(key) == "<Key k1>"
