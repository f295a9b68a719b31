# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is this? MediaWiki OAuth 1.0a sign-in, identity, and what a global account holds."""
