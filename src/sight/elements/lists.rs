//! Lists, tables and menus: lines of text one below the other at an even pitch.
//!
//! A list is told by its rhythm alone, since many have neither lines nor stripes: lines that begin (or end)
//! at one place across and follow each other at pitches that repeat, every item being one to three lines.
//! Columns with the same rows are one table.

use super::Scene;
use super::colour::{Rgb, chroma, distance};
use super::lines::colours;
use super::regions::Region;
use crate::screen::{Element, RectPx, Role, State, TextSpan};

/// The fewest items that make a list.
const FEWEST: usize = 3;
/// The most lines that one item has.
const MOST_LINES: usize = 3;

/// The rows of all lists, tables and menus.
pub fn rows(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let free = |t: &&TextSpan| !is_in_control(found, t);
    let text: Vec<&TextSpan> = scene.text.iter().filter(free).collect();
    let mut columns: Vec<Column<'_>> = columns(&text, scene.em, |t| t.area.x);
    columns.retain(|c| !c.is_paragraph(scene.em));
    // Numbers stand flush right.
    let rest: Vec<&TextSpan> = text.iter().copied().filter(|t| !columns.iter().any(|c| c.has(t))).collect();
    let right = self::columns(&rest, scene.em, |t| t.area.right());
    columns.extend(right.into_iter().filter(|c| c.lines() == 1));
    let tables = tables(scene, columns);
    let mut rows: Vec<Element> = Vec::new();
    for table in tables.iter().filter(|t| !t.is_form(scene, found)) {
        let of_table = table.rows(scene, found);
        let doubled = |e: &Element| rows.iter().any(|r: &Element| e.area.covered_by(&r.area) > 0.6);
        let new: Vec<Element> = of_table.into_iter().filter(|e| !doubled(e)).collect();
        rows.extend(new);
    }
    rows
}

fn is_in_control(found: &[Element], text: &TextSpan) -> bool {
    let holds = |e: &Element| match e.role {
        Role::Button | Role::DropDown | Role::Spinner | Role::Tab | Role::TitleBar => true,
        // Areas to write in hold running text; lists are drawn like them.
        Role::TextField => e.area.h <= 5 * text.area.h,
        _ => false,
    };
    found.iter().any(|e| holds(e) && text.area.covered_by(&e.area) > 0.6)
}

/// Items one below the other, each of the same number of lines.
struct Column<'a> {
    items: Vec<Vec<&'a TextSpan>>,
}

impl Column<'_> {
    fn has(&self, text: &TextSpan) -> bool {
        self.items.iter().flatten().any(|t| t.area == text.area)
    }

    fn lines(&self) -> usize {
        self.items.first().map_or(0, Vec::len)
    }

    fn area(&self, item: usize) -> RectPx {
        self.items[item].iter().fold(RectPx::default(), |all, t| all.union(&t.area))
    }

    /// Running text is set tight, and its lines are long.
    fn is_paragraph(&self, em: i32) -> bool {
        let lines: Vec<&&TextSpan> = self.items.iter().flatten().collect();
        let pitch = lines.windows(2).map(|p| p[1].area.center().y - p[0].area.center().y).min().unwrap_or(0);
        let long = lines.iter().filter(|t| t.area.w > 24 * em).count();
        pitch < em * 19 / 10 && long * 3 >= lines.len()
    }
}

/// Columns of lines whose `edge` is at one place.
fn columns<'a>(text: &[&'a TextSpan], em: i32, edge: impl Fn(&TextSpan) -> i32) -> Vec<Column<'a>> {
    let mut taken = vec![false; text.len()];
    let mut columns = Vec::new();
    for first in 0..text.len() {
        if taken[first] {
            continue;
        }
        let at = edge(text[first]);
        let mut line: Vec<usize> =
            (first..text.len()).filter(|&i| !taken[i] && (edge(text[i]) - at).abs() <= em * 4 / 10).collect();
        line.sort_by_key(|&i| text[i].area.center().y);
        let baselines: Vec<i32> = line.iter().map(|&i| baseline(text[i])).collect();
        for (from, period, items) in rhythms(&baselines, em) {
            let of_item = |item: usize| {
                (0..period).filter_map(|l| line.get(from + item * period + l)).map(|&i| text[i]).collect::<Vec<_>>()
            };
            (from..from + items * period).filter_map(|i| line.get(i)).for_each(|&i| taken[i] = true);
            columns.push(Column { items: (0..items).map(of_item).collect() });
        }
    }
    columns
}

/// Where the letters of a line stand: a box of ink reaches below that where letters have tails.
///
/// The shares are those of common faces: tails of .2, small letters of .5, tall ones of .72 of the size.
fn baseline(line: &TextSpan) -> i32 {
    let tail = line.text.contains(['g', 'j', 'p', 'q', 'y', 'Q', ',', ';', '(', ')', '[', ']', '@', '_', '/', '|']);
    let tall = line.text.chars().any(|c| c.is_uppercase() || c.is_ascii_digit() || "bdfhklti()[]/|".contains(c));
    let below = match (tail, tall) {
        (false, _) => 0,
        (true, true) => line.area.h * 22 / 100,
        (true, false) => line.area.h * 29 / 100,
    };
    line.area.bottom() - below
}

/// Runs of `baselines` whose pitches repeat: where each begins, how many lines an item has, how many items there are.
fn rhythms(baselines: &[i32], em: i32) -> Vec<(usize, usize, usize)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at + FEWEST <= baselines.len() {
        let best = (1..=MOST_LINES)
            .map(|period| (at, period, items_from(baselines, at, period, em)))
            .filter(|(_, _, items)| *items >= FEWEST)
            .max_by_key(|(_, period, items)| (period * items, usize::MAX - period));
        match best {
            Some(run) => {
                at += run.1 * run.2;
                runs.push(run);
            }
            None => at += 1,
        }
    }
    runs
}

/// How many items of `period` lines follow each other from `at` on at an even pitch.
fn items_from(baselines: &[i32], at: usize, period: usize, em: i32) -> usize {
    let Some(pitch) = baselines.get(at + period).map(|next| next - baselines[at]) else { return 1 };
    // A line between groups of entries makes one step longer.
    let even = |step: i32| {
        (step - pitch).abs() <= (pitch / 10).max(3) || (period == 1 && step > pitch && step * 10 <= pitch * 17)
    };
    if pitch < em * 12 / 10 || pitch > em * 3 * (period as i32 + 1) {
        return 1;
    }
    // The lines of an item stand closer together than the items.
    let inner = |from: usize, line: usize| baselines.get(from + line).map(|m| m - baselines[from]);
    let tight = |last: i32| last >= em && (period as i32 * (pitch - last)) * 10 > pitch * 11;
    if period > 1 && !inner(at, period - 1).is_some_and(tight) {
        return 1;
    }
    let mut items = 1;
    while let Some(next) = baselines.get(at + items * period) {
        let from = at + items * period;
        let regular = even(next - baselines[from - period])
            && (1..period).all(|l| match (inner(at, l), inner(from, l)) {
                (Some(a), Some(b)) => (a - b).abs() <= em / 3,
                _ => false,
            });
        if !regular {
            break;
        }
        items += 1;
    }
    items
}

/// Columns that share their rows.
struct Table<'a> {
    columns: Vec<Column<'a>>,
}

fn tables<'a>(scene: &Scene<'_>, mut columns: Vec<Column<'a>>) -> Vec<Table<'a>> {
    columns.sort_by_key(|c| std::cmp::Reverse(c.items.len()));
    let mut tables: Vec<Table<'_>> = Vec::new();
    for column in columns {
        // Lists side by side may have one rhythm, but they stand on panels of their own.
        let ground = |c: &Column<'_>| ground(scene, &(0..c.items.len()).map(|i| c.area(i)).collect::<Vec<_>>());
        let own = ground(&column);
        let same_ground = |t: &Table<'_>| match (own, ground(&t.columns[0])) {
            (Some(a), Some(b)) if t.shares_rows_exactly(&column) => {
                !is_parted(scene, &t.columns[0], &column, [a.colour, b.colour], 3)
            }
            (Some(a), Some(b)) => {
                distance(a.colour, b.colour) <= 4 && !is_parted(scene, &t.columns[0], &column, [a.colour; 2], 2)
            }
            _ => true,
        };
        let shares = |t: &&mut Table<'_>| same_ground(t) && t.shares_rows(&column, scene.em);
        match tables.iter_mut().find(shares) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table { columns: vec![column] }),
        }
    }
    tables.iter_mut().for_each(|t| t.columns.sort_by_key(|c| c.area(0).x));
    // Tables of several columns first: what one of their columns is part of is no list of its own.
    tables.sort_by_key(|t| std::cmp::Reverse(t.columns.len()));
    tables
}

/// Whether an edge of at least `width` pixels runs down between two columns, as between a menu and what opens from it.
/// Thinner lines part the columns of one table.
fn is_parted(scene: &Scene<'_>, a: &Column<'_>, b: &Column<'_>, grounds: [Rgb; 2], width: usize) -> bool {
    let (a_area, b_area) = (a.area(0), b.area(0));
    let (from, to) = if a_area.x < b_area.x { (a_area.right(), b_area.x) } else { (b_area.right(), a_area.x) };
    // All the way down: letters of one word stand below each other, too.
    let bottom = b.area(b.items.len() - 1).bottom();
    let differs =
        |x: i32, y: i32| scene.colour(x, y).is_some_and(|c| grounds.iter().all(|ground| distance(c, *ground) > 20));
    let edge = |x: i32| (b_area.y..bottom).step_by(2).all(|y| differs(x, y));
    let edges: Vec<bool> = (from + 2..to - 2).map(edge).collect();
    edges.windows(width).any(|run| run.iter().all(|edge| *edge))
}

impl<'a> Table<'a> {
    /// Whether nearly all items of a column that has several stand on the baselines of rows of this table.
    fn shares_rows_exactly(&self, column: &Column<'_>) -> bool {
        let level = |item: &Vec<&TextSpan>| {
            let of = |c: &Column<'_>| c.items.iter().any(|own| (baseline(own[0]) - baseline(item[0])).abs() <= 2);
            self.columns.iter().any(of)
        };
        let shared = column.items.iter().filter(|item| level(item)).count();
        column.items.len() >= 4 && shared * 10 >= column.items.len() * 9
    }

    fn shares_rows(&self, column: &Column<'_>, em: i32) -> bool {
        let own = &self.columns[0];
        // Cells of one row may be set a little higher or lower, but all by the same.
        let offset = |i: usize| {
            let offsets = (0..own.items.len()).map(|o| match (&column.items[i][..], &own.items[o][..]) {
                ([a], [b]) => baseline(a) - baseline(b),
                _ => column.area(i).center().y - own.area(o).center().y,
            });
            offsets.min_by_key(|offset| offset.abs()).filter(|offset| offset.abs() <= em * 6 / 10)
        };
        let offsets: Vec<i32> = (0..column.items.len()).filter_map(offset).collect();
        let mut sorted = offsets.clone();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
        let shared = offsets.iter().filter(|o| (*o - usual).abs() <= em / 6 + 1).count();
        let near = |other: &Column<'_>| {
            let (a, b) = (other.area(0), column.area(0));
            (a.x - b.right()).max(b.x - a.right()) < 45 * em
        };
        shared * 10 >= column.items.len() * 8 && self.columns.iter().any(near)
    }

    /// Labels with controls beside them are a form.
    fn is_form(&self, scene: &Scene<'_>, found: &[Element]) -> bool {
        let column = &self.columns[0];
        let controls = [Role::TextField, Role::DropDown, Role::Slider, Role::Spinner];
        let has_control = |i: usize| {
            let area = column.area(i);
            let is_switch = |e: &Element| e.role == Role::CheckBox && e.area.w * 10 >= e.area.h * 13;
            let beside = |e: &Element| {
                (controls.contains(&e.role) || is_switch(e))
                    && e.area.h < 5 * scene.em
                    && e.area.x >= area.right() - 4
                    && e.area.row_overlap(&area) > 0.5
            };
            let ticked = |e: &Element| {
                matches!(e.role, Role::CheckBox | Role::RadioButton)
                    && e.area.row_overlap(&area) > 0.5
                    && (0..=2 * scene.em).contains(&(area.x - e.area.right()))
                    && e.area.w < 2 * e.area.h
            };
            let below = |e: &Element| {
                controls.contains(&e.role)
                    && (e.area.x - area.x).abs() <= scene.em
                    && (0..=scene.em * 3 / 2).contains(&(e.area.y - area.bottom()))
            };
            found.iter().any(|e| beside(e) || below(e) || (self.columns.len() == 1 && ticked(e)))
        };
        let of_form = (0..column.items.len()).filter(|&i| has_control(i)).count();
        of_form * 2 >= column.items.len()
    }

    /// The cells of the row that `item` of the longest column is in, from the left.
    fn cells(&self, lead: &Column<'a>, item: usize) -> Vec<&'a TextSpan> {
        let area = lead.area(item);
        let of_column = |c: &Column<'a>| {
            let level = c.items.iter().find(|lines| {
                let other = lines.iter().fold(RectPx::default(), |all, t| all.union(&t.area));
                other.row_overlap(&area) > 0.5
            });
            level.cloned().unwrap_or_default()
        };
        self.columns.iter().flat_map(of_column).collect()
    }

    fn rows(&self, scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
        let Some(lead) = self.columns.iter().max_by_key(|c| (c.items.len(), std::cmp::Reverse(c.area(0).x))) else {
            return Vec::new();
        };
        let count = lead.items.len();
        let cells: Vec<Vec<&TextSpan>> = (0..count).map(|i| self.cells(lead, i)).collect();
        let inks: Vec<RectPx> = (0..count).map(|i| with_icon(scene, row_ink(&cells[i]))).collect();
        let all = inks.iter().fold(RectPx::default(), |all, a| all.union(a));
        let ground = ground(scene, &inks);
        let (left, right) = self.extent(scene, all, ground);
        let grounds: Vec<Rgb> = inks.iter().map(|a| beside(scene, a)).collect();
        let letters: Vec<Rgb> = cells.iter().map(|c| c.first().map_or([0; 3], |t| colours(scene, t.area).0)).collect();
        let chosen = odd_one(&grounds, 12).or_else(|| coloured_one(&letters));
        let is_menu = cells.iter().flatten().any(|t| is_shortcut(&t.text));
        let role = if is_menu { Role::MenuItem } else { Role::ListRow };
        let half = |i: usize, j: usize| (inks[i].bottom() + inks[j].y) / 2;
        (0..count)
            .map(|i| {
                let ink = inks[i];
                let gap = if i > 0 { ink.y - half(i - 1, i) } else { half(i, i + 1) - ink.bottom() };
                let top = if i > 0 { half(i - 1, i) } else { ink.y - gap };
                let bottom = if i + 1 < count { half(i, i + 1) } else { ink.bottom() + gap };
                let far = seen_to(scene, &ink, right);
                let area = RectPx::from_corners(left, top, far, bottom).intersect(&scene.bounds());
                let label = cells[i].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
                let state = State::chosen(chosen == Some(i));
                Element { label: Some(label), state, ..Element::seen(role, area, 0.5) }
            })
            .filter(|e| !is_control(found, e.area))
            .collect()
    }

    /// From where to where the rows reach across: to the ends of their ground where it is not much wider.
    fn extent(&self, scene: &Scene<'_>, ink: RectPx, ground: Option<Region>) -> (i32, i32) {
        let pad = scene.em / 2;
        let tight = ground.filter(|g| {
            g.area.x <= ink.x + 4
                && g.area.right() + 4 >= ink.right()
                && ink.x - g.area.x < 4 * scene.em
                && (self.columns.len() > 1 || g.area.w < ink.w + 24 * scene.em)
        });
        tight.map_or((ink.x - pad, ink.right() + pad), |g| (g.area.x, g.area.right()))
    }
}

/// Whether what looks like a row is a control.
fn is_control(found: &[Element], area: RectPx) -> bool {
    let roles = [Role::Button, Role::TextField, Role::DropDown, Role::Spinner, Role::Tab, Role::TitleBar];
    let same = |e: &Element| roles.contains(&e.role) && area.covered_by(&e.area) > 0.7 && e.area.h < 2 * area.h;
    found.iter().any(same)
}

fn row_ink(cells: &[&TextSpan]) -> RectPx {
    cells.iter().fold(RectPx::default(), |all, t| all.union(&t.area))
}

/// A row's ink and the icon before it.
fn with_icon(scene: &Scene<'_>, ink: RectPx) -> RectPx {
    let em = scene.em;
    let before = |a: &RectPx| {
        a.w <= 3 * em && a.h <= 3 * em && a.row_overlap(&ink) > 0.5 && (0..=5 * em / 2).contains(&(ink.x - a.right()))
    };
    let icon = scene.drawings.iter().map(|d| d.area).filter(before).max_by_key(|a| a.right());
    // Its height is not the row's: icons may reach beyond the letters.
    icon.map_or(ink, |i| RectPx::from_corners(i.x, ink.y, ink.right(), ink.bottom()))
}

/// The region that most rows stand on.
fn ground(scene: &Scene<'_>, inks: &[RectPx]) -> Option<Region> {
    let regions: Vec<Region> = inks
        .iter()
        .filter(|a| a.x > 3 && a.center().y < scene.bounds().bottom())
        .map(|a| *scene.regions.at((a.x - 3).max(0), a.center().y))
        .collect();
    let count = |r: &&Region| regions.iter().filter(|o| o.label == r.label).count();
    regions.iter().max_by_key(count).copied()
}

/// The colour behind a row's ink.
fn beside(scene: &Scene<'_>, ink: &RectPx) -> Rgb {
    let across = (ink.x - 4..ink.right()).step_by(3);
    let places = across.flat_map(|x| (ink.y..ink.bottom()).step_by(2).map(move |y| (x, y)));
    super::colour::median(places.filter_map(|(x, y)| scene.colour(x, y)))
}

/// How far to the right a row is seen: to `right`, or to the edge of what lies on it.
fn seen_to(scene: &Scene<'_>, ink: &RectPx, right: i32) -> i32 {
    let ground = beside(scene, ink);
    let y = ink.center().y;
    let is_ground = |x: i32| scene.colour(x, y).is_some_and(|c| distance(c, ground) <= 12);
    let hidden =
        |x: &i32| (0..2 * scene.em).step_by(2).filter(|d| !is_ground(x + d)).count() as i32 * 10 >= 9 * scene.em;
    (ink.right() + 2..right - 2 * scene.em).find(hidden).unwrap_or(right)
}

/// The one of several that differs from all others, which may have one or two colours in turn.
pub fn odd_one(colours: &[Rgb], least: i32) -> Option<usize> {
    let alike = |a: usize| (0..colours.len()).filter(|&b| distance(colours[a], colours[b]) < least).count();
    let counts: Vec<usize> = (0..colours.len()).map(alike).collect();
    let single: Vec<usize> = (0..colours.len()).filter(|&i| counts[i] == 1).collect();
    (single.len() == 1 && colours.len() > 1).then(|| single[0])
}

/// The only one whose letters have a colour.
pub fn coloured_one(letters: &[Rgb]) -> Option<usize> {
    let coloured: Vec<usize> = (0..letters.len()).filter(|&i| chroma(letters[i]) > 70).collect();
    let grey = letters.iter().filter(|c| chroma(**c) < 45).count();
    (coloured.len() == 1 && grey + 1 == letters.len() && letters.len() > 2).then(|| coloured[0])
}

/// What stands at the right of a menu's entries: `Ctrl+S`, `F5`.
pub fn is_shortcut(text: &str) -> bool {
    let modified = ["Ctrl+", "Alt+", "Shift+", "Cmd+", "Super+", "⌘", "⇧", "⌥"].iter().any(|m| text.starts_with(m));
    let key = text.strip_prefix('F').is_some_and(|n| n.parse::<u32>().is_ok_and(|n| (1..=12).contains(&n)));
    modified || key
}
