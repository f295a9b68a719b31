# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people see of the sandbox: articles and talk pages, log-in, the OAuth dialogue."""
