# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in with the wiki account, and out."""
