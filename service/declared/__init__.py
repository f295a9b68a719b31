# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other accounts that a functionary declared as own: reports that name them are hidden, too."""
