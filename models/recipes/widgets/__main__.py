#!/usr/bin/env python3
"""Procedural screens of windows and dialogs with exact truth from the toolkit that drew them.

    widgets --by gtk3|qt|tk|gtk4 --count N --seed S --out DIR [--words DIR] [--held]

Every screen is a NAME.png (the display's own pixels) and a NAME.json with `elements` (role, box, label, state) and `lines`
(text, box).  One toolkit-free description of a window (tree of `Node`s, made by the scene_* functions) is built by each
toolkit's builder with real widgets; the builder then reads back where each widget, item and line of text lies.

Needs (Debian names): python3-numpy python3-gi python3-gi-cairo python3-cairo gir1.2-gtk-3.0 xvfb; for qt python3-pyqt5
python3-pyqt5.qtsvg (styles: qt5-style-plugins kde-style-breeze qt5-style-kvantum qt5-style-kvantum-themes adwaita-qt);
for tk python3-tk python3-pil python3-pil.imagetk python3-ttkthemes; for gtk4 gir1.2-gtk-4.0 gir1.2-adw-1; and as many theme,
icon and font packages as there are.  --words names a folder with messages/{de,fr,es,...} (a message per line), code/lines and
dict/american-english; without it a small built-in vocabulary is used.  A display is started with Xvfb where none is set.

Kept out of the normal runs, and the only ones used with --held: GTK theme families Yaru and Greybird, the Qt style Oxygen,
the ttk theme clam (and ttk themes after Yaru); icon themes of those names (and Oxygen's) likewise.  Optional from PyPI, for tk: sv-ttk.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import time

from scene import CHUNK, Words
from desk import screen
from gtk3 import Gtk3
from qt import Qt
from tk import Tk
from gtk4 import Gtk4


def start_display():
    """An Xvfb of our own; returns its process."""
    for number in range(90, 190):
        if os.path.exists(f"/tmp/.X{number}-lock"):
            continue
        server = subprocess.Popen(["Xvfb", f":{number}", "-screen", "0", "3000x2200x24", "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
        for _ in range(50):
            time.sleep(.1)
            if os.path.exists(f"/tmp/.X11-unix/X{number}"):
                os.environ["DISPLAY"] = f":{number}"
                return server
        server.kill()
    raise SystemExit("no display could be started")


def save(img, truth, path):
    for e in truth["elements"]:
        e.pop("widget", None)
    from PIL import Image
    Image.fromarray(img).save(path + ".png", compress_level=3)
    with open(path + ".json", "w") as f:
        json.dump(truth, f, ensure_ascii=False)


def work(args):
    """Render screens args.first … args.first + args.count - 1 in this process."""
    kit = {"gtk3": lambda: Gtk3(args.held), "qt": lambda: Qt(args.held), "tk": lambda: Tk(args.held), "gtk4": lambda: Gtk4(args.held)}[args.by]()
    words = Words(args.words, random.Random(0))
    import faulthandler
    for i in range(args.first, args.first + args.count):
        rng = random.Random(f"{args.by} {args.seed} {i} {args.attempt}")
        words.rng = rng
        path = os.path.join(args.out, f"{args.by}-{args.seed}-{i:05d}")
        if os.path.exists(path + ".json"):
            continue
        faulthandler.dump_traceback_later(120, exit=True)  # a toolkit that hangs ends this worker; the next one goes on
        try:
            img, truth = screen(kit, rng, words, args.held)
        except Exception as e:
            if args.strict:
                raise
            print(f"{path}: {type(e).__name__}: {e}", file=sys.stderr)
            continue
        save(img, truth, path)


def worker_environment(by, rng, held):
    """The scale is read from the environment at a toolkit's start."""
    env = dict(os.environ, GTK_OVERLAY_SCROLLING="1", NO_AT_BRIDGE="1", GTK_A11Y="none")
    env["GDK_SCALE"] = str(rng.choice([1, 1, 1, 1, 2])) if by == "gtk3" else "1"
    if by == "gtk4":
        env["GSK_RENDERER"] = "cairo"
        env["WIDGETS_ADW"] = str(0 if held else rng.choice([0, 1]))  # libadwaita replaces the theme for a whole process
    if by == "qt":
        env["QT_QPA_PLATFORM"] = "offscreen"
        env["QT_SCALE_FACTOR"] = str(rng.choice([1, 1, 1, 1, 1.25, 1.5, 2]))
        env["KVANTUM_THEME"] = ""
    return env


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--by", choices=["gtk3", "qt", "tk", "gtk4"], required=True)
    p.add_argument("--count", type=int, default=10)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--out", required=True)
    p.add_argument("--words", help="folder of word lists")
    p.add_argument("--held", action="store_true", help="only the looks that normal runs leave out")
    p.add_argument("--strict", action="store_true", help="stop at the first error")
    p.add_argument("--first", type=int, help=argparse.SUPPRESS)
    p.add_argument("--attempt", type=int, default=0, help=argparse.SUPPRESS)
    args = p.parse_args()
    os.makedirs(args.out, exist_ok=True)
    if args.first is not None:
        return work(args)
    server = None if args.by == "qt" else start_display()
    try:
        for first in range(0, args.count, CHUNK):
            command = [sys.executable, os.path.abspath(__file__), *sys.argv[1:], "--first", str(first), "--count", str(min(CHUNK, args.count - first))]
            names = [os.path.join(args.out, f"{args.by}-{args.seed}-{i:05d}.json") for i in range(first, min(first + CHUNK, args.count))]
            if all(map(os.path.exists, names)):
                continue
            for attempt in range(4):  # a style may crash: go on behind the screen it crashed at
                done = subprocess.run(command + ["--attempt", str(attempt)], env=worker_environment(args.by, random.Random(f"{args.seed} {first} {attempt}"), args.held), check=args.strict)
                if done.returncode == 0:
                    break
    finally:
        if server:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
