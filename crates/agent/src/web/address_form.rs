//! The address form: what was typed, and what is missing.

use super::{
    buyer::Submitted,
    view::{AddressForm, FieldView},
};
use crate::{Language, purchase::Destination, text};

/// Countries that can be chosen: code, English, French.
const COUNTRIES: [(&str, &str, &str); 32] = [
    ("AT", "Austria", "Autriche"),
    ("AU", "Australia", "Australie"),
    ("BE", "Belgium", "Belgique"),
    ("BG", "Bulgaria", "Bulgarie"),
    ("CA", "Canada", "Canada"),
    ("CH", "Switzerland", "Suisse"),
    ("CZ", "Czechia", "Tchéquie"),
    ("DE", "Germany", "Allemagne"),
    ("DK", "Denmark", "Danemark"),
    ("EE", "Estonia", "Estonie"),
    ("ES", "Spain", "Espagne"),
    ("FI", "Finland", "Finlande"),
    ("FR", "France", "France"),
    ("GB", "United Kingdom", "Royaume-Uni"),
    ("GR", "Greece", "Grèce"),
    ("HR", "Croatia", "Croatie"),
    ("HU", "Hungary", "Hongrie"),
    ("IE", "Ireland", "Irlande"),
    ("IT", "Italy", "Italie"),
    ("JP", "Japan", "Japon"),
    ("LT", "Lithuania", "Lituanie"),
    ("LU", "Luxembourg", "Luxembourg"),
    ("LV", "Latvia", "Lettonie"),
    ("NL", "Netherlands", "Pays-Bas"),
    ("NO", "Norway", "Norvège"),
    ("PL", "Poland", "Pologne"),
    ("PT", "Portugal", "Portugal"),
    ("RO", "Romania", "Roumanie"),
    ("SE", "Sweden", "Suède"),
    ("SI", "Slovenia", "Slovénie"),
    ("SK", "Slovakia", "Slovaquie"),
    ("US", "United States", "États-Unis"),
];

/// The choices of the country field, by name.
pub(super) fn countries(language: Language) -> Vec<(&'static str, &'static str)> {
    let mut list: Vec<_> = COUNTRIES
        .iter()
        .map(|(code, english, french)| match language {
            Language::En => (*code, *english),
            Language::Fr => (*code, *french),
        })
        .collect();
    list.sort_by_key(|(_, name)| name.replace('É', "E"));
    list
}

/// Reads the form; says whether it can be used.
pub(super) fn read(form: &Submitted) -> (AddressForm, bool) {
    let words = form.buyer.language.words();
    let mut complete = true;
    let mut field = |name: &str, chars_max: usize, required: bool| {
        let value = text::mask_cards(form.get(name).trim()).0;
        let wrong = if required && value.is_empty() {
            Some(words.field_required)
        } else if value.chars().count() > chars_max {
            Some(words.field_too_long)
        } else if name == "email" && !looks_like_email(&value) {
            Some(words.field_email)
        } else if name == "country" && !COUNTRIES.iter().any(|(code, ..)| *code == value) {
            Some(words.field_required)
        } else {
            None
        };
        complete &= wrong.is_none();
        FieldView { value, wrong }
    };
    let shown = AddressForm {
        name: field("name", 256, true),
        email: field("email", 254, true),
        phone: field("phone", 32, false),
        line_one: field("line_one", 60, true),
        line_two: field("line_two", 60, false),
        postal_code: field("postal_code", 20, true),
        city: field("city", 60, true),
        state: field("state", 60, false),
        country: field("country", 2, true),
        notes: field("notes", 500, false),
    };
    (shown, complete)
}

/// The form filled with what is known.
pub(super) fn filled(destination: Option<&Destination>, language: Language) -> AddressForm {
    let field = |value: &str| FieldView {
        value: value.to_owned(),
        wrong: None,
    };
    let Some(known) = destination else {
        let country = match language {
            Language::En => "GB",
            Language::Fr => "FR",
        };
        return AddressForm {
            country: field(country),
            ..AddressForm::default()
        };
    };
    AddressForm {
        name: field(&known.name),
        email: field(&known.email),
        phone: field(&known.phone),
        line_one: field(&known.line_one),
        line_two: field(&known.line_two),
        postal_code: field(&known.postal_code),
        city: field(&known.city),
        state: field(&known.state),
        country: field(&known.country),
        notes: field(&known.notes),
    }
}

/// Something before and after one `@`, with a dot in the domain.
fn looks_like_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(local, domain)| {
        let dotted =
            domain.split('.').count() >= 2 && domain.split('.').all(|part| !part.is_empty());
        !local.is_empty()
            && dotted
            && !domain.contains('@')
            && !value.chars().any(char::is_whitespace)
    })
}
