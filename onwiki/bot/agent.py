# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one User-Agent with which we call on wikis.

Wikimedia's policy asks for a name and a place to find the operators. It is constant: nothing
about a person, a report or a wiki may appear in it (DESIGN section 5).
"""

USER_AGENT = "community-support/0.1 (https://community-support.toolforge.org/about; pywikibot)"
