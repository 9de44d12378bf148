meta:
  id: java_class
  title: Java class file
  file-extension: class
  xref:
    mime: application/java-vm
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc: |
  A class as compilers write it. Names, types and constants are in one pool; everything else refers to its entries
  by numbers from 1 on.
doc-ref: https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html
seq:
  - {id: magic, contents: [0xca, 0xfe, 0xba, 0xbe]}
  - {id: version_minor, type: u2}
  - {id: version_major, type: u2, valid: {min: 45}, doc: '44 more than the version of Java, from 5 on.'}
  - {id: num_constants, type: u2, valid: {min: 1}, doc: 'One more than there are: the first number is 1.'}
  - id: constants
    type: 'constant(_index == 0 ? false : constants[_index - 1].is_wide)'
    repeat: expr
    repeat-expr: num_constants - 1
  - {id: access, type: access_flags}
  - {id: this_class, type: u2}
  - {id: super_class, type: u2, doc: '0 in java.lang.Object only.'}
  - {id: num_interfaces, type: u2}
  - {id: interfaces, type: u2, repeat: expr, repeat-expr: num_interfaces}
  - {id: num_fields, type: u2}
  - {id: fields, type: member, repeat: expr, repeat-expr: num_fields}
  - {id: num_methods, type: u2}
  - {id: methods, type: member, repeat: expr, repeat-expr: num_methods}
  - {id: num_attributes, type: u2}
  - {id: attributes, type: attribute, repeat: expr, repeat-expr: num_attributes}
instances:
  name:
    value: constants[this_class - 1].content.as<constant::reference>.text
  super_name:
    value: constants[super_class - 1].content.as<constant::reference>.text
    if: super_class != 0
types:
  constant:
    params:
      - {id: is_second_half, type: bool, doc: Of a long or a double. These take two numbers.}
    seq:
      - {id: tag, type: u1, enum: tag, valid: {in-enum: true}, if: not is_second_half}
      - id: content
        type:
          switch-on: tag
          cases:
            'tag::utf8': utf8
            'tag::integer': s4
            'tag::float': f4
            'tag::long': s8
            'tag::double': f8
            'tag::class': reference
            'tag::string': reference
            'tag::method_type': reference
            'tag::module': reference
            'tag::package': reference
            'tag::field': pair
            'tag::method': pair
            'tag::interface_method': pair
            'tag::name_and_type': pair
            'tag::dynamic': pair
            'tag::invoke_dynamic': pair
            'tag::method_handle': method_handle
        if: not is_second_half
    instances:
      is_wide:
        value: not is_second_half and (tag == tag::long or tag == tag::double)
    types:
      utf8:
        doc: Of another form than UTF-8 beyond the basic plane, and for U+0000.
        seq:
          - {id: len_value, type: u2}
          - {id: value, type: str, size: len_value, encoding: UTF-8}
      reference:
        seq:
          - {id: index, type: u2}
        instances:
          text:
            value: _root.constants[index - 1].content.as<utf8>.value
      pair:
        doc: A class, or a bootstrap method, with a name and type; or a name with a type.
        seq:
          - {id: first, type: u2}
          - {id: second, type: u2}
      method_handle:
        seq:
          - {id: kind, type: u1, valid: {min: 1, max: 9}}
          - {id: index, type: u2}
  text_at:
    params:
      - {id: index, type: u2}
    instances:
      value:
        value: _root.constants[index - 1].content.as<constant::utf8>.value
  access_flags:
    doc: What some of the bits mean depends on what they are of.
    seq:
      - {id: is_module, type: b1}
      - {id: is_enum, type: b1}
      - {id: is_annotation, type: b1}
      - {id: is_synthetic, type: b1}
      - {id: is_strict, type: b1}
      - {id: is_abstract, type: b1}
      - {id: is_interface, type: b1}
      - {id: is_native, type: b1}
      - {id: is_transient, type: b1, doc: Has variable arguments where it is a method.}
      - {id: is_volatile, type: b1, doc: A bridge where it is a method.}
      - {id: is_super, type: b1, doc: Synchronized where it is a method.}
      - {id: is_final, type: b1}
      - {id: is_static, type: b1}
      - {id: is_protected, type: b1}
      - {id: is_private, type: b1}
      - {id: is_public, type: b1}
  member:
    doc: A field or a method.
    seq:
      - {id: access, type: access_flags}
      - {id: name_index, type: u2}
      - {id: descriptor_index, type: u2}
      - {id: num_attributes, type: u2}
      - {id: attributes, type: attribute, repeat: expr, repeat-expr: num_attributes}
    instances:
      name:
        type: text_at(name_index)
      descriptor:
        type: text_at(descriptor_index)
  attribute:
    seq:
      - {id: name_index, type: u2}
      - {id: len_body, type: u4}
      - id: body
        size: len_body
        type:
          switch-on: name.value
          cases:
            '"Code"': code
            '"ConstantValue"': constant_value
            '"Exceptions"': exceptions
            '"LineNumberTable"': line_numbers
            '"SourceFile"': source_file
    instances:
      name:
        type: text_at(name_index)
  constant_value:
    seq:
      - {id: index, type: u2}
    instances:
      constant:
        value: _root.constants[index - 1]
  source_file:
    seq:
      - {id: index, type: u2}
    instances:
      name:
        type: text_at(index)
  exceptions:
    seq:
      - {id: num_classes, type: u2}
      - {id: classes, type: u2, repeat: expr, repeat-expr: num_classes}
  line_numbers:
    seq:
      - {id: num_lines, type: u2}
      - {id: lines, type: line, repeat: expr, repeat-expr: num_lines}
    types:
      line:
        seq:
          - {id: ofs_code, type: u2}
          - {id: number, type: u2}
  code:
    seq:
      - {id: max_stack, type: u2}
      - {id: num_variables, type: u2}
      - {id: len_code, type: u4, valid: {min: 1, max: 0xffff}}
      - {id: code, size: len_code}
      - {id: num_handlers, type: u2}
      - {id: handlers, type: handler, repeat: expr, repeat-expr: num_handlers}
      - {id: num_attributes, type: u2}
      - {id: attributes, type: attribute, repeat: expr, repeat-expr: num_attributes}
    types:
      handler:
        seq:
          - {id: ofs_start, type: u2}
          - {id: ofs_end, type: u2}
          - {id: ofs_handler, type: u2}
          - {id: caught_class, type: u2, doc: 0 for all.}
enums:
  tag:
    1: utf8
    3: integer
    4: float
    5: long
    6: double
    7: class
    8: string
    9: field
    10: method
    11: interface_method
    12: name_and_type
    15: method_handle
    16: method_type
    17: dynamic
    18: invoke_dynamic
    19: module
    20: package
