//! Answers that are worked out of what stands on the screen.

use super::super::alike::fold;
use super::super::find::tables;
use crate::screen::{Element, Percept, RectPx, Role, TextSpan};
use crate::task::{number_in, written};

/// What `question`, folded, asks to be worked out; `read` answers what stands there as it is.
pub fn derived(
    percept: &Percept,
    question: &str,
    area: RectPx,
    read: &dyn Fn(&str) -> Option<(String, RectPx)>,
) -> Option<(String, RectPx)> {
    extreme(percept, question, area)
        .or_else(|| cased(percept, question, area, read))
        .or_else(|| of_words(percept, question, area))
        .or_else(|| of_list(percept, question, area))
        .or_else(|| sum(percept, question, area, read))
        .or_else(|| of_all(percept, question, area, read))
}

/// "which row has the lowest price": the first words of the row whose number in that column is the least or most.
fn extreme(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    let rest = match question {
        q if q.contains("cheapest") || q.contains("least expensive") => "lowest price",
        q if q.contains("most expensive") || q.contains("dearest") => "highest price",
        q => q.strip_prefix("which row has the ")?,
    };
    let (end, column) = rest.split_once(' ').unwrap_or((rest, ""));
    let most = match end {
        "highest" => true,
        "lowest" => false,
        _ => return None,
    };
    let list = tables::lists(percept).into_iter().find(|l| area.contains(l.area().center()) && l.items().len() >= 2)?;
    let valued = list.items().iter().filter_map(|row| {
        let (title, at) = row.cells.first()?;
        let cell = tables::cell(percept, title, column).and_then(|c| number_in(&c.text?));
        // Where no column is called so, the only number of the row is meant.
        let number = cell.or_else(|| {
            let mut numbers = row.cells.iter().skip(1).filter_map(|(text, _)| number_in(text));
            numbers.next().filter(|_| numbers.next().is_none())
        })?;
        Some((number, title.clone(), *at))
    });
    let valued: Vec<(f64, String, RectPx)> = valued.collect();
    // The row whose number was not read may be the one that is asked for.
    if valued.len() < list.items().len() {
        return None;
    }
    let by = |a: &&(f64, String, RectPx), b: &&(f64, String, RectPx)| a.0.total_cmp(&b.0);
    let found = if most { valued.iter().max_by(by) } else { valued.iter().min_by(by) };
    found.map(|(_, title, at)| (title.clone(), *at))
}

/// "the code in capital letters".
fn cased(
    percept: &Percept,
    question: &str,
    within: RectPx,
    read: &dyn Fn(&str) -> Option<(String, RectPx)>,
) -> Option<(String, RectPx)> {
    const UPPER: [&str; 8] = [
        "in upper case",
        "in uppercase",
        "in capital letters",
        "in capitals",
        "in all caps",
        "all caps",
        "in block letters",
        "uppercased",
    ];
    const LOWER: [&str; 4] = ["in lower case", "in lowercase", "in small letters", "lowercased"];
    const BACKWARDS: [&str; 8] = [
        "spelled backwards",
        "spelt backwards",
        "written backwards",
        "backwards",
        "in reverse order",
        "in reverse",
        "reversed",
        "from right to left",
    ];
    let strip = |ends: &[&str]| ends.iter().find(|e| question.contains(**e)).map(|e| question.replacen(e, "", 1));
    if let Some(rest) = strip(&UPPER) {
        let found = read(rest.trim()).or_else(|| person(percept, &rest, within));
        return found.map(|(text, area)| (text.to_uppercase(), area));
    }
    if let Some(rest) = strip(&BACKWARDS) {
        let found = read(rest.trim()).or_else(|| person(percept, &rest, within));
        return found.map(|(text, area)| (text.chars().rev().collect(), area));
    }
    let found = strip(&LOWER).and_then(|rest| read(rest.trim()).or_else(|| person(percept, &rest, within)));
    found.map(|(text, area)| (text.to_lowercase(), area))
}

/// "the name at the top": the first text in `within` that is written like the name of a person.
fn person(percept: &Percept, question: &str, within: RectPx) -> Option<(String, RectPx)> {
    if !question.split(' ').any(|w| w == "name" || w == "person" || w == "persons") {
        return None;
    }
    let is_name = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let capital = |w: &&str| {
            let plain = |c: char| c.is_lowercase() || c == '-' || c == '\'' || c == '’' || c.is_uppercase();
            w.chars().next().is_some_and(char::is_uppercase)
                && w.chars().skip(1).all(plain)
                && w.chars().any(char::is_lowercase)
        };
        (2..=3).contains(&words.len()) && words.iter().all(capital)
    };
    // "Signed in as: Dmitri Castillo", "Quentin Abbott, BH-8453".
    let name_in = |text: &str| {
        let whole = Some(text.trim()).filter(|t| is_name(t));
        let part = || text.split([':', ',', '(', ')', '|', '–', '·']).map(str::trim).find(|part| is_name(part));
        whole.or_else(part).map(str::to_owned)
    };
    let control = |a: &RectPx| {
        let presses = [Role::Button, Role::Tab, Role::MenuItem, Role::TextField, Role::CheckBox, Role::TitleBar];
        percept.elements_in(within).any(|e| presses.contains(&e.role) && e.area.holds(a))
    };
    let lines = percept.text_in(within).filter(|t| !control(&t.area));
    // What stands behind a colon is sooner the name of somebody than a heading of two words.
    let named = lines.filter_map(|t| Some((name_in(&t.text)?, t)));
    let told = |t: &TextSpan| !t.text.contains([':', ',']);
    named.min_by_key(|(_, t)| (told(t), t.area.y)).map(|(name, t)| (name, t.area))
}

/// "the longest word of the list".
fn of_words(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    let longest = question.contains("longest");
    if !(longest || question.contains("shortest"))
        || !["word", "name", "entry", "of these", "of them", "item", "term"].iter().any(|w| question.contains(w))
    {
        return None;
    }
    let entries = entries(percept, area)?;
    let length = |(text, _): &&(String, RectPx)| text.chars().count();
    if longest { entries.iter().max_by_key(length).cloned() } else { entries.iter().min_by_key(length).cloned() }
}

/// "the last entry of the list", "the second thing on the list".
fn of_list(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    let words: Vec<&str> = question.split(' ').collect();
    let at = words.iter().position(|w| *w == "list" || *w == "column")?;
    const PLACES: [&str; 8] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
    let nth = words[..at].iter().find_map(|w| PLACES.iter().position(|p| p == w));
    let last = words[..at].contains(&"last");
    let entries = entries(percept, area)?;
    if last { entries.last().cloned() } else { entries.get(nth?).cloned() }
}

/// The entries of the largest list in `area`; the longest column of short lines where nothing else is a list.
fn entries(percept: &Percept, area: RectPx) -> Option<Vec<(String, RectPx)>> {
    let lists = tables::lists(percept);
    // A narrow list at the side leads to other pages.
    // What lies in a wide part of the page is none of its sides.
    let in_page = |a: RectPx| {
        let holds = |p: &RectPx| p.holds(&a) && p.w * 2 > area.w && p.h * 5 < area.h * 4;
        percept.elements_in(area).any(|e| e.role == Role::Pane && holds(&e.area))
    };
    let at_side = |a: RectPx| a.x - area.x < area.w / 12 || area.right() - a.right() < area.w / 12;
    let is_bar = |a: RectPx| a.w * 4 < area.w && at_side(a) && !in_page(a);
    let fits = |l: &&tables::List| area.contains(l.area().center()) && l.items().len() >= 3 && !is_bar(l.area());
    let unmarked = |(text, at): (String, RectPx)| (without_mark(&text).to_owned(), at);
    if let Some(list) = lists.iter().find(fits) {
        return Some(list.items().iter().filter_map(|r| r.cells.first().cloned()).map(unmarked).collect());
    }
    // Beside a bar stands the page; at the edge of a page there is nothing beside.
    let has_page = |a: RectPx| {
        percept.text_in(area).any(|t| {
            let level = RectPx::new(t.area.x, a.y - 40, t.area.w, a.h + 80).row_overlap(&t.area) > 0.5;
            let apart = t.area.x > a.right() + area.w / 10 || t.area.right() < a.x - area.w / 10;
            level && apart && !at_side(t.area)
        })
    };
    let aside = |a: RectPx| is_bar(RectPx::new(a.x, a.y, a.w.max(area.w / 8), a.h)) && has_page(a);
    let lines: Vec<_> = percept.text_in(area).filter(|t| t.text.split(' ').count() <= 3 && !aside(t.area)).collect();
    let mut best: Vec<(String, RectPx)> = Vec::new();
    for seed in &lines {
        let beside = |a: RectPx| (a.x - seed.area.x).abs() <= 4 && (a.h - seed.area.h).abs() <= 5;
        let column: Vec<(String, RectPx)> =
            lines.iter().filter(|t| beside(t.area)).map(|t| (without_mark(&t.text).to_owned(), t.area)).collect();
        if column.len() > best.len() {
            best = column;
        }
    }
    (best.len() >= 3).then_some(best)
}

/// An entry without the dot or number that lists put before it.
fn without_mark(entry: &str) -> &str {
    let plain = entry.trim_start_matches(['•', '-', '·', '◦', '▪', '*', ' ']);
    let digits = plain.chars().take_while(char::is_ascii_digit).count();
    let behind = &plain[digits..];
    let numbered = (1..=2).contains(&digits) && (behind.starts_with(". ") || behind.starts_with(") "));
    if numbered { behind[2..].trim_start() } else { plain }
}

/// "the sum of the numbers above", "the average of the three scores", "the total" of which only the parts are shown.
fn of_all(
    percept: &Percept,
    question: &str,
    area: RectPx,
    read: &dyn Fn(&str) -> Option<(String, RectPx)>,
) -> Option<(String, RectPx)> {
    let says = |words: &[&str]| words.iter().any(|w| format!(" {question} ").contains(&format!(" {w} ")));
    let mean = says(&["average", "mean"]);
    let sums = mean
        || ["the sum", "sum of"].iter().any(|w| question.starts_with(w))
        || says(&["sum of", "add up", "added up", "adding up", "altogether", "in all", "all together"]);
    let bare = says(&["total", "grand total"]) && question.split(' ').count() <= 4 && read(question).is_none();
    if !(sums || bare) {
        return None;
    }
    let parts = parts(percept, area)?;
    // Where the last is the sum of those above it, it is the total.
    if let (false, [above @ .., (last, at)]) = (mean, parts.as_slice())
        && above.len() >= 2
        && (above.iter().map(|(n, _)| n).sum::<f64>() - last).abs() < 1e-6
    {
        return Some((text_at(percept, *at).unwrap_or_else(|| written(*last)), *at));
    }
    let sum: f64 = parts.iter().map(|(n, _)| n).sum();
    let all = parts.iter().fold(RectPx::default(), |all, (_, at)| all.union(at));
    // Hundredths do not add up to more than hundredths.
    let found = if mean { sum / parts.len() as f64 } else { (sum * 1e6).round() / 1e6 };
    let texts: Vec<String> = parts.iter().filter_map(|(_, at)| text_at(percept, *at)).collect();
    let told = if mean { None } else { as_written(found, &texts).filter(|_| texts.len() == parts.len()) };
    Some((told.unwrap_or_else(|| written(found)), all))
}

fn text_at(percept: &Percept, area: RectPx) -> Option<String> {
    percept.text.iter().find(|t| t.area == area).map(|t| t.text.trim().to_owned())
}

/// `number` with the sign of currency and the decimals that all of `texts` have; `None` where they have no such sign.
fn as_written(number: f64, texts: &[String]) -> Option<String> {
    let parts = |text: &str| {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
        let decimals = text[start..end].rsplit_once('.').map_or(0, |(_, d)| d.len());
        Some((text[..start].to_owned(), text[end..].to_owned(), decimals))
    };
    let (before, behind, decimals) = parts(texts.first()?)?;
    let same = texts.iter().all(|t| parts(t).is_some_and(|p| p == (before.clone(), behind.clone(), decimals)));
    let signed = before.contains(['€', '$', '£']) || behind.contains(['€', '$', '£']) || behind.contains("EUR");
    (same && signed && decimals > 0).then(|| format!("{before}{number:.decimals$}{behind}"))
}

/// Numbers that belong together: those in the fields above an empty one, else the longest column of numbers.
fn parts(percept: &Percept, area: RectPx) -> Option<Vec<(f64, RectPx)>> {
    let fields = || percept.elements_in(area).filter(|e| matches!(e.role, Role::TextField | Role::Spinner));
    let number = |e: &Element| Some((lone_number(e.value.as_deref()?)?, e.area));
    let above = |empty: &Element| {
        let in_line = fields().filter(|e| (e.area.x - empty.area.x).abs() <= 4 && e.area.y < empty.area.y);
        let mut column: Vec<&Element> = in_line.collect();
        column.sort_by_key(|e| -e.area.y);
        column.into_iter().map_while(number).collect::<Vec<_>>()
    };
    let is_empty = |e: &&Element| e.value.as_deref().is_none_or(|v| v.trim().is_empty());
    let filled: Vec<Vec<(f64, RectPx)>> = fields().filter(is_empty).map(above).collect();
    if let Some(column) = filled.into_iter().filter(|c| c.len() >= 2).max_by_key(Vec::len) {
        return Some(column);
    }
    let inside = |t: &TextSpan| fields().any(|f| f.area.contains(t.area.center()));
    let lines = percept.text_in(area).filter(|t| !inside(t));
    let numbers: Vec<(f64, RectPx)> = lines.filter_map(|t| Some((lone_number(&t.text)?, t.area))).collect();
    let column = |seed: &(f64, RectPx)| {
        let in_line = |a: &RectPx| (a.right() - seed.1.right()).abs() <= 4 || (a.x - seed.1.x).abs() <= 4;
        numbers.iter().filter(|(_, a)| in_line(a)).copied().collect::<Vec<_>>()
    };
    numbers.iter().map(column).max_by_key(Vec::len).filter(|c| c.len() >= 2)
}

/// "Fuel 12.50 € · Mooring 7.25 €": the first number behind `name` in the only line that has both.
fn number_behind(percept: &Percept, name: &str, area: RectPx) -> Option<(f64, RectPx)> {
    let of_line = |line: &TextSpan| {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let count = name.split(' ').count();
        let at = words.windows(count).position(|w| fold(&w.join(" ")) == name)?;
        let number = words[at + count..].iter().take(2).find_map(|w| lone_number(w))?;
        Some((number, line.area))
    };
    let mut lines = percept.text_in(area).filter_map(of_line);
    lines.next().filter(|_| lines.next().is_none())
}

/// The number that `text` is, with a sign of currency or unit at most.
fn lone_number(text: &str) -> Option<f64> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    (digits > 0 && letters <= 3 && !text.contains([':', '/'])).then(|| number_in(text)).flatten()
}

/// "the sum of Rent and Food".
fn sum(
    percept: &Percept,
    question: &str,
    area: RectPx,
    read: &dyn Fn(&str) -> Option<(String, RectPx)>,
) -> Option<(String, RectPx)> {
    let after = |words: &str| question.split_once(words).map(|(_, rest)| rest);
    let (rest, work): (&str, fn(f64, f64) -> f64) = if let Some(rest) = after("sum of ") {
        (rest, |a, b| a + b)
    } else if let Some(rest) = after("difference between ") {
        (rest, |a, b| (a - b).abs())
    } else {
        (after("product of ")?, |a, b| a * b)
    };
    let (one, other) = rest.split_once(" and ")?;
    let number = |words: &str| {
        let told = read(words.trim()).and_then(|(text, area)| Some((lone_number(&text)?, area)));
        told.or_else(|| number_behind(percept, words.trim(), area))
    };
    let ((a, area_a), (b, area_b)) = (number(one)?, number(other)?);
    Some((written(work(a, b)), area_a.union(&area_b)))
}
