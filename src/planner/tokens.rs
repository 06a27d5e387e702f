//! A sentence as tokens. Literals (quotes, paths, addresses, file names, key chords, arithmetic) are
//! one token each, and keep every character.

use super::grammar;
use super::lexicon::Lexicon;
use super::turns;

/// What kind of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// `text` is what stands between the quotes.
    Quoted,
    Path,
    Address,
    File,
    Chord,
    /// A number or a piece of arithmetic.
    Number,
    /// A comma, semicolon, full stop, colon or question mark.
    Mark,
}

/// A piece of the sentence; `start..end` are its bytes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub lower: String,
    pub start: usize,
    pub end: usize,
}

impl Token {
    fn new(kind: Kind, text: &str, start: usize, end: usize) -> Self {
        Self { kind, text: text.to_owned(), lower: text.to_lowercase(), start, end }
    }

    /// Whether it is the plain word or mark `lower`.
    pub fn is(&self, lower: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.lower == lower
    }

    /// Whether it must be copied to the letter.
    pub const fn is_literal(&self) -> bool {
        !matches!(self.kind, Kind::Word | Kind::Mark)
    }
}

/// Cuts `text` into tokens; slips in the words that make a request are put right, names are not touched.
pub fn read_tokens(text: &str) -> Vec<Token> {
    let mut tokens = tokens(text);
    for token in tokens.iter_mut().filter(|t| t.kind == Kind::Word) {
        let word = if token.start == 0 { token.lower.clone() } else { token.text.clone() };
        // "Deleted" is no slip of "delete".
        if !grammar::has_word(&word)
            && !turns::is_form(&word)
            && let Some(known) = Lexicon::get().respelt(&word)
        {
            known.clone_into(&mut token.lower);
        }
    }
    tokens
}

/// Cuts `text` into tokens.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if let Some((inner, end)) = quoted(text, at) {
            tokens.push(Token::new(Kind::Quoted, inner, at, end));
            at = end;
        } else {
            at = push_word(text, at, &mut tokens);
        }
    }
    tokens
}

/// The literal that begins with a quote at `at`, and where it ends.
fn quoted(text: &str, at: usize) -> Option<(&str, usize)> {
    let open = text[at..].chars().next()?;
    let close = match open {
        '"' | '`' | '\'' => open,
        '“' | '„' => '”',
        '‘' => '’',
        '«' => '»',
        _ => return None,
    };
    let from = at + open.len_utf8();
    // An apostrophe inside a word does not close what a quote opened.
    let closes = |(i, c): &(usize, char)| {
        let after = text[from + i + c.len_utf8()..].chars().next();
        let closes = *c == close || (open == '„' && *c == '“');
        closes && (close != '\'' && close != '’' || after.is_none_or(|a| !a.is_alphanumeric()))
    };
    let (length, end) = text[from..].char_indices().find(closes)?;
    (length > 0).then(|| (&text[from..from + length], from + length + end.len_utf8()))
}

/// Pushes the word at `at` and the marks behind it; gives where the next token may begin.
fn push_word(text: &str, at: usize, tokens: &mut Vec<Token>) -> usize {
    let rest = &text[at..];
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let whole = &rest[..length];
    let mut word = whole.trim_end_matches([',', ';', '.', ':', '!', '?']);
    let dash = ["-", "–", "—"].contains(&whole);
    let between = tokens.last().is_some_and(|t| t.kind == Kind::Word)
        && text[at + length..].trim_start().chars().next().is_some_and(char::is_alphabetic);
    if dash && between {
        tokens.push(Token::new(Kind::Mark, whole, at, at + length));
        return at + length;
    }
    if let Some(kept) = with_own_mark(whole, text[at + length..].trim_start()) {
        word = kept;
    }
    if is_short_for(whole, text[at + length..].trim_start(), tokens.last()) {
        word = whole;
    }
    if matches!(whole, "." | ".." | "..." | "/") || word.is_empty() {
        word = if whole.starts_with([',', ';', '.', ':', '!', '?']) { "" } else { whole };
    }
    if !word.is_empty() {
        // `Name:"Ada"` and `with"x"` are two tokens.
        let inner =
            word.char_indices().skip(1).find(|(i, c)| matches!(c, '"' | '“' | '`') && quoted(text, at + i).is_some());
        if let Some((cut, _)) = inner {
            let head = word[..cut].trim_end_matches([':', '=']);
            tokens.push(Token::new(kind_of(head), head, at, at + head.len()));
            if head.len() < cut {
                tokens.push(Token::new(Kind::Mark, ":", at + head.len(), at + cut));
            }
            return at + cut;
        }
        tokens.push(Token::new(kind_of(word), word, at, at + word.len()));
    }
    for (i, mark) in whole[word.len()..].char_indices() {
        let start = at + word.len() + i;
        tokens.push(Token::new(Kind::Mark, &mark.to_string(), start, start + mark.len_utf8()));
    }
    at + length
}

/// "Rabbit46!" as it is written: a word with digits may end in a mark of its own, where the sentence goes on behind it
/// or has another mark.
fn with_own_mark<'a>(whole: &'a str, behind: &str) -> Option<&'a str> {
    let stem = whole.trim_end_matches(['!', '?']);
    let bare = whole.trim_end_matches(['.', ',', ';']);
    let code = |word: &str| word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(char::is_alphabetic);
    let goes_on = behind.chars().next().is_some_and(char::is_lowercase);
    if stem.len() < whole.len() && goes_on && code(stem) {
        return Some(whole);
    }
    let marked = bare.len() < whole.len() && bare.ends_with(['!', '?']);
    (marked && code(bare)).then_some(bare)
}

/// Whether `word` is cut short, "no." in "Booking no. is 7", rather than the end of a sentence.
fn is_short_for(word: &str, behind: &str, before: Option<&Token>) -> bool {
    const SHORT: [&str; 12] = ["no", "nr", "tel", "st", "dr", "mr", "mrs", "ms", "approx", "dept", "ext", "vol"];
    let Some(stem) = word.strip_suffix('.') else { return false };
    let goes_on = behind.chars().next().is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || c == ':');
    let title = ["dr", "mr", "mrs", "ms", "st"].contains(&stem.to_lowercase().as_str()) && !behind.is_empty();
    let name = before.is_some_and(|t| t.kind == Kind::Word && Lexicon::get().verb(std::slice::from_ref(t)).is_none());
    // "Say no. then go on" is an answer.
    let is_no = stem.eq_ignore_ascii_case("no");
    SHORT.contains(&stem.to_lowercase().as_str()) && (title || goes_on) && (!is_no || name)
}

fn kind_of(word: &str) -> Kind {
    let lower = word.to_lowercase();
    if ["http://", "https://", "file://", "ftp://", "localhost:", "127.0.0.1", "www.", "about:"]
        .iter()
        .any(|p| lower.starts_with(p))
    {
        return Kind::Address;
    }
    if word.starts_with("~/")
        || word == "~"
        || word.starts_with("./")
        || word.starts_with("../")
        || (word.starts_with('/') && word.len() > 1 && !is_arithmetic(word))
    {
        return Kind::Path;
    }
    if is_chord(word) {
        return Kind::Chord;
    }
    if is_arithmetic(word) {
        return Kind::Number;
    }
    if is_file_name(word) { Kind::File } else { Kind::Word }
}

/// `ctrl+s` and `F5`, but not `re-read` or `12-3`.
fn is_chord(word: &str) -> bool {
    let chord = word.parse::<crate::task::Chord>();
    let function_key =
        word.len() <= 3 && word.starts_with(['F', 'f']) && word[1..].parse::<u8>().is_ok_and(|n| (1..=12).contains(&n));
    function_key || chord.is_ok_and(|c| !c.modifiers.is_empty())
}

fn is_arithmetic(word: &str) -> bool {
    let allowed = |c: char| c.is_ascii_digit() || "+-*/^%().,×÷−=$€£".contains(c);
    word.chars().any(|c| c.is_ascii_digit()) && word.chars().all(allowed)
}

/// A name with an extension of letters and digits: `notes.txt`, `a.b/report.pdf`, `me@x.org`.
fn is_file_name(word: &str) -> bool {
    let Some((stem, extension)) = word.rsplit_once('.') else { return word.contains('@') && word.len() > 3 };
    let plain =
        extension.chars().all(|c| c.is_ascii_alphanumeric()) && extension.chars().any(|c| c.is_ascii_alphabetic());
    !stem.is_empty()
        && (1..=8).contains(&extension.len())
        && plain
        && !matches!(word.to_lowercase().as_str(), "e.g" | "i.e")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Kind, &str)]) {
        let found = tokens(text);
        let found: Vec<(Kind, &str)> = found.iter().map(|t| (t.kind, t.text.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn literals_are_kept_to_the_letter() {
        use Kind::*;
        check("type \"Hello, and  bye.\" now", &[(Word, "type"), (Quoted, "Hello, and  bye."), (Word, "now")]);
        check("save as notes.txt.", &[(Word, "save"), (Word, "as"), (File, "notes.txt"), (Mark, ".")]);
        check("press Ctrl+S, please", &[(Word, "press"), (Chord, "Ctrl+S"), (Mark, ","), (Word, "please")]);
        check("what is 12.5*8?", &[(Word, "what"), (Word, "is"), (Number, "12.5*8"), (Mark, "?")]);
        check("make ~/a b", &[(Word, "make"), (Path, "~/a"), (Word, "b")]);
        check("it's 'Bob's' turn", &[(Word, "it's"), (Quoted, "Bob's"), (Word, "turn")]);
        check(
            "go to http://localhost:80/x?y=1.",
            &[(Word, "go"), (Word, "to"), (Address, "http://localhost:80/x?y=1"), (Mark, ".")],
        );
        check("", &[]);
    }

    #[test]
    fn an_open_quote_is_a_word() {
        check("say \"hi", &[(Kind::Word, "say"), (Kind::Word, "\"hi")]);
    }

    #[test]
    fn tokens_know_their_place() {
        let text = "rename „a b“ to c.txt";
        for token in tokens(text) {
            assert!(text[token.start..token.end].contains(&token.text));
        }
    }
}
