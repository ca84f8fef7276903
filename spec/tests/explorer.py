"""Uses the explorer in Chromium, without a network, and compares what it decodes with what `slsk` decodes.

Arguments: the page; a folder with frames and captures, and what `slsk` says of them; the folder of the recordings. The
last line of the output says how much was compared.
"""

import json
import os
import shutil
import struct
import sys
import zlib
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PAGE, FOLDER, CAPTURES = (Path(argument) for argument in sys.argv[1:4])
WIDTH, HEIGHT = 1280, 900

# Pastes each frame into the decoder and takes what is shown; the page reads at once when the family is chosen.
PASTE = """
const [cases] = arguments;
const area = document.getElementById("bytes");
const way = document.getElementById("way");
return cases.map(([value, text]) => {
  area.value = text;
  way.value = value;
  way.dispatchEvent(new Event("change"));
  return soulseek.shown();
});
"""


def lines(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def same(mine, theirs, where):
    assert mine == theirs, f"{where}\npage: {json.dumps(mine)[:2000]}\nslsk: {json.dumps(theirs)[:2000]}"


class Explorer:
    """The page in a browser."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        # Chromium drops changes of the address when there are many a second, and here are.
        switches = ["headless=new", "disable-gpu", "disable-dev-shm-usage", "disable-ipc-flooding-protection"]
        for switch in switches + ["host-resolver-rules=MAP * ~NOTFOUND"]:
            options.add_argument(f"--{switch}")
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_script_timeout(120)
        self.resize(WIDTH, HEIGHT)

    def resize(self, width, height):
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def media(self, **features):
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": listed})

    def open(self, address):
        self.driver.get("about:blank")
        self.driver.get(PAGE.resolve().as_uri() + address)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def until(self, script, *arguments):
        return WebDriverWait(self.driver, 60).until(lambda _: self.js(script, *arguments), script)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def keys(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def text(self, selector):
        return self.js("return document.querySelector(arguments[0])?.textContent ?? null", selector)


def compare_frames(page, name):
    """Pastes frames; what the page shows is what `slsk decode --frames` says."""
    page.open("#/decode")
    cases, answers = lines(f"{name}.jsonl"), lines(f"{name}.ours.jsonl")
    assert len(cases) == len(answers)
    for start in range(0, len(cases), 200):
        chunk = cases[start : start + 200]
        pasted = [[case["family"] + " obfuscated" * bool(case["raw"]), case["raw"] or case["hex"]] for case in chunk]
        for case, shown, theirs in zip(chunk, page.js(PASTE, pasted), answers[start:]):
            assert len(shown) == 1, (case, shown)
            mine = json.loads(shown[0])
            same(mine.pop("obfuscated"), bool(case["raw"]), case)
            if "error" in theirs:
                error = theirs["error"]
                error["message"] = error["message"].split(": ", 1)[1]  # without the number of the line
                same(mine["error"], error, case)
                continue
            for key in ("reencoded", "inflated"):
                theirs.pop(key, None)
            same(mine, theirs, case)
    return len(cases)


def compare_rows(page):
    """All captured frames of a family in one paste, and found out without being told the family."""
    page.open("#/decode")
    found = unsure = 0
    cases = lines("captured.jsonl")
    for family in sorted({case["family"] for case in cases}):
        mine = [case for case in cases if case["family"] == family and not case["raw"] and len(case["hex"]) < 4000]
        [shown] = page.js(PASTE, [[family, "".join(case["hex"] for case in mine)]])
        codes = [json.loads(one)["code"] for one in shown]
        width = 2 if family in ("peer_init", "distributed") else 8
        wire = [int.from_bytes(bytes.fromhex(case["hex"][8 : 8 + width]), "little") for case in mine]
        same(codes, wire, family)
    for case, shown in zip(cases[::3], page.js(PASTE, [["", case["raw"] or case["hex"]] for case in cases[::3]])):
        one = json.loads(shown[0])
        right = (one["family"], one["obfuscated"]) == (case["family"], bool(case["raw"]))
        found += right
        # Requests and answers may be the same bytes.
        unsure += not right
    assert found > 20 * unsure, (found, unsure)


def compare_captures(page):
    """Opens every capture with the file input; its lines are those of `slsk decode --json`."""
    count = 0
    for pcap in sorted(file for file in FOLDER.iterdir() if file.suffix in (".pcap", ".pcapng")):
        page.open("#/decode")
        page.find("#file").send_keys(str(pcap.resolve()))
        page.until("return document.querySelector('.capture') !== null")
        shown = [json.loads(line) for line in page.js("return soulseek.shown()")]
        theirs = lines(f"{pcap.name}.ours.jsonl")
        for mine, line in zip(shown, theirs):
            same(mine, line, pcap.name)
        assert len(shown) == len(theirs), (pcap.name, len(shown), len(theirs))
        count += 1
    return count


def search(page):
    """The newcomer's question, aliases, fields, hex codes."""

    def hits(query):
        box = page.find("#search")
        box.clear()
        box.send_keys(query)
        return page.js("return [...document.querySelectorAll('#hits .name')].map((name) => name.firstChild.textContent)")

    page.open("#/")
    same(set(hits("93")[:2]), {"EmbeddedMessage", "DistributedEmbeddedMessage"}, "93")
    for query in ("what is message 93", "What is message 93?", "93?", "#93", "0x5d", "0x5D?", "code 93"):
        same(set(hits(query)[:2]), {"EmbeddedMessage", "DistributedEmbeddedMessage"}, query)
    same(set(hits("0x5d")), {"EmbeddedMessage", "DistributedEmbeddedMessage"}, "0x5d")
    same(hits("DistribEmbeddedMessage")[0], "DistributedEmbeddedMessage", "an alias")
    same(hits("locked_results")[0], "FileSearchResponse", "a field")
    same(hits("zzzz"), [], "nothing")
    protocol = page.js("return soulseek.protocol")
    named_ip = {one["name"] for family in protocol["families"] for one in family["messages"] if any(field["name"] == "ip" for field in one["fields"])}
    first = hits("ip")[: min(4, len(named_ip))]
    assert set(first) <= named_ip, (first, named_ip)
    # Pages of the guide and their headings.
    for query, target in [("etiquette", "#/guide/etiquette"), ("transfers", "#/guide/transfers"), ("resume", "#/guide/transfers"), ("keepalive", "#/guide/")]:
        hits(query)
        links = page.js("return [...document.querySelectorAll('#hits a.is-guide')].map((link) => link.getAttribute('href'))")
        assert any(link.startswith(target) for link in links), (query, links)
    hits("etiquette")
    same(page.js("return document.querySelector('#hits a').getAttribute('href')"), "#/guide/etiquette", "a page by its name")
    # The same with keys only: the slash leads to the search, an arrow to the first message, Enter to its page.
    page.open("#/")
    page.find("body").send_keys("/")
    same(page.driver.switch_to.active_element.get_attribute("id"), "search", "the slash")
    page.keys("93")
    page.keys(Keys.ARROW_DOWN)
    same(page.js("return document.querySelectorAll('#hits [aria-selected=true]').length"), 1, "the arrow")
    page.keys(Keys.ENTER)
    page.until("return location.hash.startsWith('#/message/') && location.hash.endsWith('/93')")
    page.find("body").send_keys("/")
    page.keys("login", Keys.ESCAPE)
    same(page.js("return document.getElementById('hits').hidden"), True, "Escape")
    # The first page answers at once, a name and bytes alike.
    page.open("#/")
    page.find(".big-search").send_keys("93")
    page.until("return document.querySelectorAll('.home-found .entry').length >= 2")
    page.find(".big-search").clear()
    page.find(".big-search").send_keys("0d000000 1a000000 07000000 01000000 7a")
    page.until("return document.querySelector('.home-found .decoded h3 a')?.textContent === 'FileSearch'")


def drops(page):
    """A capture is dropped anywhere on any page, and the decoder opens with it."""
    content = list((CAPTURES / "a_login.pcap").read_bytes())
    drag = """
        const [kind, selector, bytes] = arguments;
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(bytes)], "a.pcap"));
        const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
        document.querySelector(selector).dispatchEvent(event);
        return event.defaultPrevented;
    """
    for address, selector in [("#/guide/transfers", "main"), ("#/message/peer/9", "body"), ("#/decode", "header"), ("#/", "footer, main")]:
        page.open(address)
        page.until("return document.querySelector('main').children.length > 0")
        same(page.js("return document.querySelector('.drop-hint').hidden"), True, "no hint yet")
        same(page.js(drag, "dragover", selector, []), True, "a file may be dropped")
        same(page.js("return document.querySelector('.drop-hint').hidden"), False, "the hint")
        same(page.js(drag, "dragleave", selector, []), False, "away")
        same(page.js("return document.querySelector('.drop-hint').hidden"), True, "no hint any more")
        page.js(drag, "dragover", selector, [])
        same(page.js(drag, "drop", selector, content), True, "dropped")
        page.until("return location.hash === '#/decode' && document.querySelector('main .capture') !== null")
        same(page.js("return document.querySelector('.drop-hint').hidden"), True, "the hint is gone")
    assert "drop" in page.text(".choices"), page.text(".choices")


def filters(page):
    page.open("#/messages?family=peer&status=used")
    codes = page.js("return [...document.querySelectorAll('main .entry .code')].map((code) => Number(code.textContent))")
    protocol = page.js("return soulseek.protocol")
    [peer] = [family for family in protocol["families"] if family["name"] == "peer"]
    same(codes, sorted(message["code"] for message in peer["messages"] if message["status"] == "used"), "a filter")
    page.js("const s = document.querySelector('[name=sender]'); s.value = 'uploader'; s.dispatchEvent(new Event('change'))")
    assert "sender=uploader" in page.js("return location.hash")
    left = page.js("return document.querySelectorAll('main .entry').length")
    assert 0 < left < len(codes), left


def pages(page):
    """Every message, type and page of the guide has its address, and no link leads nowhere."""
    page.open("#/message/peer/9")
    same(page.js("return document.querySelector('main h1').firstChild.textContent"), "FileSearchResponse", "deep link")
    rows = page.js("return [...document.querySelectorAll('main .fields > tbody > tr > th code')].map((code) => code.textContent)")
    assert rows[:3] == ["username", "token", "results"], rows
    same(page.text(".guide-link"), "In the guide: Searching", "its page of the guide")
    protocol = page.js("return soulseek.protocol")
    addresses = [f"#/message/{family['name']}/{one['code']}" for family in protocol["families"] for one in family["messages"] + family["named"]]
    addresses += [f"#/type/{one['name']}" for kind in ("records", "enums", "file") for one in protocol[kind]]
    guide = page.js("return [...document.querySelectorAll('template')].map((one) => one.id.slice('guide-'.length))")
    addresses += [f"#/guide/{name}" for name in guide] + ["#/", "#/messages", "#/types", "#/decode"]
    broken = page.driver.execute_async_script(
        """
        const [addresses, done] = arguments;
        (async () => {
          const wrong = [];
          const links = new Set();
          for (const address of addresses) {
            if (location.hash !== address) {
              const changed = new Promise((go) => addEventListener("hashchange", go, { once: true }));
              location.hash = address;
              await changed;
            }
            if (document.querySelector("main h1")?.textContent === "Not here") wrong.push(address);
            for (const link of document.querySelectorAll("main a[href^='#']")) links.add(link.getAttribute("href"));
          }
          const known = new Set(addresses);
          for (const link of links) {
            const [, page, name, anchor] = link.split("/");
            if (page === "guide" && anchor) {
              const inside = document.getElementById(`guide-${name}`)?.content;
              if (!inside?.getElementById(`${name}--${anchor}`)) wrong.push(link);
            } else if (!known.has(link.split("?")[0])) wrong.push(link);
          }
          done(wrong);
        })();
        """,
        addresses,
    )
    same(broken, [], "addresses")
    # What belongs together, and from where places count.
    page.open("#/message/peer/9")
    groups = page.js("return Object.fromEntries([...document.querySelectorAll('.related section')].map((one) => [one.querySelector('h3').textContent, [...one.querySelectorAll('.name')].map((name) => name.textContent)]))")
    assert "FileSearchRequest" not in groups.get("Request and answer", []), groups
    assert "FileSearchRequest" in groups["Similar names"], groups
    assert "inflated body" in page.text(".layout + .hint"), page.text(".layout + .hint")
    page.open("#/message/peer/8")
    groups = page.js("return [...document.querySelectorAll('.related section')].filter((one) => one.querySelector('h3').textContent === 'Named here').map((one) => one.textContent)")
    assert groups and "UserSearch" in groups[0], groups
    page.open("#/message/server_response/1")
    boxes = page.js("return [...document.querySelectorAll('.layout .box')].map((box) => [box.querySelector('.box-name').textContent, box.querySelector('.box-at').textContent, box.querySelector('.box-type').textContent])")
    at = {name: (place, note) for name, place, note in boxes}
    same(at["greeting"][0], "9", "where the alternatives begin")
    same(at["reason"][0], "or at 9", "where the other one begins")
    assert not [note for _, note in at.values() if "…" in note], at
    assert "start of the frame" in page.text(".layout + .hint")
    assert "instead, if success is false" in page.text(".fields"), page.text(".fields")
    page.open("#/guide/transfers")
    assert page.js("return document.querySelectorAll('main svg.sequence .arrow').length") >= 8
    page.open("#/message/nowhere/1")
    same(page.text("main h1"), "Not here", "an address of nothing")


def lights(page):
    """A field lights its bytes and no others, a byte its field; with the mouse and with keys."""
    lit = """return [...document.querySelectorAll('.bytes')].map((pane) =>
        [...pane.querySelectorAll('.digits .is-lit')].map((byte) => Number(byte.dataset.at)))"""
    hover = """const node = [...document.querySelectorAll('.node')].find((node) => node.querySelector('.label').textContent === arguments[0]);
        node.scrollIntoView(); node.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));"""
    page.open("#/decode?family=server_request&hex=0d0000001a00000007000000010000007a")
    page.until("return document.querySelector('.node') !== null")
    for label, first, count in [("length", 0, 4), ("code", 4, 4), ("token", 8, 4), ("query", 12, 5)]:
        page.js(hover, label)
        same(page.js(lit), [list(range(first, first + count))], label)
    page.js("document.querySelector('.tree').dispatchEvent(new MouseEvent('mouseleave'))")
    same(page.js(lit), [[]], "nothing")
    page.js("document.querySelector('.digits [data-at=\"14\"]').dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))")
    same(page.text(".node.is-lit .label"), "query", "a byte")
    page.js("document.querySelector('.node').focus()")
    page.keys(Keys.ARROW_DOWN)
    page.keys(Keys.ARROW_DOWN)
    same(page.js(lit), [list(range(8, 12))], "arrows in the tree")
    page.js("document.querySelector('.hex').focus()")
    page.keys(Keys.END)
    same(page.text(".node.is-lit .label"), "query", "the end of the bytes")
    # A compressed body has a pane of its own, and what is in it is lit there; a list opens and closes.
    page.open("#/message/peer/9")
    page.js(hover, "username")
    frame, inflated = page.js(lit)
    same((frame, inflated[0]), ([], 0), "inflated")
    node = "[...document.querySelectorAll('.node')].find((node) => node.querySelector('.label').textContent === 'results')"
    before = page.js("return document.querySelectorAll('.node').length")
    page.js(f"{node}.focus()")
    page.keys(Keys.ARROW_RIGHT)
    assert page.js("return document.querySelectorAll('.node').length") > before
    page.keys(Keys.ARROW_LEFT)
    same(page.js("return document.querySelectorAll('.node').length"), before, "closed")
    # Of an obfuscated frame the bytes on the wire are lit too, behind the key.
    sample = page.js("return JSON.parse(document.getElementById('data').textContent).samples.find((one) => one.obfuscated)")
    page.open(f"#/decode?hex={sample['hex']}")
    page.until("return document.querySelectorAll('.bytes').length === 2")
    page.js(hover, "code")
    same(page.js(lit), [[4, 5, 6, 7], [8, 9, 10, 11]], "obfuscated")


def pastes(page):
    """Hex in the forms of other programs."""
    page.open("#/decode")
    plain = "0d0000001a00000007000000010000007a"
    forms = {
        "spaces": "0d 00 00 00 1a 00 00 00 07 00 00 00 01 00 00 00 7a",
        "C, decimal": "{" + ", ".join(str(byte) for byte in bytes.fromhex(plain)) + "};",
        "C, mixed": "unsigned char sent[] = {\n  0x0d, 0, 0, 0, 0x1a, 0, 0, 0, // a search\n  7, 0, 0, 0, 1, 0, 0, 0, 0x7a,\n};",
        "list": str(list(bytes.fromhex(plain))),
        "bytes of a list": f"bytes({list(bytes.fromhex(plain))})",
        "list of hex": "[" + ", ".join(f"{byte:02x}" for byte in bytes.fromhex(plain)) + "]",
        "0x": "{ " + ", ".join(f"0x{byte:02x}" for byte in bytes.fromhex(plain)) + " };",
        "xxd": "00000000: 0d00 0000 1a00 0000 0700 0000 0100 0000  ................\n00000010: 7a                                       z",
        "hexdump -C": "00000000  0d 00 00 00 1a 00 00 00  07 00 00 00 01 00 00 00  |................|\n00000010  7a                                                |z|\n00000011\n",
        "hexdump": "0000000 000d 0000 001a 0000 0007 0000 0001 0000\n0000010 007a\n0000011\n",
        "Wireshark": "0000   0d 00 00 00 1a 00 00 00 07 00 00 00 01 00 00 00   ................\n0010   7a                                                z\n",
        "od": "000000 0d 00 00 00 1a 00 00 00 07 00 00 00 01 00 00 00\n000010 7a\n000011\n",
        "Python": 'b"\\r\\x00\\x00\\x00\\x1a\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x01\\x00\\x00\\x00z"',
        "slsk": json.dumps({"family": "server_request", "hex": plain}),
    }
    for name, text in forms.items():
        [shown] = page.js(PASTE, [["", text]])
        assert len(shown) == 1, (name, shown)
        same(json.loads(shown[0])["fields"], {"token": 7, "query": "z"}, name)
    same(page.js(PASTE, [["", "0d0"]]), [[]], "an odd number of digits")
    assert "odd number" in page.text(".decoder .hint")
    same(page.js(PASTE, [["", "hello"]]), [[]], "no hex")
    hint = page.text(".decoder .hint")
    assert "no hex digit" in hint and "[13, 0, 0]" in hint and "dump" in hint, hint
    same(page.js(PASTE, [["", "[13, 0, 256]"]]), [[]], "no byte")
    assert "256" in page.text(".decoder .hint")
    page.js("const bare = document.getElementById('bare'); bare.value = 'server_request 26';")
    [shown] = page.js(PASTE, [["", "07000000010000007a"]])
    same(json.loads(shown[0])["fields"], {"token": 7, "query": "z"}, "a bare body")


def init_and_rest(page):
    """An init frame and what follows it, in one paste."""

    def shown(text):
        return [json.loads(one) for one in page.js(PASTE, [["", text]])[0]]

    def frame(code, body, width=4):
        return (width + len(body)).to_bytes(4, "little") + code.to_bytes(width, "little") + body

    def text(value):
        return struct.pack("<I", len(value)) + value

    def init(kind):
        return frame(1, text(b"anna") + text(kind) + struct.pack("<I", 0), 1)

    def obfuscated(plain, key):
        state, out = key, bytearray(struct.pack("<I", key))
        for at, byte in enumerate(plain):
            if at % 4 == 0:
                state = (state << 1 | state >> 31) & 0xFFFFFFFF
            out.append(byte ^ (state >> 8 * (at % 4) & 0xFF))
        return bytes(out)

    page.open("#/decode")
    pierce = frame(0, struct.pack("<I", 7), 1)
    queue = frame(43, text(b"Music\\song.mp3"))
    ping, level = frame(0, b"", 1), frame(4, struct.pack("<I", 3), 1)
    ticket, offset = struct.pack("<I", 1234), struct.pack("<Q", 5)
    init_names = {"PeerInit", "PierceFirewall"}
    cases = [
        ("P", init(b"P") + queue + queue, ["PeerInit", "QueueUpload", "QueueUpload"]),
        ("D", init(b"D") + level + ping, ["PeerInit", "DistributedBranchLevel", "DistributedPing"]),
        ("F", init(b"F") + ticket, ["PeerInit", "FileTicket"]),
        ("F, file", init(b"F") + ticket + b"ID3", ["PeerInit", "FileTicket", "FileData"]),
        ("a token, P", pierce + queue, ["PierceFirewall", "QueueUpload"]),
        ("a token, D", pierce + level, ["PierceFirewall", "DistributedBranchLevel"]),
        ("a token, F", pierce + ticket + offset, ["PierceFirewall", "FileTicket", "FileOffset"]),
        ("obfuscated P", obfuscated(init(b"P"), 77) + obfuscated(queue, 78), ["PeerInit", "QueueUpload"]),
        ("obfuscated D", obfuscated(init(b"D"), 77) + level, ["PeerInit", "DistributedBranchLevel"]),
        ("obfuscated F", obfuscated(init(b"F"), 77) + ticket, ["PeerInit", "FileTicket"]),
        ("a token, obfuscated P", obfuscated(pierce, 77) + obfuscated(queue, 78), ["PierceFirewall", "QueueUpload"]),
    ]
    for name, sent, expected in cases:
        same([one["name"] for one in shown(sent.hex())], expected, name)
    [_, ticket_shown] = shown((init(b"F") + ticket).hex())
    same(ticket_shown["fields"], {"token": 1234}, "a ticket")
    page.js("document.querySelectorAll('.frames .event')[1].click()")
    same(page.text(".chosen h3"), "FileTicket", "the part is shown")
    # What follows is cut short: it is said, and of what family.
    same([one["name"] for one in shown((init(b"P") + queue[:-1]).hex())], ["PeerInit"], "cut short")
    assert "a peer frame is cut short" in page.text(".result .problem"), page.text(".result .problem")
    # As other clients write it: the init frame and results in one segment.
    results = [case["hex"] for case in lines("captured.jsonl") if case["family"] == "peer" and not case["raw"] and case["hex"][8:16] == "09000000"]
    assert len(results) > 5
    for hexes in results:
        same([one["name"] for one in shown(init(b"P").hex() + hexes)], ["PeerInit", "FileSearchResponse"], hexes[:80])
    mixed = [one for one in shown(init(b"P").hex() + pierce.hex()) if one["name"] in init_names]
    same(len(mixed), 2, "two init frames in a row")


def hostile(page):
    """Bad bytes are named, and never markup; big lists and bombs do not stop the page."""
    page.open("#/decode")
    cases = [
        ("server_request", "0d0000001a0000000700000000ffff007a", "length_beyond_end", "query"),
        ("server_request", "ffffff7f1a000000", "frame_too_long", ""),
        ("server_request", "030000001a0000", "frame_too_short", ""),
        ("server_request", "0d0000001a00000007", "frame_incomplete", ""),
        ("peer", "0800000009000000ffffffff", "bad_zlib", ""),
        ("server_response", "08000000a0000000ffffffff", "count_beyond_end", "phrases"),
    ]
    for family, text, kind, field in cases:
        page.js(PASTE, [[family, text]])
        problem = page.text(".result .problem") or ""
        assert kind in problem and field in problem, (kind, problem)
    evil = "<img src=x onerror=alert(1)>\u202e\u0000\u200b".encode()
    body = (26).to_bytes(4, "little") + (7).to_bytes(4, "little") + len(evil).to_bytes(4, "little") + evil
    page.js(PASTE, [["server_request", (len(body).to_bytes(4, "little") + body).hex()]])
    same(page.js("return document.querySelectorAll('main img').length"), 0, "markup")
    same(page.js("return [...document.querySelectorAll('.value .unseen-char')].map((one) => one.title)"), ["U+202E", "U+0000", "U+200B"], "unseen characters")
    # 200,000 files: only what is opened becomes rows.
    file = b"\x01" + struct.pack("<I", 8) + b"song.mp3" + struct.pack("<QII", 1000, 0, 0)
    shares = struct.pack("<II", 1, 5) + b"Music" + struct.pack("<I", 200_000) + file * 200_000 + struct.pack("<I", 0)
    packed = zlib.compress(shares, 1)
    frame = struct.pack("<II", 4 + len(packed), 5) + packed
    text = frame.hex()
    took = page.js(
        """const [text] = arguments, began = performance.now();
        document.getElementById("bytes").value = text;
        const way = document.getElementById("way"); way.value = "peer"; way.dispatchEvent(new Event("change"));
        const open = (label) => [...document.querySelectorAll(".node")].find((node) => node.querySelector(".label").textContent === label).click();
        for (const label of ["directories", "[0]", "files", "190000 – 199999", "199900 – 199999", "[199999]"]) open(label);
        return performance.now() - began;""",
        text,
    )
    assert took < 10_000, took
    nodes = page.js("return document.querySelectorAll('.node').length")
    assert nodes < 1000, nodes
    assert page.js("return [...document.querySelectorAll('.node .value')].filter((value) => value.textContent === '“song.mp3”').length") == 1
    bomb = zlib.compress(bytes(300 << 20), 9)
    page.js(PASTE, [["peer", (struct.pack("<II", 4 + len(bomb), 5) + bomb).hex()]])
    assert "inflated_too_large" in page.text(".result .problem")


def bad_captures(page):
    """Captures that are none, or are cut: an error, and what precedes the damage."""
    whole = (CAPTURES / "a_login.pcap").read_bytes()
    path = FOLDER / "bad.pcap"
    for content, said, events in [(b"", "empty file", 0), (b"hello", "not a capture", 0), (whole[:5000], "truncated", 1)]:
        path.write_bytes(content)
        page.open("#/decode")
        page.find("#file").send_keys(str(path))
        page.until("return document.querySelector('.problem') !== null")
        assert said in page.text(".problem"), page.text(".problem")
        assert (page.js("return soulseek.shown().length") > 0) == bool(events), said


def capture_view(page):
    """The list of a capture: filtering, choosing with keys, the tree of what is chosen."""
    page.open("#/decode")
    page.find("#file").send_keys(str((CAPTURES / "j_obfuscated.pcap").resolve()))
    page.until("return document.querySelector('.capture') !== null")
    all_shown = page.text(".capture .count")
    page.find(".capture input").send_keys("queueupload")
    page.until("return document.querySelector('.capture .count').textContent !== arguments[0]", all_shown)
    names = page.js("return [...document.querySelectorAll('.event .name')].map((name) => name.textContent)")
    assert names and set(names) == {"QueueUpload"}, names
    page.js("document.querySelector('.events').focus()")
    page.keys(Keys.ARROW_DOWN)
    same(page.text(".decoded h3 a"), "QueueUpload", "the chosen one")
    assert "filename" in page.text(".decoded .tree")
    # A password is not in the list.
    page.find(".capture input").clear()
    page.find(".capture input").send_keys("loginrequest")
    page.until("return document.querySelector('.event .name')?.textContent === 'LoginRequest'")
    summary = page.text(".event .summary")
    assert "password=<hidden>" in summary and "pw-" not in summary, summary


def capture_errors(page):
    """What could not be read is marked, and can be filtered; a code finds its messages."""
    page.open("#/decode")
    answers = sorted(FOLDER.glob("*.pcap*.ours.jsonl"))
    damaged = next(file for file in answers if any("error" in line for line in lines(file.name)))
    page.find("#file").send_keys(str(damaged.resolve()).removesuffix(".ours.jsonl"))
    page.until("return document.querySelector('.capture') !== null")
    wrong = sum("error" in json.loads(line) for line in page.js("return soulseek.shown()"))
    assert wrong > 0
    page.js("const state = document.querySelector('[aria-label=State]'); state.value = 'errors'; state.dispatchEvent(new Event('change'))")
    page.until("return document.querySelector('.capture .count').textContent === arguments[0]", f"{wrong} shown")
    rows = page.js("return [...document.querySelectorAll('.event')].map((row) => [row.classList.contains('is-wrong'), row.querySelector('[aria-label=error]') !== null])")
    assert rows and all(marked and named for marked, named in rows), rows
    page.open("#/decode")
    page.find("#file").send_keys(str((CAPTURES / "a_login.pcap").resolve()))
    page.until("return document.querySelector('.capture') !== null")
    same(page.js("return document.querySelectorAll('.event.is-wrong').length"), 0, "nothing is wrong")
    codes = [json.loads(line).get("code") for line in page.js("return soulseek.shown()")]
    for code, query in [(1, "1"), (64, "0x40")]:
        assert 0 < codes.count(code) < len(codes)
        page.find(".capture input").clear()
        page.find(".capture input").send_keys(query)
        page.until("return document.querySelector('.capture .count').textContent === arguments[0]", f"{codes.count(code)} shown")
        shown = page.js("return [...document.querySelectorAll('.event .code')].map((code) => Number(code.textContent))")
        same(set(shown), {code}, query)


def looks(page):
    """Light and dark, narrow screens, names for those who do not see."""
    background = "return getComputedStyle(document.body).backgroundColor"
    page.media(prefers_color_scheme="light")
    page.open("#/")
    page.js("localStorage.removeItem('theme')")
    page.open("#/")
    light = page.js(background)
    page.find("#theme").click()
    dark = page.js(background)
    assert light != dark
    page.open("#/messages")
    same(page.js(background), dark, "the choice is kept")
    page.find("#theme").click()
    same(page.js(background), light, "back")
    page.js("localStorage.removeItem('theme')")
    page.media(prefers_color_scheme="dark", prefers_reduced_motion="reduce")
    page.open("#/")
    same(page.js(background), dark, "as the system has it")
    same(page.js("return getComputedStyle(document.querySelector('.card')).transitionDuration"), "0s", "reduced motion")
    page.media(prefers_color_scheme="light")
    page.resize(360, 740)
    sample = page.js("return JSON.parse(document.getElementById('data').textContent).samples.find((one) => one.code === 9).hex")
    guide = page.js("return [...document.querySelectorAll('template')].map((one) => one.id.slice('guide-'.length))")
    for address in ["#/", "#/messages", "#/types", "#/message/peer/9", "#/message/server_response/64", "#/type/File", f"#/decode?hex={sample}"] + [f"#/guide/{name}" for name in guide]:
        page.open(address)
        page.until("return document.querySelector('main').children.length > 0")
        wide = page.js("return document.documentElement.scrollWidth")
        assert wide <= 360, (address, wide)
    page.resize(WIDTH, HEIGHT)
    page.open(f"#/decode?hex={sample}")
    page.until("return document.querySelector('.node') !== null")
    unnamed = page.js(
        """return [...document.querySelectorAll("input, select, textarea, button, [role=tree], [role=listbox], [role=group]")]
        .filter((one) => !(one.labels?.length || one.getAttribute("aria-label") || one.textContent.trim()))
        .map((one) => one.outerHTML)"""
    )
    same(unnamed, [], "controls without a name")


def alone(page):
    """Nothing was asked for beside the file, and nothing could be."""
    same(page.js("return performance.getEntriesByType('resource').map((entry) => entry.name)"), [], "requests")
    policy = page.js("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy and "connect-src" not in policy, policy
    refused = page.js("return fetch('http://127.0.0.1:9/').then(() => false, () => true)")
    assert refused
    source = PAGE.read_text("utf-8")
    assert len(source) < 1 << 20, len(source)
    for mark in ("<link", " src=", "@import", "url(", "innerHTML", "eval("):
        assert mark not in source, mark


def main():
    page = Explorer()
    try:
        counts = {"captured": compare_frames(page, "captured"), "damaged": compare_frames(page, "damaged")}
        compare_rows(page)
        counts["captures"] = compare_captures(page)
        for step in (search, filters, pages, lights, pastes, init_and_rest, drops, hostile, bad_captures, capture_view, capture_errors, looks):
            step(page)
        # Errors of the page itself, before the one that is made on purpose.
        wrong = [entry for entry in page.driver.get_log("browser") if entry["level"] != "INFO"]
        same(wrong, [], "the console")
        alone(page)
    finally:
        page.driver.quit()
    print(json.dumps(counts))


main()
