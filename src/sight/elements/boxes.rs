//! Boxes: buttons, fields, drop-downs, spinners, and areas to write in.

use super::colour::{Rgb, chroma, distance, luminance};
use super::ends::ends;
use super::grids::grids;
use super::regions::Region;
use super::{Scene, is_taken};
use crate::screen::{Element, RectPx, Role, State, TextSpan};

/// All boxes that can be pressed or written in.
pub fn boxes(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let mut areas: Vec<Box> = scene.panels.iter().filter_map(|p| Box::of(scene, p)).collect();
    let shaded = Box::shaded(scene, &areas);
    areas.extend(shaded);
    let notched = super::notched::notched(scene);
    areas.extend(notched.iter().map(|(area, _)| Box::drawn(scene, *area)));
    areas.sort_by_key(|b| b.area.area());
    let mut kept: Vec<Box> = Vec::new();
    for area in areas {
        if !kept.iter().any(|k| is_double(&k.area, &area.area)) {
            kept.push(area);
        }
    }
    let free = kept.iter().filter(|b| !is_taken(found, b.area));
    let mut boxes = grids(free.filter_map(|b| classify(scene, b).map(|e| (e, b.fill))).collect());
    stacks(&mut boxes);
    ends(scene, &mut boxes);
    for (area, name) in notched {
        let named = boxes.iter_mut().filter(|e| e.area == area && e.role != Role::Button);
        named.for_each(|e| e.label = Some(super::labels::trim_mark(&name.text)));
    }
    boxes
}

/// Boxes of one width that touch each other from above are rows of a list, whatever each looks like.
fn stacks(boxes: &mut [Element]) {
    let areas: Vec<RectPx> = boxes.iter().map(|b| b.area).collect();
    let below = |a: &RectPx, b: &RectPx| {
        (a.x - b.x).abs() <= 3 && (a.w - b.w).abs() <= 6 && (-3..=4).contains(&(b.y - a.bottom())) && a.w > 3 * a.h
    };
    let next = |a: &RectPx| areas.iter().position(|b| below(a, b));
    let mut of_stack = vec![false; boxes.len()];
    for first in 0..areas.len() {
        let mut chain = vec![first];
        while let Some(at) = next(&areas[chain[chain.len() - 1]]).filter(|at| !chain.contains(at)) {
            chain.push(at);
        }
        if chain.len() >= 3 {
            chain.into_iter().for_each(|at| of_stack[at] = true);
        }
    }
    for (element, _) in boxes.iter_mut().zip(of_stack).filter(|(_, stacked)| *stacked) {
        if matches!(element.role, Role::TextField | Role::Button) {
            let label = element.label.take().or_else(|| element.value.take());
            *element = Element { label, ..Element::seen(Role::ListRow, element.area, 0.5) };
        }
    }
}

/// A rectangle that stands out from its surroundings.
struct Box {
    area: RectPx,
    fill: Rgb,
    around: Rgb,
    has_border: bool,
}

impl Box {
    fn of(scene: &Scene<'_>, panel: &Region) -> Option<Self> {
        let (area, em) = (panel.area, scene.em);
        let fits = area.h >= em && area.w >= em && area.h <= em * 60 && area.area() < scene.bounds().area() * 3 / 4;
        // Ends as round as they can be are common: corners of up to half the height.
        let corner = area.h.min(area.w) / 2 - 1;
        // The arrow of a drop-down or spinner may be a button as high as the box.
        let with_end = area.h <= 3 * em && area.w >= 4 * area.h && scene.regions.is_open_at_right(panel, corner);
        if !fits || !(scene.regions.is_rectangle(panel, corner) || with_end) {
            return None;
        }
        let around = scene.around(area);
        let has_border = has_border(scene, area, panel.colour, around);
        (has_border || distance(panel.colour, around) > 6).then_some(Self {
            area,
            fill: panel.colour,
            around,
            has_border,
        })
    }

    /// Boxes on shaded grounds, around words and drawings that are in none of the `known` ones.
    fn shaded(scene: &Scene<'_>, known: &[Self]) -> Vec<Self> {
        let em = scene.em;
        let free = |seed: &RectPx| {
            let holds = |b: &Self| b.area.h <= 5 * em && b.area.holds(seed);
            seed.h <= 3 * em && !known.iter().any(holds)
        };
        let drawings = scene.drawings.iter().map(|d| d.area).filter(|a| a.w >= em / 2);
        let seeds = scene.text.iter().map(|t| t.area).chain(drawings).filter(free);
        let mut found: Vec<Self> = Vec::new();
        let around =
            |seed: RectPx| super::framed::around(scene, seed).filter(|area| area.w >= 5 * em || seed.w * 3 > area.w);
        for area in seeds.filter_map(around) {
            if !found.iter().any(|b| b.area.iou(&area) > 0.5) {
                found.push(Self::drawn(scene, area));
            }
        }
        found
    }

    /// The box that is drawn by lines along the edges of `area`.
    fn drawn(scene: &Scene<'_>, area: RectPx) -> Self {
        let places = (area.y + 2..area.bottom() - 2)
            .flat_map(|y| (area.x + 2..area.right() - 2).step_by(3).map(move |x| (x, y)));
        let fill = super::colour::median(places.filter_map(|(x, y)| scene.colour(x, y)));
        Self { area, fill, around: scene.around(area), has_border: true }
    }

    /// Whether it looks like something to write on: lighter on light themes, darker on dark ones.
    fn is_paper(&self) -> bool {
        let (inner, outer) = (luminance(self.fill), luminance(self.around));
        let grey = chroma(self.fill) < 24;
        let plain = self.has_border && (inner - outer).abs() <= 12;
        grey && (plain
            || if outer >= 128 {
                inner >= 250 || inner > outer + 4
            } else {
                inner + 4 < outer || inner >= 250 || plain
            })
    }
}

/// A border and the area inside it are two regions with nearly the same box.
fn is_double(a: &RectPx, b: &RectPx) -> bool {
    let near = |x: i32, y: i32| (x - y).abs() <= 4;
    near(a.x, b.x) && near(a.y, b.y) && near(a.right(), b.right()) && near(a.bottom(), b.bottom())
}

/// Whether a line of another colour runs around `area`.
fn has_border(scene: &Scene<'_>, area: RectPx, fill: Rgb, around: Rgb) -> bool {
    let (cx, cy) = (area.center().x, area.center().y);
    let differs =
        |x: i32, y: i32| scene.colour(x, y).is_some_and(|c| distance(c, fill) > 12 && distance(c, around) > 12);
    let sides = [
        [(cx, area.y - 1), (cx, area.y - 2)],
        [(cx, area.bottom()), (cx, area.bottom() + 1)],
        [(area.x - 1, cy), (area.x - 2, cy)],
        [(area.right(), cy), (area.right() + 1, cy)],
    ];
    sides.iter().filter(|side| side.iter().any(|&(x, y)| differs(x, y))).count() == 4
}

/// What stands in a box: its words, and the marks at its right end.
struct Content<'a> {
    words: Vec<&'a TextSpan>,
    ink: RectPx,
    end_marks: Vec<RectPx>,
    other_marks: Vec<RectPx>,
}

impl<'a> Content<'a> {
    fn of(scene: &Scene<'a>, area: RectPx) -> Self {
        let em = scene.em;
        let is_end_mark = |t: &&TextSpan| {
            let number = t.text.chars().any(|c| c.is_ascii_digit());
            !number
                && t.text.chars().count() <= 2
                && t.area.x > area.right() - area.h.min(3 * em)
                && t.area.w <= em * 3 / 2
        };
        let (marks, words): (Vec<_>, Vec<_>) = scene.text_in(area).partition(|t| is_end_mark(t) && area.w > 3 * area.h);
        let ink = words.iter().fold(RectPx::default(), |all, t| all.union(&t.area));
        let drawn = scene.drawings_in(area).map(|d| d.area).filter(|d| area.holds(d));
        let (mut end_marks, other_marks): (Vec<RectPx>, Vec<RectPx>) = drawn.partition(|d| {
            d.center().x > area.right() - area.h.min(3 * em) && d.x >= ink.right() && area.w > 2 * area.h
        });
        end_marks.extend(marks.iter().map(|t| t.area));
        Self { words, ink, end_marks, other_marks }
    }

    /// Whether its words stand far apart, as the cells of a row do.
    fn is_parted(&self, em: i32) -> bool {
        let mut areas: Vec<RectPx> = self.words.iter().map(|t| t.area).collect();
        areas.sort_by_key(|a| a.x);
        areas.windows(2).any(|pair| pair[1].x - pair[0].right() > 5 * em)
    }

    /// How many texts stand in it with some space between them.
    fn pieces(&self, em: i32) -> usize {
        let mut areas: Vec<RectPx> = self.words.iter().map(|t| t.area).collect();
        areas.sort_by_key(|a| a.x);
        1 + areas.windows(2).filter(|pair| pair[1].x - pair[0].right() > em).count()
    }

    fn text(&self) -> Option<String> {
        let text = self.words.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }
}

fn classify(scene: &Scene<'_>, b: &Box) -> Option<Element> {
    let (area, em) = (b.area, scene.em);
    let content = Content::of(scene, area);
    let is_control = area.h >= em * 12 / 10 && area.h <= em * 9 / 2;
    if !is_control {
        return key(scene, b, &content).or_else(|| large(scene, b, &content)).or_else(|| tile(scene, b, &content));
    }
    if is_menu_bar(&content) {
        return None;
    }
    let lines = content.words.iter().any(|t| t.area.bottom() <= content.ink.center().y) && content.ink.h > 2 * em;
    let element = |role, confidence| Element::seen(role, area, confidence);
    if let Some(role) = role_by_end(scene, area, &content) {
        return Some(Element { value: content.text(), ..element(role, 0.7) });
    }
    let row = || {
        let chosen = distance(b.fill, b.around) > 12;
        let state = State { selected: chosen.then_some(true), ..State::default() };
        Element { label: content.text(), state, ..element(Role::ListRow, 0.5) }
    };
    let (left_gap, right_gap) = (content.ink.x - area.x, area.right() - content.ink.right());
    if content.words.is_empty() {
        return wordless(scene, b, &content);
    }
    let drawn_left = content.other_marks.iter().map(|d| d.x).min().map_or(left_gap, |x| (x - area.x).min(left_gap));
    let off_centre = (drawn_left - right_gap).abs();
    let centred = off_centre <= (area.w / 12).max(em * 4 / 10).max(3);
    let narrow = area.w <= content.ink.w + 8 * em;
    // What is written in begins at the left; what is pressed has its name in the middle.
    let stands_out = chroma(b.fill) > 60 || b.has_border || distance(b.fill, b.around) > 24;
    let pressed =
        centred && !lines && !content.is_parted(em) && (narrow || (off_centre <= 4 && stands_out && area.w <= 45 * em));
    let at_left = left_gap <= em * 12 / 10 && right_gap > left_gap + em / 4;
    // What is chosen in a list or tree may be lit no farther than its words reach.
    let tight = area.w <= content.ink.w + em && area.h <= content.ink.h + em;
    if tight && chroma(b.fill) > 60 && !lines && has_sibling(scene, area, content.ink) && !has_twin(scene, area) {
        return Some(row());
    }
    let address = content.text().is_some_and(|t| t.contains("://") || (t.contains('@') && t.contains('.')));
    if address && b.is_paper() && b.has_border && !lines {
        return Some(Element { value: content.text(), ..element(Role::TextField, 0.7) });
    }
    // Buttons say one thing; what says several is a row.
    if !lines && content.pieces(em) >= 3 && !b.has_border && has_sibling(scene, area, content.ink) {
        return Some(row());
    }
    if pressed && !(b.is_paper() && b.has_border && at_left) {
        return Some(Element { label: content.text(), ..element(Role::Button, 0.8) });
    }
    if is_notice(scene, b, &content) {
        return None;
    }
    if b.is_paper() && b.has_border && !lines && area.w >= 2 * em && (area.w >= 4 * em || at_left) {
        return Some(Element { value: content.text(), ..element(Role::TextField, 0.7) });
    }
    if !lines && area.w <= 80 * em && right_gap > left_gap && is_placeholder(scene, &content) {
        return Some(Element { value: content.text(), ..element(Role::TextField, 0.5) });
    }
    // A light box beside its name is written in, however its edge is drawn.
    if b.is_paper() && !lines && left_gap <= 2 * em && area.h <= 3 * em && is_labelled(scene, area) {
        return Some(Element { value: content.text(), ..element(Role::TextField, 0.6) });
    }
    // A field that has the focus may be tinted: its name stands beside it.
    if b.has_border && !lines && left_gap <= 2 * em && area.h <= 3 * em && is_labelled(scene, area) {
        return Some(Element { value: content.text(), ..element(Role::TextField, 0.6) });
    }
    // Words far apart on one strip are the cells of a row.
    if content.is_parted(em) && !lines && area.h <= 3 * em && !b.has_border {
        return Some(row());
    }
    if lines || area.w > 45 * em {
        return None;
    }
    // A coloured strip with words at its left is a row that is chosen; a short one is a button.
    let is_row = area.w > content.ink.w + 6 * em || area.w > 16 * em;
    // A row has others above or below it; a box that stands alone is written in.
    if is_row && left_gap <= 3 * em && area.h <= 3 * em && !has_sibling(scene, area, content.ink) {
        return Some(Element { value: content.text(), ..element(Role::TextField, 0.5) });
    }
    if is_row {
        return Some(row());
    }
    Some(Element { label: content.text(), ..element(Role::Button, 0.5) })
}

/// Whether several of the names that menu bars have stand in a box.
fn is_menu_bar(content: &Content<'_>) -> bool {
    let words = content.words.iter().flat_map(|t| &t.words);
    let named = words.filter(|w| super::lines::is_menu_name(&w.text)).count();
    let signs: usize = content.words.iter().map(|t| t.words.len()).sum();
    named >= 2 && named * 3 >= signs
}

/// Whether coloured words and a sign before them stand on a tint of their colour: a notice, not a field.
fn is_notice(scene: &Scene<'_>, b: &Box, content: &Content<'_>) -> bool {
    let sign = content.other_marks.iter().any(|m| m.right() <= content.ink.x);
    let ink = content.words.first().map(|t| super::lines::colours(scene, t.area).0);
    sign && chroma(b.fill) >= 8 && ink.is_some_and(|ink| chroma(ink) > 60)
}

/// Whether all that is written in a box is one faint line: what a field says while nothing was typed.
fn is_placeholder(scene: &Scene<'_>, content: &Content<'_>) -> bool {
    // The grip at the corner of an area to write in may be read as letters.
    let mut lines = content.words.iter().filter(|t| t.area.h * 2 > scene.em);
    let (first, second) = (lines.next(), lines.next());
    first.is_some_and(|t| super::lines::is_faint(scene, t.area, scene.usual_contrast)) && second.is_none()
}

/// Whether a line begins right above or below `area` where the one in it, `ink`, does.
fn has_sibling(scene: &Scene<'_>, area: RectPx, ink: RectPx) -> bool {
    let near = |t: &TextSpan| {
        let gap = (t.area.y - area.bottom()).max(area.y - t.area.bottom());
        (0..=area.h * 3 / 2).contains(&gap) && (t.area.x - ink.x).abs() <= scene.em / 2
    };
    scene.text.iter().any(near)
}

/// Whether a box as high stands above or below `area`, as badges and buttons do in a column.
fn has_twin(scene: &Scene<'_>, area: RectPx) -> bool {
    let like = |a: &RectPx| {
        (a.x - area.x).abs() <= 3 && (a.h - area.h).abs() <= 3 && (a.y - area.y).abs() > area.h && a.w < 3 * area.w
    };
    scene.panels.iter().any(|p| like(&p.area))
}

/// Whether a name stands to the left of `area` or right above it.
fn is_labelled(scene: &Scene<'_>, area: RectPx) -> bool {
    let em = scene.em;
    let left = |t: &TextSpan| t.area.row_overlap(&area) > 0.5 && (0..=8 * em).contains(&(area.x - t.area.right()));
    let above = |t: &TextSpan| {
        (t.area.x - area.x).abs() <= em
            && (0..=em * 12 / 10).contains(&(area.y - t.area.bottom()))
            && t.area.w < 20 * em
    };
    scene.text.iter().any(|t| left(t) || above(t))
}

/// Drop-downs end in one arrow, spinners in two.
fn role_by_end(scene: &Scene<'_>, area: RectPx, content: &Content<'_>) -> Option<Role> {
    let em = scene.em;
    // Where a form takes the whole width of a window, so do its lists.
    if area.w < 2 * area.h || area.w > 110 * em {
        return None;
    }
    let small = |m: &&RectPx| m.w <= em * 5 / 4 && m.h <= em * 5 / 4 && m.w * 3 >= em;
    let marks: Vec<&RectPx> = content.end_marks.iter().filter(small).collect();
    let stacked = marks
        .iter()
        .any(|a| marks.iter().any(|b| b.y >= a.bottom() - 1 && (a.center().x - b.center().x).abs() <= em / 3));
    let number = content.text().is_some_and(|t| t.chars().next().is_some_and(|c| c.is_ascii_digit() || c == '-'));
    if stacked || (number && marks.len() == 2) {
        return Some(Role::Spinner);
    }
    let one = marks.iter().find(|m| (m.center().y - area.center().y).abs() <= em / 2)?;
    let arrow = one.w >= one.h && one.h * 4 >= one.w && is_arrow_down(scene, **one);
    // Two arrows on each other may touch and be one mark: as high as wide, and open in the middle.
    (arrow && marks.len() == 1).then_some(Role::DropDown)
}

/// Whether ink narrows downwards: `v`, `▾`.
fn is_arrow_down(scene: &Scene<'_>, mark: RectPx) -> bool {
    let ground = scene.around(mark.grow(-2));
    let spread = |y: i32| {
        let mut ink = (mark.x..mark.right()).filter(|&x| scene.colour(x, y).is_some_and(|c| distance(c, ground) > 40));
        let first = ink.next();
        first.map_or(0, |first| ink.next_back().unwrap_or(first) - first + 1)
    };
    let (top, bottom) = (spread(mark.y).max(spread(mark.y + 1)), spread(mark.bottom() - 1));
    top * 10 >= mark.w * 6 && bottom * 2 <= top
}

/// A box without words: a field, or a button with an icon.
fn wordless(scene: &Scene<'_>, b: &Box, content: &Content<'_>) -> Option<Element> {
    let (area, em) = (b.area, scene.em);
    let icon = content.other_marks.iter().chain(&content.end_marks).fold(RectPx::default(), |all, m| all.union(m));
    let in_middle = !icon.is_empty() && (icon.center().x - area.center().x).abs() <= area.w / 6 + 1;
    if in_middle && area.w <= area.h * 3 {
        return Some(Element::seen(Role::Button, area, 0.6));
    }
    let empty = icon.is_empty() || icon.w < area.w / 4;
    // A short one is known by those of its kind beside it.
    let wide = area.w > 2 * area.h && area.w >= 3 * em;
    let short = b.has_border && area.w * 10 >= area.h * 12 && area.w >= 2 * em && has_neighbour(scene, area);
    // On dark themes fields may be lighter than what is around them: a name tells them, and the height of a line.
    let of_a_line = area.h * 10 >= 13 * em && area.h <= 4 * em && area.w >= 4 * em && chroma(b.fill) < 40;
    let named = wide && of_a_line && is_labelled(scene, area);
    (empty && (named || b.is_paper() && (wide || short))).then(|| Element::seen(Role::TextField, area, 0.6))
}

/// Whether a box of the same size stands beside `area`, with some space between them.
fn has_neighbour(scene: &Scene<'_>, area: RectPx) -> bool {
    let like = |a: &RectPx| {
        let gap = (a.x - area.right()).max(area.x - a.right());
        (a.y - area.y).abs() <= 2 && (a.h - area.h).abs() <= 2 && (a.w - area.w).abs() <= 2 && gap >= 4 && gap <= area.w
    };
    scene.panels.iter().any(|p| like(&p.area))
}

/// A large key: one sign or short name in the middle of a bordered box, or of one with a colour of its own.
fn key(scene: &Scene<'_>, b: &Box, content: &Content<'_>) -> Option<Element> {
    let (area, em) = (b.area, scene.em);
    if area.h > 10 * em || area.w > 10 * em || content.words.len() > 1 {
        return None;
    }
    let marks = content.other_marks.iter().chain(&content.end_marks);
    let ink = marks.fold(content.ink, |all, m| all.union(m));
    let middle = |ink: i32, area: i32, side: i32| (ink - area).abs() <= side / 10 + 1;
    let centred = middle(ink.center().x, area.center().x, area.w) && middle(ink.center().y, area.center().y, area.h);
    let alone = !ink.is_empty() && ink.h <= 5 * em / 2 && ink.w <= area.w * 8 / 10;
    let stands_out = b.has_border || distance(b.fill, b.around) > 24;
    let is_key = alone && centred && stands_out;
    is_key.then(|| Element { label: content.text(), ..Element::seen(Role::Button, area, 0.5) })
}

/// A large area of one strong colour with words on it.
fn tile(scene: &Scene<'_>, b: &Box, content: &Content<'_>) -> Option<Element> {
    let strong = chroma(b.fill) > 60 && distance(b.fill, b.around) > 40;
    let part = b.area.area() * 12 < scene.bounds().area() && b.area.w < 60 * scene.em;
    let is_tile = strong && part && !content.words.is_empty();
    is_tile.then(|| Element { label: content.text(), ..Element::seen(Role::Button, b.area, 0.4) })
}

/// A large area of paper that one can write in.
fn large(scene: &Scene<'_>, b: &Box, content: &Content<'_>) -> Option<Element> {
    let (area, em) = (b.area, scene.em);
    let line = content.words.first().map_or(area, |t| t.area);
    let at_top = line.y - area.y <= 2 * em && line.x - area.x <= area.w / 4;
    if area.h <= 20 * em && area.w >= 8 * em && at_top && is_placeholder(scene, content) {
        return Some(Element { value: content.text(), ..Element::seen(Role::TextField, area, 0.4) });
    }
    if area.h <= em * 9 / 2 || area.w < 8 * em || !b.is_paper() || !b.has_border {
        return None;
    }
    // Running text begins at the edge; what is set in is a list or a menu.
    let edge = content.words.iter().map(|t| t.area.x).min().unwrap_or(area.x) - area.x;
    if edge > em * 3 / 2 {
        return None;
    }
    let mut middles: Vec<i32> = content.words.iter().map(|t| t.area.center().y).collect();
    middles.sort_unstable();
    let tight = middles.windows(2).map(|m| m[1] - m[0]).filter(|step| *step > em / 2).min();
    if tight.is_some_and(|step| step * 10 > em * 18) {
        return None;
    }
    let value = content.words.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join("\n");
    let value = (!value.is_empty()).then_some(value);
    Some(Element { value, ..Element::seen(Role::TextField, area, 0.4) })
}
