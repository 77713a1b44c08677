#!/usr/bin/python3
"""Validates JSON against the MQTT contract's schemas (JSON Schema 2020-12). Needs Debian's python3-jsonschema.

  validate.py SCHEMA FILE…     each file is one document
  validate.py SCHEMA -         each line of stdin is one document
  validate.py - -              each line of stdin is: schema, tab, document
  validate.py --schemas        checks the schemas themselves
  validate.py --asyncapi FILE  the message schemas that an AsyncAPI file names, one per line, after resolving every reference

SCHEMA is a name in the contract's schemas folder (order, answer, …) or the path of a schema file. One line per document
that fails is printed: file or line number, JSON path, message. Exit code 0: all valid; 1: some are not; 2: wrong use.
"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("jsonschema is missing: install the Debian package python3-jsonschema and use /usr/bin/python3")

if not hasattr(jsonschema, "Draft202012Validator"):
    sys.exit("this jsonschema does not know JSON Schema 2020-12: Debian 12's python3-jsonschema (4.10) does")


def contract_folder():
    for folder in pathlib.Path(__file__).resolve().parents:
        if (folder / "edge-host/contract/schemas").is_dir():
            return folder / "edge-host/contract"
    sys.exit("the folder edge-host/contract is not above this script")


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("the same key twice in one object")
    return dict(pairs)


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse(text):
    return json.loads(text, object_pairs_hook=no_duplicates, parse_constant=refuse_constant)


class Schemas:
    def __init__(self):
        self.folder = contract_folder() / "schemas"
        self.store = {}
        for path in sorted(self.folder.glob("*.schema.json")):
            schema = parse(path.read_text("utf-8"))
            self.store[schema["$id"]] = schema
        self.made = {}

    def validator(self, name):
        if name not in self.made:
            path = pathlib.Path(name) if name.endswith(".json") else self.folder / f"{name}.schema.json"
            if not path.is_file():
                sys.exit(f"no schema {name}")
            schema = parse(path.read_text("utf-8"))
            resolver = jsonschema.RefResolver(schema.get("$id", ""), schema, store=self.store)
            self.made[name] = jsonschema.Draft202012Validator(schema, resolver=resolver)
        return self.made[name]

    def complaints(self, name, text):
        try:
            document = parse(text)
        except ValueError as error:
            return [f"$: not JSON: {error}"]
        found = sorted(self.validator(name).iter_errors(document), key=lambda e: list(map(str, e.absolute_path)))
        return [f"{error.json_path}: {error.message[:300]}" for error in found]

    def check(self):
        wrong = 0
        for identifier, schema in self.store.items():
            try:
                jsonschema.Draft202012Validator.check_schema(schema)
            except jsonschema.SchemaError as error:
                print(f"{identifier}: {error.message}")
                wrong += 1
            wrong += self.check_references(identifier, schema)
        return wrong

    def check_references(self, identifier, schema):
        wrong = 0
        resolver = jsonschema.RefResolver(identifier, schema, store=self.store)
        for reference in references(schema):
            target = reference if reference.startswith("#") else f"{identifier.rsplit('/', 1)[0]}/{reference}"
            try:
                resolver.resolve(target)
            except jsonschema.RefResolutionError:
                print(f"{identifier}: {reference} leads nowhere")
                wrong += 1
        return wrong


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def asyncapi(path):
    try:
        import yaml
    except ImportError:
        sys.exit("yaml is missing: install the Debian package python3-yaml and use /usr/bin/python3")
    path = pathlib.Path(path)
    document = yaml.safe_load(path.read_text("utf-8"))
    wrong, named = [], set()
    for reference in references(document):
        file, _, pointer = reference.partition("#")
        if file:
            target = (path.parent / file).resolve()
            if not target.is_file():
                wrong.append(f"{reference} leads nowhere")
            else:
                named.add(target.name)
            continue
        node = document
        for step in pointer.lstrip("/").split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            node = node.get(step) if isinstance(node, dict) else None
        if node is None:
            wrong.append(f"{reference} leads nowhere")
    for name in sorted(named):
        print(name)
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return len(wrong)


def documents(schema, sources):
    if sources == ["-"]:
        for number, line in enumerate(sys.stdin, start=1):
            line = line.rstrip("\n")
            if not line:
                continue
            name, text = line.split("\t", 1) if schema == "-" else (schema, line)
            yield f"line {number}", name, text
    else:
        for source in sources:
            yield source, schema, pathlib.Path(source).read_text("utf-8")


def main(arguments):
    if arguments == ["--schemas"]:
        return 1 if Schemas().check() else 0
    if len(arguments) == 2 and arguments[0] == "--asyncapi":
        return 1 if asyncapi(arguments[1]) else 0
    if len(arguments) < 2 or arguments[0].startswith("--"):
        print(__doc__, file=sys.stderr)
        return 2
    schemas, failed = Schemas(), 0
    for where, name, text in documents(arguments[0], arguments[1:]):
        complaints = schemas.complaints(name, text)
        failed += bool(complaints)
        for complaint in complaints:
            print(f"{where}: {name}: {complaint}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
