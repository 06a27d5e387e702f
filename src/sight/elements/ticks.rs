//! Boxes and circles to tick, and switches.

use super::super::ink;
use super::colour::{chroma, distance, luminance, mean};
use super::ends::{ink_in, is_cross};
use super::{Scene, is_text};
use crate::screen::{Element, Icon, RectPx, Role, State, TextSpan};

/// A difference from which a pixel is not the ground's.
const FAR: i32 = 18;
/// How far around a box that our network found its drawing may reach, in pixels.
const AROUND: i32 = 2;
/// How sure it is that a filled box larger than letters need is one to tick.
const UNSURE: f32 = 0.5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outline {
    Square,
    Circle,
}

/// Check boxes and radio buttons: small squares and circles beside their label, or in a column.
pub fn ticks(scene: &Scene<'_>, known: &[Element]) -> Vec<Element> {
    let least = (scene.em * 6 / 10).max(7);
    let fits = |a: &RectPx| {
        (least..=scene.em * 9 / 4).contains(&a.w)
            && (least..=scene.em * 9 / 4).contains(&a.h)
            && (a.w - a.h).abs() <= 2 + a.w / 10
    };
    let islands = scene.islands.iter().map(|i| i.area);
    let panels = scene.panels.iter().map(|p| p.area.grow(1));
    let mut candidates: Vec<RectPx> = islands.chain(panels).filter(fits).filter(|a| !is_text(scene.text, *a)).collect();
    candidates.sort_by_key(|a| (-a.area(), a.y, a.x));
    let mut found: Vec<Element> = Vec::new();
    for area in candidates {
        let inside_another = known.iter().chain(&found).any(|e| area.covered_by(&e.area) > 0.5);
        // A number in a small field is no tick.
        let written = scene.text_in(area).any(|t| t.text.chars().filter(char::is_ascii_digit).count() >= 2);
        if !inside_another
            && !written
            && let Some(tick) = tick(scene, area)
        {
            found.push(tick);
        }
    }
    // A large filled box may be the plate of an icon; beside an empty one of its size it is none.
    let is_empty = |e: &&Element| e.role == Role::CheckBox && e.state.checked == Some(false);
    let empty: Vec<RectPx> = found.iter().filter(is_empty).map(|e| e.area).collect();
    let like = |e: &Element| empty.iter().any(|s| (s.w - e.area.w).abs() <= 3);
    found.retain(|e| e.confidence > UNSURE || like(e));
    agree(&mut found);
    let columns: Vec<i32> = found.iter().map(|e| e.area.x).collect();
    let in_column = |e: &Element| columns.iter().filter(|x| (*x - e.area.x).abs() <= 2).count() >= 3;
    // Several of one kind in a row need no words beside them to be known.
    let alike: Vec<(Role, RectPx)> = found.iter().map(|e| (e.role, e.area)).collect();
    let in_row = |e: &Element| {
        let twin = |(role, a): &&(Role, RectPx)| {
            let apart = (a.x - e.area.x).abs();
            // Letters of a word stand closer together.
            let spaced = apart == 0 || apart * 10 >= a.w * 13;
            *role == e.role && (a.y - e.area.y).abs() <= 2 && (a.w - e.area.w).abs() <= 2 && apart < 5 * a.w && spaced
        };
        alike.iter().filter(twin).count() >= 3
    };
    let empty_ring = |e: &Element| e.role == Role::RadioButton && (in_row(e) || in_column(e));
    let bare = |e: &Element| (e.role == Role::CheckBox && (in_column(e) || in_row(e))) || empty_ring(e);
    found.retain(|e| e.label.is_some() || bare(e));
    found
}

/// Whether it is a box or circle to tick.
pub const fn is_to_tick(role: Role) -> bool {
    matches!(role, Role::CheckBox | Role::RadioButton)
}

/// What our network took for boxes to tick, as their drawing tells the kind and the state; where it does not, the network
/// has said it.
pub fn judge(scene: &Scene<'_>, found: &mut [Element]) {
    for element in found.iter_mut().filter(|e| is_to_tick(e.role)) {
        let cut = ink::drawn(scene.frame, element.area.grow(AROUND)).filter(|a| a.iou(&element.area) > 0.5);
        let area = cut.unwrap_or(element.area);
        let Some(outline) = outline(scene, area) else { continue };
        (element.role, element.area) = (role_of(outline), area);
        let marked = is_marked(scene, area, outline, scene.around(area.grow(-2)));
        element.state.checked = marked.or(element.state.checked);
    }
    agree(found);
}

const fn role_of(outline: Outline) -> Role {
    match outline {
        Outline::Circle => Role::RadioButton,
        Outline::Square => Role::CheckBox,
    }
}

/// Boxes of one size below each other are of one kind: that of most of them.
fn agree(found: &mut [Element]) {
    let seen: Vec<(Role, RectPx)> = found.iter().map(|e| (e.role, e.area)).collect();
    for element in found.iter_mut().filter(|e| is_to_tick(e.role)) {
        let a = element.area;
        let like =
            |(_, o): &&(Role, RectPx)| (o.x - a.x).abs() <= 2 && (o.w - a.w).abs() <= 2 && (o.y - a.y).abs() <= 4 * a.h;
        let of = |role: Role| seen.iter().filter(like).filter(|(r, _)| *r == role).count();
        let (boxes, circles) = (of(Role::CheckBox), of(Role::RadioButton));
        match boxes.cmp(&circles) {
            std::cmp::Ordering::Greater => element.role = Role::CheckBox,
            std::cmp::Ordering::Less => element.role = Role::RadioButton,
            std::cmp::Ordering::Equal => {}
        }
    }
}

/// The small boxes before the branches of a tree, with a plus in those that can be opened.
pub fn expanders(scene: &Scene<'_>) -> Vec<Element> {
    let em = scene.em;
    let fits = |a: &RectPx| {
        (em / 2..=em * 3 / 2).contains(&a.w) && (a.w - a.h).abs() <= 1 && outline(scene, *a) == Some(Outline::Square)
    };
    let areas = scene.islands.iter().map(|i| i.area).chain(scene.panels.iter().map(|p| p.area.grow(1)));
    let marked_within = |area: RectPx, border: i32| {
        let ink = ink_in(scene, area.grow(-border))?;
        let middle = |a: i32, b: i32| (a - b).abs() <= 1;
        let centred = middle(ink.center().x, area.center().x) && middle(ink.center().y, area.center().y);
        let plus = (ink.w - ink.h).abs() <= 1 && is_cross(scene, ink);
        let minus = ink.h <= 3 && ink.w >= 2 * ink.h;
        (centred && (plus || minus) && ink.w * 5 >= area.w).then_some((area, if plus { "plus" } else { "minus" }))
    };
    let marked = |area: RectPx| (2..=4).find_map(|border| marked_within(area, border));
    let mut found: Vec<(RectPx, &str)> = Vec::new();
    for (area, sign) in areas.filter(fits).filter_map(marked) {
        if !found.iter().any(|(known, _)| known.iou(&area) > 0.3) {
            found.push((area, sign));
        }
    }
    // Boxes to tick may show a bar, too, but never a plus.
    let a_plus = found.iter().any(|(_, sign)| *sign == "plus");
    let expander = |(area, sign): (RectPx, &str)| {
        let icons = vec![Icon { concept: sign.to_owned(), confidence: 0.9 }];
        Element { label: Some(sign.to_owned()), icons, ..Element::seen(Role::Button, area, 0.6) }
    };
    found.into_iter().filter(|_| a_plus).map(expander).collect()
}

fn tick(scene: &Scene<'_>, area: RectPx) -> Option<Element> {
    let around = scene.around(area.grow(-2));
    let outline = outline(scene, area)?;
    let label = name(scene, area);
    let checked = is_marked(scene, area, outline, around)?;
    let role = role_of(outline);
    let filled = chroma(scene.regions.at(area.x + area.w / 8 + 1, area.center().y).colour) > 60;
    let large = role == Role::CheckBox && checked && filled && label.is_none() && area.w > scene.em * 3 / 2;
    let sure = if large { UNSURE } else { 0.8 };
    Some(Element { label, state: State::ticked(checked), ..Element::seen(role, area, sure) })
}

/// Whether something square or round is drawn along the edge of `area`.
fn outline(scene: &Scene<'_>, area: RectPx) -> Option<Outline> {
    let around = scene.around(area);
    let differs = |x: i32, y: i32| scene.colour(x, y).is_some_and(|c| distance(c, around) > FAR);
    let (cx, cy) = (area.x as f32 + area.w as f32 / 2.0 - 0.5, area.y as f32 + area.h as f32 / 2.0 - 0.5);
    let radius = area.w.max(area.h) as f32 / 2.0;
    // The distance from the edge of the box at which ink begins, in each of 16 directions.
    let reach = |direction: usize| {
        let (sin, cos) = (direction as f32 * std::f32::consts::TAU / 16.0).sin_cos();
        // No farther than its own box reaches there: beyond stands the label.
        let mut at = (radius + 1.0) / cos.abs().max(sin.abs());
        while at > 0.0 {
            if differs((cx + cos * at).round() as i32, (cy + sin * at).round() as i32) {
                return at / radius;
            }
            at -= 0.5;
        }
        0.0
    };
    let straight = [0, 4, 8, 12].map(reach);
    let diagonal = [2, 6, 10, 14].map(reach);
    let between = [1, 3, 5, 7, 9, 11, 13, 15].map(reach);
    let all = |values: &[f32], range: std::ops::RangeInclusive<f32>| values.iter().all(|v| range.contains(v));
    if !all(&straight, 0.72..=1.3) {
        return None;
    }
    // The sides of a square are straight, even where its corners are rounded; a circle only touches its box.
    let along = |places: &mut dyn Iterator<Item = (i32, i32)>| places.filter(|&(x, y)| differs(x, y)).count() as f32;
    let sides = [
        along(&mut (area.x..area.right()).map(|x| (x, area.y))),
        along(&mut (area.x..area.right()).map(|x| (x, area.bottom() - 1))),
        along(&mut (area.y..area.bottom()).map(|y| (area.x, y))),
        along(&mut (area.y..area.bottom()).map(|y| (area.right() - 1, y))),
    ];
    if sides.iter().all(|s| *s >= 0.66 * area.w as f32) && all(&diagonal, 0.85..=1.5) {
        return Some(Outline::Square);
    }
    // A square reaches farther at its corners than at its sides, even where they are rounded.
    let corners = diagonal.iter().sum::<f32>() / 4.0 / (straight.iter().sum::<f32>() / 4.0);
    if corners > 1.11 && all(&diagonal, 0.95..=1.5) && all(&between, 0.8..=1.35) {
        return Some(Outline::Square);
    }
    // A diamond, as some toolkits draw radio buttons, reaches less far between its corners.
    let round = all(&diagonal, 0.78..=1.2) && all(&between, 0.78..=1.2);
    let diamond = all(&diagonal, 0.55..=0.85) && all(&between, 0.6..=0.95);
    (round || diamond).then_some(Outline::Circle)
}

/// Whether there is a tick or dot in it, or the whole is filled with a strong colour; `None` where what
/// stands in it is neither empty nor a mark.
fn is_marked(scene: &Scene<'_>, area: RectPx, outline: Outline, around: super::Rgb) -> Option<bool> {
    let inner = area.grow(-(area.w / 5).max(2));
    let pixels: Vec<super::Rgb> = (inner.y..inner.bottom())
        .flat_map(|y| (inner.x..inner.right()).map(move |x| (x, y)))
        .filter_map(|(x, y)| scene.colour(x, y))
        .collect();
    let ground = most_common(&pixels);
    let foreign = pixels.iter().filter(|p| distance(**p, ground) > 60).count() as f32 / pixels.len().max(1) as f32;
    let whole = mean(pixels.iter().copied());
    let coloured = chroma(ground) > 60;
    let filled = coloured || (luminance(around) >= 128 && luminance(ground) + 60 < luminance(around));
    // A rim or a ring around the box reaches in at its edges; a mark crosses its middle.
    let middle = area.grow(-(area.w * 3 / 10).max(3));
    let crossing = (middle.y..middle.bottom()).flat_map(|y| (middle.x..middle.right()).map(move |x| (x, y)));
    let crosses = crossing.filter_map(|(x, y)| scene.colour(x, y)).any(|c| distance(c, ground) > 60);
    let marked = foreign > 0.08 && crosses;
    if outline == Outline::Circle && filled && !marked && chroma(whole) > 60 {
        // A plain coloured circle is a dot or a shape; a chosen radio button has a centre of its own.
        let rim = scene.colour(area.center().x, area.y + (area.h / 8).max(1)).unwrap_or_default();
        return (distance(rim, ground) > 40).then_some(true);
    }
    // A coloured plate with something else than a tick on it is an icon.
    if outline == Outline::Square && coloured && !is_tick(&pixels, inner.w as usize, ground) {
        return None;
    }
    (foreign < 0.75).then_some(marked || filled)
}

/// Whether what stands out on `ground` goes down a little and up to the right, or is a level bar.
fn is_tick(pixels: &[super::Rgb], width: usize, ground: super::Rgb) -> bool {
    let height = (pixels.len() / width.max(1)).max(1);
    let mean_of_third = |third: usize| {
        let in_third = |i: &usize| (i % width) * 3 / width == third;
        let rows: Vec<usize> = (0..pixels.len())
            .filter(in_third)
            .filter(|&i| distance(pixels[i], ground) > 60)
            .map(|i| i / width)
            .collect();
        (!rows.is_empty()).then(|| rows.iter().sum::<usize>() as f32 / rows.len() as f32 / height as f32)
    };
    match (mean_of_third(0), mean_of_third(1), mean_of_third(2)) {
        (Some(left), Some(middle), Some(right)) => {
            let level = (left - middle).abs() < 0.08 && (right - middle).abs() < 0.08 && (middle - 0.47).abs() < 0.12;
            // A stroke that rises all along is no tick.
            (right < middle - 0.1 && right < left && middle >= left - 0.15) || level
        }
        _ => false,
    }
}

/// The colour that most of `pixels` are near to; what is filled may be shaded.
fn most_common(pixels: &[super::Rgb]) -> super::Rgb {
    let sample: Vec<super::Rgb> = pixels.iter().copied().step_by(pixels.len() / 200 + 1).collect();
    let count = |p: &super::Rgb| sample.iter().filter(|q| distance(**q, *p) < 40).count();
    sample.iter().copied().max_by_key(count).unwrap_or_default()
}

/// What a box to tick is called.
pub fn name(scene: &Scene<'_>, area: RectPx) -> Option<String> {
    beside(scene, area).map(|line| super::labels::trim_mark(&super::labels::first_part(line)))
}

/// The label of a box to tick: to its right, else to its left.
fn beside<'a>(scene: &Scene<'a>, area: RectPx) -> Option<&'a TextSpan> {
    let in_row = |t: &&TextSpan| t.area.row_overlap(&area) > 0.5 && t.area.h < 3 * area.h && t.area.h * 3 > area.h;
    // A line may have been found together with the box before it.
    let follows = |t: &&TextSpan| {
        (-area.w - 4..=scene.em * 3 / 2).contains(&(t.area.x - area.right())) && t.area.right() > area.right() + 6
    };
    let right = scene.text.iter().filter(in_row).filter(follows);
    let left = scene.text.iter().filter(in_row).filter(|t| (-2..=scene.em).contains(&(area.x - t.area.right())));
    right.min_by_key(|t| t.area.x).or_else(|| left.max_by_key(|t| t.area.right()))
}

/// Switches: pills with a knob at one end.
pub fn switches(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let fits = |a: &RectPx| (em * 7 / 10..=em * 5 / 2).contains(&a.h) && a.w * 10 >= a.h * 14 && a.w * 10 <= a.h * 26;
    let free = |a: &RectPx| {
        !is_text(scene.text, *a) && scene.text_in(a.grow(1)).next().is_none() && !super::is_taken(found, *a)
    };
    let parts: Vec<RectPx> = scene.islands.iter().map(|i| i.area).chain(scene.panels.iter().map(|p| p.area)).collect();
    let is_part = |a: &&RectPx| (em * 7 / 10..=em * 5 / 2).contains(&a.h) && a.w * 2 >= a.h && a.w * 10 <= a.h * 26;
    let wholes: Vec<RectPx> = parts.iter().filter(is_part).map(|a| whole(scene, *a)).collect();
    let mut switches: Vec<Element> = Vec::new();
    for area in wholes.into_iter().chain(parts).filter(fits).filter(free) {
        let Some(on) = knob(scene, area) else { continue };
        if !switches.iter().any(|s| s.area.iou(&area) > 0.3) {
            let state = State::ticked(on);
            switches.push(Element { state, ..Element::seen(Role::CheckBox, area, 0.7) });
        }
    }
    // All switches of a screen have one size; a single one that is much smaller is a drawing.
    let largest = switches.iter().map(|s| s.area.h).max().unwrap_or(0);
    let small = |s: &Element| s.area.h * 10 <= largest * 6;
    if switches.iter().filter(|s| small(s)).count() == 1 {
        switches.retain(|s| !small(s));
    }
    switches
}

/// What `part` belongs to: a switch's knob may part its track from its rim.
fn whole(scene: &Scene<'_>, part: RectPx) -> RectPx {
    let ground = scene.around(part.grow(part.h / 3));
    let y = part.center().y;
    let reach = |from: i32, step: i32| {
        // A white knob on light ground stands out by its edge alone.
        let half = part.h / 2 + 1;
        let differs =
            |x: &i32| (-half..=half).any(|d| scene.colour(*x, y + d).is_some_and(|c| distance(c, ground) > 8));
        (1..=2 * part.h).map(|d| from + d * step).take_while(differs).last().unwrap_or(from)
    };
    RectPx::from_corners(reach(part.x, -1), part.y, reach(part.right() - 1, 1) + 1, part.bottom())
}

/// The colours at a place and right above and below it.
fn at_row(scene: &Scene<'_>, x: i32, y: i32) -> impl Iterator<Item = super::Rgb> {
    [y - 1, y, y + 1].into_iter().filter_map(move |y| scene.colour(x, y))
}

/// Whether the knob of a switch is at its right end; `None` where there is none or the ends are not round.
fn knob(scene: &Scene<'_>, area: RectPx) -> Option<bool> {
    let around = scene.around(area);
    let corners = [
        (area.x, area.y),
        (area.right() - 1, area.y),
        (area.x, area.bottom() - 1),
        (area.right() - 1, area.bottom() - 1),
    ];
    let round =
        corners.iter().filter(|&&(x, y)| scene.colour(x, y).is_some_and(|c| distance(c, around) < 30)).count() >= 3;
    let y = area.center().y;
    let at = |x: i32| scene.colour(x, y);
    let (left, right) = (at(area.x + area.h / 2)?, at(area.right() - 1 - area.h / 2)?);
    // The track shows at both ends, unless the knob covers one of them; then it shows in the middle.
    let (rim_left, rim_right) = (at(area.x + (area.h / 10).max(1))?, at(area.right() - 1 - (area.h / 10).max(1))?);
    // One end is all track; at the other the knob stands out from it.
    let (plain_left, plain_right) = (distance(rim_left, left) < 25, distance(rim_right, right) < 25);
    let on = match (plain_left, plain_right) {
        (true, false) => true,
        (false, true) => false,
        // Knobs that fill their end are lighter than their tracks.
        (true, true) => luminance(right) > luminance(left),
        (false, false) => return None,
    };
    let track = if on { left } else { right };
    // A track may be drawn by its edge alone.
    let quarters = [1, 2, 3].map(|q| area.x + area.w * q / 4);
    let edged = |y: i32| quarters.iter().all(|&x| at_row(scene, x, y).any(|c| distance(c, around) > 40));
    let rimmed = edged(area.y) && edged(area.bottom() - 1);
    let clear = distance(left, right) > 30 && (distance(track, around) > 8 || rimmed);
    (round && clear).then_some(on)
}
