//! How well words and elements were read, against what is known to be there. Pure.

use crate::screen::{Role, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A box as peers and pages give it: left, top, width, height in pixels of the picture.
pub type Box4 = [f32; 4];

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenWord {
    pub text: String,
    #[serde(rename = "box")]
    pub area: Box4,
}

/// A line that is known to be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrueLine {
    #[serde(rename = "box")]
    pub area: Box4,
    pub words: Vec<SeenWord>,
}

/// Counts that add up over screens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Counts {
    pub hits: u32,
    pub seen: u32,
    pub there: u32,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.seen += other.seen;
        self.there += other.there;
    }

    pub fn precision(&self) -> f64 {
        f64::from(self.hits) / f64::from(self.seen.max(1))
    }

    pub fn recall(&self) -> f64 {
        f64::from(self.hits) / f64::from(self.there.max(1))
    }

    /// The harmonic mean of precision and recall; 1 where nothing was there and nothing was seen.
    pub fn f1(&self) -> f64 {
        if self.seen + self.there == 0 {
            return 1.0;
        }
        2.0 * f64::from(self.hits) / f64::from(self.seen + self.there)
    }
}

/// How a text was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct TextScore {
    pub words: Counts,
    /// Characters inserted, dropped or changed, lines that were missed or made up included.
    pub wrong_characters: u32,
    pub characters: u32,
}

impl TextScore {
    pub fn add(&mut self, other: Self) {
        self.words.add(other.words);
        self.wrong_characters += other.wrong_characters;
        self.characters += other.characters;
    }

    /// The character error rate.
    pub fn error_rate(&self) -> f64 {
        f64::from(self.wrong_characters) / f64::from(self.characters.max(1))
    }
}

/// Signs that are drawn so much alike that no reader is asked to tell them apart.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '‘' | '’' | '‚' | '′' | '`' | '´' => folded.push('\''),
            '“' | '”' | '„' | '″' => folded.push('"'),
            '–' | '—' | '−' | '‐' | '‑' => folded.push('-'),
            '…' => folded.push_str("..."),
            '·' | '∙' | '•' => folded.push('·'),
            '\u{a0}' | '\u{202f}' => folded.push(' '),
            '：' => folded.push(':'),
            '，' => folded.push(','),
            '（' => folded.push('('),
            '）' => folded.push(')'),
            '！' => folded.push('!'),
            '？' => folded.push('?'),
            _ => folded.push(c),
        }
    }
    folded
}

fn shared(a_from: f32, a_length: f32, b_from: f32, b_length: f32) -> f32 {
    let common = (a_from + a_length).min(b_from + b_length) - a_from.max(b_from);
    (common / a_length.min(b_length).max(1.0)).max(0.0)
}

/// Whether two boxes share at least half of the smaller one's width and height.
fn same_place(a: &Box4, b: &Box4) -> bool {
    shared(a[0], a[2], b[0], b[2]) >= 0.5 && shared(a[1], a[3], b[1], b[3]) >= 0.5
}

/// Scores `seen` against the lines that are `there`.
///
/// A word counts when it reads the same and stands at the same place; each counts once. Characters are
/// compared line by line: the words seen on a line, from the left, against the line.
pub fn score_text(seen: &[SeenWord], there: &[TrueLine]) -> TextScore {
    let mut free: Vec<(String, &SeenWord)> = seen.iter().map(|w| (fold(&w.text), w)).collect();
    let truth: Vec<&SeenWord> = there.iter().flat_map(|l| &l.words).collect();
    let mut hits = 0;
    for word in &truth {
        let wanted = fold(&word.text);
        if let Some(at) = free.iter().position(|(text, w)| *text == wanted && same_place(&w.area, &word.area)) {
            free.swap_remove(at);
            hits += 1;
        }
    }
    let words = Counts { hits, seen: seen.len() as u32, there: truth.len() as u32 };
    let (wrong_characters, characters) = score_characters(seen, there);
    TextScore { words, wrong_characters, characters }
}

fn score_characters(seen: &[SeenWord], there: &[TrueLine]) -> (u32, u32) {
    let mut on_line: Vec<Vec<&SeenWord>> = vec![Vec::new(); there.len()];
    let (mut wrong, mut characters) = (0, 0);
    for word in seen {
        let overlap = |line: &TrueLine| {
            let (a, b) = (&word.area, &line.area);
            shared(a[0], a[2], b[0], b[2]) * shared(a[1], a[3], b[1], b[3])
        };
        let best = there.iter().map(overlap).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        match best.filter(|(_, overlap)| *overlap > 0.25) {
            Some((line, _)) => on_line[line].push(word),
            None => wrong += word.text.chars().count() as u32,
        }
    }
    for (line, mut words) in there.iter().zip(on_line) {
        words.sort_by(|a, b| (a.area[0]).total_cmp(&b.area[0]));
        let join = |words: Vec<&str>| fold(&words.join(" "));
        let read = join(words.iter().map(|w| w.text.as_str()).collect());
        let truth = join(line.words.iter().map(|w| w.text.as_str()).collect());
        characters += truth.chars().count() as u32;
        wrong += strsim::levenshtein(&read, &truth) as u32;
    }
    (wrong, characters)
}

/// An element that was seen or is known to be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenElement {
    pub role: Role,
    #[serde(rename = "box")]
    pub area: Box4,
    #[serde(default)]
    pub state: State,
}

/// An element as it is written down beside a picture.
#[derive(Deserialize)]
pub struct TrueElement {
    role: serde_json::Value,
    #[serde(rename = "box")]
    area: Box4,
    #[serde(default)]
    state: State,
}

impl TrueElement {
    /// The element, where sight knows its role.
    pub fn known(self) -> Option<SeenElement> {
        let role = serde_json::from_value::<Role>(self.role).ok()?;
        Some(SeenElement { role, area: self.area, state: self.state })
    }
}

fn iou(a: &Box4, b: &Box4) -> f32 {
    let side = |i: usize| ((a[i] + a[i + 2]).min(b[i] + b[i + 2]) - a[i].max(b[i])).max(0.0);
    let common = side(0) * side(1);
    common / (a[2] * a[3] + b[2] * b[3] - common).max(1.0)
}

/// Which elements are hits: places in `seen` and in `there`, each at most once. A hit has the role and an
/// intersection over union of at least one half.
pub fn match_elements(seen: &[SeenElement], there: &[SeenElement]) -> Vec<(usize, usize)> {
    pairs(seen, there, |s, t| s.role == t.role)
}

/// Places of pairs in `seen` and `there` with an intersection over union of at least one half that may be one by
/// `fits`, the best first, each at most once.
pub fn pairs(
    seen: &[SeenElement],
    there: &[SeenElement],
    fits: impl Fn(&SeenElement, &SeenElement) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for (i, s) in seen.iter().enumerate() {
        let near = |(j, t): (usize, &SeenElement)| fits(s, t).then(|| (iou(&s.area, &t.area), i, j));
        pairs.extend(there.iter().enumerate().filter_map(near).filter(|p| p.0 >= 0.5));
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut used_seen, mut used_there) = (vec![false; seen.len()], vec![false; there.len()]);
    pairs.retain(|&(_, i, j)| {
        let free = !used_seen[i] && !used_there[j];
        if free {
            (used_seen[i], used_there[j]) = (true, true);
        }
        free
    });
    pairs.into_iter().map(|(_, i, j)| (i, j)).collect()
}

/// Scores elements by role, as [`match_elements`] says.
pub fn score_elements(seen: &[SeenElement], there: &[SeenElement]) -> BTreeMap<String, Counts> {
    let mut table: BTreeMap<String, Counts> = BTreeMap::new();
    let mut row = |element: &SeenElement, add: Counts| {
        table.entry(element.role.name().to_owned()).or_default().add(add);
    };
    seen.iter().for_each(|s| row(s, Counts { seen: 1, ..Counts::default() }));
    there.iter().for_each(|t| row(t, Counts { there: 1, ..Counts::default() }));
    for (i, _) in match_elements(seen, there) {
        row(&seen[i], Counts { hits: 1, ..Counts::default() });
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x: f32) -> SeenWord {
        SeenWord { text: text.into(), area: [x, 10.0, 40.0, 16.0] }
    }

    fn line(words: &[SeenWord]) -> TrueLine {
        TrueLine { area: [0.0, 10.0, 200.0, 16.0], words: words.to_vec() }
    }

    #[test]
    fn a_perfect_reading_scores_one() {
        let words = [word("don’t", 0.0), word("stop", 50.0)];
        let score = score_text(&[word("stop", 52.0), word("don't", 1.0)], &[line(&words)]);
        assert_eq!(score.words, Counts { hits: 2, seen: 2, there: 2 });
        assert_eq!((score.wrong_characters, score.characters), (0, 10));
    }

    #[test]
    fn what_is_misread_missed_or_made_up_counts() {
        let truth = [line(&[word("save", 0.0), word("now", 50.0)])];
        let far = SeenWord { text: "xy".into(), area: [500.0, 300.0, 20.0, 16.0] };
        let score = score_text(&[word("sawe", 0.0), far], &truth);
        assert_eq!(score.words, Counts { hits: 0, seen: 2, there: 2 });
        assert_eq!((score.wrong_characters, score.characters), (1 + 4 + 2, 8));
    }

    #[test]
    fn the_right_word_at_the_wrong_place_is_no_hit() {
        let score = score_text(&[word("save", 90.0)], &[line(&[word("save", 0.0)])]);
        assert_eq!(score.words.hits, 0);
    }

    #[test]
    fn elements_need_their_role_and_half_their_box() {
        let element = |role, area| SeenElement { role, area, state: State::default() };
        let there = [element(Role::Button, [0.0, 0.0, 40.0, 20.0]), element(Role::CheckBox, [100.0, 0.0, 16.0, 16.0])];
        let seen = [element(Role::Button, [2.0, 1.0, 38.0, 20.0]), element(Role::Button, [100.0, 0.0, 16.0, 16.0])];
        let table = score_elements(&seen, &there);
        assert_eq!(table["button"], Counts { hits: 1, seen: 2, there: 1 });
        assert_eq!(table["check box"], Counts { hits: 0, seen: 0, there: 1 });
    }
}
