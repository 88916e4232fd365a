//! Puts a description on each property where the derived schemas have it elsewhere, or nowhere.

use utoipa::openapi::{RefOr, Schema, schema::ArrayItems};

/// Says of the property that tells the forms of a tagged enumeration apart what it is.
const TAG: &str = "Which of the forms this is.";

/// Describes every property of a schema.
pub fn polish(schema: &mut RefOr<Schema>) {
    properties(schema, &mut |_, property| {
        if described(property) {
            return;
        }
        match property {
            // What may be absent: the description stands on the reference inside.
            RefOr::T(Schema::OneOf(one)) => {
                one.description = one.items.iter().find_map(|item| match item {
                    RefOr::Ref(reference) if !reference.description.is_empty() => Some(reference.description.clone()),
                    _ => None,
                });
            }
            RefOr::T(Schema::Object(object)) if object.enum_values.as_ref().is_some_and(|values| values.len() == 1) => {
                object.description = Some(TAG.to_owned());
            }
            _ => {}
        }
    });
}

/// Whether a property says what it is.
pub fn described(property: &RefOr<Schema>) -> bool {
    match property {
        RefOr::Ref(reference) => !reference.description.is_empty(),
        RefOr::T(Schema::Object(object)) => object.description.is_some(),
        RefOr::T(Schema::Array(array)) => array.description.is_some(),
        RefOr::T(Schema::OneOf(one)) => one.description.is_some(),
        RefOr::T(Schema::AllOf(all)) => all.description.is_some(),
        RefOr::T(Schema::AnyOf(any)) => any.description.is_some(),
        RefOr::T(_) => false,
    }
}

/// Shows every property of a schema, however deep.
pub fn properties(schema: &mut RefOr<Schema>, see: &mut impl FnMut(&str, &mut RefOr<Schema>)) {
    let RefOr::T(schema) = schema else {
        return;
    };
    match schema {
        Schema::Object(object) => {
            for (name, property) in &mut object.properties {
                see(name, property);
                properties(property, see);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                properties(items, see);
            }
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(|item| properties(item, see)),
        Schema::AllOf(all) => all.items.iter_mut().for_each(|item| properties(item, see)),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(|item| properties(item, see)),
        _ => {}
    }
}
