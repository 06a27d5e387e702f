//! What a line says, put right by where its ink is: icons and ticks are no letters, gaps are spaces,
//! and word boxes end where the ink ends.

use super::ink::Stroke;
use super::recognise::Glyph;
use super::spelling::{self, Heights, Stands};
use crate::screen::{RectPx, TextSpan, Word};

/// Signs that are icons, bullets or boxes to tick wherever they stand alone.
const DRAWN: &str = "■□▪▫☐☑☒●○◯◉☆★✓✔✕✖✗▲△▼▽▶▷◀◁◆◇⌘";
/// Signs that close, open or lead on where they stand alone at an end of a line.
const CLOSERS: &str = "×>‹›<«»≡…|";
/// A gap from this share of the line's ink height on parts an icon from a text.
const ICON_GAP: f32 = 0.33;
/// How much wider it must be where no space was read: letters of one width have wide gaps, too.
const UNREAD_GAP: f32 = 1.8;
/// A gap from this share of the line's ink height on is a space, where it is also much wider than others.
const SPACE_GAP: f32 = 0.42;
/// A gap from this share on parts two texts.
const PART_GAP: f32 = 2.6;
/// Below this mean probability the network sees letters in ornaments.
pub const LEAST_CONFIDENCE: f32 = 0.5;
/// The confidence of a low line that was seen where a space was read.
const LOW_LINE: f32 = 0.9;
/// The least confidence of a sign that stands alone and may be an icon; it is always below [`LEAST_CONFIDENCE`].
const LEAST_SIGN: f32 = 0.15;

/// The texts on the crop of one line, without what is drawn like a character and is none: icons, ticks, arrows.
///
/// All in pixels of the crop, whose box is `bounds`.
pub fn tidy(glyphs: &[Glyph], strokes: &[Stroke], bounds: RectPx) -> Vec<TextSpan> {
    let mut placed = place(glyphs, strokes, bounds);
    let height = ink_height(&placed);
    placed.drain(..leading_grid(&placed, height));
    let mut spans = Vec::new();
    let mut run: Vec<Placed> = Vec::new();
    for (at, letter) in placed.iter().enumerate() {
        if is_mark(&placed, at, height) {
            spans.extend(span(&std::mem::take(&mut run), height));
            continue;
        }
        let parted = |last: &Placed| {
            gap(last, letter) as f32 > PART_GAP * height
                || has_border(strokes, last.area.right()..letter.area.x + 1, height)
        };
        if run.last().is_some_and(parted) {
            spans.extend(span(&std::mem::take(&mut run), height));
        }
        run.push(letter.clone());
    }
    spans.extend(span(&run, height));
    spans
}

/// Whether the side of a box, much taller than the letters, stands between two places.
fn has_border(strokes: &[Stroke], between: std::ops::Range<i32>, height: f32) -> bool {
    let tall = |s: &Stroke| (s.bottom - s.top) as f32 > 1.5 * height && s.to - s.from <= 4;
    strokes.iter().any(|s| s.from >= between.start && s.to <= between.end && tall(s))
}

/// The height of a line's letters. Borders of what stands beside them are no letters.
fn ink_height(placed: &[Placed]) -> f32 {
    let mut heights: Vec<i32> = placed.iter().map(|p| p.area.h).collect();
    heights.sort_unstable();
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(0);
    heights.into_iter().rfind(|h| *h <= 2 * usual).unwrap_or(0).max(4) as f32
}

/// A visible character with the box of its ink.
#[derive(Debug, Clone)]
struct Placed {
    text: String,
    probability: f32,
    fast: f32,
    area: RectPx,
    /// Whether a space was read before it.
    spaced: bool,
    /// Whether it shares its ink's box with a neighbour.
    joined: bool,
    /// Whether it was read right where its ink is.
    exact: bool,
    /// How many pixels of its run of ink are inked.
    ink: i32,
}

impl Placed {
    /// What was read as the space above it.
    fn low_line(stroke: &Stroke) -> Self {
        let area = RectPx::from_corners(stroke.from, stroke.top, stroke.to, stroke.bottom);
        let (probability, fast) = (LOW_LINE, LOW_LINE);
        Self { text: "_".into(), probability, fast, area, spaced: false, joined: false, exact: true, ink: stroke.ink }
    }
}

/// The low line that fills the space between two characters: those of one pixel are overlooked.
fn low_line<'a>(
    strokes: &'a [Stroke],
    before: Option<&Glyph>,
    space: &Glyph,
    after: Option<&Glyph>,
) -> Option<&'a Stroke> {
    let (before, after) = (before?, after?);
    let mut heights: Vec<i32> = strokes.iter().map(|s| s.bottom - s.top).collect();
    let mut feet: Vec<i32> = strokes.iter().map(|s| s.bottom).collect();
    heights.sort_unstable();
    feet.sort_unstable();
    let (high, foot) = (*heights.get(heights.len() / 2)?, *feet.get(feet.len() / 2)?);
    let is_line = |s: &Stroke| (s.bottom - s.top) * 5 <= high && (s.to - s.from) * 3 >= high;
    let is_low = |s: &Stroke| s.top >= foot - high / 8;
    let near = |a: &Stroke, b: &Stroke| (b.from - a.to) * 2 <= high;
    let fills = |at: usize| near(&strokes[at - 1], &strokes[at]) && near(&strokes[at], &strokes[at + 1]);
    let inside = |s: &Stroke| s.from as f32 > before.x && (s.to as f32) < after.x;
    let at = (1..strokes.len().saturating_sub(1)).find(|&at| {
        let s = &strokes[at];
        inside(s) && is_line(s) && is_low(s) && fills(at)
    })?;
    // Spaces beside a low line are others.
    let reach = high as f32 / 2.0;
    let stroke = &strokes[at];
    (stroke.from as f32 - reach <= space.x && space.x <= stroke.to as f32 + reach).then_some(stroke)
}

fn place(glyphs: &[Glyph], strokes: &[Stroke], bounds: RectPx) -> Vec<Placed> {
    let stroke_of = |x: f32| {
        let distance = |s: &Stroke| (s.from as f32 - x).max(x - s.to as f32).max(0.0);
        let nearest = (0..strokes.len()).min_by(|&a, &b| distance(&strokes[a]).total_cmp(&distance(&strokes[b])));
        nearest.filter(|&s| distance(&strokes[s]) <= bounds.h as f32 / 4.0)
    };
    let at: Vec<Option<usize>> = glyphs.iter().map(|g| stroke_of(g.x)).collect();
    let mut placed = Vec::new();
    let mut spaced = false;
    for (i, glyph) in glyphs.iter().enumerate() {
        if glyph.text == " " {
            match low_line(strokes, glyphs[..i].last(), glyph, glyphs.get(i + 1)) {
                Some(line) => placed.push(Placed::low_line(line)),
                None => spaced = true,
            }
            continue;
        }
        let shares = |j: usize| glyphs.get(j).is_some_and(|g| g.text != " ") && at.get(j) == Some(&at[i]);
        let exact = at[i].is_some_and(|s| glyph.x >= strokes[s].from as f32 && glyph.x <= strokes[s].to as f32);
        let joined = shares(i + 1) || (i > 0 && shares(i - 1));
        let area = match at[i].map(|s| strokes[s]) {
            Some(s) if !joined => RectPx::from_corners(s.from, s.top, s.to, s.bottom),
            Some(s) => {
                // Several letters in one run of ink: each takes its part.
                let before = (i > 0 && shares(i - 1)).then(|| (glyphs[i - 1].x + glyph.x) / 2.0);
                let after = shares(i + 1).then(|| (glyphs[i + 1].x + glyph.x) / 2.0);
                let left = before.map_or(s.from, |x| x as i32).clamp(s.from, s.to - 1);
                RectPx::from_corners(left, s.top, after.map_or(s.to, |x| x as i32).clamp(left + 1, s.to), s.bottom)
            }
            None => RectPx::new((glyph.x as i32).clamp(bounds.x, bounds.right() - 1), bounds.y, 1, bounds.h),
        };
        placed.push(Placed {
            text: glyph.text.clone(),
            probability: glyph.probability,
            fast: glyph.fast,
            area,
            spaced,
            joined,
            exact,
            ink: at[i].map_or(0, |s| strokes[s].ink),
        });
        spaced = false;
    }
    let visible = glyphs.iter().zip(&at).filter(|(glyph, _)| glyph.text != " ");
    widen(&mut placed, &visible.filter_map(|(_, at)| *at).collect::<Vec<_>>(), strokes);
    placed
}

/// Ink that no character was placed on goes to its neighbour: positions are not exact, and a narrow
/// letter may have been placed on the ink of the next.
fn widen(placed: &mut [Placed], used: &[usize], strokes: &[Stroke]) {
    let height = ink_height(placed);
    for (_, stroke) in strokes.iter().enumerate().filter(|(i, _)| !used.contains(i)) {
        // What is much taller than the letters is the border of what they stand in.
        if (stroke.bottom - stroke.top) as f32 > 1.5 * height {
            continue;
        }
        let distance = |p: &Placed| (stroke.from - p.area.right()).max(p.area.x - stroke.to);
        // Farther off it is an icon or a box to tick.
        let reach = ((stroke.bottom - stroke.top) / 6).max(3);
        let near = placed.iter_mut().min_by_key(|p| distance(p)).filter(|p| distance(p) <= reach);
        if let Some(letter) = near {
            let ink = RectPx::from_corners(stroke.from, stroke.top, stroke.to, stroke.bottom);
            letter.area = letter.area.union(&ink);
        }
    }
}

const fn gap(left: &Placed, right: &Placed) -> i32 {
    right.area.x - left.area.right()
}

fn is_mark(placed: &[Placed], at: usize, height: f32) -> bool {
    let letter = &placed[at];
    let is_end = at == 0 || at + 1 == placed.len();
    // A box to tick before its label may touch it; no word begins or ends with one.
    if is_end && !letter.text.is_empty() && DRAWN.contains(&letter.text) {
        return true;
    }
    if letter.joined || placed.len() == 1 {
        return false;
    }
    let before = at.checked_sub(1).map(|i| (&placed[i], letter));
    let after = placed.get(at + 1).map(|next| (letter, next));
    let apart = |pair: Option<(&Placed, &Placed)>, least: f32| {
        pair.is_none_or(|(a, b)| gap(a, b) as f32 >= least * height * if b.spaced { 1.0 } else { UNREAD_GAP })
    };
    // Several drawn signs side by side are a rating or an ornament, and no letters of the word behind them.
    let drawn = |p: &Placed| !p.text.is_empty() && DRAWN.contains(&p.text);
    let in_row = before.is_some_and(|(b, _)| drawn(b)) || after.is_some_and(|(_, a)| drawn(a));
    let is_drawn = drawn(letter) && (in_row || (apart(before, ICON_GAP) && apart(after, ICON_GAP)));
    let at_end = before.is_none() || after.is_none();
    // A text cursor stands close to what was typed, thinner and taller than its letters.
    let thin = letter.area.w <= (letter.area.h / 8).max(1) && "|Il1".contains(&letter.text);
    let others = placed.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, p)| p.area.h).max().unwrap_or(0);
    let is_caret = at_end && ((letter.text == "|" && letter.area.w <= 3) || (thin && letter.area.h * 7 > others * 8));
    let alone = apart(before, ICON_GAP) && apart(after, ICON_GAP);
    // Whether a space was read beside a circle says little: it was taken for a letter.
    let aside =
        |pair: Option<(&Placed, &Placed)>| pair.is_none_or(|(a, b)| gap(a, b) as f32 >= 0.6 * ICON_GAP * height);
    let near_alone = aside(before) && aside(after);
    // A radio button's circle is larger than the letters of its label, a field's border much larger.
    let round = "OoQ0C@".contains(&letter.text) && (letter.area.w - letter.area.h).abs() <= letter.area.h / 6;
    let is_circle = near_alone && round && letter.area.h * 10 > others * 11;
    let is_border = at_end && "[](){}|".contains(&letter.text) && letter.area.h as f32 > 1.5 * height;
    is_drawn
        || is_caret
        || is_circle
        || is_border
        || (at_end && alone && (CLOSERS.contains(&letter.text) || !is_certain(letter)))
}

/// Whether a letter is wider than any in a text face.
const fn wide_for(letter: &Placed) -> bool {
    letter.area.w * 5 > letter.area.h * 7
}

/// Whether a character that stands alone is one, and not an icon that looks like one.
fn is_certain(letter: &Placed) -> bool {
    let Some(c) = letter.text.chars().next() else { return false };
    let both = |fast: f32, careful: f32| letter.fast >= fast && letter.probability >= careful;
    let wide = letter.area.w * 20 > letter.area.h * 17;
    match c {
        _ if DRAWN.contains(c) => false,
        '0'..='9' => !wide && (both(0.8, 0.98) || both(0.98, 0.9)),
        // Words of one letter, as many languages have them.
        _ if "AaIiEeYyUuWwZzÀàÉé".contains(c) => letter.fast.max(letter.probability) >= 0.9 && !wide_for(letter),
        _ if c.is_alphabetic() => both(0.98, 0.95),
        _ if "()[]{};:.,*-–—%/&$€£#!?\"'".contains(c) => letter.fast.max(letter.probability) >= 0.6,
        _ => both(0.985, 0.985),
    }
}

/// The text that some letters are; `None` where they are rather ornaments.
fn span(letters: &[Placed], height: f32) -> Option<TextSpan> {
    let (first, last) = (letters.first()?, letters.last()?);
    let confidence = letters.iter().map(|l| l.probability).sum::<f32>() / letters.len() as f32;
    // A sign that stands alone may be an icon: whoever knows what it stands in may know better.
    let is_sign = letters.len() == 1 && !is_certain(first) && !DRAWN.contains(&first.text);
    let confidence = if is_sign { confidence * LEAST_CONFIDENCE } else { confidence };
    let ink = letters.iter().fold(RectPx::default(), |all, l| all.union(&l.area));
    if is_grid(letters, ink) || is_outline(letters) {
        return None;
    }
    if confidence < if is_sign { LEAST_SIGN } else { LEAST_CONFIDENCE }
        || (letters.len() == 1 && DRAWN.contains(&first.text))
    {
        return None;
    }
    let area = RectPx::from_corners(first.area.x, ink.y, last.area.right(), ink.bottom());
    let mut words = words(&cased(letters), height, area);
    let right = spelling::put_right(words.iter().map(|w| w.text.clone()).collect());
    words.iter_mut().zip(right).for_each(|(word, text)| word.text = text);
    let text = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    Some(TextSpan { text, area, confidence, words, window: None })
}

/// The letters, small or large as their height beside the others says.
fn cased(letters: &[Placed]) -> Vec<Placed> {
    let plain = |l: &&Placed| l.exact && !l.joined;
    let usual = |is: fn(&str) -> bool| {
        let mut heights: Vec<i32> = letters.iter().filter(plain).filter(|l| is(&l.text)).map(|l| l.area.h).collect();
        heights.sort_unstable();
        heights.get(heights.len() / 2).copied()
    };
    let heights = Heights { tall: usual(spelling::is_tall), low: usual(spelling::is_low) };
    let mut cased = letters.to_vec();
    // Small letters stand within words that have others like them.
    let is_small = |l: &Placed| l.text.chars().all(|c| c.is_lowercase());
    for at in 0..letters.len() {
        let begins = at == 0 || letters[at].spaced;
        let end = (at + 1..letters.len()).find(|&i| letters[i].spaced).unwrap_or(letters.len());
        let stands = match begins && end - at > 1 {
            true if letters[at + 1..end].iter().any(is_small) => Stands::First,
            true => Stands::Leading,
            false => Stands::Within,
        };
        let letter = &letters[at];
        if plain(&letter)
            && let Some(text) = spelling::by_height(&letter.text, letter.area.h, heights, stands)
        {
            cased[at].text = text;
        }
    }
    cased
}

/// How many letters at the beginning of a line are the four squares that are often read as two eights.
fn leading_grid(placed: &[Placed], height: f32) -> usize {
    let [first, second, next, ..] = placed else { return 0 };
    let apart = next.spaced || gap(second, next) as f32 > ICON_GAP * height;
    if apart && is_grid(&placed[..2], first.area.union(&second.area)) { 2 } else { 0 }
}

/// Whether what was read as two eights is four squares: digits are higher than wide.
fn is_grid(letters: &[Placed], ink: RectPx) -> bool {
    letters.len() == 2 && letters.iter().all(|l| l.text == "8") && ink.w * 100 < ink.h * 112
}

/// Whether a large ring that stands alone has lines much finer than those of letters: the outline of something.
fn is_outline(letters: &[Placed]) -> bool {
    let [letter] = letters else { return false };
    let a = letter.area;
    "DOQ0CGUBR8".contains(&letter.text) && a.h >= 20 && !letter.joined && letter.ink * 100 < a.w * a.h * 22
}

fn words(letters: &[Placed], height: f32, line: RectPx) -> Vec<Word> {
    let mut gaps: Vec<i32> = letters.windows(2).filter(|p| !p[1].spaced).map(|p| gap(&p[0], &p[1])).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0).max(1);
    let is_space = |left: &Placed, right: &Placed| {
        let wide = gap(left, right);
        // Digits stand in columns of one width, so that a 1 has wide gaps of its own.
        let narrow = [left, right].iter().any(|l| matches!(l.text.as_str(), "1" | "." | "," | "'" | ":" | "|"));
        let least = if narrow { 1.6 * SPACE_GAP } else { SPACE_GAP };
        let exact = left.exact && right.exact && !left.joined && !right.joined;
        right.spaced || (exact && wide as f32 >= least * height && wide >= 3 * usual && wide >= 4)
    };
    let mut words: Vec<Word> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let begins = at == 0 || is_space(&letters[at - 1], letter);
        match words.last_mut().filter(|_| !begins) {
            Some(word) => {
                word.text.push_str(&letter.text);
                word.area = word.area.union(&letter.area);
            }
            None => words.push(Word { text: letter.text.clone(), area: letter.area }),
        }
    }
    for word in &mut words {
        (word.area.y, word.area.h) = (line.y, line.h);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Glyphs of `text`, one per stroke; a space is a gap of six pixels, `_` one of ten without a space that was read.
    fn line(text: &str) -> (Vec<Glyph>, Vec<Stroke>, RectPx) {
        let (mut glyphs, mut strokes, mut x) = (Vec::new(), Vec::new(), 2);
        for c in text.chars() {
            match c {
                ' ' => glyphs.push(Glyph {
                    text: " ".into(),
                    x: x as f32 + 3.0,
                    probability: 1.0,
                    missing: 0.0,
                    fast: 1.0,
                }),
                '_' => x += 4,
                _ => {
                    glyphs.push(Glyph {
                        text: c.to_string(),
                        x: x as f32 + 3.0,
                        probability: 0.99,
                        missing: 0.0,
                        fast: 0.99,
                    });
                    strokes.push(Stroke { from: x, to: x + 7, top: 3, bottom: 15, ink: 40 });
                    x += 8;
                    continue;
                }
            }
            x += 6;
        }
        (glyphs, strokes, RectPx::new(0, 0, x + 2, 18))
    }

    fn check(text: &str, expected: &[&str]) {
        let (glyphs, strokes, bounds) = line(text);
        let spans = tidy(&glyphs, &strokes, bounds);
        let texts: Vec<&str> = spans.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, expected, "{text}");
    }

    #[test]
    fn icons_beside_a_text_are_no_part_of_it() {
        check("☆_Starred", &["Starred"]);
        check("tab_×", &["tab"]);
        check("size_■_Sync", &["size", "Sync"]);
        check("3 × 4", &["3 × 4"]);
        check("a>b", &["a>b"]);
    }

    #[test]
    fn a_wide_gap_is_a_space() {
        check("7_Apr", &["7 Apr"]);
        check("two words", &["two words"]);
    }

    #[test]
    fn a_low_line_in_a_space_is_no_space() {
        let (glyphs, mut strokes, bounds) = line("ab cd");
        let gap = (strokes[1].to, strokes[2].from);
        let low = Stroke { from: gap.0 + 1, to: gap.1 - 1, top: 16, bottom: 17, ink: 5 };
        strokes.insert(2, low);
        assert_eq!(tidy(&glyphs, &strokes, bounds)[0].text, "ab_cd");
        // A dash is higher.
        strokes[2] = Stroke { top: 9, bottom: 10, ..low };
        assert_eq!(tidy(&glyphs, &strokes, bounds)[0].text, "ab cd");
    }

    #[test]
    fn a_lone_character_must_be_sure() {
        let (mut glyphs, strokes, bounds) = line("7");
        assert_eq!(tidy(&glyphs, &strokes, bounds)[0].text, "7");
        glyphs[0].fast = 0.0;
        assert!(tidy(&glyphs, &strokes, bounds)[0].confidence < LEAST_CONFIDENCE);
        glyphs[0].probability = 0.2;
        assert!(tidy(&glyphs, &strokes, bounds).is_empty());
    }

    #[test]
    fn words_end_where_their_ink_ends() {
        let (glyphs, strokes, bounds) = line("ab cd");
        let words = tidy(&glyphs, &strokes, bounds)[0].words.clone();
        assert_eq!(words[0].area, RectPx::new(2, 3, 15, 12));
        assert_eq!(words[1].area, RectPx::new(24, 3, 15, 12));
    }

    proptest! {
        #[test]
        fn any_glyphs_on_any_ink_stay_in_the_crop(
            glyphs in prop::collection::vec((".", -5f32..130.0, 0f32..1.0), 0..14),
            cuts in prop::collection::btree_set(0i32..100, 0..16),
        ) {
            let glyphs: Vec<Glyph> =
                glyphs.into_iter().map(|(text, x, probability)| Glyph { text, x, probability, missing: 0.0, fast: probability }).collect();
            let cuts: Vec<i32> = cuts.into_iter().collect();
            let stroke = |pair: &[i32]| Stroke { from: pair[0], to: pair[1], top: 1, bottom: 9, ink: 8 };
            let strokes: Vec<Stroke> = cuts.chunks_exact(2).map(stroke).collect();
            for span in tidy(&glyphs, &strokes, RectPx::new(0, 0, 100, 10)) {
                prop_assert!(!span.text.is_empty() && !span.words.is_empty());
                prop_assert!(span.words.iter().all(|w| w.area.x >= 0 && w.area.right() <= 100));
            }
        }
    }
}
