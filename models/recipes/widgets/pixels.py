"""Pictures, boxes and layers: what shows of what, and where its ink is."""
import random

import cairo
import numpy as np


def clip(box, to):
    x, y = max(box[0], to[0]), max(box[1], to[1])
    return (x, y, min(box[0] + box[2], to[0] + to[2]) - x, min(box[1] + box[3], to[1] + to[3]) - y)


def shows(box, full, share=.5):
    """Is enough of `full` left in the clipped `box`?"""
    return box[2] > 0 and box[3] > 0 and box[2] * box[3] >= share * max(1, full[2] * full[3])


def whole(box):
    x, y = int(round(box[0])), int(round(box[1]))
    return (x, y, int(round(box[0] + box[2])) - x, int(round(box[1] + box[3])) - y)


def ink_mask(img, box, thr):
    x, y, w, h = whole(clip(whole(box), (0, 0, img.shape[1], img.shape[0])))
    if w < 2 or h < 2:
        return None, (x, y)
    a = img[y:y + h, x:x + w].astype(np.int16)
    packed = (a[..., 0].astype(np.int32) << 16) + (a[..., 1] << 8).astype(np.int32) + a[..., 2]
    ring = np.concatenate([packed[0], packed[-1], packed[:, 0], packed[:, -1]])
    values, counts = np.unique(ring, return_counts=True)
    m = values[counts.argmax()]
    mode = np.array([m >> 16, m >> 8 & 255, m & 255])
    # ground may be a vertical gradient: a pixel is ink if it differs from its row's ends and from the commonest colour
    d = np.abs(a - mode).max(2)
    d = np.minimum(d, np.abs(a - a[:, :1]).max(2))
    d = np.minimum(d, np.abs(a - a[:, -1:]).max(2))
    return d > thr, (x, y)


def ink(img, box, thr=24):
    """The tight box of what is drawn inside `box`, None where nothing is."""
    mask, (x, y) = ink_mask(img, box, thr)
    if mask is None:
        return None
    rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows) or not len(cols):
        return None
    return (x + int(cols[0]), y + int(rows[0]), int(cols[-1] - cols[0]) + 1, int(rows[-1] - rows[0]) + 1)


def blank(img, box, thr=10):
    x, y, w, h = whole(clip(whole(box), (0, 0, img.shape[1], img.shape[0])))
    return w <= 0 or h <= 0 or int(np.ptp(img[y:y + h, x:x + w].reshape(-1, 3).astype(np.int16), axis=0).max()) < thr


class Layer:
    """A rectangle of pixels with what lies on it."""

    def __init__(self, img, x=0, y=0):
        self.img, self.x, self.y, self.elements, self.lines = img, int(x), int(y), [], []

    def add(self, role, box, label=None, clipped=None, **state):
        seen = clip(box, (0, 0, self.img.shape[1], self.img.shape[0]))
        seen = clip(seen, clipped) if clipped else seen
        if shows(seen, box) and seen[2] >= 3 and seen[3] >= 2:
            state = {k: v for k, v in state.items() if v is not None}
            self.elements.append({"role": role, "box": whole(seen), "label": label or None, "state": state})

    def line(self, text, box, clipped=None):
        text = text.strip()
        seen = clip(box, (0, 0, self.img.shape[1], self.img.shape[0]))
        seen = clip(seen, clipped) if clipped else seen
        if text and readable(seen, box) and not blank(self.img, seen):
            self.lines.append({"text": part(text, box, seen), "box": whole(seen)})

    def icon(self, box, label=None, clipped=None, thr=24, **state):
        area = clip(box, clipped) if clipped else box
        tight = (ink(self.img, area, thr) or ink(self.img, area, 9)) if shows(area, box) else None
        if tight and max(tight[2:]) >= 4:  # a "minimise" mark is one line: give it a box of 3 pixels
            tight = (tight[0], tight[1] - (tight[3] < 3), tight[2], max(3, tight[3]))
            self.add("image" if min(tight[2], tight[3]) > 48 else "icon", tight, label, **state)


def readable(seen, box):
    """A line may be cut at its ends, hardly at its top or foot."""
    return seen[3] >= .7 * box[3] and seen[2] >= min(.6 * box[2], 1.2 * box[3])


def part(text, box, seen):
    """What of a line can still be read when its box was cut."""
    a = round(len(text) * (seen[0] - box[0]) / max(1, box[2])) if seen[0] > box[0] + 2 else 0
    b = round(len(text) * (seen[0] + seen[2] - box[0]) / max(1, box[2])) if seen[0] + seen[2] < box[0] + box[2] - 2 else len(text)
    return text[a:b].strip() or text


def surface_pixels(surface):
    """RGB of a cairo surface (ARGB32/RGB24), copied."""
    surface.flush()
    w, h = surface.get_width(), surface.get_height()
    a = np.ndarray((h, surface.get_stride() // 4, 4), np.uint8, surface.get_data())[:, :w]
    return np.ascontiguousarray(a[..., 2::-1])


def pixels_surface(img):
    h, w = img.shape[:2]
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, w, h)
    a = np.ndarray((h, surface.get_stride() // 4, 4), np.uint8, surface.get_data())
    a[:, :w, :3] = img[..., ::-1]
    surface.mark_dirty()
    return surface


def hsv(h, s, v):
    import colorsys
    return colorsys.hsv_to_rgb(h % 1, s, v)


def picture(w, h, seed):
    """A picture without meaning: a photo-like gradient with shapes."""
    r = random.Random(seed)
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, w, h)
    c = cairo.Context(surface)
    hue = r.random()
    g = cairo.LinearGradient(0, 0, r.uniform(0, w), h)
    g.add_color_stop_rgb(0, *hsv(hue, r.uniform(.1, .8), r.uniform(.3, .95)))
    g.add_color_stop_rgb(1, *hsv(hue + r.uniform(-.2, .2), r.uniform(.1, .8), r.uniform(.1, .8)))
    c.set_source(g)
    c.paint()
    for _ in range(r.randint(0, 12)):
        c.set_source_rgba(*hsv(hue + r.uniform(-.3, .3), r.uniform(.1, .9), r.uniform(.2, 1)), r.uniform(.2, 1))
        kind = r.random()
        if kind < .4:
            c.arc(r.uniform(0, w), r.uniform(0, h), r.uniform(.03, .3) * h, 0, 7)
        elif kind < .7:
            c.rectangle(r.uniform(0, w), r.uniform(0, h), r.uniform(.05, .5) * w, r.uniform(.05, .5) * h)
        else:
            c.move_to(0, h)
            for i in range(6):
                c.line_to(w * i / 5, h * r.uniform(.4, .95))
            c.line_to(w, h)
        c.fill()
    img = surface_pixels(surface)
    if r.random() < .4:
        noise = np.random.RandomState(seed % (1 << 31)).normal(0, r.uniform(2, 14), (h, w, 1))
        img = np.clip(img + noise, 0, 255).astype(np.uint8)
    return img


def wallpaper(w, h, rng):
    if rng.random() < .35:
        img = np.empty((h, w, 3), np.uint8)
        img[:] = [int(255 * v) for v in hsv(rng.random(), rng.uniform(0, .7), rng.uniform(.1, .95))]
        return img
    return picture(w, h, rng.randint(0, 1 << 30))
