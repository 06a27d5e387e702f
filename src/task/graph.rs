use super::Check;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

/// Names one task inside its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u32);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

/// Which specialist does a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    Automation,
    Ops,
    Arch,
    Ui,
    Debug,
}

/// Which of some things are to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// These; the others stay as they are.
    These,
    /// These and no others.
    Only,
    /// All but these.
    AllBut,
}

/// On which side of another a thing is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    On,
    Above,
    Below,
}

/// What is to be taken out of suggestions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Suggestion {
    Called(String),
    /// The one that begins and ends so.
    Like {
        start: String,
        end: String,
    },
    /// The one at this place, 1 for the first and -1 for the last.
    Nth {
        nth: i32,
    },
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Called(name) => write!(f, "{name}"),
            Self::Like { start, end } => write!(f, "{start}…{end}"),
            Self::Nth { nth: -1 } => write!(f, "the last"),
            Self::Nth { nth } => write!(f, "number {nth}"),
        }
    }
}

/// Stands in a goal or check for what a task before it found out.
pub const FOUND: &str = "\u{fffc}";

/// What a task wants to be true; phrases are the person's own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// An application is in front; `app` is a name or a kind ("text editor"), `on` a file, folder or address.
    Open {
        app: String,
        on: Option<String>,
    },
    /// A calculator shows the value of `expression` (digits, `+ - * / ^ ( ) .`).
    Compute {
        expression: String,
    },
    /// `text` stands in the field `into`, or where the keyboard is.
    Type {
        text: String,
        into: Option<String>,
    },
    /// The document in front is stored at `path`; `content` is what it must hold, where known.
    Save {
        path: PathBuf,
        content: Option<String>,
    },
    MakeFolder {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Fill {
        field: String,
        value: String,
    },
    /// A named thing is clicked; `count` 2 is a double click.
    Click {
        target: String,
        count: u8,
        right: bool,
    },
    /// A thing, or a place written `x,y`, is pressed in whatever way.
    Press {
        target: String,
        button: super::Button,
        count: u8,
        modifiers: Vec<super::Modifier>,
        hold_ms: u64,
    },
    /// The pointer rests over a thing, or a place written `x,y`, for that long.
    Hover {
        target: String,
        for_ms: u64,
    },
    /// What is at the first of `places` is dragged over all others to the last; things, or places written `x,y`.
    Drag {
        places: Vec<String>,
        button: super::Button,
    },
    /// The wheel is turned over a thing, or over the window in front, until `until` is to be seen where it is given.
    Wheel {
        over: Option<String>,
        dx: i32,
        dy: i32,
        until: Option<String>,
    },
    Choose {
        option: String,
        list: Option<String>,
    },
    Tick {
        label: String,
        on: bool,
    },
    /// `command` runs in the terminal window in front.
    Command {
        command: String,
    },
    Answer {
        question: String,
    },
    /// A text of window `from` (all of it, or the value named `what`) stands in window `to`.
    Copy {
        what: Option<String>,
        from: String,
        to: String,
        field: Option<String>,
    },
    Key {
        chord: super::Chord,
    },
    Scroll {
        notches: i32,
    },
    WaitFor {
        text: String,
    },
    Close {
        window: Option<String>,
    },
    /// Something called `name`: what the screen shows under it is opened, else an application of that name.
    OpenThing {
        name: String,
    },
    /// Of the boxes or entries called `options`, and of those beside them, those of `scope` are chosen.
    Select {
        options: Vec<String>,
        scope: Scope,
        list: Option<String>,
    },
    /// The number in `field` grows by `by`.
    Adjust {
        field: String,
        by: f64,
    },
    /// A slider or number stands at one end of its range.
    Extreme {
        field: String,
        high: bool,
    },
    /// A colour is taken out of those that are offered.
    Colour {
        field: Option<String>,
        value: String,
    },
    /// `text` is typed into `field` until `option` is suggested, and that is taken.
    Suggest {
        text: Option<String>,
        field: String,
        option: Suggestion,
    },
    /// A tab or section comes to the front.
    Tab {
        name: String,
    },
    /// The entry at the end of `path` is taken out of a menu.
    Menu {
        path: Vec<String>,
    },
    /// The same out of the menu that a right click on `target` opens.
    Context {
        target: String,
        path: Vec<String>,
    },
    /// A section, node or drop-down part is open, or not.
    Expand {
        thing: String,
        open: bool,
    },
    /// A table stands in the order of one column.
    Sort {
        column: String,
        descending: bool,
    },
    /// The cell where a row and a column meet holds `value`; without a row, `column` names the cell.
    Cell {
        row: Option<String>,
        column: String,
        value: String,
    },
    /// Something is done with one of many records: a mail, a file, an order.
    Record {
        act: String,
        which: String,
        /// What is answered where it asks whether that is meant; without one, yes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<String>,
    },
    /// A named thing is clicked; where several are called so, that which belongs to the record that `which` describes.
    ClickOf {
        target: String,
        which: String,
    },
    /// What is searched for has been entered, and the search started.
    Search {
        query: String,
        place: Option<String>,
    },
    /// Of the entries of a list only those of a kind are shown.
    Filter {
        query: String,
    },
    /// The `nth` entry of what was found is open; -1 is the last.
    Result {
        nth: i32,
    },
    /// Another page of a list is shown: "next", "previous", a number.
    Page {
        which: String,
    },
    /// A text on the screen is selected.
    Mark {
        text: String,
    },
    /// A text in a document is replaced by another wherever it stands.
    Rewrite {
        from: String,
        to: String,
    },
    /// A part of a document that `what` describes is no longer there.
    Erase {
        what: String,
    },
    /// A text stands at the end of what `field` holds, or a line of it at the end of the document.
    Append {
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    /// The fields of a form hold what stands beside the same names under the heading `from`.
    Transfer {
        from: String,
    },
    /// A line of a document, 1 for the first and -1 for the last, is written in capitals or in small letters.
    Recase {
        line: i32,
        upper: bool,
    },
    /// Fields are filled in on one page after the other, to the end of the last.
    Steps {
        fields: Vec<(String, String)>,
    },
    /// One thing is dragged onto, above or below another.
    Place {
        what: String,
        side: Side,
        to: String,
    },
    /// A thing or its edge is dragged so many pixels.
    DragBy {
        what: String,
        dx: i32,
        dy: i32,
    },
    /// The button that ends a form is pressed; `named` is the person's own word for it.
    Submit {
        named: Option<String>,
    },
    /// A thing is pressed again and again until a text is shown.
    Until {
        target: String,
        text: String,
    },
    /// That one of several things is pressed which stands out; `press` is its button, where that is named.
    Best {
        of: Best,
        press: Option<String>,
    },
    /// All things of a kind are pressed in the order of their numbers or letters.
    InOrder {
        kind: String,
        descending: bool,
    },
    /// Where a question comes up (about `about`, where it is given), it is answered so; where none does, that is well.
    Settle {
        about: Option<String>,
        answer: String,
        /// Whether a question must come up.
        must: bool,
    },
    /// A named thing is clicked that may be hidden in one of several parts of a kind: tabs, sections.
    Seek {
        target: String,
        places: String,
    },
    /// Pages of a list are turned until `text` is to be seen.
    PageTo {
        text: String,
    },
    /// All the text of a field is known, to the letter.
    Take {
        from: String,
    },
    /// `act` is done with all records that say `which`, or with the first `most` of them.
    EachOf {
        act: String,
        which: String,
        most: Option<u32>,
    },
    /// The things of a list are dragged until they stand in the order of their numbers or letters.
    Ordered {
        what: String,
        descending: bool,
    },
    /// `act` is done with every thing of a kind.
    Each {
        kind: String,
        act: String,
    },
    /// A window stands otherwise on the desktop.
    Arrange {
        window: Option<String>,
        how: super::Arrangement,
    },
    /// `then` where the screen shows `shown`, else nothing.
    If {
        shown: String,
        then: Box<Goal>,
    },
    /// Nothing but time passes; needs neither eyes nor hands.
    Pause {
        ms: u64,
    },
    /// A file exists; needs neither eyes nor hands.
    /// A step of a template has ended as it should; `kind` says what it does.
    Step {
        step: String,
        kind: String,
    },
    AwaitFile {
        path: PathBuf,
    },
}

/// By what one thing stands out from others of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Best {
    Cheapest,
    Dearest,
    /// Of a value that stands in or beside each, it has the highest: the longest duration.
    Most {
        column: String,
    },
    Least {
        column: String,
    },
    /// It looks or reads otherwise than all others.
    Odd,
}

impl Goal {
    /// Whether the work moves mouse or keyboard.
    pub const fn needs_seat(&self) -> bool {
        !matches!(
            self,
            Self::Answer { .. }
                | Self::WaitFor { .. }
                | Self::Pause { .. }
                | Self::AwaitFile { .. }
                | Self::Step { .. }
        )
    }

    /// Whether doing it a second time is harmless: a field is filled again, but a press that was made
    /// and not seen to be answered may have sent something.
    pub const fn is_repeatable(&self) -> bool {
        !matches!(
            self,
            Self::Press { .. }
                | Self::Drag { .. }
                | Self::Click { .. }
                | Self::ClickOf { .. }
                | Self::Key { .. }
                | Self::Command { .. }
                | Self::Copy { .. }
                | Self::Record { .. }
                | Self::Menu { .. }
                | Self::Context { .. }
                | Self::Submit { .. }
                | Self::Until { .. }
                | Self::InOrder { .. }
                | Self::Best { .. }
                | Self::Settle { .. }
                | Self::Place { .. }
                | Self::DragBy { .. }
                | Self::Result { .. }
                | Self::Page { .. }
                | Self::Each { .. }
                | Self::EachOf { .. }
                | Self::Seek { .. }
                | Self::Rewrite { .. }
                | Self::Erase { .. }
                | Self::Append { .. }
                | Self::Recase { .. }
                | Self::Steps { .. }
                | Self::Adjust { .. }
                | Self::OpenThing { .. }
        )
    }

    /// Whether it may be begun again from its beginning by somebody who does not know how far it came: what was typed is
    /// not typed a second time behind itself.
    pub fn is_harmless_twice(&self) -> bool {
        match self {
            Self::If { then, .. } => then.is_harmless_twice(),
            Self::Type { .. } => false,
            other => other.is_repeatable(),
        }
    }

    /// The same with `found` for what was to be found out before.
    #[must_use]
    pub fn with_found(&self, found: &str) -> Self {
        let put = |text: &str| text.replace(FOUND, found);
        match self {
            Self::Fill { field, value } => Self::Fill { field: field.clone(), value: put(value) },
            Self::Type { text, into } => Self::Type { text: put(text), into: into.clone() },
            Self::Cell { row, column, value } => {
                Self::Cell { row: row.clone(), column: column.clone(), value: put(value) }
            }
            Self::Click { target, count, right } => Self::Click { target: put(target), count: *count, right: *right },
            Self::Search { query, place } => Self::Search { query: put(query), place: place.clone() },
            other => other.clone(),
        }
    }

    /// Whether the work looks at a screen at all.
    pub const fn needs_desktop(&self) -> bool {
        !matches!(self, Self::Pause { .. } | Self::AwaitFile { .. } | Self::Step { .. })
    }
}

/// How often a task is tried and how long it waits in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryPolicy {
    pub attempts: u32,
    pub backoff_ms: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 2, backoff_ms: 200 }
    }
}

/// One node of a graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    /// What it does, in a sentence for people.
    pub description: String,
    pub kind: AgentKind,
    pub goal: Goal,
    pub needs: Vec<TaskId>,
    pub checks: Vec<Check>,
    pub timeout_ms: u64,
    pub retry: RetryPolicy,
}

/// Tasks and what they wait for: every id is known and there is no cycle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Task>", into = "Vec<Task>")]
pub struct Graph {
    tasks: Vec<Task>,
}

/// Why tasks are not a graph.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GraphError {
    #[error("a graph without tasks does nothing")]
    Empty,
    #[error("two tasks are called {0}")]
    Twice(TaskId),
    #[error("{task} waits for {missing}, which does not exist")]
    Missing { task: TaskId, missing: TaskId },
    #[error("{0} waits for itself")]
    Cycle(TaskId),
    #[error("{0} has no check, so nobody could tell whether it was done")]
    Unchecked(TaskId),
}

impl Graph {
    /// Takes `tasks` as a graph.
    ///
    /// # Errors
    /// [`GraphError`] names the first task that breaks a rule; no tasks at all is [`GraphError::Empty`].
    pub fn new(tasks: Vec<Task>) -> Result<Self, GraphError> {
        if tasks.is_empty() {
            return Err(GraphError::Empty);
        }
        let mut known = BTreeSet::new();
        for task in &tasks {
            if !known.insert(task.id) {
                return Err(GraphError::Twice(task.id));
            }
            if task.checks.is_empty() {
                return Err(GraphError::Unchecked(task.id));
            }
        }
        for task in &tasks {
            if let Some(missing) = task.needs.iter().find(|n| !known.contains(n)) {
                return Err(GraphError::Missing { task: task.id, missing: *missing });
            }
        }
        let graph = Self { tasks };
        let in_waves: BTreeSet<_> = graph.waves().into_iter().flatten().collect();
        match graph.tasks.iter().find(|t| !in_waves.contains(&t.id)) {
            Some(task) => Err(GraphError::Cycle(task.id)),
            None => Ok(graph),
        }
    }

    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.iter().find(|t| t.id == id)
    }

    /// The tasks that can start: not in `started`, everything they need in `passed`.
    pub fn ready(&self, started: &BTreeSet<TaskId>, passed: &BTreeSet<TaskId>) -> Vec<TaskId> {
        let free = |t: &&Task| !started.contains(&t.id) && t.needs.iter().all(|n| passed.contains(n));
        self.tasks.iter().filter(free).map(|t| t.id).collect()
    }

    /// Tasks by the earliest wave in which they could start.
    pub fn waves(&self) -> Vec<Vec<TaskId>> {
        let mut done = BTreeSet::new();
        let mut waves = Vec::new();
        loop {
            let wave = self.ready(&done, &done);
            if wave.is_empty() {
                return waves;
            }
            done.extend(wave.iter().copied());
            waves.push(wave);
        }
    }
}

impl TryFrom<Vec<Task>> for Graph {
    type Error = GraphError;
    fn try_from(tasks: Vec<Task>) -> Result<Self, GraphError> {
        Self::new(tasks)
    }
}

impl From<Graph> for Vec<Task> {
    fn from(graph: Graph) -> Self {
        graph.tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: u32, needs: &[u32]) -> Task {
        Task {
            id: TaskId(id),
            description: String::new(),
            kind: AgentKind::Automation,
            goal: Goal::Pause { ms: 1 },
            needs: needs.iter().copied().map(TaskId).collect(),
            checks: vec![Check::Paused],
            timeout_ms: 1,
            retry: RetryPolicy::default(),
        }
    }

    #[test]
    fn a_graph_cannot_hold_a_cycle_or_a_stranger() {
        assert_eq!(Graph::new(vec![]), Err(GraphError::Empty));
        assert_eq!(Graph::new(vec![task(1, &[2]), task(2, &[1])]), Err(GraphError::Cycle(TaskId(1))));
        assert_eq!(Graph::new(vec![task(1, &[]), task(1, &[])]), Err(GraphError::Twice(TaskId(1))));
        assert_eq!(Graph::new(vec![task(1, &[7])]), Err(GraphError::Missing { task: TaskId(1), missing: TaskId(7) }));
        let mut blind = task(1, &[]);
        blind.checks.clear();
        assert_eq!(Graph::new(vec![blind]), Err(GraphError::Unchecked(TaskId(1))));
    }

    #[test]
    fn waves_follow_the_dependencies() {
        let graph = Graph::new(vec![task(1, &[]), task(2, &[]), task(3, &[1, 2])]).unwrap();
        assert_eq!(graph.waves(), vec![vec![TaskId(1), TaskId(2)], vec![TaskId(3)]]);
    }

    #[test]
    fn what_was_typed_is_not_typed_behind_itself() {
        let typing = Goal::Type { text: "one".into(), into: None };
        assert!(!typing.is_harmless_twice() && typing.is_repeatable());
        assert!(!Goal::If { shown: "a".into(), then: Box::new(typing) }.is_harmless_twice());
        assert!(Goal::Fill { field: "Name".into(), value: "Ada".into() }.is_harmless_twice());
    }
}
