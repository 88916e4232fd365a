//! The queries behind lists, straight at the store: that they are right in every order, and that they stay quick.

mod alike;
mod cancelled;
mod files;
mod history;
mod orders;
mod plans;
mod seed;
mod tables;
