"""Windows of made-up applications, described apart from any toolkit: words, and trees of `Node`s."""
import itertools
import os
import subprocess

HELD_GTK = ("yaru", "greybird")
HELD_QT = ("oxygen",)
HELD_TK = ("clam",)
CHUNK = 30  # screens per worker process: bounds leaks, and lets the scale (read from the environment) vary


ACTIONS = ("OK|Cancel|Apply|Close|Save|Save As…|Open|Open…|New|Delete|Remove|Add|Add…|Edit|Edit…|Browse…|Help|Reset|Restore Defaults|"
           "Next|Back|Finish|Continue|Skip|Retry|Abort|Ignore|Yes|No|Discard|Export…|Import…|Print…|Preview|Search|Find|Replace|"
           "Replace All|Refresh|Reload|Connect|Disconnect|Sign in|Sign up|Log out|Send|Reply|Forward|Upload|Download|Install|"
           "Uninstall|Update|Details|More…|Options…|Configure…|Customize…|Start|Stop|Pause|Resume|Play|Record|Copy|Paste|Cut|"
           "Undo|Redo|Select All|Clear|Rename…|Move Up|Move Down|Duplicate|Share|Subscribe|Buy now|Add to cart|Checkout|Test|"
           "Submit|Register|Learn more|Get started|Try again|Choose File…|Run|Build|Debug|Compare|Merge|Commit|Push|Pull").split("|")
NOUNS = ("General|Appearance|Network|Privacy|Security|Notifications|Sound|Display|Keyboard|Mouse|Printers|Users|Accounts|Power|"
         "Bluetooth|Language|Date & Time|Storage|Backup|Updates|Fonts|Colors|Advanced|Plugins|Shortcuts|Documents|Downloads|"
         "Music|Pictures|Videos|Desktop|Home|Trash|Recent|Starred|Inbox|Sent|Drafts|Archive|Spam|Projects|Reports|Invoices|"
         "Customers|Orders|Products|Calendar|Contacts|Tasks|Notes|History|Bookmarks|Layers|Brushes|Channels|Effects|Filters|"
         "Width|Height|Opacity|Brightness|Contrast|Saturation|Volume|Speed|Quality|Format|Resolution|Margins|Orientation|Paper size|"
         "Name|First name|Last name|E-mail|Phone|Address|City|Country|Postal code|Company|Title|Description|Comment|Password|"
         "User name|Server|Port|Protocol|Proxy|Encoding|Theme|Font|Size|Zoom|Rotation|Duration|Start date|End date|Priority|"
         "Status|Category|Tags|Version|Author|License|Modified|Created|Type|Path|Owner|Permissions|Total|Amount|Tax|Discount").split("|")
CHECKS = ("Show hidden files|Remember password|Start automatically|Check for updates|Use system font|Enable spell checking|"
          "Wrap long lines|Show line numbers|Highlight current line|Make backup copies|Play sound on new message|Gift wrap|"
          "Keep me signed in|I accept the terms|Send usage statistics|Ask before closing|Open links in new tabs|Use dark theme|"
          "Show toolbar|Auto-save every 5 minutes|Match case|Whole words|Regular expression|Snap to grid|Show grid|Invert colors|"
          "Preserve aspect ratio|Enable notifications|Do not disturb|Airplane mode|Location services|Automatic brightness").split("|")
MENUS = "File|Edit|View|Insert|Format|Tools|Window|Help|Search|Go|Bookmarks|Project|Build|Debug|Image|Layer|Select|Filters|Table|Data".split("|")
FILES = ("report|invoice|photo|notes|budget|draft|summary|letter|backup|presentation|config|readme|index|main|holiday|plan|"
         "meeting|contract|receipt|diagram|schedule|thesis|song|clip|archive").split("|")
EXTS = "txt pdf odt png jpg csv zip html py c md json xml mp3 svg docx tar.gz".split()
PROSE = ("The quick brown fox jumps over the lazy dog.|Please check the settings before you continue.|All changes are saved "
         "automatically.|The file could not be opened because it is used by another program.|Do you want to save the changes?|"
         "This action cannot be undone.|Your session will expire soon.|A new version is available for download.|"
         "Select the items that you want to keep on this computer.|The server did not answer in time.").split("|")
NAMES = "Anna|Ben|Clara|David|Emma|Felix|Grace|Hugo|Ines|Jonas|Karla|Liam|Marie|Noah|Olga|Paul|Rosa|Simon|Tara|Victor".split("|")
SURNAMES = "Miller|Schmidt|Dubois|Garcia|Novak|Rossi|Brown|Larsen|Weber|Martin|Lopez|Keller|Jensen|Moreau|Silva|Young".split("|")


def plain(text):
    """A message that can be a label: Latin letters, no markup and no format signs."""
    text = text.replace("_", "").replace("&", "").strip()
    if not 2 <= len(text) <= 200 or any(c in text for c in "%<>\\{}~|$#@^*=") or text[0] in "-/.,:;)([" or not text[0].isalnum():
        return None
    return text if all(ord(c) < 0x180 or c in "…–—“”„‘’•€" for c in text) else None


class Words:
    """Where labels come from; one language is chosen per screen."""

    def __init__(self, folder, rng):
        self.rng, self.say, self.code = rng, {"en": list(PROSE) + CHECKS}, ["for i in range(10):", "    print(i)", "return value"]
        if folder:
            self.load(folder)
        self.lang, self.by_length = "en", {}

    def load(self, folder):
        with open(os.path.join(folder, "dict", "american-english")) as f:
            known = {w.strip().lower() for w in f}
        for lang in ("de", "fr", "es", "it", "nl", "sv"):
            path = os.path.join(folder, "messages", lang)
            if not os.path.exists(path):
                continue
            with open(path, errors="replace") as f:
                for text in filter(None, map(plain, itertools.islice(f, 5000))):
                    # the message files hold both the originals and the translations
                    english = all(w.strip(".,:;!?()…'\"").lower() in known or not w.isalpha() for w in text.split())
                    self.say.setdefault("en" if english else lang, []).append(text)
        with open(os.path.join(folder, "code", "lines"), errors="replace") as f:
            self.code = [line.rstrip("\n").replace("\t", "    ") for line in itertools.islice(f, 12000) if all(31 < ord(c) < 0x180 for c in line.rstrip("\n\t").replace("\t", " "))]

    def choose_language(self):
        others = [k for k in self.say if k != "en"]
        self.lang = "en" if not others or self.rng.random() < .62 else self.rng.choice(others)

    def some(self, low, high):
        key = (self.lang, low, high)
        if key not in self.by_length:
            self.by_length[key] = [t for t in self.say[self.lang] if low <= len(t) <= high] or NOUNS
        return self.rng.choice(self.by_length[key])

    def label(self, own, low=3, high=18, p=.5):
        """A word of `own` (English) in `p` of English screens, else a message of that length."""
        if self.lang == "en" and self.rng.random() < p:
            return self.rng.choice(own)
        return self.some(low, high).rstrip(" .")

    def action(self):
        return self.label(ACTIONS, 2, 14, .8)

    def noun(self):
        return self.label(NOUNS, 3, 16, .6)

    def field(self):
        return self.label(NOUNS, 3, 20, .6) + self.rng.choice(["", "", ":"])

    def check(self):
        return self.label(CHECKS, 8, 42, .5)

    def person(self):
        return self.rng.choice(NAMES) + " " + self.rng.choice(SURNAMES)

    def file(self):
        r = self.rng
        name = r.choice(FILES) if r.random() < .6 else self.some(4, 14).replace(" ", r.choice("_- ")).lower()
        return name + r.choice(["", "-2", "_final", " (1)", "2024"]) + ("." + r.choice(EXTS) if r.random() < .75 else "")

    def number(self):
        r = self.rng
        return r.choice([str(r.randint(0, 99)), str(r.randint(100, 99999)), f"{r.uniform(0, 999):.2f}", f"{r.uniform(1, 999):.1f} MB",
                         f"{r.randint(1, 100)} %", f"€ {r.uniform(1, 999):.2f}", f"{r.randint(1, 23)}:{r.randint(0, 59):02d}",
                         f"20{r.randint(10, 26)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"])

    def value(self):
        r = self.rng
        return r.choice([self.person, self.number, self.noun, self.file,
                         lambda: f"{r.choice(NAMES).lower()}@example.{r.choice(['com', 'org', 'de'])}",
                         lambda: f"https://www.example.org/{r.choice(FILES)}", lambda: self.some(5, 30)])()

    def sentence(self):
        return self.some(25, 110)

    def prose(self, n):
        return " ".join(self.some(15, 120).rstrip(".") + "." for _ in range(n))


# ------------------------------------------------------------------------------------------- description of the windows

class Node:
    """One widget of a window, free of any toolkit: a kind, attributes, children."""

    def __init__(self, kind, *kids, **attrs):
        self.kind, self.kids, self.attrs = kind, list(kids), attrs

    def __getattr__(self, name):
        return self.attrs.get(name)


def vbox(*kids, **a):
    return Node("box", *kids, dir="v", **a)


def hbox(*kids, **a):
    return Node("box", *kids, dir="h", **a)


ICONS = ("document-new document-open document-save document-save-as document-print edit-cut edit-copy edit-paste edit-undo edit-redo "
         "edit-find edit-find-replace edit-delete edit-clear go-previous go-next go-up go-down go-home go-first go-last list-add "
         "list-remove view-refresh view-fullscreen zoom-in zoom-out zoom-original format-text-bold format-text-italic "
         "format-text-underline format-justify-left format-justify-center format-justify-right media-playback-start "
         "media-playback-pause media-playback-stop media-skip-forward media-skip-backward media-record process-stop system-search "
         "preferences-system preferences-desktop help-about help-contents mail-message-new mail-send mail-reply-sender "
         "window-close window-new application-exit folder folder-new user-home user-trash user-desktop computer network-workgroup "
         "drive-harddisk audio-volume-high camera-photo accessories-calculator accessories-text-editor utilities-terminal "
         "text-x-generic image-x-generic audio-x-generic video-x-generic package-x-generic x-office-document "
         "x-office-spreadsheet dialog-information dialog-warning dialog-error dialog-question emblem-important "
         "internet-mail internet-web-browser system-file-manager bookmark-new contact-new appointment-new").split()
FILE_ICONS = ("folder folder folder text-x-generic image-x-generic audio-x-generic video-x-generic package-x-generic "
              "x-office-document x-office-spreadsheet text-html application-x-executable").split()
PLACE_ICONS = "folder user-home user-trash user-desktop computer network-workgroup drive-harddisk folder-documents folder-music folder-download folder-pictures folder-videos".split()


class Maker:
    """Makes random window descriptions."""

    def __init__(self, rng, words):
        self.r, self.w = rng, words

    def p(self, share):
        return self.r.random() < share

    def icon(self):
        return self.r.choice(ICONS)

    def off(self):
        return self.p(.09)

    # ----- single controls
    def check(self):
        return Node("check", text=self.w.check(), on=self.r.choice([True, True, True, False, False, False, None]), off=self.off())

    def radios(self, n=None, dir=None):
        n = n or self.r.randint(2, 5)
        return Node("radios", texts=[self.w.check() if self.p(.4) else self.w.noun() for _ in range(n)], sel=self.r.randint(0, n - 1),
                    dir=dir or self.r.choice("vvvh" if n < 4 else "v"), off=[self.off() for _ in range(n)])

    def switch(self):
        return Node("switch", on=self.p(.5), off=self.off())

    def slider(self, dir="h"):
        return Node("slider", value=self.r.random(), show=self.p(.3), dir=dir, off=self.off())

    def spin(self):
        return Node("spin", value=self.r.choice([self.r.randint(0, 9), self.r.randint(10, 999)]), off=self.off())

    def combo(self):
        n = self.r.randint(2, 8)
        items = [self.w.noun() if self.p(.7) else self.w.some(4, 28) for _ in range(n)]
        return Node("combo", items=items, sel=self.r.randint(0, n - 1), edit=self.p(.2), off=self.off())

    def entry(self):
        kind = self.r.random()
        if kind < .12:
            return Node("entry", text="x" * self.r.randint(5, 12), secret=True)
        if kind < .28:
            return Node("entry", hint=self.w.some(5, 24), off=self.off())
        if kind < .4:
            return self.search()
        return Node("entry", text=self.w.value() if self.p(.85) else "", off=self.off(), icon=self.icon() if self.p(.12) else None)

    def search(self):
        return Node("entry", search=True, text=self.w.some(3, 14) if self.p(.4) else "", hint=self.w.label(["Search", "Search…", "Find", "Filter"], 5, 14))

    def button(self, **a):
        return Node("button", text=self.w.action(), icon=self.icon() if self.p(.2) else None, off=self.off(), **a)

    def iconbutton(self, **a):
        return Node("iconbutton", icon=self.icon(), off=self.p(.12), on=self.p(.1), **a)

    def label(self, **a):
        return Node("label", text=self.w.some(4, 40), dim=self.p(.15), **a)

    def link(self):
        return Node("link", text=self.w.label(["Learn more", "Forgot password?", "Terms of use", "Privacy policy", "Show details", "Read the manual"], 5, 28))

    def progress(self):
        f = self.r.random()
        return Node("progress", frac=f, text=f"{f * 100:.0f} %" if self.p(.4) else None)

    def image(self, big=160):
        return Node("image", w=self.r.randint(64, big), h=self.r.randint(56, big), seed=self.r.randint(0, 1 << 30))

    def field(self):
        return self.r.choice([self.entry] * 4 + [self.combo] * 3 + [self.spin] * 2 + [self.slider, self.switch, self.progress])()

    def control(self):
        return self.r.choice([self.check] * 5 + [self.radios] * 3 + [self.entry, self.combo, self.spin, self.slider, self.button,
                              self.progress, self.link, self.label, self.switch_line, self.field_line])()

    def field_line(self):
        return hbox(Node("label", text=self.w.field()), self.field(), gap=self.r.randint(4, 12))

    def switch_line(self):
        return hbox(Node("label", text=self.w.check(), grow=True), self.switch(), gap=12)

    def buttons(self, n=None, **a):
        """The row of buttons at the foot of a dialog."""
        n = n or self.r.randint(1, 4)
        kids = [self.button(default=(i == n - 1 and self.p(.5))) for i in range(n)]
        lead = [self.button()] if self.p(.2) else [self.link()] if self.p(.08) else []
        where = self.r.choice(["end", "end", "end", "center", "start"])
        space = Node("space", grow=True)
        row = {"end": lead + [space] + kids, "center": [space] + kids + [Node("space", grow=True)], "start": kids + [space]}[where]
        return hbox(*row, gap=self.r.randint(3, 10), **a)

    # ----- composite parts
    def form(self, n):
        rows = []
        for _ in range(n):
            field = self.field()
            if self.p(.15):
                field = hbox(field, self.button() if self.p(.6) else self.iconbutton(), gap=5)
                field.kids[0].attrs["grow"] = True
            rows.append([Node("label", text=self.w.field(), align=self.r.choice(["start", "start", "end"])), field])
        return Node("grid", rows=rows, gap=self.r.randint(4, 12))

    def group(self, n=None):
        n = n or self.r.randint(2, 5)
        body = self.form(n) if self.p(.35) else vbox(*[self.control() for _ in range(n)], gap=self.r.randint(2, 8))
        body.attrs["pad"] = self.r.randint(4, 10)
        if self.p(.25):
            return vbox(Node("label", text=self.w.noun(), bold=True), body, gap=2)
        return Node("group", body, title=self.w.noun() if self.p(.85) else None)

    def list(self, n=None, icons=None):
        n = n or self.r.randint(4, 14)
        icons = self.p(.5) if icons is None else icons
        rows = [(self.r.choice(PLACE_ICONS) if icons else None, self.w.noun() if self.p(.8) else self.w.value()) for _ in range(n)]
        return Node("list", rows=rows, sel=self.r.randint(-1, n - 1))

    def tree(self, icons=True):
        def branch(depth):
            kids = [branch(depth + 1) for _ in range(self.r.randint(1, 5))] if depth < 3 and self.p([.75, .5, .35][depth]) else []
            return (self.r.choice(FILE_ICONS) if icons else None, self.w.file() if self.p(.4) else self.w.noun(), kids, self.p(.6))
        return Node("tree", rows=[branch(0) for _ in range(self.r.randint(3, 8))], sel=self.r.randint(0, 6), head=self.w.noun() if self.p(.3) else None)

    def table(self, rows=None):
        n = rows or self.r.randint(5, 30)
        kinds = ["text"] + [self.r.choice(["text", "text", "num", "num", "check", "progress"]) for _ in range(self.r.randint(1, 5))]
        if self.p(.3):
            kinds.insert(0, "check")
        make = {"text": lambda: self.w.value() if self.p(.6) else self.w.person(), "num": self.w.number,
                "check": lambda: self.p(.5), "progress": self.r.random}
        return Node("table", kinds=kinds, heads=["" if k == "check" and self.p(.6) else self.w.noun() for k in kinds],
                    rows=[[make[k]() for k in kinds] for _ in range(n)], sel=self.r.randint(-1, n - 1), grid=self.p(.3),
                    stripes=self.p(.4), icons=self.r.choice(FILE_ICONS) if self.p(.3) else None)

    def iconview(self):
        return Node("icons", items=[(self.r.choice(FILE_ICONS), self.w.file()) for _ in range(self.r.randint(6, 40))],
                    sel=self.r.randint(-1, 5), size=self.r.choice([32, 48, 48, 64]))

    def text(self, mono=None):
        mono = self.p(.5) if mono is None else mono
        if mono:
            at = self.r.randrange(max(1, len(self.w.code) - 60))
            content = [c[:110] for c in self.w.code[at:at + self.r.randint(10, 60)]]
        else:
            content = [self.w.prose(self.r.randint(1, 3)) if self.p(.8) else "" for _ in range(self.r.randint(2, 10))]
        return Node("text", lines=content, mono=mono)

    def toolbar(self, n=None):
        items = []
        style = self.r.choice(["icons"] * 4 + ["beside", "below", "text"])
        for _ in range(n or self.r.randint(4, 14)):
            items.append(Node("sep") if self.p(.15) else Node("tool", icon=self.icon(), text=self.w.action().rstrip("…"), off=self.p(.15), on=self.p(.08)))
        if self.p(.2):
            items.append(self.combo())
        if self.p(.2):
            items.append(self.search())
        return Node("toolbar", *items, style=style)

    def menu(self, depth=0):
        entries = []
        for i in range(self.r.randint(3, 12)):
            if i and self.p(.15) and entries[-1].get("text"):
                entries.append({})
                continue
            e = {"text": self.w.action() if self.p(.6) else self.w.some(4, 26), "off": self.p(.12)}
            if self.p(.2):
                e["check"] = self.p(.5)
            elif self.p(.12):
                e["radio"] = self.p(.4)
            elif self.p(.3):
                e["icon"] = self.icon()
            if self.p(.35):
                e["accel"] = (self.r.choice(["C", "C", "CS", "A"]), self.r.choice("abcdefghklmnopqrstuvwxyz"))
            if depth < 2 and self.p(.15) and "check" not in e and "radio" not in e:
                e.pop("accel", None)
                e["sub"] = self.menu(depth + 1)
            entries.append(e)
        while entries and not entries[-1].get("text"):
            entries.pop()
        return entries

    def menubar(self):
        n = self.r.randint(3, 9)
        titles = MENUS[:n] if self.w.lang == "en" else [self.w.some(4, 12) for _ in range(n)]
        return Node("menubar", menus=[(t, self.menu()) for t in titles])

    def statusbar(self):
        return Node("statusbar", parts=[self.w.some(4, 34) if self.p(.6) else self.w.number() for _ in range(self.r.randint(1, 4))])

    def tabs(self, pages=None, side=None):
        n = self.r.randint(2, 6)
        sel = self.r.randint(0, n - 1)
        make = pages or (lambda: vbox(*[self.group() for _ in range(self.r.randint(1, 3))], pad=8, gap=8))
        return Node("tabs", *[make() if i == sel else Node("space") for i in range(n)], titles=[self.w.noun() for _ in range(n)],
                    icons=[self.icon() if self.p(.5) else None for _ in range(n)] if self.p(.25) else [None] * n, sel=sel,
                    side=side or self.r.choice(["top"] * 7 + ["left", "bottom", "right"]), closable=self.p(.25), grow=True)

    def rows(self, n=None):
        out = []
        for _ in range(n or self.r.randint(3, 8)):
            ctl = self.r.choice([self.switch] * 3 + [self.combo, self.button, self.check_only, lambda: self.iconbutton(flat=True),
                                 lambda: Node("label", text=self.w.number(), dim=True), lambda: None])()
            out.append({"icon": self.icon() if self.p(.4) else None, "title": self.w.check(), "sub": self.w.sentence()[:60] if self.p(.4) else None, "ctl": ctl})
        return Node("rows", rows=out, sel=self.r.randint(0, len(out) - 1) if self.p(.2) else -1)

    def check_only(self):
        return Node("check", text="", on=self.p(.5), off=self.off())

    def cards(self):
        cards = []
        for _ in range(self.r.randint(3, 12)):
            kids = [self.image(130)] if self.p(.7) else []
            kids += [Node("label", text=self.w.some(5, 20), bold=True)]
            kids += [Node("label", text=self.w.number(), dim=True)] if self.p(.6) else []
            kids += [self.button()] if self.p(.5) else []
            cards.append(vbox(*kids, gap=5, pad=8))
        return Node("cards", *cards, framed=self.p(.7), cols=self.r.randint(2, 4))

    def calendar(self):
        first, days = self.r.randint(0, 6), self.r.randint(28, 31)
        heads = [Node("label", text=t, align="center", dim=True) for t in ("Mo Tu We Th Fr Sa Su".split() if self.p(.6) else "Mon Tue Wed Thu Fri Sat Sun".split())]
        cells = [Node("space")] * first + [Node("button", text=str(d + 1), flat=True, default=self.p(.03)) for d in range(days)]
        cells += [Node("space")] * (-len(cells) % 7)
        month = self.r.choice("January February March April May June July August September October November December".split())
        head = hbox(Node("iconbutton", icon="go-previous", flat=True), Node("label", text=f"{month} 20{self.r.randint(10, 30)}", bold=True, align="center", grow=True),
                    Node("iconbutton", icon="go-next", flat=True), gap=4)
        return vbox(head, Node("grid", rows=[heads] + [cells[i:i + 7] for i in range(0, len(cells), 7)], gap=1, even=True), gap=4, pad=6)

    def scroll(self, kid, **a):
        return Node("scroll", kid, overlay=self.p(.3), framed=self.p(.4), grow=True, **a)

    # ----- whole windows: each returns (root node, is it a dialog, wished size)
    def scene_settings(self):
        groups = [self.group() for _ in range(self.r.randint(2, 6))]
        page = vbox(*groups, gap=10, pad=10)
        if self.p(.4) and len(groups) > 2:
            page = hbox(vbox(*groups[::2], gap=8, grow=True), vbox(*groups[1::2], gap=8, grow=True), gap=10, pad=10)
        body = self.scroll(page)
        if self.p(.6):
            body = Node("split", self.scroll(self.list(self.r.randint(5, 14))), body, dir="h", pos=self.r.randint(130, 220), grow=True)
        return vbox(body, self.buttons(pad=8)), self.p(.5), (self.r.randint(520, 900), self.r.randint(380, 700))

    def scene_tabbed(self):
        return vbox(self.tabs(), self.buttons(pad=6), pad=6, gap=4), self.p(.7), (self.r.randint(360, 640), self.r.randint(320, 620))

    def scene_form(self):
        kids = [Node("label", text=self.w.some(6, 26), size="title")] if self.p(.5) else []
        kids += [Node("label", text=self.w.sentence(), wrap=True)] if self.p(.4) else []
        kids += [self.form(self.r.randint(3, 12))] + [self.check() for _ in range(self.r.randint(0, 3))]
        kids += [self.text(False)] if self.p(.2) else []
        if kids[-1].kind == "text":
            kids[-1].attrs["grow"] = True
        return vbox(*kids, Node("space", grow=True), self.buttons(), pad=self.r.randint(8, 18), gap=self.r.randint(5, 12)), self.p(.6), (self.r.randint(320, 620), self.r.randint(260, 600))

    def scene_files(self):
        side = self.list(icons=True) if self.p(.5) else self.tree()
        main = self.iconview() if self.p(.55) else self.table(self.r.randint(8, 40))
        split = Node("split", self.scroll(side), self.scroll(main), dir="h", pos=self.r.randint(140, 240), grow=True)
        path = hbox(*[self.iconbutton(flat=self.p(.5)) for _ in range(self.r.randint(2, 5))], Node("entry", text="/home/" + "/".join(self.r.choice(NOUNS) for _ in range(3)), grow=True), self.search(), gap=4, pad=4)
        return self.frame(vbox(path, split, grow=True)), False, (self.r.randint(640, 1100), self.r.randint(420, 800))

    def scene_editor(self):
        body = self.text()
        body.attrs["grow"] = True
        if self.p(.6):
            body = self.tabs(self.text, "top")
        if self.p(.4):
            body = Node("split", self.scroll(self.tree()), body, dir="h", pos=self.r.randint(140, 230), grow=True)
        if self.p(.3):
            body = Node("split", body, self.r.choice([self.text, lambda: self.scroll(self.table(8))])(), dir="v", pos=self.r.randint(220, 420), grow=True)
        return self.frame(body), False, (self.r.randint(640, 1200), self.r.randint(460, 850))

    def frame(self, body):
        """A main window's usual surroundings."""
        body.attrs["grow"] = True
        kids = [self.menubar()] if self.p(.75) else []
        kids += [self.toolbar()] if self.p(.7) else []
        kids += [body]
        kids += [self.statusbar()] if self.p(.6) else []
        return vbox(*kids)

    def scene_mail(self):
        right = Node("split", self.scroll(self.table(self.r.randint(6, 25))), self.text(False), dir="v", pos=self.r.randint(140, 300), grow=True)
        return self.frame(Node("split", self.scroll(self.tree()), right, dir="h", pos=self.r.randint(140, 240))), False, (self.r.randint(800, 1200), self.r.randint(500, 850))

    def scene_calculator(self):
        keys = self.r.choice(["789÷ 456× 123− 0.=+", "789/C 456*( 123-) 0.=+%", "C±%÷ 789× 456− 123+ 0.√="]).split()
        rows = [[Node("button", text=k, default=(k == "=" and self.p(.5))) for k in row] for row in keys]
        show = Node("entry", text=self.r.choice([str(self.r.randint(0, 99999)), f"{self.r.uniform(0, 999):.4f}", "0"]))
        return vbox(show, Node("grid", rows=rows, gap=self.r.randint(1, 6), even=True, grow=True), pad=8, gap=6), self.p(.3), (self.r.randint(200, 340), self.r.randint(240, 400))

    def scene_message(self):
        words = vbox(Node("label", text=self.w.some(10, 40), bold=True, size=self.r.choice(["title", None]), wrap=True), Node("label", text=self.w.sentence(), wrap=True), gap=8, grow=True)
        kids = [hbox(Node("icon", icon=self.r.choice(["dialog-information", "dialog-warning", "dialog-error", "dialog-question"]), size=self.r.choice([32, 48])), words, gap=14)]
        kids += [self.check()] if self.p(.3) else []
        return vbox(*kids, Node("space", grow=True), self.buttons(self.r.randint(1, 3)), pad=12, gap=12), True, (self.r.randint(320, 520), self.r.randint(130, 220))

    def scene_wizard(self):
        page = vbox(Node("label", text=self.w.some(8, 30), size="title"), Node("label", text=self.w.prose(2), wrap=True), self.r.choice([self.radios, lambda: self.form(4), self.check])(), self.check(), Node("space", grow=True), gap=10, pad=12, grow=True)
        side = Node("image", w=self.r.randint(100, 170), h=self.r.randint(200, 300), seed=self.r.randint(0, 1 << 30)) if self.p(.5) else self.list(5, False)
        foot = hbox(Node("space", grow=True), *[Node("button", text=t, off=self.p(.2)) for t in ("< Back", "Next >", "Cancel")], gap=6, pad=8)
        return vbox(hbox(side, page, gap=6, grow=True), Node("sep"), foot), True, (self.r.randint(480, 640), self.r.randint(330, 480))

    def scene_rows(self):
        kids = []
        for _ in range(self.r.randint(1, 3)):
            kids += [Node("label", text=self.w.noun(), bold=True), self.rows()]
        page = self.scroll(vbox(*kids, gap=8, pad=self.r.randint(8, 30)))
        if self.p(.5):
            page = Node("split", self.scroll(self.list()), page, dir="h", pos=self.r.randint(140, 210), grow=True)
        return vbox(page), self.p(.2), (self.r.randint(420, 900), self.r.randint(360, 720))

    def scene_monitor(self):
        page = lambda: vbox(*[hbox(Node("label", text=self.w.noun()), Node("space", grow=True), self.progress(), gap=10) for _ in range(self.r.randint(1, 4))], self.scroll(self.table()), pad=6, gap=5)
        return self.frame(self.tabs(page)), False, (self.r.randint(560, 950), self.r.randint(380, 700))

    def scene_login(self):
        kids = [hbox(Node("space", grow=True), self.image(110), Node("space", grow=True))] if self.p(.5) else []
        kids += [Node("label", text=self.w.some(6, 22), size="title", align="center"), Node("entry", hint=self.w.some(5, 16), text=self.w.person() if self.p(.5) else ""),
                 Node("entry", text="x" * 9, secret=True), self.check(), self.button(default=True), hbox(self.link(), Node("space", grow=True), self.link(), gap=20)]
        return vbox(*kids, Node("space", grow=True), pad=24, gap=10), self.p(.6), (self.r.randint(280, 420), self.r.randint(300, 440))

    def scene_cards(self):
        head = hbox(self.search(), Node("space", grow=True), self.combo(), gap=8, pad=8)
        return self.frame(vbox(head, self.scroll(self.cards()))), False, (self.r.randint(560, 1000), self.r.randint(420, 800))

    def scene_calendar(self):
        body = hbox(vbox(self.calendar(), self.list(4, False), gap=8), self.scroll(self.table(self.r.randint(5, 12))), gap=8, pad=6)
        return self.frame(body), False, (self.r.randint(640, 950), self.r.randint(420, 640))

    def scene_player(self):
        bar = hbox(*[Node("iconbutton", icon=i, flat=self.p(.5)) for i in ("media-skip-backward", "media-playback-start", "media-skip-forward")],
                   Node("label", text="1:07"), Node("slider", value=self.r.random(), dir="h", grow=True), Node("label", text="4:32"), Node("icon", icon="audio-volume-high", size=16), gap=6, pad=6)
        top = Node("split", self.scroll(self.r.choice([self.tree, self.list])()), self.scroll(self.r.choice([self.table, self.iconview])()), dir="h", pos=self.r.randint(140, 240), grow=True)
        return self.frame(vbox(top, bar) if self.p(.6) else vbox(bar, top)), False, (self.r.randint(620, 1000), self.r.randint(420, 720))

    def scene_find(self):
        rows = [[Node("label", text="Find what:"), self.combo() if self.p(.4) else self.entry()], [Node("label", text="Replace with:"), self.entry()]]
        checks = vbox(*[self.check() for _ in range(self.r.randint(2, 4))], gap=3)
        left = vbox(Node("grid", rows=rows, gap=6), hbox(checks, Node("group", self.radios(2, "v"), title=self.w.noun()), gap=12), gap=8, grow=True)
        return hbox(left, vbox(*[self.button() for _ in range(4)], gap=5), pad=10, gap=12), True, (self.r.randint(420, 620), self.r.randint(170, 260))

    def scene_paint(self):
        tools = [[self.iconbutton(flat=self.p(.5)) for _ in range(2)] for _ in range(self.r.randint(5, 10))]
        left = vbox(Node("grid", rows=tools, gap=2), Node("space", grow=True), pad=4)
        right = vbox(*[hbox(Node("label", text=self.w.noun()), self.slider(), gap=6) for _ in range(self.r.randint(2, 5))], self.list(4), self.group(3), gap=6, pad=6)
        canvas = self.scroll(Node("image", w=self.r.randint(300, 800), h=self.r.randint(300, 600), seed=self.r.randint(0, 1 << 30)))
        return self.frame(hbox(left, canvas, right, gap=2)), False, (self.r.randint(760, 1200), self.r.randint(520, 820))

    def scene_page(self):
        kids = [Node("label", text=self.w.some(8, 36), size="title")]
        for _ in range(self.r.randint(2, 5)):
            kids.append(self.r.choice([lambda: Node("label", text=self.w.prose(self.r.randint(1, 4)), wrap=True), lambda: hbox(*[self.link() for _ in range(self.r.randint(1, 4))], gap=16),
                                       lambda: hbox(self.image(), Node("label", text=self.w.prose(2), wrap=True, grow=True), gap=12), lambda: self.form(3),
                                       lambda: hbox(self.button(), self.button(default=True), Node("space", grow=True), gap=8), self.check])())
        return self.frame(self.scroll(vbox(*kids, gap=12, pad=18))), False, (self.r.randint(520, 1000), self.r.randint(400, 760))

    def scene_mixed(self):
        """Anything next to anything: keeps the reader from learning whole layouts."""
        def cell(depth):
            if depth and self.p(.75):
                return self.r.choice([vbox, hbox])(*[cell(depth - 1) for _ in range(self.r.randint(2, 3))], gap=self.r.randint(2, 16), pad=self.r.randint(0, 8), grow=self.p(.6))
            return self.r.choice([self.control] * 7 + [self.group, self.toolbar, self.list, lambda: self.form(3), self.image, self.rows, self.calendar, self.iconbutton,
                                  lambda: self.slider("v"), lambda: self.scroll(self.tree()), lambda: self.scroll(self.table(6)), lambda: Node("expander", self.group(2), title=self.w.noun(), open=self.p(.6))])()
        return self.frame(cell(3)), self.p(.3), (self.r.randint(400, 1000), self.r.randint(300, 760))

    def scene_sparse(self):
        kids = [self.control() for _ in range(self.r.randint(1, 3))]
        return vbox(Node("space", grow=True), *kids, Node("space", grow=True), pad=30, gap=self.r.randint(10, 60)), self.p(.4), (self.r.randint(300, 800), self.r.randint(200, 600))

    def window(self):
        scenes = [getattr(self, n) for n in dir(self) if n.startswith("scene_")]
        root, dialog, size = self.r.choice(scenes)()
        win = Window(self.r, self.w.some(4, 30), root, dialog, size)
        if self.p(.3):
            win.header = Node("header", *[self.r.choice([lambda: self.iconbutton(), self.button, self.iconbutton])() for _ in range(self.r.randint(0, 4))],
                              left=self.r.randint(0, 2), title=win.title, sub=self.w.some(5, 24) if self.p(.3) else None, tabs=[self.w.noun() for _ in range(3)] if self.p(.15) else None)
        self.open_something(win)
        self.focus_something(win)
        return win

    def open_something(self, win):
        """Choose one menu, combo box or context menu to be seen opened."""
        nodes = list(walk(win.root))
        bars, combos = [n for n in nodes if n.kind == "menubar"], [n for n in nodes if n.kind == "combo" and not n.off]
        if bars and self.p(.45):
            bars[0].attrs["open"] = self.r.randrange(len(bars[0].menus))
        elif combos and self.p(.35):
            self.r.choice(combos).attrs["open"] = True
        elif self.p(.1):
            win.context = self.menu()

    def focus_something(self, win):
        able = [n for n in walk(win.root) if n.kind in ("entry", "check", "button", "combo", "spin", "slider", "text", "list", "tree") and not n.off]
        if able and self.p(.7):
            self.r.choice(able).attrs["focus"] = True


class Window:
    def __init__(self, rng, title, root, dialog, size):
        self.title, self.root, self.dialog, self.size = title, root, dialog, size
        self.header = self.context = None
        self.back = False  # drawn as a window without the focus
        self.seed = rng.randint(0, 1 << 30)


def walk(node):
    yield node
    kids = list(node.kids)
    kids += [n for row in node.rows or [] if node.kind == "grid" for n in row]
    kids += [r["ctl"] for r in node.rows or [] if node.kind == "rows" and r["ctl"]]
    for kid in kids:
        yield from walk(kid)


def usable_families(names):
    """Text families that hold Latin letters; symbol and far-script fonts left out."""
    bad = ("symbol", "emoji", "dingbat", "math", "icon", "awesome", "ornament", "braille", "music", "barcode", "noto sans ", "noto serif ", "droid sans fallback", "mono", "fixed", "chess",
           "titlem", "standard", "d050", "z003", "courier", "code", "hack", "console", "cursor", "thin", "hairline", "extra light", "extralight", "ultralight")
    keep = [n for n in names if n in ("Noto Sans Display", "Noto Serif Display") or not any(b in n.lower() for b in bad)]
    out = subprocess.run(["fc-list", ":lang=en:lang=de", "family"], capture_output=True, text=True).stdout
    latin = {name.replace("\\", "").strip() for line in out.splitlines() for name in line.split(",")}
    return sorted(set(keep) & latin) or ["Sans"]
