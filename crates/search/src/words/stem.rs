//! Light stemming for English and French together: plurals, final e, feminine forms.

/// Strips what English and French plurals add, and a final `e`, so that `batteries`, `battery` and
/// `batterie`, or `vert`, `verte` and `vertes`, meet in one token. Words of up to three letters
/// and words with digits stay as they are.
pub(crate) fn stem(word: &str) -> String {
    if word.len() <= 3 || !word.is_ascii() || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    let singular = singular(word);
    let stem = match singular.strip_suffix('e') {
        Some(stem) if stem.len() > 3 => stem,
        _ => singular.as_str(),
    };
    stem.to_owned()
}

fn singular(word: &str) -> String {
    for (ending, singular) in [
        ("ies", "y"),
        ("ie", "y"),
        ("sses", "ss"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
        ("eaux", "eau"),
        ("eux", "eu"),
        ("oux", "ou"),
        ("aux", "al"),
    ] {
        if let Some(stem) = word.strip_suffix(ending)
            && !stem.is_empty()
        {
            return format!("{stem}{singular}");
        }
    }
    let kept = ["ss", "us", "is"]
        .iter()
        .any(|ending| word.ends_with(ending));
    match word.strip_suffix('s') {
        Some(stem) if !kept && stem.len() >= 3 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_and_plural_meet_in_both_languages() {
        for group in [
            &["battery", "batteries", "batterie"][..],
            &["shoe", "shoes"],
            &["chaussure", "chaussures"],
            &["box", "boxes"],
            &["watch", "watches"],
            &["glass", "glasses"],
            &["case", "cases"],
            &["mouse", "mouses"],
            &["phone", "phones"],
            &["headphone", "headphones"],
            &["vert", "verte", "vertes", "verts"],
            &["bleu", "bleue", "bleues"],
            &["cadeau", "cadeaux"],
            &["jeu", "jeux"],
            &["bijou", "bijoux"],
            &["tache", "taches"],
            &["noir", "noire", "noires"],
        ] {
            let stems: Vec<String> = group.iter().map(|word| stem(word)).collect();
            assert!(
                stems.iter().all(|one| *one == stems[0]),
                "{group:?} -> {stems:?}"
            );
        }
    }

    #[test]
    fn short_words_and_models_stay() {
        for word in ["bus", "gas", "tapis", "dv7s", "aaa", "usb", "plus"] {
            assert_eq!(stem(word), word);
        }
    }
}
