//! `guardian prompt`: a window to ask in, called by a key or at once.

use super::args::PromptArgs;
use super::live::Live;
use super::pieces::{CliError, Pieces, SharedStore};
use super::run::lock;
use super::serve::Preview;
use crate::display::prompt::{Hotkey, Line, Press, Prompt, Sheet, Tone};
use crate::guardian::{Presence, now_ms};
use crate::planner::Plan;
use crate::store::RunFilter;
use crate::task::{
    DESKTOP_LANE, DesktopChoice, Event, EventKind, Order, Report, Request, RunId, RunState, Signal, Terms,
};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long nothing is typed before the plan is shown.
const REST: Duration = Duration::from_millis(150);
/// How often is looked what a run does.
const ROUND: Duration = Duration::from_millis(60);
/// How long the keys that call are waited for before it is looked whether to end.
const WAIT: Duration = Duration::from_millis(100);
/// How long the end of a run is shown.
const SHOWN: Duration = Duration::from_secs(6);
/// How many past requests are offered.
const OFFERED: usize = 4;

/// `guardian prompt`.
pub fn prompt(args: &PromptArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let display = pieces.display_name(None)?;
    let mut desk = Desk::new(&display, pieces)?;
    if !args.resident {
        desk.show()?;
        while desk.window.is_shown() && !pieces.stop.load(Ordering::Relaxed) {
            desk.turn()?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let keys = &pieces.config.serve.hotkey;
    let mut hotkey = Hotkey::listen(keys).map_err(|why| CliError::Hotkey { why })?;
    // Whoever waits for it knows by this line that the keys are heard.
    writeln!(io::stdout(), "{keys}").and_then(|()| io::stdout().flush()).map_err(CliError::Print)?;
    while !pieces.stop.load(Ordering::Relaxed) && !super::work::is_left() {
        let wait = if desk.window.is_shown() || desk.run.is_some() { Duration::ZERO } else { WAIT };
        if hotkey.next(wait) {
            if desk.window.is_shown() { desk.hide()? } else { desk.show()? }
        }
        if desk.window.is_shown() || desk.run.is_some() {
            desk.turn()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A run that is watched.
struct Watched {
    run: RunId,
    events: Vec<Event>,
    lines: Vec<Line>,
    /// It works on this very display, where this window would be in its way.
    is_here: bool,
    ended: Option<Instant>,
}

/// The prompt with what is typed in it.
struct Desk<'a> {
    window: Prompt,
    pieces: &'a Pieces,
    store: SharedStore,
    preview: Preview,
    display: String,
    text: Vec<char>,
    cursor: usize,
    is_private: bool,
    /// Past requests that fit what is typed, and which of them is chosen.
    offered: Vec<String>,
    chosen: Option<usize>,
    plan: Vec<Line>,
    changed: Option<Instant>,
    run: Option<Watched>,
    drawn: Option<Sheet>,
}

impl<'a> Desk<'a> {
    fn new(display: &str, pieces: &'a Pieces) -> Result<Self, CliError> {
        let preview = Preview::new(pieces)?;
        // The first sentence loads the network.
        let _ = preview.plan("press OK");
        Ok(Self {
            window: Prompt::open(display)?,
            pieces,
            store: (pieces.open_store)(&pieces.config)?,
            preview,
            display: display.to_owned(),
            text: Vec::new(),
            cursor: 0,
            is_private: false,
            offered: Vec::new(),
            chosen: None,
            plan: Vec::new(),
            changed: None,
            run: None,
            drawn: None,
        })
    }

    fn show(&mut self) -> Result<(), CliError> {
        if self.run.as_ref().is_some_and(|run| run.is_here && run.ended.is_none()) {
            // Nothing moves beneath a person's hands.
            self.signal(Signal::Pause)?;
        }
        let sheet = self.sheet();
        self.window.show(&sheet)?;
        self.drawn = Some(sheet);
        self.offer()
    }

    fn hide(&mut self) -> Result<(), CliError> {
        self.window.hide()?;
        if self.run.as_ref().is_some_and(|run| run.is_here && run.ended.is_none()) {
            self.signal(Signal::Resume)?;
        }
        if self.run.as_ref().is_some_and(|run| run.ended.is_some()) {
            self.run = None;
        }
        Ok(())
    }

    /// Hears what is pressed and what the run does, and draws what is new.
    fn turn(&mut self) -> Result<(), CliError> {
        if self.window.is_shown() {
            match self.window.next(ROUND)? {
                Some(Press::Redraw) => self.drawn = None,
                Some(press) => self.press(press)?,
                None => {}
            }
        } else {
            std::thread::sleep(ROUND);
        }
        if self.changed.is_some_and(|at| at.elapsed() >= REST) {
            self.changed = None;
            self.plan = self.planned();
        }
        self.follow()?;
        let sheet = self.sheet();
        if self.window.is_shown() && self.drawn.as_ref() != Some(&sheet) {
            self.window.draw(&sheet)?;
            self.drawn = Some(sheet);
        }
        Ok(())
    }

    fn press(&mut self, press: Press) -> Result<(), CliError> {
        match press {
            Press::Escape => return self.hide(),
            Press::Stop if self.run.is_some() => return self.signal(Signal::Cancel),
            Press::Enter => return self.enter(),
            Press::Tab => self.is_private = !self.is_private,
            Press::Up => self.choose(1),
            Press::Down => self.choose(-1),
            Press::Left => self.cursor = self.cursor.saturating_sub(1),
            Press::Right => self.cursor = (self.cursor + 1).min(self.text.len()),
            Press::Home => self.cursor = 0,
            Press::End => self.cursor = self.text.len(),
            press => {
                edit(&mut self.text, &mut self.cursor, &press);
                self.chosen = None;
                self.changed = Some(Instant::now());
                return self.offer();
            }
        }
        Ok(())
    }

    fn typed(&self) -> String {
        self.text.iter().collect()
    }

    /// Looks which past requests fit.
    fn offer(&mut self) -> Result<(), CliError> {
        let words = Some(self.typed().trim().to_owned()).filter(|words| !words.is_empty());
        let rows = lock(&self.store).list(&RunFilter { words, most: 60, ..RunFilter::default() })?;
        let mut offered: Vec<String> = Vec::new();
        for row in rows.into_iter().filter(|row| row.template.is_none() && row.parent.is_none()) {
            if offered.len() < OFFERED && !offered.contains(&row.text) && row.text != self.typed() {
                offered.push(row.text);
            }
        }
        self.offered = offered;
        Ok(())
    }

    /// Takes the next past request, or the one before.
    fn choose(&mut self, step: isize) {
        let next = self.chosen.map_or(-1, |at| at as isize) + step;
        self.chosen =
            usize::try_from(next).ok().filter(|at| *at < self.offered.len()).or(self.chosen.filter(|_| next >= 0));
        if let Some(text) = self.chosen.and_then(|at| self.offered.get(at)) {
            self.text = text.chars().collect();
            self.cursor = self.text.len();
            self.changed = Some(Instant::now());
        }
    }

    /// What would be done, or what is unclear.
    fn planned(&self) -> Vec<Line> {
        let typed = self.typed();
        let Ok(text) = Request::check_text(&typed) else { return Vec::new() };
        let line = |text: String, tone| Line { text, tone };
        match self.preview.plan(text) {
            Ok(Plan::Graph(graph)) => (1..)
                .zip(graph.tasks())
                .map(|(n, task)| line(format!("{n}  {}", task.description), Tone::Plain))
                .collect(),
            Ok(Plan::Question { question, .. }) => vec![line(question, Tone::Asking)],
            Err(error) => vec![line(error.to_string(), Tone::Bad)],
        }
    }

    fn enter(&mut self) -> Result<(), CliError> {
        if let Some((run, question, options)) = self.open_question() {
            let typed = self.typed();
            let chosen = typed.trim().parse::<usize>().ok().and_then(|n| options.get(n.checked_sub(1)?).cloned());
            let answer = chosen.unwrap_or_else(|| typed.trim().to_owned());
            if !answer.is_empty() {
                let by = "the prompt".to_owned();
                lock(&self.store).tell(&run, now_ms(), EventKind::Answered { question, answer, by })?;
                self.clear();
                return self.step_aside();
            }
            return Ok(());
        }
        let typed = self.typed();
        let Ok(text) = Request::check_text(&typed) else { return Ok(()) };
        if self.run.as_ref().is_some_and(|run| run.ended.is_none() && run.is_here) {
            return Ok(());
        }
        if Presence::find(&*lock(&self.store))?.is_none() {
            self.plan = vec![Line { text: "no service runs; begin it: guardian serve".into(), tone: Tone::Bad }];
            return Ok(());
        }
        let run = lock(&self.store).enqueue(&self.order(text), now_ms())?.run;
        let is_here = !self.is_private;
        self.run = Some(Watched { run, events: Vec::new(), lines: Vec::new(), is_here, ended: None });
        self.clear();
        self.step_aside()
    }

    /// Leaves the desktop to the run that works on it.
    fn step_aside(&mut self) -> Result<(), CliError> {
        if self.run.as_ref().is_some_and(|run| run.is_here) { self.hide() } else { Ok(()) }
    }

    fn clear(&mut self) {
        self.text.clear();
        (self.cursor, self.chosen, self.changed) = (0, None, None);
        self.plan.clear();
    }

    fn order(&self, text: &str) -> Order {
        let config = &self.pieces.config;
        let private =
            DesktopChoice::Private { width: config.display.private_width, height: config.display.private_height };
        let here = DesktopChoice::Given(self.display.clone());
        let request = Request {
            text: text.to_owned(),
            desktop: if self.is_private { private } else { here },
            cwd: super::serve::home(),
            timeout_ms: config.run.timeout_ms,
            policy: config.policy,
        };
        let usual = Terms { attempts: 3, origin: "the prompt".into(), is_attended: true, ..Terms::default() };
        let terms = if self.is_private { usual } else { Terms { lane: DESKTOP_LANE.into(), ..usual } };
        Order::new(request, terms)
    }

    fn signal(&self, signal: Signal) -> Result<(), CliError> {
        let Some(watched) = &self.run else { return Ok(()) };
        let by = "the prompt".to_owned();
        // It may have ended in this moment.
        let _ = lock(&self.store).tell(&watched.run, now_ms(), EventKind::Signalled { signal, by });
        Ok(())
    }

    /// The question that the run waits with: its run, its number and its options.
    fn open_question(&self) -> Option<(RunId, u64, Vec<String>)> {
        let watched = self.run.as_ref()?;
        let last = watched.events.last()?;
        match &last.kind {
            EventKind::Question { options, .. } => Some((watched.run.clone(), last.seq, options.clone())),
            _ => None,
        }
    }

    /// Reads what the run has done since; it comes back when it asks and when it ends.
    fn follow(&mut self) -> Result<(), CliError> {
        let Some(watched) = &mut self.run else { return Ok(()) };
        if watched.ended.is_some_and(|at| at.elapsed() >= SHOWN) && self.text.is_empty() {
            return self.hide();
        }
        let last = watched.events.last().map_or(0, |e| e.seq);
        let news = lock(&self.store).events_after(&watched.run, last, 500)?;
        if news.is_empty() {
            return Ok(());
        }
        let words = Live::new(false);
        for event in &news {
            watched.lines.extend(told(&words, event));
        }
        let asks = news.last().is_some_and(|e| matches!(e.kind, EventKind::Question { .. }));
        watched.events.extend(news);
        let report = Report::fold(&watched.events);
        let is_over = report.as_ref().is_some_and(|report| report.state.is_over());
        if is_over && watched.ended.is_none() {
            watched.ended = Some(Instant::now());
            watched.lines.extend(report.iter().map(ended));
        }
        if (asks || is_over) && !self.window.is_shown() {
            let sheet = self.sheet();
            self.window.show(&sheet)?;
            self.drawn = Some(sheet);
        }
        Ok(())
    }

    fn sheet(&self) -> Sheet {
        let mut lines = Vec::new();
        if let Some(watched) = &self.run {
            let from = watched.lines.len().saturating_sub(6);
            lines.extend_from_slice(&watched.lines[from..]);
        }
        if self.text.is_empty() && self.run.is_none() || !self.text.is_empty() {
            lines.extend(self.plan.iter().take(6).cloned());
            let offered = self.offered.iter().enumerate().map(|(at, text)| {
                let tone = if self.chosen == Some(at) { Tone::Chosen } else { Tone::Faint };
                Line { text: text.clone(), tone }
            });
            lines.extend(offered);
        }
        let asks = self.open_question().is_some();
        let is_running = self.run.as_ref().is_some_and(|run| run.ended.is_none());
        let placeholder = if asks { "Your answer…" } else { "Ask Guardian…" };
        let hint = match (asks, is_running) {
            (true, _) => "Enter answers with a number or words · Ctrl+C stops the run · Esc hides this",
            (false, true) => "Ctrl+C stops the run · Esc hides this, and it goes on",
            (false, false) => "Enter does it · Tab changes where · ↑ past requests · Esc hides this",
        };
        Sheet {
            text: self.typed(),
            cursor: self.cursor,
            placeholder: placeholder.into(),
            badge: if self.is_private { "private desktop" } else { "this screen" }.into(),
            lines,
            hint: hint.into(),
        }
    }
}

/// Changes a line of text as a press says.
fn edit(text: &mut Vec<char>, cursor: &mut usize, press: &Press) {
    match press {
        Press::Text(new) => {
            let new: Vec<char> = new.chars().collect();
            let count = new.len();
            text.splice(*cursor..*cursor, new);
            *cursor += count;
        }
        Press::Backspace if *cursor > 0 => {
            *cursor -= 1;
            text.remove(*cursor);
        }
        Press::Delete if *cursor < text.len() => drop(text.remove(*cursor)),
        Press::WordBack => {
            let before = &text[..*cursor];
            let end = before.iter().rposition(|c| !c.is_whitespace()).map_or(0, |at| at + 1);
            let from = before[..end].iter().rposition(|c| c.is_whitespace()).map_or(0, |at| at + 1);
            text.drain(from..*cursor);
            *cursor = from;
        }
        Press::Clear => {
            text.clear();
            *cursor = 0;
        }
        _ => {}
    }
}

/// What an event says, as the command line has it.
fn told(words: &Live, event: &Event) -> Vec<Line> {
    if let EventKind::Question { question, options, .. } = &event.kind {
        let asked = Line { text: question.clone(), tone: Tone::Asking };
        let options =
            (1..).zip(options).map(|(n, option)| Line { text: format!("  {n}  {option}"), tone: Tone::Plain });
        return [asked].into_iter().chain(options).collect();
    }
    let tone = |text: &str| match text.trim_start().chars().next() {
        Some('✓') => Tone::Good,
        Some('✗') => Tone::Bad,
        Some('▸') => Tone::Plain,
        _ => Tone::Faint,
    };
    let text = words.words_of(event).unwrap_or_default();
    text.lines().map(|line| Line { text: line.to_owned(), tone: tone(line) }).collect()
}

/// How a run ended.
fn ended(report: &Report) -> Line {
    let answer =
        report.answer.as_deref().map(|answer| format!(": {}", answer.replace('\n', " · "))).unwrap_or_default();
    match report.state {
        RunState::Passed => Line { text: format!("✓ done and verified{answer}"), tone: Tone::Good },
        state => {
            let reason = report.reason.as_deref().unwrap_or_default();
            Line { text: format!("✗ {}: {reason}", state.name()), tone: Tone::Bad }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(presses: &[Press]) -> (String, usize) {
        let (mut text, mut cursor) = (Vec::new(), 0);
        presses.iter().for_each(|press| edit(&mut text, &mut cursor, press));
        (text.into_iter().collect(), cursor)
    }

    #[test]
    fn lines_are_edited_as_people_do() {
        let typed = |text: &str| Press::Text(text.into());
        assert_eq!(edited(&[typed("open é"), Press::Backspace, typed("it")]), ("open it".into(), 7));
        assert_eq!(edited(&[typed("one two "), Press::WordBack]), ("one ".into(), 4));
        assert_eq!(edited(&[Press::Backspace, Press::Delete, Press::WordBack]), (String::new(), 0));
        assert_eq!(edited(&[typed("all"), Press::Clear]), (String::new(), 0));
    }
}
