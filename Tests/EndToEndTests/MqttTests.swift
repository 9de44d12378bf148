import Foundation
import Testing

/// The example package for MQTT, with mosquitto and its clients, and tshark's dissector as the judge.
extension AuthorPackageTests {
  /// What tshark shows of packets, and the same in the example's tables, in the order of each direction's packets: `m` is
  /// the message, `p` the table with the value.
  private static let judged: [(fields: [String], table: String, value: String)] = [
    (["mqtt.msgtype"], "message", "p.type"), (["mqtt.ver"], "message", "p.level"),
    (["mqtt.clientid"], "connect", "p.client"), (["mqtt.kalive"], "connect", "p.keep_alive"),
    (["mqtt.willtopic"], "connect", "p.will_topic"), (["mqtt.willmsg"], "connect", "lower(p.will)"),
    (["mqtt.username"], "connect", "p.user"),
    (["mqtt.conack.val", "mqtt.connack.reason_code"], "connack", "p.reason"),
    (["mqtt.topic"], "publish", "p.topic"), (["mqtt.msg"], "publish", "lower(p.payload)"),
    (["mqtt.sub.qos", "mqtt.subscription_options_qos"], "subscription", "p.options & 3"),
    (["mqtt.suback.qos", "mqtt.suback.reason_code", "mqtt.unsuback.reason_code"], "suback", "nullif(p.reasons, '')"),
    (["mqtt.msgid"], "publish", "p.packet"), (["mqtt.property_id"], "property", "printf('0x%02x', p.name)"),
    (["mqtt.prop_key"], "property", "p.key"), (["mqtt.prop_value"], "property", "iif(p.key IS NULL, NULL, p.text)"),
    (["mqtt.prop_string"], "property", "iif(p.key IS NULL AND p.name <> 3, p.text, NULL)"),
    (["mqtt.property.content_type"], "property", "iif(p.name = 3, p.text, NULL)"),
  ]
  /// Tables that have the same values as those above.
  private static let others = [
    "mqtt.topic": ["subscription", "unsubscription"],
    "mqtt.msgid": ["acknowledgement", "subscribe", "suback", "unsubscribe"],
  ]

  /// Clients of all versions publish and subscribe. Messages are retained, so that nobody has to wait for anybody.
  private static let clients = """
    set -e
    until mosquitto_pub -i first -t garden/first -m here 2>/dev/null; do sleep 0.1; done
    for version in mqttv31 mqttv311 mqttv5; do
      to="-V $version -k 30 -i $version -u somebody -P secret"
      for qos in 0 1 2; do
        mosquitto_pub $to -t garden/$version/$qos -q $qos -r -m "21.5 degrees, $(seq -s ' ' 1 $((qos * 60 + 1)))"
      done
      mosquitto_pub $to -t garden/$version/will -q 1 -r -m bye --will-topic garden/wills --will-payload gone --will-qos 1
      mosquitto_sub $to -t "garden/$version/#" -t garden/none -U garden/former -q 2 -C 4 -W 60 > /dev/null
    done
    mosquitto_pub -V mqttv5 -i properties -t garden/more -m more -q 1 -D connect session-expiry-interval 60 \\
      -D publish content-type text/plain -D publish user-property key value -D publish message-expiry-interval 3600 \\
      -D publish response-topic garden/answers -D publish payload-format-indicator 1
    """

  @Test(.enabled(if: Cable.isPossible))
  func `the example package shows of MQTT what tshark shows`() throws {
    let program = try AuthorPackage(Place.root.appending(path: "Examples/mqtt")).build(product: "mqttcap")
    let folder = try TemporaryFolder()
    let conversation = try LiveConversation(program, in: folder)
    let (capture, database) = (conversation.capture, conversation.database)
    try conversation.start(["mosquitto", "-p", "1883"])
    _ = try conversation.run(["bash", "-c", Self.clients])
    // The last of the last client.
    try conversation.end(
      when: """
        SELECT count(*) FROM message d JOIN message m ON m.flow_id = d.flow_id JOIN connect c ON c.packet_id = m.id
        WHERE d.type = 14 AND c.client = 'properties'
        """, is: 1)

    let reader = try Database(database)
    #expect(try reader.values("SELECT kind || ' ' || path || ' ' || detail FROM decode_issue") == [])
    #expect(try reader.values("SELECT DISTINCT level FROM message WHERE level ORDER BY 1") == ["3", "4", "5"])

    let keys = ["tcp.srcport", "tcp.dstport"] + Self.judged.flatMap(\.fields)
    let shark = try run(
      URL(filePath: "/usr/bin/env"),
      ["tshark", "-r", capture, "-Y", "mqtt", "-T", "fields"] + keys.flatMap { ["-e", $0] })
    try #require(shark.status == 0, "\(shark.errors)")
    let rows = shark.output.split(separator: "\n").map { line in
      Dictionary(
        uniqueKeysWithValues: zip(keys, line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)))
    }
    #expect(rows.count > 100)
    for (fields, table, value) in Self.judged {
      var judgement: [String: [String]] = [:]
      for row in rows {
        // Clients have ports of their own. Attempts before the server listens are no connections.
        let place = row["tcp.dstport"] == "1883" ? "\(row["tcp.srcport"] ?? "") 0" : "\(row["tcp.dstport"] ?? "") 1"
        let values = fields.flatMap { (row[$0] ?? "").split(separator: ",").map(String.init) }
        judgement[place, default: []] += values
      }
      judgement = judgement.filter { !$0.value.isEmpty }
      let tables = [table] + (Self.others[fields[0]] ?? [])
      let found = try stored(reader, tables, value)
      #expect(found == judgement && !found.isEmpty, "\(fields)")
    }
    try checkAnswers(reader)
    let console = try ConsoleProcess(["serve", "--database", database], folder: folder, program: program.path)
    let topics = try #require(try Self.overview(of: console).first)
    let most = try #require(topics.rows.first)
    #expect(topics.title == "Topics with most messages" && topics.rows.count > 10)
    let messages = try console.post("/api/v1/ask", ["question": "messages", "filter": ["where": most[2]]])
    #expect(try messages.rows.count == most[1] as? Int, "\(most)")
    let report = try run(program, ["validate", capture])
    #expect(report.status == 0, "\(report.output)")
  }

  /// What is to be acknowledged is, by a packet of its number and the right type, and nothing else is.
  private func checkAnswers(_ reader: Database) throws {
    let pairs = try reader.values(
      """
      SELECT q.type || ' ' || iif(q.type = 3, q.qos, '') || ' ' || a.type FROM message_answer w
      JOIN message q ON q.id = w.request_message_id JOIN message a ON a.id = w.message_id
      WHERE q.flow_id = a.flow_id AND q.direction <> a.direction AND w.delay_us = a.time_us - q.time_us
      """
    ).compactMap(\.self)
    #expect(try pairs.count == reader.count("SELECT count(*) FROM message_answer"))
    // PUBLISH by PUBACK or PUBREC, PUBREL by PUBCOMP, SUBSCRIBE by SUBACK, UNSUBSCRIBE by UNSUBACK.
    #expect(Set(pairs) == ["3 1 4", "3 2 5", "6  7", "8  9", "10  11"])
    let requests = try reader.count("SELECT count(*) FROM message WHERE type IN (6, 8, 10) OR type = 3 AND qos > 0")
    #expect(pairs.count == requests)
    let other = try reader.count(
      """
      SELECT count(*) FROM message_answer w JOIN publish p ON p.packet_id = w.request_message_id
      JOIN acknowledgement a ON a.packet_id = w.message_id WHERE a.packet <> p.packet
      """)
    #expect(other == 0)
  }

  /// The values of each direction of each connection, in their order.
  private func stored(_ database: Database, _ tables: [String], _ value: String) throws -> [String: [String]] {
    let parts = tables.map { table in
      let key = table == "message" ? "p.id" : "p.packet_id"
      return "SELECT \(key) AS message, p.id AS row, \(value) AS value FROM \(table) p"
    }
    let rows = try database.rows(
      """
      SELECT f.srcport || ' ' || m.direction AS place, value FROM (\(parts.joined(separator: " UNION ALL "))) v
      JOIN message m ON m.id = v.message JOIN flow f ON f.id = m.flow_id WHERE value IS NOT NULL ORDER BY m.id, v.row
      """)
    var found: [String: [String]] = [:]
    for row in rows {
      guard case .some(.some(let place)) = row["place"], case .some(.some(let value)) = row["value"] else { continue }
      found[place, default: []] += value.split(separator: ",").map(String.init)
    }
    return found
  }
}
