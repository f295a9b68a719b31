# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where two accounts met on a wiki: asked by a reader of a case, answered to that reader alone."""
