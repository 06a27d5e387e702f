//! What is known when a step begins, and texts and conditions that speak of it.

use crate::task::RunId;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};

/// Parameters, what the steps before found out, the item of a loop.
#[derive(Debug, Clone)]
pub struct Known(Map<String, Value>);

impl Known {
    /// What is known before a loop.
    pub fn new(parameters: &Value, outputs: BTreeMap<String, Value>, run: &RunId, secrets: Map<String, Value>) -> Self {
        let outputs: Map<String, Value> = outputs.into_iter().collect();
        let known = json!({ "params": parameters, "steps": outputs, "run": run.0, "secrets": secrets });
        Self(known.as_object().cloned().unwrap_or_default())
    }

    /// The same for one item of a list of `count`.
    pub fn with_item(&self, item: &Value, at: usize, count: usize) -> Self {
        let mut known = self.0.clone();
        known.insert("item".into(), item.clone());
        known.insert("loop".into(), json!({ "index": at + 1, "count": count }));
        Self(known)
    }

    /// The same with what a step has just found out.
    pub fn with_output(&self, step: &str, output: &Value) -> Self {
        let mut known = self.0.clone();
        if let Some(Value::Object(steps)) = known.get_mut("steps") {
            steps.insert(step.to_owned(), output.clone());
        }
        Self(known)
    }

    fn context(&self) -> minijinja::Value {
        minijinja::value::Serde(&self.0).into()
    }

    /// Names the place of a step, and of its turn in a loop.
    pub fn place(&self, step: &str) -> String {
        let turn = self.0.get("loop").map_or_else(String::new, |at| format!(".{}", at["index"]));
        format!("{step}{turn}")
    }

    /// How far a loop is, in words.
    pub fn turn(&self) -> Option<String> {
        let at = self.0.get("loop")?;
        Some(format!("{} of {}", at["index"], at["count"]))
    }
}

/// What speaks of things that are not there is a mistake, not an empty text.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_filter("quote", quote);
    environment.set_fuel(Some(100_000));
    environment
}

/// A text as one word of a shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn fault(text: &str, error: &minijinja::Error) -> String {
    let why = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    format!("`{text}` cannot be filled in: {why}")
}

/// `text` with what is known in the place of `{{ … }}`.
///
/// # Errors
/// Says what is wrong with it.
pub fn fill(text: &str, known: &Known) -> Result<String, String> {
    if !text.contains('{') {
        return Ok(text.to_owned());
    }
    environment().render_str(text, known.context()).map_err(|e| fault(text, &e))
}

/// A value all of whose texts are filled in.
///
/// # Errors
/// Says what is wrong with one of them.
pub fn fill_value(value: &Value, known: &Known) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(fill(text, known)?),
        Value::Array(all) => Value::Array(all.iter().map(|v| fill_value(v, known)).collect::<Result<_, _>>()?),
        Value::Object(all) => {
            let filled = all.iter().map(|(k, v)| Ok((k.clone(), fill_value(v, known)?)));
            Value::Object(filled.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

fn evaluate(expression: &str, known: &Known) -> Result<minijinja::Value, String> {
    let environment = environment();
    let compiled = environment.compile_expression(expression).map_err(|e| fault(expression, &e))?;
    compiled.eval(known.context()).map_err(|e| fault(expression, &e))
}

/// Whether a condition holds.
///
/// # Errors
/// Says what is wrong with it.
pub fn holds(condition: &str, known: &Known) -> Result<bool, String> {
    evaluate(condition, known).map(|value| value.is_true())
}

/// The items of a list.
///
/// # Errors
/// Says what is wrong with it.
pub fn items(list: &str, known: &Known) -> Result<Vec<Value>, String> {
    let value = evaluate(list, known)?;
    match serde_json::to_value(&value) {
        Ok(Value::Array(items)) => Ok(items),
        _ => Err(format!("`{list}` is no list")),
    }
}

/// What a text speaks of, as `steps.build.out`.
///
/// # Errors
/// Says why it cannot be filled in at all.
pub fn names(text: &str) -> Result<HashSet<String>, String> {
    let environment = environment();
    let template = environment.template_from_str(text).map_err(|e| fault(text, &e))?;
    Ok(template.undeclared_variables(true))
}

/// What an expression speaks of.
///
/// # Errors
/// Says why it cannot be worked out at all.
pub fn names_in_expression(text: &str) -> Result<HashSet<String>, String> {
    let environment = environment();
    let expression = environment.compile_expression(text).map_err(|e| fault(text, &e))?;
    Ok(expression.undeclared_variables(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let outputs = BTreeMap::from([("list".to_owned(), json!({ "out": "a\nb", "exit": 0 }))]);
        Known::new(&json!({ "who": "O'Hara", "n": 3 }), outputs, &RunId("r".into()), Map::new())
    }

    #[test]
    fn texts_are_filled_in_and_words_quoted() {
        assert_eq!(fill("hello {{ params.who }}", &known()).unwrap(), "hello O'Hara");
        assert_eq!(fill("echo {{ params.who | quote }}", &known()).unwrap(), "echo 'O'\\''Hara'");
        assert_eq!(fill("plain", &known()).unwrap(), "plain");
        assert_eq!(fill_value(&json!({ "a": ["{{ params.n }}", 2] }), &known()).unwrap(), json!({ "a": ["3", 2] }));
    }

    #[test]
    fn conditions_and_lists_are_worked_out() {
        assert!(holds("params.n > 2 and steps.list.exit == 0", &known()).unwrap());
        assert!(!holds("'x' in steps.list.out", &known()).unwrap());
        assert_eq!(items("steps.list.out | split('\n')", &known()).unwrap(), [json!("a"), json!("b")]);
        assert_eq!(items("range(params.n)", &known()).unwrap().len(), 3);
        assert!(items("params.n", &known()).unwrap_err().contains("no list"));
    }

    #[test]
    fn what_is_not_there_is_a_mistake() {
        for text in ["{{ params.gone }}", "{{ nowhere.x }}", "{{ 1 +"] {
            assert!(fill(text, &known()).unwrap_err().contains(text), "{text}");
        }
        assert!(holds("steps.gone.exit == 0", &known()).is_err());
        assert!(names("{% if %}").is_err() && names_in_expression("1 +").is_err());
    }

    #[test]
    fn what_a_text_speaks_of_is_known_before_it_is_filled_in() {
        let spoken = names("cd {{ params.folder | quote }}; echo secrets.yaml {{ steps.a.out }}").unwrap();
        assert_eq!(spoken, HashSet::from(["params.folder".to_owned(), "steps.a.out".to_owned()]));
        assert_eq!(names_in_expression("steps.a.exit == 0").unwrap(), HashSet::from(["steps.a.exit".to_owned()]));
    }

    #[test]
    fn what_never_ends_is_ended() {
        assert!(
            fill("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", &known()).is_err()
        );
    }
}
