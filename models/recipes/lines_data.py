#!/usr/bin/env python3
"""Fetches what `lines.py` draws with: fonts of many families, and words, messages and code to draw.

Needs: Debian's python3, apt-get and dpkg-deb, Node's npm; some 900 MB on the disk.
Use:   lines_data.py DIR        fills DIR/fonts and DIR/words; what is there already stays

Fonts are from Debian's packages and from npm's `@expo-google-fonts` (OFL, Apache-2.0, Bitstream Vera and the like; see each
package).  Nothing of them is part of the network but what it learnt of their shapes.  Words are from word lists and from the
translated messages of programs, of which only single texts are drawn.
"""
import collections, gettext, glob, os, random, re, shutil, subprocess, sys

SEED = 1
FONTS = """dejavu-core dejavu-extra liberation2 liberation freefont-ttf noto-core noto-mono noto-ui-core roboto-unhinted roboto-hinted open-sans lato
cantarell croscore crosextra-carlito crosextra-caladea hack-ttf firacode jetbrains-mono inter oxygen droid-fallback go b612 clear-sans anonymous-pro
inconsolata agave mononoki monoid monofur fantasque-sans league-mono 3270 courier-prime junction karla quattrocento quicksand play paratype
comfortaa cabin dosis ebgaramond linuxlibertine texgyre urw-base35 opendyslexic sil-andika sil-charis sil-gentium vollkorn yanone-kaffeesatz
junicode tuffy tiresias manrope sora national-park mplus lmodern cmu stix wine opensymbol comic-neue adf-switzera adf-libris terminus-otb
vlgothic hermit spleen arkpandora atarismall symbola""".split()
FAMILIES = """roboto open-sans lato montserrat poppins inter source-sans-3 noto-sans nunito nunito-sans raleway ubuntu ubuntu-mono rubik work-sans
pt-sans fira-sans mulish ibm-plex-sans ibm-plex-mono dm-sans dm-mono merriweather playfair-display source-code-pro roboto-mono space-mono
space-grotesk titillium-web barlow barlow-condensed karla cabin exo-2 heebo hind asap catamaran signika archivo overpass overpass-mono lexend
figtree plus-jakarta-sans outfit urbanist red-hat-display atkinson-hyperlegible public-sans libre-franklin encode-sans bitter lora crimson-text
pt-serif noto-serif roboto-slab roboto-condensed fira-mono source-serif-4 libre-baskerville zilla-slab arvo spectral oswald josefin-sans maven-pro
abel saira varela-round kanit prompt sarabun assistant hind-siliguri be-vietnam-pro albert-sans onest geologica instrument-sans schibsted-grotesk
hanken-grotesk wix-madefor-text readex-pro golos-text commissioner sometype-mono martian-mono red-hat-mono azeret-mono chivo chivo-mono
bricolage-grotesque gabarito geist geist-mono reddit-sans reddit-mono""".split()
# Weights and slants that screens hardly show.
RARE = re.compile(r"Thin|ExtraLight|Black|(Light|Medium|SemiBold|ExtraBold|Bold)_?Italic")
LISTS = "wamerican wngerman wfrench wspanish witalian wportuguese wpolish wswedish wdutch wdanish wnorwegian wcatalan wbritish wbrazilian".split()
PROGRAMS = """libgtk-3-common gnome-control-center-data nautilus-data gedit-common evolution-common gimp-data inkscape thunar-data vlc-l10n kdenlive-data
apt gnome-terminal-data epiphany-browser-data gnome-calculator gnome-software-common rhythmbox-data""".split()
LATIN = "en de fr es it pt pt_BR nl sv da nb fi pl cs sk hu ro hr sl tr lt lv et ca eu gl is".split()
OTHERS = "ru uk el ja zh_CN ko ar he th hi bg ka".split()
CODE = ["/usr/lib/python3*/*.py", "/usr/include/*.h", "/etc/*.conf"]


def debian(packages, into):
    """Unpacks packages below `into`; one that this release does not have is told and left out."""
    os.makedirs(f"{into}/deb", exist_ok=True)
    for package in packages:
        if not glob.glob(f"{into}/deb/{package}_*.deb") and subprocess.run(["apt-get", "download", "-qq", package], cwd=f"{into}/deb").returncode:
            print("not there:", package)
    for file in glob.glob(f"{into}/deb/*.deb"):
        subprocess.run(["dpkg-deb", "-x", file, into], check=True)


def fonts(root):
    os.makedirs(f"{root}/fonts/deb", exist_ok=True), os.makedirs(f"{root}/npm", exist_ok=True)
    debian([f"fonts-{name}" for name in FONTS], f"{root}/unpacked")
    for kind in ("ttf", "otf", "otb"):
        for path in glob.glob(f"{root}/unpacked/usr/share/fonts/**/*.{kind}", recursive=True):
            to = f"{root}/fonts/deb/{os.path.basename(path)}"
            # Some names are links, to files of other packages at times.
            os.path.lexists(to) or not os.path.isfile(path) or shutil.copy(path, to)
    for family in FAMILIES:
        to = f"{root}/fonts/npm/{family}"
        if os.path.isdir(to):
            continue
        packed = subprocess.run(["npm", "pack", "--silent", f"@expo-google-fonts/{family}"], cwd=f"{root}/npm", capture_output=True, text=True)
        if packed.returncode:
            print("not there:", family)
            continue
        os.makedirs(to)
        subprocess.run(["tar", "-xzf", f"{root}/npm/{packed.stdout.strip()}", "-C", to, "--wildcards", "--no-anchored", "*.ttf"])
        for path in glob.glob(f"{to}/**/*.ttf", recursive=True):
            RARE.search(os.path.basename(path)) and os.remove(path)


def words(root):
    for folder in ("dict", "messages", "code"):
        os.makedirs(f"{root}/words/{folder}", exist_ok=True)
    r = random.Random(SEED)
    debian(LISTS + PROGRAMS, f"{root}/unpacked")
    for path in sorted(glob.glob(f"{root}/unpacked/usr/share/dict/*")):
        if os.path.islink(path):
            continue
        raw = open(path, "rb").read()
        try:
            lines = raw.decode("utf-8").split("\n")
        except UnicodeDecodeError:
            lines = raw.decode("latin-1").split("\n")
        r.shuffle(lines)
        write(f"{root}/words/dict/{os.path.basename(path)}", lines[:40000])
    texts = collections.defaultdict(set)
    for path in glob.glob(f"{root}/unpacked/**/*.mo", recursive=True):
        language = re.search(r"/([a-z]{2}(_[A-Z]{2})?)/LC_MESSAGES", path)
        if language:
            texts[language.group(1)].update(messages(path))
    for language in LATIN:
        lines = sorted(texts[language])
        r.shuffle(lines)
        write(f"{root}/words/messages/{language}", lines[:20000])
    foreign = set()
    for language in OTHERS:
        found = sorted({w for t in texts[language] for w in t.split() if 1 < len(w) < 14 and any(ord(c) > 0x36f for c in w) and max(map(ord, w)) < 0x10000})
        r.shuffle(found)
        foreign.update(found[:2500])
    write(f"{root}/words/foreign.txt", sorted(foreign))
    code = []
    for pattern in CODE + [os.path.join(os.path.dirname(__file__), "../../src/**/*.rs"), os.path.join(os.path.dirname(__file__), "../../src/web/panel/src/**/*.ts")]:
        files = sorted(glob.glob(pattern, recursive=True))
        r.shuffle(files)
        for path in files[:150]:
            code += open(path, errors="ignore").read().split("\n") if os.path.isfile(path) else []
    r.shuffle(code)
    write(f"{root}/words/code/lines", code[:60000])


def messages(path):
    """The texts of a catalogue, in both languages, without marks of keys and of layout."""
    try:
        catalogue = gettext.GNUTranslations(open(path, "rb"))._catalog
    except (OSError, UnicodeDecodeError, ValueError, IndexError):  # some headers have no rule of plurals
        return
    for key, value in catalogue.items():
        for text in (key[0] if isinstance(key, tuple) else key, value):
            for line in text.split("\x04")[-1].split("\n") if isinstance(text, str) else ():
                line = re.sub(r"<[^>]*>", "", line)
                line = re.sub(r"[_&](?=\w)", "", line) if line.count("_") <= 1 and "/" not in line else line
                line = re.sub(r"\s+", " ", line).strip()
                if 1 < len(line) < 200:
                    yield line


def write(path, lines):
    open(path, "w", encoding="utf-8").write("\n".join(lines))


if __name__ == "__main__":
    fonts(sys.argv[1]), words(sys.argv[1])
