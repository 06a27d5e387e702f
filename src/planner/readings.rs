//! What a sentence may mean: the clauses it falls into, and the readings of each.

use super::Surroundings;
use super::clauses::{self, Joint};
use super::examples::{self, Example, Examples};
use super::grammar::{self, Form};
use super::intent::{Clause, Intent, Slots, intent};
use super::lexicon::Lexicon;
use super::matching::fit;
use super::place::take_app;
use super::template::Piece;
use super::tokens::{Kind, Token};
use super::turns::turns;
use crate::infer::Marks;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

/// What one more clause costs: a sentence is cut only where that reads better.
const CLAUSE: f32 = 3.0;
/// What it costs that a clause goes on with the verb of another.
const CARRIED: f32 = 3.5;
/// What words are worth that only tell why.
const REASON: f32 = -4.0;
/// Below this score for each token the best reading of a sentence is doubted: forms of which less than three words in four
/// are their own.
const SURE: f32 = 3.0;
/// How deep requests stand in requests: "if …, then …".
const DEPTH: u32 = 1;

/// A clause understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub intent: Intent,
    /// The application that it names as the place of the work.
    pub app: Option<String>,
    /// It goes on beside what was asked before it.
    pub beside: bool,
    /// What it was read as, in the grammar's words.
    pub meaning: String,
    pub template: String,
    pub score: f32,
    /// The words that it was read from.
    pub said: String,
    /// Which bytes of the sentence its slots hold; none where the slots hold whole sentences.
    pub held: Vec<Range<usize>>,
}

/// All that was made of a sentence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Understood {
    /// For every clause, its readings, the best first.
    pub clauses: Vec<Vec<Reading>>,
    /// What could not be read, where something could not.
    pub unread: Option<String>,
}

/// Reads the sentence `source`, cut into `tokens`.
pub fn read(source: &str, tokens: &[Token], around: &Surroundings) -> Understood {
    let by_form = Reader { source, around, marks: None, depth: DEPTH, known: Rc::default() }.sentence(tokens);
    if !by_form.is_doubtful(tokens) {
        return by_form;
    }
    let Some(marks) = around.marker.as_ref().and_then(|marker| marker.mark(source)) else { return by_form };
    let both = Reader { source, around, marks: Some(&marks), depth: DEPTH, known: Rc::default() }.sentence(tokens);
    // What could not be read is told in the words of the grammar.
    if both.unread.is_some() { by_form } else { both }
}

impl Understood {
    /// Whether something could not be read, or only in a form that leaves most of the words to its slots.
    fn is_doubtful(&self, tokens: &[Token]) -> bool {
        let score: f32 = self.clauses.iter().filter_map(|readings| readings.first()).map(|r| r.score).sum();
        self.unread.is_some() || score < SURE * tokens.len() as f32
    }
}

/// Readings by how deep they stand and the bytes that they were read from.
type Known = HashMap<(u32, usize, usize), Vec<Reading>>;

struct Reader<'a> {
    source: &'a str,
    around: &'a Surroundings,
    /// What a network says of the words of the sentence, where that is asked for.
    marks: Option<&'a Marks>,
    depth: u32,
    /// Readings of what stands between two bytes of the sentence.
    known: Rc<RefCell<Known>>,
}

/// The best way to read what ends at a joint.
#[derive(Clone)]
struct Way {
    score: f32,
    /// Where its last clause begins, and the readings of that.
    from: usize,
    readings: Vec<Reading>,
}

impl Reader<'_> {
    fn sentence(&self, tokens: &[Token]) -> Understood {
        let joints = clauses::joints(tokens);
        let ways = self.ways(tokens, &joints);
        let last = joints.len() - 1;
        if ways[last].is_none() {
            return Understood { clauses: Vec::new(), unread: Some(self.unread(tokens, &joints, &ways)) };
        }
        let mut found = Vec::new();
        let mut at = last;
        while at > 0 {
            let Some(way) = &ways[at] else { break };
            found.push(way.readings.clone());
            at = way.from;
        }
        found.reverse();
        Understood { clauses: found, unread: None }
    }

    /// For every joint the best way to read all that stands before it.
    fn ways(&self, tokens: &[Token], joints: &[Joint]) -> Vec<Option<Way>> {
        let mut ways: Vec<Option<Way>> = vec![None; joints.len()];
        ways[0] = Some(Way { score: 0.0, from: 0, readings: Vec::new() });
        for end in 1..joints.len() {
            for from in 0..end {
                let Some(before) = ways[from].as_ref().map(|w| w.score) else { continue };
                let inner = &tokens[joints[from].next..joints[end].at];
                let mut readings = if joints[from].own { self.clause(inner) } else { Vec::new() };
                if let (true, Some(verb)) = (readings.is_empty(), &joints[from].carried) {
                    readings = self.carried(&tokens[verb.clone()], inner, joints[from].then);
                }
                // What tells only why is passed over where something is asked for behind it.
                if readings.is_empty() && end + 1 < joints.len() && super::turns::is_reason(inner) {
                    readings = vec![self.reason(inner)];
                }
                let Some(best) = readings.first() else { continue };
                let score = before + best.score - CLAUSE + joints[end].strength;
                if ways[end].as_ref().is_none_or(|w| score > w.score) {
                    ways[end] = Some(Way { score, from, readings });
                }
            }
        }
        ways
    }

    fn reason(&self, tokens: &[Token]) -> Reading {
        let words = clauses::trim(tokens);
        let said = words.first().zip(words.last()).map_or("", |(a, b)| &self.source[a.start..b.end]).to_owned();
        Reading {
            intent: Intent::Leave(said.clone()),
            app: None,
            beside: false,
            meaning: "reason".into(),
            template: String::new(),
            score: REASON,
            said,
            held: Vec::new(),
        }
    }

    /// The readings of `tokens` with the verb of the clause before it; names in a list are no clauses. `then` says whether
    /// that word leads to them.
    fn carried(&self, verb: &[Token], tokens: &[Token], then: bool) -> Vec<Reading> {
        let lexicon = Lexicon::get();
        let rest = lexicon.strip_after(lexicon.strip_polite(clauses::trim(tokens)));
        // "After that C": in an order that is said, one more thing of the same kind.
        let ordered = rest.len() < tokens.len() && (1..=4).contains(&rest.len());
        if ordered {
            let readings = self.read_clause(&[verb, rest].concat());
            let clicks = readings
                .into_iter()
                .filter(|r| matches!(r.intent, Intent::Click { .. } | Intent::Tick { .. } | Intent::Expand { .. }));
            let clicks: Vec<Reading> = clicks.map(|r| Reading { score: r.score - CARRIED, ..r }).collect();
            if !clicks.is_empty() {
                return clicks;
            }
        }
        // "…, then OK": a name alone is pressed.
        if then && is_name(tokens) {
            let press = Token { kind: Kind::Word, text: "press".into(), lower: "press".into(), ..tokens[0].clone() };
            let press = Token { end: press.start, ..press };
            let readings = self.read_clause(&[std::slice::from_ref(&press), tokens].concat());
            let clicks = readings.into_iter().filter(|r| matches!(r.intent, Intent::Click { .. }));
            let clicks: Vec<Reading> = clicks.map(|r| Reading { score: r.score - CARRIED, ..r }).collect();
            if !clicks.is_empty() {
                return clicks;
            }
        }
        if tokens.len() < 3 {
            return Vec::new();
        }
        let whole = [verb, tokens].concat();
        let readings = self.read_clause(&whole);
        // "…: Sorry, no time this week" names no other record.
        let named = tokens[0].text != tokens[0].lower || ["the", "my", "that", "what"].iter().any(|w| tokens[0].is(w));
        let fits = readings.into_iter().filter(|r| named || !matches!(r.intent, Intent::Record { .. })).filter(|r| {
            matches!(
                r.intent,
                Intent::Drag { .. }
                    | Intent::Fill(_)
                    | Intent::Choose { list: Some(_), .. }
                    | Intent::Cell { .. }
                    | Intent::Suggest { .. }
                    | Intent::Record { .. }
                    | Intent::DragBy { .. }
                    | Intent::Expand { .. }
            )
        });
        fits.map(|r| Reading { score: r.score - CARRIED, ..r }).collect()
    }

    /// The words behind the last joint up to which everything was understood.
    fn unread(&self, tokens: &[Token], joints: &[Joint], ways: &[Option<Way>]) -> String {
        let good = (0..joints.len()).rev().find(|&i| ways[i].is_some()).unwrap_or(0);
        let rest = Lexicon::get().strip_polite(clauses::trim(&tokens[joints[good].next.min(tokens.len())..]));
        let words = if rest.is_empty() { tokens } else { rest };
        words.first().zip(words.last()).map_or("", |(a, b)| &self.source[a.start..b.end]).to_owned()
    }

    /// The readings of `tokens` as one clause, the best first.
    fn clause(&self, tokens: &[Token]) -> Vec<Reading> {
        let key = tokens.first().zip(tokens.last()).map(|(a, b)| (self.depth, a.start, b.end));
        let Some(key) = key else { return Vec::new() };
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let mut readings = self.read_clause(tokens);
        if let Some(marks) = self.marks.filter(|_| self.depth == DEPTH) {
            let examples = Examples::of(marks, tokens);
            for reading in readings.iter_mut().filter(|r| !r.held.is_empty()) {
                reading.score += examples.agreement(&reading.held);
            }
            let clause = Clause { source: self.source, tokens, around: self.around };
            readings.extend(examples.found(&clause).into_iter().map(|e| self.by_example(e, tokens)));
            readings.sort_by(|a, b| b.score.total_cmp(&a.score));
            readings.dedup_by(|a, b| a.intent == b.intent && a.app == b.app);
        }
        self.known.borrow_mut().insert(key, readings.clone());
        readings
    }

    fn read_clause(&self, tokens: &[Token]) -> Vec<Reading> {
        let lexicon = Lexicon::get();
        let trimmed = clauses::trim(tokens);
        let beside = lexicon.meanwhile(trimmed);
        let whole = lexicon.strip_rather(lexicon.strip_polite(clauses::trim(&trimmed[beside..])));
        let bare = lexicon.strip_after(whole);
        // "Press Pay now": what is called so on the screen is not cut.
        let bare = if self.ends_in_name(whole, bare.len()) { whole } else { bare };
        // "Press Add, there choose …": where, is clear.
        let there = bare.len() > 2
            && bare[0].is("there")
            && lexicon.verb(&bare[1..]).is_some()
            && !["is", "are", "was", "were"].iter().any(|w| bare[1].is(w));
        let bare = if there { &bare[1..] } else { bare };
        if bare.is_empty() {
            return Vec::new();
        }
        let mut readings = self.readings(bare, None);
        readings.extend(self.behind_place(bare));
        for turn in turns(bare) {
            let tokens = lexicon.strip_after(lexicon.strip_polite(clauses::trim(&turn.tokens)));
            let found = if tokens.is_empty() { Vec::new() } else { self.readings(tokens, None) };
            readings.extend(found.into_iter().map(|r| Reading { score: r.score - turn.cost, ..r }));
        }
        // "In the editor, write …": the place of the work said apart.
        let (inner, app) = take_app(bare, self.around);
        if let Some(app) = app {
            readings.extend(self.in_app(&inner, app));
        }
        for reading in &mut readings {
            reading.beside = beside > 0;
        }
        readings.sort_by(|a, b| b.score.total_cmp(&a.score));
        readings.dedup_by(|a, b| a.intent == b.intent && a.app == b.app);
        readings
    }

    fn by_example(&self, example: Example, tokens: &[Token]) -> Reading {
        Reading {
            intent: example.intent,
            app: None,
            beside: false,
            meaning: example.senses,
            template: format!("by example ({:.2})", example.likely),
            score: example.score,
            said: super::lists::name(self.source, tokens),
            held: Vec::new(),
        }
    }

    /// Whether a name on the screen reaches from the first `kept` of `tokens` to their end.
    fn ends_in_name(&self, tokens: &[Token], kept: usize) -> bool {
        let cut = kept < tokens.len() && kept > 0;
        let from = kept.saturating_sub(3)..kept;
        cut && from.into_iter().any(|at| self.around.labels.has(&tokens[at..], super::labels::Use::Button))
    }

    /// "In the tree, …": where the work is said apart, in words that name no application.
    fn behind_place(&self, tokens: &[Token]) -> Vec<Reading> {
        // The words of the place are not used, which another reading may do.
        const PLACE: f32 = 2.0;
        let leads = ["in", "on", "from", "at", "under", "for"];
        let comma = tokens.iter().position(|t| t.is(",")).filter(|&at| (2..8).contains(&at));
        let (Some(comma), true) = (comma, tokens.first().is_some_and(|t| leads.iter().any(|w| t.is(w)))) else {
            return Vec::new();
        };
        // "On Delivery untick Topping, …" does something there.
        let lexicon = Lexicon::get();
        let acts = (2..comma).any(|i| {
            let small = tokens[i].kind == Kind::Word && tokens[i].text == tokens[i].lower;
            small && !tokens[i - 1].is("the") && i + 1 < comma && lexicon.verb(&tokens[i..comma]).is_some()
        });
        if acts {
            return Vec::new();
        }
        let rest = lexicon.strip_polite(&tokens[comma + 1..]);
        let mut readings = if rest.is_empty() { Vec::new() } else { self.readings(rest, None) };
        for turn in turns(rest) {
            let found = self.readings(&turn.tokens, None);
            readings.extend(found.into_iter().map(|r| Reading { score: r.score - turn.cost, ..r }));
        }
        readings.into_iter().map(|r| Reading { score: r.score - PLACE, ..r }).collect()
    }

    fn in_app(&self, inner: &[Token], app: String) -> Vec<Reading> {
        // What is said of an application as a place is worth the words that say it.
        const PLACE: f32 = 6.0;
        let lexicon = Lexicon::get();
        let inner = lexicon.strip_after(lexicon.strip_polite(clauses::trim(inner)));
        if inner.is_empty() {
            let intent = Intent::Open { app: Some(app.clone()), on: None };
            return vec![Reading {
                intent,
                said: app.clone(),
                app: Some(app),
                beside: false,
                meaning: "open_app".into(),
                template: String::new(),
                score: PLACE,
                held: Vec::new(),
            }];
        }
        let mut readings = self.readings(inner, Some(app));
        readings.iter_mut().for_each(|r| r.score += PLACE);
        readings
    }

    fn readings(&self, tokens: &[Token], app: Option<String>) -> Vec<Reading> {
        let words: HashSet<&str> = tokens.iter().map(|t| t.lower.as_str()).collect();
        let is_clause = |inner: &[Token]| self.depth > 0 && self.inner(inner).is_some();
        let fits = |form: &'static Form| {
            let needs_labels = form.needs_labels && self.around.labels.is_empty();
            if needs_labels || !(may_begin(form, tokens) && may_fit(form, &words)) {
                return None;
            }
            let fit = fit(&form.line, tokens, self.around, &is_clause)?;
            let slots =
                Slots { source: self.source, tokens, ranges: &fit.slots, around: self.around, app: app.as_deref() };
            let inner = |tokens: &[Token]| self.inner(tokens);
            let intent = match &form.say {
                Some(say) => slots.question(say)?,
                None => intent(&form.meaning, &slots, &inner)?,
            };
            Some(Reading {
                intent,
                app: app.clone(),
                beside: false,
                meaning: form.meaning.clone(),
                template: form.template.clone(),
                score: fit.score + form.weight,
                said: slots.all(),
                held: examples::held(form, &fit.slots, tokens),
            })
        };
        grammar::forms().iter().filter_map(fits).collect()
    }

    /// The best reading of words that are a request within a request.
    fn inner(&self, tokens: &[Token]) -> Option<Intent> {
        let depth = self.depth.checked_sub(1)?;
        let reader =
            Reader { source: self.source, around: self.around, marks: None, depth, known: Rc::clone(&self.known) };
        reader.clause(tokens).into_iter().next().map(|r| r.intent)
    }
}

/// Whether `tokens` are a short name with a capital, and nothing besides.
fn is_name(tokens: &[Token]) -> bool {
    let capital = |t: &Token| t.kind == Kind::Word && t.text != t.lower;
    (1..=3).contains(&tokens.len())
        && tokens.first().is_some_and(capital)
        && tokens.iter().all(|t| t.kind == Kind::Word)
        && Lexicon::get().verb(tokens).is_none_or(|length| length == tokens.len())
}

/// Whether a phrase of each of the form's own words is among the words of the clause.
fn may_fit(form: &Form, words: &HashSet<&str>) -> bool {
    form.line.iter().all(|piece| match piece {
        Piece::Words(phrases) => phrases.iter().any(|p| p.iter().all(|w| words.contains(w.as_str()))),
        Piece::Maybe(_) | Piece::Slot { .. } | Piece::Gap => true,
    })
}

/// Whether the first piece of `form` is there: most forms are ruled out by that.
fn may_begin(form: &Form, tokens: &[Token]) -> bool {
    match (form.line.first(), tokens.first()) {
        (Some(Piece::Words(phrases)), Some(first)) => {
            matches!(first.kind, Kind::Word | Kind::Mark) && phrases.iter().any(|p| p[0] == first.lower)
        }
        (Some(Piece::Slot { .. } | Piece::Maybe(_) | Piece::Gap), Some(_)) => true,
        _ => false,
    }
}
