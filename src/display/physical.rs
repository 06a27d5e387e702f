//! The person's own mouse and keyboard, told from input that programs send.
//!
//! The X Input extension says from which device each event comes. What XTEST sends comes from devices of its own,
//! so whatever comes from another one was moved by a hand.

use super::DisplayError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeSet;
use std::error::Error;
use std::time::Duration;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{ConnectionExt as _, Device, EventMask, XIEventMask};
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// All keys that stop are held together.
    Stop,
    Moved,
}

/// One event, and whether a program sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// The server's clock, in milliseconds.
    pub at_ms: u32,
    pub is_injected: bool,
}

/// Keys that can stop, as settings call them, with their keysyms.
const KEYS: [(&str, u32); 20] = [
    ("shift_l", 0xffe1),
    ("shift_r", 0xffe2),
    ("ctrl_l", 0xffe3),
    ("ctrl_r", 0xffe4),
    ("alt_l", 0xffe9),
    ("alt_r", 0xffea),
    ("super_l", 0xffeb),
    ("super_r", 0xffec),
    ("escape", 0xff1b),
    ("pause", 0xff13),
    ("scroll_lock", 0xff14),
    ("print", 0xff61),
    ("f7", 0xffc4),
    ("f8", 0xffc5),
    ("f9", 0xffc6),
    ("f10", 0xffc7),
    ("f11", 0xffc8),
    ("f12", 0xffc9),
    ("menu", 0xff67),
    ("insert", 0xff63),
];

/// The names of keys that can stop.
pub fn stop_key_names() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(name, _)| *name)
}

/// Hears what the person does on one display.
pub struct Physical {
    name: String,
    connection: RustConnection,
    root: u32,
    /// Devices through which programs send input.
    injected: BTreeSet<u16>,
    /// The keys that stop, each with the codes it has.
    stops: Vec<Vec<u8>>,
    down: BTreeSet<u8>,
}

impl Physical {
    /// Listens on the display called `name`; all of `stop_keys` held together are a stop.
    ///
    /// # Errors
    /// [`DisplayError::Connect`] where there is no such display, or it does not tell devices apart;
    /// [`DisplayError::Key`] for a key that is unknown or not on the keyboard.
    pub fn listen(name: &str, stop_keys: &[String]) -> Result<Self, DisplayError> {
        let failed = |cause: Failure| DisplayError::Connect { name: name.to_owned(), cause };
        let (connection, screen) = x11rb::connect(Some(name)).map_err(|e| failed(e.into()))?;
        let root = connection.setup().roots[screen].root;
        let stops = key_codes(&connection, stop_keys).map_err(failed)?;
        if let Some(missing) = stops.iter().position(Vec::is_empty) {
            return Err(DisplayError::Key { what: format!("{}, which is to stop runs", stop_keys[missing]) });
        }
        let (injected, down) = (BTreeSet::new(), BTreeSet::new());
        let mut physical = Self { name: name.to_owned(), connection, root, injected, stops, down };
        physical.begin().map_err(failed)?;
        Ok(physical)
    }

    fn begin(&mut self) -> Result<(), Failure> {
        let version = self.connection.xinput_xi_query_version(2, 2)?.reply()?;
        if (version.major_version, version.minor_version) < (2, 1) {
            return Err("the server is too old to tell devices apart".into());
        }
        self.learn_devices()?;
        let all = XIEventMask::RAW_KEY_PRESS
            | XIEventMask::RAW_KEY_RELEASE
            | XIEventMask::RAW_BUTTON_PRESS
            | XIEventMask::RAW_MOTION;
        let of_masters = EventMask { deviceid: Device::ALL_MASTER.into(), mask: vec![all] };
        let of_all = EventMask { deviceid: Device::ALL.into(), mask: vec![XIEventMask::HIERARCHY] };
        self.connection.xinput_xi_select_events(self.root, &[of_masters, of_all])?;
        Ok(self.connection.sync()?)
    }

    fn learn_devices(&mut self) -> Result<(), Failure> {
        let devices = self.connection.xinput_xi_query_device(Device::ALL)?.reply()?;
        let is_injected = |name: &[u8]| String::from_utf8_lossy(name).contains("XTEST");
        self.injected = devices.infos.iter().filter(|d| is_injected(&d.name)).map(|d| d.deviceid).collect();
        Ok(())
    }

    /// What the person does next, within `patience`.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn next(&mut self, patience: Duration) -> Result<Option<Sign>, DisplayError> {
        self.hear(patience).map_err(|cause| DisplayError::Gone { name: self.name.clone(), cause })
    }

    fn hear(&mut self, patience: Duration) -> Result<Option<Sign>, Failure> {
        if let Some(sign) = self.drain()? {
            return Ok(Some(sign));
        }
        wait(&self.connection, patience)?;
        self.drain()
    }

    /// Everything that moves, whoever moved it, until nothing was heard for `quiet`.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn hear_all(&mut self, quiet: Duration) -> Result<Vec<Heard>, DisplayError> {
        let gone = |cause: Failure| DisplayError::Gone { name: self.name.clone(), cause };
        let mut heard = Vec::new();
        loop {
            let Some(event) = self.connection.poll_for_event().map_err(|e| gone(e.into()))? else {
                if wait(&self.connection, quiet).map_err(gone)? { continue } else { return Ok(heard) }
            };
            let (at_ms, source) = match event {
                Event::XinputRawKeyPress(e) | Event::XinputRawKeyRelease(e) => (e.time, e.sourceid),
                Event::XinputRawButtonPress(e) | Event::XinputRawMotion(e) => (e.time, e.sourceid),
                _ => continue,
            };
            heard.push(Heard { at_ms, is_injected: self.injected.contains(&source) });
        }
    }

    /// All that was heard so far; a stop before all else.
    fn drain(&mut self) -> Result<Option<Sign>, Failure> {
        let mut sign = None;
        while let Some(event) = self.connection.poll_for_event()? {
            match self.read(&event)? {
                Some(Sign::Stop) => return Ok(Some(Sign::Stop)),
                heard => sign = heard.or(sign),
            }
        }
        Ok(sign)
    }

    fn read(&mut self, event: &Event) -> Result<Option<Sign>, Failure> {
        Ok(match event {
            Event::XinputRawKeyPress(key) => {
                if self.injected.contains(&key.sourceid) {
                    return Ok(None);
                }
                self.down.insert(key.detail as u8);
                let held = |codes: &Vec<u8>| codes.iter().any(|code| self.down.contains(code));
                let is_stop = !self.stops.is_empty() && self.stops.iter().all(held);
                Some(if is_stop { Sign::Stop } else { Sign::Moved })
            }
            Event::XinputRawKeyRelease(key) => {
                // What a program lets go of, the person's finger may still be on.
                if !self.injected.contains(&key.sourceid) {
                    self.down.remove(&(key.detail as u8));
                }
                None
            }
            Event::XinputRawButtonPress(button) => self.moved(button.sourceid),
            Event::XinputRawMotion(motion) => self.moved(motion.sourceid),
            Event::XinputHierarchy(_) => {
                self.learn_devices()?;
                None
            }
            _ => None,
        })
    }

    fn moved(&self, source: u16) -> Option<Sign> {
        (!self.injected.contains(&source)).then_some(Sign::Moved)
    }
}

/// Waits until the server has something to say; `false` where it had nothing within `patience`.
fn wait(connection: &RustConnection, patience: Duration) -> Result<bool, Failure> {
    let patience = Timespec { tv_sec: patience.as_secs() as i64, tv_nsec: patience.subsec_nanos().into() };
    match poll(&mut [PollFd::new(connection.stream(), PollFlags::IN)], Some(&patience)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// For each of `keys` the codes of the keys that have its keysym.
fn key_codes(connection: &RustConnection, keys: &[String]) -> Result<Vec<Vec<u8>>, Failure> {
    let (low, high) = (connection.setup().min_keycode, connection.setup().max_keycode);
    let mapping = connection.get_keyboard_mapping(low, high - low + 1)?.reply()?;
    let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
    let codes = |keysym: u32| {
        let rows = mapping.keysyms.chunks(per_key).enumerate();
        rows.filter(|(_, row)| row.first() == Some(&keysym)).map(|(i, _)| low + i as u8).collect()
    };
    let keysym = |name: &String| KEYS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, k)| *k);
    Ok(keys.iter().map(|name| keysym(name).map(codes).unwrap_or_default()).collect())
}
