import type { Requirement } from "../model.js";
import { reportDuplicates } from "./reader.js";
import type { Reader } from "./reader.js";

/** Reads spec/requirements.yaml. */
export function readRequirements(document: Reader): readonly Requirement[] {
  const rows = document.items();
  if (rows.length === 0) document.report("no requirement is listed", "write at least one row");
  reportDuplicates(rows, "id", (row) => row.at("id").text(), "requirement");
  return rows.map(readRequirement);
}

function readRequirement(row: Reader): Requirement {
  const id = row.at("id").text();
  const area = row.at("area").text();
  if (!/^[A-Z]+-[1-9][0-9]*$/u.test(id) || !id.startsWith(`${area}-`)) {
    const advice = `write the area, a dash and a number, as in ${area}-1`;
    row.report(`${id} is not an id of the area ${area}`, advice, "id");
  }
  const observable = row.at("observable").oneOf(["wire", "driven", "server", "review"]);
  if (observable === "review" && row.at("reason").absent) {
    const advice = "write reason: why no case can observe it";
    row.report(`${id} is left to review without a reason`, advice, "observable");
  }
  return {
    id,
    level: row.at("level").oneOf(["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY"]),
    role: row.at("role").oneOf(["client", "server", "both"]),
    area,
    sentence: row.at("sentence").text(),
    since: row.at("since").text(),
    observable,
    ...(row.at("reason").absent ? {} : { reason: row.at("reason").text() }),
  };
}
