import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.signing.wire import Reader, Refused, mpint, string, uint32


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        # RFC 4251, section 5
        (0, "00000000"),
        (0x9A378F9B2E332A7, "0000000809a378f9b2e332a7"),
        (0x80, "000000020080"),
        (0x7F, "000000017f"),
        (0xFF00, "0000000300ff00"),
    ],
)
def test_numbers_have_the_spelling_of_the_rfc(value, wire):
    assert mpint(value) == bytes.fromhex(wire)
    assert Reader(bytes.fromhex(wire), rule="r").mpint() == value


@pytest.mark.parametrize(
    ("wire", "detail"),
    [
        ("0000000100", "offset 0: the number is negative or padded"),
        ("000000020001", "offset 0: the number is negative or padded"),
        ("0000000180", "offset 0: the number is negative or padded"),
        ("0000000200", "offset 4: expected 2 bytes, got 1"),
        ("000000", "offset 0: expected 4 bytes, got 3"),
    ],
)
def test_other_spellings_are_refused(wire, detail):
    with pytest.raises(Refused) as caught:
        Reader(bytes.fromhex(wire), rule="some/rule").mpint()
    assert (caught.value.rule, str(caught.value)) == ("some/rule", detail)


@given(st.integers(min_value=0, max_value=2**4096), st.binary(), st.integers(0, 2**32 - 1))
def test_what_is_written_is_read_back_to_the_end(number, data, word):
    fields = Reader(mpint(number) + string(data) + uint32(word), rule="r")
    assert (fields.mpint(), fields.string(), fields.uint32()) == (number, data, word)
    fields.end()


def test_bytes_left_over_are_refused():
    fields = Reader(string(b"git") + b"!!", rule="some/rule")
    assert fields.string() == b"git"
    with pytest.raises(Refused) as caught:
        fields.end()
    assert (caught.value.rule, str(caught.value)) == (
        "some/rule",
        "offset 7: expected the end, got 2 bytes",
    )
