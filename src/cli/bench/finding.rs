//! `guardian bench finding`: descriptions and questions over kept screens, with what is right.

use super::BenchError;
use crate::cli::args::BenchFindingArgs;
use crate::cli::pieces::{CliError, Pieces};
use crate::cli::see::load;
use crate::screen::{Percept, RectPx};
use crate::sight::Phrase;
use crate::sight::ask::ask;
use crate::sight::find::{Finding, find};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Deserialize)]
struct Sheet {
    screen: String,
    cases: Vec<Case>,
}

/// One description or question, and what is right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    say: Option<String>,
    ask: Option<String>,
    #[serde(rename = "box")]
    area: Option<RectPx>,
    tie: Option<Vec<RectPx>>,
    answer: Option<String>,
    #[serde(default)]
    absent: bool,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Share {
    right: u32,
    of: u32,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.right += u32::from(right);
        self.of += 1;
    }

    fn words(&self) -> String {
        format!("{} of {} ({:.1} %)", self.right, self.of, 100.0 * f64::from(self.right) / f64::from(self.of.max(1)))
    }
}

#[derive(Debug, Default, Serialize)]
struct Table {
    screens: u32,
    /// The right place was given.
    found: Share,
    /// Of things that are not there, it was said so.
    absent: Share,
    /// Of ties, it was said so, or one of the right things was given.
    ties: Share,
    answers: Share,
    absent_answers: Share,
    wrong: Vec<Wrong>,
}

#[derive(Debug, Serialize)]
struct Wrong {
    screen: String,
    what: String,
    wanted: String,
    got: String,
}

/// `guardian bench finding`.
pub fn finding(args: &BenchFindingArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let mut sight = (pieces.load_sight)()?;
    let mut table = Table::default();
    for path in sheets(&args.dir)? {
        let file = |cause| BenchError::File { path: path.clone(), cause };
        let sheet: Sheet =
            serde_json::from_str(&fs::read_to_string(&path).map_err(file)?).map_err(|e| file(e.into()))?;
        let frame = load(&path.with_file_name(&sheet.screen))?;
        let percept = sight.look(&frame, Vec::new())?;
        table.screens += 1;
        sheet.cases.iter().for_each(|case| table.try_case(&sheet.screen, case, &percept));
    }
    let text =
        if args.json { serde_json::to_string_pretty(&table).unwrap_or_default() } else { words(&table, args.wrong) };
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

fn sheets(dir: &Path) -> Result<Vec<PathBuf>, BenchError> {
    let file = |cause| BenchError::File { path: dir.to_owned(), cause };
    let entries: Result<Vec<_>, _> = fs::read_dir(dir).map_err(file)?.collect();
    let mut sheets: Vec<PathBuf> = entries.map_err(file)?.into_iter().map(|e| e.path()).collect();
    sheets.retain(|p| p.extension().is_some_and(|e| e == "json"));
    sheets.sort();
    if sheets.is_empty() { Err(file(io::ErrorKind::NotFound.into())) } else { Ok(sheets) }
}

impl Table {
    fn try_case(&mut self, screen: &str, case: &Case, percept: &Percept) {
        let (right, got) = match (&case.say, &case.ask) {
            (Some(say), _) => self.try_description(say, case, percept),
            (None, Some(question)) => self.try_question(question, case, percept),
            (None, None) => return,
        };
        if !right {
            let what = case.say.clone().or_else(|| case.ask.clone()).unwrap_or_default();
            let area = |a: &RectPx| format!("[{a}]");
            let wanted = case.area.as_ref().map(area).or_else(|| case.answer.clone());
            let ties = || case.tie.as_ref().map(|t| t.iter().map(area).collect::<Vec<_>>().join(" or "));
            let wanted = wanted.or_else(ties).unwrap_or_else(|| "absent".into());
            self.wrong.push(Wrong { screen: screen.to_owned(), what, wanted, got });
        }
    }

    fn try_description(&mut self, say: &str, case: &Case, percept: &Percept) -> (bool, String) {
        let finding = find(percept, &Phrase::parse(say), None);
        let got = match &finding {
            Finding::One(one, _) => {
                format!("{:?} “{}” at {} [{}] {:.2}", one.role, one.label, one.at, one.area, one.confidence)
            }
            Finding::Tie(all) => format!(
                "{} alike: {}",
                all.len(),
                all.iter().map(|c| format!("{:?} “{}” {}", c.role, c.label, c.at)).collect::<Vec<_>>().join("; ")
            ),
            Finding::None(_) => "absent".to_owned(),
        };
        let right = if case.absent {
            let right = matches!(finding, Finding::None(_));
            self.absent.add(right);
            right
        } else if let Some(areas) = &case.tie {
            let inside = |at| areas.iter().any(|a| a.contains(at));
            let right = match &finding {
                Finding::One(one, _) => inside(one.at),
                Finding::Tie(all) => all.iter().all(|c| inside(c.at)),
                Finding::None(_) => false,
            };
            self.ties.add(right);
            right
        } else {
            let area = case.area.unwrap_or_default();
            let right = matches!(&finding, Finding::One(one, _) if area.contains(one.at));
            self.found.add(right);
            right
        };
        (right, got)
    }

    fn try_question(&mut self, question: &str, case: &Case, percept: &Percept) -> (bool, String) {
        let reply = ask(percept, question, None).map(|r| r.text);
        let got = reply.clone().unwrap_or_else(|| "absent".into());
        let right = match &case.answer {
            Some(answer) => {
                let squeeze = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
                let right = reply.is_some_and(|r| squeeze(&r) == squeeze(answer));
                self.answers.add(right);
                right
            }
            None => {
                self.absent_answers.add(reply.is_none());
                reply.is_none()
            }
        };
        (right, got)
    }
}

fn words(table: &Table, show_wrong: bool) -> String {
    let mut lines = vec![
        format!("screens            {}", table.screens),
        format!("right place        {}", table.found.words()),
        format!("said to be absent  {}", table.absent.words()),
        format!("ties               {}", table.ties.words()),
        format!("answers            {}", table.answers.words()),
        format!("absent answers     {}", table.absent_answers.words()),
    ];
    if show_wrong {
        lines.extend(
            table.wrong.iter().map(|w| format!("{}: {} — wanted {}, got {}", w.screen, w.what, w.wanted, w.got)),
        );
    }
    lines.join("\n")
}
