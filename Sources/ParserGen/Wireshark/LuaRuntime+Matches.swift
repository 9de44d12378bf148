extension LuaRuntime {
  /// Finds requests and answers that have a key in common.
  static let matches = #"""
    -- Requests and answers that have a key in common. `entry` is a message that is shown, whenever that is.

    -- A request that is sent again is the same for so many seconds.
    local repetition = 60
    local requests = {}

    -- What a message answers and waits for, by the first key that is there: its own, or that of a field.
    local function match_of(message, root)
      local parts = {message}
      for _, field in ipairs(types[root].fields) do parts[#parts + 1] = message[field.name] end
      for _, part in ipairs(parts) do
        local conversation = type(part) == "table" and part._type and part._type.conversation
        local match = conversation and conversation.match
        local is_there, key = pcall(match and match.key or function() end, part)
        if is_there and key ~= nil then
          local answers, awaits = match.answers, match.awaits
          if match.when then
            local is_known, is_request = pcall(match.when, part)
            if not (is_known and is_request) then
              awaits = nil
            elseif answers == awaits then
              answers = nil
            end
          end
          local text = type(key) == "number" and string.format("%.0f", key) or tostring(key)
          return {key = text, answers = answers, awaits = awaits}
        end
      end
    end

    -- `sides` are the sender and the receiver, as far as they are told apart; `way` is the direction of a flow.
    local function link(entry, message, sides, way, pinfo, bytes)
      local match = match_of(message, entry.root)
      if not match then return end
      entry.frame, entry.time, entry.way = pinfo.number, pinfo.rel_ts, way
      local function place(sender, receiver, type) return table.concat({sender, receiver, type, match.key}, " ") end
      if match.answers then
        local there = place(sides[2], sides[1], match.answers)
        local request = requests[there]
        if request and request.way ~= way then
          requests[there] = nil
          request.bytes = nil
          entry.request, request.answer = request, entry
        end
      end
      -- Of a type that answers itself, a message that answers is no request.
      if match.awaits and not (entry.request and match.answers == match.awaits) then
        local there = place(sides[1], sides[2], match.awaits)
        local former = requests[there]
        -- Of the same request the first counts, of others with its key the last.
        if not (former and former.bytes == bytes and entry.time - former.time <= repetition) then
          if former then former.bytes = nil end
          entry.bytes = bytes
          requests[there] = entry
        end
      end
    end

    local function show_links(entry, node)
      if entry.request then
        node:add(match_fields.request, entry.request.frame):set_generated()
        local delay = math.floor((entry.time - entry.request.time) * 1000000 + 0.5)
        local seconds = math.floor(delay / 1000000)
        local time = NSTime.new(seconds, (delay - seconds * 1000000) * 1000)
        node:add(match_fields.time, time):set_generated()
      end
      if entry.answer then node:add(match_fields.answer, entry.answer.frame):set_generated() end
    end

    """#
}
