# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a report: sealed in the reporter's browser, stored in chunks of one size."""
