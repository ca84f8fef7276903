use super::*;

fn page(query: &str) -> String {
    let mut out = Vec::new();
    show(Some(query), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The titles of the pages that a query shows.
fn titles(query: &str) -> Vec<String> {
    let protocol = Protocol::new();
    let pages = find(&protocol, query);
    let pages = pages.iter().map(|found| page::of(&protocol, found));
    pages
        .map(|page| page.lines().next().unwrap().to_owned())
        .collect()
}

/// The words of a line of a table.
fn row<'a>(page: &'a str, field: &str) -> Vec<&'a str> {
    let mut rows = page
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.find(|words| words.iter().take(2).any(|word| *word == field))
        .unwrap_or_else(|| panic!("no {field} in {page}"))
}

#[test]
fn a_code_is_looked_up_in_every_family() {
    let both = [
        "EmbeddedMessage (93), server_response",
        "DistributedEmbeddedMessage (93), distributed",
    ];
    assert_eq!(titles("93"), both);
    assert_eq!(titles("0x5d"), both);
    assert_eq!(titles("0X5D"), both);
    assert_eq!(titles("distributed/93"), both[1..]);
    assert_eq!(titles("distributed.93"), both[1..]);
    assert_eq!(titles("distributed 93"), both[1..]);
    assert_eq!(titles("93x"), [""; 0]);
    assert_eq!(titles("4294967296"), [""; 0]);
}

#[test]
fn a_name_is_ours_or_that_of_others() {
    let watching = [
        "WatchUserRequest (5), server_request",
        "WatchUserResponse (5), server_response",
    ];
    assert_eq!(titles("watchuserrequest"), watching[..1]);
    assert_eq!(titles("WatchUser"), watching);
    assert_eq!(titles("AddUser"), watching);
    assert_eq!(titles("server_response/AddUser"), watching[1..]);
    assert_eq!(titles("peer/AddUser"), [""; 0]);
}

#[test]
fn our_own_names_hide_those_of_others() {
    // What Nicotine+ calls its own is an alias of another message of ours.
    assert_eq!(titles("BranchLevel"), ["BranchLevel (126), server_request"]);
    assert_eq!(
        titles("DistribBranchLevel"),
        ["DistributedBranchLevel (4), distributed"]
    );
}

#[test]
fn what_is_no_message_has_a_page_too() {
    assert_eq!(titles("FileTicket"), ["FileTicket, file connection"]);
    assert_eq!(titles("file/FileTicket"), ["FileTicket, file connection"]);
    assert_eq!(titles("UserStats"), ["UserStats, a record"]);
    assert_eq!(titles("Status"), ["Status, values of a u32"]);
    assert_eq!(titles("12547"), ["UnknownPeerMessage (12547), peer"]);
    assert!(page("12547").contains("Nobody knows its fields"));
}

#[test]
fn a_page_has_the_layout_and_what_it_uses() {
    let page = page("WatchUserResponse");
    assert_eq!(row(&page, "username")[..3], ["0", "username", "text"]);
    assert_eq!(row(&page, "exists")[..2], ["exists", "bool"]);
    assert_eq!(row(&page, "status")[..2], ["status", "used"]);
    assert!(page.contains("if exists, if any byte is left"), "{page}");
    assert!(page.contains("spec/guide/users.md"), "{page}");
    assert!(page.contains("UserStats, a record"), "{page}");
    assert_eq!(row(&page, "files")[..3], ["12", "files", "u32"]);
    assert_eq!(row(&page, "2"), ["2", "Online", "Connected."]);
}

#[test]
fn every_page_can_be_shown() {
    let protocol = Protocol::new();
    for family in &protocol.families {
        for message in &family.messages {
            let query = format!("{}/{}", family.name, message.code);
            let page = page(&query);
            for field in &message.fields {
                row(&page, field.name);
            }
        }
    }
}

#[test]
fn all_messages_are_in_the_list() {
    let mut out = Vec::new();
    show(None, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let protocol = Protocol::new();
    for message in protocol.families.iter().flat_map(|f| &f.messages) {
        assert!(row(&text, message.name).contains(&message.status));
    }
}

#[test]
fn a_family_is_a_list_of_its_messages() {
    let page = page("peer_init");
    assert_eq!(row(&page, "PeerInit")[..3], ["1", "PeerInit", "used"]);
    assert!(!page.contains("LoginRequest"), "{page}");
}

#[test]
fn a_long_query_is_not_repeated() {
    let error = show(Some(&"x".repeat(100_000)), Vec::new()).unwrap_err();
    assert!(error.to_string().len() < 150, "{error}");
}

#[test]
fn an_unknown_name_comes_with_advice() {
    for (query, wanted) in [
        (
            "Loginn",
            "no message is called \"Loginn\"; did you mean Login or LoginResponse or LoginRefusal?",
        ),
        (
            "99999",
            "no message is called \"99999\"; `slsk spec` lists all",
        ),
        ("", "no message is called \"\"; `slsk spec` lists all"),
        (
            "nobody/1",
            "no message is called \"nobody/1\"; `slsk spec` lists all",
        ),
    ] {
        let error = show(Some(query), Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), wanted);
    }
}

#[test]
fn json_is_that_of_the_file() {
    let mut all = Vec::new();
    show_json(None, &mut all).unwrap();
    let whole: serde_json::Value = serde_json::from_slice(&all).unwrap();
    let mut out = Vec::new();
    show_json(Some("distributed/3"), &mut out).unwrap();
    let mut one: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let family = one.as_object_mut().unwrap().remove("family").unwrap();
    assert_eq!(family, "distributed");
    let families = whole["families"].as_array().unwrap();
    let messages = families
        .iter()
        .find(|f| f["name"] == "distributed")
        .unwrap();
    let messages = messages["messages"].as_array().unwrap();
    assert!(messages.contains(&one), "{one}");
}
