import type { Contract } from "../../model.js";
import { header } from "./text.js";

/** pyproject.toml: the package as it is built and published. */
export async function emitProject(contract: Contract): Promise<string> {
  return Promise.resolve(`${header("asyncapi.yaml")}
[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"

[project]
name = "latido"
version = ${JSON.stringify(contract.version)}
description = ${JSON.stringify(`Messages, tables and client of ${contract.title}, generated from its contract.`)}
requires-python = ">=3.11"
dependencies = ["msgspec>=0.19,<1", "websockets>=14,<18"]
classifiers = ["Framework :: AsyncIO", "Programming Language :: Python :: 3", "Typing :: Typed"]

[tool.hatch.build.targets.wheel]
packages = ["src/latido"]

[tool.hatch.build.targets.sdist]
include = ["src"]

[tool.mypy]
strict = true
`);
}
