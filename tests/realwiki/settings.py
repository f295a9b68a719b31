# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is added to the LocalSettings.php that MediaWiki's installer writes."""

from __future__ import annotations

from pathlib import Path

EXTENSIONS = ("AbuseFilter", "Renameuser")
"""Those that the code does not hold are left out: from 1.40 on, Renameuser is a part of it."""

_ADDED = """
$wgArticlePath = '/wiki/$1';
$wgMainCacheType = CACHE_DB;
$wgParserCacheType = CACHE_NONE;
$wgCacheDirectory = __DIR__ . '/cache';
$wgPasswordDefault = 'A';
$wgDisableSearchUpdate = true;
$wgRCWatchCategoryMembership = false;
$wgJobRunRate = 0;
// Everybody is autoconfirmed at once, but whom a test puts into this group: rate limits apply.
$wgGroupPermissions['newcomer']['read'] = true;
$wgRevokePermissions['newcomer']['autoconfirmed'] = true;
$wgRateLimits['edit']['user'] = [ 100000, 60 ];
$wgShowExceptionDetails = true;
$wgPasswordPolicy['policies'] = [ 'default' => [] ];
$wgGroupPermissions['sysop']['deleterevision'] = true;
$wgGroupPermissions['sysop']['deletelogentry'] = true;
$wgGroupPermissions['suppress']['deleterevision'] = true;
$wgGroupPermissions['sysop']['editcontentmodel'] = true;
$wgGroupPermissions['sysop']['abusefilter-modify'] = true;
$wgGroupPermissions['*']['abusefilter-log'] = true;
$wgGroupPermissions['*']['abusefilter-view'] = true;
$wgEnableUserEmail = true;
$wgEmailAuthentication = false;
"""


def add_settings(settings: Path) -> None:
    """Append our part. Passwords are hashed the cheap way: a run makes dozens of accounts."""
    (settings.parent / "cache").mkdir()
    with settings.open("a") as file:
        file.write(_ADDED)
