"""Nsight Systems: what nsys stats prints, and the SQLite export."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import nsys, nsys_kernels, registry
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.conformance import broken_rules, source_of
from gitbaseline.formats.nsys_kernels import Kernel
from gitbaseline.formats.nsys_names import CLASSES, kernel_class, normal_name

GEMM = "sm90_xmma_gemm_bf16_tilesize128x128x64_kernel"
ADD = "void at::native::vectorized_elementwise_kernel<4, at::F<float>>(int, T1)"
HEAD = "Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name"
CSV = f"""Generating SQLite file run.sqlite from run.nsys-rep
Processing [run.sqlite] with [/opt/nsys/reports/cuda_gpu_kern_sum.py]...

{HEAD}
60.0,6000000,100,60000.0,60000.0,50000,70000,1000.0,{GEMM}
40.0,4000000,300,13333.3,10000.0,9000,11000,100.0,"{ADD}"

Processing [run.sqlite] with [/opt/nsys/reports/cuda_api_sum.py]...
Time (%),Total Time (ns),Num Calls,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name
100.0,5,1,5.0,5.0,5,5,0.0,cudaLaunchKernel
"""
CONSOLE = f"""
 ** CUDA GPU Kernel Summary (cuda_gpu_kern_sum:base):

 Time (%)  Total Time (ns)  Instances  Avg (ns)  Med (ns)  Min (ns)  Max (ns)  StdDev (ns)  Name
 --------  ---------------  ---------  --------  --------  --------  --------  -----------  -----
     60.0        6,000,000        100  60,000.0  60,000.0    50,000    70,000      1,000.0  {GEMM}
     40.0        4,000,000        300  13,333.3  10,000.0     9,000    11,000        100.0  {ADD}

 ** CUDA API Summary (cuda_api_sum):
"""
OLD = f"""Running [/opt/reports/gpukernsum.py run.sqlite]...

 Time(%)  Total Time (us)  Instances  Average  Minimum  Maximum  Name
 -------  ---------------  ---------  -------  -------  -------  -----
    60.0          6,000.0        100     60.0     50.0     70.0  {GEMM}
    40.0          4,000.0        300     13.3      9.0     11.0  {ADD}
"""
GRID = f"""# Processing [q.sqlite] with [/opt/reports/gpukernsum.py]...
#  ** CUDA GPU Kernel Summary (gpukernsum):
#  Time (%)  Total Time (ms)  Instances  Avg (ms)  StdDev (ms)      GridXYZ          BlockXYZ       Name
#  --------  ---------------  ---------  --------  -----------  ----------------  --------------  -----
#      60.0           6.0000        100    0.0600       0.0000  125000    1    1    32    1    1  {GEMM}
#      40.0           4.0000        300    0.0133       0.0000  3907    1    1      32    1    1  {ADD}
"""
STATS = f"""[6/8] Executing 'cuda_gpu_kern_sum' stats report

 Time (%)  Total Time (ns)  Instances  Avg (ns)  Med (ns)  Min (ns)  Max (ns)  StdDev (ns)  Name
 --------  ---------------  ---------  --------  --------  --------  --------  -----------  -----
     60.0        6,000,000        100  60,000.0  60,000.0    50,000    70,000      1,000.0  {GEMM}
     40.0        4,000,000        300  13,333.3  10,000.0     9,000    11,000        100.0  {ADD}

[7/8] Executing 'cuda_gpu_mem_time_sum' stats report

 Time (%)  Total Time (ns)  Count  Avg (ns)  Med (ns)  Min (ns)  Max (ns)  StdDev (ns)  Operation
 --------  ---------------  -----  --------  --------  --------  --------  -----------  ---------
    100.0        9,000,000      2  45,000.0  45,000.0    40,000    50,000      5,000.0  [memcpy]
"""
EARLY = f"""CUDA Kernel Statistics (nanoseconds)

Time(%)      Total Time   Instances         Average         Minimum         Maximum  Name
-------  --------------  ----------  --------------  --------------  --------------  ----
   60.0         6000000         100         60000.0           50000           70000  {GEMM}
   40.0         4000000         300         13333.3            9000           11000  {ADD}

CUDA Memory Operation Statistics (nanoseconds)

Time(%)      Total Time  Operations         Average         Minimum         Maximum  Name
-------  --------------  ----------  --------------  --------------  --------------  ----
  100.0         9000000           2         45000.0           40000           50000  [memcpy]

CUDA Memory Operation Statistics (KiB)

              Total      Operations              Average            Minimum  Name
-------------------  --------------  -------------------  -----------------  ----
         393216.000               2               196608             196608  [memcpy]
"""
JSON = (
    "Processing [run.sqlite] with [/opt/nsys/reports/cuda_gpu_kern_sum.py]...\n"
    + json.dumps(
        [
            {
                "Time (%)": 60.0,
                "Total Time (ns)": 6000000,
                "Instances": 100,
                "Med (ns)": 60000.0,
                "Min (ns)": 50000,
                "Max (ns)": None,
                "Name": GEMM,
            },
            {
                "Time (%)": 40.0,
                "Total Time (ns)": "4000000",
                "Instances": 300,
                "Med (ns)": 10000.0,
                "Name": ADD,
            },
        ],
        indent=1,
    )
    + "\nProcessing [run.sqlite] with [/opt/nsys/reports/cuda_api_sum.py]...\n[]\n"
)
SKIPPED = "SKIPPED: run.sqlite does not contain CUDA kernel data.\n"
TOTALS = {
    "gpu_kernel_time": 10_000_000.0,
    "kernel_class_gpu_pct.gemm": 60.0,
    "kernel_class_gpu_pct.elementwise": 40.0,
    "sm90_xmma_gemm_bf16_kernel.total_time": 6_000_000.0,
    "sm90_xmma_gemm_bf16_kernel.instances": 100.0,
    "sm90_xmma_gemm_bf16_kernel.share": 60.0,
    "at::native::vectorized_elementwise_kernel.total_time": 4_000_000.0,
    "at::native::vectorized_elementwise_kernel.avg_time": 4_000_000 / 300,
}


@pytest.fixture
def read(file):
    return lambda data, name="run.csv": nsys.read(file(name, data), Options())


def refusal(read, data):
    with pytest.raises(InputError) as caught:
        read(data)
    return caught.value.code, caught.value.where, caught.value.message


def database(launches, *, column="demangledName", gpus=("Test GPU",), strings=True, extra=""):
    """Return the bytes of an export with launches (name, start, end)."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        f"CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL (start INT, end INT, {column} INT)"
    )
    names = sorted({name for name, _, _ in launches})
    if strings:
        connection.execute("CREATE TABLE StringIds (id INTEGER PRIMARY KEY, value TEXT)")
        connection.executemany("INSERT INTO StringIds VALUES (?, ?)", enumerate(names))
    connection.executemany(
        "INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES (?, ?, ?)",
        [(start, end, names.index(name)) for name, start, end in launches],
    )
    if gpus:
        connection.execute("CREATE TABLE TARGET_INFO_GPU (id INT, name TEXT)")
        connection.executemany("INSERT INTO TARGET_INFO_GPU VALUES (?, ?)", enumerate(gpus))
    connection.executescript(extra)
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


@pytest.mark.parametrize(
    ("data", "report"),
    [
        (CSV, "cuda_gpu_kern_sum"),
        (CONSOLE, "cuda_gpu_kern_sum:base"),
        (
            CONSOLE.replace("\n", "\r\n").replace("60.0  ", "\x1b[1m60.0\x1b[0m  "),
            "cuda_gpu_kern_sum:base",
        ),
        (OLD, "gpukernsum"),
        (GRID, "gpukernsum"),
        (JSON, "cuda_gpu_kern_sum"),
        (STATS, "cuda_gpu_kern_sum"),
        (EARLY, None),
    ],
)
def test_every_form_gives_the_same_numbers(file, read, data, report):
    assert registry.detect(file("x", data)).NAME == nsys.NAME
    reading = read(data)
    found = {key: metric.value for key, metric in reading.metrics.items()}
    assert {key: found[key] for key in TOTALS} == pytest.approx(TOTALS)
    assert sum(key.startswith("kernel_class_gpu_pct.") for key in found) == len(CLASSES)
    assert reading.context == ({"grounding": {"nsys_report": report}} if report else {})
    assert (reading.headline, reading.suggested_measurement) == ("gpu_kernel_time", "run")
    total = reading.metrics["sm90_xmma_gemm_bf16_kernel.total_time"]
    assert (total.unit, str(total.direction), total.dimensions) == (
        "ns",
        "lower-is-better",
        {"kernel": "sm90_xmma_gemm_bf16_kernel"},
    )


@pytest.mark.parametrize(
    "data", [CSV, CONSOLE, OLD, GRID, JSON, STATS, EARLY, database([(GEMM, 0, 9)])]
)
def test_it_keeps_the_rules_of_every_reader(data):
    source = source_of("x", data if isinstance(data, bytes) else data.encode())
    assert [one.NAME for one in registry._SPECIFIC if one.sniff(source)] == ["nsys"]
    assert broken_rules(registry.by_name("nsys"), source) == ()


def test_what_a_form_does_not_tell_is_no_metric(read):
    gemm = "sm90_xmma_gemm_bf16_kernel"
    ends = ("med_time", "min_time", "max_time")
    assert [f"{gemm}.{end}" in read(CSV).metrics for end in ends] == [True, True, True]
    assert [f"{gemm}.{end}" in read(OLD).metrics for end in ends] == [False, True, True]
    assert [f"{gemm}.{end}" in read(GRID).metrics for end in ends] == [False, False, False]
    assert [f"{gemm}.{end}" in read(JSON).metrics for end in ends] == [True, True, False]
    assert read(CSV).metrics[f"{gemm}.med_time"].value == 60000.0
    assert read(OLD).metrics[f"{gemm}.max_time"].value == 70000.0


def test_other_reports_are_passed_over(read):
    assert [p.text for p in read(CSV).passed_over][-2:] == [
        "Time (%),Total Time (ns),Num Calls,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name",
        "100.0,5,1,5.0,5.0,5,5,0.0,cudaLaunchKernel",
    ]
    assert "cuda_api_sum: not of kernels" in [p.text for p in read(JSON).passed_over]
    grouped = CSV + CSV.replace("cuda_gpu_kern_sum", "cuda_gpu_kern_gb_sum")
    assert "cuda_gpu_kern_gb_sum: the same kernels in another report" in [
        p.text for p in read(grouped).passed_over
    ]
    noted = CONSOLE.replace(f"  {GEMM}\n", f"  {GEMM}\n note\n")
    assert "note" in [p.text for p in read(noted).passed_over]


def test_events_of_mpi_are_no_kernels(read):
    data = f"{HEAD.replace(',Name', ',Source,Name')}\n90.0,9,1,9,9,9,9,0.0,MPI_Wait,MPI_Wait\n"
    assert refusal(read, data)[0] == "nsys/none"


def test_one_head_right_behind_the_other(read):
    twice = f"{HEAD}\n60,6,1,6,6,6,6,0,a\n{HEAD}\n40,4,1,4,4,4,4,0,b\n"
    assert refusal(read, twice)[:2] == ("nsys/several", "run.csv:3")


@pytest.mark.parametrize("data", [CSV, CONSOLE, OLD, GRID, JSON, STATS, EARLY])
def test_a_table_whose_rows_are_missing_is_refused(read, data):
    code, _, message = refusal(read, data.replace("60.0 ", "12.0 ").replace("60.0,", "12.0,"))
    assert (code, message) == (
        "nsys/truncated",
        "the kernels' shares add up to 52.0 %: rows are missing",
    )


def test_cut_names_are_a_warning_and_equal_ones_are_added(read):
    text = CONSOLE.replace(GEMM, "at::native::foo_k\u2026").replace(ADD, "at::native::foo_k...")
    reading = read(text)
    assert reading.metrics["at::native::foo_k.total_time"].value == 10_000_000.0
    assert "at::native::foo_k.med_time" not in reading.metrics
    assert reading.metrics["at::native::foo_k.min_time"].value == 9000.0
    assert reading.warnings[0].startswith("names are cut short")


def test_the_digest_of_the_report_behind_a_summary(read):
    reading = read(f"# nsys-rep sha256 {'ab' * 32}\n{CSV}")
    assert reading.context["grounding"]["nsys_rep_sha256"] == "ab" * 32


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (SKIPPED, "nsys/skipped", "run.csv"),
        ("nothing", "nsys/none", "run.csv"),
        (CSV + CSV, "nsys/several", "run.csv:14"),
        (
            OLD.replace("60.0   ", "60,0   ").replace("6,000.0", "6.000,0"),
            "nsys/number",
            "run.csv:5",
        ),
        (CSV.replace("Total Time (ns)", "Total Time (jiffy)"), "nsys/unit", "run.csv:5"),
        (CSV.replace(",100,", ",1.5,"), "nsys/row", "run.csv:5"),
        (CSV.replace("6000000,", ","), "nsys/row", "run.csv:5"),
        (CSV.replace("6000000,", "-1,"), "nsys/number", "run.csv:5"),
        (JSON.replace(GEMM, " "), "nsys/row", "run.csv:2"),
        (CSV.replace('"' + ADD + '"', '"' + ADD), "nsys/row", "run.csv:6"),
        (CSV[: CSV.index(",10000.0")], "nsys/row", "run.csv:6"),
        (CONSOLE.replace(ADD, ""), "nsys/row", "run.csv:7"),
        (HEAD + "\n", "nsys/empty", "run.csv"),
        (f"{HEAD}\n0,0,1,0,0,0,0,0,a\n", "nsys/empty", "run.csv"),
    ],
)
def test_what_is_refused(read, data, code, where):
    assert refusal(read, data)[:2] == (code, where)


@pytest.mark.parametrize("column", ["demangledName", "shortName", "name"])
def test_the_sqlite_export(file, read, column):
    data = database(
        [(GEMM, 0, 10), (GEMM, 10, 40), (GEMM, 50, 70), (ADD, 0, 40), (ADD, 50, 50)],
        column=column,
        gpus=("Test GPU", "Test GPU"),
    )
    assert nsys.sniff(file("x", data)) == "it is a database with CUDA kernels"
    reading = read(data, name="run.sqlite")
    gemm = "sm90_xmma_gemm_bf16_kernel"
    found = {key: m.value for key, m in reading.metrics.items()}
    assert [
        found[f"{gemm}.{end}"]
        for end in (
            "total_time",
            "instances",
            "avg_time",
            "med_time",
            "min_time",
            "max_time",
            "share",
        )
    ] == [60, 3, 20, 20, 10, 30, 60]
    assert found["at::native::vectorized_elementwise_kernel.med_time"] == 20
    assert reading.environment == {"gpu_count": 2, "gpu_model": "Test GPU"}
    assert reading.context == {}


def test_graphs_traced_as_a_whole_hide_their_kernels(read):
    graphs = """CREATE TABLE CUPTI_ACTIVITY_KIND_GRAPH_TRACE (start INT, end INT);
        INSERT INTO CUPTI_ACTIVITY_KIND_GRAPH_TRACE VALUES (1, 2), (3, 4);"""
    (warning,) = read(database([(GEMM, 0, 10)], extra=graphs)).warnings
    assert warning.startswith("2 launches of CUDA graphs were traced as a whole")
    with pytest.raises(InputError) as caught:
        read(database([], extra=f"DROP TABLE CUPTI_ACTIVITY_KIND_KERNEL; {graphs}"))
    assert caught.value.hint == "profile with --cuda-graph-trace=node"


def test_a_database_that_tells_less(read):
    data = database([(GEMM, 0, 10)], gpus=(), strings=False)
    assert "0.total_time" in read(data).metrics
    assert read(database([(GEMM, 0, 10)], gpus=("",))).environment == {}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (database([], column="other"), "nsys/skipped"),
        (database([]), "nsys/empty"),
        (database([(GEMM, 10, 0)]), "nsys/row"),
        (database([(GEMM, 0, None)]), "nsys/row"),
        (database([(GEMM, 0, 2**52)] * 3), "nsys/row"),
        (database([(GEMM, 0, 1)])[:2000], "nsys/database"),
        (
            database(
                [],
                extra="DROP TABLE CUPTI_ACTIVITY_KIND_KERNEL; CREATE VIEW CUPTI_ACTIVITY_KIND_KERNEL AS "
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) "
                'SELECT x AS start, x AS "end", x AS name FROM c',
            ),
            "nsys/skipped",
        ),
    ],
)
def test_databases_that_are_refused(read, data, code):
    assert refusal(read, data)[0] == code


def test_a_database_that_computes_for_ever_is_stopped(read, monkeypatch):
    monkeypatch.setattr("gitbaseline.formats.nsys_sqlite._BEGINNING", 0)
    monkeypatch.setattr("gitbaseline.formats.nsys_sqlite._STEPS_A_BYTE", 0)
    monkeypatch.setattr("gitbaseline.formats.nsys_sqlite._STEP", 100)
    data = database([(GEMM, 0, at) for at in range(5000)])
    assert refusal(read, data)[:2] == ("nsys/database", "run.csv")


def test_only_the_longest_kernels_are_metrics():
    kernels = [
        Kernel(name=f"k{chr(97 + n // 26)}{chr(97 + n % 26)}", total=float(n), instances=0)
        for n in range(1, 512)
    ]
    over = []
    found = nsys_kernels.metrics("x", kernels, over)
    assert sum(key.endswith(".total_time") for key in found) == 500
    assert len(over) == 11
    assert found["gpu_kernel_time"].value == sum(range(1, 512))
    assert not any(key.endswith(".avg_time") for key in found)


@pytest.mark.parametrize(
    ("name", "normal", "kind"),
    [
        (GEMM, "sm90_xmma_gemm_bf16_kernel", "gemm"),
        (ADD, "at::native::vectorized_elementwise_kernel", "elementwise"),
        (
            "ampere_bf16_s16816gemm_bf16_256x128_ldg8_f2f_stages_32x3_nn",
            "ampere_bf16_s16816gemm_bf16_ldg8_f2f_nn",
            "gemm",
        ),
        ("void (anonymous namespace)::softmax<float, 4>(float*) [clone .sat]", "softmax", "other"),
        ("triton_poi_fused_add_mul_12", "triton_poi_fused_add_mul", "elementwise"),
        ("triton_red_fused_0d1d2de3d", "triton_red_fused", "other"),
        ("kernel_9f86d081884c7d65_v2", "kernel_v2", "other"),
        ("kernel_12345678", "kernel_12345678", "other"),
        (
            "ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096>)",
            "ncclDevKernel_AllReduce_Sum_bf16_RING_LL",
            "nccl",
        ),
        (
            "void flash::flash_fwd_kernel<Traits<64, 128>, false>(Params)",
            "flash::flash_fwd_kernel",
            "attention",
        ),
        ("fmhaSm100fKernel_Q576", "fmhaSm100fKernel_Q576", "mla_attention"),
        ("bmm_E4m3_E4m3E4m3_Fp32_t128x8", "bmm_E4m3_E4m3E4m3_Fp32_t", "fp8_bmm"),
        ("multimem_all_reduce_kernel", "multimem_all_reduce_kernel", "tp_all_reduce"),
        ("direct_copy_kernel_cuda", "direct_copy_kernel_cuda", "memcpy"),
        ("f<a->b>(int)", "f", "other"),
        ("a < b", "b", "other"),
        ("f<int(int)>::operator()(x)", "f::operator", "other"),
        ("128x128", "128x128", "other"),
        ("f<unbalanced(x)", "f", "other"),
    ],
)
def test_names(name, normal, kind):
    assert (normal_name(name), kernel_class(name)) == (normal, kind)


@given(st.text(max_size=200))
def test_a_normal_name_is_one_line_and_its_own_normal_name_is_stable(name):
    normal = normal_name(name)
    assert "\n" not in normal
    assert len(normal) <= 200


@settings(max_examples=150, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    *CSV.splitlines(),
                    *CONSOLE.splitlines(),
                    *GRID.splitlines(),
                    *JSON.splitlines(),
                    SKIPPED,
                ]
            ),
            max_size=25,
        )
        .map("\n".join)
        .map(str.encode),
        st.tuples(st.integers(0, 8191), st.integers(0, 255)).map(lambda pair: _spoil(*pair)),
    )
)
def test_bytes_of_any_kind_raise_nothing_else(data):
    source = Source(name="x", kind="file", files=(SourceFile(path="x", data=data),))
    nsys.sniff(source)
    with suppress(InputError):
        assert nsys.read(source, Options()).metrics


WHOLE = database([(GEMM, 0, 10), (ADD, 10, 40)])


def test_a_table_whose_name_is_no_text():
    data = WHOLE.replace(b"tableCUPTI", b"tableCU\x80TI")
    with pytest.raises(InputError) as caught:
        nsys.read(
            Source(name="x", kind="file", files=(SourceFile(path="x", data=data),)), Options()
        )
    assert caught.value.code == "nsys/database"


def _spoil(at, byte):
    data = bytearray(WHOLE)
    data[at % len(data)] = byte
    return bytes(data)


def test_hostile_text_takes_no_longer(read):
    for text in (
        "Time (%) " * 20_000,
        "SKIPPED: " * 20_000,
        "** (" * 30_000,
        "<" * 100_000,
        "[" * 1000,
    ):
        nsys.claim(text.encode())
        normal_name(text)
        assert refusal(read, text)[0] in ("nsys/none", "json/truncated")
