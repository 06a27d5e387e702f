//! Tabs, steps and other choices side by side, of which one is set apart.

use super::Scene;
use super::colour::{Rgb, distance};
use super::lines::{colours, is_menu_name};
use super::lists::{coloured_one, is_shortcut, odd_one};
use super::regions::Region;
use crate::screen::{Element, RectPx, Role, State, TextSpan};

/// A name in a row of names.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    area: RectPx,
    /// What stands behind it.
    ground: Region,
    /// Whether it looks like what is written in a field.
    in_field: bool,
    /// Whether it names a box to tick.
    names_box: bool,
}

/// The tabs of all strips; what was taken for something else at their places is to give way.
pub fn tabs(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let names_box = |p: &Piece| {
        let names = |e: &Element| {
            matches!(e.role, Role::CheckBox | Role::RadioButton)
                && e.area.row_overlap(&p.area) > 0.5
                && (0..=2 * scene.em).contains(&(p.area.x - e.area.right()))
        };
        found.iter().any(names)
    };
    let in_field = |p: &Piece| {
        let roles = [Role::TextField, Role::DropDown, Role::Spinner, Role::CheckBox, Role::RadioButton];
        found.iter().any(|e| {
            // What closes a tab may make it look like a field; a real one is wider than its text.
            let wide = e.role != Role::TextField || e.area.w > p.area.w + 6 * scene.em;
            is_written_in(scene, p)
                || (roles.contains(&e.role) && wide && p.area.covered_by(&e.area) > 0.6 && p.area.h * 4 > e.area.h)
        })
    };
    let pieces: Vec<Piece> = scene.text.iter().flat_map(|t| pieces(scene, t)).filter(|p| is_name(&p.text)).collect();
    let pieces = pieces.into_iter().map(|p| Piece { in_field: in_field(&p), names_box: names_box(&p), ..p }).collect();
    let runs = runs(pieces, scene.em);
    runs.iter()
        .filter(|run| !is_table_row(run, &runs, scene.em))
        .filter_map(|run| strip(scene, run))
        .flatten()
        .collect()
}

/// Tabs drawn as boxes in a row: the one between them (or at an end) that has no lower edge is the one that is open.
pub fn boxed_tabs(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let boxes: Vec<&Element> =
        found.iter().filter(|e| e.role == Role::Button && e.area.h <= 4 * em && e.label.is_some()).collect();
    let open = |text: &&TextSpan| {
        let ground = ground(scene, text.area)?;
        let level = |e: &&&Element| e.area.row_overlap(&text.area) > 0.7 && e.area.h >= text.area.h;
        let mut row: Vec<&Element> = boxes.iter().filter(level).copied().collect();
        row.sort_by_key(|e| e.area.x);
        let bottom = row.first()?.area.bottom();
        let reach = |a: &Element, b: &Element| {
            let gap = RectPx::from_corners(a.area.right(), a.area.y, b.area.x, a.area.bottom());
            gap.w <= 6 || (gap.w <= text.area.w + 5 * em && gap.contains(text.area.center()))
        };
        let first = row.iter().position(|e| e.area.x > text.area.right()).unwrap_or(row.len());
        let beside = (first > 0 && text.area.x - row[first - 1].area.right() <= 3 * em)
            || (first < row.len() && row[first].area.x - text.area.right() <= 3 * em);
        let joined = row.windows(2).all(|pair| reach(pair[0], pair[1]));
        // The page goes on from the name that is open, and from no other.
        let below = scene.regions.at(text.area.center().x, bottom + em / 2).label == ground.label;
        let shut = row.iter().all(|e| scene.regions.at(e.area.x + 3, e.area.center().y).label != ground.label);
        // It has an upper edge of its own, other than a word before buttons.
        let middle = text.area.center().x;
        let edged = (1..em * 3 / 2)
            .any(|dy| scene.colour(middle, text.area.y - dy).is_some_and(|c| distance(c, ground.colour) > 14));
        (is_name(&text.text)
            && edged
            && row.len() >= 2
            && beside
            && joined
            && below
            && shut
            && !boxes.iter().any(|e| e.area.contains(text.area.center())))
        .then_some(row)
    };
    let Some((text, row)) = scene.text.iter().find_map(|t| Some((t, open(&t)?))) else { return Vec::new() };
    let tab = |label: &str, area: RectPx, chosen: bool| Element {
        label: Some(label.to_owned()),
        state: State::chosen(chosen),
        ..Element::seen(Role::Tab, area, 0.6)
    };
    let shut = row.iter().map(|e| tab(e.label.as_deref().unwrap_or_default(), e.area, false));
    shut.chain([tab(&text.text, text.area.grow(em / 2), true)]).collect()
}

/// The steps of an assistant: marks side by side, numbers that count on or ticks, each with a name beside or below.
pub fn steps(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let is_mark = |e: &&Element| {
        matches!(e.role, Role::Button | Role::Icon | Role::RadioButton)
            && (e.area.w - e.area.h).abs() * 4 <= e.area.h
            && (em * 12 / 10..=5 * em).contains(&e.area.h)
    };
    let marks: Vec<RectPx> = found.iter().filter(is_mark).map(|e| e.area).collect();
    let Some(level) = marks
        .iter()
        .map(|lead| {
            let mut level: Vec<RectPx> = marks
                .iter()
                .filter(|m| (m.center().y - lead.center().y).abs() <= em / 3 && (m.h - lead.h).abs() <= lead.h / 4)
                .copied()
                .collect();
            level.sort_by_key(|m| m.x);
            level.dedup_by(|b, a| a.contains(b.center()));
            level
        })
        .max_by_key(Vec::len)
    else {
        return Vec::new();
    };
    let number = |mark: &RectPx| scene.text_in(*mark).find_map(|t| t.text.trim().parse::<usize>().ok());
    let numbered: Vec<(usize, usize)> = level.iter().enumerate().filter_map(|(at, m)| Some((at, number(m)?))).collect();
    // The numbers count on with the places of their marks.
    let counts = numbered.len() >= 2 && numbered.iter().all(|(at, n)| *n == at + 1);
    let named: Vec<(RectPx, &TextSpan)> = level.iter().filter_map(|m| Some((*m, name_of_mark(scene, m)?))).collect();
    if !counts || level.len() < 3 || named.len() != level.len() {
        return Vec::new();
    }
    let letters: Vec<Rgb> = named.iter().map(|(_, t)| colours(scene, t.area).0).collect();
    let chosen = odd_one(&letters, 24);
    let step = |(at, (mark, name)): (usize, &(RectPx, &TextSpan))| {
        let state = State::chosen(chosen == Some(at));
        Element { label: Some(name.text.clone()), state, ..Element::seen(Role::Tab, mark.union(&name.area), 0.7) }
    };
    named.iter().enumerate().map(step).collect()
}

/// The words right beside a mark, or right below it.
fn name_of_mark<'a>(scene: &Scene<'a>, mark: &RectPx) -> Option<&'a TextSpan> {
    let em = scene.em;
    let worded = |t: &&TextSpan| t.text.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    let beside = |t: &&TextSpan| t.area.row_overlap(mark) > 0.5 && (0..=2 * em).contains(&(t.area.x - mark.right()));
    let below = |t: &&TextSpan| {
        (0..=em * 3 / 2).contains(&(t.area.y - mark.bottom())) && (t.area.center().x - mark.center().x).abs() <= em
    };
    let texts = || scene.text.iter().filter(worded);
    texts().find(beside).or_else(|| texts().find(below))
}

/// Whether names stand above or below those of `run` as in a table.
fn is_table_row(run: &[Piece], runs: &[Vec<Piece>], em: i32) -> bool {
    let aligned = |a: &Piece, b: &Piece| {
        let (a, b) = (&a.area, &b.area);
        (a.x - b.x).abs().min((a.right() - b.right()).abs()).min((a.center().x - b.center().x).abs()) <= em / 4
    };
    let under = |other: &[Piece]| {
        let down = (other[0].area.center().y - run[0].area.center().y).abs();
        let pairs = run.iter().filter(|p| other.iter().any(|o| aligned(p, o))).count();
        (em / 2..=em * 4).contains(&down) && pairs >= 2 && pairs * 2 >= run.len()
    };
    runs.iter().any(|other| under(other))
}

/// Whether a name stands at the left of a box that is wide for it and has nothing at its right end.
fn is_written_in(scene: &Scene<'_>, piece: &Piece) -> bool {
    let (text, ground) = (piece.area, piece.ground.area);
    let boxed = ground.h <= 4 * scene.em && ground.grow(1).holds(&text);
    let at_left = text.x - ground.x <= scene.em * 12 / 10 && ground.right() - text.right() > 3 * scene.em;
    let closes = || scene.drawings_in(ground).any(|d| d.area.x > text.right());
    boxed && at_left && !closes()
}

/// Names are short; what ends in a colon names what follows it.
fn is_name(text: &str) -> bool {
    !is_shortcut(text)
        && text.chars().count() <= 28
        && text.chars().any(char::is_alphanumeric)
        && !text.ends_with([':', '.', ','])
}

/// A line's names: several where wide gaps part them.
fn pieces(scene: &Scene<'_>, line: &TextSpan) -> Vec<Piece> {
    let mut parts: Vec<(String, RectPx)> = Vec::new();
    for word in &line.words {
        match parts.last_mut().filter(|(_, area)| word.area.x - area.right() <= line.area.h * 9 / 10) {
            Some((text, area)) => {
                text.push(' ');
                text.push_str(&word.text);
                *area = area.union(&word.area);
            }
            None => parts.push((word.text.clone(), word.area)),
        }
    }
    let piece = |(text, area): (String, RectPx)| {
        let ground = ground(scene, area)?;
        Some(Piece { text, area, ground, in_field: false, names_box: false })
    };
    parts.into_iter().filter_map(piece).collect()
}

/// What most places beside a name belong to; the nearest may be a border.
fn ground(scene: &Scene<'_>, area: RectPx) -> Option<Region> {
    let y = area.center().y;
    let xs = [area.x - 2, area.x - 4, area.x - 6, area.right() + 1, area.right() + 3, area.right() + 5];
    let inside = |x: &i32| (0..scene.bounds().right()).contains(x) && (0..scene.bounds().bottom()).contains(&y);
    let regions: Vec<Region> = xs.into_iter().filter(inside).map(|x| *scene.regions.at(x, y)).collect();
    let votes = |r: &&Region| (regions.iter().filter(|o| o.label == r.label).count(), r.pixels);
    regions.iter().max_by_key(votes).copied()
}

/// Names that stand side by side.
fn runs(mut pieces: Vec<Piece>, em: i32) -> Vec<Vec<Piece>> {
    pieces.sort_by_key(|p| p.area.x);
    let mut runs: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        let beside = |run: &&mut Vec<Piece>| {
            run.last().is_some_and(|last| {
                let gap = piece.area.x - last.area.right();
                let level = (last.area.center().y - piece.area.center().y).abs() <= em / 3;
                (em / 2..=em * 24).contains(&gap) && level
            })
        };
        match runs.iter_mut().filter(beside).max_by_key(|run| run.last().map(|l| l.area.right())) {
            Some(run) => run.push(piece),
            None => runs.push(vec![piece]),
        }
    }
    runs.retain(|run| run.len() >= 2);
    runs
}

/// The tabs of a run, where one of its names is set apart as only tabs are.
fn strip(scene: &Scene<'_>, run: &[Piece]) -> Option<Vec<Element>> {
    // Buttons stand apart, each in a box of its own.
    let boxed = |p: &Piece| is_tight(scene, p);
    let apart = run.windows(2).filter(|pair| !touch(&pair[0].ground.area, &pair[1].ground.area)).count();
    if run.iter().filter(|p| boxed(p)).count() * 2 > run.len() && apart * 2 > run.len() - 1 {
        return None;
    }
    // Menus are told by their names, but none of them is underlined.
    if run.iter().filter(|p| is_menu_name(&p.text)).count() >= 2 && underlined(scene, run).is_none() {
        return None;
    }
    let long = run.iter().filter(|p| p.text.chars().count() >= 3).count();
    let chosen = underlined(scene, run);
    // What stands in one box together, one of it underlined, are tabs; other words in boxes are written in them.
    let together = chosen.is_some() && run.iter().all(|p| p.ground.label == run[0].ground.label);
    let written = run.iter().any(|p| p.in_field) && !together;
    if written || run.iter().any(|p| p.names_box) || long * 2 <= run.len() {
        return None;
    }
    let chosen = chosen.or_else(|| opened(scene, run)).or_else(|| filled(scene, run))?;
    // Where the one that is set apart stands among names that are far from it in kind, they are no strip.
    let tab = |(at, piece): (usize, &Piece)| {
        let area = slot(scene, piece);
        let state = State::chosen(at == chosen);
        Element { label: Some(piece.text.clone()), state, ..Element::seen(Role::Tab, area, 0.6) }
    };
    Some(run.iter().enumerate().map(tab).collect())
}

/// The area of its own that a name stands on, else the name and some space around it.
fn slot(scene: &Scene<'_>, piece: &Piece) -> RectPx {
    if is_tight(scene, piece) { piece.ground.area } else { piece.area.grow(scene.em / 2) }
}

/// Whether what stands behind a name is there for this name alone.
fn is_tight(scene: &Scene<'_>, piece: &Piece) -> bool {
    let (area, ground) = (piece.area, piece.ground.area);
    ground.h <= 4 * scene.em && ground.w <= area.w + 12 * scene.em && ground.grow(1).holds(&area)
}

/// The only name with a bar below (or above) it.
fn underlined(scene: &Scene<'_>, run: &[Piece]) -> Option<usize> {
    let em = scene.em;
    let has_bar = |p: &Piece| {
        let ground = p.ground.colour;
        let is_bar = |y: i32| {
            let bar = scene.colour(p.area.center().x, y).filter(|c| distance(*c, ground) > 40);
            let Some(bar) = bar else { return false };
            let alike = |x: i32| scene.colour(x, y).is_some_and(|c| distance(c, bar) < 24);
            let along = (p.area.x..p.area.right()).filter(|&x| alike(x)).count() as i32;
            // The line below a whole strip goes on beyond the name.
            let beyond = |x: i32| alike(x) && alike(x + 1);
            let (left, right) = (|by: i32| beyond(p.area.x - by), |by: i32| beyond(p.area.right() + by));
            // An icon may stand before the name; the bar is no longer than both.
            let ends = !(left(4 * em) || right(4 * em) || (left(2 * em) && right(2 * em)));
            along * 10 >= p.area.w * 9 && ends
        };
        let below = (p.area.bottom() + 2..p.area.bottom() + em * 19 / 10).find(|&y| is_bar(y));
        below.is_some_and(|y| !(is_bar(y + em / 2) && is_bar(y + em / 3)))
    };
    only(run.iter().map(has_bar)).filter(|_| run.iter().all(|p| p.ground.area.h > 0))
}

/// The only name whose ground goes on below it, where a line runs below all others.
fn opened(scene: &Scene<'_>, run: &[Piece]) -> Option<usize> {
    let em = scene.em;
    let depth = |p: &Piece| {
        let ground = p.ground.colour;
        let down = |x: i32| {
            (p.area.bottom() + 1..p.area.bottom() + 2 * em)
                .take_while(|&y| scene.colour(x, y).is_some_and(|c| distance(c, ground) <= 14))
                .count() as i32
        };
        // What stands on the page below may be in the way at one place.
        [p.area.x, p.area.center().x, p.area.right()].into_iter().map(down).max().unwrap_or(0)
    };
    let depths: Vec<i32> = run.iter().map(depth).collect();
    let deepest = depths.iter().copied().max()?;
    let next = depths.iter().copied().filter(|d| *d < deepest).max()?;
    // Text on the page may stand close below, but not as close as the line below the others.
    if deepest < em * 9 / 10 || deepest - next < em / 2 {
        return None;
    }
    let chosen = only(depths.iter().map(|d| *d == deepest))?;
    // The others end at one line, within the height of a tab.
    let ends = |i: usize| run[i].area.bottom() + depths[i];
    let others: Vec<i32> = (0..run.len()).filter(|&i| i != chosen).map(ends).collect();
    let level = others.iter().max()? - others.iter().min()? <= em / 3;
    // A tab has an edge of its own above it or beside it.
    let p = &run[chosen];
    let edge_at =
        |x: i32, y: i32| (y - 1..=y + 1).any(|y| scene.colour(x, y).is_some_and(|c| distance(c, p.ground.colour) > 14));
    let up = (1..em * 3 / 2).map(|dy| p.area.y - dy).any(|y| (p.area.x..p.area.right()).all(|x| edge_at(x, y)));
    (level && up).then_some(chosen)
}

/// The only name on a ground of its own, where the others share theirs, or all touch each other.
fn filled(scene: &Scene<'_>, run: &[Piece]) -> Option<usize> {
    let grounds: Vec<Rgb> = run.iter().map(|p| p.ground.colour).collect();
    let chosen = match run {
        [a, b] if a.ground.label != b.ground.label && is_tight(scene, a) && is_tight(scene, b) => {
            let touching = touch(&a.ground.area, &b.ground.area);
            let pale = |p: &Piece| distance(p.ground.colour, scene.around(p.ground.area)) as usize;
            touching.then(|| usize::from(pale(b) > pale(a)))?
        }
        [_, _] => return None,
        // Signs and marks far apart are no names in a row.
        _ if !is_regular(run, scene.em) => return None,
        _ => odd_one(&grounds, 6).or_else(|| coloured_one_of(scene, run))?,
    };
    let others = || run.iter().enumerate().filter(|(i, _)| *i != chosen).map(|(_, p)| p);
    let first = others().next()?.ground.label;
    let shared = others().all(|p| p.ground.label == first);
    let tight = |p: &Piece| is_tight(scene, p);
    let touching =
        run.windows(2).all(|pair| touch(&pair[0].ground.area, &pair[1].ground.area)) && run.iter().all(tight);
    let own = tight(&run[chosen]) || coloured_one_of(scene, run).is_some();
    ((shared && own) || touching).then_some(chosen)
}

fn coloured_one_of(scene: &Scene<'_>, run: &[Piece]) -> Option<usize> {
    let em = scene.em;
    let letters: Vec<Rgb> = run.iter().map(|p| colours(scene, p.area).0).collect();
    // Words in colour are common in running text; a strip of tabs stands alone.
    let all = run.iter().fold(RectPx::default(), |all, p| all.union(&p.area));
    let near = |t: &TextSpan| {
        let gap = (t.area.y - all.bottom()).max(all.y - t.area.bottom());
        (0..em).contains(&gap) && t.area.column_overlap(&all) > 0.1
    };
    if scene.text.iter().any(near) { None } else { coloured_one(&letters) }
}

/// Whether names of some length follow each other at about the same distance.
fn is_regular(run: &[Piece], em: i32) -> bool {
    let gaps: Vec<i32> = run.windows(2).map(|pair| pair[1].area.x - pair[0].area.right()).collect();
    let (Some(least), Some(most)) = (gaps.iter().min(), gaps.iter().max()) else { return false };
    let long = run.iter().filter(|p| p.text.chars().count() >= 3).count();
    *most <= 3 * least + 2 * em && long * 2 > run.len()
}

fn touch(a: &RectPx, b: &RectPx) -> bool {
    let gap = b.x - a.right();
    (-2..=4).contains(&gap) && a.row_overlap(b) > 0.8
}

/// The place of the only true one.
fn only(flags: impl Iterator<Item = bool>) -> Option<usize> {
    let mut set = flags.enumerate().filter(|(_, flag)| *flag).map(|(i, _)| i);
    let first = set.next()?;
    set.next().is_none().then_some(first)
}
