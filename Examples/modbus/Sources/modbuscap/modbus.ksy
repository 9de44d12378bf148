meta:
  id: modbus
  title: Modbus/TCP
  endian: be
  -stream: {transport: tcp, ports: [502], max-message: 260, initiator: request, responder: response}
  -program: {version: 0.1.0, title: Modbus, doc: 'Captures Modbus/TCP into a SQLite database, or into ClickHouse.'}
  -sql: {overview-queries: modbus.overview.sql}

doc: |
  What masters ask devices, and what these answer. Each message has a head that tells its length, so that what is wrong
  in one costs no other.
doc-ref:
  - https://www.modbus.org/docs/Modbus_Messaging_Implementation_Guide_V1_0b.pdf
  - https://www.modbus.org/docs/Modbus_Application_Protocol_V1_1b3.pdf

enums:
  function:
    0: {id: failure, doc: None that can be asked for; a message that says what is wrong}
    1: {id: read_coils, doc: Reads outputs of one bit}
    2: {id: read_discrete_inputs, doc: Reads inputs of one bit}
    3: {id: read_holding_registers, doc: Reads outputs of 16 bits}
    4: {id: read_input_registers, doc: Reads inputs of 16 bits}
    5: {id: write_single_coil, doc: Sets an output of one bit}
    6: {id: write_single_register, doc: Sets an output of 16 bits}
    7: {id: read_exception_status, doc: Reads eight bits of the device's state}
    8: {id: diagnostics, doc: Tests the connection and the device}
    11: {id: get_comm_event_counter, doc: Reads how many messages were done}
    12: {id: get_comm_event_log, doc: Reads what happened on the line}
    15: {id: write_multiple_coils, doc: Sets several outputs of one bit}
    16: {id: write_multiple_registers, doc: Sets several outputs of 16 bits}
    17: {id: report_server_id, doc: Reads what the device is}
    20: {id: read_file_record, doc: Reads records of files}
    21: {id: write_file_record, doc: Writes records of files}
    22: {id: mask_write_register, doc: Changes some bits of an output of 16 bits}
    23: {id: read_write_multiple_registers, doc: 'Sets several outputs of 16 bits, then reads some'}
    24: {id: read_fifo_queue, doc: Reads a queue of registers}
    43: {id: encapsulated_interface, doc: 'Carries other protocols, and tells what the device is'}
  exception_code:
    1: {id: illegal_function, doc: The device has no such function}
    2: {id: illegal_data_address, doc: The device has not all that was asked for}
    3: {id: illegal_data_value, doc: The request cannot mean this}
    4: {id: server_device_failure, doc: The device failed}
    5: {id: acknowledge, doc: It will take long}
    6: {id: server_device_busy, doc: The device does something that takes long}
    8: {id: memory_parity_error, doc: A file of the device is damaged}
    10: {id: gateway_path_unavailable, doc: The gateway has no way to the device}
    11: {id: gateway_target_failed, doc: The device does not answer the gateway}

types:
  request:
    doc: What a master asks for.
    -stream: {answered-by: response, match: head.transaction}
    -sql: {summary: 'unit {head.unit} transaction {head.transaction} {body}'}
    seq:
      - {id: head, type: head}
      - {id: function, type: u1, enum: function, doc: What is to be done.}
      - id: body
        size: head.length - 2
        doc: By function.
        type:
          switch-on: function
          cases:
            'function::read_coils': read_request
            'function::read_discrete_inputs': read_request
            'function::read_holding_registers': read_request
            'function::read_input_registers': read_request
            'function::write_single_coil': single_write
            'function::write_single_register': single_write
            'function::diagnostics': diagnostics
            'function::write_multiple_coils': write_coils_request
            'function::write_multiple_registers': write_registers_request
            'function::mask_write_register': mask_write
            'function::read_write_multiple_registers': read_write_request
  response:
    doc: What a device answers.
    -stream: {match: head.transaction}
    -sql: {summary: 'unit {head.unit} transaction {head.transaction} {is_exception ? "exception" : ""} {body}'}
    seq:
      - {id: head, type: head}
      - {id: is_exception, type: b1, doc: Whether the request could not be done.}
      - {id: function, type: b7, enum: function, doc: That of the request.}
      - id: body
        size: head.length - 2
        doc: By function.
        type:
          switch-on: 'is_exception ? function::failure : function'
          cases:
            'function::failure': exception
            'function::read_coils': bits_response
            'function::read_discrete_inputs': bits_response
            'function::read_holding_registers': registers_response
            'function::read_input_registers': registers_response
            'function::read_write_multiple_registers': registers_response
            'function::write_single_coil': single_write
            'function::write_single_register': single_write
            'function::diagnostics': diagnostics
            'function::write_multiple_coils': write_response
            'function::write_multiple_registers': write_response
            'function::mask_write_register': mask_write

  head:
    doc: The same in both directions.
    seq:
      - {id: transaction, type: u2, doc: Chosen by the master; the answer repeats it.}
      - {id: protocol, type: u2, valid: 0, -sql: none, doc: 0 for Modbus.}
      - {id: length, type: u2, valid: {min: 2, max: 254}, -sql: none, doc: 'Bytes that follow, with that of the unit.'}
      - {id: unit, type: u1, doc: The device behind a gateway.}

  read_request:
    doc: Asks for coils, inputs or registers.
    seq:
      - {id: address, type: u2, doc: Of the first.}
      - {id: count, type: u2, valid: {min: 1, max: 2000}, doc: How many.}
  bits_response:
    doc: The bits that were asked for.
    -sql: {summary: 'bits {bits}'}
    seq:
      - {id: len_bits, type: u1, -sql: none}
      - {id: bits, size: len_bits, doc: 'Eight in a byte, the first the lowest of the first.'}
  registers_response:
    doc: The registers that were asked for.
    -sql: {summary: '{values.size} values {values}'}
    seq:
      - {id: byte_count, type: u1, -sql: none}
      - {id: values, type: u2, repeat: expr, repeat-expr: byte_count / 2, doc: Of each register.}
  single_write:
    doc: Sets a coil or a register; the answer is the same.
    seq:
      - {id: address, type: u2, doc: What is set.}
      - {id: value, type: u2, doc: 'To what; 0xff00 and 0 turn a coil on and off.'}
  write_coils_request:
    doc: Sets several coils.
    seq:
      - {id: address, type: u2, doc: Of the first.}
      - {id: count, type: u2, valid: {min: 1, max: 1968}, doc: How many.}
      - {id: len_bits, type: u1, -sql: none}
      - {id: bits, size: len_bits, doc: 'Eight in a byte, the first the lowest of the first.'}
  write_registers_request:
    doc: Sets several registers.
    seq:
      - {id: address, type: u2, doc: Of the first.}
      - {id: count, type: u2, valid: {min: 1, max: 123}, doc: How many.}
      - {id: byte_count, type: u1, -sql: none}
      - {id: values, type: u2, repeat: expr, repeat-expr: byte_count / 2, doc: Of each register.}
  write_response:
    doc: What has been set.
    seq:
      - {id: address, type: u2, doc: Of the first.}
      - {id: count, type: u2, doc: How many.}
  mask_write:
    doc: 'Sets a register to (its value & and_mask) | (or_mask & ~and_mask); the answer is the same.'
    seq:
      - {id: address, type: u2, doc: The register.}
      - {id: and_mask, type: u2, doc: Bits that stay.}
      - {id: or_mask, type: u2, doc: What the others become.}
  read_write_request:
    doc: Sets some registers, then asks for some.
    seq:
      - {id: read_address, type: u2, doc: Of the first that is asked for.}
      - {id: read_count, type: u2, valid: {min: 1, max: 125}, doc: How many are asked for.}
      - {id: write_address, type: u2, doc: Of the first that is set.}
      - {id: write_count, type: u2, valid: {min: 1, max: 121}, doc: How many are set.}
      - {id: byte_count, type: u1, -sql: none}
      - {id: values, type: u2, repeat: expr, repeat-expr: byte_count / 2, doc: What they are set to.}
  diagnostics:
    doc: A test; the answer to most is the same.
    seq:
      - {id: test, type: u2, doc: Which.}
      - {id: data, size-eos: true, doc: By test.}
  exception:
    doc: Why a request cannot be done.
    -sql: {summary: '{code}'}
    seq:
      - {id: code, type: u1, enum: exception_code, -sql: {column: exception_code}, doc: What is wrong.}
