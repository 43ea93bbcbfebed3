//! Every link inside the repository leads somewhere: to a file that is there, and to a heading of it.

use std::path::{Component, Path, PathBuf};

use crate::documents::{self, Document, ROOT};

/// The path that a link means, without going through `..`.
fn resolved(from: &Path, to: &str) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in from.parent().unwrap().join(to).components() {
        match part {
            Component::ParentDir => assert!(whole.pop(), "{to} in {} leaves the repository", from.display()),
            Component::CurDir => {}
            other => whole.push(other),
        }
    }
    whole
}

/// What is wrong with a link; none when it leads somewhere, or outside.
fn wrong(documents: &[Document], document: &Document, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link
        .split_once('#')
        .map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let path = if path.is_empty() {
        document.path.clone()
    } else {
        resolved(&document.path, path)
    };
    let target = documents.iter().find(|other| other.path == path);
    if target.is_none() && !Path::new(ROOT).join(&path).exists() {
        return Some(format!("{} is not there", path.display()));
    }
    let anchor = anchor?;
    let Some(target) = target else {
        return Some(format!("{} is no document with headings", path.display()));
    };
    let there = target.anchors.iter().any(|known| known == anchor);
    (!there).then(|| format!("{} has no heading #{anchor}", path.display()))
}

#[test]
fn every_link_leads_somewhere() {
    let documents = documents::all();
    let mut followed = 0;
    let mut found = Vec::new();
    for document in &documents {
        for (line, link) in &document.links {
            followed += 1;
            if let Some(wrong) = wrong(&documents, document, link) {
                found.push(format!("{}:{line}: {link}: {wrong}", document.path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(followed > 500, "only {followed} links were found");
}

#[test]
fn a_link_that_leads_nowhere_is_noticed() {
    let mut page = Document::parse("# A page: `x`\n\n## Same\n\n## Same\n\n<a id=\"by-hand\"></a>\n");
    page.path = "docs/page.md".into();
    assert_eq!(page.anchors, ["a-page-x", "same", "same-1", "by-hand"]);
    let documents = [page];
    let of = |link: &str| wrong(&documents, &documents[0], link);
    for good in [
        "#same-1",
        "#by-hand",
        "#a-page-x",
        "README.md",
        "../Cargo.toml",
        "https://example.org/#x",
    ] {
        assert_eq!(of(good), None, "{good}");
    }
    for bad in ["#same-2", "nowhere.md", "../nowhere", "openapi.json#x"] {
        assert!(of(bad).is_some(), "{bad}");
    }
}

/// Documents that nobody is led to are not read.
#[test]
fn every_page_of_docs_is_named_in_the_list_of_pages() {
    let documents = documents::all();
    let list = documents
        .iter()
        .find(|document| document.path == Path::new("docs/README.md"))
        .unwrap();
    let named: Vec<PathBuf> = list
        .links
        .iter()
        .filter(|(_, link)| !link.contains("://"))
        .map(|(_, link)| resolved(&list.path, link.split('#').next().unwrap()))
        .collect();
    let missing: Vec<String> = documents
        .iter()
        .map(|document| &document.path)
        .filter(|path| path.parent() == Some(Path::new("docs")) && *path != &list.path)
        .filter(|path| !named.contains(path))
        .map(|path| path.display().to_string())
        .collect();
    assert!(missing.is_empty(), "not in docs/README.md: {missing:?}");
}
