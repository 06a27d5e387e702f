//! Opened menus: panes that hang from a name in a menu bar, or from an entry of another menu.

use super::Scene;
use super::colour::{Rgb, distance};
use super::lists::odd_one;
use crate::screen::{Element, PointPx, RectPx, Role, State, TextSpan};

/// Puts the entries of opened menus in the place of what their lines were taken for.
pub fn entries(scene: &Scene<'_>, found: &mut Vec<Element>) {
    let mut menus = opened(scene, found);
    let faint = faint(scene, found, &menus);
    for (area, label) in &faint {
        found.push(Element { label: Some(label.clone()), ..Element::seen(Role::Pane, *area, 0.4) });
    }
    menus.extend(faint.into_iter().map(|(area, _)| area));
    for menu in menus {
        let entries = entries_of(scene, menu);
        let taken = |e: &Element| {
            matches!(e.role, Role::ListRow | Role::TextField | Role::MenuItem | Role::Button | Role::Link)
                && e.area.covered_by(&menu.grow(2)) > 0.8
        };
        let across = |e: &Element| e.role == Role::ListRow && e.area.intersect(&menu).area() * 10 > e.area.area() * 3;
        found.retain(|e| !(taken(e) || across(e)));
        // What looks like a box to tick before an entry is mostly its icon.
        let marks = found.iter_mut().filter(|e| e.role == Role::RadioButton && menu.holds(&e.area));
        marks.for_each(|e| *e = Element::seen(Role::Icon, e.area, 0.5));
        found.extend(entries);
    }
}

/// The areas of opened menus: first what hangs from a bar, then what opens beside that.
fn opened(scene: &Scene<'_>, found: &[Element]) -> Vec<RectPx> {
    let em = scene.em;
    let panes: Vec<RectPx> =
        found.iter().filter(|e| e.role == Role::Pane && is_like_menu(scene, found, e.area)).map(|e| e.area).collect();
    let hangs = |p: &&RectPx| {
        let from = |e: &Element| {
            let name = e.label.as_deref().unwrap_or_default();
            let is_name = e.role == Role::MenuItem || super::lines::is_menu_name(name);
            let gap = p.y - e.area.bottom();
            let right = e.role == Role::DropDown && (e.area.right() - p.right()).abs() <= em;
            let level = (e.area.x - p.x).abs() <= em * 3 / 2 || right;
            // What ends in an arrow opens, whatever its name.
            let opens = is_name || (e.role == Role::DropDown && gap <= em * 8 / 10);
            opens && e.area.h <= 3 * em && (-3..=em).contains(&gap) && level
        };
        found.iter().any(from)
    };
    let mut menus: Vec<RectPx> = panes.iter().filter(hangs).copied().collect();
    let mut at = 0;
    while let Some(parent) = menus.get(at).copied() {
        let beside = |p: &&RectPx| {
            (p.x - parent.right()).abs() <= em && p.y >= parent.y - em && p.y < parent.bottom() && **p != parent
        };
        let new: Vec<RectPx> = panes.iter().filter(beside).filter(|p| !menus.contains(p)).copied().collect();
        menus.extend(new);
        at += 1;
    }
    menus
}

/// Entries of a menu that hardly stands out from what it lies on, under the name that it hangs from: its area and
/// first line.
fn faint(scene: &Scene<'_>, found: &[Element], known: &[RectPx]) -> Vec<(RectPx, String)> {
    let em = scene.em;
    let free = |e: &&Element| e.role == Role::MenuItem && !known.iter().any(|m| m.contains(e.area.center()));
    let mut groups: Vec<(RectPx, String)> = Vec::new();
    for entry in found.iter().filter(free) {
        let label = entry.label.clone().unwrap_or_default();
        let below = |g: &&mut (RectPx, String)| g.0.x == entry.area.x && (entry.area.y - g.0.bottom()).abs() <= em;
        match groups.iter_mut().find(below) {
            Some((area, _)) => *area = area.union(&entry.area),
            None => groups.push((entry.area, label)),
        }
    }
    groups.retain(|(area, _)| area.h > 4 * em);
    let hung = |(area, label): (RectPx, String)| {
        let from = |e: &&Element| {
            let named = e.label.as_deref().is_some_and(|l| l.chars().any(char::is_alphabetic));
            let is_name = matches!(e.role, Role::MenuItem | Role::Button | Role::Tab) && named && e.area.h <= 4 * em;
            is_name
                && (-em / 2..=em).contains(&(area.y - e.area.bottom()))
                && (0..=3 * em).contains(&(area.x - e.area.x))
        };
        let name = found.iter().find(from)?.area;
        let lines = scene.text.iter().filter(|t| area.contains(PointPx::new(area.x + 1, t.area.center().y)));
        let level = lines.filter(|t| t.area.x >= area.x && t.area.x < area.right() + 4 * em);
        let right = level.map(|t| t.area.right() + em).max()?.max(area.right());
        Some((RectPx::from_corners(name.x, name.bottom(), right, area.bottom()), label))
    };
    groups.into_iter().filter_map(hung).collect()
}

/// Whether a pane holds nothing but a few short lines that begin at one place.
fn is_like_menu(scene: &Scene<'_>, found: &[Element], area: RectPx) -> bool {
    let em = scene.em;
    let lines = rows_of(scene, area);
    let begin = |row: &[&TextSpan]| row.first().map_or(0, |t| t.area.x);
    let first = lines.first().map_or(0, |row| begin(row));
    let aligned = lines.iter().filter(|row| (begin(row) - first).abs() <= em / 2).count();
    let pane_within = found.iter().any(|e| {
        e.role == Role::Pane && e.area != area && area.holds(&e.area) && e.area.h > 4 * em && e.area.w * 10 < area.w * 9
    });
    (2..=60).contains(&lines.len()) && aligned * 10 >= lines.len() * 9 && area.w <= 36 * em && !pane_within
}

/// The lines in `area`, level ones together, from the top; each from the left.
fn rows_of<'a>(scene: &Scene<'a>, area: RectPx) -> Vec<Vec<&'a TextSpan>> {
    let mut texts: Vec<&TextSpan> = scene.text_in(area).collect();
    texts.sort_by_key(|t| t.area.center().y);
    let mut rows: Vec<Vec<&TextSpan>> = Vec::new();
    for text in texts {
        match rows.last_mut().filter(|row| row[0].area.row_overlap(&text.area) > 0.4) {
            Some(row) => row.push(text),
            None => rows.push(vec![text]),
        }
    }
    rows.iter_mut().for_each(|row| row.sort_by_key(|t| t.area.x));
    rows
}

fn entries_of(scene: &Scene<'_>, menu: RectPx) -> Vec<Element> {
    let rows = rows_of(scene, menu);
    let middles: Vec<i32> = rows.iter().map(|row| row[0].area.center().y).collect();
    let pitch = middles.windows(2).map(|m| m[1] - m[0]).min().unwrap_or(2 * scene.em);
    let ground = |y: &i32| scene.colour(menu.x + scene.em / 2, *y).unwrap_or_default();
    let grounds: Vec<Rgb> = middles.iter().map(ground).collect();
    let chosen = odd_one(&grounds, 12);
    let usual = rows.iter().map(|row| super::lines::contrast(scene, row[0].area)).max().unwrap_or(0);
    let entry = |(at, row): (usize, &Vec<&TextSpan>)| {
        let area = RectPx::new(menu.x, middles[at] - pitch / 2, menu.w, pitch);
        let faint = distance(grounds[at], grounds[usize::from(at == 0)]) < 12
            && super::lines::is_faint(scene, row[0].area, usual);
        let state = State { disabled: Some(faint), ..State::chosen(chosen == Some(at)) };
        // An icon may have been read as a sign.
        let named = row.iter().find(|t| t.text.chars().filter(|c| c.is_alphanumeric()).count() > 1).unwrap_or(&row[0]);
        let label = Some(named.text.trim_end_matches(['.', '…']).to_owned());
        Element { label, state, ..Element::seen(Role::MenuItem, area, 0.7) }
    };
    rows.iter().enumerate().map(entry).collect()
}
