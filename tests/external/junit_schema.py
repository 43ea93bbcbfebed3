"""Validates a JUnit report against a schema, with lxml (libxml2) and with xmlschema."""

import sys

import xmlschema
from lxml import etree

schema, report = sys.argv[1:]
with_lxml = etree.XMLSchema(etree.parse(schema))
document = etree.parse(report)
if not with_lxml.validate(document):
    sys.exit(f"lxml: {with_lxml.error_log}")
xmlschema.XMLSchema(schema).validate(report)
print(f"{len(document.findall('.//testcase'))} cases are valid")
