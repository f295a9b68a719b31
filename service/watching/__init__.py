# SPDX-License-Identifier: AGPL-3.0-or-later
"""What readers' browsers keep an eye on: the desk's roster, and the record of who did what."""
