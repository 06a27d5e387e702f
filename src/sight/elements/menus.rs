//! Opened menus: panes that hang from a name in a menu bar, or from an entry of another menu.

use super::Scene;
use super::colour::{Rgb, distance};
use super::lists::odd_one;
use crate::screen::{Element, RectPx, Role, State, TextSpan};

/// Puts the entries of opened menus in the place of what their lines were taken for.
pub fn entries(scene: &Scene<'_>, found: &mut Vec<Element>) {
    let menus = opened(scene, found);
    for menu in menus {
        let entries = entries_of(scene, menu);
        let taken = |e: &Element| {
            matches!(
                e.role,
                Role::ListRow | Role::TextField | Role::RadioButton | Role::MenuItem | Role::Button | Role::Link
            ) && e.area.covered_by(&menu.grow(2)) > 0.8
        };
        found.retain(|e| !taken(e));
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
            is_name && e.area.h <= 3 * em && (-3..=em).contains(&gap) && (e.area.x - p.x).abs() <= em * 3 / 2
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
        let label = Some(row[0].text.trim_end_matches(['.', '…']).to_owned());
        Element { label, state, ..Element::seen(Role::MenuItem, area, 0.7) }
    };
    rows.iter().enumerate().map(entry).collect()
}
