"""Encryption, digests and keyed hashes against the published vectors."""

import base64
import copy
import pickle
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.test.utils import isolate_apps, override_settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bangfu.kernel.crypto import (
    EncryptedTextField,
    Secret,
    Unsealable,
    blind_index,
    hmac_sm3,
    is_stale,
    key_id_of,
    mask_card,
    mask_id_no,
    mask_name,
    mask_phone,
    seal,
    sm3,
    unseal,
)
from tests.support.strategies import ANY_CHARACTER

ID_NO = "130771197406150127"
PLACE = "households.person.id_no"


def _key(first: int) -> str:
    return base64.b64encode(bytes(range(first, first + 32))).decode()


@pytest.fixture(autouse=True)
def _ring(settings: Settings) -> None:
    settings.BANGFU_KEYS = {"current": "k1", "keys": {"k1": _key(0)}, "index": _key(100)}
    settings.BANGFU_CIPHER = "sm4-gcm"


@pytest.fixture
def person_model() -> Iterator[type[models.Model]]:
    with isolate_apps("tests"):

        class Person(models.Model):
            id_no = EncryptedTextField(null=True)
            phone = EncryptedTextField(null=True)

            class Meta:
                app_label = "households"

            def __str__(self) -> str:
                return "a person"

        yield Person


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_digests_of_the_standard(message: bytes, digest: str) -> None:
    assert sm3(message).hex() == digest


def test_hmac_sm3_is_the_construction_of_the_standard_over_sm3() -> None:
    key, message = bytes(range(1, 33)), b"abcd" * 14
    block = key.ljust(64, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in block) + message)
    assert hmac_sm3(key, message) == sm3(bytes(byte ^ 0x5C for byte in block) + inner)


def test_sm4_gives_the_ciphertext_of_the_standard() -> None:
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()
    assert encryptor.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gives_the_ciphertext_of_the_standard_after_a_million_rounds() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    block = key
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    for _ in range(1_000_000):
        block = encryptor.update(block)
    assert block.hex() == "595298c7c6fd271f0402f804c33d3f66"


def test_sm4_gcm_gives_the_ciphertext_and_tag_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    text = bytes.fromhex(
        "aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8
    )
    mode = modes.GCM(bytes.fromhex("00001234567800000000abcd"))
    encryptor = Cipher(algorithms.SM4(key), mode).encryptor()
    encryptor.authenticate_additional_data(
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    )
    sealed = encryptor.update(text) + encryptor.finalize()
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@pytest.mark.parametrize("cipher", ["sm4-gcm", "aes-gcm"])
@given(text=st.text(ANY_CHARACTER))
def test_whatever_is_sealed_comes_back(cipher: str, text: str) -> None:
    with override_settings(BANGFU_CIPHER=cipher):
        assert unseal(seal(text, place=PLACE), place=PLACE) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal(ID_NO, place=PLACE) != seal(ID_NO, place=PLACE)


def test_a_sealed_value_holds_nothing_of_its_text() -> None:
    assert ID_NO.encode() not in seal(ID_NO, place=PLACE)


@pytest.mark.parametrize("position", range(52))
def test_a_value_altered_anywhere_is_refused(position: int) -> None:
    value = bytearray(seal(ID_NO, place=PLACE))
    value[position % len(value)] ^= 1
    with pytest.raises(Unsealable):
        unseal(bytes(value), place=PLACE)


def test_a_value_moved_to_another_field_is_refused() -> None:
    value = seal(ID_NO, place=PLACE)
    with pytest.raises(Unsealable):
        unseal(value, place="households.person.phone")


@pytest.mark.parametrize("value", [b"", b"\1", b"\1\1\2k1", b"plain text that nobody ever sealed"])
def test_bytes_that_nobody_sealed_are_refused(value: bytes) -> None:
    with pytest.raises(Unsealable):
        unseal(value, place=PLACE)


def test_values_of_the_old_key_stay_readable_while_new_ones_use_the_new_key(
    settings: Settings,
) -> None:
    old = seal(ID_NO, place=PLACE)
    settings.BANGFU_KEYS = {
        "current": "k2",
        "keys": {"k1": _key(0), "k2": _key(50)},
        "index": _key(100),
    }
    new = seal(ID_NO, place=PLACE)
    assert unseal(old, place=PLACE) == unseal(new, place=PLACE) == ID_NO
    assert (key_id_of(old), key_id_of(new)) == ("k1", "k2")
    assert (is_stale(old), is_stale(new)) == (True, False)


def test_a_value_whose_key_was_removed_is_refused(settings: Settings) -> None:
    value = seal(ID_NO, place=PLACE)
    settings.BANGFU_KEYS = {"current": "k2", "keys": {"k2": _key(50)}, "index": _key(100)}
    with pytest.raises(Unsealable, match="k1"):
        unseal(value, place=PLACE)


@pytest.mark.parametrize("key", ["not base64!", base64.b64encode(b"short").decode()])
def test_a_key_that_is_no_key_stops_the_network(settings: Settings, key: str) -> None:
    settings.BANGFU_KEYS = {"current": "k1", "keys": {"k1": key}, "index": _key(100)}
    with pytest.raises(ImproperlyConfigured):
        seal(ID_NO, place=PLACE)


def test_an_unknown_cipher_stops_the_network(settings: Settings) -> None:
    settings.BANGFU_CIPHER = "rot13"
    with pytest.raises(ImproperlyConfigured):
        seal(ID_NO, place=PLACE)


def test_equal_values_have_equal_blind_indexes_of_sixteen_bytes() -> None:
    index = blind_index(ID_NO, purpose="id_no")
    assert index == blind_index(ID_NO, purpose="id_no")
    assert len(index) == 16


def test_a_blind_index_of_one_purpose_says_nothing_for_another() -> None:
    assert blind_index(ID_NO, purpose="id_no") != blind_index(ID_NO, purpose="card_no")


def test_a_blind_index_outlives_the_encryption_key(settings: Settings) -> None:
    index = blind_index(ID_NO, purpose="id_no")
    settings.BANGFU_KEYS = {"current": "k9", "keys": {"k9": _key(9)}, "index": _key(100)}
    assert blind_index(ID_NO, purpose="id_no") == index


def test_a_secret_never_prints_its_text(person_model: type[models.Model]) -> None:
    person = person_model(id_no=ID_NO)
    shown = f"{person.id_no} {person.id_no!r} {vars(person)}"  # type: ignore[attr-defined]
    assert ID_NO not in shown


def test_a_pickled_secret_carries_only_sealed_bytes() -> None:
    secret = Secret(place=PLACE, text=ID_NO)
    pickled = pickle.dumps(secret)
    assert ID_NO.encode() not in pickled
    assert pickle.loads(pickled).reveal() == ID_NO


def test_a_copied_secret_is_the_same_secret() -> None:
    secret = Secret(place=PLACE, text=ID_NO)
    assert copy.copy(secret) is copy.deepcopy(secret) is secret


def test_secrets_of_the_same_text_are_equal() -> None:
    assert Secret(place=PLACE, text=ID_NO) == Secret(place="elsewhere", text=ID_NO)
    assert Secret(place=PLACE, text=ID_NO) != ID_NO


def test_a_secret_that_was_only_loaded_is_written_back_unchanged() -> None:
    sealed = seal(ID_NO, place=PLACE)
    assert Secret(place=PLACE, sealed=sealed).sealed() is sealed


def test_a_column_reads_back_what_it_wrote(person_model: type[models.Model]) -> None:
    field = person_model._meta.get_field("id_no")
    written = field.get_prep_value(ID_NO)
    assert field.from_db_value(memoryview(written), None, None).reveal() == ID_NO


def test_a_secret_assigned_to_another_column_is_sealed_for_it(
    person_model: type[models.Model],
) -> None:
    person = person_model(id_no=ID_NO)
    person.phone = person.id_no  # type: ignore[attr-defined]
    assert person.phone.place == "households.person.phone"  # type: ignore[attr-defined]
    assert person.phone.reveal() == ID_NO  # type: ignore[attr-defined]


def test_an_empty_text_is_kept_as_nothing(person_model: type[models.Model]) -> None:
    assert person_model(id_no="").id_no is None  # type: ignore[attr-defined]


def test_a_number_is_refused_by_a_sealed_column(person_model: type[models.Model]) -> None:
    with pytest.raises(TypeError):
        person_model(id_no=130771197406150127)


@pytest.mark.parametrize("lookup", ["id_no", "id_no__startswith", "id_no__in", "id_no__year__gt"])
def test_a_sealed_column_cannot_be_searched(person_model: type[models.Model], lookup: str) -> None:
    with pytest.raises(FieldError):
        person_model._default_manager.filter(**{lookup: "1"})


def test_a_sealed_column_can_be_asked_whether_it_is_filled(
    person_model: type[models.Model],
) -> None:
    assert person_model._default_manager.filter(id_no__isnull=True).query.where


def test_a_sealed_column_is_never_serialised(person_model: type[models.Model]) -> None:
    person = person_model(id_no=ID_NO)
    with pytest.raises(TypeError):
        person_model._meta.get_field("id_no").value_to_string(person)


def test_a_migration_names_the_column_by_its_public_path(
    person_model: type[models.Model],
) -> None:
    deconstructed = person_model._meta.get_field("id_no").deconstruct()
    assert deconstructed == ("id_no", "bangfu.kernel.crypto.EncryptedTextField", [], {"null": True})


def test_a_column_that_moved_keeps_the_place_where_its_values_were_sealed() -> None:
    column = EncryptedTextField(place="kernel.person.id_no")

    assert column.place == "kernel.person.id_no"
    assert column.deconstruct()[3] == {"place": "kernel.person.id_no"}
    assert column.to_python(ID_NO) == Secret(place="kernel.person.id_no", text=ID_NO)


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        (mask_id_no(ID_NO), "130771********0127"),
        (mask_id_no("E1234567"), "********"),
        (mask_phone("19900000001"), "199****0001"),
        (mask_phone("12345"), "*****"),
        (mask_card("6999990000000010008"), "***************0008"),
        (mask_card("0008"), "****"),
        (mask_name("柳试一"), "柳**"),
        (mask_name("柳试"), "柳*"),
        (mask_name("柳"), "*"),
        (mask_name(""), ""),
    ],
)
def test_a_mask_shows_only_what_may_be_seen(masked: str, shown: str) -> None:
    assert masked == shown
