//! Drawings that are no text: icons, plain shapes, pictures.

use super::colour::{Rgb, distance};
use super::islands::Island;
use super::{Scene, is_taken};
use crate::screen::{Element, RectPx, Role};

/// Icons, shapes and pictures; an icon in a button is an element of its own besides it.
pub fn shapes(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let inner = |a: RectPx| {
        found.iter().any(|e| {
            e.area.holds(&a)
                && matches!(e.role, Role::CheckBox | Role::RadioButton | Role::Slider | Role::DropDown | Role::Spinner)
        })
    };
    let fits = |d: &&Island| {
        let (long, short) = (d.area.w.max(d.area.h), d.area.w.min(d.area.h));
        // Three dots in a row are longer and thinner than other icons.
        let dots = (3..=4).contains(&d.parts) && short * 8 >= em && long <= 8 * short;
        long * 2 >= em && (dots || (short * 4 >= em && long <= 4 * short))
    };
    let icons = scene.drawings.iter().filter(fits).filter(|d| !inner(d.area)).map(|d| drawn(scene, d.area, d.colour));
    let mut all: Vec<Element> = icons.collect();
    all.extend(plain(scene, found));
    all.extend(pictures(scene));
    all
}

fn drawn(scene: &Scene<'_>, area: RectPx, colour: Rgb) -> Element {
    let role = if area.w.max(area.h) <= 4 * scene.em { Role::Icon } else { Role::Image };
    let shape = shape_of(scene, area);
    // A piece with a ring around it has the colour of what is in the ring.
    let inner = area.grow(-area.w.min(area.h) / 4);
    let places = (inner.y..inner.bottom()).flat_map(|y| (inner.x..inner.right()).map(move |x| (x, y)));
    let within = super::colour::median(places.filter_map(|(x, y)| scene.colour(x, y)));
    let is_filled = shape.is_some() && distance(within, scene.around(area)) > 40;
    let colour = Some(super::colour::name(if is_filled { within } else { colour }).to_owned());
    Element { colour, shape: shape.map(str::to_owned), ..Element::seen(role, area, 0.5) }
}

/// Flat areas of one strong colour that are no boxes with content.
fn plain(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let least = (em / 2).max(6);
    let fits = |a: &RectPx| a.w.min(a.h) >= least && a.area() < scene.bounds().area() / 6;
    let panels = scene.panels.iter().filter(|p| fits(&p.area) && !super::is_text(scene.text, p.area));
    let strong =
        panels.filter(|p| distance(p.colour, scene.around(p.area)) > 40 && p.pixels * 4 > p.area.area() as u32);
    let bare = strong.filter(|p| scene.text_in(p.area).next().is_none() && !is_taken(found, p.area));
    bare.filter_map(|p| {
        // A strongly coloured area without a plain shape is something drawn: an arrow, a cloud.
        let shape = shape_of(scene, p.area);
        let drawn =
            !scene.regions.is_rectangle(p, em) && p.area.w.min(p.area.h) >= em && p.area.w.max(p.area.h) <= 16 * em;
        if shape.is_none() && !drawn {
            return None;
        }
        let role = if p.area.w.max(p.area.h) <= 3 * em { Role::Icon } else { Role::Image };
        let colour = Some(super::colour::name(p.colour).to_owned());
        Some(Element { colour, shape: shape.map(str::to_owned), ..Element::seen(role, p.area, 0.5) })
    })
    .collect()
}

/// Large drawings of many colours.
fn pictures(scene: &Scene<'_>) -> Vec<Element> {
    let large = |i: &&Island| {
        i.area.w.min(i.area.h) >= 3 * scene.em && i.fill() > 0.45 && i.area.area() < scene.bounds().area() / 2
    };
    let wordless = |i: &&Island| scene.text_in(i.area).count() <= 2;
    let picture = |i: &Island| Element::seen(Role::Image, i.area, 0.4);
    scene.islands.iter().filter(large).filter(wordless).map(picture).collect()
}

/// What people call the outline of what is drawn in `area`; `None` where it is no plain shape.
pub fn shape_of(scene: &Scene<'_>, area: RectPx) -> Option<&'static str> {
    if area.w < 3 || area.h < 3 {
        return None;
    }
    let ground = scene.around(area);
    let ink = |x: i32, y: i32| scene.colour(x, y).is_some_and(|c| distance(c, ground) > 30);
    // For each row, from where to where it reaches, and how much of that is inked.
    let rows: Vec<(i32, i32, i32)> = (area.y..area.bottom())
        .map(|y| {
            let mut inked = (area.x..area.right()).filter(|&x| ink(x, y));
            let first = inked.next().unwrap_or(area.right());
            let mut count = i32::from(first < area.right());
            let last = inked.inspect(|_| count += 1).last().unwrap_or(first);
            (first, last + 1, count)
        })
        .collect();
    let inked: i32 = rows.iter().map(|r| r.2).sum();
    let spanned: i32 = rows.iter().map(|r| (r.1 - r.0).max(0)).sum();
    let box_area = area.area().max(1) as f32;
    let (fill, span) = (inked as f32 / box_area, spanned as f32 / box_area);
    let width_at = |share: f32| {
        let (from, to, _) = rows[((rows.len() - 1) as f32 * share) as usize];
        (to - from).max(0) as f32 / area.w.max(1) as f32
    };
    let square = (area.w - area.h).abs() * 8 <= area.w.max(area.h);
    if fill < 0.85 * span {
        return star(fill, span, &width_at, square);
    }
    if let Some(name) = plain_shape(area, &rows) {
        return Some(name);
    }
    let (top, upper, middle, lower, bottom) =
        (width_at(0.04), width_at(0.25), width_at(0.5), width_at(0.75), width_at(0.96));
    if span > 0.93 {
        return Some(if square { "square" } else { "rectangle" });
    }
    if middle > 0.9
        && (0.7..0.88).contains(&span)
        && top < 0.62
        && bottom < 0.62
        && (0.78..0.95).contains(&upper)
        && (0.78..0.95).contains(&lower)
    {
        return Some(if square { "circle" } else { "oval" });
    }
    if (0.4..0.62).contains(&span) {
        if middle > 0.85 && (0.3..0.7).contains(&upper) && (0.3..0.7).contains(&lower) {
            // Left- or right-pointing triangles are widest in the middle, too, but begin at one side.
            let one_side = rows.iter().filter(|r| r.0 <= area.x + 1).count() * 10 > rows.len() * 8
                || rows.iter().filter(|r| r.1 >= area.right() - 1).count() * 10 > rows.len() * 8;
            return Some(if one_side { "triangle" } else { "diamond" });
        }
        if (top < 0.3 && bottom > 0.8) || (bottom < 0.3 && top > 0.8) {
            return Some("triangle");
        }
    }
    let flat = top > 0.35 && bottom > 0.35 && upper < 0.95;
    let pointed = top < 0.4 && bottom < 0.4 && upper > 0.9 && lower > 0.9;
    if (0.65..0.9).contains(&span) && middle > 0.9 && (flat || pointed) {
        return Some("hexagon");
    }
    if is_arrow(area, &rows) { Some("arrow") } else { star(fill, span, &width_at, square) }
}

/// A form that people name: its height, of 1, to the width there, of 1.
type Profile = fn(f32) -> f32;

/// The forms that are told by how wide they are at each height, with what they are called.
const PROFILES: [(&str, Profile); 8] = [
    ("circle", |t| 2.0 * (t * (1.0 - t)).max(0.0).sqrt()),
    ("diamond", |t| 1.0 - (2.0 * t - 1.0).abs()),
    ("hexagon", |t| 1.0 - (t - 0.5).abs()),
    ("hexagon", |t| (4.0 * t.min(1.0 - t)).min(1.0)),
    ("pentagon", |t| if t < 0.382 { t / 0.382 } else { 1.0 - 0.382 * (t - 0.382) / 0.618 }),
    ("pentagon", |t| if t > 0.618 { (1.0 - t) / 0.382 } else { 0.618 + 0.382 * t / 0.618 }),
    ("triangle", |t| t),
    ("triangle", |t| 1.0 - t),
];

/// The form whose outline the rows of `area` follow, each from where to where it reaches; `None` where none fits well.
fn plain_shape(area: RectPx, rows: &[(i32, i32, i32)]) -> Option<&'static str> {
    if area.w.min(area.h) < 12 {
        return None;
    }
    let (w, h) = (area.w as f32, rows.len() as f32);
    let error = |profile: Profile| {
        let off = |(y, row): (usize, &(i32, i32, i32))| {
            ((row.1 - row.0).max(0) as f32 / w - profile((y as f32 + 0.5) / h)).abs()
        };
        rows.iter().enumerate().map(off).sum::<f32>() / h
    };
    // All of these are as wide to the left as to the right.
    let centre = area.x * 2 + area.w;
    let even = rows.iter().filter(|r| (r.0 + r.1 - centre).abs() * 8 <= area.w).count() * 10 >= rows.len() * 9;
    let mut all = PROFILES.map(|(name, profile)| (error(profile), name));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let square = (area.w - area.h).abs() * 8 <= area.w.max(area.h);
    match all[0] {
        (error, "circle") if even && error < 0.05 => Some(if square { "circle" } else { "oval" }),
        (error, name) if even && error < 0.04 => Some(name),
        _ => None,
    }
}

/// A shaft of one thickness that ends in a head: wider than the shaft, then narrowing to a point.
fn is_arrow(area: RectPx, rows: &[(i32, i32, i32)]) -> bool {
    let down: Vec<i32> = rows.iter().map(|r| (r.1 - r.0).max(0)).collect();
    let column = |x: i32| rows.iter().filter(|r| (r.0..r.1).contains(&x)).count() as i32;
    let across: Vec<i32> = (area.x..area.right()).map(column).collect();
    let reversed = |v: &[i32]| v.iter().rev().copied().collect::<Vec<_>>();
    [down.clone(), reversed(&down), across.clone(), reversed(&across)].iter().any(|profile| {
        let n = profile.len();
        let most = profile.iter().copied().max().unwrap_or(0);
        let Some(neck) = profile.iter().position(|t| *t * 10 >= most * 9) else { return false };
        let shaft = &profile[n / 20..neck.max(n / 20)];
        let thickness = shaft.get(shaft.len() / 2).copied().unwrap_or(0);
        let even = shaft.iter().filter(|t| (**t - thickness).abs() * 6 <= most).count() * 10 >= shaft.len() * 8;
        let narrows = profile[neck..].windows(2).all(|w| w[1] <= w[0] + 2);
        let point = profile[n - 1 - n / 20];
        n >= 8
            && (n * 3 / 10..=n * 8 / 10).contains(&neck)
            && even
            && narrows
            && thickness * 10 <= most * 8
            && thickness > 0
            && point * 10 <= most * 4
    })
}

/// A star is narrow above, widest two fifths down, and drawn in below.
fn star(fill: f32, span: f32, width_at: &dyn Fn(f32) -> f32, square: bool) -> Option<&'static str> {
    let is_star = square
        && width_at(0.08) < 0.3
        && width_at(0.38) > 0.85
        && width_at(0.66) < 0.8
        && (0.3..0.72).contains(&span)
        && fill > 0.12;
    is_star.then_some("star")
}
