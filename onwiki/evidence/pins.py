# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a moving target meant when the wiki was asked. Asking again must ask for the same."""

from onwiki.evidence.findings import Finding
from onwiki.evidence.found import AcrossPages, Exists, RangeFound
from onwiki.links import Range, Reference, Relative, Revision


def fixed(finding: Finding) -> Reference:
    """The reference of a finding, without what moves: `diff=cur` becomes the range that it was.

    A link that found nothing stays as it is: nothing was pinned.
    """
    reference = finding.reference
    if not isinstance(reference, Relative):
        return reference
    match finding:
        case Exists(revid=revid):
            return Revision(reference.wiki, revid)
        case RangeFound(older=older, newer=newer):
            return Range(reference.wiki, older, newer)
        case AcrossPages(old=old, new=new):
            return Range(reference.wiki, old.revid, new.revid)
        case _:
            return reference
