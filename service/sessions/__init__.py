# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions that are kept on the server: a random id in the browser, everything else sealed here."""
