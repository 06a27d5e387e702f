//! Facts in cards: names with their values under a heading, one card beside the other.

use super::super::alike::{fold, similarity};
use crate::screen::{Percept, RectPx, Role, TextSpan};

/// A name and what stands right of it, each of one or more lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub name: String,
    pub value: String,
    /// Where the value stands, in pixels.
    pub area: RectPx,
}

/// The facts under the heading `heading`, in their order; none where no bare text reads so.
pub fn facts_under(percept: &Percept, heading: &str, within: RectPx) -> Vec<Fact> {
    let bare = || percept.text_in(within).filter(|t| is_bare(percept, t));
    let alike = |t: &&TextSpan| similarity(heading, t.text.trim_end_matches(':')) >= 0.85;
    let best =
        bare().filter(alike).max_by(|a, b| similarity(heading, &a.text).total_cmp(&similarity(heading, &b.text)));
    best.map_or_else(Vec::new, |head| facts(percept, block(percept, head, within)))
}

/// What a question asks for besides a name, and what such facts are called.
const ASKED: [(&[&str], &[&str]); 5] = [
    (
        &["who", "whom", "whose", "person", "responsible", "in charge", "contact person"],
        &["responsible", "assigned to", "assignee", "owner", "contact", "person", "in charge", "by", "author", "lead"],
    ),
    (
        &["when", "date", "since when", "what day"],
        &["date", "since", "due", "time", "start", "starts", "begins", "day"],
    ),
    (&["where", "room", "place"], &["room", "place", "location", "where", "address", "venue", "at"]),
    (&["how much", "price", "cost", "costs"], &["price", "cost", "costs", "total", "amount", "fee"]),
    (&["call", "reach", "telephone", "phone"], &["phone", "telephone", "tel", "mobile", "call"]),
];

/// "Who is responsible for Basmati rice?": a fact in the card whose heading the question names.
pub fn in_card(percept: &Percept, question: &str, within: RectPx) -> Option<(String, RectPx)> {
    let asked = fold(question);
    let named = |t: &&TextSpan| {
        let text = fold(&t.text);
        text.chars().count() > 2 && format!(" {asked} ").contains(&format!(" {text} "))
    };
    let mut heads: Vec<&TextSpan> = percept.text_in(within).filter(named).filter(|t| is_bare(percept, t)).collect();
    heads.sort_by_key(|t| std::cmp::Reverse(t.text.len()));
    heads.into_iter().find_map(|head| {
        let facts = facts(percept, block(percept, head, within));
        let rest = format!(" {asked} ").replace(&format!(" {} ", fold(&head.text)), " ");
        fact_asked_for(&facts, rest.trim()).map(|fact| (fact.value.clone(), fact.area))
    })
}

/// The value of the only fact in any card that is called `name`, where the name itself runs over several lines.
pub fn called(percept: &Percept, name: &str, within: RectPx) -> Option<(String, RectPx)> {
    let panes = percept.elements_in(within).filter(|e| e.role == Role::Pane && e.area.area() * 2 < within.area());
    let heads = percept.text_in(within).filter(|t| is_bare(percept, t)).map(|t| block(percept, t, within));
    let blocks: Vec<RectPx> = panes.map(|e| e.area).chain(heads).collect();
    let mut found: Vec<(String, RectPx)> = blocks
        .into_iter()
        .flat_map(|block| facts(percept, block))
        .filter(|fact| fact.name.contains(' ') && similarity(name, &fact.name) >= 0.95)
        .map(|fact| (fact.value, fact.area))
        .collect();
    found.sort_by_key(|(_, a)| (a.y, a.x));
    found.dedup_by(|a, b| a.1.iou(&b.1) > 0.3);
    match found.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

fn is_bare(percept: &Percept, text: &TextSpan) -> bool {
    let control = [Role::Button, Role::Tab, Role::TextField, Role::MenuItem, Role::TitleBar, Role::DropDown];
    !percept.elements.iter().any(|e| control.contains(&e.role) && e.area.contains(text.area.center()))
}

/// What stands under `head`: its own card, else down and right to where the next heading stands.
fn block(percept: &Percept, head: &TextSpan, within: RectPx) -> RectPx {
    let h = head.area;
    let own = percept
        .elements_in(within)
        .filter(|e| e.role == Role::Pane && e.area.holds(&h) && e.area.h >= 4 * h.h && e.area.w * 10 < within.w * 7);
    if let Some(card) = own.map(|e| e.area).min_by_key(RectPx::area) {
        return RectPx::from_corners(card.x, h.bottom(), card.right(), card.bottom());
    }
    let bare = || percept.text_in(within).filter(|t| is_bare(percept, t));
    let level = bare().filter(|t| t.area.row_overlap(&h) > 0.6 && t.area.x > h.right());
    let right = level.map(|t| t.area.x).min().unwrap_or(within.right());
    // A heading has no value at its right.
    let alone = |t: &TextSpan| {
        !bare().any(|o| o.area.row_overlap(&t.area) > 0.5 && o.area.x > t.area.right() && o.area.right() <= right)
    };
    let next = bare().filter(|t| {
        (t.area.x - h.x).abs() <= h.h / 3 && t.area.y > h.bottom() + 2 * h.h && t.area.h * 10 >= h.h * 9 && alone(t)
    });
    let bottom = next.map(|t| t.area.y).min().unwrap_or(within.bottom()).min(h.bottom() + 14 * h.h);
    RectPx::from_corners(h.x - h.h, h.bottom(), right, bottom)
}

/// The facts in `block`: lines of two texts, with what goes on below them at a tighter pitch.
fn facts(percept: &Percept, block: RectPx) -> Vec<Fact> {
    let mut texts: Vec<&TextSpan> = percept.text_in(block).filter(|t| is_bare(percept, t)).collect();
    texts.sort_by_key(|t| (t.area.center().y, t.area.x));
    let mut lines: Vec<Vec<(String, RectPx)>> = Vec::new();
    for text in texts {
        let same = |line: &Vec<(String, RectPx)>| line.iter().any(|(_, a)| a.row_overlap(&text.area) > 0.5);
        let pieces = parted(text);
        match lines.last_mut().filter(|line| same(line)) {
            Some(line) => line.extend(pieces),
            None => lines.push(pieces),
        }
    }
    lines.iter_mut().for_each(|line| line.sort_by_key(|(_, a)| a.x));
    let top = |line: &[(String, RectPx)]| line.iter().map(|(_, a)| a.y).min().unwrap_or(0);
    let bottom = |line: &[(String, RectPx)]| line.iter().map(|(_, a)| a.bottom()).max().unwrap_or(0);
    let gaps: Vec<i32> = lines.windows(2).map(|p| top(&p[1]) - bottom(&p[0])).collect();
    // What follows farther below is no part of the card.
    let high = lines.iter().flatten().map(|(_, a)| a.h).max().unwrap_or(0);
    let usual = gaps.iter().copied().filter(|gap| *gap <= 3 * high).max().unwrap_or(0);
    let mut facts: Vec<Fact> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let tight = at > 0 && gaps[at - 1] * 10 <= usual * 6;
        match (line.as_slice(), facts.last_mut()) {
            ([(name, _), (value, area)], Some(last)) if tight => {
                last.name = format!("{} {name}", last.name);
                last.value = format!("{} {value}", last.value);
                last.area = last.area.union(area);
            }
            ([(more, area)], Some(last)) if tight => {
                if (area.right() - last.area.right()).abs() <= 4 || area.x >= last.area.x - 4 {
                    last.value = format!("{} {more}", last.value);
                    last.area = last.area.union(area);
                } else {
                    last.name = format!("{} {more}", last.name);
                }
            }
            ([(name, _), (value, area)], _) => {
                facts.push(Fact { name: name.clone(), value: value.clone(), area: *area });
            }
            _ => {}
        }
    }
    facts
}

/// A line at its widest gap, where name and value were read as one.
fn parted(text: &TextSpan) -> Vec<(String, RectPx)> {
    let whole = vec![(text.text.clone(), text.area)];
    let gap = |at: usize| text.words[at].area.x - text.words[at - 1].area.right();
    let Some(widest) = (1..text.words.len()).max_by_key(|&at| gap(at)) else { return whole };
    if gap(widest) < 2 * text.area.h {
        return whole;
    }
    let part = |words: &[crate::screen::Word]| {
        let said = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
        (said, words.iter().fold(RectPx::default(), |all, w| all.union(&w.area)))
    };
    vec![part(&text.words[..widest]), part(&text.words[widest..])]
}

/// The fact that `rest`, a question without the heading, asks for; `None` where several would do.
fn fact_asked_for<'a>(facts: &'a [Fact], rest: &str) -> Option<&'a Fact> {
    let words = format!(" {rest} ");
    let says = |phrase: &str| words.contains(&format!(" {phrase} "));
    let by_name = facts.iter().filter(|f| fold(&f.name).len() > 1 && says(&fold(&f.name)));
    if let Some(fact) = by_name.max_by_key(|f| f.name.len()) {
        return Some(fact);
    }
    let kind = ASKED.iter().find(|(asked, _)| asked.iter().any(|phrase| says(phrase)))?;
    let called = |f: &&Fact| kind.1.contains(&fold(f.name.trim_end_matches(':')).as_str());
    let mut fitting = facts.iter().filter(called);
    fitting.next().filter(|_| fitting.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, x: i32, y: i32) -> TextSpan {
        let area = RectPx::new(x, y, 7 * text.len() as i32, 12);
        TextSpan { text: text.into(), area, confidence: 1.0, words: vec![], window: None }
    }

    fn screen() -> Percept {
        let mut text = Vec::new();
        for (x, head, who, day) in
            [(20, "Lemon curd", "Jorge Youssef", "11 Dec"), (300, "Basmati rice", "Sofia Eastman", "25 May")]
        {
            text.extend([line(head, x, 20), line("Assigned to", x, 60), line(who, x + 120, 60)]);
            text.extend([
                line("Since", x, 90),
                line(day, x + 160, 90),
                line("Special", x, 120),
                line("use the", x + 150, 120),
            ]);
            text.extend([line("wishes", x, 135), line("door", x + 172, 135)]);
        }
        Percept { width: 640, height: 200, text, ..Percept::default() }
    }

    #[test]
    fn facts_are_read_out_of_the_card_that_is_named() {
        let whole = RectPx::new(0, 0, 640, 200);
        let check = |question: &str, expected: Option<&str>| {
            let found = in_card(&screen(), question, whole).map(|(text, _)| text);
            assert_eq!(found.as_deref(), expected, "{question}");
        };
        check("who is responsible for Basmati rice", Some("Sofia Eastman"));
        check("Whom do I ask about Lemon curd?", Some("Jorge Youssef"));
        check("when was Basmati rice", Some("25 May"));
        check("what are the special wishes of Lemon curd", Some("use the door"));
        check("where is Basmati rice", None);
        check("who is responsible for Green tea", None);
    }

    #[test]
    fn a_name_of_two_lines_is_one() {
        let mut one = screen();
        one.text.retain(|t| t.area.x < 300);
        assert_eq!(
            called(&one, "Special wishes", RectPx::new(0, 0, 640, 200)).map(|f| f.0).as_deref(),
            Some("use the door")
        );
        assert!(called(&screen(), "Special wishes", RectPx::new(0, 0, 640, 200)).is_none(), "two cards have it");
    }
}
