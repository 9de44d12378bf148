/// The part of a dissector that is the same for every description: it reads fields by the tables that `LuaEmitter`
/// writes, puts messages together over segments, and follows response streams.
///
/// Lua 5.2, as Wireshark 3 and 4.0 have it, knows neither integers nor bit operators: numbers are doubles, and what may
/// need more than 53 bits is a UInt64 or Int64 of Wireshark's.
enum LuaRuntime {
  static let text = #"""
    -- Arithmetic on numbers, UInt64 and Int64.

    local function big(a)
      if type(a) ~= "number" then return a end
      return a < 0 and Int64.new(a) or UInt64.new(a % 4294967296, math.floor(a / 4294967296))
    end
    local function small(a) return type(a) == "number" and a >= 0 and a < 4294967296 end
    local function plain(a, b) return type(a) == "number" and type(b) == "number" end
    local function exact(x) return x > -9007199254740992 and x < 9007199254740992 end
    -- Both as UInt64, or as Int64 if either is.
    local function wide(a, b)
      a, b = big(a), big(b)
      if typeof(a) ~= typeof(b) then a, b = Int64.new(a), Int64.new(b) end
      return a, b, typeof(a) == "Int64"
    end
    local function overflow() error({text = "integer expression out of range"}) end
    local function add(a, b)
      if plain(a, b) and exact(a + b) then return a + b end
      local x, y, signed = wide(a, b)
      local sum = x + y
      if signed and (y < Int64.new(0)) ~= (sum < x) or not signed and sum < x then overflow() end
      return sum
    end
    local function sub(a, b)
      if plain(a, b) and exact(a - b) then return a - b end
      local x, y, signed = wide(a, b)
      if not signed and x < y then x, y, signed = Int64.new(x), Int64.new(y), true end
      local difference = x - y
      if signed and (y < Int64.new(0)) ~= (x < difference) then overflow() end
      return difference
    end
    local function mul(a, b)
      if plain(a, b) and exact(a * b) then return a * b end
      local x, y = wide(a, b)
      local product = x * y
      if y ~= y - y and product / y ~= x then overflow() end
      return product
    end
    local function div(a, b)
      if plain(a, b) then
        if b == 0 then overflow() end
        return math.floor(a / b)
      end
      local x, y = wide(a, b)
      return x / y
    end
    local function mod(a, b)
      if plain(a, b) then
        if b == 0 then overflow() end
        return a % b
      end
      local x, y = wide(a, b)
      return x % y
    end
    local function band(a, b) return small(a) and small(b) and bit32.band(a, b) or big(a):band(big(b)) end
    local function bor(a, b) return small(a) and small(b) and bit32.bor(a, b) or big(a):bor(big(b)) end
    local function bxor(a, b) return small(a) and small(b) and bit32.bxor(a, b) or big(a):bxor(big(b)) end
    local function shl(a, n) return plain(a, n) and exact(a * 2 ^ n) and a * 2 ^ n or big(a):lshift(n) end
    local function shr(a, n) return type(a) == "number" and math.floor(a / 2 ^ n) or a:rshift(n) end
    local function bnot(a) return type(a) == "number" and -a - 1 or a:bnot() end
    local function eq(a, b)
      if type(a) == type(b) and type(a) ~= "userdata" then return a == b end
      if type(a) == "string" or type(b) == "string" then return false end
      local x, y = wide(a, b)
      return x == y
    end
    local function lt(a, b)
      if type(a) == type(b) and type(a) ~= "userdata" then return a < b end
      local x, y = wide(a, b)
      return x < y
    end
    local function le(a, b) return not lt(b, a) end
    local function number(a) return type(a) == "number" and a or a:tonumber() end
    local function item(list, i)
      if type(list) == "string" then return string.byte(list, i + 1) end
      return list[i + 1]
    end
    local function extreme(list, wanted)
      local result = item(list, 0)
      for i = 1, #list - 1 do
        if wanted(item(list, i), result) then result = item(list, i) end
      end
      return result
    end

    -- A place in the bytes of a message. `more` says whether the stream may go on behind `limit`.

    local function fail(text, c) error({text = text, at = c.pos}) end
    local function need(c, count)
      if count < 0 then fail("negative size " .. count, c) end
      if c.pos + count <= c.limit then return end
      if c.more then error({more = true}) end
      fail("needs " .. count .. " bytes, " .. (c.limit - c.pos) .. " are left", c)
    end
    local function take(c, count)
      need(c, count)
      c.pos = c.pos + count
      return c.tvb(c.pos - count, count)
    end
    local function at_end(c)
      if c.pos < c.limit then return false end
      if c.more then error({more = true}) end
      return true
    end
    local function rest(c)
      if c.more then error({more = true}) end
      return c.limit - c.pos
    end
    local function raw(c, from, count)
      if count == 0 then return "" end
      return c.tvb:raw(from, count)
    end
    -- Up to a terminator: bytes of the value, bytes passed over.
    local function find(c, t)
      local place = c.pos
      while true do
        if place >= c.limit then
          if c.more then error({more = true}) end
          if t.required then fail("no terminator before the end", c) end
          return place - c.pos, place - c.pos
        end
        if c.tvb(place, 1):uint() == t.byte then
          return place - c.pos + (t.include and 1 or 0), place - c.pos + (t.consume and 1 or 0)
        end
        place = place + 1
      end
    end
    -- The part of `c` that a field's size gives it, and the place behind it.
    local function part(c, field, s)
      if field.size then
        local count = number(field.size(s, c))
        need(c, count)
        return {tvb = c.tvb, start = c.pos, pos = c.pos, limit = c.pos + count}, c.pos + count
      elseif field.eos then
        rest(c)
        return {tvb = c.tvb, start = c.pos, pos = c.pos, limit = c.limit}, c.limit
      elseif field.terminator then
        local kept, passed = find(c, field.terminator)
        return {tvb = c.tvb, start = c.pos, pos = c.pos, limit = c.pos + kept}, c.pos + passed
      end
    end

    -- Fields.

    local types, parse = {}, nil
    local violation = ProtoExpert.new(name .. ".violation", "Constraint violated", expert.group.PROTOCOL, expert.severity.WARN)
    local malformed = ProtoExpert.new(name .. ".malformed", "No message", expert.group.MALFORMED, expert.severity.ERROR)
    proto.experts = {violation, malformed}

    local function check(field, s, c, value, node, range)
      if field.valid and not field.valid(s, c, value) then
        if field.fatal then fail("the value of " .. field.name .. " is not allowed", c) end
        if node then node:add_proto_expert_info(violation, field.name .. ": the value is not allowed") end
      end
    end

    local readers = {}
    local function shown(tree, field, range, value)
      if not tree or not field.show then return end
      if value == nil then return tree:add(field.show, range) end
      return tree:add(field.show, range, value)
    end
    function readers.int(kind, field, s, c, tree)
      local range = take(c, kind.bytes)
      local value
      if kind.bytes == 8 then
        if kind.signed then value = kind.big and range:int64() or not kind.big and range:le_int64()
        else value = kind.big and range:uint64() or not kind.big and range:le_uint64() end
      elseif kind.signed then value = kind.big and range:int() or not kind.big and range:le_int()
      else value = kind.big and range:uint() or not kind.big and range:le_uint() end
      return value, shown(tree, field, range, value)
    end
    function readers.float(kind, field, s, c, tree)
      local range = take(c, kind.bytes)
      local value
      if kind.big then value = range:float() else value = range:le_float() end
      return value, shown(tree, field, range, value)
    end
    function readers.contents(kind, field, s, c, tree)
      local range = take(c, #kind.bytes)
      local value = raw(c, c.pos - #kind.bytes, #kind.bytes)
      if value ~= kind.bytes then
        c.pos = c.pos - #kind.bytes
        fail("unexpected contents of " .. field.name, c)
      end
      return value, shown(tree, field, range)
    end
    function readers.bytes(kind, field, s, c, tree)
      local inner, behind = part(c, field, s)
      if not inner then inner, behind = c, c.pos + rest(c) end
      local range = c.tvb(inner.pos, behind - inner.pos)
      local value = raw(c, inner.pos, inner.limit - inner.pos)
      if field.inner then
        local place = string.find(value, string.char(field.inner.byte), 1, true)
        if place then value = string.sub(value, 1, field.inner.include and place or place - 1) end
      end
      if field.pad then
        local last = #value
        while last > 0 and string.byte(value, last) == field.pad do last = last - 1 end
        value = string.sub(value, 1, last)
      end
      c.pos = behind
      if kind.text then return value, shown(tree, field, range, value) end
      return value, shown(tree, field, range)
    end
    function readers.user(kind, field, s, c, tree)
      local inner, behind = part(c, field, s)
      local from = c.pos
      local node = tree and tree:add(field.show, c.tvb(from, 0))
      local value = parse(kind.type, inner or c, node, s, kind.args and kind.args(s, c) or {})
      if inner then c.pos = behind end
      if node then node:set_len((inner or c).pos - from) end
      return value, node
    end
    function readers.choice(kind, field, s, c, tree)
      local on = kind.on(s, c)
      for _, case in ipairs(kind.cases) do
        if case.match == nil or eq(case.match(s, c), on) then
          -- What a case is of, the field's size bounds.
          local inner, behind = part(c, field, s)
          local own = {name = field.name, show = case.show or field.show}
          local value, node = readers[case.kind.read](case.kind, own, s, inner or c, tree)
          if inner then c.pos = behind end
          return value, node
        end
      end
      if not (field.size or field.eos or field.terminator) then return nil end
      local own = {name = field.name, show = field.raw, size = field.size, eos = field.eos, terminator = field.terminator}
      return readers.bytes({}, own, s, c, tree)
    end

    local function element(field, s, c, tree, index)
      s._i = index
      local value, node = readers[field.kind.read](field.kind, field, s, c, tree)
      check(field, s, c, value, node)
      return value
    end

    -- An instance, computed when it is asked for.
    local function get(s, name)
      local instance = s._type.instances[name]
      if instance.when and not instance.when(s, s._c) then return nil end
      return instance.value(s, s._c)
    end

    local function show_instances(s, c, tree)
      for _, instance in ipairs(s._type.order) do
        local ok, value = pcall(get, s, instance.name)
        if ok and value ~= nil then
          local node
          if tree and instance.show then
            if instance.wide then value = instance.wide.new(big(value)) elseif type(value) == "userdata" then value = number(value) end
            node = tree:add(instance.show, c.tvb(c.pos, 0), value)
            node:set_generated()
          end
          check(instance, s, c, value, node)
        end
      end
    end

    function parse(name, c, tree, parent, args)
      local type = types[name]
      local s = {_type = type, _parent = parent, _c = c, _depth = (parent and parent._depth or 0) + 1}
      s._root = parent and parent._root or s
      if s._depth > 200 then fail("types are nested too deeply", c) end
      for key, value in pairs(args) do s[key] = value end
      for _, field in ipairs(type.fields) do
        -- A constraint on an instance may end the message before the field that depends on it is read.
        for _, instance in ipairs(type.order) do
          if instance.fatal and instance.before == field.name then
            local value = get(s, instance.name)
            if value ~= nil and not instance.valid(s, c, value) then
              fail("the value of " .. instance.name .. " is not allowed", c)
            end
          end
        end
        if not field.when or field.when(s, c) then
          if not field.repeated then
            s[field.name] = element(field, s, c, tree, nil)
          else
            local list, index = {}, 0
            s[field.name] = list
            local count = field.repeated.count and number(field.repeated.count(s, c))
            if count and count < 0 then fail("negative count", c) end
            while true do
              if count and index >= count then break end
              if field.repeated.eos and at_end(c) then break end
              local before = c.pos
              local value = element(field, s, c, tree, index)
              list[#list + 1] = value
              index = index + 1
              if field.repeated.last and field.repeated.last(s, c, value) then break end
              if c.pos == before and (not count or index > 65536) then fail("an element takes no bytes", c) end
            end
          end
        end
      end
      show_instances(s, c, tree)
      return s
    end

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
    local tcp_next = Field.new("tcp.nxtseq")
    local directions, records = {}, {}

    local function direction(id, from)
      local key = id .. " " .. from
      if not directions[key] then directions[key] = {pending = {}} end
      return directions[key]
    end
    local function plain_number(field)
      local info = field()
      return info and number(info.value)
    end

    -- What the next bytes of a direction are; decided with the first of them.
    local function next_unit(d, ack)
      if d.unit then return d.unit end
      local stream = d.pending[1]
      local is_asked = stream and (stream.started or not stream.asked or not ack or ack >= stream.asked)
      d.unit = is_asked and "response" or "message"
      return d.unit
    end

    local function cursor(tvb, pos) return {tvb = tvb, start = pos, pos = pos, limit = tvb:len(), more = true} end

    -- Parses a message or a unit: first without a tree, because it may not be complete.
    local function attempt(body, tvb, pos)
      local c = cursor(tvb, pos)
      local ok, problem = pcall(body, c, nil)
      if ok and c.pos > pos then return c.pos - pos end
      if ok then return nil, {text = "a message takes no bytes", at = pos} end
      if type(problem) ~= "table" then problem = {text = tostring(problem), at = c.pos} end
      return nil, problem
    end

    local function content_name(message)
      local field = types[root].content
      local value = field and message[field]
      return type(value) == "table" and value._type and value._type.title or name
    end

    local function show(entry, tvb, pos, tree, pinfo, names)
      if entry.skip then
        local node = tree:add(proto, tvb(pos, entry.length), proto.description .. ", no message")
        node:add_proto_expert_info(malformed, entry.skip)
        return
      end
      local node = tree:add(proto, tvb(pos, entry.length), proto.description .. ", " .. entry.name)
      local c = cursor(tvb, pos)
      if entry.stream then
        unit(copy(entry.stream), c, node:add(stream_nodes[entry.stream.type], tvb(pos, entry.length)))
      else
        parse(root, c, node, nil, {})
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
      local message
      local length, problem = attempt(function(c, tree) message = parse(root, c, tree, nil, {}) end, tvb, pos)
      if not length then return nil, problem end
      d.unit = nil
      local content = types[root].content and message[types[root].content] or message
      local conversation = type(content) == "table" and content._type and content._type.conversation
      if conversation and conversation.answer then
        local stream = begin_stream(conversation.answer, conversation.answer_args and conversation.answer_args(content) or {})
        stream.asked = ends and ends - (tvb:len() - pos - length)
        opposite.pending[#opposite.pending + 1] = stream
      end
      if conversation and conversation.follow then
        local stream = begin_stream(conversation.follow, conversation.follow_args and conversation.follow_args(content) or {})
        table.insert(d.pending, 1, stream)
      end
      return {length = length, name = content_name(message)}
    end

    -- The next place at which a message stands.
    local function search(tvb, pos)
      for place = pos + 1, tvb:len() - 1 do
        local length, problem = attempt(function(c, tree) parse(root, c, tree, nil, {}) end, tvb, place)
        if length then return place end
      end
      return tvb:len()
    end

    local function read(tvb, pinfo)
      local id = plain_number(tcp_stream) or 0
      local from, to = pinfo.src_port .. "@" .. tostring(pinfo.src), pinfo.dst_port .. "@" .. tostring(pinfo.dst)
      local d, opposite = direction(id, from), direction(id, to)
      local ack, ends = plain_number(tcp_ack), plain_number(tcp_next)
      local record, pos = {}, 0
      while pos < tvb:len() do
        local entry, problem = entry_at(d, opposite, tvb, pos, ack, ends)
        if not entry then
          if problem.more then
            record.waits = pos
            break
          end
          -- What is no unit of a response may still be a message.
          if next_unit(d, ack) ~= "response" then
            d.unit = nil
            entry = entry_at(d, opposite, tvb, pos, ack, ends)
              or {length = search(tvb, pos) - pos, skip = problem.text or "no message"}
          end
        end
        if entry then
          record[#record + 1] = entry
          pos = pos + entry.length
        end
      end
      return record
    end

    function proto.dissector(tvb, pinfo, tree)
      pinfo.cols.protocol = string.upper(name)
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
        show(entry, tvb, pos, tree, pinfo, names)
        pos = pos + entry.length
      end
      if #names > 0 then pinfo.cols.info = table.concat(names, ", ") end
      if record.waits then
        pinfo.desegment_offset = record.waits
        pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
      end
      return tvb:len()
    end

    function proto.init() directions, records = {}, {} end

    local function heuristic(tvb, pinfo, tree)
      if tvb:len() < head_length then return false end
      local length, problem = attempt(function(c, tree) parse(root, c, tree, nil, {}) end, tvb, 0)
      if not length and not problem.more then return false end
      if not has_head then return false end
      pinfo.conversation = proto
      proto.dissector(tvb, pinfo, tree)
      return true
    end

    DissectorTable.get("tcp.port"):add_for_decode_as(proto)
    for _, port in ipairs(ports) do DissectorTable.get("tcp.port"):add(port, proto) end
    -- Traffic on other ports is known by how messages begin.
    proto:register_heuristic("tcp", heuristic)

    """#
}
