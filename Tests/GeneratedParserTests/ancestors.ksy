meta: {id: ancestors, endian: le, imports: [/common]}
doc: What types know of their ancestors, parameters, recursion, imports.
seq:
  - {id: header, type: header}
  - {id: outer, type: outer}
  - {id: tree, type: node}
  - {id: shared, type: common}
  - {id: point, type: 'common::point(header.count)'}
types:
  header: {seq: [{id: count, type: u1}]}
  outer:
    seq:
      - {id: width, type: u1}
      - {id: inner, type: 'inner(width + 1, header_copy.count)'}
      - {id: other, type: other}
    instances:
      header_copy: {value: _root.header}
      doubled: {value: _parent.header.count * 2}
    types:
      inner:
        params: [{id: extra, type: u1}, {id: again, type: u1}]
        seq:
          - {id: items, type: item, repeat: expr, repeat-expr: _root.header.count}
          - {id: padding, size: extra}
        types:
          item:
            seq: [{id: data, size: _parent._parent.width}]
            instances:
              siblings: {value: _root.header.count + _parent.again}
      other:
        seq: [{id: wide, type: u2, if: _parent.inner.items.size > 1}]
        instances: {of_parent: {value: _parent.doubled}}
  node:
    doc: A tree.
    seq:
      - {id: value, type: u1}
      - {id: child_count, type: u1}
      - {id: children, type: node, repeat: expr, repeat-expr: child_count}
