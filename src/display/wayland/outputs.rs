//! Outputs, and the one frame that they make up.
//!
//! A compositor counts in logical pixels; a frame is made of physical ones. Each output keeps all its own pixels.
//! Its top left corner comes to its logical place times the largest scale of all outputs: so nothing overlaps, and
//! where all have one scale they touch as they do on the desk. An output of a smaller scale leaves ground at its
//! right and below it that belongs to no output: black in a frame, and off the screen for hands.

use super::wire::{Told, Wire};
use crate::display::{DisplayError, Monitor};
use crate::screen::{PointPx, RectPx};
use wayland_client::protocol::wl_output::{self, Transform, WlOutput};
use wayland_client::{Connection, Dispatch, QueueHandle, WEnum};
use wayland_protocols::xdg::xdg_output::zv1::client::zxdg_output_manager_v1::ZxdgOutputManagerV1;
use wayland_protocols::xdg::xdg_output::zv1::client::zxdg_output_v1::{self, ZxdgOutputV1};

/// An output as the compositor tells of it.
pub struct Output {
    /// The compositor's number for it.
    pub id: u32,
    pub proxy: WlOutput,
    xdg: Option<ZxdgOutputV1>,
    told: Facts,
}

/// What is known of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Facts {
    name: String,
    /// Width and height of its pixels as the screen has them, before it is turned.
    mode: (i32, i32),
    transform: Transform,
    /// In whole steps; what it really is follows from the sizes.
    steps: i32,
    logical_place: (i32, i32),
    /// Unknown where the compositor does not tell.
    logical_size: Option<(i32, i32)>,
}

/// A place in the pixels that the compositor and applications count in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logical {
    pub x: f64,
    pub y: f64,
}

/// A box in the pixels that the compositor and applications count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogicalRect {
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
}

/// One output in the frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub id: u32,
    pub name: String,
    pub area: RectPx,
    pub logical: LogicalRect,
    pub scale: f64,
    pub transform: Transform,
}

/// All outputs in one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The one at the origin first.
    pub parts: Vec<Part>,
}

impl Output {
    pub fn new(id: u32, proxy: WlOutput) -> Self {
        let told = Facts {
            name: format!("output-{id}"),
            mode: (0, 0),
            transform: Transform::Normal,
            steps: 1,
            logical_place: (0, 0),
            logical_size: None,
        };
        Self { id, proxy, xdg: None, told }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(xdg) = &self.xdg {
            xdg.destroy();
        }
    }
}

/// Asks for the outputs as they are now.
///
/// # Errors
/// [`DisplayError::Gone`], also where there is no output.
pub fn layout(wire: &mut Wire, manager: Option<&ZxdgOutputManagerV1>) -> Result<Layout, DisplayError> {
    wire.sync()?;
    let queue = wire.handle();
    let mut is_new = false;
    for output in wire.told.outputs.iter_mut().filter(|o| o.xdg.is_none()) {
        output.xdg = manager.map(|m| m.get_xdg_output(&output.proxy, &queue, output.id));
        is_new |= output.xdg.is_some();
    }
    if is_new {
        wire.sync()?;
    }
    let facts = wire.told.outputs.iter().map(|o| (o.id, &o.told));
    Layout::of(facts).ok_or_else(|| wire.gone("it has no output that is switched on"))
}

impl Facts {
    /// Width and height of what the screen shows, as a person sees it.
    const fn size(&self) -> (i32, i32) {
        let (w, h) = self.mode;
        match self.transform {
            Transform::_90 | Transform::_270 | Transform::Flipped90 | Transform::Flipped270 => (h, w),
            _ => (w, h),
        }
    }

    fn logical(&self) -> LogicalRect {
        let ((x, y), (w, h)) = (self.logical_place, self.size());
        let steps = self.steps.max(1);
        let (w, h) = self.logical_size.unwrap_or((w / steps, h / steps));
        LogicalRect { x, y, w, h }
    }
}

impl Layout {
    fn of<'a>(outputs: impl Iterator<Item = (u32, &'a Facts)>) -> Option<Self> {
        let part = |(id, facts): (u32, &Facts)| {
            let ((w, h), logical) = (facts.size(), facts.logical());
            let scale = scale_between(w, logical.w);
            let area = RectPx::new(0, 0, w, h);
            Part { id, name: facts.name.clone(), area, logical, scale, transform: facts.transform }
        };
        let is_on = |(_, facts): &(u32, &Facts)| facts.mode.0 > 0 && facts.logical().w > 0;
        let mut parts: Vec<Part> = outputs.filter(is_on).map(part).collect();
        let largest = parts.iter().map(|p| p.scale).fold(0.0, f64::max);
        let (left, top) = (parts.iter().map(|p| p.logical.x).min()?, parts.iter().map(|p| p.logical.y).min()?);
        for part in &mut parts {
            part.area.x = (f64::from(part.logical.x - left) * largest).round() as i32;
            part.area.y = (f64::from(part.logical.y - top) * largest).round() as i32;
        }
        parts.sort_by_key(|p| (p.area.x, p.area.y));
        Some(Self { parts })
    }

    /// Width and height of a frame.
    pub fn size(&self) -> (u32, u32) {
        let whole = self.parts.iter().fold(RectPx::default(), |all, part| all.union(&part.area));
        (whole.right() as u32, whole.bottom() as u32)
    }

    pub fn monitors(&self) -> Vec<Monitor> {
        let monitor = |p: &Part| Monitor { name: p.name.clone(), area: p.area, scale: p.scale };
        self.parts.iter().map(monitor).collect()
    }

    /// All that the compositor counts in.
    pub fn logical(&self) -> LogicalRect {
        let (mut left, mut top, mut right, mut bottom) = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
        for LogicalRect { x, y, w, h } in self.parts.iter().map(|p| p.logical) {
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x + w), bottom.max(y + h));
        }
        LogicalRect { x: left, y: top, w: right - left, h: bottom - top }
    }

    /// The middle of the pixel at `p`; `None` where no output is.
    pub fn logical_from_px(&self, p: PointPx) -> Option<Logical> {
        let part = self.parts.iter().find(|part| part.area.contains(p))?;
        let along = |at: i32, from: i32, logical: i32| f64::from(logical) + (f64::from(at - from) + 0.5) / part.scale;
        Some(Logical { x: along(p.x, part.area.x, part.logical.x), y: along(p.y, part.area.y, part.logical.y) })
    }

    /// The pixels that a box covers, by the scale of the output that its middle is on.
    pub fn px_from_logical(&self, r: LogicalRect) -> RectPx {
        let Some(part) = self.part_near(r.x + r.w / 2, r.y + r.h / 2) else { return RectPx::default() };
        let x = |x: i32| part.area.x + (f64::from(x - part.logical.x) * part.scale).round() as i32;
        let y = |y: i32| part.area.y + (f64::from(y - part.logical.y) * part.scale).round() as i32;
        RectPx::from_corners(x(r.x), y(r.y), x(r.x + r.w), y(r.y + r.h))
    }

    /// The output at a logical place, else the nearest one.
    fn part_near(&self, x: i32, y: i32) -> Option<&Part> {
        let outside = |at: i32, from: i32, length: i32| (from - at).max(at - (from + length - 1)).max(0);
        self.parts.iter().min_by_key(|p| outside(x, p.logical.x, p.logical.w) + outside(y, p.logical.y, p.logical.h))
    }
}

/// The scale that makes `logical` pixels of `physical` ones. Logical sizes are whole numbers, so their quotient is
/// not exact; compositors' scales are multiples of 1/120 (the fractional-scale protocol), most of them of 1/4.
fn scale_between(physical: i32, logical: i32) -> f64 {
    let (physical, logical) = (f64::from(physical), f64::from(logical));
    let quotient = physical / logical;
    let fits = |scale: &f64| (physical / scale - logical).abs() < 1.0;
    let nearest = |parts: f64| (quotient * parts).round() / parts;
    [1.0, 4.0, 120.0].map(nearest).into_iter().find(|s| *s > 0.0 && fits(s)).unwrap_or(quotient)
}

impl Dispatch<WlOutput, u32> for Told {
    fn event(told: &mut Self, _: &WlOutput, event: wl_output::Event, id: &u32, _: &Connection, _: &QueueHandle<Self>) {
        let Some(facts) = told.outputs.iter_mut().find(|o| o.id == *id).map(|o| &mut o.told) else { return };
        match event {
            wl_output::Event::Geometry { x, y, transform: WEnum::Value(transform), .. } => {
                facts.transform = transform;
                if facts.logical_size.is_none() {
                    facts.logical_place = (x, y);
                }
            }
            wl_output::Event::Mode { flags: WEnum::Value(flags), width, height, .. }
                if flags.contains(wl_output::Mode::Current) =>
            {
                facts.mode = (width, height);
            }
            wl_output::Event::Scale { factor } => facts.steps = factor,
            wl_output::Event::Name { name } => facts.name = name,
            _ => {}
        }
    }
}

wayland_client::delegate_noop!(Told: ignore ZxdgOutputManagerV1);

impl Dispatch<ZxdgOutputV1, u32> for Told {
    fn event(
        told: &mut Self,
        _: &ZxdgOutputV1,
        event: zxdg_output_v1::Event,
        id: &u32,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let Some(facts) = told.outputs.iter_mut().find(|o| o.id == *id).map(|o| &mut o.told) else { return };
        match event {
            zxdg_output_v1::Event::LogicalPosition { x, y } => facts.logical_place = (x, y),
            zxdg_output_v1::Event::LogicalSize { width, height } => facts.logical_size = Some((width, height)),
            zxdg_output_v1::Event::Name { name } => facts.name = name,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str, mode: (i32, i32), place: (i32, i32), size: (i32, i32)) -> Facts {
        let (name, transform) = (name.to_owned(), Transform::Normal);
        Facts { name, mode, transform, steps: 1, logical_place: place, logical_size: Some(size) }
    }

    fn layout(outputs: &[Facts]) -> Layout {
        Layout::of((1..).zip(outputs)).unwrap()
    }

    #[test]
    fn scales_are_found_from_whole_sizes() {
        for (physical, logical, scale) in [
            (320, 213, 1.5),
            (1280, 853, 1.5),
            (1920, 1920, 1.0),
            (1920, 1536, 1.25),
            (3840, 1920, 2.0),
            (1000, 600, 200.0 / 120.0),
        ] {
            assert!((scale_between(physical, logical) - scale).abs() < 1e-9, "{physical} {logical}");
        }
    }

    #[test]
    fn outputs_of_one_scale_touch() {
        let two = layout(&[facts("b", (1280, 720), (853, 0), (853, 480)), facts("a", (1280, 720), (0, 0), (853, 480))]);
        assert_eq!(two.parts.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(two.parts[1].area, RectPx::new(1280, 0, 1280, 720));
        assert_eq!(two.size(), (2560, 720));
    }

    #[test]
    fn what_lies_beside_a_smaller_output_is_off_the_screen() {
        let two = layout(&[facts("a", (100, 100), (-100, 0), (100, 100)), facts("b", (200, 200), (0, 0), (100, 100))]);
        assert_eq!(
            (two.parts[0].area, two.parts[1].area),
            (RectPx::new(0, 0, 100, 100), RectPx::new(200, 0, 200, 200))
        );
        assert_eq!(two.logical_from_px(PointPx::new(150, 50)), None);
        assert_eq!(two.logical_from_px(PointPx::new(0, 0)), Some(Logical { x: -99.5, y: 0.5 }));
        assert_eq!(two.logical_from_px(PointPx::new(201, 0)), Some(Logical { x: 0.75, y: 0.25 }));
    }

    #[test]
    fn boxes_come_to_the_pixels_that_they_cover() {
        let one = layout(&[facts("a", (1280, 720), (0, 0), (853, 480))]);
        let area = one.px_from_logical(LogicalRect { x: 10, y: 1, w: 101, h: 20 });
        assert_eq!(area, RectPx::from_corners(15, 2, 167, 32));
    }

    #[test]
    fn a_turned_output_is_as_large_as_it_is_seen() {
        let turned = Facts { transform: Transform::_90, ..facts("a", (1280, 720), (0, 0), (720, 1280)) };
        assert_eq!(layout(&[turned]).size(), (720, 1280));
    }

    #[test]
    fn an_output_that_is_off_is_no_part() {
        assert!(Layout::of([(1, &facts("a", (0, 0), (0, 0), (0, 0)))].into_iter()).is_none());
    }
}
