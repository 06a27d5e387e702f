//! What requests look like, from `config/grammar.toml`.

use super::template::{Line, Piece, SlotKind, lines};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../config/grammar.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    read: Vec<Read>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "as")]
    meaning: String,
    #[serde(default)]
    weight: f32,
    #[serde(default)]
    say: Option<String>,
    forms: Vec<String>,
}

/// One way to say something.
#[derive(Debug)]
pub struct Form {
    /// What is meant.
    pub meaning: String,
    pub weight: f32,
    /// How a question is put in the words that are answered; slots stand in braces.
    pub say: Option<String>,
    /// As it is written in the data.
    pub template: String,
    pub line: Line,
    /// It speaks of something on the screen, and fits nothing where that was not looked at.
    pub needs_labels: bool,
}

static GRAMMAR: LazyLock<Vec<Form>> = LazyLock::new(|| load().unwrap_or_default());

/// The built-in grammar.
pub fn forms() -> &'static [Form] {
    &GRAMMAR
}

/// The words that forms have of their own.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let phrases = GRAMMAR.iter().flat_map(|form| &form.line).filter_map(|piece| match piece {
        Piece::Words(phrases) | Piece::Maybe(phrases) => Some(phrases),
        Piece::Slot { .. } | Piece::Gap => None,
    });
    phrases.flat_map(|phrases| phrases.iter().flatten().cloned()).collect()
});

/// Whether a form has `word`, lower case, as one of its own.
pub fn has_word(word: &str) -> bool {
    WORDS.contains(word)
}

// A test loads the data; a build with damaged data never leaves the house.
fn load() -> Result<Vec<Form>, String> {
    let data: Data = toml::from_str(DATA).map_err(|e| e.to_string())?;
    let mut forms = Vec::new();
    for read in &data.read {
        for template in &read.forms {
            for line in lines(template).map_err(|why| format!("{template}: {why}"))? {
                let (meaning, say, template) = (read.meaning.clone(), read.say.clone(), template.clone());
                let needs_labels = line.iter().any(is_of_screen);
                forms.push(Form { meaning, weight: read.weight, say, template, line, needs_labels });
            }
        }
    }
    Ok(forms)
}

fn is_of_screen(piece: &Piece) -> bool {
    matches!(piece, Piece::Slot { kind: SlotKind::Seen(_) | SlotKind::SeenList(_) | SlotKind::Named, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_data_loads() {
        assert!(load().unwrap().len() > 300);
    }
}
