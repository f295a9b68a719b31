# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages of the interface: ``en.json`` and ``qqq.json``, one more file for each language.

The files are banana files (translatewiki.net), with named parameters (``$count``) and PLURAL.
"""

from service.i18n.catalogue import Catalogue, Messages, UnknownMessage
from service.i18n.request import current_messages, msg

__all__ = ["Catalogue", "Messages", "UnknownMessage", "current_messages", "msg"]
