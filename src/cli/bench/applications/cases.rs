//! The applications that are looked at, and what is opened in them.

/// One application in one state.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    /// The Debian package of its program, the first of `argv`.
    pub package: &'static str,
    /// `{folder}` stands for a folder with some files, see [`FILES`].
    pub argv: &'static [&'static str],
    /// A part of its window's title; nothing else is waited for.
    pub title: &'static str,
    /// Keys that are pressed one after the other once it is there.
    pub keys: &'static [&'static str],
}

const fn case(name: &'static str, title: &'static str, argv: &'static [&'static str]) -> Case {
    Case { name, package: argv[0], argv, title, keys: &[] }
}

impl Case {
    const fn then(self, name: &'static str, keys: &'static [&'static str]) -> Self {
        Self { name, keys, ..self }
    }
}

/// The page that the browser shows.
pub const PAGE: &str = include_str!("page.html");

/// Files in the folder that the applications work in.
pub const FILES: [(&str, &str); 5] = [
    ("notes.txt", "Groceries\n\nBread, apples and two bottles of milk.\nCall Jonas about the tickets.\n"),
    ("budget.csv", "month,spent\nMay,412\nJune,388\n"),
    ("letter.txt", "Dear Ada,\n\nthank you for the book.\n"),
    ("page.html", PAGE),
    ("readme.md", "# Read me\n"),
];

const MOUSEPAD: Case = case("mousepad", "Mousepad", &["mousepad", "--disable-server", "{folder}/notes.txt"]);
const THUNAR: Case = case("thunar", "files", &["thunar", "{folder}"]);
const PCMANFM: Case = case("pcmanfm", "files", &["pcmanfm", "{folder}"]);
const GALCULATOR: Case = case("galculator", "galculator", &["galculator"]);
const QALCULATE: Case = Case { package: "qalculate-gtk", ..case("qalculate", "Qalculate", &["qalculate-gtk"]) };
const CHROMIUM: Case = case(
    "chromium",
    "Order",
    &[
        "chromium",
        "{quiet}",
        "--force-renderer-accessibility",
        "--user-data-dir={folder}/profile",
        "--window-position=0,0",
        "--start-maximized",
        "file://{folder}/page.html",
    ],
);

/// All of them, in the order in which they are looked at.
pub const CASES: [Case; 26] = [
    case(
        "yad-form",
        "Contact",
        &[
            "yad",
            "--title=Contact",
            "--form",
            "--width=420",
            "--field=Name",
            "--field=City:CB",
            "--field=Age:NUM",
            "--field=Newsletter:CHK",
            "--field=Gift wrap:CHK",
            "--field=Country:CBE",
            "--button=Save:0",
            "--button=Cancel:1",
            "Ada Lovelace",
            "London!Paris!Rome",
            "36!0..120",
            "TRUE",
            "FALSE",
            "France!Italy!Spain",
        ],
    ),
    case(
        "yad-settings",
        "Settings",
        &[
            "yad",
            "--title=Settings",
            "--form",
            "--columns=2",
            "--field=Server",
            "--field=Password:H",
            "--field=Port:NUM",
            "--field=Use encryption:CHK",
            "--field=Start at login:SW",
            "--field=Folder:DIR",
            "--field=Volume:SCL",
            "--field=Test connection:BTN",
            "mail.example.org",
            "secret",
            "993!1..65535",
            "TRUE",
            "FALSE",
            "",
            "40",
            "true",
        ],
    ),
    case(
        "yad-checklist",
        "Packing",
        &[
            "yad",
            "--title=Packing",
            "--list",
            "--checklist",
            "--width=360",
            "--height=300",
            "--column=Packed",
            "--column=Thing",
            "--column=Where",
            "TRUE",
            "Passport",
            "Desk",
            "FALSE",
            "Camera",
            "Shelf",
            "FALSE",
            "Umbrella",
            "Hall",
            "TRUE",
            "Map",
            "Car",
        ],
    ),
    case(
        "yad-radiolist",
        "Delivery",
        &[
            "yad",
            "--title=Delivery",
            "--list",
            "--radiolist",
            "--width=320",
            "--height=240",
            "--column=Choice",
            "--column=Speed",
            "TRUE",
            "Standard",
            "FALSE",
            "Express",
            "FALSE",
            "Pick-up",
        ],
    ),
    case(
        "yad-question",
        "Question",
        &["yad", "--title=Question", "--text=Delete the draft?", "--image=dialog-question"],
    ),
    case("yad-entry", "Rename", &["yad", "--title=Rename", "--entry", "--entry-label=New name", "--entry-text=draft"]),
    case("yad-scale", "Brightness", &["yad", "--title=Brightness", "--scale", "--value=60", "--text=Brightness"]),
    case(
        "yad-calendar",
        "Departure",
        &["yad", "--title=Departure", "--calendar", "--day=12", "--month=5", "--year=2024"],
    ),
    case(
        "yad-text",
        "Log",
        &["yad", "--title=Log", "--text-info", "--width=400", "--height=260", "--filename={folder}/notes.txt"],
    ),
    case("yad-files", "Open a file", &["yad", "--title=Open a file", "--file", "--width=760", "--height=480"]),
    case("yad-colour", "Colour", &["yad", "--title=Colour", "--color"]),
    case("yad-font", "Letters", &["yad", "--title=Letters", "--font"]),
    MOUSEPAD,
    MOUSEPAD.then("mousepad-menu", &["alt+e"]),
    MOUSEPAD.then("mousepad-find", &["ctrl+f"]),
    MOUSEPAD.then("mousepad-replace", &["ctrl+r"]),
    MOUSEPAD.then("mousepad-open", &["ctrl+o"]),
    THUNAR,
    THUNAR.then("thunar-menu", &["alt+v"]),
    THUNAR.then("thunar-list", &["ctrl+2"]),
    THUNAR.then("thunar-new-folder", &["ctrl+shift+n"]),
    PCMANFM,
    GALCULATOR,
    GALCULATOR.then("galculator-menu", &["alt+v"]),
    QALCULATE,
    CHROMIUM,
];
