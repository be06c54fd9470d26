#!/usr/bin/env bash
# Measures the reader with many regulations: 2,000 model ones beside the real ones in $DATA, if they
# are there. Starts the program with a fresh data folder, measures, and stops it.
#   scripts/bench-reader.sh [COUNT] [ROUNDS]       PROFILE=release (default) or debug
set -euo pipefail
cd "$(dirname "$0")/.."
count=${1:-2000}
rounds=${2:-200}
profile=${PROFILE:-release}
program=$(realpath "${CARGO_TARGET_DIR:-target}/$profile/dangwutong")

folder=$(mktemp -d "${TMPDIR:-/tmp}/dangwutong-bench.XXXXXX")
server=
finish() {
  local status=$?
  trap - EXIT INT TERM
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  [ "$status" -eq 0 ] || tail -n 20 "$folder/server.log" >&2 || true
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

node scripts/bench-reader.mjs make "$folder/texts" "$count"
real=${DATA:-../shared/data}/party_regs_texts
if [ -d "$real" ]; then
  cp "$real"/*.md "$real"/instruments.json "$folder/texts/"
fi
bench=$PWD/scripts/bench-reader.mjs
cd "$folder"
DANGWUTONG_SERVER__LISTEN=127.0.0.1:0 DANGWUTONG_LOG__LEVEL=warn \
  DANGWUTONG_DATABASE__URL="sqlite:$folder/data/dangwutong.sqlite" DANGWUTONG_INDEX__DIR="$folder/data/index" \
  "$program" serve --regulations "$folder/texts" >"$folder/server.log" 2>&1 &
server=$!
address=
until [ -n "$address" ]; do
  kill -0 "$server" 2>/dev/null || { echo "服务器没有启动起来" >&2; exit 1; }
  sleep 1
  address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$folder/server.log" | head -n 1 || true)
done
echo "构建：$profile，SQLite"
node "$bench" measure "$address" "$rounds"
