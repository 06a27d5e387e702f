//! Arithmetic as people say and write it: worked out here, apart from any calculator.

/// A calculation: what to key in, and what must come out.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Digits, `. + - * / ^ ( )`, without spaces.
    pub keys: String,
    pub value: f64,
}

/// Reads `text` ("12.5 times 8", "17% of 240", "(1+2)/3") as arithmetic.
///
/// `None` when it is anything else, has no operator, or has no finite value.
pub fn parse(text: &str) -> Option<Expression> {
    let keys = keys_of(text)?;
    if !keys.chars().any(|c| "+*/^".contains(c)) && !keys.trim_start_matches('-').contains('-') {
        return None;
    }
    let value = Parser { rest: keys.as_bytes() }.whole()?;
    // The last bits of binary fractions are not what anybody means by 17% of 240.
    let value = format!("{value:.12e}").parse().unwrap_or(value);
    value.is_finite().then_some(Expression { keys, value })
}

const PHRASES: [(&str, &str); 26] = [
    ("to the power of", "^"),
    ("raised to", "^"),
    ("multiplied by", "*"),
    ("multiplied with", "*"),
    ("divided by", "/"),
    ("percent of", "/100*"),
    ("per cent of", "/100*"),
    ("% of", "/100*"),
    ("added to", "+"),
    ("squared", "^2"),
    ("cubed", "^3"),
    ("plus", "+"),
    ("minus", "-"),
    ("times", "*"),
    ("over", "/"),
    ("less", "-"),
    ("half of", "0.5*"),
    ("twice", "2*"),
    ("double", "2*"),
    ("open bracket", "("),
    ("close bracket", ")"),
    ("the", ""),
    ("equals", ""),
    ("together", ""),
    ("result of", ""),
    ("value of", ""),
];

fn keys_of(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let mut text = format!(" {} ", without_asking(&text).trim_matches(['?', '.', '=', ' ', '!']));
    text = spoken_operation(text.trim()).map_or(text, |t| format!(" {t} "));
    for (phrase, keys) in PHRASES {
        let spaced = if phrase.starts_with('%') { format!("{phrase} ") } else { format!(" {phrase} ") };
        while text.contains(&spaced) {
            text = text.replacen(&spaced, &format!(" {keys} "), 1);
        }
    }
    let words: Option<Vec<String>> = text.split_whitespace().map(spoken_number).collect();
    let joined = join_number_words(&words?);
    let keys: String = joined
        .chars()
        .map(|c| match c {
            '×' | '·' => '*',
            '÷' | ':' => '/',
            '−' | '–' => '-',
            c => c,
        })
        .collect();
    let keys = without_thousands(&keys);
    let keys = keys.replace("%*", "/100*").replace("**", "^");
    let keys = keys.strip_suffix('%').map_or(keys.clone(), |k| format!("{k}/100"));
    keys.chars().all(|c| c.is_ascii_digit() || ".+-*/^()".contains(c)).then_some(keys)
}

/// "12 times 8? Work it out": what is asked for, without a second sentence that asks for it once more.
fn without_asking(text: &str) -> &str {
    const VERBS: [&str; 9] = ["work", "figure", "find", "calculate", "compute", "solve", "do", "tell", "give"];
    const OBJECTS: [&str; 15] = [
        "it", "that", "this", "out", "me", "us", "the", "result", "answer", "please", "for", "let", "know", "now",
        "what",
    ];
    let Some((asked, again)) = text.trim_end_matches(['.', '!', ' ']).rsplit_once(['?', '.', ';', ',']) else {
        return text;
    };
    let mut words = again.split_whitespace().filter(|word| !["please", "and", "then", "just"].contains(word));
    let is_verb = words.next().is_some_and(|word| VERBS.contains(&word));
    // Where it is to be done may be said, too: "… in the calculator".
    let mut others = words.skip_while(|word| OBJECTS.contains(word));
    let says_no_more = others.next().is_none_or(|word| ["in", "with", "using", "on"].contains(&word));
    if is_verb && says_no_more && others.count() <= 3 { asked } else { text }
}

/// "add 5 and 7" and its like, whose operator stands before its numbers.
fn spoken_operation(text: &str) -> Option<String> {
    let between = |rest: &str, word: &str, operator: &str, swap: bool| {
        let (a, b) = rest.split_once(word)?;
        Some(if swap { format!("({b}){operator}({a})") } else { format!("({a}){operator}({b})") })
    };
    let sum = |rest: &str| {
        let numbers: Vec<&str> =
            rest.split(" and ").flat_map(|part| part.split(", ")).map(|n| n.trim_matches([',', ' '])).collect();
        (numbers.len() > 1).then(|| numbers.into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>().join(" + "))
    };
    let after = |prefixes: &[&str]| prefixes.iter().find_map(|p| text.strip_prefix(p));
    if let Some(rest) = after(&["add up ", "add ", "sum up ", "the sum of ", "sum of "]) {
        return sum(rest).or_else(|| between(rest, " to ", "+", true));
    }
    if let Some(rest) = after(&["subtract "]) {
        return between(rest, " from ", "-", true);
    }
    if let Some(rest) = after(&["multiply ", "the product of ", "product of "]) {
        return between(rest, " by ", "*", false)
            .or_else(|| between(rest, " and ", "*", false))
            .or_else(|| between(rest, " with ", "*", false));
    }
    if let Some(rest) = after(&["divide "]) {
        return between(rest, " by ", "/", false);
    }
    if let Some(rest) = after(&["the difference between ", "difference between "]) {
        return between(rest, " and ", "-", false);
    }
    None
}

/// A word as digits where it names a number; other words stay, and are refused later.
fn spoken_number(word: &str) -> Option<String> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if let Some(n) = SMALL.iter().position(|w| *w == word) {
        return Some(format!("#{n}"));
    }
    let tens = |w: &str| TENS.iter().position(|t| *t == w).map(|n| (n + 2) * 10);
    if let Some(n) = tens(word) {
        return Some(format!("#{n}"));
    }
    if let Some((a, b)) = word.split_once('-')
        && let (Some(a), Some(b)) = (tens(a), SMALL.iter().position(|w| *w == b))
    {
        return Some(format!("#{}", a + b));
    }
    match word {
        "hundred" => Some("#h".into()),
        "thousand" => Some("#t".into()),
        "million" => Some("#m".into()),
        "x" => Some("*".into()),
        _ => Some(word.to_owned()),
    }
}

/// Joins "#3 #h #and #5" to 305, and everything without spaces.
fn join_number_words(words: &[String]) -> String {
    let mut out = String::new();
    let mut number: Option<(u64, u64)> = None;
    for word in words {
        match (word.strip_prefix('#'), number) {
            (Some("h"), n) => number = Some(n.map_or((0, 100), |(big, n)| (big, n.max(1) * 100))),
            (Some("t"), n) => number = Some(n.map_or((1000, 0), |(big, n)| (big + n.max(1) * 1000, 0))),
            (Some("m"), n) => number = Some(n.map_or((1_000_000, 0), |(big, n)| (big + n.max(1) * 1_000_000, 0))),
            (Some(digits), n) => {
                let (big, small) = n.unwrap_or_default();
                number = Some((big, small + digits.parse::<u64>().unwrap_or_default()));
            }
            (None, Some(_)) if word == "and" => {}
            (None, n) => {
                out.extend(n.map(|(big, small)| (big + small).to_string()));
                out.push_str(word);
                number = None;
            }
        }
    }
    out.extend(number.map(|(big, small)| (big + small).to_string()));
    out
}

/// `1,234,567.5` without its commas; a comma elsewhere stays and is refused.
fn without_thousands(keys: &str) -> String {
    let bytes = keys.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let groups = |i: usize| i > 0 && digit(i - 1) && (1..=3).all(|d| digit(i + d)) && !digit(i + 4);
    keys.char_indices().filter(|(i, c)| !(*c == ',' && groups(*i))).map(|(_, c)| c).collect()
}

/// Recursive descent over sums, products, powers and brackets; powers bind to the right.
struct Parser<'a> {
    rest: &'a [u8],
}

impl Parser<'_> {
    fn whole(mut self) -> Option<f64> {
        let value = self.sum(0)?;
        self.rest.is_empty().then_some(value)
    }

    fn take(&mut self, any: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        if !any.contains(first) {
            return None;
        }
        self.rest = rest;
        Some(*first)
    }

    fn sum(&mut self, depth: u32) -> Option<f64> {
        let mut value = self.product(depth)?;
        while let Some(operator) = self.take(b"+-") {
            let next = self.product(depth)?;
            value = if operator == b'+' { value + next } else { value - next };
        }
        Some(value)
    }

    fn product(&mut self, depth: u32) -> Option<f64> {
        let mut value = self.power(depth)?;
        while let Some(operator) = self.take(b"*/") {
            let next = self.power(depth)?;
            value = if operator == b'*' { value * next } else { value / next };
        }
        Some(value)
    }

    fn power(&mut self, depth: u32) -> Option<f64> {
        if depth > 200 {
            return None;
        }
        if self.take(b"-").is_some() {
            return Some(-self.power(depth + 1)?);
        }
        let base = self.atom(depth)?;
        match self.take(b"^") {
            Some(_) => Some(base.powf(self.power(depth + 1)?)),
            None => Some(base),
        }
    }

    fn atom(&mut self, depth: u32) -> Option<f64> {
        if self.take(b"(").is_some() {
            let value = self.sum(depth + 1)?;
            self.take(b")")?;
            return Some(value);
        }
        let length = self.rest.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
        let (number, rest) = self.rest.split_at(length);
        self.rest = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<(&str, f64)>) {
        let found = parse(text);
        let found = found.as_ref().map(|e| (e.keys.as_str(), e.value));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn arithmetic_is_read_as_written_and_as_spoken() {
        check("12.5 * 8", Some(("12.5*8", 100.0)));
        check("12.5 times 8", Some(("12.5*8", 100.0)));
        check("(15 + 27) / 6", Some(("(15+27)/6", 7.0)));
        check("17% of 240", Some(("17/100*240", 40.8)));
        check("144 divided by 12", Some(("144/12", 12.0)));
        check("12.5 times 8? Work it out", Some(("12.5*8", 100.0)));
        check("10 plus 5, please work that out for me", Some(("10+5", 15.0)));
        check("10 plus 5? Work it out in the calculator", Some(("10+5", 15.0)));
        check("10 plus 5? Work it out from the list", None);
        check("1.5 + 2", Some(("1.5+2", 3.5)));
        check("10 plus 5. Work out the list", None);
        check("add 5 and 7", Some(("5+7", 12.0)));
        check("subtract 3 from 10", Some(("(10)-(3)", 7.0)));
        check("multiply 12 by 9", Some(("(12)*(9)", 108.0)));
        check("1,234 + 1", Some(("1234+1", 1235.0)));
        check("three hundred and five plus twenty-one", Some(("305+21", 326.0)));
        check("2^3^2", Some(("2^3^2", 512.0)));
        check("-3 - -4", Some(("-3--4", 1.0)));
        check("6 x 7", Some(("6*7", 42.0)));
        check("the sum of 3, 4 and 5", Some(("3+4+5", 12.0)));
    }

    #[test]
    fn other_things_are_no_arithmetic() {
        for text in ["", "the total", "5", "5 / 0", "1 +", "(1 + 2", "2024-1-x", "rm -rf /", "1,2 + 3"] {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn sums_are_right(a in -9999i64..9999, b in 0i64..9999) {
            prop_assert_eq!(parse(&format!("{a} + {b}")).unwrap().value, (a + b) as f64);
        }
    }
}
