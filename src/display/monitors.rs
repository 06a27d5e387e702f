//! The monitors of an X screen, and the proof that what is seen and what is pointed at are the same places.

use super::{DisplayError, Monitor, windows};
use crate::screen::{Frame, PointPx, RectPx};
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

/// The side of a probe window, in pixels.
const PROBE: i32 = 24;
/// Its colour, which nothing else has by chance: R, G, B.
const COLOUR: [u8; 3] = [0xf3, 0x1d, 0x8b];
/// How long a compositor may take to show it.
const SHOW: Duration = Duration::from_millis(600);

/// All monitors, the leftmost first; the whole screen where the server knows none.
pub fn list(connection: &RustConnection, root: u32, whole: RectPx) -> Vec<Monitor> {
    let reply = connection.randr_get_monitors(root, true).ok().and_then(|c| c.reply().ok());
    let monitor = |m: MonitorInfo| Monitor {
        name: windows::atom_name(connection, m.name),
        area: RectPx::new(m.x.into(), m.y.into(), m.width.into(), m.height.into()),
        // X counts in physical pixels everywhere; applications scale by themselves.
        scale: 1.0,
    };
    let mut all: Vec<Monitor> = reply.map(|r| r.monitors).unwrap_or_default().into_iter().map(monitor).collect();
    if all.is_empty() {
        all.push(Monitor { name: "screen".into(), area: whole, scale: 1.0 });
    }
    all.sort_by_key(|m| (m.area.x, m.area.y));
    all
}

/// Has the server take `areas` for the monitors of its screen.
pub fn divide(connection: &RustConnection, root: u32, areas: &[RectPx]) -> Result<(), Failure> {
    let known = connection.randr_get_monitors(root, true)?.reply()?.monitors;
    for (i, area) in areas.iter().enumerate() {
        let name = connection.intern_atom(false, format!("part-{}", i + 1).as_bytes())?.reply()?.atom;
        // The first takes the outputs of the monitor that it replaces.
        let outputs = if i == 0 { known.iter().flat_map(|m| m.outputs.clone()).collect() } else { Vec::new() };
        let monitor = MonitorInfo {
            name,
            primary: i == 0,
            automatic: false,
            x: area.x as i16,
            y: area.y as i16,
            width: area.w as u16,
            height: area.h as u16,
            width_in_millimeters: (area.w / 4) as u32,
            height_in_millimeters: (area.h / 4) as u32,
            outputs,
        };
        connection.randr_set_monitor(root, monitor)?;
    }
    Ok(connection.sync()?)
}

/// How a place that is seen relates to the place that a pointer goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calibration {
    pub monitor: String,
    /// Where the probe was put.
    pub put: RectPx,
    /// Where it was seen; `None` where it did not show.
    pub seen: Option<RectPx>,
    /// Where the pointer was after it was sent to the probe's middle.
    pub pointer: PointPx,
    /// Whether the pointer was over the probe then, as the server says.
    pub over: bool,
}

impl Calibration {
    /// Whether what is seen and what is pointed at is the same place.
    pub fn is_exact(&self) -> bool {
        self.seen == Some(self.put) && self.pointer == self.put.center() && self.over
    }
}

/// A small window that is shown where it is told to, without a window manager's say.
pub struct Probe<'a> {
    connection: &'a RustConnection,
    window: u32,
}

impl<'a> Probe<'a> {
    pub fn show(connection: &'a RustConnection, root: u32, area: RectPx) -> Result<Self, Failure> {
        let window = connection.generate_id()?;
        let [r, g, b] = COLOUR.map(u32::from);
        let aux = CreateWindowAux::new().override_redirect(1).background_pixel(r << 16 | g << 8 | b);
        let (x, y, w, h) = (area.x as i16, area.y as i16, area.w as u16, area.h as u16);
        connection.create_window(0, window, root, x, y, w, h, 0, WindowClass::INPUT_OUTPUT, 0, &aux)?;
        connection.map_window(window)?;
        connection.sync()?;
        Ok(Self { connection, window })
    }

    /// Whether the pointer is over it.
    pub fn is_under(&self, root: u32) -> Result<bool, Failure> {
        Ok(self.connection.query_pointer(root)?.reply()?.child == self.window)
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        let gone = self.connection.destroy_window(self.window);
        // A display that is gone shows no probe.
        let _ = gone.map(drop).and_then(|()| self.connection.flush());
    }
}

/// Where the probe goes on a monitor: beside its middle, where an offset or a scale shows.
pub fn probe_area(monitor: RectPx) -> RectPx {
    RectPx::new(monitor.x + monitor.w * 2 / 3, monitor.y + monitor.h * 3 / 4, PROBE, PROBE).intersect(&monitor)
}

/// The box of the probe's colour on frames that `capture` gives, once it shows.
pub fn find_probe(mut capture: impl FnMut() -> Result<Frame, DisplayError>) -> Result<Option<RectPx>, DisplayError> {
    let started = Instant::now();
    loop {
        let found = coloured(&capture()?);
        if found.is_some() || started.elapsed() > SHOW {
            return Ok(found);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The smallest box around all pixels of the probe's colour, but for the pointer, which is not on frames.
fn coloured(frame: &Frame) -> Option<RectPx> {
    let mut found: Option<RectPx> = None;
    let width = frame.width() as usize;
    for (i, pixel) in frame.rgba().chunks_exact(4).enumerate() {
        if pixel[..3] == COLOUR {
            let here = RectPx::new((i % width) as i32, (i / width) as i32, 1, 1);
            found = Some(found.map_or(here, |f| f.union(&here)));
        }
    }
    found
}
