# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox: two small wikis for trying and testing, never for production.

A *verified fake* of MediaWiki: the Action API subset that this project uses and the server side of
Extension:OAuth (OAuth 1.0a). The suite in ``tests/onwiki/contract`` makes the same claims about it
and about a real MediaWiki, so it cannot drift away from what a wiki answers.
"""
