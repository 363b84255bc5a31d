"""Keys, encryption, digests, keyed hashes and masks for personal data.

Personal data rests encrypted (SM4-GCM, or AES-GCM where a network chooses it), is found
through a keyed hash, and is shown masked. Source: GB/T 32905 (SM3), GB/T 32907 (SM4),
RFC 8998 (SM4-GCM), RFC 5869 (HKDF).
"""

from bangfu.kernel.crypto.digests import Digest, blind_index, hmac_sm3, sm3
from bangfu.kernel.crypto.fields import EncryptedTextField
from bangfu.kernel.crypto.masks import MASK, mask_card, mask_id_no, mask_name, mask_phone
from bangfu.kernel.crypto.sealing import (
    Unsealable,
    current_header,
    is_sealed,
    is_stale,
    key_id_of,
    resealed,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)
from bangfu.kernel.crypto.secrets import Secret
from bangfu.kernel.crypto.stored import StoredFile, declare_stored_files, stored_files

__all__ = [
    "MASK",
    "Digest",
    "EncryptedTextField",
    "Secret",
    "StoredFile",
    "Unsealable",
    "blind_index",
    "current_header",
    "declare_stored_files",
    "hmac_sm3",
    "is_sealed",
    "is_stale",
    "key_id_of",
    "mask_card",
    "mask_id_no",
    "mask_name",
    "mask_phone",
    "resealed",
    "seal",
    "seal_bytes",
    "sm3",
    "stored_files",
    "unseal",
    "unseal_bytes",
]
