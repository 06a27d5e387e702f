//! Sliders and scroll bars.

use super::colour::distance;
use super::{Scene, is_taken, is_text};
use crate::screen::{Element, RectPx, Role};

/// A difference from which a bar stands out from what is above it.
const STANDS_OUT: i32 = 10;

/// Sliders: a knob on a thin level bar, whose two parts may differ in colour.
pub fn sliders(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let is_part = |a: &RectPx| a.w >= em && a.w > a.h * 3 / 2 && a.h <= em * 12 / 5 && a.w <= 70 * em;
    let free =
        |a: &RectPx| !is_text(scene.text, *a) && scene.text_in(a.grow(1)).next().is_none() && !is_taken(found, *a);
    let areas = scene.islands.iter().map(|i| i.area).chain(scene.panels.iter().map(|p| p.area));
    let mut sliders: Vec<Element> = [false, true]
        .into_iter()
        .flat_map(|upright| boxed(scene, upright))
        .chain(sunk(scene))
        .filter(|s| !is_taken(found, s.area))
        .collect();
    for area in areas.filter(is_part).filter(free) {
        let known = |s: &Element| s.area.contains(area.center());
        if !sliders.iter().any(known)
            && let Some(slider) = slider(scene, area)
        {
            sliders.push(slider);
        }
    }
    sliders
}

/// Sliders whose way is a long empty box, on which a higher box is the knob; `upright` ones are looked at lying down.
fn boxed(scene: &Scene<'_>, upright: bool) -> Vec<Element> {
    let em = scene.em;
    let turn = |a: RectPx| if upright { RectPx::new(a.y, a.x, a.h, a.w) } else { a };
    let (shortest_way, shortest) = if upright { (3 * em, 0) } else { (2 * em, 4 * em) };
    let empty = |a: &RectPx| scene.text_in(*a).next().is_none();
    let areas: Vec<RectPx> = scene.panels.iter().map(|p| p.area).filter(empty).map(turn).collect();
    let is_way = |a: &&RectPx| a.w >= shortest_way && a.w > 4 * a.h && (em * 3 / 10..=em * 13 / 10).contains(&a.h);
    let mut found: Vec<Element> = Vec::new();
    for way in areas.iter().filter(is_way) {
        // The knob stands at one end of what is seen of the way, and reaches beyond it above and below.
        let is_knob = |k: &&RectPx| {
            let level = (k.center().y - way.center().y).abs() <= 2;
            let higher = k.h >= way.h + 4 && k.h <= 3 * way.h && k.w <= 2 * k.h && k.h <= 2 * k.w;
            let gap = (way.x - k.right()).max(k.x - way.right());
            level && higher && (-2..=em / 4 + 3).contains(&gap)
        };
        let Some(knob) = areas.iter().find(is_knob) else { continue };
        let is_rest = |r: &&RectPx| {
            let gap = (r.x - knob.right()).max(knob.x - r.right());
            let other_side = if way.x < knob.x { r.x > knob.x } else { r.right() < knob.right() };
            other_side && (r.y - way.y).abs() <= 2 && (r.h - way.h).abs() <= 3 && (-2..=em / 4 + 3).contains(&gap)
        };
        let rest = areas.iter().find(is_rest);
        let whole = rest.map_or(*way, |r| way.union(r)).union(knob);
        let lying = RectPx::new(whole.x, knob.y, whole.w, knob.h);
        // Upright, the share of the way is told from the bottom.
        let before = if upright { lying.right() - knob.center().x } else { knob.center().x - lying.x };
        let area = turn(lying);
        if lying.w >= shortest && !found.iter().any(|s| s.area.iou(&area) > 0.2) {
            let value = format!("{} %", (100 * before / lying.w.max(1)).clamp(0, 100));
            found.push(Element { value: Some(value), ..Element::seen(Role::Slider, area, 0.6) });
        }
    }
    found
}

/// Sliders whose knob lies within their way: a long empty box with one raised piece nearly as high.
fn sunk(scene: &Scene<'_>) -> Vec<Element> {
    let em = scene.em;
    let is_way = |a: &RectPx| {
        a.w >= 4 * em && a.w > 6 * a.h && (em / 2..=em * 7 / 4).contains(&a.h) && scene.text_in(*a).next().is_none()
    };
    let mut found: Vec<Element> = Vec::new();
    for way in scene.panels.iter().map(|p| p.area).filter(is_way) {
        let mut inside = scene.drawings.iter().map(|d| d.area).filter(|a| way.grow(1).holds(a));
        let (Some(knob), None) = (inside.next(), inside.next()) else { continue };
        let fits = knob.h * 10 >= way.h * 6 && knob.w * 10 >= knob.h * 9 && knob.w <= 4 * knob.h;
        let free = (knob.x - way.x).min(way.right() - knob.right()) >= knob.w / 2;
        // At an end it might be the button of a drop-down, but for the number that goes along with it.
        let is_number = |text: &str| text.trim_end_matches('%').trim().parse::<f64>().is_ok();
        let said = scene.text.iter().any(|t| {
            let gap = (way.y - t.area.bottom()).max(t.area.y - way.bottom());
            (-2..=em).contains(&gap) && (t.area.center().x - knob.center().x).abs() <= knob.w && is_number(&t.text)
        });
        if fits && (free || said) && !found.iter().any(|s| s.area.iou(&way) > 0.2) {
            let travel = (way.w - knob.w).max(1);
            let value = format!("{} %", (100 * (knob.x - way.x) / travel).clamp(0, 100));
            found.push(Element { value: Some(value), ..Element::seen(Role::Slider, way, 0.6) });
        }
    }
    found
}

/// The slider that `part` belongs to: its bar is followed to both ends, and must be thick at one place only.
fn slider(scene: &Scene<'_>, part: RectPx) -> Option<Element> {
    // A knob may be drawn by its edge alone; what is in it then looks like the ground.
    slider_across(scene, part, 3).or_else(|| slider_across(scene, part, scene.em * 7 / 4))
}

/// The slider that `part` belongs to, where nothing of it is seen for at most `gap` pixels at one place.
fn slider_across(scene: &Scene<'_>, part: RectPx, gap: i32) -> Option<Element> {
    let em = scene.em;
    let y = part.center().y;
    let ring = inside_ring(scene, part);
    let reach = ring.unwrap_or((em * 7 / 5).max(9));
    let around = (part.x..part.right()).flat_map(|x| [(x, y - reach), (x, y + reach)]);
    let ground = super::colour::median(around.filter_map(|(x, y)| scene.colour(x, y)));
    let is_bar = |x: i32, at: i32| scene.colour(x, at).is_some_and(|c| distance(c, ground) > STANDS_OUT);
    // What is not filled may be shown by its edges alone.
    let half = (em * 2 / 5).max(4);
    let is_bar_at = |x: i32| (-half..=half).any(|d| is_bar(x, y + d));
    // Anti-aliased joints between bar and knob may be as light as the ground.
    let go = |step: i32| {
        let (mut x, mut end, mut most) = (part.center().x, part.center().x, gap);
        while (x - end).abs() <= most && (0..scene.bounds().right()).contains(&x) {
            if is_bar_at(x) {
                if (x - end).abs() > 4 {
                    most = 3;
                }
                end = x;
            }
            x += step;
        }
        end
    };
    let (mut left, mut right) = (go(-1), go(1) + 1);
    // The sides of a ring around it are no part of it.
    let is_side = |x: i32| (-reach + 1..reach).all(|d| is_bar(x, y + d));
    while right - left > 4 * em && (is_side(left) || !is_bar_at(left)) {
        left += 1;
    }
    while right - left > 4 * em && (is_side(right - 1) || !is_bar_at(right - 1)) {
        right -= 1;
    }
    let length = right - left;
    if length < 4 * em || length > 70 * em {
        return None;
    }
    let thickness = |x: i32| {
        if !is_bar(x, y) {
            let edge = |step: i32| (1..reach).rev().find(|d| is_bar(x, y + d * step)).unwrap_or(0);
            return edge(-1) + edge(1);
        }
        let up = (1..reach).take_while(|d| is_bar(x, y - d)).count();
        let down = (1..reach).take_while(|d| is_bar(x, y + d)).count();
        (up + down) as i32 + i32::from(is_bar(x, y))
    };
    let profile: Vec<i32> = (left..right).map(thickness).collect();
    let mut sorted = profile.clone();
    sorted.sort_unstable();
    let bar = sorted[sorted.len() / 2];
    let thick: Vec<i32> = (0..length).filter(|&x| profile[x as usize] * 2 >= bar * 3 + 2).collect();
    let (first, last) = (*thick.first()?, *thick.last()?);
    let (knob, height) = (last - first + 1, sorted[sorted.len() - 1]);
    let is_knob = (em / 3..=em * 9 / 4).contains(&knob)
        && thick.len() as i32 * 10 >= knob * 7
        && (em / 2..=em * 5 / 2).contains(&height)
        && (ring.is_some() || height < 2 * reach - 3);
    // The bar is of one thickness but for its ends.
    let even = profile.iter().filter(|t| (**t - bar).abs() <= 2).count() as i32 * 10 >= (length - knob) * 8;
    // Beside small type, a browser's own bars stay as thick as they are.
    if !(is_knob && even) || bar > (em * 8 / 10).max(9) || bar < 1 {
        return None;
    }
    let travel = (length - knob).max(1);
    let value = format!("{} %", (100 * first / travel).clamp(0, 100));
    let area = RectPx::new(left, y - height / 2, length, height);
    Some(Element { value: Some(value), ..Element::seen(Role::Slider, area, 0.6) })
}

/// How far from the middle of `part` the inside of a ring reaches that says that it has the keyboard; `None` where
/// there is none: the ring's lines run above and below it, equally far.
fn inside_ring(scene: &Scene<'_>, part: RectPx) -> Option<i32> {
    let (c, em) = (part.center(), scene.em);
    let middle = scene.colour(c.x, c.y)?;
    let run = |step: i32| {
        // Over the bar, over the ground between, to the ring.
        let bar = (1..em).find(|d| scene.colour(c.x, c.y + d * step).is_none_or(|p| distance(p, middle) > 40))?;
        let ground = scene.colour(c.x, c.y + (bar + 2) * step)?;
        let ring = (bar + 2..2 * em)
            .find(|d| scene.colour(c.x, c.y + d * step).is_none_or(|p| distance(p, ground) > STANDS_OUT))?;
        let row = c.y + (ring + 1) * step;
        let colour = scene.colour(c.x, row)?;
        let even = (part.x..part.right()).all(|x| scene.colour(x, row).is_some_and(|p| distance(p, colour) <= 8));
        (even && distance(colour, ground) > STANDS_OUT).then_some(ring)
    };
    let (up, down) = (run(-1)?, run(1)?);
    ((up - down).abs() <= 1).then(|| up.min(down) - 1)
}

/// Scroll bars: long thin areas beside what they scroll.
pub fn scroll_bars(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let (thin, long) = (4..=(em * 3 / 2).max(18), 4 * em);
    let is_bar = |a: &RectPx| {
        (thin.contains(&a.w) && a.h >= long && a.h > 5 * a.w)
            || (thin.contains(&a.h) && a.w >= 2 * long && a.w > 8 * a.h)
    };
    let mut bars: Vec<Element> = Vec::new();
    for panel in scene.panels.iter().filter(|p| is_bar(&p.area) && scene.regions.is_rectangle(p, 8)) {
        let area = panel.area;
        let empty = scene.text_in(area).next().is_none();
        let distinct = distance(panel.colour, scene.around(area)) > 6;
        let in_another = |e: &Element| {
            e.area.grow(2).holds(&area) && matches!(e.role, Role::Slider | Role::Button | Role::TextField)
        };
        let at_edge = area.h > area.w || area.bottom() > scene.bounds().bottom() / 2;
        if !empty || !distinct || !at_edge || found.iter().any(in_another) {
            continue;
        }
        match bars.iter_mut().find(|b| b.area.grow(3).holds(&area) || area.grow(3).holds(&b.area)) {
            Some(bar) => bar.area = bar.area.union(&area),
            None => bars.push(Element::seen(Role::ScrollBar, area, 0.4)),
        }
    }
    bars
}
