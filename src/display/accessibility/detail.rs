//! What has to be asked for single elements: names, contents, choices.

use super::bus::{ACCESSIBLE, App};
use super::draft::Draft;
use super::numbers::role;
use super::roles::{is_item, may_be_switch};
use super::tree::{Node, Place, Tree, plain, text_of};
use crate::screen::Role;

const LABELLED_BY: u32 = 2;
const MAX_TEXT: i32 = 1000;

impl App<'_> {
    /// Adds what has to be asked for single elements.
    pub(super) async fn detail(&self, tree: &Tree, mut draft: Draft) -> Option<Draft> {
        let node = &tree.nodes[draft.node];
        draft.label = text_of(&node.name);
        match draft.role {
            Role::TextField if node.role != role::PASSWORD_TEXT => draft.value = self.text(node).await,
            Role::Slider | Role::Spinner => draft.value = self.number(node).await,
            Role::DropDown => self.choice(node, &mut draft).await,
            Role::Button if may_be_switch(tree, draft.node) && self.is_switch(node).await => {
                draft.role = Role::CheckBox;
            }
            _ => {}
        }
        if draft.label.is_none() {
            draft.label = self.other_label(tree, &draft).await;
        }
        // Chromium keeps bubbles that it does not show as windows without a title.
        let ghost = draft.role == Role::Frame && draft.label.is_none();
        (!ghost).then_some(draft)
    }

    async fn text(&self, node: &Node) -> Option<String> {
        let interface = "org.a11y.atspi.Text";
        let length = self.property::<i32>(&node.place, interface, "CharacterCount").await?;
        let end = if length > MAX_TEXT { MAX_TEXT } else { -1 };
        let text: String = self.ask(&node.place, interface, "GetText", &(0, end)).await.ok()?;
        Some(text.chars().take(MAX_TEXT as usize).collect())
    }

    async fn number(&self, node: &Node) -> Option<String> {
        let number: f64 = self.property(&node.place, "org.a11y.atspi.Value", "CurrentValue").await?;
        number.is_finite().then(|| decimal(number))
    }

    /// The choice of a drop-down. Toolkits that name a drop-down after its choice have no name left for it.
    async fn choice(&self, node: &Node, draft: &mut Draft) {
        let chosen = match self.selected_in(&node.place).await {
            Some(name) => Some(name),
            None => self.selected_below(node).await,
        };
        draft.value = chosen.or_else(|| text_of(&node.name));
        if draft.value == draft.label {
            draft.label = None;
        }
    }

    async fn selected_in(&self, place: &Place) -> Option<String> {
        let child: Place = self.ask(place, "org.a11y.atspi.Selection", "GetSelectedChild", &(0,)).await.ok()?;
        self.name(&child).await
    }

    /// Chromium leaves the selecting to the list of a drop-down.
    async fn selected_below(&self, node: &Node) -> Option<String> {
        let list: Place = self.ask(&node.place, ACCESSIBLE, "GetChildAtIndex", &(0,)).await.ok()?;
        self.selected_in(&list).await
    }

    async fn name(&self, place: &Place) -> Option<String> {
        text_of(&self.property::<String>(place, ACCESSIBLE, "Name").await?)
    }

    /// GTK gives its switches the role of toggle buttons; only what can be done with them differs.
    async fn is_switch(&self, node: &Node) -> bool {
        let name = self.ask::<String, _>(&node.place, "org.a11y.atspi.Action", "GetName", &(0,)).await;
        name.is_ok_and(|name| name == "toggle")
    }

    /// What an element without a name is called by: its label, the text in it, its description.
    async fn other_label(&self, tree: &Tree, draft: &Draft) -> Option<String> {
        let node = &tree.nodes[draft.node];
        if let Some(label) = self.labelled_by(node).await {
            return Some(label);
        }
        let holds_text = !matches!(draft.role, Role::Frame | Role::Dialog | Role::TextField | Role::DropDown);
        let within = holds_text.then(|| tree.text_within(draft.node)).flatten();
        match within.or_else(|| plain(&node.description)) {
            Some(label) => Some(label),
            None if is_item(node.role) => self.text(node).await.and_then(|text| text_of(&text)),
            None => plain(&self.property::<String>(&node.place, ACCESSIBLE, "Description").await?),
        }
    }

    async fn labelled_by(&self, node: &Node) -> Option<String> {
        let relations: Vec<(u32, Vec<Place>)> = self.ask(&node.place, ACCESSIBLE, "GetRelationSet", &()).await.ok()?;
        let (_, labels) = relations.into_iter().find(|(kind, _)| *kind == LABELLED_BY)?;
        self.name(labels.first()?).await
    }
}

/// A number without useless decimals.
pub(super) fn decimal(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}
