//! Keyboard and mouse by the RemoteDesktop portal, once the person has allowed them in a dialog of their desktop.
//!
//! Source: the portal's own description, version 1, which every desktop that has it offers.

use super::{ANSWER, Options, PATH, PortalError, SERVICE, Talk, Told};
use crate::display::accessibility::block_until;
use crate::display::keyboard::{keysym_of, keysym_of_name};
use crate::display::rhythm::{CLICK_MS, KEY_MS, TAP_MS};
use crate::screen::{PointPx, RectPx};
use crate::task::{Action, Button, Chord, Modifier};
use std::thread;
use std::time::{Duration, Instant};
use zbus::{DynamicType, Message, OwnedObjectPath, Variant};

const NAME: &str = "RemoteDesktop";
const REMOTE: &str = "org.freedesktop.portal.RemoteDesktop";
const CAST: &str = "org.freedesktop.portal.ScreenCast";
const SESSION: &str = "org.freedesktop.portal.Session";
/// How long applications take to hear of a new keyboard.
const WAKE: Duration = Duration::from_millis(150);
/// Keyboard and pointer.
const DEVICES: u32 = 3;
/// Whole monitors.
const MONITOR: u32 = 1;

/// The right to keyboard and mouse of a session, until this is dropped or the person ends it.
pub struct PortalHands {
    talk: Talk,
    session: OwnedObjectPath,
    stream: u32,
    monitor: RectPx,
}

impl PortalHands {
    /// Asks for keyboard and mouse and one monitor; the desktop asks the person, who has `patience` to answer.
    ///
    /// # Errors
    /// [`PortalError::NoBus`], [`PortalError::Lacking`], [`PortalError::Silent`]; [`PortalError::Refused`] where the
    /// person does not allow it.
    pub fn ask(patience: Duration) -> Result<Self, PortalError> {
        let talk = Talk::begin(NAME)?;
        let session = OwnedObjectPath::try_from(PATH).map_err(lacking)?;
        let mut hands = Self { talk, session, stream: 0, monitor: RectPx::default() };
        hands.session = hands.talk.session(REMOTE)?;
        let of_session = hands.session.clone();
        let mut devices = Options::from([("types", Variant::from(DEVICES))]);
        hands.talk.request(REMOTE, "SelectDevices", &mut devices, ANSWER, |options| (&of_session, options))?;
        let mut sources = Options::from([("types", Variant::from(MONITOR))]);
        hands.talk.request(CAST, "SelectSources", &mut sources, ANSWER, |options| (&of_session, options))?;
        let told = hands.talk.request(REMOTE, "Start", &mut Options::new(), patience, |o| (&of_session, "", o))?;
        hands.take(&told)?;
        // With its first key a desktop brings a keyboard up that applications hear of later than of the key.
        hands.strike(modifier_keysym(Modifier::Shift))?;
        thread::sleep(WAKE);
        Ok(hands)
    }

    /// The monitor that the person has chosen; places are counted from its top left corner, in the desktop's pixels.
    pub const fn monitor(&self) -> RectPx {
        self.monitor
    }

    /// Takes what the person has allowed.
    fn take(&mut self, told: &Told) -> Result<(), PortalError> {
        let devices = told.get("devices").cloned().and_then(|v| u32::try_from(v).ok()).unwrap_or_default();
        let streams = told.get("streams").cloned().map(Vec::<(u32, Told)>::try_from);
        let stream = streams.and_then(Result::ok).and_then(|all| all.into_iter().next());
        let (Some((stream, of_stream)), DEVICES) = (stream, devices & DEVICES) else {
            return Err(self.talk.refused());
        };
        let pair = |name: &str| of_stream.get(name).cloned().and_then(|v| <(i32, i32)>::try_from(v).ok());
        let (width, height) = pair("size").unwrap_or_default();
        (self.stream, self.monitor) = (stream, RectPx::new(0, 0, width, height));
        Ok(())
    }

    /// Does `action`: pointer, buttons, wheel, keys and text; nothing is read back.
    ///
    /// # Errors
    /// [`PortalError::Unable`] for what portals have no way for, [`PortalError::OffScreen`], [`PortalError::Key`]
    /// before anything is sent; [`PortalError::Lacking`] where the person has ended it.
    pub fn perform(&self, action: &Action) -> Result<(), PortalError> {
        if let Some(&at) = action.places().iter().find(|at| !self.monitor.contains(**at)) {
            return Err(PortalError::OffScreen { at, width: self.monitor.w, height: self.monitor.h });
        }
        match action {
            Action::Move { to } => self.travel(*to),
            Action::Click { at, button, count, modifiers, hold_ms } => {
                self.travel(*at)?;
                self.holding(modifiers, || self.clicks(*button, *count, (*hold_ms).max(TAP_MS)))
            }
            Action::Press { button } => self.button(*button, true),
            Action::Release { button } => self.button(*button, false),
            Action::Scroll { at, dx, dy } => {
                self.travel(*at)?;
                self.wheel(0, *dy)?;
                self.wheel(1, *dx)
            }
            Action::Key { chord } => self.chord(chord),
            Action::Type { text, gap_ms, .. } => self.text(text, *gap_ms),
            Action::Wait { ms } => {
                thread::sleep(Duration::from_millis(*ms));
                Ok(())
            }
            Action::Drag { .. }
            | Action::Paste { .. }
            | Action::Activate { .. }
            | Action::Close { .. }
            | Action::Arrange { .. } => Err(PortalError::Unable { action: action.to_string() }),
        }
    }

    fn travel(&self, to: PointPx) -> Result<(), PortalError> {
        let (x, y) = (f64::from(to.x), f64::from(to.y));
        self.tell("NotifyPointerMotionAbsolute", &(&self.session, Options::new(), self.stream, x, y))
    }

    fn button(&self, button: Button, down: bool) -> Result<(), PortalError> {
        // As the kernel numbers them.
        let number: i32 = match button {
            Button::Left => 0x110,
            Button::Right => 0x111,
            Button::Middle => 0x112,
        };
        self.tell("NotifyPointerButton", &(&self.session, Options::new(), number, u32::from(down)))
    }

    fn clicks(&self, button: Button, count: u8, hold_ms: u64) -> Result<(), PortalError> {
        for turn in 0..count.max(1) {
            thread::sleep(Duration::from_millis(if turn > 0 { CLICK_MS } else { 0 }));
            self.button(button, true)?;
            thread::sleep(Duration::from_millis(hold_ms));
            self.button(button, false)?;
        }
        Ok(())
    }

    fn wheel(&self, axis: u32, notches: i32) -> Result<(), PortalError> {
        if notches == 0 {
            return Ok(());
        }
        self.tell("NotifyPointerAxisDiscrete", &(&self.session, Options::new(), axis, notches))
    }

    fn key(&self, keysym: u32, down: bool) -> Result<(), PortalError> {
        self.tell("NotifyKeyboardKeysym", &(&self.session, Options::new(), keysym as i32, u32::from(down)))
    }

    fn strike(&self, keysym: u32) -> Result<(), PortalError> {
        self.key(keysym, true).and_then(|()| self.key(keysym, false))
    }

    fn chord(&self, chord: &Chord) -> Result<(), PortalError> {
        let keysym = keysym_of_name(&chord.key).ok_or_else(|| PortalError::Key { what: chord.to_string() })?;
        self.holding(&chord.modifiers, || self.strike(keysym))
    }

    fn text(&self, text: &str, gap_ms: u64) -> Result<(), PortalError> {
        let one = |c: char| keysym_of(c).ok_or_else(|| PortalError::Key { what: format!("U+{:04X}", u32::from(c)) });
        let keysyms: Vec<u32> = text.chars().map(one).collect::<Result<_, _>>()?;
        for keysym in keysyms {
            self.strike(keysym)?;
            thread::sleep(Duration::from_millis(gap_ms.max(KEY_MS)));
        }
        Ok(())
    }

    /// Does `work` with `modifiers` held down, and lets go of them however it ends.
    fn holding(
        &self,
        modifiers: &[Modifier],
        work: impl FnOnce() -> Result<(), PortalError>,
    ) -> Result<(), PortalError> {
        let keysyms: Vec<u32> = modifiers.iter().map(|m| modifier_keysym(*m)).collect();
        let held = keysyms.iter().try_for_each(|keysym| self.key(*keysym, true));
        let done = held.and_then(|()| work());
        let freed = keysyms.iter().rev().try_for_each(|keysym| self.key(*keysym, false));
        done.and(freed)
    }

    fn tell<B>(&self, method: &str, body: &B) -> Result<(), PortalError>
    where
        B: serde::Serialize + DynamicType,
    {
        self.call(PATH, REMOTE, method, body).map(drop)
    }

    fn call<B>(&self, path: &str, interface: &str, method: &str, body: &B) -> Result<Message, PortalError>
    where
        B: serde::Serialize + DynamicType,
    {
        let call = self.talk.connection.call_method(Some(SERVICE), path, Some(interface), method, body);
        let answer = block_until(Instant::now() + ANSWER, call);
        answer.ok_or_else(|| PortalError::Silent { name: "RemoteDesktop".into() })?.map_err(lacking)
    }
}

impl Drop for PortalHands {
    fn drop(&mut self) {
        // A session that the person has ended is no more.
        let _ = self.call(self.session.as_str(), SESSION, "Close", &());
    }
}

fn lacking(cause: impl Into<zbus::Error>) -> PortalError {
    PortalError::Lacking { name: NAME.into(), cause: cause.into() }
}

const fn modifier_keysym(modifier: Modifier) -> u32 {
    match modifier {
        Modifier::Shift => 0xffe1,
        Modifier::Ctrl => 0xffe3,
        Modifier::Alt => 0xffe9,
        Modifier::Super => 0xffeb,
    }
}
