#!/usr/bin/env bash
# A checkout without the contents of old files lacks what changed files held before. gardener opens no connection, so
# they are fetched here, with a token that only this step has. BASE, TOKEN.
set -euo pipefail

if [ "$(git config --get remote.origin.promisor || true)" != true ]; then
    exit 0
fi
if [ -n "${TOKEN:-}" ]; then
    export GIT_CONFIG_COUNT=1
    export GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader"
    GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$TOKEN" | base64 | tr -d '\n')"
    export GIT_CONFIG_VALUE_0
fi
base="$(git rev-parse --verify --quiet --end-of-options "$BASE^{commit}")"
# Policy is read from the base itself, what is old from where the change began; both sides of both comparisons count.
for old in "$base" "$(git merge-base HEAD "$base")"; do
    git diff --no-ext-diff --no-textconv --no-renames --numstat "$old" HEAD > /dev/null
done
