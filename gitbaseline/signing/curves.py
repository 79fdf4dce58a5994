"""Which points are public keys on the curves that SSH signs with.

What it does not do: it computes nothing secret, so plain integers are good enough, and
that keeps ``cryptography`` (37 ms to import) out of everything that only reads keys.

- NIST curves (SEC 2, FIPS 186-4): the coordinates are below the field's prime and satisfy
  y² = x³ - 3x + b; and, as OpenSSH's ``sshkey_ec_validate_public`` has it, neither is
  shorter than half the order, and neither reaches the order less one.
- Ed25519 (RFC 8032, 5.1.3): y is below the prime, x² = (y² - 1) / (dy² + 1) has a root, and
  the point is not one of the eight of small order, whose signatures anyone can make.
"""

from __future__ import annotations

from gitbaseline.frozen import dataclass

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
_ED25519_PRIME = 2**255 - 19
_ED25519_D = -121665 * pow(121666, -1, _ED25519_PRIME) % _ED25519_PRIME
_SIGN_BIT = 1 << 255


@dataclass(frozen=True, slots=True, kw_only=True)
class NistCurve:
    """A curve of prime order: ``name`` as SSH has it, ``size`` in bytes of one coordinate."""

    name: str
    size: int
    prime: int
    b: int
    order: int

    def has(self, x: int, y: int) -> bool:
        """Say whether (x, y) is a point that may be a public key."""
        shortest = self.order.bit_length() // 2
        return (
            min(x.bit_length(), y.bit_length()) > shortest
            and max(x, y) < min(self.prime, self.order - 1)
            and (y * y - x * x * x + 3 * x - self.b) % self.prime == 0
        )


NIST = (
    NistCurve(
        name="nistp256",
        size=32,
        prime=2**256 - 2**224 + 2**192 + 2**96 - 1,
        b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    NistCurve(
        name="nistp384",
        size=48,
        prime=2**384 - 2**128 - 2**96 + 2**32 - 1,
        b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        order=2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    ),
    NistCurve(
        name="nistp521",
        size=66,
        prime=2**521 - 1,
        b=0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
        order=2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
    ),
)


def is_ed25519_key(point: bytes) -> bool:
    """Say whether 32 bytes are the one encoding of a point that may be a public key."""
    packed = int.from_bytes(point, "little")
    y = packed % _SIGN_BIT
    if len(point) != 32 or y >= _ED25519_PRIME:
        return False
    x = _ed25519_x(y)
    # A sign on x = 0 would be a second spelling, but those points are of small order anyway.
    return x is not None and not _has_small_order(x, y)


def _ed25519_x(y: int) -> int | None:
    p = _ED25519_PRIME
    square = (y * y - 1) * pow(_ED25519_D * y * y + 1, -1, p) % p
    root = pow(square, (p + 3) // 8, p)
    if root * root % p == square:
        return root
    root = root * pow(2, (p - 1) // 4, p) % p
    return root if root * root % p == square else None


def _has_small_order(x: int, y: int) -> bool:
    """Double three times: the orders 1, 2, 4 and 8 end at (0, 1), whichever sign x had."""
    p = _ED25519_PRIME
    for _ in range(3):
        cross = _ED25519_D * x * x * y * y
        x, y = (
            2 * x * y * pow(1 + cross, -1, p) % p,
            (y * y + x * x) * pow(1 - cross, -1, p) % p,
        )
    return x == 0 and y == 1
