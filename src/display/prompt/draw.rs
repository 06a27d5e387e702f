//! What the prompt looks like.

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};
use std::path::Path;
use std::process::Command;

/// Colours as red, green, blue.
const GROUND: [u8; 3] = [24, 28, 30];
const RAISED: [u8; 3] = [33, 38, 41];
const EDGE: [u8; 3] = [64, 72, 76];
const INK: [u8; 3] = [236, 240, 240];
const FAINT: [u8; 3] = [152, 162, 166];
const ACCENT: [u8; 3] = [78, 201, 166];
const GOOD: [u8; 3] = [104, 200, 130];
const BAD: [u8; 3] = [240, 122, 112];
const ASKING: [u8; 3] = [238, 182, 92];

/// Sizes in pixels where letters have their usual size.
const LARGE: f32 = 21.0;
const SMALL: f32 = 15.0;
const FIELD: f32 = 60.0;
const ROW: f32 = 25.0;
const PAD: f32 = 20.0;
/// The most lines that are shown below the field.
const MOST_LINES: usize = 12;

/// Where fonts are where nobody knows better.
const FONTS: [&str; 4] = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
];

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Faint,
    /// One of several, the one that is chosen.
    Chosen,
    Good,
    Bad,
    Asking,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub tone: Tone,
}

/// All that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    pub text: String,
    /// Before which character of the text the cursor stands.
    pub cursor: usize,
    /// What stands in the field while it is empty.
    pub placeholder: String,
    /// At the right of the field.
    pub badge: String,
    pub lines: Vec<Line>,
    /// At the foot.
    pub hint: String,
}

/// Pixels as X servers have them: blue, green, red, nothing; row-major.
pub(super) struct Canvas {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<u8>,
}

/// A font at the size of this display.
pub(super) struct Face {
    font: FontVec,
    scale: f32,
}

impl Face {
    /// The font for text without serifs that this machine prefers.
    pub(super) fn load(scale: f32) -> Option<Self> {
        let asked = Command::new("fc-match").args(["-f", "%{file}", "sans"]).output().ok();
        let preferred = asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let paths = preferred.iter().map(String::as_str).chain(FONTS);
        let font = paths.filter_map(|path| {
            let bytes = std::fs::read(Path::new(path)).ok()?;
            FontVec::try_from_vec(bytes).ok()
        });
        font.into_iter().next().map(|font| Self { font, scale })
    }

    pub(super) fn scaled(&self, pixels: u32) -> u32 {
        (pixels as f32 * self.scale) as u32
    }

    fn px(&self, size: f32) -> f32 {
        (size * self.scale).round()
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        let font = self.font.as_scaled(PxScale::from(self.px(size)));
        let mut last = None;
        text.chars().fold(0.0, |x, c| {
            let id = font.glyph_id(c);
            let kern = last.replace(id).map_or(0.0, |last| font.kern(last, id));
            x + kern + font.h_advance(id)
        })
    }

    /// Draws a sheet as wide as that.
    pub(super) fn draw(&self, sheet: &Sheet, width: u32) -> Canvas {
        let lines = &sheet.lines[..sheet.lines.len().min(MOST_LINES)];
        let foot = if sheet.hint.is_empty() { 0.0 } else { ROW + 8.0 };
        let body = if lines.is_empty() { 0.0 } else { ROW * lines.len() as f32 + 12.0 };
        let height = self.px(FIELD + body + foot) as u32;
        let mut canvas = Canvas { width, height, pixels: vec![0; (width * height * 4) as usize] };
        canvas.fill((0, 0, width, height), EDGE);
        canvas.fill((1, 1, width - 2, height - 2), GROUND);
        let field = self.px(FIELD) as u32;
        canvas.fill((1, 1, width - 2, field.min(height) - 2), RAISED);
        self.field(&mut canvas, sheet);
        let mut y = self.px(FIELD + 8.0);
        for line in lines {
            if line.tone == Tone::Chosen {
                canvas.fill((1, y as u32, width - 2, self.px(ROW) as u32), RAISED);
            }
            let room = width as f32 - 2.0 * self.px(PAD);
            self.text(
                &mut canvas,
                &self.cut(&line.text, SMALL, room),
                (self.px(PAD), y + self.px(4.0)),
                SMALL,
                colour(line.tone),
            );
            y += self.px(ROW);
        }
        if !sheet.hint.is_empty() {
            let at = (self.px(PAD), height as f32 - self.px(ROW) - self.px(1.0));
            self.text(&mut canvas, &sheet.hint, at, SMALL * 0.87, FAINT);
        }
        canvas
    }

    fn field(&self, canvas: &mut Canvas, sheet: &Sheet) {
        let (left, top) = (self.px(PAD), self.px((FIELD - LARGE) / 2.0 - 2.0));
        let badge = self.width(&sheet.badge, SMALL);
        let right = canvas.width as f32 - left;
        if !sheet.badge.is_empty() {
            let at = (right - badge, self.px((FIELD - SMALL) / 2.0 - 1.0));
            self.text(canvas, &sheet.badge, at, SMALL, ACCENT);
        }
        let room = right - badge - left - self.px(16.0);
        if sheet.text.is_empty() {
            self.text(canvas, &self.cut(&sheet.placeholder, LARGE, room), (left, top), LARGE, FAINT);
        }
        // What is too long is shown from where the cursor is in sight.
        let letters: Vec<char> = sheet.text.chars().collect();
        let cursor = sheet.cursor.min(letters.len());
        let part = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
        let from = (0..=cursor).find(|from| self.width(&part(*from, cursor), LARGE) <= room).unwrap_or(cursor);
        let shown = self.cut(&part(from, letters.len()), LARGE, room);
        self.text(canvas, &shown, (left, top), LARGE, INK);
        let x = left + self.width(&part(from, cursor), LARGE);
        canvas.fill((x as u32, top as u32, self.px(2.0) as u32, self.px(LARGE + 4.0) as u32), ACCENT);
    }

    /// As much of a text as there is room for.
    fn cut(&self, text: &str, size: f32, room: f32) -> String {
        if self.width(text, size) <= room {
            return text.to_owned();
        }
        let mut short: String = text.to_owned();
        while !short.is_empty() && self.width(&format!("{short}…"), size) > room {
            short.pop();
        }
        short + "…"
    }

    fn text(&self, canvas: &mut Canvas, text: &str, (x, y): (f32, f32), size: f32, colour: [u8; 3]) {
        let font = self.font.as_scaled(PxScale::from(self.px(size)));
        let (mut x, baseline, mut last) = (x, y + font.ascent(), None);
        for c in text.chars() {
            let id = font.glyph_id(c);
            x += last.replace(id).map_or(0.0, |last| font.kern(last, id));
            let glyph = id.with_scale_and_position(PxScale::from(self.px(size)), point(x, baseline));
            if let Some(outline) = self.font.outline_glyph(glyph) {
                let area = outline.px_bounds();
                outline.draw(|dx, dy, share| {
                    canvas.blend(area.min.x as i32 + dx as i32, area.min.y as i32 + dy as i32, colour, share);
                });
            }
            x += font.h_advance(id);
        }
    }
}

const fn colour(tone: Tone) -> [u8; 3] {
    match tone {
        Tone::Plain | Tone::Chosen => INK,
        Tone::Faint => FAINT,
        Tone::Good => GOOD,
        Tone::Bad => BAD,
        Tone::Asking => ASKING,
    }
}

impl Canvas {
    fn fill(&mut self, (left, top, width, height): (u32, u32, u32, u32), [r, g, b]: [u8; 3]) {
        for y in top..(top + height).min(self.height) {
            for x in left..(left + width).min(self.width) {
                let at = ((y * self.width + x) * 4) as usize;
                self.pixels[at..at + 4].copy_from_slice(&[b, g, r, 0]);
            }
        }
    }

    fn blend(&mut self, x: i32, y: i32, [r, g, b]: [u8; 3], share: f32) {
        if x < 0 || y < 0 || x >= self.width as i32 || y >= self.height as i32 {
            return;
        }
        let at = ((y as u32 * self.width + x as u32) * 4) as usize;
        let share = share.clamp(0.0, 1.0);
        for (offset, value) in [(0, b), (1, g), (2, r)] {
            let under = f32::from(self.pixels[at + offset]);
            self.pixels[at + offset] = (under + (f32::from(value) - under) * share).round() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_of_any_text_are_drawn_within_their_window() {
        let Some(face) = Face::load(1.0) else { return };
        for text in ["", "open the calculator", "ÄÖ é 漢字 😀", &"long ".repeat(200)] {
            let lines = vec![Line { text: text.into(), tone: Tone::Bad }; 20];
            let sheet = Sheet {
                text: text.into(),
                cursor: 9_999,
                lines,
                badge: "here".into(),
                hint: text.into(),
                ..Sheet::default()
            };
            let canvas = face.draw(&sheet, 720);
            assert_eq!(canvas.pixels.len(), (canvas.width * canvas.height * 4) as usize);
            assert!(canvas.height < 500);
        }
        let (empty, full) =
            (face.draw(&Sheet::default(), 720), face.draw(&Sheet { text: "a".into(), ..Sheet::default() }, 720));
        assert_ne!(empty.pixels, full.pixels);
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let Some(face) = Face::load(1.0) else { return };
        let cut = face.cut(&"word ".repeat(50), SMALL, 200.0);
        assert!(cut.ends_with('…') && face.width(&cut, SMALL) <= 200.0);
        assert_eq!(face.cut("short", SMALL, 200.0), "short");
    }
}
