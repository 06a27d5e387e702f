//! Applications, windows, files and folders.

use super::super::arithmetic;
use super::super::lists::name;
use super::super::lists::phrase;
use super::super::matching::without_articles;
use super::super::sources;
use super::super::tokens::Kind;
use super::super::tokens::Token;
use super::Intent;
use super::Shape;
use super::Slots;

pub(super) fn of_applications(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let app = || slots.plain("app").or_else(|| slots.app.map(str::to_owned));
    Some(match meaning {
        "open_app" => Intent::Open { app: app(), on: None },
        "open_address" => Intent::Open { app: app().or(Some("browser".into())), on: slots.text("address") },
        "open_path" => {
            let path = slots.text("path")?;
            let lower = path.to_lowercase();
            let page = lower.ends_with(".html") || lower.ends_with(".htm");
            Intent::Open { app: app().or_else(|| page.then(|| "browser".into())), on: Some(path) }
        }
        "open_unknown" => open_unknown(slots)?,
        "close" if slots.plain("window").is_some_and(|w| stays(&w)) => return None,
        "close" => Intent::Close(slots.owner("window").filter(|w| !is_this_window(w))),
        "maximise" => Intent::Arrange { window: slots.owner("window"), how: Shape::Maximised },
        "minimise" => Intent::Arrange { window: slots.plain("window"), how: Shape::Minimised },
        "resize" => {
            let window = slots.plain("window").filter(|w| !is_this_window(w));
            Intent::Arrange { window, how: size(slots)? }
        }
        "command" => {
            let tokens = slots.get("command")?;
            let literal = tokens.iter().find(|t| t.kind == Kind::Quoted);
            Intent::Command(literal.map_or_else(|| phrase(slots.source, tokens), |t| t.text.clone()))
        }
        "compute_with" => Intent::Compute(arithmetic::parse(&slots.plain("expression")?)?),
        "compute" => {
            Intent::Compute(arithmetic::parse(&slots.all()).or_else(|| arithmetic::parse(&slots.plain("expression")?))?)
        }
        _ => return None,
    })
}

/// A name in quotes is an application's; a kind of thing on the screen is clicked; the rest shows when it is done.
pub(super) fn open_unknown(slots: &Slots<'_>) -> Option<Intent> {
    let tokens = without_articles(slots.get("thing")?);
    if let [one] = tokens
        && one.kind == Kind::Quoted
    {
        return Some(Intent::OpenThing(one.text.clone()));
    }
    if tokens.iter().any(|t| matches!(t.kind, Kind::Path | Kind::Address)) {
        return None;
    }
    Some(Intent::OpenThing(name(slots.source, tokens)))
}

/// Whether something is said to stay: "leave the draft where it is".
pub(super) fn stays(words: &str) -> bool {
    let words = format!(" {} ", words.to_lowercase());
    [" where ", " as it is ", " as they are ", " alone ", " don't ", " do not ", " not ", " untouched ", " unchanged "]
        .iter()
        .any(|w| words.contains(w))
}

pub(super) fn is_this_window(words: &str) -> bool {
    ["", "it", "window", "this", "dialog", "this window", "the window", "active window", "current window"]
        .contains(&words.to_lowercase().as_str())
}

pub(super) fn size(slots: &Slots<'_>) -> Option<Shape> {
    let pair = slots.plain("size").and_then(|s| {
        let (w, h) = s.split_once(['x', '×', 'X'])?;
        Some((w.trim().parse().ok()?, h.trim().parse().ok()?))
    });
    let (width, height) = match pair {
        Some(pair) => pair,
        None => (slots.number("width")? as u32, slots.number("height")? as u32),
    };
    Some(Shape::Size { width, height })
}

pub(super) fn of_files(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "save" => {
            let (name, folder) = (slots.plain("name"), slots.plain("folder"));
            // "Save in ~/notes": a folder is no name.
            if name.as_deref().is_some_and(|n| n.ends_with('/')) && folder.is_none() {
                return None;
            }
            Intent::Save { name, folder }
        }
        "make_folder" => Intent::MakeFolder { names: vec![file_name(slots, "name")?], folder: folder(slots) },
        "make_two_folders" => {
            Intent::MakeFolder { names: vec![slots.plain("a")?, slots.plain("b")?], folder: folder(slots) }
        }
        "make_folders" => Intent::MakeFolder { names: slots.labels("names")?, folder: folder(slots) },
        "make_file" => Intent::MakeFile {
            name: file_name(slots, "name")?,
            folder: folder(slots),
            text: sources::literal(slots.source, slots.get("text")?),
        },
        "rename" => {
            Intent::Rename { from: file_name(slots, "from")?, to: file_name(slots, "to")?, folder: folder(slots) }
        }
        _ => return None,
    })
}

/// The name of a file or folder: the literal among the words, where there is one.
pub(super) fn file_name(slots: &Slots<'_>, slot: &str) -> Option<String> {
    let tokens = without_articles(slots.get(slot)?);
    let literals: Vec<&Token> =
        tokens.iter().filter(|t| matches!(t.kind, Kind::Quoted | Kind::Path | Kind::File)).collect();
    match literals.as_slice() {
        [one] if tokens.len() == 1 => Some(one.text.clone()),
        [] => Some(phrase(slots.source, tokens)),
        _ => None,
    }
}

pub(super) fn folder(slots: &Slots<'_>) -> Option<String> {
    let folder = slots.plain("folder")?;
    let lower = folder.to_lowercase();
    let lower = lower.trim_end_matches(" folder").trim_end_matches(" directory");
    Some(if ["home", "my home"].contains(&lower) {
        "~".into()
    } else {
        folder[..lower.len().min(folder.len())].to_owned()
    })
}
