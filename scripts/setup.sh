#!/usr/bin/env bash
# Installs what a purpose needs and what this machine lacks: scripts/setup.sh run|agent|release|check|test|bench
# Quick when nothing is missing. Without the right to install it prints the command and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/say.sh
source scripts/lib/say.sh

readonly WASM_TARGET=wasm32-unknown-unknown
# How long rustup may try: enough for a slow line. Where it can't reach its server, Debian's packages take over.
readonly RUSTUP_SECONDS=300

# libpq comes with OpenSSL in Debian, which PostgreSQL over TLS needs.
readonly BUILD=(build-essential pkg-config libpq-dev)
# Dialogs on the user's screen, and something to launch.
readonly AGENT=(zenity x11-utils xterm)
# Desktops of their own, and what shows one to somebody else.
readonly SCREENS=(tigervnc-standalone-server tigervnc-scraping-server openbox xauth)
# The tests drive a real browser, real displays and a real PostgreSQL.
readonly TESTS=(postgresql jq chromium chromium-driver xvfb xauth xdotool wmctrl xclip tigervnc-viewer
  systemd libpam-systemd dbus openssh-server openssh-client)
# The peer of the lists, in the version that the figures are known for.
readonly DATASETTE=0.65.5
# rustc-web is Debian's newest Rust; its standard library for wasm is built from rust-web-src.
readonly DEBIAN_WASM=(rustc-web rust-web-src)

main() {
  local packages
  case "${1:-}" in
    # npm brings noVNC, which the console serves.
    run) packages=("${BUILD[@]}" zenity xterm "${SCREENS[@]}" "$(provider node nodejs)" "$(provider npm npm)") ;;
    check) packages=("${BUILD[@]}" "$(provider node nodejs)" "$(provider npm npm)") ;;
    release) packages=("${BUILD[@]}" "$(provider node nodejs)" "$(provider npm npm)") ;;
    agent) packages=("${AGENT[@]}" "${SCREENS[@]}") ;;
    test) packages=("${BUILD[@]}" "${AGENT[@]}" "${SCREENS[@]}" "${TESTS[@]}" "$(provider node nodejs)" "$(provider npm npm)") ;;
    # What exports, streams and lists are measured beside.
    bench) packages=("${BUILD[@]}" "${AGENT[@]}" "${SCREENS[@]}" "${TESTS[@]}" "$(provider node nodejs)" "$(provider npm npm)" sqlite3 websockify python3-venv) ;;
    *) die "usage: scripts/setup.sh run|agent|release|check|test|bench" ;;
  esac
  if [[ $1 != agent ]]; then
    rust
  fi
  install_missing "${packages[@]}"
  if [[ $1 != agent ]]; then
    wasm_toolchain "$1"
  fi
  if [[ $1 == bench ]]; then
    peers
  fi
}

# A peer that lists the same rows, in a folder of its own.
peers() {
  local folder=${CARGO_TARGET_DIR:-target}/peers
  if [[ ! -x $folder/bin/datasette ]]; then
    step "Installing Datasette $DATASETTE into $folder"
    /usr/bin/python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "datasette==$DATASETTE" </dev/null ||
      note "without Datasette its line is left out of the figures"
  fi
}

# rustup fetches the version of rust-toolchain.toml at the first call, which takes a while: here it can be watched.
rust() {
  local have needed how="install rustup (package 'rustup' or https://rustup.rs)"
  command -v cargo >/dev/null || die "Rust is missing: $how"
  have=$(rustc --version | cut -d' ' -f2) || die "Rust is here and does not work: see above"
  needed=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
  # A distribution's own Rust may be older than what rustup would fetch.
  if [[ $(printf '%s\n' "$needed" "$have" | sort -V | head -n 1) != "$needed" ]]; then
    die "Rust $needed is needed, and this is $have: $how"
  fi
}

# Nothing when the program is there, however it came; else its package.
provider() {
  command -v "$1" >/dev/null || printf '%s' "$2"
}

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

install_missing() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null; then
    note "not a Debian machine: taking for granted that these are here: $*"
    return
  fi
  for package in "$@"; do
    if [[ -n $package ]] && ! is_installed "$package"; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then
    return
  fi
  step "Installing ${missing[*]}"
  apt_get "${missing[@]}"
}

apt_get() {
  local as_root=()
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
      die "missing packages; please run: sudo apt-get install --no-install-recommends $*"
    fi
    as_root=(sudo -n)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  # A source that fails need not be the one that has the packages.
  "${as_root[@]}" apt-get update -q || note "not every package list could be fetched; going on with what is here"
  "${as_root[@]}" apt-get install -q -y --no-install-recommends "$@" </dev/null
}

has_rustup_wasm() {
  local folder
  [[ ${DESKWARDEN_WASM_TOOLCHAIN:-} != debian ]] || return 1
  folder=$(rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null) || return 1
  compgen -G "$folder/libstd-*" >/dev/null
}

has_debian_wasm() {
  [[ ${DESKWARDEN_WASM_TOOLCHAIN:-} != rustup ]] &&
    is_installed rustc-web && is_installed rust-web-src && compgen -G '/usr/bin/wasm-ld-*' >/dev/null
}

# Fills the gap by rustup where that works: one download instead of three packages.
wasm_toolchain() {
  if ! has_rustup_wasm && ! has_debian_wasm; then
    step "Installing a compiler for $WASM_TARGET"
    if [[ ${DESKWARDEN_WASM_TOOLCHAIN:-} != debian ]] && command -v rustup >/dev/null; then
      timeout --foreground "$RUSTUP_SECONDS" rustup target add "$WASM_TARGET" </dev/null ||
        note "rustup could not; trying Debian's packages"
    fi
    if ! has_rustup_wasm; then
      command -v apt-cache >/dev/null || die "please run: rustup target add $WASM_TARGET"
      # Where the package lists were never fetched, the linker's version is not known yet.
      [[ -n $(newest_lld) ]] || install_missing "${DEBIAN_WASM[@]}"
      install_missing "${DEBIAN_WASM[@]}" "$(newest_lld)"
    fi
  fi
  # Debian's compiler has a clippy of its own.
  if [[ $1 == check ]] && ! has_rustup_wasm; then
    install_missing rust-web-clippy
  fi
}

# The linker of the LLVM that rustc-web was built with, or of a newer one.
newest_lld() {
  apt-cache pkgnames lld- | grep -E '^lld-[0-9]+$' | sort -t- -k2 -n | tail -n 1
}

main "$@"
