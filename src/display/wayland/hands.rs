//! What hands do with the mouse and the keyboard. Every event asks the reins first.

use super::keymap::{self, Keymap, Stroke};
use super::keys::Keyboard;
use super::outputs::Layout;
use super::pointer::Pointer;
use super::wire::Wire;
use crate::display::rhythm::{CLICK_MS, DRAG_MS, DRAG_STEP, KEY_MS, NOTCH_MS, TAP_MS};
use crate::display::{DisplayError, Pace, Rein, Reins, pointer::path};
use crate::screen::PointPx;
use crate::task::{Action, Button, Chord, Modifier};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use wayland_client::protocol::wl_pointer::Axis;
use wayland_client::protocol::wl_seat::{Capability, WlSeat};

/// How long applications get to take what was typed before the keymap changes, and to take the new one: X
/// applications behind a compositor ask for it by themselves.
const BINDING: Duration = Duration::from_millis(60);
/// How long applications get to notice that there is a mouse or a keyboard where there was none.
const NOTICE: Duration = Duration::from_millis(400);

/// Sends input and knows how to let go of everything.
pub struct Hands {
    keyboard: Option<Keyboard>,
    pointer: Option<Pointer>,
    reins: Option<Arc<Reins>>,
    pace: Pace,
    /// Before this, applications may not listen yet.
    heard_from: Instant,
    random: u64,
}

/// What cuts typing off.
enum Cut {
    Error(DisplayError),
    Why(String),
}

impl Hands {
    /// Hands with what the compositor offers.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn bind(wire: &mut Wire) -> Result<Self, DisplayError> {
        let (mut keyboard, mut pointer) = (None, None);
        if let Some(seat) = wire.bind::<WlSeat>(7) {
            wire.sync()?;
            keyboard = Keyboard::bind(wire, &seat)?;
            pointer = Pointer::bind(wire, &seat);
        }
        let both = Capability::Keyboard | Capability::Pointer;
        let has_both = wire.told.seat.is_some_and(|seat| seat.contains(both));
        wire.sync()?;
        let heard_from = Instant::now() + if has_both { Duration::ZERO } else { NOTICE };
        let random = std::process::id().into();
        Ok(Self { keyboard, pointer, reins: None, pace: Pace::Quick, heard_from, random })
    }

    pub fn rein(&mut self, reins: Arc<Reins>, pace: Pace) {
        self.reins = Some(reins);
        self.pace = pace;
    }

    /// Does one action of mouse or keyboard.
    ///
    /// # Errors
    /// As [`crate::display::Display::perform`], and [`DisplayError::Unable`] where the compositor lacks what it takes.
    pub fn perform(
        &mut self,
        wire: &mut Wire,
        layout: &Layout,
        action: &Action,
        deadline: Instant,
    ) -> Result<(), DisplayError> {
        check_places(action, layout)?;
        check_time(action, deadline)?;
        match action {
            Action::Wait { ms } => {
                thread::sleep(Duration::from_millis(*ms).min(deadline.saturating_duration_since(Instant::now())));
                return Ok(());
            }
            // Letting go is never forbidden.
            Action::Release { button } => {
                self.pointer(wire)?.release(wire, *button);
                return wire.sync();
            }
            _ => {}
        }
        let mut hand = Hand { hands: self, wire, layout, deadline };
        hand.act(action).inspect_err(|_| {
            // A compositor that is gone holds nothing any more.
            let _ = hand.hands.let_go(hand.wire);
        })
    }

    /// Presses `button` at `at`, in one message with the way there.
    ///
    /// # Errors
    /// As [`Hands::perform`].
    pub fn press_at(
        &mut self,
        wire: &mut Wire,
        layout: &Layout,
        button: Button,
        at: PointPx,
    ) -> Result<(), DisplayError> {
        self.may_move()?;
        let pointer = self.pointer(wire)?;
        pointer.jump(wire, layout, at)?;
        pointer.press(wire, button);
        wire.sync()
    }

    /// Where the pointer was brought; `None` before it was brought anywhere.
    pub fn pointer_at(&self) -> Option<PointPx> {
        self.pointer.as_ref().and_then(Pointer::at)
    }

    /// Lets go of all that these hands hold.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn let_go(&mut self, wire: &mut Wire) -> Result<(), DisplayError> {
        if let Some(keyboard) = &mut self.keyboard {
            keyboard.release_all(wire);
        }
        if let Some(pointer) = &mut self.pointer {
            pointer.release_all(wire);
        }
        wire.sync()
    }

    /// Lets go of all that these hands hold, and of what others that are gone may have left.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn release_all(&mut self, wire: &mut Wire) -> Result<(), DisplayError> {
        if let Some(pointer) = &mut self.pointer {
            pointer.release_left(wire);
        }
        self.let_go(wire)
    }

    /// Whether the person lets hands move.
    pub fn may_move(&self) -> Result<(), DisplayError> {
        match self.reins.as_ref().map_or(Rein::Free, |r| r.state()) {
            Rein::Free => Ok(()),
            Rein::Person => Err(DisplayError::Person),
            Rein::Stopped => Err(DisplayError::Stopped),
        }
    }

    fn keyboard(&mut self, wire: &Wire) -> Result<&mut Keyboard, DisplayError> {
        let unable = || lacks(wire, "typing", "zwp_virtual_keyboard_manager_v1");
        self.keyboard.as_mut().ok_or_else(unable)
    }

    fn pointer(&mut self, wire: &Wire) -> Result<&mut Pointer, DisplayError> {
        let unable = || lacks(wire, "moving the mouse", "zwlr_virtual_pointer_manager_v1");
        self.pointer.as_mut().ok_or_else(unable)
    }

    /// A number in `[0, 1)`, for movement that is not to look counted out.
    fn chance(&mut self) -> f32 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 40) as f32 / (1u64 << 24) as f32
    }

    fn key_rest(&mut self) -> Duration {
        let human = if self.pace == Pace::Human { 30 + (self.chance() * 90.0) as u64 } else { 0 };
        Duration::from_millis(KEY_MS + human)
    }
}

/// What cannot be done because the compositor lacks `interface`.
pub fn lacks(wire: &Wire, what: &str, interface: &str) -> DisplayError {
    let what = format!("{what} (the compositor does not offer {interface})");
    DisplayError::Unable { name: wire.name().to_owned(), what }
}

/// Hands at one action.
struct Hand<'a> {
    hands: &'a mut Hands,
    wire: &'a mut Wire,
    layout: &'a Layout,
    deadline: Instant,
}

impl Hand<'_> {
    fn act(&mut self, action: &Action) -> Result<(), DisplayError> {
        match action {
            Action::Move { to } => self.travel(*to),
            Action::Click { at, button, count, modifiers, hold_ms } => {
                let hold = Duration::from_millis((*hold_ms).max(TAP_MS));
                self.travel(*at)?;
                self.holding(modifiers, |hand| hand.clicks(*button, *count, hold))
            }
            Action::Press { button } => self.press(*button),
            Action::Scroll { at, dx, dy } => self.scroll(*at, *dx, *dy),
            Action::Drag { path, button } => self.drag(path, *button),
            Action::Type { text, gap_ms, .. } => self.type_text(text, Duration::from_millis(*gap_ms)),
            Action::Key { chord } => self.strike_chord(chord),
            // Windows are not a matter of hands; the display does these itself, and the others are done.
            Action::Activate { .. } | Action::Close { .. } | Action::Arrange { .. } | Action::Paste { .. } => Ok(()),
            Action::Wait { .. } | Action::Release { .. } => Ok(()),
        }
    }

    /// Whether an event may be sent now; waits until applications listen.
    fn may_send(&self) -> Result<(), DisplayError> {
        thread::sleep(self.hands.heard_from.saturating_duration_since(Instant::now()));
        self.hands.may_move()
    }

    fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }

    fn jump(&mut self, to: PointPx) -> Result<(), DisplayError> {
        self.may_send()?;
        self.hands.pointer(self.wire)?.jump(self.wire, self.layout, to)?;
        self.wire.sync()
    }

    /// Brings the pointer to `to`, at once or as a person would.
    fn travel(&mut self, to: PointPx) -> Result<(), DisplayError> {
        let from = self.hands.pointer_at().filter(|_| self.hands.pace == Pace::Human);
        if let Some(from) = from {
            for (place, rest) in path(from, to, self.hands.chance()) {
                // A bent path may leave the screen, where there is nothing to pass.
                if self.layout.logical_from_px(place).is_some() {
                    self.jump(place)?;
                }
                thread::sleep(rest);
            }
        }
        self.jump(to)
    }

    fn press(&mut self, button: Button) -> Result<(), DisplayError> {
        self.may_send()?;
        self.hands.pointer(self.wire)?.press(self.wire, button);
        self.wire.sync()
    }

    fn release(&mut self, button: Button) -> Result<(), DisplayError> {
        self.may_send()?;
        self.hands.pointer(self.wire)?.release(self.wire, button);
        self.wire.sync()
    }

    fn clicks(&mut self, button: Button, count: u8, hold: Duration) -> Result<(), DisplayError> {
        for turn in 0..count.max(1) {
            if turn > 0 {
                thread::sleep(Duration::from_millis(CLICK_MS));
            }
            self.press(button)?;
            self.rest(hold)?;
            self.release(button)?;
        }
        Ok(())
    }

    /// Lets time pass, but not past a stop.
    fn rest(&self, span: Duration) -> Result<(), DisplayError> {
        let until = Instant::now() + span;
        while Instant::now() < until {
            thread::sleep(until.saturating_duration_since(Instant::now()).min(Duration::from_millis(10)));
            self.hands.may_move()?;
        }
        Ok(())
    }

    /// Does `work` with `modifiers` held down.
    fn holding(
        &mut self,
        modifiers: &[Modifier],
        work: impl FnOnce(&mut Self) -> Result<(), DisplayError>,
    ) -> Result<(), DisplayError> {
        if modifiers.is_empty() {
            return work(self);
        }
        for modifier in modifiers {
            self.may_send()?;
            self.hands.keyboard(self.wire)?.press(self.wire, keymap::modifier_key(*modifier));
        }
        self.wire.sync()?;
        let done = work(self);
        self.hands.keyboard(self.wire)?.release_all(self.wire);
        done.and(self.wire.sync())
    }

    fn scroll(&mut self, at: PointPx, dx: i32, dy: i32) -> Result<(), DisplayError> {
        self.travel(at)?;
        for (turns, axis) in [(dy, Axis::VerticalScroll), (dx, Axis::HorizontalScroll)] {
            for _ in 0..turns.unsigned_abs() {
                if self.is_late() {
                    return Err(DisplayError::Late { action: "the rest of the wheel's turns".into() });
                }
                self.may_send()?;
                self.hands.pointer(self.wire)?.turn(self.wire, axis, turns > 0);
                self.wire.sync()?;
                thread::sleep(Duration::from_millis(NOTCH_MS));
            }
        }
        Ok(())
    }

    fn drag(&mut self, path: &[PointPx], button: Button) -> Result<(), DisplayError> {
        let [first, rest @ ..] = path else { return Ok(()) };
        self.travel(*first)?;
        thread::sleep(Duration::from_millis(CLICK_MS));
        self.press(button)?;
        let mut from = *first;
        for &to in rest {
            self.drag_on(from, to)?;
            from = to;
        }
        // What is dropped must have seen where it is.
        thread::sleep(Duration::from_millis(CLICK_MS));
        self.release(button)
    }

    fn drag_on(&mut self, from: PointPx, to: PointPx) -> Result<(), DisplayError> {
        let steps = (from.distance(to) / DRAG_STEP).ceil().max(6.0) as i32;
        for step in 1..=steps {
            if self.is_late() {
                return Err(DisplayError::Late { action: "the rest of the drag".into() });
            }
            thread::sleep(Duration::from_millis(DRAG_MS));
            let part = |a: i32, b: i32| a + (b - a) * step / steps;
            let place = PointPx::new(part(from.x, to.x), part(from.y, to.y));
            if self.layout.logical_from_px(place).is_some() {
                self.jump(place)?;
            }
        }
        Ok(())
    }

    fn strike_chord(&mut self, chord: &Chord) -> Result<(), DisplayError> {
        let unknown = || DisplayError::Key { what: chord.to_string() };
        self.may_send()?;
        self.hands.keyboard(self.wire)?;
        if let Some(c) = keymap::character_of(&chord.key) {
            self.ready(&[c])?;
        }
        let keyboard = self.hands.keyboard(self.wire)?;
        let stroke = keyboard.map().named_stroke(&chord.key).ok_or_else(unknown)?;
        let mut held: Vec<u32> = chord.modifiers.iter().map(|m| keymap::modifier_key(*m)).collect();
        held.extend(stroke.held.iter().filter(|key| !held.contains(key)).copied().collect::<Vec<_>>());
        self.hands.may_move()?;
        self.hands.keyboard(self.wire)?.strike(self.wire, &Stroke { key: stroke.key, held })
    }

    /// Sees to it that as many of `characters`, from the first, as fit can be typed; gives how many.
    fn ready(&mut self, characters: &[char]) -> Result<usize, DisplayError> {
        let keyboard = self.hands.keyboard(self.wire)?;
        if characters.iter().all(|c| keyboard.map().types(*c)) {
            return Ok(characters.len());
        }
        let (map, fitting) = Keymap::of(characters);
        thread::sleep(BINDING);
        self.hands.keyboard(self.wire)?.set(self.wire, map)?;
        thread::sleep(BINDING);
        Ok(fitting)
    }

    fn type_text(&mut self, text: &str, gap: Duration) -> Result<(), DisplayError> {
        let characters = keymap::characters(text)?;
        self.may_send()?;
        self.hands.keyboard(self.wire)?;
        let focus = self.wire.told.toplevels.active();
        let mut rest = characters.as_slice();
        // Only so many characters can be bound at once: foreign text is typed in parts.
        while !rest.is_empty() {
            let part = self.ready(rest)?;
            let before = characters.len() - rest.len();
            self.type_part(&rest[..part], gap, focus).map_err(|(sent, cut)| match cut {
                Cut::Error(error) => error,
                Cut::Why(why) => DisplayError::Interrupted { sent: before + sent, of: characters.len(), why },
            })?;
            rest = &rest[part..];
        }
        Ok(())
    }

    /// An `Err` says how many characters were sent, and what cut the rest off.
    fn type_part(&mut self, characters: &[char], gap: Duration, focus: Option<u32>) -> Result<(), (usize, Cut)> {
        let mut pressed: HashMap<u32, Instant> = HashMap::new();
        for (sent, &c) in characters.iter().enumerate() {
            let cut = |why: &str| Err((sent, Cut::Why(why.to_owned())));
            let stroke = self.hands.keyboard.as_ref().and_then(|k| k.map().stroke(c));
            let Some(stroke) = stroke else { return cut("a key lost its binding") };
            // A button that is still shown as pressed swallows its key, whatever was pressed in between.
            let since = pressed.get(&stroke.key).map_or(Duration::MAX, Instant::elapsed);
            thread::sleep(gap.saturating_sub(since).max(self.hands.key_rest()));
            if self.is_late() {
                return cut("the time was up");
            }
            if self.wire.told.toplevels.active() != focus {
                return cut("another window took the keyboard");
            }
            match self.hands.may_move() {
                Err(DisplayError::Person) => return cut("the person is at the mouse or the keyboard"),
                free => free.map_err(|error| (sent, Cut::Error(error)))?,
            }
            self.strike(&stroke).map_err(|error| (sent, Cut::Error(error)))?;
            pressed.insert(stroke.key, Instant::now());
        }
        Ok(())
    }

    fn strike(&mut self, stroke: &Stroke) -> Result<(), DisplayError> {
        self.hands.keyboard(self.wire)?.strike(self.wire, stroke)
    }
}

fn check_time(action: &Action, deadline: Instant) -> Result<(), DisplayError> {
    if Instant::now() >= deadline {
        return Err(DisplayError::Late { action: action.to_string() });
    }
    Ok(())
}

fn check_places(action: &Action, layout: &Layout) -> Result<(), DisplayError> {
    let (width, height) = layout.size();
    match action.places().iter().find(|p| layout.logical_from_px(**p).is_none()) {
        Some(&at) => Err(DisplayError::OffScreen { at, width, height }),
        None => Ok(()),
    }
}
