# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long reports are kept: terms, warnings, the nightly purge, the list of erasures."""
