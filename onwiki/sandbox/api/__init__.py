# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Action API of the sandbox: one module an action, a property or a list."""
