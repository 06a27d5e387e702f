//! `guardian pair`, `guardian devices …` and `guardian panel`.

use super::args::{DevicesCommand, PairArgs};
use super::pieces::{CliError, Pieces};
use super::remote::Remote;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long is waited for an opener to say that it has nothing to open with.
const OPENING: Duration = Duration::from_secs(2);

fn print(text: &str) -> Result<(), CliError> {
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)
}

/// `guardian pair`.
pub fn pair(args: &PairArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let remote = Remote::find(pieces)?;
    let may = (!args.may.is_empty()).then_some(&args.may);
    let offered = remote.ask("POST", "/pairings", Some(&json!({ "name": args.name, "may": may })))?;
    if args.json {
        print(&offered.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let url = offered["url"].as_str().unwrap_or_default();
    if let Ok(code) = QrCode::new(url.as_bytes()) {
        print(&code.render::<Dense1x2>().quiet_zone(true).build())?;
    }
    print(url)?;
    eprintln!("Open this on “{}” within five minutes; it lets one device in.", args.name);
    if let Some(fingerprint) = offered["fingerprint"].as_str() {
        let base = url.split("/#").next().unwrap_or_default();
        eprintln!("A phone installs the panel only over a certificate that it trusts. Once, before the code:");
        eprintln!("  open {base}/guardian-authority.crt, install it as a CA certificate, and compare:");
        eprintln!("  SHA-256 {fingerprint}");
    } else {
        eprintln!("This address is this machine's own. For a phone, set `companion` under [serve] in the settings.");
    }
    Ok(ExitCode::SUCCESS)
}

/// `guardian panel`.
pub fn panel(pieces: &Pieces) -> Result<ExitCode, CliError> {
    let panel = Remote::find(pieces)?.panel();
    print(&panel)?;
    open_browser(&panel);
    Ok(ExitCode::SUCCESS)
}

/// Shows an address in the person's browser; whoever has none has read the address.
pub fn open_browser(address: &str) {
    let mut command = Command::new("xdg-open");
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let has_failed = match command.spawn() {
        Err(_) => true,
        Ok(mut child) => {
            // Some openers stay for as long as their browser does.
            let until = Instant::now() + OPENING;
            loop {
                match child.try_wait() {
                    Ok(None) if Instant::now() < until => thread::sleep(OPENING / 20),
                    Ok(Some(status)) => break !status.success(),
                    _ => break false,
                }
            }
        }
    };
    if has_failed {
        eprintln!("no browser could be opened; open the address above in one");
    }
}

/// `guardian devices …`.
pub fn devices(command: &DevicesCommand, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let remote = Remote::find(pieces)?;
    match command {
        DevicesCommand::List { json } => {
            let all = remote.ask("GET", "/devices", None)?;
            for device in all["devices"].as_array().into_iter().flatten() {
                print(&if *json { device.to_string() } else { words(device) })?;
            }
        }
        DevicesCommand::Rename { device, name } => {
            let id = find(&remote, device)?;
            remote.ask("PATCH", &format!("/devices/{id}"), Some(&json!({ "name": name })))?;
        }
        DevicesCommand::Limit { device, may } => {
            let id = find(&remote, device)?;
            remote.ask("PATCH", &format!("/devices/{id}"), Some(&json!({ "may": may })))?;
        }
        DevicesCommand::Revoke { device } => {
            let id = find(&remote, device)?;
            remote.ask("DELETE", &format!("/devices/{id}"), None)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn words(device: &Value) -> String {
    let text = |key: &str| device[key].as_str().unwrap_or_default();
    let may: Vec<&str> = device["may"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("{:<26}  {:<24} {}", text("id"), text("name"), may.join(", "))
}

/// The number of the one device whose number, beginning of a number, or name this is.
fn find(remote: &Remote, said: &str) -> Result<String, CliError> {
    let all = remote.ask("GET", "/devices", None)?;
    let all: Vec<&Value> = all["devices"].as_array().into_iter().flatten().collect();
    let is_called = |device: &&&Value| device["id"] == said || device["name"] == said;
    let begins = |device: &&&Value| !said.is_empty() && device["id"].as_str().is_some_and(|id| id.starts_with(said));
    let called: Vec<&Value> = all.iter().filter(is_called).copied().collect();
    let found: Vec<&Value> = if called.is_empty() { all.iter().filter(begins).copied().collect() } else { called };
    let mut found = found.into_iter();
    match (found.next().and_then(|d| d["id"].as_str()), found.next()) {
        (Some(id), None) => Ok(id.to_owned()),
        (Some(_), Some(_)) => Err(CliError::ManyDevices { name: said.to_owned() }),
        (None, _) => Err(CliError::NoDevice { name: said.to_owned() }),
    }
}
