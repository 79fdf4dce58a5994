from __future__ import annotations

import subprocess
import sys

import pytest

from gitbaseline.formats import registry, wrk
from gitbaseline.formats.base import Options
from gitbaseline.formats.deferred import Deferred

MINE = [form for form in registry.FORMATS if isinstance(form, Deferred)]


@pytest.mark.parametrize("form", MINE, ids=lambda form: form.NAME)
def test_it_is_the_module_under_its_own_name(form):
    module = sys.modules[form.__name__]
    assert (module.NAME, module.SUMMARY) == (form.NAME, form.SUMMARY)


def test_what_the_module_lacks_is_lacking():
    with pytest.raises(AttributeError):
        _ = Deferred("wrk", "wrk").no_such_name


def test_marks(file, written):
    form = Deferred("wrk", "wrk", (b"never", b"Running"), (b" test @ ", b"Running"))
    assert form.sniff(written("wrk.txt")) == wrk.sniff(written("wrk.txt"))
    assert form.sniff(file("x", "Running")) is None
    assert Deferred("wrk", "wrk").sniff(written("wrk.txt")) is None
    assert form.read(written("wrk.txt"), Options()) == wrk.read(written("wrk.txt"), Options())


def test_a_source_without_the_marks_imports_no_module():
    code = (
        "import sys; from gitbaseline.formats import registry; "
        "from gitbaseline.formats.base import Source, SourceFile; "
        "file = SourceFile(path='x', data=b'{\"a\": 1}'); "
        "registry.detect(Source(name='x', kind='file', files=(file,))); "
        "print(sorted({m.rpartition('.')[2] for m in sys.modules} & {'fio', 'wrk', 'jmh', 'nccl_tests', 'ncu_csv', 'mapped'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
