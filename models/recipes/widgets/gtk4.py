"""Windows drawn by GTK 4, and where their widgets lie."""
import math
import os
import random
import time

import numpy as np

from scene import HELD_GTK, Node, usable_families
from pixels import Layer, blank, clip, hsv, ink, part, picture
from gtk3 import Reader


class Gtk4:
    """GTK 4, in part with libadwaita's style; windows are drawn through their paintables."""
    draws_headers = True
    scale = 1

    def __init__(self, held):
        import gi
        gi.require_version("Gtk", "4.0")
        gi.require_version("Gdk", "4.0")
        from gi.repository import Gdk, Gio, GLib, GObject, Gtk, Pango
        self.Gtk, self.Gdk, self.Gio, self.GLib, self.GObject, self.Pango = Gtk, Gdk, Gio, GLib, GObject, Pango
        Gtk.init()
        import ctypes
        self.library = ctypes.CDLL("libgtk-4.so.1")
        self.library.gtk_snapshot_to_node.restype = self.library.gsk_renderer_render_texture.restype = ctypes.c_void_p
        self.adw = None
        if os.environ.get("WIDGETS_ADW") == "1":
            gi.require_version("Adw", "1")
            from gi.repository import Adw
            Adw.init()
            self.adw = Adw
        self.settings = Gtk.Settings.get_default()
        self.settings.set_property("gtk-enable-animations", False)
        self.display = Gdk.Display.get_default()
        base = "/usr/share/themes"
        named = [t for t in os.listdir(base) if os.path.exists(f"{base}/{t}/gtk-4.0/gtk.css")]
        self.themes = [t for t in named if t.lower().startswith(HELD_GTK) == held] + ([] if held else ["Default", "Default", "Default-dark", "Default-hc", "Default-hc-dark"])
        self.themes = self.themes or ["Default-hc"]
        self.icon_themes = ["Adwaita"] if held else [t for t in ("Adwaita", "Papirus", "breeze", "elementary-xfce", "Numix") if os.path.isdir("/usr/share/icons/" + t)]
        label = Gtk.Label()
        self.families = usable_families([f.get_name() for f in label.get_pango_context().list_families()])
        self.css, self.r = None, random.Random(0)

    # ----- looks
    def look(self, rng, held):
        self.r, s = rng, self.settings
        family, size = rng.choice(self.families), rng.choice([8, 9, 10, 11, 11, 12, 13, 14, 16])
        dpi, dark = rng.choice([96, 96, 96, 120, 144, 192]), rng.random() < .35
        s.set_property("gtk-font-name", f"{family} {size}")
        s.set_property("gtk-xft-dpi", dpi * 1024)
        s.set_property("gtk-icon-theme-name", rng.choice(self.icon_themes))
        theme = "adw"
        if self.adw:
            scheme = self.adw.ColorScheme.FORCE_DARK if dark else self.adw.ColorScheme.FORCE_LIGHT
            self.adw.StyleManager.get_default().set_color_scheme(scheme)
        else:
            theme = rng.choice(self.themes)
            s.set_property("gtk-application-prefer-dark-theme", dark)
            s.set_property("gtk-theme-name", theme)
        if self.css:
            self.Gtk.StyleContext.remove_provider_for_display(self.display, self.css)
            self.css = None
        if rng.random() < .5:
            colour = "#%02x%02x%02x" % tuple(int(255 * v) for v in hsv(rng.random(), rng.uniform(.5, .9), rng.uniform(.4, .85)))
            css = f"@define-color accent_bg_color {colour}; @define-color accent_color {colour}; check:checked, radio:checked, switch:checked, .suggested-action {{ background-color: {colour}; }}"
            if rng.random() < .4:
                css += f"button, entry {{ border-radius: {rng.choice([0, 3, 10, 16])}px; }}"
            self.css = self.Gtk.CssProvider()
            self.css.load_from_data(css.encode())
            self.Gtk.StyleContext.add_provider_for_display(self.display, self.css, 650)
        return f"gtk4 {theme}{' dark' if dark else ''} {family} {size} {dpi}dpi"

    # ----- building
    def make(self, node):
        make = getattr(self, "make_" + node.kind, None) or (lambda n: self.Gtk.Box())
        w = make(node)
        if node.off is True:
            w.set_sensitive(False)
        if node.focus and node.kind in ("entry", "button", "check"):
            self.focus = w
        if node.pad:
            for side in ("top", "bottom", "start", "end"):
                getattr(w, "set_margin_" + side)(node.pad)
        return w

    def box(self, dir, gap=0):
        return self.Gtk.Box(orientation=self.Gtk.Orientation.VERTICAL if dir == "v" else self.Gtk.Orientation.HORIZONTAL, spacing=gap)

    def make_box(self, node):
        box = self.box(node.dir, node.gap or 0)
        for kid in node.kids:
            w = self.make(kid)
            if kid.grow:
                w.set_vexpand(True) if node.dir == "v" else w.set_hexpand(True)
            if node.dir == "h" and kid.kind not in ("box", "scroll", "split", "text", "tabs", "list", "group", "sep"):
                w.set_valign(self.Gtk.Align.CENTER)
            if node.dir == "v" and kid.kind in ("link", "check", "switch", "button", "iconbutton") and self.r.random() < .6:
                w.set_halign(self.Gtk.Align.START)
            box.append(w)
        return box

    def make_grid(self, node):
        grid = self.Gtk.Grid(row_spacing=node.gap or 0, column_spacing=(node.gap or 0) + (0 if node.even else 4))
        if node.even:
            grid.set_row_homogeneous(True), grid.set_column_homogeneous(True)
        for y, row in enumerate(node.rows):
            for x, kid in enumerate(row):
                w = self.make(kid)
                w.set_hexpand(bool(node.even or x == 1))
                if kid.kind == "switch":
                    w.set_halign(self.Gtk.Align.START)
                grid.attach(w, x, y, 1, 1)
        return grid

    def make_group(self, node):
        frame = self.Gtk.Frame(label=node.title)
        frame.set_child(self.make(node.kids[0]))
        return frame

    def make_label(self, node):
        text = self.GLib.markup_escape_text(node.text)
        text = f"<b>{text}</b>" if node.bold else text
        label = self.Gtk.Label(xalign={"center": .5, "end": 1}.get(node.align, 0))
        label.set_markup(f"<span size='x-large'>{text}</span>" if node.size == "title" else text)
        if node.wrap:
            label.set_wrap(True), label.set_max_width_chars(60)
        if node.dim:
            label.add_css_class("dim-label")
        return label

    def make_link(self, node):
        return self.Gtk.LinkButton(uri="http://example.org", label=node.text)

    def icon_name(self, name):
        theme = self.Gtk.IconTheme.get_for_display(self.display)
        return next((n for n in (name + "-symbolic", name) if theme.has_icon(n)), "list-add-symbolic")

    def make_icon(self, node):
        return self.Gtk.Image(icon_name=self.icon_name(node.icon), pixel_size=node.size or 16, valign=self.Gtk.Align.START)

    def make_image(self, node):
        img = np.ascontiguousarray(picture(node.w, node.h, node.seed))
        texture = self.Gdk.MemoryTexture.new(node.w, node.h, self.Gdk.MemoryFormat.R8G8B8, self.GLib.Bytes.new(img.tobytes()), node.w * 3)
        return self.Gtk.Picture(paintable=texture, can_shrink=False, halign=self.Gtk.Align.START, valign=self.Gtk.Align.START)

    def make_button(self, node):
        button = self.Gtk.Button(label=node.text, has_frame=not node.flat)
        if node.icon:
            box = self.box("h", 6)
            box.append(self.Gtk.Image(icon_name=self.icon_name(node.icon))), box.append(self.Gtk.Label(label=node.text))
            button.set_child(box)
        if node.default:
            button.add_css_class(self.r.choice(["suggested-action", "destructive-action"]))
        return button

    def make_iconbutton(self, node):
        return self.Gtk.Button(icon_name=self.icon_name(node.icon), has_frame=not node.flat)

    def make_check(self, node):
        check = self.Gtk.CheckButton(label=node.text or None, active=bool(node.on), inconsistent=node.on is None)
        return check

    def make_radios(self, node):
        box, first = self.box(node.dir, 4 if node.dir == "v" else 12), None
        for i, text in enumerate(node.texts):
            radio = self.Gtk.CheckButton(label=text, sensitive=not node.attrs["off"][i])
            radio.set_group(first) if first else None
            first = first or radio
            radio.set_active(i == node.sel)
            radio.radio = True
            self.keep.append(radio)
            box.append(radio)
        return box

    def make_switch(self, node):
        return self.Gtk.Switch(active=node.on, valign=self.Gtk.Align.CENTER)

    def make_slider(self, node):
        O = self.Gtk.Orientation
        scale = self.Gtk.Scale.new_with_range(O.HORIZONTAL if node.dir == "h" else O.VERTICAL, 0, 100, 1)
        scale.set_value(node.value * 100), scale.set_draw_value(bool(node.show))
        scale.set_size_request(*((100, -1) if node.dir == "h" else (-1, 100)))
        return scale

    def make_spin(self, node):
        spin = self.Gtk.SpinButton.new_with_range(0, 1000, 1)
        spin.set_value(node.value)
        return spin

    def make_combo(self, node):
        drop = self.Gtk.DropDown.new_from_strings(node.items)
        drop.set_selected(node.sel)
        return drop

    def make_entry(self, node):
        G = self.Gtk
        if node.secret:
            entry = G.PasswordEntry(show_peek_icon=self.r.random() < .5)
        elif node.search:
            entry = G.SearchEntry(placeholder_text=node.hint or "")
        else:
            entry = G.Entry(placeholder_text=node.hint or "")
            if node.icon:
                entry.set_icon_from_icon_name(G.EntryIconPosition.PRIMARY, self.icon_name(node.icon))
        entry.set_text(node.text or "")
        entry.shown = "•" * len(node.text) if node.secret else node.text or node.hint or ""
        self.keep.append(entry)
        return entry

    def make_text(self, node):
        view = self.Gtk.TextView(monospace=bool(node.mono), left_margin=6, top_margin=4)
        view.set_wrap_mode(self.Gtk.WrapMode.NONE if node.mono else self.Gtk.WrapMode.WORD)
        view.get_buffer().set_text("\n".join(node.lines))
        return self.Gtk.ScrolledWindow(child=view, has_frame=True, min_content_height=80, min_content_width=120, overlay_scrolling=self.r.random() < .4)

    def make_progress(self, node):
        return self.Gtk.ProgressBar(fraction=node.frac, show_text=bool(node.text), text=node.text)

    def make_scroll(self, node):
        G, kid = self.Gtk, node.kids[0]
        scrolled = G.ScrolledWindow(child=self.make(kid), has_frame=bool(node.framed), overlay_scrolling=bool(node.overlay))
        if kid.kind not in ("list", "tree", "table", "icons", "image"):
            scrolled.set_policy(G.PolicyType.NEVER, G.PolicyType.AUTOMATIC)
        return scrolled

    def make_split(self, node):
        O = self.Gtk.Orientation
        paned = self.Gtk.Paned(orientation=O.HORIZONTAL if node.dir == "h" else O.VERTICAL, start_child=self.make(node.kids[0]), end_child=self.make(node.kids[1]), position=node.pos, resize_start_child=False)
        return paned

    def make_sep(self, node):
        return self.Gtk.Separator()

    def make_expander(self, node):
        return self.Gtk.Expander(label=node.title, expanded=bool(node.open), child=self.make(node.kids[0]))

    def make_statusbar(self, node):
        box = self.box("h", 18)
        for i, text in enumerate(node.parts):
            box.append(self.Gtk.Label(label=text, xalign=0, hexpand=i == 0, margin_start=6, margin_end=6, margin_top=3, margin_bottom=3))
        return box

    def make_toolbar(self, node):
        box = self.box("h", 2)
        box.add_css_class("toolbar")
        room = 9  # a bar of many worded tools would make the window wider than the screen
        for kid in node.kids[:room if node.style != "icons" else None]:
            if kid.kind == "tool":
                words = {"text": kid.text, "icon": kid.icon if node.style == "beside" else None, "flat": True, "off": kid.off}
                box.append(self.make(Node("iconbutton", icon=kid.icon, flat=True, off=kid.off) if node.style == "icons" else Node("button", **words)))
            else:
                box.append(self.make(kid) if kid.kind != "sep" else self.Gtk.Separator(orientation=self.Gtk.Orientation.VERTICAL))
        return box

    def make_tabs(self, node):
        book = self.Gtk.Notebook(tab_pos=getattr(self.Gtk.PositionType, node.side.upper()), scrollable=node.side in ("top", "bottom"))
        for i, kid in enumerate(node.kids):
            box = self.box("h", 5)
            if node.icons[i]:
                box.append(self.Gtk.Image(icon_name=self.icon_name(node.icons[i])))
            box.append(self.Gtk.Label(label=node.titles[i]))
            if node.closable:
                box.append(self.Gtk.Button(icon_name="window-close-symbolic", has_frame=False))
            book.append_page(self.make(kid), box)
        book.set_current_page(node.sel)
        return book

    def line(self, icon, text, indent=0, arrow=None):
        box = self.box("h", 6)
        box.set_margin_start(4 + 18 * indent)
        if arrow:
            box.append(self.Gtk.Image(icon_name=arrow))
        if icon:
            box.append(self.Gtk.Image(icon_name=self.icon_name(icon)))
        box.append(self.Gtk.Label(label=text, xalign=0))
        return box

    def list_box(self, lines, sel):
        box = self.Gtk.ListBox()
        for w in lines:
            box.append(w)
        box.select_row(box.get_row_at_index(sel)) if sel >= 0 else box.unselect_all()
        if self.r.random() < .3:
            box.add_css_class("navigation-sidebar")
        return box

    def make_list(self, node):
        return self.list_box([self.line(i, t) for i, t in node.rows], node.sel)

    def make_tree(self, node):
        lines = []

        def fill(rows, depth):
            for icon, text, kids, is_open in rows:
                lines.append(self.line(icon, text, depth if kids else depth + 1, ("pan-down-symbolic" if is_open else "pan-end-symbolic") if kids else None))
                if is_open:
                    fill(kids, depth + 1)
        fill(node.rows, 0)
        return self.list_box(lines, min(node.sel, len(lines) - 1))

    def make_table(self, node):
        G = self.Gtk
        store = G.StringList.new([str(i) for i in range(len(node.rows))])
        select = G.SingleSelection(model=store, autoselect=False, can_unselect=True)
        select.set_selected(node.sel if node.sel >= 0 else G.INVALID_LIST_POSITION)
        view = G.ColumnView(model=select, show_row_separators=bool(node.stripes), show_column_separators=bool(node.grid))
        for x, kind in enumerate(node.kinds):
            factory = G.SignalListItemFactory()
            factory.connect("bind", self.bind_cell, node, x, kind)
            view.append_column(G.ColumnViewColumn(title=node.heads[x], factory=factory, resizable=True, expand=x == len(node.kinds) - 1))
        return view

    def bind_cell(self, factory, item, node, x, kind):
        value = node.rows[int(item.get_item().get_string())][x]
        if kind == "check":
            item.set_child(self.Gtk.CheckButton(active=value))
        elif kind == "progress":
            item.set_child(self.Gtk.ProgressBar(fraction=value, valign=self.Gtk.Align.CENTER, width_request=80))
        else:
            item.set_child(self.Gtk.Label(label=value, xalign=1 if kind == "num" else 0))

    def make_icons(self, node):
        flow = self.Gtk.FlowBox(max_children_per_line=8, valign=self.Gtk.Align.START, row_spacing=6, column_spacing=6)
        theme = self.Gtk.IconTheme.get_for_display(self.display)
        for icon, text in node.items:
            box = self.box("v", 4)
            box.append(self.Gtk.Image(icon_name=icon if theme.has_icon(icon) else "folder", pixel_size=node.size))
            box.append(self.Gtk.Label(label=text[:16]))
            flow.append(box)
        return flow

    def make_rows(self, node):
        lines = []
        for spec in node.rows:
            line = self.line(spec["icon"], spec["title"])
            for side in ("top", "bottom", "start", "end"):
                getattr(line, "set_margin_" + side)(8)
            if spec["sub"]:
                words = self.box("v", 2)
                label = line.get_last_child()
                line.remove(label)
                sub = self.Gtk.Label(label=spec["sub"], xalign=0)
                sub.add_css_class("dim-label")
                words.append(label), words.append(sub)
                line.append(words)
            line.get_last_child().set_hexpand(True)
            if spec["ctl"]:
                ctl = self.make(spec["ctl"])
                ctl.set_valign(self.Gtk.Align.CENTER)
                line.append(ctl)
            lines.append(line)
        box = self.list_box(lines, node.sel)
        box.remove_css_class("navigation-sidebar")
        box.add_css_class("boxed-list" if self.adw else "rich-list")
        return box if self.adw else self.Gtk.Frame(child=box)

    def make_cards(self, node):
        flow = self.Gtk.FlowBox(max_children_per_line=node.cols, min_children_per_line=2, row_spacing=8, column_spacing=8, valign=self.Gtk.Align.START)
        for kid in node.kids:
            w = self.make(kid)
            flow.append(self.Gtk.Frame(child=w) if node.framed else w)
        return flow

    def make_menubar(self, node):
        box = self.box("h")
        for i, (title, entries) in enumerate(node.menus):
            b = self.Gtk.Button(label=title, has_frame=False)
            b.is_menu = True
            self.keep.append(b)
            if node.open == i:
                self.open_menu = (b, entries)
            box.append(b)
        return box

    def make_header(self, node, win):
        G = self.Gtk
        bar = G.HeaderBar()
        title = self.box("v")
        title.set_valign(G.Align.CENTER)
        name = G.Label(label=node.title[:24])
        name.add_css_class("title")
        title.append(name)
        bar.set_title_widget(title)
        for i, kid in enumerate(node.kids):
            (bar.pack_start if i < node.left else bar.pack_end)(self.make(kid))
        win.set_titlebar(bar)

    # ----- rendering
    def settle(self, seconds=.0):
        context, end = self.GLib.MainContext.default(), time.time() + seconds
        while context.pending() or time.time() < end:
            context.iteration(False) if context.pending() else time.sleep(.004)

    def pixels(self, native):
        """The native's own picture (RGBA), None while it is not laid out."""
        # a paintable shows the widget with its shadow and border: their bounds, not the widget's own size, fill the picture
        x, y, w, h = Gtk4Reader.bounds_of(native, native)
        self.corner, w, h = (x, y), math.ceil(w), math.ceil(h)
        if w < 2 or h < 2 or native.get_renderer() is None:
            return None
        snapshot = self.Gtk.Snapshot()
        self.Gtk.WidgetPaintable(widget=native).snapshot(snapshot, w, h)
        # render nodes are no types the Python binding can hold: these few calls go to the library itself (hash: the C pointer)
        import ctypes
        c, p = self.library, ctypes.c_void_p
        tree = c.gtk_snapshot_to_node(p(hash(snapshot)))
        if not tree:
            return None
        texture = c.gsk_renderer_render_texture(p(hash(native.get_renderer())), p(tree), (ctypes.c_float * 4)(0, 0, w, h))
        data = np.empty((h, w, 4), np.uint8)
        c.gdk_texture_download(p(texture), data.ctypes.data_as(p), ctypes.c_size_t(w * 4))
        c.gsk_render_node_unref(p(tree))
        c.g_object_unref(p(texture))
        return np.ascontiguousarray(data[..., [2, 1, 0, 3]])  # colours stay multiplied by alpha

    def render(self, win):
        self.focus = self.open_menu = None
        self.keep = []
        top = self.Gtk.Window(title=win.title, default_width=int(win.size[0]), default_height=int(win.size[1]))
        if win.header:
            self.make_header(win.header, top)
        else:
            hidden = self.Gtk.Box(visible=False)
            top.set_titlebar(hidden)  # no header of GTK's own: the screen's decoration is drawn round it
        top.set_child(self.make(win.root))
        top.present()
        top.set_focus(None)
        rgba = None
        for _ in range(12):
            self.settle(.04)
            rgba = self.pixels(top)
            if rgba is not None and rgba[..., 3].mean() > 100:
                break
        if not win.back:
            top.unset_state_flags(self.Gtk.StateFlags.BACKDROP)
            self.settle(.03)
        rgba = self.pixels(top)
        # the shadow round the window is cut off
        inner = Gtk4Reader.bounds_of(top.get_child(), top)
        bar = Gtk4Reader.bounds_of(top.get_titlebar(), top) if win.header else inner
        x, y = int(min(inner[0], bar[0])), int(min(inner[1], bar[1]))
        w, h = int(max(inner[2], bar[2])), int(inner[1] + inner[3] - y)
        px, py = round(x - self.corner[0]), round(y - self.corner[1])
        layer = Layer(self.flat(rgba, win)[py:py + h, px:px + w])
        Gtk4Reader(self, top, layer, (x, y)).read()
        popups = self.menu_layers(top, layer, win) if not win.back else []
        top.destroy()
        self.settle()
        return layer, popups

    def flat(self, rgba, win, under=None):
        a = rgba[..., 3:].astype(np.float32) / 255
        ground = under if under is not None else np.full(rgba.shape[:2] + (3,), 250 if rgba[..., :3].mean() > 127 else 40, np.uint8)
        return np.clip(rgba[..., :3] + ground * (1 - a), 0, 255).astype(np.uint8)

    def menu_layers(self, top, layer, win):
        """An opened menu as GTK 4 has it: a popover with rows, kept open without a grab."""
        entries = self.open_menu[1] if self.open_menu else win.context
        if not entries:
            return []
        anchor = self.open_menu[0] if self.open_menu else top.get_child()
        pop = self.Gtk.Popover(autohide=False, has_arrow=False)
        pop.add_css_class("menu")
        box = self.box("v")
        for e in entries:
            box.append(self.menu_row(e) if e.get("text") else self.Gtk.Separator())
        pop.set_child(box)
        pop.set_parent(anchor)
        pop.popup()
        rgba = None
        for _ in range(6):
            self.settle(.04)
            rgba = self.pixels(pop) if pop.get_mapped() else None
            if rgba is not None and rgba[..., 3].max() > 200:
                break
        layers = []
        if rgba is not None and rgba[..., 3].max() > 200:
            solid = rgba[..., 3] > 200
            rows, cols = np.flatnonzero(solid.mean(1) > .3), np.flatnonzero(solid.mean(0) > .3)
            x, y, x2, y2 = cols[0], rows[0], cols[-1] + 1, rows[-1] + 1
            bx, by, bw, bh = Gtk4Reader.bounds_of(anchor, top)
            place_x, place_y = (bx, by + bh) if self.open_menu else (self.r.randint(0, int(bw * .7)), self.r.randint(0, int(bh * .7)))
            menu = Layer(self.flat(rgba, win)[y:y2, x:x2], place_x, place_y)
            Gtk4Reader(self, pop, menu, (x + self.corner[0], y + self.corner[1])).read()
            layers.append(menu)
        pop.popdown()
        pop.unparent()
        return layers

    def menu_row(self, e):
        """Drawn as a flat button over the menu's width, as model buttons are."""
        b = self.Gtk.Button(has_frame=False, sensitive=not e.get("off"))
        line = self.box("h", 10)
        if "check" in e or "radio" in e:
            on = e.get("check") or e.get("radio") or False
            b.checked = on
            line.append(self.Gtk.Image(icon_name="object-select-symbolic") if on else self.Gtk.Box(width_request=16))
        elif e.get("icon"):
            line.append(self.Gtk.Image(icon_name=self.icon_name(e["icon"])))
        label = self.Gtk.Label(label=e["text"], xalign=0, hexpand=True)
        line.append(label)
        if e.get("accel"):
            short = self.Gtk.Label(label={"C": "Ctrl+", "CS": "Shift+Ctrl+", "A": "Alt+"}[e["accel"][0]] + e["accel"][1].upper())
            short.add_css_class("dim-label")
            line.append(short)
        b.set_child(line)
        b.is_menu = True
        self.keep.append(b)
        return b


class Gtk4Reader:
    """Reads a GTK 4 widget tree by the CSS names of its nodes; what is made of widgets there was drawn by hand before."""

    def __init__(self, kit, top, layer, origin):
        self.kit, self.Gtk, self.top, self.layer, self.origin = kit, kit.Gtk, top, layer, origin

    @staticmethod
    def bounds_of(w, top):
        ok, r = w.compute_bounds(top)
        return (r.get_x(), r.get_y(), r.get_width(), r.get_height()) if ok else (0, 0, 0, 0)

    def box(self, w):
        x, y, bw, bh = self.bounds_of(w, self.top)
        return (x - self.origin[0], y - self.origin[1], bw, bh)

    def read(self):
        h, w = self.layer.img.shape[:2]
        for kid in self.kids(self.top):
            self.visit(kid, (0, 0, w, h), None)

    @staticmethod
    def kids(w):
        kid = w.get_first_child()
        while kid is not None:
            yield kid
            kid = kid.get_next_sibling()

    def below(self, w, name):
        """The first node of that CSS name under w."""
        for kid in self.kids(w):
            if kid.get_css_name() == name:
                return kid
            found = self.below(kid, name)
            if found is not None:
                return found
        return None

    def words(self, w):
        if isinstance(w, self.Gtk.Label):
            return w.get_text()
        return " ".join(filter(None, (self.words(k) for k in self.kids(w) if k.get_visible())))

    def state(self, w, **more):
        if not w.is_sensitive():
            more["disabled"] = True
        return more

    def visit(self, w, cl, inside):
        """`inside`: the role of the composite the widget is part of, whose parts are not listed by themselves."""
        G = self.Gtk
        if not w.get_mapped() or not w.get_child_visible() or w.get_opacity() < .1 or isinstance(w, G.Popover) and w is not self.top:
            return
        name, box = w.get_css_name(), self.box(w)
        if w.get_overflow() == G.Overflow.HIDDEN or isinstance(w, (G.Viewport, G.ScrolledWindow, G.TextView)):
            cl = clip(cl, box)
            if cl[2] <= 0 or cl[3] <= 0:
                return
        add, flags = self.layer.add, w.get_state_flags()
        selected, checked = bool(flags & G.StateFlags.SELECTED), bool(flags & G.StateFlags.CHECKED)
        if isinstance(w, G.Label):
            return self.label(w, cl)
        if isinstance(w, G.Image):
            if inside not in ("drop_down", "spinner") and w.get_storage_type() != G.ImageType.EMPTY:
                self.layer.icon(box, None, cl, **self.state(w))
            return
        if isinstance(w, G.Picture):
            return add("image", box, None, cl)
        if isinstance(w, G.Switch):
            return add("check_box", ink(self.layer.img, box, 8) or box, None, cl, **self.state(w, checked=w.get_active()))
        if isinstance(w, G.CheckButton):
            mark = self.below(w, "radio") or self.below(w, "check")
            if mark is not None:
                role = "radio_button" if mark.get_css_name() == "radio" else "check_box"
                mb = self.box(mark)
                tight = ink(self.layer.img, (mb[0] - 1, mb[1] - 1, mb[2] + 2, mb[3] + 2), 10) or mb
                add(role, tight, self.words(w), cl, **self.state(w, checked=None if w.get_inconsistent() else w.get_active()))
        elif isinstance(w, G.DropDown):
            add("drop_down", box, self.words(w).split("  ")[0], cl, **self.state(w))
            inside = "drop_down"
        elif isinstance(w, G.SpinButton):
            add("spinner", box, w.get_text(), cl, **self.state(w))
            w.shown, inside = w.get_text(), "spinner"
        elif isinstance(w, (G.Entry, G.SearchEntry, G.PasswordEntry)):
            add("text_field", box, w.get_text(), cl, **self.state(w))
        elif isinstance(w, G.Text):
            owner = w.get_parent()
            text = getattr(owner, "shown", None) or (owner.get_text() if hasattr(owner, "get_text") else "")
            width = w.create_pango_layout(text or "").get_pixel_size()[0]
            tight = ink(self.layer.img, clip((box[0], box[1], min(box[2], width + 4), box[3]), cl), 30)
            if tight and text:
                self.layer.line(text if width <= box[2] + 6 else text[:max(1, int(len(text) * box[2] / width))], tight, cl)
            return
        elif isinstance(w, G.Scale):
            parts = [self.box(p) for p in (self.below(w, "trough"), self.below(w, "slider")) if p is not None]
            if parts:
                x, y = min(p[0] for p in parts), min(p[1] for p in parts)
                area = (x, y, max(p[0] + p[2] for p in parts) - x, max(p[1] + p[3] for p in parts) - y)
                add("slider", ink(self.layer.img, area, 8) or area, None, cl, **self.state(w))
        elif isinstance(w, G.Scrollbar):
            overlay = w.has_css_class("overlay-indicator")
            handle = self.below(w, "slider")
            part_box = self.box(handle) if overlay and handle is not None else box
            if not blank(self.layer.img, part_box, 6):
                add("scroll_bar", part_box, None, cl)
            return
        elif isinstance(w, G.ProgressBar):
            trough = self.below(w, "trough")
            if trough is not None:
                tb = self.box(trough)
                add("progress", ink(self.layer.img, (tb[0] - 1, tb[1] - 1, tb[2] + 2, tb[3] + 2), 8) or tb, None, cl)
        elif isinstance(w, G.LinkButton):
            n = len(self.layer.lines)
            for kid in self.kids(w):
                self.visit(kid, cl, inside)
            for line in self.layer.lines[n:]:
                add("link", line["box"], line["text"], None)
            return
        elif isinstance(w, G.Button) or name == "button":
            if inside not in ("drop_down", "spinner"):
                words = self.words(w)
                if getattr(w, "is_menu", False):
                    add("menu_item", box, words, cl, **self.state(w, checked=getattr(w, "checked", None)))
                elif words:
                    add("button", box, words, cl, **self.state(w))
        elif name == "tab":
            add("tab", box, self.words(w), cl, selected=checked)
        elif isinstance(w, (G.ListBoxRow, G.FlowBoxChild)) or name == "row" and w.get_parent().get_css_name() == "listview":
            add("list_row", box, self.words(w), cl, selected=selected)
        elif isinstance(w, G.HeaderBar):
            add("title_bar", box, None, cl)
        elif isinstance(w, G.Frame):
            add("pane", box, None, cl) if not blank(self.layer.img, box, 4) else None
        elif isinstance(w, G.ScrolledWindow) and w.get_has_frame() and not isinstance(w.get_child(), G.TextView):
            add("pane", box, None, cl)
        elif isinstance(w, G.TextView):
            parent = w.get_parent()
            add("text_field", self.box(parent) if isinstance(parent, G.ScrolledWindow) else box, None, None)
            return self.text(w, box, cl)
        elif name in ("expander", "arrow") and inside not in ("drop_down", "spinner"):
            self.layer.icon(box, None, cl)
        for kid in self.kids(w):
            self.visit(kid, cl, inside)

    def label(self, w, cl):
        P = self.kit.Pango.SCALE
        layout = w.get_layout()
        lx, ly = w.get_layout_offsets()
        x, y, _, _ = self.box(w)
        if w.has_css_class("title"):  # set in a weight that its layout does not tell
            tight = ink(self.layer.img, clip(self.box(w), cl), 40)
            if tight:
                self.layer.line(w.get_text(), tight, cl)
            return
        raw, it = layout.get_text().encode(), layout.get_iter()
        while True:
            drawn, _ = it.get_line_extents()
            line = it.get_line_readonly()
            text = raw[line.start_index:line.start_index + line.length].decode(errors="ignore")
            if drawn.width > 0:
                area = (x + lx + drawn.x / P, y + ly + drawn.y / P, drawn.width / P, drawn.height / P)
                if layout.is_ellipsized():
                    text = Reader.ellipsized(self, layout, text, drawn.width / P)
                self.layer.line(text, area, cl)
            if not it.next_line():
                break

    def text(self, w, box, cl):
        G = self.Gtk
        it = w.get_buffer().get_start_iter()
        while True:
            end = it.copy()
            if not end.ends_line():
                w.forward_display_line_end(end)
            words = it.get_visible_text(end)
            a, b = w.get_iter_location(it), w.get_iter_location(end)
            wx, wy = w.buffer_to_window_coords(G.TextWindowType.WIDGET, a.x, a.y)
            if wy > box[3]:
                break
            if words.strip() and b.x > a.x:
                area = (box[0] + wx - 1, box[1] + wy, b.x - a.x + 2, a.height)
                seen = clip(area, cl)
                tight = ink(self.layer.img, seen, 40) if seen[2] > 3 and seen[3] > .8 * area[3] else None
                if tight:
                    self.layer.line(part(words.rstrip(), area, seen) if seen[2] < area[2] - 3 else words, tight, cl)
            if not w.forward_display_line(it):
                break
