# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of wikis, kept current: the worker asks once a day, everybody reads the answer."""
