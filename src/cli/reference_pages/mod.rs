//! `reference`: the reference pages, made from what the program itself works with.

pub mod api;
pub mod area;
pub mod arguments;
pub mod callbacks;
pub mod case;
pub mod catalogue;
pub mod clauses;
pub mod command;
pub mod command_line;
pub mod events;
pub mod findings;
pub mod folder;
pub mod gherkin;
pub mod markdown;
pub mod members;
pub mod needs;
pub mod overview;
pub mod page;
pub mod shape;
pub mod signature;
pub mod values;
