//! Lists and tables: which rows belong together, what their columns are called, where a row and a column meet.

use super::super::alike::similarity;
use crate::screen::{Element, Percept, PointPx, RectPx, Role, TextSpan};

/// From this likeness on, a text is the name of a row or column.
const NAMES: f32 = 0.8;

/// Rows one below the other.
#[derive(Debug, Clone)]
pub struct List {
    pub rows: Vec<Row>,
}

/// One row, with its texts from the left.
#[derive(Debug, Clone)]
pub struct Row {
    pub area: RectPx,
    pub selected: bool,
    pub cells: Vec<(String, RectPx)>,
}

impl List {
    pub fn area(&self) -> RectPx {
        self.rows.iter().fold(RectPx::default(), |all, r| all.union(&r.area))
    }

    /// The rows below the names of the columns.
    pub fn items(&self) -> &[Row] {
        &self.rows[usize::from(self.has_header())..]
    }

    /// Whether the first row names columns: words above numbers, and no number itself.
    fn has_header(&self) -> bool {
        let Some((first, rest)) = self.rows.split_first() else { return false };
        let plain = |(text, _): &(String, RectPx)| !has_digit(text) && text.split_whitespace().count() <= 3;
        if rest.is_empty() || first.cells.len() < 2 || !first.cells.iter().all(plain) {
            return false;
        }
        let below = |area: &RectPx, row: &Row| {
            let cell = row.cells.iter().find(|(_, a)| a.column_overlap(area) > 0.2);
            cell.is_some_and(|(text, _)| has_digit(text))
        };
        let numeric = |(_, area): &(String, RectPx)| rest.iter().filter(|r| below(area, r)).count() * 2 > rest.len();
        first.cells.iter().any(numeric)
    }
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

/// All lists and tables of a screen, the largest first.
pub fn lists(percept: &Percept) -> Vec<List> {
    let is_row = |r: Role| matches!(r, Role::ListRow | Role::MenuItem);
    let mut rows: Vec<Row> = percept
        .elements
        .iter()
        .filter(|e| is_row(e.role) && e.area.w > e.area.h)
        .map(|e| {
            let mut cells: Vec<(String, RectPx)> = percept.text_in(e.area).map(|t| (t.text.clone(), t.area)).collect();
            cells.sort_by_key(|(_, a)| a.x);
            Row { area: e.area, selected: e.state.selected == Some(true), cells }
        })
        .collect();
    rows.sort_by_key(|r| r.area.y);
    let mut lists: Vec<List> = Vec::new();
    for row in rows {
        let follows = |l: &&mut List| {
            l.rows.last().is_some_and(|last| {
                let (a, b) = (&last.area, &row.area);
                // What is chosen may be drawn a little narrower than the others.
                let aligned = a.column_overlap(b) > 0.75 && a.w.min(b.w) * 2 > a.w.max(b.w);
                aligned && (-4..=a.h.min(b.h)).contains(&(b.y - a.bottom())) && (a.h - b.h).abs() * 2 <= a.h.max(b.h)
            })
        };
        match lists.iter_mut().find(follows) {
            Some(list) => list.rows.push(row),
            None => lists.push(List { rows: vec![row] }),
        }
    }
    lists.retain(|l| l.rows.len() > 1);
    lists.sort_by_key(|l| std::cmp::Reverse((l.rows.len() as i64) * l.area().area()));
    lists
}

/// Where a row and a column meet.
#[derive(Debug, Clone)]
pub struct Cell {
    pub text: Option<String>,
    pub area: RectPx,
    /// How well the names of row and column fit, in `[0, 1]`.
    pub fit: f32,
}

impl Cell {
    pub fn at(&self) -> PointPx {
        self.area.center()
    }
}

/// The cell where the row with a text like `row` meets the column under a text like `column`.
pub fn cell(percept: &Percept, row: &str, column: &str) -> Option<Cell> {
    if row.parse::<u32>().is_ok()
        && let Some(area) = Grid::of(percept).and_then(|grid| grid.cell(column, row))
    {
        let text = percept.text_in(area).map(|t| t.text.clone()).next();
        return Some(Cell { text, area, fit: 1.0 });
    }
    let named = |name: &str| -> Vec<(f32, &TextSpan)> {
        let fits = percept.text.iter().map(|t| (name_likeness(name, &t.text), t));
        fits.filter(|(fit, _)| *fit >= NAMES).collect()
    };
    let (columns, rows) = (named(column), named(row));
    let meetings = columns.iter().flat_map(|c| rows.iter().map(move |r| (c, r)));
    let valid = meetings.filter(|((_, c), (_, r))| {
        r.area.y >= c.area.bottom() - 2 && c.area.row_overlap(&r.area) < 0.2 && c.area.column_overlap(&r.area) < 0.5
    });
    let scored = valid.filter_map(|((cf, c), (rf, r))| {
        let below = r.area.y - c.area.bottom();
        let is_grid = column.chars().count() <= 3 && row.chars().all(|c| c.is_ascii_digit());
        let cell = meet(percept, r, c).filter(|_| is_grid || are_aligned(percept, c, r))?;
        // What is in one row of a list belongs together before all else.
        let in_row = percept.elements.iter().any(|e| {
            e.role == Role::ListRow && e.area.contains(r.area.center()) && e.area.contains(cell.area.center())
        });
        Some((Cell { fit: cf * rf * if in_row { 1.0 } else { 0.9 }, ..cell }, below))
    });
    // The better names first, then the nearer header.
    scored.max_by(|a, b| a.0.fit.total_cmp(&b.0.fit).then(b.1.cmp(&a.1))).map(|(cell, _)| cell)
}

/// How alike `name` is to a text, or to what stands in it before a comma or bracket: "Oak shelf, 180 cm".
pub fn name_likeness(name: &str, text: &str) -> f32 {
    let text = text.trim_end_matches(':');
    let lead = text.split([',', '(']).next().unwrap_or(text);
    similarity(name, text).max(0.95 * similarity(name, lead))
}

/// Whether the texts beside `row` stand under the texts beside `column`, as in a table: two of them at least.
fn are_aligned(percept: &Percept, column: &TextSpan, row: &TextSpan) -> bool {
    let level = |t: &TextSpan, with: &TextSpan| t.area.row_overlap(&with.area) > 0.5;
    let header: Vec<&TextSpan> = percept.text.iter().filter(|t| level(t, column)).collect();
    let under = |t: &&TextSpan| {
        header.iter().any(|h| {
            let (a, b) = (&t.area, &h.area);
            let off = (a.x - b.x).abs().min((a.right() - b.right()).abs()).min((a.center().x - b.center().x).abs());
            off <= b.h
        })
    };
    let in_row = percept.text.iter().filter(|t| level(t, row)).filter(under).count() >= 2;
    // Cells may be empty, or hold no more than a dash: then the names of the rows below their head make the table.
    let is_name = |t: &&TextSpan| (t.area.x - row.area.x).abs() <= 4 && t.area.y > column.area.y;
    let named = header.len() >= 3 && under(&row) && percept.text.iter().filter(is_name).count() >= 3;
    in_row || named
}

fn meet(percept: &Percept, row: &TextSpan, column: &TextSpan) -> Option<Cell> {
    let header: Vec<RectPx> = percept
        .text
        .iter()
        .filter(|t| t.area.row_overlap(&column.area) > 0.5 && t.area != column.area)
        .map(|t| t.area)
        .collect();
    // A lone word above is no head of a table.
    if header.is_empty() {
        return None;
    }
    let left = header.iter().map(RectPx::right).filter(|&x| x <= column.area.x).max().unwrap_or(column.area.x - 40);
    let right = header.iter().map(|a| a.x).filter(|&x| x >= column.area.right());
    let right = right.min().unwrap_or(column.area.right() + 200).min(percept.width as i32);
    let level = |t: &&TextSpan| t.area.row_overlap(&row.area) > 0.5 && t.area != row.area;
    let within = |t: &&TextSpan| t.area.right() > left && t.area.x < right;
    let offset = |t: &&TextSpan| {
        let (a, c) = (&t.area, &column.area);
        (a.x - c.x).abs().min((a.right() - c.right()).abs()).min((a.center().x - c.center().x).abs())
    };
    let text = percept.text.iter().filter(level).filter(within).min_by_key(offset);
    let nearest = text.filter(|t| offset(t) <= (right - left) / 2);
    Some(match nearest {
        Some(text) => {
            let (said, area) = words_between(text, left, right).unwrap_or_else(|| (text.text.clone(), text.area));
            Cell { text: Some(said), area, fit: 0.0 }
        }
        None => {
            let across = RectPx::from_corners(column.area.x, row.area.y, column.area.right(), row.area.bottom());
            Cell { text: None, area: across, fit: 0.0 }
        }
    })
}

/// The words of a line that stand between `left` and `right`, where it reaches beyond: cells that stand close together
/// are read as one line.
fn words_between(line: &TextSpan, left: i32, right: i32) -> Option<(String, RectPx)> {
    let reaches = line.area.right() > right + 4 || line.area.x < left - 4;
    let inside: Vec<_> = line.words.iter().filter(|w| (left..right).contains(&w.area.center().x)).collect();
    if !reaches || inside.is_empty() || inside.len() == line.words.len() {
        return None;
    }
    let area = inside.iter().fold(RectPx::default(), |all, w| all.union(&w.area));
    Some((inside.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "), area))
}

/// A spreadsheet: columns headed by letters, rows by numbers.
#[derive(Debug, Clone)]
pub struct Grid {
    columns: Vec<(char, RectPx)>,
    rows: Vec<(u32, RectPx)>,
}

impl Grid {
    /// The spreadsheet of a screen: numbers one below the other, and above them strips with letters.
    pub fn of(percept: &Percept) -> Option<Self> {
        let rows = numbers(percept);
        let first = rows.first()?.1;
        let is_head = |e: &&Element| {
            let above = first.y - e.area.bottom();
            matches!(e.role, Role::Pane | Role::TextField | Role::Button)
                && (-4..=2 * first.h).contains(&above)
                && e.area.h <= 4 * first.h
                && e.area.x >= first.right()
        };
        let mut heads: Vec<RectPx> = percept.elements.iter().filter(is_head).map(|e| e.area).collect();
        heads.sort_by_key(|a| a.x);
        heads.dedup_by(|b, a| b.x < a.right() - 4);
        let in_heads =
            percept.text.iter().filter(|t| heads.iter().any(|h| h.row_overlap(&t.area) > 0.5)).flat_map(|t| &t.words);
        let offset = heads.iter().enumerate().find_map(|(at, head)| {
            let mut own = in_heads.clone().filter(|w| head.contains(w.area.center()) && w.text.len() == 1);
            own.find_map(|w| w.text.chars().next().filter(char::is_ascii_uppercase)).map(|c| c as i32 - at as i32)
        })?;
        let columns = heads
            .iter()
            .enumerate()
            .filter_map(|(at, head)| Some((char::from(u8::try_from(offset + at as i32).ok()?), *head)));
        let columns: Vec<(char, RectPx)> = columns.collect();
        (columns.len() >= 2).then_some(Self { columns, rows })
    }

    /// The head of the column `letter`.
    pub fn column(&self, letter: &str) -> Option<RectPx> {
        let mut chars = letter.trim().chars();
        let wanted = chars.next().filter(|_| chars.next().is_none())?.to_ascii_uppercase();
        self.columns.iter().find(|(name, _)| *name == wanted).map(|(_, area)| *area)
    }

    pub fn cell(&self, column: &str, row: &str) -> Option<RectPx> {
        let across = self.column(column)?;
        let number: u32 = row.parse().ok()?;
        let pitch = self.rows.windows(2).map(|p| p[1].1.center().y - p[0].1.center().y).min()?;
        let down = self.rows.iter().find(|(n, _)| *n == number)?.1.center().y;
        Some(RectPx::new(across.x, down - pitch / 2, across.w, pitch))
    }
}

/// Numbers that count on, one below the other.
fn numbers(percept: &Percept) -> Vec<(u32, RectPx)> {
    let all: Vec<(u32, RectPx)> =
        percept.text.iter().filter_map(|t| Some((t.text.trim().parse().ok()?, t.area))).collect();
    let run_from = |(first, area): &(u32, RectPx)| {
        let mut run = vec![(*first, *area)];
        while let Some(next) = all.iter().find(|(n, a)| {
            let (last, at) = run[run.len() - 1];
            *n == last + 1
                && a.y > at.y
                && a.y - at.bottom() <= 3 * at.h
                && (a.center().x - at.center().x).abs() <= at.h
        }) {
            run.push(*next);
        }
        run
    };
    all.iter().map(run_from).max_by_key(Vec::len).filter(|run| run.len() >= 4).unwrap_or_default()
}

/// The row and column of a spreadsheet's cell: `B4`.
pub fn coordinates(name: &str) -> Option<(String, String)> {
    let name = name.trim();
    let split = name.find(|c: char| c.is_ascii_digit())?;
    let (column, row) = name.split_at(split);
    let letters = (1..=3).contains(&column.len()) && column.chars().all(|c| c.is_ascii_alphabetic());
    (letters && row.len() <= 5 && row.chars().all(|c| c.is_ascii_digit()))
        .then(|| (row.to_owned(), column.to_ascii_uppercase()))
}

/// The middle of the first text in `area`: rows are pressed where they are named.
pub fn first_text(percept: &Percept, area: RectPx) -> Option<PointPx> {
    percept.text_in(area).min_by_key(|t| t.area.x).map(|t| t.area.center())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::Word;

    fn word(text: &str, x: i32, y: i32) -> TextSpan {
        let area = RectPx::new(x, y, 8 * text.len() as i32, 12);
        let words = vec![Word { text: text.into(), area }];
        TextSpan { text: text.into(), area, confidence: 1.0, words, window: None }
    }

    /// A sheet with three columns of which two letters were read, and five rows.
    fn sheet() -> Percept {
        let heads = [(40, 100), (140, 60), (200, 80)];
        let pane = |(x, w): (i32, i32)| Element::seen(Role::Pane, RectPx::new(x, 80, w, 20), 0.5);
        let numbers = (1..=5).map(|n| word(&n.to_string(), 14, 84 + 20 * n));
        let text = [word("A", 86, 84), word("C", 236, 84), word("12", 150, 124)];
        Percept {
            width: 400,
            height: 400,
            text: text.into_iter().chain(numbers).collect(),
            elements: heads.into_iter().map(pane).collect(),
            ..Percept::default()
        }
    }

    #[test]
    fn cells_of_a_spreadsheet_are_where_letters_and_numbers_meet() {
        let grid = Grid::of(&sheet()).unwrap();
        assert_eq!(grid.cell("B", "2"), Some(RectPx::new(140, 120, 60, 20)));
        assert_eq!(grid.column("C"), Some(RectPx::new(200, 80, 80, 20)));
        assert_eq!((grid.cell("D", "2"), grid.cell("B", "9")), (None, None));
        assert_eq!(cell(&sheet(), "2", "B").and_then(|c| c.text).as_deref(), Some("12"));
    }

    #[test]
    fn a_name_may_be_followed_by_more_in_its_text() {
        assert!(name_likeness("Oak shelf", "Oak shelf, 180 cm") >= NAMES);
        assert!(name_likeness("Oak shelf", "Oak table, 180 cm") < NAMES);
    }
}
