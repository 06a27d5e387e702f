//! The X server: frames through shared memory, windows, and input.

use super::accessibility::{Accessibility, AccessibilityError, Address, OfDisplay};
use super::contents::Contents;
use super::input::Hands;
use super::monitors::{self, Calibration, Probe};
use super::offer::Offer;
use super::{Display, DisplayError, Monitor, Over, Pace, Reins, Selection, Witness, selection, windows};
use crate::screen::{Bytes, Frame, Order, PointPx, RectPx, Window};
use crate::task::{Action, Button, Chord};
use memmap2::{MmapMut, MmapOptions};
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::NONE;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::ReplyError;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::shm::{self, ConnectionExt as _};
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xproto::{Atom, ConnectionExt as _, ImageFormat, Screen};
use x11rb::rust_connection::RustConnection;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An X display, over one connection for looking and one for input.
pub struct X11 {
    name: String,
    connection: RustConnection,
    screen: Screen,
    /// Memory that frames were captured into; a frame that is still in use keeps its own.
    segments: Vec<Arc<Segment>>,
    /// Tells whether anything was drawn since the last capture; `None` where the server cannot.
    damage: Option<Damage>,
    /// The last capture, which is the next one too where nothing was drawn.
    last: Option<Frame>,
    hands: Hands,
    bus: OfDisplay,
    /// What we hold in selections for applications to paste.
    offers: Vec<Offer>,
}

/// The server's notes on what was drawn anywhere on the screen.
struct Damage {
    notes: u32,
    region: u32,
    /// Who paints all windows together, if anybody does, owns this.
    compositor: Atom,
}

/// Pixels that the server writes and this process reads.
struct Segment {
    id: u32,
    map: MmapMut,
}

/// A frame's hold on a segment: while there is one, nothing else is captured into it.
struct Held(Arc<Segment>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0.map
    }
}

/// How long an application may take to fetch what is pasted.
const FETCH: Duration = Duration::from_secs(3);
const PACE: Duration = Duration::from_millis(3);

/// Segments that are kept although no frame uses them: a look compares two frames.
const SPARE: usize = 2;

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
        // A server without the extension is captured anew each time.
        let damage = watch(&connection, screen.root, number).ok();
        let (segments, last, bus, offers) = (Vec::new(), None, OfDisplay::default(), Vec::new());
        Ok(Self { name: name.to_owned(), connection, screen, segments, damage, last, hands, bus, offers })
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

    /// Whether any key or button is held down.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn held(&self) -> Result<bool, DisplayError> {
        self.hands.is_held().map_err(|e| self.gone(e))
    }

    /// Has the server take `areas` for the monitors of its screen.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn divide(&self, areas: &[RectPx]) -> Result<(), DisplayError> {
        monitors::divide(&self.connection, self.screen.root, areas).map_err(|e| self.gone(e))
    }

    /// Proves on each monitor, by a probe window that is shown for a moment, that the places that are seen are those
    /// that the pointer goes to.
    ///
    /// # Errors
    /// Those of [`Display::capture`] and [`Display::perform`].
    pub fn calibrate(&mut self, deadline: Instant) -> Result<Vec<Calibration>, DisplayError> {
        let mut all = Vec::new();
        for Monitor { name, area, .. } in self.monitors()? {
            let put = monitors::probe_area(area);
            let (seen, pointer, over) = {
                let probe = Probe::show(&self.connection, self.screen.root, put).map_err(|e| self.gone(e))?;
                let mut eyes = Self::connect(&self.name)?;
                let seen = monitors::find_probe(|| eyes.capture_anew())?;
                let (width, height) = self.size()?;
                self.hands.perform(&Action::Move { to: put.center() }, (width.into(), height.into()), deadline)?;
                // Answered only once the pointer has moved; the probe asks over another connection.
                let pointer = self.hands.pointer()?;
                (seen, pointer, probe.is_under(self.screen.root).map_err(|e| self.gone(e))?)
            };
            all.push(Calibration { monitor: name, put, seen, pointer, over });
        }
        Ok(all)
    }

    fn gone(&self, cause: impl Into<Cause>) -> DisplayError {
        DisplayError::Gone { name: self.name.clone(), cause: cause.into() }
    }

    /// Pastes `text`, and waits until the application that has the keyboard has fetched it.
    fn paste(&mut self, text: &str, chord: &Chord, deadline: Instant) -> Result<(), DisplayError> {
        self.hands.may_move()?;
        // Ctrl+V takes it from the one, terminals take it from the other.
        self.offer(Selection::Clipboard, Some(text))?;
        self.offer(Selection::Primary, Some(text))?;
        let (own, focus) = (!self.connection.setup().resource_id_mask, self.hands.focus());
        // Whoever keeps all that is ever copied fetches it too, and says nothing of the paste.
        let is_focus = |window: u32| focus.is_none_or(|focus| window & own == focus & own);
        self.perform(&Action::Key { chord: chord.clone() }, deadline)?;
        let until = (Instant::now() + FETCH).min(deadline);
        while !self.offers.iter().any(|offer| offer.is_given(is_focus)) {
            if Instant::now() >= until {
                return Err(DisplayError::NotFetched);
            }
            thread::sleep(PACE);
        }
        Ok(())
    }

    /// Where a window stands, to know that there is one.
    fn area_of(&self, window: u32) -> Result<RectPx, DisplayError> {
        let cookie = self.connection.get_geometry(window).map_err(|e| self.gone(e))?;
        match cookie.reply() {
            Ok(g) => Ok(RectPx::new(g.x.into(), g.y.into(), g.width.into(), g.height.into())),
            Err(ReplyError::X11Error(_)) => Err(DisplayError::NoWindow { window }),
            Err(error) => Err(self.gone(error)),
        }
    }

    /// The root window's size now; monitors come and go.
    fn size(&self) -> Result<(u16, u16), DisplayError> {
        let reply = self.connection.get_geometry(self.screen.root).map_err(|e| self.gone(e))?;
        let geometry = reply.reply().map_err(|e| self.gone(e))?;
        Ok((geometry.width, geometry.height))
    }

    /// Whether the screen certainly shows what it did at the last capture; what is drawn from now on is noted anew.
    fn is_still(&self) -> Result<bool, DisplayError> {
        let Some(damage) = &self.damage else { return Ok(false) };
        let subtracted = self.connection.damage_subtract(damage.notes, NONE, damage.region);
        subtracted.map_err(|e| self.gone(e))?;
        let drawn = self.connection.xfixes_fetch_region(damage.region).map_err(|e| self.gone(e))?;
        let owner = self.connection.get_selection_owner(damage.compositor).map_err(|e| self.gone(e))?;
        let drawn = drawn.reply().map_err(|e| self.gone(e))?;
        // A compositor may bring pixels to the screen that the server takes no note of.
        let is_composited = owner.reply().map_err(|e| self.gone(e))?.owner != NONE;
        Ok(drawn.rectangles.is_empty() && !is_composited)
    }

    /// All pixels, whether or not anything was drawn since the last capture.
    ///
    /// # Errors
    /// As [`Display::capture`].
    pub fn capture_anew(&mut self) -> Result<Frame, DisplayError> {
        let (width, height) = self.size()?;
        if !matches!(self.screen.root_depth, 24 | 32) {
            let why = format!("its colour depth is {}, only 24 and 32 are read", self.screen.root_depth);
            return Err(DisplayError::Capture { name: self.name.clone(), why });
        }
        let has_shm = self.connection.extension_information(shm::X11_EXTENSION_NAME).is_ok_and(|e| e.is_some());
        let shared = if has_shm { self.capture_shared(width, height) } else { self.capture_plain(width, height) };
        let bytes = match shared {
            Ok(bytes) => bytes,
            // A server on another machine has no memory in common with us.
            Err(DisplayError::Capture { .. }) => self.capture_plain(width, height)?,
            Err(error) => return Err(error),
        };
        Frame::from_bytes(width.into(), height.into(), Order::Bgrx, bytes)
            .map_err(|e| DisplayError::Capture { name: self.name.clone(), why: e.to_string() })
    }

    /// A segment of `bytes` bytes that no frame uses.
    fn free_segment(&mut self, bytes: usize) -> Result<Arc<Segment>, DisplayError> {
        let mut free = Vec::new();
        for at in (0..self.segments.len()).rev() {
            if Arc::get_mut(&mut self.segments[at]).is_some() {
                free.push(self.segments.swap_remove(at));
            }
        }
        let at = free.iter().position(|segment| segment.map.len() == bytes);
        let found = at.map(|at| free.swap_remove(at));
        for waste in free.drain(free.len().min(SPARE)..) {
            // The server forgets the old segment; nothing depends on the answer.
            let _ = self.connection.shm_detach(waste.id);
        }
        self.segments.append(&mut free);
        found.map_or_else(
            || {
                let failed = |cause: Cause| DisplayError::Capture { name: self.name.clone(), why: cause.to_string() };
                new_segment(&self.connection, bytes).map(Arc::new).map_err(failed)
            },
            Ok,
        )
    }

    fn capture_shared(&mut self, width: u16, height: u16) -> Result<Bytes, DisplayError> {
        let segment = self.free_segment(usize::from(width) * usize::from(height) * 4)?;
        self.segments.push(Arc::clone(&segment));
        let root = self.screen.root;
        let format = u8::from(ImageFormat::Z_PIXMAP);
        self.connection
            .shm_get_image(root, 0, 0, width, height, !0, format, segment.id, 0)
            .map_err(|e| self.gone(e))?
            .reply()
            .map_err(|e| self.gone(e))?;
        Ok(Box::new(Held(segment)))
    }

    fn capture_plain(&self, width: u16, height: u16) -> Result<Bytes, DisplayError> {
        let cookie = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.screen.root, 0, 0, width, height, !0)
            .map_err(|e| self.gone(e))?;
        Ok(Box::new(cookie.reply().map_err(|e| self.gone(e))?.data))
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

/// Has the server note what is drawn on the screen `number` from now on.
fn watch(connection: &RustConnection, root: u32, number: usize) -> Result<Damage, Cause> {
    connection.xfixes_query_version(5, 0)?.reply()?;
    connection.damage_query_version(1, 1)?.reply()?;
    let (notes, region) = (connection.generate_id()?, connection.generate_id()?);
    // Notes are asked for at each capture, so one event until then is all there is.
    connection.damage_create(notes, root, ReportLevel::NON_EMPTY)?.check()?;
    connection.xfixes_create_region(region, &[])?.check()?;
    let name = format!("_NET_WM_CM_S{number}");
    let compositor = connection.intern_atom(false, name.as_bytes())?.reply()?.atom;
    Ok(Damage { notes, region, compositor })
}

fn new_segment(connection: &RustConnection, bytes: usize) -> Result<Segment, Cause> {
    let memory: OwnedFd = memfd_create("guardian-frame", MemfdFlags::CLOEXEC)?;
    ftruncate(&memory, bytes as u64)?;
    let file = File::from(memory.as_fd().try_clone_to_owned()?);
    // SAFETY: the memory is anonymous and shared with the X server only, which writes whole bytes
    // during `ShmGetImage`; that is asked for only while no frame holds the segment.
    let map = unsafe { MmapOptions::new().len(bytes).populate().map_mut(&file)? };
    let id = connection.generate_id()?;
    connection.shm_attach_fd(id, memory, false)?.check()?;
    Ok(Segment { id, map })
}

impl Display for X11 {
    fn monitors(&mut self) -> Result<Vec<Monitor>, DisplayError> {
        let (width, height) = self.size()?;
        let whole = RectPx::new(0, 0, width.into(), height.into());
        Ok(monitors::list(&self.connection, self.screen.root, whole))
    }

    fn capture(&mut self) -> Result<Frame, DisplayError> {
        let is_still = self.is_still()?;
        if let Some(last) = self.last.as_ref().filter(|_| is_still) {
            return Ok(last.clone());
        }
        // A segment that only the last frame holds is free for this one.
        self.last = None;
        let frame = self.capture_anew()?;
        self.last = Some(frame.clone());
        Ok(frame)
    }

    fn windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        windows::list(&self.connection, self.screen.root).map_err(|e| self.gone(e))
    }

    fn hidden_windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        windows::hidden(&self.connection, self.screen.root).map_err(|e| self.gone(e))
    }

    fn witness(&mut self, deadline: Instant) -> Witness {
        let Self { bus, connection, screen, name, .. } = self;
        bus.witness(deadline, || accessibility_bus(connection, screen.root, name))
    }

    fn perform(&mut self, action: &Action, deadline: Instant) -> Result<(), DisplayError> {
        match action {
            Action::Activate { window } => {
                self.area_of(*window)?;
                windows::activate(&self.connection, self.screen.root, *window).map_err(|e| self.gone(e))
            }
            Action::Close { window } => {
                self.area_of(*window)?;
                windows::close(&self.connection, self.screen.root, *window).map_err(|e| self.gone(e))
            }
            Action::Arrange { window, how } => {
                let area = self.area_of(*window)?;
                windows::arrange(&self.connection, self.screen.root, *window, *how, area).map_err(|e| self.gone(e))
            }
            Action::Paste { text, chord } => self.paste(text, chord, deadline),
            _ => {
                let (width, height) = self.size()?;
                self.hands.perform(action, (width.into(), height.into()), deadline)
            }
        }
    }

    fn press_over(&mut self, button: Button, over: &Over, deadline: Instant) -> Result<(), DisplayError> {
        self.hands.press_over(button, over, deadline)
    }

    fn pointer(&mut self) -> Result<Option<PointPx>, DisplayError> {
        self.hands.pointer().map(Some)
    }

    fn rein(&mut self, reins: Arc<Reins>, pace: Pace) {
        self.hands.rein(reins, pace);
    }

    fn await_taken(&mut self, deadline: Instant) -> bool {
        self.hands.await_taken(deadline)
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

    fn offer(&mut self, selection: Selection, text: Option<&str>) -> Result<(), DisplayError> {
        self.offers.retain(|offer| offer.selection() != selection);
        match text {
            None => selection::clear(&self.connection, selection).map_err(|e| self.gone(e)),
            Some(text) => {
                let offer = Offer::start(&self.name, selection, &Contents::of_text(text)).map_err(|e| self.gone(e))?;
                self.offers.push(offer);
                Ok(())
            }
        }
    }
}

impl Drop for X11 {
    fn drop(&mut self) {
        // Who only looked leaves alone what another's hands hold.
        if self.hands.has_acted() {
            // Nothing can be done about a display that no longer answers.
            let _ = self.hands.release_all();
        }
    }
}
