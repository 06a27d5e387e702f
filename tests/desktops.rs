//! Desktops that stay: several runs at once, each on its own; watching and taking over; nothing left behind.

#[path = "stage/mod.rs"]
mod stage;

use guardian::display::processes::descendants_of;
use guardian::display::{Display, X11};
use serde_json::Value;
use stage::{Stage, wait_for};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

/// A stage whose desktops nobody else sees, and which ends them all.
struct House {
    stage: Stage,
}

impl House {
    fn new() -> Self {
        let house = Self { stage: Stage::new() };
        fs::create_dir(house.folder()).unwrap();
        house
    }

    /// Where the folders of its desktops lie.
    fn folder(&self) -> PathBuf {
        self.stage.folder.path().join("run")
    }

    fn guardian(&self, arguments: &[&str]) -> Command {
        let mut command = self.stage.guardian(arguments);
        command.env("XDG_RUNTIME_DIR", self.folder());
        command
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        self.guardian(arguments).output().unwrap()
    }

    /// What the program prints, when it does as told.
    #[track_caller]
    fn tell(&self, arguments: &[&str]) -> String {
        let output = self.ask(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn refuses(&self, arguments: &[&str], word: &str) {
        let output = self.ask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(word), "no “{word}” in: {}", said(&output));
    }

    /// A run in the background; what it says goes to a file.
    fn begin(&self, arguments: &[&str]) -> (Child, PathBuf) {
        let words = self.stage.file("words");
        let mut command = self.guardian(arguments);
        command.stdout(Stdio::null()).stderr(File::create(&words).unwrap());
        (command.spawn().unwrap(), words)
    }

    fn list(&self) -> Vec<Value> {
        let text = self.tell(&["desktops", "list", "--json"]);
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn desktop(&self, name: &str) -> Value {
        self.list().into_iter().find(|d| d["name"] == name).unwrap_or_default()
    }

    fn display(&self, name: &str) -> X11 {
        X11::connect(self.desktop(name)["display"].as_str().unwrap()).unwrap()
    }

    /// Waits until the desktop is in this state.
    #[track_caller]
    fn await_state(&self, name: &str, state: &str) {
        let reached = wait_for(SOON, || (self.desktop(name)["state"] == state).then_some(()));
        assert!(reached.is_some(), "{} is not {state}", self.desktop(name));
    }

    /// The processes that were started in this house, keepers and servers and applications.
    fn processes(&self) -> Vec<String> {
        let mark = self.folder().display().to_string();
        let entries = fs::read_dir("/proc").unwrap().flatten().map(|e| e.path());
        let is_ours = |path: &PathBuf| {
            let environment = fs::read(path.join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&mark)
        };
        entries.filter(is_ours).map(|p| fs::read_to_string(p.join("comm")).unwrap_or_default()).collect()
    }

    #[track_caller]
    fn is_empty(&self) {
        let left = || fs::read_dir(self.folder()).unwrap().flatten().map(|e| e.path()).collect::<Vec<_>>();
        wait_for(SOON, || (left().is_empty() && self.processes().is_empty()).then_some(()));
        assert_eq!(left(), Vec::<PathBuf>::new());
        assert_eq!(self.processes(), Vec::<String>::new());
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.guardian(&["desktops", "stop", "--all"]).output();
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn kill(pid: u64) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

fn titles(display: &mut X11) -> Vec<String> {
    display.windows().unwrap().into_iter().filter(|w| !w.popup).map(|w| w.title).collect()
}

/// What a VNC server says first.
fn greeting(port: u64) -> Option<String> {
    let mut line = TcpStream::connect(("127.0.0.1", u16::try_from(port).ok()?)).ok()?;
    let mut said = [0; 4];
    line.read_exact(&mut said).ok()?;
    Some(String::from_utf8_lossy(&said).into_owned())
}

/// The process called `name` below `keeper`.
fn below(keeper: u64, name: &str) -> u32 {
    let is_it = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|its| its.trim() == name);
    descendants_of(keeper as u32).into_iter().find(is_it).unwrap()
}

#[test]
fn single_actions_take_their_desktop_and_looks_do_not() {
    let house = House::new();
    house.tell(&["desktops", "start", "--name", "desk", "--size", "900x700"]);
    house.tell(&["open", "galculator", "--desktop", "desk"]);
    assert!(house.tell(&["windows", "--desktop", "desk"]).contains("galculator"));
    house.tell(&["windows", "move", "galculator", "60,80", "--desktop", "any"]);
    house.tell(&["key", "--desktop", "any", "4"]);
    let (mut run, words) = house.begin(&["run", "--desktop", "desk", "wait 8 seconds"]);
    house.await_state("desk", "taken");
    for arguments in [
        ["click", "20,690"],
        ["hover", "20,690"],
        ["type", "5"],
        ["key", "x"],
        ["scroll", "down"],
        ["open", "galculator"],
    ] {
        house.refuses(&[&arguments[..], &["--desktop", "desk"]].concat(), "taken by process");
    }
    house.refuses(&["drag", "20,690", "30,690", "--desktop", "desk"], "taken by process");
    house.refuses(&["windows", "close", "galculator", "--desktop", "desk"], "taken by process");
    house.refuses(&["windows", "--desktop", "any"], "idle");
    house.refuses(&["see", "--desktop", "nowhere"], "nowhere");
    house.tell(&["windows", "wait", "galculator", "--desktop", "desk"]);
    house.tell(&["see", "--desktop", "desk", "--json"]);
    house.tell(&["find", "the = button", "--desktop", "desk"]);
    assert_eq!(house.desktop("desk")["state"], "taken");
    assert!(run.wait().unwrap().success(), "{}", fs::read_to_string(words).unwrap());
    house.tell(&["wait", "4", "--desktop", "desk"]);
}

#[test]
fn two_runs_work_at_once_and_never_on_the_same_desktop() {
    let house = House::new();
    house.tell(&["desktops", "start", "--name", "pair", "--count", "2", "--size", "900x700"]);
    let states: Vec<Value> = house.list().iter().map(|d| d["state"].clone()).collect();
    assert_eq!(states, ["idle", "idle"]);
    let (mut first, words) = house.begin(&["run", "--desktop", "pair-1", "wait 6 seconds"]);
    house.await_state("pair-1", "taken");
    house.refuses(&["run", "--desktop", "pair-1", "press escape"], "taken by process");
    house.tell(&["run", "--desktop", "any", "open the calculator"]);
    assert!(titles(&mut house.display("pair-1")).is_empty());
    assert_eq!(titles(&mut house.display("pair-2")).len(), 1, "what a run opens stays");
    assert!(first.wait().unwrap().success(), "{}", fs::read_to_string(words).unwrap());
    house.await_state("pair-1", "idle");
    house.tell(&["desktops", "stop", "pair-2"]);
    assert_eq!(house.list().len(), 1);
    house.tell(&["desktops", "stop", "--all"]);
    house.is_empty();
}

#[test]
fn a_killed_run_gives_its_desktop_back() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    let (mut run, _) = house.begin(&["run", "--desktop", "d1", "wait 60 seconds"]);
    house.await_state("d1", "taken");
    run.kill().unwrap();
    run.wait().unwrap();
    house.await_state("d1", "idle");
    house.tell(&["run", "--desktop", "d1", "wait 1 second"]);
}

#[test]
fn names_mean_one_desktop() {
    let house = House::new();
    house.refuses(&["run", "--desktop", "any", "press escape"], "desktops start");
    house.tell(&["desktops", "start", "--name", "mail"]);
    house.refuses(&["desktops", "start", "--name", "mail"], "there is a desktop “mail” already");
    house.refuses(&["desktops", "start", "--name", "any"], "cannot name a desktop");
    house.refuses(&["desktops", "stop", "post"], "there are: mail");
    house.refuses(&["run", "--desktop", "post", "press escape"], "no started desktop “post”");
    assert_eq!(house.list().len(), 1);
}

#[test]
fn a_private_run_finds_a_warm_desktop_and_a_fresh_one_takes_its_place() {
    let house = House::new();
    house.tell(&["desktops", "start", "--warm", "--size", "900x700"]);
    for size in ["--private=900x700", "--private=900x700", "--private=800x600"] {
        // The fresh one may have a display of another number.
        let warm = house.desktop("w1")["display"].clone();
        let events = house.tell(&["run", size, "open the calculator", "--json"]);
        let ready = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let ready = ready.into_iter().find(|e| e["event"] == "desktop_ready").unwrap();
        assert_eq!(ready["display"] == warm, size != "--private=800x600", "{ready}");
        house.await_state("w1", "idle");
        assert!(titles(&mut house.display("w1")).is_empty());
    }
    house.tell(&["desktops", "stop", "w1"]);
    house.is_empty();
}

#[test]
fn an_own_home_goes_with_the_desktop() {
    let house = House::new();
    house.tell(&["desktops", "start", "--own-home"]);
    let home = house.desktop("d1")["home_folder"].as_str().unwrap().to_owned();
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
    let keeper = house.desktop("d1")["keeper"].as_u64().unwrap();
    let environments = descendants_of(keeper as u32)
        .into_iter()
        .map(|pid| String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/environ")).unwrap_or_default()).into_owned());
    assert!(environments.into_iter().any(|e| e.split('\0').any(|v| v == format!("HOME={home}"))));
    house.tell(&["desktops", "stop", "d1"]);
    house.is_empty();
}

#[test]
fn a_desktop_is_watched_on_this_machine_with_a_password() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    let shown: Value = serde_json::from_str(&house.tell(&["desktops", "watch", "d1", "--json"])).unwrap();
    let port = shown["view"]["vnc_port"].as_u64().unwrap();
    assert_eq!(greeting(port).as_deref(), Some("RFB "));
    let file = PathBuf::from(shown["view"]["password_file"].as_str().unwrap());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(shown["password"], fs::read_to_string(file).unwrap().as_str());
    assert_eq!(house.desktop("d1")["view"], shown["view"]);
    house.tell(&["desktops", "unwatch", "d1"]);
    assert_eq!(greeting(port), None);
    house.tell(&["desktops", "watch", "d1"]);
    let port = house.desktop("d1")["view"]["vnc_port"].as_u64().unwrap();
    house.tell(&["desktops", "stop", "d1"]);
    assert_eq!(greeting(port), None);
    house.is_empty();
}

#[test]
fn a_viewer_is_answered_at_once_where_many_files_may_be_open() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    house.tell(&["desktops", "watch", "d1"]);
    let server = below(house.desktop("d1")["keeper"].as_u64().unwrap(), "x11vnc");
    let limits = fs::read_to_string(format!("/proc/{server}/limits")).unwrap();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let may_have: u32 = files.split_whitespace().next().unwrap().parse().unwrap();
    assert!(may_have <= 1024, "{files}");
}

#[test]
fn a_browser_gets_a_page() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    let address = house.tell(&["desktops", "watch", "d1", "--browser"]);
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    let port = house.desktop("d1")["view"]["web_port"].as_u64().unwrap();
    let mut line = TcpStream::connect(("127.0.0.1", port as u16)).unwrap();
    line.write_all(b"GET /vnc.html HTTP/1.0\r\n\r\n").unwrap();
    let mut page = String::new();
    line.read_to_string(&mut page).unwrap();
    assert!(page.contains("noVNC"), "{page}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    house.refuses(&["desktops", "watch", "d1", "--port", &port], &format!("port {port} is taken"));
    house.refuses(&["desktops", "watch", "d1", "--browser", "--port", &port], "--port");
    drop(listener);
    assert!(house.tell(&["desktops", "watch", "d1", "--port", &port]).starts_with(&format!("127.0.0.1:{port}\n")));
}

#[test]
fn hands_wait_while_a_person_has_taken_over() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    house.tell(&["desktops", "watch", "d1", "--control"]);
    let (mut run, words) = house.begin(&["run", "--desktop", "d1", "open the calculator and compute 2 + 3"]);
    let mut display = house.display("d1");
    assert!(wait_for(SOON, || (!titles(&mut display).is_empty()).then_some(())).is_some());
    assert_eq!(house.desktop("d1")["state"], "person");
    assert!(wait_for(Duration::from_secs(4), || run.try_wait().unwrap()).is_none(), "it did not wait");
    house.tell(&["desktops", "hand-back", "d1"]);
    assert!(run.wait().unwrap().success(), "{}", fs::read_to_string(words).unwrap());
    assert_eq!(house.desktop("d1")["view"]["control"], false);
}

#[test]
fn a_run_ends_when_its_desktop_is_stopped() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    let (mut run, words) = house.begin(&["run", "--desktop", "d1", "wait for \"never\""]);
    house.await_state("d1", "taken");
    house.tell(&["desktops", "stop", "d1"]);
    assert_eq!(wait_for(SOON, || run.try_wait().unwrap()).and_then(|end| end.code()), Some(1));
    let words = fs::read_to_string(words).unwrap();
    assert!(words.contains("the display went away"), "{words}");
    house.is_empty();
}

#[test]
fn a_desktop_whose_server_has_died_says_so() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    let keeper = house.desktop("d1")["keeper"].as_u64().unwrap();
    kill(below(keeper, "Xvfb").into());
    house.refuses(&["run", "--desktop", "d1", "press escape"], "its X server has ended");
    house.tell(&["desktops", "stop", "d1"]);
    house.is_empty();
}

#[test]
fn a_killed_keeper_leaves_nothing_after_the_next_command() {
    let house = House::new();
    house.tell(&["desktops", "start"]);
    house.tell(&["desktops", "watch", "d1"]);
    house.tell(&["run", "--desktop", "d1", "open the calculator"]);
    kill(house.desktop("d1")["keeper"].as_u64().unwrap());
    assert_eq!(house.list().len(), 0);
    house.is_empty();
}
