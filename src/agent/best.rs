//! The one of several things that stands out: the cheapest, the most expensive, the odd one.

use super::press::press_at;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, RectPx, Role, TextSpan};
use crate::sight::fold;
use crate::task::{Best, Claim, number_in};
use std::io::Write;

/// Presses the one of several things that stands out; `press` is what its button is called, where that is said.
pub fn best(world: &mut World<'_, impl Write>, of: &Best, press: Option<&str>) -> Result<Claim, Stop> {
    world.front()?;
    let within = world.window().map(|w| w.area);
    let (area, why) = match of {
        Best::Odd => (odd(world.percept(), within), "press the one that is not like the others"),
        Best::Cheapest => (priced(world.percept(), within, press, false), "press the cheapest"),
        Best::Dearest => (priced(world.percept(), within, press, true), "press the most expensive"),
        Best::Most { column } => (valued(world.percept(), within, (column, true), press), "press the highest"),
        Best::Least { column } => (valued(world.percept(), within, (column, false), press), "press the lowest"),
    };
    let area =
        area.ok_or_else(|| Stop::GiveUp("it cannot be told which of the things on the screen that is".into()))?;
    press_at(world, area.center(), Some(area), why)
}

/// Where to press for the thing with the least or highest price: its button, where it has one.
fn priced(percept: &Percept, within: Option<RectPx>, press: Option<&str>, dearest: bool) -> Option<RectPx> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let is_price = |text: &str| text.contains(['€', '$', '£']) || text.contains("EUR") || text.contains("USD");
    let lines = percept.text.iter().filter(|t| inside(&t.area) && is_price(&t.text));
    let prices: Vec<(f64, RectPx)> = lines.filter_map(|t| Some((number_in(&t.text)?, t.area))).collect();
    let by = |a: &&(f64, RectPx), b: &&(f64, RectPx)| a.0.total_cmp(&b.0);
    let found = if dearest { prices.iter().max_by(by) } else { prices.iter().min_by(by) };
    only_of(&prices, *found?).map(|at| button_of(percept, at, &prices, press).unwrap_or(at))
}

/// Where `found` stands; two of one value: which of them is not for us to say.
fn only_of(all: &[(f64, RectPx)], (value, at): (f64, RectPx)) -> Option<RectPx> {
    (all.len() >= 2 && all.iter().filter(|(v, _)| (v - value).abs() < 1e-9).count() == 1).then_some(at)
}

/// Where to press for the thing whose `column` has the highest value, or the lowest.
fn valued(
    percept: &Percept,
    within: Option<RectPx>,
    (column, highest): (&str, bool),
    press: Option<&str>,
) -> Option<RectPx> {
    let money = ["price", "cost", "fare", "amount", "fee"];
    let all = values(percept, within, column);
    if all.len() < 2 && ["number", "value"].contains(&fold(column).as_str()) {
        return numbered(percept, within, highest);
    }
    if all.len() < 2 && money.contains(&fold(column).as_str()) {
        return priced(percept, within, press, highest);
    }
    let by = |a: &&(f64, RectPx), b: &&(f64, RectPx)| a.0.total_cmp(&b.0);
    let found = if highest { all.iter().max_by(by) } else { all.iter().min_by(by) };
    only_of(&all, *found?).map(|at| button_of(percept, at, &all, press).unwrap_or(at))
}

/// Of the things that bear nothing but a number, the one with the highest or lowest.
fn numbered(percept: &Percept, within: Option<RectPx>, highest: bool) -> Option<RectPx> {
    let inside = |e: &&Element| within.is_none_or(|w| w.contains(e.area.center()));
    let kinds = [Role::Button, Role::Pane, Role::Image, Role::Icon, Role::ListRow];
    let things = percept.elements.iter().filter(|e| kinds.contains(&e.role)).filter(inside);
    let number = |e: &Element| e.label.as_deref()?.trim().parse::<f64>().ok();
    let all: Vec<(f64, RectPx)> = things.filter_map(|e| Some((number(e)?, e.area))).collect();
    let by = |a: &&(f64, RectPx), b: &&(f64, RectPx)| a.0.total_cmp(&b.0);
    let found = if highest { all.iter().max_by(by) } else { all.iter().min_by(by) };
    only_of(&all, *found?)
}

/// The values that stand behind, beside or below each text that reads like `column`; those below the head of a column.
fn values(percept: &Percept, within: Option<RectPx>, column: &str) -> Vec<(f64, RectPx)> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let wanted = fold(column);
    let lines: Vec<&TextSpan> = percept.text.iter().filter(|t| inside(&t.area)).collect();
    let labels: Vec<&&TextSpan> = lines.iter().filter(|t| fold(&t.text).starts_with(&wanted)).collect();
    if let [head] = labels.as_slice() {
        return in_column(&lines, head);
    }
    let value = |label: &TextSpan| {
        let behind = label.text.split_once([':', '=']).map_or("", |(_, rest)| rest);
        if let Some(value) = amount(behind) {
            return Some((value, label.area));
        }
        let right = |t: &&&TextSpan| t.area.row_overlap(&label.area) > 0.5 && t.area.x >= label.area.right() - 2;
        let below = |t: &&&TextSpan| {
            (0..label.area.h * 2).contains(&(t.area.y - label.area.bottom() + 4))
                && t.area.column_overlap(&label.area) > 0.2
        };
        let beside = lines.iter().filter(right).min_by_key(|t| t.area.x);
        let next = beside.or_else(|| lines.iter().filter(below).min_by_key(|t| t.area.y))?;
        Some((amount(&next.text)?, next.area))
    };
    labels.iter().filter_map(|label| value(label)).collect()
}

/// The numbers below the head of a column; none where some row has none, for that may be the one that is asked for.
fn in_column(lines: &[&TextSpan], head: &TextSpan) -> Vec<(f64, RectPx)> {
    let under = |a: &RectPx| a.column_overlap(&head.area) > 0.4 || (a.right() - head.area.right()).abs() <= head.area.h;
    // A cell may have been read together with the next one.
    let of_line = |t: &&&TextSpan| {
        let word = || t.words.iter().filter(|w| under(&w.area)).find_map(|w| Some((amount(&w.text)?, w.area)));
        let whole = || Some((amount(&t.text)?, t.area)).filter(|(_, a)| under(a));
        if t.words.len() > 1 { word().or_else(whole) } else { whole() }
    };
    let below: Vec<&&TextSpan> = lines.iter().filter(|t| t.area.y > head.area.bottom() - 2).collect();
    let values: Vec<(f64, RectPx)> = below.iter().filter_map(of_line).collect();
    let heads = lines.iter().filter(|t| t.area.row_overlap(&head.area) > 0.5);
    let first = heads.map(|t| t.area.x).min().unwrap_or(head.area.x);
    let bottom = values.iter().map(|(_, a)| a.bottom()).max().unwrap_or(0);
    let named = below.iter().filter(|t| (t.area.x - first).abs() <= head.area.h && t.area.y <= bottom).count();
    if first < head.area.x && named > values.len() { Vec::new() } else { values }
}

/// A number, or a span of time in minutes: "22h 41m".
fn amount(text: &str) -> Option<f64> {
    let lower = text.trim().to_lowercase();
    let mut minutes = 0.0;
    let mut number = String::new();
    let mut units = 0;
    for c in lower.chars().chain([' ']) {
        match c {
            c if c.is_ascii_digit() || c == '.' => number.push(c),
            'd' | 'h' | 'm' | 's' if !number.is_empty() => {
                let factor = match c {
                    'd' => 1440.0,
                    'h' => 60.0,
                    'm' => 1.0,
                    _ => 1.0 / 60.0,
                };
                minutes += number.parse::<f64>().ok()? * factor;
                number.clear();
                units += 1;
            }
            ' ' => {}
            _ if units > 0 => number.clear(),
            _ => break,
        }
    }
    if units > 0 { Some(minutes) } else { number_in(text) }
}

/// The button that belongs to the price at `at`: nearer to it than to any other price.
fn button_of(percept: &Percept, at: RectPx, prices: &[(f64, RectPx)], press: Option<&str>) -> Option<RectPx> {
    let called = |e: &&Element| {
        e.role == Role::Button && press.is_none_or(|p| e.label.as_deref().is_some_and(|l| fold(l) == fold(p)))
    };
    let far = |a: &RectPx, b: &RectPx| {
        let (a, b) = (a.center(), b.center());
        i64::from(a.x - b.x).pow(2) + i64::from(a.y - b.y).pow(2)
    };
    let own = |e: &&Element| prices.iter().all(|(_, p)| *p == at || far(&e.area, p) > far(&e.area, &at));
    let buttons = percept.elements.iter().filter(called).filter(own);
    buttons.map(|e| e.area).min_by_key(|a| far(a, &at))
}

/// Of things of one size that stand together, the one that differs from all others in words, colour, shape or sign.
fn odd(percept: &Percept, within: Option<RectPx>) -> Option<RectPx> {
    let inside = |e: &&Element| within.is_none_or(|w| w.contains(e.area.center()));
    let kinds = [Role::Button, Role::Image, Role::Icon, Role::Pane];
    let all: Vec<&Element> = percept.elements.iter().filter(|e| kinds.contains(&e.role)).filter(inside).collect();
    // Longer words make wider buttons.
    let wide = |a: &Element, b: &Element| (a.area.w - b.area.w).abs() <= a.area.w.min(b.area.w) * 2 / 5;
    let alike = |a: &Element, b: &Element| wide(a, b) && (a.area.h - b.area.h).abs() <= 4;
    let sets = all.iter().map(|seed| all.iter().copied().filter(|e| alike(seed, e)).collect::<Vec<_>>());
    let set = sets.max_by_key(Vec::len).filter(|set| set.len() >= 4)?;
    let said = |e: &Element| percept.text_in(e.area).map(|t| fold(&t.text)).collect::<Vec<_>>().join(" ");
    let features: [&dyn Fn(&Element) -> String; 4] =
        [&|e| said(e), &|e| e.colour.clone().unwrap_or_default(), &|e| e.shape.clone().unwrap_or_default(), &|e| {
            e.icons.first().map(|i| i.concept.clone()).unwrap_or_default()
        }];
    // Where all words differ it is no set of like things: a bar whose page is open has one colour that differs, too.
    let mut words: Vec<String> = set.iter().map(|e| said(e)).collect();
    words.sort();
    words.dedup();
    let of_words = words.len() <= 2;
    features.iter().find_map(|feature| lone(&set, *feature)).filter(|_| of_words)
}

/// The only one of `set` that differs in `feature`, in which all others agree.
fn lone(set: &[&Element], feature: &dyn Fn(&Element) -> String) -> Option<RectPx> {
    let values: Vec<String> = set.iter().map(|e| feature(e)).collect();
    let count = |value: &String| values.iter().filter(|v| *v == value).count();
    let odd: Vec<usize> = (0..set.len()).filter(|&i| count(&values[i]) == 1).collect();
    let rest_agree = values.iter().any(|v| count(v) == set.len() - 1);
    match odd.as_slice() {
        [one] if rest_agree => Some(set[*one].area),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, x: i32, y: i32) -> TextSpan {
        let area = RectPx::new(x, y, 60, 14);
        TextSpan { text: text.into(), area, confidence: 1.0, words: Vec::new(), window: None }
    }

    fn button(label: &str, x: i32, y: i32) -> Element {
        Element { label: Some(label.into()), ..Element::seen(Role::Button, RectPx::new(x, y, 60, 24), 0.9) }
    }

    #[test]
    fn the_price_tells_which_button() {
        let text = vec![line("12.50 €", 20, 20), line("9.95 €", 220, 20), line("40.00 €", 420, 20)];
        let elements = vec![button("Choose", 20, 60), button("Choose", 220, 60), button("Choose", 420, 60)];
        let percept = Percept { width: 600, height: 200, text, elements, ..Percept::default() };
        assert_eq!(priced(&percept, None, None, false), Some(RectPx::new(220, 60, 60, 24)));
        assert_eq!(priced(&percept, None, Some("choose"), true), Some(RectPx::new(420, 60, 60, 24)));
    }

    #[test]
    fn what_stands_under_its_name_is_compared() {
        let mut text = Vec::new();
        let mut elements = Vec::new();
        for (i, length) in ["22h 41m", "1h 53m", "0h 39m"].iter().enumerate() {
            let y = 20 + i as i32 * 100;
            text.extend([line("Duration:", 20, y), line(length, 20, y + 18)]);
            elements.push(button("Book", 20, y + 40));
        }
        let percept = Percept { width: 600, height: 400, text, elements, ..Percept::default() };
        assert_eq!(valued(&percept, None, ("duration", true), None), Some(RectPx::new(20, 60, 60, 24)));
        assert_eq!(valued(&percept, None, ("duration", false), Some("book")), Some(RectPx::new(20, 260, 60, 24)));
        assert_eq!(amount("1h 53m"), Some(113.0));
        assert_eq!(amount("$1,250"), Some(1250.0));
    }

    #[test]
    fn a_column_of_which_a_number_is_missing_is_not_compared() {
        let mut text = vec![line("Name", 20, 20), line("Price", 120, 20)];
        for (i, (name, price)) in [("Oslo", "69"), ("Kyoto", "91"), ("Dublin", "98")].into_iter().enumerate() {
            let y = 50 + 30 * i as i32;
            text.extend([line(name, 20, y), line(price, 120, y)]);
        }
        let mut percept = Percept { width: 600, height: 400, text, ..Percept::default() };
        assert_eq!(valued(&percept, None, ("price", true), None), Some(RectPx::new(120, 110, 60, 14)));
        percept.text.pop();
        percept.text.push(line("Bergen", 20, 140));
        percept.text.push(line("12", 120, 140));
        assert_eq!(valued(&percept, None, ("price", true), None), None);
    }

    #[test]
    fn one_price_twice_is_not_guessed_at() {
        let text = vec![line("9.95 €", 20, 20), line("9.95 €", 220, 20)];
        let percept = Percept { width: 600, height: 200, text, ..Percept::default() };
        assert_eq!(priced(&percept, None, None, false), None);
    }

    #[test]
    fn what_differs_from_all_others_is_the_odd_one() {
        let tile = |colour: &str, x: i32| Element { colour: Some(colour.into()), ..button("", x, 20) };
        let mut elements = vec![tile("red", 0), tile("red", 80), tile("blue", 160), tile("red", 240)];
        let odd_one = |elements: &[Element]| {
            odd(&Percept { width: 600, height: 200, elements: elements.to_vec(), ..Percept::default() }, None)
        };
        assert_eq!(odd_one(&elements), Some(RectPx::new(160, 20, 60, 24)));
        elements[0].colour = Some("green".into());
        assert_eq!(odd_one(&elements), None);
    }
}
