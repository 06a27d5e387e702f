use crate::store::{Holder, Store, StoreError};
use serde::{Deserialize, Serialize};

const KIND: &str = "service";
const NAME: &str = "presence";

/// The service that works on a store, as others find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    pub pid: u32,
    started: u64,
    boot: String,
    /// Where its panel is.
    pub url: String,
}

impl Presence {
    /// This process, whose panel is at `url`.
    pub fn this(url: String) -> Self {
        let Holder { pid, started, boot } = Holder::this();
        Self { pid, started, boot, url }
    }

    /// The service that runs on `store`, if one does.
    ///
    /// # Errors
    /// Those of the store.
    pub fn find(store: &dyn Store) -> Result<Option<Self>, StoreError> {
        let documents = store.documents(KIND)?;
        let known = documents.into_iter().find(|(name, _)| name == NAME);
        let presence: Option<Self> = known.and_then(|(_, body)| serde_json::from_str(&body).ok());
        Ok(presence.filter(Self::is_alive))
    }

    /// Lets others find it.
    ///
    /// # Errors
    /// Those of the store.
    pub fn tell(&self, store: &mut dyn Store) -> Result<(), StoreError> {
        store.put(KIND, NAME, &serde_json::to_string(self).unwrap_or_default())
    }

    /// Lets nobody find it any more.
    ///
    /// # Errors
    /// Those of the store.
    pub fn leave(store: &mut dyn Store) -> Result<(), StoreError> {
        store.discard(KIND, NAME).map(drop)
    }

    fn is_alive(&self) -> bool {
        Holder { pid: self.pid, started: self.started, boot: self.boot.clone() }.is_alive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::InMemory;

    #[test]
    fn a_service_that_is_gone_is_not_found() {
        let mut store = InMemory::default();
        assert_eq!(Presence::find(&store).unwrap(), None);
        let this = Presence::this("http://127.0.0.1:1".into());
        this.tell(&mut store).unwrap();
        assert_eq!(Presence::find(&store).unwrap(), Some(this.clone()));
        Presence { started: 1, ..this }.tell(&mut store).unwrap();
        assert_eq!(Presence::find(&store).unwrap(), None);
    }
}
