# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding what belongs together without being able to read it: tokens and the multimap."""
