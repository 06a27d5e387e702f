#!/usr/bin/env python3
"""Draws lines of text as screens show them, with what they say, for `text.py` to learn from.

Needs: Debian's python3 with python3-gi, python3-gi-cairo, gir1.2-pango-1.0, python3-numpy, python3-pil; for `--by qt`
python3-pyqt5; for `--by chromium` chromium.  Fonts and words come from folders that `lines_data.py` fills.
Use:  lines.py --fonts DIR --words DIR --out DIR [--by pango|qt|chromium] [--count N] [--seed N] [--held]
      lines.py --fonts DIR --words DIR --out DIR --by screens --screens DIR... [--count N] [--seed N]

What is drawn is a crop as the detector of text gives it: looser or tighter than the ink, with what may stand beside it.
`plain` then makes of it what the network sees; `src/sight/plain.rs` does the same to the crops of a real screen.
A shard holds the columns of all lines behind one another (total x 32, a byte each), their widths, and their texts.
"""
import argparse, glob, json, os, random, re, string, subprocess, tempfile, time
import numpy as np
from PIL import Image

HEIGHT = 32                 # of a line in the network's input
MOST_COLUMNS = 1100         # a line that is wider than this is not kept
LATIN = [chr(c) for c in range(0x21, 0x7f)] + [chr(c) for c in range(0xa1, 0x180) if c != 0xad]
SIGNS = list("ȘșȚț–—‘’‚“”„†‡•…‰′″‹›€₹₽₺₩₿№™Ωμπ←↑→↓↔−√∞≈≠≤≥■□▪▲△▶▼▽◀◆○●★☆✓✔✕✖✗⌘⌥⇧⌃")
CHARACTERS = LATIN + SIGNS
KNOWN = set(CHARACTERS)
FOREIGN = "\ufffd"          # stands for a character of another script
# Families that are never learnt from, so that they tell how a new font is read.
HELD = ("Work Sans", "Rubik", "Overpass", "Bitter", "Zilla Slab", "Space Mono", "Hack", "Karla", "Titillium", "Asap",
        "Carlito", "Vollkorn", "B612", "Lexend", "Mulish", "Fira Sans", "Source Code", "PT Serif", "Ubuntu")
# Applications, the same.
HELD_APPLICATIONS = ("osmo", "gtkhash", "kfind", "regexxer", "qtqr", "grsync", "homebank")


# ---- what is said ----

class Words:
    """Texts of all the kinds that screens show, out of word lists, messages of programs, and source code."""

    def __init__(self, root, rng):
        self.rng = rng
        read = lambda p: open(p, encoding="utf-8", errors="ignore").read().split("\n")
        self.lists = [[w for w in read(p) if 0 < len(w) < 25] for p in sorted(glob.glob(f"{root}/dict/*"))]
        self.lists = [words for words in self.lists if len(words) > 1000]
        self.english = self.lists[0]
        self.messages = [m for p in sorted(glob.glob(f"{root}/messages/*")) for m in read(p) if 0 < len(m) < 90]
        self.code = [l.strip("\n") for p in sorted(glob.glob(f"{root}/code/*")) for l in read(p)]
        self.code = [re.sub(r"\s+", " ", l).strip() for l in self.code if 2 < len(l.strip()) < 90]
        foreign = read(f"{root}/foreign.txt")
        self.foreign = [w for w in foreign if w]

    def word(self):
        r = self.rng
        words = self.english if r.random() < .6 else r.choice(self.lists)
        w = r.choice(words)
        return w if r.random() < .75 else w.lower()

    def phrase(self):
        r = self.rng
        n = min(1 + int(r.expovariate(.45)), 9)
        words = [self.word() for _ in range(n)]
        kind = r.random()
        if kind < .30:
            words[0] = words[0].capitalize()
        elif kind < .45:
            words = [w.capitalize() for w in words]
        elif kind < .53:
            words = [w.upper() for w in words]
        text = words[0]
        for w in words[1:]:
            text += r.choices([" ", ", ", " – ", " - ", ": ", "; ", ". ", " / ", " & ", " + ", "/", "-"],
                              [60, 6, 1, 2, 3, 1, 2, 1, 1, 1, 1, 2])[0] + w
        end = r.choices(["", ".", ":", "…", "...", "?", "!", ",", ";"], [60, 12, 8, 3, 3, 3, 3, 2, 1])[0]
        text += end
        around = r.random()
        if around < .04:
            a, b = r.choice(["()", "[]", "“”", "‘’", '""', "''", "«»", "<>", "{}", "„“"])
            text = a + text + b
        return text

    def number(self):
        r = self.rng
        n = lambda most: r.randint(0, most)
        return r.choice([
            lambda: str(n(9)), lambda: str(n(10 ** r.randint(1, 9))), lambda: f"{n(10 ** 7):,}",
            lambda: f"{n(10 ** 6):,}".replace(",", r.choice([".", " ", "'", "’"])), lambda: f"{r.uniform(0, 9999):.{r.randint(1, 4)}f}",
            lambda: f"{r.uniform(0, 9999):.2f}".replace(".", ","), lambda: f"{r.choice('€$£¥₹')}{n(9999):,}.{n(99):02}",
            lambda: f"{n(99999)},{n(99):02} {r.choice(['€', 'EUR', 'kr', 'zł', 'CHF', '₽'])}", lambda: f"{n(100)}{r.choice(['%', ' %'])}",
            lambda: f"{r.randint(1970, 2039)}-{r.randint(1, 12):02}-{r.randint(1, 31):02}",
            lambda: f"{r.randint(1, 31)}{r.choice('./-')}{r.randint(1, 12):02}{r.choice('./-')}{r.randint(1970, 2039)}",
            lambda: f"{n(23):02}:{n(59):02}" + r.choice(["", f":{n(59):02}", " AM", " PM", f":{n(59):02}.{n(999):03}", " Uhr"]),
            lambda: f"{r.choice(['Mon', 'Tue', 'Wed', 'Thursday', 'Fri', 'Saturday', 'Sun'])}, {r.randint(1, 31)} {r.choice(['Jan', 'Feb', 'March', 'April', 'May', 'Jun', 'July', 'Aug', 'Sept', 'Oct', 'Nov', 'December'])} {r.randint(1970, 2039)}",
            lambda: ".".join(str(n(255)) for _ in range(4)) + r.choice(["", f":{n(65535)}", "/24"]),
            lambda: f"v{n(20)}.{n(30)}.{n(99)}" + r.choice(["", "-rc1", "-beta.2", f"+{n(999)}"]),
            lambda: "".join(r.choice("0123456789abcdef") for _ in range(r.choice([6, 7, 8, 12, 32, 40]))),
            lambda: "0x" + "".join(r.choice("0123456789ABCDEF") for _ in range(r.choice([2, 4, 8]))),
            lambda: f"{r.uniform(0, 1000):.{n(2)}f} {r.choice(['B', 'kB', 'KB', 'MB', 'MiB', 'GB', 'GiB', 'TB', 'ms', 's', 'px', 'km', 'kg', '°C', 'Mbit/s', 'Hz'])}",
            lambda: f"+{r.randint(1, 99)} {r.randint(100, 999)} {n(999):03} {n(9999):04}", lambda: f"{n(99)}–{n(999)}", lambda: f"{n(9)}/{n(99)}",
            lambda: f"{n(999)} {r.choice('+-−×÷*/')} {n(999)} = {n(9999)}", lambda: f"#{n(9999)}", lambda: f"({n(999)})", lambda: f"-{n(999)}",
            lambda: f"{n(3840)}x{n(2160)}", lambda: f"{n(3840)} × {n(2160)}", lambda: f"{n(90)}° {n(59)}′ {n(59)}″ N", lambda: f"№ {n(999)}",
            lambda: "-".join("".join(r.choice(string.ascii_uppercase + string.digits) for _ in range(r.choice([3, 4, 5]))) for _ in range(r.randint(2, 4))),
        ])()

    def name(self):
        r = self.rng
        w = lambda: re.sub(r"[^A-Za-zÀ-ſ0-9]", "", self.word()) or "a"
        low = lambda: w().lower()
        ext = r.choice("txt pdf png jpg rs py js ts tsx html css json toml yaml md zip tar.gz csv xlsx docx odt mp3 mkv conf sh c cpp h log db iso".split())
        return r.choice([
            lambda: f"{w()}.{ext}", lambda: f"{low()}{r.choice('_-')}{low()}{r.choice(['', str(r.randint(0, 99))])}.{ext}",
            lambda: "/".join(["", r.choice(["home", "usr", "etc", "var", "opt", "tmp", "mnt"])] + [low() for _ in range(r.randint(1, 4))]) + r.choice(["", f"/{low()}.{ext}", "/"]),
            lambda: f"~/{w()}/{low()}.{ext}", lambda: f"C:\\{w()}\\{w()}\\{low()}.{ext}", lambda: f"./{low()}/{low()}",
            lambda: f"https://{r.choice(['', 'www.'])}{low()}.{r.choice(['com', 'org', 'net', 'io', 'de', 'dev'])}" + r.choice(["", f"/{low()}", f"/{low()}/{low()}?{low()[:3]}={r.randint(0, 99)}&q={low()}", f":{r.randint(80, 9999)}/"]),
            lambda: f"{low()}{r.choice(['.', '_', ''])}{low()}@{low()}.{r.choice(['com', 'org', 'example', 'net'])}",
            lambda: f"{low()}_{low()}", lambda: f"{low()}{w().capitalize()}", lambda: f"{low()}-{low()}-{low()}", lambda: f"@{low()}", lambda: f"#{low()}",
            lambda: f"{low().upper()}_{low().upper()}", lambda: f"--{low()}={low()}", lambda: f"-{r.choice(string.ascii_letters)} {low()}",
            lambda: f"{low()}({low()}, {low()})", lambda: f"{w()}::{low()}", lambda: f"$ {low()} {low()}", lambda: f"{low()}@{low()}:~$ {low()}",
            lambda: f"{r.choice(['Ctrl', 'Alt', 'Shift', 'Super', 'Strg'])}+{r.choice(['', 'Shift+'])}{r.choice(string.ascii_uppercase + '0123456789+-,./')}", lambda: f"F{r.randint(1, 12)}",
        ])()

    def message(self):
        r = self.rng
        return re.sub(r"%[0-9$.]*l?[a-z]", lambda _: r.choice([self.word(), str(r.randint(0, 999))]), r.choice(self.messages))

    def noise(self):
        r = self.rng
        pool = r.choice([string.ascii_letters + string.digits, string.printable[:94], "".join(CHARACTERS), "Il1|O0oQ5S8B2Z", ".,;:'`\"-_~", "()[]{}<>/\\|",
                         string.ascii_lowercase, string.ascii_uppercase, string.digits, "".join(SIGNS), "ilrtfjI1l!|"])
        return "".join(r.choice(pool) if r.random() > .12 else " " for _ in range(r.randint(1, r.choice([2, 6, 14, 24])))).strip() or "x"

    def line(self):
        """What a line says; it may be too long, or have signs that are not known."""
        r = self.rng
        kind = r.random()
        if kind < .33:
            text = self.message()
        elif kind < .53:
            text = self.phrase()
        elif kind < .64:
            text = self.number()
        elif kind < .74:
            text = self.name()
        elif kind < .80:
            text = r.choice(self.code)
        elif kind < .87:
            text = self.noise()
        elif kind < .91:
            text = " ".join(r.choice([self.number, self.word, self.name])() for _ in range(r.randint(2, 4)))
        elif kind < .95:
            text = f"{self.word().capitalize()}{r.choice([': ', ' ', ' = ', ' → '])}{r.choice([self.number, self.name, self.word])()}"
        elif kind < .98:
            text = r.choice(["• ", "– ", "- ", "* ", "1. ", "a) ", "✓ ", "▶ ", "▼ ", "→ ", "★ ", "● "]) + self.phrase()
        else:
            text = " ".join(r.choice(self.foreign) for _ in range(r.randint(1, 4)))
        if r.random() < .04 and text:
            at = r.randrange(len(text) + 1)
            text = text[:at] + r.choice(CHARACTERS) + text[at:]
        most = r.choice([12, 30, 60, 90])
        if len(text) > most:
            text = text[:most] if r.random() < .3 else (text[:most].rsplit(" ", 1)[0] + r.choice(["", "", "…"]))
        return re.sub(r"\s+", " ", text).strip() or "x"


def label_of(text):
    """What is to be read where `text` stands: signs of other scripts are one sign that says so, each."""
    return re.sub(r"\s+", " ", "".join(c if c in KNOWN or c == " " else FOREIGN for c in text)).strip()


# ---- what the network sees of it ----

def plain(rgb):
    """A crop, height x width x 3 bytes, as [`HEIGHT`] x width bytes: 0 the ground, 255 the strongest ink; or None."""
    h, w, _ = rgb.shape
    key = (rgb[..., 0].astype(np.uint16) >> 4 << 8) | (rgb[..., 1].astype(np.uint16) >> 4 << 4) | (rgb[..., 2] >> 4)
    most = np.bincount(key.ravel(), minlength=4096)
    first = int(np.flatnonzero(most[key.ravel()] == most.max())[0])
    ground = rgb.reshape(-1, 3)[first].astype(np.int16)
    apart = np.abs(rgb.astype(np.int16) - ground)
    ink = ((apart.max(2) * 3 + apart.sum(2)) // 6).astype(np.int32)
    counts = np.bincount(ink.ravel(), minlength=256)
    above = np.cumsum(counts[::-1])[::-1]
    often = int(np.flatnonzero(above * 100 >= h * w)[-1])       # one in a hundred pixels has as much
    strongest = max(often, int(ink.max()) // 2, 8)
    is_ink = ink * 100 >= strongest * 35
    rows = rows_with_letters(is_ink)
    if len(rows) == 0:
        return None
    most_cut = h // 4
    top = min(max(rows[0] - 2, 0), most_cut)
    bottom = h - min(max(h - rows[-1] - 3, 0), most_cut)
    ink = np.minimum(ink[top:bottom] * 255 // strongest, 255).astype(np.uint8)
    width = max(int(-(-w * HEIGHT // (bottom - top))), 8)
    return np.asarray(Image.fromarray(ink).resize((width, HEIGHT), Image.BILINEAR))


def rows_with_letters(is_ink):
    """The rows that have ink which is part of no level line longer than any in a letter."""
    h, w = is_ink.shape
    padded = np.zeros((h, w + 2), np.int8)
    padded[:, 1:-1] = is_ink
    edges = np.flatnonzero(np.diff(padded.ravel()))
    from_, to = edges[::2], edges[1::2]
    return np.unique(from_[(to - from_) * 5 <= 6 * h] // (w + 2))


# ---- drawing: Pango ----

class Pango:
    """Lines drawn by Pango and Cairo: GTK's way, with every hinting and smoothing."""

    def __init__(self, families, rng):
        import gi
        gi.require_version("Pango", "1.0"), gi.require_version("PangoCairo", "1.0")
        from gi.repository import Pango as pango, PangoCairo as pangocairo
        import cairo
        self.pango, self.pangocairo, self.cairo, self.rng, self.families = pango, pangocairo, cairo, rng, families
        self.fonts, self.drawn = [], 0

    def options(self):
        r, cairo = self.rng, self.cairo
        o = cairo.FontOptions()
        kind = r.random()
        o.set_antialias(cairo.ANTIALIAS_GRAY if kind < .72 else cairo.ANTIALIAS_SUBPIXEL if kind < .97 else cairo.ANTIALIAS_NONE)
        o.set_subpixel_order(r.choice([cairo.SUBPIXEL_ORDER_RGB, cairo.SUBPIXEL_ORDER_RGB, cairo.SUBPIXEL_ORDER_BGR, cairo.SUBPIXEL_ORDER_VRGB]))
        o.set_hint_style(r.choice([cairo.HINT_STYLE_NONE, cairo.HINT_STYLE_SLIGHT, cairo.HINT_STYLE_SLIGHT, cairo.HINT_STYLE_MEDIUM, cairo.HINT_STYLE_FULL]))
        o.set_hint_metrics(r.choice([cairo.HINT_METRICS_ON, cairo.HINT_METRICS_OFF]))
        return o

    def font(self):
        """One of the fonts in use.  A new one costs as much as fifty lines, so that they are changed little by little."""
        r, pango = self.rng, self.pango
        self.drawn += 1
        if len(self.fonts) < 40 or self.drawn % 12 == 0:
            font = pango.FontDescription()
            font.set_family(r.choice(self.families))
            font.set_absolute_size(size(r) * pango.SCALE)
            font.set_weight(r.choices([400, 500, 600, 700, 300, 800], [62, 8, 8, 16, 4, 2])[0])
            if r.random() < .06:
                font.set_style(pango.Style.ITALIC)
            self.fonts = self.fonts[-150:] + [(font, self.options(), r.random() < .5)]
        return r.choice(self.fonts)

    def draw(self, text):
        """The crop of `text`, height x width x 3 bytes."""
        r, pango, pangocairo, cairo = self.rng, self.pango, self.pangocairo, self.cairo
        surface = cairo.ImageSurface(cairo.FORMAT_RGB24, 1, 1)
        context = cairo.Context(surface)
        layout = pangocairo.create_layout(context)
        font, options, is_rounded = self.font()
        pangocairo.context_set_font_options(layout.get_context(), options)
        layout.get_context().set_round_glyph_positions(is_rounded)
        layout.set_font_description(font)
        attributes = pango.AttrList()
        if r.random() < .1:
            attributes.insert(pango.attr_letter_spacing_new(int(r.uniform(-.4, 2.2) * pango.SCALE)))
        if r.random() < .05:
            attributes.insert(pango.attr_underline_new(pango.Underline.SINGLE))
        layout.set_attributes(attributes)
        layout.set_text(text, -1)
        ink, logical = layout.get_pixel_extents()
        if ink.width < 1 or ink.height < 1 or ink.width > 1600:
            return None
        box, (width, height), at = frame(r, (ink.x, ink.y, ink.width, ink.height))
        surface = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
        context = cairo.Context(surface)
        ground, colour = colours(r)
        self.surroundings(context, box, ground, colour, width, height)
        context.set_source_rgb(*[c / 255 for c in colour])
        shift = r.random() if r.random() < .4 else 0
        context.move_to(at[0] + shift, at[1])
        pangocairo.update_layout(context, layout)
        pangocairo.context_set_font_options(layout.get_context(), options)
        layout.context_changed()
        pangocairo.show_layout(context, layout)
        surface.flush()
        pixels = np.frombuffer(surface.get_data(), np.uint8).reshape(height, -1, 4)[:, :width, 2::-1]
        x, y, w, h = box
        return pixels[y:y + h, x:x + w]

    def surroundings(self, context, box, ground, colour, width, height):
        r, (x, y, w, h) = self.rng, box
        rgb = lambda c: [v / 255 for v in c]
        if r.random() < .06:
            shade = self.cairo.LinearGradient(0, 0, *(r.choice([(0, height), (width, 0)])))
            shade.add_color_stop_rgb(0, *rgb(ground))
            shade.add_color_stop_rgb(1, *rgb([min(255, max(0, c + r.randint(-14, 14))) for c in ground]))
            context.set_source(shade)
        else:
            context.set_source_rgb(*rgb(ground))
        context.paint()
        other = [min(255, max(0, c + r.choice([-1, 1]) * r.randint(12, 90))) for c in ground]
        context.set_line_width(r.choice([1, 1, 1, 2]))
        kind = r.random()
        if kind < .05:      # the borders of a button or a field come into the crop
            context.set_source_rgb(*rgb(other))
            context.rectangle(x + r.randint(-2, 3) + .5, y + r.randint(-2, 1) + .5, w - r.randint(-2, 4), h - r.randint(-2, 2))
            context.stroke()
        elif kind < .09:    # a rule above or below
            context.set_source_rgb(*rgb(other))
            context.rectangle(0, y + (r.randint(0, 2) if r.random() < .5 else h - r.randint(1, 3)), width, r.choice([1, 1, 2]))
            context.fill()
        elif kind < .12:    # a bar at one side: a caret, the edge of a cell
            context.set_source_rgb(*rgb(r.choice([colour, other])))
            context.rectangle(x if r.random() < .3 else x + w - r.randint(1, 3), 0, r.choice([1, 1, 2]), height)
            context.fill()


def size(r):
    """Of letters, in pixels."""
    return r.choice([r.uniform(9.3, 12), r.uniform(11, 15), r.uniform(11, 15), r.uniform(12, 18), r.uniform(12, 18), r.uniform(15, 26), r.uniform(22, 44)]) \
        if r.random() < .5 else r.choice([10, 11, 12, 13, 13.33, 14, 14.67, 15, 16, 16, 17.33, 18, 20, 24])


def colours(r):
    """Of the ground and of the letters, which can be told apart."""
    while True:
        kind = r.random()
        if kind < .45:
            ground = [r.choice([255, 255, 250, 246, 240])] * 3 if r.random() < .7 else [r.randint(225, 255) for _ in range(3)]
            colour = [r.choice([0, 20, 33, 51, 85, 102, 119])] * 3 if r.random() < .6 else [r.randint(0, 170) for _ in range(3)]
        elif kind < .8:
            ground = [r.choice([0, 18, 30, 36, 45, 53])] * 3 if r.random() < .5 else [r.randint(0, 75) for _ in range(3)]
            colour = [r.choice([255, 238, 221, 204, 170])] * 3 if r.random() < .5 else [r.randint(110, 255) for _ in range(3)]
        elif kind < .92:
            ground, colour = [r.randint(0, 255) for _ in range(3)], r.choice([[255] * 3, [0] * 3, [250] * 3])
        else:
            ground, colour = [r.randint(0, 255) for _ in range(3)], [r.randint(0, 255) for _ in range(3)]
        bright = lambda c: .3 * c[0] + .59 * c[1] + .11 * c[2]
        if abs(bright(ground) - bright(colour)) > 38:
            return ground, colour


def frame(r, ink):
    """Where a detector's box lies around `ink` (x, y, width, height), the size of the picture, and where text begins."""
    x, y, w, h = ink
    loose = r.choice([r.uniform(0, .12), r.uniform(.05, .3), r.uniform(.1, .45)])
    over = lambda: max(0, round(h * loose * r.uniform(.5, 1.3) + r.uniform(-.6, 1.2)))
    left, right = max(0, round(over() * r.uniform(.4, 1.6))), max(0, round(over() * r.uniform(.4, 1.6)))
    top, bottom = over(), over()
    box = (4, 4, w + left + right, h + top + bottom)
    return box, (box[2] + 8, box[3] + 8), (4 + left - x, 4 + top - y)


# ---- drawing: Qt ----

class Qt:
    """Lines drawn by Qt's raster engine."""

    def __init__(self, families, rng):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from PyQt5 import QtGui, QtCore
        self.gui, self.core, self.rng, self.families = QtGui, QtCore, rng, families
        self.app = QtGui.QGuiApplication([])

    def draw(self, text):
        r, gui = self.rng, self.gui
        font = gui.QFont(r.choice(self.families))
        font.setPixelSize(max(9, round(size(r))))
        font.setWeight(r.choices([50, 57, 63, 75], [66, 9, 8, 17])[0])
        font.setItalic(r.random() < .05)
        font.setHintingPreference(r.choice([gui.QFont.PreferDefaultHinting, gui.QFont.PreferNoHinting, gui.QFont.PreferVerticalHinting, gui.QFont.PreferFullHinting]))
        font.setStyleStrategy(r.choices([gui.QFont.PreferAntialias, gui.QFont.NoSubpixelAntialias, gui.QFont.NoAntialias], [60, 37, 3])[0])
        ink = gui.QFontMetrics(font).tightBoundingRect(text)
        if ink.width() < 1 or ink.height() < 1 or ink.width() > 1600:
            return None
        box, (width, height), at = frame(r, (ink.x(), ink.y(), ink.width(), ink.height()))
        image = gui.QImage(width, height, gui.QImage.Format_RGB32)
        ground, colour = colours(r)
        image.fill(gui.QColor(*ground))
        painter = gui.QPainter(image)
        painter.setFont(font), painter.setPen(gui.QColor(*colour))
        painter.drawText(self.core.QPointF(at[0] + (r.random() if r.random() < .3 else 0), at[1]), text)
        painter.end()
        bits = image.constBits()
        bits.setsize(image.byteCount())
        pixels = np.frombuffer(bits, np.uint8).reshape(height, -1, 4)[:, :width, 2::-1].copy()
        x, y, w, h = box
        return pixels[y:y + h, x:x + w]


# ---- drawing: Chromium ----

PAGE = """<!doctype html><meta charset=utf-8><style>*{margin:0;padding:0}body{background:#fff}
div{position:absolute;white-space:pre;padding:7px 9px;overflow:visible;line-height:1.25}</style><body><script>
const lines = %s; let x = 0, y = 0, tall = 0;
for (const l of lines) { const d = document.createElement('div'), s = document.createElement('span'); s.textContent = l.text;
  d.style.cssText = l.style; d.append(s); document.body.append(d);
  const b = d.getBoundingClientRect(); if (x + b.width > 1500) { x = 0; y += tall; tall = 0 }
  d.style.left = (x + l.shift) + 'px'; d.style.top = y + 'px'; x += Math.ceil(b.width) + 3; tall = Math.max(tall, Math.ceil(b.height) + 2); }
document.title = JSON.stringify([...document.querySelectorAll('span')].map(s => { const b = s.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] }));
const p = document.createElement('pre'); p.id = 'boxes'; p.textContent = document.title; p.style.display = 'none'; document.body.append(p);
</script>"""


class Chromium:
    """Lines drawn by Chromium, many to a page: Skia's way, at several scales."""
    PER_PAGE = 500

    def __init__(self, families, rng):
        self.rng, self.families = rng, families

    def page(self, texts):
        r = self.rng
        css = lambda c: "rgb(%d,%d,%d)" % tuple(c)
        lines = []
        for text in texts:
            ground, colour = colours(r)
            style = f"background:{css(ground)};color:{css(colour)};font-family:'{r.choice(self.families)}';font-size:{size(r):.2f}px;" \
                    f"font-weight:{r.choices([400, 500, 600, 700, 300], [62, 9, 9, 16, 4])[0]};"
            if r.random() < .05:
                style += "font-style:italic;"
            if r.random() < .06:
                style += f"letter-spacing:{r.uniform(-.3, 2):.2f}px;"
            if r.random() < .04:
                style += "text-decoration:underline;"
            if r.random() < .05:
                style += "text-rendering:geometricPrecision;"
            lines.append({"text": text, "style": style, "shift": r.choice([0, 0, .25, .5, .75])})
        scale = r.choice([1, 1, 1, 1.25, 1.5, 2])
        with tempfile.TemporaryDirectory() as folder:
            open(f"{folder}/page.html", "w", encoding="utf-8").write(PAGE % json.dumps(lines).replace("</", "<\\/"))
            base = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/p",
                    "--window-size=1600,5200", f"--force-device-scale-factor={scale}", "--virtual-time-budget=4000"]
            if r.random() < .8:
                base.append("--disable-lcd-text")
            if r.random() < .4:
                base.append(f"--font-render-hinting={r.choice(['none', 'slight', 'medium', 'full'])}")
            quiet = {"stderr": subprocess.DEVNULL, "timeout": 120}
            # One call, so that the picture and the boxes are of the same page.
            call = base + ["--dump-dom", f"--screenshot={folder}/s.png", f"file://{folder}/page.html"]
            out = subprocess.run(call, stdout=subprocess.PIPE, **quiet).stdout.decode()
            found = re.search(r'<pre id="boxes"[^>]*>(.*?)</pre>', out)
            picture = np.asarray(Image.open(f"{folder}/s.png").convert("RGB"))
        for text, (x, y, w, h) in zip(texts, json.loads(found.group(1))):
            x, y, w, h = [int(round(v * scale)) for v in (x, y, w, h)]
            if w < 1 or y + h + 8 > picture.shape[0] or x + w + 8 > picture.shape[1] or w > 1600:
                continue
            part = picture[max(y - 2, 0):y + h + 2, max(x - 2, 0):x + w + 2]
            apart = np.abs(part.astype(int) - part[0, 0].astype(int)).max(2) > 40
            rows, columns = np.flatnonzero(apart.any(1)), np.flatnonzero(apart.any(0))
            if len(rows) == 0:
                continue
            ink = (columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
            box, _, _ = frame(r, ink)
            left, top = (box[2] - ink[2]) // 2, (box[3] - ink[3]) // 2
            y0, x0 = max(ink[1] - top, 0), max(ink[0] - left, 0)
            yield text, part[y0:ink[1] + ink[3] + (box[3] - ink[3] - top), x0:ink[0] + ink[2] + (box[2] - ink[2] - left)]


# ---- lines of whole screens ----

class Screens:
    """Lines that stand on screens of `pages.py`, `widgets` and `shots`, with what is around them there."""
    TRIES = 40              # lines of one screen, at most

    def __init__(self, folders, rng, held):
        self.rng = rng
        paths = sorted(p for folder in folders for p in glob.glob(f"{folder}/*.json"))
        self.paths = [p for p in paths if os.path.basename(p).startswith(tuple(f"{a}-" for a in HELD_APPLICATIONS)) == held]

    def lines(self):
        r = self.rng
        for path in r.sample(self.paths, len(self.paths)):
            known = [l for l in json.load(open(path)).get("lines") or [] if l["text"] and min(l["box"][2:]) >= 5]
            picture = np.asarray(Image.open(path[:-5] + ".png").convert("RGB"))
            for line in r.sample(known, min(len(known), self.TRIES)):
                x, y, w, h = line["box"]
                box, _, _ = frame(r, (0, 0, w, h))
                left, top = x - (box[2] - w) // 2, y - (box[3] - h) // 2
                yield line["text"], picture[max(top, 0):top + box[3], max(left, 0):left + box[2]]


# ---- what is no text ----

def sign(r):
    """A crop of something that is drawn and says nothing: boxes, rings, rules, ticks, arrows, blocks."""
    import cairo
    w, h = r.randint(9, 40), r.randint(9, 30)
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, w, h)
    c = cairo.Context(surface)
    ground, colour = colours(r)
    c.set_source_rgb(*[v / 255 for v in ground]), c.paint(), c.set_source_rgb(*[v / 255 for v in colour])
    c.set_line_width(r.choice([1, 1, 1.5, 2, 3]))
    x, y, s = r.uniform(1, w / 3), r.uniform(1, h / 3), min(w, h) * r.uniform(.4, .7)
    for _ in range(r.choice([1, 1, 2, 3])):
        kind = r.randrange(7)
        if kind == 0:
            c.rectangle(int(x) + .5, int(y) + .5, int(s), int(s * r.choice([1, 1, .7])))
        elif kind == 1:
            c.new_sub_path(), c.arc(x + s / 2, y + s / 2, s / 2, 0, 6.2832)
        elif kind == 2:
            c.move_to(x, y + s / 2), c.line_to(x + s * .4, y + s * .9), c.line_to(x + s, y + s * .1)
        elif kind == 3:
            c.move_to(x, y + s * .3), c.line_to(x + s / 2, y + s * .7), c.line_to(x + s, y + s * .3)
        elif kind == 4:
            c.move_to(x, y), c.curve_to(*[r.uniform(0, max(w, h)) for _ in range(6)])
        elif kind == 5:
            c.rectangle(0, r.uniform(0, h), w, 1)
        else:
            for i in range(3):
                c.rectangle(int(x), int(y + i * s / 3), int(s), 1.5)
        c.fill() if r.random() < .3 else c.stroke()
    surface.flush()
    return np.frombuffer(surface.get_data(), np.uint8).reshape(h, -1, 4)[:, :w, 2::-1].copy()


# ---- shards ----

def families(root, held):
    """Names of families below `root`, those that are held out or the others."""
    out = subprocess.run(["fc-list", ":lang=en", "family"], capture_output=True, text=True, check=True).stdout
    names = sorted({line.split(",")[0].replace("\\-", "-").strip() for line in out.splitlines() if line.strip()})
    odd = ("Symbol", "Dingbats", "Icons", "Emoji", "Braille", "Barcode", "Music", "Math", "CMU Classical", "cmsy", "cmex", "msam", "esint", "rsfs", "wasy",
           "Webdings", "OpenDyslexicAlta", "Signwriting", "Chancery", "D050000L", "Standard Symbols", "Fleuron", "LMMath", "Initials", "Zapf", "Title", "Keyfont")
    names = [n for n in names if not any(o in n for o in odd)]
    return [n for n in names if n.startswith(HELD) == held]


def use_fonts(root):
    """Lets this process and its children see the fonts below `root` and no others."""
    path = os.path.join(tempfile.gettempdir(), f"fonts-{abs(hash(root)) % 99999}.conf")
    open(path, "w").write(f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><dir>{root}</dir><cachedir>{root}/.cache</cachedir></fontconfig>")
    os.environ["FONTCONFIG_FILE"] = path


def lines(by, words, r):
    """Texts with crops, for as long as they are asked for."""
    if isinstance(by, Screens):
        yield from by.lines()
        return
    if isinstance(by, Chromium):
        while True:
            yield from by.page([words.line() for _ in range(by.PER_PAGE)])
    while True:
        text = words.line()
        crop = by.draw(text)
        if crop is not None and min(crop.shape[:2]) > 3:
            yield text, crop


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--fonts", required=True), p.add_argument("--words", required=True), p.add_argument("--out", required=True)
    p.add_argument("--by", default="pango", choices=["pango", "qt", "chromium", "screens"]), p.add_argument("--screens", nargs="*", default=[])
    p.add_argument("--count", type=int, default=20000), p.add_argument("--seed", type=int, default=1), p.add_argument("--held", action="store_true")
    p.add_argument("--show", help="also write this picture with the first lines")
    p.add_argument("--pairs", help="also write the first crops and what is made of them, for the tests of `plain.rs`")
    a = p.parse_args()
    use_fonts(a.fonts)
    r = random.Random(a.seed)
    names = families(a.fonts, a.held)
    by = Screens(a.screens, r, a.held) if a.by == "screens" else {"pango": Pango, "qt": Qt, "chromium": Chromium}[a.by](names, r)
    words, columns, widths, texts, began = Words(a.words, r), [], [], [], time.time()
    for text, crop in lines(by, words, r):
        label = label_of(text)
        if r.random() < .02:
            crop, label = sign(r), ""
        seen = plain(np.ascontiguousarray(crop))
        if seen is None or seen.shape[1] > MOST_COLUMNS or seen.shape[1] < 3 * len(label):
            continue
        if a.pairs and len(texts) < 8:
            os.makedirs(a.pairs, exist_ok=True)
            Image.fromarray(np.ascontiguousarray(crop)).save(f"{a.pairs}/{len(texts)}.png"), Image.fromarray(seen).save(f"{a.pairs}/{len(texts)}-plain.png")
        columns.append(np.ascontiguousarray(seen.T)), widths.append(seen.shape[1]), texts.append(label)
        if len(texts) >= a.count:
            break
    os.makedirs(a.out, exist_ok=True)
    np.savez(f"{a.out}/{a.by}-{'held' if a.held else 'open'}-{a.seed}.npz", columns=np.concatenate(columns), widths=np.array(widths, np.int32),
             texts=np.frombuffer("\n".join(texts).encode(), np.uint8))
    print(f"{len(names)} families, {len(texts)} lines, {len(texts) / (time.time() - began):.0f} a second", flush=True)
    if a.show:
        show(columns[:60], texts[:60], a.show)


def show(columns, texts, path):
    sheet = np.full((60 * (HEIGHT + 4), 1100), 90, np.uint8)
    for i, c in enumerate(columns):
        sheet[i * (HEIGHT + 4):i * (HEIGHT + 4) + HEIGHT, :c.shape[0]] = c.T[:, :1100]
    Image.fromarray(sheet).save(path)
    print("\n".join(texts))


if __name__ == "__main__":
    main()
