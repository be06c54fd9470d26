#!/usr/bin/env bash
# `make run`: sets everything up, builds, and serves.
#
# REGULATIONS  a file or folder of regulations to import before serving; empty: demonstration texts only
# LISTEN       address and port; empty: as configured, 127.0.0.1:8080 by default
# PROFILE      release (default) or dev (`make dev`): quick to build, slow to answer
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/tools.sh

# Before the long build, not after it.
if [ -n "${REGULATIONS:-}" ] && [ ! -e "$REGULATIONS" ]; then
  echo "找不到 REGULATIONS 指定的路径：$REGULATIONS" >&2
  exit 1
fi
need_tools

echo "[1/4] 安装前端依赖"
npm_packages

echo "[2/4] 构建问答组件"
npm run --silent build

profile=${PROFILE:-release}
folder=$profile
[ "$profile" != dev ] || folder=debug
program=${CARGO_TARGET_DIR:-target}/$folder/dangwutong
if [ -x "$program" ]; then
  echo "[3/4] 构建程序（有改动才需要时间）"
else
  echo "[3/4] 构建程序：首次构建在 2 核的机器上约需 15 分钟，核数多则更快，之后只需几秒"
fi
cargo build --locked --profile "$profile" --bin dangwutong

echo "[4/4] 启动服务；按 Ctrl+C 停止"
arguments=(serve --demo demo)
[ -z "${REGULATIONS:-}" ] || arguments+=(--regulations "$REGULATIONS")
[ -z "${LISTEN:-}" ] || export DANGWUTONG_SERVER__LISTEN="$LISTEN"
exec "$program" "${arguments[@]}"
