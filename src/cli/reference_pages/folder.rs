//! The folder of the pages: writing what is made, and telling what is not as it would be made.

use std::{fs, io, path::Path};

use super::page::{FOLDERS, MARK, Page};
use crate::cli::error::CliError;

/// Writes every page that is not there as it should be, and takes away made pages that are not made any more.
/// Gives the paths of what was changed.
pub fn write(folder: &Path, pages: &[Page]) -> Result<Vec<String>, CliError> {
    let mut changed = Vec::new();
    for page in pages {
        let path = folder.join(&page.path);
        if fs::read(&path).is_ok_and(|there| there == page.text.as_bytes()) {
            continue;
        }
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| file(parent, error))?;
        fs::write(&path, &page.text).map_err(|error| file(&path, error))?;
        changed.push(page.path.clone());
    }
    for name in superfluous(folder, pages)? {
        let path = folder.join(&name);
        // A page of somebody's own is told of by `--check`, and is nobody's to delete.
        if fs::read_to_string(&path).is_ok_and(|text| text.contains(MARK)) {
            fs::remove_file(&path).map_err(|error| file(&path, error))?;
            changed.push(name);
        }
    }
    Ok(changed)
}

/// The first way in which the folder is not as it would be written; none when it is.
pub fn difference(folder: &Path, pages: &[Page]) -> Result<Option<String>, CliError> {
    for page in pages {
        let path = folder.join(&page.path);
        let there = match fs::read(&path) {
            Ok(there) => String::from_utf8_lossy(&there).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Some(format!("{} is missing", path.display())));
            }
            Err(error) => return Err(file(&path, error)),
        };
        if there != page.text {
            return Ok(Some(format!("{}:{}", path.display(), line(&there, &page.text))));
        }
    }
    let more = superfluous(folder, pages)?.into_iter().next();
    Ok(more.map(|name| {
        format!(
            "{} is none of the pages; delete it, or keep it in another folder",
            folder.join(name).display()
        )
    }))
}

/// The first line that differs, with what stands there and what should.
fn line(there: &str, due: &str) -> String {
    let (mut there_lines, mut due_lines) = (there.lines(), due.lines());
    for number in 1_usize.. {
        match (there_lines.next(), due_lines.next()) {
            (None, None) => break,
            (one, next) if one == next => {}
            (one, next) => {
                let shown = |line: Option<&str>| {
                    line.map_or_else(|| "nothing".to_owned(), |line| format!("{:?}", shortened(line)))
                };
                return format!("{number}: there is {}, due is {}", shown(one), shown(next));
            }
        }
    }
    "1: line ends differ".to_owned()
}

fn shortened(line: &str) -> String {
    const LONGEST: usize = 120;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Markdown files in the folders of the pages that are none of them.
fn superfluous(folder: &Path, pages: &[Page]) -> Result<Vec<String>, CliError> {
    let mut found = Vec::new();
    for name in FOLDERS {
        let inner = folder.join(name);
        let entries = match fs::read_dir(&inner) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(file(&inner, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| file(&inner, error))?;
            let path = format!("{name}/{}", entry.file_name().to_string_lossy());
            let is_page = Path::new(&path).extension().is_some_and(|end| end == "md");
            if is_page && !pages.iter().any(|page| page.path == path) {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn file(path: &Path, error: io::Error) -> CliError {
    CliError::File {
        path: path.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<Page> {
        vec![
            Page::new("cases/a.md", "A", "one\ntwo\n"),
            Page::new("b.md", "B", "three"),
        ]
    }

    #[test]
    fn what_is_written_is_current_until_it_is_changed() {
        let place = tempfile::tempdir().unwrap();
        let (folder, pages) = (place.path(), pages());
        assert!(
            difference(folder, &pages)
                .unwrap()
                .unwrap()
                .ends_with("a.md is missing")
        );
        assert_eq!(write(folder, &pages).unwrap(), ["cases/a.md", "b.md"]);
        assert_eq!(difference(folder, &pages).unwrap(), None);
        assert!(write(folder, &pages).unwrap().is_empty());

        fs::write(folder.join("b.md"), pages[1].text.replace("three", "four")).unwrap();
        let told = difference(folder, &pages).unwrap().unwrap();
        assert!(
            told.ends_with("b.md:5: there is \"four\", due is \"three\""),
            "{told}"
        );
        fs::write(folder.join("b.md"), pages[1].text.replace("three\n", "")).unwrap();
        let told = difference(folder, &pages).unwrap().unwrap();
        assert!(told.contains("there is nothing, due is \"three\""), "{told}");
    }

    #[test]
    fn a_page_that_is_not_made_any_more_goes_and_one_of_somebodys_own_stays() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path();
        let pages = pages();
        write(folder, &pages).unwrap();
        let fewer = &pages[1..];
        let told = difference(folder, fewer).unwrap().unwrap();
        assert!(told.contains("a.md is none of the pages"), "{told}");
        fs::write(folder.join("cases/mine.md"), "# Mine\n").unwrap();
        assert_eq!(write(folder, fewer).unwrap(), ["cases/a.md"]);
        assert!(difference(folder, fewer).unwrap().unwrap().contains("mine.md"));
    }
}
