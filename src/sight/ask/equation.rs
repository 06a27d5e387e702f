//! Equations and sums that stand on the screen, worked out.

use crate::screen::{Percept, RectPx, TextSpan};
use crate::task::written;

/// What "solve for x" or "the result of the calculation" asks of the lines in `area`; `question` is folded.
pub fn solved(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    if let Some(unknown) = question.strip_prefix("solve for ").map(str::trim) {
        let letter = unknown.chars().next().filter(|_| unknown.chars().count() == 1)?;
        // The right side may stand on a line of its own.
        let whole = |t: &TextSpan| {
            let next = percept.text_in(area).filter(|n| {
                (n.area.center().x - t.area.center().x).abs() < t.area.w
                    && (0..2 * t.area.h).contains(&(n.area.y - t.area.bottom() + t.area.h / 2))
            });
            let open = t.text.trim_end().ends_with('=');
            let rest = next.min_by_key(|n| n.area.y).filter(|_| open).map_or("", |n| n.text.as_str());
            format!("{}{rest}", t.text)
        };
        let lines = percept.text_in(area).filter_map(|t| Some((unknown_in(&whole(t), letter)?, t.area)));
        return only(lines.map(|(value, at)| (written(value), at)).collect());
    }
    let asks = ["math problem", "maths problem", "calculation", "arithmetic", "equation", "sum above", "sum below"];
    let worked_out = question.starts_with("solve") || question.contains("result") || question.contains("answer");
    if !(worked_out && asks.iter().any(|w| question.contains(w))) {
        return None;
    }
    let lines = percept.text_in(area).filter_map(|t| Some((written(result_of(&t.text)?), t.area)));
    only(lines.collect())
}

/// The one that there is: which of several is meant nobody said.
fn only(mut all: Vec<(String, RectPx)>) -> Option<(String, RectPx)> {
    if all.len() == 1 { all.pop() } else { None }
}

/// The value of `letter` in an equation of first degree such as `3 + x = 10`.
fn unknown_in(line: &str, letter: char) -> Option<f64> {
    let lower = line.to_lowercase();
    let (left, right) = lower.split_once('=')?;
    if !lower.contains(letter) || right.trim().is_empty() || left.trim().is_empty() {
        return None;
    }
    let difference = |x: f64| Some(value(left, Some((letter, x)))? - value(right, Some((letter, x)))?);
    let (at_0, at_1, at_2) = (difference(0.0)?, difference(1.0)?, difference(2.0)?);
    let slope = at_1 - at_0;
    // A line through three points, or it is of another degree.
    let straight = (at_2 - at_1 - slope).abs() < 1e-9 && slope.abs() > 1e-12;
    straight.then(|| -at_0 / slope)
}

/// The value of a line such as `8 x 5 =`, with at least one sign of arithmetic.
fn result_of(line: &str) -> Option<f64> {
    let line = line.to_lowercase();
    let left = line.split('=').next()?.trim().trim_end_matches('?').replace(" x ", " * ");
    let has_sign = left.char_indices().any(|(i, c)| i > 0 && "+-−–*×·/÷".contains(c));
    let behind = line.split_once('=').map_or("", |(_, rest)| rest.trim());
    let open = line.contains('=') && behind.trim_matches(['?', '_', '…', '.', ' ']).is_empty();
    (has_sign && open).then(|| value(&left, None))?
}

/// The value of a sum of products; `unknown` is a letter and what stands for it.
fn value(text: &str, unknown: Option<(char, f64)>) -> Option<f64> {
    let signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut reader = Reader { signs: &signs, at: 0, unknown };
    let found = reader.sum()?;
    (reader.at == signs.len()).then_some(found)
}

struct Reader<'a> {
    signs: &'a [char],
    at: usize,
    unknown: Option<(char, f64)>,
}

impl Reader<'_> {
    fn take(&mut self, any: &str) -> Option<char> {
        let c = *self.signs.get(self.at).filter(|c| any.contains(**c))?;
        self.at += 1;
        Some(c)
    }

    fn sum(&mut self) -> Option<f64> {
        let mut total = self.product()?;
        while let Some(sign) = self.take("+-−–") {
            let next = self.product()?;
            total += if sign == '+' { next } else { -next };
        }
        Some(total)
    }

    fn product(&mut self) -> Option<f64> {
        let mut total = self.factor()?;
        loop {
            if let Some(sign) = self.take("*×·/÷") {
                let next = self.factor()?;
                total = if "/÷".contains(sign) { total / next } else { total * next };
            } else if self.signs.get(self.at).is_some_and(|c| *c == '(' || self.is_unknown(*c)) {
                // "3x" and "2(x + 1)".
                total *= self.factor()?;
            } else {
                return total.is_finite().then_some(total);
            }
        }
    }

    fn is_unknown(&self, c: char) -> bool {
        self.unknown.is_some_and(|(letter, _)| letter == c)
    }

    fn factor(&mut self) -> Option<f64> {
        if self.take("-−–").is_some() {
            return self.factor().map(|f| -f);
        }
        if self.take("(").is_some() {
            let inner = self.sum()?;
            return self.take(")").map(|_| inner);
        }
        let c = *self.signs.get(self.at)?;
        if self.is_unknown(c) {
            self.at += 1;
            return self.unknown.map(|(_, value)| value);
        }
        let from = self.at;
        while self.signs.get(self.at).is_some_and(|c| c.is_ascii_digit() || *c == '.') {
            self.at += 1;
        }
        self.signs[from..self.at].iter().collect::<String>().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_of_first_degree_are_solved() {
        for (line, x) in [("3 + x = 10", 7.0), ("8 - x = 12", -4.0), ("2x = 9", 4.5), ("2(x + 1) = x", -2.0)] {
            assert_eq!(unknown_in(line, 'x'), Some(x), "{line}");
        }
        for line in ["x * x = 4", "x =", "3 + 4 = 7", "x = x", "x / x = 1"] {
            assert_eq!(unknown_in(line, 'x'), None, "{line}");
        }
    }

    #[test]
    fn a_line_that_asks_is_worked_out() {
        assert_eq!(result_of("8 x 5 ="), Some(40.0));
        assert_eq!(result_of("12 − 5 = ?"), Some(7.0));
        assert_eq!(result_of("1 / 0 ="), None);
        for line in ["call 030-12", "8 - 5 = 3", "no sums here ="] {
            assert_eq!(result_of(line), None, "{line}");
        }
    }
}
