//! What may be done without asking.

use crate::sight::fold;
use crate::task::{Action, Goal, Policy, Rule};
use crate::tools::files;

/// Labels of what cannot be undone.
const GRAVE: [&str; 16] = [
    "delete",
    "delete permanently",
    "erase",
    "remove",
    "send",
    "submit",
    "pay",
    "buy",
    "purchase",
    "order",
    "install",
    "uninstall",
    "format",
    "empty trash",
    "shut down",
    "restart",
];

/// Shell commands that destroy; each part between `;`, `&&`, `||` and `|` is looked at.
const DESTRUCTIVE: [&str; 10] =
    ["mkfs", "shutdown", "reboot", "poweroff", "halt", "fdisk", "parted", "shred", "wipefs", "init 0"];

/// What stands in the way of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    Ask(String),
    Refuse(String),
}

fn by(rule: Rule, question: impl FnOnce() -> String, refusal: impl FnOnce() -> String) -> Option<Objection> {
    match rule {
        Rule::Allow => None,
        Rule::Ask => Some(Objection::Ask(question())),
        Rule::Refuse => Some(Objection::Refuse(refusal())),
    }
}

/// What speaks against beginning with `goal`; a file that was written after `since_ms` is our own.
pub fn before_task(goal: &Goal, policy: &Policy, since_ms: u64) -> Option<Objection> {
    let path = match goal {
        Goal::Save { path, .. } => path,
        Goal::Rename { to, .. } => to,
        Goal::Command { command } if destroys(command) => {
            return by(
                policy.destructive_command,
                || format!("`{command}` destroys what cannot be brought back. Run it?"),
                || format!("the policy forbids `{command}`, which destroys what cannot be brought back"),
            );
        }
        _ => return None,
    };
    let there = files::state(path)?;
    let own = matches!(goal, Goal::Save { .. }) && there.modified_ms >= since_ms;
    if own {
        return None;
    }
    by(
        policy.overwrite,
        || format!("{} exists already. Write over it?", path.display()),
        || format!("the policy forbids writing over {}", path.display()),
    )
}

/// What speaks against pressing the thing called `label`, when the person asked for `request`.
pub fn before_press(action: &Action, label: &str, request: &str, policy: &Policy) -> Option<Objection> {
    if !matches!(action, Action::Click { .. }) {
        return None;
    }
    let label = fold(label);
    let asked = format!(" {} ", fold(request));
    let says = |word: &str| asked.contains(&format!(" {word} "));
    // What is forwarded or answered is sent.
    let sends = ["forward", "reply", "respond", "answer"].iter().any(|word| says(word));
    let named = says(&label)
        || (label == "send" && sends)
        || (REMOVAL.contains(&label.as_str()) && REMOVAL.iter().any(|word| says(word)));
    if named || !GRAVE.contains(&label.as_str()) {
        return None;
    }
    by(
        policy.unnamed_press,
        || format!("“{label}” cannot be undone, and you did not name it. Press it?"),
        || format!("the policy forbids pressing “{label}”, which the request does not name"),
    )
}

/// Words for one and the same act, whichever of them the button bears.
const REMOVAL: [&str; 10] =
    ["delete", "remove", "erase", "throw away", "discard", "trash", "bin", "get rid of", "can go", "must go"];

fn destroys(command: &str) -> bool {
    command.split([';', '&', '|', '\n']).any(|part| {
        let words: Vec<&str> =
            part.split_whitespace().skip_while(|w| matches!(*w, "sudo" | "doas" | "env" | "nohup")).collect();
        let program = words.first().map(|w| w.rsplit('/').next().unwrap_or(w)).unwrap_or_default();
        let recursive = words.iter().any(|w| w.starts_with('-') && !w.starts_with("--") && w.contains(['r', 'R', 'f']))
            || words.contains(&"--recursive");
        match program {
            "rm" => recursive,
            "dd" => words.iter().any(|w| w.starts_with("of=")),
            "find" => words.contains(&"-delete"),
            "git" => words.contains(&"--hard") || (words.contains(&"clean") && recursive),
            _ => DESTRUCTIVE.iter().any(|d| program == *d || program.starts_with("mkfs.") || part.trim() == *d),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::PointPx;
    use crate::task::Button;

    #[test]
    fn commands_that_destroy_are_known() {
        for command in [
            "rm -rf /tmp/x",
            "sudo rm -r a",
            "dd if=/dev/zero of=/dev/sda",
            "echo hi; mkfs.ext4 /dev/sda",
            "find . -delete",
        ] {
            assert!(destroys(command), "{command}");
        }
        for command in ["ls -la", "rm a.txt", "echo rm -rf", "git status", "mkdir -p a/b", "dd --help"] {
            assert!(!destroys(command), "{command}");
        }
    }

    #[test]
    fn what_the_person_named_may_be_pressed() {
        let click = Action::click(PointPx::new(1, 1), Button::Left, 1);
        let policy = Policy::default();
        assert_eq!(before_press(&click, "Send", "fill in Name and press Send", &policy), None);
        assert!(matches!(before_press(&click, "Delete", "press Yes", &policy), Some(Objection::Refuse(_))));
        assert_eq!(before_press(&click, "Delete", "Please remove the mail from Ada", &policy), None);
        assert_eq!(before_press(&click, "Send", "Reply to Ada with Thanks", &policy), None);
        let not_named = [("Send", "Write Hello in the message"), ("Delete", "press the one that goes up")];
        for (label, request) in not_named {
            assert!(before_press(&click, label, request, &policy).is_some(), "{label}: {request}");
        }
        assert_eq!(before_press(&click, "OK", "do it", &policy), None);
    }

    #[test]
    fn writing_over_a_file_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        let goal = Goal::Save { path: path.clone(), content: None };
        assert_eq!(before_task(&goal, &Policy::default(), 0), None);
        std::fs::write(&path, "x").unwrap();
        assert!(matches!(before_task(&goal, &Policy::default(), u64::MAX), Some(Objection::Ask(_))));
        assert_eq!(before_task(&goal, &Policy::default().without_questions(), u64::MAX), None);
        assert_eq!(before_task(&goal, &Policy::default(), 0), None);
    }
}
