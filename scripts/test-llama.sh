#!/usr/bin/env bash
# llama.cpp's own server with a tiny random model, for the tests of model answers: a server that none of
# us wrote. Made in target/ when its recipe changed; it listens on a free port of the loopback address
# alone and is gone when the command ends.
#
# Usage: scripts/test-llama.sh COMMAND [ARGUMENT…]
# The command finds the server's address in DANGWUTONG_TEST_LLAMA.
set -euo pipefail

if [ $# -eq 0 ]; then
  echo "用法：scripts/test-llama.sh 命令 [参数…]" >&2
  exit 2
fi

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/target/llama-venv
model=$root/target/test-models/tiny.gguf
stamp=$venv/made-from
recipe=$(cat "$root"/tests/models/requirements-llama.txt "$root"/tests/models/make_tiny_llama.py | sha256sum)
if [ ! -f "$model" ] || [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$recipe" ]; then
  mkdir -p "$root/target"
  rm -rf "$venv" "$model" # a half-made one would be taken for whole
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$root/tests/models/requirements-llama.txt"
  "$venv/bin/python" "$root/tests/models/make_tiny_llama.py" "$model"
  echo "$recipe" >"$stamp"
fi

# The server ends when its input does: also where this script is killed.
log=$(mktemp "${TMPDIR:-/tmp}/dangwutong-llama.XXXXXX")
trap 'rm -f "$log"' EXIT
coproc llama { exec "$venv/bin/python" "$root/tests/models/serve_llama.py" "$model" 2>"$log"; }
if ! read -r -t 120 -u "${llama[0]}" address; then
  cat "$log" >&2
  echo "llama.cpp 的服务器未能启动" >&2
  exit 1
fi

export DANGWUTONG_TEST_LLAMA=$address
status=0
"$@" || status=$?
exit "$status"
