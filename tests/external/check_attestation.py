"""Reads an attestation with libraries of others: DSSE by securesystemslib, the statement by in-toto-attestation.

Usage: check_attestation.py ENVELOPE PUBLIC_KEY_PEM MANIFEST
"""

import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

envelope_file, key_file, manifest_file = map(pathlib.Path, sys.argv[1:])
envelope = Envelope.from_dict(json.loads(envelope_file.read_text()))
# The library takes any id for a key; ours is the SHA-256 of its SPKI and stands beside the signature.
key = SSlibKey.from_crypto(load_pem_public_key(key_file.read_bytes()), keyid=next(iter(envelope.signatures)))
envelope.verify([key], 1)
print("signed by", key.keyid)

assert envelope.payload_type == "application/vnd.in-toto+json", envelope.payload_type
payload = json.loads(envelope.payload)
# Both refuse members that the formats do not have.
statement = Statement.copy_from_pb(ParseDict(payload, StatementMessage()))
statement.validate()
result = ParseDict(payload["predicate"], TestResult())
for descriptor in result.configuration:
    ResourceDescriptor.copy_from_pb(descriptor).validate()

assert statement.pb.predicate_type == "https://in-toto.io/attestation/test-result/v0.1"
manifest = hashlib.sha256(manifest_file.read_bytes()).hexdigest()
assert {subject.digest["sha256"] for subject in statement.pb.subject} == {manifest}, "another manifest"
assert all(descriptor.digest for descriptor in result.configuration), "something without a digest"
print("result", result.result)
print("passed", *result.passed_tests)
print("warned", *result.warned_tests)
print("failed", *result.failed_tests)
print("configuration", *(descriptor.name for descriptor in result.configuration))
