import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from gitbaseline.signing.curves import ED25519_ORDER, NIST, is_ed25519_key

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
CURVES = {
    "nistp256": ec.SECP256R1(),
    "nistp384": ec.SECP384R1(),
    "nistp521": ec.SECP521R1(),
}


@pytest.fixture(params=NIST, ids=lambda curve: curve.name)
def curve(request):
    return request.param


def test_constants_are_those_of_the_library(curve):
    # (n-1)G is the mirror of G, which holds for no other n; both satisfy the equation.
    other = CURVES[curve.name]
    g = ec.derive_private_key(1, other).public_key().public_numbers()
    last = ec.derive_private_key(curve.order - 1, other).public_key().public_numbers()
    assert (last.x, last.y) == (g.x, curve.prime - g.y)
    assert curve.has(g.x, g.y)
    assert curve.has(last.x, last.y)
    assert curve.size == (other.key_size + 7) // 8


def test_points_off_the_curve_are_refused(curve):
    for secret in range(1, 6):
        point = ec.derive_private_key(secret, CURVES[curve.name]).public_key().public_numbers()
        assert curve.has(point.x, point.y)
        assert not curve.has(point.x, point.y ^ 1)
        assert not curve.has(point.x ^ 1, point.y)
        assert not curve.has(point.x + curve.prime, point.y)
        assert not curve.has(point.x, point.y + curve.prime)
    assert not curve.has(0, 0)


def first_point(curve, start):
    """Return the first point of the curve with x from ``start`` on. Every prime here is 3 mod 4."""
    for x in range(start, start + 64):
        square = (x * x * x - 3 * x + curve.b) % curve.prime
        y = pow(square, (curve.prime + 1) // 4, curve.prime)
        if y * y % curve.prime == square:
            return x, y
    raise AssertionError("half of all numbers have a point")


def test_points_that_openssh_takes_for_no_key_are_refused(curve):
    half = curve.order.bit_length() // 2
    for start in (0, 1, 2 ** (half - 1), curve.order - 1, curve.prime - 64):
        assert not curve.has(*first_point(curve, start)), start
    for start in (2**half, 2 ** (half + 9), curve.order - 66):
        assert curve.has(*first_point(curve, start)), start


def test_ed25519_takes_every_key_that_the_library_makes():
    for _ in range(40):
        key = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        assert is_ed25519_key(key)
        assert not is_ed25519_key(key + b"\0")
        assert not is_ed25519_key(key[:-1])


def test_the_base_point_is_a_key():
    assert is_ed25519_key((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert ED25519_ORDER == 0x1000000000000000000000000000000014DEF9DEA2F79CD65812631A5CF5D3ED


@pytest.mark.parametrize("sign", [0, 1 << 255])
@pytest.mark.parametrize(
    "y",
    [
        *(0, 1, P - 1),
        *(P, P + 1, 2**255 - 1),  # the same numbers again, not below the prime
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    ],
)
def test_small_orders_and_second_spellings_are_no_keys(y, sign):
    assert not is_ed25519_key((y | sign).to_bytes(32, "little"))


def test_the_two_points_of_order_eight_above_are_on_the_curve():
    y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    # 2y² = 1 - dy⁴ is where doubling leads to y = 0, an order of four.
    assert (2 * y * y + D * y**4 - 1) % P == 0
    assert P - y == 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826


def test_half_of_all_numbers_are_no_point():
    accepted = [y for y in range(2, 402) if is_ed25519_key(y.to_bytes(32, "little"))]
    for y in accepted:
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        assert pow(square, (P - 1) // 2, P) == 1
    assert 150 < len(accepted) < 250
    others = set(range(2, 402)) - set(accepted)
    for y in others:
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        assert pow(square, (P - 1) // 2, P) == P - 1
