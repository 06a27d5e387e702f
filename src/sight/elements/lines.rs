//! What is told by its text alone: links, tabs, entries of menus, rows of lists, title bars, dialogs.

use super::Scene;
use super::colour::{Rgb, chroma, distance, luminance, median};
use super::lists;
use super::regions::Region;
use crate::screen::{Element, RectPx, Role, State, TextSpan, Word};

/// Everything that is a line of text, or a strip with one.
pub fn lines(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let mut all = title_bars(scene, found);
    all.extend(links(scene, found));
    all.extend(menu_bars(scene, found));
    let rows = rows(scene, found);
    all.extend(rows);
    all
}

/// The colour of a word's letters, and of what is behind them.
pub fn colours(scene: &Scene<'_>, area: RectPx) -> (Rgb, Rgb) {
    let pixels: Vec<Rgb> = (area.y..area.bottom())
        .flat_map(|y| (area.x..area.right()).map(move |x| (x, y)))
        .filter_map(|(x, y)| scene.colour(x, y))
        .collect();
    let ground = median(pixels.iter().copied());
    let far = pixels.iter().map(|p| distance(*p, ground)).max().unwrap_or(0);
    let ink = super::colour::mean(pixels.into_iter().filter(|p| distance(*p, ground) * 4 > far * 3));
    (ink, ground)
}

/// Runs of words in a colour of their own, blue before all, or underlined.
fn links(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let pressed = |area: RectPx| {
        found.iter().any(|e| {
            matches!(e.role, Role::Button | Role::TextField) && e.area.h <= 5 * scene.em && e.area.holds(&area)
        })
    };
    let mut links = Vec::new();
    for line in scene.text {
        let mut run: Vec<&Word> = Vec::new();
        for word in line.words.iter().map(Some).chain([None]) {
            // Links side by side may have been read as one line.
            let apart = |w: &Word| run.last().is_some_and(|last| w.area.x - last.area.right() > line.area.h * 8 / 10);
            if word.is_some_and(apart) {
                links.extend(link(&run).filter(|l| !pressed(l.area)));
                run.clear();
            }
            match word.filter(|w| is_link(scene, w.area)) {
                Some(word) => run.push(word),
                None => {
                    links.extend(link(&run).filter(|l| !pressed(l.area)));
                    run.clear();
                }
            }
        }
    }
    links
}

fn link(words: &[&Word]) -> Option<Element> {
    let area = words.iter().fold(RectPx::default(), |all, w| all.union(&w.area));
    let label = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    let spoken = label.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    (!words.is_empty() && spoken).then(|| Element { label: Some(label), ..Element::seen(Role::Link, area, 0.5) })
}

fn is_link(scene: &Scene<'_>, area: RectPx) -> bool {
    let (ink, ground) = colours(scene, area);
    let plain_ground = chroma(ground) < 40;
    let blue =
        i32::from(ink[2]) > i32::from(ink[0]) + 50 && i32::from(ink[2]) + 10 > i32::from(ink[1]) && chroma(ink) > 70;
    (plain_ground && blue) || (is_underlined(scene, area, ink, ground) && area.w > scene.em)
}

/// Whether a line in the letters' colour runs just below them.
fn is_underlined(scene: &Scene<'_>, area: RectPx, ink: Rgb, ground: Rgb) -> bool {
    let near_ink =
        |x: i32, y: i32| scene.colour(x, y).is_some_and(|c| distance(c, ground) > 40 && distance(c, ink) < 90);
    (area.bottom() - 3..=area.bottom() + 2).any(|y| {
        let share = (area.x..area.right()).filter(|&x| near_ink(x, y)).count() as i32;
        // Descenders interrupt the line.
        let beyond = near_ink(area.x - 3 * scene.em, y) && near_ink(area.right() + 3 * scene.em, y);
        share * 10 >= area.w * 8 && !beyond
    })
}

/// Strips across the top of a window with its title and, at an end, its buttons.
fn title_bars(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let is_strip = |p: &&Region| {
        let a = p.area;
        (em * 14 / 10..=em * 7 / 2).contains(&a.h)
            && a.w >= 14 * em
            && a.w > 6 * a.h
            && scene.regions.is_rectangle(p, em)
    };
    let mut bars = Vec::new();
    let is_control = |p: &&Region| found.iter().any(|e| e.area.iou(&p.area) > 0.7);
    for strip in scene.panels.iter().filter(is_strip).filter(|p| !is_control(p)) {
        let area = strip.area;
        let texts: Vec<&TextSpan> = scene.text_in(area).collect();
        let at_right = |d: &RectPx| d.center().x > area.right() - 8 * em && d.w <= 2 * em;
        let at_left = |d: &RectPx| d.center().x < area.x + 6 * em && d.w <= 2 * em;
        let marks: Vec<RectPx> = scene
            .drawings_in(area)
            .map(|d| d.area)
            .chain(texts.iter().filter(|t| t.text.chars().count() == 1).map(|t| t.area))
            .collect();
        let buttons = marks.iter().filter(|m| at_right(m)).count().max(marks.iter().filter(|m| at_left(m)).count());
        let titles: Vec<&&TextSpan> = texts.iter().filter(|t| t.text.chars().count() > 1).collect();
        let closes = marks.iter().any(|m| m.center().x > area.right() - 3 * em);
        let is_bar = titles.len() == 1 && (buttons >= 2 || (buttons == 1 && closes && area.w < scene.bounds().w));
        if is_bar {
            bars.push(Element { label: Some(titles[0].text.clone()), ..Element::seen(Role::TitleBar, area, 0.6) });
        }
    }
    bars
}

/// Rows of short words side by side near the top of something: menus, and tabs where one is set apart.
fn menu_bars(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let em = scene.em;
    let free = |t: &&TextSpan| {
        let pressed = |e: &Element| {
            matches!(e.role, Role::Button | Role::TextField | Role::DropDown | Role::Spinner | Role::Tab)
                && e.area.holds(&t.area)
        };
        t.text.chars().count() <= 24 && t.text.chars().any(char::is_alphabetic) && !found.iter().any(pressed)
    };
    let mut rows: Vec<Vec<&TextSpan>> = Vec::new();
    for text in scene.text.iter().filter(free) {
        let beside = |row: &&mut Vec<&TextSpan>| {
            row.last().is_some_and(|last| {
                let gap = text.area.x - last.area.right();
                (em / 2..=em * 3).contains(&gap) && last.area.row_overlap(&text.area) > 0.7
            })
        };
        match rows.iter_mut().find(beside) {
            Some(row) => row.push(text),
            None => rows.push(vec![text]),
        }
    }
    let is_menu = |row: &&Vec<&TextSpan>| row.len() >= 3 && row.iter().filter(|t| is_menu_name(&t.text)).count() >= 2;
    rows.iter().filter(is_menu).flat_map(|row| row.iter().flat_map(|t| entries(t))).collect()
}

/// Names that menu bars have on most desktops.
pub fn is_menu_name(text: &str) -> bool {
    const NAMES: [&str; 22] = [
        "file",
        "edit",
        "view",
        "insert",
        "format",
        "tools",
        "help",
        "window",
        "search",
        "options",
        "go",
        "bookmarks",
        "terminal",
        "run",
        "data",
        "document",
        "table",
        "record",
        "debug",
        "project",
        "history",
        "settings",
    ];
    let lower = text.to_lowercase();
    lower.split_whitespace().any(|word| NAMES.contains(&word))
}

/// The entries of a menu bar that were read as one line are its words.
fn entries(line: &TextSpan) -> Vec<Element> {
    let entry = |label: &str, area: RectPx| Element {
        label: Some(label.to_owned()),
        ..Element::seen(Role::MenuItem, area, 0.6)
    };
    let several = line.words.len() > 1 && line.words.iter().filter(|w| is_menu_name(&w.text)).count() > 1;
    if several {
        line.words.iter().map(|w| entry(&w.text, w.area)).collect()
    } else {
        vec![entry(&line.text, line.area)]
    }
}

/// Rows are told by their lines and stripes first, then by their rhythm.
fn rows(scene: &Scene<'_>, found: &[Element]) -> Vec<Element> {
    let mut rows = stacked(scene);
    join_cells(&mut rows, scene.em);
    rows.retain(|row| row.label.is_some());
    let by_rhythm = lists::rows(scene, found);
    let doubled = |e: &Element| {
        rows.iter()
            .any(|r| e.area.iou(&r.area) > 0.5 || e.area.covered_by(&r.area) > 0.7 || r.area.covered_by(&e.area) > 0.9)
    };
    let new: Vec<Element> = by_rhythm.into_iter().filter(|e| !doubled(e)).collect();
    rows.extend(new);
    rows
}

/// Cells side by side are one row.
fn join_cells(rows: &mut Vec<Element>, em: i32) {
    rows.sort_by_key(|e| (e.area.y, e.area.x));
    let mut joined: Vec<Element> = Vec::new();
    for cell in rows.drain(..) {
        let beside = |row: &&mut Element| {
            (row.area.y - cell.area.y).abs() <= 2
                && (row.area.h - cell.area.h).abs() <= 4
                && (-2..=em / 2).contains(&(cell.area.x - row.area.right()))
        };
        match joined.iter_mut().find(beside) {
            Some(row) => {
                row.area = row.area.union(&cell.area);
                let labels = [row.label.take(), cell.label];
                let said: Vec<String> = labels.into_iter().flatten().collect();
                row.label = (!said.is_empty()).then(|| said.join(" "));
                row.state.selected = row.state.selected.max(cell.state.selected);
            }
            None => joined.push(cell),
        }
    }
    *rows = joined;
}

/// Strips of one width on top of each other, parted by lines or by their colours.
fn stacked(scene: &Scene<'_>) -> Vec<Element> {
    let em = scene.em;
    let is_strip = |p: &&Region| {
        let a = p.area;
        a.w >= 7 * em
            && (em * 13 / 10..=em * 8).contains(&a.h)
            && a.w > 2 * a.h
            && scene.regions.is_rectangle(p, em / 2)
    };
    let mut strips: Vec<&Region> = scene.panels.iter().filter(is_strip).collect();
    strips.sort_by_key(|p| (p.area.x, p.area.y));
    let mut groups: Vec<Vec<&Region>> = Vec::new();
    for strip in strips {
        let follows = |group: &&mut Vec<&Region>| {
            group.last().is_some_and(|last| {
                let (a, b) = (last.area, strip.area);
                (a.x - b.x).abs() <= 2 && (a.w - b.w).abs() <= 4 && (-2..=em / 2 + 2).contains(&(b.y - a.bottom()))
            })
        };
        match groups.iter_mut().find(follows) {
            Some(group) => group.push(strip),
            None => groups.push(vec![strip]),
        }
    }
    groups.into_iter().filter(|g| g.len() >= 3).flat_map(|group| strip_rows(scene, &group)).collect()
}

fn strip_rows(scene: &Scene<'_>, group: &[&Region]) -> Vec<Element> {
    // Striped lists have two usual colours; what is chosen has one of its own.
    let others = |p: &Region| group.iter().filter(|o| distance(o.colour, p.colour) <= 12).count();
    let row = |p: &&Region| {
        let cells: Vec<&str> = scene.text_in(p.area).map(|t| t.text.as_str()).collect();
        let selected = others(p) == 1 && group.iter().any(|o| distance(o.colour, p.colour) > 16);
        // A cell without words still belongs to its row.
        let label = (!cells.is_empty()).then(|| cells.join(" "));
        Element { label, state: State::chosen(selected), ..Element::seen(Role::ListRow, p.area, 0.6) }
    };
    group.iter().map(row).collect()
}

/// Whether letters are so faint against their ground that what they name cannot be used.
pub fn is_faint(scene: &Scene<'_>, area: RectPx, usual: i32) -> bool {
    let (ink, ground) = colours(scene, area);
    let contrast = (luminance(ink) - luminance(ground)).abs();
    // Letters on a strong colour stand out less, and are no less usable for that.
    if chroma(ground) > 60 || chroma(ink) > 60 { contrast * 10 < usual * 3 } else { contrast * 10 < usual * 6 }
}

/// The difference in luminance of a line's letters and what is behind them.
pub fn contrast(scene: &Scene<'_>, area: RectPx) -> i32 {
    let (ink, ground) = colours(scene, area);
    (luminance(ink) - luminance(ground)).abs()
}
