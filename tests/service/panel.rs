//! The panel in a real browser, driven through every screen as a person would.

use super::house::House;
use std::path::Path;
use std::process::Command;

/// Where the drive and what it needs are.
const DRIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/service/panel");

#[test]
fn a_person_does_everything_in_the_panel() {
    install();
    let house = House::new();
    let kept = std::env::var_os("PANEL_SHOTS").map(|dir| std::path::absolute(dir).unwrap());
    let pictures = kept.unwrap_or_else(|| house.dir.path().join("pictures"));
    let mut node = Command::new("node");
    node.args(["drive.mjs", &house.panel()]).arg(&pictures).arg("/usr/bin/chromium").current_dir(DRIVE);
    let (is_done, said) = ran(&mut node);
    assert!(is_done, "{said}");
    println!("{said}");
}

/// Fetches the packages of the drive where they are missing.
fn install() {
    if Path::new(DRIVE).join("node_modules/playwright-core").exists() {
        return;
    }
    let (is_done, said) = ran(Command::new("npm").args(["ci", "--loglevel=error"]).current_dir(DRIVE));
    assert!(is_done, "npm ci: {said}");
}

/// Whether a program ended well, and what it said.
fn ran(command: &mut Command) -> (bool, String) {
    // Where the system's Node is too old, the build of the panel has brought a newer one.
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let newer = format!("{DRIVE}/../../../src/web/panel/node_modules/node-linux-{arch}/bin");
    command.env("PATH", format!("{newer}:{}", std::env::var("PATH").unwrap_or_default()));
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.success(), said.concat())
}
