r"""Kernels by a name that outlives a library's next version, and by class.

A kernel's full name carries template arguments, tile shapes and hashes, which change with every
build. The normal name is what is left without

- the return type, template arguments and parameters, ``(anonymous namespace)`` and ``[clone ...]``;
- tile shapes (``_tilesize128x128x64``, ``_256x128``, ``_stages_32x3``);
- hashes (``_`` and eight or more hexadecimal digits), and the number at the end of a Triton kernel.

Several kernels may share a normal name; they are added up.

The first classes are those of FP8 mixture-of-experts serving on recent GPUs; the rest are general.
The first pattern that occurs in the full name, upper and lower case alike, decides.
"""

from __future__ import annotations

import re

from gitbaseline.formats.json_values import one_line

_ANONYMOUS = re.compile(r"\(anonymous namespace\)::|<unnamed>::|\{anonymous\}::")
_CLONE = re.compile(r" ?\[clone [^\]]{0,80}\]")
_SHAPE = re.compile(
    r"_?(?:tilesize|warpgroupsize|stages?_?)?(?<![0-9])[0-9]{1,5}x[0-9]{1,5}(?:x[0-9]{1,5}){0,3}"
)
_HASH = re.compile(r"_(?=[a-f]{0,40}[0-9])(?=[0-9]{0,40}[a-f])[0-9a-f]{8,64}(?=_|$)")
_TRITON_END = re.compile(r"_(?:[0-9]{1,6}|(?:[0-9]{1,3}[dc]e?){1,60})$")
_CUT = re.compile(r"(?:\u2026|\.\.\.)$")
_LONGEST = 160

OTHER = "other"
_CLASSES = {
    "fp8_bmm": r"^bmm_(?:e4m3|bfloat16)_e4m3e4m3|sm100_fp8_gemm|deep_gemm::sm100_fp8",
    "tp_all_reduce": r"multimem_all_reduce|trtllm_allreduce|oneshot_lamport",
    "mla_attention": r"fmhasm100|cute_flash_fwd_sm100|mla_attention",
    "moe_routing_finalize": r"moe::dev::(?:routing|finalize|activation)",
    "per_token_group_quant": r"per_token_group_quant",
    "nccl": r"nccl|rccl|all_?reduce|all_?gather|reduce_?scatter",
    "attention": r"attention|attn|flash|fmha|\bmha\b|mha_",
    "gemm": r"gemm|gemv|matmul|bmm|cutlass|cublas|xmma|nvjet",
    "memcpy": r"memcpy|memset|copy_kernel|catarray",
    "elementwise": r"elementwise|pointwise|triton_poi|activation|act_and_mul|silu|gelu|fill",
}
CLASSES = (*_CLASSES, OTHER)
_PATTERNS = {name: re.compile(pattern) for name, pattern in _CLASSES.items()}


def kernel_class(name: str) -> str:
    """Return the class of a kernel by its full name.

    >>> kernel_class("ncclDevKernel_AllReduce_Sum_bf16"), kernel_class("sm90_xmma_gemm_bf16")
    ('nccl', 'gemm')
    """
    lower = name.lower()
    return next((key for key, pattern in _PATTERNS.items() if pattern.search(lower)), OTHER)


def normal_name(name: str) -> str:
    """Return the name of a kernel without what changes from build to build.

    >>> normal_name("void at::native::f<4, at::A<float>>(int, float*)")
    'at::native::f'
    >>> normal_name("sm80_xmma_gemm_f16_tilesize128x64x32_stage4_kernel")
    'sm80_xmma_gemm_f16_stage4_kernel'
    """
    text = _CUT.sub("", one_line(name))
    plain = _without_arguments(_CLONE.sub("", _ANONYMOUS.sub("", text)))
    plain = plain.rpartition(" ")[2]
    plain = _HASH.sub("", _SHAPE.sub("", plain))
    if plain.startswith("triton_"):
        plain = _TRITON_END.sub("", plain)
    return (plain.strip("_: ") or text)[:_LONGEST]


def is_cut(name: str) -> bool:
    """Whether a table printed only the beginning of the name."""
    return _CUT.search(name) is not None


def _without_arguments(text: str) -> str:
    """Return the text without balanced ``<...>`` and from the first ``(`` outside of them on."""
    kept: list[str] = []
    depth = 0
    before = ""
    for char in text:
        if char == "<" and (depth or (before.isalnum() or before == "_")):
            depth += 1
        elif char == ">" and depth:
            depth -= before != "-"
        elif char == "(" and not depth:
            break
        elif not depth:
            kept.append(char)
        before = char
    return "".join(kept).strip()
