# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers for whoever runs the tool, on a port of their own, too coarse to show one person."""
