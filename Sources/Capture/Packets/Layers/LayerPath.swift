/// What a frame has been unpacked from on its way to a segment.
struct LayerPath {
  private(set) var encapsulations: Encapsulation.Set = []
  /// The identifiers of the virtual networks around the packet, hashed in their order; 0 for none. The same addresses
  /// in two of them are different hosts.
  private(set) var tunnel: UInt64 = 0

  mutating func note(_ encapsulation: Encapsulation) { encapsulations.insert(encapsulation) }

  mutating func enter(_ encapsulation: Encapsulation, network: UInt32) {
    note(encapsulation)
    tunnel = ((tunnel ^ UInt64(encapsulation.rawValue) << 32 ^ UInt64(network)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
  }
}
