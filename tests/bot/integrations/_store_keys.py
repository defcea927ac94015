"""Keys of stores, made for a test, and what a request says of itself by them."""

import json
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.integrations.googleplay import Account

P256 = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EMAIL = "pawdeploy@pawlogic.iam.gserviceaccount.com"
TOKEN_URI = "https://oauth2.googleapis.com/token"


def pem(private) -> str:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def key_file(**changes) -> str:
    """Return a service account's key as https://cloud.google.com/iam/docs/keys-create-delete shows it."""
    file = {
        "type": "service_account",
        "project_id": "pawlogic",
        "private_key_id": "8a6f",
        "private_key": pem(RSA),
        "client_email": EMAIL,
        "client_id": "1",
        "token_uri": TOKEN_URI,
    }
    return json.dumps(file | changes)


@cache
def account() -> Account:
    """Return the account of ``key_file``; reading an RSA key takes its time."""
    return Account(key_file())


def claims(token: str, public, alg: str, audience: str) -> dict:
    """Verify a token's signature and audience; return what it says. Its times are judged by the test."""
    options = {"verify_exp": False, "verify_iat": False}
    return jwt.decode(token, public, [alg], audience=audience, options=options)


def bearer(request) -> str:
    return request.headers["authorization"].removeprefix("Bearer ")
