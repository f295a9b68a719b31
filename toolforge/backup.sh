#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Nightly backup, or the hourly list of erasures, into a folder of its own; old files go.
#   toolforge/backup.sh nightly|erasures
# Where: BACKUP_FOLDER, else backups/ in the tool's folder (TOOL_DATA_DIR).
set -euo pipefail
umask 077

folder=${BACKUP_FOLDER:-${TOOL_DATA_DIR:?says where backups go; or set BACKUP_FOLDER}/backups}
days=${CS_BACKUP_DAYS:-90}
here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$folder"
cd "$here"

case ${1:-} in
  nightly)
    python -m service.cli backup "$folder/$(date -u +%FT%H%M%S).age"
    # Reporters are told that no backup is older than this.
    find "$folder" -maxdepth 1 -name '*.age' -mtime "+$((days - 1))" -delete
    ;;
  erasures)
    list="$folder/erasures-$(date -u +%FT%H%M%S).jsonl"
    python -m service.cli erasures export "$list"
    # The newest list has all that the older ones have; a few are kept against a full disk.
    find "$folder" -maxdepth 1 -name 'erasures-*.jsonl' -mtime +2 -delete
    ;;
  *)
    echo "usage: toolforge/backup.sh nightly|erasures" >&2
    exit 2
    ;;
esac
