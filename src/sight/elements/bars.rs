//! Sliders and scroll bars.

use super::colour::distance;
use super::{Scene, is_taken, is_text};
use crate::screen::{Element, RectPx, Role};

/// A difference from which a bar stands out from what is above it.
const STANDS_OUT: i32 = 10;

/// Sliders: a knob on a thin bar.
pub fn sliders(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let is_knob = |a: &RectPx| {
        let small = (em / 2..=em * 2).contains(&a.w) && (em * 6 / 10..=em * 9 / 4).contains(&a.h);
        small && !is_text(scene.text, *a) && !is_taken(found, *a)
    };
    let islands = scene.islands.iter().map(|i| i.area);
    let panels = scene.panels.iter().map(|p| p.area);
    let mut sliders: Vec<Element> = Vec::new();
    for knob in islands.chain(panels).filter(is_knob) {
        let Some(slider) = slider(scene, knob) else { continue };
        if !sliders.iter().any(|s| s.area.iou(&slider.area) > 0.3) {
            sliders.push(slider);
        }
    }
    // A bar that is joined with its knob is one island.
    for area in
        scene.islands.iter().map(|i| i.area).filter(|a| a.w >= 4 * em && (em * 6 / 10..=em * 9 / 4).contains(&a.h))
    {
        if let Some(slider) = joined(scene, area).filter(|s| !sliders.iter().any(|o| o.area.iou(&s.area) > 0.3)) {
            sliders.push(slider);
        }
    }
    sliders
}

fn slider(scene: &Scene<'_>, knob: RectPx) -> Option<Element> {
    let em = scene.em;
    let y = knob.center().y;
    let on_bar = |x: i32| {
        let (bar, above) = (scene.colour(x, y)?, scene.colour(x, knob.y - 2)?);
        let below = scene.colour(x, knob.bottom() + 1)?;
        Some(distance(bar, above) > STANDS_OUT && distance(above, below) < 24)
    };
    let left = (0..knob.x).rev().take_while(|&x| on_bar(x) == Some(true)).count() as i32;
    let right = (knob.right()..scene.bounds().right()).take_while(|&x| on_bar(x) == Some(true)).count() as i32;
    let thin =
        [knob.x - 2 * em.min(left / 2).max(1), knob.right() + 2 * em.min(right / 2).max(1)].into_iter().any(|x| {
            let thick = (knob.y - 2..knob.bottom() + 2).filter(|&y| {
                let ground = scene.colour(x, knob.y - 3);
                scene.colour(x, y).zip(ground).is_some_and(|(c, g)| distance(c, g) > STANDS_OUT)
            });
            (1..=(em * 8 / 10).max(6)).contains(&(thick.count() as i32))
        });
    let length = left + right + knob.w;
    if left + right < 3 * em || length > 60 * em || !thin || length < 3 * knob.w {
        return None;
    }
    let area = RectPx::new(knob.x - left, knob.y, length, knob.h);
    let value = format!("{} %", 100 * left / (left + right).max(1));
    Some(Element { value: Some(value), ..Element::seen(Role::Slider, area, 0.6) })
}

/// A slider whose bar and knob are one island: thin but at one place.
fn joined(scene: &Scene<'_>, area: RectPx) -> Option<Element> {
    let ground = scene.around(area);
    let thick = |x: i32| {
        (area.y..area.bottom())
            .filter(|&y| scene.colour(x, y).is_some_and(|c| distance(c, ground) > STANDS_OUT))
            .count() as i32
    };
    let columns: Vec<i32> = (area.x..area.right()).map(thick).collect();
    let knob: Vec<usize> = columns.iter().enumerate().filter(|(_, t)| **t >= area.h * 9 / 10).map(|(x, _)| x).collect();
    let bar = columns.iter().filter(|t| (1..=(scene.em * 7 / 10).max(5).min(area.h * 7 / 10)).contains(*t)).count();
    let (first, last) = (*knob.first()? as i32, *knob.last()? as i32);
    let one_knob = last - first <= area.h * 3 / 2;
    if bar * 10 < columns.len() * 6 || !one_knob {
        return None;
    }
    let middle = (first + last) / 2;
    let value = format!("{} %", (100 * middle / area.w.max(1)).clamp(0, 100));
    Some(Element { value: Some(value), ..Element::seen(Role::Slider, area, 0.6) })
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
