//! Agents, as threads and as the sandboxed processes that they really are: one suite for both.

use guardian::agent;
use guardian::sandbox::{Agent, Process, Sandbox, Thread};
use guardian::screen::{Element, Percept, RectPx, Role, Window};
use guardian::task::{Action, Brief, Goal, Observation, Policy, Reply, Step, TaskId};
use std::fs::File;
use std::time::{Duration, Instant};

fn brief(goal: Goal) -> Brief {
    Brief {
        task: TaskId(1),
        goal,
        request: String::new(),
        policy: Policy::default(),
        attempt: 1,
        corrections: Vec::new(),
        answers: Vec::new(),
        window: None,
        inputs: Vec::new(),
        copied: None,
        cwd: "/".into(),
    }
}

fn button(label: &str, area: RectPx) -> Element {
    Element { label: Some(label.into()), ..Element::seen(Role::Button, area, 1.0) }
}

fn screen(elements: Vec<Element>) -> Percept {
    let window = Window {
        id: 7,
        title: "Dialog".into(),
        app: "test".into(),
        area: RectPx::new(0, 0, 400, 300),
        focused: true,
        dialog: false,
        popup: false,
        modal: false,
        pid: None,
    };
    Percept { width: 400, height: 300, elements, windows: vec![window], ..Percept::default() }
}

fn seen(percept: &Percept) -> Reply {
    Reply::Seen(Box::new(Observation {
        percept: percept.clone(),
        changed: None,
        reaction: None,
        arrived: None,
        filled: false,
    }))
}

fn hear(agent: &mut Agent) -> Step {
    let line = agent.hear(Instant::now() + Duration::from_secs(10)).unwrap();
    serde_json::from_str(&line).unwrap()
}

fn say(agent: &mut Agent, value: &impl serde::Serialize) {
    agent.say(&serde_json::to_string(value).unwrap()).unwrap();
}

/// Answers every look and action with `percept`, and gives the steps up to the last word.
fn converse(sandbox: &dyn Sandbox, goal: Goal, percept: &Percept) -> Vec<Step> {
    let memory = tempfile::tempfile().unwrap();
    let mut agent = sandbox.start(&memory).unwrap();
    say(&mut agent, &brief(goal));
    let mut steps = Vec::new();
    loop {
        let step = hear(&mut agent);
        let last = matches!(step, Step::Done(_) | Step::GiveUp { .. } | Step::Ask { .. });
        steps.push(step);
        if last {
            return steps;
        }
        say(&mut agent, &seen(percept));
    }
}

fn click(target: &str) -> Goal {
    Goal::Click { target: target.into(), count: 1, right: false }
}

fn check(sandbox: &dyn Sandbox) {
    let ok = RectPx::new(100, 200, 60, 30);
    let steps = converse(sandbox, click("the OK button"), &screen(vec![button("OK", ok)]));
    let clicks: Vec<&Step> =
        steps.iter().filter(|s| matches!(s, Step::Act { action: Action::Click { .. }, .. })).collect();
    assert!(
        matches!(clicks.as_slice(), [Step::Act { action: Action::Click { at, .. }, aim: Some(aim), .. }] if *at == ok.center() && *aim == ok)
    );
    assert!(matches!(steps.last(), Some(Step::Done(_))));

    let absent = converse(sandbox, click("Frobnicate"), &screen(vec![button("OK", ok)]));
    assert!(matches!(absent.last(), Some(Step::GiveUp { reason }) if reason.contains("Frobnicate")));

    let twins = screen(vec![button("OK", ok), button("OK", RectPx::new(300, 20, 60, 30))]);
    let tie = converse(sandbox, click("OK"), &twins);
    assert!(matches!(tie.last(), Some(Step::Ask { options, .. }) if options.len() == 2));
}

fn processes() -> Process {
    Process { program: env!("CARGO_BIN_EXE_guardian").into() }
}

#[test]
fn agents_in_threads_pass() {
    check(&Thread { life: |reader, writer| agent::live(reader, writer) });
}

#[test]
fn agents_in_processes_pass() {
    check(&processes());
}

#[test]
fn an_agent_has_given_up_the_world_before_its_first_word() {
    let memory: File = tempfile::tempfile().unwrap();
    let mut agent = processes().start(&memory).unwrap();
    say(&mut agent, &brief(click("OK")));
    hear(&mut agent);
    let status = std::fs::read_to_string(format!("/proc/{}/status", agent.pid())).unwrap();
    let field = |name: &str| status.lines().find_map(|l| l.strip_prefix(name)).map(str::trim).map(str::to_owned);
    assert_eq!(field("NoNewPrivs:").as_deref(), Some("1"));
    assert_eq!(field("Seccomp:").as_deref(), Some("2"));
    let environment = std::fs::read(format!("/proc/{}/environ", agent.pid())).unwrap();
    assert!(environment.is_empty(), "an agent inherits nothing");
}

#[test]
fn senseless_briefs_and_replies_end_an_agent() {
    let memory = tempfile::tempfile().unwrap();
    let mut agent = processes().start(&memory).unwrap();
    agent.say("this is no brief").unwrap();
    assert!(agent.hear(Instant::now() + Duration::from_secs(10)).is_err());
    let mut agent = processes().start(&memory).unwrap();
    say(&mut agent, &brief(click("OK")));
    hear(&mut agent);
    agent.say("{\"nonsense\":1}").unwrap();
    assert!(agent.hear(Instant::now() + Duration::from_secs(10)).is_err());
}
