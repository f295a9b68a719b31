# SPDX-License-Identifier: AGPL-3.0-or-later
"""What all pages share: layout, access, headers, errors, static files; and pages for everybody."""
