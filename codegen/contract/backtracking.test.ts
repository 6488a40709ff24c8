import { describe, expect, it } from "vitest";

import { doublesWork } from "./backtracking.js";

describe("a pattern whose work doubles with every character", () => {
  it.each([
    "^(a+)+$",
    "^(a*)*$",
    "^([a-z]+)*$",
    "^([a-z]+-?)*$",
    "^(a|a)*$",
    "^(a|[a-c])+$",
    "^(ab|a|b)*$",
    "^(\\w+\\s?)*$",
    "^([a-z]{1,10})+$",
    "^([a-z]{1,3}){10,20}$",
    "^(a*b*)*$",
    "^(.*,)*$x",
    "^(?:[^@]+|\\S+)*@$",
    "^((x|y)+z?)+$",
    "^(b?(b*|cb){1,3}b?){1,3}$",
  ])("%s is seen", (pattern) => {
    expect(doublesWork(pattern)).toBe(true);
  });

  it.each([
    "",
    "^o-[0-9]{1,10}$",
    "^[a-z]+(-[a-z]+)*$",
    "^(a|b)*$",
    "^(ab|ac)+$",
    "^[A-Za-z0-9_.:-]{1,128}$",
    "^(\\d{1,3}\\.){3}\\d{1,3}$",
    "^(?:[A-F0-9]{1,4}:){7}[A-F0-9]{1,4}$",
    "^[^@ ]+@[^@ ]+\\.[a-z]{2,}$",
    "^#[0-9a-f]{3}(?:[0-9a-f]{3})?$",
    "^([a-z]+,)*[a-z]*$",
    "^([a-z]+\\.){3}[a-z]+$",
    "^\\s*[a-z]+\\s*$",
    "^(?:a?b)*$",
    "^[\\x20-\\x7e]*$",
    "^(a+)+(?=b)$",
    "^(?<year>[0-9]{4})-[0-9]{2}$",
    "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "(",
  ])("%s is let be", (pattern) => {
    expect(doublesWork(pattern)).toBe(false);
  });
});
