//! Frame -> Percept, one file per stage, and finding things in a percept by description.
//!
//! In order: [`detect`] finds where text is (or [`glance`], at once with what can be used, by a network of our own), [`recognise`] reads it with the help of [`ink`] and
//! [`tidy`], for our own reader out of lines that [`plain`](mod@plain) makes colour-free; [`elements`] finds what can be
//! used (on interfaces drawn very large in half their size: [`halved`]), [`lone`] where single signs were passed over,
//! [`read`] hands the output of one to the next, [`again`] tells what a change touches;
//! [`fuse`](mod@fuse) joins that with what applications say of themselves.
//! [`marked`] tells what stands out since something was done, [`masked`] how many signs hide what was written.
//! [`find`] looks things up, [`ask`](mod@ask) answers from them, [`annotate`] draws. Never captures, clicks or waits.

mod again;
mod alike;
pub mod annotate;
pub mod ask;
pub mod boxes;
mod detect;
mod drawn;
mod elements;
pub mod find;
pub mod fuse;
mod glance;
mod halved;
mod icons;
mod ink;
mod items;
mod lone;
pub mod marked;
pub mod masked;
pub mod order;
pub mod paragraphs;
mod phrase;
mod plain;
mod read;
mod readout;
mod recognise;
pub mod records;
mod spelling;
pub mod stack;
pub mod tables_of;
mod tidy;
mod written;

pub use alike::{fold, similarity};
pub use elements::{ByRules, ElementFinder};
pub use phrase::Phrase;
pub use phrase::colour_named;
pub use read::{Networks, Sight, SightError};
pub use readout::reading;
pub use recognise::{LineMemory, LinesRead};

#[doc(hidden)]
pub use detect::boxes_from_map;
#[doc(hidden)]
pub use recognise::decode;
