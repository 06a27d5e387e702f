//! Records: rows and cards, found by what stands in them.

use super::alike::{fold, similarity};
use super::find::{self, Candidate, tables};
use crate::screen::{Element, Percept, RectPx, Role, TextSpan};

/// Words for kinds of records, which name none.
const KINDS: [&str; 66] = [
    "mail",
    "email",
    "e-mail",
    "message",
    "post",
    "file",
    "order",
    "row",
    "entry",
    "item",
    "record",
    "note",
    "task",
    "ticket",
    "contact",
    "event",
    "appointment",
    "booking",
    "product",
    "article",
    "document",
    "invoice",
    "photo",
    "picture",
    "song",
    "comment",
    "request",
    "customer",
    "account",
    "letter",
    "conversation",
    "thread",
    "line",
    "card",
    "one",
    "folder",
    "issue",
    "notification",
    "reminder",
    "reservation",
    "patient",
    "student",
    "book",
    "loan",
    "parcel",
    "shipment",
    "job",
    "movie",
    "track",
    "transaction",
    "payment",
    "mails",
    "emails",
    "messages",
    "person",
    "user",
    "member",
    "device",
    "recipe",
    "page",
    "tile",
    "tweet",
    "review",
    "offer",
    "trip",
    "flight",
];

/// Words between the kind of a record and what tells it from others.
const LINKS: [&str; 25] = [
    "what",
    "from",
    "by",
    "of",
    "about",
    "titled",
    "called",
    "named",
    "with",
    "to",
    "for",
    "whose",
    "subject",
    "sender",
    "title",
    "name",
    "number",
    "the",
    "is",
    "that",
    "saying",
    "which",
    "says",
    "regarding",
    "on",
];

/// What tells the record that `which` describes from others: "the mail from Anna" → "Anna".
pub fn key(which: &str) -> String {
    let bare = which.trim().trim_matches('"');
    if which.trim().starts_with('"') {
        return bare.to_owned();
    }
    let words: Vec<&str> = bare.split_whitespace().collect();
    let small = |w: &str| {
        let w = w.to_lowercase();
        let w = w.trim_end_matches([',', '.', ':']).trim_end_matches("'s");
        KINDS.contains(&w) || LINKS.contains(&w) || w == "a" || w == "an" || w == "my"
    };
    let first = words.iter().position(|w| !small(w)).unwrap_or(words.len());
    let mut last = words.len();
    // "Anna's mail" and "the report.pdf file".
    let told = |w: &str| KINDS.contains(&w) || ["sent", "wrote", "posted", "has", "said"].contains(&w);
    while last > first + 1 && told(words[last - 1].to_lowercase().as_str()) {
        last -= 1;
    }
    words[first..last].join(" ").trim_end_matches("'s").trim_end_matches("’s").replace('"', "")
}

/// The rows or cards that `which` may mean: those in which its key stands, else those that it describes.
pub fn rows(percept: &Percept, which: &str, within: Option<RectPx>) -> Vec<RectPx> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let key = key(which);
    if key.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<RectPx> =
        if is_ordinal(&key) { Vec::new() } else { holding(percept, &key).into_iter().filter(inside).collect() };
    if found.is_empty() {
        found = described(percept, which).into_iter().filter(inside).collect();
    }
    if found.is_empty() {
        // "Anna about the budget": all of the parts stand in the record.
        found = holding_all(percept, &key).into_iter().filter(inside).collect();
    }
    if found.is_empty() {
        found = bands(percept, &key).into_iter().filter(inside).collect();
    }
    found.into_iter().map(|area| narrowed(percept, area, &key)).collect()
}

/// The strip of `area` in which `key` stands, where `area` holds several lines of one column with a button or sign of
/// its own at the right of each: a list whose rows were not made out.
fn narrowed(percept: &Percept, area: RectPx, key: &str) -> RectPx {
    let wanted = format!(" {} ", fold(key));
    let says = |t: &&TextSpan| format!(" {} ", fold(&t.text)).contains(&wanted);
    let Some(line) = percept.text_in(area).find(says).map(|t| t.area) else { return area };
    let mut column: Vec<RectPx> = percept
        .text_in(area)
        .map(|t| t.area)
        .filter(|a| (a.x - line.x).abs() <= 4 && (a.h - line.h).abs() * 5 <= line.h * 2)
        .collect();
    column.sort_by_key(|a| a.y);
    let presses = |e: &&Element| matches!(e.role, Role::Button | Role::Icon | Role::Link | Role::CheckBox);
    let beside = |a: &RectPx| {
        let level = percept.elements_in(area).filter(presses).filter(|e| e.area.row_overlap(a) > 0.3);
        level.filter(|e| e.area.x > a.right()).map(|e| e.area.center().x).max()
    };
    let own: Vec<(RectPx, i32)> = column.iter().filter_map(|a| Some((*a, beside(a)?))).collect();
    let Some((_, at)) = own.iter().find(|(a, _)| *a == line) else { return area };
    let rows: Vec<RectPx> = own.iter().filter(|(_, x)| (x - at).abs() <= 12).map(|(a, _)| *a).collect();
    let pitch = rows.windows(2).map(|w| w[1].center().y - w[0].center().y).filter(|d| *d >= line.h).min();
    match pitch {
        Some(pitch) if rows.len() >= 3 => RectPx::new(area.x, line.center().y - pitch / 2, area.w, pitch),
        _ => area,
    }
}

fn is_ordinal(key: &str) -> bool {
    let first = key.split(' ').next().unwrap_or_default().to_lowercase();
    ["first", "second", "third", "fourth", "fifth", "sixth", "last", "top", "bottom", "latest", "newest"]
        .contains(&first.as_str())
}

/// The smallest row or card around each text that reads like `key`.
fn holding(percept: &Percept, key: &str) -> Vec<RectPx> {
    let owners = find::owners(percept, key);
    let mut found: Vec<RectPx> = Vec::new();
    for owner in owners {
        let known = |a: &RectPx| owner.covered_by(a) > 0.8 || a.covered_by(&owner) > 0.8;
        if !found.iter().any(known) {
            found.push(owner);
        }
    }
    if !found.is_empty() {
        return found;
    }
    let wanted = fold(key);
    let lines = percept.text.iter().filter(|t| {
        let line = fold(&t.text);
        line == wanted || format!(" {line} ").contains(&format!(" {wanted} "))
    });
    let mut rows: Vec<RectPx> = lines.map(|t| row_of(percept, t.area)).collect();
    rows.sort_by_key(|a| (a.y, a.x));
    rows.dedup_by(|a, b| a.iou(b) > 0.6);
    rows
}

/// The row around a text: the row or card that holds it, else the strip of its line.
fn row_of(percept: &Percept, area: RectPx) -> RectPx {
    let is_row = |e: &&Element| {
        matches!(e.role, Role::ListRow | Role::Pane)
            && e.area.contains(area.center())
            && e.area.h < 260
            && e.area.w > area.w
    };
    let smallest = percept.elements.iter().filter(is_row).min_by_key(|e| e.area.area());
    smallest.map_or_else(
        || {
            let right = percept.width as i32 - 8;
            RectPx::new((area.x - 80).max(0), area.y - area.h / 2, (right - area.x + 80).max(area.w), area.h * 2)
        },
        |e| e.area,
    )
}

/// Rows in which all words of `key` stand.
fn holding_all(percept: &Percept, key: &str) -> Vec<RectPx> {
    let words: Vec<String> = fold(key).split(' ').filter(|w| !LINKS.contains(w)).map(str::to_owned).collect();
    let rows = percept.elements.iter().filter(|e| matches!(e.role, Role::ListRow | Role::Pane) && e.area.h < 260);
    let holds = |e: &&Element| {
        let text: Vec<String> = percept.text_in(e.area).map(|t| fold(&t.text)).collect();
        let text = format!(" {} ", text.join(" "));
        !words.is_empty() && words.iter().all(|w| text.contains(&format!(" {w} ")))
    };
    let mut found: Vec<RectPx> = rows.filter(holds).map(|e| e.area).collect();
    found.sort_by_key(RectPx::area);
    let smallest = found.first().copied();
    found.retain(|a| smallest.is_some_and(|s| s.covered_by(a) < 0.9 || *a == s));
    found
}

/// The lines of a table in which all words of `key` stand.
fn bands(percept: &Percept, key: &str) -> Vec<RectPx> {
    let words: Vec<String> = fold(key).split(' ').filter(|w| !LINKS.contains(w)).map(str::to_owned).collect();
    let mut found: Vec<RectPx> = Vec::new();
    for line in &percept.text {
        let level: Vec<_> = percept.text.iter().filter(|t| t.area.row_overlap(&line.area) > 0.6).collect();
        let said = level.iter().map(|t| fold(&t.text)).collect::<Vec<_>>().join(" ");
        let said = format!(" {said} ");
        if words.len() > 1 && words.iter().all(|w| said.contains(&format!(" {w} "))) {
            let band = level.iter().fold(RectPx::default(), |all, t| all.union(&t.area));
            if !found.iter().any(|f| f.row_overlap(&band) > 0.5) {
                found.push(band);
            }
        }
    }
    found
}

/// What the description says as such: "the second mail", "the selected order".
fn described(percept: &Percept, which: &str) -> Vec<RectPx> {
    let phrase = super::Phrase::parse(which);
    match find::find(percept, &phrase, None) {
        find::Finding::One(one, _) => vec![row_of(percept, one.area)],
        find::Finding::Tie(_) | find::Finding::None(_) => Vec::new(),
    }
}

/// The first text of a record, for a person to choose by.
pub fn title(percept: &Percept, area: RectPx) -> String {
    let texts: Vec<&str> = percept.text_in(area).take(3).map(|t| t.text.as_str()).collect();
    texts.join(", ")
}

/// All records of a kind, from the top: the rows of the largest list that hold what `kind` says besides.
pub fn all(percept: &Percept, kind: &str) -> Vec<RectPx> {
    let key = key(kind);
    let lists = tables::lists(percept);
    let Some(list) = lists.first() else { return Vec::new() };
    let rows = list.items().iter().map(|r| r.area);
    if key.is_empty() {
        return rows.collect();
    }
    let wanted = fold(&key);
    rows.filter(|a| percept.text_in(*a).any(|t| fold(&t.text).contains(&wanted))).collect()
}

/// What was found, from the top: the titles of like blocks one below the other, in the window's main part.
pub fn results(percept: &Percept, within: Option<RectPx>) -> Vec<RectPx> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let links: Vec<RectPx> =
        percept.elements.iter().filter(|e| e.role == Role::Link).map(|e| e.area).filter(inside).collect();
    let best_column = column(&links, 3);
    if !best_column.is_empty() {
        return best_column;
    }
    let lists = tables::lists(percept);
    if let Some(list) = lists.iter().find(|l| inside(&l.area()) && l.items().len() >= 2) {
        return list.items().iter().map(|r| r.cells.first().map_or(r.area, |(_, a)| *a)).collect();
    }
    let cards: Vec<RectPx> =
        find::cards(percept, within.unwrap_or_else(|| RectPx::new(0, 0, percept.width as i32, percept.height as i32)));
    let titles = cards.iter().filter_map(|c| percept.text_in(*c).next().map(|t| t.area)).collect::<Vec<_>>();
    if titles.len() >= 2 { titles } else { links }
}

/// The longest column of boxes that begin at one place, where it has `least` of them.
fn column(areas: &[RectPx], least: usize) -> Vec<RectPx> {
    let mut best: Vec<RectPx> = Vec::new();
    for seed in areas {
        let mut same: Vec<RectPx> = areas.iter().filter(|a| (a.x - seed.x).abs() <= 4).copied().collect();
        same.sort_by_key(|a| a.y);
        if same.len() > best.len() {
            best = same;
        }
    }
    if best.len() >= least { best } else { Vec::new() }
}

/// The field with a magnifier in or beside it.
pub fn search_field(percept: &Percept) -> Option<Candidate> {
    let glass = |e: &&Element| e.icons.iter().take(2).any(|i| i.concept == "search");
    let fields = || percept.elements.iter().filter(|e| e.role == Role::TextField);
    let near = |f: &&Element| {
        percept
            .elements
            .iter()
            .filter(glass)
            .any(|g| f.area.grow(44).contains(g.area.center()) && g.area.row_overlap(&f.area) > 0.3)
    };
    let says = |f: &&Element| {
        let words = [f.label.as_deref(), f.value.as_deref()];
        words.into_iter().flatten().any(|w| fold(w).starts_with("search") || similarity("search", w) > 0.9)
    };
    // A button may say "Search", too; the field is the wider of the two.
    let field = fields().filter(says).max_by_key(|f| f.area.w).or_else(|| fields().find(near))?;
    Some(Candidate {
        label: "search".into(),
        role: Some(Role::TextField),
        area: field.area,
        at: field.area.center(),
        confidence: 0.8,
        element: Some(field.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_was_not_made_out_is_a_strip_of_its_list() {
        let line = |text: &str, y| TextSpan {
            text: text.into(),
            area: RectPx::new(20, y, 90, 14),
            confidence: 1.0,
            words: Vec::new(),
            window: None,
        };
        let text = vec![line("Salt Road", 20), line("Copper Sky", 60), line("Paper Atlas", 100)];
        let mut elements: Vec<Element> =
            [20, 60, 100].map(|y| Element::seen(Role::Icon, RectPx::new(300, y, 4, 16), 0.9)).to_vec();
        elements.push(Element::seen(Role::Pane, RectPx::new(10, 10, 310, 115), 0.9));
        let percept = Percept { width: 400, height: 200, text, elements, ..Percept::default() };
        assert_eq!(rows(&percept, "Paper Atlas", None), [RectPx::new(10, 87, 310, 40)]);
    }

    #[test]
    fn records_are_told_apart_by_what_is_left() {
        for (which, expected) in [
            ("the mail from Anna Berg", "Anna Berg"),
            ("Anna's message", "Anna"),
            ("order 1042", "1042"),
            ("the post by Jo about the picnic", "Jo about the picnic"),
            ("report.pdf", "report.pdf"),
            ("the file \"a b.txt\"", "a b.txt"),
            ("all messages", "all"),
            ("what Boris Grant sent", "Boris Grant"),
        ] {
            assert_eq!(key(which), expected, "{which}");
        }
    }
}
