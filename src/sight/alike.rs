//! How alike two labels are.

/// `text` with case, punctuation and runs of white space gone: what two labels are compared by.
pub fn fold(text: &str) -> String {
    let spelt = text.replace(" & ", " and ");
    let kept = spelt.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' });
    let lower: String = kept.flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split_whitespace().collect();
    if words.is_empty() { text.split_whitespace().collect() } else { words.join(" ") }
}

/// Names that different programs have for one thing. Only what cannot be told apart by meaning.
const SAME: [&[&str]; 33] = [
    &["plus", "+"],
    &["question mark", "?"],
    &["bold", "b"],
    &["italic", "i"],
    &["underline", "u"],
    &["minus", "-", "−", "–", "—"],
    &["equals", "="],
    &["times", "×", "multiply"],
    &["divide", "÷", "/"],
    &["square root", "√", "sqrt"],
    &["percent", "%"],
    &["sum", "σ", "∑"],
    &["euro", "€"],
    &["dollar", "$"],
    &["pound", "£"],
    &["at", "@"],
    &["hash", "#"],
    &["asterisk", "*"],
    &["comma", ","],
    &["point", ".", "dot", "period", "decimal point"],
    &["colon", ":"],
    &["pi", "π"],
    &["exclamation mark", "!", "factorial"],
    &["log in", "sign in", "login", "signin"],
    &["log out", "sign out", "log off", "logout", "sign off"],
    &["postcode", "zip code", "postal code", "post code", "zip"],
    &["e mail", "email", "mail address", "e mail address", "email address"],
    &["telephone", "phone", "phone number", "telephone number"],
    &["colour", "color"],
    &["colours", "colors"],
    &["last name", "surname", "family name"],
    &["first name", "given name", "forename"],
    &["user name", "username", "login name"],
];

/// How alike two labels are, in `[0, 1]`; 1 means equal but for case and punctuation.
pub fn similarity(wanted: &str, seen: &str) -> f32 {
    let cut_off = cut_off_likeness(wanted, seen);
    let (wanted, seen) = (fold(wanted), fold(seen));
    let plain = likeness(&wanted, &seen).max(cut_off);
    if plain >= 0.9 || wanted.is_empty() || seen.is_empty() {
        return plain;
    }
    let padded = format!(" {wanted} ");
    let others = SAME.iter().flat_map(|group| {
        let said = group.iter().filter(|name| padded.contains(&format!(" {name} "))).max_by_key(|name| name.len());
        said.into_iter()
            .flat_map(|said| group.iter().filter(move |other| *other != said).map(move |other| (said, other)))
    });
    let swapped = others
        .map(|(said, other)| likeness(padded.replacen(&format!(" {said} "), &format!(" {other} "), 1).trim(), &seen));
    plain.max(0.94 * swapped.fold(0.0, f32::max))
}

/// How alike a label is to one that had no room and ends in dots: "Filter in any colu…".
fn cut_off_likeness(wanted: &str, seen: &str) -> f32 {
    let Some(begin) = seen.trim().strip_suffix('…').or_else(|| seen.trim().strip_suffix("...")) else { return 0.0 };
    let (wanted, begin) = (fold(wanted), fold(begin));
    let (long, shown) = (wanted.chars().count(), begin.chars().count());
    if shown < 6 || long <= shown {
        return 0.0;
    }
    let head: String = wanted.chars().take(shown).collect();
    let alike = strsim::normalized_damerau_levenshtein(&head, &begin) as f32;
    if alike >= 0.85 { 0.93 * alike } else { 0.0 }
}

/// [`similarity`] of folded labels, letter by letter.
fn likeness(wanted: &str, seen: &str) -> f32 {
    if wanted.is_empty() || seen.is_empty() {
        return 0.0;
    }
    if wanted == seen {
        return 1.0;
    }
    let (tight_wanted, tight_seen) = (wanted.replace(' ', ""), seen.replace(' ', ""));
    if tight_wanted == tight_seen {
        return 0.97;
    }
    let typo = strsim::normalized_damerau_levenshtein(&tight_wanted, &tight_seen) as f32;
    // Long words may be misspelt less in proportion; what differs in a number is something else.
    let least = if tight_wanted.len() >= 6 { 0.8 } else { 0.75 };
    let digits = |t: &str| t.chars().filter(char::is_ascii_digit).collect::<String>();
    let misspelt = tight_wanted.len() >= 4 && typo >= least && digits(wanted) == digits(seen);
    let typo = if misspelt { typo * 0.95 } else { 0.0 };
    let short = if is_abbreviation(wanted, seen) { 0.84 } else { 0.0 };
    typo.max(short).max(part_similarity(wanted, seen)).max(turned_similarity(wanted, seen))
}

/// The same words in another order, small ones aside: "birth date" for "Date of birth".
fn turned_similarity(wanted: &str, seen: &str) -> f32 {
    let words = |text: &str| {
        let small = |w: &&str| !matches!(*w, "of" | "the" | "a" | "an" | "your" | "my" | "for" | "to");
        let mut words: Vec<String> = text.split(' ').filter(small).map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    let (wanted, seen) = (words(wanted), words(seen));
    if wanted.len() >= 2 && wanted == seen { 0.88 } else { 0.0 }
}

/// All of the wanted words stand in the seen ones, together: the more of the seen they are, the better.
fn part_similarity(wanted: &str, seen: &str) -> f32 {
    let padded = format!(" {seen} ");
    let share = wanted.len() as f32 / seen.len() as f32;
    if padded.starts_with(&format!(" {wanted} ")) {
        return 0.6 + 0.3 * share;
    }
    if padded.contains(&format!(" {wanted} ")) {
        return 0.55 + 0.3 * share;
    }
    // "download pdf" for "Download as PDF": small words left out.
    let mut words = seen.split(' ');
    let in_order = wanted.contains(' ') && wanted.split(' ').all(|w| words.any(|s| s == w));
    if in_order { 0.5 + 0.35 * share } else { 0.0 }
}

/// Whether each word of `wanted` is short for a word of `seen`, in order: "max temp" for "Maximum
/// temperature", "Qty" for "Quantity".
fn is_abbreviation(wanted: &str, seen: &str) -> bool {
    // What is short for something begins as it does.
    if !seen.split(' ').next().zip(wanted.split(' ').next()).is_some_and(|(word, short)| stands_for(short, word)) {
        return false;
    }
    let mut words = seen.split(' ');
    let mut shorter = false;
    let all = wanted.split(' ').all(|short| {
        let found = words.by_ref().find(|word| stands_for(short, word));
        shorter |= found.is_some_and(|word| word.len() > short.len());
        found.is_some()
    });
    all && shorter && seen.split(' ').count() <= wanted.split(' ').count() + 1
}

fn stands_for(short: &str, word: &str) -> bool {
    let stem = short.strip_suffix('s').filter(|s| s.len() >= 4 && word.ends_with('s')).unwrap_or(short);
    if word == short || (stem.len() >= 3 && word.starts_with(stem)) {
        return true;
    }
    // The letters of a contraction come in order, from the same first letter: "qty", "pwd".
    let mut rest = word.chars();
    let in_order = short.chars().all(|c| rest.any(|w| w == c));
    let same_start = short.chars().next() == word.chars().next();
    (2..=4).contains(&short.len())
        && word.len() >= 2 * short.len()
        && same_start
        && in_order
        && !short.contains(['a', 'e', 'i', 'o', 'u'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_alike_but_for_case_punctuation_and_typos() {
        assert_eq!(similarity("save as", "Save As…"), 1.0);
        assert!(similarity("Subscrbe", "Subscribe") > 0.8);
        assert!(similarity("OK", "Cancel") == 0.0);
        assert!(similarity("OK", "Press OK to go on") < similarity("OK", "OK"));
        assert_eq!(similarity("", "x"), 0.0);
        assert!(similarity("birth date", "Date of birth") > 0.8);
        assert!(similarity("+", "+") == 1.0);
        assert_eq!(similarity("black and white", "Black & white"), 1.0);
        assert!(similarity("Filter in any column", "Filter in any cou...") > 0.8);
        assert!(similarity("Save", "Save as...") < 0.8);
    }

    #[test]
    fn short_forms_stand_for_words() {
        for (short, long) in [
            ("Qty", "Quantity"),
            ("max temp", "Maximum temperature"),
            ("Prefs", "Preferences"),
            ("tel", "Telephone number"),
        ] {
            assert!(similarity(short, long) >= 0.8, "{short} {long}");
        }
        for (short, long) in [("Save", "Settings"), ("Print", "Properties"), ("Edit", "Editor tab list")] {
            assert!(similarity(short, long) < 0.8, "{short} {long}");
        }
    }
}
