"""Windows drawn by Qt 5, and where their widgets lie."""
import os
import random

import numpy as np

from scene import HELD_GTK, HELD_QT, Node, usable_families
from pixels import Layer, blank, clip, ink, picture, whole


def qt_recorder():
    """A paint device that keeps what text and which pictures a widget paints, and where."""
    from PyQt5.QtGui import QPaintDevice, QPaintEngine

    class Engine(QPaintEngine):
        def __init__(self):
            super().__init__(QPaintEngine.PaintEngineFeatures(QPaintEngine.AllFeatures))
            self.texts, self.pictures = [], []

        def begin(self, device):
            return True

        def end(self):
            return True

        def type(self):
            return QPaintEngine.User

        def updateState(self, state):
            pass

        def drawTextItem(self, point, item):
            self.texts.append((point.x(), point.y(), item.text(), item.width(), item.font(), self.painter().pen().color().alpha(), self.painter().combinedTransform()))

        def drawPixmap(self, rect, pixmap, source):
            self.pictures.append(self.painter().combinedTransform().mapRect(rect))

        def drawImage(self, rect, image, source, flags=None):
            self.pictures.append(self.painter().combinedTransform().mapRect(rect))

        def drawPath(self, path):
            pass

        def drawPolygon(self, *a):
            pass

        def drawRects(self, *a):
            pass

        def drawLines(self, *a):
            pass

        def drawEllipse(self, *a):
            pass

        def drawPoints(self, *a):
            pass

        def drawTiledPixmap(self, *a):
            pass

    class Device(QPaintDevice):
        def __init__(self, dpi):
            super().__init__()
            self.engine, self.dpi = Engine(), dpi

        def paintEngine(self):
            return self.engine

        def metric(self, which):
            values = {QPaintDevice.PdmWidth: 8000, QPaintDevice.PdmHeight: 8000, QPaintDevice.PdmDpiX: self.dpi, QPaintDevice.PdmDpiY: self.dpi,
                      QPaintDevice.PdmPhysicalDpiX: self.dpi, QPaintDevice.PdmPhysicalDpiY: self.dpi, QPaintDevice.PdmDepth: 32,
                      QPaintDevice.PdmNumColors: 1 << 24, QPaintDevice.PdmWidthMM: 2000, QPaintDevice.PdmHeightMM: 2000, QPaintDevice.PdmDevicePixelRatio: 1,
                      QPaintDevice.PdmDevicePixelRatioScaled: 65536}
            return int(values.get(which, 1))
    return Device


class Qt:
    draws_headers = False

    def __init__(self, held):
        import atexit
        import shutil
        import tempfile
        self.config = tempfile.mkdtemp(prefix="widgets-qt-")  # where the Kvantum style finds which of its themes to draw
        atexit.register(shutil.rmtree, self.config, True)
        os.environ["XDG_CONFIG_HOME"] = self.config
        os.environ.setdefault("XDG_RUNTIME_DIR", self.config)
        from PyQt5 import QtCore, QtGui, QtWidgets
        self.C, self.G, self.W = QtCore, QtGui, QtWidgets
        QtCore.QCoreApplication.setAttribute(QtCore.Qt.AA_UseHighDpiPixmaps)
        self.app = QtWidgets.QApplication(["widgets"])
        self.scale = self.app.devicePixelRatio()
        wanted = [s for s in QtWidgets.QStyleFactory.keys() if s.lower() not in ("gtk2", "qt5ct-style", "kvantum-dark")]
        self.styles = [s for s in wanted if s.lower().startswith(HELD_QT) == held]
        self.styles += [s for s in self.styles if s in ("Fusion", "Breeze", "Windows")] + [s for s in self.styles if s == "kvantum"] * 4
        folder = "/usr/share/Kvantum"
        self.kvantum = [t for t in os.listdir(folder) if "yaru" not in t.lower() and "oxygen" not in t.lower()] if os.path.isdir(folder) else []
        self.icon_themes = [t for t in os.listdir("/usr/share/icons") if os.path.exists(f"/usr/share/icons/{t}/index.theme") and t not in ("hicolor", "default", "locolor", "Adwaita")
                            and t.lower().startswith(HELD_GTK + HELD_QT) == held] or ["Adwaita"]
        QtGui.QIcon.setThemeSearchPaths(["/usr/share/icons"])
        self.families = usable_families(QtGui.QFontDatabase().families())
        self.recorder = qt_recorder()
        self.r = random.Random(0)

    # ----- looks
    def look(self, rng, held):
        G = self.G
        self.r = rng
        style = rng.choice(self.styles)
        name = style
        if style == "kvantum" and self.kvantum:
            theme = rng.choice(self.kvantum)
            os.makedirs(self.config + "/Kvantum", exist_ok=True)
            with open(self.config + "/Kvantum/kvantum.kvconfig", "w") as f:
                f.write(f"[General]\ntheme={theme}\n")
            name += ":" + theme
        self.app.setStyleSheet("")
        self.app.setStyle(self.W.QStyleFactory.create(style))
        palette, kind = self.app.style().standardPalette(), "own"
        if style != "kvantum" and "Contrast" not in style and rng.random() < .6:
            palette, kind = self.palette(rng)
        self.app.setPalette(palette)
        family, size = rng.choice(self.families), rng.choice([8, 9, 9, 10, 10, 11, 12, 13, 14, 16])
        self.app.setFont(G.QFont(family, size))
        G.QIcon.setThemeName(rng.choice(self.icon_themes))
        G.QIcon.setFallbackThemeName("Adwaita")
        self.icons = {}
        if style in ("Fusion", "Windows", "plastique", "cleanlooks", "Breeze") and rng.random() < .3:
            self.app.setStyleSheet(self.sheet(rng, palette))
            kind += " sheet"
        self.kind = name
        return f"qt {name} {kind} {family} {size} x{self.scale:g}"

    def palette(self, rng):
        G, P = self.G, self.G.QPalette
        dark, tint = rng.random() < .45, rng.random()

        def colour(v, s=None):
            return G.QColor.fromHsvF(tint, rng.choice([0, .03, .1]) if s is None else s, min(1, max(0, v)))
        window = rng.uniform(.08, .3) if dark else rng.uniform(.78, .98)
        text = colour(rng.uniform(.85, 1) if dark else rng.uniform(0, .25), 0)
        p = P(colour(window + (.05 if dark else 0)), colour(window))
        for role in (P.WindowText, P.Text, P.ButtonText, P.ToolTipText):
            p.setColor(role, text)
        base = colour(window * .75 if dark else rng.choice([1, 1, window + .05]))
        p.setColor(P.Base, base)
        p.setColor(P.AlternateBase, base.lighter(115) if dark else base.darker(105))
        accent = G.QColor.fromHsvF(rng.random(), rng.uniform(.4, .95), rng.uniform(.45, .85))
        p.setColor(P.Highlight, accent)
        p.setColor(P.HighlightedText, G.QColor("white"))
        p.setColor(P.Link, accent.lighter(140) if dark else accent.darker(110))
        p.setColor(P.PlaceholderText, G.QColor(128, 128, 128))
        for role in (P.WindowText, P.Text, P.ButtonText):
            p.setColor(P.Disabled, role, G.QColor(120, 120, 120) if dark else G.QColor(150, 150, 150))
        return p, "dark" if dark else "light"

    def sheet(self, rng, palette):
        """A style sheet such as applications bring along."""
        accent, radius = palette.color(self.G.QPalette.Highlight).name(), rng.choice([0, 2, 4, 8, 12])
        line = palette.color(self.G.QPalette.Mid).name()
        parts = [f"QPushButton {{ border: 1px solid {line}; border-radius: {radius}px; padding: {rng.randint(2, 7)}px {rng.randint(6, 18)}px; }}",
                 f"QPushButton {{ background: {accent}; color: white; border: none; border-radius: {radius}px; padding: {rng.randint(3, 8)}px {rng.randint(8, 18)}px; }}",
                 f"QLineEdit, QPlainTextEdit, QTextEdit {{ border: {rng.choice([1, 2])}px solid {line}; border-radius: {radius}px; padding: 2px; }}",
                 f"QGroupBox {{ border: 1px solid {line}; border-radius: {radius}px; margin-top: 1.1em; }} QGroupBox::title {{ subcontrol-origin: margin; left: 8px; }}",
                 f"QTabBar::tab {{ padding: {rng.randint(3, 8)}px {rng.randint(8, 16)}px; border: 1px solid {line}; }} QTabBar::tab:selected {{ background: {accent}; color: white; }}",
                 f"QHeaderView::section {{ background: {accent}; color: white; padding: 3px; border: 1px solid {line}; }}",
                 f"QCheckBox::indicator {{ width: {rng.randint(11, 20)}px; height: {rng.randint(11, 20)}px; border: 1px solid {line}; }} QCheckBox::indicator:checked {{ background: {accent}; }}",
                 f"QProgressBar {{ border: 1px solid {line}; border-radius: {min(radius, 4)}px; text-align: center; }} QProgressBar::chunk {{ background: {accent}; }}",
                 f"QScrollBar:vertical {{ width: {rng.randint(6, 14)}px; background: transparent; }} QScrollBar::handle:vertical {{ background: {line}; border-radius: 3px; min-height: 20px; }} QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}"]
        return "\n".join(rng.sample(parts, rng.randint(2, 6)))

    def icon(self, name):
        if name not in self.icons:
            icon = self.G.QIcon.fromTheme(name)
            self.icons[name] = icon if not icon.isNull() and not icon.pixmap(16, 16).isNull() else self.app.style().standardIcon(self.r.choice(
                [self.W.QStyle.SP_FileIcon, self.W.QStyle.SP_DirIcon, self.W.QStyle.SP_DialogOpenButton, self.W.QStyle.SP_BrowserReload]))
        return self.icons[name]

    # ----- building
    def make(self, node):
        w = getattr(self, "make_" + node.kind)(node)
        if node.off is True:
            w.setEnabled(False)
        if node.focus:
            self.focus = w
        return w

    def stack(self, dir, gap, pad):
        box = self.W.QVBoxLayout() if dir == "v" else self.W.QHBoxLayout()
        box.setContentsMargins(pad, pad, pad, pad)
        box.setSpacing(gap)
        return box

    def make_box(self, node):
        host = self.W.QWidget()
        box = self.stack(node.dir, node.gap or 0, node.pad or 0)
        host.setLayout(box)
        for kid in node.kids:
            w = self.make(kid)
            narrow = node.dir == "v" and kid.kind in ("link", "check", "switch", "button", "iconbutton", "image", "icon") and self.r.random() < .7
            box.addWidget(w, 1 if kid.grow else 0, self.C.Qt.AlignLeft if narrow else self.C.Qt.Alignment())
        if node.dir == "v" and not any(k.grow or k.kind in ("scroll", "tabs", "split", "text", "list", "tree", "table") for k in node.kids):
            box.addStretch(1)
        return host

    def make_space(self, node):
        w = self.W.QWidget()
        w.setSizePolicy(self.W.QSizePolicy.Expanding, self.W.QSizePolicy.Expanding)
        return w

    def make_grid(self, node):
        host, grid = self.W.QWidget(), self.W.QGridLayout()
        grid.setContentsMargins(*[node.pad or 0] * 4)
        grid.setSpacing(node.gap or 0)
        for y, row in enumerate(node.rows):
            for x, kid in enumerate(row):
                w = self.make(kid)
                if node.even and kid.kind == "button":
                    w.setSizePolicy(self.W.QSizePolicy.Expanding, self.W.QSizePolicy.Expanding)
                    w.setMinimumWidth(20)
                grid.addWidget(w, y, x)
        if not node.even and len(node.rows[0]) == 2:
            grid.setColumnStretch(1, 1)
        host.setLayout(grid)
        return host

    def make_group(self, node):
        group = self.W.QGroupBox(node.title or "")
        box = self.stack("v", 4, 4)
        box.addWidget(self.make(node.kids[0]))
        group.setLayout(box)
        if node.title and self.r.random() < .12:
            group.setCheckable(True)
        return group

    def make_label(self, node):
        label = self.W.QLabel(node.text)
        label.setTextFormat(self.C.Qt.PlainText)
        label.setWordWrap(bool(node.wrap))
        font = label.font()
        font.setBold(bool(node.bold))
        if node.size == "title":
            font.setPointSizeF(font.pointSizeF() * 1.5)
        label.setFont(font)
        Q = self.C.Qt
        label.setAlignment({"center": Q.AlignHCenter, "end": Q.AlignRight}.get(node.align, Q.AlignLeft) | Q.AlignVCenter)
        if node.dim:
            p = label.palette()
            p.setColor(p.WindowText, self.G.QColor(128, 128, 128))
            label.setPalette(p)
        return label

    def make_link(self, node):
        label = self.W.QLabel(f'<a href="x">{node.text}</a>')
        label.setProperty("link", True)
        return label

    def make_icon(self, node):
        label = self.W.QLabel()
        size = node.size or 16
        label.setPixmap(self.icon(node.icon).pixmap(size, size))
        label.setAlignment(self.C.Qt.AlignTop)
        return label

    def make_image(self, node):
        s = self.scale
        img = np.ascontiguousarray(picture(int(node.w * s), int(node.h * s), node.seed))
        image = self.G.QImage(img.data, img.shape[1], img.shape[0], img.shape[1] * 3, self.G.QImage.Format_RGB888).copy()
        pixmap = self.G.QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(s)
        label = self.W.QLabel()
        label.setPixmap(pixmap)
        return label

    def make_button(self, node):
        b = self.W.QPushButton(node.text)
        if node.icon:
            b.setIcon(self.icon(node.icon))
        b.setDefault(bool(node.default))
        b.setFlat(bool(node.flat))
        return b

    def make_iconbutton(self, node):
        b = self.W.QToolButton() if node.flat or self.r.random() < .6 else self.W.QPushButton()
        b.setIcon(self.icon(node.icon))
        if isinstance(b, self.W.QToolButton):
            b.setAutoRaise(bool(node.flat))
        if node.on:
            b.setCheckable(True), b.setChecked(True)
        return b

    def make_check(self, node):
        c = self.W.QCheckBox(node.text)
        c.setTristate(node.on is None)
        c.setCheckState(1 if node.on is None else 2 * bool(node.on))
        return c

    def make_radios(self, node):
        host = self.W.QWidget()
        box = self.stack(node.dir, 4 if node.dir == "v" else 14, 0)
        for i, text in enumerate(node.texts):
            b = self.W.QRadioButton(text)
            b.setChecked(i == node.sel)
            b.setEnabled(not node.attrs["off"][i])
            box.addWidget(b)
        if node.dir == "h":
            box.addStretch(1)
        host.setLayout(box)
        return host

    def make_switch(self, node):
        return self.make_check(Node("check", text="", on=node.on))

    def make_slider(self, node):
        Q = self.C.Qt
        s = self.W.QSlider(Q.Horizontal if node.dir == "h" else Q.Vertical)
        s.setMaximum(100), s.setValue(int(100 * node.value))
        if node.show:
            s.setTickPosition(self.r.choice([self.W.QSlider.TicksBelow, self.W.QSlider.TicksBothSides])), s.setTickInterval(10)
        s.setMinimumSize(*((90, 10) if node.dir == "h" else (10, 90)))
        return s

    def make_spin(self, node):
        s = self.W.QDoubleSpinBox() if self.r.random() < .25 else self.W.QSpinBox()
        s.setMaximum(1000), s.setValue(node.value)
        if self.r.random() < .25:
            s.setSuffix(self.r.choice([" px", " %", " pt", " ms", " mm"]))
        if self.r.random() < .12:
            s.setButtonSymbols(self.W.QAbstractSpinBox.PlusMinus)
        return s

    def make_combo(self, node):
        c = self.W.QComboBox()
        c.setEditable(bool(node.edit))
        c.addItems(node.items)
        c.setCurrentIndex(node.sel)
        if node.open:
            self.open_combo = c
        return c

    def make_entry(self, node):
        e = self.W.QLineEdit(node.text or "")
        e.setPlaceholderText(node.hint or "")
        e.setCursorPosition(0)
        if node.secret:
            e.setEchoMode(self.W.QLineEdit.Password)
        if node.search or node.icon:
            e.addAction(self.icon(node.icon or "edit-find"), self.r.choice([self.W.QLineEdit.LeadingPosition, self.W.QLineEdit.TrailingPosition]))
        return e

    def make_text(self, node):
        t = self.W.QPlainTextEdit() if node.mono or self.r.random() < .5 else self.W.QTextEdit()
        t.setPlainText("\n".join(node.lines))
        if node.mono:
            font = self.G.QFontDatabase.systemFont(self.G.QFontDatabase.FixedFont)
            font.setPointSize(self.app.font().pointSize())
            t.setFont(font)
            t.setLineWrapMode(self.W.QPlainTextEdit.NoWrap)
        return t

    def make_progress(self, node):
        p = self.W.QProgressBar()
        p.setValue(int(node.frac * 100))
        p.setTextVisible(bool(node.text))
        return p

    def make_scroll(self, node):
        inner = self.make(node.kids[0])
        if isinstance(inner, self.W.QAbstractScrollArea):
            if not node.framed and self.r.random() < .5:
                inner.setFrameShape(self.W.QFrame.NoFrame)
            return inner
        area = self.W.QScrollArea()
        area.setWidgetResizable(node.kids[0].kind != "image")
        area.setWidget(inner)
        if not node.framed:
            area.setFrameShape(self.W.QFrame.NoFrame)
        return area

    def make_split(self, node):
        s = self.W.QSplitter(self.C.Qt.Horizontal if node.dir == "h" else self.C.Qt.Vertical)
        s.addWidget(self.make(node.kids[0])), s.addWidget(self.make(node.kids[1]))
        s.setSizes([node.pos, 600])
        s.setStretchFactor(1, 1)
        return s

    def make_sep(self, node):
        line = self.W.QFrame()
        line.setFrameShape(self.W.QFrame.HLine), line.setFrameShadow(self.W.QFrame.Sunken)
        return line

    def make_expander(self, node):
        host, box = self.W.QWidget(), self.stack("v", 2, 0)
        b = self.W.QToolButton()
        b.setText(node.title), b.setAutoRaise(True)
        b.setArrowType(self.C.Qt.DownArrow if node.open else self.C.Qt.RightArrow)
        b.setToolButtonStyle(self.C.Qt.ToolButtonTextBesideIcon)
        box.addWidget(b)
        if node.open:
            box.addWidget(self.make(node.kids[0]))
        host.setLayout(box)
        return host

    def make_statusbar(self, node):
        bar = self.W.QStatusBar()
        for i, text in enumerate(node.parts):
            (bar.addWidget if i == 0 else bar.addPermanentWidget)(self.W.QLabel(text))
        return bar

    def make_toolbar(self, node):
        Q, bar = self.C.Qt, self.W.QToolBar()
        bar.setToolButtonStyle({"icons": Q.ToolButtonIconOnly, "beside": Q.ToolButtonTextBesideIcon, "below": Q.ToolButtonTextUnderIcon, "text": Q.ToolButtonTextOnly}[node.style])
        size = self.r.choice([16, 22, 24, 32])
        bar.setIconSize(self.C.QSize(size, size))
        for kid in node.kids:
            if kid.kind == "sep":
                bar.addSeparator()
            elif kid.kind == "tool":
                action = bar.addAction(self.icon(kid.icon), kid.text)
                action.setEnabled(not kid.off)
                if kid.on:
                    action.setCheckable(True), action.setChecked(True)
            else:
                bar.addWidget(self.make(kid))
        return bar

    def make_tabs(self, node):
        T = self.W.QTabWidget
        tabs = T()
        tabs.setTabPosition({"top": T.North, "bottom": T.South, "left": T.West, "right": T.East}[node.side])
        for i, kid in enumerate(node.kids):
            tabs.addTab(self.make(kid), node.titles[i])
            if node.icons[i]:
                tabs.setTabIcon(i, self.icon(node.icons[i]))
        tabs.setCurrentIndex(node.sel)
        tabs.setTabsClosable(bool(node.closable))
        tabs.setDocumentMode(self.r.random() < .25)
        return tabs

    def make_list(self, node):
        view = self.W.QListWidget()
        checks = self.r.random() < .15
        for icon, text in node.rows:
            item = self.W.QListWidgetItem(text)
            if icon:
                item.setIcon(self.icon(icon))
            if checks:
                item.setCheckState(self.r.choice([0, 0, 2, 2, 1]))
            view.addItem(item)
        view.setCurrentRow(node.sel)
        view.setAlternatingRowColors(self.r.random() < .2)
        return self.small(view)

    def small(self, view):
        view.setMinimumSize(60, 60)
        view.setSizePolicy(self.W.QSizePolicy.Expanding, self.W.QSizePolicy.Expanding)
        return view

    def make_tree(self, node):
        view = self.W.QTreeWidget()
        view.setHeaderLabel(node.head or "")
        view.setHeaderHidden(not node.head)
        checks = self.r.random() < .2

        def fill(rows, parent):
            for icon, text, kids, is_open in rows:
                item = self.W.QTreeWidgetItem(parent, [text])
                if icon:
                    item.setIcon(0, self.icon(icon))
                if checks:
                    item.setCheckState(0, self.r.choice([0, 0, 2, 2, 1]))
                fill(kids, item)
                item.setExpanded(is_open)
        fill(node.rows, view)
        view.setCurrentItem(view.topLevelItem(min(node.sel, len(node.rows) - 1)))
        return self.small(view)

    def make_table(self, node):
        W, as_tree = self.W, self.r.random() < .4
        view = W.QTreeWidget() if as_tree else W.QTableWidget(len(node.rows), len(node.kinds))
        heads = [h or " " for h in node.heads]
        view.setHeaderLabels(heads) if as_tree else view.setHorizontalHeaderLabels(heads)
        for y, row in enumerate(node.rows):
            item = W.QTreeWidgetItem(view) if as_tree else None
            for x, (kind, value) in enumerate(zip(node.kinds, row)):
                self.cell(view, item, y, x, kind, value, node.icons if x == 0 else None)
        if as_tree:
            view.setRootIsDecorated(False)
            for x in range(len(heads)):
                view.resizeColumnToContents(x)
        else:
            view.setShowGrid(bool(node.grid))
            view.verticalHeader().setVisible(self.r.random() < .3)
            view.resizeColumnsToContents()
            view.setSelectionBehavior(W.QAbstractItemView.SelectRows)
        view.setAlternatingRowColors(bool(node.stripes))
        if node.sel >= 0:
            view.setCurrentItem(view.topLevelItem(node.sel)) if as_tree else view.selectRow(node.sel)
        return self.small(view)

    def cell(self, view, item, y, x, kind, value, icon):
        W, Q = self.W, self.C.Qt
        if item is None:
            cell = W.QTableWidgetItem()
            view.setItem(y, x, cell)
            put = lambda f, *a: getattr(cell, f)(*a)
        else:
            put = lambda f, *a: getattr(item, f)(x, *a)
        if kind == "check":
            put("setCheckState", 2 * bool(value))
        elif kind == "progress":
            put("setText", f"{value * 100:.0f} %")
            put("setTextAlignment", int(Q.AlignRight | Q.AlignVCenter))
        else:
            put("setText", value)
            if kind == "num":
                put("setTextAlignment", int(Q.AlignRight | Q.AlignVCenter))
            if icon:
                put("setIcon", self.icon(icon))

    def make_icons(self, node):
        view = self.W.QListWidget()
        view.setViewMode(self.W.QListView.IconMode)
        view.setIconSize(self.C.QSize(node.size, node.size))
        view.setGridSize(self.C.QSize(max(90, node.size + 50), node.size + 44))
        view.setResizeMode(self.W.QListView.Adjust)
        view.setWordWrap(True)
        for icon, text in node.items:
            view.addItem(self.W.QListWidgetItem(self.icon(icon), text))
        if node.sel >= 0:
            view.setCurrentRow(node.sel)
        return self.small(view)

    def make_rows(self, node):
        frame = self.W.QFrame()
        frame.setFrameShape(self.W.QFrame.StyledPanel)
        box = self.stack("v", 0, 1)
        for spec in node.rows:
            row = self.W.QWidget()
            row.setProperty("row", True)
            line = self.stack("h", 10, self.r.randint(4, 9))
            if spec["icon"]:
                line.addWidget(self.make_icon(Node("icon", icon=spec["icon"], size=24)))
            words = self.stack("v", 1, 0)
            words.addWidget(self.make_label(Node("label", text=spec["title"])))
            if spec["sub"]:
                words.addWidget(self.make_label(Node("label", text=spec["sub"], dim=True)))
            line.addLayout(words, 1)
            if spec["ctl"]:
                line.addWidget(self.make(spec["ctl"]))
            row.setLayout(line)
            box.addWidget(row)
        frame.setLayout(box)
        return frame

    def make_cards(self, node):
        host, grid = self.W.QWidget(), self.W.QGridLayout()
        for i, kid in enumerate(node.kids):
            w = self.make(kid)
            if node.framed:
                frame, box = self.W.QFrame(), self.stack("v", 0, 0)
                frame.setFrameShape(self.r.choice([self.W.QFrame.StyledPanel, self.W.QFrame.Box]))
                box.addWidget(w)
                frame.setLayout(box)
                w = frame
            w.setProperty("card", True)
            grid.addWidget(w, i // node.cols, i % node.cols)
        host.setLayout(grid)
        return host

    def make_menubar(self, node):
        bar = self.W.QMenuBar()
        for i, (title, entries) in enumerate(node.menus):
            action = bar.addAction(title)
            if node.open == i:
                self.open_menu = (bar, action, entries)
        return bar

    def menu(self, entries):
        menu = self.W.QMenu()
        for e in entries:
            if not e.get("text"):
                menu.addSeparator()
                continue
            if e.get("sub"):
                action = menu.addMenu(self.keep_menu(self.W.QMenu(e["text"])))
            else:
                action = menu.addAction(e["text"])
            if "check" in e or "radio" in e:
                action.setCheckable(True), action.setChecked(bool(e.get("check") or e.get("radio")))
            if "radio" in e:
                self.W.QActionGroup(menu).addAction(action)
            if e.get("icon"):
                action.setIcon(self.icon(e["icon"])), action.setIconVisibleInMenu(True)
            if e.get("accel"):
                action.setShortcut({"C": "Ctrl+", "CS": "Ctrl+Shift+", "A": "Alt+"}[e["accel"][0]] + e["accel"][1].upper())
                action.setShortcutVisibleInContextMenu(True)
            action.setEnabled(not e.get("off"))
        return menu

    def keep_menu(self, menu):
        menu.addAction("…")
        self.keep.append(menu)
        return menu

    # ----- rendering
    def settle(self):
        for _ in range(3):
            self.app.processEvents()

    def pixels(self, widget):
        drawn = widget.grab()
        image = self.G.QImage(drawn.size(), self.G.QImage.Format_RGB888)
        image.setDevicePixelRatio(drawn.devicePixelRatio())
        image.fill(widget.palette().color(self.G.QPalette.Window))  # menus may have transparent rims
        painter = self.G.QPainter(image)
        painter.drawPixmap(0, 0, drawn)
        painter.end()
        bits = image.constBits()
        bits.setsize(image.byteCount())
        a = np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine())
        return a[:, :image.width() * 3].reshape(image.height(), image.width(), 3).copy()

    def render(self, win):
        self.focus = self.open_menu = self.open_combo = None
        self.keep = []
        top, box = self.W.QWidget(), self.stack("v", 0, 0)
        top.setWindowTitle(win.title)
        box.addWidget(self.make(win.root))
        top.setLayout(box)
        hint = top.minimumSizeHint()
        top.resize(max(int(win.size[0]), hint.width()), max(int(win.size[1]), hint.height()))
        top.show()
        self.settle()
        for area in top.findChildren(self.W.QAbstractScrollArea):
            if self.r.random() < .35:
                area.verticalScrollBar().setValue(int(self.r.random() * area.verticalScrollBar().maximum()))
        if win.back:
            top.clearFocus()
            if self.app.focusWidget():
                self.app.focusWidget().clearFocus()
        else:
            top.activateWindow()
            if self.focus is not None:
                self.focus.setFocus(self.C.Qt.TabFocusReason)
            elif self.app.focusWidget():
                self.app.focusWidget().clearFocus()
        self.settle()
        layer = Layer(np.zeros((1, 1, 3), np.uint8))
        if self.open_menu:
            self.open_menu[0].setActiveAction(self.open_menu[1])
        layer.img = self.pixels(top)
        QtReader(self, top, layer).read()
        popups = [] if win.back else self.popups(win, top)
        top.close()
        top.deleteLater()
        self.settle()
        return layer, popups

    def popups(self, win, top):
        s, P = self.scale, self.C.QPoint
        if self.open_menu:
            bar, action, entries = self.open_menu
            at = bar.mapTo(top, bar.actionGeometry(action).bottomLeft() + P(0, 1))
            return self.menu_layers(entries, at.x() * s, at.y() * s)
        if self.open_combo and self.open_combo.isVisible() and not self.open_combo.visibleRegion().isEmpty():
            return self.combo_layers(top)
        if win.context:
            return self.menu_layers(win.context, self.r.randint(0, top.width() * 2 // 3) * s, self.r.randint(0, top.height() * 2 // 3) * s)
        return []

    def combo_layers(self, top):
        combo = self.open_combo
        combo.showPopup()
        self.settle()
        shell = combo.view().window()
        if shell is top:
            return []
        at = combo.mapTo(top, self.C.QPoint(0, combo.height()))
        layer = Layer(self.pixels(shell), at.x() * self.scale, at.y() * self.scale)
        QtReader(self, shell, layer).read()
        combo.hidePopup()
        return [layer]

    def menu_layers(self, entries, x, y):
        menu = self.menu(entries)
        self.keep.append(menu)
        menu.popup(self.C.QPoint(0, 0))
        self.settle()
        actions, able = menu.actions(), [i for i, e in enumerate(entries) if e.get("text") and not e.get("off")]
        hot = None
        if able and self.r.random() < .7:
            subs = [i for i in able if entries[i].get("sub")]
            hot = self.r.choice(subs) if subs and self.r.random() < .7 else self.r.choice(able)
            menu.blockSignals(True)
            menu.setActiveAction(actions[hot])
        layer = Layer(self.pixels(menu), x, y)
        QtReader(self, menu, layer).read()
        layers = [layer]
        if hot is not None and entries[hot].get("sub"):
            box = menu.actionGeometry(actions[hot])
            menu.close()
            layers += self.menu_layers(entries[hot]["sub"], x + layer.img.shape[1] - 2, y + box.y() * self.scale)
        menu.close()
        return layers


class QtReader:
    """Reads the truth off a shown Qt widget tree: geometry from the style, text from what each widget paints."""

    def __init__(self, kit, top, layer):
        self.kit, self.top, self.layer, self.s = kit, top, layer, kit.scale
        self.W, self.C, self.G = kit.W, kit.C, kit.G

    def read(self):
        self.visit(self.top)

    def place(self, w, rect):
        at = w.mapTo(self.top, rect.topLeft()) if w is not self.top else rect.topLeft()
        return (at.x() * self.s, at.y() * self.s, rect.width() * self.s, rect.height() * self.s)

    def add(self, role, w, rect, label=None, **state):
        if not w.isEnabled():
            state.setdefault("disabled", True)
        if w.hasFocus():
            state["focused"] = True
        self.layer.add(role, self.place(w, rect), label, self.clip, **state)

    def visit(self, w):
        W = self.W
        if not w.isVisible():
            return
        outer = getattr(self, "clip", None)
        self.clip = self.place(w, w.rect()) if outer is None else clip(self.place(w, w.rect()), outer)
        if self.clip[2] <= 0 or self.clip[3] <= 0:
            self.clip = outer
            return
        leaf = False
        for kinds, method in self.table():
            if isinstance(w, kinds):
                leaf = getattr(self, method)(w)
                break
        else:
            self.plain(w)
        if leaf != "painted":
            self.record(w)
        if not leaf:
            for kid in w.children():
                if isinstance(kid, W.QWidget) and not kid.isWindow():
                    self.visit(kid)
        self.clip = outer

    def table(self):
        W = self.W
        return [(W.QCheckBox, "check"), (W.QRadioButton, "radio"), (W.QPushButton, "button"), (W.QToolButton, "tool"), (W.QAbstractButton, "small_button"), (W.QLineEdit, "entry"), (W.QComboBox, "combo"),
                (W.QAbstractSpinBox, "spin"), (W.QSlider, "slider"), (W.QScrollBar, "scroll_bar"), (W.QProgressBar, "progress"), (W.QTabBar, "tabs"),
                (W.QMenuBar, "menu"), (W.QMenu, "menu"), (W.QHeaderView, "header"), (W.QAbstractItemView, "view"), ((W.QTextEdit, W.QPlainTextEdit), "text"), (W.QLabel, "label"), (W.QGroupBox, "group")]

    # ----- what the widget itself paints
    def record(self, w):
        W, device = self.W, self.kit.recorder(96)
        offset = w.mapTo(self.top, self.C.QPoint(0, 0)) if w is not self.top else self.C.QPoint(0, 0)
        # the painter's transform leaves out where the widget is rendered to: render to the corner, add the place here
        w.render(device, self.C.QPoint(0, 0), self.G.QRegion(), W.QWidget.RenderFlags(0))
        self.texts(w, device.engine.texts, offset)
        self.pictures(w, [r.translated(offset.x(), offset.y()) for r in device.engine.pictures])

    def texts(self, w, items, offset):
        joined, shown = [], set()
        for x, y, text, width, font, alpha, transform in items:
            text = text.replace("\u2028", " ").replace("\xa0", " ")
            if not alpha or not text:
                continue
            last = joined[-1] if joined else None
            em = self.G.QFontMetricsF(font).height()
            if last and last["map"] == transform and abs(last["y"] - y) < 1.5 and -2 <= x - last["end"] <= .2 * em:
                last["parts"].append((x, y, text, font))
                last["end"] = x + width
            else:
                joined.append({"y": y, "end": x + width, "parts": [(x, y, text, font)], "map": transform})
        for line in joined:
            box, text = None, ""
            for x, y, t, font in line["parts"]:
                text += t
                lead = len(t) - len(t.lstrip())
                if not t.strip():
                    continue
                m = self.G.QFontMetricsF(font)
                r = m.tightBoundingRect(t.strip())
                r.translate(x + (m.horizontalAdvance(t[:lead]) if lead else 0), y)
                box = r if box is None else box.united(r)
            if box is None:
                continue
            s, box = self.s, line["map"].mapRect(box).translated(offset.x(), offset.y())
            box = (box.x() * s, box.y() * s, box.width() * s, box.height() * s)
            if (text, round(box[0] / 3), round(box[1] / 3)) in shown or (text, round((box[0] - s) / 3), round((box[1] - s) / 3)) in shown:
                continue  # greyed words are painted twice, the second time as their own shadow
            shown.add((text, round(box[0] / 3), round(box[1] / 3)))
            if s != 1:  # widths measured before scaling drift from the painted ones
                seen = clip((box[0] - 2, box[1] - 2, box[2] + 4, box[3] + 4), self.clip)
                tight = ink(self.layer.img, seen, 40)
                box = tight if tight and tight[2] > .7 * box[2] and tight[3] > .6 * box[3] else box
            self.layer.line(text, box, self.clip)
            if w.property("link"):
                self.layer.add("link", box, text.strip(), self.clip)

    def pictures(self, w, rects):
        """Icons: pictures painted at an icon's size by a widget that has icons; styles paint frames in pictures too."""
        sizes = self.icon_sizes(w)
        if not sizes:
            return
        seen = set()
        for r in rects:
            if isinstance(w, self.W.QMenu) and r.x() > w.width() / 2:
                continue  # the arrow of a submenu: part of its entry
            if min(sizes) * .5 <= min(r.width(), r.height()) and max(r.width(), r.height()) <= max(sizes) + 2 and abs(r.width() - r.height()) <= .8 * max(r.width(), r.height()):
                key = (round(r.x()), round(r.y()))
                if key not in seen:
                    seen.add(key)
                    state = {"disabled": True} if not w.isEnabled() else {}
                    if isinstance(w, self.W.QAbstractButton) and w.isCheckable():
                        state["checked"] = w.isChecked()
                    s = self.s
                    self.layer.icon((r.x() * s - 1, r.y() * s - 1, r.width() * s + 2, r.height() * s + 2), None, self.clip, **state)

    def icon_sizes(self, w):
        W = self.W
        parent = w.parentWidget()
        if isinstance(w, W.QPushButton) and not w.icon().isNull() or isinstance(w, W.QToolButton) and not w.icon().isNull() and w.toolButtonStyle() != self.C.Qt.ToolButtonTextOnly:
            return [w.iconSize().width() if not isinstance(w.parentWidget(), W.QLineEdit) else 16]
        if isinstance(w, W.QTabBar):
            return [w.iconSize().width()] if any(not w.tabIcon(i).isNull() for i in range(w.count())) else []
        if isinstance(w, W.QMenu):
            return [w.style().pixelMetric(W.QStyle.PM_SmallIconSize)] if any(not a.icon().isNull() for a in w.actions()) else []
        if isinstance(parent, W.QAbstractItemView) and parent.viewport() is w and not isinstance(parent, W.QHeaderView):
            size = parent.iconSize().width()
            return [size if size > 0 else w.style().pixelMetric(W.QStyle.PM_ListViewIconSize if isinstance(parent, W.QListView) else W.QStyle.PM_SmallIconSize)] if self.has_icons(parent) else []
        return []

    def has_icons(self, view):
        model = view.model()
        return model is not None and model.rowCount() > 0 and model.index(0, 0).data(self.C.Qt.DecorationRole) is not None

    # ----- controls
    def option(self, kind, w):
        option = kind()
        w.initStyleOption(option)
        return option

    def check(self, w):
        W = self.W
        rect = w.style().subElementRect(W.QStyle.SE_CheckBoxIndicator, self.option(W.QStyleOptionButton, w), w)
        self.add("check_box", w, rect, w.text(), checked={0: False, 2: True}.get(int(w.checkState())))
        self.cut(w, rect)

    def radio(self, w):
        W = self.W
        rect = w.style().subElementRect(W.QStyle.SE_RadioButtonIndicator, self.option(W.QStyleOptionButton, w), w)
        self.add("radio_button", w, rect, w.text(), checked=w.isChecked())
        self.cut(w, rect)

    def cut(self, w, rect):
        """Some styles draw the mark smaller than the indicator's rectangle."""
        e = self.layer.elements[-1] if self.layer.elements else None
        box = self.place(w, rect)
        if e and whole(clip(box, self.clip)) == tuple(e["box"]):
            tight = ink(self.layer.img, (box[0] - 1, box[1] - 1, box[2] + 2, box[3] + 2), 10)
            if tight and min(tight[2:]) > .55 * min(box[2:]):
                e["box"] = whole(clip(tight, box))

    def button(self, w):
        if w.text():
            self.add("button", w, w.rect(), w.text(), checked=w.isChecked() if w.isCheckable() else None)

    def tool(self, w):
        Q = self.C.Qt
        style = w.toolButtonStyle()
        if w.text() and style != Q.ToolButtonIconOnly and not isinstance(w.parentWidget(), (self.W.QLineEdit, self.W.QTabBar)):
            self.add("button", w, w.rect(), w.text(), checked=w.isChecked() if w.isCheckable() else None)
        if w.objectName() == "qt_toolbar_ext_button":
            self.layer.icon(self.place(w, w.rect().adjusted(1, 1, -1, -1)), None, self.clip)
            return "painted"
        if w.icon().isNull() and (not w.text() or w.arrowType()):  # an arrow drawn by the style: a tab bar's scrollers, an expander
            rect = w.rect()
            if w.text() and style == Q.ToolButtonTextBesideIcon:
                rect = self.C.QRect(0, 0, w.iconSize().width() + 6, w.height())
            box = self.place(w, rect.adjusted(2, 2, -2, -2))
            self.layer.icon(box, None, self.clip)

    def small_button(self, w):
        """A tab's close button."""
        self.layer.icon(self.place(w, w.rect().adjusted(1, 1, -1, -1)), "Close", self.clip)

    def entry(self, w):
        if not isinstance(w.parentWidget(), (self.W.QAbstractSpinBox, self.W.QComboBox)):
            self.add("text_field", w, w.rect(), w.text() or w.placeholderText())

    def combo(self, w):
        self.add("drop_down", w, w.rect(), w.currentText())

    def spin(self, w):
        self.add("spinner", w, w.rect(), w.text())

    def slider(self, w):
        box = self.place(w, w.rect())
        tight = ink(self.layer.img, box, 8)
        if not tight:
            return
        state = {} if w.isEnabled() else {"disabled": True}
        self.layer.add("slider", tight, None, self.clip, **state)

    def scroll_bar(self, w):
        self.add("scroll_bar", w, w.rect())
        return "leaf"

    def progress(self, w):
        self.add("progress", w, w.rect())
        box = self.place(w, w.rect())
        tight = ink(self.layer.img, (box[0] - 1, box[1] - 1, box[2] + 2, box[3] + 2), 8)
        if tight and self.layer.elements and tight[3] < .7 * box[3]:
            self.layer.elements[-1]["box"] = whole(clip(tight, self.clip))

    def tabs(self, w):
        for i in range(w.count()):
            self.add("tab", w, w.tabRect(i), w.tabText(i), selected=i == w.currentIndex())

    def menu(self, w):
        for action in w.actions():
            if action.isSeparator() or not action.isVisible():
                continue
            rect = w.actionGeometry(action)
            state = {"selected": True} if w.activeAction() is action else {}
            if action.isCheckable():
                state["checked"] = action.isChecked()
            if not action.isEnabled():
                state["disabled"] = True
            self.layer.add("menu_item", self.place(w, rect), action.text().split("\t")[0], self.clip, **state)

    def header(self, w):
        if w.orientation() == self.C.Qt.Vertical:
            return
        for i in range(w.count()):
            rect = self.C.QRect(w.sectionViewportPosition(i), 0, w.sectionSize(i), w.height())
            self.add("button", w.viewport(), rect, str(w.model().headerData(i, w.orientation()) or "").strip())

    def view(self, w):
        W = self.W
        if w.frameShape() != W.QFrame.NoFrame and w.frameWidth() > 0 and not w.isWindow() and not isinstance(w.window(), W.QComboBox):
            self.add("pane", w, w.rect())
        port, model = w.viewport(), w.model()
        outer, self.clip = self.clip, clip(self.clip, self.place(port, port.rect()))
        tiles = isinstance(w, W.QListView) and w.viewMode() == W.QListView.IconMode
        for index in self.indexes(w, model):
            rect = w.visualRect(index)
            if rect.isEmpty() or not rect.intersects(port.rect()):
                continue
            full = rect if tiles else self.C.QRect(0, rect.y(), port.width(), rect.height())
            selected = w.selectionModel().isSelected(index)
            self.layer.add("list_row", self.place(port, full), str(index.data() or "") or None, self.clip, selected=selected, disabled=None if w.isEnabled() else True)
            for column in range(1 if isinstance(w, W.QListView) else model.columnCount(index.parent())):
                cell = index.sibling(index.row(), column)
                self.check_mark(w, cell, port)
            if isinstance(w, W.QTreeView) and model.hasChildren(index):
                branch = self.C.QRect(rect.x() - w.indentation(), rect.y() + 1, w.indentation() - 1, rect.height() - 2)
                middle, half = branch.center(), min(7, branch.width() // 2, branch.height() // 2)  # without the lines of the branches
                branch = self.C.QRect(middle.x() - half, middle.y() - half, 2 * half + 1, 2 * half + 1)
                self.layer.icon(self.place(port, branch), "Collapse" if w.isExpanded(index) else "Expand", self.clip, thr=40)
        self.clip = outer

    def indexes(self, w, model):
        """All shown rows (first column)."""
        def below(parent):
            for y in range(model.rowCount(parent)):
                index = model.index(y, 0, parent)
                yield index
                if isinstance(w, self.W.QTreeView) and w.isExpanded(index):
                    yield from below(index)
        return list(below(w.rootIndex())) if model is not None else []

    def check_mark(self, w, index, port):
        state = index.data(self.C.Qt.CheckStateRole)
        if state is None:
            return
        W = self.W
        option = W.QStyleOptionViewItem(w.viewOptions())
        option.rect = w.visualRect(index)
        option.features = W.QStyleOptionViewItem.HasCheckIndicator
        if index.data():
            option.features |= W.QStyleOptionViewItem.HasDisplay
            option.text = str(index.data())
        if index.data(self.C.Qt.DecorationRole) is not None:
            option.features |= W.QStyleOptionViewItem.HasDecoration
        option.state |= W.QStyle.State_Enabled
        option.widget = w
        rect = w.style().subElementRect(W.QStyle.SE_ItemViewItemCheckIndicator, option, w)
        self.layer.add("check_box", self.place(port, rect), None, self.clip, checked={0: False, 2: True}.get(int(state)), disabled=None if w.isEnabled() else True)

    def text(self, w):
        self.add("text_field", w, w.rect(), focused=None)

    def label(self, w):
        pixmap = w.pixmap()
        if pixmap is not None and not pixmap.isNull():
            size = pixmap.size() / pixmap.devicePixelRatio()
            align = w.alignment()
            y = 0 if align & self.C.Qt.AlignTop else (w.height() - size.height()) // 2
            box = self.place(w, self.C.QRect(0, y, size.width(), size.height()))
            self.layer.add("image", box, None, self.clip) if min(size.width(), size.height()) > 50 else self.layer.icon(box, None, self.clip)

    def group(self, w):
        W = self.W
        option = self.option(W.QStyleOptionGroupBox, w)
        frame = w.style().subControlRect(W.QStyle.CC_GroupBox, option, W.QStyle.SC_GroupBoxFrame, w)
        if not blank(self.layer.img, self.place(w, frame), 4):
            self.add("pane", w, frame, w.title())
        if w.isCheckable():
            rect = w.style().subControlRect(W.QStyle.CC_GroupBox, option, W.QStyle.SC_GroupBoxCheckBox, w)
            self.add("check_box", w, rect, w.title(), checked=w.isChecked())

    def plain(self, w):
        W = self.W
        if w.property("row"):
            self.add("list_row", w, w.rect())
        elif w.property("card") and not isinstance(w, W.QFrame):
            pass
        elif isinstance(w, W.QFrame) and w.frameShape() in (W.QFrame.StyledPanel, W.QFrame.Box, W.QFrame.Panel) and not isinstance(w, (W.QSplitter, W.QAbstractScrollArea)) and not w.isWindow():
            self.add("pane", w, w.rect())
