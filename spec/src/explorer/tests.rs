use super::*;

/// What stands in the page between two marks.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let from = page.find(start).expect("the start") + start.len();
    let length = page[from..].find(end).expect("the end");
    &page[from..from + length]
}

#[test]
fn the_page_is_the_same_each_time() {
    assert_eq!(html(), html());
}

#[test]
fn nothing_may_run_but_what_was_written_here() {
    let page = html();
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let script = between(&page, "</script>\n<script>", "</script>");
    let style = between(&page, "<style>", "</style>");
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
            hash(script),
            hash(style)
        )
    );
    assert_eq!(
        hash(""),
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    );
}

#[test]
fn every_message_and_every_page_is_there() {
    let page = html();
    let data: serde_json::Value =
        serde_json::from_str(between(&page, "id=\"data\">", "</script>")).unwrap();
    let protocol = serde_json::to_value(Protocol::new()).unwrap();
    assert_eq!(data["protocol"], protocol);
    let titles: Vec<_> = data["guide"].as_array().unwrap().iter().collect();
    assert!(titles.len() > 8);
    for title in titles {
        let start = format!(
            "<template id=\"guide-{}\">",
            title["name"].as_str().unwrap()
        );
        assert!(between(&page, &start, "</template>").contains("<h1"));
    }
}

#[test]
fn limits_are_those_of_the_decoder() {
    let bounds = serde_json::to_value(Bounds::new()).unwrap();
    let peer = &bounds["frames"]["peer"];
    assert_eq!(peer["codes"]["43"], 64 << 10);
    assert_eq!(peer["others"], 16 << 20);
    assert_eq!(bounds["frames"]["server_request"]["longest"], 16 << 20);
    assert_eq!(bounds["inflated"]["codes"]["5"], 256 << 20);
    assert_eq!(bounds["inflated"]["others"], 64 << 20);
}

#[test]
#[should_panic(expected = "page.html has a mark that nothing fills: {{nothing}}")]
fn a_mark_without_a_part_is_a_mistake() {
    fill("{{nothing}}", &[]);
}

#[test]
fn marks_in_a_part_are_left_alone() {
    let parts = [("{{a}}", "{{b}}".to_owned()), ("{{b}}", "c".to_owned())];
    assert_eq!(fill("{{a}} {{b}}", &parts), "{{b}} c");
}

/// A page of the guide called `login`, as HTML.
fn guide_page(text: &str) -> String {
    let links = Links::new(&Protocol::new());
    let names = ["login".to_owned(), "framing".to_owned()];
    guide::page(
        "login".to_owned(),
        &format!("# Title\n\n{text}"),
        &names,
        &links,
    )
    .html
}

#[test]
fn names_in_the_guide_lead_to_their_messages() {
    let html = guide_page("`EmbeddedMessage` (93), `File`, `LeaveRoom` and `nothing`");
    assert!(
        html.contains("<a href=\"#/message/server_response/93\"><code>EmbeddedMessage</code></a>")
    );
    assert!(html.contains("<a href=\"#/type/File\"><code>File</code></a>"));
    assert!(html.contains("<a href=\"#/message/server_request/15\"><code>LeaveRoom</code></a>"));
    assert!(html.contains("<code>nothing</code>") && !html.contains("\"><code>nothing"));
}

#[test]
fn links_between_pages_stay_in_the_explorer() {
    let html =
        guide_page("[a](framing.md) [b](framing.md#texts) [c](#title) [d](https://example.org/)");
    for target in [
        "#/guide/framing\"",
        "#/guide/framing/texts\"",
        "#/guide/login/title\"",
        "https://example.org/\"",
    ] {
        assert!(
            html.contains(&format!("href=\"{target}")),
            "{target}: {html}"
        );
    }
}

#[test]
#[should_panic(expected = "links to ../README.md, which is no page")]
fn a_link_to_nowhere_is_a_mistake() {
    guide_page("[a](../README.md)");
}

#[test]
#[should_panic(expected = "has HTML, which the explorer does not show: <b>")]
fn html_in_the_guide_is_a_mistake() {
    guide_page("a <b>bold</b> word");
}

#[test]
fn a_diagram_is_drawn_with_links() {
    let html = guide_page(
        "```mermaid\nsequenceDiagram\n    participant C as a & b\n    participant S\n    \
         Note over C,S: first\n    alt yes\n        C->>S: LoginRequest (1): <name>\n    else no\n        \
         S-->>C: closes\n    end\n```",
    );
    assert!(
        html.contains("<a href=\"#/message/server_request/1\">LoginRequest</a> (1): &lt;name&gt;")
    );
    assert!(html.contains(">a &amp; b</text>"));
    for (part, count) in [
        ("class=\"arrow", 2),
        ("arrow dashed", 1),
        ("class=\"frame\"", 1),
        ("class=\"frame-part\"", 1),
        ("class=\"note\"", 1),
    ] {
        assert_eq!(html.matches(part).count(), count, "{part}: {html}");
    }
}

/// The value of an attribute of an element.
fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    between(element, &format!(" {name}=\""), "\"")
}

#[test]
fn everything_in_a_diagram_is_within_its_edges() {
    let mut texts = 0;
    for page in guide::pages(&Links::new(&Protocol::new())) {
        for svg in page.html.split("<svg ").skip(1) {
            let svg = svg.split("</svg>").next().unwrap();
            let wide: usize = attribute(svg, "width").parse().unwrap();
            let mut inside = |start: Option<usize>, width: usize, what: &str| {
                let end = start.map(|start| start + width);
                assert!(end.is_some_and(|end| end <= wide), "{}: {what}", page.name);
                texts += 1;
            };
            for rect in svg.split("<rect").skip(1) {
                let [start, width] =
                    ["x", "width"].map(|name| attribute(rect, name).parse().unwrap());
                inside(Some(start), width, rect);
            }
            for text in svg.split("<text").skip(1) {
                let (head, rest) = text.split_once('>').unwrap();
                let content = rest.split("</text>").next().unwrap();
                let mut pieces = content.split('<');
                let mut plain = pieces.next().unwrap().to_owned();
                plain.extend(pieces.map(|piece| piece.split_once('>').unwrap().1));
                let width = diagram::width(&plain.replace("&lt;", "<").replace("&gt;", ">"));
                let x: usize = attribute(head, "x").parse().unwrap();
                let centred = attribute(head, "class") != "frame-label";
                let start = if centred {
                    x.checked_sub(width / 2)
                } else {
                    Some(x)
                };
                inside(start, width, content);
            }
        }
    }
    assert!(texts > 200, "{texts}");
}

#[test]
#[should_panic(expected = "a diagram with a line that can't be drawn: activate C")]
fn what_a_diagram_can_not_draw_is_a_mistake() {
    guide_page("```mermaid\nsequenceDiagram\n    participant C\n    activate C\n```");
}

#[test]
#[should_panic(expected = "a frame without `end`")]
fn a_frame_of_a_diagram_has_an_end() {
    guide_page("```mermaid\nsequenceDiagram\n    participant C\n    loop each\n```");
}
