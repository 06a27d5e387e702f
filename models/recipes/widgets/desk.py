"""Wallpapers, decorations and panels around windows, and one whole screen."""
import cairo
import numpy as np

from scene import Maker, walk
from pixels import Layer, clip, hsv, part, pixels_surface, readable, surface_pixels, wallpaper


class Decoration:
    """One drawn style of title bars; the same for all windows of a screen."""

    def __init__(self, rng, scale, fonts):
        r = rng
        self.scale, self.family = scale, r.choice(fonts)
        self.height = int(r.randint(22, 36) * scale)
        self.border = r.choice([0, 0, 1, 1, 2, 4])
        self.size = r.randint(11, 15) * scale
        self.bold, self.center, self.left = r.random() < .4, r.random() < .5, r.random() < .25
        self.glyph = r.choice(["lines", "lines", "discs", "boxes", "thick"])
        self.light = r.random() < .5
        hue, sat = r.random(), r.choice([0, .05, .1, .6, .8])
        value = r.uniform(.8, 1) if self.light else r.uniform(.1, .5)
        self.top = hsv(hue, sat * (.5 if self.light else 1), value)
        self.bottom = hsv(hue, sat * (.5 if self.light else 1), value * r.choice([1, 1, .85]))
        self.ink = (.1, .1, .1) if self.light else (1, 1, 1)
        self.buttons = r.choice([["min", "max", "close"], ["min", "max", "close"], ["close"], ["max", "close"], ["close", "min", "max"]])
        self.gap = int(r.randint(20, 44) * scale)
        self.has_icon = r.random() < .45
        self.strip = r.random()

    def frame(self, layer, win, rng):
        """A new layer: `layer` with a title bar and borders round it."""
        h, w = layer.img.shape[:2]
        b, t = self.border, self.height
        surface = cairo.ImageSurface(cairo.FORMAT_RGB24, w + 2 * b, h + t + b)
        c = cairo.Context(surface)
        g = cairo.LinearGradient(0, 0, 0, t)
        ink_colour = self.ink
        for at, colour in ((0, self.top), (1, self.bottom)):
            fade = [v * .5 + .3 for v in colour] if win.back else colour
            g.add_color_stop_rgb(at, *fade)
        if win.back:
            ink_colour = (.25, .25, .25) if self.light else (.85, .85, .85)
        c.set_source(g)
        c.paint()
        c.set_source_surface(pixels_surface(layer.img), b, t)
        c.paint()
        items, left, right = self.draw_buttons(c, w + 2 * b, ink_colour, win)
        if self.has_icon and not self.left:
            c.set_source_rgb(*hsv(rng.random(), .7, .8))
            s = 14 * self.scale
            c.arc(left + s / 2 + 4, t / 2, s / 2, 0, 7) if rng.random() < .5 else c.rectangle(left + 4, (t - s) // 2, s, s)
            c.fill()
            items.append(("icon", (left + 4, (t - s) // 2, s, s)))
            left += s + 10
        text, box = self.draw_title(c, win.title, left, right, w + 2 * b, ink_colour)
        out = Layer(surface_pixels(surface), layer.x, layer.y)
        out.add("title_bar", (0, 0, w + 2 * b, t), text)
        for name, at in items:
            out.icon((at[0] - 2, at[1] - 2, at[2] + 4, at[3] + 4), {"min": "Minimize", "max": "Maximize", "close": "Close"}.get(name), thr=30)
        if text:
            out.line(text, box)
        shift(layer, b, t, out)
        return out, (b, t)

    def draw_title(self, c, title, left, right, width, colour):
        c.select_font_face(self.family, cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_BOLD if self.bold else cairo.FONT_WEIGHT_NORMAL)
        c.set_font_size(self.size)
        c.set_source_rgb(*colour)
        e = c.text_extents(title)
        while title and e.width > right - left - 12:
            title = title.rstrip("…")[:-1].rstrip() + "…" if len(title) > 3 else ""
            e = c.text_extents(title)
        x = max(left + 6, (width - e.width) / 2) if self.center else left + 6
        x, y = int(min(x, right - e.width - 4)), int(self.height / 2 + self.size * .36)
        c.move_to(x - e.x_bearing, y)
        c.show_text(title)
        return title, (x, y + e.y_bearing, e.width, e.height)

    def draw_buttons(self, c, width, colour, win):
        s = int((12 if self.glyph == "discs" else 10) * self.scale)
        names = [n for n in self.buttons if not win.dialog or n == "close"]
        items, y = [], (self.height - s) // 2
        x = 8 if self.left else width - len(names) * self.gap + (self.gap - s) // 2
        for name in names:
            self.draw_glyph(c, name, x, y, s, colour, win)
            items.append((name, (x, y, s, s)))
            x += self.gap if not self.left else max(s + 8, self.gap // 2)
        return (items, x, width - 6) if self.left else (items, 2, width - len(names) * self.gap - 4)

    def draw_glyph(self, c, name, x, y, s, colour, win):
        if self.glyph == "discs":
            c.set_source_rgb(*({"close": (.93, .37, .33), "min": (.95, .73, .2), "max": (.25, .75, .3)}[name] if not win.back else (.7, .7, .7)))
            c.arc(x + s / 2, y + s / 2, s / 2, 0, 7)
            c.fill()
            return
        if self.glyph == "boxes":
            c.set_source_rgb(.8, .8, .8)
            c.rectangle(x - 3, y - 3, s + 6, s + 6)
            c.fill()
            colour = (0, 0, 0)
        c.set_source_rgb(*colour)
        c.set_line_width(2 if self.glyph == "thick" else 1 * self.scale)
        if name == "close":
            c.move_to(x, y), c.line_to(x + s, y + s), c.move_to(x + s, y), c.line_to(x, y + s)
        elif name == "max":
            c.rectangle(x + .5, y + .5, s - 1, s - 1)
        else:
            c.move_to(x, y + s - 1.5), c.line_to(x + s, y + s - 1.5)
        c.stroke()


def shift(source, dx, dy, into):
    for e in source.elements:
        into.elements.append(dict(e, box=(e["box"][0] + dx, e["box"][1] + dy) + tuple(e["box"][2:])))
    for e in source.lines:
        into.lines.append(dict(e, box=(e["box"][0] + dx, e["box"][1] + dy) + tuple(e["box"][2:])))


def task_bar(w, rng, words, fonts, scale):
    """A panel with buttons for windows and a clock."""
    h = int(rng.randint(24, 44) * scale)
    dark = rng.random() < .65
    ground, fore = ((rng.uniform(.05, .25),) * 3, (.95,) * 3) if dark else ((rng.uniform(.8, .97),) * 3, (.1,) * 3)
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, w, h)
    c = cairo.Context(surface)
    c.set_source_rgb(*ground)
    c.paint()
    c.select_font_face(rng.choice(fonts))
    c.set_font_size(rng.randint(11, 14) * scale)
    x, todo = int(8 * scale), []
    for i in range(rng.randint(1, 6)):
        s = int(h * .55)
        c.set_source_rgb(*hsv(rng.random(), rng.uniform(.5, .9), rng.uniform(.5, .9)))
        c.arc(x + s / 2, h / 2, s / 2, 0, 7) if rng.random() < .5 else c.rectangle(x, (h - s) // 2, s, s)
        c.fill()
        todo.append(("icon", (x - 1, (h - s) // 2 - 1, s + 2, s + 2), None))
        x += int(s + 10 * scale)
        if rng.random() < .4 and x < w * .6:
            x = caption(c, words.some(4, 16), x, h, fore, todo) + int(14 * scale)
    text = f"{rng.randint(0, 23)}:{rng.randint(0, 59):02d}"
    caption(c, text, w - c.text_extents(text).width - 14, h, fore, todo)
    layer = Layer(surface_pixels(surface))
    for kind, box, text in todo:
        layer.icon(box) if kind == "icon" else layer.line(text, box)
    return layer


def caption(c, text, x, h, fore, todo):
    e = c.text_extents(text)
    c.set_source_rgb(*fore)
    y = int(h / 2 - e.height / 2 - e.y_bearing)
    c.move_to(x - e.x_bearing, y)
    c.show_text(text)
    todo.append(("line", (x, y + e.y_bearing, e.width, e.height), text))
    return x + e.width


def compose(w, h, layers, ground):
    """Paint the layers, bottom first, and keep of their truth what is not covered."""
    img, owner = ground.copy(), np.full((h, w), -1, np.int16)
    for i, layer in enumerate(layers):
        x, y, lw, lh = clip((layer.x, layer.y, layer.img.shape[1], layer.img.shape[0]), (0, 0, w, h))
        if lw > 0 and lh > 0:
            img[y:y + lh, x:x + lw] = layer.img[y - layer.y:y - layer.y + lh, x - layer.x:x - layer.x + lw]
            owner[y:y + lh, x:x + lw] = i
    elements, lines = [], []
    for i, layer in enumerate(layers):
        for e in layer.elements:
            box = visible(owner, i, e["box"], layer)
            if box:
                elements.append(dict(e, box=list(box)))
        for e in layer.lines:
            full = (e["box"][0] + layer.x, e["box"][1] + layer.y) + tuple(e["box"][2:])
            box = visible(owner, i, e["box"], layer, .1)
            if box and readable(box, full):
                lines.append({"text": part(e["text"], full, box), "box": list(box)})
    return img, elements, lines


def visible(owner, i, box, layer, share=.5):
    x, y, bw, bh = box[0] + layer.x, box[1] + layer.y, box[2], box[3]
    cx, cy, cw, ch = clip((x, y, bw, bh), (0, 0, owner.shape[1], owner.shape[0]))
    if cw <= 0 or ch <= 0:
        return None
    own = owner[cy:cy + ch, cx:cx + cw] == i
    if own.sum() < share * bw * bh:
        return None
    # the bounding box of the free part, ignoring stray slivers beside a window above
    rows, cols = np.flatnonzero(own.mean(1) > .3), np.flatnonzero(own.mean(0) > .3)
    if not len(rows) or not len(cols):
        return None
    return int(cx + cols[0]), int(cy + rows[0]), int(cols[-1] - cols[0] + 1), int(rows[-1] - rows[0] + 1)


# ------------------------------------------------------------------------------------------------------------ one screen

SIZES = [(800, 600), (1024, 768), (1280, 720), (1280, 800), (1366, 768), (1440, 900), (1600, 900), (1680, 1050), (1920, 1080)]


def screen(toolkit, rng, words, held):
    """Compose one screen of the toolkit's windows; returns (image, truth)."""
    words.choose_language()
    w, h = rng.choice(SIZES) if rng.random() < .6 else (rng.randint(800, 1920), rng.randint(600, 1080))
    scale = toolkit.scale
    source = toolkit.look(rng, held)
    maker, fonts = Maker(rng, words), toolkit.families
    decoration = Decoration(rng, scale if scale > 1 else rng.choice([1, 1, 1.25]), fonts)
    layers, ground, bar = [], wallpaper(w, h, rng), None
    if rng.random() < .3:
        bar = task_bar(w, rng, words, fonts, scale)
        bar.y = rng.choice([0, h - bar.img.shape[0]])
    count = rng.choice([1, 1, 1, 2, 2, 3, 4])
    maximised = rng.random() < .3
    for i in range(count):
        win = maker.window()
        win.back = i < count - 1
        if win.back:
            win.context = None
            for n in walk(win.root):
                n.attrs.pop("open", None)
                n.attrs.pop("focus", None)
        full = maximised and i == 0
        layers += place(toolkit, win, full, decoration, rng, w, h)
    if bar:
        layers.append(bar)
    img, elements, lines = compose(w, h, layers, ground)
    return img, {"width": w, "height": h, "source": source, "elements": elements, "lines": lines}


def place(toolkit, win, full, decoration, rng, w, h):
    """Render a window and set it (with decoration and its popups) on the screen."""
    s = toolkit.scale
    if full:
        win.size, win.dialog = (w // s, (h - (0 if win.header else decoration.height)) // s), False
    else:
        win.size = (min(win.size[0], int(w / s) - 10), min(win.size[1], int(h / s) - 50))
    base, popups = toolkit.render(win)
    dx = dy = 0
    border = decoration.border
    if not win.header or not toolkit.draws_headers:
        if full:
            decoration.border = 0
        base, (dx, dy) = decoration.frame(base, win, rng)
        decoration.border = border
    bh, bw = base.img.shape[:2]
    base.x, base.y = (0, 0) if full else (rng.randint(min(0, w - bw), max(0, w - bw)), rng.randint(min(0, h - bh) // 2 if bh > h else 0, max(0, h - bh)))
    if bh > h:
        base.y = 0
    if bw > w:
        base.x = 0
    if win.dialog:
        base.elements.insert(0, {"role": "dialog", "box": (0, 0, bw, bh), "label": win.title, "state": {}})
    for p in popups:
        p.x += base.x + dx
        p.y += base.y + dy
    return [base] + popups
