"""RS256 for id_tokens, from whole numbers alone: a practice key, the same for the same seed, made when it is needed.

Nothing secret hangs on it. It exists so that clients can check what Intuit would have signed.
"""

import base64
import hashlib
import math
import random
from dataclasses import dataclass
from functools import cache

from bookipi_app.sandbox.jsontext import JsonObject, dump_bytes

_BITS = 2048
_EXPONENT = 65537
_ROUNDS = 16
# What stands before a SHA-256 digest in a PKCS #1 v1.5 signature (RFC 8017, section 9.2).
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_SMALL_PRIMES = tuple(n for n in range(3, 2000, 2) if all(n % divisor for divisor in range(3, n, 2)))


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key; `name` is the `kid` that tokens carry."""

    modulus: int
    private_exponent: int
    name: str

    def public(self) -> JsonObject:
        """The public half, as a member of a JSON Web Key Set."""
        numbers = {"n": _encoded(_bytes(self.modulus)), "e": _encoded(_bytes(_EXPONENT))}
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.name, **numbers}

    def sign(self, claims: JsonObject) -> str:
        """The claims as a signed JSON Web Token."""
        header = {"kid": self.name, "typ": "JWT", "alg": "RS256"}
        message = ".".join(_encoded(dump_bytes(part)) for part in (header, claims))
        block = _SHA256_PREFIX + hashlib.sha256(message.encode()).digest()
        padded = b"\x00\x01" + b"\xff" * (_BITS // 8 - len(block) - 3) + b"\x00" + block
        number = pow(int.from_bytes(padded, "big"), self.private_exponent, self.modulus)
        return f"{message}.{_encoded(number.to_bytes(_BITS // 8, 'big'))}"


@cache
def key_of(seed: str) -> SigningKey:
    """The key that belongs to a seed. The first call takes part of a second."""
    chance = random.Random(f"signing key {seed}")
    first, second = _prime(chance), _prime(chance)
    modulus = first * second
    private = pow(_EXPONENT, -1, math.lcm(first - 1, second - 1))
    return SigningKey(modulus, private, hashlib.sha256(_bytes(modulus)).hexdigest()[:16])


def _prime(chance: random.Random) -> int:
    while True:
        # The two highest bits are set, so that the product of two has all of its bits.
        candidate = chance.getrandbits(_BITS // 2) | (3 << (_BITS // 2 - 2)) | 1
        sieved = all(candidate % prime for prime in _SMALL_PRIMES)
        if sieved and (candidate - 1) % _EXPONENT and _is_prime(candidate, chance):
            return candidate


def _is_prime(candidate: int, chance: random.Random) -> bool:
    """Miller and Rabin's test."""
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(
        _is_no_witness(pow(chance.randrange(2, candidate - 1), odd, candidate), twos, candidate)
        for _ in range(_ROUNDS)
    )


def _is_no_witness(power: int, twos: int, candidate: int) -> bool:
    if power in (1, candidate - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % candidate
        if power == candidate - 1:
            return True
    return False


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
