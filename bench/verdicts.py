"""How often each rule cries wolf, and how often it hears one.

    python bench/verdicts.py [--repeats 4000] [--write]

Baseline and current are n samples each of a time; without a change (A/A) an alarm is false, with
one of 2, 5, 10 % it is the power. A rule alarms only upward. Printed is each rule over all noises
and sample counts; ``--write`` puts the tables of each between the markers of docs/verdicts.md. Same
seed, same bytes.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import table
from headlines import WOLF_PCT

from gitbaseline.compare.evidence import weigh
from gitbaseline.compare.row import Standing, standing_of
from gitbaseline.model.metric import Direction
from gitbaseline.profiles import Tolerance
from gitbaseline.stats import welch
from gitbaseline.stats.noise import tolerance_from
from gitbaseline.stats.sample import mad, mean, median
from gitbaseline.stats.utest import mann_whitney

SEED = 20261126
STUDIES = 40
TRIALS = 10
SIZES = (3, 5, 10, 20)
EFFECTS = (0, 2, 5, 10)
DOCS = Path(__file__).parents[1] / "docs" / "verdicts.md"
BEGIN, END = "<!-- verdicts: begin -->", "<!-- verdicts: end -->"
OURS = ("ours", "ours+study")
NOISIEST = "normal 10 %"

Samples = list[float]
Draw = Callable[[random.Random, int], Samples]


def normal(sigma: float) -> Draw:
    return lambda draw, n: [max(1.0, draw.gauss(100, sigma)) for _ in range(n)]


def bimodal(draw: random.Random, n: int) -> Samples:
    """Two modes 10 % apart, even odds for each sample, 1 % inside a mode."""
    return [draw.choice((100, 110)) * draw.gauss(1, 0.01) for _ in range(n)]


def drifting(draw: random.Random, n: int) -> Samples:
    """The machine's level moves by 2 % from session to session, 1 % inside a session."""
    level = draw.gauss(100, 2)
    return [level * draw.gauss(1, 0.01) for _ in range(n)]


NOISES: dict[str, Draw] = {
    "normal 0.5 %": normal(0.5),
    "normal 2 %": normal(2),
    "normal 5 %": normal(5),
    "normal 10 %": normal(10),
    "bimodal": bimodal,
    "drifting": drifting,
}


def alarms(old: Samples, new: Samples, known: float) -> dict[str, bool]:
    medians, means = median(new) / median(old), mean(new) / mean(old)
    evidence = weigh(old, new, relative=True)
    five, studied = Tolerance(percent=5), Tolerance(percent=max(5.0, known))

    def ours(tolerance: Tolerance, *, noise_known: bool) -> bool:
        said = standing_of(
            median(old),
            median(new),
            Direction.LOWER,
            tolerance,
            evidence,
            noise_known=noise_known,
        )
        return said is Standing.REGRESSED

    return {
        "ours": ours(five, noise_known=False),
        "ours+study": ours(studied, noise_known=True),
        "previous 110 %": new[-1] > 1.1 * old[-1],
        "previous 150 %": new[-1] > 1.5 * old[-1],
        "previous 200 %": new[-1] > 2 * old[-1],
        "4 MAD": median(new) > median(old) + 4 * mad(old),
        "t-test 95 %": welch.difference(old, new)[0] > 0,
        "U<0.002, 1.1": medians > 1.1 and mann_whitney(old, new).p < 0.002,
        "mean 10 %": means > 1.1,
    }


Rates = dict[str, list[float]]  # by rule, in percent, one for each effect


def cell(noise: str, n: int, repeats: int) -> Rates:
    draw = random.Random(SEED + zlib.crc32(f"{noise} {n}".encode()))
    sample = NOISES[noise]
    counts: dict[str, list[int]] = {}
    for repeat in range(repeats):
        if repeat % (repeats // STUDIES) == 0:
            known = tolerance_from([sample(draw, n) for _ in range(TRIALS)])
        old, new = sample(draw, n), sample(draw, n)
        for place, effect in enumerate(EFFECTS):
            changed = [value * (1 + effect / 100) for value in new]
            for rule, alarm in alarms(old, changed, known).items():
                counts.setdefault(rule, [0] * len(EFFECTS))[place] += alarm
    return {rule: [100 * c / repeats for c in each] for rule, each in counts.items()}


def lines(cells: dict[tuple[str, int], Rates], repeats: int) -> list[str]:
    rules = list(next(iter(cells.values())))
    out = [f"Seed {SEED}, {repeats} pairs a cell, {STUDIES} studies of {TRIALS} trials a cell."]
    titles = ["False alarms, %"] + [f"Power at {e} %, %" for e in EFFECTS[1:]]
    for place, title in enumerate(titles):
        out += ["", f"### {title}", "", f"| noise | n | {' | '.join(rules)} |"]
        out.append("|---|---:|" + "---:|" * len(rules))
        for (noise, n), rates in cells.items():
            shown = " | ".join(f"{rates[rule][place]:.1f}" for rule in rules)
            out.append(f"| {noise} | {n} | {shown} |")
    out += ["", "### Over all cells", "", "| rule | worst false alarms | mean power 2, 5, 10 % |"]
    out.append("|---|---:|---|")
    whole = overall(cells)
    for rule, (worst, *power) in whole.items():
        out.append(f"| {rule} | {worst:.2f} | {' '.join(f'{p:.1f}' for p in power)} |")
    out += ["", *targets(cells, {rule: worst for rule, (worst, *_) in whole.items()})]
    return out


def overall(cells: dict[tuple[str, int], Rates]) -> Rates:
    """Return of each rule its worst false alarms and its mean power, in percent."""
    return {
        rule: [
            max(rates[rule][0] for rates in cells.values()),
            *(sum(r[rule][place] for r in cells.values()) / len(cells) for place in (1, 2, 3)),
        ]
        for rule in next(iter(cells.values()))
    }


def told(cells: dict[tuple[str, int], Rates]) -> list[str]:
    """Return the table for a terminal."""
    head = ["verdicts", "worst false alarms %", *(f"power at {e} %" for e in EFFECTS[1:])]
    rows = [
        [rule, *(f"{rate:.1f}" for rate in rates), wanted(rule, rates[0])]
        for rule, rates in overall(cells).items()
    ]
    return table.aligned([[*head, "at most"], *rows], words=(0, 5))


def wanted(rule: str, worst: float) -> str:
    return f"{table.short(WOLF_PCT)}: {table.judged(worst, WOLF_PCT)}" if rule in OURS else ""


def numbers(cells: dict[tuple[str, int], Rates]) -> dict[str, dict[str, float]]:
    """Return every rate in percent, by cell."""

    def key(text: str) -> str:
        return re.sub(r"[^a-z0-9.]+", "_", text.lower()).strip("_")

    endings = ["false_pct", *(f"power_at_{effect}_pct" for effect in EFFECTS[1:])]
    return {
        f"{key(noise)}_n{n}": {
            f"{key(rule)}_{ending}": rate
            for rule, each in rates.items()
            for ending, rate in zip(endings, each, strict=True)
        }
        for (noise, n), rates in cells.items()
    }


def targets(cells: dict[tuple[str, int], Rates], worst: dict[str, float]) -> list[str]:
    peers = [rule for rule in worst if rule not in OURS]
    quiet = {cell: rates for cell, rates in cells.items() if cell[0] != NOISIEST}
    safe = [rule for rule in peers if worst[rule] < 1]
    nearly = [rule for rule in peers if all(rates[rule][0] < 1 for rates in quiet.values())]
    out = [f"Other rules under 1 % in every cell: {', '.join(safe) or 'none'};"]
    out += [f"in every cell but {NOISIEST}: {', '.join(nearly) or 'none'}."]
    for ours in OURS:
        loud = [f"{n} n={k} ({r[ours][0]:.1f})" for (n, k), r in cells.items() if r[ours][0] >= 1]
        lost = list(behind(cells, ours, lambda peer, _: peer in safe))
        near = list(behind(quiet, ours, lambda peer, _: peer in nearly))
        there = list(behind(cells, ours, lambda peer, rates: peer in peers and rates[peer][0] < 1))
        out += ["", f"**{ours}**: at 1 % false alarms or more: {', '.join(loud) or 'nowhere'}."]
        out += [f"Less power than the best of the first: {len(lost)} of {len(cells) * 3} times;"]
        out += [f"of the second, without {NOISIEST}: {len(near)} of {len(quiet) * 3} times;"]
        out += [f"than the best that is under 1 % in that cell only: {len(there)} times.", ""]
        out += [f"- {text}" for text in dict.fromkeys([*lost, *near])]
    return out


def behind(
    cells: dict[tuple[str, int], Rates], ours: str, able: Callable[[str, Rates], bool]
) -> Iterator[str]:
    for (noise, n), rates in cells.items():
        rivals = [peer for peer in rates if able(peer, rates)]
        for place, effect in list(enumerate(EFFECTS))[1:]:
            best = max(rivals, key=lambda rule: rates[rule][place])
            theirs, mine = rates[best][place], rates[ours][place]
            if theirs > mine:
                yield f"{noise}, n={n}, {effect} %: {mine:.1f} against {theirs:.1f} ({best})"


def write(text: str) -> None:
    whole = DOCS.read_text() if DOCS.exists() else f"# Verdicts\n\n{BEGIN}\n{END}\n"
    head, rest = whole.split(BEGIN)
    DOCS.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=4000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    places = [(noise, n) for noise in NOISES for n in SIZES]
    with ProcessPoolExecutor() as pool:  # each draws from a seed of its own
        rates = pool.map(cell, *zip(*places, strict=True), itertools.repeat(options.repeats))
        cells = dict(zip(places, rates, strict=True))
    print(*told(cells), sep="\n")
    table.write("verdicts", numbers(cells))
    if options.write:
        write("\n".join(lines(cells, options.repeats)))


if __name__ == "__main__":
    main()
