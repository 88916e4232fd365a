//! Where an endpoint is.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::ClientError;

/// All but the unreserved characters of RFC 3986, so that a value can't leave its segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of a call. `base` may be empty in a browser: then it is the page's own server.
pub(crate) fn of(
    base: &str,
    template: &str,
    path: &[(&'static str, String)],
    query: &str,
) -> Result<String, ClientError> {
    let mut address = base.trim_end_matches('/').to_owned();
    address.push_str(&fill(template, path)?);
    if !query.is_empty() {
        address.push('?');
        address.push_str(query);
    }
    Ok(address)
}

/// Puts each value into its `{name}`.
fn fill(template: &str, pairs: &[(&'static str, String)]) -> Result<String, ClientError> {
    let mut filled = String::with_capacity(template.len() + 16);
    for (n, segment) in template.split('/').enumerate() {
        if n > 0 {
            filled.push('/');
        }
        let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            filled.push_str(segment);
            continue;
        };
        let value = pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        match value {
            // Dots alone would name another path, escaped or not.
            None | Some("" | "." | "..") => {
                return Err(ClientError::Decode(format!("{template} needs a value for {name}")));
            }
            Some(value) => filled.extend(utf8_percent_encode(value, SEGMENT)),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_place() {
        assert_eq!(fill("/a/{x}/b", &[("x", "1/../?#%ä".into())]).unwrap(), "/a/1%2F..%2F%3F%23%25%C3%A4/b");
        for bad in ["", ".", ".."] {
            assert!(fill("/a/{x}", &[("x", bad.into())]).is_err());
        }
        assert!(fill("/a/{x}", &[]).is_err());
    }

    #[test]
    fn path_and_query_are_written_together() {
        let id = [("id", "7".to_owned())];
        assert_eq!(of("http://h:1/", "/api/v1/sessions/{id}", &id, "").unwrap(), "http://h:1/api/v1/sessions/7");
        assert_eq!(of("", "/api/v1/sessions", &[], "a=b").unwrap(), "/api/v1/sessions?a=b");
    }
}
