#!/usr/bin/env bash
# Expected: without strict mode, pydantic-ai hands a parameter of type object to the model as it is,
# so that the model may fill in any fields.
# Seen: pydantic-ai-slim 2.68.0 adds "properties": {} and "additionalProperties": false for OpenAI
# models also when the tool is not strict, so the parameter can hold nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'pydantic-ai-slim[openai]==2.68.0'
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen.txt"
import json
from importlib.metadata import version

from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer

schema = {
    "type": "object",
    "properties": {"berth": {"type": "object", "description": "Any fields of the berth"}},
    "required": ["berth"],
    "additionalProperties": False,
}
transformer = OpenAIJsonSchemaTransformer(schema, strict=None)
berth = transformer.walk()["properties"]["berth"]
print("pydantic-ai-slim", version("pydantic-ai-slim"))
print("strict:", transformer.is_strict_compatible)
print(json.dumps(berth))
PYTHON
grep -q '^strict: False$' "$folder/seen.txt"
grep -q '"properties": {}, "additionalProperties": false' "$folder/seen.txt"
