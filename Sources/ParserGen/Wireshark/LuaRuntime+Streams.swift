extension LuaRuntime {
  /// Puts messages together over segments, and follows response streams.
  static let streams = #"""
    -- Response streams, unit by unit.

    local function begin_stream(name, args) return {type = name, step = 1, index = 0, args = args} end
    local function copy(stream)
      return {type = stream.type, step = stream.step, index = stream.index, args = stream.args, saved = stream.saved}
    end
    local function unit(stream, c, tree)
      local type = types[stream.type]
      local s = {_type = type, _c = c, _depth = 1}
      s._root = s
      for key, value in pairs(stream.args) do s[key] = value end
      for key, value in pairs(stream.saved or {}) do s[key] = value end
      local field = type.fields[stream.step]
      while field and ((field.when and not field.when(s, c))
          or (field.repeated and field.repeated.count and stream.index >= number(field.repeated.count(s, c)))) do
        stream.step, stream.index = stream.step + 1, 0
        field = type.fields[stream.step]
      end
      if field then
        local value = element(field, s, c, tree, field.repeated and stream.index or nil)
        if not field.repeated then
          local saved = {}
          for key, old in pairs(stream.saved or {}) do saved[key] = old end
          saved[field.name] = value
          stream.saved, stream.step = saved, stream.step + 1
        else
          stream.index = stream.index + 1
          if field.repeated.last and field.repeated.last(s, c, value) then stream.step, stream.index = stream.step + 1, 0 end
          if field.repeated.count and stream.index >= number(field.repeated.count(s, c)) then
            stream.step, stream.index = stream.step + 1, 0
          end
        end
      end
      stream.finished = stream.step > #type.fields
    end

    -- Messages in TCP. A description without `-stream` of its own still describes messages one after another.

    local tcp_stream, tcp_ack = Field.new("tcp.stream"), Field.new("tcp.ack")
    local tcp_next, udp_stream = Field.new("tcp.nxtseq"), Field.new("udp.stream")
    local directions, records, datagram_entries = {}, {}, {}

    local function is_service(port)
      for _, known in ipairs(ports) do if port == known then return true end end
      return false
    end
    local function is_from_initiator(pinfo) return is_service(pinfo.dst_port) or not is_service(pinfo.src_port) end
    -- Who opened the connection is the side that does not use the protocol's port, else who speaks first.
    local function ends_of(pinfo)
      return pinfo.src_port .. "@" .. tostring(pinfo.src), pinfo.dst_port .. "@" .. tostring(pinfo.dst)
    end
    -- Finds out what a message answers; the flow by the number that Wireshark has for it.
    local function find_links(entry, message, pinfo, flow, tvb, pos)
      if not match_within then return end
      local from, to = ends_of(pinfo)
      local way = flow .. " " .. from .. " " .. to
      local sides = {flow .. " " .. from, flow .. " " .. to}
      if match_within == "hosts" then sides = {tostring(pinfo.src), tostring(pinfo.dst)} end
      link(entry, message, sides, way, pinfo, tvb:raw(pos, entry.length))
    end
    local function direction(id, from, is_first)
      local key = id .. " " .. from
      if not directions[key] then
        local side = is_first and 1 or 2
        directions[key] = {pending = {}, nexts = {}, side = side, root = states[1][side]}
      end
      return directions[key]
    end
    local function plain_number(field)
      local info = field()
      return info and number(info.value)
    end

    -- What the next bytes of a direction are; decided with the first of them.
    local function next_unit(d, ack)
      if d.unit then return d.unit end
      -- What the peer has said may have changed the state, once it was heard.
      while d.nexts[1] and (not ack or not d.nexts[1].place or ack >= d.nexts[1].place) do
        d.root = states[table.remove(d.nexts, 1).state][d.side]
      end
      local stream = d.pending[1]
      local is_asked = stream and (stream.started or not stream.asked or not ack or ack >= stream.asked)
      d.unit = is_asked and "response" or "message"
      return d.unit
    end

    -- A stream may go on behind the bytes that are there, a datagram ends with them.
    local function cursor(tvb, pos, is_datagram)
      return {tvb = tvb, start = pos, pos = pos, limit = tvb:len(), more = not is_datagram}
    end
    local function parse_message(root, c, tree) return parse(root, c, tree, nil, {is_datagram = not c.more}) end

    -- Parses a message or a unit: first without a tree, because it may not be complete.
    local function attempt(body, tvb, pos, is_datagram)
      local c = cursor(tvb, pos, is_datagram)
      local ok, problem = pcall(body, c, nil)
      if ok and c.pos > pos then return c.pos - pos end
      if ok then return nil, {text = "a message takes no bytes", at = pos} end
      if type(problem) ~= "table" then problem = {text = tostring(problem), at = c.pos} end
      return nil, problem
    end

    local function content_name(message, root)
      local field = types[root].content
      local value = field and message[field]
      return type(value) == "table" and value._type and value._type.title or name
    end

    local function show(entry, tvb, pos, tree, names)
      if entry.skip then
        local node = tree:add(proto, tvb(pos, entry.length), proto.description .. ", no message")
        node:add_proto_expert_info(malformed, entry.skip)
        return
      end
      local node = tree:add(proto, tvb(pos, entry.length), proto.description .. ", " .. entry.name)
      local c = cursor(tvb, pos, entry.is_datagram)
      if entry.stream then
        unit(copy(entry.stream), c, node:add(stream_nodes[entry.stream.type], tvb(pos, entry.length)))
      else
        parse_message(entry.root, c, node)
        show_links(entry, node)
      end
      names[#names + 1] = entry.name
    end

    -- What begins at `pos`; nil, with the problem, where nothing does.
    local function entry_at(d, opposite, tvb, pos, ack, ends)
      local kind = next_unit(d, ack)
      if kind == "response" then
        local stream = d.pending[1]
        local after = copy(stream)
        local length, problem = attempt(function(c, tree) after = copy(stream) unit(after, c, tree) end, tvb, pos)
        if not length then
          if not problem.more then table.remove(d.pending, 1) d.unit = nil end
          return nil, problem
        end
        after.started, after.asked, d.unit = true, stream.asked, nil
        if after.finished then table.remove(d.pending, 1) else d.pending[1] = after end
        return {length = length, stream = copy(stream), name = types[stream.type].title}
      end
      local message, root = nil, d.root
      local length, problem = attempt(function(c, tree) message = parse_message(root, c, tree) end, tvb, pos)
      if not length then return nil, problem end
      d.unit = nil
      local content = types[root].content and message[types[root].content] or message
      local conversation = type(content) == "table" and content._type and content._type.conversation
      local own = types[root].conversation
      local state = conversation and conversation.next or own and own.next
      if state then
        d.root = states[state][d.side]
        opposite.nexts[#opposite.nexts + 1] = {state = state, place = ends and ends - (tvb:len() - pos - length)}
      end
      if conversation and conversation.answer then
        local stream = begin_stream(conversation.answer, conversation.answer_args and conversation.answer_args(content) or {})
        stream.asked = ends and ends - (tvb:len() - pos - length)
        opposite.pending[#opposite.pending + 1] = stream
      end
      if conversation and conversation.follow then
        local stream = begin_stream(conversation.follow, conversation.follow_args and conversation.follow_args(content) or {})
        table.insert(d.pending, 1, stream)
      end
      return {length = length, root = root, name = content_name(message, root)}, message
    end

    -- The next place at which a message stands.
    local function search(root, tvb, pos)
      for place = pos + 1, tvb:len() - 1 do
        local length, problem = attempt(function(c, tree) parse_message(root, c, tree) end, tvb, place)
        if length then return place end
      end
      return tvb:len()
    end

    local function read(tvb, pinfo)
      local id = plain_number(tcp_stream) or 0
      local from, to = ends_of(pinfo)
      local is_from_opener = is_from_initiator(pinfo)
      local d, opposite = direction(id, from, is_from_opener), direction(id, to, not is_from_opener)
      local ack, ends = plain_number(tcp_ack), plain_number(tcp_next)
      local record, pos = {}, 0
      while pos < tvb:len() do
        local entry, message = entry_at(d, opposite, tvb, pos, ack, ends)
        if not entry then
          local problem = message
          if problem.more then
            record.waits = pos
            break
          end
          -- What is no unit of a response may still be a message.
          if next_unit(d, ack) ~= "response" then
            d.unit = nil
            entry, message = entry_at(d, opposite, tvb, pos, ack, ends)
            entry = entry or {length = search(d.root, tvb, pos) - pos, skip = problem.text or "no message"}
          end
        end
        if entry then
          record[#record + 1] = entry
          if entry.root then find_links(entry, message, pinfo, "tcp " .. id, tvb, pos) end
          pos = pos + entry.length
        end
      end
      return record
    end

    -- Messages in UDP: nothing is put together, and what cannot be parsed costs its own datagram only.
    local function datagram(tvb, pinfo, tree)
      local pos, names = 0, {}
      local root = states[1][is_from_initiator(pinfo) and 1 or 2]
      while pos < tvb:len() do
        local message
        local function parsed(c, tree) message = parse_message(root, c, tree) end
        local length, problem = attempt(parsed, tvb, pos, true)
        local entry
        if pos > 0 and not many then
          entry = {length = tvb:len() - pos, skip = "bytes behind the message of a datagram"}
        elseif length then
          local place = table.concat({pinfo.number, pos, ends_of(pinfo)}, " ")
          entry = datagram_entries[place]
          if not entry then
            entry = {length = length, root = root, name = content_name(message, root), is_datagram = true}
            find_links(entry, message, pinfo, "udp " .. (plain_number(udp_stream) or 0), tvb, pos)
            datagram_entries[place] = entry
          end
        else
          entry = {length = tvb:len() - pos, skip = problem.text or "no message"}
        end
        show(entry, tvb, pos, tree, names)
        pos = pos + entry.length
      end
      if #names > 0 then pinfo.cols.info = table.concat(names, ", ") end
      return tvb:len()
    end

    -- Wireshark's number of UDP.
    local function is_udp(pinfo) return pinfo.port_type == 3 end

    function proto.dissector(tvb, pinfo, tree)
      pinfo.cols.protocol = string.upper(name)
      if is_udp(pinfo) then return datagram(tvb, pinfo, tree) end
      local visits = records[pinfo.number] or {cursor = 0}
      records[pinfo.number] = visits
      local record
      if pinfo.visited and #visits > 0 then
        -- Later visits see the same bytes in the same order as the first.
        visits.cursor = visits.cursor % #visits + 1
        record = visits[visits.cursor]
      else
        record = read(tvb, pinfo)
        visits[#visits + 1] = record
      end
      local pos, names = 0, {}
      for _, entry in ipairs(record) do
        if pos + entry.length > tvb:len() then break end
        show(entry, tvb, pos, tree, names)
        pos = pos + entry.length
      end
      if #names > 0 then pinfo.cols.info = table.concat(names, ", ") end
      if record.waits then
        pinfo.desegment_offset = record.waits
        pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
      end
      return tvb:len()
    end

    function proto.init() directions, records, datagram_entries, requests = {}, {}, {}, {} end

    local function heuristic(tvb, pinfo, tree)
      if head_length == 0 or tvb:len() < head_length then return false end
      local is_message, in_datagram = false, is_udp(pinfo)
      for _, root in ipairs(states[1]) do
        local length, problem = attempt(function(c, tree) parse_message(root, c, tree) end, tvb, 0, in_datagram)
        is_message = is_message or (in_datagram and length and (many or length == tvb:len()))
          or (not in_datagram and (length or problem.more))
      end
      if not is_message then return false end
      if not in_datagram then pinfo.conversation = proto end
      proto.dissector(tvb, pinfo, tree)
      return true
    end

    for _, transport in ipairs(transports) do
      DissectorTable.get(transport .. ".port"):add_for_decode_as(proto)
      for _, port in ipairs(ports) do DissectorTable.get(transport .. ".port"):add(port, proto) end
      -- Traffic on other ports is known by how messages begin.
      proto:register_heuristic(transport, heuristic)
    end

    """#
}
