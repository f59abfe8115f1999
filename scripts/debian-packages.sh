#!/bin/sh
# Installs those of the named Debian packages that are missing; without the right to, prints the line to run.
#
# Usage: scripts/debian-packages.sh [--if-possible] PACKAGE...
# With --if-possible it ends well even where something stays missing (the caller can do without).
set -eu

if_possible=no
if [ "${1:-}" = --if-possible ]; then
    if_possible=yes
    shift
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian: please see to it that these are installed: $*" >&2
    exit 0
fi

missing=
for package in "$@"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    if [ "$state" != installed ]; then
        missing="$missing $package"
    fi
done
if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo --non-interactive true 2>/dev/null; then
    as_root=sudo
else
    echo "Missing Debian packages:$missing" >&2
    echo "    To install them: sudo apt-get update && sudo apt-get install --yes$missing" >&2
    [ "$if_possible" = yes ] && exit 0
    exit 1
fi

echo "Installing Debian packages:$missing"
# One word each, on purpose:
# shellcheck disable=SC2086
if $as_root apt-get update --quiet --quiet &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends $missing >/dev/null; then
    exit 0
fi
echo "Could not install:$missing" >&2
[ "$if_possible" = yes ] && exit 0
exit 1
