//! Reading the clipboard and the marked text of an X display.

use super::Selection;
use super::contents::{Contents, MOST, is_kept};
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, GetPropertyReply, Property, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

x11rb::atom_manager! {
    pub Atoms: AtomsCookie {
        CLIPBOARD,
        GUARDIAN_SELECTION,
        INCR,
        TARGETS,
        TEXT,
        UTF8_STRING,
    }
}

/// How long an owner may take to answer; a hanging one must not hang us.
const PATIENCE: Duration = Duration::from_millis(700);
/// How long an owner may take to give all that it has.
const ALL: Duration = Duration::from_millis(1500);
const PACE: Duration = Duration::from_millis(2);

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
    let Some(asker) = Asker::of(connection, root, selection)? else { return Ok(None) };
    let utf8 = asker.atoms.UTF8_STRING;
    let answer = asker.ask(utf8, PATIENCE)?.filter(|(kind, _)| *kind == utf8);
    Ok(answer.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()))
}

/// All that `selection` holds and that can be kept; nothing where nobody owns it.
///
/// # Errors
/// [`ReadError::Silent`] where the owner does not answer at all; a single kind that it does not give is left out.
pub fn read_all(connection: &RustConnection, root: u32, selection: Selection) -> Result<Contents, ReadError> {
    let started = Instant::now();
    let mut contents = Contents::default();
    let Some(asker) = Asker::of(connection, root, selection)? else { return Ok(contents) };
    let targets = asker.ask(asker.atoms.TARGETS, PATIENCE)?.map(|(_, bytes)| bytes).unwrap_or_default();
    let targets = targets.chunks_exact(4).map(|b| u32::from_ne_bytes([b[0], b[1], b[2], b[3]]));
    for target in targets {
        let left = ALL.saturating_sub(started.elapsed()).min(PATIENCE);
        // An atom that is no name is left out like any other kind that is not kept.
        let name = connection.get_atom_name(target)?.reply().map(|r| r.name).unwrap_or_default();
        let name = String::from_utf8_lossy(&name).into_owned();
        if is_kept(&name)
            && let Ok(Some((_, bytes))) = asker.ask(target, left)
        {
            contents.kinds.push((name, bytes));
        }
    }
    Ok(contents)
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
    connection.set_selection_owner(0u32, atom_of(selection, &atoms), CURRENT_TIME)?;
    connection.sync()?;
    Ok(())
}

/// Who asks the owner of a selection.
struct Asker<'a> {
    connection: &'a RustConnection,
    atoms: Atoms,
    selection: u32,
    window: u32,
}

impl Drop for Asker<'_> {
    fn drop(&mut self) {
        // A display that is gone has no window left to end.
        let _ = self.connection.destroy_window(self.window).map(drop);
        let _ = self.connection.flush();
    }
}

impl<'a> Asker<'a> {
    /// `None` where nobody owns the selection.
    fn of(connection: &'a RustConnection, root: u32, selection: Selection) -> Result<Option<Self>, ReadError> {
        let atoms = Atoms::new(connection)?.reply()?;
        let selection = atom_of(selection, &atoms);
        if connection.get_selection_owner(selection)?.reply()?.owner == 0 {
            return Ok(None);
        }
        let window = connection.generate_id()?;
        let aux = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?;
        Ok(Some(Self { connection, atoms, selection, window }))
    }

    /// The selection as `target`, with the kind that the owner calls it; `None` where it cannot be given so.
    fn ask(&self, target: u32, patience: Duration) -> Result<Option<(u32, Vec<u8>)>, ReadError> {
        let (until, place) = (Instant::now() + patience, self.atoms.GUARDIAN_SELECTION);
        self.connection.convert_selection(self.window, self.selection, target, place, CURRENT_TIME)?;
        self.connection.flush()?;
        let property = self.hear(until, |event| match event {
            Event::SelectionNotify(n) if n.requestor == self.window && n.target == target => Some(n.property),
            _ => None,
        })?;
        if property == 0 {
            return Ok(None);
        }
        let whole = self.take()?;
        if whole.type_ == self.atoms.INCR {
            self.parts(patience).map(Some)
        } else {
            Ok(Some((whole.type_, whole.value)))
        }
    }

    /// What is too large for one message comes in parts, the last of which is empty.
    fn parts(&self, patience: Duration) -> Result<(u32, Vec<u8>), ReadError> {
        let (mut kind, mut all) = (0, Vec::new());
        loop {
            self.hear(Instant::now() + patience, |event| match event {
                Event::PropertyNotify(n) if n.window == self.window && n.state == Property::NEW_VALUE => Some(()),
                _ => None,
            })?;
            let part = self.take()?;
            if part.value.is_empty() || all.len() > MOST {
                return Ok((kind, all));
            }
            kind = part.type_;
            all.extend(part.value);
        }
    }

    fn take(&self) -> Result<GetPropertyReply, ReadError> {
        let (place, most) = (self.atoms.GUARDIAN_SELECTION, (MOST / 4) as u32);
        let reply = self.connection.get_property(true, self.window, place, AtomEnum::ANY, 0, most)?;
        Ok(reply.reply()?)
    }

    fn hear<T>(&self, until: Instant, pick: impl Fn(&Event) -> Option<T>) -> Result<T, ReadError> {
        while Instant::now() < until {
            match self.connection.poll_for_event()? {
                Some(event) => {
                    if let Some(heard) = pick(&event) {
                        return Ok(heard);
                    }
                }
                None => thread::sleep(PACE),
            }
        }
        Err(ReadError::Silent)
    }
}
