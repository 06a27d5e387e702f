//! Asking an application whether it has taken all events sent to it.
//!
//! Window managers ask applications whether they are alive by a message that comes in line with all other events
//! and is sent back to the root window. Once it is back, every key before it has been taken.
//!
//! Source: Extended Window Manager Hints 1.5, `_NET_WM_PING`.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask};
use x11rb::rust_connection::RustConnection;

type Failure = Box<dyn Error + Send + Sync>;

x11rb::atom_manager! {
    Atoms: AtomsCookie { WM_PROTOCOLS, _NET_WM_PING, }
}

/// How often the answer is looked for.
const PACE: Duration = Duration::from_micros(500);
/// How deep a window that has the keyboard may lie within the window that answers.
const DEPTH: usize = 8;

/// Asks, and knows its own questions by their number.
pub struct Pinger {
    atoms: Atoms,
    asked: u32,
}

impl Pinger {
    pub fn new(connection: &RustConnection, _root: u32) -> Result<Self, Failure> {
        // Numbers that no window manager's clock shows.
        Ok(Self { atoms: Atoms::new(connection)?.reply()?, asked: 0xf000_0000 })
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
        self.asked = self.asked.wrapping_add(1) | 0xf000_0000;
        let hears = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection.change_window_attributes(root, &hears)?;
        let data = [self.atoms._NET_WM_PING, self.asked, window, 0, 0];
        let question = ClientMessageEvent::new(32, window, self.atoms.WM_PROTOCOLS, data);
        connection.send_event(false, window, EventMask::NO_EVENT, question)?;
        connection.flush()?;
        let answered = self.await_answer(connection, patience);
        let deaf = ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT);
        connection.change_window_attributes(root, &deaf)?;
        connection.flush()?;
        answered
    }

    fn await_answer(&self, connection: &RustConnection, patience: Duration) -> Result<bool, Failure> {
        let started = Instant::now();
        loop {
            while let Some(event) = connection.poll_for_event()? {
                let Event::ClientMessage(answer) = event else { continue };
                let data = answer.data.as_data32();
                if answer.type_ == self.atoms.WM_PROTOCOLS && data[1] == self.asked {
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
