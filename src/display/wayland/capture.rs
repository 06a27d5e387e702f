//! Frames, by the wlr-screencopy protocol: the compositor writes each output into memory that we share with it.

use super::outputs::{Layout, Part};
use super::wire::{Failure, Told, Wire};
use crate::display::DisplayError;
use crate::screen::{Frame, Order};
use memmap2::{MmapMut, MmapOptions};
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use std::fs::File;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wayland_client::protocol::wl_buffer::WlBuffer;
use wayland_client::protocol::wl_output::Transform;
use wayland_client::protocol::wl_shm::{Format, WlShm};
use wayland_client::protocol::wl_shm_pool::WlShmPool;
use wayland_client::{Connection, Dispatch, Proxy, QueueHandle, WEnum};
use wayland_protocols_wlr::screencopy::v1::client::zwlr_screencopy_frame_v1::{self, Flags, ZwlrScreencopyFrameV1};
use wayland_protocols_wlr::screencopy::v1::client::zwlr_screencopy_manager_v1::ZwlrScreencopyManagerV1;

/// How long the compositor may take for one picture: it waits for the screen's next turn.
const PATIENCE: Duration = Duration::from_secs(2);
/// An output may change its size between the question and the picture.
const TURNS: usize = 3;
/// Canvases that are kept although no frame uses them: a look compares two frames.
const SPARE: usize = 2;

/// What the compositor told of one picture that was asked for.
#[derive(Debug, Default)]
pub struct Shot {
    shape: Option<Shape>,
    /// Whether all shapes have been told.
    is_offered: bool,
    is_inverted: bool,
    end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Ready,
    Failed,
}

/// How a picture lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    format: Format,
    width: u32,
    height: u32,
    stride: u32,
}

/// Memory that the compositor writes to and this process reads.
struct Canvas {
    shape: Shape,
    map: MmapMut,
    buffer: WlBuffer,
}

/// A frame's hold on a canvas: while there is one, nothing else is painted on it.
struct Hold(Arc<Canvas>);

impl AsRef<[u8]> for Hold {
    fn as_ref(&self) -> &[u8] {
        &self.0.map
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        self.buffer.destroy();
    }
}

/// A picture that is under way.
struct Pending {
    frame: ZwlrScreencopyFrameV1,
    canvas: Option<Arc<Canvas>>,
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.frame.destroy();
    }
}

/// Takes pictures.
pub struct Camera {
    memory: WlShm,
    manager: ZwlrScreencopyManagerV1,
    canvases: Vec<Arc<Canvas>>,
}

impl Camera {
    /// A camera, where the compositor offers what it takes.
    pub fn bind(wire: &Wire) -> Option<Self> {
        Some(Self { memory: wire.bind(1)?, manager: wire.bind(3)?, canvases: Vec::new() })
    }

    /// All outputs of `layout` in one frame.
    ///
    /// # Errors
    /// [`DisplayError::Capture`] or [`DisplayError::Gone`].
    pub fn capture(&mut self, wire: &mut Wire, layout: &Layout) -> Result<Frame, DisplayError> {
        let mut turn = 1;
        loop {
            match self.capture_once(wire, layout) {
                Err(DisplayError::Capture { .. }) if turn < TURNS => turn += 1,
                done => return done,
            }
        }
    }

    fn capture_once(&mut self, wire: &mut Wire, layout: &Layout) -> Result<Frame, DisplayError> {
        let mut pending = self.ask(wire, layout)?;
        let deadline = Instant::now() + PATIENCE;
        let is_offered = |s: &Shot| s.is_offered || s.end.is_some();
        await_shots(wire, deadline, is_offered)?;
        for (at, picture) in pending.iter_mut().enumerate() {
            let canvas = self.canvas(wire, at)?;
            picture.frame.copy(&canvas.buffer);
            picture.canvas = Some(canvas);
        }
        await_shots(wire, deadline, |s| s.end.is_some())?;
        if wire.told.shots.iter().any(|s| s.end != Some(End::Ready)) {
            return Err(failed(wire, "the compositor refuses, as it does while an output is off or changes its size"));
        }
        let canvases: Vec<Arc<Canvas>> = pending.iter_mut().filter_map(|p| p.canvas.take()).collect();
        compose(layout, &wire.told.shots, &canvases).map_err(|why| failed(wire, &why))
    }

    fn ask(&self, wire: &mut Wire, layout: &Layout) -> Result<Vec<Pending>, DisplayError> {
        wire.told.shots = layout.parts.iter().map(|_| Shot::default()).collect();
        let queue = wire.handle();
        let ask = |(at, part): (usize, &Part)| {
            let output = wire.told.outputs.iter().find(|o| o.id == part.id)?;
            let frame = self.manager.capture_output(0, &output.proxy, &queue, at);
            Some(Pending { frame, canvas: None })
        };
        let all: Option<Vec<Pending>> = layout.parts.iter().enumerate().map(ask).collect();
        all.ok_or_else(|| failed(wire, "an output went off"))
    }

    /// A canvas for the picture number `at` that no frame uses.
    fn canvas(&mut self, wire: &Wire, at: usize) -> Result<Arc<Canvas>, DisplayError> {
        let shape = wire.told.shots[at].shape;
        let shape = shape.ok_or_else(|| failed(wire, "it has colours in a form that is not read"))?;
        let mut free: Vec<Arc<Canvas>> = Vec::new();
        for at in (0..self.canvases.len()).rev() {
            if Arc::strong_count(&self.canvases[at]) == 1 {
                free.push(self.canvases.swap_remove(at));
            }
        }
        let found = free.iter().position(|canvas| canvas.shape == shape).map(|at| free.swap_remove(at));
        free.truncate(SPARE);
        self.canvases.append(&mut free);
        let made = || self.new_canvas(wire, shape).map(Arc::new).map_err(|e| failed(wire, &e.to_string()));
        let canvas = found.map_or_else(made, Ok)?;
        self.canvases.push(Arc::clone(&canvas));
        Ok(canvas)
    }

    fn new_canvas(&self, wire: &Wire, shape: Shape) -> Result<Canvas, Failure> {
        let bytes = u64::from(shape.stride) * u64::from(shape.height);
        let file = File::from(memfd_create("guardian-frame", MemfdFlags::CLOEXEC)?);
        ftruncate(&file, bytes)?;
        // SAFETY: the memory is anonymous and shared with the compositor only, which writes whole bytes between
        // `copy` and its answer; that is asked for only while no frame holds the canvas.
        let map = unsafe { MmapOptions::new().len(bytes.try_into()?).map_mut(&file)? };
        let queue = wire.handle();
        let pool = self.memory.create_pool(file.as_fd(), bytes.try_into()?, &queue, ());
        let (width, height, stride) = (shape.width as i32, shape.height as i32, shape.stride as i32);
        let buffer = pool.create_buffer(0, width, height, stride, shape.format, &queue, ());
        pool.destroy();
        Ok(Canvas { shape, map, buffer })
    }
}

fn failed(wire: &Wire, why: &str) -> DisplayError {
    DisplayError::Capture { name: wire.name().to_owned(), why: why.to_owned() }
}

fn await_shots(wire: &mut Wire, deadline: Instant, is_done: fn(&Shot) -> bool) -> Result<(), DisplayError> {
    if wire.wait(deadline, |told| told.shots.iter().all(is_done))? {
        return Ok(());
    }
    // A compositor that is alive answers this; one that is not is gone.
    wire.sync()?;
    Err(failed(wire, "no picture came in time"))
}

/// One frame of all pictures. A single one that already lies as a frame does is taken as it is.
fn compose(layout: &Layout, shots: &[Shot], canvases: &[Arc<Canvas>]) -> Result<Frame, String> {
    let (width, height) = layout.size();
    if let ([part], [shot], [canvas]) = (layout.parts.as_slice(), shots, canvases)
        && is_frame(part, shot, canvas.shape)
    {
        return Frame::from_bytes(width, height, Order::Bgrx, Box::new(Hold(Arc::clone(canvas))))
            .map_err(|e| e.to_string());
    }
    let mut bytes = vec![0; width as usize * height as usize * 4];
    for ((part, shot), canvas) in layout.parts.iter().zip(shots).zip(canvases) {
        let picture = Picture { shape: canvas.shape, is_inverted: shot.is_inverted, bytes: &canvas.map };
        paint(&mut bytes, width, part, &picture)?;
    }
    Frame::from_bytes(width, height, Order::Bgrx, Box::new(bytes)).map_err(|e| e.to_string())
}

fn is_frame(part: &Part, shot: &Shot, shape: Shape) -> bool {
    let is_bgrx = matches!(shape.format, Format::Xrgb8888 | Format::Argb8888);
    let is_upright = part.transform == Transform::Normal && !shot.is_inverted;
    let is_whole = (shape.width as i32, shape.height as i32) == (part.area.w, part.area.h);
    is_bgrx && is_upright && is_whole && shape.stride == shape.width * 4
}

/// A picture as the compositor gave it.
struct Picture<'a> {
    shape: Shape,
    /// Whether its first row is the lowest.
    is_inverted: bool,
    bytes: &'a [u8],
}

impl Picture<'_> {
    /// The bytes of the pixel at a column and row, blue first.
    fn pixel(&self, (x, y): (i32, i32)) -> [u8; 4] {
        let y = if self.is_inverted { self.shape.height as i32 - 1 - y } else { y };
        let at = y as usize * self.shape.stride as usize + x as usize * 4;
        let p = &self.bytes[at..at + 4];
        match self.shape.format {
            Format::Xbgr8888 | Format::Abgr8888 => [p[2], p[1], p[0], 0],
            _ => [p[0], p[1], p[2], 0],
        }
    }
}

/// Paints one output at its place in a frame of BGRX pixels that is `width` wide, turned as a person sees it.
fn paint(frame: &mut [u8], width: u32, part: &Part, picture: &Picture<'_>) -> Result<(), String> {
    let (w, h) = (part.area.w, part.area.h);
    let turned = raw_place(part.transform, (w, h), (w - 1, h - 1));
    let mirrored = raw_place(part.transform, (w, h), (0, 0));
    let reach = (turned.0.max(mirrored.0) + 1, turned.1.max(mirrored.1) + 1);
    if reach != (picture.shape.width as i32, picture.shape.height as i32) {
        return Err("an output changed its size meanwhile".into());
    }
    for y in 0..h {
        let row = ((part.area.y + y) as usize * width as usize + part.area.x as usize) * 4;
        for (x, pixel) in (0..w).zip(frame[row..].chunks_exact_mut(4)) {
            pixel.copy_from_slice(&picture.pixel(raw_place(part.transform, (w, h), (x, y))));
        }
    }
    Ok(())
}

/// Where the pixel that is seen at `x`, `y` of an output of `w` x `h` lies in what the screen itself is sent.
///
/// Source: `wl_output.transform` of the Wayland protocol; turns are counter-clockwise.
const fn raw_place(transform: Transform, (w, h): (i32, i32), (x, y): (i32, i32)) -> (i32, i32) {
    match transform {
        Transform::_90 => (y, w - 1 - x),
        Transform::_180 => (w - 1 - x, h - 1 - y),
        Transform::_270 => (h - 1 - y, x),
        Transform::Flipped => (w - 1 - x, y),
        Transform::Flipped90 => (y, x),
        Transform::Flipped180 => (x, h - 1 - y),
        Transform::Flipped270 => (h - 1 - y, w - 1 - x),
        _ => (x, y),
    }
}

impl Dispatch<ZwlrScreencopyFrameV1, usize> for Told {
    fn event(
        told: &mut Self,
        frame: &ZwlrScreencopyFrameV1,
        event: zwlr_screencopy_frame_v1::Event,
        at: &usize,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let Some(shot) = told.shots.get_mut(*at) else { return };
        match event {
            zwlr_screencopy_frame_v1::Event::Buffer { format, width, height, stride } => {
                if let WEnum::Value(format) = format
                    && is_readable(format)
                {
                    shot.shape = Some(Shape { format, width, height, stride });
                }
                // Older versions tell of one shape and say no more.
                shot.is_offered |= frame.version() < 3;
            }
            zwlr_screencopy_frame_v1::Event::BufferDone => shot.is_offered = true,
            zwlr_screencopy_frame_v1::Event::Flags { flags: WEnum::Value(flags) } => {
                shot.is_inverted = flags.contains(Flags::YInvert);
            }
            zwlr_screencopy_frame_v1::Event::Ready { .. } => shot.end = Some(End::Ready),
            zwlr_screencopy_frame_v1::Event::Failed => shot.end = Some(End::Failed),
            _ => {}
        }
    }
}

const fn is_readable(format: Format) -> bool {
    matches!(format, Format::Xrgb8888 | Format::Argb8888 | Format::Xbgr8888 | Format::Abgr8888)
}

wayland_client::delegate_noop!(Told: ignore WlShm);
wayland_client::delegate_noop!(Told: ignore WlShmPool);
wayland_client::delegate_noop!(Told: ignore WlBuffer);
wayland_client::delegate_noop!(Told: ignore ZwlrScreencopyManagerV1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::wayland::outputs::LogicalRect;
    use crate::screen::RectPx;

    /// The letters of a screen of 3x2, told row by row, and what a person sees of it.
    fn check(transform: Transform, (w, h): (i32, i32), seen: &str) {
        let raw: Vec<u8> = b"abcdef".iter().flat_map(|&c| [c, 0, 0, 0]).collect();
        let shape = Shape { format: Format::Xrgb8888, width: 3, height: 2, stride: 12 };
        let picture = Picture { shape, is_inverted: false, bytes: &raw };
        let (area, logical) = (RectPx::new(0, 0, w, h), LogicalRect::default());
        let part = Part { id: 1, name: String::new(), area, logical, scale: 1.0, transform };
        let mut frame = vec![0; 24];
        paint(&mut frame, w as u32, &part, &picture).unwrap();
        let letters: Vec<u8> = frame.chunks_exact(4).map(|p| p[0]).collect();
        assert_eq!(String::from_utf8(letters).unwrap(), seen, "{transform:?}");
    }

    #[test]
    fn pictures_are_turned_as_they_are_seen() {
        check(Transform::Normal, (3, 2), "abcdef");
        check(Transform::_180, (3, 2), "fedcba");
        check(Transform::_90, (2, 3), "daebfc");
        check(Transform::_270, (2, 3), "cfbead");
        check(Transform::Flipped, (3, 2), "cbafed");
        check(Transform::Flipped180, (3, 2), "defabc");
        check(Transform::Flipped90, (2, 3), "adbecf");
        check(Transform::Flipped270, (2, 3), "fcebda");
    }

    #[test]
    fn a_picture_of_another_size_is_refused() {
        let shape = Shape { format: Format::Xbgr8888, width: 1, height: 1, stride: 4 };
        let picture = Picture { shape, is_inverted: false, bytes: &[1, 2, 3, 4] };
        let area = RectPx::new(0, 0, 2, 1);
        let logical = LogicalRect::default();
        let part = Part { id: 1, name: String::new(), area, logical, scale: 1.0, transform: Transform::Normal };
        assert!(paint(&mut [0; 8], 2, &part, &picture).is_err());
        let part = Part { area: RectPx::new(0, 0, 1, 1), ..part };
        let mut frame = [0; 4];
        paint(&mut frame, 1, &part, &picture).unwrap();
        assert_eq!(frame, [3, 2, 1, 0]);
    }
}
