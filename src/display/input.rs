//! Mouse and keyboard of an X display, by the XTEST extension.
//!
//! Every event asks the reins first. A key goes down and up in one message, so that no load on the machine can
//! make it repeat.

use super::keyboard::{Layout, Stroke, keysym_of, keysym_of_name};
use super::ping::Pinger;
use super::pointer::{self, Seen};
use super::rhythm::{CLICK_MS, DRAG_MS, DRAG_STEP, KEY_MS, NOTCH_MS, TAP_MS};
use super::{DisplayError, Over, Pace, Rein, Reins};
use crate::screen::PointPx;
use crate::task::{Action, Button, Chord, Modifier};
use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xkb::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, KeyButMask, ModMask};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

/// How long applications get to hear of a new binding, or to take what was typed, where they do not say so.
const BINDING: Duration = Duration::from_millis(60);
/// How long an application may take to answer.
const ANSWER: Duration = Duration::from_secs(3);
/// How long a key that was left held down may take to come up by itself.
const STUCK: Duration = Duration::from_millis(600);

/// How deep the window that has the keyboard may lie within its application's.
const DEPTH: usize = 8;

const KEY_PRESS: u8 = 2;
const KEY_RELEASE: u8 = 3;
const BUTTON_PRESS: u8 = 4;
const BUTTON_RELEASE: u8 = 5;
const MOTION: u8 = 6;
/// The core keyboard of the XKB extension.
const CORE_KEYBOARD: u16 = 0x100;
/// The modifiers that change what a key types or does; Lock and Num Lock are switches, not held.
const HELD: [(KeyButMask, &str, u32); 4] = [
    (KeyButMask::SHIFT, "Shift", 0xffe1),
    (KeyButMask::CONTROL, "Ctrl", 0xffe3),
    (KeyButMask::MOD1, "Alt", 0xffe9),
    (KeyButMask::MOD4, "Super", 0xffeb),
];

/// Sends input and knows how to let go of everything.
pub struct Hands {
    name: String,
    pub(super) connection: RustConnection,
    pub(super) root: u32,
    reins: Option<Arc<Reins>>,
    pace: Pace,
    has_xkb: bool,
    pinger: Pinger,
    random: u64,
    /// Whether anything was done that could leave something held.
    has_acted: bool,
}

/// What the keyboard was set to, to be put back.
struct Switches {
    group: xkb::Group,
    has_lock: bool,
}

impl Hands {
    /// Opens the way to the display called `name`.
    pub fn connect(name: &str) -> Result<Self, Failure> {
        let (connection, screen) = x11rb::connect(Some(name))?;
        let root = connection.setup().roots[screen].root;
        connection.xtest_get_version(2, 2)?.reply().map_err(|_| "the server has no XTEST extension")?;
        let has_xkb = connection.xkb_use_extension(1, 0)?.reply().is_ok_and(|r| r.supported);
        let pinger = Pinger::new(&connection, root)?;
        let random = std::process::id().into();
        let (name, reins, pace) = (name.to_owned(), None, Pace::Quick);
        Ok(Self { name, connection, root, reins, pace, has_xkb, pinger, random, has_acted: false })
    }

    pub fn rein(&mut self, reins: Arc<Reins>, pace: Pace) {
        self.reins = Some(reins);
        self.pace = pace;
    }

    /// Does one action of mouse or keyboard on a display of `size`.
    pub fn perform(&mut self, action: &Action, size: (u32, u32), deadline: Instant) -> Result<(), DisplayError> {
        check_places(action, size)?;
        self.check_time(action, deadline)?;
        self.has_acted = true;
        match action {
            Action::Type { text, gap_ms, .. } => return self.type_text(text, *gap_ms, deadline),
            Action::Key { chord } => return self.press_chord(chord, action),
            Action::Wait { ms } => {
                thread::sleep(Duration::from_millis(*ms).min(deadline.saturating_duration_since(Instant::now())));
                return Ok(());
            }
            // Letting go is never forbidden.
            Action::Release { button } => {
                return self.event(BUTTON_RELEASE, number(*button)).map_err(|c| self.gone(c));
            }
            _ => {}
        }
        self.may_move()?;
        match action {
            Action::Move { to } => self.travel(*to),
            Action::Click { at, button, count, modifiers, hold_ms } => {
                let hold = Duration::from_millis((*hold_ms).max(TAP_MS));
                self.travel(*at)?;
                self.holding(modifiers, |hands| hands.clicks(*button, *count, hold))
            }
            Action::Press { button } => self.send(BUTTON_PRESS, number(*button)),
            Action::Scroll { at, dx, dy } => self.scroll(*at, *dx, *dy, deadline),
            Action::Drag { path, button } => self.drag(path, *button, deadline),
            // Windows and the clipboard are not a matter of hands; the display does these itself.
            Action::Activate { .. } | Action::Close { .. } | Action::Arrange { .. } | Action::Paste { .. } => Ok(()),
            Action::Type { .. } | Action::Key { .. } | Action::Wait { .. } | Action::Release { .. } => Ok(()),
        }
        .inspect_err(|_| self.let_go())
    }

    fn check_time(&self, action: &Action, deadline: Instant) -> Result<(), DisplayError> {
        if Instant::now() >= deadline {
            return Err(DisplayError::Late { action: action.to_string() });
        }
        Ok(())
    }

    fn gone(&self, cause: Failure) -> DisplayError {
        DisplayError::Gone { name: self.name.clone(), cause }
    }

    /// Whether the person lets hands move.
    pub fn may_move(&self) -> Result<(), DisplayError> {
        match self.reins.as_ref().map_or(Rein::Free, |r| r.state()) {
            Rein::Free => Ok(()),
            Rein::Person => Err(DisplayError::Person),
            Rein::Stopped => Err(DisplayError::Stopped),
        }
    }

    /// Sends one event, unless the person forbids it.
    fn send(&self, kind: u8, detail: u8) -> Result<(), DisplayError> {
        self.may_move()?;
        self.event(kind, detail).map_err(|cause| self.gone(cause))
    }

    fn event(&self, kind: u8, detail: u8) -> Result<(), Failure> {
        self.connection.xtest_fake_input(kind, detail, 0, self.root, 0, 0, 0)?;
        Ok(self.connection.flush()?)
    }

    /// Lets go after a failure, as far as the display still hears.
    fn let_go(&mut self) {
        let _ = self.release_all();
    }

    fn jump(&self, to: PointPx) -> Result<(), DisplayError> {
        self.may_move()?;
        let sent = self.connection.xtest_fake_input(MOTION, 0, 0, self.root, to.x as i16, to.y as i16, 0);
        sent.map_err(|e| self.gone(e.into()))?;
        self.connection.flush().map_err(|e| self.gone(e.into()))
    }

    /// Brings the pointer to `to`, at once or as a person would.
    fn travel(&mut self, to: PointPx) -> Result<(), DisplayError> {
        if self.pace == Pace::Human {
            let from = self.pointer()?;
            for (place, rest) in pointer::path(from, to, self.chance()) {
                self.jump(place)?;
                thread::sleep(rest);
            }
        }
        self.jump(to)
    }

    /// Where the pointer is.
    pub fn pointer(&self) -> Result<PointPx, DisplayError> {
        let reply = self.connection.query_pointer(self.root).map_err(|e| self.gone(e.into()))?;
        let reply = reply.reply().map_err(|e| self.gone(e.into()))?;
        Ok(PointPx::new(reply.root_x.into(), reply.root_y.into()))
    }

    /// A number in `[0, 1)`, for movement that is not to look counted out.
    fn chance(&mut self) -> f32 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 40) as f32 / (1u64 << 24) as f32
    }

    fn clicks(&mut self, button: Button, count: u8, hold: Duration) -> Result<(), DisplayError> {
        for turn in 0..count.max(1) {
            if turn > 0 {
                thread::sleep(Duration::from_millis(CLICK_MS));
            }
            self.send(BUTTON_PRESS, number(button))?;
            self.rest(hold)?;
            self.send(BUTTON_RELEASE, number(button))?;
        }
        Ok(())
    }

    /// Lets time pass, but not past a stop.
    fn rest(&self, span: Duration) -> Result<(), DisplayError> {
        let until = Instant::now() + span;
        while Instant::now() < until {
            thread::sleep(until.saturating_duration_since(Instant::now()).min(Duration::from_millis(10)));
            self.may_move()?;
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
        let layout = Layout::read(&self.connection).map_err(|cause| self.gone(cause))?;
        let keys = modifiers.iter().map(|m| modifier_key(&layout, *m)).collect::<Result<Vec<u8>, _>>()?;
        keys.iter().try_for_each(|&key| self.send(KEY_PRESS, key))?;
        let done = work(self);
        for &key in keys.iter().rev() {
            self.event(KEY_RELEASE, key).map_err(|cause| self.gone(cause))?;
        }
        done
    }

    fn scroll(&mut self, at: PointPx, dx: i32, dy: i32, deadline: Instant) -> Result<(), DisplayError> {
        self.travel(at)?;
        // The wheel's directions are buttons: up, down, left, right.
        for (turns, back, forth) in [(dy, 4u8, 5u8), (dx, 6, 7)] {
            for _ in 0..turns.unsigned_abs() {
                if Instant::now() >= deadline {
                    return Err(DisplayError::Late { action: "the rest of the wheel's turns".into() });
                }
                let button = if turns < 0 { back } else { forth };
                self.send(BUTTON_PRESS, button)?;
                self.send(BUTTON_RELEASE, button)?;
                thread::sleep(Duration::from_millis(NOTCH_MS));
            }
        }
        Ok(())
    }

    fn drag(&mut self, path: &[PointPx], button: Button, deadline: Instant) -> Result<(), DisplayError> {
        let [first, rest @ ..] = path else { return Ok(()) };
        self.travel(*first)?;
        thread::sleep(Duration::from_millis(CLICK_MS));
        self.send(BUTTON_PRESS, number(button))?;
        let mut from = *first;
        for &to in rest {
            let steps = (from.distance(to) / DRAG_STEP).ceil().max(6.0) as i32;
            for step in 1..=steps {
                if Instant::now() >= deadline {
                    return Err(DisplayError::Late { action: "the rest of the drag".into() });
                }
                thread::sleep(Duration::from_millis(DRAG_MS));
                let part = |a: i32, b: i32| a + (b - a) * step / steps;
                self.jump(PointPx::new(part(from.x, to.x), part(from.y, to.y)))?;
            }
            from = to;
        }
        // What is dropped must have seen where it is.
        thread::sleep(Duration::from_millis(CLICK_MS));
        self.send(BUTTON_RELEASE, number(button))
    }

    /// Presses `button` if what is under the pointer is what `over` says: the server does nothing for anybody else
    /// between that look and the press.
    pub fn press_over(&mut self, button: Button, over: &Over, deadline: Instant) -> Result<(), DisplayError> {
        self.check_time(&Action::Press { button }, deadline)?;
        self.has_acted = true;
        self.may_move()?;
        self.connection.grab_server().map_err(|e| self.gone(e.into()))?;
        let seen = pointer::look(&self.connection, self.root, over);
        let pressed = match seen {
            Ok(Seen::AsSaid) => self.send(BUTTON_PRESS, number(button)),
            Ok(Seen::Other(why)) => Err(why),
            Err(cause) => Err(self.gone(cause)),
        };
        let ungrabbed =
            self.connection.ungrab_server().map_err(Failure::from).and_then(|_| Ok(self.connection.sync()?));
        pressed.and(ungrabbed.map_err(|cause| self.gone(cause)))
    }

    fn type_text(&mut self, text: &str, gap_ms: u64, deadline: Instant) -> Result<(), DisplayError> {
        let keysyms = keysyms_of(text)?;
        self.may_move()?;
        let mut layout = Layout::read(&self.connection).map_err(|cause| self.gone(cause))?;
        let switches = self.calm_keyboard()?;
        let typed = self.type_all(&mut layout, &keysyms, gap_ms, deadline);
        let restored = self.restore(&switches, &mut layout).map_err(|cause| self.gone(cause));
        typed.and(restored).inspect_err(|_| self.let_go())
    }

    fn type_all(
        &mut self,
        layout: &mut Layout,
        keysyms: &[u32],
        gap_ms: u64,
        deadline: Instant,
    ) -> Result<(), DisplayError> {
        // Before anything is sent: what cannot all be typed is not begun.
        let foreign = keysyms.iter().find(|keysym| layout.stroke(**keysym).is_none());
        if let Some(keysym) = foreign.filter(|_| layout.spare() == 0) {
            return Err(DisplayError::NoSpareKey { keysym: *keysym });
        }
        let focus = self.focus();
        let mut rest = keysyms;
        // Only so many characters can be bound at once: foreign text is typed in parts.
        while !rest.is_empty() {
            let part = part_length(rest, layout);
            if layout.bind(&self.connection, &rest[..part]).map_err(|cause| self.gone(cause))? {
                thread::sleep(BINDING);
            }
            let before = keysyms.len() - rest.len();
            self.type_part(layout, &rest[..part], gap_ms, deadline, focus).map_err(|(sent, cut)| match cut {
                Cut::Error(error) => error,
                Cut::Why(why) => DisplayError::Interrupted { sent: before + sent, of: keysyms.len(), why },
            })?;
            self.unbind(layout, focus).map_err(|cause| self.gone(cause))?;
            rest = &rest[part..];
        }
        Ok(())
    }

    /// Takes bindings back once the application has taken what was typed with them.
    fn unbind(&mut self, layout: &mut Layout, focus: Option<u32>) -> Result<(), Failure> {
        let taken = focus.is_some_and(|window| self.pinger.ping(&self.connection, self.root, window, ANSWER));
        if layout.is_bound() {
            // An application that has the events may still ask what their keys mean.
            thread::sleep(if taken { BINDING / 4 } else { BINDING * 2 });
        }
        layout.unbind(&self.connection)
    }

    /// An `Err` says how many characters were sent, and what cut the rest off.
    fn type_part(
        &mut self,
        layout: &Layout,
        keysyms: &[u32],
        gap_ms: u64,
        deadline: Instant,
        focus: Option<u32>,
    ) -> Result<(), (usize, Cut)> {
        let owner = focus.and_then(|window| self.client_of(window));
        let mut pressed: HashMap<u8, Instant> = HashMap::new();
        for (sent, &keysym) in keysyms.iter().enumerate() {
            let cut = |why: &str| Err((sent, Cut::Why(why.to_owned())));
            let Some(stroke) = layout.stroke(keysym) else { return cut("a key lost its binding") };
            // A button that is still shown as pressed swallows its key, whatever was pressed in between.
            let since = pressed.get(&stroke.keycode).map_or(Duration::MAX, Instant::elapsed);
            thread::sleep(Duration::from_millis(gap_ms).saturating_sub(since).max(self.key_rest()));
            if Instant::now() >= deadline {
                return cut("the time was up");
            }
            if self.has_lost_keyboard(focus, owner) {
                return cut("another window took the keyboard");
            }
            match self.strike(layout, stroke, &[]) {
                Err(DisplayError::Person) => return cut("the person is at the mouse or the keyboard"),
                done => done.map_err(|error| (sent, Cut::Error(error)))?,
            }
            pressed.insert(stroke.keycode, Instant::now());
        }
        Ok(())
    }

    fn key_rest(&mut self) -> Duration {
        let human = if self.pace == Pace::Human { 30 + (self.chance() * 90.0) as u64 } else { 0 };
        Duration::from_millis(KEY_MS + human)
    }

    /// Presses one key with Shift where its character needs it, and the keys in `held`, in one message.
    fn strike(&self, layout: &Layout, stroke: Stroke, held: &[u8]) -> Result<(), DisplayError> {
        self.may_move()?;
        let shift = modifier_key(layout, Modifier::Shift)?;
        let mut keys = held.to_vec();
        keys.extend(Some(shift).filter(|key| stroke.shift && !held.contains(key)));
        keys.push(stroke.keycode);
        let fake = |kind, key| self.connection.xtest_fake_input(kind, key, 0, self.root, 0, 0, 0).map(drop);
        let down = keys.iter().try_for_each(|&key| fake(KEY_PRESS, key));
        let up = keys.iter().rev().try_for_each(|&key| fake(KEY_RELEASE, key));
        down.and(up).and_then(|()| self.connection.flush()).map_err(|e| self.gone(e.into()))
    }

    fn press_chord(&mut self, chord: &Chord, action: &Action) -> Result<(), DisplayError> {
        let keysym = keysym_of_name(&chord.key).ok_or_else(|| DisplayError::Key { what: chord.to_string() })?;
        self.may_move()?;
        let mut layout = Layout::read(&self.connection).map_err(|cause| self.gone(cause))?;
        let switches = self.calm_keyboard()?;
        let done = self.strike_chord(&mut layout, chord, keysym, action);
        let restored = self.restore(&switches, &mut layout).map_err(|cause| self.gone(cause));
        done.and(restored).inspect_err(|_| self.let_go())
    }

    fn strike_chord(
        &mut self,
        layout: &mut Layout,
        chord: &Chord,
        keysym: u32,
        action: &Action,
    ) -> Result<(), DisplayError> {
        if layout.bind(&self.connection, &[keysym]).map_err(|cause| self.gone(cause))? {
            thread::sleep(BINDING);
        }
        let stroke = layout.stroke(keysym).ok_or_else(|| DisplayError::Key { what: action.to_string() })?;
        let held = chord.modifiers.iter().map(|m| modifier_key(layout, *m)).collect::<Result<Vec<u8>, _>>()?;
        self.strike(layout, stroke, &held)?;
        let focus = self.focus();
        self.unbind(layout, focus).map_err(|cause| self.gone(cause))
    }

    /// Readies the keyboard: nothing is held, Caps Lock is off, the first layout is chosen. A person who left
    /// Caps Lock on, or another layout, does not mean us.
    fn calm_keyboard(&self) -> Result<Switches, DisplayError> {
        self.free_modifiers()?;
        let mut switches = Switches { group: xkb::Group::M1, has_lock: false };
        if !self.has_xkb {
            return Ok(switches);
        }
        let calmed: Result<(), Failure> = (|| {
            let state = self.connection.xkb_get_state(CORE_KEYBOARD)?.reply()?;
            switches = Switches { group: state.locked_group, has_lock: state.locked_mods.contains(ModMask::LOCK) };
            if switches.is_changed() {
                self.switch(&Switches { group: xkb::Group::M1, has_lock: false })?;
            }
            Ok(())
        })();
        calmed.map_err(|cause| self.gone(cause))?;
        Ok(switches)
    }

    fn switch(&self, to: &Switches) -> Result<(), Failure> {
        let lock = if to.has_lock { ModMask::LOCK } else { ModMask::default() };
        let none = ModMask::default();
        self.connection.xkb_latch_lock_state(CORE_KEYBOARD, ModMask::LOCK, lock, true, to.group, none, false, 0)?;
        Ok(self.connection.sync()?)
    }

    fn restore(&mut self, switches: &Switches, layout: &mut Layout) -> Result<(), Failure> {
        layout.unbind(&self.connection)?;
        if switches.is_changed() { self.switch(switches) } else { Ok(()) }
    }

    /// Lets go of modifiers that somebody's program left held; one that a person holds is waited for.
    fn free_modifiers(&self) -> Result<(), DisplayError> {
        let started = Instant::now();
        loop {
            let reply = self.connection.query_pointer(self.root).map_err(|e| self.gone(e.into()))?;
            let mask = reply.reply().map_err(|e| self.gone(e.into()))?.mask;
            let Some((_, what, _)) = HELD.iter().find(|(bit, ..)| mask.contains(*bit)) else { return Ok(()) };
            if started.elapsed() > STUCK {
                return Err(DisplayError::Stuck { what: (*what).to_owned() });
            }
            self.release_keys().map_err(|cause| self.gone(cause))?;
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether another application's window than `owner` has the keyboard, which `focus` had. A window manager's own
    /// windows take it for moments, and for good where no application is.
    fn has_lost_keyboard(&self, focus: Option<u32>, owner: Option<u32>) -> bool {
        let now = self.focus();
        now != focus && now.and_then(|window| self.client_of(window)).is_some_and(|client| Some(client) != owner)
    }

    /// The window of an application that `window` is, or lies in.
    fn client_of(&self, mut window: u32) -> Option<u32> {
        for _ in 0..DEPTH {
            if window <= 1 || window == self.root {
                return None;
            }
            let class = AtomEnum::WM_CLASS;
            let class = self.connection.get_property(false, window, class, AtomEnum::ANY, 0, 1).ok()?.reply().ok()?;
            if !class.value.is_empty() {
                return Some(window);
            }
            window = self.connection.query_tree(window).ok()?.reply().ok()?.parent;
        }
        None
    }

    /// The window that has the keyboard.
    pub fn focus(&self) -> Option<u32> {
        Some(self.connection.get_input_focus().ok()?.reply().ok()?.focus)
    }

    /// Whether the application that has the keyboard has said that it took everything.
    pub fn await_taken(&mut self, deadline: Instant) -> bool {
        let patience = deadline.saturating_duration_since(Instant::now());
        self.focus().is_some_and(|window| self.pinger.ping(&self.connection, self.root, window, patience))
    }

    /// Whether anything was done that could leave something held.
    pub const fn has_acted(&self) -> bool {
        self.has_acted
    }

    /// Releases every key and button that the display holds for pressed.
    pub fn release_all(&mut self) -> Result<(), Failure> {
        let mask = self.connection.query_pointer(self.root)?.reply()?.mask;
        let buttons = [KeyButMask::BUTTON1, KeyButMask::BUTTON2, KeyButMask::BUTTON3];
        for (number, button) in (1u8..).zip(buttons) {
            if mask.contains(button) {
                self.connection.xtest_fake_input(BUTTON_RELEASE, number, 0, self.root, 0, 0, 0)?;
            }
        }
        self.release_keys()
    }

    /// Whether any key or button is held down.
    pub fn is_held(&self) -> Result<bool, Failure> {
        let mask = self.connection.query_pointer(self.root)?.reply()?.mask;
        let buttons = [KeyButMask::BUTTON1, KeyButMask::BUTTON2, KeyButMask::BUTTON3];
        let keys = self.connection.query_keymap()?.reply()?.keys;
        Ok(buttons.iter().any(|button| mask.contains(*button)) || keys.iter().any(|bits| *bits != 0))
    }

    fn release_keys(&self) -> Result<(), Failure> {
        let held = self.connection.query_keymap()?.reply()?.keys;
        for keycode in 8..=255u8 {
            if held[usize::from(keycode / 8)] & (1 << (keycode % 8)) != 0 {
                self.connection.xtest_fake_input(KEY_RELEASE, keycode, 0, self.root, 0, 0, 0)?;
            }
        }
        Ok(self.connection.sync()?)
    }
}

/// What cuts typing off.
enum Cut {
    Error(DisplayError),
    Why(String),
}

impl Switches {
    fn is_changed(&self) -> bool {
        self.has_lock || self.group != xkb::Group::M1
    }
}

const fn number(button: Button) -> u8 {
    match button {
        Button::Left => 1,
        Button::Middle => 2,
        Button::Right => 3,
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

fn modifier_key(layout: &Layout, modifier: Modifier) -> Result<u8, DisplayError> {
    let keysym = match modifier {
        Modifier::Ctrl => 0xffe3,
        Modifier::Alt => 0xffe9,
        Modifier::Shift => 0xffe1,
        Modifier::Super => 0xffeb,
    };
    let key = layout.stroke(keysym).filter(|stroke| !stroke.shift);
    key.map(|stroke| stroke.keycode).ok_or_else(|| DisplayError::Key { what: modifier.name().to_owned() })
}

fn check_places(action: &Action, (width, height): (u32, u32)) -> Result<(), DisplayError> {
    let on = |p: &&PointPx| p.x >= 0 && p.y >= 0 && p.x < width as i32 && p.y < height as i32;
    match action.places().iter().find(|p| !on(p)) {
        Some(&at) => Err(DisplayError::OffScreen { at, width, height }),
        None => Ok(()),
    }
}
