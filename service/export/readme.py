# SPDX-License-Identifier: AGPL-3.0-or-later
"""README.txt of an export. It is the same in every one; a test does what it says."""

from __future__ import annotations

from typing import Final

TEXT: Final = """\
A case of Community Support, taken along.

Everything under reports/ is sealed: an age file each (age-encryption.org/v1).
What is here, and how to read it without a network, is described in full in
docs/offline.md of the source. There is also a page that does all of it: save
it beside this file from where you saved this file, and open it in a browser.

    manifest.json            which files there are; sizes, SHA-256
    reports/CODE/box.age     the key of that report, sealed to you
    reports/CODE/PART.age    a part of the report, sealed to the report's key
    reports/CODE/attachment-N.age   a file that was attached to it

You need age, version 1.3 or newer (older ones do not know its post-quantum
recipients), and your key as a file: on the page of your key, "Take your key
along". Unpack the zip, go into its folder, and say where your key is:

    KEY=key-plain.txt

(A key that is locked with a passphrase or a recovery code is unlocked by
"age -d -o key-plain.txt key-passphrase.age". Earlier keys, if you have any,
are added by "age -d -i key-plain.txt key-earlier.age >> key-plain.txt".)

Is everything as it was saved? Each line should end in "OK":

    sed -n 's/.*"path":"\\([^"]*\\)".*"sha256":"\\([0-9a-f]*\\)".*/\\2  \\1/p' \\
        manifest.json | sha256sum -c

Inside each age file is first one line that says to which report and which
part it belongs, and how long it is; then the part; then zero bytes that hide
its length. This opens everything into the folder "opened":

    umask 077
    for folder in reports/*; do
        to="opened/${folder#reports/}"
        mkdir -p "$to"
        age -d -i "$KEY" "$folder/box.age" | tail -n +2 | tr -d '\\000' > "$to/key.txt"
        for file in "$folder"/*.age; do
            part=$(basename "$file" .age)
            if [ "$part" = box ]; then continue; fi
            age -d -i "$to/key.txt" "$file" > "$to/framed"
            length=$(head -n 1 "$to/framed" | sed 's/.*"length":\\([0-9]*\\).*/\\1/')
            tail -n +2 "$to/framed" | head -c "$length" > "$to/$part"
            rm "$to/framed"
        done
    done

Attached files begin with one more line, their name and kind. Mind that they
come from strangers; do not open a PDF on a machine that matters:

    for file in opened/*/attachment-*; do
        if [ -f "$file" ]; then
            head -n 1 "$file" > "$file.name"
            tail -n +2 "$file" > "$file.content"
            rm "$file"
        fi
    done

The folder "opened" has no lock any more. Delete it when you have read it.
"""
