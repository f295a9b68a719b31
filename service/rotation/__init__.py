# SPDX-License-Identifier: AGPL-3.0-or-later
"""Putting everything under the newest keys of the environment, while the tool goes on."""
