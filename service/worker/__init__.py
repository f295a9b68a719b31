# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker: one loop over what is due in the database."""
