import pytest

from gitbaseline.compare.match import HARNESS, Difference, Matching, MatchRules, match, names
from gitbaseline.model.baseline import Code

OLD, NEW = "a" * 64, "b" * 64
PLAIN = MatchRules()


def around(field, value):
    """Return what a baseline takes to say ``value`` of a dotted field."""
    group, dot, key = field.partition(".")
    if group == "environment":
        return {"environment": {key: value}}
    if group == "git":
        return {"git": Code(sha=value)}
    return {"context": {group: {key: value}}} if dot else {field: value}


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("identity.model", "llama", "qwen"),
        ("parallelism.tp", 8, 4),
        ("serving.max_num_seqs", 8, 16),
        ("workload.isl", [1, 2], [1, 3]),
        ("regime.warm", True, False),
        ("other.anything", "a", "b"),
        ("environment.cpu_count", 8, 16),
        ("environment.cpu_model", "a", "b"),
        ("environment.gpu_count", 1, 8),
        ("environment.gpu_model", "H100", "B200"),
        ("environment.interconnect", "a", "b"),
        ("testbed", "lab", "ci"),
        ("source_format", "json", "nccl-tests"),
        (HARNESS, OLD, NEW),
    ],
)
def test_what_must_match(entry, field, old, new):
    one, other = entry({"m": 1}, **around(field, old)), entry({"m": 1}, **around(field, new))
    difference = Difference(field=field, baseline=old, current=new)
    found = match(one, other, PLAIN)
    assert (found, found.comparable) == (Matching(bars=(difference,)), False)
    assert match(one, one, PLAIN) == Matching()
    allowing = match(one, other, MatchRules(allow=(field,)))
    assert (allowing, allowing.comparable) == (Matching(allowed=(difference,)), True)
    assert match(one, other, MatchRules(ignore=(field,))) == Matching(causes=(difference,))


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("stack.image", "a", "b"),
        ("grounding.same_node", True, False),
        ("environment.kernel", "6.1", "6.2"),
        ("environment.gpu_driver", "1", "2"),
        ("git.sha", "1" * 40, "2" * 40),
        ("cluster", "a", "b"),
        ("cohort", "a", "b"),
    ],
)
def test_what_people_compare_across(entry, field, old, new):
    one, other = entry({"m": 1}, **around(field, old)), entry({"m": 1}, **around(field, new))
    difference = Difference(field=field, baseline=old, current=new)
    assert match(one, other, PLAIN) == Matching(causes=(difference,))
    assert match(one, other, MatchRules(require=(field,))) == Matching(bars=(difference,))


def test_the_schema_and_the_program_by_their_digests(entry):
    one = entry({"m": 1}, schema_sha256=OLD, artifact_sha256=OLD)
    other = entry({"m": 1}, schema_sha256=NEW, artifact_sha256=NEW)
    assert match(one, other, PLAIN) == Matching(
        bars=(Difference(field="schema", baseline=OLD, current=NEW),),
        causes=(Difference(field="artifact", baseline=OLD, current=NEW),),
    )


def test_what_one_side_leaves_open_is_no_match_and_no_mismatch(entry):
    known = entry(
        {"m": 1},
        context={"identity": {"model": "llama", "hardware": None}, "stack": {"image": "a"}},
        environment={"kernel": "6.1", "gpu_count": 8},
        testbed="lab",
        harness_sha256=OLD,
    )
    unknown = ("environment.gpu_count", HARNESS, "identity.model", "testbed")
    assert match(known, entry({"m": 1}), PLAIN) == Matching(unknown=unknown)
    assert match(entry({"m": 1}), known, PLAIN) == Matching(unknown=unknown)


def test_a_named_testbed_stands_for_the_cpu_alone(entry):
    def machine(testbed, cpu, gpu):
        return entry(
            {"m": 1},
            testbed=testbed,
            environment={"cpu_model": cpu, "gpu_model": gpu, "kernel": cpu},
        )

    cpu = Difference(field="environment.cpu_model", baseline="x", current="y")
    gpu = Difference(field="environment.gpu_model", baseline="g", current="h")
    kernel = Difference(field="environment.kernel", baseline="x", current="y")
    named = match(machine("lab", "x", "g"), machine("lab", "y", "h"), PLAIN)
    assert named == Matching(bars=(gpu,), causes=(cpu, kernel))
    unnamed = match(machine(None, "x", "g"), machine(None, "y", "h"), PLAIN)
    assert unnamed == Matching(bars=(cpu, gpu), causes=(kernel,))


@pytest.mark.parametrize("pattern", ["model", "identity.model", "identity.*"])
def test_a_field_goes_by_its_name_its_last_part_or_a_pattern(entry, pattern):
    one, other = (entry({"m": 1}, **around("identity.model", value)) for value in "ab")
    assert match(one, other, MatchRules(allow=(pattern,))).comparable


def test_ignore_goes_before_require(entry):
    one, other = (entry({"m": 1}, **around("stack.image", value)) for value in "ab")
    both = MatchRules(require=("image",), ignore=("image",))
    assert match(one, other, both).comparable


def test_names_of_fields():
    assert names({"identity.model", "testbed"}) == {"identity.model", "model", "testbed"}
