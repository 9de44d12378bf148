extension LuaRuntime {
  /// Reads fields, types and instances by the tables of `LuaPrinter`.
  static let fields = #"""
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
        local width = #t.bytes
        if place + width <= c.limit and raw(c, place, width) == t.bytes then
          return place - c.pos + (t.include and width or 0), place - c.pos + (t.consume and width or 0)
        end
        place = place + width
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

    local function check(field, s, c, value, node)
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
    -- Bits of the byte that `c` stands behind are left over until the next field that is not made of bits.
    function readers.bits(kind, field, s, c, tree)
      local value, from = 0, c.pos - ((c.left or 0) > 0 and 1 or 0)
      local taken = 0
      while taken < kind.bits do
        if (c.left or 0) == 0 then
          c.byte, c.left = take(c, 1):uint(), 8
        end
        local count = math.min(kind.bits - taken, c.left)
        local part
        if kind.big then
          part = math.floor(c.byte / 2 ^ (c.left - count)) % 2 ^ count
          value = add(mul(value, 2 ^ count), part)
        else
          part = math.floor(c.byte / 2 ^ (8 - c.left)) % 2 ^ count
          value = add(value, mul(part, kind.bits > 52 and shl(1, taken) or 2 ^ taken))
        end
        c.left, taken = c.left - count, taken + count
      end
      if kind.bits <= 52 then value = math.floor(number(value)) end
      if kind.boolean then value = value ~= 0 end
      local shown_value = value
      if kind.bits > 32 then shown_value = UInt64.new(big(value)) end
      return value, shown(tree, field, c.tvb(from, c.pos - from), shown_value)
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
      if field.pad then
        local last = #value
        while last > 0 and string.byte(value, last) == field.pad do last = last - 1 end
        value = string.sub(value, 1, last)
      end
      if field.inner then
        local width = #field.inner.bytes
        for place = 1, #value, width do
          if string.sub(value, place, place + width - 1) == field.inner.bytes then
            value = string.sub(value, 1, field.inner.include and place + width - 1 or place - 1)
            break
          end
        end
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
      if field.kind.read ~= "bits" and field.kind.read ~= "user" and field.kind.read ~= "choice" then c.left = 0 end
      local value, node = readers[field.kind.read](field.kind, field, s, c, tree)
      check(field, s, c, value, node)
      return value
    end

    local all

    -- A parsed instance: read where it says, once.
    local function place(instance, s, c, tree)
      local at = number(instance.pos(s, c))
      if at < 0 then fail("negative position " .. at, c) end
      local there = {tvb = c.tvb, start = c.start, pos = c.start + at, limit = c.limit, more = c.more}
      if there.pos > there.limit then need(c, there.pos - c.pos) end
      s[instance.name] = all(instance, s, there, tree)
      return s[instance.name]
    end

    -- An instance, computed when it is asked for; or a field.
    local function get(s, name)
      local instance = s._type.instances[name]
      if not instance then return s[name] end
      if instance.when and not instance.when(s, s._c) then return nil end
      if instance.pos then
        if s[name] == nil then place(instance, s, s._c, nil) end
        return s[name]
      end
      return instance.value(s, s._c)
    end

    local function show_instances(s, c, tree)
      for _, instance in ipairs(s._type.order) do
        local ok, value
        if instance.pos then
          if not instance.when or instance.when(s, c) then
            local problem
            ok, problem = pcall(place, instance, s, s._c, tree)
            if not ok and type(problem) == "table" and problem.more then error(problem) end
          end
        else
          ok, value = pcall(get, s, instance.name)
        end
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

    -- A field with all its repetitions.
    function all(field, s, c, tree)
      if not field.repeated then return element(field, s, c, tree, nil) end
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
      return list
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
        if not field.when or field.when(s, c) then s[field.name] = all(field, s, c, tree) end
      end
      show_instances(s, c, tree)
      return s
    end

    """#
}
