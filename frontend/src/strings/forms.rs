//! Words of forms that pages share, and of the newer settings.

texts! {
    /// How many are ticked.
    chosen(count): "{count} chosen";
    narrow(what): "Narrow down: {what}";
    narrow_how: "Part of the name";
    nothing_chosen: "Choose…";
    change: "Change";
    create: "Create";
    removed(name): "{name} is removed";
    saved_thing(name): "{name} is saved";
    remove_title(name): "Remove {name}?";
    name: "Name";
    state: "State";
    consent_time: "Time to answer whether somebody may watch, in seconds";
    consent_time_hint: "Then it counts as no: 5 to 300";
    poor_network: "Poor network, in seconds without a sign";
    poor_network_hint: "When a browser counts as gone: 2 to 120";
    disconnected_time: "End of a streamed app that nobody is connected to, in minutes";
    disconnected_time_hint: "1 to 1,440";
    seats_warn: "Warning of scarce seats, in percent";
    seats_warn_hint: "From how many taken seats on: 1 to 100";
    networks: "Own networks";
    networks_hint: "From there access is internal, from elsewhere public. While there is none, private addresses are internal.";
    networks_bad: "One of the ranges is none, or there are too many.";
    network_name: "Name of the network";
    network_range: "Range of addresses";
    network_name_bad(range): "The network {range} needs a name of 1 to 200 characters.";
    add_network: "Add a network";
    remove_network: "Remove this network";
}
