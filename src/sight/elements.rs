//! What can be used: buttons, fields, boxes to tick, rows, from pixels and the text on them.
//!
//! Interfaces are drawn in flat or gently shaded areas with borders around them. So: grow regions of
//! like colour, keep those that fill a rectangle, and tell what each is from its size, its colour
//! against its surroundings and the text in and beside it.

use crate::screen::{Element, Frame, PointPx, RectPx, Role, State, TextSpan};

/// Neighbouring pixels of one region differ by at most this much per channel.
const SMOOTH: u8 = 5;
/// How much of each side of its box a region must cover to count as a rectangle.
const SIDE_COVERED: f32 = 0.8;
/// Side lengths of boxes and circles to tick, in pixels.
const TICK_SIZE: std::ops::RangeInclusive<i32> = 8..=26;

/// Side lengths of the dot in a chosen radio button, in pixels.
const DOT_SIZE: std::ops::RangeInclusive<i32> = 5..=8;

/// Finds the elements of `frame`, given the lines of text on it.
///
/// Boxes are in pixels of `frame`; labels and values come from `text`.
pub fn elements(frame: &Frame, text: &[TextSpan]) -> Vec<Element> {
    let regions = Regions::grow(frame);
    let mut rectangles = regions.rectangles();
    drop_doubles(&mut rectangles);
    let scene = Scene { frame, text, regions: &regions };
    let mut found: Vec<Element> = rectangles.iter().filter_map(|r| scene.classify(r)).collect();
    found.extend(scene.list_rows(&rectangles));
    found.extend(scene.dots(&found));
    drop_nested(&mut found);
    label_fields(&mut found, text);
    found.sort_by_key(|e| (e.area.y, e.area.x));
    found
}

/// Regions of like colour, by a label per pixel.
struct Regions {
    width: i32,
    height: i32,
    labels: Vec<u32>,
    boxes: Vec<RectPx>,
}

struct Rectangle {
    area: RectPx,
    label: u32,
}

impl Regions {
    fn grow(frame: &Frame) -> Self {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let rgba = frame.rgba();
        let mut parents = Forest::default();
        let mut labels = vec![0u32; width * height];
        let alike = |a: usize, b: usize| (0..3).all(|c| rgba[a * 4 + c].abs_diff(rgba[b * 4 + c]) <= SMOOTH);
        for y in 0..height {
            for x in 0..width {
                let at = y * width + x;
                let left = (x > 0 && alike(at, at - 1)).then(|| labels[at - 1]);
                let up = (y > 0 && alike(at, at - width)).then(|| labels[at - width]);
                labels[at] = match (left, up) {
                    (Some(a), Some(b)) if a != b => parents.join(a, b),
                    (Some(a), _) | (None, Some(a)) => a,
                    (None, None) => parents.plant(),
                };
            }
        }
        let mut boxes = vec![RectPx::default(); parents.len()];
        for (at, label) in labels.iter_mut().enumerate() {
            *label = parents.root(*label);
            let (x, y) = ((at % width) as i32, (at / width) as i32);
            stretch(&mut boxes[*label as usize], x, y);
        }
        Self { width: width as i32, height: height as i32, labels, boxes }
    }

    fn label(&self, x: i32, y: i32) -> u32 {
        self.labels[(y * self.width + x) as usize]
    }

    fn rectangles(&self) -> Vec<Rectangle> {
        let screen = i64::from(self.width) * i64::from(self.height);
        let least = *TICK_SIZE.start();
        let worth_it = |b: &RectPx| b.w >= least && b.h >= least && b.area() < screen * 9 / 10;
        let boxes = self.boxes.iter().enumerate().filter(|(_, b)| worth_it(b));
        boxes
            .filter(|(label, area)| self.fills(*label as u32, area) || self.is_diamond(*label as u32, area))
            .map(|(label, area)| Rectangle { area: *area, label: label as u32 })
            .collect()
    }

    /// Whether the region reaches along most of each side of its box, rounded corners aside.
    fn fills(&self, label: u32, area: &RectPx) -> bool {
        let corner = (area.w.min(area.h) / 4).min(6);
        let small = area.w <= *TICK_SIZE.end() && area.h <= *TICK_SIZE.end();
        let needed = if small { 0.6 } else { SIDE_COVERED };
        let across = |y: i32| self.share_along(label, area.x + corner, area.right() - corner, |x| (x, y));
        let down = |x: i32| self.share_along(label, area.y + corner, area.bottom() - corner, |y| (x, y));
        let top = across(area.y).max(across(area.y + 1));
        let bottom = across(area.bottom() - 1).max(across(area.bottom() - 2));
        let left = down(area.x).max(down(area.x + 1));
        let right = down(area.right() - 1).max(down(area.right() - 2));
        [top, bottom, left, right].into_iter().all(|share| share >= needed)
    }

    /// Whether the region is a square on its corner, as some toolkits draw radio buttons.
    fn is_diamond(&self, label: u32, area: &RectPx) -> bool {
        let small = TICK_SIZE.contains(&area.w) && TICK_SIZE.contains(&area.h) && (area.w - area.h).abs() <= 2;
        let across = |y: i32| self.share_along(label, area.x, area.right(), |x| (x, y));
        let quarter = area.h / 4;
        small
            && across(area.y + area.h / 2) > 0.8
            && across(area.y) < 0.45
            && across(area.bottom() - 1) < 0.45
            && (0.35..0.75).contains(&across(area.y + quarter))
            && (0.35..0.75).contains(&across(area.bottom() - 1 - quarter))
    }

    fn share_along(&self, label: u32, from: i32, to: i32, place: impl Fn(i32) -> (i32, i32)) -> f32 {
        let hits = (from..to).filter(|&i| {
            let (x, y) = place(i);
            y < self.height && x < self.width && self.label(x, y) == label
        });
        hits.count() as f32 / (to - from).max(1) as f32
    }
}

fn stretch(area: &mut RectPx, x: i32, y: i32) {
    *area = if area.is_empty() { RectPx::new(x, y, 1, 1) } else { area.union(&RectPx::new(x, y, 1, 1)) };
}

/// Disjoint sets of labels.
#[derive(Default)]
struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    const fn len(&self) -> usize {
        self.parents.len()
    }

    fn plant(&mut self) -> u32 {
        let label = self.parents.len() as u32;
        self.parents.push(label);
        label
    }

    fn root(&mut self, label: u32) -> u32 {
        let mut at = label;
        while self.parents[at as usize] != at {
            let above = self.parents[self.parents[at as usize] as usize];
            self.parents[at as usize] = above;
            at = above;
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parents[high as usize] = low;
        low
    }
}

/// A border and the area inside it are two regions with nearly the same box: keeps the inner one.
fn drop_doubles(rectangles: &mut Vec<Rectangle>) {
    rectangles.sort_by_key(|r| r.area.area());
    let mut kept: Vec<Rectangle> = Vec::new();
    for rectangle in rectangles.drain(..) {
        let area = rectangle.area;
        let double = |k: &Rectangle| {
            let a = k.area;
            let near = |x: i32, y: i32| (x - y).abs() <= 4;
            near(a.x, area.x) && near(a.y, area.y) && near(a.right(), area.right()) && near(a.bottom(), area.bottom())
        };
        if !kept.iter().any(double) {
            kept.push(rectangle);
        }
    }
    *rectangles = kept;
}

struct Scene<'a> {
    frame: &'a Frame,
    text: &'a [TextSpan],
    regions: &'a Regions,
}

impl Scene<'_> {
    fn classify(&self, rectangle: &Rectangle) -> Option<Element> {
        let area = rectangle.area;
        if TICK_SIZE.contains(&area.w) && TICK_SIZE.contains(&area.h) && (area.w - area.h).abs() <= 3 {
            return self.tick(rectangle);
        }
        let fits = (14..=72).contains(&area.h) && area.w >= 18;
        if !fits { self.text_area(rectangle) } else { self.button_or_field(rectangle) }
    }

    /// A box or circle to tick: small, square, with its label to the right or left.
    fn tick(&self, rectangle: &Rectangle) -> Option<Element> {
        let area = rectangle.area;
        let inside = |t: &&TextSpan| t.area.covered_by(&area) > 0.5;
        let beside = |t: &&TextSpan| {
            let gap = t.area.x - area.right();
            // A line may have been found together with the box before it.
            let reaches = t.area.right() > area.right() + 6;
            (-area.w - 14..=18).contains(&gap) && reaches && t.area.row_overlap(&area) > 0.5 && t.area.h < 3 * area.h
        };
        let label = self.text.iter().filter(|t| !inside(t)).find(beside)?;
        let round = self.is_round(rectangle) || self.regions.is_diamond(rectangle.label, &area);
        let role = if round { Role::RadioButton } else { Role::CheckBox };
        let state = State::ticked(self.is_marked(rectangle));
        Some(Element { label: Some(trim_mark(&label.text)), state, ..Element::seen(role, area, 0.8) })
    }

    /// Radio buttons whose circle is too thin to be a region, told by the dot of a chosen one.
    fn dots(&self, known: &[Element]) -> Vec<Element> {
        let dots = self.regions.boxes.iter().filter(|b| DOT_SIZE.contains(&b.w) && (b.w - b.h).abs() <= 1);
        let free = |b: &&RectPx| {
            !known.iter().any(|e| e.role != Role::ListRow && e.area.h <= 72 && e.area.contains(b.center()))
        };
        dots.filter(free).filter_map(|b| self.dot(*b)).collect()
    }

    fn dot(&self, dot: RectPx) -> Option<Element> {
        let middle = dot.center();
        let ink = self.frame.pixel(middle)?;
        let ground = self.colour_around(dot.grow(4));
        let differs = |p: PointPx| self.frame.pixel(p).is_some_and(|c| distance(c, ground) > 50);
        let (gap, reach) = (dot.w / 2 + 1, dot.w / 2 + 5);
        // Outwards from the dot: ground, then the circle, on all four sides.
        let ringed = [(1, 0), (-1, 0), (0, 1), (0, -1)].into_iter().all(|(dx, dy)| {
            let at = |d: i32| PointPx::new(middle.x + dx * d, middle.y + dy * d);
            let clear = (gap..reach).find(|&d| !differs(at(d)));
            clear.is_some_and(|clear| (clear + 1..=reach + 1).any(|d| differs(at(d))))
        });
        if distance(ink, ground) < 80 || !ringed {
            return None;
        }
        let area = dot.grow(3);
        let beside = |t: &&TextSpan| {
            let gap = t.area.x - area.right();
            (-area.w - 8..=18).contains(&gap) && t.area.right() > area.right() + 6 && t.area.row_overlap(&area) > 0.5
        };
        let label = self.text.iter().find(beside)?;
        let label = Some(trim_mark(&label.text));
        Some(Element { label, state: State::ticked(true), ..Element::seen(Role::RadioButton, area, 0.6) })
    }

    /// Whether the region recedes at the corners as a circle does.
    fn is_round(&self, rectangle: &Rectangle) -> bool {
        let area = rectangle.area;
        let depth = (area.h / 8).max(1);
        let share = |y: i32| {
            let mine: Vec<i32> =
                (area.x..area.right()).filter(|&x| self.regions.label(x, y) == rectangle.label).collect();
            match (mine.first(), mine.last()) {
                (Some(first), Some(last)) => (last - first + 1) as f32 / area.w as f32,
                _ => 0.0,
            }
        };
        share(area.y + depth).max(share(area.bottom() - 1 - depth)) < 0.8 && share(area.y + area.h / 2) > 0.9
    }

    /// Whether there is a tick or dot in the middle, or the whole is filled with a strong colour.
    fn is_marked(&self, rectangle: &Rectangle) -> bool {
        let area = rectangle.area;
        let inner = area.grow(-(area.w / 5).max(2));
        let edge = self.mean_along_inside(rectangle);
        let around = luminance(self.colour_around(area));
        // What is not ticked is paper: about as light as its surroundings, or lighter.
        let strong = edge.iter().max().unwrap_or(&0) - edge.iter().min().unwrap_or(&0) > 70;
        let dark_on_light = around >= 128 && luminance(edge) + 60 < around;
        if dark_on_light || (strong && (luminance(edge) - around).abs() > 20) {
            return true;
        }
        let mut foreign = 0;
        for y in inner.y..inner.bottom() {
            for x in inner.x..inner.right() {
                let far = self.frame.pixel(PointPx::new(x, y)).is_some_and(|p| distance(p, edge) > 60);
                foreign += i64::from(far);
            }
        }
        foreign * 100 > inner.area() * 8
    }

    fn mean_along_inside(&self, rectangle: &Rectangle) -> [u8; 3] {
        let area = rectangle.area;
        let places = (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| PointPx::new(x, y)));
        let mine = places.filter(|p| self.regions.label(p.x, p.y) == rectangle.label);
        mean(mine.filter_map(|p| self.frame.pixel(p)))
    }

    fn button_or_field(&self, rectangle: &Rectangle) -> Option<Element> {
        let area = rectangle.area;
        let mut inside: Vec<&TextSpan> = self.text.iter().filter(|t| t.area.covered_by(&area) > 0.6).collect();
        let arrow = self.arrow_at_right(rectangle, &inside);
        if arrow {
            inside.retain(|t| !is_mark_at_right(t, area));
        }
        let text = inside.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        let ink = inside.iter().fold(RectPx::default(), |all, t| all.union(&t.area));
        let fill = self.mean_along_inside(rectangle);
        let around = self.colour_around(area);
        let raised = distance(fill, around) > 6 || self.has_border(area, fill, around);
        if !raised {
            return None;
        }
        let element = |role, label, value, confidence| {
            Some(Element { label, value, ..Element::seen(role, area, confidence) })
        };
        let (left_gap, right_gap) = (ink.x - area.x, area.right() - ink.right());
        let centred = !inside.is_empty() && (left_gap - right_gap).abs() <= (area.w / 6).max(8);
        let paper = is_paper(fill, around);
        if arrow {
            return element(Role::DropDown, None, (!text.is_empty()).then_some(text), 0.7);
        }
        if inside.is_empty() {
            return (paper && area.w > 2 * area.h).then(|| element(Role::TextField, None, None, 0.6))?;
        }
        if centred && !(paper && left_gap <= 8) && area.w <= 480 {
            return element(Role::Button, Some(text), None, 0.8);
        }
        if paper {
            return element(Role::TextField, None, Some(text), 0.7);
        }
        (area.h <= 48 && area.w <= 320).then(|| element(Role::Button, Some(text), None, 0.5))?
    }

    /// A large area of paper that one can write in.
    fn text_area(&self, rectangle: &Rectangle) -> Option<Element> {
        let area = rectangle.area;
        let fill = self.mean_along_inside(rectangle);
        if area.h <= 72 || area.w < 120 || !is_paper(fill, self.colour_around(area)) {
            return None;
        }
        let inside: Vec<&str> =
            self.text.iter().filter(|t| t.area.covered_by(&area) > 0.6).map(|t| t.text.as_str()).collect();
        let value = (!inside.is_empty()).then(|| inside.join("\n"));
        Some(Element { value, ..Element::seen(Role::TextField, area, 0.4) })
    }

    /// The mean colour of a ring some pixels outside `area`.
    fn colour_around(&self, area: RectPx) -> [u8; 3] {
        let ring = area.grow(4);
        let across = (ring.x..ring.right())
            .step_by(2)
            .flat_map(|x| [PointPx::new(x, ring.y), PointPx::new(x, ring.bottom() - 1)]);
        let down = (ring.y..ring.bottom())
            .step_by(2)
            .flat_map(|y| [PointPx::new(ring.x, y), PointPx::new(ring.right() - 1, y)]);
        median(across.chain(down).filter_map(|p| self.frame.pixel(p)))
    }

    /// Whether a line of another colour runs around `area`.
    fn has_border(&self, area: RectPx, fill: [u8; 3], around: [u8; 3]) -> bool {
        let middle = area.center();
        let edge = |x, y| {
            (1..=2).any(|out: i32| {
                let p = match (x, y) {
                    (0, d) if d < 0 => PointPx::new(middle.x, area.y - out),
                    (0, _) => PointPx::new(middle.x, area.bottom() - 1 + out),
                    (d, _) if d < 0 => PointPx::new(area.x - out, middle.y),
                    _ => PointPx::new(area.right() - 1 + out, middle.y),
                };
                self.frame.pixel(p).is_some_and(|c| distance(c, fill) > 12 && distance(c, around) > 12)
            })
        };
        [(0, -1), (0, 1), (-1, 0), (1, 0)].into_iter().all(|(x, y)| edge(x, y))
    }

    /// Whether a small dark mark stands alone at the right end, as drop-downs have it.
    fn arrow_at_right(&self, rectangle: &Rectangle, inside: &[&TextSpan]) -> bool {
        let area = rectangle.area;
        if area.w < 2 * area.h {
            return false;
        }
        let words = inside.iter().filter(|t| !is_mark_at_right(t, area));
        let text_end = words.map(|t| t.area.right()).max().unwrap_or(area.x);
        let end = RectPx::from_corners(area.right() - area.h.min(36), area.y + 2, area.right() - 2, area.bottom() - 2);
        let end = RectPx::from_corners(end.x.max(text_end - 2), end.y, end.right(), end.bottom());
        if end.w < 8 {
            return false;
        }
        let fill = self.mean_along_inside(rectangle);
        let mark = self.ink(end, fill);
        (4..=16).contains(&mark.w)
            && (3..=18).contains(&mark.h)
            && (mark.center().y - area.center().y).abs() <= 4
            && mark.right() < area.right() - 2
            && mark.x > text_end
    }

    /// The box around pixels in `area` that differ clearly from `ground`.
    fn ink(&self, area: RectPx, ground: [u8; 3]) -> RectPx {
        let mut ink = RectPx::default();
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                if self.frame.pixel(PointPx::new(x, y)).is_some_and(|p| distance(p, ground) > 70) {
                    stretch(&mut ink, x, y);
                }
            }
        }
        ink
    }

    /// The lines of lists and tables: text on large areas of paper, one element per row.
    fn list_rows(&self, rectangles: &[Rectangle]) -> Vec<Element> {
        let panels = rectangles.iter().filter(|r| r.area.w >= 80 && r.area.h >= 48);
        panels.flat_map(|panel| self.rows_of(panel)).collect()
    }

    fn rows_of(&self, panel: &Rectangle) -> Vec<Element> {
        let ground = self.mean_along_inside(panel);
        let mut rows: Vec<(RectPx, Vec<&TextSpan>)> = Vec::new();
        for line in self.text.iter().filter(|t| panel.area.holds(&t.area)) {
            match rows.iter_mut().find(|(area, _)| area.row_overlap(&line.area) > 0.6) {
                Some((area, cells)) => {
                    *area = area.union(&line.area);
                    cells.push(line);
                }
                None => rows.push((line.area, vec![line])),
            }
        }
        let row = |(area, cells): (RectPx, Vec<&TextSpan>)| {
            let area = RectPx::from_corners(panel.area.x, area.y, panel.area.right(), area.bottom());
            let label = cells.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join(" ");
            let behind = PointPx::new(cells[0].area.x - 2, cells[0].area.center().y);
            let selected = self.frame.pixel(behind).is_some_and(|p| distance(p, ground) > 40);
            let state = State::chosen(selected);
            Element { label: Some(label), state, ..Element::seen(Role::ListRow, area, 0.4) }
        };
        rows.into_iter().map(row).collect()
    }
}

/// Whether `text` is an arrow or tick at the right end of `area` that was read as a character.
fn is_mark_at_right(text: &TextSpan, area: RectPx) -> bool {
    text.text.chars().count() <= 2 && text.area.x > area.right() - area.h.min(40) && text.area.w < area.h
}

/// Whether `text` is no text but the mark in a box to tick, or the arrow of a drop-down.
pub fn is_ornament(text: &TextSpan, elements: &[Element]) -> bool {
    let short = text.text.chars().count() <= 2;
    short
        && elements.iter().any(|e| match e.role {
            Role::CheckBox | Role::RadioButton => text.area.covered_by(&e.area.grow(2)) > 0.6,
            Role::DropDown => is_mark_at_right(text, e.area),
            _ => false,
        })
}

/// Of elements of one role that lie in each other, keeps the smaller; a field drawn inside a
/// button-like frame keeps both.
fn drop_nested(found: &mut Vec<Element>) {
    let areas: Vec<(Role, RectPx)> = found.iter().map(|e| (e.role, e.area)).collect();
    let mut at = 0;
    found.retain(|element| {
        let mine = at;
        at += 1;
        // What lights up around a box and its label under the pointer is no button.
        let holds_tick = matches!(element.role, Role::Button | Role::TextField)
            && element.area.h <= 40
            && areas
                .iter()
                .any(|(role, area)| matches!(role, Role::CheckBox | Role::RadioButton) && element.area.holds(area));
        // A window's ground with controls on it is no area to write in.
        let holds_controls = element.role == Role::TextField
            && element.area.h > 72
            && areas.iter().any(|(role, area)| {
                !matches!(role, Role::ListRow | Role::Frame) && *area != element.area && element.area.holds(area)
            });
        !holds_tick
            && !holds_controls
            && !areas.iter().enumerate().any(|(other, (role, area))| {
                other != mine
                    && *role == element.role
                    && element.area.holds(area)
                    && (element.area != *area || other < mine)
                    && matches!(role, Role::Button | Role::DropDown | Role::ListRow)
            })
    });
}

/// Gives fields and drop-downs the name that stands to their left or above them.
fn label_fields(found: &mut [Element], text: &[TextSpan]) {
    let areas: Vec<RectPx> = found.iter().filter(|e| e.role != Role::ListRow).map(|e| e.area).collect();
    for element in found.iter_mut().filter(|e| matches!(e.role, Role::TextField | Role::DropDown)) {
        let free = |t: &&TextSpan| {
            let own = t.area.covered_by(&element.area) > 0.5;
            let others = areas.iter().any(|a| *a != element.area && a.area() < 60_000 && t.area.covered_by(a) > 0.5);
            !own && !others
        };
        let left = text.iter().filter(free).filter(|t| is_left_label(&t.area, &element.area));
        let left = left.max_by_key(|t| t.area.right());
        let above = text.iter().filter(free).filter(|t| is_label_above(&t.area, &element.area));
        let above = above.max_by_key(|t| t.area.bottom());
        element.label = left.or(above).map(|t| trim_mark(&t.text));
    }
}

fn is_left_label(label: &RectPx, field: &RectPx) -> bool {
    let gap = field.x - label.right();
    let same_row = if field.h > 72 { (label.y - field.y).abs() < 24 } else { label.row_overlap(field) > 0.5 };
    (-6..=260).contains(&gap) && same_row
}

fn is_label_above(label: &RectPx, field: &RectPx) -> bool {
    let gap = field.y - label.bottom();
    (-4..=20).contains(&gap) && (label.x - field.x).abs() <= 24
}

/// A label as it is spoken: without the colon, the star of required fields, or the dots of a menu.
fn trim_mark(label: &str) -> String {
    label.trim().trim_end_matches([':', '*', '…', ' ', '：']).to_owned()
}

/// Whether `fill` looks like something to write on, in front of `around`: lighter on light themes,
/// darker on dark ones, or plain white.
fn is_paper(fill: [u8; 3], around: [u8; 3]) -> bool {
    let (inner, outer) = (luminance(fill), luminance(around));
    let grey = fill.iter().max().unwrap_or(&0) - fill.iter().min().unwrap_or(&0) < 24;
    grey && if outer >= 128 { inner >= 250 || inner > outer + 8 } else { inner + 4 < outer || inner >= 250 }
}

fn luminance(c: [u8; 3]) -> i32 {
    (i32::from(c[0]) * 77 + i32::from(c[1]) * 150 + i32::from(c[2]) * 29) >> 8
}

fn distance(a: [u8; 3], b: [u8; 3]) -> i32 {
    (0..3).map(|i| i32::from(a[i].abs_diff(b[i]))).max().unwrap_or(0)
}

fn mean(pixels: impl Iterator<Item = [u8; 3]>) -> [u8; 3] {
    let mut sums = [0u64; 3];
    let mut count = 0;
    for pixel in pixels {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(value);
        }
        count += 1;
    }
    sums.map(|sum| (sum / u64::max(count, 1)) as u8)
}

/// The pixel of median luminance.
fn median(pixels: impl Iterator<Item = [u8; 3]>) -> [u8; 3] {
    let mut pixels: Vec<[u8; 3]> = pixels.collect();
    pixels.sort_by_key(|p| luminance(*p));
    pixels.get(pixels.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Canvas {
        width: i32,
        rgba: Vec<u8>,
    }

    impl Canvas {
        fn new(width: i32, height: i32, grey: u8) -> Self {
            Self { width, rgba: vec![grey; (width * height * 4) as usize] }
        }

        fn fill(&mut self, area: RectPx, grey: u8) -> &mut Self {
            for y in area.y..area.bottom() {
                for x in area.x..area.right() {
                    let at = ((y * self.width + x) * 4) as usize;
                    self.rgba[at..at + 4].fill(grey);
                }
            }
            self
        }

        /// A box with a border of one pixel.
        fn boxed(&mut self, area: RectPx, border: u8, grey: u8) -> &mut Self {
            self.fill(area, border).fill(area.grow(-1), grey)
        }

        fn frame(&self) -> Frame {
            let height = self.rgba.len() as u32 / 4 / self.width as u32;
            Frame::new(self.width as u32, height, self.rgba.clone()).unwrap()
        }
    }

    fn line(text: &str, area: RectPx) -> TextSpan {
        TextSpan { text: text.into(), area, confidence: 1.0, words: vec![], window: None }
    }

    #[test]
    fn a_white_box_beside_a_name_is_a_field_of_that_name() {
        let mut canvas = Canvas::new(400, 200, 230);
        canvas.boxed(RectPx::new(120, 40, 200, 28), 150, 255);
        let text = [line("Name:", RectPx::new(40, 44, 50, 18))];
        let found = elements(&canvas.frame(), &text);
        let field = found.iter().find(|e| e.role == Role::TextField).unwrap();
        assert_eq!(field.label.as_deref(), Some("Name"));
        assert!(field.area.iou(&RectPx::new(121, 41, 198, 26)) > 0.9);
    }

    #[test]
    fn centred_text_in_a_box_is_a_button() {
        let mut canvas = Canvas::new(400, 200, 230);
        canvas.boxed(RectPx::new(100, 100, 90, 30), 150, 245);
        let text = [line("Save", RectPx::new(125, 106, 40, 18))];
        let found = elements(&canvas.frame(), &text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].role, found[0].label.as_deref()), (Role::Button, Some("Save")));
    }

    #[test]
    fn a_small_square_is_ticked_when_something_stands_in_it() {
        for (marked, expected) in [(false, Some(false)), (true, Some(true))] {
            let mut canvas = Canvas::new(300, 100, 230);
            canvas.boxed(RectPx::new(40, 40, 16, 16), 120, 255);
            if marked {
                canvas.fill(RectPx::new(45, 45, 6, 6), 20);
            }
            let text = [line("Bold", RectPx::new(62, 38, 40, 20))];
            let found = elements(&canvas.frame(), &text);
            let tick = found.iter().find(|e| e.role == Role::CheckBox).unwrap();
            assert_eq!(tick.state.checked, expected);
            assert_eq!(tick.label.as_deref(), Some("Bold"));
        }
    }

    #[test]
    fn a_blank_frame_has_no_elements() {
        assert!(elements(&Canvas::new(50, 50, 0).frame(), &[]).is_empty());
        assert!(elements(&Frame::new(1, 1, vec![0; 4]).unwrap(), &[]).is_empty());
    }
}
