//! What an agent can do: look, act, ask for tools. Every word goes through the guardian.

use super::reveal::{by_phrase, reveal};
use crate::screen::{Percept, PointPx, RectPx, Role, Window};
use crate::sight::find::{self, Candidate, Finding};
use crate::sight::{Phrase, similarity};
use crate::task::{Action, Ask, Brief, Button, Chord, Claim, Goal, Observation, Reply, Step};
use std::io::Write;
use std::path::Path;

/// Why an agent stops short of a claim.
#[derive(Debug, PartialEq)]
pub enum Stop {
    GiveUp(String),
    Ask {
        question: String,
        options: Vec<String>,
    },
    /// The guardian no longer listens.
    Gone,
}

/// How long a thing that is not there yet may take to appear, in looks of [`RETRY_MS`] each.
const LOOKS: u32 = 2;
const RETRY_MS: u64 = 400;
/// The least rest between two presses of one key, where nothing was lost before.
const GAP_MS: u64 = 12;
/// The same after something was lost.
const CAREFUL_GAP_MS: u64 = 120;

/// The agent's end of the line.
pub struct World<'a, W: Write> {
    brief: Brief,
    hear: &'a mut dyn FnMut() -> Option<String>,
    writer: W,
    percept: Percept,
}

impl<'a, W: Write> World<'a, W> {
    pub fn new(brief: Brief, hear: &'a mut dyn FnMut() -> Option<String>, writer: W) -> Self {
        Self { brief, hear, writer, percept: Percept::default() }
    }

    pub const fn goal(&self) -> &Goal {
        &self.brief.goal
    }

    /// 1 for the first try.
    pub const fn attempt(&self) -> u32 {
        self.brief.attempt
    }

    /// The last look.
    pub const fn percept(&self) -> &Percept {
        &self.percept
    }

    /// Says a step. A guardian that does not listen is noticed at the next reply.
    pub fn say(&mut self, step: &Step) {
        if let Ok(line) = serde_json::to_string(step) {
            let _ = writeln!(self.writer, "{line}").and_then(|()| self.writer.flush());
        }
    }

    fn exchange(&mut self, step: &Step) -> Result<Reply, Stop> {
        self.say(step);
        let line = (self.hear)().ok_or(Stop::Gone)?;
        serde_json::from_str(&line).map_err(|_| Stop::Gone)
    }

    fn observe(&mut self, step: &Step) -> Result<Observation, Stop> {
        match self.exchange(step)? {
            Reply::Seen(observation) => {
                self.percept = observation.percept.clone();
                Ok(*observation)
            }
            Reply::Refused { blocked_by: Some(window), .. } => Err(self.ask_about(window)?),
            Reply::Refused { why, .. } => Err(Stop::GiveUp(why)),
            _ => Err(Stop::Gone),
        }
    }

    /// The question that a window asks which came up in the way, with its answers.
    fn ask_about(&mut self, window: u32) -> Result<Stop, Stop> {
        self.look()?;
        let Some(dialog) = self.percept.window(window) else {
            return Ok(Stop::GiveUp("a window came up in the way and went again".into()));
        };
        let buttons = self.percept.elements_in(dialog.area).filter(|e| e.role == Role::Button);
        let options: Vec<String> = buttons.filter_map(|e| e.label.clone()).collect();
        let said: Vec<&str> = self.percept.text_in(dialog.area).map(|t| t.text.as_str()).take(4).collect();
        let question = format!("“{}” came up: {} What should I press?", dialog.title, said.join(" "));
        Ok(Stop::Ask { question, options })
    }

    /// Looks at the settled screen.
    pub fn look(&mut self) -> Result<Percept, Stop> {
        Ok(self.observe(&Step::Look)?.percept)
    }

    /// Looks at all of the screen, also where it did not change.
    pub fn look_anew(&mut self) -> Result<Percept, Stop> {
        Ok(self.observe(&Step::LookAnew)?.percept)
    }

    /// Acts, and looks at what came of it.
    pub fn act(&mut self, action: Action, aim: Option<RectPx>, why: &str) -> Result<Observation, Stop> {
        self.observe(&Step::Act { action, aim, why: why.to_owned() })
    }

    pub fn click(&mut self, at: PointPx, aim: RectPx, why: &str) -> Result<Observation, Stop> {
        self.act(Action::click(at, Button::Left, 1), Some(aim), why)
    }

    pub fn key(&mut self, chord: Chord, why: &str) -> Result<Observation, Stop> {
        self.act(Action::Key { chord }, None, why)
    }

    /// Types `text`; more slowly where an earlier try lost something.
    pub fn type_text(&mut self, text: &str, why: &str) -> Result<Observation, Stop> {
        let gap_ms = if self.brief.attempt > 1 { CAREFUL_GAP_MS } else { GAP_MS };
        self.type_with_gap(text, gap_ms, why)
    }

    pub fn type_with_gap(&mut self, text: &str, gap_ms: u64, why: &str) -> Result<Observation, Stop> {
        self.act(Action::text(text, gap_ms), None, why)
    }

    /// Types `text`, and has it read back where that can be done.
    pub fn write(&mut self, text: &str, gap_ms: u64, why: &str) -> Result<Observation, Stop> {
        self.act(Action::Type { text: text.to_owned(), gap_ms, read_back: true }, None, why)
    }

    pub fn wait(&mut self, ms: u64) -> Result<Observation, Stop> {
        self.act(Action::Wait { ms }, None, "let the screen change by itself")
    }

    pub fn launch(&mut self, app: &str, on: Option<String>) -> Result<(String, u32, Vec<u32>), Stop> {
        match self.exchange(&Step::Tool(Ask::Launch { app: app.to_owned(), on }))? {
            Reply::Launched { name, pid, windows_before } => Ok((name, pid, windows_before)),
            Reply::Refused { why, .. } => Err(Stop::GiveUp(why)),
            _ => Err(Stop::Gone),
        }
    }

    /// Copies what is selected, and gives it; `None` where nothing was copied.
    pub fn copy_selected(&mut self, chord: Chord) -> Result<Option<String>, Stop> {
        match self.exchange(&Step::Tool(Ask::CopySelected { chord }))? {
            Reply::Text { text } => Ok(text),
            Reply::Refused { why, .. } => Err(Stop::GiveUp(why)),
            _ => Err(Stop::Gone),
        }
    }

    pub fn exists(&mut self, path: &Path) -> Result<bool, Stop> {
        match self.exchange(&Step::Tool(Ask::PathExists { path: path.to_owned() }))? {
            Reply::Yes(yes) => Ok(yes),
            Reply::Refused { why, .. } => Err(Stop::GiveUp(why)),
            _ => Err(Stop::Gone),
        }
    }

    /// The program that runs in a terminal window and whether its shell tells exit codes; `None` where
    /// there is no shell.
    pub fn terminal(&mut self, window: u32) -> Result<Option<(Option<String>, bool)>, Stop> {
        match self.exchange(&Step::Tool(Ask::Foreground { window }))? {
            Reply::Terminal { running, tells_exit_code } => Ok(Some((running, tells_exit_code))),
            Reply::Refused { .. } => Ok(None),
            _ => Err(Stop::Gone),
        }
    }

    /// The window to work in: the dialog in front, else the one that the tasks before worked in, else
    /// the one that has the keyboard.
    pub fn window(&self) -> Option<Window> {
        let active = self.percept.active_window();
        let hinted = self.brief.window.and_then(|id| self.percept.window(id));
        match (active, hinted) {
            (Some(active), Some(hinted)) if active.id != hinted.id && !belongs(active, hinted) => Some(hinted.clone()),
            (active, hinted) => active.or(hinted).cloned(),
        }
    }

    /// Looks, and brings the window to work in to the front.
    pub fn front(&mut self) -> Result<Option<Window>, Stop> {
        self.look()?;
        let window = self.window();
        if let Some(window) = &window {
            self.bring(window)?;
        }
        Ok(window)
    }

    /// Brings `window` to the front where it is not.
    pub fn bring(&mut self, window: &Window) -> Result<(), Stop> {
        // What is known of the window may be older than the last look.
        if self.percept.window(window.id).is_some_and(|w| !w.focused) {
            self.act(Action::Activate { window: window.id }, Some(window.area), "bring the window to the front")?;
        }
        Ok(())
    }

    pub fn claim(&self) -> Claim {
        Claim { window: self.window().map(|w| w.id), ..Claim::default() }
    }

    /// Whether the person has answered a question with this option.
    pub fn is_answer(&self, option: &str) -> bool {
        self.brief.answers.iter().any(|answer| answer == option)
    }

    /// Finds what `phrase` means, waiting a little for it to appear.
    pub fn find(&mut self, phrase: &str) -> Result<Candidate, Stop> {
        let parsed = Phrase::parse(phrase);
        let mut nearest = Vec::new();
        for look in 0..LOOKS {
            if look > 0 {
                self.wait(RETRY_MS)?;
            }
            if look + 1 == LOOKS {
                self.look_anew()?;
            }
            match self.locate(&parsed) {
                Finding::One(one, _) => return Ok(*one),
                Finding::Tie(all) => {
                    let answered = all.iter().find(|one| self.is_answer(&told(one)));
                    return answered.cloned().ok_or_else(|| tie(phrase, &all));
                }
                Finding::None(near) => nearest = near,
            }
        }
        // What people call the sign that closes.
        if ["x", "×", "✕", "✖"].contains(&phrase.trim_matches('"').to_lowercase().as_str()) {
            match self.locate(&Phrase::parse("close icon")) {
                Finding::One(one, _) => return Ok(*one),
                _ => {
                    if let Some(corner) = self.sign_in_corner() {
                        return Ok(corner);
                    }
                }
            }
        }
        // What is not in sight may be further down, behind a tab, or under something that came in between.
        if let Some(found) = reveal(self, &by_phrase(&parsed))? {
            return Ok(found);
        }
        Err(Stop::GiveUp(not_found(phrase, &nearest)))
    }

    /// The small thing in the upper right corner of the box in front, where boxes are closed.
    fn sign_in_corner(&self) -> Option<Candidate> {
        let (area, _) = find::dialog(&self.percept)?;
        let side = (area.w.min(area.h) / 3).max(40);
        let corner = RectPx::new(area.right() - side, area.y, side, side);
        let small = |e: &&crate::screen::Element| {
            matches!(e.role, Role::Icon | Role::Button | Role::Image) && e.area.w <= side && e.area.h <= side
        };
        let all = self.percept.elements_in(corner).filter(small);
        let element = all.max_by_key(|e| e.area.x - e.area.y)?;
        Some(Candidate {
            label: "close".into(),
            role: Some(element.role),
            area: element.area,
            at: element.area.center(),
            confidence: 0.6,
            element: Some(element.clone()),
        })
    }

    /// Finds what one of `names` calls, the first before the others, among what is in sight.
    pub fn first_of(&self, names: &[String], role: Option<Role>) -> Option<Candidate> {
        names.iter().find_map(|name| {
            let phrase = Phrase { role, ..Phrase::parse(&format!("\"{name}\"")) };
            match self.locate(&phrase) {
                Finding::One(one, _) => Some(*one),
                Finding::Tie(_) | Finding::None(_) => None,
            }
        })
    }

    /// Looks `phrase` up in the last percept.
    pub fn locate(&self, phrase: &Phrase) -> Finding {
        find::find(&self.percept, phrase, self.window().map(|w| w.id))
    }

    /// The window that a phrase names; "the other window" is the one that is not `but`.
    pub fn window_called(&self, name: &str, but: Option<u32>) -> Result<Window, Stop> {
        let managed: Vec<&Window> = self.percept.windows.iter().filter(|w| !w.popup && Some(w.id) != but).collect();
        let others = || managed.iter().map(|w| w.title.clone()).collect::<Vec<_>>();
        if let Some(answered) = managed.iter().find(|w| self.is_answer(&w.title)) {
            return Ok((*answered).clone());
        }
        let plain = name.trim().to_lowercase();
        let any = ["", "it", "other", "one", "the other", "first", "second", "another"].contains(&plain.as_str());
        if any {
            return match managed.as_slice() {
                [one] => Ok((*one).clone()),
                [] => Err(Stop::GiveUp("no other window is open".into())),
                many => many
                    .iter()
                    .rev()
                    .find(|w| Some(w.id) == self.brief.window)
                    .map(|w| (*w).clone())
                    .filter(|_| but.is_none())
                    .or_else(|| (many.len() == 2 && but.is_none()).then(|| many[1].clone()))
                    .ok_or_else(|| Stop::Ask { question: "Which window do you mean?".into(), options: others() }),
            };
        }
        let mut scored: Vec<(f32, &Window)> = managed.iter().map(|w| (likeness(name, w), *w)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        match scored.as_slice() {
            [(best, _), (next, _), ..] if *best > 0.6 && best - next < 0.03 => Err(Stop::Ask {
                question: format!("Which of the windows called “{name}” do you mean?"),
                options: others(),
            }),
            [(best, window), ..] if *best > 0.6 => Ok((*window).clone()),
            _ => Err(Stop::GiveUp(format!("no window is called “{name}”; open are: {}", list(&others())))),
        }
    }
}

/// How well a name fits a window, by its title, a part of the title, or its application.
pub fn likeness(name: &str, window: &Window) -> f32 {
    let title = window.title.replace(" — ", " - ").replace(" – ", " - ");
    let parts = title.split(" - ").map(|p| similarity(name, p.trim_start_matches('*'))).fold(0.0, f32::max);
    let kind = kind_of(name).iter().any(|k| window.app.contains(k));
    let by_kind = if kind { 0.9 } else { 0.0 };
    parts.max(similarity(name, &window.title)).max(similarity(name, &window.app)).max(by_kind)
}

/// Parts of class names that the words for a kind of application stand for.
fn kind_of(name: &str) -> &'static [&'static str] {
    match name.trim().to_lowercase().as_str() {
        "terminal" | "console" | "shell" => &["term", "konsole"],
        "editor" | "text editor" | "notepad" => &["edit", "pad", "xed", "pluma", "kate", "kwrite"],
        "calculator" => &["calc"],
        "browser" | "web browser" => &["chrom", "firefox", "browser"],
        "file manager" | "files" => &["nautilus", "thunar", "pcmanfm", "nemo", "caja", "dolphin"],
        _ => &[],
    }
}

/// Whether `front` came up over `window`: a dialog, or another window of the same application.
fn belongs(front: &Window, window: &Window) -> bool {
    front.dialog || front.app == window.app || (front.pid.is_some() && front.pid == window.pid)
}

/// One of several things as a person is told of it.
fn told(one: &Candidate) -> String {
    format!("{} at {}", one.label, one.at)
}

fn tie(phrase: &str, all: &[Candidate]) -> Stop {
    let options = all.iter().map(told).collect();
    Stop::Ask { question: format!("{} things fit “{phrase}”. Which one do you mean?", all.len()), options }
}

fn not_found(phrase: &str, nearest: &[String]) -> String {
    if nearest.is_empty() {
        return format!("“{phrase}” is not on the screen");
    }
    format!("“{phrase}” is not on the screen; what comes nearest: {}", list(nearest))
}

pub fn list(names: &[String]) -> String {
    names.iter().map(|n| format!("“{n}”")).collect::<Vec<_>>().join(", ")
}
