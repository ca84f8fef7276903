# Generated from the types of slsk-wire 0.1.0 by `cargo run -p slsk-spec`. Do not edit.
meta:
  id: soulseek
  title: The Soulseek protocol
  license: MIT OR Apache-2.0
  ks-version: 0.11
  endian: le
doc: |
  The messages of Soulseek: between client and server, between peers, in the distributed network,
  and what is sent on file connections.

  A program that knows what it has parses a `..._frame` (one message with its length field) or a
  `..._stream` (all frames of one direction) of the right family. The family can't be told from a
  single frame: requests to the server and answers of it share their codes.

  The root is for a dump of one direction of a connection, from its beginning. It looks at the first
  frame: a login or an answer to one, or the frame that opens a connection between peers, which says
  what follows. Of any other dump it shows the bytes, and reads them as `as_..._stream` when that is
  asked for.

  What to know:

  * Obfuscated frames have to be revealed first: each has a key of its own.
  * A frame is cut off by its length, so `_io.eof` is the end of a message.
  * `has_x` says whether `x` is there, for fields that may be missing at the end of a message. They
    are decided while a message is read, in order.
  * `trailing` is what follows the last field that is known: usually nothing, else the sender knows
    more.
  * A bool is true for any byte but 0. `x_raw` is the byte.
  * Counts are checked against the bytes that are left. What zlib streams inflate to has no bound:
    look at the length of a frame first.
  * A stream that was cut in the midst of a frame fails there.
doc-ref: spec/guide/README.md
seq:
  - id: dump
    size-eos: true
    type:
      switch-on: first_frame.beginning
      cases:
        beginning::login_request: server_request_stream
        beginning::login_response: server_response_stream
        beginning::peer_init: initiator_stream
        beginning::pierce_firewall: initiator_stream
        _: unidentified
    doc: What one side has sent.
instances:
  first_frame:
    pos: 0
    type: first_frame
types:

  # A dump of unknown content

  first_frame:
    doc: What the first bytes tell about a dump. Looks only at what is there, so that it can't fail.
    instances:
      has_length:
        value: _io.size >= 9
      length:
        pos: 0
        type: u4
        if: has_length
      is_whole:
        value: has_length and length >= 5 and length <= _io.size - 4
        doc: Whether there is one frame that is long enough for what is looked for.
      code:
        pos: 4
        type: u4
        if: is_whole
        doc: The code on a connection to a server.
      short_code:
        pos: 4
        type: u1
        if: is_whole
        doc: The code between peers.
      success:
        pos: 8
        type: u1
        if: is_whole
        doc: The bool with which the answer to a login begins.
      len_greeting:
        pos: 9
        type: u4
        if: is_whole and length >= 9
        doc: The length of the text behind it.
      is_login_response:
        value: is_whole and code == 1 and length >= 9 and success <= 1 and len_greeting <= length - 9
      len_login:
        pos: 8
        type: u4
        if: is_whole and length >= 8
        doc: The length of the name with which a login begins.
      is_login_request:
        value: is_whole and code == 1 and length >= 8 and len_login <= length - 8 and not is_login_response
      is_pierce_firewall:
        value: is_whole and short_code == 0 and length == 5
      len_username:
        pos: 5
        type: u4
        if: is_whole
        doc: The length of the name of who opens a connection to a peer.
      has_username:
        value: is_whole and short_code == 1 and length >= 10 and len_username > 0 and len_username <= length - 10
      len_kind:
        pos: '9 + len_username'
        type: u4
        if: has_username
      kind:
        pos: '13 + len_username'
        type: u1
        if: has_username
      is_peer_init:
        value: has_username and len_kind == 1 and (kind == 80 or kind == 68 or kind == 70)
      beginning:
        value: 'is_login_response ? beginning::login_response : is_login_request ? beginning::login_request : is_peer_init ? beginning::peer_init : is_pierce_firewall ? beginning::pierce_firewall : beginning::unidentified'
  initiator_stream:
    doc: |
      What the side that has opened a connection between peers sends. A file connection that begins
      with a `peer_init` comes from the uploader. Behind a `pierce_firewall` anything may follow:
      only the request that it answers tells.
    doc-ref: spec/guide/connections.md
    seq:
      - id: opening
        type: peer_init_frame
      - id: rest
        size-eos: true
        type:
          switch-on: kind
          cases:
            '"P"': peer_stream
            '"D"': distributed_stream
            '"F"': file_uploader_stream
            _: unidentified
    instances:
      kind:
        value: 'opening.code == peer_init_frame::code::peer_init ? opening.body.as<peer_init_frame::peer_init>.kind.latin1 : ""'
        doc: What the connection is for; empty where that is not said.
  unidentified:
    doc: |
      Bytes that may be anything. Each `as_...` reads them in one way, and fails where that is
      wrong.
    seq:
      - id: bytes
        size-eos: true
    instances:
      as_initiator_stream:
        pos: 0
        type: initiator_stream
      as_server_request_stream:
        pos: 0
        type: server_request_stream
      as_server_response_stream:
        pos: 0
        type: server_response_stream
      as_peer_init_stream:
        pos: 0
        type: peer_init_stream
      as_peer_stream:
        pos: 0
        type: peer_stream
      as_distributed_stream:
        pos: 0
        type: distributed_stream
      as_file_uploader_stream:
        pos: 0
        type: file_uploader_stream
      as_file_downloader_stream:
        pos: 0
        type: file_downloader_stream

  # The family server_request

  server_request_stream:
    doc: Frames up to the end. From a client to its server.
    seq:
      - id: frames
        type: server_request_frame
        repeat: eos
  server_request_frame:
    doc: A frame. From a client to its server.
    doc-ref: spec/guide/framing.md
    -webide-representation: '{code}'
    seq:
      - id: length
        type: u4
        valid:
          min: 4
        doc: 'How many bytes follow: code and body.'
      - id: code
        type: u4
        enum: code
      - id: body
        size: length - 4
        type:
          switch-on: code
          cases:
            code::login_request: login_request
            code::set_listen_port: set_listen_port
            code::get_peer_address_request: get_peer_address_request
            code::watch_user_request: watch_user_request
            code::unwatch_user: unwatch_user
            code::get_user_status_request: get_user_status_request
            code::ignore_user: ignore_user
            code::unignore_user: unignore_user
            code::say_in_room: say_in_room
            code::join_room_request: join_room_request
            code::leave_room: leave_room
            code::connect_to_peer: connect_to_peer
            code::private_message: private_message
            code::acknowledge_private_message: acknowledge_private_message
            code::file_search_room: file_search_room
            code::file_search: file_search
            code::set_status: set_status
            code::ping_request: ping_request
            code::send_connect_token: send_connect_token
            code::send_download_speed: send_download_speed
            code::shared_folders_files: shared_folders_files
            code::get_user_stats_request: get_user_stats_request
            code::upload_slots_full: upload_slots_full
            code::user_search: user_search
            code::similar_recommendations_request: similar_recommendations_request
            code::add_interest: add_interest
            code::remove_interest: remove_interest
            code::recommendations_request: recommendations_request
            code::my_interests_request: my_interests_request
            code::global_recommendations_request: global_recommendations_request
            code::user_interests_request: user_interests_request
            code::admin_command: admin_command
            code::place_in_line_request: place_in_line_request
            code::place_in_line_response: place_in_line_response
            code::room_list_request: room_list_request
            code::exact_file_search: exact_file_search
            code::user_list_request: user_list_request
            code::tunneled_message: tunneled_message
            code::privileged_users_request: privileged_users_request
            code::have_no_parent: have_no_parent
            code::parent_ip: parent_ip
            code::unknown80: unknown80
            code::check_privileges_request: check_privileges_request
            code::accept_children: accept_children
            code::wishlist_search: wishlist_search
            code::similar_users_request: similar_users_request
            code::item_recommendations_request: item_recommendations_request
            code::item_similar_users_request: item_similar_users_request
            code::set_room_ticker: set_room_ticker
            code::add_hated_interest: add_hated_interest
            code::remove_hated_interest: remove_hated_interest
            code::room_search: room_search
            code::send_upload_speed: send_upload_speed
            code::user_privileges_request: user_privileges_request
            code::give_privileges: give_privileges
            code::notify_privileges: notify_privileges
            code::acknowledge_notify_privileges: acknowledge_notify_privileges
            code::branch_level: branch_level
            code::branch_root: branch_root
            code::child_depth: child_depth
            code::add_room_member: add_room_member
            code::remove_room_member: remove_room_member
            code::cancel_room_membership: cancel_room_membership
            code::cancel_room_ownership: cancel_room_ownership
            code::private_room_unknown: private_room_unknown
            code::enable_room_invitations: enable_room_invitations
            code::change_password: change_password
            code::add_room_operator: add_room_operator
            code::remove_room_operator: remove_room_operator
            code::cancel_room_operatorship: cancel_room_operatorship
            code::message_users: message_users
            code::join_global_room: join_global_room
            code::leave_global_room: leave_global_room
            code::related_searches_request: related_searches_request
            code::cant_connect_to_peer: cant_connect_to_peer
            _: unknown_message
    types:
      login_request:
        doc: Opens the session. It is the first message on the connection.
        doc-ref: spec/guide/login.md
        -orig-id: [Login]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: Up to 30 printable ASCII characters.
          - id: password
            type: secret
            doc: In clear.
          - id: major_version
            type: u4
            doc: 'Which client this is: 157 the official one, 160 Nicotine+, 177 for experiments.'
          - id: hash
            type: secret
            if: has_hash
            doc: Lowercase hex MD5 of name and password together. Absent from old clients.
          - id: minor_version
            type: u4
            if: has_minor_version
            doc: Which release of the client; not 0. Absent from old clients.
          - id: trailing
            size-eos: true
        instances:
          has_hash:
            value: not _io.eof
            doc: Whether `hash` is there.
          has_minor_version:
            value: not _io.eof
            doc: Whether `minor_version` is there.
      set_listen_port:
        doc: |
          Says where other peers can connect to us. It goes out with the login, and again after it.
        doc-ref: spec/guide/login.md
        -orig-id: [SetWaitPort]
        -sender: client
        -status: used
        seq:
          - id: port
            type: u4
            doc: The TCP port.
          - id: obfuscation_type
            type: u4
            enum: obfuscation_type
            if: has_obfuscation_type
            doc: What the obfuscated port takes. Absent from clients without one.
          - id: obfuscated_port
            type: u4
            if: has_obfuscated_port
            doc: The TCP port for obfuscated connections.
          - id: trailing
            size-eos: true
        instances:
          has_obfuscation_type:
            value: not _io.eof
            doc: Whether `obfuscation_type` is there.
          has_obfuscated_port:
            value: not _io.eof
            doc: Whether `obfuscated_port` is there.
      get_peer_address_request:
        doc: Asks for the address of a user.
        doc-ref: spec/guide/connections.md
        -orig-id: [GetPeerAddress]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      watch_user_request:
        doc: Asks to be told about a user from now on.
        doc-ref: spec/guide/users.md
        -orig-id: [AddUser, WatchUser]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      unwatch_user:
        doc: Ends `WatchUserRequest`. News about users in a common room go on.
        doc-ref: spec/guide/users.md
        -orig-id: [RemoveUser]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      get_user_status_request:
        doc: Asks whether a user is there.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserStatus, GetStatus]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      ignore_user:
        doc: Ignores a user on the server. The official server does nothing.
        doc-ref: spec/guide/users.md
        -sender: client
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      unignore_user:
        doc: Ends `IgnoreUser`.
        doc-ref: spec/guide/users.md
        -sender: client
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      say_in_room:
        doc: Says something in a room.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomChatMessage, SayChatroom, SayInChatRoom]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: A room that we have joined.
          - id: message
            type: text
            doc: Up to 2048 bytes in one line.
          - id: trailing
            size-eos: true
      join_room_request:
        doc: Joins a room, and creates it if there is none.
        doc-ref: spec/guide/rooms.md
        -orig-id: [JoinRoom]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: '1 to 24 printable ASCII characters, without spaces at the ends or two in a row.'
          - id: private_value
            type: u4
            if: has_private_value
            doc: '1 for a private room, 0 for a public one. Absent from old clients.'
          - id: trailing
            size-eos: true
        instances:
          has_private_value:
            value: not _io.eof
            doc: Whether `private_value` is there.
      leave_room:
        doc: Leaves a room; comes back when it is done.
        doc-ref: spec/guide/rooms.md
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      connect_to_peer:
        doc: Asks the server to tell a user that he should connect to us.
        doc-ref: spec/guide/connections.md
        -sender: client
        -status: used
        seq:
          - id: token
            type: u4
            doc: Our number for this request, which comes back in `PierceFirewall`.
          - id: username
            type: text
            doc: The user.
          - id: kind
            type: connection_kind
            doc: What the connection is for.
          - id: trailing
            size-eos: true
      private_message:
        doc: Sends a private message, which waits on the server while the user is away.
        doc-ref: spec/guide/chat.md
        -orig-id: [PrivateChatMessage, MessageUser]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: To whom.
          - id: message
            type: text
            doc: Up to 2048 bytes. The server drops it when it has a CR or LF.
          - id: trailing
            size-eos: true
      acknowledge_private_message:
        doc: Says that a private message has arrived. Without it, it comes again at the next login.
        doc-ref: spec/guide/chat.md
        -orig-id: [PrivateChatMessageAck, MessageAcked]
        -sender: client
        -status: used
        seq:
          - id: message_id
            type: u4
            doc: Its number.
          - id: trailing
            size-eos: true
      file_search_room:
        doc: Searches the users of a room by its number. `RoomSearch` has replaced it.
        doc-ref: spec/guide/searching.md
        -sender: client
        -status: obsolete
        seq:
          - id: token
            type: u4
            doc: Our number for this search.
          - id: room_id
            type: u4
            doc: A number of the room; nobody knows where from.
          - id: query
            type: text
            doc: Words.
          - id: trailing
            size-eos: true
      file_search:
        doc: Searches the whole network. Results come from the peers that have them.
        doc-ref: spec/guide/searching.md
        -sender: client
        -status: used
        seq:
          - id: token
            type: u4
            doc: Our number for this search, which stands in the results.
          - id: query
            type: text
            doc: Words; the guide says what they mean. At most 256 bytes.
          - id: trailing
            size-eos: true
      set_status:
        doc: Says whether we are online or away.
        doc-ref: spec/guide/users.md
        -orig-id: [SetOnlineStatus]
        -sender: client
        -status: used
        seq:
          - id: status
            type: s4
            enum: own_status
            doc: Online or away; the server ignores other values.
          - id: trailing
            size-eos: true
      ping_request:
        doc: Keeps the connection alive; at most once a minute.
        doc-ref: spec/guide/login.md
        -orig-id: [Ping, ServerPing]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      send_connect_token:
        doc: Tells a user which token our `PeerInit` will have; the server passes it on.
        doc-ref: spec/guide/connections.md
        -orig-id: [SendConnectTicket]
        -sender: client
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The other user.
          - id: token
            type: u4
            doc: The token.
          - id: trailing
            size-eos: true
      send_download_speed:
        doc: Says how fast a download was. `SendUploadSpeed` has replaced it.
        doc-ref: spec/guide/users.md
        -orig-id: [SendSpeed]
        -sender: client
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: From whom.
          - id: speed
            type: u4
            -unit: bytes/s
            doc: Bytes a second.
          - id: trailing
            size-eos: true
      shared_folders_files:
        doc: Says how much we share. It goes out after the login and after each scan.
        doc-ref: spec/guide/users.md
        -orig-id: [SharedFoldersAndFiles]
        -sender: client
        -status: used
        seq:
          - id: directories
            type: u4
            doc: Shared folders.
          - id: files
            type: u4
            doc: Shared files.
          - id: trailing
            size-eos: true
      get_user_stats_request:
        doc: Asks how fast a user uploads and how much he shares.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserStats]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      upload_slots_full:
        doc: Says whether our upload slots are full.
        doc-ref: spec/guide/users.md
        -orig-id: [QueuedDownloads]
        -sender: client
        -status: obsolete
        seq:
          - id: slots_full
            type: u4
            doc: Not 0 when they are.
          - id: trailing
            size-eos: true
      user_search:
        doc: Searches one user's files. He gets an `IncomingFileSearch`.
        doc-ref: spec/guide/searching.md
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: token
            type: u4
            doc: Our number for this search.
          - id: query
            type: text
            doc: As in `FileSearch`.
          - id: trailing
            size-eos: true
      similar_recommendations_request:
        doc: Asks what is similar to something.
        doc-ref: spec/guide/users.md
        -orig-id: [DeprecatedGetItemRecommendations, SimilarRecommendations]
        -sender: client
        -status: obsolete
        seq:
          - id: item
            type: text
            doc: What it should be similar to.
          - id: trailing
            size-eos: true
      add_interest:
        doc: Adds something that we like. The server keeps 30 of up to 64 characters, in lower case.
        doc-ref: spec/guide/users.md
        -orig-id: [AddThingILike, InterestAdd]
        -sender: client
        -status: used
        seq:
          - id: item
            type: text
            doc: What we like.
          - id: trailing
            size-eos: true
      remove_interest:
        doc: Removes something that we liked.
        doc-ref: spec/guide/users.md
        -orig-id: [RemoveThingILike, InterestRemove]
        -sender: client
        -status: used
        seq:
          - id: item
            type: text
            doc: What we liked.
          - id: trailing
            size-eos: true
      recommendations_request:
        doc: Asks what we may like.
        doc-ref: spec/guide/users.md
        -orig-id: [GetRecommendations, Recommendations]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      my_interests_request:
        doc: Asks for our own interests.
        doc-ref: spec/guide/users.md
        -orig-id: [GetInterests, MyRecommendations]
        -sender: client
        -status: obsolete
        seq:
          - id: trailing
            size-eos: true
      global_recommendations_request:
        doc: Asks what everybody likes.
        doc-ref: spec/guide/users.md
        -orig-id: [GetGlobalRecommendations, GlobalRecommendations]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      user_interests_request:
        doc: Asks what a user likes and hates.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserInterests, UserInterests]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      admin_command:
        doc: Tells the server to do something; for its administrators.
        doc-ref: spec/guide/login.md
        -orig-id: [ExecuteCommand]
        -sender: client
        -status: obsolete
        seq:
          - id: command
            type: text
            doc: What to do.
          - id: num_args
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: args
            type: text
            repeat: expr
            repeat-expr: num_args
            doc: With what.
          - id: trailing
            size-eos: true
      place_in_line_request:
        doc: |
          Asks a user for our place in his queue, by way of the server. `PlaceInQueueRequest` has
          replaced it.
        doc-ref: spec/guide/transfers.md
        -sender: client
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The other user.
          - id: token
            type: u4
            doc: The number of the download.
          - id: trailing
            size-eos: true
      place_in_line_response:
        doc: Answers `PlaceInLineRequest`, by way of the server.
        doc-ref: spec/guide/transfers.md
        -sender: client
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The other user.
          - id: token
            type: u4
            doc: The number of the download.
          - id: place
            type: u4
            doc: How many are before it.
          - id: trailing
            size-eos: true
      room_list_request:
        doc: Asks for all rooms. The list after the login leaves out small ones.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomList]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      exact_file_search:
        doc: Searches for one file.
        doc-ref: spec/guide/searching.md
        -sender: client
        -status: obsolete
        seq:
          - id: token
            type: u4
            doc: Our number for this search.
          - id: filename
            type: text
            doc: The bare name.
          - id: folder
            type: text
            doc: The folder that it is in.
          - id: size
            type: u8
            -unit: bytes
            doc: Its size in bytes.
          - id: checksum
            type: u4
            doc: Its checksum; nobody knows of which kind.
          - id: unknown
            type: u1
            doc: Nobody knows.
          - id: trailing
            size-eos: true
      user_list_request:
        doc: 'Asks for all users. The official server closes the connection: never send it.'
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserList, GlobalUserList]
        -sender: client
        -status: obsolete
        seq:
          - id: trailing
            size-eos: true
      tunneled_message:
        doc: Sends a peer message by way of the server.
        doc-ref: spec/guide/connections.md
        -sender: client
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: To whom.
          - id: token
            type: u4
            doc: A number of ours.
          - id: code
            type: u4
            doc: The code of the peer message.
          - id: message
            type: text
            doc: Its body.
          - id: trailing
            size-eos: true
      privileged_users_request:
        doc: Asks for all users with privileges. Known from 2003 only; the list comes by itself.
        doc-ref: spec/guide/users.md
        -sender: client
        -status: obsolete
        seq:
          - id: trailing
            size-eos: true
      have_no_parent:
        doc: Says whether we look for a parent.
        doc-ref: spec/guide/distributed.md
        -orig-id: [ToggleParentSearch, HaveNoParents]
        -sender: client
        -status: used
        seq:
          - id: no_parent_raw
            type: u1
          - id: trailing
            size-eos: true
        instances:
          no_parent:
            value: no_parent_raw != 0
            doc: Whether the server should send `PossibleParents`.
      parent_ip:
        doc: Says what the address of our parent is.
        doc-ref: spec/guide/distributed.md
        -orig-id: [ParentIP, ParentsIP]
        -sender: client
        -status: deprecated
        seq:
          - id: ip
            type: ip
            if: has_ip
            doc: The address. Absent from some clients.
          - id: trailing
            size-eos: true
        instances:
          has_ip:
            value: not _io.eof
            doc: Whether `ip` is there.
      unknown80:
        doc: What very old clients send on a second connection to the server.
        doc-ref: spec/guide/login.md
        -sender: client
        -status: obsolete
        seq:
          - id: trailing
            size-eos: true
      check_privileges_request:
        doc: Asks for how long we have privileges.
        doc-ref: spec/guide/users.md
        -orig-id: [CheckPrivileges]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      accept_children:
        doc: Says whether others may become our children.
        doc-ref: spec/guide/distributed.md
        -sender: client
        -status: used
        seq:
          - id: accept_raw
            type: u1
          - id: trailing
            size-eos: true
        instances:
          accept:
            value: accept_raw != 0
            doc: Whether they may.
      wishlist_search:
        doc: Searches the network for a wish, once in a `WishlistInterval`.
        doc-ref: spec/guide/searching.md
        -sender: client
        -status: used
        seq:
          - id: token
            type: u4
            doc: Our number for this search.
          - id: query
            type: text
            doc: As in `FileSearch`.
          - id: trailing
            size-eos: true
      similar_users_request:
        doc: Asks for users who like what we like.
        doc-ref: spec/guide/users.md
        -orig-id: [GetSimilarUsers, SimilarUsers]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      item_recommendations_request:
        doc: Asks what goes with something.
        doc-ref: spec/guide/users.md
        -orig-id: [GetItemRecommendations, ItemRecommendations]
        -sender: client
        -status: used
        seq:
          - id: item
            type: text
            doc: What it should go with.
          - id: trailing
            size-eos: true
      item_similar_users_request:
        doc: Asks who likes something.
        doc-ref: spec/guide/users.md
        -orig-id: [GetItemSimilarUsers, ItemSimilarUsers]
        -sender: client
        -status: used
        seq:
          - id: item
            type: text
            doc: What they should like.
          - id: trailing
            size-eos: true
      set_room_ticker:
        doc: Sets our ticker in a room.
        doc-ref: spec/guide/rooms.md
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: ticker
            type: text
            doc: Up to 1024 bytes; empty for none.
          - id: trailing
            size-eos: true
      add_hated_interest:
        doc: Adds something that we hate.
        doc-ref: spec/guide/users.md
        -orig-id: [AddThingIHate, HatedInterestAdd]
        -sender: client
        -status: used
        seq:
          - id: item
            type: text
            doc: What we hate.
          - id: trailing
            size-eos: true
      remove_hated_interest:
        doc: Removes something that we hated.
        doc-ref: spec/guide/users.md
        -orig-id: [RemoveThingIHate, HatedInterestRemove]
        -sender: client
        -status: used
        seq:
          - id: item
            type: text
            doc: What we hated.
          - id: trailing
            size-eos: true
      room_search:
        doc: Searches the files of all users of a room. They get an `IncomingFileSearch`.
        doc-ref: spec/guide/searching.md
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: token
            type: u4
            doc: Our number for this search.
          - id: query
            type: text
            doc: As in `FileSearch`.
          - id: trailing
            size-eos: true
      send_upload_speed:
        doc: Says how fast an upload was, after each one.
        doc-ref: spec/guide/users.md
        -sender: client
        -status: used
        seq:
          - id: speed
            type: u4
            -unit: bytes/s
            doc: Its average, in bytes a second.
          - id: trailing
            size-eos: true
      user_privileges_request:
        doc: Asks whether a user has privileges. `GetUserStatusRequest` tells it too.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserPrivileges, UserPrivileged, UserPrivileges]
        -sender: client
        -status: deprecated
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      give_privileges:
        doc: Gives some of our privileges to a user.
        doc-ref: spec/guide/users.md
        -orig-id: [GiveUserPrivileges]
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: days
            type: u4
            -unit: days
            doc: Days, taken from ours.
          - id: trailing
            size-eos: true
      notify_privileges:
        doc: Says that privileges were given, in either direction.
        doc-ref: spec/guide/users.md
        -orig-id: [PrivilegesNotification]
        -sender: client
        -status: deprecated
        seq:
          - id: token
            type: u4
            doc: A number for `AcknowledgeNotifyPrivileges`.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      acknowledge_notify_privileges:
        doc: Answers `NotifyPrivileges`, in either direction.
        doc-ref: spec/guide/users.md
        -orig-id: [PrivilegesNotificationAck, AckNotifyPrivileges]
        -sender: client
        -status: deprecated
        seq:
          - id: token
            type: u4
            doc: Its number.
          - id: trailing
            size-eos: true
      branch_level:
        doc: Says how far we are from the root of our branch.
        doc-ref: spec/guide/distributed.md
        -sender: client
        -status: used
        seq:
          - id: level
            type: u4
            doc: '0 without a parent.'
          - id: trailing
            size-eos: true
      branch_root:
        doc: Says who is the root of our branch.
        doc-ref: spec/guide/distributed.md
        -sender: client
        -status: used
        seq:
          - id: username
            type: text
            doc: The root; our own name without a parent.
          - id: trailing
            size-eos: true
      child_depth:
        doc: Says how deep the tree below us is.
        doc-ref: spec/guide/distributed.md
        -sender: client
        -status: obsolete
        seq:
          - id: depth
            type: u32_or_u8
            parent: false
            doc: Levels. `SoulseekQt` was seen to send a single byte.
          - id: trailing
            size-eos: true
      add_room_member:
        doc: Makes a user a member. For owners and operators; the user has to allow it.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomGrantMembership, PrivateRoomAddUser]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      remove_room_member:
        doc: Ends a user's membership. For owners, and for operators if he is no operator.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomRevokeMembership, PrivateRoomRemoveUser]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      cancel_room_membership:
        doc: Gives up our membership.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomDropMembership]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      cancel_room_ownership:
        doc: Gives up a room of ours, which ends it.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomDropOwnership]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      private_room_unknown:
        doc: Something about a private room, in either direction. Nobody knows what.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomSomething]
        -sender: client
        -status: obsolete
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      enable_room_invitations:
        doc: Says whether others may make us a member of their rooms; the server repeats it.
        doc-ref: spec/guide/rooms.md
        -orig-id: [TogglePrivateRoomInvites, PrivateRoomToggle]
        -sender: client
        -status: used
        seq:
          - id: enabled_raw
            type: u1
          - id: trailing
            size-eos: true
        instances:
          enabled:
            value: enabled_raw != 0
            doc: Whether they may.
      change_password:
        doc: Changes our password; the server repeats it when it is done.
        doc-ref: spec/guide/login.md
        -orig-id: [NewPassword]
        -sender: client
        -status: used
        seq:
          - id: password
            type: secret
            doc: The new one, in clear.
          - id: trailing
            size-eos: true
      add_room_operator:
        doc: Makes a member an operator. For the owner; the user has to be online.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomGrantOperator, PrivateRoomAddOperator]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      remove_room_operator:
        doc: Makes an operator a member again. For the owner.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomRevokeOperator, PrivateRoomRemoveOperator]
        -sender: client
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      cancel_room_operatorship:
        doc: Gives up being an operator. Only soulfind knows it, and no client sends it.
        doc-ref: spec/guide/rooms.md
        -sender: client
        -status: unverified
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      message_users:
        doc: Sends one private message to several users. Do not rely on delivery.
        doc-ref: spec/guide/chat.md
        -orig-id: [PrivateChatMessageUsers]
        -sender: client
        -status: used
        seq:
          - id: num_usernames
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: usernames
            type: text
            repeat: expr
            repeat-expr: num_usernames
            doc: To whom. The whole frame must stay below 8 KiB.
          - id: message
            type: text
            doc: As in `PrivateMessage`.
          - id: trailing
            size-eos: true
      join_global_room:
        doc: Asks for everything that is said in public rooms.
        doc-ref: spec/guide/rooms.md
        -orig-id: [EnablePublicChat, AskPublicChat]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      leave_global_room:
        doc: Ends `JoinGlobalRoom`.
        doc-ref: spec/guide/rooms.md
        -orig-id: [DisablePublicChat, StopPublicChat]
        -sender: client
        -status: used
        seq:
          - id: trailing
            size-eos: true
      related_searches_request:
        doc: Asks what else people search for. `SoulseekQt` sends it with every search.
        doc-ref: spec/guide/searching.md
        -orig-id: [GetRelatedSearches, RelatedSearch]
        -sender: client
        -status: obsolete
        seq:
          - id: query
            type: text
            doc: What is searched for.
          - id: trailing
            size-eos: true
      cant_connect_to_peer:
        doc: We could not connect to a user who had asked for it.
        doc-ref: spec/guide/connections.md
        -orig-id: [CannotConnect]
        -sender: client
        -status: used
        seq:
          - id: token
            type: u4
            doc: The number of his request.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
    enums:
      code:
        1:
          id: login_request
          doc: Opens the session. It is the first message on the connection.
        2:
          id: set_listen_port
          doc: |
            Says where other peers can connect to us. It goes out with the login, and again after
            it.
        3:
          id: get_peer_address_request
          doc: Asks for the address of a user.
        5:
          id: watch_user_request
          doc: Asks to be told about a user from now on.
        6:
          id: unwatch_user
          doc: Ends `WatchUserRequest`. News about users in a common room go on.
        7:
          id: get_user_status_request
          doc: Asks whether a user is there.
        11:
          id: ignore_user
          doc: Ignores a user on the server. The official server does nothing.
        12:
          id: unignore_user
          doc: Ends `IgnoreUser`.
        13:
          id: say_in_room
          doc: Says something in a room.
        14:
          id: join_room_request
          doc: Joins a room, and creates it if there is none.
        15:
          id: leave_room
          doc: Leaves a room; comes back when it is done.
        18:
          id: connect_to_peer
          doc: Asks the server to tell a user that he should connect to us.
        22:
          id: private_message
          doc: Sends a private message, which waits on the server while the user is away.
        23:
          id: acknowledge_private_message
          doc: |
            Says that a private message has arrived. Without it, it comes again at the next login.
        25:
          id: file_search_room
          doc: Searches the users of a room by its number. `RoomSearch` has replaced it.
        26:
          id: file_search
          doc: Searches the whole network. Results come from the peers that have them.
        28:
          id: set_status
          doc: Says whether we are online or away.
        32:
          id: ping_request
          doc: Keeps the connection alive; at most once a minute.
        33:
          id: send_connect_token
          doc: Tells a user which token our `PeerInit` will have; the server passes it on.
        34:
          id: send_download_speed
          doc: Says how fast a download was. `SendUploadSpeed` has replaced it.
        35:
          id: shared_folders_files
          doc: Says how much we share. It goes out after the login and after each scan.
        36:
          id: get_user_stats_request
          doc: Asks how fast a user uploads and how much he shares.
        40:
          id: upload_slots_full
          doc: Says whether our upload slots are full.
        42:
          id: user_search
          doc: Searches one user's files. He gets an `IncomingFileSearch`.
        50:
          id: similar_recommendations_request
          doc: Asks what is similar to something.
        51:
          id: add_interest
          doc: |
            Adds something that we like. The server keeps 30 of up to 64 characters, in lower case.
        52:
          id: remove_interest
          doc: Removes something that we liked.
        54:
          id: recommendations_request
          doc: Asks what we may like.
        55:
          id: my_interests_request
          doc: Asks for our own interests.
        56:
          id: global_recommendations_request
          doc: Asks what everybody likes.
        57:
          id: user_interests_request
          doc: Asks what a user likes and hates.
        58:
          id: admin_command
          doc: Tells the server to do something; for its administrators.
        59:
          id: place_in_line_request
          doc: |
            Asks a user for our place in his queue, by way of the server. `PlaceInQueueRequest` has
            replaced it.
        60:
          id: place_in_line_response
          doc: Answers `PlaceInLineRequest`, by way of the server.
        64:
          id: room_list_request
          doc: Asks for all rooms. The list after the login leaves out small ones.
        65:
          id: exact_file_search
          doc: Searches for one file.
        67:
          id: user_list_request
          doc: 'Asks for all users. The official server closes the connection: never send it.'
        68:
          id: tunneled_message
          doc: Sends a peer message by way of the server.
        69:
          id: privileged_users_request
          doc: Asks for all users with privileges. Known from 2003 only; the list comes by itself.
        71:
          id: have_no_parent
          doc: Says whether we look for a parent.
        73:
          id: parent_ip
          doc: Says what the address of our parent is.
        80:
          id: unknown80
          doc: What very old clients send on a second connection to the server.
        92:
          id: check_privileges_request
          doc: Asks for how long we have privileges.
        100:
          id: accept_children
          doc: Says whether others may become our children.
        103:
          id: wishlist_search
          doc: Searches the network for a wish, once in a `WishlistInterval`.
        110:
          id: similar_users_request
          doc: Asks for users who like what we like.
        111:
          id: item_recommendations_request
          doc: Asks what goes with something.
        112:
          id: item_similar_users_request
          doc: Asks who likes something.
        116:
          id: set_room_ticker
          doc: Sets our ticker in a room.
        117:
          id: add_hated_interest
          doc: Adds something that we hate.
        118:
          id: remove_hated_interest
          doc: Removes something that we hated.
        120:
          id: room_search
          doc: Searches the files of all users of a room. They get an `IncomingFileSearch`.
        121:
          id: send_upload_speed
          doc: Says how fast an upload was, after each one.
        122:
          id: user_privileges_request
          doc: Asks whether a user has privileges. `GetUserStatusRequest` tells it too.
        123:
          id: give_privileges
          doc: Gives some of our privileges to a user.
        124:
          id: notify_privileges
          doc: Says that privileges were given, in either direction.
        125:
          id: acknowledge_notify_privileges
          doc: Answers `NotifyPrivileges`, in either direction.
        126:
          id: branch_level
          doc: Says how far we are from the root of our branch.
        127:
          id: branch_root
          doc: Says who is the root of our branch.
        129:
          id: child_depth
          doc: Says how deep the tree below us is.
        134:
          id: add_room_member
          doc: Makes a user a member. For owners and operators; the user has to allow it.
        135:
          id: remove_room_member
          doc: Ends a user's membership. For owners, and for operators if he is no operator.
        136:
          id: cancel_room_membership
          doc: Gives up our membership.
        137:
          id: cancel_room_ownership
          doc: Gives up a room of ours, which ends it.
        138:
          id: private_room_unknown
          doc: Something about a private room, in either direction. Nobody knows what.
        141:
          id: enable_room_invitations
          doc: Says whether others may make us a member of their rooms; the server repeats it.
        142:
          id: change_password
          doc: Changes our password; the server repeats it when it is done.
        143:
          id: add_room_operator
          doc: Makes a member an operator. For the owner; the user has to be online.
        144:
          id: remove_room_operator
          doc: Makes an operator a member again. For the owner.
        147:
          id: cancel_room_operatorship
          doc: Gives up being an operator. Only soulfind knows it, and no client sends it.
        149:
          id: message_users
          doc: Sends one private message to several users. Do not rely on delivery.
        150:
          id: join_global_room
          doc: Asks for everything that is said in public rooms.
        151:
          id: leave_global_room
          doc: Ends `JoinGlobalRoom`.
        153:
          id: related_searches_request
          doc: Asks what else people search for. `SoulseekQt` sends it with every search.
        1001:
          id: cant_connect_to_peer
          doc: We could not connect to a user who had asked for it.

  # The family server_response

  server_response_stream:
    doc: Frames up to the end. From a server to its client.
    seq:
      - id: frames
        type: server_response_frame
        repeat: eos
  server_response_frame:
    doc: A frame. From a server to its client.
    doc-ref: spec/guide/framing.md
    -webide-representation: '{code}'
    seq:
      - id: length
        type: u4
        valid:
          min: 4
        doc: 'How many bytes follow: code and body.'
      - id: code
        type: u4
        enum: code
      - id: body
        size: length - 4
        type:
          switch-on: code
          cases:
            code::login_response: login_response
            code::get_peer_address_response: get_peer_address_response
            code::watch_user_response: watch_user_response
            code::get_user_status_response: get_user_status_response
            code::ignore_user: ignore_user
            code::unignore_user: unignore_user
            code::room_message: room_message
            code::join_room_response: join_room_response
            code::leave_room: leave_room
            code::user_joined_room: user_joined_room
            code::user_left_room: user_left_room
            code::incoming_connect_to_peer: incoming_connect_to_peer
            code::incoming_private_message: incoming_private_message
            code::incoming_file_search: incoming_file_search
            code::ping_response: ping_response
            code::send_connect_token: send_connect_token
            code::get_user_stats_response: get_user_stats_response
            code::incoming_upload_slots_full: incoming_upload_slots_full
            code::relogged: relogged
            code::similar_recommendations_response: similar_recommendations_response
            code::recommendations_response: recommendations_response
            code::my_interests_response: my_interests_response
            code::global_recommendations_response: global_recommendations_response
            code::user_interests_response: user_interests_response
            code::place_in_line_request: place_in_line_request
            code::place_in_line_response: place_in_line_response
            code::room_added: room_added
            code::room_removed: room_removed
            code::room_list_response: room_list_response
            code::incoming_exact_file_search: incoming_exact_file_search
            code::admin_message: admin_message
            code::user_list_response: user_list_response
            code::incoming_tunneled_message: incoming_tunneled_message
            code::privileged_users: privileged_users
            code::parent_min_speed: parent_min_speed
            code::parent_speed_ratio: parent_speed_ratio
            code::parent_inactivity_timeout: parent_inactivity_timeout
            code::search_inactivity_timeout: search_inactivity_timeout
            code::min_parents_in_cache: min_parents_in_cache
            code::distribute_interval: distribute_interval
            code::distributed_alive_interval: distributed_alive_interval
            code::add_privileged_user: add_privileged_user
            code::check_privileges_response: check_privileges_response
            code::embedded_message: embedded_message
            code::possible_parents: possible_parents
            code::wishlist_interval: wishlist_interval
            code::similar_users_response: similar_users_response
            code::item_recommendations_response: item_recommendations_response
            code::item_similar_users_response: item_similar_users_response
            code::room_tickers: room_tickers
            code::room_ticker_added: room_ticker_added
            code::room_ticker_removed: room_ticker_removed
            code::user_privileges_response: user_privileges_response
            code::notify_privileges: notify_privileges
            code::acknowledge_notify_privileges: acknowledge_notify_privileges
            code::reset_distributed: reset_distributed
            code::room_members: room_members
            code::add_room_member: add_room_member
            code::remove_room_member: remove_room_member
            code::private_room_unknown: private_room_unknown
            code::room_membership_granted: room_membership_granted
            code::room_membership_revoked: room_membership_revoked
            code::enable_room_invitations: enable_room_invitations
            code::change_password: change_password
            code::add_room_operator: add_room_operator
            code::remove_room_operator: remove_room_operator
            code::room_operatorship_granted: room_operatorship_granted
            code::room_operatorship_revoked: room_operatorship_revoked
            code::room_operators: room_operators
            code::global_room_message: global_room_message
            code::related_searches_response: related_searches_response
            code::excluded_search_phrases: excluded_search_phrases
            code::incoming_cant_connect_to_peer: incoming_cant_connect_to_peer
            code::cant_create_room: cant_create_room
            code::cant_join_room: cant_join_room
            _: unknown_message
    types:
      login_response:
        doc: The server's verdict on a `LoginRequest`. A banned address gets none.
        doc-ref: spec/guide/login.md
        -orig-id: [Login]
        -sender: server
        -status: used
        seq:
          - id: success_raw
            type: u1
          - id: greeting
            type: text
            if: success
            doc: The message of the day; may be empty.
          - id: ip
            type: ip
            if: success
            doc: Our address as the server sees it.
          - id: password_md5
            type: secret
            if: has_password_md5
            doc: Lowercase hex MD5 of the password. Absent from old servers.
          - id: is_supporter_raw
            type: u1
            if: has_is_supporter
          - id: reason
            type: login_refusal
            parent: false
            if: not success
            doc: The refusal, such as `INVALIDPASS`.
          - id: detail
            type: text
            if: has_detail
            doc: An explanation for people. Only for `INVALIDUSERNAME`.
          - id: trailing
            size-eos: true
        instances:
          success:
            value: success_raw != 0
            doc: Whether the session is open.
          has_password_md5:
            value: success and not _io.eof
            doc: Whether `password_md5` is there.
          has_is_supporter:
            value: success and not _io.eof
            doc: Whether `is_supporter` is there.
          is_supporter:
            value: is_supporter_raw != 0
            if: has_is_supporter
            doc: Whether the account ever donated.
          has_detail:
            value: not success and not _io.eof
            doc: Whether `detail` is there.
      get_peer_address_response:
        doc: The address of a user.
        doc-ref: spec/guide/connections.md
        -orig-id: [GetPeerAddress]
        -sender: server
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: ip
            type: ip
            doc: '0.0.0.0 when the user is not online.'
          - id: port
            type: u4
            doc: '0 when the user is not online or has not said it yet.'
          - id: obfuscation_type
            type: u4
            enum: obfuscation_type
            if: has_obfuscation_type
            doc: What the obfuscated port takes.
          - id: obfuscated_port
            type: u2
            if: has_obfuscated_port
            doc: 'The port for obfuscated connections: 16 bits here, 32 in `IncomingConnectToPeer`.'
          - id: trailing
            size-eos: true
        instances:
          has_obfuscation_type:
            value: not _io.eof
            doc: Whether `obfuscation_type` is there.
          has_obfuscated_port:
            value: not _io.eof
            doc: Whether `obfuscated_port` is there.
      watch_user_response:
        doc: Whether the user exists, and how he is now.
        doc-ref: spec/guide/users.md
        -orig-id: [AddUser, WatchUser]
        -sender: server
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: exists_raw
            type: u1
          - id: status
            type: u4
            enum: status
            if: exists
            doc: Whether he is there.
          - id: stats
            type: user_stats
            if: exists
            doc: How much he shares.
          - id: country
            type: text
            if: has_country
            doc: An empty text today. Absent when he is not online.
          - id: trailing
            size-eos: true
        instances:
          exists:
            value: exists_raw != 0
            doc: Whether there is such a user. If not, he is not watched.
          has_country:
            value: exists and not _io.eof
            doc: Whether `country` is there.
      get_user_status_response:
        doc: 'Whether a user is there: an answer, or news about a watched user.'
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserStatus, GetStatus]
        -sender: server
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: status
            type: u4
            enum: status
            doc: Whether he is there.
          - id: privileged_raw
            type: u1
          - id: trailing
            size-eos: true
        instances:
          privileged:
            value: privileged_raw != 0
            doc: Whether he has privileges.
      ignore_user:
        doc: Ignores a user on the server. The official server does nothing.
        doc-ref: spec/guide/users.md
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      unignore_user:
        doc: Ends `IgnoreUser`.
        doc-ref: spec/guide/users.md
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      room_message:
        doc: Somebody said something in a room of ours. What we say comes back too.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomChatMessage, SayChatroom, SayInChatRoom]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: Who said it.
          - id: message
            type: text
            doc: What was said.
          - id: trailing
            size-eos: true
      join_room_response:
        doc: |
          We are in the room, with these users. The lists go together; each has a count of its own.
        doc-ref: spec/guide/rooms.md
        -orig-id: [JoinRoom]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: num_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: users
            type: text
            repeat: expr
            repeat-expr: num_users
            doc: Who is in it.
          - id: num_statuses
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: statuses
            type: u4
            enum: status
            repeat: expr
            repeat-expr: num_statuses
            doc: Whether they are there.
          - id: num_stats
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 20
          - id: stats
            type: user_stats
            repeat: expr
            repeat-expr: num_stats
            doc: How much they share.
          - id: num_slots_full
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: slots_full
            type: u4
            repeat: expr
            repeat-expr: num_slots_full
            doc: Whether their upload slots are full, not free.
          - id: num_countries
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: countries
            type: text
            repeat: expr
            repeat-expr: num_countries
            doc: Empty texts today.
          - id: owner
            type: text
            if: has_owner
            doc: Who owns the room. For private rooms only.
          - id: num_operators
            type: u4
            if: has_operators
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: operators
            type: text
            repeat: expr
            repeat-expr: num_operators
            if: has_operators
            doc: Who helps the owner, without him. For private rooms only.
          - id: trailing
            size-eos: true
        instances:
          has_owner:
            value: not _io.eof
            doc: Whether `owner` is there.
          has_operators:
            value: not _io.eof
            doc: Whether `operators` is there.
      leave_room:
        doc: Leaves a room; comes back when it is done.
        doc-ref: spec/guide/rooms.md
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      user_joined_room:
        doc: Somebody came into a room of ours; we too.
        doc-ref: spec/guide/rooms.md
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: Who came.
          - id: status
            type: u4
            enum: status
            doc: Whether he is there.
          - id: stats
            type: user_stats
            doc: How much he shares.
          - id: slots_full
            type: u4
            doc: Whether his upload slots are full, not free.
          - id: country
            type: text
            doc: An empty text today.
          - id: trailing
            size-eos: true
      user_left_room:
        doc: Somebody left a room of ours.
        doc-ref: spec/guide/rooms.md
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: Who left.
          - id: trailing
            size-eos: true
      incoming_connect_to_peer:
        doc: 'A user wants us to connect to him: another one''s `ConnectToPeer`.'
        doc-ref: spec/guide/connections.md
        -orig-id: [ConnectToPeer]
        -sender: server
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: kind
            type: connection_kind
            doc: What the connection is for.
          - id: ip
            type: ip
            doc: His address.
          - id: port
            type: u4
            doc: His port.
          - id: token
            type: u4
            doc: His number for this request, for `PierceFirewall`.
          - id: privileged_raw
            type: u1
          - id: obfuscation_type
            type: u4
            enum: obfuscation_type
            if: has_obfuscation_type
            doc: What the obfuscated port takes.
          - id: obfuscated_port
            type: u4
            if: has_obfuscated_port
            doc: |
              The port for obfuscated connections: 32 bits here, 16 in `GetPeerAddressResponse`.
          - id: trailing
            size-eos: true
        instances:
          privileged:
            value: privileged_raw != 0
            doc: Whether he has privileges.
          has_obfuscation_type:
            value: not _io.eof
            doc: Whether `obfuscation_type` is there.
          has_obfuscated_port:
            value: not _io.eof
            doc: Whether `obfuscated_port` is there.
      incoming_private_message:
        doc: A private message to us, to be answered with `AcknowledgePrivateMessage`.
        doc-ref: spec/guide/chat.md
        -orig-id: [PrivateChatMessage, MessageUser, PrivateMessage]
        -sender: server
        -status: used
        seq:
          - id: message_id
            type: u4
            doc: The server's number for it.
          - id: timestamp
            type: u4
            -unit: s since 1970
            doc: When it was sent, in seconds since 1970.
          - id: username
            type: text
            doc: Who sent it; `server` for the server itself.
          - id: message
            type: text
            doc: What it says.
          - id: is_new_raw
            type: u1
            if: has_is_new
          - id: trailing
            size-eos: true
        instances:
          has_is_new:
            value: not _io.eof
            doc: Whether `is_new` is there.
          is_new:
            value: is_new_raw != 0
            if: has_is_new
            doc: |
              Whether it was sent just now, and not while we were away. Absent from old servers,
              which means that it was.
      incoming_file_search:
        doc: Somebody's search, to be answered if we have what he looks for.
        doc-ref: spec/guide/searching.md
        -orig-id: [FileSearch]
        -sender: server
        -status: used
        seq:
          - id: username
            type: text
            doc: Who searches.
          - id: token
            type: u4
            doc: His number for this search.
          - id: query
            type: text
            doc: What he looks for.
          - id: trailing
            size-eos: true
      ping_response:
        doc: What old servers answered to a `PingRequest`. Do not wait for it.
        doc-ref: spec/guide/login.md
        -orig-id: [Ping, ServerPing]
        -sender: server
        -status: obsolete
        seq:
          - id: trailing
            size-eos: true
      send_connect_token:
        doc: Tells a user which token our `PeerInit` will have; the server passes it on.
        doc-ref: spec/guide/connections.md
        -orig-id: [SendConnectTicket]
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The other user.
          - id: token
            type: u4
            doc: The token.
          - id: trailing
            size-eos: true
      get_user_stats_response:
        doc: |
          How fast a user uploads and how much he shares: an answer, or news about somebody in a
          common room.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserStats]
        -sender: server
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: stats
            type: user_stats
            doc: The numbers.
          - id: trailing
            size-eos: true
      incoming_upload_slots_full:
        doc: Whether the upload slots of somebody in a room of ours are full.
        doc-ref: spec/guide/users.md
        -orig-id: [UploadSlotsFull, QueuedDownloads]
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The user.
          - id: slots_full
            type: u4
            doc: Not 0 when they are.
          - id: trailing
            size-eos: true
      relogged:
        doc: Somebody has logged in with our name elsewhere; the server closes. Do not reconnect.
        doc-ref: spec/guide/login.md
        -orig-id: [Kicked, KickedFromServer]
        -sender: server
        -status: used
        seq:
          - id: trailing
            size-eos: true
      similar_recommendations_response:
        doc: What is similar to something; empty today.
        doc-ref: spec/guide/users.md
        -orig-id: [DeprecatedGetItemRecommendations, SimilarRecommendations]
        -sender: server
        -status: obsolete
        seq:
          - id: item
            type: text
            doc: What it is similar to.
          - id: num_similar
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: similar
            type: text
            repeat: expr
            repeat-expr: num_similar
            doc: What is similar.
          - id: trailing
            size-eos: true
      recommendations_response:
        doc: What we may like. Sort by the sign of the score, not by the list.
        doc-ref: spec/guide/users.md
        -orig-id: [GetRecommendations, Recommendations]
        -sender: server
        -status: used
        seq:
          - id: num_recommendations
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: recommendations
            type: recommendation
            repeat: expr
            repeat-expr: num_recommendations
            doc: Up to 100 items.
          - id: num_unrecommendations
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: unrecommendations
            type: recommendation
            repeat: expr
            repeat-expr: num_unrecommendations
            doc: What we may hate.
          - id: trailing
            size-eos: true
      my_interests_response:
        doc: Our own interests.
        doc-ref: spec/guide/users.md
        -orig-id: [GetInterests, MyRecommendations]
        -sender: server
        -status: obsolete
        seq:
          - id: num_items
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: items
            type: text
            repeat: expr
            repeat-expr: num_items
            doc: What we like.
          - id: trailing
            size-eos: true
      global_recommendations_response:
        doc: What everybody likes. Sort by the sign of the score, not by the list.
        doc-ref: spec/guide/users.md
        -orig-id: [GetGlobalRecommendations, GlobalRecommendations]
        -sender: server
        -status: used
        seq:
          - id: num_recommendations
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: recommendations
            type: recommendation
            repeat: expr
            repeat-expr: num_recommendations
            doc: Up to 200 items.
          - id: num_unrecommendations
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: unrecommendations
            type: recommendation
            repeat: expr
            repeat-expr: num_unrecommendations
            doc: What everybody hates.
          - id: trailing
            size-eos: true
      user_interests_response:
        doc: What a user likes and hates.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserInterests, UserInterests]
        -sender: server
        -status: used
        seq:
          - id: username
            type: text
            doc: The user.
          - id: num_liked
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: liked
            type: text
            repeat: expr
            repeat-expr: num_liked
            doc: What he likes.
          - id: num_hated
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: hated
            type: text
            repeat: expr
            repeat-expr: num_hated
            doc: What he hates.
          - id: trailing
            size-eos: true
      place_in_line_request:
        doc: |
          Asks a user for our place in his queue, by way of the server. `PlaceInQueueRequest` has
          replaced it.
        doc-ref: spec/guide/transfers.md
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The other user.
          - id: token
            type: u4
            doc: The number of the download.
          - id: trailing
            size-eos: true
      place_in_line_response:
        doc: Answers `PlaceInLineRequest`, by way of the server.
        doc-ref: spec/guide/transfers.md
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The other user.
          - id: token
            type: u4
            doc: The number of the download.
          - id: place
            type: u4
            doc: How many are before it.
          - id: trailing
            size-eos: true
      room_added:
        doc: There is a new room.
        doc-ref: spec/guide/rooms.md
        -sender: server
        -status: obsolete
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      room_removed:
        doc: A room is no more.
        doc-ref: spec/guide/rooms.md
        -sender: server
        -status: obsolete
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      room_list_response:
        doc: |
          The rooms that there are. Names and counts stand in lists of their own, with the same
          order.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomList]
        -sender: server
        -status: used
        seq:
          - id: num_rooms
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: rooms
            type: text
            repeat: expr
            repeat-expr: num_rooms
            doc: Public rooms.
          - id: num_room_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: room_users
            type: u4
            repeat: expr
            repeat-expr: num_room_users
            doc: How many users are in each.
          - id: num_owned
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: owned
            type: text
            repeat: expr
            repeat-expr: num_owned
            doc: Private rooms of ours.
          - id: num_owned_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: owned_users
            type: u4
            repeat: expr
            repeat-expr: num_owned_users
            doc: How many users are in each.
          - id: num_member_of
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: member_of
            type: text
            repeat: expr
            repeat-expr: num_member_of
            doc: Private rooms of others where we are a member.
          - id: num_member_of_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: member_of_users
            type: u4
            repeat: expr
            repeat-expr: num_member_of_users
            doc: How many users are in each.
          - id: num_operated
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: operated
            type: text
            repeat: expr
            repeat-expr: num_operated
            doc: Private rooms where we are an operator.
          - id: trailing
            size-eos: true
      incoming_exact_file_search:
        doc: Somebody searches for one file.
        doc-ref: spec/guide/searching.md
        -orig-id: [ExactFileSearch]
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: Who searches.
          - id: token
            type: u4
            doc: His number for this search.
          - id: filename
            type: text
            doc: The bare name.
          - id: folder
            type: text
            doc: The folder that it is in.
          - id: size
            type: u8
            -unit: bytes
            doc: Its size in bytes.
          - id: checksum
            type: u4
            doc: Its checksum; nobody knows of which kind.
          - id: trailing
            size-eos: true
      admin_message:
        doc: An announcement to everybody.
        doc-ref: spec/guide/chat.md
        -orig-id: [GlobalAdminMessage]
        -sender: server
        -status: used
        seq:
          - id: message
            type: text
            doc: What it says.
          - id: trailing
            size-eos: true
      user_list_response:
        doc: All users. The lists go together; each has a count of its own.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserList, GlobalUserList]
        -sender: server
        -status: obsolete
        seq:
          - id: num_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: users
            type: text
            repeat: expr
            repeat-expr: num_users
            doc: Their names.
          - id: num_statuses
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: statuses
            type: u4
            enum: status
            repeat: expr
            repeat-expr: num_statuses
            doc: Whether they are there.
          - id: num_stats
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 20
          - id: stats
            type: user_stats
            repeat: expr
            repeat-expr: num_stats
            doc: How much they share.
          - id: num_slots_full
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: slots_full
            type: u4
            repeat: expr
            repeat-expr: num_slots_full
            doc: Whether their upload slots are full, not free.
          - id: num_countries
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: countries
            type: text
            repeat: expr
            repeat-expr: num_countries
            doc: Where they are.
          - id: trailing
            size-eos: true
      incoming_tunneled_message:
        doc: |
          A peer message that came by way of the server. Unlike ours, it has the code before the
          token.
        doc-ref: spec/guide/connections.md
        -orig-id: [TunneledMessage]
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: From whom.
          - id: code
            type: u4
            doc: The code of the peer message.
          - id: token
            type: u4
            doc: A number of his.
          - id: ip
            type: ip
            doc: His address.
          - id: port
            type: u4
            doc: His port.
          - id: message
            type: text
            doc: The body of the peer message.
          - id: trailing
            size-eos: true
      privileged_users:
        doc: All users with privileges, after the login.
        doc-ref: spec/guide/users.md
        -sender: server
        -status: used
        seq:
          - id: num_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: users
            type: text
            repeat: expr
            repeat-expr: num_users
            doc: Their names.
          - id: trailing
            size-eos: true
      parent_min_speed:
        doc: The speed that a client needs to have children.
        doc-ref: spec/guide/distributed.md
        -sender: server
        -status: used
        seq:
          - id: speed
            type: u4
            doc: Implementations disagree on the unit; see the guide.
          - id: trailing
            size-eos: true
      parent_speed_ratio:
        doc: How many children a client may have for its speed.
        doc-ref: spec/guide/distributed.md
        -sender: server
        -status: used
        seq:
          - id: ratio
            type: u4
            doc: Implementations disagree on the unit; see the guide.
          - id: trailing
            size-eos: true
      parent_inactivity_timeout:
        doc: After how long without a word a parent is given up.
        doc-ref: spec/guide/distributed.md
        -sender: server
        -status: obsolete
        seq:
          - id: seconds
            type: u4
            -unit: s
            doc: Seconds.
          - id: trailing
            size-eos: true
      search_inactivity_timeout:
        doc: After how long without a search a parent is given up.
        doc-ref: spec/guide/distributed.md
        -sender: server
        -status: obsolete
        seq:
          - id: seconds
            type: u4
            -unit: s
            doc: Seconds.
          - id: trailing
            size-eos: true
      min_parents_in_cache:
        doc: How many possible parents a client should know.
        doc-ref: spec/guide/distributed.md
        -orig-id: [MinimumParentsInCache]
        -sender: server
        -status: obsolete
        seq:
          - id: amount
            type: u4
            doc: How many.
          - id: trailing
            size-eos: true
      distribute_interval:
        doc: How often something is passed on. Only aioslsk knows it.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistributedDistributeInterval]
        -sender: server
        -status: obsolete
        seq:
          - id: seconds
            type: u4
            -unit: s
            doc: Seconds.
          - id: trailing
            size-eos: true
      distributed_alive_interval:
        doc: How often a client pings its children.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistribPingInterval]
        -sender: server
        -status: obsolete
        seq:
          - id: seconds
            type: u4
            -unit: s
            doc: Seconds.
          - id: trailing
            size-eos: true
      add_privileged_user:
        doc: Somebody has privileges now. `GetUserStatusResponse` tells it too.
        doc-ref: spec/guide/users.md
        -orig-id: [AddToPrivileged]
        -sender: server
        -status: obsolete
        seq:
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      check_privileges_response:
        doc: For how long we have privileges.
        doc-ref: spec/guide/users.md
        -orig-id: [CheckPrivileges]
        -sender: server
        -status: used
        seq:
          - id: seconds
            type: u4
            -unit: s
            doc: Seconds, not days; 0 without privileges.
          - id: trailing
            size-eos: true
      embedded_message:
        doc: |
          A search from the server, for the root of a branch to pass on to the distributed network.
        doc-ref: spec/guide/distributed.md
        -orig-id: [ServerSearchRequest]
        -sender: server
        -status: used
        seq:
          - id: distributed_code
            type: u1
            doc: 'The code of the distributed message inside: always 3, a `DistributedSearch`.'
          - id: payload
            size-eos: true
            doc: The body of that message.
      possible_parents:
        doc: Users that could become our parent.
        doc-ref: spec/guide/distributed.md
        -orig-id: [PotentialParents, NetInfo]
        -sender: server
        -status: used
        seq:
          - id: num_parents
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 12
          - id: parents
            type: possible_parent
            parent: false
            repeat: expr
            repeat-expr: num_parents
            doc: At most ten.
          - id: trailing
            size-eos: true
      wishlist_interval:
        doc: How often a wish may be searched for.
        doc-ref: spec/guide/searching.md
        -sender: server
        -status: used
        seq:
          - id: seconds
            type: u4
            -unit: s
            doc: 'Seconds between two wishes: 720, or 120 with privileges.'
          - id: trailing
            size-eos: true
      similar_users_response:
        doc: Users who like what we like.
        doc-ref: spec/guide/users.md
        -orig-id: [GetSimilarUsers, SimilarUsers]
        -sender: server
        -status: used
        seq:
          - id: num_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: users
            type: similar_user
            parent: false
            repeat: expr
            repeat-expr: num_users
            doc: The users.
          - id: trailing
            size-eos: true
      item_recommendations_response:
        doc: What goes with something.
        doc-ref: spec/guide/users.md
        -orig-id: [GetItemRecommendations, ItemRecommendations]
        -sender: server
        -status: used
        seq:
          - id: item
            type: text
            doc: What it goes with.
          - id: num_recommendations
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: recommendations
            type: recommendation
            repeat: expr
            repeat-expr: num_recommendations
            doc: What goes with it.
          - id: num_unrecommendations
            type: u4
            if: has_unrecommendations
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: unrecommendations
            type: recommendation
            repeat: expr
            repeat-expr: num_unrecommendations
            if: has_unrecommendations
            doc: What does not. Absent from every server seen so far.
          - id: trailing
            size-eos: true
        instances:
          has_unrecommendations:
            value: not _io.eof
            doc: Whether `unrecommendations` is there.
      item_similar_users_response:
        doc: Who likes something.
        doc-ref: spec/guide/users.md
        -orig-id: [GetItemSimilarUsers, ItemSimilarUsers]
        -sender: server
        -status: used
        seq:
          - id: item
            type: text
            doc: What they like.
          - id: num_users
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: users
            type: text
            repeat: expr
            repeat-expr: num_users
            doc: The users.
          - id: trailing
            size-eos: true
      room_tickers:
        doc: The tickers of a room, after we have joined it.
        doc-ref: spec/guide/rooms.md
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: num_tickers
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 8
          - id: tickers
            type: room_ticker
            parent: false
            repeat: expr
            repeat-expr: num_tickers
            doc: Its tickers.
          - id: trailing
            size-eos: true
      room_ticker_added:
        doc: A user has a ticker now. One that he had before is removed first.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomTickerAdd]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: ticker
            type: text
            doc: His text.
          - id: trailing
            size-eos: true
      room_ticker_removed:
        doc: A user has no ticker now.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomTickerRemove]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      user_privileges_response:
        doc: Whether a user has privileges.
        doc-ref: spec/guide/users.md
        -orig-id: [GetUserPrivileges, UserPrivileged, UserPrivileges]
        -sender: server
        -status: deprecated
        seq:
          - id: username
            type: text
            doc: The user.
          - id: privileged_raw
            type: u1
          - id: trailing
            size-eos: true
        instances:
          privileged:
            value: privileged_raw != 0
            doc: Whether he has.
      notify_privileges:
        doc: Says that privileges were given, in either direction.
        doc-ref: spec/guide/users.md
        -orig-id: [PrivilegesNotification]
        -sender: server
        -status: deprecated
        seq:
          - id: token
            type: u4
            doc: A number for `AcknowledgeNotifyPrivileges`.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      acknowledge_notify_privileges:
        doc: Answers `NotifyPrivileges`, in either direction.
        doc-ref: spec/guide/users.md
        -orig-id: [PrivilegesNotificationAck, AckNotifyPrivileges]
        -sender: server
        -status: deprecated
        seq:
          - id: token
            type: u4
            doc: Its number.
          - id: trailing
            size-eos: true
      reset_distributed:
        doc: Give up parent and children, and begin again.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistributedReset]
        -sender: server
        -status: used
        seq:
          - id: trailing
            size-eos: true
      room_members:
        doc: Who may enter a private room of ours, but for its owner.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomMembers, PrivateRoomUsers]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: num_members
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: members
            type: text
            repeat: expr
            repeat-expr: num_members
            doc: Its members.
          - id: trailing
            size-eos: true
      add_room_member:
        doc: Makes a user a member. For owners and operators; the user has to allow it.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomGrantMembership, PrivateRoomAddUser]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      remove_room_member:
        doc: Ends a user's membership. For owners, and for operators if he is no operator.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomRevokeMembership, PrivateRoomRemoveUser]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      private_room_unknown:
        doc: Something about a private room, in either direction. Nobody knows what.
        doc-ref: spec/guide/rooms.md
        -orig-id: [RoomSomething]
        -sender: server
        -status: obsolete
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      room_membership_granted:
        doc: We are now a member.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomMembershipGranted, PrivateRoomAdded]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      room_membership_revoked:
        doc: We are no longer a member.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomMembershipRevoked, PrivateRoomRemoved]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      enable_room_invitations:
        doc: Says whether others may make us a member of their rooms; the server repeats it.
        doc-ref: spec/guide/rooms.md
        -orig-id: [TogglePrivateRoomInvites, PrivateRoomToggle]
        -sender: server
        -status: used
        seq:
          - id: enabled_raw
            type: u1
          - id: trailing
            size-eos: true
        instances:
          enabled:
            value: enabled_raw != 0
            doc: Whether they may.
      change_password:
        doc: Changes our password; the server repeats it when it is done.
        doc-ref: spec/guide/login.md
        -orig-id: [NewPassword]
        -sender: server
        -status: used
        seq:
          - id: password
            type: secret
            doc: The new one, in clear.
          - id: trailing
            size-eos: true
      add_room_operator:
        doc: Makes a member an operator. For the owner; the user has to be online.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomGrantOperator, PrivateRoomAddOperator]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      remove_room_operator:
        doc: Makes an operator a member again. For the owner.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomRevokeOperator, PrivateRoomRemoveOperator]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: The user.
          - id: trailing
            size-eos: true
      room_operatorship_granted:
        doc: We are now an operator.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomOperatorGranted, PrivateRoomOperatorAdded]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      room_operatorship_revoked:
        doc: We are no longer an operator.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomOperatorRevoked, PrivateRoomOperatorRemoved]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      room_operators:
        doc: Who helps the owner of a private room of ours.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PrivateRoomOperators, PrivateRoomOwned]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: num_operators
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: operators
            type: text
            repeat: expr
            repeat-expr: num_operators
            doc: Its operators.
          - id: trailing
            size-eos: true
      global_room_message:
        doc: Somebody said something in any public room.
        doc-ref: spec/guide/rooms.md
        -orig-id: [PublicChatMessage, PublicChat]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: username
            type: text
            doc: Who said it.
          - id: message
            type: text
            doc: What was said.
          - id: trailing
            size-eos: true
      related_searches_response:
        doc: What else people search for.
        doc-ref: spec/guide/searching.md
        -orig-id: [GetRelatedSearches, RelatedSearch]
        -sender: server
        -status: obsolete
        seq:
          - id: query
            type: text
            doc: What is searched for.
          - id: terms
            type: related_term_or_text_list
            parent: false
            doc: Always empty since 2018.
          - id: trailing
            size-eos: true
      excluded_search_phrases:
        doc: 'Phrases that must not be in any result: paths that contain one are left out.'
        doc-ref: spec/guide/searching.md
        -sender: server
        -status: used
        seq:
          - id: num_phrases
            type: u4
            valid:
              expr: _ <= (_io.size - _io.pos) / 4
          - id: phrases
            type: text
            repeat: expr
            repeat-expr: num_phrases
            doc: Compared without regard to case.
          - id: trailing
            size-eos: true
      incoming_cant_connect_to_peer:
        doc: A user could not connect to us. Not every client says so; keep a timeout.
        doc-ref: spec/guide/connections.md
        -orig-id: [CannotConnect, CantConnectToPeer]
        -sender: server
        -status: used
        seq:
          - id: token
            type: u4
            doc: The number of our request.
          - id: username
            type: text
            if: has_username
            doc: Who it was. Absent from every server seen so far.
          - id: trailing
            size-eos: true
        instances:
          has_username:
            value: not _io.eof
            doc: Whether `username` is there.
      cant_create_room:
        doc: A room can't be created. Known by its number only; servers send `CantJoinRoom`.
        doc-ref: spec/guide/rooms.md
        -orig-id: [CannotCreateRoom]
        -sender: server
        -status: unverified
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
      cant_join_room:
        doc: The room is private and we are no member.
        doc-ref: spec/guide/rooms.md
        -orig-id: [CannotCreateRoom, CantCreateRoom, CannotJoinRoom]
        -sender: server
        -status: used
        seq:
          - id: room
            type: text
            doc: The room.
          - id: trailing
            size-eos: true
    enums:
      code:
        1:
          id: login_response
          doc: The server's verdict on a `LoginRequest`. A banned address gets none.
        3:
          id: get_peer_address_response
          doc: The address of a user.
        5:
          id: watch_user_response
          doc: Whether the user exists, and how he is now.
        7:
          id: get_user_status_response
          doc: 'Whether a user is there: an answer, or news about a watched user.'
        11:
          id: ignore_user
          doc: Ignores a user on the server. The official server does nothing.
        12:
          id: unignore_user
          doc: Ends `IgnoreUser`.
        13:
          id: room_message
          doc: Somebody said something in a room of ours. What we say comes back too.
        14:
          id: join_room_response
          doc: |
            We are in the room, with these users. The lists go together; each has a count of its
            own.
        15:
          id: leave_room
          doc: Leaves a room; comes back when it is done.
        16:
          id: user_joined_room
          doc: Somebody came into a room of ours; we too.
        17:
          id: user_left_room
          doc: Somebody left a room of ours.
        18:
          id: incoming_connect_to_peer
          doc: 'A user wants us to connect to him: another one''s `ConnectToPeer`.'
        22:
          id: incoming_private_message
          doc: A private message to us, to be answered with `AcknowledgePrivateMessage`.
        26:
          id: incoming_file_search
          doc: Somebody's search, to be answered if we have what he looks for.
        32:
          id: ping_response
          doc: What old servers answered to a `PingRequest`. Do not wait for it.
        33:
          id: send_connect_token
          doc: Tells a user which token our `PeerInit` will have; the server passes it on.
        36:
          id: get_user_stats_response
          doc: |
            How fast a user uploads and how much he shares: an answer, or news about somebody in a
            common room.
        40:
          id: incoming_upload_slots_full
          doc: Whether the upload slots of somebody in a room of ours are full.
        41:
          id: relogged
          doc: Somebody has logged in with our name elsewhere; the server closes. Do not reconnect.
        50:
          id: similar_recommendations_response
          doc: What is similar to something; empty today.
        54:
          id: recommendations_response
          doc: What we may like. Sort by the sign of the score, not by the list.
        55:
          id: my_interests_response
          doc: Our own interests.
        56:
          id: global_recommendations_response
          doc: What everybody likes. Sort by the sign of the score, not by the list.
        57:
          id: user_interests_response
          doc: What a user likes and hates.
        59:
          id: place_in_line_request
          doc: |
            Asks a user for our place in his queue, by way of the server. `PlaceInQueueRequest` has
            replaced it.
        60:
          id: place_in_line_response
          doc: Answers `PlaceInLineRequest`, by way of the server.
        62:
          id: room_added
          doc: There is a new room.
        63:
          id: room_removed
          doc: A room is no more.
        64:
          id: room_list_response
          doc: |
            The rooms that there are. Names and counts stand in lists of their own, with the same
            order.
        65:
          id: incoming_exact_file_search
          doc: Somebody searches for one file.
        66:
          id: admin_message
          doc: An announcement to everybody.
        67:
          id: user_list_response
          doc: All users. The lists go together; each has a count of its own.
        68:
          id: incoming_tunneled_message
          doc: |
            A peer message that came by way of the server. Unlike ours, it has the code before the
            token.
        69:
          id: privileged_users
          doc: All users with privileges, after the login.
        83:
          id: parent_min_speed
          doc: The speed that a client needs to have children.
        84:
          id: parent_speed_ratio
          doc: How many children a client may have for its speed.
        86:
          id: parent_inactivity_timeout
          doc: After how long without a word a parent is given up.
        87:
          id: search_inactivity_timeout
          doc: After how long without a search a parent is given up.
        88:
          id: min_parents_in_cache
          doc: How many possible parents a client should know.
        89:
          id: distribute_interval
          doc: How often something is passed on. Only aioslsk knows it.
        90:
          id: distributed_alive_interval
          doc: How often a client pings its children.
        91:
          id: add_privileged_user
          doc: Somebody has privileges now. `GetUserStatusResponse` tells it too.
        92:
          id: check_privileges_response
          doc: For how long we have privileges.
        93:
          id: embedded_message
          doc: |
            A search from the server, for the root of a branch to pass on to the distributed
            network.
        102:
          id: possible_parents
          doc: Users that could become our parent.
        104:
          id: wishlist_interval
          doc: How often a wish may be searched for.
        110:
          id: similar_users_response
          doc: Users who like what we like.
        111:
          id: item_recommendations_response
          doc: What goes with something.
        112:
          id: item_similar_users_response
          doc: Who likes something.
        113:
          id: room_tickers
          doc: The tickers of a room, after we have joined it.
        114:
          id: room_ticker_added
          doc: A user has a ticker now. One that he had before is removed first.
        115:
          id: room_ticker_removed
          doc: A user has no ticker now.
        122:
          id: user_privileges_response
          doc: Whether a user has privileges.
        124:
          id: notify_privileges
          doc: Says that privileges were given, in either direction.
        125:
          id: acknowledge_notify_privileges
          doc: Answers `NotifyPrivileges`, in either direction.
        130:
          id: reset_distributed
          doc: Give up parent and children, and begin again.
        133:
          id: room_members
          doc: Who may enter a private room of ours, but for its owner.
        134:
          id: add_room_member
          doc: Makes a user a member. For owners and operators; the user has to allow it.
        135:
          id: remove_room_member
          doc: Ends a user's membership. For owners, and for operators if he is no operator.
        138:
          id: private_room_unknown
          doc: Something about a private room, in either direction. Nobody knows what.
        139:
          id: room_membership_granted
          doc: We are now a member.
        140:
          id: room_membership_revoked
          doc: We are no longer a member.
        141:
          id: enable_room_invitations
          doc: Says whether others may make us a member of their rooms; the server repeats it.
        142:
          id: change_password
          doc: Changes our password; the server repeats it when it is done.
        143:
          id: add_room_operator
          doc: Makes a member an operator. For the owner; the user has to be online.
        144:
          id: remove_room_operator
          doc: Makes an operator a member again. For the owner.
        145:
          id: room_operatorship_granted
          doc: We are now an operator.
        146:
          id: room_operatorship_revoked
          doc: We are no longer an operator.
        148:
          id: room_operators
          doc: Who helps the owner of a private room of ours.
        152:
          id: global_room_message
          doc: Somebody said something in any public room.
        153:
          id: related_searches_response
          doc: What else people search for.
        160:
          id: excluded_search_phrases
          doc: 'Phrases that must not be in any result: paths that contain one are left out.'
        1001:
          id: incoming_cant_connect_to_peer
          doc: A user could not connect to us. Not every client says so; keep a timeout.
        1002:
          id: cant_create_room
          doc: A room can't be created. Known by its number only; servers send `CantJoinRoom`.
        1003:
          id: cant_join_room
          doc: The room is private and we are no member.

  # The family peer_init

  peer_init_stream:
    doc: |
      Frames up to the end. The first frame on a connection between peers, from the side that
      connected.
    seq:
      - id: frames
        type: peer_init_frame
        repeat: eos
  peer_init_frame:
    doc: A frame. The first frame on a connection between peers, from the side that connected.
    doc-ref: spec/guide/framing.md
    -webide-representation: '{code}'
    seq:
      - id: length
        type: u4
        valid:
          min: 1
        doc: 'How many bytes follow: code and body.'
      - id: code
        type: u1
        enum: code
      - id: body
        size: length - 1
        type:
          switch-on: code
          cases:
            code::pierce_firewall: pierce_firewall
            code::peer_init: peer_init
            _: unknown_message
    types:
      pierce_firewall:
        doc: |
          Answers a request of ours to be connected to: the connection that the server relayed our
          `ConnectToPeer` for.
        doc-ref: spec/guide/connections.md
        -orig-id: [PeerPierceFirewall, PierceFireWall]
        -sender: initiator
        -status: used
        seq:
          - id: token
            type: u4
            doc: The token of that request. An unknown one closes the connection.
          - id: trailing
            size-eos: true
      peer_init:
        doc: Opens a direct connection.
        doc-ref: spec/guide/connections.md
        -sender: initiator
        -status: used
        seq:
          - id: username
            type: text
            doc: Who connects. Nobody has checked it.
          - id: kind
            type: connection_kind
            doc: What the connection is for.
          - id: token
            type: u4
            if: has_token
            doc: '0 or a number of the sender''s; it has no use. Absent from some clients.'
          - id: second_token
            type: u4
            if: has_second_token
            doc: Four more bytes from some old clients.
          - id: trailing
            size-eos: true
        instances:
          has_token:
            value: _io.size - _io.pos >= 4
            doc: Whether `token` is there.
          has_second_token:
            value: has_token and _io.size - _io.pos >= 4
            doc: Whether `second_token` is there.
    enums:
      code:
        0:
          id: pierce_firewall
          doc: |
            Answers a request of ours to be connected to: the connection that the server relayed our
            `ConnectToPeer` for.
        1:
          id: peer_init
          doc: Opens a direct connection.

  # The family peer

  peer_stream:
    doc: Frames up to the end. Between two peers, in either direction.
    seq:
      - id: frames
        type: peer_frame
        repeat: eos
  peer_frame:
    doc: A frame. Between two peers, in either direction.
    doc-ref: spec/guide/framing.md
    -webide-representation: '{code}'
    seq:
      - id: length
        type: u4
        valid:
          min: 4
        doc: 'How many bytes follow: code and body.'
      - id: code
        type: u4
        enum: code
      - id: body
        size: length - 4
        type:
          switch-on: code
          cases:
            code::shares_request: shares_request
            code::shares_response: shares_response
            code::file_search_request: file_search_request
            code::file_search_response: file_search_response
            code::user_info_request: user_info_request
            code::user_info_response: user_info_response
            code::folder_contents_request: folder_contents_request
            code::folder_contents_response: folder_contents_response
            code::transfer_request: transfer_request
            code::transfer_response: transfer_response
            code::upload_placeholder: upload_placeholder
            code::queue_upload: queue_upload
            code::place_in_queue_response: place_in_queue_response
            code::upload_failed: upload_failed
            code::upload_denied: upload_denied
            code::place_in_queue_request: place_in_queue_request
            code::upload_queue_notification: upload_queue_notification
            _: unknown_message
    types:
      shares_request:
        doc: Asks for everything that a user shares.
        doc-ref: spec/guide/browsing.md
        -orig-id: [PeerSharesRequest, SharedFileListRequest, BrowseRequest, GetSharedFileList]
        -sender: requester
        -status: used
        seq:
          - id: ticket
            type: u4
            if: has_ticket
            doc: Without use; only aioslsk knows it. The official client sends nothing.
          - id: trailing
            size-eos: true
        instances:
          has_ticket:
            value: not _io.eof
            doc: Whether `ticket` is there.
      shares_response:
        doc: Everything that a user shares.
        doc-ref: spec/guide/browsing.md
        -orig-id: [PeerSharesReply, SharedFileListResponse, BrowseResponse]
        -sender: responder
        -status: used
        seq:
          - id: inflated
            size-eos: true
            process: zlib
            type: content
            doc: The body, which is one zlib stream. What follows that is lost.
        types:
          content:
            seq:
              - id: num_directories
                type: u4
                valid:
                  expr: _ <= (_io.size - _io.pos) / 8
              - id: directories
                type: directory
                repeat: expr
                repeat-expr: num_directories
                doc: The folders that everybody may download from, empty ancestors too.
              - id: unknown
                type: u4
                if: has_unknown
                doc: Always 0.
              - id: num_locked_directories
                type: u4
                if: has_locked_directories
                valid:
                  expr: _ <= (_io.size - _io.pos) / 8
              - id: locked_directories
                type: directory
                repeat: expr
                repeat-expr: num_locked_directories
                if: has_locked_directories
                doc: Folders that are shown but not for everybody.
              - id: trailing
                size-eos: true
            instances:
              has_unknown:
                value: not _io.eof
                doc: Whether `unknown` is there.
              has_locked_directories:
                value: not _io.eof
                doc: Whether `locked_directories` is there.
      file_search_request:
        doc: Searches one user's files, without the server. `UserSearch` has replaced it.
        doc-ref: spec/guide/searching.md
        -orig-id: [SearchRequest]
        -sender: either
        -status: obsolete
        seq:
          - id: token
            type: u4
            doc: Our number for this search.
          - id: query
            type: text
            doc: Words.
          - id: trailing
            size-eos: true
      file_search_response:
        doc: What a user found for a search of ours.
        doc-ref: spec/guide/searching.md
        -orig-id: [PeerSearchReply, SearchResponse, FileSearchResult]
        -sender: responder
        -status: used
        seq:
          - id: inflated
            size-eos: true
            process: zlib
            type: content
            doc: The body, which is one zlib stream. What follows that is lost.
        types:
          content:
            seq:
              - id: username
                type: text
                doc: Who has the files.
              - id: token
                type: u4
                doc: The number of the search.
              - id: num_results
                type: u4
                valid:
                  expr: _ <= (_io.size - _io.pos) / 21
              - id: results
                type: file
                repeat: expr
                repeat-expr: num_results
                doc: The files, with full remote paths.
              - id: slot_free_raw
                type: u1
              - id: average_speed
                type: u4
                -unit: bytes/s
                doc: The average upload speed, in bytes a second.
              - id: queue_length
                type: u4
                doc: How many files are queued there.
              - id: unknown
                type: u4
                if: has_unknown
                doc: Always 0.
              - id: num_locked_results
                type: u4
                if: has_locked_results
                valid:
                  expr: _ <= (_io.size - _io.pos) / 21
              - id: locked_results
                type: file
                repeat: expr
                repeat-expr: num_locked_results
                if: has_locked_results
                doc: Files that are shown but not for us.
              - id: trailing
                size-eos: true
            instances:
              slot_free:
                value: slot_free_raw != 0
                doc: Whether an upload would begin at once.
              has_unknown:
                value: not _io.eof
                doc: Whether `unknown` is there.
              has_locked_results:
                value: not _io.eof
                doc: Whether `locked_results` is there.
      user_info_request:
        doc: Asks a user about himself.
        doc-ref: spec/guide/users.md
        -orig-id: [PeerUserInfoRequest, InfoRequest]
        -sender: requester
        -status: used
        seq:
          - id: trailing
            size-eos: true
      user_info_response:
        doc: What a user says about himself.
        doc-ref: spec/guide/users.md
        -orig-id: [PeerUserInfoReply, InfoResponse]
        -sender: responder
        -status: used
        seq:
          - id: description
            type: text
            doc: In the user's own words.
          - id: has_picture_raw
            type: u1
          - id: picture
            type: blob
            parent: false
            if: has_picture
            doc: A picture file, usually PNG or JPEG.
          - id: upload_slots
            type: u4
            doc: How many uploads can run at the same time.
          - id: queue_size
            type: u4
            doc: How many uploads are queued.
          - id: slots_free_raw
            type: u1
          - id: upload_permission
            type: u4
            enum: upload_permission
            if: has_upload_permission
            doc: |
              Who may upload to this user. Not from every client; one to three stray bytes are none.
          - id: trailing
            size-eos: true
        instances:
          has_picture:
            value: has_picture_raw != 0
            doc: Whether a picture follows.
          slots_free:
            value: slots_free_raw != 0
            doc: Whether an upload would begin at once.
          has_upload_permission:
            value: _io.size - _io.pos >= 4
            doc: Whether `upload_permission` is there.
      folder_contents_request:
        doc: Asks for the contents of one folder.
        doc-ref: spec/guide/browsing.md
        -orig-id: [PeerDirectoryContentsRequest]
        -sender: requester
        -status: used
        seq:
          - id: token
            type: u4
            doc: Comes back in the response.
          - id: directory
            type: text
            doc: The full remote path.
          - id: trailing
            size-eos: true
      folder_contents_response:
        doc: The contents of one folder, without subfolders.
        doc-ref: spec/guide/browsing.md
        -orig-id: [PeerDirectoryContentsReply]
        -sender: responder
        -status: used
        seq:
          - id: inflated
            size-eos: true
            process: zlib
            type: content
            doc: The body, which is one zlib stream. What follows that is lost.
        types:
          content:
            seq:
              - id: token
                type: u4
                doc: The token of the request.
              - id: directory
                type: text
                doc: The folder of the request.
              - id: num_directories
                type: u4
                valid:
                  expr: _ <= (_io.size - _io.pos) / 8
              - id: directories
                type: directory
                repeat: expr
                repeat-expr: num_directories
                doc: One folder, or none where nothing of this name is shared.
              - id: trailing
                size-eos: true
      transfer_request:
        doc: |
          Announces a transfer: an upload that is about to begin or, from old clients, a wish to
          download.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerTransferRequest]
        -sender: either
        -status: used
        seq:
          - id: direction
            type: u4
            enum: transfer_direction
            doc: Which way the file goes.
          - id: token
            type: u4
            doc: A number of the sender's, which the file connection begins with.
          - id: filename
            type: text
            doc: The full remote path.
          - id: size
            type: u8
            if: has_size
            -unit: bytes
            doc: |
              The size in bytes. Absent from most wishes to download; 0 from some clients for large
              files.
          - id: trailing
            size-eos: true
        instances:
          has_size:
            value: not _io.eof
            doc: Whether `size` is there.
      transfer_response:
        doc: Answers a `TransferRequest`.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerTransferReply]
        -sender: either
        -status: used
        seq:
          - id: token
            type: u4
            doc: The token of the request.
          - id: allowed_raw
            type: u1
          - id: size
            type: u8
            if: has_size
            -unit: bytes
            doc: The size in bytes. Absent from most clients.
          - id: reason
            type: refusal_reason
            if: has_reason
            doc: Why not.
          - id: trailing
            size-eos: true
        instances:
          allowed:
            value: allowed_raw != 0
            doc: Whether the transfer may begin.
          has_size:
            value: allowed and not _io.eof
            doc: Whether `size` is there.
          has_reason:
            value: not allowed and not _io.eof
            doc: Whether `reason` is there.
      upload_placeholder:
        doc: Holds a place for an upload. Obsolete.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PlaceholdUpload, UploadPlacehold]
        -sender: either
        -status: obsolete
        seq:
          - id: filename
            type: text
            doc: The full remote path.
          - id: trailing
            size-eos: true
      queue_upload:
        doc: Asks the owner of a file to queue it for us. Silence means yes.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerTransferQueue, QueueDownload]
        -sender: downloader
        -status: used
        seq:
          - id: filename
            type: text
            doc: The full remote path, byte for byte as the owner gave it.
          - id: trailing
            size-eos: true
      place_in_queue_response:
        doc: The place of a file in the uploader's queue.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerPlaceInQueueReply, PlaceInQueue]
        -sender: uploader
        -status: used
        seq:
          - id: filename
            type: text
            doc: The full remote path.
          - id: place
            type: u4
            doc: The place, from 1.
          - id: trailing
            size-eos: true
      upload_failed:
        doc: The uploader could not finish. From the uploader.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerUploadFailed]
        -sender: uploader
        -status: used
        seq:
          - id: filename
            type: text
            doc: The full remote path.
          - id: trailing
            size-eos: true
      upload_denied:
        doc: The uploader will not send the file.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerTransferQueueFailed, QueueFailed]
        -sender: uploader
        -status: used
        seq:
          - id: filename
            type: text
            doc: The full remote path.
          - id: reason
            type: refusal_reason
            doc: Why.
          - id: trailing
            size-eos: true
      place_in_queue_request:
        doc: Asks for the place of a file in the uploader's queue.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerPlaceInQueueRequest]
        -sender: downloader
        -status: used
        seq:
          - id: filename
            type: text
            doc: The full remote path.
          - id: trailing
            size-eos: true
      upload_queue_notification:
        doc: |
          Announces that the sender will upload something unasked. From Soulseek NS and, rarely,
          Nicotine+.
        doc-ref: spec/guide/transfers.md
        -orig-id: [PeerUploadQueueNotification]
        -sender: uploader
        -status: deprecated
        seq:
          - id: trailing
            size-eos: true
    enums:
      code:
        1:
          id: private_message
          doc: A private message without the server.
        4:
          id: shares_request
          doc: Asks for everything that a user shares.
        5:
          id: shares_response
          doc: Everything that a user shares.
        8:
          id: file_search_request
          doc: Searches one user's files, without the server. `UserSearch` has replaced it.
        9:
          id: file_search_response
          doc: What a user found for a search of ours.
        10:
          id: private_room_invitation
          doc: An invitation to a room.
        14:
          id: cancelled_queued_transfer
          doc: A queued transfer is cancelled.
        15:
          id: user_info_request
          doc: Asks a user about himself.
        16:
          id: user_info_response
          doc: What a user says about himself.
        33:
          id: send_connect_token
          doc: Like `SendConnectToken`, without the server.
        34:
          id: move_download_to_top
          doc: Puts a download first.
        36:
          id: folder_contents_request
          doc: Asks for the contents of one folder.
        37:
          id: folder_contents_response
          doc: The contents of one folder, without subfolders.
        40:
          id: transfer_request
          doc: |
            Announces a transfer: an upload that is about to begin or, from old clients, a wish to
            download.
        41:
          id: transfer_response
          doc: Answers a `TransferRequest`.
        42:
          id: upload_placeholder
          doc: Holds a place for an upload. Obsolete.
        43:
          id: queue_upload
          doc: Asks the owner of a file to queue it for us. Silence means yes.
        44:
          id: place_in_queue_response
          doc: The place of a file in the uploader's queue.
        46:
          id: upload_failed
          doc: The uploader could not finish. From the uploader.
        47:
          id: exact_file_search_request
          doc: Like `ExactFileSearch`, without the server.
        48:
          id: queued_downloads
          doc: How many downloads are queued.
        49:
          id: indirect_file_search_request
          doc: A search by way of a peer.
        50:
          id: upload_denied
          doc: The uploader will not send the file.
        51:
          id: place_in_queue_request
          doc: Asks for the place of a file in the uploader's queue.
        52:
          id: upload_queue_notification
          doc: |
            Announces that the sender will upload something unasked. From Soulseek NS and, rarely,
            Nicotine+.
        12547:
          id: unknown_peer_message
          doc: |
            Nicotine+ has seen it and ignores it. Perhaps a `DistributedSearch` on the wrong
            connection, whose first bytes read as this code.

  # The family distributed

  distributed_stream:
    doc: Frames up to the end. Between a parent and a child of the distributed network.
    seq:
      - id: frames
        type: distributed_frame
        repeat: eos
  distributed_frame:
    doc: A frame. Between a parent and a child of the distributed network.
    doc-ref: spec/guide/framing.md
    -webide-representation: '{code}'
    seq:
      - id: length
        type: u4
        valid:
          min: 1
        doc: 'How many bytes follow: code and body.'
      - id: code
        type: u1
        enum: code
      - id: body
        size: length - 1
        type:
          switch-on: code
          cases:
            code::distributed_ping: distributed_ping
            code::distributed_init: distributed_init
            code::distributed_search: distributed_search
            code::distributed_branch_level: distributed_branch_level
            code::distributed_branch_root: distributed_branch_root
            code::distributed_child_depth: distributed_child_depth
            code::distributed_embedded_message: distributed_embedded_message
            _: unknown_message
    types:
      distributed_ping:
        doc: A sign of life, which needs no answer. Soulseek NS sends it once a minute.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistribPing, Ping]
        -sender: either
        -status: deprecated
        seq:
          - id: token
            type: u4
            if: has_token
            doc: Only in the answer of Soulseek.NET.
          - id: trailing
            size-eos: true
        instances:
          has_token:
            value: not _io.eof
            doc: Whether `token` is there.
      distributed_init:
        doc: What very old clients begin with. Only aioslsk knows it.
        doc-ref: spec/guide/distributed.md
        -sender: either
        -status: obsolete
        seq:
          - id: unknown1
            type: u4
            doc: Nobody knows.
          - id: unknown2
            type: u4
            doc: Nobody knows.
          - id: unknown3
            type: u1
            doc: Nobody knows.
          - id: port
            type: u4
            doc: The sender's port.
          - id: trailing
            size-eos: true
      distributed_search:
        doc: A search, from parent to child. It is relayed as the bytes that came, not encoded anew.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistributedSearchRequest, DistribSearch, SearchRequest]
        -sender: parent
        -status: used
        seq:
          - id: identifier
            type: u4
            doc: Always 49; Nicotine+ drops any other.
          - id: username
            type: text
            doc: Who searches, and to whom results go.
          - id: token
            type: u4
            doc: The number of the search, to be put into the results.
          - id: query
            type: text
            doc: What is searched for.
          - id: trailing
            size-eos: true
      distributed_branch_level:
        doc: How far the sender is from the root of its branch, from parent to child.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistribBranchLevel, BranchLevel]
        -sender: parent
        -status: used
        seq:
          - id: level
            type: s4
            doc: '0 for the root itself. Below 0 the sender is broken: close.'
          - id: trailing
            size-eos: true
      distributed_branch_root:
        doc: Who is the root of the sender's branch, from parent to child.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistribBranchRoot, BranchRoot]
        -sender: parent
        -status: used
        seq:
          - id: username
            type: text
            doc: The root. Some senders at level 0 leave this message out.
          - id: trailing
            size-eos: true
      distributed_child_depth:
        doc: How deep the tree below the sender is, from child to parent.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistribChildDepth, ChildDepth]
        -sender: child
        -status: obsolete
        seq:
          - id: depth
            type: u4
            doc: Levels.
          - id: trailing
            size-eos: true
      distributed_embedded_message:
        doc: A search as the server's `EmbeddedMessage`, passed on unopened by old roots.
        doc-ref: spec/guide/distributed.md
        -orig-id: [DistributedServerSearchRequest, DistribEmbeddedMessage, EmbeddedMessage]
        -sender: parent
        -status: deprecated
        seq:
          - id: padded
            type: code_padding
            parent: false
            doc: 'Whether three zero bytes come first: the rest of a code of four bytes.'
          - id: distributed_code
            type: u1
            doc: 'The code of the message inside: always 3, a `DistributedSearch`.'
          - id: payload
            size-eos: true
            doc: The body of that message.
    enums:
      code:
        0:
          id: distributed_ping
          doc: A sign of life, which needs no answer. Soulseek NS sends it once a minute.
        1:
          id: distributed_init
          doc: What very old clients begin with. Only aioslsk knows it.
        3:
          id: distributed_search
          doc: |
            A search, from parent to child. It is relayed as the bytes that came, not encoded anew.
        4:
          id: distributed_branch_level
          doc: How far the sender is from the root of its branch, from parent to child.
        5:
          id: distributed_branch_root
          doc: Who is the root of the sender's branch, from parent to child.
        6:
          id: unknown_value
          doc: A number without a meaning in Soulseek.NET.
        7:
          id: distributed_child_depth
          doc: How deep the tree below the sender is, from child to parent.
        93:
          id: distributed_embedded_message
          doc: A search as the server's `EmbeddedMessage`, passed on unopened by old roots.

  # All families

  unknown_message:
    doc: The body of a message whose code has no known layout.
    seq:
      - id: payload
        size-eos: true

  # File connections

  file_uploader_stream:
    doc: What the uploader sends on a file connection, without the frame that opens it.
    seq:
      - id: file_ticket
        type: file_ticket
        if: not _io.eof
      - id: file_data
        type: file_data
        if: not _io.eof
  file_downloader_stream:
    doc: What the downloader sends on a file connection, without the frame that opens it.
    seq:
      - id: file_offset
        type: file_offset
        if: not _io.eof
  file_ticket:
    doc: Says which transfer the connection is for. The uploader sends it, whoever connected.
    doc-ref: spec/guide/transfers.md
    -orig-id: [FileTransferInit]
    -sender: uploader
    seq:
      - id: token
        type: u4
        doc: The token of the `TransferRequest` that was accepted.
  file_offset:
    doc: Where the file shall begin. The downloader sends it.
    doc-ref: spec/guide/transfers.md
    -sender: downloader
    seq:
      - id: offset
        type: u8
        -unit: bytes
        doc: |
          How many bytes the downloader has. An old client sends 2^64 − 1 above 2 GiB, by mistake.
  file_data:
    doc: The bytes of the file, up to the end of the connection. The uploader sends them.
    doc-ref: spec/guide/transfers.md
    -sender: uploader
    seq:
      - id: data
        size-eos: true
        doc: The file's bytes from the offset on.

  # Parts of messages

  attribute:
    doc: One attribute of an audio file.
    seq:
      - id: kind
        type: u4
        enum: attribute_kind
        doc: What it says.
      - id: value
        type: u4
        doc: The number.
  directory:
    doc: A folder and its files; subfolders are folders of their own.
    seq:
      - id: name
        type: text
        doc: The full remote path, with backslashes.
      - id: num_files
        type: u4
        valid:
          expr: _ <= (_io.size - _io.pos) / 21
      - id: files
        type: file
        repeat: expr
        repeat-expr: num_files
        doc: The files, with bare names.
  file:
    doc: A file as search results, share lists and folder contents show it.
    seq:
      - id: code
        type: u1
        doc: Always 1.
      - id: name
        type: text
        doc: The full remote path in search results, the name alone elsewhere.
      - id: raw_size
        type: u8
        -unit: bytes
        doc: |
          The size in bytes, as it came: from Soulseek NS above 2 GiB all bits of the upper half are
          set, and the lower half is the size.
      - id: extension
        type: text
        doc: 'The extension without a dot. Often empty: take it from the name.'
      - id: num_attributes
        type: u4
        valid:
          expr: _ <= (_io.size - _io.pos) / 8
      - id: attributes
        type: attribute
        repeat: expr
        repeat-expr: num_attributes
        doc: Bitrate, duration and the like.
  possible_parent:
    doc: A user that could become our parent.
    seq:
      - id: username
        type: text
        doc: The user.
      - id: ip
        type: ip
        doc: His address.
      - id: port
        type: u4
        doc: His port.
  recommendation:
    doc: Something that we may like, or not.
    seq:
      - id: item
        type: text
        doc: What it is.
      - id: score
        type: s4
        doc: How much; below 0 we may hate it.
  related_term:
    doc: What else people search for, and how well it fits.
    seq:
      - id: term
        type: text
        doc: The words.
      - id: score
        type: u4
        doc: How well they fit.
  room_ticker:
    doc: A user's ticker.
    seq:
      - id: username
        type: text
        doc: The user.
      - id: ticker
        type: text
        doc: His text.
  similar_user:
    doc: A user who likes what we like.
    seq:
      - id: username
        type: text
        doc: The user.
      - id: rating
        type: u4
        doc: How many interests are the same.
  user_stats:
    doc: How fast a user uploads and how much he shares.
    seq:
      - id: average_speed
        type: u4
        -unit: bytes/s
        doc: The average upload speed, in bytes a second.
      - id: uploads
        type: u4
        doc: How many uploads the average is made of.
      - id: unknown
        type: u4
        doc: Always 0.
      - id: files
        type: u4
        doc: Shared files.
      - id: directories
        type: u4
        doc: Shared folders.
  connection_kind:
    doc: |
      What a connection between peers is for. A `text`; other values than those named here are no
      error.
    seq:
      - id: len_bytes
        type: u4
      - id: bytes
        size: len_bytes
    -webide-representation: '{latin1}'
    instances:
      utf8:
        value: bytes.to_s("UTF-8")
        doc: The text. In some languages an error where the bytes are not UTF-8.
      latin1:
        value: bytes.to_s("ISO-8859-1")
        doc: 'The text where the bytes are not UTF-8: a character for each byte.'
      is_peer:
        value: latin1 == "P"
        doc: 'Messages between peers: `P`.'
      is_file:
        value: latin1 == "F"
        doc: 'One file: `F`.'
      is_distributed:
        value: latin1 == "D"
        doc: 'The distributed network: `D`.'
  login_refusal:
    doc: Why a login was refused. A `text`; other values than those named here are no error.
    seq:
      - id: len_bytes
        type: u4
      - id: bytes
        size: len_bytes
    -webide-representation: '{latin1}'
    instances:
      utf8:
        value: bytes.to_s("UTF-8")
        doc: The text. In some languages an error where the bytes are not UTF-8.
      latin1:
        value: bytes.to_s("ISO-8859-1")
        doc: 'The text where the bytes are not UTF-8: a character for each byte.'
      is_invalid_username:
        value: latin1 == "INVALIDUSERNAME"
        doc: The name is empty, too long, or has characters that it can't have.
      is_empty_password:
        value: latin1 == "EMPTYPASSWORD"
        doc: There is no password.
      is_invalid_password:
        value: latin1 == "INVALIDPASS"
        doc: The password is not that of the account.
      is_invalid_version:
        value: latin1 == "INVALIDVERSION"
        doc: The server does not serve this version of a client.
      is_server_full:
        value: latin1 == "SVRFULL"
        doc: The server is full.
      is_server_private:
        value: latin1 == "SVRPRIVATE"
        doc: The server is not for everybody.
  refusal_reason:
    doc: |
      Why a transfer is refused. Clients compare these texts, so they are exact. A `text`; other
      values than those named here are no error.
    seq:
      - id: len_bytes
        type: u4
      - id: bytes
        size: len_bytes
    -webide-representation: '{latin1}'
    instances:
      utf8:
        value: bytes.to_s("UTF-8")
        doc: The text. In some languages an error where the bytes are not UTF-8.
      latin1:
        value: bytes.to_s("ISO-8859-1")
        doc: 'The text where the bytes are not UTF-8: a character for each byte.'
      is_queued:
        value: latin1 == "Queued"
        doc: 'It waits in the queue: no failure.'
      is_complete:
        value: latin1 == "Complete"
        doc: The downloader has the file already.
      is_cancelled:
        value: latin1 == "Cancelled"
        doc: Not wanted any more.
      is_file_not_shared:
        value: latin1 == "File not shared."
        doc: No such file, or not for this user.
      is_file_read_error:
        value: latin1 == "File read error."
        doc: The file can't be read.
      is_pending_shutdown:
        value: latin1 == "Pending shutdown."
        doc: The uploader is about to quit; try again later.
      is_banned:
        value: latin1 == "Banned"
        doc: The uploader has banned this user.
      is_too_many_files:
        value: latin1 == "Too many files"
        doc: This user has queued too many files; try again later.
      is_too_many_megabytes:
        value: latin1 == "Too many megabytes"
        doc: This user has queued too much; try again later.
      is_disallowed_extension:
        value: latin1 == "Disallowed extension"
        doc: The downloader refuses files of this kind.
  related_term_or_text_list:
    doc: |
      A list of `related_term`, unless a list of `text` takes exactly the rest of the body and a
      list of `related_term` does not.
    seq:
      - id: num_items
        type: u4
        valid:
          expr: _ <= (_io.size - _io.pos) / 4
      - id: related_term_items
        type: related_term
        repeat: expr
        repeat-expr: num_items
        if: not is_second
      - id: text_items
        type: text
        repeat: expr
        repeat-expr: num_items
        if: is_second
    instances:
      first_probe:
        pos: _io.pos
        size-eos: true
        type: list_probe(num_items, 4)
      second_probe:
        pos: _io.pos
        size-eos: true
        type: list_probe(num_items, 0)
      is_second:
        value: second_probe.fits and not first_probe.fits
        doc: Whether the items have the second form.
  list_probe:
    doc: |
      Whether so many texts, each with so many bytes behind it, take exactly the rest of the body.
      Never fails.
    params:
      - id: num_items
        type: u4
      - id: behind
        type: u4
    seq:
      - id: items
        type: item(behind)
        repeat: expr
        repeat-expr: num_items
    instances:
      fits:
        value: _io.eof and (num_items == 0 or items.last.fits)
    types:
      item:
        params:
          - id: behind
            type: u4
        seq:
          - id: len_text
            type: u4
            if: has_length
          - id: content
            size: len_text + behind
            if: fits
          - id: rest
            size-eos: true
            if: not fits
            doc: So that nothing behind it fits either.
        instances:
          has_length:
            value: _io.size - _io.pos >= 4
          fits:
            value: has_length and _io.size - _io.pos >= behind and len_text <= _io.size - _io.pos - behind

  # Primitives

  text:
    doc: |
      A length in bytes and the bytes: UTF-8, or Latin-1 from old clients. They are decoded only
      when `utf8` or `latin1` is asked for, so that no text makes parsing fail.
    seq:
      - id: len_bytes
        type: u4
      - id: bytes
        size: len_bytes
    -webide-representation: '{utf8}'
    instances:
      utf8:
        value: bytes.to_s("UTF-8")
        doc: The text. In some languages an error where the bytes are not UTF-8.
      latin1:
        value: bytes.to_s("ISO-8859-1")
        doc: 'The text where the bytes are not UTF-8: a character for each byte.'
  secret:
    doc: A text that must not be shown or logged, such as a password or its hash.
    seq:
      - id: len_bytes
        type: u4
      - id: bytes
        size: len_bytes
    instances:
      utf8:
        value: bytes.to_s("UTF-8")
        doc: The text. In some languages an error where the bytes are not UTF-8.
      latin1:
        value: bytes.to_s("ISO-8859-1")
        doc: 'The text where the bytes are not UTF-8: a character for each byte.'
  blob:
    doc: A length and as many bytes.
    seq:
      - id: len_bytes
        type: u4
      - id: bytes
        size: len_bytes
  ip:
    doc: An IPv4 address as a number, so that its last octet comes first.
    -webide-representation: '{address}'
    seq:
      - id: bits
        type: u4
    instances:
      address:
        value: ((bits >> 24) & 255).to_s + "." + ((bits >> 16) & 255).to_s + "." + ((bits >> 8) & 255).to_s + "." + ((bits >> 0) & 255).to_s
        doc: Such as 127.0.0.1.
  u32_or_u8:
    doc: Four bytes; or one, where a single byte is left of the body.
    -webide-representation: '{value}'
    seq:
      - id: short_value
        type: u1
        if: is_short
      - id: long_value
        type: u4
        if: not is_short
    instances:
      is_short:
        value: _io.size - _io.pos == 1
        doc: Whether it is a single byte.
      value:
        value: 'is_short ? short_value : long_value'
        doc: The number.
  code_padding:
    doc: Three zero bytes where at least one more byte follows; otherwise nothing.
    seq:
      - id: zeros
        size: 3
        if: is_there
    instances:
      next_four:
        pos: _io.pos
        type: u4
        if: _io.size - _io.pos >= 4
        doc: The bytes ahead.
      is_there:
        value: _io.size - _io.pos >= 4 and (next_four & 0xffffff) == 0
        doc: Whether the zeros are there.
enums:
  beginning:
    0: unidentified
    1: login_request
    2: login_response
    3: peer_init
    4: pierce_firewall
  attribute_kind:
    0:
      id: bitrate
      doc: Kilobits a second.
    1:
      id: duration
      doc: The length in seconds.
    2:
      id: variable_bitrate
      doc: '1 for a variable bitrate.'
    3:
      id: encoder
      doc: The encoder, as an old description has it; unused.
    4:
      id: sample_rate
      doc: Samples a second.
    5:
      id: bit_depth
      doc: Bits a sample.
  obfuscation_type:
    0:
      id: plain
      doc: 'Not at all: there is no such port.'
    1:
      id: rotated
      doc: Each frame with a key of its own, which rotates.
  own_status:
    1:
      id: away
      doc: Connected and away.
    2:
      id: online
      doc: Connected.
  status:
    0:
      id: offline
      doc: Not connected.
    1:
      id: away
      doc: Connected and away.
    2:
      id: online
      doc: Connected.
  transfer_direction:
    0:
      id: download
      doc: The sender wants the file. Answer `Queued`, never yes.
    1:
      id: upload
      doc: The sender has the file and is ready to send it.
  upload_permission:
    0:
      id: nobody
      doc: Nobody.
    1:
      id: everyone
      doc: Everyone.
    2:
      id: user_list
      doc: The users on his list.
    3:
      id: permitted
      doc: The users whom he has permitted.
