"""Windows drawn by GTK 3, and where their widgets lie."""
import os
import random
import time

import cairo

from scene import HELD_GTK, HELD_QT, usable_families
from pixels import Layer, blank, clip, hsv, ink, part, picture, pixels_surface, shows, surface_pixels


class Gtk3:
    draws_headers = True

    def __init__(self, held):
        import gi
        gi.require_version("Gtk", "3.0")
        gi.require_version("Gdk", "3.0")
        gi.require_version("PangoCairo", "1.0")
        from gi.repository import Gdk, GdkPixbuf, GLib, Gtk, Pango, PangoCairo
        self.Gtk, self.Gdk, self.Pango, self.GLib, self.GdkPixbuf = Gtk, Gdk, Pango, GLib, GdkPixbuf
        Gtk.init([])
        self.settings = Gtk.Settings.get_default()
        self.settings.set_property("gtk-enable-animations", False)
        self.scale = int(os.environ.get("GDK_SCALE", "1"))
        self.themes = [t for t in self.find_themes() if t.lower().startswith(HELD_GTK) == held]
        self.icon_themes = [t for t in os.listdir("/usr/share/icons") if os.path.exists(f"/usr/share/icons/{t}/index.theme")
                            and t not in ("hicolor", "default", "locolor") and t.lower().startswith(HELD_GTK + HELD_QT) == held] or ["Adwaita"]
        self.families = usable_families([f.get_name() for f in PangoCairo.FontMap.get_default().list_families()])
        self.css = None
        self.r = random.Random(0)

    @staticmethod
    def find_themes():
        found = [t for t in os.listdir("/usr/share/themes") if os.path.exists(f"/usr/share/themes/{t}/gtk-3.0/gtk.css")
                 and t not in ("Emacs", "Default")]
        return sorted(found) + ["Adwaita", "Adwaita-dark", "HighContrast", "HighContrastInverse"] * 2

    def look(self, rng, held):
        """A theme, icons, a font and a text scale for the next screen."""
        self.r = rng
        theme, s = rng.choice(self.themes), self.settings
        dark = rng.random() < .25
        family, size = rng.choice(self.families), rng.choice([8, 9, 10, 10, 11, 11, 12, 13, 14, 16])
        dpi = rng.choice([96, 96, 96, 110, 120, 144]) if self.scale == 1 else rng.choice([84, 96])
        if self.css:
            self.Gtk.StyleContext.remove_provider_for_screen(self.Gdk.Screen.get_default(), self.css)
            self.css = None
        s.set_property("gtk-application-prefer-dark-theme", dark)
        s.set_property("gtk-theme-name", theme)
        s.set_property("gtk-icon-theme-name", rng.choice(self.icon_themes))
        s.set_property("gtk-font-name", f"{family} {size}")
        s.set_property("gtk-xft-dpi", dpi * 1024)
        s.set_property("gtk-xft-antialias", 1)
        s.set_property("gtk-xft-rgba", rng.choice(["none", "none", "rgb"]))
        s.set_property("gtk-xft-hinting", 1)
        s.set_property("gtk-xft-hintstyle", rng.choice(["hintslight", "hintfull", "hintnone"]))
        self.symbolic = rng.random() < .5
        if rng.random() < .3:
            self.accent(rng)
        return f"gtk3 {theme}{' dark' if dark else ''} {family} {size} {dpi}dpi x{self.scale}"

    def accent(self, rng):
        """Another accent colour, and in part rounder or squarer frames, over the theme."""
        colour = "#%02x%02x%02x" % tuple(int(255 * v) for v in hsv(rng.random(), rng.uniform(.5, .9), rng.uniform(.4, .9)))
        css = (f"@define-color theme_selected_bg_color {colour}; "
               f"row:selected, treeview:selected, .view:selected, iconview:selected, menuitem:hover {{ background-color: {colour}; color: white; }}"
               f"check:checked, radio:checked, switch:checked {{ background-color: {colour}; }}")
        if rng.random() < .4:
            css += f"button, entry, spinbutton {{ border-radius: {rng.choice([0, 3, 8, 14])}px; }}"
        self.css = self.Gtk.CssProvider()
        self.css.load_from_data(css.encode())
        self.Gtk.StyleContext.add_provider_for_screen(self.Gdk.Screen.get_default(), self.css, 600)

    # ----- building
    def make(self, node):
        widget = getattr(self, "make_" + node.kind)(node)
        if node.off is True:
            widget.set_sensitive(False)
        if node.focus:
            self.focus = self.focus_of(widget)
        if node.pad:
            widget.set_border_width(node.pad) if isinstance(widget, self.Gtk.Container) else None
        return widget

    def focus_of(self, widget):
        while isinstance(widget, self.Gtk.ScrolledWindow):
            widget = widget.get_child()
        return widget

    def make_box(self, node):
        Gtk = self.Gtk
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL if node.dir == "v" else Gtk.Orientation.HORIZONTAL, spacing=node.gap or 0)
        for kid in node.kids:
            widget = self.make(kid)
            if node.dir == "h" and kid.kind not in ("box", "scroll", "split", "text", "tabs", "list", "group", "sep", "image"):
                widget.set_valign(Gtk.Align.CENTER)
            if node.dir == "v" and kid.kind in ("link", "check", "switch", "button", "iconbutton") and self.r.random() < .6:
                widget.set_halign(Gtk.Align.START)
            box.pack_start(widget, bool(kid.grow), True, 0)
        return box

    def make_space(self, node):
        return self.Gtk.Box()

    def make_grid(self, node):
        grid = self.Gtk.Grid(row_spacing=node.gap or 0, column_spacing=(node.gap or 0) + (0 if node.even else 4))
        if node.even:
            grid.set_row_homogeneous(True), grid.set_column_homogeneous(True)
        for y, row in enumerate(node.rows):
            for x, kid in enumerate(row):
                widget = self.make(kid)
                if node.even or (x == len(row) - 1 and len(row) == 2):
                    widget.set_hexpand(True)
                if node.even and node.grow:
                    widget.set_vexpand(True)
                if kid.kind == "switch":
                    widget.set_halign(self.Gtk.Align.START)
                grid.attach(widget, x, y, 1, 1)
        return grid

    def make_group(self, node):
        frame = self.Gtk.Frame(label=node.title)
        frame.add(self.make(node.kids[0]))
        return frame

    def make_label(self, node):
        Gtk = self.Gtk
        label = Gtk.Label(label=node.text)
        label.set_xalign({"center": .5, "end": 1}.get(node.align, 0))
        if node.wrap:
            label.set_line_wrap(True), label.set_max_width_chars(60)
        GLib = self.GLib
        markup = GLib.markup_escape_text(node.text)
        if node.bold:
            markup = f"<b>{markup}</b>"
        if node.size == "title":
            markup = f"<span size='x-large'>{markup}</span>"
        label.set_markup(markup)
        if node.dim:
            label.get_style_context().add_class("dim-label")
        return label

    def make_link(self, node):
        if self.r.random() < .5:
            return self.Gtk.LinkButton(uri="http://example.org", label=node.text)
        label = self.Gtk.Label()
        label.set_markup(f"<a href='http://example.org'>{self.GLib.markup_escape_text(node.text)}</a>")
        label.set_xalign(0)
        return label

    def image_of(self, name, size=None):
        Gtk = self.Gtk
        image = Gtk.Image.new_from_icon_name(self.icon_name(name), size or Gtk.IconSize.BUTTON)
        return image

    def icon_name(self, name):
        theme = self.Gtk.IconTheme.get_default()
        if self.symbolic and theme.has_icon(name + "-symbolic"):
            return name + "-symbolic"
        return name if theme.has_icon(name) else "folder" if theme.has_icon("folder") else "list-add-symbolic"

    def make_icon(self, node):
        image = self.image_of(node.icon)
        image.set_pixel_size(node.size or 16)
        image.set_valign(self.Gtk.Align.START)
        return image

    def make_button(self, node):
        Gtk = self.Gtk
        button = Gtk.Button(label=node.text)
        if node.icon:
            button.set_image(self.image_of(node.icon))
            button.set_always_show_image(True)
        if node.default:
            button.get_style_context().add_class(self.r.choice(["suggested-action", "suggested-action", "destructive-action"]))
        if node.flat:
            button.set_relief(Gtk.ReliefStyle.NONE)
        return button

    def make_iconbutton(self, node):
        Gtk = self.Gtk
        button = Gtk.ToggleButton() if node.on else Gtk.Button()
        if node.on:
            button.set_active(True)
        button.add(self.image_of(node.icon))
        if node.flat:
            button.set_relief(Gtk.ReliefStyle.NONE)
        return button

    def make_check(self, node):
        check = self.Gtk.CheckButton(label=node.text) if node.text else self.Gtk.CheckButton()
        check.set_active(bool(node.on))
        check.set_inconsistent(node.on is None)
        return check

    def make_radios(self, node):
        Gtk = self.Gtk
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL if node.dir == "v" else Gtk.Orientation.HORIZONTAL, spacing=4 if node.dir == "v" else 12)
        first = None
        for i, text in enumerate(node.texts):
            radio = Gtk.RadioButton.new_with_label_from_widget(first, text)
            first = first or radio
            radio.set_active(i == node.sel)
            radio.set_sensitive(not node.attrs["off"][i])
            box.add(radio)
        return box

    def make_switch(self, node):
        switch = self.Gtk.Switch(active=node.on)
        switch.set_valign(self.Gtk.Align.CENTER)
        return switch

    def make_slider(self, node):
        Gtk = self.Gtk
        scale = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL if node.dir == "h" else Gtk.Orientation.VERTICAL, 0, 100, 1)
        scale.set_value(node.value * 100)
        scale.set_draw_value(bool(node.show))
        scale.set_size_request(*((90, -1) if node.dir == "h" else (-1, 90)))
        scale.set_hexpand(node.dir == "h")
        return scale

    def make_spin(self, node):
        spin = self.Gtk.SpinButton.new_with_range(0, 1000, 1)
        spin.set_value(node.value)
        return spin

    def make_combo(self, node):
        combo = self.Gtk.ComboBoxText.new_with_entry() if node.edit else self.Gtk.ComboBoxText()
        for item in node.items:
            combo.append_text(item)
        combo.set_active(node.sel)
        if node.open:
            self.open_combo = (combo, node)
        return combo

    def make_entry(self, node):
        Gtk = self.Gtk
        entry = Gtk.SearchEntry() if node.search else Gtk.Entry()
        entry.set_text(node.text or "")
        entry.set_placeholder_text(node.hint or "")
        if node.secret:
            entry.set_visibility(False)
        if node.icon:
            entry.set_icon_from_icon_name(self.r.choice([Gtk.EntryIconPosition.PRIMARY, Gtk.EntryIconPosition.SECONDARY]), self.icon_name(node.icon))
        return entry

    def make_text(self, node):
        Gtk = self.Gtk
        view = Gtk.TextView(monospace=bool(node.mono), left_margin=6, top_margin=4)
        view.set_wrap_mode(Gtk.WrapMode.NONE if node.mono else Gtk.WrapMode.WORD)
        view.get_buffer().set_text("\n".join(node.lines))
        view.set_size_request(80, 60)
        scrolled = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        scrolled.set_overlay_scrolling(self.r.random() < .4)
        scrolled.add(view)
        return scrolled

    def make_progress(self, node):
        bar = self.Gtk.ProgressBar(fraction=node.frac)
        if node.text:
            bar.set_show_text(True), bar.set_text(node.text)
        bar.set_size_request(80, -1)
        return bar

    def make_scroll(self, node):
        Gtk = self.Gtk
        scrolled = Gtk.ScrolledWindow()
        scrolled.set_overlay_scrolling(bool(node.overlay))
        if node.framed:
            scrolled.set_shadow_type(Gtk.ShadowType.IN)
        if node.kids[0].kind not in ("list", "tree", "table", "icons"):
            scrolled.set_policy(Gtk.PolicyType.AUTOMATIC if node.kids[0].kind == "image" else Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        scrolled.add(self.make(node.kids[0]))
        return scrolled

    def make_split(self, node):
        Gtk = self.Gtk
        paned = Gtk.Paned(orientation=Gtk.Orientation.HORIZONTAL if node.dir == "h" else Gtk.Orientation.VERTICAL)
        paned.pack1(self.make(node.kids[0]), False, False)
        paned.pack2(self.make(node.kids[1]), True, False)
        paned.set_position(node.pos)
        return paned

    def make_sep(self, node):
        return self.Gtk.Separator()

    def make_image(self, node):
        img = picture(node.w * self.scale, node.h * self.scale, node.seed)
        image = self.Gtk.Image.new_from_surface(self.scaled_surface(img))
        return image

    def scaled_surface(self, img):
        surface = pixels_surface(img)
        surface.set_device_scale(self.scale, self.scale)
        return surface

    def make_expander(self, node):
        expander = self.Gtk.Expander(label=node.title, expanded=bool(node.open))
        expander.add(self.make(node.kids[0]))
        return expander

    def make_statusbar(self, node):
        box = self.Gtk.Box(spacing=18, border_width=3)
        box.get_style_context().add_class("statusbar")
        for i, text in enumerate(node.parts):
            label = self.Gtk.Label(label=text, xalign=0)
            box.pack_start(label, i == 0, True, 4)
        return box

    def make_toolbar(self, node):
        Gtk = self.Gtk
        bar = Gtk.Toolbar()
        bar.set_style({"icons": Gtk.ToolbarStyle.ICONS, "beside": Gtk.ToolbarStyle.BOTH_HORIZ, "below": Gtk.ToolbarStyle.BOTH, "text": Gtk.ToolbarStyle.TEXT}[node.style])
        bar.set_icon_size(self.r.choice([Gtk.IconSize.SMALL_TOOLBAR, Gtk.IconSize.LARGE_TOOLBAR]))
        bar.set_show_arrow(True)
        for kid in node.kids:
            if kid.kind == "sep":
                item = Gtk.SeparatorToolItem()
            elif kid.kind == "tool":
                item = Gtk.ToggleToolButton() if kid.on else Gtk.ToolButton()
                item.set_icon_name(self.icon_name(kid.icon)), item.set_label(kid.text), item.set_is_important(True)
                if kid.on:
                    item.set_active(True)
                item.set_sensitive(not kid.off)
            else:
                item = Gtk.ToolItem()
                widget = self.make(kid)
                widget.set_valign(Gtk.Align.CENTER)
                item.add(widget)
            bar.insert(item, -1)
        return bar

    def make_tabs(self, node):
        Gtk = self.Gtk
        book = Gtk.Notebook(tab_pos=getattr(Gtk.PositionType, node.side.upper()))
        if node.side in ("top", "bottom"):
            book.set_scrollable(True)
        for i, kid in enumerate(node.kids):
            book.append_page(self.make(kid), self.tab_label(node, i))
        book.show_all()
        book.set_current_page(node.sel)
        return book

    def tab_label(self, node, i):
        Gtk = self.Gtk
        label = Gtk.Label(label=node.titles[i])
        if not node.icons[i] and not node.closable:
            return label
        box = Gtk.Box(spacing=5)
        if node.icons[i]:
            box.add(self.image_of(node.icons[i], Gtk.IconSize.MENU))
        box.add(label)
        if node.closable:
            close = Gtk.Button(relief=Gtk.ReliefStyle.NONE)
            close.add(Gtk.Image.new_from_icon_name("window-close-symbolic", Gtk.IconSize.MENU))
            box.add(close)
        box.show_all()
        return box

    def make_list(self, node):
        return self.tree_view(["text"], [None], [[t] for _, t in node.rows], [i for i, _ in node.rows], node.sel, False)

    def make_table(self, node):
        view = self.tree_view(node.kinds, node.heads, node.rows, [node.icons] * len(node.rows), node.sel, True)
        if node.grid:
            view.set_grid_lines(self.Gtk.TreeViewGridLines.BOTH)
        return view

    def tree_view(self, kinds, heads, rows, icons, sel, show_heads):
        Gtk = self.Gtk
        types = {"text": str, "num": str, "check": bool, "progress": int}
        store = Gtk.ListStore(str, *[types[k] for k in kinds])
        for icon, row in zip(icons, rows):
            store.append([self.icon_name(icon) if icon else None] + [int(100 * v) if k == "progress" else v for k, v in zip(kinds, row)])
        view = Gtk.TreeView(model=store, headers_visible=show_heads)
        for i, kind in enumerate(kinds):
            self.add_column(view, kind, heads[i], i + 1, any(icons) and i == 0)
        if sel >= 0:
            view.get_selection().select_path(Gtk.TreePath.new_from_indices([sel]))
        else:
            view.get_selection().unselect_all()
        view.set_size_request(60, 60)
        return view

    def add_column(self, view, kind, head, index, icon):
        Gtk = self.Gtk
        column = Gtk.TreeViewColumn(head or "")
        title = Gtk.Label(label=head or "")  # the column's own label would not be laid out before the first real paint
        title.show()
        column.set_widget(title)
        column.set_resizable(True)
        if icon and kind in ("text", "num"):
            cell = Gtk.CellRendererPixbuf()
            column.pack_start(cell, False), column.add_attribute(cell, "icon-name", 0)
        if kind == "check":
            cell = Gtk.CellRendererToggle()
            column.pack_start(cell, False), column.add_attribute(cell, "active", index)
        elif kind == "progress":
            cell = Gtk.CellRendererProgress()
            column.pack_start(cell, True), column.add_attribute(cell, "value", index)
            column.set_cell_data_func(cell, lambda c, cell, model, it, _: cell.set_property("text", f"{model[it][index]} %"))
            column.set_min_width(80)
        else:
            cell = Gtk.CellRendererText()
            if kind == "num":
                cell.set_property("xalign", 1)
            column.pack_start(cell, True), column.add_attribute(cell, "text", index)
        view.append_column(column)

    def make_tree(self, node):
        Gtk = self.Gtk
        store = Gtk.TreeStore(str, str)
        opened = []

        def fill(rows, parent):
            for icon, text, kids, is_open in rows:
                at = store.append(parent, [self.icon_name(icon) if icon else None, text])
                fill(kids, at)
                if kids and is_open:
                    opened.append(store.get_path(at))
        fill(node.rows, None)
        view = Gtk.TreeView(model=store, headers_visible=bool(node.head))
        self.add_column(view, "text", node.head, 1, bool(node.rows[0][0]))
        for path in sorted(opened, key=lambda p: p.get_depth()):
            view.expand_row(path, False)
        path = Gtk.TreePath.new_from_indices([min(node.sel, len(node.rows) - 1)])
        view.get_selection().select_path(path)
        view.set_size_request(60, 60)
        return view

    def make_icons(self, node):
        Gtk = self.Gtk
        store, theme = Gtk.ListStore(self.GdkPixbuf.Pixbuf, str), Gtk.IconTheme.get_default()
        cache = {}
        for icon, text in node.items:
            if icon not in cache:
                name = icon if theme.has_icon(icon) else "folder" if theme.has_icon("folder") else "text-x-generic"
                try:
                    cache[icon] = theme.load_icon(name, node.size, 0)
                except self.GLib.Error:
                    cache[icon] = self.GdkPixbuf.Pixbuf.new(0, False, 8, node.size, node.size)
                    cache[icon].fill(0x6688aaff)
            store.append([cache[icon], text])
        view = Gtk.IconView(model=store, pixbuf_column=0, text_column=1, item_width=self.r.randint(80, 110))
        if node.sel >= 0:
            view.select_path(Gtk.TreePath.new_from_indices([node.sel]))
        return view

    def make_rows(self, node):
        Gtk = self.Gtk
        box = Gtk.ListBox()
        for spec in node.rows:
            row, line = Gtk.ListBoxRow(), Gtk.Box(spacing=10, border_width=self.r.randint(4, 9))
            if spec["icon"]:
                line.add(self.image_of(spec["icon"], Gtk.IconSize.LARGE_TOOLBAR))
            words = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, valign=Gtk.Align.CENTER)
            words.add(Gtk.Label(label=spec["title"], xalign=0))
            if spec["sub"]:
                sub = Gtk.Label(xalign=0)
                sub.set_markup(f"<small>{self.GLib.markup_escape_text(spec['sub'])}</small>")
                sub.get_style_context().add_class("dim-label")
                words.add(sub)
            line.pack_start(words, True, True, 0)
            if spec["ctl"]:
                ctl = self.make(spec["ctl"])
                ctl.set_valign(Gtk.Align.CENTER)
                line.add(ctl)
            row.add(line)
            box.add(row)
        box.set_selection_mode(Gtk.SelectionMode.SINGLE if node.sel >= 0 else Gtk.SelectionMode.NONE)
        if node.sel >= 0:
            box.select_row(box.get_row_at_index(node.sel))
        frame = Gtk.Frame()
        frame.add(box)
        return frame

    def make_cards(self, node):
        Gtk = self.Gtk
        flow = Gtk.FlowBox(row_spacing=8, column_spacing=8, border_width=8, max_children_per_line=node.cols, min_children_per_line=2, valign=Gtk.Align.START)
        for kid in node.kids:
            widget = self.make(kid)
            if node.framed:
                frame = Gtk.Frame()
                frame.add(widget)
                widget = frame
            flow.add(widget)
        if self.r.random() < .5:
            flow.select_child(flow.get_child_at_index(0))
        return flow

    def make_menubar(self, node):
        Gtk = self.Gtk
        bar = Gtk.MenuBar()
        for i, (title, _) in enumerate(node.menus):
            item = Gtk.MenuItem(label=title)
            bar.append(item)
            if node.open == i:
                self.open_menu = (item, node.menus[i][1])
        return bar

    def make_header(self, node, win):
        Gtk = self.Gtk
        bar = Gtk.HeaderBar(title=node.title, subtitle=node.sub, show_close_button=True)
        if not node.sub:
            bar.set_has_subtitle(False)
        if node.tabs:
            stack, switcher = Gtk.Stack(), Gtk.StackSwitcher()
            for t in node.tabs:
                box = Gtk.Box()
                box.show()
                stack.add_titled(box, t, t)
            switcher.set_stack(stack)
            bar.set_custom_title(switcher)
            self.keep.append(stack)
        for i, kid in enumerate(node.kids):
            (bar.pack_start if i < node.left else bar.pack_end)(self.make(kid))
        win.set_titlebar(bar)

    def menu(self, entries):
        Gtk = self.Gtk
        menu = Gtk.Menu()
        for e in entries:
            if not e.get("text"):
                item = Gtk.SeparatorMenuItem()
            elif "check" in e or "radio" in e:
                item = Gtk.CheckMenuItem(label=e["text"], draw_as_radio="radio" in e)
                item.set_active(e.get("check") or e.get("radio") or False)
            elif e.get("icon"):
                item = Gtk.ImageMenuItem(label=e["text"])
                item.set_image(self.image_of(e["icon"], Gtk.IconSize.MENU)), item.set_always_show_image(True)
            else:
                item = Gtk.MenuItem(label=e["text"])
            if e.get("accel"):
                mods = {"C": self.Gdk.ModifierType.CONTROL_MASK, "CS": self.Gdk.ModifierType.CONTROL_MASK | self.Gdk.ModifierType.SHIFT_MASK, "A": self.Gdk.ModifierType.MOD1_MASK}[e["accel"][0]]
                item.get_child().set_accel(ord(e["accel"][1]), mods)
            if e.get("sub"):
                item.set_submenu(Gtk.Menu())
            item.set_sensitive(not e.get("off"))
            menu.append(item)
        return menu

    # ----- rendering
    def settle(self):
        while self.Gtk.events_pending():
            self.Gtk.main_iteration_do(False)

    def wait_drawn(self, top):
        """Nothing can be drawn off a window before the display has mapped and painted it once."""
        drawn = []
        handler = top.connect_after("draw", lambda *_: drawn.append(1) and False)
        top.queue_draw()
        end = time.time() + .5
        while not drawn and time.time() < end:
            if self.Gtk.events_pending():
                self.Gtk.main_iteration_do(False)
            else:
                time.sleep(.002)
        top.disconnect(handler)
        self.settle()

    def draw(self, top):
        """The window's pixels; a window that awaits its layout draws nothing at all, so wait and try again."""
        for _ in range(5):
            img = self.draw_once(top)
            if int(img.min()) < 255:
                break
            self.wait_drawn(top)
        return img

    def draw_once(self, top):
        a, s = top.get_allocation(), self.scale
        surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, a.width * s, a.height * s)
        surface.set_device_scale(s, s)
        c = cairo.Context(surface)
        c.set_source_rgb(1, 1, 1)
        c.paint()
        top.draw(c)
        self.draw_heads(c, top, top)
        return surface_pixels(surface)

    def draw_heads(self, c, w, top):
        """gtk_widget_draw leaves the words of a tree's column heads out: add them."""
        if not w.get_mapped():
            return
        if isinstance(w, self.Gtk.TreeView):
            for column in w.get_columns() if w.get_headers_visible() else []:
                label = column.get_widget()
                x, y = label.translate_coordinates(top, 0, 0)
                tx, ty = w.translate_coordinates(top, 0, 0)
                c.save()
                c.rectangle(tx, ty, w.get_allocated_width(), w.get_allocated_height())
                c.clip()
                c.translate(x, y)
                label.draw(c)
                c.restore()
        elif isinstance(w, self.Gtk.Container):
            w.forall(lambda kid: self.draw_heads(c, kid, top))

    def render(self, win):
        Gtk = self.Gtk
        self.focus = self.open_menu = self.open_combo = None
        self.keep = []
        top = Gtk.Window(title=win.title)
        if win.header:
            self.make_header(win.header, top)
        top.add(self.make(win.root))
        top.set_default_size(*win.size)
        top.resize(*win.size)
        top.show_all()
        top.set_focus(None)
        self.wait_drawn(top)
        (top.set_state_flags if win.back else top.unset_state_flags)(*([Gtk.StateFlags.BACKDROP, False] if win.back else [Gtk.StateFlags.BACKDROP]))
        self.scroll_somewhere(top)
        self.wait_drawn(top)
        if not win.back:
            top.unset_state_flags(Gtk.StateFlags.BACKDROP)
        self.wait_drawn(top)
        layer = Layer(self.draw(top))
        Reader(self, top, layer).read()
        popups = [] if win.back else self.popups(win, top, layer)
        if self.focus is not None and not win.back:
            self.show_focus(top, layer)
        elif self.open_menu:
            layer.img = self.draw(top)
        for p in self.keep:
            p.destroy()
        top.destroy()
        self.settle()
        return layer, popups

    def show_focus(self, top, layer):
        """Only now draw the focus: its frame would disturb the cutting of boxes to the ink."""
        self.focus.set_state_flags(self.Gtk.StateFlags.FOCUSED, False)
        try:
            top.set_focus_visible(True)
        except AttributeError:
            pass
        self.wait_drawn(top)
        before, layer.img = layer.img, self.draw(top)
        if before.shape == layer.img.shape and (before != layer.img).any():
            for e in layer.elements:
                if e.get("widget") is self.focus and e["role"] not in ("list_row", "check_box" if isinstance(self.focus, self.Gtk.TreeView) else "", "progress"):
                    e["state"]["focused"] = True

    def scroll_somewhere(self, top):
        def visit(w):
            if isinstance(w, self.Gtk.ScrolledWindow) and self.r.random() < .35:
                a = w.get_vadjustment()
                a.set_value(self.r.uniform(0, max(0, a.get_upper() - a.get_page_size())))
            if isinstance(w, self.Gtk.Container):
                w.forall(visit)
        visit(top)

    def popups(self, win, top, layer):
        if self.open_menu:
            item, entries = self.open_menu
            item.set_state_flags(self.Gtk.StateFlags.PRELIGHT | self.Gtk.StateFlags.SELECTED, False)
            for e in layer.elements:
                if e.get("widget") is item:
                    e["state"]["selected"] = True
            x, y = item.translate_coordinates(top, 0, 0)
            return self.menu_layers(entries, x * self.scale, (y + item.get_allocated_height()) * self.scale)
        if self.open_combo:
            combo, node = self.open_combo
            if not combo.get_mapped():
                return []
            x, y = combo.translate_coordinates(top, 0, 0)
            width = combo.get_allocated_width()
            return self.menu_layers([{"text": t} for t in node.items], x * self.scale, (y + combo.get_allocated_height()) * self.scale, width, node.sel)
        if win.context:
            h, w = layer.img.shape[:2]
            return self.menu_layers(win.context, self.r.randint(0, w * 2 // 3), self.r.randint(0, h * 2 // 3))
        return []

    def menu_layers(self, entries, x, y, width=None, hot=None):
        """The opened menu and, in part, its opened submenus, as layers."""
        Gtk = self.Gtk
        menu = self.menu(entries)
        self.keep.append(menu)
        shell = menu.get_toplevel()
        if width:
            menu.set_size_request(width, -1)
        menu.show_all(), menu.show()
        shell.show()
        self.wait_drawn(shell)
        items = menu.get_children()
        able = [i for i, e in enumerate(entries) if e.get("text") and not e.get("off")]
        if hot is None and able and self.r.random() < .7:
            subs = [i for i in able if entries[i].get("sub")]
            hot = self.r.choice(subs) if subs and self.r.random() < .7 else self.r.choice(able)
        if hot is not None:
            items[hot].set_state_flags(Gtk.StateFlags.PRELIGHT | Gtk.StateFlags.SELECTED, False)
        layer = Layer(self.draw(shell), x, y)
        Reader(self, shell, layer, items[hot] if hot is not None else None).read()
        layers = [layer]
        if hot is not None and entries[hot].get("sub"):
            ix, iy = items[hot].translate_coordinates(shell, 0, 0)
            layers += self.menu_layers(entries[hot]["sub"], x + layer.img.shape[1] - 2, y + iy * self.scale)
        shell.hide()
        return layers


class Reader:
    """Reads the truth off a mapped GTK 3 widget tree."""

    def __init__(self, kit, top, layer, hot=None):
        self.kit, self.Gtk, self.top, self.layer, self.hot = kit, kit.Gtk, top, layer, hot
        self.s, self.Pango = kit.scale, kit.Pango

    def read(self):
        h, w = self.layer.img.shape[:2]
        self.visit(self.top, (0, 0, w, h))

    def box(self, w):
        """A widget's allocation in pixels of the layer, without the margin its theme adds inside."""
        a, s = w.get_allocation(), self.s
        x, y = w.translate_coordinates(self.top, 0, 0)
        context = w.get_style_context()
        m = context.get_margin(context.get_state())
        m = [max(0, v) for v in (m.left, m.top, m.right, m.bottom)]
        return ((x + m[0]) * s, (y + m[1]) * s, (a.width - m[0] - m[2]) * s, (a.height - m[1] - m[3]) * s)

    def full(self, w):
        a, s = w.get_allocation(), self.s
        x, y = w.translate_coordinates(self.top, 0, 0)
        return (x * s, y * s, a.width * s, a.height * s)

    def add(self, role, box, w, label, cl, **state):
        n = len(self.layer.elements)
        if not w.is_sensitive():
            state["disabled"] = True
        self.layer.add(role, box, label, cl, **state)
        if len(self.layer.elements) > n:
            self.layer.elements[-1]["widget"] = w

    def words(self, w):
        """The label text somewhere inside a widget."""
        if isinstance(w, self.Gtk.Label):
            return w.get_text() if w.get_visible() else ""
        found = []
        if isinstance(w, self.Gtk.Container):
            w.forall(lambda k: found.append(self.words(k)) if k.get_visible() else None)
        return " ".join(filter(None, found))

    def visit(self, w, cl):
        Gtk = self.Gtk
        if not w.get_mapped() or not w.get_child_visible() or w.get_opacity() < .1 and not isinstance(w, Gtk.Scrollbar):
            return
        full = self.full(w)
        if isinstance(w, (Gtk.Viewport, Gtk.TextView, Gtk.TreeView, Gtk.IconView, Gtk.Notebook, Gtk.Stack, Gtk.Paned, Gtk.ScrolledWindow)) or w.get_has_window() and not isinstance(w, Gtk.Window):
            cl = clip(cl, full)
            if cl[2] <= 0 or cl[3] <= 0:
                return
        for kinds, method in self.table():
            if isinstance(w, kinds):
                if getattr(self, method)(w, cl) == "leaf":
                    return
                break
        if isinstance(w, Gtk.Container):
            w.forall(self.visit, cl)

    def table(self):
        G = self.Gtk
        return [(G.SpinButton, "spin"), (G.Entry, "entry"), (G.ComboBox, "combo"), ((G.CheckButton,), "check"), (G.Switch, "switch"),
                (G.LinkButton, "link_button"), (G.Button, "button"), (G.AccelLabel, "accel_label"), (G.Label, "label"), (G.Image, "image"), (G.Scale, "scale"),
                (G.Scrollbar, "scrollbar"), (G.ProgressBar, "progress"), (G.Notebook, "notebook"), (G.MenuItem, "menu_item"),
                (G.TreeView, "tree"), (G.IconView, "icon_view"), (G.ListBoxRow, "list_row"), (G.FlowBoxChild, "list_row"), (G.HeaderBar, "header"),
                (G.Frame, "frame"), (G.TextView, "text_view"), (G.Expander, "expander"), (G.ScrolledWindow, "scrolled")]

    # ----- text
    def layout_lines(self, layout, x, y, cl):
        """Each line of a layout whose upper left corner is at (x, y) (logical pixels)."""
        P, s = self.Pango.SCALE, self.s
        raw = layout.get_text().encode()
        it = layout.get_iter()
        while True:
            inkbox, _ = it.get_line_extents()
            line = it.get_line_readonly()
            text = raw[line.start_index:line.start_index + line.length].decode(errors="ignore")
            if layout.is_ellipsized():
                text = self.ellipsized(layout, text, inkbox.width / P)
            if inkbox.width > 0:
                self.layer.line(text, ((x + inkbox.x / P) * s, (y + inkbox.y / P) * s, inkbox.width / P * s, inkbox.height / P * s), cl)
            if not it.next_line():
                break

    def ellipsized(self, layout, text, width):
        probe = layout.copy()
        probe.set_width(-1)
        for n in range(len(text), 0, -1):
            probe.set_text(text[:n].rstrip() + ("…" if n < len(text) else ""), -1)
            if probe.get_pixel_extents()[0].width <= width + 2:
                return probe.get_text()
        return text

    def label(self, w, cl):
        layout = w.get_layout()
        ox, oy = w.get_layout_offsets()
        a = w.get_allocation()
        x, y = w.translate_coordinates(self.top, 0, 0)
        n = len(self.layer.lines)
        # offsets are in the coordinates of the allocation
        self.layout_lines(layout, ox - a.x + x, oy - a.y + y, cl)
        if "<a " in (w.get_label() or ""):
            for line in self.layer.lines[n:]:
                self.add("link", line["box"], w, line["text"], cl)
        return "leaf"

    def accel_label(self, w, cl):
        self.label(w, cl)
        key, mods = w.get_accel()
        width = w.get_accel_width()
        if key and width > 0:
            x, y, bw, bh = self.full(w)
            tight = ink(self.layer.img, (x + bw - width * self.s, y, width * self.s, bh))
            if tight:
                self.layer.line(self.Gtk.accelerator_get_label(key, mods), tight, cl)
        return "leaf"

    def layout_of(self, w, cl):
        ox, oy = w.get_layout_offsets()
        x, y = w.translate_coordinates(self.top, 0, 0)
        self.layout_lines(w.get_layout(), x + ox, y + oy, cl)

    # ----- controls
    def entry(self, w, cl, role="text_field"):
        G, box = self.Gtk, self.box(w)
        self.add(role, box, w, w.get_text() or w.get_placeholder_text(), cl)
        x, y = w.translate_coordinates(self.top, 0, 0)
        area = w.get_text_area()
        inner = clip(cl, ((x + area.x) * self.s, (y + area.y) * self.s, area.width * self.s, area.height * self.s))
        if inner[2] > 0 and inner[3] > 0:
            self.layout_of(w, inner)
        for where in (G.EntryIconPosition.PRIMARY, G.EntryIconPosition.SECONDARY):
            if w.get_icon_storage_type(where) != G.ImageType.EMPTY and role == "text_field":
                a = w.get_icon_area(where)
                self.layer.icon(((x + a.x) * self.s, (y + a.y) * self.s, a.width * self.s, a.height * self.s), w.get_icon_name(where), cl, disabled=None if w.is_sensitive() else True)
        return "leaf"

    def spin(self, w, cl):
        return self.entry(w, cl, "spinner")

    def combo(self, w, cl):
        self.add("drop_down", self.box(w), w, w.get_active_text(), cl)

        def inner(kid, *_):
            if isinstance(kid, self.Gtk.Entry):
                self.entry(kid, cl, "inner")
                self.layer.elements = [e for e in self.layer.elements if e["role"] != "inner"]
            elif isinstance(kid, self.Gtk.CellView):
                tight = ink(self.layer.img, self.full(kid), 40)
                if tight and w.get_active_text():
                    self.layer.line(w.get_active_text(), tight, cl)
            elif isinstance(kid, self.Gtk.Container):
                kid.forall(inner)
        w.forall(inner)
        return "leaf"

    def check(self, w, cl):
        if not w.get_property("draw-indicator"):
            return self.button(w, cl)
        x, y, bw, bh = self.full(w)
        kid = w.get_child()
        right = self.full(kid)[0] - 1 if kid is not None and kid.get_mapped() else x + bw
        size = self.node_size(w, "radio" if isinstance(w, self.Gtk.RadioButton) else "check")
        tight = ink(self.layer.img, (x - 1, y - 1, max(4, right - x + 1), bh + 2), 10)
        if not tight or tight[2] > 2.2 * tight[3] or tight[3] > 2.2 * tight[2]:
            tight = (x + 1, y + (bh - size) / 2, size, size)
        radio = isinstance(w, self.Gtk.RadioButton)
        self.add("radio_button" if radio else "check_box", tight, w, self.words(w), cl, checked=None if w.get_inconsistent() else w.get_active())

    def node_size(self, w, name):
        path = w.get_path().copy()
        path.append_type(w.__gtype__)
        path.iter_set_object_name(-1, name)
        context = self.Gtk.StyleContext()
        context.set_path(path)
        return max(10, context.get_property("min-width", self.Gtk.StateFlags.NORMAL)) * self.s

    def switch(self, w, cl):
        self.add("check_box", ink(self.layer.img, self.full(w), 8) or self.box(w), w, None, cl, checked=w.get_active())
        return "leaf"

    def link_button(self, w, cl):
        n = len(self.layer.lines)
        w.forall(self.visit, cl)
        for line in self.layer.lines[n:]:
            self.add("link", line["box"], w, line["text"], cl)
        return "leaf"

    def button(self, w, cl):
        words = self.words(w)
        checked = w.get_active() if isinstance(w, self.Gtk.ToggleButton) else None
        if words:
            tab = isinstance(w.get_parent(), self.Gtk.StackSwitcher)
            if tab:
                self.add("tab", self.box(w), w, words, cl, selected=checked)
            else:
                self.add("button", self.box(w), w, words, cl, checked=checked)
            return None
        found = []

        def pictures(kid, *_):
            if isinstance(kid, self.Gtk.Image) and kid.get_mapped():
                found.append(kid)
            elif isinstance(kid, self.Gtk.Container):
                kid.forall(pictures)
        w.forall(pictures)
        for kid in found:
            self.layer.icon(self.full(kid), None, cl, checked=checked, disabled=None if w.is_sensitive() else True)
        return "leaf" if found else None

    def image(self, w, cl):
        if w.get_storage_type() == self.Gtk.ImageType.SURFACE:
            x, y, bw, bh = self.full(w)
            surface = w.get_property("surface")
            iw, ih = surface.get_width(), surface.get_height()
            self.add("image", (x + (bw - iw) / 2, y + (bh - ih) / 2, iw, ih), w, None, cl)
        elif w.get_storage_type() != self.Gtk.ImageType.EMPTY:
            self.layer.icon(self.full(w), None, cl, disabled=None if w.is_sensitive() else True)
        return "leaf"

    def scale(self, w, cl):
        box = self.full(w)
        if w.get_draw_value():
            ox, oy = w.get_layout_offsets()
            a = w.get_allocation()
            x, y = w.translate_coordinates(self.top, 0, 0)
            self.layout_lines(w.get_layout(), ox - a.x + x, oy - a.y + y, cl)
            height = w.get_layout().get_pixel_size()[1] * self.s
            if w.get_orientation() == self.Gtk.Orientation.HORIZONTAL:
                cut = (oy - a.y + y) * self.s + height
                box = (box[0], cut, box[2], box[1] + box[3] - cut)
            else:
                width = w.get_layout().get_pixel_size()[0] * self.s
                box = (box[0] + width, box[1], box[2] - width, box[3])
        self.add("slider", ink(self.layer.img, box, 8) or box, w, None, cl)
        return "leaf"

    def scrollbar(self, w, cl):
        box = self.box(w)
        if not w.get_mapped():
            return "leaf"
        if not w.get_style_context().has_class("overlay-indicator"):
            self.add("scroll_bar", box, w, None, cl)
            return "leaf"
        # an overlay one: only its handle, whose length follows from the adjustment, and only if it is drawn
        a, (x, y, bw, bh) = w.get_adjustment(), box
        span = max(1, a.get_upper() - a.get_lower())
        at, part_of = (a.get_value() - a.get_lower()) / span, a.get_page_size() / span
        handle = (x, y + at * bh, bw, part_of * bh) if w.get_orientation() == self.Gtk.Orientation.VERTICAL else (x + at * bw, y, part_of * bw, bh)
        tight = ink(self.layer.img, clip(handle, cl), 12)
        if tight and part_of < 1 and tight[2] * tight[3] > .25 * handle[2] * handle[3] and max(tight[2:]) > .7 * max(handle[2:]):
            self.add("scroll_bar", tight, w, None, cl)
        return "leaf"

    def progress(self, w, cl):
        box = self.full(w)
        if w.get_show_text():
            layout = w.create_pango_layout(w.get_text() or "")
            height = layout.get_pixel_size()[1] * self.s
            area = (box[0], box[1], box[2], height)
            tight = ink(self.layer.img, area, 40)
            if tight:
                self.layer.line(w.get_text(), tight, cl)
            box = (box[0], box[1] + height, box[2], box[3] - height)
        self.add("progress", ink(self.layer.img, (box[0] - 1, box[1] - 1, box[2] + 2, box[3] + 2), 8) or box, w, None, cl)
        return "leaf"

    # ----- containers
    def tab_padding(self, book, pos):
        """How far a tab reaches beyond its label, from the theme."""
        G = self.Gtk
        path = book.get_path().copy()
        for name in ("header", "tabs", "tab"):
            path.append_type(G.Widget.__gtype__)
            path.iter_set_object_name(-1, name)
            if name == "header":
                path.iter_add_class(-1, pos)
        context = G.StyleContext()
        context.set_path(path)
        p, b = context.get_padding(G.StateFlags.NORMAL), context.get_border(G.StateFlags.NORMAL)
        return [v * self.s for v in (p.left + b.left, p.top + b.top, p.right + b.right, p.bottom + b.bottom)]

    def notebook(self, w, cl):
        pos = w.get_tab_pos().value_nick
        left, top, right, bottom = self.tab_padding(w, pos)
        page = w.get_nth_page(w.get_current_page())
        px, py, pw, ph = self.full(page)
        whole_box = self.full(w)
        for i in range(w.get_n_pages()):
            label = w.get_tab_label(w.get_nth_page(i))
            if not label.get_mapped():
                continue
            x, y, lw, lh = self.full(label)
            box = [x - left, y - top, lw + left + right, lh + top + bottom]
            if pos == "top":
                box[1], box[3] = whole_box[1], min(py, y + lh + bottom) - whole_box[1]
            elif pos == "bottom":
                end = whole_box[1] + whole_box[3]
                box[1] = max(py + ph, y - top)
                box[3] = end - box[1]
            elif pos == "left":
                box[0], box[2] = whole_box[0], min(px, x + lw + right) - whole_box[0]
            else:
                box[0] = max(px + pw, x - left)
                box[2] = whole_box[0] + whole_box[2] - box[0]
            self.add("tab", tuple(box), label, self.words(label), clip(cl, whole_box), selected=i == w.get_current_page())

    def menu_item(self, w, cl):
        if isinstance(w, self.Gtk.SeparatorMenuItem):
            return "leaf"
        checked = w.get_active() if isinstance(w, self.Gtk.CheckMenuItem) else None
        self.add("menu_item", self.box(w), w, self.words(w), cl, checked=checked, selected=True if w is self.hot else None)

    def list_row(self, w, cl):
        if isinstance(w.get_parent(), self.Gtk.ListBox) or isinstance(w, self.Gtk.FlowBoxChild):
            self.add("list_row", self.box(w), w, self.words(w), cl, selected=w.is_selected())

    def header(self, w, cl):
        self.add("title_bar", self.box(w), w, w.get_title(), cl)

    def frame(self, w, cl):
        if w.get_shadow_type() != self.Gtk.ShadowType.NONE:
            box = list(self.full(w))
            label = w.get_label_widget()
            if label is not None:  # the border runs through the middle of the label
                a = self.full(label)
                half = a[3] / 2 * (w.get_label_align()[1] * 2)
                box[1], box[3] = box[1] + half, box[3] - half
            self.add("pane", tuple(box), w, w.get_label(), cl)

    def scrolled(self, w, cl):
        kid = w.get_child()
        if w.get_shadow_type() != self.Gtk.ShadowType.NONE and not isinstance(kid, self.Gtk.TextView):
            self.add("pane", self.box(w), w, None, cl)

    def expander(self, w, cl):
        label = w.get_label_widget()
        x, y, bw, bh = self.full(w)
        lx, ly, lw, lh = self.full(label)
        self.layer.icon((x, ly, lx - x - 1, lh), w.get_label(), cl)

    def text_view(self, w, cl):
        G, kid_of = self.Gtk, w.get_parent()
        outer = self.box(kid_of) if isinstance(kid_of, G.ScrolledWindow) else self.box(w)
        self.add("text_field", outer, w, None, None)
        x, y = w.translate_coordinates(self.top, 0, 0)
        it = w.get_buffer().get_start_iter()
        while True:
            end = it.copy()
            if not end.ends_line():
                w.forward_display_line_end(end)
            text = it.get_visible_text(end)
            a, b = w.get_iter_location(it), w.get_iter_location(end)
            wx, wy = w.buffer_to_window_coords(G.TextWindowType.WIDGET, a.x, a.y)
            if wy > w.get_allocated_height():
                break
            if text.strip() and b.x > a.x and wy + a.height > 0:
                area = ((x + wx - 1) * self.s, (y + wy) * self.s, (b.x - a.x + 2) * self.s, a.height * self.s)
                seen = clip(area, cl)
                tight = ink(self.layer.img, seen, 40) if shows(seen, area, .02) and seen[3] > .8 * area[3] else None
                if tight:
                    self.layer.line(part(text.rstrip(), area, (seen[0], seen[1], seen[2], seen[3])) if seen[2] < area[2] - 3 else text, tight, cl)
            if not w.forward_display_line(it):
                break
        return "leaf"

    # ----- trees and icon views
    def tree(self, w, cl):
        for column in w.get_columns():
            button = column.get_button()
            if button.get_mapped() and w.get_headers_visible():
                self.add("button", self.full(button), button, column.get_title(), cl)
                self.visit_label_only(button, cl)
        span = w.get_visible_range()
        bx, by = w.convert_bin_window_to_widget_coords(0, 0)
        x0, y0 = w.translate_coordinates(self.top, 0, 0)
        ox, oy = x0 + bx, y0 + by
        body = clip(cl, (x0 * self.s, oy * self.s, w.get_allocated_width() * self.s, w.get_allocated_height() * self.s - by * self.s))
        if not span or body[2] <= 0 or body[3] <= 0:
            return "leaf"
        rows = []
        w.get_model().foreach(lambda m, path, it: rows.append((path.copy(), it.copy())))
        for path, it in rows:
            if span[0] is not None and path.compare(span[0]) < 0 or span[1] is not None and path.compare(span[1]) > 0:
                continue
            first = w.get_background_area(path, w.get_column(0))
            if first.height == 0:
                continue
            width = w.get_allocated_width()
            row = (x0 * self.s, (oy + first.y) * self.s, width * self.s, first.height * self.s)
            text = [w.get_model().get_value(it, i) for i in range(w.get_model().get_n_columns())]
            name = next((t for t in text[1:] if isinstance(t, str)), None)
            seen = clip(row, body)
            if not shows(seen, row):
                continue
            self.add("list_row", row, w, name, body, selected=w.get_selection().path_is_selected(path))
            for n, column in enumerate(w.get_columns()):
                self.cells(w, column, path, it, ox, oy, body, n == 0)
        return "leaf"

    def visit_label_only(self, w, cl):
        if isinstance(w, self.Gtk.Label):
            if w.get_mapped() and w.get_text():
                self.label(w, cl)
        elif isinstance(w, self.Gtk.Container):
            w.forall(self.visit_label_only, cl)

    def cells(self, w, column, path, it, ox, oy, body, first):
        s = self.s
        area = w.get_cell_area(path, column)
        back = w.get_background_area(path, column)
        column.cell_set_cell_data(w.get_model(), it, w.get_model().iter_has_child(it), w.row_expanded(path))
        if first and w.get_model().iter_has_child(it):
            size = 22
            left = max(back.x, area.x - size)
            self.layer.icon(((ox + left) * s, (oy + back.y + 1) * s, (area.x - left - 1) * s, (back.height - 2) * s), "Collapse" if w.row_expanded(path) else "Expand", body, thr=40)
        for cell in column.get_cells():
            got = column.cell_get_position(cell)
            if not got:
                continue
            x, width = got[-2], got[-1]
            box = ((ox + area.x + x) * s, (oy + area.y) * s, width * s, area.height * s)
            self.cell(w, cell, box, body)

    def cell(self, w, cell, box, body):
        G, img = self.Gtk, self.layer.img
        seen = clip(box, body)
        if seen[2] < 3 or seen[3] < 3:
            return
        if isinstance(cell, G.CellRendererToggle):
            size, xpad = cell.get_preferred_width(w)[1] * self.s, cell.get_padding()[0] * self.s
            middle = box[0] + cell.get_alignment()[0] * (box[2] - size) + size / 2
            tight = ink(img, clip(seen, (middle - size / 2 + xpad - 1, box[1], size - 2 * xpad + 2, box[3])), 10)
            if tight and tight[2] < 2 * tight[3]:
                self.add("check_box", tight, w, None, body, checked=cell.get_active())
        elif isinstance(cell, G.CellRendererPixbuf):
            if cell.get_property("icon-name"):
                self.layer.icon(box, None, body)
        elif isinstance(cell, G.CellRendererProgress):
            if not blank(img, seen):
                self.add("progress", box, w, None, body)
                label = f"{cell.get_property('value')} %"
                drawn, logical = w.create_pango_layout(label).get_pixel_extents()
                self.layer.line(label, (box[0] + (box[2] - logical.width * self.s) / 2 + drawn.x * self.s, box[1] + (box[3] - logical.height * self.s) / 2 + drawn.y * self.s,
                                        drawn.width * self.s, drawn.height * self.s), body)
        elif isinstance(cell, G.CellRendererText):
            self.cell_text(w, cell, box, seen)

    def cell_text(self, w, cell, box, seen):
        """Where the renderer puts its text, then cut to the ink there (cell frames and focus lines stay out)."""
        text, s = cell.get_property("text") or "", self.s
        drawn, logical = w.create_pango_layout(text).get_pixel_extents()
        xpad, (xalign, _) = cell.get_padding()[0] * s, cell.get_alignment()
        x = box[0] + xpad + xalign * max(0, box[2] - 2 * xpad - logical.width * s) + drawn.x * s
        y = box[1] + (box[3] - logical.height * s) / 2 + drawn.y * s
        full = (x, y, drawn.width * s, drawn.height * s)
        area = clip((x - 2, y - 2, full[2] + 4, full[3] + 4), seen)
        tight = ink(self.layer.img, area, 40) if shows(area, full, .2) and area[3] > .8 * full[3] else None
        if tight:
            self.layer.line(part(text, full, area), tight, seen)

    def icon_view(self, w, cl):
        G, s = self.Gtk, self.s
        x0, y0 = w.translate_coordinates(self.top, 0, 0)
        cells = w.get_cells()
        for row in w.get_model():
            ok, r = w.get_cell_rect(row.path, None)
            if not ok:
                continue
            box = ((x0 + r.x) * s, (y0 + r.y) * s, r.width * s, r.height * s)
            if not shows(clip(box, cl), box):
                continue
            self.add("list_row", box, w, row[1], cl, selected=w.path_is_selected(row.path))
            for cell in cells:
                ok, a = w.get_cell_rect(row.path, cell)
                area = ((x0 + a.x) * s, (y0 + a.y) * s, a.width * s, a.height * s)
                if isinstance(cell, G.CellRendererPixbuf):
                    self.layer.icon(area, row[1], cl)
                else:
                    self.icon_caption(w, row[1], area, cl, cell)
        return "leaf"

    def icon_caption(self, w, text, area, cl, cell):
        """The words under a tile may be wrapped: lay them out again to know its lines, then cut each to its ink."""
        layout, P = w.create_pango_layout(text), self.Pango.SCALE
        if layout.get_pixel_size()[0] > area[2] / self.s:
            layout.set_wrap(self.Pango.WrapMode.WORD_CHAR)
            layout.set_width(int(area[2] / self.s - 2 * cell.get_padding()[0]) * P)
        count, raw = layout.get_line_count(), text.encode()
        if abs(count - round(area[3] / self.s / (layout.get_pixel_size()[1] / count))) > 0:
            return
        height = area[3] / count
        for i in range(count):
            line = layout.get_line_readonly(i)
            words = raw[line.start_index:line.start_index + line.length].decode(errors="ignore")
            if i < count - 1 and words[-1:].isalnum() and raw[line.start_index + line.length:][:1].isalnum():
                words += "-"
            strip = clip((area[0], area[1] + i * height, area[2], height), cl)
            tight = ink(self.layer.img, strip, 40) if strip[3] > .8 * height else None
            if tight:
                self.layer.line(words, tight, cl)
