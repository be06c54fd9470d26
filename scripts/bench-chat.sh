#!/usr/bin/env bash
# What the server adds to a model (release build): alone, with 100 at once, cancelling, memory.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --workspace --bins

folder=$(mktemp -d "${TMPDIR:-/tmp}/dangwutong-load.XXXXXX")
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

port=${PORT:-18098}
model=${MODEL_PORT:-18099}
cat >"$folder/dangwutong.toml" <<CONFIG
[server]
listen = "127.0.0.1:$port"
[database]
url = "${DATABASE:-sqlite:$folder/db.sqlite}"
[index]
dir = "$folder/index"
[log]
level = "warn"
[limits]
channel_minute = 0
channel_day = 0
[[model]]
name = "scripted"
base_url = "http://127.0.0.1:$model/v1"
model = "scripted"
CONFIG
root=$PWD
program=$root/target/release/dangwutong
"$program" --config "$folder/dangwutong.toml" channel save --code load >/dev/null
key=$("$program" --config "$folder/dangwutong.toml" channel key load | tail -n 1)
"$program" --config "$folder/dangwutong.toml" serve --demo demo >"$folder/log" 2>&1 &
server=$!
until curl -sf "http://127.0.0.1:$port/readyz" >/dev/null; do sleep 0.2; done

load() {
  target/release/load --model "127.0.0.1:$model" --server "http://127.0.0.1:$port" --key "$key" --pid "$server" \
    --question "${QUESTION:-怎么把组织关系转到上海}" "$@"
}
echo "── 一句为一个 token，逐个"
load --requests 50
echo "── 一句为一个 token，同时 100 个"
load --requests 1500 --at-once 100
echo "── 两字为一个 token，逐个"
load --requests 20 --token letters --sentences 6
