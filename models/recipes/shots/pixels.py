"""Boxes, ink, and rows of icons and words, in pixels."""
import re
import subprocess
from PIL import ImageFont
import numpy as np


SIZES = [(1280, 800), (1366, 768), (1600, 900), (1920, 1080)]
WINDOW_MANAGERS = ["openbox", "xfwm4", "metacity", "icewm", "fluxbox", "jwm"]
FONTS = [("DejaVu Sans", 10), ("Cantarell", 11), ("Noto Sans", 10), ("Liberation Sans", 10),
         ("DejaVu Sans", 9), ("Noto Sans", 9), ("Liberation Sans", 11)]
LANGUAGES = ["en"] * 7 + ["de", "fr", "es", "ru", "pt_BR", "it", "pl"]
DEFAULT_STATES = [["main"], ["auto:menu"], ["auto:dialog", "stay"], ["auto:tab", "stay"], ["auto:combo"],
                  ["auto:dialog", "stay"], ["auto:tab"], ["auto:context"], ["auto:menu"], ["auto:submenu"], ["auto:tab"], ["auto:row"]]
SHUN = re.compile(r"quit|exit|close|print|help|contents|manual|home ?page|report|website|donate|online|"
                  r"delete|remove|erase|shred|kill|terminate|reboot|shut|mail|translate|log ?out|forum|upgrade|update", re.I)
OPENS = re.compile(r"(\.\.\.|…)$|preferences|settings|options|configure|about|properties", re.I)


def intersect(a, b):
    """The common part of two boxes (x, y, w, h); w or h is 0 where there is none."""
    x0, y0 = max(a[0], b[0]), max(a[1], b[1])
    x1, y1 = min(a[0] + a[2], b[0] + b[2]), min(a[1] + a[3], b[1] + b[3])
    return (x0, y0, max(0, x1 - x0), max(0, y1 - y0))


def area(b):
    return b[2] * b[3]


def iou(a, b):
    i = area(intersect(a, b))
    return i / max(1, area(a) + area(b) - i)


def inset(b, dx, dy=None):
    dy = dx if dy is None else dy
    return (b[0] + dx, b[1] + dy, max(0, b[2] - 2 * dx), max(0, b[3] - 2 * dy))


def union(a, b):
    x0, y0 = min(a[0], b[0]), min(a[1], b[1])
    x1, y1 = max(a[0] + a[2], b[0] + b[2]), max(a[1] + a[3], b[1] + b[3])
    return (x0, y0, x1 - x0, y1 - y0)


class Ink:
    """Looks at pixels: what differs from the ground inside a box."""

    def __init__(self, picture):
        self.p = picture.astype(np.int16)
        self.h, self.w = picture.shape[:2]

    def clip(self, box):
        x, y, w, h = intersect([int(v) for v in box], (0, 0, self.w, self.h))
        return x, y, w, h

    def crop(self, box):
        x, y, w, h = self.clip(box)
        return self.p[y:y + h, x:x + w]

    @staticmethod
    def common_colour(c):
        step = 1 + c.shape[0] * c.shape[1] // 20000
        flat = c.reshape(-1, 3)[::step]
        key = (flat[:, 0].astype(np.int64) << 16) + (flat[:, 1].astype(np.int64) << 8) + flat[:, 2]
        values, counts = np.unique(key, return_counts=True)
        k = int(values[counts.argmax()])
        return np.array([k >> 16, (k >> 8) & 255, k & 255]), counts.max() / len(key)

    def difference(self, box):
        """How far each pixel of the box is from the ground (largest channel difference).

        The ground is the commonest colour; where no colour is common (a gradient
        from top to bottom) it is taken row by row."""
        c = self.crop(box)
        if c.size == 0:
            return np.zeros(c.shape[:2], np.int16)
        colour, share = self.common_colour(c)
        if share < 0.25 and c.shape[0] > 3:
            ground = np.median(c, axis=1)[:, None, :]
            edge = (c[:, :1] + c[:, -1:]) / 2
            # A row whose middle is drawn over: its two ends say the ground.
            calm = np.abs(c[:, :1] - c[:, -1:]).max(axis=2) < 12
            ground = np.where(calm[:, :, None], edge, ground)
            return np.abs(c - ground).max(axis=2).astype(np.int16)
        return np.abs(c - colour).max(axis=2)

    def mask(self, box, low=None):
        d = self.difference(box)
        if d.size == 0:
            return d > 0
        limit = low if low is not None else min(48, max(14, 0.22 * float(np.percentile(d.reshape(-1)[::1 + d.size // 40000], 99.5))))
        return d > limit

    def bounds(self, box, low=None):
        """The box of the ink in a box, or None."""
        x, y, w, h = self.clip(box)
        m = self.mask(box, low)
        if m.size == 0 or not m.any():
            return None
        ys, xs = np.where(m.any(1))[0], np.where(m.any(0))[0]
        return (int(x + xs[0]), int(y + ys[0]), int(xs[-1] - xs[0] + 1), int(ys[-1] - ys[0] + 1))

    @staticmethod
    def runs(profile, gap):
        """(start, end) of runs of True, joined over gaps of up to `gap`."""
        out = []
        for i in np.where(profile)[0]:
            if out and i - out[-1][1] <= gap:
                out[-1][1] = i + 1
            else:
                out.append([i, i + 1])
        return [(int(a), int(b)) for a, b in out]

    def flat(self, box):
        """Nothing drawn at all."""
        c = self.crop(box)
        return c.size == 0 or int((c.reshape(-1, 3).max(0) - c.reshape(-1, 3).min(0)).max()) < 6

    def grow_to_ink(self, box, by):
        """Cut a box to its ink, letting letters reach out by a little (tails, slants)."""
        return self.bounds(inset(box, -by)) or None


class Measure:
    """Expected widths of words in the run's font, to tell words from icons."""

    def __init__(self, family, points, scale, loose=False):
        self.em = points * 96 / 72 * scale
        # Where sizes of letters are not the run's (web pages), others are tried too.
        self.factors = (1,) if not loose else (1, 0.88, 1.13, 0.78)
        name = subprocess.run(["fc-match", "-f", "%{file}", family], capture_output=True, text=True).stdout
        self.font = ImageFont.truetype(name, round(self.em))

    def width(self, text):
        return self.font.getlength(text)


def parse_row(ink, box, texts, measure, height=None):
    """Find the given texts (left to right) in the ink of one row.

    Returns (lines, rest): lines = [(text, box)], rest = boxes of other blobs."""
    x, y, w, h = ink.clip(box)
    m = ink.mask((x, y, w, h))
    if m.size == 0 or not m.any():
        return [], []
    blobs = Ink.runs(m.any(0), 2)

    def bound(a, b):
        rows = np.where(m[:, a:b].any(1))[0]
        return (x + a, y + int(rows[0]), b - a, int(rows[-1] - rows[0] + 1))

    lines, used = [], [False] * len(blobs)
    start = 0
    for text in texts:
        want = measure.width(text)
        best = None
        for i in range(start, len(blobs)):
            for j in range(i, len(blobs)):
                if used[j] or (j > i and blobs[j][0] - blobs[j - 1][1] > max(1.2 * measure.em, 8)):
                    break
                got = blobs[j][1] - blobs[i][0]
                if got > want * 1.35 + 8:
                    break
                off = min(abs(got - want * f) / max(want * f, measure.em) for f in measure.factors)
                if i == j and bound(*blobs[i])[3] > (1.25 if want > 3 * measure.em else 1.12) * measure.em + 1:
                    continue
                if best is None or off < best[0] - 0.02:
                    best = (off, i, j)
        # Short words need more slack: their side bearings weigh more.
        if best and best[0] <= (0.22 if want > 3 * measure.em else 0.38):
            _, i, j = best
            lines.append((text, bound(blobs[i][0], blobs[j][1])))
            for k in range(i, j + 1):
                used[k] = True
            start = j + 1
    rest = []
    last = None
    for k, (a, b) in enumerate(blobs):
        if used[k]:
            last = None
            continue
        if last is not None and a - last[1] <= 3:
            last = (last[0], b)
            rest[-1] = bound(*last)
        else:
            last = (a, b)
            rest.append(bound(a, b))
    return lines, rest


def looks_like_icon(b, scale):
    return 4 * scale <= max(b[2], b[3]) <= 48 * scale and min(b[2], b[3]) >= 3 * scale and max(b[2], b[3]) <= 3.2 * min(b[2], b[3])


def wrap_words(text, widths, measure):
    """Share the words of a text out over drawn lines of known widths."""
    words = text.split()
    out = []
    for n, width in enumerate(widths):
        line = ""
        while words and (not line or measure.width(line + " " + words[0]) <= width * 1.04 + 4 or n == len(widths) - 1):
            line = (line + " " + words.pop(0)).strip()
            if line and n < len(widths) - 1 and words and measure.width(line + " " + words[0]) > width * 1.04 + 4:
                break
        out.append(line)
    return out
