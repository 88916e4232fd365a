//! Parts that the pages are made of.

mod ask;
mod button;
mod choose;
mod copy;
mod dialog;
mod failure;
mod field;
mod form;
mod icon;
mod listing;
mod menu;
mod pager;
mod skeleton;
mod spoken;
mod status;
mod stepper;
mod ticking;
mod tip;

pub use ask::Asks;
pub use button::{Act, ButtonKind, VerbButton};
pub use choose::{Choice, Choose, ChooseSeveral};
pub use copy::CopyText;
pub use dialog::Dialog;
pub use failure::{Empty, Failed, explain};
pub use field::{Field, FieldError};
pub use form::{DialogForm, Form, complaint_of, form_failure, named, whole, whole_or_none};
pub use icon::{Icon, icons};
pub use listing::{Paged, all, listing};
pub use menu::Menu;
pub use pager::Pager;
pub use skeleton::SkeletonRows;
pub use spoken::spoken;
pub use status::{command_line, status_mark};
pub use stepper::stepper;
pub use ticking::{Ago, Moment, Remaining};
pub use tip::TipLayer;
