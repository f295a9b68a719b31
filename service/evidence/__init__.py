# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evidence outside of reports: the command that checks a list of links."""
