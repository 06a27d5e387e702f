use super::{Action, Chord, Goal, Policy, Reaction, TaskId};
use crate::screen::{Percept, RectPx};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// All that an agent is told: the first line on its standard input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    pub task: TaskId,
    pub goal: Goal,
    /// The person's own sentence.
    pub request: String,
    pub policy: Policy,
    pub attempt: u32,
    /// What went wrong in earlier attempts, oldest first.
    pub corrections: Vec<String>,
    /// What the person answered to the questions of earlier attempts, as the options had it.
    #[serde(default)]
    pub answers: Vec<String>,
    /// The window that the tasks before this one worked in.
    pub window: Option<u32>,
    /// What the tasks before this one found out.
    pub inputs: Vec<String>,
    /// The text that a task before this one copied.
    pub copied: Option<String>,
    pub cwd: PathBuf,
}

/// What an agent wants next: one line on its standard output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A percept of the settled screen.
    Look,
    /// The same, with all of the screen looked at, in place of what changed since the last look.
    LookAnew,
    /// `aim` is the box of the thing that is acted on; `why` says what for, in words for people.
    Act {
        action: Action,
        aim: Option<RectPx>,
        why: String,
    },
    /// Something that the guardian does with other means than mouse and keyboard.
    Tool(Ask),
    /// A question to the person.
    Ask {
        question: String,
        options: Vec<String>,
    },
    /// It holds that the task is done. The guardian looks for itself.
    Done(Claim),
    GiveUp {
        reason: String,
    },
}

/// What the guardian can be asked to find out or to start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Starts the application that `app` names (a name or a kind) with `on` to open.
    Launch { app: String, on: Option<String> },
    /// Empties the clipboard, presses `chord`, gives what was copied by it, and puts back what was there before.
    CopySelected { chord: Chord },
    /// What runs in the foreground of a terminal window.
    Foreground { window: u32 },
    /// Whether a path exists.
    PathExists { path: PathBuf },
}

/// What an agent says it did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// For the person.
    pub answer: Option<String>,
    /// The window it worked in.
    pub window: Option<u32>,
    /// Where on the screen the result stands.
    pub area: Option<RectPx>,
    /// The exit code that a shell printed.
    pub exit_code: Option<i32>,
    /// The text that was copied.
    pub copied: Option<String>,
}

/// The guardian's answer to a [`Step`]: one line on the agent's standard input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Seen(Box<Observation>),
    /// The action or tool was not performed, and why.
    Refused {
        why: String,
        /// The window of the same application that stands in the way, such as a dialog that came up: looking again
        /// and dealing with it may help.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        blocked_by: Option<u32>,
    },
    /// What a tool gave.
    Text {
        text: Option<String>,
    },
    Launched {
        name: String,
        pid: u32,
        windows_before: Vec<u32>,
    },
    /// Who has a terminal: the program that runs in it, and whether the shell tells exit codes by `$?`.
    Terminal {
        running: Option<String>,
        tells_exit_code: bool,
    },
    Yes(bool),
}

/// What an application says stands where a text was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrived {
    Exact,
    /// Something was lost or changed, and typed again so many times.
    Repaired {
        tries: u32,
    },
    /// Keys did not bring it about; it was pasted.
    Pasted,
    /// It cannot be told.
    Unread {
        why: String,
    },
    /// This stands there, and typing it again did not help.
    Differs {
        stands: String,
    },
}

impl Arrived {
    /// Whether the application itself has said that the text stands there.
    pub const fn is_sure(&self) -> bool {
        matches!(self, Self::Exact | Self::Repaired { .. } | Self::Pasted)
    }
}

impl std::fmt::Display for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact => f.write_str("read back exactly"),
            Self::Repaired { tries: 1 } => f.write_str("something was lost, typed again and read back exactly"),
            Self::Repaired { tries } => {
                write!(f, "something was lost, typed again {tries} times and read back exactly")
            }
            Self::Pasted => f.write_str("pasted, since keys did not type it, and read back exactly"),
            Self::Unread { why } => write!(f, "not read back: {why}"),
            Self::Differs { .. } => f.write_str("something else stands there"),
        }
    }
}

/// A look at the screen, after an action where there was one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    pub percept: Percept,
    /// The smallest box around everything that changed because of the action.
    pub changed: Option<RectPx>,
    /// How a thing that was pressed answered.
    pub reaction: Option<Reaction>,
    /// What became of a text that was to be read back.
    #[serde(default)]
    pub arrived: Option<Arrived>,
    /// Whether the application says that the field which was clicked last holds that text and nothing else.
    #[serde(default)]
    pub filled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_survives_the_wire() {
        for blocked_by in [None, Some(0x40_0007)] {
            let reply = Reply::Refused { why: "it is covered".into(), blocked_by };
            let line = serde_json::to_string(&reply).unwrap();
            assert_eq!(serde_json::from_str::<Reply>(&line).unwrap(), reply);
        }
    }
}
