//! What works in a Wayland session, and what would mend the rest.

use super::{Finding, State, bad, good};
use crate::display::wayland::{Means, means};
use crate::display::{PortalError, PortalHands, connect, portal_version};
use crate::task::Action;
use std::time::Duration;

/// How long a portal may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long the person may take to answer the desktop's question.
const CONSENT: Duration = Duration::from_secs(60);
/// What the portals would be for on a compositor that offers no protocols of its own.
const PORTALS: [(&str, &str); 2] = [("RemoteDesktop", "keyboard and mouse"), ("ScreenCast", "looking")];

/// What the compositor called `name` and the session's portals offer.
pub fn findings(name: &str) -> Vec<Finding> {
    let means = match means(name) {
        Ok(means) => means,
        Err(error) => {
            let fix = "is the compositor running, and are WAYLAND_DISPLAY and XDG_RUNTIME_DIR those of its session? \
                       `--private` works without one";
            return vec![bad("display", State::Lacking, error.to_string(), fix)];
        }
    };
    let mut all = vec![display(name, &means)];
    all.extend(means.iter().map(of_means));
    all.extend(PORTALS.map(|(portal, what)| of_portal(portal, what)));
    all
}

fn display(name: &str, means: &[Means]) -> Finding {
    let lacks: Vec<&str> = means.iter().filter(|m| m.is_needed && !m.is_offered).map(|m| m.what).collect();
    if !lacks.is_empty() {
        let says = format!("{name} is a Wayland compositor that offers no {}", lacks.join(", no "));
        return bad("display", State::Lacking, says, INSTEAD);
    }
    match connect(name).and_then(|mut display| display.capture()) {
        Ok(frame) => good("display", format!("{name} (Wayland), {}x{}", frame.width(), frame.height())),
        Err(error) => bad("display", State::Lacking, error.to_string(), INSTEAD),
    }
}

const INSTEAD: &str = "use a compositor of the wlroots family (sway, labwc, Wayfire, river, Hyprland) or an X session; \
                       `--private` works anywhere";

fn of_means(means: &Means) -> Finding {
    let what = format!("wayland {}", means.what);
    if means.is_offered {
        return good(&what, format!("by {}", means.takes));
    }
    let says = format!("the compositor does not offer {}", means.takes);
    let fix = match means.what {
        "places of windows" => "use sway to have windows told apart by where they stand; looks go by the pixels alone",
        "windows" => "use a compositor that tells of its windows; looks go by the pixels alone",
        "clipboard" => "use a compositor that lets others read the clipboard; what is typed is read back by looking",
        "sizes of outputs" => "update the compositor; without it only whole scales are right",
        _ => INSTEAD,
    };
    bad(&what, State::Lacking, says, fix)
}

/// What Guardian does with a portal.
fn uses(portal: &str) -> &'static str {
    match portal {
        "RemoteDesktop" => "`guardian doctor --portal` tries keyboard and mouse through it; runs do not use it yet",
        _ => "not used: it shows the screen over PipeWire, which this version of guardian does not read",
    }
}

/// Asks the person for keyboard and mouse through the portal, and moves the pointer.
pub fn portal_hands() -> Finding {
    let what = "portal hands";
    let moved = PortalHands::ask(CONSENT).and_then(|hands| {
        let monitor = hands.monitor();
        hands.perform(&Action::Move { to: monitor.center() })?;
        Ok(monitor)
    });
    match moved {
        Ok(monitor) => {
            let (center, size) = (monitor.center(), format!("{}x{}", monitor.w, monitor.h));
            good(what, format!("allowed; the pointer was moved to {center}, the middle of the monitor of {size}"))
        }
        Err(error @ PortalError::Refused { .. }) => {
            let fix = "ask again, choose a monitor, and switch on what the dialog says of remote interaction";
            bad(what, State::Lacking, error.to_string(), fix)
        }
        Err(error) => bad(what, State::Lacking, error.to_string(), INSTEAD),
    }
}

fn of_portal(portal: &str, what: &str) -> Finding {
    let name = format!("portal {portal}");
    match portal_version(portal, PATIENCE) {
        Ok(version) => good(&name, format!("version {version}; {}", uses(portal))),
        Err(error) => {
            let fix = format!(
                "not needed on compositors of the wlroots family; on GNOME and KDE, where {what} go through it, \
                 install xdg-desktop-portal with the desktop's own part and log in again"
            );
            bad(&name, State::Lacking, error.to_string(), &fix)
        }
    }
}
