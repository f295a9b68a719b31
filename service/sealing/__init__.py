# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server may seal and can never open: age files, their parts, and the envelope at rest.

Pure: bytes in, bytes out. Nothing in this package opens a file, a socket or a database.
"""
