//! Whether a thing stands out from those beside it since something was done: a chip that was taken, a button that stays
//! down, a swatch with a ring around it, a row that is lit. No name of it need be known, only its look.

use super::elements::colour::{Rgb, chroma, distance, median};
use crate::screen::{Element, Frame, Percept, PointPx, RectPx, Role};

/// A difference of a fill that is one, and of what is drawn around it.
const FILL: i32 = 7;
const RIM: i32 = 24;
/// A difference in strength of two colours that tells.
const STRONGER: i32 = 40;
/// The fewest others that say what is usual.
const OTHERS: usize = 2;

/// A screen before and after something was done on it.
#[derive(Clone, Copy)]
pub struct BeforeAndAfter<'a> {
    pub before: &'a Frame,
    pub after: &'a Frame,
}

impl BeforeAndAfter<'_> {
    /// Whether what is in `area` looks unlike `others` now, and did not before; `Some(false)` where it did before and
    /// does no longer, `None` where it looks as it did or no others tell.
    pub fn stands_out(&self, area: RectPx, others: &[RectPx]) -> Option<bool> {
        let told = |look: fn(&Frame, RectPx) -> Rgb, least: i32| {
            let (was, is) = (look(self.before, area), look(self.after, area));
            let still = others.iter().filter(|o| distance(look(self.before, **o), look(self.after, **o)) <= least);
            let usual: Vec<Rgb> = still.map(|o| look(self.after, *o)).collect();
            // Things that each have a colour of their own have no usual one.
            let like = |c: Rgb| usual.iter().filter(|u| distance(**u, c) <= least).count();
            if usual.len() < OTHERS || distance(was, is) <= least {
                return None;
            }
            match (like(was), like(is)) {
                (0, 0) => None,
                (before, now) if before > now => Some(true),
                (before, now) if before < now => Some(false),
                // As many look one way as the other: what is chosen has the stronger colour.
                _ if (chroma(was) - chroma(is)).abs() >= STRONGER => Some(chroma(is) > chroma(was)),
                _ => None,
            }
        };
        told(fill, FILL).or_else(|| told(rim, RIM)).or_else(|| told(edge, RIM))
    }
}

/// The colour of most of what is in `area`.
fn fill(frame: &Frame, area: RectPx) -> Rgb {
    let inner = area.grow(-(area.w.min(area.h) / 6).max(1));
    let places = (inner.y..inner.bottom()).step_by(2).flat_map(|y| (inner.x..inner.right()).map(move |x| (x, y)));
    median(places.filter_map(|(x, y)| frame.pixel(PointPx::new(x, y))))
}

/// The colour of most of what lies right around `area`.
fn rim(frame: &Frame, area: RectPx) -> Rgb {
    ring(frame, area.grow(3))
}

/// The colour of most of the edge of `area`.
fn edge(frame: &Frame, area: RectPx) -> Rgb {
    ring(frame, area.grow(-1))
}

fn ring(frame: &Frame, ring: RectPx) -> Rgb {
    let thick = 2;
    let on_ring = |x: i32, y: i32| {
        x < ring.x + thick || x >= ring.right() - thick || y < ring.y + thick || y >= ring.bottom() - thick
    };
    let places = (ring.y..ring.bottom()).flat_map(|y| (ring.x..ring.right()).map(move |x| (x, y)));
    let places = places.filter(|&(x, y)| on_ring(x, y));
    median(places.filter_map(|(x, y)| frame.pixel(PointPx::new(x, y))))
}

const fn can_be_marked(role: Role) -> bool {
    matches!(role, Role::Button | Role::Icon | Role::Image | Role::ListRow | Role::Link | Role::Tab)
}

/// The thing at a place that may be marked as chosen; `None` where that is something with a value of its own.
pub fn thing_at(percept: &Percept, at: PointPx) -> Option<&Element> {
    let is_ground = |e: &&Element| matches!(e.role, Role::Pane | Role::Frame | Role::Dialog | Role::TitleBar);
    let here = percept.elements.iter().filter(|e| e.area.contains(at) && !is_ground(e));
    // An icon in a button is part of it.
    let smallest = here.clone().min_by_key(|e| e.area.area())?;
    let around = here.filter(|e| e.role == Role::Button && smallest.role == Role::Icon).min_by_key(|e| e.area.area());
    Some(around.unwrap_or(smallest)).filter(|e| can_be_marked(e.role))
}

/// The things of the kind of the one in `area` that stand in line with it and are as high.
pub fn siblings(percept: &Percept, area: RectPx) -> Vec<RectPx> {
    let all = percept.elements.iter().filter(|e| can_be_marked(e.role)).map(|e| e.area);
    let high = (area.h / 4).max(2);
    let like = |a: &RectPx| {
        let apart = a.iou(&area) < 0.2 && !a.contains(area.center()) && !area.contains(a.center());
        let in_line = (a.center().y - area.center().y).abs() <= high || (a.center().x - area.center().x).abs() <= high;
        let reach = 8 * (area.w + area.h);
        let near = (a.x - area.x).abs() <= reach && (a.y - area.y).abs() <= reach;
        apart && in_line && near && (a.h - area.h).abs() <= high
    };
    all.filter(like).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(painted: &[(RectPx, u8)]) -> Frame {
        let colour = |x: i32, y: i32| {
            let on = painted.iter().rev().find(|(area, _)| area.contains(PointPx::new(x, y)));
            on.map_or(240, |(_, c)| *c)
        };
        let pixels = (0..100).flat_map(|y| (0..400).map(move |x| (x, y)));
        let pixels = pixels.flat_map(|(x, y)| [colour(x, y), colour(x, y), colour(x, y), 255]);
        Frame::new(400, 100, pixels.collect()).unwrap()
    }

    fn chip(at: i32) -> RectPx {
        RectPx::new(20 + 90 * at, 30, 80, 24)
    }

    #[test]
    fn a_chip_that_was_taken_stands_out_and_one_that_was_given_back_no_longer_does() {
        let chips = |taken: &[i32]| frame(&[0, 1, 2, 3].map(|i| (chip(i), if taken.contains(&i) { 120 } else { 220 })));
        let (none, second) = (chips(&[]), chips(&[1]));
        let others = [chip(0), chip(2), chip(3)];
        let taken = BeforeAndAfter { before: &none, after: &second };
        assert_eq!(taken.stands_out(chip(1), &others), Some(true));
        assert_eq!(taken.stands_out(chip(0), &[chip(1), chip(2), chip(3)]), None);
        let given_back = BeforeAndAfter { before: &second, after: &none };
        assert_eq!(given_back.stands_out(chip(1), &others), Some(false));
        assert_eq!(taken.stands_out(chip(1), &[chip(0)]), None, "one other does not say what is usual");
    }

    #[test]
    fn where_others_are_chosen_already_the_more_usual_look_is_that_of_the_rest() {
        let chips = |taken: &[i32]| frame(&[0, 1, 2, 3].map(|i| (chip(i), if taken.contains(&i) { 120 } else { 220 })));
        let (one, two) = (chips(&[3]), chips(&[1, 3]));
        let others = [chip(0), chip(2), chip(3)];
        assert_eq!(BeforeAndAfter { before: &one, after: &two }.stands_out(chip(1), &others), Some(true));
        assert_eq!(BeforeAndAfter { before: &two, after: &one }.stands_out(chip(1), &others), Some(false));
    }

    #[test]
    fn a_ring_around_a_swatch_tells_although_each_has_its_own_colour() {
        let plain = [0, 1, 2, 3].map(|i| (chip(i), 40 + 50 * i as u8));
        let mut ringed = vec![(chip(2).grow(3), 0)];
        ringed.extend(plain);
        let (before, after) = (frame(&plain), frame(&ringed));
        let pair = BeforeAndAfter { before: &before, after: &after };
        assert_eq!(pair.stands_out(chip(2), &[chip(0), chip(1), chip(3)]), Some(true));
        assert_eq!(pair.stands_out(chip(1), &[chip(0), chip(3)]), None);
    }
}
