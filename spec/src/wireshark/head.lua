-- Shows what Soulseek clients and servers say to each other: connections to servers, between peers, of the distributed
-- network and of file transfers; obfuscated and compressed ones too.
--
--   tshark -X lua_script:soulseek.lua -r capture.pcap -Y slsk.message
--   Wireshark: copy it into the folder that Help > About > Folders calls "Personal Lua Plugins"
--
-- Connections are told apart by what is in them. Those that begin before the capture are known by the first frames that
-- make sense. Filter by `slsk.message == "FileSearch"`, by `slsk.GROUP.FIELD` with a group of
-- server, init, peer, distributed and file (`slsk.peer.username`), and by `slsk.expert.NAME` for what is wrong.
-- Passwords are hidden unless the preferences say otherwise. The protocol is `soulseek` in filters and preferences, and
-- its fields are `slsk.*`, since Wireshark has an old dissector of its own that is called `slsk`.
--
-- What to know about it:
--
-- * Segments that came out of order are lost unless Wireshark puts them in order, which it does not by default:
--     tshark -o tcp.reassemble_out_of_order:TRUE ...
--   `slsk.expert.gap` is where the sequence numbers jump.
-- * Ports that belong to another dissector (443, 6001, 8080, ...) are left to it. Use Decode As
--   (`-d tcp.port==8080,soulseek`), or `-o tcp.try_heuristic_first:TRUE` to go by contents on all ports.
-- * In one pass a connection whose request stands further behind in the file can have another kind. Use `tshark -2`.
-- * Behind bytes that the capture lacks the dissector finds frames again, where `slsk decode` gives up.
-- * A body that inflates to over 16 MiB and to more than 100 times its length is not inflated.

local soulseek = Proto("soulseek", "Soulseek")

-- Those of the official server, of soulfind, and the first choice of old and new clients.
local PORTS = "2234,2240,2242,2271,2416,5534"

soulseek.prefs.ports = Pref.range("TCP ports", PORTS,
  "Ports that are tried before other protocols are. On others connections are recognized by their contents, but for those "
  .. "of another dissector (443, 8080, ...): use Decode As, or the preference tcp.try_heuristic_first.", 65535)
soulseek.prefs.order = Pref.statictext("Segments out of order are lost unless the preference of TCP is set: "
  .. "-o tcp.reassemble_out_of_order:TRUE", "This dissector does not change what is set for TCP.")
soulseek.prefs.show_secrets = Pref.bool("Show passwords", false, "Show passwords and their hashes.")

-- Wireshark gives up a packet with a million items. What is left of that is enough for the heads of as many frames as fit
-- into a packet behind a long list.
local MOST_ITEMS = 800000

soulseek.prefs.max_items = Pref.uint("Most items in a packet", MOST_ITEMS,
  "Where a packet has more fields, the rest of its lists is read and not shown; at most 800000, since Wireshark gives up at "
  .. "a million.")
