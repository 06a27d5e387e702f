//! The clipboard and the marked text, by the wlr-data-control protocol.
//!
//! On Wayland as on X the text stays with whoever offers it, who writes it to each application that asks.

use super::hands::lacks;
use super::wire::{Told, Wire, await_fd};
use crate::display::{DisplayError, Selection};
use rustix::event::PollFlags;
use rustix::pipe::{PipeFlags, pipe_with};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
/// The names of plain text, the best first; X applications have names of their own.
const TEXTS: [&str; 5] = ["text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "TEXT", "STRING"];
/// How long an application may take; a hanging one must not hang us.
const PATIENCE: Duration = Duration::from_millis(700);
/// Longer text is not read: 4 MiB.
const MOST: usize = 4 << 20;
/// How often an offer looks whether it is over.
const PACE: Duration = Duration::from_millis(20);

/// What the compositor told of selections.
#[derive(Default)]
pub struct Held {
    /// What each offer that was told of can be given as.
    kinds: Vec<(Foreign, Vec<String>)>,
    clipboard: Option<Foreign>,
    primary: Option<Foreign>,
    /// Who asks us for our text, and where to write it.
    asked: Vec<OwnedFd>,
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
    wire.told.held = Held::default();
    let desk = Desk::open(wire, selection)?;
    wire.sync()?;
    let held = &wire.told.held;
    let offer = match selection {
        Selection::Clipboard => held.clipboard.clone(),
        Selection::Primary => held.primary.clone(),
    };
    let kinds = held.kinds.iter().find(|(o, _)| Some(o) == offer.as_ref()).map(|(_, kinds)| kinds.as_slice());
    let kind = TEXTS.into_iter().find(|text| kinds.is_some_and(|k| k.iter().any(|kind| kind == text)));
    let text = match (offer, kind) {
        (Some(offer), Some(kind)) => receive(wire, &offer, kind).map(Some),
        _ => Ok(None),
    };
    let all = std::mem::take(&mut wire.told.held);
    all.kinds.iter().for_each(|(offer, _)| offer.destroy());
    drop(desk);
    wire.flush()?;
    text
}

fn receive(wire: &mut Wire, offer: &Foreign, kind: &str) -> Result<String, DisplayError> {
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).map_err(|e| wire.gone(e))?;
    offer.receive(kind.to_owned(), writer.as_fd());
    wire.sync()?;
    // Ours would keep the end from coming.
    drop(writer);
    let bytes = read_all(reader).map_err(|_| DisplayError::Owner)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Everything that is written to `reader` until its other end is closed.
fn read_all(reader: OwnedFd) -> io::Result<Vec<u8>> {
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

/// Text in a selection, for as long as this lives and nobody else takes the selection.
pub struct Offer {
    selection: Selection,
    over: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Offer {
    /// Takes `selection` of the display called `name`, over a connection of its own, and answers with `text`.
    ///
    /// # Errors
    /// [`DisplayError::Unable`], [`DisplayError::Connect`], [`DisplayError::Gone`].
    pub fn start(name: &str, selection: Selection, text: String) -> Result<Self, DisplayError> {
        let mut wire = Wire::connect(name)?;
        let desk = Desk::open(&wire, selection)?;
        let source = desk.manager.create_data_source(&wire.handle(), ());
        TEXTS.into_iter().for_each(|kind| source.offer(kind.to_owned()));
        desk.set(selection, Some(&source));
        wire.sync()?;
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        let server = thread::spawn(move || {
            // A display that is gone asks for nothing any more.
            let _ = serve(&mut wire, &text, &is_over);
            source.destroy();
            drop(desk);
            let _ = wire.flush();
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

/// Answers until `is_over`, or until somebody else takes the selection.
fn serve(wire: &mut Wire, text: &str, is_over: &AtomicBool) -> Result<(), DisplayError> {
    while !is_over.load(Ordering::Relaxed) && !wire.told.held.is_cancelled {
        wire.wait(Instant::now() + PACE, |told| !told.held.asked.is_empty() || told.held.is_cancelled)?;
        for pipe in std::mem::take(&mut wire.told.held.asked) {
            // Who asked and does not read gets nothing.
            let _ = write_all(pipe, text.as_bytes());
        }
    }
    Ok(())
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
            zwlr_data_control_source_v1::Event::Send { fd, .. } => told.held.asked.push(fd),
            zwlr_data_control_source_v1::Event::Cancelled => told.held.is_cancelled = true,
            _ => {}
        }
    }
}

wayland_client::delegate_noop!(Told: ignore Manager);
