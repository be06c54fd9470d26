#!/usr/bin/env bash
# The official OpenAI clients (Python and npm) against a running server: scripts/with-server.sh runs this.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=target/clients-venv
recipe=$(sha256sum <tests/clients/requirements.txt)
if [ "$(cat "$venv/made-from" 2>/dev/null || true)" != "$recipe" ]; then
  rm -rf "$venv" # a half-made one would be taken for whole
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r tests/clients/requirements.txt
  echo "$recipe" >"$venv/made-from"
fi

"$PROGRAM" channel save --code clients >/dev/null
API_KEY=$("$PROGRAM" channel key clients | tail -n 1)
export API_KEY
"$venv/bin/python" tests/clients/chat.py
node tests/clients/chat.mjs
