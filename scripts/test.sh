#!/usr/bin/env bash
# `make test`: does all its set-up, then runs every test. Stops at the first step that fails and
# says which. One cargo profile (dev) and one target folder, so that nothing is compiled twice.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/tools.sh

# Colours and bars are for terminals, not for logs.
[ -t 1 ] || export CARGO_TERM_COLOR=never NO_COLOR=1 npm_config_color=false

number=0
current=
times=()

# step NAME COMMAND…: a heading, the command, its time.
step() {
  current=$1
  number=$((number + 1))
  local began=$SECONDS
  echo
  echo "── [$number] $current"
  "${@:2}"
  times+=("$(printf '%5d 秒  %s' $((SECONDS - began)) "$current")")
  current=
}

summary() {
  local status=$?
  echo
  echo "── 用时"
  [ ${#times[@]} -eq 0 ] || printf '%s\n' "${times[@]}"
  printf '%5d 秒  合计\n' "$SECONDS"
  if [ "$status" -ne 0 ]; then
    echo "失败：${current:-准备}（退出码 $status）"
  else
    echo "全部通过"
  fi
}
trap summary EXIT

rust_tests() {
  # The model tests say that they are left out where these are not set.
  DANGWUTONG_TEST_MODELS=$PWD/target/test-models
  DANGWUTONG_TEST_ORT=$(compgen -G "$PWD/target/models-venv/lib/python3*/site-packages/onnxruntime/capi/libonnxruntime.so.*" | head -n 1)
  export DANGWUTONG_TEST_MODELS DANGWUTONG_TEST_ORT
  # --no-fail-fast: one red test must not hide the others.
  scripts/test-ir-measures.sh scripts/test-llama.sh scripts/test-postgres.sh cargo test --locked --workspace --no-fail-fast
}

step "需要的程序" need_tools
step "系统软件包" scripts/test-setup.sh
step "前端依赖" npm_packages
step "测试用小模型" scripts/test-models.sh
step "Rust 格式" cargo fmt --all --check
step "前端格式与类型" npm run --silent check
step "前端单元测试" npm run --silent test
step "构建问答组件" npm run --silent build
step "组件大小" npm run --silent size
step "clippy" cargo clippy --locked --workspace --all-targets -- -D warnings
step "Rust 测试（SQLite 与 PostgreSQL）" rust_tests
step "快速评测（与基线比较）" scripts/with-server.sh scripts/test-evals.sh
step "浏览器测试（模拟服务器：故障与恶劣页面）" npm run --silent test:mock -w tests/browser
step "OpenAI 官方客户端" scripts/with-server.sh scripts/test-clients.sh
step "浏览器测试（真实服务器）" scripts/with-server.sh npm run --silent test:browser
