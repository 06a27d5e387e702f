//! The templates that there are: those of the program, and the person's own in the store.

use super::expressions::{names, names_in_expression};
use crate::store::{Store, StoreError};
use crate::task::{
    DesktopChoice, FlowOrder, Order, Policy, Request, Template, TemplateError, TemplateStep as Step, Terms, Work,
};
use rust_embed::RustEmbed;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const KIND: &str = "template";
/// The lane of runs of templates that say none: their desktop steps are runs of their own in other lanes.
const LANE: &str = "flows";
/// How long a run of a template may take.
const TIMEOUT_MS: u64 = 86_400_000;

#[derive(RustEmbed)]
#[folder = "config/templates/"]
#[include = "*.toml"]
struct BuiltIn;

/// Why a template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("the template is no TOML of the right form: {0}")]
    Form(String),
    #[error(transparent)]
    Sense(#[from] TemplateError),
    #[error("step “{step}”: {why}")]
    Text { step: String, why: String },
    #[error("the template knows no `{0}`")]
    Key(String),
    #[error("the schema of the parameters is none: {0}")]
    Schema(String),
    #[error("{}", .0.join("; "))]
    Parameters(Vec<String>),
    #[error("there is no template “{0}”")]
    Unknown(String),
    #[error("“{0}” is a template of the program; give yours another name")]
    Taken(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A template and where it is from.
#[derive(Debug, Clone)]
pub struct Listed {
    pub template: Template,
    pub source: String,
    pub is_built_in: bool,
}

/// All templates.
pub struct Library;

impl Library {
    /// All templates by name; one in the store that cannot be read any more is left out.
    ///
    /// # Errors
    /// Those of the store.
    pub fn all(store: &dyn Store) -> Result<Vec<Listed>, StoreError> {
        let built_in = BuiltIn::iter().filter_map(|name| {
            let source = String::from_utf8(BuiltIn::get(&name)?.data.into_owned()).ok()?;
            Some(Listed { template: read(&source).ok()?, source, is_built_in: true })
        });
        let own = store
            .documents(KIND)?
            .into_iter()
            .filter_map(|(_, source)| Some(Listed { template: read(&source).ok()?, source, is_built_in: false }));
        let mut all: Vec<Listed> = built_in.chain(own).collect();
        all.sort_by(|a, b| a.template.name.cmp(&b.template.name));
        Ok(all)
    }

    /// The template of that name.
    ///
    /// # Errors
    /// [`LibraryError::Unknown`], those of the store.
    pub fn named(store: &dyn Store, name: &str) -> Result<Listed, LibraryError> {
        let found = Self::all(store)?.into_iter().find(|listed| listed.template.name == name);
        found.ok_or_else(|| LibraryError::Unknown(name.to_owned()))
    }

    /// Keeps a template of the person's own, in place of the one of its name.
    ///
    /// # Errors
    /// [`LibraryError`] says what makes no sense.
    pub fn keep(store: &mut dyn Store, source: &str) -> Result<Template, LibraryError> {
        let template = read(source)?;
        check_names(&template)?;
        if BuiltIn::get(&format!("{}.toml", template.name)).is_some() {
            return Err(LibraryError::Taken(template.name));
        }
        store.put(KIND, &template.name, source)?;
        Ok(template)
    }

    /// Takes a template of the person's own away.
    ///
    /// # Errors
    /// [`LibraryError::Unknown`], [`LibraryError::Taken`] for one of the program.
    pub fn discard(store: &mut dyn Store, name: &str) -> Result<(), LibraryError> {
        if BuiltIn::get(&format!("{name}.toml")).is_some() {
            return Err(LibraryError::Taken(name.to_owned()));
        }
        let was_there = store.discard(KIND, name)?;
        if was_there { Ok(()) } else { Err(LibraryError::Unknown(name.to_owned())) }
    }
}

/// Reads a template and checks all that can be checked before it runs.
///
/// # Errors
/// [`LibraryError`] names the first thing that makes no sense.
pub fn read(source: &str) -> Result<Template, LibraryError> {
    let template: Template = toml::from_str(source).map_err(|e| form(source, &e))?;
    template.check()?;
    check_keys(source, &template)?;
    jsonschema::validator_for(&template.parameters).map_err(|e| LibraryError::Schema(e.to_string()))?;
    for step in &template.steps {
        names_of(step).map_err(|why| LibraryError::Text { step: step.id.clone(), why })?;
    }
    Ok(template)
}

/// What is wrong with the form of a source, and in which line.
fn form(source: &str, error: &toml::de::Error) -> LibraryError {
    let line = error.span().map(|span| source[..span.start.min(source.len())].matches('\n').count() + 1);
    let at = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    LibraryError::Form(format!("{at}{}", error.message()))
}

/// Checks that steps have no keys that nobody reads.
fn check_keys(source: &str, template: &Template) -> Result<(), LibraryError> {
    let raw: toml::Table = toml::from_str(source).map_err(|e| form(source, &e))?;
    let steps = raw.get("steps").and_then(toml::Value::as_array).into_iter().flatten();
    for (said, step) in steps.zip(&template.steps) {
        let read = serde_json::to_value(step).unwrap_or_default();
        let known: BTreeSet<&str> = read.as_object().into_iter().flatten().map(|(k, _)| k.as_str()).collect();
        let unknown = said.as_table().into_iter().flatten().find(|(key, _)| !known.contains(key.as_str()));
        if let Some((key, _)) = unknown {
            return Err(LibraryError::Key(format!("steps.{}.{key}", step.id)));
        }
    }
    Ok(())
}

/// Checks that what the steps speak of is there.
fn check_names(template: &Template) -> Result<(), LibraryError> {
    for step in &template.steps {
        let wrong = |why| LibraryError::Text { step: step.id.clone(), why };
        let unknown = names_of(step).map_err(wrong)?.iter().find_map(|name| unknown_in(template, name));
        unknown.map_or(Ok(()), |why| Err(wrong(why)))?;
    }
    Ok(())
}

/// What is wrong with a name that a step speaks of.
fn unknown_in(template: &Template, name: &str) -> Option<String> {
    let mut parts = name.split('.');
    let (of, other) = (parts.next()?, parts.next()?);
    let schema = &template.parameters;
    let may_have_more = schema.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false));
    let parameters = schema.get("properties").and_then(Value::as_object).filter(|_| !may_have_more);
    match of {
        "steps" if !template.steps.iter().any(|s| s.id == other) => {
            Some(format!("`{name}`: there is no step “{other}”"))
        }
        "params" if parameters.is_some_and(|all| !all.contains_key(other)) => {
            Some(format!("`{name}`: there is no parameter “{other}”"))
        }
        _ => None,
    }
}

/// The names of the secrets that a template uses.
pub fn secrets_of(template: &Template) -> BTreeSet<String> {
    let names = template.steps.iter().filter_map(|step| names_of(step).ok()).flatten();
    names.filter_map(|name| Some(name.strip_prefix("secrets.")?.split('.').next()?.to_owned())).collect()
}

/// What a step speaks of.
fn names_of(step: &Step) -> Result<BTreeSet<String>, String> {
    let mut all = BTreeSet::new();
    for expression in [&step.when, &step.each, &step.until].into_iter().flatten() {
        all.extend(names_in_expression(expression)?);
    }
    for text in texts_of(&step.work) {
        all.extend(names(text)?);
    }
    Ok(all)
}

/// All that is filled in before a step is done.
fn texts_of(work: &Work) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    match work {
        Work::Desktop { request, .. } => all.push(request),
        Work::Shell { run, cwd, env, artifacts, .. } => {
            all.push(run);
            all.extend(cwd.iter().chain(env.values()).chain(artifacts).map(String::as_str));
        }
        Work::Api { url, headers, body, .. } => {
            all.push(url);
            all.extend(headers.values().map(String::as_str));
            body.iter().for_each(|body| texts_in(body, &mut all));
        }
        Work::Mcp { command, arguments, .. } => {
            all.extend(command.iter().map(String::as_str));
            texts_in(arguments, &mut all);
        }
        Work::Ask { question, options } => {
            all.push(question);
            all.extend(options.iter().map(String::as_str));
        }
    }
    all
}

fn texts_in<'a>(value: &'a Value, all: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => all.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts_in(value, all)),
        Value::Object(values) => values.values().for_each(|value| texts_in(value, all)),
        _ => {}
    }
}

/// Fills in defaults and checks parameters against a template's schema.
///
/// # Errors
/// [`LibraryError::Parameters`] names each parameter that does not fit.
pub fn parameters(template: &Template, given: &Value) -> Result<Value, LibraryError> {
    let mut filled = if given.is_null() { Value::Object(serde_json::Map::new()) } else { given.clone() };
    if let (Some(values), Some(known)) =
        (filled.as_object_mut(), template.parameters.get("properties").and_then(Value::as_object))
    {
        for (name, schema) in known {
            if let Some(default) = schema.get("default") {
                values.entry(name.clone()).or_insert_with(|| default.clone());
            }
        }
    }
    let validator = jsonschema::validator_for(&template.parameters).map_err(|e| LibraryError::Schema(e.to_string()))?;
    let faults: Vec<String> = validator
        .iter_errors(&filled)
        .map(|fault| {
            let at = fault.instance_path().to_string();
            let name = at.trim_start_matches('/').replace('/', ".");
            if name.is_empty() { fault.to_string() } else { format!("{name}: {fault}") }
        })
        .collect();
    if faults.is_empty() { Ok(filled) } else { Err(LibraryError::Parameters(faults)) }
}

/// What a run of a template is asked with.
#[derive(Debug, Clone)]
pub struct FlowRequest<'a> {
    pub parameters: &'a Value,
    pub desktop: DesktopChoice,
    pub cwd: &'a Path,
    pub policy: Policy,
    pub origin: String,
}

/// The order for a run of a template.
///
/// # Errors
/// [`LibraryError::Parameters`].
pub fn order(template: &Template, asked: FlowRequest<'_>) -> Result<Order, LibraryError> {
    let parameters = parameters(template, asked.parameters)?;
    let terms = Terms {
        lane: template.lane.clone().unwrap_or_else(|| LANE.into()),
        attempts: template.attempts,
        is_repeatable: template.repeatable,
        is_attended: true,
        origin: asked.origin,
        ..Terms::default()
    };
    let FlowRequest { desktop, cwd, policy, .. } = asked;
    let request =
        Request { text: template.title.clone(), desktop, cwd: cwd.to_owned(), timeout_ms: TIMEOUT_MS, policy };
    Ok(Order { request, terms, flow: Some(FlowOrder { template: template.clone(), parameters }) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::InMemory;
    use serde_json::json;

    const GREETING: &str = r#"
        name = "greeting"
        title = "Greet"
        [parameters]
        type = "object"
        required = ["who"]
        [parameters.properties.who]
        type = "string"
        minLength = 2
        [parameters.properties.times]
        type = "integer"
        default = 1
        [[steps]]
        id = "say"
        kind = "shell"
        run = "echo {{ params.who | quote }}"
    "#;

    #[test]
    fn the_templates_of_the_program_make_sense() {
        let all = Library::all(&InMemory::default()).unwrap();
        assert_eq!(all.len(), BuiltIn::iter().count());
        for name in BuiltIn::iter() {
            let source = String::from_utf8(BuiltIn::get(&name).unwrap().data.into_owned()).unwrap();
            let template = read(&source).unwrap_or_else(|e| panic!("{name}: {e}"));
            check_names(&template).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(format!("{}.toml", template.name), name.as_ref());
            assert!(template.description.len() > 20, "{name} says too little");
        }
    }

    #[test]
    fn parameters_are_checked_and_defaults_filled_in() {
        let template = read(GREETING).unwrap();
        assert_eq!(parameters(&template, &json!({ "who": "Ada" })).unwrap(), json!({ "who": "Ada", "times": 1 }));
        let LibraryError::Parameters(faults) = parameters(&template, &json!({ "who": "A", "times": "x" })).unwrap_err()
        else {
            panic!("other error");
        };
        assert!(faults.iter().any(|f| f.starts_with("who:")) && faults.iter().any(|f| f.starts_with("times:")));
        assert!(parameters(&template, &Value::Null).unwrap_err().to_string().contains("who"));
    }

    #[test]
    fn what_nobody_reads_is_a_mistake() {
        let error = read(&GREETING.replace("run =", "runs = 1\nrun =")).unwrap_err().to_string();
        assert!(error.contains("steps.say.runs"), "{error}");
        let error = read(&GREETING.replace("{{ params.who | quote }}", "{{ params.who | qote")).unwrap_err();
        assert!(error.to_string().contains("say"), "{error}");
        assert!(read(&GREETING.replace("\"integer\"", "\"number-ish\"")).is_err());
        assert!(read("name = \"a\"\ntitle = 1").unwrap_err().to_string().contains("line 2"));
    }

    #[test]
    fn what_a_template_speaks_of_is_there_before_it_is_kept() {
        let speaking = |of: &str| {
            let mut store = InMemory::default();
            Library::keep(&mut store, &GREETING.replace("params.who | quote", of)).map_err(|e| e.to_string())
        };
        assert!(speaking("params.whom").unwrap_err().contains("no parameter “whom”"));
        assert!(speaking("steps.before.out").unwrap_err().contains("no step “before”"));
        let template = speaking("secrets.BANK | quote }} {{ secrets['OTHER']").unwrap();
        assert!(secrets_of(&template).contains("BANK"));
    }

    #[test]
    fn own_templates_are_kept_and_those_of_the_program_stay() {
        let mut store = InMemory::default();
        Library::keep(&mut store, GREETING).unwrap();
        assert_eq!(Library::named(&store, "greeting").unwrap().template.title, "Greet");
        Library::discard(&mut store, "greeting").unwrap();
        assert!(matches!(Library::discard(&mut store, "greeting"), Err(LibraryError::Unknown(_))));
        let name = BuiltIn::iter().next().unwrap();
        let name = name.trim_end_matches(".toml");
        assert!(matches!(Library::discard(&mut store, name), Err(LibraryError::Taken(_))));
    }
}
