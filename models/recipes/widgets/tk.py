"""Windows drawn by Tk, and where their widgets lie."""
import os
import random

import numpy as np

from scene import HELD_GTK, HELD_QT, HELD_TK, Node, usable_families
from pixels import Layer, blank, clip, hsv, ink, ink_mask, picture, shows


class Tk:
    """Classic Tk (with colours of its own) and themed ttk widgets, grabbed from the display."""
    draws_headers = False
    scale = 1

    def __init__(self, held):
        import tkinter
        from tkinter import font, ttk
        self.T, self.ttk, self.F = tkinter, ttk, font
        self.root = tkinter.Tk()
        self.root.withdraw()
        self.themes = self.find_themes(held)
        self.families = usable_families(font.families())
        folders = [t for t in os.listdir("/usr/share/icons") if t.lower().startswith(HELD_GTK + HELD_QT) == held or held]
        self.icon_themes = [t for t in folders if os.path.isdir(f"/usr/share/icons/{t}/16x16") and len(os.listdir(f"/usr/share/icons/{t}/16x16")) > 2]
        self.r = random.Random(0)

    def find_themes(self, held):
        """Names of ttk themes; those that need a package are left out where it is missing."""
        own = [("ttk", t) for t in self.ttk.Style().theme_names()]
        try:
            import ttkthemes
            self.style = ttkthemes.ThemedStyle(self.root)
            own += [("ttk", t) for t in self.style.get_themes() if ("ttk", t) not in own and t not in ("breeze", "yaru")]  # breeze paints icons under a tree's words
        except ImportError:
            self.style = self.ttk.Style()
        try:
            import sv_ttk
            self.sun = sv_ttk
            own += [("sun", "light"), ("sun", "dark")] * 2
        except ImportError:
            pass
        return [t for t in own if (t[1].lower() in HELD_TK) == held]

    # ----- looks
    def look(self, rng, held):
        self.r = rng
        for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont", "TkCaptionFont"):
            if name == "TkDefaultFont":
                family, size = rng.choice(self.families), rng.choice([8, 9, 10, 10, 11, 12, 13, 14, 16])
            self.F.nametofont(name).configure(family=family, size=size, weight="normal")
        self.F.nametofont("TkFixedFont").configure(family="DejaVu Sans Mono", size=size)
        self.F.nametofont("TkHeadingFont").configure(weight=rng.choice(["normal", "bold"]))
        scaling = rng.choice([1.33, 1.33, 1.33, 1.6, 2])
        self.root.tk.call("tk", "scaling", scaling)
        self.themed = held or rng.random() < .65
        kind, theme = rng.choice(self.themes)
        (self.sun.set_theme(theme) if kind == "sun" else self.style.theme_use(theme))
        self.colours(rng)
        self.icon_theme = rng.choice(self.icon_themes) if self.icon_themes else None
        rowheight = int(self.F.nametofont("TkDefaultFont").metrics("linespace") * rng.uniform(1.2, 1.6))
        self.style.configure("Treeview", rowheight=rowheight, font="TkDefaultFont")
        self.style.configure("Heading", font="TkHeadingFont")
        self.style.configure("TNotebook", tabposition="nw")
        for s in ("TLabel", "TButton", "TCheckbutton", "TRadiobutton", "TMenubutton", "TNotebook.Tab", "TLabelframe.Label", "Toolbutton"):
            self.style.configure(s, font="TkDefaultFont")
        self.images = []
        return f"tk {kind + ' ' + theme if self.themed else 'classic'} {family} {size} x{scaling}"

    def colours(self, rng):
        """Ground, ink, field and accent colours: the theme's or, for classic widgets, any."""
        hexa = lambda c: "#%02x%02x%02x" % tuple(int(255 * min(1, max(0, v))) for v in c)
        if self.themed:
            look = self.style.lookup
            self.bg = look("TFrame", "background") or look(".", "background") or "#d9d9d9"
            self.fg = look("TLabel", "foreground") or look(".", "foreground") or "black"
            dark = sum(self.root.winfo_rgb(self.bg)) < 3 * 32768
            self.field = look("TEntry", "fieldbackground") or ("#303030" if dark else "white")
            self.field_fg = look("TEntry", "foreground") or self.fg
        else:
            dark, hue = rng.random() < .25, rng.random()
            v = rng.uniform(.12, .35) if dark else rng.uniform(.75, .95)
            plain_grey = rng.random() < .45
            self.bg = "#d9d9d9" if plain_grey and not dark else hexa(hsv(hue, rng.choice([0, .05, .15, .3]), v))
            self.fg = "white" if dark else "black"
            self.field = hexa(hsv(hue, .1, v * .7)) if dark else rng.choice(["white", "white", "#ffffe0", self.bg])
            self.field_fg = self.fg
        self.accent = rng.choice(["#4a6984", "#3584e4", "#c3c3c3" if not dark else "#555555", hexa(hsv(rng.random(), .6, .6))])
        self.accent_fg = "white" if sum(self.root.winfo_rgb(self.accent)) < 3 * 40000 else "black"
        self.bevel = rng.choice([1, 2, 2, 3])
        self.relief = rng.choice(["raised", "raised", "groove", "ridge", "solid", "flat"])
        self.pads = rng.randint(0, 5)

    def kw(self, *names):
        """Colour options for a classic widget."""
        all_of = {"background": self.bg, "foreground": self.fg, "highlightthickness": 0, "activebackground": self.bg, "disabledforeground": "#8a8a8a", "font": "TkDefaultFont"}
        return {n: all_of[n] for n in names}

    def icon(self, name, size=16):
        """A picture of the icon theme, loaded from its PNG file."""
        import glob
        from PIL import Image, ImageTk
        for theme in (self.icon_theme, "gnome", "mate", "Tango"):
            found = glob.glob(f"/usr/share/icons/{theme}/{size}x{size}/*/{name}.png") if theme else []
            if found:
                image = Image.open(found[0]).convert("RGBA")
                break
        else:
            image = Image.fromarray(picture(size, size, hash(name) % 9999)).convert("RGBA")
        photo = ImageTk.PhotoImage(image, master=self.root)
        self.images.append(photo)
        return photo

    # ----- building: every make_ takes the parent widget
    def make(self, node, parent):
        w = getattr(self, "make_" + node.kind)(node, parent)
        if node.off is True:
            try:
                w.configure(state="disabled")
            except self.T.TclError:
                pass
        if node.focus:
            self.focus = w
        return w

    def holder(self, parent, **a):
        if self.themed:
            return self.ttk.Frame(parent)
        return self.T.Frame(parent, background=self.bg, **a)

    def note(self, w, role, text=None, **extra):
        """Remember what a widget is for the reader."""
        self.roles.append((w, role, text, extra))
        return w

    def make_box(self, node, parent):
        host, pad, gap = self.holder(parent), node.pad or 0, node.gap or 0
        for i, kid in enumerate(node.kids):
            w = self.make(kid, host)
            fill = "both" if kid.grow or kid.kind in ("box", "grid", "group", "scroll", "tabs", "split", "text", "rows", "list", "tree", "table", "sep", "toolbar", "menubar", "statusbar", "entry") else "none"
            if node.dir == "v":
                if fill == "none" and kid.kind in ("label", "combo", "progress", "slider", "spin"):
                    fill = "x"
                w.pack(side="top", fill=fill if kid.grow or fill != "both" or kid.kind not in ("entry", "sep", "toolbar", "menubar", "statusbar") else "x", expand=bool(kid.grow), padx=pad,
                       pady=(pad if i == 0 else gap / 2, pad if i == len(node.kids) - 1 else gap / 2), anchor="w")
            else:
                w.pack(side="left", fill="both" if fill == "both" and kid.kind != "entry" else "x" if kid.grow else "none", expand=bool(kid.grow), pady=pad,
                       padx=(pad if i == 0 else gap / 2, pad if i == len(node.kids) - 1 else gap / 2))
        return host

    def make_space(self, node, parent):
        return self.holder(parent)

    def make_grid(self, node, parent):
        host = self.holder(parent)
        for y, row in enumerate(node.rows):
            for x, kid in enumerate(row):
                w = self.make(kid, host)
                stick = "nsew" if node.even else "ew" if kid.kind in ("label", "entry", "combo", "spin", "slider", "progress", "box") else "w"
                w.grid(row=y, column=x, sticky=stick, padx=(node.gap or 0) / 2 + (0 if node.even else 2), pady=(node.gap or 0) / 2)
            if node.even:
                host.rowconfigure(y, weight=1, uniform="row")
        for x in range(max(map(len, node.rows))):
            if node.even or x == len(node.rows[0]) - 1:
                host.columnconfigure(x, weight=1)
        return host

    def make_group(self, node, parent):
        if self.themed:
            g = self.ttk.LabelFrame(parent)
        else:
            g = self.T.LabelFrame(parent, background=self.bg, borderwidth=self.bevel, relief=self.r.choice(["groove", "ridge", "solid", "sunken"]))
        if node.title:
            g.configure(labelwidget=self.make_label(Node("label", text=node.title), parent))
        self.make(node.kids[0], g).pack(fill="both", expand=True, padx=4, pady=4)
        return self.note(g, "pane", node.title)

    def wrap(self, text, width, font):
        lines, line = [], ""
        for word in text.split():
            if line and font.measure(line + " " + word) > width:
                lines.append(line)
                line = word
            else:
                line = (line + " " + word).strip()
        return lines + [line]

    def label(self, parent, text, font="TkDefaultFont", anchor="w", colour=None, justify="left"):
        if self.themed:
            w = self.ttk.Label(parent, text=text, anchor=anchor, justify=justify, font=font, **({"foreground": colour} if colour else {}))
        else:
            w = self.T.Label(parent, text=text, anchor=anchor, justify=justify, font=font, background=self.bg, foreground=colour or self.fg, borderwidth=0, padx=1, pady=1)
        return self.note(w, "words", text)

    def make_label(self, node, parent):
        base = self.F.nametofont("TkDefaultFont")
        font = base
        if node.bold or node.size == "title":
            font = self.F.Font(family=base.actual("family"), size=int(base.actual("size") * (1.5 if node.size == "title" else 1)), weight="bold" if node.bold else "normal")
            self.images.append(font)
        text = "\n".join(self.wrap(node.text, 420, font)) if node.wrap else node.text
        return self.label(parent, text, font, {"center": "center", "end": "e"}.get(node.align, "w"), "#888888" if node.dim else None)

    def make_link(self, node, parent):
        base = self.F.nametofont("TkDefaultFont").actual()
        font = self.F.Font(family=base["family"], size=base["size"], underline=True)
        self.images.append(font)
        dark = sum(self.root.winfo_rgb(self.bg)) < 3 * 32768
        w = self.label(parent, node.text, font, colour="#7ab8ff" if dark else "#0000ee")
        return self.note(w, "link", node.text)

    def make_icon(self, node, parent):
        w = self.ttk.Label(parent, image=self.icon(node.icon, 48 if node.size == 48 else 16)) if self.themed else self.T.Label(parent, image=self.icon(node.icon, 48 if node.size == 48 else 16), background=self.bg)
        return self.note(w, "icon")

    def make_image(self, node, parent):
        from PIL import Image, ImageTk
        photo = ImageTk.PhotoImage(Image.fromarray(picture(node.w, node.h, node.seed)), master=self.root)
        self.images.append(photo)
        w = self.ttk.Label(parent, image=photo) if self.themed else self.T.Label(parent, image=photo, background=self.bg, borderwidth=0)
        return self.note(w, "image", None, size=(node.w, node.h))

    def make_button(self, node, parent):
        image = {"image": self.icon(node.icon), "compound": "left"} if node.icon else {}
        if self.themed:
            w = self.ttk.Button(parent, text=node.text, width=0 if len(node.text) < 4 else None, style="Toolbutton" if node.flat else "TButton", **image)
        else:
            w = self.T.Button(parent, text=node.text, borderwidth=self.bevel, relief="flat" if node.flat else self.relief, padx=self.pads + 2, pady=self.pads,
                              **self.kw("background", "foreground", "highlightthickness", "disabledforeground", "font"), **image)
            if node.default:
                w.configure(background=self.accent, foreground=self.accent_fg)
        return self.note(w, "button", node.text, icon=bool(node.icon))

    def make_iconbutton(self, node, parent, size=16):
        if self.themed:
            w = self.ttk.Button(parent, image=self.icon(node.icon, size), style="Toolbutton" if node.flat else "TButton")
        else:
            w = self.T.Button(parent, image=self.icon(node.icon, size), borderwidth=self.bevel, relief="flat" if node.flat else "sunken" if node.on else self.relief, background=self.bg, highlightthickness=0, padx=self.pads, pady=self.pads)
        return self.note(w, "icon", None, size=size)

    def variable(self, value):
        v = self.T.IntVar(self.root, value)
        self.images.append(v)
        return v

    def make_check(self, node, parent):
        on = node.on
        if self.themed:
            w = self.ttk.Checkbutton(parent, text=node.text, variable=self.variable(1 if on else 0))
            w.state(["alternate"] if on is None else ["!alternate", "selected" if on else "!selected"])
        else:
            w = self.T.Checkbutton(parent, text=node.text, variable=self.variable(1 if on else 0), anchor="w", selectcolor=self.field, **self.kw("background", "foreground", "activebackground", "highlightthickness", "disabledforeground", "font"))
            on = bool(on)
        return self.note(w, "check_box", node.text, checked=on)

    def make_radios(self, node, parent):
        host, v = self.holder(parent), self.variable(node.sel)
        for i, text in enumerate(node.texts):
            if self.themed:
                w = self.ttk.Radiobutton(host, text=text, variable=v, value=i)
            else:
                w = self.T.Radiobutton(host, text=text, variable=v, value=i, anchor="w", selectcolor=self.field, **self.kw("background", "foreground", "activebackground", "highlightthickness", "disabledforeground", "font"))
            if node.attrs["off"][i]:
                w.configure(state="disabled")
            w.pack(side="top" if node.dir == "v" else "left", anchor="w", padx=(0, 8), pady=1)
            self.note(w, "radio_button", text, checked=i == node.sel)
        return host

    def make_switch(self, node, parent):
        return self.make_check(Node("check", text="", on=node.on), parent)

    def make_slider(self, node, parent):
        orient = "horizontal" if node.dir == "h" else "vertical"
        if self.themed:
            w = self.ttk.Scale(parent, orient=orient, from_=0, to=100, value=node.value * 100, length=110)
        else:
            w = self.T.Scale(parent, orient=orient, from_=0, to=100, length=110, showvalue=False, borderwidth=self.bevel, background=self.bg, troughcolor=self.field, highlightthickness=0)
            w.set(node.value * 100)
        return self.note(w, "slider")

    def make_spin(self, node, parent):
        if self.themed:
            w = self.ttk.Spinbox(parent, from_=0, to=1000, width=self.r.randint(6, 14), font="TkDefaultFont")
            w.set(node.value)
        else:
            w = self.T.Spinbox(parent, from_=0, to=1000, width=self.r.randint(6, 14), background=self.field, foreground=self.field_fg, buttonbackground=self.bg, highlightthickness=0, borderwidth=self.bevel, font="TkDefaultFont", disabledbackground=self.bg)
            w.delete(0, "end"), w.insert(0, str(node.value))
        return self.note(w, "spinner", str(node.value), right=26)

    def make_combo(self, node, parent):
        text = node.items[node.sel]
        width = max(8, min(26, max(map(len, node.items))))
        if self.themed:
            w = self.ttk.Combobox(parent, values=node.items, width=width, font="TkDefaultFont")
            w.set(text)
            if not node.edit and not node.off:
                w.state(["readonly"])
            return self.note(w, "drop_down", text, right=28)
        w = self.T.Menubutton(parent, text=text, indicatoron=True, relief="raised", borderwidth=self.bevel, anchor="w", **self.kw("background", "foreground", "highlightthickness", "disabledforeground", "font"))
        return self.note(w, "drop_down", text, right=30)

    def make_entry(self, node, parent):
        text = "•" * len(node.text) if node.secret else node.text or node.hint or ""
        if self.themed:
            w = self.ttk.Entry(parent, font="TkDefaultFont")
        else:
            w = self.T.Entry(parent, background=self.field, foreground=self.field_fg, highlightthickness=self.r.choice([0, 0, 1]), highlightbackground="#999999", borderwidth=self.bevel, relief=self.r.choice(["sunken", "sunken", "solid", "groove"]), font="TkDefaultFont", disabledbackground=self.bg)
        w.insert(0, text)
        return self.note(w, "text_field", text, right=4)

    def bars(self, w, parent_grid):
        """Scroll bars for a scrollable widget that sits in a grid."""
        S = self.ttk.Scrollbar if self.themed else self.T.Scrollbar
        extra = {} if self.themed else {"background": self.bg, "troughcolor": self.field, "borderwidth": self.bevel, "highlightthickness": 0, "activebackground": self.bg}
        v = S(parent_grid, orient="vertical", command=w.yview, **extra)
        w.configure(yscrollcommand=v.set)
        v.grid(row=0, column=1, sticky="ns")
        self.note(v, "scroll_bar")
        if self.r.random() < .25:
            h = S(parent_grid, orient="horizontal", command=w.xview, **extra)
            w.configure(xscrollcommand=h.set)
            h.grid(row=1, column=0, sticky="ew")
            self.note(h, "scroll_bar")

    def scrolled(self, parent, make):
        host = self.holder(parent)
        w = make(host)
        w.grid(row=0, column=0, sticky="nsew")
        host.rowconfigure(0, weight=1), host.columnconfigure(0, weight=1)
        if self.r.random() < .75:
            self.bars(w, host)
        return host

    def make_text(self, node, parent):
        def make(host):
            w = self.T.Text(host, width=30, height=6, wrap="none" if node.mono else "word", font="TkFixedFont" if node.mono else "TkDefaultFont", background=self.field, foreground=self.field_fg,
                            borderwidth=self.bevel, highlightthickness=0, padx=4, pady=3)
            w.insert("1.0", "\n".join(node.lines))
            return self.note(w, "text_view")
        return self.scrolled(parent, make)

    def make_progress(self, node, parent):
        return self.note(self.ttk.Progressbar(parent, value=node.frac * 100, length=130), "progress")

    def make_scroll(self, node, parent):
        kid = node.kids[0]
        if kid.kind in ("list", "tree", "table", "text", "icons"):
            return self.make(kid, parent)

        def make(host):
            canvas = self.T.Canvas(host, background=self.bg, highlightthickness=0, borderwidth=0, width=200, height=150)
            inner = self.make(kid, canvas)
            item = canvas.create_window(0, 0, window=inner, anchor="nw")

            calls = []

            def fit(*_):
                calls.append(1)  # some themes never settle: canvas and content would resize each other for ever
                if len(calls) > 30:
                    return
                canvas.configure(scrollregion=(0, 0, max(inner.winfo_reqwidth(), canvas.winfo_width()), max(inner.winfo_reqheight(), canvas.winfo_height())))
                if kid.kind != "image":
                    canvas.itemconfigure(item, width=max(canvas.winfo_width(), inner.winfo_reqwidth()))
            canvas.bind("<Configure>", fit)
            inner.bind("<Configure>", fit)
            return canvas
        return self.scrolled(parent, make)

    def make_split(self, node, parent):
        orient = "horizontal" if node.dir == "h" else "vertical"
        w = self.T.PanedWindow(parent, orient=orient, background=self.bg, borderwidth=0, sashwidth=self.r.randint(2, 7))
        a, b = self.make(node.kids[0], w), self.make(node.kids[1], w)
        w.add(a, **({"width": node.pos} if node.dir == "h" else {"height": node.pos}))
        w.add(b)
        return w

    def make_sep(self, node, parent):
        return self.ttk.Separator(parent) if self.themed else self.T.Frame(parent, height=2, borderwidth=1, relief="sunken", background=self.bg)

    def make_expander(self, node, parent):
        host = self.holder(parent)
        self.make_check(Node("check", text=node.title, on=node.open), host).pack(anchor="w")
        if node.open:
            self.make(node.kids[0], host).pack(fill="both", expand=True)
        return host

    def make_statusbar(self, node, parent):
        host = self.holder(parent)
        for i, text in enumerate(node.parts):
            w = self.label(host, text)
            if not self.themed and self.r.random() < .7:
                w.configure(relief="sunken", borderwidth=1)
            w.pack(side="left", fill="x", expand=i == 0, padx=6, pady=2)
        return host

    def make_toolbar(self, node, parent):
        host, size = self.holder(parent, borderwidth=self.bevel, relief="raised"), self.r.choice([16, 24, 24, 32])
        flat = self.r.random() < .6
        for kid in node.kids:
            if kid.kind == "sep":
                w = self.ttk.Separator(host, orient="vertical")
                w.pack(side="left", fill="y", padx=4, pady=2)
                continue
            if kid.kind != "tool":
                w = self.make(kid, host)
            elif node.style == "icons":
                w = self.make_iconbutton(Node("iconbutton", icon=kid.icon, flat=flat, on=kid.on), host, size)
            else:
                w = self.make_button(Node("button", text=kid.text, icon=kid.icon if node.style == "beside" else None, flat=flat), host)
            if kid.off and kid.kind == "tool":
                w.configure(state="disabled")
            w.pack(side="left", padx=1, pady=1)
        return host

    def make_tabs(self, node, parent):
        self.style.configure("TNotebook", tabposition={"top": "nw", "bottom": "sw", "left": "wn", "right": "en"}[node.side] if node.side in ("top", "bottom") else "nw")
        book = self.ttk.Notebook(parent)
        for i, kid in enumerate(node.kids):
            extra = {"image": self.icon(node.icons[i]), "compound": "left"} if node.icons[i] else {}
            book.add(self.make(kid, book), text=node.titles[i], **extra)
        book.select(node.sel)
        return self.note(book, "notebook", None, titles=node.titles, icons=node.icons, side="bottom" if node.side == "bottom" else "top")

    def make_list(self, node, parent):
        if self.themed and self.r.random() < .5:
            return self.tree_widget(parent, [(i, t, [], False) for i, t in node.rows], None, node.sel)

        def make(host):
            w = self.T.Listbox(host, background=self.field, foreground=self.field_fg, selectbackground=self.accent, selectforeground=self.accent_fg, highlightthickness=0, borderwidth=self.bevel, font="TkDefaultFont", width=16, height=4,
                               relief=self.r.choice(["sunken", "solid", "flat"]), activestyle="none", exportselection=False)
            for _, text in node.rows:
                w.insert("end", text)
            if node.sel >= 0:
                w.selection_set(node.sel)
            return self.note(w, "listbox")
        return self.scrolled(parent, make)

    def make_tree(self, node, parent):
        return self.tree_widget(parent, node.rows, node.head, node.sel)

    def tree_widget(self, parent, rows, head, sel):
        def make(host):
            w = self.ttk.Treeview(host, show="tree headings" if head else "tree", height=4, selectmode="browse")
            w.heading("#0", text=head or "")
            w.column("#0", width=150)

            def fill(rows, at):
                for icon, text, kids, is_open in rows:
                    item = w.insert(at, "end", text=" " + text if icon else text, open=is_open, **({"image": self.icon(icon)} if icon else {}))
                    fill(kids, item)
            fill(rows, "")
            tops = w.get_children("")
            if 0 <= sel < len(tops):
                w.selection_set(tops[sel])
            return self.note(w, "tree", None, heads=[head] if head else [], icon=bool(rows and rows[0][0]))
        return self.scrolled(parent, make)

    def make_table(self, node, parent):
        def make(host):
            names = [f"c{i}" for i in range(len(node.kinds))]
            w = self.ttk.Treeview(host, columns=names, show="headings", height=5, selectmode="browse")
            font = self.F.nametofont("TkDefaultFont")
            for i, (name, kind) in enumerate(zip(names, node.kinds)):
                w.heading(name, text=node.heads[i])
                texts = [self.cell(kind, row[i]) for row in node.rows] + [node.heads[i]]
                w.column(name, width=min(230, 24 + max(map(font.measure, texts))), anchor="e" if kind in ("num", "progress") else "w", stretch=i == len(names) - 1)
            for row in node.rows:
                w.insert("", "end", values=[self.cell(k, v) for k, v in zip(node.kinds, row)])
            if node.sel >= 0:
                w.selection_set(w.get_children("")[node.sel])
            return self.note(w, "tree", None, heads=node.heads, icon=False)
        return self.scrolled(parent, make)

    @staticmethod
    def cell(kind, value):
        if kind == "check":
            return "Yes" if value else "No"
        return f"{value * 100:.0f} %" if kind == "progress" else str(value)

    def make_icons(self, node, parent):
        host = self.holder(parent)
        for i, (icon, text) in enumerate(node.items[:24]):
            tile = self.holder(host)
            self.make_icon(Node("icon", icon=icon, size=48), tile).pack()
            self.label(tile, text[:14], anchor="center").pack()
            tile.grid(row=i // 5, column=i % 5, padx=6, pady=6)
            self.note(tile, "list_row", text[:14])
        return host

    def make_rows(self, node, parent):
        host = self.T.Frame(parent, background=self.bg, borderwidth=1, relief="solid")
        for i, spec in enumerate(node.rows):
            row = self.holder(host)
            if spec["icon"]:
                self.make_icon(Node("icon", icon=spec["icon"], size=16), row).pack(side="left", padx=8, pady=5)
            words = self.holder(row)
            self.label(words, spec["title"]).pack(anchor="w")
            if spec["sub"]:
                self.label(words, spec["sub"], colour="#888888").pack(anchor="w")
            words.pack(side="left", fill="x", expand=True, padx=8, pady=4)
            if spec["ctl"]:
                self.make(spec["ctl"], row).pack(side="right", padx=8)
            row.pack(fill="x")
            self.note(row, "list_row", spec["title"])
            if i < len(node.rows) - 1:
                self.make_sep(node, host).pack(fill="x")
        return self.note(host, "pane")

    def make_cards(self, node, parent):
        host = self.holder(parent)
        for i, kid in enumerate(node.kids):
            card = self.T.Frame(host, background=self.bg, borderwidth=1 if node.framed else 0, relief=self.r.choice(["solid", "groove", "raised"]))
            self.make(kid, card).pack(fill="both", expand=True)
            card.grid(row=i // node.cols, column=i % node.cols, sticky="nsew", padx=5, pady=5)
            host.columnconfigure(i % node.cols, weight=1)
            if node.framed:
                self.note(card, "pane")
        return host

    def make_menubar(self, node, parent):
        host = self.holder(parent, borderwidth=1, relief="raised")
        for i, (title, entries) in enumerate(node.menus):
            active = node.open == i
            w = self.T.Menubutton(host, text=title, font="TkMenuFont", background=self.accent if active else self.bg, foreground=self.accent_fg if active else self.fg, borderwidth=0, padx=7, pady=3, highlightthickness=0)
            w.pack(side="left")
            self.note(w, "menu_item", title, selected=active or None)
            if active:
                self.open_menu = (w, entries)
        return host

    def menu(self, entries):
        m = self.T.Menu(self.root, tearoff=False, background=self.bg, foreground=self.fg, activebackground=self.accent, activeforeground=self.accent_fg, borderwidth=self.bevel, font="TkMenuFont", disabledforeground="#8a8a8a",
                        selectcolor=self.fg, activeborderwidth=self.r.choice([0, 1, 2]), relief=self.r.choice(["raised", "solid"]))
        for e in entries:
            state = {"state": "disabled" if e.get("off") else "normal"}
            accel = {"accelerator": self.accel(e)} if e.get("accel") else {}
            if not e.get("text"):
                m.add_separator()
            elif e.get("sub"):
                m.add_cascade(label=e["text"], menu=self.T.Menu(m), **state)
            elif "check" in e:
                m.add_checkbutton(label=e["text"], variable=self.variable(int(e["check"])), **state, **accel)
            elif "radio" in e:
                m.add_radiobutton(label=e["text"], variable=self.variable(int(e["radio"])), value=1, **state, **accel)
            else:
                m.add_command(label=e["text"], **state, **accel, **({"image": self.icon(e["icon"]), "compound": "left"} if e.get("icon") else {}))
        return m

    @staticmethod
    def accel(e):
        return {"C": "Ctrl+", "CS": "Ctrl+Shift+", "A": "Alt+"}[e["accel"][0]] + e["accel"][1].upper()

    # ----- rendering
    def settle(self):
        for _ in range(3):
            self.root.update_idletasks()
            self.root.update()

    def grab(self, x, y, w, h):
        from PIL import ImageGrab
        return np.asarray(ImageGrab.grab(bbox=(x, y, x + w, y + h), xdisplay=os.environ["DISPLAY"]).convert("RGB")).copy()

    def render(self, win):
        self.roles, self.focus, self.open_menu = [], None, None
        top = self.T.Toplevel(self.root, background=self.bg)
        top.overrideredirect(True)
        self.make(win.root, top).pack(fill="both", expand=True)
        top.update_idletasks()
        w = min(2900, max(int(win.size[0]), min(top.winfo_reqwidth(), 1900)))
        h = min(2100, max(int(win.size[1]), min(top.winfo_reqheight(), 1060)))
        top.geometry(f"{w}x{h}+0+0")
        self.settle()
        for widget, role, _, _ in self.roles:
            if role in ("text_view", "listbox", "tree") and self.r.random() < .3:
                widget.yview_moveto(self.r.random())
        if self.focus is not None and not win.back and self.focus.winfo_class() in ("TEntry", "Entry"):
            top.focus_force()
            self.focus.focus_force()
        else:
            self.focus = None
        top.lift()
        self.settle()
        layer = Layer(self.grab(0, 0, w, h))
        TkReader(self, top, layer).read()
        popups = [] if win.back else self.popups(win, layer)
        top.destroy()
        self.settle()
        return layer, popups

    def popups(self, win, layer):
        if self.open_menu:
            w, entries = self.open_menu
            return self.menu_layers(entries, w.winfo_rootx(), w.winfo_rooty() + w.winfo_height())
        if win.context:
            h, w = layer.img.shape[:2]
            return self.menu_layers(win.context, self.r.randint(0, w * 2 // 3), self.r.randint(0, h * 2 // 3))
        return []

    def menu_layers(self, entries, x, y):
        menu = self.menu(entries)
        menu.post(10, 10)
        self.settle()
        able = [i for i, e in enumerate(entries) if e.get("text") and not e.get("off")]
        hot = None
        if able and self.r.random() < .7:
            subs = [i for i in able if entries[i].get("sub")]
            hot = self.r.choice(subs) if subs and self.r.random() < .7 else self.r.choice(able)
            menu.activate(hot)
        self.settle()
        w, h = menu.winfo_width(), menu.winfo_height()
        layer = Layer(self.grab(menu.winfo_rootx(), menu.winfo_rooty(), w, h), x, y)
        ys = [menu.yposition(i) for i in range(len(entries))] + [h - int(str(menu["borderwidth"]))]
        for i, e in enumerate(entries):
            if e.get("text"):
                self.read_entry(layer, e, (0, ys[i], w, ys[i + 1] - ys[i]), i == hot)
        menu.unpost()
        menu.destroy()
        self.settle()
        layers = [layer]
        if hot is not None and entries[hot].get("sub"):
            layers += self.menu_layers(entries[hot]["sub"], x + w - 3, y + ys[hot])
        return layers

    def read_entry(self, layer, e, row, hot):
        checked = e.get("check") if "check" in e else e.get("radio")
        layer.add("menu_item", row, e["text"], None, checked=checked, selected=hot or None, disabled=True if e.get("off") else None)
        font = self.F.nametofont("TkMenuFont")
        inner = (row[0] + 5, row[1] + 3, row[2] - 10, row[3] - 6)
        runs = ink_runs(layer.img, inner, font.metrics("linespace") * .45)
        if e.get("accel") and len(runs) > 1:
            layer.line(self.accel(e), runs.pop())
        elif e.get("sub") and len(runs) > 1:
            runs.pop()  # the arrow
        if not runs:
            return
        # a mark or icon may stand close before the words: the words are the last of the ink, as wide as the font says
        end = runs[-1][0] + runs[-1][2]
        start = max(runs[0][0], end - font.measure(e["text"]) - 1)
        tight = ink(layer.img, (start - 1, inner[1], end - start + 2, inner[3]), 40)
        if tight:
            layer.line(e["text"], tight)
        if e.get("icon") and start - inner[0] > 8:
            layer.icon((inner[0], inner[1] - 2, start - inner[0], inner[3] + 4), e["text"])


def ink_runs(img, box, gap, thr=40):
    """Boxes of the ink in a row of words, split where the gap is wider."""
    mask, (x, y) = ink_mask(img, box, thr)
    if mask is None:
        return []
    cols, runs = np.flatnonzero(mask.any(0)), []
    for c in cols:
        if runs and c - runs[-1][1] <= gap:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    out = []
    for a, b in runs:
        rows = np.flatnonzero(mask[:, a:b + 1].any(1))
        out.append((x + int(a), y + int(rows[0]), int(b - a) + 1, int(rows[-1] - rows[0]) + 1))
    return out


class TkReader:
    """Truth of a mapped Tk window: boxes from the geometry manager, words cut to their ink."""

    def __init__(self, kit, top, layer):
        self.kit, self.top, self.layer, self.img = kit, top, layer, layer.img
        self.font = kit.F.nametofont("TkDefaultFont")

    def read(self):
        for w, role, text, extra in self.kit.roles:
            if not w.winfo_exists() or not w.winfo_viewable():
                continue
            box, cl = self.box(w), self.clip(w)
            if cl[2] <= 0 or cl[3] <= 0 or not shows(clip(box, cl), box, .05):
                continue
            method = getattr(self, "read_" + role, None)
            method(w, box, cl, text, extra) if method else self.simple(w, role, box, cl, text, extra)

    @staticmethod
    def box(w):
        return (w.winfo_rootx(), w.winfo_rooty(), w.winfo_width(), w.winfo_height())

    def clip(self, w):
        """A widget is cut by every window above it in the tree."""
        cl = self.box(w)
        while w is not self.top and w.master is not None:
            w = w.master
            cl = clip(cl, self.box(w))
        return cl

    def state(self, w, **more):
        try:
            if w.winfo_class().startswith("T") and w.winfo_class() not in ("Text",):
                off = w.instate(["disabled"])
            else:
                off = str(w["state"]) == "disabled"
        except (self.kit.T.TclError, AttributeError):
            off = False
        if off:
            more["disabled"] = True
        if w is self.kit.focus:
            more["focused"] = True
        return more

    def simple(self, w, role, box, cl, text, extra):
        known = {k: v for k, v in extra.items() if k in ("checked", "selected") and v is not None}
        self.layer.add(role, box, text, cl, **self.state(w, **known))
        if role == "menu_item":
            self.words(text, (box[0] + 2, box[1] + 1, box[2] - 4, box[3] - 2), cl)

    def words(self, text, area, cl, font=None, thr=40):
        seen = clip(area, cl)
        if not text or seen[2] < 3 or seen[3] < .7 * area[3]:
            return None
        tight = ink(self.img, seen, thr) or ink(self.img, seen, 16)
        if tight:
            width = (font or self.font).measure(text)
            if width > seen[2] + 6:
                text = text[:max(1, int(len(text) * seen[2] / width))]
            self.layer.line(text, tight, cl)
        return tight

    def read_words(self, w, box, cl, text, extra):
        lines = text.split("\n")
        font = self.kit.F.Font(font=w["font"]) if str(w["font"]) else self.font
        if w.winfo_class() == "Label" and str(w["relief"]) == "sunken":
            box = (box[0] + 2, box[1] + 2, box[2] - 4, box[3] - 4)
        if len(lines) == 1:
            self.words(text, box, cl, font)
            return
        space = font.metrics("linespace")
        y = box[1] + (box[3] - space * len(lines)) / 2
        for i, line in enumerate(lines):
            self.words(line, (box[0], y + i * space, box[2], space), cl, font)

    def read_link(self, w, box, cl, text, extra):
        tight = ink(self.img, clip(box, cl), 40)
        if tight:
            self.layer.add("link", tight, text, cl)

    def read_icon(self, w, box, cl, text, extra):
        size = extra.get("size")
        if size:  # in a button: where the picture lies, so that the button's frame stays out
            half = size / 2 + 1
            self.layer.icon((box[0] + box[2] / 2 - half, box[1] + box[3] / 2 - half, 2 * half, 2 * half), None, cl, **self.state(w))
            return
        edge = 0
        self.layer.icon((box[0] + edge, box[1] + edge, box[2] - 2 * edge, box[3] - 2 * edge), None, cl, **self.state(w))

    def read_image(self, w, box, cl, text, extra):
        iw, ih = extra["size"]
        self.layer.add("image", (box[0] + (box[2] - iw) // 2, box[1] + (box[3] - ih) // 2, iw, ih), None, cl)

    def read_button(self, w, box, cl, text, extra):
        self.layer.add("button", box, text, cl, **self.state(w))
        area = (box[0] + 4, box[1] + 4, box[2] - 8, box[3] - 8)
        if extra.get("icon"):
            tight = ink(self.img, clip(area, cl), 24)
            if not tight:
                return
            start = tight[0] + tight[2] - self.font.measure(text) - 1
            self.layer.icon((area[0], area[1], start - area[0], area[3]), None, cl)
            area = (start, area[1], area[0] + area[2] - start, area[3])
        self.words(text, area, cl)

    def mark(self, w, role, box, cl, text, extra):
        """The indicator is what is drawn left of the words."""
        inner = (box[0] + 1, box[1] + 1, box[2] - 2, box[3] - 2)
        whole_ink = ink(self.img, clip(inner, cl), 10)
        if not whole_ink:
            return
        end, start = inner[0] + inner[2], inner[0] + inner[2]
        if text:
            words = ink(self.img, clip(inner, cl), 40) or whole_ink
            start = words[0] + words[2] - self.font.measure(text) - 2
        tight = ink(self.img, clip((inner[0], inner[1], max(4, start - inner[0]), inner[3]), cl), 10)
        if tight and tight[2] < 2.6 * tight[3] and tight[3] < 2.2 * tight[2]:
            self.layer.add(role, tight, text, cl, **self.state(w, checked=extra["checked"]))
        if text:
            self.words(text, (start, inner[1], end - start, inner[3]), cl)

    def read_check_box(self, w, box, cl, text, extra):
        self.mark(w, "check_box", box, cl, text, extra)

    def read_radio_button(self, w, box, cl, text, extra):
        self.mark(w, "radio_button", box, cl, text, extra)

    def read_slider(self, w, box, cl, text, extra):
        self.layer.add("slider", ink(self.img, clip(box, cl), 8) or box, None, cl, **self.state(w))

    def field(self, w, role, box, cl, text, extra):
        self.layer.add(role, box, text, cl, **self.state(w))
        self.words(text, (box[0] + 4, box[1] + 3, box[2] - 4 - extra["right"], box[3] - 6), cl)

    def read_text_field(self, w, box, cl, text, extra):
        self.field(w, "text_field", box, cl, text, extra)

    def read_spinner(self, w, box, cl, text, extra):
        self.field(w, "spinner", box, cl, text, extra)

    def read_drop_down(self, w, box, cl, text, extra):
        self.field(w, "drop_down", box, cl, text, extra)

    def read_pane(self, w, box, cl, text, extra):
        if "abel" in w.winfo_class() and text:
            half = self.font.metrics("linespace") // 2
            box = (box[0], box[1] + half, box[2], box[3] - half)
        if not blank(self.img, box, 6):
            self.layer.add("pane", box, text, cl)

    def read_text_view(self, w, box, cl, text, extra):
        self.layer.add("text_field", box, None, cl)
        at = w.index("@0,0")
        while True:
            info = w.dlineinfo(at)
            if not info:
                break
            words = w.get(w.index(f"{at} display linestart"), w.index(f"{at} display lineend"))
            indent = len(words) - len(words.lstrip())
            if words.strip():
                font = self.kit.F.Font(font=w["font"])
                lead = font.measure(words[:indent])
                self.words(words.strip(), (box[0] + info[0] + lead - 1, box[1] + info[1], info[2] - lead + 2, info[3]), clip(cl, (box[0] + 3, box[1] + 3, box[2] - 6, box[3] - 6)), font)
            following = w.index(f"{at} + 1 display lines")
            if w.compare(following, "<=", at):
                break
            at = following

    def read_listbox(self, w, box, cl, text, extra):
        self.layer.add("pane", box, None, cl)
        for i in range(w.size()):
            b = w.bbox(i)
            if b:
                edge = 2
                row = (box[0] + edge, box[1] + b[1], box[2] - 2 * edge, b[3])
                self.layer.add("list_row", row, w.get(i), cl, selected=w.selection_includes(i))
                self.words(w.get(i), (box[0] + b[0], box[1] + b[1] + 1, b[2] + 3, b[3] - 2), cl)

    def read_tree(self, w, box, cl, text, extra):
        self.layer.add("pane", box, None, cl)
        cl = clip(cl, (box[0] + 2, box[1] + 2, box[2] - 4, box[3] - 4))
        heads_end = self.tree_heads(w, box, cl, extra["heads"])
        cl = clip(cl, (cl[0], heads_end, cl[2], cl[3]))
        columns = list(w["columns"]) if "headings" in str(w["show"]) and w["columns"] else []

        def rows(at):
            for item in w.get_children(at):
                yield item
                if w.item(item, "open"):
                    yield from rows(item)
        for item in rows(""):
            b = w.bbox(item)
            if not b:
                continue
            row = (box[0] + 1, box[1] + b[1], box[2] - 2, b[3])
            inner = clip((row[0] + 4, row[1] + 2, row[2] - 8, row[3] - 4), cl)
            if not shows(clip(row, cl), row) or blank(self.img, inner):  # ttk reports a last row that it does not paint
                continue
            self.layer.add("list_row", row, w.item(item, "text").strip() or (w.item(item, "values") or [None])[0], cl, selected=item in w.selection())
            if columns:
                for name, value in zip(columns, w.item(item, "values")):
                    c = w.bbox(item, name)
                    self.words(str(value), (box[0] + c[0] + 2, box[1] + c[1] + 1, c[2] - 4, c[3] - 2), cl)
            else:
                self.tree_item(w, item, box, cl, extra)

    def tree_item(self, w, item, box, cl, extra):
        c = w.bbox(item, "#0")
        if not c:
            return
        x, y, cw, ch = box[0] + c[0], box[1] + c[1], c[2], c[3]
        spans = {}  # which part of the item lies where, asked pixel by pixel until the words begin
        for dx in range(c[0], min(c[0] + cw, box[2] - 2)):
            name = str(w.identify_element(dx, c[1] + ch // 2)).split(".")[-1]
            spans.setdefault(name, [dx, dx])[1] = dx
            if name == "text":
                break
        if "image" in spans:
            a, b = spans["image"]
            self.layer.icon((box[0] + a - 1, y + 1, b - a + 3, ch - 2), w.item(item, "text").strip(), cl)
        if "indicator" in spans and w.get_children(item):
            a, b = spans["indicator"]
            self.layer.icon((box[0] + a, y + 1, b - a + 1, ch - 2), "Collapse" if w.item(item, "open") else "Expand", cl, thr=40)
        if "text" in spans:
            start = box[0] + spans["text"][0]
            self.words(w.item(item, "text").strip(), (start, y + 1, x + cw - start, ch - 2), cl)

    def tree_heads(self, w, box, cl, heads):
        """Heads: found by asking the widget what lies where."""
        if "headings" not in str(w["show"]):
            return cl[1]
        end = 0
        for y in range(2, min(80, box[3])):
            if str(w.identify_region(6, y)) == "heading":
                end = y
            elif end:
                break
        x = box[0] + 1
        first = ["#0"] if "tree" in str(w["show"]) else []
        for name, text in zip(first + list(w["columns"] or []), heads):
            width = int(w.column(name, "width"))
            head = (x, box[1] + 1, width, end)
            self.layer.add("button", head, text, cl)
            self.words(text, (head[0] + 3, head[1] + 3, head[2] - 6, head[3] - 6), cl, self.kit.F.nametofont("TkHeadingFont"))
            x += width
        return box[1] + end + 1

    def read_notebook(self, w, box, cl, text, extra):
        tabs = self.tab_boxes(w, box, extra["side"])
        for i, tab in tabs.items():
            title, icon = extra["titles"][i], extra["icons"][i]
            self.layer.add("tab", tab, title, cl, selected=i == w.index("current"))
            area = (tab[0] + 3, tab[1] + 3, tab[2] - 6, tab[3] - 6)
            if icon:
                tight = ink(self.img, clip(area, cl), 24)
                if not tight:
                    continue
                start = tight[0] + tight[2] - self.font.measure(title) - 1
                self.layer.icon((area[0], area[1], start - area[0], area[3]), None, cl)
                area = (start, area[1], area[0] + area[2] - start, area[3])
            self.words(title, area, cl)

    def tab_boxes(self, w, box, side):
        def at(x, y):
            found = w.tk.call(w._w, "identify", "tab", x, y)
            return int(found) if str(found) != "" else None
        y0 = 12 if side == "top" else box[3] - 12
        spans = {}
        for x in range(0, box[2]):
            i = at(x, y0)
            if i is not None:
                spans.setdefault(i, [x, x])[1] = x
        out = {}
        for i, (a, b) in spans.items():
            ys = [y for y in (range(0, 80) if side == "top" else range(max(0, box[3] - 80), box[3])) if at((a + b) // 2, y) == i]
            out[i] = (box[0] + a, box[1] + ys[0], b - a + 1, ys[-1] - ys[0] + 1)
        return out
