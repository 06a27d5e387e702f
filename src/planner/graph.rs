//! A sentence as a graph of tasks.

use super::Surroundings;
use super::intent::Intent;
use super::labels::Use;
use super::readings::{Reading, read};
use super::sources::Value;
use super::tasks::Builder;
use super::tokens::read_tokens;
use crate::task::{AgentKind, Check, Goal, Graph, GraphError, Request, RetryPolicy, Task, TaskId};

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

/// How one clause was read, and how else it could have been.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explanation {
    /// The words of the clause.
    pub said: String,
    /// The readings, the one that was taken first.
    pub readings: Vec<Explained>,
}

/// One reading of a clause.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explained {
    pub meaning: String,
    /// The form of the grammar that it fits.
    pub form: String,
    /// What it would do.
    pub tasks: Vec<String>,
    pub score: f32,
}

/// Plans `request`.
///
/// # Errors
/// [`GraphError`] when the tasks contradict each other; a text that is not understood is a question.
pub fn plan(request: &Request, around: &Surroundings) -> Result<Plan, GraphError> {
    let source = request.text.as_str();
    let mut understood = read(source, &read_tokens(source), around);
    if understood.unread.is_some()
        && let Some(question) = name_asked(source)
    {
        understood = read(&question, &read_tokens(&question), around);
    }
    if let Some(words) = understood.unread {
        return Ok(not_understood(&words));
    }
    let mut builder = Builder::new(request, around);
    for readings in understood.clauses {
        let Some(reading) = readings.into_iter().next() else { continue };
        if let Some(question) = either_or(&reading).or_else(|| conditional(&reading, around)) {
            return Ok(question);
        }
        if reading.beside {
            builder.begin_chain();
        }
        if let Err(question) = builder.add(reading) {
            return Ok(Plan::Question { question, options: Vec::new() });
        }
    }
    if let Some(question) = builder.contradiction() {
        return Ok(Plan::Question { question, options: Vec::new() });
    }
    if builder.tasks.is_empty() {
        return Ok(not_understood(source));
    }
    Graph::new(builder.tasks).map(Plan::Graph)
}

/// "Special wishes?": a name with a question mark asks what stands there.
fn name_asked(source: &str) -> Option<String> {
    let name = source.trim().strip_suffix('?')?.trim();
    let plain = name.chars().all(|c| c.is_alphanumeric() || [' ', '-', '\'', '.', '/'].contains(&c));
    (plain && (1..=4).contains(&name.split_whitespace().count())).then(|| format!("What is the {name}?"))
}

/// "Choose either Red or Blue": which of them is for the person to say.
fn either_or(reading: &Reading) -> Option<Plan> {
    let said = name_in(reading)?;
    let (one, other) = said.split_once(" or ").filter(|_| !said.contains('"'))?;
    let plain = |text: &str| text.trim_start_matches("either ").trim_start_matches("maybe ").to_owned();
    Some(Plan::Question { question: format!("“{said}”: which of them?"), options: vec![plain(one), plain(other)] })
}

/// "Press Pay only if the price is below 20": a condition that is no name, and that nothing here can judge.
fn conditional(reading: &Reading, around: &Surroundings) -> Option<Plan> {
    let said = name_in(reading)?;
    let joint = [" only if ", " only when ", " unless ", " provided ", " if ", " as long as "];
    let known = said.contains('"') || around.labels.has_name(&said, Use::Text);
    let at = joint.iter().filter_map(|j| said.find(j)).min().filter(|_| !known)?;
    let (name, condition) = (said[..at].to_owned(), said[at..].trim());
    let question = format!("I cannot judge “{condition}”. Shall I do it?");
    Some(Plan::Question { question, options: vec![name, "leave it".into()] })
}

/// What a reading does something with, as it was said.
fn name_in(reading: &Reading) -> Option<String> {
    Some(match &reading.intent {
        Intent::Choose { option, .. } => option.clone(),
        Intent::Click { targets, .. } => targets.first()?.clone(),
        Intent::Record { which, .. } => which.clone(),
        Intent::Fill(pairs) => match &pairs.first()?.1 {
            Value::Text(text) if reading.said.contains(&format!("\"{text}\"")) => return None,
            Value::Text(text) => text.clone(),
            Value::Read(_) => return None,
        },
        _ => return None,
    })
}

/// How many readings of a clause are told of.
const TOLD: usize = 6;

/// How each clause of `request` was read, and what else it could have meant.
pub fn explain(request: &Request, around: &Surroundings) -> Vec<Explanation> {
    let source = request.text.as_str();
    let explain = |readings: Vec<Reading>| {
        let said = readings.first().map(|r| r.said.clone()).unwrap_or_default();
        let told = |reading: Reading| {
            let (meaning, form, score) = (reading.meaning.clone(), reading.template.clone(), reading.score);
            let mut builder = Builder::new(request, around);
            let tasks = match builder.add(reading) {
                Ok(()) => builder.tasks.into_iter().map(|t| t.description).collect(),
                Err(question) => vec![question],
            };
            Explained { meaning, form, tasks, score }
        };
        Explanation { said, readings: readings.into_iter().take(TOLD).map(told).collect() }
    };
    read(source, &read_tokens(source), around).clauses.into_iter().map(explain).collect()
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

#[cfg(test)]
mod tests {
    use super::super::Labels;
    use super::*;
    use crate::task::{DesktopChoice, Policy};

    fn plan_of(text: &str) -> Plan {
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
            labels: Labels::default(),
            marker: None,
            task_timeout_ms: 1000,
            attempts: 2,
        };
        plan_in(text, &around)
    }

    fn plan_in(text: &str, around: &Surroundings) -> Plan {
        let request = Request {
            text: text.into(),
            desktop: DesktopChoice::Given(":1".into()),
            cwd: "/home/ada/desk".into(),
            timeout_ms: 1000,
            policy: Policy::default(),
        };
        plan(&request, around).unwrap()
    }

    /// No applications, and a screen with these names.
    fn on_screen(labels: Labels) -> Surroundings {
        Surroundings {
            home: "/home/ada".into(),
            apps: Vec::new(),
            labels,
            marker: None,
            task_timeout_ms: 1000,
            attempts: 2,
        }
    }

    /// The goals as they are written down, on a screen with a box, a field and a list.
    fn outlines(text: &str) -> Vec<String> {
        use crate::screen::{Element, Percept, RectPx, Role};
        let named = |role, label: &str| Element {
            label: Some(label.into()),
            ..Element::seen(role, RectPx::new(0, 0, 10, 10), 1.0)
        };
        let elements = vec![
            named(Role::CheckBox, "Gift wrap"),
            named(Role::TextField, "Telephone"),
            named(Role::DropDown, "Pickup"),
            named(Role::Button, "Enrol"),
        ];
        let labels = Labels::of(&Percept { elements, ..Percept::default() });
        let around = on_screen(labels);
        let Plan::Graph(graph) = plan_in(text, &around) else { return vec!["?".into()] };
        graph.tasks().iter().map(|t| crate::planner::outline(&t.goal)).collect()
    }

    #[test]
    fn what_stands_on_the_screen_tells_what_is_meant() {
        assert_eq!(outlines("Telephone 0451 83 39 57"), ["set Telephone = 0451 83 39 57"]);
        assert_eq!(outlines("Pickup Counter"), ["set Pickup = Counter"]);
        assert_eq!(outlines("I need Enrol pushed twice"), ["double-click Enrol"]);
        assert_eq!(outlines("it would be nice to have Gift wrap ticked"), ["tick Gift wrap"]);
    }

    #[test]
    fn an_application_is_opened_though_a_menu_is_called_like_it() {
        use crate::screen::{Element, Percept, RectPx, Role};
        let named = |role, label: &str| Element {
            label: Some(label.into()),
            ..Element::seen(role, RectPx::new(0, 0, 10, 10), 1.0)
        };
        let elements = vec![named(Role::MenuItem, "Calculator"), named(Role::Tab, "Files")];
        let labels = Labels::of(&Percept { elements, ..Percept::default() });
        let around = Surroundings { apps: vec!["calculator".into(), "files".into()], ..on_screen(labels) };
        let goals = |text: &str| {
            let Plan::Graph(graph) = plan_in(text, &around) else { return vec!["?".into()] };
            graph.tasks().iter().map(|t| crate::planner::outline(&t.goal)).collect::<Vec<_>>()
        };
        assert_eq!(goals("open the calculator"), ["open calculator"]);
        assert_eq!(goals("open Calculator"), ["open Calculator"]);
        assert_ne!(goals("open files"), ["open files"], "there is a tab called so");
        assert_eq!(goals("open the calculator and compute 17 * 3"), ["open calculator", "compute 17*3"]);
    }

    #[test]
    fn the_answer_to_the_question_of_an_act_belongs_to_it() {
        assert_eq!(outlines("Remove Anthology. When it asks, say no."), ["remove: Anthology, answer no"]);
        assert_eq!(outlines("delete Anthology and confirm"), ["delete: Anthology"]);
    }

    #[test]
    fn nothing_is_no_name_of_what_is_acted_on() {
        for text in ["Archive nothing today", "delete nothing in the list", "press nobody"] {
            assert!(!outlines(text).iter().any(|goal| goal.contains("nothing") || goal.contains("nobody")), "{text}");
        }
        assert_eq!(outlines("Press Nothing to declare"), ["click Nothing to declare"]);
        assert_eq!(outlines("Type nothing into Notes"), ["set Notes = nothing"]);
    }

    #[test]
    fn what_something_is_moved_to_is_no_field() {
        assert_eq!(outlines("write Meeting moved to Thursday"), ["type Meeting moved to Thursday"]);
        assert_eq!(outlines("type Lunch moved to 3 pm"), ["type Lunch moved to 3 pm"]);
        assert_eq!(outlines("type Lunch to Notes"), ["set Notes = Lunch"]);
    }

    #[test]
    fn checking_whether_something_is_so_changes_nothing() {
        assert_eq!(outlines("Can you check whether Gift wrap is enabled?"), ["ask is Gift wrap ticked"]);
    }

    /// Marks these words as these labels, as a network would that is sure of itself.
    struct Sure(Vec<(&'static str, &'static str)>);

    impl crate::infer::MarkModel for Sure {
        fn mark(&mut self, text: &str) -> Result<crate::infer::Marks, crate::infer::InferError> {
            let labels: Vec<String> = self.0.iter().map(|(_, label)| (*label).to_owned()).collect();
            let spans: Vec<(usize, usize)> =
                self.0.iter().map(|(words, _)| text.find(words).map_or((0, 0), |at| (at, at + words.len()))).collect();
            let piece = |token: &super::super::tokens::Token| {
                let mut scores = vec![-9.0; 2 * labels.len() + 1];
                let label = spans.iter().position(|(a, b)| token.start >= *a && token.end <= *b);
                let state = label.map_or(0, |l| if token.start == spans[l].0 { 2 * l + 1 } else { 2 * l + 2 });
                scores[state] = -0.01;
                crate::infer::MarkedPiece { bytes: token.start..token.end, scores }
            };
            let pieces = super::super::tokens::tokens(text).iter().map(piece).collect();
            Ok(crate::infer::Marks { labels: labels.into(), pieces })
        }
    }

    /// The goals of `text` where these words are marked so.
    fn by_example(text: &str, marks: &[(&'static str, &'static str)]) -> Vec<String> {
        by_example_on(text, marks, Labels::default())
    }

    /// The same on a screen with these names.
    fn by_example_on(text: &str, marks: &[(&'static str, &'static str)], labels: Labels) -> Vec<String> {
        let marks = marks.to_vec();
        let load = move || Ok(Box::new(Sure(marks.clone())) as Box<dyn crate::infer::MarkModel>);
        let marker = Some(std::sync::Arc::new(crate::infer::Marker::new(Box::new(load))));
        let around = Surroundings { marker, ..on_screen(labels) };
        let Plan::Graph(graph) = plan_in(text, &around) else { return vec!["?".into()] };
        graph.tasks().iter().map(|t| crate::planner::outline(&t.goal)).collect()
    }

    #[test]
    fn what_no_form_fits_is_read_by_example() {
        let text = "PayPal as payment method would be my choice";
        let marks = [("PayPal", "choose.option"), ("payment method", "choose.list")];
        assert_eq!(by_example(text, &marks), ["set payment method = PayPal"]);
        // Words that are marked in vain leave what the grammar knows as it is.
        assert_eq!(by_example("click Save", &[("Save", "hover.target")]), ["click Save"]);
    }

    #[test]
    fn an_example_does_what_is_said_and_nothing_that_is_ruled_out() {
        let marks = [("Delete", "click.target")];
        assert_eq!(by_example("my vote went to Delete last night", &marks), ["click Delete"]);
        for text in [
            "my vote never went to Delete last night",
            "my vote went to Delete if nobody is in the room",
            "my vote went to Delete for every single one",
            "Is Delete where my vote went",
            "my vote went to Delete with the",
        ] {
            assert_ne!(by_example(text, &marks), ["click Delete"], "{text}");
        }
    }

    #[test]
    fn an_example_acts_on_nothing_that_is_not_there() {
        assert_eq!(by_example("press nothing", &[("nothing", "click.target")]), ["?"]);
        let clears = [("Archive", "clear.field")];
        assert_eq!(by_example("Archive nothing", &clears), ["?"]);
        assert_eq!(by_example("Archive nothing", &[("Archive nothing", "none.act")]), ["?"]);
        assert_eq!(by_example("Close nothing", &[("Close nothing", "close.act")]), ["?"]);
        // A field of this name is emptied.
        use crate::screen::{Element, Percept, RectPx, Role};
        let field =
            Element { label: Some("Archive".into()), ..Element::seen(Role::TextField, RectPx::new(0, 0, 10, 10), 1.0) };
        let labels = Labels::of(&Percept { elements: vec![field], ..Percept::default() });
        assert_ne!(by_example_on("Archive nothing", &clears, labels), ["?"]);
    }

    #[test]
    fn names_that_are_marked_in_part_are_those_on_the_screen() {
        use crate::screen::{Element, Percept, RectPx, Role};
        let button =
            Element { label: Some("Gold tier".into()), ..Element::seen(Role::Button, RectPx::new(0, 0, 10, 10), 1.0) };
        let labels = Labels::of(&Percept { elements: vec![button], ..Percept::default() });
        let text = "my vote went to Gold tier last night";
        let marks = [("Gold", "click.target")];
        assert_eq!(by_example_on(text, &marks, labels), ["click Gold tier"]);
        assert_eq!(by_example(text, &marks), ["click Gold"]);
    }

    #[test]
    fn slots_that_hold_what_nobody_would_call_a_name_lose() {
        let text = "In the Notes field I want it to say Buy milk";
        let marks = [("Notes", "fill.field"), ("Buy milk", "fill.value")];
        assert_eq!(by_example(text, &marks), ["set Notes = Buy milk"]);
        let text = "type Good morning everyone, followed by Enter";
        let marks = [("Good morning everyone", "type.value"), ("Enter", "key.key")];
        assert_eq!(by_example(text, &marks)[0], "type Good morning everyone");
    }

    #[test]
    fn an_example_leaves_out_nothing_that_is_asked_for() {
        let text = "the Lucia entry I am after and show that entry";
        let marks = [("Lucia", "search.query")];
        assert_ne!(by_example(text, &marks), ["search Lucia"]);
        // Nor what says which of several things is meant.
        let text = "my vote went to the third Delete last night";
        assert_ne!(by_example(text, &[("Delete", "click.target")]), ["click Delete"]);
    }

    #[test]
    fn all_of_a_text_is_copied_between_windows() {
        use crate::screen::{Percept, RectPx, Window};
        let window = |id: u32, title: &str| Window {
            id,
            title: title.into(),
            area: RectPx::new(0, 0, 200, 100),
            ..Window::default()
        };
        let percept = Percept { windows: vec![window(1, "Note"), window(2, "Draft")], ..Percept::default() };
        let outlines = |text: &str| {
            let Plan::Graph(graph) = plan_in(text, &on_screen(Labels::of(&percept))) else { return vec!["?".into()] };
            graph.tasks().iter().map(|t| crate::planner::outline(&t.goal)).collect::<Vec<_>>()
        };
        assert_eq!(outlines("copy the text from Note to Draft"), ["copy -: Note > Draft -"]);
    }

    #[test]
    fn fields_of_the_screen_take_what_follows_them() {
        let goals = outlines("Fill in the form: Telephone 0451 83, Pickup Counter, Gift wrap on");
        assert_eq!(goals, ["set Telephone = 0451 83", "set Pickup = Counter", "tick Gift wrap"]);
    }

    #[test]
    fn what_is_put_off_or_left_open_is_not_done_by_example() {
        for (text, words, label) in [
            ("Hello as Subject for now and hold off on sending it", "sending it", "submit.act"),
            ("the editor ought to be made small rather than closed", "editor", "close.window"),
            ("my editor could do with being made small", "editor", "close.window"),
            ("Red or Blue would be what I take", "Red", "pick.option"),
        ] {
            let found = by_example(text, &[(words, label)]);
            assert!(
                !found.iter().any(|g| g.starts_with("submit") || g.starts_with("close") || g == "choose Red"),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn what_was_sent_is_not_sent_again() {
        let goals = outlines("Forward the mail from Ines to Paul and click Send");
        assert_eq!(goals.iter().filter(|g| g.contains("end") || *g == "submit").count(), 1, "{goals:?}");
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
            other => super::super::goals::describe(other),
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
        check(
            "How much is 1999 divided by 7 plus 3? Work it out in the calculator",
            &["open calculator -", "compute 1999/7+3"],
        );
        check("What is 12 times 3 minus 4? Work it out with galculator", &["open galculator -", "compute 12*3-4"]);
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
        check(
            "create the folders One and Two in /tmp/a",
            &["open file manager /tmp/a", "mkdir /tmp/a/One", "mkdir /tmp/a/Two"],
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
            &["fill Name=Ada", "fill Email=a@b.c", "click1 Submit"],
        );
        check(
            "type Ada into the Name field, enter London as City, and press the OK button",
            &["fill Name=Ada", "fill City=London", "click1 OK button"],
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
