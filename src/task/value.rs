//! Values as people write them: numbers, dates, times; whether two of them are the same.

/// The first number in `text`: "Volume: 12.5" is 12.5, "1,250" is 1250, "3,50" is 3.5.
pub fn number_in(text: &str) -> Option<f64> {
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let minus = text[..from].ends_with(['-', '−']);
    let digits: String = text[from..].chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let digits = digits.trim_end_matches(['.', ',']);
    let is_fraction =
        digits.matches(',').count() == 1 && !digits.contains('.') && digits.len() - digits.find(',')? != 4;
    let plain = if is_fraction { digits.replace(',', ".") } else { digits.replace(',', "") };
    let number: f64 = plain.parse().ok()?;
    Some(if minus { -number } else { number })
}

/// Whether `text` begins with `start` and ends with `end`, in whatever case, and the two do not overlap.
pub fn is_between(text: &str, start: &str, end: &str) -> bool {
    let text = text.trim().to_lowercase();
    let rest = text.strip_prefix(&start.to_lowercase());
    rest.is_some_and(|rest| rest.ends_with(&end.to_lowercase()))
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

/// The English names of the months, lower case.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Day {
    /// The English name of its month.
    pub fn month_name(self) -> &'static str {
        MONTHS[(self.month.clamp(1, 12) - 1) as usize]
    }

    /// The days that `text` may mean: `2027-05-12`, `12.05.2027`, `12 May 2027`, `May 12th, 2027`; where day and month
    /// could be either, both, the way of writing with slashes (month first) before the other.
    pub fn readings(text: &str) -> Vec<Self> {
        let parts: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty() && *p != "of").collect();
        let parts: Vec<&str> = parts.into_iter().filter(|p| !is_weekday(p)).collect();
        let [a, b, c] = parts.as_slice() else { return Vec::new() };
        let year = |word: &str| word.parse::<i32>().ok().filter(|y| word.len() == 4 && *y > 1000);
        let make = |y: i32, m: Option<u32>, d: Option<u32>| Some(Self { year: y, month: m?, day: d? });
        let found = match (year(a), year(c)) {
            (Some(y), _) => vec![make(y, month(b), day(c))],
            (_, Some(y)) if text.contains('/') => vec![make(y, month(a), day(b)), make(y, month(b), day(a))],
            (_, Some(y)) if month(a).is_some() && a.parse::<u32>().is_err() => vec![make(y, month(a), day(b))],
            (_, Some(y)) => vec![make(y, month(b), day(a)), make(y, month(a), day(b))],
            _ => Vec::new(),
        };
        found.into_iter().flatten().collect()
    }
}

fn is_weekday(word: &str) -> bool {
    let lower = word.to_lowercase();
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    ]
    .contains(&lower.as_str())
}

fn month(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    let named = MONTHS.iter().position(|m| lower.len() >= 3 && m.starts_with(&lower)).map(|i| i as u32 + 1);
    named.or_else(|| word.parse().ok().filter(|m| (1..=12).contains(m)))
}

fn day(word: &str) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|e| word.strip_suffix(e)).unwrap_or(word);
    bare.parse().ok().filter(|d| (1..=31).contains(d))
}

/// Whether `text` says when something is: a day of the week, a date, or a time that is more than a number.
pub fn is_when(text: &str) -> bool {
    let is_time = || text.contains(|c: char| c == ':' || c.is_alphabetic()) && minutes(text).is_some();
    is_weekday(text) || !Day::readings(text).is_empty() || is_time()
}

/// Minutes after midnight of a time: `14:30`, `2:30 pm`, `7 am`, `noon`.
pub fn minutes(text: &str) -> Option<u32> {
    let lower = text.trim().to_lowercase().replace(['.', ' '], "").replace("o'clock", ":00");
    match lower.as_str() {
        "noon" | "midday" => return Some(720),
        "midnight" => return Some(0),
        _ => {}
    }
    let (clock, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(720)),
        _ => (lower.as_str(), None),
    };
    let (hours, rest) = clock.split_once(':').unwrap_or((clock, "0"));
    if half.is_none() && !clock.contains(':') {
        return None;
    }
    let (hours, rest): (u32, u32) = (hours.parse().ok()?, rest.split(':').next()?.parse().ok()?);
    let total = half.map_or(hours * 60 + rest, |half| hours % 12 * 60 + rest + half);
    (total < 24 * 60 && rest < 60).then_some(total)
}

/// Whether two texts say the same day, time or number, however they are written.
pub fn is_same(a: &str, b: &str) -> bool {
    let (days_a, days_b) = (Day::readings(a), Day::readings(b));
    if !days_a.is_empty() && !days_b.is_empty() {
        return days_a.iter().any(|d| days_b.contains(d));
    }
    if let (Some(a), Some(b)) = (minutes(a), minutes(b)) {
        return a == b;
    }
    // "11" is not 11:38, and "2025" is no day.
    let composed = |text: &str| {
        let count = |sign: char| text.matches(sign).count();
        count(':') > 0 || count('/') > 0 || count('-') >= 2 || count('.') >= 2
    };
    if composed(a) != composed(b) {
        return false;
    }
    let plain = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() <= 3;
    match (number_in(a), number_in(b)) {
        (Some(x), Some(y)) => plain(a) && plain(b) && (x - y).abs() < 1e-9,
        _ => false,
    }
}

/// A number as people write it.
pub fn written(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_out_of_texts() {
        for (text, expected) in [("70 %", 70.0), ("Volume: 12.5", 12.5), ("-3", -3.0), ("1,250", 1250.0), ("3,50", 3.5)]
        {
            assert_eq!(number_in(text), Some(expected), "{text}");
        }
        assert_eq!(number_in("none"), None);
        assert_eq!(written(12.0), "12");
        assert_eq!(written(0.25), "0.25");
    }

    #[test]
    fn days_dates_and_times_are_told() {
        for text in ["Thursday", "fri", "12 May 2027", "2027-05-12", "14:30", "3 pm", "noon"] {
            assert!(is_when(text), "{text}");
        }
        for text in ["Notes", "3", "Room 12", "Monday notes", ""] {
            assert!(!is_when(text), "{text}");
        }
    }

    #[test]
    fn the_same_is_the_same_however_it_is_written() {
        for (a, b) in [
            ("12 May 2027", "2027-05-12"),
            ("May 12th, 2027", "05/12/2027"),
            ("12.05.2027", "12 may 2027"),
            ("14:30", "2:30 pm"),
            ("7 am", "07:00"),
            ("70%", "70"),
            ("$1,250.00", "1250"),
        ] {
            assert!(is_same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("12 May 2027", "2027-05-13"),
            ("14:30", "2:30 am"),
            ("Room 12", "12"),
            ("11", "11:38"),
            ("2025", "2025-08-01"),
            ("a", "a"),
        ] {
            assert!(!is_same(a, b), "{a} {b}");
        }
    }
}
