mod links;

use slsk_wire::FamilyId;

use super::*;

fn book() -> Book {
    let protocol = Protocol::new();
    Book {
        links: Links::new(&protocol),
        captures: Captures::read(),
        protocol,
    }
}

#[test]
fn every_message_has_a_section_with_an_example() {
    let book = book();
    let mut captured = 0;
    for family in &book.protocol.families {
        let page = family_page(&book, family);
        let sections: Vec<&str> = page.split("\n## ").collect();
        for message in &family.messages {
            let heading = text::heading(message);
            let mut with = sections
                .iter()
                .filter(|section| section.starts_with(&heading));
            let section = with
                .next()
                .unwrap_or_else(|| panic!("no {heading} in {}", family.name));
            assert!(with.next().is_none(), "two {heading} in {}", family.name);
            let fields = message.fields.iter();
            for field in fields {
                let cell = format!("| `{}` |", field.name);
                assert_eq!(section.matches(&cell).count(), 1, "{cell} in {heading}");
            }
            let made_up = section.contains("\nMade up, not captured.\n");
            let recorded = section.contains("\nCaptured from ");
            assert!(made_up != recorded, "{heading} in {}", family.name);
            captured += usize::from(recorded);
        }
    }
    assert!(captured > 160, "{captured}");
}

#[test]
fn what_real_programs_send_is_preferred_and_then_what_shows_most() {
    let captures = Captures::read();
    let of = |code| {
        captures
            .of_message(FamilyId::ServerResponse, code)
            .expect("a recording")
    };
    // A login that was accepted has more fields than one that was refused.
    assert_eq!(of(1).bytes[8], 1);
    assert_eq!(of(1).origin, "soulfind");
    // Only the imitation of the server sends these.
    assert_eq!(of(102).origin, "mock");
}

#[test]
fn an_example_can_be_made_up_for_every_message() {
    for family in FamilyId::ALL {
        for message in family.schema().messages {
            let bytes = sample::frame(family, message.code);
            assert_eq!(bytes, sample::frame(family, message.code));
            let example = example::of_frame(family, &bytes);
            for field in message.record.fields {
                let there = field.condition.is_none_or(|condition| condition.expected);
                let shown = example
                    .lines()
                    .any(|line| line.split("  ").any(|cell| cell.trim() == field.name));
                assert_eq!(
                    shown, there,
                    "{} in {}\n{example}",
                    field.name, message.record.name
                );
            }
        }
    }
}

#[test]
fn an_example_has_each_byte_beside_its_field() {
    let frame = "\
        43000000 01000000 04000000 6e696331 07000000 70772d6e696331 a0000000 \
        20000000 3330656163366230656338303935313139623139393134383432346437633565 03000000";
    let frame = const_hex::decode(frame.replace(' ', "")).expect("hex");
    let expected = "\
```text
at  bytes                                field          value
    43 00 00 00                          length         67
    01 00 00 00                          code           1
 0  04 00 00 00 6e 69 63 31              username       \"nic1\"
 8  07 00 00 00 70 77 2d 6e 69 63 31     password       \"pw-nic1\"
19  a0 00 00 00                          major_version  160
23  20 00 00 00 33 30 65 61 63 36 62 30  hash           \"30eac6b0ec8095119b199148424d7c5e\"
    65 63 38 30 39 35 31 31 39 62 31 39
    39 31 34 38 34 32 34 64 37 63 35 65
59  03 00 00 00                          minor_version  3
```
";
    assert_eq!(example::of_frame(FamilyId::ServerRequest, &frame), expected);
}

#[test]
fn a_drawing_has_a_row_for_each_field_as_wide_as_its_bytes() {
    let book = book();
    let peer = book
        .protocol
        .families
        .iter()
        .find(|family| family.name == "peer")
        .expect("it is there");
    let message = peer
        .messages
        .iter()
        .find(|message| message.code == 41)
        .expect("it is there");
    let expected = "\
```text
  0       1       2       3
┌───────────────────────────────┐
│ u32                           │ length: bytes that follow
├───────────────────────────────┤
│ u32                           │ code = 41
├───────────────────────────────┤
│ u32                           │ token
├───────┬───────────────────────┘
│ bool  │ allowed
├───────┴───────────────────────┐
│ u64                           │ size, if allowed, may be missing
│                               │
├───────────────────────────────┤
│ u32 = a                       │ reason: its length, if not allowed, may be missing
├───────────────────────────────┤
╎ a bytes                       ╎ reason: RefusalReason
└───────────────────────────────┘
```
";
    let drawn = diagram::frame(&book.protocol, ("u32", 41), false, &message.fields);
    assert_eq!(drawn, expected);
}

#[test]
fn long_things_are_left_out_and_counted() {
    use slsk_wire::Family as _;
    use slsk_wire::server::{FileSearch, PrivilegedUsers, ServerRequest, ServerResponse};

    let search = FileSearch {
        token: 7,
        query: "x".repeat(100).as_str().into(),
    };
    let bytes = ServerRequest::from(search).to_frame().expect("a frame");
    let example = example::of_frame(FamilyId::ServerRequest, &bytes);
    assert!(example.contains("\n    … 80 more bytes\n"), "{example}");
    assert!(
        example.contains(&format!("\"{}\"…\n", "x".repeat(60))),
        "{example}"
    );

    let users = vec!["ada".into(); 50];
    let message = PrivilegedUsers { users };
    let bytes = ServerResponse::from(message).to_frame().expect("a frame");
    let example = example::of_frame(FamilyId::ServerResponse, &bytes);
    assert!(
        example.contains("\n25  … 47 more elements, 329 bytes\n"),
        "{example}"
    );
    assert!(example.lines().count() < 12, "{example}");
}

#[test]
fn no_example_is_long() {
    let mut examples = 0;
    for (name, page) in pages(&[]) {
        // Blocks and what is between them take turns.
        for block in page.split("```").skip(1).step_by(2) {
            let lines: Vec<&str> = block.lines().skip(1).collect();
            if lines.first().is_some_and(|head| head.contains("at  bytes")) {
                assert!(
                    lines.len() <= 41,
                    "{} lines in {name}: {block}",
                    lines.len()
                );
                examples += 1;
            }
        }
    }
    assert!(examples > 170, "{examples}");
}

#[test]
fn a_bar_in_a_cell_does_not_end_it() {
    let table = text::table(&["a"], [["x | y".to_owned()]]);
    assert_eq!(table, "| a |\n| --- |\n| x \\| y |\n");
}

#[test]
fn every_row_of_a_table_has_as_many_cells_as_its_head() {
    let mut rows = 0;
    for (name, page) in pages(&[]) {
        let mut cells = None;
        for line in page.lines() {
            if !line.starts_with('|') {
                cells = None;
                continue;
            }
            let count = line.replace("\\|", "").matches('|').count();
            assert_eq!(count, *cells.get_or_insert(count), "{name}: {line}");
            rows += 1;
        }
    }
    assert!(rows > 800, "{rows}");
}

#[test]
fn documentation_links_to_what_it_names() {
    let links = Links::new(&Protocol::new());
    let doc = "Ends `WatchUserRequest`, see `spec/guide/users.md`; `success` and a `File`.";
    assert_eq!(
        links.in_doc(doc, "server_request.md"),
        "Ends [`WatchUserRequest`](#watchuserrequest-5), see [users](../guide/users.md); `success` and a \
         [`File`](types.md#file)."
    );
    assert_eq!(
        links.in_doc("`FileTicket`", "peer.md"),
        "[`FileTicket`](file.md#fileticket)"
    );
}

#[test]
#[should_panic(expected = "what new.bin is for")]
fn a_generated_file_that_nobody_explains_is_refused() {
    let _ = pages(&["new.bin"]);
}
