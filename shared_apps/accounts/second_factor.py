"""How the secrets of second factors lie in the database: sealed."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from bangfu.kernel.crypto import seal, unseal

PLACE = "mfa.authenticator.secret"


class SealedAdapter(DefaultMFAAdapter):
    """Seals the secrets that the library keeps."""

    def encrypt(self, text: str) -> str:
        """Return ``text`` sealed, as characters."""
        return base64.b64encode(seal(text, place=PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was sealed."""
        return unseal(base64.b64decode(encrypted_text), place=PLACE)
