//! `report.html`: the run as one page for people, which needs nothing else.

mod areas;
mod assurance;
mod body;
mod causes;
mod clauses;
mod declared;
mod drawing;
mod example;
mod exchange;
mod facts;
mod happening;
mod history;
mod moments;
mod page;
pub mod render;
mod unselected;
mod weight;
mod words;

#[cfg(test)]
mod tests;
