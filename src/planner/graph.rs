//! Intents as tasks: what each needs before it, and how one will know that it was done.

use super::Surroundings;
use super::clauses::clauses;
use super::intent::{Intent, Reading, read};
use super::tokens::tokens;
use crate::task::{AgentKind, Check, Goal, Graph, GraphError, Request, RetryPolicy, Task, TaskId};
use std::path::{Path, PathBuf};

/// What comes of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    Graph(Graph),
    /// It cannot be planned without the person's word.
    Question {
        question: String,
        options: Vec<String>,
    },
}

/// Plans `request`.
///
/// # Errors
/// [`GraphError`] when the tasks contradict each other; a text that is not understood is a question.
pub fn plan(request: &Request, around: &Surroundings) -> Result<Plan, GraphError> {
    let source = request.text.as_str();
    let all = tokens(source);
    let mut builder = Builder::new(request, around);
    for clause in clauses(&all) {
        if clause.beside {
            builder.begin_chain();
        }
        let words = || {
            let (first, last) = (clause.tokens.first(), clause.tokens.last());
            first.zip(last).map_or("", |(a, b)| &source[a.start..b.end]).to_owned()
        };
        let understood = read(source, &clause, around).map(|reading| builder.add(reading));
        match understood {
            Some(Ok(())) => {}
            Some(Err(question)) => return Ok(Plan::Question { question, options: Vec::new() }),
            None => return Ok(not_understood(&words())),
        }
    }
    if builder.tasks.is_empty() {
        return Ok(not_understood(source));
    }
    Graph::new(builder.tasks).map(Plan::Graph)
}

/// A graph of one task, for an action that was asked for by itself.
///
/// # Errors
/// Those of [`Graph::new`], which a goal with its check does not meet.
pub fn single(goal: Goal, check: Check, description: String, around: &Surroundings) -> Result<Graph, GraphError> {
    Graph::new(vec![Task {
        id: TaskId(1),
        description,
        kind: AgentKind::Automation,
        goal,
        needs: Vec::new(),
        checks: vec![check],
        timeout_ms: around.task_timeout_ms,
        retry: RetryPolicy { attempts: around.attempts, ..RetryPolicy::default() },
    }])
}

fn not_understood(words: &str) -> Plan {
    let question = format!("I do not understand “{words}”. What should I do?");
    let options = [
        "open <application>",
        "type \"text\" and save it as <file>",
        "fill in <field> with <value>",
        "press <button>",
        "choose <option> from <list>",
        "tick <box>",
        "run \"command\" in a terminal",
        "what is <label>?",
    ];
    Plan::Question { question, options: options.map(str::to_owned).to_vec() }
}

struct Builder<'a> {
    request: &'a Request,
    around: &'a Surroundings,
    tasks: Vec<Task>,
    /// The task that the next one of this chain waits for.
    last: Option<TaskId>,
    /// The application that this chain works in, where one was opened.
    app: Option<String>,
    /// What was typed into a new document so far.
    document: Option<String>,
    /// The window that was last copied from, for a paste that follows.
    copied: Option<(Option<String>, String)>,
}

impl<'a> Builder<'a> {
    const fn new(request: &'a Request, around: &'a Surroundings) -> Self {
        Self { request, around, tasks: Vec::new(), last: None, app: None, document: None, copied: None }
    }

    fn begin_chain(&mut self) {
        self.last = None;
        self.app = None;
        self.document = None;
    }

    fn push(&mut self, description: String, goal: Goal, checks: Vec<Check>) {
        let id = TaskId(self.tasks.len() as u32 + 1);
        let kind = if goal.needs_desktop() { AgentKind::Automation } else { AgentKind::Ops };
        let waits_ms = match &goal {
            Goal::Pause { ms } => *ms,
            _ => 0,
        };
        self.tasks.push(Task {
            id,
            description,
            kind,
            goal,
            needs: self.last.into_iter().collect(),
            checks,
            timeout_ms: self.around.task_timeout_ms + waits_ms,
            retry: RetryPolicy { attempts: self.around.attempts, ..RetryPolicy::default() },
        });
        self.last = Some(id);
    }

    fn path(&self, name: &str, folder: Option<&str>) -> PathBuf {
        let absolute = |name: &str| match name.strip_prefix('~') {
            Some(rest) => self.around.home.join(rest.trim_start_matches('/')),
            None => self.request.cwd.join(name),
        };
        normal(&folder.map_or_else(
            || absolute(name),
            |folder| {
                if name.starts_with(['/', '~']) { absolute(name) } else { absolute(folder).join(name) }
            },
        ))
    }

    fn open(&mut self, app: &str, on: Option<String>) {
        let description = on.as_ref().map_or_else(|| format!("Open {app}"), |on| format!("Open {on} in {app}"));
        let goal = Goal::Open { app: app.to_owned(), on };
        self.push(description, goal, vec![Check::WindowOpen { app: app.to_owned() }]);
        self.app = Some(app.to_lowercase());
    }

    fn open_if_new(&mut self, app: &str) {
        if self.app.as_deref() != Some(app.to_lowercase().as_str()) {
            self.open(app, None);
        }
    }

    /// Adds the tasks of one clause; an `Err` is a question to the person.
    fn add(&mut self, reading: Reading) -> Result<(), String> {
        let app = reading.app;
        match reading.intent {
            Intent::Open { app: named, on: None } if app.is_some() && self.named_afterwards(&named) => {}
            Intent::Open { app: named, on } => self.add_open(named.or(app), on)?,
            Intent::Compute(expression) => self.add_compute(app, expression),
            Intent::Type { text, into } => self.add_type(app, text, into),
            Intent::Save { name, folder } => self.add_save(name, folder)?,
            Intent::MakeFolder { name, folder } => self.add_make_folder(app, &name, folder.as_deref()),
            Intent::MakeFile { name, folder, text } => {
                self.open(app.as_deref().unwrap_or("text editor"), None);
                self.document = Some(String::new());
                self.add_type(None, text, None);
                self.add_save(Some(name), folder)?;
            }
            Intent::Rename { from, to, folder } => self.add_rename(app, &from, &to, folder.as_deref()),
            Intent::Fill(pairs) => self.add_fill(app, pairs),
            Intent::Click { targets, count, right } => self.add_clicks(app, targets, count, right),
            Intent::Key(chord) => self.add_key(chord),
            Intent::Choose { option, list } => self.add_choose(app, option, list),
            Intent::Tick { labels, on } => self.add_ticks(app, labels, on),
            Intent::Command(command) => self.add_command(app, command),
            Intent::Ask(question) => {
                self.push(format!("Find out: {question}"), Goal::Answer { question }, vec![Check::AnswerStands]);
            }
            Intent::Tell => self.add_tell()?,
            Intent::Copy { what, from, to, field } => self.add_copy(what, from, to, field),
            Intent::Paste { to } => self.add_paste(to)?,
            Intent::WaitFor(text) => {
                let check = Check::ShowsText { text: text.clone() };
                self.push(format!("Wait for “{text}”"), Goal::WaitFor { text }, vec![check]);
            }
            Intent::WaitForFile(name) => {
                let path = self.path(&name, None);
                let check = Check::FileExists { path: path.clone() };
                self.push(format!("Wait for {}", path.display()), Goal::AwaitFile { path }, vec![check]);
            }
            Intent::Pause { ms } => {
                self.push(format!("Wait {} s", ms as f64 / 1000.0), Goal::Pause { ms }, vec![Check::Paused]);
            }
            Intent::Close(window) => {
                let what = window.clone().unwrap_or_else(|| "the window".into());
                let check = Check::WindowGone { window: window.clone() };
                self.push(format!("Close {what}"), Goal::Close { window }, vec![check]);
                self.app = None;
            }
            Intent::Scroll { notches } => {
                let check = Check::Reacted { target: "the page".into() };
                self.push(format!("Scroll by {notches}"), Goal::Scroll { notches }, vec![check]);
            }
        }
        Ok(())
    }

    fn add_open(&mut self, app: Option<String>, on: Option<String>) -> Result<(), String> {
        let on = on.map(|on| {
            let address = on.contains("://")
                || on.starts_with("localhost")
                || on.starts_with("127.")
                || on.starts_with("www.")
                || on.starts_with("about:");
            if address { on } else { self.path(&on, None).display().to_string() }
        });
        let app = match (app, &on) {
            (Some(app), _) => app,
            // A folder is looked at, anything else is read.
            (None, Some(on)) if Path::new(on).extension().is_none_or(|e| e.is_empty()) => "file manager".into(),
            (None, Some(_)) => "text editor".into(),
            (None, None) => return Err("What should I open?".into()),
        };
        let is_new = on.is_none() && !self.around.apps.is_empty();
        self.open(&app, on);
        self.document = is_new.then(String::new);
        Ok(())
    }

    /// "What is 2 + 2? Use the calculator.": the application of what was asked just before.
    fn named_afterwards(&mut self, app: &Option<String>) -> bool {
        let (Some(app), [.., open, last]) = (app, self.tasks.as_mut_slice()) else { return false };
        let (Goal::Open { app: opened, .. }, Goal::Compute { .. }) = (&mut open.goal, &last.goal) else { return false };
        app.clone_into(opened);
        open.description = format!("Open {app}");
        open.checks = vec![Check::WindowOpen { app: app.clone() }];
        self.app = Some(app.to_lowercase());
        true
    }

    fn add_compute(&mut self, app: Option<String>, expression: super::Expression) {
        let open = app.or_else(|| self.app.clone()).unwrap_or_else(|| "calculator".into());
        self.open_if_new(&open);
        let check = Check::ShowsNumber { expression: expression.keys.clone(), value: expression.value };
        let description = format!("Compute {}", expression.keys);
        self.push(description, Goal::Compute { expression: expression.keys }, vec![check]);
    }

    fn add_type(&mut self, app: Option<String>, text: String, into: Option<String>) {
        if let Some(app) = app {
            let fresh = self.app.as_deref() != Some(app.to_lowercase().as_str());
            self.open_if_new(&app);
            if fresh {
                self.document = Some(String::new());
            }
        }
        if let Some(document) = &mut self.document {
            document.push_str(&text);
        }
        let shown: String = text.chars().take(40).collect();
        let check = Check::FieldShows { field: into.clone(), value: text.clone() };
        self.push(format!("Type “{shown}”"), Goal::Type { text, into }, vec![check]);
    }

    fn add_save(&mut self, name: Option<String>, folder: Option<String>) -> Result<(), String> {
        let name = name.ok_or("Under which name should I save it?")?;
        self.ensure_document();
        let path = self.path(&name, folder.as_deref());
        let check = Check::FileHolds { path: path.clone(), content: self.document.clone() };
        let goal = Goal::Save { path: path.clone(), content: self.document.clone() };
        self.push(format!("Save as {}", path.display()), goal, vec![check]);
        Ok(())
    }

    /// Text that was typed nowhere in particular and is then saved was meant for an editor.
    fn ensure_document(&mut self) {
        let typed_first = matches!(self.tasks.first().map(|t| &t.goal), Some(Goal::Type { into: None, .. }));
        if self.app.is_some() || !typed_first {
            return;
        }
        let typed = std::mem::take(&mut self.tasks);
        self.last = None;
        self.open("text editor", None);
        let mut document = String::new();
        for task in typed {
            if let Goal::Type { text, .. } = &task.goal {
                document.push_str(text);
            }
            self.push(task.description, task.goal, task.checks);
        }
        self.document = Some(document);
    }

    fn add_make_folder(&mut self, app: Option<String>, name: &str, folder: Option<&str>) {
        let path = self.path(name, folder);
        let parent = path.parent().unwrap_or(&path).display().to_string();
        self.open(app.as_deref().unwrap_or("file manager"), Some(parent));
        let check = Check::FolderExists { path: path.clone() };
        self.push(format!("Make the folder {}", path.display()), Goal::MakeFolder { path }, vec![check]);
    }

    fn add_rename(&mut self, app: Option<String>, from: &str, to: &str, folder: Option<&str>) {
        let from = self.path(from, folder);
        let parent = from.parent().unwrap_or(&from).to_owned();
        let to = if to.contains('/') { self.path(to, None) } else { parent.join(to) };
        self.open(app.as_deref().unwrap_or("file manager"), Some(parent.display().to_string()));
        let check = Check::Renamed { from: from.clone(), to: to.clone() };
        let name = to.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.push(format!("Rename {} to {name}", from.display()), Goal::Rename { from, to }, vec![check]);
    }

    fn add_fill(&mut self, app: Option<String>, pairs: Vec<(String, String)>) {
        if let Some(app) = app {
            self.open_if_new(&app);
        }
        for (field, value) in pairs {
            let check = Check::FieldShows { field: Some(field.clone()), value: value.clone() };
            self.push(format!("Fill in {field}"), Goal::Fill { field, value }, vec![check]);
        }
    }

    fn add_clicks(&mut self, app: Option<String>, targets: Vec<String>, count: u8, right: bool) {
        if let Some(app) = app {
            self.open_if_new(&app);
        }
        for target in targets {
            let check = Check::Reacted { target: target.clone() };
            self.push(format!("Click {target}"), Goal::Click { target, count, right }, vec![check]);
        }
    }

    fn add_key(&mut self, chord: crate::task::Chord) {
        // "Type ls in the terminal and press Enter" is a command.
        let enter = chord.key == "Return" && chord.modifiers.is_empty();
        if enter
            && self.app.as_deref().is_some_and(is_terminal)
            && let Some(Task { goal: Goal::Type { text, into: None }, .. }) = self.tasks.last()
        {
            let command = text.clone();
            self.tasks.pop();
            self.last = self.tasks.last().map(|t| t.id);
            return self.add_command(None, command);
        }
        let check = Check::Reacted { target: chord.to_string() };
        self.push(format!("Press {chord}"), Goal::Key { chord }, vec![check]);
    }

    fn add_choose(&mut self, app: Option<String>, option: String, list: Option<String>) {
        if let Some(app) = app {
            self.open_if_new(&app);
        }
        let check = Check::Chosen { option: option.clone(), list: list.clone() };
        self.push(format!("Choose {option}"), Goal::Choose { option, list }, vec![check]);
    }

    fn add_ticks(&mut self, app: Option<String>, labels: Vec<String>, on: bool) {
        if let Some(app) = app {
            self.open_if_new(&app);
        }
        for label in labels {
            let check = Check::Ticked { label: label.clone(), on };
            let verb = if on { "Tick" } else { "Untick" };
            self.push(format!("{verb} {label}"), Goal::Tick { label, on }, vec![check]);
        }
    }

    fn add_command(&mut self, app: Option<String>, command: String) {
        let terminal = app.filter(|a| is_terminal(&a.to_lowercase()));
        let current = self.app.clone().filter(|a| is_terminal(a));
        if current.is_none() || terminal.is_some() {
            self.open_if_new(&terminal.unwrap_or_else(|| "terminal".into()));
        }
        let check = Check::CommandEnded { command: command.clone() };
        self.push(format!("Run `{command}`"), Goal::Command { command }, vec![check]);
    }

    fn add_tell(&mut self) -> Result<(), String> {
        let worked_out = matches!(
            self.tasks.last().map(|t| &t.goal),
            Some(Goal::Compute { .. } | Goal::Answer { .. } | Goal::Command { .. })
        );
        if worked_out { Ok(()) } else { Err("What should I tell you? Nothing was worked out before.".into()) }
    }

    fn add_copy(&mut self, what: Option<String>, from: String, to: Option<String>, field: Option<String>) {
        // "Copy everything": out of the application that was opened last.
        let from = if from.is_empty() { self.app.clone().unwrap_or_default() } else { from };
        match to {
            Some(to) => self.push_copy(what, from, to, field),
            None => self.copied = Some((what, from)),
        }
    }

    fn add_paste(&mut self, to: String) -> Result<(), String> {
        let (what, from) = self.copied.take().ok_or("What should I paste? Nothing was copied before.")?;
        let to = if to.is_empty() { self.app.clone().unwrap_or_default() } else { to };
        self.document = None;
        self.push_copy(what, from, to, None);
        Ok(())
    }

    fn push_copy(&mut self, what: Option<String>, from: String, to: String, field: Option<String>) {
        let check = Check::Copied { to: to.clone() };
        let thing = what.clone().unwrap_or_else(|| "the text".into());
        let named = |window: &str| if window.is_empty() { "the other window".to_owned() } else { window.to_owned() };
        let description = format!("Copy {thing} from {} to {}", named(&from), named(&to));
        self.push(description, Goal::Copy { what, from, to, field }, vec![check]);
    }
}

fn is_terminal(app: &str) -> bool {
    app.contains("term")
        || app.contains("console")
        || app.contains("shell")
        || app.contains("konsole")
        || app.contains("command")
}

/// `path` without `.` and `..`, as far as its text tells.
fn normal(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{DesktopChoice, Policy};

    fn plan_of(text: &str) -> Plan {
        let request = Request {
            text: text.into(),
            desktop: DesktopChoice::Given(":1".into()),
            cwd: "/home/ada/desk".into(),
            timeout_ms: 1000,
            policy: Policy::default(),
        };
        let apps = [
            "calculator",
            "text editor",
            "editor",
            "file manager",
            "terminal",
            "browser",
            "web browser",
            "mousepad",
            "galculator",
            "chromium",
            "terminal window",
        ];
        let around = Surroundings {
            home: "/home/ada".into(),
            apps: apps.map(str::to_owned).to_vec(),
            task_timeout_ms: 1000,
            attempts: 2,
        };
        plan(&request, &around).unwrap()
    }

    /// The goals in short form, one per task.
    fn goals(text: &str) -> Vec<String> {
        let Plan::Graph(graph) = plan_of(text) else { return vec!["?".into()] };
        graph.tasks().iter().map(|t| short(&t.goal)).collect()
    }

    fn short(goal: &Goal) -> String {
        let or = |o: &Option<String>| o.clone().unwrap_or_else(|| "-".into());
        match goal {
            Goal::Open { app, on } => format!("open {app} {}", or(on)),
            Goal::Compute { expression } => format!("compute {expression}"),
            Goal::Type { text, into } => format!("type {text} {}", or(into)),
            Goal::Save { path, content } => format!("save {} {}", path.display(), or(content)),
            Goal::MakeFolder { path } => format!("mkdir {}", path.display()),
            Goal::Rename { from, to } => format!("rename {} {}", from.display(), to.display()),
            Goal::Fill { field, value } => format!("fill {field}={value}"),
            Goal::Click { target, count, right } => format!("click{count}{} {target}", if *right { "r" } else { "" }),
            Goal::Press { target, .. } => format!("press {target}"),
            Goal::Hover { target, .. } => format!("hover {target}"),
            Goal::Drag { places, .. } => format!("drag {}", places.join(" ")),
            Goal::Wheel { over, dx, dy, .. } => format!("wheel {dx} {dy} {}", or(over)),
            Goal::Choose { option, list } => format!("choose {option} {}", or(list)),
            Goal::Tick { label, on } => format!("tick {label} {on}"),
            Goal::Command { command } => format!("command {command}"),
            Goal::Answer { question } => format!("answer {question}"),
            Goal::Copy { what, from, to, field } => format!("copy {} {from}>{to} {}", or(what), or(field)),
            Goal::Key { chord } => format!("key {chord}"),
            Goal::Scroll { notches } => format!("scroll {notches}"),
            Goal::WaitFor { text } => format!("wait {text}"),
            Goal::Close { window } => format!("close {}", or(window)),
            Goal::Pause { ms } => format!("pause {ms}"),
            Goal::AwaitFile { path } => format!("await {}", path.display()),
        }
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(goals(text), expected, "{text}");
    }

    #[test]
    fn calculations() {
        check("What is 12.5 times 8? Use the calculator.", &["open calculator -", "compute 12.5*8"]);
        check("What is 3 + 4? Use galculator.", &["open galculator -", "compute 3+4"]);
        check("open the calculator and compute 1234 * 56", &["open calculator -", "compute 1234*56"]);
        check(
            "calculate (15 + 27) / 6 with galculator and tell me the answer",
            &["open galculator -", "compute (15+27)/6"],
        );
        check("use the calculator to work out 17% of 240", &["open calculator -", "compute 17/100*240"]);
        check("Add 5 and 7 in the calculator", &["open calculator -", "compute 5+7"]);
    }

    #[test]
    fn documents() {
        check(
            "open the text editor, type \"Hello world\" and save it as /tmp/x/hello.txt",
            &["open text editor -", "type Hello world -", "save /tmp/x/hello.txt Hello world"],
        );
        check(
            "Write 'Meeting at 10' in mousepad and save the file as notes.txt",
            &["open mousepad -", "type Meeting at 10 -", "save /home/ada/desk/notes.txt Meeting at 10"],
        );
        check(
            "create a text file called todo.txt in ~/lists with the text \"buy milk\"",
            &["open text editor -", "type buy milk -", "save /home/ada/lists/todo.txt buy milk"],
        );
        check("write \"a\" and save it to /tmp/a.txt", &["open text editor -", "type a -", "save /tmp/a.txt a"]);
    }

    #[test]
    fn files() {
        check(
            "give /tmp/foo/a.txt the name b.txt",
            &["open file manager /tmp/foo", "rename /tmp/foo/a.txt /tmp/foo/b.txt"],
        );
        check(
            "make a folder named Reports in ~/Documents",
            &["open file manager /home/ada/Documents", "mkdir /home/ada/Documents/Reports"],
        );
        check(
            "create a new folder called 'My Files' in /tmp/foo with the file manager",
            &["open file manager /tmp/foo", "mkdir /tmp/foo/My Files"],
        );
        check("Create the directory /tmp/a/b using the file manager", &["open file manager /tmp/a", "mkdir /tmp/a/b"]);
        check(
            "rename the file a.txt in /tmp/foo to b.txt",
            &["open file manager /tmp/foo", "rename /tmp/foo/a.txt /tmp/foo/b.txt"],
        );
        check(
            "rename /tmp/foo/a.txt to b.txt",
            &["open file manager /tmp/foo", "rename /tmp/foo/a.txt /tmp/foo/b.txt"],
        );
    }

    #[test]
    fn dialogs() {
        check(
            "fill in Name with \"Ada\" and City with London, then press OK",
            &["fill Name=Ada", "fill City=London", "click1 OK"],
        );
        check(
            "set the Name field to Ada and the Email field to a@b.c and click Submit",
            &["fill Name field=Ada", "fill Email field=a@b.c", "click1 Submit"],
        );
        check(
            "type Ada into the Name field, enter London as City, and press the OK button",
            &["fill Name field=Ada", "fill City=London", "click1 OK button"],
        );
        check(
            "Fill in the form: Name: Ada, City: Rome. Press Send",
            &["fill Name=Ada", "fill City=Rome", "click1 Send"],
        );
        check(
            "choose Blue from the Colour list, tick \"Subscribe\" and Accept terms, and press OK",
            &["choose Blue Colour", "tick Subscribe true", "tick Accept terms true", "click1 OK"],
        );
        check(
            "select 'Large' in Size, check Gift wrap, uncheck Newsletter and click Order",
            &["choose Large Size", "tick Gift wrap true", "tick Newsletter false", "click1 Order"],
        );
    }

    #[test]
    fn the_web_and_the_terminal() {
        check(
            "open file:///tmp/f.html in Chromium, fill in First name with Ada and press Send",
            &["open Chromium file:///tmp/f.html", "fill First name=Ada", "click1 Send"],
        );
        check(
            "go to http://localhost:8000/form and click Start",
            &["open browser http://localhost:8000/form", "click1 Start"],
        );
        check("open a terminal and run \"echo hi > /tmp/x\"", &["open terminal -", "command echo hi > /tmp/x"]);
        check("run the command ls -la /tmp in a terminal", &["open terminal -", "command ls -la /tmp"]);
        check("launch chromium and execute: ls -la", &["open chromium -", "open terminal -", "command ls -la"]);
        check("in the terminal type `touch a` and press enter", &["open terminal -", "command touch a"]);
    }

    #[test]
    fn clicks_keys_and_questions() {
        check("click the Help button", &["click1 Help button"]);
        check("press \"About\"", &["click1 \"About\""]);
        check("double-click Pictures", &["click2 Pictures"]);
        check("press ctrl+s", &["key Ctrl+S"]);
        check("press the Delete key", &["key Delete"]);
        check("press Delete", &["click1 Delete"]);
        check("what is the Total?", &["answer what is the Total"]);
        check("tell me what the dialog says", &["answer tell me what the dialog says"]);
        check("wait 3 seconds and press OK", &["pause 3000", "click1 OK"]);
    }

    #[test]
    fn copies() {
        check("copy the text from the window \"Notes\" to the window \"Draft\"", &["copy - Notes>Draft -"]);
        check(
            "copy the order number from the Invoice window into the Reference field of the Payment window",
            &["copy order number Invoice>Payment Reference field"],
        );
        check(
            "open ~/a.txt in mousepad, copy everything, then open galculator and paste it",
            &["open mousepad /home/ada/a.txt", "open galculator -", "copy - mousepad>galculator -"],
        );
        check("copy the text of mousepad and paste it into the terminal", &["copy - mousepad>terminal -"]);
    }

    #[test]
    fn what_is_not_understood_is_asked() {
        for text in ["banana", "make me happy", "the window", "save it", "…"] {
            check(text, &["?"]);
        }
    }

    #[test]
    fn meanwhile_begins_a_chain_of_its_own() {
        check(
            "compute 2 + 3; meanwhile open a terminal and run \"ls\"",
            &["open calculator -", "compute 2+3", "open terminal -", "command ls"],
        );
        let Plan::Graph(graph) = plan_of("wait 2 seconds; meanwhile wait for /tmp/a.txt") else { panic!("no graph") };
        assert_eq!(graph.waves().len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,80}") {
            let _ = plan_of(&text);
        }

        #[test]
        fn any_words_are_survived(words in proptest::collection::vec("(press|fill|in|with|copy|to|from|the|and|,|\"a b\"|type|save|as|make|folder|rename|of|run|Name)", 0..12)) {
            let _ = plan_of(&words.join(" "));
        }
    }
}
