import base64

import pytest

from bangfu.local import LocalError, secrets
from tests.support.crowd import at_once


def test_secrets_are_made_once_and_stay(tmp_path):
    first = secrets.load(tmp_path)

    assert secrets.load(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_get_the_same_secrets(tmp_path):
    seen = at_once(*[lambda: secrets.load(tmp_path)] * 8)

    assert seen == [seen[0]] * 8


def test_damaged_secrets_are_not_replaced_silently(tmp_path):
    secrets.load(tmp_path)
    (tmp_path / "secrets.json").write_text('{"secret_key": ')

    with pytest.raises(LocalError, match="damaged"):
        secrets.load(tmp_path)


def test_the_first_key_of_the_environment_seals_new_values():
    old, new, index = secrets.new_key(), secrets.new_key(), secrets.new_key()

    ring = secrets.keys_from_environment(
        {"BANGFU_ENCRYPTION_KEYS": f"k2:{new},k1:{old}", "BANGFU_BLIND_INDEX_KEY": index}
    )

    assert ring == {"current": "k2", "keys": {"k2": new, "k1": old}, "index": index}


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({}, "BANGFU_ENCRYPTION_KEYS"),
        ({"BANGFU_ENCRYPTION_KEYS": f"k1:{secrets.new_key()}"}, "BANGFU_BLIND_INDEX_KEY"),
        ({"BANGFU_ENCRYPTION_KEYS": "no colon", "BANGFU_BLIND_INDEX_KEY": ""}, "id:key"),
        (
            {
                "BANGFU_ENCRYPTION_KEYS": "k1:" + base64.b64encode(b"short").decode(),
                "BANGFU_BLIND_INDEX_KEY": secrets.new_key(),
            },
            "32 bytes, this one 5",
        ),
    ],
)
def test_keys_that_production_cannot_use_are_refused_by_name(environ, complaint):
    with pytest.raises(LocalError, match=complaint):
        secrets.keys_from_environment(environ)
