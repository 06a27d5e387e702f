//! A display made of pictures: states, and what leads from one to the next.

use super::{Display, DisplayError, Monitor, Over, Pace, Rein, Reins, Selection};
use crate::screen::{Frame, PointPx, RectPx, Window, is_alike};
use crate::task::{Action, Button, Chord};
use std::sync::Arc;
use std::time::Instant;

/// One state of a scripted display.
#[derive(Debug, Clone)]
pub struct ScriptedState {
    pub frame: Frame,
    pub windows: Vec<Window>,
    pub clipboard: Option<String>,
}

/// What makes a scripted display change.
#[derive(Debug, Clone)]
pub enum Trigger {
    ClickIn(RectPx),
    Key(Chord),
    /// Any typing.
    Typing,
    Close(u32),
}

/// In state `from`, `when` leads to state `to`; states are counted from 0.
#[derive(Debug, Clone)]
pub struct Rule {
    pub from: usize,
    pub when: Trigger,
    pub to: usize,
}

/// A display that shows pictures and remembers what was done to it.
#[derive(Debug)]
pub struct Scripted {
    states: Vec<ScriptedState>,
    rules: Vec<Rule>,
    now: usize,
    pointer: PointPx,
    held: usize,
    reins: Option<Arc<Reins>>,
    /// Everything that was performed, in order.
    pub performed: Vec<Action>,
}

impl Scripted {
    /// A display that begins in the first of `states`; `None` where there are none.
    pub fn new(states: Vec<ScriptedState>, rules: Vec<Rule>) -> Option<Self> {
        if states.is_empty() {
            return None;
        }
        Some(Self { states, rules, now: 0, pointer: PointPx::new(0, 0), held: 0, reins: None, performed: Vec::new() })
    }

    /// How many buttons are held.
    pub const fn held(&self) -> usize {
        self.held
    }

    fn state(&self) -> &ScriptedState {
        &self.states[self.now]
    }

    fn check_place(&self, at: PointPx) -> Result<(), DisplayError> {
        let frame = &self.state().frame;
        if frame.bounds().contains(at) {
            return Ok(());
        }
        Err(DisplayError::OffScreen { at, width: frame.width(), height: frame.height() })
    }

    fn fire(&mut self, fits: impl Fn(&Trigger) -> bool) {
        let rule = self.rules.iter().find(|r| r.from == self.now && fits(&r.when));
        self.now = rule.map_or(self.now, |r| r.to.min(self.states.len() - 1));
    }
}

impl Display for Scripted {
    fn monitors(&mut self) -> Result<Vec<Monitor>, DisplayError> {
        Ok(vec![Monitor { name: "scripted".into(), area: self.state().frame.bounds(), scale: 1.0 }])
    }

    fn capture(&mut self) -> Result<Frame, DisplayError> {
        Ok(self.state().frame.clone())
    }

    fn windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        Ok(self.state().windows.clone())
    }

    fn perform(&mut self, action: &Action, deadline: Instant) -> Result<(), DisplayError> {
        match action {
            action if !action.places().is_empty() => action.places().iter().try_for_each(|at| self.check_place(*at))?,
            Action::Type { text, .. } => {
                if let Some(c) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
                    return Err(DisplayError::Key { what: format!("U+{:04X}", u32::from(c)) });
                }
            }
            _ => {}
        }
        if Instant::now() >= deadline {
            return Err(DisplayError::Late { action: action.to_string() });
        }
        match self.reins.as_ref().map_or(Rein::Free, |reins| reins.state()) {
            Rein::Free => {}
            _ if matches!(action, Action::Release { .. } | Action::Wait { .. }) => {}
            Rein::Person => return Err(DisplayError::Person),
            Rein::Stopped => return Err(DisplayError::Stopped),
        }
        self.performed.push(action.clone());
        match action {
            Action::Move { to } => self.pointer = *to,
            Action::Click { at, .. } => {
                self.pointer = *at;
                self.fire(|t| matches!(t, Trigger::ClickIn(area) if area.contains(*at)));
            }
            Action::Press { .. } => self.held += 1,
            Action::Release { .. } => {
                self.held = self.held.saturating_sub(1);
                let at = self.pointer;
                self.fire(|t| matches!(t, Trigger::ClickIn(area) if area.contains(at)));
            }
            Action::Type { .. } => self.fire(|t| matches!(t, Trigger::Typing)),
            Action::Key { chord } => self.fire(|t| matches!(t, Trigger::Key(k) if k == chord)),
            Action::Paste { chord, .. } => self.fire(|t| matches!(t, Trigger::Key(k) if k == chord)),
            Action::Close { window } => self.fire(|t| matches!(t, Trigger::Close(w) if w == window)),
            Action::Scroll { .. }
            | Action::Drag { .. }
            | Action::Activate { .. }
            | Action::Arrange { .. }
            | Action::Wait { .. } => {}
        }
        Ok(())
    }

    fn press_over(&mut self, button: Button, over: &Over, deadline: Instant) -> Result<(), DisplayError> {
        if self.pointer != over.at {
            return Err(DisplayError::Pointer { at: self.pointer, wanted: over.at });
        }
        if let Some((id, area)) = over.window {
            let windows = &self.state().windows;
            let window = windows.iter().find(|w| w.id == id).ok_or(DisplayError::NoWindow { window: id })?;
            if (window.area.x, window.area.y) != (area.x, area.y) {
                return Err(DisplayError::Moved { area: window.area });
            }
            let above = windows.iter().rev().find(|w| w.area.contains(over.at)).filter(|w| w.id != id);
            if let Some(by) = above {
                return Err(DisplayError::Covered {
                    at: over.at, by: format!("“{}”", by.title), window: Some(by.id)
                });
            }
        }
        if over.looks.as_ref().is_some_and(|(frame, area)| !is_alike(frame, *area, &self.state().frame, *area)) {
            return Err(DisplayError::Changed { at: over.at });
        }
        self.perform(&Action::Press { button }, deadline)
    }

    fn pointer(&mut self) -> Result<Option<PointPx>, DisplayError> {
        Ok(Some(self.pointer))
    }

    fn rein(&mut self, reins: Arc<Reins>, _: Pace) {
        self.reins = Some(reins);
    }

    fn release_all(&mut self) -> Result<(), DisplayError> {
        self.held = 0;
        Ok(())
    }

    fn selection(&mut self, _: Selection) -> Result<Option<String>, DisplayError> {
        Ok(self.state().clipboard.clone())
    }

    fn offer(&mut self, _: Selection, text: Option<&str>) -> Result<(), DisplayError> {
        let now = self.now;
        self.states[now].clipboard = text.map(str::to_owned);
        Ok(())
    }
}
