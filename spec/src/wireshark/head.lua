-- Shows what Soulseek clients and servers say to each other: connections to servers, between peers, of the distributed
-- network and of file transfers; obfuscated and compressed ones too.
--
--   tshark -X lua_script:soulseek.lua -r capture.pcap -Y slsk.message
--   Wireshark: copy it into the folder that Help > About > Folders calls "Personal Lua Plugins"
--
-- Connections are told apart by what is in them, whatever the ports. Those that begin before the capture are known by
-- the first frames that make sense. Filter by `slsk.message == "FileSearch"`, by `slsk.GROUP.FIELD` with a group of
-- server, init, peer, distributed and file (`slsk.peer.username`), and by `slsk.expert.NAME` for what is wrong.
-- Passwords are hidden unless the preferences say otherwise.

local soulseek = Proto("soulseek", "Soulseek")

-- Those of the official server, of soulfind, and the first choice of old and new clients.
local PORTS = "2234,2240,2242,2271,2416,5534"

soulseek.prefs.ports = Pref.range("TCP ports", PORTS,
  "Ports that are tried before other protocols are. On all others connections are recognized by their contents.", 65535)
soulseek.prefs.show_secrets = Pref.bool("Show passwords", false, "Show passwords and their hashes.")

-- Wireshark gives up a packet with a million items. What is left of that is enough for the heads of as many frames as fit
-- into a packet behind a long list.
local MOST_ITEMS = 800000

soulseek.prefs.max_items = Pref.uint("Most items in a packet", MOST_ITEMS,
  "Where a packet has more fields, the rest of its lists is read and not shown; at most 800000, since Wireshark gives up at "
  .. "a million.")
