//! Screen, mouse and keyboard by `xcap` and `enigo`, where neither X11 nor a compositor's own protocol is at hand.
//!
//! It knows no windows' stacking by id that could be activated, and cannot look and press in one; `doctor` says so.

use super::keyboard::keysym_of_name;
use super::{Display, DisplayError, Monitor, Over, Pace, Rein, Reins, Selection};
use crate::screen::{Frame, PointPx, RectPx, Window, is_alike};
use crate::task::{Action, Button, Modifier};
use enigo::{Axis, Coordinate, Direction, Enigo, Key, Keyboard, Mouse, Settings};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The rest between two events of one action.
const REST: Duration = Duration::from_millis(12);

/// The desktop's primary monitor through `xcap`, and hands through `enigo`.
pub struct Portable {
    monitor: xcap::Monitor,
    hands: Enigo,
    reins: Option<Arc<Reins>>,
    held: Vec<Button>,
}

impl Portable {
    /// Opens the primary monitor.
    ///
    /// # Errors
    /// [`DisplayError::Connect`] when there is no monitor, or input is not allowed.
    pub fn open() -> Result<Self, DisplayError> {
        let failed = |cause| DisplayError::Connect { name: "the primary monitor".into(), cause };
        let monitors = xcap::Monitor::all().map_err(|e| failed(e.into()))?;
        let primary = monitors.iter().position(|m| m.is_primary().unwrap_or(false)).unwrap_or(0);
        let monitor = monitors.into_iter().nth(primary).ok_or_else(|| failed("no monitor is connected".into()))?;
        let hands = Enigo::new(&Settings::default()).map_err(|e| failed(e.into()))?;
        Ok(Self { monitor, hands, reins: None, held: Vec::new() })
    }

    fn failed(why: &impl std::fmt::Display) -> DisplayError {
        DisplayError::Capture { name: "the primary monitor".into(), why: why.to_string() }
    }

    fn may_move(&self) -> Result<(), DisplayError> {
        match self.reins.as_ref().map_or(Rein::Free, |r| r.state()) {
            Rein::Free => Ok(()),
            Rein::Person => Err(DisplayError::Person),
            Rein::Stopped => Err(DisplayError::Stopped),
        }
    }

    fn button(&mut self, button: Button, direction: Direction) -> Result<(), Failure> {
        let native = match button {
            Button::Left => enigo::Button::Left,
            Button::Middle => enigo::Button::Middle,
            Button::Right => enigo::Button::Right,
        };
        self.held.retain(|held| *held != button);
        self.held.extend(Some(button).filter(|_| direction == Direction::Press));
        Ok(self.hands.button(native, direction)?)
    }

    fn to(&mut self, at: PointPx) -> Result<(), Failure> {
        Ok(self.hands.move_mouse(at.x, at.y, Coordinate::Abs)?)
    }

    fn act(&mut self, action: &Action) -> Result<(), Failure> {
        match action {
            Action::Move { to } => self.to(*to),
            Action::Press { button } => self.button(*button, Direction::Press),
            Action::Release { button } => self.button(*button, Direction::Release),
            Action::Click { at, button, count, modifiers, hold_ms } => {
                self.to(*at)?;
                let keys: Vec<Key> = modifiers.iter().map(|m| modifier_key(*m)).collect();
                keys.iter().try_for_each(|key| self.hands.key(*key, Direction::Press))?;
                for _ in 0..(*count).max(1) {
                    self.button(*button, Direction::Press)?;
                    thread::sleep(REST.max(Duration::from_millis(*hold_ms)));
                    self.button(*button, Direction::Release)?;
                }
                keys.iter().rev().try_for_each(|key| self.hands.key(*key, Direction::Release))?;
                Ok(())
            }
            Action::Type { text, .. } => Ok(self.hands.text(text)?),
            Action::Key { chord } => {
                let keysym = keysym_of_name(&chord.key).ok_or("there is no such key")?;
                let keys: Vec<Key> = chord.modifiers.iter().map(|m| modifier_key(*m)).collect();
                keys.iter().try_for_each(|key| self.hands.key(*key, Direction::Press))?;
                let struck = self.hands.key(key_of(&chord.key, keysym), Direction::Click);
                keys.iter().rev().try_for_each(|key| self.hands.key(*key, Direction::Release))?;
                Ok(struck?)
            }
            Action::Scroll { at, dx, dy } => {
                self.to(*at)?;
                self.hands.scroll(*dy, Axis::Vertical)?;
                Ok(self.hands.scroll(*dx, Axis::Horizontal)?)
            }
            Action::Drag { path, button } => {
                for (i, at) in path.iter().enumerate() {
                    self.to(*at)?;
                    thread::sleep(REST);
                    if i == 0 {
                        self.button(*button, Direction::Press)?;
                    }
                }
                self.button(*button, Direction::Release)
            }
            Action::Wait { ms } => {
                thread::sleep(Duration::from_millis(*ms));
                Ok(())
            }
            Action::Activate { .. } | Action::Close { .. } | Action::Arrange { .. } => {
                Err("this way to the screen does not reach windows".into())
            }
            Action::Paste { .. } => Err("this way to the screen does not reach the clipboard".into()),
        }
    }
}

/// The named keys that every platform has.
fn key_of(name: &str, keysym: u32) -> Key {
    match name {
        "Return" => Key::Return,
        "Escape" => Key::Escape,
        "Tab" => Key::Tab,
        "Space" => Key::Space,
        "BackSpace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "Up" => Key::UpArrow,
        "Down" => Key::DownArrow,
        "Left" => Key::LeftArrow,
        "Right" => Key::RightArrow,
        _ => name.chars().next().filter(|_| name.chars().count() == 1).map_or(Key::Other(keysym), Key::Unicode),
    }
}

const fn modifier_key(modifier: Modifier) -> Key {
    match modifier {
        Modifier::Ctrl => Key::Control,
        Modifier::Alt => Key::Alt,
        Modifier::Shift => Key::Shift,
        Modifier::Super => Key::Meta,
    }
}

impl Display for Portable {
    fn monitors(&mut self) -> Result<Vec<Monitor>, DisplayError> {
        let frame = self.capture()?;
        Ok(vec![Monitor {
            name: self.monitor.name().unwrap_or_default(),
            area: frame.bounds(),
            scale: self.monitor.scale_factor().map_or(1.0, f64::from),
        }])
    }

    fn capture(&mut self) -> Result<Frame, DisplayError> {
        let image = self.monitor.capture_image().map_err(|e| Self::failed(&e))?;
        let (width, height) = (image.width(), image.height());
        Frame::new(width, height, image.into_raw()).map_err(|e| Self::failed(&e))
    }

    fn windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        let listed = xcap::Window::all().map_err(|e| Self::failed(&e))?;
        let read = |w: &xcap::Window| {
            let area = RectPx::new(w.x().ok()?, w.y().ok()?, w.width().ok()? as i32, w.height().ok()? as i32);
            Some(Window {
                id: w.id().ok()?,
                title: w.title().unwrap_or_default(),
                app: w.app_name().unwrap_or_default().to_lowercase(),
                area,
                focused: w.is_focused().unwrap_or(false),
                dialog: false,
                popup: false,
                modal: false,
                pid: w.pid().ok(),
            })
        };
        // xcap lists the topmost window first.
        Ok(listed.iter().rev().filter_map(read).collect())
    }

    fn perform(&mut self, action: &Action, deadline: Instant) -> Result<(), DisplayError> {
        let bounds = self.capture()?.bounds();
        if let Some(&at) = action.places().iter().find(|at| !bounds.contains(**at)) {
            return Err(DisplayError::OffScreen { at, width: bounds.w as u32, height: bounds.h as u32 });
        }
        if Instant::now() >= deadline {
            return Err(DisplayError::Late { action: action.to_string() });
        }
        if !matches!(action, Action::Release { .. }) {
            self.may_move()?;
        }
        self.act(action).map_err(|cause| DisplayError::Input { action: action.to_string(), cause })
    }

    fn press_over(&mut self, button: Button, over: &Over, deadline: Instant) -> Result<(), DisplayError> {
        let frame = self.capture()?;
        if over.looks.as_ref().is_some_and(|(then, area)| !is_alike(then, *area, &frame, *area)) {
            return Err(DisplayError::Changed { at: over.at });
        }
        self.perform(&Action::Press { button }, deadline)
    }

    fn rein(&mut self, reins: Arc<Reins>, _: Pace) {
        self.reins = Some(reins);
    }

    fn release_all(&mut self) -> Result<(), DisplayError> {
        for button in std::mem::take(&mut self.held) {
            let gone = |cause| DisplayError::Gone { name: "the primary monitor".into(), cause };
            self.button(button, Direction::Release).map_err(gone)?;
        }
        Ok(())
    }

    fn selection(&mut self, _: Selection) -> Result<Option<String>, DisplayError> {
        Ok(None)
    }

    fn offer(&mut self, _: Selection, _: Option<&str>) -> Result<(), DisplayError> {
        Err(DisplayError::Unable { name: "the primary monitor".into(), what: "putting text on the clipboard".into() })
    }
}
