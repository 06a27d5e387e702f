#!/usr/bin/env python3
"""Fetches the style sheets that `pages.py` draws with.

Needs: Debian's python3, Node's npm; some 250 MB on the disk.
Use:   pages_data.py DIR        fills DIR/styles, one folder by package; what is there already stays

All are under MIT or Apache-2.0 (see each package).  Nothing of them is part of the network but what it learnt of their shapes.
"""
import os, subprocess, sys, tempfile

STYLES = """bootstrap@5.3.9 bulma@1.0.4 98.css@0.1.21 xp.css@0.3.0 7.css@0.21.1 @picocss/pico@2.1.1 water.css@2.1.1 milligram@1.4.1 spectre.css@0.5.9
uikit@3.25.29 foundation-sites@6.9.0 fomantic-ui-css@2.9.4 chota@0.9.2 element-plus@2.14.8 antd@4.24.16 @blueprintjs/core@4.20.2 govuk-frontend@5.14.0
system.css@0.5.3 simpledotcss@2.3.7 sakura.css@1.5.1 mvp.css@1.18.0 concrete.css@3.1.0""".split()


def fetch(package, root):
    name = package[:package.rindex("@")]
    to = os.path.join(root, "styles", name)
    if os.path.isdir(to):
        return
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True)
        if packed.returncode:
            sys.exit(f"{package} cannot be fetched: {packed.stderr.strip()}")
        os.makedirs(to)
        subprocess.run(["tar", "-xzf", os.path.join(folder, packed.stdout.split()[-1]), "-C", to, "--strip-components=1"], check=True)


if __name__ == "__main__":
    for each in STYLES:
        fetch(each, sys.argv[1])
