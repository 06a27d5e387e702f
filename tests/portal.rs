//! Keyboard and mouse through a desktop's portal: what it is asked for, and what is said when it is not allowed.

#[path = "stage/mod.rs"]
mod stage;

use stage::{Stage, wait_for};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// A portal that notes what it is asked for, and answers for the person.
const PORTAL: &str = r#"
import os, sys
from gi.repository import Gio, GLib
answer, notes = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1)
methods = {
    "RemoteDesktop": {"CreateSession": "a{sv}", "SelectDevices": "o a{sv}", "Start": "o s a{sv}",
        "NotifyPointerMotionAbsolute": "o a{sv} u d d", "NotifyKeyboardKeysym": "o a{sv} i u"},
    "ScreenCast": {"SelectSources": "o a{sv}"},
    "GlobalShortcuts": {"CreateSession": "a{sv}", "BindShortcuts": "o a(sa{sv}) s a{sv}"},
}
def xml(name):
    def method(m, types):
        gives = "" if m.startswith("Notify") else '<arg type="o" direction="out"/>'
        args = "".join(f'<arg type="{t}" direction="in"/>' for t in types.split())
        return f'<method name="{m}">{args}{gives}</method>'
    body = "".join(method(m, t) for m, t in methods[name].items())
    return f'<node><interface name="org.freedesktop.portal.{name}">{body}<property name="version" type="u" access="read"/></interface></node>'
def called(bus, sender, path, interface, method, parameters, invocation):
    all = parameters.unpack()
    notes.write(f"{method} {[a for a in all if not isinstance(a, dict)]} {sorted(k for a in all if isinstance(a, dict) for k in a)}\n")
    if method.startswith("Notify"):
        return invocation.return_value(None)
    token = next(a for a in all if isinstance(a, dict))["handle_token"]
    request = f"/org/freedesktop/portal/desktop/request/{sender[1:].replace('.', '_')}/{token}"
    told = {}
    if method == "CreateSession":
        told["session_handle"] = GLib.Variant("s", "/session/1")
    if method == "Start":
        told["devices"] = GLib.Variant("u", 3)
        told["streams"] = GLib.Variant("a(ua{sv})", [(41, {"size": GLib.Variant("(ii)", (1000, 600))})])
    if method == "BindShortcuts":
        GLib.timeout_add(50, pressed)
    code = answer if method in ("Start", "BindShortcuts") else 0
    bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response", GLib.Variant("(ua{sv})", (code, told)))
    invocation.return_value(GLib.Variant("(o)", (request,)))
def pressed():
    """The person presses the keys where a file says so."""
    try:
        os.remove(sys.argv[2] + ".press")
    except FileNotFoundError:
        return True
    told = GLib.Variant("(osta{sv})", ("/session/1", "prompt", 7, {}))
    bus.emit_signal(None, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.GlobalShortcuts", "Activated", told)
    return True
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
for name in methods:
    node = Gio.DBusNodeInfo.new_for_xml(xml(name))
    version = lambda *_: GLib.Variant("u", 1)
    bus.register_object("/org/freedesktop/portal/desktop", node.interfaces[0], called, version, None)
own = lambda *_: notes.write("ready\n")
Gio.bus_own_name_on_connection(bus, "org.freedesktop.portal.Desktop", 0, own, None)
GLib.MainLoop().run()
"#;

/// A session bus with a portal on it.
struct Session {
    stage: Stage,
    address: String,
    processes: Vec<Child>,
}

impl Drop for Session {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Session {
    /// A portal whose person answers with `answer`: 0 allows, 1 does not.
    fn start(answer: u32) -> Self {
        let stage = Stage::new();
        std::fs::write(stage.file("portal.py"), PORTAL).unwrap();
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut bus = bus.spawn().unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let mut portal = Command::new("/usr/bin/python3");
        portal.arg(stage.file("portal.py")).arg(answer.to_string()).arg(stage.file("notes"));
        portal.env("DBUS_SESSION_BUS_ADDRESS", address.trim());
        let portal = portal.spawn().unwrap();
        let session = Self { stage, address: address.trim().to_owned(), processes: vec![bus, portal] };
        let ready = wait_for(Duration::from_secs(10), || session.notes().contains("ready").then_some(()));
        assert!(ready.is_some(), "the portal did not come up");
        session
    }

    fn notes(&self) -> String {
        std::fs::read_to_string(self.stage.file("notes")).unwrap_or_default()
    }

    fn doctor(&self) -> String {
        let mut command = self.stage.guardian(&["doctor", "--portal"]);
        said(&command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).output().unwrap())
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn keyboard_and_mouse_are_asked_for_and_the_pointer_is_moved() {
    let session = Session::start(0);
    let said = session.doctor();
    assert!(said.contains("✓ portal hands: allowed; the pointer was moved to 500,300"), "{said}");
    let notes = session.notes();
    for wanted in [
        "CreateSession [] ['handle_token', 'session_handle_token']",
        "SelectDevices ['/session/1'] ['handle_token', 'types']",
        "SelectSources ['/session/1'] ['handle_token', 'types']",
        "Start ['/session/1', ''] ['handle_token']",
        "NotifyPointerMotionAbsolute ['/session/1', 41, 500.0, 300.0]",
    ] {
        assert!(notes.contains(wanted), "no {wanted} in {notes}");
    }
}

#[test]
fn what_is_not_allowed_is_not_done() {
    let session = Session::start(1);
    let said = session.doctor();
    assert!(said.contains("– portal hands: keyboard and mouse were not allowed"), "{said}");
    assert!(!session.notes().contains("Notify"), "{}", session.notes());
}

/// The prompt of a Wayland session whose windows are shown by an X server, waiting for its keys.
fn prompt(session: &Session, display: &str) -> Child {
    let mut command = session.stage.guardian(&["prompt", "--resident"]);
    command
        .env("DISPLAY", display)
        .env("WAYLAND_DISPLAY", "wayland-99")
        .env("DBUS_SESSION_BUS_ADDRESS", &session.address);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn on_wayland_the_portal_tells_of_the_keys_that_call_the_prompt() {
    let mut session = Session::start(0);
    session.stage = std::mem::replace(&mut session.stage, Stage::new()).with_desktop();
    let display = session.stage.desktop().0.name().to_owned();
    let mut prompt = prompt(&session, &display);
    let mut line = String::new();
    BufReader::new(prompt.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "ctrl+alt+space");
    let notes = session.notes();
    assert!(notes.contains("BindShortcuts ['/session/1', [('prompt', "), "{notes}");
    assert!(notes.contains("'preferred_trigger': 'CTRL+ALT+space'"), "{notes}");
    let is_shown = || {
        let mut search = Command::new("xdotool");
        search.args(["search", "--onlyvisible", "--name", "^Guardian$"]).env("DISPLAY", &display);
        search.output().unwrap().status.success()
    };
    assert!(!is_shown());
    std::fs::write(session.stage.file("notes.press"), "").unwrap();
    let shown = wait_for(Duration::from_secs(20), || is_shown().then_some(()));
    // Without its input it leaves.
    drop(prompt.stdin.take());
    let left = wait_for(Duration::from_secs(10), || prompt.try_wait().unwrap());
    assert!(shown.is_some(), "the prompt did not come");
    assert!(left.is_some_and(|status| status.success()), "{left:?}");
}

#[test]
fn keys_that_are_not_allowed_are_said_to_be_missing() {
    let mut session = Session::start(1);
    session.stage = std::mem::replace(&mut session.stage, Stage::new()).with_desktop();
    let display = session.stage.desktop().0.name().to_owned();
    let output = prompt(&session, &display).wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("the keys were not allowed"), "{said}");
    assert!(said.contains("guardian prompt"), "{said}");
}

#[test]
fn without_a_session_bus_the_doctor_says_so() {
    let stage = Stage::new();
    let mut command = stage.guardian(&["doctor", "--portal"]);
    let said = said(&command.env_remove("DBUS_SESSION_BUS_ADDRESS").output().unwrap());
    assert!(said.contains("– portal hands: no session bus is known"), "{said}");
}
