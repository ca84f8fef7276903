use super::*;
use crate::protocol::Type;

#[test]
fn every_message_has_a_type_in_its_family() {
    let text = ksy();
    let mut count = 0;
    for family in &Protocol::new().families {
        let start = text.find(&format!("\n  {}_frame:\n", family.name)).unwrap();
        let frame = &text[start + 1..];
        let end = frame.find("\n    enums:\n").unwrap();
        for message in &family.messages {
            let name = names::snake(message.name);
            assert!(
                frame[..end].contains(&format!("\n      {name}:\n")),
                "{name}"
            );
            assert!(
                frame[..end].contains(&format!("            code::{name}: {name}\n")),
                "{name}"
            );
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
}

#[test]
fn it_is_the_same_each_time_and_not_too_wide() {
    let text = ksy();
    assert_eq!(text, ksy());
    let words = |line: &&str| line.len() > 100 && !line.contains("value: ");
    assert_eq!(text.lines().find(words), None);
    assert!(!text.lines().any(|line| line.ends_with(' ')));
}

#[test]
#[should_panic(expected = "List(Primitive(\"u8\")) can't be expressed")]
fn a_shape_that_can_not_be_expressed_stops_the_generator() {
    let list = || Box::new(Type::List(Box::new(Type::Primitive("u8"))));
    let _ = Definitions::new(&Protocol::new()).kind(&list());
}

#[test]
#[should_panic(expected = "take no bytes")]
fn elements_of_a_list_take_bytes() {
    let _ = Definitions::new(&Protocol::new()).bound(&Type::Primitive("code_padding"));
}
