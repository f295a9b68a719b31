# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that happens on a wiki: links, the allow-list of wikis, evidence, notices, accounts.

`onwiki` knows nothing of `service` or `oauth`; `onwiki.links` does no input or output.
"""
