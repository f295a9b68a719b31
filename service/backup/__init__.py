# SPDX-License-Identifier: AGPL-3.0-or-later
"""Backup and restore: everything that must outlive the database, sealed to the operator."""
