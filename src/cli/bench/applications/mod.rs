//! `guardian bench applications`: what sight makes of real applications, against what they say of
//! themselves over the accessibility bus.

mod cases;
mod stage;
mod truth;

use super::BenchError;
use super::score::{Counts, match_elements, score_elements};
use crate::cli::args::BenchApplicationsArgs;
use crate::cli::pieces::{CliError, Pieces};
use crate::display::processes::on_path;
use crate::screen::{Percept, Role};
use crate::sight::fold;
use crate::sight::fuse::placed;
use cases::{CASES, Case};
use serde::Serialize;
use stage::{Cost, Shot, Stage};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use truth::Thing;

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
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
        if self.of == 0 {
            return "–".into();
        }
        format!("{}/{} {:.2}", self.right, self.of, f64::from(self.right) / f64::from(self.of))
    }
}

/// What was made of the elements of one role, or of one screen.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Row {
    #[serde(flatten)]
    counts: Counts,
    precision: f64,
    recall: f64,
    f1: f64,
    /// Of found elements that the application names: those with that name, case and punctuation aside.
    labels: Share,
    /// Of found elements and what the application says of their state: what sight says too. That they
    /// are ticked, for check boxes and radio buttons; that they are chosen, for tabs and list rows; that
    /// they are disabled, for all. Where sight does not say chosen or disabled it counts as no.
    states: Share,
}

impl Row {
    fn add(&mut self, counts: Counts) {
        self.counts.add(counts);
        (self.precision, self.recall, self.f1) = (self.counts.precision(), self.counts.recall(), self.counts.f1());
    }

    fn words(&self, name: &str) -> String {
        let c = self.counts;
        format!(
            "{name:<18}{:>7}{:>7}{:>7}{:>8.3}{:>8.3}{:>8.3}{:>15}{:>15}",
            c.there,
            c.seen,
            c.hits,
            self.precision,
            self.recall,
            self.f1,
            self.labels.words(),
            self.states.words()
        )
    }
}

/// The table; what is compared with what is defined in [`truth`].
#[derive(Debug, Default, Serialize)]
struct Table {
    version: &'static str,
    roles: BTreeMap<String, Row>,
    screens: BTreeMap<String, Row>,
    all: Row,
    ticked: Share,
    chosen: Share,
    disabled: Share,
    /// By screen: what it costs to ask its application.
    asking: BTreeMap<String, Cost>,
    /// Applications that are not installed: screen and package.
    left_out: BTreeMap<String, String>,
    /// Applications that did not come up, or say nothing of themselves, and why.
    failed: BTreeMap<String, String>,
}

/// `guardian bench applications`.
pub fn applications(args: &BenchApplicationsArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let cases = chosen(&args.only)?;
    if on_path("dbus-daemon").is_none() {
        return Err(BenchError::Lacking { what: "dbus-daemon", package: "dbus" }.into());
    }
    if let Some(folder) = &args.keep {
        fs::create_dir_all(folder).map_err(|cause| BenchError::File { path: folder.clone(), cause })?;
    }
    let mut sight = (pieces.load_sight)()?;
    let mut table = Table { version: env!("CARGO_PKG_VERSION"), ..Table::default() };
    for case in cases {
        if on_path(case.argv[0]).is_none() {
            eprintln!("{}: not installed (apt-get install {})", case.name, case.package);
            table.left_out.insert(case.name.into(), case.package.into());
            continue;
        }
        let shot = match Stage::open(pieces)?.shoot(&case) {
            Ok(shot) => shot,
            Err(BenchError::Application { why, .. }) => {
                eprintln!("{}: {why}", case.name);
                table.failed.insert(case.name.into(), why);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        // Each screen is a first look: nothing that was seen before may help.
        sight.forget();
        let percept = sight.look(&shot.frame, shot.windows.clone())?;
        let score = table.add(case.name, &shot, &percept);
        eprintln!("{} F1 {:.3}", case.name, table.screens[case.name].f1);
        if let Some(folder) = &args.keep {
            keep(folder, case.name, &shot, &score)?;
        }
    }
    if table.screens.is_empty() {
        return Err(BenchError::Lacking { what: "none of the applications", package: "yad mousepad thunar" }.into());
    }
    let text = if args.json { serde_json::to_string_pretty(&table).unwrap_or_default() } else { words(&table) };
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

/// The screens that are wanted: all, or those whose names begin with one of `only`.
fn chosen(only: &[String]) -> Result<Vec<Case>, BenchError> {
    let fits = |case: &Case, name: &String| case.name.starts_with(name.as_str());
    if let Some(name) = only.iter().find(|name| !CASES.iter().any(|case| fits(case, name))) {
        let names = CASES.iter().map(|case| case.name).collect();
        return Err(BenchError::NoApplication { name: name.clone(), names });
    }
    Ok(CASES.into_iter().filter(|case| only.is_empty() || only.iter().any(|name| fits(case, name))).collect())
}

/// Both sides of one screen, in the terms of the comparison.
#[derive(Debug, Serialize)]
struct Sides {
    told: Vec<Thing>,
    seen: Vec<Thing>,
}

impl Table {
    fn add(&mut self, name: &str, shot: &Shot, percept: &Percept) -> Sides {
        let placed = placed(&shot.witness, &shot.windows, shot.frame.bounds());
        let told = truth::told(&placed, &shot.frame, percept);
        let seen = truth::seen(&shot.frame, percept);
        let places = |things: &[Thing]| things.iter().map(|t| t.place.clone()).collect::<Vec<_>>();
        let (told_places, seen_places) = (places(&told), places(&seen));
        self.asking.insert(name.to_owned(), shot.cost);
        let screen = self.screens.entry(name.to_owned()).or_default();
        for (role, counts) in score_elements(&seen_places, &told_places) {
            self.roles.entry(role).or_default().add(counts);
            screen.add(counts);
            self.all.add(counts);
        }
        for (s, t) in match_elements(&seen_places, &told_places) {
            self.compare(name, &seen[s], &told[t]);
        }
        Sides { told, seen }
    }

    fn compare(&mut self, screen: &str, seen: &Thing, told: &Thing) {
        let label = told.label.as_deref().map(|label| seen.label.as_deref().is_some_and(|l| fold(l) == fold(label)));
        let states = states(seen, told);
        let [ticked, chosen, disabled] = states;
        let totals = [(&mut self.ticked, ticked), (&mut self.chosen, chosen), (&mut self.disabled, disabled)];
        totals.into_iter().for_each(|(share, right)| right.into_iter().for_each(|right| share.add(right)));
        let role = self.roles.entry(told.place.role.name().to_owned()).or_default();
        let screen = self.screens.entry(screen.to_owned()).or_default();
        for row in [role, screen, &mut self.all] {
            label.into_iter().for_each(|right| row.labels.add(right));
            states.into_iter().flatten().for_each(|right| row.states.add(right));
        }
    }
}

/// Whether sight is right about ticked, chosen and disabled, each where `told` is of a role that can be
/// so and its application says it.
fn states(seen: &Thing, told: &Thing) -> [Option<bool>; 3] {
    let ticks = matches!(told.place.role, Role::CheckBox | Role::RadioButton);
    let chooses = matches!(told.place.role, Role::Tab | Role::ListRow);
    let (seen, told) = (seen.place.state, told.place.state);
    let or_no = |fact: Option<bool>| fact.unwrap_or(false);
    [
        told.checked.filter(|_| ticks).map(|told| seen.checked == Some(told)),
        told.selected.filter(|_| chooses).map(|told| or_no(seen.selected) == told),
        told.disabled.map(|told| or_no(seen.disabled) == told),
    ]
}

fn keep(folder: &Path, name: &str, shot: &Shot, sides: &Sides) -> Result<(), BenchError> {
    let picture = folder.join(format!("{name}.png"));
    let (width, height) = (shot.frame.width(), shot.frame.height());
    image::save_buffer(&picture, shot.frame.rgba(), width, height, image::ColorType::Rgba8)
        .map_err(|e| BenchError::File { path: picture.clone(), cause: io::Error::other(e) })?;
    let path = picture.with_extension("json");
    let json = serde_json::json!({ "screen": name, "windows": shot.windows, "told": sides.told, "seen": sides.seen });
    fs::write(&path, json.to_string()).map_err(|cause| BenchError::File { path, cause })
}

fn words(table: &Table) -> String {
    let head = |what: &str| {
        format!(
            "{what:<18}{:>7}{:>7}{:>7}{:>8}{:>8}{:>8}{:>15}{:>15}",
            "there", "seen", "hits", "prec.", "recall", "F1 @.5", "labels", "states"
        )
    };
    let mut lines = vec![head("role")];
    lines.extend(table.roles.iter().map(|(name, row)| row.words(name)));
    lines.push(table.all.words("all"));
    lines.push(String::new());
    lines.push(head("screen"));
    lines.extend(table.screens.iter().map(|(name, row)| row.words(name)));
    lines.push(String::new());
    let states = [("ticked", table.ticked), ("chosen", table.chosen), ("disabled", table.disabled)];
    lines.extend(states.iter().map(|(name, share)| format!("{name:<18}{}", share.words())));
    lines.extend(asking(table));
    lines.extend(table.left_out.iter().map(|(name, package)| format!("left out: {name} ({package} is not installed)")));
    lines.extend(table.failed.iter().map(|(name, why)| format!("failed: {name}: {why}")));
    lines.join("\n")
}

/// The median and the most of what asking costs.
fn asking(table: &Table) -> Option<String> {
    let sorted = |cost: fn(&Cost) -> f64| {
        let mut all: Vec<f64> = table.asking.values().map(cost).collect();
        all.sort_by(f64::total_cmp);
        Some((*all.get(all.len() / 2)?, *all.last()?))
    };
    let ((wall, longest), (cpu, most)) = (sorted(|cost| cost.wall_ms)?, sorted(|cost| cost.cpu_ms)?);
    Some(format!(
        "asking an application: {wall:.1} ms (at most {longest:.1}), {cpu:.1} ms CPU here (at most {most:.1})"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{RectPx, State};

    #[test]
    fn only_what_the_application_says_of_a_role_that_can_be_so_is_judged() {
        let thing = |role, state| Thing::new(role, RectPx::default(), None, state);
        let told = |role| thing(role, State { disabled: Some(false), ..State::ticked(true) });
        let blank = |role| thing(role, State::default());
        let ticked = thing(Role::CheckBox, State::ticked(true));
        assert_eq!(states(&blank(Role::CheckBox), &told(Role::CheckBox)), [Some(false), None, Some(true)]);
        assert_eq!(states(&ticked, &told(Role::CheckBox)), [Some(true), None, Some(true)]);
        assert_eq!(states(&blank(Role::Button), &told(Role::Button)), [None, None, Some(true)]);
    }

    #[test]
    fn screens_are_chosen_by_the_beginning_of_their_names() {
        assert_eq!(chosen(&[]).unwrap().len(), CASES.len());
        assert!(chosen(&["yad".into()]).unwrap().iter().all(|case| case.name.starts_with("yad")));
        assert!(matches!(chosen(&["emacs".into()]), Err(BenchError::NoApplication { .. })));
    }

    #[test]
    fn screens_have_names_of_their_own() {
        let names: std::collections::BTreeSet<&str> = CASES.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), CASES.len());
    }
}
