//! Readings by example: which words of a sentence a network marks as the name of a field, its value, a thing to press.
//!
//! A mark is a sense and a slot of it, "fill.field". For one sense after the other the best marks are looked for, and
//! only what fills the slots of a sense becomes a reading. The network proposes; what may not be guessed at is kept out
//! here: what a sentence forbids, and what it only half says.

use super::tokens::Token;
use crate::infer::Marks;
use std::collections::BTreeMap;
use std::ops::Range;

/// Senses that are looked for one by one, by how likely some word of theirs is.
const LOOKED_AT: usize = 4;

/// Words of a sentence in the slots of one sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub sense: String,
    /// In the order of the sentence: the name of the slot, and the tokens in it.
    pub slots: Vec<(String, Range<usize>)>,
}

/// Acts that a run of tokens may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub acts: Vec<Act>,
    /// Natural logarithm of how likely the marks are, all of them together.
    pub log: f32,
}

/// What may be meant by `tokens`, which are a part of the sentence that `marks` are for; the likeliest first.
pub fn proposals(marks: &Marks, tokens: &[Token]) -> Vec<Proposal> {
    let scored = scored(marks, tokens);
    let mut all: Vec<Proposal> = Vec::new();
    let mut add = |allowed: &[usize]| {
        let (spans, log) = best_spans(&scored, allowed);
        let marked: Vec<Marked<'_>> =
            spans.into_iter().map(|(label, range)| (marks.labels[label].as_str(), range)).collect();
        let acts = acts_of(&marked);
        if !acts.is_empty() && !all.iter().any(|p| p.acts == acts) {
            all.push(Proposal { acts, log });
        }
    };
    let any: Vec<usize> = (0..marks.labels.len()).collect();
    add(&any);
    for sense in likely_senses(&marks.labels, &scored) {
        let of_sense: Vec<usize> = any.iter().copied().filter(|&l| sense_of(&marks.labels[l]) == sense).collect();
        add(&of_sense);
    }
    all.sort_by(|a, b| b.log.total_cmp(&a.log));
    all
}

/// For every token the scores of being outside, and of each label that it begins and that it goes on with; a token is
/// marked as a whole.
pub fn scored(marks: &Marks, tokens: &[Token]) -> Vec<Vec<f32>> {
    let of_token = |token: &Token| {
        let mut pieces = marks.pieces.iter().filter(|p| p.bytes.start < token.end && p.bytes.end > token.start);
        let mut scores = pieces.next().map_or_else(|| vec![0.0; 2 * marks.labels.len() + 1], |p| p.scores.clone());
        for piece in pieces {
            scores[0] += piece.scores[0];
            for label in 0..marks.labels.len() {
                scores[2 * label + 1] += piece.scores[2 * label + 2];
                scores[2 * label + 2] += piece.scores[2 * label + 2];
            }
        }
        scores
    };
    tokens.iter().map(of_token).collect()
}

fn sense_of(label: &str) -> &str {
    label.split('.').next().unwrap_or(label)
}

/// The senses of the likeliest marks.
fn likely_senses<'a>(labels: &'a [String], scored: &[Vec<f32>]) -> Vec<&'a str> {
    let mut best: BTreeMap<&str, f32> = BTreeMap::new();
    for (label, name) in labels.iter().enumerate() {
        let highest = scored.iter().map(|s| s[2 * label + 1] - s[0]).fold(f32::NEG_INFINITY, f32::max);
        let known = best.entry(sense_of(name)).or_insert(f32::NEG_INFINITY);
        *known = known.max(highest);
    }
    let mut ranked: Vec<(&str, f32)> = best.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked.into_iter().take(LOOKED_AT).map(|(sense, _)| sense).collect()
}

/// A label and the tokens that it marks.
type Span = (usize, Range<usize>);

/// The likeliest marks with the labels of `allowed`, each from its beginning on: the best path by dynamic programming.
fn best_spans(scored: &[Vec<f32>], allowed: &[usize]) -> (Vec<Span>, f32) {
    let Some(first) = scored.first() else { return (Vec::new(), 0.0) };
    // States: 0 outside, 2k + 1 at the beginning of the k-th allowed label, 2k + 2 inside it.
    let states = 2 * allowed.len() + 1;
    let is_inside = |state: usize| state > 0 && state.is_multiple_of(2);
    let score = |scores: &[f32], state: usize| {
        if state == 0 { scores[0] } else { scores[2 * allowed[(state - 1) / 2] + 2 - state % 2] }
    };
    let best = |so_far: &[f32]| (0..states).max_by(|&a, &b| so_far[a].total_cmp(&so_far[b])).unwrap_or(0);
    let mut so_far: Vec<f32> =
        (0..states).map(|s| if is_inside(s) { f32::NEG_INFINITY } else { score(first, s) }).collect();
    let mut path: Vec<Vec<usize>> = Vec::with_capacity(scored.len());
    for scores in &scored[1..] {
        let likeliest = best(&so_far);
        let goes_on = |s: usize| if so_far[s - 1] > so_far[s] { s - 1 } else { s };
        let from: Vec<usize> = (0..states).map(|s| if is_inside(s) { goes_on(s) } else { likeliest }).collect();
        so_far = (0..states).map(|s| so_far[from[s]] + score(scores, s)).collect();
        path.push(from);
    }
    let mut state = best(&so_far);
    let log = so_far[state];
    let mut walked = vec![state];
    for from in path.iter().rev() {
        state = from[state];
        walked.push(state);
    }
    walked.reverse();
    (spans_of(&walked, allowed), log)
}

fn spans_of(states: &[usize], allowed: &[usize]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (at, &state) in states.iter().enumerate() {
        match state {
            0 => {}
            s if s % 2 == 1 => spans.push((allowed[(s - 1) / 2], at..at + 1)),
            _ => {
                if let Some((_, range)) = spans.last_mut() {
                    range.end = at + 1;
                }
            }
        }
    }
    spans
}

/// A label's name and the tokens that it marks.
type Marked<'a> = (&'a str, Range<usize>);

/// Marks as acts: one ends where the sense changes, or where a slot comes again of which there can be but one.
fn acts_of(marked: &[Marked<'_>]) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    for (label, range) in marked {
        let Some((sense, slot)) = label.split_once('.') else { continue };
        let goes_on = acts.last().is_some_and(|act| {
            act.sense == sense && (is_many(sense, slot) || !act.slots.iter().any(|(known, _)| known == slot))
        });
        if !goes_on {
            acts.push(Act { sense: sense.to_owned(), slots: Vec::new() });
        }
        if let Some(act) = acts.last_mut() {
            act.slots.push((slot.to_owned(), range.clone()));
        }
    }
    // What is said twice is done once: "scroll, all the way down".
    acts.dedup_by(|b, a| a.sense == b.sense && b.slots.iter().all(|(slot, _)| slot == "act" || slot == "page"));
    acts
}

/// Whether a slot may come several times in one act.
fn is_many(sense: &str, slot: &str) -> bool {
    match slot {
        "option" => ["many", "only", "but", "tick", "untick", "row"].contains(&sense),
        "item" | "field" | "value" => ["menu", "context", "fill"].contains(&sense),
        "target" => ["click", "click2"].contains(&sense),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;
    use crate::infer::MarkedPiece;

    const LABELS: [&str; 3] = ["fill.field", "fill.value", "click.target"];

    /// Marks for `text`, one piece a word; `of` gives for each word label, whether it goes on, and how likely that is.
    fn marks(text: &str, of: &[(Option<usize>, bool, f32)]) -> Marks {
        let states = 2 * LABELS.len() + 1;
        let piece = |(word, (label, inside, likely)): (&Token, &(Option<usize>, bool, f32))| {
            let rest = ((1.0 - likely) / (states - 1) as f32).ln();
            let mut scores = vec![rest; states];
            let state = label.map_or(0, |l| 2 * l + if *inside { 2 } else { 1 });
            scores[state] = likely.ln();
            MarkedPiece { bytes: word.start..word.end, scores }
        };
        let pieces = tokens(text).iter().zip(of).map(piece).collect();
        Marks { labels: LABELS.map(str::to_owned).into(), pieces }
    }

    #[test]
    fn marks_become_acts() {
        let text = "Surname Okafor Day May 4 and press Go";
        let (field, value, target) = (Some(0), Some(1), Some(2));
        let of = [
            (field, false, 0.9),
            (value, false, 0.9),
            (field, false, 0.9),
            (value, false, 0.9),
            (value, true, 0.8),
            (None, false, 0.9),
            (None, false, 0.9),
            (target, false, 0.9),
        ];
        let found = proposals(&marks(text, &of), &tokens(text));
        let slots = |acts: &[Act]| acts.iter().map(|a| (a.sense.clone(), a.slots.len())).collect::<Vec<_>>();
        assert_eq!(slots(&found[0].acts), [("fill".to_owned(), 4), ("click".to_owned(), 1)]);
        assert_eq!(found[0].acts[0].slots[3], ("value".to_owned(), 3..5));
        // Each sense by itself is a proposal, too, and a worse one.
        assert!(found.len() > 1 && found[1].log < found[0].log);
    }

    #[test]
    fn a_part_of_a_sentence_has_the_marks_of_that_part() {
        let text = "press Go now";
        let of = [(None, false, 0.9), (Some(2), false, 0.9), (None, false, 0.9)];
        let all = tokens(text);
        let found = proposals(&marks(text, &of), &all[1..2]);
        assert_eq!(found[0].acts, [Act { sense: "click".into(), slots: vec![("target".into(), 0..1)] }]);
        assert!(proposals(&marks(text, &of), &[]).is_empty());
    }

    #[test]
    fn what_nothing_begins_is_no_mark() {
        let text = "so it is";
        let of = [(None, false, 0.9), (Some(0), true, 0.5), (None, false, 0.9)];
        let found = proposals(&marks(text, &of), &tokens(text));
        assert!(found.first().is_none_or(|p| p.log < -2.0), "{found:?}");
        // Nor at the head of a clause.
        let of = [(Some(0), true, 0.5), (None, false, 0.9), (None, false, 0.9)];
        let found = proposals(&marks(text, &of), &tokens(text));
        assert!(found.first().is_none_or(|p| p.log < -2.0), "{found:?}");
    }
}
