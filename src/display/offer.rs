//! Holding something in a selection for applications to paste.
//!
//! On X it stays with whoever offers it, who answers each application that asks.

use super::Selection;
use super::contents::Contents;
use super::selection::{Atoms, atom_of};
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use x11rb::CURRENT_TIME;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
    SelectionRequestEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

const PACE: Duration = Duration::from_millis(2);
/// What a message has besides the contents, in bytes; more than it takes.
const ENVELOPE: usize = 64;

/// The windows that were given contents.
type Given = Arc<Mutex<Vec<u32>>>;

/// Contents of a selection, for as long as this lives and nobody else takes the selection.
pub struct Offer {
    selection: Selection,
    given: Given,
    over: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Offer {
    /// Takes `selection` of the display called `name`, and answers with `contents`.
    pub fn start(name: &str, selection: Selection, contents: &Contents) -> Result<Self, Failure> {
        let owner = Owner::take(name, selection, contents)?;
        let given = Arc::clone(&owner.given);
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        let server = thread::spawn(move || {
            // A display that is gone asks for nothing any more.
            let _ = owner.serve(&is_over);
        });
        Ok(Self { selection, given, over, server: Some(server) })
    }

    pub const fn selection(&self) -> Selection {
        self.selection
    }

    /// Whether a window for which `fits` holds was given the contents.
    pub fn is_given(&self, fits: impl Fn(u32) -> bool) -> bool {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|window| fits(*window))
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

/// One kind that the contents can be given as.
struct Kind {
    target: u32,
    /// What the kind is called in the answer.
    named: u32,
    bytes: Vec<u8>,
}

/// The window that owns the selection.
pub struct Owner {
    connection: RustConnection,
    atoms: Atoms,
    kinds: Vec<Kind>,
    given: Given,
}

impl Owner {
    /// Takes `selection` of the display called `name`.
    pub fn take(name: &str, selection: Selection, contents: &Contents) -> Result<Self, Failure> {
        let (connection, screen) = x11rb::connect(Some(name))?;
        let root = connection.setup().roots[screen].root;
        let atoms = Atoms::new(&connection)?.reply()?;
        let kind = |(name, bytes): &(String, Vec<u8>)| -> Result<Kind, Failure> {
            let target = connection.intern_atom(false, name.as_bytes())?.reply()?.atom;
            // Text of whatever kind is told which one it is.
            let named = if target == atoms.TEXT { atoms.UTF8_STRING } else { target };
            Ok(Kind { target, named, bytes: bytes.clone() })
        };
        let kinds = contents.kinds.iter().map(kind).collect::<Result<_, _>>()?;
        let window = connection.generate_id()?;
        let aux = CreateWindowAux::new();
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?;
        connection.set_selection_owner(window, atom_of(selection, &atoms), CURRENT_TIME)?;
        connection.sync()?;
        Ok(Self { connection, atoms, kinds, given: Given::default() })
    }

    /// Answers until `is_over`, or until somebody else takes the selection.
    fn serve(&self, is_over: &AtomicBool) -> Result<(), Failure> {
        while !is_over.load(Ordering::Relaxed) {
            match self.connection.poll_for_event()? {
                Some(Event::SelectionClear(_)) => return Ok(()),
                Some(event) => self.attend(&event)?,
                None => thread::sleep(PACE),
            }
        }
        Ok(())
    }

    /// Answers until somebody else takes the selection.
    ///
    /// # Errors
    /// The connection's, when the display ends.
    pub fn serve_until_taken(&self) -> Result<(), Failure> {
        loop {
            match self.connection.wait_for_event()? {
                Event::SelectionClear(_) => return Ok(()),
                event => self.attend(&event)?,
            }
        }
    }

    fn attend(&self, event: &Event) -> Result<(), Failure> {
        if let Event::SelectionRequest(request) = event { self.answer(request) } else { Ok(()) }
    }

    fn answer(&self, request: &SelectionRequestEvent) -> Result<(), Failure> {
        let connection = &self.connection;
        // Old applications name no property and mean the target's.
        let property = if request.property == 0 { request.target } else { request.property };
        let given = self.put(request, property)?;
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

    /// Puts what is asked for where it is asked for; gives whether there is such a kind.
    fn put(&self, request: &SelectionRequestEvent, property: u32) -> Result<bool, Failure> {
        let Self { connection, atoms, kinds, given } = self;
        let to = request.requestor;
        if request.target == atoms.TARGETS {
            let all: Vec<u32> = kinds.iter().map(|kind| kind.target).chain([atoms.TARGETS]).collect();
            connection.change_property32(PropMode::REPLACE, to, property, AtomEnum::ATOM, &all)?;
            return Ok(true);
        }
        let fits = |kind: &&Kind| {
            kind.target == request.target && kind.bytes.len() + ENVELOPE < connection.maximum_request_bytes()
        };
        let Some(kind) = kinds.iter().find(fits) else { return Ok(false) };
        connection.change_property8(PropMode::REPLACE, to, property, kind.named, &kind.bytes)?;
        given.lock().unwrap_or_else(PoisonError::into_inner).push(to);
        Ok(true)
    }
}
