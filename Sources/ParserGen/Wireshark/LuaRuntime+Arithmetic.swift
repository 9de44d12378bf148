extension LuaRuntime {
  /// Arithmetic on numbers, which in Lua 5.2 are doubles, and on Wireshark's UInt64 and Int64.
  static let arithmetic = #"""
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

    """#
}
