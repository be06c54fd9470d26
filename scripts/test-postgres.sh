#!/usr/bin/env bash
# A throw-away PostgreSQL for the tests: its files lie in a temporary folder, it listens on a free
# port of the loopback address alone, and everything is gone when the command ends.
#
# Usage: scripts/test-postgres.sh COMMAND [ARGUMENT…]
# The command finds the server's connection string in DANGWUTONG_TEST_POSTGRES.
set -euo pipefail

if [ $# -eq 0 ]; then
  echo "用法：scripts/test-postgres.sh 命令 [参数…]" >&2
  exit 2
fi

# Debian keeps the server's programs outside PATH; the newest version wins.
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin -type d 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
if [ ! -x "$bin/initdb" ]; then
  echo "找不到 PostgreSQL 的 initdb，请安装软件包 postgresql" >&2
  exit 1
fi

# The server refuses to run as root, so root lends the folder to the user postgres. /tmp and not
# target/: that user may not be allowed to look into the folders above the checkout.
folder=$(mktemp -d "${TMPDIR:-/tmp}/dangwutong-pg.XXXXXX")
as_server() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  chown postgres: "$folder"
  if command -v runuser >/dev/null; then
    as_server() { runuser -u postgres -- "$@"; }
  else
    as_server() { su -s /bin/sh postgres -c "$(printf '%q ' "$@")"; }
  fi
fi

stop() {
  trap - EXIT INT TERM
  if [ -f "$folder/data/postmaster.pid" ]; then
    as_server "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  fi
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A failed step shows what the server said.
attempt() {
  if ! as_server "$@" >"$folder.log" 2>&1; then
    cat "$folder.log" >&2
    [ ! -f "$folder/server.log" ] || cat "$folder/server.log" >&2
    rm -f "$folder.log"
    echo "PostgreSQL 未能启动" >&2
    exit 1
  fi
  rm -f "$folder.log"
}

cd "$folder" # the user postgres may not be allowed into the caller's folder
attempt "$bin/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync

# Somebody may take a free port before the server does, so try a few.
port=
for _ in 1 2 3 4 5; do
  candidate=$((20000 + RANDOM % 30000))
  # Data that is thrown away needs no care for power cuts.
  options="-c listen_addresses=127.0.0.1 -c port=$candidate -c unix_socket_directories='' -c fsync=off"
  options="$options -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
  if as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -o "$options" -w -t 60 start >/dev/null 2>&1; then
    port=$candidate
    break
  fi
done
if [ -z "$port" ]; then
  cat "$folder/server.log" >&2
  echo "PostgreSQL 未能启动" >&2
  exit 1
fi
cd "$OLDPWD"

export DANGWUTONG_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
status=0
"$@" || status=$?
exit "$status"
