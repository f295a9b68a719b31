# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who did what: the hash chain over sealed audit entries."""
