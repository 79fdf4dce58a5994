import pytest

from gitbaseline.compare.kernels import Kernels, kernels, told


@pytest.fixture
def table(metric):
    """Make the metrics of a table of kernels: total and mean by name, in ns and us."""

    def table(**totals):
        made = {}
        for name, total in totals.items():
            own = {"dimensions": {"kernel": name}}
            made[f"{name}.total"] = metric(total * 1e6, unit="ns", **own)
            made[f"{name}.avg"] = metric(total, unit="us", **own)
            made[f"{name}.share"] = metric(99.0, unit="%", **own)
            made[f"{name}.odd"] = metric(1e12, unit="widgets", **own)
        return made | {"wall": metric(1e9)}

    return table


def test_those_that_grew_by_time_gained_and_those_on_one_side(table):
    old = table(gemm=10.0, softmax=2.0, copy=5.0, same=1.0, old=3.0, older=4.0)
    new = table(gemm=11.0, softmax=6.0, copy=4.0, same=1.0, new=0.5, newer=0.5)
    found = kernels(old, new)
    assert found == Kernels(
        grew={"softmax": (0.002, 0.006), "gemm": (0.01, 0.011)},
        appeared={"new": 0.0005, "newer": 0.0005},
        gone={"older": 0.004, "old": 0.003},
    )
    assert [list(part) for part in (found.grew, found.appeared, found.gone)] == [
        ["softmax", "gemm"],
        ["new", "newer"],
        ["older", "old"],
    ]
    assert told(found) == [
        "kernels that grew: softmax +4 ms (2 ms to 6 ms), gemm +1 ms (10 ms to 11 ms)",
        "kernels that appeared: new (0.5 ms), newer (0.5 ms)",
        "kernels that are gone: older (4 ms), old (3 ms)",
    ]


def test_only_the_top_few_are_told(table):
    names = [f"k{number}" for number in range(8)]
    found = kernels(table(), table(**dict.fromkeys(names, 1.0)))
    (line,) = told(found)
    assert line.endswith("k4 (1 ms) and 3 more")


def test_without_kernels_there_is_nothing_to_tell(table, metric):
    assert told(kernels(table(), table())) == []
    assert told(kernels({"a": metric(1)}, {"a": metric(2)})) == []
