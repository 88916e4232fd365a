//! Something to open on the first day: a desktop and an app that everyone may launch.

use deskwarden_types::{
    DeliveryKind, LicenceKind,
    api::{NewDeliveryMethod, NewProvision, NewResource},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{create_delivery_method, create_provision, create_resource};
use crate::{
    Actor, Result, StoreError, WriteScope,
    schema::{delivery_methods, provisions, resources},
};

/// A sample: its name, how it is delivered, and the program, a whole desktop without one.
const SAMPLES: [(&str, DeliveryKind, Option<&str>); 2] =
    [("Sample desktop", DeliveryKind::CloudDesktop, None), ("Sample terminal", DeliveryKind::AppStream, Some("xterm"))];

/// Makes the samples that are not there yet, on any machine that can run them. Gives the names of those it made: one
/// whose name is in use already is left alone.
pub fn create_samples(scope: &mut WriteScope<'_>, actor: &Actor) -> Result<Vec<&'static str>> {
    let mut made = Vec::new();
    for (name, kind, program) in SAMPLES {
        if is_taken(scope, name)? {
            continue;
        }
        let wrong = |_| StoreError::Corrupt(format!("the sample {name}"));
        let named = name.parse().map_err(wrong)?;
        let program = program.map(str::parse).transpose().map_err(wrong)?;
        let resource =
            NewResource { name: named, kind, program, version: None, max_sessions_per_user: None, valid_hours: None };
        let resource = create_resource(scope, actor, &resource)?;
        let named = resource.resource.name.clone();
        let method = NewDeliveryMethod { name: named.clone(), kind, licence: LicenceKind::Floating, offline_days: 0 };
        let method = create_delivery_method(scope, actor, &method)?;
        let provision = NewProvision {
            name: named,
            resource_id: Some(resource.id),
            delivery_method_id: method.id,
            environment_id: None,
            host_id: None,
            everyone: true,
            users: Vec::new(),
            groups: Vec::new(),
        };
        create_provision(scope, actor, &provision)?;
        made.push(name);
    }
    Ok(made)
}

fn is_taken(scope: &mut WriteScope<'_>, name: &str) -> Result<bool> {
    let tenant = scope.tenant.0;
    let resources: i64 = resources::table
        .filter(resources::tenant_id.eq(tenant))
        .filter(resources::name.eq(name))
        .count()
        .get_result(scope.conn)?;
    let methods: i64 = delivery_methods::table
        .filter(delivery_methods::tenant_id.eq(tenant))
        .filter(delivery_methods::name.eq(name))
        .count()
        .get_result(scope.conn)?;
    let provisions: i64 = provisions::table
        .filter(provisions::tenant_id.eq(tenant))
        .filter(provisions::name.eq(name))
        .count()
        .get_result(scope.conn)?;
    Ok(resources + methods + provisions > 0)
}
