# Sourced by the other scripts: what has to be on the machine, and the front end's packages.
# shellcheck shell=bash

# Stops with a Chinese sentence that says what is missing and how to get it.
need_tools() {
  local missing=0
  if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
    export PATH="$HOME/.cargo/bin:$PATH" # rustup was installed in a shell that is still open
  fi
  lack() {
    echo "缺少 $1：$2" >&2
    missing=1
  }
  command -v cargo >/dev/null || lack "cargo" "请安装 Rust 1.95 或更新的版本（rustup）"
  command -v cc >/dev/null || lack "C 编译器" "请安装：apt-get install gcc libc6-dev"
  command -v npm >/dev/null || lack "npm" "请安装 Node.js 20.19 或更新的版本"
  if ! command -v node >/dev/null; then
    lack "node" "请安装 Node.js 20.19 或更新的版本"
  elif ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; then
    # Vite, which builds the widget, refuses older ones with a message nobody understands.
    lack "合适的 Node.js" "现在是 $(node --version)，需要 20.19 或更新的版本"
  fi
  [ "$missing" -eq 0 ] || exit 1
}

# Installs the npm packages if the lock file changed since the last time.
npm_packages() {
  local stamp=node_modules/.dangwutong-lock
  if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then
    echo "npm 依赖没有变化"
    return
  fi
  npm ci --no-audit --no-fund
  cp package-lock.json "$stamp"
}
