//! Holding text in a selection for applications to paste.
//!
//! On X the text stays with whoever offers it, who answers each application that asks.

use super::Selection;
use super::selection::{Atoms, atom_of};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
    SelectionRequestEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

const PACE: Duration = Duration::from_millis(2);

/// Text in a selection, for as long as this lives and nobody else takes the selection.
pub struct Offer {
    selection: Selection,
    over: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Offer {
    /// Takes `selection` of the display called `name`, and answers with `text`.
    pub fn start(name: &str, selection: Selection, text: String) -> Result<Self, Failure> {
        let owner = Owner::take(name, selection, text)?;
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        let server = thread::spawn(move || {
            // A display that is gone asks for nothing any more.
            let _ = owner.serve(&is_over);
        });
        Ok(Self { selection, over, server: Some(server) })
    }

    pub const fn selection(&self) -> Selection {
        self.selection
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

/// The window that owns the selection.
pub struct Owner {
    connection: RustConnection,
    atoms: Atoms,
    text: String,
}

impl Owner {
    pub fn take(name: &str, selection: Selection, text: String) -> Result<Self, Failure> {
        let (connection, screen) = x11rb::connect(Some(name))?;
        let root = connection.setup().roots[screen].root;
        let atoms = Atoms::new(&connection)?.reply()?;
        let window = connection.generate_id()?;
        let aux = CreateWindowAux::new();
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?;
        connection.set_selection_owner(window, atom_of(selection, &atoms), CURRENT_TIME)?;
        connection.sync()?;
        Ok(Self { connection, atoms, text })
    }

    /// Answers until `is_over`, or until somebody else takes the selection.
    pub fn serve(&self, is_over: &AtomicBool) -> Result<(), Failure> {
        while !is_over.load(Ordering::Relaxed) {
            match self.connection.poll_for_event()? {
                Some(Event::SelectionRequest(request)) => self.answer(&request)?,
                Some(Event::SelectionClear(_)) => return Ok(()),
                Some(_) => {}
                None => thread::sleep(PACE),
            }
        }
        Ok(())
    }

    fn answer(&self, request: &SelectionRequestEvent) -> Result<(), Failure> {
        let Self { connection, atoms, .. } = self;
        // Old applications name no property and mean the target's.
        let property = if request.property == 0 { request.target } else { request.property };
        let texts = [atoms.UTF8_STRING, atoms.TEXT_PLAIN_UTF8, atoms.TEXT, AtomEnum::STRING.into()];
        let given = if request.target == atoms.TARGETS {
            let all: Vec<u32> = texts.iter().copied().chain([atoms.TARGETS]).collect();
            connection.change_property32(PropMode::REPLACE, request.requestor, property, AtomEnum::ATOM, &all)?;
            true
        } else if texts.contains(&request.target) {
            let kind = if request.target == atoms.TEXT { atoms.UTF8_STRING } else { request.target };
            let text = self.text.as_bytes();
            connection.change_property8(PropMode::REPLACE, request.requestor, property, kind, text)?;
            true
        } else {
            false
        };
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if given { property } else { 0 },
        };
        connection.send_event(false, request.requestor, EventMask::NO_EVENT, notice)?;
        Ok(connection.flush()?)
    }
}
