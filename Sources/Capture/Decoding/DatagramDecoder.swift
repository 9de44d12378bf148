import ParserRuntime

/// Decodes the datagrams of a flow into messages.
///
/// A datagram begins with a message and holds whole ones, so nothing is put together and nothing is searched for: what
/// cannot be parsed costs its own datagram only. What follows a message by `-stream` is for streams, and not looked for;
/// requests and answers that are messages find each other by their keys.
final class DatagramDecoder: DatagramConsumer {
  private let flow: Int64
  private let output: DecodingOutput
  /// What each direction speaks: there are no states, since datagrams may come in another order.
  private let formats: Directions<any MessageFormat.Type>
  @exclusivity(unchecked) private var exchange: Exchange
  /// Of each direction what the latest datagrams held that is no message, told when something else comes.
  @exclusivity(unchecked) private var refused: Directions<Refusal?> = [nil, nil]

  /// - Parameters:
  ///   - flow: the row's id in `flow`.
  ///   - exchange: finds what messages answer.
  init(flow: Int64, output: DecodingOutput, exchange: Exchange) {
    self.flow = flow
    self.output = output
    self.exchange = exchange
    formats = Directions { output.states[0].format($0) }
  }

  /// Bytes of datagrams in a row that fail in the same way: what never was of the protocol makes a row, not one for each
  /// datagram.
  private struct Refusal {
    var error: ParseError
    var path: String
    var time: Int64
    var offset: Int64
    var length: Int64
    var datagrams = 1

    func isLike(_ error: ParseError) -> Bool { self.error.kind == error.kind && self.error.field == error.field }

    var detail: String {
      datagrams == 1 ? error.description : "\(error.description); likewise in \(datagrams - 1) more datagrams after it"
    }
  }

  // MARK: DatagramConsumer

  func receive(_ datagram: Datagram, direction: Int, offset: Int64) {
    let place = Place(datagram: datagram, direction: direction, offset: offset)
    var used = 0
    while used < datagram.payload.count {
      guard let length = decode(from: used, place) else { break }
      used += length
      if output.info.datagramContent == .one {
        tellTrailing(from: used, place)
        break
      }
    }
    if datagram.missing > 0 { tellMissing(place) }
    output.handOnIfFull()
  }

  func end() {
    for direction in 0...1 { tellRefused(direction) }
    output.handOnIfFull()
  }

  // MARK: Messages

  /// A datagram, and where it is.
  private struct Place {
    let datagram: Datagram
    let direction: Int
    /// Of the payload's first byte in the direction's stream.
    let offset: Int64
  }

  /// - Returns: The length of the message that begins at `used`; nil where there is none.
  private func decode(from used: Int, _ place: Place) -> Int? {
    let (datagram, offset) = (place.datagram, place.offset + Int64(used))
    let bytes = UnsafeRawBufferPointer(rebasing: datagram.payload[used...])
    let envelope = Envelope(flow: flow, direction: place.direction, time: datagram.time, streamOffset: offset)
    var reader = ByteReader(bytes, isComplete: datagram.missing == 0)
    reader.isDatagram = true
    do throws(ParseError) {
      let message: DecodedMessage
      if output.observer == nil {
        message = try formats[place.direction].decode(&reader, envelope, into: output.rows)
      } else {
        output.tree.removeAll()
        message = try formats[place.direction].trace(&reader, envelope, tree: &output.tree, into: nil)
      }
      tellRefused(place.direction)
      let whole = UnsafeRawBufferPointer(rebasing: bytes[..<reader.position])
      let counterparts = output.match(message, envelope, whole, in: &exchange)
      output.counts.messages.count(message.kind)
      output.bytes(whole, ofMessage: message.id)
      for issue in reader.issues { output.issue(issue, of: message.id, envelope) }
      if let observer = output.observer {
        var unit = unit(.message(output.info.messageKinds[message.kind]), whole, offset, place, output.tree)
        unit.counterparts = counterparts
        for issue in reader.issues { observer.violated(issue, unit) }
        observer.parsed(unit)
      }
      return reader.position
    } catch {
      refuse(error, bytes, offset, place)
      return nil
    }
  }

  private func unit(
    _ kind: DecodedUnit.Kind, _ bytes: UnsafeRawBufferPointer, _ offset: Int64, _ place: Place, _ tree: FieldTree
  ) -> DecodedUnit {
    var fields = tree
    fields.closeAll()
    return DecodedUnit(
      kind: kind, flow: flow, direction: place.direction, offset: offset, frame: place.datagram.frame,
      time: place.datagram.time, bytes: bytes, fields: fields)
  }

  // MARK: What is no message

  private func refuse(_ error: ParseError, _ bytes: UnsafeRawBufferPointer, _ offset: Int64, _ place: Place) {
    output.counts.skippedBytes += Int64(bytes.count)
    let isCut = if case .needsMoreBytes = error.reason { true } else { false }
    guard !isCut else {
      tellRefused(place.direction)
      return tell(
        "incomplete", place, at: offset, length: bytes.count, "bytes are missing after this part of a message")
    }
    if output.observer == nil, refused[place.direction]?.isLike(error) == true {
      refused[place.direction]?.length += Int64(bytes.count)
      refused[place.direction]?.datagrams += 1
      return
    }
    tellRefused(place.direction)
    // Parsed once more, watched: only now the field's path is of interest.
    var tree = FieldTree()
    var reader = ByteReader(bytes, isComplete: true)
    reader.isDatagram = true
    var path = error.field
    do throws(ParseError) { try formats[place.direction].trace(&reader, tree: &tree) } catch {
      path = tree.path(error.field)
    }
    refused[place.direction] = Refusal(
      error: error, path: path, time: place.datagram.time, offset: offset, length: Int64(bytes.count))
    output.observer?.failed(
      UnitFailure(
        unit: unit(.message(nil), bytes, offset, place, tree), kind: error.kind, path: path, detail: error.description,
        offset: error.offset))
  }

  /// Tells what the latest datagrams of a direction held that is no message.
  private func tellRefused(_ direction: Int) {
    guard let refusal = refused[direction] else { return }
    refused[direction] = nil
    output.issue(
      DecodeIssue(
        flow: flow, direction: direction, message: nil, time: refusal.time, streamOffset: refusal.offset,
        length: refusal.length, kind: refusal.error.kind, path: refusal.path, detail: refusal.detail))
  }

  /// Tells bytes behind the only message of a datagram.
  private func tellTrailing(from used: Int, _ place: Place) {
    let count = place.datagram.payload.count - used
    guard count > 0 else { return }
    output.counts.skippedBytes += Int64(count)
    tell("trailing", place, at: place.offset + Int64(used), length: count, "bytes behind the message of a datagram")
  }

  /// Tells what the snapshot length has cut off.
  private func tellMissing(_ place: Place) {
    tellRefused(place.direction)
    let (count, datagram) = (place.datagram.missing, place.datagram)
    output.counts.lostBytes += Int64(count)
    tell(
      "gap", place, at: place.offset + Int64(datagram.payload.count), length: count,
      "\(count) bytes are not in the capture")
    output.event(flow: flow, direction: place.direction, time: datagram.time, "gap of \(count) bytes")
  }

  private func tell(_ kind: String, _ place: Place, at offset: Int64, length: Int, _ detail: String) {
    output.issue(
      DecodeIssue(
        flow: flow, direction: place.direction, message: nil, time: place.datagram.time, streamOffset: offset,
        length: Int64(length), kind: kind, detail: detail))
  }
}
