//! What a selection holds, whichever system it is on.

/// The names of plain text, the best first; X applications have names of their own.
pub const TEXTS: [&str; 5] = ["text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "TEXT", "STRING"];
/// The most that is kept of one kind, in bytes: 4 MiB.
pub const MOST: usize = 4 << 20;
/// Kinds that are kept besides text of all sorts.
const KEPT: [&str; 3] = ["UTF8_STRING", "STRING", "image/png"];
const KEPT_FAMILIES: [&str; 3] = ["text/", "x-special/", "chromium/"];

/// What a selection holds: each kind that it can be given as, with its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    pub kinds: Vec<(String, Vec<u8>)>,
}

impl Contents {
    /// Plain text, under all its names.
    pub fn of_text(text: &str) -> Self {
        Self { kinds: TEXTS.into_iter().map(|kind| (kind.to_owned(), text.as_bytes().to_vec())).collect() }
    }

    pub const fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

/// Whether what is of this `kind` is kept for its owner: text of all sorts, names of files, pictures as PNG. All else
/// an application makes only when it is asked, often at length.
pub fn is_kept(kind: &str) -> bool {
    KEPT.contains(&kind) || KEPT_FAMILIES.iter().any(|family| kind.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_and_what_is_made_at_length_is_not() {
        for kind in ["UTF8_STRING", "text/html", "text/uri-list", "x-special/gnome-copied-files", "image/png"] {
            assert!(is_kept(kind), "{kind}");
        }
        for kind in ["TARGETS", "SAVE_TARGETS", "image/bmp", "COMPOUND_TEXT", "application/x-openoffice"] {
            assert!(!is_kept(kind), "{kind}");
        }
    }
}
