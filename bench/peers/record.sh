#!/bin/sh
# One entry of a registry by git, ssh-keygen and coreutils alone: what a careful person would script.
#
#     record.sh FAMILY MEASUREMENT VALUE KEY
#
# Writes what `git baseline record -f FAMILY -m MEASUREMENT --value VALUE --unit ms` writes: the same
# files, trees, row of the index, message and signature, moved into place by compare-and-swap. `git
# baseline verify` calls the result good; a test holds it to that. It does less: nothing is parsed,
# scanned, compared with the entry before or judged, and the values are taken on trust.
set -eu

family=$1 measurement=$2 value=$3 key=$4
ref=refs/heads/baselines
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tip=$(git rev-parse --verify "$ref")
code=$(git rev-parse --verify HEAD)
branch=$(git symbolic-ref --short HEAD)
git diff --quiet HEAD || { echo 'error: the work tree is dirty; commit first' >&2; exit 1; }
user=${LOGNAME:-$(id -un)} host=$(uname -n) system=$(uname -srm)
registry=$(git show "$tip:.registry/000001/root.json" | sed -n 's/^  "registry_id": "\(.*\)",$/\1/p')

# The time, and the first free name at it.
read -r now slug at <<DATES
$(date -u '+%s %Y%m%dT%H%M%SZ %Y-%m-%dT%H:%M:%SZ')
DATES
place=$family/$measurement name=$slug number=1
while git cat-file -e "$tip:$place/$name" 2>"$work/none"; do
    number=$((number + 1)) name=$slug-$number
done

# The files.
printf '%s\n' "$value" >"$work/source-snapshot.txt"
bytes=$(wc -c <"$work/source-snapshot.txt")
read -r digest _ <<SUM
$(sha256sum "$work/source-snapshot.txt")
SUM

cat >"$work/baseline.json" <<JSON
{
  "accepts": null,
  "allowed_secrets": [],
  "artifact_sha256": null,
  "capture_command": null,
  "captured_at_utc": null,
  "cluster": null,
  "cohort": null,
  "context": {},
  "continues": null,
  "direction": "lower-is-better",
  "environment": {},
  "extra": {},
  "family": "$family",
  "git": {
    "branch": "$branch",
    "dirty": false,
    "remote": null,
    "sha": "$code"
  },
  "harness_sha256": null,
  "idempotency_key": null,
  "imported": null,
  "judged": null,
  "measurement": "$measurement",
  "metrics": {
    "value": {
      "direction": "lower-is-better",
      "headline": true,
      "n": 1,
      "stat": "single",
      "unit": "ms",
      "unit_source": "user",
      "validity": "unchecked",
      "value": $value
    }
  },
  "next_lever": null,
  "notes": null,
  "prompt": null,
  "recorder": {
    "name": "record.sh",
    "sha": null,
    "version": "1"
  },
  "redacted": [],
  "registered_at_utc": "$at",
  "registered_by": {
    "agent": null,
    "operator_user": "$user",
    "team": null
  },
  "schema": "git-baseline/baseline/1",
  "schema_path": null,
  "schema_sha256": null,
  "snapshot_sha256": "$digest",
  "sol_ceiling_key": null,
  "sol_ceiling_source": null,
  "sol_ceiling_unit": null,
  "sol_ceiling_value": null,
  "sol_pct": null,
  "sol_rigor": null,
  "source_bytes": $bytes,
  "source_format": "scalar",
  "source_kind": "inline",
  "source_path": null,
  "source_sha256": "$digest",
  "standing": "baseline",
  "supersedes": null,
  "testbed": null,
  "tier": "DRAFT",
  "tier_evidence": {
    "missing": [
      "capture-command",
      "full-context",
      "isolated-metric",
      "production-representative",
      "same-node",
      "three-trials"
    ],
    "shown": [
      "clean-work-tree"
    ]
  },
  "unit": "ms",
  "value": $value,
  "workstation": {
    "hostname": "$host",
    "uname": "$system"
  }
}
JSON

cat >"$work/SOURCE.md" <<SOURCE
# $place/$name

- Registered: $at by $user
- Tier: DRAFT
- Standing: baseline
- Missing for VERDICT: capture-command, full-context, isolated-metric, production-representative, same-node, three-trials
- Code: $code, clean, branch $branch
- Source: given on the command line
- Format: scalar
- Source SHA-256: $digest, $bytes bytes
- Snapshot SHA-256: $digest
- Recorder: record.sh 1
- Workstation: $host, $system

## Metrics

| Metric | Value | Unit | Better | n | Stat | Validity |
|---|---|---|---|---|---|---|
| value | $value | ms | lower | 1 | single | unchecked |

Operator and team are an audit trail, not a claim of ownership. \`baseline.json\` beside
this \`SOURCE.md\` is what programs read.
SOURCE

if ! git cat-file blob "$tip:$place/INDEX.md" >"$work/INDEX.md" 2>"$work/none"; then
    printf '# %s / %s\n\n%s\n\n%s\n%s\n' "$family" "$measurement" \
        'History in the order of registration. Rows are only ever appended.' \
        '| UTC | Entry | Value | Unit | Better | Tier | Operator | Notes |' \
        '|---|---|---|---|---|---|---|---|' >"$work/INDEX.md"
fi
printf '| %s | [%s](%s/) | %s | ms | lower | DRAFT | %s | |\n' \
    "$at" "$name" "$name" "$value" "$user" >>"$work/INDEX.md"

# Blobs, and a tree made of the tip's by an index of its own.
for file in SOURCE.md baseline.json source-snapshot.txt INDEX.md; do
    printf '%s\n' "$work/$file"
done | git hash-object -w --no-filters --stdin-paths >"$work/blobs"
export GIT_INDEX_FILE="$work/index"
git read-tree "$tip"
{
    read -r source && printf '100644 blob %s\t%s\n' "$source" "$place/$name/SOURCE.md"
    read -r entry && printf '100644 blob %s\t%s\n' "$entry" "$place/$name/baseline.json"
    read -r snapshot && printf '100644 blob %s\t%s\n' "$snapshot" "$place/$name/source-snapshot.txt"
    read -r index && printf '100644 blob %s\t%s\n' "$index" "$place/INDEX.md"
} <"$work/blobs" | git update-index --index-info
tree=$(git write-tree)

# The statement: what is in it and what it follows, by SHA-256, under the signature.
(
    cd "$work"
    sha256sum SOURCE.md baseline.json source-snapshot.txt | while read -r sum file; do
        printf '%s %s %s\n' "$sum" "$(wc -c <"$file")" "$file"
    done >manifest
)
read -r content _ <<SUM
$(sha256sum <"$work/manifest")
SUM
read -r previous _ <<SUM
$(git cat-file commit "$tip" | sha256sum)
SUM
commit=$(
    GIT_AUTHOR_DATE="$now +0000" GIT_COMMITTER_DATE="$now +0000" \
        git -c gpg.format=ssh -c user.signingKey="$key" commit-tree -S -p "$tip" "$tree" <<MESSAGE
record $place/$name

$value ms, lower is better, DRAFT

Baseline-Kind: record
Baseline-Registry: $registry
Baseline-Previous: sha256:$previous
Baseline-Content: sha256:$content
MESSAGE
)
git update-ref -m "baseline: record $place/$name" "$ref" "$commit" "$tip"
printf '%s@%s\n' "$place" "$name"
