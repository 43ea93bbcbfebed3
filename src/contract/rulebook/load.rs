//! Reading the rulebook files.

use serde::{Deserialize, de::DeserializeOwned};

use super::{
    book::Rulebook,
    entry::{Area, CaseRule, ClauseEntry, Defect, Remedy},
    rules,
};
use crate::contract::{embedded, error::ContractError};

const FOLDER: &str = "rulebook";
const CLAUSES: &str = "rulebook/clauses.toml";
const AREAS: &str = "rulebook/areas.toml";
const DEFECTS: &str = "rulebook/defects.toml";
const REMEDIES: &str = "rulebook/remedies.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseFile {
    clause: Vec<ClauseEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaFile {
    area: Vec<Area>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<CaseRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DefectFile {
    defect: Vec<Defect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemedyFile {
    remedy: Vec<Remedy>,
}

pub(super) fn embedded() -> Result<Rulebook, ContractError> {
    let files = embedded::files_in(FOLDER, "toml");
    let text_of = |path: &str| {
        files
            .iter()
            .find(|file| file.path == path)
            .ok_or_else(|| ContractError::Missing(path.to_owned()))?
            .text()
    };
    let cases = files
        .iter()
        .filter(|file| ![CLAUSES, AREAS, DEFECTS, REMEDIES].contains(&file.path))
        .map(|file| Ok((file.path, file.text()?)))
        .collect::<Result<Vec<_>, ContractError>>()?;
    let mut book = from_texts(
        (CLAUSES, text_of(CLAUSES)?),
        (AREAS, text_of(AREAS)?),
        (DEFECTS, text_of(DEFECTS)?),
        &cases,
    )?;
    book.remedies = remedies((REMEDIES, text_of(REMEDIES)?))?;
    Ok(book)
}

/// Reads the remedies that findings have of their own.
pub(super) fn remedies(file: (&str, &str)) -> Result<Vec<Remedy>, ContractError> {
    let remedies = read::<RemedyFile>(file)?.remedy;
    let problems = rules::remedy_problems(&remedies);
    if problems.is_empty() {
        Ok(remedies)
    } else {
        Err(ContractError::Rulebook(problems))
    }
}

pub(super) fn from_texts(
    clauses: (&str, &str),
    areas: (&str, &str),
    defects: (&str, &str),
    cases: &[(&str, &str)],
) -> Result<Rulebook, ContractError> {
    let mut book = Rulebook {
        clauses: read::<ClauseFile>(clauses)?.clause,
        areas: read::<AreaFile>(areas)?.area,
        cases: Vec::new(),
        defects: read::<DefectFile>(defects)?.defect,
        remedies: Vec::new(),
    };
    for file in cases {
        book.cases.extend(read::<CaseFile>(*file)?.case);
    }
    book.areas.sort_by_key(|area| area.order);
    let mut cases = std::mem::take(&mut book.cases);
    cases.sort_by_cached_key(|case| book.place(&case.id));
    book.cases = cases;

    let problems = rules::problems(&book);
    if problems.is_empty() {
        Ok(book)
    } else {
        Err(ContractError::Rulebook(problems))
    }
}

fn read<T: DeserializeOwned>((file, text): (&str, &str)) -> Result<T, ContractError> {
    toml::from_str(text).map_err(|error| ContractError::toml(file, &error))
}
