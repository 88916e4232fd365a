# Words to the person at the terminal. Sourced by the other scripts.
# shellcheck shell=bash

# What is being done now.
step() {
  printf '\n\033[1m==> %s\033[0m\n' "$*"
}

# A detail of the step.
note() {
  printf '    %s\n' "$*"
}

# What went wrong, and the end.
die() {
  printf '\033[1mdeskwarden: %s\033[0m\n' "$*" >&2
  exit 1
}

# Colours only where somebody sees them.
if [[ ! -t 1 || -n ${NO_COLOR:-} ]]; then
  step() { printf '\n==> %s\n' "$*"; }
  die() {
    printf 'deskwarden: %s\n' "$*" >&2
    exit 1
  }
fi
