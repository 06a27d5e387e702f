//! What people call things, put into the words in which they are looked for.

use super::super::lists::phrase;
use super::super::tokens::Token;
use super::Slots;

/// What people call colours.
pub(super) const COLOURS: [&str; 12] =
    ["red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "black", "white", "grey", "turquoise"];

/// Words for kinds of things of which a name may follow.
const THINGS: [&str; 16] = [
    "button",
    "link",
    "tab",
    "icon",
    "item",
    "entry",
    "option",
    "checkbox",
    "radio button",
    "menu item",
    "tile",
    "card",
    "hyperlink",
    "key",
    "section",
    "word",
];

/// "Button ONE" as "ONE button": a kind, and behind it what it is called.
pub(super) fn kind_behind(words: &str) -> Option<String> {
    let kind = THINGS.iter().find(|k| words.strip_prefix(**k).is_some_and(|rest| rest.starts_with(' ')))?;
    let name = words[kind.len() + 1..].trim();
    let name = ["called ", "named ", "labelled ", "labeled "].iter().find_map(|w| name.strip_prefix(w)).unwrap_or(name);
    let is_name = name.starts_with('"') || name.chars().next().is_some_and(char::is_uppercase);
    let plain = name.split(' ').all(|w| !["in", "on", "of", "with", "for", "next", "below", "above"].contains(&w));
    let kind = if ["item", "entry", "word"].contains(kind) { "" } else { kind };
    (is_name && (plain || name.ends_with('"'))).then(|| format!("{name} {kind}").trim().to_owned())
}

/// Kinds of widgets as the things that they are.
pub(super) fn widget(words: &str) -> Option<String> {
    let bare = ["widget", "control", "element"].iter().find_map(|w| words.strip_suffix(w))?;
    let kind = match bare.trim().trim_matches('"').to_lowercase().as_str() {
        "text" | "textarea" | "input" | "text area" | "text input" => "text field",
        "radio" => "radio button",
        "checkbox" | "check" => "check box",
        "select" => "drop-down",
        "button" => "button",
        _ => return None,
    };
    Some(kind.to_owned())
}

pub(super) fn without_quotes(words: &str) -> String {
    words.replace('"', "").trim().to_owned()
}

/// A description in the order in which things are looked for: "button in green" is the green button.
pub(super) fn plainly(words: &str) -> String {
    let words = words.replace(" that belongs to ", " of ").replace(" belonging to ", " of ");
    let words =
        [" that's ", " that is ", " which is ", " which's "].iter().find_map(|w| words.split_once(w)).map_or_else(
            || words.clone(),
            |(thing, how)| if COLOURS.contains(&how) { format!("{how} {thing}") } else { format!("{thing} {how}") },
        );
    let words = ["colored ", "coloured "].iter().find_map(|w| words.strip_prefix(w)).unwrap_or(&words).to_owned();
    if let Some(named) = kind_behind(&words).or_else(|| widget(&words)) {
        return named;
    }
    let coloured = words.rsplit_once(" in ").filter(|(_, colour)| COLOURS.contains(colour));
    if let Some((thing, colour)) = coloured {
        return format!("{colour} {thing}");
    }
    let bordered = words.rsplit_once(" with the ").or_else(|| words.rsplit_once(" with a "));
    let bordered = bordered
        .and_then(|(thing, how)| Some((thing, how.strip_suffix(" border").or_else(|| how.strip_suffix(" frame"))?)));
    if let Some((thing, colour)) = bordered.filter(|(_, colour)| COLOURS.contains(colour)) {
        return format!("{colour} {thing}");
    }
    let places = [" in the drawing", " in the picture", " in the image", " on the canvas", " on the drawing"];
    places.iter().find_map(|p| words.strip_suffix(p)).map_or_else(|| words.clone(), str::to_owned)
}

/// `File > Save as` as its parts.
pub(super) fn menu_path(text: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = text
        .split(['>', '→', '»'])
        .map(|p| p.trim().trim_end_matches(['-', '=']).trim().trim_matches('"').to_owned())
        .collect();
    (parts.len() > 1 && parts.iter().all(|p| !p.is_empty())).then_some(parts)
}

pub(super) fn window_name(source: &str, mut tokens: &[Token]) -> String {
    let head = ["the", "a", "window", "titled", "called", "named", "other", "one", "of"];
    while let Some((first, rest)) = tokens.split_first()
        && head.iter().any(|w| first.is(w))
    {
        tokens = rest;
    }
    while let Some((last, rest)) = tokens.split_last()
        && !rest.is_empty()
        && ["window", "app", "application", "one"].iter().any(|w| last.is(w))
    {
        tokens = rest;
    }
    phrase(source, tokens)
}

/// "Skip button" as what stands on it.
pub(super) fn without_kind(words: &str) -> String {
    let kinds = [" button", " link", " message", " dialog", " banner", " window", " pop-up", " popup", " box"];
    kinds.iter().find_map(|k| words.strip_suffix(k)).unwrap_or(words).to_owned()
}

/// "Click all the blue squares" as "blue squares".
pub(super) fn kind_of_coloured(words: &str, colour: &str) -> String {
    let behind = words.split_once(colour).map_or("", |(_, rest)| rest.trim());
    let before = words.split(" of ").next().and_then(|w| w.rsplit(' ').next()).unwrap_or("things");
    format!("{colour} {}", if behind.is_empty() { before } else { behind })
}

/// Where it is to be looked: the kind of parts that are gone through.
pub(super) fn places_said(slots: &Slots<'_>) -> String {
    let kinds =
        ["tabs", "sections", "pages", "panels", "menus", "folders", "accordions", "categories", "section", "panel"];
    let said = kinds.into_iter().find(|k| slots.tokens.iter().any(|t| t.is(k))).unwrap_or("parts");
    said.to_owned()
}

/// "Unread mails" as "unread mail".
pub(super) fn one_of(kind: &str) -> String {
    // "Weekly News" is a name.
    let small = kind.rsplit(' ').next().is_some_and(|last| last.chars().all(char::is_lowercase));
    let plural = small && kind.len() > 3 && kind.ends_with('s') && !kind.ends_with("ss");
    if plural { kind[..kind.len() - 1].to_owned() } else { kind.to_owned() }
}

/// "More options section" as what stands on it.
pub(super) fn without_fold(words: &str) -> String {
    let kinds = [" section", " part", " group", " area", " panel", " tab"];
    kinds.iter().find_map(|k| words.strip_suffix(k)).unwrap_or(words).to_owned()
}
