//! The clipboard and the marked text, by the wlr-data-control protocol.
//!
//! On Wayland as on X the text stays with whoever offers it, who writes it to each application that asks.

use super::hands::lacks;
use super::wire::{Told, Wire, await_fd};
use crate::display::contents::{Contents, MOST, TEXTS, is_kept};
use crate::display::{DisplayError, Selection};
use rustix::event::PollFlags;
use rustix::pipe::{PipeFlags, pipe_with};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, Proxy, QueueHandle, event_created_child};
use wayland_protocols_wlr::data_control::v1::client::zwlr_data_control_device_v1::{
    self, ZwlrDataControlDeviceV1 as Device,
};
use wayland_protocols_wlr::data_control::v1::client::zwlr_data_control_manager_v1::ZwlrDataControlManagerV1 as Manager;
use wayland_protocols_wlr::data_control::v1::client::zwlr_data_control_offer_v1::{
    self, ZwlrDataControlOfferV1 as Foreign,
};
use wayland_protocols_wlr::data_control::v1::client::zwlr_data_control_source_v1::{
    self, ZwlrDataControlSourceV1 as Source,
};

const INTERFACE: &str = "zwlr_data_control_manager_v1";
/// How long an application may take; a hanging one must not hang us.
const PATIENCE: Duration = Duration::from_millis(700);
/// How long an application may take to give all that it has.
const ALL: Duration = Duration::from_millis(1500);
/// How often one that keeps a clipboard looks up.
const LONG: Duration = Duration::from_secs(600);
/// How often an offer looks whether it is over.
const PACE: Duration = Duration::from_millis(20);

/// What the compositor told of selections.
#[derive(Default)]
pub struct Held {
    /// What each offer that was told of can be given as.
    kinds: Vec<(Foreign, Vec<String>)>,
    clipboard: Option<Foreign>,
    primary: Option<Foreign>,
    /// What we are asked for, and where to write it.
    asked: Vec<(String, OwnedFd)>,
    /// Whether somebody else has the selection now.
    is_cancelled: bool,
}

/// The way to selections, for the time of one question.
struct Desk {
    manager: Manager,
    device: Device,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.device.destroy();
        self.manager.destroy();
    }
}

impl Desk {
    fn open(wire: &Wire, selection: Selection) -> Result<Self, DisplayError> {
        let unable = || lacks(wire, "using the clipboard", INTERFACE);
        let (manager, seat) = (wire.bind::<Manager>(2).ok_or_else(unable)?, wire.bind::<WlSeat>(1).ok_or_else(unable)?);
        if selection == Selection::Primary && manager.version() < 2 {
            return Err(lacks(wire, "using the marked text", "zwlr_data_control_manager_v1 in version 2"));
        }
        let device = manager.get_data_device(&seat, &wire.handle(), ());
        Ok(Self { manager, device })
    }

    fn set(&self, selection: Selection, source: Option<&Source>) {
        match selection {
            Selection::Clipboard => self.device.set_selection(source),
            Selection::Primary => self.device.set_primary_selection(source),
        }
    }
}

/// The text in `selection`; `None` where nobody owns it or it holds no text.
///
/// # Errors
/// [`DisplayError::Owner`], [`DisplayError::Unable`], [`DisplayError::Gone`].
pub fn read(wire: &mut Wire, selection: Selection) -> Result<Option<String>, DisplayError> {
    let text = with_offer(wire, selection, |wire, offer, kinds| {
        let kind = TEXTS.into_iter().find(|text| kinds.iter().any(|kind| kind == text));
        kind.map(|kind| receive(wire, offer, kind)).transpose()
    })?;
    Ok(text.flatten().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// All that `selection` holds and that can be kept; nothing where nobody owns it.
///
/// # Errors
/// As [`read`].
fn read_all(wire: &mut Wire, selection: Selection) -> Result<Contents, DisplayError> {
    let all = with_offer(wire, selection, |wire, offer, kinds| {
        let until = Instant::now() + ALL;
        let mut contents = Contents::default();
        for kind in kinds.iter().filter(|kind| is_kept(kind)) {
            let bytes = receive(wire, offer, kind);
            // One that hangs is not asked for everything in turn.
            if Instant::now() >= until {
                return bytes.map(|_| contents);
            }
            contents.kinds.extend(bytes.ok().map(|bytes| (kind.clone(), bytes)));
        }
        Ok(contents)
    })?;
    Ok(all.unwrap_or_default())
}

/// Does `work` with what is in `selection` and the kinds that it can be given as; `None` where there is nothing.
fn with_offer<T>(
    wire: &mut Wire,
    selection: Selection,
    work: impl FnOnce(&mut Wire, &Foreign, &[String]) -> Result<T, DisplayError>,
) -> Result<Option<T>, DisplayError> {
    wire.told.held = Held::default();
    let desk = Desk::open(wire, selection)?;
    wire.sync()?;
    let all = std::mem::take(&mut wire.told.held);
    let offer = match selection {
        Selection::Clipboard => all.clipboard.as_ref(),
        Selection::Primary => all.primary.as_ref(),
    };
    let kinds = all.kinds.iter().find(|(o, _)| Some(o) == offer);
    let done = kinds.map(|(offer, kinds)| work(wire, offer, kinds)).transpose();
    all.kinds.iter().for_each(|(offer, _)| offer.destroy());
    drop(desk);
    wire.flush()?;
    done
}

fn receive(wire: &mut Wire, offer: &Foreign, kind: &str) -> Result<Vec<u8>, DisplayError> {
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).map_err(|e| wire.gone(e))?;
    offer.receive(kind.to_owned(), writer.as_fd());
    wire.sync()?;
    // Ours would keep the end from coming.
    drop(writer);
    read_all_of(reader).map_err(|_| DisplayError::Owner)
}

/// Everything that is written to `reader` until its other end is closed.
fn read_all_of(reader: OwnedFd) -> io::Result<Vec<u8>> {
    let deadline = Instant::now() + PATIENCE;
    let (mut file, mut bytes, mut part) = (File::from(reader), Vec::new(), vec![0; 1 << 16]);
    while await_fd(file.as_fd(), PollFlags::IN, deadline)? {
        match file.read(&mut part)? {
            0 => return Ok(bytes),
            read => bytes.extend_from_slice(&part[..read]),
        }
        if bytes.len() > MOST {
            bytes.truncate(MOST);
            return Ok(bytes);
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Leaves `selection` without an owner.
///
/// # Errors
/// [`DisplayError::Unable`], [`DisplayError::Gone`].
pub fn clear(wire: &mut Wire, selection: Selection) -> Result<(), DisplayError> {
    let desk = Desk::open(wire, selection)?;
    desk.set(selection, None);
    wire.sync()?;
    drop(desk);
    wire.flush()
}

/// Contents of a selection, for as long as this lives and nobody else takes the selection.
pub struct Offer {
    selection: Selection,
    given: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Offer {
    /// Takes `selection` of the display called `name`, over a connection of its own, and answers with `contents`.
    ///
    /// # Errors
    /// [`DisplayError::Unable`], [`DisplayError::Connect`], [`DisplayError::Gone`].
    pub fn start(name: &str, selection: Selection, contents: Contents) -> Result<Self, DisplayError> {
        let mut owner = Owner::take(Wire::connect(name)?, selection, contents)?;
        let (over, given) = (Arc::new(AtomicBool::new(false)), Arc::clone(&owner.given));
        let is_over = Arc::clone(&over);
        let server = thread::spawn(move || {
            // A display that is gone asks for nothing any more.
            let _ = owner.serve(PACE, || is_over.load(Ordering::Relaxed));
        });
        Ok(Self { selection, given, over, server: Some(server) })
    }

    pub const fn selection(&self) -> Selection {
        self.selection
    }

    /// How often somebody was given the contents.
    pub fn given(&self) -> usize {
        self.given.load(Ordering::Relaxed)
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

/// Who has a selection.
struct Owner {
    wire: Wire,
    source: Source,
    desk: Option<Desk>,
    contents: Contents,
    given: Arc<AtomicUsize>,
}

impl Owner {
    fn take(mut wire: Wire, selection: Selection, contents: Contents) -> Result<Self, DisplayError> {
        let desk = Desk::open(&wire, selection)?;
        let source = desk.manager.create_data_source(&wire.handle(), ());
        contents.kinds.iter().for_each(|(kind, _)| source.offer(kind.clone()));
        desk.set(selection, Some(&source));
        wire.sync()?;
        Ok(Self { wire, source, desk: Some(desk), contents, given: Arc::default() })
    }

    /// Answers until `is_over`, which is asked every `pace`, or until somebody else takes the selection.
    fn serve(&mut self, pace: Duration, is_over: impl Fn() -> bool) -> Result<(), DisplayError> {
        while !is_over() && !self.wire.told.held.is_cancelled {
            self.wire.wait(Instant::now() + pace, |told| !told.held.asked.is_empty() || told.held.is_cancelled)?;
            for (kind, pipe) in std::mem::take(&mut self.wire.told.held.asked) {
                let bytes = self.contents.kinds.iter().find(|(name, _)| *name == kind).map(|(_, bytes)| bytes);
                // Who asked and does not read gets nothing.
                let _ = write_all(pipe, bytes.map_or(&[], Vec::as_slice));
                self.given.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.source.destroy();
        drop(self.desk.take());
        let _ = self.wire.flush();
    }
}

/// Keeps what is on the clipboard while it is lent.
pub struct Keeping {
    wire: Wire,
}

impl Keeping {
    /// Connects to the compositor called `name`.
    ///
    /// # Errors
    /// [`DisplayError::Connect`].
    pub fn connect(name: &str) -> Result<Self, DisplayError> {
        Ok(Self { wire: Wire::connect(name)? })
    }

    /// All that the clipboard holds and that can be kept.
    ///
    /// # Errors
    /// [`DisplayError::Owner`], [`DisplayError::Unable`], [`DisplayError::Gone`].
    pub fn read(mut self) -> Result<Contents, DisplayError> {
        read_all(&mut self.wire, Selection::Clipboard)
    }

    /// Offers `contents` until somebody copies something else; an empty clipboard is emptied again. Calls `back` once
    /// it is done.
    ///
    /// # Errors
    /// [`DisplayError::Unable`], [`DisplayError::Gone`].
    pub fn put_back(mut self, contents: &Contents, back: impl FnOnce()) -> Result<(), DisplayError> {
        if contents.is_empty() {
            clear(&mut self.wire, Selection::Clipboard)?;
            back();
            return Ok(());
        }
        let mut owner = Owner::take(self.wire, Selection::Clipboard, contents.clone())?;
        back();
        owner.serve(LONG, || false)
    }
}

fn write_all(pipe: OwnedFd, mut bytes: &[u8]) -> io::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    rustix::fs::fcntl_setfl(&pipe, rustix::fs::OFlags::NONBLOCK)?;
    let mut file = File::from(pipe);
    while !bytes.is_empty() && await_fd(file.as_fd(), PollFlags::OUT, deadline)? {
        match file.write(bytes) {
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            written => bytes = &bytes[written?..],
        }
    }
    Ok(())
}

impl Dispatch<Device, ()> for Told {
    fn event(
        told: &mut Self,
        _: &Device,
        event: zwlr_data_control_device_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use zwlr_data_control_device_v1::Event;
        match event {
            Event::DataOffer { id } => told.held.kinds.push((id, Vec::new())),
            Event::Selection { id } => told.held.clipboard = id,
            Event::PrimarySelection { id } => told.held.primary = id,
            _ => {}
        }
    }

    event_created_child!(Told, Device, [
        zwlr_data_control_device_v1::EVT_DATA_OFFER_OPCODE => (Foreign, ())
    ]);
}

impl Dispatch<Foreign, ()> for Told {
    fn event(
        told: &mut Self,
        offer: &Foreign,
        event: zwlr_data_control_offer_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let zwlr_data_control_offer_v1::Event::Offer { mime_type } = event
            && let Some((_, kinds)) = told.held.kinds.iter_mut().find(|(o, _)| o == offer)
        {
            kinds.push(mime_type);
        }
    }
}

impl Dispatch<Source, ()> for Told {
    fn event(
        told: &mut Self,
        _: &Source,
        event: zwlr_data_control_source_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            zwlr_data_control_source_v1::Event::Send { mime_type, fd } => told.held.asked.push((mime_type, fd)),
            zwlr_data_control_source_v1::Event::Cancelled => told.held.is_cancelled = true,
            _ => {}
        }
    }
}

wayland_client::delegate_noop!(Told: ignore Manager);
