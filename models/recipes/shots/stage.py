"""A display with a bus, a window manager and an application of its own, and what is done in it."""
import dataclasses
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from PIL import Image
import numpy as np

from pixels import DEFAULT_STATES, FONTS, Ink, LANGUAGES, Measure, OPENS, SHUN, SIZES, WINDOW_MANAGERS, area, intersect
from windows import Screen
from tree import MENU_ROLES, Walker, flatten
from truth import ROUGH, Truth, label_of, quality
from drawn import draw_truth


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def sample_files(folder, rnd):
    """Texts, tables, pictures and pages for the applications to open."""
    os.makedirs(folder + "/pictures", exist_ok=True)
    words = ("garden harbour window copper lantern river ticket orchard signal paper winter market blue engine letter "
             "valley castle bridge morning silver travel music planet stone ladder forest bottle island number").split()

    def sentence(n):
        return " ".join(rnd.choice(words) for _ in range(n)).capitalize() + "."
    write(folder + "/notes.txt", "\n".join([sentence(rnd.randint(4, 11)) for _ in range(14)] + ["", "- buy milk", "- call Ann", ""] + [sentence(9) for _ in range(30)]))
    write(folder + "/readme.md", "# Title of the page\n\nSome *words* and `code`.\n\n- one\n- two\n\n" + "\n\n".join(sentence(20) for _ in range(6)))
    write(folder + "/table.csv", "name,city,amount\n" + "\n".join(f"{rnd.choice(words)},{rnd.choice(words)},{rnd.randint(1, 900)}" for _ in range(40)))
    write(folder + "/hello.c", '#include <stdio.h>\n\nint main(void)\n{\n\tfor (int i = 0; i < 10; i++)\n\t\tprintf("%d\\n", i);\n\treturn 0;\n}\n')
    write(folder + "/script.py", "import sys\n\n\ndef double(x):\n    return 2 * x\n\n\nfor a in sys.argv[1:]:\n    print(double(int(a)))\n")
    write(folder + "/page.html", "<!doctype html><meta charset=utf-8><title>Orders</title><h1>Orders</h1><p>" + sentence(30) +
          "</p><form><label>Name <input value='Ann Lee'></label> <label><input type=checkbox checked> Gift wrap</label>"
          "<select><option>Small<option>Large</select> <button>Send</button></form><ul><li><a href='#a'>First link</a><li><a href='#b'>Second</a></ul>")
    for i in range(8):
        w, h = rnd.choice([(320, 240), (200, 300), (640, 400)])
        a = np.zeros((h, w, 3), np.uint8)
        yy, xx = np.mgrid[0:h, 0:w]
        for c in range(3):
            a[:, :, c] = (128 + 120 * np.sin(xx / rnd.randint(20, 90) + rnd.random() * 6) * np.cos(yy / rnd.randint(20, 90))).astype(np.uint8)
        Image.fromarray(a).save(f"{folder}/pictures/{rnd.choice(words)}-{i}.png")
    for name in ("Letters", "Invoices", "Music", "Old work"):
        os.makedirs(f"{folder}/{name}", exist_ok=True)
        write(f"{folder}/{name}/list.txt", sentence(8))


@dataclasses.dataclass
class Look:
    """The drawn lot of one run."""
    size: tuple
    wm: str
    scale: int
    theme: str
    dark: bool
    icons: str
    font: tuple
    qt_style: str
    language: str
    wm_theme: str


def pick_installed(paths, ok):
    out = []
    for base in paths:
        if os.path.isdir(base):
            out += [d for d in sorted(os.listdir(base)) if ok(os.path.join(base, d))]
    return out


# Themes that hide what the truth says (or have no real drawing).
NOT_THEMES = re.compile(r"Emacs|BlackMATE|HighContrastInverse|^Default$|hdpi|^Raleigh$", re.I)


def draw_look(rnd, case):
    themes = [t for t in pick_installed(["/usr/share/themes"], lambda p: any(os.path.isdir(f"{p}/gtk-3.{k}") for k in ("0", "20", "22")))
              if not NOT_THEMES.search(t)] or ["Adwaita"]
    themes += ["Adwaita", "Adwaita", "Adwaita"]
    icons = [t for t in pick_installed(["/usr/share/icons"], lambda p: os.path.isfile(f"{p}/index.theme") and os.path.getsize(f"{p}/index.theme") > 3000)
             if t not in ("hicolor", "default", "locolor")] or ["Adwaita"]
    managers = [w for w in WINDOW_MANAGERS if shutil.which(w)] or ["openbox"]
    theme = rnd.choice(themes)
    look = Look(size=rnd.choice(SIZES + SIZES[:2]), wm=rnd.choice(managers), scale=2 if rnd.random() < 0.04 else 1, theme=theme,
                dark=bool(re.search("dark", theme, re.I)) or rnd.random() < 0.25, icons=rnd.choice(icons), font=rnd.choice(FONTS),
                qt_style=rnd.choice(qt_styles(case.get("toolkit", ""))), language=rnd.choice(LANGUAGES), wm_theme="")
    if look.scale == 2:
        look.size = (1920, 1080)
    look.wm_theme = draw_wm_theme(rnd, look.wm)
    return look


def qt_styles(toolkit):
    """The styles whose plugins are there (built-in ones always are)."""
    plugins = set()
    for base in ("qt6",) if toolkit == "qt6" else ("qt5",):
        for arch in os.listdir("/usr/lib"):
            d = f"/usr/lib/{arch}/{base}/plugins/styles"
            if os.path.isdir(d):
                plugins |= {f.lower() for f in os.listdir(d)}
    styles = ["Fusion", "Fusion", "Windows"]
    for name, mark in (("Breeze", "breeze"), ("Oxygen", "oxygen"), ("Cleanlooks", "cleanlooks"), ("Plastique", "plastique"),
                       ("Adwaita", "adwaita"), ("Adwaita-Dark", "adwaita")):
        if any(mark in p for p in plugins):
            styles.append(name)
    return styles


def draw_wm_theme(rnd, wm):
    base = "/usr/share/themes"
    sub = {"openbox": "openbox-3", "xfwm4": "xfwm4", "metacity": "metacity-1", "marco": "metacity-1"}.get(wm)
    if sub:
        found = pick_installed([base], lambda p: os.path.isdir(f"{p}/{sub}") and not re.search("hdpi", p))
    elif wm == "fluxbox":
        found = pick_installed(["/usr/share/fluxbox/styles"], lambda p: True)
    elif wm == "icewm":
        found = pick_installed(["/usr/share/icewm/themes"], os.path.isdir)
    else:
        found = []
    return rnd.choice(found) if found else ""


DARK = "#d8d8d8,#333338,#55555a,#44444a,#1c1c20,#28282c,#d8d8d8,#ffffff,#d8d8d8,#232327,#2b2b30,#101012,#2f65a8,#ffffff,#6fa8f5,#b48ef0,#2f2f34,#ff000000,#3a3a40,#d8d8d8".split(",")


def write_settings(home, look):
    """Settings of toolkits and window managers as files: no daemon is needed then."""
    family, points = look.font
    c = home + "/.config"
    gtk = (f"gtk-theme-name={look.theme}\ngtk-icon-theme-name={look.icons}\ngtk-font-name={family} {points}\n"
           f"gtk-application-prefer-dark-theme={int(look.dark)}\ngtk-cursor-blink=0\ngtk-enable-animations=0\n"
           "gtk-xft-antialias=1\ngtk-xft-hinting=1\ngtk-xft-hintstyle=hintslight\ngtk-xft-rgba=none\n")
    write(c + "/gtk-3.0/settings.ini", "[Settings]\n" + gtk)
    write(home + "/.gtkrc-2.0", f'gtk-theme-name="{look.theme}"\ngtk-icon-theme-name="{look.icons}"\ngtk-font-name="{family} {points}"\ngtk-cursor-blink=0\n')
    dark_qt = look.dark and look.qt_style in ("Fusion", "Windows", "Cleanlooks", "Plastique", "Breeze", "Oxygen")
    for ct, n in (("qt5ct", 5), ("qt6ct", 6)):
        scheme = ""
        if dark_qt:
            write(f"{c}/{ct}/colors/run.conf", "[ColorScheme]\n" + "".join(
                f"{g}_colors={', '.join(DARK if g != 'disabled' else ['#77777c' if i in (0, 6, 7, 8, 13, 19) else v for i, v in enumerate(DARK)])}\n"
                for g in ("active", "inactive", "disabled")))
            scheme = f"color_scheme_path={c}/{ct}/colors/run.conf\ncustom_palette=true\n"
        # Qt 5 writes fonts as a serialised QFont; the text form is read as well.
        font = f"{family},{points},-1,5,50,0,0,0,0,0" if n == 5 else f"{family},{points},-1,5,400,0,0,0,0,0,0,0,0,0,0,1"
        write(f"{c}/{ct}/{ct}.conf", f"[Appearance]\n{scheme}icon_theme={look.icons}\nstyle={look.qt_style}\nstandard_dialogs=default\n\n"
              f'[Fonts]\nfixed="{font}"\ngeneral="{font}"\n\n[Interface]\ncursor_flash_time=0\n')
    write(c + "/kdeglobals", f"[Icons]\nTheme={look.icons}\n[KDE]\nwidgetStyle={look.qt_style}\nSingleClick=false\n"
          f"[General]\nfont={family},{points},-1,5,50,0,0,0,0,0\n" + (kde_dark() if dark_qt else ""))
    write_wm_settings(home, c, look)


def kde_dark():
    body = ""
    for group, ground in (("Window", "35,35,39"), ("View", "28,28,32"), ("Button", "51,51,56"), ("Tooltip", "58,58,64")):
        body += f"[Colors:{group}]\nBackgroundNormal={ground}\nBackgroundAlternate=43,43,48\nForegroundNormal=216,216,216\nForegroundInactive=150,150,150\n"
    return body + "[Colors:Selection]\nBackgroundNormal=47,101,168\nForegroundNormal=255,255,255\n"


def write_wm_settings(home, c, look):
    family, points = look.font
    t = look.wm_theme
    if look.wm == "openbox":
        src = "/etc/xdg/openbox/rc.xml"
        if os.path.isfile(src):
            text = open(src).read()
            text = re.sub(r"(<theme>\s*<name>)[^<]*", r"\g<1>" + (t or "Clearlooks"), text)
            write(c + "/openbox/rc.xml", text)
    elif look.wm == "xfwm4":
        write(c + "/xfce4/xfconf/xfce-perchannel-xml/xfwm4.xml",
              '<?xml version="1.0"?>\n<channel name="xfwm4" version="1.0"><property name="general" type="empty">'
              f'<property name="theme" type="string" value="{t or "Default"}"/><property name="use_compositing" type="bool" value="false"/>'
              f'<property name="title_font" type="string" value="{family} Bold {points}"/></property></channel>\n')
    elif look.wm in ("metacity", "marco"):
        write(c + "/glib-2.0/settings/keyfile",
              f"[org/gnome/metacity/theme]\nname='{t or 'Adwaita'}'\ntype='{'metacity' if t else 'gtk'}'\n"
              f"[org/mate/marco/general]\ntheme='{t or 'Menta'}'\ncompositing-manager=false\n[org/gnome/metacity]\ncompositing-manager=false\n"
              f"[org/gnome/desktop/wm/preferences]\ntitlebar-font='{family} Bold {points}'\nbutton-layout='menu:minimize,maximize,close'\n")
    elif look.wm == "fluxbox":
        write(home + "/.fluxbox/init", f"session.styleFile: /usr/share/fluxbox/styles/{t}\nsession.screen0.toolbar.visible: false\nsession.screen0.rootCommand: true\n")
        write(home + "/.fluxbox/overlay", "background: none\n")
    elif look.wm == "icewm":
        write(home + "/.icewm/theme", f'Theme="{t}/default.theme"\n')
        write(home + "/.icewm/preferences", "ShowTaskBar=0\nShowSplashScreen=0\nDesktopBackgroundColor=\"\"\n")
    elif look.wm == "jwm":
        write(home + "/.jwmrc", '<?xml version="1.0"?>\n<JWM><StartupCommand></StartupCommand><WindowStyle><Font>'
              f"{family}-{points}</Font></WindowStyle><DoubleClickSpeed>400</DoubleClickSpeed></JWM>\n")


class Run:
    """Display, bus, window manager, application; and the steps in it."""

    def __init__(self, case, look, rnd, out, name, draw, samples):
        self.case, self.look, self.rnd, self.out, self.name, self.draw = case, look, rnd, out, name, draw
        self.samples = samples
        self.processes = []
        self.taken = []
        self.tried = set()
        self.made = 0
        self.cache = self.main_elements = None
        self.note = ""

    def start(self, argv, env, cwd=None):
        log = open(self.home + "/log.txt", "ab")
        p = subprocess.Popen(argv, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=cwd or self.home)
        self.processes.append(p)
        return p

    def start_display(self):
        r, w = os.pipe()
        width, height = self.look.size
        log = open(self.home + "/xvfb.txt", "ab")
        p = subprocess.Popen(["Xvfb", "-displayfd", str(w), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset", "-dpi", "96", "-fbdir", self.home, "-nocursor"],
                             pass_fds=[w], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.processes.append(p)
        os.close(w)
        number = b""
        while not number.endswith(b"\n"):
            more = os.read(r, 20)
            if not more:
                raise RuntimeError("no display")
            number += more
        os.close(r)
        number = number.decode().strip()
        return ":" + number

    def environment(self, display):
        look = self.look
        keep = {k: v for k, v in os.environ.items() if k in ("PATH", "TZ", "TMPDIR")}
        # Interpreters put in front of the system's would break applications written in Python.
        keep["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/games:/usr/sbin:/sbin"
        env = dict(keep, HOME=self.home, DISPLAY=display, XDG_RUNTIME_DIR=self.home + "/run", XDG_CONFIG_HOME=self.home + "/.config",
                   XDG_DATA_HOME=self.home + "/.local/share", XDG_CACHE_HOME=self.home + "/.cache", USER="user", LOGNAME="user", TMPDIR=self.home + "/tmp",
                   LANG="C.UTF-8", LANGUAGE=look.language, GDK_BACKEND="x11", GSETTINGS_BACKEND="keyfile", NO_AT_BRIDGE="0",
                   GTK_MODULES="gail:atk-bridge", GTK_OVERLAY_SCROLLING="0", GTK_A11Y="atspi", QT_ACCESSIBILITY="1", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
                   QT_QPA_PLATFORM="xcb", QT_QPA_PLATFORMTHEME="qt6ct" if self.case.get("toolkit") == "qt6" else "qt5ct",
                   ACCESSIBILITY_ENABLED="1", GNOME_ACCESSIBILITY="1", XDG_CURRENT_DESKTOP=self.rnd.choice(["XFCE", "MATE", "LXDE"]), LIBGL_ALWAYS_SOFTWARE="1", GIO_USE_VFS="local")
        if self.case.get("toolkit", "gtk3") != "gtk2":
            # GTK 2 finds its own bridge by GTK_MODULES; GTK 3 has it built in.
            env["GTK_MODULES"] = ""
        if look.dark and look.theme == "Adwaita":
            env["GTK_THEME"] = "Adwaita:dark"
        if look.scale == 2:
            env.update(GDK_SCALE="2", QT_SCALE_FACTOR="2")
        env.update(self.case.get("env", {}))
        return env

    def start_bus(self, env):
        p = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"], env=env,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self.processes.append(p)
        env["DBUS_SESSION_BUS_ADDRESS"] = p.stdout.readline().decode().strip()
        for key in ("IsEnabled", "ScreenReaderEnabled"):
            subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.a11y.Bus", "/org/a11y/bus",
                            "org.freedesktop.DBus.Properties.Set", "string:org.a11y.Status", f"string:{key}", "variant:boolean:true"],
                           env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)

    def go(self):
        self.home = tempfile.mkdtemp(prefix="shots-")
        try:
            os.makedirs(self.home + "/run", mode=0o700)
            os.makedirs(self.home + "/tmp")
            # The applications see the sample files in the run's own home.
            self.samples = shutil.copytree(self.samples, self.home + "/Documents")
            write_settings(self.home, self.look)
            display = self.start_display()
            env = self.env = self.environment(display)
            self.start_bus(env)
            os.environ.update({k: env[k] for k in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME")})
            import warnings
            warnings.simplefilter("ignore")
            import gi
            gi.require_version("Atspi", "2.0")
            from gi.repository import Atspi
            self.atspi = Atspi
            Atspi.init()
            Atspi.set_timeout(1500, 4000)
            self.screen = Screen(display, self.home + "/Xvfb_screen0")
            tone = [self.rnd.randint(20, 220) for _ in range(3)]
            self.screen.paint_root(tone, [max(0, min(255, v + self.rnd.randint(-60, 60))) for v in tone])
            self.start([self.look.wm] + (["--sm-disable"] if self.look.wm in ("metacity", "marco") else []), env)
            time.sleep(1.2)
            self.screen.paint_root(tone, [max(0, min(255, v + self.rnd.randint(-60, 60))) for v in tone])
            self.measure = Measure(*self.look.font, self.look.scale, self.case.get("toolkit") == "web")
            self.run_application(env)
        finally:
            self.stop()

    def run_application(self, env):
        if self.case.get("also"):
            self.start(self.fill(self.case["also"]), env, self.samples)
            self.wait_for_window(8)
        before = len(self.screen.windows())
        self.start(self.fill(self.case["argv"]), env, self.samples)
        if not self.wait_for_window(self.case.get("patience", 25), before):
            self.note = "no window"
            return
        time.sleep(self.case.get("wait", 1.0))
        self.arrange()
        self.base = {w.client_id for w in self.screen.windows()}
        if not self.roots():
            time.sleep(3)
            if not self.roots():
                self.note = "silent on the bus"
                return
        for i, steps in enumerate(self.case.get("states") or DEFAULT_STATES):
            try:
                done = self.steps(steps)
            except Exception as e:
                print(f"    step of {steps}: {type(e).__name__} {e}", flush=True)
                done = False
            if done:
                self.shoot(i, steps)
            if "stay" not in steps:
                self.reset(steps)
            if self.note or not self.screen.windows():
                break

    def fill(self, argv):
        return [a.replace("{samples}", self.samples).replace("{home}", self.home) for a in argv]

    def wait_for_window(self, seconds, before=0):
        end = time.time() + seconds
        while time.time() < end:
            time.sleep(0.3)
            if len([w for w in self.screen.windows() if not w.override]) > 0 and len(self.screen.windows()) > before:
                time.sleep(0.7)
                return True
        return False

    def arrange(self):
        """Put the window somewhere, at times over the whole screen, at times in another size."""
        ws = [w for w in self.screen.windows() if not w.override]
        if not ws:
            return
        w = ws[-1]
        sw, sh = self.look.size
        kind = self.rnd.random()
        if kind < 0.3 and w.client[2] > 350:
            xdo(self.env, "windowmove", w.client_id, 0, 0)
            xdo(self.env, "windowsize", w.client_id, sw - 8, sh - 40)
        else:
            ww, hh = w.client[2:]
            if kind < 0.7 and w.client[2] > 350:
                ww = self.rnd.randint(min(ww, sw - 80), sw - 60)
                hh = self.rnd.randint(min(hh, sh - 100), sh - 80)
                xdo(self.env, "windowsize", w.client_id, ww, hh)
            xdo(self.env, "windowmove", w.client_id, self.rnd.randint(6, max(7, sw - ww - 20)), self.rnd.randint(6, max(7, sh - hh - 60)))
        time.sleep(0.4)
        now = [v for v in self.screen.windows() if v.client_id == w.client_id]
        if now and (now[0].box[0] < 0 or now[0].box[1] < 0):
            # Window managers differ in what the place of a window is.
            left, right, top, bottom = now[0].extents
            xdo(self.env, "windowmove", w.client_id, left + 2, top + 2)
        xdo(self.env, "windowactivate", w.client_id)
        xdo(self.env, "mousemove", self.rnd.randint(2, sw - 3), sh - 3)
        time.sleep(0.4)

    # -- looking

    def steady(self):
        last = self.screen.grab()
        for _ in range(14):
            time.sleep(0.3)
            now = self.screen.grab()
            if np.array_equal(now, last):
                return now
            last = now
        return last

    def roots(self):
        windows = self.screen.windows()
        walker = Walker(self.atspi, self.look.scale)
        out = []
        for acc, scale in walker.tops(windows):
            n = walker.walk(acc, None, scale)
            if n:
                out.append(n)
        return out

    def truth(self):
        picture = self.steady()
        windows = self.screen.windows()
        owners = self.screen.owners(windows)
        ink = Ink(picture)
        t = Truth(self.atspi, ink, windows, owners, self.measure, self.look.scale, self.case.get("unknown", ()))
        t.run(self.roots())
        return picture, t

    def shoot(self, i, steps):
        picture, t = self.truth()
        self.cache = t.elements
        if self.main_elements is None:
            self.main_elements = t.elements
        after = self.screen.grab()
        moved = np.abs(after.astype(np.int16) - picture).max(2) > 20
        if moved.mean() > 0.02:
            print("    not steady", flush=True)
            return
        if moved.mean() > 0.0005:
            ys, xs = np.where(moved.any(1))[0], np.where(moved.any(0))[0]
            t.unknown.append([int(xs[0]), int(ys[0]), int(xs[-1] - xs[0] + 1), int(ys[-1] - ys[0] + 1)])
        for old in self.taken:
            if (old != picture).any(2).mean() < 0.0008:
                print(f"    {steps}: nothing new", flush=True)
                return
        self.taken.append(picture)
        if steps == ["main"] and len(t.elements) < 4:
            self.note = "the bus tells next to nothing"
            return
        bad = quality(t.ink, t.windows, t.owners, t)
        poor = len(t.elements) < 4 or bad > self.case.get("max_unexplained", 0.5)
        if poor:
            print(f"    {steps}: poor ({len(t.elements)} elements, {bad:.2f} unexplained)", flush=True)
            return
        label = re.sub(r"[^a-z0-9]+", "-", "-".join(s for s in steps if s != "stay").lower()).strip("-")[:24]
        name = f"{self.name}-{i}-{label}"
        look = self.look
        source = f"{self.case.get('toolkit', '?')} {self.case['name']} " + \
            (look.qt_style if self.case.get("toolkit", "").startswith("qt") else look.theme) + (" dark" if look.dark else "") + f" {look.wm} x{look.scale}"
        Image.fromarray(picture).save(f"{self.out}/{name}.png", compress_level=4)
        data = {"width": picture.shape[1], "height": picture.shape[0], "source": source, "elements": t.elements, "lines": t.lines,
                "unknown": t.unknown, "unexplained": round(bad, 3), "icons": look.icons, "language": look.language}
        with open(f"{self.out}/{name}.json", "w") as f:
            json.dump(data, f, ensure_ascii=False, indent=0)
        if self.draw:
            draw_truth(picture, data, f"{self.draw}/{name}.png")
        self.made += 1
        print(f"    {name}: {len(t.elements)} elements, {len(t.lines)} lines, {bad:.2f} unexplained", flush=True)

    # -- doing

    def steps(self, steps):
        for s in steps:
            if s in ("main", "stay"):
                continue
            kind, _, rest = s.partition(":")
            if not getattr(self, "do_" + kind)(rest):
                print(f"    {s}: not possible", flush=True)
                return False
            time.sleep(0.5)
        return True

    def reset(self, steps):
        if steps == ["main"]:
            return
        self.cache = self.main_elements
        xdo(self.env, "key", "Escape")
        time.sleep(0.2)
        xdo(self.env, "key", "Escape")
        time.sleep(0.3)
        for _ in range(3):
            extra = [w for w in self.screen.windows() if w.client_id not in self.base]
            if not extra:
                break
            for w in reversed(extra):
                if w.override:
                    xdo(self.env, "key", "Escape")
                else:
                    self.screen.close(w.client_id)
            time.sleep(0.5)
        sw, sh = self.look.size
        xdo(self.env, "mousemove", self.rnd.randint(2, sw - 3), sh - 3)

    def do_key(self, keys):
        self.cache = None
        for k in keys.split():
            xdo(self.env, "key", k)
            time.sleep(0.25)
        return True

    def do_type(self, text):
        self.cache = None
        xdo(self.env, "type", "--delay", "20", text)
        return True

    def do_wait(self, seconds):
        time.sleep(float(seconds))
        return True

    def elements(self):
        """What can be pressed now: from the last shot if nothing was done since, else a walk without looking at ink."""
        self.last_windows = self.screen.windows()
        if self.cache is not None:
            return self.cache
        t = Truth(self.atspi, Ink(self.screen.grab()), self.last_windows, self.screen.owners(self.last_windows), self.measure, self.look.scale)
        out = []
        for r in self.roots():
            t.overlays(r)
            t.place(r)
            for n in flatten(r, []):
                role = ROUGH.get(n.role)
                if n.seen and role and not t.ink.flat(n.seen) and not (n.role == "menu" and n.parent and n.parent.role not in MENU_ROLES | {"menu bar"}):
                    out.append({"role": role, "box": list(n.seen), "label": label_of(n), "state": t.state(n, "selected")})
        return out

    def find(self, spec):
        role, _, pattern = spec.partition("/")
        for e in self.elements():
            if (not role or e["role"] == role) and re.search(pattern or ".", e["label"] or "", re.I):
                return e
        return None

    def press(self, e, button=1):
        self.cache = None
        x, y, w, h = e["box"]
        xdo(self.env, "mousemove", x + min(w // 2, 60), y + h // 2)
        if button:
            time.sleep(0.1)
            xdo(self.env, "click", button)
        return True

    def do_click(self, spec):
        e = self.find(spec)
        return bool(e) and self.press(e)

    def do_rclick(self, spec):
        e = self.find(spec)
        return bool(e) and self.press(e, 3)

    def do_hover(self, spec):
        e = self.find(spec)
        return bool(e) and self.press(e, 0)

    def do_menu(self, path):
        for part in path.split("/"):
            e = self.find("menu_item/" + part)
            if not e:
                return False
            self.press(e)
            time.sleep(0.5)
        return True

    def choose(self, kind, options):
        """One of the options not yet taken in this run."""
        options = [o for o in options if (kind, o["role"], o["label"]) not in self.tried] or options
        if not options:
            return None
        e = self.rnd.choice(options)
        self.tried.add((kind, e["role"], e["label"]))
        return e

    def top_part(self, elements):
        """Only what lies in the uppermost window, so that a dialog's parts go first."""
        ws = [w for w in self.last_windows if w.client_id not in self.base] or self.last_windows
        box = ws[-1].box if ws else (0, 0, 9999, 9999)
        inside = [e for e in elements if area(intersect(e["box"], box)) > 0.9 * area(e["box"])]
        return inside or elements

    def do_auto(self, kind):
        return getattr(self, "auto_" + kind)()

    def open_menu(self):
        e = self.choose("menu", [e for e in self.elements() if e["role"] == "menu_item" and e["label"]])
        if e:
            self.press(e)
            time.sleep(0.5)
            return True
        # No menu bar: a button that looks like a menu's.
        e = self.choose("menu", [e for e in self.elements() if e["role"] in ("icon", "button") and re.search("menu|more|options", e["label"] or "", re.I)])
        return bool(e) and self.press(e)

    def auto_menu(self):
        return self.open_menu()

    def note_heads(self):
        if not hasattr(self, "main_heads"):
            self.main_heads = [e for e in self.elements() if e["role"] == "menu_item"]

    def opened_items(self):
        heads = {(tuple(e["box"])) for e in self.main_heads} if hasattr(self, "main_heads") else set()
        self.cache = None
        return [e for e in self.elements() if e["role"] == "menu_item" and tuple(e["box"]) not in heads]

    def auto_submenu(self):
        self.note_heads()
        if not self.open_menu():
            return False
        items = self.opened_items()
        e = self.choose("submenu", [e for e in items if not e["state"].get("disabled") and "selected" not in e["state"]] or items)
        if e:
            self.press(e, 0)
            time.sleep(0.3)
            xdo(self.env, "key", "Right")
            time.sleep(0.6)
        return True

    def auto_dialog(self):
        """Menus are tried until one has an item that opens a dialog."""
        self.note_heads()
        for _ in range(4):
            if not self.open_menu():
                break
            items = [e for e in self.opened_items() if OPENS.search(e["label"] or "") and not SHUN.search(e["label"]) and
                     not e["state"].get("disabled") and ("dialog", e["role"], e["label"]) not in self.tried]
            e = self.choose("dialog", items)
            if e:
                self.press(e)
                time.sleep(1.6)
                return True
            xdo(self.env, "key", "Escape")
            xdo(self.env, "key", "Escape")
            time.sleep(0.3)
            self.cache = self.main_elements
        found = [e for e in self.elements() if e["role"] in ("button", "icon") and OPENS.search(e["label"] or "") and not SHUN.search(e["label"])]
        e = self.choose("dialog", found)
        if e:
            self.press(e)
            time.sleep(1.5)
        return bool(e)

    def auto_tab(self):
        e = self.choose("tab", [e for e in self.top_part(self.elements()) if e["role"] == "tab" and not e["state"].get("selected")])
        if not e:
            # Settings windows often choose the page by a list at the side.
            return self.auto_row()
        return self.press(e)

    def auto_row(self):
        e = self.choose("row", [e for e in self.top_part(self.elements()) if e["role"] == "list_row" and not e["state"].get("selected")])
        return bool(e) and self.press(e)

    def auto_combo(self):
        found = self.top_part(self.elements())
        e = self.choose("combo", [e for e in found if e["role"] == "drop_down" and not e["state"].get("disabled")])
        return bool(e) and self.press(e)

    def auto_context(self):
        e = self.choose("context", [e for e in self.top_part(self.elements()) if e["role"] in ("list_row", "text_field")])
        return bool(e) and self.press(e, 3)

    def auto_focus(self):
        for _ in range(self.rnd.randint(1, 6)):
            xdo(self.env, "key", "Tab")
            time.sleep(0.1)
        return True

    def stop(self):
        for p in reversed(self.processes):
            if p.poll() is None:
                p.terminate()
        end = time.time() + 2
        for p in self.processes:
            try:
                p.wait(max(0.05, end - time.time()))
            except subprocess.TimeoutExpired:
                p.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def xdo(env, *args):
    subprocess.run(["xdotool"] + [str(a) for a in args], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=8)
