#!/usr/bin/env bash
# ir-measures and the trec_eval in it, for the tests of our own figures: an evaluation that none of us
# wrote. Made in target/ when its recipe changed.
#
# Usage: scripts/test-ir-measures.sh COMMAND [ARGUMENT…]
# The command finds the interpreter that has it in DANGWUTONG_TEST_IR_MEASURES.
set -euo pipefail

if [ $# -eq 0 ]; then
  echo "用法：scripts/test-ir-measures.sh 命令 [参数…]" >&2
  exit 2
fi

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/target/ir-measures-venv
stamp=$venv/made-from
recipe=$(sha256sum <"$root/measure/tests/requirements.txt")
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$recipe" ]; then
  mkdir -p "$root/target"
  rm -rf "$venv" # a half-made one would be taken for whole
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$root/measure/tests/requirements.txt"
  echo "$recipe" >"$stamp"
fi

export DANGWUTONG_TEST_IR_MEASURES=$venv/bin/python
"$@"
