#!/usr/bin/env python3
"""Draws screens of made-up applications with Chromium, with what stands on them, for `elements.py` to learn from.

Needs: Chromium, and  pip install playwright==1.55.0 numpy==2.4.6 pillow==13.0.0
Use:  pages.py --fonts DIR --words DIR --icons DIR --styles DIR --out DIR [--count N] [--seed N] [--held]

`--styles` is a folder with the packages of style sheets named in `KITS` (from npm, unpacked as FOLDER/NAME), `--icons` one with the
sets of `icons.py`.  A screen is a tree of blocks (bars, forms, tables, trees, cards, code, dialogs, open menus) out of widgets, each
drawn either by a look of random colours, borders, sizes and shapes, or by a framework's style sheet.  What a widget is stands in its
markup (`data-r`); where it is and whether it can be seen the document says once it is laid out.

`HELD` kits are never learnt from.
"""
import argparse, colorsys, glob, html, io, json, os, pathlib, random, re, sys, tempfile, time
import numpy as np
from PIL import Image

# Style sheets in their packages; what is written for each is in `Kit`.
KITS = {
    "bootstrap": ["bootstrap/dist/css/bootstrap.min.css"],
    "98": ["98.css/dist/98.css"],
    "xp": ["xp.css/dist/XP.css"],
    "pico": ["@picocss/pico/css/pico.min.css"],
    "water": ["water.css/out/water.css"],
    "water-dark": ["water.css/out/dark.css"],
    "milligram": ["milligram/dist/milligram.css"],
    "spectre": ["spectre.css/dist/spectre.min.css"],
    "uikit": ["uikit/dist/css/uikit.min.css"],
    "foundation": ["foundation-sites/dist/css/foundation.min.css"],
    "chota": ["chota/dist/chota.min.css"],
    "element": ["element-plus/dist/index.css"],
    "antd": ["antd/dist/antd.css"],
    "antd-dark": ["antd/dist/antd.dark.css"],
    "blueprint": ["@blueprintjs/core/lib/css/blueprint.css"],
    "govuk": ["govuk-frontend/dist/govuk/govuk-frontend.min.css"],
    "simple": ["simpledotcss/simple.css"],
    "sakura": ["sakura.css/css/sakura.css"],
    "mvp": ["mvp.css/mvp.css"],
    "concrete": ["concrete.css/concrete.css"],
    "system": ["system.css/system.css"],
    "bulma": ["bulma/css/bulma.min.css"],
    "7": ["7.css/dist/7.css"],
    "fomantic": ["fomantic-ui-css/semantic.min.css"],
}
HELD = {"bulma", "7", "fomantic"}
# Class names by kit and widget; what is not named has the element's own style.
CLASSES = {
    "bootstrap": {"button": ["btn btn-primary", "btn btn-secondary", "btn btn-outline-primary", "btn btn-light", "btn btn-outline-secondary btn-sm", "btn btn-danger"],
                  "input": ["form-control", "form-control form-control-sm"], "select": ["form-select", "form-select form-select-sm"], "check": ["form-check-input"],
                  "radio": ["form-check-input"], "switch": ["form-check-input"], "switchbox": ["form-check form-switch"], "range": ["form-range"],
                  "table": ["table", "table table-striped", "table table-bordered table-sm"], "card": ["card p-3"], "progress": ["progress"], "bar": ["progress-bar"]},
    "spectre": {"button": ["btn", "btn btn-primary", "btn btn-link", "btn btn-sm"], "input": ["form-input"], "select": ["form-select"], "table": ["table", "table table-striped"],
                "card": ["card p-2"], "range": ["slider"]},
    "uikit": {"button": ["uk-button uk-button-default", "uk-button uk-button-primary", "uk-button uk-button-danger uk-button-small"], "input": ["uk-input", "uk-input uk-form-small"],
              "select": ["uk-select"], "check": ["uk-checkbox"], "radio": ["uk-radio"], "range": ["uk-range"], "table": ["uk-table uk-table-divider", "uk-table uk-table-striped uk-table-small"],
              "card": ["uk-card uk-card-default uk-card-body uk-card-small"]},
    "foundation": {"button": ["button", "button secondary", "button hollow", "button alert small"], "table": ["", "hover"], "card": ["callout"]},
    "chota": {"button": ["button", "button primary", "button outline", "button clear"], "card": ["card"]},
    "element": {"button": ["el-button", "el-button el-button--primary", "el-button el-button--success is-plain", "el-button el-button--small is-round"], "input": ["el-input__inner el-input__wrapper"],
                "card": ["el-card el-card__body"]},
    "antd": {"button": ["ant-btn", "ant-btn ant-btn-primary", "ant-btn ant-btn-dashed", "ant-btn ant-btn-sm"], "input": ["ant-input", "ant-input ant-input-sm"], "select": ["ant-input"], "card": ["ant-card ant-card-bordered ant-card-body"]},
    "blueprint": {"button": ["bp4-button", "bp4-button bp4-intent-primary", "bp4-button bp4-minimal", "bp4-button bp4-small bp4-outlined"], "input": ["bp4-input", "bp4-input bp4-small"],
                  "table": ["bp4-html-table", "bp4-html-table bp4-html-table-striped bp4-html-table-bordered"], "card": ["bp4-card"]},
    "govuk": {"button": ["govuk-button", "govuk-button govuk-button--secondary", "govuk-button govuk-button--warning"], "input": ["govuk-input"], "select": ["govuk-select"], "table": ["govuk-table"]},
    "pico": {"button": ["", "secondary", "contrast", "outline"], "table": ["", "striped"], "switchrole": ["1"]},
    "bulma": {"button": ["button", "button is-primary", "button is-link is-light", "button is-small", "button is-outlined is-info"], "input": ["input", "input is-small"], "selectbox": ["select"],
              "table": ["table is-fullwidth", "table is-striped is-fullwidth is-narrow"], "card": ["box"]},
    "fomantic": {"button": ["ui button", "ui primary button", "ui basic button", "ui small positive button"], "inputbox": ["ui input"], "select": ["ui dropdown"], "table": ["ui table", "ui celled striped compact table"],
                 "card": ["ui segment"]},
    "milligram": {"button": ["button", "button button-outline", "button button-clear"]},
}
CLASSES["antd-dark"] = CLASSES["antd"]


# ---- looks ----

def hsl(h, s, l):
    r, g, b = colorsys.hls_to_rgb(h % 1, min(max(l, 0), 1), min(max(s, 0), 1))
    return f"#{int(r * 255):02x}{int(g * 255):02x}{int(b * 255):02x}"


class Look:
    """Colours, sizes and shapes of one made-up toolkit."""

    def __init__(self, r, families):
        self.dark = dark = r.random() < .38
        hue, tint = r.random(), r.choice([0, 0, .04, .1, .25])
        level = (lambda a: 1 - a) if dark else (lambda a: a)
        base = r.uniform(.84, 1) if r.random() < .9 else r.uniform(.7, .85)
        self.ground = hsl(hue, tint, level(base))
        self.raised = hsl(hue, tint, level(min(1, base + r.uniform(0, .07))))
        self.sunken = hsl(hue, tint, level(base - r.uniform(.01, .07)))
        self.ink = hsl(hue, tint, level(r.uniform(0, .25)))
        self.faint = hsl(hue, tint, level(r.uniform(.35, .58)))
        self.line = hsl(hue, tint, level(base - r.choice([.06, .1, .16, .25, .4])))
        self.strong = hsl(hue, tint, level(base - r.uniform(.2, .6)))
        accent = r.random()
        self.accent = hsl(accent, r.uniform(.35, 1), r.uniform(.3, .6))
        self.on_accent = "#fff" if r.random() < .85 else "#000"
        self.selected = r.choice([self.accent, self.accent + "40", self.accent + "26", self.sunken, hsl(hue, tint + .05, level(base - .14))])
        self.on_selected = self.on_accent if self.selected == self.accent else self.ink
        self.em = r.choice([11, 12, 12, 13, 13, 13, 14, 14, 15, 16, 17])
        self.pad = r.choice([.15, .25, .35, .45, .6])
        self.gap = r.choice([3, 5, 6, 8, 10, 12, 16])
        self.radius = r.choice([0, 0, 2, 3, 4, 5, 6, 8, 12, 20])
        self.border = r.choice(["1px solid", "1px solid", "1px solid", "2px solid", "0px solid", "1px outset", "2px outset"])
        self.field = r.choice([f"1px solid {self.line}", f"1px solid {self.strong}", f"2px inset {self.line}", f"1px inset {self.strong}", f"0 solid {self.line};border-bottom:1px solid {self.strong}",
                               f"0 solid {self.line};border-bottom:2px solid {self.accent}", f"2px solid {self.line}", f"0 solid {self.line};background:{self.sunken}"])
        self.shadow = r.choice(["none", "none", "0 1px 2px #0003", "0 2px 6px #0004", "inset 0 1px 0 #fff5"])
        self.font = r.choice(families)
        self.mono = r.choice([f for f in families if re.search("Mono|Code|Courier|Console", f)] or ["monospace"])
        self.weight = r.choice([400, 400, 400, 500])
        self.button = r.choice([f"background:{self.raised};border:{self.border} {self.line}", f"background:{self.sunken};border:{self.border} {self.strong}", f"background:linear-gradient({self.raised},{self.sunken});border:1px solid {self.strong}",
                                f"background:{self.ground};border:1px solid {self.accent};color:{self.accent}", f"background:{self.raised};border:2px outset {self.line}", f"background:{self.sunken};border:0 solid"])
        self.main = f"background:{self.accent};color:{self.on_accent};border:1px solid {self.accent}"
        self.tick = r.choice(["native", "native", "drawn", "drawn", "drawn", "filled"])
        self.tick_size = r.choice([12, 13, 13, 14, 15, 16, 16, 18, 20, 22])
        self.tick_radius = r.choice([0, 0, 2, 3, 4])
        self.tick_line = r.choice([f"1px solid {self.strong}", f"2px solid {self.strong}", f"1px solid {self.faint}", f"2px inset {self.line}", f"1.5px solid {self.accent}"])
        self.tick_ground = r.choice([self.raised, "#fff" if not dark else "#222", self.ground])
        self.mark = r.choice(["check", "check", "glyph", "cross", "square"])
        self.ring = r.choice(["dot", "dot", "thick"])
        self.arrow = r.choice(["chevron", "triangle", "both", "boxed"])
        self.tabs = r.choice(["under", "under", "folder", "folder", "pill", "filled", "segment"])
        self.zebra = r.random() < .3
        self.rules = r.random() < .4
        self.grid = r.random() < .2
        self.row = r.choice([1.5, 1.7, 2, 2.3, 2.8, 3.4])
        self.titles = r.choice(["left", "center", "center"])
        self.wall = r.choice([hsl(r.random(), .4, .35), hsl(r.random(), .3, .6), f"linear-gradient({r.randint(0, 360)}deg,{hsl(r.random(), .5, .3)},{hsl(r.random(), .5, .6)})"])

    def css(self):
        e = self.em
        return f"""
*{{box-sizing:border-box}} html,body{{margin:0;height:100%;overflow:hidden}}
body{{font:{self.weight} {e}px {self.font},sans-serif;color:{self.ink};background:{self.ground};line-height:1.3}}
.w{{display:flex;flex-direction:column;background:{self.ground};color:{self.ink};overflow:hidden}}
.h{{display:flex;align-items:center;gap:{self.gap}px}} .v{{display:flex;flex-direction:column;gap:{self.gap}px}} .grow{{flex:1;min-width:0;min-height:0}}
.bar{{padding:{max(2, self.gap // 2)}px {self.gap}px;flex:none}} .faint{{color:{self.faint}}} .scroll{{overflow:auto}}
.o-button{{font:inherit;{self.button};border-radius:{self.radius}px;padding:{self.pad}em {self.pad * 2.4}em;box-shadow:{self.shadow};white-space:nowrap;color:{self.ink};display:inline-flex;align-items:center;gap:.4em;justify-content:center;line-height:1.3;margin:0}}
.o-main{{{self.main}}} .o-flat{{background:transparent;border-color:transparent;box-shadow:none}} .o-off{{opacity:.45}}
.o-icon{{padding:{self.pad}em;display:inline-flex;border:1px solid transparent;background:transparent;border-radius:{self.radius}px;color:inherit;flex:none}}
.o-boxed{{{self.button}}}
.o-field{{font:inherit;color:inherit;background:{self.tick_ground};border:{self.field};border-radius:{min(self.radius, 8)}px;padding:{self.pad}em .5em;min-width:4em;line-height:1.3;margin:0;outline:0;height:auto}}
.o-focus{{outline:2px solid {self.accent}}}
.o-row{{display:flex;align-items:center;gap:.6em;min-height:{self.row}em;padding:0 .6em;white-space:nowrap;{f"border-bottom:1px solid {self.line};" if self.rules else ""}}}
.zebra>.o-row:nth-child(even){{background:{self.sunken}}} .sel{{background:{self.selected}!important;color:{self.on_selected}!important}}
.o-menu{{background:{self.raised};border:1px solid {self.line};box-shadow:0 3px 12px #0005;border-radius:{min(self.radius, 8)}px;padding:3px 0;position:absolute;min-width:11em;z-index:9}}
.o-menu .o-row{{border:0;min-height:{max(1.6, self.row * .8)}em}} .cell{{overflow:hidden;text-overflow:clip;white-space:nowrap;padding:0 .4em;{f"border-right:1px solid {self.line};" if self.grid else ""}}}
.o-pane{{border:1px solid {self.line};border-radius:{self.radius}px;padding:{self.gap}px;background:{self.raised}}}
.o-link{{color:{self.accent};text-decoration:underline;background:none;border:0;padding:0}}
.code{{font-family:{self.mono},monospace;white-space:pre;line-height:1.4}} p{{margin:.3em 0}} h1,h2,h3{{margin:.3em 0;line-height:1.2}} svg{{flex:none;display:block}}
td,th{{white-space:nowrap}} input,select,textarea,button{{max-width:100%}} .keep{{flex:none}}
"""


# ---- words ----

class Say:
    """What stands on widgets."""
    VERBS = "Save Open Close Cancel Apply OK Delete Edit Add Remove New Copy Paste Cut Undo Redo Print Send Reply Forward Refresh Search Find Replace Import Export Upload Download Start Stop Pause Play Next Back Continue Finish Install Update Reset Browse Connect Sign\u00a0in Log\u00a0out Help Settings Preferences More\u2026 Details Share Rename Move Archive Select\u00a0all Clear Submit Buy\u00a0now Accept Decline Yes No Retry Ignore Abbrechen Speichern Ouvrir Fermer Guardar Aceptar".split(" ")
    MENUS = "File Edit View Insert Format Tools Window Help Go Bookmarks Options Search Document Project Build Debug Settings Actions Datei Bearbeiten Ansicht Hilfe Fichier Affichage Image Layer Colors Filters Message Playback".split()
    TITLES = "General Appearance Network Privacy Accounts Notifications Advanced Display Sound Keyboard Mouse Language Storage Security Updates About Users Printers Power Date\u00a0&\u00a0time Inbox Drafts Sent Archive Spam Trash Documents Downloads Music Pictures Videos Desktop Home Recent Starred Projects Calendar Contacts Tasks Notes Overview Details Permissions History Options Layout Colours Fonts Plugins".split(" ")
    LABELS = "Name|First name|Last name|E-mail address|Password|Server|Port|User name|City|Street|Postal code|Country|Phone|Company|Title|Subject|To|Folder|File name|Size|Width|Height|Quality|Language|Theme|Font|Start date|End date|Amount|Price|Quantity|Category|Description|Comment|Interval (minutes)|Timeout|Volume|Brightness|Zoom|Opacity|Tab width|Encoding|Date of birth|Web site|Priority|Status|Colour".split("|")
    TICKS = "Remember me|Show hidden files|Enable notifications|Start at login|Use encryption|Wrap lines|Check spelling|Show status bar|Send anonymous statistics|Keep window on top|Automatic updates|Play sounds|Match case|Whole words only|Read only|I agree to the terms|Confirm before deleting|Newsletter|Gift wrap|Always ask|Show line numbers|Use system proxy|Dark mode|Bluetooth|Wi-Fi|Location services|Subtitles|High quality|Small|Medium|Large|Daily|Weekly|Never|Standard|Express|Pick-up".split("|")
    EXTENSIONS = "txt pdf png jpg odt csv md rs py zip tar.gz mp3 html json toml doc svg".split()

    def __init__(self, words, r):
        self.w, self.r = words, r

    def word(self):
        return self.w.word().strip()[:18]

    def some(self, least, most):
        return " ".join(self.word() for _ in range(self.r.randint(least, most)))

    def verb(self):
        return self.r.choice(self.VERBS) if self.r.random() < .7 else self.some(1, 2).capitalize()

    def title(self):
        return self.r.choice(self.TITLES) if self.r.random() < .65 else self.some(1, 2).capitalize()

    def label(self):
        return self.r.choice(self.LABELS) if self.r.random() < .65 else self.some(1, 3).capitalize()

    def tick(self):
        return self.r.choice(self.TICKS) if self.r.random() < .6 else self.some(1, 4).capitalize()

    def file(self):
        r = self.r
        if r.random() < .3:
            return self.title()
        return r.choice(["{}.{}", "{}_{}.{e}", "{}-{}.{e}", "{} {}.{e}"]).format(self.word(), self.word(), e=r.choice(self.EXTENSIONS))

    def value(self):
        r = self.r
        return r.choice([lambda: self.some(1, 3), lambda: str(r.randint(0, 5000)), lambda: f"{r.randint(1, 28)}.{r.randint(1, 12)}.20{r.randint(10, 29)}", lambda: f"{r.uniform(0, 900):.2f}", lambda: self.file(),
                         lambda: f"{self.word().lower()}@{self.word().lower()}.org", lambda: f"{r.randint(1, 23)}:{r.randint(0, 59):02}", lambda: f"{r.randint(1, 999)} {r.choice(['KB', 'MB', 'GB', 'ms', '%', 'px'])}", lambda: f"20{r.randint(10, 29)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"])()

    def sentence(self):
        return self.w.text() if hasattr(self.w, "text") and self.r.random() < .1 else self.some(4, 14).capitalize() + self.r.choice([".", ".", "", ":", "?"])


# ---- widgets ----

class Kit:
    """Markup of widgets, by a look or by a framework."""

    def __init__(self, name, look, say, icons, r):
        self.name, self.look, self.say, self.icons, self.r = name, look, say, icons, r
        self.own = name is None
        self.classes = CLASSES.get(name, {})
        self.plain = not self.own and r.random() < .9    # else a few widgets of the look within the framework's page

    def cls(self, widget, own):
        if self.own or not self.plain:
            return own
        options = self.classes.get(widget)
        return self.r.choice(options) if options else ""

    def icon(self, size=None, role="icon", label=""):
        r = self.r
        size = size or r.choice([12, 14, 16, 16, 16, 18, 20, 24])
        svg = r.choice(self.icons)
        svg = re.sub(r"<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE.*?>", "", svg, flags=re.S)
        svg = re.sub(r"<svg\b([^>]*)>", lambda m: "<svg" + re.sub(r'\s(width|height|class|style|id)="[^"]*"', "", m[1]) + f' width="{size}" height="{size}"' + ("" if "fill=" in m[1] else ' fill="currentColor"') + ">", svg, count=1)
        colour = "" if r.random() < .7 else f"color:{hsl(r.random(), .6, .5)};"
        return f'<span data-r="{role}" data-l="{html.escape(label, True)}" style="display:inline-block;{colour}flex:none">{svg}</span>'

    def tool(self, on=False):
        boxed = " o-boxed" if self.r.random() < .25 else ""
        return f'<span class="o-icon{boxed}{" sel" if on else ""}">{self.icon()}</span>'

    def text(self, words, extra=""):
        return f'<span data-t {extra}>{html.escape(words)}</span>'

    def button(self, words=None, main=False, off=None):
        r = self.r
        words = words or self.say.verb()
        off = r.random() < .08 if off is None else off
        own = "o-button" + (" o-main" if main else "") + (" o-flat" if r.random() < .06 else "") + (" o-off" if off else "")
        icon = self.icon() if r.random() < .18 else ""
        return f'<button data-r="button" class="{self.cls("button", own)}" {"disabled" if off else ""} data-s="{json_state(disabled=off)}">{icon}<span data-t>{html.escape(words)}</span></button>'

    def field(self, value=None, width=None, rows=0):
        r = self.r
        width = width or r.randint(90, 380)
        value = "" if value is None and r.random() < .35 else self.say.value() if value is None else value
        hint = self.say.label() + "…" if not value and r.random() < .6 else ""
        off, focus = r.random() < .06, r.random() < .08
        cls = self.cls("input", "o-field" + (" o-focus" if focus else "") + (" o-off" if off else ""))
        state = json_state(disabled=off, focused=focus and self.own)
        if rows:
            body = "\n".join(self.say.sentence() for _ in range(rows))
            return f'<div data-r="text_field" class="o-field" style="width:{width}px;height:{rows * 1.9 + .5}em;overflow:hidden" data-s="{state}"><span data-t>{html.escape(body)}</span></div>'
        kind = "password" if r.random() < .06 and value else "text"
        field = f'<input type="{kind}" data-r="text_field" class="{cls}" style="width:{width}px" value="{html.escape(value, True)}" placeholder="{html.escape(hint, True)}" {"disabled" if off else ""} data-s="{state}">'
        if r.random() < .12 and self.own:
            return f'<span data-r="text_field" class="o-field h" style="width:{width}px;gap:.4em">{self.icon(14)}<span data-t class="{"faint" if not value else ""} grow" style="overflow:hidden;white-space:nowrap">{html.escape(value or hint or "Search")}</span></span>'
        box = self.classes.get("inputbox")
        return f'<span class="{box[0]}">{field}</span>' if box and self.plain else field

    def search(self):
        return f'<span data-r="text_field" class="o-field h" style="width:{self.r.randint(120, 320)}px;gap:.4em">{self.icon(14)}<span data-t class="faint">{self.r.choice(["Search", "Search…", "Filter", "Find in page", "Suchen"])}</span></span>'

    def mark_of(self, size):
        """An arrow that stands for itself: one that opens a branch or a submenu, or says how a column is sorted."""
        return f'<span data-r="icon" style="display:inline-block;flex:none">{self.arrow(size)}</span>'

    def arrow(self, size=10):
        a = self.look.arrow
        if a == "triangle":
            return f'<svg width="{size}" height="{size}" viewBox="0 0 10 10"><path d="M1 3h8L5 8z" fill="currentColor"/></svg>'
        if a == "both":
            return f'<svg width="{size}" height="{size + 2}" viewBox="0 0 10 12"><path d="M1 5l4-4 4 4M1 7l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.4"/></svg>'
        return f'<svg width="{size}" height="{size}" viewBox="0 0 10 10"><path d="M1 3l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>'

    def choice(self, width=None):
        r = self.r
        width = width or r.randint(80, 260)
        off = r.random() < .05
        if not self.own and r.random() < .8 or r.random() < .25:
            cls = self.cls("select", "o-field" if r.random() < .6 else "")
            select = f'<select data-r="drop_down" class="{cls}" style="width:{width}px" {"disabled" if off else ""} data-s="{json_state(disabled=off)}"><option>{html.escape(self.say.title())}</option></select>'
            box = self.classes.get("selectbox")
            return f'<span class="{box[0]}">{select}</span>' if box and self.plain else select
        ground = self.look.button if r.random() < .6 else ""
        boxed = f"border-left:1px solid {self.look.line};padding-left:.5em" if self.look.arrow == "boxed" else ""
        return f'<span data-r="drop_down" class="o-field h {"o-off" if off else ""}" style="{ground};width:{width}px;gap:.4em;display:inline-flex" data-s="{json_state(disabled=off)}"><span data-t class="grow" style="overflow:hidden;white-space:nowrap">{html.escape(self.say.title())}</span><span style="{boxed}">{self.arrow()}</span></span>'

    def number(self):
        r, l = self.r, self.look
        value = str(r.choice([r.randint(0, 100), r.randint(0, 9999), round(r.uniform(0, 9), 2)]))
        kind = r.random()
        width = r.randint(60, 150)
        if kind < .45:
            mark = '<svg width="9" height="6" viewBox="0 0 9 6"><path d="M0 5h9L4.5 0z" fill="currentColor"/></svg>'
            down = mark.replace("M0 5h9L4.5 0z", "M0 1h9L4.5 6z")
            arrows = f'<span class="v" style="gap:3px;padding:0 4px;border-left:1px solid {l.line}">{mark}{down}</span>'
        elif kind < .8:
            arrows = f'<span class="h" style="gap:0"><span style="padding:0 .6em;border-left:1px solid {l.line}">−</span><span style="padding:0 .6em;border-left:1px solid {l.line}">+</span></span>'
        else:
            return f'<span data-r="spinner" class="h o-field" style="padding:0;gap:0;width:{width + 30}px;display:inline-flex"><span style="padding:.25em .6em;background:{l.sunken}">−</span><span data-t class="grow" style="text-align:center">{value}</span><span style="padding:.25em .6em;background:{l.sunken}">+</span></span>'
        return f'<span data-r="spinner" class="h o-field" style="width:{width}px;display:inline-flex;padding-right:0"><span data-t class="grow">{value}</span>{arrows}</span>'

    def mark(self, on, size):
        l = self.look
        if not on:
            return ""
        colour = l.on_accent if l.tick == "filled" else r_pick(self.r, [l.ink, l.accent])
        paths = {"check": "M3 8.5l3.5 3.5L13 4.5", "cross": "M4 4l8 8M12 4l-8 8"}
        if l.mark in paths:
            return f'<svg width="{size - 2}" height="{size - 2}" viewBox="0 0 16 16" style="margin:auto"><path d="{paths[l.mark]}" fill="none" stroke="{colour}" stroke-width="2.2"/></svg>'
        if l.mark == "square":
            return f'<i style="display:block;width:50%;height:50%;background:{colour};margin:auto"></i>'
        return f'<i style="font:{size - 2}px/1 sans-serif;color:{colour};margin:auto">✓</i>'

    def indicator(self, role, on, off):
        l = self.look
        state = json_state(checked=on, disabled=off)
        kind = "checkbox" if role == "check_box" else "radio"
        if not self.own or l.tick == "native":
            size = "" if not self.own or self.r.random() < .5 else f"width:{l.tick_size}px;height:{l.tick_size}px;"
            accent = f"accent-color:{l.accent};" if self.r.random() < .4 else ""
            cls = self.cls("check" if role == "check_box" else "radio", "")
            return f'<input type="{kind}" data-r="{role}" class="{cls}" style="{size}{accent}margin:0;flex:none" {"checked" if on else ""} {"disabled" if off else ""} data-s="{state}">'
        s = l.tick_size
        if role == "radio_button":
            core = ""
            if on:
                d = s * (.5 if l.ring == "dot" else .4)
                core = f'<i style="display:block;width:{d}px;height:{d}px;border-radius:50%;background:{l.on_accent if l.tick == "filled" else l.accent};margin:auto"></i>'
            ground = l.accent if on and l.tick == "filled" else l.tick_ground
            return f'<span data-r="{role}" style="width:{s}px;height:{s}px;border-radius:50%;border:{l.tick_line};background:{ground};display:inline-flex;flex:none;{"opacity:.45" if off else ""}" data-s="{state}">{core}</span>'
        ground = l.accent if on and l.tick == "filled" else l.tick_ground
        return f'<span data-r="{role}" style="width:{s}px;height:{s}px;border-radius:{l.tick_radius}px;border:{l.tick_line};background:{ground};display:inline-flex;flex:none;{"opacity:.45" if off else ""}" data-s="{state}">{self.mark(on, s)}</span>'

    def tick(self, words=None, role="check_box", on=None):
        r = self.r
        on, off = r.random() < .5 if on is None else on, r.random() < .08
        words = words or self.say.tick()
        label = self.text(words, f'class="{"faint" if off else ""}"')
        order = [self.indicator(role, on, off), label]
        return f'<span class="h" style="gap:.5em;display:inline-flex">{"".join(order)}</span>'

    def switch(self, on=None):
        r, l = self.r, self.look
        on = r.random() < .5 if on is None else on
        h = r.choice([14, 16, 18, 20, 22, 24, 28])
        w = int(h * r.uniform(1.6, 2.2))
        k = h - r.choice([4, 4, 6])
        if r.random() < .15:    # the knob is larger than its track
            k, track = h, h // 2
        else:
            track = h
        ground = l.accent if on else r.choice([l.line, l.strong, l.faint, "transparent"])
        edge = f"border:1px solid {l.strong};" if ground == "transparent" or r.random() < .2 else ""
        side = f"right:{(h - k) // 2 + 1}px" if on else f"left:{(h - k) // 2 + 1}px"
        knob = r.choice(["#fff", l.raised, "#eee"]) if ground != "transparent" else l.strong
        radius = r.choice([99, 99, 3])
        return (f'<span data-r="check_box" data-s="{json_state(checked=on)}" style="position:relative;display:inline-block;flex:none;width:{w}px;height:{h}px"><i style="position:absolute;left:0;right:0;top:{(h - track) // 2}px;height:{track}px;background:{ground};{edge}border-radius:{radius}px"></i>'
                f'<i style="position:absolute;top:{(h - k) // 2}px;{side};width:{k}px;height:{k}px;border-radius:{radius}px;background:{knob};box-shadow:0 1px 2px #0004"></i></span>')

    def slider(self):
        r, l = self.r, self.look
        if r.random() < .35:
            return f'<input type="range" data-r="slider" class="{self.cls("range", "")}" value="{r.randint(0, 100)}" style="width:{r.randint(90, 320)}px;accent-color:{l.accent};margin:0">'
        w, k, t, at = r.randint(90, 360), r.choice([10, 12, 14, 16, 18, 20]), r.choice([2, 3, 4, 6, 8]), r.random()
        knob = f"border-radius:{r.choice([50, 50, 20, 0])}%"
        return (f'<span data-r="slider" style="position:relative;display:inline-block;width:{w}px;height:{k}px;flex:none"><i style="position:absolute;left:0;right:0;top:{(k - t) / 2}px;height:{t}px;background:{l.strong if r.random() < .4 else l.line};border-radius:9px"></i>'
                f'<i style="position:absolute;left:0;width:{at * 100:.0f}%;top:{(k - t) / 2}px;height:{t}px;background:{l.accent};border-radius:9px"></i><i style="position:absolute;left:{at * (w - k):.0f}px;top:0;width:{k}px;height:{k}px;{knob};background:{r.choice([l.accent, l.raised, l.ink])};border:1px solid {l.strong}"></i></span>')

    def progress(self):
        r, l = self.r, self.look
        h = r.choice([4, 6, 8, 12, 16, 20])
        return f'<span data-r="progress" style="display:block;width:{r.randint(100, 420)}px;height:{h}px;background:{l.sunken};border:1px solid {l.line};border-radius:{min(l.radius, h)}px;overflow:hidden"><i style="display:block;height:100%;width:{r.randint(4, 98)}%;background:{l.accent}"></i></span>'

    def link(self):
        return f'<a data-r="link" data-t class="o-link" style="{"text-decoration:none" if self.r.random() < .4 else ""}">{html.escape(self.say.some(1, 3).capitalize())}</a>'

    def picture(self, w=None, h=None):
        r = self.r
        w, h = w or r.randint(60, 300), h or r.randint(50, 220)
        shapes = "".join(f'<{r.choice(["circle", "ellipse"])} cx="{r.randint(0, 100)}" cy="{r.randint(0, 100)}" r="{r.randint(5, 40)}" rx="{r.randint(5, 40)}" ry="{r.randint(5, 30)}" fill="{hsl(r.random(), .6, r.uniform(.2, .8))}" opacity="{r.uniform(.4, 1):.2f}"/>' for _ in range(r.randint(2, 9)))
        return f'<span data-r="image" style="display:inline-block;flex:none"><svg width="{w}" height="{h}" viewBox="0 0 100 100" preserveAspectRatio="none" style="background:{hsl(r.random(), .4, r.uniform(.3, .8))}">{shapes}</svg></span>'

    def tabs(self, count=None):
        r, l = self.r, self.look
        count = count or r.randint(2, 7)
        on = r.randrange(count)
        out = []
        close = r.random() < .2
        for i in range(count):
            s = i == on
            pad = f"padding:{l.pad + .15}em {r.uniform(.7, 1.3):.2f}em;"
            style = {"under": f"border-bottom:{2 if s else 1}px solid {l.accent if s else l.line};{f'color:{l.accent}' if s and l.dark is False else ''}",
                     "folder": f"border:1px solid {l.line};border-bottom-color:{l.raised if s else l.line};background:{l.raised if s else l.sunken};border-radius:{min(l.radius, 8)}px {min(l.radius, 8)}px 0 0",
                     "pill": f"border-radius:{max(6, l.radius)}px;{f'background:{l.selected};color:{l.on_selected}' if s else ''}",
                     "filled": f"background:{l.selected if s else l.sunken};color:{l.on_selected if s else l.ink}",
                     "segment": f"border:1px solid {l.strong};margin-left:-1px;background:{l.selected if s else l.raised};color:{l.on_selected if s else l.ink}"}[l.tabs]
            icon = self.icon(14) if r.random() < .15 else ""
            out.append(f'<span data-r="tab" data-s="{json_state(selected=s)}" class="h" style="gap:.4em;{pad}{style};flex:none">{icon}<span data-t>{html.escape(self.say.title())}</span>{self.icon(10) if close else ""}</span>')
        gap = 0 if l.tabs in ("under", "segment", "folder") else 4
        return f'<div class="h keep" style="gap:{gap}px;align-items:stretch;border-bottom:{"1px solid " + l.line if l.tabs in ("under", "folder") else "0"}">{"".join(out)}</div>'

    def row(self, cells, selected=False, extra="", role="list_row"):
        return f'<div data-r="{role}" class="o-row{" sel" if selected else ""}" data-s="{json_state(selected=selected)}" style="{extra}">{cells}</div>'

    def menu(self, style=""):
        r = self.r
        rows, on = [], r.random() < .5 and r.randrange(8)
        marks = r.random() < .6
        for i in range(r.randint(4, 13)):
            if i and r.random() < .18:
                rows.append(f'<div style="height:1px;background:{self.look.line};margin:4px 0"></div>')
            off = r.random() < .15
            front = (self.icon(14) if r.random() < .6 else '<i style="width:14px;flex:none"></i>') if marks else ""
            if marks and r.random() < .12:
                front = self.indicator(r.choice(["check_box", "radio_button"]), r.random() < .5, off) if r.random() < .5 else '<i style="width:14px">✓</i>'
            end = r.random()
            tail = self.text(r.choice(["Ctrl+", "Alt+", "F", "Ctrl+Shift+"]) + r.choice("NOSPXCV12345"), 'class="faint"') if end < .45 else self.mark_of(8) if end < .55 else ""
            words = self.say.verb() + r.choice(["", "", "…", " " + self.say.word().lower()])
            state = json_state(selected=on == i, disabled=off)
            rows.append(f'<div data-r="menu_item" class="o-row{" sel" if on == i else ""}" data-s="{state}">{front}<span data-t class="grow" style="{"opacity:.45" if off else ""}">{html.escape(words)}</span>{tail}</div>')
        return f'<div class="o-menu" style="{style}">{"".join(rows)}</div>'


def r_pick(r, options):
    return r.choice(options)


def json_state(**states):
    return html.escape(json.dumps({k: bool(v) for k, v in states.items()}), True)


# ---- blocks ----

class Page:
    """One screen: a window over all of it, or windows on a wallpaper, or a page with an open dialog or menu."""

    def __init__(self, kit, look, say, r, width, height):
        self.k, self.l, self.s, self.r, self.w, self.h = kit, look, say, r, width, height

    def html(self, fonts, sheets):
        r = self.r
        kind = r.random()
        if kind < .55:
            body = self.window(0, 0, self.w, self.h, r.random() < .4)
        else:
            windows = []
            for _ in range(r.choice([1, 1, 2, 2, 3])):
                w, h = r.randint(int(self.w * .3), int(self.w * .85)), r.randint(int(self.h * .35), int(self.h * .9))
                windows.append(self.window(r.randint(0, self.w - w), r.randint(0, self.h - h), w, h, True, r.random() < .5))
            body = "".join(windows) + (self.panel() if r.random() < .4 else "")
        over = r.random()
        if over < .17:
            body += self.dialog()
        elif over < .36:
            body += self.k.menu(f"left:{r.randint(0, max(1, self.w - 260))}px;top:{r.randint(0, max(1, self.h - 330))}px")
        links = "".join(f'<link rel="stylesheet" href="file://{s}">' for s in sheets)
        dark = ' data-theme="dark" data-bs-theme="dark"' if self.l.dark else ""
        return f'<!DOCTYPE html><html{dark}><head><meta charset="utf-8">{links}<style>{fonts}{self.l.css() if self.k.own else framework_css(self.l)}</style></head><body class="{"bp4-dark" if self.l.dark else ""}" style="position:relative;{f"background:{self.l.wall}" if kind >= .55 else ""}">{body}</body></html>'

    def window(self, x, y, w, h, titled, small=False):
        r, l = self.r, self.l
        parts = []
        if titled:
            parts.append(self.title())
        if r.random() < .4:
            parts.append(self.menubar())
        for _ in range(r.choice([0, 1, 1, 2])):
            parts.append(self.toolbar())
        if r.random() < .25:
            parts.append(f'<div class="bar" style="padding-bottom:0">{self.k.tabs()}</div>')
        parts.append(f'<div class="h grow" style="gap:0;align-items:stretch">{self.side() if r.random() < .5 and w > 500 else ""}<div class="grow v" style="padding:{l.gap}px;overflow:hidden">{self.main(small)}</div>{self.side(True) if r.random() < .15 and w > 900 else ""}</div>')
        if r.random() < .3:
            parts.append(self.buttons("bar"))
        if r.random() < .4:
            parts.append(self.status())
        edge = f"border:1px solid {l.strong};border-radius:{l.radius}px;box-shadow:0 4px 18px #0006;" if titled and (x or y) else ""
        return f'<div class="w" data-w style="position:absolute;left:{x}px;top:{y}px;width:{w}px;height:{h}px;{edge}">{"".join(parts)}</div>'

    def title(self):
        r, l = self.r, self.l
        controls = "".join(f'<span style="padding:.2em .5em">{self.k.icon(r.choice([10, 12, 14]))}</span>' for _ in range(r.choice([1, 2, 3])))
        if r.random() < .2:
            controls = "".join(f'<span data-r="icon" style="width:12px;height:12px;border-radius:50%;background:{c};display:inline-block;margin:0 3px"></span>' for c in ("#f55", "#fb3", "#4c5"))
        ground = r.choice([l.accent, l.sunken, l.ground, f"linear-gradient({l.raised},{l.sunken})", "#333", "#dadada"])
        colour = l.on_accent if ground == l.accent else "#eee" if ground == "#333" else "#222" if ground == "#dadada" else l.ink
        title = f'<b data-t class="grow" style="text-align:{l.titles};overflow:hidden;white-space:nowrap;font-weight:{r.choice([400, 600, 700])}">{html.escape(self.s.file() + r.choice(["", " – " + self.s.title()]))}</b>'
        inner = [title, controls] if r.random() < .8 else [controls, title]
        tools = "".join(self.k.tool() for _ in range(r.randint(1, 3))) if r.random() < .2 else ""
        return f'<div data-r="title_bar" class="h bar" style="background:{ground};color:{colour};min-height:{r.choice([22, 26, 30, 36, 44])}px;padding-top:0;padding-bottom:0">{self.k.icon(16) if r.random() < .5 else ""}{tools}{"".join(inner)}</div>'

    def panel(self):
        r, l = self.r, self.l
        items = "".join(f'<span data-r="button" class="h" style="padding:.2em .7em;background:{l.raised};border:1px solid {l.line};gap:.4em">{self.k.icon(16)}<span data-t>{html.escape(self.s.title())}</span></span>' for _ in range(r.randint(1, 4)))
        side = r.choice(["top:0", "bottom:0"])
        return f'<div class="h" style="position:absolute;left:0;right:0;{side};height:{r.choice([26, 30, 36, 42])}px;background:{l.sunken};padding:0 6px;z-index:5">{self.k.icon(20)}{items}<span class="grow"></span>{"".join(self.k.icon(16) for _ in range(r.randint(1, 5)))}<span data-t>{r.randint(0, 23)}:{r.randint(0, 59):02}</span></div>'

    def menubar(self):
        r, l = self.r, self.l
        words = r.sample(self.s.MENUS, r.randint(3, 9))
        on = r.randrange(len(words)) if r.random() < .2 else -1
        pad = r.uniform(.4, .9)
        items = "".join(f'<span data-r="menu_item" data-s="{json_state(selected=i == on)}" class="{"sel" if i == on else ""}" style="padding:{l.pad}em {pad:.2f}em"><span data-t>{w}</span></span>' for i, w in enumerate(words))
        line = f"border-bottom:1px solid {l.line}" if r.random() < .5 else ""
        menu = ""
        if on >= 0:
            menu = f'<div style="position:relative;height:0">{self.k.menu(f"left:{sum(len(w) for w in words[:on]) * l.em * .62 + on * pad * 2 * l.em:.0f}px;top:0")}</div>'
        return f'<div class="h keep" style="gap:0;padding:0 4px;{line}">{items}</div>{menu}'

    def toolbar(self):
        r, l = self.r, self.l
        named = r.random() < .2
        parts = []
        for _ in range(r.randint(3, 14)):
            kind = r.random()
            if kind < .62:
                tool = self.k.tool(r.random() < .06)
                if named:
                    tool = f'<span data-r="button" class="{"h" if r.random() < .6 else "v"}" style="gap:2px;padding:3px 5px;align-items:center">{self.k.icon(r.choice([16, 20, 24]))}<span data-t>{html.escape(self.s.verb())}</span></span>'
                parts.append(tool)
            elif kind < .74:
                parts.append(f'<i style="width:1px;height:1.6em;background:{l.line}"></i>')
            elif kind < .81:
                parts.append(self.k.choice(r.randint(60, 170)))
            elif kind < .88:
                parts.append(self.k.button())
            elif kind < .91:
                parts.append(self.k.number())
            elif kind < .95:
                parts.append('<span class="grow"></span>')
            else:
                parts.append(self.k.search())
        line = f"border-bottom:1px solid {l.line};" if r.random() < .5 else ""
        return f'<div class="h bar" style="{line}background:{r.choice([l.ground, l.sunken, l.raised])};gap:{r.choice([2, 4, l.gap])}px;overflow:hidden">{"".join(parts)}</div>'

    def status(self):
        r, l = self.r, self.l
        parts = "".join(self.k.text(self.s.value() if r.random() < .6 else self.s.some(1, 4)) + (f'<i style="width:1px;height:1em;background:{l.line}"></i>' if r.random() < .4 else "") for _ in range(r.randint(1, 4)))
        return f'<div class="h bar" style="border-top:1px solid {l.line};font-size:.92em;gap:1.4em">{parts}</div>'

    def buttons(self, cls=""):
        r = self.r
        side = r.choice(["flex-end", "flex-end", "center", "space-between", "flex-start"])
        return f'<div class="h keep {cls}" style="justify-content:{side}">{"".join(self.k.button(main=i == 0 and r.random() < .6) for i in range(r.randint(1, 4)))}</div>'

    def side(self, right=False):
        r, l = self.r, self.l
        width = r.randint(120, 290)
        parts = [self.k.search()] if r.random() < .25 else []
        parts.append(self.tree() if r.random() < .5 else self.list())
        return f'<div class="v keep scroll" style="width:{width}px;background:{r.choice([l.ground, l.sunken, l.raised])};border-{"left" if right else "right"}:1px solid {l.line};padding:{r.choice([0, 4, l.gap])}px;gap:2px;overflow:hidden">{"".join(parts)}</div>'

    def tree(self):
        r, l = self.r, self.l
        rows, depth, on = [], 0, r.randrange(24)
        for i in range(r.randint(5, 30)):
            depth = max(0, min(4, depth + r.choice([0, 0, 0, 1, -1, -2])))
            twist = self.k.mark_of(9) if r.random() < .6 else '<i style="width:9px"></i>'
            if r.random() < .3:
                twist = f'<i data-r="icon" style="border:1px solid {l.strong};font:9px/9px monospace;width:11px;height:11px;text-align:center">+</i>'
            rows.append(self.k.row(f'<span style="transform:rotate({r.choice([0, -90])}deg)">{twist}</span>{self.k.icon(16) if r.random() < .8 else ""}{self.k.text(self.s.file())}', i == on, f"padding-left:{.4 + depth * 1.3}em"))
        return f'<div class="keep {"zebra" if l.zebra else ""}">{"".join(rows)}</div>'

    def list(self):
        r, l = self.r, self.l
        two, icon, on = r.random() < .2, r.random() < .6, r.randrange(14)
        tick = r.random() < .15
        rows = []
        for i in range(r.randint(3, 22)):
            words = self.k.text(self.s.title())
            if two:
                words = f'<span class="v" style="gap:1px;padding:.3em 0">{self.k.text(self.s.title())}{self.k.text(self.s.some(2, 5), "class=faint")}</span>'
            front = self.k.indicator("check_box", r.random() < .5, False) if tick else self.k.icon(r.choice([16, 16, 20])) if icon else ""
            tail = f'<span class="grow"></span>{self.k.text(str(r.randint(1, 99)), "class=faint")}' if r.random() < .15 else f'<span class="grow"></span>{self.k.switch()}' if r.random() < .04 else ""
            rows.append(self.k.row(f"{front}{words}{tail}", i == on))
        return f'<div class="keep {"zebra" if l.zebra else ""}">{"".join(rows)}</div>'

    def form(self):
        r, l = self.r, self.l
        above = r.random() < .3
        width = r.randint(70, 190)
        rows = []
        for _ in range(r.randint(2, 11)):
            kind = r.random()
            if kind < .40:
                widget = self.k.field(rows=r.randint(2, 5) if r.random() < .1 else 0)
            elif kind < .55:
                widget = self.k.choice()
            elif kind < .65:
                widget = self.k.number()
            elif kind < .73:
                widget = self.k.slider()
            elif kind < .80:
                widget = self.k.switch()
            elif kind < .86:
                widget = f'<span class="h" style="flex-wrap:wrap">{"".join(self.k.tick(role="radio_button", on=i == 0) for i in range(r.randint(2, 4)))}</span>'
            elif kind < .9:
                widget = self.k.field() + self.k.button()
            elif kind < .95:
                widget = self.k.progress()
            else:
                widget = self.k.link()
            label = self.s.label() + r.choice(["", "", ":"])
            if above:
                rows.append(f'<div class="v" style="gap:3px">{self.k.text(label)}<span class="h">{widget}</span></div>')
            else:
                rows.append(f'<div class="h"><span style="width:{width}px;text-align:{"right" if l.pad < .3 else "left"};flex:none;overflow:hidden;white-space:nowrap">{self.k.text(label)}</span>{widget}</div>')
        return f'<div class="v keep">{"".join(rows)}</div>'

    def ticks(self):
        r = self.r
        role = r.choice(["check_box", "check_box", "radio_button"])
        n = r.randint(2, 9)
        chosen = r.randrange(n)
        each = [self.k.tick(role=role, on=(i == chosen) if role == "radio_button" else None) for i in range(n)]
        across = r.random() < .3
        return f'<div class="{"h" if across else "v"} keep" style="{"flex-wrap:wrap" if across else ""};align-items:{"center" if across else "flex-start"}">{"".join(each)}</div>'

    def settings(self):
        r, l = self.r, self.l
        rows = []
        for _ in range(r.randint(3, 9)):
            widget = r.choice([self.k.switch, self.k.switch, self.k.choice, self.k.slider, self.k.number, self.k.button, lambda: self.k.indicator("check_box", r.random() < .5, False)])()
            words = f'<span class="v" style="gap:1px">{self.k.text(self.s.tick())}{self.k.text(self.s.some(3, 8), "class=faint") if r.random() < .4 else ""}</span>'
            rows.append(f'<div class="h" style="padding:{r.choice([4, 8, 12])}px;border-bottom:1px solid {l.line};justify-content:space-between">{words}{widget}</div>')
        pane = r.random() < .5
        return f'<div class="v keep" style="gap:0">{self.heading()}<div {"data-r=pane class=o-pane" if pane else ""}>{"".join(rows)}</div></div>'

    def heading(self):
        r = self.r
        return f'<h{r.choice([1, 2, 3])} data-t>{html.escape(self.s.some(1, 4).capitalize())}</h2>' if r.random() < .8 else ""

    def table(self):
        r, l = self.r, self.l
        n = r.randint(2, 8)
        if not self.k.own and r.random() < .7 and self.k.name not in ("98", "xp", "7", "system"):
            head = "".join(f"<th><span data-t>{html.escape(self.s.label())}</span></th>" for _ in range(n))
            rows = "".join(f'<tr data-r="list_row">{"".join(f"<td>{self.cell(j)}</td>" for j in range(n))}</tr>' for _ in range(r.randint(3, 16)))
            return f'<table class="{self.k.cls("table", "")}" style="width:100%"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        widths = [r.randint(50, 260) for _ in range(n)]
        cell = lambda i, inner, more="": f'<span class="cell" style="width:{widths[i]}px;flex:{"1" if i == n - 1 else "none"};{more}">{inner}</span>'
        style = f"background:{l.sunken};border:1px solid {l.line}" if r.random() < .6 else f"border-bottom:1px solid {l.strong}"
        bold = f"font-weight:{r.choice([400, 600, 700])}"
        head = "".join(f'<span data-r="button" class="cell h" style="width:{widths[i]}px;flex:{"1" if i == n - 1 else "none"};gap:.3em;padding:.25em .4em"><span data-t style="{bold}">{html.escape(self.s.label())}</span>{self.k.mark_of(8) if r.random() < .12 else ""}</span>' for i in range(n))
        first = r.choice(["", "", "icon", "tick"])
        on = {r.randrange(30) for _ in range(r.choice([0, 1, 1, 3]))}
        rows = []
        for j in range(r.randint(3, 34)):
            front = self.k.icon(16) if first == "icon" else self.k.indicator("check_box", r.random() < .4, False) if first == "tick" else ""
            cells = "".join(cell(i, self.cell(i)) for i in range(n))
            rows.append(self.k.row(front + cells, j in on, "gap:0" if not front else "gap:.3em"))
        return f'<div class="grow" style="border:1px solid {l.line};background:{r.choice([l.raised, l.ground])};overflow:hidden"><div class="h" style="{style};gap:0;padding:0 .6em">{head}</div><div class="{"zebra" if l.zebra else ""}">{"".join(rows)}</div></div>'

    def cell(self, at):
        r = self.r
        kind = r.random()
        if at and kind < .03:
            return self.k.link()
        if at and kind < .045:
            return self.k.button()
        return self.k.text(self.s.file() if at == 0 and kind < .5 else self.s.value())

    def tiles(self):
        r, l = self.r, self.l
        size, on = r.choice([32, 40, 48, 64, 80]), r.randrange(20)
        each = []
        for i in range(r.randint(4, 40)):
            picture = self.k.icon(size) if size <= 48 else self.k.icon(size, "image")
            each.append(f'<div data-r="list_row" data-s="{json_state(selected=i == on)}" class="{"sel" if i == on else ""}" style="width:{size + 50}px;display:flex;flex-direction:column;align-items:center;padding:6px;gap:4px;overflow:hidden;border-radius:{min(l.radius, 8)}px">{picture}<span data-t style="white-space:nowrap">{html.escape(self.s.file()[:13])}</span></div>')
        return f'<div class="grow" style="display:flex;flex-wrap:wrap;gap:{r.choice([2, 6, 12])}px;align-content:flex-start;overflow:hidden">{"".join(each)}</div>'

    def prose(self):
        r = self.r
        parts = [self.heading()]
        for _ in range(r.randint(1, 5)):
            words = " ".join(html.escape(self.s.sentence()) for _ in range(r.randint(1, 5)))
            parts.append(f'<p data-t style="max-width:{r.randint(300, 900)}px">{words}</p>')
            if r.random() < .2:
                parts.append(f'<p>{self.k.link()}</p>')
        return f'<div class="keep">{"".join(parts)}</div>'

    def code(self):
        r, l = self.r, self.l
        dark = r.random() < .5
        ground, ink = (hsl(r.random(), .15, r.uniform(.05, .18)), "#ddd") if dark else (r.choice(["#fff", l.raised]), "#222")
        colours = [hsl(r.random(), .7, .68 if dark else .35) for _ in range(5)]
        lines = []
        for i in range(r.randint(10, 60)):
            indent = "    " * r.choice([0, 0, 1, 1, 2, 3])
            words = re.split(r"(\W+)", r.choice(self.s.w.code)) if r.random() < .9 else [""]
            body = "".join(f'<span style="color:{r.choice(colours)}">{html.escape(w)}</span>' if w.isalnum() and r.random() < .5 else html.escape(w) for w in words)
            number = f'<span data-t style="display:inline-block;width:3em;text-align:right;margin-right:1em;opacity:.5">{i + 1}</span>' if l.zebra or l.rules else ""
            lines.append(f'<div>{number}<span data-t>{indent}{body}</span></div>')
        return f'<div class="code grow" data-r="text_field" style="background:{ground};color:{ink};padding:4px 8px;overflow:hidden;border:1px solid {l.line};font-size:{r.choice([11, 12, 13, 14, 15])}px">{"".join(lines)}</div>'

    def cards(self):
        r, l = self.r, self.l
        width = r.randint(150, 330)
        cls = self.k.cls("card", "o-pane") or "o-pane"
        each = []
        for _ in range(r.randint(2, 9)):
            inner = [self.k.picture(width - 2 * l.gap - 2, r.randint(60, 150))] if r.random() < .3 else []
            inner.append(f'<b data-t>{html.escape(self.s.some(1, 3).capitalize())}</b>')
            inner += r.sample([self.k.text(self.s.sentence()), f'<span data-t style="font-size:1.8em">{html.escape(self.s.value())}</span>', self.k.progress(), self.buttons(), self.k.link(), self.k.switch(), self.ticks()], r.randint(1, 3))
            each.append(f'<div data-r="pane" class="{cls}" style="width:{width}px"><div class="v" style="overflow:hidden">{"".join(inner)}</div></div>')
        return f'<div style="display:flex;flex-wrap:wrap;gap:{max(6, l.gap)}px;align-items:flex-start" class="keep">{"".join(each)}</div>'

    def pad(self):
        r = self.r
        rows, columns = r.randint(3, 6), r.randint(3, 6)
        keys = "7 8 9 ÷ C 4 5 6 × ( 1 2 3 − ) 0 . = + √ sin cos tan π e ln log x² % M+ MR MC ← → Del Shift".split()
        keys = keys[:rows * columns]
        size = r.randint(28, 70)
        grid = "".join(f'<span style="width:{size}px;height:{int(size * .7)}px;display:flex">{self.k.button(k).replace("<button", "<button style=width:100%;height:100%;padding:0")}</span>' for k in keys)
        return f'<div class="v keep">{self.k.field(str(r.randint(0, 99999)), size * columns)}<div style="display:grid;grid-template-columns:repeat({columns},{size}px);gap:{r.choice([2, 4, 8])}px">{grid}</div></div>'

    def chat(self):
        r, l = self.r, self.l
        each = "".join(f'<div class="h" style="justify-content:{r.choice(["flex-start", "flex-end"])}"><span style="background:{r.choice([l.sunken, l.selected])};padding:6px 10px;border-radius:{max(4, l.radius)}px;max-width:60%"><span data-t>{html.escape(self.s.sentence())}</span></span></div>' for _ in range(r.randint(3, 9)))
        return f'<div class="v grow" style="overflow:hidden">{each}</div><div class="h keep">{self.k.field(width=r.randint(200, 500))}{self.k.button(main=True)}</div>'

    def calendar(self):
        r = self.r
        on = r.randint(1, 28)
        days = "".join(f'<span style="text-align:center" class="faint" data-t>{d}</span>' for d in r.choice(["Mo Tu We Th Fr Sa Su", "M T W T F S S", "So Mo Di Mi Do Fr Sa"]).split())
        size = r.choice([24, 30, 38])
        cells = "".join(f'<span data-r="button" style="text-align:center;line-height:{size}px" class="{"sel" if d == on else ""}" data-s="{json_state(selected=d == on)}"><span data-t>{d}</span></span>' for d in range(1, 32))
        return f'<div class="v keep" style="width:{size * 7 + 6}px"><div class="h" style="justify-content:space-between">{self.k.icon(14)}<b data-t>{r.choice(["May 2024", "June 2025", "Oktober", "2026"])}</b>{self.k.icon(14)}</div><div style="display:grid;grid-template-columns:repeat(7,{size}px);gap:1px">{days}{cells}</div></div>'

    def panes(self):
        inner = self.r.choice([self.form, self.ticks, self.list])()
        cls = self.k.cls("card", "o-pane") or "o-pane"
        if self.r.random() < .5:
            return f'<fieldset data-r="pane" style="border:1px solid {self.l.line};margin:0;min-width:0"><legend data-t style="font-size:inherit;width:auto;float:none;margin:0">{html.escape(self.s.title())}</legend>{inner}</fieldset>'
        return f'<div data-r="pane" class="keep {cls}">{self.heading()}{inner}</div>'

    def tabbed(self):
        return f'<div class="keep">{self.k.tabs()}<div style="border:1px solid {self.l.line};border-top:0;padding:{self.l.gap}px">{self.r.choice([self.form, self.ticks, self.settings])()}</div></div>'

    def main(self, small=False):
        r = self.r
        filling = [self.table, self.table, self.tiles, self.code, self.chat]
        flowing = [self.form, self.form, self.ticks, self.settings, self.settings, self.prose, self.cards, self.pad, self.panes, self.panes, self.tabbed, self.calendar, self.list, self.buttons]
        parts = [r.choice(flowing)() for _ in range(r.choice([0, 1, 1, 2, 3]))]
        if not parts or r.random() < .45:
            parts.insert(r.randint(0, len(parts)), r.choice(filling)())
        if r.random() < .3:
            columns = [r.choice(flowing)() for _ in range(2)]
            parts.append(f'<div class="h keep" style="align-items:flex-start;gap:{self.l.gap * 2}px">{"".join(columns)}</div>')
        return "".join(parts)

    def dialog(self):
        r, l = self.r, self.l
        w = r.randint(280, 620)
        inner = [self.title()] if r.random() < .6 else []
        words = f'<div class="h" style="align-items:flex-start">{self.k.icon(r.choice([32, 48])) if r.random() < .6 else ""}<span class="v">{f"<b data-t>{html.escape(self.s.some(2, 6).capitalize())}</b>" if r.random() < .6 else ""}<span data-t>{html.escape(self.s.sentence())}</span></span></div>'
        content = [words] if r.random() < .6 else [r.choice([self.form, self.ticks, self.list, self.panes])()]
        inner.append(f'<div class="v" style="padding:{l.gap + 6}px">{"".join(content)}{self.buttons()}</div>')
        dim = '<div style="position:absolute;inset:0;background:#0006;z-index:6;pointer-events:none"></div>' if r.random() < .4 else ""
        return f'{dim}<div class="w" data-r="dialog" style="position:absolute;z-index:7;left:{r.randint(0, max(1, self.w - w))}px;top:{r.randint(0, max(1, self.h // 2))}px;width:{w}px;border:1px solid {l.strong};border-radius:{l.radius}px;box-shadow:0 6px 30px #0008">{"".join(inner)}</div>'


def framework_css(look):
    """Layout alone: colours and widgets are the framework's."""
    own = [l for l in look.css().splitlines() if not l.startswith("body{")]
    return "body{max-width:none!important;padding:0!important;width:100%!important}" + "\n".join(own).replace("html,body{margin:0;", "html,body{margin:0!important;")


# ---- what the document knows ----

TRUTH = r"""() => {
  const W = innerWidth, H = innerHeight, out = {elements: [], lines: []};
  const clip = (el, r) => {
    let [l, t, R, b] = [Math.max(0, r.left), Math.max(0, r.top), Math.min(W, r.right), Math.min(H, r.bottom)];
    for (let p = el.parentElement; p; p = p.parentElement) {
      if (getComputedStyle(p).overflow === 'visible') continue;
      const q = p.getBoundingClientRect();
      l = Math.max(l, q.left); t = Math.max(t, q.top); R = Math.min(R, q.right); b = Math.min(b, q.bottom);
    }
    return [l, t, R, b];
  };
  const seen = (el, b) => {            // the share of points in a box at which nothing else lies above
    let hits = 0, all = 0;
    for (const fx of [.12, .5, .88]) for (const fy of [.15, .5, .85]) {
      const at = document.elementFromPoint(b[0] + (b[2] - b[0]) * fx, b[1] + (b[3] - b[1]) * fy);
      all++; if (at && (el.contains(at) || at.contains(el))) hits++;
    }
    return hits / all;
  };
  const uncover = (el, b) => {         // cuts a box down to the part above which nothing lies, where that is a box
    const nx = 24, ny = 12, free = [];
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) {
      const at = document.elementFromPoint(b[0] + (b[2] - b[0]) * (i + .5) / nx, b[1] + (b[3] - b[1]) * (j + .5) / ny);
      if (at && (el.contains(at) || at.contains(el))) free.push([i, j]);
    }
    if (!free.length) return;
    const w = (b[2] - b[0]) / nx, h = (b[3] - b[1]) / ny, xs = free.map(f => f[0]), ys = free.map(f => f[1]), [l, t] = b;
    b[0] = l + Math.min(...xs) * w; b[2] = l + (Math.max(...xs) + 1) * w;
    b[1] = t + Math.min(...ys) * h; b[3] = t + (Math.max(...ys) + 1) * h;
  };
  for (const el of document.querySelectorAll('[data-r]')) {
    const style = getComputedStyle(el);
    if (style.visibility === 'hidden' || style.opacity === '0' || style.display === 'none') continue;
    const r = el.getBoundingClientRect(), b = clip(el, r);
    if (b[2] - b[0] < 3 || b[3] - b[1] < 3) continue;
    if ((b[2] - b[0]) * (b[3] - b[1]) < .55 * r.width * r.height && !['pane', 'text_field', 'list_row', 'image', 'dialog'].includes(el.dataset.r)) continue;
    if (b[3] - b[1] < .5 * r.height && el.dataset.r === 'list_row') continue;
    const share = seen(el, b);
    if (share < .6) continue;
    if (share < 1) uncover(el, b);
    out.elements.push({role: el.dataset.r, box: [b[0], b[1], b[2] - b[0], b[3] - b[1]], label: el.dataset.l || el.innerText || el.value || null, state: JSON.parse(el.dataset.s || '{}'), share});
  }
  const written = (text, el) => ({uppercase: text.toUpperCase(), lowercase: text.toLowerCase(), capitalize: text.replace(/^\p{L}/u, c => c.toUpperCase())})[getComputedStyle(el).textTransform] ?? text;
  const word = (text, el, r) => {
    text = written(text, el);
    const b = clip(el, r);
    if (b[2] - b[0] < 2 || b[3] - b[1] < 4 || (b[2] - b[0]) < .6 * (r.right - r.left)) return null;
    const at = document.elementFromPoint((b[0] + b[2]) / 2, (b[1] + b[3]) / 2);
    if (!at || !(at === el || at.contains(el) || el.contains(at))) return {text, box: b, hidden: true};
    return {text, box: b, cut: b[3] - b[1] < .8 * (r.bottom - r.top)};
  };
  const units = [];
  for (const unit of document.querySelectorAll('[data-t]')) {
    const words = [], walk = document.createTreeWalker(unit, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      for (const m of n.data.matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(n, m.index); range.setEnd(n, m.index + m[0].length);
        const rects = range.getClientRects();
        if (rects.length === 1) { const w = word(m[0], n.parentElement, rects[0]); if (w) words.push(w); }
      }
    }
    units.push({words, size: parseFloat(getComputedStyle(unit).fontSize)});
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const el of document.querySelectorAll('input,select')) {
    if (['checkbox', 'radio', 'range'].includes(el.type)) continue;
    let text = el.tagName === 'SELECT' ? el.selectedOptions[0].text : (el.value || el.placeholder);
    if (!text) continue;
    if (el.type === 'password' && el.value) text = '•'.repeat(el.value.length);
    const s = getComputedStyle(el), r = el.getBoundingClientRect(), size = parseFloat(s.fontSize);
    pen.font = `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
    const left = r.left + parseFloat(s.borderLeftWidth) + parseFloat(s.paddingLeft) + (el.tagName === 'SELECT' ? 4 : 0);
    const room = r.right - parseFloat(s.borderRightWidth) - parseFloat(s.paddingRight) - left, wide = pen.measureText(text).width;
    const middle = (r.top + parseFloat(s.borderTopWidth) + parseFloat(s.paddingTop) + r.bottom - parseFloat(s.borderBottomWidth) - parseFloat(s.paddingBottom)) / 2;
    const w = word(text, el, {left, right: left + Math.min(wide, Math.max(room, 3)), top: middle - size * .62, bottom: middle + size * .62});
    if (w) units.push({words: [{...w, cut: w.cut || wide > room + 1 || el.type === 'password'}], size, loose: true});
  }
  out.units = units;
  return out;
}"""


def lines_of(units):
    """Words of a unit joined to lines: those beside each other with no wide gap."""
    lines = []
    for unit in units:
        line = None
        for w in unit["words"]:
            l, t, r, b = w["box"]
            if line and abs((t + b) - (line["t"] + line["b"])) < (b - t) * .8 and -2 <= l - line["r"] < unit["size"] * 1.15:
                line["text"] += " " + w["text"]
                line["r"], line["t"], line["b"] = max(line["r"], r), min(line["t"], t), max(line["b"], b)
                line["hidden"] += bool(w.get("hidden"))
                line["cut"] |= bool(w.get("cut"))
                line["n"] += 1
            else:
                line = {"text": w["text"], "l": l, "t": t, "r": r, "b": b, "hidden": int(bool(w.get("hidden"))), "cut": bool(w.get("cut")), "n": 1, "loose": unit.get("loose", False)}
                lines.append(line)
    return lines


def ink(pixels, box, grow=0):
    """The smallest box around what differs from the ground in `box`; None where nothing does."""
    h, w = pixels.shape[:2]
    l, t, r, b = (int(round(v)) for v in box)
    l, t, r, b = max(0, l - grow), max(0, t - grow), min(w, r + grow), min(h, b + grow)
    part = pixels[t:b, l:r].astype(int)
    if part.shape[0] < 2 or part.shape[1] < 2:
        return None
    rim = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
    ground = np.median(rim, 0)
    differs = np.abs(part - ground).max(2)
    level = max(18, differs.max() * .22)
    ys, xs = np.where(differs > level)
    if not len(ys):
        return None
    return [l + xs.min(), t + ys.min(), l + xs.max() + 1, t + ys.max() + 1]


def settle(truth, pixels, scale):
    """Truth in pixels of the picture: icons and lines cut to their ink."""
    elements = []
    for e in truth["elements"]:
        x, y, w, h = (v * scale for v in e["box"])
        box = [x, y, x + w, y + h]
        if e["role"] == "icon":
            box = ink(pixels, box)
            if box is None or min(box[2] - box[0], box[3] - box[1]) < 2:
                continue
        elif e["role"] in ("link",):
            box = ink(pixels, box) or box
        label = " ".join((e["label"] or "").split())[:80] or None
        elements.append({"role": e["role"], "box": [int(round(v)) for v in (box[0], box[1], box[2] - box[0], box[3] - box[1])], "label": label, "state": e["state"]})
    lines = []
    for l in lines_of(truth["units"]):
        if l["hidden"] == l["n"]:
            continue
        box = [v * scale for v in (l["l"], l["t"], l["r"], l["b"])]
        tight = ink(pixels, box)
        if tight is None:
            continue
        whole = not l["hidden"] and not l["cut"]
        lines.append({"text": l["text"] if whole else None, "box": [int(v) for v in (tight[0], tight[1], tight[2] - tight[0], tight[3] - tight[1])]})
    return elements, lines


# ---- drawing ----

def families_of(root, r, count):
    """@font-face rules for some families, and their names."""
    files = sorted(glob.glob(f"{root}/**/*.[to]tf", recursive=True))
    chosen = r.sample(files, min(count, len(files)))
    rules = [f'@font-face{{font-family:"F{i} {pathlib.Path(f).stem.split("-")[0]}";src:url("file://{f}")}}' for i, f in enumerate(chosen)]
    return "".join(rules), [f'"F{i} {pathlib.Path(f).stem.split("-")[0]}"' for i, f in enumerate(chosen)]


SYSTEM = ["DejaVu Sans", "Liberation Sans", "sans-serif", "system-ui", "Arial", "Cantarell", "Noto Sans", "Inter", "Roboto"]
SIZES = [(1024, 700, 1), (1280, 800, 1), (1280, 720, 1), (1366, 768, 1), (1440, 900, 1), (1600, 900, 1), (1920, 1080, 1), (1120, 700, 1.25), (1000, 640, 1.5), (1280, 720, 1.5), (960, 600, 2), (800, 600, 1)]


def icons_from(root):
    files = [f for f in glob.glob(f"{root}/**/*.svg", recursive=True) if os.path.getsize(f) < 4000]
    return files


def main():
    p = argparse.ArgumentParser()
    for name in ("fonts", "words", "icons", "styles", "out"):
        p.add_argument(f"--{name}", required=True)
    p.add_argument("--count", type=int, default=100), p.add_argument("--seed", type=int, default=1), p.add_argument("--held", action="store_true")
    p.add_argument("--browser", default="/usr/bin/chromium")
    a = p.parse_args()
    from lines import Words
    from playwright.sync_api import sync_playwright
    os.makedirs(a.out, exist_ok=True)
    files = icons_from(a.icons)
    began, made = time.time(), 0
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=a.browser, args=["--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--allow-file-access-from-files"] + (["--enable-lcd-text"] if a.seed % 2 else ["--disable-lcd-text"]))
        context, words = None, Words(a.words, random.Random(a.seed))
        for n in range(a.count):
            r = random.Random(a.seed * 100003 + n)
            if n % 8 == 0:
                if context:
                    context.close()
                width, height, scale = r.choice(SIZES)
                context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
                page = context.new_page()
                page.set_default_timeout(20000)
            names = sorted(HELD) if a.held else sorted(set(KITS) - HELD)
            name = r.choice(names) if a.held or r.random() < .4 else None
            rules, families = families_of(a.fonts, r, 5)
            look = Look(r, families + r.sample(SYSTEM, 4))
            words.rng = r
            say = Say(words, r)
            kit = Kit(name, look, say, [open(f, encoding="utf-8", errors="ignore").read() for f in r.sample(files, 40)], r)
            markup = Page(kit, look, say, r, width, height).html(rules, [os.path.join(os.path.abspath(a.styles), s) for s in KITS.get(name, [])])
            path = os.path.join(folder, "page.html")
            pathlib.Path(path).write_text(markup, encoding="utf-8")
            try:
                page.goto(f"file://{path}")
                page.evaluate("document.fonts.ready")
                if r.random() < .3:
                    scroll(page, r)
                picture = page.screenshot(animations="disabled")
                truth = page.evaluate(TRUTH)
            except Exception as error:
                print(f"screen {n}: {error}", file=sys.stderr)
                continue
            pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))
            elements, lines = settle(truth, pixels, scale)
            stem = f"{a.out}/c{a.seed}-{n:04}"
            pathlib.Path(stem + ".png").write_bytes(picture)
            json.dump({"width": pixels.shape[1], "height": pixels.shape[0], "source": f"chromium {name or 'look'}", "elements": elements, "lines": lines}, open(stem + ".json", "w"))
            made += 1
        browser.close()
    print(f"{made} screens, {made / (time.time() - began) * 60:.0f} a minute")


def scroll(page, r):
    """Scrolls what can be scrolled, so that rows are cut at other places."""
    page.evaluate(f"for (const e of document.querySelectorAll('.scroll')) e.scrollTop = e.scrollHeight * {r.random():.2f}")


if __name__ == "__main__":
    main()
