//! Keyboard and mouse through a desktop's portal: what it is asked for, and what is said when it is not allowed.

#[path = "stage/mod.rs"]
mod stage;

use stage::{Stage, wait_for};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// A portal that notes what it is asked for, and answers for the person.
const PORTAL: &str = r#"
import sys
from gi.repository import Gio, GLib
answer, notes = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1)
methods = {
    "RemoteDesktop": {"CreateSession": "a{sv}", "SelectDevices": "oa{sv}", "Start": "osa{sv}",
        "NotifyPointerMotionAbsolute": "oa{sv}udd", "NotifyKeyboardKeysym": "oa{sv}iu"},
    "ScreenCast": {"SelectSources": "oa{sv}"},
}
def xml(name):
    def method(m, types):
        gives = "" if m.startswith("Notify") else '<arg type="o" direction="out"/>'
        args = "".join(f'<arg type="{t}" direction="in"/>' for t in split(types))
        return f'<method name="{m}">{args}{gives}</method>'
    body = "".join(method(m, t) for m, t in methods[name].items())
    return f'<node><interface name="org.freedesktop.portal.{name}">{body}<property name="version" type="u" access="read"/></interface></node>'
def split(types):
    return ["a{sv}" if part == "a" else part for part in types.replace("a{sv}", "a")]
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
    code = answer if method == "Start" else 0
    bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response", GLib.Variant("(ua{sv})", (code, told)))
    invocation.return_value(GLib.Variant("(o)", (request,)))
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

#[test]
fn without_a_session_bus_the_doctor_says_so() {
    let stage = Stage::new();
    let mut command = stage.guardian(&["doctor", "--portal"]);
    let said = said(&command.env_remove("DBUS_SESSION_BUS_ADDRESS").output().unwrap());
    assert!(said.contains("– portal hands: no session bus is known"), "{said}");
}
