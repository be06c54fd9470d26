#!/usr/bin/env bash
# Starts the debug program with a fresh data folder on a free port, runs the browser tests against
# it, and stops it. What the server said is shown when something fails.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

folder=$(mktemp -d "${TMPDIR:-/tmp}/dangwutong-browser.XXXXXX")
server=
finish() {
  local status=$?
  trap - EXIT INT TERM
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$status" -ne 0 ]; then
    echo "—— 服务器输出（最后 40 行）——" >&2
    tail -n 40 "$folder/server.log" >&2 || true
  fi
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A folder of its own, so that nobody's dangwutong.toml or data are met; port 0 lets the system choose.
program=$(realpath "${CARGO_TARGET_DIR:-target}/debug/dangwutong")
cd "$folder"
DANGWUTONG_SERVER__LISTEN=127.0.0.1:0 \
  DANGWUTONG_DATABASE__URL="sqlite:$folder/data/dangwutong.sqlite" \
  DANGWUTONG_INDEX__DIR="$folder/data/index" \
  "$program" serve --demo "$root/demo" >"$folder/server.log" 2>&1 &
server=$!
cd "$root"

# The address comes once the port is bound; ready is it later: the first start loads the demonstration
# knowledge and trains the embedder, in a debug build.
deadline=$((SECONDS + 300))
ready() { [ -n "$1" ] && node -e "fetch('$1/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"; }
address=
until ready "$address"; do
  if ! kill -0 "$server" 2>/dev/null; then
    echo "服务器没有启动起来" >&2
    exit 1
  fi
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "等了 5 分钟，服务器仍未就绪" >&2
    exit 1
  fi
  sleep 1
  address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$folder/server.log" | head -n 1 || true)
done
BASE_URL=$address npm run --silent test:browser
