//! Screens for measuring sight: pages that Chromium draws from a seed, with the boxes that its document
//! knows as the truth.

use super::BenchError;
use super::score::{SeenElement, TrueElement, TrueLine};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PAGE: &str = include_str!("screens.html");
/// Without a screen, the browser smooths letters per colour only where the font settings say so.
const LCD_FONTS: &str = r#"<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><edit name="rgba" mode="assign"><const>rgb</const></edit></match>
<match target="pattern"><edit name="lcdfilter" mode="assign"><const>lcddefault</const></edit></match>
<match target="font"><edit name="rgba" mode="assign"><const>rgb</const></edit></match>
<match target="font"><edit name="lcdfilter" mode="assign"><const>lcddefault</const></edit></match>
</fontconfig>"#;

/// The kinds of screen that the page draws.
pub const KINDS: [&str; 19] = [
    "form",
    "settings",
    "table",
    "code",
    "terminal",
    "mail",
    "article",
    "files",
    "dashboard",
    "chat",
    "shop",
    "calendar",
    "dialog",
    "menus",
    "accents",
    "lowcontrast",
    "tiny",
    "cyrillic",
    "cjk",
];

/// One screen to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    pub kind: String,
    pub seed: u64,
    /// The window, in pixels of the page.
    pub width: u32,
    pub height: u32,
    /// Physical pixels per pixel of the page.
    pub scale: f32,
    /// Whether letters are smoothed per colour, as on flat screens.
    pub lcd: bool,
    /// Whether the page is drawn with one widget changed.
    pub changed: bool,
}

impl Recipe {
    /// The `at`-th screen of a kind: sizes, scales and smoothing take turns.
    pub fn nth(kind: &str, seed: u64, at: usize) -> Self {
        const SIZES: [(u32, u32, f32); 6] = [
            (1280, 800, 1.0),
            (1366, 768, 1.0),
            (1280, 720, 1.5),
            (1920, 1080, 1.0),
            (1120, 700, 1.25),
            (960, 600, 2.0),
        ];
        let turn = (seed as usize).wrapping_add(at);
        let (width, height, scale) = SIZES[turn % SIZES.len()];
        let seed = seed.wrapping_mul(1009).wrapping_add(at as u64 * 31 + 7) % 1_000_000;
        Self { kind: kind.to_owned(), seed, width, height, scale, lcd: turn % 2 == 1, changed: false }
    }
}

/// A screen that was drawn, and what stands on it.
#[derive(Debug, Clone)]
pub struct Screen {
    pub recipe: Recipe,
    pub picture: PathBuf,
    pub lines: Vec<TrueLine>,
    pub elements: Vec<SeenElement>,
}

#[derive(Deserialize)]
struct Truth {
    width: u32,
    height: u32,
    lines: Vec<TrueLine>,
    elements: Vec<TrueElement>,
}

/// Draws with the browser in a folder of its own.
pub struct Studio {
    browser: &'static str,
    folder: PathBuf,
}

impl Studio {
    /// Opens a studio that works in `folder`.
    ///
    /// # Errors
    /// [`BenchError::Lacking`] without Chromium, [`BenchError::File`] when `folder` cannot be written.
    pub fn open(folder: &Path) -> Result<Self, BenchError> {
        let browser = ["chromium", "chromium-browser", "google-chrome"]
            .into_iter()
            .find(|name| crate::display::processes::on_path(name).is_some())
            .ok_or(BenchError::Lacking { what: "Chromium", package: "chromium" })?;
        let page = folder.join("screens.html");
        fs::write(&page, PAGE).map_err(|cause| BenchError::File { path: page, cause })?;
        let fonts = folder.join("fonts.conf");
        fs::write(&fonts, LCD_FONTS).map_err(|cause| BenchError::File { path: fonts, cause })?;
        Ok(Self { browser, folder: folder.to_owned() })
    }

    /// Draws one screen.
    ///
    /// # Errors
    /// [`BenchError::Browser`] with what it said.
    pub fn draw(&self, recipe: &Recipe) -> Result<Screen, BenchError> {
        let failed = |said: String| BenchError::Browser { screen: format!("{} {}", recipe.kind, recipe.seed), said };
        let change = if recipe.changed { "-changed" } else { "" };
        let picture = self.folder.join(format!("{}-{}{change}.png", recipe.kind, recipe.seed));
        let output = self.command(recipe, &picture).output().map_err(|e| failed(e.to_string()))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let truth = truth(&String::from_utf8_lossy(&output.stdout)).map_err(&failed)?;
        let size = image::image_dimensions(&picture).map_err(|e| failed(e.to_string()))?;
        if (truth.width, truth.height) != size {
            return Err(failed(format!("its picture is {size:?}, its truth {}x{}", truth.width, truth.height)));
        }
        let elements = truth.elements.into_iter().filter_map(TrueElement::known).collect();
        Ok(Screen { recipe: recipe.clone(), picture, lines: truth.lines, elements })
    }

    /// One call that takes the picture and prints the document, so that both show the same.
    fn command(&self, recipe: &Recipe, picture: &Path) -> Command {
        let mut command = Command::new(self.browser);
        command.args(["--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--mute-audio"]);
        if recipe.lcd {
            command.arg("--enable-lcd-text").env("FONTCONFIG_FILE", self.folder.join("fonts.conf"));
        } else {
            command.arg("--disable-lcd-text");
        }
        command.arg(format!("--user-data-dir={}", self.folder.join("profile").display()));
        command.arg(format!("--window-size={},{}", recipe.width, recipe.height));
        command.arg(format!("--force-device-scale-factor={}", recipe.scale)).arg("--dump-dom");
        command.arg(format!("--screenshot={}", picture.display()));
        let Recipe { kind, seed, width, height, .. } = recipe;
        let change = if recipe.changed { "&change=1" } else { "" };
        let page = self.folder.join("screens.html");
        command.arg(format!("file://{}#kind={kind}&seed={seed}&w={width}&h={height}{change}", page.display()));
        command.stdin(Stdio::null());
        command
    }
}

fn truth(document: &str) -> Result<Truth, String> {
    let script = document.split_once("id=\"truth\"").and_then(|(_, rest)| rest.split_once('>'));
    let json = script.and_then(|(_, rest)| rest.split_once("</script>")).map(|(json, _)| json);
    let json = json.filter(|json| !json.is_empty()).ok_or("the page tells no truth")?;
    serde_json::from_str(json).map_err(|e| e.to_string())
}
