//! Signs on the title bars of windows: what is drawn there and is no word.
//!
//! They are a few pixels large, too small for the network to tell their boxes, and stand on a flat or gently shaded strip
//! that it does tell. So: take the connected ink of the strip, without the title, and the marks on the faces of buttons.

use super::colour::{Rgb, distance, median};
use super::faces::{self, Face};
use super::islands::{Island, drawings, islands};
use super::regions::Regions;
use super::{Scene, is_sign};
use crate::screen::{Element, Frame, PointPx, RectPx, Role, TextSpan};

/// From this probability on, a title bar is one and not only a place to look for signs.
const SURE_BAR: f32 = 0.3;
/// From this probability on, a bar may be as high as one with buttons and fields on it; another is as high as two lines of text.
const SURE_HEAD: f32 = 0.4;
/// Areas of one colour from this many pixels on are ground: the face of a small button is one.
const GROUND: u32 = 60;
/// Parts of one sign are at most so far apart, in pixels.
const GAP: i32 = 1;
/// Longer sides of signs, in pixels.
const SHORTEST: i32 = 4;
/// How many times longer than wide a sign may be: a bar for "minimize" is; a border or the rim of a button is longer still.
const SLENDER: i32 = 6;
/// What differs less from a bar's ground, in a channel, is its shading.
const SHADING: i32 = 24;
/// From one row of shading to the next the ground's colour changes by at most this.
const STEEP: i32 = 3;
/// So many rows beside a bar may be its own, or others within it.
const BESIDE: i32 = 4;
/// Up to this many columns of something else the same bar goes on behind, in pixels.
const BEHIND: i32 = 60;
/// A line that was read with this confidence is text.
const READ: f32 = 0.85;

/// A sign, and where what was taken for it lies: around it, or on the face of its button.
struct Sign {
    area: RectPx,
    place: RectPx,
    /// Whether it was made out on a face: then it is whole.
    on_face: bool,
}

impl Sign {
    fn on(face: Face) -> Self {
        Self { area: face.mark, place: face.area.grow(1), on_face: true }
    }

    /// The sign that is drawn in `area`: what is drawn may be a button with its rim.
    fn of(frame: &Frame, area: RectPx) -> Self {
        let face = Face::rimmed(frame, area).map(Self::on);
        face.unwrap_or_else(|| Self { area, place: area.grow(3), on_face: false })
    }
}

/// Puts the signs that stand on title bars in the place of what was taken for them, and drops title bars that were doubted.
pub fn put(scene: &Scene<'_>, found: &mut Vec<Element>) {
    let bars: Vec<RectPx> = found.iter().filter(|e| is_bar(e, scene.em)).map(|e| e.area).collect();
    found.retain(|e| e.role != Role::TitleBar || e.confidence > SURE_BAR);
    let strips: Vec<Strip> = bars.iter().filter_map(|bar| Strip::around(scene.frame, *bar)).collect();
    let mut signs: Vec<Sign> = Vec::new();
    for sign in strips.iter().flat_map(|strip| on_strip(scene, strip)) {
        let known = signs.iter().any(|s| s.area.iou(&sign.area) > 0.3 || s.on_face && s.place.holds(&sign.area));
        if !known && !is_in_control(found, sign.area) {
            signs.push(sign);
        }
    }
    let is_small = |e: &Element| e.area.w.max(e.area.h) <= 3 * scene.em;
    // A drawing of several pieces the network tells better.
    let parts = |e: &Element| signs.iter().filter(|s| !s.on_face && e.area.contains(s.area.center())).count();
    let whole: Vec<RectPx> = found.iter().filter(|e| is_small(e) && parts(e) > 1).map(|e| e.area).collect();
    signs.retain(|s| s.on_face || !whole.iter().any(|w| w.contains(s.area.center())));
    let is_sign = |e: &Element| signs.iter().any(|s| s.place.contains(e.area.center()));
    found.retain(|e| !(is_small(e) && is_sign(e)));
    for icon in found.iter_mut().filter(|e| e.role == Role::Icon && is_small(e)) {
        if strips.iter().any(|strip| strip.area.contains(icon.area.center())) {
            icon.area = Sign::of(scene.frame, icon.area).area;
        }
    }
    found.extend(signs.iter().map(|s| Element::seen(Role::Icon, s.area, 0.5)));
}

fn is_bar(e: &Element, em: i32) -> bool {
    let highest = if e.confidence > SURE_HEAD { 5 * em } else { 3 * em };
    e.role == Role::TitleBar && (em / 2..=highest).contains(&e.area.h)
}

/// Whether a sign is part of something wide that holds it, such as the arrow of a drop-down.
fn is_in_control(found: &[Element], sign: RectPx) -> bool {
    let is_wide = |e: &Element| {
        let roles = [Role::TextField, Role::DropDown, Role::Spinner, Role::MenuItem, Role::Tab, Role::Button];
        roles.contains(&e.role) && e.area.w * 2 > e.area.h * 3
    };
    found.iter().any(|e| is_wide(e) && e.area.grow(1).holds(&sign))
}

/// The signs on one bar, those on faces first.
fn on_strip(scene: &Scene<'_>, strip: &Strip) -> Vec<Sign> {
    let Some(level) = strip.levelled(scene.frame) else { return Vec::new() };
    let (area, regions) = (strip.area, Regions::grow(&level));
    let may_be = |piece: &Island| fits(piece.area, area.h);
    let apart =
        islands(&level, &regions, GROUND).into_iter().filter(|p| may_be(p) || p.area.w.max(p.area.h) < SHORTEST);
    let on_screen = apart.map(|p| Island { area: p.area.offset(area.x, area.y), ..p });
    let apart: Vec<Island> = on_screen.filter(|p| !is_read(scene.text, p.area)).collect();
    let whole = drawings(&apart, GAP, area.h * 6 / 5).into_iter().filter(may_be);
    let drawn = whole.map(|d| Sign::of(scene.frame, d.area));
    faces::faces(scene.frame, area).into_iter().map(Sign::on).chain(drawn).collect()
}

/// Whether a drawing of these sides may be a sign on a strip `high` pixels high, and no border.
fn fits(area: RectPx, high: i32) -> bool {
    let (long, short) = (area.w.max(area.h), area.w.min(area.h));
    let is_border = area.h * 2 >= high && area.h * 2 > area.w * 5;
    long >= SHORTEST && area.w <= high + 2 && long <= SLENDER * short && !is_border && area.h < high
}

/// Whether `area` lies in a word that was read for certain and is more than a sign.
fn is_read(text: &[TextSpan], area: RectPx) -> bool {
    let lines = text.iter().filter(|t| t.confidence >= READ && !is_sign(t));
    lines.flat_map(|t| &t.words).any(|w| area.covered_by(&w.area.grow(1)) > 0.6)
}

/// The rows of a bar between its borders, as wide as its ground goes on.
struct Strip {
    area: RectPx,
    /// The colour of the ground in each row: bars are shaded from top to bottom.
    grounds: Vec<Rgb>,
}

impl Strip {
    /// Around what the network took for a bar: it tells the middle of rows and ends better than where they end.
    fn around(frame: &Frame, bar: RectPx) -> Option<Self> {
        let bar = bar.intersect(&frame.bounds());
        let near = bar.grow(BESIDE).intersect(&frame.bounds());
        if bar.h < 2 * BESIDE {
            return None;
        }
        let colours = |y: i32| (bar.x..bar.right()).filter_map(move |x| frame.pixel(PointPx::new(x, y)));
        let rows: Vec<Rgb> = (near.y..near.bottom()).map(|y| median(colours(y))).collect();
        let goes_on = |a: i32, b: i32| distance(rows[(a - near.y) as usize], rows[(b - near.y) as usize]) <= SHADING;
        let middle = bar.center().y;
        let top = (near.y..middle).rev().take_while(|&y| goes_on(y, y + 1)).last().unwrap_or(middle);
        let bottom = (middle + 1..near.bottom()).take_while(|&y| goes_on(y, y - 1)).last().unwrap_or(middle) + 1;
        // The rows at its edges are borders.
        let (top, bottom) = (top.max(bar.y - 1) + 1, bottom.min(bar.bottom() + 1) - 1);
        let grounds = rows.get((top - near.y) as usize..(bottom - near.y) as usize)?.to_vec();
        let mut strip = Self { area: RectPx::from_corners(bar.x, top, bar.right(), bottom), grounds };
        strip.widen(frame);
        Some(strip).filter(|s| s.area.h >= 2 * BESIDE)
    }

    /// Makes it go on to both sides as far as its ground does.
    fn widen(&mut self, frame: &Frame) {
        let is_ground = |x: i32| {
            let pixels = (self.area.y..).zip(&self.grounds).map(|(y, g)| (frame.pixel(PointPx::new(x, y)), g));
            let alike = pixels.filter(|(pixel, ground)| pixel.is_some_and(|p| distance(p, **ground) <= SHADING));
            alike.count() * 5 >= self.grounds.len() * 3
        };
        let end = |columns: &mut dyn Iterator<Item = i32>, from: i32| {
            let mut last = from;
            for x in columns {
                if is_ground(x) {
                    last = x;
                } else if (x - last).abs() > BEHIND {
                    break;
                }
            }
            last
        };
        let middle = self.area.center().x;
        let left = end(&mut (0..middle).rev(), middle).min(self.area.x);
        let right = (end(&mut (middle..frame.width() as i32), middle) + 1).max(self.area.right());
        self.area = RectPx::from_corners(left, self.area.y, right, self.area.bottom());
    }

    /// Its picture; without the shading from top to bottom, its ground in a medium grey, where that is too steep for
    /// the rows to be seen as one area.
    fn levelled(&self, frame: &Frame) -> Option<Frame> {
        let crop = frame.crop(self.area)?;
        if self.grounds.windows(2).all(|rows| distance(rows[0], rows[1]) <= STEEP) {
            return Some(crop);
        }
        let mut rgba = crop.rgba().to_vec();
        for (row, ground) in rgba.chunks_exact_mut(crop.width() as usize * 4).zip(&self.grounds) {
            for pixel in row.chunks_exact_mut(4) {
                (0..3).for_each(|c| pixel[c] = (128 + i16::from(pixel[c]) - i16::from(ground[c])).clamp(0, 255) as u8);
            }
        }
        Frame::new(crop.width(), crop.height(), rgba).ok()
    }
}
