//! `load_data`: CSV, JSON, YAML and plain text as values.

use tera::Value;

use super::context::{data, object};

/// Reads text of a format: `csv`, `json`, `yaml`, or `plain` for anything else.
///
/// # Errors
/// What is wrong, in words, when the text is not of that format.
pub(super) fn parse(text: &str, format: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    match format {
        "json" => {
            serde_json::from_str(text).map(|value| data(&value)).map_err(|error| error.to_string())
        }
        "yaml" | "yml" => serde_yaml::from_str::<serde_json::Value>(text)
            .map(|value| data(&value))
            .map_err(|error| error.to_string()),
        "csv" => csv(text, ','),
        "tsv" => csv(text, '\t'),
        "plain" | "txt" | "md" | "html" | "svg" | "xml" | "css" => Ok(Value::normal_string(text)),
        other => {
            Err(format!("`{other}` is no format that is known: csv, tsv, json, yaml or plain"))
        }
    }
}

/// CSV as RFC 4180 has it: `{headers: [...], records: [[...], ...]}`, all fields as text.
fn csv(text: &str, comma: char) -> Result<Value, String> {
    let mut rows = rows(text, comma)?.into_iter();
    let row = |fields: Vec<String>| {
        Value::from(
            fields.iter().map(|field| Value::normal_string(field.trim())).collect::<Vec<_>>(),
        )
    };
    let headers = rows.next().unwrap_or_default();
    let width = headers.len();
    let mut records = Vec::new();
    for (number, fields) in rows.enumerate() {
        if fields.len() != width {
            return Err(format!(
                "record {} has {} fields, the header has {width}",
                number + 1,
                fields.len()
            ));
        }
        records.push(row(fields));
    }
    Ok(Value::from(object([("headers", row(headers)), ("records", Value::from(records))])))
}

fn rows(text: &str, comma: char) -> Result<Vec<Vec<String>>, String> {
    let mut rows = Vec::new();
    let (mut fields, mut field, mut quoted, mut was_quoted) =
        (Vec::new(), String::new(), false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted => {
                if letters.next_if_eq(&'"').is_some() {
                    field.push('"');
                } else {
                    quoted = false;
                }
            }
            '"' if field.trim().is_empty() && !was_quoted => {
                field.clear();
                (quoted, was_quoted) = (true, true);
            }
            _ if quoted => field.push(letter),
            _ if letter == comma => {
                fields.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            '\r' => {}
            '\n' => {
                fields.push(std::mem::take(&mut field));
                was_quoted = false;
                let row = std::mem::take(&mut fields);
                if row.iter().any(|field| !field.trim().is_empty()) {
                    rows.push(row);
                }
            }
            _ => field.push(letter),
        }
    }
    if quoted {
        return Err(format!("a quoted field in record {} is not closed", rows.len()));
    }
    fields.push(field);
    if fields.iter().any(|field| !field.trim().is_empty()) {
        rows.push(fields);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_has_headers_and_records() {
        let value =
            parse("Strait, Mb/d\r\n\"Hormuz, east\",20\n\"say \"\"x\"\"\",3\n", "csv").unwrap();
        assert_eq!(value.get_from_path("headers.1").unwrap().as_str(), Some("Mb/d"));
        assert_eq!(value.get_from_path("records.0.0").unwrap().as_str(), Some("Hormuz, east"));
        assert_eq!(value.get_from_path("records.1.0").unwrap().as_str(), Some("say \"x\""));
    }

    #[test]
    fn csv_with_a_hole_says_where() {
        assert!(parse("a,b\n1,2\n3\n", "csv").unwrap_err().contains("record 2"));
        assert!(parse("a\n\"x\n", "csv").unwrap_err().contains("not closed"));
    }
}
