use super::{Scope, Side};
use crate::screen::{Percept, PointPx, RectPx, State};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};

/// A condition on the world that tells whether a task was done.
///
/// Phrases (`field`, `label`, …) are the person's own words and are located anew on the guardian's
/// own look; paths are absolute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The tab of that name is in front, or something answered when it was pressed.
    TabOpen {
        name: String,
    },
    /// A window of the application that was started is there, and its process runs.
    WindowOpen {
        app: String,
    },
    WindowGone {
        window: Option<String>,
    },
    /// The screen shows the value of the arithmetic; the value is worked out apart from the screen.
    ShowsNumber {
        expression: String,
        value: f64,
    },
    ShowsText {
        text: String,
    },
    FieldShows {
        field: Option<String>,
        value: String,
    },
    /// What the field shows begins and ends so, in whatever case.
    FieldLike {
        field: String,
        start: String,
        end: String,
    },
    Ticked {
        label: String,
        on: bool,
    },
    Chosen {
        option: String,
        list: Option<String>,
    },
    /// The thing that was pressed answered to the press.
    Reacted {
        target: String,
    },
    /// Witness: the display has the pointer over the thing.
    Hovered {
        target: String,
    },
    /// Witness: the file is there, was written during the task and holds exactly this text.
    FileHolds {
        path: PathBuf,
        content: Option<String>,
    },
    FolderExists {
        path: PathBuf,
    },
    /// Witness: the same file under its new name, and nothing under the old one.
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    FileExists {
        path: PathBuf,
    },
    /// Witness: the shell has the terminal back, and the command's exit code is 0.
    CommandEnded {
        command: String,
    },
    /// A second reading at another scale gives the same answer.
    AnswerStands,
    /// Working it out a second time, from another look, gives the same.
    WorkedOut {
        question: String,
    },
    /// Witness: the application gave the text that is the answer.
    Taken {
        from: String,
    },
    /// The window shows the text that was copied from the other one.
    Copied {
        to: String,
    },
    /// What was asked for under this name is open: a window of it, or the screen answered.
    Opened {
        name: String,
    },
    /// Of the boxes beside each other in which `options` stand, those of `scope` are chosen.
    Selected {
        options: Vec<String>,
        scope: Scope,
        list: Option<String>,
    },
    /// The number in `field` differs by `by` from what it was.
    Adjusted {
        field: String,
        by: f64,
    },
    /// The knob of a slider, or a number, is at one end of its range.
    AtEnd {
        field: String,
        high: bool,
    },
    /// A section, node or part is open or not.
    Expanded {
        thing: String,
        open: bool,
    },
    /// The cells of a column stand in order.
    Sorted {
        column: String,
        descending: bool,
    },
    /// The things of a list stand in order.
    Ordered {
        what: String,
        descending: bool,
    },
    CellHolds {
        row: Option<String>,
        column: String,
        value: String,
    },
    /// The screen has answered a search.
    Searched {
        query: String,
    },
    /// No question is open.
    Settled,
    /// The application itself gives this text as what is selected.
    Marked {
        text: String,
    },
    /// The document no longer holds the one text and holds the other.
    Rewritten {
        gone: Option<String>,
        there: Option<String>,
    },
    /// Every field that is called like a name under the heading `from` holds what stands beside that name.
    Transferred {
        from: String,
    },
    /// Witness: the line as the application gives it is written in capitals, or in small letters, and says the same.
    Recased {
        upper: bool,
    },
    /// The field holds the suggestion that was taken, and not what was typed.
    TookOffer {
        field: String,
        typed: Option<String>,
    },
    /// `what` stands where it was put.
    Placed {
        what: String,
        side: Side,
        to: String,
    },
    /// The window stands as it was to.
    Arranged {
        window: Option<String>,
        how: super::Arrangement,
    },
    /// `then` holds, where the screen showed `shown`.
    If {
        shown: String,
        then: Box<Check>,
    },
    /// Nothing but time had to pass.
    Paused,
    /// A step of a template did what it is for; whoever does it says so.
    StepEnded,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WindowOpen { app } => write!(f, "a window of {app} is open"),
            Self::WindowGone { window: Some(w) } => write!(f, "the window {w} is gone"),
            Self::WindowGone { window: None } => write!(f, "the window is gone"),
            Self::ShowsNumber { expression, value } => write!(f, "{expression} = {value} is shown"),
            Self::ShowsText { text } => write!(f, "“{text}” is on the screen"),
            Self::FieldShows { field: Some(field), value } => write!(f, "{field} shows “{value}”"),
            Self::FieldShows { field: None, value } => write!(f, "“{value}” stands where it was typed"),
            Self::FieldLike { field, start, end } => write!(f, "{field} shows “{start}…{end}”"),
            Self::Ticked { label, on } => write!(f, "{label} is {}", if *on { "ticked" } else { "not ticked" }),
            Self::Chosen { option, list: Some(list) } => write!(f, "{option} is chosen in {list}"),
            Self::Chosen { option, list: None } => write!(f, "{option} is chosen"),
            Self::TabOpen { name } => write!(f, "{name} is in front"),
            Self::Reacted { target } => write!(f, "{target} answered"),
            Self::Hovered { target } => write!(f, "the pointer is over {target}"),
            Self::FileHolds { path, content: Some(_) } => write!(f, "{} holds the text", path.display()),
            Self::FileHolds { path, content: None } => write!(f, "{} was written", path.display()),
            Self::FolderExists { path } => write!(f, "the folder {} exists", path.display()),
            Self::Renamed { from, to } => write!(f, "{} is now {}", from.display(), to.display()),
            Self::FileExists { path } => write!(f, "{} exists", path.display()),
            Self::CommandEnded { command } => write!(f, "`{command}` ended well"),
            Self::WorkedOut { .. } => write!(f, "working it out again gives the same"),
            Self::AnswerStands => write!(f, "a second reading agrees"),
            Self::Transferred { from } => write!(f, "the fields hold what stands under {from}"),
            Self::Recased { upper } => write!(f, "the line is in {} letters", if *upper { "capital" } else { "small" }),
            Self::TookOffer { field, .. } => write!(f, "{field} holds the suggestion that was taken"),
            Self::Taken { from } => write!(f, "the text of {from} is known"),
            Self::Copied { to } => write!(f, "{to} shows the copied text"),
            Self::Opened { name } => write!(f, "{name} is open"),
            Self::Selected { options, scope, .. } => write!(f, "{}", scope.of(options)),
            Self::Adjusted { field, by } => write!(f, "{field} differs by {by} from before"),
            Self::AtEnd { field, high } => write!(f, "{field} is at its {}", if *high { "highest" } else { "lowest" }),
            Self::Expanded { thing, open } => write!(f, "{thing} is {}", if *open { "open" } else { "closed" }),
            Self::Sorted { column, descending: false } => write!(f, "{column} stands in rising order"),
            Self::Sorted { column, descending: true } => write!(f, "{column} stands in falling order"),
            Self::Ordered { what, descending: false } => write!(f, "{what} stand in rising order"),
            Self::Ordered { what, descending: true } => write!(f, "{what} stand in falling order"),
            Self::CellHolds { row: Some(row), column, value } => write!(f, "{column} of {row} is “{value}”"),
            Self::CellHolds { row: None, column, value } => write!(f, "{column} holds “{value}”"),
            Self::Searched { query } => write!(f, "“{query}” was searched for"),
            Self::Settled => write!(f, "no question is open"),
            Self::Marked { text } => write!(f, "“{text}” is selected"),
            Self::Rewritten { there: Some(there), .. } => write!(f, "“{there}” stands there instead"),
            Self::Rewritten { .. } => write!(f, "it no longer stands there"),
            Self::Placed { what, side: Side::On, to } => write!(f, "{what} is on {to}"),
            Self::Placed { what, side: Side::Above, to } => write!(f, "{what} is above {to}"),
            Self::Placed { what, side: Side::Below, to } => write!(f, "{what} is below {to}"),
            Self::Arranged { window, how } => {
                write!(f, "{} was {how}d", window.as_deref().unwrap_or("the window"))
            }
            Self::If { shown, then } => write!(f, "where “{shown}” is shown, {then}"),
            Self::StepEnded => write!(f, "the step has ended as it should"),
            Self::Paused => write!(f, "the time has passed"),
        }
    }
}

impl Scope {
    fn of(self, options: &[String]) -> String {
        let names = options.join(", ");
        match (self, options.is_empty()) {
            (Self::AllBut, true) => "all are chosen".into(),
            (Self::Only, true) => "none is chosen".into(),
            (Self::These, _) => format!("{names} are chosen"),
            (Self::Only, false) => format!("{names} are chosen and no others"),
            (Self::AllBut, false) => format!("all but {names} are chosen"),
        }
    }
}

impl Check {
    /// The same with `found` for what was to be found out before.
    #[must_use]
    pub fn with_found(&self, found: &str) -> Self {
        let put = |text: &str| text.replace(super::FOUND, found);
        match self {
            Self::FieldShows { field, value } => Self::FieldShows { field: field.clone(), value: put(value) },
            Self::CellHolds { row, column, value } => {
                Self::CellHolds { row: row.clone(), column: column.clone(), value: put(value) }
            }
            Self::ShowsText { text } => Self::ShowsText { text: put(text) },
            Self::Reacted { target } => Self::Reacted { target: put(target) },
            other => other.clone(),
        }
    }

    /// The files that a witness has to look at.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::FileHolds { path, .. } | Self::FolderExists { path } | Self::FileExists { path } => vec![path],
            Self::Renamed { from, to } => vec![from, to],
            _ => Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pass,
    Fail,
    /// Nothing speaks against it and nothing proves it. It does not count as done.
    Unsure,
}

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub check: Check,
    pub outcome: Outcome,
    pub evidence: Evidence,
}

/// What speaks for a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// A sentence for people.
    pub says: String,
    /// Whether something other than the screen said so.
    pub witness: bool,
    /// Where on the last look, in pixels.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub area: Option<RectPx>,
}

/// What the guardian itself saw and was told by witnesses, for one check.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub before: Percept,
    pub after: Percept,
    /// The window in which the work was done.
    pub window: Option<u32>,
    /// Whether the process that was started for the task runs.
    pub process_runs: Option<bool>,
    /// The thing that the check names, as located on the last look.
    pub found: Option<Found>,
    /// How many equal signs stand in the thing that was found and hide what is in it.
    pub hidden: Option<usize>,
    /// Where the display has the pointer.
    pub pointer: Option<PointPx>,
    /// How the thing that was pressed last answered.
    pub reaction: Option<Reaction>,
    /// What the application itself gave as its text: selected and copied, or read back after it was typed.
    pub clipboard: Option<String>,
    /// What changed on the screen during the task, step by step.
    pub touched: Vec<RectPx>,
    /// The state of the files that the check names, before and after, in the check's order.
    pub files: Vec<FileFact>,
    pub command: Option<CommandFact>,
    /// What the agent says the answer is, or which text it copied.
    pub answer: Option<String>,
    /// What a second reading of the same place gives.
    pub second_reading: Option<String>,
    /// The text that a task before this one copied.
    pub copied: Option<String>,
    /// Boxes or rows of which some are to be chosen, and whether each is.
    pub choices: Vec<Choice>,
    /// A number before the work and after it.
    pub numbers: Option<(f64, f64)>,
    /// Where the knob of a slider is, in `[0, 1]` of its way.
    pub knob: Option<f64>,
    /// Whether the cells of a column stand in rising order, and in falling order.
    pub order: Option<(bool, bool)>,
    /// Whether a question is open.
    pub question: bool,
    /// Where a thing was before the work and is after it, and where that is beside which it is to be.
    pub moved: Moved,
    /// The text on the screen that the check's words describe: that of the second paragraph.
    pub meant: Option<String>,
    /// Whether nothing was tried before for the same task.
    pub first_attempt: bool,
    /// When the task began, in milliseconds since the Unix epoch.
    pub began_ms: u64,
}

/// One of several things that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    pub chosen: Option<bool>,
    /// Whether it is one of those that were named.
    pub named: bool,
}

/// Where things are before and after a drag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    pub before: Option<RectPx>,
    pub after: Option<RectPx>,
    pub target: Option<RectPx>,
}

/// A thing on the screen that a phrase names.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub area: RectPx,
    /// The text in it, where it holds any.
    pub shows: Option<String>,
    pub state: State,
}

/// What changed on the screen because of a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Pixels of the target that changed while the button was down, beyond hovering.
    pub pressed_px: u32,
    /// Pixels of the whole screen that differ between before and after.
    pub after_px: u32,
    /// Pixels within the target that differ between before and after.
    pub target_px: u32,
    pub windows_changed: bool,
}

/// What the file system says of one path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileFact {
    pub path: PathBuf,
    pub before: Option<FileState>,
    pub after: Option<FileState>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileState {
    pub is_folder: bool,
    pub inode: u64,
    pub modified_ms: u64,
    /// The text in it, when it is a text of at most 1 MiB.
    pub text: Option<String>,
}

/// What is known of a command typed into a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandFact {
    /// The shell has the terminal back.
    pub ended: bool,
    /// What the shell itself reports, where it could be asked.
    pub exit_code: Option<i32>,
    /// The program that runs in the foreground, where the command has not ended.
    pub running: Option<String>,
}
