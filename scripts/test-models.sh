#!/usr/bin/env bash
# Makes the two tiny ONNX models of the tests, and fetches the ONNX Runtime that reads them, into
# target/. Does nothing when both were made from the same script and package list before.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=target/models-venv
models=target/test-models
stamp=$models/made-from
recipe=$(cat tests/models/requirements.txt tests/models/make_tiny_bert.py | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$recipe" ] &&
  compgen -G "$venv/lib/python3*/site-packages/onnxruntime/capi/libonnxruntime.so.*" >/dev/null; then
  echo "测试模型没有变化"
  exit 0
fi
mkdir -p target
rm -rf "$venv" "$models" # a half-made one would be taken for whole
python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check -r tests/models/requirements.txt
"$venv/bin/python" tests/models/make_tiny_bert.py "$models"
echo "$recipe" >"$stamp"
