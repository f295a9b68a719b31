# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server side of MediaWiki's OAuth 1.0a, errors and oddities included."""
