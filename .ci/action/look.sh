#!/usr/bin/env bash
# Checks and reviews, and leaves annotations in the log, a summary, SARIF, and the exit code. BASE, REVIEW.
set -uo pipefail

gardener="$RUNNER_TEMP/gardener/bin/gardener"
summary="$RUNNER_TEMP/gardener.md"
sarif="$RUNNER_TEMP/gardener-sarif"
mkdir -p "$sarif"
: > "$summary"
change=()
if [ -n "$BASE" ]; then
    change=(--diff "$BASE" --policy-from "$BASE")
fi
worst=0

# The first run says it in the log and decides; the others say the same again, from the cache.
look() {
    local name="$1" code=0
    shift
    "$gardener" "$@" ${change[@]+"${change[@]}"} --format github || code=$?
    "$gardener" "$@" ${change[@]+"${change[@]}"} --format markdown --exit-zero >> "$summary" || true
    "$gardener" "$@" ${change[@]+"${change[@]}"} --format sarif --exit-zero --output "$sarif/$name.sarif" || true
    if [ "$code" -gt "$worst" ]; then
        worst=$code
    fi
}

look check check
if [ "$REVIEW" = frozen ]; then
    # The base has no beliefs yet when a change brings the first ones: there is nothing to review it by.
    said="$("$gardener" review --frozen ${change[@]+"${change[@]}"} --exit-zero 2>&1 > /dev/null)"
    if grep -q "has no core beliefs" <<< "$said"; then
        echo "no review: there are no core beliefs to judge by yet"
    else
        look review review --frozen
    fi
fi
cat "$summary" >> "$GITHUB_STEP_SUMMARY"
echo "exit-code=$worst" >> "$GITHUB_OUTPUT"
