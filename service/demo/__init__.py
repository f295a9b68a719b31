# SPDX-License-Identifier: AGPL-3.0-or-later
"""`make run`: sandbox wiki, web and worker on one machine, with people whose secrets are known."""
