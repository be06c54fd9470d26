#!/usr/bin/env bash
# `make bench`: the retrieval figures of docs/benchmarks.md, in a release build, on the public sets in
# DATA. Each set gets an index of its own, which is thrown away; results go to target/bench/.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/tools.sh

data=${DATA:-../shared/data}
if [ ! -d "$data/corpora" ]; then
  echo "找不到评测数据 $data/corpora；用 DATA=目录 指定" >&2
  exit 1
fi
need_tools
cargo build --locked --release --bin dangwutong
mkdir -p target/bench

# measure SET CORPUS
measure() {
  for channels in lexical vector hybrid; do
    echo "── $1，$channels"
    target/release/dangwutong eval retrieval --corpus "$data/corpora/$2" --queries "$data/$1/queries.jsonl" \
      --qrels "$data/$1/qrels.tsv" --channels "$channels" --json "target/bench/$1-$channels.json"
  done
}

measure stard_r laws.jsonl
measure cmrc2018_trial wiki_zh.jsonl
measure drcd_dev wiki_zh.jsonl
