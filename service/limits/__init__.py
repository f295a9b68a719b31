# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often an account may do something in an hour, and how many sign-ins begin in a minute."""
