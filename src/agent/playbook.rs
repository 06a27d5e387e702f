//! What a person knows about any desktop, from `config/playbook.toml`.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../config/playbook.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    labels: Vec<String>,
    #[serde(default)]
    login: Vec<String>,
}

/// Names of what does something, by what people call it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    acts: BTreeMap<String, Vec<String>>,
    opens: Words,
    submit: Labels,
    fields: BTreeMap<String, Vec<String>>,
    answers: BTreeMap<String, Vec<String>>,
    interruptions: Labels,
    pages: BTreeMap<String, Vec<String>>,
}

// A test loads the data; a build with damaged data never leaves the house.
static PLAYBOOK: LazyLock<Playbook> = LazyLock::new(|| toml::from_str(DATA).unwrap_or_default());

impl Playbook {
    /// The built-in playbook.
    pub fn get() -> &'static Self {
        &PLAYBOOK
    }

    /// What `act` may be called on buttons and signs, the person's own word first.
    pub fn act(&self, act: &str) -> Vec<String> {
        own_first(act, self.acts.get(&act.to_lowercase()))
    }

    /// Whether `act` is done by pressing the thing itself.
    pub fn is_opening(&self, act: &str) -> bool {
        self.opens.words.contains(&act.to_lowercase())
    }

    /// What ends a form, by the person's own word for it.
    pub fn submit(&self, named: Option<&str>) -> Vec<String> {
        let login = named.is_some_and(|n| self.submit.login.iter().take(5).any(|l| l == n));
        let all = if login { &self.submit.login } else { &self.submit.labels };
        named.map_or_else(|| all.clone(), |own| own_first(own, Some(all)))
    }

    /// What a field for `name` may be called.
    pub fn field(&self, name: &str) -> Vec<String> {
        own_first(name, self.fields.get(&name.to_lowercase()))
    }

    /// What answers a question with `answer`.
    pub fn answer(&self, answer: &str) -> Vec<String> {
        own_first(answer, self.answers.get(&answer.to_lowercase()))
    }

    /// What puts away something that nobody asked for.
    pub fn interruptions(&self) -> &[String] {
        &self.interruptions.labels
    }

    /// What turns to the page `which`.
    pub fn page(&self, which: &str) -> Vec<String> {
        own_first(which, self.pages.get(&which.to_lowercase()))
    }
}

fn own_first(own: &str, others: Option<&Vec<String>>) -> Vec<String> {
    let others = others.into_iter().flatten().filter(|o| *o != own).cloned();
    std::iter::once(own.to_owned()).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_data_loads() {
        let playbook: Playbook = toml::from_str(DATA).unwrap();
        assert_eq!(playbook.act("delete")[..2], ["delete", "trash"]);
        assert_eq!(playbook.act("frobnicate"), ["frobnicate"]);
        assert_eq!(playbook.submit(Some("log in"))[0], "log in");
        assert!(playbook.is_opening("open"));
    }
}
