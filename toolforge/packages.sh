#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Installs the Debian packages that are missing, quietly; without arguments, all that tests need.
set -euo pipefail

wanted=("$@")
if [ ${#wanted[@]} -eq 0 ]; then
  wanted=(
    chromium fonts-noto-core
    mariadb-server-core mariadb-client-core
    php-cli php-mbstring php-xml php-intl php-sqlite3
  )
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
# Without package lists apt could not download MediaWiki for the tests either.
lists=$(apt-cache show mediawiki 2>/dev/null | head -n 1 || true)
[ ${#missing[@]} -eq 0 ] && [ -n "$lists" ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
[ ${#missing[@]} -eq 0 ] || echo "Installing Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! {
  "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${missing[@]}"
} >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
