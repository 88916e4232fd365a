//! Making and changing a provision.

use deskwarden_client::ClientError;
use deskwarden_types::{DeliveryKind, ProvisionPath, api::*};
use leptos::prelude::*;

use crate::{
    api::{Api, use_api},
    parts::{ButtonKind, Choice, Choose, ChooseSeveral, Dialog, DialogForm, Field, Form, all, named, save},
    strings,
};

const FIELDS: &[&str] =
    &["name", "resource_id", "delivery_method_id", "environment_id", "host_id", "everyone", "users", "groups"];
/// Before the ids of environments and hosts, which are chosen from one list.
const ENVIRONMENT: &str = "e";
const HOST: &str = "h";

/// What a provision can name.
#[derive(Clone, PartialEq)]
pub struct Things {
    resources: Vec<(Choice, DeliveryKind)>,
    methods: Vec<(Choice, DeliveryKind)>,
    environments: Vec<Choice>,
    hosts: Vec<Choice>,
    users: Vec<Choice>,
    groups: Vec<Choice>,
}

impl Things {
    /// Asks for all of it.
    pub async fn load(api: Api) -> Result<Self, ClientError> {
        let resources = all::<ListResources, _>(api).await?.into_iter();
        let methods = all::<ListDeliveryMethods, _>(api).await?.into_iter();
        let environments = all::<ListEnvironments, _>(api).await?.into_iter();
        let hosts = all::<ListHosts, _>(api).await?.into_iter();
        let users = all::<ListUsers, _>(api).await?.into_iter();
        let groups = all::<ListGroups, _>(api).await?.into_iter();
        Ok(Self {
            resources: resources.map(|r| ((r.id.to_string(), r.resource.name.into()), r.resource.kind)).collect(),
            methods: methods.map(|m| ((m.id.to_string(), m.method.name.into()), m.method.kind)).collect(),
            environments: environments.map(|e| (e.id.to_string(), e.environment.name.into())).collect(),
            hosts: hosts.filter(|h| h.agent.revoked_at.is_none()).map(|h| (h.id.to_string(), h.name)).collect(),
            users: users.map(|u| (u.id.to_string(), format!("{} ({})", u.display_name, u.username))).collect(),
            groups: groups.map(|g| (g.id.to_string(), g.name)).collect(),
        })
    }

    /// What a provision is of.
    pub fn resource_of(&self, provision: &NewProvision) -> String {
        let Some(id) = provision.resource_id else { return strings::every_program().to_owned() };
        name_in(self.resources.iter().map(|(choice, _)| choice), &id.to_string())
    }

    /// How it reaches its users.
    pub fn method_of(&self, provision: &NewProvision) -> String {
        name_in(self.methods.iter().map(|(choice, _)| choice), &provision.delivery_method_id.to_string())
    }

    /// Where it runs.
    pub fn place_of(&self, provision: &NewProvision) -> String {
        match (provision.environment_id, provision.host_id) {
            (Some(id), _) => name_in(self.environments.iter(), &id.to_string()),
            (None, Some(id)) => name_in(self.hosts.iter(), &id.to_string()),
            (None, None) => strings::any_machine().to_owned(),
        }
    }

    fn places(&self) -> Vec<Choice> {
        let any = (String::new(), strings::any_machine().to_owned());
        let environments =
            self.environments.iter().map(|(id, name)| (format!("{ENVIRONMENT}{id}"), strings::in_environment(name)));
        let hosts = self.hosts.iter().map(|(id, name)| (format!("{HOST}{id}"), strings::on_host(name)));
        std::iter::once(any).chain(environments).chain(hosts).collect()
    }

    fn kind_of(&self, resource: &str) -> DeliveryKind {
        let found = self.resources.iter().find(|((id, _), _)| id == resource);
        found.map_or(DeliveryKind::ManagedApp, |(_, kind)| *kind)
    }
}

fn name_in<'c>(mut choices: impl Iterator<Item = &'c Choice>, id: &str) -> String {
    choices.find(|(of, _)| of == id).map_or_else(|| id.to_owned(), |(_, name)| name.clone())
}

fn ids<T: std::str::FromStr>(chosen: RwSignal<Vec<String>>) -> Vec<T> {
    chosen.get_untracked().iter().filter_map(|id| id.parse().ok()).collect()
}

/// A form for one.
#[component]
pub fn ProvisionDialog(
    /// As it is; a new one without it.
    of: Option<Provision>,
    /// What it can name.
    things: Things,
    /// Called when it was saved, with its name.
    on_saved: Callback<String>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new(FIELDS);
    let id = of.as_ref().map(|of| of.id);
    let known = of.map(|of| of.provision);
    let text = |of: Option<String>| RwSignal::new(of.unwrap_or_default());
    let name = text(known.as_ref().map(|k| k.name.to_string()));
    let first = things.resources.first().map(|((id, _), _)| id.clone());
    let resource = text(match &known {
        Some(known) => known.resource_id.map(|id| id.to_string()),
        None => first,
    });
    let method = text(known.as_ref().map(|k| k.delivery_method_id.to_string()));
    let environment = known.as_ref().and_then(|k| k.environment_id).map(|id| format!("{ENVIRONMENT}{id}"));
    let host = known.as_ref().and_then(|k| k.host_id).map(|id| format!("{HOST}{id}"));
    let place = text(environment.or(host));
    let everyone = RwSignal::new(known.as_ref().is_none_or(|k| k.everyone));
    let users = RwSignal::new(known.iter().flat_map(|k| k.users.iter().map(ToString::to_string)).collect::<Vec<_>>());
    let groups = RwSignal::new(known.iter().flat_map(|k| k.groups.iter().map(ToString::to_string)).collect::<Vec<_>>());
    let title = known
        .as_ref()
        .map_or_else(|| strings::new_provision().to_owned(), |k| strings::change_resource(k.name.to_string()));
    let things = StoredValue::new(things);
    let methods = Signal::derive(move || {
        let kind = things.with_value(|things| things.kind_of(&resource.get()));
        let fits = |(choice, of): &(Choice, DeliveryKind)| (*of == kind).then(|| choice.clone());
        let none = (String::new(), strings::nothing_chosen().to_owned());
        std::iter::once(none)
            .chain(things.with_value(|t| t.methods.iter().filter_map(fits).collect::<Vec<_>>()))
            .collect::<Vec<_>>()
    });
    // Of another kind's methods none fits; the only one that fits is taken.
    Effect::new(move |_| {
        let fitting = methods.get();
        if !fitting.iter().any(|(of, _)| *of == method.get_untracked()) || method.with_untracked(String::is_empty) {
            let only = if let [_, (only, _)] = fitting.as_slice() { only.clone() } else { String::new() };
            method.set(only);
        }
    });
    let resources = Signal::derive(move || {
        let every = (String::new(), strings::every_program().to_owned());
        things.with_value(|t| {
            t.resources.iter().map(|(choice, _)| choice.clone()).chain([every.clone()]).collect::<Vec<_>>()
        })
    });
    let list = move |of: fn(&Things) -> Vec<Choice>| Signal::derive(move || things.with_value(of));
    let typed = move || -> Result<NewProvision, (&'static str, String)> {
        let delivery_method_id = method.with_untracked(|id| id.parse());
        let where_it_runs = place.get_untracked();
        let with = |start: &str| where_it_runs.strip_prefix(start).map(str::to_owned);
        Ok(NewProvision {
            name: named("name", name)?,
            resource_id: resource.with_untracked(|id| id.parse().ok()),
            delivery_method_id: delivery_method_id
                .map_err(|_| ("delivery_method_id", strings::choose_method_bad().to_owned()))?,
            environment_id: with(ENVIRONMENT).and_then(|id| id.parse().ok()),
            host_id: with(HOST).and_then(|id| id.parse().ok()),
            everyone: everyone.get_untracked(),
            users: ids(users),
            groups: ids(groups),
        })
    };
    let done = move |saved: Provision| on_saved.run(saved.provision.name.to_string());
    let path = id.map(|id| ProvisionPath { id });
    let submit = move || save::<CreateProvision, ChangeProvision>(api, form, path, typed(), done);
    let verb = if id.is_some() { strings::save() } else { strings::create() };
    view! {
        <Dialog title=title on_close=on_close>
            <DialogForm form=form verb=verb kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                <Field name="name" label=strings::name() value=name error=form.error first=true />
                <Choose name="resource_id" label=strings::provision_resource() value=resource choices=resources form=form />
                <Choose name="delivery_method_id" label=strings::provision_method() value=method choices=methods form=form />
                <Choose name="environment_id" label=strings::provision_where() value=place choices=list(Things::places) form=form />
                <label class="check">
                    <input type="checkbox" prop:checked=move || everyone.get() on:change=move |event| everyone.set(event_target_checked(&event)) />
                    {strings::provision_everyone()}
                </label>
                {move || (!everyone.get()).then(|| view! {
                    <ChooseSeveral name="users" label=strings::provision_users() chosen=users choices=list(|t| t.users.clone()) form=form none=strings::no_users_to_choose() />
                    <ChooseSeveral name="groups" label=strings::provision_groups() chosen=groups choices=list(|t| t.groups.clone()) form=form none=strings::no_groups_to_choose() />
                })}
            </DialogForm>
        </Dialog>
    }
    .into_any()
}
