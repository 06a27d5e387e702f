//! Mouse and keyboard of an X display.

use super::DisplayError;
use super::keyboard::{Layout, Stroke, keysym_of, keysym_of_name};
use crate::screen::PointPx;
use crate::task::{Action, Button, Chord, Modifier};
use enigo::{Axis, Coordinate, Direction, Enigo, Key, Keyboard, Mouse, Settings};
use std::collections::HashMap;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

/// The rest between two different keys.
const KEY_MS: u64 = 3;
/// The rest between the two clicks of a double click.
const CLICK_MS: u64 = 40;
const DRAG_STEPS: i32 = 12;
const BUTTON_RELEASE: u8 = 5;
const KEY_RELEASE: u8 = 3;

/// Sends input and knows how to let go of everything.
pub struct Hands {
    enigo: Enigo,
    connection: RustConnection,
}

impl Hands {
    /// Opens the way to the display called `name`.
    pub fn connect(name: &str) -> Result<Self, Failure> {
        let settings = Settings { x11_display: Some(name.to_owned()), linux_delay: 0, ..Settings::default() };
        let (connection, _) = x11rb::connect(Some(name))?;
        Ok(Self { enigo: Enigo::new(&settings)?, connection })
    }

    /// Does one action of mouse or keyboard on a display of `size`.
    pub fn perform(&mut self, action: &Action, size: (u32, u32), deadline: Instant) -> Result<(), DisplayError> {
        check_places(action, size)?;
        if Instant::now() >= deadline {
            return Err(DisplayError::Late { action: action.to_string() });
        }
        let done = match action {
            Action::Type { text, gap_ms } => return self.type_text(text, *gap_ms, deadline, action),
            Action::Key { chord } => return self.press_chord(chord, action),
            Action::Move { to } => self.move_to(*to),
            Action::Click { at, button, count } => self.click(*at, *button, *count),
            Action::Press { button } => self.button(*button, Direction::Press),
            Action::Release { button } => self.button(*button, Direction::Release),
            Action::Scroll { at, dx, dy } => self.scroll(*at, *dx, *dy),
            Action::Drag { from, to } => self.drag(*from, *to),
            Action::Wait { ms } => {
                thread::sleep(Duration::from_millis(*ms).min(deadline - Instant::now().min(deadline)));
                Ok(())
            }
            // Windows are not a matter of hands; the display does these itself.
            Action::Activate { .. } | Action::Close { .. } => Ok(()),
        };
        done.map_err(|cause| self.refused(action, cause))
    }

    /// Lets everything go that a failed action may have left held.
    fn refused(&mut self, action: &Action, cause: Failure) -> DisplayError {
        let _ = self.release_all();
        DisplayError::Input { action: action.to_string(), cause }
    }

    fn move_to(&mut self, to: PointPx) -> Result<(), Failure> {
        Ok(self.enigo.move_mouse(to.x, to.y, Coordinate::Abs)?)
    }

    fn button(&mut self, button: Button, direction: Direction) -> Result<(), Failure> {
        let button = match button {
            Button::Left => enigo::Button::Left,
            Button::Middle => enigo::Button::Middle,
            Button::Right => enigo::Button::Right,
        };
        Ok(self.enigo.button(button, direction)?)
    }

    fn click(&mut self, at: PointPx, button: Button, count: u8) -> Result<(), Failure> {
        self.move_to(at)?;
        for turn in 0..count.max(1) {
            if turn > 0 {
                thread::sleep(Duration::from_millis(CLICK_MS));
            }
            self.button(button, Direction::Press)?;
            thread::sleep(Duration::from_millis(KEY_MS));
            self.button(button, Direction::Release)?;
        }
        Ok(())
    }

    fn scroll(&mut self, at: PointPx, dx: i32, dy: i32) -> Result<(), Failure> {
        self.move_to(at)?;
        if dy != 0 {
            self.enigo.scroll(dy, Axis::Vertical)?;
        }
        if dx != 0 {
            self.enigo.scroll(dx, Axis::Horizontal)?;
        }
        Ok(())
    }

    fn drag(&mut self, from: PointPx, to: PointPx) -> Result<(), Failure> {
        self.move_to(from)?;
        self.button(Button::Left, Direction::Press)?;
        for step in 1..=DRAG_STEPS {
            // Toolkits begin a drag only when the pointer is seen to travel.
            thread::sleep(Duration::from_millis(12));
            let part = |a: i32, b: i32| a + (b - a) * step / DRAG_STEPS;
            self.move_to(PointPx::new(part(from.x, to.x), part(from.y, to.y)))?;
        }
        thread::sleep(Duration::from_millis(CLICK_MS));
        self.button(Button::Left, Direction::Release)
    }

    fn type_text(&mut self, text: &str, gap_ms: u64, deadline: Instant, action: &Action) -> Result<(), DisplayError> {
        let keysyms = keysyms_of(text)?;
        let mut layout = Layout::read(&self.connection).map_err(|cause| self.refused(action, cause))?;
        self.free_caps_lock().map_err(|cause| self.refused(action, cause))?;
        // Only so many characters can be bound at once: foreign text is typed in parts.
        let mut rest = keysyms.as_slice();
        while !rest.is_empty() {
            let part = part_length(rest, &layout);
            if part == 0 {
                return Err(DisplayError::Key { what: format!("“{text}”: no spare key to bind") });
            }
            let typed = self.type_part(&mut layout, &rest[..part], gap_ms, deadline);
            let unbound = layout.unbind(&self.connection);
            if !typed.and_then(|done| unbound.map(|()| done)).map_err(|cause| self.refused(action, cause))? {
                return Err(DisplayError::Late { action: action.to_string() });
            }
            rest = &rest[part..];
        }
        Ok(())
    }

    /// Gives `false` when the deadline came first.
    fn type_part(
        &mut self,
        layout: &mut Layout,
        keysyms: &[u32],
        gap_ms: u64,
        deadline: Instant,
    ) -> Result<bool, Failure> {
        layout.bind(&self.connection, keysyms)?;
        let mut pressed: HashMap<u8, Instant> = HashMap::new();
        for &keysym in keysyms {
            if Instant::now() >= deadline {
                return Ok(false);
            }
            let Some(stroke) = layout.stroke(keysym) else { continue };
            // A button that is still shown as pressed swallows its key, whatever was pressed in between.
            let since = pressed.get(&stroke.keycode).map_or(Duration::MAX, Instant::elapsed);
            let rest = Duration::from_millis(gap_ms).saturating_sub(since).max(Duration::from_millis(KEY_MS));
            thread::sleep(rest);
            self.strike(stroke)?;
            pressed.insert(stroke.keycode, Instant::now());
        }
        Ok(true)
    }

    fn strike(&mut self, stroke: Stroke) -> Result<(), Failure> {
        if stroke.shift {
            self.enigo.key(Key::Shift, Direction::Press)?;
        }
        let struck = self.enigo.raw(stroke.keycode.into(), Direction::Click);
        if stroke.shift {
            self.enigo.key(Key::Shift, Direction::Release)?;
        }
        Ok(struck?)
    }

    fn press_chord(&mut self, chord: &Chord, action: &Action) -> Result<(), DisplayError> {
        let keysym = keysym_of_name(&chord.key).ok_or_else(|| DisplayError::Key { what: chord.to_string() })?;
        let mut layout = Layout::read(&self.connection).map_err(|cause| self.refused(action, cause))?;
        let done = self.strike_chord(&mut layout, chord, keysym);
        let unbound = layout.unbind(&self.connection);
        done.and(unbound).map_err(|cause| self.refused(action, cause))
    }

    fn strike_chord(&mut self, layout: &mut Layout, chord: &Chord, keysym: u32) -> Result<(), Failure> {
        layout.bind(&self.connection, &[keysym])?;
        let stroke = layout.stroke(keysym).ok_or("no key for it")?;
        let keys: Vec<Key> = chord.modifiers.iter().map(|m| modifier_key(*m)).collect();
        for key in &keys {
            self.enigo.key(*key, Direction::Press)?;
        }
        let already = chord.modifiers.contains(&Modifier::Shift);
        let struck = self.strike(Stroke { shift: stroke.shift && !already, ..stroke });
        for key in keys.iter().rev() {
            self.enigo.key(*key, Direction::Release)?;
        }
        struck
    }

    /// Caps Lock turns every letter round; a person who left it on does not mean us.
    fn free_caps_lock(&mut self) -> Result<(), Failure> {
        let root = x11rb::connection::Connection::setup(&self.connection).roots[0].root;
        let mask = self.connection.query_pointer(root)?.reply()?.mask;
        if mask.contains(KeyButMask::LOCK) {
            self.enigo.key(Key::CapsLock, Direction::Click)?;
        }
        Ok(())
    }

    /// Releases every key and button that the display holds for pressed.
    pub fn release_all(&mut self) -> Result<(), Failure> {
        let root = x11rb::connection::Connection::setup(&self.connection).roots[0].root;
        let mask = self.connection.query_pointer(root)?.reply()?.mask;
        let buttons = [KeyButMask::BUTTON1, KeyButMask::BUTTON2, KeyButMask::BUTTON3];
        for (number, button) in (1u8..).zip(buttons) {
            if mask.contains(button) {
                self.connection.xtest_fake_input(BUTTON_RELEASE, number, 0, root, 0, 0, 0)?;
            }
        }
        let held = self.connection.query_keymap()?.reply()?.keys;
        for keycode in 8..=255u8 {
            if held[usize::from(keycode / 8)] & (1 << (keycode % 8)) != 0 {
                self.connection.xtest_fake_input(KEY_RELEASE, keycode, 0, root, 0, 0, 0)?;
            }
        }
        self.connection.sync()?;
        Ok(())
    }
}

fn keysyms_of(text: &str) -> Result<Vec<u32>, DisplayError> {
    let one = |c: char| keysym_of(c).ok_or_else(|| DisplayError::Key { what: format!("U+{:04X}", u32::from(c)) });
    text.chars().filter(|c| *c != '\r').map(one).collect()
}

/// How many of `keysyms`, from the first, the layout can type with its spare keys.
fn part_length(keysyms: &[u32], layout: &Layout) -> usize {
    let mut foreign = Vec::new();
    for (i, keysym) in keysyms.iter().enumerate() {
        if layout.stroke(*keysym).is_none() && !foreign.contains(keysym) {
            if foreign.len() == layout.spare() {
                return i;
            }
            foreign.push(*keysym);
        }
    }
    keysyms.len()
}

const fn modifier_key(modifier: Modifier) -> Key {
    match modifier {
        Modifier::Ctrl => Key::Control,
        Modifier::Alt => Key::Alt,
        Modifier::Shift => Key::Shift,
        Modifier::Super => Key::Meta,
    }
}

fn check_places(action: &Action, (width, height): (u32, u32)) -> Result<(), DisplayError> {
    let places = match action {
        Action::Move { to } => vec![*to],
        Action::Click { at, .. } | Action::Scroll { at, .. } => vec![*at],
        Action::Drag { from, to } => vec![*from, *to],
        _ => vec![],
    };
    let on = |p: &PointPx| p.x >= 0 && p.y >= 0 && p.x < width as i32 && p.y < height as i32;
    match places.into_iter().find(|p| !on(p)) {
        Some(at) => Err(DisplayError::OffScreen { at, width, height }),
        None => Ok(()),
    }
}
