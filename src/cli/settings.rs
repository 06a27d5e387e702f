//! `guardian settings …` and `guardian secrets …`.

use super::args::{SecretsCommand, SettingsCommand};
use super::pieces::{CliError, Pieces};
use super::run::lock;
use crate::config::{Config, change, described};
use crate::guardian::Secrets;
use serde_json::{Value, json};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

fn print(text: &str) -> Result<(), CliError> {
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)
}

fn file() -> Result<PathBuf, CliError> {
    Config::user_file().ok_or(CliError::NoHome)
}

/// `guardian settings …`.
pub fn settings(command: &SettingsCommand) -> Result<ExitCode, CliError> {
    match command {
        SettingsCommand::List { json } => {
            let file = Config::user_file().filter(|path| path.is_file());
            let all = described(file.as_deref())?;
            if *json {
                print(&all.to_string())?;
            } else {
                lines(&all).iter().try_for_each(|line| print(line))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        SettingsCommand::Set { key, value } => set(key, Some(&said(value)))?,
        SettingsCommand::Reset { key } => set(key, None)?,
        SettingsCommand::Password => set("serve.password", Some(&hidden("the panel's new password", true)?.into()))?,
    }
    eprintln!("{} is changed; a service that runs takes it when it begins again", file()?.display());
    Ok(ExitCode::SUCCESS)
}

fn set(named: &str, value: Option<&Value>) -> Result<(), CliError> {
    let (section, key) = named.split_once('.').unwrap_or((named, ""));
    Ok(change(&file()?, section, key, value)?)
}

/// A value as it is typed: a number, a truth value or a list where it reads as one, else a text.
fn said(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::String(_))) => value,
        _ => text.into(),
    }
}

fn lines(all: &Value) -> Vec<String> {
    let sections = all.as_object().into_iter().flatten();
    let keys = sections.flat_map(|(section, keys)| keys.as_object().into_iter().flatten().map(move |k| (section, k)));
    keys.map(|(section, (key, what))| {
        let from = what["from"].as_str().filter(|from| *from != "default");
        let from = from.map(|from| format!("  ({from}; else {})", what["default"])).unwrap_or_default();
        format!("{:<32} {}{from}", format!("{section}.{key}"), what["value"])
    })
    .collect()
}

/// `guardian secrets …`.
pub fn secrets(command: &SecretsCommand, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = (pieces.open_store)(&pieces.config)?;
    match command {
        SecretsCommand::List { json } => {
            let all = Secrets::list(&*lock(&store))?;
            if all.is_empty() && !json {
                eprintln!("there are none; `guardian secrets set NAME` asks for one");
            }
            for secret in all {
                print(&if *json { json!(secret).to_string() } else { secret.name })?;
            }
        }
        SecretsCommand::Set { name } => {
            let value = hidden(&format!("the value of {name}"), false)?;
            Secrets::set(&mut *lock(&store), name, &value)?;
            eprintln!("kept; requests name it as secret:{name}, templates as {{{{ secrets.{name} }}}}");
        }
        SecretsCommand::Remove { name } => Secrets::remove(&mut *lock(&store), name)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Has something typed that is not shown, twice where a slip would shut the person out; from a pipe its first line.
fn hidden(what: &str, is_twice: bool) -> Result<String, CliError> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(CliError::Print)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let typed = rpassword::prompt_password(format!("{what}: ")).map_err(CliError::Print)?;
    if is_twice && rpassword::prompt_password("once more: ").map_err(CliError::Print)? != typed {
        return Err(CliError::NotTheSame);
    }
    Ok(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_typed() {
        assert_eq!(said("3"), json!(3));
        assert_eq!(said("true"), json!(true));
        assert_eq!(said("[\"a\"]"), json!(["a"]));
        assert_eq!(said("127.0.0.1:7474"), json!("127.0.0.1:7474"));
        assert_eq!(said("{\"a\": 1}"), json!("{\"a\": 1}"));
    }
}
