//! Panes: windows, dialogs, cards, columns, side bars and groups with a border.
//!
//! What holds other things is a ground of its own, a ground with a line around it, or, for windows, which are
//! made of several grounds, a rectangle of straight edges on whatever lies behind. One side may be hidden.

use super::Scene;
use super::colour::{Rgb, distance, median};
use super::lists::odd_one;
use super::regions::Region;
use crate::screen::{Element, RectPx, Role, State, TextSpan};

/// Neighbouring pixels that differ by more than this are parted by an edge.
const STEP: i32 = 7;
/// From this share on, all of a window's side is seen, but for its rounded corners.
const WHOLE_SIDE: f32 = 0.9;
/// How much of each side must be seen at least.
const LEAST_SIDE: f32 = 0.3;
/// Screens with more long edges than this are pictures; windows could not be told.
const MOST_RUNS: usize = 600;

/// The panes of a screen, each labelled with its title where it has one, and the title bars of windows.
pub fn panes(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let (mut windows, grounds) = (windows(scene, found), grounds(scene));
    windows.extend(framed(scene));
    windows.retain(|w| !grounds.iter().any(|g| is_joined(scene, w, g)));
    let bars: Vec<Element> = windows.iter().filter_map(|w| title_bar(scene, found, *w)).collect();
    // What has no title is as large as its ground.
    windows.retain(|w| bars.iter().any(|b| is_top(&b.area, w)) || !grounds.iter().any(|g| g.iou(w) > 0.85));
    let mut areas = windows;
    for area in grounds {
        if !areas.iter().any(|known| is_double(known, &area)) {
            areas.push(area);
        }
    }
    areas.retain(|a| !is_control(found, a, scene.em) && a.area() * 20 < scene.bounds().area() * 19);
    let bar_of = |a: &RectPx| bars.iter().find(|b| is_top(&b.area, a));
    let label = |a: &RectPx| bar_of(a).map_or_else(|| title(scene, found, *a), |bar| bar.label.clone());
    let pane = |area: &RectPx| Element { label: label(area), ..Element::seen(Role::Pane, *area, 0.5) };
    let mut panes: Vec<Element> = areas.iter().map(pane).collect();
    choose(scene, &mut panes);
    panes.into_iter().chain(bars).collect()
}

/// Of cards of one size, the one whose ground or border differs from that of all others is the one that is chosen.
fn choose(scene: &Scene<'_>, panes: &mut [Element]) {
    let areas: Vec<RectPx> = panes.iter().map(|p| p.area).collect();
    let like = |a: &RectPx, b: &RectPx| (a.w - b.w).abs() <= 6 && (a.h - b.h).abs() <= 6 && a.h > 2 * scene.em;
    for lead in 0..areas.len() {
        let group: Vec<usize> = (0..areas.len()).filter(|&i| like(&areas[lead], &areas[i])).collect();
        if group.len() < 3 || group[0] != lead {
            continue;
        }
        let ground = |a: &RectPx| scene.colour(a.x + a.w / 10, a.y + a.h / 10).unwrap_or_default();
        let border = |a: &RectPx| {
            let side = (-3..3).filter_map(|d| scene.colour(a.x + d, a.center().y));
            side.max_by_key(|c| distance(*c, ground(a))).unwrap_or_default()
        };
        let of = |colour: &dyn Fn(&RectPx) -> Rgb| group.iter().map(|&i| colour(&areas[i])).collect::<Vec<_>>();
        let chosen = odd_one(&of(&ground), 5).or_else(|| odd_one(&of(&border), 30));
        if let Some(chosen) = chosen {
            group.iter().enumerate().for_each(|(at, &i)| panes[i].state = State::chosen(at == chosen));
        }
    }
}

/// Whether a title bar is the top of a window.
fn is_top(bar: &RectPx, window: &RectPx) -> bool {
    (bar.x, bar.y, bar.w) == (window.x, window.y, window.w)
}

/// Whether a rectangle is no window but one ground, something else beside it, and a gap between the two.
fn is_joined(scene: &Scene<'_>, window: &RectPx, ground: &RectPx) -> bool {
    let near = |a: i32, b: i32| (a - b).abs() <= 10;
    let narrower = ground.w * 10 < window.w * 9 && ground.covered_by(window) > 0.9 && near(ground.y, window.y);
    let y = ground.center().y;
    let like = |a: i32, b: i32| scene.colour(a, y).zip(scene.colour(b, y)).is_some_and(|(a, b)| distance(a, b) <= 24);
    let gap_at_right = near(ground.x, window.x) && like(ground.right() + 5, window.x - 5);
    let gap_at_left = near(ground.right(), window.right()) && like(ground.x - 5, window.right() + 5);
    narrower && (gap_at_right || gap_at_left)
}

/// The strip across the top of a window: one text in it that is no button, and a mark or button at an end.
fn title_bar(scene: &Scene<'_>, found: &[Element], window: RectPx) -> Option<Element> {
    let em = scene.em;
    let strip = RectPx::new(window.x, window.y, window.w, em * 4);
    // The buttons of a window may be read as letters.
    let is_buttons = |t: &&TextSpan| {
        let signs = t.words.iter().all(|w| w.text.chars().count() <= 2);
        (signs || t.text.chars().count() <= 3) && t.area.right() > window.right() - 6 * em
    };
    let named = |t: &&TextSpan| t.text.chars().filter(|c| c.is_alphanumeric()).count() > 1 && !is_buttons(t);
    let pressed = |t: &&TextSpan| {
        found.iter().any(|e| e.role == Role::Button && e.area.holds(&t.area) && e.area.w * 2 < window.w)
    };
    let texts: Vec<&TextSpan> = scene.text_in(strip).filter(named).filter(|t| !pressed(t)).collect();
    let title = texts.iter().min_by_key(|t| (t.area.center().y, t.area.x))?;
    let alone = !texts.iter().any(|t| t.area != title.area && t.area.row_overlap(&title.area) > 0.3);
    let level = |a: &RectPx| (a.center().y - title.area.center().y).abs() <= em && a.w <= 6 * em;
    let at_end = |a: &RectPx| a.center().x > window.right() - 4 * em || a.right() < window.x + 8 * em;
    let drawn = scene.drawings_in(strip).map(|d| d.area);
    let marked = drawn.chain(found.iter().filter(|e| e.role == Role::Button).map(|e| e.area));
    let closes = marked.into_iter().any(|a| level(&a) && at_end(&a));
    let bar = RectPx::new(window.x, window.y, window.w, 2 * (title.area.center().y - window.y));
    let label = Some(super::labels::trim_mark(&title.text));
    // What heads a card or list stands on the ground that the rest of it has; titles stand on their own or in the middle.
    // A bar may be shaded.
    let down = [bar.y + 3, title.area.center().y].map(|y| scene.colour(bar.x + em / 3, y));
    let below = scene.colour(bar.x + em / 3, bar.bottom() + em);
    let apart = down.into_iter().any(|own| own.zip(below).is_some_and(|(own, below)| distance(own, below) > STEP));
    let centred = (title.area.center().x - window.center().x).abs() <= 2 * em;
    (alone && ((closes && (apart || centred)) || (apart && centred)) && bar.h <= 5 * em)
        .then(|| Element { label, ..Element::seen(Role::TitleBar, bar, 0.6) })
}

/// Grounds that reach along all four sides of their boxes. Of those that a line or a chosen row parts, the whole.
fn grounds(scene: &Scene<'_>) -> Vec<RectPx> {
    let em = scene.em;
    let fits = |r: &&Region| r.area.h >= em && r.area.w >= 4 * em && i64::from(r.pixels) * 4 > r.area.area();
    let whole = |r: &&Region| is_whole(scene, r);
    let mut parts: Vec<Region> = scene.panels.iter().filter(fits).filter(whole).copied().collect();
    parts.sort_by_key(|r| r.area.y);
    let mut grounds: Vec<Region> = Vec::new();
    for part in parts {
        match grounds.iter_mut().find(|above| is_next(scene, above, &part)) {
            Some(above) => above.area = above.area.union(&part.area),
            None => grounds.push(part),
        }
    }
    grounds.into_iter().map(|r| r.area).filter(|a| a.h >= 2 * em).collect()
}

/// Whether an edge goes on down from the left end of `above`, for `gap` pixels.
fn is_bordered(scene: &Scene<'_>, above: &RectPx, gap: i32) -> bool {
    let edge = |x: i32, y: i32| match (scene.colour(x - 1, y), scene.colour(x, y)) {
        (Some(left), Some(right)) => distance(left, right) > STEP,
        _ => false,
    };
    let at = |y: &i32| (above.x - 2..=above.x + 1).any(|x| edge(x, *y));
    (above.bottom()..above.bottom() + gap).filter(at).count() as i32 * 10 >= gap * 9
}

/// Whether a ground reaches along three sides of its box, and along some of the fourth: what lies above may hide it.
fn is_whole(scene: &Scene<'_>, region: &Region) -> bool {
    let a = region.area;
    let corner = (a.w.min(a.h) / 3).min(scene.em * 3 / 2);
    let across = |y: i32| scene.regions.share_along(region, a.x + corner, a.right() - corner, |x| (x, y));
    let down = |x: i32| scene.regions.share_along(region, a.y + corner, a.bottom() - corner, |y| (x, y));
    let sides = [
        across(a.y).max(across(a.y + 1)),
        across(a.bottom() - 1).max(across(a.bottom() - 2)),
        down(a.x).max(down(a.x + 1)),
        down(a.right() - 1).max(down(a.right() - 2)),
    ];
    let whole = sides.iter().filter(|share| **share >= 0.8).count();
    whole == 4 || (whole == 3 && sides.iter().all(|share| *share >= 0.1) && i64::from(region.pixels) * 2 > a.area())
}

/// Whether `below` goes on where `above` ends, or behind one row of another colour between them.
fn is_next(scene: &Scene<'_>, above: &Region, below: &Region) -> bool {
    let spans = |a: &RectPx, b: &RectPx| (a.x - b.x).abs() <= 2 && (a.w - b.w).abs() <= 4;
    let (a, b) = (&above.area, &below.area);
    let gap = b.y - a.bottom();
    if !spans(a, b) || distance(above.colour, below.colour) > 10 || gap < 0 {
        return false;
    }
    let between = || scene.regions.at(a.x + scene.em / 2, a.bottom() + gap / 2).area;
    gap <= 3 || (gap <= 4 * scene.em && spans(a, &between())) || (gap <= 16 * scene.em && is_bordered(scene, a, gap))
}

/// Lines around something on one ground, which a title may interrupt.
fn framed(scene: &Scene<'_>) -> Vec<RectPx> {
    let em = scene.em;
    let fits = |a: &RectPx| a.h >= 3 * em && a.w >= 6 * em;
    let lines = scene.islands.iter().filter(|i| fits(&i.area) && i.fill() < 0.2).map(|i| i.area);
    let is_line = |a: RectPx| {
        let ink = |x: i32, y: i32| scene.is_ink(x, y);
        let down = |x: i32| (a.y..a.bottom()).filter(|&y| ink(x, y)).count() as i32 * 10 >= a.h * 8;
        let across = |y: i32| (a.x..a.right()).filter(|&x| ink(x, y)).count() as i32 * 10;
        let near = |from: i32, step: i32, is: &dyn Fn(i32) -> bool| (0..3).any(|i| is(from + i * step));
        near(a.x, 1, &down)
            && near(a.right() - 1, -1, &down)
            && near(a.bottom() - 1, -1, &|y| across(y) >= a.w * 8)
            && near(a.y, 1, &|y| across(y) >= a.w * 3)
    };
    lines.filter(|a| is_line(*a)).collect()
}

/// Rectangles of straight edges that lie on one ground and differ from it.
fn windows(scene: &Scene<'_>, found: &[Element]) -> Vec<RectPx> {
    let edges = Edges::of(scene);
    let runs = edges.runs_down(5 * scene.em);
    if runs.len() > MOST_RUNS {
        return Vec::new();
    }
    let mut areas = rectangles(&edges, &runs, scene.em);
    // Over other windows, a border of one colour around a title bar tells as much as the ground behind.
    let framed = |a: &RectPx| a.h >= 8 * scene.em && is_bordered_all_around(scene, *a);
    areas.retain(|a| is_window(scene, *a) || (framed(a) && title_bar(scene, found, *a).is_some()));
    areas
}

/// Whether a line of one colour runs along all four sides of `area`, right inside it.
fn is_bordered_all_around(scene: &Scene<'_>, area: RectPx) -> bool {
    let corner = scene.em;
    let across = |y: i32| (area.x + corner..area.right() - corner).step_by(3).map(move |x| (x, y)).collect::<Vec<_>>();
    let down = |x: i32| (area.y + corner..area.bottom() - corner).step_by(3).map(move |y| (x, y)).collect::<Vec<_>>();
    // The colour of a side, where it has one.
    let colour = |places: Vec<(i32, i32)>| {
        let colour = median(places.iter().filter_map(|&(x, y)| scene.colour(x, y)));
        let alike = |&&(x, y): &&(i32, i32)| scene.colour(x, y).is_some_and(|c| distance(c, colour) <= STEP);
        (places.iter().filter(alike).count() * 10 >= places.len() * 9).then_some(colour)
    };
    let sides: [Vec<Rgb>; 4] = [
        (-2..=1).filter_map(|d| colour(across(area.y + d))).collect(),
        (-2..=1).filter_map(|d| colour(across(area.bottom() - 1 - d))).collect(),
        (-2..=1).filter_map(|d| colour(down(area.x + d))).collect(),
        (-2..=1).filter_map(|d| colour(down(area.right() - 1 - d))).collect(),
    ];
    let ground = scene.colour(area.center().x, area.bottom() - corner).unwrap_or_default();
    let is_line = |c: &&Rgb| {
        distance(**c, ground) > 24 && sides[1..].iter().all(|side| side.iter().any(|o| distance(**c, *o) <= 12))
    };
    sides[0].iter().any(|c| is_line(&c))
}

/// Whether what lies right outside of `area` has one colour on three sides, and what lies right inside has others.
fn is_window(scene: &Scene<'_>, area: RectPx) -> bool {
    let side = |by: i32| {
        let a = area.grow(by);
        let across = |y: i32| median((area.x..area.right()).step_by(3).filter_map(|x| scene.colour(x, y)));
        let down = |x: i32| median((area.y..area.bottom()).step_by(3).filter_map(|y| scene.colour(x, y)));
        [
            (a.y, across(a.y)),
            (a.bottom() - 1, across(a.bottom() - 1)),
            (a.x, down(a.x)),
            (a.right() - 1, down(a.right() - 1)),
        ]
    };
    let (outside, inside) = (side(5), side(-5));
    let alike = |i: usize, j: usize| distance(outside[i].1, outside[j].1) <= 24;
    let (top, bottom, left, right) = (0, 1, 2, 3);
    let three = |i: usize, j: usize, k: usize| alike(i, j) && alike(i, k) && alike(j, k);
    let on_one_ground =
        three(left, right, top) || three(left, right, bottom) || three(top, bottom, left) || three(top, bottom, right);
    let apart = (0..4).filter(|&i| distance(outside[i].1, inside[i].1) > STEP).count();
    on_one_ground && apart >= 3 && !goes_on(scene, area)
}

/// Whether the upper or lower edge of `area` goes on beyond its ends: then it is only a part of something.
fn goes_on(scene: &Scene<'_>, area: RectPx) -> bool {
    let edge = |x: i32, y: i32| match (scene.colour(x, y - 1), scene.colour(x, y)) {
        (Some(above), Some(below)) => distance(above, below) > STEP,
        _ => false,
    };
    let along = |from: i32, y: i32| {
        (y - 1..=y + 1)
            .any(|y| (from..from + 2 * scene.em).filter(|&x| edge(x, y)).count() as i32 * 10 >= 18 * scene.em)
    };
    let (left, right) = (area.x - 2 * scene.em - 4, area.right() + 4);
    [area.y, area.bottom()].into_iter().any(|y| along(left, y) || along(right, y))
}

/// Where neighbouring pixels differ.
struct Edges {
    width: i32,
    height: i32,
    /// Between a pixel and the one to its left.
    down: Vec<bool>,
    /// Between a pixel and the one above it.
    across: Vec<bool>,
}

/// A straight edge down the screen.
#[derive(Debug, Clone, Copy)]
struct Run {
    x: i32,
    top: i32,
    bottom: i32,
}

impl Edges {
    fn of(scene: &Scene<'_>) -> Self {
        let (width, height) = (scene.bounds().w, scene.bounds().h);
        let rgba = scene.frame.rgba();
        let pixel = |x: i32, y: i32| {
            let at = ((y * width + x) * 4) as usize;
            [rgba[at], rgba[at + 1], rgba[at + 2]]
        };
        let differ = |a: (i32, i32), b: (i32, i32)| distance(pixel(a.0, a.1), pixel(b.0, b.1)) > STEP;
        let places = || (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Self {
            width,
            height,
            down: places().map(|(x, y)| x > 0 && differ((x - 1, y), (x, y))).collect(),
            across: places().map(|(x, y)| y > 0 && differ((x, y - 1), (x, y))).collect(),
        }
    }

    fn is_down(&self, x: i32, y: i32) -> bool {
        (0..self.width).contains(&x) && (0..self.height).contains(&y) && self.down[(y * self.width + x) as usize]
    }

    fn is_across(&self, x: i32, y: i32) -> bool {
        (0..self.width).contains(&x) && (0..self.height).contains(&y) && self.across[(y * self.width + x) as usize]
    }

    /// Unbroken edges down the screen of at least `least` pixels; of the two edges of a
    /// border, the first stands for both.
    fn runs_down(&self, least: i32) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for x in 1..self.width {
            let mut top = None;
            for y in 0..=self.height {
                match (self.is_down(x, y), top) {
                    (true, None) => top = Some(y),
                    (false, Some(from)) => {
                        if y - from >= least && !runs.iter().rev().take(64).any(|r| r.is_same(x, from, y)) {
                            runs.push(Run { x, top: from, bottom: y });
                        }
                        top = None;
                    }
                    _ => {}
                }
            }
        }
        runs
    }

    /// The share of the places from `top` to `bottom` with an edge at `x` or right beside it.
    fn share_down(&self, x: i32, top: i32, bottom: i32) -> f32 {
        let hits = (top..bottom).filter(|&y| (x - 2..=x + 2).any(|x| self.is_down(x, y))).count();
        hits as f32 / (bottom - top).max(1) as f32
    }

    fn share_across(&self, y: i32, left: i32, right: i32) -> f32 {
        let hits = (left..right).filter(|&x| self.is_across(x, y)).count();
        hits as f32 / (right - left).max(1) as f32
    }

    /// Of the rows from `from` to `to`, the one along which most of the way from `left` to `right` is an edge.
    fn best_across(&self, from: i32, to: i32, left: i32, right: i32) -> (i32, f32) {
        let rows = (from.max(0)..=to.min(self.height)).map(|y| (y, self.share_across(y, left, right)));
        rows.fold((from, 0.0), |best, row| if row.1 > best.1 { row } else { best })
    }
}

impl Run {
    /// Whether it is the other edge of the same border.
    fn is_same(&self, x: i32, top: i32, bottom: i32) -> bool {
        x - self.x <= 3 && (self.top - top).abs() <= 4 && (self.bottom - bottom).abs() <= 4
    }
}

/// Pairs of edges with edges between their ends: for each edge, the nearest and the farthest that it goes with.
fn rectangles(edges: &Edges, runs: &[Run], em: i32) -> Vec<RectPx> {
    let mut columns: Vec<i32> = runs.iter().map(|r| r.x).collect();
    columns.dedup_by(|a, b| *a - *b <= 3);
    let mut areas: Vec<RectPx> = Vec::new();
    for run in runs {
        let ends = |x: &i32| *x != run.x && ends_like(runs, run, *x, em);
        let closed: Vec<RectPx> =
            columns.iter().copied().filter(ends).filter_map(|x| closed(edges, run, x, em)).collect();
        let (left, right): (Vec<RectPx>, Vec<RectPx>) = closed.into_iter().partition(|a| a.x < run.x);
        for area in [right.first(), right.last(), left.first(), left.last()].into_iter().flatten() {
            if !areas.iter().any(|known| is_double(known, area)) {
                areas.push(*area);
            }
        }
    }
    areas
}

/// Whether the edges at `x` begin or end where `run` does, and go on beyond neither of its ends.
fn ends_like(runs: &[Run], run: &Run, x: i32, em: i32) -> bool {
    let corner = em * 12 / 10;
    let beside = runs.iter().filter(|r| (r.x - x).abs() <= 3 && r.top < run.bottom && r.bottom > run.top);
    let (top, bottom) = beside.fold((i32::MAX, i32::MIN), |(top, bottom), r| (top.min(r.top), bottom.max(r.bottom)));
    if top >= bottom {
        return false;
    }
    let (above, below) = ((top - run.top).abs() <= corner, (bottom - run.bottom).abs() <= corner);
    (above || below) && top >= run.top - corner && bottom <= run.bottom + corner
}

/// The rectangle between `run` and the edge at `x`, where three of its sides are seen and some of the fourth.
fn closed(edges: &Edges, run: &Run, x: i32, em: i32) -> Option<RectPx> {
    let corner = em * 12 / 10;
    let (left, right) = (run.x.min(x), run.x.max(x));
    if right - left < 12 * em {
        return None;
    }
    let side = edges.share_down(x, run.top, run.bottom);
    let (from, to) = (left + corner, right - corner);
    let (top, above) = edges.best_across(run.top - corner, run.top + 2, from, to);
    let (bottom, below) = edges.best_across(run.bottom - 2, run.bottom + corner, from, to);
    let sides = [side, above, below];
    let hidden = sides.into_iter().filter(|share| *share < WHOLE_SIDE).count();
    let seen = sides.into_iter().all(|share| share >= LEAST_SIDE);
    // A corner that is hidden takes some of two sides.
    let corner_hidden = hidden == 2 && sides.into_iter().sum::<f32>() >= 2.2;
    (seen && (hidden <= 1 || corner_hidden)).then(|| RectPx::from_corners(left, top, right, bottom))
}

fn is_double(a: &RectPx, b: &RectPx) -> bool {
    let near = |x: i32, y: i32| (x - y).abs() <= 5;
    near(a.x, b.x) && near(a.y, b.y) && near(a.right(), b.right()) && near(a.bottom(), b.bottom())
}

/// Whether what has four edges is a control that was found already. Large areas to write in may be groups as well.
fn is_control(found: &[Element], area: &RectPx, em: i32) -> bool {
    let ground = |e: &Element| {
        matches!(e.role, Role::ListRow | Role::Image | Role::TitleBar | Role::Link)
            || (e.role == Role::TextField && e.area.h > 5 * em)
    };
    found.iter().any(|e| !ground(e) && e.area.grow(3).holds(area) && area.area() * 2 > e.area.area())
}

/// The text on the upper border of a pane, else the first one in it that stands in no control.
fn title(scene: &Scene<'_>, found: &[Element], area: RectPx) -> Option<String> {
    let in_control = |t: &TextSpan| {
        let holds = |e: &Element| {
            matches!(
                e.role,
                Role::Button | Role::TextField | Role::DropDown | Role::Spinner | Role::Tab | Role::CheckBox
            ) && e.area.h < 5 * scene.em
                && t.area.covered_by(&e.area) > 0.6
        };
        found.iter().any(holds)
    };
    let on_border = |t: &&TextSpan| {
        (t.area.center().y - area.y).abs() * 2 <= t.area.h && t.area.x > area.x && t.area.right() < area.right()
    };
    let inside = || scene.text_in(area).filter(|t| t.text.chars().filter(|c| c.is_alphanumeric()).count() > 1);
    let first = || {
        let free: Vec<&TextSpan> = inside().filter(|t| !in_control(t)).collect();
        let top = free.iter().map(|t| t.area.center().y).min()?;
        free.into_iter().filter(|t| t.area.y <= top).min_by_key(|t| t.area.x)
    };
    let title = scene.text.iter().find(on_border).or_else(first)?;
    Some(super::labels::trim_mark(&title.text))
}
