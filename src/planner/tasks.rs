//! Intents as tasks: what each needs before it, and how one will know that it was done.

use super::Surroundings;
use super::goals::describe;
use super::intent::Intent;
use super::labels::Use;
use super::numbers;
use super::readings::Reading;
use super::sources::{Value, is_back_reference, is_bare_reference, is_worked_out};
use crate::task::{
    AgentKind, Check, DesktopChoice, FOUND, Goal, Request, RetryPolicy, Scope, Suggestion, Task, TaskId,
};
use std::path::{Path, PathBuf};

/// Puts tasks together, clause by clause.
pub struct Builder<'a> {
    request: &'a Request,
    around: &'a Surroundings,
    pub tasks: Vec<Task>,
    /// What is expressly not to be done.
    left: Vec<String>,
    /// The task that the next one of this chain waits for.
    last: Option<TaskId>,
    /// The application that this chain works in, where one was opened.
    app: Option<String>,
    /// What was typed into a new document so far.
    document: Option<String>,
    /// In which kind of parts the next thing may be hidden.
    places: Option<String>,
    /// The window that was last copied from, for a paste that follows.
    copied: Option<(Option<String>, String)>,
}

impl<'a> Builder<'a> {
    /// Begins a plan for `request`.
    pub const fn new(request: &'a Request, around: &'a Surroundings) -> Self {
        Self {
            request,
            around,
            tasks: Vec::new(),
            left: Vec::new(),
            last: None,
            app: None,
            document: None,
            places: None,
            copied: None,
        }
    }

    /// What follows does not wait for what stands before it.
    pub fn begin_chain(&mut self) {
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
    pub fn add(&mut self, reading: Reading) -> Result<(), String> {
        if let Intent::Several(all) = &reading.intent {
            let one = |intent: &Intent| Reading { intent: intent.clone(), ..reading.clone() };
            return all.iter().map(one).try_for_each(|reading| self.add(reading));
        }
        let app = reading.app;
        match reading.intent {
            Intent::Open { app: named, on: None } if app.is_some() && self.named_afterwards(&named) => Ok(()),
            Intent::Open { app: named, on } => self.add_open(named.or(app), on),
            // On a new desktop nothing is shown yet that could be meant.
            Intent::OpenThing(name)
                if self.tasks.is_empty() && matches!(self.request.desktop, DesktopChoice::Private { .. }) =>
            {
                self.add_open(Some(name.trim_matches('"').to_owned()), None)
            }
            Intent::Compute(expression) => {
                self.add_compute(app, expression);
                Ok(())
            }
            Intent::Type(value) => {
                self.add_value(app, value);
                Ok(())
            }
            Intent::Command(command) => {
                self.add_command(app, command);
                Ok(())
            }
            Intent::Save { name, folder } => self.add_save(name, folder),
            Intent::MakeFolder { names, folder } => {
                for name in names {
                    self.add_make_folder(app.clone(), &name, folder.as_deref());
                }
                Ok(())
            }
            Intent::MakeFile { name, folder, text } => {
                self.open(app.as_deref().unwrap_or("text editor"), None);
                self.document = Some(String::new());
                self.add_type(None, text, None);
                self.add_save(Some(name), folder)
            }
            Intent::Rename { from, to, folder } => {
                self.add_rename(app, &from, &to, folder.as_deref());
                Ok(())
            }
            intent => {
                if let Some(app) = app {
                    self.open_if_new(&app);
                }
                self.add_on_screen(intent)
            }
        }
    }

    /// What happens on the screen in front.
    fn add_on_screen(&mut self, intent: Intent) -> Result<(), String> {
        match intent {
            Intent::Tell => return self.add_tell(),
            // What was sent off is not sent again: "forward it to Eva and press Send".
            Intent::Submit { named } if self.is_sent() && named.as_deref().is_none_or(is_send) => {}
            Intent::Click { targets, count: 1, right: false }
                if self.is_sent() && matches!(targets.as_slice(), [one] if is_send(one)) => {}
            Intent::Leave(what) => self.left.push(what),
            Intent::LookIn(places) => self.places = Some(places),
            Intent::Copy { what, from, to, field } => self.add_copy(what, from, to, field),
            Intent::Paste { to } => return self.add_paste(to),
            Intent::Fill(pairs) => self.add_fill(pairs),
            Intent::Select { options, scope: Scope::These, list: None }
                if self.takes_offer(&options.join(", ")).is_some() =>
            {
                self.take_offer(&options.join(", "));
            }
            Intent::Choose { option, list: None } if self.takes_offer(&option).is_some() => self.take_offer(&option),
            Intent::Click { targets, count: 1, right: false }
                if targets.len() == 1 && self.takes_offer(&targets[0]).is_some() =>
            {
                self.take_offer(&targets[0]);
            }
            Intent::Tick { labels, on: true } if labels.len() == 1 && self.takes_offer(&labels[0]).is_some() => {
                self.take_offer(&labels[0]);
            }
            Intent::Click { targets, count: 1, right: false } if self.of_one_found(&targets).is_some() => {
                if let Some(intent) = self.of_one_found(&targets) {
                    return self.push_one(intent);
                }
            }
            Intent::Record { act, which } if self.query().is_some() && is_that_entry(&which) => {
                let which = self.query().unwrap_or(which);
                return self.push_one(Intent::Record { act, which });
            }
            Intent::Click { targets, count, right } => self.add_clicks(targets, count, right),
            Intent::Key { chord, times } => (0..times.clamp(1, 50)).for_each(|_| self.add_key(chord.clone())),
            Intent::Tick { labels, on } => self.add_ticks(labels, on),
            Intent::Format { text, chord } => {
                self.push_one(Intent::Mark(text))?;
                self.add_key(chord);
            }
            Intent::Cell { row, column, value } => self.add_cell(row, column, value),
            Intent::Login { name, user, password } => self.add_login(name, user, password),
            Intent::WaitForFile(name) => self.add_wait_for_file(&name),
            // What answers the question of an act belongs to the act: "delete it, but say no".
            Intent::Answer(said) | Intent::IfAsked { answer: said, about: None } if self.asks_whether() => {
                if let Some(Task { goal: Goal::Record { answer, .. }, .. }) = self.tasks.last_mut() {
                    *answer = Some(said);
                }
            }
            // "Delete it and confirm": the act is confirmed by itself.
            Intent::Submit { named: Some(word) } if word.to_lowercase() == "confirm" && self.asks_whether() => {}
            Intent::Close(window) => {
                self.push_one(Intent::Close(window))?;
                self.app = None;
            }
            intent => return self.push_one(intent),
        }
        Ok(())
    }

    /// Whether the last task sends something off.
    fn is_sent(&self) -> bool {
        let last = self.tasks.last().map(|t| &t.goal);
        matches!(last, Some(Goal::Submit { named: Some(word) }) if is_send(word))
    }

    /// Whether what was asked for last may be asked about in return.
    fn asks_whether(&self) -> bool {
        matches!(self.tasks.last().map(|t| &t.goal), Some(Goal::Record { answer: None, .. }))
    }

    /// A clause that is one task.
    fn push_one(&mut self, intent: Intent) -> Result<(), String> {
        let Some((goal, check)) = self.goal_of(&intent) else {
            return Err("I understand the words, but not what should be done. What should I do?".into());
        };
        let description = describe(&goal);
        let mut checks = vec![check];
        // What is asked about and not answered is not done.
        let grave = ["delete", "remove", "cancel", "discard", "erase", "trash", "get rid of", "throw away", "bin"];
        if matches!(&goal, Goal::Record { act, .. } if grave.contains(&act.as_str())) {
            checks.push(Check::Settled);
        }
        self.push(description, goal, checks);
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
        // A form that was filled in is saved by its button.
        let of_form = |t: &Task| {
            matches!(t.goal, Goal::Fill { .. } | Goal::Choose { .. } | Goal::Tick { .. } | Goal::Select { .. })
        };
        if name.is_none() && self.document.is_none() && self.tasks.last().is_some_and(of_form) {
            return self.push_one(Intent::Submit { named: Some("save".into()) });
        }
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
        // A file manager that shows the folder already opens no second window of it.
        let manager = app.as_deref().unwrap_or("file manager");
        let is_shown = matches!(self.tasks.iter().rev().find(|t| !matches!(t.goal, Goal::MakeFolder { .. })).map(|t| &t.goal),
            Some(Goal::Open { app, on: Some(on) }) if app == manager && *on == parent);
        if !is_shown {
            self.open(manager, Some(parent));
        }
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

    fn add_fill(&mut self, pairs: Vec<(String, Value)>) {
        for (field, value) in pairs {
            // "Cell B4" is no field.
            if let Some(cell) = field.strip_prefix("cell ").or_else(|| field.strip_prefix("Cell ")) {
                self.add_cell(None, cell.to_owned(), value);
                continue;
            }
            let value = self.found_out(value);
            let check = Check::FieldShows { field: Some(field.clone()), value: value.clone() };
            self.push(format!("Fill in {field}"), Goal::Fill { field, value }, vec![check]);
        }
    }

    /// The text of `value`; what must be read first is a task of its own.
    fn found_out(&mut self, value: Value) -> String {
        if self.found_just_now() && (is_back_reference(&value) || is_bare_reference(&value)) {
            return FOUND.to_owned();
        }
        match value {
            Value::Text(text) => text,
            Value::Read(question) => {
                let check = if is_worked_out(&question) {
                    Check::WorkedOut { question: question.clone() }
                } else {
                    Check::AnswerStands
                };
                self.push(format!("Find out: {question}"), Goal::Answer { question }, vec![check]);
                FOUND.to_owned()
            }
        }
    }

    fn add_value(&mut self, app: Option<String>, value: Value) {
        match value {
            Value::Text(text) => self.add_type(app, text, None),
            read @ Value::Read(_) => {
                let text = self.found_out(read);
                self.add_type(app, text, None);
            }
        }
    }

    /// "Type Gra into City and choose Graz": what begins like the text that was typed before, or is said to be suggested,
    /// is one of the suggestions for it.
    fn takes_offer(&self, said: &str) -> Option<Suggestion> {
        let Some(Goal::Fill { value, .. }) = self.tasks.last().map(|t| &t.goal) else { return None };
        let (said, typed) = (said.trim_matches('"').to_lowercase(), value.to_lowercase());
        let nth = ["suggestion", "suggested", "proposal", "offer"].iter().any(|w| said.contains(w)).then(|| {
            let words = said.split(' ').find_map(numbers::ordinal);
            words.or_else(|| said.split(' ').find_map(|w| w.parse().ok())).unwrap_or(1)
        });
        let nth = nth.or_else(|| {
            let words = said.strip_suffix(" that it offers").or_else(|| said.strip_suffix(" it offers"))?;
            words.split(' ').find_map(numbers::ordinal)
        });
        if let Some(nth) = nth {
            return Some(Suggestion::Nth { nth });
        }
        // What stands there before anything is typed is no suggestion.
        let stands = self.around.labels.has_name(&said, Use::Text);
        let longer = !stands && !typed.is_empty() && said.starts_with(&typed) && said.len() > typed.len();
        longer.then_some(Suggestion::Called(said))
    }

    /// The field that was filled in last takes a suggestion instead.
    fn take_offer(&mut self, said: &str) {
        let Some(option) = self.takes_offer(said) else { return };
        let Some(Task { goal: Goal::Fill { field, value }, .. }) = self.tasks.pop() else { return };
        self.last = self.tasks.last().map(|t| t.id);
        let option = match option {
            Suggestion::Called(_) => Suggestion::Called(said.trim_matches('"').to_owned()),
            other => other,
        };
        let intent = Intent::Suggest { text: Some(value), field, option };
        if let Some((goal, check)) = self.goal_of(&intent) {
            self.push(describe(&goal), goal, vec![check]);
        }
    }

    /// What was searched for just before.
    fn query(&self) -> Option<String> {
        match self.tasks.last().map(|t| &t.goal) {
            Some(Goal::Filter { query } | Goal::Search { query, .. }) => Some(query.clone()),
            _ => None,
        }
    }

    /// "Filter the list for Ada, then press Show": a plain button then belongs to what was found.
    fn of_one_found(&self, targets: &[String]) -> Option<Intent> {
        let [target] = targets else { return None };
        let which = self.query()?;
        let plain = target.trim_matches('"').trim_end_matches(" button").to_owned();
        let starts = ["search", "go", "find", "filter", "ok", "apply", "start", "enter", "submit", "look up"];
        let is_name = plain.split(' ').count() <= 2
            && plain.starts_with(char::is_uppercase)
            && !starts.contains(&plain.to_lowercase().as_str())
            && !which.to_lowercase().contains(&plain.to_lowercase())
            && numbers::ordinal(plain.split(' ').next().unwrap_or_default()).is_none();
        is_name.then_some(Intent::ClickOf { target: plain, which })
    }

    fn add_clicks(&mut self, targets: Vec<String>, count: u8, right: bool) {
        // "Scroll down and press Send": where to look for what is pressed, which is scrolled to wherever it is. The third
        // link, or a place, is another one without it.
        let by_name = |target: &String| target.starts_with(char::is_uppercase);
        let scrolled = matches!(self.tasks.last().map(|t| &t.goal), Some(Goal::Scroll { .. }));
        if scrolled && targets.iter().all(by_name) {
            self.tasks.pop();
            self.last = self.tasks.last().map(|t| t.id);
        }
        for target in targets {
            let target = if self.found_just_now() && is_answer(&target) { FOUND.to_owned() } else { target };
            let target = if target == "it" { self.mentioned().unwrap_or(target) } else { target };
            if let Some(nth) = self.nth_of_found(&target) {
                self.push(format!("Open result {nth}"), Goal::Result { nth }, vec![Check::Reacted { target }]);
                continue;
            }
            let check = Check::Reacted { target: target.clone() };
            if let Some(places) = self.places.take() {
                let goal = Goal::Seek { target, places };
                self.push(describe(&goal), goal, vec![check]);
                continue;
            }
            self.push(format!("Click {target}"), Goal::Click { target, count, right }, vec![check]);
        }
    }

    /// "The second one", after a search or another page of what was found.
    fn nth_of_found(&self, target: &str) -> Option<i32> {
        let searched = matches!(self.tasks.last().map(|t| &t.goal), Some(Goal::Search { .. } | Goal::Page { .. }));
        let words = target.strip_suffix(" one").or_else(|| target.strip_suffix(" entry"))?;
        searched.then(|| numbers::ordinal(words))?
    }

    fn found_just_now(&self) -> bool {
        matches!(self.tasks.last().map(|t| &t.goal), Some(Goal::Answer { .. } | Goal::Compute { .. }))
    }

    /// The thing that the task before spoke of.
    fn mentioned(&self) -> Option<String> {
        match &self.tasks.last()?.goal {
            Goal::Click { target, .. } | Goal::Hover { target, .. } => Some(target.clone()),
            Goal::Wheel { until: Some(text), .. } | Goal::WaitFor { text } => Some(text.clone()),
            Goal::Fill { field, .. } => Some(field.clone()),
            Goal::Choose { option, .. } => Some(option.clone()),
            _ => None,
        }
    }

    /// A question where one part of the request undoes or forbids what another asks for.
    pub fn contradiction(&self) -> Option<String> {
        let ticks = |on: bool| {
            self.tasks.iter().filter_map(move |t| match &t.goal {
                Goal::Tick { label, on: o } if *o == on => Some(label.to_lowercase()),
                _ => None,
            })
        };
        if let Some(label) = ticks(true).find(|label| ticks(false).any(|l| l == *label)) {
            return Some(format!("“{label}” is to be ticked and not ticked. Which of the two?"));
        }
        let forbidden =
            |target: &str| self.left.iter().find(|left| left.to_lowercase().contains(&target.to_lowercase()));
        self.tasks.iter().find_map(|t| match &t.goal {
            Goal::Click { target, .. } if target.len() > 1 && forbidden(target).is_some() => {
                Some(format!("“{target}” is to be pressed and not pressed. Which of the two?"))
            }
            _ => None,
        })
    }

    fn add_ticks(&mut self, labels: Vec<String>, on: bool) {
        for label in labels {
            let check = Check::Ticked { label: label.clone(), on };
            let verb = if on { "Tick" } else { "Untick" };
            self.push(format!("{verb} {label}"), Goal::Tick { label, on }, vec![check]);
        }
    }

    fn add_cell(&mut self, row: Option<String>, column: String, value: Value) {
        let value = self.found_out(value);
        let check = Check::CellHolds { row: row.clone(), column: column.clone(), value: value.clone() };
        let goal = Goal::Cell { row, column, value };
        self.push(describe(&goal), goal, vec![check]);
    }

    fn add_login(&mut self, name: String, user: String, password: String) {
        let secret = "password".to_owned();
        self.add_fill(vec![(name, Value::Text(user)), (secret, Value::Text(password))]);
        let goal = Goal::Submit { named: Some("log in".into()) };
        self.push(describe(&goal), goal, vec![Check::Reacted { target: "log in".into() }]);
    }

    fn add_wait_for_file(&mut self, name: &str) {
        let path = self.path(name, None);
        let check = Check::FileExists { path: path.clone() };
        self.push(format!("Wait for {}", path.display()), Goal::AwaitFile { path }, vec![check]);
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
        match self.tasks.last().map(|t| &t.goal) {
            Some(Goal::Compute { .. } | Goal::Answer { .. }) => Ok(()),
            // To run it and say nothing would be no answer.
            Some(Goal::Command { .. }) => {
                Err("I can run the command, but not yet tell what it prints. Should I only run it?".into())
            }
            _ => Err("What should I tell you? Nothing was worked out before.".into()),
        }
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

    /// The field that is to be filled, and what with, where what is copied stays in its window.
    fn within_window(
        &self,
        what: Option<&String>,
        from: &str,
        to: &str,
        field: Option<&String>,
    ) -> Option<(String, Value)> {
        let labels = &self.around.labels;
        let here = ["", "page", "screen", "form", "this page", "window", "dialog"];
        let is_field = |name: &str| [Use::Field, Use::List, Use::Value].iter().any(|u| labels.has_name(name, *u));
        let what = what?.trim_start_matches("what is in ").trim_start_matches("what stands in ");
        let into = match field {
            Some(field) if to.is_empty() => field.clone(),
            None if is_field(to) && !labels.is_window(to) => to.to_owned(),
            _ => return None,
        };
        let other = is_field(what) || !labels.is_empty();
        // "The code" is told somewhere on the screen; a field holds what is in it.
        let bare = what.trim_start_matches("the ");
        let read = if is_field(bare) || bare.starts_with(char::is_uppercase) {
            format!("what is in {bare}")
        } else {
            format!("the {bare}")
        };
        (here.contains(&from) && other).then_some((into, Value::Read(read)))
    }

    fn push_copy(&mut self, what: Option<String>, from: String, to: String, field: Option<String>) {
        if let Some((into, read)) = self.within_window(what.as_ref(), &from, &to, field.as_ref()) {
            return self.add_fill(vec![(into, read)]);
        }
        let check = Check::Copied { to: to.clone() };
        let thing = what.clone().unwrap_or_else(|| "the text".into());
        let named = |window: &str| if window.is_empty() { "the other window".to_owned() } else { window.to_owned() };
        let description = format!("Copy {thing} from {} to {}", named(&from), named(&to));
        self.push(description, Goal::Copy { what, from, to, field }, vec![check]);
    }
}

/// "That entry", "it": what was searched for.
fn is_that_entry(which: &str) -> bool {
    let said = which.to_lowercase();
    ["it", "that", "this", "that entry", "this entry", "that one", "that record", "the entry", "entry", "the match"]
        .contains(&said.as_str())
}

/// Whether words stand for what was worked out just before: "the right answer", "it".
fn is_answer(target: &str) -> bool {
    let said = target.trim_matches('"').to_lowercase();
    if said == "it" {
        return true;
    }
    let Some((how, what)) = said.split_once(' ') else { return false };
    ["right", "correct", "that"].contains(&how)
        && ["answer", "number", "result", "solution", "one", "button"].contains(&what)
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

/// Whether a button of this name sends something off.
fn is_send(name: &str) -> bool {
    name.trim_matches('"').to_lowercase().trim_end_matches(" button") == "send"
}
