//! What people ask for is understood: written requests beside what they mean, and others that must be asked about.

use std::process::Command;

/// How many of how many requests in `file` are understood right, by the program's own count.
fn understood(file: &str) -> (u32, u32) {
    understood_with(file, &[])
}

/// The same with more arguments.
fn understood_with(file: &str, more: &[&str]) -> (u32, u32) {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_guardian"))
        .args(["bench", "language", file])
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("HOME", home.path())
        .env("GUARDIAN_MODELS__DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/models/files"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|l| l.starts_with("understood right: ")).unwrap_or_else(|| panic!("{said}"));
    let mut numbers = line.split(|c: char| !c.is_ascii_digit()).filter_map(|w| w.parse().ok());
    let again = said.lines().find_map(|l| l.strip_prefix("the same on a second run: ")).unwrap_or_default();
    let counts: (u32, u32) = (numbers.next().unwrap(), numbers.next().unwrap());
    assert_eq!(again, counts.1.to_string(), "{said}");
    counts
}

#[test]
fn written_requests_are_understood() {
    let (right, all) = understood("fixtures/language/requests.toml");
    assert!(all >= 300 && right * 100 >= all * 95, "{right} of {all}");
}

#[test]
fn other_wordings_are_understood() {
    let (right, all) = understood("fixtures/language/wordings.toml");
    assert!(all >= 600 && right * 100 >= all * 80, "{right} of {all}");
}

#[test]
fn wordings_that_nobody_has_read_are_understood() {
    let (right, all) = understood("fixtures/language/paraphrases.toml");
    assert!(all >= 200 && right * 100 >= all * 80, "{right} of {all}");
    // A network that is missing, or that marks nothing of use, is found out.
    let (by_grammar, _) = understood_with("fixtures/language/paraphrases.toml", &["--grammar"]);
    assert!(right > by_grammar, "{right} with the network, {by_grammar} without");
}

#[test]
fn what_is_ruled_out_is_never_planned() {
    let (right, all) = understood("fixtures/language/forbidden.toml");
    assert!(all >= 40 && right == all, "{right} of {all}");
}
