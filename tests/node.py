"""JavaScript modules of charnet/web in Node.js, for what needs no browser."""

import json
from typing import Any

from toolchain import need, run

from charnet import web

CALL = """
import {{ readFileSync }} from "node:fs";
const addresses = {addresses};
const modules = Object.fromEntries(await Promise.all(
  Object.entries(addresses).map(async ([name, address]) => [name, await import(address)])));
const values = JSON.parse(readFileSync(0, "utf8"));
const found = await ({function})(modules, ...values);
console.log(JSON.stringify(found, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)));
"""


def call(modules: tuple[str, ...], function: str, *values: object) -> Any:
    """What a JavaScript function returns for these modules, by their names below charnet/web, and these values."""
    need("node")
    addresses = json.dumps({name: (web.FOLDER / name).as_uri() for name in modules})
    source = CALL.format(addresses=addresses, function=function)
    printed = run("node", "--input-type=module", "--eval", source, stdin=json.dumps(values).encode())
    return json.loads(printed)
