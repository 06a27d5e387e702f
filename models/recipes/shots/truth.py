"""From what applications say to what can be seen: elements and lines in pixels of the picture."""
import dataclasses
import re
import numpy as np

from pixels import Ink, area, inset, intersect, iou, looks_like_icon, parse_row, union, wrap_words
from tree import CLIPS, MENU_ROLES, TABLES, TOPS, flatten


class Truth:
    """From nodes and the picture to elements and lines."""

    def __init__(self, atspi, ink, windows, owners, measure, scale, overlay_roles=(), screen=None):
        self.a, self.ink, self.windows, self.owners = atspi, ink, windows, owners
        self.measure, self.scale = measure, scale
        self.elements, self.lines, self.unknown, self.frames = [], [], [], []
        self.unknown_roles = set(overlay_roles) | {"drawing area", "canvas", "calendar", "terminal", "embedded", "animation", "plug in object",
                                                   "chart", "html container"}
        self.layers = {}

    # -- where a node shows

    def top_window(self, node):
        """The X window of a top-level node: by box, then by title and by place."""
        def off(w):
            return min(sum(abs(p - q) for p, q in zip(node.box, b)) for b in (w.client, w.raw_client, w.box))
        best = min(self.windows, key=off, default=None)
        if best and off(best) <= 24 * self.scale:
            return best
        named = [w for w in self.windows if w.title and w.title == node.name]
        return named[-1] if named else None

    def popup_at(self, box):
        """The topmost unmanaged window (menu, list of a combo box) that holds the box."""
        for w in reversed(self.windows):
            if w.override and area(intersect(box, inset(w.box, -3))) >= 0.9 * area(box) > 0:
                return w
        return None

    def overlays(self, root):
        """Popovers are drawn within their window, over its other parts: treat each as a window above."""
        w = self.top_window(root)
        for c in root.children:
            if w is None or c.role not in ("panel", "popover", "filler") or not c.children or area(c.box) > 0.7 * area(root.box):
                continue
            if not any(d is not c and area(d.box) > area(c.box) and area(intersect(d.box, c.box)) > 0.8 * area(c.box) for d in root.children):
                continue
            # The popover's own box holds its shadow; the first part in it is the drawn body, less its border.
            body = intersect(inset(c.children[0].box, -4), intersect(c.box, w.box))
            x, y, ww, hh = self.ink.clip(body)
            number = 1000 + len(self.layers)
            part = self.owners[y:y + hh, x:x + ww]
            part[part == w.number] = number
            self.layers[id(c)] = dataclasses.replace(w, number=number, box=body, client=body, raw_client=body, title="", override=True)

    def place(self, node):
        """Set the window and the visible part of a node and of all below it."""
        p = node.parent
        if p is None:
            node.window = self.top_window(node)
        else:
            node.window = self.layers.get(id(node), p.window)
            in_menu = node.role in MENU_ROLES and p.role != "menu bar"
            if in_menu or (p.role in MENU_ROLES | {"combo box"}) or not p.window:
                pop = self.popup_at(node.box)
                if pop:
                    node.window = pop
                elif in_menu and not (p.window and p.window.override) and p.role in MENU_ROLES:
                    node.window = None
        node.seen = self.visible(node)
        for c in node.children:
            self.place(c)

    def visible(self, node):
        if node.window is None:
            return None
        b = node.box
        b = intersect(b, node.window.client if not node.window.override else node.window.box)
        for a in node.ancestors():
            if a.window is not node.window:
                break
            if a.role in CLIPS and area(a.box) > 0:
                b = intersect(b, a.box)
        return self.uncovered(b, node.window, node.box)

    def uncovered(self, box, window, whole):
        """The part of a box that its window shows; None where less than about half does."""
        x, y, w, h = self.ink.clip(box)
        if w < 2 or h < 2:
            return None
        m = self.owners[y:y + h, x:x + w] == window.number
        if m.sum() < 0.45 * area(whole):
            # A big area (an editor, a list, a window) stays as long as a good part of it shows.
            if m.sum() < 0.2 * area(whole) or min(w, h) < 80:
                return None
        ys, xs = np.where(m.mean(1) > 0.3)[0], np.where(m.mean(0) > 0.3)[0]
        if len(ys) == 0 or len(xs) == 0:
            return None
        return (int(x + xs[0]), int(y + ys[0]), int(xs[-1] - xs[0] + 1), int(ys[-1] - ys[0] + 1))

    def pieces(self, box, window):
        """What shows of a box as several boxes, without the parts that lie under other windows."""
        out = [tuple(int(v) for v in box)]
        for w in self.windows[window.number:] if window.number < 1000 else []:
            rest = []
            for b in out:
                c = intersect(b, w.box)
                if area(c) == 0:
                    rest.append(b)
                    continue
                x, y, ww, hh = b
                rest += [q for q in ((x, y, ww, c[1] - y), (x, c[1] + c[3], ww, y + hh - c[1] - c[3]),
                                     (x, c[1], c[0] - x, c[3]), (c[0] + c[2], c[1], x + ww - c[0] - c[2], c[3])) if q[2] > 3 and q[3] > 3]
            out = rest
        return [list(b) for b in out]

    # -- output

    def add(self, role, box, label=None, **state):
        if box is None or box[2] < 2 or box[3] < 1 or max(box[2:]) < 4:
            return
        state = {k: v for k, v in state.items() if v is not None}
        label = clean(label) or None
        self.elements.append({"role": role, "box": [int(v) for v in box], "label": label, "state": state})

    def add_line(self, text, box, window=None):
        text = clean(text)
        if text and box and box[2] >= 2 and box[3] >= 3:
            self.lines.append({"text": text, "box": [int(v) for v in box]})

    def add_icon(self, box, label=None, **state):
        if box and max(box[2], box[3]) > 48 * max(1, self.scale):
            self.add("image", box, label, **state)
        elif box:
            self.add("icon", box, label, **state)

    # -- states

    def state(self, n, *keys):
        out = {}
        s = n.states
        if "checked" in keys:
            out["checked"] = bool(s & {"checked", "pressed"})
        if "selected" in keys:
            out["selected"] = "selected" in s
        if "focused" in keys:
            out["focused"] = "focused" in s
        out["disabled"] = not (s & {"enabled", "sensitive"})
        return out

    # -- roles

    def run(self, roots):
        nodes = []
        for r in roots:
            self.overlays(r)
            self.place(r)
            flatten(r, nodes)
        for n in nodes:
            if n.seen is None:
                continue
            self.frames.append(n.seen)
            handler = HANDLERS.get(n.role)
            if self.inner_part(n):
                continue
            if handler:
                handler(self, n)
            if n.role in self.unknown_roles and area(n.seen) > 400:
                self.unknown += self.pieces(n.seen, n.window)
        for n in nodes:
            if n.role in TABLES and n.seen:
                self.rows(n)
        self.title_bars()
        self.header_bars(nodes)
        self.tidy()

    def inner_part(self, n):
        """Parts of combo boxes and spinners are not listed, nor what stands in a scroll bar."""
        for a in n.ancestors():
            if a.role in ("combo box", "spin button", "scroll bar", "slider", "menu bar") and a.window is n.window:
                return a.role != "menu bar" and not (a.role == "combo box" and n.role in ("entry", "text") and not self.entry_line(n))
            if a.role in ("button", "toggle button") and a.window is n.window and n.role in ("button", "image", "icon", "label"):
                return True
        return False

    def entry_line(self, n):
        self.text_lines(n)
        return True

    def words_or_icon(self, n, texts):
        """Ink of a button: (lines, icons). Words may stand beside or under a picture."""
        b = n.seen
        d = max(3, min(5, min(b[2], b[3]) // 6)) * max(1, round(self.scale))
        core = inset(b, d)
        lines, rest = parse_row(self.ink, core, texts, self.measure)
        if texts and not lines and core[3] > 2.2 * self.measure.em:
            m = self.ink.mask(core)
            bands = Ink.runs(m.any(1), 2)
            for a, z in reversed(bands):
                sub = (core[0], core[1] + a, core[2], z - a)
                lines, more = parse_row(self.ink, sub, texts, self.measure)
                if lines:
                    top = self.ink.bounds((core[0], core[1], core[2], a)) if a > 6 else None
                    rest = [top] if top else []
                    break
        share = 0.6 if n.inside("tool bar") else 0.35
        doubtful = n.inside("tool bar") or b[2] < 1.6 * b[3]
        if lines and doubtful and not all(self.written(t, q, share) for t, q in lines):
            return [], [r for r in [self.ink.bounds(core)] if r]
        return lines, [r for r in rest if r and looks_like_icon(r, self.scale)]

    def written(self, text, box, share):
        """Words are of one colour and stand in letters; a picture of the same width is not and does not."""
        c = self.ink.crop(box).reshape(-1, 3).astype(float)
        ground, _ = Ink.common_colour(self.ink.crop(inset(box, -2)))
        d = c - ground
        far = d[np.abs(d).max(1).argmax()]
        size = float(np.linalg.norm(far)) or 1.0
        along = d @ (far / size)
        aside = np.linalg.norm(d - along[:, None] * (far / size), axis=1)
        if np.percentile(aside, 92) > 0.22 * size + 12:
            return False
        letters = len(re.sub(r"\W", "", text))
        return letters < 3 or len(Ink.runs(self.ink.mask(box).any(0), 0)) >= share * letters

    def button(self, n):
        name = label_of(n)
        checked = ("checked",) if n.role == "toggle button" else ()
        if n.role == "toggle button" and self.is_switch(n):
            box = self.ink.bounds(n.seen, 10)
            if box:
                self.add("check_box", box, name, **self.state(n, "checked"))
            return
        lines, icons = self.words_or_icon(n, [name] if name else [])
        if lines:
            self.add("button", self.fit(n.seen), name, **self.state(n, *checked))
            for t, b in lines:
                self.add_line(t, b)
            for b in icons[:1]:
                self.add_icon(b)
            return
        d = max(2, min(4, min(n.seen[2:]) // 6))
        b = self.ink.bounds(inset(n.seen, d)) or None
        if b is None or self.ink.flat(n.seen):
            return
        if b[2] > 3.5 * b[3] and name and b[2] > 30:
            # Words the measure did not know (cut short, another font).
            self.add("button", self.fit(n.seen), name, **self.state(n, *checked))
            self.add_line(name, b)
            return
        # A menu button's arrow beside its picture is an icon of its own.
        parts = [r for r in icons if r[2] >= 4] if len(icons) > 1 else []
        if len(parts) == 2 and parts[1][2] < parts[0][2] and parts[1][0] - parts[0][0] - parts[0][2] >= 4:
            self.add_icon(parts[0], name, **self.state(n, *checked))
            self.add_icon(parts[1], None)
            return
        self.add_icon(b, name, **self.state(n, *checked))

    def is_switch(self, n):
        try:
            i = n.acc.get_action_iface()
            if i and i.get_n_actions() and "switch" in (i.get_action_description(0) or "").lower():
                return True
        except Exception:
            pass
        return False

    def fit(self, box):
        """Take off margins a style leaves around the drawn frame (a few pixels at most)."""
        limit = round(6 * max(1, self.scale))
        ring = inset(box, -2)
        x, y, w, h = self.ink.clip(ring)
        c = self.ink.p[y:y + h, x:x + w]
        if c.size == 0:
            return box
        edge = np.concatenate([c[0], c[-1], c[:, 0], c[:, -1]])
        ground, share = Ink.common_colour(edge[None])
        if share < 0.5:
            return box
        m = np.abs(c - ground).max(axis=2) > 6
        if not m.any():
            return box
        ys, xs = np.where(m.mean(1) > 0.1)[0], np.where(m.mean(0) > 0.1)[0]
        if not len(ys) or not len(xs):
            return box
        t = (x + xs[0], y + ys[0], xs[-1] - xs[0] + 1, ys[-1] - ys[0] + 1)
        t = intersect(t, box)
        if t[0] - box[0] > limit or t[1] - box[1] > limit or box[0] + box[2] - t[0] - t[2] > limit or box[1] + box[3] - t[1] - t[3] > limit:
            return box
        return t

    def indicator(self, box, anywhere=False):
        """The little square or ring of a check box or radio button, by ink.

        It stands at one end of the widget; in a cell of its own it may stand anywhere."""
        x, y, w, h = box
        reach = w if anywhere else min(w, max(h + 6, round(34 * self.scale)))
        sides = [(x, y, reach, h), (x + w - reach, y, reach, h)]
        for part in sides:
            m = self.ink.mask(part, 9)
            if m.size == 0:
                continue
            for a, b in (Ink.runs(m.any(0), 1) if part is sides[0] else reversed(Ink.runs(m.any(0), 1))):
                rows = Ink.runs(m[:, a:b].any(1), 1)
                if not rows:
                    continue
                r0, r1 = max(rows, key=lambda r: r[1] - r[0])
                ww, hh = b - a, r1 - r0
                px, py = self.ink.clip(part)[:2]
                off = px + a - x if part is sides[0] else x + w - px - b
                if not anywhere and off > 11 * self.scale:
                    break
                if 10 * self.scale <= ww <= 30 * self.scale and 0.78 <= ww / hh <= 1.3 and hh >= 10 * self.scale:
                    return (px + a, py + r0, ww, hh)
                if ww >= 5 * self.scale:
                    break
        return None

    def check(self, n):
        name = label_of(n)
        role = "radio_button" if n.role == "radio button" else "check_box"
        box = None if n.inside("tool bar") else self.indicator(n.seen)
        if box is None:
            # Drawn as a button (toolbars, "linked" radio buttons): pressed or not.
            before = len(self.elements)
            self.button_like_check(n, name)
            if len(self.elements) == before and not n.inside("tool bar"):
                # Nothing could be made out: the words at least, and the rest as not known.
                lines, _ = parse_row(self.ink, inset(n.seen, 1), [name] if name else [], self.measure)
                for t, b in lines:
                    self.add_line(t, b)
                self.unknown.append([int(v) for v in n.seen])
            return
        self.add(role, box, name, **self.state(n, "checked"))
        rest = (box[0] + box[2] + 2, n.seen[1], n.seen[0] + n.seen[2] - box[0] - box[2] - 2, n.seen[3])
        if box[0] - n.seen[0] > 0.5 * n.seen[2]:
            rest = (n.seen[0], n.seen[1], box[0] - 2 - n.seen[0], n.seen[3])
        if name and rest[2] > 6:
            self.block(name, rest)

    def button_like_check(self, n, name):
        lines, icons = self.words_or_icon(n, [name] if name else [])
        if lines and lines[0][1][0] - n.seen[0] >= 14 * self.scale:
            # A faint indicator before the words.
            b = self.ink.bounds((n.seen[0], n.seen[1], lines[0][1][0] - n.seen[0] - 2, n.seen[3]), 4)
            if b and 10 * self.scale <= min(b[2:]) and max(b[2:]) <= 30 * self.scale and 0.75 <= b[2] / b[3] <= 1.34:
                self.add("radio_button" if n.role == "radio button" else "check_box", b, name, **self.state(n, "checked"))
                self.add_line(*lines[0])
                return
        if lines:
            self.add("button", self.fit(n.seen), name, **self.state(n, "checked"))
            for t, b in lines:
                self.add_line(t, b)
        else:
            b = self.ink.bounds(inset(n.seen, 3))
            if b and looks_like_icon(b, self.scale):
                self.add_icon(b, name, **self.state(n, "checked"))

    def block(self, text, box):
        """A text without offsets in a box: its drawn lines by the gaps between inked rows."""
        text = clean(text, keep_lines=True)
        m = self.ink.mask(box)
        x, y, w, h = self.ink.clip(box)
        if m.size == 0 or not m.any():
            return
        bands = [r for r in Ink.runs(m.any(1), 0)]
        bands = self.join_bands(bands)
        if not bands:
            return
        spans = []
        for a, b in bands:
            xs = np.where(m[a:b].any(0))[0]
            spans.append((x + int(xs[0]), y + a, int(xs[-1] - xs[0] + 1), b - a))
        hard = [t for t in text.split("\n") if t.strip()]
        if len(hard) == len(spans):
            parts = hard
        elif len(spans) == 1:
            parts = [" ".join(hard)]
        else:
            parts = wrap_words(" ".join(hard), [s[2] for s in spans], self.measure)
        for t, s in zip(parts, spans):
            lines, rest = parse_row(self.ink, s, [t.strip()], self.measure)
            got = lines[0][1] if len(lines) == 1 else s
            self.add_line(t, got)

    def join_bands(self, bands):
        """Dots and accents belong to their line: join slim bands to the near one."""
        out = []
        em = self.measure.em
        for a, b in bands:
            if out and (a - out[-1][1] <= 0.22 * em and (out[-1][1] - out[-1][0] < 0.35 * em or b - a < 0.35 * em)) and b - out[-1][0] < 1.7 * em:
                out[-1] = (out[-1][0], b)
            else:
                out.append((a, b))
        return [r for r in out if r[1] - r[0] >= 3]

    def label(self, n):
        if any(a.role in MENU_ROLES | {"page tab", "check box", "radio button", "combo box"} for a in n.ancestors() if a.window is n.window):
            if not n.inside("page tab"):
                return
        if not self.text_lines(n) and n.name:
            self.block(strip_tags(n.name), n.seen)

    def text_lines(self, n):
        """Lines through the Text interface; False where it does not help."""
        try:
            t = n.acc.get_text_iface()
            if t is None:
                return False
            count = t.get_character_count()
        except Exception:
            return False
        if count <= 0:
            return False
        first, last = self.shown_range(t, n, count)
        pos, made, guard = first, 0, 0
        while pos < last and guard < 120:
            guard += 1
            start, end, content = self.line_at(t, pos, count)
            if end <= pos:
                break
            body = content.rstrip()
            lead = len(body) - len(body.lstrip())
            if body.strip() and "\ufffc" not in body:
                made += self.spoken_line(t, n, start + lead, start + len(body), body.strip())
            pos = end
        return made > 0

    def line_at(self, t, pos, count):
        try:
            r = t.get_string_at_offset(pos, self.a.TextGranularity.LINE)
            if r and r.end_offset > pos and r.content:
                return r.start_offset, r.end_offset, r.content
        except Exception:
            pass
        whole = t.get_text(pos, min(count, pos + 400)) or ""
        cut = whole.find("\n")
        return (pos, pos + cut + 1, whole[:cut]) if cut >= 0 else (pos, pos + max(1, len(whole)), whole)

    def shown_range(self, t, n, count):
        if count < 1500:
            return 0, count
        x, y, w, h = [v / n.scale for v in n.seen]
        try:
            a = t.get_offset_at_point(int(x + 3), int(y + 3), self.a.CoordType.SCREEN)
            b = t.get_offset_at_point(int(x + w - 4), int(y + h - 4), self.a.CoordType.SCREEN)
        except Exception:
            return 0, min(count, 6000)
        a = a if a > 0 else 0
        return a, (b if b > a else min(count, a + 6000))

    def spoken_line(self, t, n, start, end, text):
        try:
            e = t.get_range_extents(start, end, self.a.CoordType.SCREEN)
        except Exception:
            return 0
        b = tuple(round(v * n.scale) for v in (e.x, e.y, e.width, e.height))
        if b[2] <= 0 or b[3] <= 0:
            return 0
        part = intersect(b, n.seen)
        if area(part) < 0.5 * area(b):
            # Too long a line in a field that scrolls sideways: keep what shows.
            if part[3] < 0.6 * b[3] or part[2] < 2 * self.measure.em:
                return 0
            text = self.cut_text(t, n, start, end, part) or text
        if part[3] > 2.3 * self.measure.em and len(text) > 12 and self.bands(part) > 1:
            return 0
        box = self.ink.grow_to_ink(part, 0)
        if box is None:
            return 0
        m = self.owners[box[1]:box[1] + box[3], box[0]:box[0] + box[2]] == n.window.number
        if m.mean() > 0.97:
            self.add_line(text, box)
            return 1
        # Something lies over a part of the line: its pieces.
        for a, b in Ink.runs(m.mean(0) > 0.8, 0):
            piece = self.ink.bounds((box[0] + a, box[1], b - a, box[3]))
            said = piece and piece[2] > self.measure.em and self.cut_text(t, n, start, end, piece)
            if said:
                self.add_line(said, piece)
            elif piece:
                self.unknown.append([int(v) for v in piece])
        return 1

    def bands(self, box):
        return len(self.join_bands(Ink.runs(self.ink.mask(box).any(1), 0)))

    def cut_text(self, t, n, start, end, part):
        """The characters of a line whose boxes lie in the visible part."""
        out = ""
        for i in range(start, min(end, start + 300)):
            try:
                e = t.get_character_extents(i, self.a.CoordType.SCREEN)
            except Exception:
                return None
            mid = (e.x + e.width / 2) * n.scale
            if part[0] <= mid <= part[0] + part[2]:
                out += t.get_text(i, i + 1)
        return out.strip() or None

    def entry(self, n):
        if n.role == "text" and "editable" not in n.states and "focusable" not in n.states and not self.framed(n.seen):
            self.text_lines(n)
            return
        if self.ink.flat(inset(n.seen, -2)) and not n.name:
            return
        self.add("text_field", self.fit(n.seen), label_of(n), **self.state(n, "focused"))
        if not self.text_lines(n):
            self.placeholder(n)

    def placeholder(self, n):
        """An empty field: a grey hint may stand in it."""
        try:
            hint = (n.acc.get_attributes() or {}).get("placeholder-text") or ""
        except Exception:
            hint = ""
        texts = [t for t in (hint, n.name) if t]
        for t in texts[:2]:
            lines, _ = parse_row(self.ink, inset(n.seen, 4, 3), [t], self.measure)
            if lines:
                self.add_line(*lines[0])
                return

    def combo(self, n):
        if self.ink.flat(n.seen):
            return
        name = label_of(n)
        self.add("drop_down", self.fit(n.seen), name, **self.state(n))
        if any(c.role in ("entry", "text") for c in n.children):
            return
        shown = ""
        for k in flatten(n, [])[1:]:
            if "selected" in k.states and k.name:
                shown = k.name
        for t in [shown, n.name, self.value_text(n), self.selected_child(n)]:
            if t:
                core = inset(n.seen, round(5 * self.scale), round(3 * self.scale))
                lines, rest = parse_row(self.ink, core, [clean(t)], self.measure)
                if lines:
                    self.add_line(*lines[0])
                    return

    def selected_child(self, n):
        try:
            k = n.acc.get_selection_iface().get_selected_child(0)
            return k.get_name() if k else ""
        except Exception:
            return ""

    def value_text(self, n):
        try:
            t = n.acc.get_text_iface()
            return t.get_text(0, t.get_character_count()) if t else ""
        except Exception:
            return ""

    def spinner(self, n):
        self.add("spinner", self.fit(n.seen), label_of(n), **self.state(n))
        if not self.text_lines(n):
            for k in flatten(n, [])[1:]:
                if k.role in ("text", "entry") and k.seen and self.text_lines(k):
                    return
            v = self.value_text(n)
            if v:
                lines, _ = parse_row(self.ink, inset(n.seen, 4, 3), [v], self.measure)
                for t, b in lines:
                    self.add_line(t, b)

    def slider(self, n):
        b = self.ink.bounds(n.seen, 8)
        if b:
            self.add("slider", b, label_of(n), **self.state(n))

    def scroll_bar(self, n):
        if not self.ink.flat(inset(n.seen, 1)) and max(n.seen[2:]) > 30:
            self.add("scroll_bar", n.seen)

    def progress(self, n):
        if not self.ink.flat(inset(n.seen, -1)):
            self.add("progress", self.ink.bounds(n.seen, 8) or n.seen, label_of(n))
            for v in [n.name] + self.percent(n):
                lines, _ = parse_row(self.ink, inset(n.seen, 2), [v], self.measure) if v else ([], [])
                for t, b in lines:
                    self.add_line(t, b)
                if lines:
                    return

    def percent(self, n):
        """What a progress bar without a name may have written on it."""
        try:
            v = n.acc.get_value_iface()
            low, high, now = v.get_minimum_value(), v.get_maximum_value(), v.get_current_value()
            share = round(100 * (now - low) / (high - low))
            return [f"{share}%", f"{share} %"]
        except Exception:
            return []

    def tab(self, n):
        name = label_of(n)
        if self.ink.flat(n.seen):
            return
        self.add("tab", self.whole_tab(n), name, **self.state(n, "selected"))
        if any(k.role == "label" and k.seen for k in flatten(n, [])[1:]):
            return
        lines, rest = parse_row(self.ink, inset(n.seen, 4, 3), [name] if name else [], self.measure)
        for t, b in lines:
            self.add_line(t, b)
        for b in rest:
            if looks_like_icon(b, self.scale):
                self.add_icon(b)

    def whole_tab(self, n):
        """Some toolkits tell a tab's label only: the tab reaches to the strip's edge and half-way to its neighbours."""
        strip = n.parent
        if not strip or strip.role != "page tab list" or not strip.seen:
            return n.seen
        tabs = [k for k in strip.children if k.role == "page tab" and area(k.box) > 0]
        x, y, w, h = n.box
        sx, sy, sw, sh = strip.box
        to = {"top": y - sy, "bottom": sy + sh - y - h, "left": x - sx, "right": sx + sw - x - w}
        spread = {e: max(abs({"top": k.box[1], "bottom": k.box[1] + k.box[3], "left": k.box[0], "right": k.box[0] + k.box[2]}[e]
                             - {"top": y, "bottom": y + h, "left": x, "right": x + w}[e]) for k in tabs) for e in to}
        level = [e for e in ("top", "bottom", "left", "right") if spread[e] <= 6 * self.scale and to[e] <= 16 * self.scale]
        if not level:
            return n.seen
        edge = min(level, key=lambda e: to[e])
        flat = edge in ("top", "bottom")
        # The gap between neighbours along the strip.
        a, length = (0, 2) if flat else (1, 3)
        order = sorted(tabs, key=lambda k: k.box[a])
        gaps = [q.box[a] - p.box[a] - p.box[length] for p, q in zip(order, order[1:])]
        gaps = [g for g in gaps if -4 <= g <= 60 * self.scale]
        if sh < 1.3 * h and flat and not (gaps and min(gaps) > 6):
            return n.seen
        half = min(gaps) / 2 if gaps else 10 * self.scale
        if gaps and min(gaps) < 5:
            return n.seen
        half = int(half)
        d = int(min(to[edge], 16 * self.scale))
        b = (x - half, y - d, w + 2 * half, h + 2 * d) if flat else (x - d, y - half, w + 2 * d, h + 2 * half)
        return self.uncovered(intersect(b, strip.seen), n.window, n.seen) or n.seen

    def menu_item(self, n):
        name = label_of(n)
        if n.role in ("menu", "popup menu") and not (n.parent and n.parent.role in MENU_ROLES | {"menu bar", "combo box"}):
            return
        if self.ink.flat(n.seen) or (not name and n.seen[3] < 12):
            return
        heading = n.parent and n.parent.role == "menu bar"
        if not heading and n.parent and n.parent.role in MENU_ROLES and not (n.window and n.window.override):
            return
        keys = ["selected"] + (["checked"] if n.role in ("check menu item", "radio menu item") or "checkable" in n.states else [])
        st = self.state(n, *keys)
        if "focused" in n.states or "armed" in n.states:
            st["selected"] = True
        if n.role == "menu" and not heading and "selected" not in n.states:
            st.pop("selected", None)
        self.add("menu_item", n.seen, name, **st)
        texts = [t for t in name.split("\t") if t]
        accel = accelerator(n)
        if accel and len(texts) < 2 and not heading:
            texts.append(accel)
        lines, rest = parse_row(self.ink, inset(n.seen, 1, 2), texts, self.measure)
        if not lines and name:
            b = self.ink.bounds(inset(n.seen, 4, 2))
            if b and heading:
                lines = [(name, b)]
        for t, b in lines:
            self.add_line(t, b)
        for b in rest:
            if not looks_like_icon(b, self.scale) or heading:
                continue
            if n.role == "check menu item" and b[0] < n.seen[0] + 40 * self.scale:
                continue
            if n.role == "radio menu item" and b[0] < n.seen[0] + 40 * self.scale:
                continue
            self.add_icon(b)

    def link(self, n):
        b = self.ink.bounds(n.seen)
        if not b:
            return
        if n.name and not any(c.role in ("image", "icon") for c in n.children):
            self.add("link", b, n.name)
        if not self.text_lines(n) and n.name and not n.children:
            self.block(n.name, n.seen)

    def image(self, n):
        if n.inside("table", "tree table", "tree") and n.parent.role == "table cell":
            return
        if self.ink.flat(n.seen):
            return
        b = self.ink.bounds(n.seen, 20)
        if b is None:
            return
        if n.role == "icon" and "selectable" in n.states and n.parent and n.parent.role in ("layered pane", "list", "panel"):
            self.add("list_row", n.seen, label_of(n) or self.value_text(n), **self.state(n, "selected"))
            self.tile(n)
            return
        self.add_icon(b, n.name or None)

    def tile(self, n):
        """A tile of an icon view: picture above, words below or beside."""
        lines, rest = [], []
        name = n.name or self.value_text(n)
        m = self.ink.mask(inset(n.seen, 1))
        bands = Ink.runs(m.any(1), 2)
        for a, z in reversed(bands):
            sub = (n.seen[0] + 1, n.seen[1] + 1 + a, n.seen[2] - 2, z - a)
            lines, rest = parse_row(self.ink, sub, [clean(name)] if name else [], self.measure)
            if lines:
                for t, b in lines:
                    self.add_line(t, b)
                if a > 8:
                    rest = [self.ink.bounds((n.seen[0] + 1, n.seen[1] + 1, n.seen[2] - 2, a))]
                break
        for b in rest:
            if b and max(b[2:]) >= 8:
                self.add_icon(b)

    def list_item(self, n):
        if n.inside("document web") and "selectable" not in n.states:
            if n.name and not n.children:
                self.text_lines(n) or self.block(n.name, n.seen)
            return
        if n.parent and n.parent.role in TABLES | {"panel", "combo box", "menu", "window"}:
            if self.ink.flat(n.seen) and not n.name:
                return
            self.add("list_row", self.row_box(n.parent, n.seen) if n.parent.role in TABLES and n.parent.seen else n.seen,
                     label_of(n), **self.state(n, "selected"))
            if not n.children:
                self.cell(n)
        elif n.name and not n.children:
            self.text_lines(n) or self.block(n.name, n.seen)

    def header(self, n):
        name = label_of(n)
        if self.ink.flat(n.seen):
            return
        self.add("button", n.seen, name)
        if any(k.role == "label" and k.seen for k in flatten(n, [])[1:]):
            return
        lines, rest = parse_row(self.ink, inset(n.seen, 3, 2), [name] if name else [], self.measure)
        for t, b in lines:
            self.add_line(t, b)
        if name and not lines:
            b = self.ink.bounds(inset(n.seen, 3, 2))
            if b and b[2] > 2 * b[3]:
                self.add_line(name, b)
            return
        for b in rest:
            if looks_like_icon(b, self.scale) and max(b[2:]) < 20 * self.scale:
                self.add_icon(b)

    def dialog(self, n):
        if n.parent is None and n.window and n.window.override:
            return
        w = n.window
        if w:
            box = self.uncovered(w.box, w, w.box)
            if box:
                self.add("dialog", box, n.name or w.title)

    def panel(self, n):
        if n.seen[2] < 60 or n.seen[3] < 30:
            return
        if n.parent and n.parent.role in TOPS and area(n.seen) > 0.9 * area(n.parent.box):
            return
        b = self.border(n.seen)
        if b:
            self.add("pane", b, n.name or None)
        if n.name and not any(k.role in ("label", "check box") and clean(k.name) == clean(n.name) for k in n.children):
            # A caption the bus does not tell as a label.
            name = label_of(n).replace("&", "")
            strip = (n.seen[0] + 2, n.seen[1] + 1, n.seen[2] - 4, min(n.seen[3], round(1.7 * self.measure.em)))
            lines, rest = parse_row(self.ink, strip, [name], self.measure)
            for t, c in lines:
                self.add_line(t, c)

    def framed(self, b):
        return self.border(b) is not None

    def border(self, b):
        """A drawn frame just inside the box (its top may be lower, below a caption): its box or None."""
        x, y, w, h = self.ink.clip(b)
        p = self.ink.p[y:y + h, x:x + w]
        if p.shape[0] < 20 or p.shape[1] < 20:
            return None

        def line(strip, axis):
            """The first row (of a few) that stands out from its neighbours along nearly all of its length."""
            s = strip if axis == 0 else strip.transpose(1, 0, 2)
            for i in range(0, s.shape[0] - 1):
                d = np.abs(s[i] - s[i + 1]).max(axis=1)
                if (d[4:-4] > 8).mean() > 0.9 and s[i][4:-4].std(0).max() < 12:
                    return i
            return None
        left = line(p[20:-6, :5] if h > 40 else p[4:-4, :5], 1)
        right = line(p[20:-6, -5:][:, ::-1] if h > 40 else p[4:-4, -5:][:, ::-1], 1)
        bottom = line(p[-5:][::-1][:, 4:-4], 0)
        if left is None or right is None or bottom is None:
            return None
        # Where the left edge begins is the top of the frame.
        column = p[:, min(left, w - 2)]
        ref = column[h * 2 // 3]
        same = np.abs(column - ref).max(axis=1) < 14
        run = h * 2 // 3
        while run > 0 and same[run - 1]:
            run -= 1
        top = max(0, run - 2) if run > 4 else 0
        if top > 0.4 * h and top > 40:
            return None
        return (x + left, y + top, w - left - right, h - top - bottom)

    # -- tables

    def row_box(self, table, box):
        """A row over the width of its list, without the list's scroll bars."""
        x0, x1 = table.seen[0], table.seen[0] + table.seen[2]
        for k in flatten(table, [])[1:]:
            if k.role == "scroll bar" and k.seen and k.seen[3] > k.seen[2]:
                x1 = min(x1, k.seen[0])
        return (x0, box[1], x1 - x0, box[3])

    def rows(self, table):
        cells = []
        for k in flatten(table, [])[1:]:
            if k.role in ("table cell", "tree item") and k.seen and self.table_of(k) is table:
                if k.parent.role != "table cell":
                    cells.append(k)
        cells = [c for c in cells if c.seen[3] < 0.9 * table.seen[3] or len(cells) < 4]
        groups = {}
        for c in cells:
            mid = c.seen[1] + c.seen[3] / 2
            for key in groups:
                if abs(key - mid) < 5:
                    groups[key].append(c)
                    break
            else:
                groups[mid] = [c]
        if len(cells) > 60 and len(groups) and len(cells) / len(groups) > 12:
            # A grid (a sheet, a table of characters): its cells are tiles.
            for c in cells:
                self.add("list_row", c.seen, label_of(c), **self.state(c, "selected"))
                self.cell(c)
            return
        for key, row in groups.items():
            top = min(c.seen[1] for c in row)
            bottom = max(c.seen[1] + c.seen[3] for c in row)
            box = self.row_box(table, (0, top, 0, bottom - top))
            names = [c.name for c in sorted(row, key=lambda c: c.seen[0]) if c.name]
            if not names and self.ink.flat(box):
                continue
            self.add("list_row", box, " ".join(names)[:200],
                     selected=any("selected" in c.states for c in row),
                     disabled=None)
            for c in row:
                self.whole_cell(c)
            if not any(self.reach(c) != c.seen for c in row):
                self.expander(row, box)

    def whole_cell(self, c):
        """A cell of several parts: their boxes are not to be trusted in trees, so the ink decides."""
        leaves = sorted([k for k in c.children if k.seen], key=lambda k: k.seen[0])
        if not leaves:
            if c.name and c.role == "table cell" and "\n" not in c.name and self.cell_kind(c) == "text" and self.reach(c) != c.seen:
                return self.cell_words(self.reach(c), clean(strip_tags(c.name)))
            return self.cell(c)
        kinds = [self.cell_kind(k) for k in leaves]
        texts = [clean(strip_tags(k.name)) for k in leaves if k.name]
        if "toggle" in kinds or len(texts) > 1 or "\n" in "".join(k.name for k in leaves):
            for k in leaves:
                self.cell(k)
            return
        self.cell_words(self.reach(c), texts[0] if texts else "")

    def reach(self, c):
        """In trees a cell's told place may miss the room of the expander: look further to the left."""
        table = self.table_of(c)
        if table is None or not table.seen or not any("expandable" in k.states for k in table.children):
            return c.seen
        first = min((k.seen[0] for k in table.children if k.seen and k.role == "table cell" and abs(k.seen[1] - c.seen[1]) < 5), default=c.seen[0])
        if c.seen[0] > first:
            return c.seen
        x = max(table.seen[0] + 1, c.seen[0] - round(44 * self.scale))
        return (x, c.seen[1], c.seen[0] + c.seen[2] - x, c.seen[3])

    def expander(self, row, box):
        first = min(row, key=lambda c: c.seen[0])
        if not any("expandable" in c.states for c in row):
            return
        gap = first.seen[0] - box[0]
        if 8 <= gap:
            part = (max(box[0], first.seen[0] - round(24 * self.scale)), box[1] + 1, min(gap, round(24 * self.scale)), box[3] - 2)
            b = self.ink.bounds(part)
            if b and looks_like_icon(b, self.scale):
                self.add_icon(b)

    def table_of(self, n):
        for a in n.ancestors():
            if a.role in TABLES:
                return a
        return None

    def cell(self, n):
        if self.ink.flat(n.seen):
            return
        name = label_of(n)
        kind = self.cell_kind(n)
        if kind == "toggle":
            b = self.indicator(n.seen, anywhere=not name)
            if b and name and not self.plain_inside(b, "checked" in n.states):
                b = None
            if b:
                self.add("check_box", b, None, **self.state(n, "checked"))
                if name and n.seen[2] > 3 * b[2]:
                    rest = (b[0] + b[2] + 3, n.seen[1], n.seen[0] + n.seen[2] - b[0] - b[2] - 3, n.seen[3])
                    self.cell_words(rest, name)
                return
            elif not name:
                return
        if kind == "image" and not name:
            b = self.ink.bounds(n.seen, 20)
            if b:
                self.add_icon(b)
            return
        self.cell_words(n.seen, name)

    def plain_inside(self, b, checked):
        """Some toolkits call every cell checkable: an empty square tells a real check box from a picture."""
        if max(b[2:]) > 19 * self.scale or abs(b[2] - b[3]) > 1:
            return False
        return checked or self.ink.flat(inset(b, round(4 * self.scale)))

    def cell_words(self, box, name):
        if not name:
            lines, rest = parse_row(self.ink, inset(box, 1), [], self.measure)
            rest = [r for r in rest if looks_like_icon(r, self.scale)]
            if len(rest) == 1:
                self.add_icon(rest[0])
            return
        if "\n" in name.strip():
            self.block(name, inset(box, 1))
            return
        text = clean(strip_tags(name))
        lines, rest = parse_row(self.ink, inset(box, 1), [text], self.measure)
        if lines:
            for t, b in lines:
                self.add_line(t, b)
            for b in rest:
                if looks_like_icon(b, self.scale):
                    self.add_icon(b)
        else:
            self.cut_cell(box, text)

    def cut_cell(self, box, text):
        """Words longer than their cell: they fill it after a picture, if there is one."""
        b = self.ink.bounds(inset(box, 1))
        if not b:
            return
        if self.measure.width(text) > 0.85 * b[2] and b[3] < 2 * self.measure.em:
            _, rest = parse_row(self.ink, b, [], self.measure)
            rest = [r for r in rest if r[3] > 2]
            if len(rest) > 1 and looks_like_icon(rest[0], self.scale) and rest[0][3] > 0.9 * self.measure.em and rest[0][2] > 0.8 * rest[0][3]:
                self.add_icon(rest[0])
                x = rest[1][0]
                b = self.ink.bounds((x, b[1], b[0] + b[2] - x, b[3]))
            if b:
                self.add_line(text, b)
        else:
            self.block(text, inset(box, 1))

    def cell_kind(self, n):
        try:
            i = n.acc.get_action_iface()
            if i and any((i.get_action_name(k) or "").lower() == "toggle" for k in range(i.get_n_actions())):
                return "toggle"
            if "checkable" in n.states or "checked" in n.states:
                return "toggle"
            if n.role in ("image", "icon") or n.acc.get_image_iface():
                return "image"
        except Exception:
            pass
        return "text"

    # -- title bars

    def title_bars(self):
        for w in self.windows:
            left, right, top, bottom = w.extents
            if w.override or w.own_bar or top < 10:
                continue
            x, y, ww, hh = w.client
            bar = (x - left, y - top, ww + left + right, top)
            seen = self.uncovered(intersect(bar, w.box), w, bar)
            if seen is None or self.ink.flat(seen):
                continue
            self.add("title_bar", seen, w.title)
            core = inset(seen, max(2, left), 3)
            lines, rest = self.parse_bar(core, w.title)
            for t, b in lines:
                self.add_line(t, b)
            if w.title and not lines:
                self.unknown.append([int(v) for v in core])
            for b in rest:
                if 6 <= max(b[2:]) <= 40 and min(b[2:]) >= 1:
                    self.add_icon(b)

    def parse_bar(self, core, title):
        lines, rest = parse_row(self.ink, core, [clean(title)] if title else [], self.measure)
        if lines:
            # Bold letters are wider than the measure: take in what follows closely.
            text, box = lines[0]
            for b in sorted(rest):
                if 0 <= b[0] - box[0] - box[2] <= 0.5 * self.measure.em and b[3] <= 1.3 * box[3] and \
                        b[0] + b[2] - box[0] <= 1.4 * self.measure.width(title):
                    box = union(box, b)
                    rest = [r for r in rest if r is not b]
            lines = [(text, box)] + lines[1:]
        if not lines and rest:
            # Another size or weight of letters than the run's: the widest run between the icons.
            groups = []
            for b in rest:
                if groups and b[0] - groups[-1][0] - groups[-1][2] <= 9:
                    groups[-1] = union(groups[-1], b)
                else:
                    groups.append(b)
            widest = max(groups, key=lambda b: b[2])
            if widest[2] > 2.5 * widest[3] and 0.6 < widest[2] / max(1, self.measure.width(title)) < 1.6:
                lines = [(title, widest)]
                rest = [b for b in rest if area(intersect(b, widest)) == 0]
        return lines, rest

    def header_bars(self, nodes):
        """Windows that draw their own bar: the wide panel at the top that holds the window's buttons."""
        for w in self.windows:
            if w.extents[2] >= 10 or w.override:
                continue
            best = None
            for n in nodes:
                if n.window is w and n.seen and n.role in ("panel", "filler", "tool bar", "title bar") and 24 * self.scale <= n.seen[3] <= 70 * self.scale \
                        and abs(n.seen[1] - w.box[1]) <= 8 * self.scale and n.seen[2] >= 0.94 * intersect(w.box, (0, 0, self.ink.w, self.ink.h))[2] and n.parent and \
                        (n.parent.role in TOPS or any(re.search("close", k.name or "", re.I) and k.role == "button" for k in flatten(n, []))):
                    best = n if best is None or n.seen[3] > best.seen[3] else best
            if best:
                self.add("title_bar", best.seen, w.title)

    # -- the end

    def tidy(self):
        """No two elements in one place, nothing without drawing, no line twice."""
        out = []
        for e in self.elements:
            b = intersect(e["box"], (0, 0, self.ink.w, self.ink.h))
            if area(b) == 0 or self.ink.flat(inset(b, -1)):
                continue
            e["box"] = list(b)
            if any(o["role"] == e["role"] and iou(o["box"], b) > 0.8 for o in out):
                continue
            if e["role"] == "icon" and any(o["role"] in ("check_box", "radio_button") and area(intersect(o["box"], b)) > 0.5 * area(b) for o in self.elements):
                continue
            if e["role"] == "icon" and any(o is not e and o["role"] == "icon" and area(intersect(o["box"], b)) > 0.6 * min(area(b), area(o["box"])) for o in out):
                continue
            out.append(e)
        self.elements = out
        lines = []
        for l in self.lines:
            b = intersect(l["box"], (0, 0, self.ink.w, self.ink.h))
            if area(b) == 0 or any(iou(o["box"], b) > 0.6 or
                                   (o["text"] == l["text"] and area(intersect(o["box"], b)) > 0.7 * area(b)) for o in lines):
                continue
            l["box"] = list(b)
            lines.append(l)
        self.lines = lines


def clean(text, keep_lines=False):
    text = (text or "").replace("\u200e", "").replace("\u200f", "").replace("\ufffc", " ")
    if keep_lines:
        return text.strip()
    return re.sub(r"\s+", " ", text).strip()


TAG = re.compile(r"</?(a|b|i|u|s|p|br|hr|tt|em|h[1-6]|ul|ol|li|div|span|body|html|head|meta|big|small|strong|font|center|table|tbody|tr|td|th|code|pre|sub|sup|"
                 r"img|nobr|qt|style|title|blockquote|dl|dt|dd|markup)\b[^<>]*>", re.I)


def strip_tags(text):
    if "<" not in text or ">" not in text:
        return text
    text = re.sub(r"<(br|/p|/h\d|/div|/li|/tr)\b[^<>]*>", "\n", text)
    text = re.sub(r"(?s)<(style|title)\b.*?</\1>|<!DOCTYPE[^>]*>", "", text)
    return TAG.sub("", text)


def label_of(n):
    """The name as shown: no tags, no mnemonic sign, first lines only."""
    t = strip_tags(n.name or "").strip()
    if n.role in MENU_ROLES | {"button", "check box", "radio button", "toggle button", "page tab"}:
        t = re.sub(r"\(&(\w)\)$", "", t)
        t = re.sub(r"&(?=\w)", "", t)
    return re.sub(r"[ \n]+", " ", t)


def accelerator(n):
    """A menu item's key as toolkits draw it, from the action interface."""
    try:
        i = n.acc.get_action_iface()
        if not i or not i.get_n_actions():
            return None
        k = (i.get_key_binding(0) or "").split(";")[-1]
    except Exception:
        return None
    if not k or len(k) < 2 and "<" not in k:
        return None
    k = k.replace("<Primary>", "Ctrl+").replace("<Control>", "Ctrl+").replace("<Shift>", "Shift+").replace("<Alt>", "Alt+")
    head, _, tail = k.rpartition("+")
    names = {"comma": ",", "period": ".", "plus": "+", "minus": "-", "equal": "=", "Page_Up": "Page Up", "Page_Down": "Page Down", "slash": "/"}
    tail = names.get(tail, tail.upper() if len(tail) == 1 else tail)
    # Keys that are drawn come last in order: modifiers may be told in another order.
    mods = [m for m in ("Shift", "Ctrl", "Alt") if m in head.split("+")]
    return "+".join(mods + [tail])


HANDLERS = {
    "button": Truth.button, "toggle button": Truth.button, "check box": Truth.check, "radio button": Truth.check,
    "switch": Truth.button, "label": Truth.label, "static": Truth.label, "heading": Truth.label, "paragraph": Truth.label,
    "caption": Truth.label, "text": Truth.entry, "entry": Truth.entry, "password text": Truth.entry, "editbar": Truth.entry,
    "combo box": Truth.combo, "spin button": Truth.spinner, "slider": Truth.slider, "scroll bar": Truth.scroll_bar,
    "progress bar": Truth.progress, "level bar": Truth.progress, "page tab": Truth.tab, "menu": Truth.menu_item, "menu item": Truth.menu_item,
    "check menu item": Truth.menu_item, "radio menu item": Truth.menu_item, "link": Truth.link, "image": Truth.image, "icon": Truth.image,
    "list item": Truth.list_item, "table column header": Truth.header, "column header": Truth.header, "dialog": Truth.dialog,
    "alert": Truth.dialog, "file chooser": Truth.dialog, "color chooser": Truth.dialog, "font chooser": Truth.dialog,
    "panel": Truth.panel, "grouping": Truth.panel, "tool tip": Truth.label, "status bar": Truth.label, "terminal": Truth.text_lines,
    "section": Truth.label, "accelerator label": Truth.label, "table row header": Truth.header, "row header": Truth.header,
    "description value": Truth.label, "description term": Truth.label, "block quote": Truth.label,
}


# For finding one's way, not for the truth.
ROUGH = {"button": "button", "toggle button": "button", "page tab": "tab", "menu": "menu_item", "menu item": "menu_item", "check menu item": "menu_item",
         "radio menu item": "menu_item", "combo box": "drop_down", "list item": "list_row", "table cell": "list_row", "tree item": "list_row",
         "text": "text_field", "entry": "text_field", "check box": "check_box", "radio button": "radio_button", "link": "link", "icon": "list_row"}


def quality(ink, windows, owners, truth):
    """The share of the windows' drawn pixels (sharp changes) that no element and no line explains.

    High where an application draws much the bus does not tell; such shots are left out."""
    p = ink.p
    edge = np.zeros((ink.h, ink.w), bool)
    edge[:, 1:] |= np.abs(p[:, 1:] - p[:, :-1]).max(2) > 60
    edge &= owners > 0
    known = np.zeros_like(edge)
    for x, y, w, h in truth.frames:
        for b in ((x, y, w, 4), (x, y + h - 4, w, 4), (x, y, 4, h), (x + w - 4, y, 4, h)):
            bx, by, bw, bh = ink.clip(b)
            known[by:by + bh, bx:bx + bw] = True
    for b in [l["box"] for l in truth.lines] + truth.unknown + \
            [e["box"] for e in truth.elements if e["role"] not in ("dialog", "pane", "title_bar", "text_field", "list_row") or
             (e["role"] == "text_field" and e["box"][3] < 60)]:
        x, y, w, h = ink.clip(inset(b, -2))
        known[y:y + h, x:x + w] = True
    return float((edge & ~known).sum() / max(1, edge.sum()))
