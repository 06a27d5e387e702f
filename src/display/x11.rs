//! The X server: frames through shared memory, windows, and input.

use super::accessibility::{Accessibility, AccessibilityError, Address, OfDisplay};
use super::input::Hands;
use super::{Display, DisplayError, Monitor, Selection, Witness, selection, windows};
use crate::screen::{Frame, RectPx, Window};
use crate::task::Action;
use memmap2::MmapMut;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::shm::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, Screen};
use x11rb::rust_connection::RustConnection;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An X display, over one connection for looking and one for input.
pub struct X11 {
    name: String,
    connection: RustConnection,
    screen: Screen,
    shared: Option<Shared>,
    hands: Hands,
    bus: OfDisplay,
}

/// Pixels that the server writes and this process reads.
struct Shared {
    segment: u32,
    map: MmapMut,
    bytes: usize,
}

impl X11 {
    /// Connects to the display called `name` (`:0`).
    ///
    /// # Errors
    /// [`DisplayError::Connect`] when there is none, or it lets nobody in.
    pub fn connect(name: &str) -> Result<Self, DisplayError> {
        let failed = |cause: Cause| DisplayError::Connect { name: name.to_owned(), cause };
        let (connection, number) = x11rb::connect(Some(name)).map_err(|e| failed(e.into()))?;
        let screen = connection.setup().roots[number].clone();
        let hands = Hands::connect(name).map_err(failed)?;
        Ok(Self { name: name.to_owned(), connection, screen, shared: None, hands, bus: OfDisplay::default() })
    }

    /// The name it was connected by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a window manager looks after the windows.
    pub fn has_window_manager(&self) -> bool {
        windows::window_manager(&self.connection, self.screen.root)
    }

    /// Connects to the accessibility bus of the display's session; `patience` as in [`Accessibility::connect`].
    ///
    /// # Errors
    /// [`AccessibilityError::Nowhere`] where there is none, and those of [`Accessibility::connect`].
    pub fn accessibility(&self, patience: Duration) -> Result<Accessibility, AccessibilityError> {
        let nowhere = || AccessibilityError::Nowhere { display: self.name.clone() };
        accessibility_bus(&self.connection, self.screen.root, &self.name).ok_or_else(nowhere)?.connect(patience)
    }

    fn gone(&self, cause: impl Into<Cause>) -> DisplayError {
        DisplayError::Gone { name: self.name.clone(), cause: cause.into() }
    }

    /// The root window's size now; monitors come and go.
    fn size(&self) -> Result<(u16, u16), DisplayError> {
        let reply = self.connection.get_geometry(self.screen.root).map_err(|e| self.gone(e))?;
        let geometry = reply.reply().map_err(|e| self.gone(e))?;
        Ok((geometry.width, geometry.height))
    }

    fn share(&mut self, bytes: usize) -> Result<(), DisplayError> {
        if self.shared.as_ref().is_some_and(|s| s.bytes == bytes) {
            return Ok(());
        }
        if let Some(old) = self.shared.take() {
            // The server forgets the old segment; nothing depends on the answer.
            let _ = self.connection.shm_detach(old.segment);
        }
        let shared = new_segment(&self.connection, bytes)
            .map_err(|cause| DisplayError::Capture { name: self.name.clone(), why: cause.to_string() })?;
        self.shared = Some(shared);
        Ok(())
    }

    fn capture_shared(&mut self, width: u16, height: u16) -> Result<Vec<u8>, DisplayError> {
        let bytes = usize::from(width) * usize::from(height) * 4;
        self.share(bytes)?;
        let Some(shared) = &self.shared else { return Ok(Vec::new()) };
        let root = self.screen.root;
        let format = u8::from(ImageFormat::Z_PIXMAP);
        self.connection
            .shm_get_image(root, 0, 0, width, height, !0, format, shared.segment, 0)
            .map_err(|e| self.gone(e))?
            .reply()
            .map_err(|e| self.gone(e))?;
        Ok(rgba_from_bgrx(&shared.map[..bytes]))
    }

    fn capture_plain(&self, width: u16, height: u16) -> Result<Vec<u8>, DisplayError> {
        let cookie = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.screen.root, 0, 0, width, height, !0)
            .map_err(|e| self.gone(e))?;
        Ok(rgba_from_bgrx(&cookie.reply().map_err(|e| self.gone(e))?.data))
    }
}

/// Where the accessibility bus is: as the display's root window says; else, on the display of the
/// session that this process is in, as that session's bus says.
fn accessibility_bus(connection: &RustConnection, root: u32, name: &str) -> Option<Address> {
    if let Some(address) = windows::root_text(connection, root, b"AT_SPI_BUS") {
        return Some(Address::Bus(address));
    }
    let of_session = std::env::var("DISPLAY").is_ok_and(|session| session == name);
    std::env::var("DBUS_SESSION_BUS_ADDRESS").ok().filter(|_| of_session).map(Address::Session)
}

fn new_segment(connection: &RustConnection, bytes: usize) -> Result<Shared, Cause> {
    let memory: OwnedFd = memfd_create("guardian-frame", MemfdFlags::CLOEXEC)?;
    ftruncate(&memory, bytes as u64)?;
    let file = File::from(memory.as_fd().try_clone_to_owned()?);
    // SAFETY: the memory is anonymous and shared with the X server only, which writes whole bytes
    // during `ShmGetImage`; the map is read after its reply.
    let map = unsafe { MmapMut::map_mut(&file)? };
    let segment = connection.generate_id()?;
    connection.shm_attach_fd(segment, memory, false)?.check()?;
    Ok(Shared { segment, map, bytes })
}

fn rgba_from_bgrx(pixels: &[u8]) -> Vec<u8> {
    let mut rgba = Vec::with_capacity(pixels.len());
    for p in pixels.chunks_exact(4) {
        rgba.extend_from_slice(&[p[2], p[1], p[0], 255]);
    }
    rgba
}

impl Display for X11 {
    fn monitors(&mut self) -> Result<Vec<Monitor>, DisplayError> {
        let (width, height) = self.size()?;
        let whole = RectPx::new(0, 0, width.into(), height.into());
        let reply = self.connection.randr_get_monitors(self.screen.root, true).ok().and_then(|c| c.reply().ok());
        let mut monitors: Vec<Monitor> = reply
            .map(|r| r.monitors)
            .unwrap_or_default()
            .into_iter()
            .map(|m| Monitor {
                name: windows::atom_name(&self.connection, m.name),
                area: RectPx::new(m.x.into(), m.y.into(), m.width.into(), m.height.into()),
            })
            .collect();
        if monitors.is_empty() {
            monitors.push(Monitor { name: "screen".into(), area: whole });
        }
        monitors.sort_by_key(|m| (m.area.x, m.area.y));
        Ok(monitors)
    }

    fn capture(&mut self) -> Result<Frame, DisplayError> {
        let (width, height) = self.size()?;
        if !matches!(self.screen.root_depth, 24 | 32) {
            let why = format!("its colour depth is {}, only 24 and 32 are read", self.screen.root_depth);
            return Err(DisplayError::Capture { name: self.name.clone(), why });
        }
        let has_shm = self.connection.extension_information(shm::X11_EXTENSION_NAME).is_ok_and(|e| e.is_some());
        let shared = if has_shm { self.capture_shared(width, height) } else { self.capture_plain(width, height) };
        let rgba = match shared {
            Ok(rgba) => rgba,
            // A server on another machine has no memory in common with us.
            Err(DisplayError::Capture { .. }) => self.capture_plain(width, height)?,
            Err(error) => return Err(error),
        };
        Frame::new(width.into(), height.into(), rgba)
            .map_err(|e| DisplayError::Capture { name: self.name.clone(), why: e.to_string() })
    }

    fn windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        windows::list(&self.connection, self.screen.root).map_err(|e| self.gone(e))
    }

    fn witness(&mut self, deadline: Instant) -> Witness {
        let Self { bus, connection, screen, name, .. } = self;
        bus.witness(deadline, || accessibility_bus(connection, screen.root, name))
    }

    fn perform(&mut self, action: &Action, deadline: Instant) -> Result<(), DisplayError> {
        match action {
            Action::Activate { window } => {
                windows::activate(&self.connection, self.screen.root, *window).map_err(|e| self.gone(e))
            }
            Action::Close { window } => {
                windows::close(&self.connection, self.screen.root, *window).map_err(|e| self.gone(e))
            }
            _ => {
                let (width, height) = self.size()?;
                self.hands.perform(action, (width.into(), height.into()), deadline)
            }
        }
    }

    fn release_all(&mut self) -> Result<(), DisplayError> {
        self.hands.release_all().map_err(|cause| DisplayError::Gone { name: self.name.clone(), cause })
    }

    fn selection(&mut self, selection: Selection) -> Result<Option<String>, DisplayError> {
        selection::read(&self.connection, self.screen.root, selection).map_err(|e| match e {
            selection::ReadError::Silent => DisplayError::Owner,
            selection::ReadError::Connection(cause) => self.gone(cause),
        })
    }

    fn clear_selection(&mut self, selection: Selection) -> Result<(), DisplayError> {
        selection::clear(&self.connection, selection).map_err(|e| self.gone(e))
    }
}

impl Drop for X11 {
    fn drop(&mut self) {
        // Nothing can be done about a display that no longer answers.
        let _ = self.hands.release_all();
    }
}
