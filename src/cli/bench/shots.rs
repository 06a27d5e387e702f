//! Pictures of real applications with what is on them, and how well elements are found there.

use super::BenchError;
use super::score::{Box4, Counts, SeenElement, TrueElement, pairs};
use crate::screen::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A picture, and what is known to be on it.
#[derive(Debug)]
pub struct Shot {
    pub picture: PathBuf,
    pub elements: Vec<SeenElement>,
    /// Places of which nobody knows what is there: what is found in them counts neither way.
    pub unknown: Vec<Box4>,
}

#[derive(Deserialize)]
struct Truth {
    elements: Vec<TrueElement>,
    #[serde(default)]
    unknown: Vec<Box4>,
}

/// The shots in `folder`, by name: each a picture NAME.webp with NAME.json.
///
/// # Errors
/// [`BenchError::File`] when one cannot be read, [`BenchError::Shot`] when it makes no sense, [`BenchError::NoShots`]
/// when there are none.
pub fn shots(folder: &Path) -> Result<Vec<Shot>, BenchError> {
    let file = |path: &Path, cause| BenchError::File { path: path.to_owned(), cause };
    let entries = fs::read_dir(folder).map_err(|e| file(folder, e))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "json"));
    paths.sort();
    let shot = |path: PathBuf| {
        let json = fs::read_to_string(&path).map_err(|e| file(&path, e))?;
        let truth: Truth =
            serde_json::from_str(&json).map_err(|cause| BenchError::Shot { path: path.clone(), cause })?;
        let picture = path.with_extension("webp");
        fs::metadata(&picture).map_err(|e| file(&picture, e))?;
        let known = truth.elements.into_iter().filter_map(TrueElement::known);
        let elements = known.filter(|e| is_compared(e.role)).collect();
        Ok(Shot { picture, elements, unknown: truth.unknown })
    };
    let shots: Vec<Shot> = paths.into_iter().map(shot).collect::<Result<_, _>>()?;
    if shots.is_empty() {
        return Err(BenchError::NoShots { folder: folder.to_owned() });
    }
    Ok(shots)
}

/// Windows and dialogs are known from the display, and what makes a pane is a matter of taste.
const fn is_compared(role: Role) -> bool {
    !matches!(role, Role::Frame | Role::Pane | Role::Dialog | Role::TitleBar)
}

/// How elements were found; sums over shots.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ElementScore {
    pub shots: u32,
    /// Elements, and boxes that share at least half with one, whatever its role (intersection over union).
    pub boxes: Counts,
    /// Of the hits, those with the right role.
    pub roles_right: u32,
    /// Elements in whose box the middle of a found one lies.
    pub touched: u32,
    /// Boxes to tick and radio buttons, those found as such, and those of them with the right state.
    pub ticks: [u32; 3],
    pub by_role: BTreeMap<String, Counts>,
    pub cpu_s: f64,
}

impl ElementScore {
    pub fn add(&mut self, seen: &[SeenElement], shot: &Shot, cpu_s: f64) {
        let seen: Vec<SeenElement> = seen.iter().filter(|e| is_compared(e.role)).cloned().collect();
        let pairs = pairs(&seen, &shot.elements, |_, _| true);
        let is_hit = |i: usize| pairs.iter().any(|(s, _)| *s == i);
        let guessed = |s: &SeenElement| shot.unknown.iter().any(|u| holds(u, s));
        let counted: Vec<Role> =
            seen.iter().enumerate().filter(|(i, s)| is_hit(*i) || !guessed(s)).map(|(_, s)| s.role).collect();
        let count = counted.len() as u32;
        let there = shot.elements.len() as u32;
        self.shots += 1;
        self.cpu_s += cpu_s;
        self.boxes.add(Counts { hits: pairs.len() as u32, seen: count, there });
        self.touched += shot.elements.iter().filter(|t| seen.iter().any(|s| holds(&t.area, s))).count() as u32;
        for t in &shot.elements {
            self.of(t.role).there += 1;
        }
        for role in counted {
            self.of(role).seen += 1;
        }
        for &(s, t) in &pairs {
            let right = seen[s].role == shot.elements[t].role;
            self.roles_right += u32::from(right);
            self.of(shot.elements[t].role).hits += u32::from(right);
        }
        for (t, there) in shot.elements.iter().enumerate() {
            let Some(checked) = is_tick(there.role).then_some(there.state.checked).flatten() else { continue };
            let found = pairs.iter().find(|(_, p)| *p == t).map(|(s, _)| &seen[*s]).filter(|s| s.role == there.role);
            let right = found.is_some_and(|s| s.state.checked == Some(checked));
            let [ticks, as_such, stated] = &mut self.ticks;
            *ticks += 1;
            *as_such += u32::from(found.is_some());
            *stated += u32::from(right);
        }
    }

    fn of(&mut self, role: Role) -> &mut Counts {
        self.by_role.entry(role.name().to_owned()).or_default()
    }

    /// What a person reads of it, in one line.
    pub fn words(&self, name: &str) -> String {
        let share = |part: u32, of: u32| f64::from(part) / f64::from(of.max(1));
        let [ticks, as_such, stated] = self.ticks;
        format!(
            "{name:<9}{:>6}{:>8}{:>8}{:>9.3}{:>9.3}{:>9.3}{:>9.3}{:>9.2}{:>7}{:>9.3}{:>9.3}{:>9.3}",
            self.shots,
            self.boxes.there,
            self.boxes.seen,
            self.boxes.recall(),
            self.boxes.precision(),
            share(self.roles_right, self.boxes.hits),
            share(self.touched, self.boxes.there),
            share(self.boxes.seen, self.boxes.there),
            ticks,
            share(as_such, ticks),
            share(stated, ticks),
            self.cpu_s / f64::from(self.shots.max(1)),
        )
    }
}

/// What the columns of [`ElementScore::words`] are.
pub fn heading() -> String {
    format!(
        "{:<9}{:>6}{:>8}{:>8}{:>9}{:>9}{:>9}{:>9}{:>9}{:>7}{:>9}{:>9}{:>9}",
        "elements",
        "shots",
        "there",
        "seen",
        "recall",
        "prec.",
        "role",
        "centre",
        "boxes/el",
        "ticks",
        "found",
        "state",
        "look s"
    )
}

const fn is_tick(role: Role) -> bool {
    matches!(role, Role::CheckBox | Role::RadioButton)
}

/// Whether the middle of `inner` lies in `outer`.
fn holds(outer: &Box4, inner: &SeenElement) -> bool {
    let [x, y, w, h] = inner.area;
    let (x, y) = (x + w / 2.0, y + h / 2.0);
    x >= outer[0] && x <= outer[0] + outer[2] && y >= outer[1] && y <= outer[1] + outer[3]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::State;

    fn element(role: Role, area: Box4, checked: Option<bool>) -> SeenElement {
        SeenElement { role, area, state: State { checked, ..State::default() } }
    }

    #[test]
    fn a_folder_without_shots_and_a_shot_without_its_picture_are_told() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(shots(dir.path()), Err(BenchError::NoShots { .. })));
        fs::write(dir.path().join("one.json"), r#"{"elements":[]}"#).unwrap();
        assert!(matches!(shots(dir.path()), Err(BenchError::File { path, .. }) if path.ends_with("one.webp")));
        fs::write(dir.path().join("one.webp"), "").unwrap();
        assert_eq!(shots(dir.path()).unwrap().len(), 1);
        fs::write(dir.path().join("one.json"), "{}").unwrap();
        assert!(matches!(shots(dir.path()), Err(BenchError::Shot { .. })));
    }

    #[test]
    fn places_roles_and_states_are_counted_apart() {
        let there = vec![
            element(Role::CheckBox, [10.0, 10.0, 14.0, 14.0], Some(true)),
            element(Role::CheckBox, [10.0, 40.0, 14.0, 14.0], Some(true)),
            element(Role::Button, [100.0, 10.0, 60.0, 20.0], None),
            element(Role::Link, [300.0, 300.0, 60.0, 14.0], None),
        ];
        let shot = Shot { picture: PathBuf::new(), elements: there, unknown: vec![[500.0, 0.0, 100.0, 100.0]] };
        let seen = [
            element(Role::CheckBox, [11.0, 10.0, 14.0, 14.0], Some(true)),
            element(Role::CheckBox, [10.0, 41.0, 14.0, 14.0], Some(false)),
            element(Role::Tab, [98.0, 10.0, 62.0, 20.0], None),
            element(Role::Icon, [320.0, 302.0, 10.0, 10.0], None),
            element(Role::Icon, [520.0, 20.0, 10.0, 10.0], None),
            element(Role::Pane, [0.0, 0.0, 600.0, 400.0], None),
        ];
        let mut score = ElementScore::default();
        score.add(&seen, &shot, 0.1);
        assert_eq!(score.boxes, Counts { hits: 3, seen: 4, there: 4 });
        assert_eq!((score.roles_right, score.touched, score.ticks), (2, 4, [2, 2, 1]));
        assert_eq!(score.by_role["icon"], Counts { hits: 0, seen: 1, there: 0 });
        assert_eq!(score.by_role["button"], Counts { hits: 0, seen: 0, there: 1 });
    }
}
