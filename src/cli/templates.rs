//! `guardian templates …`.

use super::args::{TemplateRunArgs, TemplatesCommand};
use super::follow;
use super::live::Live;
use super::pieces::{CliError, Pieces};
use super::run::{NEVER, begin, conclude, cwd, lock, prepare, with_guardian};
use crate::guardian::{FlowRequest, Library, Listed, Presence, Work, now_ms, order_of_template};
use crate::task::{DesktopChoice, Event, Template};
use serde_json::{Map, Value, json};
use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

fn print(text: &str) -> Result<(), CliError> {
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)
}

/// `guardian templates …`.
pub fn templates(command: &TemplatesCommand, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = (pieces.open_store)(&pieces.config)?;
    match command {
        TemplatesCommand::List { json } => {
            for Listed { template, is_built_in, .. } in Library::all(&*lock(&store))? {
                let whose = if is_built_in { "" } else { " (yours)" };
                let line = if *json {
                    json!({ "name": template.name, "title": template.title, "description": template.description,
                        "steps": template.steps.len(), "builtin": is_built_in })
                    .to_string()
                } else {
                    format!("{:<22} {}{whose}", template.name, template.title)
                };
                print(&line)?;
            }
        }
        TemplatesCommand::Show { name, source } => {
            let listed = Library::named(&*lock(&store), name)?;
            print(if *source { listed.source.trim_end().to_owned() } else { words(&listed.template) }.as_str())?;
        }
        TemplatesCommand::Add { file } => {
            let mut text = String::new();
            let failed = |cause| CliError::ReadFile { path: file.clone(), cause };
            if file.as_os_str() == "-" {
                io::stdin().lock().read_to_string(&mut text).map_err(failed)?;
            } else {
                text = fs::read_to_string(file).map_err(failed)?;
            }
            let template = Library::keep(&mut *lock(&store), &text)?;
            eprintln!("kept as {}", template.name);
        }
        TemplatesCommand::Remove { name } => Library::discard(&mut *lock(&store), name)?,
        TemplatesCommand::Run(args) => return run(args, pieces),
    }
    Ok(ExitCode::SUCCESS)
}

/// A template as a person reads it.
fn words(template: &Template) -> String {
    let mut lines = vec![format!("{}: {}", template.name, template.title)];
    if !template.description.is_empty() {
        lines.push(template.description.clone());
    }
    lines.push("parameters:".into());
    let required: Vec<&str> =
        template.parameters["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, schema) in template.parameters["properties"].as_object().into_iter().flatten() {
        let kind = schema["type"].as_str().unwrap_or("value");
        let must = if required.contains(&name.as_str()) { ", needed" } else { "" };
        let kind = if kind == "array" { "list, as a,b" } else { kind };
        let default = schema.get("default").map(|d| format!(", {d} where nothing is said")).unwrap_or_default();
        let about = schema["description"].as_str().or(schema["title"].as_str()).unwrap_or_default();
        lines.push(format!("  {name} ({kind}{must}{default}): {about}"));
    }
    lines.push("steps:".into());
    for step in &template.steps {
        let title = step.title.clone().unwrap_or_else(|| step.id.clone());
        let when = step.when.as_ref().map(|w| format!(", where {w}")).unwrap_or_default();
        let each = step.each.as_ref().map(|e| format!(", for each of {e}")).unwrap_or_default();
        lines.push(format!("  {}: {title} ({}{when}{each})", step.id, step.work.kind()));
    }
    lines.join("\n")
}

/// Parameters as `name=value`: JSON where the value is some, else text; a list may be written `a,b`.
fn parameters(said: &[String], schema: &Value) -> Result<Value, CliError> {
    let one = |value: &str| serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    let mut all = Map::new();
    for pair in said {
        let (name, value) = pair.split_once('=').ok_or_else(|| CliError::Parameter { said: pair.clone() })?;
        let schema = &schema["properties"][name];
        let is_list = schema["type"] == "array" && !value.trim_start().starts_with('[');
        let item = |said: &str| if schema["items"]["type"] == "string" { said.into() } else { one(said) };
        let value = if is_list { value.split(',').map(|said| item(said.trim())).collect() } else { one(value) };
        all.insert(name.to_owned(), value);
    }
    Ok(Value::Object(all))
}

fn run(args: &TemplateRunArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = (pieces.open_store)(&pieces.config)?;
    prepare(&store)?;
    let listed = Library::named(&*lock(&store), &args.name)?;
    let display = pieces.config.display;
    let private = DesktopChoice::Private { width: display.private_width, height: display.private_height };
    let policy = pieces.config.policy;
    let cwd = cwd();
    let asked = FlowRequest {
        parameters: &parameters(&args.parameters, &listed.template.parameters)?,
        desktop: pieces.display_name(None).map_or(private, DesktopChoice::Given),
        cwd: &cwd,
        policy: if args.yes { policy.without_questions() } else { policy },
        origin: "the command line".into(),
    };
    let mut order = order_of_template(&listed.template, asked)?;
    let is_served = Presence::find(&*lock(&store))?.is_some();
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    // Somebody can answer: at the panel, or here.
    order.terms.is_attended = is_served || is_terminal;
    let live = Live::new(args.json);
    let report = if is_served {
        let run = lock(&store).enqueue(&order, now_ms())?.run;
        let follower = follow::Follower { may_answer: is_terminal, owns: true };
        let report = follow::until_over(&store, &run, &live, pieces, follower)?;
        report.ok_or_else(|| CliError::NoRun { name: run.to_string() })?
    } else {
        let lease = begin(&store, &order)?;
        let told = |event: &Event| live.tell(event);
        std::thread::scope(|scope| {
            let run = lease.run.clone();
            if is_terminal {
                // Questions are answered here while the run goes on there.
                scope.spawn({
                    let (store, live) = (&store, &live);
                    move || follow::answers(store, &run, live)
                });
            }
            with_guardian(pieces, &*store, &NEVER, &told, |guardian| guardian.drive(lease, &order, Work::Plan))
        })??
    };
    live.end();
    conclude(&report, args.json, None)?;
    Ok(ExitCode::from(report.state.exit_code()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_json_where_they_can_be() {
        let said = ["a=1", "b=text", "c=[\"x\"]", "d=a=b", "e="].map(str::to_owned);
        let all = parameters(&said, &Value::Null).unwrap();
        assert_eq!(all, json!({ "a": 1, "b": "text", "c": ["x"], "d": "a=b", "e": "" }));
        assert!(parameters(&["a".to_owned()], &Value::Null).is_err());
        let schema = json!({ "properties": { "apps": { "type": "array", "items": { "type": "string" } } } });
        for said in ["apps=7, text editor", r#"apps=["7","text editor"]"#] {
            let all = parameters(&[said.to_owned()], &schema).unwrap();
            assert_eq!(all, json!({ "apps": ["7", "text editor"] }), "{said}");
        }
    }
}
