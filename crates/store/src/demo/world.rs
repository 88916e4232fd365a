//! The institution: people, apps, machines, and who may launch what.

use std::{
    collections::{HashMap, HashSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use deskwarden_types::{DeliveryKind, Role, Terminal};

use super::{
    Sizes,
    dice::{Dice, Table, zipf},
    institution::{METHODS, Method, role},
    names::{BROWSERS, FIRST, FOREIGN, GROUPS, LAST, PRODUCTS, VARIANTS},
    shape::KINDS,
};

/// Apps that a person uses again and again.
const FAVOURITES: usize = 12;
/// Groups that a provision names.
const GROUPS_PROVIDED: usize = 3;

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name of the account.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Below a domain that nobody can have (RFC 2606).
    pub email: String,
    /// The name in the directory.
    pub ad_username: String,
    /// The role.
    pub role: Role,
    /// The group, by its place.
    pub group: usize,
    /// Addresses at home and on the way.
    addresses: [u32; 3],
    favourites: [u32; FAVOURITES],
}

/// An app or desktop.
#[derive(Debug, Clone)]
pub struct App {
    /// What it is called.
    pub name: String,
    /// How it is delivered.
    pub kind: DeliveryKind,
    /// Of managed apps.
    pub program: Option<String>,
    /// Of managed apps.
    pub version: Option<String>,
    /// Where it runs, where that is a pool of ours.
    pub environments: Vec<u32>,
    /// For everyone.
    pub provision: u32,
    /// For some groups.
    pub group_provision: Option<u32>,
}

/// Who may launch an app, and how.
#[derive(Debug, Clone)]
pub struct Provision {
    /// Its name.
    pub name: String,
    /// The app.
    pub app: u32,
    /// The delivery method.
    pub method: u32,
    /// The groups; none for everyone.
    pub groups: Vec<usize>,
}

/// The institution. Things are named by their place in these lists.
#[derive(Debug, Clone)]
pub struct World {
    /// Everybody; staff first.
    pub users: Vec<Person>,
    /// Users, the most active ones first.
    pub active: Vec<u32>,
    /// Apps and desktops, the most used ones first.
    pub apps: Vec<App>,
    /// Who may launch what.
    pub provisions: Vec<Provision>,
    /// Pools.
    pub environments: Vec<String>,
    /// Servers, then each user's own computer.
    pub hosts: Vec<String>,
    /// What users sit at.
    pub devices: Vec<(String, Terminal)>,
    /// Where users come from.
    pub addresses: Vec<IpAddr>,
    sizes: Sizes,
    user_table: Table<u32>,
    app_table: Table<u32>,
}

impl World {
    /// The institution of a seed.
    pub fn new(seed: u64, sizes: Sizes) -> Self {
        let mut dice = Dice::new(seed, 1);
        let weights: Vec<f64> = zipf(sizes.apps, 1.05).collect();
        let app_table = Table::new((0u32..).zip(weights.iter().copied()), 1 << 16, 0);
        let (environments, pools) = environments();
        let mut world = Self {
            users: Vec::with_capacity(sizes.users),
            active: (0u32..).take(sizes.users).collect(),
            apps: Vec::with_capacity(sizes.apps),
            provisions: Vec::new(),
            environments,
            hosts: (1..=sizes.servers).map(|n| format!("node-{n:03}.northfield.example")).collect(),
            devices: Vec::new(),
            addresses: addresses(sizes, &mut dice),
            sizes,
            user_table: Table::new(std::iter::empty(), 0, 0),
            app_table,
        };
        world.add_apps(&weights, &pools, &mut dice);
        world.add_users(&mut dice);
        world.add_devices();
        // Who is most active has nothing to do with who came first.
        dice.shuffle(&mut world.active);
        let active = world.active.iter().copied().zip(zipf(sizes.users, 0.5));
        world.user_table = Table::new(active, (sizes.users * 16).clamp(1 << 12, 1 << 20), 0);
        world
    }

    fn add_apps(&mut self, weights: &[f64], pools: &HashMap<DeliveryKind, Vec<u32>>, dice: &mut Dice) {
        let mut names: Vec<String> =
            VARIANTS.iter().flat_map(|variant| PRODUCTS.iter().map(move |name| format!("{name}{variant}"))).collect();
        dice.shuffle(&mut names);
        for (n, name) in FOREIGN.iter().enumerate() {
            if let Some(place) = names.get_mut(7 + n * 5) {
                *place = (*name).to_owned();
            }
        }
        // Kinds are dealt so that the shares of the sessions come out right, not the shares of the apps.
        let mut dealt = [0.0; KINDS.len()];
        let (mut sum, whole) = (0.0, KINDS.iter().map(|(_, weight)| weight).sum::<f64>());
        for (n, (weight, name)) in weights.iter().zip(names).enumerate() {
            let lack = |(dealt, (_, share)): (&f64, &(DeliveryKind, f64))| share / whole * (sum + weight) - dealt;
            let lacks: Vec<f64> = dealt.iter().zip(&KINDS).map(lack).collect();
            let most = lacks.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(kind, _)| kind);
            if let Some(dealt) = dealt.get_mut(most) {
                *dealt += weight;
            }
            sum += weight;
            let kind = KINDS.get(most).map_or(DeliveryKind::AppStream, |(kind, _)| *kind);
            self.add_app(n, kind, name, pools, dice);
        }
    }

    fn add_app(
        &mut self,
        n: usize,
        kind: DeliveryKind,
        name: String,
        pools: &HashMap<DeliveryKind, Vec<u32>>,
        dice: &mut Dice,
    ) {
        let managed = kind == DeliveryKind::ManagedApp;
        let name = match kind {
            DeliveryKind::CloudDesktop => format!("Desktop Pool {:02}", n + 1),
            DeliveryKind::RemoteAccess => format!("Workstations, room {}.{:02}", 1 + n % 4, n + 1),
            _ => name,
        };
        let slug: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let app = self.apps.len() as u32;
        let place = METHODS.iter().position(|method| method.kind == kind).unwrap_or(0) as u32;
        // Some groups have a better way than everyone; it comes first, so that it is the one that counts.
        let group_provision = dice.chance(0.4).then(|| {
            let groups = (0..GROUPS_PROVIDED).map(|k| (n + k * 5) % GROUPS.len()).collect();
            let name = format!("{name}, by school");
            self.add_provision(Provision { name, app, method: place + 1, groups })
        });
        let open = Provision { name: format!("{name} for everyone"), app, method: place, groups: Vec::new() };
        let provision = self.add_provision(open);
        let environments = pools.get(&kind).map(|pool| (0..4).map(|_| dice.one_of(pool, 0)).collect());
        self.apps.push(App {
            program: managed.then(|| format!("/opt/{slug}{n}/bin/{slug}")),
            version: managed.then(|| format!("{}.{}.{}", 1 + n % 24, dice.below(10), dice.below(20))),
            name,
            kind,
            environments: environments.unwrap_or_default(),
            provision,
            group_provision,
        });
    }

    fn add_provision(&mut self, provision: Provision) -> u32 {
        self.provisions.push(provision);
        self.provisions.len() as u32 - 1
    }

    fn add_users(&mut self, dice: &mut Dice) {
        let mut taken = HashSet::new();
        // An institution that sets its owner up as "owner" keeps the name.
        taken.extend(["owner", "admin", "root", "debian", "ubuntu"].map(str::to_owned));
        for n in 0..self.sizes.users {
            let (first, last) = (dice.one_of(FIRST, "Alex"), dice.one_of(LAST, "Smith"));
            let initial = first.chars().take(1).collect::<String>();
            let base =
                if dice.chance(0.55) { format!("{initial}{last}") } else { format!("{first}.{last}") }.to_lowercase();
            let mut username = base.clone();
            let mut again = 1;
            while !taken.insert(username.clone()) {
                again += 1;
                username = format!("{base}{again}");
            }
            let own = (self.sizes.inside + n * 3) as u32;
            self.users.push(Person {
                display_name: format!("{first} {last}"),
                email: format!("{username}@northfield.example"),
                ad_username: format!("NORTHFIELD\\{username}"),
                username,
                role: role(n),
                group: dice.below(GROUPS.len()),
                addresses: [own, own + 1, own + 2],
                favourites: std::array::from_fn(|_| self.app_table.pick(dice)),
            });
        }
    }

    /// Thin clients, browsers, then three of each user: laptop, telephone, own computer.
    fn add_devices(&mut self) {
        let thin = (1..=self.sizes.thin_clients).map(|n| (format!("TC-{n:04}"), Terminal::ThinClient));
        self.devices.extend(thin);
        self.devices.extend(BROWSERS.iter().map(|name| ((*name).to_owned(), Terminal::Browser)));
        for user in &self.users {
            let name = &user.username;
            let own = format!("{}-PC", name.to_uppercase());
            self.hosts.push(own.clone());
            self.devices.push((format!("{name}-laptop"), Terminal::SoftClient));
            self.devices.push((format!("{name}-phone"), Terminal::Mobile));
            self.devices.push((own, Terminal::OwnComputer));
        }
    }

    /// Who starts a session: a few start many.
    pub(super) fn pick_user(&self, dice: &mut Dice) -> u32 {
        self.user_table.pick(dice)
    }

    /// What a user starts: a favourite, mostly.
    pub(super) fn pick_app(&self, user: u32, dice: &mut Dice) -> u32 {
        match self.users.get(user as usize) {
            Some(person) if dice.chance(0.7) => dice.one_of(&person.favourites, 0),
            _ => self.app_table.pick(dice),
        }
    }

    /// Where the user comes from.
    pub(super) fn pick_address(&self, user: u32, dice: &mut Dice) -> u32 {
        let person = self.users.get(user as usize);
        let way = dice.unit();
        if way < 0.52 {
            return dice.below(self.sizes.inside) as u32;
        }
        match person {
            Some(person) if way < 0.97 => dice.one_of(&person.addresses, 0),
            _ => (self.sizes.inside + self.users.len() * 3 + dice.below(self.sizes.guests)) as u32,
        }
    }

    /// What the user sits at.
    pub(super) fn pick_device(&self, user: u32, terminal: Terminal, dice: &mut Dice) -> u32 {
        let shared = self.sizes.thin_clients + BROWSERS.len();
        let place = match terminal {
            Terminal::ThinClient => dice.below(self.sizes.thin_clients),
            Terminal::Browser => self.sizes.thin_clients + (user as usize + dice.below(2)) % BROWSERS.len(),
            Terminal::SoftClient => shared + user as usize * 3,
            Terminal::Mobile => shared + user as usize * 3 + 1,
            Terminal::OwnComputer => shared + user as usize * 3 + 2,
        };
        place as u32
    }

    /// The machine a session runs on: the user's own computer for managed apps, else a server.
    pub(super) fn pick_host(&self, user: u32, kind: DeliveryKind, dice: &mut Dice) -> u32 {
        match kind {
            DeliveryKind::ManagedApp => (self.sizes.servers + user as usize) as u32,
            _ => dice.below(self.sizes.servers) as u32,
        }
    }

    /// What allows this user this app.
    pub fn provision_of(&self, user: u32, app: u32) -> u32 {
        let (Some(person), Some(app)) = (self.users.get(user as usize), self.apps.get(app as usize)) else { return 0 };
        let by_group = app.group_provision.filter(|provision| {
            self.provisions.get(*provision as usize).is_some_and(|provision| provision.groups.contains(&person.group))
        });
        by_group.unwrap_or(app.provision)
    }

    /// The delivery method of a provision.
    pub fn method_of(&self, provision: u32) -> Option<(u32, &'static Method)> {
        let method = self.provisions.get(provision as usize)?.method;
        Some((method, METHODS.get(method as usize)?))
    }
}

/// Pools, and which are for which kind. Managed apps run at the user's, remote access on a machine of its own.
fn environments() -> (Vec<String>, HashMap<DeliveryKind, Vec<u32>>) {
    let (mut names, mut pools) = (Vec::new(), HashMap::new());
    let kinds = [
        (DeliveryKind::AppStream, "stream"),
        (DeliveryKind::CloudDelivery, "web"),
        (DeliveryKind::CloudDesktop, "desktop"),
    ];
    for (kind, prefix) in kinds {
        let first = names.len() as u32;
        for size in ["std", "gpu", "lab"] {
            names.extend((1..=14).map(|n| format!("{prefix}-{size}-{n:02}")));
        }
        pools.insert(kind, (first..names.len() as u32).collect());
    }
    (names, pools)
}

/// Inside, then three of each user, then guests'. Public ones come from ranges for tests and documents (RFC 2544,
/// RFC 3849). No two are the same.
fn addresses(sizes: Sizes, dice: &mut Dice) -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = Vec::with_capacity(sizes.inside + sizes.users * 3 + sizes.guests);
    let v4 = |n: u32| IpAddr::V4(Ipv4Addr::from(n));
    all.extend((0u32..).take(sizes.inside).map(|n| v4(0x0a10_0001 + n * 7)));
    all.extend((0u32..).take(sizes.users * 3).map(|n| {
        if n >= 0x1_0000 || dice.chance(0.08) {
            let n = u128::from(n);
            IpAddr::V6(Ipv6Addr::from(0x2001_0db8 << 96 | (n * 0x9e37 % 0xffff) << 80 | (n * 31) << 48 | (n + 1)))
        } else {
            v4(0xc612_0000 + n)
        }
    }));
    all.extend((0u32..).take(sizes.guests).map(|n| v4(0xc613_0000 + n)));
    all
}
