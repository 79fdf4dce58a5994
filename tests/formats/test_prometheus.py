"""Scrapes of a metrics endpoint: what one measures, what two do, and what neither does."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import openmetrics, prometheus, registry, scrape
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.conformance import broken_rules, source_of
from gitbaseline.formats.scrape_pair import place

L = '{engine="0",model_name="org/llama"}'
BEFORE = f"""# HELP vllm:prefix_cache_queries_total Tokens asked for.
# TYPE vllm:prefix_cache_queries_total counter
vllm:prefix_cache_queries_total{L} 1000.0
# TYPE vllm:prefix_cache_queries_created gauge
vllm:prefix_cache_queries_created{L} 1.7e9
# TYPE vllm:prefix_cache_hits_total counter
vllm:prefix_cache_hits_total{L} 100.0
# TYPE vllm:num_preemptions_total counter
vllm:num_preemptions_total{L} 3.0
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{L} 500.0
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{L} 0.25
# TYPE vllm:gpu_prefix_cache_hit_rate gauge
vllm:gpu_prefix_cache_hit_rate{L} 0.5
# TYPE vllm:request_queue_time gauge
vllm:request_queue_time{L} NaN
# TYPE vllm:cache_config_info gauge
vllm:cache_config_info{{block_size="16",cache_dtype="fp8",enable_prefix_caching="True",gpu_memory_utilization="0.9",other="x"}} 1.0
# TYPE vllm:time_to_first_token_seconds histogram
vllm:time_to_first_token_seconds_bucket{{le="0.1"}} 1.0
vllm:time_to_first_token_seconds_bucket{{le="1.0"}} 2.0
vllm:time_to_first_token_seconds_bucket{{le="+Inf"}} 4.0
vllm:time_to_first_token_seconds_count 4.0
vllm:time_to_first_token_seconds_sum 8.0
# TYPE gc_seconds summary
gc_seconds{{quantile="0.5"}} 0.1
gc_seconds_sum 1.0
gc_seconds_count 2.0
# TYPE odd untyped
odd 1
bare_total 5
"""
AFTER = (
    BEFORE.replace("} 1000.0", "} 5000.0")
    .replace("} 100.0", "} 2100.0")
    .replace("} 500.0", "} 900.0")
    .replace("} 0.25", "} 0.75")
    .replace('le="0.1"} 1.0', 'le="0.1"} 51.0')
    .replace('le="1.0"} 2.0', 'le="1.0"} 98.0')
    .replace('le="+Inf"} 4.0', 'le="+Inf"} 104.0')
    .replace("token_seconds_count 4.0", "token_seconds_count 104.0")
    .replace("token_seconds_sum 8.0", "token_seconds_sum 28.0")
    .replace("bare_total 5", "bare_total 6")
)
OPEN = """# TYPE work_seconds counter
# UNIT work_seconds seconds
work_seconds_total{a="1"} 10.0 1000.0
work_seconds_created{a="1"} 1.0 1000.0
# TYPE http_errors counter
http_errors_total 2 1000.0
# TYPE prompt_tokens counter
prompt_tokens_total 100 1000.0
# TYPE level gauge
level 1 1000.0
# TYPE build info
build_info{version="1"} 1
# EOF
"""


@pytest.fixture
def read(file):
    def read(*texts, names=("b.prom", "a.prom"), form=prometheus):
        sources = [file(name, text) for name, text in zip(names, texts, strict=False)]
        if len(sources) == 2:
            return form.read(pair(*sources), Options())
        return form.read(sources[0], Options())

    return read


def pair(*sources):
    files = tuple(source.files[0] for source in sources)
    return Source(name="pair", kind="directory", files=files)


def refusal(read, *texts, **more):
    with pytest.raises(InputError) as caught:
        read(*texts, **more)
    return caught.value.code, caught.value.where, caught.value.message


def values(reading):
    return {key: (m.value, m.unit, str(m.direction)) for key, m in reading.metrics.items()}


def test_one_scrape_has_gauges_only(read):
    reading = read(AFTER)
    assert values(reading) == {
        f"vllm:kv_cache_usage_perc{L}": (0.75, "ratio", "unknown"),
        f"vllm:gpu_prefix_cache_hit_rate{L}": (0.5, "ratio", "higher-is-better"),
    }
    assert reading.metrics[f"vllm:kv_cache_usage_perc{L}"].dimensions == {
        "engine": "0",
        "model_name": "org/llama",
    }
    assert reading.context == {
        "serving": {"prefix_caching": True, "gpu_memory_utilization": 0.9, "block_size": 16},
        "identity": {"kv_cache_dtype": "fp8", "model": "org/llama"},
    }
    assert (reading.format, reading.suggested_measurement) == ("prometheus", "server_metrics_llama")
    assert reading.warnings == (
        "one scrape: only gauges are recorded; a second one tells what grew between them",
    )
    told = [p.text for p in reading.passed_over]
    assert f"vllm:request_queue_time{L}: not finite" in told
    assert (
        "vllm:num_preemptions: a counter of the server's whole life; two scrapes tell what grew"
        in told
    )
    assert "odd: of type unknown, which tells neither a level nor a growth" in told


def test_two_scrapes_tell_what_grew(read):
    ttft = "vllm:time_to_first_token_seconds"
    reading = read(BEFORE, AFTER)
    assert values(reading) == {
        f"vllm:prefix_cache_queries_total.increase{L}": (4000.0, "count", "unknown"),
        f"vllm:prefix_cache_hits_total.increase{L}": (2000.0, "count", "unknown"),
        f"vllm:num_preemptions_total.increase{L}": (0.0, "count", "lower-is-better"),
        f"vllm:generation_tokens_total.increase{L}": (400.0, "tokens", "unknown"),
        f"vllm:kv_cache_usage_perc{L}": (0.75, "ratio", "unknown"),
        f"vllm:gpu_prefix_cache_hit_rate{L}": (0.5, "ratio", "higher-is-better"),
        f"{ttft}.count": (100.0, "count", "unknown"),
        f"{ttft}.mean": (0.2, "s", "lower-is-better"),
        f"{ttft}.p50_bound": (0.1, "s", "unknown"),
        f"{ttft}.p95_bound": (1.0, "s", "unknown"),
        f'{ttft}_bucket.increase{{le="0.1"}}': (50.0, "count", "unknown"),
        f'{ttft}_bucket.increase{{le="1.0"}}': (96.0, "count", "unknown"),
        f'{ttft}_bucket.increase{{le="+Inf"}}': (100.0, "count", "unknown"),
        "gc_seconds.count": (0.0, "count", "unknown"),
        "bare_total.increase": (1.0, "count", "unknown"),
        f"vllm:prefix_cache_hit_rate{L}": (50.0, "%", "higher-is-better"),
    }
    assert reading.warnings == ()


def test_the_order_is_told_by_names_else_by_the_order_given(read, file, folder):
    assert [place(name) for name in ("x-pre.prom", "x/after.txt", "pre-post", "m.prom")] == [
        "before",
        "after",
        None,
        None,
    ]
    swapped = read(AFTER, BEFORE, names=("m-post.prom", "m-pre.prom"))
    assert values(swapped) == values(read(BEFORE, AFTER))
    source = folder("d", **{"m-post_dot_prom": AFTER, "m-pre_dot_prom": BEFORE})
    assert prometheus.sniff(source) == "it holds a scrape of before and one of after"
    assert values(prometheus.read(source, Options())) == values(swapped)
    assert prometheus.sniff(folder("d", a=AFTER, b=BEFORE)) is None
    assert registry.detect(source).NAME == prometheus.NAME


def test_two_sources_are_before_and_after_for_record_and_diff(file):
    two = [file("b.prom", BEFORE), file("a.prom", AFTER)]
    assert len(registry.read_all(two, Options()).metrics) == 16
    named = registry.read_all(two, Options(metric=("*hit_rate{*",)), "prometheus")
    assert len(named.metrics) == 2
    alike = registry.read_all([file("a", '{"x": 1}'), file("b", '{"x": 3}')], Options())
    assert alike.metrics["x"].samples == (1.0, 3.0)
    with pytest.raises(InputError) as caught:
        registry.read_all([two[0], file("b", '{"x": 3}')], Options())
    assert caught.value.code == "trials/differ"
    assert registry.read_all(two[:1], Options()).format == "prometheus"


def test_a_counter_that_fell_is_refused(read):
    code, where, message = refusal(read, AFTER, BEFORE)
    assert (code, where) == ("prometheus/reset", "a.prom")
    assert message == (f"vllm:prefix_cache_queries_total{L} fell from 5000 in b.prom to 1000")


def test_what_appeared_between_began_at_nothing(read):
    reading = read("# TYPE up gauge\nup 1\n", AFTER)
    assert reading.metrics[f"vllm:generation_tokens_total.increase{L}"].value == 900.0


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("# TYPE a counter\na_total 1\n", "prometheus/empty", "b.prom"),
        ("# TYPE a gauge\na 1\na 1\n", "prometheus/twice", "b.prom:3"),
        (
            "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na 1\n",
            "prometheus/twice",
            "b.prom:6",
        ),
        ("# TYPE a gauge\na{b=c} 1\n", "prometheus/line", "b.prom:2"),
        ("# TYPE a gauge\na one\n", "prometheus/line", "b.prom:2"),
        ("# TYPE a gauge\na 1\n" + "x" * 20_000, "prometheus/line", "b.prom:3"),
        ("not found\n", "prometheus/line", "b.prom:1"),
        ("", "prometheus/empty", "b.prom"),
    ],
)
def test_what_is_no_scrape(read, text, code, where):
    assert refusal(read, text)[:2] == (code, where)


def test_nothing_in_two_scrapes(read):
    assert refusal(read, "", "")[2] == "no gauge and no counter in it"


def test_a_family_in_two_places_is_one(read):
    text = '# TYPE a gauge\na{x="1"} 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na{x="2"} 2\n'
    assert list(read(text).metrics) == ['a{x="1"}', 'a{x="2"}', "b"]


def test_numbers_that_no_float_holds_are_none(read):
    reading = read("# TYPE a gauge\na 1\n# TYPE b gauge\nb " + "9" * 400 + "\n")
    assert list(reading.metrics) == ["a"]


def test_only_a_hit_rate_is_a_ratio(read):
    found = read("# TYPE a_hit_rate gauge\na_hit_rate 1\n# TYPE b_rate gauge\nb_rate 9\n").metrics
    assert [metric.unit for metric in found.values()] == ["ratio", "unknown"]


def test_units_that_a_name_ends_in(read):
    def scraped(total):
        return (
            "\ufeff# TYPE busy_us counter\n"
            f"busy_us {total}\n"
            "# TYPE load_percent gauge\nload_percent 45.5\n"
            "# TYPE wait_ms gauge\nwait_ms 12\n"
        )

    found = read(scraped(100), scraped(350)).metrics
    assert {key: (metric.value, metric.unit) for key, metric in found.items()} == {
        "busy_us_total.increase": (250.0, "us"),
        "load_percent": (45.5, "%"),
        "wait_ms": (12.0, "ms"),
    }


def test_labels_are_quoted_as_in_the_text(read):
    text = '# TYPE a gauge\na{p="C:\\\\x",q="say \\"hi\\""} 1\n'
    assert list(read(text).metrics) == ['a{p="C:\\\\x",q="say \\"hi\\""}']


def test_samples_whose_colons_were_escaped_belong_to_their_family(read):
    text = (
        "# HELP a:load Now.\n# TYPE a:load gauge\na_load 3.0\n"
        "# TYPE a:wait_seconds histogram\n"
        'a_wait_seconds_bucket{le="1.0"} 2.0\na_wait_seconds_bucket{le="+Inf"} 4.0\n'
        "a_wait_seconds_count 4.0\na_wait_seconds_sum 8.0\n# EOF\n"
    )
    found = values(read(text.replace("4.0", "2.0").replace("8.0", "2.0"), text, form=openmetrics))
    assert found["a:load"] == (3.0, "unknown", "unknown")
    assert found["a:wait_seconds.mean"] == (3.0, "s", "lower-is-better")


def test_openmetrics_with_its_own_times(read):
    later = OPEN.replace("10.0 1000.0", "30.0 1010.0").replace("100 1000.0", "600 1010.0")
    reading = read(OPEN, later.replace(" 1000.0", " 1010.0"), form=openmetrics)
    assert values(reading) == {
        'work_seconds_total.increase{a="1"}': (20.0, "s", "unknown"),
        'work_seconds_total.rate{a="1"}': (2.0, "s/s", "unknown"),
        "http_errors_total.increase": (0.0, "count", "lower-is-better"),
        "http_errors_total.rate": (0.0, "count/s", "lower-is-better"),
        "prompt_tokens_total.increase": (500.0, "tokens", "unknown"),
        "prompt_tokens_total.rate": (50.0, "tokens/s", "higher-is-better"),
        "level": (1.0, "unknown", "unknown"),
    }
    assert read(OPEN, form=openmetrics).warnings[1].startswith("no metric has a better direction")


def test_one_form_is_not_taken_for_the_other(file, folder):
    assert (prometheus.sniff(file("a", OPEN)), openmetrics.sniff(file("a", BEFORE))) == (None, None)
    pair = folder("d", a_pre_dot_txt=OPEN, a_post_dot_txt=OPEN)
    assert openmetrics.sniff(pair) == "it holds a scrape of before and one of after"
    assert openmetrics.sniff(file("a", OPEN)) == "it declares metrics with # TYPE"
    assert prometheus.sniff(file("a", BEFORE.replace("\n", "\r\n"))) is not None
    assert prometheus.sniff(Source(name="x", kind="inline", files=())) is None


def test_openmetrics_read_as_the_older_text_and_the_other_way_round(read):
    assert list(read(OPEN).metrics) == ["level"]
    assert refusal(read, BEFORE, form=openmetrics)[0] == "prometheus/line"


@pytest.mark.parametrize("kind", ["gauge", "counter"])
def test_caches_count_only_with_counters_of_both(read, kind):
    text = f"# TYPE a_queries {kind}\na_queries 4\n# TYPE b_queries counter\nb_queries 1\n# TYPE a_hits gauge\na_hits 1\n"
    assert not any("hit_rate" in key for key in read(text, text).metrics)


def test_a_cache_that_nobody_asked_has_no_rate(read):
    assert not any(
        "prefix_cache_hit_rate{" in key and "gpu" not in key for key in read(BEFORE, BEFORE).metrics
    )


def test_a_bucket_without_an_end_bounds_nothing(read):
    text = '# TYPE a histogram\na_bucket{le="x"} %d\na_bucket %d\na_count %d\na_sum 1\n'
    found = read(text % (1, 1, 1), text % (2, 2, 2)).metrics
    assert list(found) == ["a.count", "a.mean", 'a_bucket.increase{le="x"}', "a_bucket.increase"]


@pytest.mark.parametrize(("form", "text"), [(prometheus, BEFORE), (openmetrics, OPEN)])
def test_it_keeps_the_rules_of_every_reader(form, text):
    source = source_of("a.prom", text.encode())
    assert [one.NAME for one in registry._SPECIFIC if one.sniff(source)] == [form.NAME]
    assert broken_rules(registry.by_name(form.NAME), source) == ()


@settings(max_examples=150, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from([*BEFORE.splitlines(), *OPEN.splitlines(), "{", 'a{b="', '"', "\\"]),
            max_size=25,
        )
        .map("\n".join)
        .map(str.encode),
    )
)
def test_bytes_of_any_kind_raise_nothing_else(data):
    source = Source(name="x", kind="file", files=(SourceFile(path="x", data=data),))
    for form in (prometheus, openmetrics):
        form.sniff(source)
        with suppress(InputError):
            assert form.read(source, Options()).metrics
        with suppress(InputError):
            assert form.read(pair(source, source), Options()).metrics
    assert not scrape.is_classic(b"# TYPE " * 20_000)
