//! Reading the clipboard and the marked text of an X display.

use super::Selection;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

x11rb::atom_manager! {
    pub Atoms: AtomsCookie {
        CLIPBOARD,
        GUARDIAN_SELECTION,
        TARGETS,
        TEXT,
        TEXT_PLAIN_UTF8: b"text/plain;charset=utf-8",
        UTF8_STRING,
    }
}

/// How long an owner may take; a hanging one must not hang us.
const PATIENCE: Duration = Duration::from_millis(700);
/// Property length is counted in units of four bytes: 4 MiB.
const MOST: u32 = 1 << 20;

pub enum ReadError {
    Silent,
    Connection(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for ReadError {
    fn from(cause: E) -> Self {
        Self::Connection(Box::new(cause))
    }
}

/// The text in `selection`; `None` where nobody owns it or it holds no text.
pub fn read(connection: &RustConnection, root: u32, selection: Selection) -> Result<Option<String>, ReadError> {
    let atoms = Atoms::new(connection)?.reply()?;
    let selection = atom_of(selection, &atoms);
    if connection.get_selection_owner(selection)?.reply()?.owner == 0 {
        return Ok(None);
    }
    let window = connection.generate_id()?;
    let aux = CreateWindowAux::new();
    connection.create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?;
    connection.convert_selection(window, selection, atoms.UTF8_STRING, atoms.GUARDIAN_SELECTION, 0u32)?;
    connection.flush()?;
    let text = wait(connection, window, &atoms);
    connection.destroy_window(window)?;
    connection.flush()?;
    text
}

/// The atom of `selection`.
pub fn atom_of(selection: Selection, atoms: &Atoms) -> u32 {
    match selection {
        Selection::Clipboard => atoms.CLIPBOARD,
        Selection::Primary => AtomEnum::PRIMARY.into(),
    }
}

/// Leaves `selection` without an owner.
pub fn clear(connection: &RustConnection, selection: Selection) -> Result<(), Box<dyn Error + Send + Sync>> {
    let atoms = Atoms::new(connection)?.reply()?;
    connection.set_selection_owner(0u32, atom_of(selection, &atoms), 0u32)?;
    connection.sync()?;
    Ok(())
}

fn wait(connection: &RustConnection, window: u32, atoms: &Atoms) -> Result<Option<String>, ReadError> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let Some(event) = connection.poll_for_event()? else {
            thread::sleep(Duration::from_millis(2));
            continue;
        };
        let Event::SelectionNotify(notify) = event else { continue };
        if notify.requestor != window {
            continue;
        }
        if notify.property == 0 {
            return Ok(None);
        }
        let reply = connection.get_property(true, window, atoms.GUARDIAN_SELECTION, AtomEnum::ANY, 0, MOST)?.reply()?;
        return Ok((reply.type_ == atoms.UTF8_STRING).then(|| String::from_utf8_lossy(&reply.value).into_owned()));
    }
    Err(ReadError::Silent)
}
