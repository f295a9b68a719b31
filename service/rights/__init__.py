# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the wikis say about an account today, and what follows from it here.

People are known by CentralAuth id. What each state of an account means (renamed, hidden, locked,
blocked, new, temporary, unknown) stands in docs/decisions.md, "States of accounts".
"""
