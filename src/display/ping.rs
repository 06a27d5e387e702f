//! Asking an application whether it has taken all events sent to it.
//!
//! Window managers ask applications whether they are alive by a message that comes in line with all other events
//! and is sent back to the root window. Once it is back, every key before it has been taken.
//!
//! Source: Extended Window Manager Hints 1.5, `_NET_WM_PING`.

use std::collections::HashSet;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

x11rb::atom_manager! {
    Atoms: AtomsCookie { WM_PROTOCOLS, _NET_WM_PING, }
}

/// How often the answer is looked for.
const PACE: Duration = Duration::from_micros(500);
/// How long an answer may take: Qt programs may give none, whatever they say of themselves.
const FIRST: Duration = Duration::from_millis(1200);
const AGAIN: Duration = Duration::from_millis(60);
/// How deep a window that has the keyboard may lie within the window that answers.
const DEPTH: usize = 8;

/// Asks, and knows its own questions by their time.
pub struct Pinger {
    atoms: Atoms,
    /// A window of its own that is never shown, at which the server tells its time.
    clock: u32,
    /// Windows that say that they know the question, and have left it unanswered.
    deaf: HashSet<u32>,
}

impl Pinger {
    pub fn new(connection: &RustConnection, root: u32) -> Result<Self, Failure> {
        let atoms = Atoms::new(connection)?.reply()?;
        let clock = connection.generate_id()?;
        let hears = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        connection.create_window(0, clock, root, -1, -1, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &hears)?;
        Ok(Self { atoms, clock, deaf: HashSet::new() })
    }

    /// The server's time now. Toolkits take the time of a ping for the latest that they know: one from the future would
    /// make the server ignore what they do with it from then on, such as taking the clipboard.
    fn now(&self, connection: &RustConnection, patience: Duration) -> Result<Option<u32>, Failure> {
        let (property, kind) = (self.atoms._NET_WM_PING, AtomEnum::INTEGER);
        connection.change_property32(PropMode::APPEND, self.clock, property, kind, &[])?;
        connection.flush()?;
        let started = Instant::now();
        while started.elapsed() < patience {
            match connection.poll_for_event()? {
                Some(Event::PropertyNotify(told)) if told.window == self.clock => return Ok(Some(told.time)),
                Some(_) => {}
                None => thread::sleep(PACE),
            }
        }
        Ok(None)
    }

    /// Whether the application of `window` has taken everything, as it says within `patience`; `false` also where it
    /// does not know the question.
    pub fn ping(&mut self, connection: &RustConnection, root: u32, window: u32, patience: Duration) -> bool {
        self.ask(connection, root, window, patience).unwrap_or(false)
    }

    fn ask(
        &mut self,
        connection: &RustConnection,
        root: u32,
        window: u32,
        patience: Duration,
    ) -> Result<bool, Failure> {
        let Some(window) = self.answering(connection, root, window)? else { return Ok(false) };
        let patience = patience.min(if self.deaf.contains(&window) { AGAIN } else { FIRST });
        let Some(asked) = self.now(connection, patience)? else { return Ok(false) };
        let hears = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection.change_window_attributes(root, &hears)?;
        let data = [self.atoms._NET_WM_PING, asked, window, 0, 0];
        let question = ClientMessageEvent::new(32, window, self.atoms.WM_PROTOCOLS, data);
        connection.send_event(false, window, EventMask::NO_EVENT, question)?;
        connection.flush()?;
        let answered = self.await_answer(connection, (asked, window), patience);
        match answered {
            Ok(true) => _ = self.deaf.remove(&window),
            Ok(false) if patience >= AGAIN => _ = self.deaf.insert(window),
            _ => {}
        }
        let deaf = ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT);
        connection.change_window_attributes(root, &deaf)?;
        connection.flush()?;
        answered
    }

    fn await_answer(
        &self,
        connection: &RustConnection,
        (asked, window): (u32, u32),
        patience: Duration,
    ) -> Result<bool, Failure> {
        let started = Instant::now();
        loop {
            while let Some(event) = connection.poll_for_event()? {
                let Event::ClientMessage(answer) = event else { continue };
                let data = answer.data.as_data32();
                if answer.type_ == self.atoms.WM_PROTOCOLS && data[1] == asked && data[2] == window {
                    return Ok(true);
                }
            }
            if started.elapsed() >= patience {
                return Ok(false);
            }
            thread::sleep(PACE);
        }
    }

    /// The window around `window`, or itself, that answers pings.
    fn answering(&self, connection: &RustConnection, root: u32, mut window: u32) -> Result<Option<u32>, Failure> {
        for _ in 0..DEPTH {
            if window == root || window <= 1 {
                return Ok(None);
            }
            let knows =
                connection.get_property(false, window, self.atoms.WM_PROTOCOLS, AtomEnum::ATOM, 0, 64)?.reply()?;
            if knows.value32().is_some_and(|mut atoms| atoms.any(|a| a == self.atoms._NET_WM_PING)) {
                return Ok(Some(window));
            }
            window = connection.query_tree(window)?.reply()?.parent;
        }
        Ok(None)
    }
}
