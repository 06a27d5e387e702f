//! Compositors of the wlroots family (sway, labwc, river, Wayfire, Hyprland), by the protocols that they offer.
//!
//! All places are physical pixels of the one frame that all outputs make up, as [`outputs`] lays them out; what the
//! compositor counts in stays in this folder. What a compositor does not offer is an error that names the protocol,
//! never something that seems to be done. Nothing here waits without an end.
//!
//! Where a compositor paints the pointer itself, as one without a screen does, frames show it: the protocol leaves
//! out only a pointer that the hardware paints.
//!
//! Applications do not know where on the screen their windows stand, so what they say of themselves over the
//! accessibility bus has no places here: [`Display::witness`] stays silent.

mod capture;
mod hands;
mod keymap;
mod keys;
mod means;
mod outputs;
mod pointer;
mod selection;
mod sway;
mod toplevels;
mod windows;
mod wire;

pub use means::{Means, means};
pub use selection::Keeping;

use super::contents::Contents;
use super::{Display, DisplayError, Monitor, Over, Pace, Reins, Selection};
use crate::screen::{Frame, PointPx, Window, is_alike};
use crate::task::{Action, Button, Chord};
use capture::Camera;
use hands::Hands;
use outputs::Layout;
use selection::Offer;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use wayland_protocols::xdg::xdg_output::zv1::client::zxdg_output_manager_v1::ZxdgOutputManagerV1;
use windows::Windows;
use wire::Wire;

/// A Wayland display.
pub struct Wayland {
    wire: Wire,
    sizes: Option<ZxdgOutputManagerV1>,
    camera: Option<Camera>,
    hands: Hands,
    windows: Windows,
    /// What we hold in selections for applications to paste.
    offers: Vec<Offer>,
}

/// How long an application may take to fetch what is pasted.
const FETCH: Duration = Duration::from_secs(3);
/// How long programs that keep everything that is copied take to fetch it.
const BYSTANDERS: Duration = Duration::from_millis(80);
const PACE: Duration = Duration::from_millis(3);

/// Whether a display's name means a Wayland compositor: a socket's name or its absolute path.
pub fn is_wayland(name: &str) -> bool {
    name.starts_with("wayland-") || Path::new(name).is_absolute()
}

impl Wayland {
    /// Connects to the compositor whose socket is called `name`, or has the absolute path `name`.
    ///
    /// # Errors
    /// [`DisplayError::Connect`] where there is none, [`DisplayError::Gone`] where it leaves at once.
    pub fn connect(name: &str) -> Result<Self, DisplayError> {
        let mut wire = Wire::connect(name)?;
        let (sizes, camera, windows) = (wire.bind(3), Camera::bind(&wire), Windows::bind(&wire));
        let hands = Hands::bind(&mut wire)?;
        Ok(Self { wire, sizes, camera, hands, windows, offers: Vec::new() })
    }

    fn layout(&mut self) -> Result<Layout, DisplayError> {
        outputs::layout(&mut self.wire, self.sizes.as_ref())
    }

    fn capture_all(&mut self, layout: &Layout) -> Result<Frame, DisplayError> {
        let lacks = || hands::lacks(&self.wire, "looking", "zwlr_screencopy_manager_v1 and wl_shm");
        let camera = self.camera.as_mut().ok_or_else(lacks)?;
        camera.capture(&mut self.wire, layout)
    }

    /// Pastes `text`, and waits until it was fetched.
    fn paste(&mut self, text: &str, chord: &Chord, deadline: Instant) -> Result<(), DisplayError> {
        self.hands.may_move()?;
        self.offer(Selection::Clipboard, Some(text))?;
        // Where the marked text cannot be had, terminals paste nothing, which is found out below.
        let _ = self.offer(Selection::Primary, Some(text));
        let given = |offers: &[Offer]| offers.iter().map(Offer::given).sum::<usize>();
        // One that keeps all that is ever copied has fetched it already.
        thread::sleep(BYSTANDERS);
        let before = given(&self.offers);
        let layout = self.layout()?;
        self.hands.perform(&mut self.wire, &layout, &Action::Key { chord: chord.clone() }, deadline)?;
        let until = (Instant::now() + FETCH).min(deadline);
        while given(&self.offers) == before {
            if Instant::now() >= until {
                return Err(DisplayError::NotFetched);
            }
            thread::sleep(PACE);
        }
        Ok(())
    }

    /// Whether what is at `over.at` is what `over` says.
    fn look(&mut self, layout: &Layout, over: &Over) -> Result<(), DisplayError> {
        let at = self.hands.pointer_at().unwrap_or(PointPx::new(-1, -1));
        if at != over.at {
            return Err(DisplayError::Pointer { at, wanted: over.at });
        }
        // Pixels before places: these are told faster, so less can happen until the press.
        if let Some((frame, area)) = &over.looks
            && !is_alike(frame, *area, &self.capture_all(layout)?, *area)
        {
            return Err(DisplayError::Changed { at });
        }
        let Some((id, area)) = over.window else { return Ok(()) };
        let windows = self.windows.list(&mut self.wire, layout)?;
        let window = windows.iter().find(|w| w.id == id).ok_or(DisplayError::NoWindow { window: id })?;
        if (window.area.x, window.area.y) != (area.x, area.y) {
            return Err(DisplayError::Moved { area: window.area });
        }
        // Without places each window has its whole monitor, which says nothing of what covers what.
        let above = windows.iter().rev().find(|w| w.area.contains(at)).filter(|w| w.id != id);
        match above.filter(|_| self.windows.has_places()) {
            Some(by) => Err(DisplayError::Covered { at, by: format!("“{}”", by.title), window: Some(by.id) }),
            None => Ok(()),
        }
    }
}

impl Display for Wayland {
    fn monitors(&mut self) -> Result<Vec<Monitor>, DisplayError> {
        Ok(self.layout()?.monitors())
    }

    fn capture(&mut self) -> Result<Frame, DisplayError> {
        let layout = self.layout()?;
        self.capture_all(&layout)
    }

    fn windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        let layout = self.layout()?;
        self.windows.list(&mut self.wire, &layout)
    }

    fn perform(&mut self, action: &Action, deadline: Instant) -> Result<(), DisplayError> {
        let layout = self.layout()?;
        match action {
            Action::Activate { .. } | Action::Close { .. } | Action::Arrange { .. } => {
                self.windows.perform(&mut self.wire, &layout, action)
            }
            Action::Paste { text, chord } => self.paste(text, chord, deadline),
            _ => self.hands.perform(&mut self.wire, &layout, action, deadline),
        }
    }

    fn press_over(&mut self, button: Button, over: &Over, deadline: Instant) -> Result<(), DisplayError> {
        self.hands.may_move()?;
        let layout = self.layout()?;
        self.look(&layout, over)?;
        if Instant::now() >= deadline {
            return Err(DisplayError::Late { action: Action::Press { button }.to_string() });
        }
        self.hands.press_at(&mut self.wire, &layout, button, over.at)
    }

    /// Where our own pointer is: a compositor tells of no other.
    fn pointer(&mut self) -> Result<Option<PointPx>, DisplayError> {
        Ok(self.hands.pointer_at())
    }

    fn rein(&mut self, reins: Arc<Reins>, pace: Pace) {
        self.hands.rein(reins, pace);
    }

    fn release_all(&mut self) -> Result<(), DisplayError> {
        self.hands.release_all(&mut self.wire)
    }

    fn selection(&mut self, selection: Selection) -> Result<Option<String>, DisplayError> {
        selection::read(&mut self.wire, selection)
    }

    fn offer(&mut self, selection: Selection, text: Option<&str>) -> Result<(), DisplayError> {
        self.offers.retain(|offer| offer.selection() != selection);
        match text {
            None => selection::clear(&mut self.wire, selection),
            Some(text) => {
                self.offers.push(Offer::start(self.wire.name(), selection, Contents::of_text(text))?);
                Ok(())
            }
        }
    }
}

impl Drop for Wayland {
    fn drop(&mut self) {
        // Nothing can be done about a compositor that no longer answers.
        let _ = self.hands.let_go(&mut self.wire);
    }
}
