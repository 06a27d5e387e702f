#!/usr/bin/env python3
"""Take screenshots of real desktop applications together with their truth.

Every shot is NAME.png (the display's own pixels) and NAME.json: the elements
(role, box, label, state) and the drawn lines of text, taken from the
accessibility bus (AT-SPI) and cut to what can be seen in the picture.

Needs (Debian names): python3 >= 3.11, python3-gi, gir1.2-atspi-2.0,
at-spi2-core, libatk-adaptor, python3-xlib, python3-pil, python3-numpy, xvfb,
xdotool, dbus, fontconfig; one or more window managers (openbox, xfwm4,
metacity, icewm-common, fluxbox, jwm) and the applications that the table of
cases names.  What is not installed is passed over with a word about it.

Use:
    shots --cases shots.toml --out DIR [--only NAME ...] [--runs N]
          [--seed N] [--max-seconds N] [--draw DIR]
    shots --redraw DIR --draw DIR2      (draw the truth over existing shots)

One run of a case is a private X server of a random size, a private session
bus, one window manager, a theme, and the application of the case in a home
folder of its own; within the run each state of the case gives one shot.

The table of cases is a TOML file:
    [[case]]
    name = "editor"             # part of the shots' names
    argv = ["editor", "{samples}/notes.txt"]
    toolkit = "gtk3"            # gtk2, gtk3, qt5, qt6, wx, web: picks the themes
    states = [["main"], ["key:alt+f"], ["auto:dialog", "auto:tab"]]
    env = { NAME = "value" }    # optional
    also = ["other", "-arg"]    # optional: a second application beside it
    wait = 2.0                  # optional: seconds after its window is there
    runs = 3                    # optional: how many runs
    unknown = ["drawing area"]  # optional: AT-SPI roles whose inside is unknown
    max_unexplained = 0.5       # optional: see quality()
`states` may be left out; the default explores by itself.  The steps of a
state are done in order, then the shot is taken and what was opened is closed:
    main                nothing
    key:KEYS            xdotool key names, split by blanks
    type:TEXT           typing
    click:ROLE/REGEX    a click on the element with that role and label
    rclick:ROLE/REGEX   the same with the right button
    hover:ROLE/REGEX    the pointer goes there
    menu:A/B/C          open a menu by its headings (regexes)
    auto:menu           open a menu (each time another)
    auto:submenu        the same and a submenu in it
    auto:dialog         press a menu item or a button that opens a dialog ("...")
    auto:tab            another tab
    auto:combo          open a drop-down list
    auto:context        a context menu
    auto:row            select a row
    auto:focus          walk the keyboard focus on
    wait:SECONDS        let time pass
    stay                (last) leave open what is open, for the next state
In argv, {samples} is a folder with sample files, {home} the run's home.
"""
import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
import tomllib
from PIL import Image
import numpy as np

from drawn import draw_truth
from stage import Run, draw_look, sample_files


def redraw(folder, out):
    os.makedirs(out, exist_ok=True)
    for f in sorted(os.listdir(folder)):
        if f.endswith(".json"):
            data = json.load(open(f"{folder}/{f}"))
            draw_truth(np.array(Image.open(f"{folder}/{f[:-5]}.png").convert("RGB")), data, f"{out}/{f[:-5]}.png")


def one_run(case, seed, out, name, draw, samples):
    """In a process (and group) of its own: the accessibility library holds one bus for good."""
    os.setsid()
    rnd = random.Random(seed)
    look = draw_look(rnd, case)
    for key, value in case.get("look", {}).items():
        setattr(look, key, tuple(value) if isinstance(value, list) else value)
    print(f"{name}: {look.theme}{' dark' if look.dark else ''} / {look.qt_style} / {look.wm} {look.wm_theme} / {look.size} x{look.scale} / {look.language}", flush=True)
    run = Run(case, look, rnd, out, name, draw, samples)
    run.go()
    if run.note:
        print(f"    {run.note}", flush=True)


def main():
    ap = argparse.ArgumentParser(description="Screenshots of real applications with their truth.")
    ap.add_argument("--cases", help="the table of cases (TOML)")
    ap.add_argument("--out", help="folder for the shots")
    ap.add_argument("--only", nargs="*", default=[], help="names of cases")
    ap.add_argument("--runs", type=int, default=0, help="runs of each case (instead of the table's, or 2)")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--max-seconds", type=int, default=150, help="for one run")
    ap.add_argument("--draw", help="folder for pictures with the truth drawn over")
    ap.add_argument("--redraw", help="only draw the shots of this folder")
    ap.add_argument("--share", default="1/1", help="only this share of the runs, as 1/2 and 2/2 for two processes")
    ap.add_argument("--shuffle", action="store_true", help="cases in random order")
    args = ap.parse_args()
    if args.redraw:
        redraw(args.redraw, args.draw)
        return
    cases = tomllib.load(open(args.cases, "rb"))["case"]
    cases = [c for c in cases if not args.only or c["name"] in args.only]
    os.makedirs(args.out, exist_ok=True)
    if args.draw:
        os.makedirs(args.draw, exist_ok=True)
    samples = tempfile.mkdtemp(prefix="samples-")
    sample_files(samples, random.Random(args.seed))
    jobs = [(c, k) for c in cases for k in range(args.runs or c.get("runs", 2))]
    if args.shuffle:
        random.Random(args.seed).shuffle(jobs)
    share, shares = [int(v) for v in args.share.split("/")]
    jobs = jobs[share - 1::shares]
    for case, k in jobs:
        if not shutil.which(case["argv"][0], path="/usr/bin:/bin:/usr/games:/usr/lib/qt6/bin:/usr/lib/qt5/bin"):
            print(f"{case['name']}: not installed", flush=True)
            continue
        seed = f"{args.seed}/{case['name']}/{k}"
        p = multiprocessing.Process(target=one_run, args=(case, seed, args.out, f"{case['name']}-s{args.seed}r{k}", args.draw, samples))
        p.start()
        p.join(args.max_seconds)
        late = p.is_alive()
        try:
            # The run's own group only: what it started and left behind.
            os.killpg(p.pid, signal.SIGTERM if late else signal.SIGTERM)
        except ProcessLookupError:
            pass
        if late:
            print("    out of time", flush=True)
            time.sleep(1)
            try:
                os.killpg(p.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        p.join(5)
    shutil.rmtree(samples, ignore_errors=True)


if __name__ == "__main__":
    main()
