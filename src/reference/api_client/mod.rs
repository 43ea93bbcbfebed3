//! The client of the platform's API.
use super::defect::Defects;
use super::error::ReferenceError;
use super::options::Options;
pub struct Api;
impl Api {
    pub fn new(_options: &Options, _defects: Defects) -> Result<Self, ReferenceError> { Ok(Self) }
    pub async fn look_up_payment(&self, _transaction: &str) {}
}
