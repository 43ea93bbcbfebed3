//! Plain `multipart/form-data` fields (RFC 7578): no files, no nesting.

/// Reads name and value of each part; `None` if the framing is off or a value is not UTF-8.
pub fn read(media_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let boundary = parameter(media_type, "boundary").filter(|boundary| (1..=70).contains(&boundary.len()))?;
    let text = std::str::from_utf8(body).ok()?;
    let delimiter = format!("\r\n--{boundary}");
    let opened = text.strip_prefix(&delimiter[2..])?;
    let mut fields = Vec::new();
    let mut rest = opened;
    loop {
        if rest.starts_with("--") {
            return Some(fields);
        }
        let (part, after) = rest.strip_prefix("\r\n")?.split_once(&delimiter)?;
        let (head, value) = part.split_once("\r\n\r\n")?;
        let disposition = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))?;
        fields.push((parameter(disposition.1, "name")?, value.to_owned()));
        rest = after;
    }
}

fn parameter(header: &str, name: &str) -> Option<String> {
    header
        .split(';')
        .skip(1)
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_fields_and_broken_framing_none() {
        let body = "--b1\r\nContent-Disposition: form-data; name=\"status_id\"\r\n\r\n1\r\n--b1\r\ncontent-disposition: form-data; name=msg\r\n\r\na\r\nb\r\n--b1--\r\n";
        let fields = read("multipart/form-data; boundary=b1", body.as_bytes()).unwrap();
        assert_eq!(
            fields,
            [("status_id".into(), "1".into()), ("msg".into(), "a\r\nb".into())]
        );
        assert_eq!(
            read("multipart/form-data; boundary=b1", &body.as_bytes()[..60]),
            None
        );
        assert_eq!(read("multipart/form-data", body.as_bytes()), None);
    }
}
