//! Fields that are drawn as a line to write on, each below its name.

use super::{Scene, is_taken};
use crate::screen::{Element, RectPx, Role, TextSpan};

/// The fields of forms whose fields are lines: at least two lines of one length, one below the other, each with a name
/// above its left end and room for writing in between.
pub fn underlined(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let is_line = |a: &RectPx| a.h <= 3 && a.w >= 8 * em && a.w * 10 < scene.bounds().w * 9;
    let islands = scene.islands.iter().map(|i| i.area);
    let mut lines: Vec<RectPx> = islands.chain(scene.panels.iter().map(|p| p.area)).filter(is_line).collect();
    lines.sort_by_key(|a| (a.y, a.x));
    lines.dedup_by(|a, b| (a.y - b.y).abs() <= 3 && a.column_overlap(b) > 0.8);
    let fields: Vec<(RectPx, Element)> = lines.iter().filter_map(|line| Some((*line, field(scene, *line)?))).collect();
    let has_twin = |line: &RectPx| {
        fields
            .iter()
            .any(|(other, _)| other.y != line.y && (other.x - line.x).abs() <= 3 && (other.w - line.w).abs() <= 4)
    };
    let twins = fields.iter().filter(|(line, _)| has_twin(line));
    // The lower edge of a box is no line to write on.
    let boxed = |a: &RectPx| {
        let is_box = |e: &&Element| matches!(e.role, Role::TextField | Role::DropDown | Role::Spinner | Role::Button);
        let touches = |e: &Element| {
            let edge = (e.area.y - a.bottom()).abs().min((e.area.bottom() - a.bottom()).abs()) <= 6;
            let same = edge && e.area.column_overlap(a) > 0.5;
            same || e.area.grow(4).contains(a.center()) || a.contains(e.area.center())
        };
        found.iter().filter(is_box).any(touches)
            || [a.x, a.right() - 1].iter().any(|x| (1..=3).all(|d| scene.is_ink(*x, a.bottom() - 4 - d * scene.em / 4)))
    };
    twins.map(|(_, field)| field.clone()).filter(|f| !is_taken(found, f.area) && !boxed(&f.area)).collect()
}

/// The field above `line`, empty or with what was written into it.
fn field(scene: &Scene<'_>, line: RectPx) -> Option<Element> {
    let em = scene.em;
    let at_left = |t: &&TextSpan| (t.area.x - line.x).abs() <= em && t.area.bottom() <= line.y && t.area.w <= line.w;
    let mut above: Vec<&TextSpan> =
        scene.text.iter().filter(at_left).filter(|t| line.y - t.area.bottom() <= 6 * em).collect();
    above.sort_by_key(|t| -t.area.bottom());
    let nearest = above.first()?;
    let gap = line.y - nearest.area.bottom();
    let area = |top: i32| RectPx::from_corners(line.x, top, line.right(), line.bottom());
    // Between a name and its line there is room for one line of writing, and less above the name.
    if gap >= em * 13 / 10 && gap <= 4 * em {
        return Some(Element::seen(Role::TextField, area(nearest.area.bottom() + em / 5), 0.5));
    }
    // What was written stands right on the line, and the name above it.
    let name = above.get(1)?;
    let between = nearest.area.y - name.area.bottom();
    let written = gap <= em && (0..=2 * em).contains(&between) && name.area.h <= nearest.area.h + em / 3;
    written.then(|| Element {
        value: Some(nearest.text.clone()),
        ..Element::seen(Role::TextField, area(name.area.bottom() + em / 5), 0.5)
    })
}
